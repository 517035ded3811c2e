"""Missed treatment days: what they cost, and what each compensation does."""

import pytest

from rtcalc.conditions import Repopulation
from rtcalc.dates import show_day
from rtcalc.errors import BasisError, DomainError, UnitsError
from rtcalc.evidence import Evidence
from rtcalc.gap_outcomes import Outcome
from rtcalc.gaps import GapReport, compensate
from rtcalc.registry import Registry
from rtcalc.tissues import TimeFactor
from rtcalc.treatment_calendar import TreatmentCalendar
from rtcalc.weekly_pattern import WeeklyPattern, weekday

MONDAY = "2026-03-02"  # 35 fractions end on Friday 17 April, 46 days later
WEEK_FIVE = ["2026-03-30", "2026-03-31", "2026-04-01", "2026-04-02", "2026-04-03"]
THREE_DAYS = ["2026-03-17", "2026-03-18", "2026-03-19"]
TYPED = Repopulation.of("0.9 Gy/d", basis="BED", kickoff="28 d")


def report(
    missed: list[str], schedule: str = "70 Gy / 35", pattern: str | WeeklyPattern = "every weekday", **options: object
) -> GapReport:
    given = {"tumour_alpha_beta": "10 Gy", "late_alpha_beta": "3 Gy", "repopulation": TYPED, **options}
    return compensate(schedule, TreatmentCalendar.of(MONDAY, pattern, missed=missed), **given)  # type: ignore[arg-type]


def effect(outcome: Outcome, ratio: float, k: float = 0.0, kickoff: float = 0.0) -> float:
    """The second route: fraction by fraction, day by day."""
    total = sum(dose + dose * dose / ratio for dose in outcome.doses)
    for day in range(1, outcome.days[-1] - outcome.days[0] + 1):
        total -= k if day > kickoff else 0.0
    return total


# --- the cost --------------------------------------------------------------------------------------------------------
def test_a_week_missed_after_the_kick_off_costs_seven_days() -> None:
    found = report(WEEK_FIVE)
    # by hand: 70 * 1.2 = 84; 84 - 0.9 (46 - 28) = 67.8; 84 - 0.9 (53 - 28) = 61.5
    assert found.planned.tumour is not None
    assert found.uncompensated.tumour is not None
    assert (found.planned.tumour.gray, found.uncompensated.tumour.gray) == pytest.approx((67.8, 61.5))
    assert found.uncompensated.loss == pytest.approx(6.3)
    assert found.uncompensated.recovers is False
    assert found.uncompensated.late_change == 0.0


def test_three_missed_weekdays_can_cost_five_days() -> None:
    found = report(THREE_DAYS)
    # by hand: the end moves from Friday to Wednesday, 5 days: 4.5 Gy and not 3 * 0.9 = 2.7
    assert found.uncompensated.overall.elapsed_days - found.planned.overall.elapsed_days == 5
    assert found.uncompensated.loss == pytest.approx(4.5)


def test_the_loss_uses_alpha_and_not_alpha_beta() -> None:
    # by hand: K = ln 2 / (0.35 * 3) = 0.66014 Gy/d, five days 3.3; with alpha/beta in it, 11.55
    regained = Repopulation.from_doubling(alpha="0.35 /Gy", doubling="3 d", kickoff="0 d")
    found = report(THREE_DAYS, repopulation=regained)
    assert found.uncompensated.loss == pytest.approx(3.3007, abs=1e-4)


def test_a_gap_before_the_kick_off_costs_nothing() -> None:
    found = report(["2026-03-04"], "40 Gy / 15", repopulation=TYPED)
    # by hand: 15 fractions end on elapsed day 18, with the gap on 21, both before 28
    assert found.planned.overall.elapsed_days == 18
    assert (found.uncompensated.loss, found.uncompensated.recovers) == (0.0, True)
    assert found.option("extra fractions").notes == ("0 extra; nothing is lost",)


def test_both_counting_rules_stand_beside_the_time() -> None:
    assert report(WEEK_FIVE).notes[0] == (
        "overall time: 53 d elapsed (last minus first day), 54 d inclusive (both days counted); planned: "
        "46 d elapsed (last minus first day), 47 d inclusive (both days counted); T is elapsed days"
    )


def test_a_published_loss_on_eqd2_is_converted() -> None:
    # HNSCC, two-source row: K 0.69 Gy/d as EQD2 after 19.2 d; by hand at a/b 10: 0.828 Gy/d, seven days 5.796
    factor = Registry().tissues["hnscc"].repopulation
    assert factor is not None
    assert (factor.basis, factor.standing) == ("EQD2", "active")
    assert report(WEEK_FIVE, repopulation=factor).uncompensated.loss == pytest.approx(5.796)


# --- the compensations -----------------------------------------------------------------------------------------------
def test_every_option_is_the_same_fraction_by_fraction() -> None:
    for missed in (WEEK_FIVE, THREE_DAYS, ["2026-04-17"]):
        found = report(missed)
        for outcome in (found.planned, found.uncompensated, *found.options):
            assert outcome.tumour is not None
            assert outcome.tumour.gray == pytest.approx(effect(outcome, 10.0, 0.9, 28.0), rel=1e-9)
            assert outcome.late.gray == pytest.approx(effect(outcome, 3.0), rel=1e-9)
            assert outcome.loss == pytest.approx(found.planned.tumour.gray - outcome.tumour.gray, abs=1e-9)
            assert outcome is found.planned or not {show_day(day, True) for day in outcome.days} & set(missed)
            assert list(outcome.days) == sorted(outcome.days)


def test_weekend_days_keep_the_planned_end() -> None:
    found = report(THREE_DAYS).option("weekend")
    assert (found.loss, found.recovers, found.late_change) == (0.0, True, 0.0)
    weekend = [show_day(day, True) for day in found.days if weekday(day) > 4]
    assert weekend == ["2026-03-21", "2026-03-22", "2026-03-28"]  # as few as needed, the first ones after the gap


def test_too_few_weekend_days_say_what_is_still_lost() -> None:
    # by hand: after week five there are four weekend days until 17 April and the fifth is Saturday 18: one day, 0.9 Gy
    found = report(WEEK_FIVE).option("weekend")
    assert show_day(found.days[-1], True) == "2026-04-18"
    assert (found.loss, found.recovers) == (pytest.approx(0.9), False)


def test_two_fractions_a_day_keep_the_planned_end() -> None:
    found = report(WEEK_FIVE).option("twice a day")
    assert (found.loss, found.recovers, found.late_change) == (0.0, True, 0.0)
    twice = sorted({day for day in found.days if found.days.count(day) == 2})
    assert [show_day(day, True) for day in twice] == [f"2026-04-{day:02}" for day in (6, 7, 8, 9, 10)]
    assert found.notes == ("repair between two fractions of a day taken as complete",)


def test_incomplete_repair_raises_the_late_effect_of_two_a_day() -> None:
    found = report(WEEK_FIVE, late_repair="4 h", interval_hours=6)
    # by hand: h = exp(-ln2 * 6/4) = 0.353553; five days with two: 10 * 2 * (2/3) * 0.353553 = 4.7140 more
    assert found.option("twice a day").late_change == pytest.approx(4.7140, abs=1e-4)
    assert found.option("weekend").late_change == 0.0
    assert found.planned.late.basis == ("BED", 3.0, "LQ, T1/2 4 h")
    assert "repair between two fractions of a day taken as complete" not in found.notes


def test_six_fractions_a_week_can_end_before_the_plan() -> None:
    found = report(THREE_DAYS).option("six a week")
    # by hand: four Saturdays (21 and 28 March, 4 and 11 April) for three missed fractions: the end is Thursday 16 April
    assert show_day(found.days[-1], True) == "2026-04-16"
    assert found.loss == pytest.approx(-0.9)


def test_the_smallest_number_of_extra_fractions_that_truly_recovers() -> None:
    found = report(THREE_DAYS).option("extra fractions")
    # by hand, from 4.5 Gy lost on a Wednesday: Thursday +2.4 - 0.9 leaves 3.0, Friday 1.5, Monday +2.4 - 2.7 1.8,
    # Tuesday 0.3, Wednesday gains 1.2: five, and neither three nor four
    assert len(found.days) == 40
    assert found.loss == pytest.approx(-1.2)
    assert found.notes == ("5 extra; too few: 2 leave 1.5 Gy lost; 3 leave 1.8 Gy lost; 4 leave 0.3 Gy lost",)
    # by hand: five fractions more of 2 (1 + 2/3)
    assert found.late_change == pytest.approx(16.6667, abs=1e-4)


def test_an_extra_fraction_behind_a_weekend_loses() -> None:
    found = report(["2026-03-17"])
    # by hand: the end moves from Friday to Monday, 2.7 Gy, and the Tuesday fraction brings 2.4 - 0.9: 1.2 are left
    assert found.uncompensated.loss == pytest.approx(2.7)
    assert found.option("extra fractions").notes == ("2 extra; too few: 0 leave 2.7 Gy lost; 1 leave 1.2 Gy lost",)


def test_a_loss_faster_than_the_gain_is_never_recovered() -> None:
    # by hand: five fractions bring 12 Gy a week, and seven days cost 14
    found = report(WEEK_FIVE, repopulation=Repopulation.of("2 Gy/d", basis="BED", kickoff="28 d"))
    assert found.not_possible == ("extra fractions: no number up to 200 fractions in all recovers the loss",)


def test_larger_fractions_in_the_prolonged_time() -> None:
    found = report(WEEK_FIVE).option("larger fractions, prolonged")
    # by hand: 15 d (1 + d/10) = 67.8 - 48 + 0.9 * 25 = 42.3: d = -5 + sqrt(25 + 28.2) = 2.293833
    assert found.doses[-1] == pytest.approx(2.293833, abs=1e-6)
    assert (found.loss, found.recovers) == (0.0, True)
    assert found.late.gray == pytest.approx(127.38, abs=0.005)
    assert found.text.startswith("20 x 2.00 Gy + 15 x 2.30 Gy in 53 d elapsed")  # a required dose is rounded up


def test_larger_fractions_in_the_planned_time() -> None:
    found = report(WEEK_FIVE).option("larger fractions, planned time")
    # by hand: ten days are left: 10 d (1 + d/10) = 84 - 48 = 36: d = -5 + sqrt(25 + 36) = 2.810250
    assert (len(found.days), found.overall.elapsed_days) == (30, 46)
    assert found.doses[-1] == pytest.approx(2.810250, abs=1e-6)
    # by hand: late 20 * 2 * 5/3 + 28.1025 (1 + 2.81025/3) = 66.6667 + 54.4274 = 121.0942, planned 116.6667
    assert found.late_change == pytest.approx(4.4275, abs=1e-3)
    assert (found.loss, found.recovers) == (0.0, True)


def test_a_gap_at_the_end_leaves_no_day_in_the_planned_time() -> None:
    found = report(["2026-04-17"])
    assert found.not_possible == ("larger fractions, planned time: no treatment day is left until the planned end",)
    assert found.uncompensated.loss == pytest.approx(2.7)  # by hand: Friday to Monday
    assert found.option("weekend").loss == pytest.approx(0.9)  # the Saturday behind it


def test_a_pattern_that_has_no_room_says_so() -> None:
    every_day = report(["2026-03-10"], pattern="every day")
    assert every_day.not_possible == (
        "weekend: the pattern treats on weekends already",
        "six a week: the pattern treats on Saturdays already",
    )
    twice = report(["2026-03-10"], "81.6 Gy / 68", pattern=WeeklyPattern.parse("every weekday", per_day=2))
    assert twice.not_possible[0] == "twice a day: the pattern gives several fractions a day already"
    assert all(twice.option("weekend").days.count(day) <= 2 for day in twice.option("weekend").days)
    with pytest.raises(DomainError, match="'twice a day' is not an option here; there are: "):
        twice.option("twice a day")


def test_holidays_are_no_days_of_compensation() -> None:
    calendar = TreatmentCalendar.of(MONDAY, holidays=["2026-03-21", "2026-04-03"], missed=THREE_DAYS)
    found = compensate("70 Gy / 35", calendar, tumour_alpha_beta="10 Gy", late_alpha_beta="3 Gy", repopulation=TYPED)
    for outcome in (found.planned, *found.options):
        assert not {"2026-03-21", "2026-04-03"} & {show_day(day, True) for day in outcome.days}


# --- few fractions ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("repopulation", [None, TYPED])
def test_few_fractions_have_no_time_factor_and_not_a_loss_of_zero(repopulation: Repopulation | None) -> None:
    found = report(["2026-03-04"], "45 Gy / 5", repopulation=repopulation)
    assert (found.uncompensated.tumour, found.uncompensated.loss, found.uncompensated.recovers) == (None, None, None)
    assert found.options == ()
    assert found.notes[0] == "10 or fewer fractions: no tumour time factor established"
    assert found.uncompensated.overall.elapsed_days == 7  # by hand: Monday to the next Monday
    assert report(["2026-03-04"], "30 Gy / 10", repopulation=None).options == ()
    assert report(["2026-03-04"], "33 Gy / 11").options


# --- bases and refusals ----------------------------------------------------------------------------------------------
def test_a_bed_with_a_time_factor_is_no_plain_bed() -> None:
    found = report(WEEK_FIVE)
    assert found.planned.tumour is not None
    assert found.planned.tumour.basis == ("BED", 10.0, "LQ, K 0.9 Gy/d after 28 d")
    assert "DALE2002" in found.planned.tumour.provenance.citations
    with pytest.raises(BasisError):
        _ = found.planned.tumour + found.planned.late


HELD = TimeFactor(
    source="DALE2002", place="", evidence=Evidence.UNVERIFIED, hold="not read", per_day=0.9, basis="BED", kickoff=28.0
)


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"missed": []}, DomainError, "no missed day"),
        ({"schedule": "50 Gy / 25 + 20 Gy / 10"}, DomainError, "several phases; compensate the phase"),
        ({"pattern": "every other weekday"}, DomainError, "for consecutive days only"),
        ({"repopulation": None}, DomainError, "needed for more than 10 fractions"),
        ({"repopulation": HELD}, DomainError, "listed only"),
        ({"repopulation": 0.9}, UnitsError, "has no basis"),
        ({"late_repair": "4 h"}, DomainError, "belong together"),
        ({"interval_hours": 6}, DomainError, "belong together"),
        ({"late_repair": "0 h", "interval_hours": 6}, DomainError, "above zero"),
        ({"late_repair": "4 h", "interval_hours": 0}, DomainError, "outside a day"),
        ({"late_repair": "4 h", "interval_hours": 24}, DomainError, "outside a day"),
        ({"tumour_alpha_beta": "0 Gy"}, DomainError, "tumour_alpha_beta"),
        ({"late_alpha_beta": "3"}, UnitsError, "late_alpha_beta"),
        ({"missed": ["2026-03-21"]}, DomainError, "no treatment was planned on 2026-03-21"),
    ],
)
def test_what_cannot_be_compensated_is_refused(options: dict, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        report(**{"missed": WEEK_FIVE, **options})
