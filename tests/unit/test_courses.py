"""Courses: dose points, targets, fraction days."""

from __future__ import annotations

from datetime import date

import pytest

from rtcalc.courses import Course, Prescription
from rtcalc.dates import read_when
from rtcalc.limits import Metric
from rtcalc.schedules import Schedule


def prescription(text="45 Gy / 5", **other):
    return Prescription(target="t", planned=Schedule.parse(text), **other)


def course(*prescriptions, start="not stated", **other):
    return Course(
        id="c",
        prescriptions=prescriptions or (prescription(),),
        start=read_when(start),
        end=read_when("not stated"),
        **other,
    )


def grays(points):
    return {point.name: round(float(point.schedule.total.gray), 9) for point in points}


def test_the_isodose_gives_the_maximum():
    # 45 Gy at the 80 % line: 45 / 0.8 = 56.25 Gy at 100 %.
    points = prescription(isodose_percent=80.0).dose_points()
    assert grays(points) == {"Rx": 45.0, "max": 56.25}
    assert points[1].basis == "prescription / 80 % isodose"
    assert [point.schedule.fractions for point in points] == [5, 5]


def test_a_typed_maximum_wins_over_the_isodose():
    typed = ((Metric.parse("Dmax"), 57.0), (Metric.parse("D98%"), 43.2))
    points = prescription(isodose_percent=80.0, metrics=typed).dose_points()
    assert grays(points) == {"Rx": 45.0, "max": 57.0, "D98%": 43.2}
    assert {point.name: point.basis for point in points} == {"Rx": "prescription", "max": "typed", "D98%": "typed"}


def test_a_dose_point_gets_its_share_of_every_phase():
    # 27 Gy / 3 + 20 Gy / 2 is 47 Gy; a point at 23.5 Gy got half of each phase: 13.5 in 3 and 10 in 2.
    half = prescription("27 Gy / 3 + 20 Gy / 2", metrics=((Metric.parse("D98%"), 23.5),)).dose_points()[1]
    assert [(round(float(p.gray), 9), p.fractions) for p in half.schedule.phases] == [(13.5, 3), (10.0, 2)]


def test_what_was_delivered_is_what_counts():
    given = prescription(delivered=Schedule.parse("3 x 9 Gy + 2 x 10 Gy"))
    assert given.given.text == "27 Gy / 3 + 20 Gy / 2"
    assert given.planned.text == "45 Gy / 5"
    assert grays(given.dose_points()) == {"Rx": 47.0}
    stopped = course(prescription(delivered=Schedule.parse("3 x 9 Gy")))
    assert stopped.fractions == 3


def test_several_targets_of_one_course():
    boost = Prescription(target="boost", planned=Schedule.parse("50 Gy / 5"))
    both = course(prescription("40 Gy / 5"), boost)
    assert both.targets == ("t", "boost")
    assert both.largest_per_fraction == 10.0  # 50 / 5, the boost's


@pytest.mark.parametrize(
    ("dose", "technique", "stereotactic"),
    [
        ("20 Gy / 10", "vmat", False),
        ("24.95 Gy / 5", "vmat", False),  # 4.99 Gy per fraction, just below the bound of 5
        ("25 Gy / 5", "vmat", True),
        ("25 Gy / 5", "unknown", True),
        ("50 Gy / 25 + 16 Gy / 2", "vmat", True),  # one phase of 8 Gy is enough
        ("20 Gy / 10", "cyberknife", True),
        ("20 Gy / 10", "robotic", True),
        ("20 Gy / 10", "sbrt", True),
        ("20 Gy / 10", "srs", True),
        ("20 Gy / 10", "external beam", False),
    ],
)
def test_large_fractions_are_stereotactic_by_any_name(dose, technique, stereotactic):
    assert course(prescription(dose), technique=technique).stereotactic is stereotactic


def days(first, *more):
    return tuple(date.fromisoformat(text).toordinal() for text in (first, *more))


def test_every_weekday_skips_the_weekend():
    # 20 March 2026 is a Friday: then Monday 23 to Thursday 26.
    weekdays = course(start="2026-03-20", pattern="every weekday").fraction_days()
    assert weekdays == days("2026-03-20", "2026-03-23", "2026-03-24", "2026-03-25", "2026-03-26")


def test_every_weekday_from_a_saturday_begins_on_monday():
    assert course(start="2026-03-21", pattern="every weekday").fraction_days()[0] == days("2026-03-23")[0]


def test_thirty_fractions_take_six_weeks():
    # Monday 5 January 2026 to Friday of the sixth week, 13 February: 39 days later.
    long = course(prescription("60 Gy / 30"), start="2026-01-05", pattern="every weekday").fraction_days()
    assert (len(long), long[-1] - long[0]) == (30, 39)


def test_typed_days_win():
    typed = days("2026-03-16", "2026-03-18", "2026-03-20", "2026-03-23", "2026-03-25")
    assert course(start="2026-03-16", pattern="every weekday", days=typed).fraction_days() == typed


@pytest.mark.parametrize(
    ("pattern", "per_day", "expected"),
    [
        # From Thursday 19 March 2026, five fractions.
        ("every other weekday", 1, ("2026-03-19", "2026-03-23", "2026-03-25", "2026-03-27", "2026-03-30")),
        ("Mon Thu", 1, ("2026-03-19", "2026-03-23", "2026-03-26", "2026-03-30", "2026-04-02")),
        ("every day", 1, ("2026-03-19", "2026-03-20", "2026-03-21", "2026-03-22", "2026-03-23")),
        ("every weekday", 2, ("2026-03-19", "2026-03-19", "2026-03-20", "2026-03-20", "2026-03-23")),
    ],
)
def test_other_patterns_are_read_from_the_calendar(pattern, per_day, expected):
    assert course(start="2026-03-19", pattern=pattern, per_day=per_day).fraction_days() == days(*expected)


@pytest.mark.parametrize(
    ("pattern", "per_day", "span"),
    [
        # Five fractions. Every second day without weekends off: 8 days; from a Thursday, weekends off: Thu, Mon, Wed,
        # Fri, Mon, 11 days. Twice a week on the same two days: two weeks to the fifth.
        ("every other day", 1, (8, 11)),
        ("twice a week", 1, (14, 14)),
        # Two a day make three days of treatment: 4 days, or Thu, Mon, Wed; twice a week a week.
        ("every other day", 2, (4, 6)),
        ("twice a week", 2, (7, 7)),
        ("every weekday", 1, None),
        ("not stated", 1, None),
    ],
)
def test_words_that_name_no_days_bound_the_time(pattern, per_day, span):
    assert course(start="2026-03-19", pattern=pattern, per_day=per_day).loose_span() == span


@pytest.mark.parametrize(
    ("start", "pattern", "calendar"),
    [
        ("2026-03", "every weekday", True),
        ("not stated", "every weekday", True),
        ("2026-03-20", "every other day", True),  # which days fall on a weekend is not said
        ("2026-03-20", "twice a week", True),
        ("2026-03-20", "not stated", True),
        ("day 3", "every weekday", False),  # which weekday is day 3?
    ],
)
def test_days_are_unknown_unless_the_case_says_enough(start, pattern, calendar):
    assert course(start=start, pattern=pattern, calendar=calendar).fraction_days() is None
