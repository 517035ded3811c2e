"""The dose left after earlier courses: under one limit, and under a rule of several conditions."""

import re
from dataclasses import replace
from datetime import date

import pytest

from rtcalc.budget import Allowance, remaining, rounded_down
from rtcalc.compound_limits import CompoundLimit, read_months
from rtcalc.dates import completed_months, months_in_days
from rtcalc.decimals import compare
from rtcalc.doses import EQD2, PhysicalDose
from rtcalc.effects import eqd2
from rtcalc.errors import BasisError, DomainError, ProtocolError
from rtcalc.evidence import Evidence
from rtcalc.findings import State
from rtcalc.history import Cumulative, History
from rtcalc.limits import Metric
from rtcalc.organ_courses import OrganCourse, Overlap
from rtcalc.registry import Registry
from rtcalc.reirradiation import hold, remaining_under

PRIOR = eqd2("30.9 Gy / 10", alpha_beta="2 Gy")
SAC = "thecal sac"


def gray(number: float, ratio: str = "2 Gy") -> EQD2:
    return EQD2.from_gray(number, alpha_beta=ratio)


@pytest.fixture(scope="module")
def rule() -> CompoundLimit:
    return Registry().compound_limits["HYTEC.SpinalCord.reirradiation"]


def bounded(low: float, high: float | None) -> Cumulative:
    upper = None if high is None else gray(high)
    return Cumulative(metric=Metric("max"), low=gray(low), high=upper, plain_sum=None)


# --- one limit -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("fractions", "offered"),
    [
        # by hand: 10 Gy EQD2(2) are left, BED 20: D = 2 * 20 / (1 + sqrt(1 + 40/n)); n = 1: 40 / 7.40312 = 5.40312;
        # 3: 40 / 4.78594 = 8.35782; 5: 10 exactly; 8: 40 / 3.44949 = 11.59592; 10: 40 / 3.23607 = 12.36068
        (1, 5.40),
        (3, 8.35),
        (5, 10.0),
        (8, 11.59),
        (10, 12.36),
    ],
)
def test_the_dose_left_is_rounded_down(fractions: int, offered: float) -> None:
    (found,) = remaining(gray(40), gray(50), (fractions,))
    assert found.offered == offered
    assert found.gray is not None
    assert offered <= found.gray < offered + 0.01


def test_the_usual_fraction_numbers_are_asked() -> None:
    assert [one.fractions for one in remaining(gray(40), gray(50))] == [1, 3, 5, 8, 10]


def test_the_exact_dose_meets_the_limit_and_the_next_hundredth_does_not() -> None:
    for found in remaining(PRIOR, gray(60), (1, 2, 7, 30)):
        assert found.gray is not None
        assert found.offered is not None
        exact = eqd2(PhysicalDose.from_gray(found.gray), found.fractions, alpha_beta="2 Gy")
        assert exact + PRIOR == gray(60)  # second route: forward through the model
        more = eqd2(PhysicalDose.from_gray(found.offered + 0.01), found.fractions, alpha_beta="2 Gy")
        assert more + PRIOR > gray(60)


def test_a_limit_that_must_not_be_reached_is_not() -> None:
    (strict,) = remaining(gray(40), gray(50), (5,), op="<")
    assert (strict.gray, strict.offered) == (pytest.approx(10.0), 9.99)
    with pytest.raises(DomainError, match="op: '>='"):
        remaining(gray(40), gray(50), op=">=")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("earlier", "reason"),
    [
        (gray(50), r"the earlier dose, 50\.0 Gy EQD2, leaves nothing"),
        (gray(50.04), r"the earlier dose, 50\.04 Gy EQD2, leaves nothing"),
        (gray(49.9999), r"less than 0\.01 Gy is left"),
        (bounded(20, None), "the earlier dose has no upper bound"),
    ],
)
def test_nothing_is_offered_where_nothing_is_left_or_known(earlier: EQD2 | Cumulative, reason: str) -> None:
    for found in remaining(earlier, gray(50)):
        assert (found.gray, found.offered) == (None, None)
        assert re.match(reason, found.reason)
        assert str(found).startswith(f"none in {found.fractions}: ")


def test_the_upper_bound_of_the_earlier_dose_counts() -> None:
    assert remaining(bounded(20, 40), gray(50)) == remaining(gray(40), gray(50))


def test_a_history_hands_its_bounds_on() -> None:
    courses = [OrganCourse.by_metrics(name, 10, {"Dmax": "30.9 Gy"}) for name in ("1", "2")]
    twice = History.of(
        "SpinalCord", alpha_beta="2 Gy", courses=courses, overlaps=[Overlap.different_days("1", "2")]
    ).cumulative(Metric("max"))
    # by hand: 2 * 39.32025 = 78.6405 above, so nothing is left under 70 Gy
    assert remaining(twice, gray(70), (5,))[0].offered is None
    assert remaining(twice, gray(90), (5,))[0].offered is not None


def test_bases_are_not_mixed() -> None:
    with pytest.raises(BasisError, match="not on the basis of the limit"):
        remaining(gray(40, "3 Gy"), gray(50))
    with pytest.raises(BasisError, match="not on the basis of the limit"):
        remaining(EQD2.from_gray(40, alpha_beta="2 Gy", model="LQ-L DT 4 Gy"), gray(50))


@pytest.mark.parametrize("count", [0, 201, True, 2.5])
def test_fractions_are_one_to_two_hundred(count: object) -> None:
    with pytest.raises(DomainError, match="1 to 200"):
        remaining(gray(40), gray(50), (count,))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("bound", "op", "offered"),
    [
        (9.0499, "<=", 9.04),
        (9.0499, "<", 9.04),
        (40.0, "<=", 40.0),
        (40.0, "<", 39.99),
        (0.005, "<=", 0.0),
        (3 * 8.2, "<=", 24.6),  # 24.599999999999998 is 24.6 on ten digits
        (3 * 8.2, "<", 24.59),
    ],
)
def test_hundredths_of_a_gray(bound: float, op: str, offered: float) -> None:
    assert rounded_down(bound, op) == offered  # type: ignore[arg-type]


# --- the rule --------------------------------------------------------------------------------------------------------
def test_the_rule_is_the_published_one(rule: CompoundLimit) -> None:
    # HYTEC_CORD, abstract: cumulative <= 70, SBRT part <= 25, part / cumulative <= 0.5, >= 5 months; thecal sac
    assert (rule.cumulative, rule.new_part, rule.share, rule.months, rule.alpha_beta) == (70.0, 25.0, 0.5, 5, 2.0)
    assert (rule.structure, str(rule.metric), rule.fractions) == (SAC, "Dmax", (1, 5))
    assert (rule.source, rule.evidence, rule.standing) == ("HYTEC_CORD", Evidence.TWO_SOURCES, "active")
    assert rule.contains_recovery


def test_the_part_of_the_new_course_binds_after_eight_months(rule: CompoundLimit) -> None:
    found = remaining_under(rule, earlier=PRIOR, months=8.2, measured_on=SAC)
    assert [one.offered for one in found.allowances] == [9.04, 12.28, 14.57, 16.39, 17.91]
    assert {one.binding for one in found.allowances} == {"new part <= 25 Gy EQD2"}
    assert str(found.allowances[0]) == "9.04 Gy in 1 (new part <= 25 Gy EQD2)"
    assert found.largest == gray(25)


def test_every_condition_is_shown(rule: CompoundLimit) -> None:
    found = remaining_under(rule, earlier=PRIOR, months=8.2, measured_on=SAC)
    # by hand: 39.32025 + 25 = 64.32025; 25 / 64.32025 = 38.9 %
    assert [(one.name, one.required, one.found, one.met) for one in found.conditions] == [
        ("cumulative", "<= 70 Gy EQD2", "64.3 Gy EQD2", True),
        ("new part", "<= 25 Gy EQD2", "25.0 Gy EQD2", True),
        ("new part of cumulative", "<= 50 %", "38.9 %", True),
        ("interval", ">= 5 months", "8.2 months", True),
        ("structure", "Dmax of the thecal sac", "thecal sac", True),
    ]


@pytest.mark.parametrize(
    ("earlier", "largest", "binding"),
    [
        # by hand: least of 25, 70 - prior, and prior (a half of the sum)
        (60.0, 10.0, "cumulative <= 70 Gy EQD2"),
        (45.0, 25.0, "new part <= 25 Gy EQD2"),
        (20.0, 20.0, "new part <= 50 % of cumulative"),
    ],
)
def test_the_condition_that_binds_is_named(rule: CompoundLimit, earlier: float, largest: float, binding: str) -> None:
    found = remaining_under(rule, earlier=gray(earlier), months=8.2, measured_on=SAC)
    assert found.largest == gray(largest)
    assert found.allowances[0].binding == binding
    assert all(one.met for one in found.conditions)


def test_of_bounds_the_less_favourable_end_counts(rule: CompoundLimit) -> None:
    # by hand: the cumulative cap from above, 70 - 58 = 12; the share from below, 10
    found = remaining_under(rule, earlier=bounded(10, 58), months=8.2, measured_on=SAC)
    assert (found.largest, found.allowances[0].binding) == (gray(10), "new part <= 50 % of cumulative")
    assert remaining_under(rule, earlier=bounded(20, 58), months=8.2, measured_on=SAC).largest == gray(12)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"months": 4.0}, "interval 4.0 months, >= 5 months is asked"),
        ({"months": 4.96}, "interval 4.96 months, >= 5 months is asked"),
        ({"months": None}, "interval not known, >= 5 months is asked"),
        ({"measured_on": "SpinalCord"}, "structure SpinalCord, Dmax of the thecal sac is asked"),
        ({"earlier": bounded(39.3, None)}, "cumulative 39.3 Gy EQD2 or more"),
        ({"earlier": gray(71)}, "cumulative 71.0 Gy EQD2, <= 70 Gy EQD2 is asked"),
        ({"earlier": gray(70)}, "nothing is left (cumulative <= 70 Gy EQD2)"),
    ],
)
def test_none_is_offered_where_a_condition_fails(rule: CompoundLimit, options: dict, reason: str) -> None:
    found = remaining_under(rule, **{"earlier": PRIOR, "months": 8.2, "measured_on": SAC, **options})
    assert found.largest is None
    assert len(found.conditions) == 5
    for one in found.allowances:
        assert (one.gray, one.offered) == (None, None)
        assert one.reason.startswith(reason)


def test_the_rule_speaks_of_one_to_five_fractions(rule: CompoundLimit) -> None:
    found = remaining_under(rule, earlier=PRIOR, months=8.2, measured_on=SAC, fractions=(5, 8))
    assert [one.offered for one in found.allowances] == [17.91, None]
    assert found.allowances[1].reason == "the rule speaks of 1 to 5 fractions"


def test_an_offered_dose_meets_the_rule_and_a_hundredth_more_does_not(rule: CompoundLimit) -> None:
    for one in remaining_under(rule, earlier=PRIOR, months=8.2, measured_on=SAC).allowances:
        assert one.offered is not None
        for more, state in ((0.0, State.PASS), (0.01, State.EXCEEDED)):
            new = eqd2(PhysicalDose.from_gray(one.offered + more), one.fractions, alpha_beta="2 Gy")
            assert hold(rule, earlier=PRIOR, new=new, months=8.2, measured_on=SAC).state is state


@pytest.mark.parametrize(
    ("options", "state"),
    [
        ({}, State.PASS),
        ({"months": 5.0}, State.PASS),
        ({"months": 2.0}, State.EXCEEDED),  # 60 d: whatever the dose
        ({"new": gray(26)}, State.EXCEEDED),
        ({"earlier": gray(50), "new": gray(20.1)}, State.EXCEEDED),  # 70.1
        ({"earlier": gray(10), "new": gray(12)}, State.EXCEEDED),  # 55 % of the sum
        ({"earlier": bounded(40, 50)}, State.UNDETERMINED),  # 62 to 72
        ({"earlier": bounded(40, None)}, State.UNDETERMINED),
        ({"months": None}, State.NOT_EVALUABLE),
        ({"measured_on": "SpinalCord"}, State.NOT_EVALUABLE),
        ({"measured_on": "SpinalCord", "months": 2.0}, State.EXCEEDED),
    ],
)
def test_the_four_conditions_as_one(rule: CompoundLimit, options: dict, state: State) -> None:
    given = {"earlier": gray(40), "new": gray(22), "months": 8.2, "measured_on": SAC, **options}
    assert hold(rule, **given).state is state


def test_what_the_rule_cannot_be_asked_is_refused(rule: CompoundLimit) -> None:
    with pytest.raises(DomainError, match="there is no earlier dose"):
        remaining_under(rule, earlier=gray(0), months=8.2, measured_on=SAC)
    with pytest.raises(DomainError, match=r"months: -1\.0"):
        remaining_under(rule, earlier=PRIOR, months=-1.0, measured_on=SAC)
    with pytest.raises(DomainError, match="months: nan"):
        hold(rule, earlier=PRIOR, new=gray(20), months=float("nan"), measured_on=SAC)
    with pytest.raises(BasisError, match="earlier"):
        remaining_under(rule, earlier=gray(40, "3 Gy"), months=8.2, measured_on=SAC)
    with pytest.raises(BasisError, match="new"):
        hold(rule, earlier=PRIOR, new=gray(20, "3 Gy"), months=8.2, measured_on=SAC)


def test_a_rule_that_is_held_drives_nothing(rule: CompoundLimit) -> None:
    held = replace(rule, hold="transcription in doubt")
    with pytest.raises(DomainError, match="listed only"):
        remaining_under(held, earlier=PRIOR, months=8.2, measured_on=SAC)
    with pytest.raises(DomainError, match="listed only"):
        hold(held, earlier=PRIOR, new=gray(20), months=8.2, measured_on=SAC)


# --- months ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("earlier", "later", "months"),
    [
        (date(2026, 1, 15), date(2026, 6, 14), 4),
        (date(2026, 1, 15), date(2026, 6, 15), 5),
        (date(2025, 11, 30), date(2026, 2, 28), 2),
        (date(2025, 11, 30), date(2026, 3, 1), 3),
        (date(2025, 12, 31), date(2025, 12, 31), 0),
    ],
)
def test_months_are_counted_when_they_are_completed(earlier: date, later: date, months: int) -> None:
    # by hand; 28 February does not complete a month from the 30th, 1 March does: 3 * 30 days at least are then over
    assert completed_months(earlier, later) == months


def test_an_interval_does_not_run_backwards() -> None:
    with pytest.raises(DomainError, match="ends before it starts"):
        completed_months(date(2026, 2, 1), date(2026, 1, 1))
    with pytest.raises(DomainError, match="days: -1"):
        months_in_days(-1)
    with pytest.raises(DomainError, match=r"days: 60\.0"):
        months_in_days(60.0)  # type: ignore[arg-type]


def test_days_complete_no_more_months_than_the_calendar() -> None:
    for start in (date(2026, month, day) for month in range(1, 13) for day in (1, 15, 28)):
        for days in range(0, 400, 7):
            later = date.fromordinal(start.toordinal() + days)
            assert months_in_days(days) <= completed_months(start, later)


# --- the file --------------------------------------------------------------------------------------------------------
OWN = """schema_version: 1
id: OWN
title: own rule
source: HYTEC_CORD
note: stricter
rules:
  - id: OWN.SpinalCord
    organ: SpinalCord
    applies_to: [SpinalCord]
    structure: thecal sac
    metric: Dmax
    fractions: 1-5
    alpha_beta: 2 Gy
    cumulative: <= 60 Gy
    new_part: <= 20 Gy
    new_part_of_cumulative: <= 40 %
    interval: '>= 6 months'
    contains_recovery: true
    population: re-irradiation
    endpoint: myelopathy
    evidence: two-sources
"""


def own(tmp_path, text: str) -> Registry:
    (tmp_path / "reirradiation").mkdir()
    (tmp_path / "reirradiation" / "own.yaml").write_text(text, encoding="utf-8")
    return Registry(tmp_path)


def test_a_department_adds_its_own_rule(tmp_path) -> None:
    registry = own(tmp_path, OWN)
    mine = registry.compound_limits["OWN.SpinalCord"]
    assert (mine.cumulative, mine.new_part, mine.share, mine.months) == (60.0, 20.0, 0.4, 6)
    assert registry.sha256 != Registry().sha256
    assert mine.at(5)
    assert not mine.at(6)


@pytest.mark.parametrize(
    ("line", "wrong", "said"),
    [
        ("cumulative: <= 60 Gy", "cumulative: 60 Gy", "is not a limit; write an operator"),
        ("cumulative: <= 60 Gy", "cumulative: < 60 Gy", "is written with <="),
        ("cumulative: <= 60 Gy", "cumulative: <= 60", "has no unit"),
        ("<= 40 %", "<= 100 %", "above 0 % and below 100 %"),
        ("<= 40 %", "40 %", "write '<= 50 %'"),
        ("'>= 6 months'", "6 months", "write '>= 5 months'"),
        ("'>= 6 months'", "'>= 0 months'", "write '>= 5 months'"),
        ("fractions: 1-5", "fractions: 5-1", "the smaller number first"),
        ("alpha_beta: 2 Gy", "alpha_beta: 0 Gy", "alpha_beta is above 0 Gy"),
        ("contains_recovery: true", "contains_recovery: maybe", "write true or false"),
        ("    new_part: <= 20 Gy\n", "", "this field is missing"),
        ("source: HYTEC_CORD", "source: HYTEC_CHORD", "no reference is called"),
    ],
)
def test_a_file_that_says_something_else_is_refused(tmp_path, line: str, wrong: str, said: str) -> None:
    with pytest.raises(ProtocolError, match=said):
        _ = own(tmp_path, OWN.replace(line, wrong)).compound_limits


def test_an_interval_of_a_rule_is_read() -> None:
    assert read_months(">= 12 months") == 12


def test_an_allowance_says_itself() -> None:
    assert str(Allowance(fractions=1, gray=9.0499, offered=9.04, binding="b")) == "9.04 Gy in 1 (b)"
    assert compare(9.04, 9.0499) < 0
