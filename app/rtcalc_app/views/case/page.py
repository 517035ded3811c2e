"""The case page round its results: tool bar, panel with form and text, and what stands there without a case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from rtcalc_app.views.case import ids
from rtcalc_app.views.parts import DASH, aria, card, notice

Published = Sequence[tuple[str, str]]


def page(title: str, published: Published) -> html.Div:
    """The page before a case is open."""
    return html.Div(
        [
            html.Div([html.H1(title), _tools(published)], className="case-head"),
            dcc.Store(id=ids.PANEL_OPEN, storage_type="session", data=False),  # results come before a hundred fields
            dcc.Store(id=ids.FORM_TEXT),
            dcc.Store(id=ids.TYPED),
            dcc.Download(id=ids.DOWNLOAD),
            html.Div(id=ids.FILE_PROBLEM),
            html.Div(
                [_panel(), html.Div([html.Div(id=ids.PROBLEM), html.Div(id=ids.RESULTS, className="case-results")])],
                id=ids.LAYOUT,
                className="case-layout",
            ),
        ]
    )


def _tools(published: Published) -> html.Div:
    cases = [{"value": name, "label": f"{name}: {title}"} for name, title in published]
    return html.Div(
        [
            html.Button("Edit case", id=ids.TOGGLE, className="plain", type="button", **aria(controls=ids.PANEL)),
            dmc.Select(
                id=ids.OPEN_PUBLISHED, data=cases, placeholder="Open a published case", searchable=True, size="xs",
                w=230, comboboxProps={"width": 480, "position": "bottom-start"}, **aria(label="Open a published case"),
            ),
            html.Button("Open a file", id=ids.OPEN_FILE, className="plain", type="button"),
            html.Button("New case", id=ids.NEW, className="plain", type="button"),
            html.Button("Save as YAML", id=ids.SAVE_YAML, className="plain", type="button"),
            html.Button("Save as JSON", id=ids.SAVE_JSON, className="plain", type="button"),
            html.Button("Export results (JSON)", id=ids.EXPORT, className="plain", type="button"),
            html.Button("Print", id=ids.PRINT, className="plain", type="button"),
        ],
        className="tools no-print", role="group", **aria(label="Case file"),
    )  # fmt: skip


def _panel() -> html.Aside:
    editor = dmc.Textarea(
        id=ids.EDITOR, label="Case file, YAML or JSON", value="", autosize=True, minRows=18, maxRows=34, debounce=500,
        size="xs", className="editor", inputProps={"spellCheck": False},
    )  # fmt: skip
    tabs = dmc.Tabs(
        [
            dmc.TabsList([dmc.TabsTab("Form", value="form"), dmc.TabsTab("Text", value="text")]),
            dmc.TabsPanel(html.Div(id=ids.FORM), value="form", keepMounted=True),
            dmc.TabsPanel(editor, value="text", keepMounted=True),
        ],
        id=ids.TABS, value="form",
    )  # fmt: skip
    return html.Aside(tabs, id=ids.PANEL, className="case-panel card no-print", **aria(label="Edit the case"))


def nothing_open(published: Published) -> list[Any]:
    """What stands in place of results before a case is open."""
    rows = [
        html.Li(html.Button(title, id=ids.example(name), className="link", type="button")) for name, title in published
    ]
    return [
        card(
            "No case is open",
            html.P(
                "Open a published case below, a case file of your own, or begin a new case. A case file holds no name, "
                "number or birth date of a patient."
            ),
            html.H3("Published cases"),
            html.Ul(rows, className="examples"),
        )
    ]


def no_form() -> html.P:
    """What stands in place of the form before a case is open."""
    return html.P("The form appears with a case: open one, or begin a new case.", className="source")


def no_result() -> list[Any]:
    """What stands in place of results while the case cannot be assessed: nothing of an earlier state is left."""
    return [card("No result", html.P(DASH, className="dash"), html.P("The text is kept as it is."))]


def problem(text: str) -> Any:
    """Why the case cannot be assessed."""
    return notice(html.B("The case cannot be assessed. "), text, kind="error")
