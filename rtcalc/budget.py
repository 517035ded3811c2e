"""What an organ may still get: the dose left in a number of fractions, after earlier courses.

An allowed dose is printed rounded down: 9.05 Gy for 9.0499 Gy would be above the limit it came from. The new maximum
is taken to lie where the earlier one does, so cumulative is earlier plus new. No recovery is subtracted. What is
bounded only is taken at its less favourable end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rtcalc.decimals import beside, compare, fixed, plain
from rtcalc.doses import EQD2
from rtcalc.effects import EQD2_FRACTION
from rtcalc.errors import BasisError, DomainError
from rtcalc.history import Cumulative
from rtcalc.models import lq
from rtcalc.schedule_text import fraction_count

USUAL_FRACTIONS = (1, 3, 5, 8, 10)
STEP_PLACES = 2  # allowances are offered in hundredths of a gray
Earlier = EQD2 | Cumulative
Operator = Literal["<", "<="]


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """The dose that may still be given in one number of fractions.

    Attributes
    ----------
    fractions : int
        Of the new course.
    gray : float or None
        Total physical dose, exact: at it the binding limit is met with equality. None: none is offered. [Gy]
    offered : float or None
        The same in whole hundredths of a gray, rounded down, and below the bound where it must not be reached. [Gy]
    binding : str
        The limit that decides.
    reason : str
        Why none is offered.

    Examples
    --------
    >>> print(Allowance(fractions=5, gray=10.0, offered=10.0, binding="cumulative <= 50 Gy EQD2"))
    10.00 Gy in 5 (cumulative <= 50 Gy EQD2)
    """

    fractions: int
    gray: float | None
    offered: float | None
    binding: str = ""
    reason: str = ""

    def __str__(self) -> str:
        if self.offered is None:
            return f"none in {self.fractions}: {self.reason}"
        return f"{fixed(self.offered, STEP_PLACES, 'down')} Gy in {self.fractions} ({self.binding})"


def remaining(
    earlier: Earlier, limit: EQD2, fractions: Sequence[int] = USUAL_FRACTIONS, *, op: Operator = "<="
) -> tuple[Allowance, ...]:
    """Find the dose left under a cumulative limit.

    Parameters
    ----------
    earlier : EQD2 or Cumulative
        What the place has had; of bounds the upper one counts. [Gy]
    limit : EQD2
        Of all courses together, on the same alpha/beta. [Gy]
    fractions : sequence of int
        Of the new course.
    op : {"<", "<="}
        Whether the limit itself is allowed.

    Returns
    -------
    tuple of Allowance
        One for each number of fractions; without a dose where the earlier one has no upper bound, or reaches the limit.

    Raises
    ------
    BasisError
        The two are on different bases.
    DomainError
        A fraction number outside 1 to 200.

    References
    ----------
    [fowler1989] solved for D.

    Examples
    --------
    >>> earlier, limit = EQD2.from_gray(40, alpha_beta="2 Gy"), EQD2.from_gray(50, alpha_beta="2 Gy")
    >>> for allowance in remaining(earlier, limit, (1, 5)):
    ...     print(allowance)
    5.40 Gy in 1 (cumulative <= 50 Gy EQD2)
    10.00 Gy in 5 (cumulative <= 50 Gy EQD2)
    """
    if op not in ("<", "<="):
        raise DomainError(f"op: {op!r} is not '<' or '<='")
    _, high = ends_of(earlier, limit)
    counts = [fraction_count(count) for count in fractions]
    if high is None:
        return none_offered(counts, "the earlier dose has no upper bound")
    left = float(limit.gray) - high
    if compare(high, float(limit.gray)) >= 0:
        return none_offered(counts, f"the earlier dose, {beside(high, float(limit.gray), 1)} Gy EQD2, leaves nothing")
    binding = f"cumulative {op} {plain(float(limit.gray))} Gy EQD2"
    return tuple(allowance(count, left, limit.alpha_beta, binding, op) for count in counts)


def require_same_basis(dose: EQD2, other: EQD2, name: str) -> None:
    """Refuse a dose that cannot be held against a limit.

    Parameters
    ----------
    dose, other : EQD2
        The dose, and the limit. [Gy]
    name : str
        What the dose is, for the message.

    Raises
    ------
    BasisError
        Kind, alpha/beta or model differ.

    Examples
    --------
    >>> given, limit = EQD2.from_gray(40, alpha_beta="3 Gy"), EQD2.from_gray(50, alpha_beta="2 Gy")
    >>> require_same_basis(given, limit, "dose")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    rtcalc.errors.BasisError: dose is EQD2 (a/b 3) 40.0 Gy, not on the basis of the limit, EQD2 (a/b 2, LQ); ...
    """
    if dose.basis != other.basis:
        basis = f"EQD2 (a/b {plain(other.alpha_beta)}, {other.model})"
        raise BasisError(
            f"{name} is {dose}, not on the basis of the limit, {basis}; give both at the limit's alpha/beta"
        )


def ends_of(earlier: Earlier, limit: EQD2) -> tuple[float, float | None]:
    """Return the two bounds of an earlier dose on the basis of a limit.

    Parameters
    ----------
    earlier : EQD2 or Cumulative
        [Gy]
    limit : EQD2
        [Gy]

    Returns
    -------
    (float, float or None)
        Lower and upper bound; None: there is no upper one. [Gy]

    Examples
    --------
    >>> ends_of(EQD2.from_gray(40, alpha_beta="2 Gy"), EQD2.from_gray(50, alpha_beta="2 Gy"))
    (40.0, 40.0)
    """
    low, high = (earlier.low, earlier.high) if isinstance(earlier, Cumulative) else (earlier, earlier)
    require_same_basis(low, limit, "the earlier dose")
    return float(low.gray), None if high is None else float(high.gray)


def allowance(count: int, left: float, ratio: float, binding: str, op: Operator) -> Allowance:
    """Turn an EQD2 that is left into a total dose: D (1 + D / (n r)) = EQD2 (1 + 2 / r), solved for D.

    Parameters
    ----------
    count : int
        Number of fractions n.
    left : float
        EQD2 that is left, above zero. [Gy]
    ratio : float
        alpha/beta r. [Gy]
    binding : str
        The limit that decides.
    op : {"<", "<="}
        Whether the limit itself is allowed.

    Returns
    -------
    Allowance
        Without a dose where less than 0.01 Gy is left.

    References
    ----------
    [fowler1989] solved for D.

    Examples
    --------
    10 x 2 = D (1 + D / 2), so D = sqrt(41) - 1 = 5.403 Gy in one fraction:

    >>> print(allowance(1, 10.0, 2.0, "cumulative <= 50 Gy EQD2", "<="))
    5.40 Gy in 1 (cumulative <= 50 Gy EQD2)
    """
    exact = lq.total_for(left * (1.0 + EQD2_FRACTION / ratio), count, ratio)
    offered = rounded_down(exact, op)
    if offered == 0.0:
        return none_offered([count], f"less than 0.01 Gy is left ({binding})")[0]
    return Allowance(fractions=count, gray=exact, offered=offered, binding=binding)


def rounded_down(gray: float, op: Operator) -> float:
    """Return the largest dose in hundredths of a gray that a bound allows. [Gy]

    Parameters
    ----------
    gray : float
        The bound. [Gy]
    op : {"<", "<="}
        Whether the bound itself is allowed.

    Returns
    -------
    float
        In whole hundredths, zero or more. [Gy]

    Examples
    --------
    >>> rounded_down(9.0499, "<="), rounded_down(40.0, "<="), rounded_down(40.0, "<")
    (9.04, 40.0, 39.99)
    """
    offered = float(fixed(gray, STEP_PLACES, "down"))
    if op == "<" and compare(offered, gray) >= 0:
        offered = float(fixed(offered - 10.0**-STEP_PLACES, STEP_PLACES))
    return max(offered, 0.0)


def none_offered(counts: Sequence[int], reason: str) -> tuple[Allowance, ...]:
    """Say for each number of fractions that nothing is offered, and why.

    Parameters
    ----------
    counts : sequence of int
        Numbers of fractions.
    reason : str

    Returns
    -------
    tuple of Allowance
        Each without a dose.

    Examples
    --------
    >>> [str(one) for one in none_offered([1], "the earlier dose has no upper bound")]
    ['none in 1: the earlier dose has no upper bound']
    """
    return tuple(Allowance(fractions=count, gray=None, offered=None, reason=reason) for count in counts)
