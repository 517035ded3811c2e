"""The small cells that a structure is made of: how long they are, and what of each lies inside it, in chunks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from rtcalc.errors import DomainError
from rtcalc.geometry.edges import Integers
from rtcalc.geometry.layers import Layers, lattice, raster_of
from rtcalc.geometry.moments import Cover, Raster, cover
from rtcalc.geometry.slabs import MM3_PER_CC, Body
from rtcalc.geometry.values import Floats

CELLS_AIMED_AT = 30_000
MOST_CELLS = 4_000_000
FINEST_MM = 0.8
CELLS_AT_ONCE = 60_000
OUTSIDE = "{}: lies wholly outside the dose grid, so it has no dose; check that both are of one frame of reference"


class Shape(NamedTuple):
    """What of some cells lies inside: centroid and central second moments, as in `moments.Cover`."""

    du: Floats
    dv: Floats
    uu: Floats
    uv: Floats
    vv: Floats


class Pieces(NamedTuple):
    """Cells of some layers.

    Attributes
    ----------
    at : array
        Flat index of each cell among those of the layers.
    volume : array
        Of the structure in each. [mm3]
    shape : Shape or None
        None: whole cells.
    """

    at: Integers
    volume: Floats
    shape: Shape | None


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """A body cut at the planes of a dose raster into layers, and each layer into small cells.

    Parameters
    ----------
    body : Body
    raster : Raster
        Of the cells of a plane.
    layers : Layers
    at_y, at_x : arrays
        Corners of the cells. [mm]
    """

    body: Body
    raster: Raster
    layers: Layers
    at_y: Floats
    at_x: Floats

    @classmethod
    def of(cls, body: Body, nodes: tuple[Floats, Floats, Floats]) -> Cells:
        """Cut a body for a dose at these nodes, rising z, y and x. [mm]

        Raises
        ------
        DomainError
            The body lies wholly outside the dose.
        """
        size, edges = cell_size(body), body.edges
        at_y = lattice(nodes[1], edges.y0, size)
        at_x = lattice(nodes[2], edges.x0, size)
        layers = Layers.of(body, nodes[0], 2.0 * size)
        if not (len(at_y) and len(at_x) and len(layers.low)):
            raise DomainError(OUTSIDE.format(body.name))
        return cls(body, raster_of(at_y, at_x), layers, at_y, at_x)

    def chunks(self) -> Iterator[tuple[Integers, Pieces]]:
        """Yield layers, one of each plane at most, and the cells of them that are inside; whole cells first.

        Arrays come in chunks that stay in the cache of the processor.
        """
        per_plane = self.raster.rows * self.raster.columns
        chunk = max(1, CELLS_AT_ONCE // per_plane)
        planes = self.body.edges.plane
        for begin in range(0, len(self.body.low), chunk):
            end = min(begin + chunk, len(self.body.low))
            edges = self.body.edges.of(slice(*np.searchsorted(planes, [begin, end]))).shifted(-begin)
            if len(edges.plane):
                yield from self._chunk(cover(edges, end - begin, self.raster), begin, end)

    def _chunk(self, cells: Cover, begin: int, end: int) -> Iterator[tuple[Integers, Pieces]]:
        per_plane, area = self.raster.rows * self.raster.columns, self.raster.step_y * self.raster.step_x
        for turn in range(self.layers.most):
            layers = self.layers.numbered(turn, begin, end)
            if not len(layers):
                continue
            where = np.full(end - begin, -1)
            where[self.layers.plane[layers] - begin] = np.arange(len(layers))
            whole = area * (self.layers.high - self.layers.low)[layers]
            _, index = _moved(cells.full, where, per_plane)
            if len(index):
                yield layers, Pieces(index, whole[index // per_plane], None)
            kept, index = _moved(cells.part, where, per_plane)
            if len(index):
                shape = Shape(*(each[kept] for each in (cells.du, cells.dv, cells.uu, cells.uv, cells.vv)))
                yield layers, Pieces(index, whole[index // per_plane] * cells.share[kept], shape)


def cell_size(body: Body) -> float:
    """Return how long the sides of the small cells may be: finer for small bodies, coarser for scattered ones. [mm]"""
    edges = body.edges
    box = float(np.ptp(edges.x0) * np.ptp(edges.y0) * (body.high - body.low).sum())
    wanted = max(body.volume_cc * MM3_PER_CC / CELLS_AIMED_AT, box / MOST_CELLS)
    return max(FINEST_MM, float(np.cbrt(wanted)))


def _moved(index: Integers, where: Integers, per_plane: int) -> tuple[Integers, Integers]:
    """Return which cells have a layer in this turn, and their flat index among the layers of the turn."""
    target = where[index // per_plane]
    kept = np.flatnonzero(target >= 0)
    return kept, target[kept] * per_plane + index[kept] % per_plane
