"""Single cells of an export: numbers with a point or a comma, and the units of a column."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from rtcalc.dvh_text.source import Source

DoseUnit = Literal["Gy", "cGy", "%"]
VolumeUnit = Literal["cc", "%"]
Kind = Literal["cumulative", "differential"]
Decimal = Literal["point", "comma"]
MARKS: dict[Decimal, str] = {"point": ".", "comma": ","}
Cell = tuple[int, str]  # line, text

_NUMBER = re.compile(r"(?:[0-9]+(?:[.,]([0-9]*))?|[.,]([0-9]+))(?:[eE]([+-]?[0-9]{1,3}))?", re.ASCII)
_LIKE_NUMBER = re.compile(r"[-+0-9.,_eE]+|[+-]?(nan|inf)", re.ASCII | re.IGNORECASE)  # other text may be a name
_LIKE_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}", re.ASCII)
_DOSE_UNITS: dict[str, DoseUnit] = {"gy": "Gy", "gray": "Gy", "cgy": "cGy", "%": "%", "percent": "%"}
_PERCENT = ("%", "percent")
# An export in one encoding that was opened in another leaves "cm" and a broken sign: no other volume begins so.
_CUBIC_CM = ("cm3", "cm^3", "cm³", "cmâ³", "cm\ufffd", "cm?", "cc", "ccm", "ml")
_OTHER_DOSES = re.compile(r"\b(eqd2?|bed|rbe|eqdx|equivalent|effective|biological(ly)?)\b", re.IGNORECASE)
SHOWN = 24
LARGEST = 1e9
"""No dose in cGy and no volume in cc is above this; it keeps sums finite."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number, and one unit of its last printed place: it is not known better than that."""

    value: float
    step: float


def is_number(text: str) -> bool:
    """Whether a cell has the shape of a number, of either decimal mark."""
    return _NUMBER.fullmatch(text) is not None


def decimal_mark(source: Source, cells: Iterable[Cell]) -> str:
    r"""Return the decimal mark of a file, ``.`` or ``,``.

    Raises
    ------
    ProtocolError
        Both marks, or one that may group thousands wherever it stands.

    Examples
    --------
    >>> decimal_mark(Source("a", ()), [(1, "0,5"), (2, "45,000")])
    ','
    """
    point, comma, certain = None, None, False  # a line of each, and whether one of them cannot group thousands
    for line, text in cells:
        if not is_number(text):
            continue  # refused with its own reason when it is read
        if "." in text:
            point = line
        if "," in text:
            comma = line
        certain = certain or (("." in text or "," in text) and not _LIKE_THOUSANDS.fullmatch(text))
        if point is not None and comma is not None:
            what = f"numbers with a comma (line {comma}) and with a point (line {point})"
            source.refuse(line, f"{what}: which of them is the decimal mark is not clear; export with one of them")
    last = point if comma is None else comma
    if last is not None and not certain:
        word = "point" if comma is None else "comma"
        what = f"a {word} before three digits, as everywhere in this file, is a decimal mark or groups thousands"
        source.refuse(last, f"{what}; give decimal (point or comma), or export with another number of digits")
    return "." if comma is None else ","


def number(source: Source, cell: Cell, mark: str) -> Number:
    """Read one cell.

    Raises
    ------
    ProtocolError
        No finite number that is zero or more, or another decimal mark than the rest of the file.

    Examples
    --------
    >>> number(Source("a", ()), (1, "4.32E-4"), ".")
    Number(value=0.000432, step=1e-06)
    """
    line, text = cell
    found = _NUMBER.fullmatch(text)
    other = "," if mark == "." else "."
    value = float(text.replace(",", ".")) if found and other not in text else math.nan
    if found is None or not value <= LARGEST:
        shown = repr(text[:SHOWN]) if _LIKE_NUMBER.fullmatch(text) else "a cell"
        source.refuse(line, f"{shown} is not a number; expected one such as 12.5 or 4.32E-4, zero or more")
    places = len(found[1] or found[2] or "")
    return Number(value, float(f"1e{int(found[3] or 0) - places}"))


def dose_unit(source: Source, line: int, text: str) -> DoseUnit:
    """Read the unit of a dose: Gy, cGy or %.

    Raises
    ------
    ProtocolError
        Another one, or none.

    Examples
    --------
    >>> dose_unit(Source("a", ()), 1, "CGY")
    'cGy'
    """
    unit = _DOSE_UNITS.get(text.strip().lower())
    if unit is None:
        source.refuse(line, f"the dose is in {text.strip()[:SHOWN]!r}; expected Gy, cGy or %, of absorbed dose")
    return unit


def volume_unit(source: Source, line: int, text: str) -> VolumeUnit:
    """Read the unit of a volume: cm3 by any of its names, or %.

    Raises
    ------
    ProtocolError
        Another one, or none.

    Examples
    --------
    >>> volume_unit(Source("a", ()), 1, "cm³"), volume_unit(Source("a", ()), 1, "%")
    ('cc', '%')
    """
    unit = text.strip().lower()
    if unit in _PERCENT:
        return "%"
    if unit not in _CUBIC_CM:
        source.refuse(line, f"the volume is in {text.strip()[:SHOWN]!r}; expected cm3 or %")
    return "cc"


def is_other_dose(label: str) -> bool:
    """Whether a label speaks of an equivalent, effective or weighted dose."""
    return bool(_OTHER_DOSES.search(label.replace("_", " ")))


def require_absorbed(source: Source, line: int, label: str) -> None:
    """Refuse a label that speaks of an equivalent or weighted dose: converting it again would be wrong.

    Raises
    ------
    ProtocolError
        As said.
    """
    if is_other_dose(label):
        source.refuse(
            line, "an equivalent, effective or weighted dose; export the curve of the absorbed (physical) dose"
        )
