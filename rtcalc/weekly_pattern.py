"""On which days of the week a course is treated, in words and as numbers; Monday is 0."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from rtcalc.errors import DomainError

DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WEEKDAYS = frozenset(range(5))
WEEKEND = frozenset({5, 6})
MOST_PER_DAY = 3  # CHART gave three fractions a day; more than that is a slip of the pen
LOOSE = ("every other day", "twice a week", "not stated")
"""Words of a source that name no days: they bound the time of a course, and no fraction has a day."""
_FORMS = "write 'every weekday', 'every other weekday', 'every day', or days such as 'Mon Wed Fri'"


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyPattern:
    """On which days of the week a course is treated, and how often a day.

    Attributes
    ----------
    weekdays : frozenset of int
        Monday is 0. Holidays are not part of a pattern.
    spacing_days : int
        Least number of calendar days from one treatment day to the next: 1, or 2 for every other day.
    per_day : int
        Fractions on each treatment day, 1 to 3; 2 is BID.

    Examples
    --------
    >>> from datetime import date
    >>> twice = WeeklyPattern.parse("every weekday", per_day=2)
    >>> twice.per_day, twice.allows(date(2026, 3, 14).toordinal())  # a Saturday
    (2, False)
    """

    weekdays: frozenset[int] = WEEKDAYS
    spacing_days: int = 1
    per_day: int = 1

    def __post_init__(self) -> None:
        if not self.weekdays or not self.weekdays <= frozenset(range(7)):
            raise DomainError(f"weekdays are numbers from 0 (Monday) to 6 (Sunday), not {sorted(self.weekdays)!r}")
        if type(self.per_day) is not int or not 1 <= self.per_day <= MOST_PER_DAY:
            raise DomainError(f"per_day is a whole number from 1 to {MOST_PER_DAY}, not {self.per_day!r}")
        if type(self.spacing_days) is not int or not 1 <= self.spacing_days <= 7:
            raise DomainError(f"spacing_days is a whole number from 1 to 7, not {self.spacing_days!r}")

    @classmethod
    def parse(cls, text: str, per_day: int = 1) -> WeeklyPattern:
        """Read a pattern in words.

        Parameters
        ----------
        text : str
            ``every weekday``; ``every other weekday`` (Monday to Friday with at least one day free in between, so a
            Friday is followed by a Monday); ``every day``; or days of the week, ``Mon Wed Fri``.
        per_day : int
            Fractions on each treatment day.

        Raises
        ------
        DomainError
            Another form.

        Examples
        --------
        >>> str(WeeklyPattern.parse("Mon Wed Fri")), str(WeeklyPattern.parse("every weekday", per_day=2))
        ('Mon Wed Fri', 'every weekday, 2 fractions a day')
        """
        words = text.strip()
        named = {"every weekday": cls(), "every other weekday": cls(spacing_days=2)}
        named["every day"] = cls(weekdays=frozenset(range(7)))
        if words in named:
            return replace(named[words], per_day=per_day)
        days = re.split(r"[ ,]+", words)
        if not set(days) <= set(DAY_NAMES) or len(set(days)) < len(days):
            raise DomainError(f"pattern {text!r} is not known; {_FORMS}")
        return cls(weekdays=frozenset(DAY_NAMES.index(day) for day in days), per_day=per_day)

    def __str__(self) -> str:
        named = {WEEKDAYS: "every weekday", WEEKDAYS | WEEKEND: "every day"}
        words = named.get(self.weekdays) or " ".join(DAY_NAMES[day] for day in sorted(self.weekdays))
        apart = f", at least {self.spacing_days} days apart" if self.spacing_days > 1 else ""
        if self.weekdays == WEEKDAYS and self.spacing_days == 2:
            words, apart = "every other weekday", ""
        often = f", {self.per_day} fractions a day" if self.per_day > 1 else ""
        return words + apart + often

    def allows(self, day: int, previous: int | None = None) -> bool:
        """Whether a day may be treated, with the last treatment on `previous`."""
        return weekday(day) in self.weekdays and (previous is None or day - previous >= self.spacing_days)


EVERY_WEEKDAY = WeeklyPattern()


def weekday(day: int) -> int:
    """Return the day of the week of an ordinal.

    Parameters
    ----------
    day : int
        As `datetime.date.toordinal` counts. [d]

    Returns
    -------
    int
        Monday is 0.

    Examples
    --------
    >>> from datetime import date
    >>> weekday(date(2026, 3, 16).toordinal())
    0
    """
    return (day - 1) % 7  # day 1 of the calendar that `date` uses is a Monday
