"""Incomplete repair: kernels, typed half-times, refusals."""

import math

import pytest

from rtcalc.conditions import Repair, repair_of
from rtcalc.errors import DomainError, UnitsError
from rtcalc.evidence import Evidence
from rtcalc.models import repair
from rtcalc.models.lq import bed
from rtcalc.registry import Registry
from rtcalc.tissues import RepairHalfTime

ONE = ((1.0, 1.0),)


def test_the_rate_halves_the_damage_in_a_half_time() -> None:
    assert math.exp(-repair.rate(1.5) * 1.5) == pytest.approx(0.5, rel=1e-15)


def test_two_fractions_a_day_leave_theta() -> None:
    assert repair.hm(2, 6.0, ((1.0, 6.0),)) == pytest.approx(0.5, rel=1e-14)  # one half-time
    assert repair.hm(2, 6.0, ((1.0, 4.0),)) == pytest.approx(2**-1.5, rel=1e-14)


def test_without_repair_the_fractions_of_a_day_are_one() -> None:
    # by hand: m fractions of d act as one of m d, and f = 1 + Hm = m
    factor = repair.day_factor(3, 1e-13, 0.0, ONE)
    assert factor == pytest.approx(3.0, rel=1e-12)
    assert 6.0 * (1 + factor * 2.0 / 3.0) == pytest.approx(bed(6.0, 1, 3.0), rel=1e-12)  # 3 x 2 Gy as 1 x 6 Gy: 18


def test_one_fraction_a_day_has_no_partner() -> None:
    assert repair.hm(1, 6.0, ONE) == 0.0
    assert repair.day_factor(1, 0.0, 0.0, ONE) == 1.0


def test_two_rates_are_weighed_by_their_shares() -> None:
    slow, fast = repair.hm(2, 1.0, ((1.0, 1.0),)), repair.hm(2, 1.0, ((1.0, 0.5),))
    assert repair.hm(2, 1.0, ((0.3, 1.0), (0.7, 0.5))) == pytest.approx(0.3 * slow + 0.7 * fast, rel=1e-14)
    slow, fast = repair.protraction(1.0, ((1.0, 1.0),)), repair.protraction(1.0, ((1.0, 0.5),))
    assert repair.protraction(1.0, ((0.3, 1.0), (0.7, 0.5))) == pytest.approx(0.3 * slow + 0.7 * fast, rel=1e-14)


def test_a_very_short_fraction_keeps_its_digits() -> None:
    # by hand: 1 - G = x/3 - x^2/12; the plain formula gives 1 - G = 0 or noise at x = 1e-9
    x = 1e-9
    assert 1 - repair.protraction(x / math.log(2), ONE) == pytest.approx(x / 3, rel=1e-6)
    assert repair.protraction(0.0, ONE) == 1.0


def test_a_very_long_fraction_does_not_overflow() -> None:
    # by hand: 2/x (1 - 1/x) with x = 24 ln 2 / 0.001
    x = 24 * math.log(2) / 0.001
    assert repair.protraction(24.0, ((1.0, 0.001),)) == pytest.approx(2 / x * (1 - 1 / x), rel=1e-12)
    assert 0 < repair.day_factor(2, 12.0, 11.0, ((1.0, 0.001),)) < 1e-3


def test_the_last_day_may_have_fewer_fractions() -> None:
    # by hand, theta 0.5: two days of 1.5 and one of 1 are (4 x 1.5 + 1) / 5
    assert repair.course_factor(5, 2, 1.0, 0.0, ONE) == pytest.approx(1.4, rel=1e-14)
    assert repair.course_factor(1, 2, 1.0, 0.0, ONE) == 1.0
    assert repair.course_factor(4, 2, 1.0, 0.0, ONE) == pytest.approx(1.5, rel=1e-14)


def test_long_fractions_interact_over_their_own_length() -> None:
    # by hand, both fractions one half-time long and two apart: (e^x - 1)(1 - e^-x) / x^2 times 2^-2, x = ln 2, that is
    # 0.5 x 0.25 / x^2 = 0.260171 between them, and G = 0.804021 within each
    between = 0.5 * 0.25 / math.log(2) ** 2
    assert between == pytest.approx(0.260171, abs=1e-6)
    within = repair.protraction(1.0, ONE)
    assert repair.day_factor(2, 2.0, 1.0, ONE) == pytest.approx(within + between, rel=1e-13)


# --- typed ----------------------------------------------------------------------------------------------------------
def test_half_times_are_read_in_hours() -> None:
    assert Repair.single("90 min") == Repair.single("1.5 h") == repair_of("1.5 h")
    assert Repair.double("0.19 h", "2.16 h", fast_share=0.5).components == ((0.5, 0.19), (0.5, 2.16))


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("0 h", DomainError, "repair: '0 h' .* above zero"),
        ("1.5", UnitsError, "write 1.5 h"),
        ("1.5 Gy", UnitsError, "repair: .* a time is needed"),
        (1.5, UnitsError, "repair: 1.5 is not a half-time"),
    ],
)
def test_a_half_time_that_is_refused(text: object, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        repair_of(text)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fast", "slow", "share", "error", "words"),
    [
        ("2 h", "1 h", 0.5, DomainError, "fast: 2 h is not shorter than slow, 1 h"),
        ("1 h", "1 h", 0.5, DomainError, "not shorter"),
        ("0 h", "1 h", 0.5, DomainError, "fast: '0 h'"),
        ("1 h", "2 h", 0.0, DomainError, "fast_share: 0.0 is not a share"),
        ("1 h", "2 h", 1.0, DomainError, "fast_share: 1.0 is not a share"),
        ("1 h", "2 h", "50 %", UnitsError, "fast_share: '50 %'"),
    ],
)
def test_two_rates_that_are_refused(fast: str, slow: str, share: object, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        Repair.double(fast, slow, fast_share=share)  # type: ignore[arg-type]


def test_a_published_half_time_carries_its_source() -> None:
    skin = Registry().tissues["skin-early"].repair
    assert [(value.hours, value.source) for value in skin] == [(1.0, "THAMES1990")]
    assert repair_of(skin[0]) == Repair(((1.0, 1.0),), "T1/2 1 h", "THAMES1990")


def test_one_part_of_two_rates_is_not_used_alone() -> None:
    # MILLAR2015: 0.19 h and 2.16 h; the shares are not in the text read
    fast, slow = Registry().tissues["cns"].repair
    assert (fast.hours, fast.component, slow.hours, slow.component) == (0.19, "fast", 2.16, "slow")
    with pytest.raises(DomainError, match=r"repair: 0\.19 h is the fast part of two"):
        repair_of(fast)


def test_a_held_half_time_is_not_used() -> None:
    held = RepairHalfTime(source="X", place="", evidence=Evidence.ONE_SOURCE, hold="not seen", hours=1.0)
    with pytest.raises(DomainError, match="repair: the value of X is listed only"):
        repair_of(held)
