"""A case file becomes the case that was meant, field by field."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from rtcalc.casefile import load_case, parse_case
from rtcalc.errors import ProtocolError
from rtcalc.registry.location import builtin
from rtcalc.textfile import dumps, load

CASES = Path(__file__).parents[1] / "cases"


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


@pytest.fixture(scope="module")
def spine():
    return load_case(CASES / "spine-boost.yaml")


@pytest.fixture(scope="module")
def gist():
    return load_case(builtin() / "cases" / "gist-case-2.yaml")


def test_what_changes_limits_is_read_from_the_patient(spine):
    patient = spine.patient
    assert (patient.sex, patient.kidneys, patient.tags) == ("female", 1, ("anticoagulation",))
    assert (patient.volume_cc("Liver"), patient.volume_cc("Stomach"), patient.volume_cc("Heart")) == (620.0, None, None)
    assert [(what, str(when)) for what, when in patient.surgery] == [
        ("left nephrectomy", "2018-11-20"),
        ("right hepatectomy", "not stated"),
    ]


def test_organs_near_a_target_keep_distance_and_basis(spine):
    near = {(organ.organ, organ.distance_mm, organ.basis) for organ in spine.target("l1").near}
    assert near == {
        ("Jejunum_Ileum", 12.0, "stated"),
        ("SpinalCord", None, "stated"),
        ("Duodenum", None, "assumed"),
        ("SpinalCord", None, "assumed"),
    }
    assert spine.target("l1-boost").near is None  # not stated is not "nothing near"
    assert spine.target("l1").largest_mm == 31.0  # typed in cm
    # An organ named twice for one course counts once, as stated.
    assert {organ.organ: organ.basis for organ in spine.near(spine.course("spine"))}["SpinalCord"] == "stated"


def test_a_level_that_is_not_stated_is_none_not_a_level(spine):
    assert (spine.target("l1").level, spine.target("rib").level) == ("L1", None)


def test_planned_and_delivered_stand_beside_each_other(spine):
    main, boost = spine.course("spine").prescriptions
    assert (main.planned.text, main.delivered.text, main.given.text) == (
        "45 Gy / 5",
        "27 Gy / 3 + 20 Gy / 2",
        "27 Gy / 3 + 20 Gy / 2",
    )
    assert (main.to, main.isodose_percent) == ("PTV", 80.0)
    assert {str(metric): gray for metric, gray in main.metrics} == {
        "D98%": 43.2,
        "D95%": 45.0,
        "D50%": 51.3,
        "D2%": 55.4,
        "Dmax": 56.25,
    }
    assert (boost.to, boost.isodose_percent, boost.delivered) == ("GTV", None, None)
    assert spine.course("spine").targets == ("l1", "l1-boost")


def test_courses_keep_days_and_shared_sessions(spine):
    course = spine.course("spine")
    assert course.days == tuple(day(f"2026-03-{d}") for d in (16, 18, 20, 23, 25))
    assert (course.ptv_margin_mm, course.prv_margin_mm, course.heterogeneity_corrected) == (3.0, None, True)
    assert spine.course("rib").same_sessions_as == ("spine",)
    assert [spine.number(name) for name in ("abdomen-2019", "spine", "rib")] == [1, 2, 3]
    old = spine.course("abdomen-2019")
    assert (old.start.earliest, old.start.latest) == (day("2019-01-01"), day("2019-12-31"))
    assert (old.known_by, old.heterogeneity_corrected) == ("prescription", None)


def test_the_first_treatment_day_is_the_start_where_none_is_given():
    course = load_case(CASES / "rcc-t8.yaml").course("t8")
    assert course.start.exact == day("2026-03-16")
    assert course.calendar is True


def test_drugs_keep_dose_cycle_and_dates(spine):
    (sunitinib,) = spine.exposures
    first, second = sunitinib.periods
    assert (first.dose, first.cycle, first.last.exact) == ("50 mg/day", (28, 14), day("2026-02-22"))
    assert (second.first.earliest, second.first.latest) == (day("2026-03-27"), day("2026-04-30"))
    assert second.last.still
    assert sunitinib.during == (("spine", "off"), ("abdomen-2019", "unknown"))


def test_organ_doses_keep_unit_structure_and_origin(spine):
    doses = {str(dose) for dose in spine.doses(course="spine")}
    assert doses == {
        "Jejunum_Ileum Dmax 27.5 Gy (measured on loop)",
        "Jejunum_Ileum D2cc 19 Gy (measured on loop)",
        "SpinalCord D0.03cc 26.4 Gy (measured on cord)",
        "SpinalCord D0.35cc 20.5 Gy (measured on cord)",  # typed as 2050 cGy
        "Kidney_Cortex volume 140 cc",
        "Kidney_Cortex CV17.5Gy 128 cc",
    }
    assert {dose.origin for dose in spine.doses("Jejunum_Ileum", "abdomen-2019")} == {"published"}
    assert spine.volume_cc("Kidney_Cortex", "spine") == 140.0
    assert spine.organs(spine.course("rib")) == ()
    assert set(spine.organs(spine.course("spine"))) == {"Jejunum_Ileum", "SpinalCord", "Kidney_Cortex", "Duodenum"}


def test_what_the_user_added_or_accepted_is_kept(spine):
    (recovery,) = spine.recovery
    assert (recovery.organ, recovery.after_days, recovery.percent) == ("SpinalCord", 180, 25.0)
    assert spine.acknowledged == (
        "prescription as organ dose: SpinalCord, abdomen-2019",
        "dose grid of 2019 not at hand",
    )


def test_the_published_case_is_read_as_published(gist):
    # Case 2 of the paper: 4500 cGy in 5 sessions, after 60 days 4000 cGy in 4, then 32 Gy in 5 sessions.
    assert [course.prescriptions[0].planned.text for course in gist.courses] == ["45 Gy / 5", "40 Gy / 4", "32 Gy / 5"]
    assert (gist.target("pararenal").largest_mm, gist.target("supraclavicular").largest_mm) == (34.0, 46.0)
    assert str(gist.courses[1].start) == "60 d after pararenal-1 (its start or end: not stated)"
    assert str(gist.courses[2].start) == "a few months later"
    assert gist.source == ("gist-two-cases", "Case presentation, case 2")


def test_off_typed_in_a_drug_block_is_off(gist):
    imatinib, sunitinib = gist.exposures
    assert imatinib.during == (("pararenal-1", "off"), ("pararenal-2", "off"))
    assert sunitinib.during == (("supraclavicular-1", "on"),)


def test_none_reported_is_said_and_not_an_empty_list(gist):
    assert gist.organ_doses is None
    assert gist.doses() == ()


@pytest.mark.parametrize("path", sorted(CASES.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_case_written_again_is_the_same_case(path):
    data = load(path).data
    case = load_case(path)
    assert parse_case(dumps(data)) == case
    assert parse_case(json.dumps(data), "case.json") == case


def test_the_hash_follows_the_content_and_not_its_layout(gist):
    text = (builtin() / "cases" / "gist-case-2.yaml").read_text(encoding="utf-8")
    assert parse_case(f"# another comment\n\n{text}").sha256 == gist.sha256
    assert parse_case(text.replace("45 Gy / 5", "45.0 Gy / 5")).sha256 != gist.sha256


def test_not_stated_is_a_legal_word_of_every_optional_field():
    case = parse_case(
        """
schema_version: 1
id: all-unknown
disease: not stated
patient: {sex: not stated, kidneys: not stated, surgery: {any: not stated}, volumes: {Liver: not stated}}
targets:
  t: {site: not stated, region: not stated, level: not stated, near: not stated, largest: not stated, tissue: gist}
courses:
  c:
    prescription: {t: {dose: 45 Gy / 5, delivered: not stated, isodose: not stated, to: not stated}}
    start: not stated
    end: {after: not stated, before: not stated, printed: not stated}
    treatment_days: not stated
    technique: unknown
    margins: {PTV: not stated, PRV: not stated}
    heterogeneity_corrected: not stated
drugs:
  - {drug: x, periods: [{dose: not stated, cycle: not stated, first: not stated, last: not stated}]}
organ_doses: not stated
"""
    )
    (course,) = case.courses
    assert not course.start.stated
    assert not course.end.stated
    assert (case.patient.sex, case.patient.kidneys, case.organ_doses) == (None, None, None)
    assert case.exposures[0].periods[0].cycle is None
    assert course.prescriptions[0].delivered is None


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("dose: 45 Gy / 5", "dose: 45 Gy", ("courses", "pararenal-1", "prescription", "pararenal", "dose")),
        ("technique: cyberknife\n    start: 60 d", "start: 60 d", ("courses", "pararenal-2", "technique")),
        ("60 d after pararenal-1", "60 d after nothing", ("courses", "pararenal-2", "start")),
        ("during: {supraclavicular-1: on}", "during: {elsewhere: on}", ("drugs", 1, "during", "elsewhere")),
    ],
)
def test_a_refusal_leads_to_its_field(old, new, place):
    text = (builtin() / "cases" / "gist-case-2.yaml").read_text()
    assert old in text
    with pytest.raises(ProtocolError) as refused:
        parse_case(text.replace(old, new, 1))
    assert refused.value.place == place


# --- the document -----------------------------------------------------------------------------------------------------
ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "case-file.md").read_text(encoding="utf-8")


def test_the_whole_case_of_the_document_is_the_file_and_is_read():
    file = ROOT / "docs" / "examples" / "second-course.yaml"
    assert f"```yaml\n{file.read_text(encoding='utf-8')}```" in DOCUMENT
    assert [curve.file for curve in load_case(file).curves] == ["earlier-course.txt"]


def test_the_document_names_every_field():
    every = DOCUMENT.split("## Every field", 1)[1]
    schema = json.loads((ROOT / "protocols" / "schema" / "case.schema.json").read_text(encoding="utf-8"))
    blocks = [schema, *schema["$defs"].values()]
    fields = {name for block in blocks for name in block.get("properties", {})}
    order = {"printed"} | {"before"}  # of a time, which the first table shows
    assert sorted(name for name in fields - order if f"`{name}`" not in every) == []
