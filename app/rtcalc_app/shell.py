"""The frame round every page: title, navigation, display preferences, footer; and the way from an address to a page."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update

from rtcalc import __version__
from rtcalc.intended_use import INTENDED_USE
from rtcalc_app import ids, theme
from rtcalc_app.context import Context
from rtcalc_app.pages import PAGES, page_at
from rtcalc_app.views.parts import aria

STAYS_HERE = "Nothing leaves this computer."


def layout(context: Context) -> dmc.MantineProvider:
    """The document: the frame, and the first page in it, so that its numbers need no second request."""
    first = PAGES[0]
    return dmc.MantineProvider(
        id=ids.PROVIDER,
        theme=theme.THEME,
        defaultColorScheme="light",
        children=[
            dcc.Location(id=ids.LOCATION, refresh=False),
            dcc.Store(id=ids.SHOWN, data=first.PATH),
            dcc.Store(id=ids.WANTED, data=first.PATH),
            dcc.Store(id=ids.HELD_CASE, storage_type="session"),
            dcc.Store(id=ids.DARK, data=False),
            html.A("Skip to the page", href=f"#{ids.PAGE}", className="skip"),
            _header(),
            html.Main(first.layout(context), id=ids.PAGE, tabIndex="-1", className="page waiting"),
            _footer(context),
        ],
    )


def _header() -> html.Header:
    links = [
        dcc.Link(page.TITLE, href=page.PATH, className="nav-link", id=f"nav-{page.NAME}", title=f"Alt+{number}")
        for number, page in enumerate(PAGES, 1)
    ]
    return html.Header(
        className="top",
        children=[
            html.Span("rtcalc", className="brand"),
            html.Nav(links, className="nav", **aria(label="Pages")),
            html.Div(
                id=ids.PREFERENCES,
                className="preferences",
                children=[
                    _choice(ids.UNIT, "Unit of dose", [("gy", "Gy"), ("cgy", "cGy")]),
                    _choice(ids.DECIMAL, "Decimal mark", [("point", "1.8"), ("comma", "1,8")]),
                    _choice(ids.SCHEME, "Colours", [("light", "Light"), ("dark", "Dark")]),
                ],
            ),
        ],
    )


def _choice(name: str, label: str, options: list[tuple[str, str]]) -> html.Div:
    # Kept in this browser, so that the next visit looks the same.
    return html.Div(
        dmc.SegmentedControl(
            id=name,
            data=[{"value": value, "label": text} for value, text in options],
            value=options[0][0],
            size="xs",
            persistence=True,
            persistence_type="local",
        ),
        role="group",
        title=label,
        **aria(label=label),
    )


def _footer(context: Context) -> html.Footer:
    folder = context.settings.protocols
    used = f"registry {context.registry.sha256[:8]}" + (f" with {folder.name}" if folder is not None else "")
    return html.Footer(
        className="foot",
        children=[
            html.Span(INTENDED_USE, className="intended-use"),
            html.Span(f"rtcalc {__version__} · {used} · {STAYS_HERE}", id="version-line"),
        ],
    )


def register(app: Dash, context: Context) -> None:
    """Navigation and preferences."""
    # Dash holds a callback that fills the page until the page's charts can be drawn. The first page is there already;
    # so that its numbers need not wait for the script of the charts, the browser asks only for another page.
    app.clientside_callback(
        ClientsideFunction("shell", "want"), Output(ids.WANTED, "data"),
        Input(ids.LOCATION, "pathname"), State(ids.WANTED, "data"),
    )  # fmt: skip

    @app.callback(
        Output(ids.PAGE, "children"),
        Output(ids.SHOWN, "data"),
        Input(ids.WANTED, "data"),
        State(ids.SHOWN, "data"),
        prevent_initial_call=True,
    )
    def show_page(path: str | None, shown: str | None) -> tuple[Any, Any]:
        return page_for(path, shown, context)

    app.clientside_callback(
        ClientsideFunction("shell", "settle"), Output(ids.PAGE, "className"),
        Input(ids.SHOWN, "data"), Input(ids.LOCATION, "pathname"),
    )  # fmt: skip
    app.clientside_callback(
        ClientsideFunction("shell", "scheme"),
        Output(ids.PROVIDER, "forceColorScheme"),
        Output(ids.DARK, "data"),
        Input(ids.SCHEME, "value"),
    )


def page_for(path: str | None, shown: str | None, context: Context) -> tuple[Any, Any]:
    """The page of an address; nothing when it is there already."""
    if path is None or path == shown:
        return no_update, no_update
    page = page_at(path)
    if page is None:
        return _unknown(path), path
    return page.layout(context), path


def _unknown(path: str) -> html.Div:
    return html.Div(
        [html.H1("No such page"), html.P(f"There is nothing at {path}. The pages are in the line at the top.")],
        className="narrow",
    )
