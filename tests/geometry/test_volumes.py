"""Volumes of the slabs that contours mean, against elementary geometry; polygons are exact, stated is 0.01 %."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtcalc.errors import DomainError
from rtcalc.geometry.crossings import crossing_heights
from rtcalc.geometry.edges import Edges, even_odd, strips
from rtcalc.geometry.slabs import body_of
from rtcalc.geometry.values import ContourSet, Plane
from tests.geometry.phantoms import circle, cylinder, heights, rectangle, stack

EXACT = 1e-9


@pytest.mark.parametrize("slice_mm", [1.0, 2.0, 3.0])
def test_cylinder(slice_mm: float) -> None:
    # pi r^2 h = pi 144 24 mm3
    assert body_of(cylinder(12.0, 12.0, slice_mm)).volume_cc == pytest.approx(np.pi * 144 * 24 / 1000, rel=EXACT)


@pytest.mark.parametrize("slice_mm", [1.0, 2.0, 3.0])
def test_cone_and_sphere_are_the_sum_of_their_discs(slice_mm: float) -> None:
    z = heights(12.0, slice_mm)
    cone, sphere = 12.0 * (0.5 - z / 24.0), np.sqrt(144.0 - z * z)
    for radii in (cone, sphere):
        body = body_of(stack("solid", [circle(r, at) for r, at in zip(radii, z, strict=True)], slice_mm))
        assert body.volume_cc == pytest.approx(float(np.pi * (radii**2).sum() * slice_mm) / 1000, rel=EXACT)


def ring_loops(z: float) -> list[np.ndarray]:
    return [circle(12.0, z), circle(6.0, z)]


def keyhole(z: float) -> list[np.ndarray]:
    """Outer ring, along a seam to the inner one, round it the other way, and back along the seam."""
    outer, inner = circle(12.0, z), circle(6.0, z)[::-1]
    return [np.vstack((outer, outer[:1], inner[-1:], inner, outer[:1]))]


@pytest.mark.parametrize("loops", [ring_loops, keyhole], ids=["D8-nested", "D7-keyhole"])
def test_ring(loops) -> None:
    body = body_of(stack("ring", [loop for z in heights(12, 2) for loop in loops(z)], 2.0))
    # pi (12^2 - 6^2) 24 mm3
    assert body.volume_cc == pytest.approx(np.pi * 108 * 24 / 1000, rel=1e-8)
    assert body.notes == ()


@pytest.mark.parametrize("turn", [1, -1])
@pytest.mark.parametrize("closed", [False, True], ids=["open", "D18-first-point-repeated"])
def test_d18_direction_and_closing_point_do_not_matter(turn: int, closed: bool) -> None:
    loop = circle(12.0, 0.0)[::turn]
    loops = [np.vstack((loop, loop[:1])) if closed else loop, circle(6.0, 0.0)]
    assert body_of(stack("ring", loops, 2.0)).volume_cc == pytest.approx(np.pi * 108 * 2 / 1000, rel=EXACT)


def test_island_in_a_hole_and_islands_side_by_side() -> None:
    loops = [circle(12.0, 0.0), circle(8.0, 0.0), circle(3.0, 0.0), circle(5.0, 0.0, (40.0, 0.0))]
    # 144 - 64 + 9 + 25
    assert body_of(stack("islands", loops, 1.0)).volume_cc == pytest.approx(np.pi * 114 / 1000, rel=EXACT)


def test_overlapping_contours_are_exclusive_or_and_noted() -> None:
    body = body_of(stack("xor", [rectangle(0, 10, 0, 10, 0.0), rectangle(5, 15, 5, 15, 0.0)], 1.0))
    # 100 + 100 - 2 * 25 mm2
    assert body.area[0] == pytest.approx(150.0, rel=EXACT)
    assert body.notes == ("contours cross at z = 0 mm (1 planes); counted even-odd",)


def test_d6_bow_tie_is_both_lobes_and_noted() -> None:
    bow = np.array([(0, 0, 0), (10, 10, 0), (10, 0, 0), (0, 10, 0)], dtype=float)
    body = body_of(stack("bow", [bow], 1.0))
    assert body.area[0] == pytest.approx(50.0, rel=EXACT)  # two triangles of 10 x 5 / 2
    assert "even-odd" in body.notes[0]


def test_bow_tie_that_meets_in_a_corner() -> None:
    bow = np.array([(0, 0, 0), (5, 5, 0), (10, 10, 0), (10, 0, 0), (5, 5, 0), (0, 10, 0)], dtype=float)
    assert body_of(stack("bow", [bow], 1.0)).area[0] == pytest.approx(50.0, rel=EXACT)


def test_d8_exact_duplicate_counts_once_and_is_noted() -> None:
    loop = circle(12.0, 0.0)
    contours = stack("twice", [loop, np.roll(loop[::-1], 7, axis=0)], 1.0)
    assert body_of(contours).volume_cc == pytest.approx(np.pi * 144 / 1000, rel=EXACT)
    assert contours.notes == ("z = 0 mm: 1 contours are there twice; each counts once",)


def test_d2_one_and_two_points_are_left_out_and_noted() -> None:
    point, line = circle(5.0, 0.0)[:1], circle(5.0, 0.0)[:2]
    contours = stack("points", [point, line, rectangle(0, 1, 0, 1, 0.0)], 1.0)
    assert len(contours.planes[0].loops) == 1
    assert [note.split(" has ")[0] for note in contours.notes] == ["contour 1", "contour 2"]
    with pytest.raises(DomainError, match="no closed contour"):
        stack("points", [point, line], 1.0)


def test_d11_gap_is_left_empty_and_noted() -> None:
    body = body_of(stack("gap", [rectangle(0, 10, 0, 10, z) for z in (0, 3, 6, 30, 33)], 3.0))
    # Slabs -1.5 to 7.5 and 28.5 to 34.5 mm: 15 mm of 100 mm2.
    assert body.volume_cc == pytest.approx(1.5, rel=EXACT)
    assert body.notes == ("no contour between z = 6 and 30 mm; the gap is left empty",)


def test_d11_unequal_spacing_reaches_half_way() -> None:
    body = body_of(stack("uneven", [rectangle(0, 10, 0, 10, z) for z in (0, 3, 6, 10, 14)], 3.0))
    assert body.low.tolist() == [-1.5, 1.5, 4.5, 8.0, 12.0]
    assert body.high.tolist() == [1.5, 4.5, 8.0, 12.0, 15.5]


def test_d11_single_slice_needs_a_thickness() -> None:
    assert body_of(stack("one", [rectangle(0, 10, 0, 10, 0)], 3.0)).volume_cc == pytest.approx(0.3, rel=EXACT)
    with pytest.raises(DomainError, match="thickness is unknown"):
        body_of(ContourSet.from_points("one", [rectangle(0, 10, 0, 10, 0)]))


@pytest.mark.parametrize(
    ("contour", "message"),
    [
        (np.array([(0, 0, 0), (1, 0, 0), (1, 1, 2.0)]), "leaves its plane by 2 mm"),
        (np.array([(0, 0, 0), (1, 0, 0), (np.nan, 1, 0)]), "NaN or infinite"),
        (np.array([(0, 0, 0), (1, 0, 0), (np.inf, 1, 0)]), "NaN or infinite"),
        (np.zeros((4, 2)), "shape"),
        (np.array([(0, 0, 0), (1, 1, 0), (2, 2, 0)], dtype=float), "no area"),
    ],
    ids=["D5-nonplanar", "D3-nan", "D3-inf", "D3-pairs", "flat"],
)
def test_contours_that_are_no_plane_figure_are_refused(contour: np.ndarray, message: str) -> None:
    with pytest.raises(DomainError, match=message):
        body_of(stack("bad", [contour], 1.0))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(3, 40))
def test_random_self_crossing_contours_have_the_even_odd_area(seed: int, corners: int) -> None:
    """Against counting: crossing numbers of 40,000 points; its own scatter is sqrt(p (1 - p) / 40,000)."""
    rng = np.random.default_rng(seed)
    loop = rng.uniform(0.0, 10.0, (corners, 2))
    edges, _ = even_odd((Plane(0.0, (loop,)),))
    side = (np.arange(200) + 0.5) / 20.0
    x, y = (axis.ravel() for axis in np.meshgrid(side, side))
    ends = np.roll(loop, -1, axis=0)
    inside = np.zeros(len(x), dtype=bool)
    for (x0, y0), (x1, y1) in zip(loop, ends, strict=True):
        inside ^= ((y0 <= y) != (y1 <= y)) & (x < x0 + (x1 - x0) * (y - y0) / (y1 - y0))
    assert edges.areas(1)[0] == pytest.approx(100.0 * inside.mean(), abs=1.5)


def test_whole_loops_and_strips_agree() -> None:
    """The short way for loops that keep clear of each other and the way for crossing ones give one area."""
    loops = tuple(circle(r, 0.0, c)[:, :2] for r, c in ((12, (0, 0)), (8, (1, 0)), (3, (2, 1)), (4, (30, 2))))
    drawn = np.concatenate([np.hstack((loop, np.roll(loop, -1, axis=0))) for loop in loops])
    raw = Edges(np.zeros(len(drawn), dtype=int), *drawn.T)
    assert len(crossing_heights(raw)) == 0
    whole, touching = even_odd((Plane(0.0, loops),))
    assert len(touching) == 0
    assert strips(raw, np.empty(0)).areas(1)[0] == pytest.approx(whole.areas(1)[0], rel=1e-12)


def test_d17_scribble_is_refused_before_it_takes_for_ever() -> None:
    rng = np.random.default_rng(1)
    scribble = np.column_stack((rng.uniform(0.0, 100.0, (20_000, 2)), np.zeros(20_000)))
    with pytest.raises(DomainError, match="scribble: 20000 edges lie across each other too often"):
        body_of(stack("scribble", [scribble], 1.0))
    with pytest.raises(DomainError, match="scribble: 6000 edges cross each other too often"):
        body_of(stack("scribble", [scribble[:6000]], 1.0))


def test_d17_a_million_points_on_an_outline_are_taken() -> None:
    body = body_of(stack("fine", [circle(100.0, 0.0, corners=1_000_000)], 1.0))
    assert body.volume_cc == pytest.approx(np.pi * 10.0, rel=1e-6)
