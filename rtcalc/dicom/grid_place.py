"""Where the voxels of a dose are in the patient: orientation, spacing, and offsets of the planes in both forms."""

from __future__ import annotations

import numpy as np

from rtcalc.dicom.decimal_text import Doubles
from rtcalc.dicom.elements import Elements
from rtcalc.dicom.limits import FARTHEST_MM
from rtcalc.dicom.wording import AGAIN, refuse, tag

DIRECTION_TOLERANCE = 1e-4
"""Cosines may differ from 0 and 1 by this much: 0.05 mm at the end of a 500 mm grid."""
OFFSET_TOLERANCE_MM = 0.01
SPACING_MM = (0.01, 1000.0)
"""Distances of rows and of columns outside these are no dose grid. [mm]"""
POSITIONS = {
    (1, 0, 0, 0, 1, 0): "HFS",
    (-1, 0, 0, 0, -1, 0): "HFP",
    (-1, 0, 0, 0, 1, 0): "FFS",
    (1, 0, 0, 0, -1, 0): "FFP",
    (0, -1, 0, 1, 0, 0): "HFDL",
    (0, 1, 0, -1, 0, 0): "HFDR",
    (0, 1, 0, 1, 0, 0): "FFDL",
    (0, -1, 0, -1, 0, 0): "FFDR",
}
"""Row and column direction of an axial image, and the patient position in which a scanner makes it."""
Direction = tuple[int, int, int]


def directions(top: Elements) -> tuple[Direction, Direction, Direction]:
    """Directions in the patient of a step along planes, rows and columns of the array.

    Raises
    ------
    DicomError
        Cosines that are not unit and orthogonal, an oblique grid, or one that is not axial.
    """
    cosines = np.array(top.need_numbers("ImageOrientationPatient", 6))
    row, column = cosines[:3], cosines[3:]
    lengths = np.array([row @ row, column @ column, row @ column])
    if np.abs(lengths - [1.0, 1.0, 0.0]).max() > 10 * DIRECTION_TOLERANCE:
        given = "\\".join(f"{value:g}" for value in cosines)
        refuse(top.where, f"{tag('ImageOrientationPatient')} is {given}", "two unit vectors at right angles", AGAIN)
    whole = tuple(int(value) for value in np.rint(cosines))
    if np.abs(cosines - whole).max() > DIRECTION_TOLERANCE or whole not in POSITIONS:
        given = "\\".join(f"{value:g}" for value in cosines)
        refuse(
            top.where,
            f"{tag('ImageOrientationPatient')} is {given}, an oblique or not axial grid",
            "one of the eight axial orientations along the patient's axes",
            "Export the dose on an axial grid.",
        )
    along_row, along_column = (whole[0], whole[1], whole[2]), (whole[3], whole[4], whole[5])
    normal = np.cross(along_row, along_column)
    # The index of a row moves along the column direction, and the other way round.
    return (int(normal[0]), int(normal[1]), int(normal[2])), along_column, along_row


def orientation(top: Elements) -> str:
    """Patient position in which an image lies as the grid does: ``HFS``; a `DicomError` as in `directions`."""
    _, along_column, along_row = directions(top)
    return POSITIONS[(*along_row, *along_column)]


def first_voxel(top: Elements) -> tuple[float, float, float]:
    """Patient position x, y, z of the centre of the first voxel stored. [mm]"""
    x, y, z = top.need_numbers("ImagePositionPatient", 3)
    if max(abs(x), abs(y), abs(z)) > FARTHEST_MM:
        given = f"{tag('ImagePositionPatient')} is {x:g}\\{y:g}\\{z:g}"
        refuse(top.where, given, f"a position within {FARTHEST_MM / 1000:g} m", AGAIN)
    return x, y, z


def plane_offsets(top: Elements, frames: int, axes: tuple[Direction, Direction, Direction], z: float) -> Doubles:
    """Distance of each plane from the first one stored, along the normal. [mm]

    Notes
    -----
    The first offset is 0 (relative), or the z of the first plane (absolute, allowed head first supine only).

    Raises
    ------
    DicomError
        Too few or too many, a first offset that is neither, planes twice or not in order.
    """
    if frames == 1:
        return np.zeros(1)
    offsets = top.numbers("GridFrameOffsetVector")
    name = tag("GridFrameOffsetVector")
    if offsets is None:
        refuse(top.where, f"{name} is missing", f"{frames} offsets", AGAIN)
    if offsets.size != frames:
        refuse(top.where, f"{name} has {offsets.size} values for {frames} frames", f"{frames} offsets", AGAIN)
    if np.abs(offsets).max() > FARTHEST_MM:
        refuse(top.where, f"{name} reaches {np.abs(offsets).max():g} mm", f"within {FARTHEST_MM / 1000:g} m", AGAIN)
    if abs(offsets[0]) > OFFSET_TOLERANCE_MM:
        supine = axes == ((0, 0, 1), (0, 1, 0), (1, 0, 0))
        if not supine or abs(offsets[0] - z) > OFFSET_TOLERANCE_MM:
            what = f"{name} begins with {offsets[0]:g}, which is neither 0 nor the z of the first plane ({z:g})"
            remedy = "The position of the planes cannot be told; export the dose again."
            refuse(top.where, what, "0, or head first supine that z", remedy)
    steps = np.diff(offsets)
    if not ((steps > OFFSET_TOLERANCE_MM).all() or (steps < -OFFSET_TOLERANCE_MM).all()):
        refuse(top.where, f"{name} does not run in one direction", "planes in order, none twice", AGAIN)
    relative: Doubles = offsets - offsets[0]
    return relative


def spacings(top: Elements) -> tuple[float, float]:
    """Distance of rows and of columns; the first value of PixelSpacing is that of the rows. [mm]"""
    rows, columns = top.need_numbers("PixelSpacing", 2)
    least, most = SPACING_MM
    if not (least <= rows <= most and least <= columns <= most):
        given = f"{tag('PixelSpacing')} is {rows:g}\\{columns:g}"
        refuse(top.where, given, f"two distances, from {least:g} to {most:g} mm", AGAIN)
    return rows, columns
