"""Limit over prescription: where an organ without a near-maximum dose must not be.

A screen, not an allowance: it is printed to the nearest digit, as per cent of the prescription, and of the maximum
where the prescription isodose is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rtcalc.assessment.context import Context
from rtcalc.assessment.organs import is_near_max
from rtcalc.courses import Course, Prescription
from rtcalc.decimals import compare, fixed
from rtcalc.evidence import Severity
from rtcalc.findings import Finding, Question
from rtcalc.limit_values import physical
from rtcalc.populations import holds
from rtcalc.verdicts import Asked, asked, converted_bounds


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One near-maximum limit of one organ, held against a prescription.

    Attributes
    ----------
    low, high : float
        The limit at the course's fraction number; two readings where it had to be converted. [Gy]
    """

    organ: str
    question: Asked
    low: float
    high: float


def screen_findings(context: Context) -> list[Finding]:
    """One finding for the case, where any organ near a target has no near-maximum dose."""
    lines: list[str] = []
    details: list[str] = []
    courses = []
    for course in (course for course in context.case.courses if course.comparable):
        organs = [organ for organ in context.organs(course) if not _has_near_max(context, organ, course)]
        bars = [bar for organ in organs for bar in _bars(context, course, organ)]
        if bars:
            courses.append(course.id)
            lines.append(_line(context, course, bars))
            details += [_detail(context, course, bar) for bar in bars]
            details += _not_converted(context, course, organs, bars)
    if not lines:
        return []
    return [
        Finding(
            id=f"limit-over-prescription/organs/{'+'.join(courses)}",
            rule="limit-over-prescription",
            question=Question.ORGAN,
            severity=Severity.INFO,
            subject="organs without a near-maximum dose",
            title="Where the organs must not be",
            sentence=f"Near-maximum limit in per cent of the prescription ({', '.join(context.case.limit_sets)}); a "
            "screen, not an allowance.",
            lines=tuple(lines),
            details=tuple(details),
            sources=tuple(dict.fromkeys(context.registry.sets[name].source for name, _ in context.rows)),
        )
    ]


def _has_near_max(context: Context, organ: str, course: Course) -> bool:
    return any(is_near_max(dose.metric) for dose in context.case.doses(organ, course.id))


def _bars(context: Context, course: Course, organ: str) -> Iterator[Bar]:
    for _, rows in context.rows:
        for question in asked(rows, organ, course.fractions, conventional=course.conventional):
            limit = question.below
            speaks = limit.population is None or holds(limit.population, context.case.patient)
            if not (speaks and is_near_max(limit.metric)):
                continue
            bounds = _bounds(context, course, organ, question)
            if bounds is not None:
                yield Bar(organ=organ, question=question, low=min(bounds), high=max(bounds))


def _bounds(context: Context, course: Course, organ: str, question: Asked) -> tuple[float, float] | None:
    limit = question.below
    if question.above is None:
        dose = physical(limit, course.fractions)
        return dose, dose
    known = context.registry.alpha_beta_of(organ)
    ratio = limit.alpha_beta or (known.gray if known else None)
    if ratio is None or question.below is question.above:
        return None
    return converted_bounds(limit, question.above, course.fractions, ratio)


def _line(context: Context, course: Course, bars: list[Bar]) -> str:
    """The strictest limit of each organ; organs that may be in full dose last."""
    given = _largest(course).given
    total, top = _total(course), _top(course)
    strictest: dict[str, Bar] = {}
    for bar in sorted(bars, key=lambda bar: bar.low):
        strictest.setdefault(bar.organ, bar)
    outside = [_share(course, bar, total) for bar in strictest.values() if compare(bar.low, top) < 0]
    inside = [bar.organ for bar in strictest.values() if compare(bar.low, top) >= 0]
    reach = "full prescription dose" if compare(top, total) == 0 else f"the maximum of {fixed(top, 1)} Gy"
    full = f"; within the limit at {reach}: {', '.join(inside)}" if inside else ""
    return f"{context.label(course).capitalize()} ({course.words(given)}): {', '.join(outside) or 'none'}{full}."


def _largest(course: Course) -> Prescription:
    """The prescription of the highest dose: what the shares are of."""
    return max(course.prescriptions, key=lambda prescription: float(prescription.given.total.gray))


def _total(course: Course) -> float:
    return float(_largest(course).given.total.gray)


def _top(course: Course) -> float:
    """The highest dose that is known of the course: a maximum where there is one, else the prescription. [Gy]"""
    return max(float(point.schedule.total.gray) for p in course.prescriptions for point in p.dose_points())


def _share(course: Course, bar: Bar, total: float) -> str:
    share = f"{bar.organ} {fixed(100 * bar.low / total, 1)} %"
    isodose = _largest(course).isodose_percent
    if isodose is not None:
        share += f" (the {fixed(bar.low / total * isodose, 0)} % isodose of the plan)"
    return f"{share} converted" if bar.question.above is not None else share


def _detail(context: Context, course: Course, bar: Bar) -> str:
    limit = bar.question.below
    dose = fixed(bar.low, 1) if compare(bar.low, bar.high) == 0 else f"{fixed(bar.low, 1)}-{fixed(bar.high, 1)}"
    how = " (converted)" if bar.question.above is not None else ""
    bound = f"{limit.set_id} {limit.metric} {limit.op} {dose} Gy{how} of {fixed(_total(course), 1)} Gy prescribed"
    return f"{context.label(course).capitalize()}: {bar.organ} {bound}."


def _not_converted(context: Context, course: Course, organs: list[str], bars: list[Bar]) -> Iterator[str]:
    shown = {bar.organ for bar in bars}
    for organ in organs:
        if organ not in shown and any(
            asked(rows, organ, course.fractions, conventional=course.conventional) for _, rows in context.rows
        ):
            why = "no row, or no two-source alpha/beta to convert one"
            where = context.label(course).capitalize()
            yield f"{where}: {organ}: no near-maximum limit for {course.fractions} fractions ({why})."
