"""Bounds on the sum of two courses that are known by summaries only."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtcalc.cumulative import Bounds, Part, in_eqd2, same_sessions
from rtcalc.errors import DomainError
from rtcalc.limits import Metric
from rtcalc.verdicts import eqd2

D5CC, DMAX, DMEAN = Metric.parse("D5cc"), Metric.parse("Dmax"), Metric.parse("Dmean")


def part(gray: float, fractions: int, top: float | None = None, course: str = "c") -> Part:
    return Part(course=course, gray=gray, max_gray=top, fractions=fractions)


@pytest.mark.parametrize(
    ("gray", "fractions", "ratio", "expected"),
    [
        (12.0, 5, 2.0, 13.2),  # by hand: 12 (1 + 2.4/2) / 2
        (28.0, 5, 3.0, 48.16),  # by hand: 28 (1 + 5.6/3) / (5/3)
        (24.0, 4, 4.0, 40.0),  # by hand: 24 (1 + 6/4) / 1.5
        (0.0, 5, 3.0, 0.0),
    ],
)
def test_eqd2_of_an_organ_dose(gray: float, fractions: int, ratio: float, expected: float) -> None:
    assert eqd2(gray, fractions, ratio) == pytest.approx(expected, rel=1e-12)


def test_near_maxima_are_bounded_by_the_other_maximum() -> None:
    # 10 cc organ, a/b 3. Course 1 (5 fractions): 4 cc at 28 Gy, the rest at 2; course 2 (4 fractions): another 4 cc at
    # 24 Gy, the rest at 2. EQD2 28/5 -> 48.16, 2/5 -> 1.36, 24/4 -> 43.2, 2/4 -> 1.4. The sum has 4 cc at 49.56,
    # 4 cc at 44.56 and 2 cc at 2.76: its D5cc is 44.56, and the sum of the two D5cc only 2.76.
    found = in_eqd2(D5CC, [part(2, 5, top=28), part(2, 4, top=24)], 3.0)
    assert (found.low, found.high, found.plain_sum) == pytest.approx((1.4, 44.56, 2.76))


def test_the_smaller_of_both_readings_is_the_upper_bound() -> None:
    # a/b 2, 5 fractions: EQD2 of 10 -> 10, of 20 -> 30, of 5 -> 3.75, of 30 -> 60.
    # D_v(1) + Dmax(2) = 10 + 60; Dmax(1) + D_v(2) = 30 + 3.75.
    found = in_eqd2(D5CC, [part(10, 5, top=20), part(5, 5, top=30)], 2.0)
    assert (found.low, found.high) == pytest.approx((10.0, 33.75))


def test_one_maximum_is_enough_for_one_reading() -> None:
    # Only Dmax of course 2 is known: D_v(1) + Dmax(2) = 10 + 60.
    assert in_eqd2(D5CC, [part(10, 5), part(5, 5, top=30)], 2.0).high == pytest.approx(70.0)


def test_without_a_maximum_there_is_no_upper_bound() -> None:
    found = in_eqd2(D5CC, [part(10, 5), part(5, 5)], 2.0)
    assert (found.low, found.high, found.plain_sum) == (10.0, None, 13.75)


def test_three_courses_take_every_other_maximum() -> None:
    # a/b 2, 5 fractions, EQD2: D_v 10, 3.75 and 10; Dmax 30, 60 and 13.2 (1 + 1.32) / 2 = 15.312.
    courses = [part(10, 5, top=20), part(5, 5, top=30), part(10, 5, top=13.2)]
    # Readings: 10 + 60 + 15.312; 3.75 + 30 + 15.312; 10 + 30 + 60.
    assert in_eqd2(D5CC, courses, 2.0).high == pytest.approx(49.062)
    assert in_eqd2(D5CC, [*courses[:2], part(10, 5)], 2.0).high == pytest.approx(10 + 30 + 60)
    assert in_eqd2(D5CC, [part(10, 5, top=20), part(5, 5), part(10, 5)], 2.0).high is None


def test_maxima_add_at_most_and_are_never_below_the_larger() -> None:
    # by hand at a/b 3: 51.5 (1 + 1.8393/3) / (5/3) = 49.8446; 27.5 (1 + 5.5/3) / (5/3) = 46.75; together 96.5946.
    found = in_eqd2(DMAX, [part(51.5, 28), part(27.5, 5)], 3.0)
    assert (found.low, found.high) == pytest.approx((49.8446, 96.5946), abs=1e-4)


def test_a_mean_gives_a_lower_bound_only() -> None:
    # a/b 2.5: half the organ at 2 Gy, half at 16 Gy in 5 fractions; the mean is 9 Gy.
    # EQD2 of the mean: 9 (1 + 1.8/2.5) / 1.8 = 8.60. True mean of EQD2: (1.2889 + 20.2667) / 2 = 10.78.
    found = in_eqd2(DMEAN, [part(9, 5)], 2.5)
    assert (found.low, found.high) == (pytest.approx(8.6), None)
    truth = (eqd2(2.0, 5, 2.5) + eqd2(16.0, 5, 2.5)) / 2
    assert truth == pytest.approx(10.78, abs=0.005)
    assert found.low < truth


def test_dose_of_the_same_sessions_adds_before_it_is_converted() -> None:
    # 10 and 15 Gy in the same 5 sessions: 25 / 5 at a/b 3 is 25 (1 + 5/3) / (5/3) = 40.0; apart 10 + 18 = 28.0.
    courses = [part(10, 5, top=10), part(15, 5, top=15)]
    together = same_sessions(DMAX, courses)
    assert together == Bounds(low=15, high=25, plain_sum=25)
    assert eqd2(25.0, 5, 3.0) == pytest.approx(40.0)
    assert in_eqd2(DMAX, courses, 3.0).high == pytest.approx(28.0)


def test_near_maxima_of_the_same_sessions_are_bounded_in_physical_dose() -> None:
    assert same_sessions(D5CC, [part(9, 5, top=12), part(11, 5, top=14)]) == Bounds(low=11, high=23, plain_sum=20)
    assert same_sessions(D5CC, [part(9, 5), part(11, 5)]).high is None


@pytest.mark.parametrize("name", ["V20Gy", "CV17.5Gy", "volume"])
def test_volumes_have_no_sum(name: str) -> None:
    with pytest.raises(DomainError, match="volume"):
        in_eqd2(Metric.parse(name), [part(10, 5, top=20), part(5, 5, top=30)], 3.0)


VOXELS = st.lists(st.floats(0, 60), min_size=10, max_size=10)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(VOXELS, VOXELS, st.integers(1, 10), st.integers(1, 30), st.integers(1, 30), st.floats(1, 20))
def test_the_truth_lies_within_the_bounds(
    first: list[float], second: list[float], volume: int, n1: int, n2: int, ratio: float
) -> None:
    """Ten voxels of 1 cc, each with its own dose in both courses: D_v, Dmax and mean of the true sum of EQD2."""

    def hottest(doses: list[float], count: int) -> float:
        return sorted(doses, reverse=True)[count - 1]

    voxels = [eqd2(a, n1, ratio) + eqd2(b, n2, ratio) for a, b in zip(first, second, strict=True)]
    parts = [
        part(hottest(first, volume), n1, top=max(first)),
        part(hottest(second, volume), n2, top=max(second)),
    ]
    found = in_eqd2(Metric("D", float(volume), "cc"), parts, ratio)
    slack = 1e-9 * (1 + max(voxels))
    assert found.high is not None
    assert found.low - slack <= hottest(voxels, volume) <= found.high + slack
    top = in_eqd2(DMAX, [part(max(first), n1), part(max(second), n2)], ratio)
    assert top.high is not None
    assert top.low - slack <= max(voxels) <= top.high + slack
    means = in_eqd2(DMEAN, [part(sum(first) / 10, n1), part(sum(second) / 10, n2)], ratio)
    assert means.low <= sum(voxels) / 10 + slack
