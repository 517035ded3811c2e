"""What a case file says of an organ in a course: typed metrics, and a dose-volume curve from a text export.

Where both are given they must agree to the digits that were typed: neither silently wins over the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path, PurePosixPath, PureWindowsPath

from rtcalc.case import OrganCurve, OrganDose
from rtcalc.caseschema_organs import CurveEntry, DosesEntry
from rtcalc.consistency import consistent
from rtcalc.coverage import Side
from rtcalc.decimals import plain
from rtcalc.dvh_text import scan_dvh_text
from rtcalc.errors import DomainError, ProtocolError
from rtcalc.limits import Metric
from rtcalc.registry.structures import is_structure, organ_and_margin

ASKED = ("structure", "reference", "organ_volume", "max_dose", "kind", "decimal")
_DIGITS = re.compile(r"[0-9]*(?:\.([0-9]*))?")
_SCALES = {"cGy": 0.01, "mGy": 0.001}


def typed_doses(name: str, course: str, entry: DosesEntry) -> list[OrganDose]:
    """The metrics of one organ, or of a margin around it, in one course as values.

    Raises
    ------
    UnitsError, DomainError
        An unreadable metric or value; readings that cannot belong to one curve; a margin under two names.
    """
    organ, margin = organ_and_margin(name)
    if margin and entry.on not in ("organ", "PRV"):
        raise DomainError(f"{name} is a PRV, and 'on' says {entry.on}; leave 'on' out, or write {organ}")
    doses = []
    for written, text in entry.metrics.items():
        metric = Metric.parse(written)
        for bound, number in sides_of(text):
            value, unit = metric.read_value(number)
            doses.append(
                OrganDose(
                    organ=organ,
                    course=course,
                    metric=metric,
                    value=value,
                    unit=unit,
                    measured_on="PRV" if margin else entry.on,
                    origin=entry.origin,
                    bound=bound,
                    covered=1.0 if entry.covered is None else entry.covered / 100.0,
                )
            )
    consistent(name, [(dose.metric, dose.value, dose.unit) for dose in doses if not dose.bound])
    _require_bounds(name, doses)
    return doses


def sides_of(text: str) -> list[tuple[Side, str]]:
    """Read ``26.4 Gy``, ``>= 26.4 Gy``, ``<= 30 Gy`` or both bounds, ``>= 26.4 Gy, <= 30 Gy``.

    Examples
    --------
    >>> sides_of("26.4 Gy"), sides_of(">= 26.4 Gy, <= 30 Gy")
    ([('', '26.4 Gy')], [('>=', '26.4 Gy'), ('<=', '30 Gy')])
    """
    found: list[tuple[Side, str]] = []
    for part in text.split(", "):
        side: Side = ">=" if part.startswith(">= ") else "<=" if part.startswith("<= ") else ""
        found.append((side, part[3:] if side else part))
    return found if [side for side, _ in found] == [">=", "<="] else found if len(found) == 1 else [("", text)]


def _require_bounds(name: str, doses: list[OrganDose]) -> None:
    """Refuse a dose of a part that is said to be that of the whole, a bounded volume, and bounds that exclude all."""
    for dose in doses:
        if dose.metric.kind == "volume" and dose.bound:
            raise DomainError(f"{name}: the volume is a number; write it without {dose.bound}")
        if dose.metric.kind != "volume" and not dose.bound and dose.covered < 1.0:
            raise DomainError(f"{name} {dose.metric}: of a part with a dose it is a bound; write '>= {dose.value:g}'")
    low = {dose.metric: dose.value for dose in doses if dose.bound == ">="}
    for dose in doses:
        if dose.bound == "<=" and low.get(dose.metric, 0.0) > dose.value:
            raise DomainError(f"{name} {dose.metric}: its bounds leave no value; are the two swapped?")


def read_curve(organ: str, course: str, entry: CurveEntry, folder: Path | None) -> OrganCurve:
    """Read the curve of one organ or target from the export that a case file names.

    Parameters
    ----------
    organ, course : str
        As the case names them.
    entry : CurveEntry
    folder : Path or None
        Of the case file; None: the case is no file.

    Raises
    ------
    DomainError
        No folder to look in, or a path that is not relative to the case file.
    ProtocolError, UnknownName, UnitsError
        As in `dvh_text.read_dvh_text`; the options it asks for are fields of the entry.
    """
    if folder is None:
        raise DomainError("a curve is named by a file beside the case file, and this case was not read from a file")
    if PurePosixPath(entry.file).is_absolute() or PureWindowsPath(entry.file).drive:
        raise DomainError(f"file: {entry.file!r} is not relative to the case file; write it as seen from there")
    path, structure = folder / entry.file, entry.structure or organ
    found = scan_dvh_text(
        path,
        course=course,
        organ=structure,
        reference=entry.reference,
        organ_volume=entry.organ_volume,
        max_dose=entry.max_dose,
        kind=entry.kind,
        decimal=entry.decimal,
    )
    if found.refused:
        raise ProtocolError(f"{next(iter(found.refused.values()))} (fields of this entry: {', '.join(ASKED)})")
    name, curve = next(iter(found.curves.items()))
    return OrganCurve(
        dvh=replace(curve, organ=organ, measured_on=entry.on),
        file=entry.file,
        structure=name,
        sha256=sha256(path.read_bytes()).hexdigest(),
        note=found.notes.get(name, ""),
    )


def require_target(name: str, entry: CurveEntry, treated: Iterable[str]) -> None:
    """Refuse the curve of a target that the course does not treat, or that could be an organ's.

    Raises
    ------
    DomainError
        Another target; a name that TG-263 has for a structure; a structure measured in place of the target.
    """
    if name not in treated:
        raise DomainError(f"target {name} has no prescription in this course; a curve belongs to a course that treats")
    if is_structure(name):
        raise DomainError(f"{name} is a target and an organ of TG-263; give the target another id")
    if entry.on != "organ":
        raise DomainError(f"on: {entry.on} is said of organs; the curve of a target is of the target")


def require_agreement(entry: DosesEntry, curve: OrganCurve) -> None:
    """Refuse a typed metric that is not what the curve gives, rounded to the digits typed.

    Raises
    ------
    DomainError
        They differ, were measured on different structures, or the metric is undefined on the curve.
    """
    if entry.on != curve.dvh.measured_on:
        raise DomainError(
            f"the curve is of the {curve.dvh.measured_on} and the typed doses of {curve.dvh.organ} were measured on "
            f"the {entry.on}; an organ of a course stands for one structure, leave one of them out"
        )
    for name, text in entry.metrics.items():
        metric = Metric.parse(name)
        if sides_of(text)[0][0]:
            raise DomainError(f"{curve.dvh.organ} {metric}: the curve gives the value; leave the bound out")
        value, typed_unit = metric.read_value(text)
        known, unit = curve.dvh.value(metric, "%" if typed_unit == "%" else "cc")
        if abs(known - value) > half_last_digit(text) * (1.0 + 1e-9):
            raise DomainError(
                f"{curve.dvh.organ} {metric} is typed as {text}, and the curve of {curve.file} gives {plain(known)} "
                f"{unit}; correct one of them, or leave the typed one out"
            )


def half_last_digit(text: str) -> float:
    """Half a unit of the last digit that was typed, in Gy, cc or %."""
    found = _DIGITS.match(text.strip())
    places = len(found[1] or "") if found else 0
    return 0.5 * 10.0**-places * next((scale for unit, scale in _SCALES.items() if text.strip().endswith(unit)), 1.0)
