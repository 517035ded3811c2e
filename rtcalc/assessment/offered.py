"""Rows read in a single transcription: answered and shown with that label, never counted and never deciding."""

from __future__ import annotations

from rtcalc.assessment.context import Context
from rtcalc.assessment.known import answer, dosed_together
from rtcalc.assessment.organs import verdict_words
from rtcalc.evidence import Evidence, Severity
from rtcalc.findings import Finding, Question, State, Verdict
from rtcalc.verdicts import asked


def offered_findings(context: Context) -> list[Finding]:
    """One finding for the case: what single transcriptions of its limit sets say of organs that have a dose."""
    found = _verdicts(context)
    told = [verdict for verdict in found if verdict.state not in (State.NOT_EVALUABLE, State.NOT_APPLICABLE)]
    if not told:
        return []
    exceeded = [verdict for verdict in told if verdict.state in (State.EXCEEDED, State.CANNOT_BE_MET)]
    rest = len(told) - len(exceeded)
    return [
        Finding(
            id=f"single-transcription/organs/{context.case.id}",
            rule="single-transcription",
            question=Question.ORGAN,
            severity=Severity.CAUTION if exceeded else Severity.INFO,
            subject="limits read in one transcription",
            title="Limits read in a single transcription",
            sentence=f"{len(exceeded)} exceeded, {rest} not; they decide nothing and are not counted above.",
            lines=tuple(_line(context, verdict) for verdict in exceeded),
            details=tuple(_line(context, verdict) for verdict in told if verdict not in exceeded),
            verdicts=tuple(told),
            sources=tuple(dict.fromkeys(context.registry.sets[verdict.set_id].source for verdict in told)),
            evidence=Evidence.ONE_SOURCE,
        )
    ]


def _verdicts(context: Context) -> list[Verdict]:
    found: list[Verdict] = []
    for course in context.case.courses:
        for organ in dict.fromkeys(dose.organ for dose in context.case.doses(course=course.id)):
            courses = dosed_together(context, organ, course)
            if courses[0] != course:
                continue  # answered with the first of its sessions
            for _, rows in context.rows:
                questions = asked(rows, organ, course.fractions, conventional=course.conventional, standing="offered")
                # Converting a number that was read once only would make it look better founded than it is.
                found += [answer(context, one, organ, courses) for one in questions if one.above is None]
    return found


def _line(context: Context, verdict: Verdict) -> str:
    where = context.suffix(context.case.course(verdict.course))
    return f"{verdict.organ}{where}: {verdict_words(verdict)}"
