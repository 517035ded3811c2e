"""Tumour control of targets with a dose-volume curve, by the set that the case chooses: information and no verdict.

No published set is tied to a tissue of the knowledge, so none is ever picked here. One half without the other, a curve
or a choice, is said with the field that is missing.
"""

from __future__ import annotations

from collections.abc import Iterator

from rtcalc.assessment.complications import VALIDITY, on_basis
from rtcalc.assessment.context import Context
from rtcalc.assessment.weighting import field_to_give, weighting_words
from rtcalc.case import OrganCurve
from rtcalc.courses import Course
from rtcalc.errors import DomainError
from rtcalc.evidence import Severity
from rtcalc.findings import Figure, Finding, Question, Table
from rtcalc.response import Response, ResponseParameters, percent, tcp
from rtcalc.tumour_control import Poisson

HEADER = ("target", "course", "tissue", "set is of", "endpoint", "TCP", "dose of the fit", "set")
NO_VERDICT = (
    "A model of a group of patients, without confidence interval and for one course alone: not the chance of this "
    "patient, and held against nothing."
)
CHOICE = "tumour_control: {parameters: ID} (rtcalc response list)"


def control_findings(context: Context) -> Iterator[Finding]:
    """One finding for the case, where a target has a curve or a set is chosen."""
    curves, chosen = context.case.target_curves, context.case.tumour_control
    aside = [context.case.course(course) for name, course in context.set_aside if _is_target(context, name)]
    if chosen is None and not curves and not aside:
        return
    fit = None if chosen is None else context.registry.response[chosen]
    missing = [] if fit else [CHOICE]
    missing += [] if curves or aside else ["dvh of a target in a course"]
    missing += [field_to_give(course) for course in aside]
    rows: list[tuple[str, ...]] = []
    figures: list[Figure] = []
    details: list[str] = []
    refused: list[str] = []
    for curve in curves if fit else ():
        assert fit is not None
        course = context.case.course(curve.dvh.course)
        try:
            found = _answers(curve, course, fit)
        except DomainError as problem:
            refused.append(f"{curve.dvh.organ}, {course.id}: none: {problem}.")
            continue
        text = " to ".join(dict.fromkeys(percent(one.probability) for one in found))
        rows.append(_row(context, curve, course, fit, text))
        figures.append(_figure(curve, fit, found, text))
        details.append(_detail(context, curve, course, found))
    yield Finding(
        id=f"tumour-control/targets/{context.case.id}",
        rule="tumour-control",
        question=Question.TARGET,
        severity=Severity.CAUTION if missing or refused else Severity.INFO,
        subject="targets with a dose-volume curve",
        title="Tumour control probability (TCP)",
        sentence=NO_VERDICT if rows else "Not computed.",
        lines=tuple(refused),
        table=Table(header=HEADER, rows=tuple(rows)) if rows else None,
        details=(VALIDITY, *details) if rows else (),
        figures=tuple(figures),
        sources=(fit.source,) if fit and rows else (),
        missing=tuple(dict.fromkeys(missing)),
    )


def _is_target(context: Context, name: str) -> bool:
    return any(target.id == name for target in context.case.targets)


def _answers(curve: OrganCurve, course: Course, fit: ResponseParameters) -> list[Response]:
    """The set on the curve, at both ends of the alpha/beta that its source leaves open.

    Raises
    ------
    DomainError
        The set is listed only; the curve is not of the fractions given; the days of a set with regrowth are unknown.
    """
    if fit.why_not:
        raise DomainError(f"{fit.id} is listed only: {fit.why_not}")
    if any(one.delivered is not None and one.delivered != one.planned for one in course.prescriptions):
        raise DomainError("the course was not delivered as planned, and a curve does not say of which it is")
    days = course.fraction_days()
    if days is None and isinstance(fit.form, Poisson) and fit.form.doubling_days is not None:
        raise DomainError(
            f"{fit.id} has regrowth and needs the days from the first to the last fraction; give an exact start and "
            f"treatment_days of {course.id}"
        )
    overall = None if days is None else days[-1] - days[0]
    return [tcp(converted, fit, overall_days=overall) for converted in on_basis(curve.dvh, fit, course)]


def _row(context: Context, curve: OrganCurve, course: Course, fit: ResponseParameters, text: str) -> tuple[str, ...]:
    target, number = curve.dvh.organ, str(context.case.number(course.id))
    return target, number, context.tissue(target).name, fit.organ, fit.endpoint, text, str(fit.dose), fit.id


def _figure(curve: OrganCurve, fit: ResponseParameters, found: list[Response], text: str) -> Figure:
    chances = [one.probability for one in found]
    return Figure(
        name=f"TCP {curve.dvh.organ}, {curve.dvh.course}, {fit.id}",
        low=min(chances),
        high=max(chances),
        unit="1",
        basis=f"{fit.organ}, {fit.endpoint}; {fit.dose}; {fit.source}",
        text=text,
    )


def _detail(context: Context, curve: OrganCurve, course: Course, found: list[Response]) -> str:
    fit, days = found[0].parameters, course.fraction_days()
    parts = [f"{fit.source}, {fit.place}; {fit.evidence.value}", *dict.fromkeys(n for one in found for n in one.notes)]
    if days is not None:
        parts.append(f"{days[-1] - days[0]} d from the first fraction to the last")
    if course.of_particles:
        parts.append(f"{course.unit} of {course.radiation} ({weighting_words(course)}) in a fit of photons")
    others = [one for one in context.case.courses if one != course and curve.dvh.organ in one.targets]
    if others:
        parts.append(f"by this course alone; {context.suffix(*others).removeprefix(', ')} treats it too")
    return f"{curve.dvh.organ}, {course.id}: {'; '.join(parts)}."
