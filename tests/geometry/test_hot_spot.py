"""The place of the highest dose in a structure, on doses whose highest place is known by construction."""

from __future__ import annotations

import numpy as np
import pytest

from rtcalc.errors import DomainError
from rtcalc.geometry.hot_spot import hot_spot
from rtcalc.geometry.values import ContourSet, Grid


def box(low: float, high: float, planes: tuple[float, ...] = (0, 3, 6), name: str = "Box") -> ContourSet:
    square = [(low, low), (high, low), (high, high), (low, high)]
    return ContourSet.from_points(name, [[(x, y, z) for x, y in square] for z in planes])


def test_the_highest_voxel_inside_is_found_and_a_higher_one_outside_is_not() -> None:
    dose = np.zeros((5, 6, 7))
    dose[1, 2, 3] = 10.0
    dose[1, 5, 6] = 99.0  # at x = 12, y = 10: outside the box to 9 mm
    found = hot_spot(box(-1, 9), Grid.regular(dose, (0.0, 0.0, 0.0), (3.0, 2.0, 2.0)))
    assert (found.x, found.y, found.z, found.gray) == (6.0, 4.0, 3.0, 10.0)


def test_a_hole_is_not_inside() -> None:
    ring = [(x, y, z) for z in (0, 3) for x, y in ((-9, -9), (9, -9), (9, 9), (-9, 9))]
    hole = [(x, y, z) for z in (0, 3) for x, y in ((-3, -3), (3, -3), (3, 3), (-3, 3))]
    contours = ContourSet.from_points("Ring", [ring[:4], ring[4:], hole[:4], hole[4:]])
    dose = np.zeros((3, 9, 9))
    dose[1, 4, 4] = 50.0  # at x = y = 0, in the hole; its corners at 3 mm see nothing of it
    dose[1, 4, 7] = 20.0  # at x = 6
    found = hot_spot(contours, Grid.regular(dose, (-8.0, -8.0, -3.0), (3.0, 2.0, 2.0)))
    assert (found.x, found.y, found.gray) == (6.0, 0.0, 20.0)


def test_a_structure_between_the_voxels_is_seen_at_its_corners() -> None:
    # Dose = 2 x + 3 y + z + 100 is what linear interpolation gives everywhere: highest at the corner (0.8, 0.8, 0.6).
    z, y, x = np.meshgrid(np.arange(3) * 4.0 - 4, np.arange(4) * 4.0 - 4, np.arange(5) * 4.0 - 4, indexing="ij")
    found = hot_spot(
        box(0.2, 0.8, (0.2, 0.4, 0.6)), Grid.regular(2 * x + 3 * y + z + 100, (-4.0, -4.0, -4.0), (4.0, 4.0, 4.0))
    )
    assert (found.x, found.y, found.z) == (0.8, 0.8, 0.6)
    assert found.gray == pytest.approx(2 * 0.8 + 3 * 0.8 + 0.6 + 100, abs=1e-12)


def test_outside_the_dose_there_is_no_place() -> None:
    with pytest.raises(DomainError, match="no part of it lies in the dose grid"):
        hot_spot(box(100, 110), Grid.regular(np.ones((3, 3, 3)), (0.0, 0.0, 0.0), (3.0, 3.0, 3.0)))
