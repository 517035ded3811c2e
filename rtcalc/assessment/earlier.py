"""Earlier dose: several courses on one organ or one lesion, as bounds, with what is missing named."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from rtcalc.assessment.context import Context
from rtcalc.assessment.recovered import HEADER as RECOVERED
from rtcalc.assessment.recovered import recoveries, recovery_words, with_recovery
from rtcalc.assessment.sessions import in_same_sessions, may_share_days, overlap, precedes, same_session_groups
from rtcalc.assessment.shares import Share, accepted, part_of, shares, together
from rtcalc.assessment.weighting import field_to_give
from rtcalc.chronology import gap_days, start_of
from rtcalc.courses import Course
from rtcalc.cumulative import Bounds, same_sessions
from rtcalc.decimals import fixed, plain
from rtcalc.evidence import Evidence, Severity
from rtcalc.findings import Figure, Finding, Question, Table
from rtcalc.limits import Metric
from rtcalc.published import Precedent
from rtcalc.tissues import AlphaBeta
from rtcalc.verdicts import AROUND, eqd2

CUMULATIVE = ("organ", "metric", "a/b", "EQD2 by course", "cumulative EQD2", RECOVERED)
NO_RECOVERY = "-"
REIRRADIATION, OVERLAPPING = "reirradiation-without-dose", "overlapping-without-dose"
VOXELS = "summed voxel by voxel"


def earlier_findings(context: Context) -> list[Finding]:
    """Cumulative organ doses, re-irradiation without them, and precedents."""
    findings = [*_cumulative(context), *_same_session_sums(context), *_without_doses(context)]
    return findings + [_precedent(context, precedent) for precedent in _repeated(context)]


# --- what can be summed ---------------------------------------------------------------------------------------------
def summed_metrics(context: Context, organ: str, courses: tuple[Course, ...]) -> list[Metric]:
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
    return list(tissue.shown) if tissue is not None else []


# --- cumulative organ doses ----------------------------------------------------------------------------------------
def _cumulative(context: Context) -> Iterator[Finding]:
    """A table per case: each organ with doses in courses on different days."""
    courses = context.case.courses
    rows: list[tuple[str, ...]] = []
    figures: list[Figure] = []
    notes: list[str] = []
    left_out: dict[str, dict[str, None]] = {}
    for organ in dict.fromkeys(dose.organ for dose in context.case.doses()):
        for metric in summed_metrics(context, organ, courses):
            found = shares(context, organ, metric)
            if len(found) < 2:
                continue
            ratios = _ratios(context, organ)
            if not ratios:
                notes.append(f"{organ} {metric}: no two-source alpha/beta of this organ, so no EQD2 can be summed.")
                continue
            sums = [together(context, organ, metric, found, ratio.gray) for ratio in ratios]
            rows.append(
                (
                    *_cumulative_row(organ, metric, found, ratios, sums),
                    _recovered(context, organ, metric, found, ratios),
                )
            )
            figures += [_figure(organ, metric, bounds, r) for bounds, r in zip(sums, ratios, strict=True)]
            notes += _notes(organ, metric, found, sums[0])
            for without in _left_out(context, found):
                left_out.setdefault(without, {})[organ] = None
            notes += [*_shared_days(context, found), *_around(context, organ, metric)]
            notes += [f"{recovery_words(one)}; the sum without decides." for one in recoveries(context, organ)]
    for without, organs in left_out.items():
        notes.append(f"{', '.join(organs)}: {without}; the upper bounds are without it.")
    if rows or notes:
        # The column stands only where somebody typed a recovery.
        shown = rows if any(row[-1] != NO_RECOVERY for row in rows) else [row[:-1] for row in rows]
        yield _cumulative_finding(courses, shown, figures, notes)


def _cumulative_finding(
    courses: tuple[Course, ...], rows: list[tuple[str, ...]], figures: list[Figure], notes: list[str]
) -> Finding:
    return Finding(
        id=f"cumulative-dose/organs/{'+'.join(course.id for course in courses)}",
        rule="cumulative-dose",
        question=Question.EARLIER_DOSE,
        severity=Severity.CAUTION,
        subject="organs with dose in several courses",
        title="Cumulative organ dose, EQD2",
        sentence=_what_is_known(figures),
        lines=(
            *dict.fromkeys(notes),
            "Plain sums of near-maximum values are no result: they may lie in different places.",
        ),
        table=Table(header=CUMULATIVE[: len(rows[0])] if rows else CUMULATIVE, rows=tuple(rows)),
        figures=tuple(figures),
        sources=("fowler1989",),
    )


def _what_is_known(figures: list[Figure]) -> str:
    summed = [VOXELS in figure.basis for figure in figures]
    if all(summed) and summed:
        return "Summed voxel by voxel, the highest within 3 mm beside it; no recovery credited."
    bounds = "bounds without a common frame of reference"
    if any(summed):
        return f"Summed voxel by voxel where the DICOM allows, the highest within 3 mm beside it; else {bounds}."
    return "What is certain of the sums without a common frame of reference: bounds, no recovery credited."


def _cumulative_row(
    organ: str, metric: Metric, found: list[Share], ratios: list[AlphaBeta], sums: list[Bounds]
) -> tuple[str, ...]:
    mean = ">= " if metric.kind == "mean" else ""
    each = " | ".join(f"{mean}{_share_words(share, ratios[0].gray)}" for share in found)
    beside = "".join(f" ({bounds_words(bounds)})" for bounds in sums[1:])
    ratio = plain(ratios[0].gray) + "".join(f" ({plain(r.gray)})" for r in ratios[1:])
    return organ, str(metric), ratio, each, bounds_words(sums[0]) + beside


def _recovered(context: Context, organ: str, metric: Metric, found: list[Share], ratios: list[AlphaBeta]) -> str:
    """The sum with each typed recovery, at the deciding alpha/beta."""
    said = []
    for recovery in recoveries(context, organ):
        bounds = with_recovery(context, metric, found, ratios[0].gray, recovery)
        said.append("not credited (interval)" if bounds is None else bounds_words(bounds))
    return "; ".join(said) or NO_RECOVERY


def _share_words(share: Share, ratio: float) -> str:
    low = fixed(eqd2(share.low.gray, share.low.fractions, ratio), 2)
    if share.high is None:
        return f">= {low}"
    high = fixed(eqd2(share.high.gray, share.high.fractions, ratio), 2)
    return (low if low == high else f"{low}-{high}") + (" assumed" if share.low.assumed else "")


def bounds_words(bounds: Bounds) -> str:
    """An interval as a report prints it: ``51.0-97.3``, ``>= 16.60``; a known sum: ``68.4, 3 mm 114.1``.

    Examples
    --------
    >>> bounds_words(Bounds(low=13.2, high=None, plain_sum=24.45))
    '>= 13.2'
    """
    if bounds.high is None:
        return f">= {fixed(bounds.low, 1)}"
    if bounds.how:
        return f"{fixed(bounds.low, 1)}, 3 mm {fixed(bounds.high, 1)}"
    return f"{fixed(bounds.low, 1)}-{fixed(bounds.high, 1)}"


def _figure(organ: str, metric: Metric, bounds: Bounds, ratio: AlphaBeta) -> Figure:
    return Figure(
        name=f"cumulative EQD2 {organ} {metric}",
        low=bounds.low,
        high=bounds.high,
        unit="Gy",
        basis=f"EQD2, a/b {plain(ratio.gray)} Gy ({ratio.source}), LQ, no recovery, "
        + (f"{VOXELS}: {bounds.how}" if bounds.how else "no common frame of reference"),
        text=f"{bounds_words(bounds)} Gy",
        undefined=""
        if bounds.high is not None
        else "no upper bound: a Dmax is missing, the metric is a mean, or courses may share days",
    )


def _notes(organ: str, metric: Metric, found: list[Share], bounds: Bounds) -> Iterator[str]:
    if bounds.how:
        yield f"Summed voxel by voxel in the DICOM: {bounds.how}."
        return
    if metric.kind == "D" and bounds.high is None and any(share.low.max_gray is None for share in found):
        total = fixed(bounds.plain_sum, 2)
        yield f"{organ} {metric}: no upper bound without Dmax ({total} is the sum of near-max values, no bound)."
    if metric.kind == "mean" and bounds.high is None:
        yield "EQD2 of a mean is a lower bound of the mean EQD2."


def _left_out(context: Context, found: list[Share]) -> Iterator[str]:
    """Courses without a dose of the organ, which the bounds therefore leave out."""
    counted = {course.id for share in found for course in share.courses}
    for course in context.case.courses:
        if course.id not in counted:
            why = "no dose given" if course.comparable else f"no {field_to_give(course)}"
            yield f"{context.label(course)} not counted ({why})"


def _shared_days(context: Context, found: list[Share]) -> Iterator[str]:
    """On one day the doses of two courses would add before they are converted: no bound from separate days holds."""
    for one, two in combinations(found, 2):
        for a in one.courses:
            for b in two.courses:
                if may_share_days(context, a, b):
                    numbers = f"{context.case.number(a.id)} and {context.case.number(b.id)}"
                    yield (
                        f"Courses {numbers} may share days: on one day the doses add before conversion, so no upper "
                        f"bound is given. Exact treatment days, or same_sessions_as, settle it."
                    )


def _around(context: Context, organ: str, metric: Metric) -> Iterator[str]:
    for dose in context.case.doses(organ):
        if dose.metric == metric and dose.measured_on in AROUND:
            yield f"{organ} {metric}: measured on the {dose.measured_on} in {dose.course}: bounds of that structure."


# --- same sessions -------------------------------------------------------------------------------------------------
def _same_session_sums(context: Context) -> Iterator[Finding]:
    """Courses in the same sessions: physical dose adds within the fraction, then it is converted."""
    for group in same_session_groups(context):
        rows = []
        for organ in dict.fromkeys(dose.organ for dose in context.case.doses()):
            for metric in summed_metrics(context, organ, group):
                parts = [part for course in group if (part := part_of(context, organ, metric, course))]
                ratios = _ratios(context, organ)
                if len(parts) > 1 and ratios and metric.kind != "mean":
                    counted = "" if len(parts) == len(group) else f", {len(parts)} of {len(group)} courses"
                    rows.append(
                        _session_row(organ, f"{metric}{counted}", same_sessions(metric, parts), ratios[0], group)
                    )
        if rows:
            numbers = context.suffix(*group).removeprefix(", ")
            yield Finding(
                id=f"same-sessions/organs/{'+'.join(course.id for course in group)}",
                rule="same-sessions",
                question=Question.ORGAN,
                severity=Severity.CAUTION,
                subject="organs in the same sessions",
                title=f"Same sessions, {numbers}",
                sentence=f"Dose of {numbers} adds within each fraction before it is converted; bounds of the sum:",
                table=Table(header=("organ", "metric", "physical sum, Gy", "EQD2, Gy"), rows=tuple(rows)),
                sources=("fowler1989",),
            )


def _session_row(
    organ: str, metric: str, bounds: Bounds, ratio: AlphaBeta, group: tuple[Course, ...]
) -> tuple[str, ...]:
    count = group[0].fractions
    converted = Bounds(
        low=eqd2(bounds.low, count, ratio.gray),
        high=None if bounds.high is None else eqd2(bounds.high, count, ratio.gray),
        plain_sum=eqd2(bounds.plain_sum, count, ratio.gray),
    )
    return organ, metric, f"{bounds_words(bounds)} / {count}", f"{bounds_words(converted)} (a/b {plain(ratio.gray)})"


# --- re-irradiation ------------------------------------------------------------------------------------------------
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
