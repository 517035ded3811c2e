"""Dose and complication probability: probit, logistic and relative seriality.

Symbols
-------
P : probability, 0 to 1
E : equivalent uniform dose or another single dose of an organ [Gy]
TD50, D50 : dose at which P is one half [Gy]
m : relative spread of the probit curve
g : gamma50, rise of P per relative dose at D50; P gains about g / 100 for one per cent more dose
D_i, v_i : dose of part i of the organ [Gy], its share of the volume
s : relative seriality; near 1 every part is essential, near 0 the parts stand in for each other

Plain numbers only: the callers check units, signs and bases. Everything is computed on logarithms or with functions
that keep small probabilities: far below TD50 the result is a tiny number and never 1.

Scope: one complication, one dose quantity. Chemotherapy, surgery and time are in these curves only where a parameter
set says so.
"""

from __future__ import annotations

import math

import numpy as np

from rtcalc.models.geud import Values


def lkb(uniform: float, td50: float, m: float) -> float:
    r"""Lyman-Kutcher-Burman complication probability.

    .. math:: P = \Phi\!\left(\frac{E - \mathrm{TD50}}{m\,\mathrm{TD50}}\right)

    Parameters
    ----------
    uniform : float
        E, the gEUD of the organ with a = 1/n. [Gy]
    td50 : float
        TD50 of the whole organ, above zero. [Gy]
    m : float
        Above zero.

    Returns
    -------
    float
        0 to 1.

    Notes
    -----
    Phi is the normal distribution. At zero dose P is Phi(-1/m) and not zero: 1e-8 at m = 0.18, but 0.7 % at m = 0.41.
    Two of three published points lie within one m of TD50; further out the curve is an assumption.

    References
    ----------
    [LYMAN1985] the curve; [KUTCHER1989] the reduction of a dose-volume curve; [BURMAN1991] parameters.

    Examples
    --------
    >>> round(lkb(20.09, 24.5, 0.18), 5), lkb(24.5, 24.5, 0.18)
    (0.15866, 0.5)
    """
    return _normal((uniform - td50) / (m * td50))


def log_logistic(uniform: float, td50: float, gamma50: float) -> float:
    r"""Logistic curve in the logarithm of dose, as Niemierko uses it on the gEUD.

    .. math:: P = \frac{1}{1 + (\mathrm{TD50} / E)^{4 g}}

    Parameters
    ----------
    uniform : float
        E, a gEUD or the dose of an evenly irradiated organ, not negative. [Gy]
    td50 : float
        Above zero. [Gy]
    gamma50 : float
        Slope g, above zero.

    Returns
    -------
    float
        0 to 1; exactly 0 without dose.

    Notes
    -----
    The exponent is 4 g: with g alone a published gamma50 of 3 becomes a curve four times too flat.

    References
    ----------
    [GAY_NIEMIERKO] the formula. [SCHULTHEISS2008] the same curve for the cord, with 4 g called k.

    Examples
    --------
    Half of a brain at 60 Gy and half without dose has a gEUD of 52.233 Gy with a = 5:

    >>> round(log_logistic(52.233, 60.0, 3.0), 4)
    0.1593
    """
    if uniform == 0.0:
        return 0.0
    return logit(4.0 * gamma50 * math.log(uniform / td50))


def logistic(dose: float, d50: float, gamma50: float) -> float:
    r"""Logistic curve in dose itself.

    .. math:: P = \frac{1}{1 + \exp\left(4 g (1 - D / D_{50})\right)}

    Parameters
    ----------
    dose : float
        D, such as a mean dose, not negative. [Gy]
    d50 : float
        Above zero. [Gy]
    gamma50 : float
        Slope g, above zero.

    Returns
    -------
    float
        0 to 1; at zero dose 1 / (1 + exp(4 g)).

    References
    ----------
    [APPELT2014] for the mean lung dose.

    Examples
    --------
    >>> round(logistic(20.0, 34.4, 1.19), 2)
    0.12
    """
    return logit(4.0 * gamma50 * (dose / d50 - 1.0))


def logit(x: float) -> float:
    r"""Probability of a linear predictor; an odds ratio r adds ln(r) to it.

    .. math:: P = \frac{1}{1 + e^{-x}}

    Parameters
    ----------
    x : float
        Logarithm of the odds.

    Returns
    -------
    float
        0 to 1.

    Notes
    -----
    Written for each sign apart, so that neither end overflows.

    References
    ----------
    [HUANG2012ESO] x = -3.13 + 0.0688 MED + 1.50 (concurrent chemotherapy), MED the mean oesophageal dose in Gy.

    Examples
    --------
    >>> round(logit(-3.13 + 0.0688 * 30), 4), round(logit(-3.13 + 0.0688 * 30 + 1.5), 4)
    (0.2562, 0.6068)
    """
    if x >= 0.0:
        return 1.0 / (1.0 + math.exp(-x))
    odds = math.exp(x)
    return odds / (1.0 + odds)


def relative_seriality(dose: Values, volume: Values, d50: float, gamma: float, s: float) -> float:
    r"""Relative seriality complication probability.

    .. math::
        P = \left[1 - \prod_i \left(1 - p(D_i)^s\right)^{v_i}\right]^{1/s}, \quad
        p(D) = 2^{-\exp\left(e \gamma (1 - D / D_{50})\right)}

    Parameters
    ----------
    dose, volume : numpy.ndarray
        Dose of each part, not negative, and its volume, one of them above zero. [Gy], [any unit]
    d50 : float
        Dose of the whole organ for one half, above zero. [Gy]
    gamma : float
        Largest rise of p per relative dose, above zero.
    s : float
        Relative seriality, above zero.

    Returns
    -------
    float
        0 to 1.

    Notes
    -----
    At uniform dose P = p for every s. Both powers are taken on logarithms; a part whose p^s is below the smallest
    float, 1e-308, counts as spared.

    References
    ----------
    [KALLMAN1992] the model.

    Examples
    --------
    A whole organ at D50, and one half of it, serial (s = 1) and nearly parallel (s = 0.01):

    >>> one, half = np.array([50.0]), np.array([50.0, 0.0])
    >>> relative_seriality(one, np.ones(1), 50.0, 2.0, 1.0)
    0.5
    >>> [round(relative_seriality(half, np.ones(2), 50.0, 2.0, s), 5) for s in (1.0, 0.01)]
    [0.29289, 0.00045]
    """
    share = volume / volume.sum()
    with np.errstate(over="ignore", under="ignore", divide="ignore"):
        log_p = -math.log(2.0) * np.exp(math.e * gamma * (1.0 - dose / d50))
        spared = np.where(share > 0, share * _log_of_rest(s * log_p), 0.0).sum()
        return math.exp(float(_log_of_rest(spared)) / s)


def _log_of_rest(x: Values | np.floating) -> Values:
    """Return log(1 - e^x) for x <= 0, without losing the digits of either end."""
    x = np.asarray(x, dtype=float)
    return np.where(x > -math.log(2.0), np.log(-np.expm1(x)), np.log1p(-np.exp(np.minimum(x, -0.5))))


def _normal(t: float) -> float:
    # erfc keeps the digits of the lower tail, where most complication probabilities are.
    return 0.5 * math.erfc(-t / math.sqrt(2.0))
