"""Contours that are there twice: under the even-odd rule a second copy would erase the first one without a word.

Programs copy contours on export, round them, or sample them anew; two copies are then near each other and not equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]

SAME_MM = 0.1
"""Bounding boxes and centroids of two copies of a contour agree within this much. [mm]"""
SAME_AREA = 0.01
"""Areas of two copies of a contour agree within this share."""
CLOSEST_SLICES_MM = 0.5
"""No images of a plan are closer than this; planes that are may be one slice, written twice. [mm]"""
SLICE_SHARE = 0.3
"""Two planes may be one slice if their distance is below this share of the distance to either neighbour."""
THIN_SHARE, THIN_MM = 0.2, 1.0
"""A plane whose even-odd inside is below this share of its largest loop, and thinner than this, looks erased. [mm]"""


def distinct(loops: Sequence[Floats]) -> list[Floats]:
    """Return the loops of one plane, each one once: a copy, even an inexact one, is left out.

    Parameters
    ----------
    loops : sequence of (m, 2) arrays
        Corners, the first one not repeated. [mm]

    Examples
    --------
    >>> box = np.array([(0.0, 0), (10, 0), (10, 10), (0, 10)])
    >>> len(distinct([box, box[::-1] + 0.02, box + 3]))
    2
    """
    kept: list[Floats] = []
    cells: dict[tuple[int, int], list[_Loop]] = {}
    for loop in loops:
        one = _Loop(loop)
        column, row = (int(least // SAME_MM) for least in one.box[:2])
        beside = [cells.get((column + right, row + up), ()) for right in (-1, 0, 1) for up in (-1, 0, 1)]
        if not any(one.copies(other) for cell in beside for other in cell):
            cells.setdefault((column, row), []).append(one)
            kept.append(loop)
    return kept


def distinct_in(planes: Sequence[Sequence[Floats]]) -> list[list[Floats]]:
    """Return the loops of each plane, each one once, as `distinct` does for one plane.

    Parameters
    ----------
    planes : sequence of sequences of (m, 2) arrays
        Corners, the first one not repeated. [mm]

    Examples
    --------
    >>> box = np.array([(0.0, 0), (10, 0), (10, 10), (0, 10)])
    >>> [len(loops) for loops in distinct_in([[box], [box, box], [box, box + 20]])]
    [1, 1, 2]
    """
    loops = [loop for of_plane in planes if len(of_plane) > 1 for loop in of_plane]
    if not loops:
        return [list(of_plane) for of_plane in planes]
    begins = np.cumsum([0, *map(len, loops)])[:-1]
    reach = iter(np.maximum.reduceat(np.concatenate([loop[:, 0] for loop in loops]), begins).tolist())
    found = []
    for of_plane in planes:
        # Copies reach equally far to the right. Nearly no loops do, and a plan has thousands of planes with islands.
        far = sorted(next(reach) for _ in of_plane) if len(of_plane) > 1 else []
        alike = any(b - a <= SAME_MM for a, b in pairwise(far))
        found.append(distinct(of_plane) if alike else list(of_plane))
    return found


class _Loop:
    """A loop and, once they are asked for, the figures that tell whether another one encloses the same."""

    __slots__ = ("_inside", "box", "corners")

    def __init__(self, corners: Floats) -> None:
        self.corners = corners
        self.box: list[float] = [*corners.min(axis=0).tolist(), *corners.max(axis=0).tolist()]
        self._inside: tuple[float, ...] | None = None

    @property
    def inside(self) -> tuple[float, ...]:
        if self._inside is None:
            self._inside = _inside(self.corners, (self.box[0] + self.box[2]) / 2.0, (self.box[1] + self.box[3]) / 2.0)
        return self._inside

    def copies(self, other: _Loop) -> bool:
        """Whether both enclose the same; of one square there are two triangles, so box and area alone say little."""
        if any(abs(a - b) > SAME_MM for a, b in zip(self.box, other.box, strict=True)):
            return False
        one, two = self.corners, other.corners
        if one.shape == two.shape and np.array_equal(one[np.lexsort(one.T)], two[np.lexsort(two.T)]):
            return True  # also a loop that crosses itself, whose figures cancel
        mine, its = self.inside, other.inside
        off = [abs(a - b) for a, b in zip(mine, its, strict=True)]
        area, spread = max(mine[0], its[0]), max(mine[3] + mine[4], its[3] + its[4])
        # Second moments grow with the square of the area.
        if area == 0.0 or off[0] > SAME_AREA * area:
            return False
        return max(off[1:3]) <= SAME_MM and max(off[3:]) <= 3.0 * SAME_AREA * spread


def _inside(loop: Floats, x0: float, y0: float) -> tuple[float, ...]:
    """Area, centroid, and second moments xx, yy and xy about the centroid. [mm2, mm, mm4]"""
    x, y = loop[:, 0] - x0, loop[:, 1] - y0
    u, v = np.roll(x, -1), np.roll(y, -1)
    cross = x * v - u * y
    area = float(cross.sum()) / 2.0
    if area == 0.0:
        return (0.0, x0, y0, 0.0, 0.0, 0.0)
    right, up = float(cross @ (x + u)) / (6.0 * area), float(cross @ (y + v)) / (6.0 * area)
    xx, yy = float(cross @ (x * x + x * u + u * u)) / 12.0, float(cross @ (y * y + y * v + v * v)) / 12.0
    xy = float(cross @ (x * v + 2.0 * (x * y + u * v) + u * y)) / 24.0
    turn = 1.0 if area > 0 else -1.0
    central = (xx - area * right * right, yy - area * up * up, xy - area * right * up)
    return (abs(area), x0 + right, y0 + up, *(turn * moment for moment in central))


def same_slice(heights: Floats) -> npt.NDArray[np.bool_]:
    """Say of each plane whether it may be the slice of the plane below, written twice: closer than slices can be.

    Parameters
    ----------
    heights : array
        Of the planes, rising. [mm]

    Examples
    --------
    >>> same_slice(np.array([0.0, 0.1, 2.0, 4.0])).tolist()
    [False, True, False, False]
    """
    steps = np.diff(heights)
    found = np.zeros(len(heights), dtype=bool)
    if len(steps):
        beside = np.minimum(np.append(steps[1:], np.inf), np.append(np.inf, steps[:-1]))
        found[1:] = (steps < CLOSEST_SLICES_MM) & (steps < SLICE_SHARE * beside)
    return found


def copied(lower: Sequence[Floats], upper: Sequence[Floats]) -> bool:
    """Whether two planes hold the same contours."""
    return len(lower) == len(upper) == len(distinct([*lower, *upper]))


def erased(planes: Sequence[Sequence[Floats]], areas: Floats) -> dict[int, float]:
    """Find the planes of which the even-odd rule leaves next to nothing, and how thick what it leaves is. [mm]

    Parameters
    ----------
    planes : sequence of sequences of (m, 2) arrays
        The loops of each plane. [mm]
    areas : array
        Of the even-odd inside of each. [mm2]

    Notes
    -----
    A wall, a hole in its organ, is thin as well; it is told from what two copies leave by its mean thickness, twice the
    area over the length of all loops.

    Examples
    --------
    >>> box = np.array([(-10.0, -10), (10, -10), (10, 10), (-10, 10)])
    >>> found = erased([[box, 0.98 * box], [box, 0.8 * box], [box]], np.array([400 - 384.16, 400 - 256, 400]))
    >>> {plane: round(thick, 2) for plane, thick in found.items()}
    {0: 0.2}
    """
    several = [number for number, loops in enumerate(planes) if len(loops) > 1]
    if not several:
        return {}
    largest = _largest_areas([planes[number] for number in several])
    found = {}
    for number, whole in zip(several, largest.tolist(), strict=True):
        if areas[number] < THIN_SHARE * whole:
            steps = [np.roll(loop, -1, axis=0) - loop for loop in planes[number]]
            thick = 2.0 * float(areas[number]) / sum(float(np.hypot(*step.T).sum()) for step in steps)
            if thick < THIN_MM:
                found[number] = thick
    return found


def _largest_areas(planes: Sequence[Sequence[Floats]]) -> Floats:
    """Area of the largest loop of each plane; all loops at once, because a plan has thousands. [mm2]"""
    loops = [loop for of_plane in planes for loop in of_plane]
    sizes = np.array([len(loop) for loop in loops])
    corners, ends = np.concatenate(loops), np.cumsum(sizes)
    begins = ends - sizes
    # About each loop's own first corner: far from the origin the products would lose digits.
    corners = corners - np.repeat(corners[begins], sizes, axis=0)
    after = np.arange(1, len(corners) + 1)
    after[ends - 1] = begins
    cross = corners[:, 0] * corners[after, 1] - corners[after, 0] * corners[:, 1]
    first = np.cumsum([0, *map(len, planes)])[:-1]
    found: Floats = np.maximum.reduceat(np.abs(np.add.reduceat(cross, begins)) / 2.0, first)
    return found
