"""`rtcalc serve`: the calculator on this machine, by waitress."""

from __future__ import annotations

import logging
import signal
import socket
import sys
from dataclasses import replace
from types import FrameType
from typing import NoReturn, TextIO

from waitress import create_server as listen

from rtcalc.errors import DomainError
from rtcalc_app.server import create_server
from rtcalc_app.settings import Settings

THREADS = 8
PORTS_TRIED = 20


def serve(settings: Settings, *, any_port: bool, out: TextIO = sys.stdout) -> None:
    """Serve until interrupted.

    Parameters
    ----------
    settings : Settings
    any_port : bool
        Take the next free port when the wanted one is taken.
    out : text stream
        Where the address is said.

    Raises
    ------
    DomainError
        The port is taken, and no other may be used.
    """
    # Its word on each request that waits a moment would bury the address in the terminal.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    settings = replace(settings, port=free_port(settings, tries=PORTS_TRIED if any_port else 1))
    listener = listen(create_server(settings), host=settings.host, port=settings.port, threads=THREADS, ident="rtcalc")
    print(f"Web calculator: {settings.url}  (Ctrl-C ends it)", file=out, flush=True)
    # Both end it in the ordinary way, so that uploads are deleted; a shell may have started it with them ignored.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)
    try:
        listener.run()  # ends with the interrupt
    finally:
        listener.close()
    print("Ended.", file=out)


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def check(settings: Settings) -> str:
    """Start, ask once, end: each page answers.

    Returns
    -------
    str
        One line.

    Raises
    ------
    RuntimeError
        A page does not answer.
    """
    create_server(settings)
    return "The web calculator starts and every page answers."


def free_port(settings: Settings, *, tries: int) -> int:
    """The wanted port, or the first free one of those that follow it."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    for port in range(settings.port, settings.port + tries):
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((settings.host, port))
            except OSError:
                continue
            return port
    raise DomainError(f"port {settings.port} of {settings.host} is taken; give another with --port")
