"""Organ findings: every requested limit with its state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from rtcalc.answers import NEAR_FROM_PERCENT
from rtcalc.assessment.context import Context
from rtcalc.assessment.known import answer, dosed_together
from rtcalc.assessment.requested import questions, touches
from rtcalc.courses import Course
from rtcalc.decimals import beside, compare, fixed, plain
from rtcalc.evidence import Evidence, Severity
from rtcalc.findings import Change, Finding, Question, State, Verdict
from rtcalc.limits import Metric
from rtcalc.verdicts import eqd2

# Dmax, D0.03cc, D0.035cc and D0.1cc are all read as "near the maximum" by the sets that use them.
NEAR_MAX_CC = 0.1
MET = "Pass"


def verdicts(context: Context) -> tuple[Verdict, ...]:
    """Every requested limit of the case, answered.

    Requested is each active row of the case's sets, at the course's fraction number (printed or converted), of an
    organ that has a dose in the course or is named near one of its targets; where a set has no row for such an organ,
    its rows for a structure inside or around it.
    """
    found: list[Verdict] = []
    for course in context.case.courses:
        for organ, question in questions(context, course):
            courses = dosed_together(context, organ, course)
            if courses[0] == course:  # else answered with the first of its sessions
                verdict = answer(context, question, organ, courses)
                met = verdict.state in (State.PASS, State.NEAR) and _other_courses(context, organ, course)
                notes = (verdict.note, "by this course alone") if met else (verdict.note,)
                found.append(replace(verdict, note="; ".join(filter(None, notes))))
    return tuple(found)


def _other_courses(context: Context, organ: str, course: Course) -> list[Course]:
    """Courses on other days that an organ has dose from, or is named near."""
    together = dosed_together(context, organ, course)
    return [
        other
        for other in context.case.courses
        if other not in together and (touches(context, organ, other) or organ in context.organs(other))
    ]


def organ_findings(context: Context, found: tuple[Verdict, ...], earlier: Sequence[Finding] = ()) -> list[Finding]:
    """Findings for all limits that got further than `not evaluable`.

    Parameters
    ----------
    earlier : sequence of Finding
        What was found on the doses of several courses: a limit of one course points to it.
    """
    answered = [verdict for verdict in found if verdict.state not in (State.NOT_EVALUABLE, State.NOT_APPLICABLE)]
    findings = []
    order = [course.id for course in context.case.courses]
    answered.sort(key=lambda verdict: (order.index(verdict.course), _group(verdict)))
    for (course_id, organ, near), group in groupby(answered, key=_group):
        found_here = _finding(context, context.case.course(course_id), organ, near, tuple(group))
        findings.append(_pointing(context, found_here, context.case.course(course_id), organ, earlier))
    return findings


def _group(verdict: Verdict) -> tuple[str, str, bool]:
    return verdict.course, verdict.organ, is_near_max(Metric.parse(verdict.metric))


def is_near_max(metric: Metric) -> bool:
    """Whether a metric is read at or next to the maximum."""
    return metric.hottest_cc is not None and metric.hottest_cc <= NEAR_MAX_CC


def _pointing(context: Context, finding: Finding, course: Course, organ: str, earlier: Sequence[Finding]) -> Finding:
    """A finding on one course, with what is said of the organ's dose in its other courses."""
    others = _other_courses(context, organ, course)
    if not others:
        return finding
    where = context.suffix(*others).removeprefix(", ")
    speaking = dict.fromkeys(one.rule for one in earlier if _speaks_of(context, one, organ, course))
    see = f"see {', '.join(speaking)}" if speaking else "nothing here judges the sum"
    line = f"By this course alone: {organ} is in {where} too, of which these limits take no account; {see}."
    passed = finding.sentence.startswith(MET)
    alone = f"Pass by this course alone{finding.sentence.removeprefix(MET)}" if passed else finding.sentence
    return replace(finding, sentence=alone, lines=(*finding.lines, line))


def _speaks_of(context: Context, finding: Finding, organ: str, course: Course) -> bool:
    if finding.rule == "cumulative-dose":
        return finding.table is not None and any(row[0] == organ for row in finding.table.rows)
    if finding.rule == "reirradiation-without-dose":
        pair = finding.id.split("/")[-1].split("+")
        return course.id in pair and not all(context.case.doses(organ, one) for one in pair)
    return finding.subject == organ and finding.id.endswith(f"/{course.id}")


def _finding(context: Context, course: Course, organ: str, near: bool, group: tuple[Verdict, ...]) -> Finding:
    severity = max((_severity(verdict, group) for verdict in group), key=lambda s: s.rank)
    worst = max(group, key=lambda verdict: (_severity(verdict, group).rank, verdict.percent or 0.0))
    calm = severity is Severity.INFO
    lines = tuple(_lines(group))
    return Finding(
        id=f"organ-limit/{organ}-{'near-max' if near else 'other'}/{course.id}",
        rule="organ-limit",
        question=Question.ORGAN,
        severity=severity,
        subject=organ,
        title=f"{organ}{' near-max' if near else ''}{context.suffix(*dosed_together(context, organ, course))}",
        sentence=_compact(group) if calm else _headline(organ, worst, group),
        lines=() if calm else lines,
        details=(*(lines if calm else ()), *_conversions(context, course, organ)),
        verdicts=group,
        sources=tuple(dict.fromkeys(_source(context, verdict) for verdict in group)),
        evidence=Evidence.TWO_SOURCES,
        would_change=tuple(_changes(organ, group)),
    )


def _source(context: Context, verdict: Verdict) -> str:
    """The row's own paper, which in a compiled set is not that of the set."""
    return next(row.source for _, rows in context.rows for row in rows if row.id == verdict.limit)


def _severity(verdict: Verdict, group: tuple[Verdict, ...]) -> Severity:
    """`stop` only for a two-source row at its own fraction number that no other active set passes."""
    if verdict.state is State.EXCEEDED:
        if verdict.kind == "optimal":
            return Severity.CAUTION
        disagreed = any(_passes_the_same(other, verdict) for other in group)
        certain = verdict.how in ("own row", "implied") and verdict.evidence is Evidence.TWO_SOURCES
        return Severity.STOP if certain and not disagreed else Severity.WARNING
    if verdict.state is State.CANNOT_BE_MET:
        return Severity.WARNING
    return Severity.INFO if verdict.state is State.PASS else Severity.CAUTION


def _passes_the_same(other: Verdict, exceeded: Verdict) -> bool:
    """Whether another set passes what one exceeds: the same metric, or both next to the maximum; no other metric."""
    if other.set_id == exceeded.set_id or other.state not in (State.PASS, State.NEAR):
        return False
    near = all(is_near_max(Metric.parse(verdict.metric)) for verdict in (other, exceeded))
    return near or other.metric == exceeded.metric


def _headline(organ: str, worst: Verdict, group: tuple[Verdict, ...]) -> str:
    said = named_words(organ, worst)
    if worst.state is State.EXCEEDED and any(_passes_the_same(other, worst) for other in group):
        said += f" Sets disagree; strictest {worst.set_id}."
    return said


def named_words(organ: str, verdict: Verdict) -> str:
    """A verdict as a sentence that names its organ."""
    what = f"{organ} {verdict.measured.removeprefix(f'{organ} ')}"
    return f"{what}: {verdict.set_id} {verdict.metric} {verdict.bound} {verdict.state.words}{_percent_words(verdict)}."


def _percent_words(verdict: Verdict) -> str:
    return "" if verdict.percent is None else f" ({percent_of_limit(verdict.percent)} %)"


def percent_of_limit(percent: float) -> str:
    """Per cent of a limit, with digits enough that it never reads as the limit, or as near it, where it is not.

    Examples
    --------
    >>> percent_of_limit(100.02), percent_of_limit(94.98), percent_of_limit(88.0)
    ('100.02', '94.98', '88.0')
    """
    return max((beside(percent, mark, 1) for mark in (100.0, NEAR_FROM_PERCENT)), key=len)


def verdict_words(verdict: Verdict) -> str:
    """A verdict in one line: what was measured, the row, the state."""
    return f"{verdict.measured} | {verdict.set_id} {verdict.metric} {verdict.bound} | {state_words(verdict)}"


def state_words(verdict: Verdict) -> str:
    """The state with its per cent of the limit; what is exceeded stands out."""
    state = verdict.state.words.upper() if verdict.state is State.EXCEEDED else verdict.state.words
    return f"{state}{_percent_words(verdict)}"


def _compact(group: tuple[Verdict, ...]) -> str:
    return f"{MET}: {'; '.join(f'{v.measured} ({v.set_id} {v.metric} {v.bound}{_how_much(v)})' for v in group)}."


def _how_much(verdict: Verdict) -> str:
    return f", {verdict.how}" if verdict.percent is None else f", {percent_of_limit(verdict.percent)} %"


def _lines(group: tuple[Verdict, ...]) -> Iterator[str]:
    for verdict in group:
        yield verdict_words(verdict) + (f"; {verdict.note}" if verdict.note else "")
    if all(verdict.how == "own row" for verdict in group):
        yield "Same fraction number as the rows: alpha/beta does not matter."


def _conversions(context: Context, course: Course, organ: str) -> Iterator[str]:
    ratio = context.registry.alpha_beta_of(organ)
    if ratio is None:
        return
    for dose in context.case.doses(organ, course.id):
        if is_near_max(dose.metric):
            value = fixed(eqd2(dose.value, course.fractions, ratio.gray), 1)
            number = fixed(dose.value, 2) if dose.origin == "dvh text" else plain(dose.value)
            given = f"{dose.metric} {number} Gy / {course.fractions}"
            yield f"EQD2 of {given}: {value} Gy (a/b {plain(ratio.gray)}, {ratio.source})."


def _changes(organ: str, group: tuple[Verdict, ...]) -> Iterator[Change]:
    for verdict in group:
        if verdict.room_gray is not None:
            less = fixed(verdict.room_gray, 2, "up")
            by = f"{less} Gy less" if compare(verdict.room_gray, 0.0) > 0 else "any less"
            yield Change(fact=f"{organ} {verdict.metric}", to=verdict.bound, then=f"{verdict.set_id} met ({by})")
