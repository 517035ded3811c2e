"""Solids of revolution about z as contours, dose grids as formulas, and the closed forms they are held against."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from rtcalc.geometry.values import ContourSet, Grid

CORNERS = 360


def circle(radius: float, z: float, centre: tuple[float, float] = (0.0, 0.0), corners: int = CORNERS) -> np.ndarray:
    """A polygon with exactly the area of the circle."""
    angle = np.arange(corners) * 2.0 * np.pi / corners
    equal = np.sqrt(2.0 * np.pi / corners / np.sin(2.0 * np.pi / corners))
    x, y = centre[0] + equal * radius * np.cos(angle), centre[1] + equal * radius * np.sin(angle)
    return np.column_stack((x, y, np.full(corners, z)))


def rectangle(x0: float, x1: float, y0: float, y1: float, z: float) -> np.ndarray:
    return np.array([(x0, y0, z), (x1, y0, z), (x1, y1, z), (x0, y1, z)])


def heights(half: float, slice_mm: float) -> np.ndarray:
    """Planes in the middle of slices that fill -half to half."""
    return np.arange(-half + slice_mm / 2.0, half, slice_mm)


def cylinder(radius: float, half: float, slice_mm: float, centre: tuple[float, float] = (0.0, 0.0)) -> ContourSet:
    return stack("cylinder", [circle(radius, z, centre) for z in heights(half, slice_mm)], slice_mm)


def stack(name: str, contours: Sequence[np.ndarray], slice_mm: float) -> ContourSet:
    return ContourSet.from_points(name, contours, slice_mm)


def grid_of(
    dose: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray],
    low: tuple[float, float, float] = (-30.3, -29.6, -30.7),
    high: float = 31.0,
    step: tuple[float, float, float] = (2.5, 2.5, 2.5),
) -> Grid:
    """A grid of a formula of x, y and z, with steps along x, y and z; it is never aligned with the contours."""
    x, y, z = (np.arange(begin, high, along) for begin, along in zip(low, step, strict=True))
    values = np.broadcast_to(dose(x[None, None, :], y[None, :, None], z[:, None, None]), (len(z), len(y), len(x)))
    return Grid.regular(values.astype(np.float32), low, step[::-1])


def segment(radius: np.ndarray | float, above: np.ndarray | float) -> np.ndarray:
    """Area of the part of a disc with y above a chord: r^2 (arccos q - q sqrt(1 - q^2)), q = above / r."""
    q = np.clip(np.asarray(above) / radius, -1.0, 1.0)
    return np.asarray(radius) ** 2 * (np.arccos(q) - q * np.sqrt(1.0 - q * q))


def dose_at(volume_from: Callable[[float], float], wanted: float, low: float, high: float) -> float:
    """The dose that `wanted` of the volume gets at least, from a falling closed form, by bisection."""
    for _ in range(60):
        middle = (low + high) / 2.0
        low, high = (middle, high) if volume_from(middle) >= wanted else (low, middle)
    return low
