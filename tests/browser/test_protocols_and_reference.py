"""The pages of knowledge in a real browser: their main paths, a narrow screen, and what axe-core says of them."""

from __future__ import annotations

import pytest

PAGES = ("/protocols", "/reference")


def opened(page, url: str, text: str) -> None:
    page.goto(url)
    page.wait_for_selector("main:not(.waiting) h1")
    page.wait_for_selector(f"main >> text={text}")


def test_a_published_schedule_is_found_computed_and_opened_in_the_calculator(page, live_url):
    opened(page, live_url + "/protocols", "37.5 Gy / 5")
    page.fill("#protocols-search", "supraclavicular")
    page.wait_for_selector("text=1 of 32 published schedules")
    row = page.inner_text("tr.entry")
    # by hand, at 10: 32 (1 + 6.4/10) = 52.48 Gy, / 1.2 = 43.73 Gy; at 3: 32 (1 + 6.4/3) = 100.27 Gy, / (5/3) = 60.16 Gy
    assert ["52.5 Gy₁₀" in row, "43.7 Gy" in row, "100.3 Gy₃" in row, "60.2 Gy" in row] == [True] * 4
    page.click("tr.entry button.opener")
    page.wait_for_selector(".facts")
    assert "size stable" in page.inner_text(".facts")
    assert page.get_attribute("text=Open in the calculator", "href") == "/?v=1&s=32%2F5"
    page.click("text=Open the case gist-case-2")
    page.wait_for_selector("main:not(.waiting) h1:text-is('Case')")
    page.wait_for_selector(".case-results >> text=GIST, CyberKnife twice")


def test_a_wrong_alpha_beta_is_named_at_its_field_and_shows_no_number(page, live_url):
    opened(page, live_url + "/protocols", "37.5 Gy / 5")
    page.fill("#protocols-tumour", "0")
    page.wait_for_selector("#protocols-tumour-error, .mantine-InputWrapper-error")
    assert "Gy₁₀" not in page.inner_text("main")
    assert page.input_value("#protocols-tumour") == "0"
    page.fill("#protocols-tumour", "2,6")
    page.wait_for_selector("text=99.2 Gy")  # by hand: 30 (1 + 6/2.6) = 99.23 Gy for 30 Gy in 5


def test_the_audit_shows_what_comes_out(page, live_url):
    opened(page, live_url + "/protocols", "37.5 Gy / 5")
    page.click("text=Claims audit")
    page.wait_for_selector("text=Not reproducible")
    # the counts of the audit: 0, 1, 6 and 6 of the seven site rules
    assert "0 of 7 at a/b 10, 1 of 7 at a/b 6.9, 6 of 7 at a/b 3, 6 of 7 at a/b 2.6" in page.inner_text("main")


def test_a_brand_name_finds_the_drug_and_its_source(page, live_url):
    opened(page, live_url + "/reference?kind=drugs&q=Nexavar", "sorafenib")
    page.click("button.opener >> text=sorafenib")
    page.wait_for_selector(".mantine-Drawer-body >> text=pk_rpsi_sorafenib")


def test_more_rows_come_when_asked_for(page, live_url):
    opened(page, live_url + "/reference", "the first 100 are shown")
    page.click("#reference-more")
    page.wait_for_selector("text=the first 200 are shown")
    page.fill("#reference-search", "spinal cord hytec")
    page.wait_for_selector("main >> text=D0.035cc <= 25.3 Gy")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_for_accessibility(page, live_url, accessible, path, scheme):
    page.goto(live_url + path)
    page.wait_for_selector("main:not(.waiting) tbody tr")
    accessible(scheme)


@pytest.mark.parametrize("path", PAGES)
def test_a_phone_scrolls_down_only(page, live_url, path):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(live_url + path)
    page.wait_for_selector("main:not(.waiting) tbody tr")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
