"""Doses of the points of a structure: reference points, and contours of one or two points."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING

import numpy as np

from rtcalc.dicom.wording import refuse
from rtcalc.geometry.points import dose_at

if TYPE_CHECKING:
    from rtcalc.dicom.analysis import CourseAnalysis
    from rtcalc.dicom.courses import Named


@dataclass(frozen=True, slots=True)
class PointDose:
    """The dose at one point.

    Parameters
    ----------
    place : (float, float, float)
        x, y and z in the frame of reference of the dose. [mm]
    gray : float or None
        Linear between the voxel centres; None outside the voxels of the dose. [Gy]
    """

    place: tuple[float, float, float]
    gray: float | None


def point_doses(course: CourseAnalysis, one: Named) -> tuple[PointDose, ...]:
    """Return the dose at each point of a structure, on the basis of the course's dose.

    Raises
    ------
    DicomError
        The structure holds no points.
    """
    points = one.structure.points
    if not points:
        refuse(one.structure.label, "it holds no points", "a structure of points", "Ask for its curve instead.")
    places = np.concatenate(points)
    grays = dose_at(course.grid, places).tolist()
    return tuple(
        PointDose((x, y, z), None if isnan(gray) else gray)
        for (x, y, z), gray in zip(places.tolist(), grays, strict=True)
    )
