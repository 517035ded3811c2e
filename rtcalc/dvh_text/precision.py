"""Precision and its predecessors: a CSV with three columns for each structure, its name, dose and volume."""

from __future__ import annotations

from rtcalc.dvh_text import labels
from rtcalc.dvh_text.section import Row, Section
from rtcalc.dvh_text.source import Source

NAME = "Precision CSV"
_SUFFIX = "(STANDARD)"
_PINNACLE = ("NumberOfDimensions", "NumberOfPoints")


def missing(source: Source) -> list[str]:
    """Return the marks of this layout that the file does not have."""
    heading = _heading(source)
    names = [labels.label(cell) for cell in heading]
    roles = [one.role if one else "" for one in names]
    fits = len(roles) > 2 and len(roles) % 3 == 0 and roles == ["", "dose", "volume"] * (len(roles) // 3)
    named = all(heading[::3]) and not any(cell.lower() in ("structure", "roi", "organ") for cell in heading[::3])
    if fits and named:
        return []
    return ["a first line that repeats 'NAME,Dose (Gy),Relative Volume (%)'"]


def sections(source: Source) -> list[Section]:
    """Split the table into its structures.

    Raises
    ------
    ProtocolError
        A unit that is not known, a row of another width, or a hole in a column; with the line.
    """
    heading = _heading(source)
    sign = labels.separator(source.lines[0])
    rows = [(line, labels.cells(text, sign)) for line, text in enumerate(source.lines[1:], 2) if text]
    for line, cells in rows:
        if len(cells) != len(heading):
            what = f"{len(cells)} cells under {len(heading)} headings"
            source.refuse(line, f"{what}; a decimal comma needs semicolons or tabs between the cells")
    return [_section(source, heading, place, rows) for place in range(0, len(heading), 3)]


def is_pinnacle_points(source: Source) -> bool:
    """Whether this is Pinnacle's own list of points, which states neither a unit nor the structure."""
    return all(any(line.startswith(mark) for line in source.lines) for mark in _PINNACLE)


def _heading(source: Source) -> list[str]:
    return labels.split(source.lines[0]) if source.lines and labels.separator(source.lines[0]) != " " else []


def _section(source: Source, heading: list[str], place: int, rows: list[tuple[int, list[str]]]) -> Section:
    dose_in, volume_in, kind = labels.units(source, 1, heading[place + 1], heading[place + 2])
    found: list[Row] = []
    ended = 0
    for line, cells in rows:
        dose, volume = cells[place + 1], cells[place + 2]
        if not dose and not volume:
            ended = ended or line
        elif ended:
            source.refuse(line, f"column {place + 2} goes on after it ended on line {ended}; export the curves again")
        else:
            found.append((line, dose, volume))
    name = heading[place].removesuffix(_SUFFIX).strip()
    return Section(name=name, line=1, dose_unit=dose_in, volume_unit=volume_in, kind=kind, rows=tuple(found))
