"""The left third: the fields of the schedule that is being edited, and the two tissues."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import html

from rtcalc_app.services.calculator.form import Form, TissueForm
from rtcalc_app.views.calculator import ids
from rtcalc_app.views.parts import aria


def button(words: str, action: dict[str, Any], *, kind: str = "plain", label: str | None = None) -> html.Button:
    """A button that changes the state in the page itself; `assets/calculator.js` hears it."""
    named = aria(label=label) if label else {}
    data: Any = {"data-calculator": json.dumps(action)}
    return html.Button(words, type="button", className=kind, **data, **named)


def entry(form: Form, groups: dict[str, Sequence[Any]]) -> html.Section:
    """The card with every field.

    Parameters
    ----------
    form : Form
        What stands in the fields before anything is typed.
    groups : dict
        Choices of the two pickers, by side.
    """
    one = form.schedules[0]
    return html.Section(
        [
            html.H2("Schedule 1 of 1 (reference)", id=ids.HEADING),
            html.P("Type two of three; the third follows.", className="subtitle"),
            html.Div(
                [
                    _field(ids.TOTAL, "Total dose", one.total, unit=ids.TOTAL_UNIT),
                    _field(ids.FRACTIONS, "Fractions", one.fractions),
                    _field(ids.EACH, "Per fraction", one.each, unit=ids.EACH_UNIT),
                ],
                className="three",
            ),
            html.Div(id=ids.OFFERS, className="offers"),
            html.Div(
                [
                    _input(ids.ISODOSE, "Prescribed to", one.isodose, html.Span("%", className="unit")),
                    html.P(
                        ["per cent of the maximum, or ", html.Em("unknown"), html.Br(), html.Span(id=ids.MAXIMUM)],
                        className="beside",
                    ),
                ],
                className="one-and-words",
            ),
            *_tissue("Tumour", ids.TUMOUR_TISSUE, ids.TUMOUR, ids.TUMOUR_ORIGIN, form.tumour, groups["tumour"]),
            *_tissue("Late tissue", ids.LATE_TISSUE, ids.LATE, ids.LATE_ORIGIN, form.late, groups["late"]),
        ],
        className="card schedule-entry",
        **aria(label="Input"),
    )


def _input(name: str, label: str, value: str, section: Any = None, **given: Any) -> dmc.TextInput:
    # Text, not a number field: "1,8", "180 cGy" and "unknown" are answers, and nothing typed is taken away.
    return dmc.TextInput(
        id=name,
        label=label,
        value=value,
        rightSection=section,
        rightSectionWidth=40,
        size="sm",
        inputProps={"autoComplete": "off", "inputMode": "decimal"},
        **given,
    )


def _field(name: str, label: str, value: str, unit: str | None = None) -> html.Div:
    section = html.Span("Gy", id=unit, className="unit") if unit else None
    return html.Div([_input(name, label, value, section), html.Div(id=ids.words_of(name), className="words")])


def _tissue(label: str, picker: str, ratio: str, origin: str, form: TissueForm, groups: Sequence[Any]) -> list[Any]:
    return [
        html.Div(
            [
                dmc.Select(
                    id=picker,
                    label=label,
                    data=list(groups),
                    value=form.tissue,
                    searchable=True,
                    allowDeselect=False,
                    nothingFoundMessage="No tissue of this name",
                    size="sm",
                ),
                _input(ratio, "α/β", form.ratio, html.Span("Gy", className="unit")),
            ],
            className="tissue",
        ),
        html.Div(id=origin, className="origin"),
    ]
