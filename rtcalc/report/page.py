"""What every text report has, whatever its length: head, what was given, what was left open, the sources."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator

from rtcalc.assessment import Assessment
from rtcalc.case import Case
from rtcalc.courses import Course, Prescription
from rtcalc.decimals import plain
from rtcalc.drugs import Exposure, Period
from rtcalc.evidence import Severity
from rtcalc.findings import Finding, State
from rtcalc.intended_use import INTENDED_USE
from rtcalc.report.layout import columns, folder_line, wrapped

WORDS = {Severity.STOP: "STOP", Severity.WARNING: "WARNING", Severity.CAUTION: "CAUTION", Severity.INFO: "INFO"}


class Page(ABC):
    """An assessment in lines of a width. The two layouts differ in how they say a finding and what was left open.

    Attributes
    ----------
    margin : int
        Characters of the column of labels.
    """

    margin: int

    def __init__(self, assessment: Assessment, width: int) -> None:
        self.found, self.width = assessment, width

    def lines(self) -> Iterator[str]:
        """Every line of the report."""
        yield from self.head()
        yield from self.given()
        for severity in reversed(Severity):
            findings = self.chosen([finding for finding in self.found.findings if finding.severity is severity])
            for number, finding in enumerate(findings, start=1):
                label = WORDS[severity] if number == 1 else ""
                yield from self.finding(label, f"{WORDS[severity][0]}{number}", finding)
        yield from self.not_evaluated()
        yield from self.not_applicable()
        yield from self.block("NOT COMPUTED", f"{'; '.join(self.found.not_computed)}.")
        yield from self.rest()

    def chosen(self, findings: list[Finding]) -> list[Finding]:
        """The findings of one severity, as they are shown."""
        return findings

    @abstractmethod
    def finding(self, label: str, number: str, finding: Finding) -> Iterator[str]:
        """Say one finding."""

    @abstractmethod
    def not_evaluated(self) -> Iterator[str]:
        """Say which requested limits could not be evaluated, and why."""

    @abstractmethod
    def rest(self) -> Iterator[str]:
        """Say what stands beside the findings, and the sources."""

    # --- head --------------------------------------------------------------------------------------------------------
    def head(self) -> Iterator[str]:
        """Say what this is, the sentence for the phone, and the counts."""
        found = self.found
        if found.folder:
            yield folder_line(found.folder, found.overridden)
        name = f"rtcalc assess  {found.case.id}  v{found.version}"
        yield from self.wrap(f"{name}  registry {found.registry_sha256[:8]}  case {found.case.sha256[:8]}")
        yield from self.wrap(INTENDED_USE)
        if found.case.title:
            yield from self.wrap(found.case.title)
        yield ""
        yield from self.block("IN ONE LINE", found.sentence)
        yield from self.block("COUNTS", self.counts())
        yield ""

    def counts(self) -> str:
        """How many findings of each severity, and limits in each state."""
        found = self.found
        by_severity = [(WORDS[s].lower(), sum(f.severity is s for f in found.findings)) for s in reversed(Severity)]
        findings = ", ".join(f"{count} {word}" for word, count in by_severity if count)
        states = ", ".join(f"{count} {state.words}" for state, count in found.counts if count) or "none requested"
        return (
            f"{len(found.findings)} findings: {findings}.  Limits: {states}.  complete: {str(found.complete).lower()}"
        )

    # --- what was given ----------------------------------------------------------------------------------------------
    def given(self) -> Iterator[str]:
        """Say what the case states: courses, drugs, the patient."""
        case = self.found.case
        rows = [self.course_row(course) for course in case.courses]
        yield from self.labelled(
            "COURSES" if len(rows) > 1 else "COURSE", columns(None, rows, self.width - self.margin)
        )
        for number, exposure in enumerate(case.exposures):
            yield from self.block("DRUGS" if number == 0 else "", _exposure_words(case, exposure))
        yield from self.surgery([f"{what}, {when}" for what, when in case.patient.surgery])
        facts = list(_patient_words(case))
        if facts:
            yield from self.block("PATIENT", "; ".join(facts))
        if case.note:
            yield from self.block("NOTE", case.note)
        yield ""

    def surgery(self, operations: list[str]) -> Iterator[str]:
        """Say which operations there were."""
        for number, words in enumerate(operations):
            yield from self.block("SURGERY" if number == 0 else "", words)

    def course_row(self, course: Course) -> tuple[str, ...]:
        """A course as cells: its number, schedules, technique, and its targets with the start."""
        schedules = "; ".join(course.words(prescription.given) for prescription in course.prescriptions)
        sites = "; ".join(self.site(course, prescription) for prescription in course.prescriptions)
        return str(self.found.case.number(course.id)), schedules, course.technique, f"{sites}; start {course.start}"

    def site(self, course: Course, prescription: Prescription) -> str:
        """A target by its site and size."""
        target = self.found.case.target(prescription.target)
        size = f", {plain(target.largest_mm)} mm" if target.largest_mm is not None else ""
        return f"{target.site}{size}"

    # --- what was left open ------------------------------------------------------------------------------------------
    def not_applicable(self) -> Iterator[str]:
        """Say which limits are for another population."""
        others = [verdict for verdict in self.found.verdicts if verdict.state is State.NOT_APPLICABLE]
        if others:
            words = (f"{v.organ} {v.metric} {v.bound}, {v.course} ({v.limit}): {v.note}" for v in others)
            yield from self.block("NOT APPLICABLE", f"{'; '.join(words)}.")

    # --- layout ------------------------------------------------------------------------------------------------------
    def block(self, label: str, words: str, indent: int = 0, hang: int = 0) -> Iterator[str]:
        """A paragraph in the width: `indent` moves all of it, `hang` all but its first line."""
        start = f"{f'{label}  ' if label else '':<{self.margin}}"
        yield from wrapped(words, self.width, start + " " * indent, " " * (len(start) + indent + hang))

    def wrap(self, words: str) -> Iterator[str]:
        """A paragraph over the whole width."""
        yield from wrapped(words, self.width)

    def labelled(self, label: str, rows: Iterator[str], indent: int = 0) -> Iterator[str]:
        """Rows of a table beside a label."""
        for number, row in enumerate(rows):
            yield f"{label if number == 0 else '':<{self.margin}}{' ' * indent}{row}"


def _patient_words(case: Case) -> Iterator[str]:
    patient = case.patient
    if patient.sex:
        yield patient.sex
    if patient.kidneys is not None:
        yield f"kidneys: {patient.kidneys}"
    for organ, volume in patient.volumes_cc:
        yield f"{organ} {'volume not stated' if volume is None else f'{plain(volume)} cc'}"
    yield from patient.tags


def _exposure_words(case: Case, exposure: Exposure) -> str:
    periods = "; ".join(_period_words(period) for period in exposure.periods)
    during = ", ".join(f"{state} during course {case.number(course)}" for course, state in exposure.during)
    parts = [part for part in (periods, during, exposure.reason) if part]
    return f"{exposure.drug}: {'; '.join(parts)}"


def _period_words(period: Period) -> str:
    dose = "dose not stated" if period.dose == "not stated" else period.dose
    cycle = f", {period.cycle[0]} d on / {period.cycle[1]} d off" if period.cycle else ""
    last = "still taken" if period.last.still else f"last day {period.last}"
    return f"{dose}{cycle}, first day {period.first}, {last}"
