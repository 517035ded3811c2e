"""The sum of courses on one structure: voxel by voxel in a common frame of reference, and only bounds without one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import product

import numpy as np

from rtcalc.basis import LQ
from rtcalc.cumulative import Bounds, Part, in_eqd2, same_sessions
from rtcalc.dicom.analysis import CourseAnalysis, of_dicom
from rtcalc.dicom.checks import common_frame, require_distinct
from rtcalc.dicom.courses import Named
from rtcalc.dicom.wording import refuse
from rtcalc.doses import DoseLike, basis_gray
from rtcalc.dvh import Dvh
from rtcalc.errors import DicomError
from rtcalc.geometry.dvh_engine import dvh
from rtcalc.geometry.interpolation import Taps, value_taps
from rtcalc.geometry.slabs import extents
from rtcalc.geometry.values import ContourSet, Floats, Grid
from rtcalc.limits import Metric
from rtcalc.sums import voxel_sum
from rtcalc.verdicts import eqd2

WITHIN_MM = 3.0
"""How far a registration may be off for the second figure of a sum. [mm]"""
FINEST_MM = 0.7
MOST_NODES = 6_000_000
ROUNDING = 1e-9
NEAR_MAX = tuple(Metric.parse(name) for name in ("Dmax", "D0.035cc"))
BOUNDED = (*NEAR_MAX, Metric.parse("D5cc"), Metric("mean"))
NO_FRAME = "no common frame of reference: only bounds of the sum are known, and where in the organ it lies is not"
COMMON = (
    "one frame of reference; a registration may still be off, so the highest sum with each course "
    f"{WITHIN_MM:g} mm elsewhere stands beside it"
)
ENDS = f"a dose ends less than {WITHIN_MM:g} mm beyond the structure, and what lies there is not in that figure"
Nodes = tuple[Floats, Floats, Floats]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CourseSum:
    """What several courses give to one structure, in EQD2.

    Attributes
    ----------
    organ : str
    courses : tuple of str
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
        What is certain from the curves alone; metrics that a curve does not have are left out. [Gy]
    note : str
        What it is, for every output.
    """

    organ: str
    courses: tuple[str, ...]
    alpha_beta: float
    curve: Dvh | None = field(repr=False)
    within: Dvh | None = field(repr=False)
    within_complete: bool
    bounds: tuple[tuple[Metric, Bounds], ...]
    note: str


def course_sum(
    courses: Sequence[CourseAnalysis],
    structure: str | int,
    alpha_beta: DoseLike,
    *,
    in_same_sessions: bool = False,
) -> CourseSum:
    """Sum courses on a structure.

    Parameters
    ----------
    courses : sequence of CourseAnalysis
        Two or more; the structure is that of the first one's set where they share a frame of reference.
    structure : str or int
        By name or number.
    alpha_beta : str, pint.Quantity or PhysicalDose
        [Gy]
    in_same_sessions : bool
        Given in the same fractions: the doses add before they are converted.

    Raises
    ------
    DicomError
        One course, the same treatment twice, unequal fractions in the same sessions, no such volume.
    UnitsError, BasisError, DomainError
        alpha/beta is no physical dose above zero.

    Notes
    -----
    The physical doses are interpolated linearly to a raster of 0.7 mm or finer around the structure, converted there
    with each course's own number of fractions, and added: to convert first and interpolate afterwards is not the same.
    Between its nodes the EQD2 is then taken as linear, never below the truth. Very large structures get a coarser
    raster, down to that of the first dose.
    """
    ratio = basis_gray(alpha_beta, "alpha_beta")
    if len(courses) < 2:
        refuse("sum", f"{len(courses)} course", "two or more", "Choose the courses to be added.")
    require_distinct([one.dose for one in courses])
    counts = [one.fractions for one in courses]
    if in_same_sessions and len(set(counts)) > 1:
        refuse("sum", f"{counts} fractions in the same sessions", "one number", "Add them as courses of their own.")
    named = [one.find(structure) for one in courses]
    bounds = tuple(_bounds(courses, named, counts, ratio, in_same_sessions))
    curve, within, complete, note = None, None, False, NO_FRAME
    if _share_a_frame(courses):
        curve, within, complete = _curves(courses, named[0], counts, ratio, in_same_sessions)
        note = COMMON if complete else f"{COMMON}; {ENDS}"
    return CourseSum(
        organ=named[0].organ,
        courses=tuple(one.id for one in courses),
        alpha_beta=ratio,
        curve=curve,
        within=within,
        within_complete=complete,
        bounds=bounds,
        note=note,
    )


def _share_a_frame(courses: Sequence[CourseAnalysis]) -> bool:
    try:
        common_frame([one.dose for one in courses])
    except DicomError:
        return False
    return True


# --- bounds -----------------------------------------------------------------------------------------------------------
def _bounds(
    courses: Sequence[CourseAnalysis], named: Sequence[Named], counts: Sequence[int], ratio: float, together: bool
) -> list[tuple[Metric, Bounds]]:
    curves = [course.computed(one).dvh for course, one in zip(courses, named, strict=True)]
    if any(curve.volume_outside_grid_cc > 0 for curve in curves):
        return []  # a part without a dose: nothing is certain from above
    found = []
    for metric in BOUNDED:
        if metric.at_unit == "cc" and any(metric.at > curve.organ_volume_cc for curve in curves):
            continue
        parts = [
            Part(course=c.course, gray=c.value(metric)[0], max_gray=c.value(Metric("max"))[0], fractions=n)
            for c, n in zip(curves, counts, strict=True)
        ]
        found.append((metric, _same_day(metric, parts, ratio) if together else in_eqd2(metric, parts, ratio)))
    return found


def _same_day(metric: Metric, parts: list[Part], ratio: float) -> Bounds:
    physical, count = same_sessions(metric, parts), parts[0].fractions
    high = None if physical.high is None else eqd2(physical.high, count, ratio)
    low, total = eqd2(physical.low, count, ratio), eqd2(physical.plain_sum, count, ratio)
    return Bounds(low=low, high=high, plain_sum=total)


# --- voxels -----------------------------------------------------------------------------------------------------------
def _curves(
    courses: Sequence[CourseAnalysis], one: Named, counts: Sequence[int], ratio: float, together: bool
) -> tuple[Dvh, Dvh, bool]:
    first = courses[0]
    contours, grids = first.contours(one), [course.grid for course in courses]
    where = f"{first.dose.source.name}, {one.structure.label}"
    with of_dicom(where):
        nodes = raster(contours, grids, where)
        doses = [_at(grid, nodes) for grid in grids]
        both = []
        for each in (doses, [_highest_near(dose, nodes) for dose in doses]):
            total = voxel_sum(list(zip(each, counts, strict=True)), f"{ratio!r} Gy", same_sessions=together)
            both.append(_curve(contours, np.asarray(total.gray), nodes, one, courses, ratio))
    return both[0], both[1], _reaches_beyond(contours, nodes)


def _reaches_beyond(contours: ContourSet, nodes: Nodes) -> bool:
    for axis, along in enumerate(nodes):
        low, high = _reach(contours, axis)
        if along[0] > low - WITHIN_MM or along[-1] < high + WITHIN_MM:
            return False
    return True


def _curve(
    contours: ContourSet, gray: Floats, nodes: Nodes, one: Named, courses: Sequence[CourseAnalysis], ratio: float
) -> Dvh:
    z, y, x = nodes
    grid = Grid(gray, (float(x[0]), float(y[0]), float(z[0])), (z - z[0], y - y[0], x - x[0]))
    name = " + ".join(course.id for course in courses)
    found = dvh(contours, grid, organ=one.organ, course=name).dvh
    return replace(found, basis=("EQD2", ratio, LQ), measured_on=one.match.measured_on)


def raster(contours: ContourSet, grids: Sequence[Grid], where: str) -> Nodes:
    """Return z, y and x of a fine raster around a structure that every grid covers. [mm]

    Notes
    -----
    The voxels of the first grid are cut into an odd number of parts, so that the outer faces stay where they are and
    its own centres are kept.
    """
    parts = [_parts(nodes) for nodes in grids[0].nodes]
    while True:
        found = [_axis(contours, grids, axis, parts[axis]) for axis in range(3)]
        if any(len(nodes) < 2 for nodes in found):
            refuse(where, "the doses have no common volume around it", "doses that cover it", "Export larger grids.")
        if np.prod([len(nodes) for nodes in found]) <= MOST_NODES or max(parts) == 1:
            return found[0], found[1], found[2]
        parts = [max(1, count - 2) for count in parts]


def _parts(nodes: Floats) -> int:
    count = int(np.ceil(float(np.median(np.diff(nodes))) / FINEST_MM - 1e-6))
    return count + 1 - count % 2


def _axis(contours: ContourSet, grids: Sequence[Grid], axis: int, parts: int) -> Floats:
    nodes = cut(grids[0].nodes[axis], parts)
    step = np.diff(nodes)
    half = np.concatenate((step[:1], (step[1:] + step[:-1]) / 2.0, step[-1:])) / 2.0
    low, high = _reach(contours, axis)
    margin = WITHIN_MM + 2.0 * float(step.max())
    kept = (nodes >= low - margin) & (nodes <= high + margin)
    for grid in grids[1:]:
        other = grid.nodes[axis]
        first, last = other[0] - (other[1] - other[0]) / 2.0, other[-1] + (other[-1] - other[-2]) / 2.0
        kept &= (nodes - half >= first - 1e-6) & (nodes + half <= last + 1e-6)
    return nodes[kept]


def cut(nodes: Floats, parts: int) -> Floats:
    """Cut voxels into an odd number of parts; the centres of all parts, with those that were there among them.

    Examples
    --------
    >>> cut(np.array([0.0, 3.0, 6.0]), 3).tolist()
    [-1.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]
    """
    beyond = (parts - 1) // 2
    places = np.arange(-beyond, (len(nodes) - 1) * parts + beyond + 1) / parts
    inner = np.interp(places, np.arange(len(nodes)), nodes)
    before, after = np.minimum(places, 0.0), np.maximum(places - (len(nodes) - 1), 0.0)
    found: Floats = inner + before * (nodes[1] - nodes[0]) + after * (nodes[-1] - nodes[-2])
    return found


def _reach(contours: ContourSet, axis: int) -> tuple[float, float]:
    if axis == 0:
        low, high, _ = extents(contours)
        return float(low.min()), float(high.max())
    at = np.concatenate([loop[:, 2 - axis] for plane in contours.planes for loop in plane.loops])
    return float(at.min()), float(at.max())


def _at(grid: Grid, nodes: Nodes) -> Floats:
    """Return the dose of a grid at the nodes of a raster, linear between its voxel centres. [Gy]"""
    dose, taps = grid.array, []
    for axis in range(3):
        found = value_taps(grid.nodes[axis], nodes[axis], "linear")
        first, last = int(found.index.min()), int(found.index.max()) + 1
        dose = dose[(*(slice(None),) * axis, slice(first, last))]
        taps.append(Taps(found.index - first, found.weight))
    for axis in (2, 1, 0):
        dose = taps[axis].along(dose, axis)
    return dose


def _highest_near(dose: Floats, nodes: Nodes) -> Floats:
    """Return the highest dose within 3 mm of every node, up to a raster step more rather than less. [Gy]"""
    step = [float(np.diff(each).min()) for each in nodes]
    radius = WITHIN_MM + max(step)
    reach = [int(radius / each + ROUNDING) for each in step]
    along = [dose]  # the highest of 2 r + 1 neighbours along x, for r = 0, 1, 2 ..
    for _ in range(reach[2]):
        along.append(_widened(along[-1]))
    found = dose.copy()
    for dz, dy in product(range(-reach[0], reach[0] + 1), range(-reach[1], reach[1] + 1)):
        rest = radius**2 - (dz * step[0]) ** 2 - (dy * step[1]) ** 2 + ROUNDING
        if rest >= 0.0 and abs(dz) < dose.shape[0] and abs(dy) < dose.shape[1]:
            there, here = zip(_overlap(dz), _overlap(dy), strict=True)
            np.maximum(found[here], along[int(np.sqrt(rest) / step[2] + ROUNDING)][there], out=found[here])
    return found


def _widened(dose: Floats) -> Floats:
    found = dose.copy()
    np.maximum(found[..., 1:], dose[..., :-1], out=found[..., 1:])
    np.maximum(found[..., :-1], dose[..., 1:], out=found[..., :-1])
    return found


def _overlap(shift: int) -> tuple[slice, slice]:
    """Return what is read and what is written when an axis is moved by so many nodes."""
    ahead, behind = slice(max(shift, 0), min(shift, 0) or None), slice(max(-shift, 0), min(-shift, 0) or None)
    return ahead, behind
