"""Monaco: one line of facts between bars, then rows of structure, dose and volume, and a date at the end."""

from __future__ import annotations

import re
from itertools import groupby

from rtcalc.dvh_text.cells import dose_unit, is_number, volume_unit
from rtcalc.dvh_text.section import Section
from rtcalc.dvh_text.source import Source

NAME = "Monaco"
_DATE = re.compile(r"\D*([0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4})\b.*")
_UNITS = ("dose units", "volume units")


def missing(source: Source) -> list[str]:
    """Return the marks of this layout that the file does not have."""
    facts = _facts(source)
    marks = {
        "a first line of facts between bars, such as 'Plan Name: P | ...'": "plan name" in facts and len(facts) > 2,
        "'Dose Units: Gy' in it": "dose units" in facts,
        "'Volume Units: cm3' in it": "volume units" in facts,
    }
    return [mark for mark, there in marks.items() if not there]


def sections(source: Source) -> list[Section]:
    """Split the file into its structures: neighbouring rows of one name.

    Raises
    ------
    ProtocolError
        A unit that is not known, or a line among the rows that is none; with the line.
    """
    facts = _facts(source)
    dose_in, volume_in = dose_unit(source, 1, facts["dose units"]), volume_unit(source, 1, facts["volume units"])
    found = []
    for name, group in groupby(_rows(source), key=lambda row: row[1]):
        rows = tuple((line, dose, volume) for line, _, dose, volume in group)
        found.append(Section(name=name, line=rows[0][0], dose_unit=dose_in, volume_unit=volume_in, rows=rows))
    if not found:
        source.refuse(None, "no row of structure, dose and volume; export the curves again")
    return found


def _facts(source: Source) -> dict[str, str]:
    parts = source.lines[0].split("|") if source.lines else []
    pairs = [part.partition(":") for part in parts]
    return {key.strip().lower(): value.strip() for key, colon, value in pairs if colon}


def _rows(source: Source) -> list[tuple[int, str, str, str]]:
    rows: list[tuple[int, str, str, str]] = []
    for line, text in enumerate(source.lines[1:], 2):
        cells = text.rsplit(None, 2)  # a name may have blanks
        if len(cells) > 2 and is_number(cells[1]) and is_number(cells[2]):
            rows.append((line, cells[0], cells[1], cells[2]))
        elif text and rows and not (line == len(source.lines) and _DATE.fullmatch(text)):
            # A broken row must not pass as a footer: the curve would end too early.
            source.refuse(line, "not a row of structure, dose and volume, nor the date at the end; export again")
    return rows
