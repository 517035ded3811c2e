"""Where a structure meets the dose grid: the small cells in the plane, the layers across it, and the dose in them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import ceil

import numpy as np

from rtcalc.errors import DomainError
from rtcalc.geometry.edges import Integers
from rtcalc.geometry.interpolation import PAD, Method, Taps, coefficients, layer_taps, require_even, value_taps
from rtcalc.geometry.moments import Raster
from rtcalc.geometry.slabs import Body
from rtcalc.geometry.values import Floats, Grid

Field = tuple[Floats, Floats, Floats, Floats]
"""Of each small cell: mean dose, and its rise across the cell along x, y and z. [Gy]"""
MOST_STEPS = 20_000
"""Cells along an axis: a body of 2 m has 2,500."""
OVERSHOOT = 1.5
"""A spline through doses up to d stays below d times this: the room that the histogram gets."""


def lattice(nodes: Floats, extent: Floats, size: float) -> Floats:
    """Return corners of small cells over an extent, none longer than `size` or than a voxel; empty if outside. [mm]

    The corners divide the voxel raster, so that no cell reaches over a voxel centre. They go half a voxel beyond the
    outer centres, not farther.
    """
    step = float(nodes[-1] - nodes[0]) / (len(nodes) - 1)
    low, high = float(extent.min()), float(extent.max())
    parts = int(np.ceil(step / size - 1e-9))
    if parts % 2 and (low < nodes[0] or high > nodes[-1]):
        parts += 1  # half a voxel has to be a whole number of cells
    rim = parts // 2
    first = max(int(np.floor((low - nodes[0]) * parts / step)), -rim)
    last = min(int(np.ceil((high - nodes[0]) * parts / step)), (len(nodes) - 1) * parts + rim)
    if last <= first:
        return np.empty(0)
    _require_few(last - first, high - low)
    corners: Floats = nodes[0] + np.arange(first, last + 1) * (step / parts)
    return corners


def _require_few(steps: int, length: float) -> None:
    if steps > MOST_STEPS:
        raise DomainError(f"a structure of {length:g} mm in this dose grid; expected a body. Check units and positions")


def raster_of(at_y: Floats, at_x: Floats) -> Raster:
    """Return the raster between corners."""
    step_y, step_x = (float(at[-1] - at[0]) / (len(at) - 1) for at in (at_y, at_x))
    return Raster(float(at_y[0]), float(at_x[0]), step_y, step_x, len(at_y) - 1, len(at_x) - 1)


@dataclass(frozen=True, slots=True, eq=False)
class Layers:
    """Slabs cut at the planes of the dose, so that no layer reaches over one.

    Parameters
    ----------
    plane : array
        Which slab each layer is of; rising.
    turn : array
        Number of the layer in its slab, from 0.
    low, high : arrays
        Faces. [mm]
    """

    plane: Integers
    turn: Integers
    low: Floats
    high: Floats

    @classmethod
    def of(cls, body: Body, nodes: Floats, thickest: float) -> Layers:
        """Cut the slabs of a body, inside the dose grid; none thicker than `thickest`. [mm]"""
        bottom = nodes[0] - (nodes[1] - nodes[0]) / 2.0
        top = nodes[-1] + (nodes[-1] - nodes[-2]) / 2.0
        plane: list[int] = []
        turn: list[int] = []
        low: list[float] = []
        high: list[float] = []
        faces_low, faces_high = np.maximum(body.low, bottom), np.minimum(body.high, top)
        first, last = np.searchsorted(nodes, faces_low, side="right"), np.searchsorted(nodes, faces_high, side="left")
        inner = nodes.tolist()
        limits = zip(faces_low.tolist(), faces_high.tolist(), first.tolist(), last.tolist(), strict=True)
        for number, (face, other, begin, end) in enumerate(limits):
            if other <= face:
                continue
            faces = _cuts([face, *inner[begin:end], other], thickest)
            count = len(faces) - 1
            plane += [number] * count
            turn += range(count)
            low += faces[:-1]
            high += faces[1:]
        return cls(np.array(plane, dtype=np.intp), np.array(turn, dtype=np.intp), np.array(low), np.array(high))

    @property
    def most(self) -> int:
        """Largest number of layers of a slab."""
        return int(self.turn.max()) + 1

    def numbered(self, turn: int, begin: int, end: int) -> Integers:
        """Return the layers with one number in their slab, of the slabs from begin to end."""
        first, last = np.searchsorted(self.plane, [begin, end])
        found: Integers = first + np.flatnonzero(self.turn[first:last] == turn)
        return found


def _cuts(faces: list[float], thickest: float) -> list[float]:
    cut = [faces[0]]
    for face, following in pairwise(faces):
        parts = max(1, ceil((following - face) / thickest - 1e-9))
        _require_few(parts, following - face)
        cut += [face + (following - face) * part / parts for part in range(1, parts)]
        cut.append(following)
    return cut


@dataclass(frozen=True, slots=True, eq=False)
class LayerDose:
    """The dose in the small cells of any layer.

    Parameters
    ----------
    samples : array
        Voxels around the structure, or the coefficients of their spline. [Gy]
    mean_z, rise_z, corners_y, corners_x, centres_y, centres_x : Taps
        From the samples to the layers, and to the corners and centres of the cells.
    parts_y, parts_x : int
        Cells per voxel.
    lowest, highest : float
        No interpolated dose is outside them. [Gy]
    """

    samples: Floats
    mean_z: Taps
    rise_z: Taps
    corners_y: Taps
    corners_x: Taps
    centres_y: Taps
    centres_x: Taps
    parts_y: int
    parts_x: int
    lowest: float
    highest: float

    @classmethod
    def of(
        cls,
        grid: Grid,
        layers: Layers,
        at_y: Floats,
        at_x: Floats,
        method: Method,
    ) -> LayerDose:
        """Prepare the voxels around a structure for a method of interpolation."""
        if method == "cubic":
            require_even(grid.nodes[0])
        ends = np.array([layers.low.min(), layers.high.max()])
        spans = [_window(along, at, method) for along, at in zip(grid.nodes, (ends, at_y, at_x), strict=True)]
        z, y, x = (along[span] for along, span in zip(grid.nodes, spans, strict=True))
        view = grid.array[tuple(spans)]
        # A copy of its own, of one of two kinds: the compiled loop has no form for every view and every number.
        block: Floats = np.array(view, dtype=np.float32 if view.dtype == np.float32 else np.float64, order="C")
        mean_z, rise_z = layer_taps(z, layers.low, layers.high, method)
        step_y, step_x = float(at_y[1] - at_y[0]), float(at_x[1] - at_x[0])
        return cls(
            coefficients(block, method),
            mean_z,
            rise_z,
            value_taps(y, at_y, method, step_y),
            value_taps(x, at_x, method, step_x),
            value_taps(y, (at_y[1:] + at_y[:-1]) / 2.0, method),
            value_taps(x, (at_x[1:] + at_x[:-1]) / 2.0, method),
            round(float(y[1] - y[0]) / step_y),
            round(float(x[1] - x[0]) / step_x),
            max(float(block.min()), 0.0) if method == "linear" else 0.0,
            max(float(block.max()), 0.0) * (1.0 if method == "linear" else OVERSHOOT),
        )

    def at(self, layers: Integers) -> Field:
        """Return mean and rises in all cells of some layers, flat."""
        mean, rise = self.corners(layers)
        both, change = mean[:, 1:] + mean[:, :-1], mean[:, 1:] - mean[:, :-1]
        return (
            ((both[:, :, 1:] + both[:, :, :-1]) / 4.0).ravel(),
            ((both[:, :, 1:] - both[:, :, :-1]) / 2.0).ravel(),
            ((change[:, :, 1:] + change[:, :, :-1]) / 2.0).ravel(),
            rise.ravel(),
        )

    def corners(self, layers: Integers) -> tuple[Floats, Floats]:
        """Return the mean dose at the corners of all cells of some layers, and the rise through their middles."""
        mean = self._spread(self.mean_z.of(layers), self.corners_y, self.corners_x)
        return mean, self._spread(self.rise_z.of(layers), self.centres_y, self.centres_x)

    def _spread(self, z: Taps, y: Taps, x: Taps) -> Floats:
        planes = z.along(self.samples, 0)
        return x.along(y.along(planes, 1, self.parts_y), 2, self.parts_x)


def _window(nodes: Floats, at: Floats, method: Method) -> slice:
    """Return the voxels that the dose between the first and the last place depends on."""
    around = 1 if method == "linear" else PAD
    first = int(np.searchsorted(nodes, at[0], side="right")) - 1 - around
    last = int(np.searchsorted(nodes, at[-1], side="left")) + 1 + around
    return slice(max(0, min(first, len(nodes) - 2)), max(2, min(last, len(nodes))))
