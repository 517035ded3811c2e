"""Between the voxel centres: linear and cubic interpolation along one axis, as taps (which samples, which weights).

Linear is what planning systems mostly do and the default. Cubic is the interpolating cubic spline: through curved dose
it is nearer to the truth (linear cuts every hill by h^2/8 of its curvature), at steep edges it may swing over.
Beyond the outer voxel centres the dose stays that of the nearest one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from rtcalc.errors import DomainError
from rtcalc.geometry.values import Floats

Method = Literal["linear", "cubic"]
Integers = npt.NDArray[np.integer[Any]]

PAD = 7
"""Voxels around a structure that its spline sees: what is farther away weighs less than 1e-4."""

PLANES_AT_ONCE = 8


@dataclass(frozen=True, slots=True, eq=False)
class Taps:
    """For each wanted place along an axis: which samples, and their weights."""

    index: Integers
    weight: Floats

    def of(self, places: Integers) -> Taps:
        """Return the taps of some places."""
        return Taps(self.index[places], self.weight[places])

    def along(self, samples: Floats, axis: int, phases: int = 1) -> Floats:
        """Return the samples combined, along one axis.

        Parameters
        ----------
        phases : int
            Every so many places the samples move on by one: then slices do what an index array would do more slowly.
        """
        shape = [len(self.index) if at == axis else size for at, size in enumerate(samples.shape)]
        result: Floats = np.empty(shape)
        for phase in range(min(phases, len(self.index))):
            every = slice(phase, None, phases)
            result[_at(axis, every)] = self._combined(samples, axis, self.index[every], self.weight[every])
        return result

    @staticmethod
    def _combined(samples: Floats, axis: int, index: Integers, weight: Floats) -> Floats:
        even = np.array_equal(index[:, 0], index[0, 0] + np.arange(len(index)))
        shape = [1] * samples.ndim
        shape[axis] = -1
        result: Floats | None = None
        for tap in range(index.shape[1]):
            if not weight[:, tap].any():
                continue
            span = slice(int(index[0, tap]), int(index[0, tap]) + len(index)) if even else index[:, tap]
            part = samples[_at(axis, span)] * weight[:, tap].reshape(shape)
            result = part if result is None else np.add(result, part, out=result)
        return np.zeros(1) if result is None else result


def _at(axis: int, what: Any) -> tuple[Any, ...]:
    return (*(slice(None),) * axis, what)


def coefficients(samples: Floats, method: Method) -> Floats:
    """Return what the taps are applied to: the samples, or for a spline its coefficients, one more at each end."""
    if method == "linear":
        return samples
    planes, rows, columns = samples.shape
    result: Floats = np.empty((planes + 2, rows + 2, columns + 2))
    for begin in range(0, planes, PLANES_AT_ONCE):  # in the plane a few at a time: a turned copy of all is too large
        block = samples[begin : begin + PLANES_AT_ONCE]
        for axis in (1, 2):
            block = np.moveaxis(_spline(np.moveaxis(block, axis, 0)), 0, axis)
        result[1 + begin : 1 + begin + len(block)] = block
    _solve(result)
    return result


def _spline(samples: Floats) -> Floats:
    """Return the coefficients along the first axis: one more at each end."""
    result: Floats = np.empty((len(samples) + 2, *samples.shape[1:]))
    result[1:-1] = samples
    _solve(result)
    return result


def _solve(values: Floats) -> None:
    """Turn samples, between a free place at each end, into the coefficients of the spline that is straight there.

    The system (c[i-1] + 4 c[i] + c[i+1]) / 6 = sample[i] between known ends is solved by elimination.
    """
    inner = values[1:-1]
    share = np.zeros(len(inner))
    for row in range(1, len(inner) - 1):
        share[row] = 1.0 / (4.0 - share[row - 1])
        inner[row] *= 6.0
        inner[row] -= inner[row - 1]
        inner[row] *= share[row]
    for row in range(len(inner) - 2, 0, -1):
        inner[row] -= share[row] * inner[row + 1]
    values[0] = 2.0 * inner[0] - inner[1]
    values[-1] = 2.0 * inner[-1] - inner[-2]


def place(nodes: Floats, at: Floats) -> tuple[Integers, Floats]:
    """Return the cell (between which two nodes) and the share of it, for places that are held inside the nodes."""
    held = np.clip(at, nodes[0], nodes[-1])
    cell = np.clip(np.searchsorted(nodes, held, side="right") - 1, 0, len(nodes) - 2)
    return cell, (held - nodes[cell]) / (nodes[cell + 1] - nodes[cell])


def value_taps(nodes: Floats, at: Floats, method: Method, cell_step: float = 0.0) -> Taps:
    """Return taps for the dose at places along an axis.

    Parameters
    ----------
    nodes, at : arrays
        Voxel centres and wanted places. [mm]
    cell_step : float
        With a step, cubic values are lowered by step^2/12 of the curvature: the mean of the two ends of a cell is then
        the mean of the spline over that cell, up to the fourth order. [mm]
    """
    cell, t = place(nodes, at)
    if method == "linear":
        return Taps(np.stack((cell, cell + 1), axis=1), np.stack((1.0 - t, t), axis=1))
    s = 1.0 - t
    weight = np.stack(
        (s**3, 4.0 - 6.0 * t**2 + 3.0 * t**3, 4.0 - 6.0 * s**2 + 3.0 * s**3, t**3),
        axis=1,
    )
    bend = np.stack((s, 1.0 - 3.0 * s, 1.0 - 3.0 * t, t), axis=1)
    # Where the dose is held at the border there is no curvature.
    share = np.where((at < nodes[0]) | (at > nodes[-1]), 0.0, cell_step / (nodes[cell + 1] - nodes[cell]))
    index = cell[:, None] + np.arange(4)
    return Taps(index, weight / 6.0 - share[:, None] ** 2 / 12.0 * bend)


def layer_taps(nodes: Floats, low: Floats, high: Floats, method: Method) -> tuple[Taps, Taps]:
    """Return taps for the mean dose of layers that do not reach over a node, and for its rise across them.

    Notes
    -----
    Simpson's rule is exact here: inside a cell the dose is a polynomial of third degree or less.
    """
    ends = value_taps(nodes, low, method), value_taps(nodes, high, method)
    middle = value_taps(nodes, (low + high) / 2.0, method)
    index = middle.index
    weights = [_aligned(end, index) for end in ends]
    mean = Taps(index, (weights[0] + 4.0 * middle.weight + weights[1]) / 6.0)
    return mean, Taps(index, weights[1] - weights[0])


def _aligned(taps: Taps, index: Integers) -> Floats:
    """Return the weights of taps that begin up to one sample off, on the samples of `index`.

    A layer's face may lie on a node and so be placed into the next cell, where its outer weight is zero.
    """
    shift = taps.index[:, :1] - index[:, :1]
    columns = np.arange(index.shape[1]) - shift
    inside = (columns >= 0) & (columns < index.shape[1])
    return np.where(inside, np.take_along_axis(taps.weight, np.clip(columns, 0, index.shape[1] - 1), axis=1), 0.0)


def require_even(nodes: Floats) -> None:
    """Refuse a spline on uneven planes."""
    steps = np.diff(nodes)
    if np.ptp(steps) > 1e-3 * float(steps.mean()):
        raise DomainError("the planes of the dose are unevenly spaced; cubic needs even ones, linear does not")
