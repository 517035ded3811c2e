"""The page /case."""

from __future__ import annotations

from dash import Dash, html

from rtcalc_app.context import Context
from rtcalc_app.pages.case import editing, opening, showing
from rtcalc_app.services.case.text import published
from rtcalc_app.views.case.page import page

NAME = "case"
PATH = "/case"
TITLE = "Case"


def layout(context: Context) -> html.Div:
    """The page before anything is chosen; the case that is held fills it."""
    return page(TITLE, published())


def register(app: Dash, context: Context) -> None:
    """Wire the callbacks."""
    opening.register(app)
    editing.register(app, context)
    showing.register(app, context)
