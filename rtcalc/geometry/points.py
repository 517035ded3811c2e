"""The dose at single points: linear between the eight voxel centres around each."""

from __future__ import annotations

from itertools import product

import numpy as np

from rtcalc.geometry.interpolation import place
from rtcalc.geometry.values import Floats, Grid


def dose_at(grid: Grid, points: Floats) -> Floats:
    """Return the dose at points; NaN outside the voxels. [Gy]

    Parameters
    ----------
    grid : Grid
    points : (n, 3) array
        x, y and z. [mm]

    Examples
    --------
    >>> grid = Grid.regular(np.arange(8.0).reshape(2, 2, 2), (0, 0, 0), (2.0, 2.0, 2.0))
    >>> dose_at(grid, np.array([(1.0, 0.0, 0.0), (0.0, 0.0, 2.5), (0.0, 0.0, 4.0)])).tolist()
    [0.5, 4.0, nan]
    """
    nodes = grid.nodes
    placed = [place(along, points[:, 2 - axis]) for axis, along in enumerate(nodes)]
    found = np.zeros(len(points))
    for corner in product((0, 1), repeat=3):
        weight = np.prod(
            [share if end else 1.0 - share for end, (_, share) in zip(corner, placed, strict=True)], axis=0
        )
        found += weight * grid.array[tuple(cell + end for end, (cell, _) in zip(corner, placed, strict=True))]
    for axis, along in enumerate(nodes):
        # Half a voxel beyond the outer centres is still a voxel; farther out no dose is known.
        low, high = 1.5 * along[0] - 0.5 * along[1], 1.5 * along[-1] - 0.5 * along[-2]
        found[(points[:, 2 - axis] < low) | (points[:, 2 - axis] > high)] = np.nan
    return found
