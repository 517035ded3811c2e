"""What exact slabs cost and gain over a plain mask of voxel centres: ratios and errors, measured in one run.

Run with `python benchmarks/bench_dvh.py`; no argument, about a minute. With numba installed (extra `fast`) it is used.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

from rtcalc.geometry.dvh_engine import dvh, dvhs
from rtcalc.geometry.kernels import compiled
from rtcalc.geometry.values import ContourSet, Grid
from rtcalc.limits import Metric

SLICE, STEP, ROUNDS = 2.0, 2.5, 5
METRICS = ("D95%", "D50%", "D2%", "Dmean")


def ellipse(a: float, b: float, x: float, y: float, z: float) -> np.ndarray:
    corners = max(24, int(2.0 * np.pi * max(a, b)))
    angle = 2.0 * np.pi * np.arange(corners) / corners
    equal = np.sqrt(2.0 * np.pi / corners / np.sin(2.0 * np.pi / corners))
    return np.column_stack((x + equal * a * np.cos(angle), y + equal * b * np.sin(angle), np.full(corners, z)))


def plan(seed: int = 3) -> tuple[Grid, dict[str, ContourSet]]:
    """A body and 20 organs of ellipsoids, some hollow, on 4 million voxels."""
    rng = np.random.default_rng(seed)
    x, y, z = (np.arange(low, -low, STEP) for low in (-220.0, -150.0, -180.0))
    hill = 60.0 * np.exp(-(x[None, None, :] ** 2 + y[None, :, None] ** 2 + z[:, None, None] ** 2) / 5000.0)
    grid = Grid.regular(hill.astype(np.float32), (x[0], y[0], z[0]), (STEP,) * 3)
    found = {"Body": solid("Body", (0.0, 0.0, 0.0), (200.0, 130.0, 400.0))}
    for number in range(20):
        centre, semi = rng.uniform(-70.0, 70.0, 3), rng.uniform(8.0, 45.0, 3)
        found[f"Organ{number}"] = solid(f"Organ{number}", tuple(centre), tuple(semi), hollow=number % 4 == 0)
    return grid, found


def solid(
    name: str, centre: tuple[float, ...], semi: tuple[float, ...], hollow: bool = False, slice_mm: float = SLICE
) -> ContourSet:
    loops = []
    for z in np.arange(-170.0 + slice_mm / 2.0, 170.0, slice_mm):
        for size in (1.0, 0.6) if hollow else (1.0,):
            share = 1.0 - ((z - centre[2]) / (size * semi[2])) ** 2
            if share > 0.01:
                loops.append(ellipse(*(size * half * share**0.5 for half in semi[:2]), *centre[:2], z))
    return ContourSet.from_points(name, loops, slice_mm)


def mask_doses(contours: ContourSet, grid: Grid) -> np.ndarray:
    """Doses of the voxels whose centre lies inside the contour of the nearest plane: the plain way."""
    z, y, x = grid.nodes
    planes = np.array([plane.z for plane in contours.planes])
    found = []
    for level, at in enumerate(z):
        nearest = int(np.abs(planes - at).argmin())
        if abs(planes[nearest] - at) > (contours.slice_spacing or 0.0) / 2.0:
            continue
        loops = contours.planes[nearest].loops
        points = np.concatenate(loops)
        rows = np.flatnonzero((y >= points[:, 1].min()) & (y <= points[:, 1].max()))
        columns = np.flatnonzero((x >= points[:, 0].min()) & (x <= points[:, 0].max()))
        inside = np.zeros((len(rows), len(columns)), dtype=bool)
        for loop in loops:
            for (x0, y0), (x1, y1) in zip(loop, np.roll(loop, -1, axis=0), strict=True):
                spans = (y0 <= y[rows]) != (y1 <= y[rows])
                if spans.any():
                    cross = x0 + (x1 - x0) * (y[rows][spans] - y0) / (y1 - y0)
                    inside[spans] ^= x[columns][None, :] < cross[:, None]
        found.append(grid.array[level][np.ix_(rows, columns)][inside])
    return np.concatenate(found)


def speed() -> None:
    grid, organs = plan()
    sides: dict[str, Callable[[], object]] = {
        "mask of voxel centres": lambda: [np.sort(mask_doses(one, grid)) for one in organs.values()],
        "slabs, arrays": lambda: [dvh(one, grid, organ=name, course="1", fast=False) for name, one in organs.items()],
        "slabs": lambda: dvhs(organs, grid, course="1"),
        "slabs, cubic": lambda: dvhs(organs, grid, course="1", method="cubic"),
    }
    print(f"{len(organs)} structures, {grid.dose.size / 1e6:.1f} M voxels, numba: {'yes' if compiled() else 'no'}")
    seconds = turns(sides, ROUNDS)
    for name, taken in seconds.items():
        print(f"{name:<24} {taken:6.2f} s   mask / this {seconds['mask of voxel centres'] / taken:6.2f}")
    print(f"{'cubic / linear':<24} {seconds['slabs, cubic'] / seconds['slabs']:6.2f}   goal 2")


def turns(sides: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in sides}
    for turn in range(rounds + 1):
        for name, job in sides.items():
            start = time.perf_counter()
            job()
            if turn:  # the first one compiles and fills caches
                times[name].append(time.perf_counter() - start)
    return {name: statistics.median(taken) for name, taken in times.items()}


def accuracy() -> None:
    """A sphere of 12 mm in a gradient of 1 Gy/mm along y: truth by quadrature of the discs."""
    sphere = solid("sphere", (0.37, 0.61, 0.4), (12.0, 12.0, 12.0))
    y = np.arange(-60.3, 60.0, STEP)
    grid = Grid.regular(np.broadcast_to((30.0 + y)[None, :, None], (len(y),) * 3), (y[0],) * 3, (STEP,) * 3)
    radii = np.array([np.ptp(plane.loops[0][:, 1]) / 2.0 for plane in sphere.planes])
    depth = np.linspace(-12.5, 12.5, 20001)
    chords = 2.0 * np.sqrt(np.maximum(radii[:, None] ** 2 - depth**2, 0.0)).sum(axis=0)
    above = np.cumsum(chords[::-1])[::-1] / chords.sum()
    truth = {f"D{share}%": 30.61 + np.interp(-share / 100.0, -above, depth) for share in (95, 50, 2)}
    doses = np.sort(mask_doses(sphere, grid))[::-1]
    found = dvh(sphere, grid, organ="sphere", course="1").dvh
    print("\nsphere of 12 mm, 1 Gy/mm along y, 2.5 mm voxels: error in Gy")
    for metric, gray in truth.items():
        counted = doses[min(int(float(metric[1:-1]) / 100.0 * len(doses)), len(doses) - 1)]
        exact = found.value(Metric.parse(metric))[0]
        print(f"{metric:<6} mask {counted - gray:+.3f}   slabs {exact - gray:+.4f}")


if __name__ == "__main__":
    speed()
    accuracy()
