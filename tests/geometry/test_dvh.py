"""Dose-volume curves against closed forms. Truth is the slab: each contour's disc, half a slice up and down.

Stated: D95, D50, D2 within 0.05 Gy and D0.03cc within 0.07 Gy in a gradient of 1 Gy/mm on grids of 2.5 and 3 mm;
D95, D2 and Dmean within 0.1 Gy in a Gaussian of sigma 10 mm with the cubic refinement. Tested ten times tighter.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtcalc.errors import DomainError
from rtcalc.geometry.dvh_engine import Computed, dvh, dvhs
from rtcalc.geometry.slabs import body_of
from rtcalc.geometry.values import ContourSet, Grid
from rtcalc.limits import Metric
from tests.geometry.phantoms import circle, cylinder, dose_at, grid_of, heights, rectangle, segment, stack

METRICS = ("D95%", "D50%", "D2%", "D0.03cc")


def computed(contours: ContourSet, grid: Grid, method: str = "linear") -> Computed:
    return dvh(contours, grid, organ=contours.name, course="1", method=method)  # type: ignore[arg-type]


def read(found: Computed, metric: str) -> float:
    return found.dvh.value(Metric.parse(metric))[0]


def wanted_mm3(metric: str, volume: float) -> float:
    return 30.0 if metric == "D0.03cc" else volume * float(metric[1:-1]) / 100.0


def discs(kind: str, slice_mm: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Heights, outer and inner radii of the discs of a solid of radius 12 and height 24 mm."""
    z = heights(12.0, slice_mm)
    outer = {
        "cylinder": np.full_like(z, 12.0),
        "cone": 12.0 * (0.5 - z / 24.0),
        "sphere": np.sqrt(144.0 - z * z),
        "ring": np.full_like(z, 12.0),
    }[kind]
    return z, outer, np.full_like(z, 6.0 if kind == "ring" else 0.0)


def solid(kind: str, slice_mm: float, centre: tuple[float, float] = (0.0, 0.0)) -> ContourSet:
    loops = []
    for z, outer, inner in zip(*discs(kind, slice_mm), strict=True):
        loops += [circle(r, z, centre) for r in (outer, inner) if r > 0]
    return stack(kind, loops, slice_mm)


@pytest.mark.parametrize("kind", ["cylinder", "cone", "sphere", "ring"])
@pytest.mark.parametrize(("slice_mm", "step"), [(1.0, 2.5), (2.0, 2.5), (3.0, 3.0)])
@pytest.mark.parametrize("method", ["linear", "cubic"])
def test_gradient_along_y(kind: str, slice_mm: float, step: float, method: str) -> None:
    """D = 30 + y: what gets d or more of each disc is the segment above y = d - 30."""
    _, outer, inner = discs(kind, slice_mm)

    def volume_from(dose: float) -> float:
        hole = segment(inner, dose - 30.0) if inner.all() else 0.0
        return float((segment(outer, dose - 30.0) - hole).sum() * slice_mm)

    found = computed(solid(kind, slice_mm), grid_of(lambda x, y, z: 30.0 + y, step=(step,) * 3), method)
    for metric in METRICS:
        truth = dose_at(volume_from, wanted_mm3(metric, volume_from(0.0)), 0.0, 60.0)
        assert read(found, metric) == pytest.approx(truth, abs=0.005), metric
    assert read(found, "Dmean") == pytest.approx(30.0, abs=1e-3)


@pytest.mark.parametrize("kind", ["cylinder", "cone", "sphere", "ring"])
@pytest.mark.parametrize(("slice_mm", "step"), [(1.0, 2.5), (2.0, 2.5), (3.0, 3.0)])
def test_gradient_along_z(kind: str, slice_mm: float, step: float) -> None:
    """D = 30 + z: each slab is even between its two faces."""
    z, outer, inner = discs(kind, slice_mm)
    area = np.pi * (outer**2 - inner**2)

    def volume_from(dose: float) -> float:
        return float((area * np.clip(z + slice_mm / 2.0 - (dose - 30.0), 0.0, slice_mm)).sum())

    found = computed(solid(kind, slice_mm), grid_of(lambda x, y, z: 30.0 + z + 0 * x, step=(step,) * 3))
    for metric in METRICS:
        truth = dose_at(volume_from, wanted_mm3(metric, volume_from(0.0)), 0.0, 60.0)
        assert read(found, metric) == pytest.approx(truth, abs=0.005), metric
    assert read(found, "Dmax") == pytest.approx(42.0, abs=0.01)  # the upper face of the last slab, z = 12 mm


def gaussian_from(dose: float, z: np.ndarray, outer: np.ndarray, slice_mm: float) -> float:
    """Volume of the discs inside the sphere where 60 exp(-r^2 / 200) is `dose` or more; midpoints of 200 layers."""
    if dose >= 60.0:
        return 0.0
    reach = -200.0 * np.log(max(dose, 1e-9) / 60.0)
    at = z[:, None] + ((np.arange(200) + 0.5) / 200.0 - 0.5) * slice_mm
    radius_squared = np.minimum(np.clip(reach - at * at, 0.0, None), outer[:, None] ** 2)
    return float(np.pi * radius_squared.sum() * slice_mm / 200.0)


@pytest.mark.parametrize("kind", ["cylinder", "cone", "sphere"])
@pytest.mark.parametrize(("slice_mm", "step"), [(1.0, 2.5), (2.0, 2.5), (3.0, 3.0)])
def test_gaussian_with_cubic_refinement(kind: str, slice_mm: float, step: float) -> None:
    z, outer, _ = discs(kind, slice_mm)
    grid = grid_of(lambda x, y, z: 60.0 * np.exp(-(x * x + y * y + z * z) / 200.0), step=(step,) * 3)
    cubic, linear = (computed(solid(kind, slice_mm), grid, method) for method in ("cubic", "linear"))
    whole = gaussian_from(0.0, z, outer, slice_mm)
    for metric in METRICS:
        truth = dose_at(lambda dose: gaussian_from(dose, z, outer, slice_mm), wanted_mm3(metric, whole), 0.0, 60.0)
        assert read(cubic, metric) == pytest.approx(truth, abs=0.03), metric
        if metric in ("D2%", "D0.03cc"):  # linear interpolation cuts the hill: 3 * 60 / 100 * step^2 / 8 at most
            assert truth - 3 * 0.6 * step**2 / 8 - 0.01 < read(linear, metric) < truth, metric
    doses = np.linspace(0.0, 60.0, 6001)
    left = np.array([gaussian_from(dose, z, outer, slice_mm) for dose in doses[::20]])
    assert read(cubic, "Dmean") == pytest.approx(np.trapezoid(left, doses[::20]) / whole, abs=0.01)


def test_uniform_dose_is_that_dose_everywhere() -> None:
    found = computed(solid("sphere", 2.0), grid_of(lambda x, y, z: 50.0 + 0 * (x + y + z)))
    for metric in (*METRICS, "D98%", "Dmean", "Dmax"):
        assert read(found, metric) == pytest.approx(50.0, abs=1e-3), metric
    assert read(found, "volume") == pytest.approx(found.dvh.volume_cc.sum(), rel=1e-12)


@pytest.mark.parametrize("centre", [(0.0, 0.0), (1.25, 1.25), (0.3, 0.7)], ids=["centres", "edges", "neither"])
@pytest.mark.parametrize("half", [5.0, 6.25], ids=["on-centres", "on-edges"])
def test_d9_contours_on_voxel_edges_and_centres(centre: tuple[float, float], half: float) -> None:
    """A box in D = 30 + y on voxels at multiples of 2.5 mm: evenly spread between its two sides."""
    x, y = centre
    box = stack("box", [rectangle(x - half, x + half, y - half, y + half, z) for z in (-5.0, -2.5, 0, 2.5, 5.0)], 2.5)
    found = computed(box, grid_of(lambda x, y, z: 30.0 + y + 0 * (x + z), low=(-30.0, -30.0, -30.0)))
    assert read(found, "volume") == pytest.approx(4 * half * half * 12.5 / 1000, rel=1e-9)
    for share in (98, 50, 2):
        truth = 30.0 + y - half + (1.0 - share / 100.0) * 2.0 * half
        assert read(found, f"D{share}%") == pytest.approx(truth, abs=1e-6)


@pytest.mark.parametrize("radius", [0.3, 0.7, 1.1])
def test_d10_structure_smaller_than_a_voxel(radius: float) -> None:
    """A cylinder of up to 2.2 mm across in 2.5 mm voxels, in D = 30 + y."""
    tiny = stack("tiny", [circle(radius, z, (0.4, 0.2)) for z in heights(12.0, 2.0)], 2.0)
    found = computed(tiny, grid_of(lambda x, y, z: 30.0 + y + 0 * (x + z)))
    assert read(found, "volume") == pytest.approx(np.pi * radius**2 * 24 / 1000, rel=1e-9)
    assert read(found, "Dmean") == pytest.approx(30.2, abs=1e-5)  # the grid is float32
    truth = 30.2 + dose_at(lambda d: float(segment(radius, d)), 0.02 * np.pi * radius**2, -radius, radius)
    assert read(found, "D2%") == pytest.approx(truth, abs=0.02)
    if read(found, "volume") < 0.03:
        with pytest.raises(DomainError, match="the whole organ has"):
            read(found, "D0.03cc")


@pytest.mark.parametrize("method", ["linear", "cubic"])
@pytest.mark.parametrize(
    ("shift", "inside"),
    [((-40.0, 0.0), 0.0), ((31.25, 0.0), 0.5), ((0.0, 31.25), 0.5), ((-31.25, -31.25), 0.25), ((0.0, 0.0), 1.0)],
    ids=["outside", "half-x", "half-y", "quarter", "inside"],
)
def test_d12_partly_outside_the_grid(shift: tuple[float, float], inside: float, method: str) -> None:
    """Voxel centres at -30 ... 30 mm: the dose reaches half a voxel farther, to 31.25 mm, and there the body is cut."""
    box = stack(
        "box",
        [rectangle(shift[0] - 5, shift[0] + 5, shift[1] - 5, shift[1] + 5, z) for z in (-2.0, 0.0, 2.0)],
        2.0,
    )
    grid = grid_of(lambda x, y, z: 20.0 + 0 * (x + y + z), low=(-30.0, -30.0, -30.0))
    if not inside:
        with pytest.raises(DomainError, match="wholly outside the dose grid"):
            computed(box, grid, method)
        return
    found = computed(box, grid, method)
    assert found.covered == pytest.approx(inside, abs=1e-9)
    assert found.dvh.organ_volume_cc == pytest.approx(0.6, rel=1e-9)
    assert found.dvh.volume_outside_grid_cc == pytest.approx(0.6 * (1 - inside), abs=1e-9)
    if inside < 1:
        with pytest.raises(DomainError, match="have no calculated dose"):
            read(found, "D50%")


def test_d12_partly_above_the_grid() -> None:
    grid = grid_of(lambda x, y, z: 20.0 + 0 * (x + y + z), low=(-30.0, -30.0, -30.0))
    box = stack("box", [rectangle(-5, 5, -5, 5, z) for z in (29.25, 31.25, 33.25)], 2.0)
    # Slabs from 28.25 to 34.25 mm, of which the grid has those below 31.25 mm.
    assert computed(box, grid).covered == pytest.approx(0.5, abs=1e-9)


@pytest.mark.parametrize("method", ["linear", "cubic"])
def test_border_voxels_keep_their_dose_to_their_edge(method: str) -> None:
    """Between the outer voxel centre and its edge the dose is that of the voxel, not an extrapolation."""
    grid = grid_of(lambda x, y, z: 20.0 + x + 0 * (y + z), low=(-30.0, -30.0, -30.0))
    box = stack("box", [rectangle(30.0, 31.25, -5, 5, z) for z in (-2.0, 0.0, 2.0)], 2.0)
    found = computed(box, grid, method)
    assert read(found, "Dmean") == pytest.approx(50.0, abs=1e-3)
    assert read(found, "Dmax") == pytest.approx(50.0, abs=1e-3)


AXES = {
    "HFS": ((0, 0, 1), (0, 1, 0), (1, 0, 0)),
    "HFP": ((0, 0, 1), (0, -1, 0), (-1, 0, 0)),
    "FFS": ((0, 0, -1), (0, 1, 0), (-1, 0, 0)),
    "FFP": ((0, 0, -1), (0, -1, 0), (1, 0, 0)),
    "HFDR": ((0, 0, 1), (1, 0, 0), (0, -1, 0)),
    "HFDL": ((0, 0, 1), (-1, 0, 0), (0, 1, 0)),
    "FFDR": ((0, 0, -1), (1, 0, 0), (0, 1, 0)),
    "FFDL": ((0, 0, -1), (-1, 0, 0), (0, -1, 0)),
}


@pytest.mark.parametrize("name", AXES)
def test_c13_all_eight_orientations_give_the_same_curve(name: str) -> None:
    """The same dose in the patient, stored in each order and direction, with steps of 2.0, 2.5 and 3 mm."""

    def dose(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
        return 30.0 + 0.3 * x + 0.8 * y - 0.5 * z

    plain = grid_of(dose, step=(2.0, 2.5, 3.0))
    stored, origin, spacing = plain.dose, list(plain.origin), (3.0, 2.5, 2.0)
    order = [next(2 - at for at in range(3) if axis[at]) for axis in AXES[name]]
    flips = [sum(axis) < 0 for axis in AXES[name]]
    turned = np.transpose(stored, order)[tuple(slice(None, None, -1 if flip else None) for flip in flips)]
    for axis, flip, along in zip(order, flips, range(3), strict=True):
        if flip:
            origin[2 - axis] += (turned.shape[along] - 1) * spacing[axis]
    grid = Grid.regular(turned, tuple(origin), tuple(spacing[axis] for axis in order), AXES[name])
    contours = solid("cone", 2.0, (3.0, -4.0))
    assert computed(contours, grid).dvh == computed(contours, plain).dvh


def test_uneven_planes_are_used_as_they_are_and_refused_for_the_spline() -> None:
    z = np.array([-20.0, -14.0, -11.0, -6.0, -2.0, 1.0, 6.0, 10.0, 15.0, 20.0])
    along = np.arange(-20.0, 21.0, 2.0)
    dose = np.broadcast_to((30.0 + z)[:, None, None], (len(z), len(along), len(along)))
    grid = Grid(dose, (-20.0, -20.0, -20.0), (z - z[0], along - along[0], along - along[0]))
    found = computed(cylinder(8.0, 12.0, 2.0), grid)
    assert read(found, "D95%") == pytest.approx(30 - 12 + 0.05 * 24, abs=1e-6)  # even from 18 to 42 Gy
    with pytest.raises(DomainError, match="unevenly spaced"):
        computed(cylinder(8.0, 12.0, 2.0), grid, "cubic")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"dose": np.zeros((4, 4))}, "three axes"),
        ({"dose": np.full((4, 4, 4), np.nan)}, "NaN"),
        ({"dose": np.full((4, 4, 4), np.inf)}, "NaN or infinite"),
        ({"dose": np.zeros((1, 4, 4))}, "two or more"),
        ({"axes": ((0, 0, 1), (0, 1, 0), (0, 1, 0))}, "oblique"),
        ({"steps": (np.arange(4.0), np.arange(4.0), np.arange(3.0))}, "two or more"),
        ({"steps": (np.arange(4.0), np.arange(4.0), -np.arange(4.0))}, "rise"),
        ({"steps": (np.arange(4.0), np.arange(4.0), np.array([0, 1, 3, 4.0]))}, "evenly spaced along x"),
    ],
)
def test_grids_that_are_no_volume_are_refused(change: dict[str, object], message: str) -> None:
    good = {"dose": np.zeros((4, 4, 4)), "origin": (0.0, 0.0, 0.0), "steps": (np.arange(4.0),) * 3}
    with pytest.raises(DomainError, match=message):
        Grid(**{**good, **change})  # type: ignore[arg-type]


def test_same_input_same_bits_and_nothing_is_written_to() -> None:
    grid, contours = grid_of(lambda x, y, z: 30.0 + 0.2 * x * y / 10 + z), solid("ring", 2.0)
    before = grid.dose.copy(), [loop.copy() for plane in contours.planes for loop in plane.loops]
    first, second = computed(contours, grid), computed(contours, grid)
    assert first.dvh == second.dvh
    assert np.array_equal(before[0], grid.dose)
    kept = [loop for plane in contours.planes for loop in plane.loops]
    assert all(np.array_equal(a, b) for a, b in zip(before[1], kept, strict=True))


def test_curve_is_finite_falling_and_complete() -> None:
    rng = np.random.default_rng(5)
    noise = Grid.regular(rng.uniform(0.0, 60.0, (20, 20, 20)), (-28.0, -28.0, -28.0), (3.0, 3.0, 3.0))
    for method in ("linear", "cubic"):
        found = computed(solid("sphere", 3.0), noise, method).dvh
        assert (np.diff(found.edges_gray) >= 0).all()
        assert (found.volume_cc >= 0).all()
        assert found.volume_cc.sum() == pytest.approx(found.organ_volume_cc, rel=1e-12)
        assert found.edges_gray[-1] <= (60.0 if method == "linear" else 90.0)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_any_contours_on_any_dose_keep_volume_and_bounds(seed: int) -> None:
    """Volume inside and outside add up to that of the contours; no dose is outside the doses of the grid."""
    rng = np.random.default_rng(seed)
    step = tuple(rng.uniform(1.0, 4.0, 3))
    shape = rng.integers(2, 14, 3)
    dose = rng.uniform(0.0, 60.0, shape)
    grid = Grid.regular(dose, tuple(rng.uniform(-10.0, 0.0, 3)), step)
    middle = rng.uniform(0.0, 10.0, 2)
    loops = []
    for z in np.arange(0.0, 10.0, rng.uniform(1.0, 3.0)):
        corners = rng.normal(middle, rng.uniform(0.5, 12.0), (int(rng.integers(3, 12)), 2))
        loops.append(np.column_stack((corners, np.full(len(corners), z))))
    contours = stack("any", loops, 2.0)
    dose_of_all = dvhs({"any": contours}, grid, course="1")["any"]
    if isinstance(dose_of_all, DomainError):
        assert "wholly outside" in str(dose_of_all)
        return
    found = dose_of_all.dvh
    assert found.volume_cc.sum() + found.volume_outside_grid_cc == pytest.approx(body_of(contours).volume_cc, rel=1e-9)
    assert dose.min() - 1e-9 <= found.edges_gray[0] <= found.edges_gray[-1] <= dose.max() + 1e-9


def test_finer_bins_change_nothing_that_matters() -> None:
    grid, contours = grid_of(lambda x, y, z: 30.0 + y + 0 * (x + z)), solid("sphere", 2.0)
    coarse = dvh(contours, grid, organ="a", course="1", bin_gray=0.1)
    fine = dvh(contours, grid, organ="a", course="1", bin_gray=0.002)
    for metric in METRICS:
        assert read(coarse, metric) == pytest.approx(read(fine, metric), abs=0.005)
