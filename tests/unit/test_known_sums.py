"""Sums of courses that are known voxel by voxel, together with bounds for the others: worked by hand."""

from dataclasses import replace
from typing import Any

import pytest

from rtcalc.assessment import assess
from rtcalc.budget import remaining
from rtcalc.case import Case, OrganSum
from rtcalc.casefile import parse_case
from rtcalc.cumulative import Part, in_eqd2
from rtcalc.doses import EQD2
from rtcalc.history import History
from rtcalc.known_sums import known_sums
from rtcalc.limits import Metric
from rtcalc.organ_courses import OrganCourse, Overlap

DMAX, D2CC = Metric("max"), Metric.parse("D2cc")


def summed(metric: Metric, value: float, within: float, *courses: str, **changes: Any) -> OrganSum:
    given: dict[str, Any] = {"organ": "Duodenum", "alpha_beta": 3.0, "unit": "Gy", "how": "one frame of reference"}
    return OrganSum(metric=metric, value=value, within=within, courses=courses, **{**given, **changes})


PAIR = [summed(D2CC, 40.0, 45.0, "1", "2"), summed(DMAX, 50.0, 60.0, "1", "2")]


def test_a_sum_of_some_courses_is_one_course_to_the_others() -> None:
    """Course 3: D2cc 10 Gy, Dmax 20 Gy in 5, a/b 3: 10 (2 + 3)/5 = 10 and 20 (4 + 3)/5 = 28 Gy.

    D2cc of all three is at least 40 Gy, and at most the less of 45 + 28 and 60 + 10 Gy (clinical_requirements 2.1).
    """
    known = known_sums(PAIR, D2CC, "Duodenum", 3.0, [("1",), ("2",), ("3",)])
    third = Part(course="3", gray=10.0, max_gray=20.0, fractions=5)
    found = in_eqd2(D2CC, [third], 3.0, known)
    assert (found.low, found.high, found.plain_sum) == pytest.approx((40.0, 70.0, 50.0))
    assert (found.summed, found.how) == (("1", "2"), "one frame of reference")
    without = in_eqd2(D2CC, [replace(third, max_gray=None)], 3.0, known)
    assert without.high == pytest.approx(70.0)  # 60 + 10 needs no Dmax of course 3
    no_top = in_eqd2(D2CC, [third], 3.0, [replace(known[0], max_within=None)])
    assert no_top.high == pytest.approx(73.0)


def test_a_sum_of_all_courses_is_the_answer_with_the_highest_within_3_mm() -> None:
    found = in_eqd2(D2CC, [], 3.0, known_sums(PAIR, D2CC, "Duodenum", 3.0, [("1",), ("2",)]))
    assert (found.low, found.high, found.summed) == (40.0, 45.0, ())


@pytest.mark.parametrize(
    ("sums", "sessions", "chosen"),
    [
        (PAIR, [("1",), ("3",)], []),  # course 2 is not asked
        (PAIR, [("1", "3"), ("2",)], []),  # 1 and 3 share their sessions: a part of one is no sum
        ([summed(D2CC, 1, 1, "1", "2", organ="Stomach")], [("1",), ("2",)], []),
        ([summed(D2CC, 1, 1, "1", "2", alpha_beta=4.0)], [("1",), ("2",)], []),
        ([summed(D2CC, 1, 1, "1", "2", measured_on="PRV")], [("1",), ("2",)], []),
        ([*PAIR, summed(D2CC, 1, 1, "1", "2", "3")], [("1",), ("2",), ("3",)], [("1", "2", "3")]),
        ([*PAIR, summed(D2CC, 1, 1, "3", "4")], [("1",), ("2",), ("3",), ("4",)], [("1", "2"), ("3", "4")]),
        ([*PAIR, summed(D2CC, 1, 1, "2", "3")], [("1",), ("2",), ("3",)], [("1", "2")]),  # course 2 once
    ],
)
def test_which_sums_are_taken(sums: list[OrganSum], sessions: list[tuple[str, ...]], chosen: list[Any]) -> None:
    assert [one.courses for one in known_sums(sums, D2CC, "Duodenum", 3.0, sessions)] == chosen


# --- history and budget -----------------------------------------------------------------------------------------------
def history(sums: list[OrganSum], *, apart: bool = True) -> History:
    """Three courses of 20 Gy in 5 at the maximum: 28 Gy EQD2 each at a/b 3."""
    names = ("1", "2", "3")
    pairs = [("1", "2"), ("1", "3"), ("2", "3")]
    return History.of(
        "Duodenum",
        alpha_beta="3 Gy",
        courses=[OrganCourse.by_metrics(name, 5, {"Dmax": "20 Gy"}) for name in names],
        overlaps=[Overlap.different_days(*pair) for pair in pairs] if apart else (),
        sums=sums,
    )


@pytest.mark.parametrize(
    ("within", "high"),
    [(52.0, 80.0), (60.0, 84.0)],  # 52 + 28; and 60 + 28 is more than the three maxima, 84 Gy
)
def test_a_history_takes_the_voxel_sum_of_some_courses(within: float, high: float) -> None:
    found = history([summed(DMAX, 50.0, within, "1", "2")]).cumulative(DMAX)
    assert (float(found.low.gray), float(found.high.gray)) == pytest.approx((50.0, high))


def test_days_that_may_be_shared_leave_the_voxel_sum_out() -> None:
    """The voxels were added as of different days; on shared days the doses add before they are converted."""
    sums = [summed(DMAX, 50.0, 52.0, "1", "2")]
    assert history(sums, apart=False).cumulative(DMAX) == history([], apart=False).cumulative(DMAX)


def test_a_budget_rests_on_the_voxel_sum() -> None:
    """Limit 100 Gy at a/b 3. Of maxima added 84 Gy, 16 are left; of the sum with 3 mm, 60 Gy, 40 Gy are left.

    In one fraction D (D + 3)/5 = 40: D = (-3 + sqrt(9 + 800))/2 = 12.72 Gy; for 16: (-3 + sqrt(329))/2 = 7.57 Gy.
    """
    limit = EQD2.from_gray(100.0, alpha_beta="3 Gy")
    for sums, gray in (([], 7.56), ([summed(DMAX, 55.0, 60.0, "1", "2", "3")], 12.72)):
        (offer,) = remaining(history(sums).cumulative(DMAX), limit, (1,))
        assert offer.offered == pytest.approx(gray)


# --- the case ---------------------------------------------------------------------------------------------------------
CASE = """
schema_version: 1
id: three-courses
disease: sarcoma
targets:
  t: {site: T8, region: thorax, near: not stated, largest: not stated, tissue: gist}
courses:
  one:
    {prescription: {t: {dose: 30 Gy / 10}}, start: 2020-01-06, end: 2020-01-17, technique: vmat, status: completed}
  two:
    {prescription: {t: {dose: 20 Gy / 5}}, start: 2022-01-10, end: 2022-01-14, technique: vmat, status: completed}
  three:
    {prescription: {t: {dose: 20 Gy / 5}}, start: 2024-01-08, end: 2024-01-12, technique: vmat, status: completed}
organ_doses:
  SpinalCord:
    one: {Dmax: 30 Gy, on: thecal sac}
    two: {Dmax: 20 Gy, on: thecal sac}
    three: {Dmax: 10 Gy, on: thecal sac}
limit_sets: [HYTEC]
"""


def case(*sums: OrganSum) -> Case:
    return replace(parse_case(CASE, "case.yaml"), sums=sums)


def conditions(made: Case) -> dict[str, tuple[str, str]]:
    (found,) = [one for one in assess(made).findings if one.id == "HYTEC.SpinalCord.reirradiation/SpinalCord/three"]
    assert found.table is not None
    return {row[0]: (row[2], row[3]) for row in found.table.rows}


def cord(value: float, within: float, *courses: str) -> OrganSum:
    return summed(DMAX, value, within, *courses, organ="SpinalCord", alpha_beta=2.0, measured_on="thecal sac")


def test_the_cord_rule_rests_on_the_voxel_sum() -> None:
    """EQD2 at a/b 2: 30/10 is 37.5, 20/5 is 30, 10/5 is 10 Gy; together 77.5 Gy, above the 70 Gy of the rule."""
    plain = conditions(case())
    assert plain["cumulative"] == ("47.5 to 77.5 Gy EQD2", "not known")
    known = conditions(case(cord(55.0, 68.0, "one", "two", "three")))
    assert known["cumulative"] == ("55.0 to 68.0 Gy EQD2", "met")
    assert known["new part of cumulative"] == ("14.7 to 18.2 %", "met")  # 10 of 68 and of 55 Gy
    over = conditions(case(cord(70.5, 75.0, "one", "two", "three")))
    assert over["cumulative"] == ("70.5 to 75.0 Gy EQD2", "NOT MET")
    # One and three known, 40 to 42 Gy, with two from anywhere: at most 42 + 30.
    part = conditions(case(cord(40.0, 42.0, "one", "three")))
    assert part["cumulative"] == ("40.0 to 72.0 Gy EQD2", "not known")
    other = conditions(case(replace(cord(55.0, 68.0, "one", "two", "three"), measured_on="organ")))
    assert other == plain  # the cord's own sum is not that of the sac


def test_the_cumulative_table_combines_a_sum_with_bounds_and_says_so() -> None:
    (found,) = [one for one in assess(case(cord(40.0, 42.0, "one", "three"))).findings if one.rule == "cumulative-dose"]
    (figure,) = [one for one in found.figures if "a/b 2 " in one.basis]
    assert (figure.low, figure.high, figure.text) == (40.0, 72.0, "40.0-72.0 Gy")
    assert "courses 1 and 3 summed voxel by voxel (one frame of reference), bounds for the rest" in figure.basis
    assert "where the DICOM allows" in found.sentence
    assert any("courses 1 and 3 summed voxel by voxel in the DICOM" in line for line in found.lines)


def test_the_cord_rule_leaves_the_voxel_sum_out_where_days_may_be_shared() -> None:
    """The second course has no dates: some of its fractions may lie on days of the third."""
    undated = CASE.replace("start: 2022-01-10, end: 2022-01-14", "start: not stated")
    open_days = replace(parse_case(undated, "case.yaml"), sums=(cord(55.0, 68.0, "one", "two", "three"),))
    assert conditions(open_days) == conditions(replace(open_days, sums=()))
