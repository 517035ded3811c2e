"""How far apart the images are on which structures were drawn: read from the head of each CT file, never its pixels."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from math import isfinite

import numpy as np

from rtcalc.dicom.limits import FARTHEST_MM

SAME_STEP_MM = 0.05
"""Distances of slices that differ by no more are one. [mm]"""
AXIAL = 0.999
"""Least share of z in the normal of an image that counts as axial."""
_WANTED = [
    *("SeriesInstanceUID", "FrameOfReferenceUID", "ImagePositionPatient", "ImageOrientationPatient", "SliceThickness"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageSlice:
    """One axial image.

    Attributes
    ----------
    series, frame : str
        Its series, and its frame of reference.
    z : float
        [mm]
    thickness : float or None
        As the file says, whatever the distance to the next one; None: it does not. [mm]
    """

    series: str = field(repr=False)
    frame: str = field(repr=False)
    z: float
    thickness: float | None


def read_slice(head: bytes) -> ImageSlice | None:
    """Read where an image lies from the first bytes of its file.

    Returns
    -------
    ImageSlice or None
        None: they do not say it, or the image is not axial. An image is not needed for a dose, so that none is refused.
    """
    from pydicom import dcmread

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            data = dcmread(BytesIO(head), stop_before_pixels=True, specific_tags=_WANTED)
            place = [float(value) for value in data.ImagePositionPatient]
            turned = [float(value) for value in data.ImageOrientationPatient]
            thick = float(data.SliceThickness) if data.get("SliceThickness") not in (None, "") else None
            series, frame = str(data.SeriesInstanceUID), str(data.FrameOfReferenceUID)
    except (MemoryError, KeyboardInterrupt):
        raise
    except Exception:  # pydicom fails in many ways on bytes that anybody may have written
        return None
    if len(place) != 3 or len(turned) != 6 or not all(map(isfinite, (*place, *turned))):
        return None
    normal = abs(turned[0] * turned[4] - turned[1] * turned[3])
    if not AXIAL <= normal <= 1.0 / AXIAL or abs(place[2]) > FARTHEST_MM or not series or not frame:
        return None
    return ImageSlice(series=series, frame=frame, z=place[2], thickness=thick if thick and 0.0 < thick < 1e3 else None)


@dataclass(frozen=True, slots=True)
class Spacing:
    """The distance of slices that a structure is stacked with; None: that of its own contours. [mm]"""

    step: float | None
    note: str = ""


def spacing(heights: Sequence[float], images: Sequence[ImageSlice], frame: str) -> Spacing:
    """Find the distance of slices for a structure.

    Parameters
    ----------
    heights : sequence of float
        Of the planes that hold contours, rising. [mm]
    images : sequence of ImageSlice
        All that were read.
    frame : str
        Frame of reference of the structure.

    Returns
    -------
    Spacing
        That of the images where the contours are as far apart, or there is a single plane; else that of the contours,
        with a note where the images say another one.

    Examples
    --------
    >>> images = [ImageSlice(series="1", frame="f", z=3.0 * k, thickness=3.0) for k in range(5)]
    >>> spacing([0.0, 3.0, 6.0], images, "f"), spacing([6.0], images, "f").step
    (Spacing(step=3.0, note=''), 3.0)
    >>> spacing([0.0, 6.0, 12.0], images, "f").note
    'contours are 6 mm apart, the CT slices 3 mm; its ends reach half the distance of the contours'
    """
    steps = image_steps(images, frame)
    if not steps or not len(heights):
        return Spacing(None)
    said = " or ".join(f"{step:g}" for step in steps)
    if len(heights) == 1:
        if len(steps) > 1:
            return Spacing(None)
        return Spacing(steps[0], f"drawn in a single plane; as thick as the distance of the CT slices, {said} mm")
    own = float(np.median(np.diff(heights)))
    same = [step for step in steps if abs(step - own) <= SAME_STEP_MM]
    if same:
        return Spacing(same[0])
    text = f"contours are {own:g} mm apart, the CT slices {said} mm; its ends reach half the distance of the contours"
    return Spacing(None, text)


def image_steps(images: Sequence[ImageSlice], frame: str) -> tuple[float, ...]:
    """Return the distances of the slices of the series in a frame of reference, each once, rising. [mm]

    The positions count; the thickness that is stated counts for a single image only. A series that is unevenly spaced
    has its median distance.
    """
    series: dict[str, list[ImageSlice]] = {}
    for one in images:
        if one.frame == frame != "":
            series.setdefault(one.series, []).append(one)
    found: list[float] = []
    for stack in series.values():
        heights = np.unique(np.round([one.z for one in stack], 3))
        step = float(np.median(np.diff(heights))) if len(heights) > 1 else stack[0].thickness
        if step is not None and all(abs(step - known) > SAME_STEP_MM for known in found):
            found.append(round(step, 3))
    return tuple(sorted(found))
