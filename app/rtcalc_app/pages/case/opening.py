"""Opening and saving the case, and the panel beside it.

A button that comes with the page asks once without a click, because the held text is there before it: each callback
answers clicks only.
"""

from __future__ import annotations

import re
from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, no_update

from rtcalc.errors import RtcalcError
from rtcalc_app import ids as shared
from rtcalc_app.services.case import text as case_text
from rtcalc_app.services.case.edits import NEW_CASE
from rtcalc_app.services.published_cases import published_case
from rtcalc_app.views.case import ids
from rtcalc_app.views.parts import notice

HELD = Output(shared.HELD_CASE, "data", allow_duplicate=True)
PANEL = Output(ids.PANEL_OPEN, "data", allow_duplicate=True)
SAID = Output(ids.FILE_PROBLEM, "children", allow_duplicate=True)


def register(app: Dash) -> None:
    """Wire opening, saving and the panel."""

    @app.callback(HELD, PANEL, SAID, Input(ids.OPEN_PUBLISHED, "value"), prevent_initial_call=True)
    def open_chosen(name: Any) -> tuple[Any, Any, Any]:
        return opened(name)

    @app.callback(
        HELD, PANEL, SAID,
        Input({"type": "case-example", "name": ALL}, "n_clicks"), State({"type": "case-example", "name": ALL}, "id"),
        prevent_initial_call=True,
    )  # fmt: skip
    def open_example(clicks: list[Any], names: list[Any]) -> tuple[Any, Any, Any]:
        clicked = clicked_of(clicks, names)
        return (no_update,) * 3 if clicked is None else opened(clicked.get("name"))

    @app.callback(HELD, PANEL, SAID, Input(ids.NEW, "n_clicks"), prevent_initial_call=True)
    def begin(clicks: Any) -> tuple[Any, Any, Any]:
        return (NEW_CASE, True, None) if clicks else (no_update,) * 3

    @app.callback(
        Output(ids.DOWNLOAD, "data", allow_duplicate=True), SAID,
        Input(ids.SAVE_YAML, "n_clicks"), State(shared.HELD_CASE, "data"), prevent_initial_call=True,
    )  # fmt: skip
    def save_yaml(clicks: Any, held: Any) -> tuple[Any, Any]:
        return saved(held, "yaml") if clicks else (no_update, no_update)

    @app.callback(
        Output(ids.DOWNLOAD, "data", allow_duplicate=True), SAID,
        Input(ids.SAVE_JSON, "n_clicks"), State(shared.HELD_CASE, "data"), prevent_initial_call=True,
    )  # fmt: skip
    def save_json(clicks: Any, held: Any) -> tuple[Any, Any]:
        return saved(held, "json") if clicks else (no_update, no_update)

    app.clientside_callback(
        ClientsideFunction("case", "toggle"), PANEL,
        Input(ids.TOGGLE, "n_clicks"), State(ids.PANEL_OPEN, "data"), prevent_initial_call=True,
    )  # fmt: skip
    app.clientside_callback(
        ClientsideFunction("case", "panel"),
        Output(ids.LAYOUT, "className"),
        Output(ids.TOGGLE, "children"),
        Input(ids.PANEL_OPEN, "data"),
    )


def clicked_of(clicks: Any, names: Any) -> dict[str, Any] | None:
    """The id of the button that was clicked; buttons are made anew after each click, so one at most has any."""
    pairs = zip(clicks, names, strict=False) if isinstance(clicks, list) and isinstance(names, list) else ()
    return next((name for count, name in pairs if count and isinstance(name, dict)), None)


def opened(name: Any) -> tuple[Any, Any, Any]:
    """A published case, with the panel out of the way of its results."""
    if not name:
        return (no_update,) * 3
    try:
        return published_case(name), False, None
    except RtcalcError as problem:
        return no_update, no_update, notice(str(problem), kind="error")


def saved(held: Any, kind: str) -> tuple[Any, Any]:
    """The held text as a file to keep; text that cannot be turned into the other kind is refused with its line."""
    if not isinstance(held, str) or not held.strip():
        return no_update, notice("No case is open, so there is nothing to save.", kind="error")
    try:
        content = case_text.as_yaml(held) if kind == "yaml" else case_text.as_json(held)
    except RtcalcError as problem:
        return no_update, notice(f"Not saved as {kind.upper()}: {problem}", kind="error")
    return {"content": content, "filename": f"{_name(held)}.{kind}", "type": "text/plain"}, None


def _name(held: str) -> str:
    """The case's id as a file name; a case that cannot be read is called `case`."""
    case = case_text.read(held).case
    return "case" if case is None else re.sub(r"[^A-Za-z0-9_.-]", "_", case.id)
