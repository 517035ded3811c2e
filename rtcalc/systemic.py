"""Drugs near radiotherapy: the state of a drug on a day, and which published rules speak of a course.

Cycle state (was a dose due that day) and exposure state (how much is left) are two things: in the pause of a cycle
nothing is taken and much may still be there. Washout is pharmacokinetics with the longest published half-life; it is
never advice to pause, and an unverified half-life is not used.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from rtcalc.case import Case, Near, Target
from rtcalc.courses import Course
from rtcalc.decimals import compare
from rtcalc.drugs import Drug, Exposure, HalfLife, Period, Rule, Window
from rtcalc.findings import Firing
from rtcalc.levels import PELVIC_LEVELS, pelvic_bone, vertebrae
from rtcalc.nesting import around, within
from rtcalc.rule_windows import Answer, timing
from rtcalc.timeline import Timeline

HALF_LIVES_TO_OFF = 5
"""k: after so many half-lives (3.1 % left) a drug is called off. A convention of pharmacokinetics, always printed."""

STAND_IN = "generic-tumour"
"""The tissue of a target whose tumour has no entry of its own."""

DayWord = Literal["on", "washing out", "off", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayState:
    """A drug on one day.

    Attributes
    ----------
    percent_left : (float, float) or None
        At the short and the long end of the half-life, since the last dose day; None: on, or not known. [%]
    why : str
        What the state rests on, or why it is unknown.
    """

    day: int
    word: DayWord
    percent_left: tuple[float, float] | None
    why: str


def percent_left(days: float, half_life_h: float) -> float:
    """What is left of a drug so many whole days after the last dose day. [%]

    Parameters
    ----------
    days : float
        Since the last day on which it was taken. [d]
    half_life_h : float
        [h]

    Examples
    --------
    Pazopanib (30.9 h), last taken on 12 March, on 16 March:

    >>> round(percent_left(4, 30.9), 1)
    11.6
    """
    return float(100.0 * 0.5 ** (24.0 * days / half_life_h))


def washout_days(half_life_h: float) -> float:
    """Days until `HALF_LIVES_TO_OFF` half-lives have passed. [d]"""
    return HALF_LIVES_TO_OFF * half_life_h / 24.0


def state_on(exposure: Exposure, drug: Drug | None, day: int) -> DayState:
    """Tell whether a drug is on, washing out or off on a day, or that it is unknown.

    Parameters
    ----------
    exposure : Exposure
    drug : Drug or None
        None: not in the registry.
    day : int
        On the axis of the exposure's dates. [d]
    """
    if not exposure.periods:
        return DayState(day=day, word="unknown", percent_left=None, why="dates not stated: treat as on board")
    last_dose: int | None = None
    for period in exposure.periods:
        if period.first.earliest is not None and day < period.first.earliest:
            break
        first, last = period.first.exact, None if period.last.still else period.last.exact
        over = last is not None and last < day
        if first is None and not (over and period.cycle is None):
            return DayState(day=day, word="unknown", percent_left=None, why="first day not stated: treat as on board")
        if last is None and not period.last.still:
            return DayState(day=day, word="unknown", percent_left=None, why="last day not stated: treat as on board")
        if first is None:
            last_dose = last
            continue
        if not over and _due(period, first, day):
            return DayState(day=day, word="on", percent_left=None, why="taken that day")
        last_dose = _last_dose(period, first, day if last is None else min(day, last))
    if last_dose is None:
        return DayState(day=day, word="off", percent_left=None, why="not yet started")
    return _washing(drug.washout if drug else None, day, last_dose)


def _due(period: Period, first: int, day: int) -> bool:
    if period.cycle is None:
        return True
    on, off = period.cycle
    return (day - first) % (on + off) < on


def _last_dose(period: Period, first: int, until: int) -> int:
    day = until
    while not _due(period, first, day):
        day -= 1
    return day


def _washing(life: HalfLife | None, day: int, last_dose: int) -> DayState:
    days = day - last_dose
    if life is None:
        why = f"last dose {days} d before; no half-life that may be used: treat as on board"
        return DayState(day=day, word="unknown", percent_left=None, why=why)
    left = percent_left(days, life.low_h), percent_left(days, life.high_h)
    off = compare(days, washout_days(life.high_h)) >= 0
    return DayState(day=day, word="off" if off else "washing out", percent_left=left, why=f"last dose {days} d before")


# --- rules ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """How one rule speaks of one drug and one course.

    Attributes
    ----------
    anatomy, timing : str
        What was looked at, in words.
    window : Window or None
        The first window that holds or may hold.
    missing : tuple of str
        What would settle it.
    """

    rule: Rule
    exposure: Exposure
    course: Course
    firing: Firing
    anatomy: str
    timing: str
    window: Window | None = None
    missing: tuple[str, ...] = ()


def match(rule: Rule, exposure: Exposure, course: Course, case: Case, line: Timeline) -> Match:
    """Hold one rule against one drug and one course.

    Anatomy is looked at in this order: dose to one of the rule's organs, its distance, the body level, the region;
    what is not known cannot be excluded. The word for the site clears nothing.
    """
    where, anatomy, missing_anatomy = _anatomy(rule, course, case)
    when, taken, window = timing(rule.windows, exposure, course, line)
    technique, tumour = _technique(rule, course), _tumour(rule, course, case)
    answer = min(where, when, technique, tumour)
    if answer is Answer.NO:
        firing = Firing.CLEAR
    elif rule.inexpressible:
        firing = Firing.NOT_EVALUABLE
    else:
        firing = Firing.FIRES if answer is Answer.YES else Firing.NOT_EXCLUDED
    missing = (
        missing_anatomy if where is Answer.UNKNOWN else "",
        f"first and last day of {exposure.drug}" if when is Answer.UNKNOWN else "",
        f"technique of {course.id}" if technique is Answer.UNKNOWN else "",
        f"tumour treated in {course.id}" if tumour is Answer.UNKNOWN else "",
    )
    return Match(
        rule=rule,
        exposure=exposure,
        course=course,
        firing=firing,
        anatomy=anatomy,
        timing=taken,
        window=window,
        missing=tuple(part for part in missing if part),
    )


def _technique(rule: Rule, course: Course) -> Answer:
    if rule.stereotactic is None:
        return Answer.YES
    if course.technique == "unknown" and not course.stereotactic:
        return Answer.UNKNOWN
    return Answer.YES if course.stereotactic is rule.stereotactic else Answer.NO


def _tumour(rule: Rule, course: Course, case: Case) -> Answer:
    """Whether a target is one of the rule's tumours; the stand-in for an unknown one excludes none."""
    treated = {case.target(target).tissue for target in course.targets}
    if not rule.tissues or treated & set(rule.tissues):
        return Answer.YES
    return Answer.UNKNOWN if STAND_IN in treated else Answer.NO


def _anatomy(rule: Rule, course: Course, case: Case) -> tuple[Answer, str, str]:
    if "any" in rule.regions:
        return Answer.YES, "any site", ""
    # A rule on the small bowel is one on bowel of any contour that contains it, or lies in it.
    concerned = {name for organ in rule.organs for name in (organ, *around(organ), *within(organ))}
    known = (*case.doses(course=course.id), *(dose for dose in case.bounds(course=course.id) if dose.bound == ">="))
    given = [dose for dose in known if dose.organ in concerned and dose.value > 0]
    # A volume, whole or spared, says nothing of dose.
    doses = [dose for dose in given if dose.metric.kind not in ("volume", "CV")]
    if doses:
        near = [near for near in case.near(course) if near.organ in rule.organs and near.distance_mm is not None]
        said = [f"{near.organ} {near.distance_mm:g} mm from the target" for near in near]
        highest = {dose.organ: dose for dose in sorted(doses, key=lambda dose: dose.value)}
        return Answer.YES, "; ".join([*said, *(str(dose) for dose in highest.values())]), ""
    answers = [_target_anatomy(rule, case.target(target)) for target in course.targets]
    return max(answers, key=lambda answer: answer[0])


def _target_anatomy(rule: Rule, target: Target) -> tuple[Answer, str, str]:
    named = [near for near in target.near or () if near.organ in rule.organs]
    measured = [near for near in named if near.distance_mm is not None and rule.within_mm is not None]
    for near in measured:
        assert near.distance_mm is not None
        assert rule.within_mm is not None
        text = f"{near.organ} {near.distance_mm:g} mm from {target.id} (rule: within {rule.within_mm:g} mm)"
        if compare(near.distance_mm, rule.within_mm) <= 0:
            return Answer.YES, text, ""
    far = "; ".join(f"{near.organ} {near.distance_mm:g} mm away" for near in measured)
    if measured and {near.organ for near in measured} >= set(rule.organs):
        return Answer.NO, far, ""
    if measured and len(measured) == len(named):
        # One of the rule's organs is far: the others are not named, and a missing contour is no absence.
        rest = tuple(organ for organ in rule.organs if organ not in {near.organ for near in measured})
        place = _place(rule, target)
        return min(place, Answer.UNKNOWN), far, f"dose or distance of {_some(rest)} for {target.id}"
    if named and rule.within_mm is None:
        return Answer.YES, f"near {target.id}: {_named(named)}", ""
    wanted = f"dose or distance of {_some(rule.organs) or 'the organs concerned'} for {target.id}"
    if named:
        return Answer.UNKNOWN, f"distance not stated: {_named(named)}", wanted
    place = _place(rule, target)
    if place is Answer.YES:
        by_level = _level(rule, target.level) is Answer.YES
        return place, f"level {target.level}" if by_level else f"region {target.region}", ""
    said = f"region {target.region}, level {target.level or 'not stated'}"
    return place, said, wanted if place is Answer.UNKNOWN else ""


def _place(rule: Rule, target: Target) -> Answer:
    """What level and region alone say, where neither a dose nor a distance does."""
    level = _level(rule, target.level)
    if level is Answer.YES or target.region in rule.regions:
        return Answer.YES
    open_region = target.region in (*rule.open_regions, "not stated")
    return Answer.UNKNOWN if level is Answer.UNKNOWN and open_region else Answer.NO


def _level(rule: Rule, level: str | None) -> Answer:
    """Whether a level is one of the rule's; only vertebrae beyond them clear it, another word does not.

    A bone of the pelvis clears a rule of which every level lies above the pelvis.
    """
    if level is None or not rule.levels:
        return Answer.UNKNOWN
    bone = pelvic_bone(level)
    if (bone or level.lower()) in (known.lower() for known in rule.levels):
        return Answer.YES
    if bone is not None:
        return Answer.UNKNOWN if PELVIC_LEVELS & set(rule.levels) else Answer.NO
    named = vertebrae(level)
    if named is None:
        return Answer.UNKNOWN
    return Answer.YES if named & set(rule.levels) else Answer.NO


def _named(named: list[Near]) -> str:
    def words(near: Near) -> str:
        return near.organ if near.distance_mm is None else f"{near.organ} {near.distance_mm:g} mm"

    by_basis = {near.basis: [words(other) for other in named if other.basis == near.basis] for near in named}
    return "; ".join(f"{', '.join(organs)} ({basis})" for basis, organs in by_basis.items())


def _some(names: Iterable[str], most: int = 3) -> str:
    listed = list(names)
    return ", ".join(listed[:most]) + (" ..." if len(listed) > most else "")
