"""The difference of the two interpolations: none in an even gradient, h^2/8 of the curvature on a hill."""

import numpy as np
import pytest

from rtcalc.geometry.error_bar import near_max
from tests.geometry.phantoms import cylinder, grid_of


def test_hill_is_cut_by_linear_interpolation() -> None:
    """60 exp(-r^2 / 200) has a curvature of 60 / 100 Gy/mm2 along each axis; at the middle of a voxel of 3 mm linear
    interpolation loses 3 * 0.6 * 9 / 8 = 2.0 Gy at most, and less on average. The hottest 35 mm3 are the sphere of
    2.03 mm: 60 exp(-2.03^2 / 200) = 58.78 Gy.
    """
    hill = grid_of(
        lambda x, y, z: 60.0 * np.exp(-(x * x + y * y + z * z) / 200.0), (-31.5, -31.5, -31.5), 33.0, (3.0,) * 3
    )
    found = {one.metric: one for one in near_max(cylinder(12.0, 12.0, 2.0), hill, organ="a", course="1")}
    assert -2.03 < found["D0.035cc"].linear_minus_cubic < -1.0
    assert found["D0.035cc"].gray - found["D0.035cc"].linear_minus_cubic == pytest.approx(58.78, abs=0.03)


def test_even_gradient_has_no_difference() -> None:
    slope = grid_of(lambda x, y, z: 40.0 + 0.5 * y + 0.2 * z - 0.1 * x)
    for one in near_max(cylinder(12.0, 12.0, 2.0), slope, organ="a", course="1"):
        assert one.linear_minus_cubic == pytest.approx(0.0, abs=1e-4)


def test_metric_larger_than_the_structure_is_left_out() -> None:
    found = near_max(cylinder(0.6, 6.0, 2.0), grid_of(lambda x, y, z: 40.0 + y + 0 * (x + z)), organ="a", course="1")
    assert [one.metric for one in found] == ["Dmax", "D2%"]  # pi 0.36 12 mm3 = 0.0136 cc
