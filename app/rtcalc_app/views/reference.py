"""The reference page as components."""

from __future__ import annotations

from typing import Any

from dash import html

from rtcalc_app.services.reference import Entry, Found
from rtcalc_app.views import parts


def found(result: Found, opener: str) -> html.Div:
    """Rows of a kind; the first cell of each is a button that opens the entry (pattern id of type `opener`)."""
    if not result.rows:
        return html.Div(parts.notice(f"None of the {result.total} entries contains all these words."))
    rows = [(_opener(row.id, row.cells[0], opener), *row.cells[1:]) for row in result.rows]
    count = f"{result.matching} of {result.total}"
    shown = f"; the first {len(rows)} are shown" if len(rows) < result.matching else ""
    return html.Div(
        [
            html.P(
                f"{count}{shown}. Open a row for its source and everything that is known of it.", className="subtitle"
            ),
            parts.table(result.heads, rows, caption=f"{count} entries"),
        ]
    )


def _opener(name: str, text: str, opener: str) -> html.Button:
    return html.Button(text, id={"type": opener, "name": name}, className="opener", n_clicks=0)


def entry(result: Entry) -> html.Div:
    """One entry: every field, then every source with how much of it was read."""
    facts: list[Any] = [part for name, text in result.facts for part in (html.Dt(name), html.Dd(text))]
    sources = [html.Li(text) for text in result.references]
    return html.Div(
        [
            html.P(result.kind, className="subtitle"),
            html.Dl(facts, className="facts"),
            html.H3("Sources"),
            html.Ul(sources) if sources else html.P("None: computed by the program."),
        ]
    )
