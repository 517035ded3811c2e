"""The dose-volume histogram of a contoured structure, without a mask and without sampling points.

Each slab is cut at the planes of the dose grid into layers. In the plane, cells of the dose grid are cut into smaller
ones; the exact area, centroid and second moments of the part inside the contour come from its edges. The dose of that
part is the interpolated dose at its centroid; its spread is a uniform distribution with the variance that the local
gradient gives to that shape. Volumes are exact for the slabs, and so is a linear dose along any axis of the grid.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from rtcalc.dvh import Dvh
from rtcalc.errors import DomainError
from rtcalc.geometry.edges import Integers
from rtcalc.geometry.interpolation import Method
from rtcalc.geometry.kernels import Loops, chosen, compiled
from rtcalc.geometry.layers import Field, LayerDose, Layers, lattice, raster_of
from rtcalc.geometry.moments import Cover, Raster, cover
from rtcalc.geometry.ramps import Ramps
from rtcalc.geometry.slabs import MM3_PER_CC, Body, body_of
from rtcalc.geometry.values import ContourSet, Floats, Grid

BIN_GRAY = 0.01
MOST_BINS = 20_000
CELLS_AIMED_AT = 30_000
MOST_CELLS = 4_000_000
FINEST_MM = 0.8
CELLS_AT_ONCE = 60_000
OUTSIDE = "{}: lies wholly outside the dose grid, so it has no dose; check that both are of one frame of reference"


@dataclass(frozen=True, slots=True, eq=False)
class Computed:
    """A curve and what belongs beside it.

    Parameters
    ----------
    dvh : Dvh
        Physical dose.
    covered : float
        Part of the structure that lies in the dose grid, 0 to 1.
    notes : tuple of str
        Gaps, crossing contours, contours that were left out.
    method : {"linear", "cubic"}
        How the dose was interpolated.
    """

    dvh: Dvh
    covered: float
    notes: tuple[str, ...]
    method: Method


def dvh(
    contours: ContourSet | Body,
    grid: Grid,
    *,
    organ: str,
    course: str,
    method: Method = "linear",
    bin_gray: float = BIN_GRAY,
    fast: Loops | bool = True,
) -> Computed:
    """Compute the dose-volume histogram of a structure.

    Parameters
    ----------
    contours : ContourSet or Body
        The structure; a body saves its slabs from being made again.
    grid : Grid
        Physical dose. [Gy]
    organ, course : str
        As in `rtcalc.dvh.Dvh`.
    method : {"linear", "cubic"}
        Interpolation between voxel centres; the difference of the two is an error bar for near-maximum doses.
    bin_gray : float
        Width of a bin; the curve is exact at the edges. [Gy]
    fast : bool
        Use the compiled loops where numba is installed. The numbers are the same with and without.

    Returns
    -------
    Computed

    Raises
    ------
    DomainError
        The structure lies wholly outside the dose grid, has no volume or an unknown thickness, or cubic is asked for
        on uneven planes.

    Notes
    -----
    End caps: a plane reaches half-way to its neighbours and half a slice beyond the ends (see `slabs`).
    The dose grid reaches half a voxel beyond its outer voxel centres; what lies farther out has no dose and is
    counted in `Dvh.volume_outside_grid_cc`.

    Examples
    --------
    >>> square = [(0, 0), (10, 0), (10, 10), (0, 10)]
    >>> box = ContourSet.from_points("Box", [[(x, y, z) for x, y in square] for z in (0, 3, 6)])
    >>> grid = Grid.regular(np.full((9, 9, 9), 20.0), (-4.0, -4.0, -4.0), (2.0, 2.0, 2.0))
    >>> found = dvh(box, grid, organ="Box", course="1")
    >>> round(found.dvh.organ_volume_cc, 9), found.covered
    (0.9, 1.0)
    """
    body = contours if isinstance(contours, Body) else body_of(contours, fast=fast)
    work = _Work.of(body, grid, method, bin_gray, chosen(fast))
    work.run()
    total = body.volume_cc * MM3_PER_CC
    inside = min(work.inside, total)
    if inside <= 0.0:
        raise DomainError(OUTSIDE.format(body.name))
    edges, volume = work.ramps.bins(inside)
    outside = 0.0 if total - inside < 1e-9 * total else (total - inside) / MM3_PER_CC
    curve = Dvh(
        organ=organ,
        course=course,
        edges_gray=edges,
        volume_cc=volume / MM3_PER_CC,
        volume_outside_grid_cc=outside,
    )
    return Computed(curve, 1.0 - outside * MM3_PER_CC / total, body.notes, method)


def dvhs(
    structures: Mapping[str, ContourSet | Body],
    grid: Grid,
    *,
    course: str,
    method: Method = "linear",
    bin_gray: float = BIN_GRAY,
    workers: int | None = None,
) -> dict[str, Computed | DomainError]:
    """Compute the curves of several structures, a thread each as far as there are workers.

    Parameters
    ----------
    structures : mapping
        By organ; the other parameters as in `dvh`.
    workers : int, optional
        Threads: by default one for each processor, or a single one without numba, where they would only wait for
        each other.

    Returns
    -------
    dict
        In the order of `structures`; where a structure has no curve, the error that says why, so that one bad
        structure does not take the others with it.
    """

    def one(item: tuple[str, ContourSet | Body]) -> Computed | DomainError:
        try:
            return dvh(item[1], grid, organ=item[0], course=course, method=method, bin_gray=bin_gray)
        except DomainError as problem:
            return problem

    threads = workers or (os.cpu_count() or 1 if compiled() else 1)
    with ThreadPoolExecutor(max_workers=threads) as pool:
        return dict(zip(structures, pool.map(one, structures.items()), strict=True))


@dataclass(slots=True, eq=False)
class _Work:
    """One structure on one grid: the raster of small cells, the layers, and the taps between them and the voxels."""

    body: Body
    raster: Raster
    layers: Layers
    dose: LayerDose
    ramps: Ramps
    loops: Loops | None
    inside: float = 0.0

    @classmethod
    def of(cls, body: Body, grid: Grid, method: Method, bin_gray: float, loops: Loops | None) -> _Work:
        size, edges, nodes = _cell_size(body), body.edges, grid.nodes
        at_y = lattice(nodes[1], edges.y0, size)
        at_x = lattice(nodes[2], edges.x0, size)
        layers = Layers.of(body, nodes[0], 2.0 * size)
        if not (len(at_y) and len(at_x) and len(layers.low)):
            raise DomainError(OUTSIDE.format(body.name))
        dose = LayerDose.of(grid, layers, at_y, at_x, method)
        width = max(bin_gray, dose.highest / MOST_BINS)
        return cls(body, raster_of(at_y, at_x), layers, dose, Ramps(dose.lowest, dose.highest, width), loops)

    def run(self) -> None:
        """Go through the planes, with arrays in chunks that stay in the cache of the processor."""
        if self.loops is not None:
            self._run_loop(self.loops)
            return
        per_plane = self.raster.rows * self.raster.columns
        chunk = max(1, CELLS_AT_ONCE // per_plane)
        planes = self.body.edges.plane
        for begin in range(0, len(self.body.low), chunk):
            end = min(begin + chunk, len(self.body.low))
            edges = self.body.edges.of(slice(*np.searchsorted(planes, [begin, end]))).shifted(-begin)
            if not len(edges.plane):
                continue
            self._chunk(cover(edges, end - begin, self.raster), begin, end)

    def _turns(self, begin: int, end: int) -> Iterator[tuple[Integers, Integers, Floats]]:
        """Yield layers, one of each plane at most; which of them each plane has (or -1); and the volume of a cell."""
        cell = self.raster.step_y * self.raster.step_x
        for turn in range(self.layers.most):
            layers = self.layers.numbered(turn, begin, end)
            if len(layers):
                where = np.full(end - begin, -1)
                where[self.layers.plane[layers] - begin] = np.arange(len(layers))
                yield layers, where, cell * (self.layers.high - self.layers.low)[layers]

    def _chunk(self, cells: Cover, begin: int, end: int) -> None:
        per_plane = self.raster.rows * self.raster.columns
        for layers, where, area in self._turns(begin, end):
            field = self.dose.at(layers)
            self._add(field, area, per_plane, *_moved(cells.full, where, per_plane))
            self._add(field, area, per_plane, *_moved(cells.part, where, per_plane), cells)

    def _run_loop(self, loops: Loops) -> None:
        edges, raster, dose, layers = self.body.edges, self.raster, self.dose, self.layers
        planes = np.arange(len(self.body.low) + 1)
        inside, lowest, highest = loops.add_slabs(
            (edges.x0, edges.y0, edges.x1, edges.y1),
            np.searchsorted(edges.plane, planes),
            (raster.y, raster.x, raster.step_y, raster.step_x, raster.rows, raster.columns),
            np.searchsorted(layers.plane, planes),
            layers.high - layers.low,
            dose.samples,
            (dose.mean_z.index, dose.mean_z.weight, dose.rise_z.weight),
            (dose.corners_y.index, dose.corners_y.weight, dose.centres_y.index, dose.centres_y.weight),
            (dose.corners_x.index, dose.corners_x.weight, dose.centres_x.index, dose.centres_x.weight),
            self.ramps.width,
            (self.ramps.lowest, self.ramps.highest),
            self.ramps.bend,
        )
        self.inside = inside
        self.ramps.see(lowest, highest)

    def _add(
        self, field: Field, area: Floats, per_plane: int, kept: Integers, index: Integers, cells: Cover | None = None
    ) -> None:
        if not len(index):
            return
        volume = area[index // per_plane]
        mean, across, down, rise = (values[index] for values in field)
        if cells is None:
            spread = np.sqrt(across * across + down * down + rise * rise)
            reach = (np.abs(across) + np.abs(down) + np.abs(rise)) / 2.0
        else:
            volume = volume * cells.share[kept]
            mean = mean + across * cells.du[kept] + down * cells.dv[kept]
            in_plane = across * across * cells.uu[kept] + down * down * cells.vv[kept]
            in_plane += 2.0 * across * down * cells.uv[kept]
            spread = np.sqrt(12.0 * np.maximum(in_plane, 0.0) + rise * rise)
            reach = spread / 2.0
        self.inside += float(volume.sum())
        self.ramps.see(float((mean - reach).min()), float((mean + reach).max()))
        self.ramps.add(mean, spread, volume)


def _cell_size(body: Body) -> float:
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
