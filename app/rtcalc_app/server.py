"""The app put together, and made ready before its first request."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import Dash
from flask import Flask

from rtcalc.registry import Registry
from rtcalc_app import compressed, guard, shell
from rtcalc_app.context import Context
from rtcalc_app.document import Calculator
from rtcalc_app.pages import PAGES
from rtcalc_app.settings import Settings

WARM_UP = ("/", "/_dash-layout", "/_dash-dependencies")


def build_app(settings: Settings) -> Dash:
    """The Dash app with every page registered.

    Parameters
    ----------
    settings : Settings

    Returns
    -------
    dash.Dash
    """
    context = Context(Registry(settings.protocols), settings)
    dmc.add_figure_templates()
    server: Any = Flask(__name__, static_folder=None)  # what Dash says it takes leaves out what it takes
    compressed.keep_scripts(server)
    app = Calculator(
        context,
        name=__name__,
        server=server,
        title="rtcalc",
        update_title="",
        compress=True,
        suppress_callback_exceptions=True,  # a page is in the document only while it is shown
        enable_mcp=False,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    # The address of a page is a path; the server answers each with the same document.
    app.layout = shell.layout(context)
    shell.register(app, context)
    for page in PAGES:
        page.register(app, context)
    guard.protect(app, settings)
    return app


def create_server(settings: Settings | None = None) -> Flask:
    """The WSGI server, warmed: ``gunicorn 'rtcalc_app.server:create_server()'``.

    Dash finishes its set-up in the first request and does not expect a second one meanwhile; the first requests
    are therefore made here, on one thread.

    Parameters
    ----------
    settings : Settings, optional
        Default: from the environment.

    Returns
    -------
    flask.Flask

    Raises
    ------
    RuntimeError
        A page does not answer.
    """
    settings = settings or Settings.from_environment()
    app = build_app(settings)
    client = app.server.test_client()
    if settings.token is not None:
        client.set_cookie(guard.COOKIE, settings.token)
    for path in (*WARM_UP, *(page.PATH for page in PAGES)):
        answer = client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answers {answer.status}: {answer.get_data(as_text=True)[:200]}")
    server: Flask = app.server
    return server
