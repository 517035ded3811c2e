"""Published rules on re-irradiation that hold only with all their conditions together: every condition is shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import combinations

from rtcalc.assessment.context import Context
from rtcalc.assessment.recovered import recoveries, recovery_words
from rtcalc.assessment.sessions import in_same_sessions, may_share_days, overlap, precedes
from rtcalc.assessment.shares import MAXIMUM, ORGAN, OWN, at_least, measured
from rtcalc.chronology import gap_days
from rtcalc.compound_limits import CompoundLimit
from rtcalc.courses import Course
from rtcalc.dates import completed_months, months_in_days
from rtcalc.decimals import compare, fixed
from rtcalc.doses import EQD2
from rtcalc.effects import eqd2
from rtcalc.evidence import Severity
from rtcalc.findings import Finding, Question, Table
from rtcalc.history import Cumulative, History
from rtcalc.known_sums import known_sums
from rtcalc.organ_courses import OrganCourse, Overlap
from rtcalc.reirradiation import Condition, hold

SHORTEST_MONTH_DAYS = 28
CONDITIONS = ("condition", "asked", "found", "state")
TOGETHER = "The conditions hold only together"


def compound_findings(context: Context) -> list[Finding]:
    """One finding per rule, organ and later course that follows a course on the same organ."""
    return [
        _finding(context, rule, organ, earlier, course)
        for rule in context.registry.compound_limits.values()
        if rule.standing == "active"
        for course in context.case.courses
        if rule.at(course.fractions)
        for organ in context.organs(course)
        if organ in rule.applies_to and (earlier := _earlier(context, organ, course))
    ]


def _earlier(context: Context, organ: str, course: Course) -> list[Course]:
    before = [
        other
        for other in context.case.courses
        if other != course
        and precedes(context, other, course)
        and organ in context.organs(other)
        and not in_same_sessions(context, other, course)
        and not overlap(context, other, course)
    ]
    # The latest last: the interval of the rule counts from it.
    return sorted(before, key=lambda other: sum(precedes(context, one, other) for one in before if one != other))


def _finding(context: Context, rule: CompoundLimit, organ: str, earlier: list[Course], course: Course) -> Finding:
    interval = _interval(context, rule, earlier[-1], course)
    conditions = (*_dose_conditions(context, rule, organ, earlier, course), interval)
    unmet = [condition for condition in conditions if condition.met is False]
    unknown = [condition for condition in conditions if condition.met is None]
    if unmet:
        outcome = f"Not met: {'; '.join(_short(condition) for condition in unmet)}."
    elif unknown:
        outcome = f"Not evaluable: {', '.join(condition.name for condition in unknown)} not known."
    else:
        outcome = "All conditions are met; no recovery is subtracted."
    return Finding(
        id=f"{rule.id}/{organ}/{course.id}",
        rule=rule.id,
        question=Question.EARLIER_DOSE,
        severity=Severity.WARNING if unmet else Severity.CAUTION if unknown else Severity.INFO,
        subject=organ,
        title=f"{organ} re-irradiation rule{context.suffix(course)}",
        sentence=f"{outcome} {TOGETHER} (EQD2 at a/b {rule.alpha_beta:g}, {rule.metric} of the "
        f"{rule.structure}). [{rule.source}]",
        table=Table(
            header=CONDITIONS,
            rows=tuple((one.name, one.required, one.found, _word(one.met)) for one in conditions),
        ),
        lines=(*_summed_words(context, rule, organ, [*earlier, course]), *_not_credited(context, rule, organ)),
        sources=(rule.source,),
        evidence=rule.evidence,
        missing=() if unmet else tuple(f"{one.name} of {organ}" for one in unknown),
    )


def _not_credited(context: Context, rule: CompoundLimit, organ: str) -> Iterator[str]:
    for one in recoveries(context, organ):
        if rule.contains_recovery:
            yield f"{recovery_words(one)}: not credited here, the rule contains recovery already."


def _summed_words(context: Context, rule: CompoundLimit, organ: str, courses: list[Course]) -> Iterator[str]:
    if _voxels(context, rule, organ, courses) is None:
        return
    maxima = [dose for course in courses if (dose := _maximum(context, rule, organ, course)[0]) is not None]
    total = fixed(sum(float(dose.gray) for dose in maxima), 1)
    yield (
        "Cumulative is from the sum of the courses voxel by voxel, in the DICOM, to the highest with each course 3 mm "
        f"elsewhere, or to the sum of the maxima where that is less. The rule is stated for the sum of the maxima, "
        f"{total} Gy."
    )


def _short(condition: Condition) -> str:
    return f"{condition.name} {condition.found}, {condition.required} is asked"


def _word(met: bool | None) -> str:
    return {True: "met", False: "NOT MET", None: "not known"}[met]


def _dose_conditions(
    context: Context, rule: CompoundLimit, organ: str, earlier: list[Course], course: Course
) -> Iterator[Condition]:
    new, on = _maximum(context, rule, organ, course)
    before = [_maximum(context, rule, organ, other)[0] for other in earlier]
    known = [dose for dose in before if dose is not None]
    if new is None or len(known) < len(earlier):
        parts = [_least(context, rule, organ, other) for other in (*earlier, course)]
        yield _exceeded_or_open(rule, "cumulative", rule.cumulative, max(parts))
        yield _exceeded_or_open(rule, "new part", rule.new_part, parts[-1])
        share = f"<= {100 * rule.share:g} %"
        yield Condition(name="new part of cumulative", required=share, found=_not_given(rule), met=None)
        return
    total = sum(known[1:], known[0])
    low = max(known, key=lambda dose: float(dose.gray))
    summed = Cumulative(metric=MAXIMUM, low=low, high=total, plain_sum=total)
    held = hold(
        rule,
        earlier=summed if len(known) > 1 else total,
        new=new,
        months=None,
        measured_on=on,
        together=_voxels(context, rule, organ, [*earlier, course]),
    )
    yield from (condition for condition in held.conditions if condition.name != "interval")


def _not_given(rule: CompoundLimit) -> str:
    return f"no {rule.metric} given in every course"


def _exceeded_or_open(rule: CompoundLimit, name: str, allowed: float, least: float) -> Condition:
    """A condition on a dose of which only the least is known: what one course has at least, all have at least."""
    above = compare(least, allowed) > 0
    found = f"at least {fixed(least, 1)} Gy" if above else _not_given(rule)
    return Condition(name=name, required=f"<= {allowed:g} Gy EQD2", found=found, met=False if above else None)


def _least(context: Context, rule: CompoundLimit, organ: str, course: Course) -> float:
    """What the structure has at least in a course, on the rule's basis; 0 where nothing is known of it. [Gy]"""
    known, on = _maximum(context, rule, organ, course)
    if known is not None and on in (organ, rule.structure):
        return float(known.gray)  # of a canal or a margin around it, it says nothing from below
    gray = at_least(context, organ, course, ORGAN, rule.structure).get(rule.metric, 0.0)
    return float(eqd2(f"{gray!r} Gy", course.fractions, alpha_beta=f"{rule.alpha_beta} Gy").gray) if gray > 0.0 else 0.0


def _voxels(context: Context, rule: CompoundLimit, organ: str, courses: list[Course]) -> Cumulative | None:
    """The maximum of courses together as far as they were summed voxel by voxel; None: none of them were.

    None too where days may be shared: doses of one day add before they are converted, and the maxima give no bound.
    """
    if any(may_share_days(context, *pair) for pair in combinations(courses, 2)):
        return None
    doses = {course: measured(context, organ, course).get(rule.metric) for course in courses}
    given = {course: dose for course, dose in doses.items() if dose is not None}
    structures = {ORGAN if dose.measured_on in OWN else dose.measured_on for dose in given.values()}
    if len(given) < len(courses) or len(structures) > 1:
        return None
    (on,) = structures
    names = [[course.id] for course in courses]
    if not known_sums(context.case.sums, rule.metric, organ, rule.alpha_beta, names, on):
        return None
    history = History.of(
        organ,
        alpha_beta=f"{rule.alpha_beta!r} Gy",
        courses=[
            OrganCourse.by_metrics(course.id, course.fractions, {str(rule.metric): f"{dose.value!r} Gy"})
            for course, dose in given.items()
        ],
        overlaps=[Overlap.different_days(one.id, other.id) for one, other in combinations(courses, 2)],
        sums=context.case.sums,
        measured_on=on,
    )
    return history.cumulative(rule.metric)


def _maximum(context: Context, rule: CompoundLimit, organ: str, course: Course) -> tuple[EQD2 | None, str]:
    """The maximum in a course on the rule's basis, and the structure it was measured on."""
    dose = measured(context, organ, course).get(rule.metric)
    if dose is None or dose.value <= 0:
        return None, ""
    on = organ if dose.measured_on in OWN else dose.measured_on
    return eqd2(f"{dose.value!r} Gy", course.fractions, alpha_beta=f"{rule.alpha_beta} Gy"), on


def _interval(context: Context, rule: CompoundLimit, earlier: Course, course: Course) -> Condition:
    """The interval in months, as far as the days between the courses allow to say."""
    required = f">= {rule.months} months"
    end, start = _last_day(earlier), _first_day(course)
    if end is not None and start is not None and start >= end and earlier.calendar:
        months = completed_months(date.fromordinal(end), date.fromordinal(start))
        return Condition(name="interval", required=required, found=f"{months} months", met=months >= rule.months)
    low, high = gap_days(context.line, earlier, course)
    if high is not None and high // SHORTEST_MONTH_DAYS < rule.months:
        return Condition(name="interval", required=required, found=f"at most {high} d", met=False)
    if low is not None and low >= 0 and months_in_days(low) >= rule.months:
        return Condition(name="interval", required=required, found=f"at least {low} d", met=True)
    return Condition(name="interval", required=required, found="not known", met=None)


def _last_day(course: Course) -> int | None:
    days = course.fraction_days()
    return days[-1] if days is not None else course.end.exact


def _first_day(course: Course) -> int | None:
    days = course.fraction_days()
    return days[0] if days is not None else course.start.exact
