"""An assessment as the page shows it: the sentence, the counts, the findings by question, targets, sums, sources."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from rtcalc import report
from rtcalc.assessment import Assessment, assess
from rtcalc.assessment.context import Context
from rtcalc.case import Case
from rtcalc.decimals import plain
from rtcalc.errors import RtcalcError
from rtcalc.evidence import Severity
from rtcalc.findings import Finding, Question, Table
from rtcalc.registry import Registry
from rtcalc_app.display import Display
from rtcalc_app.services.case.ladder import Rung, rungs
from rtcalc_app.services.case.sums import Interval, intervals
from rtcalc_app.services.case.targets import TargetTable, target_tables
from rtcalc_app.services.case.text import Reading, read
from rtcalc_app.services.case.timeline import TimelineView, timeline_view

HEADINGS = {
    Question.TARGET: "Target",
    Question.ORGAN: "Organs",
    Question.EARLIER_DOSE: "Earlier dose",
    Question.DRUG: "Drugs",
    Question.MODEL: "Model",
    Question.DATA: "Data missing or doubtful",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Rows of text under a header."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A finding; `lines` stand open, `more` on demand."""

    id: str
    severity: str
    title: str
    sentence: str
    tables: tuple[Grid, ...]
    lines: tuple[str, ...]
    against: tuple[str, ...]
    changes: tuple[str, ...]
    missing: tuple[str, ...]
    more: tuple[str, ...]
    more_tables: tuple[Grid, ...]
    foot: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The findings on one question, worst first."""

    heading: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """Everything the page shows of an assessed case; every text is ready."""

    title: str
    identity: str
    sentence: str
    complete: bool
    states: tuple[tuple[str, int], ...]
    severities: tuple[tuple[str, int], ...]
    facts: tuple[tuple[str, str], ...]
    timeline: TimelineView
    groups: tuple[Group, ...]
    ladder: tuple[Rung, ...]
    targets: tuple[TargetTable, ...]
    cumulative: tuple[Grid, ...]
    intervals: tuple[Interval, ...]
    changes: tuple[tuple[str, str, str, str], ...]
    missing: tuple[str, ...]
    not_computed: tuple[str, ...]
    clear: tuple[str, ...]
    sources: tuple[tuple[str, str], ...]
    note: str


def assessed(text: str, registry: Registry) -> tuple[Assessment | None, Reading]:
    """Assess case text: the assessment, or none and the reading that says why.

    Examples
    --------
    >>> assessed("id: a", Registry())[1].problem[:11]
    'case.yaml:1'
    """
    reading = read(text)
    if reading.case is None:
        return None, reading
    try:
        return assess(reading.case, registry), reading
    except RtcalcError as problem:  # a tissue, a limit set or a source that the registry does not have
        return None, Reading(problem=str(problem), place=problem.place)


def results(found: Assessment, registry: Registry, display: Display, today: date) -> Results:
    """The view model of an assessment."""
    context = Context.of(found.case, registry)
    folder = f", {found.folder}" if found.folder else ""
    cumulative = next((f for f in found.findings if f.rule == "cumulative-dose"), None)
    return Results(
        title=found.case.title or found.case.id,
        identity=f"case {found.case.id} {found.case.sha256[:8]} · rtcalc {found.version} · "
        f"registry {found.registry_sha256[:8]}{folder}",
        sentence=found.sentence,
        complete=found.complete,
        states=tuple((state.value, count) for state, count in found.counts),
        severities=tuple((s.value, sum(f.severity is s for f in found.findings)) for s in reversed(Severity)),
        facts=tuple(_facts(found.case)),
        timeline=timeline_view(context),
        groups=tuple(_groups(found.findings)),
        ladder=rungs(found, registry, display),
        targets=target_tables(context, display),
        cumulative=_grids(cumulative.table) if cumulative else (),
        intervals=intervals(cumulative.figures, display) if cumulative else (),
        changes=tuple((f.title, c.fact, c.to, c.then) for f in found.findings for c in f.would_change),
        missing=tuple(dict.fromkeys(part for f in found.findings for part in f.missing)),
        not_computed=found.not_computed,
        clear=found.clear,
        sources=tuple(_sources(found, registry)),
        note=note(found, today),
    )


def note(found: Assessment, today: date) -> str:
    """The short report as plain text for a clinical note, with the day on which it was made."""
    return f"{report.text(found, width=100)}\nAssessed {today.isoformat()} with rtcalc {found.version}.\n"


def export(found: Assessment) -> tuple[str, str]:
    """File name and content of the assessment as JSON."""
    return f"{found.case.id}-assessment.json", found.to_json() + "\n"


def _facts(case: Case) -> Iterator[tuple[str, str]]:
    """What the case says of the patient and of itself, beside courses and drugs."""
    patient = case.patient
    yield "Disease", case.disease
    stated = [patient.sex or "", f"kidneys: {patient.kidneys}" if patient.kidneys is not None else "", *patient.tags]
    volumes = [f"{o} {'volume not stated' if v is None else f'{plain(v)} cc'}" for o, v in patient.volumes_cc]
    yield "Patient", "; ".join(filter(None, [*stated, *volumes])) or "nothing stated"
    if patient.surgery:
        yield "Surgery", "; ".join(f"{what}, {when}" for what, when in patient.surgery)
    yield "Limit sets", ", ".join(case.limit_sets) or "none asked"
    if case.acknowledged:
        yield "Accepted", "; ".join(case.acknowledged)
    if case.note:
        yield "Note", case.note
    if case.source:
        yield "Published in", f"{case.source[0]}, {case.source[1]}"


def _groups(findings: tuple[Finding, ...]) -> Iterator[Group]:
    """By question, the question with the worst finding first; none is left out."""
    for question in dict.fromkeys(finding.question for finding in findings):
        entries = tuple(_entry(finding) for finding in findings if finding.question is question)
        yield Group(heading=HEADINGS.get(question, question.value.capitalize()), entries=entries)


def _entry(finding: Finding) -> Entry:
    # The sentence of what is only information is its answer, except where its lines are.
    calm = finding.severity is Severity.INFO and finding.rule != "limit-over-prescription"
    more = (*(finding.lines if calm else ()), *finding.details)
    supports = [f"For it: {s.text} [{s.source}, {s.kind}, {s.n}]." for s in finding.supports]
    figures = [f"{f.name}: {f.text or f.undefined} ({f.basis})" for f in finding.figures if f.text or f.undefined]
    evidence = f" · {finding.evidence.value}" if finding.evidence else ""
    return Entry(
        id=finding.id,
        severity=finding.severity.value,
        title=finding.title,
        sentence=finding.sentence,
        tables=_grids(finding.table),
        lines=() if calm else finding.lines,
        against=tuple(f"{s.text} [{s.source}, {s.kind}, {s.n}]." for s in finding.against),
        changes=tuple(str(change) for change in finding.would_change),
        missing=finding.missing,
        more=(*more, *supports, *figures),
        more_tables=_grids(finding.detail_table),
        foot=f"{finding.id}{evidence} · {', '.join(finding.sources) or 'the case itself'}",
    )


def _grids(table: Table | None) -> tuple[Grid, ...]:
    return () if table is None else (Grid(header=table.header, rows=table.rows),)


def _sources(found: Assessment, registry: Registry) -> Iterator[tuple[str, str]]:
    keys = dict.fromkeys(key for finding in found.findings for key in finding.sources)
    if found.case.source:
        keys = {found.case.source[0]: None, **keys}
    for key in keys:
        reference = registry.references.get(key)
        yield key, str(reference) if reference else "see the finding that names it"
