"""DICOM on the command line, from the sample's files to the answer; figures as in its case file and its formulas."""

import csv
import io
import json
import shutil
from pathlib import Path

import numpy as np
import pydicom
import pytest

from rtcalc.cli import run
from rtcalc.dicom import read_dicom
from rtcalc.intended_use import INTENDED_USE
from tests.dicom import builder

GIST = Path(__file__).resolve().parents[2] / "sample_dicom" / "gist-pararenal"


def said(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert run([str(one) for one in arguments]) == 0, capsys.readouterr().err
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def refusal(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """The one line on standard error; nothing stands on standard output."""
    assert run([str(one) for one in arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = captured.err.splitlines()
    return line


# --- dvh --------------------------------------------------------------------------------------------------------------
def test_dvh_shows_every_structure_of_every_course(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "dvh", GIST)
    assert "pararenal-1: 45 Gy in 5 fractions, prescription at 80.1 % of the highest dose  (RD.1.dcm)" in text
    rows = [line.split() for line in text.splitlines() if line.startswith("Duodenum #6")]
    # case.yaml: Dmax 24.39, D0.035cc 22.65, D5cc 11.26; then 19.16, 17.67, 8.60. A tube of 13 x 12 mm, 60 mm long:
    # pi 13 12 60 / 1000 = 29.4 cc as an ellipse, a little less as a polygon.
    assert [row[4:7] for row in rows] == [["24.39", "22.65", "11.26"], ["19.16", "17.67", "8.60"]]
    assert "82.5 % lies in the dose grid; * is of" in " ".join(text.split())
    assert INTENDED_USE in text


def test_stored_curves_stand_beside_the_computed_ones(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """20 Gy everywhere in 0.144 cc (4 x 4 x 9 mm); stored are 0.2 cc at 20 to 22 Gy: +0.056 cc, mean 21 Gy, +2 Gy.

    No part of the computed curve is above 20 Gy and all of the stored one is: 100 % apart.
    """
    numbers = {"DVHDoseScaling": "1", "DVHVolumeUnits": "CM3", "DVHNumberOfBins": 2, "DVHData": [20, 0.2, 2, 0.2]}
    kind = {"DVHType": "CUMULATIVE", "DoseUnits": "GY", "DoseType": "PHYSICAL"}

    def item(*included: int) -> dict[str, object]:
        rois = [{"ReferencedROINumber": one, "DVHROIContributionType": "INCLUDED"} for one in included]
        return {"DVHReferencedROISequence": builder.items(*rois), **numbers, **kind}

    dose = builder.dose(np.full((4, 5, 6), 20.0), DVHSequence=builder.items(item(2), item(1, 2)))
    folder = builder.good(tmp_path, dose=dose)
    (one,) = json.loads(said(capsys, "dvh", folder, "--structure", "Duodenum", "--json"))["courses"][0]["structures"]
    alone, together = one["stored_minus_computed"]
    assert alone["volume_cc"] == pytest.approx(0.056, abs=1e-6)
    assert alone["mean_gray"] == pytest.approx(1.0, abs=0.01)
    assert alone["max_gray"] == pytest.approx(2.0, abs=0.01)
    assert alone["largest_percent_of_volume"] == pytest.approx(100.0, abs=0.1)
    assert "several structures" in together["undefined"]
    text = " ".join(said(capsys, "dvh", folder, "--structure", "Duodenum").split())
    assert "+0.06 cc" in text
    assert "+2.00 Gy" in text
    other = builder.items({"ReferencedSOPClassUID": builder.STRUCTURES, "ReferencedSOPInstanceUID": "1.2.3"})
    dose.ReferencedStructureSetSequence = other
    builder.write(folder, dose=dose)
    (one,) = json.loads(said(capsys, "dvh", folder, "--structure", "Duodenum", "--json"))["courses"][0]["structures"]
    assert "another structure set" in one["stored_minus_computed"][0]["undefined"]


def test_dvh_with_cubic_interpolation_isolated_and_fractions_by_course(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The linear D0.035cc minus the cubic one is what the error bar of the linear answer says."""
    arguments = ("dvh", GIST, "--structure", "PTV", "--course", "pararenal-1", "--json")
    (linear,) = json.loads(said(capsys, *arguments))["courses"][0]["structures"]
    found = json.loads(said(capsys, *arguments, "--cubic", "--isolated"))["courses"][0]
    assert found["interpolation"] == "cubic"
    tops = [
        {row["metric"]: row for row in one["metrics"]}["D0.035cc"]["gray"] for one in (linear, found["structures"][0])
    ]
    assert tops[0] - tops[1] == pytest.approx(linear["near_max"][1]["linear_minus_cubic_gray"], abs=1e-6)
    folder = builder.good(tmp_path, plan=builder.plan(fractions=None))
    text = said(capsys, "dvh", folder, "--alpha-beta", "3 Gy", "--fractions", "pararenal=5")
    assert "45 Gy in 5 fractions" in text
    assert "no course is called 'x'" in refusal(capsys, "dvh", folder, "--fractions", "x=5")
    assert "write a whole number" in refusal(capsys, "dvh", folder, "--fractions", "5.5")
    assert "one number for all" in refusal(capsys, "dvh", folder, "--fractions", "5", "--fractions", "pararenal=5")
    builder.good(folder, dose=builder.dose(DoseSummationType="FRACTION"))
    assert "fractions_in_file" in refusal(capsys, "dvh", folder)
    whole = said(capsys, "dvh", folder, "--fractions-in-file", "1")
    assert "stated by the user: it holds the dose of 1 of 5 fractions" in whole


def test_sums_of_the_same_sessions_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """45 Gy in 5 twice; with 20 + 10 Gy in the same sessions 30 (30/5 + 3)/5 = 54 Gy EQD2 at a/b 3."""
    plan_uid = builder.uid("plan 2")
    reference = builder.items({"ReferencedSOPClassUID": builder.PLAN, "ReferencedSOPInstanceUID": plan_uid})
    folder = builder.good(
        tmp_path,
        dose=builder.dose(np.full((4, 5, 6), 20.0)),
        plan2=builder.plan(5, SOPInstanceUID=plan_uid, RTPlanLabel="SECOND"),
        dose2=builder.dose(
            np.full((4, 5, 6), 10.0), SOPInstanceUID=builder.uid("dose 2"), ReferencedRTPlanSequence=reference
        ),
    )
    arguments = ("dvh", folder, "--sum", "--structure", "Duodenum", "--alpha-beta", "3 Gy")
    together = (*arguments, "--same-sessions", "pararenal, second")
    (found,) = json.loads(said(capsys, *together, "--json"))["sums"]
    assert found["same_sessions"] == [["pararenal", "second"]]
    assert found["metrics"][0]["eqd2_gray"] == pytest.approx(54.0, abs=0.03)
    assert "in the same sessions, added before conversion" in said(capsys, *together)
    assert "give it with --sum" in refusal(capsys, "dvh", folder, "--same-sessions", "pararenal,second")


def test_a_structure_in_one_plane_needs_the_distance_of_the_slices(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """4 x 4 mm in one plane; with slices of 3 mm 0.048 cc."""
    rois = [(1, "PTV", builder.box()), (2, "Duodenum", [builder.contour(builder.square(33.0))])]
    folder = builder.good(tmp_path, structures=builder.structures(rois))
    assert "thickness is unknown" in refusal(capsys, "dvh", folder, "--structure", "Duodenum")
    arguments = ("dvh", folder, "--structure", "Duodenum", "--slice", "3 mm")
    (one,) = json.loads(said(capsys, *arguments, "--json"))["courses"][0]["structures"]
    assert one["metrics"][0]["cc"] == pytest.approx(0.048)
    assert "'3' has no unit; write 3 mm" in refusal(capsys, *arguments[:-1], "3")


def test_dvh_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("dvh", GIST, "--structure", "Duodenum", "--course", "PARARENAL 2", "--alpha-beta", "3 Gy", "--curves")
    found = json.loads(said(capsys, *arguments, "--json"))
    assert found["schema_version"] == 1
    (course,) = found["courses"]
    (one,) = course["structures"]
    assert (course["id"], course["fractions"], course["prescription_gray"]) == ("pararenal-2", 4, 40.0)
    physical = {row["metric"]: row for row in one["metrics"]}
    assert physical["D5cc"]["gray"] == pytest.approx(8.60, abs=0.006)
    converted = {row["metric"]: row for row in one["eqd2"][0]["metrics"]}
    gray = physical["D5cc"]["gray"]
    assert converted["D5cc"]["gray"] == pytest.approx(gray * (gray / 4 + 3) / 5, abs=0.01)
    assert one["covered_fraction"] == 1.0
    assert one["near_max"][1]["metric"] == "D0.035cc"
    assert one["curve"]["volume_cc"][0] == pytest.approx(physical["volume"]["cc"])
    assert one["curve"]["volume_cc"][-1] == 0.0
    assert found["intended_use"] == INTENDED_USE


def test_dvh_as_csv(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "dvh", GIST, "--structure", "Kidney_R", "--course", "pararenal-1", "--csv")
    rows = list(csv.DictReader(io.StringIO(text)))
    dose = np.array([float(row["dose_gray"]) for row in rows])
    volume = np.array([float(row["volume_cc"]) for row in rows])
    assert (np.diff(volume) <= 0).all()
    # The mean is the area under the curve over the volume; case.yaml: 5.67 Gy, steps of 0.1 Gy.
    assert np.trapezoid(volume, dose) / volume[0] == pytest.approx(5.67, abs=0.01)
    assert {row["basis"] for row in rows} == {"physical"}


def test_dvh_says_why_a_structure_has_no_curve(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rois = [(1, "PTV", builder.box()), (2, "=Qwertz\x07", builder.box()), (3, "Liver", None)]
    folder = builder.good(tmp_path, structures=builder.structures(rois))
    text = said(capsys, "dvh", folder)
    assert "it has no contours" in text
    assert "not mapped" in text
    assert "\x07" not in text
    assert ",'=Qwertz" in said(capsys, "dvh", folder, "--csv")
    found = json.loads(said(capsys, "dvh", folder, "--json"))["courses"][0]["structures"]
    assert "no contours" in found[2]["undefined"]


def test_dvh_refusals(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "no structure is called 'Duodenun'; nearest: Duodenum" in refusal(
        capsys, "dvh", GIST, "--structure", "Duodenun"
    )
    assert "one of the two" in refusal(capsys, "dvh", GIST, "--json", "--csv")
    assert "no course is called 'x'" in refusal(capsys, "dvh", GIST, "--course", "x")
    assert "5 are planned" in refusal(capsys, "dvh", GIST, "--course", "pararenal-1", "--fractions", "4")
    folder = builder.good(tmp_path, plan=builder.plan(fractions=None))
    assert "never taken as 1" in refusal(capsys, "dvh", folder, "--alpha-beta", "3 Gy")
    assert "EQD2 (a/b 3)" in said(capsys, "dvh", folder, "--alpha-beta", "3 Gy", "--fractions", "5")
    assert "fractions not stated" in said(capsys, "dvh", folder)


def test_your_names_lie_with_the_files_or_are_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rois = [(1, "PTV", builder.box()), (2, "Qwertz", builder.box())]
    folder = builder.good(tmp_path / "in", structures=builder.structures(rois))
    names = tmp_path / "mine.yaml"
    names.write_text("schema_version: 1\nnames:\n  Qwertz: Duodenum\n")
    assert "Duodenum" in said(capsys, "dvh", folder, "--names", names)
    assert "Duodenum" not in said(capsys, "dvh", folder)
    shutil.copy(names, folder / "names.yaml")
    assert "Duodenum" in said(capsys, "dvh", folder)


def test_dvh_of_the_sum(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Dmax of both courses, case.yaml: 24.39 and 19.16 Gy; EQD2 at a/b 3 of the larger alone, and of both together."""
    arguments = ("dvh", GIST, "--sum", "--structure", "Duodenum", "--alpha-beta", "3 Gy")
    (found,) = json.loads(said(capsys, *arguments, "--json"))["sums"]
    top = next(row for row in found["metrics"] if row["metric"] == "Dmax")
    one, other = 24.39 * (24.39 / 5 + 3) / 5, 19.16 * (19.16 / 4 + 3) / 5
    assert (top["low_eqd2_gray"], top["high_eqd2_gray"]) == pytest.approx((one, one + other), abs=0.05)
    assert one <= top["eqd2_gray"] <= (one + other) * 1.002 < top["within_3mm_eqd2_gray"]
    assert "registered rigidly by RE.dcm" in found["note"]
    text = said(capsys, *arguments)
    assert "pararenal-1 + pararenal-2: EQD2 (a/b 3)" in text
    assert f"{top['low_eqd2_gray']:.1f} - {top['high_eqd2_gray']:.1f}" in text
    body = said(capsys, "dvh", GIST, "--sum", "--structure", "External", "--alpha-beta", "3 Gy")
    assert "External   Dmax      -             -            >= " in body  # a part of the patient has no dose
    assert "what the whole has at least" in body
    assert "--sum needs" in refusal(capsys, "dvh", GIST, "--sum", "--structure", "Duodenum")
    assert "two or more" in refusal(capsys, "dvh", builder.good(tmp_path), *arguments[2:])


# --- eqd2-map ---------------------------------------------------------------------------------------------------------
def test_eqd2_map_is_written_once_and_never_converted_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "eqd2.dcm"
    arguments = ("eqd2-map", GIST, "-o", out, "--alpha-beta", "3 Gy", "--course", "pararenal-1")
    found = json.loads(said(capsys, *arguments, "--json"))
    data, top = pydicom.dcmread(out), read_dicom(GIST).doses[0].maximum
    assert (data.DoseType, data.DoseComment) == ("EFFECTIVE", "EQD2Gy(a/b=3.0) n=5")
    assert data.SOPInstanceUID == found["sop_instance_uid"]
    assert found["highest_eqd2_gray"] == pytest.approx(top * (top / 5 + 3) / 5, rel=1e-6)
    assert "there is such a file" in refusal(capsys, *arguments)
    for command in (
        ("dvh", out, "--alpha-beta", "3 Gy"),
        ("eqd2-map", out, "-o", tmp_path / "twice.dcm", "--alpha-beta", "3 Gy"),
    ):
        assert "EFFECTIVE" in refusal(capsys, *command)
    assert [one.name for one in tmp_path.iterdir()] == ["eqd2.dcm"]


def test_eqd2_map_text_and_refusals(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "eqd2.dcm"
    assert "2 courses" in refusal(capsys, "eqd2-map", GIST, "-o", out, "--alpha-beta", "3 Gy")
    assert "unit" in refusal(capsys, "eqd2-map", GIST, "-o", out, "--alpha-beta", "3", "--course", "pararenal-1")
    assert not out.exists()
    text = said(capsys, "eqd2-map", GIST, "-o", out, "--alpha-beta", "3 Gy", "--course", "pararenal-2")
    assert "EQD2 (a/b 3) of pararenal-2, 4 fractions" in text
    assert "names no patient" in text


def test_bed_and_a_sum_as_a_map(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The highest of both courses together lies between the higher one alone and both highest added."""
    arguments = ("eqd2-map", GIST, "--alpha-beta", "3 Gy", "--bed", "--structure-alpha-beta", "SpinalCord=2 Gy")
    both = ("--course", "pararenal-1", "--course", "pararenal-2")
    found = json.loads(said(capsys, *arguments, *both, "-o", tmp_path / "sum.dcm", "--json"))
    tops = [one.maximum for one in read_dicom(GIST).doses]
    alone = [top * (1 + top / n / 3) for top, n in zip(tops, (5, 4), strict=True)]
    assert max(alone) <= found["highest_bed_gray"] <= sum(alone)
    assert found["structures"][0]["id"] == "SpinalCord"
    assert found["structures"][0]["voxels"] > 0
    assert "registered rigidly by RE.dcm" in found["sum_note"]
    assert pydicom.dcmread(tmp_path / "sum.dcm").DoseComment == "BEDGy(a/b=3.0) sum of 2, own a/b in 1 structure"
    text = said(capsys, *arguments, *both[:2], "-o", tmp_path / "one.dcm")
    assert "BED (a/b 3) of pararenal-1, 5 fractions" in text
    assert "SpinalCord: a/b 2 Gy in" in text
    wrong = ("--structure-alpha-beta", "SpinalCord", *both[:2], "-o", tmp_path / "x.dcm")
    assert "write STRUCTURE=DOSE" in refusal(capsys, *arguments, *wrong)


def test_bed_curves(capsys: pytest.CaptureFixture[str]) -> None:
    """At a/b 3 BED is 5/3 of EQD2."""
    arguments = ("dvh", GIST, "--structure", "Duodenum", "--course", "pararenal-1", "--alpha-beta", "3 Gy", "--bed")
    (one,) = json.loads(said(capsys, *arguments, "--json"))["courses"][0]["structures"]
    eqd2, bed = ({row["metric"]: row for row in one[kind][0]["metrics"]} for kind in ("eqd2", "bed"))
    assert bed["D5cc"]["gray"] == pytest.approx(eqd2["D5cc"]["gray"] * 5 / 3, rel=1e-9)
    assert "BED (a/b 3), every dose at its own dose per fraction" in said(capsys, *arguments)
    assert "--bed needs --alpha-beta" in refusal(capsys, "dvh", GIST, "--bed")


# --- assess -----------------------------------------------------------------------------------------------------------
def test_assess_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The typed organ doses of the sample were computed from the same files, so every verdict is the same."""
    by_folder = json.loads(said(capsys, "assess", GIST, "--json", "-"))
    by_file = json.loads(said(capsys, "assess", GIST / "case.yaml", "--json", "-"))
    assert by_folder["counts"] == by_file["counts"]
    stripped = (GIST / "case.yaml").read_text().split("organ_doses:\n")[0]
    folder = tmp_path / "case"
    shutil.copytree(GIST, folder, ignore=shutil.ignore_patterns("CT.*"))
    (folder / "case.yaml").write_text(stripped + "organ_doses: not stated\nlimit_sets: [TG101]\n")
    alone = json.loads(said(capsys, "assess", folder, "--json", "-"))
    assert alone["counts"] == by_file["counts"]
    (tmp_path / "beside.yaml").write_text((folder / "case.yaml").read_text() + "dicom: case\n")
    named = json.loads(said(capsys, "assess", tmp_path / "beside.yaml", "--json", "-"))
    assert named["counts"] == by_file["counts"]
    assert "was not read" not in said(capsys, "assess", tmp_path / "beside.yaml", "--full")


def test_assess_takes_acknowledgements_and_reads_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "case"
    shutil.copytree(GIST, folder, ignore=shutil.ignore_patterns("CT.*"))
    data = pydicom.dcmread(folder / "RD.2.dcm")
    data.PatientID = "ANOTHER"
    data.save_as(folder / "RD.2.dcm")
    assert "the patient ID differs" in refusal(capsys, "assess", folder)
    text = said(capsys, "assess", folder, "--acknowledge", "different patients", "--isolated", "--full")
    assert "acknowledged by the user: the patient ID differs" in " ".join(text.split())
    assert "the case names none" in refusal(capsys, "assess", GIST / "case.yaml", "--isolated")
    assert "the case names none" in refusal(capsys, "assess", GIST / "case.yaml", "--fractions-in-file", "1")
    assert "no course" in refusal(capsys, "assess", folder, "--acknowledge", "different patients",
                                  "--fractions-in-file", "boost=1")  # fmt: skip


def test_assess_does_not_write_over_what_it_reads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "case"
    shutil.copytree(GIST, folder, ignore=shutil.ignore_patterns("CT.*"))
    before = (folder / "RD.1.dcm").read_bytes()
    assert "is read by this very call" in refusal(capsys, "assess", folder, "--json", folder / "RD.1.dcm")
    assert (folder / "RD.1.dcm").read_bytes() == before


def test_assess_says_what_a_folder_lacks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "case"
    shutil.copytree(GIST, folder, ignore=shutil.ignore_patterns("CT.*", "case.yaml"))
    assert "has no case.yaml" in refusal(capsys, "assess", folder)
    text = (GIST / "case.yaml").read_text()
    (folder / "case.yaml").write_text(text.replace("pararenal-2", "other"))
    assert "no course of the case is pararenal-2" in refusal(capsys, "assess", folder)
    (folder / "case.yaml").write_text(text.replace("D5cc: 8.60 Gy", "D5cc: 10.60 Gy"))
    assert "10.6 Gy is typed for pararenal-2" in refusal(capsys, "assess", folder)
