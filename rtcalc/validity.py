"""Where the linear-quadratic model is well tested: a notice beside a number, never another number."""

from __future__ import annotations

from rtcalc.decimals import PER_FRACTION_PLACES, compare, fixed
from rtcalc.schedules import Schedule

WELL_TESTED, REASONABLE = 10.0, 18.0
"""Doses per fraction up to which BRENNER2008 calls the linear-quadratic model well validated, and reasonable. [Gy]"""


def largest_fraction(schedule: Schedule) -> float:
    """The largest dose per fraction of any phase. [Gy]"""
    return max(phase.gray / phase.fractions for phase in schedule.phases)


def lq_validity(schedule: Schedule) -> tuple[str, ...]:
    """Say that a schedule has fractions beyond the well-tested range; nothing where it has none.

    References
    ----------
    [BRENNER2008].

    Examples
    --------
    >>> lq_validity(Schedule.parse("45 Gy / 5"))
    ()
    >>> [notice] = lq_validity(Schedule.parse("48 Gy / 4"))
    >>> notice[:77]
    '12.00 Gy per fraction: the linear-quadratic model is well tested up to about '
    """
    largest = largest_fraction(schedule)
    if compare(largest, WELL_TESTED) <= 0:
        return ()
    reach = "beyond" if compare(largest, REASONABLE) > 0 else "within"
    return (
        f"{fixed(largest, PER_FRACTION_PLACES)} Gy per fraction: the linear-quadratic model is well tested up to about "
        f"{WELL_TESTED:g} Gy, and this is {reach} the about {REASONABLE:g} Gy up to which it is called reasonable "
        "[BRENNER2008]",
    )
