"""Where in a structure the dose is highest: the place that a person wants to see first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rtcalc.errors import DomainError
from rtcalc.geometry.interpolation import place
from rtcalc.geometry.slabs import extents
from rtcalc.geometry.values import ContourSet, Floats, Grid, Plane


@dataclass(frozen=True, slots=True)
class HotSpot:
    """A place in the patient [mm] and its dose [Gy]."""

    x: float
    y: float
    z: float
    gray: float


def hot_spot(contours: ContourSet, grid: Grid) -> HotSpot:
    """Find the highest dose among the voxel centres inside a structure and the corners of its contours.

    Parameters
    ----------
    contours : ContourSet
    grid : Grid
        Physical dose. [Gy]

    Returns
    -------
    HotSpot

    Raises
    ------
    DomainError
        No part of the structure lies in the dose grid, or a single plane of unknown thickness.

    Notes
    -----
    A place to look at. Near-maximum doses are read from the dose-volume curve, whose Dmax differs a little: it takes
    the dose at the centroids of small cells, and sees the edges between two corners as well.

    Examples
    --------
    >>> dose = np.zeros((5, 5, 5))
    >>> dose[2, 3, 1] = 20.0
    >>> square = [(-1, -1), (9, -1), (9, 9), (-1, 9)]
    >>> box = ContourSet.from_points("Box", [[(x, y, z) for x, y in square] for z in (0, 4, 8)])
    >>> hot_spot(box, Grid.regular(dose, (0.0, 0.0, 0.0), (2.0, 2.0, 2.0)))
    HotSpot(x=2.0, y=6.0, z=4.0, gray=20.0)
    """
    best: HotSpot | None = None
    for found in _candidates(contours, grid):
        if best is None or found.gray > best.gray:
            best = found
    if best is None:
        raise DomainError(f"{contours.name}: no part of it lies in the dose grid, so it has no highest dose")
    return best


def _candidates(contours: ContourSet, grid: Grid) -> Iterator[HotSpot]:
    low, high, _ = extents(contours)
    z, y, x = grid.nodes
    dose = grid.array
    for plane, bottom, top in zip(contours.planes, low, high, strict=True):
        inside = _inside(plane, y, x)
        if inside.any():
            for at in np.flatnonzero((z >= bottom) & (z <= top)):
                masked = np.where(inside, dose[at], -np.inf)
                row, column = np.unravel_index(int(masked.argmax()), masked.shape)
                yield HotSpot(float(x[column]), float(y[row]), float(z[at]), float(dose[at, row, column]))
        yield from _highest_corner(plane, grid)


def _inside(plane: Plane, y: Floats, x: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Which nodes lie inside an odd number of the loops, row by row of the grid."""
    starts = np.concatenate(plane.loops)
    ends = np.concatenate([np.roll(loop, -1, axis=0) for loop in plane.loops])
    inside = np.zeros((len(y), len(x)), dtype=np.bool_)
    for row, height in enumerate(y):
        cut = (starts[:, 1] <= height) != (ends[:, 1] <= height)
        if cut.any():
            a, b = starts[cut], ends[cut]
            share = (height - a[:, 1]) / (b[:, 1] - a[:, 1])
            crossings = np.sort(a[:, 0] + share * (b[:, 0] - a[:, 0]))
            inside[row] = np.searchsorted(crossings, x) % 2 == 1
    return inside


def _highest_corner(plane: Plane, grid: Grid) -> Iterator[HotSpot]:
    """The highest interpolated dose of a contour's corners that lie in the grid: all there is of a thin structure."""
    corners = np.concatenate(plane.loops)
    points = np.column_stack((np.full(len(corners), plane.z), corners[:, 1], corners[:, 0]))
    within = np.ones(len(points), dtype=np.bool_)
    for axis, nodes in enumerate(grid.nodes):
        ends = (nodes[1] - nodes[0]) / 2.0, (nodes[-1] - nodes[-2]) / 2.0
        within &= (points[:, axis] >= nodes[0] - ends[0]) & (points[:, axis] <= nodes[-1] + ends[1])
    points = points[within]
    if not len(points):
        return
    cells, shares = zip(*(place(nodes, points[:, axis]) for axis, nodes in enumerate(grid.nodes)), strict=True)
    gray = np.zeros(len(points))
    for corner in np.ndindex(2, 2, 2):
        weight = np.ones(len(points))
        for step, share in zip(corner, shares, strict=True):
            weight *= share if step else 1.0 - share
        index = tuple(cell + step for cell, step in zip(cells, corner, strict=True))
        gray += weight * grid.array[index]
    best = int(gray.argmax())
    yield HotSpot(float(points[best, 2]), float(points[best, 1]), float(points[best, 0]), float(gray[best]))
