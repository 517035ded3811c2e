"""What was computed of a course, kept beside its study as arrays and JSON: a curve is never computed twice."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from rtcalc.dicom.analysis import CourseAnalysis
from rtcalc.dicom.courses import Named
from rtcalc.dvh import Dvh
from rtcalc.errors import DicomError, DomainError
from rtcalc.geometry.error_bar import NearMax
from rtcalc.geometry.hot_spot import HotSpot, hot_spot
from rtcalc_app import locks


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Measured:
    """One structure in one course, whatever it is called.

    Attributes
    ----------
    edges_gray, volume_cc : arrays
        The curve, empty where there is none. [Gy, cc]
    outside_cc : float
        Volume without a calculated dose. [cc]
    covered : float
        Part in the dose grid, 0 to 1.
    near_max : tuple of NearMax
        [Gy]
    spot : HotSpot or None
    notes : tuple of str
    problem : str
        Why there is no curve.
    """

    number: int
    edges_gray: Any = field(repr=False)
    volume_cc: Any = field(repr=False)
    outside_cc: float = 0.0
    covered: float = 0.0
    near_max: tuple[NearMax, ...] = ()
    spot: HotSpot | None = None
    notes: tuple[str, ...] = ()
    problem: str = ""

    def curve(self, one: Named, course: str) -> Dvh | None:
        """The curve under the structure's present name; None where there is none. [Gy]"""
        if self.problem:
            return None
        return Dvh(
            organ=one.organ,
            course=course,
            edges_gray=self.edges_gray,
            volume_cc=self.volume_cc,
            volume_outside_grid_cc=self.outside_cc,
            measured_on=one.match.measured_on,
        )


def measured(folder: Path, course: CourseAnalysis) -> Mapping[int, Measured]:
    """Every structure of a course by its number, computed once.

    Parameters
    ----------
    folder : Path
        Of the study.
    course : CourseAnalysis
        Its names do not matter: only the dose and the contours do.

    Raises
    ------
    DicomError
        The structures do not belong to the dose.
    """
    course.structures()
    path = _path(folder, course)
    with locks.one_at_a_time(folder / "lock"):
        if not path.with_suffix(".json").is_file():
            _save(path, [_measure(course, one) for one in course.structures()])
        return _load(path)


def distance_mm(folder: Path, course: CourseAnalysis, one: int, other: int) -> float | None:
    """Shortest distance between two structures, computed once; None where one of them is no volume. [mm]"""
    file = _path(folder, course).with_suffix(".distances")
    low, high = sorted((one, other))
    with locks.one_at_a_time(folder / "lock"):
        known: dict[str, float | None] = json.loads(file.read_text()) if file.is_file() else {}
        key = f"{low}-{high}"
        if key not in known:
            try:
                known[key] = course.distance_mm(low, high)
            except DicomError:
                known[key] = None
            _write(file, json.dumps(known).encode())
        return known[key]


def _path(folder: Path, course: CourseAnalysis) -> Path:
    """Where a course's results lie; a dose that was scaled is another dose."""
    notes = [str(note) for note in course.dose.notes]
    key = json.dumps([course.id, course.dose.source.sha256, course.dose.maximum, notes])
    return folder / f"course-{sha256(key.encode()).hexdigest()[:24]}"


def _measure(course: CourseAnalysis, one: Named) -> Measured:
    number, nothing = one.structure.number, np.zeros(0)
    try:
        found = course.computed(one)
    except DicomError as problem:
        return Measured(number=number, edges_gray=nothing, volume_cc=nothing, problem=str(problem))
    try:
        spot = hot_spot(course.contours(one), course.grid)
    except DomainError:
        spot = None  # the curve's own notes say how little of it lies in the dose
    return Measured(
        number=number,
        edges_gray=found.dvh.edges_gray,
        volume_cc=found.dvh.volume_cc,
        outside_cc=found.dvh.volume_outside_grid_cc,
        covered=found.covered,
        near_max=course.near_max(one),
        spot=spot,
        notes=found.notes,
    )


def _save(path: Path, found: list[Measured]) -> None:
    arrays = {f"e{one.number}": one.edges_gray for one in found} | {f"v{one.number}": one.volume_cc for one in found}
    beside = path.with_suffix(".new.npz")
    np.savez(beside, **arrays)
    beside.replace(path.with_suffix(".npz"))
    rest = [
        {
            "number": one.number,
            "outside_cc": one.outside_cc,
            "covered": one.covered,
            "near_max": [asdict(near) for near in one.near_max],
            "spot": asdict(one.spot) if one.spot else None,
            "notes": list(one.notes),
            "problem": one.problem,
        }
        for one in found
    ]
    _write(path.with_suffix(".json"), json.dumps(rest).encode())


def _load(path: Path) -> dict[int, Measured]:
    found = {}
    with np.load(path.with_suffix(".npz"), allow_pickle=False) as arrays:
        for one in json.loads(path.with_suffix(".json").read_text(encoding="utf-8")):
            number = one["number"]
            found[number] = Measured(
                number=number,
                edges_gray=arrays[f"e{number}"],
                volume_cc=arrays[f"v{number}"],
                outside_cc=one["outside_cc"],
                covered=one["covered"],
                near_max=tuple(NearMax(**near) for near in one["near_max"]),
                spot=HotSpot(**one["spot"]) if one["spot"] else None,
                notes=tuple(one["notes"]),
                problem=one["problem"],
            )
    return found


def _write(path: Path, content: bytes) -> None:
    beside = path.with_suffix(".new")
    beside.write_bytes(content)
    beside.replace(path)
