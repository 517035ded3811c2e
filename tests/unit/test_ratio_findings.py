"""What an assessment says of the range of alpha/beta: marks, converted limits, sums; never a row at its own number."""

from __future__ import annotations

from rtcalc.assessment import assess
from rtcalc.casefile import parse_case
from rtcalc.evidence import Severity

CASE = """
schema_version: 1
id: ranges
disease: not stated
targets:
  t: {site: not stated, region: abdomen, near: not stated, largest: not stated, tissue: TISSUE}
courses:
  one: {prescription: {t: {dose: FIRST}}, technique: sbrt, start: 2024-03-04, treatment_days: every weekday}
  two: {prescription: {t: {dose: 30 Gy / 5}}, technique: sbrt, start: 2026-03-02, treatment_days: every weekday}
organ_doses: ORGANS
limit_sets: [TG101]
"""


def finding(first: str, organs: str, tissue: str = "generic-tumour"):
    case = parse_case(CASE.replace("TISSUE", tissue).replace("FIRST", first).replace("ORGANS", organs))
    return next((found for found in assess(case).findings if found.rule == "alpha-beta-range"), None)


def test_a_mark_is_reached_up_to_an_alpha_beta_and_so_often_over_its_published_interval():
    # 60 Gy / 30 has BED 100 Gy at a/b 3.00: 60 x 2 / (100 - 60). Even between 12 and 16 Gy: never.
    found = finding("60 Gy / 30", "none reported", "nsclc")
    [even] = [line for line in found.details if line.startswith("t, one") and "KLEMENT2019" in line]
    assert "reaches 100 Gy only if a/b <= 3.00 Gy: 0 of 100000 draws, evenly between 12 and 16 Gy" in even
    assert found.severity is Severity.INFO


def test_a_converted_limit_says_where_it_turns():
    # 24 Gy / 4 against 22.2 Gy / 3: 24 + 144 / r = 22.2 + 164.28 / r at r = 20.28 / 1.8 = 11.27 Gy, rounded down.
    found = finding("40 Gy / 4", "{Duodenum: {one: {D0.035cc: 24 Gy}}}")
    assert any("D0.035cc 24 Gy / 4 against TG101 D0.035cc < 22.2 Gy / 3: exceeded only if a/b > 11.26" in line
               for line in found.details)  # fmt: skip


def test_a_limit_at_its_own_fraction_number_gets_no_probability():
    # clinical requirements 2.4: the same fraction number compares physical doses.
    assert finding("45 Gy / 5", "{Duodenum: {one: {D0.035cc: 24 Gy}}}") is None


def test_a_sum_is_given_at_both_ends_of_a_published_interval():
    # Heart Dmax 20 Gy / 5 twice: EQD2 at a/b 1: 20 x 5 / 3 = 33.3, at a/b 3: 20 x (7 / 3) / (5 / 3) = 28.0; on
    # different days the sum lies between one and both.
    found = finding("45 Gy / 5", "{Heart: {one: {Dmax: 20 Gy}, two: {Dmax: 20 Gy}}}")
    expected = "Heart Dmax, cumulative EQD2: 33.3-66.7 Gy at a/b 1, 28.0-56.0 Gy at a/b 3 (range, convention)."
    assert expected in found.details
