"""What the structures of a study receive in one course: curves, organ doses, distances."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rtcalc.case import OrganDose
from rtcalc.coverage import certain, percent_words
from rtcalc.dicom.courses import Named, find_course, find_structure, named_structures
from rtcalc.dicom.dose import DoseGrid
from rtcalc.dicom.pairing import TreatmentSet
from rtcalc.dicom.points import PointDose, point_doses
from rtcalc.dicom.slices import ImageSlice, spacing
from rtcalc.dicom.wording import refuse
from rtcalc.doses import DoseLike
from rtcalc.dvh import Dvh
from rtcalc.errors import DicomError, DomainError
from rtcalc.geometry.distance import minimum_distance_mm, overlap_cc
from rtcalc.geometry.dvh_engine import Computed, dvh
from rtcalc.geometry.eqd2_map import Effect
from rtcalc.geometry.error_bar import NearMax, near_max
from rtcalc.geometry.interpolation import Method
from rtcalc.geometry.values import ContourSet, Grid
from rtcalc.histogram import VolumeUnit
from rtcalc.limits import Metric

if TYPE_CHECKING:
    from rtcalc.dicom.study import Study

Wanted = tuple[Metric, VolumeUnit]
STANDARD: tuple[Wanted, ...] = tuple(
    (Metric.parse(name), "cc") for name in ("volume", "Dmax", "D0.035cc", "D5cc", "Dmean")
)
"""Read of every organ; what a limit asks for comes on top."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CourseAnalysis:
    """One course of a study, ready to be computed from.

    Attributes
    ----------
    id : str
    chosen : TreatmentSet
        Its dose with plan and structures.
    dose : DoseGrid
        Physical dose of the whole course. [Gy]
    grid : Grid
        The same as the geometry takes it. [Gy]
    names : mapping
        Your own names for structures.
    stated : int or None
        Number of fractions, where you stated it.
    slice_mm : float or None
        Distance of the image slices, where you stated it; else as `slices.spacing` finds it. [mm]
    images : tuple of ImageSlice
        Where the CT images lie.
    """

    id: str
    chosen: TreatmentSet
    dose: DoseGrid
    grid: Grid = field(repr=False)
    names: Mapping[str, str] = field(default_factory=dict)
    stated: int | None = None
    slice_mm: float | None = None
    images: tuple[ImageSlice, ...] = field(default=(), repr=False)

    @classmethod
    def of(
        cls,
        study: Study,
        course: str | None = None,
        *,
        names: Mapping[str, str] | None = None,
        fractions: int | None = None,
        fractions_in_file: int | None = None,
        slice_mm: float | None = None,
    ) -> CourseAnalysis:
        """Choose a course.

        Parameters
        ----------
        course : str, optional
            Its id (the plan's label in small letters), the label itself or the dose file; needed where there are
            several.
        names : mapping, optional
            Your own names, as `load_mapping` reads them.
        fractions : int, optional
            What the plan does not say; never taken as 1.
        fractions_in_file : int, optional
            Of how many fractions a dose of a part of the course holds the dose.
        slice_mm : float, optional
            Distance of the image slices; needed for a structure drawn in a single plane where there is no CT. [mm]

        Raises
        ------
        DicomError, UnknownName
            No such course, a biological dose, a dose of a part of the plan.
        """
        name, chosen = find_course(study, course)
        dose = chosen.dose
        if fractions is not None or fractions_in_file is not None or dose.summation != "PLAN":
            dose = chosen.course_dose(fractions_in_file, fractions)
        dose.require_physical()
        with of_dicom(dose.source.name):
            grid = dose.grid()
        return cls(
            id=name,
            chosen=chosen,
            dose=dose,
            grid=grid,
            names=dict(names or {}),
            stated=fractions,
            slice_mm=slice_mm,
            images=study.images,
        )

    @property
    def fractions(self) -> int:
        """Number of equal fractions; a `DicomError` where nobody says, as in `TreatmentSet.fractions`."""
        return self.chosen.fractions(self.stated)

    def structures(self) -> tuple[Named, ...]:
        """Return the structures with what their names were taken for; errors as in `courses.named_structures`."""
        return named_structures(self.chosen, self.names)

    def find(self, wanted: str | int) -> Named:
        """Return a structure by name or number; errors as in `courses.find_structure`."""
        return find_structure(self.chosen, wanted, self.names)

    def contours(self, one: Named) -> ContourSet:
        """Return the contours of a structure; a `DicomError` where it is no volume."""
        if self.slice_mm is not None:
            return one.structure.contour_set(self.slice_mm)
        found = spacing(one.structure.planes.tolist(), self.images, one.structure.frame)
        drawn = one.structure.contour_set(found.step)
        return replace(drawn, notes=(*drawn.notes, found.note)) if found.note else drawn

    def computed(self, one: Named, method: Method = "linear") -> Computed:
        """Compute the curve of a structure.

        Returns
        -------
        Computed
            With the covered part and the notes of its contours.

        Raises
        ------
        DicomError
            It is no volume, or lies wholly outside the dose.
        """
        contours = self.contours(one)
        with of_dicom(f"{self.dose.source.name}, {one.structure.label}"):
            found = dvh(contours, self.grid, organ=one.organ, course=self.id, method=method)
        return found

    def dvh(self, wanted: str | int, method: Method = "linear") -> Dvh:
        """Return the physical dose-volume curve of a structure; errors as `find` and `computed`. [Gy]

        Its `notes` hold what was noted of the contours, and how much of the structure has a dose where that is not all.
        """
        one = self.find(wanted)
        found = self.computed(one, method)
        return replace(found.dvh, measured_on=one.match.measured_on, notes=(*found.notes, *_coverage(found.dvh)))

    def eqd2_dvh(self, wanted: str | int, alpha_beta: DoseLike, effect: Effect = "EQD2") -> Dvh:
        """Return the curve of a structure in EQD2 or BED, each bin at its own dose per fraction. [Gy]

        Raises
        ------
        DicomError
            As `dvh` and `fractions`.
        UnitsError, BasisError, DomainError
            As `Dvh.relabelled`.
        """
        return self.dvh(wanted).relabelled(self.fractions, alpha_beta, effect)

    def near_max(self, one: Named) -> tuple[NearMax, ...]:
        """Return near-maximum doses with the difference of linear and cubic interpolation; none on uneven planes."""
        try:
            return near_max(self.contours(one), self.grid, organ=one.organ, course=self.id)
        except DomainError:
            return ()  # partly outside, or uneven planes: there is no such error bar

    def organ_doses(self, one: Named, metrics: Sequence[Wanted] = STANDARD) -> tuple[OrganDose, ...]:
        """Read metrics of an organ; one that is undefined is left out, never replaced.

        Where a part of it has no dose, what is certain of the whole is read: values with a `bound`.

        Parameters
        ----------
        metrics : sequence of (Metric, unit)
            The unit, cc or %, of volumes above a dose.

        Raises
        ------
        DicomError
            The structure was mapped to no organ, or as `computed`.
        """
        if one.match.organ is None:
            near = ", ".join(f"{name} ({share:g})" for name, share in one.match.candidates) or "none"
            refuse(one.structure.label, f"mapped to no organ (nearest: {near})", "a TG-263 name", "State your name.")
        curve = self.computed(one).dvh
        return tuple(read_metrics(curve, one, metrics))

    def undefined(self, one: Named, metrics: Sequence[Wanted] = STANDARD) -> tuple[str, ...]:
        """Return why metrics of a structure are undefined, one line each."""
        curve, lines = self.computed(one).dvh, []
        for metric, unit in metrics:
            try:
                curve.value(metric, unit)
            except DomainError as problem:
                lines.append(str(problem))
        return tuple(lines)

    def point_doses(self, wanted: str | int) -> tuple[PointDose, ...]:
        """Return the dose at each point of a structure of points; errors as `find` and `points.point_doses`. [Gy]"""
        return point_doses(self, self.find(wanted))

    def distance_mm(self, first: str | int, second: str | int) -> float:
        """Return the shortest distance between two structures, 0 where they touch; a `DicomError` as `contours`. [mm]

        Notes
        -----
        Exact for the contours as drawn; along z uncertain by half a slice of each.
        """
        one, other = self.find(first), self.find(second)
        with of_dicom(f"{one.structure.label} and {other.structure.label}"):
            return minimum_distance_mm(self.contours(one), self.contours(other))

    def overlap_cc(self, first: str | int, second: str | int) -> float:
        """Return the volume that two structures have in common; a `DicomError` as `contours`. [cc]"""
        one, other = self.find(first), self.find(second)
        with of_dicom(f"{one.structure.label} and {other.structure.label}"):
            return overlap_cc(self.contours(one), self.contours(other))


@contextmanager
def of_dicom(where: str) -> Iterator[None]:
    """Turn what the geometry refuses into the error of this package, with the file it is about."""
    try:
        yield
    except DomainError as problem:
        raise DicomError(f"{where}: {problem}") from problem


def _coverage(curve: Dvh) -> Iterator[str]:
    if curve.volume_outside_grid_cc > 0.0:
        yield f"{percent_words(curve.covered)} of it lies in the dose grid"


def read_metrics(curve: Dvh, one: Named, metrics: Sequence[Wanted]) -> Iterator[OrganDose]:
    """Yield the metrics of a curve that are defined, each once; of a part of a structure what is certain of it all."""
    for metric, unit in dict.fromkeys(metrics):
        try:
            known = certain(curve, metric, unit)
        except DomainError:
            continue  # `undefined` says why
        for bound, value, its_unit in known:
            yield OrganDose(
                organ=curve.organ,
                course=curve.course,
                metric=metric,
                value=value,
                unit=its_unit,
                measured_on=one.match.measured_on,
                origin="dicom",
                bound=bound,
                covered=curve.covered,
            )
