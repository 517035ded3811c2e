"""Earlier dose: several courses on one organ or one lesion, as bounds, with what is missing named."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from rtcalc.assessment.context import Context
from rtcalc.assessment.recovered import HEADER as RECOVERED
from rtcalc.assessment.recovered import recoveries, recovery_words, with_recovery
from rtcalc.assessment.repeated import repeated_findings
from rtcalc.assessment.sessions import may_share_days, same_session_groups
from rtcalc.assessment.shares import ORGAN, OWN, Share, at_least, measured, part_of, shares, together
from rtcalc.assessment.weighting import field_to_give
from rtcalc.courses import Course
from rtcalc.cumulative import Bounds, same_sessions
from rtcalc.decimals import fixed, plain
from rtcalc.evidence import Severity
from rtcalc.findings import Figure, Finding, Question, Table
from rtcalc.limits import Metric
from rtcalc.tissues import AlphaBeta
from rtcalc.verdicts import AROUND, eqd2

CUMULATIVE = ("organ", "metric", "a/b", "EQD2 by course", "cumulative EQD2", RECOVERED)
NO_RECOVERY = "-"
VOXELS = "summed voxel by voxel"
WHOLLY = f"no recovery, {VOXELS}"


def earlier_findings(context: Context) -> list[Finding]:
    """Cumulative organ doses, re-irradiation without them, and precedents."""
    return [*_cumulative(context), *_same_session_sums(context), *repeated_findings(context)]


# --- what can be summed ---------------------------------------------------------------------------------------------
def summed_metrics(context: Context, organ: str, courses: tuple[Course, ...], on: str = ORGAN) -> list[Metric]:
    """Dose metrics of an organ that at least one of the courses has, the nearest to the maximum first."""
    found = {
        metric
        for course in courses
        for metric in (*measured(context, organ, course, on), *at_least(context, organ, course, on))
        if metric.is_dose and metric.at_unit != "%"
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
    for organ, on in _structures(context):
        name = organ if on == ORGAN else f"{organ} ({on})"
        for metric in summed_metrics(context, organ, courses, on):
            found = shares(context, organ, metric, on)
            if len(found) < 2:
                continue
            ratios = _ratios(context, organ)
            if not ratios:
                notes.append(f"{name} {metric}: no two-source alpha/beta of this organ, so no EQD2 can be summed.")
                continue
            sums = [together(context, organ, metric, found, ratio.gray, on) for ratio in ratios]
            recovered = _recovered(context, organ, metric, found, ratios) if on == ORGAN else NO_RECOVERY
            rows.append((*_cumulative_row(name, metric, found, ratios, sums), recovered))
            figures += [_figure(context, name, metric, bounds, r) for bounds, r in zip(sums, ratios, strict=True)]
            notes += _notes(context, name, metric, found, sums[0])
            for without in _left_out(context, found):
                left_out.setdefault(without, {})[name] = None
            notes += [*_shared_days(context, found), *(_around(context, organ, metric) if on == ORGAN else ())]
            notes += [f"{recovery_words(one)}; the sum without decides." for one in recoveries(context, organ)]
    for without, organs in left_out.items():
        notes.append(f"{', '.join(organs)}: {without}; the upper bounds are without it.")
    if rows or notes:
        # The column stands only where somebody typed a recovery.
        shown = rows if any(row[-1] != NO_RECOVERY for row in rows) else [row[:-1] for row in rows]
        yield _cumulative_finding(courses, shown, figures, notes)


def _structures(context: Context) -> Iterator[tuple[str, str]]:
    """Each organ, and beside it the structures around it that were measured as well."""
    for organ in dict.fromkeys(dose.organ for dose in context.case.doses()):
        yield organ, ORGAN
        on = dict.fromkeys(dose.measured_on for dose in context.case.doses(organ))
        if any(one in OWN for one in on):
            yield from ((organ, one) for one in on if one not in OWN)


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
    if figures and all(WHOLLY in figure.basis for figure in figures):
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
    if bounds.how and not bounds.summed:
        return f"{fixed(bounds.low, 1)}, 3 mm {fixed(bounds.high, 1)}"
    return f"{fixed(bounds.low, 1)}-{fixed(bounds.high, 1)}"


def _figure(context: Context, organ: str, metric: Metric, bounds: Bounds, ratio: AlphaBeta) -> Figure:
    how = f"{VOXELS}: {bounds.how}" if bounds.how else "no common frame of reference"
    if bounds.summed:
        how = f"{_summed(context, bounds)} {VOXELS} ({bounds.how}), bounds for the rest"
    return Figure(
        name=f"cumulative EQD2 {organ} {metric}",
        low=bounds.low,
        high=bounds.high,
        unit="Gy",
        basis=f"EQD2, a/b {plain(ratio.gray)} Gy ({ratio.source}), LQ, no recovery, {how}",
        text=f"{bounds_words(bounds)} Gy",
        undefined=""
        if bounds.high is not None
        else "no upper bound: a Dmax or a part's dose is missing, the metric is a mean, or courses may share days",
    )


def _summed(context: Context, bounds: Bounds) -> str:
    """Courses that were summed voxel by voxel where not all were: ``courses 1 and 2``."""
    return context.suffix(*(context.case.course(name) for name in bounds.summed)).removeprefix(", ")


def _notes(context: Context, organ: str, metric: Metric, found: list[Share], bounds: Bounds) -> Iterator[str]:
    if bounds.how and not bounds.summed:
        least = "" if bounds.high is not None else f"; {organ}: of the part that all doses cover, the least it can be"
        yield f"Summed voxel by voxel in the DICOM: {bounds.how}{least}."
        return
    if bounds.summed:
        courses = _summed(context, bounds)
        yield (
            f"{organ}: {courses} summed voxel by voxel in the DICOM, the highest within 3 mm in the upper bound "
            f"({bounds.how}); the other courses are added as bounds."
        )
    for share in found:
        if share.low.at_least:
            courses = context.suffix(*share.courses).removeprefix(", ")
            yield f"{organ}: a part of it has no calculated dose in {courses}; what stands there is the least."
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
