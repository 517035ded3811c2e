"""Which of many buttons was clicked."""

from __future__ import annotations

from dash import ctx


def clicked_name() -> str | None:
    """The `name` in the id of the button that a callback was called for; None where none was clicked.

    A button that appears calls its callback once without a click.
    """
    cause = ctx.triggered_id
    count = ctx.triggered[0]["value"] if ctx.triggered else None
    return cause.get("name") if isinstance(cause, dict) and count else None
