"""Large doses per fraction: the linear-quadratic-linear model and the universal survival curve.

Symbols
-------
D : total physical dose [Gy]
n : number of equal fractions
d = D / n : dose per fraction [Gy]
r : alpha/beta [Gy]
d_T : dose per fraction at which the curve becomes straight [Gy]
g = gamma / alpha : slope of the straight part, relative to the initial slope
a = alpha D_0 : initial over final slope of the survival curve, between 0 and 1
D_q : dose at which the straight part, extended backwards, meets full survival [Gy]

Plain numbers only, as in `lq`. Up to d_T both models are the linear-quadratic one to the last bit; above it they give
less. Where d_T lies is a property of a tissue and of a fit, and hardly any tissue has a published one.
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np

from rtcalc.models import lq
from rtcalc.models.lq import Gray


def lql_slope(threshold: float, ratio: float) -> float:
    r"""Slope of the straight part that continues the parabola without a kink.

    .. math:: \frac{\gamma}{\alpha} = 1 + \frac{2 d_T}{r}

    Parameters
    ----------
    threshold : float
        d_T, above zero. [Gy]
    ratio : float
        alpha/beta, above zero. [Gy]

    Returns
    -------
    float
        gamma/alpha.

    Notes
    -----
    The derivative of d + d^2 / r at d_T.

    References
    ----------
    [ASTRAHAN2008] the model; the formula from memory, the derivative by hand.

    Examples
    --------
    >>> lql_slope(6.0, 3.0)
    5.0
    """
    return 1.0 + 2.0 * threshold / ratio


def lql_bed(total: Gray, fractions: int, ratio: float, threshold: float, slope: float) -> Gray:
    r"""Biologically effective dose that grows linearly above a dose per fraction.

    .. math:: B = n \left[ d_T \left(1 + \frac{d_T}{r}\right) + \frac{\gamma}{\alpha} (d - d_T) \right],
              \quad d > d_T

    Parameters
    ----------
    total : float or numpy.ndarray
        Total physical dose D. [Gy]
    fractions : int
        Number of equal fractions n, 1 or more.
    ratio : float
        alpha/beta, above zero. [Gy]
    threshold : float
        d_T, above zero; infinite gives the linear-quadratic model. [Gy]
    slope : float
        gamma/alpha, 1 or more; `lql_slope` gives the one without a kink.

    Returns
    -------
    float or numpy.ndarray
        [Gy]

    Notes
    -----
    Every voxel is on its own side of the threshold. B is continuous in d; its slope too with `lql_slope`.

    References
    ----------
    [ASTRAHAN2008] the model; the worked tables of the paper could not be read.

    Examples
    --------
    >>> lql_bed(45.0, 5, 3.0, 6.0, lql_slope(6.0, 3.0)), lql_bed(25.0, 5, 3.0, 6.0, 5.0)
    (165.0, 66.66666666666667)
    """
    below = _at_most(total, fractions * threshold)
    return lq.bed(below, fractions, ratio) + slope * (total - below)


def usc_threshold(ratio: float, initial: float) -> float:
    r"""Dose per fraction at which the universal survival curve becomes straight.

    .. math:: d_T = \frac{2 D_q}{1 - \alpha D_0} = \frac{r (1 - a)}{2 a}

    Parameters
    ----------
    ratio : float
        alpha/beta r, above zero. [Gy]
    initial : float
        a = alpha D_0, above 0 and below 1.

    Returns
    -------
    float
        [Gy]

    Notes
    -----
    The straight line is a tangent of the parabola. That leaves two of r, a and D_q free; here D_q follows.

    References
    ----------
    [PARK2008] the curve and its transition dose; the second form by hand, from equal slopes.

    Examples
    --------
    >>> round(usc_threshold(8.6, 0.33 * 1.25), 4)
    6.1242
    """
    return ratio * (1.0 - initial) / (2.0 * initial)


def usc_shoulder(ratio: float, initial: float) -> float:
    r"""Quasi-threshold dose of the universal survival curve.

    .. math:: D_q = \frac{r (1 - a)^2}{4 a}

    Parameters
    ----------
    ratio, initial
        As in `usc_threshold`.

    Returns
    -------
    float
        D_q. [Gy]

    References
    ----------
    [PARK2008] solved for D_q.

    Examples
    --------
    >>> round(usc_shoulder(8.6, 0.33 * 1.25), 4)
    1.799
    """
    return usc_threshold(ratio, initial) * (1.0 - initial) / 2.0


def usc_bed(total: Gray, fractions: int, ratio: float, initial: float) -> Gray:
    r"""Biologically effective dose on the universal survival curve.

    .. math:: B = \frac{D - n D_q}{\alpha D_0}, \quad d > d_T

    Parameters
    ----------
    total : float or numpy.ndarray
        Total physical dose D. [Gy]
    fractions : int
        Number of equal fractions n, 1 or more.
    ratio : float
        alpha/beta, above zero. [Gy]
    initial : float
        a = alpha D_0, above 0 and below 1.

    Returns
    -------
    float or numpy.ndarray
        [Gy]

    Notes
    -----
    Up to `usc_threshold` the linear-quadratic model. The same curve as `lql_bed` with the slope 1 / a.

    References
    ----------
    [PARK2008] the curve.

    Examples
    --------
    >>> round(usc_bed(60.0, 3, 8.6, 0.33 * 1.25), 2), usc_bed(10.0, 2, 8.6, 0.33 * 1.25) == lq.bed(10.0, 2, 8.6)
    (132.37, True)
    """
    straight = (total - fractions * usc_shoulder(ratio, initial)) / initial
    curved = lq.bed(total, fractions, ratio)
    above = total > fractions * usc_threshold(ratio, initial)
    if isinstance(total, np.ndarray):
        return cast(Gray, np.where(cast(Any, above), straight, curved))
    return straight if above else curved


def _at_most(total: Gray, bound: float) -> Gray:
    # min() of a float, because numpy would return a numpy scalar.
    if isinstance(total, np.ndarray):
        return cast(Gray, np.minimum(total, bound))
    return min(total, bound)
