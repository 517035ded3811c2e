"""Rows read in a single transcription: answered and shown with that label, never counted and never deciding."""

from __future__ import annotations

from rtcalc.assessment.context import Context
from rtcalc.assessment.known import answer, dosed_together
from rtcalc.assessment.organs import verdict_words
from rtcalc.assessment.requested import questions, touches
from rtcalc.evidence import Evidence, Severity
from rtcalc.findings import Finding, Question, State, Verdict


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
        for organ, question in questions(context, course, "offered"):
            courses = dosed_together(context, organ, course)
            # Converting a number that was read once only would make it look better founded than it is.
            if courses[0] == course and question.above is None and touches(context, organ, course):
                found.append(answer(context, question, organ, courses))
    return found


def _line(context: Context, verdict: Verdict) -> str:
    where = context.suffix(context.case.course(verdict.course))
    return f"{verdict.organ}{where}: {verdict_words(verdict)}"
