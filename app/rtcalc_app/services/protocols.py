"""Published schedules with their BED and EQD2 at a chosen alpha/beta."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rtcalc.decimals import PER_FRACTION_PLACES, compare, plain
from rtcalc.effects import bed, eqd2
from rtcalc.errors import RtcalcError
from rtcalc.published import PublishedSchedule
from rtcalc.registry import Registry
from rtcalc.report.calculation import MARK_GRAY, MARK_NOTE, MODEL_NOTE
from rtcalc.schedules import Schedule, plausibility
from rtcalc_app import fields
from rtcalc_app.display import Display
from rtcalc_app.services.citations import Source, source_of
from rtcalc_app.services.published_cases import case_of_schedule

NO_RESULT = "—"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One schedule at one alpha/beta, as shown; dashes where the paper does not print enough."""

    bed: str
    mark: str
    eqd2: str
    difference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """One published schedule, as shown."""

    id: str
    dose: str
    each: str
    printed: str
    site: str
    disease: str
    group: str
    tumour: Effect
    late: Effect
    facts: tuple[tuple[str, str], ...]
    questions: tuple[str, ...]
    notes: tuple[str, ...]
    source: Source
    schedule: str
    case: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The schedules that were asked for.

    Attributes
    ----------
    tumour, late : str
        Heads of the columns: alpha/beta in Gy, or what is wrong with it.
    problems : dict
        What is wrong with a field, by field name.
    """

    protocols: tuple[Protocol, ...]
    total: int
    tumour: str
    late: str
    reference: str
    problems: dict[str, str]
    notes: tuple[str, ...]


def catalogue(
    registry: Registry,
    *,
    search: object = "",
    source: object = None,
    tumour: object = "10",
    late: object = "3",
    reference: object = "",
    display: Display | None = None,
) -> Catalogue:
    """The published schedules that contain a text, at two alpha/beta values, against a reference schedule.

    Parameters
    ----------
    registry : Registry
    search : str
        Only schedules with this text in any field.
    source : str, optional
        Only schedules of this paper (its citation key).
    tumour, late : str
        Alpha/beta as typed. [Gy]
    reference : str
        A schedule such as `45 Gy / 5` to compare with; may be empty.
    display : Display

    Returns
    -------
    Catalogue
        A field that cannot be read is named in `problems`, and its columns show dashes.

    Examples
    --------
    >>> found = catalogue(Registry(), search="lung, close", tumour="10", late="3")
    >>> [(entry.dose, entry.tumour.bed, entry.tumour.mark) for entry in found.protocols]
    [('50 Gy / 5', '100.0 Gy₁₀', 'reached exactly')]
    """
    shown = display or Display()
    problems: dict[str, str] = {}
    ratios = {name: _ratio(name, text, problems) for name, text in (("tumour", tumour), ("late", late))}
    compared = _reference(reference, problems)
    wanted = search.casefold() if isinstance(search, str) else ""
    kept = [
        entry
        for entry in registry.published.values()
        if (not isinstance(source, str) or not source or source == entry.source) and wanted in _text_of(entry)
    ]
    return Catalogue(
        protocols=tuple(_protocol(entry, registry, ratios, compared, shown) for entry in kept),
        total=len(registry.published),
        tumour=_head(ratios["tumour"], shown),
        late=_head(ratios["late"], shown),
        reference=str(compared) if compared is not None else "",
        problems=problems,
        notes=(MODEL_NOTE, MARK_NOTE),
    )


def protocol(registry: Registry, name: object) -> Protocol | None:
    """One published schedule with what its paper says, without figures at any alpha/beta; None: there is none.

    Examples
    --------
    >>> protocol(Registry(), "gist-2-pararenal-2").case, protocol(Registry(), "nothing")
    ('gist-case-2', None)
    """
    entry = registry.published.get(name) if isinstance(name, str) else None
    return None if entry is None else _protocol(entry, registry, {"tumour": None, "late": None}, None, Display())


def as_table(found: Catalogue) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The catalogue as heads and rows for a file; doses in gray, alpha/beta in the heads.

    Examples
    --------
    >>> heads, rows = as_table(catalogue(Registry(), search="rcc-bone"))
    >>> heads[4], rows[0][4]
    ('BED (a/b 10 Gy)', '65.6 Gy')
    """
    heads = (
        "id", "schedule", "site", "disease",
        f"BED (a/b {found.tumour})", f"EQD2 (a/b {found.tumour})",
        f"BED (a/b {found.late})", f"EQD2 (a/b {found.late})",
        "outcome", "toxicity", "source", "place", "evidence",
    )  # fmt: skip
    rows = []
    for entry in found.protocols:
        facts = dict(entry.facts)
        doses = [_bare(text) for each in (entry.tumour, entry.late) for text in (each.bed, each.eqd2)]
        said = (facts.get("Outcome", ""), facts.get("Toxicity", ""), entry.source.key, entry.source.place)
        rows.append((entry.id, entry.dose, entry.site, entry.disease, *doses, *said, entry.source.evidence))
    return heads, rows


def _bare(text: str) -> str:
    """A BED without its subscript, which stands in the head."""
    return text.rstrip("₀₁₂₃₄₅₆₇₈₉.,")


def sources(registry: Registry) -> list[tuple[str, str]]:
    """The papers the schedules are from: key and title."""
    keys = dict.fromkeys(entry.source for entry in registry.published.values())
    return [(key, registry.references[key].title or key) for key in keys]


def _protocol(
    entry: PublishedSchedule,
    registry: Registry,
    ratios: dict[str, float | None],
    compared: Schedule | None,
    shown: Display,
) -> Protocol:
    schedule = entry.schedule
    each = "" if schedule is None else ", then ".join(
        shown.dose(float(phase.per_fraction.gray), PER_FRACTION_PLACES) for phase in schedule.phases
    )  # fmt: skip
    printed = f"{plain(entry.total)} Gy, " if entry.total is not None else ""
    drugs = "; ".join(f"{drug.name}, {drug.dose}: {drug.timing}" for drug in entry.drugs)
    prior = entry.prior
    facts = (
        ("Outcome", entry.outcome),
        ("Toxicity", entry.toxicity),
        ("Drugs", drugs or "none named"),
        ("Technique", entry.technique),
        ("Line of therapy", entry.line_of_therapy),
        ("Earlier course", "" if prior is None else f"{prior.schedule}, interval {prior.interval}"),
        ("Cited there as", entry.cited_as),
    )
    return Protocol(
        id=entry.id,
        dose=str(schedule) if schedule is not None else f"{printed}does not compute",
        each=each or entry.why_not,
        printed="printed: " + ", ".join(entry.printed),
        site=entry.site,
        disease=entry.disease,
        group=entry.group,
        tumour=_effect(schedule, ratios["tumour"], compared, shown),
        late=_effect(schedule, ratios["late"], compared, shown),
        facts=tuple((name, text) for name, text in facts if text),
        questions=entry.open_questions,
        notes=tuple(plausibility(schedule)) if schedule is not None else (),
        source=source_of(entry, registry),
        schedule=str(schedule) if schedule is not None else "",
        case=case_of_schedule().get((entry.source, str(schedule)), "") if schedule is not None else "",
    )


def _effect(schedule: Schedule | None, ratio: float | None, compared: Schedule | None, shown: Display) -> Effect:
    if schedule is None or ratio is None:
        return Effect(bed=NO_RESULT, mark=NO_RESULT, eqd2=NO_RESULT, difference=NO_RESULT)
    at = f"{plain(ratio)} Gy"
    biological = float(bed(schedule, alpha_beta=at).gray)
    equivalent = float(eqd2(schedule, alpha_beta=at).gray)
    side = compare(biological, MARK_GRAY)
    difference = NO_RESULT
    if compared is not None:
        other = float(eqd2(compared, alpha_beta=at).gray)
        sign = {1: "+", 0: "", -1: "−"}[compare(equivalent, other)]
        difference = f"{sign}{shown.dose(abs(equivalent - other))}"
    return Effect(
        bed=shown.bed_beside(biological, ratio, MARK_GRAY),
        mark=("not reached", "reached exactly", "reached")[side + 1],
        eqd2=shown.dose(equivalent),
        difference=difference,
    )


def _ratio(name: str, text: object, problems: dict[str, str]) -> float | None:
    try:
        typed = fields.gray(text, "Alpha/beta")
        bed("2 Gy / 1", alpha_beta=typed)  # the library says which values it takes
    except RtcalcError as problem:
        problems[name] = str(problem)
        return None
    return float(typed.removesuffix(" Gy"))


def _reference(text: object, problems: dict[str, str]) -> Schedule | None:
    if not isinstance(text, str) or not text.strip():
        return None
    try:
        return Schedule.parse(text.strip())
    except RtcalcError as problem:
        problems["reference"] = str(problem)
        return None


def _head(ratio: float | None, shown: Display) -> str:
    return NO_RESULT if ratio is None else f"{shown.mark(plain(ratio))} Gy"


@lru_cache(maxsize=1024)
def _text_of(entry: PublishedSchedule) -> str:
    parts = [entry.id, entry.site, entry.disease, entry.group, entry.source, entry.cited_as, entry.technique]
    parts += [entry.outcome, entry.toxicity, str(entry.schedule), *(drug.name for drug in entry.drugs)]
    return " ".join(parts).casefold()
