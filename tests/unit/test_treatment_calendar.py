"""Treatment days from a start and a weekly pattern, and the overall time by both counting rules."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtcalc.dates import show_day
from rtcalc.errors import DomainError
from rtcalc.treatment_calendar import OverallTime, TreatmentCalendar, day_number, overall_time, treatment_days
from rtcalc.weekly_pattern import WeeklyPattern, weekday

MONDAY = "2026-03-02"  # 2026-03-01 is a Sunday


def shown(days: tuple[int, ...]) -> list[str]:
    return [show_day(day, True)[5:] for day in days]


@pytest.mark.parametrize(
    ("fractions", "start", "elapsed"),
    [
        (30, MONDAY, 39),  # by hand: the sixth Friday, 5 * 7 + 4; peers give 42 (6 * 7) or 30 (one day a fraction)
        (35, MONDAY, 46),  # by hand: the seventh Friday, 6 * 7 + 4
        (5, MONDAY, 4),  # by hand: Monday to Friday; a peer gives 7
        (1, MONDAY, 0),
        (5, "2026-03-05", 6),  # by hand: Thursday, Friday, then Monday to Wednesday
        (2, "2026-03-06", 3),  # by hand: Friday, then Monday
        (
            37,
            "2026-03-03",
            50,
        ),  # by hand: 4 in the first week, 30 in six, 3 more: Wednesday of the eighth, 7 * 7 + 1
    ],
)
def test_overall_time_in_real_days(fractions: int, start: str, elapsed: int) -> None:
    calendar = TreatmentCalendar.of(start)
    found = calendar.overall_time(fractions)
    assert (found.days("elapsed"), found.days("inclusive")) == (elapsed, elapsed + 1)
    # second route: count the weekdays of the calendar one by one
    days = [day for day in range(calendar.start, calendar.start + 100) if date.fromordinal(day).isoweekday() <= 5]
    assert calendar.fraction_days(fractions) == tuple(days[:fractions])


def test_both_counting_rules_are_named() -> None:
    assert str(OverallTime(39)) == "39 d elapsed (last minus first day), 40 d inclusive (both days counted)"
    with pytest.raises(DomainError, match="counting: 'weeks' is not a rule"):
        OverallTime(39).days("weeks")  # type: ignore[arg-type]


def test_every_other_weekday_leaves_a_day_free_and_passes_the_weekend() -> None:
    # RCC example: Mon 16, Wed 18, Fri 20, Mon 23, Wed 25 March 2026
    calendar = TreatmentCalendar.of("2026-03-16", "every other weekday")
    assert shown(calendar.fraction_days(5)) == ["03-16", "03-18", "03-20", "03-23", "03-25"]
    # by hand: with Wednesday closed the next day that leaves one free is Thursday, and then Saturday is none
    closed = TreatmentCalendar.of("2026-03-16", "every other weekday", holidays=["2026-03-18"])
    assert shown(closed.fraction_days(3)) == ["03-16", "03-19", "03-23"]


def test_chosen_weekdays_and_every_day() -> None:
    assert shown(TreatmentCalendar.of("2026-03-03", "Tue Thu").fraction_days(3)) == ["03-03", "03-05", "03-10"]
    assert shown(TreatmentCalendar.of("2026-03-06", "every day").fraction_days(3)) == ["03-06", "03-07", "03-08"]


def test_two_fractions_a_day() -> None:
    calendar = TreatmentCalendar.of(MONDAY, WeeklyPattern.parse("every weekday", per_day=2))
    assert shown(calendar.fraction_days(5)) == ["03-02", "03-02", "03-03", "03-03", "03-04"]
    # by hand: 68 fractions on 34 weekdays, the last a Thursday: 6 * 7 + 3
    assert calendar.overall_time(68).elapsed_days == 45


def test_a_missed_day_moves_the_fractions_and_not_the_plan() -> None:
    # by hand: 35 fractions end on Friday 17 April; with three missed weekdays on Wednesday 22: 5 calendar days later
    calendar = TreatmentCalendar.of(MONDAY, missed=["2026-03-17", "2026-03-18", "2026-03-19"])
    assert show_day(calendar.as_planned.fraction_days(35)[-1], True) == "2026-04-17"
    assert show_day(calendar.fraction_days(35)[-1], True) == "2026-04-22"
    assert calendar.overall_time(35).elapsed_days - calendar.as_planned.overall_time(35).elapsed_days == 5


def test_a_holiday_belongs_to_the_plan() -> None:
    calendar = TreatmentCalendar.of(MONDAY, holidays=["2026-04-03", "2026-04-06"])  # Good Friday, Easter Monday
    # by hand: 35 fractions without them end on Friday 17 April, with two days less on Tuesday 21
    assert show_day(calendar.as_planned.fraction_days(35)[-1], True) == "2026-04-21"


@pytest.mark.parametrize(
    ("missed", "said"),
    [
        (["2026-03-07"], r"no treatment was planned on 2026-03-07 \(Sat\)"),
        (["2026-03-10"], r"no treatment was planned on 2026-03-10 \(Tue\)"),  # after the last fraction
        (["2026-02-27"], "no treatment was planned on 2026-02-27"),
        (["2026-03-04", "2026-03-07"], r"on 2026-03-07 \(Sat\);"),
    ],
)
def test_a_missed_day_was_a_treatment_day(missed: list[str], said: str) -> None:
    with pytest.raises(DomainError, match=said):
        TreatmentCalendar.of(MONDAY, missed=missed).fraction_days(5)


def test_a_missed_last_day_can_be_followed_by_another() -> None:
    # Friday, and then the Monday to which its fraction moved
    calendar = TreatmentCalendar.of(MONDAY, missed=["2026-03-06", "2026-03-09"])
    assert shown(calendar.fraction_days(5))[-1] == "03-10"


@pytest.mark.parametrize(
    ("start", "options", "said"),
    [
        ("2026-03-07", {}, r"start: 2026-03-07 \(Sat\) is no treatment day \(every weekday"),
        (MONDAY, {"holidays": [MONDAY]}, "is no treatment day"),
        (MONDAY, {"missed": [MONDAY]}, "is no treatment day"),
        ("2026-03", {}, "start: '2026-03' is not one day of the calendar"),
        ("day 60", {}, "start: 'day 60' is not one day"),
        ("not stated", {}, "start: 'not stated' is not one day"),
        (True, {}, "start: True is not the ordinal"),
        (60, {}, "start: 60 is not the ordinal of a date from 1900 to 2100"),
        (MONDAY, {"missed": "2026-03-03"}, "missed: '2026-03-03' is one text; give a list"),
        (MONDAY, {"pattern": "sometimes"}, "pattern 'sometimes' is not known; write 'every weekday'"),
        (MONDAY, {"pattern": "Mon Mon"}, "pattern 'Mon Mon' is not known"),
        (MONDAY, {"pattern": ""}, "pattern '' is not known"),
    ],
)
def test_what_is_no_calendar_is_refused(start: object, options: dict[str, object], said: str) -> None:
    with pytest.raises(DomainError, match=said):
        TreatmentCalendar.of(start, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "fields",
    [
        {"weekdays": frozenset()},
        {"weekdays": frozenset({7})},
        {"per_day": 0},
        {"per_day": 4},
        {"per_day": True},
        {"per_day": 2.0},
        {"spacing_days": 0},
        {"spacing_days": 8},
    ],
)
def test_what_is_no_pattern_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(DomainError, match=next(iter(fields))):
        WeeklyPattern(**fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("fractions", [0, -5, 201, True, 2.5])
def test_fractions_are_one_to_two_hundred(fractions: object) -> None:
    with pytest.raises(DomainError, match="1 to 200"):
        TreatmentCalendar.of(MONDAY).fraction_days(fractions)  # type: ignore[arg-type]


def test_days_are_taken_as_text_dates_or_ordinals() -> None:
    day = date(2026, 3, 2)
    assert day_number(day, "start") == day_number(MONDAY, "start") == day_number(day.toordinal(), "start")


def test_a_pattern_says_itself() -> None:
    said = [str(WeeklyPattern.parse(text)) for text in ("every other weekday", "every day", "Fri, Mon")]
    assert said == ["every other weekday", "every day", "Mon Fri"]
    assert str(WeeklyPattern(spacing_days=3)) == "every weekday, at least 3 days apart"


def test_no_days_have_no_overall_time() -> None:
    with pytest.raises(DomainError, match="no treatment day"):
        overall_time([])


def test_days_from_a_saturday_begin_on_monday() -> None:
    # what a course does that says "every weekday" from a Saturday on
    saturday = date(2026, 3, 7).toordinal()
    assert shown(treatment_days(saturday, 2, WeeklyPattern())) == ["03-09", "03-10"]


DAYS = st.integers(date(2000, 1, 1).toordinal(), date(2050, 1, 1).toordinal())


@settings(deadline=None)
@given(DAYS, st.integers(1, 60), st.sets(st.integers(0, 90)), st.integers(1, 3), st.integers(1, 3))
def test_what_every_calendar_keeps(first: int, count: int, offsets: set[int], per_day: int, spacing: int) -> None:
    closed = {first + offset for offset in offsets}
    pattern = WeeklyPattern(per_day=per_day, spacing_days=spacing)
    days = treatment_days(first, count, pattern, closed)
    assert len(days) == count
    assert all(weekday(day) < 5 and day not in closed for day in days)
    assert all(days.count(day) <= per_day for day in days)
    apart = [later - earlier for earlier, later in zip(sorted(set(days)), sorted(set(days))[1:], strict=False)]
    assert all(gap >= spacing for gap in apart)
    # nothing was left out: closing one more day never ends the course earlier
    assert treatment_days(first, count, pattern, closed | {days[0]})[-1] >= days[-1]


@settings(deadline=None)
@given(DAYS)
def test_the_weekday_is_that_of_the_calendar(day: int) -> None:
    assert weekday(day) == date.fromordinal(day).weekday()
