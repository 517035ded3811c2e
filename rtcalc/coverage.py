"""What is certain of a structure part of which has no calculated dose.

The part that has a dose bounds the whole from one side, and often from both: the rest gets no less than nothing, and no
more than the highest dose there is. Dmax and a mean have no bound from above so.
"""

from __future__ import annotations

from typing import Literal

from rtcalc import histogram
from rtcalc.decimals import fixed
from rtcalc.dvh import Dvh
from rtcalc.histogram import VolumeUnit
from rtcalc.limits import Metric

Side = Literal["", ">=", "<="]
"""The number itself; or the whole has at least, or at most, this much."""
_ROUNDING = 1e-9
Certain = tuple[Side, float, str]
"""Side, value and unit."""


def certain(curve: Dvh, metric: Metric, unit: VolumeUnit = "cc") -> tuple[Certain, ...]:
    """Return what is certain of a metric of the whole structure.

    Parameters
    ----------
    curve : Dvh
    metric : Metric
    unit : {"cc", "%"}
        Unit of a V metric.

    Returns
    -------
    tuple of (side, value, unit)
        One exact value where all of the structure has a dose; else its bounds, and none where there is none.

    Raises
    ------
    DomainError
        A volume larger than the structure.

    Examples
    --------
    8 cc from 0 to 10 Gy, and 2 cc without a calculated dose: the hottest 4 cc get 5 Gy at least, if the 2 cc get
    nothing; and 7.5 Gy at most, which are the hottest 2 cc of the rest.

    >>> part = Dvh(organ="SpinalCord", course="1", edges_gray=[0, 10], volume_cc=[8], volume_outside_grid_cc=2)
    >>> [(side, round(gray, 6), unit) for side, gray, unit in certain(part, Metric.parse("D4cc"))]
    [('>=', 5.0, 'Gy'), ('<=', 7.5, 'Gy')]
    >>> certain(part, Metric.parse("Dmax")), certain(part, Metric.parse("V5Gy"))
    ((('>=', 10.0, 'Gy'),), (('>=', 4.0, 'cc'), ('<=', 6.0, 'cc')))
    """
    if curve.volume_outside_grid_cc == 0.0 or metric.kind == "volume":
        value, its_unit = curve.value(metric, unit)
        return (("", value, its_unit),)
    value, its_unit = curve.outside_as_zero().value(metric, unit)
    hot = _outside_as_hottest(curve, metric, its_unit)
    low, high = (hot, value) if metric.kind == "CV" else (value, hot)
    found: list[Certain] = [] if low is None or low <= 0.0 else [(">=", low, its_unit)]
    return (*found, *((("<=", high, its_unit),) if high is not None else ()))


def _outside_as_hottest(curve: Dvh, metric: Metric, unit: str) -> float | None:
    """The same with all the volume outside above every dose; None where that has no bound."""
    outside, whole = curve.volume_outside_grid_cc, curve.organ_volume_cc
    if metric.kind in ("max", "mean"):
        return None
    if metric.is_dose:
        wanted = metric.at * whole / 100.0 if metric.at_unit == "%" else metric.at
        # Where two doses meet at just this volume the bound is the higher one, whatever the rounding.
        left = (wanted - outside) * (1.0 - _ROUNDING)
        return histogram.hottest(curve.edges_gray, curve.volume_cc, left) if left > _ROUNDING * whole else None
    above = histogram.volume_from(curve.edges_gray, curve.volume_cc, metric.at) + outside
    if metric.kind == "CV":
        return whole - above
    return 100.0 * above / whole if unit == "%" else above


def percent_words(covered: float) -> str:
    """Return a part in per cent, rounded down: less than all never reads as all.

    Parameters
    ----------
    covered : float
        0 to 1.

    Returns
    -------
    str

    Examples
    --------
    >>> percent_words(0.99999), percent_words(1.0)
    ('99.9 %', '100.0 %')
    """
    return f"{fixed(min(100.0 * covered, 100.0 if covered == 1.0 else 99.9), 1, 'down')} %"
