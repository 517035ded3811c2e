"""When something happened, as far as it is known: a day, a month, a range, an interval, an order, or not at all.

Days are whole numbers: the proleptic ordinal of a calendar date, or the number of a `day n` of the case. What is
partly known stays partly known: bounds are carried through every calculation, never a midpoint.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from rtcalc.errors import DomainError, UnknownName

Anchor = Literal["start", "end", "not stated"]
NOT_STATED: Final = "not stated"

_NAME = r"[A-Za-z0-9][A-Za-z0-9_.-]*"
_RELATIVE = re.compile(
    r"(?P<low>\d{1,5})(?:\s*\.\.\s*(?P<high>\d{1,5}))?\s*d\s+after\s+(?:(?P<anchor>start|end) of\s+)?"
    rf"(?P<course>{_NAME})",
    re.ASCII,
)
_DAY = re.compile(r"day (-?\d{1,5})", re.ASCII)
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_FORMS = "write 2026-03-16, 2026-03, 2026, 2026-03-16 .. 2026-04-02, day 60, 60 d after COURSE, or not stated"


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A time as far as it is known.

    Attributes
    ----------
    earliest, latest : int or None
        Bounds as day numbers; equal for an exact day; None where unbounded. [d]
    calendar : bool
        True: `earliest` and `latest` are ordinals of dates; False: days of the case.
    after, before : str or None
        A course it came after the end of, or before the start of.
    relative_to, anchor, days :
        "60 d after COURSE": the course, which end of it is meant, and the interval's bounds. [d]
    still : bool
        Has not ended ("still taken").
    printed : str
        The source's own words.

    Examples
    --------
    >>> march = read_when("2026-03")
    >>> march.latest - march.earliest, march.exact is None
    (30, True)
    """

    earliest: int | None = None
    latest: int | None = None
    calendar: bool = True
    after: str | None = None
    before: str | None = None
    relative_to: str | None = None
    anchor: Anchor = NOT_STATED
    days: tuple[int, int] | None = None
    still: bool = False
    printed: str = ""

    @property
    def exact(self) -> int | None:
        """The day, where it is known exactly."""
        return self.earliest if self.earliest is not None and self.earliest == self.latest else None

    @property
    def stated(self) -> bool:
        """False for `not stated`: nothing at all is known."""
        return bool(
            self.still
            or self.after
            or self.before
            or self.relative_to
            or self.printed
            or self.earliest is not None
            or self.latest is not None
        )

    def __str__(self) -> str:
        if self.still:
            return "still taken"
        if self.relative_to and self.days:
            low, high = self.days
            span = f"{low} d" if low == high else f"{low}-{high} d"
            if self.anchor == NOT_STATED:
                return f"{span} after {self.relative_to} (its start or end: not stated)"
            which = f"the {self.anchor} of {self.relative_to}"
            return f"{span} after {which}"
        if self.printed:
            return self.printed
        parts = [f"after {self.after}"] if self.after else []
        parts += [f"before {self.before}"] if self.before else []
        if self.exact is not None:
            parts.append(show_day(self.exact, self.calendar))
        elif self.earliest is not None and self.latest is not None:
            parts.append(f"{show_day(self.earliest, self.calendar)} .. {show_day(self.latest, self.calendar)}")
        elif self.earliest is not None:
            parts.append(f"not before {show_day(self.earliest, self.calendar)}")
        elif self.latest is not None:
            parts.append(f"not after {show_day(self.latest, self.calendar)}")
        return ", ".join(parts) or NOT_STATED


def show_day(day: int, calendar: bool) -> str:
    """Print a day number: an ISO date, or ``day 60``.

    Parameters
    ----------
    day : int
        Ordinal of a date, or a day of the case. [d]
    calendar : bool
        Which of the two.

    Returns
    -------
    str

    Examples
    --------
    >>> show_day(date(2026, 3, 16).toordinal(), True), show_day(60, False)
    ('2026-03-16', 'day 60')
    """
    return date.fromordinal(day).isoformat() if calendar else f"day {day}"


def read_when(text: str) -> When:
    """Read one of the forms of a case file.

    Parameters
    ----------
    text : str
        ``2013-10-21``; ``2013-10`` (first to last day of the month); ``2013``; ``2014-01-03 .. 2014-02-05``;
        ``day 60``; ``60 d after COURSE``, ``60 .. 90 d after end of COURSE``; ``still taken``; ``not stated``.

    Returns
    -------
    When
        With the text in `printed` where it is less than a day.

    Raises
    ------
    DomainError
        No such day, the end before the start, or another form.

    Examples
    --------
    >>> str(read_when("2013-10")), str(read_when("60 d after end of pararenal-1"))
    ('2013-10', '60 d after the end of pararenal-1')
    """
    text = text.strip()
    if text == NOT_STATED:
        return When()
    if text == "still taken":
        return When(still=True)
    if found := _RELATIVE.fullmatch(text):
        low = int(found["low"])
        high = int(found["high"]) if found["high"] else low
        _ordered(low, high, text)
        anchor: Anchor = found["anchor"] if found["anchor"] else NOT_STATED  # type: ignore[assignment]
        return When(relative_to=found["course"], anchor=anchor, days=(low, high))
    first, separator, second = text.partition("..")
    if separator and not (first.strip() and second.strip()):
        raise DomainError(f"{text!r} has one end only; write the other, or a block with after or before")
    low, high, calendar = _bounds(first.strip())
    if not separator and low != high:
        return When(earliest=low, latest=high, calendar=calendar, printed=text)
    if separator:
        low2, high2, calendar2 = _bounds(second.strip())
        if calendar is not calendar2:
            raise DomainError(f"{text!r} mixes a date and a day number; use one of them")
        _ordered(low, low2, text)
        high = high2
    return When(earliest=low, latest=high, calendar=calendar)


def read_order(after: str | None, before: str | None, printed: str, courses: frozenset[str]) -> When:
    """Read ``{after: ID or date, before: ID or date, printed: "a few months later"}``.

    Parameters
    ----------
    after, before : str or None
        Id of a course, or a date; None: open on that side.
    printed : str
        The source's own words.
    courses : frozenset of str
        Ids of the courses of the case.

    Returns
    -------
    When

    Raises
    ------
    DomainError
        A date and a day number mixed, the end before the start, or neither a course nor a date.

    Examples
    --------
    >>> read_order("c1", None, "a few months later", frozenset({"c1"})).after
    'c1'
    """
    low: tuple[int, int, bool] | None = None
    high: tuple[int, int, bool] | None = None
    if after is not None and after not in courses:
        low = _date_or_course(after, courses)
    if before is not None and before not in courses:
        high = _date_or_course(before, courses)
    if low and high:
        if low[2] is not high[2]:
            raise DomainError(f"{after!r} and {before!r} mix a date and a day number; use one of them")
        _ordered(low[0], high[1], f"{after} .. {before}")
    return When(
        earliest=low[0] if low else None,
        latest=high[1] if high else None,
        calendar=(low or high or (0, 0, True))[2],
        after=after if after in courses else None,
        before=before if before in courses else None,
        printed=printed,
    )


def _date_or_course(text: str, courses: frozenset[str]) -> tuple[int, int, bool]:
    if not (_DAY.fullmatch(text) or _DATE.fullmatch(text)):
        raise UnknownName("course (nor is it a date)", text, courses)
    return _bounds(text)


def _bounds(text: str) -> tuple[int, int, bool]:
    if found := _DAY.fullmatch(text):
        return int(found[1]), int(found[1]), False
    found = _DATE.fullmatch(text)
    if not found:
        raise DomainError(f"{text!r} is not a time; {_FORMS}")
    year, month, day = (int(part) if part else None for part in found.groups())
    assert year is not None
    if not 1900 <= year <= 2100:
        raise DomainError(f"{text!r}: the year {year:04d} is not between 1900 and 2100")
    try:
        # Only None is "not written": a month or a day of 00 is no date.
        first = date(year, 1 if month is None else month, 1 if day is None else day)
        last_month = 12 if month is None else month
        last = date(year, last_month, monthrange(year, last_month)[1] if day is None else day)
    except ValueError as problem:
        raise DomainError(f"{text!r} is no day of the calendar ({problem})") from problem
    return first.toordinal(), last.toordinal(), True


def _ordered(low: int, high: int, text: str) -> None:
    if high < low:
        raise DomainError(f"{text!r}: the end is before the start")


def completed_months(earlier: date, later: date) -> int:
    """Count the whole calendar months from one day to another.

    Parameters
    ----------
    earlier, later : date

    Returns
    -------
    int
        From 31 January to 28 February none: a month is completed on the day of the same number, or the day after the
        last of a month that has none.

    Raises
    ------
    DomainError
        `later` is before `earlier`.

    Examples
    --------
    >>> completed_months(date(2026, 1, 15), date(2026, 6, 14)), completed_months(date(2026, 1, 15), date(2026, 6, 15))
    (4, 5)
    """
    if later < earlier:
        raise DomainError(f"an interval ends before it starts: {earlier.isoformat()} to {later.isoformat()}")
    months = 12 * (later.year - earlier.year) + later.month - earlier.month
    return months if later.day >= earlier.day else months - 1


def months_in_days(days: int) -> int:
    """Count the months that a number of days completes wherever it lies in a calendar: of 31 days each.

    Parameters
    ----------
    days : int
        Zero or more. [d]

    Returns
    -------
    int
        [months]

    Raises
    ------
    DomainError
        A negative number of days.

    Examples
    --------
    >>> months_in_days(60), months_in_days(155)
    (1, 5)
    """
    if type(days) is not int or days < 0:
        raise DomainError(f"days: {days!r} is not a number of days, zero or more")
    return days // 31
