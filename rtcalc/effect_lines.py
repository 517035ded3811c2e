"""An LQ effect as a line in 1 / (alpha/beta), total + squares / r, and where two such lines cross."""

from __future__ import annotations

from rtcalc import decimals
from rtcalc.basis import LQ
from rtcalc.doses import EQD2, PhysicalDose, single_gray
from rtcalc.errors import BasisError, DomainError
from rtcalc.limits import Limit
from rtcalc.schedules import Schedule

NOISE = 5e-11
"""Half of the tenth digit, on which a threshold is tested."""


def where_exceeded(given: Schedule | str, limit: Limit | EQD2 | Schedule | str) -> str:
    """Return for which alpha/beta an organ dose exceeds a limit.

    Parameters
    ----------
    given : Schedule or str
        The organ's dose metric with its fractions. [Gy]
    limit : Limit or EQD2 or Schedule or str
        A dose limit of another fraction number, ``"23 Gy / 3"``, or one in EQD2. [Gy]

    Returns
    -------
    str
        Such as "exceeded only if a/b < 27.56 Gy", or the words that it never turns.

    Raises
    ------
    DomainError
        The limit is for this very fraction number, is no dose, is not in use, or has no fraction number.
    UnitsError, BasisError
        An unreadable schedule; an EQD2 that is not LQ.

    Notes
    -----
    Both sides are total + squares / r, so the answer turns at most once: at
    r = (S_given - S_limit) / (D_limit - D_given) with S the sum of D d.

    References
    ----------
    [WITHERS] the isoeffect of two fractionations.

    Examples
    --------
    >>> where_exceeded("24.5 Gy / 4", "25.3 Gy / 5")
    'exceeded only if a/b < 27.56 Gy'
    """
    course = as_schedule(given)
    total, own = line(course)
    bound, squares, inclusive = limit_line(limit, course)
    return _turning(total - bound, own - squares, inclusive)


def line(schedule: Schedule) -> tuple[float, float]:
    """Return total and sum of D d of a schedule: its LQ BED is total + sum / r.

    Parameters
    ----------
    schedule : Schedule
        Phases on different days. [Gy]

    Returns
    -------
    (float, float)
        In gray, and in gray squared.

    Examples
    --------
    >>> line(Schedule.parse("45 Gy / 5"))
    (45.0, 405.0)
    """
    total = sum(phase.gray for phase in schedule.phases)
    return total, sum(phase.gray * phase.gray / phase.fractions for phase in schedule.phases)


def limit_line(limit: Limit | EQD2 | Schedule | str, given: Schedule) -> tuple[float, float, bool]:
    """Return a limit as `line` does a schedule, and whether reaching it exactly exceeds it.

    Parameters
    ----------
    limit : Limit or EQD2 or Schedule or str
        In EQD2, or of another fraction number. [Gy]
    given : Schedule
        The organ's dose metric with its fractions. [Gy]

    Returns
    -------
    (float, float, bool)
        In gray, in gray squared, and True for a limit that says "less than".

    Raises
    ------
    DomainError, BasisError, UnitsError
        As in `where_exceeded`.

    Examples
    --------
    >>> limit_line("23 Gy / 3", Schedule.parse("24.5 Gy / 4"))[2]
    False
    """
    if isinstance(limit, EQD2):
        if limit.model != LQ:
            raise BasisError(f"limit: {limit} is not LQ; only an LQ limit is compared here")
        gray = single_gray(PhysicalDose.from_gray(limit.gray), "limit")
        return gray, gray * limit.per_fraction, False
    if isinstance(limit, Limit):
        return _row_line(limit, given)
    printed = as_schedule(limit)
    if len(printed.phases) == len(given.phases) == 1 and printed.fractions == given.fractions:
        raise _own_number(printed.text, given.fractions)
    return (*line(printed), False)


def _row_line(limit: Limit, given: Schedule) -> tuple[float, float, bool]:
    if limit.standing == "listed" or limit.role != "limit" or not limit.metric.is_dose or limit.op not in ("<", "<="):
        raise DomainError(f"limit: {limit.id} is not a dose limit in use; it gets no probability")
    if limit.alpha_beta is not None:
        return limit.value, 2.0 * limit.value, limit.op == "<"
    if limit.fractions is None:
        raise DomainError(
            f"limit: {limit.id} is for conventional fractions; without their number it cannot be converted"
        )
    if limit.at(given.fractions) and len(given.phases) == 1:
        raise _own_number(limit.id, given.fractions)
    first, last = limit.fractions
    nearest = min(max(given.fractions, first), last)
    return limit.value, limit.value * limit.value / nearest, limit.op == "<"


def _own_number(limit: str, fractions: int) -> DomainError:
    return DomainError(
        f"limit: {limit} is for {fractions} fractions like the course: both are physical doses, so alpha/beta does not "
        "enter and there is no probability; compare the doses"
    )


def _turning(total: float, squares: float, inclusive: bool) -> str:
    """Say where total + squares / r changes its sign."""
    scale = max(abs(total), abs(squares), 1.0)
    total, squares = (0.0 if abs(part) < NOISE * scale else part for part in (total, squares))
    if total * squares >= 0.0:
        exceeded = total + squares > 0.0 or (inclusive and total + squares == 0.0)
        return f"{'exceeded' if exceeded else 'met'} at every alpha/beta"
    turn = -squares / total
    # The bound of where a limit is exceeded is rounded so that nothing exceeded lies outside.
    if squares > 0.0:
        return f"exceeded only if a/b < {decimals.fixed(turn, decimals.ALPHA_BETA_PLACES, 'up')} Gy"
    return f"exceeded only if a/b > {decimals.fixed(turn, decimals.ALPHA_BETA_PLACES, 'down')} Gy"


def as_schedule(given: Schedule | str) -> Schedule:
    """Return a schedule, read where it is text.

    Parameters
    ----------
    given : Schedule or str
        Such as ``"45 Gy / 5"``. [Gy]

    Returns
    -------
    Schedule

    Raises
    ------
    UnitsError, DomainError
        It cannot be read.

    Examples
    --------
    >>> as_schedule("45 Gy / 5").fractions
    5
    """
    return given if isinstance(given, Schedule) else Schedule.parse(given)
