"""One cord dose, three sets that disagree: every row asked and answered, one finding, the strictest named.

Expected numbers: clinical requirements P6 and the report 3c. Limits: TG-101 Table III (30 Gy), Timmerman 2022 (28 Gy)
and HyTEC (Sahgal 2021, 25.3 Gy), all for the near-maximum of the cord in 5 fractions.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

import rtcalc as rt
from rtcalc.evidence import Severity
from rtcalc.findings import State

CASE = Path(__file__).parents[1] / "cases" / "rcc-t8-three-sets.yaml"


@pytest.fixture(scope="module")
def case():
    return rt.load_case(CASE)


@pytest.fixture(scope="module")
def found(case):
    return rt.assess(case)


def near_max(found):
    return [finding for finding in found.findings if finding.id == "organ-limit/SpinalCord-near-max/t8"]


def test_three_sets_give_one_finding_with_all_three_answers(found):
    (finding,) = near_max(found)
    # 26.4 / 30 = 88.0 %, 26.4 / 28 = 94.29 %, 26.4 / 25.3 = 104.35 %.
    assert [(v.set_id, v.bound, v.state, round(v.percent, 2)) for v in finding.verdicts] == [
        ("TG101", "< 30 Gy", State.PASS, 88.0),
        ("TIMMERMAN2022", "< 28 Gy", State.PASS, 94.29),
        ("HYTEC", "<= 25.3 Gy", State.EXCEEDED, 104.35),
    ]


def test_sets_that_disagree_warn_and_do_not_stop(found):
    (finding,) = near_max(found)
    assert finding.severity is Severity.WARNING
    assert finding.sentence == (
        "SpinalCord D0.035cc 26.4 Gy (cord): HYTEC D0.035cc <= 25.3 Gy exceeded (104.3 %). "
        "Sets disagree; strictest HYTEC."
    )
    # 26.4 - 25.3 = 1.10 Gy.
    assert [str(change) for change in finding.would_change] == [
        "SpinalCord D0.035cc <= 25.3 Gy: HYTEC met (1.10 Gy less)"
    ]
    assert all(other.severity is not Severity.STOP for other in found.findings)


def test_the_paper_of_the_row_is_cited_and_not_the_overview_of_its_set(found):
    (finding,) = near_max(found)
    assert finding.sources == ("TG101", "TIMMERMAN2022", "HYTEC_CORD")


def test_all_fourteen_limits_are_answered(found):
    requested = [v for v in found.verdicts if v.state is not State.NOT_APPLICABLE]
    assert Counter(v.set_id for v in requested) == {"TG101": 7, "TIMMERMAN2022": 4, "HYTEC": 3}
    assert Counter(v.state for v in requested) == {State.PASS: 12, State.NEAR: 1, State.EXCEEDED: 1}
    assert found.complete


def test_the_row_of_the_other_sex_is_not_applicable(found):
    (other,) = [v for v in found.verdicts if v.state is State.NOT_APPLICABLE]
    assert (other.limit, other.note) == ("TIMMERMAN2022.Lungs.5fx.CV12.5Gy.female", "for another population: female")


def test_a_woman_is_held_against_the_row_for_women(case):
    found = rt.assess(replace(case, patient=replace(case.patient, sex="female")))
    states = {v.limit: (v.state, v.bound) for v in found.verdicts if ".CV12.5Gy." in v.limit and v.organ == "Lungs-GTV"}
    assert states == {
        "TIMMERMAN2022.Lungs.5fx.CV12.5Gy.female": (State.PASS, ">= 950 cc and 1/3 of the organ"),
        "TIMMERMAN2022.Lungs.5fx.CV12.5Gy.male": (State.NOT_APPLICABLE, ">= 1500 cc and 1/3 of the organ"),
    }


def test_without_the_sex_both_lung_rows_wait_for_it(case):
    found = rt.assess(replace(case, patient=replace(case.patient, sex=None)))
    waiting = {v.limit: v.missing for v in found.verdicts if v.state is State.NOT_EVALUABLE}
    assert waiting == {
        f"TIMMERMAN2022.Lungs.5fx.CV12.5Gy.{sex}": (f"whether the patient is of this population: {sex}",)
        for sex in ("female", "male")
    }
    assert not found.complete


def test_re_irradiation_never_speaks_of_a_cord_without_earlier_dose(case):
    # 26.4 Gy in 5 fractions is 48.0 Gy EQD2 at a/b 2, below the 70 Gy of the re-irradiation criterion.
    for dose in (rt.assess(case).verdicts, rt.assess(replace(case, limit_sets=("HYTEC",))).verdicts):
        assert "HYTEC.SpinalCord.1-5fx.Dmax" not in {v.limit for v in dose}


def test_exceeded_in_every_set_stops(case):
    # 30.5 Gy is above 30, 28 and 25.3 Gy.
    doses = tuple(
        replace(dose, value=30.5) if str(dose.metric) == "D0.035cc" and dose.organ == "SpinalCord" else dose
        for dose in case.organ_doses
    )
    (finding,) = near_max(rt.assess(replace(case, organ_doses=doses)))
    assert finding.severity is Severity.STOP
    assert "Sets disagree" not in finding.sentence
