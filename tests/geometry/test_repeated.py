"""Contours that are there twice, equal or not quite: never an organ that erases itself without a word."""

from __future__ import annotations

import numpy as np
import pytest

from rtcalc.errors import DomainError
from rtcalc.geometry.repeated import distinct
from rtcalc.geometry.slabs import body_of
from rtcalc.geometry.values import ContourSet

HEIGHTS = np.arange(-6.0, 7.0, 2.0)
CYLINDER_CC = np.pi * 10.0**2 * 14.0 / 1000.0  # radius 10 mm, seven slices of 2 mm


def ring(z: float, radius: float = 10.0, x: float = 0.0, corners: int = 200) -> np.ndarray:
    angle = 2.0 * np.pi * np.arange(corners) / corners
    return np.column_stack((x + radius * np.cos(angle), radius * np.sin(angle), np.full(corners, z)))


@pytest.mark.parametrize(
    "copy",
    [
        pytest.param(lambda z: ring(z + 0.04, 10.001), id="D8-moved-in-z"),
        pytest.param(lambda z: ring(z) + np.array([0.01, 0.0, 0.0]), id="D8-moved-in-x"),
        pytest.param(lambda z: ring(z, corners=400), id="D8-sampled-anew"),
        pytest.param(lambda z: np.round(ring(z), 2), id="D8-rounded"),
        pytest.param(lambda z: np.roll(ring(z, corners=137)[::-1], 9, axis=0), id="D8-turned"),
    ],
)
def test_a_ring_that_is_nearly_there_twice_counts_once(copy: object) -> None:
    contours = ContourSet.from_points("twice", [one for z in HEIGHTS for one in (ring(z), copy(z))])  # type: ignore[operator]
    body = body_of(contours)
    assert body.volume_cc == pytest.approx(CYLINDER_CC, rel=1e-3)
    assert sum("there twice; each counts once" in note for note in body.notes) == len(HEIGHTS)


@pytest.mark.parametrize("wall", [0.2, 0.6], ids=["D8-thin", "D8-less-thin"])
def test_a_copy_that_differs_too_much_leaves_a_note(wall: float) -> None:
    body = body_of(ContourSet.from_points("twice", [one for z in HEIGHTS for one in (ring(z), ring(z, 10.0 - wall))]))
    (note,) = body.notes
    assert note.startswith(
        "even-odd leaves less than a fifth of the largest contour at z = -6, -4, -2, 0, 2 mm (7 planes)"
    )
    assert f"{wall:g} mm thick" in note


@pytest.mark.parametrize("hole", [8.5, 6.0, 2.0])
def test_d8_a_wall_is_a_wall(hole: float) -> None:
    body = body_of(ContourSet.from_points("wall", [one for z in HEIGHTS for one in (ring(z), ring(z, hole))]))
    assert body.volume_cc == pytest.approx(CYLINDER_CC * (1.0 - (hole / 10.0) ** 2), rel=1e-3)
    assert body.notes == ()


def test_d8_two_contours_of_one_box_and_one_area_are_two() -> None:
    square = np.array([(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)])
    below, above = square[[0, 1, 3]], square[[1, 2, 3]]
    bars = [np.array([(0.0, 0), (1, 0), (10, 9), (10, 10), (9, 10), (0, 1)]), np.array([(10.0, 0), (9, 0), (0, 9)])]
    bars[1] = np.vstack((bars[1], [(0, 10), (1, 10), (10, 1)]))
    for pair in ([below, above], bars):
        assert len(distinct(pair)) == 2


def test_d8_islands_stay() -> None:
    loops = [ring(0.0, 4.0, x)[:, :2] for x in (-20.0, -10.0, 0.0, 10.0, 10.05)]
    assert len(distinct(loops)) == 4


@pytest.mark.parametrize("apart", [0.06, 0.1, 0.4])
def test_d11_a_slice_that_is_written_twice_counts_once(apart: float) -> None:
    body = body_of(ContourSet.from_points("twice", [ring(z + more) for z in HEIGHTS for more in (0.0, apart)]))
    assert body.volume_cc == pytest.approx(CYLINDER_CC, rel=1e-3)
    where = f"within {apart:g} mm (first at z = {apart - 6:g} mm)"
    assert body.notes[-1] == f"7 planes repeat the one below them {where}; each slice counts once"


def test_d11_planes_too_close_to_be_slices_with_different_contours_are_refused() -> None:
    loops = [one for z in HEIGHTS for one in (ring(z, 5.0, -8.0), ring(z + 0.1, 5.0, 8.0))]
    with pytest.raises(DomainError, match=r"z = -6 and -5\.9 mm are closer than slices and hold different contours"):
        ContourSet.from_points("parts", loops)


def test_d11_one_slice_that_is_written_twice_is_one_plane_of_unknown_thickness() -> None:
    contours = ContourSet.from_points("one", [ring(0.0), ring(0.1)])
    assert [plane.z for plane in contours.planes] == [0.0]
    with pytest.raises(DomainError, match="its thickness is unknown"):
        body_of(contours)


def test_d11_thin_slices_are_slices() -> None:
    body = body_of(ContourSet.from_points("thin", [ring(0.2 * level) for level in range(11)]))
    assert body.volume_cc == pytest.approx(np.pi * 100.0 * 2.2 / 1000.0, rel=1e-3)
    assert body.notes == ()
