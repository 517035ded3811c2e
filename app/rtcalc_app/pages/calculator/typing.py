"""The numbers while somebody types: one callback that runs in the browser (`assets/calculator.js`)."""

from __future__ import annotations

from dash import ClientsideFunction, Dash, Input, Output, State

from rtcalc_app.ids import DECIMAL, UNIT
from rtcalc_app.views.calculator import ids

FIELDS = (ids.TOTAL, ids.FRACTIONS, ids.EACH, ids.ISODOSE)
DOSES = FIELDS[:3]
TISSUES = (ids.TUMOUR_TISSUE, ids.TUMOUR, ids.LATE_TISSUE, ids.LATE)


def register(app: Dash) -> None:
    """Wire it."""
    app.clientside_callback(
        ClientsideFunction("calculator", "update"),
        *[Output(name, "value") for name in (*FIELDS, *TISSUES)],
        *[Output(name, "error") for name in (*FIELDS, ids.TUMOUR, ids.LATE)],
        *[Output(ids.words_of(name), "children") for name in DOSES],
        *[Output(name, "placeholder") for name in DOSES],
        Output(ids.MAXIMUM, "children"),
        Output(ids.TUMOUR_ORIGIN, "children"),
        Output(ids.LATE_ORIGIN, "children"),
        Output(ids.TOTAL_UNIT, "children"),
        Output(ids.EACH_UNIT, "children"),
        Output(ids.HEADING, "children"),
        Output(ids.OFFERS, "children"),
        Output(ids.ROWS, "children"),
        Output(ids.BANNER, "children"),
        Output(ids.STATE, "data"),
        *[Input(name, "value") for name in (*FIELDS, *TISSUES, UNIT, DECIMAL)],
        Input(ids.COMMAND, "data"),
        State(ids.STATE, "data"),
        State(ids.FIRST, "data"),
        State(ids.TISSUES, "data"),
    )
