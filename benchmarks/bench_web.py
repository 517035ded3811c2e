"""First result, first chart and typing in the web calculator, against a bare Dash page with the same chart.

All are served by waitress with compression, each page is opened with an empty cache, they take turns, and the times
are those of the browser's own clock from the beginning of the navigation. The first result is the first frame in which
a number can be seen, whoever wrote it: in the calculator it is the server, in the document. Its fields can be typed
into when the page has come in its place; that time is printed beside, without a budget. Budgets: first result and first
chart at most 1.5 x the bare page; from a typed character to the changed number below 50 ms (median). A third page, bare
but for one field of the calculator's component library, says what that library costs.

`python benchmarks/bench_web.py` takes half a minute; `--full` writes benchmarks/results/web.txt.
"""

import argparse
import json
import statistics
import sys
from contextlib import ExitStack

from playwright.sync_api import Browser, Page
from web import RTCALC, chromium, free_port, machine, report, served

BUDGET = 1.5
TYPING_BUDGET = 50.0
"""From the typed character to the number. [ms]"""
CHART = ".js-plotly-plot .scatterlayer .trace path"
BARE = {"result": "#result:not(:empty)", "editable": "#result:not(:empty)", "chart": CHART}
SEEN = {
    "bare": BARE,
    "mantine": BARE,
    # The first of these is of the server or of the page, the second of the page alone.
    "rtcalc": {"result": "main .rows .value", "editable": "main:not(.waiting) #calculator-rows .value", "chart": CHART},
}

# Looks in each frame that is drawn: the first in which something can be seen.
WATCH = """(wanted) => {
    window.seen = {};
    const look = () => {
        for (const [name, selector] of Object.entries(wanted))
            if (!(name in seen) && [...document.querySelectorAll(selector)].some((one) =>
                one.checkVisibility({ visibilityProperty: true }))) seen[name] = performance.now();
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
}"""
# From the event of a typed character to the first change of what is shown.
TYPE = """() => {
    window.delays = [];
    let begin = null;
    addEventListener("input", () => { begin = performance.now(); }, true);
    new MutationObserver(() => {
        if (begin !== null) { delays.push(performance.now() - begin); begin = null; }
    }).observe(document.querySelector("#calculator-rows"), { subtree: true, childList: true, characterData: true });
}"""


def opened(browser: Browser, url: str, name: str) -> tuple[float, float, float, float]:
    """Milliseconds to the first result, until it can be changed, and to the first chart; megabytes that came."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.add_init_script(f"({WATCH})({json.dumps(SEEN[name])})")
    page.goto(url)
    page.wait_for_function("() => window.seen && seen.editable && seen.chart", timeout=60_000)
    seen = page.evaluate("seen")
    size = page.evaluate("performance.getEntriesByType('resource').reduce((sum, one) => sum + one.transferSize, 0)")
    context.close()
    return seen["result"], seen["editable"], seen["chart"], size / 1e6


def typed(browser: Browser, url: str, count: int) -> list[float]:
    """Milliseconds from each of `count` typed characters to the number that it changes."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page: Page = context.new_page()
    page.goto(url)
    page.wait_for_selector(SEEN["rtcalc"]["editable"])
    page.wait_for_selector(CHART)
    page.evaluate(TYPE)
    # Each character makes another total dose: 3, 37, 3, 38, ...
    for number in range(count):
        page.focus("#calculator-total")
        if number % 2 == 0:
            page.keyboard.press("Control+A")
        page.keyboard.press("3" if number % 2 == 0 else str(4 + number // 2 % 6))
        page.wait_for_function("(count) => delays.length >= count", arg=number + 1)
        page.wait_for_timeout(120)  # as a quick typist; the chart of the one before is being drawn meanwhile
    found: list[float] = page.evaluate("delays")
    context.close()
    return found


def measured(rounds: int, characters: int) -> tuple[list[str], bool]:
    """Lines of the report, and whether every budget was met."""
    lines = [machine("dash-mantine-components", "plotly", "waitress")]
    ports = {name: free_port() for name in SEEN}
    bare = [sys.executable, "benchmarks/bare_page.py"]
    taken: dict[str, list[tuple[float, float, float, float]]] = {name: [] for name in SEEN}
    with ExitStack() as running:
        urls = {
            "bare": running.enter_context(served([*bare, str(ports["bare"])], ports["bare"])),
            "mantine": running.enter_context(served([*bare, str(ports["mantine"]), "mantine"], ports["mantine"])),
            "rtcalc": running.enter_context(served([RTCALC, "serve", "--port", str(ports["rtcalc"])], ports["rtcalc"])),
        }
        browser = running.enter_context(chromium())
        lines[0] += f"; Chromium {browser.version}"
        for name, url in urls.items():
            opened(browser, url, name)  # the disk's cache
        for _ in range(rounds):
            for name, url in urls.items():
                taken[name].append(opened(browser, url, name))
        delays = typed(browser, urls["rtcalc"], characters)
    medians = {name: [statistics.median(column) for column in zip(*rows, strict=True)] for name, rows in taken.items()}
    lines.append(f"medians of {rounds} first visits each, taking turns; browser cache empty")
    lines.append(f"{'':8}{'first result':>16}{'editable':>16}{'first chart':>16}{'MB sent':>10}")
    for name, (result, editable, chart, size) in medians.items():
        lines.append(f"{name:8}{result:13.0f} ms{editable:13.0f} ms{chart:13.0f} ms{size:10.2f}")
    result, editable, chart = (medians["rtcalc"][column] / medians["bare"][column] for column in range(3))
    lines.append(
        f"{'ratio':8}{result:14.2f} x{editable:14.2f} x{chart:14.2f} x    (budget {BUDGET} x for result and chart)"
    )
    median, tail = statistics.median(delays), statistics.quantiles(delays, n=20)[-1]
    lines.append(
        f"typed character to number: median {median:.0f} ms, 95 % {tail:.0f} ms, worst {max(delays):.0f} ms of "
        f"{len(delays)} (budget: median {TYPING_BUDGET:.0f} ms)"
    )
    met = max(result, chart) <= BUDGET and median < TYPING_BUDGET
    lines.append("budgets met" if met else "a budget is missed")
    return lines, met


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="21 visits and 200 characters, kept in results/web.txt")
    full = parser.parse_args().full
    lines, met = measured(21, 200) if full else measured(5, 40)
    report("web", lines, keep=full)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
