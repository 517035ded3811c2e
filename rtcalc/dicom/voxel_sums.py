"""The doses of several courses on a raster around one structure, and the curves of their sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from math import inf

import numpy as np

from rtcalc.basis import LQ
from rtcalc.dicom.analysis import CourseAnalysis, of_dicom
from rtcalc.dicom.courses import Named
from rtcalc.dvh import Dvh
from rtcalc.effects import EQD2_FRACTION
from rtcalc.geometry.dvh_engine import dvh
from rtcalc.geometry.raster import Nodes, Placed, highest_near, raster, reaches_beyond
from rtcalc.geometry.slabs import body_of
from rtcalc.geometry.sum_engine import Converted, sum_dvh
from rtcalc.geometry.values import ContourSet, Floats, Grid
from rtcalc.models import lq

Groups = tuple[tuple[int, ...], ...]
"""Places of the courses of each session, in a sequence of courses."""


@dataclass(frozen=True, slots=True, eq=False)
class SumOnOrgan:
    """The physical doses of the courses on a raster around one structure, and the highest within 3 mm of each node."""

    organ: str
    course: str
    measured_on: str
    contours: ContourSet
    nodes: Nodes
    doses: list[Floats]
    near: list[Floats]
    highest: list[float]
    complete: bool

    @classmethod
    def of(cls, courses: Sequence[CourseAnalysis], placed: Sequence[Placed], one: Named) -> SumOnOrgan:
        """Bring the doses to one raster around a structure of the first course; a `DicomError` where they cannot be."""
        contours = courses[0].contours(one)
        with of_dicom(f"{courses[0].dose.source.name}, {one.structure.label}"):
            nodes = raster(contours, placed)
            doses = [dose.at(nodes) for dose in placed]
            near = [highest_near(dose, nodes) for dose in doses]
            highest = [_highest(dose, contours) for dose in placed]
        name = " + ".join(course.id for course in courses)
        complete = reaches_beyond(contours, nodes)
        return cls(one.organ, name, one.match.measured_on, contours, nodes, doses, near, highest, complete)

    def curves(self, counts: Sequence[int], groups: Groups, ratio: float) -> tuple[Dvh, Dvh]:
        """Return the EQD2 of the sum, and of the sum within 3 mm."""
        body, of_bed = body_of(self.contours), lq.eqdx(1.0, EQD2_FRACTION, ratio)

        def summed(doses: Sequence[Floats], most: Sequence[float]) -> Dvh:
            parts = [
                Converted(
                    self._grid(_added(doses, group)),
                    linear=of_bed,
                    square=of_bed / (counts[group[0]] * ratio),
                    most=sum(most[at] for at in group),
                )
                for group in groups
            ]
            found = sum_dvh(body, parts, organ=self.organ, course=self.course)
            return replace(found, basis=("EQD2", ratio, LQ), measured_on=self.measured_on)

        return summed(self.doses, self.highest), summed(self.near, [inf] * len(self.near))

    def physical(self, group: Sequence[int]) -> tuple[Dvh, Dvh]:
        """Return the physical dose of courses of the same sessions together, and within 3 mm."""
        return self._curve(_added(self.doses, group)), self._curve(_added(self.near, group))

    def _curve(self, gray: Floats) -> Dvh:
        found = dvh(self.contours, self._grid(gray), organ=self.organ, course=self.course).dvh
        return replace(found, measured_on=self.measured_on)

    def _grid(self, gray: Floats) -> Grid:
        z, y, x = self.nodes
        return Grid(gray, (float(x[0]), float(y[0]), float(z[0])), (z - z[0], y - y[0], x - x[0]))


def _highest(dose: Placed, contours: ContourSet) -> float:
    """Return the highest dose of a structure on the grid itself; no bound where its planes are tilted there. [Gy]"""
    own = dose.own(contours)
    return inf if own is None else float(dvh(own, dose.grid, organ=own.name, course="").dvh.edges_gray[-1])


def _added(doses: Sequence[Floats], group: Sequence[int]) -> Floats:
    return reduce(np.add, [doses[at] for at in group])
