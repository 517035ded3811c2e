"""An assessment as plain text: the phone sentence, the courses, the findings worst first, the sources.

Lines are laid out for a fixed width and nothing is cut: a cell that is too long makes its table longer, a sentence
goes on in the next line. Names from files are text; control characters in them are shown as escapes.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import replace

from rtcalc.assessment import Assessment
from rtcalc.case import Case
from rtcalc.courses import Course
from rtcalc.decimals import fixed, plain
from rtcalc.drugs import Exposure, Period
from rtcalc.evidence import Severity
from rtcalc.findings import Finding, State, Verdict
from rtcalc.intended_use import INTENDED_USE
from rtcalc.report.layout import columns, folder_line, visible

WIDTH = 120
LABEL = 14
WORDS = {Severity.STOP: "STOP", Severity.WARNING: "WARNING", Severity.CAUTION: "CAUTION", Severity.INFO: "INFO"}


def text(assessment: Assessment, *, full: bool = False, width: int = WIDTH) -> str:
    """Lay an assessment out as text.

    Parameters
    ----------
    assessment : Assessment
    full : bool
        Every line of every finding, every limit that passed or was not evaluated, and the rules that do not apply.
    width : int
        Characters to a line, at least 60.

    Returns
    -------
    str

    Examples
    --------
    >>> import rtcalc as rt
    >>> from rtcalc.registry.location import builtin
    >>> found = rt.assess(rt.load_case(builtin() / "cases" / "rcc-bone.yaml"))
    >>> print(rt.report.text(found).splitlines()[0][:23])
    rtcalc assess  rcc-bone
    """
    lines = list(_Text(assessment, full, max(width, 60)).lines())
    return "\n".join(visible(line).rstrip() for line in lines) + "\n"


class _Text:
    def __init__(self, assessment: Assessment, full: bool, width: int) -> None:
        self.found, self.full, self.width = assessment, full, width

    def lines(self) -> Iterator[str]:
        yield from self.head()
        yield from self.given()
        for severity in reversed(Severity):
            findings = [finding for finding in self.found.findings if finding.severity is severity]
            if severity is Severity.INFO and not self.full:
                findings = self.passes_together(findings)
            for number, finding in enumerate(findings, start=1):
                label = WORDS[severity] if number == 1 else ""
                yield from self.finding(label, f"{WORDS[severity][0]}{number}", finding)
        yield from self.not_evaluated()
        yield from self.context()
        yield from self.sources()

    # --- head --------------------------------------------------------------------------------------------------------
    def head(self) -> Iterator[str]:
        found = self.found
        if found.folder:
            yield folder_line(found.folder, found.overridden)
        name = f"rtcalc assess  {found.case.id}  v{found.version}"
        yield from self.wrap(f"{name}  registry {found.registry_sha256[:8]}  case {found.case.sha256[:8]}", 0)
        yield from self.wrap(INTENDED_USE, 0)
        if found.case.title:
            yield from self.wrap(found.case.title, 0)
        yield ""
        yield from self.block("IN ONE LINE", found.sentence)
        yield from self.block("", self.counts())
        yield ""

    def counts(self) -> str:
        found = self.found
        by_severity = [(WORDS[s].lower(), sum(f.severity is s for f in found.findings)) for s in reversed(Severity)]
        findings = ", ".join(f"{count} {word}" for word, count in by_severity if count)
        states = ", ".join(f"{count} {state.words}" for state, count in found.counts if count) or "none requested"
        return (
            f"{len(found.findings)} findings: {findings}.  Limits: {states}.  complete: {str(found.complete).lower()}"
        )

    # --- what was given ----------------------------------------------------------------------------------------------
    def given(self) -> Iterator[str]:
        case = self.found.case
        rows = [_course_row(case, course) for course in case.courses]
        yield from self.labelled("COURSES" if len(rows) > 1 else "COURSE", columns(None, rows, self.width - LABEL))
        for number, exposure in enumerate(case.exposures):
            yield from self.block("DRUGS" if number == 0 else "", _exposure_words(case, exposure))
        for number, (what, when) in enumerate(case.patient.surgery):
            yield from self.block("SURGERY" if number == 0 else "", f"{what}, {when}")
        facts = list(_patient_words(case))
        if facts:
            yield from self.block("PATIENT", "; ".join(facts))
        if case.note:
            yield from self.block("NOTE", case.note)
        yield ""

    def passes_together(self, findings: list[Finding]) -> list[Finding]:
        """The findings with all limits that passed as one, each organ with its highest per cent."""
        passed = [finding for finding in findings if finding.rule == "organ-limit"]
        if len(passed) < 2:
            return findings
        highest: dict[str, float] = {}
        for verdict in (verdict for finding in passed for verdict in finding.verdicts):
            highest[verdict.organ] = max(highest.get(verdict.organ, 0.0), verdict.percent or 0.0)
        count = sum(len(finding.verdicts) for finding in passed)
        organs = ", ".join(f"{organ} {fixed(percent, 1)} %" for organ, percent in highest.items())
        alone = ", each by its course alone" if len(self.found.case.courses) > 1 else ""
        said = f"The highest of each organ: {organs}. Each with its limit: --full."
        together = replace(passed[0], title=f"{count} limits passed{alone}", sentence=said, lines=())
        return [together, *(finding for finding in findings if finding not in passed)]

    # --- findings ----------------------------------------------------------------------------------------------------
    def finding(self, label: str, number: str, finding: Finding) -> Iterator[str]:
        indent = len(number) + 1
        title = f"{number} {finding.title}{'' if finding.title[-1] in '.?' else '.'}"
        yield from self.block(label, f"{title}  {finding.sentence} {self.name(finding)}", hang=indent)
        for table in (finding.table, finding.detail_table if self.full else None):
            if table:
                yield from self.labelled(
                    "", columns(table.header, list(table.rows), self.width - LABEL - indent), indent
                )
        # In the short report an `info` is its sentence; the screen's lines are its answer.
        short = finding.severity is Severity.INFO and finding.rule != "limit-over-prescription" and not self.full
        for line in (*(() if short else finding.lines), *(finding.details if self.full else ())):
            yield from self.block("", line, indent=indent)
        for statement in finding.against if self.full or finding.severity is not Severity.INFO else ():
            against = f"Against this: {statement.text} [{statement.source}, {statement.kind}, {statement.n}]."
            yield from self.block("", against, indent=indent)
        if finding.would_change:
            changes = "; ".join(str(change) for change in finding.would_change)
            yield from self.block("", f"What would change it: {changes}.", indent=indent)
        if finding.missing and (self.full or finding.severity is not Severity.INFO):
            yield from self.block("", f"Settles it: {'; '.join(finding.missing)}.", indent=indent)

    def name(self, finding: Finding) -> str:
        """What `rtcalc explain` takes: the rule, in full the id of the finding."""
        return f"({finding.id if self.full else finding.rule})"

    def not_evaluated(self) -> Iterator[str]:
        left = [v for v in self.found.verdicts if v.state is State.NOT_EVALUABLE]
        if left:
            yield from self.block("NOT EVALUATED", _left_words(left))
            if self.full:
                for verdict in left:
                    yield from self.block("", _open_words(verdict))
        yield from self.block("NOT COMPUTED", f"{'; '.join(self.found.not_computed)}.")
        if self.full and self.found.clear:
            yield from self.block("CLEAR", "; ".join(self.found.clear))

    def context(self) -> Iterator[str]:
        """What the papers say of the tumour: beside the case, apart from the findings."""
        notes = self.found.notes
        if not notes:
            return
        about = ", ".join(dict.fromkeys(tissue for note in notes for tissue in note.about))
        shown = "rtcalc explain ID" if self.full else "--full"
        yield from self.block(
            "BESIDE IT", f"{len(notes)} notes from papers on {about}, no verdict on this case: {shown}."
        )
        for note in notes if self.full else ():
            yield from self.block("", f"{note.id}: {note.title}. {note.text} [{note.source}, {note.place}]", hang=2)

    def sources(self) -> Iterator[str]:
        keys = dict.fromkeys(key for finding in self.found.findings for key in finding.sources)
        if self.full:
            keys |= dict.fromkeys(note.source for note in self.found.notes)
        if self.found.case.source:
            keys = {self.found.case.source[0]: None, **keys}
        yield from self.block("SOURCES", f"{'; '.join(keys)}.  Each rule: rtcalc explain ID.  Numbers: --json.")

    # --- layout ------------------------------------------------------------------------------------------------------
    def block(self, label: str, words: str, indent: int = 0, hang: int = 0) -> Iterator[str]:
        start = f"{label:<{LABEL}}" if len(label) < LABEL else f"{label}  "
        wrapped = textwrap.wrap(
            words,
            width=self.width,
            initial_indent=start + " " * indent,
            subsequent_indent=" " * (LABEL + indent + hang),
            break_long_words=False,
            break_on_hyphens=False,
        )
        yield from wrapped

    def wrap(self, words: str, indent: int) -> Iterator[str]:
        yield from textwrap.wrap(
            words, self.width, subsequent_indent=" " * indent, break_long_words=False, break_on_hyphens=False
        )

    def labelled(self, label: str, rows: Iterator[str], indent: int = 0) -> Iterator[str]:
        for number, row in enumerate(rows):
            yield f"{label if number == 0 else '':<{LABEL}}{' ' * indent}{row}"


def _course_row(case: Case, course: Course) -> tuple[str, ...]:
    schedules, sites = [], []
    for prescription in course.prescriptions:
        schedules.append(course.words(prescription.given))
        target = case.target(prescription.target)
        size = f", {plain(target.largest_mm)} mm" if target.largest_mm is not None else ""
        sites.append(f"{target.site}{size}")
    when = f"start {course.start}"
    return str(case.number(course.id)), "; ".join(schedules), course.technique, f"{'; '.join(sites)}; {when}"


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


def _left_words(left: list[Verdict]) -> str:
    organs = ", ".join(dict.fromkeys(v.organ for v in left))
    return f"{len(left)} requested limits of {organs}: what is missing stands in --full and in --json."


def _open_words(verdict: Verdict) -> str:
    why = f"; {verdict.note}" if verdict.note else ""
    return f"{verdict.course} {verdict.limit} ({verdict.bound}): missing {', '.join(verdict.missing)}{why}"
