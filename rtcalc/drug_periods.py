"""What the dates of one drug's periods must satisfy before anything is computed from them."""

from __future__ import annotations

from collections.abc import Sequence

from rtcalc.drugs import Period
from rtcalc.errors import DomainError


def require_sound(periods: Sequence[Period]) -> None:
    """Refuse the last of some periods where its dates cannot be meant.

    Parameters
    ----------
    periods : sequence of Period
        Of one drug, in the order of the file; those before the last one have been looked at.

    Raises
    ------
    DomainError
        A last day before the first one, a cycle whose first day is not exact, or a period that begins before the one
        before it has certainly ended.

    Examples
    --------
    >>> from rtcalc.dates import read_when
    >>> held = Period(dose="50 mg/day", first=read_when("2026-03"), last=read_when("2026-05-01"), cycle=(28, 14))
    >>> require_sound([held])
    Traceback (most recent call last):
    ...
    rtcalc.errors.DomainError: cycle 28 on / 14 off is counted from an exact first day, and it is 2026-03; write that \
day (first: 2026-01-05), or the cycle into 'dose' as words
    """
    *before, period = periods
    _first_before_last(period)
    _cycle_has_a_start(period)
    if before:
        _after(before[-1], period)


def _first_before_last(period: Period) -> None:
    first, last = period.first.earliest, period.last.latest
    if first is not None and last is not None and last < first:
        raise DomainError(
            f"the last day ({period.last}) is before the first ({period.first}); exchange or correct them"
        )


def _cycle_has_a_start(period: Period) -> None:
    if period.cycle is not None and period.first.exact is None:
        on, off = period.cycle
        raise DomainError(
            f"cycle {on} on / {off} off is counted from an exact first day, and it is {period.first}; "
            "write that day (first: 2026-01-05), or the cycle into 'dose' as words"
        )


def _after(before: Period, period: Period) -> None:
    """Periods of one drug follow each other: a hold is the gap, a change of dose begins on the next day."""
    if before.last.still:
        raise DomainError(
            "it follows a period that is 'still taken'; give that one its last day, or leave this one out"
        )
    begins, ended = period.first.latest, before.last.earliest
    begun = before.first.earliest
    if begins is not None and begun is not None and begins < begun:
        raise DomainError(
            f"it begins ({period.first}) before the period above it ({before.first}); write periods in order of time"
        )
    if begins is not None and ended is not None and begins <= ended:
        raise DomainError(
            f"it begins ({period.first}) before the period above it has ended ({before.last}); periods of one drug do "
            "not overlap: end that one on the day before, or write one period"
        )
