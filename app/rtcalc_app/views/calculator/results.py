"""What follows from the fields: messages, the chart with its table, the calculation step by step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dash import html

from rtcalc_app.services.calculator.curves import BedCurve, Isoeffect
from rtcalc_app.services.calculator.explain import Explanation
from rtcalc_app.services.calculator.notices import Notice
from rtcalc_app.views.calculator.entry import button
from rtcalc_app.views.element import Element
from rtcalc_app.views.parts import details, notice, source, table

NOTHING = "Nothing to show yet: the fields at the left say what is missing."


def messages(found: list[Notice]) -> list[Any]:
    """The messages: what needs a look first, what is assumed behind a fold."""
    grave = [one for one in found if one.kind != "information"]
    plain = [one for one in found if one.kind == "information"]
    shown: list[Any] = [notice(one.text, *_offers(one), kind=one.kind) for one in grave]
    if plain:
        shown.append(_list(one.text for one in plain))
    return shown


def _offers(one: Notice) -> list[Any]:
    return [
        button(offer.words, {"do": "fields", "row": one.row, "fields": offer.fields}, kind="plain small")
        for offer in one.offers
    ]


def curve_table(found: BedCurve | Isoeffect | None, caption: str) -> Any:
    """The numbers of a chart."""
    if found is None:
        return html.P(NOTHING)
    numeric = tuple(range(len(found.heads)))
    return details("Numbers of this chart", table(found.heads, found.rows, caption=caption, numeric=numeric))


def summary(found: BedCurve | None) -> str:
    """What the first chart shows, in words."""
    return NOTHING if found is None else found.summary


def bed_table(found: BedCurve | None) -> Any:
    """The numbers of the first chart."""
    return curve_table(found, "BED at each alpha/beta")


def first_of_curve(found: BedCurve | None) -> list[Any]:
    """What stands below the place of the first chart while it is not there."""
    return [Element("Div", summary(found), className="summary"), bed_table(found)]


def explanation(found: Explanation | None) -> list[Any]:
    """The calculation of one schedule."""
    if found is None:
        return [html.P(NOTHING)]
    rows = [
        [
            step.name,
            step.formula,
            Element("Span", step.numbers, className="numbers"),
            Element("Strong", step.shown),
            _keys(step.sources),
        ]
        for step in found.steps
    ]
    heads = ("Quantity", "Formula", "With the numbers", "Shown", "Source")
    return [
        table(heads, rows, caption=f"Calculation of {found.schedule}"),
        _list(found.assumed),
        *[source(text) for text in found.references],
    ]


def _list(texts: Iterable[str]) -> Element:
    return Element("Ul", [Element("Li", text) for text in texts], className="assumptions")


def _keys(keys: tuple[str, ...]) -> str:
    return ", ".join(f"[{key}]" for key in keys)
