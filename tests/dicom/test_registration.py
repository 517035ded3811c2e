"""Rigid registrations: direction, chains, refusals, and the sum of courses through them against sums worked by hand."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rtcalc.dicom import Study, read_dicom
from rtcalc.dicom.registration import way
from rtcalc.errors import DicomError, DomainError, UnknownName
from rtcalc.geometry.raster import Placed
from rtcalc.geometry.rigid import Rigid
from rtcalc.geometry.values import Grid
from rtcalc.limits import Metric
from tests.dicom import builder as b

OTHER, THIRD = b.uid("frame 2"), b.uid("frame 3")
TURNED = b.rigid((7.0, -4.0, 12.0), 90.0)


def eqd2(gray: float, fractions: int) -> float:
    return gray * (gray / fractions + 3.0) / 5.0


def read(curve: Any, name: str) -> float:
    assert curve is not None
    return float(curve.value(Metric.parse(name))[0])


def second_course(gray: Any, **changes: Any) -> dict[str, Any]:
    """A course of 4 fractions in the other frame of reference, without structures of its own."""
    plan_uid = b.uid("plan 2")
    reference = b.items({"ReferencedSOPClassUID": b.PLAN, "ReferencedSOPInstanceUID": plan_uid})
    dose = b.dose(
        gray,
        **{
            "SOPInstanceUID": b.uid("dose 2"),
            "FrameOfReferenceUID": OTHER,
            "ReferencedRTPlanSequence": reference,
            **changes,
        },
    )
    plan = b.plan(
        4, 40.0, SOPInstanceUID=plan_uid, RTPlanLabel="SECOND", FrameOfReferenceUID=OTHER,
        ReferencedStructureSetSequence=None,
    )  # fmt: skip
    return {"plan2": plan, "dose2": dose}


def sloped() -> np.ndarray:
    """Along z', planes 3 mm apart from z' = 0: D = 10 + z' Gy; wide enough in x' and y'."""
    return np.broadcast_to((10.0 + 3.0 * np.arange(24))[:, None, None], (24, 40, 40))


def registered(folder: Path, *registrations: Any, gray: Any = None, **changes: Any) -> Study:
    place = {
        "ImagePositionPatient": [-50.0, -50.0, 0.0],
        "PixelSpacing": [2.5, 2.5],
        "GridFrameOffsetVector": [3.0 * plane for plane in range(24)],
    }
    files = second_course(sloped() if gray is None else gray, **{**place, **changes})
    files |= {f"reg{at}": one for at, one in enumerate(registrations)}
    return read_dicom(b.good(folder, dose=b.dose(np.full((4, 5, 6), 20.0)), **files))


# --- the sum ----------------------------------------------------------------------------------------------------------
def test_a_registered_course_is_summed_where_the_registration_puts_it(tmp_path: Path) -> None:
    """A turn of 90 degrees and a shift of 12 mm along z take the second frame to the first.

    The box of the first frame reaches from z = 28.5 to 37.5 mm, so that z' is 16.5 to 25.5 mm and D = 26.5 to 35.5 Gy
    in 4 fractions: mean of D 31, of D^2 31^2 + 9^2 / 12. The other course gives 20 Gy in 5, EQD2 28.
    """
    found = registered(tmp_path, b.registration([(OTHER, [TURNED])])).course_sum("Duodenum", "3 Gy")
    mean = 28.0 + (31.0 * 3.0 + (31.0**2 + 81.0 / 12.0) / 4.0) / 5.0
    assert read(found.curve, "Dmean") == pytest.approx(mean, abs=0.1)
    assert read(found.curve, "Dmax") == pytest.approx(28.0 + eqd2(35.5, 4), abs=0.1)
    assert read(found.within, "Dmax") >= 28.0 + eqd2(35.5, 4)
    assert found.bounds == ()  # the second course has no structures of its own
    assert "registered rigidly by reg0.dcm" in found.note


def test_the_other_direction_is_the_way_back(tmp_path: Path) -> None:
    """The same registration, told from the first frame to the second, is its inverse."""
    there = registered(tmp_path / "a", b.registration([(OTHER, [TURNED])]))
    back = registered(tmp_path / "b", b.registration([(b.FRAME, [np.linalg.inv(TURNED)])], frame=OTHER))
    one, other = (study.course_sum("Duodenum", "3 Gy").curve for study in (there, back))
    assert one is not None
    np.testing.assert_allclose(one.edges_gray, other.edges_gray, atol=1e-6)
    np.testing.assert_allclose(one.volume_cc, other.volume_cc, atol=1e-9)


def test_identity_between_two_frames_is_a_registration(tmp_path: Path) -> None:
    """20 Gy in 5 and 10 Gy in 4 at a/b 3 are 28 and 11 Gy."""
    study = registered(
        tmp_path, b.registration([(b.FRAME, [np.eye(4)]), (OTHER, [np.eye(4)])]), gray=np.full((24, 40, 40), 10.0)
    )
    found = study.course_sum("Duodenum", "3 Gy")
    assert read(found.curve, "Dmean") == pytest.approx(39.0, abs=0.02)


def test_a_plan_of_the_same_sessions_is_added_before_conversion_through_a_registration(tmp_path: Path) -> None:
    """20 and 10 Gy, told to be 5 fractions each: 30 (30/5 + 3) / 5 = 54 Gy, and not 28 + 10."""
    study = registered(tmp_path, b.registration([(OTHER, [TURNED])]), gray=np.full((24, 40, 40), 10.0))
    with pytest.raises(DicomError, match="same sessions"):
        study.course_sum("Duodenum", "3 Gy", same_sessions=[("pararenal", "second")])
    with pytest.raises(UnknownName):
        study.course_sum("Duodenum", "3 Gy", same_sessions=[("pararenal", "third")])


def test_two_registrations_make_a_chain(tmp_path: Path) -> None:
    half, rest = b.rigid((1.0, 2.0, 3.0), 30.0), TURNED @ np.linalg.inv(b.rigid((1.0, 2.0, 3.0), 30.0))
    study = registered(
        tmp_path,
        b.registration([(OTHER, [half])], frame=THIRD),
        b.registration([(THIRD, [rest])], SOPInstanceUID=b.uid("second registration")),
    )
    found = way(study.registrations, OTHER, b.FRAME)
    assert found is not None
    np.testing.assert_allclose(found.rigid.matrix, TURNED, atol=1e-9)
    assert found.files == ("reg0.dcm", "reg1.dcm")
    assert read(study.course_sum("Duodenum", "3 Gy").curve, "Dmax") == pytest.approx(28.0 + eqd2(35.5, 4), abs=0.1)


def test_matrices_of_one_item_are_taken_where_their_order_makes_no_difference(tmp_path: Path) -> None:
    """Turns about one axis of the frame add up: 30 and 60 degrees are 90, which takes (10, 0, 0) to (0, 10, 0)."""
    item = b.registration([(OTHER, [b.rigid(degrees=30.0), b.rigid(degrees=60.0)])])
    found = way(registered(tmp_path, item).registrations, OTHER, b.FRAME)
    assert found is not None
    np.testing.assert_allclose(found.rigid.at(*np.array([[10.0], [0.0], [0.0]]))[:, 0], [0.0, 10.0, 0.0], atol=1e-8)


@pytest.mark.parametrize("turns", [(0, 1), (1, 0), (0, 1, 2), (2, 0, 1)])
def test_matrices_of_one_item_whose_order_matters_are_refused(tmp_path: Path, turns: tuple[int, ...]) -> None:
    """A turn of 90 degrees and a shift of 10 mm: the origin ends at y = 10 mm or at x = 10 mm, as they are read."""
    matrices = [b.rigid(degrees=90.0), b.rigid((10.0, 0.0, 0.0)), b.rigid(degrees=45.0, axis="x")]
    with pytest.raises(DicomError, match=r"reg0.dcm.* matrices that lead to another place"):
        registered(tmp_path, b.registration([(OTHER, [matrices[turn] for turn in turns])]))


def test_registrations_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    study = registered(
        tmp_path,
        b.registration([(OTHER, [TURNED])]),
        b.registration([(OTHER, [b.rigid((7.0, -4.0, 13.0), 90.0)])], SOPInstanceUID=b.uid("second registration")),
    )
    with pytest.raises(DicomError, match=r"reg0.dcm, reg1.dcm: they register the same frames of reference differently"):
        study.course_sum("Duodenum", "3 Gy")


def test_registrations_that_agree_are_one(tmp_path: Path) -> None:
    study = registered(
        tmp_path,
        b.registration([(OTHER, [TURNED])]),
        b.registration([(b.FRAME, [np.linalg.inv(TURNED)])], frame=OTHER, SOPInstanceUID=b.uid("second registration")),
    )
    assert study.course_sum("Duodenum", "3 Gy").curve is not None


def test_a_registration_of_other_frames_connects_nothing(tmp_path: Path) -> None:
    study = registered(tmp_path, b.registration([(THIRD, [TURNED])]))
    assert way(study.registrations, OTHER, b.FRAME) is None
    with pytest.raises(DicomError, match="frames of reference differ"):
        study.course_sum("Duodenum", "3 Gy")  # no bounds either: the second course has no structures


def test_a_dose_that_ends_inside_the_structure_leaves_metrics_undefined(tmp_path: Path) -> None:
    """The second dose begins at z' = 20 - 1.5 mm, z = 30.5 mm; the box begins at 28.5 mm."""
    study = registered(tmp_path, b.registration([(OTHER, [TURNED])]), ImagePositionPatient=[-50.0, -50.0, 20.0])
    found = study.course_sum("Duodenum", "3 Gy")
    assert found.curve is not None
    assert 0.1 < found.curve.volume_outside_grid_cc / found.curve.organ_volume_cc < 0.5  # 2 of 9 mm, and a raster step
    assert found.gray(Metric("max")) == (None, None)


# --- refusals ---------------------------------------------------------------------------------------------------------
SCALED = np.diag([1.02, 1.02, 1.02, 1.0])
SHEARED = np.eye(4) + 0.01 * np.eye(4, k=1) * np.array([[1], [0], [0], [0]])
MIRRORED = np.diag([-1.0, 1.0, 1.0, 1.0])
PERSPECTIVE = np.eye(4) + 0.001 * np.array([[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [1, 0, 0, 0]])
BAD = {
    "affine": ({"kind": "AFFINE"}, "is AFFINE; expected RIGID"),
    "scale": ({"kind": "RIGID_SCALE"}, "is RIGID_SCALE; expected RIGID"),
    "no-type": ({"kind": ""}, "FrameOfReferenceTransformationMatrixType (0070,030C) is missing"),
    "scaled": ({"links": [(OTHER, [SCALED])]}, "not orthonormal (their lengths are 1.0200"),
    "sheared": ({"links": [(OTHER, [SHEARED])]}, "not orthonormal"),
    "mirrored": ({"links": [(OTHER, [MIRRORED])]}, "mirrors the patient"),
    "last-row": ({"links": [(OTHER, [PERSPECTIVE])]}, "the last row of the matrix is 0.001, 0, 0, 1"),
    "twelve-numbers": ({"links": [(OTHER, [np.eye(4)[:3]])]}, "has 12 values; expected 16"),
    "no-matrix": ({"links": [(OTHER, [])]}, "MatrixSequence (0070,030A) is missing or empty"),
    "no-frame-of-item": ({"links": [("", [TURNED])]}, "which images it moves cannot be told"),
    "registered-frame-moves": ({"links": [(b.FRAME, [TURNED])]}, "moves the registered frame of reference itself"),
    "no-items": ({"links": []}, "RegistrationSequence (0070,0308) is missing or empty"),
    "no-registered-frame": ({"FrameOfReferenceUID": None}, "FrameOfReferenceUID (0020,0052) is missing"),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "words"), BAD.values(), ids=BAD)
def test_a_registration_that_cannot_be_used_is_refused(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    made = b.registration(**{"links": [(OTHER, [TURNED])], **changes})
    b.write(tmp_path, reg=made)
    with pytest.raises(DicomError) as refused:
        read_dicom(tmp_path / "reg.dcm")
    assert str(refused.value).startswith("reg.dcm")
    assert words.lower() in str(refused.value).lower()


@pytest.mark.parametrize("text", [b"nan", b"inf", b"1,5", b"abc"])
def test_a_matrix_that_is_no_numbers_is_refused(tmp_path: Path, text: bytes) -> None:
    file = b.encoded(b.registration([(OTHER, [b.rigid((123.25, 0.0, 0.0))])]))
    assert file.count(b"123.2500000000") == 1
    b.write(tmp_path, reg=file.replace(b"123.2500000000", text.ljust(14)))
    with pytest.raises(DicomError, match="expected finite decimal numbers"):
        read_dicom(tmp_path / "reg.dcm")


def test_two_transformations_in_one_item_are_refused(tmp_path: Path) -> None:
    made = b.registration([(OTHER, [TURNED])])
    item = made.RegistrationSequence[0]
    item.MatrixRegistrationSequence = [item.MatrixRegistrationSequence[0]] * 2
    b.write(tmp_path, reg=made)
    with pytest.raises(DicomError, match="has 2 items; expected one"):
        read_dicom(tmp_path / "reg.dcm")


def test_a_deformable_registration_is_refused_by_its_name_and_listed_in_a_folder(tmp_path: Path) -> None:
    made = b.base("1.2.840.10008.5.1.4.1.1.66.3", b.uid("deformable"), "REG")
    study = read_dicom(b.good(tmp_path, reg=made))
    (unused,) = study.unused
    assert "Deformable" in unused.what
    assert "rigid" in unused.reason
    with pytest.raises(DicomError, match="a deformable registration; expected a rigid one"):
        read_dicom(tmp_path / "reg.dcm")


def test_a_registration_of_its_own_frame_alone_is_noted(tmp_path: Path) -> None:
    study = read_dicom(b.good(tmp_path, dose=b.covering(), reg=b.registration([(b.FRAME, [np.eye(4)])])))
    assert [note.code for note in study.notes] == ["registers-nothing"]


def test_the_isolated_reader_hands_registrations_over(tmp_path: Path) -> None:
    folder = b.good(tmp_path, reg=b.registration([(OTHER, [TURNED])]))
    here, there = (read_dicom(folder, isolated=apart).registrations[0].links[0] for apart in (False, True))
    assert here.frame == there.frame == OTHER
    np.testing.assert_array_equal(here.matrix, there.matrix)


# --- the geometry -----------------------------------------------------------------------------------------------------
def test_text_rounded_to_five_decimals_does_not_grow_along_a_chain() -> None:
    """A rotation of 33 degrees in five decimals misses orthonormality by 1e-5; a hundred still are a rotation."""
    step = Rigid(np.round(b.rigid(degrees=33.0, axis="x"), 5))
    total = step
    for _ in range(99):
        total = total @ step
    assert total.same_as(Rigid(b.rigid(degrees=3300.0, axis="x")))


@pytest.mark.parametrize("matrix", [np.eye(3), np.full((4, 4), np.inf)])
def test_what_is_no_matrix_is_refused(matrix: np.ndarray) -> None:
    with pytest.raises(DomainError, match="four rows of four"):
        Rigid(matrix)


def test_a_linear_dose_is_resampled_exactly_wherever_it_is_turned() -> None:
    """Trilinear interpolation of a dose that is linear in x', y' and z' is that dose: any turn, any shift."""
    rng = np.random.default_rng(3)
    z, y, x = (np.arange(12) * step for step in (3.0, 2.5, 2.0))
    dose = 5.0 + 0.3 * z[:, None, None] + 0.2 * y[None, :, None] + 0.1 * x[None, None, :]
    grid = Grid(dose, (0.0, 0.0, 0.0), (z, y, x))
    into = Rigid(b.rigid((4.0, 5.0, 6.0), 20.0, "x") @ b.rigid((1.0, 1.0, 1.0), -15.0, "y"))
    nodes = tuple(np.sort(rng.uniform(3.0, 10.0, 5)) for _ in range(3))
    placed = Placed(grid, into)
    k, j, i = np.meshgrid(*nodes, indexing="ij")
    there = into.at(i, j, k)
    assert placed.covers(nodes).all()
    np.testing.assert_allclose(placed.at(nodes), 5.0 + 0.3 * there[2] + 0.2 * there[1] + 0.1 * there[0], atol=1e-12)
