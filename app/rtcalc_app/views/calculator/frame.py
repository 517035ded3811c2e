"""The page: input, results and chart side by side, the rest in tabs below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from rtcalc_app.services.calculator.form import Form
from rtcalc_app.views.calculator import ids
from rtcalc_app.views.calculator.entry import button, entry
from rtcalc_app.views.calculator.tabs import ASKING, FORMULA, NAMES, asked
from rtcalc_app.views.parts import aria, card, chart


def page(
    form: Form, groups: dict[str, Sequence[Any]], tissues: dict[str, Any], tabs: Sequence[tuple[str, str, Any]]
) -> html.Div:
    """The page before anything is chosen.

    Parameters
    ----------
    form : Form
        The first screen.
    groups, tissues : dict
        Choices of the pickers, and what the page needs of each tissue while somebody types.
    tabs : sequence of (value, title, content)
    """
    return html.Div(
        [
            dcc.Store(id=ids.FIRST, data=form.to_dict()),
            dcc.Store(id=ids.TISSUES, data=tissues),
            dcc.Store(id=ids.STATE),
            dcc.Store(id=ids.COMMAND),
            dcc.Store(id=ids.FILE),
            dcc.Store(id=NAMES, data=list(ASKING)),
            *[dcc.Store(id=asked(value)) for value in ASKING],
            html.H1("Calculator", className="hidden"),
            html.Div([entry(form, groups), _results(), _curve()], className="columns calculator"),
            _tabs(tabs),
        ]
    )


def _results() -> html.Section:
    sort = [("Tumour BED", "tumour"), ("Late BED", "late"), ("Fractions", "fractions")]
    return html.Section(
        [
            html.Div(
                [
                    html.H2("Schedules"),
                    button("Add schedule", {"do": "add"}, kind="main"),
                    html.Span("Sort by", className="unit"),
                    *[
                        button(words, {"do": "sort", "key": key}, label=f"Sort by {words}", kind="plain small")
                        for words, key in sort
                    ],
                ],
                className="schedules-bar no-print",
            ),
            html.Div(id=ids.BANNER),
            html.Div(id=ids.ROWS, className="table rows", tabIndex="0", role="region", **aria(label="Schedules")),
            html.Div(id=ids.NOTICES, className="notices", **aria(live="polite")),
            html.Div(id=ids.FIRST_NOTICES, className="notices first"),
        ],
        className="card",
        **aria(label="Results"),
    )


def _curve() -> html.Section:
    return card(
        "BED against α/β",
        chart(None, "", id=ids.CURVE, height="330px"),
        html.Div(id=ids.CURVE_TABLE),
        html.Div(id=ids.FIRST_CURVE, className="first"),
        subtitle="LQ, at the prescription, no time factor",
    )


def _tabs(tabs: Sequence[tuple[str, str, Any]]) -> dmc.Tabs:
    heads = dmc.TabsList([dmc.TabsTab(title, value=value) for value, title, _ in tabs], className="no-print")
    # A closed tab is not in the document; the calculation stays, because every answer fills it.
    panels = [
        dmc.TabsPanel(html.Div(content, className="card"), value=value, keepMounted=value == FORMULA)
        for value, _, content in tabs
    ]
    return dmc.Tabs([heads, *panels], id=ids.TABS, value=tabs[0][0], keepMounted=False, className="below")
