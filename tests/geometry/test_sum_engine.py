"""The curve of a sum in EQD2: parabolas of linear doses by hand, and one course alone against its own curve."""

import numpy as np
import pytest

from rtcalc.errors import DomainError
from rtcalc.geometry.dvh_engine import dvh
from rtcalc.geometry.slabs import Body, body_of
from rtcalc.geometry.sum_engine import Converted, sum_dvh
from rtcalc.geometry.values import ContourSet, Grid
from rtcalc.limits import Metric

RATIO, OF_BED = 3.0, 3.0 / 5.0


def converted(gray: np.ndarray, fractions: int, step: float = 2.5, most: float = np.inf) -> Converted:
    """EQD2 at a/b 3 Gy of a dose by its nodes, every `step` mm from -10 mm."""
    grid = Grid.regular(gray, (-10.0, -10.0, -10.0), (step, step, step))
    return Converted(grid, OF_BED, OF_BED / (fractions * RATIO), most)


def eqd2(gray: float, fractions: int) -> float:
    return gray * (gray / fractions + RATIO) / (2.0 + RATIO)


def body(corners: list[tuple[float, float]]) -> Body:
    """Planes at z = 0, 3, 6 mm: from -1.5 to 7.5 mm."""
    return body_of(ContourSet.from_points("Body", [[(x, y, z) for x, y in corners] for z in (0.0, 3.0, 6.0)]))


BOX = [(-4.0, -4.0), (8.0, -4.0), (8.0, 8.0), (-4.0, 8.0)]
TRIANGLE = [(-4.0, -4.0), (8.0, -4.0), (-4.0, 8.0)]


def value(curve, name: str) -> float:
    return float(curve.value(Metric.parse(name))[0])


@pytest.mark.parametrize("step", [2.5, 5.0])
def test_the_mean_of_opposed_slopes_is_exact(step: float) -> None:
    """D1 = 20 + x and D2 = 20 - x Gy over x = -4 to 8 mm, in 5 and in 3 fractions.

    By hand: mean of x 2, of x^2 4 + 144/12 = 16. EQD2 is 0.6 (D + D^2 / 3n): mean of D1 22, of D1^2 400 + 40 2 + 16;
    of D2 18, of D2^2 400 - 40 2 + 16. Drawn straight between nodes `step` apart it would be higher by
    0.6 step^2 / 6 (1/15 + 1/9), 0.11 Gy at 2.5 and 0.44 Gy at 5 mm.
    """
    x = -10.0 + step * np.arange(int(30 / step))
    shape = (len(x), len(x), len(x))
    parts = [converted(np.broadcast_to(20.0 + x, shape), 5, step), converted(np.broadcast_to(20.0 - x, shape), 3, step)]
    found = sum_dvh(body(BOX), parts, organ="Body", course="1 + 2")
    assert found.organ_volume_cc == pytest.approx(1.296, rel=1e-9)  # 12 x 12 x 9 mm
    expected = 0.6 * (22.0 + 496.0 / 15.0 + 18.0 + 336.0 / 9.0)
    assert value(found, "Dmean") == pytest.approx(expected, abs=0.006)  # half a bin
    # The parabola is highest at x = -4 mm: 0.6 (40 + 16^2/15 + 24^2/9), at 8 mm 0.6 (40 + 28^2/15 + 12^2/9).
    assert value(found, "Dmax") == pytest.approx(max(eqd2(16, 5) + eqd2(24, 3), eqd2(28, 5) + eqd2(12, 3)), abs=1e-6)


def test_the_mean_over_cut_cells_is_exact() -> None:
    """D = 20 + x + y over a right triangle with sides of 12 mm from (-4, -4), in 5 fractions.

    By hand, u and v from the right angle: means 4, of u^2 144/6 = 24, of u v 144/12 = 12; x + y = u + v - 8, so its
    mean is 0 and that of its square 2 24 + 2 12 - 16 8 + 64 = 8.
    """
    x = -10.0 + 2.5 * np.arange(12)
    gray = np.broadcast_to(20.0 + x[None, :, None] + x[None, None, :], (12, 12, 12))
    found = sum_dvh(body(TRIANGLE), [converted(gray, 5)], organ="Body", course="1")
    assert value(found, "Dmean") == pytest.approx(0.6 * (20.0 + (400.0 + 8.0) / 15.0), abs=0.006)
    assert value(found, "Dmax") == pytest.approx(eqd2(24.0, 5), rel=0.01)  # along the whole long side


def test_one_course_alone_is_its_own_curve_converted() -> None:
    """Doses at random: against the physical curve with its dose axis relabelled, which tests of the engine hold."""
    gray = np.random.default_rng(4).uniform(10.0, 30.0, (12, 12, 12))
    one = converted(gray, 5)
    found = sum_dvh(body(TRIANGLE), [one], organ="Body", course="1")
    alone = dvh(body(TRIANGLE), one.grid, organ="Body", course="1").dvh.relabelled(5, "3 Gy")
    for name, part in (("Dmean", 0.001), ("Dmax", 0.02), ("D0.035cc", 0.005), ("D50%", 0.005)):
        assert value(found, name) == pytest.approx(value(alone, name), rel=part)


def test_the_highest_dose_that_is_known_is_kept() -> None:
    """20 + x Gy reaches 28 Gy at x = 8 mm; told that no place has more than 25 Gy, EQD2 ends at 40 Gy."""
    x = -10.0 + 2.5 * np.arange(12)
    gray = np.broadcast_to(20.0 + x, (12, 12, 12))
    found = sum_dvh(body(BOX), [converted(gray, 5, most=25.0)], organ="Body", course="1")
    assert value(found, "Dmax") == pytest.approx(40.0, abs=1e-9)


def test_what_has_no_dose_is_refused() -> None:
    with pytest.raises(DomainError, match="no dose to be added"):
        sum_dvh(body(BOX), [], organ="Body", course="1")
    far = Grid.regular(np.ones((3, 3, 3)), (500.0, 500.0, 500.0), (2.0, 2.0, 2.0))
    with pytest.raises(DomainError, match="wholly outside the dose grid"):
        sum_dvh(body(BOX), [Converted(far, 0.6, 0.04)], organ="Body", course="1")
