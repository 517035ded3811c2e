"""The pieces that every page is made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from rtcalc_app.figures.base import CONFIG, Figure
from rtcalc_app.views.element import Element

DASH = "—"
"""Stands where there is no result."""

STATES = {
    "pass": "Pass",
    "near": "Near",
    "exceeded": "Exceeded",
    "not_evaluable": "Not evaluable",
    "undetermined": "Undetermined",
    "cannot_be_met": "Cannot be met",
    "not_applicable": "Not applicable",
}
"""The seven states as words; the sign before each is drawn by the style sheet, so colour never stands alone."""


def named(id: str | None) -> Any:
    """The id of a component as keywords; none when there is none."""
    return {"id": id} if id else {}


def aria(**attributes: str) -> Any:
    """Accessibility attributes as keywords: `aria(label="Pages")`."""
    return {f"aria-{name}": value for name, value in attributes.items()}


def card(title: str, *children: Any, subtitle: str | None = None, id: str | None = None) -> html.Section:
    """A titled block; the subtitle is for what the numbers in it assume."""
    head = [html.H2(title)] + ([html.P(subtitle, className="subtitle")] if subtitle else [])
    return html.Section([*head, *children], className="card", **named(id))


def state(value: str) -> html.Span:
    """A state of a limit as sign and word.

    Raises
    ------
    KeyError
        Not one of the seven.
    """
    return html.Span(STATES[value], className=f"state state-{value.replace('_', '-')}")


def severity(value: str) -> html.Span:
    """A severity (information, caution, warning, stop) as sign and word."""
    return html.Span(value.capitalize(), className=f"severity severity-{value}")


def notice(*children: Any, kind: str = "information", id: str | None = None) -> html.Div:
    """A message beside what it concerns: `information`, `caution`, `warning`, `stop` or `error`."""
    role: Any = {"role": "alert"} if kind == "error" else {}
    return html.Div(list(children), className=f"notice notice-{kind}", **role, **named(id))


def table(
    heads: Sequence[Any], rows: Sequence[Sequence[Any]], *, caption: str, numeric: Sequence[int] = (), id: str = ""
) -> html.Div:
    """A table that scrolls by itself on a narrow screen.

    Parameters
    ----------
    heads, rows : sequences
        Texts or components.
    caption : str
        What the table shows, for screen readers.
    numeric : sequence of int
        Columns set right, in figures of equal width.
    id : str
        Id of the block, where a callback needs one.
    """
    marks: list[Any] = [{"className": "numeric"} if number in numeric else {} for number in range(len(heads))]
    head = Element("Tr", [Element("Th", text, scope="col", **mark) for text, mark in zip(heads, marks, strict=True)])
    body = [Element("Tr", [Element("Td", cell, **mark) for cell, mark in zip(row, marks, strict=True)]) for row in rows]
    title = Element("Caption", caption, className="hidden")
    inside: Any = Element("Table", [title, Element("Thead", head), Element("Tbody", body)])
    # The block scrolls, so the keyboard must be able to reach it.
    return html.Div(inside, className="table", tabIndex="0", role="region", **aria(label=caption), **named(id))


def chart(figure: Figure | None, summary: Any, *, id: str, height: str = "340px") -> html.Figure:
    """A chart with the sentence that says in words what it shows; charts are opaque to a screen reader."""
    graph = dcc.Graph(id=id, figure=figure or {}, config=CONFIG, style={"height": height}, className="keep")
    # Its place is kept while the script of the charts is on its way.
    place = html.Div(graph, style={"minHeight": height}, **aria(hidden="true"))
    return html.Figure([place, html.Figcaption(summary, id=f"{id}-summary")])


def details(title: Any, *children: Any, opened: bool = False, id: str | None = None) -> html.Details:
    """Something that opens on demand."""
    return html.Details([html.Summary(title), *children], open=opened, **named(id))


def source(text: Any) -> Element:
    """Where a number is from."""
    return Element("P", text, className="source")
