"""Several courses on one organ: what is certain of their sum when only summaries are known.

Near-maximum values of two plans may lie in different places, so their plain sum is no result. Without a common frame
of reference the sum's D_v lies between the larger of the two and the smaller of Dmax(1) + D_v(2) and
D_v(1) + Dmax(2); the mean of a sum is the sum of means, of which a converted mean is only a lower bound (EQD2 is
convex in dose). Recovery is never assumed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rtcalc.errors import DomainError
from rtcalc.limits import Metric
from rtcalc.verdicts import eqd2


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One metric of one organ in one course.

    Attributes
    ----------
    course : str
        Id of the course.
    gray : float
        The metric. [Gy]
    max_gray : float or None
        The organ's Dmax in this course; None: not given. [Gy]
    fractions : int
        Of the course.
    assumed : bool
        The prescription stands in for the organ's dose, as the user acknowledged.
    kept : float
        Share of its EQD2 that is left under a recovery the user typed; 1, all of it, in everything that decides.

    Examples
    --------
    >>> Part(course="1", gray=50.1, max_gray=51.5, fractions=28).assumed
    False
    """

    course: str
    gray: float
    max_gray: float | None
    fractions: int
    assumed: bool = False
    kept: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What is certain of a sum. [Gy]

    Attributes
    ----------
    low, high : float or None
        None: not bounded on that side.
    plain_sum : float
        The sum of the values, which is a bound only for the mean and, from above, for the maximum.
    how : str
        Where it was summed voxel by voxel: what connects the frames of reference. `low` is then the sum itself, and
        `high` the highest sum with each course 3 mm elsewhere.

    Examples
    --------
    >>> parts = [Part(course=name, gray=20.0, max_gray=None, fractions=5) for name in ("1", "2")]
    >>> same_sessions(Metric.parse("D2cc"), parts)
    Bounds(low=20.0, high=None, plain_sum=40.0)
    """

    low: float
    high: float | None
    plain_sum: float
    how: str = ""


def in_eqd2(metric: Metric, parts: Sequence[Part], ratio: float) -> Bounds:
    """Bounds of a metric of the summed EQD2 of courses given on different days. [Gy]

    Parameters
    ----------
    metric : Metric
        D_v, Dmax or Dmean.
    parts : sequence of Part
        One per course.
    ratio : float
        alpha/beta of the organ. [Gy]

    Returns
    -------
    Bounds
        In EQD2. [Gy]

    Raises
    ------
    DomainError
        The metric is a volume.

    Examples
    --------
    Prior 50.4 Gy in 28, then 30 Gy in 5, D2cc of bowel with both maxima known:

    >>> parts = [
    ...     Part(course="1", gray=50.1, max_gray=51.5, fractions=28),
    ...     Part(course="2", gray=19.0, max_gray=27.5, fractions=5),
    ... ]
    >>> found = in_eqd2(Metric.parse("D2cc"), parts, 3.0)
    >>> round(found.low, 2), round(found.high, 2)
    (47.99, 75.68)
    """
    values = [part.kept * eqd2(part.gray, part.fractions, ratio) for part in parts]
    tops = [None if part.max_gray is None else part.kept * eqd2(part.max_gray, part.fractions, ratio) for part in parts]
    return _bounds(metric, values, tops)


def same_sessions(metric: Metric, parts: Sequence[Part]) -> Bounds:
    """Bounds of a metric of the summed *physical* dose of courses given in the same sessions. [Gy]

    Dose of one fraction adds before it is converted; the result is a dose in `fractions` of any of the parts.

    Parameters
    ----------
    metric : Metric
        D_v, Dmax or Dmean.
    parts : sequence of Part
        One per course.

    Returns
    -------
    Bounds
        In physical dose. [Gy]

    Examples
    --------
    >>> parts = [
    ...     Part(course="1", gray=9.0, max_gray=9.0, fractions=5),
    ...     Part(course="2", gray=11.0, max_gray=11.0, fractions=5),
    ... ]
    >>> same_sessions(Metric("max"), parts)
    Bounds(low=11.0, high=20.0, plain_sum=20.0)
    """
    return _bounds(metric, [part.gray for part in parts], [part.max_gray for part in parts])


def _bounds(metric: Metric, values: list[float], tops: list[float | None]) -> Bounds:
    if not metric.is_dose:
        raise DomainError(f"{metric} is a volume: volumes of two courses have no sum; give D_v, Dmax or Dmean")
    total = sum(values)
    if metric.kind == "mean":
        return Bounds(low=total, high=None, plain_sum=total)
    if metric.kind == "max":
        return Bounds(low=max(values), high=total, plain_sum=total)
    readings = [_one_here_maxima_elsewhere(i, values, tops) for i in range(len(values))]
    known = [reading for reading in readings if reading is not None]
    return Bounds(low=max(values), high=min(known, default=None), plain_sum=total)


def _one_here_maxima_elsewhere(here: int, values: list[float], tops: list[float | None]) -> float | None:
    """D_v of one course with every other course at its maximum there: an upper bound where all maxima are known."""
    reading = values[here]
    for i, top in enumerate(tops):
        if i == here:
            continue
        if top is None:
            return None
        reading += top
    return reading
