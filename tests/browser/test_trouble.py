"""An answer that fails is said beside the numbers it leaves behind, until the same part is answered again."""

from __future__ import annotations

import pytest

CALLBACKS = "**/_dash-update-component*"


@pytest.fixture
def loose_page(browser, live_url):
    """A page whose console is not watched: a failed request is a message of the browser itself."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    opened = context.new_page()
    opened.goto(live_url)
    opened.wait_for_selector("#calculator-curve .trace")
    yield opened
    context.close()


@pytest.mark.parametrize(
    ("failing", "said"),
    [
        (
            lambda route: route.fulfill(status=500, body="Unexpected error 1234abcd; <b>"),
            "Unexpected error 1234abcd; <b>",
        ),
        (lambda route: route.abort(), "The server does not answer."),
    ],
    ids=["error", "gone"],
)
def test_it_is_said_until_the_answer_comes(loose_page, failing, said):
    loose_page.route(CALLBACKS, failing)
    loose_page.fill("#calculator-total", "50")
    loose_page.wait_for_selector("#trouble[role=alert]")
    words = loose_page.inner_text("#trouble")
    assert "may belong to what was entered before" in words
    assert said in words
    assert loose_page.locator("#trouble b").count() == 0
    loose_page.unroute(CALLBACKS)
    loose_page.fill("#calculator-total", "55")
    loose_page.wait_for_selector("#trouble", state="detached")
