"""A source beside what it says."""

from __future__ import annotations

from dash import html

from rtcalc_app.services.citations import Source


def source_block(source: Source) -> html.Div:
    """The whole citation, the place, how often the number was read, and how far it is used."""
    lines = [
        html.P([html.B("Source "), source.citation]),
        html.P([html.B("Place "), source.place, " · ", html.B("read "), source.evidence, " · ", source.standing]),
    ]
    if source.hold:
        lines.append(html.P([html.B("Held: "), source.hold]))
    return html.Div(lines, className="source")


def evidence(source: Source) -> html.Span:
    """The flag in a table."""
    return html.Span(source.evidence + (", held" if source.hold else ""), className="flag", title=source.standing)
