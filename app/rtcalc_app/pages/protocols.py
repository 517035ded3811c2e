"""The protocols page: published schedules, and what the papers say of them recomputed."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, dcc, html, no_update

from rtcalc_app import ids
from rtcalc_app.context import Context
from rtcalc_app.display import Display
from rtcalc_app.pages import case
from rtcalc_app.pages.clicks import clicked_name
from rtcalc_app.services import claims
from rtcalc_app.services import protocols as service
from rtcalc_app.services.export import csv_text, download
from rtcalc_app.services.published_cases import published_case
from rtcalc_app.views import parts
from rtcalc_app.views import protocols as view

NAME = "protocols"
PATH = "/protocols"
TITLE = "Protocols"

SEARCH = "protocols-search"
SOURCE = "protocols-source"
TUMOUR = "protocols-tumour"
LATE = "protocols-late"
REFERENCE = "protocols-reference"
LIST = "protocols-list"
TABS = "protocols-tabs"
AUDIT = "protocols-audit"
EXPORT = "protocols-export"
FILE = "protocols-file"
CASE = "protocols-case"
OPENER = "protocols-entry"
DRAWER = "protocols-drawer"


def layout(context: Context) -> html.Div:
    """The filters, and the list as it is before anything is typed."""
    papers = [{"value": key, "label": f"{key}: {title}"} for key, title in service.sources(context.registry)]
    return html.Div(
        [
            html.H1(TITLE),
            html.P(
                "Schedules as the papers print them, computed here, and what the papers claim, recomputed.",
                className="subtitle",
            ),
            dmc.Tabs(
                id=TABS,
                value="schedules",
                children=[
                    dmc.TabsList(
                        [dmc.TabsTab("Schedules", value="schedules"), dmc.TabsTab("Claims audit", value="audit")]
                    ),
                    dmc.TabsPanel(_schedules(papers), value="schedules", pt="sm"),
                    dmc.TabsPanel(html.Div(id=AUDIT), value="audit", pt="sm"),
                ],
            ),
            dmc.Drawer(
                id=DRAWER, title="Schedule", position="right", size="lg", closeButtonProps={"aria-label": "Close"}
            ),
        ]
    )


def _schedules(papers: list[dict[str, str]]) -> html.Div:
    return html.Div(
        [
            html.Div(
                className="filters",
                children=[
                    dmc.TextInput(
                        id=SEARCH,
                        label="Search",
                        placeholder="site, drug, outcome",
                        value="",
                        debounce=200,
                        className="wide",
                    ),
                    dmc.Select(
                        id=SOURCE, label="Paper", data=papers, clearable=True, placeholder="all", className="wide"
                    ),
                    dmc.TextInput(id=TUMOUR, label="Tumour a/b, Gy", value="10", debounce=200, className="small"),
                    dmc.TextInput(id=LATE, label="Late a/b, Gy", value="3", debounce=200, className="small"),
                    dmc.TextInput(
                        id=REFERENCE,
                        label="Compare with",
                        placeholder="45 Gy / 5",
                        value="",
                        debounce=200,
                        className="small",
                    ),
                ],
            ),
            html.Button("Save this list as CSV", id=EXPORT, className="plain no-print", n_clicks=0),
            dcc.Download(id=FILE),
            html.Div(id=LIST),
        ]
    )


def register(app: Dash, context: Context) -> None:
    """Wire the callbacks."""

    @app.callback(
        Output(LIST, "children"),
        Output(TUMOUR, "error"),
        Output(LATE, "error"),
        Output(REFERENCE, "error"),
        Input(SEARCH, "value"),
        Input(SOURCE, "value"),
        Input(TUMOUR, "value"),
        Input(LATE, "value"),
        Input(REFERENCE, "value"),
        Input(ids.UNIT, "value"),
        Input(ids.DECIMAL, "value"),
    )
    def show(search: Any, source: Any, tumour: Any, late: Any, reference: Any, unit: Any, mark: Any) -> tuple[Any, ...]:
        found = _asked(context, search, source, tumour, late, reference, Display.of(unit, mark))
        wrong = found.problems
        return view.catalogue(found, OPENER), wrong.get("tumour"), wrong.get("late"), wrong.get("reference")

    @app.callback(Output(AUDIT, "children"), Input(TABS, "value"), Input(ids.DECIMAL, "value"))
    def audit(tab: Any, mark: Any) -> Any:
        # Only when it is looked at: it is long.
        return view.audit(claims.audit_view(context.registry, Display.of(None, mark))) if tab == "audit" else None

    @app.callback(
        Output(FILE, "data"),
        Input(EXPORT, "n_clicks"),
        State(SEARCH, "value"),
        State(SOURCE, "value"),
        State(TUMOUR, "value"),
        State(LATE, "value"),
        State(REFERENCE, "value"),
        prevent_initial_call=True,
    )
    def save(_clicks: Any, search: Any, source: Any, tumour: Any, late: Any, reference: Any) -> Any:
        found = _asked(context, search, source, tumour, late, reference, Display())
        return download("rtcalc-protocols.csv", csv_text(*service.as_table(found)))

    @app.callback(
        Output(REFERENCE, "value"),
        Output(SEARCH, "value"),
        Input(ids.LOCATION, "search"),
        State(ids.LOCATION, "pathname"),
    )
    def from_address(search: str | None, path: str | None) -> tuple[str, str]:
        asked = parse_qs((search or "").removeprefix("?")) if path == PATH else {}
        return asked.get("with", [""])[0][:100], asked.get("q", [""])[0][:100]

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
        Output(ids.HELD_CASE, "data", allow_duplicate=True),
        Output(ids.LOCATION, "pathname", allow_duplicate=True),
        Input({"type": CASE, "name": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    def open_case(_clicks: Any) -> tuple[Any, Any]:
        name = clicked_name()
        return (no_update, no_update) if name is None else (case_of(context, name), case.PATH)


def opened(context: Context, name: object) -> tuple[bool, Any, str]:
    """The drawer with a schedule in it."""
    found = service.protocol(context.registry, name)
    if found is None:
        return True, parts.notice("There is no such schedule.", kind="error"), "Schedule"
    return True, view.entry(found, CASE), found.id


def case_of(context: Context, name: object) -> str:
    """The text of the published case of a schedule.

    Raises
    ------
    UnknownName
        There is none.
    """
    found = service.protocol(context.registry, name)
    return published_case(None if found is None else found.case)


def _asked(
    context: Context, search: Any, source: Any, tumour: Any, late: Any, reference: Any, display: Display
) -> service.Catalogue:
    return service.catalogue(
        context.registry,
        search=search,
        source=source,
        tumour=tumour,
        late=late,
        reference=reference,
        display=display,
    )
