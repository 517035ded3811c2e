"""The command line itself: exit codes, options, files, streams, and what every output carries."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from rtcalc import __version__
from rtcalc import selftest as oracle_table
from rtcalc.cli import run
from rtcalc.intended_use import INTENDED_USE
from rtcalc.registry import Registry

ROOT = Path(__file__).resolve().parents[2]
GIST2 = str(ROOT / "protocols" / "cases" / "gist-case-2.yaml")
RCC_T8 = str(ROOT / "tests" / "cases" / "rcc-t8.yaml")
BRAIN = str(ROOT / "protocols" / "cases" / "rcc-brain-single.yaml")
BED = ("bed", "45 Gy / 5", "--alpha-beta", "10 Gy")
# One call of every command that answers; each takes --json.
COMMANDS = [
    BED,
    ("explain", "organ-limit"),
    ("explain", "TG101.Duodenum.5fx.D5cc"),
    ("audit",),
    ("selftest",),
    ("schedules", "list"),
    ("schedules", "show", "rcc-bone"),
    ("constraints", "list", "--search", "duodenum"),
    ("constraints", "show", "TG101.Duodenum.5fx.D5cc"),
    ("drugs", "list"),
    ("drugs", "show", "Nexavar"),
    ("tissues", "list"),
    ("tissues", "show", "rcc"),
    ("interactions", "list"),
    ("interactions", "show", "vegf-sbrt-oligocare"),
]
IDS = [" ".join(command) for command in COMMANDS]

KNOWLEDGE = Registry()


@pytest.fixture(autouse=True)
def _read_the_knowledge_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every call of the command line reads the built-in files anew; here they are read once, for time."""
    monkeypatch.setattr(
        "rtcalc.registry.Registry", lambda folder=None: KNOWLEDGE if folder is None else Registry(folder)
    )


def answer(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert run(list(arguments)) == code
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 2) -> str:
    """The one line on standard error; nothing stands on standard output."""
    assert run(list(arguments)) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = captured.err.splitlines()
    assert line.startswith("rtcalc: ")
    return line


def department(tmp_path: Path) -> Path:
    """A folder whose own set replaces the built-in TG101 by one row: cord near-maximum below 26 Gy in 5 fractions."""
    folder = tmp_path / "our limits"
    (folder / "constraints").mkdir(parents=True)
    (folder / "constraints" / "own.yaml").write_text(
        """
schema_version: 1
id: TG101
title: our reading of the set
source: TG101
note: for this test
limits:
  - {id: TG101.own.cord, organ: SpinalCord, applies_to: [SpinalCord], structure: cord, fractions: 5, metric: D0.035cc,
     limit: < 26 Gy, endpoint: myelopathy, place: our protocol, evidence: two-sources}
""",
        encoding="utf-8",
    )
    return folder


# --- exit codes -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("command", COMMANDS, ids=IDS)
def test_every_command_ends_with_0(capsys, command) -> None:
    assert answer(capsys, *command)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "no command; see rtcalc --help"),
        (("bogus",), "No such command 'bogus'; see rtcalc --help"),
        (("drugs",), "Missing command; see rtcalc drugs --help"),
        (("assess",), "Missing argument 'case'; see rtcalc assess --help"),
        (("assess", "nowhere.yaml"), "nowhere.yaml: No such file or directory; give the path of a readable file"),
        (("assess", str(ROOT / "tests")), "has no case.yaml"),
        (("assess", GIST2, "--fail-on", "info"), "--fail-on 'info': write caution, warning or stop"),
        (("assess", GIST2, "--bogus"), "No such option"),
        (("bed", "45 Gy / 5"), 'there is no default, write --alpha-beta "10 Gy"'),
        (("explain", "organ-limits"), "nearest: organ-limit"),
        (("drugs", "show", "sorafinib"), "no drug is called 'sorafinib'; nearest: sorafenib"),
        (("constraints", "show", "TG101.Duodenum.5fx.D6cc"), "nearest: TG101.Duodenum.5fx.D5cc"),
        (("tissues", "show", "sorafenib"), "no entry of tissues is called 'sorafenib'"),
    ],
)
def test_bad_input_ends_with_2_and_one_line(capsys, arguments, words) -> None:
    assert words in refusal(capsys, *arguments)


def test_the_unexpected_ends_with_3_and_a_report_file(capsys, monkeypatch, tmp_path) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr("rtcalc.assessment.assess", broken)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    line = refusal(capsys, "assess", GIST2, code=3)
    (report,) = tmp_path.glob("rtcalc-*.txt")
    assert str(report) in line
    assert "unexpected ZeroDivisionError" in line
    assert "Traceback" not in line
    assert "Traceback (most recent call last)" in report.read_text(encoding="utf-8")


def test_a_selftest_row_that_fails_ends_with_1(capsys, monkeypatch) -> None:
    wrong = oracle_table.Oracle(
        what="BED 45 Gy / 5", expected=85.6, tolerance=0.05, source="none", compute=lambda: 85.5
    )
    assert all(row.passed for row in oracle_table.run())
    monkeypatch.setattr(oracle_table, "ORACLES", (*oracle_table.ORACLES, wrong))
    # 85.6 - 85.5 is 0.1, above the tolerance of half a unit of the last digit.
    text = answer(capsys, "selftest", code=1)
    assert text.count("FAIL") == 1
    assert f"{len(oracle_table.ORACLES) - 1} of {len(oracle_table.ORACLES)} rows pass." in text
    data = json.loads(answer(capsys, "selftest", "--json", code=1))
    assert data["passed"] is False
    assert [row["what"] for row in data["rows"] if not row["passed"]] == ["BED 45 Gy / 5"]


def test_selftest_holds_the_published_oracles(capsys) -> None:
    rows = {row["what"]: row for row in json.loads(answer(capsys, "selftest", "--json"))["rows"]}
    assert all(row["passed"] and row["source"] and row["tolerance"] > 0 for row in rows.values())
    # Altoos 2015 prints 216.67 for 50 (1 + 10/3); HyTEC cord prints 44.64 for 12.4 (1 + 12.4/2) / 2.
    assert rows["BED 50 Gy / 5, a/b 3"]["computed"] == pytest.approx(650 / 3)
    assert rows["EQD2 12.4 Gy / 1, a/b 2 (cord)"]["computed"] == pytest.approx(44.64)


@pytest.mark.parametrize(("level", "code"), [("caution", 1), ("warning", 1), ("stop", 0)])
def test_fail_on(capsys, level, code) -> None:
    # The worst finding of this case is a warning.
    assert "W1" in answer(capsys, "assess", RCC_T8, "--fail-on", level, code=code)


def test_fail_on_stop_with_a_limit_that_is_exceeded(capsys, tmp_path) -> None:
    # TG-101: cord D0.035cc < 30 Gy in 5 fractions.
    path = tmp_path / "case.yaml"
    path.write_text(Path(RCC_T8).read_text(encoding="utf-8").replace("D0.035cc: 26.4 Gy", "D0.035cc: 30 Gy"))
    text = answer(capsys, "assess", str(path), "--fail-on", "stop", code=1)
    assert "STOP" in text
    assert "EXCEEDED (100.0 %)" in text


@pytest.mark.parametrize(
    ("case", "required", "code", "words"),
    [
        (RCC_T8, ["TG101:SpinalCord"], 0, []),
        (RCC_T8, ["TG101:SpinalCord,TG101:Esophagus", "TG101:Lungs"], 0, []),
        (RCC_T8, ["TG101:Duodenum"], 1, ["TG101:Duodenum: no limit was requested"]),
        (RCC_T8, ["NOPE:SpinalCord"], 1, ["NOPE:SpinalCord: no limit was requested"]),
        (RCC_T8, ["TG101:SpinalCord, TG101:Skin"], 1, ["TG101:Skin: no limit was requested"]),
        (GIST2, ["TG101:Stomach"], 1, ["TG101:Stomach: D10cc in pararenal-1 not evaluable (Stomach D10cc)"]),
    ],
)
def test_require(capsys, case, required, code, words) -> None:
    options = [part for text in required for part in ("--require", text)]
    assert run(["assess", case, *options]) == code
    captured = capsys.readouterr()
    assert captured.out.startswith("rtcalc assess")
    for each in words:
        assert f"rtcalc: required and not evaluated: {each}" in captured.err.splitlines()
    if not words:
        assert captured.err == ""


def test_nothing_evaluated_is_not_green_for_require(capsys) -> None:
    # Without one organ dose --fail-on stop has nothing to stop at: complete and --require are for this.
    data = json.loads(answer(capsys, "assess", GIST2, "--fail-on", "stop", "--json", "-"))
    assert data["complete"] is False
    assert run(["assess", GIST2, "--fail-on", "stop", "--require", "TG101:SpinalCord", "--json", "-"]) == 1


@pytest.mark.parametrize("text", ["TG101", "TG101:", ":SpinalCord", "", "TG101:SpinalCord,"])
def test_a_malformed_requirement_is_refused_before_anything_is_written(capsys, tmp_path, text) -> None:
    out = tmp_path / "out.json"
    line = refusal(capsys, "assess", RCC_T8, "--require", text, "--json", str(out))
    assert "write SET:ORGAN, such as TG101:SpinalCord" in line
    assert not out.exists()


# --- files and streams ------------------------------------------------------------------------------------------------
def test_json_to_a_file_beside_the_report(capsys, tmp_path) -> None:
    out = tmp_path / "report.json"
    out.write_text("old")
    text = answer(capsys, "assess", RCC_T8, "--json", str(out))
    assert text.startswith("rtcalc assess  rcc-t8")
    assert out.read_text(encoding="utf-8") == answer(capsys, "assess", RCC_T8, "--json", "-")
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


def test_an_input_is_never_overwritten(capsys, tmp_path) -> None:
    case = tmp_path / "case.yaml"
    content = Path(RCC_T8).read_bytes()
    case.write_bytes(content)
    link = tmp_path / "link.json"
    link.symlink_to(case)
    folder = department(tmp_path)
    own = folder / "constraints" / "own.yaml"
    limits = own.read_bytes()
    for target in (case, link, own):
        line = refusal(capsys, "--protocols", str(folder), "assess", str(case), "--json", str(target))
        assert "is read by this very call; give another file" in line
    assert case.read_bytes() == content
    assert own.read_bytes() == limits


@pytest.mark.parametrize("name", ["missing/out.json", "file/out.json", "folder", "n" * 300, "..", "folder/.."])
def test_a_file_that_cannot_be_written_leaves_nothing(capsys, tmp_path, name) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("a file, not a folder")
    before = sorted(tmp_path.rglob("*"))
    line = refusal(capsys, "assess", RCC_T8, "--json", f"{tmp_path}/{name}")
    assert line.endswith("nothing was written")
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("name", ["", ".", "/"])
def test_a_name_that_is_no_file_is_refused(capsys, name) -> None:
    assert "not the name of a file; write --json FILE" in refusal(capsys, "assess", RCC_T8, "--json", name)


def test_a_write_that_fails_half_way_keeps_the_old_file(capsys, tmp_path, monkeypatch) -> None:
    out = tmp_path / "report.json"
    out.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert "No space left on device; nothing was written" in refusal(capsys, "assess", RCC_T8, "--json", str(out))
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("report.json", "old")]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (BED, 0),
        (("--help",), 0),
        (("assess", GIST2, "--full"), 0),
        (("assess", GIST2, "--full", "--json", "-"), 0),
        (("assess", GIST2, "--full", "--fail-on", "warning"), 1),
        (("assess", BRAIN, "--fail-on", "caution"), 1),  # short enough to be written only when the program ends
    ],
)
def test_a_reader_that_leaves_early_changes_nothing(arguments, code) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", "from rtcalc.cli import main; main()", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == code


def test_a_terminal_without_utf_8_still_gets_the_report(tmp_path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(Path(RCC_T8).read_text(encoding="utf-8").replace("title: Renal", "title: Rénal"), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", "from rtcalc.cli import main; main()", "assess", str(path)],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"R\\xe9nal" in done.stdout


# --- what every output carries ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("command", COMMANDS, ids=IDS)
def test_every_answer_carries_its_use_its_version_and_its_knowledge(capsys, command) -> None:
    text = answer(capsys, *command)
    assert text.count(INTENDED_USE) == 1
    assert text.splitlines()[-1].startswith(f"rtcalc v{__version__}")
    data = json.loads(answer(capsys, *command, "--json"))
    assert data["schema_version"] == 1
    assert data["intended_use"] == INTENDED_USE
    assert data["rtcalc"] == __version__
    if command[0] not in ("bed", "selftest"):  # these two read no knowledge
        digest = KNOWLEDGE.sha256
        assert data["registry_sha256"] == digest
        assert text.splitlines()[-1].endswith(f"registry {digest[:8]}")


def test_an_assessment_carries_its_use_its_version_and_its_knowledge(capsys) -> None:
    text = answer(capsys, "assess", RCC_T8)
    assert text.count(INTENDED_USE) == 1
    data = json.loads(answer(capsys, "assess", RCC_T8, "--json", "-"))
    assert (data["intended_use"], data["rtcalc"]) == (INTENDED_USE, __version__)
    assert data["registry_sha256"] == KNOWLEDGE.sha256
    first = f"rtcalc assess  rcc-t8  v{__version__}  registry {data['registry_sha256'][:8]}"
    assert text.splitlines()[0] == f"{first}  case {data['case_sha256'][:8]}"


def test_version_names_the_knowledge(capsys) -> None:
    assert answer(capsys, "--version") == f"rtcalc {__version__}  registry {KNOWLEDGE.sha256}\n"


NAMING = [
    *((command, False) for command in COMMANDS[1:]),
    *((command, by_variable) for command in (BED, ("assess", RCC_T8), ("--version",)) for by_variable in (False, True)),
]


@pytest.mark.parametrize(("command", "by_variable"), NAMING)
def test_a_departments_folder_is_named_first(capsys, monkeypatch, tmp_path, command, by_variable) -> None:
    folder = tmp_path / "our limits"
    folder.mkdir()
    option = ["--protocols", str(folder)]
    if by_variable:
        monkeypatch.setenv("RTCALC_PROTOCOLS", str(folder))
        option = []
    text = answer(capsys, *option, *command)
    assert text.splitlines()[0] == f"department folder in use: {folder}"
    assert text.count("department folder in use") == 1
    if command != ("--version",):
        as_json = ("--json", "-") if command[0] == "assess" else ("--json",)
        assert json.loads(answer(capsys, *option, *command, *as_json))["department_folder"] == str(folder)


def test_what_a_department_replaced_is_named(capsys, tmp_path) -> None:
    folder = department(tmp_path)
    option = ("--protocols", str(folder))
    first = f"department folder in use: {folder}; it replaces constraints: TG101"
    text = answer(capsys, *option, "assess", RCC_T8)
    assert text.splitlines()[0] == first
    # 26.4 Gy against the department's 26 Gy: above it, although TG-101 itself has 30 Gy.
    assert "D0.035cc 26.4 Gy (cord): TG101 < 26 Gy EXCEEDED (101.5 %)" in " ".join(text.split())
    data = json.loads(answer(capsys, *option, "assess", RCC_T8, "--json", "-"))
    assert data["overridden"] == ["constraints: TG101"]
    assert data["registry_sha256"] != KNOWLEDGE.sha256
    assert answer(capsys, *option, "constraints", "list").splitlines()[0] == first
    assert json.loads(answer(capsys, *option, "constraints", "list", "--json"))["overridden"] == ["constraints: TG101"]


@pytest.mark.parametrize("command", [BED, ("selftest",), ("drugs", "list"), ("assess", RCC_T8), ("--version",)])
def test_a_folder_that_is_not_there_never_looks_used(capsys, tmp_path, command) -> None:
    line = refusal(capsys, "--protocols", str(tmp_path / "nowhere"), *command)
    assert "nowhere: not a folder; give the folder of your department's protocols" in line


def test_a_folder_name_cannot_steer_the_terminal(capsys, tmp_path) -> None:
    folder = tmp_path / "a\x1b[31mb"
    folder.mkdir()
    text = answer(capsys, "--protocols", str(folder), *BED)
    assert "\x1b" not in text
    assert "a\\x1b[31mb" in text.splitlines()[0]
    assert run(["assess", "\x1b[2Jno.yaml"]) == 2
    assert "\x1b" not in capsys.readouterr().err
