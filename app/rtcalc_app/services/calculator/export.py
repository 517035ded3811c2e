"""What leaves the page: a note for the record, a table for a spreadsheet, a file that can be opened again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from rtcalc import __version__
from rtcalc.decimals import beside, fixed, plain
from rtcalc.effects import break_even_alpha_beta
from rtcalc.intended_use import INTENDED_USE
from rtcalc.registry import Registry
from rtcalc_app.display import Display
from rtcalc_app.services.calculator.reading import Reading
from rtcalc_app.services.calculator.rows import MARK_GRAY, bed_gray, eqd2_gray, reached, row
from rtcalc_app.services.calculator.sheet import SIDES, Sheet
from rtcalc_app.services.calculator.tissues import words
from rtcalc_app.services.export import csv_text

KIND = "rtcalc calculator"
SCHEMA_VERSION = 1
MODEL = "LQ"
MODEL_WORDS = "LQ, complete repair, no time factor"
HEADS = (
    "schedule", "total_Gy", "fractions", "per_fraction_Gy", "prescription_isodose_percent", "role", "tissue",
    "alpha_beta_Gy", "BED_Gy", "EQD2_Gy", "BED_100_Gy", "reaches_BED_100_Gy_up_to_alpha_beta_Gy", "model", "problem",
    "rtcalc_version", "registry", "date",
)  # fmt: skip
_ASCII = str.maketrans({"α": "a", "β": "b", "≤": "<=", "≥": ">=", "−": "-", "≈": "about", "—": "-", "·": "x"})
_SUBSCRIPTS = str.maketrans({sign: None for sign in "₀₁₂₃₄₅₆₇₈₉"})


def note(sheet: Sheet, registry: Registry, display: Display, today: date) -> str:
    """One line per schedule in plain ASCII, then the assumptions, the version and the date.

    Examples
    --------
    >>> from rtcalc_app.services.calculator.form import Form
    >>> print(note(Sheet.of(Form()), Registry(), Display(), date(2026, 3, 2)).splitlines()[0][:73])
    45 Gy / 5 (9 Gy per fraction): BED(a/b 10) 85.5 Gy, EQD2(a/b 10) 71.3 Gy;
    """
    lines = [_line(number, reading, sheet, display) for number, reading in enumerate(sheet.readings, 1)]
    origin = "; ".join(f"{side}: {words(getattr(sheet.form, side), sheet.ratios[side], registry)}" for side in SIDES)
    last = f"{MODEL_WORDS}. rtcalc {__version__}, registry {registry.sha256[:8]}, {today.isoformat()}."
    return "\n".join([*lines, f"a/b {origin}.", last, INTENDED_USE]).translate(_ASCII)


def _line(number: int, reading: Reading, sheet: Sheet, display: Display) -> str:
    if reading.schedule is None:
        return f"Schedule {number}: incomplete ({next(iter(reading.problems.values()))})"
    tumour, late = sheet.ratios["tumour"], sheet.ratios["late"]
    texts = row(reading, tumour, late, display)
    parts = [f"{texts.schedule} ({texts.each})" + (f", {texts.maximum}" if texts.maximum else "")]
    for ratio, bed, eqd2 in ((tumour, texts.tumour_bed, texts.tumour_eqd2), (late, texts.late_bed, texts.late_eqd2)):
        if ratio is None:
            continue
        shown = display.mark(plain(ratio))
        part = f"BED(a/b {shown}) {bed.translate(_SUBSCRIPTS).split(' ')[0]} {display.unit}, EQD2(a/b {shown}) {eqd2}"
        if ratio is tumour and bed is texts.tumour_bed:
            part += f"; BED 100 Gy {texts.reached}, {texts.break_even}"
        parts.append(part)
    return f"{parts[0]}: {'; '.join(parts[1:])}" if parts[1:] else parts[0]


def spreadsheet(sheet: Sheet, registry: Registry, today: date) -> str:
    """A line per schedule and tissue in CSV, doses in gray with a point; no cell is taken for a formula."""
    return csv_text(HEADS, _cells(sheet, registry, today))


def _cells(sheet: Sheet, registry: Registry, today: date) -> Iterator[list[str]]:
    closing = [__version__, registry.sha256[:8], today.isoformat()]
    for typed, reading in zip(sheet.form.schedules, sheet.readings, strict=True):
        unreadable = reading.problems.get("isodose", "")
        isodose = "" if unreadable else "unknown" if reading.isodose is None else plain(reading.isodose)
        schedule = reading.schedule
        if schedule is None:
            shown = " / ".join([typed.total, typed.fractions, typed.each])
            problem = next(iter(reading.problems.values()))
            yield [shown, "", "", "", isodose, "", "", "", "", "", "", "", MODEL, problem, *closing]
            continue
        gray, even = schedule.phases[0].gray, break_even_alpha_beta(schedule)
        first = [schedule.text, plain(gray), str(schedule.fractions), plain(gray / schedule.fractions), isodose]
        for side in SIDES:
            ratio = sheet.ratios[side]
            origin = words(getattr(sheet.form, side), ratio, registry)
            if ratio is None:
                yield [*first, side, origin, "", "", "", "", "", MODEL, sheet.problems[side], *closing]
                continue
            bed = bed_gray(schedule, ratio)
            flag = (
                [reached(bed), "every" if even.gray is None else fixed(even.gray, 2, "down")]
                if side == "tumour"
                else ["", ""]
            )
            shown = beside(bed, MARK_GRAY, 1) if side == "tumour" else fixed(bed, 1)
            doses = [plain(ratio), shown, fixed(eqd2_gray(schedule, ratio), 1)]
            yield [*first, side, origin, *doses, *flag, MODEL, unreadable, *closing]


def document(sheet: Sheet, registry: Registry, today: date) -> str:
    """The state with its results in full floats, and a hash over both; `opening.open_document` reads it again."""
    body: dict[str, Any] = {
        "kind": KIND,
        "schema_version": SCHEMA_VERSION,
        "rtcalc_version": __version__,
        "registry_sha256": registry.sha256,
        "date": today.isoformat(),
        "inputs": {key: value for key, value in sheet.form.to_dict().items() if key != "selected"},
        "results": [_results(reading, sheet, registry) for reading in sheet.readings],
        "model": MODEL_WORDS,
        "intended_use": INTENDED_USE,
    }
    return json.dumps({**body, "sha256": digest(body)}, indent=2, ensure_ascii=False) + "\n"


def digest(body: dict[str, Any]) -> str:
    """The hash of a document without its hash: over the same content in any order and spacing."""
    plain_text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(plain_text.encode()).hexdigest()


def _results(reading: Reading, sheet: Sheet, registry: Registry) -> dict[str, Any]:
    schedule = reading.schedule
    if schedule is None:
        return {"schedule": None, "problems": reading.problems}
    even = break_even_alpha_beta(schedule)
    found: dict[str, Any] = {
        "schedule": schedule.text,
        "total_gray": schedule.phases[0].gray,
        "fractions": schedule.fractions,
        "per_fraction_gray": schedule.phases[0].gray / schedule.fractions,
        "prescription_isodose_percent": reading.isodose,
        "maximum_gray": None if reading.maximum is None else reading.maximum.phases[0].gray,
        "break_even_alpha_beta_gray": even.gray if even.gray is not None else {"gray": None, "reason": even.reason},
    }
    for side in SIDES:
        ratio = sheet.ratios[side]
        found[side] = (
            {"problem": sheet.problems[side]}
            if ratio is None
            else {
                "alpha_beta_gray": ratio,
                "alpha_beta_origin": words(getattr(sheet.form, side), ratio, registry),
                "bed_gray": bed_gray(schedule, ratio),
                "eqd2_gray": eqd2_gray(schedule, ratio),
                "bed_100_gray": reached(bed_gray(schedule, ratio)),
            }
        )
    return found
