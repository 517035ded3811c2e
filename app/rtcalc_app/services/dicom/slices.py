"""One axial plane of a course: its dose, the contours drawn nearest to it, and where an organ gets most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rtcalc.decimals import fixed
from rtcalc.dicom.analysis import CourseAnalysis
from rtcalc.dicom.courses import Named
from rtcalc.dicom.structures import Structure
from rtcalc.errors import DicomError
from rtcalc.geometry.hot_spot import HotSpot
from rtcalc.geometry.values import PLANE_TOLERANCE_MM, Floats
from rtcalc_app.display import Display
from rtcalc_app.services.dicom.chosen import Chosen

MOST_ACROSS = 200
"""Voxels along one side of the picture; a finer grid is shown every so many voxels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A structure in the plane: closed lines, a None between two of them. [mm]"""

    name: str
    is_target: bool
    chosen: bool
    x: tuple[float | None, ...]
    y: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Slice:
    """One plane of the physical dose.

    Attributes
    ----------
    x, y : tuple of float
        Voxel centres. [mm]
    gray : tuple of rows
        [Gy]
    whole : float
        Dose of 100 %. [Gy]
    of_what : str
        What 100 % stands for.
    index, planes : int
        Which plane of how many, from 0.
    spot : HotSpot or None
        Where the chosen structure gets most, if it is in this plane.
    """

    course: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    gray: tuple[tuple[float, ...], ...]
    whole: float
    of_what: str
    index: int
    planes: int
    z: float
    outlines: tuple[Outline, ...]
    spot: HotSpot | None
    summary: str


def hottest_plane(chosen: Chosen, course: object, structure: object) -> int:
    """The plane of the highest dose of a structure; a DicomError where it has none."""
    read = chosen.course(course)
    one = _structure(read, structure)
    spot = chosen.measured(read)[one.structure.number].spot
    if spot is None:
        raise DicomError(f"{one.structure.label}: it has no dose in this course; choose another structure.")
    return int(np.abs(read.grid.nodes[0] - spot.z).argmin())


def dose_slice(chosen: Chosen, course: object, structure: object, index: object, display: Display) -> Slice:
    """One plane of a course; errors as `Chosen.course`, and a DicomError for a structure or plane that is none."""
    read = chosen.course(course)
    one = _structure(read, structure)
    z, y, x = read.grid.nodes
    if type(index) is not int or not 0 <= index < len(z):
        raise DicomError(f"There is no such plane; the dose has {len(z)}.")
    plan = read.chosen.plan
    prescribed = plan.prescription_gray if plan is not None else None
    whole, of_what = (prescribed, "prescription") if prescribed else (read.dose.maximum, "highest dose")
    step = max(1, -(-max(len(x), len(y)) // MOST_ACROSS))
    found = chosen.measured(read)[one.structure.number].spot
    spot = found if found is not None and int(np.abs(z - found.z).argmin()) == index else None
    height = float(z[index])
    outlines = tuple(_outlines(chosen, read, one, height))
    return Slice(
        course=read.id,
        x=tuple(round(float(each), 2) for each in x[::step]),
        y=tuple(round(float(each), 2) for each in y[::step]),
        gray=tuple(tuple(round(float(value), 2) for value in row[::step]) for row in read.grid.array[index][::step]),
        whole=whole,
        of_what=of_what,
        index=index,
        planes=len(z),
        z=height,
        outlines=outlines,
        spot=spot,
        summary=_summary(one, index, len(z), height, spot, whole, of_what, outlines, step, display),
    )


def _structure(read: CourseAnalysis, wanted: object) -> Named:
    for one in read.structures():
        if str(one.structure.number) == str(wanted):
            return one
    raise DicomError("Choose a structure of this study.")


def _outlines(chosen: Chosen, read: CourseAnalysis, wanted: Named, z: float) -> list[Outline]:
    found = []
    for one in read.structures():
        if one.structure.kind != "volume" or chosen.left_out(one):
            continue
        loops = _loops(one.structure, z)
        if loops:
            x: list[float | None] = []
            y: list[float | None] = []
            for loop in loops:
                closed = np.concatenate((loop, loop[:1])).round(2)
                x += [*closed[:, 0].tolist(), None]
                y += [*closed[:, 1].tolist(), None]
            name = one.structure.name or one.structure.label
            found.append(Outline(name=name, is_target=one.match.is_target, chosen=one is wanted, x=(*x,), y=(*y,)))
    return found


def _loops(structure: Structure, z: float) -> list[Floats]:
    """Its contours in the nearest plane, if z lies within half a slice of it."""
    heights = structure.planes
    spacing = float(np.median(np.diff(heights))) if len(heights) > 1 else 0.0
    nearest = heights[np.abs(heights - z).argmin()]
    if abs(nearest - z) > spacing / 2.0 + PLANE_TOLERANCE_MM:
        return []
    return [points[:, :2] for points in structure.contours if abs(points[0, 2] - nearest) <= PLANE_TOLERANCE_MM]


def _summary(
    one: Named,
    index: int,
    planes: int,
    z: float,
    spot: HotSpot | None,
    whole: float,
    of_what: str,
    outlines: tuple[Outline, ...],
    step: int,
    d: Display,
) -> str:
    where = f"Physical dose at z = {d.mark(fixed(z, 1))} mm, plane {index + 1} of {planes}"
    here = ""
    if spot is not None:
        percent = d.mark(fixed(100.0 * spot.gray / whole, 1))
        here = f"; here {one.structure.name} gets most, {d.dose(spot.gray, 2)} in a voxel ({percent} %)"
    names = ", ".join(outline.name for outline in outlines) or "none"
    thinned = f" Every {step}th voxel is drawn." if step > 1 else ""
    return f"{where}{here}. 100 % is the {of_what}, {d.dose(whole)}. Contours drawn nearest to it: {names}.{thinned}"
