"""Row B9 on a real server: bodies that are compressed, endless or slow; the others are answered meanwhile."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from typing import Any

import pytest
from waitress import create_server as listen

from rtcalc_app import guard, serving
from rtcalc_app.server import create_server
from rtcalc_app.settings import Settings

MARK = {"X-Requested-With": "rtcalc"}
SILENT_SECONDS = 1
"""How long this server waits for the rest of a body; as it is served it is waitress's two minutes."""


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    listener = listen(
        create_server(Settings(spool=tmp_path_factory.mktemp("spool"))),
        host="127.0.0.1",
        port=0,
        threads=serving.THREADS,
        channel_timeout=SILENT_SECONDS,
        cleanup_interval=SILENT_SECONDS,
    )
    # Closed from outside, its loop ends with an error of its sockets.
    thread = threading.Thread(target=lambda: _run(listener), daemon=True)
    thread.start()
    yield int(listener.effective_port)
    listener.close()


def _run(listener: Any) -> None:
    with suppress(OSError):
        listener.run()


def ask(port: int, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        asked.request(method, path, body, {**MARK, **{name.replace("_", "-"): text for name, text in headers.items()}})
        answer = asked.getresponse()
        return answer.status, answer.read()
    finally:
        asked.close()


def still_answers(port: int) -> bool:
    return ask(port, "GET", "/")[0] == 200


@pytest.fixture(scope="module")
def bomb() -> bytes:
    """200 MB of blanks in 200 kB."""
    return gzip.compress(b" " * 200_000_000, compresslevel=9)


@pytest.mark.parametrize("path", [guard.CALLBACK, "/upload"])
def test_b9_a_gzip_bomb_is_never_inflated(port: int, bomb: bytes, path: str) -> None:
    status, _ = ask(port, "POST", path, bomb, Content_Type="application/json", Content_Encoding="gzip")
    assert status == 400  # what arrives is no JSON, and nothing unpacks it
    assert still_answers(port)


def test_b9_a_gzip_bomb_as_a_file_is_kept_as_it_came(port: int, bomb: bytes) -> None:
    browser = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    size = json.dumps({"size": len(bomb)})
    browser.request("POST", "/upload", size, {**MARK, "Content-Type": "application/json"})
    answer = browser.getresponse()
    cookie, upload = answer.headers["Set-Cookie"].partition(";")[0], json.loads(answer.read())["id"]
    browser.request("PUT", f"/upload/{upload}?offset=0", bomb, {**MARK, "Cookie": cookie, "Content-Encoding": "gzip"})
    assert json.loads(browser.getresponse().read()) == {"offset": len(bomb)}
    browser.close()


@pytest.mark.parametrize("length", [10**10, 10**30])
def test_b9_a_body_announced_too_large_is_refused_before_it_comes(port: int, length: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as asked:
        asked.sendall(_head(port, length))
        assert asked.recv(64).split(b" ")[1] == b"413"
    assert still_answers(port)


@pytest.mark.parametrize("length", ["-1", "1e3", "0x10", "", "１２"])
def test_b9_a_length_that_is_none_is_refused(port: int, length: str) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as asked:
        asked.sendall(_head(port, length))
        assert asked.recv(64).split(b" ")[1] in (b"400", b"413")
    assert still_answers(port)


def test_b9_slow_bodies_hold_no_thread_and_are_given_up(port: int) -> None:
    """Five times as many as there are threads, each with a body that never ends."""
    with ExitStack() as stack:
        slow = [
            stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
            for _ in range(5 * serving.THREADS)
        ]
        for one in slow:
            one.sendall(_head(port, 1000) + b"{")
        assert still_answers(port)
        until = time.monotonic() + 60.0
        for one in slow:
            one.settimeout(max(1.0, until - time.monotonic()))
            assert one.recv(64) == b""  # closed by the server
    assert still_answers(port)


def _head(port: int, length: object) -> bytes:
    lines = [f"POST {guard.CALLBACK} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Content-Type: application/json"]
    return "\r\n".join([*lines, f"Content-Length: {length}", "", ""]).encode()
