"""Earlier dose: several courses on one organ or one lesion, as bounds, with what is missing named."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from rtcalc.assessment.context import Context
from rtcalc.assessment.targets import same_session_pairs
from rtcalc.chronology import gap_days
from rtcalc.courses import Course
from rtcalc.cumulative import Bounds, Part, in_eqd2, same_sessions
from rtcalc.decimals import fixed, plain
from rtcalc.evidence import Evidence, Severity
from rtcalc.findings import Figure, Finding, Question, Table
from rtcalc.limits import Metric
from rtcalc.published import Precedent
from rtcalc.tissues import AlphaBeta
from rtcalc.verdicts import eqd2

MAXIMUM = Metric("max")


def earlier_findings(context: Context) -> list[Finding]:
    """Cumulative organ doses, re-irradiation without them, and precedents."""
    findings = [*_cumulative(context), *_same_session_sums(context), *_without_doses(context)]
    return findings + [_precedent(context, precedent) for precedent in _repeated(context)]


# --- parts of a sum ------------------------------------------------------------------------------------------------
def _part(context: Context, organ: str, metric: Metric, course: Course) -> Part | None:
    """One course's share: typed, or the prescription where the user acknowledged that it stands in for the organ."""
    doses = {dose.metric: dose.value for dose in context.case.doses(organ, course.id)}
    if metric in doses:
        return Part(course=course.id, gray=doses[metric], max_gray=doses.get(MAXIMUM), fractions=course.fractions)
    if f"prescription as organ dose: {organ}, {course.id}" not in context.case.acknowledged:
        return None
    total = max(float(prescription.given.total.gray) for prescription in course.prescriptions)
    return Part(course=course.id, gray=total, max_gray=total, fractions=course.fractions, assumed=True)


def _metrics(context: Context, organ: str, courses: tuple[Course, ...]) -> list[Metric]:
    """Dose metrics of an organ that at least one of the courses has, the nearest to the maximum first."""
    found = {
        dose.metric
        for course in courses
        for dose in context.case.doses(organ, course.id)
        if dose.metric.is_dose and dose.metric.at_unit != "%"
    }
    return sorted(found, key=lambda metric: (metric.kind == "mean", metric.at))


def _ratios(context: Context, organ: str) -> list[AlphaBeta]:
    """The deciding alpha/beta, and the others that may be shown beside it."""
    tissue = context.registry.tissue_of(organ)
    if tissue is None or tissue.deciding is None:
        return []
    others = [r for r in tissue.alpha_beta if r.standing != "listed" and r.gray != tissue.deciding.gray]
    return [tissue.deciding, *others]


# --- cumulative organ doses ----------------------------------------------------------------------------------------
def _cumulative(context: Context) -> Iterator[Finding]:
    """A table per case: each organ with doses in two or more courses on different days."""
    courses = _separate(context)
    rows: list[tuple[str, ...]] = []
    figures: list[Figure] = []
    notes: list[str] = []
    for organ in dict.fromkeys(dose.organ for dose in context.case.doses()):
        for metric in _metrics(context, organ, courses):
            parts = [part for course in courses if (part := _part(context, organ, metric, course))]
            if len(parts) < 2:
                continue
            ratios = _ratios(context, organ)
            if not ratios:
                notes.append(f"{organ} {metric}: no two-source alpha/beta of this organ, so no EQD2 can be summed.")
                continue
            rows.append(_cumulative_row(organ, metric, parts, ratios))
            figures += [_figure(organ, metric, parts, ratio) for ratio in ratios]
            notes += [*_notes(organ, metric, parts, ratios[0]), *_left_out(context, organ, parts, courses)]
    if rows or notes:
        yield Finding(
            id=f"cumulative-dose/organs/{'+'.join(course.id for course in courses)}",
            rule="cumulative-dose",
            question=Question.EARLIER_DOSE,
            severity=Severity.CAUTION,
            subject="organs with dose in several courses",
            title="Cumulative organ dose, EQD2",
            sentence="What is certain of the sums without a common frame of reference: bounds, no recovery credited.",
            lines=(
                *dict.fromkeys(notes),
                "Plain sums of near-maximum values are no result: they may lie in different places.",
            ),
            table=Table(header=("organ", "metric", "a/b", "EQD2 by course", "cumulative EQD2"), rows=tuple(rows)),
            figures=tuple(figures),
            sources=("fowler1989",),
        )


def _separate(context: Context) -> tuple[Course, ...]:
    """Courses whose doses add after conversion: those of shared sessions are summed before it, elsewhere."""
    shared = {course.id for pair in same_session_pairs(context) for course in pair}
    return tuple(course for course in context.case.courses if course.id not in shared)


def _cumulative_row(organ: str, metric: Metric, parts: list[Part], ratios: list[AlphaBeta]) -> tuple[str, ...]:
    main, *others = ratios
    mean = ">= " if metric.kind == "mean" else ""
    each = " | ".join(
        f"{mean}{fixed(eqd2(p.gray, p.fractions, main.gray), 2)}{' assumed' if p.assumed else ''}" for p in parts
    )
    beside = "".join(f" ({bounds_words(in_eqd2(metric, parts, r.gray))})" for r in others)
    ratio = plain(main.gray) + "".join(f" ({plain(r.gray)})" for r in others)
    return organ, str(metric), ratio, each, bounds_words(in_eqd2(metric, parts, main.gray)) + beside


def bounds_words(bounds: Bounds) -> str:
    """An interval as a report prints it: ``51.0-97.3``, ``>= 16.60``.

    Examples
    --------
    >>> bounds_words(Bounds(low=13.2, high=None, plain_sum=24.45))
    '>= 13.2'
    """
    if bounds.high is None:
        return f">= {fixed(bounds.low, 1)}"
    return f"{fixed(bounds.low, 1)}-{fixed(bounds.high, 1)}"


def _figure(organ: str, metric: Metric, parts: list[Part], ratio: AlphaBeta) -> Figure:
    bounds = in_eqd2(metric, parts, ratio.gray)
    return Figure(
        name=f"cumulative EQD2 {organ} {metric}",
        low=bounds.low,
        high=bounds.high,
        unit="Gy",
        basis=f"EQD2, a/b {plain(ratio.gray)} Gy ({ratio.source}), LQ, no recovery, no common frame of reference",
        text=f"{bounds_words(bounds)} Gy",
        undefined="" if bounds.high is not None else "no upper bound: a Dmax is missing, or the metric is a mean",
    )


def _notes(organ: str, metric: Metric, parts: list[Part], ratio: AlphaBeta) -> Iterator[str]:
    if metric.kind == "D" and any(part.max_gray is None for part in parts):
        total = fixed(sum(eqd2(part.gray, part.fractions, ratio.gray) for part in parts), 2)
        yield f"{organ} {metric}: no upper bound without Dmax ({total} is the sum of near-max values, no bound)."
    if metric.kind == "mean":
        yield "EQD2 of a mean is a lower bound of the mean EQD2."


def _left_out(context: Context, organ: str, parts: list[Part], courses: tuple[Course, ...]) -> Iterator[str]:
    """Courses without a dose of the organ, which the bounds therefore leave out."""
    counted = {part.course for part in parts}
    for course in courses:
        if course.id not in counted:
            yield f"{organ}: {context.label(course)} not counted (no dose given); the upper bound is without it."


# --- same sessions -------------------------------------------------------------------------------------------------
def _same_session_sums(context: Context) -> Iterator[Finding]:
    """Two courses in the same sessions: physical dose adds within the fraction, then it is converted."""
    for one, two in same_session_pairs(context):
        rows = []
        for organ in dict.fromkeys(dose.organ for dose in context.case.doses()):
            for metric in _metrics(context, organ, (one, two)):
                parts = [part for course in (one, two) if (part := _part(context, organ, metric, course))]
                ratios = _ratios(context, organ)
                if len(parts) == 2 and ratios and metric.kind != "mean":
                    rows.append(_session_row(organ, metric, parts, ratios[0]))
        if rows:
            both = f"courses {context.case.number(one.id)} and {context.case.number(two.id)}"
            yield Finding(
                id=f"same-sessions/organs/{one.id}+{two.id}",
                rule="same-sessions",
                question=Question.ORGAN,
                severity=Severity.CAUTION,
                subject="organs in the same sessions",
                title=f"Same sessions, {both}",
                sentence=f"Dose of {both} adds within each fraction before it is converted; bounds of the sum:",
                table=Table(header=("organ", "metric", "physical sum, Gy", "EQD2, Gy"), rows=tuple(rows)),
                lines=("The limits of these courses were answered one by one; hold the sum against them as well.",),
                sources=("fowler1989",),
            )


def _session_row(organ: str, metric: Metric, parts: list[Part], ratio: AlphaBeta) -> tuple[str, ...]:
    bounds, count = same_sessions(metric, parts), parts[0].fractions
    converted = Bounds(
        low=eqd2(bounds.low, count, ratio.gray),
        high=None if bounds.high is None else eqd2(bounds.high, count, ratio.gray),
        plain_sum=eqd2(bounds.plain_sum, count, ratio.gray),
    )
    return (
        organ,
        str(metric),
        f"{bounds_words(bounds)} / {count}",
        f"{bounds_words(converted)} (a/b {plain(ratio.gray)})",
    )


# --- re-irradiation ------------------------------------------------------------------------------------------------
def _without_doses(context: Context) -> Iterator[Finding]:
    """Courses that meet in a target or in an organ near it, of which some organ has no dose in both."""
    for one, two in combinations(context.case.courses, 2):
        targets = set(one.targets) & set(two.targets)
        if not targets or (one, two) in same_session_pairs(context):
            continue
        organs = [o for o in context.case.organs(one) if o in context.case.organs(two)]
        unknown = [o for o in organs if not all(context.case.doses(o, course.id) for course in (one, two))]
        if organs and not unknown:
            continue
        yield _reirradiation(context, one, two, sorted(targets), unknown)


def _reirradiation(context: Context, one: Course, two: Course, targets: list[str], organs: list[str]) -> Finding:
    numbers = f"{context.case.number(one.id)} and {context.case.number(two.id)}"
    named = ", ".join(organs) or "no organ is named in the case"
    return Finding(
        id=f"reirradiation-without-dose/{'+'.join(targets)}/{one.id}+{two.id}",
        rule="reirradiation-without-dose",
        question=Question.EARLIER_DOSE,
        severity=Severity.WARNING,
        subject=" and ".join(targets),
        title=f"Re-irradiation {interval_words(context, one, two)} without organ doses",
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
    if low_gap is not None and high_gap is not None:
        return f"after {low_gap} d" if low_gap == high_gap else f"after {low_gap}-{high_gap} d"
    return f"after {two.start.printed}" if two.start.printed else "after an unknown time"


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
