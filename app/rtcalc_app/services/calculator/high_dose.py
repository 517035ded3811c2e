"""The selected schedule in the models that straighten at large fractions, beside the linear-quadratic one."""

from __future__ import annotations

from dataclasses import dataclass

from rtcalc.composition import Effect, effect
from rtcalc.decimals import fixed, plain
from rtcalc.errors import RtcalcError
from rtcalc.fraction_models import LQL, USC, HighDoseLike
from rtcalc.registry import Registry
from rtcalc_app import fields
from rtcalc_app.display import Display
from rtcalc_app.services.calculator.sheet import Sheet
from rtcalc_app.services.calculator.sources import references

LIMITS_STAY = "Limits of organs are LQ: a value of LQ-L or USC is never compared with them."
WHAT_IF = "A threshold belongs to a tissue and to a fit; without a source the result is a what-if."
HEADS = ("Model", "Tumour BED", "Tumour EQD2", "Late BED", "Late EQD2")
DASH = "—"


@dataclass(frozen=True, slots=True, kw_only=True)
class HighDoseForm:
    """What is typed: the threshold of LQ-L, alpha and D0 of USC."""

    threshold: str = ""
    alpha: str = ""
    d0: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HighDoseView:
    """The table, what is wrong by field, the notes, the published thresholds and the sources."""

    rows: tuple[tuple[str, ...], ...]
    problems: dict[str, str]
    notes: tuple[str, ...]
    published: tuple[str, ...]
    references: tuple[str, ...]


def compare(sheet: Sheet, typed: HighDoseForm, registry: Registry, display: Display) -> HighDoseView | None:
    """The models side by side; None: the selected schedule cannot be read.

    Examples
    --------
    >>> from rtcalc_app.services.calculator.form import Form
    >>> found = compare(Sheet.of(Form()), HighDoseForm(threshold="6"), Registry(), Display())
    >>> [row[:1] + row[3:] for row in found.rows]
    [('LQ', '180.0 Gy₃', '108.0 Gy'), ('LQ-L DT 6 Gy', '165.0 Gy₃', '99.0 Gy')]
    """
    schedule = sheet.selected.schedule
    if schedule is None:
        return None
    models, problems = _models(typed)
    rows: list[tuple[str, ...]] = []
    notes: list[str] = []
    keys = ["BRENNER2008"]
    for name, model in (("LQ", None), *models):
        texts = [name]
        for side in ("tumour", "late"):
            ratio = sheet.ratios[side]
            try:
                found = None if ratio is None else effect(schedule, None, alpha_beta=f"{ratio!r} Gy", high_dose=model)
            except RtcalcError as problem:
                found = None
                notes.append(f"{name}, {side}: {problem}")
            texts += _texts(found, ratio, display)
            if found is not None:
                notes += [f"{name}, {side}: {note}" for note in found.notes if _on_model(note)]
                keys += found.bed.provenance.citations
        rows.append(tuple(texts))
    each = fixed(schedule.phases[0].gray / schedule.fractions, 2)
    return HighDoseView(
        rows=tuple(rows),
        problems=problems,
        notes=(f"{schedule.text}, {each} Gy per fraction.", *dict.fromkeys(notes), WHAT_IF, LIMITS_STAY),
        published=published(registry),
        references=references(keys, registry),
    )


def published(registry: Registry) -> tuple[str, ...]:
    """The thresholds that the registry has, with their sources."""
    found = [(one.name, one.high_dose) for one in registry.tissues.values() if one.high_dose is not None]
    return tuple(f"{name}: {plain(value.threshold)} Gy ({value.standing}) [{value.source}]" for name, value in found)


def _models(typed: HighDoseForm) -> tuple[list[tuple[str, HighDoseLike]], dict[str, str]]:
    models: list[tuple[str, HighDoseLike]] = []
    problems: dict[str, str] = {}
    if typed.threshold.strip():
        try:
            straight = LQL(fields.gray(typed.threshold, "Threshold"))
            models.append((straight.label, straight))
        except RtcalcError as problem:
            problems["threshold"] = str(problem)
    if typed.alpha.strip() or typed.d0.strip():
        field = "alpha"
        try:
            alpha = f"{fields.number(typed.alpha, 'Alpha', '/Gy')} /Gy"
            field = "d0"
            curve = USC(alpha, fields.gray(typed.d0, "D0"))
            models.append((curve.label, curve))
        except RtcalcError as problem:
            problems[field] = str(problem)
    return models, problems


def _texts(found: Effect | None, ratio: float | None, display: Display) -> list[str]:
    if found is None or ratio is None:
        return [DASH, DASH]
    return [display.bed(float(found.bed.gray), ratio), display.dose(float(found.eqd2.gray))]


def _on_model(note: str) -> bool:
    """Whether a note is about the model; the ones on time and limits are said once, elsewhere."""
    return "time factor" not in note and "limits of organs" not in note
