"""Doses that cannot be those of their plan, and one dose under two names: refused in a case until it is accepted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rtcalc.assessment import assess
from rtcalc.casefile import parse_case
from rtcalc.cli import run
from rtcalc.dicom import read_dicom
from rtcalc.dicom.case_doses import with_dicom
from rtcalc.errors import DicomError
from rtcalc.registry import Registry
from tests.dicom import builder as b

GRID = np.ones((4, 5, 6))
ONE = """schema_version: 1
id: one
disease: GIST
targets:
  t: {site: x, region: abdomen, near: not stated, largest: not stated, tissue: gist}
courses:
  pararenal: {prescription: {t: {dose: 45 Gy / 5}}, technique: vmat, status: completed}
organ_doses: not stated
limit_sets: [TG101]
"""
TWO = ONE.replace(
    "organ_doses", "  second: {prescription: {t: {dose: 45 Gy / 5}}, technique: vmat, status: completed}\norgan_doses"
)
BELOW, EQUAL = "dose below prescription", "equal doses"


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry()


def folder(at: Path, gray: float, text: str = ONE, **files: Any) -> Path:
    made = b.good(at, dose=b.dose(gray * GRID), **files)
    (made / "case.yaml").write_text(text, encoding="utf-8")
    return made


# --- the highest dose and the prescription ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("gray", "said"),
    [
        pytest.param(10.0, "is it the dose of one fraction of 5?", id="C6-one-fraction-called-PLAN"),
        pytest.param(0.45, "is the unit wrong?", id="C16-a-hundredth"),
        pytest.param(36.0, "its highest dose is 36 Gy, and 45 Gy are prescribed; expected", id="E3-other-dose"),
    ],
)
def test_a_dose_that_is_all_below_its_prescription_is_refused_in_a_case(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], gray: float, said: str
) -> None:
    at = folder(tmp_path, gray)
    assert run(["assess", str(at)]) == 2
    assert said in (refused := capsys.readouterr().err)
    assert f'acknowledge "{BELOW}"' in refused
    assert run(["assess", str(at), "--acknowledge", BELOW, "--full"]) == 0
    assert "acknowledged by the user: its highest dose is" in capsys.readouterr().out


def test_the_case_itself_may_accept_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    at = folder(tmp_path, 36.0, f"{ONE}acknowledged: {{other: [{BELOW}]}}\n")
    assert run(["assess", str(at)]) == 0
    assert BELOW in capsys.readouterr().out


@pytest.mark.parametrize("gray", [44.2, 45.0, 56.0])
def test_a_highest_dose_about_or_above_the_prescription_is_taken(tmp_path: Path, gray: float) -> None:
    """44.2 Gy are 98.2 % of 45 Gy: a dose that is flat at the prescription, rounded."""
    study = read_dicom(folder(tmp_path, gray))
    assert study.notes == ()
    assert study.sets[0].dose_problem == ""


def test_a_dose_too_high_for_one_fraction_names_none(tmp_path: Path) -> None:
    """36 Gy of 45 Gy in 5: one fraction has at most 9 Gy / 50 % = 18 Gy somewhere."""
    (note,) = read_dicom(folder(tmp_path, 36.0)).notes
    assert note.code == "dose-below-prescription"
    assert "fraction" not in note.text


def test_a_fraction_scaled_to_the_course_is_held_against_the_prescription(tmp_path: Path, registry: Registry) -> None:
    """9 Gy, said to be of all 5 fractions."""
    study = read_dicom(b.good(tmp_path, dose=b.dose(9.0 * GRID, DoseSummationType="FRACTION")))
    with pytest.raises(DicomError, match="one fraction of 5"):
        with_dicom(parse_case(ONE, "one"), study, registry=registry, fractions_in_file=5)
    assert with_dicom(parse_case(ONE, "one"), study, registry=registry, fractions_in_file=1).doses("Duodenum")


# --- the same dose twice ----------------------------------------------------------------------------------------------
def twice(at: Path, other: float, **changes: Any) -> Path:
    """45 Gy, and another dose of another plan, at another scaling."""
    reference = b.items({"ReferencedSOPClassUID": b.PLAN, "ReferencedSOPInstanceUID": b.uid("plan 2")})
    dose = b.dose(other * GRID, 0.0007, SOPInstanceUID=b.uid("d2"), ReferencedRTPlanSequence=reference, **changes)
    plan = b.plan(SOPInstanceUID=b.uid("plan 2"), RTPlanLabel="SECOND")
    return folder(at, 45.0, TWO, plan2=plan, dose2=dose)


def test_e10_one_dose_under_new_uids_is_no_second_course(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    at = twice(tmp_path, 45.0)
    assert run(["assess", str(at)]) == 2
    refused = capsys.readouterr().err
    assert "the dose of dose.dcm in every voxel" in refused
    assert "counted twice" in refused
    study = read_dicom(at)
    assert [note.code for note in study.notes] == ["equal-doses"]
    with pytest.raises(DicomError, match="counted twice"):
        study.course_sum("Duodenum", "3 Gy")
    with pytest.raises(DicomError, match="counted twice"):
        study.effect_map("3 Gy", ["pararenal", "second"])
    assert run(["assess", str(at), "--acknowledge", EQUAL]) == 0
    assert "acknowledged by the user: its dose is that of dose.dcm in every voxel" in " ".join(
        capsys.readouterr().out.split()
    )


@pytest.mark.parametrize(
    ("gray", "changes"),
    [
        pytest.param(45.1, {}, id="E10-other-dose"),
        pytest.param(45.0, {"ImagePositionPatient": [-10.0, -20.0, 30.5]}, id="E10-other-place"),
    ],
)
def test_two_doses_that_differ_are_two_courses(
    tmp_path: Path, registry: Registry, gray: float, changes: dict[str, Any]
) -> None:
    study = read_dicom(twice(tmp_path, gray, **changes))
    assert study.notes == ()
    assert assess(with_dicom(parse_case(TWO, "two"), study, registry=registry), registry)


# --- another plan, another structure set ------------------------------------------------------------------------------
def test_e5_a_dose_of_another_plan_is_the_first_line_of_the_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    at = b.good(tmp_path, plan=b.plan(SOPInstanceUID=b.uid("other")))
    assert [note.code for note in read_dicom(at).notes] == ["plan-problem"]
    assert run(["dvh", str(at)]) == 0
    first = capsys.readouterr().out.splitlines()[0]
    assert first.startswith("NOTE: dose.dcm: it refers to a plan that is not among the files; expected the RT Plan")


def test_d15_structures_of_another_frame_are_a_note_of_the_study(tmp_path: Path) -> None:
    study = read_dicom(b.good(tmp_path, dose=b.covering(FrameOfReferenceUID=b.uid("elsewhere"))))
    (note,) = study.notes
    assert (note.code, note.text.split(";")[0]) == ("structure-problem", "the frames of reference differ")
