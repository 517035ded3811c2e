"""The answers of `rtcalc response list` and `show`: the published parameter sets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rtcalc.registry import Registry
from rtcalc.report.explanation import Explanation
from rtcalc.report.layout import columns
from rtcalc.report.radiobiology.parts import WIDTH, page
from rtcalc.response import ResponseParameters


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterSets:
    """Some of the sets."""

    sets: tuple[ResponseParameters, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready data, every item with an `id`."""
        return {"items": [_item(one) for one in self.sets]}

    def text(self) -> str:
        """A table with what is computed and what is listed only."""
        rows = [(one.id, one.kind, one.organ, str(one.dose), _use(one), one.endpoint) for one in self.sets]
        names = ("id", "kind", "organ", "fitted on", "use", "endpoint")
        return page([*columns(names, rows, WIDTH), f"{len(self.sets)} parameter sets."])


def listed(registry: Registry, search: str) -> ParameterSets:
    """Return the sets that contain a text in any field."""
    wanted = search.lower()
    found = (one for one in registry.response.values() if wanted in str(_item(one)).lower())
    return ParameterSets(sets=tuple(found))


def shown(registry: Registry, name: str) -> Explanation:
    """Return one set in full, with its source.

    Raises
    ------
    UnknownName
        With the nearest ids.
    """
    found = registry.response[name]
    reference = registry.references[found.source]
    return Explanation(name=found.id, kind="response parameter set", entry=found, references=(reference,))


def _use(one: ResponseParameters) -> str:
    return "listed only" if one.why_not else {"active": "two sources"}.get(one.standing, "one source")


def _item(one: ResponseParameters) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "organ": one.organ,
        "applies_to": list(one.applies_to),
        "endpoint": one.endpoint,
        "fitted_on": str(one.dose),
        "form": None if one.form is None else one.form.name,
        "standing": one.standing,
        "why_not": one.why_not,
        "source": one.source,
    }
