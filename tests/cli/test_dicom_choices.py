"""Where DICOM leaves a choice open: the answer says which way was taken, or asks; it never takes one in silence.

The phantom is a dose of 30 Gy + 0.2 Gy/mm to the left, and cylinders of seven slices of 2 mm on its axis.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rtcalc.dicom import read_dicom
from rtcalc.dicom.name_file import load_mapping
from rtcalc.errors import DicomError
from tests.cli.test_dicom import GIST, refusal, said
from tests.dicom import builder

HEIGHTS = np.arange(-6.0, 7.0, 2.0)
WIDE_CC, NARROW_CC = (np.pi * radius**2 * 14.0 / 1000.0 for radius in (10.0, 6.0))


def ring(z: float, radius: float = 10.0, corners: int = 200) -> np.ndarray:
    angle = 2.0 * np.pi * np.arange(corners) / corners
    return np.column_stack((radius * np.cos(angle), radius * np.sin(angle), np.full(corners, z)))


def cylinder(radius: float = 10.0) -> list[dict[str, Any]]:
    return [builder.contour(ring(z, radius)) for z in HEIGHTS]


def dose(**changes: Any) -> Any:
    gray = np.broadcast_to(30.0 + 0.2 * np.arange(-30, 31, 2.0), (21, 25, 31))
    data = builder.dose(gray, scaling=1e-4)
    data.ImagePositionPatient = [-30.0, -30.0, -20.0]
    data.GridFrameOffsetVector = [2.0 * plane for plane in range(21)]
    return builder.changed(data, changes)


def folder(path: Path, *rois: tuple[int, str, list[dict[str, Any]]], **files: Any) -> Path:
    structures = builder.structures([(1, "PTV", cylinder(5.0)), *rois])
    return builder.good(path, **{"dose": dose(), "structures": structures, **files})


def only(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    """The one structure of the one course of `dvh --json`."""
    (course,) = json.loads(said(capsys, "dvh", *arguments, "--json"))["courses"]
    (one,) = course["structures"]
    return one


def volume(one: dict[str, Any]) -> float:
    return next(value["cc"] for value in one["metrics"] if value["metric"] == "volume")


# --- contours that are there twice ------------------------------------------------------------------------------------
def test_d8_a_ring_nearly_twice_has_its_volume_and_a_note(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    twice = [one for z in HEIGHTS for one in (builder.contour(ring(z)), builder.contour(ring(z + 0.04, 10.001)))]
    path = folder(tmp_path, (2, "Duodenum", twice))
    assert volume(only(capsys, path, "--structure", "Duodenum")) == pytest.approx(WIDE_CC, rel=1e-3)
    text = " ".join(said(capsys, "dvh", path).split())
    assert "note: structures.dcm, Duodenum #2: 7 contours are there twice; each counts once" in text


def test_d11_slices_written_twice_have_their_volume_and_a_note(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder(tmp_path, (2, "Duodenum", [builder.contour(ring(z + more)) for z in HEIGHTS for more in (0.0, 0.1)]))
    one = only(capsys, path, "--structure", "Duodenum")
    assert volume(one) == pytest.approx(WIDE_CC, rel=1e-3)
    assert "7 planes repeat the one below them within 0.1 mm" in one["notes"][0]
    assert "gap" not in {note.code for note in read_dicom(path).notes}


# --- names ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("wanted", ["3", "#3"])
@pytest.mark.parametrize("row", ["D13"])
def test_a_number_that_is_a_name_as_well_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], wanted: str, row: str
) -> None:
    path = folder(tmp_path, (2, wanted, cylinder()), (3, "Liver", cylinder(6.0)))
    line = refusal(capsys, "dvh", path, "--structure", wanted)
    offered = {"3": ("#2", "#3"), "#3": ("#2", "Liver #3")}[wanted]
    assert f"several structures are called {wanted!r}: {wanted} #2, Liver #3" in line
    assert f"Say {offered[0]!r} or {offered[1]!r}" in line
    for way, expected in zip(offered, (WIDE_CC, NARROW_CC), strict=True):
        assert volume(only(capsys, path, "--structure", way)) == pytest.approx(expected, rel=1e-3)
    assert read_dicom(path).structure_sets[0].find(3).name == "Liver"  # an int is a number and no name


def test_d13_two_structures_that_you_call_one_organ_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder(tmp_path, (2, "kidney right", cylinder()), (3, "R Kidney", cylinder(6.0)))
    names = path / "names.yaml"
    names.write_text("schema_version: '1'\nnames: {kidney right: Kidney_R, R Kidney: Kidney_R}\n")
    words = "your names: 2 structures are read as Kidney_R: kidney right #2, R Kidney #3; expected one"
    assert words in refusal(capsys, "dvh", path, "--structure", "Kidney_R")
    assert volume(only(capsys, path, "--structure", "R Kidney")) == pytest.approx(NARROW_CC, rel=1e-3)
    with pytest.raises(DicomError, match=words):
        read_dicom(path).case(
            disease="x",
            tissue="gist",
            technique="cyberknife",
            names={"kidney right": "Kidney_R", "R Kidney": "Kidney_R"},
        )


# --- what the doses are -----------------------------------------------------------------------------------------------
EFFECTIVE = {"DoseType": "EFFECTIVE", "DoseComment": "EQD2Gy(a/b=3.0)"}


def test_c4_a_biological_dose_is_shown_beside_the_courses_on_its_own_basis(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder(tmp_path, (2, "Liver", cylinder()), eqd2=dose(SOPInstanceUID="1.2.3", **EFFECTIVE))
    data = json.loads(said(capsys, "dvh", path, "--json"))
    assert [one["id"] for one in data["courses"]] == ["pararenal"]
    (shown,) = data["biological_doses"]
    assert (shown["id"], shown["basis"]) == ("eqd2", "EFFECTIVE (EQD2Gy(a/b=3.0))")
    liver = next(one for one in shown["structures"] if one["id"] == "Liver #2")
    assert {"metric": "Dmean", "gray": pytest.approx(30.0, abs=1e-3)} in liver["metrics"]
    assert liver["eqd2"] == []
    text = said(capsys, "dvh", path, "--alpha-beta", "3 Gy")
    assert text.count("EQD2 (a/b 3), every dose") == 1  # the physical course only
    assert "eqd2: EFFECTIVE (EQD2Gy(a/b=3.0)), a biological dose, every number as it was stored; not converted" in text
    rows = said(capsys, "dvh", path, "--csv").splitlines()
    assert {row.split(",")[3] for row in rows[1:]} == {"physical", "EFFECTIVE (EQD2Gy(a/b=3.0))"}


def test_c4_a_biological_dose_never_takes_the_name_of_a_course(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder(tmp_path, (2, "Liver", cylinder()), pararenal=dose(SOPInstanceUID="1.2.3", **EFFECTIVE))
    data = json.loads(said(capsys, "dvh", path, "--course", "pararenal", "--json"))
    assert ([one["id"] for one in data["courses"]], data["biological_doses"]) == (["pararenal"], [])
    data = json.loads(said(capsys, "dvh", path, "--course", "pararenal-effective", "--json"))
    assert (data["courses"], data["biological_doses"][0]["id"]) == ([], "pararenal-effective")


def test_c4_a_biological_dose_alone_is_shown_and_converted_never(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder(tmp_path, (2, "Liver", cylinder()), dose=dose(**EFFECTIVE))
    assert "dose: EFFECTIVE (EQD2Gy(a/b=3.0)), a biological dose" in said(capsys, "dvh", path)
    assert "a biological dose; expected PHYSICAL" in refusal(capsys, "dvh", path, "--alpha-beta", "3 Gy")
    assert "a biological dose; expected PHYSICAL" in refusal(
        capsys, "dvh", path, "--course", "dose.dcm", "--alpha-beta", "3 Gy"
    )


def test_c4_a_biological_dose_without_the_structure_stops_no_course(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder(
        tmp_path, (2, "Liver", cylinder()), eqd2=dose(SOPInstanceUID="1.2.3", FrameOfReferenceUID="1.9", **EFFECTIVE)
    )
    data = json.loads(said(capsys, "dvh", path, "--json"))
    assert "the frames of reference differ" in data["biological_doses"][0]["undefined"]
    assert "not computed: eqd2.dcm and structures.dcm: the frames of reference differ" in said(capsys, "dvh", path)


def test_c2_a_relative_dose_with_its_reference_says_what_was_assumed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    relative = dose(DoseUnits="RELATIVE", DoseGridScaling="0.00001")  # 30 Gy are stored as 3.0, the highest is 3.6
    path = folder(tmp_path, (2, "Liver", cylinder()), dose=relative)
    assert "--reference" in refusal(capsys, "dvh", path)
    text = " ".join(said(capsys, "dvh", path, "--reference", "10 Gy").split())
    assert "100 % was stated to be 10 Gy, and the value 1 taken for 100 % (the highest value is 3.6, so 36 Gy)" in text
    one = only(capsys, path, "--structure", "Liver", "--reference", "dose.dcm=10 Gy")
    assert {"metric": "Dmean", "gray": pytest.approx(30.0, abs=1e-3)} in one["metrics"]
    isolated = only(capsys, path, "--structure", "Liver", "--reference", "10 Gy", "--isolated")
    assert isolated["metrics"] == one["metrics"]
    for both in (("10 Gy", "dose.dcm=10 Gy"), ("dose.dcm=10 Gy", "10 Gy"), ("10 Gy", "10 Gy")):
        words = refusal(capsys, "dvh", path, "--reference", both[0], "--reference", both[1])
        assert "write one dose, or DOSE_FILE=DOSE once" in words


@pytest.mark.parametrize("summation", ["MULTI_PLAN", "BRACHY"])
@pytest.mark.parametrize("row", ["C9"])
def test_a_dose_of_several_plans_or_of_a_source_is_shown_as_physical_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], summation: str, row: str
) -> None:
    path = folder(tmp_path, (2, "Liver", cylinder()), dose=dose(DoseSummationType=summation))
    text = said(capsys, "dvh", path)
    assert f"45 Gy in fractions not stated, a {summation} dose" in text
    assert f"summation type {summation}: the dose per fraction of a voxel is unknown" in text
    line = refusal(capsys, "dvh", path, "--alpha-beta", "3 Gy")
    assert f"DoseSummationType (3004,000A) is {summation}; expected the dose of one plan" in line


def test_c18_a_damaged_stored_curve_is_said_beside_the_computed_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    item = {
        "DVHReferencedROISequence": builder.items({"ReferencedROINumber": 2, "DVHROIContributionType": "INCLUDED"}),
        **{"DVHType": "CUMULATIVE", "DoseUnits": "GY", "DoseType": "PHYSICAL", "DVHDoseScaling": "1"},
        **{"DVHVolumeUnits": "CM3", "DVHNumberOfBins": 2, "DVHData": [1, 2, 3]},
    }
    path = folder(tmp_path, (2, "Liver", cylinder()), dose=dose(DVHSequence=builder.items(item)))
    (beside,) = only(capsys, path, "--structure", "Liver")["stored_minus_computed"]
    assert "has 3 values for 2 bins; expected two values for each bin" in beside["undefined"]


# --- a case from DICOM alone ------------------------------------------------------------------------------------------
@pytest.fixture
def gist(tmp_path: Path) -> Path:
    """The sample without its case file."""
    path = tmp_path / "dicom"
    shutil.copytree(GIST, path, ignore=shutil.ignore_patterns("CT.*", "case.yaml"))
    return path


def test_assess_takes_dicom_and_what_no_file_says(gist: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "--disease and --tissue" in refusal(capsys, "assess", gist)
    line = refusal(capsys, "assess", gist, "--disease", "GIST")
    assert "no case can be made yet; expected also: tissue= or --tissue (of the tumour" in line
    said_of_it = (
        "--disease",
        "GIST, metastatic",
        "--tissue",
        "gist",
        "--technique",
        "cyberknife",
        "--limit-set",
        "TG101",
    )
    alone = json.loads(said(capsys, "assess", gist, *said_of_it, "--json", "-"))
    (gist / "case.yaml").write_text((GIST / "case.yaml").read_text())
    typed = json.loads(said(capsys, "assess", gist, "--json", "-"))
    cord = [
        {row["limit"]: row["measured"] for row in found["verdicts"] if row["organ"] == "SpinalCord"}
        for found in (alone, typed)
    ]
    assert cord[0]
    assert cord[0].items() <= cord[1].items()
    assert "case.yaml says disease, tissue, technique and limit sets" in refusal(capsys, "assess", gist, *said_of_it)
    case = gist / "case.yaml"
    assert "case.yaml says disease" in refusal(capsys, "assess", case, "--tissue", "gist")


def test_a_technique_that_nobody_says_is_unknown_and_shown(gist: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "45 Gy / 5  unknown" in said(capsys, "assess", gist, "--disease", "GIST", "--tissue", "gist")


def test_a_case_is_written_to_be_filled_in(gist: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "case.yaml"
    text = said(capsys, "assess", gist, "--write-case", file, "--tissue", "gist", "--limit-set", "TG101")
    assert "to be added before it can be assessed:\n- disease= or --disease (" in text
    assert "there is such a file" in refusal(capsys, "assess", gist, "--write-case", file)
    assert "assesses nothing" in refusal(capsys, "assess", gist, "--write-case", tmp_path / "x.yaml", "--full")
    assert "disease: this field is missing" in refusal(capsys, "assess", file)
    written = file.read_text()
    assert "# - disease= or --disease (" in written
    assert "dicom: dicom" in written
    file.write_text(written + "disease: GIST\n")
    assert "45 Gy / 5" in said(capsys, "assess", file)
    beside = gist / "case.yaml"  # in the folder itself it needs no way to it
    said(capsys, "assess", gist, "--write-case", beside, "--disease", "GIST", "--tissue", "gist")
    assert "\ndicom:" not in beside.read_text()
    assert "45 Gy / 5" in said(capsys, "assess", gist)


def test_a_written_case_lists_the_names_that_were_mapped_to_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder(tmp_path / "dicom", (2, "Qwertz", cylinder()), plan=builder.plan(None, None))
    text = said(capsys, "assess", path, "--write-case", tmp_path / "case.yaml", "--disease", "x", "--tissue", "gist")
    for part in ("Qwertz #2 (nothing near)", "one prescribed dose of course pararenal", "NumberOfFractionsPlanned"):
        assert part in text
        assert part in (tmp_path / "case.yaml").read_text()


def test_names_are_written_to_be_corrected(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder(
        tmp_path / "dicom", (2, "kidney right", cylinder()), (3, "R Kidney", cylinder(6.0)), (4, "Qwertz", [])
    )
    names = tmp_path / "names.yaml"
    said(capsys, "dvh", path, "--write-names", names)
    assert "there is such a file" in refusal(capsys, "dvh", path, "--write-names", names)
    assert "give it alone" in refusal(capsys, "dvh", path, "--write-names", tmp_path / "other.yaml", "--json")
    text = names.read_text()
    assert "#   Qwertz: (nothing near)" in text
    assert load_mapping(names) == {"PTV": "PTV", "R Kidney": "Kidney_R"}
    names.write_text(text.replace("R Kidney: Kidney_R", "R Kidney: ignore\n  kidney right: Kidney_R"))
    one = only(capsys, path, "--structure", "Kidney_R", "--names", names)
    assert (one["id"], one["how"]) == ("kidney right #2", "yours")


# --- sums -------------------------------------------------------------------------------------------------------------
def test_a_sum_lies_on_the_course_that_has_the_structure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """30 Gy / 5 with structures, 25 Gy / 4 without: at alpha/beta 3 Gy 30 (6 + 3) / 5 + 25 (6.25 + 3) / 5 Gy EQD2."""
    frame = builder.uid("other frame")
    plan = builder.plan(4, 40.0, SOPInstanceUID="1.2.61", FrameOfReferenceUID=frame, RTPlanLabel="A FIRST")
    even = dose(SOPInstanceUID="1.2.62", FrameOfReferenceUID=frame)
    even.PixelData = np.full((21, 25, 31), 250000, "<u4").tobytes()
    even.ReferencedRTPlanSequence[0].ReferencedSOPInstanceUID = "1.2.61"
    own = dose()
    own.PixelData = np.full((21, 25, 31), 300000, "<u4").tobytes()
    reg = builder.registration([(frame, [np.eye(4)])])
    path = folder(tmp_path, (2, "Liver", cylinder()), dose=own, a_dose=even, a_plan=plan, reg=reg)
    arguments = ("dvh", path, "--sum", "--structure", "Liver", "--alpha-beta", "3 Gy")
    expected = 30.0 * 9.0 / 5.0 + 25.0 * 9.25 / 5.0
    for order in ((), ("--course", "pararenal", "--course", "a-first")):
        (one,) = json.loads(said(capsys, *arguments, *order, "--json"))["sums"]
        assert one["courses"] == ["pararenal", "a-first"]
        highest = next(row["eqd2_gray"] for row in one["metrics"] if row["metric"] == "Dmax")
        assert highest == pytest.approx(expected, rel=1e-6)
    assert "the frames of reference differ" in refusal(
        capsys, *arguments, "--course", "a-first", "--course", "pararenal"
    )


def test_dvh_takes_several_courses_in_the_order_given(capsys: pytest.CaptureFixture[str]) -> None:
    order = ["pararenal-2", "pararenal-1"]
    found = json.loads(
        said(capsys, "dvh", GIST, "--course", order[0], "--course", order[1], "--structure", "Duodenum", "--json")
    )
    assert [one["id"] for one in found["courses"]] == order


# --- points -----------------------------------------------------------------------------------------------------------
def test_d2_the_doses_of_points_are_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """30 Gy + 0.2 Gy/mm x: 30.5 Gy at x = 2.5 mm, between voxels of 2 mm; 40 mm lie outside the dose."""
    places = [[2.5, 1.0, 3.3], [-40.0, 0.0, 0.0]]
    path = folder(tmp_path, (2, "Calc point", [builder.contour([place], kind="POINT") for place in places]))
    (one,) = json.loads(said(capsys, "dvh", path, "--structure", "Calc point", "--json"))["courses"][0]["structures"]
    assert one["points"] == [
        {"place_mm": places[0], "gray": pytest.approx(30.5, abs=1e-4)},
        {"place_mm": places[1], "gray": None},
    ]
    text = " ".join(said(capsys, "dvh", path).split())
    assert "points, no volume; 30.50 Gy at (2.5, 1, 3.3) mm; no dose at (-40, 0, 0) mm" in text
    course = read_dicom(path).course()
    assert course.point_doses("#2")[0].gray == pytest.approx(30.5, abs=1e-4)
    with pytest.raises(DicomError, match="it holds no points"):
        course.point_doses("PTV")
    with pytest.raises(DicomError, match=r"points only; expected .* course\.point_doses"):
        course.dvh("#2")


# --- plans ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("approval", ["UNAPPROVED", "REJECTED"])
@pytest.mark.parametrize("row", ["E8"])
def test_a_plan_that_is_not_approved_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], approval: str, row: str
) -> None:
    path = folder(tmp_path, (2, "Liver", cylinder()), plan=builder.plan(ApprovalStatus=approval))
    assert f"note: plan.dcm: the approval of the plan is {approval}" in said(capsys, "dvh", path)
    notes = json.loads(said(capsys, "dvh", path, "--json"))["notes"]
    assert any(approval in note["text"] for note in notes)
