"""What other tools were measured to get wrong, each with the number that is right; hand calculations in each test.

The defects were seen by running those tools on analytic solids, or read in their source and their issues.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest

from rtcalc.dicom import Study, read_dicom
from rtcalc.dicom.survey import survey
from rtcalc.dvh import Dvh
from rtcalc.errors import DicomError, DomainError, RtcalcError
from rtcalc.geometry.dvh_engine import dvh
from rtcalc.geometry.values import ContourSet, Grid
from rtcalc.limits import Metric
from tests.dicom import builder as b
from tests.geometry.phantoms import circle, cylinder, grid_of, rectangle, stack


def read(curve: Dvh, name: str, unit: str = "cc") -> float:
    return float(curve.value(Metric.parse(name), unit)[0])  # type: ignore[arg-type]


def curve(contours: ContourSet, grid: Grid) -> Dvh:
    return dvh(contours, grid, organ=contours.name, course="1").dvh


def ring(half: float = 12.0) -> ContourSet:
    """A hollow cylinder of radii 12 and 6 mm."""
    return stack("ring", [circle(r, z) for z in np.arange(1.5 - half, half, 3.0) for r in (12.0, 6.0)], 3.0)


def uniform(gray: float) -> Grid:
    return grid_of(lambda x, y, z: np.full(np.broadcast(x, y, z).shape, gray))


def study_of(folder: Path, gray: Any, **changes: Any) -> Study:
    return read_dicom(b.good(folder, dose=b.dose(gray, **changes)))


# --- dicompyler-core --------------------------------------------------------------------------------------------------
def test_it_runs_with_the_pydicom_of_today(tmp_path: Path) -> None:
    """The field's Python engine imports `pydicom.dicomio.read_file`, which pydicom 3 no longer has."""
    assert int(pydicom.__version__.split(".")[0]) >= 3
    assert read_dicom(b.good(tmp_path)).dvh("Duodenum").volume_cc.sum() > 0


@pytest.mark.parametrize("step", [1.0, 2.5, 3.0])
def test_interpolation_in_the_plane_does_not_shift_the_dose(step: float) -> None:
    """D = 30 + y Gy, 1 Gy/mm, a cylinder around y = 0: half of it gets 30 Gy; a shift by half a voxel made it -1.25."""
    grid = grid_of(lambda x, y, z: 30.0 + y + 0.0 * x * z, step=(step, step, step))
    found = curve(cylinder(12.0, 12.0, 3.0), grid)
    assert read(found, "D50%") == pytest.approx(30.0, abs=0.02)
    assert read(found, "Dmean") == pytest.approx(30.0, abs=0.01)


def test_a_curve_like_a_step_has_its_dose_and_not_zero() -> None:
    """20 Gy everywhere: D98, D95, D2 are 20 Gy (the nearest bin of a step said 0), and the ring's volume is exact."""
    found = curve(ring(), uniform(20.0))
    for metric in ("D98%", "D95%", "D2%", "Dmean"):
        assert read(found, metric) == pytest.approx(20.0, abs=0.011)
    assert found.organ_volume_cc == pytest.approx(np.pi * (144.0 - 36.0) * 24.0 / 1000.0, rel=1e-6)


def test_a_volume_larger_than_the_structure_is_undefined_and_not_zero(tmp_path: Path) -> None:
    """D2cc of 0.144 cc was answered with 0 Gy, which passes every limit."""
    found = study_of(tmp_path, np.full((4, 5, 6), 20.0)).dvh("Duodenum")
    with pytest.raises(DomainError, match=r"the whole organ has 0\.144"):
        read(found, "D2cc")


def test_cubic_centimetres_of_a_curve_in_percent_need_the_organs_volume() -> None:
    """D2cc of a relative curve was read as D2 %. Of 20 cc falling evenly from 0 to 40 Gy, 2 cc get 36 Gy or more."""
    there = {"organ": "Liver", "course": "1", "dose_gray": [0, 40], "volume": [100, 0], "unit": "%", "max_gray": 40}
    with pytest.raises(DomainError):
        Dvh.from_cumulative(**there)
    assert read(Dvh.from_cumulative(**there, organ_volume_cc=20.0), "D2cc") == pytest.approx(36.0)


def test_volume_above_a_dose_is_interpolated() -> None:
    """Ten cc evenly from 0 to 30 Gy: a third get 20 Gy or more; the nearest of the two edges would say 0 or 10."""
    found = Dvh(organ="Lungs", course="1", edges_gray=[0, 30], volume_cc=[10])
    assert read(found, "V20Gy") == pytest.approx(10.0 / 3.0)


def test_the_first_pixel_spacing_is_that_of_the_rows_in_the_curve(tmp_path: Path) -> None:
    """Spacing 2.5 along y, 2 along x; D = 40 + x/10 Gy where x of the column is -10 + 2c. The box lies at x = -4."""
    x = -10.0 + 2.0 * np.arange(6)
    found = study_of(tmp_path, np.broadcast_to(40.0 + x / 10.0, (4, 5, 6))).dvh("Duodenum")
    assert read(found, "Dmean") == pytest.approx(39.6, abs=0.01)


# --- the others -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("bits", "scaling"), [(16, 0.001), (32, 1e-8)], ids=["16-bit", "32-bit"])
def test_all_bits_of_a_dose_are_read(tmp_path: Path, bits: int, scaling: float) -> None:
    """42 Gy: in 32 bits 4.2e9 steps; its lower 16 bits alone would be below 0.001 Gy."""
    study = study_of(tmp_path, np.full((4, 5, 6), 42.0), scaling=scaling, bits=bits)
    assert read(study.dvh("Duodenum"), "Dmean") == pytest.approx(42.0, abs=0.006)


def test_a_hole_is_no_part_of_the_volume_and_zero_dose_is_part_of_the_dose() -> None:
    """Outer plus inner contour made 66.7 % more volume; voxels at 0 Gy were left out of the mean.

    The ring is half in 20 Gy (x > 0) and half in nothing, with a ramp of one voxel around x = 0: the mean is 10 Gy.
    """
    grid = grid_of(lambda x, y, z: np.where(x > 0.0, 20.0, 0.0) + 0.0 * y * z, low=(-31.25, -29.6, -30.7))
    found = curve(ring(), grid)
    assert found.organ_volume_cc == pytest.approx(np.pi * 108.0 * 24.0 / 1000.0, rel=1e-6)
    assert read(found, "Dmean") == pytest.approx(10.0, abs=0.05)
    assert read(found, "V0Gy", "%") == pytest.approx(100.0)


@pytest.mark.parametrize("slice_mm", [1.0, 2.0, 3.0])
def test_no_slab_is_lost_at_the_end_towards_the_head(slice_mm: float) -> None:
    """D = 30 + z Gy, a cylinder from -12 to 12 mm: mean 30; a lost slab made it half a slice less, D2 up to 4 Gy less.

    The hottest 2 % of its height lie above z = 11.52 mm.
    """
    found = curve(cylinder(12.0, 12.0, slice_mm), grid_of(lambda x, y, z: 30.0 + z + 0.0 * x * y))
    assert read(found, "Dmean") == pytest.approx(30.0, abs=0.01)
    assert read(found, "D2%") == pytest.approx(41.52, abs=0.02)
    assert read(found, "Dmax") == pytest.approx(42.0, abs=0.02)


def test_a_grid_that_is_not_square_has_its_rows_and_columns_in_their_places() -> None:
    """240 x 80 voxels: an exchange of x and y left a third of the solids empty. At x = 70, y = -20 it is 47 Gy."""
    z, y, x = np.arange(12) * 3.0 - 16.0, np.arange(80) * 1.0 - 40.0, np.arange(240) * 1.0 - 120.0
    dose = np.broadcast_to(60.0 + x / 10.0 + y[:, None], (12, 80, 240))
    grid = Grid(dose, (x[0], y[0], z[0]), (z - z[0], y - y[0], x - x[0]))
    found = curve(cylinder(6.0, 9.0, 3.0, (70.0, -20.0)), grid)
    assert found.organ_volume_cc == pytest.approx(np.pi * 36.0 * 18.0 / 1000.0, rel=1e-6)
    assert read(found, "Dmean") == pytest.approx(47.0, abs=0.01)


def test_contours_lie_where_they_lie_and_several_in_a_plane_count() -> None:
    """Two islands at heights that no dose plane has: a reader wanted them equal, with one contour a slice.

    2 x 100 mm2 x 9 mm = 1.8 cc; D = 30 + x Gy, and the islands are around x = -10 and 10.
    """
    heights = (0.1, 3.1, 6.1)
    islands = [rectangle(x - 5.0, x + 5.0, -5.0, 5.0, z) for z in heights for x in (-10.0, 10.0)]
    found = curve(stack("islands", islands, 3.0), grid_of(lambda x, y, z: 30.0 + x + 0.0 * y * z))
    assert found.organ_volume_cc == pytest.approx(1.8, rel=1e-9)
    assert read(found, "Dmean") == pytest.approx(30.0, abs=0.01)
    assert (read(found, "D100%"), read(found, "Dmax")) == pytest.approx((15.0, 45.0), abs=0.02)


def test_a_bin_is_converted_at_its_own_dose_and_metrics_are_of_the_converted_curve(tmp_path: Path) -> None:
    """45 Gy in 5, an organ at 6 Gy: 1.2 Gy a fraction, EQD2 at a/b 3 is 6 (1.2 + 3)/5 = 5.04 Gy.

    At the 9 Gy of the prescription it would be 14.4 Gy; a mean kept from before the conversion would be 6 Gy.
    """
    study = study_of(tmp_path, np.full((4, 5, 6), 6.0))
    for metric in ("Dmean", "Dmax"):
        assert read(study.eqd2_dvh("Duodenum", "3 Gy"), metric) == pytest.approx(5.04, abs=0.02)


def test_a_single_fraction_has_an_eqd2(tmp_path: Path) -> None:
    """20 Gy in 1 at a/b 3: 20 (20 + 3)/5 = 92 Gy; a tool refused one fraction."""
    study = read_dicom(b.good(tmp_path, plan=b.plan(1, 20.0), dose=b.dose(np.full((4, 5, 6), 20.0))))
    assert read(study.eqd2_dvh("Duodenum", "3 Gy"), "Dmean") == pytest.approx(92.0, abs=0.1)


@pytest.mark.parametrize(
    "asked",
    [
        lambda study: study.eqd2_map("0 Gy"),
        lambda study: study.eqd2_map("-3 Gy"),
        lambda study: study.eqd2_dvh("Duodenum", "0 Gy"),
        lambda study: study.course(fractions=0),
    ],
    ids=["map-zero", "map-negative", "curve-zero", "no-fractions"],
)
def test_what_cannot_be_converted_is_refused_and_not_handed_back(
    tmp_path: Path, asked: Callable[[Study], object]
) -> None:
    """A viewer returns the physical dose where fractions or alpha/beta are not above zero."""
    with pytest.raises(RtcalcError):
        asked(study_of(tmp_path, np.full((4, 5, 6), 20.0)))


def test_alpha_beta_in_centigray_is_the_same_dose(tmp_path: Path) -> None:
    """50 Gy in 10 at 300 cGy is 80 Gy EQD2; a tool divided 2 by 300 and said 132 Gy."""
    study = read_dicom(b.good(tmp_path, plan=b.plan(10, 50.0), dose=b.dose(np.full((4, 5, 6), 50.0))))
    assert study.eqd2_map("300 cGy").values.max() == pytest.approx(80.0, rel=1e-5)


def test_a_hundred_cubic_centimetres_are_no_hundred_percent() -> None:
    """200 cc evenly from 0 to 20 Gy: 100 cc get 10 Gy or more, 100 % get 0."""
    found = Dvh(organ="Liver", course="1", edges_gray=[0, 20], volume_cc=[200])
    assert (read(found, "D100cc"), read(found, "D100%")) == pytest.approx((10.0, 0.0))


def test_a_dose_per_fraction_is_never_taken_for_the_course(tmp_path: Path) -> None:
    study = study_of(tmp_path, np.full((4, 5, 6), 9.0), DoseSummationType="FRACTION")
    with pytest.raises(DicomError, match="fractions_in_file"):
        study.dvh("Duodenum")
    whole = study.course(fractions_in_file=1).dvh("Duodenum")
    assert read(whole, "Dmean") == pytest.approx(45.0, abs=0.01)


# --- partial coverage (row D12) ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("low", "covered"), [(-15.0, 0.5), (-11.04, 0.995), (-11.0, 1.0)], ids=["D12-half", "D12-995", "D12-all"]
)
def test_d12_metrics_of_a_structure_partly_outside_are_marked_and_the_whole_has_none(
    tmp_path: Path, low: float, covered: float
) -> None:
    """The dose reaches to x = -11 mm; the structure from `low` over 8 mm, so that (low + 11)/8 of it has no dose."""
    loops = [b.contour(b.square(z, 8.0, low)) for z in (33.0, 36.0)]
    study = read_dicom(b.good(tmp_path, structures=b.structures([(1, "PTV", b.box()), (2, "Liver", loops)])))
    (found,) = survey(study, structures=["Liver"])[0].structures
    assert found.covered == pytest.approx(covered, abs=1e-6)
    whole = {str(one.metric) for one in found.values}
    part = {str(one.metric) for one in found.of_covered_part}
    if covered == 1.0:
        assert "Dmax" in whole
        assert part == set()
    else:
        assert whole == {"volume"}
        assert {"Dmax", "Dmean"} <= part
