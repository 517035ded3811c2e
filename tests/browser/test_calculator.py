"""The calculator in a real browser: what is typed, what is shown, the address, the keyboard, light, dark and phone."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

READY = "#calculator-rows td.name"


@pytest.fixture
def calculator(page, live_url):
    """The first screen, with its numbers."""
    page.goto(live_url)
    page.wait_for_selector("main:not(.waiting)")
    page.wait_for_selector(READY)
    return page


def row(page, number: int = 0) -> str:
    """The text of a line of the table."""
    return " ".join(page.locator("#calculator-rows tbody tr").nth(number).inner_text().split())


def shows(page, text: str, number: int = 0) -> None:
    """Wait until a line of the table has this text."""
    page.wait_for_function(
        """([number, text]) => {
            const line = document.querySelectorAll("#calculator-rows tbody tr")[number];
            return line && line.innerText.split(/\\s+/).join(" ").includes(text);
        }""",
        arg=[number, text],
    )


def state(page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def clear(page) -> None:
    for name in ("total", "fractions", "each"):
        page.fill(f"#calculator-{name}", "")


def test_typing_45_gray_in_5_gives_85_5_and_the_flag(calculator):
    clear(calculator)
    shows(calculator, "Enter two of")
    calculator.type("#calculator-total", "45")
    calculator.type("#calculator-fractions", "5")
    shows(calculator, "BED 85.5 Gy₁₀")
    text = row(calculator)
    for part in ("EQD2 71.3 Gy", "not reached", "only if α/β ≤ 7.36 Gy", "BED 180.0 Gy₃", "EQD2 108.0 Gy"):
        assert part in text
    assert calculator.get_attribute("#calculator-each", "placeholder") == "9"
    assert calculator.inner_text("#calculator-each-words") == "derived: 9 Gy"
    calculator.wait_for_selector("#calculator-curve .js-plotly-plot")
    calculator.wait_for_function(
        "() => document.querySelector('#calculator-curve-summary').innerText.includes('up to α/β 7.36 Gy')"
    )
    assert "45 · (1 + 9 / 10) = 85.5 Gy" in calculator.inner_text("#calculator-formula")


@pytest.mark.parametrize(
    ("total", "fractions", "ratio", "bed", "word"),
    [("50", "5", "10", "100.0 Gy₁₀", "reached exactly"), ("58.8", "28", "3", "99.96 Gy₃", "not reached")],
)
def test_the_number_beside_the_mark_says_the_same_as_its_word(calculator, total, fractions, ratio, bed, word):
    calculator.fill("#calculator-total", total)
    calculator.fill("#calculator-fractions", fractions)
    calculator.fill("#calculator-tumour", ratio)
    shows(calculator, f"BED {bed}")
    assert word in row(calculator)


def test_A1_an_empty_field_leaves_the_others_and_shows_a_dash(calculator):
    calculator.fill("#calculator-fractions", "")
    shows(calculator, "Enter fractions or dose per fraction")
    assert "BED —" in row(calculator)
    assert "85.5" not in calculator.inner_text("#calculator-rows")
    assert calculator.input_value("#calculator-total") == "45"


def test_A2_A3_a_wrong_number_stays_where_it_was_typed(calculator):
    for text in ("0", "-5", "2.5", "1e9", "=cmd()", "<img src=x>"):
        calculator.fill("#calculator-fractions", text)
        shows(calculator, "BED —")
        assert calculator.locator(".mantine-InputWrapper-error").count() == 1, text
        assert calculator.input_value("#calculator-fractions") == text
        assert calculator.locator("main img").count() == 0
        calculator.fill("#calculator-fractions", "5")
        shows(calculator, "BED 85.5 Gy₁₀")


def test_A4_A12_an_edited_alpha_beta_says_so_and_can_be_reset(calculator):
    calculator.click("#calculator-tumour-tissue")
    calculator.keyboard.type("prostate")
    calculator.click("[role=option]:visible:has-text('Prostate adenocarcinoma')")
    shows(calculator, "Gy₁.₄")
    assert "95 % CI 0.9 to 2.2" in calculator.inner_text("#calculator-tumour-origin")
    calculator.fill("#calculator-tumour", "5")
    calculator.wait_for_selector("text=edited, preset 1.4 Gy")
    calculator.wait_for_selector("text=5 Gy is outside what is published for prostate adenocarcinoma")
    calculator.click("#calculator-tumour-origin button:has-text('reset')")
    calculator.wait_for_function("() => document.getElementById('calculator-tumour').value === '1.4'")
    calculator.fill("#calculator-tumour", "0")
    shows(calculator, "BED —")


def test_A5_A6_a_decimal_comma_is_taken_and_two_meanings_are_not(calculator):
    calculator.fill("#calculator-total", "")
    calculator.fill("#calculator-each", "1,8 Gy")
    calculator.fill("#calculator-fractions", "25")
    shows(calculator, "45 Gy / 25")
    calculator.fill("#calculator-each", "1.234,5")
    calculator.wait_for_selector("text=has two meanings; write 1234.5 or 1.2345")


def test_A7_A11_gray_typed_for_centigray_are_offered_back(calculator):
    calculator.fill("#calculator-total", "")
    calculator.fill("#calculator-each", "200")
    calculator.wait_for_selector("text=above 100 Gy in total")
    calculator.click("text=Did you mean 200 cGy (dose per fraction)?")
    shows(calculator, "10 Gy / 5")
    assert calculator.input_value("#calculator-each") == "200 cGy"


def test_A8_three_that_disagree_are_shown_and_one_is_dropped_by_choice(calculator):
    calculator.fill("#calculator-each", "8")
    calculator.wait_for_selector("text=5 fractions of 8 Gy are 40 Gy, not 45 Gy: 5 Gy apart; drop one")
    shows(calculator, "BED —")
    calculator.click("text=drop total dose")
    shows(calculator, "40 Gy / 5")
    assert calculator.input_value("#calculator-total") == ""


def test_A9_a_dose_per_fraction_that_does_not_end_is_shown_to_four_digits(calculator):
    calculator.fill("#calculator-total", "60")
    calculator.fill("#calculator-fractions", "37")
    shows(calculator, "≈ 1.6216 Gy per fraction")
    assert "60 Gy / 37" in row(calculator)


def test_A10_large_fractions_keep_their_result_with_a_notice(calculator):
    calculator.fill("#calculator-total", "54")
    calculator.fill("#calculator-fractions", "3")
    calculator.wait_for_selector("text=the linear-quadratic model is well tested up to about 10 Gy")
    assert "151.2 Gy₁₀" in row(calculator)


def test_fractions_that_would_not_be_whole_offer_the_nearest(calculator):
    calculator.fill("#calculator-fractions", "")
    calculator.fill("#calculator-each", "10")
    calculator.wait_for_selector("text=is 4.50 fractions, not a whole number")
    calculator.click("text=5 x 10 Gy = 50 Gy")
    shows(calculator, "reached exactly")


def test_schedules_stand_side_by_side_and_a_deleted_one_comes_back(calculator):
    calculator.click("text=Add schedule")
    calculator.wait_for_selector("text=Schedule 2 of 2")
    calculator.fill("#calculator-total", "40")
    calculator.fill("#calculator-fractions", "5")
    shows(calculator, "−11.3 Gy (−15.8 %)", 1)
    calculator.click("[aria-label='Copy schedule 2']")
    calculator.wait_for_selector("text=Schedule 3 of 3")
    calculator.fill("#calculator-fractions", "4")
    shows(calculator, "40 Gy / 4", 2)
    calculator.click("text=Tumour BED >> nth=0")
    shows(calculator, "40 Gy / 4", 1)  # by hand: BED 80 before 72
    calculator.click("[aria-label='Delete schedule 2']")
    calculator.wait_for_selector("text=Schedule 2 was deleted.")
    assert calculator.locator("#calculator-rows tbody tr").count() == 2
    calculator.click("text=Undo")
    shows(calculator, "40 Gy / 4", 1)
    calculator.click("[aria-label='First: make schedule 3 the reference']")
    shows(calculator, "40 Gy / 5", 0)
    assert state(calculator)["s"] == ["40/5,45/5,40/4"]


def test_the_address_holds_the_state_and_a_reload_restores_it_with_what_is_unfinished(calculator, live_url):
    calculator.fill("#calculator-total", "54")
    calculator.fill("#calculator-fractions", "3")
    calculator.fill("#calculator-isodose", "80")
    shows(calculator, "maximum 67.5 Gy (prescribed to 80 %)")
    assert state(calculator) == {
        "v": ["1"], "s": ["54/3@80"], "tt": ["generic-tumour"], "abt": ["10"], "tl": ["small-bowel"], "abl": ["3"],
    }  # fmt: skip
    calculator.fill("#calculator-each", "17,9x")
    shows(calculator, "is not a number")
    calculator.reload()
    calculator.wait_for_selector(READY)
    assert calculator.input_value("#calculator-each") == "17,9x"
    assert calculator.input_value("#calculator-total") == "54"
    other = calculator.context.new_page()
    other.goto(f"{live_url}/?v=1&s=54/3@80,5x8,50/x10@unknown&tt=rcc&abt=2.6&tl=duodenum&abl=4")
    shows(other, "50 Gy / 5", 2)
    assert "isodose unknown" in row(other, 2)
    assert "Gy₂.₆" in row(other)
    assert other.locator("#calculator-banner .notice").count() == 0
    other.close()


def test_the_back_button_returns_to_the_work(calculator):
    calculator.fill("#calculator-total", "48")
    calculator.fill("#calculator-fractions", "4")
    shows(calculator, "48 Gy / 4")
    calculator.click('.nav-link[href="/reference"]')
    calculator.wait_for_selector("main:not(.waiting) h1:text-is('Reference')")
    assert not urlsplit(calculator.url).query
    calculator.go_back()
    shows(calculator, "48 Gy / 4")
    calculator.click('.nav-link[href="/case"]')
    calculator.wait_for_selector("main:not(.waiting) h1:text-is('Case')")
    calculator.click('.nav-link[href="/"]')
    shows(calculator, "48 Gy / 4")


ADDRESSES = (
    ("?v=9&s=54/3", 'version "9" of the address is not known here', "45 Gy / 5"),
    ("?s=54/3&tt=own&abt=10&tl=own&abl=3", "names no version", "54 Gy / 3"),
    ("?v=1&s=54/3,1e999/5,5x9,45/5x8&tt=rcc&abt=10&tl=own&abl=3", 'schedule "1e999/5": not readable', "54 Gy / 3"),
    ("?v=1&s=50/x9,54/3&abt=10&abl=3", "is 5.56 fractions", "54 Gy / 3"),
    ("?v=1&s=54/3&s=40/5&abt=10&abl=3", '"s" stands 2 times; the first was read', "54 Gy / 3"),
    ("?v=1&s=54/3&n=1e999&abt=10&abl=3", '"n": not known', "54 Gy / 3"),
    ("?v=1&s=54/3&tt=nowhere&abt=10&abl=3", 'tissue "nowhere": not known', "54 Gy / 3"),
    ("?v=1&s=54/3&abt=0&abl=3", "must be from 0.01 Gy", "54 Gy / 3"),
    ("?v=1&s=%00&abt=10&abl=%ff", "not readable", "45 Gy / 5"),
    ("?v=1&s=54/3,48/4,60/8,50/5,45/5,40/5,34/1&abt=10&abl=3", 'schedule "34/1": more than 6', "54 Gy / 3"),
    ("?v=1&s=" + "54/3," * 1000, "at most 2000 are read", "45 Gy / 5"),
    ("?v=1&s=<b>x</b>&abt=10&abl=3", "not readable", "45 Gy / 5"),
)


def test_A20_of_an_address_the_valid_part_is_loaded_and_the_rest_is_listed(page, live_url):
    for query, said, kept in ADDRESSES:
        page.goto(f"{live_url}/{query}")
        page.wait_for_selector("#calculator-banner .notice")
        assert said in page.inner_text("#calculator-banner"), query
        assert kept in row(page), query
        assert page.locator("main #calculator-banner b").count() == 0


def test_centigray_and_comma_change_what_is_shown_and_nothing_else(calculator):
    before = calculator.url
    calculator.click("#unit >> text=cGy")
    shows(calculator, "BED 8550 cGy₁₀")
    assert calculator.input_value("#calculator-total") == "4500"
    calculator.click("#decimal >> text=1,8")
    shows(calculator, "only if α/β ≤ 7,36 Gy")
    assert calculator.url == before
    calculator.fill("#calculator-total", "4750")
    shows(calculator, "4750 cGy / 5")
    calculator.click("#unit >> text=Gy >> nth=0")
    calculator.wait_for_function("() => document.getElementById('calculator-total').value === '47,5'")
    shows(calculator, "47,5 Gy / 5")


def test_the_fields_follow_each_other_by_keyboard_and_arrows_step_the_fractions(calculator):
    calculator.focus("#calculator-total")
    order = []
    for _ in range(4):
        order.append(calculator.evaluate("document.activeElement.id"))
        calculator.keyboard.press("Tab")
    assert order == ["calculator-total", "calculator-fractions", "calculator-each", "calculator-isodose"]
    calculator.focus("#calculator-fractions")
    calculator.keyboard.press("ArrowUp")
    shows(calculator, "45 Gy / 6")
    calculator.keyboard.press("Enter")
    assert calculator.input_value("#calculator-fractions") == "6"


def test_a_change_of_a_field_is_shown_at_once(calculator):
    """From the key to the number; the median is measured by the benchmark, here only that no request is needed."""
    calculator.route("**/_dash-update-component", lambda route: route.abort())
    calculator.evaluate("window.addEventListener('unhandledrejection', (event) => event.preventDefault())")
    calculator.fill("#calculator-total", "50")
    shows(calculator, "reached exactly")
    calculator.unroute("**/_dash-update-component")


def test_the_note_is_copied_and_files_go_out_and_come_in(calculator, tmp_path: Path):
    calculator.click("[role=tab]:has-text('Note, export, open')")
    calculator.wait_for_function("() => document.getElementById('calculator-note').value.includes('85.5')")
    calculator.click("text=Copy for note")
    calculator.wait_for_selector("#calculator-said:has-text('Copied.')")
    copied = calculator.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("45 Gy / 5 (9 Gy per fraction): BED(a/b 10) 85.5 Gy")
    assert copied.isascii()
    with calculator.expect_download() as table:
        calculator.click("#calculator-csv")
    assert "BED_Gy" in Path(table.value.path()).read_text(encoding="utf-8-sig")
    with calculator.expect_download() as saved:
        calculator.click("#calculator-json")
    good = tmp_path / "good.json"
    good.write_bytes(Path(saved.value.path()).read_bytes())
    bad = tmp_path / "bad.json"
    bad.write_text(good.read_text().replace('"45"', '"54"'))

    def open_file(path: Path) -> None:
        with calculator.expect_file_chooser() as chooser:
            calculator.click("text=Open JSON…")
        chooser.value.set_files(path)

    calculator.fill("#calculator-total", "50")
    shows(calculator, "50 Gy / 5")
    open_file(bad)
    calculator.wait_for_selector("text=bad.json, field sha256")
    assert "50 Gy / 5" in row(calculator)
    open_file(good)
    shows(calculator, "45 Gy / 5")
    assert json.loads(good.read_text())["results"][0]["tumour"]["bed_gray"] == 85.5


def test_A19_pasted_schedules_are_added_up_to_six(calculator):
    calculator.click("[role=tab]:has-text('Note, export, open')")
    calculator.fill("#calculator-paste", "54 Gy / 3\n=cmd()\n" + "5 x 8 Gy\n" * 20)
    calculator.click("#calculator-pasted")
    shows(calculator, "54 Gy / 3", 1)
    calculator.wait_for_selector("#calculator-banner >> text=line 2")
    assert calculator.locator("#calculator-rows tbody tr").count() == 6


def test_the_tabs_answer_for_the_selected_schedule(calculator):
    calculator.click("[role=tab]:has-text('Solve')")
    calculator.fill("#calculator-solve-target", "100")
    calculator.fill("#calculator-solve-each", "9")
    calculator.wait_for_selector("#calculator-solve >> text=54.00 Gy")
    calculator.click("#calculator-solve [aria-label='Add 6 fractions'] >> nth=0")
    shows(calculator, "54 Gy / 6", 1)
    calculator.click("[role=tab]:has-text('High-dose models')")
    calculator.fill("#calculator-models-threshold", "6")
    calculator.wait_for_selector("#calculator-models >> text=LQ-L DT 6 Gy")
    calculator.click("[role=tab]:has-text('Isoeffect curve')")
    calculator.wait_for_selector("#calculator-isoeffect .js-plotly-plot")
    calculator.click("[role=tab]:has-text('Time and gap')")
    calculator.fill("#calculator-gap-start", "2026-02-30")
    calculator.wait_for_selector(".mantine-InputWrapper-error:has-text('2026-02-30')")


@pytest.mark.parametrize("scheme", ["Light", "Dark"])
def test_axe_finds_nothing_serious(calculator, scheme):
    from axe_playwright_python.sync_playwright import Axe

    calculator.click(f"#scheme >> text={scheme}")
    calculator.click("text=Add schedule")
    calculator.fill("#calculator-each", "200")
    calculator.wait_for_timeout(600)  # colours fade
    for tab in ("How this was", "Time and gap", "High-dose", "Solve", "Isoeffect", "Note, export"):
        calculator.click(f"[role=tab]:has-text('{tab}')")
        calculator.wait_for_timeout(300)
        found = Axe().run(calculator).response["violations"]
        grave = [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found
                 if one["impact"] in ("serious", "critical")]  # fmt: skip
        assert not grave, (tab, grave)


def test_a_phone_does_not_scroll_sideways(calculator):
    calculator.set_viewport_size({"width": 390, "height": 844})
    for tab in ("How this was", "Time and gap", "Solve", "Isoeffect", "Note, export"):
        calculator.click(f"[role=tab]:has-text('{tab}')")
        calculator.wait_for_timeout(200)
        assert calculator.evaluate("document.documentElement.scrollWidth") <= 390, tab


def test_the_printed_page_has_no_controls_of_the_screen(calculator):
    calculator.emulate_media(media="print")
    assert not calculator.locator("text=Add schedule").is_visible()
    assert calculator.locator("text=85.5 Gy₁₀").first.is_visible()


def test_a_change_asks_the_server_once_whatever_tab_was_open(calculator):
    """`benchmarks/load_web.py` sends what is seen here."""
    calculator.wait_for_selector("#calculator-formula >> text=45 · (1 + 9 / 10) = 85.5 Gy")
    asked = []
    calculator.on("request", lambda request: "/_dash-update-component" in request.url and asked.append(request))
    calculator.fill("#calculator-total", "50")
    calculator.wait_for_selector("#calculator-formula >> text=50 · (1 + 10 / 10) = 100 Gy")
    (body,) = [request.post_data_json for request in asked]
    assert [one["id"] for one in body["inputs"]] == ["calculator-state", "unit", "decimal", "dark"]
    assert set(body) == {"output", "outputs", "inputs", "changedPropIds", "parsedChangedPropsIds"}
    assert body["changedPropIds"] == body["parsedChangedPropsIds"] == ["calculator-state.data"]
    calculator.click("[role=tab]:has-text('Note, export')")
    calculator.fill("#calculator-total", "55")
    calculator.wait_for_function("() => document.getElementById('calculator-note').value.includes('55 Gy / 5')")
    calculator.click("[role=tab]:has-text('How this was')")
    assert "55 · (1 + 11 / 10) = 115.5 Gy" in calculator.inner_text("#calculator-formula")
