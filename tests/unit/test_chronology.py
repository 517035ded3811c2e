"""Intervals between the courses and drugs of a case, with the bounds that follow from what is known."""

from __future__ import annotations

import pytest

from rtcalc.casefile import load_case, parse_case
from rtcalc.chronology import end_of, gap_days, start_of, taken, timeline
from rtcalc.errors import ProtocolError
from rtcalc.registry.location import builtin


def case(first, second="", drugs="[]"):
    """A case of one target with the courses c1 and, where asked, c2; the arguments are lines of YAML."""
    text = "schema_version: 1\nid: x\ndisease: d\norgan_doses: none reported\ntargets:\n"
    text += "  t: {site: s, region: abdomen, near: not stated, largest: not stated, tissue: gist}\ncourses:\n"
    for name, fields in (("c1", first), ("c2", second)):
        if fields:
            text += f"  {name}: {{prescription: {{t: {{dose: 40 Gy / 4}}}}, technique: cyberknife, {fields}}}\n"
    return parse_case(f"{text}drugs: {drugs}\n")


def gap(first, second):
    both = case(first, second)
    return gap_days(timeline(both), *both.courses)


FOUR_DAYS = "treatment_days: [day 0, day 2, day 4, day 6]"


@pytest.mark.parametrize(
    ("second", "bounds"),
    [
        # The first course runs from day 0 to day 6. 60 d after its start is day 60, 54 d after its end; 60 d after its
        # end is day 66. Where the source does not say which, both readings are within the bounds.
        ("60 d after start of c1", (54, 54)),
        ("60 d after end of c1", (60, 60)),
        ("60 d after c1", (54, 60)),
        ("60 .. 90 d after end of c1", (60, 90)),
        ("60 .. 90 d after start of c1", (54, 84)),
        ("60 .. 90 d after c1", (54, 90)),
        ("day 66", (60, 60)),
        ("day 60 .. day 66", (54, 60)),
        ("{after: c1}", (0, None)),
        ("{after: c1, before: day 66}", (0, 60)),
        ("{after: day 66}", (60, None)),
        ("not stated", (None, None)),
    ],
)
def test_interval_between_two_courses(second, bounds):
    assert gap(FOUR_DAYS, f"start: {second}") == bounds


@pytest.mark.parametrize(
    ("end", "start", "bounds"),
    [
        # January 2014 against March 2014: 31 Jan -> 1 Mar is 28 + 1 = 29 d, 1 Jan -> 31 Mar is 30 + 28 + 31 = 89 d.
        ("2014-01", "2014-03", (29, 89)),
        # The same in the leap year 2012: one day more.
        ("2012-01", "2012-03", (30, 90)),
        # One month for both: the second may begin up to 30 d after the first ended, or up to 30 d before.
        ("2014-01", "2014-01", (-30, 30)),
        ("2013-12-31", "2014-01-01", (1, 1)),
        # 2013 against 2015: 31 Dec 2013 -> 1 Jan 2015 is 366 d; 1 Jan 2013 -> 31 Dec 2015 is 3 x 365 - 1 = 1094 d.
        ("2013", "2015", (366, 1094)),
    ],
)
def test_months_and_years_count_by_the_calendar(end, start, bounds):
    assert gap(f"end: {end}", f"start: {start}") == bounds


def test_a_drug_after_a_course_with_both_dates_partly_known():
    # 5 Feb -> 1 Mar is 24 d; 3 Jan -> 31 Jul is 28 + 28 + 31 + 30 + 31 + 30 + 31 = 209 d.
    drugs = "[{drug: sunitinib, periods: [{dose: 50 mg/day, first: 2014-03-01 .. 2014-07-31, last: not stated}]}]"
    line = timeline(case("end: 2014-01-03 .. 2014-02-05", drugs=drugs))
    assert line.between(end_of("c1"), taken("sunitinib", 1, "first")) == (24, 209)
    assert line.between(end_of("c1"), taken("sunitinib", 1, "last")) == (24, None)


def test_weekdays_from_an_exact_start_give_the_end():
    # 20 March 2026 is a Friday: 20, 23, 24, 25 March; 1 April is 7 d after the 25th.
    assert gap("start: 2026-03-20, treatment_days: every weekday", "start: 2026-04-01") == (7, 7)


def test_periods_follow_one_another_and_a_hold_is_at_least_a_day():
    drugs = (
        "[{drug: pazopanib, periods: [{dose: a, first: not stated, last: 2026-03-12},"
        " {dose: a, first: not stated, last: still taken}]}]"
    )
    line = timeline(case("start: 2026-03-16", drugs=drugs))
    assert line.between(taken("pazopanib", 1, "last"), taken("pazopanib", 2, "first")) == (1, None)
    assert line.between(taken("pazopanib", 1, "last"), start_of("c1")) == (4, 4)
    assert line.between(start_of("c1"), taken("pazopanib", 2, "last")) == (-3, None)  # 13 March or later: no end


def test_on_during_a_course_bounds_a_single_period():
    drugs = "[{drug: x, periods: [{dose: a, first: not stated, last: not stated}], during: {c1: on}}]"
    line = timeline(case(FOUR_DAYS, drugs=drugs))
    assert line.between(taken("x", 1, "first"), end_of("c1")) == (0, None)
    assert line.between(start_of("c1"), taken("x", 1, "last")) == (0, None)


def test_the_published_interval_of_case_2_is_at_most_60_days():
    # "after 60 days": neither the length of the first course nor the end meant is printed.
    published = load_case(builtin() / "cases" / "gist-case-2.yaml")
    line = timeline(published)
    assert gap_days(line, *published.courses[:2]) == (None, 60)
    assert line.between(start_of("pararenal-1"), start_of("pararenal-2")) == (60, None)
    # The sunitinib rechallenge came after the second course: no upper bound, so never "long enough ago".
    assert line.between(end_of("pararenal-2"), taken("sunitinib", 1, "first")) == (0, None)


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ("start: 2026-03-16", "start: day 60", "calendar dates and day numbers are mixed"),
        ("treatment_days: [day 0, day 1, day 2, day 3]", "start: 2026", "calendar dates and day numbers are mixed"),
        ("end: 2026-03-16", "start: {before: c1, after: 2026-03-17}", "contradict each other"),
        ("start: 1 d after end of c2", "start: 1 d after end of c1", "contradict each other"),
        (FOUR_DAYS, "start: 5 d after end of c1, end: 4 d after end of c1", "contradict each other"),
        (f"start: {{printed: in spring}}, {FOUR_DAYS}", "start: 2026", "calendar dates and day numbers are mixed"),
        (f"start: 2026-03-16, {FOUR_DAYS}", "", "calendar dates and day numbers are mixed"),
        (
            "end: day 0, treatment_days: [day -4, day -2, day 0, day 2]",
            "",
            "c1: end is day 0, but its treatment days put it on day 2",
        ),
        (f"start: day 1, {FOUR_DAYS}", "", "c1: start is day 1, but its treatment days put it on day 0"),
        (f"end: day 7, {FOUR_DAYS}", "", "c1: end is day 7, but its treatment days put it on day 6"),
        (
            "start: 2026-03-21, treatment_days: every weekday",  # a Saturday
            "",
            "c1: start is 2026-03-21, but its treatment days put it on 2026-03-23",
        ),
        (
            # Four weekdays from Monday end on Thursday 19; a holiday would need the days themselves.
            "start: 2026-03-16, end: 2026-03-20, treatment_days: every weekday",
            "",
            "c1: end is 2026-03-20, but its treatment days put it on 2026-03-19; write treatment_days as a list",
        ),
    ],
)
def test_dates_that_cannot_all_be_true_are_refused(first, second, words):
    with pytest.raises(ProtocolError, match=words):
        case(first, second)


def said(state, *periods, status="completed"):
    rows = ", ".join(f"{{dose: a, first: {first}, last: {last}{more}}}" for first, last, more in periods)
    return case(f"{FOUR_DAYS}, status: {status}", drugs=f"[{{drug: x, periods: [{rows}], during: {{c1: {state}}}}}]")


@pytest.mark.parametrize(
    ("state", "periods"),
    [
        ("off", [("day -9", "day 6", "")]),
        ("off", [("day -9", "still taken", "")]),
        ("off", [("day -30", "day -9", ""), ("day 0", "day 20", "")]),
        ("on", [("day -30", "day -9", ""), ("day -5", "day -1", "")]),
        ("on", [("day 7", "day 69", ""), ("day 70", "still taken", "")]),
    ],
)
def test_on_or_off_against_the_dates_is_refused(state, periods):
    with pytest.raises(ProtocolError, match=f"x: during c1 it is said to be {state}, and its periods say the opposite"):
        said(state, *periods)


@pytest.mark.parametrize(
    ("state", "periods"),
    [
        ("off", [("day -9", "not stated", "")]),  # stopped at an unknown time
        ("off", [("day -9", "day 5", "")]),  # not over the whole course
        ("off", [("day -9", "day 20", ", cycle: 28 on / 14 off")]),  # perhaps in its weeks off
        ("off", [("day -30", "day -1", ""), ("day 7", "still taken", "")]),  # a hold
        ("on", [("day -30", "day -1", ""), ("day 3", "day 9", "")]),
        ("on", [("day -30", "day -1", ""), ("not stated", "not stated", "")]),
        ("on", []),
        ("unknown", [("day -9", "day 20", "")]),
    ],
)
def test_on_or_off_that_may_be_true_is_kept(state, periods):
    assert said(state, *periods).exposures[0].during == (("c1", state),)


def test_a_planned_hold_of_a_drug_that_is_still_taken_is_kept():
    assert said("off", ("day -9", "still taken", ""), status="planned").exposures[0].during == (("c1", "off"),)
