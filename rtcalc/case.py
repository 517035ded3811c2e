"""The case: what is known of one patient's targets, courses, organ doses and drugs, without any identity."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from rtcalc.courses import Course
from rtcalc.dates import When
from rtcalc.drugs import Exposure
from rtcalc.notes import Note
from rtcalc.organ_values import OrganCurve as OrganCurve
from rtcalc.organ_values import OrganDose as OrganDose
from rtcalc.organ_values import OrganSum as OrganSum
from rtcalc.textfile import Document

Basis = Literal["stated", "assumed", "dicom"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """An organ near a target: its distance, where known, and who says so. [mm]"""

    organ: str
    distance_mm: float | None
    basis: Basis


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One lesion. `region` and `level` are controlled words; `site` is the source's own."""

    id: str
    site: str
    region: str
    level: str | None
    near: tuple[Near, ...] | None
    largest_mm: float | None
    tissue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """Facts that change limits; None or empty: not stated."""

    sex: Literal["female", "male"] | None = None
    kidneys: Literal[0, 1, 2] | None = None
    surgery: tuple[tuple[str, When], ...] = ()
    volumes_cc: tuple[tuple[str, float | None], ...] = ()
    tags: tuple[str, ...] = ()

    def volume_cc(self, organ: str) -> float | None:
        """Volume of an organ, or of what is left of it; None: not stated. [cc]"""
        return dict(self.volumes_cc).get(organ)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """A recovery value typed by the user with the user's own reference; shown, never driving a verdict."""

    organ: str
    after_days: int
    percent: float
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Everything `assess` looks at.

    Attributes
    ----------
    id, title, disease, note : str
    patient : Patient
        Facts that change limits; nothing that identifies.
    targets : tuple of Target
    courses : tuple of Course
        In the order of the file; time is what their dates say.
    exposures : tuple of Exposure
        Drugs over time.
    organ_doses : tuple of OrganDose or None
        None: "none reported" was said; empty: the field was left out. Both are shown.
    curves : tuple of OrganCurve
        Curves of organs, from text exports; one for each organ of a course.
    target_curves : tuple of OrganCurve
        Curves of targets, likewise.
    tumour_control : str or None
        Id of the parameter set that the user chose for them; None: none was chosen.
    sums : tuple of OrganSum
        Of several courses, where their doses were added voxel by voxel.
    limit_sets : tuple of str
        Ids of the sets that are asked for.
    recovery : tuple of Recovery
        Typed by the user, each with a reference.
    acknowledged : tuple of str
        What the user accepted; copied into every output.
    dicom : str or None
        Folder of the DICOM files; None: none was named.
    file_notes : tuple of Note
        What the files say of themselves that every output has to say too.
    source : (str, str) or None
        Citation key and place of a published case.
    sha256 : str
        Hash of the case as read.
    document : Document or None
        What it was read from, so that a message can name the line; no part of the case itself.

    Examples
    --------
    >>> from rtcalc.casefile import load_case
    >>> from rtcalc.registry.location import builtin
    >>> case = load_case(builtin() / "cases" / "gist-case-2.yaml")
    >>> first = case.courses[0]
    >>> first.id, [near.organ for near in case.near(first)][:2], case.organs(first)[:2]
    ('pararenal-1', ['Kidney_R', 'Kidney_Cortex'], ('Kidney_R', 'Kidney_Cortex'))
    >>> case.volume_cc("Liver", first.id) is None  # after a hepatectomy: what is left is not stated
    True
    """

    id: str
    title: str
    disease: str
    patient: Patient
    targets: tuple[Target, ...]
    courses: tuple[Course, ...]
    exposures: tuple[Exposure, ...]
    organ_doses: tuple[OrganDose, ...] | None
    limit_sets: tuple[str, ...]
    curves: tuple[OrganCurve, ...] = ()
    target_curves: tuple[OrganCurve, ...] = ()
    tumour_control: str | None = None
    sums: tuple[OrganSum, ...] = ()
    recovery: tuple[Recovery, ...] = ()
    acknowledged: tuple[str, ...] = ()
    dicom: str | None = None
    file_notes: tuple[Note, ...] = ()
    source: tuple[str, str] | None = None
    note: str = ""
    sha256: str = ""
    document: Document | None = field(default=None, repr=False, compare=False)

    def where(self, *place: str | int) -> str:
        """Return a place of the case for a person: file, line and field; without a file its id and the field.

        Parameters
        ----------
        *place : str or int
            Keys and positions from the top: ``"courses", "first", "start"``.

        Returns
        -------
        str

        Examples
        --------
        >>> from rtcalc.casefile import load_case
        >>> from rtcalc.registry.location import builtin
        >>> case = load_case(builtin() / "cases" / "gist-case-2.yaml")
        >>> case.where("title").rpartition("/")[2]
        'gist-case-2.yaml:4: title'
        """
        if self.document is not None:
            return self.document.where(place)
        return f"{self.id}: {'.'.join(str(part) for part in place)}"

    def target(self, target_id: str) -> Target:
        """The target with this id."""
        return next(target for target in self.targets if target.id == target_id)

    def course(self, course_id: str) -> Course:
        """The course with this id."""
        return next(course for course in self.courses if course.id == course_id)

    def number(self, course_id: str) -> int:
        """The place of a course in the case, from 1: how reports name it."""
        return 1 + [course.id for course in self.courses].index(course_id)

    def doses(self, organ: str | None = None, course: str | None = None) -> tuple[OrganDose, ...]:
        """Organ doses that are known and not only bounded, of one organ and one course where asked."""
        return tuple(dose for dose in self._given(organ, course) if not dose.bound)

    def bounds(self, organ: str | None = None, course: str | None = None) -> tuple[OrganDose, ...]:
        """Organ doses that are known from one side only, likewise."""
        return tuple(dose for dose in self._given(organ, course) if dose.bound)

    def _given(self, organ: str | None, course: str | None) -> Iterator[OrganDose]:
        for dose in self.organ_doses or ():
            if organ in (None, dose.organ) and course in (None, dose.course):
                yield dose

    def curve(self, organ: str, course: str) -> OrganCurve | None:
        """The curve of an organ in a course; None: none was given."""
        return next((curve for curve in self.curves if curve.place == (organ, course)), None)

    def summed(
        self, organ: str, courses: tuple[str, ...], alpha_beta: float | None, measured_on: str = "organ"
    ) -> tuple[OrganSum, ...]:
        """Sums over exactly these courses, in EQD2 at this alpha/beta or, with None, in physical dose."""
        return tuple(
            one
            for one in self.sums
            if (one.organ, one.alpha_beta, one.measured_on) == (organ, alpha_beta, measured_on)
            and set(one.courses) == set(courses)
        )

    def near(self, course: Course) -> tuple[Near, ...]:
        """Return the organs named near any target of a course, each once, a stated mention before an assumed one.

        Parameters
        ----------
        course : Course
            A course of the case.

        Returns
        -------
        tuple of Near
        """
        named: dict[str, Near] = {}
        for target_id in course.targets:
            for near in self.target(target_id).near or ():
                known = named.get(near.organ)
                if known is None or (known.basis == "assumed" and near.basis != "assumed"):
                    named[near.organ] = near
        return tuple(named.values())

    def organs(self, course: Course) -> tuple[str, ...]:
        """Return the organs that have a dose in a course or are named near one of its targets.

        Parameters
        ----------
        course : Course
            A course of the case.

        Returns
        -------
        tuple of str
            TG-263 names.
        """
        dosed = [dose.organ for dose in self._given(None, course.id)]
        return tuple(dict.fromkeys([*dosed, *(near.organ for near in self.near(course))]))

    def volume_cc(self, organ: str, course: str) -> float | None:
        """Return the volume of an organ, as measured in the course, else of the patient.

        Parameters
        ----------
        organ : str
            TG-263 name.
        course : str
            Id of the course.

        Returns
        -------
        float or None
            None: not stated. [cc]
        """
        for dose in self.doses(organ, course):
            if dose.metric.kind == "volume":
                return dose.value
        return self.patient.volume_cc(organ)
