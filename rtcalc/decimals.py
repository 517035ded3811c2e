"""The one place that rounds a number and that compares it with a bound.

Binary floats carry noise in their 16th digit: 60 Gy in 30 fractions at alpha/beta 3 Gy is exactly 100 Gy, and
`60 * (1 + 2 / 3)` is 99.99999999999999. Everything here therefore first rounds to ten significant decimal
digits, half up, which is far finer than any dose is known and far coarser than the noise. A verdict and its
print use the same ten digits, so neither can contradict the other.
"""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, InvalidOperation
from itertools import count
from typing import Literal

from rtcalc.errors import DomainError

Rounding = Literal["half-up", "down", "up"]

TOTAL_PLACES = 1
"""Decimals of a total dose, a BED and an EQD2."""
PER_FRACTION_PLACES = 2
"""Decimals of a dose per fraction."""
ALPHA_BETA_PLACES = 2
"""Decimals of an alpha/beta and of a break-even alpha/beta."""

SIGNIFICANT_DIGITS = 10
_MODES = {"half-up": ROUND_HALF_UP, "down": ROUND_FLOOR, "up": ROUND_CEILING}


def _context(digits: int) -> Context:
    # Every setting is given: a caller's change of decimal.DefaultContext must not reach a dose.
    return Context(digits, ROUND_HALF_UP, -999_999, 999_999, 1, 0, [], [InvalidOperation])


_TEN_DIGITS = _context(SIGNIFICANT_DIGITS)
_EXACT = _context(700)  # the widest float has 309 digits before the point; the rest is room for places


def significant(x: float) -> float:
    """Return `x` rounded to ten significant decimal digits, half up.

    Parameters
    ----------
    x : float
        A finite number or an infinity, which stays itself. [any unit]

    Returns
    -------
    float
        The nearest float to the rounded decimal. [unit of x]

    Raises
    ------
    DomainError
        `x` is NaN.

    Examples
    --------
    >>> significant(60 * (1 + 2 / 3)), significant(3 * 8.2)
    (100.0, 24.6)
    """
    return float(_rounded(x))


def compare(value: float, bound: float) -> int:
    """Compare a value with a bound on the ten digits that are printed.

    Parameters
    ----------
    value, bound : float
        Two numbers of the same unit. [same unit]

    Returns
    -------
    int
        -1, 0 or 1: below, equal to, above the bound.

    Raises
    ------
    DomainError
        One of them is NaN.

    Notes
    -----
    Relative: a difference that should be zero (0.1 + 0.2 - 0.3) is not zero here. Compare the two sides.

    Examples
    --------
    >>> compare(60 * (1 + 2 / 3), 100), compare(99.96, 100)
    (0, -1)
    """
    left, right = _rounded(value), _rounded(bound)
    return (left > right) - (left < right)


def fixed(x: float, places: int, rounding: Rounding = "half-up") -> str:
    """Print a number with a fixed count of decimals.

    Parameters
    ----------
    x : float
        A finite number. [any unit]
    places : int
        Decimals to print, 0 or more.
    rounding : {"half-up", "down", "up"}
        "down" for a dose that is allowed, "up" for a dose that is required.

    Returns
    -------
    str
        Digits without a unit; zero never has a sign.

    Raises
    ------
    DomainError
        `x` is not finite.

    Examples
    --------
    >>> fixed(0.25, 1), fixed(40 * 10 / 60, 2, "down"), fixed(-0.01, 1)
    ('0.3', '6.66', '0.0')
    """
    return _text(_finite(x), places, rounding)


def beside(value: float, bound: float, places: int, rounding: Rounding = "half-up") -> str:
    """Print a value that stands next to a bound, with as many decimals as the truth needs.

    Parameters
    ----------
    value, bound : float
        Two finite numbers of the same unit. [same unit]
    places : int
        Decimals to print where they are enough.
    rounding : {"half-up", "down", "up"}
        As in `fixed`.

    Returns
    -------
    str
        The value. As a number the text is below, equal to or above the bound exactly where `compare` says so,
        whether the bound is printed in full or through this function with the sides exchanged.

    Raises
    ------
    DomainError
        One of them is not finite.

    Examples
    --------
    >>> beside(99.96, 100, 1), beside(99.9, 100, 1), beside(60 * (1 + 2 / 3), 100, 1)
    ('99.96', '99.9', '100.0')
    """
    exact, limit = _finite(value), _finite(bound)
    side = _side(exact, limit)
    if side == 0:
        return _text(exact, places, rounding)
    for more in count(places):  # ends: ten digits have a last decimal, and there the text is the number itself
        text = _text(exact, more, rounding)
        shown = (limit, Decimal(_text(limit, more, rounding)), Decimal(_text(limit, more, "half-up")))
        if all(_side(Decimal(text), other) == side for other in shown):
            return text
    raise AssertionError("unreachable")


def plain(x: float) -> str:
    """Print a number with the digits it has and no trailing zeros, as for an alpha/beta.

    Parameters
    ----------
    x : float
        A finite number. [any unit]

    Returns
    -------
    str
        At most ten significant digits, never an exponent.

    Raises
    ------
    DomainError
        `x` is not finite.

    Examples
    --------
    >>> plain(10.0), plain(2.6), plain(6.92), plain(0.35)
    ('10', '2.6', '6.92', '0.35')
    """
    text = f"{_finite(x):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _rounded(x: float) -> Decimal:
    number = float(x)
    if math.isnan(number):
        raise DomainError("NaN is not a number: it cannot be rounded or compared; find out where it came from")
    return _TEN_DIGITS.create_decimal(repr(number))


def _finite(x: float) -> Decimal:
    number = _rounded(x)
    if not number.is_finite():
        raise DomainError(f"{x!r} is not finite and cannot be printed as a value")
    return number


def _text(number: Decimal, places: int, rounding: Rounding) -> str:
    step = Decimal((0, (1,), -places))
    shown = number.quantize(step, rounding=_MODES[rounding], context=_EXACT)
    return f"{abs(shown) if shown.is_zero() else shown:f}"


def _side(left: Decimal, right: Decimal) -> int:
    return (left > right) - (left < right)
