"""What the structures of a DICOM study receive, as a table, as JSON and as CSV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rtcalc.coverage import percent_words
from rtcalc.curve_basis import effective
from rtcalc.decimals import fixed, plain
from rtcalc.dvh import Dvh
from rtcalc.report.layout import columns, visible

if TYPE_CHECKING:
    from rtcalc.case import OrganDose
    from rtcalc.dicom import Note, Study
    from rtcalc.dicom.points import PointDose
    from rtcalc.dicom.stored_dvh import StoredBeside
    from rtcalc.dicom.survey import CourseSurvey, Surveyed

WIDTH = 120
CURVE_STEP_GRAY = 0.1
"""Distance of the points of a printed curve; metrics are read from the whole one. [Gy]"""
HEADER = ("structure", "read as", "volume, cc", "Dmax, Gy", "D0.035cc, Gy", "D5cc, Gy", "Dmean, Gy", "remarks")
FIRST = ("plan-problem", "structure-problem", "dose-below-prescription", "dose-unit", "equal-doses")
"""Notes that stand above the figures: what may make all of them those of something else."""
PARTIAL_FROM = 0.99
"""Of a structure in the dose grid: metrics are then shown as partial ones, else as undefined for the whole."""
METRICS = ("volume", "Dmax", "D0.035cc", "D5cc", "Dmean")


@dataclass(frozen=True, slots=True)
class DoseVolumes:
    """An answer of `rtcalc dvh`.

    Parameters
    ----------
    study : Study
    courses : tuple of CourseSurvey
    curves : bool
        Whether the data hold the curves as well.
    """

    study: Study
    courses: tuple[CourseSurvey, ...]
    curves: bool = False

    def text(self) -> str:
        """Lines for the terminal."""
        return "\n".join([*self._lines(), ""])

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready data."""
        return {
            "courses": [_course_data(one, self.curves) for one in self.courses if _is_course(one)],
            "biological_doses": [_biological_data(one, self.curves) for one in self.courses if not _is_course(one)],
            "notes": [{"id": note.code, "where": note.where, "text": note.text} for note in self._notes()],
            "unused": [{"file": one.name, "what": one.what, "reason": one.reason} for one in self.study.unused],
        }

    def csv(self) -> str:
        """Cumulative curves, one row for each dose; what is to be said of a curve stands in its first row."""
        rows = ["course,structure,organ,basis,alpha_beta_gray,dose_gray,volume_cc,covered_fraction,notes"]
        notes = [str(note) for note in self._notes()]
        for course in self.courses:
            for one in course.structures:
                for curve in [*([one.curve] if one.curve else []), *(curve for curve, _ in one.converted)]:
                    rows += _csv_rows(course, one, curve, "; ".join([*notes, *_to_say(one)]))
        return "\n".join([*rows, ""])

    def _notes(self) -> list[Note]:
        """Those of the files, and what was stated of a course, such as of how many fractions a file is."""
        return list(dict.fromkeys([*self.study.notes, *(n for one in self.courses for n in one.course.dose.notes)]))

    def _lines(self) -> Iterator[str]:
        notes = self._notes()
        first = [note for note in notes if note.code in FIRST]
        yield from (visible(f"NOTE: {note}") for note in first)
        yield from [""] if first else []
        for course in self.courses:
            yield from _course_lines(course)
            yield ""
        yield from (visible(f"note: {note}") for note in notes if note not in first)
        yield "Remarks: linear - cubic is what interpolation alone does to D0.035cc of the physical dose."


def _is_course(one: CourseSurvey) -> bool:
    """Whether it is of physical dose; a biological one stands apart, so that no program takes it for a course."""
    return one.course.dose.kind == "PHYSICAL"


def _course_lines(course: CourseSurvey) -> Iterator[str]:
    about = _prescribed(course) if _is_course(course) else _biological(course)
    yield visible(f"{course.course.id}: {about}  ({course.course.dose.source.name})")
    yield ""
    if course.problem:
        yield visible(f"not computed: {course.problem}")
        return
    yield from columns(HEADER, [_row(one, one.values, remarks=True) for one in course.structures], WIDTH)
    bases = [curve.basis for curve, _ in next((one.converted for one in course.structures if one.curve), ())]
    for at, (kind, ratio, _) in enumerate(bases):
        yield ""
        yield f"{kind} (a/b {plain(ratio or 0.0)}), every dose at its own dose per fraction"
        yield ""
        rows = [_row(one, one.converted[at][1], remarks=False) for one in course.structures if one.curve]
        yield from columns(HEADER[:-1], [row[:-1] for row in rows], WIDTH)


def _prescribed(course: CourseSurvey) -> str:
    dose = "prescription not stated" if course.prescription_gray is None else f"{plain(course.prescription_gray)} Gy"
    count = "fractions not stated" if course.fractions is None else f"{course.fractions} fractions"
    isodose = course.course.chosen.isodose_percent
    rest = "" if isodose is None else f", prescription at {fixed(isodose, 1)} % of the highest dose"
    rest += "" if course.fractions is not None else _summation(course.course.dose.summation)
    return f"{dose} in {count}{rest}{_method(course)}"


def _summation(kind: str) -> str:
    """Why there are no fractions, where the dose is not that of one plan."""
    return "" if kind == "PLAN" else f", a {kind} dose"


def _biological(one: CourseSurvey) -> str:
    """What every number below is; Gy alone would read as physical dose."""
    what = "a biological dose, every number as it was stored; not converted, held against no limit"
    return f"{_basis(one)}, {what}{_method(one)}"


def _basis(one: CourseSurvey) -> str:
    return effective(one.course.dose.comment)[0]


def _method(course: CourseSurvey) -> str:
    return "" if course.method == "linear" else f", {course.method} interpolation"


def _row(one: Surveyed, values: Sequence[OrganDose], remarks: bool) -> tuple[str, ...]:
    match = one.named.match
    read_as = match.standard or (match.how if match.is_target or match.how == "helper" else "not mapped")
    known = {str(value.metric): f"{fixed(value.value, 2)}*" for value in one.of_covered_part} if remarks else {}
    known |= {str(value.metric): fixed(value.value, 2) for value in values}
    cells = [known.get(name, "-") for name in METRICS]
    return (
        visible(one.named.structure.label),
        read_as,
        *cells,
        visible("; ".join(_remarks(one)) or "none") if remarks else "",
    )


def _remarks(one: Surveyed) -> Iterator[str]:
    if one.problem:
        yield "; ".join([one.problem, *map(_point, one.points)])
    elif one.covered < 1.0:
        yield f"{percent_words(one.covered)} lies in the dose grid; * {_what_the_part_says(one.covered)}"
    for near in one.near_max:
        if near.metric == "D0.035cc" and abs(near.linear_minus_cubic) >= 0.005:
            yield f"linear - cubic {fixed(near.linear_minus_cubic, 2)} Gy"
    yield from (_beside(stored) for stored in one.stored)
    match = one.named.match
    if match.organ is None and match.candidates:
        yield f"nearest names: {', '.join(name for name, _ in match.candidates)}"
    yield from one.notes


def _point(one: PointDose) -> str:
    x, y, z = (plain(round(along, 1)) for along in one.place)
    dose = "no dose" if one.gray is None else f"{fixed(one.gray, 2)} Gy"
    return f"{dose} at ({x}, {y}, {z}) mm"


def _what_the_part_says(covered: float) -> str:
    if covered >= PARTIAL_FROM:
        return "partial: of that part only; Dmax and D of the whole are these or higher"
    return "is of that part only, the whole is undefined"


def _beside(stored: StoredBeside) -> str:
    """A stored curve minus the computed one."""
    off = stored.difference
    if off is None:
        return f"stored curve not compared: {stored.reason}"
    return (
        f"stored - computed: volume {_signed(off.volume_cc)} cc, Dmean {_signed(off.mean_gray)} Gy, "
        f"Dmax {_signed(off.maximum_gray)} Gy, curves up to {fixed(off.largest_percent, 1)} % of the volume apart"
    )


def _signed(value: float) -> str:
    return f"{'-' if value < 0 else '+'}{fixed(abs(value), 2)}"


# --- data -------------------------------------------------------------------------------------------------------------
def _course_data(course: CourseSurvey, curves: bool) -> dict[str, Any]:
    read = course.course
    return {
        "id": read.id,
        "dose_file": read.dose.source.name,
        "fractions": course.fractions,
        "prescription_gray": course.prescription_gray,
        "isodose_percent": read.chosen.isodose_percent,
        "dose_summation": read.dose.summation,
        "highest_gray": read.dose.maximum,
        "interpolation": course.method,
        "structures": [_structure_data(one, curves) for one in course.structures],
    }


def _biological_data(one: CourseSurvey, curves: bool) -> dict[str, Any]:
    data: dict[str, Any] = {
        "id": one.course.id,
        "dose_file": one.course.dose.source.name,
        "basis": _basis(one),
        "highest_gray": one.course.dose.maximum,
        "interpolation": one.method,
        "structures": [_structure_data(each, curves) for each in one.structures],
    }
    return data | ({"undefined": one.problem} if one.problem else {})


def _structure_data(one: Surveyed, curves: bool) -> dict[str, Any]:
    match = one.named.match
    data: dict[str, Any] = {
        "id": one.named.structure.label,
        "number": one.named.structure.number,
        "read_as": match.standard,
        "confidence": match.confidence,
        "how": match.how,
        "is_target": match.is_target,
        "nearest": [{"id": name, "confidence": share} for name, share in match.candidates],
        "measured_on": match.measured_on,
    }
    if one.curve is None:
        points = [{"place_mm": list(point.place), "gray": point.gray} for point in one.points]
        return data | {"undefined": one.problem} | ({"points": points} if points else {})
    data |= {
        "covered_fraction": one.covered,
        "metrics": _metric_data(one.values),
        "near_max": [
            {"metric": near.metric, "gray": near.gray, "linear_minus_cubic_gray": near.linear_minus_cubic}
            for near in one.near_max
        ],
        "eqd2": _converted_data(one, "EQD2", curves),
        "bed": _converted_data(one, "BED", curves),
        "of_covered_part": _metric_data(one.of_covered_part),
        "stored_minus_computed": [_beside_data(stored) for stored in one.stored],
        "notes": list(one.notes),
    }
    return data | (_curve_data(one.curve) if curves else {})


def _beside_data(stored: StoredBeside) -> dict[str, Any]:
    off = stored.difference
    if off is None:
        return {"where": stored.where, "undefined": stored.reason}
    return {
        "where": stored.where,
        "volume_cc": off.volume_cc,
        "mean_gray": off.mean_gray,
        "max_gray": off.maximum_gray,
        "largest_percent_of_volume": off.largest_percent,
    }


def _converted_data(one: Surveyed, kind: str, curves: bool) -> list[dict[str, Any]]:
    return [
        {"alpha_beta_gray": curve.basis[1], "model": curve.basis[2], "metrics": _metric_data(values)}
        | (_curve_data(curve) if curves else {})
        for curve, values in one.converted
        if curve.basis[0] == kind
    ]


def _metric_data(values: Sequence[OrganDose]) -> list[dict[str, Any]]:
    units = {"Gy": "gray", "cc": "cc", "%": "percent"}
    return [{"metric": str(one.metric), units[one.unit]: one.value} for one in values]


def _curve_data(curve: Dvh) -> dict[str, Any]:
    dose, volume = points(curve)
    return {"curve": {"dose_gray": dose, "volume_cc": volume}}


def points(curve: Dvh) -> tuple[list[float], list[float]]:
    """Return doses and the volume that receives at least each, of what lies in the dose grid. [Gy], [cc]"""
    edges, falling = curve.edges_gray, np.concatenate((np.cumsum(curve.volume_cc[::-1])[::-1], [0.0]))
    steps = np.arange(int(np.ceil(edges[-1] / CURVE_STEP_GRAY)) + 1)
    dose = np.minimum(steps * CURVE_STEP_GRAY, edges[-1])
    return dose.round(9).tolist(), np.interp(dose, edges, falling).tolist()


def _csv_rows(course: CourseSurvey, one: Surveyed, curve: Dvh, notes: str) -> Iterator[str]:
    kind, ratio, _ = curve.basis
    labels = (course.course.id, one.named.structure.label, one.named.match.standard or "", kind)
    start = ",".join([*(_cell(label) for label in labels), "" if ratio is None else repr(ratio)])
    for number, (dose, volume) in enumerate(zip(*points(curve), strict=True)):
        yield f"{start},{dose!r},{volume!r},{one.covered!r},{'' if number else _cell(notes)}"


def _to_say(one: Surveyed) -> Iterator[str]:
    if one.covered < 1.0:
        yield f"{percent_words(one.covered)} lies in the dose grid, and the curve is of that part"
    yield from one.notes


def _cell(text: str) -> str:
    """A cell that neither breaks the row nor becomes a formula in a spreadsheet."""
    safe = visible(text)
    safe = f"'{safe}" if safe[:1] in ("=", "+", "-", "@") else safe
    return '"' + safe.replace('"', '""') + '"' if any(char in safe for char in ',"') else safe
