"""What has to be said beside the numbers: plausibility, validity, ranges, assumptions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from rtcalc.decimals import compare, plain
from rtcalc.registry import Registry
from rtcalc.report.calculation import MARK_NOTE, MODEL_NOTE
from rtcalc.schedules import Schedule, plausibility
from rtcalc_app.services.calculator.form import FIELDS, ScheduleForm
from rtcalc_app.services.calculator.reading import NAMES, Offer, read
from rtcalc_app.services.calculator.sheet import SIDES, Sheet
from rtcalc_app.services.calculator.tissues import chosen, interval

FEW_FRACTIONS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One message.

    Attributes
    ----------
    kind : {"warning", "caution", "information"}
    row : int or None
        The schedule it concerns, from 0; None: all of them.
    offers : tuple of Offer
    """

    kind: Literal["warning", "caution", "information"]
    text: str
    row: int | None = None
    offers: tuple[Offer, ...] = ()


def notices(sheet: Sheet, registry: Registry) -> list[Notice]:
    """Every message, warnings first."""
    found = [*_of_schedules(sheet), *_of_tissues(sheet, registry)]
    if sheet.schedules:
        found += [Notice(kind="information", text=MODEL_NOTE), Notice(kind="information", text=MARK_NOTE)]
    order = ("warning", "caution", "information")
    return sorted(found, key=lambda one: order.index(one.kind))


def _of_schedules(sheet: Sheet) -> Iterator[Notice]:
    for number, schedule in sheet.schedules:
        row, name = number - 1, f"Schedule {number}, {schedule.text}"
        form = sheet.form.schedules[row]
        odd = plausibility(schedule)
        if odd:
            yield Notice(kind="warning", text="; ".join(odd), row=row, offers=_hundredth(form, sheet))
        for note in _validity(schedule):
            yield Notice(kind="caution", text=f"{name}: {note}", row=row)
        if "isodose" not in sheet.readings[row].problems and sheet.readings[row].isodose is None:
            said = f"{name}: the prescription isodose is unknown, and with it the maximum of the plan and its BED"
            yield Notice(kind="caution", text=said, row=row)
    long = [schedule.text for _, schedule in sheet.schedules if schedule.fractions > FEW_FRACTIONS]
    if long:
        said = f"{', '.join(long)}: a tumour that repopulates loses effect with overall time (tab Time and gap)."
        yield Notice(kind="information", text=said)


def _validity(schedule: Schedule) -> tuple[str, ...]:
    """What the library says on the size of the fractions."""
    from rtcalc.composition import effect

    # The note rests on the dose per fraction alone; alpha/beta is only needed to ask.
    return tuple(note for note in effect(schedule, None, alpha_beta="10 Gy").notes if "linear-quadratic" in note)


def _hundredth(form: ScheduleForm, sheet: Sheet) -> tuple[Offer, ...]:
    """Ways to read a typed dose in the other unit that make the schedule plausible."""
    offers = []
    for name in ("total", "each"):
        text = getattr(form, name).strip()
        if not text or text.endswith("Gy"):
            continue
        other = "Gy" if sheet.form.unit == "cGy" else "cGy"
        meant = {field: getattr(form, field) for field in FIELDS} | {name: f"{text} {other}"}
        again = read(ScheduleForm(**meant), sheet.form.unit).schedule
        if again is not None and not plausibility(again):
            offers.append(Offer(f"Did you mean {text} {other} ({NAMES[name].lower()})?", {name: f"{text} {other}"}))
    return tuple(offers)


def _of_tissues(sheet: Sheet, registry: Registry) -> Iterator[Notice]:
    for side, what in SIDES.items():
        value = sheet.ratios[side]
        tissue, preset = chosen(getattr(sheet.form, side), value, registry)
        if value is None or tissue is None or preset is None:
            continue
        low, high = interval(tissue, preset)
        if compare(value, low) < 0 or compare(value, high) > 0:
            ends = f"{plain(low)} to {plain(high)} Gy" if low != high else f"{plain(low)} Gy"
            text = f"{what} {plain(value)} Gy is outside what is published for {tissue.name}, {ends} [{preset.source}]"
            yield Notice(kind="caution", text=text)
        if preset.gray == value and preset.standing == "listed":
            yield Notice(kind="caution", text=f"{what}: {preset.words}")
