"""The engine's inner loop over planes, edges, layers and cells, for numba: no array is made but a plane's own.

It does what `moments`, `layers` and `ramps` do with arrays, in the same order of formulas, so that both give the same
numbers up to the order of additions. What no contour comes near to is not looked at, and the dose of a cell is worked
out when the cell is added. Plain functions of arrays and numbers: without numba they run too, slowly.

Arrays are taken out of their tuples once, and cells are told by indices and not by views: numba counts who holds an
array, and in the inner loops that counting took a third of the time.
"""

from __future__ import annotations

from math import ceil, floor, sqrt
from typing import Any

import numpy as np

from rtcalc.geometry.moments import EMPTY, FULL
from rtcalc.geometry.ramps import NARROWEST

SUMS = 9
"""Area, u, v, uu, uv, vv of what is right of the pieces in their cell; rise, and its first and second moment of v."""


def add_slabs(
    edges: tuple[Any, Any, Any, Any],
    edge_begin: Any,
    raster: tuple[float, float, float, float, int, int],
    layer_begin: Any,
    height: Any,
    samples: Any,
    z: tuple[Any, Any, Any],
    y: tuple[Any, Any, Any, Any],
    x: tuple[Any, Any, Any, Any],
    width: float,
    bounds: tuple[float, float],
    bend: Any,
) -> tuple[float, float, float]:
    """Add the slabs of a structure to a histogram; return their volume, lowest and highest dose.

    Parameters
    ----------
    edges : four arrays
        x0, y0, x1, y1 of the directed edges, plane by plane. [mm]
    edge_begin, layer_begin : array (planes + 1)
        First edge and first layer of each plane; then the number of all.
    raster : (y, x, step_y, step_x, rows, columns)
        As in `moments.Raster`. [mm]
    height : array (layers)
        [mm]
    samples : array (planes, rows, columns)
        Voxels, or the coefficients of their spline. [Gy]
    z : index, weights of the mean, weights of the rise
        Taps from the samples to the layers, (layers, taps) each.
    y, x : index and weights of the corners, index and weights of the centres
        Taps to the cells, (places, taps) each.
    width : float
        Of a bin. [Gy]
    bounds : (float, float)
        No dose is outside them. [Gy]
    bend : array
        Of the histogram; added to.
    """
    rows, columns = raster[4], raster[5]
    x0, y0, x1, y1 = edges
    index_z, mean_z, rise_z = z
    corner_y, corner_y_weight, centre_y, centre_y_weight = y
    corner_x, corner_x_weight, centre_x, centre_x_weight = x
    sums = np.zeros((rows, columns, SUMS))
    used = np.empty((rows + 1, 2), np.int64)
    crossed = np.zeros((rows, columns), np.uint8)
    mean, rise = np.empty(samples.shape[1:]), np.empty(samples.shape[1:])
    line = np.empty(samples.shape[2])
    above, below, through = np.empty(columns + 1), np.empty(columns + 1), np.empty(columns)
    inside, lowest, highest = 0.0, 1e300, 0.0
    for plane in range(len(edge_begin) - 1):
        if layer_begin[plane] == layer_begin[plane + 1]:
            continue
        used[:, 0], used[:, 1] = columns, 0
        _cut_edges(x0, y0, x1, y1, edge_begin[plane], edge_begin[plane + 1], raster, sums, used, crossed)
        filled = np.flatnonzero(used[:, 1] > used[:, 0])
        if len(filled) == 0:
            continue
        top, bottom = filled[0], filled[-1]
        for layer in range(layer_begin[plane], layer_begin[plane + 1]):
            volume = raster[2] * raster[3] * height[layer]
            begin, end = corner_y[top, 0], corner_y[bottom + 1, -1] + 1
            _stack(samples, index_z, mean_z, rise_z, layer, begin, end, mean, rise)
            ready = -1
            for row in range(top, bottom + 1):
                first, last = used[row, 0], used[row, 1]
                if first >= last:
                    continue
                if ready == row:
                    above, below = below, above
                else:
                    _line(mean, corner_y, corner_y_weight, row, line)
                    _spread(line, corner_x, corner_x_weight, first, last + 1, above)
                _line(mean, corner_y, corner_y_weight, row + 1, line)
                # The next row takes these corners over, as far as it reaches.
                _spread(
                    line,
                    corner_x,
                    corner_x_weight,
                    min(first, used[row + 1, 0]),
                    max(last, used[row + 1, 1]) + 1,
                    below,
                )
                ready = row + 1
                _line(rise, centre_y, centre_y_weight, row, line)
                _spread(line, centre_x, centre_x_weight, first, last, through)
                part, low, high = _add_row(
                    sums, crossed, row, first, last, volume, above, below, through, width, bounds, bend
                )
                inside += part
                lowest, highest = min(lowest, low), max(highest, high)
        for row in range(top, bottom + 1):
            for column in range(used[row, 0], used[row, 1]):
                if crossed[row, column]:
                    sums[row, column] = 0.0
                    crossed[row, column] = 0
    return inside, lowest, highest


# --- the cover of a plane --------------------------------------------------------------------------------------------
def _cut_edges(
    x0: Any, y0: Any, x1: Any, y1: Any, begin: int, end: int, raster: Any, sums: Any, used: Any, crossed: Any
) -> None:
    """Cut edges at the rows and the columns of the raster, and add the pieces to the sums of their cells."""
    rows, columns = raster[4], raster[5]
    for edge in range(begin, end):
        if y0[edge] == y1[edge]:
            continue
        v0, v1 = (y0[edge] - raster[0]) / raster[2], (y1[edge] - raster[0]) / raster[2]
        u0, u1 = (x0[edge] - raster[1]) / raster[3], (x1[edge] - raster[1]) / raster[3]
        falls = v1 < v0
        if falls:
            u0, v0, u1, v1 = u1, v1, u0, v0
        first_row, more_rows = _lines(v0, v1, rows)
        shift = (u1 - u0) / (v1 - v0 if v1 > v0 else 1.0)
        for number in range(more_rows + 1):
            low = v0 if number == 0 else first_row + number - 1.0
            high = v1 if number == more_rows else first_row + number
            row = floor((low + high) / 2.0)
            if row < 0 or row >= rows or low == high:
                continue
            left = u0 if number == 0 else u0 + (low - v0) * shift
            right = u1 if number == more_rows else u0 + (high - v0) * shift
            if falls:
                left, low, right, high = right, high, left, low
            back = right < left
            if back:
                left, low, right, high = right, high, left, low
            first, more = _lines(left, right, columns)
            slope = (high - low) / (right - left if right > left else 1.0)
            for piece in range(more + 1):
                a = left if piece == 0 else first + piece - 1.0
                b = right if piece == more else first + piece
                p = low if piece == 0 else low + (a - left) * slope
                q = high if piece == more else low + (b - left) * slope
                # Left of the raster an edge still rules the whole row, so it moves to the border; right, nothing.
                a, b = min(max(a, 0.0), columns + 0.0), min(max(b, 0.0), columns + 0.0)
                column = int(min(floor((a + b) / 2.0), columns - 1))
                if back:
                    a, p, b, q = b, q, a, p
                crossed[row, column] = 1
                used[row, 0], used[row, 1] = min(used[row, 0], column), max(used[row, 1], column + 1)
                _add_piece(a - column, b - column, p - row, q - row, sums, row, column)


def _lines(low: float, high: float, most: int) -> tuple[float, int]:
    """Return the first line of a raster beyond `low`, and how many lie below `high`."""
    first = min(max(floor(low) + 1.0, 0.0), most + 1.0)
    return first, int(max(min(max(ceil(high) + 0.0, 0.0), most + 1.0) - first, 0.0))


def _add_piece(u0: float, u1: float, v0: float, v1: float, sums: Any, row: int, column: int) -> None:
    """Add a piece of an edge from (u0, v0) to (u1, v1) to the sums of its cell."""
    rise = v1 - v0
    first = rise * (v0 + v1) / 2.0
    second = rise * (v0 * v0 + v0 * v1 + v1 * v1) / 3.0
    three_p, three_q = 3.0 * u0 * u0 + 2.0 * u0 * u1 + u1 * u1, u0 * u0 + 2.0 * u0 * u1 + 3.0 * u1 * u1
    three_a, three_b = 3.0 * v0 * v0 + 2.0 * v0 * v1 + v1 * v1, v0 * v0 + 2.0 * v0 * v1 + 3.0 * v1 * v1
    sums[row, column, 0] += rise * (1.0 - (u0 + u1) / 2.0)
    sums[row, column, 1] += rise * (1.0 - (u0 * u0 + u0 * u1 + u1 * u1) / 3.0) / 2.0
    sums[row, column, 2] += first - rise * (2.0 * (u0 * v0 + u1 * v1) + u0 * v1 + u1 * v0) / 6.0
    sums[row, column, 3] += rise * (1.0 - (u0 + u1) * (u0 * u0 + u1 * u1) / 4.0) / 3.0
    sums[row, column, 4] += (first - rise * (v0 * three_p + v1 * three_q) / 12.0) / 2.0
    sums[row, column, 5] += second - rise * (u0 * three_a + u1 * three_b) / 12.0
    sums[row, column, 6] += rise
    sums[row, column, 7] += first
    sums[row, column, 8] += second


# --- the dose of a row -----------------------------------------------------------------------------------------------
def _stack(
    samples: Any, index: Any, for_mean: Any, for_rise: Any, layer: int, begin: int, end: int, mean: Any, rise: Any
) -> None:
    """Combine planes of samples to a mean and a rise, from row `begin` to `end`."""
    for row in range(begin, end):
        at, other = index[layer, 0], index[layer, 1]
        m0, m1, r0, r1 = for_mean[layer, 0], for_mean[layer, 1], for_rise[layer, 0], for_rise[layer, 1]
        for column in range(samples.shape[2]):
            one, two = samples[at, row, column], samples[other, row, column]
            mean[row, column] = one * m0 + two * m1
            rise[row, column] = one * r0 + two * r1
        for tap in range(2, index.shape[1]):
            at, m, r = index[layer, tap], for_mean[layer, tap], for_rise[layer, tap]
            for column in range(samples.shape[2]):
                mean[row, column] += samples[at, row, column] * m
                rise[row, column] += samples[at, row, column] * r


def _line(plane: Any, index: Any, weight: Any, row: int, result: Any) -> None:
    """Combine rows of a plane to one."""
    first, second, share, rest = index[row, 0], index[row, 1], weight[row, 0], weight[row, 1]
    for column in range(len(result)):
        result[column] = plane[first, column] * share + plane[second, column] * rest
    for tap in range(2, index.shape[1]):
        more, share = index[row, tap], weight[row, tap]
        for column in range(len(result)):
            result[column] += plane[more, column] * share


def _spread(line: Any, index: Any, weight: Any, begin: int, end: int, result: Any) -> None:
    """Fill the places from `begin` to `end` of a row from a line of samples."""
    for place in range(begin, end):
        result[place] = line[index[place, 0]] * weight[place, 0] + line[index[place, 1]] * weight[place, 1]
    if index.shape[1] > 2:
        for place in range(begin, end):
            result[place] += line[index[place, 2]] * weight[place, 2] + line[index[place, 3]] * weight[place, 3]


def _add_row(
    sums: Any,
    crossed: Any,
    row: int,
    first: int,
    last: int,
    volume: float,
    above: Any,
    below: Any,
    through: Any,
    width: float,
    bounds: tuple[float, float],
    bend: Any,
) -> tuple[float, float, float]:
    """Add the covered cells of a row to the histogram; return their volume, lowest and highest dose."""
    inside, lowest, highest = 0.0, 1e300, 0.0
    left, left_v, left_vv = 0.0, 0.0, 0.0
    least, most, per_gray = bounds[0] / width, bounds[1] / width, 1.0 / width
    both, drop = above[first] + below[first], below[first] - above[first]
    for column in range(first, last):
        before, fall = both, drop  # the corners on the right of a cell are those on the left of the next
        both, drop = below[column + 1] + above[column + 1], below[column + 1] - above[column + 1]
        share = left  # of a cell that no edge crosses: all of it, or nothing
        if crossed[row, column]:
            share += sums[row, column, 0]
        if share > EMPTY:
            dose, across, down = (before + both) / 4.0, (both - before) / 2.0, (fall + drop) / 2.0
            rise = through[column]
            if share > FULL:
                share = 1.0
                spread = sqrt(across * across + down * down + rise * rise)
                reach = (abs(across) + abs(down) + abs(rise)) / 2.0
            else:
                u = min(max((sums[row, column, 1] + left / 2.0) / share, 0.0), 1.0)
                v = min(max((sums[row, column, 2] + left_v) / share, 0.0), 1.0)
                uu = min(max((sums[row, column, 3] + left / 3.0) / share - u * u, 0.0), 0.25)
                vv = min(max((sums[row, column, 5] + left_vv) / share - v * v, 0.0), 0.25)
                limit = sqrt(uu * vv)
                uv = min(max((sums[row, column, 4] + left_v / 2.0) / share - u * v, -limit), limit)
                dose += across * (u - 0.5) + down * (v - 0.5)
                flat = across * across * uu + down * down * vv + 2.0 * across * down * uv
                spread = sqrt(12.0 * max(flat, 0.0) + rise * rise)
                reach = spread / 2.0
            part = volume * share
            inside += part
            lowest, highest = min(lowest, dose - reach), max(highest, dose + reach)
            half = max(spread * per_gray, NARROWEST) / 2.0
            middle = dose * per_gray
            low = min(max(middle - half, least), most)
            high = max(min(middle + half, most), low + NARROWEST)
            slope = part / (high - low)
            at = int(low)
            late = (low - at) * slope
            bend[at + 1] += slope - late
            bend[at + 2] += late
            at = int(high)
            late = (high - at) * slope
            bend[at + 1] -= slope - late
            bend[at + 2] -= late
        if crossed[row, column]:
            left += sums[row, column, 6]
            left_v += sums[row, column, 7]
            left_vv += sums[row, column, 8]
    return inside, lowest, highest


PARTS = (_cut_edges, _lines, _add_piece, _stack, _line, _spread, _add_row)
"""What `add_slabs` calls, to be compiled with it."""
