"""The frame: every page is reached by its address and by its link, and the browser's back button returns."""

from __future__ import annotations

import pytest

PAGES = (
    ("/", "Calculator"),
    ("/case", "Case"),
    ("/dicom", "DICOM"),
    ("/protocols", "Protocols"),
    ("/reference", "Reference"),
)


@pytest.mark.parametrize(("path", "title"), PAGES)
def test_a_page_opens_at_its_address(page, live_url, path, title):
    page.goto(live_url + path)
    page.wait_for_selector("main:not(.waiting) h1")
    assert page.inner_text("main h1") == title
    assert page.get_attribute(f'.nav-link[href="{path}"]', "aria-current") == "page"


def test_links_keys_and_the_back_button_lead_from_page_to_page(page, live_url):
    page.goto(live_url)
    page.click('.nav-link[href="/reference"]')
    page.wait_for_selector("main:not(.waiting) h1:text-is('Reference')")
    page.keyboard.press("Alt+4")
    page.wait_for_selector("main:not(.waiting) h1:text-is('Protocols')")
    page.go_back()
    page.wait_for_selector("main:not(.waiting) h1:text-is('Reference')")
    page.go_back()
    page.wait_for_selector("main:not(.waiting) h1:text-is('Calculator')")


def test_an_unknown_address_says_so(page, live_url):
    page.goto(live_url + "/<b>nowhere")
    page.wait_for_selector("main:not(.waiting) h1:text-is('No such page')")
    assert page.locator("main b").count() == 0


def test_the_colours_chosen_are_there_on_the_next_visit(page, live_url):
    page.goto(live_url)
    page.click("#scheme >> text=Dark")
    page.wait_for_selector('html[data-mantine-color-scheme="dark"]')
    page.reload()
    page.wait_for_selector('html[data-mantine-color-scheme="dark"]')


def test_the_line_of_intended_use_the_version_and_the_promise_are_always_there(page, live_url):
    page.goto(live_url)
    page.wait_for_selector("main:not(.waiting)")
    foot = page.inner_text("footer")
    assert "Nothing leaves this computer." in foot
    assert "registry" in foot
    assert page.locator(".intended-use").is_visible()
