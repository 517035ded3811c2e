"""When a drug was taken, relative to one course: whether some day of it lies in a rule's time window.

A date that is known in part gives an interval of days; where both answers are possible the answer is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from rtcalc.chronology import end_of, start_of, taken
from rtcalc.courses import Course
from rtcalc.drugs import Exposure, Period, Window
from rtcalc.timeline import Timeline


class Answer(IntEnum):
    """Whether a condition holds: the smallest of a rule's answers is the rule's."""

    NO = 0
    UNKNOWN = 1
    YES = 2


def timing(
    windows: Iterable[Window], exposure: Exposure, course: Course, line: Timeline
) -> tuple[Answer, str, Window | None]:
    """Hold a drug's periods against a rule's windows around one course.

    Parameters
    ----------
    windows : iterable of Window
    exposure : Exposure
    course : Course
    line : Timeline
        What is known of the days between them.

    Returns
    -------
    (Answer, str, Window or None)
        The best answer of any window, what was seen in words, and the first window that gives it; None where none does.
    """
    best: tuple[Answer, str, Window | None] = (Answer.NO, "outside the rule's time", None)
    for window in windows:
        answer, text = _window(window, exposure, course, line)
        if answer > best[0]:
            best = (answer, text, window)
    return best


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
        lasting = Answer.YES if period.last.still else lasting
        sure = min(begun, lasting) is Answer.YES
        text = "taken during the course" if sure else "the dates do not say whether it was taken during the course"
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
