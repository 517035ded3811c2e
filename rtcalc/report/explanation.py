"""What stands behind an id: every field of an entry, and its sources with how far they were read."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from rtcalc.assessment import plain_data
from rtcalc.assessment.rules import RULES
from rtcalc.decimals import plain
from rtcalc.errors import UnknownName
from rtcalc.evidence import Cited, Reference
from rtcalc.limit_sets import LimitSet
from rtcalc.limits import Limit
from rtcalc.registry import Registry
from rtcalc.report.layout import columns, visible

WIDTH = 120
LABEL = 18
RULE = "rule of the assessment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """An entry of the registry, or a rule of the assessment, with its sources."""

    name: str
    kind: str
    entry: Any
    references: tuple[Reference, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready data."""
        entry = {"text": self.entry} if isinstance(self.entry, str) else plain_data(self.entry)
        return {
            "id": self.name,
            "kind": self.kind,
            "entry": entry,
            "standing": self.entry.standing if isinstance(self.entry, Cited) else None,
            "references": [plain_data(reference) for reference in self.references],
        }

    def text(self) -> str:
        """Labelled lines for the terminal."""
        lines = [f"{self.name}  ({self.kind})", ""]
        if isinstance(self.entry, str):
            lines += textwrap.wrap(self.entry, WIDTH)
        else:
            lines += columns(None, [(f"{name:<{LABEL}}", words) for name, words in labelled(self.entry)], WIDTH)
        if isinstance(self.entry, LimitSet):
            rows = [limit_cells(limit) for limit in self.entry.limits]
            lines += ["", f"ROWS  {len(rows)}", *columns(LIMIT_HEADER, rows, WIDTH)]
        if isinstance(self.entry, Cited):
            lines += columns(None, [(f"{'standing':<{LABEL}}", standing_words(self.entry))], WIDTH)
        lines += ["", "SOURCES" if self.references else f"SOURCES  {self._without_source()}"]
        for reference in self.references:
            lines += textwrap.wrap(cite(reference), WIDTH, initial_indent="  ", subsequent_indent="    ")
        return "\n".join(visible(line).rstrip() for line in lines) + "\n"

    def _without_source(self) -> str:
        if self.kind == RULE:
            return (
                "none of its own: computed by rtcalc from the case and from the entries whose sources its findings name"
            )
        return "none"


STANDING = {
    "active": "active: two sources, drives verdicts",
    "offered": "single transcription: shown with this label",
    "listed": "listed only: unverified or held, drives nothing",
}


def standing_words(entry: Cited) -> str:
    """How far an entry is used; a dose of known risk or a criterion for re-irradiation is no limit, however founded."""
    role = getattr(entry, "role", "limit")
    if entry.standing == "listed" or role == "limit":
        return STANDING[entry.standing]
    return f"{role.replace('_', ' ')}: shown, never the limit of a plan"


def labelled(entry: Any) -> Iterator[tuple[str, str]]:
    """Each field of an entry that says something, as label and words; its id apart.

    Examples
    --------
    >>> dict(labelled(Registry().drugs["Nexavar"]))["drug class"]
    'VEGFR/RAF TKI'
    """
    for field in fields(entry):
        value = getattr(entry, field.name)
        if value in (None, "", (), ()) or field.name == "id" or (isinstance(entry, LimitSet) and value is entry.limits):
            continue  # the rows of a set are a table of their own
        yield field.name.replace("_", " "), _words(value)


def _words(value: Any) -> str:
    data = plain_data(value)
    if isinstance(data, dict):
        return data.get("text") or "; ".join(
            f"{k.replace('_', ' ')} {v}" for k, v in data.items() if v not in (None, "")
        )
    if isinstance(value, tuple) and value and is_dataclass(value[0]):
        return " | ".join(str(item) if "__str__" in vars(type(item)) else _words(item) for item in value)
    if isinstance(data, list):
        return ", ".join(_words(item) for item in data)
    return plain(data) if isinstance(data, float) else str(data)


LIMIT_HEADER = ("id", "organ", "fx", "limit", "endpoint", "standing")


def limit_cells(limit: Limit) -> tuple[str, ...]:
    """A row of a set as cells under `LIMIT_HEADER`."""
    count = "conv." if limit.fractions is None else "-".join(dict.fromkeys(str(n) for n in limit.fractions))
    what = f"{limit.metric} {limit.bound}"
    return limit.id, limit.organ, count, what, limit.endpoint, standing_words(limit).split(":")[0]


def cite(reference: Reference) -> str:
    """A reference in one line: its key, the citation, its DOI and how far it was read."""
    parts = [f"[{reference.key}]", reference.citation or reference.title]
    if reference.citation and reference.title and reference.title not in reference.citation:
        parts.insert(1, f"{reference.title}.")
    if reference.doi:
        parts.append(f"doi {reference.doi}{'' if reference.doi_status == 'seen' else ' (not checked)'}")
    parts.append(f"(read: {reference.read})")
    return " ".join(part for part in parts if part)


def explain(name: str, registry: Registry) -> Explanation:
    """Find what an id names: a finding or rule, a drug rule, a limit, a published schedule, a drug, a tissue.

    Raises
    ------
    UnknownName
        With the nearest ids.
    """
    head = name.split("/")[0]
    if head in RULES:
        return Explanation(name=head, kind=RULE, entry=RULES[head], references=_rule_sources(head, registry))
    known: list[str] = list(RULES)
    for kind, entries in _entries(registry):
        for wanted in (name, head):
            if wanted in entries:
                entry = entries[wanted]
                return Explanation(
                    name=wanted, kind=kind, entry=entry, references=_references(_sources(entry), registry)
                )
        known += entries
    raise UnknownName("finding, rule, limit, schedule, drug or tissue", name, known)


def _entries(registry: Registry) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield "drug rule", registry.interaction_rules
    yield "organ limit", {limit.id: limit for limit in registry.limits()}
    yield "re-irradiation rule", registry.compound_limits
    yield "published schedule", registry.published
    yield "published claim", registry.claims
    yield "precedent", registry.precedents
    yield "context note", registry.context_notes
    yield "drug", registry.drugs
    yield "tissue", registry.tissues
    yield "limit set", registry.sets
    unmeasured = (entry for limit_set in registry.sets.values() for entry in limit_set.inexpressible)
    yield "published limit that no metric expresses", {entry.id: entry for entry in unmeasured}


def _sources(entry: Any) -> Iterator[str]:
    """Every citation key below an entry."""
    if isinstance(entry, Cited) or hasattr(entry, "source"):
        yield entry.source
    yield from getattr(entry, "sources", ())
    for part in (*getattr(entry, "alpha_beta", ()), *getattr(entry, "half_lives", ())) if not _has_own(entry) else ():
        yield part.source


def _has_own(entry: Any) -> bool:
    return isinstance(entry, Cited)


def _rule_sources(rule: str, registry: Registry) -> tuple[Reference, ...]:
    keys = {"bed-100": ("fowler1989", "onishi2007"), "model-lq": ("fowler1989", "bentzen2012")}
    return _references(keys.get(rule, ()), registry)


def _references(keys: Iterable[str], registry: Registry) -> tuple[Reference, ...]:
    return tuple(registry.references[key] for key in dict.fromkeys(keys))
