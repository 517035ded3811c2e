"""What interpolation alone does to the doses that depend on it most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rtcalc.geometry.dvh_engine import Computed, dvh
from rtcalc.geometry.slabs import body_of
from rtcalc.geometry.values import ContourSet, Grid
from rtcalc.limits import Metric

NEAR_MAX = ("Dmax", "D0.035cc", "D2%")


@dataclass(frozen=True, slots=True)
class NearMax:
    """A dose by linear interpolation, and how far it lies above the cubic one (below, if negative). [Gy]"""

    metric: str
    gray: float
    linear_minus_cubic: float


def near_max(
    contours: ContourSet, grid: Grid, *, organ: str, course: str, metrics: Sequence[str] = NEAR_MAX
) -> tuple[NearMax, ...]:
    """Return near-maximum doses with the difference that the interpolation makes.

    Parameters
    ----------
    contours, grid, organ, course
        As in `dvh_engine.dvh`.
    metrics : sequence of str
        Dose metrics; one that asks for more volume than the structure has is left out.

    Returns
    -------
    tuple of NearMax

    Raises
    ------
    DomainError
        As `dvh_engine.dvh`; also planes that are unevenly spaced, and a structure partly outside the dose grid.

    Notes
    -----
    A hill of dose is cut by linear interpolation, by up to h^2/8 of its curvature along each axis. Where the difference
    matters, the dose grid is too coarse for this structure.

    Examples
    --------
    >>> import numpy as np
    >>> square = [(0, 0), (10, 0), (10, 10), (0, 10)]
    >>> box = ContourSet.from_points("Box", [[(x, y, z) for x, y in square] for z in (0, 3, 6)])
    >>> even = Grid.regular(np.full((9, 9, 9), 20.0), (-4.0, -4.0, -4.0), (2.0, 2.0, 2.0))
    >>> [round(abs(one.linear_minus_cubic), 6) for one in near_max(box, even, organ="Box", course="1")]
    [0.0, 0.0, 0.0]
    """
    body = body_of(contours)
    linear = dvh(body, grid, organ=organ, course=course)
    cubic = dvh(body, grid, organ=organ, course=course, method="cubic")
    found = []
    for text in metrics:
        metric = Metric.parse(text)
        if metric.at_unit == "cc" and metric.at > body.volume_cc:
            continue
        gray = _gray(linear, metric)
        found.append(NearMax(text, gray, gray - _gray(cubic, metric)))
    return tuple(found)


def _gray(computed: Computed, metric: Metric) -> float:
    return computed.dvh.value(metric)[0]
