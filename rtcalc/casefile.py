"""Case files: the text a clinician writes, checked field by field, as a `Case`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import cast

from rtcalc.case import Case, Near, OrganDose, Patient, Recovery, Target
from rtcalc.caseschema import (
    CaseFile,
    CourseEntry,
    DosesEntry,
    DrugEntry,
    NearEntry,
    OrderEntry,
    PatientEntry,
    PrescriptionEntry,
    TargetEntry,
)
from rtcalc.chronology import timeline
from rtcalc.consistency import consistent
from rtcalc.courses import Course, Pattern, Prescription
from rtcalc.dates import When, read_order
from rtcalc.drugs import Exposure, Period
from rtcalc.errors import DomainError, ProtocolError, RtcalcError, UnknownName
from rtcalc.limits import Metric
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
    return read_case(load(path))


def parse_case(text: str, name: str = "case.yaml") -> Case:
    """Read a case from text, as `load_case` does from a file."""
    return read_case(loads(text, name))


def read_case(document: Document) -> Case:
    """Read a case from a document that is already text."""
    file = validate(document, CaseFile)
    reader = _Reader(document, frozenset(file.courses))
    case = reader.case(file)
    with reader.at():
        timeline(case)
    return case


class _Reader:
    """Turns the validated file into values; every refusal names its place in the document."""

    def __init__(self, document: Document, courses: frozenset[str]) -> None:
        self.document, self.courses = document, courses

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
        canonical = json.dumps(self.document.data, sort_keys=True, ensure_ascii=False)
        return Case(
            id=file.id,
            title=file.title,
            disease=file.disease,
            patient=self.patient(file.patient),
            targets=targets,
            courses=courses,
            exposures=self.exposures(file),
            organ_doses=self.organ_doses(file),
            limit_sets=file.limit_sets,
            recovery=tuple(Recovery(**entry.model_dump()) for entry in file.recovery),
            acknowledged=self.acknowledged(file),
            dicom=file.dicom,
            source=(file.source.key, file.source.place) if file.source else None,
            note=file.note or "",
            sha256=sha256(canonical.encode()).hexdigest(),
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
                prescriptions.append(_prescription(target, prescription))
        days, pattern, calendar = self.days(name, entry)
        start = self.when(entry.start, "courses", name, "start")
        with self.at("courses", name):
            _same_fractions(prescriptions)
            _count_days(days, prescriptions[0], entry.status)
            _end_after_start(start, self.when(entry.end, "courses", name, "end"))
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
            per_day=entry.per_day,
            hours_between=entry.hours_between,
            session_minutes=None if entry.session is None else 60.0 * entry.session,
            ptv_margin_mm=entry.margins.PTV,
            prv_margin_mm=entry.margins.PRV,
            heterogeneity_corrected=entry.heterogeneity_corrected,
            note=entry.note or "",
        )

    def days(self, name: str, entry: CourseEntry) -> tuple[tuple[int, ...] | None, Pattern, bool]:
        if isinstance(entry.treatment_days, str):
            return None, cast("Pattern", entry.treatment_days), True
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
            with self.at(*place, "periods", i):
                _end_after_start(first, last)
            periods.append(Period(dose=period.dose, first=first, last=last, cycle=period.cycle))
        return Exposure(
            drug=entry.drug, periods=tuple(periods), during=tuple(entry.during.items()), reason=entry.reason or ""
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
                    doses += _organ_doses(organ, course, entry)
        return tuple(doses)

    def acknowledged(self, file: CaseFile) -> tuple[str, ...]:
        said = []
        for organ, courses in file.acknowledged.prescription_as_organ_dose.items():
            for course in courses:
                with self.at("acknowledged", "prescription_as_organ_dose", organ):
                    self.known(course)
                    said.append(f"prescription as organ dose: {organ}, {course}")
        return (*said, *file.acknowledged.other)

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


def _prescription(target: str, entry: PrescriptionEntry) -> Prescription:
    metrics = []
    for name, text in entry.target_metrics.items():
        # D98 of a target is per cent of its volume: the field's own short form.
        metric = Metric.parse(f"{name}%" if name[-1:].isdigit() else name)
        if not metric.is_dose or metric.kind == "mean":
            raise DomainError(f"target_metrics: {name} is no dose point; write D98, D95, D50, D2 or Dmax")
        metrics.append((metric, metric.read_value(text)[0]))
    if entry.isodose is not None and not 0 < entry.isodose <= 100:
        raise DomainError(f"isodose {entry.isodose:g} %: must be above 0 and at most 100 %")
    consistent(target, [(metric, gray, "Gy") for metric, gray in metrics])
    return Prescription(
        target=target,
        planned=entry.dose,
        delivered=entry.delivered,
        to=entry.to,
        isodose_percent=entry.isodose,
        metrics=tuple(metrics),
    )


def _same_fractions(prescriptions: list[Prescription]) -> None:
    counts = {prescription.given.fractions for prescription in prescriptions}
    if len(counts) > 1:
        raise DomainError(
            f"prescription: targets of one course have the same fractions, here {sorted(counts)}; "
            f"write separate courses"
        )


def _count_days(days: tuple[int, ...] | None, prescription: Prescription, status: str) -> None:
    count = prescription.given.fractions
    if days is not None and len(days) != count:
        raise DomainError(
            f"treatment_days: {len(days)} days for {count} fractions; give a day for each fraction"
            + ("" if status != "stopped" else " that was delivered, and 'delivered'")
        )


def _end_after_start(start: When, end: When) -> None:
    if start.earliest is not None and end.latest is not None and end.latest < start.earliest:
        raise DomainError(f"the end ({end}) is before the start ({start})")


def _organ_doses(organ: str, course: str, entry: DosesEntry) -> list[OrganDose]:
    doses = []
    for name, text in entry.metrics.items():
        metric = Metric.parse(name)
        value, unit = metric.read_value(text)
        doses.append(
            OrganDose(
                organ=organ,
                course=course,
                metric=metric,
                value=value,
                unit=unit,
                measured_on=entry.on,
                origin=entry.origin,
            )
        )
    consistent(organ, [(dose.metric, dose.value, dose.unit) for dose in doses])
    return doses
