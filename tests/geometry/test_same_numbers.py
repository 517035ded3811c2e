"""The compiled loops, the same loops as they are written, and the arrays give the same numbers; without numba too."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from rtcalc.errors import DomainError
from rtcalc.geometry import crossings, edges
from rtcalc.geometry.dvh_engine import Computed, dvh, dvhs
from rtcalc.geometry.eqd2_map import eqd2_map
from rtcalc.geometry.kernels import compiled, plain
from rtcalc.geometry.slabs import body_of
from rtcalc.geometry.values import ContourSet, Grid, Plane
from rtcalc.limits import Metric
from tests.geometry.phantoms import circle, grid_of, heights, rectangle, stack

GRID = grid_of(lambda x, y, z: 30.0 + 0.4 * y + 0.01 * x * z + 20.0 * np.exp(-(x * x + y * y) / 200.0))
BODIES = {
    "ring": stack("ring", [circle(r, z) for z in heights(6.0, 3.0) for r in (12.0, 6.0)], 3.0),
    "tiny": stack("tiny", [circle(0.8, z, (1.1, 0.3)) for z in heights(3.0, 2.0)], 2.0),
    "outside": stack("outside", [rectangle(20.0, 45.0, -5.0, 5.0, z) for z in heights(3.0, 3.0)], 3.0),
    "crossing": stack("crossing", [rectangle(0, 9, 0, 9, 0.0), rectangle(4, 13, 5, 14, 0.0)], 2.0),
}


@pytest.mark.parametrize("method", ["linear", "cubic"])
@pytest.mark.parametrize("contours", BODIES.values(), ids=BODIES)
def test_loops_and_arrays_give_the_same_numbers(contours: ContourSet, method: str) -> None:
    """To 1e-9: the print has ten digits at most, and only the order of additions differs."""

    def run(fast: object) -> Computed:
        return dvh(contours, GRID, organ="a", course="1", method=method, fast=fast)  # type: ignore[arg-type]

    arrays = run(False)
    one = arrays.dvh.outside_as_zero()
    for loops in (compiled(), plain() if contours.name in ("tiny", "crossing") else None):
        if loops is None:
            continue
        found = run(loops)
        assert found.covered == pytest.approx(arrays.covered, rel=1e-12)
        other = found.dvh.outside_as_zero()
        for metric in ("Dmean", "Dmax", "D98%", "D50%", "D2%", "V30Gy"):
            wanted = one.value(Metric.parse(metric))[0]
            assert other.value(Metric.parse(metric))[0] == pytest.approx(wanted, rel=1e-9, abs=1e-12), metric


def test_numba_is_used_where_it_is_installed() -> None:
    assert (compiled() is None) == (find_spec("numba") is None)


def test_several_at_once_are_the_same_and_one_bad_structure_stays_alone() -> None:
    far = stack("far", [rectangle(500.0, 510.0, 0.0, 10.0, 0.0)], 3.0)
    found = dvhs({**BODIES, "far": far}, GRID, course="1")
    assert list(found) == [*BODIES, "far"]
    assert isinstance(found["far"], DomainError)
    for name, contours in BODIES.items():
        one = found[name]
        assert isinstance(one, Computed)
        assert one.dvh == dvh(contours, GRID, organ=name, course="1").dvh


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_maps_have_the_same_bits(kind: type) -> None:
    dose = np.linspace(0.0, 60.0, 1001).astype(kind)
    arrays = eqd2_map(dose, 5, 3.0, fast=False)
    assert np.array_equal(arrays, eqd2_map(dose, 5, 3.0))
    if kind is np.float64:  # as they are written, Python's floats have 64 bits
        assert np.array_equal(arrays, eqd2_map(dose, 5, 3.0, fast=plain()))


def test_without_numba_it_works_and_says_nothing() -> None:
    """A reader of a wheel without the extra: the same curve, and not a word about what is not installed."""
    code = (
        "import sys; sys.modules['numba'] = None\n"
        "from tests.geometry.test_same_numbers import BODIES, GRID, dvhs, eqd2_map\n"
        "print(dvhs(BODIES, GRID, course='1')['ring'].dvh.organ_volume_cc, eqd2_map(GRID.dose, 5, 3.0).max())"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    volume, highest = map(float, done.stdout.split())
    assert volume == pytest.approx(dvh(BODIES["ring"], GRID, organ="a", course="1").dvh.organ_volume_cc, rel=1e-12)
    assert highest == eqd2_map(GRID.dose, 5, 3.0).max()


def test_loops_compile_where_no_machine_code_can_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    numba = pytest.importorskip("numba")
    asked: list[bool] = []

    def njit(nogil: bool, cache: bool = False):  # type: ignore[no-untyped-def]
        asked.append(cache)
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return lambda loop: loop

    monkeypatch.setattr(numba, "njit", njit)
    assert compiled.__wrapped__() == plain()
    assert asked == [True, False] * len(asked[::2])


def test_the_same_planes_touch() -> None:
    """Random outlines of 3 to 9 corners on a raster of 5 mm, so that many touch in a corner or along an edge."""
    rng = np.random.default_rng(5)
    planes = tuple(
        Plane(float(z), tuple(rng.integers(0, 5, (rng.integers(3, 10), 2)).astype(float) for _ in range(2)))
        for z in range(400)
    )
    found = []
    for loops in (None, compiled(), plain()):
        drawn, loop = edges._as_drawn(planes)
        found.append(crossings.touching_planes(drawn, loop, loops).tolist())
    assert found[0] == found[1] == found[2]
    assert 0 < len(found[0]) < 400


def test_too_many_edges_side_by_side_are_refused_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crossings, "MOST_PAIRS", 100)
    for fast in (True, False):
        with pytest.raises(DomainError, match="2880 edges lie across"):
            body_of(BODIES["ring"], fast=fast)


@pytest.mark.parametrize("kind", [np.float16, np.uint16, np.int32, np.float64])
def test_doses_of_other_kinds_of_numbers(kind: type) -> None:
    """Whole grays, which every kind holds exactly, in the order of another orientation and read-only."""
    whole = np.rint(GRID.dose).astype(kind)[::-1]
    whole.setflags(write=False)
    z, y, x = GRID.nodes
    down = ((0, 0, -1), (0, 1, 0), (1, 0, 0))
    grid = Grid(whole, (x[0], y[0], z[-1]), (z[-1] - z[::-1], y - y[0], x - x[0]), down)
    wanted = Grid(np.rint(GRID.dose), GRID.origin, GRID.steps)
    for fast in (True, False):
        found, same = (dvh(BODIES["tiny"], one, organ="a", course="1", fast=fast).dvh for one in (grid, wanted))
        assert found.value(Metric.parse("Dmean"))[0] == pytest.approx(same.value(Metric.parse("Dmean"))[0], rel=1e-12)
