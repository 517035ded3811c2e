"""The committed samples are what their script writes, small, and read back to the numbers in their case files."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from rtcalc.casefile import load_case
from rtcalc.dicom import read_dicom
from rtcalc.geometry.dvh_engine import dvh
from rtcalc.limits import Metric

ROOT = Path(__file__).resolve().parents[2] / "sample_dicom"
CASES = ("gist-pararenal", "lung-central", "rcc-bone-t8")


@pytest.fixture(scope="module")
def remade(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    subprocess.run([sys.executable, str(ROOT / "make_samples.py"), str(folder)], check=True)
    return folder


@pytest.mark.parametrize("case", CASES)
def test_regenerating_gives_the_same_bytes(remade: Path, case: str) -> None:
    written = {path.name: path.read_bytes() for path in (remade / case).iterdir()}
    committed = {path.name: path.read_bytes() for path in (ROOT / case).iterdir()}
    assert sorted(written) == sorted(committed)
    assert [name for name in written if written[name] != committed[name]] == []


def test_together_they_stay_small() -> None:
    assert sum(path.stat().st_size for case in CASES for path in (ROOT / case).iterdir()) <= 12e6


@pytest.mark.parametrize("case", CASES)
def test_case_file_loads(case: str) -> None:
    assert load_case(ROOT / case / "case.yaml").courses


@pytest.mark.parametrize("case", CASES)
def test_files_belong_together_and_nothing_is_remarked(case: str) -> None:
    study = read_dicom(ROOT / case)
    assert study.notes == ()
    assert {one.what for one in study.unused} <= {"CT Image Storage", "not DICOM"}
    assert all(not one.plan_problem and not one.structure_problem for one in study.sets)


@pytest.mark.parametrize("case", CASES)
def test_what_is_read_gives_the_organ_doses_of_the_case_file(case: str) -> None:
    """The case file was computed before writing; here everything goes through DICOM text and 16 bits."""
    study, text = read_dicom(ROOT / case), (ROOT / case / "case.yaml").read_text()
    rows = re.findall(r"^  ([\w-]+):\n((?:    [\w-]+: \{.*\}\n)+)", text.split("organ_doses:\n")[1], re.M)
    checked = 0
    for organ, courses in rows:
        for one, (course, values) in zip(
            study.sets, re.findall(r"^    ([\w-]+): \{(.*)\}", courses, re.M), strict=True
        ):
            structure = one.structure(organ).contour_set(3.0)
            found = dvh(structure, one.dose.grid(), organ=organ, course=course).dvh
            for metric, number, unit in re.findall(r"(\w[\w.]*): ([\d.]+) (Gy|cc|%)", values):
                value = found.value(Metric.parse(metric), "%" if unit == "%" else "cc")[0]
                assert value == pytest.approx(float(number), abs=0.0051 if unit == "Gy" else 0.051), (organ, metric)
                checked += 1
    assert checked >= 10
