"""RT Dose: the grid, and what its units, its type and its summation allow."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from rtcalc.consistency import unit_doubt
from rtcalc.dicom.dose_pixels import IMPOSSIBLE_GRAY, Floats, scaled, shape, values
from rtcalc.dicom.elements import Elements
from rtcalc.dicom.grid_place import Direction, directions, first_voxel, orientation, plane_offsets, spacings
from rtcalc.dicom.limits import ReadLimits
from rtcalc.dicom.source import RtFile, Source, character_notes
from rtcalc.dicom.stored_dvh import StoredDvh, read_stored
from rtcalc.dicom.wording import AGAIN, Note, refuse, shown, tag
from rtcalc.doses import DoseLike, single_gray
from rtcalc.geometry.values import Grid

_WEIGHTED = re.compile(r"\b(rbe|gye|cge|cobalt gray|proton|carbon|eqd2|bed)", re.IGNORECASE)
SUMMATIONS = (
    "PLAN", "MULTI_PLAN", "PLAN_OVERVIEW", "FRACTION", "BEAM", "BRACHY",
    "FRACTION_SESSION", "BEAM_SESSION", "BRACHY_SESSION", "CONTROL_POINT", "RECORD",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DoseGrid:
    """A dose on its grid, as it was exported and scaled.

    Attributes
    ----------
    source : Source
    values : array of float32, (planes, rows, columns)
        In `units`; read-only.
    origin : (float, float, float)
        x, y, z of the centre of the first voxel stored. [mm]
    steps : three arrays
        Distance of each plane, row and column from the first; rising. [mm]
    axes : three directions
        In the patient, of a step along planes, rows and columns.
    orientation : str
        HFS, HFP, FFS, FFP, HFDL, HFDR, FFDL or FFDR: as the grid lies, not as the patient was treated.
    units : str
        GY or RELATIVE.
    kind : str
        PHYSICAL or EFFECTIVE.
    summation : str
        What of the treatment it holds: PLAN, BEAM, FRACTION ...
    comment, heterogeneity : str
        As written.
    plan_uids : tuple of str
    fraction_groups, beams : tuple of int
        The parts of the plan it refers to.
    stored_dvhs : tuple of StoredDvh
    notes : tuple of Note
    """

    source: Source
    values: Floats = field(repr=False)
    origin: tuple[float, float, float]
    steps: tuple[Any, Any, Any] = field(repr=False)
    axes: tuple[Direction, Direction, Direction]
    orientation: str
    units: str
    kind: str
    summation: str
    comment: str = ""
    heterogeneity: str = ""
    plan_uids: tuple[str, ...] = field(default=(), repr=False)
    fraction_groups: tuple[int, ...] = ()
    beams: tuple[int, ...] = ()
    stored_dvhs: tuple[StoredDvh, ...] = field(default=(), repr=False)
    notes: tuple[Note, ...] = ()

    @property
    def maximum(self) -> float:
        """Largest value stored, in `units`."""
        return float(self.values.max())

    @property
    def spacing(self) -> tuple[float, float, float] | None:
        """Distance of planes, rows and columns; None where the planes are unevenly spaced or only one. [mm]"""
        even = [np.diff(step) for step in self.steps]
        if any(step.size == 0 or np.ptp(step) > 0.01 for step in even):
            return None
        planes, rows, columns = (float(step.mean()) for step in even)
        return planes, rows, columns

    def grid(self) -> Grid:
        """Return the dose as a volume in gray.

        Raises
        ------
        DicomError
            A relative dose, or a single plane.
        """
        if self.units != "GY":
            refuse(
                self.source.name,
                f"{tag('DoseUnits')} is {self.units}",
                "GY",
                "State the dose of 100 % (--reference, read_dicom(reference=)); it is written into every output.",
            )
        if self.values.shape[0] < 2:
            refuse(
                self.source.name,
                "a single plane of dose",
                "two planes or more for a volume",
                "Export the whole grid.",
            )
        return Grid(self.values, self.origin, self.steps, self.axes)

    def in_gray(self, reference: DoseLike) -> DoseGrid:
        """Return a relative dose in gray, with what was stated and assumed in its notes.

        Parameters
        ----------
        reference : str, pint.Quantity or PhysicalDose
            Dose of 100 %, such as "45 Gy". [Gy]

        Raises
        ------
        DicomError
            The dose is in gray already, neither 1 nor 100 fits, or it would be beyond any treatment.
        UnitsError, BasisError, DomainError
            The reference is a bare number, no physical dose, or zero.

        Notes
        -----
        The standard does not say whether such a dose is a share or a percentage. The value 1 or 100 is taken for 100 %,
        whichever has the highest value between half and five times of itself: a hot spot is no hotter.
        """
        where = self.source.name
        if self.units == "GY":
            refuse(where, "the dose is in gray already", "a relative dose", "Leave the reference dose out.")
        reference_gray = single_gray(reference, "reference")
        full = self._full(where)
        if not reference_gray * self.maximum / full < IMPOSSIBLE_GRAY:
            refuse(where, f"a reference dose of {reference_gray:g} Gy", "that of 100 %", "Check its unit.")
        text = f"a relative dose; 100 % was stated to be {reference_gray:g} Gy, and the value {full:g} taken for 100 % "
        text += f"(the highest value is {self.maximum:.4g}, so {reference_gray * self.maximum / full:.4g} Gy)"
        notes = (*self.notes, Note("reference-dose", where, text))
        return replace(self, values=scaled(self.values, reference_gray / full), units="GY", notes=notes)

    def _full(self, where: str) -> float:
        """The value that is 100 %."""
        fitting = [full for full in (1.0, 100.0) if full / 2.0 <= self.maximum <= 5.0 * full]
        if not fitting:
            what = f"a relative dose whose highest value is {self.maximum:.4g}, so that neither 1 nor 100 is 100 %"
            refuse(where, what, "0.5 to 5, or 50 to 500", "Export the dose in gray.")
        return fitting[0]

    def require_physical(self) -> None:
        """Refuse a dose that is biological already: converting it again makes every figure meaningless."""
        if self.kind != "PHYSICAL":
            said = f" ({self.comment})" if self.comment else ""
            refuse(
                self.source.name,
                f"{tag('DoseType')} is {self.kind}{said}, a biological dose",
                "PHYSICAL",
                "Convert the physical dose; this one can only be shown (rtcalc dvh, study.effective).",
            )

    def same_grid(self, other: DoseGrid) -> bool:
        """Whether the voxels of both lie in the same places."""
        return (
            self.axes == other.axes
            and self.values.shape == other.values.shape
            and np.allclose(self.origin, other.origin, atol=0.01)
            and all(np.allclose(a, b, atol=0.01) for a, b in zip(self.steps, other.steps, strict=True))
        )


def read_dose(file: RtFile, limits: ReadLimits) -> DoseGrid:
    """Read an RT Dose.

    Raises
    ------
    DicomError
        Units, type, scaling, geometry or pixels that are missing, out of bounds or contradict each other.
    """
    top = file.elements
    units, kind, summation = _rules(top)
    stored = shape(top, limits)
    origin, steps, axes = _place(top, stored)
    beams, groups = _parts(top)
    grid = DoseGrid(
        source=file.source,
        values=values(file, stored),
        origin=origin,
        steps=steps,
        axes=axes,
        orientation=orientation(top),
        units=units,
        kind=kind,
        summation=summation,
        comment=top.name("DoseComment"),
        heterogeneity=top.name("TissueHeterogeneityCorrection"),
        plan_uids=tuple(one.name("ReferencedSOPInstanceUID") for one in top.items("ReferencedRTPlanSequence")),
        fraction_groups=groups,
        beams=beams,
        stored_dvhs=read_stored(top),
    )
    return replace(grid, notes=(*file.notes, *_notes(grid, top), *character_notes(file)))


def _place(top: Elements, stored: tuple[int, int, int]) -> tuple[Any, Any, Any]:
    """Origin, steps and axes of the grid."""
    frames, rows, columns = stored
    axes = directions(top)
    x, y, z = first_voxel(top)
    offsets = plane_offsets(top, frames, axes, z)
    row_step, column_step = spacings(top)
    if frames > 1 and offsets[1] < 0:
        # Planes stored against the normal: the same places, told by a direction the other way.
        against = (-axes[0][0], -axes[0][1], -axes[0][2])
        axes, offsets = (against, axes[1], axes[2]), -offsets
    return (x, y, z), (offsets, np.arange(rows) * row_step, np.arange(columns) * column_step), axes


def _parts(top: Elements) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Numbers of the beams and of the fraction groups that the dose says it is of."""
    plans = top.items("ReferencedRTPlanSequence")
    groups = [group for plan in plans for group in plan.items("ReferencedFractionGroupSequence")]
    beams = [beam for group in groups for beam in group.items("ReferencedBeamSequence")]
    return (
        tuple(beam.need_integer("ReferencedBeamNumber") for beam in beams),
        tuple(group.need_integer("ReferencedFractionGroupNumber") for group in groups),
    )


def _rules(top: Elements) -> tuple[str, str, str]:
    """Units, type and summation, each one of the standard's words."""
    units = top.need_text("DoseUnits", "GY or RELATIVE")
    if units not in ("GY", "RELATIVE"):
        _unknown(top, "DoseUnits", units, "GY or RELATIVE", "A factor is never guessed; export the dose in gray.")
    kind = top.need_text("DoseType", "PHYSICAL or EFFECTIVE")
    if kind == "ERROR":
        _unknown(top, "DoseType", kind, "PHYSICAL or EFFECTIVE", "This is a difference of two doses; leave it out.")
    if kind not in ("PHYSICAL", "EFFECTIVE"):
        _unknown(top, "DoseType", kind, "PHYSICAL or EFFECTIVE", AGAIN)
    summation = top.need_text("DoseSummationType", "PLAN")
    if summation not in SUMMATIONS:
        _unknown(top, "DoseSummationType", summation, "PLAN, FRACTION, BEAM or another of the standard", AGAIN)
    return units, kind, summation


def _unknown(top: Elements, keyword: str, value: str, expected: str, remedy: str) -> None:
    refuse(top.where, f"{tag(keyword)} is {shown(value)}", expected, remedy)


def _notes(grid: DoseGrid, top: Elements) -> list[Note]:
    where, notes = grid.source.name, []

    def note(code: str, text: str) -> None:
        notes.append(Note(code, where, text))

    if not grid.source.frame:
        note("no-frame", f"{tag('FrameOfReferenceUID')} is missing")
    least, most = float(grid.values.min()), grid.maximum
    if least < 0:
        note("negative-dose", f"the lowest dose is {least:.4g}; a physical dose is not negative")
    if most <= 0:
        note("no-dose", "every voxel is zero")
    if grid.units == "GY" and (doubt := unit_doubt(most)):
        note("dose-unit", doubt)
    if top.has("RescaleSlope") or top.has("RescaleIntercept"):
        note("rescale-ignored", f"{tag('RescaleSlope')} is no part of an RT Dose and was not applied")
    if grid.kind == "EFFECTIVE":
        note("effective-dose", f"a biological dose ({grid.comment or 'no comment'}); it is not converted again")
    if match := _WEIGHTED.search(grid.comment):
        note("weighted-dose", f"the comment says {match[0]!r}; the dose may be weighted for biological effect already")
    if grid.values.shape[0] == 1:
        note("single-plane", "a single plane: no volume, so nothing is computed from it")
    elif np.ptp(np.diff(grid.steps[0])) > 0.01:
        note("uneven-planes", "the planes are unevenly spaced; they are used where they are")
    for stored in grid.stored_dvhs:
        if stored.problem:
            notes.append(Note("stored-dvh", stored.where, f"the stored curve is not used ({stored.problem})"))
    if grid.summation in ("MULTI_PLAN", "PLAN_OVERVIEW", "RECORD", "BRACHY"):
        text = f"summation type {grid.summation}: the dose per fraction of a voxel is unknown; physical dose only"
        note("no-fractionation", text)
    return notes
