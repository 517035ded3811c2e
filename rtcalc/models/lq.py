"""The linear-quadratic model: biologically effective dose, its equivalents, and the way back.

Symbols
-------
D : total physical dose [Gy]
n : number of equal fractions
d = D / n : dose per fraction [Gy]
r : alpha/beta, the fractionation sensitivity of the tissue [Gy]
B : biologically effective dose [Gy]

Plain numbers only: the callers check units, signs and bases. `D` and `B` may be floats or arrays; `n` and `r`
are scalars and become Python floats here, because a numpy scalar would widen a float32 grid to float64 (NEP
50). No input is ever written to.

Scope: equal, well separated fractions with full repair between them; no time factor, no incomplete repair, no
departure from the quadratic term at large d. Those are other models.
"""

from __future__ import annotations

import math
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

_Grid = npt.NDArray[np.floating[Any]]
Gray = TypeVar("Gray", float, _Grid, float | _Grid)


def bed(total: Gray, fractions: int, ratio: float) -> Gray:
    r"""Biologically effective dose of equal fractions.

    .. math:: B = D \left(1 + \frac{d}{r}\right) = D \left(1 + \frac{D}{n r}\right)

    Parameters
    ----------
    total : float or numpy.ndarray
        Total physical dose D, one value or one per voxel, not negative. [Gy]
    fractions : int
        Number of equal fractions n, 1 or more.
    ratio : float
        alpha/beta of the tissue, above zero. [Gy]

    Returns
    -------
    float or numpy.ndarray
        float32 stays float32, integers become float64. [Gy]

    Notes
    -----
    Every voxel is converted at its own dose per fraction D/n. One new array of the size of the result is made
    and worked on in place: on a large grid memory traffic is the whole cost. A float takes the same three
    steps, so a voxel of a float64 grid and a single value agree to the last bit.

    References
    ----------
    [fowler1989] the formula and the name BED.
    [bentzen2012] terminology and notation.

    Examples
    --------
    >>> bed(45.0, 5, 10.0), bed(40.0, 4, 10.0)
    (85.5, 80.0)
    """
    result = total * (1.0 / (float(fractions) * float(ratio)))
    result += 1.0
    result *= total
    return result


def eqdx(effect: Gray, reference: float, ratio: float) -> Gray:
    r"""Total dose in fractions of a reference size that has the same effect.

    .. math:: \mathrm{EQD}_x = \frac{B}{1 + x / r}

    Parameters
    ----------
    effect : float or numpy.ndarray
        Biologically effective dose B. [Gy]
    reference : float
        Dose per fraction x of the equivalent schedule, above zero; 2 for EQD2. [Gy]
    ratio : float
        alpha/beta of the tissue, above zero. [Gy]

    Returns
    -------
    float or numpy.ndarray
        Physical dose of the equivalent schedule. [Gy]

    Notes
    -----
    The equivalent schedule need not have a whole number of fractions.

    References
    ----------
    [bentzen2012] EQD2 and its generalisation to another dose per fraction.

    Examples
    --------
    >>> eqdx(85.5, 2.0, 10.0)
    71.25
    """
    return effect / (1.0 + float(reference) / float(ratio))


def break_even(sum_of_squares: float, total: float, effect: float) -> float:
    r"""alpha/beta at which a schedule has a given biologically effective dose.

    .. math:: r = \frac{\sum_i D_i d_i}{B - \sum_i D_i}

    Parameters
    ----------
    sum_of_squares : float
        Sum over the phases of D_i d_i, above zero. [Gy^2]
    total : float
        Sum of the physical doses D_i, below `effect`. [Gy]
    effect : float
        Biologically effective dose B to reach. [Gy]

    Returns
    -------
    float
        The schedule reaches B at this alpha/beta and below it, and not above. [Gy]

    Notes
    -----
    B = D + sum(D_i d_i) / r solved for r. No solution where D is B or more: then every alpha/beta reaches B.

    References
    ----------
    [fowler1989] rearranged.

    Examples
    --------
    >>> round(break_even(45.0 * 9.0, 45.0, 100.0), 6)
    7.363636
    """
    return sum_of_squares / (effect - total)


def total_for(effect: float, fractions: int, ratio: float) -> float:
    r"""Total dose in a given number of fractions for a biologically effective dose.

    .. math:: D = \frac{2 B}{1 + \sqrt{1 + 4 B / (n r)}}

    Parameters
    ----------
    effect : float
        Biologically effective dose B, not negative. [Gy]
    fractions : int
        Number of equal fractions n.
    ratio : float
        alpha/beta, above zero. [Gy]

    Returns
    -------
    float
        Total physical dose D; divided by n it is the dose per fraction. [Gy]

    Notes
    -----
    The positive root of D^2 / (n r) + D - B = 0, written so that no two close numbers are subtracted: the
    textbook form loses all its digits at a large n r.

    References
    ----------
    [fowler1989] solved for the dose.

    Examples
    --------
    >>> total_for(100.0, 5, 10.0)
    50.0
    """
    return 2.0 * effect / (1.0 + math.sqrt(1.0 + 4.0 * effect / (float(fractions) * float(ratio))))


def fractions_for(effect: float, per_fraction: float, ratio: float) -> float:
    r"""Fractions of a given size that are needed for a biologically effective dose.

    .. math:: n = \frac{B}{d (1 + d / r)}

    Parameters
    ----------
    effect : float
        Biologically effective dose B, not negative. [Gy]
    per_fraction : float
        Dose per fraction d, above zero. [Gy]
    ratio : float
        alpha/beta, above zero. [Gy]

    Returns
    -------
    float
        A real number; the smallest whole number that is not below it reaches B.

    References
    ----------
    [fowler1989] solved for the number of fractions.

    Examples
    --------
    >>> fractions_for(100.0, 10.0, 10.0)
    5.0
    """
    return effect / (per_fraction * (1.0 + per_fraction / float(ratio)))
