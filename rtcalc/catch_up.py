"""The days on which the fractions left after a gap can be given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from rtcalc.errors import DomainError
from rtcalc.treatment_calendar import TreatmentCalendar
from rtcalc.weekly_pattern import DAY_NAMES, WEEKEND, weekday

SATURDAY = DAY_NAMES.index("Sat")
SEARCH_DAYS = 1000  # beyond any course of 200 fractions; ends the search where a pattern offers nothing more


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterGap:
    """A course at the end of its last missed day.

    Attributes
    ----------
    calendar : TreatmentCalendar
        With the missed days.
    given : tuple of int
        Day of each fraction already given. [d]
    left : int
        Fractions still to give.
    planned_end : int
        Day of the last fraction as planned. [d]

    Examples
    --------
    70 Gy in 35 from Monday 2 March, the five days of the fifth week missed:

    >>> week = [f"2026-03-{day}" for day in (30, 31)] + [f"2026-04-0{day}" for day in (1, 2, 3)]
    >>> course = AfterGap.of(TreatmentCalendar.of("2026-03-02", missed=week), 35)
    >>> len(course.given), course.left, weekday(next(course.regular()))
    (20, 15, 0)

    Days later than planned: at the end of the course; on two weekends and a third Saturday, because the planned time
    has only 10 weekdays and 4 weekend days left for 15 fractions; twice a day; on every Saturday:

    >>> ways = (course.as_left(), course.on_weekends(), course.twice_a_day(), course.six_a_week())
    >>> [days[-1] - course.planned_end for days in ways]
    [7, 1, 0, 4]
    """

    calendar: TreatmentCalendar
    given: tuple[int, ...]
    left: int
    planned_end: int

    @classmethod
    def of(cls, calendar: TreatmentCalendar, fractions: int) -> AfterGap:
        """Look at a course of `fractions` after its missed days.

        Parameters
        ----------
        calendar : TreatmentCalendar
            With the missed days.
        fractions : int
            1 to 200.

        Returns
        -------
        AfterGap

        Raises
        ------
        DomainError
            No missed day, or a pattern that asks for days free in between.
        """
        if not calendar.missed:
            raise DomainError("missed: the calendar has no missed day, so there is no gap to compensate")
        if calendar.pattern.spacing_days > 1:
            raise DomainError(f"pattern: gaps are compensated for consecutive days only, not for '{calendar.pattern}'")
        days, planned = calendar.fraction_days(fractions), calendar.as_planned.fraction_days(fractions)
        given = tuple(day for day in days if day < max(calendar.missed))
        return cls(calendar=calendar, given=given, left=fractions - len(given), planned_end=planned[-1])

    def regular(self, until: int | None = None) -> Iterator[int]:
        """Days after the gap that the pattern treats, once for each fraction of the day.

        Parameters
        ----------
        until : int, optional
            Last day that is looked at. [d]

        Yields
        ------
        int
            Ordinal of a day. [d]
        """
        first = max(self.calendar.missed) + 1
        last = first + SEARCH_DAYS if until is None else until
        for day in range(first, last + 1):
            if self.calendar.pattern.allows(day) and day not in self.calendar.closed:
                yield from [day] * self.calendar.pattern.per_day

    def as_left(self, extra: int = 0) -> tuple[int, ...]:
        """Every fraction on the regular days, and `extra` ones behind them."""
        return self.given + tuple(islice(self.regular(), self.left + extra))

    def in_planned_time(self) -> tuple[int, ...]:
        """Regular days until the planned end: there are fewer than fractions left."""
        return self.given + tuple(self.regular(self.planned_end))

    def on_weekends(self) -> tuple[int, ...] | None:
        """Return the course with as few weekend days as are needed for the planned end.

        Returns
        -------
        tuple of int or None
            Day of each fraction; None where the pattern treats on weekends anyway. [d]
        """
        if self.calendar.pattern.weekdays & WEEKEND:
            return None
        return self._with(lambda day: weekday(day) in WEEKEND)

    def twice_a_day(self) -> tuple[int, ...] | None:
        """Return the course with a second fraction on as few days as are needed for the planned end.

        Returns
        -------
        tuple of int or None
            Day of each fraction; None where there are several a day anyway. [d]
        """
        if self.calendar.pattern.per_day > 1:
            return None
        return self._with(self.calendar.pattern.allows)

    def six_a_week(self) -> tuple[int, ...] | None:
        """Return the course with every Saturday as well, until all is given.

        Returns
        -------
        tuple of int or None
            Day of each fraction; None where the pattern treats on Saturdays anyway. [d]
        """
        if SATURDAY in self.calendar.pattern.weekdays:
            return None
        days = sorted([*self.regular(), *self._open(lambda day: weekday(day) == SATURDAY)])
        return self.given + tuple(days[: self.left])

    def _open(self, wanted: Callable[[int], bool]) -> Iterator[int]:
        first = max(self.calendar.missed) + 1
        days = range(first, first + SEARCH_DAYS)
        return (day for day in days if wanted(day) and day not in self.calendar.closed)

    def _with(self, wanted: Callable[[int], bool]) -> tuple[int, ...]:
        """Regular days and the first additional ones, ending as planned or, where that is too early, when it can be."""
        more, regular = list(self._open(wanted)), list(self.regular())
        everything = sorted([*regular, *more])
        end = max(self.planned_end, everything[self.left - 1])
        kept = [day for day in regular if day <= end]
        needed = max(0, self.left - len(kept))
        return self.given + tuple(sorted([*kept, *more[:needed]])[: self.left])
