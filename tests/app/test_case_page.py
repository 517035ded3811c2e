"""The case page's callbacks as plain calls, its components, and one round trip over HTTP."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from dash import no_update

from rtcalc.registry import Registry
from rtcalc_app.context import Context
from rtcalc_app.display import Display
from rtcalc_app.pages.case import editing, layout, opening, showing
from rtcalc_app.server import create_server
from rtcalc_app.services.case.blocks import fields
from rtcalc_app.services.case.edits import NEW_CASE
from rtcalc_app.services.case.form import form
from rtcalc_app.services.case.text import read
from rtcalc_app.services.published_cases import published_case
from rtcalc_app.settings import Settings
from rtcalc_app.views.case import ids

CASES = Path(__file__).parents[1] / "cases"
CONTEXT = Context(Registry(), Settings())
T8 = (CASES / "rcc-t8.yaml").read_text(encoding="utf-8")


def words(component: object) -> str:
    """Every text of a component tree, as the browser would show it."""
    if isinstance(component, str):
        return component
    if isinstance(component, list | tuple):
        return " ".join(map(words, component))
    return words(getattr(component, "children", None) or "")


def found(component: object, **props: object) -> list[object]:
    """Components of a tree with these properties."""
    if isinstance(component, list | tuple):
        return [one for child in component for one in found(child, **props)]
    own = [component] if all(getattr(component, name, None) == value for name, value in props.items()) else []
    return own + (found(component.children, **props) if getattr(component, "children", None) is not None else [])


def shown(held: object) -> tuple[object, object]:
    return showing.shown(held, Display(), False, CONTEXT)


@pytest.mark.parametrize("held", [None, "", "  ", 3, {}, ["id: a"]])
def test_without_a_case_the_published_ones_are_offered(held):
    results, problem = shown(held)
    assert "No case is open" in words(results)
    assert problem is None
    assert found(results, id=ids.example("gist-case-2"))


def test_a_broken_text_shows_a_dash_and_its_line_and_no_number():
    results, problem = shown(T8.replace("dose: 37.5 Gy / 5", "dose: 37.5 Gy"))
    # the line of the field in the file
    line = 1 + T8[: T8.index("dose: 37.5 Gy / 5")].count("\n")
    assert f"case.yaml:{line}: courses.t8.prescription.t8.dose" in words(problem)
    assert "—" in words(results)
    assert "Gy" not in words(results)


def test_a_name_that_the_registry_does_not_have_is_said_in_place_of_results():
    results, problem = shown(T8.replace("tissue: rcc", "tissue: rccc"))
    assert "no tissue is called 'rccc'" in words(problem)
    assert "Gy" not in words(results)


def test_results_hold_the_sentence_the_filters_and_all_seven_states():
    results, problem = shown(published_case("gist-case-2"))
    assert problem is None
    text = words(results)
    assert "Re-irradiation of one lesion after 60 d" in text
    for state in ("Pass", "Near", "Exceeded", "Not evaluable", "Undetermined", "Cannot be met", "Not applicable"):
        assert state in text
    assert len(found(results, id=ids.STATES)) == len(found(results, id=ids.SEVERITIES)) == 1
    assert len(found(results, className="rung is-not-evaluable")) == 37


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: Renal cell", "title: <img src=x onerror=alert(1)> Renal cell"),
        ("site: vertebral body T8", "site: <script>alert(1)</script>"),
    ],
)
def test_markup_in_names_is_text(old, new):
    results, problem = shown(T8.replace(old, new))
    assert problem is None
    dumped = json.dumps(results.to_plotly_json(), default=lambda one: one.to_plotly_json())
    assert "dangerously_allow_html" not in dumped
    assert "Markdown" not in dumped
    assert "DangerouslySetInnerHTML" not in dumped


def test_opening_answers_only_a_choice():
    assert opening.opened(None) == (no_update,) * 3
    assert opening.opened("gist-case-2") == (published_case("gist-case-2"), False, None)
    held, _, said = opening.opened("elsewhere")
    assert held is no_update
    assert "no published case is called 'elsewhere'" in words(said)
    assert opening.clicked_of([None, 1], [{"name": "a"}, {"name": "b"}]) == {"name": "b"}
    assert opening.clicked_of([None, None], [{"name": "a"}, {"name": "b"}]) is None
    assert opening.clicked_of("x", None) is None


def test_saving_keeps_the_text_and_refuses_what_cannot_be_turned():
    data, said = opening.saved(T8, "yaml")
    assert (data["content"], data["filename"], said) == (T8, "rcc-t8.yaml", None)
    data, _ = opening.saved(T8, "json")
    assert json.loads(data["content"])["id"] == "rcc-t8"
    # Broken text can still be saved as it is; turned into the other kind it cannot be.
    assert opening.saved("id: [", "yaml")[0]["content"] == "id: ["
    assert "case.yaml:2" in words(opening.saved("id: [", "json")[1])
    assert "nothing to save" in words(opening.saved(None, "yaml")[1])


def test_the_form_is_made_for_a_new_text_only_and_while_the_panel_is_open():
    view, stands_for = editing.rebuilt(T8, True, None, CONTEXT)
    assert stands_for == T8
    assert "Organ doses" in words(view)
    assert editing.rebuilt(T8, True, T8, CONTEXT) == (no_update, no_update)
    assert editing.rebuilt(T8, False, T8, CONTEXT) == (None, None)
    assert "The form appears" in words(editing.rebuilt(None, True, None, CONTEXT)[0])
    assert "There is no form" in words(editing.rebuilt("id: [", True, None, CONTEXT)[0])


PLACE = {"type": "case-field", "place": json.dumps(["courses", "t8", "prescription", "t8", "dose"])}
DRUG = {"type": "case-field", "place": json.dumps(["drugs", 0, "drug"])}


def test_filling_in_writes_the_text_and_marks_what_is_refused():
    text, stands_for, errors = editing.filled(["40 Gy / 8"], [PLACE], T8, T8, CONTEXT)
    assert "dose: 40 Gy / 8" in text
    assert stands_for == text
    assert errors == [None]  # what is refused is the field of the treatment days, of which there are 5
    text, _, errors = editing.filled(["40 Gy"], [PLACE], T8, T8, CONTEXT)
    assert "dose: 40 Gy\n" in text
    assert "has no fractions" in errors[0]
    # A name that only the knowledge can refuse is marked at its field too, without line and path.
    _, _, errors = editing.filled(["sunitinb"], [DRUG], T8, T8, CONTEXT)
    assert errors[0].startswith("no drug is called 'sunitinb'; nearest: sunitinib")


DOSE = ("courses", "t8", "prescription", "t8", "dose")
CORD = ("organ_doses", "SpinalCord", "t8", "D0.035cc")


@pytest.mark.parametrize(
    ("row", "place", "typed", "said"),
    [
        ("A2", DOSE, "37.5 Gy / 2.5", "whole number from 1 to 200"),
        ("A2", DOSE, "37.5 Gy / 0", "whole number from 1 to 200"),
        ("A3", DOSE, "-37.5 Gy / 5", "has a sign"),
        ("A3", DOSE, "nan Gy / 5", "not a finite number"),
        ("A3", CORD, "inf", "not a finite number"),
        ("A6", DOSE, "1.234,5 Gy / 5", "ambiguous"),
        ("A13", ("drugs", 0, "periods", 0, "last"), "2026-02-29", "no day of the calendar"),
        ("A13", ("drugs", 0, "periods", 0, "last"), "2026-03-12T10:00", "is not a time"),
        ("A13", ("drugs", 0, "periods", 0, "first"), "0026-03-24", "not between 1900 and 2100"),
        ("A13", ("courses", "t8", "treatment_days"), "2026-03-18, 2026-03-16", "write the days in order"),
        ("A16", DOSE, "45 Sv / 5", "not absorbed dose"),
        ("A16", CORD, "26.4 Sv", "not absorbed dose"),
        ("A22", ("targets", "t8", "tissue"), "rccc", "no tissue is called 'rccc'; nearest: rcc"),
        ("A22", ("targets", "t8", "near", "stated"), "Esofagus 12 mm", "no structure of TG-263 is called 'Esofagus'"),
        ("A22", ("drugs", 0, "drug"), "pazopanb", "no drug is called 'pazopanb'; nearest: pazopanib"),
        ("A22", ("limit_sets",), ["TG1O1"], "no limit set is called 'TG1O1'; nearest: TG101"),
        ("isodose", (*DOSE[:-1], "isodose"), "140 %", "at most 100 %"),
    ],
)
def test_rows_of_bad_input_are_held_and_refused_at_their_field(row, place, typed, said):
    field = {"type": "case-field", "place": json.dumps(place)}
    text, _, (error,) = editing.filled([typed], [field], T8, T8, CONTEXT)
    assert said in error, row
    assert not error.startswith("case.yaml")  # the field is the place
    again = form(text, CONTEXT.registry, read(text)).blocks
    shown = next(one.value for one in fields(again) if one.place == place)
    assert shown == (typed if isinstance(typed, str) else tuple(typed))  # what was typed stays
    assert "No result" in words(showing.shown(text, Display(), False, CONTEXT)[0])


def test_a_form_of_an_older_text_writes_nothing():
    assert editing.filled(["40 Gy / 8"], [PLACE], T8, NEW_CASE, CONTEXT)[0] is no_update
    assert editing.filled(["37.5 Gy / 5"], [PLACE], T8, T8, CONTEXT)[0] is no_update


@pytest.mark.parametrize(
    "place", ["x", {}, {"place": 3}, {"place": "{"}, {"place": "[[1]]"}, {"place": "[true]"}, None]
)
def test_a_place_that_is_none_is_passed_over(place):
    assert editing.filled(["40 Gy / 8"], [place], T8, T8, CONTEXT)[0] is no_update
    assert editing.acted([1], [place], T8) is no_update


def test_buttons_and_the_line_for_organ_doses():
    added = editing.acted([None, 1], [ids.act("add target", "[]"), ids.act("add course", "[]")], NEW_CASE)
    assert "course-2" in added
    assert editing.acted([1], [ids.act("no such act", "[]")], NEW_CASE) is no_update
    text, said = editing.dose_added(1, ["SpinalCord", "t8", "Dmax", "27"], T8)
    assert "Dmax: 27 Gy" in text
    assert said is None
    assert "Enter the value" in words(editing.dose_added(1, ["SpinalCord", "t8", "Dmax", None], T8)[1])
    assert editing.dose_added(None, ["SpinalCord", "t8", "Dmax", "27"], T8) == (no_update, no_update)


def test_the_export_needs_an_assessment():
    data, said = showing.exported(T8, CONTEXT)
    assert json.loads(data["content"])["case"]["id"] == "rcc-t8"
    assert said is None
    assert "No case is open" in words(showing.exported(None, CONTEXT)[1])
    assert "case.yaml:2" in words(showing.exported("id: [", CONTEXT)[1])


def test_the_page_over_http(tmp_path):
    client = create_server(Settings(spool=tmp_path)).test_client()
    assert client.get("/case").status_code == 200
    body = {
        "output": f"..{ids.RESULTS}.children...{ids.PROBLEM}.children..",
        "outputs": [{"id": ids.RESULTS, "property": "children"}, {"id": ids.PROBLEM, "property": "children"}],
        "inputs": [
            {"id": "held-case", "property": "data", "value": published_case("gist-case-2")},
            {"id": "unit", "property": "value", "value": "gy"},
            {"id": "decimal", "property": "value", "value": "point"},
            {"id": "dark", "property": "data", "value": False},
        ],
        "changedPropIds": ["held-case.data"],
        "state": [],
    }
    answer = client.post("/_dash-update-component", json=body)
    assert answer.status_code == 200
    assert "85.5" in answer.get_data(as_text=True)


def test_the_page_stands_without_a_case():
    assert "Edit case" in words(layout(CONTEXT))
