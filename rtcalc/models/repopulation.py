"""Repopulation: what a tumour regains while the treatment lasts.

Symbols
-------
B : biologically effective dose without a time factor [Gy]
T : overall time, day of the last fraction minus day of the first, in days of the calendar [d]
T_k : kick-off time, the overall time before which nothing is regained [d]
K : biologically effective dose regained per day after it [Gy/d]
alpha : radiosensitivity [1/Gy]
T_d : doubling time of the clonogens after T_k (also written T_pot where it is the potential one) [d]
r : alpha/beta [Gy]

K is subtracted from a BED and is therefore a BED. Many papers print it as EQD2, in fractions of 2 Gy.
"""

from __future__ import annotations

import math


def loss(per_day: float, kickoff: float, overall: float) -> float:
    r"""Biologically effective dose that is regained.

    .. math:: K \max(0, T - T_k)

    Parameters
    ----------
    per_day : float
        K, as BED. [Gy/d]
    kickoff : float
        T_k, zero or more. [d]
    overall : float
        T, zero or more, weekends and gaps included. [d]

    Returns
    -------
    float
        To be subtracted from the BED. [Gy]

    Notes
    -----
    Not monotone in the number of fractions: 2.4 Gy of one more fraction of 2 Gy may come after 2.7 Gy of a weekend.
    For treatment in few large fractions no time factor is established.

    References
    ----------
    [DALE2002] the correction for gaps; [fowler1989] the time factor.

    Examples
    --------
    >>> round(loss(0.9, 28, 53) - loss(0.9, 28, 46), 6), loss(0.9, 28, 11)
    (6.3, 0.0)
    """
    return per_day * max(0.0, overall - kickoff)


def from_doubling(alpha: float, doubling: float) -> float:
    r"""Daily loss of a tumour whose clonogens double in a known time.

    .. math:: K = \frac{\ln 2}{\alpha T_d}

    Parameters
    ----------
    alpha : float
        Radiosensitivity, above zero. [1/Gy]
    doubling : float
        T_d, above zero. [d]

    Returns
    -------
    float
        K, as BED. [Gy/d]

    Notes
    -----
    alpha belongs in it, not alpha/beta: with alpha/beta the number still comes out in Gy and is wrong.

    References
    ----------
    [fowler1989] the time factor.

    Examples
    --------
    >>> round(5 * from_doubling(0.35, 3.0), 1)
    3.3
    """
    return math.log(2.0) / (alpha * doubling)


def from_eqd2(per_day: float, ratio: float) -> float:
    r"""Daily loss as BED of one that is printed as EQD2.

    .. math:: K_{\mathrm{BED}} = K_{\mathrm{EQD2}} \left(1 + \frac{2}{r}\right)

    Parameters
    ----------
    per_day : float
        K in fractions of 2 Gy. [Gy/d]
    ratio : float
        alpha/beta, above zero. [Gy]

    Returns
    -------
    float
        [Gy/d]

    References
    ----------
    [bentzen2012] EQD2.

    Examples
    --------
    >>> round(from_eqd2(0.69, 10.0), 3)
    0.828
    """
    return per_day * (1.0 + 2.0 / ratio)
