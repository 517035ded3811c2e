"""Backwards: the fractions, the dose per fraction and the total that reach a BED or an EQD2."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rtcalc.decimals import Rounding, compare, fixed, plain
from rtcalc.doses import PhysicalDose
from rtcalc.effects import BED_SOURCES, EQD2_SOURCES
from rtcalc.errors import DomainError, RtcalcError
from rtcalc.isoeffect import solve_fractions, solve_total
from rtcalc.registry import Registry
from rtcalc.schedule_text import MOST_FRACTIONS
from rtcalc.schedules import Schedule, plausibility
from rtcalc_app import fields
from rtcalc_app.display import Display
from rtcalc_app.fields import Unit
from rtcalc_app.services.calculator.rows import MARK_GRAY, bed_gray, reached
from rtcalc_app.services.calculator.sheet import Sheet
from rtcalc_app.services.calculator.sources import references

USUAL = (1, 2, 3, 4, 5, 8, 10, 15, 20, 25, 30, 35)
HEADS = ("Fractions", "Per fraction", "Total", "Tumour BED", "Late BED", "BED ≥ 100 Gy in tumour?")
ASSUMED = (
    "LQ, complete repair, no time factor. Not a recommendation: organ limits are not looked at here. "
    "(check): beyond the plausibility bounds of this tool."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SolveForm:
    """What is typed.

    Attributes
    ----------
    side : {"tumour", "late"}
        Whose alpha/beta counts. A tumour dose is required and rounds up; a late dose is allowed and rounds down.
    kind : {"BED", "EQD2"}
    target : str
        Empty: that of the selected schedule.
    each, fractions : str
        One of them: what is given; both empty shows the usual fraction numbers only.
    """

    side: Literal["tumour", "late"] = "tumour"
    kind: Literal["BED", "EQD2"] = "BED"
    target: str = ""
    each: str = ""
    fractions: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """One schedule that can be given, as texts, and the fields that take it over; `problem` where there is none."""

    texts: tuple[str, ...]
    take: dict[str, str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SolveView:
    """The question in words, the answer to what was given, the usual fraction numbers, and what is wrong by field."""

    question: str
    asked: tuple[Solution, ...]
    usual: tuple[Solution, ...]
    problems: dict[str, str]
    notes: tuple[str, ...]
    references: tuple[str, ...]


def solve(sheet: Sheet, typed: SolveForm, registry: Registry, display: Display) -> SolveView:
    """Answer.

    Examples
    --------
    >>> from rtcalc_app.services.calculator.form import Form
    >>> found = solve(Sheet.of(Form()), SolveForm(target="100", fractions="5"), Registry(), Display())
    >>> found.asked[0].texts[:4]
    ('5', '10.00 Gy', '50.00 Gy', '100.0 Gy₁₀')
    """
    problems: dict[str, str] = {}
    ratio = sheet.ratios[typed.side]
    question, target = "", None
    if ratio is None:
        problems["side"] = sheet.problems[typed.side]
    else:
        try:
            target, origin = _target(sheet, typed, ratio)
            shown = display.bed(target, ratio) if typed.kind == "BED" else display.dose(target)
            how = "required, rounded up" if typed.side == "tumour" else "allowed, rounded down"
            question = f"{typed.kind} {shown} at α/β {display.mark(plain(ratio))} Gy ({typed.side}){origin}; {how}"
        except RtcalcError as problem:
            problems["target"] = str(problem)
    asked: list[Solution] = []
    usual: tuple[Solution, ...] = ()
    if ratio is not None and target is not None:
        asked = _asked(sheet, typed, ratio, target, display, problems)
        usual = tuple(_for_count(sheet, typed, ratio, target, count, display) for count in USUAL)
    return SolveView(
        question=question,
        asked=tuple(asked),
        usual=usual,
        problems=problems,
        notes=(ASSUMED,),
        references=references((*BED_SOURCES, *EQD2_SOURCES), registry),
    )


def _target(sheet: Sheet, typed: SolveForm, ratio: float) -> tuple[float, str]:
    if typed.target.strip():
        value = float(fields.gray(typed.target, f"Target {typed.kind}", sheet.form.unit).removesuffix(" Gy"))
        if not 0.001 <= value <= 100_000.0:
            raise DomainError(f"Target {typed.kind} must be from 0.001 Gy to 100000 Gy")
        return value, ""
    schedule = sheet.selected.schedule
    if schedule is None:
        raise DomainError(f"Enter target {typed.kind}; the selected schedule has none to take")
    gray = bed_gray(schedule, ratio)
    return (gray if typed.kind == "BED" else gray / (1.0 + 2.0 / ratio)), f", that of {schedule.text}"


def _asked(
    sheet: Sheet, typed: SolveForm, ratio: float, target: float, display: Display, problems: dict[str, str]
) -> list[Solution]:
    """What was asked for: the fractions of a given size, the size of given fractions, or both."""
    found: list[Solution] = []
    if typed.fractions.strip():
        try:
            count = int(fields.whole(typed.fractions, "Fractions"))
            if not 1 <= count <= MOST_FRACTIONS:
                raise DomainError(f"Fractions must be a whole number from 1 to {MOST_FRACTIONS}")
            found.append(_for_count(sheet, typed, ratio, target, count, display))
        except RtcalcError as problem:
            problems["fractions"] = str(problem)
    if typed.each.strip():
        try:
            found += _for_size(sheet, typed, ratio, target, display)
        except RtcalcError as problem:
            problems["each"] = str(problem)
    return found


def _for_count(sheet: Sheet, typed: SolveForm, ratio: float, target: float, count: int, display: Display) -> Solution:
    """Equal fractions, their size in hundredths of a gray, rounded to the side that keeps the promise."""
    rounding: Rounding = "up" if typed.side == "tumour" else "down"
    given = {"bed" if typed.kind == "BED" else "eqd2": f"{target!r} Gy"}
    exact = float(
        solve_total(fractions=count, alpha_beta=f"{ratio!r} Gy", bed=given.get("bed"), eqd2=given.get("eqd2")).gray
    )
    each = _hundredths(exact / count, rounding)
    if each <= 0.0:
        return Solution(texts=(str(count), "less than 0.01 Gy", "—", "—", "—", "—"), take=None)
    return _solution(sheet, Schedule(per_fraction=PhysicalDose.from_gray(each), fractions=count), display)


def _for_size(sheet: Sheet, typed: SolveForm, ratio: float, target: float, display: Display) -> list[Solution]:
    """Fractions of a size: the smallest number that reaches a required effect, the largest within an allowed one."""
    unit: Unit = sheet.form.unit
    each = fields.gray(typed.each, "Dose per fraction", unit)
    given = {"bed" if typed.kind == "BED" else "eqd2": f"{target!r} Gy"}
    found = solve_fractions(per_fraction=each, alpha_beta=f"{ratio!r} Gy", bed=given.get("bed"), eqd2=given.get("eqd2"))
    if typed.side == "tumour" or compare(found.exact, found.fractions) == 0:
        return [_solution(sheet, found.schedule, display)]
    if found.fractions == 1:
        raise DomainError(f"one fraction of {each} is more than is allowed")
    fewer = Schedule(per_fraction=each, fractions=found.fractions - 1)
    return [_solution(sheet, fewer, display)]


def _hundredths(gray: float, rounding: Rounding) -> float:
    return float(fixed(gray, 2, rounding))


def _solution(sheet: Sheet, schedule: Schedule, display: Display) -> Solution:
    each = schedule.phases[0].gray / schedule.fractions
    tumour, late = sheet.ratios["tumour"], sheet.ratios["late"]
    odd = " (check)" if plausibility(schedule) else ""
    texts = (
        str(schedule.fractions),
        f"{display.dose(each, 2)}{odd}",
        display.dose(schedule.phases[0].gray, 2),
        "—" if tumour is None else display.bed_beside(bed_gray(schedule, tumour), tumour, MARK_GRAY),
        "—" if late is None else display.bed(bed_gray(schedule, late), late),
        "—" if tumour is None else reached(bed_gray(schedule, tumour)),
    )
    return Solution(texts=texts, take={"fractions": str(schedule.fractions), "each": f"{plain(each)} Gy"})
