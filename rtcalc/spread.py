"""How an alpha/beta is drawn from its published interval.

The rule for drawing, the same for every published interval: a normal distribution on each side of the published value,
each half as wide as its own end of the interval says, so that value and both ends are met; then only what is above
0.1 Gy is kept and scaled to one. A *range* without a level is drawn evenly. An alpha/beta of zero or less has no
meaning in the linear-quadratic model; a fit can print one because it is a ratio of two estimates and the first of them
may be negative. Such an interval runs through zero and not through infinity, so drawing 1/(alpha/beta) would not help:
its reciprocal is unbounded just there. Cutting moves the middle of the draws up (prostate 1.12 Gy, -3.3 to 5.6: a third
is cut), so a late effect looks milder and a tumour more resistant; the share that was cut is part of every answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from rtcalc import decimals
from rtcalc.errors import DomainError
from rtcalc.tissues import AlphaBeta

Draws: TypeAlias = npt.NDArray[np.floating[Any]]

FLOOR_GRAY = 0.1
"""Smallest alpha/beta that is drawn, this tool's own bound: below it a BED says nothing but the bound. [Gy]"""
COUNT = 100_000
MOST = 10_000_000


@dataclass(frozen=True, slots=True)
class Spread:
    """How an alpha/beta is drawn.

    Attributes
    ----------
    low, centre, high : float
        The published interval and value. [Gy]
    z : float
        Standard deviations from the value to each end; 0: an even range.
    cut : float
        Share of the distribution that is not kept, 0 to 1.
    interval : str
        What the ends are: "95 % CI", "range".

    Examples
    --------
    >>> print(Spread.of(AlphaBeta(source="A", place="B", evidence="one-source", gray=1.12, low=-3.3, high=5.6,
    ...     interval="95 % CI")))
    normal on each side of 1.12 Gy through -3.3 and 5.6 Gy (95 % CI), 32.6 % cut off below 0.1 Gy
    """

    low: float
    centre: float
    high: float
    z: float
    cut: float
    interval: str

    @classmethod
    def of(cls, alpha_beta: AlphaBeta) -> Self:
        """Take the interval of a published value.

        Parameters
        ----------
        alpha_beta : AlphaBeta
            With its interval. [Gy]

        Raises
        ------
        DomainError
            No interval, one of an unknown kind or that does not contain the value, or a value that is held.
        """
        from scipy.special import ndtr, ndtri

        low, centre, high = alpha_beta.low, alpha_beta.gray, alpha_beta.high
        if alpha_beta.standing == "listed":
            raise DomainError(
                f"alpha_beta: {decimals.plain(centre)} Gy is listed only ({alpha_beta.hold or 'unverified'})"
            )
        if low is None or high is None:
            raise DomainError(f"alpha_beta: {decimals.plain(centre)} Gy has no interval with two ends; nothing to draw")
        if not (low < high and low <= centre <= high and high > FLOOR_GRAY):
            raise DomainError(
                f"alpha_beta: {low!r} to {high!r} Gy is not an interval around {centre!r} Gy above 0.1 Gy"
            )
        if alpha_beta.interval == "range":
            return cls(low, centre, high, 0.0, max(0.0, FLOOR_GRAY - low) / (high - low), alpha_beta.interval)
        level = re.fullmatch(r"(\d{1,2}) % CI", alpha_beta.interval)
        if not level or not low < centre < high:
            raise DomainError(f"alpha_beta: interval {alpha_beta.interval!r} is not 'range' or such as '95 % CI'")
        z = float(ndtri(0.5 + int(level[1]) / 200.0))
        wide = (centre - low if centre > FLOOR_GRAY else high - centre) / z
        return cls(low, centre, high, z, float(ndtr((FLOOR_GRAY - centre) / wide)), alpha_beta.interval)

    def draws(self, n: int, seed: int) -> Draws:
        """Draw values of the alpha/beta.

        Parameters
        ----------
        n : int
            How many.
        seed : int
            The same seed gives the same values.

        Returns
        -------
        numpy.ndarray
            0.1 or more. [Gy]

        Examples
        --------
        >>> from rtcalc.evidence import Evidence
        >>> ratio = AlphaBeta(
        ...     source="A", place="B", evidence=Evidence.ONE_SOURCE, gray=5.0, low=3.0, high=7.0, interval="range"
        ... )
        >>> values = Spread.of(ratio).draws(1000, seed=0)
        >>> bool(3.0 <= values.min() < values.max() <= 7.0), values.tolist() == Spread.of(ratio).draws(1000, 0).tolist()
        (True, True)
        """
        from scipy.special import ndtri

        count = _count(n)
        even = np.random.default_rng(_seed(seed)).uniform(self.cut, 1.0, count)
        if self.z == 0.0:
            return self.low + even * (self.high - self.low)
        normal = np.asarray(ndtri(even))
        wide = np.where(normal < 0.0, self.centre - self.low, self.high - self.centre) / self.z
        return np.maximum(self.centre + normal * wide, FLOOR_GRAY)  # the cut itself may round to just below

    def __str__(self) -> str:
        span = f"{decimals.plain(self.low)} and {decimals.plain(self.high)} Gy"
        share = f", {_per_cent(self.cut)} cut off below 0.1 Gy" if self.cut > 0 else ""
        if self.z == 0.0:
            return f"evenly between {span}{share}"
        return f"normal on each side of {decimals.plain(self.centre)} Gy through {span} ({self.interval}){share}"


def _per_cent(share: float) -> str:
    """A share that is above zero never prints as zero."""
    return "less than 0.1 %" if share < 0.0005 else f"{decimals.fixed(100 * share, 1)} %"


def draws(alpha_beta: AlphaBeta, n: int = COUNT, seed: int = 0) -> Draws:
    """Draw values of an alpha/beta from its published interval, by the rule above.

    Parameters
    ----------
    alpha_beta : AlphaBeta
        With both ends of an interval, which may be negative. [Gy]
    n : int
        How many, 1 to 10,000,000.
    seed : int
        Zero or more; the same seed gives the same values.

    Returns
    -------
    numpy.ndarray
        All at least 0.1 Gy. [Gy]

    Raises
    ------
    DomainError
        As in `Spread.of`; another `n` or `seed`.

    Examples
    --------
    >>> cord = AlphaBeta(source="A", place="B", evidence="one-source", gray=2.0, low=1.8, high=2.2, interval="range")
    >>> few = draws(cord, 1000, seed=1)
    >>> bool(1.8 <= few.min() < few.max() <= 2.2)
    True
    """
    return Spread.of(alpha_beta).draws(n, seed)


def _count(n: object) -> int:
    if isinstance(n, bool) or not isinstance(n, int) or not 1 <= n <= MOST:
        raise DomainError(f"n: {n!r} draws; a whole number from 1 to {MOST:,} is needed")
    return n


def _seed(seed: object) -> int:
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise DomainError(f"seed: {seed!r} is not a whole number, zero or more; without one nothing could be repeated")
    return seed
