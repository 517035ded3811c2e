"""Bounds on intervals: the tightest that follow, and contradictions refused."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtcalc.errors import ProtocolError
from rtcalc.timeline import MOST_EVENTS, ORIGIN, Timeline


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def test_a_month_and_a_range_give_the_bounds_of_the_interval():
    # Course ended between 3 January and 5 February 2014, drug started between 1 March and 31 July 2014.
    # Shortest: 5 Feb -> 1 Mar = 23 (to 28 Feb) + 1 = 24 d. Longest: 3 Jan -> 31 Jul, the days left in
    # January and then each month: 28 + 28 + 31 + 30 + 31 + 30 + 31 = 209 d.
    line = Timeline()
    line.add(ORIGIN, "end", day("2014-01-03"), day("2014-02-05"))
    line.add(ORIGIN, "drug", day("2014-03-01"), day("2014-07-31"))
    assert line.between("end", "drug") == (24, 209)
    assert line.between("drug", "end") == (-209, -24)


def test_open_sides_stay_open():
    line = Timeline()
    line.add("a", "b", 60, None)
    line.add("c", "b", None, 5)
    assert line.between("a", "b") == (60, None)
    assert line.between("c", "b") == (None, 5)
    assert line.between("a", "c") == (55, None)  # b is 60 or more after a, c at most 5 before b


def test_statements_chain_and_the_tightest_wins():
    line = Timeline()
    line.add("a", "b", 10, 20)
    line.add("b", "c", 5, 7)
    assert line.between("a", "c") == (15, 27)
    line.add("a", "c", 0, 18)  # said later, and closer
    assert line.between("a", "c") == (15, 18)
    assert line.between("a", "b") == (10, 13)  # 18 - 5


def test_an_event_nobody_spoke_of_is_unknown_not_zero():
    line = Timeline()
    line.add("a", "b", 1, 1)
    assert line.between("a", "nowhere") == (None, None)


@pytest.mark.parametrize(
    "statements",
    [
        [("a", "b", 5, 4)],
        [("a", "b", 1, None), ("b", "a", 0, None)],
        [("a", "b", 10, 10), ("b", "c", 10, 10), ("a", "c", None, 19)],
        [("a", "a", 1, None)],
    ],
)
def test_contradictions_are_refused_by_name(statements):
    line = Timeline()
    for statement in statements:
        line.add(*statement)
    with pytest.raises(ProtocolError, match=r"contradict each other: [abc]"):
        line.between("a", "b")


def test_too_many_events_are_refused_instead_of_computed_for_minutes():
    line = Timeline()
    for number in range(MOST_EVENTS):
        line.add(str(number), str(number + 1), 0, 1)
    with pytest.raises(ProtocolError, match=f"at most {MOST_EVENTS} are compared"):
        line.between("0", "1")


@settings(derandomize=True, database=None, deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from("abc"), st.integers(-2, 3), st.integers(0, 2)), max_size=5
    )
)
def test_bounds_are_those_of_trying_every_day(statements):
    # Oracle: all placements of three events on days -6..6 relative to a; statements span at most 3 + 2 = 5 days each.
    line = Timeline()
    line.add("a", "b", -3, 3)
    line.add("a", "c", -3, 3)
    allowed = [
        {"a": 0, "b": b, "c": c}
        for b, c in product(range(-3, 4), repeat=2)
        if all(
            low <= {"a": 0, "b": b, "c": c}[y] - {"a": 0, "b": b, "c": c}[x] <= low + w for x, y, low, w in statements
        )
    ]
    for x, y, low, width in statements:
        line.add(x, y, low, low + width)
    if not allowed:
        with pytest.raises(ProtocolError):
            line.between("a", "b")
        return
    for x, y in product("abc", repeat=2):
        seen = [days[y] - days[x] for days in allowed]
        assert line.between(x, y) == (min(seen), max(seen))
