"""A real browser on a real server. Every page test also says: no console message, no request off this machine."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
NEEDED = "no Chromium that starts: run `make test`, which installs one, or set RTCALC_CHROMIUM"


def chromium() -> str | None:
    """Path of the browser: what `make test` found, else what the script finds now."""
    noted = Path(sys.prefix) / "chromium"
    if noted.is_file():
        return noted.read_text().strip()
    script = ROOT / "tests/browser/ensure_chromium.sh"
    found = subprocess.run(["sh", str(script), sys.executable], capture_output=True, text=True, check=False)
    return found.stdout.strip() or None


def served(listener: Any) -> None:
    """Answer until the listener is closed from outside, under which its loop ends with an error of its sockets."""
    with suppress(OSError):
        listener.run()


@pytest.fixture(scope="session")
def live_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the calculator, served by waitress as `rtcalc serve` does."""
    from waitress import create_server as listen

    from rtcalc_app.server import create_server
    from rtcalc_app.settings import Settings

    server = create_server(Settings(spool=tmp_path_factory.mktemp("spool")))
    listener = listen(server, host="127.0.0.1", port=0, threads=8)
    threading.Thread(target=served, args=(listener,), daemon=True).start()
    yield f"http://127.0.0.1:{listener.effective_port}"
    listener.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    path = chromium()
    if path is None:
        assert not os.environ.get("CI"), NEEDED
        pytest.fail(NEEDED)
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        running = playwright.chromium.launch(executable_path=path, headless=True, args=flags)
        yield running
        running.close()


@pytest.fixture
def page(browser, live_url) -> Iterator[object]:
    """An empty page of 1366 x 768 pixels, watched; go to `live_url` with it."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live_url)
    opened = context.new_page()
    heard: list[str] = []
    opened.set_default_timeout(60_000)  # patience for a busy machine; how long a page takes is measured elsewhere
    opened.on("console", lambda message: message.type in ("error", "warning") and heard.append(message.text))
    opened.on("pageerror", lambda problem: heard.append(str(problem)))
    opened.on(
        "request",
        lambda request: request.url.startswith((live_url, "data:", "blob:")) or heard.append(f"outside: {request.url}"),
    )
    yield opened
    context.close()
    assert not heard, heard


@pytest.fixture
def accessible(page):
    """A call that sets the colour scheme and fails on what axe-core finds serious or critical on the open page."""
    from axe_playwright_python.sync_playwright import Axe

    def check(scheme: str) -> None:
        page.click(f"#scheme >> text={scheme.capitalize()}")
        page.wait_for_selector(f'html[data-mantine-color-scheme="{scheme}"]')
        page.wait_for_timeout(400)  # colours change over a fraction of a second
        found = Axe().run(page).response["violations"]
        grave = [
            f"{entry['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
            for entry in found
            if entry["impact"] in ("serious", "critical")
            for node in entry["nodes"]
        ]
        assert not grave, "\n".join(grave)

    return check
