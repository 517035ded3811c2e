"""Data findings: what the case leaves open, what looks like a slip, what is not computed, what was published."""

from __future__ import annotations

from collections.abc import Iterator
from math import log

from rtcalc.assessment.context import Context
from rtcalc.assessment.known import dosed_together
from rtcalc.assessment.unasked import unasked_findings
from rtcalc.assessment.unused import not_used
from rtcalc.courses import Course
from rtcalc.decimals import fixed
from rtcalc.evidence import Severity
from rtcalc.findings import Finding, Question, State, Verdict
from rtcalc.published import PublishedSchedule
from rtcalc.schedules import Schedule, plausibility


def data_findings(context: Context, verdicts: tuple[Verdict, ...]) -> list[Finding]:
    """Findings on the case as data."""
    return [
        *_isodose(context),
        *_plausibility(context),
        *unasked_findings(context),
        *_no_limits(context, verdicts),
        *_acknowledged(context),
        *_status(context),
        *not_used(context),
        *_nearest(context),
    ]


def _isodose(context: Context) -> Iterator[Finding]:
    unknown = [
        (course, prescription)
        for course in context.case.courses
        for prescription in course.prescriptions
        if prescription.isodose_percent is None and not any(m.kind == "max" for m, _ in prescription.metrics)
    ]
    if not unknown:
        return
    courses = tuple(dict.fromkeys(course for course, _ in unknown))
    yield Finding(
        id=f"isodose-not-stated/targets/{'+'.join(course.id for course in courses)}",
        rule="isodose-not-stated",
        question=Question.DATA,
        severity=Severity.CAUTION,
        subject="prescription isodose",
        title=f"Prescription isodose not stated{context.suffix(*courses)}",
        sentence="The maximum of the target is unknown: its BED stands at the dose points that were given, no other.",
        missing=("the prescription isodose, or Dmax, of each target",),
    )


def _plausibility(context: Context) -> Iterator[Finding]:
    for course in (course for course in context.case.courses if course.dose_rate is None):
        for prescription in course.prescriptions:
            notes = plausibility(prescription.given)
            if notes:
                yield Finding(
                    id=f"plausibility/{prescription.target}/{course.id}",
                    rule="plausibility",
                    question=Question.DATA,
                    severity=Severity.WARNING,
                    subject=prescription.target,
                    title=f"Unusual dose{context.suffix(course)}",
                    sentence=f"{'; '.join(notes)}.",
                )


def _no_limits(context: Context, verdicts: tuple[Verdict, ...]) -> Iterator[Finding]:
    """Where limits could not be asked or answered, by course."""
    if not context.case.limit_sets:
        yield _finding("no-limit-set", "limits", context, "No limit set requested", "No organ limit was looked at.")
        return
    answered = {(verdict.organ, context.case.course(verdict.course)) for verdict in verdicts}
    asked = {course.id for organ, first in answered for course in dosed_together(context, organ, first)}
    for course in context.case.courses:
        if course.id not in asked:
            why = _why_nothing_asked(context, course)
            title = f"No limit requested{context.suffix(course)}"
            yield _finding("no-limit-requested", course.id, context, title, why)
    if verdicts and all(verdict.state is State.NOT_EVALUABLE for verdict in verdicts):
        said = (
            "no organ doses are reported" if context.case.organ_doses is None else "no organ dose answers one of them"
        )
        yield _finding(
            "no-organ-dose",
            "organs",
            context,
            "No organ limit could be evaluated",
            f"{len(verdicts)} limits are requested and {said}: no statement on any organ is possible.",
        )


def _why_nothing_asked(context: Context, course: Course) -> str:
    organs = context.organs(course)
    sets = ", ".join(context.case.limit_sets)
    if not organs:
        return f"The case names no organ near its target and gives no organ dose, so {sets} asked nothing."
    return (
        f"{sets} has no active row for {course.fractions} fractions, nor rows on both sides, for {', '.join(organs)}."
    )


def _finding(rule: str, subject: str, context: Context, title: str, sentence: str) -> Finding:
    return Finding(
        id=f"{rule}/{subject}/{context.case.id}",
        rule=rule,
        question=Question.DATA,
        # Nothing is known of the organs: a script must not pass over it.
        severity=Severity.WARNING if rule == "no-organ-dose" else Severity.CAUTION,
        subject=subject,
        title=title,
        sentence=sentence,
    )


def _acknowledged(context: Context) -> Iterator[Finding]:
    if context.case.acknowledged:
        yield Finding(
            id=f"acknowledged/case/{context.case.id}",
            rule="acknowledged",
            question=Question.DATA,
            severity=Severity.CAUTION,
            subject="case",
            title="Accepted by the user",
            sentence="; ".join(context.case.acknowledged) + ".",
        )


def _status(context: Context) -> Iterator[Finding]:
    """A stopped course without the dose that was given: every figure of it would be the planned one."""
    for course in context.case.courses:
        if course.status == "stopped" and any(p.delivered is None for p in course.prescriptions):
            yield Finding(
                id=f"stopped-without-delivered/{course.id}/{context.case.id}",
                rule="stopped-without-delivered",
                question=Question.DATA,
                severity=Severity.WARNING,
                subject=course.id,
                title=f"Stopped early{context.suffix(course)}",
                sentence="The delivered dose is not stated; its figures are those of the plan.",
                missing=(f"delivered schedule of {course.id}",),
            )
        planned = course.prescriptions[0].planned.fractions
        if course.fractions != planned and context.case.doses(course=course.id):
            yield Finding(
                id=f"organ-doses-as-delivered/{course.id}/{context.case.id}",
                rule="organ-doses-as-delivered",
                question=Question.DATA,
                severity=Severity.CAUTION,
                subject=course.id,
                title=f"Organ doses as delivered{context.suffix(course)}",
                sentence=f"{course.fractions} of {planned} fractions were given: organ doses of this course are read "
                f"as those of {course.fractions} fractions and held against limits at {course.fractions}.",
                missing=(f"that the organ doses of {course.id} are those delivered, not those of the plan",),
            )


# --- nearest published schedule ------------------------------------------------------------------------------------
def _nearest(context: Context) -> Iterator[Finding]:
    found: list[tuple[Course, PublishedSchedule, Schedule]] = []
    for course in (course for course in context.case.courses if course.comparable):
        for prescription in course.prescriptions:
            target = context.case.target(prescription.target)
            candidates = [s for s in context.registry.schedules(tissue=target.tissue) if s.schedule is not None]
            if candidates:
                nearest = min(candidates, key=lambda s: _rank(prescription.given, target.region, s))
                found.append((course, nearest, prescription.given))
    if found:
        yield Finding(
            id=f"nearest-published/targets/{'+'.join(dict.fromkeys(course.id for course, _, _ in found))}",
            rule="nearest-published",
            question=Question.TARGET,
            severity=Severity.INFO,
            subject="published schedules",
            title="Nearest published schedules",
            sentence=" ".join(_nearest_words(context, *entry) for entry in found),
            details=tuple(line for _, nearest, _ in found for line in _published_words(nearest)),
            sources=tuple(dict.fromkeys(nearest.source for _, nearest, _ in found)),
        )


def _rank(given: Schedule, region: str, entry: PublishedSchedule) -> tuple[float, bool, bool]:
    """How far two schedules are apart: ratios of total dose and fraction number, either way; then site, then kind."""
    assert entry.schedule is not None
    doses = abs(log(float(given.total.gray) / float(entry.schedule.total.gray)))
    distance = doses + abs(log(given.fractions / entry.schedule.fractions))
    return round(distance, 9), entry.region != region, entry.group not in ("reported", "site rule")


def _nearest_words(context: Context, course: Course, nearest: PublishedSchedule, given: Schedule) -> str:
    assert nearest.schedule is not None
    what = f"{nearest.id} ({nearest.schedule}, {nearest.source})"
    return f"{context.label(course).capitalize()}: {_difference(given, nearest.schedule)} {what}."


def _published_words(nearest: PublishedSchedule) -> Iterator[str]:
    drugs = ", ".join(drug.name for drug in nearest.drugs) or "no drug"
    yield f"{nearest.id}: {nearest.site}; {nearest.disease}; with {drugs}."
    yield f"{nearest.id}: outcome: {nearest.outcome}. Toxicity: {nearest.toxicity}."
    for question in nearest.open_questions:
        yield f"{nearest.id}: the paper leaves open: {question}."


def _difference(given: Schedule, published: Schedule) -> str:
    if given == published:
        return "the same as"
    dose = float(given.total.gray) - float(published.total.gray)
    count = given.fractions - published.fractions
    return f"{'+' if dose > 0 else ''}{fixed(dose, 1)} Gy and {count:+d} fractions against"
