"""What runs in the browser (`assets/calculator.js`): the numbers while somebody types, and who asks the server."""

from __future__ import annotations

from dash import ClientsideFunction, Dash, Input, Output, State

from rtcalc_app.ids import DECIMAL, UNIT
from rtcalc_app.views.calculator import ids, tabs

FIELDS = (ids.TOTAL, ids.FRACTIONS, ids.EACH, ids.ISODOSE)
DOSES = FIELDS[:3]
TISSUES = (ids.TUMOUR_TISSUE, ids.TUMOUR, ids.LATE_TISSUE, ids.LATE)


def register(app: Dash) -> None:
    """Wire it; the table and the lists are drawn by the function itself."""
    app.clientside_callback(
        ClientsideFunction("calculator", "update"),
        *[Output(name, "value") for name in (*FIELDS, *TISSUES)],
        *[Output(name, "error") for name in (*FIELDS, ids.TUMOUR, ids.LATE)],
        *[Output(ids.words_of(name), "children") for name in DOSES],
        *[Output(name, "placeholder") for name in DOSES],
        Output(ids.MAXIMUM, "children"),
        Output(ids.TOTAL_UNIT, "children"),
        Output(ids.EACH_UNIT, "children"),
        Output(ids.HEADING, "children"),
        Output(ids.STATE, "data"),
        *[Input(name, "value") for name in (*FIELDS, *TISSUES, UNIT, DECIMAL)],
        Input(ids.COMMAND, "data"),
        State(ids.STATE, "data"),
        State(ids.FIRST, "data"),
        State(ids.TISSUES, "data"),
    )
    app.clientside_callback(
        ClientsideFunction("calculator", "ask"),
        *[Output(tabs.asked(name), "data") for name in tabs.ASKING],
        Input(ids.STATE, "data"),
        Input(UNIT, "value"),
        Input(DECIMAL, "value"),
        Input(ids.TABS, "value"),
        State(tabs.NAMES, "data"),
        prevent_initial_call=True,
    )
