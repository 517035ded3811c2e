"""A folder of DICOM-RT as plans, doses and structures, put together where their references say so."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rtcalc.dicom import checks
from rtcalc.dicom.dose import DoseGrid, read_dose
from rtcalc.dicom.files import Progress, Unused, rt_files
from rtcalc.dicom.limits import DEFAULT, ReadLimits
from rtcalc.dicom.pairing import TreatmentSet, treatment_sets
from rtcalc.dicom.plan import Plan, read_plan
from rtcalc.dicom.registration import Registration, read_registration
from rtcalc.dicom.slices import ImageSlice, read_slice
from rtcalc.dicom.source import REGISTRATION, RT_DOSE, RT_PLAN, RtFile, identified, open_rt
from rtcalc.dicom.structures import Structure, StructureSet, read_structures
from rtcalc.dicom.wording import AGAIN, Note, refuse
from rtcalc.errors import DicomError

if TYPE_CHECKING:
    from rtcalc.case import Case
    from rtcalc.dicom.analysis import CourseAnalysis
    from rtcalc.dicom.courses import Stated
    from rtcalc.dicom.effect_map import EffectMap
    from rtcalc.dicom.effective import EffectiveDose
    from rtcalc.dicom.relative import Reference
    from rtcalc.dicom.summing import CourseSum
    from rtcalc.doses import DoseLike
    from rtcalc.dvh import Dvh
    from rtcalc.geometry.eqd2_map import Effect
    from rtcalc.registry import Registry

Path_ = str | Path | Iterable[str | Path]
RtObject = Plan | DoseGrid | StructureSet | Registration


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Study:
    """What was read from a folder, an archive or some files of one patient.

    Attributes
    ----------
    plans : tuple of Plan
    doses : tuple of DoseGrid
    structure_sets : tuple of StructureSet
    sets : tuple of TreatmentSet
        A dose with its plan and its structures, one for each dose.
    registrations : tuple of Registration
        Rigid; they connect the frames of reference of the courses.
    unused : tuple of Unused
        Files that were not used, and why.
    notes : tuple of Note
        All of them: those of the files, why a dose has no plan or structures, and what was acknowledged.
    images : tuple of ImageSlice
        Where the CT images lie.
    """

    plans: tuple[Plan, ...]
    doses: tuple[DoseGrid, ...]
    structure_sets: tuple[StructureSet, ...]
    sets: tuple[TreatmentSet, ...]
    registrations: tuple[Registration, ...] = ()
    unused: tuple[Unused, ...] = ()
    notes: tuple[Note, ...] = field(default=(), repr=False)
    images: tuple[ImageSlice, ...] = field(default=(), repr=False)

    @property
    def structures(self) -> tuple[Structure, ...]:
        """Structures of all structure sets."""
        return tuple(one for group in self.structure_sets for one in group.structures)

    def course(
        self,
        course: str | None = None,
        *,
        names: Mapping[str, str] | None = None,
        fractions: int | None = None,
        fractions_in_file: int | None = None,
        slice_mm: float | None = None,
    ) -> CourseAnalysis:
        """Choose a course to compute from; parameters and errors as `CourseAnalysis.of`."""
        from rtcalc.dicom.analysis import CourseAnalysis

        return CourseAnalysis.of(
            self,
            course,
            names=names,
            fractions=fractions,
            fractions_in_file=fractions_in_file,
            slice_mm=slice_mm,
        )

    def effective(self, dose: str | None = None, **options: Any) -> EffectiveDose:
        """Choose a dose that is biological already, to look at; options and errors as `effective.effective_dose`."""
        from rtcalc.dicom.effective import effective_dose

        return effective_dose(self, dose, **options)

    def dvh(self, structure: str | int, course: str | None = None, **options: Any) -> Dvh:
        """Return the physical dose-volume curve of a structure; as `course` and `CourseAnalysis.dvh`. [Gy]"""
        return self.course(course, **options).dvh(structure)

    def eqd2_dvh(self, structure: str | int, alpha_beta: DoseLike, course: str | None = None, **options: Any) -> Dvh:
        """Return the curve of a structure in EQD2; as `course` and `CourseAnalysis.eqd2_dvh`. [Gy]"""
        return self.course(course, **options).eqd2_dvh(structure, alpha_beta)

    def bed_dvh(self, structure: str | int, alpha_beta: DoseLike, course: str | None = None, **options: Any) -> Dvh:
        """Return the curve of a structure in BED; as `course` and `CourseAnalysis.eqd2_dvh`. [Gy]"""
        return self.course(course, **options).eqd2_dvh(structure, alpha_beta, effect="BED")

    def eqd2_map(self, alpha_beta: DoseLike, course: str | None = None, **options: Any) -> EffectMap:
        """Convert the dose of a course to EQD2 voxel by voxel; options and errors as `effect_map`. [Gy]"""
        return self.effect_map(alpha_beta, () if course is None else (course,), **options)

    def bed_map(self, alpha_beta: DoseLike, course: str | None = None, **options: Any) -> EffectMap:
        """Convert the dose of a course to BED voxel by voxel; options and errors as `effect_map`. [Gy]"""
        return self.effect_map(alpha_beta, () if course is None else (course,), effect="BED", **options)

    def effect_map(
        self,
        alpha_beta: DoseLike,
        courses: Sequence[str] = (),
        *,
        effect: Effect = "EQD2",
        by_structure: Mapping[str, DoseLike] | None = None,
        same_sessions: Sequence[Collection[str]] = (),
        fractions: Stated = None,
        fractions_in_file: Stated = None,
        names: Mapping[str, str] | None = None,
    ) -> EffectMap:
        """Convert one course, or several added voxel by voxel; errors as `CourseAnalysis.of` and `EffectMap.of`. [Gy]

        `courses` may be left out where there is only one; the other parameters as in `EffectMap.of` and `course_sum`.
        """
        from rtcalc.dicom.effect_map import EffectMap

        chosen = self._chosen(courses or [None], fractions, fractions_in_file, names)
        return EffectMap.of(
            chosen,
            alpha_beta,
            self.registrations,
            effect=effect,
            by_structure=by_structure,
            same_sessions=same_sessions,
        )

    def _chosen(
        self,
        courses: Sequence[str | None],
        fractions: Stated,
        fractions_in_file: Stated,
        names: Mapping[str, str] | None,
    ) -> list[CourseAnalysis]:
        from rtcalc.dicom.courses import find_course, stated_for

        counts, held = stated_for(self, fractions), stated_for(self, fractions_in_file)
        ids = [find_course(self, course)[0] for course in courses]
        return [
            self.course(name, names=names, fractions=counts.get(name), fractions_in_file=held.get(name)) for name in ids
        ]

    def course_sum(
        self,
        structure: str | int,
        alpha_beta: DoseLike,
        courses: Sequence[str] = (),
        *,
        same_sessions: Sequence[Collection[str]] = (),
        fractions: Stated = None,
        fractions_in_file: Stated = None,
        names: Mapping[str, str] | None = None,
    ) -> CourseSum:
        """Sum courses on a structure of the first one; where none is named, all of them in the order of `drawn_first`.

        Errors as `summing.course_sum`. [Gy]

        `fractions` and `fractions_in_file` say, for all courses or by course, what the files do not say.
        """
        from rtcalc.dicom.courses import drawn_first
        from rtcalc.dicom.summing import course_sum

        chosen = self._chosen(courses or drawn_first(self, structure, names), fractions, fractions_in_file, names)
        return course_sum(chosen, structure, alpha_beta, self.registrations, same_sessions=same_sessions)

    def case(
        self,
        *,
        disease: str | None = None,
        tissue: str | None = None,
        technique: str | None = None,
        limit_sets: Sequence[str] = (),
        names: Mapping[str, str] | None = None,
        registry: Registry | None = None,
        fractions_in_file: Stated = None,
        **rest: str,
    ) -> Case:
        """Make a case of the courses, or say everything that is missing; as `case_skeleton.case_of`."""
        from rtcalc.dicom.case_skeleton import case_of

        return case_of(
            self,
            disease=disease,
            tissue=tissue,
            technique=technique,
            limit_sets=limit_sets,
            names=names,
            registry=registry,
            fractions_in_file=fractions_in_file,
            **rest,
        )


def read_dicom(
    path: Path_,
    *,
    acknowledge: Collection[str] = (),
    limits: ReadLimits = DEFAULT,
    isolated: bool = False,
    progress: Progress | None = None,
    reference: Reference | None = None,
) -> Study:
    """Read DICOM-RT: RT Plan, RT Dose, RT Structure Set and rigid Spatial Registration of one patient.

    Parameters
    ----------
    path : path, or several
        A folder (with those below it), a zip archive, a file, or a list of files.
    acknowledge : words, optional
        Contradictions that you accept, of `checks.ACKNOWLEDGEMENTS`: "different patients", "different plan",
        "different frame", "dose below prescription", "equal doses". Each is noted in every output.
    limits : ReadLimits, optional
    isolated : bool
        Read in a process of its own with bounded memory and time: for files that somebody else supplied.
    progress : callable, optional
        Called with file, number done and number of files; it stops the reading by raising. Not when isolated.
    reference : str, pint.Quantity or PhysicalDose; or mapping, optional
        Dose of 100 % of a relative dose, or of several by file, such as "45 Gy"; as `relative.with_reference`. [Gy]

    Returns
    -------
    Study

    Raises
    ------
    DicomError
        A file that is damaged or contradicts itself, files of several patients, nothing to read. A file that is no
        RT object is listed in `unused`.
    UnknownName
        An acknowledgement of something that cannot be acknowledged.

    Notes
    -----
    What contradicts between a dose, its plan and its structures is a problem of their `TreatmentSet`, and is raised
    when something is to be computed from it. No name, number or birth date of a patient is kept.

    Examples
    --------
    >>> read_dicom("no-such-folder")
    Traceback (most recent call last):
    ...
    rtcalc.errors.DicomError: no-such-folder: No such file or directory; expected a readable file. Check the path.
    """
    accepted = checks.acknowledged(acknowledge)
    if isolated:
        from rtcalc.dicom.isolated import read_isolated
    study = read_isolated(path, accepted, limits) if isolated else _read(path, accepted, limits, progress)
    if reference is not None:
        from rtcalc.dicom.relative import with_reference

        study = with_reference(study, reference)
    return study


def _read(path: Path_, accepted: frozenset[str], limits: ReadLimits, progress: Progress | None) -> Study:
    unused, heads = list[Unused](), list[ImageSlice | None]()
    files = rt_files(path, limits, unused, progress, lambda head: heads.append(read_slice(head)))
    objects = list(_distinct((read_object(data, name, limits) for name, data in files), unused))
    if not objects:
        why = "; ".join(f"{one.name}: {one.reason}" for one in unused[:3]) or "it is empty"
        refuse("read_dicom", f"no DICOM-RT was found ({why})", "an RT Plan, Dose or Structure Set", "Check the path.")
    plans = tuple(one for one in objects if isinstance(one, Plan))
    doses = tuple(one for one in objects if isinstance(one, DoseGrid))
    structure_sets = tuple(one for one in objects if isinstance(one, StructureSet))
    sources = [one.source for one in objects]
    notes = [*checks.same_patient(sources, accepted), *checks.same_study(sources)]
    sets = treatment_sets(plans, doses, structure_sets, accepted)
    notes += [note for one in objects for note in one.notes]
    notes += [note for one in sets for note in (*one.problems, *one.dose.notes, *one.notes)]
    notes += checks.equal_doses([one.dose for one in sets], accepted)
    return Study(
        plans=plans,
        doses=doses,
        structure_sets=structure_sets,
        sets=sets,
        registrations=tuple(one for one in objects if isinstance(one, Registration)),
        unused=tuple(unused),
        notes=tuple(dict.fromkeys(notes)),
        images=tuple(one for one in heads if one is not None),
    )


def read_object(data: bytes, name: str, limits: ReadLimits = DEFAULT) -> RtObject:
    """Read one RT file.

    Raises
    ------
    DicomError
        Whatever is wrong with it.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what pydicom warns of is checked here, value by value
            return identified(data, lambda: _of_kind(open_rt(data, name, limits), limits))
    except (DicomError, MemoryError, KeyboardInterrupt):
        raise
    except Exception as problem:  # pydicom parses a nested item when it is first asked for, and fails in many ways
        kind = type(problem).__name__
        raise DicomError(f"{name}: not readable as DICOM-RT ({kind}); expected a whole file. {AGAIN}") from problem


def _of_kind(file: RtFile, limits: ReadLimits) -> RtObject:
    if file.kind == RT_PLAN:
        return read_plan(file)
    if file.kind == RT_DOSE:
        return read_dose(file, limits)
    if file.kind == REGISTRATION:
        return read_registration(file)
    return read_structures(file, limits)


def _distinct(objects: Iterable[RtObject], unused: list[Unused]) -> Iterator[RtObject]:
    """Drop a file that is there twice; refuse two that claim to be the same and are not."""
    seen: dict[str, RtObject] = {}
    for one in objects:
        first = seen.setdefault(one.source.uid, one)
        if first is one:
            yield one
        elif first.source.sha256 == one.source.sha256:
            unused.append(Unused(one.source.name, type(one).__name__, f"the same file as {first.source.name}"))
        else:
            refuse(
                f"{first.source.name} and {one.source.name}",
                "two different files have the same SOPInstanceUID (0008,0018)",
                "one of them",
                "Leave the outdated one out.",
            )
