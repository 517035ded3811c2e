"""Drugs near radiotherapy: the state of a drug on a day, and which published rules speak of a course.

Cycle state (was a dose due that day) and exposure state (how much is left) are two things: in the pause of a cycle
nothing is taken and much may still be there. Washout is pharmacokinetics with the longest published half-life; it is
never advice to pause, and an unverified half-life is not used.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from rtcalc.case import Case, Near, Target
from rtcalc.chronology import end_of, start_of, taken
from rtcalc.courses import Course
from rtcalc.decimals import compare
from rtcalc.drugs import Drug, Exposure, HalfLife, Period, Rule, Window
from rtcalc.findings import Firing
from rtcalc.levels import vertebrae
from rtcalc.timeline import Timeline

HALF_LIVES_TO_OFF = 5
"""k: after so many half-lives (3.1 % left) a drug is called off. A convention of pharmacokinetics, always printed."""

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
class Answer(IntEnum):
    """Whether a condition holds: the smallest of a rule's answers is the rule's."""

    NO = 0
    UNKNOWN = 1
    YES = 2


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
    when, timing, window, missing_timing = _timing(rule.windows, exposure, course, line)
    technique = _technique(rule, course)
    answer = min(where, when, technique)
    if answer is Answer.NO:
        firing = Firing.CLEAR
    elif rule.inexpressible:
        firing = Firing.NOT_EVALUABLE
    else:
        firing = Firing.FIRES if answer is Answer.YES else Firing.NOT_EXCLUDED
    missing = (
        missing_anatomy if where is Answer.UNKNOWN else "",
        missing_timing if when is Answer.UNKNOWN else "",
        f"technique of {course.id}" if technique is Answer.UNKNOWN else "",
    )
    return Match(
        rule=rule,
        exposure=exposure,
        course=course,
        firing=firing,
        anatomy=anatomy,
        timing=timing,
        window=window,
        missing=tuple(part for part in missing if part),
    )


def _technique(rule: Rule, course: Course) -> Answer:
    if rule.stereotactic is None or course.stereotactic:
        return Answer.YES
    return Answer.UNKNOWN if course.technique == "unknown" else Answer.NO


def _anatomy(rule: Rule, course: Course, case: Case) -> tuple[Answer, str, str]:
    if "any" in rule.regions:
        return Answer.YES, "any site", ""
    given = [dose for dose in case.doses(course=course.id) if dose.organ in rule.organs and dose.value > 0]
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
    if measured and len(measured) == len(named):
        return Answer.NO, "; ".join(f"{near.organ} {near.distance_mm:g} mm away" for near in measured), ""
    if named and rule.within_mm is None:
        return Answer.YES, f"near {target.id}: {_named(named)}", ""
    wanted = f"dose or distance of {_some(rule.organs) or 'the organs concerned'} for {target.id}"
    if named:
        return Answer.UNKNOWN, f"distance not stated: {_named(named)}", wanted
    level, place = _level(rule, target.level), f"region {target.region}, level {target.level or 'not stated'}"
    if level is Answer.YES:
        return Answer.YES, f"level {target.level}", ""
    if target.region in rule.regions:
        return Answer.YES, f"region {target.region}", ""
    if level is Answer.UNKNOWN and target.region in (*rule.open_regions, "not stated"):
        return Answer.UNKNOWN, place, wanted
    return Answer.NO, place, ""


def _level(rule: Rule, level: str | None) -> Answer:
    """Whether a level is one of the rule's; only vertebrae beyond them clear it, another word does not."""
    if level is None or not rule.levels:
        return Answer.UNKNOWN
    if level.lower() in (known.lower() for known in rule.levels):
        return Answer.YES
    named = vertebrae(level)
    if named is None:
        return Answer.UNKNOWN
    return Answer.YES if named & set(rule.levels) else Answer.NO


def _named(named: list[Near]) -> str:
    by_basis = {near.basis: [other.organ for other in named if other.basis == near.basis] for near in named}
    return "; ".join(f"{', '.join(organs)} ({basis})" for basis, organs in by_basis.items())


def _some(names: Iterable[str], most: int = 3) -> str:
    listed = list(names)
    return ", ".join(listed[:most]) + (" ..." if len(listed) > most else "")


def _timing(
    windows: Iterable[Window], exposure: Exposure, course: Course, line: Timeline
) -> tuple[Answer, str, Window | None, str]:
    best: tuple[Answer, str, Window | None] = (Answer.NO, "outside the rule's time", None)
    for window in windows:
        answer, text = _window(window, exposure, course, line)
        if answer > best[0]:
            best = (answer, text, window)
    return (*best, f"first and last day of {exposure.drug}")


def _window(window: Window, exposure: Exposure, course: Course, line: Timeline) -> tuple[Answer, str]:
    said = dict(exposure.during).get(course.id)
    if window.phase == "during" and said is not None:
        answers = {"on": Answer.YES, "off": Answer.NO, "unknown": Answer.UNKNOWN}
        return answers[said], f"{said} during the course"
    best = (Answer.NO, "outside the rule's time")
    if not exposure.periods:
        return Answer.UNKNOWN, "dates not stated"
    for number, period in enumerate(exposure.periods, start=1):
        found = _period(window, exposure.drug, number, period, course, line)
        best = max(best, found, key=lambda pair: pair[0])
    return best


def _period(
    window: Window, drug: str, number: int, period: Period, course: Course, line: Timeline
) -> tuple[Answer, str]:
    """Whether some day of the period lies in the window: it starts before the window ends and ends after it starts."""
    first, last = taken(drug, number, "first"), taken(drug, number, "last")
    start, end = start_of(course.id), end_of(course.id)
    if window.phase == "before":
        begun = _at_least(line.between(first, start), window.from_days)
        lasting = Answer.YES if window.to_days is None else _at_most(line.between(last, start), window.to_days)
        text = f"last dose {_span(line.between(last, start))} before the first fraction"
    elif window.phase == "during":
        begun, lasting = _at_least(line.between(first, end), 0), _at_least(line.between(start, last), 0)
        text = "taken during the course"
    else:
        begun = Answer.YES if window.to_days is None else _at_most(line.between(end, first), window.to_days)
        lasting = _at_least(line.between(end, last), window.from_days)
        text = f"first dose {_span(line.between(end, first))} after the last fraction"
        if (line.between(end, first)[1] or 0) < 0:
            text = "taken when the course ended"
    if period.last.still:
        lasting = Answer.YES
    if window.phase == "before" and (period.last.still or _at_most(line.between(last, start), 0) is Answer.YES):
        text = "taken at the first fraction, the days before it not known"
    return min(begun, lasting), text


def _at_least(bounds: tuple[int | None, int | None], days: int) -> Answer:
    low, high = bounds
    if low is not None and low >= days:
        return Answer.YES
    return Answer.NO if high is not None and high < days else Answer.UNKNOWN


def _at_most(bounds: tuple[int | None, int | None], days: int) -> Answer:
    low, high = bounds
    if high is not None and high <= days:
        return Answer.YES
    return Answer.NO if low is not None and low > days else Answer.UNKNOWN


def _span(bounds: tuple[int | None, int | None]) -> str:
    low, high = bounds
    if low is None and high is None:
        return "an unknown time"
    if high is None:
        return f"{low} d or more"
    if low is None:
        return f"{high} d or less"
    if low == high:
        return f"{low} d"
    return f"{low} to {high} d" if low < 0 else f"{low}-{high} d"
