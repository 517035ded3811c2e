"""Protons and heavier ions: a constant weighting, and an effectiveness that falls with the dose per fraction.

Symbols
-------
D : total physical dose of the particles [Gy]
n : number of equal fractions
d = D / n : dose per fraction [Gy]
r : alpha/beta of the tissue for photons [Gy]
RBE_max : relative biological effectiveness as d goes to zero, alpha of the particles over alpha of photons
RBE_min : the same as d grows without limit, square root of beta of the particles over beta of photons

The result is a BED of photons: it may be compared with BEDs of photons at the same r, with the particles named.
"""

from __future__ import annotations

import math

from rtcalc.models.lq import Gray


def bed(total: Gray, fractions: int, ratio: float, rbe_max: float, rbe_min: float) -> Gray:
    r"""Biologically effective dose of particles.

    .. math:: B = D \left(\mathrm{RBE_{max}} + \mathrm{RBE_{min}}^2 \, \frac{d}{r}\right)

    Parameters
    ----------
    total : float or numpy.ndarray
        Physical dose D, not yet weighted. [Gy]
    fractions : int
        Number of equal fractions n, 1 or more.
    ratio : float
        alpha/beta for photons, above zero. [Gy]
    rbe_max, rbe_min : float
        Above zero. Both equal to one number: constant weighting, the BED of RBE D in the same fractions.

    Returns
    -------
    float or numpy.ndarray
        [Gy]

    Notes
    -----
    One pair of values stands for one beam quality; it changes along the depth of a beam. A dose that is printed in
    Gy(RBE) is weighted already and must not be weighted again.

    References
    ----------
    [CARABE2007] RBE_min beside RBE_max in the linear-quadratic model.

    Examples
    --------
    >>> round(bed(60.0, 30, 3.0, 1.1, 1.1), 3), round(bed(36.0, 12, 3.0, 3.0, 1.2), 2)
    (114.4, 159.84)
    """
    return total * (rbe_max + total * (rbe_min * rbe_min / (fractions * ratio)))


def rbe(per_fraction: float, ratio: float, rbe_max: float, rbe_min: float) -> float:
    r"""Relative biological effectiveness at one dose per fraction.

    .. math:: \mathrm{RBE} = \frac{2 (r \, \mathrm{RBE_{max}} + \mathrm{RBE_{min}}^2 d)}
              {r + \sqrt{r^2 + 4 d (r \, \mathrm{RBE_{max}} + \mathrm{RBE_{min}}^2 d)}}

    Parameters
    ----------
    per_fraction : float
        Physical dose of one fraction d of particles, zero or more. [Gy]
    ratio : float
        alpha/beta for photons, above zero. [Gy]
    rbe_max, rbe_min : float
        Above zero.

    Returns
    -------
    float
        The photon dose per fraction of the same effect, over d.

    Notes
    -----
    The positive root of q + q^2 / r = RBE_max d + RBE_min^2 d^2 / r over d, written so that nothing cancels.

    References
    ----------
    [CARABE2007] solved for the photon dose.

    Examples
    --------
    >>> round(rbe(2.0, 3.0, 1.1, 1.1), 12), round(rbe(3.0, 3.0, 3.0, 1.2), 4)
    (1.1, 1.6656)
    """
    linear = ratio * rbe_max + rbe_min * rbe_min * per_fraction
    return 2.0 * linear / (ratio + math.sqrt(ratio * ratio + 4.0 * per_fraction * linear))
