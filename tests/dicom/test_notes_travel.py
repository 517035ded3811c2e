"""What the files say of themselves reaches the assessment, the CSV and the curve of a library user."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rtcalc.assessment import Assessment, assess
from rtcalc.casefile import parse_case
from rtcalc.cli import run
from rtcalc.dicom import read_dicom
from rtcalc.dicom.case_doses import with_dicom
from rtcalc.evidence import Severity
from rtcalc.findings import Finding
from rtcalc.registry import Registry
from tests.dicom import builder as b

CASE = """schema_version: 1
id: noted
disease: GIST
targets:
  t: {site: x, region: abdomen, near: not stated, largest: not stated, tissue: gist}
courses:
  pararenal: {prescription: {t: {dose: 45 Gy / 5}}, technique: vmat, status: completed}
organ_doses: not stated
limit_sets: [TG101]
"""
CROSSING = [
    b.contour(square)
    for z in (30.0, 33.0, 36.0)
    for square in (b.square(z), b.square(z, x=-5.0, y=-16.0))  # two overlapping contours: even-odd
]


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry()


def folder(at: Path, **files: Any) -> Path:
    made = b.good(at, **{"dose": b.covering(), **files})
    (made / "case.yaml").write_text(CASE, encoding="utf-8")
    return made


def noted(at: Path, registry: Registry, **files: Any) -> Assessment:
    read = read_dicom(folder(at, **files))
    return assess(with_dicom(parse_case(CASE, "noted"), read, registry=registry), registry)


def finding(found: Assessment, subject: str) -> Finding:
    (one,) = [one for one in found.findings if one.rule == "file-note" and one.subject == subject]
    return one


@pytest.mark.parametrize(
    ("files", "code", "severity", "said"),
    [
        pytest.param(
            {"dose": b.dose(np.full((4, 5, 6), 4500.0))}, "dose-unit", Severity.STOP, "is the unit wrong", id="C16-cGy"
        ),
        pytest.param(
            {"dose": b.covering(DoseComment="RBE 1.1 weighted")}, "weighted-dose", Severity.WARNING, "RBE", id="C19"
        ),
        pytest.param(
            {"plan": b.plan(ApprovalStatus="REJECTED")},
            "plan-rejected",
            Severity.WARNING,
            "is REJECTED",
            id="E8-rejected",
        ),
        pytest.param(
            {"plan": b.plan(ApprovalStatus="UNAPPROVED")}, "not-approved", Severity.CAUTION, "UNAPPROVED", id="E8"
        ),
        pytest.param(
            {"structures": b.structures([(1, "PTV", b.box()), (2, "Duodenum", CROSSING)])},
            "contours",
            Severity.CAUTION,
            "Duodenum #2",
            id="D6-crossing",
        ),
        pytest.param(
            {"structures": b.structures(SOPInstanceUID=b.uid("newer"))},
            "other-structure-set",
            Severity.CAUTION,
            "structures.dcm is used",
            id="other-structure-set",
        ),
    ],
)
def test_a_grave_note_is_a_finding(
    tmp_path: Path, registry: Registry, files: dict[str, Any], code: str, severity: Severity, said: str
) -> None:
    found = noted(tmp_path, registry, **files)
    one = finding(found, code)
    assert one.severity is severity
    assert said in " ".join([one.sentence, *one.lines])
    assert said in found.to_json()
    assert (severity is Severity.STOP) == found.sentence.startswith("Unit of the dose: no figure may be right.")


def test_every_other_note_is_in_the_full_report_and_in_the_data(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    at = folder(tmp_path, dose=b.covering(StudyInstanceUID="1.2.3", RescaleSlope=2))
    study = read_dicom(at)
    assert {note.code for note in study.notes} == {"several-studies", "rescale-ignored"}
    assert run(["assess", str(at), "--full"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert run(["assess", str(at), "--json", "-"]) == 0
    data = json.loads(capsys.readouterr().out)
    for note in study.notes:
        assert str(note) in text
        assert {"code": note.code, "where": note.where, "text": note.text} in data["case"]["file_notes"]


def test_a_case_without_files_says_nothing_of_them(registry: Registry) -> None:
    assert not [one for one in assess(parse_case(CASE, "noted"), registry).findings if one.rule == "file-note"]


@pytest.mark.parametrize(
    ("inside", "highest", "warned"),
    [
        pytest.param(45.0, 45.0, False, id="homogeneous"),
        pytest.param(60.0, 60.0, False, id="75-%-isodose"),
        pytest.param(40.0, 46.0, True, id="E3-missed"),
        pytest.param(90.0, 90.0, True, id="E3-two-plans"),
    ],
)
def test_a_median_dose_far_from_the_prescription_is_a_warning(
    tmp_path: Path, registry: Registry, inside: float, highest: float, warned: bool
) -> None:
    """The last plane, z = 39 mm, is 1.5 mm above the end of the target and has the highest dose."""
    gray = np.full((4, 5, 6), inside)
    gray[3, 4, 5] = highest
    found = noted(tmp_path, registry, dose=b.dose(gray))
    median = [one for one in found.findings if one.subject == "target-dose"]
    assert bool(median) is warned
    if warned:
        assert median[0].severity is Severity.WARNING
        assert f"its median dose is {inside:g} Gy, and 45 Gy are prescribed" in median[0].sentence


def test_notes_go_through_a_case_file(registry: Registry) -> None:
    text = f"{CASE}file_notes: [{{code: plan-rejected, where: plan.dcm, text: it is REJECTED}}]\n"
    found = assess(parse_case(text, "noted"), registry)
    assert finding(found, "plan-rejected").sentence == "plan.dcm: it is REJECTED."


def test_the_csv_carries_the_notes_once_a_curve(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drawn = b.structures([(1, "PTV", b.box()), (2, "Duodenum", CROSSING)])
    at = folder(tmp_path, plan=b.plan(ApprovalStatus="REJECTED"), structures=drawn)
    assert run(["dvh", str(at), "--csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    said = [row["notes"] for row in rows if row["notes"]]
    assert len(said) == 2
    assert all("the approval of the plan is REJECTED" in text for text in said)
    (note,) = read_dicom(at).dvh("Duodenum").notes
    assert ["cross" in text for text in said] == [False, True]
    assert note in said[1]


def test_a_curve_in_the_library_has_its_notes_and_its_coverage(tmp_path: Path) -> None:
    beyond = [b.contour(b.square(z)) for z in (36.0, 39.0, 42.0, 45.0)]  # the dose ends at 40.5 mm
    study = read_dicom(folder(tmp_path, structures=b.structures([(1, "PTV", b.box()), (2, "Duodenum", beyond)])))
    for curve in (study.dvh("Duodenum"), study.eqd2_dvh("Duodenum", "3 Gy"), study.bed_dvh("Duodenum", "3 Gy")):
        assert curve.covered == pytest.approx(0.5)
        assert curve.notes == ("50.0 % of it lies in the dose grid",)
    assert study.dvh("PTV").notes == ()
