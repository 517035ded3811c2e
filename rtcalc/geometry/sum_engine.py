"""The curve of a sum of courses in EQD2: the dose of each course at a place is converted there, and then added.

EQD2 is a parabola in dose. Between nodes it is therefore no straight line, and a sum that was made at the nodes and
drawn straight between them would lie above the truth, even above the sum of the highest doses. Here every course keeps
its physical dose, linear inside a small cell: the mean EQD2 of the cell is that of its mean dose and, for the parabola,
of the variance of its dose; both are exact. The highest is that of the corner to which the sum rises.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from rtcalc.dvh import Dvh
from rtcalc.errors import DomainError
from rtcalc.geometry.cells import OUTSIDE, Cells, Pieces, Shape
from rtcalc.geometry.dvh_engine import BIN_GRAY, MOST_BINS, curve_of
from rtcalc.geometry.layers import Field, LayerDose
from rtcalc.geometry.ramps import Ramps
from rtcalc.geometry.slabs import Body
from rtcalc.geometry.values import Floats, Grid


@dataclass(frozen=True, slots=True, eq=False)
class Converted:
    """The dose of courses given in the same sessions, and what it is converted by.

    Attributes
    ----------
    grid : Grid
        Physical dose; every part of a sum on the same nodes. [Gy]
    linear, square : float
        The effect of a dose D is ``linear D + square D^2``: for EQD2 at alpha/beta r in n fractions
        r / (r + 2) and r / (r + 2) / (n r). [1], [1/Gy]
    most : float
        The highest dose in the structure, where it is known from the grid that these nodes were interpolated from:
        between nodes in other places there seems to be a little more. [Gy]
    """

    grid: Grid
    linear: float
    square: float
    most: float = inf

    def of(self, gray: Floats) -> Floats:
        """Return the effect of doses, none below zero and none above the highest. [Gy]"""
        held = np.clip(gray, 0.0, self.most)
        return (held * self.square + self.linear) * held


def sum_dvh(body: Body, parts: Sequence[Converted], *, organ: str, course: str) -> Dvh:
    """Compute the dose-volume histogram of a sum of converted doses.

    Parameters
    ----------
    body : Body
        The structure.
    parts : sequence of Converted
        One for each group of courses of the same sessions, all on the same nodes.
    organ, course : str
        As in `rtcalc.dvh.Dvh`.

    Returns
    -------
    Dvh
        Its basis is left to the caller: this knows only the parabola. [Gy]

    Raises
    ------
    DomainError
        No dose, or the structure lies wholly outside.

    Notes
    -----
    No part of the curve is above the sum of the effects of each course's own highest dose.

    Examples
    --------
    10 Gy and 5 Gy everywhere in a box, EQD2 at a/b 3 in 5 fractions each: 10 and 4 Gy.

    >>> from rtcalc.geometry.slabs import body_of
    >>> from rtcalc.geometry.values import ContourSet
    >>> square = [(0, 0), (10, 0), (10, 10), (0, 10)]
    >>> box = body_of(ContourSet.from_points("Box", [[(x, y, z) for x, y in square] for z in (0, 3, 6)]))
    >>> doses = [Grid.regular(np.full((9, 9, 9), gray), (-4.0, -4.0, -4.0), (2.0, 2.0, 2.0)) for gray in (10.0, 5.0)]
    >>> found = sum_dvh(box, [Converted(dose, 0.6, 0.6 / 15) for dose in doses], organ="Box", course="1 + 2")
    >>> [round(float(edge), 6) for edge in found.edges_gray[[0, -1]]]
    [14.0, 14.0]
    """
    if not parts:
        raise DomainError("no dose to be added")
    cells = Cells.of(body, parts[0].grid.nodes)
    doses = [LayerDose.of(one.grid, cells.layers, cells.at_y, cells.at_x, "linear") for one in parts]
    both = list(zip(parts, doses, strict=True))
    lowest = sum(float(one.of(np.array(dose.lowest))) for one, dose in both)
    highest = sum(float(one.of(np.array(dose.highest))) for one, dose in both)
    ramps, inside = Ramps(lowest, highest, max(BIN_GRAY, highest / MOST_BINS)), 0.0
    for layers, pieces in cells.chunks():
        fields = [_taken(dose.at(layers), pieces) for dose in doses]
        mean, spread, low, high = _effect(parts, fields, pieces.shape)
        ramps.see(float(low.min()), float(high.max()))
        ramps.add(mean, spread, pieces.volume)
        inside += float(pieces.volume.sum())
    if inside <= 0.0:
        raise DomainError(OUTSIDE.format(body.name))
    return curve_of(body, ramps, inside, organ=organ, course=course)[0]


def _taken(field: Field, pieces: Pieces) -> Field:
    """Return the dose at the centroids of cells, and its rises across them."""
    mean, across, down, rise = (values[pieces.at] for values in field)
    if pieces.shape is not None:
        mean = mean + across * pieces.shape.du + down * pieces.shape.dv
    return mean, across, down, rise


def _effect(
    parts: Sequence[Converted], fields: Sequence[Field], shape: Shape | None
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return mean, spread, lowest and highest of the summed effect in cells. [Gy]"""
    mean = np.zeros_like(fields[0][0])
    gradient = [np.zeros_like(mean) for _ in range(3)]
    for one, (dose, *rises) in zip(parts, fields, strict=True):
        mean += one.of(dose) + one.square * _product(rises, rises, shape)
        slope = one.linear + 2.0 * one.square * dose
        for total, rise in zip(gradient, rises, strict=True):
            total += slope * rise
    spread = np.sqrt(12.0 * np.maximum(_product(gradient, gradient, shape), 0.0))
    low, high = np.zeros_like(mean), np.zeros_like(mean)
    for one, (dose, *rises) in zip(parts, fields, strict=True):
        away = _away(rises, gradient, spread, shape)
        low += one.of(dose - away)
        high += one.of(dose + away)
    return mean, spread, low, high


def _product(one: Sequence[Floats], other: Sequence[Floats], shape: Shape | None) -> Floats:
    """Return the covariance of two doses that are linear in a cell, by their rises across it along x, y and z."""
    along_z = one[2] * other[2] / 12.0
    if shape is None:
        return (one[0] * other[0] + one[1] * other[1]) / 12.0 + along_z
    mixed = (one[0] * other[1] + one[1] * other[0]) * shape.uv
    found: Floats = one[0] * other[0] * shape.uu + one[1] * other[1] * shape.vv + mixed + along_z
    return found


def _away(rises: Sequence[Floats], gradient: Sequence[Floats], spread: Floats, shape: Shape | None) -> Floats:
    """Return how much higher a dose is where the sum is highest: at a corner, or as far as the cell is spread."""
    if shape is None:
        corner = [np.sign(total) * rise for total, rise in zip(gradient, rises, strict=True)]
        return (corner[0] + corner[1] + corner[2]) / 2.0
    with_sum = _product(rises, gradient, shape)
    found: Floats = np.divide(6.0 * with_sum, spread, out=np.zeros_like(spread), where=spread > 0.0)
    return found
