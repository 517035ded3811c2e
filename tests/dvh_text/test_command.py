"""The command: a cord of 10 cc that falls evenly from 0 to 9 Gy; D2cc = 9 - 2/10 * 9 = 7.2 Gy, V3Gy = 6.67 cc."""

import json
from pathlib import Path

import pytest

from rtcalc.cli import run
from rtcalc.intended_use import INTENDED_USE

EXPORT = """Patient Name : SECRET
Type : Cumulative Dose Volume Histogram
Structure: Cord
Volume [cm3]: 10.0
Dose [Gy] Ratio of Total Structure Volume [%]
0 100
9 0
Structure: Empty
Volume [cm3]: 0.0
"""


@pytest.fixture
def export(tmp_path: Path) -> str:
    file = tmp_path / "export.txt"
    file.write_text(EXPORT, encoding="utf-16")
    return str(file)


def test_text(export: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["dvh-text", export, "--metric", "D2cc", "--metric", "V3Gy", "--metric", "D20cc"]) == 0
    said = capsys.readouterr().out
    lines = said.splitlines()
    assert lines[0] == "Eclipse export, physical dose"
    assert lines[2].split("  ")[0] == "structure"
    assert lines[3].split() == ["Cord", "10.00", "9.00", "4.50", "7.20", "6.67", "undefined"]
    assert "Cord D20cc is undefined: the whole organ has 10 cc" in lines
    assert any(line.startswith("note: Cord: volumes are printed so that up to 0.05 cc") for line in lines)
    assert f"not read: {export}:8: Empty: it has no curve in the file" in lines
    assert INTENDED_USE in said
    assert "SECRET" not in said


def test_json(export: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["dvh-text", export, "--organ", "Cord", "--metric", "D2cc", "--metric", "D20cc", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["layout"] == "Eclipse"
    assert data["not_read"] == []
    (curve,) = data["curves"]
    assert curve["structure"] == "Cord"
    # Printed to 1 % of 10 cc: up to 0.05 cc may stand as 0.
    assert curve["notes"] == [
        "Cord: volumes are printed so that up to 0.05 cc may lie above 9 Gy unseen, and Dmax and near-maximum doses "
        "be too low; give max_dose if it is known"
    ]
    assert curve["metrics"] == [
        {"metric": "volume", "cc": 10.0},
        {"metric": "Dmax", "gray": 9.0},
        {"metric": "Dmean", "gray": 4.5},
        {"metric": "D2cc", "gray": pytest.approx(7.2)},
        {"metric": "D20cc", "undefined": "Cord D20cc is undefined: the whole organ has 10 cc"},
    ]
    assert data["intended_use"] == INTENDED_USE


def test_the_example_of_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    """The page shows what is printed; mean (290 x 24.5 + 8 x 49.55 + 1.5 x 50.55 + 0.5 x 51.25) / 300 = 25.34 Gy."""
    root = Path(__file__).resolve().parents[2]
    page = (root / "docs" / "dvh-text.md").read_text(encoding="utf-8")
    command, shown = page.split("```console\n$ rtcalc ")[1].split("...\n```")[0].split("\n", 1)
    words = command.split()
    words[1] = str(root / words[1])
    assert run(words) == 0
    assert capsys.readouterr().out.startswith(shown)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--organ", "Empty"], "it has no curve in the file"),
        (["--organ", "Liver"], "no structure is called 'Liver'"),
        (["--metric", "D2"], "'D2' is not a metric"),
        (["--kind", "natural"], "--kind 'natural': write cumulative or differential"),
    ],
)
def test_refused_in_one_line(options: list[str], why: str, export: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["dvh-text", export, *options]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = captured.err.splitlines()
    assert why in line


def test_c16_a_wrong_unit_and_an_open_mark_reach_the_screen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "export.csv"
    file.write_text("Dose [Gy];Cumulative volume [cc]\n0;43.0\n4500;0.0\n")
    assert run(["dvh-text", str(file), "--organ", "Liver"]) == 0
    assert "note: Liver: the highest dose is 4500 Gy; is the unit wrong (cGy)?" in capsys.readouterr().out
    file.write_text("Dose [cGy];Cumulative volume [cc]\n0;43\n2.000;0\n")
    assert run(["dvh-text", str(file), "--organ", "Liver"]) == 2
    assert "give decimal (point or comma)" in capsys.readouterr().err
    assert run(["dvh-text", str(file), "--organ", "Liver", "--decimal", "point", "--json"]) == 0
    assert {"metric": "Dmax", "gray": 0.02} in json.loads(capsys.readouterr().out)["curves"][0]["metrics"]
