"""Courses on one lesion again: re-irradiation without organ doses, and published precedents."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from rtcalc.assessment.context import Context
from rtcalc.assessment.sessions import in_same_sessions, overlap, precedes
from rtcalc.assessment.shares import accepted
from rtcalc.chronology import gap_days, start_of
from rtcalc.courses import Course
from rtcalc.evidence import Evidence, Severity
from rtcalc.findings import Finding, Question
from rtcalc.published import Precedent

REIRRADIATION, OVERLAPPING = "reirradiation-without-dose", "overlapping-without-dose"


def repeated_findings(context: Context) -> list[Finding]:
    """Re-irradiation of which an organ has no dose in both courses, and precedents."""
    return [*_without_doses(context), *(_precedent(context, precedent) for precedent in _repeated(context))]


def _without_doses(context: Context) -> Iterator[Finding]:
    """Courses on one target, of which some organ has no dose in both."""
    for pair in combinations(context.case.courses, 2):
        one, two = pair if precedes(context, *pair) else (pair[1], pair[0])
        targets = set(one.targets) & set(two.targets)
        if not targets or in_same_sessions(context, one, two):
            continue
        organs = dict.fromkeys([*context.organs(one), *context.organs(two)])
        unknown = [o for o in organs if not all(_has_dose(context, o, course) for course in (one, two))]
        if organs and not unknown:
            continue
        yield _reirradiation(context, one, two, sorted(targets), unknown)


def _has_dose(context: Context, organ: str, course: Course) -> bool:
    return bool(context.case.doses(organ, course.id)) or accepted(context, organ, course)


def _reirradiation(context: Context, one: Course, two: Course, targets: list[str], organs: list[str]) -> Finding:
    numbers = f"{context.case.number(one.id)} and {context.case.number(two.id)}"
    named = ", ".join(organs) or "no organ is named in the case"
    at_once = overlap(context, one, two)
    rule = OVERLAPPING if at_once else REIRRADIATION
    what = "Overlapping courses on one lesion" if at_once else f"Re-irradiation {interval_words(context, one, two)}"
    return Finding(
        id=f"{rule}/{'+'.join(targets)}/{one.id}+{two.id}",
        rule=rule,
        question=Question.EARLIER_DOSE,
        severity=Severity.WARNING,
        subject=" and ".join(targets),
        title=f"{what} without organ doses",
        sentence=f"Courses {numbers} treat {', '.join(targets)}; cumulative EQD2 cannot be computed for: {named}.",
        lines=("No recovery is credited: no source for a recovery value is at hand.",),
        missing=("organ doses of both plans (near-max with Dmax, D2-5cc, mean)",),
    )


def interval_words(context: Context, one: Course, two: Course) -> str:
    """The interval between two courses as far as it is known: ``after 60 d``, ``after an unknown time``."""
    when = two.start
    if when.relative_to == one.id and when.days is not None:
        low, high = when.days
        return f"after {low} d" if low == high else f"after {low}-{high} d"
    low_gap, high_gap = gap_days(context.line, one, two)
    if low_gap is not None and high_gap is not None and low_gap >= 0:
        return f"after {low_gap} d" if low_gap == high_gap else f"after {low_gap}-{high_gap} d"
    if low_gap is not None and low_gap >= 0:
        return f"after {low_gap} d or more"
    return two.start.printed or _between_starts(context, one, two) or "after an unknown time"


def _between_starts(context: Context, one: Course, two: Course) -> str:
    low, high = context.line.between(start_of(one.id), start_of(two.id))
    if low is None or high is None or low < 0:
        return ""
    return f"{low if low == high else f'{low}-{high}'} d after the start of the first"


# --- precedents ----------------------------------------------------------------------------------------------------
def _repeated(context: Context) -> Iterator[Precedent]:
    """Precedents whose schedules one lesion of the case got, in their order."""
    for precedent in context.registry.precedents.values():
        wanted = [context.registry.published[schedule].schedule for schedule in precedent.schedules]
        for target in context.case.targets:
            given = [p.given for c in context.case.courses for p in c.prescriptions if p.target == target.id]
            if any(given[i : i + len(wanted)] == wanted for i in range(len(given))):
                yield precedent
                break


def _precedent(context: Context, precedent: Precedent) -> Finding:
    return Finding(
        id=f"precedent/{precedent.id}/{context.case.id}",
        rule="precedent",
        question=Question.EARLIER_DOSE,
        severity=Severity.WARNING,
        subject=precedent.id,
        title="A precedent is not a tolerance",
        sentence=precedent.sentence,
        sources=(precedent.source,),
        evidence=Evidence.ONE_SOURCE,
    )
