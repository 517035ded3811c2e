"""All structures of all courses of a study at once: what `rtcalc dvh` shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rtcalc.case import OrganDose
from rtcalc.dicom.analysis import STANDARD, CourseAnalysis, read_metrics
from rtcalc.dicom.courses import Named, Stated, course_ids, find_course, stated_for
from rtcalc.dicom.effective import effective_dose, effective_ids, is_effective
from rtcalc.dicom.points import PointDose, point_doses
from rtcalc.dicom.stored_dvh import StoredBeside, beside
from rtcalc.doses import DoseLike
from rtcalc.dvh import Dvh
from rtcalc.errors import DicomError, UnknownName
from rtcalc.geometry.eqd2_map import Effect
from rtcalc.geometry.error_bar import NearMax
from rtcalc.geometry.interpolation import Method

if TYPE_CHECKING:
    from rtcalc.dicom.study import Study


Bases = Sequence[tuple[DoseLike, Effect]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Surveyed:
    """One structure in one course.

    Attributes
    ----------
    named : Named
        The structure, and what its name was taken for.
    curve : Dvh or None
        Physical dose; None where there is none, and `problem` says why. [Gy]
    values : tuple of OrganDose
        The standard metrics that are defined.
    of_covered_part : tuple of OrganDose
        Where a part has no dose: the same of the part that has, which says nothing of the whole.
    stored : tuple of StoredBeside
        Curves that the planning system stored, against this one.
    converted : tuple of (Dvh, tuple of OrganDose)
        The same in EQD2 or BED, one for each alpha/beta and each of the two asked. [Gy]
    near_max : tuple of NearMax
        Near-maximum doses and what the interpolation does to them. [Gy]
    covered : float
        Part that lies in the dose grid, 0 to 1.
    points : tuple of PointDose
        Of a structure of points, which has no curve. [Gy]
    notes : tuple of str
    problem : str
    """

    named: Named
    curve: Dvh | None = None
    values: tuple[OrganDose, ...] = ()
    of_covered_part: tuple[OrganDose, ...] = ()
    stored: tuple[StoredBeside, ...] = ()
    converted: tuple[tuple[Dvh, tuple[OrganDose, ...]], ...] = ()
    near_max: tuple[NearMax, ...] = ()
    covered: float = 0.0
    points: tuple[PointDose, ...] = ()
    notes: tuple[str, ...] = field(default=())
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CourseSurvey:
    """The structures of one course, or of a biological dose (`EffectiveDose`); `fractions` is None where nobody says.

    `problem` says why nothing was computed of a biological dose that was not asked for.
    """

    course: CourseAnalysis
    fractions: int | None
    structures: tuple[Surveyed, ...]
    method: Method = "linear"
    problem: str = ""

    @property
    def prescription_gray(self) -> float | None:
        """The one prescribed dose of the plan. [Gy]"""
        plan = self.course.chosen.plan
        return plan.prescription_gray if plan is not None else None


def survey(
    study: Study,
    *,
    course: str | None = None,
    structures: Sequence[str] = (),
    alpha_beta: Sequence[DoseLike] = (),
    fractions: Stated = None,
    fractions_in_file: Stated = None,
    names: Mapping[str, str] | None = None,
    slice_mm: float | None = None,
    method: Method = "linear",
    effects: Sequence[Effect] = ("EQD2",),
) -> tuple[CourseSurvey, ...]:
    """Compute curves and standard metrics; of biological doses as well, on the basis that their files state.

    Parameters
    ----------
    course : str, optional
        One course, or one biological dose; all of them without it.
    structures : sequence of str
        Names; without any, all structures, where one that has no curve says why.
    alpha_beta : sequence
        For EQD2; none is assumed. [Gy]
    fractions, fractions_in_file : int or mapping, optional
        What the plans and the doses do not say, for all courses or by course.
    names : mapping, optional
        Your own names for structures.
    slice_mm : float, optional
        Distance of the image slices, for structures drawn in a single plane and for the ends of all. [mm]
    method : {"linear", "cubic"}
        Interpolation between the voxel centres.
    effects : sequence of {"EQD2", "BED"}
        What the curves are converted to at each alpha/beta.

    Raises
    ------
    DicomError, UnknownName
        No such course or structure; EQD2 of a course of an unknown number of fractions.
    """
    bases = [(ratio, effect) for ratio in alpha_beta for effect in effects]
    if is_effective(study, course):
        one = effective_dose(study, course, names=names, slice_mm=slice_mm)
        return (_course(one, structures, bases, method),)
    chosen = [*course_ids(study)] if course is None else []
    chosen = chosen or [find_course(study, course)[0]]
    counts, held = stated_for(study, fractions), stated_for(study, fractions_in_file)
    read = [
        CourseAnalysis.of(
            study,
            name,
            names=names,
            fractions=counts.get(name),
            fractions_in_file=held.get(name),
            slice_mm=slice_mm,
        )
        for name in chosen
    ]
    found = [_course(one, structures, bases, method) for one in read]
    if course is None:
        for name in effective_ids(study):
            found += _beside(study, name, structures, names, slice_mm, method)
    return tuple(found)


def _beside(
    study: Study,
    name: str,
    wanted: Sequence[str],
    names: Mapping[str, str] | None,
    slice_mm: float | None,
    method: Method,
) -> Iterator[CourseSurvey]:
    """A biological dose beside the courses: nobody asked for it, so it stops nothing; the study notes every one."""
    try:
        one = effective_dose(study, name, names=names, slice_mm=slice_mm)
    except DicomError:
        return
    try:
        yield _course(one, wanted, (), method)
    except (DicomError, UnknownName) as problem:
        yield CourseSurvey(course=one, fractions=None, structures=(), method=method, problem=str(problem))


def _course(course: CourseAnalysis, wanted: Sequence[str], bases: Bases, method: Method) -> CourseSurvey:
    fractions: int | None = None
    try:
        fractions = course.fractions
    except DicomError:
        if bases:
            raise
    if wanted:
        found = [_one(course, course.find(name), bases, method) for name in wanted]
    else:
        found = list(_every(course, bases, method))
    return CourseSurvey(course=course, fractions=fractions, structures=tuple(found), method=method)


def _every(course: CourseAnalysis, bases: Bases, method: Method) -> Iterator[Surveyed]:
    for one in course.structures():
        try:
            yield _one(course, one, bases, method)
        except DicomError as problem:  # one bad structure does not take the others with it
            yield Surveyed(named=one, problem=str(problem))


def _one(course: CourseAnalysis, one: Named, bases: Bases, method: Method) -> Surveyed:
    if one.structure.kind == "point":
        return Surveyed(named=one, points=point_doses(course, one), problem="points, no volume")
    computed = course.computed(one, method)
    converted = [computed.dvh.relabelled(course.fractions, ratio, effect) for ratio, effect in bases]
    return Surveyed(
        named=one,
        curve=computed.dvh,
        values=_defined(computed.dvh, one),
        of_covered_part=_of_covered_part(computed.dvh, one),
        stored=_stored(course, one, computed.dvh),
        converted=tuple((curve, _defined(curve, one)) for curve in converted),
        near_max=course.near_max(one),
        covered=computed.covered,
        notes=computed.notes,
    )


def _defined(curve: Dvh, one: Named) -> tuple[OrganDose, ...]:
    return tuple(value for value in read_metrics(curve, one, STANDARD) if not value.bound)


def _of_covered_part(curve: Dvh, one: Named) -> tuple[OrganDose, ...]:
    if curve.volume_outside_grid_cc == 0.0:
        return ()
    part = replace(curve, volume_outside_grid_cc=0.0)
    return tuple(value for value in read_metrics(part, one, STANDARD) if value.metric.kind != "volume")


def _stored(course: CourseAnalysis, one: Named, curve: Dvh) -> tuple[StoredBeside, ...]:
    """Stored curves are of the dose in the file; nothing is compared where that was scaled to the whole course."""
    group = course.chosen.structure_set
    if course.dose.values is not course.chosen.dose.values or group is None:
        return ()
    return beside(course.dose.stored_dvhs, one.structure.number, group.source.uid, curve)
