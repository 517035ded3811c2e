"""Distances and common volumes of slabs, against elementary geometry."""

import numpy as np
import pytest

from rtcalc.geometry.distance import minimum_distance_mm, overlap_cc
from tests.geometry.phantoms import circle, cylinder, rectangle, stack


def box(x: float, y: float, z: float, size: float = 10.0):
    """A cube; its planes are 2 mm apart and its faces at z and z + 10 mm."""
    return stack("box", [rectangle(x, x + size, y, y + size, z + at) for at in (1.0, 3.0, 5.0, 7.0, 9.0)], 2.0)


@pytest.mark.parametrize(
    ("x", "y", "z", "expected"),
    [
        (16, 0, 0, 6.0),
        (0, 0, 14, 4.0),
        (13, 14, 0, 5.0),  # 3-4-5
        (13, 14, 22, 13.0),  # 5-12-13
        (10, 0, 0, 0.0),  # touches
        (4, 0, 0, 0.0),
        (0, 0, -10, 0.0),
        (0, 0, 0, 0.0),
    ],
)
def test_boxes(x: float, y: float, z: float, expected: float) -> None:
    first, second = box(0, 0, 0), box(x, y, z)
    assert minimum_distance_mm(first, second) == pytest.approx(expected, abs=1e-9)
    assert minimum_distance_mm(second, first) == pytest.approx(expected, abs=1e-9)


def test_a_corner_against_the_middle_of_an_edge() -> None:
    tip = stack("tip", [np.array([(13.0, 5.0, 0), (20, 0, 0), (20, 10, 0)])], 2.0)
    assert minimum_distance_mm(stack("box", [rectangle(0, 10, 0, 10, 0)], 2.0), tip) == pytest.approx(3.0, abs=1e-12)


def test_inside_another_and_inside_its_hole() -> None:
    inner = stack("inner", [circle(2.0, 0.0)], 2.0)
    assert minimum_distance_mm(stack("disc", [circle(12.0, 0.0)], 2.0), inner) == 0.0
    ring = stack("ring", [circle(12.0, 0.0, corners=3600), circle(6.0, 0.0, corners=3600)], 2.0)
    assert minimum_distance_mm(ring, inner) == pytest.approx(4.0, abs=1e-3)  # 6 - 2; polygons of equal area
    assert overlap_cc(ring, inner) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(
    ("x", "y", "z", "expected"),
    [
        (0, 0, 0, 1.0),
        (4, 0, 0, 0.6),
        (4, 5, 0, 0.3),
        (0, 0, 3, 0.7),
        (4, 5, -3, 0.21),
        (10, 0, 0, 0.0),
        (0, 0, 10, 0.0),
    ],
)
def test_common_volume_of_boxes(x: float, y: float, z: float, expected: float) -> None:
    # (10 - x) (10 - y) (10 - |z|) mm3
    assert overlap_cc(box(0, 0, 0), box(x, y, z)) == pytest.approx(expected, abs=1e-9)


def test_common_volume_of_two_cylinders() -> None:
    # Lens of two circles of 12 mm at 10 mm: 2 r^2 arccos(d / 2r) - d / 2 sqrt(4 r^2 - d^2)
    lens = 2 * 144 * np.arccos(10 / 24) - 5 * np.sqrt(576 - 100)
    found = overlap_cc(cylinder(12.0, 12.0, 2.0), cylinder(12.0, 12.0, 3.0, (10.0, 0.0)))
    assert found == pytest.approx(lens * 24 / 1000, rel=1e-4)  # polygons of 360 corners
