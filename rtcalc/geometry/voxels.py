"""Which voxels of a dose grid lie in a structure: those whose centre does."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from rtcalc.geometry.slabs import extents
from rtcalc.geometry.values import ContourSet, Floats, Grid, Plane


def inside(contours: ContourSet, grid: Grid) -> npt.NDArray[np.bool_]:
    """Return, as the grid is stored, the voxels whose centre lies in a structure.

    Notes
    -----
    Even-odd in the plane, and the slabs of `slabs` along z. For dose-volume figures the exact areas count, and not
    voxels: this is for maps, where a voxel has to be one thing or another.

    Examples
    --------
    >>> square = [(0, 0), (10, 0), (10, 10), (0, 10)]
    >>> box = ContourSet.from_points("Box", [[(x, y, z) for x, y in square] for z in (0, 3, 6)])
    >>> grid = Grid.regular(np.zeros((5, 9, 9)), (-4.0, -4.0, -3.0), (3.0, 2.0, 2.0))
    >>> int(inside(box, grid).sum())
    75
    """
    low, high, _ = extents(contours)
    z, y, x = grid.nodes
    found = np.zeros(grid.dose.shape, np.float32)
    rising = Grid(found, grid.origin, grid.steps, grid.axes).array  # a view: what is written here is stored there
    for plane, begin, end in zip(contours.planes, low, high, strict=True):
        layers = np.flatnonzero((z >= begin) & (z < end))
        if len(layers):
            rising[layers] = _in_plane(plane, y, x)
    return found.astype(bool)


def _in_plane(plane: Plane, y: Floats, x: Floats) -> npt.NDArray[np.bool_]:
    """Return for each row and column whether an odd number of edges lies to the left."""
    turns = np.zeros((len(y), len(x) + 1), np.int64)
    for loop in plane.loops:
        following = np.roll(loop, -1, axis=0)
        x0, y0, x1, y1 = loop[:, 0], loop[:, 1], following[:, 0], following[:, 1]
        edge, row = np.nonzero((np.minimum(y0, y1)[:, None] <= y) & (y < np.maximum(y0, y1)[:, None]))
        share = (y[row] - y0[edge]) / (y1[edge] - y0[edge])
        at = x0[edge] + share * (x1[edge] - x0[edge])
        np.add.at(turns, (row, np.searchsorted(x, at)), 1)
    odd: npt.NDArray[np.bool_] = np.cumsum(turns, axis=1)[:, :-1] % 2 == 1
    return odd
