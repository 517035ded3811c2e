"""Dates as far as they are known."""

from __future__ import annotations

from datetime import date

import pytest

from rtcalc.dates import NOT_STATED, When, read_order, read_when, show_day
from rtcalc.errors import DomainError, UnknownName


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2013-10-21", "2013-10-21", "2013-10-21"),
        ("2013-10", "2013-10-01", "2013-10-31"),
        ("2013-04", "2013-04-01", "2013-04-30"),
        # February: 2023 is no leap year, 2024 is, 1900 is not (divisible by 100), 2000 is (by 400).
        ("2023-02", "2023-02-01", "2023-02-28"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("1900-02", "1900-02-01", "1900-02-28"),
        ("2000-02", "2000-02-01", "2000-02-29"),
        ("2024-02-29", "2024-02-29", "2024-02-29"),
        ("2013-12", "2013-12-01", "2013-12-31"),
        ("2019", "2019-01-01", "2019-12-31"),
        ("2014-01-03 .. 2014-02-05", "2014-01-03", "2014-02-05"),
        ("2014-01..2014-03", "2014-01-01", "2014-03-31"),
        ("2014 .. 2014-02", "2014-01-01", "2014-02-28"),
        ("  2013-10-21  ", "2013-10-21", "2013-10-21"),
    ],
)
def test_calendar_forms_have_the_bounds_of_the_calendar(text, first, last):
    when = read_when(text)
    assert (when.earliest, when.latest, when.calendar) == (day(first), day(last), True)
    assert when.exact == (day(first) if first == last else None)


@pytest.mark.parametrize(
    ("text", "low", "high"), [("day 60", 60, 60), ("day 0", 0, 0), ("day -5", -5, -5), ("day 3 .. day 9", 3, 9)]
)
def test_day_numbers_need_no_calendar(text, low, high):
    when = read_when(text)
    assert (when.earliest, when.latest, when.calendar) == (low, high, False)


@pytest.mark.parametrize(
    ("text", "days", "anchor"),
    [
        ("60 d after pararenal-1", (60, 60), "not stated"),
        ("60 d after end of pararenal-1", (60, 60), "end"),
        ("60 .. 90 d after start of pararenal-1", (60, 90), "start"),
        ("60..90 d after pararenal-1", (60, 90), "not stated"),
        ("0 d after pararenal-1", (0, 0), "not stated"),
    ],
)
def test_intervals_keep_their_anchor(text, days, anchor):
    when = read_when(text)
    assert (when.relative_to, when.days, when.anchor) == ("pararenal-1", days, anchor)
    assert when.exact is None
    assert when.earliest is None


@pytest.mark.parametrize("text", ["not stated", "still taken"])
def test_unknown_and_unfinished_are_values(text):
    when = read_when(text)
    assert str(when) == text
    assert when.stated is (text == "still taken")
    assert when.exact is None


@pytest.mark.parametrize(
    "text",
    [
        "2023-02-29",
        "2013-13-01",
        "2013-00",
        "2013-10-00",
        "2013-04-31",
        "0026-03-01",
        "1899",
        "2101-01-01",
        "26-03-01",
        "2013-1-1",
        "21.10.2013",
        "10/21/2013",
        "2013-10-21T08:00",
        "day 2.5",
        "day",
        "60",
        "60 days after x",
        "60 d after",
        "-60 d after x",
        "90 .. 60 d after x",
        "2014-02-05 .. 2014-01-03",
        "2014-02-05 .. day 3",
        "2014-02-05 ..",
        ".. 2014-02-05",
        "a .. b",
        "２０１３",  # full-width digits are not ASCII
        "",
        "x" * 1900,
    ],
)
def test_anything_else_is_refused_with_the_text_in_the_message(text):
    with pytest.raises(DomainError) as refused:
        read_when(text)
    assert len(str(refused.value).splitlines()) == 1
    assert text.partition("..")[0].strip()[:20] in str(refused.value)


def test_the_year_typed_with_two_digits_is_named():
    with pytest.raises(DomainError, match="the year 0026 is not between 1900 and 2100"):
        read_when("0026-03-01")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2013-10-21", "2013-10-21"),
        ("2013-10", "2013-10"),  # as it was typed, not as its bounds
        ("2014-01-03 .. 2014-02-05", "2014-01-03 .. 2014-02-05"),
        ("day 3 .. day 9", "day 3 .. day 9"),
        ("60 d after end of c1", "60 d after the end of c1"),
        ("60 d after c1", "60 d after c1 (its start or end: not stated)"),
        ("60 .. 90 d after start of c1", "60-90 d after the start of c1"),
    ],
)
def test_print(text, shown):
    assert str(read_when(text)) == shown


COURSES = frozenset({"c1", "c2"})


def test_order_is_kept_beside_the_words_of_the_source():
    when = read_order("c1", "c2", "a few months later", COURSES)
    assert (when.after, when.before, str(when)) == ("c1", "c2", "a few months later")
    assert when.earliest is None
    assert when.stated


def test_order_after_a_month_starts_with_its_first_day_and_before_a_month_ends_with_its_last():
    # "after the CT of October 2013": the CT may have been on the 1st. The bounds never exclude what is possible.
    when = read_order("2013-10", "2014-02", "", COURSES)
    assert (when.earliest, when.latest) == (day("2013-10-01"), day("2014-02-28"))
    assert str(when) == "2013-10-01 .. 2014-02-28"


@pytest.mark.parametrize(
    ("after", "before", "shown"),
    [
        ("c1", None, "after c1"),
        (None, "c2", "before c2"),
        ("2013-10-01", None, "not before 2013-10-01"),
        (None, "day 9", "not after day 9"),
        (None, None, NOT_STATED),
    ],
)
def test_order_print(after, before, shown):
    when = read_order(after, before, "", COURSES)
    assert str(when) == shown
    assert when.stated is (shown != NOT_STATED)


def test_order_refuses_what_cannot_be():
    with pytest.raises(DomainError, match="the end is before the start"):
        read_order("2014-02", "2013-10", "", COURSES)
    with pytest.raises(DomainError, match="mix a date and a day number"):
        read_order("day 5", "2013-10", "", COURSES)
    with pytest.raises(UnknownName, match=r"no course .* 'c3'; known: c1"):
        read_order("c3", None, "", COURSES)


def test_a_day_is_shown_on_its_own_axis():
    assert show_day(day("2026-03-16"), True) == "2026-03-16"
    assert show_day(-5, False) == "day -5"


def test_an_empty_when_is_not_stated():
    assert not When().stated
    assert str(When()) == NOT_STATED
