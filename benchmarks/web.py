"""What the measurements of the web calculator share: servers of their own, a browser, the machine in words."""

import os
import platform
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
RESULTS = Path(__file__).with_name("results")
RTCALC = str(Path(sys.executable).with_name("rtcalc"))
PATIENCE = 120.0
"""Until a server answers. [s]"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def started(command: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is ended at the end."""
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def served(command: Sequence[str], port: int) -> Iterator[str]:
    """The address of a server that was started by `command` and answers."""
    url = f"http://127.0.0.1:{port}"
    with started(command) as process:
        _wait(url, process)
        yield url


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(url).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"no answer from {url}")


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser of the tests."""
    script = ["sh", str(ROOT / "tests/browser/ensure_chromium.sh"), sys.executable]
    path = subprocess.run(script, capture_output=True, text=True, check=True).stdout.strip()
    flags = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


def machine(*packages: str) -> str:
    """One line: interpreter, packages, cores, and how busy the machine is."""
    found = ", ".join(f"{name} {version(name)}" for name in ("dash", *packages))
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"Python {platform.python_version()}, {found}; {os.cpu_count()} cores, load before (1, 5, 15 min) {load}"


def report(name: str, lines: Sequence[str], *, keep: bool) -> None:
    """Print; with `keep` also write benchmarks/results/NAME.txt."""
    text = "\n".join(lines) + "\n"
    print(text, end="")
    if keep:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"{name}.txt").write_text(text, encoding="utf-8")
