"""Bad input at the command line, row by row: one clear line, exit code 2, no traceback, nothing half-written.

Rows that are a web form's own (an empty field, decimal commas that are turned into points, pasted tables, addresses)
have their counterpart here where the same text reaches the command line: it is refused with the corrected text.
"""

import json
from pathlib import Path

import numpy as np
import pint
import pytest

import rtcalc as rt
from rtcalc.cli import run
from rtcalc.errors import RtcalcError
from rtcalc.registry import Registry

ROOT = Path(__file__).resolve().parents[2]
GOOD = (ROOT / "tests" / "cases" / "rcc-t8.yaml").read_text(encoding="utf-8")

KNOWLEDGE = Registry()


@pytest.fixture(autouse=True)
def _read_the_knowledge_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every call of the command line reads the built-in files anew; here they are read once, for time."""
    monkeypatch.setattr(
        "rtcalc.registry.Registry", lambda folder=None: KNOWLEDGE if folder is None else Registry(folder)
    )


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(list(arguments)) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = captured.err.splitlines()
    assert line.startswith("rtcalc: ")
    assert "Traceback" not in line
    assert line.isprintable()
    assert len(line) < 600
    return line


def refused_bed(capsys: pytest.CaptureFixture[str], schedule: str, ratio: str = "10 Gy") -> str:
    return refused(capsys, "bed", schedule, "--alpha-beta", ratio)


def refused_case(capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str | bytes, name: str = "case.yaml") -> str:
    """The refusal of a case file; it names the file, and no output file appears."""
    path, out = tmp_path / name, tmp_path / "out.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    line = refused(capsys, "assess", str(path), "--json", str(out))
    assert line.startswith(f"rtcalc: {path}")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [name]
    return line


def changed(old: str, new: str) -> str:
    assert GOOD.count(old) == 1, old
    return GOOD.replace(old, new)


# --- rtcalc bed: A1 to A11, A18, A19 ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("row", "schedule", "words"),
    [
        ("A1", "", "is empty"),
        ("A2", "45 Gy / 0", "Fractions must be a whole number from 1 to 200"),
        ("A2", "45 Gy / -5", "Fractions must be a whole number from 1 to 200"),
        ("A2", "45 Gy / 2.5", "Fractions must be a whole number from 1 to 200"),
        ("A2", "45 Gy / 1000000000", "Fractions must be a whole number from 1 to 200"),
        ("A2", "45 Gy / 201", "Fractions must be a whole number from 1 to 200"),
        ("A2", "45 Gy", "no fractions"),
        ("A3", "0 Gy / 5", "must be above zero"),
        ("A3", "nan Gy / 5", "nan"),
        ("A3", "inf Gy / 5", "inf"),
        ("A3", "1e308 Gy / 5", "1e308"),
        ("A3", "9**9**9 Gy / 5", "9**9**9"),
        ("A5", "45,0 Gy / 5", "45.0 Gy"),
        ("A5", "４５ Gy / 5", "45 Gy"),
        ("A5", "45\u00a0Gy / 5", "45 Gy"),
        ("A6", "1.234,5 Gy / 5", "1.234,5"),
        ("A6", "1,234.5 Gy / 5", "1,234.5"),
        ("A16", "45 Sv / 5", "Sv"),
        ("A16", "45 J/kg / 5", "J/kg"),
        ("A18", "45 / 5", "unit"),
        ("A18", "True / 5", "True"),
        ("A19", "45 Gy / 5 + " * 60 + "45 Gy / 5", "200"),
        ("A19", "=cmd()", "=cmd()"),
        ("A19", "😀", "😀"),
        ("A19", "45 Gy / 5\x1b[31m", "\\x1b"),
    ],
)
def test_schedules(capsys, row, schedule, words) -> None:
    assert words in refused_bed(capsys, schedule)


def test_a3_a_negative_dose(capsys) -> None:
    # After -- it is no option; without it the option parser refuses it, which is a refusal too.
    assert "-45" in refused(capsys, "bed", "--alpha-beta", "10 Gy", "--", "-45 Gy / 5")
    assert "No such option" in refused_bed(capsys, "-45 Gy / 5")


def test_a_schedule_of_100_kb_is_refused_and_not_repeated(capsys) -> None:
    assert "200" in refused_bed(capsys, "4" * 100_000 + " Gy / 5")


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        ("0 Gy", "must be above zero"),
        ("-3 Gy", "-3"),
        ("inf Gy", "inf"),
        ("nan Gy", "nan"),
        ("3", "unit"),
        ("", "empty"),
        ("3 Sv", "Sv"),
        ("2,6 Gy", "2.6 Gy"),
        ("3 Gy / 2", "3 Gy / 2"),
    ],
)
def test_a4_alpha_beta(capsys, ratio, words) -> None:
    assert words in refused_bed(capsys, "45 Gy / 5", ratio)


def test_a4_one_bad_alpha_beta_of_several_gives_no_answer_at_all(capsys) -> None:
    assert "0 Gy" in refused(capsys, "bed", "45 Gy / 5", "--alpha-beta", "10 Gy", "--alpha-beta", "0 Gy")


def test_a7_a11_an_unlikely_dose_is_answered_with_a_note(capsys) -> None:
    # 200 Gy typed for 200 cGy: above 100 Gy in total, and 40 Gy a fraction.
    assert run(["bed", "200 Gy / 5", "--alpha-beta", "10 Gy", "--json"]) == 0
    notes = json.loads(capsys.readouterr().out)["notes"]
    assert notes[0].startswith("200 Gy in 5 fractions is above 100 Gy in total")
    assert "check dose, unit and fractions" in notes[0]


@pytest.mark.parametrize("schedule", ["54 Gy / 3", "60 Gy / 5", "48 Gy / 4", "21 Gy / 1", "34 Gy / 1", "200 cGy / 1"])
def test_a11_ordinary_doses_get_no_note(capsys, schedule) -> None:
    # 54 Gy / 3 is 226.8 Gy EQD2 at a/b 3: the physical dose is tested, not EQD2.
    assert run(["bed", schedule, "--alpha-beta", "3 Gy", "--json"]) == 0
    assert not [note for note in json.loads(capsys.readouterr().out)["notes"] if "check dose" in note]


def test_a8_total_fractions_and_dose_that_disagree() -> None:
    with pytest.raises(RtcalcError, match=r"45 Gy, 5 fractions and 8 Gy .*5 x 8 Gy is 40 Gy, a difference of 5 Gy"):
        rt.Schedule(total="45 Gy", per_fraction="8 Gy", fractions=5)


def test_a9_the_total_is_never_rounded_again(capsys) -> None:
    # 60 / 37 = 1.621621..; the total stays what was typed.
    assert run(["bed", "60 Gy / 37", "--alpha-beta", "10 Gy", "--json"]) == 0
    schedule = json.loads(capsys.readouterr().out)["schedule"]
    assert schedule["total_gray"] == 60.0
    assert schedule["phases"][0]["per_fraction_gray"] == pytest.approx(60 / 37, rel=1e-15)


@pytest.mark.parametrize("unit", ["Sv", "1/s", "J/kg", "m"])
def test_a16_a_quantity_of_another_unit(unit) -> None:
    with pytest.raises(RtcalcError, match=r"Gy"):
        rt.bed(pint.UnitRegistry().Quantity(45.0, unit), 5, alpha_beta="10 Gy")


def test_a17_nan_in_an_array_is_refused_with_its_places() -> None:
    grid = np.array([[1.0, np.nan], [2.0, np.inf]])
    with pytest.raises(RtcalcError, match=r"\(0, 1\)"):
        rt.PhysicalDose.from_gray(grid)


@pytest.mark.parametrize("bare", [45, 45.0, 0, True, None, np.float32(45)])
def test_a18_a_bare_number_is_no_dose(bare) -> None:
    with pytest.raises((RtcalcError, TypeError)):
        rt.bed(bare, 5, alpha_beta="10 Gy")


# --- rtcalc assess: A12 to A15, A21, A22 and the form of a file -------------------------------------------------------
RECOVERY = "recovery: [{organ: SpinalCord, after: 180 d, percent: 120 %, reference: x}]"
DAYS = "[2026-03-16, 2026-03-18, 2026-03-20, 2026-03-23, 2026-03-25]"


@pytest.mark.parametrize(
    ("row", "old", "new", "place", "words"),
    [
        ("A13", "last: 2026-03-12", "last: 2026-02-29", "drugs.0.periods.0.last", "2026-02-29"),
        ("A13", "first: 2026-03-24", "first: 0026-03-24", "drugs.0.periods.1.first", "0026-03-24"),
        ("A13", "first: not stated, last", "first: 2026-03-13, last", "drugs.0.periods.0", "before the first"),
        ("A13", DAYS, "[2026-03-25, 2026-03-18, 2026-03-20, 2026-03-23, 2026-03-16]", "treatment_days.1", "later day"),
        ("A13", DAYS, "[2026-03-16, 2026-03-18]", "courses.t8", "2 days for 5 fractions"),
        ("A13", "last: 2026-03-12", "last: 2026-03-12T10:00", "drugs.0.periods.0.last", "2026-03-12T10:00"),
        ("A13", "first: 2026-03-24", "first: 2026-03-10", "drugs.0.periods.1", "do not overlap"),
        ("A15", "limit_sets:", f"{RECOVERY}\nlimit_sets:", "recovery.0.percent", "100"),
        ("A2", "dose: 37.5 Gy / 5", "dose: 37.5 Gy / 0", "courses.t8.prescription.t8.dose", "1 to 200"),
        ("A3", "D0.035cc: 26.4 Gy", "D0.035cc: nan Gy", "organ_doses.SpinalCord.t8", "nan"),
        ("A3", "D0.035cc: 26.4 Gy", "D0.035cc: -1 Gy", "organ_doses.SpinalCord.t8", "-1"),
        ("A5", "D0.035cc: 26.4 Gy", "D0.035cc: '26,4 Gy'", "organ_doses.SpinalCord.t8", "26.4 Gy"),
        ("A18", "D0.035cc: 26.4 Gy", "D0.035cc: 26.4", "organ_doses.SpinalCord.t8", "unit"),
        ("A16", "D0.035cc: 26.4 Gy", "D0.035cc: 26.4 Sv", "organ_doses.SpinalCord.t8", "Sv"),
        ("swapped", "D0.35cc: 20.5 Gy", "D0.35cc: 27 Gy", "organ_doses.SpinalCord.t8", "swapped"),
        ("metric", "D5cc: 14.0 Gy", "D5xx: 14.0 Gy", "organ_doses.Esophagus.t8", "not a metric"),
        ("isodose", "isodose: 80 %", "isodose: 180 %", "courses.t8.prescription.t8.isodose", "at most 100 %"),
        ("unknown field", "technique: vmat", "techniqe: vmat", "courses.t8.techniqe", "probably 'technique'"),
        ("duplicate key", "disease:", "id: again\ndisease:", "'id' stands twice", "line 4"),
        ("missing field", "    technique: vmat\n", "", "courses.t8", "this field is missing"),
        ("word", "status: completed", "status: done", "courses.t8.status", "completed"),
        ("newer schema", "schema_version: 1", "schema_version: 2", "schema_version", "1"),
        ("anchor", "site: vertebral", "site: &a vertebral", "anchors and aliases", "write the value out"),
        ("tag", "id: rcc-t8", "id: !!python/name:os.system rcc", "tags", "write plain text"),
        ("two documents", "limit_sets:", "---\nlimit_sets:", "more than one document", "one document"),
    ],
)  # fmt: skip
def test_case_files(capsys, tmp_path, row, old, new, place, words) -> None:
    line = refused_case(capsys, tmp_path, changed(old, new))
    assert place in line
    assert words in line


def test_a14_overlapping_courses_are_no_error(capsys, tmp_path) -> None:
    # Two lesions treated in the same weeks.
    days = "[2026-03-17, 2026-03-18, 2026-03-19]"
    other = f"  rib: {{prescription: {{t8: {{dose: 24 Gy / 3}}}}, technique: sbrt, treatment_days: {days}}}\n"
    path = tmp_path / "case.yaml"
    path.write_text(changed("drugs:\n", f"{other}drugs:\n"), encoding="utf-8")
    assert run(["assess", str(path), "--json", "-"]) == 0
    assert len(json.loads(capsys.readouterr().out)["case"]["courses"]) == 2


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("tissue: rcc", "tissue: rccc", "no tissue is called 'rccc'; nearest: rcc"),
        ("limit_sets: [TG101]", "limit_sets: [TG102]", "no limit set is called 'TG102'; nearest: TG101"),
        ("id: rcc-t8", "id: rcc-t8\nsource: {key: gebbia2021, place: text}", "gebbia2021"),
    ],
)
def test_a22_names_the_registry_does_not_have(capsys, tmp_path, old, new, words) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(changed(old, new), encoding="utf-8")
    assert words in refused(capsys, "assess", str(path))


def test_a22_a_drug_under_two_names_is_refused(capsys, tmp_path) -> None:
    twice = "drugs:\n  - {drug: Votrient, periods: [{dose: 400 mg, first: 2025-01-01, last: 2025-03-01}]}\n"
    path = tmp_path / "case.yaml"
    path.write_text(changed("drugs:\n", twice), encoding="utf-8")
    assert "'Votrient' and 'pazopanib' are both pazopanib" in refused(capsys, "assess", str(path))


def test_a21_a_json_case_says_the_same_as_a_yaml_case(capsys, tmp_path) -> None:
    from rtcalc.textfile import loads

    path = tmp_path / "case.json"
    path.write_text(json.dumps(loads(GOOD).data), encoding="utf-8")
    assert run(["assess", str(path), "--json", "-"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["case_sha256"] == rt.parse_case(GOOD).sha256


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"schema_version": "1", "id": "a"', "not readable as JSON"),
        ('{"id": "a", "id": "b"}', "'id' stands twice"),
        ('{"id": NaN}', "NaN"),
        ('{"schema_version": 1}', "1"),
        ('{"id": null}', "not stated"),
        ("[]", "a mapping of fields was expected"),
        ("", "not readable as JSON"),
        ("[" * 50_000, "levels deep"),
    ],
)
def test_a21_json_cases(capsys, tmp_path, text, words) -> None:
    assert words in refused_case(capsys, tmp_path, text, "case.json")


ALIASES = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[" * 50_000, "levels deep"),
        ("{a: " * 50_000, "levels deep"),
        (ALIASES, "anchors and aliases"),
        ("", "the file is empty"),
        ("just a sentence", "a mapping of fields was expected"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "not UTF-8"),
        ("id: a\x00b", "not readable as YAML"),
        ("\tid: a", "not readable as YAML"),
        ("x: " + "y" * 3_000_000, "2000000 bytes"),
    ],
    ids=["depth", "depth of maps", "aliases", "empty", "sentence", "utf-16", "pdf", "null byte", "tab", "size"],
)
def test_files_that_are_no_case(capsys, tmp_path, text, words) -> None:
    assert words in refused_case(capsys, tmp_path, text)


def test_a_bad_file_of_a_department_names_its_line(capsys, tmp_path) -> None:
    folder = tmp_path / "own"
    (folder / "constraints").mkdir(parents=True)
    own = folder / "constraints" / "own.yaml"
    own.write_text(
        "schema_version: 1\nid: OWN\ntitle: t\nsource: TG102\nnote: n\nlimits: []\n",
        encoding="utf-8",
    )
    case = tmp_path / "case.yaml"
    case.write_text(GOOD, encoding="utf-8")
    line = refused(capsys, "--protocols", str(folder), "assess", str(case))
    # A citation that does not resolve.
    assert f"{own}:4: source: no reference is called 'TG102'; nearest: TG101" in line
