"""Contours and dose grids as plain values, in patient coordinates: x to the left, y to the back, z to the head. [mm]"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from rtcalc.errors import DomainError
from rtcalc.geometry.repeated import copied, distinct_in, same_slice

Floats = npt.NDArray[np.floating[Any]]

PLANE_TOLERANCE_MM = 0.05
"""Points of one contour may leave its plane by this much, and contours this close lie in one plane. [mm]"""
SPACING_TOLERANCE_MM = 0.01
"""In-plane voxel positions may leave an even raster by this much. [mm]"""


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """The closed contours of a structure in one axial plane.

    Parameters
    ----------
    z : float
        Position of the plane. [mm]
    loops : tuple of (m, 2) arrays
        x and y of the corners, three or more each, the first one not repeated. [mm]
    """

    z: float
    loops: tuple[Floats, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ContourSet:
    """The contours of one structure, plane by plane; even-odd: what lies inside an even number of loops is outside.

    Parameters
    ----------
    name : str
        Of the structure, for messages.
    planes : tuple of Plane
        In rising z, each z once. [mm]
    slice_spacing : float, optional
        Distance between the image slices it was drawn on; without it the median distance of the planes. [mm]
    notes : tuple of str
        What was set right or left out on the way in.

    Raises
    ------
    DomainError
        No plane, planes that do not rise, a loop without an inside, a spacing that is not above zero.
    """

    name: str
    planes: tuple[Plane, ...]
    slice_spacing: float | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.planes:
            raise DomainError(f"{self.name}: no closed contour with three or more points, so it has no volume")
        if any(b.z <= a.z for a, b in zip(self.planes, self.planes[1:], strict=False)):
            raise DomainError(f"{self.name}: the planes must rise in z")
        if self.slice_spacing is not None and not 0.0 < self.slice_spacing < np.inf:
            raise DomainError(f"{self.name}: a slice spacing of {self.slice_spacing:g} mm; expected more than 0 mm")
        for plane in self.planes:
            for loop in plane.loops:
                if loop.ndim != 2 or loop.shape[0] < 3 or loop.shape[1] != 2:
                    raise DomainError(f"{self.name}, z = {plane.z:g} mm: a loop needs three or more points (x, y)")

    @classmethod
    def from_points(cls, name: str, contours: Sequence[Any], slice_spacing: float | None = None) -> ContourSet:
        """Take closed contours as arrays of (x, y, z), in any order; several in a plane are even-odd.

        Parameters
        ----------
        contours : sequence of (m, 3) arrays
            As in an RT structure set. Repeated points are dropped, a contour of fewer than three different
            points is left out and noted, one that is there twice counts once and is noted, in one plane or in
            two that are closer than slices can be. [mm]

        Raises
        ------
        DomainError
            A wrong shape, NaN or infinite, a contour that leaves its plane, two planes that may be one slice and hold
            different contours, nothing left.

        Examples
        --------
        >>> square = [(0, 0, 5), (10, 0, 5), (10, 10, 5), (0, 10, 5)]
        >>> ContourSet.from_points("Box", [square], slice_spacing=3.0).planes[0].z
        5.0
        """
        notes: list[str] = []
        ordered = sorted(_loops(name, contours, notes), key=lambda item: item[0])
        groups: list[tuple[float, list[Floats]]] = []
        for z, loop in ordered:
            if not groups or z - groups[-1][0] > PLANE_TOLERANCE_MM:
                groups.append((z, []))
            groups[-1][1].append(loop)
        # Under the even-odd rule a loop that is there twice would erase itself.
        once = distinct_in([loops for _, loops in groups])
        planes = [Plane(z, tuple(loops)) for (z, _), loops in zip(groups, once, strict=True)]
        for (z, loops), kept in zip(groups, once, strict=True):
            if len(kept) < len(loops):
                notes.append(f"z = {z:g} mm: {len(loops) - len(kept)} contours are there twice; each counts once")
        return cls(name, _one_a_slice(name, planes, notes), slice_spacing, tuple(notes))


def _loops(name: str, contours: Sequence[Any], notes: list[str]) -> list[tuple[float, Floats]]:
    """Return height and corners of each contour, all of them checked at once: a body has thousands."""
    arrays = [np.asarray(contour, dtype=np.float64) for contour in contours]
    for number, points in enumerate(arrays, start=1):
        if points.ndim != 2 or points.shape[1] != 3:
            what = f"points are needed as (x, y, z), not as an array of shape {points.shape}"
            raise DomainError(f"{name}, contour {number}: {what}")
    sizes = np.array([len(points) for points in arrays], dtype=np.intp)
    filled = np.flatnonzero(sizes)
    if not len(filled):
        return []
    points = np.concatenate(arrays)
    begins = (np.cumsum(sizes) - sizes)[filled]
    lowest, highest = (np.full(len(sizes), np.nan) for _ in "lh")
    lowest[filled], highest[filled] = (at.reduceat(points[:, 2], begins) for at in (np.minimum, np.maximum))
    _require_flat(name, points, np.repeat(np.arange(1, len(sizes) + 1), sizes), highest - lowest)
    previous = np.empty_like(points)
    previous[1:] = points[:-1]
    previous[begins] = points[begins + sizes[filled] - 1]
    moved = (points[:, 0] != previous[:, 0]) | (points[:, 1] != previous[:, 1])
    corners = np.zeros(len(sizes), dtype=np.intp)
    corners[filled] = np.add.reduceat(moved, begins, dtype=np.intp)
    flat, ends = points[moved, :2], np.cumsum(corners)
    found: list[tuple[float, Floats]] = []
    for at, (size, end) in enumerate(zip(corners.tolist(), ends.tolist(), strict=True)):
        if size < 3:
            notes.append(f"contour {at + 1} has {size} different points and no area; it is left out")
        else:
            level = lowest[at] if lowest[at] == highest[at] else arrays[at][:, 2].mean()
            found.append((float(level), flat[end - size : end]))
    return found


def _require_flat(name: str, points: Floats, contour: Any, bend: Floats) -> None:
    if not np.isfinite(points).all():
        first = contour[np.flatnonzero(~np.isfinite(points).all(axis=1))[0]]
        what = "a coordinate is NaN or infinite; expected millimetres. Export the contour again"
        raise DomainError(f"{name}, contour {first}: {what}")
    bent = np.flatnonzero(bend > PLANE_TOLERANCE_MM)
    if len(bent):
        raise DomainError(
            f"{name}, contour {bent[0] + 1}: leaves its plane by {bend[bent[0]]:.3g} mm; expected one z "
            "for all points. Export the structure with axial contours"
        )


def _one_a_slice(name: str, planes: list[Plane], notes: list[str]) -> tuple[Plane, ...]:
    """Take a slice that is written twice once; its second plane would make the slices look as thin as their distance.

    Planes so close that hold different contours may be parts of one slice (they add) or two versions of it (one
    counts): that is not guessed.
    """
    twice = np.flatnonzero(same_slice(np.array([plane.z for plane in planes])))
    for at in twice.tolist():
        lower, upper = planes[at - 1], planes[at]
        if not copied(lower.loops, upper.loops):
            raise DomainError(
                f"{name}: planes at z = {lower.z:g} and {upper.z:g} mm are closer than slices and hold different "
                "contours; whether they are one slice is not clear. Export one plane for each slice"
            )
    if len(twice):
        first = planes[twice[0]].z
        apart = max(planes[at].z - planes[at - 1].z for at in twice.tolist())
        text = f"{len(twice)} planes repeat the one below them within {apart:.3g}"
        notes.append(f"{text} mm (first at z = {first:g} mm); each slice counts once")
    left = set(twice.tolist())
    return tuple(plane for at, plane in enumerate(planes) if at not in left)


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """A dose on a raster of voxel centres that follows the axes of the patient, whichever way it is stored.

    Parameters
    ----------
    dose : 3-dimensional array
        As it is stored, often (planes, rows, columns); never written to. [Gy]
    origin : (float, float, float)
        Patient position x, y, z of the centre of the voxel [0, 0, 0]. [mm]
    steps : three arrays
        Distance of each index of each array axis from the first one, rising from 0. [mm]
    axes : ((int, int, int), ...)
        Direction in the patient of a step along each array axis: one of +-x, +-y, +-z, each axis once.
        ((0, 0, 1), (0, 1, 0), (1, 0, 0)) for head first supine.

    Raises
    ------
    DomainError
        Shapes that do not fit, an axis that is oblique or used twice, steps that do not rise or are uneven in
        the axial plane, NaN or infinite doses.

    Notes
    -----
    The dose is known in whole voxels: half a step beyond the outer centres, with the value of the nearest one there.
    """

    dose: Floats = field(repr=False)
    origin: tuple[float, float, float]
    steps: tuple[Floats, Floats, Floats] = field(repr=False)
    axes: tuple[tuple[int, int, int], ...] = ((0, 0, 1), (0, 1, 0), (1, 0, 0))

    def __post_init__(self) -> None:
        dose = np.asarray(self.dose)
        if dose.ndim != 3 or dose.dtype.kind not in "fiu":
            raise DomainError(f"a dose grid is an array of three axes of numbers, not {dose.ndim} of {dose.dtype}")
        if not np.isfinite(dose.max(initial=0.0)) or not np.isfinite(dose.min(initial=0.0)):
            raise DomainError("the dose grid has NaN or infinite values; expected Gy. Export the dose again")
        if not np.array_equal(np.abs(np.array(self.axes)).sum(axis=0), [1, 1, 1]) or len(self.axes) != 3:
            raise DomainError(f"the axes {self.axes} are not +-x, +-y, +-z once each; an oblique grid is not used")
        steps = tuple(np.asarray(step, dtype=np.float64) for step in self.steps)
        for size, step in zip(dose.shape, steps, strict=True):
            if step.shape != (size,) or size < 2:
                raise DomainError(f"{step.size} positions for {size} voxels; a volume needs two or more each way")
            if step[0] != 0.0 or not (np.diff(step) > 0).all() or not np.isfinite(step).all():
                raise DomainError("voxel positions must begin at 0 and rise; sort the planes first")
        object.__setattr__(self, "dose", dose)
        object.__setattr__(self, "steps", steps)
        for axis in (0, 1):
            _require_even(self.nodes[2 - axis], "xy"[axis])

    @classmethod
    def regular(
        cls,
        dose: Any,
        origin: tuple[float, float, float],
        spacing: tuple[float, float, float],
        axes: tuple[tuple[int, int, int], ...] = ((0, 0, 1), (0, 1, 0), (1, 0, 0)),
    ) -> Grid:
        """Take a grid of even steps; `spacing` is along each array axis. [mm]

        Examples
        --------
        >>> Grid.regular(np.zeros((3, 4, 5)), (0, 0, 0), (3.0, 2.5, 2.0)).nodes[2].tolist()
        [0.0, 2.0, 4.0, 6.0, 8.0]
        """
        array = np.asarray(dose)
        if array.ndim != 3 or not all(0 < step < np.inf for step in spacing):
            raise DomainError(f"a dose grid of shape {array.shape} and spacing {spacing} mm is not a volume")
        z, y, x = (np.arange(size) * float(step) for size, step in zip(array.shape, spacing, strict=True))
        return cls(array, origin, (z, y, x), axes)

    @property
    def array(self) -> Floats:
        """The dose as a view with rising z, y and x along its axes. [Gy]"""
        order = [self._stored(axis) for axis in (2, 1, 0)]
        view = np.transpose(self.dose, order)
        return view[tuple(slice(None, None, sum(self.axes[at])) for at in order)]

    @property
    def nodes(self) -> tuple[Floats, Floats, Floats]:
        """Rising z, y and x of the voxel centres. [mm]"""
        z, y, x = (self._nodes(axis) for axis in (2, 1, 0))
        return z, y, x

    def _stored(self, axis: int) -> int:
        return next(at for at, direction in enumerate(self.axes) if direction[axis])

    def _nodes(self, axis: int) -> Floats:
        at = self._stored(axis)
        along = self.origin[axis] + self.axes[at][axis] * self.steps[at]
        return along if self.axes[at][axis] > 0 else along[::-1]


def _require_even(nodes: Floats, axis: str) -> None:
    even = np.linspace(nodes[0], nodes[-1], len(nodes))
    if np.abs(nodes - even).max() > SPACING_TOLERANCE_MM:
        raise DomainError(f"the voxels are not evenly spaced along {axis}; only planes along z may be uneven")
