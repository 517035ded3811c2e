"""The sum of courses on one structure: voxel by voxel in one frame of reference, and only bounds without one.

Frames of reference are one where the files say so, or where a rigid registration object connects them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from rtcalc.coverage import certain
from rtcalc.cumulative import Bounds, Part, in_eqd2, same_sessions
from rtcalc.dicom.analysis import CourseAnalysis
from rtcalc.dicom.checks import require_distinct
from rtcalc.dicom.registration import Registration, way
from rtcalc.dicom.voxel_sums import Groups, SumOnOrgan
from rtcalc.dicom.wording import refuse
from rtcalc.doses import DoseLike, basis_gray
from rtcalc.dvh import Dvh
from rtcalc.errors import DicomError, DomainError, UnknownName
from rtcalc.geometry.raster import WITHIN_MM, Placed
from rtcalc.limits import Metric

NEAR_MAX = tuple(Metric.parse(name) for name in ("Dmax", "D0.035cc"))
BOUNDED = (*NEAR_MAX, Metric.parse("D5cc"), Metric("mean"))
NO_FRAME = "no common frame of reference and no registration, so not spatially summed: only bounds of the sum are known"
COMMON = "one frame of reference"
REGISTERED = "registered rigidly by {}"
ELSEWHERE = (
    f"; it may still be off, so the highest sum with each course {WITHIN_MM:g} mm elsewhere stands beside the sum"
)
PARTLY = "a part of the structure has no dose in one of the courses: its bounds are what the whole has at least"
ENDS = f"a dose ends less than {WITHIN_MM:g} mm beyond the structure, and what lies there is not in that figure"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CourseSum:
    """What several courses give to one structure, in EQD2.

    Attributes
    ----------
    organ : str
    courses : tuple of str
    same_sessions : tuple of tuple of str
        Courses whose doses were added before they were converted.
    alpha_beta : float
        [Gy]
    curve : Dvh or None
        EQD2 of the sum of each voxel; None without a common frame of reference. [Gy]
    within : Dvh or None
        The same with the highest dose of each course within 3 mm of a voxel instead of its own: an upper bound for
        any registration that is off by no more. [Gy]
    within_complete : bool
        Whether the doses reach 3 mm beyond the structure on every side; else `within` does not see what lies there.
    bounds : tuple of (Metric, Bounds)
        What is certain from the curves alone, and where a part of the structure has no dose also from the sum of the
        rest; metrics that a curve does not have are left out. [Gy]
    note : str
        What it is, for every output.
    """

    organ: str
    courses: tuple[str, ...]
    same_sessions: tuple[tuple[str, ...], ...] = ()
    alpha_beta: float
    curve: Dvh | None = field(repr=False)
    within: Dvh | None = field(repr=False)
    within_complete: bool
    bounds: tuple[tuple[Metric, Bounds], ...]
    note: str

    @property
    def metrics(self) -> tuple[tuple[Metric, Bounds | None], ...]:
        """The standard metrics that are known or bounded, with the bounds where the curves of the courses give some."""
        bounds = dict(self.bounds)
        return tuple((one, bounds.get(one)) for one in BOUNDED if one in bounds or self.gray(one)[0] is not None)

    def gray(self, metric: Metric) -> tuple[float | None, float | None]:
        """Return a metric of the sum, and of the sum within 3 mm; None where it is undefined. [Gy]"""
        one, other = (_value(curve, metric) for curve in (self.curve, self.within))
        return one, other


def _value(curve: Dvh | None, metric: Metric) -> float | None:
    try:
        return None if curve is None else curve.value(metric)[0]
    except DomainError:
        return None  # a part without a dose, or a structure smaller than the volume asked for


def course_sum(
    courses: Sequence[CourseAnalysis],
    structure: str | int,
    alpha_beta: DoseLike,
    registrations: Sequence[Registration] = (),
    *,
    same_sessions: Sequence[Collection[str]] = (),
) -> CourseSum:
    """Sum courses on a structure.

    Parameters
    ----------
    courses : sequence of CourseAnalysis
        Two or more; the structure is that of the first one's set where their frames of reference are connected.
    structure : str or int
        By name or number.
    alpha_beta : str, pint.Quantity or PhysicalDose
        [Gy]
    registrations : sequence of Registration, optional
        Rigid; they connect frames of reference that differ.
    same_sessions : sequence of collections of str, optional
        Ids of courses given in the same fractions, each group a collection: their doses add before they are converted.

    Raises
    ------
    DicomError
        One course, the same treatment twice, unequal fractions in the same sessions, no such volume, registrations
        that contradict each other.
    UnknownName
        A group names no course.
    UnitsError, BasisError, DomainError
        alpha/beta is no physical dose above zero.

    Notes
    -----
    The physical doses are interpolated linearly to a raster of 0.7 mm or finer around the structure, converted there
    with each course's own number of fractions, and added: to convert first and interpolate afterwards is not the same.
    Between the nodes each physical dose is linear, and is converted where it is (`geometry.sum_engine`). Structures of
    more than two million nodes get a coarser raster, down to that of the first dose.
    """
    return course_sums(courses, structure, [alpha_beta], registrations, same_sessions=same_sessions)[0]


def course_sums(
    courses: Sequence[CourseAnalysis],
    structure: str | int,
    alpha_beta: Sequence[DoseLike],
    registrations: Sequence[Registration] = (),
    *,
    same_sessions: Sequence[Collection[str]] = (),
) -> tuple[CourseSum, ...]:
    """Sum courses on a structure at several alpha/beta; everything else as in `course_sum`."""
    ratios = [basis_gray(one, "alpha_beta") for one in alpha_beta]
    if len(courses) < 2:
        refuse("sum", f"{len(courses)} course", "two or more", "Choose the courses to be added.")
    require_distinct([one.dose for one in courses], courses[0].chosen.accepted)
    counts = [one.fractions for one in courses]
    ids = tuple(one.id for one in courses)
    groups = grouped(ids, counts, same_sessions)
    placed, how = place(courses, registrations)
    named = courses[0].find(structure)
    everywhere = _everywhere(courses, structure, needed=not placed)
    how = "; ".join([how, *(str(n) for one in courses for n in one.dose.notes if n.code == "fractions-in-file")])
    on = None if not placed else SumOnOrgan.of(courses, placed, named)
    found = []
    for ratio in ratios:
        curve, within = (None, None) if on is None else on.curves(counts, groups, ratio)
        partly = [PARTLY] if any(c.volume_outside_grid_cc > 0.0 for c in (*everywhere, curve) if c is not None) else []
        found.append(
            CourseSum(
                organ=named.organ,
                courses=ids,
                same_sessions=tuple(tuple(ids[at] for at in group) for group in groups if len(group) > 1),
                alpha_beta=ratio,
                curve=curve,
                within=within,
                within_complete=on is not None and on.complete,
                bounds=tuple(_bounds(everywhere, counts, groups, ratio, curve)),
                note="; ".join([how, *([ENDS] if on is not None and not on.complete else []), *partly]),
            )
        )
    return tuple(found)


def grouped(ids: Sequence[str], counts: Sequence[int], wanted: Sequence[Collection[str]]) -> Groups:
    """Return the places of the courses of each session, a course by itself where nothing is said of it.

    Raises
    ------
    DicomError
        A course in two groups, or courses of different numbers of fractions in one.
    UnknownName
        A group names no course.
    """
    groups: list[tuple[int, ...]] = []
    for group in wanted:
        for name in group:
            if name not in ids:
                raise UnknownName("course", name, ids)
        places = tuple(at for at, name in enumerate(ids) if name in group)
        if any(at in known for known in groups for at in places):
            refuse("sum", f"{', '.join(group)}: one of them is in two groups", "each course once", "Join the groups.")
        if len({counts[at] for at in places}) > 1:
            given = f"{[counts[at] for at in places]} fractions in the same sessions"
            refuse("sum", given, "one number", "Add them as courses of their own.")
        groups.append(places)
    alone = [(at,) for at in range(len(ids)) if not any(at in group for group in groups)]
    return tuple(sorted([*groups, *alone]))


def place(courses: Sequence[CourseAnalysis], registrations: Sequence[Registration]) -> tuple[list[Placed], str]:
    """Return the doses in the frame of the first one, and what connects them; no doses where nothing does.

    Raises
    ------
    DicomError
        Registrations that contradict each other.
    """
    frame = courses[0].dose.source.frame
    placed: list[Placed] = []
    files: list[str] = []
    for one in courses:
        if one.dose.source.frame == frame != "":
            placed.append(Placed(one.grid))
            continue
        found = way(registrations, frame, one.dose.source.frame) if frame else None
        if found is None:
            return [], NO_FRAME
        placed.append(Placed(one.grid, found.rigid))
        files += found.files
    how = REGISTERED.format(", ".join(dict.fromkeys(files))) if files else COMMON
    return placed, how + ELSEWHERE


def connected(courses: Sequence[CourseAnalysis], registrations: Sequence[Registration]) -> list[list[CourseAnalysis]]:
    """Return the courses in sets of which each can be summed, in their order; a course by itself is a set too.

    Raises
    ------
    DicomError
        As `place`.
    """
    sets: list[list[CourseAnalysis]] = []
    for one in courses:
        home = next((known for known in sets if place([known[0], one], registrations)[0]), None)
        if home is None:
            sets.append([one])
        else:
            home.append(one)
    return sets


def _everywhere(courses: Sequence[CourseAnalysis], structure: str | int, needed: bool) -> list[Dvh]:
    """Return the curve of the structure in every course; none where one has no such structure and it is not needed."""
    try:
        return [one.computed(one.find(structure)).dvh for one in courses]
    except (DicomError, UnknownName):
        if needed:
            raise
        return []


# --- bounds -----------------------------------------------------------------------------------------------------------
def _bounds(
    curves: Sequence[Dvh], counts: Sequence[int], groups: Groups, ratio: float, summed: Dvh | None
) -> list[tuple[Metric, Bounds]]:
    """Return what is certain of the sum; of a structure that a dose covers in part, from below only."""
    found = []
    for metric in BOUNDED:
        if metric.at_unit == "cc" and any(metric.at > curve.organ_volume_cc for curve in curves):
            continue
        parts = [_part(metric, curve, count) for curve, count in zip(curves, counts, strict=True)] if curves else []
        least = _least(metric, summed) if summed is not None and summed.volume_outside_grid_cc > 0.0 else None
        if parts:
            sessions = [_session(metric, [parts[at] for at in group]) for group in groups]
            low = in_eqd2(metric, [one for one, _ in sessions], ratio)
            high = in_eqd2(metric, [other for _, other in sessions], ratio)
            found.append((metric, replace(low, low=max(low.low, least or 0.0), high=high.high)))
        elif least:
            # A course has no such structure of its own, so that there are no values to be added.
            found.append((metric, Bounds(low=least, high=None, plain_sum=least)))
    return found


def _part(metric: Metric, curve: Dvh, fractions: int) -> Part:
    whole = curve.volume_outside_grid_cc == 0.0
    gray, top = _least(metric, curve) or 0.0, curve.value(Metric("max"))[0] if whole else None
    return Part(course=curve.course, gray=gray, max_gray=top, fractions=fractions, at_least=not whole)


def _least(metric: Metric, curve: Dvh) -> float | None:
    """What a dose metric is, or is at least where a part has no dose; None where not even that is known. [Gy]"""
    try:
        return next((value for side, value, _ in certain(curve, metric) if side != "<="), None)
    except DomainError:
        return None  # a structure smaller than the volume asked for


def _session(metric: Metric, parts: Sequence[Part]) -> tuple[Part, Part]:
    """Return the least and the most that courses of one session give: their physical doses add."""
    if len(parts) == 1:
        return parts[0], parts[0]
    bounds = same_sessions(metric, parts)
    top = sum(part.max_gray or 0.0 for part in parts)  # a curve always has its maximum
    open_above = any(part.at_least for part in parts)
    low = replace(parts[0], gray=bounds.low, max_gray=top, at_least=open_above)
    return low, replace(low, gray=bounds.plain_sum if bounds.high is None else bounds.high)
