"""The dose-volume histogram of a contoured structure, without a mask and without sampling points.

Each slab is cut at the planes of the dose grid into layers. In the plane, cells of the dose grid are cut into smaller
ones; the exact area, centroid and second moments of the part inside the contour come from its edges. The dose of that
part is the interpolated dose at its centroid; its spread is a uniform distribution with the variance that the local
gradient gives to that shape. Volumes are exact for the slabs, and so is a linear dose along any axis of the grid.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from rtcalc.dvh import Dvh
from rtcalc.errors import DomainError
from rtcalc.geometry.cells import OUTSIDE, Cells, Pieces
from rtcalc.geometry.interpolation import Method
from rtcalc.geometry.kernels import Loops, chosen, compiled
from rtcalc.geometry.layers import Field, LayerDose
from rtcalc.geometry.ramps import Ramps
from rtcalc.geometry.slabs import MM3_PER_CC, Body, body_of
from rtcalc.geometry.values import ContourSet, Grid

BIN_GRAY = 0.01
MOST_BINS = 20_000


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
    if work.inside <= 0.0:
        raise DomainError(OUTSIDE.format(body.name))
    curve, covered = curve_of(body, work.ramps, work.inside, organ=organ, course=course)
    return Computed(curve, covered, body.notes, method)


def curve_of(body: Body, ramps: Ramps, inside: float, *, organ: str, course: str) -> tuple[Dvh, float]:
    """Return the curve of what was collected, and the part of the body that it is of, 0 to 1.

    Parameters
    ----------
    inside : float
        Volume that was collected, above zero; what the body has beyond it lies outside the dose. [mm3]
    """
    total = body.volume_cc * MM3_PER_CC
    inside = min(inside, total)
    edges, volume = ramps.bins(inside)
    outside = 0.0 if total - inside < 1e-9 * total else (total - inside) / MM3_PER_CC
    curve = Dvh(
        organ=organ,
        course=course,
        edges_gray=edges,
        volume_cc=volume / MM3_PER_CC,
        volume_outside_grid_cc=outside,
    )
    return curve, 1.0 - outside * MM3_PER_CC / total


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
    largest_first = sorted(structures.items(), key=lambda item: -_edges(item[1]))  # so that none is waited for alone
    with ThreadPoolExecutor(max_workers=threads) as pool:
        found = dict(zip((name for name, _ in largest_first), pool.map(one, largest_first), strict=True))
    return {name: found[name] for name in structures}


def _edges(contours: ContourSet | Body) -> int:
    if isinstance(contours, Body):
        return len(contours.edges.plane)
    return sum(len(loop) for plane in contours.planes for loop in plane.loops)


@dataclass(slots=True, eq=False)
class _Work:
    """One structure on one grid: its small cells, and the taps between them and the voxels."""

    cells: Cells
    dose: LayerDose
    ramps: Ramps
    loops: Loops | None
    inside: float = 0.0

    @classmethod
    def of(cls, body: Body, grid: Grid, method: Method, bin_gray: float, loops: Loops | None) -> _Work:
        cells = Cells.of(body, grid.nodes)
        dose = LayerDose.of(grid, cells.layers, cells.at_y, cells.at_x, method)
        width = max(bin_gray, dose.highest / MOST_BINS)
        return cls(cells, dose, Ramps(dose.lowest, dose.highest, width), loops)

    def run(self) -> None:
        """Go through the cells, by the compiled loop where there is one."""
        if self.loops is not None:
            self._run_loop(self.loops)
            return
        for layers, pieces in self.cells.chunks():
            self._add(self.dose.at(layers), pieces)

    def _run_loop(self, loops: Loops) -> None:
        edges, raster, dose, layers = self.cells.body.edges, self.cells.raster, self.dose, self.cells.layers
        planes = np.arange(len(self.cells.body.low) + 1)
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

    def _add(self, field: Field, pieces: Pieces) -> None:
        mean, across, down, rise = (values[pieces.at] for values in field)
        shape = pieces.shape
        if shape is None:
            spread = np.sqrt(across * across + down * down + rise * rise)
            reach = (np.abs(across) + np.abs(down) + np.abs(rise)) / 2.0
        else:
            mean = mean + across * shape.du + down * shape.dv
            in_plane = across * across * shape.uu + down * down * shape.vv
            in_plane += 2.0 * across * down * shape.uv
            spread = np.sqrt(12.0 * np.maximum(in_plane, 0.0) + rise * rise)
            reach = spread / 2.0
        self.inside += float(pieces.volume.sum())
        self.ramps.see(float((mean - reach).min()), float((mean + reach).max()))
        self.ramps.add(mean, spread, pieces.volume)
