"""What is known of an organ in one course, or in courses of the same sessions together.

A limit at a fraction number speaks of everything the organ gets in these fractions. Plans of one session are therefore
held against it as their physical sum, of which bounds are known: exceeded where the lower end is, met where the upper
end is, else open.
"""

from __future__ import annotations

from dataclasses import replace

from rtcalc.answers import outside
from rtcalc.assessment.context import Context
from rtcalc.assessment.requested import doses_of, inner_doses, outer_doses, touches
from rtcalc.assessment.sessions import may_share_days, same_session_groups
from rtcalc.assessment.shares import MAXIMUM
from rtcalc.assessment.weighting import field_to_give, weighting_words
from rtcalc.case import OrganDose
from rtcalc.courses import Course
from rtcalc.cumulative import Part, same_sessions
from rtcalc.findings import State, Verdict
from rtcalc.limits import Metric
from rtcalc.nesting import around, within
from rtcalc.verdicts import AROUND, Asked, Known, evaluate

Key = tuple[Metric, str]
# A dose that is not known adds to a sum: what is exceeded stays so, and what no dose decides.
_SETTLED = (State.EXCEEDED, State.CANNOT_BE_MET, State.NOT_APPLICABLE)


def dosed_together(context: Context, organ: str, course: Course) -> tuple[Course, ...]:
    """Courses of the same sessions with doses of an organ; the course alone where there is no other."""
    for group in same_session_groups(context):
        if course in group and touches(context, organ, course):
            return tuple(other for other in group if touches(context, organ, other))
    return (course,)


def answer(context: Context, question: Asked, organ: str, courses: tuple[Course, ...]) -> Verdict:
    """One limit on an organ, in one course or in the courses of the same sessions together.

    Of particles only with a weighting, which is said; what cannot be weighted leaves every limit that it adds to open.
    """
    verdict = _answer(context, question, organ, courses)
    rbe = [course for course in courses if course.of_particles and course.comparable]
    weighted = [f"{course.unit} of {course.radiation} ({weighting_words(course)})" for course in rbe]
    if weighted and verdict.measured:
        said = f"{' and '.join(dict.fromkeys(weighted))} against a limit of photons"
        verdict = replace(verdict, note="; ".join(filter(None, (verdict.note, said))))
    unknown = [other for other in context.case.courses if _adds_unknown(context, organ, courses, other)]
    if not unknown or verdict.how == "by volume alone" or verdict.state in _SETTLED:
        return verdict
    missing = tuple(field_to_give(other) for other in unknown)
    return replace(verdict, state=State.NOT_EVALUABLE, percent=None, how="none", room_gray=None, missing=missing)


def _adds_unknown(context: Context, organ: str, courses: tuple[Course, ...], other: Course) -> bool:
    """Whether a course gives an organ, in the same fractions, a dose that cannot be weighted."""
    if other.comparable:
        return False
    parts = (organ, *around(organ), *within(organ))
    given = any((part, other.id) in context.set_aside for part in parts)
    return other in courses or (given and any(may_share_days(context, course, other) for course in courses))


def _answer(context: Context, question: Asked, organ: str, courses: tuple[Course, ...]) -> Verdict:
    if len(courses) == 1:
        alone = evaluate(question, _known(context, organ, courses, doses_of(context, organ, courses[0])))
        return _both_readings(context, question, organ, courses[0], alone)
    gated = outside(question.above or question.below, _known(context, organ, courses, ()))
    if gated is not None:
        return gated
    verdict = _of_sum(context, question, organ, courses)
    together = context.suffix(*courses).removeprefix(", ")
    note = f"{together} together: dose of the same sessions adds within each fraction"
    return replace(verdict, note="; ".join(filter(None, (verdict.note, note))))


def _both_readings(context: Context, question: Asked, organ: str, course: Course, alone: Verdict) -> Verdict:
    """A limit met by a course alone stays open where other courses may share its days and their sum may not meet it."""
    others = [
        other
        for other in context.case.courses
        if other != course and touches(context, organ, other) and may_share_days(context, course, other)
    ]
    if not others or alone.state not in (State.PASS, State.NEAR):
        return alone
    if all(other.fractions == course.fractions for other in others):
        together = _of_sum(context, question, organ, (course, *others))
        if together.state in (State.PASS, State.NEAR):
            return alone
    shared = context.suffix(*others).removeprefix(", ")
    note = f"met alone; {shared} may share its days, and the sum within the sessions may not meet it"
    return replace(alone, state=State.UNDETERMINED, percent=None, note=note)


def _of_sum(context: Context, question: Asked, organ: str, courses: tuple[Course, ...]) -> Verdict:
    given = [doses_of(context, organ, course) for course in courses]
    lower, upper = _voxels(context, organ, courses) or (_lower(given), _upper(given))
    at_least = evaluate(question, _known(context, organ, courses, lower))
    if at_least.state in (State.EXCEEDED, State.CANNOT_BE_MET):
        return at_least
    at_most = evaluate(question, _known(context, organ, courses, upper))
    if at_most.state in (State.EXCEEDED, State.UNDETERMINED):
        span = " .. ".join(filter(None, (at_least.measured, at_most.measured)))
        return replace(at_most, state=State.UNDETERMINED, percent=None, measured=span, note="", room_gray=None)
    if at_most.state is State.NOT_EVALUABLE:
        return replace(at_most, missing=(f"Dmax of {organ} in each of these courses, or their plan sum",))
    return at_most


def _voxels(
    context: Context, organ: str, courses: tuple[Course, ...]
) -> tuple[tuple[OrganDose, ...], tuple[OrganDose, ...]] | None:
    """The physical sum of these courses where it was made voxel by voxel, and the highest within 3 mm."""
    sums = context.case.summed(organ, tuple(course.id for course in courses), None)
    if not sums:
        return None
    low, high = (
        tuple(
            OrganDose(organ=organ, course=courses[0].id, metric=one.metric, value=value, unit=one.unit, origin="dicom")
            for one, value in zip(sums, values, strict=True)
            if value is not None
        )
        for values in ([one.value for one in sums], [one.within for one in sums])
    )
    return low, high


def _known(context: Context, organ: str, courses: tuple[Course, ...], doses: tuple[OrganDose, ...]) -> Known:
    curve = context.case.curve(organ, courses[0].id) if len(courses) == 1 else None
    volumes = (context.case.volume_cc(organ, course.id) for course in courses)
    return Known(
        organ=organ,
        course=courses[0].id,
        fractions=courses[0].fractions,
        doses=doses,
        volume_cc=next((volume for volume in volumes if volume is not None), None),
        alpha_beta=context.registry.alpha_beta_of(organ),
        patient=context.case.patient,
        curve=None if curve is None else curve.dvh,
        # Of a sum of courses no bound is formed from other structures: it stays open.
        outer=outer_doses(context, organ, courses[0]) if len(courses) == 1 else (),
        inner=inner_doses(context, organ, courses[0]) if len(courses) == 1 else (),
    )


def _by_metric(given: list[tuple[OrganDose, ...]]) -> dict[Key, list[OrganDose]]:
    found: dict[Key, list[OrganDose]] = {}
    for dose in (dose for doses in given for dose in doses):
        found.setdefault((dose.metric, dose.unit), []).append(dose)
    return found


def _lower(given: list[tuple[OrganDose, ...]]) -> tuple[OrganDose, ...]:
    """What the sum has at least: no plan takes dose away from another. A PRV says nothing of the organ from below."""
    found = []
    for (metric, _), doses in _by_metric(given).items():
        side = "<=" if metric.kind == "CV" else ">="  # of a part: what the whole has at least, or spares at most
        values = [dose.value for dose in doses if dose.measured_on not in AROUND and dose.bound in ("", side)]
        if values:
            least = sum(values) if metric.kind == "mean" else min(values) if metric.kind == "CV" else max(values)
            found.append(replace(doses[0], value=least, measured_on="organ", bound="", covered=1.0))
    return tuple(found)


def _upper(given: list[tuple[OrganDose, ...]]) -> tuple[OrganDose, ...]:
    """What the sum has at most, for metrics that every course has; volumes above a dose have no such bound."""
    found = []
    for (metric, unit), known in _by_metric(given).items():
        doses = [dose for dose in known if dose.bound != ">="]
        if len(doses) < len(given) or not metric.is_dose:
            continue
        tops = [{dose.metric: dose.value for dose in own if not dose.bound}.get(MAXIMUM) for own in given]
        parts = [
            Part(course=dose.course, gray=dose.value, max_gray=top, fractions=1)
            for dose, top in zip(doses, tops, strict=True)
        ]
        bounds = same_sessions(metric, parts)
        high = bounds.plain_sum if metric.kind == "mean" else bounds.high
        around = next((dose.measured_on for dose in doses if dose.measured_on in AROUND), doses[0].measured_on)
        if high is not None:
            found.append(replace(doses[0], value=high, unit=unit, measured_on=around, bound="", covered=1.0))
    return tuple(found)
