"""The way in for files: announced, then sent in pieces of a few megabytes, resumed where a connection broke.

`POST /upload` with `{"size": bytes}` answers an id; `PUT /upload/<id>?offset=N` appends the body and answers the next
offset. 409 says with its `offset` where to go on. `DELETE /upload/<id>` gives up. Every request carries
`X-Requested-With: rtcalc`, which a page of another site cannot set.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from flask import Flask, Response, abort, jsonify, request

from rtcalc_app.spool import OtherOffsetError, Spool, TooMuchError, UnknownUploadError, new_id

COOKIE = "rtcalc_uploads"
MARK = "rtcalc"
PIECE = 1 << 20
_SECRET = re.compile(r"[A-Za-z0-9_-]{22}")


def add_to(server: Flask, spool: Spool) -> None:
    """Add the routes."""

    @server.post("/upload")
    def announce() -> Response:
        require_mark()
        size = json_body().get("size")
        if type(size) is not int or size < 1:
            abort(400, 'Expected {"size": bytes}, a whole number from 1: an empty file is no DICOM.')
        secret = session() or new_id()
        try:
            answer = jsonify(id=spool.announce(secret, size), offset=0)
        except TooMuchError as problem:
            abort(413, f"Not taken: {problem}.")
        answer.status_code = 201
        answer.set_cookie(COOKIE, secret, httponly=True, samesite="Strict", secure=request.is_secure, path="/")
        return answer

    @server.put("/upload/<upload>")
    def add(upload: str) -> Response:
        require_mark()
        offset = request.args.get("offset", "")
        if not re.fullmatch(r"[0-9]{1,12}", offset, re.ASCII):
            abort(400, "Expected ?offset=, where the piece begins: a whole number from 0.")
        try:
            return jsonify(offset=spool.add(session(), upload, int(offset), _pieces()))
        except UnknownUploadError:
            abort(404, "There is no such upload; choose the files again.")
        except OtherOffsetError as problem:
            answer = jsonify(error="The piece does not begin where the file ends.", offset=problem.offset)
            answer.status_code = 409
            return answer
        except TooMuchError as problem:
            abort(400, f"Not taken: {problem}.")
        except OSError:
            abort(413, "Not taken: the server's disk is full, or its folder is gone.")

    @server.delete("/upload/<upload>")
    def drop(upload: str) -> Response:
        require_mark()
        try:
            spool.drop(session(), upload)
        except UnknownUploadError:
            abort(404, "There is no such upload.")
        return jsonify(dropped=True)


def session() -> str:
    """The secret of the browser that asks; empty where it has none yet."""
    found = request.cookies.get(COOKIE, "")
    return found if _SECRET.fullmatch(found) else ""


def require_mark() -> None:
    """Refuse what a form or a link of another site could send."""
    if request.headers.get("X-Requested-With") != MARK:
        abort(403, "Only the calculator's own page may send files.")


def json_body() -> dict[str, Any]:
    """The JSON object of the request; an empty one for anything else."""
    try:
        found = json.loads(request.get_data())
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _pieces() -> Iterator[bytes]:
    while piece := request.stream.read(PIECE):
        yield piece
