"""What the server adds to the numbers: messages, the chart, the calculation step by step."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, no_update

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
        Input(ids.STATE, "data"),
        Input(UNIT, "value"),
        Input(DECIMAL, "value"),
        Input(DARK, "data"),
        prevent_initial_call=True,
    )
    def show_results(state: Any, unit: Any, mark: Any, dark: Any) -> tuple[Any, ...]:
        return answer(state, unit, mark, dark, context)

    @app.callback(
        Output(tabs.FORMULA_SHOWN, "children"),
        Input(ids.STATE, "data"),
        Input(UNIT, "value"),
        Input(DECIMAL, "value"),
        Input(ids.TABS, "value"),
        prevent_initial_call=True,
    )
    def show_steps(state: Any, unit: Any, mark: Any, tab: Any) -> Any:
        return steps(state, unit, mark, context) if tab == tabs.FORMULA else no_update


def answer(state: Any, unit: Any, mark: Any, dark: Any, context: Context) -> tuple[Any, ...]:
    """Messages, figure, its sentence and its numbers."""
    sheet = Sheet.of(Form.of(state))
    found = curves.bed_curve(sheet, context.registry, Display.of(unit, mark))
    return (
        results.messages(notices.notices(sheet, context.registry)),
        figures.bed_curve(found, dark=bool(dark)),
        results.NOTHING if found is None else found.summary,
        results.curve_table(found, "BED at each alpha/beta"),
    )


def steps(state: Any, unit: Any, mark: Any, context: Context) -> list[Any]:
    """The calculation of the selected schedule."""
    return results.explanation(explain.explain(Sheet.of(Form.of(state)), context.registry, Display.of(unit, mark)))
