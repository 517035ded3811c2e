"""The first numbers in the document of the calculator, over HTTP and without a browser."""

from __future__ import annotations

import re

import dash_mantine_components as dmc
import pytest
from dash import html

from rtcalc_app.document import OPENING, SCRIPT, WITHOUT_SCRIPTS
from rtcalc_app.server import create_server
from rtcalc_app.settings import Settings
from rtcalc_app.views.still import Still


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    return create_server(Settings(spool=tmp_path_factory.mktemp("spool"))).test_client()


def first(client, query: str = "") -> str:
    """The part of the document that the server writes."""
    document = client.get(f"/{query}").get_data(as_text=True)
    found = re.search(r'<div id="still">(.*)</div><div id="react-entry-point">', document, re.DOTALL)
    assert found is not None
    return found[1]


def words(markup: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", markup).split())


def test_the_numbers_of_an_address_are_in_the_document(client):
    # By hand: 45 (1 + 9/10) = 85.5, 45 (1 + 9/3) = 180; 54 (1 + 18/2.6) = 427.8..., 54/0.8 = 67.5.
    assert "BED 85.5 Gy₁₀ EQD2 71.3 Gy" in words(first(client))
    said = words(first(client, "?v=1&s=54/3@80&tt=rcc&abt=2.6&tl=own&abl=3"))
    for part in (
        "54 Gy / 3",
        "maximum 67.5 Gy (prescribed to 80 %)",
        "BED 427.8 Gy₂.₆",
        "well tested up to about 10 Gy",
    ):
        assert part in said
    assert "85.5" not in said


def test_markup_in_an_address_is_text_and_fills_no_place_of_the_document(client):
    query = "?v=1&s=<script>alert(1)</script>&tt=\"'><img src=x>&abt={%scripts%}&<b>=1"
    found = first(client, query)
    assert not re.search(r"<(script|img|b)\b", found)
    assert "&lt;script&gt;" in found
    assert "{%scripts%}" in found
    document = client.get(f"/{query}").get_data(as_text=True)
    assert document.count("dash_renderer") == client.get("/").get_data(as_text=True).count("dash_renderer")


def test_no_id_stands_twice_and_nothing_can_be_pressed(client):
    found = first(client, "?v=1&s=54/3,5x8&n=1")
    assert " id=" not in found
    assert "data-calculator" not in found
    assert found.count("<button") == found.count(" disabled>")


@pytest.mark.parametrize("path", ["/case", "/dicom", "/protocols", "/reference", "/nowhere", "/case?v=1&s=54/3"])
def test_other_pages_keep_their_document(client, path):
    document = client.get(path).get_data(as_text=True)
    assert 'id="still"' not in document
    assert OPENING not in document


def test_it_says_what_can_be_done_with_and_without_scripts(client):
    found = first(client)
    assert f"<noscript>{WITHOUT_SCRIPTS}</noscript>" in found
    assert f'<span class="opening">{OPENING}</span>' in found


def test_the_script_that_takes_it_away_runs_once_and_before_anything_is_shown(client):
    head, body = client.get("/").get_data(as_text=True).split("<body>")
    assert (head.count(f"/assets/{SCRIPT}"), body.count(SCRIPT)) == (1, 0)
    assert SCRIPT not in client.get("/case").get_data(as_text=True)
    with client.get(f"/assets/{SCRIPT}") as answer:
        assert answer.status_code == 200


def test_what_cannot_be_drawn_is_an_error_and_not_left_out():
    still = Still({})
    with pytest.raises(KeyError):
        still.draw(dmc.DateInput())
    with pytest.raises(KeyError):
        still.draw(html.Td("x", colSpan=2))
