"""BED and EQD2 maps of one course and of sums, with alpha/beta by structure: against the formulas, voxel by voxel."""

from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest

from rtcalc.dicom import Study, read_dicom
from rtcalc.errors import DicomError, UnitsError, UnknownName
from rtcalc.geometry.values import ContourSet, Grid
from rtcalc.geometry.voxels import inside
from tests.dicom import builder as b
from tests.dicom.test_registration import OTHER, TURNED, registered, second_course

SIDES = [(1, "PTV", b.box()), (2, "Duodenum", b.box()), (3, "SpinalCord", None)]


def stored(path: Path) -> np.ndarray:
    data = pydicom.dcmread(path)
    return np.asarray(data.pixel_array * float(data.DoseGridScaling))


def bed(gray: Any, fractions: int, ratio: float) -> Any:
    return gray * (1.0 + gray / fractions / ratio)


def test_a_bed_map_is_the_formula(tmp_path: Path) -> None:
    """BED = D (1 + D/5/3) at a/b 3 and 5 fractions."""
    study = read_dicom(b.good(tmp_path / "in"))
    made = study.bed_map("3 Gy")
    made.write(tmp_path / "bed.dcm")
    gray = stored(tmp_path / "in" / "dose.dcm")
    np.testing.assert_allclose(stored(tmp_path / "bed.dcm"), bed(gray, 5, 3.0), rtol=3e-7)
    data = pydicom.dcmread(tmp_path / "bed.dcm")
    assert (data.DoseType, data.DoseComment) == ("EFFECTIVE", "BEDGy(a/b=3.0) n=5")
    assert data.SeriesDescription == "BED, not a physical dose"
    back = read_dicom(tmp_path / "bed.dcm")
    with pytest.raises(DicomError, match="EFFECTIVE"):
        back.eqd2_map("3 Gy")


# --- alpha/beta by structure ------------------------------------------------------------------------------------------
def boxes(folder: Path) -> Study:
    """Two squares of 4 mm that share the columns from x = -4 to -2 mm, on three planes, as slabs of 3 mm."""
    left = [b.contour(b.square(z, 4.0, -6.0)) for z in (30.0, 33.0, 36.0)]
    right = [b.contour(b.square(z, 4.0, -4.0)) for z in (30.0, 33.0, 36.0)]
    return read_dicom(b.good(folder, structures=b.structures([(1, "PTV", left), (2, "Duodenum", right)])))


def test_each_structure_has_its_own_alpha_beta_and_the_first_named_has_the_overlap(tmp_path: Path) -> None:
    """Voxel centres: x = -10, -8 .. 0; y = -20, -17.5 .. -10; z = 30 .. 39. Squares from y = -17 to -13 mm.

    By hand, with a centre on the lower border inside: the left one has x = -6 and -4, the right one -4 and -2; both
    y = -15 only, and the planes at 30, 33 and 36 mm. So six voxels each, and three shared.
    """
    study = boxes(tmp_path / "in")
    made = study.eqd2_map("10 Gy", by_structure={"PTV": "4 Gy", "Duodenum": "3 Gy"})
    gray = study.doses[0].values.astype(float)
    ratio = np.full(gray.shape, 10.0)
    ratio[:3, 2, 2:4], ratio[:3, 2, 4] = 4.0, 3.0
    np.testing.assert_allclose(made.values, bed(gray, 5, ratio) / (1.0 + 2.0 / ratio), rtol=3e-7)
    assert [(one.structure, one.alpha_beta, one.voxels) for one in made.own] == [("PTV", 4.0, 6), ("Duodenum", 3.0, 3)]
    assert made.overlaps == (("PTV", "Duodenum", 3),)
    turned = study.eqd2_map("10 Gy", by_structure={"Duodenum": "3 Gy", "PTV": "4 Gy"})
    assert [one.voxels for one in turned.own] == [6, 3]
    same = study.eqd2_map("10 Gy", by_structure={"Duodenum": "3 Gy", "PTV": "3 Gy"})
    assert same.overlaps == ()  # nothing to decide
    made.write(tmp_path / "own.dcm")
    data = pydicom.dcmread(tmp_path / "own.dcm")
    assert data.DoseComment == "EQD2Gy(a/b=10.0) n=5, own a/b in 2 structures"
    assert "PTV a/b=4.0; Duodenum a/b=3.0" in data.DerivationDescription


def test_structures_of_a_map_that_cannot_be_are_refused(tmp_path: Path) -> None:
    small = [b.contour(b.square(z, 0.5, -5.5)) for z in (30.0, 33.0)]
    study = read_dicom(b.good(tmp_path, structures=b.structures([(1, "PTV", b.box()), (2, "Lens_L", small)])))
    with pytest.raises(DicomError, match="no voxel has its centre in it"):
        study.eqd2_map("3 Gy", by_structure={"Lens_L": "1.2 Gy"})
    with pytest.raises(UnknownName):
        study.eqd2_map("3 Gy", by_structure={"Lens_R": "1.2 Gy"})
    with pytest.raises(UnitsError):
        study.eqd2_map("3 Gy", by_structure={"PTV": "10"})


@pytest.mark.parametrize(
    "orientation", [[1, 0, 0, 0, 1, 0], [-1, 0, 0, 0, -1, 0], [-1, 0, 0, 0, 1, 0], [0, 1, 0, -1, 0, 0]]
)
def test_voxels_inside_are_found_however_the_grid_is_stored(orientation: list[int]) -> None:
    """A ring of 12 and 6 mm around (0, 0), against the radius of each voxel centre."""
    angle = np.linspace(0.0, 2.0 * np.pi, 720, endpoint=False)
    ring = [
        np.column_stack((r * np.cos(angle), r * np.sin(angle), np.full(720, z))) for z in (0.0, 3.0) for r in (12, 6)
    ]
    row, column = np.array(orientation[:3]), np.array(orientation[3:])
    axes = tuple(tuple(int(v) for v in axis) for axis in (np.cross(row, column), column, row))
    steps = (np.arange(6) * 3.0, np.arange(17) * 2.1, np.arange(19) * 1.9)
    reach = np.array([step[-1] for step in steps])
    origin = -sum(np.array(axis) * far / 2.0 for axis, far in zip(axes, reach, strict=True)) + [0.01, 0.02, 0.3]
    grid = Grid(np.zeros((6, 17, 19)), tuple(origin), steps, axes)
    found = inside(ContourSet.from_points("Ring", ring), grid)
    place = (
        sum(
            np.array(axis)[:, None, None, None] * np.expand_dims(step, tuple(at for at in range(3) if at != which))
            for which, (axis, step) in enumerate(zip(axes, steps, strict=True))
        )
        + np.array(origin)[:, None, None, None]
    )
    radius = np.hypot(place[0], place[1])
    expected = (radius < 12) & (radius > 6) & (place[2] >= -1.5) & (place[2] < 4.5)
    assert np.array_equal(found, expected)
    assert 100 < found.sum() < found.size / 2


# --- sums -------------------------------------------------------------------------------------------------------------
def test_a_map_of_the_sum_is_the_sum_of_the_maps(tmp_path: Path) -> None:
    """20 Gy in 5 and 10 Gy in 4 at a/b 3: 28 + 11 = 39 Gy EQD2, 65 Gy BED; in 5 sessions together 30 Gy, 54 EQD2."""
    files = second_course(np.full((4, 5, 6), 10.0), FrameOfReferenceUID=b.FRAME)
    study = read_dicom(b.good(tmp_path / "in", dose=b.dose(np.full((4, 5, 6), 20.0)), **files))
    made = study.effect_map("3 Gy", ["pararenal", "second"])
    np.testing.assert_allclose(made.values, 39.0, rtol=1e-5)
    np.testing.assert_allclose(study.effect_map("3 Gy", ["pararenal", "second"], effect="BED").values, 65.0, rtol=1e-5)
    made.write(tmp_path / "sum.dcm")
    data = pydicom.dcmread(tmp_path / "sum.dcm")
    assert (data.DoseSummationType, data.DoseComment) == ("MULTI_PLAN", "EQD2Gy(a/b=3.0) sum of 2")
    assert len(data.ReferencedRTPlanSequence) == len(data.SourceInstanceSequence) == 2
    with pytest.raises(DicomError, match="2 courses"):
        study.eqd2_map("3 Gy")  # which one is not said


def test_a_map_of_the_sum_through_a_registration_lies_on_the_first_grid(tmp_path: Path) -> None:
    """z' = z - 12 mm, and the second dose is 10 + z' Gy in 4 fractions; the first one 20 Gy in 5, EQD2 28."""
    study = registered(tmp_path / "in", b.registration([(OTHER, [TURNED])]))
    made = study.effect_map("3 Gy", ["pararenal", "second"])
    z = made.dose.origin[2] + made.dose.steps[0]
    gray = 10.0 + z - 12.0
    np.testing.assert_allclose(made.values[:, 2, 2], 28.0 + gray * (gray / 4 + 3) / 5, rtol=1e-5)
    assert "registered rigidly by reg0.dcm" in made.note
    made.write(tmp_path / "sum.dcm")
    back = read_dicom(tmp_path / "sum.dcm").doses[0]
    assert back.origin == pytest.approx(made.dose.origin)
    assert back.source.frame == b.FRAME


def test_a_map_of_the_sum_is_cut_to_what_every_dose_covers_and_says_so(tmp_path: Path) -> None:
    """The second dose begins at z' = 19.5 - 1.5 mm, z = 30: the first plane, from 28.5 to 31.5 mm, is not covered."""
    study = registered(tmp_path, b.registration([(OTHER, [TURNED])]), ImagePositionPatient=[-50.0, -50.0, 19.5])
    made = study.effect_map("3 Gy", ["pararenal", "second"])
    assert made.values.shape == (3, 5, 6)
    assert made.dose.origin[2] == 33.0
    assert "the map is the 75 % of the grid of dose.dcm that every dose covers" in made.note


def test_a_map_of_unconnected_frames_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DicomError, match="not spatially summed"):
        registered(tmp_path).effect_map("3 Gy", ["pararenal", "second"])


def test_a_curve_in_bed_is_the_formula(tmp_path: Path) -> None:
    """20 Gy in 5 at a/b 3 is 20 (1 + 4/3) = 46.7 Gy BED."""
    study = read_dicom(b.good(tmp_path, dose=b.dose(np.full((4, 5, 6), 20.0))))
    curve = study.bed_dvh("Duodenum", "3 Gy")
    assert curve.basis == ("BED", 3.0, "LQ")
    assert curve.edges_gray[-1] == pytest.approx(20.0 * (1.0 + 4.0 / 3.0), abs=0.05)
