"""Headings of tables: what separates the columns, and which of them is a dose or a volume in which unit."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass

from rtcalc.dvh_text.cells import (
    SHOWN,
    DoseUnit,
    Kind,
    VolumeUnit,
    dose_unit,
    is_other_dose,
    require_absorbed,
    volume_unit,
)
from rtcalc.dvh_text.source import Source

_UNIT = re.compile(r"(.*?)\s*(?:\[([^\[\]]*)\]|\(([^()]*)\)|[/_]\s*([^\s/_]+))", re.DOTALL)


LONGEST_LABEL = 80
# No other word may stand there: "Mean dose [Gy]" and "Volume [cc]" are a table of metrics, not a curve.
_WORDS = {
    "dose": {"absolute", "relative", "physical", "absorbed", "total", "cumulative"},
    "volume": {"absolute", "relative", "cumulative", "differential", "structure", "total"},
}


@dataclass(frozen=True, slots=True)
class Label:
    """A heading: a dose or a volume, its unit as it is written, and the kind of curve where it says so."""

    role: str
    unit: str
    kind: Kind | None


def split(line: str) -> list[str]:
    """Split a heading or a row at tabs, semicolons or commas, whichever comes first in this order; else at blanks.

    Examples
    --------
    >>> split("Dose [Gy]; Volume [%]"), split("1.0  99.5")
    (['Dose [Gy]', 'Volume [%]'], ['1.0', '99.5'])
    """
    return cells(line, separator(line))


def separator(line: str) -> str:
    """Return what separates the columns of a heading; a blank stands for any run of blanks."""
    return next((sign for sign in "\t;," if sign in line), " ")


def cells(line: str, sign: str) -> list[str]:
    """Split a line at a separator; quoted cells are taken out of their quotes."""
    if sign == " ":
        # "Dose [Gy]  Volume [%]": a unit closes each heading; in a row every blank separates.
        return re.split(r"(?<=[\])])\s+", line) if line.endswith(("]", ")")) else line.split()
    return [cell.strip() for cell in next(csv.reader([line], delimiter=sign), [])]


def label(text: str) -> Label | None:
    """Read a heading; None for one that is neither dose nor volume or has no unit.

    Examples
    --------
    >>> label("Relative Volume (%)")
    Label(role='volume', unit='%', kind=None)
    >>> label("Dose") is None
    True
    """
    found = _UNIT.fullmatch(text.strip()) if len(text) <= LONGEST_LABEL else None
    words = found[1].lower() if found else ""
    role = next((role for role, known in _WORDS.items() if _says(words, role, known)), "")
    if found is None or not role:
        return None
    kinds: list[Kind] = [kind for kind in ("cumulative", "differential") if kind in words]
    return Label(role, found[2] or found[3] or found[4] or "", kinds[0] if len(kinds) == 1 else None)


def _says(words: str, role: str, known: set[str]) -> bool:
    plain = words.replace("_", " ")
    said = plain.split()
    return role in said and (is_other_dose(plain) or set(said) <= {role} | known)


def units(source: Source, line: int, dose: str, volume: str) -> tuple[DoseUnit, VolumeUnit, Kind | None]:
    """Read a pair of headings.

    Raises
    ------
    ProtocolError
        Another unit, a dose that is not absorbed dose, or two kinds of curve.
    """
    first, second = label(dose), label(volume)
    if first is None or second is None:
        source.refuse(line, f"{dose[:SHOWN]!r} and {volume[:SHOWN]!r} are not a dose and a volume with their units")
    require_absorbed(source, line, dose)
    if any("relative" in text.lower() and one.unit != "%" for text, one in ((dose, first), (volume, second))):
        source.refuse(line, "a relative column that is not in %; export the curves again")
    kinds = {kind for kind in (first.kind, second.kind) if kind is not None}
    if len(kinds) > 1:
        source.refuse(line, "the headings call the curve both cumulative and differential")
    return dose_unit(source, line, first.unit), volume_unit(source, line, second.unit), next(iter(kinds), None)
