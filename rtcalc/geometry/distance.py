"""How near two structures come, and how much of them is common: between the slabs that their contours mean."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rtcalc.geometry.edges import even_odd
from rtcalc.geometry.slabs import MM3_PER_CC, extents
from rtcalc.geometry.values import ContourSet, Floats, Plane

PAIRS_AT_ONCE = 500_000
TOUCHING_CC = 1e-9
"""Less than this is common to structures that only touch. [cc]"""
TOUCHING_MM2 = 1e-6
"""The same of the figures in a plane. [mm2]"""


def overlap_cc(first: ContourSet, second: ContourSet) -> float:
    """Return the volume that two structures have in common, exact for their slabs.

    Returns
    -------
    float
        [cc]

    Notes
    -----
    In a plane, what two figures have in common is half of what their areas exceed that of the exclusive or by; and the
    exclusive or is the even-odd figure of all their loops.

    Examples
    --------
    >>> def box(name, x):
    ...     return ContourSet.from_points(name, [[(x, 0, 0), (x + 10, 0, 0), (x + 10, 10, 0), (x, 10, 0)]], 5.0)
    >>> overlap_cc(box("A", 0.0), box("B", 4.0))
    0.3
    """
    shared = list(_shared_heights(first, second))
    if not shared:
        return 0.0
    one, other = [first.planes[i] for i, _, _ in shared], [second.planes[j] for _, j, _ in shared]
    common = _common_areas(one, other)
    return float(common @ np.array([height for _, _, height in shared])) / MM3_PER_CC


def minimum_distance_mm(first: ContourSet, second: ContourSet) -> float:
    """Return the shortest distance between two structures; 0 where they overlap or touch.

    Parameters
    ----------
    first, second : ContourSet
        In one frame of reference.

    Returns
    -------
    float
        [mm]

    Notes
    -----
    Exact for the slabs: the end caps of half a slice count as structure, so along z it is uncertain by up to half a
    slice of each. What was contoured is all that is seen: a loop of bowel may lie elsewhere on another day.

    Examples
    --------
    >>> def box(name, x):
    ...     return ContourSet.from_points(name, [[(x, 0, 0), (x + 10, 0, 0), (x + 10, 10, 0), (x, 10, 0)]], 5.0)
    >>> minimum_distance_mm(box("A", 0.0), box("B", 16.0))
    6.0
    """
    if overlap_cc(first, second) > TOUCHING_CC:
        return 0.0
    bound, gap = _lower_bounds(first, second)
    best = np.inf
    for flat in np.argsort(bound, axis=None, kind="stable"):
        i, j = np.unravel_index(int(flat), bound.shape)
        if bound[i, j] >= best:
            break
        in_plane = _plane_distance(first.planes[i], second.planes[j])
        best = min(best, float(np.hypot(in_plane, gap[i, j])))
    return best


def _common_areas(first: list[Plane], second: list[Plane]) -> Floats:
    """Return the area that the figures of each pair of planes have in common. [mm2]"""
    both = [Plane(0.0, one.loops + other.loops) for one, other in zip(first, second, strict=True)]
    area, other_area, exclusive = (even_odd(tuple(each))[0].areas(len(both)) for each in (first, second, both))
    common: Floats = np.maximum(area + other_area - exclusive, 0.0) / 2.0
    return common


def _shared_heights(first: ContourSet, second: ContourSet) -> Iterator[tuple[int, int, float]]:
    """Yield slabs of the two that share a height and whose boxes meet, with the height. [mm]"""
    low, high, _ = extents(first)
    other_low, other_high, _ = extents(second)
    height = np.minimum.outer(high, other_high) - np.maximum.outer(low, other_low)
    apart = _box_distance(first, second)
    for i, j in np.argwhere((height > 0) & (apart <= 0)):
        yield int(i), int(j), float(height[i, j])


def _lower_bounds(first: ContourSet, second: ContourSet) -> tuple[Floats, Floats]:
    """Return for each pair of slabs a distance that they cannot be nearer than, and their gap along z. [mm]"""
    low, high, _ = extents(first)
    other_low, other_high, _ = extents(second)
    gap = np.maximum(np.maximum(np.subtract.outer(low, other_high), -np.subtract.outer(high, other_low)), 0.0)
    return np.hypot(_box_distance(first, second), gap), gap


def _boxes(contours: ContourSet) -> tuple[Floats, Floats]:
    points = [np.concatenate(plane.loops) for plane in contours.planes]
    return np.array([each.min(axis=0) for each in points]), np.array([each.max(axis=0) for each in points])


def _box_distance(first: ContourSet, second: ContourSet) -> Floats:
    low, high = _boxes(first)
    other_low, other_high = _boxes(second)
    apart = np.maximum(low[:, None] - other_high[None], other_low[None] - high[:, None])
    distance: Floats = np.hypot(*np.moveaxis(np.maximum(apart, 0.0), 2, 0))
    return distance


def _plane_distance(first: Plane, second: Plane) -> float:
    """Return the distance in the plane of two figures; 0 if one lies in the other or they cross. [mm]"""
    if _common_areas([first], [second])[0] > TOUCHING_MM2:
        return 0.0
    return min(
        _corners_to_edges(np.concatenate(points.loops), edges.loops)
        for points, edges in ((first, second), (second, first))
    )


def _corners_to_edges(points: Floats, loops: tuple[Floats, ...]) -> float:
    start = np.concatenate(loops)
    along = np.concatenate([np.roll(loop, -1, axis=0) for loop in loops]) - start
    squared = np.maximum((along**2).sum(axis=1), 1e-300)
    best = np.inf
    block = max(1, PAIRS_AT_ONCE // len(start))
    for begin in range(0, len(points), block):
        away = points[begin : begin + block, None] - start[None]
        share = np.clip((away * along).sum(axis=2) / squared, 0.0, 1.0)
        rest = away - share[..., None] * along
        best = min(best, float((rest**2).sum(axis=2).min()))
    return float(np.sqrt(best))
