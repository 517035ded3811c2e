"""What the answers share: a schedule as data, and the lines that say where the numbers come from."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

from rtcalc.provenance import Provenance
from rtcalc.report.layout import visible
from rtcalc.schedules import Schedule

WIDTH = 120
INDENT = "  "


def schedule_data(schedule: Schedule) -> dict[str, Any]:
    """Return a schedule for JSON; units are in the keys."""
    return {
        "text": schedule.text,
        "total_gray": float(schedule.total.gray),
        "fractions": schedule.fractions,
        "phases": [
            {
                "total_gray": phase.gray,
                "fractions": phase.fractions,
                "per_fraction_gray": float(phase.per_fraction.gray),
            }
            for phase in schedule.phases
        ],
    }


def origins(*values: Provenance) -> Iterator[str]:
    """Lines that name model, sources and inputs of each number, equal ones once."""
    for line in dict.fromkeys(line for value in values for line in value.lines()):
        yield from textwrap.wrap(f"from {line}", WIDTH, subsequent_indent=INDENT)


def remarks(notes: Iterable[str]) -> Iterator[str]:
    """Notes in the width of the page, each beginning with a capital letter, equal ones once."""
    for note in dict.fromkeys(notes):
        yield from textwrap.wrap(note[:1].upper() + note[1:], WIDTH, subsequent_indent=INDENT)


def page(lines: Iterable[str]) -> str:
    """Lines as text; a name in them may not steer the terminal."""
    return "\n".join(visible(line).rstrip() for line in lines) + "\n"
