"""What every request passes, before and after: who asks, from which page, how much; and the headers of the answer."""

from __future__ import annotations

import hmac
import json
import logging
import secrets
import traceback
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from dash import Dash
from dash.exceptions import DependencyException
from flask import Response, abort, redirect, request
from werkzeug.exceptions import HTTPException

from rtcalc.errors import RtcalcError
from rtcalc_app.settings import Settings

MAX_BODY = 8 * 1024 * 1024
"""Bytes of one request; larger files come in pieces."""
COOKIE = "rtcalc_token"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
WITHOUT_DATA = ("/_dash-component-suites/", "/assets/", "/_favicon.ico")
"""What a browser may keep: scripts and styles, whose addresses carry a version, and the icon."""
CALLBACK = "/_dash-update-component"
_LOG = logging.getLogger("rtcalc_app")


def protect(app: Dash, settings: Settings) -> None:
    """Put the guard around every route of `app`; call it last, when every callback is registered."""
    server = app.server
    server.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    server.config["TRAP_HTTP_EXCEPTIONS"] = False
    always = [*HEADERS.items(), ("Content-Security-Policy", content_policy(app.csp_hashes()))]

    server.before_request(_known_host(settings))
    server.before_request(_same_site)
    if settings.token is not None:
        server.before_request(_token(settings.token))
    server.before_request(_callback_body(app))

    def headers(answer: Response) -> Response:
        answer.headers.extend(always)
        if not request.path.startswith(WITHOUT_DATA):
            answer.headers["Cache-Control"] = "no-store"
        return answer

    server.after_request(headers)
    server.register_error_handler(Exception, _problem)


def content_policy(script_hashes: Sequence[str]) -> str:
    """The content security policy: nothing comes from, and nothing goes to, anywhere but this server."""
    scripts = " ".join(["'self'", *script_hashes])
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    )


def _known_host(settings: Settings) -> Callable[[], None]:
    known = settings.known_hosts

    def check() -> None:
        name = urlsplit(f"//{request.host}").hostname  # a name that cannot be one arrives here as nothing
        if name is None:
            abort(400, "The request names no host that this server could be.")
        if name not in known:
            abort(400, f"This server does not answer to the host name {name}; start it with --allowed-host {name}.")

    return check


def _same_site() -> None:
    """Another site may not send anything here: browsers say where a request comes from."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    # An origin is a scheme and a host, compared as text: what cannot be read as an address is another site too.
    if site not in (None, "same-origin") or (origin is not None and origin.partition("://")[2] != request.host):
        abort(403, "Sent from another site.")


def _token(token: str) -> Callable[[], Any]:
    def check() -> Any:
        if hmac.compare_digest(request.cookies.get(COOKIE, "").encode(), token.encode()):
            return None
        if request.method == "GET" and hmac.compare_digest(request.args.get("token", "").encode(), token.encode()):
            answer = redirect(request.path)
            answer.set_cookie(COOKIE, token, httponly=True, samesite="Strict", secure=request.is_secure)
            return answer
        return Response("Open the address with ?token= once.", 401, mimetype="text/plain")

    return check


def _callback_body(app: Dash) -> Callable[[], None]:
    """A callback's body is checked for its shape, so that a malformed one is the asker's fault (400), not ours."""

    def check() -> None:
        if request.path != CALLBACK or request.method != "POST":
            return
        try:
            body = json.loads(request.get_data(cache=True))
        except (ValueError, RecursionError):
            abort(400, "The body is not JSON.")
        if not _well_formed(body, app):
            abort(400, "The body is not a callback of this page; reload the page.")

    return check


def _well_formed(body: Any, app: Dash) -> bool:
    if not isinstance(body, dict) or not isinstance(body.get("output"), str) or body["output"] not in app.callback_map:
        return False
    declared = app.callback_map[body["output"]]
    return (
        _outputs(body.get("outputs"), body["output"])
        and _same_entries(body.get("inputs"), declared["inputs"])
        and _same_entries(body.get("state", []), declared["state"])
        and _changed(body.get("changedPropIds", []))
    )


def _changed(given: Any) -> bool:
    """Names of properties, `id.property`, where a pattern's id is a JSON object."""
    if not isinstance(given, list) or not all(isinstance(name, str) and "." in name for name in given):
        return False
    try:
        patterns = [json.loads(name.rpartition(".")[0]) for name in given if name.startswith("{")]
    except (ValueError, RecursionError):
        return False
    return all(isinstance(pattern, dict) for pattern in patterns)


def _same_entries(given: Any, expected: list[dict[str, str]]) -> bool:
    """As many entries as the callback declares, each with the id and property it asks for."""
    if not isinstance(given, list) or len(given) != len(expected):
        return False
    for entry, known in zip(given, expected, strict=True):
        if known["id"].startswith("{"):
            # A pattern: a list with one entry for each component that matches, or one entry.
            entries = entry if isinstance(entry, list) else [entry]
            if not all(isinstance(one, dict) and isinstance(one.get("id"), dict) for one in entries):
                return False
        elif not isinstance(entry, dict) or (entry.get("id"), entry.get("property")) != (
            known["id"],
            known["property"],
        ):
            return False
    return True


def _outputs(given: Any, name: str) -> bool:
    """As many outputs as the name of the callback lists (``..a.b...c.d..``), each an id and a property."""
    if name.startswith(".."):
        if not isinstance(given, list) or len(given) != len(name[2:-2].split("...")):
            return False
        entries = given
    else:
        entries = [given]
    flat = [one for entry in entries for one in (entry if isinstance(entry, list) else [entry])]
    return all(isinstance(one, dict) and "id" in one and isinstance(one.get("property"), str) for one in flat)


def _problem(problem: Exception) -> Response:
    """A plain sentence; never a traceback. What is unexpected goes to the log under an id that the page shows.

    The log says which error and where in the code, not its words: those may repeat what somebody typed or a file held.
    """
    if isinstance(problem, HTTPException):
        return Response(problem.description or problem.name, problem.code or 500, mimetype="text/plain")
    if isinstance(problem, DependencyException):
        return Response("There is no such script.", 404, mimetype="text/plain")
    if isinstance(problem, RtcalcError):
        return Response(str(problem), 400, mimetype="text/plain")
    number = secrets.token_hex(4)
    places = "".join(traceback.format_tb(problem.__traceback__))
    _LOG.error("error %s: %s at\n%s", number, type(problem).__name__, places)
    return Response(f"Unexpected error {number}; it is in the server's log.", 500, mimetype="text/plain")
