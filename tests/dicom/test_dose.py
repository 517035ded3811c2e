"""The dose grid: where each voxel lies in the patient, in every orientation, and what it holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rtcalc.dicom import DoseGrid, read_dicom
from rtcalc.geometry.dvh_engine import dvh
from rtcalc.geometry.values import ContourSet
from rtcalc.limits import Metric
from tests.dicom import builder as b

# Row and column direction of the eight axial orientations (PS3.3 C.7.6.2.1.1: cosines of the first row and column).
ORIENTATIONS = {
    "HFS": (1, 0, 0, 0, 1, 0),
    "HFP": (-1, 0, 0, 0, -1, 0),
    "FFS": (-1, 0, 0, 0, 1, 0),
    "FFP": (1, 0, 0, 0, -1, 0),
    "HFDL": (0, -1, 0, 1, 0, 0),
    "HFDR": (0, 1, 0, -1, 0, 0),
    "FFDL": (0, 1, 0, 1, 0, 0),
    "FFDR": (0, -1, 0, -1, 0, 0),
}


def read(folder: Path, data: Any) -> DoseGrid:
    return read_dicom(b.write(folder, dose=data) / "dose.dcm").doses[0]


def linear(x: Any, y: Any, z: Any) -> Any:
    """A dose that is different along each axis, so that no exchange or turn of axes gives the same. [Gy]"""
    return 20.0 + 0.10 * x + 0.03 * y + 0.007 * z


def phantom(cosines: tuple[int, ...]) -> Any:
    """The linear dose on a grid of 3, 2.5 and 2 mm whose first voxel stored is at (-7, 11, -20)."""
    row, column = np.array(cosines[:3]), np.array(cosines[3:])
    k, r, c = np.indices((9, 20, 24))
    at = np.array([-7.0, 11.0, -20.0])
    # PS3.3 C.7.6.2.1.1: the column index runs along the row direction, with the second spacing.
    # PS3.3 C.8.8.3.2: positive offsets run along row x column.
    places = at + c[..., None] * 2.0 * row + r[..., None] * 2.5 * column + k[..., None] * 3.0 * np.cross(row, column)
    gray = linear(*np.moveaxis(places, -1, 0))
    data = b.dose(gray, scaling=1e-6, ImageOrientationPatient=list(cosines), ImagePositionPatient=at.tolist())
    return data, places.reshape(-1, 3)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_c13_every_orientation_with_unequal_spacing_puts_the_dose_where_it_is(tmp_path: Path, orientation: str) -> None:
    data, places = phantom(ORIENTATIONS[orientation])
    dose = read(tmp_path, data)
    assert dose.orientation == orientation
    grid = dose.grid()
    z, y, x = np.meshgrid(*grid.nodes, indexing="ij")
    np.testing.assert_allclose(grid.array, linear(x, y, z), atol=2e-6)
    # A box of 12 x 15 x 12 mm around the middle: the mean of a linear dose is the dose of the centre.
    low, high = places.min(axis=0), places.max(axis=0)
    middle = (low + high) / 2
    ring = [(-6.0, -7.5), (6.0, -7.5), (6.0, 7.5), (-6.0, 7.5)]
    heights = middle[2] + np.array([-4.5, -1.5, 1.5, 4.5])
    contours = [[(middle[0] + u, middle[1] + v, height) for u, v in ring] for height in heights]
    curve = dvh(ContourSet.from_points("Box", contours, 3.0), grid, organ="Box", course="1").dvh
    assert curve.organ_volume_cc == pytest.approx(12 * 15 * 12 / 1000, rel=1e-6)
    assert curve.value(Metric("mean"))[0] == pytest.approx(float(linear(*middle)), abs=0.006)  # bins of 0.01 Gy


def test_c12_the_first_spacing_is_that_of_the_rows(tmp_path: Path) -> None:
    assert read(tmp_path, b.dose()).spacing == (3.0, 2.5, 2.0)


def test_an_absolute_offset_is_taken_head_first_supine_only(tmp_path: Path) -> None:
    from rtcalc.errors import DicomError

    data = b.dose(GridFrameOffsetVector=[30.0, 33.0, 36.0, 39.0], ImageOrientationPatient=[-1, 0, 0, 0, 1, 0])
    with pytest.raises(DicomError, match="neither 0 nor the z of the first plane"):
        read(tmp_path, data)


def test_relative_offsets_of_a_grid_that_begins_at_zero_are_both_forms(tmp_path: Path) -> None:
    dose = read(tmp_path, b.dose(ImagePositionPatient=[0, 0, 0]))
    np.testing.assert_allclose(dose.grid().nodes[0], [0, 3, 6, 9])


def test_values_are_scaled_once_and_read_only(tmp_path: Path) -> None:
    dose = read(tmp_path, b.dose())
    assert dose.values.dtype == np.float32
    assert dose.values[1, 2, 3] == pytest.approx(41.23, abs=1e-5)  # by hand: 40 + (100 + 20 + 3) / 100
    with pytest.raises(ValueError, match="read-only"):
        dose.values[0, 0, 0] = 1.0


def test_32_bit_values_above_31_bits_stay_positive(tmp_path: Path) -> None:
    gray = np.full((4, 5, 6), 50.0)
    dose = read(tmp_path, b.dose(gray, scaling=50.0 / (2**32 - 1)))
    np.testing.assert_allclose(dose.values, 50.0, rtol=1e-6)


def test_a_sixteen_bit_dose_of_an_odd_number_of_voxels(tmp_path: Path) -> None:
    gray = np.full((3, 3, 3), 2.0)
    dose = read(tmp_path, b.dose(gray, bits=16, GridFrameOffsetVector=[0, 3, 6]))
    np.testing.assert_allclose(dose.values, 2.0, atol=1e-6)


def test_almost_axial_cosines_are_axial(tmp_path: Path) -> None:
    dose = read(tmp_path, b.dose(ImageOrientationPatient=[0.99999999, 1e-6, 0, -1e-6, 1, 0]))
    assert dose.orientation == "HFS"


def test_a_good_dose_has_no_notes(tmp_path: Path) -> None:
    assert read(tmp_path, b.dose()).notes == ()
