"""The short report: every finding in as few lines as carry its fact, its numbers and its sources.

What is joined keeps its organ, its number and its reason. Only limits that passed are counted together; a note that
stood under one finding of a rule is not repeated under the next, which names the first instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from rtcalc.assessment import Assessment
from rtcalc.assessment.compound import CONDITIONS, TOGETHER
from rtcalc.assessment.organs import named_words, percent_of_limit, state_words, verdict_words
from rtcalc.courses import Course, Prescription
from rtcalc.evidence import Severity
from rtcalc.findings import Finding, State, Table, Verdict
from rtcalc.report.layout import columns
from rtcalc.report.page import Page

# Between statements that share a paragraph: wider than between words, so that each can be found.
BREAK = "  "
LIMIT = "organ-limit"
SCREEN = "limit-over-prescription"
TARGET = "bed-100"
ORDER = (State.EXCEEDED, State.CANNOT_BE_MET, State.UNDETERMINED, State.NEAR, State.PASS)


class Short(Page):
    """One paragraph a finding, and a table where it compares rows."""

    margin = 10

    def __init__(self, assessment: Assessment, width: int) -> None:
        super().__init__(assessment, width)
        self.said: dict[tuple[str, str], str] = {}

    # --- what was given ----------------------------------------------------------------------------------------------
    def surgery(self, operations: list[str]) -> Iterator[str]:
        """All operations in one line."""
        if operations:
            yield from self.block("SURGERY", "; ".join(operations))

    def site(self, course: Course, prescription: Prescription) -> str:
        """The target, in full where it is treated for the first time."""
        case = self.found.case
        treated = [one for one in case.courses if any(p.target == prescription.target for p in one.prescriptions)]
        if treated[0] == course:
            return super().site(course, prescription)
        several = f" ({prescription.target})" if len(treated[0].prescriptions) > 1 else ""
        return f"the target of course {case.number(treated[0].id)}{several}"

    # --- findings ----------------------------------------------------------------------------------------------------
    def chosen(self, findings: list[Finding]) -> list[Finding]:
        """The findings with all limits that passed as one, each organ with its highest per cent."""
        passed = [one for one in findings if one.rule == LIMIT and one.severity is Severity.INFO]
        if len(passed) < 2:
            return findings
        verdicts = [verdict for one in passed for verdict in one.verdicts]
        highest: dict[str, float] = {}
        for verdict in verdicts:
            highest[verdict.organ] = max(highest.get(verdict.organ, 0.0), verdict.percent or 0.0)
        organs = ", ".join(f"{organ} {percent_of_limit(percent)} %" for organ, percent in highest.items())
        alone = ", each by its course alone" if len(self.found.case.courses) > 1 else ""
        said = f"The highest of each organ: {organs}.{_how(verdicts)} Each with its limit: --full."
        together = replace(passed[0], title=f"{len(verdicts)} limits passed{alone}", sentence=said, lines=())
        return [together, *(one for one in findings if one not in passed)]

    def finding(self, label: str, number: str, finding: Finding) -> Iterator[str]:
        """One paragraph, or a table between its answer and its notes."""
        hang = len(number) + 1
        title = f"{number} {finding.title}{'' if finding.title[-1] in '.?' else '.'}"
        answer, notes = (title, *_answer(finding)), tuple(self.further(number, finding))
        rule = (f"({finding.rule})",)
        if finding.table is None or _compound(finding):
            yield from self.block(label, BREAK.join(answer + notes + rule), hang=hang)
            return
        yield from self.block(label, BREAK.join(answer if notes else answer + rule), hang=hang)
        yield from self.rows(finding.table, hang)
        if notes:
            yield from self.block("", BREAK.join(notes + rule), indent=hang)

    def rows(self, table: Table, indent: int) -> Iterator[str]:
        """A table under its finding; further left, or each row in words, where the width asks for it."""
        lines = list(columns(table.header, table.rows, self.width - self.margin - indent))
        left = self.width - max(map(len, lines))
        if left >= 0:
            yield from (f"{' ' * min(left, self.margin + indent)}{line}" for line in lines)
            return
        for row in table.rows:
            cells = zip(table.header, row, strict=True)
            words = "; ".join(f"{name}{'' if name.endswith('=') else ':'} {cell}" for name, cell in cells if cell)
            yield from self.block("", words, indent=indent, hang=2)

    def further(self, number: str, finding: Finding) -> Iterator[str]:
        """What stands behind the answer: notes, evidence against, what would change or settle it."""
        if finding.severity is not Severity.INFO or finding.rule == SCREEN or _compound(finding):
            yield from self.once(number, finding.rule, _notes(finding))
        if finding.severity is not Severity.INFO:
            against = (f"Against this: {one.text} [{one.source}, {one.kind}, {one.n}]." for one in finding.against)
            yield from self.once(number, "", against)
        if finding.would_change:
            yield f"What would change it: {'; '.join(str(change) for change in finding.would_change)}."
        # The conditions of a compound rule say themselves what of each is not known.
        if finding.missing and finding.severity is not Severity.INFO and not _compound(finding):
            yield f"Settles it: {'; '.join(finding.missing)}."

    def once(self, number: str, rule: str, statements: Iterable[str]) -> Iterator[str]:
        """Statements that were not made under this rule yet; of the others, under which finding they stand."""
        earlier = []
        for statement in statements:
            where = self.said.setdefault((rule, statement), number)
            if where == number:
                yield statement
            else:
                earlier.append(where)
        if earlier:
            what = "Notes" if rule else "Against this"
            yield f"{what}: as {', '.join(dict.fromkeys(earlier))}."

    # --- what was left open ------------------------------------------------------------------------------------------
    def not_evaluated(self) -> Iterator[str]:
        """Limits that lack the same thing together, each with organ, metric and course."""
        left = [verdict for verdict in self.found.verdicts if verdict.state is State.NOT_EVALUABLE]
        if not left:
            return
        reasons: dict[str, list[Verdict]] = {}
        for verdict in left:
            reasons.setdefault(_reason(verdict), []).append(verdict)
        said = (f"{reason}: {self.limits(verdicts)}." for reason, verdicts in reasons.items())
        which = ", the course in brackets" if len(self.found.case.courses) > 1 else ""
        yield from self.block("NOT EVALUATED", BREAK.join((f"{len(left)} requested limits{which}.", *said)))

    def limits(self, verdicts: list[Verdict]) -> str:
        """Organs with their metrics, and the courses where the case has several: ``Duodenum D5cc, D10cc (1, 2)``."""
        courses: dict[tuple[str, str], list[str]] = {}
        for verdict in verdicts:
            numbers = courses.setdefault((verdict.organ, verdict.metric), [])
            numbers.append(str(self.found.case.number(verdict.course)))
        metrics: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        for (organ, metric), numbers in courses.items():
            metrics.setdefault((organ, tuple(dict.fromkeys(numbers))), []).append(metric)
        several = len(self.found.case.courses) > 1
        return "; ".join(
            f"{organ} {', '.join(names)}" + (f" ({', '.join(numbers)})" if several else "")
            for (organ, numbers), names in metrics.items()
        )

    def rest(self) -> Iterator[str]:
        """How many notes there are on the tumour, and the keys of the sources."""
        found = self.found
        if found.notes:
            about = ", ".join(dict.fromkeys(tissue for note in found.notes for tissue in note.about))
            said = f"{len(found.notes)} notes from papers on {about}, no verdict on this case: --full."
            yield from self.block("BESIDE IT", said)
        of_case = found.case.source[:1] if found.case.source else ()
        keys = dict.fromkeys((*of_case, *(key for finding in found.findings for key in finding.sources)))
        said = f"{'; '.join(keys)}.  Each in full: --full.  Each rule: rtcalc explain ID.  Numbers: --json."
        yield from self.block("SOURCES", said)


def _answer(finding: Finding) -> Iterator[str]:
    """What a finding says first."""
    if finding.rule == LIMIT and finding.severity is not Severity.INFO:
        yield from _limit_words(finding)
    elif finding.table is not None and _compound(finding):
        # Which conditions are not met, or not known, is said with the conditions.
        yield f"{finding.sentence.partition(TOGETHER)[0].partition(':')[0].strip().removesuffix('.')}."
        yield _condition_words(finding.table)
    elif finding.rule != TARGET:  # its sentence is the last column of its table
        yield finding.sentence
    if finding.rule != LIMIT:
        # Limits beside the requested ones, of which the lines name only what is exceeded.
        close = (one for one in finding.verdicts if one.state in (State.NEAR, State.UNDETERMINED))
        yield from (f"{one.organ}, {one.course}: {verdict_words(one)}." for one in close)


def _limit_words(finding: Finding) -> Iterator[str]:
    """The limits on one organ, worst first, each measured value once, and a note once if it is that of all."""
    notes = {verdict.note for verdict in finding.verdicts}
    common = notes.pop() if len(notes) == 1 else ""
    rows: dict[str, list[str]] = {}
    for verdict in sorted(finding.verdicts, key=lambda one: ORDER.index(one.state)):
        metric = "" if verdict.metric in verdict.measured.split() else f"{verdict.metric} "
        note = f" ({verdict.note})" if verdict.note and not common else ""
        said = f"{verdict.set_id} {metric}{verdict.bound} {state_words(verdict)}{note}"
        rows.setdefault(verdict.measured, []).append(said)
    values = "; ".join(f"{measured}: {' | '.join(said)}" for measured, said in rows.items())
    yield f"{values}{f'; {common}' if common else ''}."
    headlines = (named_words(finding.subject, verdict) for verdict in finding.verdicts)
    rest = next(finding.sentence.removeprefix(one) for one in headlines if finding.sentence.startswith(one))
    if rest:
        yield rest.strip()


def _condition_words(table: Table) -> str:
    """The conditions of a compound rule, those not met first, those answered alike together."""
    answers: dict[tuple[str, str], list[str]] = {}
    for name, asked, found, state in sorted(table.rows, key=lambda row: row[-1] != "NOT MET"):
        answers.setdefault((found, state), []).append(f"{name} {asked}")
    said = (
        f"{', '.join(conditions)}: {state}{f' ({found})' if found != state else ''}"
        for (found, state), conditions in answers.items()
    )
    return f"{'; '.join(said)}."


def _notes(finding: Finding) -> Iterator[str]:
    """The lines of a finding, without those that repeat a verdict of `_limit_words`; what a compound rule rests on."""
    if _compound(finding):
        yield f"{TOGETHER}{finding.sentence.partition(TOGETHER)[2]}"
    said = tuple(verdict_words(verdict) for verdict in finding.verdicts) if finding.rule == LIMIT else ()
    yield from (line for line in finding.lines if not line.startswith(said))


def _compound(finding: Finding) -> bool:
    return finding.table is not None and finding.table.header == CONDITIONS


def _how(verdicts: list[Verdict]) -> str:
    """How many of the limits that passed did so in another way than by the row for their own fraction number."""
    ways = [verdict.how for verdict in verdicts if verdict.how != "own row"]
    counted = ", ".join(f"{ways.count(way)} {way}" for way in dict.fromkeys(ways))
    return f" Of all {len(verdicts)}: {counted}." if counted else ""


def _reason(verdict: Verdict) -> str:
    """Why a limit could not be evaluated: the same words for all organs, which are named after it."""
    if verdict.missing == (f"{verdict.organ} {verdict.metric}",) and not verdict.measured:
        return "Value not given"
    parts = (verdict.measured, f"missing {', '.join(verdict.missing)}" if verdict.missing else "", verdict.note)
    said = re.sub(rf"(?<![\w-]){re.escape(verdict.organ)}(?![\w-])", "the organ", "; ".join(filter(None, parts)))
    return f"{said[0].upper()}{said[1:]}"
