"""The page /dicom."""

from __future__ import annotations

from dash import Dash, html

from rtcalc_app.context import Context

NAME = "dicom"
PATH = "/dicom"
TITLE = "DICOM"


def layout(context: Context) -> html.Div:
    """The page before anything is chosen."""
    return html.Div(html.H1(TITLE))


def register(app: Dash, context: Context) -> None:
    """Wire the callbacks."""
