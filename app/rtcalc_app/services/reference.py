"""The knowledge, kind by kind: rows to search, and one entry in full with its sources."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rtcalc.decimals import plain
from rtcalc.drugs import Drug, Rule, Window
from rtcalc.evidence import Cited
from rtcalc.limits import Limit
from rtcalc.registry import Registry
from rtcalc.report.explanation import cite, explain, labelled, standing_words
from rtcalc.tissues import AlphaBeta, Tissue

SHOWN_FIRST = 100
"""Rows on the page before more are asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One entry.

    Attributes
    ----------
    cells : tuple of str
        One text a column.
    text : str
        What a search looks in.
    """

    id: str
    cells: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The rows of a kind that were asked for, the first of them to be shown."""

    kind: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    matching: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry in full: its fields as label and words, and where it is from."""

    id: str
    kind: str
    facts: tuple[tuple[str, str], ...]
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How entries of one kind are listed."""

    title: str
    heads: tuple[str, ...]
    entries: Callable[[Registry], Iterable[Any]]
    cells: Callable[[Any], tuple[str, ...]]


def search(
    registry: Registry, kind: object, wanted: object = "", *, limit_set: object = None, first: int = SHOWN_FIRST
) -> Found:
    """The entries of a kind that contain every word of a text.

    Parameters
    ----------
    registry : Registry
    kind : str
        One of `KINDS`; anything else is the first of them.
    wanted : str
        Words that must all be in the entry; capitals do not matter.
    limit_set : str, optional
        Only rows of this set, for limits.
    first : int
        How many rows are returned.

    Returns
    -------
    Found

    Examples
    --------
    >>> [row.cells[0] for row in search(Registry(), "drugs", "Nexavar").rows]
    ['sorafenib']
    >>> search(Registry(), "limits", "spinal cord 5 fractions").kind
    'limits'
    """
    name = kind if isinstance(kind, str) and kind in KINDS else next(iter(KINDS))
    words = wanted.casefold().split()[:12] if isinstance(wanted, str) else []
    every = _rows(registry, name)
    chosen = limit_set if name == "limits" and isinstance(limit_set, str) and limit_set else None
    found = [
        row
        for row in every
        if all(word in row.text for word in words) and (chosen is None or row.id.startswith(f"{chosen}."))
    ]
    return Found(kind=name, heads=KINDS[name].heads, rows=tuple(found[:first]), matching=len(found), total=len(every))


def entry(registry: Registry, name: object) -> Entry:
    """One entry in full.

    Raises
    ------
    UnknownName
        With the nearest ids.

    Examples
    --------
    >>> entry(Registry(), "sorafenib").references[0][:18]
    '[pk_rpsi_sorafenib'
    """
    found = explain(name if isinstance(name, str) else "", registry)
    facts = [("id", found.name)]
    facts += [("rule", found.entry)] if isinstance(found.entry, str) else list(labelled(found.entry))
    if isinstance(found.entry, Cited):
        facts.append(("standing", standing_words(found.entry)))
    return Entry(
        id=found.name,
        kind=found.kind,
        facts=tuple(facts),
        references=tuple(cite(reference) for reference in found.references),
    )


def limit_sets(registry: Registry) -> list[tuple[str, str]]:
    """The sets of limits: id and title."""
    return [(name, found.title) for name, found in registry.sets.items()]


@lru_cache(maxsize=16)
def _rows(registry: Registry, kind: str) -> tuple[Row, ...]:
    # The knowledge does not change while the server runs.
    rows = []
    for found in KINDS[kind].entries(registry):
        cells = KINDS[kind].cells(found)
        name = getattr(found, "id", None) or found.name
        words = " ".join((name, *cells, *(text for _, text in labelled(found))))
        rows.append(Row(id=name, cells=cells, text=words.casefold().replace("_", " ")))
    return tuple(rows)


def _limit(limit: Limit) -> tuple[str, ...]:
    numbers = limit.fractions
    count = "conventional" if numbers is None else "-".join(dict.fromkeys(str(n) for n in numbers))
    risk = "" if limit.risk_percent is None else f"{plain(limit.risk_percent)} %"
    where = f"{limit.organ} ({limit.structure})" if limit.structure and limit.structure != limit.organ else limit.organ
    said = f"{limit.metric} {limit.bound}" + (f" ({limit.kind})" if limit.kind != "limit" else "")
    return where, limit.set_id, count, said, limit.endpoint, risk, _standing(limit)


def _tissue(tissue: Tissue) -> tuple[str, ...]:
    time = tissue.repopulation
    repopulation = "" if time is None else f"{plain(time.per_day)} Gy a day ({time.basis})"
    repair = ", ".join(f"{plain(row.hours)} h" for row in tissue.repair)
    ratios = "; ".join(_ratio(row) for row in tissue.alpha_beta) or "none published: a range, not a number"
    return tissue.name, tissue.kind, ratios, repopulation, repair


def _ratio(row: AlphaBeta) -> str:
    span = f" ({plain(row.low)} to {plain(row.high)})" if row.low is not None and row.high is not None else ""
    return f"{plain(row.gray)} Gy{span}{', assumed' if row.assumed else ''}"


def _drug(drug: Drug) -> tuple[str, ...]:
    life = drug.washout
    hours = (
        "unknown: treat as on board" if life is None else f"{plain(life.low_h)} to {plain(life.high_h)} h, {life.of}"
    )
    return drug.name, ", ".join(drug.aliases), drug.drug_class, ", ".join(drug.targets), hours, drug.usual_dose


def _rule(rule: Rule) -> tuple[str, ...]:
    where = ", ".join((*rule.organs, *rule.regions)) or "as stated"
    when = "; ".join(_window(window) for window in rule.windows) or "as stated"
    return rule.headline, ", ".join(rule.agents), where, when, rule.severity.value, _standing(rule)


def _window(window: Window) -> str:
    if window.phase == "during":
        return "during"
    end = "or more" if window.to_days is None else f"to {window.to_days}"
    return f"{window.from_days} {end} days {window.phase}"


def _standing(entry: Cited) -> str:
    return standing_words(entry).split(":")[0]


KINDS: dict[str, Kind] = {
    "limits": Kind(
        title="Organ limits",
        heads=("Organ", "Set", "Fractions", "Limit", "Endpoint", "Risk", "Standing"),
        entries=lambda registry: registry.limits(),
        cells=_limit,
    ),
    "tissues": Kind(
        title="Tissues",
        heads=("Tissue", "Kind", "Alpha/beta", "Repopulation", "Repair half-times"),
        entries=lambda registry: registry.tissues.values(),
        cells=_tissue,
    ),
    "drugs": Kind(
        title="Drugs",
        heads=("Drug", "Also known as", "Class", "Targets", "Half-life used", "Usual dose"),
        entries=lambda registry: registry.drugs.values(),
        cells=_drug,
    ),
    "interactions": Kind(
        title="Interactions",
        heads=("About", "Drugs", "Where", "When", "Severity", "Standing"),
        entries=lambda registry: registry.interaction_rules.values(),
        cells=_rule,
    ),
}
"""What can be looked up, in the order of the tabs."""
