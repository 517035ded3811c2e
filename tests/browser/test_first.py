"""The numbers that the server writes into the document: those of the page, and never those of another state."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

READY = "main:not(.waiting) #calculator-rows td.name"
LAYOUT = "**/_dash-layout"
SIX = "?v=1&s=54/3@80,5x8,50/x10@unknown,60/30,48/4@62.5,34/1&tt=rcc&abt=2.6&tl=duodenum&abl=4"
ADDRESSES = (
    "",
    SIX,
    "?v=1&s=58.8/28&tt=prostate&abt=5&tl=own&abl=2.88",
    "?v=1&s=60/37&tt=prostate&tl=kidney",
    "?v=1&s=100/5,x9,5x9&tt=constructor&abt=3&tl=own&abl=3",
    "?v=9&s=54/3",
    "?s=54/3&tt=own&abt=10&tl=own&abl=3",
    "?v=1&s=50/x9,54/3&abt=0&abl=1e999&n=2&n=3",
    "?v=1&s=<b>x</b>,54/3&tt=<img src=x>&abt=10&abl={%scripts%}",
    "?v=1&s=%00%ff&abt=1%2C8&%F0%9F%98%80=" + "%F0%9F%98%80" * 50,
    "?v=1&s=" + "54/3," * 1000,
)
# Elements, classes and texts; what is pressed is pressed only in the page itself.
OUTLINE = """(root) => {
    root.normalize();
    const drawn = (node) => node.nodeType === Node.TEXT_NODE ? node.data.replaceAll("\\0", "")
        : [node.tagName, node.className, node.getAttribute("scope"), [...node.childNodes].map(drawn)];
    return [...root.childNodes].map(drawn);
}"""
# Elements that React writes may stand in more texts than those of a document.
WORDS = "(root) => root.textContent.replaceAll(/\\s+/g, ' ').trim()"
BOXES = """(root) => [".top", ".card", ".card h2", ".rows", ".words", ".origin", ".tissue", ".foot"].map((name) =>
    [...document.querySelectorAll(`${root} ${name}`)].filter((one) => one.getClientRects().length).map((one) => {
        const { x, y, width, height } = one.getBoundingClientRect(); return [name, x, y, width, height];
    })).flat()"""
# In each frame: whether a BED and the assumption behind it can be seen.
FRAMES = """() => {
    window.frames_seen = [];
    const seen = (name, text) => [...document.querySelectorAll(name)].some((one) =>
        one.textContent.includes(text) && one.checkVisibility({ visibilityProperty: true }));
    const look = () => {
        frames_seen.push([seen(".rows .value", "85.5 Gy₁₀"), seen(".notices li", "no time factor")]);
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
}"""


@pytest.fixture
def held(page):
    """A call that opens an address as far as the server's document goes, and one that lets the page itself come."""
    waiting: list[object] = []
    page.route(LAYOUT, lambda route: waiting.insert(0, route))

    def open_first(address: str) -> None:
        page.goto(address, wait_until="commit")
        page.wait_for_selector("#still .foot", state="attached")

    def go_on() -> None:
        page.wait_for_function("() => performance.getEntriesByType('resource').length && window.dash_clientside")
        while not waiting:
            page.wait_for_timeout(20)
        waiting.pop().continue_()
        page.wait_for_selector(READY)

    return open_first, go_on


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address[:40] or "none")
def test_they_are_what_the_page_shows_afterwards(page, live_url, held, address):
    open_first, go_on = held
    open_first(f"{live_url}/{address}")
    assert page.locator("#still main").is_visible()
    rows, heading = (page.eval_on_selector(f"#still {name}", OUTLINE) for name in (".rows", ".schedule-entry h2"))
    banner = page.evaluate(f"({OUTLINE})(document.querySelector('#still .rows').previousElementSibling)")
    origins = page.locator("#still .origin").evaluate_all(f"(all) => all.map({OUTLINE})")
    words = page.locator("#still .words, #still .beside").evaluate_all(f"(all) => all.map({WORDS})")
    values = page.locator("#still .schedule-entry .still-field > :last-child").all_inner_texts()
    first = page.locator("#still .first").evaluate_all(f"(all) => all.map({WORDS})")
    assert page.locator("#still b, #still img, #still script").count() == 0
    go_on()
    assert page.locator("#still").count() == 0
    assert page.eval_on_selector("#calculator-rows", OUTLINE) == rows
    assert page.eval_on_selector("#calculator-banner", OUTLINE) == banner
    assert page.eval_on_selector("#calculator-heading", OUTLINE) == heading
    assert page.locator("main .origin").evaluate_all(f"(all) => all.map({OUTLINE})") == origins
    assert page.locator("main .words, main .beside").evaluate_all(f"(all) => all.map({WORDS})") == words
    fields = page.locator(".schedule-entry input:not([type=hidden])").all()
    shown = [field.input_value() or field.get_attribute("placeholder") for field in fields]
    assert [value.split("\n")[0].strip() for value in values] == shown
    page.wait_for_selector("#calculator-formula table")
    notices, formula = (page.eval_on_selector(f"#calculator-{name}", WORDS) for name in ("notices", "formula"))
    curve = [page.eval_on_selector(f"#calculator-curve-{name}", WORDS) for name in ("summary", "table")]
    assert [notices, "".join(curve), formula] == [first[0], first[1], first[2]]
    assert page.locator("main .first :visible").count() == 0


def test_there_is_no_moment_without_numbers_once_they_are_there(page, live_url):
    page.add_init_script(f"({FRAMES})()")
    page.goto(live_url)
    page.wait_for_selector("#calculator-curve .trace")
    seen = page.evaluate("frames_seen")
    first = seen.index([True, True])
    assert all(frame == [True, True] for frame in seen[first:])


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844), (1000, 700)])
@pytest.mark.parametrize("address", ["", SIX], ids=["one", "six"])
def test_nothing_moves_when_the_page_comes(page, live_url, held, address, width, height):
    open_first, go_on = held
    page.set_viewport_size({"width": width, "height": height})
    open_first(f"{live_url}/{address}")
    before = page.evaluate(BOXES, "#still")
    go_on()
    page.wait_for_selector("#calculator-formula table")
    after = page.evaluate(BOXES, "#react-entry-point")
    assert [name for name, *_ in before] == [name for name, *_ in after]
    both = zip(before, after, strict=True)
    moved = [(one, two) for one, two in both if max(abs(a - b) for a, b in zip(one[1:], two[1:], strict=True)) > 2]
    assert not moved


def choose(page, live_url, name: str, text: str) -> None:
    page.goto(live_url)
    page.wait_for_selector(READY)
    page.click(f"#{name} >> text={text}")
    page.wait_for_timeout(100)
    page.evaluate("sessionStorage.clear()")


@pytest.mark.parametrize(("name", "text", "shown"), [("unit", "cGy", "8550 cGy₁₀"), ("decimal", "1,8", "85,5 Gy₁₀")])
def test_other_units_and_marks_are_never_preceded_by_those_of_the_server(page, live_url, name, text, shown):
    choose(page, live_url, name, text)
    page.add_init_script(f"({FRAMES})()")
    page.goto(live_url)
    page.wait_for_selector(f"{READY.split(' td')[0]} >> text={shown}")
    page.wait_for_selector("#calculator-formula table")
    assert not [frame for frame in page.evaluate("frames_seen") if frame[0]]
    assert page.locator("#still").count() == 0


def test_what_the_tab_keeps_beyond_its_address_is_never_preceded_by_the_address(page, live_url, held):
    open_first, go_on = held
    open_first(live_url)
    go_on()
    page.reload(wait_until="commit")
    page.wait_for_selector("#still .foot", state="attached")
    assert page.locator("#still main").is_visible()  # the address says it all
    go_on()
    for field, typed in (("each", "9,x"), ("isodose", "0"), ("tumour", "-1"), ("total", "45 Gy")):
        before = page.input_value(f"#calculator-{field}")
        page.fill(f"#calculator-{field}", typed)
        page.wait_for_timeout(200)
        page.reload(wait_until="commit")
        page.wait_for_selector("#still .foot", state="attached")
        assert not page.locator("#still main").is_visible(), field
        go_on()
        assert page.input_value(f"#calculator-{field}") == typed
        page.fill(f"#calculator-{field}", before)
        page.wait_for_timeout(200)
    open_first(live_url)  # without an address the kept state counts
    assert not page.locator("#still main").is_visible()
    go_on()


def test_dark_is_dark_from_the_first_frame(page, live_url, held):
    open_first, go_on = held
    open_first(live_url)
    go_on()
    page.click("#scheme >> text=Dark")
    page.wait_for_selector('html[data-mantine-color-scheme="dark"]')
    page.reload(wait_until="commit")
    page.wait_for_selector("#still .foot", state="attached")
    colour = "() => getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(colour) == "rgb(20, 21, 23)"
    go_on()
    assert page.evaluate(colour) == "rgb(20, 21, 23)"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_them(page, live_url, held, scheme):
    open_first, _ = held
    open_first(f"{live_url}/{SIX}&n=1")
    page.evaluate("(dark) => document.documentElement.classList.toggle('dark-at-first', dark)", scheme == "dark")
    page.wait_for_timeout(300)
    found = Axe().run(page).response["violations"]
    grave = [
        (one["id"], [node["html"][:160] for node in one["nodes"]])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
    assert not grave, grave


def test_without_scripts_the_numbers_are_there_and_it_is_said_that_they_cannot_be_changed(browser, live_url):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.goto(f"{live_url}/{SIX}")
    words = page.inner_text("#still")
    for part in ("54 Gy / 3", "maximum 67.5 Gy", "50 Gy / 5", "isodose unknown", "34 Gy / 1", "Gy₂.₆"):
        assert part in words
    assert "Without scripts nothing here can be changed" in words
    assert "Opening" not in words
    assert not page.locator("#react-entry-point").is_visible()
    context.close()


def test_a_page_that_does_not_come_says_so(browser, live_url):
    context = browser.new_context()
    page = context.new_page()
    page.route(LAYOUT, lambda route: route.fulfill(status=500, body="no"))
    page.goto(live_url)
    page.wait_for_selector("._dash-error")
    assert page.locator("#still").count() == 0
    context.close()
