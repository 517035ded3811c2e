"""What the calculator shows of an address before any script runs: the same words from the same services."""

from __future__ import annotations

from typing import Any

from rtcalc_app.context import Context
from rtcalc_app.display import Display
from rtcalc_app.services.calculator import address, at_fields, curves, explain, notices
from rtcalc_app.services.calculator.form import FIELDS
from rtcalc_app.services.calculator.sheet import Sheet
from rtcalc_app.views.calculator import ids, results, schedules


def first(query: str, context: Context) -> dict[str, dict[str, Any]]:
    """Properties that are not those of the layout, by id; in gray and with a point, as the address is.

    Parameters
    ----------
    query : str
        What stands behind the question mark.
    context : Context
    """
    found = address.opened(query, context.registry)
    sheet, display = Sheet.of(found.form), Display()
    form, reading = found.form.schedules[0], sheet.readings[0]
    curve = curves.bed_curve(sheet, context.registry, display)
    maximum = sheet.rows(display)[0].maximum or "prescription is the maximum"
    inside: dict[str, Any] = {
        ids.HEADING: f"Schedule 1 of {len(sheet.readings)} (reference)",
        ids.MAXIMUM: maximum,
        ids.TUMOUR_ORIGIN: _origin("tumour", sheet, context),
        ids.LATE_ORIGIN: _origin("late", sheet, context),
        ids.ROWS: schedules.schedules(sheet, display),
        ids.BANNER: schedules.banner(found.left),
        ids.FIRST_NOTICES: results.messages(notices.notices(sheet, context.registry)),
        ids.FIRST_CURVE: results.first_of_curve(curve),
        ids.FIRST_FORMULA: results.explanation(explain.explain(sheet, context.registry, display)),
    }
    filled: dict[str, dict[str, Any]] = {name: {"children": children} for name, children in inside.items()}
    words = at_fields.described(form, reading, display)
    for name, field in zip((ids.TOTAL, ids.FRACTIONS, ids.EACH), FIELDS, strict=True):
        follows = at_fields.derived(reading, display) if field == reading.derived else ""
        filled[name] = {"value": getattr(form, field), "placeholder": follows}
        filled[ids.words_of(name)] = {"children": words[field]}
    filled[ids.ISODOSE] = {"value": form.isodose}
    for picker, ratio, side in (
        (ids.TUMOUR_TISSUE, ids.TUMOUR, found.form.tumour),
        (ids.LATE_TISSUE, ids.LATE, found.form.late),
    ):
        filled |= {picker: {"value": side.tissue}, ratio: {"value": side.ratio}}
    return filled


def _origin(side: str, sheet: Sheet, context: Context) -> list[Any]:
    found = at_fields.origin(getattr(sheet.form, side), sheet.ratios[side], context.registry)
    return list(schedules.origin(found, Display()))
