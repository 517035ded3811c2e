"""What `rtcalc protocols check` found, as text and as data. Every count is computed from the entries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

from rtcalc.errors import ProtocolError
from rtcalc.registry import Registry, inspection
from rtcalc.registry.inspection import Change, Inventory
from rtcalc.report.layout import columns, visible

WIDTH = 120
STANDING = {
    "active": "drives verdicts, where its kind has any",
    "offered": "shown as a single transcription",
    "listed": "unverified or held, drives nothing",
}
PINNED: Mapping[str, list[str]] = {
    "none": [],
    "held": ["", "This is the pinned state."],
    "differs": ["", "This is NOT the pinned state; every other command refuses it until rtcalc pin is run again."],
}


def problems(registry: Registry) -> tuple[str, ...]:
    """What keeps the knowledge from being used as it is meant, one line each, for the words that a case can hold."""
    from rtcalc.caseschema import Region

    return inspection.problems(registry, get_args(Region))


def require_sound(registry: Registry) -> None:
    """Refuse knowledge that has a problem.

    Raises
    ------
    ProtocolError
        The first problem, and the number of further ones.
    """
    if found := problems(registry):
        more = f" (and {len(found) - 1} more; see rtcalc protocols check)" if len(found) > 1 else ""
        raise ProtocolError(found[0] + more)


def pinned(place: Path, registry: Registry) -> str:
    """Say what a pin that was just written holds."""
    said = f"{visible(str(place))} holds this folder, and what is built in, to {registry.sha256}"
    return f"{said}\nAnother state of either is refused until you pin it again.\n"


def to_dict(found: Inventory) -> dict[str, Any]:
    """JSON-ready data."""
    return {
        "problems": [],
        "files": [{"id": folder, "files": count} for folder, count in found.files],
        "entries": [{"id": kind, "entries": count} for kind, count in found.entries],
        "evidence": [{"id": f"{t.kind}/{t.evidence}/{t.standing}", **asdict(t)} for t in found.tallies],
        "pin": found.pin,
        "changes": [{"id": change.entry, **asdict(change)} for change in found.changes],
    }


def text(found: Inventory) -> str:
    """Tables for the terminal."""
    lines = ["FILES", *_indented(None, [(folder, _right(count), "") for folder, count in found.files])]
    lines += ["", "ENTRIES", *_indented(("", "evidence", "standing", "count", ""), list(_entries(found)))]
    lines += ["", *(f"  {word:<8} {meaning}" for word, meaning in STANDING.items())]
    if found.changes:
        lines += ["", "THIS FOLDER", *_indented(None, [_change(change) for change in found.changes])]
    lines += PINNED[found.pin]
    lines += ["", f"No problem in {sum(count for _, count in found.files)} files."]
    return "\n".join(visible(line).rstrip() for line in lines) + "\n"


def _indented(header: tuple[str, ...] | None, rows: list[tuple[str, ...]]) -> Iterator[str]:
    return (f"  {line}" for line in columns(header, rows, WIDTH - 2))


def _right(count: int) -> str:
    return f"{count:>5}"


def _entries(found: Inventory) -> Iterator[tuple[str, ...]]:
    """A line for all of a kind, then one for each way in which they are founded and used."""
    for kind, count in found.entries:
        yield kind, "", "", _right(count), ""
        for tally in found.tallies:
            if tally.kind == kind:
                yield "", tally.evidence, tally.standing, _right(tally.count), ""


def _change(change: Change) -> tuple[str, ...]:
    return "replaces" if change.replaces else "adds", change.kind, change.entry, _rows(change.rows)


def _rows(rows: tuple[int, ...]) -> str:
    """A set is replaced as a whole: rows that the department did not repeat are gone, and that must be seen."""
    said: Mapping[int, str] = {0: "", 1: "{} rows", 2: "{} rows instead of {}, as a whole"}
    return said[len(rows)].format(*reversed(rows))
