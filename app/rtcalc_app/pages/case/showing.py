"""Results, their filters, the export, and what-if."""

from __future__ import annotations

from datetime import date
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, no_update

from rtcalc_app import ids as shared
from rtcalc_app.context import Context
from rtcalc_app.display import Display
from rtcalc_app.services.case import whatif
from rtcalc_app.services.case.results import assessed, export, results
from rtcalc_app.services.case.text import published
from rtcalc_app.views.case import ids, page
from rtcalc_app.views.case.results import results as results_view
from rtcalc_app.views.case.whatif import comparison
from rtcalc_app.views.parts import notice


def register(app: Dash, context: Context) -> None:
    """Wire the results."""

    @app.callback(
        Output(ids.RESULTS, "children"), Output(ids.PROBLEM, "children"),
        Input(shared.HELD_CASE, "data"), Input(shared.UNIT, "value"), Input(shared.DECIMAL, "value"),
        Input(shared.DARK, "data"),
    )  # fmt: skip
    def show(held: Any, unit: Any, decimal: Any, dark: Any) -> tuple[Any, Any]:
        return shown(held, Display.of(unit, decimal), dark is True, context)

    app.clientside_callback(
        ClientsideFunction("case", "filter"),
        Output(ids.FILTERED, "className"),
        Input(ids.STATES, "value"),
        Input(ids.SEVERITIES, "value"),
    )

    @app.callback(
        Output(ids.DOWNLOAD, "data", allow_duplicate=True), Output(ids.FILE_PROBLEM, "children", allow_duplicate=True),
        Input(ids.EXPORT, "n_clicks"), State(shared.HELD_CASE, "data"), prevent_initial_call=True,
    )  # fmt: skip
    def export_results(clicks: Any, held: Any) -> tuple[Any, Any]:
        return exported(held, context) if clicks else (no_update, no_update)

    @app.callback(
        Output(ids.WHAT_RESULT, "children", allow_duplicate=True), Output(ids.WHAT_TEXT, "data", allow_duplicate=True),
        Input(ids.WHAT_SHOW_SCHEDULE, "n_clicks"), State(ids.WHAT_PRESCRIPTION, "value"),
        State(ids.WHAT_SCHEDULE, "value"), State(shared.HELD_CASE, "data"), prevent_initial_call=True,
    )  # fmt: skip
    def what_schedule(clicks: Any, which: Any, schedule: Any, held: Any) -> tuple[Any, Any]:
        if not clicks or not isinstance(held, str):
            return no_update, no_update
        found = whatif.other_schedule(held, context.registry, _text(which), _text(schedule))
        return comparison(found), found.text

    @app.callback(
        Output(ids.WHAT_RESULT, "children", allow_duplicate=True), Output(ids.WHAT_TEXT, "data", allow_duplicate=True),
        Input(ids.WHAT_SHOW_HOLD, "n_clicks"), State(ids.WHAT_HOLD, "value"), State(ids.WHAT_LAST, "value"),
        State(ids.WHAT_AGAIN, "value"), State(shared.HELD_CASE, "data"), prevent_initial_call=True,
    )  # fmt: skip
    def what_hold(clicks: Any, which: Any, last: Any, again: Any, held: Any) -> tuple[Any, Any]:
        if not clicks or not isinstance(held, str):
            return no_update, no_update
        found = whatif.longer_hold(held, context.registry, _text(which), _text(last), _text(again))
        return comparison(found), found.text

    @app.callback(
        Output(shared.HELD_CASE, "data", allow_duplicate=True),
        Input(ids.WHAT_USE, "n_clicks"), State(ids.WHAT_TEXT, "data"), prevent_initial_call=True,
    )  # fmt: skip
    def use(clicks: Any, text: Any) -> Any:
        return text if clicks and isinstance(text, str) and text else no_update


def shown(held: Any, display: Display, dark: bool, context: Context) -> tuple[Any, Any]:
    """The results of the held text, or the reason why there are none."""
    if not isinstance(held, str) or not held.strip():
        return page.nothing_open(published()), None
    found, reading = assessed(held, context.registry)
    if found is None:
        return page.no_result(), page.problem(reading.problem)
    view = results(found, context.registry, display, date.today())
    return results_view(view, whatif.options(found.case), dark), None


def exported(held: Any, context: Context) -> tuple[Any, Any]:
    """The assessment as a JSON file."""
    found, reading = assessed(held, context.registry) if isinstance(held, str) and held.strip() else (None, None)
    if found is None:
        why = reading.problem if reading else "No case is open."
        return no_update, notice(f"Not exported: {why}", kind="error")
    name, content = export(found)
    return {"content": content, "filename": name, "type": "application/json"}, None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
