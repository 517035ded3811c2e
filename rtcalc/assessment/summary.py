"""The one sentence a colleague could say on the phone."""

from __future__ import annotations

from rtcalc.assessment.context import Context
from rtcalc.assessment.earlier import interval_words
from rtcalc.assessment.targets import rows_of
from rtcalc.decimals import TOTAL_PLACES, fixed, plain
from rtcalc.evidence import Severity
from rtcalc.findings import Finding, Firing, Question, State, Verdict


def sentence(context: Context, verdicts: tuple[Verdict, ...], findings: tuple[Finding, ...]) -> str:
    """What was given, what the organs say, what the drugs say, in this order."""
    parts = [_courses(context), _organs(context, verdicts), _drugs(findings)]
    return " ".join(part for part in parts if part)


def _courses(context: Context) -> str:
    courses = context.case.courses
    for number, course in enumerate(courses[1:], start=1):
        for earlier in courses[:number]:
            if set(course.targets) & set(earlier.targets) and course.id not in earlier.same_sessions_as:
                when = interval_words(context, earlier, course)
                return f"Re-irradiation of one lesion {when} ({_beds(context, (earlier.id, course.id))})."
    given = ", ".join(f"{c.prescriptions[0].given} to {context.case.target(c.targets[0]).site}" for c in courses)
    return f"{given} ({_beds(context, tuple(course.id for course in courses))})."


def _beds(context: Context, courses: tuple[str, ...]) -> str:
    """BED at prescription at the first alpha/beta of the tissue; the range over all of them stands in the table."""
    said = []
    for tissue in dict.fromkeys(target.tissue for target in context.case.targets):
        known = context.registry.tissues[tissue]
        rows = [r for r in rows_of(context, known) if r.course in courses and r.point.name == "Rx"]
        ratio = max(known.alpha_beta, key=lambda entry: entry.gray)
        values = ", then ".join(fixed(float(row.bed(ratio).gray), TOTAL_PLACES) for row in rows)
        if values:
            said.append(f"BED {values} Gy at a/b {plain(ratio.gray)}")
    return "; ".join(said)


def _organs(context: Context, verdicts: tuple[Verdict, ...]) -> str:
    exceeded = [v for v in verdicts if v.state is State.EXCEEDED]
    if exceeded:
        worst = max(exceeded, key=lambda v: v.percent or 0.0)
        return f"{worst.organ} {worst.measured}: above {worst.set_id} ({worst.bound})."
    if not verdicts:
        return "No organ limit was requested."
    if not context.case.doses():
        return "No organ dose is known, so no organ statement is possible."
    open_ = [v for v in verdicts if not v.state.decided and v.state is not State.NOT_APPLICABLE]
    if open_:
        return f"No requested organ limit is exceeded, but {len(open_)} of {len(verdicts)} could not be decided."
    return f"All {len(verdicts)} requested organ limits are met."


def _drugs(findings: tuple[Finding, ...]) -> str:
    warnings = [f for f in findings if f.question is Question.DRUG and f.severity.rank >= Severity.WARNING.rank]
    if not warnings:
        return ""
    more = f", and {len(warnings) - 1} more on drugs" if len(warnings) > 1 else ""
    open_ = " cannot be excluded" if warnings[0].firing is Firing.NOT_EXCLUDED else ""
    return f"{warnings[0].title}{open_}{more}."
