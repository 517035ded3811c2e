"""The calculator without a browser: typed text to view models, view models to components, callbacks as plain calls."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pytest

from rtcalc.errors import DomainError
from rtcalc.registry import Registry
from rtcalc_app.context import Context
from rtcalc_app.display import Display
from rtcalc_app.pages.calculator import answers, exchange, tab_answers
from rtcalc_app.services.calculator import curves, export, opening
from rtcalc_app.services.calculator.form import Form, ScheduleForm, TissueForm
from rtcalc_app.services.calculator.notices import notices
from rtcalc_app.services.calculator.reading import ratio, read
from rtcalc_app.services.calculator.sheet import Sheet
from rtcalc_app.services.calculator.tissues import table
from rtcalc_app.settings import Settings

REGISTRY = Registry()
CONTEXT = Context(REGISTRY, Settings())
TODAY = date(2026, 3, 2)
GRAY = Display()


def sheet(*schedules: dict[str, str], tumour: str = "10", late: str = "3", **given: object) -> Sheet:
    """A sheet of these schedules, the tissues being generic."""
    forms = tuple(ScheduleForm(**one) for one in schedules)
    tissues = {"tumour": TissueForm(tissue="own", ratio=tumour), "late": TissueForm(tissue="own", ratio=late)}
    return Sheet.of(Form(schedules=forms, **{**tissues, **given}))


def shown(total: str, fractions: str, tumour: str, **given: str):
    return sheet({"total": total, "fractions": fractions, **given}, tumour=tumour).rows(GRAY)[0]


# --- the expected numbers ------------------------------------------------------------------------------------------
def test_the_first_screen_is_45_gray_in_5():
    found = Sheet.of(Form()).rows(GRAY)[0]
    # by hand: 45 (1 + 9/10) = 85.5; / 1.2 = 71.25 -> 71.3; 405/55 = 7.3636 -> 7.36; 45 (1 + 9/3) = 180; / (5/3) = 108
    assert (found.tumour_bed, found.tumour_eqd2) == ("85.5 Gy₁₀", "71.3 Gy")
    assert (found.reached, found.break_even) == ("not reached", "only if α/β ≤ 7.36 Gy")
    assert (found.late_bed, found.late_eqd2) == ("180.0 Gy₃", "108.0 Gy")


@pytest.mark.parametrize(
    ("total", "fractions", "tumour", "bed", "word"),
    [
        ("50", "5", "10", "100.0 Gy₁₀", "reached exactly"),  # by hand: 50 (1 + 10/10)
        ("60", "30", "3", "100.0 Gy₃", "reached exactly"),  # by hand: 60 (1 + 2/3)
        ("58.8", "28", "3", "99.96 Gy₃", "not reached"),  # by hand: 58.8 (1 + 2.1/3) = 99.96
        ("54", "3", "10", "151.2 Gy₁₀", "reached"),  # by hand: 54 (1 + 18/10)
    ],
)
def test_the_flag_never_contradicts_the_number_beside_it(total, fractions, tumour, bed, word):
    found = shown(total, fractions, tumour)
    assert (found.tumour_bed, found.reached) == (bed, word)


def test_the_maximum_of_the_plan_stands_beside_the_prescription():
    found = shown("45", "5", "10", isodose="80 %")
    assert found.maximum == "maximum 56.3 Gy (prescribed to 80 %)"  # by hand: 45 / 0.8 = 56.25
    assert found.at_maximum == "at maximum reached, 119.5 Gy₁₀"  # by hand: 56.25 (1 + 11.25/10) = 119.53
    assert shown("45", "5", "10", isodose="unknown").maximum == "isodose unknown, maximum unknown"


def test_a_difference_is_of_eqd2_against_the_first():
    found = sheet({"total": "45", "fractions": "5"}, {"fractions": "5", "each": "8"}, {"total": "45", "fractions": "5"})
    rows = found.rows(GRAY)
    # by hand: 40 (1 + 8/10) / 1.2 = 60; 60 - 71.25 = -11.25, -15.8 %; late 40 (1 + 8/3) / (5/3) = 88; 88 - 108
    assert (rows[1].tumour_difference, rows[1].late_difference) == ("−11.3 Gy (−15.8 %)", "−20.0 Gy (−18.5 %)")
    assert (rows[0].tumour_difference, rows[2].tumour_difference) == ("—", "equal")


def test_centigray_and_comma_are_only_shown():
    found = Sheet.of(Form()).rows(Display("cGy", comma=True))[0]
    assert (found.schedule, found.tumour_bed, found.break_even) == (
        "4500 cGy / 5",
        "8550 cGy₁₀",
        "only if α/β ≤ 7,36 Gy",
    )


# --- what is typed -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        pytest.param({"total": "45"}, "fractions", "Enter fractions or dose per fraction", id="A1"),
        pytest.param({"fractions": "5"}, "each", "Enter dose per fraction or total dose", id="A1-each"),
        pytest.param({}, "total", "Enter two of", id="A1-none"),
        pytest.param({"total": "45", "fractions": "0"}, "fractions", "a whole number from 1 to 200", id="A2-0"),
        pytest.param({"total": "45", "fractions": "-5"}, "fractions", "a whole number from 1 to 200", id="A2--5"),
        pytest.param({"total": "45", "fractions": "2.5"}, "fractions", "whole number", id="A2-2.5"),
        pytest.param({"total": "45", "fractions": "1e9"}, "fractions", "whole number", id="A2-1e9"),
        pytest.param({"fractions": "5", "each": "0"}, "each", "must be from 0.001 Gy to 1000 Gy", id="A3-0"),
        pytest.param({"fractions": "5", "each": "-2"}, "each", "must be from", id="A3--2"),
        pytest.param({"fractions": "5", "each": "NaN"}, "each", "is not a number", id="A3-nan"),
        pytest.param({"fractions": "5", "each": "inf"}, "each", "is not a number", id="A3-inf"),
        pytest.param({"fractions": "5", "each": "1e308"}, "each", "must be from", id="A3-1e308"),
        pytest.param({"fractions": "5", "each": "1.234,5"}, "each", "two meanings", id="A6"),
        pytest.param({"total": "50", "fractions": "5", "each": "9"}, "total", "5 Gy apart; drop one", id="A8"),
        pytest.param({"total": "45", "fractions": "5", "isodose": "0"}, "isodose", "from 10 % to 100 %", id="isodose"),
    ],
)
def test_a_field_says_what_is_wrong_and_no_number_is_shown(fields, field, said):
    reading = read(ScheduleForm(**fields))
    assert said in reading.problems[field]
    row = sheet(fields).rows(GRAY)[0]
    assert (row.tumour_bed == "—") == (field != "isodose")


@pytest.mark.parametrize("text", ["0", "-3", "inf", "1e9", "", "abc", "3.0000001"])
def test_A4_an_alpha_beta_outside_the_model_clears_what_rests_on_it(text):
    found = sheet({"total": "45", "fractions": "5"}, tumour=text)
    row = found.rows(GRAY)[0]
    assert found.problems["tumour"]
    assert (row.tumour_bed, row.reached, row.late_bed) == ("—", "—", "180.0 Gy₃")


@pytest.mark.parametrize("text", ["1,8", "1.8 Gy", "１.８", "1.8\N{NO-BREAK SPACE}Gy", "180 cGy"])
def test_A5_what_has_one_meaning_is_taken(text):
    assert read(ScheduleForm(fractions="25", each=text)).schedule.text == "45 Gy / 25"


def test_A7_gray_that_look_like_centigray_are_shown_with_an_offer():
    found = notices(sheet({"fractions": "25", "each": "200"}), REGISTRY)
    warning = next(one for one in found if one.kind == "warning")
    assert [offer.words for offer in warning.offers] == ["Did you mean 200 cGy (dose per fraction)?"]
    assert warning.offers[0].fields == {"each": "200 cGy"}


def test_A8_each_of_three_that_disagree_can_be_dropped():
    reading = read(ScheduleForm(total="50", fractions="5", each="9"))
    assert [offer.fields for offer in reading.offers] == [{"total": ""}, {"fractions": ""}, {"each": ""}]
    assert read(ScheduleForm(total="45", fractions="5", each="9")).schedule.text == "45 Gy / 5"


def test_A9_a_dose_per_fraction_that_does_not_end_leaves_the_total_as_typed():
    row = shown("60", "37", "10")
    assert (row.schedule, row.each) == ("60 Gy / 37", "≈ 1.6216 Gy per fraction")  # by hand: 60 / 37 = 1.62162...


def test_fractions_that_would_not_be_whole_come_with_the_nearest_that_are():
    reading = read(ScheduleForm(total="50", each="9"))
    assert reading.schedule is None
    for offer in reading.offers:
        changed = {"total": "50", "each": "9", "fractions": "", **offer.fields}
        assert read(ScheduleForm(**changed)).schedule is not None
    assert read(ScheduleForm(total="24.6", each="8.2")).schedule.fractions == 3  # 24.6 / 8.2 is 3.0000000000000004


@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        pytest.param({"total": "24", "fractions": "2"}, "well tested up to about 10 Gy", id="A10"),
        pytest.param({"total": "120", "fractions": "60"}, "above 90 Gy in total", id="A11"),
        pytest.param({"total": "45", "fractions": "5", "isodose": "unknown"}, "isodose is unknown", id="isodose"),
    ],
)
def test_a_doubt_is_said_and_the_result_stays(schedule, said):
    found = sheet(schedule)
    assert any(said in one.text for one in notices(found, REGISTRY))
    assert found.rows(GRAY)[0].tumour_bed != "—"


def test_A11_the_commonest_lung_schedules_are_not_doubted():
    # EQD2 at 3 Gy is above 150 Gy for 54/3 and 60/5: the bound is on the physical dose, as in every other output
    for total, fractions in (("54", "3"), ("60", "5"), ("48", "4")):
        assert not [
            one for one in notices(sheet({"total": total, "fractions": fractions}), REGISTRY) if one.kind == "warning"
        ]


def test_A12_an_alpha_beta_outside_what_is_published_is_named_with_the_range():
    form = Form(tumour=TissueForm(tissue="prostate", ratio="5"))
    found = [one.text for one in notices(Sheet.of(form), REGISTRY) if one.kind == "caution"]
    assert any("5 Gy is outside what is published for prostate adenocarcinoma, 0.9 to 2.2 Gy" in text for text in found)


SHAPES = (None, 3, "x", [], {"schedules": "x"}, {"schedules": [None, 3]}, {"tumour": 3, "late": []},
          {"schedules": [{}] * 50, "selected": 99}, {"schedules": [{"total": "9" * 5000}]})  # fmt: skip


@pytest.mark.parametrize("state", SHAPES)
def test_a_state_of_any_shape_is_answered(state):
    assert len(answers.answer(state, "gy", 4, None, CONTEXT)) == 5
    for tab, names in ((tab_answers.missed_days, 8), (tab_answers.models, 3), (tab_answers.solutions, 5)):
        assert len(tab(state, "gy", "point", (None,) * names, CONTEXT)) == names + 1
    assert len(tab_answers.isoeffect(state, None, None, True)) == 3


# --- charts, tabs --------------------------------------------------------------------------------------------------
def test_the_chart_says_in_words_where_it_crosses_and_stays_readable():
    found = curves.bed_curve(sheet({"total": "45", "fractions": "5"}), REGISTRY, GRAY)
    assert found.summary == "45 Gy / 5 reaches BED 100 Gy up to α/β 7.36 Gy."
    assert found.lines[0].crossing == pytest.approx(45 * 9 / 55)
    assert found.x[0] == 1.0
    assert found.ceiling < max(found.lines[0].y)  # 450 Gy at a/b 1
    assert ("10", "85.5") in found.rows


def test_a_negative_published_interval_is_drawn_from_zero_and_printed_as_published():
    form = Form(tumour=TissueForm(tissue="melanoma", ratio="0.6"))  # THAMES1990: 0.6 (-1.1 to 2.5)
    band = curves.bed_curve(Sheet.of(form), REGISTRY, GRAY).bands[0]
    assert (band.low, band.high) == (0.0, 2.5)
    assert any("-1.1 to 2.5" in words for _, words in table(REGISTRY)["melanoma"]["values"])


def text_of(component: object) -> str:
    return json.dumps(component, default=lambda one: one.to_plotly_json())


def test_missed_days_cost_what_the_library_says():
    week = "2026-03-30, 2026-03-31, 2026-04-01, 2026-04-02, 2026-04-03"
    typed = ("2026-03-02", "every weekday", "", week, "own", "0.9", "BED", "28")
    state = Form(schedules=(ScheduleForm(total="70", fractions="35"),)).to_dict()
    answer = text_of(tab_answers.missed_days(state, "gy", "point", typed, CONTEXT))
    # by hand: a missed week is 7 days later, 7 x 0.9 = 6.3 Gy; larger fractions of 2.30 Gy (the library's own example)
    assert "+6.3 Gy" in answer
    assert "2.30 Gy" in answer
    assert "none is recommended here" in answer


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("2026-02-30", "every weekday", "", "", "none", "", "", ""), "2026-02-30"),
        (("0026-03-02", "every weekday", "", "", "none", "", "", ""), "0026"),
        (("2026-03-01", "every weekday", "", "", "none", "", "", ""), "no treatment day"),
        (("2026-03-02", "every weekday", "", "2026-03-07", "none", "", "", ""), "2026-03-07"),
        (("2026-03-02", "every weekday", "", "2026-03-06", "none", "", "", ""), "choose a tumour time factor"),
        (("2026-03-02", "every weekday", "", "", "breast", "", "", ""), "states no kick-off time"),
        (("2026-03-02", "every weekday", "", "", "own", "0.9", "", "28"), "Say whether K is BED or EQD2"),
        (("2026-03-02", "every weekday", "", "", "own", "", "BED", "28"), "Enter k"),
        (("2026-03-02", "every weekday", "", "", "nowhere", "", "", ""), "Choose a time factor"),
        (("2026-03-02", "every weekday", "", "", "nsclc", "", "", ""), "does not state"),
        (("2026-03-02", "never", "", "", "none", "", "", ""), "write 'every weekday'"),
    ],
)
def test_A13_a_date_or_a_time_factor_that_cannot_be_used_is_named(typed, said):
    state = Form(schedules=(ScheduleForm(total="60", fractions="30"),)).to_dict()
    answer, *errors = tab_answers.missed_days(state, "gy", "point", typed, CONTEXT)
    assert said in " ".join(errors)
    assert "say what is missing" in text_of(answer)


def test_high_dose_models_stand_beside_lq_and_are_not_compared_with_limits():
    answer = text_of(tab_answers.models(Form().to_dict(), "gy", "point", ("6", "", ""), CONTEXT))
    assert "165.0 Gy" in answer  # by hand, late 3 Gy: 5 (6 (1 + 6/3) + 5 (9 - 6)) = 165
    assert "85.5 Gy" in answer
    assert "never compared" in answer
    assert "what-if" in answer


def test_solving_rounds_a_required_dose_up_and_an_allowed_one_down():
    up = text_of(tab_answers.solutions(Form().to_dict(), "gy", "point", ("tumour", "BED", "100", "", "3"), CONTEXT))
    assert "13.93 Gy" in up  # by hand: 41.7890/3 = 13.9297 -> up
    down = text_of(tab_answers.solutions(Form().to_dict(), "gy", "point", ("late", "BED", "100", "", "3"), CONTEXT))
    assert "8.61 Gy" in down  # by hand: 2·100/(1 + sqrt(1 + 400/9)) / 3 = 8.6107 -> down
    sizes = text_of(tab_answers.solutions(Form().to_dict(), "gy", "point", ("tumour", "BED", "100", "9", ""), CONTEXT))
    assert "54.00 Gy" in sizes


# --- what leaves and what comes in ---------------------------------------------------------------------------------
def test_the_note_is_ascii_with_version_and_date():
    text = export.note(Sheet.of(Form()), REGISTRY, GRAY, TODAY)
    assert text.isascii()
    assert "BED(a/b 10) 85.5 Gy, EQD2(a/b 10) 71.3 Gy; BED 100 Gy not reached, only if a/b <= 7.36 Gy" in text
    assert "2026-03-02" in text
    assert "rtcalc 0.1.0" in text


def test_A19_no_cell_of_the_table_is_a_formula():
    rows = list(
        csv.reader(io.StringIO(export.spreadsheet(sheet({"total": "=cmd()|x", "fractions": "5"}), REGISTRY, TODAY)))
    )
    assert "BED_Gy" in rows[0]
    assert rows[1][0].startswith("'=cmd()")
    assert not [cell for row in rows for cell in row if cell[:1] in tuple("=+-@")]
    whole = list(csv.DictReader(io.StringIO(export.spreadsheet(Sheet.of(Form()), REGISTRY, TODAY))))
    assert [(row["role"], row["BED_Gy"], row["EQD2_Gy"]) for row in whole] == [
        ("tumour", "85.5", "71.3"),
        ("late", "180.0", "108.0"),
    ]


def test_an_isodose_that_cannot_be_read_is_not_called_unknown():
    found = export.spreadsheet(sheet({"total": "45", "fractions": "5", "isodose": "0"}), REGISTRY, TODAY)
    line = next(csv.DictReader(io.StringIO(found)))
    assert (line["prescription_isodose_percent"], line["BED_Gy"]) == ("", "85.5")
    assert "from 10 % to 100 %" in line["problem"]


def test_A19_a_long_paste_is_limited_and_says_so():
    found, left = opening.pasted("\n".join(["45 Gy / 5"] * 1000))
    assert len(found) == 6
    assert "six" in left[0] or "6 schedules are the most" in left[0]
    assert opening.pasted("x" * 100_000) == ([], ["100000 characters; at most 10000 are read, one schedule a line"])
    found, left = opening.pasted("45 Gy / 5\n😀\n=cmd()\n50 Gy / 25 + 16 Gy / 8")
    assert (len(found), len(left)) == (1, 3)


def test_a_saved_file_opens_with_the_same_fields_and_results():
    form = Form(schedules=(ScheduleForm(total="45", fractions="5", isodose="80"), ScheduleForm(total="4,5x")))
    text = export.document(Sheet.of(form), REGISTRY, TODAY)
    again = opening.open_document(text, "mine.json")
    assert again == form
    assert export.document(Sheet.of(again), REGISTRY, TODAY) == text


def _changed(**given: object) -> str:
    body = json.loads(export.document(Sheet.of(Form()), REGISTRY, TODAY))
    body.update(given)
    del body["sha256"]
    return json.dumps({**body, "sha256": export.digest(body)})


SAVED = export.document(Sheet.of(Form()), REGISTRY, TODAY)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(_changed(schema_version=2), "field schema_version: 2", id="newer"),
        pytest.param(SAVED[:200], "line ", id="truncated"),
        pytest.param(SAVED.replace('"unit"', '"late"'), "field 'late': stands twice", id="twice"),
        pytest.param(SAVED.replace("85.5", "NaN"), "NaN is not a number", id="nan"),
        pytest.param(SAVED.replace("85.5", "1e999"), "1e999 is not a number", id="1e999"),
        pytest.param(SAVED.replace('"45"', '"54"'), "field sha256", id="hash"),
        pytest.param(_changed(kind="case"), "field kind", id="kind"),
        pytest.param(_changed(inputs=None), "field inputs", id="inputs"),
        pytest.param(_changed(inputs={"schedules": []}), "inputs.schedules", id="none"),
        pytest.param(_changed(inputs={"schedules": [{"total": 45}]}), "inputs.schedules[0]", id="shape"),
        pytest.param("[" * 100_000, "such depth", id="deep"),
        pytest.param('{"a": ' + "9" * 5000 + "}", "such numbers", id="digits"),
        pytest.param('{"kind": "rtcalc calculator", "schema_version": 1, "a": "\\ud800"}', "sha256", id="surrogate"),
        pytest.param("[]", "field kind", id="list"),
        pytest.param("x" * 200_001, "200001 characters", id="long"),
    ],
)  # fmt: skip
def test_A21_a_file_that_cannot_be_trusted_changes_nothing(text, said):
    with pytest.raises(DomainError, match=r"mine\.json") as problem:
        opening.open_document(text, "mine.json")
    assert said in str(problem.value)
    command, words = exchange.opened({"name": "mine.json", "text": text, "size": len(text)})
    assert not isinstance(command, dict)
    assert words


@pytest.mark.parametrize("file", [None, 3, {}, {"name": 3, "text": "x"}, {"name": "a", "text": "", "size": 10**9}])
def test_a_file_message_of_any_shape_is_answered(file):
    assert exchange.opened(file)[1]


def test_an_alpha_beta_reads_with_its_unit():
    assert ratio("300 cGy", "Late alpha/beta") == 3.0


def test_names_of_the_registry_are_text_for_the_page():
    known = table(REGISTRY)
    assert known["prostate"]["values"][0] == ["1.4", "1.4 Gy (95 % CI 0.9 to 2.2), biochemical control [MIRALBELL2012]"]
