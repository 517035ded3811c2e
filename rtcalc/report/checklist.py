"""A set of limits as a checklist: every row of it, to be held against the paper and initialled by a department."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rtcalc.assessment import plain_data
from rtcalc.decimals import plain
from rtcalc.evidence import Reference
from rtcalc.limit_sets import Inexpressible, LimitSet
from rtcalc.limits import Limit
from rtcalc.registry import Registry
from rtcalc.report.explanation import cite, standing_words
from rtcalc.report.layout import visible

WIDTH = 120
BOX = "[      ]"
HOW = (
    "Hold every row against the paper: organ, fraction number, metric, number, unit, endpoint. Initial the box where "
    "all of them agree. A row that differs is corrected in a set of your own folder, never on this sheet."
)
SIGNED = "Checked against: ____________________  by: ____________________  on: __________"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The rows of one organ at one fraction number."""

    organ: str
    fractions: str
    rows: tuple[Limit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """One set, grouped by organ (in the order of the set) and fraction number (conventional last)."""

    limit_set: LimitSet
    groups: tuple[Group, ...]
    references: tuple[Reference, ...]
    registry_sha256: str

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready data; `initials` is empty, for the department to fill."""
        whole = self.limit_set
        return {
            "set": {"id": whole.id, "title": whole.title, "source": whole.source, "note": whole.note},
            "how": HOW,
            "rows": [
                {"id": row.id, "fraction_number": group.fractions, **_data(row)}
                for group in self.groups
                for row in group.rows
            ],
            "inexpressible": [{"id": entry.id, **_data(entry)} for entry in whole.inexpressible],
            "standing": dict(self._standing()),
            "references": [plain_data(reference) for reference in self.references],
        }

    def text(self) -> str:
        """The checklist for paper: one block a row."""
        whole = self.limit_set
        lines = [f"CHECKLIST  {whole.id}  {whole.title}", f"knowledge {self.registry_sha256}", ""]
        lines += [*_wrapped(whole.note), "", *_wrapped(HOW), ""]
        for reference in self.references:
            lines += _wrapped(cite(reference), later="  ")
        organ = ""
        for group in self.groups:
            lines += [] if group.organ == organ else ["", group.organ]
            organ = group.organ
            lines += ["", f"  {organ}, {group.fractions}"]
            for row in group.rows:
                lines += _block(row, _row_title(row), _row_details(row))
        if whole.inexpressible:
            lines += ["", "PUBLISHED LIMITS THAT NO METRIC EXPRESSES"]
            for entry in whole.inexpressible:
                lines += _block(entry, entry.as_printed, [entry.why])
        lines += ["", self._closing(), "", SIGNED]
        return "\n".join(visible(line).rstrip() for line in lines) + "\n"

    def _standing(self) -> Counter[str]:
        rows = [row for group in self.groups for row in group.rows]
        # A dose of known risk may be as well founded as a limit; counted as active, it would look like one.
        return Counter(standing_words(entry).split(":")[0] for entry in (*rows, *self.limit_set.inexpressible))

    def _closing(self) -> str:
        counts = self._standing()
        parts = [f"{count} {word}" for word, count in counts.most_common()]
        return f"{counts.total()} rows: {', '.join(parts)}."


def review(set_id: str, registry: Registry) -> Checklist:
    """Make the checklist of a set.

    Parameters
    ----------
    set_id : str
        Such as ``TG101``; one of the department's folder counts like a built-in one.
    registry : Registry

    Returns
    -------
    Checklist

    Raises
    ------
    UnknownName
        With the nearest sets.

    Examples
    --------
    >>> from rtcalc.registry import Registry
    >>> found = review("HYTEC", Registry())
    >>> found.groups[0].organ, found.groups[0].fractions
    ('SpinalCord', '1 fraction')
    """
    whole = registry.sets[set_id]
    sources = dict.fromkeys([whole.source, *(entry.source for entry in (*whole.limits, *whole.inexpressible))])
    return Checklist(
        limit_set=whole,
        groups=tuple(_groups(whole)),
        references=tuple(registry.references[key] for key in sources),
        registry_sha256=registry.sha256,
    )


def _groups(whole: LimitSet) -> Iterator[Group]:
    for organ in dict.fromkeys(row.organ for row in whole.limits):
        rows = [row for row in whole.limits if row.organ == organ]
        for span in sorted({row.fractions for row in rows}, key=lambda span: (span is None, span or ())):
            here = tuple(row for row in rows if row.fractions == span)
            yield Group(organ=organ, fractions=_fractions(span), rows=here)


def _fractions(span: tuple[int, int] | None) -> str:
    if span is None:
        return "conventional fractionation"
    low, high = span
    if low != high:
        return f"{low}-{high} fractions"
    return f"{low} fraction{'' if low == 1 else 's'}"


def _data(entry: Limit | Inexpressible) -> dict[str, Any]:
    return {**plain_data(entry), "standing": entry.standing, "initials": ""}


def _block(entry: Limit | Inexpressible, title: str, details: list[str]) -> list[str]:
    indent = " " * (len(BOX) + 6)
    founded = [f"place: {entry.place}" if entry.place else "", f"source: {entry.source}", standing_words(entry)]
    if isinstance(entry, Limit) and entry.transcriptions is not None:
        founded.insert(2, f"transcriptions: {entry.transcriptions}")
    held = [f"held: {entry.hold}"] if entry.hold else []
    lines = _wrapped(f"{title}  ({entry.id})", f"    {BOX}  ", indent)
    for line in (*details, "; ".join(part for part in founded if part), *held):
        lines += _wrapped(line, indent, f"{indent}  ")
    return lines


def _wrapped(text: str, first: str = "", later: str = "") -> list[str]:
    """Lines of a paragraph; an id or a number is never broken."""
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=later, break_long_words=False, break_on_hyphens=False
    )


def _row_title(row: Limit) -> str:
    kind = "" if row.kind == "limit" else f"  {row.kind}"
    return f"{row.metric} {row.bound}{kind}"


def _row_details(row: Limit) -> list[str]:
    """What the paper must confirm, one line each; a field that the set leaves out makes no line."""
    others = [name for name in row.applies_to if name != row.organ]
    grade = f", grade {row.grade}" if row.grade else ""
    risk = "" if row.risk_percent is None else f", risk {plain(row.risk_percent)} %"
    told = [
        ("structure", row.structure),
        ("applies to", ", ".join(others)),
        ("endpoint", f"{row.endpoint}{grade}{risk}"),
        ("only for", row.population or ""),
        ("as printed", row.as_printed),
        ("metric as published", row.published_metric),
        ("superseded", row.superseded),
        ("note", row.note),
    ]
    return [f"{label}: {said}" for label, said in told if said]
