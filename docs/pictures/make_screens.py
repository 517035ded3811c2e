"""Take the pictures of the web calculator that the README shows, from the running app in Chromium.

Run it after a page changes: `.venv/bin/python docs/pictures/make_screens.py`.
"""

import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from waitress import create_server as listen

from rtcalc_app.server import create_server
from rtcalc_app.settings import Settings

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
DESK = {"width": 1366, "height": 900}
PHONE = {"width": 390, "height": 844}
PATIENCE = 90_000
"""Until a page has what the picture shows. [ms]"""


def calculator(page: Page) -> None:
    """Two schedules of one tumour side by side."""
    page.goto(page.url + "?v=1&s=45/5@80,60/8&tt=generic-tumour&abt=10&tl=small-bowel&abl=3")
    page.wait_for_selector("#calculator-curve .scatterlayer .trace path")
    page.wait_for_selector("#calculator-formula table, #calculator-formula p")


def dark(page: Page) -> None:
    """The same in the dark scheme."""
    calculator(page)
    page.click("#scheme >> text=Dark")
    page.wait_for_selector('html[data-mantine-color-scheme="dark"]')


def case(page: Page) -> None:
    """The published case of CyberKnife twice with two drugs."""
    page.goto(page.url + "case")
    page.click(".examples button:has-text('CyberKnife twice')")
    page.wait_for_selector("#case-timeline .annotation", state="attached")


def dicom(page: Page) -> None:
    """A synthetic sample: curves with their limits, and a slice."""
    page.goto(page.url + "dicom")
    page.click("button:text-is('rcc-bone-t8')")
    page.wait_for_selector("#dicom-dvh .scatterlayer .trace")
    page.wait_for_selector("#dicom-slice .contourlayer", state="attached")


SCREENS: dict[str, tuple[Callable[[Page], None], dict[str, int]]] = {
    "calculator": (calculator, DESK),
    "case": (case, DESK),
    "dicom": (dicom, DESK),
    "dark": (dark, DESK),
    "phone": (calculator, PHONE),
}


def taken(browser: Browser, url: str, name: str) -> None:
    """Open the page, bring it to what it is to show, and keep the picture."""
    prepare, size = SCREENS[name]
    page = browser.new_page(viewport=size)
    page.set_default_timeout(PATIENCE)
    page.goto(url + "/")
    prepare(page)
    page.wait_for_timeout(1500)  # charts and colours settle
    page.screenshot(path=HERE / f"{name}.png")
    page.close()


def main() -> None:
    script = ["sh", str(ROOT / "tests/browser/ensure_chromium.sh"), sys.executable]
    path = subprocess.run(script, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603
    with tempfile.TemporaryDirectory() as spool, sync_playwright() as playwright:
        listener = listen(create_server(Settings(spool=Path(spool))), host="127.0.0.1", port=0, threads=8)
        threading.Thread(target=listener.run, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        for name in sys.argv[1:] or SCREENS:
            taken(browser, f"http://127.0.0.1:{listener.effective_port}", name)
        browser.close()
        listener.close()


if __name__ == "__main__":
    main()
