"""Case text: opening, saving, the form's changes, and what is refused where."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rtcalc.casefile import parse_case
from rtcalc.errors import DomainError, RtcalcError
from rtcalc.registry import Registry
from rtcalc.registry.location import builtin
from rtcalc_app.services.case import edits
from rtcalc_app.services.case.blocks import fields
from rtcalc_app.services.case.form import apply, form
from rtcalc_app.services.case.results import assessed
from rtcalc_app.services.case.text import as_json, as_yaml, file_name, published, read, tree
from rtcalc_app.services.published_cases import published_case

CASES = Path(__file__).parents[1] / "cases"
FILES = [*sorted((builtin() / "cases").glob("*.yaml")), *sorted(CASES.glob("*.yaml"))]
REGISTRY = Registry()


def shown(text: str) -> dict[tuple[str | int, ...], object]:
    """Every field of the form of a text, by its place."""
    _, reading = assessed(text, REGISTRY)
    return {field.place: field for field in fields(form(text, REGISTRY, reading).blocks)}


def test_every_published_case_opens_as_it_is_in_its_file():
    assert len(published()) == len(list((builtin() / "cases").glob("*.yaml")))
    for name, title in published():
        text = published_case(name)
        assert text == (builtin() / "cases" / f"{name}.yaml").read_text(encoding="utf-8")
        assert parse_case(text).title == title


@pytest.mark.parametrize("name", ["../rcc-bone", "", None, 3, [], "rcc"])
def test_nothing_but_a_published_case_is_opened(name):
    with pytest.raises(RtcalcError, match="no published case is called"):
        published_case(name)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_saving_and_opening_again_loses_nothing(path):
    text = path.read_text(encoding="utf-8")
    assert as_yaml(text) == text  # comments and all
    as_json_file = as_json(text)
    assert json.loads(as_json_file) == tree(text)
    assert parse_case(as_json_file, file_name(as_json_file)).sha256 == parse_case(text).sha256
    assert as_json(as_json_file) == as_json_file
    assert tree(as_yaml(as_json_file)) == tree(text)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_form_as_it_is_shown_changes_nothing(path):
    text = path.read_text(encoding="utf-8")
    values = [(place, list(f.value) if f.kind == "many" else f.value) for place, f in shown(text).items()]
    assert apply(text, REGISTRY, values) == text


@pytest.mark.parametrize(
    ("place", "typed", "stored"),
    [
        (("courses", "t8", "prescription", "t8", "dose"), "40 Gy / 8", "40 Gy / 8"),
        (("courses", "t8", "prescription", "t8", "dose"), "37,5 Gy / 5", "37.5 Gy / 5"),
        (("courses", "t8", "prescription", "t8", "isodose"), "72,5", "72.5 %"),
        (("courses", "t8", "prescription", "t8", "isodose"), "", "not stated"),
        (("courses", "t8", "prescription", "t8", "target_metrics", "D98"), "27", "27 Gy"),
        (("courses", "t8", "prescription", "t8", "target_metrics", "D50"), "3900 cGy", "3900 cGy"),
        (("courses", "t8", "end"), "after: t8; printed: later", {"after": "t8", "printed": "later"}),
        (("courses", "t8", "treatment_days"), "every weekday", "every weekday"),
        (("targets", "t8", "near", "stated"), "Esophagus 9 mm, Liver", {"Esophagus": "9 mm", "Liver": "not stated"}),
        (("targets", "t8", "near", "assumed"), "Liver, Stomach", ["Liver", "Stomach"]),
        (("targets", "t8", "largest"), "31", "31 mm"),
        (("drugs", 0, "periods", 0, "last"), "2026-03-08", "2026-03-08"),
        (("drugs", 0, "during", "t8"), "off", "off"),
        (("organ_doses", "SpinalCord", "t8", "D0.035cc"), "25,3", "25.3 Gy"),
        (("organ_doses", "Lungs", "t8", "CV12.5Gy"), "2900", "2900 cc"),
        (("limit_sets",), ["TG101", "HYTEC"], ["TG101", "HYTEC"]),
    ],
)
def test_a_field_is_written_at_its_place_and_the_rest_is_kept(place, typed, stored):
    text = (CASES / "rcc-t8.yaml").read_text(encoding="utf-8")
    before, after = tree(text), tree(apply(text, REGISTRY, [(place, typed)]))
    assert edits.value_at(after, place) == stored
    edits.put(before, place, stored)
    assert after == before


def test_emptying_a_field_leaves_it_out_and_what_must_be_there_reads_not_stated():
    text = (CASES / "rcc-t8.yaml").read_text(encoding="utf-8")
    data = tree(apply(text, REGISTRY, [(("targets", "t8", "near", "stated"), ""), (("targets", "t8", "level"), None)]))
    assert data["targets"]["t8"]["near"] == "not stated"
    assert "level" not in data["targets"]["t8"]


@pytest.mark.parametrize("value", [3, True, {"a": 1}, [["x"]], ["a", 2]])
def test_what_is_no_text_is_passed_over(value):
    text = (CASES / "rcc-t8.yaml").read_text(encoding="utf-8")
    assert apply(text, REGISTRY, [(("courses", "t8", "start"), value), (("limit_sets",), value)]) == text
    assert apply(text, REGISTRY, [(("nowhere", 3), "x"), ((), "x")]) == text


@pytest.mark.parametrize(
    ("place", "typed", "said"),
    [
        (("courses", "t8", "prescription", "t8", "dose"), "1.234,5 Gy / 5", "is ambiguous"),
        (("courses", "t8", "prescription", "t8", "dose"), "", "a phase is empty"),
        (("courses", "t8", "prescription", "t8", "dose"), "45 Gy / 0", "0"),
        (("courses", "t8", "treatment_days"), "2026-03-18, 2026-03-16", "in order"),
        (("drugs", 0, "periods", 1, "first"), "2026-02-30", "no day of the calendar"),
        (("targets", "t8", "largest"), "31 Sv", "unit"),
        (("organ_doses", "SpinalCord", "t8", "D0.035cc"), "twelve", "is not"),
    ],
)
def test_a_refused_value_stays_and_its_field_says_why(place, typed, said):
    text = apply((CASES / "rcc-t8.yaml").read_text(encoding="utf-8"), REGISTRY, [(place, typed)])
    found, reading = assessed(text, REGISTRY)
    assert found is None
    assert reading.problem.startswith("case.yaml:")
    assert [p for p, field in shown(text).items() if said in field.error] == [place]


def test_a_new_case_asks_for_the_dose_and_works_with_it():
    refused = read(edits.NEW_CASE)
    assert refused.place == ("courses", "course-1", "prescription", "target-1", "dose")
    place = ("courses", "course-1", "prescription", "target-1", "dose")
    found, _ = assessed(apply(edits.NEW_CASE, REGISTRY, [(place, "45 Gy / 5")]), REGISTRY)
    assert found is not None
    assert "85.5" in found.sentence  # by hand: 45 (1 + 9/10)


def test_entries_are_added_and_removed():
    text = edits.NEW_CASE
    for name, at in (("add target", ()), ("add course", ()), ("add drug", ()), ("add period", ("drugs", 0))):
        text = edits.act(text, name, at)
    text = edits.act(text, "add prescription", ("courses", "course-2"))
    data = tree(text)
    assert list(data["targets"]) == ["target-1", "target-2"]
    assert list(data["courses"]["course-2"]["prescription"]) == ["target-1", "target-2"]
    assert len(data["drugs"][0]["periods"]) == 2
    data = tree(edits.act(edits.act(text, "remove", ("drugs", 0)), "remove", ("courses", "course-2")))
    assert data["drugs"] == []
    assert list(data["courses"]) == ["course-1"]


def test_an_organ_dose_is_added_with_its_unit_and_the_last_one_removed_reads_not_stated():
    text = edits.add_organ_dose(published_case("gist-case-2"), "Duodenum", "pararenal-1", "D5cc", "15,5")
    assert tree(text)["organ_doses"] == {"Duodenum": {"pararenal-1": {"D5cc": "15.5 Gy"}}}
    again = edits.act(text, "remove", ("organ_doses", "Duodenum", "pararenal-1"))
    assert tree(again)["organ_doses"] == "not stated"
    with pytest.raises(DomainError, match="Enter the metric"):
        edits.add_organ_dose(text, "Duodenum", "pararenal-1", " ", "15")


@pytest.mark.parametrize(("name", "at"), [("drop table", ()), ("remove", ()), ("", ("courses",))])
def test_what_the_form_does_not_do_is_refused(name, at):
    with pytest.raises(DomainError, match="nothing that the form does"):
        edits.act(edits.NEW_CASE, name, at)


def test_json_stays_json_when_the_form_writes_it():
    text = as_json((CASES / "rcc-t8.yaml").read_text(encoding="utf-8"))
    changed = apply(text, REGISTRY, [(("courses", "t8", "status"), "planned")])
    assert json.loads(changed)["courses"]["t8"]["status"] == "planned"


@pytest.mark.parametrize("text", ["id: [", "- a\n- b", "{", "\x00", "a: &x 1", "", "   "])
def test_text_without_fields_has_no_form(text):
    _, reading = assessed(text, REGISTRY)
    built = form(text, REGISTRY, reading)
    assert built.unreadable
    assert built.blocks == ()
