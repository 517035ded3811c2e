"""The contours of one structure: numbers from the raw text, and what forbids to make a volume of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from rtcalc.dicom import byte_loops
from rtcalc.dicom.decimal_text import Doubles, Spans, decimals_of, sizes_of, texts_of
from rtcalc.dicom.limits import FARTHEST_MM, LARGE, ReadLimits
from rtcalc.dicom.scan import CONTOURS, Branch
from rtcalc.dicom.wording import shown, tag
from rtcalc.geometry.repeated import distinct_in, same_slice
from rtcalc.geometry.values import PLANE_TOLERANCE_MM

_POINT, _XOR = b"POINT", b"CLOSEDPLANAR_XOR"
_KNOWN = (b"CLOSED_PLANAR", _XOR, _POINT)
GAP = 1.5
"""Planes further apart than this many times the usual distance leave a gap that is noted."""


@dataclass(slots=True)
class Outline:
    """The contours of a structure as they are gathered.

    Attributes
    ----------
    rings, points : list of (m, 3) arrays
        Closed contours with three points or more; single points and the ends of degenerate contours. [mm]
    refused : str
        Why it can be no volume; "" where it can.
    xor : bool
        The file says that contours in a plane combine by exclusive or.
    notes : list of (str, str)
        Code and sentence.
    """

    rings: list[Doubles] = field(default_factory=list)
    points: list[Doubles] = field(default_factory=list)
    refused: str = ""
    xor: bool = False
    notes: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Drawn:
    """What is known of the contours of a structure before their numbers are read.

    Attributes
    ----------
    found : Outline
        With the refusal, if there is one.
    spans : array (contours, 2)
        Begin and length of the text of each contour. [bytes]
    sizes : array
        How many numbers each has.
    kinds : list of bytes
        The geometric types.
    """

    found: Outline
    spans: Spans
    sizes: Any
    kinds: list[bytes]


def drawn(data: bytes, roi: Branch, limits: ReadLimits) -> Drawn | None:
    """Look at the contours of one item of the ROI Contour Sequence; None where it has none.

    Never raises for what is wrong with one structure: the others of the file stay usable.
    """
    items = roi.get(CONTOURS)
    if not isinstance(items, np.ndarray) or not len(items):
        return None
    spans = np.ascontiguousarray(items[:, 2])
    kinds, counts, sizes = texts_of(data, items[:, 0]), texts_of(data, items[:, 1]), sizes_of(data, spans)
    return Drawn(Outline(refused=_refusal(kinds, sizes, counts, limits)), spans, sizes, kinds)


def outlines(data: bytes, all_drawn: list[Drawn | None]) -> list[Outline]:
    """Read the numbers of contours and put each where it belongs.

    A compiled loop needs no interpreter: it then reads the next structures while the last one is looked through.
    """

    def numbers(one: Drawn | None) -> Doubles | None:
        return None if one is None or one.found.refused else decimals_of(data, one.spans, one.sizes)

    if byte_loops.ready() is None or len(data) < LARGE:
        return [_outline(one, numbers(one)) for one in all_drawn]
    with ThreadPoolExecutor(1) as pool:
        return [_outline(one, values) for one, values in zip(all_drawn, pool.map(numbers, all_drawn), strict=True)]


def _outline(one: Drawn | None, values: Doubles | None) -> Outline:
    if one is None or one.found.refused:
        return Outline() if one is None else one.found
    if values is None or (values.size and max(values.max(), -values.min()) > FARTHEST_MM):
        what = f"{tag('ContourData')} holds a value that is no position within {FARTHEST_MM / 1000:g} m"
        return Outline(refused=what)
    _sort(one.found, values.reshape(-1, 3), one.kinds, one.sizes // 3)
    return one.found


def _refusal(kinds: list[bytes], sizes: Any, counts: list[bytes], limits: ReadLimits) -> str:
    """The first reason not to take these contours, or ""."""
    for at, (kind, size, count) in enumerate(zip(kinds, sizes.tolist(), counts, strict=True), start=1):
        if kind not in _KNOWN:
            name = kind.decode("ascii", "replace")
            known = name.startswith("OPEN")
            what = f"is {shown(name)}, which encloses no volume" if known else f"is {shown(name) or 'missing'}"
            return f"contour {at}: {tag('ContourGeometricType')} {what}; expected CLOSED_PLANAR"
        if size % 3 or not size:
            return f"contour {at}: {tag('ContourData')} has {size} values; expected x, y, z for each point"
        if size // 3 > limits.points_of_contour:
            return f"contour {at} has {size // 3} points; at most {limits.points_of_contour} are read"
        if count and (not count.isdigit() or int(count[:12]) != size // 3):
            given = shown(count.decode("ascii", "replace"))
            return f"contour {at}: {tag('NumberOfContourPoints')} is {given}, and there are {size // 3} points"
    return ""


def _sort(found: Outline, points: Doubles, kinds: list[bytes], counts: Any) -> None:
    """Put each contour where it belongs: rings, points, or a refusal of the whole structure."""
    ends = np.cumsum(counts)
    begins = ends - counts
    heights = points[:, 2]
    bend = np.maximum.reduceat(heights, begins) - np.minimum.reduceat(heights, begins)
    if (bend > PLANE_TOLERANCE_MM).any():
        at = int(np.argmax(bend))
        found.refused = (
            f"contour {at + 1} leaves its axial plane by {bend[at]:.3g} mm; "
            f"expected one z within {PLANE_TOLERANCE_MM:g} mm"
        )
        return
    repeated = (points[begins] == points[ends - 1]).all(axis=1) & (counts > 1)
    degenerate = 0
    for begin, end, again, kind in zip(begins.tolist(), ends.tolist(), repeated.tolist(), kinds, strict=True):
        corners = points[begin : end - again]
        if kind == _POINT or len(corners) < 3:
            found.points.append(corners)
            degenerate += kind != _POINT
        else:
            found.rings.append(corners)
            found.xor |= kind == _XOR
    if degenerate:
        what = f"{degenerate} closed contours have fewer than three points and enclose nothing"
        found.notes.append(("degenerate-contour", what))
    _look(found)


def _look(found: Outline) -> None:
    """Note what a reader of the volume has to know: gaps, a single plane, contours that are there twice."""
    if not found.rings:
        return
    planes = levels(found.rings)
    if planes.size == 1:
        found.notes.append(("single-plane", "contours in one plane only; its thickness is that of an image slice"))
    if planes.size > 2:
        steps = np.diff(planes)
        usual = float(np.median(steps))
        gaps = np.flatnonzero(steps > GAP * usual)
        if gaps.size:
            first, last = planes[gaps[0]], planes[gaps[0] + 1]
            what = f"{gaps.size} gaps between its planes (z {first:g} to {last:g} mm, usually {usual:g} mm apart)"
            found.notes.append(("gap", what))
    twice = _repeats(found.rings, planes)
    if twice:
        found.notes.append(("repeated-contour", f"{twice} contours are there twice; each counts once"))


def _repeats(rings: list[Doubles], planes: Doubles) -> int:
    """How many rings are there already in their plane, copies that are not quite equal included."""
    place = np.searchsorted(planes, [ring[0, 2] for ring in rings], side="right")
    groups: dict[int, list[Doubles]] = {}
    for ring, plane in zip(rings, place.tolist(), strict=True):
        groups.setdefault(plane, []).append(ring[:, :2])
    several = [group for group in groups.values() if len(group) > 1]
    return sum(map(len, several)) - sum(map(len, distinct_in(several)))


def levels(rings: list[Doubles] | tuple[Doubles, ...]) -> Doubles:
    """Heights of the planes that hold contours, rising; a slice that is written twice is one. [mm]"""
    heights = np.sort(np.array([ring[0, 2] for ring in rings]))
    if not heights.size:
        return heights
    apart: Doubles = heights[np.concatenate(([True], np.diff(heights) > PLANE_TOLERANCE_MM))]
    return apart[~same_slice(apart)]
