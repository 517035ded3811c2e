"""Rows for a population: answered for it, not applicable to others, and waiting where the case does not tell."""

from __future__ import annotations

import pytest

from rtcalc.assessment import assess
from rtcalc.case import OrganDose, Patient
from rtcalc.casefile import parse_case
from rtcalc.dates import When
from rtcalc.evidence import Evidence
from rtcalc.findings import State
from rtcalc.limits import Limit, Metric
from rtcalc.organ_doses import Known
from rtcalc.populations import holds
from rtcalc.registry import Registry
from rtcalc.tissues import AlphaBeta
from rtcalc.verdicts import Asked, asked, evaluate


def after(*operations):
    return Patient(surgery=tuple((operation, When()) for operation in operations))


@pytest.mark.parametrize(
    ("population", "patient", "expected"),
    [
        ("female", Patient(sex="female"), True),
        ("female", Patient(sex="male"), False),
        ("female", Patient(), None),
        ("male", Patient(sex="male"), True),
        ("male", Patient(sex="female"), False),
        ("male", Patient(), None),
        ("solitary kidney", Patient(kidneys=1), True),
        ("solitary kidney", Patient(kidneys=2), False),
        ("solitary kidney", Patient(kidneys=0), False),
        ("solitary kidney", Patient(), None),
        ("after hepatectomy", after("right hepatectomy"), True),
        ("after hepatectomy", after("appendectomy", "Left Hemihepatectomy"), True),
        ("after hepatectomy", after("liver resection, segments 5 and 6"), True),
        # An operation that is not listed was not necessarily not done.
        ("after hepatectomy", after("appendectomy"), None),
        ("after hepatectomy", after("no hepatectomy"), None),
        ("after hepatectomy", after("right hepatectomy planned"), None),
        ("after hepatectomy", after("hepatic artery embolisation"), None),
        ("after hepatectomy", Patient(), None),
        ("primary liver cancer", Patient(sex="male", kidneys=1, tags=("primary liver cancer",)), None),
        ("Female", Patient(sex="female"), None),
    ],
)
def test_a_population_is_read_from_the_facts_or_not_known(population, patient, expected):
    assert holds(population, patient) is expected


def row(bound, fractions=5, source="S", **fields):
    return Limit(
        source=source,
        place="T",
        evidence=Evidence.TWO_SOURCES,
        id=f"r{fractions}",
        set_id="SET",
        organ="Kidney_L",
        applies_to=("Kidney_L",),
        structure="kidney",
        fractions=(fractions, fractions),
        metric=Metric.parse("D0.035cc"),
        op="<",
        value=bound,
        unit="Gy",
        endpoint="e",
        **fields,
    )


def known(patient, fractions=5):
    dose = OrganDose(organ="Kidney_L", course="c", metric=Metric.parse("D0.035cc"), value=10.0, unit="Gy")
    ratio = AlphaBeta(gray=2.0, source="S", place="T", evidence=Evidence.TWO_SOURCES)
    return Known(organ="Kidney_L", course="c", fractions=fractions, doses=(dose,), alpha_beta=ratio, patient=patient)


@pytest.mark.parametrize(
    ("patient", "state"),
    [
        (Patient(kidneys=1), State.PASS),
        (Patient(kidneys=2), State.NOT_APPLICABLE),
        (Patient(), State.NOT_EVALUABLE),
    ],
)
def test_a_row_is_answered_by_what_is_known_of_the_patient(patient, state):
    own = evaluate(Asked(below=row(20.0, population="solitary kidney")), known(patient))
    assert own.state is state
    pair = asked(
        [row(15.0, 3, population="solitary kidney"), row(20.0, 5, population="solitary kidney")], "Kidney_L", 4
    )
    assert [evaluate(question, known(patient, 4)).state for question in pair] == [state]


def test_what_is_missing_and_for_whom_a_row_is_are_named():
    question = Asked(below=row(20.0, population="solitary kidney"))
    assert evaluate(question, known(Patient())).missing == (
        "whether the patient is of this population: solitary kidney",
    )
    other = evaluate(question, known(Patient(kidneys=2)))
    assert (other.note, other.missing, other.percent) == ("for another population: solitary kidney", (), None)


def test_rows_of_two_populations_or_two_papers_are_no_pair_to_convert_between():
    upper = row(20.0, 5)
    for lower in (row(15.0, 3, population="solitary kidney"), row(15.0, 3, source="other")):
        (question,) = asked([lower, upper], "Kidney_L", 4)
        assert question.below is question.above is upper
        assert evaluate(question, known(Patient(kidneys=1), 4)).state is State.NOT_EVALUABLE


OWN = """schema_version: 1
id: OWN
title: limits of the department
source: TG101
note: for one kidney
limits:
  - id: OWN.Kidney
    organ: Kidney_L
    applies_to: [Kidney_L]
    structure: kidney
    fractions: 5
    metric: D0.035cc
    limit: < 12 Gy
    population: solitary kidney
    endpoint: e
    evidence: two-sources
"""
CASE = """schema_version: 1
id: one-kidney
disease: renal cell carcinoma
{patient}
targets:
  a: {{site: adrenal gland, region: abdomen, near: {{stated: [Kidney_L]}}, largest: not stated, tissue: rcc}}
  b: {{site: vertebra L1, region: spine, near: not stated, largest: not stated, tissue: rcc}}
courses:
  a: {{prescription: {{a: {{dose: 40 Gy / 5}}}}, technique: sbrt}}
  b: {{prescription: {{b: {{dose: 30 Gy / 5}}}}, technique: sbrt, same_sessions_as: [a]}}
organ_doses: {doses}
limit_sets: [OWN]
"""
BOTH = "{Kidney_L: {a: {D0.035cc: 4 Gy, Dmax: 5 Gy}, b: {D0.035cc: 3 Gy, Dmax: 4 Gy}}}"


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    folder = tmp_path_factory.mktemp("own")
    (folder / "constraints").mkdir()
    (folder / "constraints" / "own.yaml").write_text(OWN, encoding="utf-8")
    return Registry(folder)


@pytest.mark.parametrize(
    ("patient", "state"),
    [
        ("patient: {kidneys: 1}", State.PASS),  # 4 + 4 Gy and 5 + 3 Gy are at most 8 Gy, below 12
        ("patient: {kidneys: 2}", State.NOT_APPLICABLE),
        ("patient: {kidneys: not stated}", State.NOT_EVALUABLE),
    ],
)
def test_courses_of_the_same_sessions_ask_for_the_population_first(registry, patient, state):
    found = assess(parse_case(CASE.format(patient=patient, doses=BOTH)), registry)
    (verdict,) = found.verdicts
    assert verdict.state is state
    if state is State.NOT_EVALUABLE:
        assert verdict.missing == ("whether the patient is of this population: solitary kidney",)


@pytest.mark.parametrize(
    ("patient", "shown"),
    [("patient: {kidneys: 1}", True), ("patient: {kidneys: 2}", False), ("patient: {sex: male}", False)],
)
def test_the_screen_shows_a_row_for_its_own_population_only(registry, patient, shown):
    found = assess(parse_case(CASE.format(patient=patient, doses="none reported")), registry)
    assert any(finding.rule == "limit-over-prescription" for finding in found.findings) is shown
