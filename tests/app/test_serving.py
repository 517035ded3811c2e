"""`rtcalc serve` as a process of its own."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from waitress import create_server as listen

from rtcalc.errors import DomainError
from rtcalc_app import serving
from rtcalc_app.server import create_server
from rtcalc_app.settings import Settings


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


def served(listener: Any) -> None:
    """Answer until the listener is closed from outside, under which its loop ends with an error of its sockets."""
    with suppress(OSError):
        listener.run()


def run(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", "from rtcalc.cli import main; main()", "serve", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_says_its_address_answers_there_and_ends_when_told(ending):
    server = run("--port", str(serving.free_port(Settings(port=18050), tries=500)))
    try:
        said = server.stdout.readline()
        url = re.search(r"http://127\.0\.0\.1:\d+", said).group()
        with urllib.request.urlopen(url) as answer:
            assert answer.status == 200
        server.send_signal(ending)
        assert server.wait(20) == 0
        assert "Ended." in server.stdout.read()
        assert "Traceback" not in server.stderr.read()
    finally:
        server.kill()
        server.communicate()


def test_the_next_free_port_is_taken_unless_one_was_asked_for(taken):
    assert serving.free_port(Settings(port=taken), tries=20) > taken
    with pytest.raises(DomainError, match=f"port {taken} of 127.0.0.1 is taken"):
        serving.free_port(Settings(port=taken), tries=1)
    server = run("--port", str(taken))
    _, complaint = server.communicate(timeout=60)
    assert server.returncode == 2
    assert "is taken; give another with --port" in complaint


def test_check_asks_every_page_once():
    server = run("--check")
    said, _ = server.communicate(timeout=60)
    assert (server.returncode, said) == (0, "The web calculator starts and every page answers.\n")


def test_other_machines_need_a_proxy_or_a_token():
    server = run("--host", "0.0.0.0")
    _, complaint = server.communicate(timeout=60)
    assert server.returncode == 2
    assert "--behind-proxy, or --token" in complaint


def test_without_the_web_parts_it_says_what_to_install(tmp_path):
    (tmp_path / "dash.py").write_text("raise ModuleNotFoundError(name='dash')")
    command = [sys.executable, "-c", "from rtcalc.cli import main; main()", "serve", "--check"]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "pip install 'rtcalc[app]' (missing: dash)" in done.stderr


@pytest.mark.parametrize("attempt", range(2))
def test_forty_first_requests_at_once_on_a_cold_server(attempt):
    # Dash finishes its set-up in the first request and answers 500 to others meanwhile, unless it was warmed.
    listener = listen(create_server(Settings()), host="127.0.0.1", port=0, threads=8)
    threading.Thread(target=served, args=(listener,), daemon=True).start()
    url = f"http://127.0.0.1:{listener.effective_port}"
    paths = ["/", "/_dash-layout", "/_dash-dependencies", "/case"] * 10

    def ask(path: str) -> int:
        with urllib.request.urlopen(url + path) as answer:
            return answer.status

    with ThreadPoolExecutor(40) as together:
        assert set(together.map(ask, paths)) == {200}
    listener.close()
