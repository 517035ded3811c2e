"""The services and views of the knowledge pages, as plain functions."""

from __future__ import annotations

import json

import plotly.utils
import pytest

from rtcalc.registry import Registry
from rtcalc_app.display import Display
from rtcalc_app.services import claims, protocols, reference
from rtcalc_app.services.export import csv_text
from rtcalc_app.services.published_cases import published_cases
from rtcalc_app.views import protocols as protocols_view
from rtcalc_app.views import reference as reference_view

REGISTRY = Registry()


def one(name: str, **asked: object) -> protocols.Protocol:
    found = protocols.catalogue(REGISTRY, **asked)
    return next(entry for entry in found.protocols if entry.id == name)


def text_of(component: object) -> str:
    return json.dumps(component, cls=plotly.utils.PlotlyJSONEncoder, ensure_ascii=False)


def test_every_published_schedule_is_there_and_those_without_numbers_show_none():
    found = protocols.catalogue(REGISTRY)
    assert len(found.protocols) == found.total == len(REGISTRY.published)
    for entry in found.protocols:
        computes = REGISTRY.published[entry.id].schedule is not None
        assert (entry.tumour.bed != "—") == computes
        assert entry.source.citation
    assert one("gist-joensuu").each.startswith("the fraction number is not printed")


def test_numbers_of_the_papers_schedules():
    # by hand: 50 (1 + 10/10) = 100; 21 (1 + 21/2.6) = 190.6; 35 (1 + 2.5/10) = 43.75, / 1.2 = 36.458
    assert one("rcc-lung-central").tumour.mark == "reached exactly"
    assert one("rcc-brain-small", tumour="2,6").tumour.bed == "190.6 Gy₂.₆"
    gist = one("gist-1-paracaval")
    assert (gist.tumour.bed, gist.tumour.eqd2) == ("43.8 Gy₁₀", "36.5 Gy")


def test_a_difference_is_in_eqd2_at_the_same_alpha_beta_and_signed():
    entry = one("gist-2-supraclavicular", reference="45 Gy / 5")
    # by hand: EQD2 at 10: 52.48/1.2 - 85.5/1.2 = 43.733 - 71.25 = -27.517; at 3: 60.16 - 108 = -47.84
    assert (entry.tumour.difference, entry.late.difference) == ("−27.5 Gy", "−47.8 Gy")


@pytest.mark.parametrize("typed", ["0", "-3", "nan", "", None, 3, {"a": 1}, "1.234,5", "inf"])
def test_a_wrong_alpha_beta_is_named_and_its_columns_are_empty(typed):
    found = protocols.catalogue(REGISTRY, tumour=typed)
    assert "tumour" in found.problems
    assert {entry.tumour.bed for entry in found.protocols} == {"—"}
    assert found.protocols[0].late.bed != "—"


def test_centigray_and_comma_are_only_a_display():
    assert one("rcc-bone", display=Display("cGy", comma=True)).tumour.bed == "6563 cGy₁₀"  # by hand: 65.625 Gy


def test_markup_in_what_is_typed_stays_text():
    found = protocols.catalogue(REGISTRY, reference="<img src=x onerror=alert(1)>")
    assert "<img" not in text_of(protocols_view.catalogue(found, "entry"))
    assert "reference" in found.problems


def test_the_published_case_of_a_schedule_is_the_one_that_holds_it():
    assert one("gist-2-pararenal-2").case == "gist-case-2"
    assert set(filter(None, (entry.case for entry in protocols.catalogue(REGISTRY).protocols))) <= set(
        published_cases()
    )


def test_the_audit_view_carries_the_audit():
    claim = claims.audit_view(REGISTRY).claims[0]
    # the audit's counts: 0, 1, 6, 6 of 7 and 0, 0, 3, 3 of 12; all seven only below 2.571 Gy
    assert claim.lists[0].title.endswith("0 of 7 at a/b 10, 1 of 7 at a/b 6.9, 6 of 7 at a/b 3, 6 of 7 at a/b 2.6")
    assert "2.571" in claim.lists[0].needed
    assert len(claims.audit_view(REGISTRY).checked) == len(REGISTRY.checked_statements)


@pytest.mark.parametrize("kind", list(reference.KINDS))
def test_every_entry_of_a_kind_is_found_and_opens_with_a_source(kind):
    found = reference.search(REGISTRY, kind, first=10_000)
    assert found.matching == found.total == len(list(reference.KINDS[kind].entries(REGISTRY)))
    assert all(len(row.cells) == len(found.heads) for row in found.rows)
    for row in found.rows[::17]:
        entry = reference.entry(REGISTRY, row.id)
        assert entry.references or kind == "drugs", row.id
        assert text_of(reference_view.entry(entry))


@pytest.mark.parametrize(
    ("wanted", "name"), [("Nexavar", "sorafenib"), ("SUTENT", "sunitinib"), ("sti571", "imatinib")]
)
def test_brand_and_code_names_find_the_drug(wanted, name):
    assert name in [row.id for row in reference.search(REGISTRY, "drugs", wanted).rows]


def test_all_words_must_be_there():
    found = reference.search(REGISTRY, "limits", "spinal cord hytec 25.3 <= myelopathy")
    assert [row.cells[3] for row in found.rows] == ["D0.035cc <= 25.3 Gy"]  # HyTEC: 25.3 Gy in 5 fractions


@pytest.mark.parametrize("strange", [None, 3, [], {"x": 1}, "nowhere"])
def test_a_strange_kind_shows_the_first(strange):
    assert reference.search(REGISTRY, strange, strange if isinstance(strange, list) else "").kind == "limits"


def test_a_file_for_a_spreadsheet_runs_nothing():
    assert csv_text(["a"], [["=1+1"], ["@x"], ["liver"]]).splitlines() == ["a", "'=1+1", "'@x", "liver"]
    heads, rows = protocols.as_table(protocols.catalogue(REGISTRY))
    assert len(rows) == len(REGISTRY.published)
    assert {len(row) for row in rows} == {len(heads)}


def test_an_entry_in_full_says_outcome_toxicity_source_and_where_to_take_it():
    shown = text_of(protocols_view.entry(one("gist-2-supraclavicular"), "case"))
    for said in ("size stable", "none described", "Open in the calculator", "Open the case gist-case-2", "one source"):
        assert said in shown
