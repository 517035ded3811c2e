"""The same case with another schedule, or with a drug held longer: what the assessment then says otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from rtcalc.assessment import Assessment
from rtcalc.case import Case
from rtcalc.case_organs import sides_of
from rtcalc.dates import NOT_STATED
from rtcalc.decimals import fixed, plain
from rtcalc.errors import DomainError, RtcalcError
from rtcalc.findings import Finding, Verdict
from rtcalc.limits import Metric
from rtcalc.registry import Registry
from rtcalc.schedules import Schedule
from rtcalc.textfile import Place, Tree
from rtcalc_app.services.case import edits, typed
from rtcalc_app.services.case.results import assessed
from rtcalc_app.services.case.text import tree

_HOLD = re.compile(r"(\d{1,4}):(\d{1,4})", re.ASCII)
NO_METRIC = ("on", "origin", "covered", "volume")
Change = Callable[[], tuple[str, str, tuple[str, ...]]]
"""Makes the changed text, names the change, and says what it assumes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What can be changed: value and words of each prescription and of each place for a hold."""

    prescriptions: tuple[tuple[str, str], ...]
    holds: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that changes: `kind` is added, removed or changed."""

    kind: str
    what: str
    before: str
    after: str
    severity_before: str = ""
    severity_after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What changes, and the changed case.

    Attributes
    ----------
    assumptions : tuple of str
        What the change says of the rest of the case.
    problem : str
        Why there is nothing to compare; the rest is empty then.
    """

    change: str = ""
    assumptions: tuple[str, ...] = ()
    sentence: tuple[str, str] = ("", "")
    findings: tuple[Difference, ...] = ()
    limits: tuple[Difference, ...] = ()
    same: int = 0
    text: str = ""
    problem: str = ""


def options(case: Case) -> Options:
    """Prescriptions as ``course/target``, holds as ``drug number:period number``."""
    prescriptions = tuple(
        (f"{course.id}/{p.target}", f"Course {case.number(course.id)}, {p.target}: {p.planned}")
        for course in case.courses
        for p in course.prescriptions
    )
    holds = []
    for number, exposure in enumerate(case.exposures):
        for i, period in enumerate(exposure.periods):
            after = exposure.periods[i + 1] if i + 1 < len(exposure.periods) else None
            last = "still taken" if period.last.still else f"last dose {period.last}"
            again = f", again from {after.first}" if after else ""
            holds.append((f"{number}:{i}", f"{exposure.drug}, after period {i + 1} ({last}{again})"))
    return Options(prescriptions=prescriptions, holds=tuple(holds))


def other_schedule(text: str, registry: Registry, which: str, schedule: str) -> Comparison:
    """Compare with another schedule of one prescription.

    Doses of target and organs in that course follow the prescribed total dose, as in the same plan prescribed
    otherwise; what does not follow it so simply is left out, and said.
    """

    def changed() -> tuple[str, str, tuple[str, ...]]:
        data = tree(text)
        course, _, target = which.partition("/")
        at = ("courses", course, "prescription", target)
        old = edits.value_at(data, (*at, "dose"))
        if not isinstance(old, str):
            raise DomainError("Choose the prescription to change")
        planned, new = Schedule.parse(old), Schedule.parse(typed.pointed(schedule))
        edits.put(data, (*at, "dose"), typed.pointed(schedule).strip())
        said = list(_follow(data, course, target, planned, new))
        return edits.written(data, text), f"Course {course}, target {target}: {new} instead of {planned}", tuple(said)

    return _compared(text, registry, changed)


def _follow(data: Tree, course: str, target: str, old: Schedule, new: Schedule) -> Iterator[str]:
    """Bring the rest of the course in line with its new schedule; each sentence says one assumption."""
    at = ("courses", course)
    delivered = edits.value_at(data, (*at, "prescription", target, "delivered")) not in (None, NOT_STATED)
    if delivered:
        edits.take(data, (*at, "prescription", target, "delivered"))
        yield "The delivered dose is left out: the new schedule stands for it."
    days = edits.value_at(data, (*at, "treatment_days"))
    if new.fractions != old.fractions and isinstance(days, list):
        if edits.value_at(data, (*at, "start")) in (None, NOT_STATED):
            edits.put(data, (*at, "start"), days[0])
        edits.put(data, (*at, "treatment_days"), NOT_STATED)
        yield f"The first fraction stays on {days[0]}; the other treatment days are not stated."
    ratio = float(new.total.gray) / float(old.total.gray)
    places: list[Place] = [(*at, "prescription", target, "target_metrics")]
    doses = edits.value_at(data, ("organ_doses",))
    organs: list[Place] = [
        ("organ_doses", organ, course)
        for organ, given in (doses.items() if isinstance(doses, dict) else ())
        if course in given
    ]
    prescribed = edits.value_at(data, (*at, "prescription"))
    several = isinstance(prescribed, dict) and len(prescribed) > 1
    if organs and (delivered or (several and ratio != 1.0)):
        for place in organs:
            edits.take(data, place)
        why = "it is not said whether they are of the planned dose" if delivered else "they follow several targets"
        yield f"Organ doses of this course are left out: {why}."
        organs = []
    yield from _follow_dose(data, [*places, *organs], ratio)


def _follow_dose(data: Tree, places: Iterable[Place], ratio: float) -> Iterator[str]:
    """Scale the doses at these places as in the same plan, and leave out what does not follow."""
    followed, dropped = False, []
    for place in places:
        block = edits.value_at(data, place)
        for name in [name for name in (block if isinstance(block, dict) else ()) if name not in NO_METRIC]:
            followed = True
            if not _scaled(data, (*place, name), ratio):
                edits.take(data, (*place, name))
                dropped.append(f"{place[1]} {name}")
    if followed and ratio != 1.0:
        yield f"Doses of this course follow the prescribed total dose (times {fixed(ratio, 3)}), as in the same plan."
    elif followed:
        yield "Doses of targets and organs in this course stay as they are, in the new number of fractions."
    if dropped:
        yield f"Left out, because a volume does not follow the dose so: {', '.join(dropped)}."


def _scaled(data: Tree, place: Place, ratio: float) -> bool:
    """Multiply one dose; False for a volume at a dose, of which nothing can be said unless the dose stays."""
    name = str(place[-1])
    metric = Metric.parse(f"{name}%" if name[:1] == "D" and name[-1:].isdigit() else name)
    if metric.is_dose:
        scaled = []
        for bound, number in sides_of(str(edits.value_at(data, place))):
            value, unit = metric.read_value(number)
            scaled.append(f"{bound} {plain(value * ratio)} {unit}".strip())
        edits.put(data, place, ", ".join(scaled))
    return metric.is_dose or ratio == 1.0


def longer_hold(text: str, registry: Registry, which: str, last: str, again: str) -> Comparison:
    """Compare with a hold of a drug: `last` is the last day before it, `again` the first day after it.

    Either may be empty where the case keeps its own; dates are those of a case file.
    """

    def changed() -> tuple[str, str, tuple[str, ...]]:
        data = tree(text)
        chosen = _HOLD.fullmatch(which)
        if chosen is None:
            raise DomainError("Choose the drug and where its hold lies")
        if not last.strip() and not again.strip():
            raise DomainError("Enter the last day before the hold, or the first day after it")
        drug, i = int(chosen[1]), int(chosen[2])
        at = ("drugs", drug, "periods")
        periods = edits.value_at(data, at)
        if not isinstance(periods, list) or i >= len(periods):
            raise DomainError("Choose the drug and where its hold lies")
        if i + 1 == len(periods) and not last.strip():
            raise DomainError("Enter the last day before the hold: this period has none after it")
        if i + 1 == len(periods) and again.strip():
            periods.append(dict(periods[i]))
        if last.strip():
            periods[i]["last"] = typed.strict((*at, i, "last"), last.strip())
        if again.strip():
            periods[i + 1]["first"] = typed.strict((*at, i + 1, "first"), again.strip())
        name = edits.value_at(data, ("drugs", drug, "drug"))
        said = [
            f"last day {last.strip()}" if last.strip() else "",
            f"again from {again.strip()}" if again.strip() else "",
        ]
        return edits.written(data, text), f"{name}: {', '.join(filter(None, said))}", ()

    return _compared(text, registry, changed)


def _compared(text: str, registry: Registry, changed: Change) -> Comparison:
    before, reading = assessed(text, registry)
    if before is None:
        return Comparison(problem=f"The case itself is not assessed: {reading.problem}")
    try:
        new_text, change, assumptions = changed()
    except RtcalcError as problem:
        return Comparison(problem=str(problem))
    after, reading = assessed(new_text, registry)
    if after is None:
        return Comparison(problem=f"With this change the case cannot be assessed: {reading.problem}")
    findings = tuple(_findings(before.findings, after.findings))
    return Comparison(
        change=change,
        assumptions=assumptions,
        sentence=(before.sentence, after.sentence),
        findings=findings,
        limits=tuple(_limits(before, after)),
        same=len(after.findings) - sum(d.kind != "removed" for d in findings),
        text=new_text,
    )


def _findings(before: tuple[Finding, ...], after: tuple[Finding, ...]) -> Iterator[Difference]:
    """Findings that are new, gone, or say something else; one whose courses changed is the same finding."""
    pairs = list(_paired(before, after))
    for old, new in pairs:
        if old is None and new is not None:
            yield Difference(
                kind="added", what=new.title, before="", after=new.sentence, severity_after=new.severity.value
            )
        elif new is None and old is not None:
            yield Difference(
                kind="removed", what=old.title, before=old.sentence, after="", severity_before=old.severity.value
            )
        elif old is not None and new is not None and _content(old) != _content(new):
            told, tells = _told_apart(old, new)
            yield Difference(
                kind="changed", what=new.title, before=told, after=tells,
                severity_before=old.severity.value, severity_after=new.severity.value,
            )  # fmt: skip


def _paired(before: tuple[Finding, ...], after: tuple[Finding, ...]) -> Iterator[tuple[Finding | None, Finding | None]]:
    left = list(after)
    for old in before:
        same = [new for new in left if new.id == old.id] or [
            new for new in left if (new.rule, new.subject) == (old.rule, old.subject) and not _known(new, before)
        ]
        if same:
            left.remove(same[0])
        yield old, same[0] if same else None
    yield from ((None, new) for new in left)


def _known(finding: Finding, among: Iterable[Finding]) -> bool:
    return any(other.id == finding.id for other in among)


def _content(finding: Finding) -> tuple[object, ...]:
    return finding.severity, finding.title, finding.sentence, finding.lines, finding.table, finding.details


def _told_apart(old: Finding, new: Finding) -> tuple[str, str]:
    """The sentences; where they agree, the lines and rows in which the findings differ."""
    if (old.title, old.sentence) != (new.title, new.sentence):
        return old.sentence, new.sentence
    mine, yours = _all_lines(old), _all_lines(new)
    return (
        " / ".join(line for line in mine if line not in yours) or old.sentence,
        " / ".join(line for line in yours if line not in mine) or new.sentence,
    )


def _all_lines(finding: Finding) -> list[str]:
    rows = [" | ".join(row) for row in finding.table.rows] if finding.table else []
    return [*rows, *finding.lines, *finding.details]


def _limits(before: Assessment, after: Assessment) -> Iterator[Difference]:
    """Requested limits with another state or per cent, or that were not asked in the other case."""

    def asked(found: Assessment) -> dict[tuple[str, str, str], Verdict]:
        return {(v.course, v.organ, f"{v.set_id} {v.metric}"): v for v in found.verdicts}

    mine, yours = asked(before), asked(after)
    for key in dict.fromkeys([*mine, *yours]):
        old, new = mine.get(key), yours.get(key)
        words = _verdict_words(old), _verdict_words(new)
        if words[0] != words[1]:
            kind = "added" if old is None else "removed" if new is None else "changed"
            course, organ, limit = key
            what = f"{organ} {limit}, {course}"
            states = old.state.value if old else "", new.state.value if new else ""
            yield Difference(
                kind=kind,
                what=what,
                before=words[0],
                after=words[1],
                severity_before=states[0],
                severity_after=states[1],
            )


def _verdict_words(verdict: Verdict | None) -> str:
    if verdict is None:
        return "not asked"
    percent = "" if verdict.percent is None else f" ({fixed(verdict.percent, 1)} %)"
    measured = f"{verdict.measured}, " if verdict.measured else ""
    return f"{measured}limit {verdict.bound}{percent}"
