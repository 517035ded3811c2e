"""Several courses on one organ: what is certain of their sum when only summaries are known.

Near-maximum values of two plans may lie in different places, so their plain sum is no result. Without a common frame
of reference the sum's D_v lies between the larger of the two and the smaller of Dmax(1) + D_v(2) and
D_v(1) + Dmax(2); the mean of a sum is the sum of means, of which a converted mean is only a lower bound (EQD2 is
convex in dose). Recovery is never assumed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from rtcalc.decimals import compare
from rtcalc.doses import EQD2
from rtcalc.errors import BasisError, DomainError
from rtcalc.findings import State
from rtcalc.known_sums import Known
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
    at_least : bool
        Not more than this is known of it: a sum with it has no upper bound.

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
    at_least: bool = False


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
    summed : tuple of str
        Courses that were summed voxel by voxel where not all were: `low` and `high` are then bounds of their sum and
        of the others, and `how` is as above.

    Examples
    --------
    >>> parts = [Part(course=name, gray=20.0, max_gray=None, fractions=5) for name in ("1", "2")]
    >>> same_sessions(Metric.parse("D2cc"), parts)
    Bounds(low=20.0, high=None, plain_sum=40.0)
    """

    low: float
    high: float | None
    plain_sum: float
    how: str = field(default="", repr=False)
    summed: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cumulative:
    """What is certain of one metric of the sum of courses.

    Attributes
    ----------
    metric : Metric
    low : EQD2
        [Gy]
    high : EQD2 or None
        None: not bounded from above; `missing` or the metric says why.
    plain_sum : EQD2 or None
        Sum of the values of the courses, which is a result for no near-maximum metric.
    missing : tuple of str
        What would give or tighten the upper bound.
    assumed : tuple of str
        Courses whose prescription stands in for the organ's dose.

    Examples
    --------
    Two courses of 20 Gy in 5 to one place, a/b 2 Gy, on different days: 30 Gy EQD2 each.

    >>> from rtcalc.history import History
    >>> from rtcalc.organ_courses import OrganCourse, Overlap
    >>> cord = History.of(
    ...     "SpinalCord",
    ...     alpha_beta="2 Gy",
    ...     courses=[OrganCourse.by_metrics(name, 5, {"Dmax": "20 Gy"}) for name in ("1", "2")],
    ...     overlaps=[Overlap.different_days("1", "2")],
    ... )
    >>> found = cord.cumulative(Metric("max"))
    >>> print(found.low, found.high, found.state(EQD2.from_gray(50, alpha_beta="2 Gy")), sep="; ")
    EQD2 (a/b 2) 30.0 Gy; EQD2 (a/b 2) 60.0 Gy; undetermined
    """

    metric: Metric
    low: EQD2
    high: EQD2 | None
    plain_sum: EQD2 | None
    missing: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()

    def state(self, limit: EQD2, op: Literal["<", "<="] = "<=") -> State:
        """Hold the bounds against a cumulative limit.

        Parameters
        ----------
        limit : EQD2
            Of all courses together. [Gy]
        op : {"<", "<="}
            Whether the limit itself is met.

        Returns
        -------
        State
            *pass* if the upper bound meets it, *exceeded* if the lower bound does not, else *undetermined*.

        Raises
        ------
        BasisError
            The limit is not an EQD2 on the alpha/beta and model of the sum.
        DomainError
            Another operator.
        """
        if limit.basis != self.low.basis:
            raise BasisError(f"the limit, {limit}, and the sum, {self.low}, are on different bases; give both on one")
        if op not in ("<", "<="):
            raise DomainError(f"op: {op!r} is not '<' or '<='")

        def met(value: EQD2) -> bool:
            side = compare(float(value.gray), float(limit.gray))
            return side < 0 or (side == 0 and op == "<=")

        if not met(self.low):
            return State.EXCEEDED
        return State.PASS if self.high is not None and met(self.high) else State.UNDETERMINED


def in_eqd2(metric: Metric, parts: Sequence[Part], ratio: float, known: Sequence[Known] = ()) -> Bounds:
    """Bounds of a metric of the summed EQD2 of courses given on different days. [Gy]

    Parameters
    ----------
    metric : Metric
        D_v, Dmax or Dmean.
    parts : sequence of Part
        One per course that is in none of `known`.
    ratio : float
        alpha/beta of the organ. [Gy]
    known : sequence of Known, optional
        Courses that were summed voxel by voxel: their sum stands for one course, from below as it is and from above
        with each of them 3 mm elsewhere.

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
    low = _bounds(metric, [*values, *(one.gray for one in known)], [*tops, *(one.max_gray for one in known)])
    low = _without_high(low, parts)
    if not known:
        return low
    within = [one.within for one in known if one.within is not None]
    if len(within) < len(known):
        high = replace(low, high=None)
    else:
        high = _bounds(metric, [*values, *within], [*tops, *(one.max_within for one in known)])
    how = "; ".join(dict.fromkeys(one.how for one in known))
    if not parts and len(known) == 1:
        return replace(low, high=known[0].within, how=how)
    high = _without_high(high, parts)
    return replace(low, high=high.high, how=how, summed=tuple(name for one in known for name in one.courses))


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
    return _without_high(_bounds(metric, [part.gray for part in parts], [part.max_gray for part in parts]), parts)


def _without_high(bounds: Bounds, parts: Sequence[Part]) -> Bounds:
    return replace(bounds, high=None) if any(part.at_least for part in parts) else bounds


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
