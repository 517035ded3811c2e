"""What a schema cannot see: numbers that are typed rightly and still cannot be meant, and names that match nothing.

Each rule yields the kind of file, the entry and one sentence that ends with what to do. The ranges are wide: they
catch a slip of the unit or of the decimal point, not an unusual value.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from rtcalc.levels import vertebrae
from rtcalc.limits import Limit
from rtcalc.registry.structures import is_structure

if TYPE_CHECKING:
    from rtcalc.registry import Registry

Slip = tuple[str, str, str]  # folder of the file, entry, what is wrong and what to do

GRAY = (0.1, 200.0)
CC = (0.001, 6000.0)
PERCENT = (0.0, 100.0)
ALPHA_BETA_GRAY = (0.0, 30.0)
HALF_LIFE_HOURS = (0.1, 2000.0)
WITHIN_MM = (0.0, 100.0)
DOI = re.compile(r"10\.\d{4,9}/\S+")


def slips(registry: Registry, regions: Iterable[str]) -> Iterator[Slip]:
    """Everything in the knowledge that cannot be meant.

    Parameters
    ----------
    registry : Registry
    regions : iterable of str
        The words for a region that a case can hold; a rule with another one would never fire.

    Yields
    ------
    (str, str, str)
        Folder of the file, entry, what is wrong and what to do.
    """
    for rule in _RULES:
        yield from rule(registry)
    yield from _places(registry, frozenset(regions))


def _limits(registry: Registry) -> Iterator[Limit]:
    return (limit for limit_set in registry.sets.values() for limit in limit_set.limits)


# --- names ------------------------------------------------------------------------------------------------------------
def _structures(registry: Registry) -> Iterator[Slip]:
    for kind, entry, names in _named_structures(registry):
        for name in dict.fromkeys(names):
            if not is_structure(name):
                yield kind, entry, f"{name!r} is no TG-263 name; write a primary name of structures/tg263.csv"


def _named_structures(registry: Registry) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for limit in _limits(registry):
        yield "constraints", limit.id, (limit.organ, *limit.applies_to)
    for compound in registry.compound_limits.values():
        yield "reirradiation", compound.id, (compound.organ, *compound.applies_to)
    for tissue in registry.tissues.values():
        yield "tissues", tissue.id, tissue.organs
    for rule in registry.interaction_rules.values():
        yield "interactions", rule.id, rule.organs
    for model in registry.response.values():
        yield "response", model.id, model.applies_to


def _ids(registry: Registry) -> Iterator[Slip]:
    """Ids that the reader of one kind cannot compare: what no metric expresses stands beside the rows."""
    ids = [limit.id for limit in _limits(registry)]
    ids += [entry.id for limit_set in registry.sets.values() for entry in limit_set.inexpressible]
    for name, count in Counter(ids).items():
        if count > 1:
            yield "constraints", name, "this id stands twice; give every row and every 'inexpressible' its own"


def _late_tissues(registry: Registry) -> Iterator[Slip]:
    """An organ of two late tissues: only the first would ever answer for it."""
    late: dict[str, str] = {}
    for tissue in registry.tissues.values():
        for organ in dict.fromkeys(tissue.organs) if tissue.kind == "late" else ():
            if (first := late.setdefault(organ, tissue.id)) != tissue.id:
                said = f"{organ} has two late tissues, {first} and {tissue.id}; leave it to one of them"
                yield "tissues", tissue.id, said


def _drug_names(registry: Registry) -> Iterator[Slip]:
    """A name of two drugs: the later one, a department's before a built-in one, would answer for both."""
    meant: dict[str, dict[str, None]] = defaultdict(dict)
    for drug in registry.drugs.values():
        for spelling in (drug.name, *drug.aliases):
            meant[spelling.lower()][drug.name] = None
    for spelling, drugs in meant.items():
        if len(drugs) > 1:
            names = list(drugs)
            yield "drugs", names[-1], f"{spelling!r} means {' and '.join(names)}; keep it for one of them"


def _places(registry: Registry, known: frozenset[str]) -> Iterator[Slip]:
    for rule in registry.interaction_rules.values():
        for name in (*rule.regions, *rule.open_regions):
            if name not in known and name != "any":
                words = ", ".join(sorted(known))
                yield "interactions", rule.id, f"the region {name!r} is none a case can hold; write one of {words}"
        for level in rule.levels:
            if any(c.isdigit() for c in level) and vertebrae(level) != frozenset({level}):
                yield "interactions", rule.id, f"the level {level!r} is no vertebra; write one each, such as T8"
        if not (rule.regions or rule.organs or rule.levels):
            yield "interactions", rule.id, "no region, organ or level: the rule can never fire; write where it looks"


def _references(registry: Registry) -> Iterator[Slip]:
    for reference in registry.references.values():
        if reference.doi and not DOI.fullmatch(reference.doi):
            said = f"{reference.doi!r} is no DOI; write it as 10.1118/1.3438081, without an address before it"
            yield "references.yaml", reference.key, said


# --- numbers ----------------------------------------------------------------------------------------------------------
def _looser(registry: Registry) -> Iterator[Slip]:
    """An optimal row that allows more than the mandatory row of the same metric."""
    mandatory: dict[tuple[object, ...], list[Limit]] = defaultdict(list)
    for limit in _limits(registry):
        if limit.kind == "mandatory":
            mandatory[_question(limit)].append(limit)
    for limit in _limits(registry):
        for other in mandatory[_question(limit)] if limit.kind == "optimal" else ():
            if _meet(limit, other) and _allows_more(limit, other):
                said = f"optimal {limit.bound} is looser than mandatory {other.bound} ({other.id})"
                yield "constraints", limit.id, f"{said}; correct one of the numbers, or exchange the two kinds"


def _question(limit: Limit) -> tuple[object, ...]:
    """What two rows must share to be compared."""
    what = (limit.metric, limit.unit, limit.alpha_beta, limit.op[0])
    return limit.set_id, limit.organ, limit.structure, limit.population, limit.role, *what


def _meet(one: Limit, other: Limit) -> bool:
    """Whether some fraction number has both rows."""
    if one.fractions is None or other.fractions is None:
        return one.fractions is other.fractions
    return one.fractions[0] <= other.fractions[1] and other.fractions[0] <= one.fractions[1]


def _allows_more(one: Limit, other: Limit) -> bool:
    return one.value > other.value if one.op[0] == "<" else one.value < other.value


def _limit_numbers(registry: Registry) -> Iterator[Slip]:
    ranges = {"Gy": GRAY, "cc": CC, "%": PERCENT}
    for limit in _limits(registry):
        wrong = [
            *_outside(f"the limit {limit.bound}", limit.value, ranges[limit.unit], limit.unit),
            *_outside(f"the risk {limit.risk_percent} %", limit.risk_percent, PERCENT, "%"),
            *_outside(f"the alpha/beta {limit.alpha_beta} Gy", limit.alpha_beta, ALPHA_BETA_GRAY, "Gy"),
            *_direction(limit),
        ]
        if limit.metric.at_unit:
            wrong += _outside(f"the metric {limit.metric}", limit.metric.at, ranges[limit.metric.at_unit], "")
        yield from (("constraints", limit.id, text) for text in wrong)


def _direction(limit: Limit) -> Iterator[str]:
    """A limit spares: dose and irradiated volume stay below it, the spared volume above."""
    if limit.metric.kind != "volume" and (limit.op[0] == "<") is (limit.metric.kind == "CV"):
        wanted = ">=" if limit.metric.kind == "CV" else "<"
        yield f"{limit.metric} {limit.bound} would ask for more dose; write {wanted}"


def _tissue_numbers(registry: Registry) -> Iterator[Slip]:
    for tissue in registry.tissues.values():
        for ratio in tissue.alpha_beta:
            wrong = [*_outside(f"alpha/beta {ratio.gray:g} Gy", ratio.gray, ALPHA_BETA_GRAY, "Gy")]
            low = ratio.gray if ratio.low is None else ratio.low
            high = ratio.gray if ratio.high is None else ratio.high
            if not low <= ratio.gray <= high:
                wrong.append(
                    f"alpha/beta {ratio.gray:g} Gy lies outside {low:g} to {high:g} Gy; correct one of the three"
                )
            yield from (("tissues", tissue.id, text) for text in wrong)


def _drug_numbers(registry: Registry) -> Iterator[Slip]:
    for drug in registry.drugs.values():
        for life in drug.half_lives:
            for hours in (life.low_h, life.high_h):
                for text in _outside(f"the half-life {hours:g} h of {life.of}", hours, HALF_LIFE_HOURS, "h"):
                    yield "drugs", drug.name, text


def _rule_numbers(registry: Registry) -> Iterator[Slip]:
    for rule in registry.interaction_rules.values():
        for text in _outside(f"within {rule.within_mm} mm", rule.within_mm, WITHIN_MM, "mm"):
            yield "interactions", rule.id, text


def _outside(what: str, value: float | None, span: tuple[float, float], unit: str) -> Iterator[str]:
    low, high = span
    if value is not None and not (low <= value <= high and value > 0.0):
        least = f"{low:g}" if low else "above 0"
        yield f"{what} is not plausible ({least} to {high:g} {unit}".rstrip() + "); correct the number or its unit"


_RULES: tuple[Callable[[Registry], Iterator[Slip]], ...] = (
    _references,
    _ids,
    _structures,
    _looser,
    _limit_numbers,
    _tissue_numbers,
    _late_tissues,
    _drug_names,
    _drug_numbers,
    _rule_numbers,
)
