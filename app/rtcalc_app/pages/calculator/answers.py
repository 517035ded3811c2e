"""What the server adds to the numbers, in one answer: messages, chart, and the calculation of the selected schedule."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output

from rtcalc_app.context import Context
from rtcalc_app.display import Display
from rtcalc_app.figures import calculator as figures
from rtcalc_app.ids import DARK, DECIMAL, UNIT
from rtcalc_app.services.calculator import curves, explain, notices
from rtcalc_app.services.calculator.form import Form
from rtcalc_app.services.calculator.sheet import Sheet
from rtcalc_app.views.calculator import ids, results, tabs


def register(app: Dash, context: Context) -> None:
    """Wire the callbacks."""

    @app.callback(
        Output(ids.NOTICES, "children"),
        Output(ids.CURVE, "figure"),
        Output(f"{ids.CURVE}-summary", "children"),
        Output(ids.CURVE_TABLE, "children"),
        Output(tabs.FORMULA_SHOWN, "children"),
        Input(ids.STATE, "data"),
        Input(UNIT, "value"),
        Input(DECIMAL, "value"),
        Input(DARK, "data"),
        prevent_initial_call=True,
    )
    def show_results(state: Any, unit: Any, mark: Any, dark: Any) -> tuple[Any, ...]:
        return answer(state, unit, mark, dark, context)


def answer(state: Any, unit: Any, mark: Any, dark: Any, context: Context) -> tuple[Any, ...]:
    """Messages, figure, its sentence and its numbers, and the calculation step by step."""
    sheet = Sheet.of(Form.of(state))
    display = Display.of(unit, mark)
    found = curves.bed_curve(sheet, context.registry, display)
    return (
        results.messages(notices.notices(sheet, context.registry)),
        figures.bed_curve(found, dark=bool(dark)),
        results.summary(found),
        results.bed_table(found),
        results.explanation(explain.explain(sheet, context.registry, display)),
    )
