"""The reference page: limits, tissues, drugs and interactions, each value with its source."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, dcc, html, no_update

from rtcalc.errors import UnknownName
from rtcalc_app import ids
from rtcalc_app.context import Context
from rtcalc_app.pages.clicks import clicked_name
from rtcalc_app.services import reference as service
from rtcalc_app.services.export import csv_text, download
from rtcalc_app.views import parts
from rtcalc_app.views import reference as view

NAME = "reference"
PATH = "/reference"
TITLE = "Reference"
ABOUT = "No primary table could be read in full: hold a set against its paper before use (rtcalc protocols review)."

KIND = "reference-kind"
SEARCH = "reference-search"
SET = "reference-set"
LIST = "reference-list"
MORE = "reference-more"
DRAWER = "reference-drawer"
EXPORT = "reference-export"
FILE = "reference-file"
OPENER = "reference-entry"


def layout(context: Context) -> html.Div:
    """The filters; the list comes with the first callback."""
    kinds = [{"value": name, "label": kind.title} for name, kind in service.KINDS.items()]
    sets = [{"value": name, "label": f"{name}: {title}"} for name, title in service.limit_sets(context.registry)]
    return html.Div(
        [
            html.H1(TITLE),
            html.P(ABOUT, className="subtitle"),
            html.Div(
                dmc.SegmentedControl(id=KIND, data=kinds, value=kinds[0]["value"]),
                role="group",
                **parts.aria(label="What to look up"),
            ),
            html.Div(
                className="filters",
                children=[
                    dmc.TextInput(
                        id=SEARCH,
                        label="Search",
                        description="every word must be in the entry: organ, fractions, drug, brand, endpoint, source",
                        value="",
                        debounce=200,
                        className="wide",
                    ),
                    dmc.Select(
                        id=SET, label="Set of limits", description="all", data=sets, clearable=True, className="wide"
                    ),
                ],
            ),
            html.Button("Save these rows as CSV", id=EXPORT, className="plain no-print", n_clicks=0),
            dcc.Download(id=FILE),
            html.Div(id=LIST),
            html.Button("Show more", id=MORE, className="plain no-print", n_clicks=0),
            dmc.Drawer(id=DRAWER, title="Entry", position="right", size="lg", closeButtonProps={"aria-label": "Close"}),
        ]
    )


def register(app: Dash, context: Context) -> None:
    """Wire the callbacks."""

    @app.callback(
        Output(LIST, "children"),
        Output(MORE, "style"),
        Output(SET, "disabled"),
        Input(KIND, "value"),
        Input(SEARCH, "value"),
        Input(SET, "value"),
        Input(MORE, "n_clicks"),
    )
    def show(kind: Any, wanted: Any, limit_set: Any, more: Any) -> tuple[Any, ...]:
        first = service.SHOWN_FIRST * (1 + more) if isinstance(more, int) else service.SHOWN_FIRST
        found = service.search(context.registry, kind, wanted, limit_set=limit_set, first=first)
        return view.found(found, OPENER), _shown(len(found.rows) < found.matching), found.kind != "limits"

    @app.callback(Output(MORE, "n_clicks"), Input(KIND, "value"), Input(SEARCH, "value"), Input(SET, "value"))
    def start_again(_kind: Any, _wanted: Any, _set: Any) -> int:
        return 0

    @app.callback(
        Output(DRAWER, "opened"),
        Output(DRAWER, "children"),
        Output(DRAWER, "title"),
        Input({"type": OPENER, "name": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    def open_entry(_clicks: Any) -> tuple[Any, ...]:
        name = clicked_name()
        return (no_update,) * 3 if name is None else opened(context, name)

    @app.callback(
        Output(FILE, "data"),
        Input(EXPORT, "n_clicks"),
        State(KIND, "value"),
        State(SEARCH, "value"),
        State(SET, "value"),
        prevent_initial_call=True,
    )
    def save(_clicks: Any, kind: Any, wanted: Any, limit_set: Any) -> Any:
        found = service.search(context.registry, kind, wanted, limit_set=limit_set, first=10_000)
        rows = [(row.id, *row.cells) for row in found.rows]
        return download(f"rtcalc-{found.kind}.csv", csv_text(("id", *found.heads), rows))

    @app.callback(
        Output(KIND, "value"),
        Output(SEARCH, "value"),
        Input(ids.LOCATION, "search"),
        State(ids.LOCATION, "pathname"),
    )
    def from_address(search: Any, path: Any) -> tuple[Any, Any]:
        return asked(search, path)


def opened(context: Context, name: object) -> tuple[bool, Any, str]:
    """The drawer with an entry in it."""
    try:
        found = service.entry(context.registry, name)
    except UnknownName as problem:
        return True, parts.notice(str(problem), kind="error"), "No such entry"
    return True, view.entry(found), found.id


def asked(search: object, path: object) -> tuple[Any, Any]:
    """Kind and words from the address: `/reference?kind=drugs&q=sorafenib`."""
    if path != PATH or not isinstance(search, str) or len(search) < 2:
        return no_update, no_update
    query = parse_qs(search.removeprefix("?"), max_num_fields=10)
    kind = query.get("kind", [""])[0]
    return kind if kind in service.KINDS else no_update, query.get("q", [""])[0][:100]


def _shown(yes: bool) -> dict[str, str]:
    return {} if yes else {"display": "none"}
