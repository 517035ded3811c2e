"""The whole knowledge at once: every file strictly read, every name resolved, every entry counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from rtcalc.errors import RtcalcError
from rtcalc.evidence import Cited
from rtcalc.registry import KINDS, Registry, citations, pin
from rtcalc.registry.location import files_of
from rtcalc.registry.plausible import slips
from rtcalc.textfile import load

REFERENCES = "references.yaml"
# A folder may keep its own cases; they are no knowledge, and `rtcalc assess` reads them. Hidden files (of a version
# control, of an editor) are none either.
NO_KNOWLEDGE = ("cases", "schema")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many entries of one kind are founded and used in one way.

    Attributes
    ----------
    kind : str
        What is counted, such as "organ limits".
    evidence, standing : str
        As in `Cited`.
    """

    kind: str
    evidence: str
    standing: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a department's folder does to the built-in knowledge.

    Attributes
    ----------
    replaces : bool
        False: it adds an entry.
    rows : tuple of int
        Rows before and after, of a set of limits; of an added one only those after; else empty.
    """

    kind: str
    entry: str
    replaces: bool
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """The content of the knowledge in use, counted.

    Attributes
    ----------
    files, entries : tuple of (str, int)
        By folder of the files, and by what the entries are.
    pin : {"none", "held", "differs"}
        Whether the department's folder is pinned, and to this state.
    """

    files: tuple[tuple[str, int], ...]
    entries: tuple[tuple[str, int], ...]
    tallies: tuple[Tally, ...]
    changes: tuple[Change, ...]
    pin: Literal["none", "held", "differs"]


# --- problems ---------------------------------------------------------------------------------------------------------
def problems(registry: Registry, regions: Iterable[str]) -> tuple[str, ...]:
    """Everything that keeps the knowledge from being used as it is meant.

    Parameters
    ----------
    registry : Registry
    regions : iterable of str
        The words for a region that a case can hold.

    Returns
    -------
    tuple of str
        One line each: file, line, what is wrong, what to do. Of files that cannot be read the first problem of each
        kind, because what follows may only be its consequence; else every problem.
    """
    found = dict.fromkeys((*_unread(registry), *_unreadable(registry)))
    if not found:
        found = dict.fromkeys(
            f"{_where(registry, kind, entry)}: {what}" for kind, entry, what in slips(registry, regions)
        )
    return tuple(found)


def _unreadable(registry: Registry) -> Iterator[str]:
    for part in (part for parts in KINDS.values() for part in parts):
        try:
            # By name, so that what is read file by file is read as well.
            dict(getattr(registry, part))
        except RtcalcError as problem:
            yield str(problem)


def _unread(registry: Registry) -> Iterator[str]:
    """Files of the department that look like knowledge and that nothing reads: a typing slip there goes unseen."""
    for folder in registry.folders[1:]:
        read = {path for kind in KINDS for path in files_of(folder, kind)}
        if not read:
            yield f"{folder}: no file of knowledge in it; expected {REFERENCES} or files such as constraints/own.yaml"
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(folder).parts
            aside = inside[0] in NO_KNOWLEDGE or any(part.startswith(".") for part in inside)
            if path.suffix.lower() in (".yaml", ".yml", ".json") and path not in read and not aside:
                folders = ", ".join(kind for kind in KINDS if kind != REFERENCES)
                yield f"{path}: nothing reads this file; write it as NAME.yaml directly in one of {folders}"


def _where(registry: Registry, kind: str, entry: str) -> str:
    paths = [path for folder in registry.folders for path in files_of(folder, kind)]
    if kind != REFERENCES:
        return citations.where(paths, entry)
    documents = [load(path) for path in paths]
    return next(d.where(("references", entry)) for d in reversed(documents) if entry in d.data["references"])


# --- counts -----------------------------------------------------------------------------------------------------------
def _rows(registry: Registry, role: str) -> list[Any]:
    return [row for limit_set in registry.sets.values() for row in limit_set.limits if row.role == role]


# What is counted, in the order of the folders. A row that is no limit of a plan is not counted as one.
ENTRIES: Mapping[str, Callable[[Registry], Iterable[Any]]] = {
    "references": lambda r: r.references.values(),
    "published schedules": lambda r: r.published.values(),
    "published claims": lambda r: r.claims.values(),
    "other checked statements": lambda r: r.checked_statements.values(),
    "sets of organ limits": lambda r: r.sets.values(),
    "organ limits": lambda r: _rows(r, "limit"),
    "doses of a known response": lambda r: _rows(r, "response_point"),
    "whole-organ doses": lambda r: _rows(r, "whole_organ"),
    "criteria for re-irradiation": lambda r: _rows(r, "reirradiation"),
    "limits that no metric expresses": lambda r: [row for s in r.sets.values() for row in s.inexpressible],
    "tissues": lambda r: r.tissues.values(),
    "alpha/beta values": lambda r: [ratio for tissue in r.tissues.values() for ratio in tissue.alpha_beta],
    "high-dose thresholds": lambda r: [t.high_dose for t in r.tissues.values() if t.high_dose],
    "repopulation": lambda r: [t.repopulation for t in r.tissues.values() if t.repopulation],
    "repair half-times": lambda r: [half_time for tissue in r.tissues.values() for half_time in tissue.repair],
    "drugs": lambda r: r.drugs.values(),
    "drug half-lives": lambda r: [life for drug in r.drugs.values() for life in drug.half_lives],
    "drug rules": lambda r: r.interaction_rules.values(),
    "precedents": lambda r: r.precedents.values(),
    "context notes": lambda r: r.context_notes.values(),
    "re-irradiation rules": lambda r: r.compound_limits.values(),
    "response parameter sets": lambda r: r.response.values(),
}


def take_inventory(registry: Registry) -> Inventory:
    """Count the knowledge in use.

    Raises
    ------
    ProtocolError
        A file, or a pin, that cannot be used.

    Examples
    --------
    >>> from rtcalc.registry import Registry
    >>> dict(take_inventory(Registry()).files)["constraints"] == len(Registry().sets)
    True
    """
    entries = {kind: list(of(registry)) for kind, of in ENTRIES.items()}
    return Inventory(
        files=tuple((kind, sum(len(files_of(folder, kind)) for folder in registry.folders)) for kind in KINDS),
        entries=tuple((kind, len(found)) for kind, found in entries.items()),
        tallies=tuple(tally for kind, found in entries.items() for tally in _tallies(kind, found)),
        changes=tuple(_changes(registry)),
        pin=_pin(registry),
    )


def _pin(registry: Registry) -> Literal["none", "held", "differs"]:
    found = pin.held(registry)
    if found is None:
        return "none"
    return "held" if found[0] == registry.sha256 else "differs"


def _tallies(kind: str, found: list[Any]) -> Iterator[Tally]:
    counts = Counter((entry.evidence.value, entry.standing) for entry in found if isinstance(entry, Cited))
    for (evidence, standing), count in sorted(counts.items()):
        yield Tally(kind=kind, evidence=evidence, standing=standing, count=count)


def _changes(registry: Registry) -> Iterator[Change]:
    if len(registry.folders) == 1:
        return
    before = Registry()
    for kind, parts in KINDS.items():
        for part in parts:
            old, new = getattr(before, part), getattr(registry, part)
            for name in new:
                replaces = f"{kind}: {name}" in registry.overridden and name in old
                if replaces or name not in old:
                    sets = [entries[name] for entries in (old, new) if part == "sets" and name in entries]
                    rows = tuple(len(limit_set.limits) for limit_set in sets)
                    yield Change(kind=kind, entry=name, replaces=replaces, rows=rows)
