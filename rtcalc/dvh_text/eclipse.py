"""Eclipse: ``Structure: NAME``, keys with units in square brackets, then columns under ``Dose [..] .. Volume [..]``."""

from __future__ import annotations

import re
from dataclasses import replace

from rtcalc.dvh_text.cells import SHOWN, DoseUnit, Kind, VolumeUnit, dose_unit, is_number, volume_unit
from rtcalc.dvh_text.section import Row, Section, Stated
from rtcalc.dvh_text.source import Source

NAME = "Eclipse"
_STRUCTURE = re.compile(r"Structure\s*:\s*(\S.*)")
_KEY = re.compile(r"([^:\[(]{1,60}?) ?\.? ?(?:[\[(]([^\])]{1,12})[\])])? ?: ?(.*)")
LONGEST_LINE = 500
"""Of a key or a heading; what is longer is none, and would only keep the patterns busy."""
_HEADING = re.compile(r"(?:Relative )?Dose\s*\[", re.IGNORECASE)
_COLUMN = re.compile(r"([^\[\]]+?)\s*\[([^\[\]]*)\]")
_DENSITY = re.compile(r"(.+?)\s*/\s*(c?Gy)", re.IGNORECASE)
_VOLUMES = ("structure volume", "ratio of total structure volume")
_PER_DOSE = "dvolume / ddose"
_NOT_GIVEN = ("", "n/a", "not defined")
Keys = dict[str, tuple[int, str, str]]  # key: line, unit, value


def missing(source: Source) -> list[str]:
    """Return the marks of this layout that the file does not have."""
    structure = any(_STRUCTURE.fullmatch(line) for line in source.lines)
    heading = any(_is_heading(line) for line in source.lines)
    marks = {"a line 'Structure: NAME'": structure, "a heading such as 'Dose [Gy] ... Volume [cm3]'": heading}
    return [mark for mark, there in marks.items() if not there]


def sections(source: Source) -> list[Section]:
    """Split the file into its structures.

    Raises
    ------
    ProtocolError
        A heading with another column or unit, or a row of another width; with the line.
    """
    starts = [place for place, line in enumerate(source.lines) if _STRUCTURE.fullmatch(line)]
    file_keys, _ = _keys(source, 0, starts[0])
    reference, kind = _reference(source, starts[0]), _kind(source, file_keys)
    ends = [*starts[1:], len(source.lines)]
    found = [_section(source, start, end, kind) for start, end in zip(starts, ends, strict=True)]
    return [replace(section, reference=reference) for section in found]


def _key(line: str) -> re.Match[str] | None:
    return _KEY.fullmatch(" ".join(line.split())) if len(line) <= LONGEST_LINE else None


def _is_heading(line: str) -> bool:
    return len(line) <= LONGEST_LINE and bool(_HEADING.match(line)) and "volume" in line.lower()


def _keys(source: Source, start: int, end: int) -> tuple[Keys, int]:
    """The keys up to the heading, and the place of the heading (`end` without one)."""
    keys: Keys = {}
    for place in range(start, end):
        line = source.lines[place]
        if _is_heading(line):
            return keys, place
        if found := _key(line):
            keys[found[1].strip().lower()] = (place + 1, found[2] or "", found[3].strip())
    return keys, end


def _kind(source: Source, keys: Keys) -> Kind | None:
    line, _, text = keys.get("type", (0, "", ""))
    words = text.lower()
    if not words:
        return None
    if ("cumulative" in words) == ("differential" in words):
        source.refuse(line, "the type of the curves is neither Cumulative nor Differential; export one of them")
    return "cumulative" if "cumulative" in words else "differential"


def _reference(source: Source, end: int) -> Stated | None:
    """The prescribed dose, where there is one plan and 100 % is that dose; None leaves it to the caller."""
    doses, shares = [], []
    for place in range(end):
        found = _key(source.lines[place])
        key = found[1].strip().lower() if found else ""
        if found and key in ("prescribed dose", "total dose"):
            doses.append((place + 1, found[2] or "", found[3].strip()))
        elif found and key == "% for dose":
            shares.append(found[3].strip())
    if len(doses) != 1 or len(shares) != 1 or any(not re.fullmatch(r"100([.,]0*)?", share) for share in shares):
        return None
    return _stated(source, doses[0], dose=True)


def _stated(source: Source, key: tuple[int, str, str] | None, *, dose: bool) -> Stated | None:
    if key is None or key[2].lower() in _NOT_GIVEN:
        return None
    line, unit, text = key
    if not is_number(text):
        source.refuse(line, "the value of this key is not a number; export the curves again")
    return Stated((line, text), dose_unit(source, line, unit) if dose else volume_unit(source, line, unit))


def _section(source: Source, start: int, end: int, kind: Kind | None) -> Section:
    keys, heading = _keys(source, start + 1, end)
    found = _STRUCTURE.fullmatch(source.lines[start])
    name = found[1] if found else None
    if heading == end:
        none = "it has no curve in the file"
        return Section(name=name, line=start + 1, dose_unit="Gy", volume_unit="cc", rows=(), problem=none)
    width, dose_at, dose_in, volume_at, volume_in, per_dose = _columns(source, heading)
    return Section(
        name=name,
        line=start + 1,
        dose_unit=dose_in,
        volume_unit=volume_in,
        per_dose=per_dose,
        kind=_agreed(source, heading, kind, per_dose),
        rows=_rows(source, heading + 1, end, width, dose_at, volume_at),
        volume=_stated(source, keys.get("volume"), dose=False),
        maximum=_stated(source, keys.get("max dose"), dose=True),
        mean=_stated(source, keys.get("mean dose"), dose=True),
        problem=_cover(keys),
    )


def _cover(keys: Keys) -> str:
    line, _, text = keys.get("dose cover", (0, "", "100"))
    if text.lower() in _NOT_GIVEN or re.fullmatch(r"100([.,]0*)?", text):
        return ""
    return f"its dose cover (line {line}) is not 100 %: part of it has no calculated dose; calculate the dose there"


def _agreed(source: Source, heading: int, kind: Kind | None, per_dose: DoseUnit | None) -> Kind | None:
    if per_dose is not None and kind == "cumulative":
        source.refuse(heading + 1, "a volume per dose in a file that calls its curves cumulative; export them again")
    return "differential" if per_dose is not None else kind


def _columns(source: Source, heading: int) -> tuple[int, int, DoseUnit, int, VolumeUnit, DoseUnit | None]:
    line, places = heading + 1, {}
    columns = _COLUMN.findall(source.lines[heading])
    for at, (label, unit) in enumerate(columns):
        label = " ".join(label.lower().split())
        role = "volume" if label in (*_VOLUMES, _PER_DOSE) else label
        if role not in ("dose", "relative dose", "volume") or role in places:
            source.refuse(line, f"the column {label[:SHOWN]!r} is not known or stands twice")
        places[role] = (at, label, unit)
    absolute = places.get("dose") or places.get("relative dose")
    if absolute is None or "volume" not in places:
        source.refuse(line, "a heading without a dose or without a volume; expected 'Dose [Gy] ... Volume [cm3]'")
    volume_at, label, unit = places["volume"]
    density = _DENSITY.fullmatch(unit.strip()) if label == _PER_DOSE else None
    if label == _PER_DOSE and density is None:
        source.refuse(line, "a volume per dose without its unit; expected one such as [cm3 / Gy]")
    per_dose = dose_unit(source, line, density[2]) if density else None
    volume_in = volume_unit(source, line, density[1] if density else unit)
    return len(columns), absolute[0], dose_unit(source, line, absolute[2]), volume_at, volume_in, per_dose


def _rows(source: Source, start: int, end: int, width: int, dose_at: int, volume_at: int) -> tuple[Row, ...]:
    rows = []
    for place in range(start, end):
        cells = source.lines[place].split()
        if cells and len(cells) != width:
            source.refuse(place + 1, f"{len(cells)} values under a heading of {width} columns; export the curves again")
        if cells:
            rows.append((place + 1, cells[dose_at], cells[volume_at]))
    return tuple(rows)
