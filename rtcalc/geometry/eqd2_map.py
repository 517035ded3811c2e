"""EQD2 or BED of a whole dose grid, voxel by voxel, at the speed of memory."""

from __future__ import annotations

from typing import Literal

import numpy as np

from rtcalc.errors import DomainError
from rtcalc.geometry.kernels import Loops, chosen
from rtcalc.geometry.values import Floats
from rtcalc.models import lq

Effect = Literal["EQD2", "BED"]
BLOCK = 131_072
"""Voxels worked on at once: their intermediate results stay in the cache of the processor."""


def eqd2_map(
    dose: Floats,
    fractions: int,
    ratio: float,
    out: Floats | None = None,
    effect: Effect = "EQD2",
    *,
    fast: Loops | bool = True,
) -> Floats:
    """Convert the dose of one course of equal fractions, each voxel at its own dose per fraction.

    Parameters
    ----------
    dose : array of float32 or float64
        Physical dose, not negative. [Gy]
    fractions : int
        Number of equal fractions, 1 or more.
    ratio : float
        alpha/beta, above zero. [Gy]
    out : array, optional
        Of the shape and type of `dose`, in one piece; may not be `dose` itself. Void after an error. [Gy]
    effect : {"EQD2", "BED"}
        What it is converted to.
    fast : bool
        Use the compiled loop where numba is installed. The numbers are the same with and without.

    Returns
    -------
    array
        EQD2 or BED of the type of `dose`. [Gy]

    Raises
    ------
    DomainError
        Another type of number, no fractions, alpha/beta not above zero, negative or undefined doses, an unfit `out`.

    Notes
    -----
    Interpolate the physical dose and convert afterwards; the other order is not the same. A dose that is an EQD2
    already, or the sum of courses with different fractions, must not come here.

    References
    ----------
    [bentzen2012] EQD2.

    Examples
    --------
    >>> eqd2_map(np.array([0.0, 10.0, 45.0]), 5, 3.0).round(9).tolist()
    [0.0, 10.0, 108.0]
    >>> eqd2_map(np.array([45.0]), 5, 3.0, effect="BED").round(9).tolist()
    [180.0]
    """
    if dose.dtype not in (np.float32, np.float64):
        raise DomainError(f"a dose map of {dose.dtype} is not converted; expected float32 or float64 in Gy")
    if isinstance(fractions, bool) or not isinstance(fractions, int) or fractions < 1 or not 0.0 < ratio < np.inf:
        raise DomainError(f"{fractions!r} fractions at alpha/beta {ratio!r} Gy; expected 1 or more, and above 0 Gy")
    target = np.empty(dose.shape, dose.dtype) if out is None else out
    if target.shape != dose.shape or target.dtype != dose.dtype or not target.flags.c_contiguous:
        raise DomainError(f"the result does not fit: expected {dose.dtype} of shape {dose.shape} in one piece")
    source, flat = np.ascontiguousarray(dose).reshape(-1), target.reshape(-1)
    if np.shares_memory(source, flat):
        raise DomainError("the result may not overwrite the dose; give another array")
    _fill(source, flat, fractions, ratio, effect, chosen(fast))
    return target


def _fill(source: Floats, flat: Floats, fractions: int, ratio: float, effect: Effect, loops: Loops | None) -> None:
    """Write the conversion, block by block: BED = D + D^2 / (n r), and EQD2 is in proportion to BED."""
    kind = flat.dtype.type
    of_bed = 1.0 if effect == "BED" else lq.eqdx(1.0, 2.0, ratio)
    linear, square = (kind(part * of_bed) for part in (1.0, 1.0 / (fractions * ratio)))
    for begin in range(0, flat.size, BLOCK):
        part, into = source[begin : begin + BLOCK], flat[begin : begin + BLOCK]
        if loops:
            wrong = loops.convert(part, square, linear, into)
        else:
            wrong = not (part.min() >= 0.0 and part.max() < np.inf)
            np.multiply(part, square, out=into)
            into += linear
            into *= part
        if wrong:
            raise DomainError("the dose map has negative, infinite or undefined voxels; expected physical dose in Gy")
