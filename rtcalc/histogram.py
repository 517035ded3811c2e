"""Plain arrays on the way to and from a dose-volume curve: what is taken, and how it is interpolated.

A histogram is n + 1 edges that do not fall and n volumes. Inside a bin the volume is even over the dose; two equal
edges hold their volume at exactly that dose.
"""

from __future__ import annotations

import numbers
from typing import Any, Literal, cast

import numpy as np
import numpy.typing as npt

from rtcalc import decimals
from rtcalc.errors import DomainError, UnitsError
from rtcalc.grays import SHOWN_INDICES

Values = npt.NDArray[np.floating[Any]]
VolumeUnit = Literal["cc", "%"]


def checked(values: Any, name: str, unit: str) -> Values:
    """Return a read-only copy of plain, finite numbers that are zero or more.

    Parameters
    ----------
    values : list, tuple or numpy.ndarray
        One-dimensional. [unit]
    name, unit : str
        The field and its unit, for the message.

    Returns
    -------
    numpy.ndarray
        float64; a copy, because the caller may go on writing to its own array. [unit]

    Raises
    ------
    UnitsError
        Not a list of plain numbers: text, truth values, a masked array, a table.
    DomainError
        Empty, or a value that is NaN, infinite or negative; the message has the first places.

    Examples
    --------
    >>> checked([1, 2.5], "volume_cc", "cc").tolist()
    [1.0, 2.5]
    """
    array = np.asarray(values)
    if isinstance(values, np.ma.MaskedArray) or array.ndim != 1 or (array.size and array.dtype.kind not in "fiu"):
        raise UnitsError(f"{name}: a plain list of numbers in {unit} is needed, not {_described(values)}")
    if array.size == 0:
        raise DomainError(f"{name}: an empty list is not a curve")
    kept = array.astype(np.float64)
    wrong = np.flatnonzero(~((kept >= 0) & (kept < np.inf)))
    if wrong.size:
        places = ", ".join(map(str, wrong[:SHOWN_INDICES].tolist()))
        raise DomainError(f"{name}: {wrong.size} of {kept.size} values are NaN, infinite or negative, at {places}")
    kept.flags.writeable = False
    return kept


def _described(values: Any) -> str:
    if isinstance(values, (list, tuple)) and not all(isinstance(value, numbers.Real) for value in values):
        return f"{values[:3]!r}"
    return type(values).__name__


def require_order(values: Values, name: str, *, rising: bool) -> None:
    """Refuse values that fall where they should rise, or rise where they should fall; equal neighbours are taken.

    Parameters
    ----------
    values : numpy.ndarray
    name : str
        The field, for the message.
    rising : bool
        Which of the two is asked.

    Raises
    ------
    DomainError
        With the first pair.

    Examples
    --------
    >>> require_order(np.array([0.0, 20.0, 10.0]), "dose_gray", rising=True)
    Traceback (most recent call last):
    ...
    rtcalc.errors.DomainError: dose_gray may not fall along the curve: 20 then 10 at place 2
    """
    steps = np.diff(values)
    broken = np.flatnonzero(steps < 0 if rising else steps > 0)
    if broken.size:
        place = int(broken[0])
        pair = " then ".join(decimals.plain(float(value)) for value in values[place : place + 2])
        word = "fall" if rising else "rise"
        raise DomainError(f"{name} may not {word} along the curve: {pair} at place {place + 1}")


def from_parts(organ: str, dose_gray: Any, volume_cc: Any) -> tuple[Values, Values]:
    """Return edges and volumes of parts at exactly known doses, in the order of dose. [Gy], [cc]

    Parameters
    ----------
    organ : str
        For the messages.
    dose_gray, volume_cc : array of numbers
        One dose and one volume for each part. [Gy], [cc]

    Returns
    -------
    (numpy.ndarray, numpy.ndarray)
        Edges and volumes. [Gy], [cc]

    Raises
    ------
    UnitsError, DomainError
        As in `checked`; doses and volumes of different number.

    Examples
    --------
    >>> edges, volumes = from_parts("Lungs", [40.0, 0.0], [1000.0, 2000.0])
    >>> edges.tolist(), volumes.tolist()
    ([0.0, 0.0, 40.0, 40.0], [2000.0, 0.0, 1000.0])
    """
    doses, volumes = checked(dose_gray, "dose_gray", "Gy"), checked(volume_cc, "volume_cc", "cc")
    if len(doses) != len(volumes):
        raise DomainError(f"{organ}: {len(doses)} doses and {len(volumes)} volumes do not belong together")
    order = np.argsort(doses, kind="stable")
    bins = np.zeros(2 * len(doses) - 1)  # between the parts there are bins without volume
    bins[::2] = volumes[order]
    return np.repeat(doses[order], 2), bins


def from_cumulative(
    organ: str, dose_gray: Any, volume: Any, unit: str, organ_volume_cc: float | None, max_gray: float | None
) -> tuple[Values, Values]:
    """Return edges and volumes of a cumulative curve. [Gy], [cc]

    Parameters
    ----------
    organ : str
        For the messages.
    dose_gray, volume, unit, organ_volume_cc, max_gray
        As in `Dvh.from_cumulative`.

    Returns
    -------
    (numpy.ndarray, numpy.ndarray)
        Edges and volumes. [Gy], [cc]

    Raises
    ------
    UnitsError, DomainError
        As in `Dvh.from_cumulative`.

    Examples
    --------
    >>> edges, volumes = from_cumulative("Liver", [0, 20, 40], [100, 50, 0], "%", 1500.0, None)
    >>> edges.tolist(), volumes.tolist()
    ([0.0, 20.0, 40.0], [750.0, 750.0])
    """
    doses, left = checked(dose_gray, "dose_gray", "Gy"), checked(volume, "volume", unit)
    if len(doses) != len(left):
        raise DomainError(f"{organ}: {len(doses)} doses and {len(left)} volumes do not make a curve")
    require_order(doses, "dose_gray", rising=True)
    require_order(left, "volume", rising=False)
    cc = left * _cc_per_unit(organ, unit, left, organ_volume_cc)
    top = [] if cc[-1] == 0 else [_top(organ, float(cc[-1]), float(doses[-1]), max_gray)]
    return np.append(doses, top), -np.diff(np.append(cc, [0.0] * len(top)))


def _cc_per_unit(organ: str, unit: str, left: Values, organ_volume_cc: float | None) -> float:
    if unit not in ("cc", "%"):
        raise UnitsError(f"{organ}: a volume is in cc or in %, not in {unit!r}")
    whole = None if organ_volume_cc is None else float(checked([organ_volume_cc], "organ_volume_cc", "cc")[0])
    if unit == "%" and not whole:
        raise DomainError(f"{organ}: a curve in % needs organ_volume_cc; without it no volume in cc can be read")
    begins = 100.0 if unit == "%" else whole
    if begins is not None and decimals.compare(float(left[0]), begins) != 0:
        first, all_of_it = decimals.plain(float(left[0])), decimals.plain(begins)
        raise DomainError(f"{organ}: the curve begins with {first} {unit}, the whole organ has {all_of_it} {unit}")
    return cast(float, whole) / 100.0 if unit == "%" else 1.0


def _top(organ: str, remaining: float, last: float, max_gray: float | None) -> float:
    if max_gray is None:
        where = f"{decimals.plain(remaining)} cc above {decimals.plain(last)} Gy"
        raise DomainError(f"{organ}: the curve ends with {where}; give max_gray, the largest dose")
    top = float(checked([max_gray], "max_gray", "Gy")[0])
    if top < last:
        raise DomainError(f"{organ}: max_gray {decimals.plain(top)} Gy is below the end of the curve")
    return top


def hottest(edges: Values, volume: Values, wanted: float) -> float:
    """Return the dose that the hottest `wanted` cc get at least. [Gy]

    Parameters
    ----------
    edges, volume : numpy.ndarray
        A histogram. [Gy], [cc]
    wanted : float
        Above zero and at most the whole volume. [cc]

    Returns
    -------
    float
        Linear inside a bin. [Gy]

    Examples
    --------
    >>> hottest(np.array([0.0, 10.0, 20.0]), np.array([8.0, 2.0]), 1.0)
    15.0
    """
    left = np.cumsum(volume[::-1])[::-1]
    here = int(np.flatnonzero(left >= min(wanted, float(left[0])))[-1])
    below = (left[here] - wanted) / volume[here]  # share of this bin that lies below the dose
    low, high = edges[here], edges[here + 1]
    return float(low + min(max(below, 0.0), 1.0) * (high - low))


def volume_from(edges: Values, volume: Values, gray: float) -> float:
    """Return the volume that gets a dose or more. [cc]

    Parameters
    ----------
    edges, volume : numpy.ndarray
        A histogram. [Gy], [cc]
    gray : float
        The dose. [Gy]

    Returns
    -------
    float
        Linear inside a bin. [cc]

    Examples
    --------
    >>> volume_from(np.array([0.0, 10.0, 20.0]), np.array([8.0, 2.0]), 15.0)
    1.0
    """
    low, high = edges[:-1], edges[1:]
    width = np.where(high > low, high - low, 1.0)
    share = np.where(high > low, np.clip((high - gray) / width, 0.0, 1.0), low >= gray)
    return float(share @ volume)
