"""What each session gave to an organ, and what is certain of the sum of sessions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations

from rtcalc.assessment.context import Context
from rtcalc.assessment.sessions import may_share_days, same_session_groups
from rtcalc.case import OrganDose
from rtcalc.courses import Course
from rtcalc.cumulative import Bounds, Part, in_eqd2, same_sessions
from rtcalc.dvh import Dvh
from rtcalc.history import History
from rtcalc.known_sums import Known, known_sums
from rtcalc.limits import Metric
from rtcalc.organ_courses import OrganCourse, Overlap
from rtcalc.verdicts import eqd2

MAXIMUM = Metric("max")
ORGAN = "organ"
OWN = (ORGAN, "cord")
"""The organ itself was measured, and not a structure around it or a loop of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One metric of one organ from one course, or from courses of the same sessions together.

    Attributes
    ----------
    low, high : Part, Part or None
        The same value twice for a single course; the bounds of the physical sum within each fraction for several.
        `high` None: not bounded from above.
    curve : Dvh or None
        The organ's own curve in a single course; with one in every share the bounds of their sum are closer.
    """

    courses: tuple[Course, ...]
    low: Part
    high: Part | None
    curve: Dvh | None = None


def accepted(context: Context, organ: str, course: Course) -> bool:
    """Whether the user acknowledged the prescription, of known weighting, as the organ's dose."""
    return course.comparable and f"prescription as organ dose: {organ}, {course.id}" in context.case.acknowledged


def measured(context: Context, organ: str, course: Course, on: str = ORGAN) -> dict[Metric, OrganDose]:
    """Doses of an organ in a course by metric: its own before those of a structure around it, or of one of these."""
    given = context.case.doses(organ, course.id)
    if on != ORGAN:
        return {dose.metric: dose for dose in given if dose.measured_on == on}
    own = {dose.metric: dose for dose in given if dose.measured_on in OWN}
    return {**{dose.metric: dose for dose in given}, **own}


def at_least(context: Context, organ: str, course: Course, *on: str) -> dict[Metric, float]:
    """What an organ, or the structures that stand for it, have at least in a course where no value is known. [Gy]"""
    kinds = {kind for one in on or (ORGAN,) for kind in (OWN if one == ORGAN else (one,))}
    given = context.case.bounds(organ, course.id)
    return {dose.metric: dose.value for dose in given if dose.bound == ">=" and dose.measured_on in kinds}


def part_of(context: Context, organ: str, metric: Metric, course: Course, on: str = ORGAN) -> Part | None:
    """One course's value, or the least that it is; or the prescription that the user took for the organ's dose."""
    doses = {metric: dose.value for metric, dose in measured(context, organ, course, on).items()}
    if metric in doses:
        return Part(course=course.id, gray=doses[metric], max_gray=doses.get(MAXIMUM), fractions=course.fractions)
    least = at_least(context, organ, course, on).get(metric)
    if least is not None and metric.is_dose:
        return Part(course=course.id, gray=least, max_gray=None, fractions=course.fractions, at_least=True)
    if on != ORGAN or not accepted(context, organ, course):
        return None
    total = max(float(prescription.given.total.gray) for prescription in course.prescriptions)
    return Part(course=course.id, gray=total, max_gray=total, fractions=course.fractions, assumed=True)


def shares(context: Context, organ: str, metric: Metric, on: str = ORGAN) -> list[Share]:
    """What every session with a value of this metric gave, in the order of the case; `on` as in `measured`."""
    groups = same_session_groups(context)
    sessions = [*groups, *((c,) for c in context.case.courses if not any(c in group for group in groups))]
    found = []
    for session in sorted(sessions, key=lambda session: context.case.number(session[0].id)):
        parts = {course: part for course in session if (part := part_of(context, organ, metric, course, on))}
        if parts:
            curve = _curve(context, organ, tuple(parts)) if on == ORGAN else None
            found.append(replace(_share(metric, parts), curve=curve))
    return found


def _curve(context: Context, organ: str, courses: tuple[Course, ...]) -> Dvh | None:
    given = context.case.curve(organ, courses[0].id) if len(courses) == 1 else None
    return given.dvh if given is not None and given.of_the_organ else None


def _share(metric: Metric, parts: dict[Course, Part]) -> Share:
    courses, values = tuple(parts), list(parts.values())
    open_above = any(part.at_least for part in values)
    if len(values) == 1:
        return Share(courses=courses, low=values[0], high=None if open_above else values[0])
    bounds = same_sessions(metric, values)
    tops = [part.max_gray for part in values if part.max_gray is not None]
    top = sum(tops) if len(tops) == len(values) else None
    one = replace(values[0], course="+".join(course.id for course in courses), max_gray=top)
    low = replace(one, gray=bounds.low, assumed=any(part.assumed for part in values), at_least=open_above)
    # The mean of a sum is the sum of the means, exactly.
    high = bounds.plain_sum if metric.kind == "mean" and not open_above else bounds.high
    return Share(courses=courses, low=low, high=None if high is None else replace(low, gray=high))


def together(context: Context, organ: str, metric: Metric, found: list[Share], ratio: float, on: str = ORGAN) -> Bounds:
    """Bounds of the summed EQD2 of shares. [Gy]

    The sum itself where the doses of just these courses were added voxel by voxel; where those of some were, their sum
    with bounds for the others. Without an upper bound where two of the courses may share days: their doses would then
    add before conversion.
    """
    known = _known(context, organ, metric, found, ratio, on)
    summed = {name for one in known for name in one.courses}
    others = [share for share in found if share.courses[0].id not in summed]
    bounds = in_eqd2(metric, [share.low for share in others], ratio, known)
    highs = [share.high for share in others if share.high is not None]
    shared = any(
        may_share_days(context, a, b) for one, two in combinations(found, 2) for a in one.courses for b in two.courses
    )
    if shared or len(highs) < len(others):
        bounds = replace(bounds, high=None)
    elif others:
        bounds = replace(bounds, high=in_eqd2(metric, highs, ratio, known).high)
    values = [eqd2(share.low.gray, share.low.fractions, ratio) * share.low.kept for share in found]
    bounds = replace(bounds, plain_sum=sum(values))
    return bounds if shared or known or len(highs) < len(others) else _closer(metric, found, ratio, bounds)


def _known(
    context: Context, organ: str, metric: Metric, found: list[Share], ratio: float, on: str
) -> tuple[Known, ...]:
    """What was added voxel by voxel: without any recovery, and of one structure, on which every course was measured."""
    courses = [course for share in found for course in share.courses]
    given = [measured(context, organ, course, on).get(metric) for course in courses]
    structures = {ORGAN if dose.measured_on in OWN else dose.measured_on for dose in given if dose is not None}
    if any(metric in at_least(context, organ, course, on) for course in courses):
        structures.add(on)
    if len(structures) != 1 or any(share.low.kept < 1.0 for share in found):
        return ()
    sessions = [[course.id for course in share.courses] for share in found]
    return known_sums(context.case.sums, metric, organ, ratio, sessions, *structures)


def _closer(metric: Metric, found: list[Share], ratio: float, bounds: Bounds) -> Bounds:
    """The bounds that the curves allow where every course has one: for a mean the only upper one there is."""
    curves = [(share.low, share.curve) for share in found if share.curve is not None]
    if len(curves) < len(found):
        return bounds
    names = [part.course for part, _ in curves]
    history = History.of(
        curves[0][1].organ,
        alpha_beta=f"{ratio!r} Gy",
        courses=[OrganCourse(course=part.course, fractions=part.fractions, curve=curve) for part, curve in curves],
        overlaps=[Overlap.different_days(one, other) for one, other in combinations(names, 2)],
    )
    summed = history.cumulative(metric, {part.course: part.kept for part, _ in curves})
    highs = [
        high for high in (bounds.high, None if summed.high is None else float(summed.high.gray)) if high is not None
    ]
    return replace(bounds, low=max(bounds.low, float(summed.low.gray)), high=min(highs, default=None))
