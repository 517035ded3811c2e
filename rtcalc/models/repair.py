"""Incomplete repair: several fractions a day, and fractions that take their time.

Symbols
-------
T_half : half-time of the repair of sublethal damage [h]
mu = ln 2 / T_half : rate of that repair [1/h]
T : duration of one fraction [h]
x = mu T
m : fractions a day
Delta : interval from the start of a fraction to the start of the next [h]
f : factor on the quadratic term; 1 for short fractions with full repair between them

`components` are pairs (share, T_half in hours): one pair with share 1 for repair with a single rate, two pairs whose
shares add to 1 for repair with a fast and a slow one. Repair overnight is complete in every formula here.
"""

from __future__ import annotations

import math
from typing import TypeAlias

Components: TypeAlias = tuple[tuple[float, float], ...]
"""(share, half-time in hours) of each rate of repair; the shares add to 1."""

_SERIES_BELOW = 1.0
_SERIES_TERMS = 22  # 1 / 23! is 4e-23: beyond the last bit at x = 1


def rate(half_time: float) -> float:
    """Return the rate of repair, mu = ln 2 / T_half.

    Parameters
    ----------
    half_time : float
        Above zero. [h]

    Returns
    -------
    float
        [1/h]

    Examples
    --------
    >>> round(rate(1.5), 4)
    0.4621
    """
    return math.log(2.0) / half_time


def mean_left(x: float) -> float:
    r"""Mean of exp(-t) from t = 0 to x.

    .. math:: \varphi(x) = \frac{1 - e^{-x}}{x}

    Parameters
    ----------
    x : float
        Any sign; 1 at zero.

    Returns
    -------
    float

    Examples
    --------
    >>> mean_left(0.0), round(mean_left(1.0), 6)
    (1.0, 0.632121)
    """
    return -math.expm1(-x) / x if x else 1.0


def hm(per_day: int, interval: float, components: Components) -> float:
    r"""Incomplete-repair factor of m equally spaced short fractions a day.

    .. math:: H_m = \frac{2}{m} \frac{\theta}{1 - \theta} \left(m - \frac{1 - \theta^m}{1 - \theta}\right)
              = \frac{2}{m} \sum_{k=1}^{m-1} (m - k) \theta^k, \quad \theta = e^{-\mu \Delta}

    Parameters
    ----------
    per_day : int
        m, 1 or more.
    interval : float
        Delta, above zero. [h]
    components : tuple of (float, float)
        Share and half-time of each rate. [h]

    Returns
    -------
    float
        From 0 (full repair) to below m - 1 (none). B = D (1 + (1 + H_m) d / r).

    Notes
    -----
    The sum is computed: the closed form subtracts close numbers where theta is near 1. Full repair overnight.

    References
    ----------
    [THAMES1985] the incomplete-repair model; formula by hand, from all pairs of fractions of one day.

    Examples
    --------
    >>> round(hm(2, 6.0, ((1.0, 4.0),)), 4), hm(1, 6.0, ((1.0, 4.0),))
    (0.3536, 0.0)
    """
    m, total = per_day, 0.0
    for share, half_time in components:
        theta = math.exp(-rate(half_time) * interval)
        total += share * sum((m - k) * theta**k for k in range(1, m))
    return 2.0 * total / m


def protraction(duration: float, components: Components) -> float:
    r"""Lea-Catcheside factor of a fraction given at a constant rate.

    .. math:: G = \frac{2}{x} \left(1 - \frac{1 - e^{-x}}{x}\right), \quad x = \mu T

    Parameters
    ----------
    duration : float
        T, zero or more. [h]
    components : tuple of (float, float)
        Share and half-time of each rate. [h]

    Returns
    -------
    float
        From 1 (short) to 0 (endless). B = D (1 + G d / r).

    Notes
    -----
    Below x = 1 the power series, because 1 - (1 - exp(-x)) / x loses the digits of a short fraction.

    References
    ----------
    [LEACATCHESIDE1942] the factor; [DALE1985] its use for protracted treatment.

    Examples
    --------
    >>> round(protraction(1.0, ((1.0, 1.5),)), 4), protraction(0.0, ((1.0, 1.5),))
    (0.8622, 1.0)
    """
    return sum(share * _single_protraction(rate(half_time) * duration) for share, half_time in components)


def _single_protraction(x: float) -> float:
    if x >= _SERIES_BELOW:
        return 2.0 * (1.0 - mean_left(x)) / x
    return 2.0 * sum((-x) ** k / math.factorial(k + 2) for k in range(_SERIES_TERMS))


def day_factor(per_day: int, interval: float, duration: float, components: Components) -> float:
    r"""Factor on the quadratic term of m equal fractions of one day, each of the same duration.

    .. math:: f = G + \frac{2}{m} \sum_{k=1}^{m-1} (m - k) \, e^{-\mu (k \Delta - T)} \varphi(x)^2

    Parameters
    ----------
    per_day : int
        m, 1 or more.
    interval : float
        Delta, at least the duration; not looked at for one fraction a day. [h]
    duration : float
        T, zero or more. [h]
    components : tuple of (float, float)
        Share and half-time of each rate. [h]

    Returns
    -------
    float
        1 + H_m for short fractions, G for one fraction a day.

    Notes
    -----
    The integral of exp(-mu |t - s|) over all pairs of moments of the day, over that of one short fraction. The
    exponent counts from the end of one fraction to the start of the other, so nothing overflows.

    References
    ----------
    [THAMES1985], [LEACATCHESIDE1942] its two limits; the combination by hand.

    Examples
    --------
    >>> round(day_factor(2, 6.0, 0.0, ((1.0, 4.0),)), 4), round(day_factor(2, 6.0, 0.5, ((1.0, 4.0),)), 4)
    (1.3536, 1.3255)
    """
    m, pairs = per_day, 0.0
    for share, half_time in components:
        mu = rate(half_time)
        between = sum((m - k) * math.exp(-mu * (k * interval - duration)) for k in range(1, m))
        pairs += share * between * mean_left(mu * duration) ** 2
    return protraction(duration, components) + 2.0 * pairs / m


def course_factor(fractions: int, per_day: int, interval: float, duration: float, components: Components) -> float:
    """Return the factor on the quadratic term of n equal fractions, m a day, the last day with what is left.

    Parameters
    ----------
    fractions : int
        n, 1 or more.
    per_day, interval, duration, components
        As in `day_factor`. [h]

    Returns
    -------
    float
        The mean over the fractions of the factor of their day. B = D (1 + f d / r).

    Notes
    -----
    Five fractions, two a day, are two days of two and one of one. Full repair overnight.

    References
    ----------
    [THAMES1985] for whole days; the last day by hand.

    Examples
    --------
    >>> round(course_factor(5, 2, 6.0, 0.0, ((1.0, 4.0),)), 6)
    1.282843
    """
    days, rest = divmod(fractions, per_day)
    whole = days * per_day * day_factor(per_day, interval, duration, components) if days else 0.0
    last = rest * day_factor(rest, interval, duration, components) if rest else 0.0
    return (whole + last) / fractions
