"""The form and the text editor: two ways to the same case text."""

from __future__ import annotations

import json
from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, no_update

from rtcalc.errors import RtcalcError
from rtcalc_app import ids as shared
from rtcalc_app.context import Context
from rtcalc_app.services.case import edits
from rtcalc_app.services.case.blocks import fields
from rtcalc_app.services.case.form import apply, form
from rtcalc_app.services.case.results import assessed
from rtcalc_app.views.case import ids
from rtcalc_app.views.case.form import form as form_view
from rtcalc_app.views.case.page import no_form
from rtcalc_app.views.parts import notice

HELD = Output(shared.HELD_CASE, "data", allow_duplicate=True)
FIELDS = {"type": "case-field", "place": ALL}
ACTS = {"type": "case-act", "do": ALL, "at": ALL}


def register(app: Dash, context: Context) -> None:
    """Wire the form and the editor."""
    # Two functions, not one both ways: the held text outlives the page, and the editor is there with the page only.
    app.clientside_callback(
        ClientsideFunction("case", "hold"), Output(ids.TYPED, "data"),
        Input(ids.EDITOR, "value"), State(shared.HELD_CASE, "data"), prevent_initial_call=True,
    )  # fmt: skip
    app.clientside_callback(
        ClientsideFunction("case", "edit"), Output(ids.EDITOR, "value"),
        Input(shared.HELD_CASE, "data"), State(ids.EDITOR, "value"),
    )  # fmt: skip

    @app.callback(
        Output(ids.FORM, "children"), Output(ids.FORM_TEXT, "data"),
        Input(shared.HELD_CASE, "data"), Input(ids.PANEL_OPEN, "data"), State(ids.FORM_TEXT, "data"),
    )  # fmt: skip
    def show_form(held: Any, is_open: Any, stands_for: Any) -> tuple[Any, Any]:
        return rebuilt(held, is_open, stands_for, context)

    @app.callback(
        HELD, Output(ids.FORM_TEXT, "data", allow_duplicate=True), Output(FIELDS, "error"),
        Input(FIELDS, "value"), State(FIELDS, "id"),
        State(shared.HELD_CASE, "data"), State(ids.FORM_TEXT, "data"),
        prevent_initial_call=True,
        running=[(Output(ids.RESULTS, "className"), "case-results outdated", "case-results")],
    )  # fmt: skip
    def fill_in(values: Any, places: Any, held: Any, stands_for: Any) -> tuple[Any, Any, list[Any]]:
        return filled(values, places, held, stands_for, context)

    @app.callback(
        HELD, Input(ACTS, "n_clicks"), State(ACTS, "id"), State(shared.HELD_CASE, "data"), prevent_initial_call=True
    )
    def act(clicks: Any, buttons: Any, held: Any) -> Any:
        return acted(clicks, buttons, held)

    @app.callback(
        HELD, Output(ids.DOSE_PROBLEM, "children"),
        Input(ids.DOSE_ADD, "n_clicks"),
        State(ids.DOSE_ORGAN, "value"), State(ids.DOSE_COURSE, "value"), State(ids.DOSE_METRIC, "value"),
        State(ids.DOSE_VALUE, "value"), State(shared.HELD_CASE, "data"),
        prevent_initial_call=True,
    )  # fmt: skip
    def add_dose(clicks: Any, organ: Any, course: Any, metric: Any, value: Any, held: Any) -> tuple[Any, Any]:
        return dose_added(clicks, [organ, course, metric, value], held)


def rebuilt(held: Any, is_open: Any, stands_for: Any, context: Context) -> tuple[Any, Any]:
    """The form of the held text, unless it shows that text already: a field that is being typed in stays.

    A closed panel holds none, because a hundred fields take longer to draw than all results.
    """
    if not is_open:
        return None, None
    if not isinstance(held, str) or not held.strip():
        return no_form(), None
    if held == stands_for:
        return no_update, no_update
    _, reading = assessed(held, context.registry)
    return form_view(form(held, context.registry, reading)), held


def filled(values: Any, places: Any, held: Any, stands_for: Any, context: Context) -> tuple[Any, Any, list[Any]]:
    """The held text with what was typed, and the refusal at its field.

    A form that stands for an older text than the one that is held is about to be made anew; it writes nothing.
    """
    count = len(places) if isinstance(places, list) else 0
    nothing = no_update, no_update, [no_update] * count
    if not isinstance(held, str) or held != stands_for or not isinstance(values, list):
        return nothing
    typed = [(_place(place), value) for place, value in zip(places, values, strict=False)]
    try:
        text = apply(held, context.registry, [(place, value) for place, value in typed if place is not None])
    except RtcalcError:
        return nothing  # the text is not readable as fields, which the page says at the top
    if text == held:
        return nothing
    _, reading = assessed(text, context.registry)
    errors = {field.place: field.error for field in fields(form(text, context.registry, reading).blocks)}
    return text, text, [errors.get(place or ()) or None for place, _ in typed]


def acted(clicks: Any, buttons: Any, held: Any) -> Any:
    """The held text after an entry was added or removed."""
    pairs = zip(clicks, buttons, strict=False) if isinstance(clicks, list) and isinstance(buttons, list) else ()
    clicked = next((button for count, button in pairs if count and isinstance(button, dict)), None)
    at = _place({"place": clicked.get("at")}) if clicked else None
    if clicked is None or at is None or not isinstance(held, str):
        return no_update
    try:
        return edits.act(held, str(clicked.get("do")), at)
    except RtcalcError:
        return no_update  # only a request that the form does not make comes here


def dose_added(clicks: Any, parts: list[Any], held: Any) -> tuple[Any, Any]:
    """The held text with one more organ dose, or what is missing of it."""
    if not clicks or not isinstance(held, str):
        return no_update, no_update
    organ, course, metric, value = (part if isinstance(part, str) else "" for part in parts)
    try:
        return edits.add_organ_dose(held, organ, course, metric, value), None
    except RtcalcError as problem:
        return no_update, notice(str(problem), kind="error")


def _place(field: Any) -> tuple[str | int, ...] | None:
    """The place in the id of a field; None for anything else that is sent."""
    try:
        parts = json.loads(field["place"])
    except (TypeError, KeyError, ValueError, RecursionError):
        return None
    if not isinstance(parts, list) or not all(type(part) in (str, int) for part in parts):
        return None
    return tuple(parts)
