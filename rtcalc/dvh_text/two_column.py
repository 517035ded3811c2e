"""The general table: dose and volume with their units in the heading, and first the structure where it has several."""

from __future__ import annotations

from itertools import groupby

from rtcalc.dvh_text import labels
from rtcalc.dvh_text.section import Section
from rtcalc.dvh_text.source import Source

NAME = "two columns"
_NAMES = ("structure", "roi", "organ")


def missing(source: Source) -> list[str]:
    """Return the marks of this layout that the file does not have."""
    found = _heading(source)
    cells = found[1] if found else []
    offset = 1 if cells and cells[0].lower() in _NAMES else 0
    found_labels = [labels.label(cell) for cell in cells[offset:]]
    if [one.role if one else "" for one in found_labels] == ["dose", "volume"]:
        return []
    return ["a heading of two columns with their units, such as 'Dose [Gy];Volume [%]'"]


def sections(source: Source) -> list[Section]:
    """Split the table into its structures: neighbouring rows of one name, or all of it.

    Raises
    ------
    ProtocolError
        A unit that is not known, or a row of another width; with the line.
    """
    place, heading = _heading(source) or (0, [])
    sign = labels.separator(source.lines[place])
    dose_in, volume_in, kind = labels.units(source, place + 1, heading[-2], heading[-1])
    rows = []
    for line, text in enumerate(source.lines[place + 1 :], place + 2):
        cells = labels.cells(text, sign) if text else []
        if cells and len(cells) != len(heading):
            what = f"{len(cells)} values under {len(heading)} headings"
            source.refuse(line, f"{what}; a decimal comma needs semicolons, tabs or blanks between the columns")
        if cells:
            rows.append((line, cells))
    found = []
    for name, group in groupby(rows, key=lambda row: row[1][0] if len(heading) > 2 else None):
        taken = tuple((line, cells[-2], cells[-1]) for line, cells in group)
        found.append(
            Section(name=name, line=taken[0][0], dose_unit=dose_in, volume_unit=volume_in, kind=kind, rows=taken)
        )
    return found


def _heading(source: Source) -> tuple[int, list[str]] | None:
    """The first line that is neither empty nor a remark, split."""
    for place, line in enumerate(source.lines):
        if line and not line.startswith("#"):
            return place, labels.split(line)
    return None
