"""What must hold for every schedule, not only for the worked ones."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtcalc.decimals import beside, compare, fixed, significant
from rtcalc.doses import BED, PhysicalDose
from rtcalc.effects import bed, break_even_alpha_beta, eqd2, eqdx
from rtcalc.errors import RtcalcError, UnitsError
from rtcalc.isoeffect import solve_fractions, solve_per_fraction, solve_total
from rtcalc.schedules import Schedule
from rtcalc.units import read

hundredths = st.integers(1, 12_000).map(lambda whole: whole / 100)  # 0.01 to 120 Gy, as prescriptions are written
doses = hundredths.map(PhysicalDose.from_gray)
counts = st.integers(1, 60)
ratios = st.integers(50, 2_500).map(lambda whole: PhysicalDose.from_gray(whole / 100))  # 0.5 to 25 Gy
numbers = st.floats(-1e300, 1e300)  # the last floats before infinity round up into it


def same(left: float, right: float) -> bool:
    return math.isclose(left, right, rel_tol=1e-12)


@given(doses, doses, counts, ratios)
def test_bed_grows_with_dose(one: PhysicalDose, other: PhysicalDose, count: int, ratio: PhysicalDose) -> None:
    low, high = sorted([one, other])
    assert bed(low, count, alpha_beta=ratio) <= bed(high, count, alpha_beta=ratio)
    assert (low == high) == (bed(low, count, alpha_beta=ratio) == bed(high, count, alpha_beta=ratio))


@given(doses, counts, ratios)
def test_bed_is_above_the_physical_dose_and_falls_with_fractions(
    dose: PhysicalDose, count: int, ratio: PhysicalDose
) -> None:
    effect = bed(dose, count, alpha_beta=ratio)
    assert effect.gray > dose.gray
    assert bed(dose, count + 1, alpha_beta=ratio).gray < effect.gray


@given(counts, ratios)
def test_eqd2_is_the_dose_itself_at_two_gray_per_fraction(count: int, ratio: PhysicalDose) -> None:
    dose = PhysicalDose.from_gray(2.0 * count)
    assert same(eqd2(dose, count, alpha_beta=ratio).gray, 2.0 * count)


@given(doses, counts, ratios, hundredths)
def test_the_equivalent_schedule_has_the_same_bed(
    dose: PhysicalDose, count: int, ratio: PhysicalDose, reference: float
) -> None:
    equivalent = eqdx(dose, count, alpha_beta=ratio, per_fraction=PhysicalDose.from_gray(reference))
    # by hand: D in fractions of x has BED = D (1 + x / r), whatever the number of fractions
    assert same(equivalent.gray * (1 + reference / ratio.gray), bed(dose, count, alpha_beta=ratio).gray)


@given(doses, counts, counts, ratios)
def test_phases_of_different_days_add(dose: PhysicalDose, one: int, other: int, ratio: PhysicalDose) -> None:
    both = Schedule.parse(f"{dose.gray} Gy / {one} + {dose.gray} Gy / {other}")
    assert bed(both, alpha_beta=ratio) == bed(dose, one, alpha_beta=ratio) + bed(dose, other, alpha_beta=ratio)


@given(doses, doses, counts, ratios)
def test_doses_of_one_fraction_do_more_together_than_apart(
    one: PhysicalDose, other: PhysicalDose, count: int, ratio: PhysicalDose
) -> None:
    together = bed(one + other, count, alpha_beta=ratio)
    # by hand: the square of a sum exceeds the sum of squares by 2 D1 D2 / (n r)
    cross = 2 * one.gray * other.gray / (count * ratio.gray)
    apart = bed(one, count, alpha_beta=ratio) + bed(other, count, alpha_beta=ratio)
    assert same(together.gray, apart.gray + cross)


@given(st.lists(hundredths, min_size=1, max_size=20), counts, ratios, st.sampled_from([np.float32, np.float64]))
def test_a_grid_gives_what_its_voxels_give(voxels: list[float], count: int, ratio: PhysicalDose, dtype: type) -> None:
    grid = np.array(voxels, dtype=dtype)
    found = bed(PhysicalDose.from_gray(grid), count, alpha_beta=ratio)
    single = [bed(PhysicalDose.from_gray(voxel), count, alpha_beta=ratio).gray for voxel in grid]
    assert found.gray.dtype == dtype
    # by hand: four roundings of 2^-24 in float32, the same operations in float64
    assert found.gray.tolist() == (single if dtype is np.float64 else pytest.approx(single, rel=3e-7))


@given(doses, counts, ratios)
def test_the_solvers_undo_bed(dose: PhysicalDose, count: int, ratio: PhysicalDose) -> None:
    effect = bed(dose, count, alpha_beta=ratio)
    assert same(solve_total(fractions=count, alpha_beta=ratio, bed=effect).gray, dose.gray)
    assert same(solve_per_fraction(fractions=count, alpha_beta=ratio, bed=effect).gray, dose.gray / count)
    found = solve_fractions(per_fraction=dose / count, alpha_beta=ratio, bed=effect)
    assert found.fractions == count
    assert found.bed == effect


@given(doses, counts, ratios)
def test_eqd2_and_bed_targets_agree(dose: PhysicalDose, count: int, ratio: PhysicalDose) -> None:
    by_eqd2 = solve_total(fractions=count, alpha_beta=ratio, eqd2=eqd2(dose, count, alpha_beta=ratio))
    assert same(by_eqd2.gray, dose.gray)


@given(st.integers(1, 9_999).map(lambda whole: whole / 100), counts)
def test_the_break_even_is_where_the_bed_is_reached(dose: float, count: int) -> None:
    schedule = Schedule(total=PhysicalDose.from_gray(dose), fractions=count)
    found = break_even_alpha_beta(schedule)
    assert found.gray is not None
    if found.gray > 0.01:  # below it the basis, rounded to 1e-6 Gy, is coarser than the tolerance
        reached = bed(schedule, alpha_beta=PhysicalDose.from_gray(found.gray)).gray
        assert math.isclose(reached, 100.0, rel_tol=1e-6 / found.gray)


@given(numbers)
def test_significant_changes_nothing_twice_and_little_once(number: float) -> None:
    once = significant(number)
    assert significant(once) == once
    assert math.isclose(once, number, rel_tol=5.1e-10)


@given(numbers, numbers)
def test_compare_is_an_order(left: float, right: float) -> None:
    assert compare(left, right) == -compare(right, left)
    assert compare(left, right) in (0, 1 if left > right else -1)


@given(st.floats(-1e6, 1e6), st.integers(0, 6))
def test_rounding_brackets_the_value(number: float, places: int) -> None:
    down, half_up, up = (float(fixed(number, places, mode)) for mode in ("down", "half-up", "up"))
    value = significant(number)
    assert down <= value <= up
    assert half_up in (down, up)
    assert up - down <= 1.000001 * 10**-places


@given(st.floats(0, 1e6), st.floats(-1e-3, 1e-3), st.integers(0, 3), st.sampled_from(["half-up", "down", "up"]))
def test_a_print_never_contradicts_the_comparison(bound: float, shift: float, places: int, mode: str) -> None:
    value = bound * (1 + shift)
    text = beside(value, bound, places, mode)
    side = compare(value, bound)
    if side == 0:
        assert text == fixed(value, places, mode)
    else:
        assert compare(float(text), bound) == side
        shown_bound = beside(bound, value, places)
        assert compare(float(beside(value, bound, places)), float(shown_bound)) == side


@given(hundredths, st.sampled_from(["Gy", "cGy", "mGy"]), st.sampled_from(["", " ", "  "]))
def test_what_is_written_is_read(number: float, unit: str, space: str) -> None:
    in_gray = {"Gy": 1.0, "cGy": 100.0, "mGy": 1000.0}[unit]
    assert read(f"{number}{space}{unit}", "dose", "dose") == pytest.approx(number / in_gray, rel=1e-15)


@given(st.text(max_size=30))
def test_any_text_is_a_dose_or_a_units_error(text: str) -> None:
    try:
        value = read(text, "dose", "dose")
    except UnitsError:
        return
    assert 0 <= value < math.inf
    assert text.isascii()


@given(st.text(alphabet="0123456789., GyxX×/+-ecmfSv", max_size=40))
def test_any_text_is_a_schedule_or_an_error_of_this_library(text: str) -> None:
    try:
        schedule = Schedule.parse(text)
    except RtcalcError:
        return
    assert Schedule.parse(schedule.text) == schedule


# Ten phases of at most 20: a schedule holds 200 fractions in all.
@given(st.lists(st.tuples(hundredths, st.integers(1, 20)), min_size=1, max_size=10))
def test_a_schedule_survives_its_text(phases: list[tuple[float, int]]) -> None:
    schedule = Schedule.parse(" + ".join(f"{total} Gy / {count}" for total, count in phases))
    assert [(phase.gray, phase.fractions) for phase in schedule.phases] == phases
    assert Schedule.parse(schedule.text) == schedule


@given(hundredths, st.integers(1, 200))
def test_count_times_dose_is_the_decimal_product(each: float, count: int) -> None:
    # by hand: hundredths times a whole number are hundredths
    assert Schedule.parse(f"{count} x {each} Gy").phases[0].gray == round(each * 100) * count / 100


@given(hundredths, ratios)
def test_equal_values_have_equal_hashes(gray: float, ratio: PhysicalDose) -> None:
    exact, noisy = BED.from_gray(gray, alpha_beta=ratio), BED.from_gray(gray * (1 + 1e-15), alpha_beta=ratio)
    assert exact == noisy
    assert hash(exact) == hash(noisy)
