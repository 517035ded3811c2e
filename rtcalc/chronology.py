"""The dates of a case on one timeline: intervals between courses and drugs, each with the bounds that are known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rtcalc.case import Case
from rtcalc.courses import Course
from rtcalc.dates import When, show_day
from rtcalc.drugs import Exposure
from rtcalc.errors import ProtocolError
from rtcalc.timeline import ORIGIN, Bounds, Timeline


def start_of(course: str) -> str:
    """Event name of a course's first fraction."""
    return f"first fraction of {course}"


def end_of(course: str) -> str:
    """Event name of a course's last fraction."""
    return f"last fraction of {course}"


def taken(drug: str, period: int, which: str) -> str:
    """Event name of the `first` or `last` dose of a drug's period (from 1)."""
    return f"{which} dose of {drug}, period {period}"


def timeline(case: Case) -> Timeline:
    """All statements of a case about time.

    Raises
    ------
    ProtocolError
        Dates and day numbers are mixed, or the statements contradict each other.
    """
    _one_axis(case)
    line = Timeline()
    for course in case.courses:
        _course(line, course)
    for exposure in case.exposures:
        _exposure(line, case, exposure)
    line.between(ORIGIN, ORIGIN)
    for exposure in case.exposures:
        _said_and_dated(line, case, exposure)
    return line


def stages(case: Case) -> Iterator[tuple[tuple[str | int, ...], Case]]:
    """The case as it grows by one course, then by one drug, with the place of what was added in its file."""
    for count, course in enumerate(case.courses, start=1):
        yield ("courses", course.id), replace(case, courses=case.courses[:count], exposures=())
    for count in range(1, len(case.exposures) + 1):
        yield ("drugs", count - 1), replace(case, exposures=case.exposures[:count])


def gap_days(line: Timeline, earlier: Course, later: Course) -> Bounds:
    """Days from the last fraction of one course to the first of the next, as far as known. [d]"""
    return line.between(end_of(earlier.id), start_of(later.id))


def _one_axis(case: Case) -> None:
    whens = [when for c in case.courses for when in (c.start, c.end)]
    whens += [when for e in case.exposures for p in e.periods for when in (p.first, p.last)]
    axes = {when.calendar for when in whens if when.earliest is not None or when.latest is not None}
    axes |= {course.calendar for course in case.courses if course.days is not None}
    if len(axes) > 1:
        raise ProtocolError(f"{case.id}: calendar dates and day numbers are mixed; use one of them in a case")


def _course(line: Timeline, course: Course) -> None:
    start, end = start_of(course.id), end_of(course.id)
    line.add(start, end, 0, None)
    _when(line, start, course.start)
    _when(line, end, course.end)
    span = course.loose_span()
    if span is not None:
        line.add(start, end, *span)
    days = course.fraction_days()
    if days is not None:
        for which, when, day in (("start", course.start, days[0]), ("end", course.end, days[-1])):
            low, high = when.earliest, when.latest
            if (low is not None and day < low) or (high is not None and day > high):
                raise ProtocolError(
                    f"{course.id}: {which} is {when}, but its treatment days put it on "
                    f"{show_day(day, course.calendar)}; write treatment_days as a list of days"
                )
        line.add(ORIGIN, start, days[0], days[0])
        line.add(ORIGIN, end, days[-1], days[-1])


def _exposure(line: Timeline, case: Case, exposure: Exposure) -> None:
    events: list[str] = []
    for number, period in enumerate(exposure.periods, start=1):
        first, last = taken(exposure.drug, number, "first"), taken(exposure.drug, number, "last")
        line.add(first, last, 0, None)
        _when(line, first, period.first)
        if not period.last.still:
            _when(line, last, period.last)
        if events:
            line.add(events[-1], first, 1, None)
        events.append(last)
    if len(exposure.periods) == 1:
        # With a single period, "on during course 3" bounds it; with several it is not said which one is meant.
        for course, state in exposure.during:
            if state == "on":
                line.add(taken(exposure.drug, 1, "first"), end_of(course), 0, None)
                line.add(start_of(course), taken(exposure.drug, 1, "last"), 0, None)


def _said_and_dated(line: Timeline, case: Case, exposure: Exposure) -> None:
    """Refuse an ``on`` or ``off`` during a course that the periods' dates certainly contradict."""
    for course, state in exposure.during:
        over = case.course(course).status in ("completed", "stopped")
        first, last = start_of(course), end_of(course)
        around, apart = [], []
        for number, period in enumerate(exposure.periods, start=1):
            begin, finish = (taken(exposure.drug, number, which) for which in ("first", "last"))
            after_end = (period.last.still and over) or _certainly(line, last, finish, 0)
            around.append(period.cycle is None and _certainly(line, begin, first, 0) and after_end)
            apart.append(_certainly(line, last, begin, 1) or _certainly(line, finish, first, 1))
        if (state == "off" and any(around)) or (state == "on" and exposure.periods and all(apart)):
            raise ProtocolError(
                f"{exposure.drug}: during {course} it is said to be {state}, and its periods say the opposite; "
                f"write a hold as a gap between two periods"
            )


def _certainly(line: Timeline, earlier: str, later: str, days: int) -> bool:
    low, _ = line.between(earlier, later)
    return low is not None and low >= days


def _when(line: Timeline, event: str, when: When) -> None:
    if when.earliest is not None or when.latest is not None:
        line.add(ORIGIN, event, when.earliest, when.latest)
    if when.after:
        line.add(end_of(when.after), event, 0, None)
    if when.before:
        line.add(event, start_of(when.before), 0, None)
    if when.relative_to and when.days:
        low, high = when.days
        if when.anchor in ("start", "not stated"):
            line.add(start_of(when.relative_to), event, low, high if when.anchor == "start" else None)
        if when.anchor in ("end", "not stated"):
            # Anchor not stated: at least `low` days from the start, at most `high` from the end; both readings fit.
            line.add(end_of(when.relative_to), event, low if when.anchor == "end" else None, high)
