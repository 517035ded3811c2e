"""An EQD2 map as a file: marked, whole, in its place, read back to the same numbers, and never converted again."""

from pathlib import Path

import numpy as np
import pydicom
import pytest

from rtcalc.dicom import read_dicom
from rtcalc.dicom import write as writing
from rtcalc.errors import DicomError, UnitsError
from tests.dicom import builder

GIST = Path(__file__).resolve().parents[2] / "sample_dicom" / "gist-pararenal"


def written(folder: Path, alpha_beta: str = "3 Gy", **files):
    """A folder that is read, its map, and the map's file read back."""
    study = read_dicom(builder.good(folder, **files))
    made = study.eqd2_map(alpha_beta)
    made.write(folder.parent / "out.dcm")
    return study, made, pydicom.dcmread(folder.parent / "out.dcm")


def test_it_says_what_it_is_and_where_it_is_from(tmp_path: Path) -> None:
    study, _, data = written(tmp_path / "in")
    assert (data.DoseType, data.DoseUnits, data.DoseSummationType) == ("EFFECTIVE", "GY", "PLAN")
    assert data.DoseComment == "EQD2Gy(a/b=3.0) n=5"
    assert data.ReferencedRTPlanSequence[0].ReferencedSOPInstanceUID == builder.PLAN_UID
    assert data.SourceInstanceSequence[0].ReferencedSOPInstanceUID == builder.DOSE_UID
    assert (data.StudyInstanceUID, data.FrameOfReferenceUID) == (builder.STUDY, builder.FRAME)
    assert data.SOPInstanceUID not in (builder.DOSE_UID, builder.PLAN_UID)
    assert data.SeriesInstanceUID != builder.uid("series", "RTDOSE")
    assert data.preamble == b"\0" * 128
    assert (data.BitsAllocated, data.HighBit, data.PixelRepresentation) == (32, 31, 0)
    assert str(data.PatientName) == data.PatientID == ""
    assert b"Test^Person" not in (tmp_path / "out.dcm").read_bytes()
    again = study.eqd2_map("3 Gy").write(tmp_path / "second.dcm")
    assert again != data.SOPInstanceUID


def test_every_voxel_at_its_own_dose_per_fraction(tmp_path: Path) -> None:
    """EQD2 = D (D/5 + 3) / 5 at a/b 3 and 5 fractions, by hand from what pydicom alone reads of the source."""
    written(tmp_path / "in")
    source = pydicom.dcmread(tmp_path / "in" / "dose.dcm")
    gray = source.pixel_array * float(source.DoseGridScaling)
    data = pydicom.dcmread(tmp_path / "out.dcm")
    found = data.pixel_array.astype(np.float64) * float(data.DoseGridScaling)
    np.testing.assert_allclose(found, gray * (gray / 5 + 3) / 5, rtol=3e-7)  # float32 in between
    assert len(str(data["DoseGridScaling"].value)) <= 16


@pytest.mark.parametrize(
    ("orientation", "offsets"),
    [
        ([1, 0, 0, 0, 1, 0], [0, 3, 6, 9]),
        ([-1, 0, 0, 0, -1, 0], [0, 3, 6, 9]),
        ([-1, 0, 0, 0, 1, 0], [0, 3, 6, 9]),
        ([1, 0, 0, 0, -1, 0], [0, 3, 6, 9]),
        ([0, -1, 0, 1, 0, 0], [0, 3, 6, 9]),
        ([0, 1, 0, -1, 0, 0], [0, 3, 6, 9]),
        ([0, 1, 0, 1, 0, 0], [0, 3, 6, 9]),
        ([0, -1, 0, -1, 0, 0], [0, 3, 6, 9]),
        ([1, 0, 0, 0, 1, 0], [0, -3, -6, -9]),
        ([1, 0, 0, 0, 1, 0], [0, 3, 7, 12]),
    ],
)
def test_it_lies_where_its_source_lies(tmp_path: Path, orientation: list[int], offsets: list[int]) -> None:
    dose = builder.dose(ImageOrientationPatient=orientation, GridFrameOffsetVector=offsets)
    study, made, data = written(tmp_path / "in", dose=dose)
    assert [float(value) for value in data.ImageOrientationPatient] == orientation
    assert [float(value) for value in data.GridFrameOffsetVector] == offsets
    assert [float(value) for value in data.PixelSpacing] == [2.5, 2.0]
    back = read_dicom(tmp_path / "out.dcm").doses[0]
    assert back.same_grid(study.doses[0])
    np.testing.assert_allclose(back.values, made.values, rtol=2e-7)


def test_c4_it_is_never_converted_again(tmp_path: Path) -> None:
    written(tmp_path / "in")
    (tmp_path / "in" / "dose.dcm").unlink()
    (tmp_path / "out.dcm").rename(tmp_path / "in" / "eqd2.dcm")
    back = read_dicom(tmp_path / "in")
    for convert in (
        lambda: back.eqd2_map("3 Gy"),
        lambda: back.eqd2_dvh("Duodenum", "3 Gy"),
        lambda: back.dvh("Duodenum"),
        lambda: back.eqd2_map("3 Gy", "eqd2.dcm"),
        lambda: back.sets[0].course_dose(),
    ):
        with pytest.raises(DicomError, match=r"EFFECTIVE \(EQD2Gy\(a/b=3\.0\) n=5\)"):
            convert()


def test_beside_its_source_it_is_no_course(tmp_path: Path) -> None:
    folder = builder.good(tmp_path / "in")
    read_dicom(folder).eqd2_map("3 Gy").write(folder / "eqd2.dcm")
    assert read_dicom(folder).dvh("Duodenum").course == "pararenal"


def test_the_sample_is_converted_with_each_courses_own_fractions() -> None:
    study = read_dicom(GIST)
    for one, n in zip(study.doses, (5, 4), strict=True):
        made = study.eqd2_map("3 Gy", one.source.name)
        top = one.maximum
        assert made.values.max() == pytest.approx(top * (top / n + 3) / 5, rel=1e-6)
        assert made.fractions == (n,)


def test_b18_nothing_is_replaced_and_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study = read_dicom(builder.good(tmp_path / "in"))
    made, before = study.eqd2_map("3 Gy"), (tmp_path / "in" / "dose.dcm").read_bytes()
    with pytest.raises(DicomError, match="there is such a file"):
        made.write(tmp_path / "in" / "dose.dcm")
    assert (tmp_path / "in" / "dose.dcm").read_bytes() == before
    with pytest.raises(DicomError, match="nothing was written"):
        made.write(tmp_path / "no such folder" / "out.dcm")

    def broken(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", broken)
    with pytest.raises(DicomError, match="No space left"):
        made.write(tmp_path / "out.dcm")
    assert [one.name for one in tmp_path.iterdir()] == ["in"]


def test_what_is_no_alpha_beta_and_no_course_is_refused(tmp_path: Path) -> None:
    study = read_dicom(builder.good(tmp_path))
    with pytest.raises(UnitsError):
        study.eqd2_map(3)
    below = builder.dose(np.full((4, 5, 6), -1.0), PixelRepresentation=1)
    negative = read_dicom(builder.good(tmp_path / "negative", dose=below))
    with pytest.raises(DicomError, match="negative"):
        negative.eqd2_map("3 Gy")


@pytest.mark.parametrize("highest", [1e-9, 0.1, 1 / 3, 108.0, 299.999, 4294967295.0])
def test_scaling_holds_the_highest_voxel(highest: float) -> None:
    text = writing.scaling_of(highest)
    assert len(text) <= 16
    assert np.rint(highest / float(text)) <= 2**32 - 1
    assert float(text) * (2**32 - 1) == pytest.approx(highest, rel=1e-7)


def test_zero_dose_has_a_scaling(tmp_path: Path) -> None:
    _, made, data = written(tmp_path / "in", dose=builder.dose(np.zeros((4, 5, 6))))
    assert made.values.max() == 0.0
    assert float(data.DoseGridScaling) > 0
