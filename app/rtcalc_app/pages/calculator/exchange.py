"""Note, files and pasted text: what leaves the page and what comes into it."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

from dash import Dash, Input, Output, State, no_update

from rtcalc.errors import DomainError
from rtcalc_app.context import Context
from rtcalc_app.display import Display
from rtcalc_app.services.calculator import export, opening
from rtcalc_app.services.calculator.form import Form
from rtcalc_app.services.calculator.sheet import Sheet
from rtcalc_app.services.export import download
from rtcalc_app.views.calculator import ids, tabs


def register(app: Dash, context: Context) -> None:
    """Wire the callbacks."""

    @app.callback(Output(tabs.NOTE, "value"), Input(tabs.asked(tabs.EXPORT), "data"), prevent_initial_call=True)
    def write_note(asked: Any) -> Any:
        if not isinstance(asked, dict):
            return no_update
        display = Display.of(asked.get("unit"), asked.get("mark"))
        return export.note(Sheet.of(Form.of(asked.get("form"))), context.registry, display, date.today())

    @app.callback(
        Output(tabs.DOWNLOAD, "data"),
        Input(tabs.CSV, "n_clicks"),
        State(ids.STATE, "data"),
        prevent_initial_call=True,
    )
    def save_table(clicks: Any, form: Any) -> Any:
        text = export.spreadsheet(Sheet.of(Form.of(form)), context.registry, date.today())
        # With a byte order mark, or a spreadsheet reads the letters of tissues wrongly.
        return download("rtcalc.csv", "\ufeff" + text) if clicks else no_update

    @app.callback(
        Output(tabs.DOWNLOAD, "data", allow_duplicate=True),
        Input(tabs.JSON, "n_clicks"),
        State(ids.STATE, "data"),
        prevent_initial_call=True,
    )
    def save_document(clicks: Any, form: Any) -> Any:
        text = export.document(Sheet.of(Form.of(form)), context.registry, date.today())
        return download("rtcalc.json", text, "application/json") if clicks else no_update

    @app.callback(
        Output(ids.COMMAND, "data"),
        Output(tabs.SAID, "children"),
        Input(ids.FILE, "data"),
        prevent_initial_call=True,
    )
    def open_file(file: Any) -> Any:
        return opened(file)

    @app.callback(
        Output(ids.COMMAND, "data", allow_duplicate=True),
        Output(tabs.PASTE, "value"),
        Input(tabs.PASTED, "n_clicks"),
        State(tabs.PASTE, "value"),
        prevent_initial_call=True,
    )
    def add_pasted(clicks: Any, text: Any) -> Any:
        return added(text) if clicks else (no_update, no_update)


def opened(file: Any) -> tuple[Any, str]:
    """The command that takes a file over, and a word; without the command where it cannot be read."""
    given = file if isinstance(file, dict) else {}
    name, text, size = given.get("name"), given.get("text"), given.get("size")
    if not isinstance(name, str) or not isinstance(text, str):
        return no_update, "No file was read."
    if type(size) is int and size > opening.MOST_CHARACTERS:
        return no_update, f"{name[:60]}: {size} bytes; a file of the calculator has at most {opening.MOST_CHARACTERS}"
    try:
        form = opening.open_document(text, name)
    except DomainError as problem:
        return no_update, f"{problem}. Your work is unchanged."
    return {"do": "load", "form": form.to_dict(), "at": time.time()}, f"{name[:60]} was opened."


def added(text: Any) -> tuple[Any, Any]:
    """The command that adds pasted schedules; the text stays where something of it was left out."""
    found, left = opening.pasted(text if isinstance(text, str) else "")
    if not found and not left:
        return no_update, no_update
    return {"do": "append", "schedules": found, "left": left, "at": time.time()}, no_update if left else ""
