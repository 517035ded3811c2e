"""Treatment days on the calendar: from a start and a weekly pattern, around holidays and missed days.

Overall time is counted in real days, weekends included. Two counting rules are in use and differ by one day, so every
result names the one it was made by: *elapsed* is last day minus first day, *inclusive* counts both of them. Days are
ordinals of dates, as in `dates`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, TypeAlias

from rtcalc.dates import read_when, show_day
from rtcalc.errors import DomainError
from rtcalc.schedule_text import fraction_count
from rtcalc.weekly_pattern import DAY_NAMES, EVERY_WEEKDAY, WeeklyPattern, weekday

A_WEEK = range(1, 6)
"""A Monday to Friday: one of each first day of treatment."""
Counting = Literal["elapsed", "inclusive"]
Day: TypeAlias = "int | str | date"
"""A day as an ordinal, as text "2026-03-16", or as a date."""


@dataclass(frozen=True, slots=True)
class OverallTime:
    """Days from the first to the last fraction.

    Attributes
    ----------
    elapsed_days : int
        Last day minus first day: 0 for a single fraction. [d]

    Examples
    --------
    >>> str(OverallTime(39))
    '39 d elapsed (last minus first day), 40 d inclusive (both days counted)'
    >>> OverallTime(39).days("elapsed"), OverallTime(39).days("inclusive")
    (39, 40)
    """

    elapsed_days: int

    @property
    def inclusive_days(self) -> int:
        """First and last day both counted. [d]"""
        return self.elapsed_days + 1

    def days(self, counting: Counting) -> int:
        """Return the overall time by one of the two rules. [d]

        Parameters
        ----------
        counting : {"elapsed", "inclusive"}
            Last minus first day, or both days counted.

        Returns
        -------
        int
            [d]

        Raises
        ------
        DomainError
            Another rule.
        """
        if counting not in ("elapsed", "inclusive"):
            raise DomainError(f"counting: {counting!r} is not a rule; write 'elapsed' or 'inclusive'")
        return self.elapsed_days if counting == "elapsed" else self.inclusive_days

    def __str__(self) -> str:
        inclusive = f"{self.inclusive_days} d inclusive (both days counted)"
        return f"{self.elapsed_days} d elapsed (last minus first day), {inclusive}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatmentCalendar:
    """When the fractions of a course are given; `of` takes dates as text.

    Attributes
    ----------
    start : int
        Day of the first fraction: a day the pattern treats on, neither a holiday nor missed.
    pattern : WeeklyPattern
        The days of the week, and how many fractions each.
    holidays : frozenset of int
        Days without treatment that were known when the course was planned.
    missed : frozenset of int
        Days on which treatment was planned and did not take place; the fractions move to the next treatment days.

    Examples
    --------
    Thirty fractions from a Monday:

    >>> print(TreatmentCalendar.of("2026-03-02").overall_time(30))
    39 d elapsed (last minus first day), 40 d inclusive (both days counted)
    """

    start: int
    pattern: WeeklyPattern = EVERY_WEEKDAY
    holidays: frozenset[int] = frozenset()
    missed: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if not self.pattern.allows(self.start) or self.start in self.closed:
            shown, name = show_day(self.start, True), DAY_NAMES[weekday(self.start)]
            raise DomainError(f"start: {shown} ({name}) is no treatment day ({self.pattern}, holidays, missed days)")

    @classmethod
    def of(
        cls,
        start: Day,
        pattern: WeeklyPattern | str = "every weekday",
        *,
        holidays: Iterable[Day] = (),
        missed: Iterable[Day] = (),
    ) -> TreatmentCalendar:
        """Make a calendar from dates and words.

        Parameters
        ----------
        start : int, str or date
        pattern : WeeklyPattern or str
            As in `WeeklyPattern.parse`.
        holidays, missed : iterable of int, str or date

        Raises
        ------
        DomainError
            A day that is not exact, or a start that is no treatment day.
        """
        return cls(
            start=day_number(start, "start"),
            pattern=WeeklyPattern.parse(pattern) if isinstance(pattern, str) else pattern,
            holidays=_day_set(holidays, "holidays"),
            missed=_day_set(missed, "missed"),
        )

    @property
    def closed(self) -> frozenset[int]:
        """Holidays and missed days together."""
        return self.holidays | self.missed

    @property
    def as_planned(self) -> TreatmentCalendar:
        """The same calendar without the missed days."""
        return replace(self, missed=frozenset())

    def fraction_days(self, fractions: int) -> tuple[int, ...]:
        """Day of each fraction; a day with two fractions stands twice.

        Parameters
        ----------
        fractions : int
            1 to 200.

        Returns
        -------
        tuple of int
            Ordinals of dates, not falling. [d]

        Raises
        ------
        DomainError
            A missed day on which nothing was to be given.

        Examples
        --------
        >>> calendar = TreatmentCalendar.of("2026-03-16", "every other weekday")
        >>> [show_day(day, True)[5:] for day in calendar.fraction_days(5)]
        ['03-16', '03-18', '03-20', '03-23', '03-25']
        """
        days, skipped = _walk(self.start, fraction_count(fractions), self.pattern, self.closed)
        idle = sorted(self.missed - skipped)
        if idle:
            shown = ", ".join(f"{show_day(day, True)} ({DAY_NAMES[weekday(day)]})" for day in idle)
            raise DomainError(f"missed: no treatment was planned on {shown}; leave it out, or see start and pattern")
        return days

    def overall_time(self, fractions: int) -> OverallTime:
        """Days from the first to the last of `fractions`, by both counting rules."""
        return overall_time(self.fraction_days(fractions))


def treatment_days(
    first: int, fractions: int, pattern: WeeklyPattern, closed: Collection[int] = frozenset()
) -> tuple[int, ...]:
    """Return the day of each fraction, beginning with the first day from `first` on that can be treated.

    Parameters
    ----------
    first : int
        Ordinal of a date. [d]
    fractions : int
        1 to 200.
    pattern : WeeklyPattern
    closed : collection of int
        Days without treatment.

    Returns
    -------
    tuple of int
        One day per fraction, ascending; a day with two fractions stands twice. [d]

    Examples
    --------
    >>> friday = date(2026, 3, 20).toordinal()
    >>> [day - friday for day in treatment_days(friday, 3, WeeklyPattern())]
    [0, 3, 4]
    """
    return _walk(first, fraction_count(fractions), pattern, frozenset(closed))[0]


def loose_span(words: str, treatment_days_given: int) -> tuple[int, int] | None:
    """Fewest and most days from the first to the last treatment day of words that name no days.

    ``every other day`` may count weekends or skip them; ``twice a week`` is on the same two days of every week.

    Parameters
    ----------
    words : str
        As written in the case.
    treatment_days_given : int
        How many treatment days there are.

    Returns
    -------
    (int, int) or None
        None: these words set no bounds. [d]

    Examples
    --------
    Five days from a Thursday, weekends skipped: Thu, Mon, Wed, Fri, Mon. Three of twice a week are a week.

    >>> loose_span("every other day", 5), loose_span("twice a week", 3), loose_span("twice a week", 2)
    ((8, 11), (7, 7), (1, 6))
    """
    last = treatment_days_given - 1
    if words == "every other day":
        skipping = WeeklyPattern.parse("every other weekday")
        spans = (treatment_days(first, treatment_days_given, skipping) for first in A_WEEK)
        return 2 * last, max(days[-1] - days[0] for days in spans)
    if words == "twice a week":
        weeks, odd = divmod(last, 2)
        return 7 * weeks + odd, 7 * weeks + 6 * odd
    return None


def overall_time(days: Iterable[int]) -> OverallTime:
    """Return the overall time of treatment days in any order.

    Parameters
    ----------
    days : iterable of int
        [d]

    Returns
    -------
    OverallTime
        [d]

    Raises
    ------
    DomainError
        No days.

    Examples
    --------
    >>> overall_time([4, 0, 2]).elapsed_days
    4
    """
    found = sorted(days)
    if not found:
        raise DomainError("days: there is no treatment day, so there is no overall time")
    return OverallTime(found[-1] - found[0])


def day_number(day: Day, name: str) -> int:
    """Return the ordinal of an exact day.

    Parameters
    ----------
    day : int, str or date
    name : str
        The field, for the message.

    Returns
    -------
    int
        [d]

    Raises
    ------
    DomainError
        Text that is not one day of the calendar, or a number that is none.

    Examples
    --------
    >>> day_number("2026-03-16", "start") - day_number("2026-03-02", "start")
    14
    """
    if isinstance(day, date):
        return day.toordinal()
    if isinstance(day, str):
        when = read_when(day)
        if when.exact is None or not when.calendar:
            raise DomainError(f"{name}: {day!r} is not one day of the calendar; write a date such as 2026-03-16")
        return when.exact
    if type(day) is not int or not date(1900, 1, 1).toordinal() <= day <= date(2100, 12, 31).toordinal():
        raise DomainError(f"{name}: {day!r} is not the ordinal of a date from 1900 to 2100")
    return day


def _day_set(days: Iterable[Day], name: str) -> frozenset[int]:
    if isinstance(days, str):  # a text is a collection of letters
        raise DomainError(f"{name}: {days!r} is one text; give a list of days")
    return frozenset(day_number(day, name) for day in days)


def _walk(
    first: int, count: int, pattern: WeeklyPattern, closed: frozenset[int]
) -> tuple[tuple[int, ...], frozenset[int]]:
    """Days of the fractions, and the closed days that would otherwise have been treated."""
    days: list[int] = []
    skipped: set[int] = set()
    previous: int | None = None
    day = first
    while len(days) < count:
        if pattern.allows(day, previous):
            if day in closed:
                skipped.add(day)
            else:
                days += [day] * min(pattern.per_day, count - len(days))
                previous = day
        day += 1
    return tuple(days), frozenset(skipped)
