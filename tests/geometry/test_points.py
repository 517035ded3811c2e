"""The dose at points: the field itself where it is linear, whichever way the grid is stored."""

import numpy as np
import pytest

from rtcalc.geometry.points import dose_at
from rtcalc.geometry.values import Grid

SLOPES = np.array([0.3, -0.2, 0.1])  # Gy/mm along x, y, z


@pytest.mark.parametrize("z", [[0.0, 3.0, 6.0, 9.0], [0.0, 2.0, 7.0, 9.0]], ids=["even", "uneven"])
@pytest.mark.parametrize("axes", [((0, 0, 1), (0, 1, 0), (1, 0, 0)), ((0, 0, -1), (0, 1, 0), (-1, 0, 0))])
def test_a_linear_dose_is_read_exactly(z: list[float], axes: tuple[tuple[int, int, int], ...]) -> None:
    steps = (np.array(z), np.arange(5) * 2.5, np.arange(6) * 2.0)
    blank = Grid(np.zeros((4, 5, 6)), (1.0, 2.0, 3.0), steps, axes)
    nodes = blank.nodes
    field = sum(slope * along for slope, along in zip(SLOPES, np.meshgrid(*nodes, indexing="ij")[::-1], strict=True))
    stored = field[:: axes[0][2], :, :: axes[2][0]]
    grid = Grid(stored, (1.0, 2.0, 3.0), steps, axes)
    rng = np.random.default_rng(5)
    points = np.column_stack([rng.uniform(along[0], along[-1], 50) for along in nodes[::-1]])
    assert dose_at(grid, points) == pytest.approx(points @ SLOPES, abs=1e-12)


def test_half_a_voxel_beyond_the_centres_is_the_nearest_one_and_no_more() -> None:
    grid = Grid.regular(np.full((3, 3, 3), 7.0), (0.0, 0.0, 0.0), (3.0, 2.5, 2.0))
    inside = np.array([(-1.0, -1.25, -1.5), (5.0, 6.25, 7.5)])
    assert dose_at(grid, inside).tolist() == [7.0, 7.0]
    for axis in range(3):
        for end, sign in zip(inside, (-1, 1), strict=True):
            beyond = end.copy()
            beyond[axis] += sign * 0.01
            assert np.isnan(dose_at(grid, beyond[None])).all()
