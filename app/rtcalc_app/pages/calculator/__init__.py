"""The page /: schedules side by side, their BED and EQD2 while typing."""

from __future__ import annotations

from typing import Any

from dash import Dash, html

from rtcalc_app.context import Context
from rtcalc_app.pages.calculator import answers, exchange, tab_answers, typing
from rtcalc_app.services.calculator.form import Form
from rtcalc_app.services.calculator.gap import factors
from rtcalc_app.services.calculator.tissues import groups, table
from rtcalc_app.views.calculator import frame, tabs

NAME = "calculator"
PATH = "/"
TITLE = "Calculator"


def layout(context: Context) -> html.Div:
    """The page before anything is chosen."""
    pickers: dict[str, Any] = {
        "tumour": groups(context.registry, ("tumour",)),
        "late": groups(context.registry, ("late", "early")),
    }
    return frame.page(Form(), pickers, table(context.registry), tabs.contents(factors(context.registry)))


def register(app: Dash, context: Context) -> None:
    """Wire the callbacks: the numbers in the browser, everything else on the server."""
    typing.register(app)
    answers.register(app, context)
    tab_answers.register(app, context)
    exchange.register(app, context)
