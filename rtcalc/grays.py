"""Numbers and arrays that are about to become a dose: which are taken, and how they are kept unchanged."""

from __future__ import annotations

import math
import numbers
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from rtcalc.errors import DomainError, UnitsError

if TYPE_CHECKING:
    from rtcalc.units import Gray

SHOWN_INDICES = 5
"""How many offending voxels a message names."""


def checked(gray: object, name: str) -> Gray:
    """Return a number as a Python float, or an array as a read-only view, after a look at every value.

    Parameters
    ----------
    gray : float, int or numpy.ndarray
        Finite and not negative. [Gy]
    name : str
        The field, for the message.

    Returns
    -------
    float or numpy.ndarray
        float32 and float64 arrays are not copied, other real types become float64. [Gy]

    Raises
    ------
    UnitsError
        Not a plain number and not an array of them.
    DomainError
        Negative, infinite or NaN; an array names the first indices.

    Examples
    --------
    >>> checked(45, "dose")
    45.0
    """
    if isinstance(gray, np.ndarray) and gray.ndim:
        return _checked_array(gray, name)
    number = gray.item() if isinstance(gray, (np.ndarray, np.generic)) else gray
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        raise UnitsError(f"{name}: {gray!r} ({type(gray).__name__}) is not a number of Gy or a numpy array of them")
    return _checked_number(float(number), name)


def computed(gray: Gray, name: str) -> Gray:
    """Return what a model computed from checked doses: a float is checked, an array only made read-only.

    Parameters
    ----------
    gray : float or numpy.ndarray
        [Gy]
    name : str
        What it is, for the message.

    Returns
    -------
    float or numpy.ndarray
        [Gy]

    Raises
    ------
    DomainError
        A float that is negative, infinite or NaN.

    Examples
    --------
    >>> computed(85.5, "BED")
    85.5
    >>> computed(float("nan"), "BED")
    Traceback (most recent call last):
    ...
    rtcalc.errors.DomainError: BED: nan Gy is not a dose; a dose is a finite number, zero or more
    """
    if type(gray) is float and 0.0 <= gray < math.inf:  # first, because nearly every result is one
        return gray
    if isinstance(gray, np.ndarray) and gray.ndim:
        return read_only(gray)
    return _checked_number(float(gray), name)


def _checked_number(gray: float, name: str) -> float:
    if 0.0 <= gray < math.inf:  # NaN fails too
        return gray
    raise DomainError(f"{name}: {gray!r} Gy is not a dose; a dose is a finite number, zero or more")


def _checked_array(gray: npt.NDArray[Any], name: str) -> npt.NDArray[np.floating[Any]]:
    if isinstance(gray, np.ma.MaskedArray):
        raise UnitsError(f"{name}: a masked array would lose its mask; pass the unmasked voxels, .compressed()")
    if gray.dtype.kind not in "fiu":
        raise UnitsError(f"{name}: an array of {gray.dtype} is not an array of real numbers in Gy")
    if gray.size == 0:
        raise DomainError(f"{name}: an array without voxels is not a dose")
    kept = np.asarray(gray) if gray.dtype in (np.float32, np.float64) else gray.astype(np.float64)
    if not (kept.min() >= 0 and kept.max() < np.inf):
        wrong = np.argwhere(~((kept >= 0) & (kept < np.inf)))
        first = ", ".join(str(tuple(map(int, index))) for index in wrong[:SHOWN_INDICES])
        more = ", ..." if len(wrong) > SHOWN_INDICES else ""
        raise DomainError(f"{name}: {len(wrong)} of {kept.size} values are NaN, infinite or negative, at {first}{more}")
    return read_only(kept)


def read_only(array: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.floating[Any]]:
    """Return a view that cannot be written through; the caller's own array stays as it is.

    Parameters
    ----------
    array : numpy.ndarray
        [Gy]

    Returns
    -------
    numpy.ndarray
        The same memory. [Gy]

    Examples
    --------
    >>> read_only(np.array([45.0, 27.0])).flags.writeable
    False
    """
    view = array.view()
    view.flags.writeable = False
    return view


def factor(scale: object, what: object) -> float:
    """Return a plain, finite, non-negative number to scale a dose with.

    Parameters
    ----------
    scale : float or int
        A number without a unit.
    what : object
        What is scaled, for the message.

    Returns
    -------
    float
        A Python float: a numpy scalar would widen a float32 grid.

    Raises
    ------
    UnitsError
        Not a plain number.
    DomainError
        Negative, infinite or NaN.

    Examples
    --------
    >>> factor(1.25, "45 Gy / 5")
    1.25
    """
    if isinstance(scale, (bool, np.bool_)) or not isinstance(scale, numbers.Real):
        raise UnitsError(f"{what!r} can be scaled by a plain number only, not by {scale!r} ({type(scale).__name__})")
    number = float(scale)
    if not 0.0 <= number < math.inf:
        raise DomainError(f"{what!r} can be scaled by a finite number, zero or more, not by {scale!r}")
    return number
