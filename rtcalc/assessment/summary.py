"""The one sentence a colleague could say on the phone."""

from __future__ import annotations

from rtcalc.assessment.context import Context
from rtcalc.assessment.repeated import interval_words
from rtcalc.assessment.sessions import in_same_sessions, overlap, same_session_groups
from rtcalc.assessment.targets import MARK_GRAY, rows_of
from rtcalc.decimals import TOTAL_PLACES, beside, plain
from rtcalc.evidence import Severity
from rtcalc.findings import Finding, Firing, Question, State, Verdict


def sentence(context: Context, verdicts: tuple[Verdict, ...], findings: tuple[Finding, ...]) -> str:
    """What makes every figure doubtful; what was given, what the organs say, what the drugs say, in this order."""
    parts = [_files(findings), _courses(context), _compound(findings), _organs(context, verdicts), _drugs(findings)]
    return " ".join(part for part in parts if part)


def _files(findings: tuple[Finding, ...]) -> str:
    stops = [f.title for f in findings if f.question is Question.DATA and f.severity is Severity.STOP]
    return f"{'; '.join(stops)}: no figure may be right." if stops else ""


def _courses(context: Context) -> str:
    courses = context.case.courses
    for number, course in enumerate(courses[1:], start=1):
        for earlier in courses[:number]:
            again = set(course.targets) & set(earlier.targets)
            if again and not in_same_sessions(context, earlier, course):
                beds = _beds(context, (earlier.id, course.id), again)
                if overlap(context, earlier, course):
                    return f"Overlapping courses on one lesion ({beds})."
                return f"Re-irradiation of one lesion {interval_words(context, earlier, course)} ({beds})."
    site = {target.id: target.site for target in context.case.targets}
    given = ", ".join(f"{c.words(p.given)} to {site[p.target]}" for c in courses for p in c.prescriptions)
    everything = {target.id for target in context.case.targets}
    return f"{given} ({_beds(context, tuple(course.id for course in courses), everything)})."


def _beds(context: Context, courses: tuple[str, ...], targets: set[str]) -> str:
    """BED at prescription at the largest alpha/beta of the tissue, which gives the smallest BED."""
    said = []
    for tissue in dict.fromkeys(target.tissue for target in context.case.targets if target.id in targets):
        known = context.registry.tissues[tissue]
        wanted = [r for r in rows_of(context, known) if r.flagged and r.point.name == "Rx" and r.target in targets]
        rows = [row for row in wanted if set(courses) & set(row.courses)]
        ratio = max(known.alpha_beta, key=lambda entry: entry.gray)
        values = ", then ".join(beside(float(row.bed(ratio).gray), MARK_GRAY, TOTAL_PLACES) for row in rows)
        if values:
            said.append(f"BED {values} Gy at a/b {plain(ratio.gray)}")
    at_a_rate = any(context.case.course(course).dose_rate is not None for course in courses)
    return "; ".join(said) or ("BED: see dose-rate" if at_a_rate else "BED not evaluable")


def _organs(context: Context, verdicts: tuple[Verdict, ...]) -> str:
    exceeded = [v for v in verdicts if v.state is State.EXCEEDED]
    if exceeded:
        worst = max(exceeded, key=lambda v: v.percent or 0.0)
        more = f", and {len(exceeded) - 1} more limits exceeded" if len(exceeded) > 1 else ""
        return f"{worst.organ} {worst.measured}: above {worst.set_id} ({worst.bound}){more}."
    if not verdicts:
        sets = ", ".join(context.case.limit_sets)
        return f"No row of {sets} was asked." if sets else "No organ limit was requested."
    if not context.case.doses() and not context.set_aside:
        return "No organ dose is known, so no organ statement is possible."
    asked = [v for v in verdicts if v.state is not State.NOT_APPLICABLE]
    open_ = [v for v in asked if not v.state.decided]
    alone = len(context.case.courses) == 1 or len(context.case.courses) in map(len, same_session_groups(context))
    each = "" if alone else ", each course on its own"
    if open_:
        return f"No requested organ limit is exceeded{each}, but {len(open_)} of {len(asked)} could not be decided."
    return f"All {len(asked)} requested organ limits are met{each}."


def _compound(findings: tuple[Finding, ...]) -> str:
    """A re-irradiation rule that is broken by dose: it stands before any limit of a single course."""
    broken = [f for f in findings if f.table is not None and _broken_by_dose(f.table.rows)]
    return f"{broken[0].title}: not met." if broken else ""


def _broken_by_dose(rows: tuple[tuple[str, ...], ...]) -> bool:
    return any(row[-1] == "NOT MET" and row[0] != "interval" for row in rows)


def _drugs(findings: tuple[Finding, ...]) -> str:
    warnings = [f for f in findings if f.question is Question.DRUG and f.severity.rank >= Severity.WARNING.rank]
    if not warnings:
        return ""
    more = f", and {len(warnings) - 1} more on drugs" if len(warnings) > 1 else ""
    open_ = " cannot be excluded" if warnings[0].firing is Firing.NOT_EXCLUDED else ""
    return f"{warnings[0].title}{open_}{more}."
