"""The loops that numba compiles where it is installed; without it they are not used, and arrays do the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from math import inf, sqrt
from typing import Any

import numpy as np

from rtcalc.geometry.slab_loop import PARTS, add_slabs


@dataclass(frozen=True, slots=True)
class Loops:
    """The loops, compiled or as they are written."""

    add_slabs: Callable[..., Any]
    touching: Callable[..., Any]
    convert: Callable[..., Any]


@lru_cache(maxsize=1)
def compiled() -> Loops | None:
    """Return the loops compiled, or None without numba.

    Threads may run them side by side; they start none of their own, which would break servers that fork.
    """
    if find_spec("numba") is None:
        return None
    return Loops(*made((add_slabs, touching, convert), PARTS))


def in_use() -> bool:
    """Whether somebody has asked for the compiled loops before, so that numba is loaded."""
    return compiled.cache_info().currsize > 0 and compiled() is not None


def made(loops: Iterable[Callable[..., Any]], parts: Iterable[Callable[..., Any]]) -> Iterator[Callable[..., Any]]:
    """Yield loops compiled, with the parts that they call."""
    numba = import_module("numba")
    for part in parts:
        numba.extending.register_jitable(part)
    for loop in loops:
        try:
            yield numba.njit(nogil=True, cache=True)(loop)
        except RuntimeError:  # no folder to keep the machine code in: it is then made anew in each process
            yield numba.njit(nogil=True)(loop)


def chosen(fast: Loops | bool) -> Loops | None:
    """Return what a caller asked for: True for the compiled loops where there are any, False for arrays."""
    return compiled() if fast is True else fast or None


def plain() -> Loops:
    """Return the loops as they are written: far too slow to use, the same numbers."""
    return Loops(add_slabs, touching, convert)


def convert(source: Any, square: Any, linear: Any, result: Any) -> int:
    """Fill with (D square + linear) D; return how many doses are negative, infinite or undefined."""
    wrong = 0
    for voxel in range(len(source)):
        dose = source[voxel]
        if not 0.0 <= dose < inf:
            wrong += 1
        result[voxel] = (dose * square + linear) * dose
    return wrong


def touching(begin: Any, edges: Any, following: Any, near: float, most: int) -> tuple[Any, int]:
    """Return in which planes edges touch that are no neighbours, and how many pairs lie side by side in y.

    Parameters
    ----------
    begin : array (planes + 1)
        First edge of each plane; then the number of all.
    edges : four arrays
        x0, y0, x1, y1. [mm]
    following : array
        The next edge of each edge on its loop.
    near : float
        Edges as near as this touch. [mm]
    most : int
        Number of pairs after which it gives up.
    """
    x0, y0, x1, y1 = edges
    touched, pairs = np.zeros(len(begin) - 1, np.bool_), 0
    for plane in range(len(begin) - 1):
        start, count = begin[plane], begin[plane + 1] - begin[plane]
        order = np.argsort(np.minimum(y0[start : start + count], y1[start : start + count])) + start
        box = np.empty((count, 4))
        for place in range(count):
            one = order[place]
            box[place, 0], box[place, 1] = min(y0[one], y1[one]), max(y0[one], y1[one]) + near
            box[place, 2], box[place, 3] = min(x0[one], x1[one]), max(x0[one], x1[one]) + near
        for place in range(count):
            high, left, right = box[place, 1], box[place, 2], box[place, 3]
            for other_place in range(place + 1, count):
                if box[other_place, 0] > high:
                    break
                pairs += 1
                if left > box[other_place, 3] or box[other_place, 2] > right or touched[plane]:
                    continue
                one, other = order[place], order[other_place]
                if following[one] == other or following[other] == one:
                    continue
                ux, uy, vx, vy = x1[one] - x0[one], y1[one] - y0[one], x1[other] - x0[other], y1[other] - y0[other]
                a = ux * (y0[other] - y0[one]) - uy * (x0[other] - x0[one])
                b = ux * (y1[other] - y0[one]) - uy * (x1[other] - x0[one])
                c = vx * (y0[one] - y0[other]) - vy * (x0[one] - x0[other])
                d = vx * (y1[one] - y0[other]) - vy * (x1[one] - x0[other])
                first, second = near * sqrt(ux * ux + uy * uy), near * sqrt(vx * vx + vy * vy)
                apart = (a > first and b > first) or (a < -first and b < -first)
                touched[plane] = not (apart or (c > second and d > second) or (c < -second and d < -second))
            if pairs > most:
                return touched, pairs
    return touched, pairs
