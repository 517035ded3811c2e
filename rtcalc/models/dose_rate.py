"""Continuous irradiation: a constant rate, a decaying source that is taken out again, and one that stays.

Symbols
-------
D : total physical dose [Gy]
T : duration of the irradiation [h]
T_s : half-life of the source [h]
lambda = ln 2 / T_s : its decay [1/h]
mu = ln 2 / T_half : rate of repair [1/h]
r : alpha/beta [Gy]
R_0 : initial dose rate [Gy/h]
G : Lea-Catcheside factor on the quadratic term

Plain numbers only; times in hours, `components` as in `repair`. No repopulation here.
"""

from __future__ import annotations

import math

from rtcalc.models.lq import Gray
from rtcalc.models.repair import Components, mean_left, rate

_SERIES_BELOW = 1.0
_SERIES_TERMS = 24
_STEADY_FROM = 0.5


def bed(total: Gray, factor: float, ratio: float) -> Gray:
    r"""Biologically effective dose of one continuous irradiation.

    .. math:: B = D \left(1 + \frac{G D}{r}\right)

    Parameters
    ----------
    total : float or numpy.ndarray
        Total physical dose D. [Gy]
    factor : float
        G of the irradiation, from 0 to 1.
    ratio : float
        alpha/beta, above zero. [Gy]

    Returns
    -------
    float or numpy.ndarray
        [Gy]

    References
    ----------
    [DALE1985] protracted treatment in the linear-quadratic model.

    Examples
    --------
    >>> round(bed(30.0, 0.06953, 10.0), 3)
    36.258
    """
    return total * (1.0 + total * (factor / ratio))


def decaying(duration: float, half_life: float, components: Components) -> float:
    r"""Lea-Catcheside factor of a decaying source over a finite time.

    .. math:: G = \frac{2 \lambda^2}{(\mu - \lambda)(1 - e^{-\lambda T})^2}
              \left[\frac{1 - e^{-2 \lambda T}}{2 \lambda} - \frac{1 - e^{-(\lambda + \mu) T}}{\lambda + \mu}\right]

    Parameters
    ----------
    duration : float
        T, above zero. [h]
    half_life : float
        T_s, above zero; infinite for a constant rate. [h]
    components : tuple of (float, float)
        Share and half-time of each rate of repair. [h]

    Returns
    -------
    float
        From 1 (short) to that of `permanent` (endless).

    Notes
    -----
    Written as -2 phi[2 lambda T, (lambda + mu) T] / phi(lambda T)^2, with the divided difference of
    phi(x) = (1 - exp(-x)) / x: nothing is singular where repair and decay have one rate or the rate is constant.

    References
    ----------
    [DALE1985] decaying sources; the integral by hand.

    Examples
    --------
    >>> round(decaying(60.0, math.inf, ((1.0, 1.5),)), 5), round(decaying(24.0, 59.4 * 24, ((1.0, 1.5),)), 5)
    (0.06953, 0.16408)
    """
    decay = rate(half_life) * duration
    total = 0.0
    for share, half_time in components:
        total -= share * _divided_difference(2.0 * decay, decay + rate(half_time) * duration)
    return float(2.0 * total / mean_left(decay) ** 2)


def permanent(half_life: float, components: Components) -> float:
    r"""Lea-Catcheside factor of a source that decays away in place.

    .. math:: G = \frac{\lambda}{\lambda + \mu}, \quad B = D \left(1 + \frac{R_0}{(\mu + \lambda) r}\right)

    Parameters
    ----------
    half_life : float
        T_s, above zero. [h]
    components : tuple of (float, float)
        Share and half-time of each rate of repair. [h]

    Returns
    -------
    float

    Notes
    -----
    The limit of `decaying` for an endless time. D is the dose until the source is gone.

    References
    ----------
    [DALE1985] permanent implants; the limit by hand.

    Examples
    --------
    >>> round(bed(145.0, permanent(59.4 * 24, ((1.0, 1.5),)), 3.0), 2)
    152.37
    """
    decay = rate(half_life)
    return sum(share * decay / (decay + rate(half_time)) for share, half_time in components)


def initial_rate(total: float, duration: float, half_life: float) -> float:
    r"""Dose rate at the start.

    .. math:: R_0 = \frac{D \lambda}{1 - e^{-\lambda T}}

    Parameters
    ----------
    total : float
        D. [Gy]
    duration : float
        T, above zero; infinite for a permanent implant. [h]
    half_life : float
        T_s, above zero; infinite for a constant rate. [h]

    Returns
    -------
    float
        [Gy/h]

    References
    ----------
    [DALE1985]; by hand, from the integral of the rate.

    Examples
    --------
    >>> round(initial_rate(145.0, math.inf, 59.4 * 24), 4), initial_rate(30.0, 60.0, math.inf)
    (0.0705, 0.5)
    """
    if math.isinf(half_life):
        return total / duration
    decay = rate(half_life)
    return total * decay / -math.expm1(-decay * duration)


def _divided_difference(first: float, second: float) -> float:
    """Return (phi(second) - phi(first)) / (second - first) to about the last digits, wherever the two are."""
    if max(first, second) < _SERIES_BELOW:
        return _by_series(first, second)
    apart = second - first
    if first < _STEADY_FROM:  # then `second` is 1 or more, and phi differs enough to subtract
        return (mean_left(second) - mean_left(first)) / apart
    gone = math.exp(-first)
    # (exp(-first) - exp(-second)) / apart: the mean of the exponential between them, also where they meet
    between = gone * mean_left(apart) if abs(apart) < 1.0 else (gone - math.exp(-second)) / apart
    return (first * between - (1.0 - gone)) / (first * second)


def _by_series(first: float, second: float) -> float:
    # phi(x) is the sum of (-x)^k / (k + 1)!; x^k has the divided difference sum of first^i second^(k - 1 - i).
    total = 0.0
    for k in range(1, _SERIES_TERMS):
        powers = sum(first**i * second ** (k - 1 - i) for i in range(k))
        total += (-1.0) ** k / math.factorial(k + 1) * powers
    return total
