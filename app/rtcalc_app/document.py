"""The document that every address is answered with; that of the calculator has its first numbers in it.

They are there before a script is, and stay until the page itself shows them (`assets/still.js`).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from dash import Dash, html
from flask import request

from rtcalc_app import ids
from rtcalc_app.context import Context
from rtcalc_app.pages import PAGES
from rtcalc_app.pages.calculator.first import first
from rtcalc_app.views.still import Still

ENTRY, HEAD_END = '<div id="react-entry-point">', "</head>"
SCRIPT = "still.js"
"""Runs before anything is shown; Dash puts scripts at the end of the document."""
OPENING = "Opening: the fields can be typed into in a moment."
WITHOUT_SCRIPTS = "Without scripts nothing here can be changed; the numbers are those of the address."


class Calculator(Dash):
    """Dash, with the first numbers in the document."""

    def __init__(self, context: Context, **given: Any) -> None:
        given["assets_ignore"] = re.escape(SCRIPT)
        super().__init__(**given)
        self.context = context
        self.index_string = self.index_string.replace("<html>", '<html lang="en">')  # what a screen reader speaks
        changed = Path(self.config.assets_folder, SCRIPT).stat().st_mtime
        self.script = f'<script src="{self.get_asset_url(SCRIPT)}?m={changed}"></script>'

    def interpolate_index(self, *args: Any, **parts: Any) -> Any:
        """The document of the address that is asked for."""
        document: str = super().interpolate_index(*args, **parts)
        if request.path != PAGES[0].PATH:
            return document
        # Only now: Dash's own places are filled, and what looks like one in an address is text.
        head, body = document.split(HEAD_END, 1)
        still = f'<div id="still">{self.still(request.query_string.decode("ascii", "replace"))}</div>'
        return f"{head}{self.script}{HEAD_END}{body.replace(ENTRY, still + ENTRY, 1)}"

    def still(self, query: str) -> str:
        """The frame and the calculator of an address as plain HTML, from the layout itself."""
        said = [html.Span(OPENING, className="opening"), html.Noscript(WITHOUT_SCRIPTS)]
        frame: dict[str, dict[str, Any]] = {
            ids.PAGE: {"className": "page"},
            ids.PREFERENCES: {"children": said},
            f"nav-{PAGES[0].NAME}": {"aria-current": "page"},
        }
        return Still(frame | first(query, self.context)).draw(self.layout)
