"""How a number was calculated: the formula, the numbers put into it, and where it is from."""

from __future__ import annotations

from dataclasses import dataclass

from rtcalc.decimals import plain
from rtcalc.effects import BED_SOURCES, EQD2_SOURCES, break_even_alpha_beta
from rtcalc.registry import Registry
from rtcalc.schedules import Schedule
from rtcalc_app.display import Display
from rtcalc_app.services.calculator.rows import MARK_GRAY, bed_gray, difference, eqd2_gray
from rtcalc_app.services.calculator.sheet import Sheet
from rtcalc_app.services.calculator.sources import references
from rtcalc_app.services.calculator.tissues import chosen, words

ASSUMED = (
    "Equal fractions with full repair between them; no time factor; the dose is the one at the prescription. "
    "Numbers are rounded once, half up, when they are shown; the break-even is rounded down."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of a calculation: its name, the formula, the numbers in it, what is shown, the citation keys."""

    name: str
    formula: str
    numbers: str
    shown: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A schedule step by step, what is assumed, and the sources in full."""

    schedule: str
    steps: tuple[Step, ...]
    assumed: tuple[str, ...]
    references: tuple[str, ...]


def explain(sheet: Sheet, registry: Registry, display: Display) -> Explanation | None:
    """The calculation of the selected schedule; None: it cannot be read.

    Examples
    --------
    >>> from rtcalc_app.services.calculator.form import Form
    >>> found = explain(Sheet.of(Form()), Registry(), Display())
    >>> print(found.steps[1].numbers, "|", found.steps[1].shown)
    45 · (1 + 9 / 10) = 85.5 Gy | 85.5 Gy₁₀
    """
    schedule = sheet.selected.schedule
    if schedule is None:
        return None
    total, count = schedule.phases[0].gray, schedule.fractions
    each = total / count

    def number(gray: float) -> str:
        return display.mark(plain(gray))

    derived = {
        "each": ("d = D / n", f"{number(total)} / {count} = {number(each)} Gy"),
        "total": ("D = n · d", f"{count} · {number(each)} = {number(total)} Gy"),
        "fractions": ("n = D / d", f"{number(total)} / {number(each)} = {count}"),
        "": ("D = n · d", f"{count} · {number(each)} = {number(total)} Gy, all three typed"),
    }[sheet.selected.derived]
    steps = [Step(name="Schedule", formula=derived[0], numbers=derived[1], shown=schedule.text, sources=())]
    for side, what in (("tumour", "tumour"), ("late", "late tissue")):
        ratio = sheet.ratios[side]
        if ratio is not None:
            steps += _effects(schedule, ratio, what, display, MARK_GRAY if side == "tumour" else None)
    steps += _break_even(schedule, display)
    if sheet.selected.maximum is not None and sheet.selected.isodose is not None:
        top = sheet.selected.maximum.phases[0].gray
        steps.append(
            Step(
                name="Maximum of the plan",
                formula="Dmax = D / isodose",
                numbers=f"{number(total)} / {number(sheet.selected.isodose / 100.0)} = {number(top)} Gy",
                shown=display.dose(top),
                sources=(),
            )
        )
    keys = [key for step in steps for key in step.sources]
    for side, ratio in sheet.ratios.items():
        _, preset = chosen(getattr(sheet.form, side), ratio, registry)
        keys += [preset.source] if preset is not None else []
    origin = [
        f"{side.capitalize()}: {words(getattr(sheet.form, side), sheet.ratios[side], registry)}"
        for side in sheet.ratios
    ]
    return Explanation(
        schedule=schedule.text,
        steps=tuple(steps),
        assumed=(*origin, ASSUMED, *_reference(sheet, schedule, display)),
        references=references(keys, registry),
    )


def _effects(schedule: Schedule, ratio: float, what: str, display: Display, bound: float | None) -> list[Step]:
    total, each = (
        display.mark(plain(x)) for x in (schedule.phases[0].gray, schedule.phases[0].gray / schedule.fractions)
    )
    shown = display.mark(plain(ratio))
    gray, equivalent = bed_gray(schedule, ratio), eqd2_gray(schedule, ratio)
    number = display.mark(plain(gray))
    return [
        Step(
            name=f"BED, {what}",
            formula="BED = D · (1 + d / (α/β))",
            numbers=f"{total} · (1 + {each} / {shown}) = {number} Gy",
            shown=display.bed(gray, ratio) if bound is None else display.bed_beside(gray, ratio, bound),
            sources=BED_SOURCES,
        ),
        Step(
            name=f"EQD2, {what}",
            formula="EQD2 = BED / (1 + 2 / (α/β))",
            numbers=f"{number} / (1 + 2 / {shown}) = {display.mark(plain(equivalent))} Gy",
            shown=display.dose(equivalent),
            sources=EQD2_SOURCES,
        ),
    ]


def _break_even(schedule: Schedule, display: Display) -> list[Step]:
    found = break_even_alpha_beta(schedule)
    total, each = (
        display.mark(plain(x)) for x in (schedule.phases[0].gray, schedule.phases[0].gray / schedule.fractions)
    )
    if found.gray is None:
        numbers, shown = f"D = {total} Gy is {plain(MARK_GRAY)} Gy or more", "reached at every α/β"
    else:
        numbers = f"{total} · {each} / ({plain(MARK_GRAY)} - {total}) = {display.mark(plain(found.gray))} Gy"
        shown = f"α/β ≤ {display.alpha_beta(found.gray, 'down')}"
    name = "α/β up to which BED is 100 Gy or more"
    return [Step(name=name, formula="α/β = D · d / (100 Gy - D)", numbers=numbers, shown=shown, sources=BED_SOURCES)]


def _reference(sheet: Sheet, schedule: Schedule, display: Display) -> list[str]:
    """How the difference to the reference came about."""
    reference, ratio = sheet.readings[0].schedule, sheet.ratios["tumour"]
    if sheet.form.selected == 0 or reference is None or ratio is None:
        return []
    apart = difference(schedule, reference, ratio, display)
    return [
        f"Difference to {reference.text}: EQD2 of the tumour, this one minus that one, {apart}; per cent of that one."
    ]
