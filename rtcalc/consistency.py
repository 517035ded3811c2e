"""What the numbers of one dose-volume curve must obey among themselves, whatever the plan.

Two swapped numbers are the commonest typing error, and a swapped near-maximum dose turns an exceeded limit into a met
one. What no curve can show is therefore refused.
"""

from __future__ import annotations

from itertools import pairwise

from rtcalc.errors import DomainError
from rtcalc.limits import Metric

Reading = tuple[Metric, float, str]
HIGHEST_GRAY = 300.0
"""A dose above this is noted: no external course reaches it, and 30 Gy in cGy do. [Gy]"""
MIX_UP = 50.0
"""A highest dose this many times the prescription, or this part of it, is noted."""


def unit_doubt(highest: float, prescribed: float | None = None) -> str:
    """Say why the unit of a dose may be wrong; "" where nothing speaks for that.

    Parameters
    ----------
    highest : float
        Largest dose of a grid or a curve. [Gy]
    prescribed : float, optional
        [Gy]

    Examples
    --------
    >>> unit_doubt(4500.0)
    'the highest dose is 4500 Gy; is the unit wrong (cGy)?'
    >>> unit_doubt(0.45, 45.0)
    'the highest dose is 0.45 Gy, and 45 Gy are prescribed; is the unit wrong?'
    """
    if prescribed and highest > 0 and not 1.0 / MIX_UP < highest / prescribed < MIX_UP:
        return f"the highest dose is {highest:.4g} Gy, and {prescribed:g} Gy are prescribed; is the unit wrong?"
    return f"the highest dose is {highest:.4g} Gy; is the unit wrong (cGy)?" if highest > HIGHEST_GRAY else ""


def consistent(name: str, readings: list[Reading]) -> None:
    """Refuse readings that cannot belong to one curve.

    Parameters
    ----------
    name : str
        Organ or target, for the message.
    readings : list of (Metric, float, str)
        Metric, value and unit of one structure in one course. [Gy, cc, %]

    Raises
    ------
    DomainError
        A metric given twice, a volume above the whole organ, or a curve that rises.

    Examples
    --------
    >>> consistent("SpinalCord", [(Metric.parse("D0.03cc"), 10.0, "Gy"), (Metric.parse("D1cc"), 12.0, "Gy")])
    Traceback (most recent call last):
    ...
    rtcalc.errors.DomainError: SpinalCord: D0.03cc 10 Gy is below D1cc 12 Gy; are the two swapped?
    """
    _once(name, readings)
    # A smaller hottest volume has the larger dose; the volume above a larger dose is the smaller one.
    for unit in ("cc", "%"):
        _falls(name, [r for r in readings if r[0].kind == "max" or (r[0].kind == "D" and r[0].at_unit == unit)])
        _falls(name, [r for r in readings if r[0].kind == "V" and r[2] == unit])
    _falls(name, [r for r in readings if r[0].kind == "CV"], rising=True)
    _falls(name, [r for kind in ("max", "mean") for r in readings if r[0].kind == kind])
    _within(name, readings)


def _once(name: str, readings: list[Reading]) -> None:
    seen: set[tuple[Metric, str]] = set()
    for metric, _, unit in readings:
        if (metric, unit) in seen:
            raise DomainError(f"{name}: {metric} stands twice; write it once")
        seen.add((metric, unit))


def _falls(name: str, readings: list[Reading], rising: bool = False) -> None:
    """Along growing `at` the value may not grow (or, `rising`, not shrink)."""
    for (first, one, unit), (second, other, _) in pairwise(sorted(readings, key=lambda reading: reading[0].at)):
        if (other < one) if rising else (one < other):
            low, high = sorted(((one, first), (other, second)), key=lambda pair: pair[0])
            raise DomainError(
                f"{name}: {low[1]} {low[0]:g} {unit} is below {high[1]} {high[0]:g} {unit}; are the two swapped?"
            )


def _within(name: str, readings: list[Reading]) -> None:
    whole = next((value for metric, value, _ in readings if metric.kind == "volume"), None)
    for metric, value, unit in readings:
        if metric.kind in ("V", "CV"):
            most = 100.0 if unit == "%" else whole
            if most is not None and value > most:
                raise DomainError(f"{name}: {metric} {value:g} {unit} is more than the whole organ ({most:g} {unit})")
