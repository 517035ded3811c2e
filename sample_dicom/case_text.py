"""The case file of an invented patient, with organ doses and distances computed from its contours and doses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from patients import Patient

from rtcalc.geometry.distance import minimum_distance_mm
from rtcalc.geometry.dvh_engine import dvh
from rtcalc.geometry.values import ContourSet, Grid
from rtcalc.limits import Metric

NEAR_MM = 40.0
"""Organs farther from the target than this are not named beside it."""
UNITS = {"V20Gy": "%"}


@dataclass(frozen=True)
class Planned:
    """What a course is computed from, in its own frame of reference.

    Attributes
    ----------
    contours : dict
        (x, y, z) of the contours of each structure. [mm]
    dose : array
        Planes, rows and columns. [Gy]
    axes : three arrays
        z, y and x of the voxel centres. [mm]
    """

    contours: dict[str, list[np.ndarray]]
    dose: np.ndarray
    axes: tuple[np.ndarray, np.ndarray, np.ndarray]

    def sets(self, slice_mm: float) -> dict[str, ContourSet]:
        """The structures as the geometry takes them."""
        return {name: ContourSet.from_points(name, loops, slice_mm) for name, loops in self.contours.items()}

    def grid(self) -> Grid:
        """The dose as the geometry takes it."""
        z, y, x = self.axes
        return Grid(self.dose, (float(x[0]), float(y[0]), float(z[0])), (z - z[0], y - y[0], x - x[0]))


def case_text(patient: Patient, courses: dict[str, Planned], slice_mm: float) -> str:
    """Return the YAML of a case; distances are those of the first course."""
    sets = {name: course.sets(slice_mm) for name, course in courses.items()}
    grids = {name: course.grid() for name, course in courses.items()}
    first = next(iter(sets.values()))
    return "\n".join(
        [*_head(patient), *_target(patient, first), *_courses(patient, sets, grids), *_tail(patient, sets, grids), ""]
    )


def _head(patient: Patient) -> list[str]:
    return [
        "# yaml-language-server: $schema=../../protocols/schema/case.schema.json",
        "# An invented patient, by sample_dicom/make_samples.py; organ doses are computed from the files beside it.",
        "schema_version: 1",
        f"id: sample-{patient.folder}",
        f"title: {patient.title} (synthetic)",
        f"disease: {patient.disease}",
    ]


def _target(patient: Patient, sets: dict[str, ContourSet]) -> list[str]:
    organs = [roi.name for roi in patient.rois if roi.kind == "ORGAN" and "-" not in roi.name]
    distances = {organ: minimum_distance_mm(sets[organ], sets["PTV"]) for organ in organs}
    near = ", ".join(f"{organ}: {away:.0f} mm" for organ, away in distances.items() if away <= NEAR_MM)
    largest = 2.0 * max(max(roi.solids[0].semi) for roi in patient.rois if roi.kind == "GTV")
    return [
        "targets:",
        f"  {patient.target}:",
        f"    site: {patient.site}",
        f"    region: {patient.region}",
        *([f"    level: {patient.level}"] if patient.level else []),
        f"    near: {{stated: {{{near}}}}}      # from the PTV",
        f"    largest: {largest:.0f} mm",
        f"    tissue: {patient.tissue}",
    ]


def _courses(patient: Patient, sets: dict[str, dict[str, ContourSet]], grids: dict[str, Grid]) -> list[str]:
    lines = ["courses:"]
    for course in patient.courses:
        found = dvh(sets[course.id]["PTV"], grids[course.id], organ="PTV", course=course.id).dvh
        points = {name: found.value(Metric.parse(name + ("%" if name != "Dmax" else "")))[0] for name in POINTS}
        metrics = ", ".join(f"{name}: {gray:.1f} Gy" for name, gray in points.items())
        lines += [
            f"  {course.id}:",
            "    prescription:",
            f"      {patient.target}:",
            f"        dose: {course.prescription:g} Gy / {course.fractions}",
            f"        isodose: {course.isodose:g} %",
            "        to: PTV",
            f"        target_metrics: {{{metrics}}}",
            f"    treatment_days: [{', '.join(course.days)}]",
            f"    technique: {patient.technique}",
            "    status: completed",
        ]
    return lines


POINTS = ("D98", "D95", "D50", "D2", "Dmax")


def _tail(patient: Patient, sets: dict[str, dict[str, ContourSet]], grids: dict[str, Grid]) -> list[str]:
    lines = ["drugs:", *patient.drugs, "organ_doses:"]
    for roi in patient.rois:
        if not roi.metrics:
            continue
        lines.append(f"  {roi.name}:")
        for course, grid in grids.items():
            found = dvh(sets[course][roi.name], grid, organ=roi.name, course=course).dvh
            values = (_value(found.value(Metric.parse(name), UNITS.get(name, "cc"))) for name in roi.metrics)
            written = ", ".join(f"{name}: {value}" for name, value in zip(roi.metrics, values, strict=True))
            lines.append(f"    {course}: {{{written}}}")
    return [*lines, f"limit_sets: [{', '.join(patient.sets)}]"]


def _value(found: tuple[float, str]) -> str:
    number, unit = found
    return f"{number:.2f} Gy" if unit == "Gy" else f"{number:.1f} {unit}"
