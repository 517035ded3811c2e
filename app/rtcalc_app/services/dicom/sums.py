"""The sum of courses on one structure, in EQD2: voxel by voxel in connected frames of reference, else bounds only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256

from rtcalc.decimals import plain
from rtcalc.dvh import Dvh
from rtcalc.errors import DicomError, DomainError
from rtcalc.limits import Metric
from rtcalc.registry import Registry
from rtcalc_app import fields
from rtcalc_app.display import Display
from rtcalc_app.services.dicom.chosen import Chosen
from rtcalc_app.services.dicom.curves import Line, points

METRICS = tuple(Metric.parse(name) for name in ("Dmax", "D0.035cc", "D5cc", "Dmean"))
KEPT = "sum-{}.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """What several courses give to one structure. [Gy EQD2]

    Attributes
    ----------
    lines : tuple of Line
        Each course, the sum, and the sum with the highest dose within 3 mm.
    rows : tuple
        Metric, sum, within 3 mm, and the bounds from the curves alone, as texts.
    """

    structure: str
    alpha_beta: str
    lines: tuple[Line, ...]
    rows: tuple[tuple[str, str, str, str], ...]
    note: str
    summary: str


def usual_ratio(chosen: Chosen, structure: object, registry: Registry) -> str:
    """The alpha/beta of a structure's organ that was read in two sources, as text; "" where there is none."""
    for one in chosen.course(None).structures():
        if one.structure.name == structure and one.match.organ is not None:
            found = registry.alpha_beta_of(one.match.organ)
            return "" if found is None else plain(found.gray)
    return ""


def course_sum(chosen: Chosen, structure: object, alpha_beta: object, display: Display) -> Sum:
    """All courses added on a structure.

    Raises
    ------
    DicomError
        Fewer than two courses, no such structure, a number of fractions that nobody says.
    DomainError
        alpha/beta is no number above zero.
    """
    if not isinstance(structure, str) or structure not in {one.name for one in chosen.study.structures}:
        raise DicomError("Choose a structure of this study.")
    if len(chosen.courses) < 2:
        raise DicomError("There is one course only; a sum needs two or more.")
    ratio = fields.gray(alpha_beta, "Alpha/beta")
    data = _computed(chosen, structure, ratio)
    return _shown(structure, ratio, data, display)


def _computed(chosen: Chosen, structure: str, ratio: str) -> dict[str, object]:
    """Curves, metrics and bounds as plain data, computed once for a study, its names and an alpha/beta."""
    said = {name: one.fractions for name, one in chosen.stated.items() if one.fractions is not None}
    held = {name: one.fractions_in_file for name, one in chosen.stated.items() if one.fractions_in_file is not None}
    key = json.dumps([structure, ratio, sorted(chosen.names.items()), sorted(said.items()), sorted(held.items())])
    path = chosen.spool.study(chosen.id) / KEPT.format(sha256(key.encode()).hexdigest()[:24])
    if path.is_file():
        kept: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
        return kept
    courses = [chosen.course(name) for name in chosen.courses]
    total = chosen.study.course_sum(
        structure, ratio, fractions=said or None, fractions_in_file=held or None, names=chosen.names
    )
    curves = [(course.id, course.eqd2_dvh(course.find(structure).structure.number, ratio)) for course in courses]
    whole = [("sum", total.curve), ("sum, highest within 3 mm", total.within)]
    data: dict[str, object] = {
        "lines": [(name, *points(curve)) for name, curve in (*curves, *whole) if curve is not None],
        "rows": [
            [
                str(metric),
                _value(total.curve, metric),
                _value(total.within, metric),
                *next(((each.low, each.high) for known, each in total.bounds if known == metric), (None, None)),
            ]
            for metric in METRICS
        ],
        "note": total.note,
    }
    path.with_suffix(".new").write_text(json.dumps(data), encoding="utf-8")
    path.with_suffix(".new").replace(path)
    return data


def _value(curve: Dvh | None, metric: Metric) -> float | None:
    if curve is None:
        return None
    try:
        return curve.value(metric)[0]
    except DomainError:
        return None  # smaller than the metric asks for: the cell stays a dash


def _shown(structure: str, ratio: str, data: dict[str, object], d: Display) -> Sum:
    def text(value: float | None) -> str:
        return "—" if value is None else d.dose(value, 1)

    lines = tuple(
        Line(name=name, organ=structure, is_target=False, gray=tuple(gray), percent=tuple(percent))
        for name, gray, percent in data["lines"]  # type: ignore[attr-defined]
    )
    rows = []
    for metric, total, within, low, high in data["rows"]:  # type: ignore[attr-defined]
        bounds = "—" if low is None else f"{text(low)} to {text(high)}" if high is not None else f"{text(low)} or more"
        rows.append((metric, text(total), text(within), bounds))
    basis = f"EQD2 (a/b {d.mark(ratio)})"
    summary = f"{structure} in {basis}: " + "; ".join(f"{metric} {total}" for metric, total, _, _ in rows) + "."
    return Sum(
        structure=structure, alpha_beta=basis, lines=lines, rows=tuple(rows), note=str(data["note"]), summary=summary
    )
