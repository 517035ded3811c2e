"""Exact cover of the cells of a raster by polygons: area and moments up to the second, cell by cell.

Each directed edge is cut at the lines of the raster. A piece from (u0, v0) to (u1, v1), in units of its cell, adds the
region on its right: a trapezium inside its own cell, a whole strip of height v1 - v0 in every cell further right.
Integrals of 1, u, v, u^2, uv and v^2 over those regions are polynomials of the four numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rtcalc.geometry.edges import Edges, Integers
from rtcalc.geometry.values import Floats

EMPTY, FULL = 1e-9, 1.0 - 1e-9
"""A cell covered by less than EMPTY has none of the structure, by more than FULL all of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Raster:
    """Cells of one plane: (rows, columns) cells of (step_y, step_x) mm, the first corner at (y, x)."""

    y: float
    x: float
    step_y: float
    step_x: float
    rows: int
    columns: int


@dataclass(frozen=True, slots=True, eq=False)
class Cover:
    """The covered cells of some planes.

    Parameters
    ----------
    full, part : index arrays
        Flat index (plane, row, column) of the cells that are covered wholly and in part.
    share : array
        Covered part of each cell of `part`, 0 to 1.
    du, dv : arrays
        Centroid of the covered part from the centre of the cell, in steps of the cell.
    uu, uv, vv : arrays
        Central second moments of the covered part, per area; 1/12, 0, 1/12 for a whole cell.
    """

    full: Integers
    part: Integers
    share: Floats
    du: Floats
    dv: Floats
    uu: Floats
    uv: Floats
    vv: Floats


def cover(edges: Edges, planes: int, raster: Raster) -> Cover:
    """Return what the insides of `planes` planes cover of a raster; what lies beyond the raster is left out."""
    index, a, b, p, q = pieces(edges, raster)
    cells = planes * raster.rows * raster.columns

    def summed(values: Floats) -> Floats:
        return np.bincount(index, values, minlength=cells).astype(np.float64, copy=False)

    def passed(values: Floats) -> Floats:
        """Sum over the pieces further left in the row: what they add to a cell is the same for each."""
        # Over a whole row it comes to nothing, because the contours are closed: one running sum does for all rows.
        own = summed(values)
        return np.cumsum(own) - own

    rise = q - p
    first = rise * (p + q) / 2.0
    second = rise * (p * p + p * q + q * q) / 3.0
    left = passed(rise)
    area = summed(rise * (1.0 - (a + b) / 2.0)) + left
    part = np.flatnonzero((area > EMPTY) & (area <= FULL))
    left, left_v, left_vv = left[part], passed(first)[part], passed(second)[part]
    u = summed(rise * (1.0 - (a * a + a * b + b * b) / 3.0) / 2.0)[part] + left / 2.0
    uu = summed(rise * (1.0 - (a + b) * (a * a + b * b) / 4.0) / 3.0)[part] + left / 3.0
    v = summed(first - rise * (2.0 * (a * p + b * q) + a * q + b * p) / 6.0)[part] + left_v
    three_p, three_q = 3.0 * a * a + 2.0 * a * b + b * b, a * a + 2.0 * a * b + 3.0 * b * b
    uv = summed((first - rise * (p * three_p + q * three_q) / 12.0) / 2.0)[part] + left_v / 2.0
    three_a, three_b = 3.0 * p * p + 2.0 * p * q + q * q, p * p + 2.0 * p * q + 3.0 * q * q
    vv = summed(second - rise * (a * three_a + b * three_b) / 12.0)[part] + left_vv
    return _central(np.flatnonzero(area > FULL), part, area[part], (u, v, uu, uv, vv))


def _central(full: Integers, part: Integers, share: Floats, raw: tuple[Floats, ...]) -> Cover:
    u, v, uu, uv, vv = (values / share for values in raw)
    # Rounding may take a sliver's centroid out of its cell and its spread below zero.
    u, v = np.clip(u, 0.0, 1.0), np.clip(v, 0.0, 1.0)
    spread_u, spread_v = np.clip(uu - u * u, 0.0, 0.25), np.clip(vv - v * v, 0.0, 0.25)
    limit = np.sqrt(spread_u * spread_v)
    return Cover(full, part, share, u - 0.5, v - 0.5, spread_u, np.clip(uv - u * v, -limit, limit), spread_v)


def pieces(edges: Edges, raster: Raster) -> tuple[Integers, Floats, Floats, Floats, Floats]:
    """Cut edges at the lines of the raster: flat cell index, and both ends inside the cell (a, p) to (b, q)."""
    rises = edges.y0 != edges.y1
    v0, v1 = ((y[rises] - raster.y) / raster.step_y for y in (edges.y0, edges.y1))
    u0, u1 = ((x[rises] - raster.x) / raster.step_x for x in (edges.x0, edges.x1))
    plane = edges.plane[rises]
    source, v0, u0, v1, u1 = _cut(v0, u0, v1, u1, raster.rows)
    plane = plane[source]
    row = np.floor((v0 + v1) / 2.0).astype(np.intp)
    inside = (row >= 0) & (row < raster.rows) & (v0 != v1)
    plane, row, v0, u0, v1, u1 = (values[inside] for values in (plane, row, v0, u0, v1, u1))
    source, u0, v0, u1, v1 = _cut(u0, v0, u1, v1, raster.columns)
    plane, row = plane[source], row[source]
    # Left of the raster an edge still rules the whole row, so it moves to the border; right of it, it rules nothing.
    u0, u1 = np.clip(u0, 0.0, raster.columns), np.clip(u1, 0.0, raster.columns)
    column = np.minimum(np.floor((u0 + u1) / 2.0), raster.columns - 1).astype(np.intp)
    index = (plane * raster.rows + row) * raster.columns + column
    return index, u0 - column, u1 - column, v0 - row, v1 - row


def _cut(a0: Floats, b0: Floats, a1: Floats, b1: Floats, lines: int) -> tuple[Integers, Floats, Floats, Floats, Floats]:
    """Cut segments from (a0, b0) to (a1, b1) where a passes 0, 1 ... `lines`; which segment each piece is of, first."""
    back = a1 < a0
    low, low_b = np.where(back, a1, a0), np.where(back, b1, b0)
    high, high_b = np.where(back, a0, a1), np.where(back, b0, b1)
    first = np.clip(np.floor(low) + 1.0, 0.0, lines + 1.0)
    count = np.maximum(np.clip(np.ceil(high), 0.0, lines + 1.0) - first, 0.0).astype(np.intp)
    source = np.repeat(np.arange(len(low)), count + 1)
    begin = np.cumsum(count + 1) - count - 1
    number = np.arange(len(source)) - begin[source]
    slope = (high_b - low_b) / np.where(high > low, high - low, 1.0)
    line = first[source] + number
    starts, stops = number == 0, number == count[source]
    from_a, to_a = np.where(starts, low[source], line - 1.0), np.where(stops, high[source], line)
    run = slope[source]
    from_b = np.where(starts, low_b[source], low_b[source] + (from_a - low[source]) * run)
    to_b = np.where(stops, high_b[source], low_b[source] + (to_a - low[source]) * run)
    turned = back[source]
    return (
        source,
        np.where(turned, to_a, from_a),
        np.where(turned, to_b, from_b),
        np.where(turned, from_a, to_a),
        np.where(turned, from_b, to_b),
    )
