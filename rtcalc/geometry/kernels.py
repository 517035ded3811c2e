"""The inner loops of the engine, one cell at a time: compiled by numba where it is installed, else not used.

They do what `moments.cover` and `dvh_engine` do with arrays, in the same order of formulas, so that both give the same
numbers up to the order of additions. Plain functions of arrays and numbers: without numba they run too, slowly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from math import inf
from typing import Any, cast

from rtcalc.geometry.moments import EMPTY, FULL
from rtcalc.geometry.ramps import NARROWEST

SUMS = 9
"""Area, u, v, uu, uv, vv of what is right of the pieces in their cell; rise, and its first and second moment of v."""


@dataclass(frozen=True, slots=True)
class Loops:
    """The loops, compiled or as they are written."""

    combine: Callable[..., Any]
    sum_pieces: Callable[..., Any]
    add_cells: Callable[..., Any]
    convert: Callable[..., Any]


@lru_cache(maxsize=1)
def compiled() -> Loops | None:
    """Return the loops compiled, or None without numba.

    Threads may run them side by side; they start none of their own, which would break servers that fork.
    """
    if find_spec("numba") is None:
        return None
    numba = import_module("numba")

    def compile_(loop: Callable[..., Any]) -> Callable[..., Any]:
        try:
            made = numba.njit(nogil=True, cache=True)(loop)
        except RuntimeError:  # no folder to keep the machine code in: it is then made anew in each process
            made = numba.njit(nogil=True)(loop)
        return cast("Callable[..., Any]", made)

    return Loops(compile_(combine), compile_(sum_pieces), compile_(add_cells), compile_(convert))


def chosen(fast: Loops | bool) -> Loops | None:
    """Return what a caller asked for: True for the compiled loops where there are any, False for arrays."""
    return compiled() if fast is True else fast or None


def plain() -> Loops:
    """Return the loops as they are written: far too slow to use, the same numbers."""
    return Loops(combine, sum_pieces, add_cells, convert)


def convert(source: Any, square: Any, linear: Any, result: Any) -> int:
    """Fill with (D square + linear) D; return how many doses are negative, infinite or undefined."""
    wrong = 0
    for voxel in range(len(source)):
        dose = source[voxel]
        if not 0.0 <= dose < inf:
            wrong += 1
        result[voxel] = (dose * square + linear) * dose
    return wrong


def combine(samples: Any, index: Any, weight: Any, result: Any) -> None:
    """Fill (outer, places, inner) with samples (outer, along, inner), combined along the middle axis."""
    outer, places, inner = result.shape
    taps = index.shape[1]
    for before in range(outer):
        for place in range(places):
            at, share = index[place, 0], weight[place, 0]
            for after in range(inner):
                result[before, place, after] = samples[before, at, after] * share
            for tap in range(1, taps):
                at, share = index[place, tap], weight[place, tap]
                if share != 0.0:
                    for after in range(inner):
                        result[before, place, after] += samples[before, at, after] * share


def sum_pieces(index: Any, a: Any, b: Any, p: Any, q: Any, sums: Any) -> None:
    """Add pieces of edges from (a, p) to (b, q) to the sums of their cells."""
    for piece in range(len(index)):
        u0, u1, v0, v1 = a[piece], b[piece], p[piece], q[piece]
        cell = index[piece]
        rise = v1 - v0
        first = rise * (v0 + v1) / 2.0
        second = rise * (v0 * v0 + v0 * v1 + v1 * v1) / 3.0
        three_p, three_q = 3.0 * u0 * u0 + 2.0 * u0 * u1 + u1 * u1, u0 * u0 + 2.0 * u0 * u1 + 3.0 * u1 * u1
        three_a, three_b = 3.0 * v0 * v0 + 2.0 * v0 * v1 + v1 * v1, v0 * v0 + 2.0 * v0 * v1 + 3.0 * v1 * v1
        sums[cell, 0] += rise * (1.0 - (u0 + u1) / 2.0)
        sums[cell, 1] += rise * (1.0 - (u0 * u0 + u0 * u1 + u1 * u1) / 3.0) / 2.0
        sums[cell, 2] += first - rise * (2.0 * (u0 * v0 + u1 * v1) + u0 * v1 + u1 * v0) / 6.0
        sums[cell, 3] += rise * (1.0 - (u0 + u1) * (u0 * u0 + u1 * u1) / 4.0) / 3.0
        sums[cell, 4] += (first - rise * (v0 * three_p + v1 * three_q) / 12.0) / 2.0
        sums[cell, 5] += second - rise * (u0 * three_a + u1 * three_b) / 12.0
        sums[cell, 6] += rise
        sums[cell, 7] += first
        sums[cell, 8] += second


def add_cells(
    sums: Any, where: Any, area: Any, mean: Any, rise: Any, width: float, bounds: tuple[float, float], bend: Any
) -> tuple[float, float, float]:
    """Add the covered cells of some layers to a histogram; return their volume, lowest and highest dose.

    Parameters
    ----------
    sums : array (planes, rows, columns, SUMS)
    where : array (planes)
        Number of the layer of each plane; -1 for none.
    area : array (layers)
        Of a cell, times the height of the layer. [mm3]
    mean : array (layers, rows + 1, columns + 1)
        Dose at the corners of the cells. [Gy]
    rise : array (layers, rows, columns)
        Rise of the dose through the layer. [Gy]
    width : float
        Of a bin. [Gy]
    bounds : (float, float)
        No dose is outside them. [Gy]
    bend : array
        Of the histogram; added to.
    """
    planes, rows, columns, _ = sums.shape
    inside, lowest, highest = 0.0, 1e300, 0.0
    for plane in range(planes):
        layer = where[plane]
        if layer < 0:
            continue
        for row in range(rows):
            left, left_v, left_vv = 0.0, 0.0, 0.0
            for column in range(columns):
                own = sums[plane, row, column]
                share = own[0] + left
                if share > EMPTY:
                    c00, c01 = mean[layer, row, column], mean[layer, row, column + 1]
                    c10, c11 = mean[layer, row + 1, column], mean[layer, row + 1, column + 1]
                    dose = (c00 + c10 + c01 + c11) / 4.0
                    across, down = (c01 + c11 - c00 - c10) / 2.0, (c10 + c11 - c00 - c01) / 2.0
                    through = rise[layer, row, column]
                    if share > FULL:
                        share = 1.0
                        spread = (across * across + down * down + through * through) ** 0.5
                        reach = (abs(across) + abs(down) + abs(through)) / 2.0
                    else:
                        u = min(max((own[1] + left / 2.0) / share, 0.0), 1.0)
                        v = min(max((own[2] + left_v) / share, 0.0), 1.0)
                        uu = min(max((own[3] + left / 3.0) / share - u * u, 0.0), 0.25)
                        vv = min(max((own[5] + left_vv) / share - v * v, 0.0), 0.25)
                        most = (uu * vv) ** 0.5
                        uv = min(max((own[4] + left_v / 2.0) / share - u * v, -most), most)
                        dose += across * (u - 0.5) + down * (v - 0.5)
                        flat = across * across * uu + down * down * vv + 2.0 * across * down * uv
                        spread = (12.0 * max(flat, 0.0) + through * through) ** 0.5
                        reach = spread / 2.0
                    volume = area[layer] * share
                    inside += volume
                    lowest, highest = min(lowest, dose - reach), max(highest, dose + reach)
                    half = max(spread / width, NARROWEST) / 2.0
                    low = min(max(dose / width - half, bounds[0] / width), bounds[1] / width)
                    high = max(min(dose / width + half, bounds[1] / width), low + NARROWEST)
                    slope = volume / (high - low)
                    at = int(low)
                    late = (low - at) * slope
                    bend[at + 1] += slope - late
                    bend[at + 2] += late
                    at = int(high)
                    late = (high - at) * slope
                    bend[at + 1] -= slope - late
                    bend[at + 2] -= late
                left += own[6]
                left_v += own[7]
                left_vv += own[8]
    return inside, lowest, highest
