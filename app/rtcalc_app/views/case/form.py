"""The form of a case as components; each field keeps the place of its value as its id."""

from __future__ import annotations

import json
from typing import Any

import dash_mantine_components as dmc
from dash import html

from rtcalc_app.services.case.blocks import Block, Field, Form
from rtcalc_app.views.case import ids
from rtcalc_app.views.parts import details, notice


def form(shown: Form) -> list[Any]:
    """The blocks of the form, the entry line for organ doses at their end."""
    if shown.unreadable:
        return [notice(f"There is no form: {shown.unreadable}. Mend the text first.", kind="error")]
    blocks = [_top(block, number < len(shown.blocks)) for number, block in enumerate(shown.blocks)]
    said = "The form writes the file anew, without its comments; every field is kept, shown here or not."
    elsewhere = f" In the text only: {', '.join(shown.elsewhere)}." if shown.elsewhere else ""
    return [*blocks, _new_dose(shown), html.P(said + elsewhere, className="source")]


def _top(block: Block, opened: bool) -> html.Div:
    inside = [*_fields(block), *(_inner(one, 3) for one in block.blocks), *_acts(block)]
    count = f" ({len(block.blocks)})" if block.blocks or block.acts else ""
    opened_block = details(block.title + count, *inside, opened=opened)
    return html.Div(opened_block, className="form-block")


def _inner(block: Block, level: int) -> html.Fieldset:
    """One entry: its name, its fields, the entries below it."""
    below = [_inner(one, level + 1) for one in block.blocks]
    return html.Fieldset([html.Legend(block.title), *_fields(block), *below, *_acts(block)], className="case-block")


def _fields(block: Block) -> list[Any]:
    return [html.Div([_field(field) for field in block.fields], className="case-fields")] if block.fields else []


def _acts(block: Block) -> list[Any]:
    buttons = [
        html.Button(words, id=ids.act(do, json.dumps(at)), className="plain small", type="button")
        for do, at, words in block.acts
    ]
    return [html.Div(buttons, className="acts")] if buttons else []


def _field(field: Field) -> Any:
    shared: dict[str, Any] = {
        "id": ids.field(json.dumps(field.place)),
        "label": field.label,
        "error": field.error or None,
        "size": "xs",
        "className": "wide" if field.wide else "",
    }
    data = [{"value": value, "label": words} for value, words in field.options]
    if field.kind == "many":
        return dmc.MultiSelect(value=list(field.value), data=data, searchable=True, clearable=True, **shared)
    if field.kind == "choice":
        cleared = "during" in field.place
        return dmc.Select(
            value=field.value or None, data=data, clearable=cleared, allowDeselect=False,
            placeholder="not stated", searchable=len(data) > 8, **shared,
        )  # fmt: skip
    hint = field.hint or "not stated"
    if data:
        return dmc.Autocomplete(
            value=field.value, data=[one["value"] for one in data], placeholder=hint, debounce=True, **shared
        )
    return dmc.TextInput(value=field.value, placeholder=hint, debounce=True, **shared)


def _new_dose(shown: Form) -> html.Div:
    """A line that adds one organ dose."""
    courses = [{"value": name, "label": name} for name in shown.courses]
    fields = [
        dmc.Autocomplete(id=ids.DOSE_ORGAN, label="Organ (TG-263)", data=list(shown.organs), limit=12, size="xs"),
        dmc.Select(
            id=ids.DOSE_COURSE, label="Course", data=courses, size="xs", allowDeselect=False,
            value=shown.courses[0] if len(shown.courses) == 1 else None,
        ),
        dmc.TextInput(id=ids.DOSE_METRIC, label="Metric", placeholder="D0.035cc, Dmax, V20Gy", size="xs"),
        dmc.TextInput(id=ids.DOSE_VALUE, label="Value [Gy, or with its unit]", placeholder="26.4", size="xs"),
    ]  # fmt: skip
    return html.Div(
        [
            html.H3("Add an organ dose"),
            html.Div(fields, className="case-fields"),
            html.Div(html.Button("Add", id=ids.DOSE_ADD, className="plain small", type="button"), className="acts"),
            html.Div(id=ids.DOSE_PROBLEM),
        ],
        className="form-block",
    )
