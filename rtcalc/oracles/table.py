"""One row of the oracle table: what is known, from where, and how this program computes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

EXACT = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Oracle:
    """One number that is known.

    Attributes
    ----------
    source : str
        Key of the source of the number or, where `what` has a calculation by hand, of its formula; or `by hand`.
    tolerance : float
        Half a unit of the last digit that is printed, or 1e-9.
    id : str
        The example it belongs to; several numbers may share one.
    """

    what: str
    expected: float
    tolerance: float
    source: str
    compute: Callable[[], float]
    id: str = ""


def printed(key: str, what: str, digits: str, source: str, compute: Callable[[], float]) -> Oracle:
    """Return the oracle of a printed number; its digits are its tolerance.

    Parameters
    ----------
    key, what, source : str
        `id`, `what` and `source` of the oracle.
    digits : str
        The number as it is printed.
    compute : callable
        Without arguments.

    Returns
    -------
    Oracle

    Examples
    --------
    >>> printed("", "BED 50 Gy / 5, a/b 3", "216.67", "ALTOOS2015", lambda: 650 / 3).tolerance
    0.005
    """
    places = len(digits.partition(".")[2])
    tolerance = float(f"5e-{places + 1}")
    return Oracle(id=key, what=what, expected=float(digits), tolerance=tolerance, source=source, compute=compute)


def exact(key: str, what: str, expected: float, source: str, compute: Callable[[], float]) -> Oracle:
    """Return the oracle of a number that ends exactly; else as in `printed`.

    Parameters
    ----------
    expected : float
        Met to 1e-9.

    Examples
    --------
    >>> exact("", "BED 45 Gy / 5, a/b 10: 45 (1 + 9/10)", 85.5, "by hand", lambda: 45 * 1.9).tolerance
    1e-09
    """
    return Oracle(id=key, what=what, expected=expected, tolerance=EXACT, source=source, compute=compute)
