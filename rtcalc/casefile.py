"""Case files: the text a clinician writes, checked field by field, as a `Case`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from rtcalc.case import Case, Near, OrganCurve, OrganDose, Patient, Recovery, Target
from rtcalc.case_courses import (
    count_days,
    end_after_start,
    read_dose_rate,
    read_particles,
    read_prescription,
    same_fractions,
)
from rtcalc.case_organs import read_curve, require_agreement, require_target, typed_doses
from rtcalc.caseschema import (
    CaseFile,
    CourseEntry,
    DrugEntry,
    NearEntry,
    OrderEntry,
    PatientEntry,
    TargetEntry,
)
from rtcalc.chronology import stages, timeline
from rtcalc.courses import Course
from rtcalc.dates import When, read_order
from rtcalc.drug_periods import require_sound
from rtcalc.drugs import Exposure, Period
from rtcalc.errors import DomainError, ProtocolError, RtcalcError, UnknownName
from rtcalc.notes import Note
from rtcalc.registry.validate import validate
from rtcalc.textfile import Document, load, loads


def load_case(path: str | Path) -> Case:
    """Read a case file.

    Parameters
    ----------
    path : str or Path
        YAML, or JSON with the same fields; every value is text with its unit.

    Returns
    -------
    Case

    Raises
    ------
    ProtocolError
        One line: file, line, field, what was expected.

    Examples
    --------
    >>> from rtcalc.registry.location import builtin
    >>> case = load_case(builtin() / "cases" / "gist-case-2.yaml")
    >>> [str(course.prescriptions[0].planned) for course in case.courses]
    ['45 Gy / 5', '40 Gy / 4', '32 Gy / 5']
    """
    return read_case(load(path), Path(path).parent)


def parse_case(text: str, name: str = "case.yaml", folder: str | Path | None = None) -> Case:
    """Read a case from text, as in `load_case`.

    Parameters
    ----------
    text : str
        YAML or JSON.
    name : str
        For the messages.
    folder : str or Path, optional
        Where its dose-volume curves lie; without it the case may name none.

    Examples
    --------
    >>> from rtcalc.registry.location import builtin
    >>> parse_case((builtin() / "cases" / "gist-case-2.yaml").read_text(encoding="utf-8")).id
    'gist-case-2'
    """
    return read_case(loads(text, name), None if folder is None else Path(folder))


def read_case(document: Document, folder: Path | None = None) -> Case:
    """Read a case from a document that is already text; without `folder` it may name no dose-volume curve."""
    file = validate(document, CaseFile)
    reader = _Reader(document, frozenset(file.courses), folder)
    case = reader.case(file)
    reader.require_one_course_of_time(case)
    return case


class _Reader:
    """Turns the validated file into values; every refusal names its place in the document."""

    def __init__(self, document: Document, courses: frozenset[str], folder: Path | None) -> None:
        self.document, self.courses, self.folder = document, courses, folder

    @contextmanager
    def at(self, *place: str | int) -> Iterator[None]:
        try:
            yield
        except RtcalcError as problem:
            if str(problem).startswith(self.document.name):
                raise
            raise ProtocolError(f"{self.document.where(place)}: {problem}", self.document.known(place)) from problem

    def case(self, file: CaseFile) -> Case:
        targets = tuple(self.target(name, entry) for name, entry in file.targets.items())
        courses = tuple(self.course(name, entry, file) for name, entry in file.courses.items())
        self.same_sessions(courses)
        curves = self.curves(file)
        # The exports are part of the case: another curve under the same name is another case.
        content = [self.document.data, *(curve.sha256 for curve in curves)] if curves else self.document.data
        canonical = json.dumps(content, sort_keys=True, ensure_ascii=False)
        return Case(
            id=file.id,
            title=file.title,
            disease=file.disease,
            patient=self.patient(file.patient),
            targets=targets,
            courses=courses,
            exposures=self.exposures(file),
            organ_doses=self.organ_doses(file),
            curves=tuple(curve for curve in curves if curve.dvh.organ not in file.targets),
            target_curves=tuple(curve for curve in curves if curve.dvh.organ in file.targets),
            tumour_control=file.tumour_control.parameters if file.tumour_control else None,
            limit_sets=file.limit_sets,
            recovery=tuple(Recovery(**entry.model_dump()) for entry in file.recovery),
            acknowledged=self.acknowledged(file),
            dicom=file.dicom,
            file_notes=tuple(Note(**entry.model_dump()) for entry in file.file_notes),
            source=(file.source.key, file.source.place) if file.source else None,
            note=file.note or "",
            sha256=sha256(canonical.encode()).hexdigest(),
            document=self.document,
        )

    # --- patient and targets ----------------------------------------------------------------------------------------
    def patient(self, entry: PatientEntry) -> Patient:
        surgery = tuple((what, self.when(when, "patient", "surgery", what)) for what, when in entry.surgery.items())
        return Patient(
            sex=entry.sex,
            kidneys=entry.kidneys,
            surgery=surgery,
            volumes_cc=tuple(entry.volumes.items()),
            tags=entry.tags,
        )

    def target(self, name: str, entry: TargetEntry) -> Target:
        return Target(
            id=name,
            site=entry.site,
            region=entry.region,
            level=entry.level,
            near=_near(entry.near),
            largest_mm=entry.largest,
            tissue=entry.tissue,
        )

    # --- courses ----------------------------------------------------------------------------------------------------
    def course(self, name: str, entry: CourseEntry, file: CaseFile) -> Course:
        prescriptions = []
        for target, prescription in entry.prescription.items():
            with self.at("courses", name, "prescription", target):
                if target not in file.targets:
                    raise UnknownName("target", target, file.targets)
                prescriptions.append(read_prescription(target, prescription))
        days, pattern, calendar = self.days(name, entry)
        start = self.when(entry.start, "courses", name, "start")
        with self.at("courses", name):
            same_fractions(prescriptions)
            count_days(days, prescriptions[0], entry.status)
            end_after_start(start, self.when(entry.end, "courses", name, "end"))
            particles, dose_rate = read_particles(entry), read_dose_rate(entry, prescriptions)
        return Course(
            id=name,
            prescriptions=tuple(prescriptions),
            start=When(earliest=days[0], latest=days[0], calendar=calendar) if days and not start.stated else start,
            end=self.when(entry.end, "courses", name, "end"),
            pattern=pattern,
            days=days,
            calendar=calendar if days else start.calendar,
            technique=entry.technique,
            status=entry.status,
            known_by=entry.known_by,
            same_sessions_as=entry.same_sessions_as,
            radiation=entry.radiation,
            particles=particles,
            doses_weighted=entry.doses_are is not None,
            dose_rate=dose_rate,
            per_day=entry.per_day,
            hours_between=entry.hours_between,
            session_minutes=None if entry.session is None else 60.0 * entry.session,
            ptv_margin_mm=entry.margins.PTV,
            prv_margin_mm=entry.margins.PRV,
            heterogeneity_corrected=entry.heterogeneity_corrected,
            note=entry.note or "",
        )

    def days(self, name: str, entry: CourseEntry) -> tuple[tuple[int, ...] | None, str, bool]:
        if isinstance(entry.treatment_days, str):
            return None, entry.treatment_days, True
        exact: list[int] = []
        for number, when in enumerate(entry.treatment_days):
            with self.at("courses", name, "treatment_days", number):
                if when.exact is None:
                    raise DomainError(f"{when}: a treatment day is an exact day")
                if exact and when.exact < exact[-1]:
                    raise DomainError(f"{when} stands after a later day; write the days in order")
                exact.append(when.exact)
        return tuple(exact), "not stated", entry.treatment_days[0].calendar

    def same_sessions(self, courses: tuple[Course, ...]) -> None:
        by_id = {course.id: course for course in courses}
        for course in courses:
            for number, other in enumerate(course.same_sessions_as):
                with self.at("courses", course.id, "same_sessions_as", number):
                    if other not in by_id or other == course.id:
                        raise UnknownName("other course", other, set(by_id) - {course.id})
                    if by_id[other].fractions != course.fractions:
                        raise DomainError(
                            f"{course.id} has {course.fractions} fractions and {other} {by_id[other].fractions}; "
                            f"doses of the same sessions need the same number"
                        )

    # --- drugs ------------------------------------------------------------------------------------------------------
    def exposures(self, file: CaseFile) -> tuple[Exposure, ...]:
        names = [entry.drug.lower() for entry in file.drugs]
        for number, name in enumerate(names):
            with self.at("drugs", number, "drug"):
                if name in names[:number]:
                    raise DomainError(f"{file.drugs[number].drug} stands twice; write one entry with several periods")
        return tuple(self.exposure(i, entry) for i, entry in enumerate(file.drugs))

    def exposure(self, number: int, entry: DrugEntry) -> Exposure:
        place = ("drugs", number)
        for course in entry.during:
            with self.at(*place, "during", course):
                self.known(course)
        periods = []
        for i, period in enumerate(entry.periods):
            first = self.when(period.first, *place, "periods", i, "first")
            last = self.when(period.last, *place, "periods", i, "last")
            periods.append(Period(dose=period.dose, first=first, last=last, cycle=period.cycle))
            with self.at(*place, "periods", i):
                require_sound(periods)
        return Exposure(
            drug=entry.drug,
            periods=tuple(periods),
            during=tuple(entry.during.items()),
            reason=entry.reason or "",
            no_entry=entry.registry_entry == "none",
        )

    # --- organ doses ------------------------------------------------------------------------------------------------
    def organ_doses(self, file: CaseFile) -> tuple[OrganDose, ...] | None:
        if isinstance(file.organ_doses, str):
            return None
        doses: list[OrganDose] = []
        for organ, by_course in file.organ_doses.items():
            for course, entry in by_course.items():
                with self.at("organ_doses", organ, course):
                    self.known(course)
                    doses += typed_doses(organ, course, entry)
        return tuple(doses)

    def curves(self, file: CaseFile) -> tuple[OrganCurve, ...]:
        found: list[OrganCurve] = []
        for course, entry in file.courses.items():
            for organ, given in entry.dvh.items():
                with self.at("courses", course, "dvh", organ):
                    if organ in file.targets:
                        require_target(organ, given, entry.prescription)
                    curve = read_curve(organ, course, given, self.folder)
                    if organ not in file.targets and file.organ_doses == "none reported":
                        raise DomainError("a curve is given, and organ_doses says none reported; write not stated")
                    if isinstance(file.organ_doses, dict) and course in file.organ_doses.get(organ, {}):
                        require_agreement(file.organ_doses[organ][course], curve)
                found.append(curve)
        return tuple(found)

    def acknowledged(self, file: CaseFile) -> tuple[str, ...]:
        said = []
        for organ, courses in file.acknowledged.prescription_as_organ_dose.items():
            for course in courses:
                with self.at("acknowledged", "prescription_as_organ_dose", organ):
                    self.known(course)
                    said.append(f"prescription as organ dose: {organ}, {course}")
        return (*said, *file.acknowledged.other)

    def require_one_course_of_time(self, case: Case) -> None:
        """Refuse dates that cannot all be true, at the first course or drug that contradicts what stands before it."""
        try:
            timeline(case)
        except ProtocolError:
            for place, part in stages(case):
                with self.at(*place):
                    timeline(part)
            raise

    # --- shared -----------------------------------------------------------------------------------------------------
    def known(self, course: str) -> None:
        if course not in self.courses:
            raise UnknownName("course", course, self.courses)

    def when(self, value: When | OrderEntry, *place: str | int) -> When:
        with self.at(*place):
            if isinstance(value, OrderEntry):
                value = read_order(value.after, value.before, value.printed or "", self.courses)
            elif value.relative_to:
                self.known(value.relative_to)
            if place[0] == "courses" and place[1] in (value.relative_to, value.after, value.before):
                raise DomainError(f"{place[1]} is dated by itself; name another course or a date")
            if value.still and place[-1] != "last":
                raise DomainError("'still taken' is said of the last day of a drug only")
            return value


def _near(entry: NearEntry | None) -> tuple[Near, ...] | None:
    if entry is None:
        return None
    groups = (("stated", entry.stated), ("dicom", entry.dicom), ("assumed", entry.assumed))
    return tuple(
        Near(organ=organ, distance_mm=distance, basis=basis)  # type: ignore[arg-type]
        for basis, group in groups
        for organ, distance in group.items()
    )
