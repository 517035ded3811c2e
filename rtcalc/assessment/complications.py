"""Complication probabilities of organs with a dose-volume curve: cited sets side by side, information and no verdict.

Every set gets the curve on the basis it was fitted on. A set whose basis nobody stated, or whose fractionation is not
that of the course, is listed with its reason and gives no number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from rtcalc.assessment.context import Context
from rtcalc.case import OrganCurve
from rtcalc.courses import Course
from rtcalc.decimals import plain
from rtcalc.dvh import Dvh
from rtcalc.errors import DomainError
from rtcalc.evidence import Severity
from rtcalc.findings import Figure, Finding, Question, Table
from rtcalc.response import ResponseParameters, ntcp, percent
from rtcalc.response_forms import MetricLogistic

HEADER = ("organ", "course", "endpoint", "NTCP", "dose of the fit", "set")
NO_VERDICT = (
    "Models of groups of patients, without confidence interval and for one course alone: not the risk of this patient, "
    "and held against nothing."
)

VALIDITY = (
    "Conversion to the dose of a fit does not make it valid for fractions of another size than those it was fitted on."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One set on one curve; two numbers where the set leaves a range of alpha/beta or the patient's factors open."""

    curve: OrganCurve
    course: Course
    fit: ResponseParameters
    low: float
    high: float
    open: tuple[str, ...]
    notes: tuple[str, ...]

    def words(self) -> str:
        """The probability in per cent, or the range of what is open."""
        ends = dict.fromkeys((percent(self.low), percent(self.high)))
        return " to ".join(ends)


def complication_findings(context: Context) -> Iterator[Finding]:
    """One finding for the case, where a curve is given of an organ that a parameter set speaks of."""
    found: list[Estimate] = []
    refused: list[str] = []
    for curve in context.case.curves:
        for fit in context.registry.response.values():
            if fit.kind == "ntcp" and curve.dvh.organ in fit.applies_to:
                try:
                    found.append(_estimate(context, curve, fit))
                except DomainError as problem:
                    refused.append(f"{curve.dvh.organ}, {curve.dvh.course}, {fit.endpoint}: none: {problem}.")
    if not found and not refused:
        return
    organs = dict.fromkeys(one.curve.dvh.organ for one in found)
    sets = "1 published set" if len(found) == 1 else f"{len(found)} published sets"
    said = f"{sets} for {', '.join(organs)}." if found else "No set may be used on these curves."
    yield Finding(
        id=f"complication-probability/organs/{context.case.id}",
        rule="complication-probability",
        question=Question.ORGAN,
        severity=Severity.INFO,
        subject="organs with a dose-volume curve",
        title="Complication probability (NTCP)",
        sentence=f"{said} {NO_VERDICT}",
        table=Table(header=HEADER, rows=tuple(_row(context, one) for one in found)) if found else None,
        details=(VALIDITY, *(line for one in found for line in _details(one)), *refused),
        figures=tuple(_figure(one) for one in found),
        sources=tuple(dict.fromkeys(one.fit.source for one in found)),
    )


def _estimate(context: Context, curve: OrganCurve, fit: ResponseParameters) -> Estimate:
    """Compute one set.

    Raises
    ------
    DomainError
        The set is listed only, or was fitted on something that this curve or course is not.
    """
    if fit.why_not:
        raise DomainError(f"{fit.id} is listed only: {fit.why_not}")
    if not curve.of_the_organ:
        raise DomainError(f"{fit.id} is for the organ; this curve is of its {curve.dvh.measured_on}")
    course = context.case.course(curve.dvh.course)
    factors = _factors(fit)
    # A course with several targets has as many doses per fraction; a physical fit has to allow each of them.
    answers = [
        ntcp(converted, fit, schedule=prescription.given, factors=present)
        for prescription in course.prescriptions
        for converted in on_basis(curve.dvh, fit, course)
        for present in factors
    ]
    ratios = [f"a/b {plain(ratio)}" for ratio in dict.fromkeys(fit.dose.alpha_beta or ())]
    return Estimate(
        curve=curve,
        course=course,
        fit=fit,
        low=min(answer.probability for answer in answers),
        high=max(answer.probability for answer in answers),
        open=(*(ratios if len(ratios) > 1 else ()), *(_names(fit) if len(factors) > 1 else ())),
        notes=tuple(dict.fromkeys(note for answer in answers for note in answer.notes)),
    )


def _names(fit: ResponseParameters) -> tuple[str, ...]:
    return tuple(name for name, _ in fit.form.factors) if isinstance(fit.form, MetricLogistic) else ()


def _factors(fit: ResponseParameters) -> Sequence[Mapping[str, bool] | None]:
    """Every combination of the risk factors, which a case does not hold; None alone for a set without any."""
    names = _names(fit)
    if not names:
        return (None,)
    return [dict(zip(names, present, strict=True)) for present in product((False, True), repeat=len(names))]


def on_basis(curve: Dvh, fit: ResponseParameters, course: Course) -> Iterator[Dvh]:
    """The curve as the set was fitted: once, or at both ends of the alpha/beta that its source leaves open."""
    if fit.dose.alpha_beta is None:
        yield curve
        return
    if any(len(prescription.given.phases) > 1 for prescription in course.prescriptions):
        raise DomainError(f"{fit.id} needs {fit.dose}, and a curve of several phases has no one dose per fraction")
    for ratio in dict.fromkeys(fit.dose.alpha_beta):
        typed = f"{ratio!r} Gy"
        if fit.dose.kind == "EQD2":
            yield curve.relabelled(course.fractions, typed)
        else:
            assert fit.dose.fractions is not None
            yield curve.relabelled_in(fit.dose.fractions, course.fractions, typed)


def _row(context: Context, one: Estimate) -> tuple[str, ...]:
    number = str(context.case.number(one.course.id))
    return one.curve.dvh.organ, number, one.fit.endpoint, one.words(), str(one.fit.dose), one.fit.id


def _details(one: Estimate) -> Iterator[str]:
    what = f"{one.curve.dvh.organ}, {one.course.id}, {one.fit.endpoint}"
    cited = f"{one.fit.source}, {one.fit.place}"
    parts = [f"{cited}; {one.fit.evidence.value}", *one.notes]
    if one.open:
        parts.append(f"the range is that of what is open: {', '.join(one.open)}")
    yield f"{what}: {'; '.join(parts)}."


def _figure(one: Estimate) -> Figure:
    return Figure(
        name=f"NTCP {one.curve.dvh.organ}, {one.course.id}, {one.fit.id}",
        low=one.low,
        high=one.high,
        unit="1",
        basis=f"{one.fit.endpoint}; {one.fit.dose}; {one.fit.source}",
        text=one.words(),
    )
