"""What the fuzzer found, each by itself."""

from pathlib import Path

import pytest

from rtcalc.dicom import read_dicom
from rtcalc.errors import DicomError
from tests.dicom import builder as b


@pytest.mark.parametrize("places", [["1e308", "-20", "30"], ["-10", "-3.4e38", "30"], ["-10", "-20", "10001"]])
def test_a_dose_that_lies_nowhere_is_refused(tmp_path: Path, places: list[str]) -> None:
    """The voxels fell into one place, and the size of a cell was divided by nought."""
    with pytest.raises(DicomError, match=r"ImagePositionPatient .* a position within 10 m"):
        read_dicom(b.good(tmp_path, dose=b.dose(ImagePositionPatient=places)))


@pytest.mark.parametrize("spacing", [["1e-320", "2"], ["2.5", "0.009"], ["2.5", "1000.1"]])
def test_voxels_without_an_extent_are_refused(tmp_path: Path, spacing: list[str]) -> None:
    with pytest.raises(DicomError, match=r"PixelSpacing .* two distances, from 0.01 to 1000 mm"):
        read_dicom(b.good(tmp_path, dose=b.dose(PixelSpacing=spacing)))


@pytest.mark.parametrize("shift", [10_001.0, 99_999.0])
def test_a_registration_out_of_the_room_is_refused(tmp_path: Path, shift: float) -> None:
    """A point 100 mm away was shifted by 1e300 mm, and the way back led to the origin."""
    made = b.registration([(b.uid("frame 2"), [b.rigid((shift, 0.0, 0.0))])])
    with pytest.raises(DicomError, match=r"FrameOfReferenceTransformationMatrix .* a shift within 10 m"):
        read_dicom(b.good(tmp_path, registration=made))


def test_planes_beyond_the_patient_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DicomError, match=r"GridFrameOffsetVector .* reaches 1e\+300 mm"):
        read_dicom(b.good(tmp_path, dose=b.dose(GridFrameOffsetVector=["0", "3", "6", "1e300"])))
