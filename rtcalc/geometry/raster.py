"""A fine raster around a structure, and the doses of several courses on it, registered where their frames differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from rtcalc.errors import DomainError
from rtcalc.geometry.interpolation import Taps, place, value_taps
from rtcalc.geometry.rigid import Rigid
from rtcalc.geometry.slabs import extents
from rtcalc.geometry.values import ContourSet, Floats, Grid

WITHIN_MM = 3.0
"""How far a registration may be off for the second figure of a sum. [mm]"""
FINEST_MM = 0.7
MOST_NODES = 2_000_000
ROUNDING = 1e-9
Nodes = tuple[Floats, Floats, Floats]
"""Rising z, y and x. [mm]"""
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A dose grid, and where a point of the raster's frame lies in its own; None where both are one frame."""

    grid: Grid
    into: Rigid | None = None

    def at(self, nodes: Nodes) -> Floats:
        """Return the dose at the nodes of a raster, linear between the voxel centres. [Gy]"""
        if self.into is not None:
            return np.stack([_trilinear(self.grid, self._plane(nodes, height)) for height in nodes[0]])
        dose, taps = self.grid.array, []
        for axis in range(3):
            found = value_taps(self.grid.nodes[axis], nodes[axis], "linear")
            first, last = int(found.index.min()), int(found.index.max()) + 1
            dose = dose[(*(slice(None),) * axis, slice(first, last))]
            taps.append(Taps(found.index - first, found.weight))
        for axis in (2, 1, 0):
            dose = taps[axis].along(dose, axis)
        return dose

    def own(self, contours: ContourSet) -> ContourSet | None:
        """Return contours in the frame of the grid; None where it is tilted, so that they are in no axial planes."""
        if self.into is None:
            return contours
        points = [
            self.into.at(loop[:, 0], loop[:, 1], np.full(len(loop), plane.z)).T
            for plane in contours.planes
            for loop in plane.loops
        ]
        try:
            return ContourSet.from_points(contours.name, points, contours.slice_spacing)
        except DomainError:
            return None

    def covers(self, nodes: Nodes) -> Mask:
        """Return at which nodes of a raster the whole raster voxel lies in the dose grid."""
        half = [float(np.diff(along).max()) / 2.0 for along in nodes]
        inside = []
        for height in nodes[0]:
            at, kept = self._plane(nodes, height), np.ones((len(nodes[1]), len(nodes[2])), bool)
            for axis, along in enumerate(self.grid.nodes):
                low, high = faces(along)
                kept &= (at[axis] - self._reach(half, axis) >= low) & (at[axis] + self._reach(half, axis) <= high)
            inside.append(kept)
        return np.stack(inside)

    def _plane(self, nodes: Nodes, height: float) -> tuple[Floats, Floats, Floats]:
        """Return z, y and x in the grid's own frame of the nodes at one height. [mm]"""
        y, x = np.meshgrid(nodes[1], nodes[2], indexing="ij")
        if self.into is None:
            return np.full_like(x, height), y, x
        x, y, z = self.into.at(x, y, np.full_like(x, height))
        return z, y, x

    def _reach(self, half: Sequence[float], axis: int) -> float:
        """Return how far a raster voxel reaches along an axis of the grid, less rounding. [mm]"""
        turned = np.eye(3) if self.into is None else np.abs(self.into.matrix[:3, :3])
        return float(turned[2 - axis] @ np.array(half[::-1])) - 1e-6


def _trilinear(grid: Grid, at: tuple[Floats, Floats, Floats]) -> Floats:
    cells, shares = zip(*(place(along, where) for along, where in zip(grid.nodes, at, strict=True)), strict=True)
    dose, found = grid.array, np.zeros(at[0].shape)
    for corner in product((0, 1), repeat=3):
        weights = [share if up else 1.0 - share for share, up in zip(shares, corner, strict=True)]
        index = tuple(cell + up for cell, up in zip(cells, corner, strict=True))
        found += weights[0] * weights[1] * weights[2] * dose[index]
    return found


def faces(nodes: Floats) -> tuple[float, float]:
    """Return where the outer voxels end: half a step beyond their centres. [mm]"""
    return float(nodes[0] - (nodes[1] - nodes[0]) / 2.0), float(nodes[-1] + (nodes[-1] - nodes[-2]) / 2.0)


# --- the raster -------------------------------------------------------------------------------------------------------
def raster(contours: ContourSet, doses: Sequence[Placed], most_nodes: int = MOST_NODES) -> Nodes:
    """Return a fine raster around a structure that every grid covers.

    Parameters
    ----------
    doses : sequence of Placed
        The first one is in the frame of the structure, and the voxels are cut from its.
    most_nodes : int
        With more, the raster gets coarser, down to that of the first dose.

    Raises
    ------
    DomainError
        The doses have no volume around the structure in common.

    Notes
    -----
    The voxels of the first grid are cut into an odd number of parts, so that the outer faces stay where they are and
    its own centres are kept.
    """
    parts = [_parts(nodes) for nodes in doses[0].grid.nodes]
    while True:
        z, y, x = (_axis(contours, doses, axis, parts[axis]) for axis in range(3))
        if min(len(z), len(y), len(x)) < 2:
            raise DomainError("the doses have no common volume around it; expected doses that cover it")
        if len(z) * len(y) * len(x) <= most_nodes or max(parts) == 1:
            return covered((z, y, x), [dose for dose in doses if dose.into is not None])
        parts = [max(1, count - 2) for count in parts]


def covered(nodes: Nodes, doses: Sequence[Placed]) -> Nodes:
    """Return the part of a raster, a box, that every dose covers.

    Raises
    ------
    DomainError
        There is none.

    Notes
    -----
    The face of the box with the largest part outside goes first, until nothing outside is left.
    """
    if not doses:
        return nodes
    outside = ~np.logical_and.reduce([dose.covers(nodes) for dose in doses])
    box = [slice(0, size) for size in outside.shape]
    while outside[tuple(box)].any():
        _, axis, last = max(_faces_outside(outside[tuple(box)]))
        at = box[axis]
        box[axis] = slice(at.start, at.stop - 1) if last else slice(at.start + 1, at.stop)
        if box[axis].stop - box[axis].start < 2:
            raise DomainError("the doses have no common volume around it; expected doses that cover it")
    z, y, x = (along[part] for along, part in zip(nodes, box, strict=True))
    return z, y, x


def _faces_outside(outside: Mask) -> list[tuple[float, int, bool]]:
    return [
        (float(outside.take(-1 if last else 0, axis).mean()), axis, last) for axis in range(3) for last in (False, True)
    ]


def _parts(nodes: Floats) -> int:
    count = int(np.ceil(float(np.median(np.diff(nodes))) / FINEST_MM - 1e-6))
    return count + 1 - count % 2


def _axis(contours: ContourSet, doses: Sequence[Placed], axis: int, parts: int) -> Floats:
    nodes = cut(doses[0].grid.nodes[axis], parts)
    step = np.diff(nodes)
    half = np.concatenate((step[:1], (step[1:] + step[:-1]) / 2.0, step[-1:])) / 2.0
    low, high = reach(contours, axis)
    margin = WITHIN_MM + 2.0 * float(step.max())
    kept = (nodes >= low - margin) & (nodes <= high + margin)
    for dose in doses[1:]:
        if dose.into is None:
            first, last = faces(dose.grid.nodes[axis])
            kept &= (nodes - half >= first - 1e-6) & (nodes + half <= last + 1e-6)
    return nodes[kept]


def cut(nodes: Floats, parts: int) -> Floats:
    """Cut voxels into an odd number of parts; the centres of all parts, with those that were there among them.

    Examples
    --------
    >>> cut(np.array([0.0, 3.0, 6.0]), 3).tolist()
    [-1.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]
    """
    beyond = (parts - 1) // 2
    places = np.arange(-beyond, (len(nodes) - 1) * parts + beyond + 1) / parts
    inner = np.interp(places, np.arange(len(nodes)), nodes)
    before, after = np.minimum(places, 0.0), np.maximum(places - (len(nodes) - 1), 0.0)
    found: Floats = inner + before * (nodes[1] - nodes[0]) + after * (nodes[-1] - nodes[-2])
    return found


def reach(contours: ContourSet, axis: int) -> tuple[float, float]:
    """Return from where to where a structure reaches along z, y or x. [mm]"""
    if axis == 0:
        low, high, _ = extents(contours)
        return float(low.min()), float(high.max())
    at = np.concatenate([loop[:, 2 - axis] for plane in contours.planes for loop in plane.loops])
    return float(at.min()), float(at.max())


def reaches_beyond(contours: ContourSet, nodes: Nodes) -> bool:
    """Whether a raster reaches 3 mm beyond a structure on every side."""
    for axis, along in enumerate(nodes):
        low, high = reach(contours, axis)
        if along[0] > low - WITHIN_MM or along[-1] < high + WITHIN_MM:
            return False
    return True


# --- what lies near ---------------------------------------------------------------------------------------------------
def highest_near(dose: Floats, nodes: Nodes) -> Floats:
    """Return the highest dose within 3 mm of every node, up to a raster step more rather than less. [Gy]"""
    step = [float(np.diff(each).min()) for each in nodes]
    radius = WITHIN_MM + max(step)
    far = [int(radius / each + ROUNDING) for each in step]
    along = [dose]  # the highest of 2 r + 1 neighbours along x, for r = 0, 1, 2 ..
    for _ in range(far[2]):
        along.append(_widened(along[-1]))
    found = dose.copy()
    for dz, dy in product(range(-far[0], far[0] + 1), range(-far[1], far[1] + 1)):
        rest = radius**2 - (dz * step[0]) ** 2 - (dy * step[1]) ** 2 + ROUNDING
        if rest >= 0.0 and abs(dz) < dose.shape[0] and abs(dy) < dose.shape[1]:
            there, here = zip(_overlap(dz), _overlap(dy), strict=True)
            np.maximum(found[here], along[int(np.sqrt(rest) / step[2] + ROUNDING)][there], out=found[here])
    return found


def _widened(dose: Floats) -> Floats:
    found = dose.copy()
    np.maximum(found[..., 1:], dose[..., :-1], out=found[..., 1:])
    np.maximum(found[..., :-1], dose[..., 1:], out=found[..., :-1])
    return found


def _overlap(shift: int) -> tuple[slice, slice]:
    """Return what is read and what is written when an axis is moved by so many nodes."""
    ahead, behind = slice(max(shift, 0), min(shift, 0) or None), slice(max(-shift, 0), min(-shift, 0) or None)
    return ahead, behind
