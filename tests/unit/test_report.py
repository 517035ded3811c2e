"""The report as text: names are text, no number is cut, and what is short says where the rest stands."""

import io
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rtcalc as rt
from rtcalc.assessment import Assessment
from rtcalc.evidence import Severity
from rtcalc.findings import Table
from rtcalc.intended_use import INTENDED_USE
from rtcalc.report import calculation, terminal
from rtcalc.report.explanation import explain
from rtcalc.report.layout import columns, folder_line, visible

ROOT = Path(__file__).resolve().parents[2]
CASES = sorted([*(ROOT / "protocols" / "cases").glob("*.yaml"), *(ROOT / "tests" / "cases").glob("*.yaml")])
REGISTRY = rt.Registry()
T8 = (ROOT / "tests" / "cases" / "rcc-t8.yaml").read_text(encoding="utf-8")


def assessed(text: str) -> Assessment:
    return rt.assess(rt.parse_case(text), registry=REGISTRY)


def t8(*changes: tuple[str, str]) -> Assessment:
    text = T8
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return assessed(text)


def words(text: str) -> str:
    """The text without its line ends."""
    return " ".join(text.split())


# --- names are text ---------------------------------------------------------------------------------------------------
HOSTILE = [
    "[red]T8[/red]",
    "[link=http://example.org]T8[/link]",
    "<b>T8</b>",
    "T8 :skull:",
    "\\[bold]T8",
    "{T8}",
    "%s %(x)s",
    "a" * 300,
    "Wirbelkörper Th8 – 背骨",
]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("width", [60, 120])
def test_a_name_is_shown_as_it_is(name: str, width: int) -> None:
    quoted = "'" + name.replace("'", "''") + "'"
    found = t8(
        ("site: vertebral body T8", f"site: {quoted}"),
        (
            "title: Renal cell carcinoma, bone metastasis T8, 37.5 Gy / 5, on pazopanib (example doses)",
            f"title: {quoted}",
        ),
        ("drug: pazopanib", f"drug: {quoted}\n    registry_entry: none"),
    )
    text = rt.report.text(found, full=True, width=width)
    assert words(text).count(words(name)) >= 4  # title, course, sentence, drug


def test_control_characters_are_shown_as_escapes() -> None:
    # \x1b starts a terminal's commands, \u202e reverses what follows, \x07 rings, \r overwrites the line.
    found = t8(("site: vertebral body T8", 'site: "T8\\e[31m\\u202e\\a\\rnew"'))
    text = rt.report.text(found)
    assert "T8\\x1b[31m\\u202e\\x07" in text
    assert all(character.isprintable() or character == "\n" for character in text)


@pytest.mark.parametrize("name", ["[red]T8[/red]", "T8 :skull: [bold]x", "STOP  forged", "\\[x]"])
def test_on_a_terminal_only_the_severity_is_coloured(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    class Screen(io.StringIO):
        encoding = "utf-8"

        def isatty(self) -> bool:
            return True

    for variable in ("NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    screen = Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    line = f"WARNING   W1 {name} 123.456789 Gy {'x' * 200}"
    terminal.show(f"{line}\nplain {name}\n")
    shown = screen.getvalue()
    assert re.sub(r"\x1b\[[0-9;]*m", "", shown) == f"{line}\nplain {name}\n"
    assert shown.startswith("\x1b[1;31mWARNING\x1b[0m")
    assert shown.count("\x1b[") == 2


@pytest.mark.parametrize(("columns", "a_terminal", "width"), [("80", True, 80), ("200", True, 120), ("80", False, 120)])
def test_the_width_is_that_of_the_terminal_up_to_the_most(
    monkeypatch: pytest.MonkeyPatch, columns: str, a_terminal: bool, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: a_terminal, raising=False)
    assert terminal.width(120) == width


def test_off_a_terminal_text_is_written_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.show("WARNING [red]\n")
    assert capsys.readouterr().out == "WARNING [red]\n"


@given(st.text(max_size=40))
def test_a_line_made_visible_is_printable_and_keeps_what_was(text: str) -> None:
    assert visible(text).isprintable()
    assert visible(text) == text if text.isprintable() else visible(text) != text


def test_the_folder_line_is_one_line() -> None:
    assert folder_line("a\nb", []) == "department folder in use: a\\nb"


# --- no number is cut -------------------------------------------------------------------------------------------------
def tables(found: Assessment) -> list[Table]:
    return [table for f in found.findings for table in (f.table, f.detail_table) if table]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
@pytest.mark.parametrize("width", [1, 60, 80, 120])
def test_every_cell_and_sentence_is_whole_at_every_width(path: Path, width: int) -> None:
    found = rt.assess(rt.load_case(path), registry=REGISTRY)
    text = rt.report.text(found, full=True, width=width)
    lines = text.splitlines()
    for table in tables(found):
        for row in table.rows:
            # All cells but the last stand whole in one line; the last may go on below.
            start = [visible(cell) for cell in row[:-1]]
            # A sentence of the finding may hold the same words; the row is the line that also begins the last cell.
            standing = [line for line in lines if all(cell in line for cell in start)]
            assert standing
            assert any(row[-1].split()[0] in line for line in standing) if row[-1] else True
    flat = words(text)
    for finding in found.findings:
        for sentence in (finding.title, finding.sentence, *finding.lines, *finding.details):
            assert words(visible(sentence)) in flat
    assert words(found.sentence) in flat


@settings(max_examples=200)
@given(
    st.lists(st.tuples(*[st.from_regex(r"[0-9]{1,40}\.[0-9]{1,9} Gy", fullmatch=True)] * 3), min_size=1, max_size=5),
    st.integers(1, 130),
)
def test_no_digit_of_a_table_is_lost(rows: list[tuple[str, ...]], width: int) -> None:
    lines = list(columns(("one", "two", "three"), rows, width))
    shown = " ".join(" ".join(lines).split())
    for row in rows:
        for cell in row:
            assert cell in shown
    assert "…" not in shown


def test_long_numbers_of_a_case_are_whole() -> None:
    found = t8(
        ("D0.035cc: 26.4 Gy", "D0.035cc: 26.456789 Gy"),
        ("largest: not stated", "largest: 12345.678 mm"),
        ("CV13.5Gy: 2925 cc", "CV13.5Gy: 2925.125 cc"),
    )
    text = rt.report.text(found, full=True, width=60)
    assert "12345.678 mm" in text
    data = found.to_json()
    assert "26.456789" in data
    assert "2925.125" in data


def test_a_value_next_to_its_limit_never_contradicts_its_state() -> None:
    # 29.96 Gy against < 30 Gy prints 30.0 to one decimal; it is met.
    found = t8(("D0.035cc: 26.4 Gy", "D0.035cc: 29.96 Gy"))
    (one,) = [f for f in found.findings if f.id == "organ-limit/SpinalCord-near-max/t8"]
    assert "SpinalCord D0.035cc 29.96 Gy (cord): TG101 D0.035cc < 30 Gy near" in one.sentence
    assert "30.0 Gy" not in one.sentence


def test_a_bed_next_to_100_never_contradicts_its_flag() -> None:
    # 28 x 2.1 Gy at a/b 3 is 58.8 x 1.7 = 99.96.
    found = t8(
        ("dose: 37.5 Gy / 5", "dose: 28 x 2.1 Gy"),
        ("        target_metrics: {D95: 34.2 Gy, D98: 27.5 Gy}\n", ""),
        ("[2026-03-16, 2026-03-18, 2026-03-20, 2026-03-23, 2026-03-25]", "not stated"),
    )
    text = rt.report.text(found)
    assert "99.96 no" in text
    assert "100.0 no" not in text


# --- what stands where ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_report_has_its_parts(path: Path) -> None:
    found = rt.assess(rt.load_case(path), registry=REGISTRY)
    text = rt.report.text(found)
    assert text.count(INTENDED_USE) == 1
    assert text.splitlines()[0].startswith(f"rtcalc assess  {found.case.id}  v{rt.__version__}  registry ")
    assert f"complete: {str(found.complete).lower()}" in words(text)
    labels = [line.split("  ")[0] for line in text.splitlines() if line and not line.startswith(" ")]
    assert {"IN ONE LINE", "NOT COMPUTED", "SOURCES"} <= {label.strip() for label in labels}
    for severity in {finding.severity for finding in found.findings}:
        assert labels.count(severity.value.upper()) == 1
    assert len(text) <= len(rt.report.text(found, full=True))
    keys = {key for finding in found.findings for key in finding.sources}
    listed = words(text[text.rindex("\nSOURCES") :])
    assert all(key in listed for key in keys)


def test_counts_and_states_are_said() -> None:
    found = t8(("D0.035cc: 26.4 Gy", "D0.035cc: 31 Gy"))
    text = words(rt.report.text(found))
    # Cord near-maximum exceeded, D1.2cc near, the other five pass.
    assert "Limits: 5 pass, 1 near, 1 exceeded. complete: true" in text
    assert "EXCEEDED (103.3 %)" in text


def test_facts_of_the_patient_are_shown() -> None:
    patient = "patient: {sex: female, kidneys: 1, volumes: {Liver: 620 cc, Stomach: not stated}, tags: [diabetes]}"
    text = words(rt.report.text(t8(("limit_sets:", f"{patient}\nlimit_sets:"))))
    assert "PATIENT female; kidneys: 1; Liver 620 cc; Stomach volume not stated; diabetes" in text
    assert "PATIENT" not in rt.report.text(t8())


def test_what_was_not_evaluated_is_listed_in_full() -> None:
    found = rt.assess(rt.load_case(ROOT / "protocols" / "cases" / "gist-case-2.yaml"), registry=REGISTRY)
    short, full = words(rt.report.text(found)), words(rt.report.text(found, full=True))
    open_ = [verdict for verdict in found.verdicts if not verdict.state.decided]
    assert f"NOT EVALUATED {len(open_)} requested limits, the course in brackets." in short
    assert f"NOT EVALUATED {len(open_)} requested limits of" in full
    for verdict in open_:
        assert f"{verdict.course} {verdict.limit} ({verdict.bound}): missing {', '.join(verdict.missing)}" in full
    assert all(name in full for name in found.clear)


# --- rtcalc bed -------------------------------------------------------------------------------------------------------
def test_the_answer_of_bed() -> None:
    text = calculation.text(calculation.calculate("45 Gy / 5", ["10 Gy", "3 Gy"]))
    # 45 x 1.9, / 1.2 = 71.25; 45 x 4, / (5/3) = 108; 405 / 55 = 7.3636 rounded down.
    assert text.splitlines()[:6] == [
        "45 Gy / 5  (9.00 Gy per fraction)",
        "",
        "a/b, Gy  BED, Gy  EQD2, Gy  BED 100 Gy",
        "10       85.5     71.3      not reached",
        "3        180.0    108.0     reached",
        "",
    ]
    assert "BED reaches 100 Gy only if a/b <= 7.36 Gy." in text
    assert text.endswith(f"{INTENDED_USE}\n")


def test_bed_beyond_100_gray_of_physical_dose() -> None:
    text = calculation.text(calculation.calculate("120 Gy / 60", ["10 Gy"]))
    assert "only if" not in text
    assert "every alpha/beta" in text


def test_a_finding_names_what_explain_takes() -> None:
    found = rt.assess(rt.load_case(ROOT / "tests/cases/gist-case-2-organ-doses.yaml"), registry=REGISTRY)
    short, full = (words(rt.report.text(found, full=full)) for full in (False, True))
    for finding in found.findings:
        assert f"({finding.id})" in full
        together = finding.rule == "organ-limit" and finding.severity is Severity.INFO
        assert together or f"({finding.rule})" in short
        assert explain(finding.rule, REGISTRY).name == finding.rule


def test_the_short_report_joins_the_limits_that_passed() -> None:
    found = rt.assess(rt.load_case(ROOT / "tests/cases/gist-case-2-organ-doses.yaml"), registry=REGISTRY)
    short = words(rt.report.text(found))
    # Highest of each organ that passed: duodenum 28 of 32 Gy, small bowel 14 of 19.5 Gy, cord 12 of 14.5 Gy (D1.2cc).
    assert "Duodenum 87.5 %, Jejunum_Ileum 71.8 %, SpinalCord 82.8 %" in short
    assert "13 limits passed, each by its course alone" in short
    # Courses without a dose are said once, with the organs that lack one.
    assert short.count("course 3 not counted (no dose given)") == 1


def test_a_rule_of_the_program_says_that_it_is_computed() -> None:
    assert "SOURCES  none of its own: computed by rtcalc" in explain("organ-limit", REGISTRY).text()
