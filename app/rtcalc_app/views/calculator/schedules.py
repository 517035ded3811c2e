"""The table of the schedules as the server writes it, before the page itself draws it (`assets/calculator.js`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rtcalc.decimals import plain
from rtcalc_app.display import Display
from rtcalc_app.services.calculator.at_fields import Origin
from rtcalc_app.services.calculator.rows import Row
from rtcalc_app.services.calculator.sheet import Sheet
from rtcalc_app.views.element import Element
from rtcalc_app.views.parts import DASH

REACH = {"reached": "reached", "reached exactly": "reached", "not reached": "not-reached"}


def schedules(sheet: Sheet, display: Display) -> Element:
    """The table: a line for each schedule, the first is the reference."""
    named = {
        side: "α/β —" if value is None else f"α/β {display.mark(plain(value))} Gy"
        for side, value in sheet.ratios.items()
    }
    heads = [
        "Schedule",
        ["Tumour, ", named["tumour"]],
        "BED ≥ 100 Gy?",
        ["Late tissue, ", named["late"]],
        "EQD2 − reference",
        Element("Span", "Actions", className="hidden"),
    ]
    lines = [_line(number, texts, sheet) for number, texts in enumerate(sheet.rows(display))]
    caption = "BED and EQD2 of each schedule in tumour and late tissue; the first is the reference"
    return Element(
        "Table",
        [
            Element("Caption", caption, className="hidden"),
            Element("Thead", Element("Tr", [Element("Th", head, scope="col") for head in heads])),
            Element("Tbody", lines),
        ],
    )


def _line(number: int, texts: Row, sheet: Sheet) -> Element:
    chosen, reading = number == sheet.form.selected, sheet.readings[number]
    known = REACH.get(texts.reached)
    reach = DASH if known is None else Element("Span", texts.reached, className=f"reach {known}")
    measured = "at the prescription" if known is not None and reading.isodose != 100.0 else ""
    named = Element("Button", texts.schedule, className="plain schedule", type="button", title="Edit this schedule")
    apart = [_pair("tumour", texts.tumour_difference), _pair("late", texts.late_difference)] if number else DASH
    cells = [
        Element("Td", [named, *_asides("" if number else "reference", texts.each, texts.maximum)], className="name"),
        Element("Td", [_pair("BED", texts.tumour_bed), _pair("EQD2", texts.tumour_eqd2)]),
        Element("Td", [reach, *_asides(measured, texts.break_even, texts.at_maximum)]),
        Element("Td", [_pair("BED", texts.late_bed), _pair("EQD2", texts.late_eqd2)]),
        Element("Td", apart),
        Element("Td", [_button(words) for words in ("Copy", "Delete", "First")[: 3 if number else 2]],
                className="actions no-print"),
    ]  # fmt: skip
    return Element("Tr", cells, className="chosen" if chosen else "")


def _pair(label: str, value: str) -> Element:
    parts = [Element("Span", label, className="unit"), Element("Span", value, className="value")]
    return Element("Div", parts, className="pair")


def _asides(*words: str) -> list[Element]:
    return [Element("Div", one, className="aside") for one in words if one]


def _button(words: str, **props: Any) -> Element:
    return Element("Button", words, className="plain small", type="button", **props)


def banner(left: Sequence[str]) -> list[Any]:
    """What of the address was left out."""
    if not left:
        return []
    listed = Element("Ul", [Element("Li", words) for words in left])
    inside = ["Not everything was taken over: ", listed, _button("Close")]
    return [Element("Div", inside, className="notice notice-caution", role="status")]


def origin(found: Origin, display: Display) -> list[Element]:
    """Where an alpha/beta is from."""
    if not found.words:
        return [Element("Span", "Own value, without a source.")]
    if found.preset:
        edited = Element("Strong", f"edited, preset {display.mark(found.preset)} Gy ")
        return [edited, _button("reset"), Element("Span", f" {found.words}")]
    if not found.others:
        return [Element("Span", found.words)]
    more = [_button(f"{display.mark(digits)} Gy", title=words) for digits, words in found.others]
    folded = Element("Details", [Element("Summary", f"Also published: {len(found.others)}"), *more])
    return [Element("Span", found.words), folded]
