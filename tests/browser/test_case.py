"""The case page in a real browser: open, read, edit, ask what if, save, come back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rtcalc.assessment import assess
from rtcalc.casefile import parse_case
from rtcalc.registry import Registry
from rtcalc_app.services.published_cases import published_case

CASES = Path(__file__).parents[1] / "cases"
GIST = ".examples button:has-text('CyberKnife twice')"
SENTENCE = ".phone-sentence"
# Each answer of the server takes half a second longer.
SLOWLY = """() => {
    const ask = window.fetch;
    window.fetch = async (...all) => { await new Promise((go) => setTimeout(go, 500)); return ask(...all); };
}"""


@pytest.fixture
def case(page, live_url):
    """The case page with nothing open."""
    page.set_default_timeout(60_000)  # some hundred components on a busy machine
    page.goto(live_url + "/case")
    page.wait_for_selector(".examples button")
    return page


def hold(page, name: str) -> str:
    """Open a case of the tests as a file of one's own."""
    path = CASES / f"{name}.yaml"
    with page.expect_file_chooser() as chooser:
        page.click("#case-open-file")
    chooser.value.set_files(path)
    page.wait_for_selector(SENTENCE)
    return path.read_text(encoding="utf-8")


def held(page) -> str:
    return json.loads(page.evaluate("sessionStorage.getItem('held-case')"))


def settled(page) -> None:
    """Wait until no callback is under way and the chart is drawn."""
    page.wait_for_selector("#case-timeline .annotation", state="attached")
    page.wait_for_function("() => !document.querySelector('[data-dash-is-loading]')")


def test_the_published_case_opens_in_one_click_with_its_findings(case):
    case.click(GIST)
    case.wait_for_selector(SENTENCE)
    settled(case)
    assert "Re-irradiation of one lesion after 60 d (BED 85.5, then 80.0 Gy at a/b 10)" in case.inner_text(SENTENCE)
    shown = case.inner_text("main")
    for number in ("85.5", "80.0", "52.5"):
        assert number in shown
    assert "BED 165.5 (EQD2 137.9) at a/b 10: an upper bound" in shown
    assert case.locator(".rung").count() == 37
    found = assess(parse_case(published_case("gist-case-2")), Registry()).findings
    assert case.locator("article.finding").count() == len(found)
    assert case.locator("#case-timeline .annotation").count() == 15  # 3 courses, 2 drugs, 10 rule windows
    assert not case.locator(".case-panel").is_visible()
    assert held(case) == published_case("gist-case-2")
    assert case.url.endswith("/case")  # nothing of a case stands in an address


def test_reload_and_other_pages_keep_the_case(case):
    case.click(GIST)
    case.wait_for_selector(SENTENCE)
    case.reload()
    case.wait_for_selector(SENTENCE)
    case.click('.nav-link[href="/reference"]')
    case.wait_for_selector("main:not(.waiting) h1:text-is('Reference')")
    other = (CASES / "rcc-t8.yaml").read_text(encoding="utf-8")
    case.evaluate(
        "(text) => dash_clientside.set_props('held-case', {data: text})", other
    )  # as another page hands it over
    case.click('.nav-link[href="/case"]')
    case.wait_for_selector(f"{SENTENCE}:has-text('37.5 Gy / 5')")


def test_each_count_is_a_filter(case):
    hold(case, "gist-case-2-organ-doses")
    settled(case)
    near = case.locator(".rung.is-near")
    assert case.locator(".rung:visible").count() == 37
    case.click(".chips label:has-text('Near')")
    case.wait_for_function("[...document.querySelectorAll('.rung')].filter((one) => one.offsetParent).length === 1")
    assert near.is_visible()
    case.click(".chips label:has-text('Caution')")
    case.wait_for_function("[...document.querySelectorAll('article.is-warning')].every((one) => !one.offsetParent)")
    assert case.locator("article.finding.is-caution:visible").count() > 0


def test_a_broken_text_keeps_what_was_typed_says_the_line_and_shows_no_number(case):
    text = hold(case, "rcc-t8")
    case.click("#case-edit")
    case.click("button[role=tab]:has-text('Text')")
    broken = text.replace("dose: 37.5 Gy / 5", "dose: 37.5 Gy")
    case.fill("#case-editor", broken)
    case.wait_for_selector(".notice-error:has-text('case.yaml:19: courses.t8.prescription.t8.dose')")
    case.wait_for_selector(".case-results .dash")
    assert case.input_value("#case-editor") == broken
    assert case.locator(SENTENCE).count() == 0
    case.fill("#case-editor", text)
    case.wait_for_selector(SENTENCE)


def test_a_field_of_the_form_changes_the_text_and_a_refused_one_says_why(case):
    hold(case, "rcc-t8")
    case.click("#case-edit")
    dose = case.get_by_label("Prescribed [Gy / fractions]")
    dose.fill("40,5 Gy / 5")
    dose.press("Enter")
    case.wait_for_selector(f"{SENTENCE}:has-text('40.5 Gy / 5')")
    assert "dose: 40.5 Gy / 5" in held(case)
    case.evaluate(SLOWLY)
    dose.fill("40,5")
    dose.press("Tab")
    case.wait_for_selector(".case-results.outdated")  # the results belong to what was entered before
    case.wait_for_selector(".mantine-InputWrapper-error:has-text('has no')")
    assert dose.input_value() == "40,5"
    case.wait_for_selector(SENTENCE, state="detached")  # the answer to the case as it was is gone
    case.click("button:has-text('Add a drug')")
    case.wait_for_selector("legend:text-is('Drug 2')")


def test_what_if_shows_only_what_changes(case):
    hold(case, "rcc-t8")
    settled(case)
    case.fill("#case-what-last", "2026-03-08")
    case.click("#case-what-show-hold")
    case.wait_for_selector("#case-what-result table")
    assert "VEGF inhibitor before SBRT: pazopanib" in case.inner_text("#case-what-result")
    case.fill("#case-what-schedule", "40 Gy / 8")
    case.click("#case-what-show-schedule")
    case.wait_for_selector("#case-what-result:has-text('40 Gy / 8 instead of 37.5 Gy / 5')")
    case.click("#case-what-use")
    case.wait_for_selector(f"{SENTENCE}:has-text('40 Gy / 8')")


def test_a_saved_case_is_the_one_that_was_opened(case):
    text = hold(case, "spine-boost")
    with case.expect_download() as saved:
        case.click("#case-save-yaml")
    assert saved.value.suggested_filename == "spine-boost.yaml"
    assert Path(saved.value.path()).read_text(encoding="utf-8") == text
    with case.expect_download() as exported:
        case.click("#case-export")
    assert json.loads(Path(exported.value.path()).read_text(encoding="utf-8"))["case"]["id"] == "spine-boost"
    case.click("button:has-text('Copy for note')")
    case.wait_for_selector("button:has-text('Copied')")
    assert "Assessed 20" in case.evaluate("navigator.clipboard.readText()")


def test_files_that_are_no_case_are_refused_and_the_open_case_stays(case, tmp_path):
    hold(case, "rcc-t8")
    for name, content, said in (
        ("large.yaml", b"#" * 2_000_001, "at most 2000000"),
        ("latin.yaml", b"title: \xe9\xff", "not UTF-8"),
        ("empty.yaml", b" ", "is empty"),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        with case.expect_file_chooser() as chooser:
            case.click("#case-open-file")
        chooser.value.set_files(path)
        case.wait_for_selector(f".notice-error:has-text('{said}')")
    assert case.locator(SENTENCE).is_visible()


def test_markup_in_a_name_is_text(case):
    text = (CASES / "rcc-t8.yaml").read_text(encoding="utf-8")
    text = text.replace("site: vertebral body T8", "site: <img src=x onerror=alert(1)><b>T8</b>")
    text = text.replace("title: Renal", "title: <b>bold</b> Renal")
    case.evaluate("(text) => dash_clientside.set_props('held-case', {data: text})", text)
    case.wait_for_selector(f"{SENTENCE}:has-text('<img src=x')")
    settled(case)
    assert case.locator("main img").count() == 0
    assert case.locator("main b:text-is('T8'), main b:text-is('bold')").count() == 0
    assert "<b>bold</b>" in case.inner_text(".summary h2")


@pytest.mark.parametrize("scheme", ["Light", "Dark"])
def test_nothing_serious_for_a_screen_reader(case, scheme):
    from axe_playwright_python.sync_playwright import Axe

    case.click(f"#scheme >> text={scheme}")
    hold(case, "gist-case-2-organ-doses")
    case.click("#case-edit")
    case.wait_for_selector(".form-block .case-block", state="attached")
    settled(case)
    found = Axe().run(case).response["violations"]
    bad = [
        (one["id"], [node["target"] for node in one["nodes"]][:5])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
    assert bad == []


def test_it_fits_a_phone(case):
    case.set_viewport_size({"width": 390, "height": 844})
    hold(case, "gist-case-2-organ-doses")
    settled(case)
    assert case.evaluate("document.documentElement.scrollWidth") == 390
    case.click("#case-edit")
    case.wait_for_selector(".form-block .case-block", state="attached")
    assert case.evaluate("document.documentElement.scrollWidth") == 390
