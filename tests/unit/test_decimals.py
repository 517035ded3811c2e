import decimal
import math

import pytest

from rtcalc.decimals import beside, compare, fixed, plain, significant
from rtcalc.errors import DomainError


@pytest.mark.parametrize(
    ("number", "rounded"),
    [
        (60 * (1 + 2 / 3), 100.0),  # by hand: 60 * 5/3 is exactly 100; floats give 99.99999999999999
        (3 * 8.2, 24.6),  # by hand; floats give 24.599999999999998
        (1.00000000049, 1.0),  # by hand: eleventh digit 4
        (1.0000000005, 1.000000001),  # by hand: a tie at the eleventh digit goes up
        (-1.0000000005, -1.000000001),  # half up is away from zero
        (1e-300, 1e-300),
        (0.0, 0.0),
        (math.inf, math.inf),
    ],
)
def test_significant_rounds_to_ten_digits(number: float, rounded: float) -> None:
    assert significant(number) == rounded


def test_sixty_gray_in_thirty_at_three_equals_one_hundred() -> None:
    assert compare(60 * (1 + 2 / 3), 100) == 0
    assert compare(100, 60 * (1 + 2 / 3)) == 0


def test_fifteen_times_two_and_a_half_at_one_and_a_half_equals_one_hundred() -> None:
    noisy = 37.5 * (1 + 2.5 / 1.5)  # by hand: 37.5 * 8/3 = 100; floats may end above it
    assert compare(noisy, 100) == 0


@pytest.mark.parametrize(("value", "expected"), [(99.96, -1), (100.04, 1), (100.0, 0), (99.9999999, -1)])
def test_a_real_difference_is_seen(value: float, expected: int) -> None:
    assert compare(value, 100) == expected


@pytest.mark.parametrize(("value", "bound"), [(math.nan, 1.0), (1.0, math.nan)])
def test_nan_is_never_compared(value: float, bound: float) -> None:
    with pytest.raises(DomainError, match="NaN"):
        compare(value, bound)


@pytest.mark.parametrize(
    ("number", "places", "rounding", "text"),
    [
        (0.25, 1, "half-up", "0.3"),  # Python's own f"{0.25:.1f}" is 0.2
        (2.675, 2, "half-up", "2.68"),  # by hand; the float is 2.67499999..., its ten digits are 2.675
        (85.5, 1, "half-up", "85.5"),
        (100.26666666666667, 1, "half-up", "100.3"),
        (40 * 10 / 60, 2, "down", "6.66"),  # a/b 6.67 would give BED 99.97, below 100
        (9.0499, 2, "down", "9.04"),  # HYTEC_CORD: 25 Gy EQD2 in one fraction; 9.05 would be 25.001
        (9.041, 2, "up", "9.05"),
        (100 * (1 - 1e-14), 1, "down", "100.0"),  # noise is not a reason to round an exact 100 down
        (100 * (1 + 1e-14), 1, "up", "100.0"),
        (-0.04, 1, "half-up", "0.0"),  # never "-0.0"
        (-0.04, 1, "down", "-0.1"),  # down is towards minus infinity
        (-0.04, 1, "up", "0.0"),
        (5.0, 0, "half-up", "5"),
        (1e22, 1, "half-up", "10000000000000000000000.0"),
        (1e-12, 1, "half-up", "0.0"),
    ],
)
def test_fixed(number: float, places: int, rounding: str, text: str) -> None:
    assert fixed(number, places, rounding) == text  # type: ignore[arg-type]


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_not_printed(number: float) -> None:
    for printer in (lambda: fixed(number, 1), lambda: plain(number), lambda: beside(1.0, number, 1)):
        with pytest.raises(DomainError):
            printer()


@pytest.mark.parametrize(
    ("value", "bound", "places", "rounding", "text"),
    [
        (99.96, 100, 1, "half-up", "99.96"),  # 28 x 2.1 Gy at a/b 3; "100.0, below 100" would contradict itself
        (99.9999, 100, 1, "half-up", "99.9999"),
        (99.9, 100, 1, "half-up", "99.9"),
        (60 * (1 + 2 / 3), 100, 1, "half-up", "100.0"),
        (100.04, 100, 1, "half-up", "100.04"),
        (44.66, 44.65, 1, "half-up", "44.66"),  # at one decimal the value reads 44.7, and so does the bound
        (44.62, 44.65, 1, "half-up", "44.6"),
        (44.78, 44.66, 1, "down", "44.78"),  # cut to 44.7 it would equal the bound, which is printed 44.7
        (22.98, 23, 1, "up", "22.98"),  # rounded up to 23.0 it would look like the bound itself
        (0.0, 0.04, 1, "half-up", "0.00"),  # one decimal prints both as 0.0
    ],
)
def test_beside_never_contradicts_the_verdict(
    value: float, bound: float, places: int, rounding: str, text: str
) -> None:
    assert beside(value, bound, places, rounding) == text  # type: ignore[arg-type]


def test_beside_with_the_sides_exchanged_prints_the_same_number_of_decimals() -> None:
    assert (beside(44.68, 44.67, 1), beside(44.67, 44.68, 1)) == ("44.68", "44.67")


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (10.0, "10"),
        (2.6, "2.6"),
        (6.92, "6.92"),
        (0.35, "0.35"),
        (100.0, "100"),
        (0.0, "0"),
        (-0.0, "0"),
        (1e-7, "0.0000001"),
    ],
)
def test_plain_has_no_trailing_zeros_and_no_exponent(number: float, text: str) -> None:
    assert plain(number) == text


def test_a_host_program_cannot_change_the_rounding() -> None:
    with decimal.localcontext() as context:
        context.prec, context.rounding = 3, decimal.ROUND_FLOOR
        assert fixed(108.25, 1) == "108.3"
        assert significant(3 * 8.2) == 24.6
