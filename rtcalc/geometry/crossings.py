"""Which edges of a plane touch or cross each other: one sweep along y over all planes of a structure at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from rtcalc.errors import DomainError
from rtcalc.geometry.values import Floats

if TYPE_CHECKING:
    from rtcalc.geometry.edges import Edges, Integers
    from rtcalc.geometry.kernels import Loops

PAIRS_AT_ONCE = 400_000
MOST_PAIRS = 50_000_000
"""Edges side by side in y; a drawn outline has a few for each of its corners."""
TOUCH_MM = 1e-7
"""Edges nearer to each other than this touch. [mm]"""


def touching_planes(edges: Edges, loop: Integers, loops: Loops | None = None) -> Integers:
    """Return the planes in which two edges that are not neighbours on a loop touch or cross; by rising plane."""
    following = _neighbours(loop)
    if loops is not None:
        begin = np.searchsorted(edges.plane, np.arange(int(edges.plane[-1]) + 2))
        ends = (edges.x0, edges.y0, edges.x1, edges.y1)
        touched, pairs = loops.touching(begin, ends, following, TOUCH_MM, MOST_PAIRS)
        _require_outline(len(following), pairs)
        return np.flatnonzero(touched)
    found = [np.empty(0, dtype=np.intp)]
    for first, second in _pairs(edges):
        apart = (following[first] != second) & (following[second] != first)
        first, second = first[apart], second[apart]
        sides = _sides(edges, first, second)
        touch = (sides[0] * sides[1] <= 0) & (sides[2] * sides[3] <= 0)
        found.append(edges.plane[first[touch]])
    return np.unique(np.concatenate(found))


def crossing_heights(edges: Edges) -> Floats:
    """Return y of every point in which two edges of one plane properly cross. [mm]"""
    found = [np.empty(0)]
    for first, second in _pairs(edges):
        one, two, three, four = _sides(edges, first, second, exact=True)
        cross = (one * two < 0) & (three * four < 0)
        share = three[cross] / (three[cross] - four[cross])
        at = first[cross]
        found.append(edges.y0[at] + share * (edges.y1[at] - edges.y0[at]))
    return np.concatenate(found)


def _neighbours(loop: Integers) -> Integers:
    """Return the next edge of each edge on its loop."""
    following = np.arange(1, len(loop) + 1)
    begin = np.flatnonzero(np.diff(loop, prepend=-1))
    ends = np.append(begin[1:], len(loop)) - 1
    following[ends] = begin
    return following


def _pairs(edges: Edges) -> Iterator[tuple[Integers, Integers]]:
    """Yield pairs of edges of one plane whose boxes overlap, in blocks."""
    low, high = np.minimum(edges.y0, edges.y1), np.maximum(edges.y0, edges.y1)
    stride = float(high.max() - low.min()) + 1.0
    shift = edges.plane * stride - low.min()
    order = np.argsort(low + shift, kind="stable")
    begin = (low + shift)[order]
    reach = np.searchsorted(begin, (high + shift)[order] + TOUCH_MM, side="right") - np.arange(len(order)) - 1
    left, right = np.minimum(edges.x0, edges.x1)[order], np.maximum(edges.x0, edges.x1)[order]
    total = np.cumsum(reach)
    _require_outline(len(order), int(total[-1]))
    start = 0
    while start < len(order):
        done = int(total[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(total, done + PAIRS_AT_ONCE, side="right")))
        mine = np.repeat(np.arange(start, stop), reach[start:stop])
        yours = mine + 1 + np.arange(len(mine)) - (total[mine] - reach[mine] - done)
        near = (left[mine] <= right[yours] + TOUCH_MM) & (left[yours] <= right[mine] + TOUCH_MM)
        yield order[mine[near]], order[yours[near]]
        start = stop


def _require_outline(edges: int, pairs: int) -> None:
    if pairs > MOST_PAIRS:
        raise DomainError(f"{edges} edges lie across each other too often to be an outline; draw it again")


def _sides(edges: Edges, first: Integers, second: Integers, exact: bool = False) -> tuple[Any, ...]:
    """Return on which side of one edge the ends of the other lie: second of first, first of second."""
    ax, ay, bx, by = (values[first] for values in (edges.x0, edges.y0, edges.x1, edges.y1))
    cx, cy, dx, dy = (values[second] for values in (edges.x0, edges.y0, edges.x1, edges.y1))
    ux, uy, vx, vy = bx - ax, by - ay, dx - cx, dy - cy
    sides = (
        ux * (cy - ay) - uy * (cx - ax),
        ux * (dy - ay) - uy * (dx - ax),
        vx * (ay - cy) - vy * (ax - cx),
        vx * (by - cy) - vy * (bx - cx),
    )
    if exact:
        # The place of the crossing on `first` follows from the distances of its ends from `second`.
        return sides
    first_length, second_length = TOUCH_MM * np.hypot(ux, uy), TOUCH_MM * np.hypot(vx, vy)
    return tuple(_nought(side, first_length if n < 2 else second_length) for n, side in enumerate(sides))


def _nought(side: Floats, within: Floats) -> npt.NDArray[np.floating[Any]]:
    return np.where(np.abs(side) <= within, 0.0, side)
