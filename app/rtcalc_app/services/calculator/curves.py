"""The two charts: BED against alpha/beta, and the schedules of equal effect."""

from __future__ import annotations

from dataclasses import dataclass

from rtcalc.decimals import compare, fixed, plain
from rtcalc.effects import break_even_alpha_beta
from rtcalc.errors import RtcalcError
from rtcalc.isoeffect import solve_total
from rtcalc.models import lq
from rtcalc.registry import Registry
from rtcalc.schedules import Schedule
from rtcalc_app.display import Display
from rtcalc_app.services.calculator.rows import MARK_GRAY, bed_gray
from rtcalc_app.services.calculator.sheet import Sheet
from rtcalc_app.services.calculator.tissues import chosen, interval

LEAST, MOST = 1.0, 20.0
RATIOS = tuple(LEAST + step * 0.25 for step in range(int((MOST - LEAST) / 0.25) + 1))
TABLE_RATIOS = (1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0, 15.0, 20.0)
"""alpha/beta of the chart and of its table. [Gy]"""
LEAST_CEILING, MOST_CEILING = 150.0, 400.0
"""Ends of the dose axis. [Gy]"""
MOST_FRACTIONS = 40
USUAL = (1, 2, 3, 4, 5, 8, 10, 15, 20, 25, 30, 35)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One schedule: x and y of its points, in the unit shown, and where it crosses BED 100 Gy."""

    name: str
    y: tuple[float, ...]
    crossing: float | None
    crossing_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """The alpha/beta of a tissue: the value used, and its published interval where there is one. [Gy]"""

    name: str
    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BedCurve:
    """BED of every schedule against alpha/beta; doses are in the unit shown, and so are the mark and the ceiling."""

    x: tuple[float, ...]
    lines: tuple[Line, ...]
    bands: tuple[Band, ...]
    mark: float
    ceiling: float
    unit: str
    comma: bool
    summary: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def bed_curve(sheet: Sheet, registry: Registry, display: Display) -> BedCurve | None:
    """The first chart; None: no schedule can be read.

    Examples
    --------
    >>> from rtcalc_app.services.calculator.form import Form
    >>> print(bed_curve(Sheet.of(Form()), Registry(), Display()).summary)
    45 Gy / 5 reaches BED 100 Gy up to α/β 7.36 Gy.
    """
    shown = sheet.schedules
    if not shown:
        return None
    scale = 100.0 if display.unit == "cGy" else 1.0
    lines = tuple(_line(schedule, scale, display) for _, schedule in shown)
    tabled = [_beds(schedule, TABLE_RATIOS) for _, schedule in shown]
    bands = tuple(band for side in sheet.ratios if (band := _band(sheet, side, registry, display)) is not None)
    # A curve climbs without end towards small alpha/beta: the axis ends where what is looked at stays readable.
    looked = [1.2 * bed_gray(schedule, band.value) for _, schedule in shown for band in bands]
    ceiling = scale * min(max([LEAST_CEILING, *looked]), MOST_CEILING)
    return BedCurve(
        x=RATIOS,
        lines=lines,
        bands=bands,
        mark=scale * MARK_GRAY,
        ceiling=ceiling,
        unit=display.unit,
        comma=display.comma,
        summary=" ".join(_sentence(schedule, display) for _, schedule in shown),
        heads=("α/β, Gy", *(f"BED of {schedule.text}, {display.unit}" for _, schedule in shown)),
        rows=tuple(
            (display.mark(plain(ratio)), *(display.gray(beds[number]) for beds in tabled))
            for number, ratio in enumerate(TABLE_RATIOS)
        ),
    )


def _beds(schedule: Schedule, ratios: tuple[float, ...]) -> list[float]:
    """BED at many alpha/beta: the formula alone, because the provenance of each is not shown. [Gy]"""
    total, count = schedule.phases[0].gray, schedule.fractions
    return [lq.bed(total, count, ratio) for ratio in ratios]


def _line(schedule: Schedule, scale: float, display: Display) -> Line:
    found = break_even_alpha_beta(schedule).gray
    crossing = found if found is not None and LEAST <= found <= MOST else None
    return Line(
        name=schedule.text,
        y=tuple(scale * gray for gray in _beds(schedule, RATIOS)),
        crossing=crossing,
        crossing_text="" if crossing is None else display.alpha_beta(crossing, "down"),
    )


def _band(sheet: Sheet, side: str, registry: Registry, display: Display) -> Band | None:
    value = sheet.ratios[side]
    if value is None:
        return None
    tissue, preset = chosen(getattr(sheet.form, side), value, registry)
    name = f"{'tumour' if side == 'tumour' else 'late'} {display.mark(plain(value))}"
    if tissue is None or preset is None:
        return Band(name=name, value=value, low=None, high=None)
    low, high = interval(tissue, preset)
    several = low < high
    return Band(name=name, value=value, low=low if several else None, high=high if several else None)


def _sentence(schedule: Schedule, display: Display) -> str:
    found = break_even_alpha_beta(schedule).gray
    if found is None:
        return f"{schedule.text} reaches BED 100 Gy at every α/β."
    return f"{schedule.text} reaches BED 100 Gy up to α/β {display.alpha_beta(found, 'down')}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Isoeffect:
    """Schedules with the same BED as the selected one, in the tumour and in the late tissue.

    Attributes
    ----------
    fractions : tuple of int
    totals : tuple of (str, tuple of float)
        Name of the curve, and its total doses in the unit shown.
    here : tuple of float
        Fractions and total of the selected schedule.
    """

    fractions: tuple[int, ...]
    totals: tuple[tuple[str, tuple[float, ...]], ...]
    here: tuple[float, float]
    unit: str
    comma: bool
    summary: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def isoeffect(sheet: Sheet, display: Display) -> Isoeffect | None:
    """The second chart; None: the selected schedule or an alpha/beta cannot be read."""
    schedule, tumour, late = sheet.selected.schedule, sheet.ratios["tumour"], sheet.ratios["late"]
    if schedule is None or tumour is None or late is None:
        return None
    scale = 100.0 if display.unit == "cGy" else 1.0
    counts = tuple(range(1, max(MOST_FRACTIONS, schedule.fractions) + 1))
    beds = {ratio: bed_gray(schedule, ratio) for ratio in (tumour, late)}

    def total(count: int, ratio: float) -> float:
        return scale * lq.total_for(beds[ratio], count, ratio)

    rows = tuple(_same(count, beds[tumour], tumour, late, beds[late], display) for count in USUAL)
    return Isoeffect(
        fractions=counts,
        totals=(
            (f"same tumour effect, α/β {plain(tumour)}", tuple(total(count, tumour) for count in counts)),
            (f"same late effect, α/β {plain(late)}", tuple(total(count, late) for count in counts)),
        ),
        here=(float(schedule.fractions), scale * schedule.phases[0].gray),
        unit=display.unit,
        comma=display.comma,
        summary=(
            f"Both curves pass through {schedule.text}. Left of it the total with the same tumour effect lies "
            f"{'above' if compare(tumour, late) > 0 else 'below' if compare(tumour, late) < 0 else 'on'} the one with "
            "the same late effect."
        ),
        heads=("Fractions", "Total, same tumour BED", "Per fraction", "Late BED then", "Late BED against now"),
        rows=rows,
    )


def _same(count: int, target: float, tumour: float, late: float, now: float, display: Display) -> tuple[str, ...]:
    try:
        dose = solve_total(fractions=count, alpha_beta=f"{tumour!r} Gy", bed=f"{target!r} Gy")
    except RtcalcError as problem:
        return (str(count), str(problem), "—", "—", "—")
    gray = float(dose.gray)
    then = lq.bed(gray, count, late)
    return (
        str(count),
        display.dose(gray, 2, "up"),
        display.dose(gray / count, 2, "up"),
        display.bed(then, late),
        f"{display.mark(fixed(100.0 * then / now, 1))} %",
    )
