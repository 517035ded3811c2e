"""The generalised equivalent uniform dose: one dose that stands for a whole dose-volume curve.

Symbols
-------
D_i : dose of part i of the organ [Gy]
v_i : its share of the volume; the shares add up to 1
a : volume parameter; 1 is the mean dose, a large a looks at the hottest parts, a negative a at the coldest
n = 1 / a : the volume parameter of the Lyman-Kutcher-Burman model

Plain arrays only: the callers check units, signs and bases. Inputs are never written to.

Scope: a weighted power mean and nothing else. Which dose goes in (physical, EQD2 at which alpha/beta) is part of a
published parameter set, not of this formula.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.floating[Any]]


def geud(dose: Values, volume: Values, a: float) -> float:
    r"""Generalised equivalent uniform dose.

    .. math:: \mathrm{gEUD} = \left(\sum_i v_i D_i^{\,a}\right)^{1/a}

    Parameters
    ----------
    dose : numpy.ndarray
        Dose D_i of each part, not negative. [Gy]
    volume : numpy.ndarray
        Volume of each part, not negative, one of them above zero; any unit, only the shares count. [any unit]
    a : float
        Volume parameter, any finite number; 0 is the geometric mean, the limit from both sides.

    Returns
    -------
    float
        Between the smallest and the largest dose of a part with a volume. [Gy]

    Notes
    -----
    Doses are first divided by the largest one (by the smallest for a < 0), so that no power can overflow: 50 Gy to
    the power 200 is not a float. Near a = 0 the sum is written with expm1 and log1p, because (1 + tiny)^(1/a) loses
    all its digits. A part without dose makes the result 0 for a <= 0: a target that is missed in one place is not
    controlled by dose elsewhere. Parts without volume do not count.

    References
    ----------
    [NIEMIERKO1999] the power mean; [GAY_NIEMIERKO] its use with NTCP and TCP.

    Examples
    --------
    Half of an organ at 40 Gy, half without dose, with the lung's n = 0.87 of Burman 1991:

    >>> half = np.array([0.5, 0.5])
    >>> round(geud(np.array([40.0, 0.0]), half, 1 / 0.87), 4)
    21.8859
    """
    inside = volume > 0
    doses, shares = dose[inside], volume[inside] / volume[inside].sum()
    reference = float(doses.max() if a > 0 else doses.min())
    if reference == 0.0:
        return 0.0
    with np.errstate(divide="ignore"):  # the logarithm of a part without dose is -inf, its power 0
        logs = np.log(doses / reference)
    if a == 0:
        return reference * float(np.exp(shares @ logs))
    loss = float(shares @ np.expm1(a * logs))  # from -1 to 0: the reference is the largest power
    mean = np.log1p(loss) if loss > -0.5 else np.log(shares @ np.exp(a * logs))
    return reference * float(np.exp(mean / a))
