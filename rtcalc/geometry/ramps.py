"""A histogram that takes volumes spread evenly between two doses, each at the same small cost however wide it is.

A spread volume adds a ramp to the cumulative curve: its slope rises at the lower dose and falls at the upper one. Only
these changes of slope are collected, each shared between two neighbouring edges; two running sums then give the curve.
At every edge it is exact, whatever the width of the bins.
"""

from __future__ import annotations

import numpy as np

from rtcalc.geometry.values import Floats

NARROWEST = 0.02
"""Narrowest spread, in bins: at a constant dose the slope would have no bound."""


class Ramps:
    """Collects volumes between two doses into bins of equal width.

    Parameters
    ----------
    lowest, highest : float
        No dose can be outside these; a spread that would reach over one is cut there. [Gy]
    width : float
        Of a bin. [Gy]
    """

    def __init__(self, lowest: float, highest: float, width: float) -> None:
        self.width, self.lowest, self.highest = width, lowest, highest
        self.lowest_seen, self.highest_seen = np.inf, 0.0
        self.bend = np.zeros(int(highest / width) + 5)

    def add(self, mean: Floats, spread: Floats, volume: Floats) -> None:
        """Take volumes, each spread evenly over `spread` about `mean`. [Gy], [Gy], [mm3]"""
        half = np.maximum(spread / self.width, NARROWEST) / 2.0
        centre = mean / self.width
        low = np.clip(centre - half, self.lowest / self.width, self.highest / self.width)
        high = np.maximum(np.minimum(centre + half, self.highest / self.width), low + NARROWEST)
        slope = volume / (high - low)
        place = np.concatenate((low, high))
        change = np.concatenate((slope, -slope))
        whole = place.astype(np.intp)
        late = (place - whole) * change
        size = len(self.bend)
        self.bend[1:] += np.bincount(whole, change - late, minlength=size)[:-1]
        self.bend[2:] += np.bincount(whole, late, minlength=size)[:-2]

    def see(self, lowest: float, highest: float) -> None:
        """Take note of the extreme doses of a part."""
        self.lowest_seen, self.highest_seen = min(self.lowest_seen, lowest), max(self.highest_seen, highest)

    def bins(self, total: float) -> tuple[Floats, Floats]:
        """Return edges and volumes between the lowest and the highest dose seen, of a known total. [Gy], [mm3]"""
        volume = np.diff(np.cumsum(np.cumsum(self.bend)))
        lowest, highest = max(self.lowest_seen, self.lowest), min(self.highest_seen, self.highest)
        # What the running sums leave outside the doses that were seen, and below a 1e-12th, is rounding.
        volume[: max(int(lowest / self.width - NARROWEST), 0)] = 0.0
        volume[int(highest / self.width + NARROWEST) + 1 :] = 0.0
        volume[volume < 1e-12 * total] = 0.0
        filled = np.flatnonzero(volume)
        first, last = int(filled[0]), int(filled[-1]) + 1
        edges = np.arange(first, last + 1) * self.width
        # The outer bins end at the extreme doses, which a spread of the same variance may stop short of or step over.
        edges[0], edges[-1] = min(lowest, edges[1]), max(highest, edges[-2])
        return edges, volume[first:last] * (total / volume[first:last].sum())
