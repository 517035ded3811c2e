"""The compiled loops and the arrays give the same numbers; without numba the loops run as they are written."""

from importlib.util import find_spec

import numpy as np
import pytest

from rtcalc.errors import DomainError
from rtcalc.geometry.dvh_engine import Computed, dvh, dvhs
from rtcalc.geometry.eqd2_map import eqd2_map
from rtcalc.geometry.kernels import compiled, plain
from rtcalc.geometry.values import ContourSet
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

    arrays, loops = run(False), run(compiled() or plain())
    assert loops.covered == pytest.approx(arrays.covered, rel=1e-12)
    one, other = arrays.dvh.outside_as_zero(), loops.dvh.outside_as_zero()
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


def test_map_loop_gives_the_same_bits() -> None:
    dose = np.linspace(0.0, 60.0, 1001).astype(np.float32)
    result = np.empty_like(dose)
    square, linear = (np.float32(part / (1.0 + 2.0 / 3.0)) for part in (1.0 / 15.0, 1.0))
    assert (compiled() or plain()).convert(dose, square, linear, result) == 0
    assert np.array_equal(result, eqd2_map(dose, 5, 3.0))
