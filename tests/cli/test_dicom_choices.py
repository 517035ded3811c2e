"""Where DICOM leaves a choice open: the answer says which way was taken, or asks; it never takes one in silence.

The phantom is a dose of 30 Gy + 0.2 Gy/mm to the left, and cylinders of seven slices of 2 mm on its axis.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rtcalc.dicom import read_dicom
from rtcalc.errors import DicomError
from tests.cli.test_dicom import refusal, said
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
