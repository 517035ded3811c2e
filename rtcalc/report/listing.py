"""What the registry holds, kind by kind: rows for a table, data for JSON, one entry in full."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rtcalc.assessment import plain_data
from rtcalc.decimals import plain
from rtcalc.drugs import Drug, Rule
from rtcalc.errors import UnknownName
from rtcalc.published import PublishedSchedule
from rtcalc.registry import Registry
from rtcalc.report.explanation import LIMIT_HEADER, Explanation, explain, limit_cells
from rtcalc.report.layout import columns, visible
from rtcalc.tissues import Tissue

WIDTH = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One entry: its cells, and its data with an `id`."""

    cells: tuple[str, ...]
    data: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    header: tuple[str, ...]
    entries: Callable[[Registry], Iterable[Any]]
    cells: Callable[[Any], tuple[str, ...]]


def _schedule(entry: PublishedSchedule) -> tuple[str, ...]:
    printed = f"{plain(entry.total)} Gy, " if entry.total is not None else ""
    dose = str(entry.schedule) if entry.schedule else f"{printed}does not compute"
    return entry.id, dose, entry.source, entry.group, f"{entry.site}; {entry.disease}"


def _drug(drug: Drug) -> tuple[str, ...]:
    life = drug.washout
    hours = f"{plain(life.low_h)}-{plain(life.high_h)} h ({life.of})" if life else "unknown: treat as on board"
    return drug.name, ", ".join(drug.aliases), hours, drug.drug_class


def _tissue(tissue: Tissue) -> tuple[str, ...]:
    ratios = ", ".join(f"{plain(r.gray)}{' assumed' if r.assumed else ''}" for r in tissue.alpha_beta)
    return tissue.id, tissue.kind, ratios or "none", tissue.name


def _rule(rule: Rule) -> tuple[str, ...]:
    return rule.id, rule.severity.value, ", ".join(rule.agents), rule.source, rule.headline


KINDS: Mapping[str, _Kind] = {
    "schedules": _Kind(
        header=("id", "schedule", "source", "group", "site and disease"),
        entries=lambda registry: registry.published.values(),
        cells=_schedule,
    ),
    "constraints": _Kind(
        header=LIMIT_HEADER,
        entries=lambda registry: registry.limits(),
        cells=limit_cells,
    ),
    "drugs": _Kind(
        header=("name", "also known as", "half-life used", "class"),
        entries=lambda registry: registry.drugs.values(),
        cells=_drug,
    ),
    "tissues": _Kind(
        header=("id", "kind", "a/b, Gy", "name"),
        entries=lambda registry: registry.tissues.values(),
        cells=_tissue,
    ),
    "interactions": _Kind(
        header=("id", "severity", "drugs", "source", "about"),
        entries=lambda registry: registry.interaction_rules.values(),
        cells=_rule,
    ),
}


def rows(kind: str, registry: Registry, search: str = "") -> list[Row]:
    """Entries of a kind that contain a text in any field."""
    wanted = search.lower()
    found = []
    for entry in KINDS[kind].entries(registry):
        data = {"id": _name(entry), **plain_data(entry)}
        if wanted in str(data).lower():
            found.append(Row(cells=KINDS[kind].cells(entry), data=data))
    return found


def _name(entry: Any) -> str:
    name: str = getattr(entry, "id", None) or entry.name
    return name


def table(kind: str, found: list[Row]) -> str:
    """The rows as text, with their count."""
    lines = list(columns(KINDS[kind].header, [row.cells for row in found], WIDTH))
    lines.append(f"{len(found)} {kind}.")
    return "\n".join(visible(line) for line in lines) + "\n"


def show(kind: str, name: str, registry: Registry) -> Explanation:
    """One entry of a kind in full; of the limits also a whole set.

    Raises
    ------
    UnknownName
        With the nearest ids of this kind.
    """
    known = [_name(entry) for entry in KINDS[kind].entries(registry)]
    behind: dict[str, str] = {}
    if kind == "drugs":
        name = registry.drugs[name].name
    if kind == "constraints":
        known += registry.sets
        behind = {limit_set.title: limit_set.id for limit_set in registry.sets.values()}
    if name not in known:
        raise UnknownName(f"entry of {kind}", name, [*known, *behind], behind)
    return explain(name, registry)
