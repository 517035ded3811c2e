"""RayStation: keys behind ``#``, a block for each ``#RoiName:``, and two columns of dose and per cent."""

from __future__ import annotations

import re

from rtcalc.dvh_text.cells import dose_unit, volume_unit
from rtcalc.dvh_text.section import Section
from rtcalc.dvh_text.source import Source

NAME = "RayStation"
_ROI = "roiname"
_UNITS = ("dose unit", "unit")
_VOLUME_UNIT = "volume unit"
_OUTSIDE = "roi volume fraction outside grid"


def missing(source: Source) -> list[str]:
    """Return the marks of this layout that the file does not have."""
    keys = {key for line in source.lines if (key := _key(line)[0])}
    marks = {"a line '#RoiName:NAME'": _ROI in keys, "a line '#Dose unit: Gy'": bool(keys.intersection(_UNITS))}
    return [mark for mark, there in marks.items() if not there]


def sections(source: Source) -> list[Section]:
    """Split the file into its structures.

    Raises
    ------
    ProtocolError
        A unit that is not known, or a row of more or less than two values; with the line.
    """
    starts = [place for place, line in enumerate(source.lines) if _key(line)[0] == _ROI]
    ends = [*starts[1:], len(source.lines)]
    common = _keys(source, 0, starts[0])
    return [_section(source, start, end, common) for start, end in zip(starts, ends, strict=True)]


def _key(line: str) -> tuple[str, str]:
    key, colon, value = line.partition(":")
    return (" ".join(key[1:].lower().split()), value.strip()) if line.startswith("#") and colon else ("", "")


def _keys(source: Source, start: int, end: int) -> dict[str, tuple[int, str]]:
    pairs = [(place + 1, *_key(source.lines[place])) for place in range(start, end)]
    return {key: (line, text) for line, key, text in pairs if key}


def _section(source: Source, start: int, end: int, common: dict[str, tuple[int, str]]) -> Section:
    keys = common | _keys(source, start, end)
    line, unit = next((keys[key] for key in _UNITS if key in keys), (start + 1, ""))
    volume_line, volume_in = keys.get(_VOLUME_UNIT, (start + 1, "%"))
    rows = []
    for place in range(start, end):
        cells = source.lines[place].split()
        if not cells or cells[0].startswith("#"):
            continue
        if len(cells) != 2:
            source.refuse(place + 1, f"{len(cells)} values where a dose and a volume are expected; export again")
        rows.append((place + 1, cells[0], cells[1]))
    return Section(
        name=keys[_ROI][1] or None,
        line=start + 1,
        dose_unit=dose_unit(source, line, unit),
        volume_unit=volume_unit(source, volume_line, volume_in),
        rows=tuple(rows),
        problem=_outside(keys),
    )


def _outside(keys: dict[str, tuple[int, str]]) -> str:
    line, text = keys.get(_OUTSIDE, (0, "0"))
    if re.fullmatch(r"0([.,]0*)?\s*(\[?%\]?)?", text):
        return ""
    return f"part of it lies outside the dose grid (line {line}); calculate the dose on a grid that holds all of it"
