"""What alpha/beta decides, and how far its published range carries: BED marks, converted limits, sums of courses.

A limit at its own fraction number compares two physical doses and never stands here.
"""

from __future__ import annotations

from collections.abc import Iterator

from rtcalc.assessment.context import Context
from rtcalc.assessment.earlier import bounds_words, summed_metrics
from rtcalc.assessment.known import dosed_together
from rtcalc.assessment.shares import shares, together
from rtcalc.assessment.targets import MARK, rows_of
from rtcalc.case import OrganDose
from rtcalc.courses import Course
from rtcalc.decimals import plain
from rtcalc.effect_lines import where_exceeded
from rtcalc.evidence import Severity
from rtcalc.findings import Finding, Question
from rtcalc.limits import Limit
from rtcalc.organ_doses import AROUND
from rtcalc.schedules import Schedule
from rtcalc.spread import FLOOR_GRAY
from rtcalc.tissues import AlphaBeta, Tissue
from rtcalc.uncertainty import probability_exceeding, probability_reaching
from rtcalc.verdicts import asked

# A curve that agrees with the digits of this tool's printed doses; more of them would be noise of the interpolation.
PLACES_OF_CURVE = 3
HOW = (
    "Drawn with a fixed seed, both sides of a comparison with the same draw; LQ.",
    "A verdict keeps a converted limit between the printed rows, whatever the conversion gives.",
)


def ratio_findings(context: Context) -> Iterator[Finding]:
    """One finding for the case: every comparison that an alpha/beta may turn, with its published range."""
    lines = [*_marks(context), *_converted(context), *_cumulative(context)]
    if lines:
        yield Finding(
            id=f"alpha-beta-range/all/{context.case.id}",
            rule="alpha-beta-range",
            question=Question.MODEL,
            severity=Severity.INFO,
            subject="alpha/beta",
            title="What alpha/beta decides",
            sentence=f"{len(lines)} figures rest on it; a limit at its own fraction number does not.",
            details=(*lines, *HOW),
            sources=("fowler1989", "WITHERS"),
        )


def intervals(tissue: Tissue | None) -> list[AlphaBeta]:
    """The values of a tissue that may be used and have an interval to draw from."""
    ratios = () if tissue is None else tissue.alpha_beta
    return [
        ratio for ratio in ratios if ratio.standing != "listed" and ratio.low is not None and ratio.high is not None
    ]


def drawable(ratio: AlphaBeta) -> tuple[float, float]:
    """The ends of an interval, the lower one not below what is drawn. [Gy]"""
    assert ratio.low is not None
    assert ratio.high is not None
    return max(ratio.low, FLOOR_GRAY), ratio.high


# --- the mark of a target ------------------------------------------------------------------------------------------
def _marks(context: Context) -> Iterator[str]:
    """How often each prescription reaches the mark over the published intervals of its tissue."""
    for tissue in dict.fromkeys(target.tissue for target in context.case.targets):
        known = context.registry.tissues[tissue]
        for row in (row for row in rows_of(context, known) if row.flagged and row.point.name == "Rx"):
            if row.particles is not None:
                continue  # the drawn range is of a photon dose
            for ratio in intervals(known):
                chance = probability_reaching(row.point.schedule, MARK, ratio)
                yield f"{row.target}, {row.course}, BED at the prescription: {chance} ({ratio.source})."


# --- converted limits ----------------------------------------------------------------------------------------------
def _converted(context: Context) -> Iterator[str]:
    """Each dose of an organ against the rows that had to be converted for it."""
    for course in context.case.courses:
        for organ in dict.fromkeys(dose.organ for dose in context.case.doses(course=course.id)):
            if len(dosed_together(context, organ, course)) > 1:
                continue  # a sum of sessions has bounds, not a dose
            for _, rows in context.rows:
                for question in asked(rows, organ, course.fractions, conventional=course.conventional):
                    if question.above is not None and question.above is not question.below:
                        yield from _statements(context, course, organ, (question.below, question.above))


def _statements(context: Context, course: Course, organ: str, rows: tuple[Limit, Limit]) -> Iterator[str]:
    doses = context.case.doses(organ, course.id)
    dose = next((dose for dose in doses if dose.metric == rows[0].metric and dose.measured_on not in AROUND), None)
    if dose is None or dose.metric.kind not in ("D", "max") or dose.value <= 0:
        return
    given = _given(dose, course.fractions)
    for row in rows:
        fractions = "" if row.fractions is None else "-".join(str(count) for count in dict.fromkeys(row.fractions))
        what = f"{organ}, {course.id}: {dose.metric} {given} against {row} / {fractions}"
        ranges = intervals(context.registry.tissue_of(organ))
        said = [f"{probability_exceeding(given, row, ratio)} ({ratio.source})" for ratio in ranges]
        yield f"{what}: {'; '.join(said) or where_exceeded(given, row)}."


def _given(dose: OrganDose, fractions: int) -> Schedule:
    gray = round(dose.value, PLACES_OF_CURVE) if dose.origin == "dvh text" else dose.value
    return Schedule.parse(f"{plain(gray)} Gy / {fractions}")


# --- sums of courses -----------------------------------------------------------------------------------------------
def _cumulative(context: Context) -> Iterator[str]:
    """The bounds of every sum of courses at both ends of each published interval."""
    for organ in dict.fromkeys(dose.organ for dose in context.case.doses()):
        for ratio in intervals(context.registry.tissue_of(organ)):
            for metric in summed_metrics(context, organ, context.case.courses):
                found = shares(context, organ, metric)
                if len(found) > 1:
                    ends = (
                        f"{bounds_words(together(context, organ, metric, found, end))} Gy at a/b {plain(end)}"
                        for end in drawable(ratio)
                    )
                    yield f"{organ} {metric}, cumulative EQD2: {', '.join(ends)} ({ratio.interval}, {ratio.source})."
