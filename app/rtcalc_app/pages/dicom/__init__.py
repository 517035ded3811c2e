"""The page /dicom."""

from __future__ import annotations

from dash import Dash

from rtcalc_app import uploads
from rtcalc_app.context import Context
from rtcalc_app.pages.dicom import downloads, opening, results, working
from rtcalc_app.pages.dicom.layout import layout as layout
from rtcalc_app.spool import Spool

NAME = "dicom"
PATH = "/dicom"
TITLE = "DICOM"


def register(app: Dash, context: Context) -> None:
    """Wire the callbacks and the routes of files."""
    spool = Spool.open(context.settings.spool)
    uploads.add_to(app.server, spool)
    downloads.register(app, spool)
    opening.register(app, spool)
    results.register(app, context, spool)
    working.register(app, context, spool)
