import numpy as np
import pytest

from rtcalc.models import lq


@pytest.mark.parametrize(
    ("total", "fractions", "ratio", "expected"),
    [
        (45.0, 5, 10.0, 85.5),  # by hand: 45 * (1 + 9/10)
        (45.0, 5, 3.0, 180.0),  # by hand: 45 * (1 + 9/3)
        (50.0, 5, 10.0, 100.0),  # by hand: 50 * (1 + 10/10)
        (0.0, 5, 3.0, 0.0),
    ],
)
def test_bed_of_one_value(total: float, fractions: int, ratio: float, expected: float) -> None:
    assert lq.bed(total, fractions, ratio) == pytest.approx(expected, rel=1e-14)


def test_every_voxel_has_its_own_dose_per_fraction() -> None:
    grid = np.array([0.0, 6.0, 60.0])
    # by hand, 3 fractions at a/b 3: 6 Gy is 2 per fraction, 6 * (1 + 2/3) = 10; 60 Gy is 20 per fraction, 460.
    # With the 20 Gy of the prescription for every voxel the 6 Gy would become 46.
    assert lq.bed(grid, 3, 3.0) == pytest.approx([0.0, 10.0, 460.0], rel=1e-14)


def test_a_voxel_and_a_single_value_agree_to_the_last_bit() -> None:
    doses = np.linspace(0.0, 120.0, 1001)
    grid = lq.bed(doses, 5, 2.6)
    assert [lq.bed(float(dose), 5, 2.6) for dose in doses] == grid.tolist()


@pytest.mark.parametrize("ratio", [3.0, np.float64(3.0), np.float32(3.0)])
def test_float32_stays_float32(ratio: float) -> None:
    grid = np.full((4, 5), 45.0, dtype=np.float32)
    assert lq.bed(grid, np.int64(5), ratio).dtype == np.float32  # type: ignore[arg-type]
    assert lq.eqdx(grid, ratio, ratio).dtype == np.float32


def test_float32_is_accurate_to_a_millionth() -> None:
    doses = np.linspace(0.0, 120.0, 100_001)
    single = lq.bed(doses.astype(np.float32), 5, 1.5)
    # by hand: three roundings of 2^-24 and the input's own, twice through the square: 5 * 6e-8 = 3e-7
    assert single == pytest.approx(lq.bed(doses.astype(np.float32).astype(np.float64), 5, 1.5), rel=3e-7)


def test_integers_become_float64() -> None:
    result = lq.bed(np.array([45, 40]), 5, 3.0)  # type: ignore[type-var]
    assert result.dtype == np.float64
    assert result == pytest.approx([180.0, 146.66666666666666])  # by hand: 40 * (1 + 8/3)


def test_the_input_is_never_written_to() -> None:
    grid = np.array([10.0, 45.0])
    grid.flags.writeable = False
    kept = grid.copy()
    assert not np.shares_memory(lq.bed(grid, 5, 3.0), grid)
    assert not np.shares_memory(lq.eqdx(grid, 2.0, 3.0), grid)
    assert grid.tolist() == kept.tolist()


def test_eqdx() -> None:
    assert lq.eqdx(85.5, 2.0, 10.0) == pytest.approx(71.25, rel=1e-14)  # by hand: 85.5 / 1.2
    assert lq.eqdx(100.0, 3.0, 3.0) == pytest.approx(50.0, rel=1e-14)  # by hand: 100 / 2


def test_break_even_of_two_phases() -> None:
    # by hand, 27 Gy in 3 and 20 Gy in 2: (27 * 9 + 20 * 10) / (100 - 47) = 443 / 53
    assert lq.break_even(443.0, 47.0, 100.0) == pytest.approx(8.358490566, rel=1e-9)


def test_total_for_is_the_inverse_of_bed() -> None:
    assert lq.total_for(85.5, 5, 10.0) == pytest.approx(45.0, rel=1e-14)
    assert lq.total_for(0.0, 5, 10.0) == 0.0


def test_total_for_keeps_its_digits_where_the_quadratic_term_vanishes() -> None:
    # by hand: at a huge alpha/beta BED approaches D; (-b + sqrt(b*b + 4 b B)) / 2 gives 0 or noise there
    assert lq.total_for(60.0, 30, 1e15) == pytest.approx(60.0, rel=1e-12)


def test_fractions_for() -> None:
    assert lq.fractions_for(100.0, 2.0, 3.0) == pytest.approx(30.0, rel=1e-14)  # by hand: 100 / (2 * 5/3)
