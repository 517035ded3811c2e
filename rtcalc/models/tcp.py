"""Tumour control: the probability that no clonogenic cell survives.

Symbols
-------
N_i : clonogenic cells in part i of the target
B_i : biologically effective dose of part i at the alpha/beta of the tumour [Gy]
alpha : linear sensitivity [1/Gy]
sigma : standard deviation of alpha between patients [1/Gy]
S : expected number of surviving clonogenic cells

Plain numbers only: the callers check units, signs and bases. `B` is a BED, so the quadratic term and the fractionation
are already in it: alpha D (1 + d / (alpha/beta)) = alpha B.

Scope: independent cells, no hypoxia, no incomplete repair. Regrowth enters as a number of doublings only.
"""

from __future__ import annotations

import math

import numpy as np

from rtcalc.models.geud import Values

WIDTH = 10
"""Standard deviations of alpha on either side that are integrated over; beyond them lies less than 1e-22."""


def survivors(clonogens: Values, effect: Values, alpha: float, doublings: float = 0.0) -> float:
    r"""Expected number of clonogenic cells that survive.

    .. math:: S = 2^k \sum_i N_i e^{-\alpha B_i}

    Parameters
    ----------
    clonogens : numpy.ndarray
        N_i, not negative.
    effect : numpy.ndarray
        B_i, not negative. [Gy]
    alpha : float
        Not negative. [1/Gy]
    doublings : float
        k, doublings of the survivors during treatment: (T - Tk) / Td, zero or more.

    Returns
    -------
    float
        Zero or more.

    References
    ----------
    [WEBBNAHUM1993] the sum over the parts of the target.

    Examples
    --------
    35 fractions of 2 Gy at alpha/beta 10 Gy are a BED of 84 Gy:

    >>> round(survivors(np.array([3e8]), np.array([84.0]), 0.3), 5)
    0.00341
    """
    with np.errstate(under="ignore"):
        return float(clonogens @ np.exp(doublings * math.log(2.0) - alpha * effect))


def poisson(clonogens: Values, effect: Values, alpha: float, doublings: float = 0.0) -> float:
    r"""Probability that no clonogenic cell survives.

    .. math:: \mathrm{TCP} = e^{-S}

    Parameters
    ----------
    clonogens, effect, alpha, doublings
        As in `survivors`.

    Returns
    -------
    float
        0 to 1.

    Notes
    -----
    One cold spot decides: a part without dose keeps all its cells. With many survivors the result is 0.

    References
    ----------
    [WEBBNAHUM1993] the Poisson form.

    Examples
    --------
    >>> round(poisson(np.array([3e8]), np.array([84.0]), 0.3), 5)
    0.99659
    """
    return math.exp(-survivors(clonogens, effect, alpha, doublings))


def poisson_spread(clonogens: Values, effect: Values, alpha: float, sigma: float, doublings: float = 0.0) -> float:
    r"""Poisson tumour control, averaged over patients whose alpha differs.

    .. math::
        \overline{\mathrm{TCP}} = \frac{1}{\Phi(\alpha / \sigma)}
            \int_0^\infty \mathrm{TCP}(x)\, \varphi\!\left(\frac{x - \alpha}{\sigma}\right) \frac{dx}{\sigma}

    Parameters
    ----------
    clonogens, effect, doublings
        As in `survivors`.
    alpha : float
        Mean of the normal distribution before it is cut, above zero. [1/Gy]
    sigma : float
        Its standard deviation, above zero. [1/Gy]

    Returns
    -------
    float
        0 to 1.

    Notes
    -----
    A patient with a negative alpha does not exist: the distribution is cut at zero and scaled to one again. The mean
    over patients is flatter than any single patient's curve. Integrated numerically, adaptively, to 1e-12.

    References
    ----------
    [WEBBNAHUM1993] the spread of alpha.

    Examples
    --------
    The same schedule, alpha 0.3 with a spread of 0.03 /Gy:

    >>> round(poisson_spread(np.array([3e8]), np.array([84.0]), 0.3, 0.03), 4)
    0.9618
    """
    from scipy.integrate import quad
    from scipy.special import ndtr

    def weighed(z: float) -> float:
        return poisson(clonogens, effect, alpha + sigma * z, doublings) * math.exp(-0.5 * z * z)

    low = max(-alpha / sigma, -WIDTH)
    marks = [mark for mark in range(-WIDTH + 1, WIDTH) if mark > low]  # the step may be much narrower than sigma
    area = float(quad(weighed, low, WIDTH, points=marks, limit=500, epsabs=1e-13, epsrel=1e-12)[0])
    return min(1.0, area / (math.sqrt(2.0 * math.pi) * float(ndtr(alpha / sigma))))
