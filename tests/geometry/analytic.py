"""Solids of revolution in doses with closed forms: what every metric is, for the slabs and for the solid itself.

*Slab*: each contour's disc, half a slice up and down, all that a reader of contours can know. *Solid*: the mathematical
body; the difference to it is how finely it was sliced, whoever computes. After Nelms et al. 2015, Med Phys 42:4435.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rtcalc.geometry.values import ContourSet, Grid
from tests.geometry.phantoms import circle, dose_at, segment

KINDS = ("sphere", "cylinder", "cone", "ring", "shell")
DOSES = ("SI", "AP", "Gaussian", "uniform")
METRICS = ("volume", "D95%", "D50%", "D2%", "D0.03cc", "Dmean")
RADIUS, HOLE, HALF, SIGMA, PEAK, MIDDLE, EVEN = 12.0, 6.0, 12.0, 10.0, 60.0, 30.0, 50.0
CORNERS = 180
FINE = 4000


@dataclass(frozen=True)
class Analytic:
    """A solid (radius and half height 12 mm) cut in slices, on a grid that is never aligned with it."""

    kind: str
    dose: str
    slice_mm: float
    step: float
    shifted: bool

    def __str__(self) -> str:
        return f"{self.kind}, {self.dose}, slices {self.slice_mm:g} mm, voxels {self.step:g} mm, shifted {self.shifted}"

    @property
    def centre(self) -> tuple[float, float, float]:
        return (0.37, 0.61, 0.23 * self.slice_mm) if self.shifted else (0.0, 0.0, 0.0)

    def radii(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Outer and inner radius at heights from the centre."""
        round_ = {size: np.sqrt(np.clip(size**2 - z * z, 0.0, None)) for size in (RADIUS, HOLE)}
        inside = np.abs(z) <= HALF
        if self.kind in ("sphere", "shell"):
            return round_[RADIUS], round_[HOLE] if self.kind == "shell" else 0.0 * z
        outer = RADIUS * (0.5 - z / (2.0 * HALF)) if self.kind == "cone" else np.full_like(z, RADIUS)
        return np.where(inside, outer, 0.0), np.where(inside & (self.kind == "ring"), HOLE, 0.0)

    @property
    def planes(self) -> np.ndarray:
        """Heights of the contours from the centre."""
        levels = np.arange(-24.0, 24.0, self.slice_mm) + self.slice_mm / 2.0 - self.centre[2]
        return levels[(np.abs(levels) < HALF) & (self.radii(levels)[0] > 0.05)]

    def contours(self) -> ContourSet:
        x, y, z = self.centre
        loops = []
        for level, outer, inner in zip(self.planes, *self.radii(self.planes), strict=True):
            loops += [circle(radius, level + z, (x, y), CORNERS) for radius in (outer, inner) if radius > 0.05]
        return ContourSet.from_points(self.kind, loops, self.slice_mm)

    def grid(self) -> Grid:
        low = (-30.3 + 0.45 * self.shifted, -34.7, -25.9)
        x, y, z = (
            np.arange(begin, 26.0 + self.step, self.step) - at for begin, at in zip(low, self.centre, strict=True)
        )
        z, y, x = z[:, None, None], y[None, :, None], x[None, None, :]
        gray = {
            "SI": MIDDLE + z + 0.0 * (x + y),
            "AP": MIDDLE + y + 0.0 * (x + z),
            "Gaussian": PEAK * np.exp(-(x * x + y * y + z * z) / (2.0 * SIGMA**2)),
            "uniform": EVEN + 0.0 * (x + y + z),
        }[self.dose]
        return Grid.regular(np.clip(gray, 0.0, None), low, (self.step,) * 3)

    def truth(self, solid: bool = False) -> dict[str, float]:
        """Volume in cc, doses in Gy."""
        if solid:
            z, thick = ((np.arange(FINE) + 0.5) / FINE * 2.0 - 1.0) * HALF, 2.0 * HALF / FINE
            outer, inner = self.radii(z)
        else:
            parts = 100
            thick = self.slice_mm / parts
            z = (self.planes[:, None] + ((np.arange(parts) + 0.5) / parts - 0.5) * self.slice_mm).ravel()
            outer, inner = (np.repeat(radius, parts) for radius in self.radii(self.planes))
        area = np.pi * (outer**2 - inner**2)
        whole = float(area.sum() * thick)

        def volume_from(dose: float) -> float:
            if self.dose == "SI":  # each layer is even between its faces
                return float((area * np.clip(z + thick / 2.0 - (dose - MIDDLE), 0.0, thick)).sum())
            if self.dose == "AP":
                holes = segment(np.maximum(inner, 1e-12), dose - MIDDLE)
                return float((segment(np.maximum(outer, 1e-12), dose - MIDDLE) - holes).sum() * thick)
            reach = -2.0 * SIGMA**2 * np.log(max(dose, 1e-9) / PEAK) - z * z
            within = np.minimum(np.clip(reach, 0.0, None), outer**2)
            return float(np.pi * np.clip(within - inner**2, 0.0, None).sum() * thick)

        found = {"volume": whole / 1000.0}
        for metric in METRICS[1:-1]:
            wanted = 30.0 if metric == "D0.03cc" else whole * float(metric[1:-1]) / 100.0
            found[metric] = EVEN if self.dose == "uniform" else dose_at(volume_from, wanted, 0.0, PEAK)
        found["Dmean"] = self._mean(z, outer, inner, area)
        return found

    def _mean(self, z: np.ndarray, outer: np.ndarray, inner: np.ndarray, area: np.ndarray) -> float:
        """Over a disc the Gaussian is 2 pi s^2 (exp(-inner^2 / 2 s^2) - exp(-outer^2 / 2 s^2)), times its height."""
        if self.dose == "Gaussian":
            rim, hole, height = (np.exp(-(at**2) / (2.0 * SIGMA**2)) for at in (outer, inner, z))
            return float(PEAK * 2.0 * np.pi * SIGMA**2 * (height * (hole - rim)).sum() / area.sum())
        if self.dose == "SI":
            return MIDDLE + float((area * z).sum() / area.sum())
        return MIDDLE if self.dose == "AP" else EVEN


def cases(doses: tuple[str, ...] = DOSES) -> Iterator[Analytic]:
    """All solids in slices of 1 to 3 mm and voxels of 2.5 and 3 mm, on and off the centre."""
    for slice_mm, step in ((1.0, 2.5), (2.0, 2.5), (3.0, 2.5), (3.0, 3.0)):
        for shifted in (False, True):
            for dose in doses:
                for kind in KINDS:
                    yield Analytic(kind, dose, slice_mm, step, shifted)
