"""The edges of a plane's loops, turned so that the even-odd inside lies between a rising and a falling edge.

With edges turned that way, sums over them (area, moments, cover of a raster) need no test of what is inside: a rising
edge adds what lies on its right, a falling edge takes it away again. Loops that keep clear of each other are turned as
a whole, by how many others they lie in. Planes in which anything touches or crosses (a keyhole's seam, a bow-tie, two
contours drawn over each other) are first cut into strips between all corners and crossings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from rtcalc.errors import DomainError
from rtcalc.geometry.crossings import crossing_heights, touching_planes
from rtcalc.geometry.values import Floats, Plane

if TYPE_CHECKING:
    from rtcalc.geometry.kernels import Loops

Integers = npt.NDArray[np.integer[Any]]

MOST_PIECES = 10_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """Directed straight edges from (x0, y0) to (x1, y1), each in its plane. [mm]"""

    plane: Integers
    x0: Floats
    y0: Floats
    x1: Floats
    y1: Floats

    def areas(self, planes: int) -> Floats:
        """Return the area inside, plane by plane. [mm2]"""
        # About each plane's own first corner: far from the origin the products would lose digits.
        first = np.zeros(planes)
        first[self.plane[::-1]] = self.x0[::-1]
        centred = first[self.plane] - (self.x0 + self.x1) / 2.0
        return np.bincount(self.plane, (self.y1 - self.y0) * centred, minlength=planes).astype(np.float64, copy=False)

    def of(self, chosen: Any) -> Edges:
        """Return the chosen edges: a slice, an index array or a mask."""
        return Edges(self.plane[chosen], self.x0[chosen], self.y0[chosen], self.x1[chosen], self.y1[chosen])

    def shifted(self, planes: int) -> Edges:
        """Return the edges with other plane numbers."""
        return Edges(self.plane + planes, self.x0, self.y0, self.x1, self.y1)


def even_odd(planes: tuple[Plane, ...], loops: Loops | None = None) -> tuple[Edges, Integers]:
    """Return the directed edges of all planes, in the order of planes, and the planes in which contours cross.

    With `loops`, what touches is looked for by them.
    """
    edges, loop = _as_drawn(planes)
    touching = touching_planes(edges, loop, loops)
    turned = _turned(edges, loop, touching)
    if not len(touching):
        return turned, np.empty(0, dtype=np.intp)
    parts, crossing = [turned.of(~np.isin(edges.plane, touching))], []
    for index in touching:
        here = edges.of(edges.plane == index)
        heights = crossing_heights(here)
        parts.append(strips(here, heights))
        crossing += [index] if len(heights) else []
    joined = joined_edges(parts)
    return joined.of(np.argsort(joined.plane, kind="stable")), np.array(crossing, dtype=np.intp)


def joined_edges(parts: list[Edges]) -> Edges:
    """Return the edges of several lists as one."""
    fields = ("plane", "x0", "y0", "x1", "y1")
    return Edges(*(np.concatenate([getattr(part, name) for part in parts]) for name in fields))


def strips(edges: Edges, heights: Floats) -> Edges:
    """Cut the edges of one plane at every corner and at the heights of crossings; direct the pieces even-odd."""
    low, high = np.minimum(edges.y0, edges.y1), np.maximum(edges.y0, edges.y1)
    at = np.unique(np.concatenate((low, high, heights)))
    first, last = np.searchsorted(at, low), np.searchsorted(at, high)
    if (last - first).sum() > MOST_PIECES:
        raise DomainError(f"{len(low)} edges cross each other too often to be an outline; draw it again")
    source = np.repeat(np.arange(len(low)), last - first)
    begin = np.concatenate(([0], np.cumsum(last - first)[:-1]))
    strip = first[source] + np.arange(len(source)) - begin[source]
    bottom, top = at[strip], at[strip + 1]
    x_bottom, x_top = _x_at(edges, source, bottom), _x_at(edges, source, top)
    order = np.lexsort((x_bottom + x_top, strip))
    strip_begin = np.concatenate(([0], np.cumsum(np.bincount(strip, minlength=len(at)))))
    rank = np.empty(len(strip), dtype=np.intp)
    rank[order] = np.arange(len(strip)) - strip_begin[strip[order]]
    falls = rank % 2 == 1
    return Edges(
        edges.plane[source],
        np.where(falls, x_top, x_bottom),
        np.where(falls, top, bottom),
        np.where(falls, x_bottom, x_top),
        np.where(falls, bottom, top),
    )


def _x_at(edges: Edges, source: Integers, y: Floats) -> Floats:
    x0, y0, x1, y1 = (values[source] for values in (edges.x0, edges.y0, edges.x1, edges.y1))
    between = x0 + (x1 - x0) * ((y - y0) / (y1 - y0))
    return np.where(y == y0, x0, np.where(y == y1, x1, between))


def _as_drawn(planes: tuple[Plane, ...]) -> tuple[Edges, Integers]:
    loops = [(index, loop) for index, plane in enumerate(planes) for loop in plane.loops]
    sizes = [len(loop) for _, loop in loops]
    start = np.concatenate([loop for _, loop in loops])
    ends = np.cumsum(sizes)
    end = np.empty_like(start)
    end[:-1] = start[1:]
    end[ends - 1] = start[ends - sizes]
    plane = np.repeat([index for index, _ in loops], sizes)
    return Edges(plane, start[:, 0], start[:, 1], end[:, 0], end[:, 1]), np.repeat(np.arange(len(loops)), sizes)


def _turned(edges: Edges, loop: Integers, touching: Integers) -> Edges:
    """Turn each loop so that it adds its inside, or takes it away where it lies in an odd number of others.

    Those of planes in which something touches come out one way or another.
    """
    begin = np.flatnonzero(np.diff(loop, prepend=-1))
    centred = edges.x0[begin][loop] - (edges.x0 + edges.x1) / 2.0
    signed = np.bincount(loop, (edges.y1 - edges.y0) * centred)
    flip = ((signed < 0) ^ (_depths(edges, begin, touching) % 2 == 1))[loop]
    return Edges(
        edges.plane,
        np.where(flip, edges.x1, edges.x0),
        np.where(flip, edges.y1, edges.y0),
        np.where(flip, edges.x0, edges.x1),
        np.where(flip, edges.y0, edges.y1),
    )


def _depths(edges: Edges, begin: Integers, touching: Integers) -> Integers:
    """Return in how many other loops of its plane each loop lies; loops are clear of each other.

    `begin` is the first edge of each loop. Loops of the planes in `touching` are not looked at.
    """
    depths, plane = np.zeros(len(begin), dtype=np.intp), edges.plane[begin]
    low_x, low_y = (np.minimum.reduceat(at, begin) for at in (edges.x0, edges.y0))
    high_x, high_y = (np.maximum.reduceat(at, begin) for at in (edges.x0, edges.y0))
    ends = np.append(begin[1:], len(edges.plane))
    clear = ~np.isin(plane, touching)
    for apart in range(1, len(begin)):
        one = np.flatnonzero((plane[apart:] == plane[:-apart]) & clear[apart:])
        if not len(one):
            break
        for outer, inner in ((one, one + apart), (one + apart, one)):
            inside = (low_x[outer] <= low_x[inner]) & (low_y[outer] <= low_y[inner])
            inside &= (high_x[outer] >= high_x[inner]) & (high_y[outer] >= high_y[inner])
            for around, other in zip(outer[inside].tolist(), inner[inside].tolist(), strict=True):
                at = begin[other]
                depths[other] += _contains(edges.of(slice(begin[around], ends[around])), edges.x0[at], edges.y0[at])
    return depths


def contains(loop: Floats, point: Floats) -> bool:
    """Return whether a point lies inside a loop, by the even-odd rule; a point on the loop may go either way."""
    x0, y0 = loop.T
    x1, y1 = np.roll(loop, -1, axis=0).T
    return _contains(Edges(np.empty(0, np.intp), x0, y0, x1, y1), point[0], point[1])


def _contains(loop: Edges, x: float, y: float) -> bool:
    spans = (loop.y0 <= y) != (loop.y1 <= y)
    x0, y0, x1, y1 = loop.x0[spans], loop.y0[spans], loop.x1[spans], loop.y1[spans]
    return bool(np.count_nonzero(x0 + (x1 - x0) * ((y - y0) / (y1 - y0)) > x) % 2)
