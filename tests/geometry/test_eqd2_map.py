"""The map is the formula of the model, voxel by voxel."""

import numpy as np
import pytest

from rtcalc.effects import eqd2
from rtcalc.errors import DomainError
from rtcalc.geometry.eqd2_map import BLOCK, eqd2_map


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_map_is_the_scalar_formula(dtype: type) -> None:
    dose = np.linspace(0.5, 60.0, 3 * BLOCK + 7).astype(dtype).reshape(1, -1)
    found = eqd2_map(dose, 5, 3.0)
    assert found.dtype == dtype
    for at in (0, BLOCK, dose.size - 1):
        wanted = eqd2(f"{float(dose.flat[at])!r} Gy", 5, alpha_beta="3 Gy").gray
        assert found.flat[at] == pytest.approx(wanted, rel=1e-6)


def test_two_gray_a_fraction_stays_what_it_is() -> None:
    assert eqd2_map(np.array([10.0]), 5, 2.5)[0] == pytest.approx(10.0, rel=1e-15)


def test_views_are_read_in_their_own_order() -> None:
    dose = np.arange(24.0).reshape(2, 3, 4)
    assert np.array_equal(eqd2_map(dose.T, 4, 10.0), eqd2_map(dose, 4, 10.0).T)


@pytest.mark.parametrize(
    ("dose", "fractions", "ratio"),
    [
        (np.array([1]), 5, 3.0),
        (np.array([-1.0]), 5, 3.0),
        (np.array([np.nan]), 5, 3.0),
        (np.array([np.inf]), 5, 3.0),
        (np.array([1.0]), 0, 3.0),
        (np.array([1.0]), True, 3.0),
        (np.array([1.0]), 5, 0.0),
        (np.array([1.0]), 5, np.nan),
    ],
)
def test_what_has_no_eqd2_is_refused(dose: np.ndarray, fractions: int, ratio: float) -> None:
    with pytest.raises(DomainError):
        eqd2_map(dose, fractions, ratio)


def test_result_is_not_written_over_the_dose() -> None:
    dose = np.ones(5)
    with pytest.raises(DomainError, match="overwrite"):
        eqd2_map(dose, 5, 3.0, out=dose)
    with pytest.raises(DomainError, match="does not fit"):
        eqd2_map(dose, 5, 3.0, out=np.empty(6))
