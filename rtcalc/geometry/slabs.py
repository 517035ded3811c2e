"""From contours in planes to slabs of tissue: how far each plane reaches towards the next one, and what the ends do.

The rule, the same for every structure: a plane reaches half-way to its neighbour, and beyond the first and the last
plane by half a slice. Where two planes are more than 1.5 slices apart nothing is filled in: both sides end like an
end, and a note says where.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rtcalc.errors import DomainError
from rtcalc.geometry.edges import Edges, even_odd
from rtcalc.geometry.kernels import Loops, chosen
from rtcalc.geometry.repeated import erased
from rtcalc.geometry.values import ContourSet, Floats

GAP_SLICES = 1.5
"""Planes farther apart than this many slices are two ends and a gap, not a slab."""
MM3_PER_CC = 1000.0


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """A structure as a stack of slabs, each the even-odd inside of its loops between two heights.

    Parameters
    ----------
    name : str
        Of the structure.
    low, high : arrays
        Lower and upper face of each slab. [mm]
    edges : Edges
        Directed edges of all planes.
    area : array
        Of each plane, exact for its polygons. [mm2]
    notes : tuple of str
        Gaps, crossing contours, contours that nearly erase each other, and what was set right on the way in.
    """

    name: str
    low: Floats
    high: Floats
    edges: Edges
    area: Floats
    notes: tuple[str, ...]

    @property
    def volume_cc(self) -> float:
        """Sum of area times height. [cc]"""
        return float(self.area @ (self.high - self.low)) / MM3_PER_CC


def body_of(contours: ContourSet, *, fast: Loops | bool = True) -> Body:
    """Stack the contours of a structure into slabs; `fast` as in `dvh_engine.dvh`.

    Raises
    ------
    DomainError
        A single plane without a slice spacing, loops that enclose no area at all, or that cross without end.

    Examples
    --------
    >>> square = [(0, 0), (10, 0), (10, 10), (0, 10)]
    >>> planes = [[(x, y, z) for x, y in square] for z in (0, 3, 6)]
    >>> body_of(ContourSet.from_points("Box", planes)).volume_cc
    0.9
    """
    low, high, gaps = extents(contours)
    try:
        edges, crossed = even_odd(contours.planes, chosen(fast))
    except DomainError as problem:
        raise DomainError(f"{contours.name}: {problem}") from None
    area = edges.areas(len(contours.planes))
    if not area.sum() > 0:
        raise DomainError(f"{contours.name}: its contours enclose no area, so it has no volume")
    where = [f"{contours.planes[index].z:g}" for index in crossed[:5]]
    crossing = f"contours cross at z = {', '.join(where)} mm ({len(crossed)} planes); counted even-odd"
    notes = (*contours.notes, *gaps, *([crossing] if len(crossed) else []), *_erased(contours, area))
    return Body(contours.name, low, high, edges, area, notes)


def _erased(contours: ContourSet, area: Floats) -> list[str]:
    """Note the planes of which even-odd leaves next to nothing: contours drawn twice, not equal enough to be one."""
    thin = erased([plane.loops for plane in contours.planes], area)
    if not thin:
        return []
    where, most = ", ".join(f"{contours.planes[at].z:g}" for at in list(thin)[:5]), max(thin.values())
    text = f"even-odd leaves less than a fifth of the largest contour at z = {where} mm ({len(thin)} planes)"
    return [f"{text}, {most:.2g} mm thick at most; a contour may be drawn twice there"]


def extents(contours: ContourSet) -> tuple[Floats, Floats, tuple[str, ...]]:
    """Return the lower and the upper face of the slab of each plane, and a note for each gap. [mm]"""
    z = np.array([plane.z for plane in contours.planes])
    steps = np.diff(z)
    spacing = contours.slice_spacing
    if spacing is None:
        if not len(steps):
            raise DomainError(
                f"{contours.name}: one plane at z = {z[0]:g} mm and no slice spacing, so its thickness is unknown; "
                "give the image it was drawn on"
            )
        spacing = float(np.median(steps))
    apart = steps > GAP_SLICES * spacing
    reach = np.where(apart, spacing, steps) / 2.0
    low = z - np.concatenate(([spacing / 2.0], reach))
    high = z + np.concatenate((reach, [spacing / 2.0]))
    notes = tuple(
        f"no contour between z = {z[index]:g} and {z[index + 1]:g} mm; the gap is left empty"
        for index in np.flatnonzero(apart)
    )
    return low, high, notes
