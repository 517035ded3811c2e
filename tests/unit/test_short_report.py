"""The short report: what is joined keeps its organ, its number and its reason, and nothing that matters is left out."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

import rtcalc as rt
from rtcalc.assessment import Assessment
from rtcalc.assessment.compound import CONDITIONS
from rtcalc.assessment.organs import verdict_words
from rtcalc.evidence import Severity
from rtcalc.findings import Finding, Firing, State

ROOT = Path(__file__).resolve().parents[2]
REGISTRY = rt.Registry()
CASES = sorted([*(ROOT / "protocols" / "cases").glob("*.yaml"), *(ROOT / "tests" / "cases").glob("*.yaml")])
OPEN = (State.NEAR, State.EXCEEDED, State.UNDETERMINED, State.CANNOT_BE_MET)

HEAD = """
schema_version: 1
id: joined
disease: any
targets:
  a: {site: lesion a, region: thorax, near: not stated, largest: 20 mm, tissue: rcc}
"""
# TG-101 for 4 fractions lies between its rows for 3 and 5: duodenum D5cc < 18.00 / 16.60 Gy, so 17 Gy is undetermined,
# D0.035cc < 24.97 / 29.20 Gy, so 30 Gy is exceeded. Its liver row for 3 fractions (700 cc) was read once only.
BETWEEN_ROWS = f"""{HEAD}
courses:
  one: {{prescription: {{a: {{dose: 40 Gy / 4}}}}, technique: sbrt}}
  two: {{prescription: {{a: {{dose: 27 Gy / 3}}}}, technique: sbrt}}
organ_doses:
  Duodenum: {{one: {{D5cc: 17 Gy, D0.035cc: 30 Gy}}}}
  Liver: {{two: {{CV17.1Gy: 650 cc}}}}
  SpinalCord: {{one: {{Dmax: 9 Gy}}, two: {{Dmax: 11 Gy}}}}
limit_sets: [TG101]
"""


def made(text: str) -> Assessment:
    return rt.assess(rt.parse_case(text), registry=REGISTRY)


def assessed(path: Path) -> Assessment:
    return rt.assess(rt.load_case(path), registry=REGISTRY)


FOUND = {**{path.stem: assessed(path) for path in CASES}, "between-rows": made(BETWEEN_ROWS)}
every_case = pytest.mark.parametrize("found", FOUND.values(), ids=FOUND.keys())


def flat(text: str) -> str:
    return " ".join(text.split())


def paragraphs(found: Assessment, width: int = 120) -> dict[str, str]:
    """What stands under each number of the findings of severity caution or more, and under each label."""
    parts: dict[str, list[str]] = {}
    key = ""
    for line in rt.report.text(found, width=width).splitlines():
        label = re.match(r"[A-Z][A-Z ]+[A-Z](?=  |$)|[A-Z]{4,}(?= )", line)
        number = re.match(r".{10}([SWCI]\d+) ", line)
        if number and (label or line.startswith(" " * 10)):
            key = number[1]
        elif label:
            key = label[0]
        parts.setdefault(key, []).append(line[10:] if number else line)
    return {name: flat(" ".join(lines)) for name, lines in parts.items()}


def numbered(found: Assessment) -> list[tuple[str, Finding]]:
    """The findings that are never joined, with their numbers."""
    shown = []
    for severity in (Severity.STOP, Severity.WARNING, Severity.CAUTION):
        of_it = [finding for finding in found.findings if finding.severity is severity]
        shown += [(f"{severity.value[0].upper()}{n}", finding) for n, finding in enumerate(of_it, start=1)]
    return shown


def same_rule(found: Assessment, finding: Finding) -> list[Finding]:
    return [other for other in found.findings if other.rule == finding.rule]


def test_the_made_case_holds_what_these_tests_are_for() -> None:
    found = FOUND["between-rows"]
    states = {verdict.state for finding in found.findings for verdict in finding.verdicts}
    assert {State.UNDETERMINED, State.EXCEEDED} <= states
    assert "single-transcription" in {finding.rule for finding in found.findings}
    assert State.NEAR in {verdict.state for one in FOUND.values() for verdict in one.verdicts}
    assert State.CANNOT_BE_MET in {verdict.state for one in FOUND.values() for verdict in one.verdicts}
    assert State.NOT_APPLICABLE in {verdict.state for one in FOUND.values() for verdict in one.verdicts}


@every_case
@pytest.mark.parametrize("width", [60, 80, 120])
def test_every_finding_of_caution_or_more_stands_under_its_own_number(found: Assessment, width: int) -> None:
    said = paragraphs(found, width)
    for number, finding in numbered(found):
        assert said[number].startswith(f"{number} {flat(finding.title)}"), number
        assert said[number].endswith(f"({finding.rule})")


@every_case
def test_its_answer_is_there(found: Assessment) -> None:
    said = paragraphs(found)
    for number, finding in numbered(found):
        if finding.rule == "organ-limit":
            continue  # said by its verdicts, below
        if finding.table is not None and finding.table.header == CONDITIONS:
            for name, asked, answer, state in finding.table.rows:
                conditions, words = said[number].split(f"{name} {asked}", 1)[1].split(";")[0], f": {state}"
                assert words in conditions
                assert answer == state or answer in conditions
        elif finding.rule == "bed-100":
            assert finding.table is not None
            for row in finding.table.rows:
                assert all(cell in said[number] for cell in row)
        else:
            assert flat(finding.sentence) in said[number]


@every_case
def test_every_note_stands_under_it_or_under_the_finding_it_names(found: Assessment) -> None:
    said = paragraphs(found)
    for number, finding in numbered(found):
        rows = tuple(verdict_words(verdict) for verdict in finding.verdicts)
        for line in finding.lines:
            if finding.rule == "organ-limit" and line.startswith(rows):
                continue
            if flat(line) not in said[number]:
                (named,) = re.findall(r"Notes: as ([SWCI0-9, ]+)\.", said[number])
                assert any(flat(line) in said[other] for other in named.split(", "))
        for statement in finding.against:
            if flat(statement.text) not in said[number]:
                (named,) = re.findall(r"Against this: as ([SWCI0-9, ]+)\.", said[number])
                assert any(flat(statement.text) in said[other] for other in named.split(", "))
        for change in finding.would_change:
            assert flat(str(change)) in said[number]
        if not (finding.table is not None and finding.table.header == CONDITIONS):
            assert all(flat(part) in said[number] for part in finding.missing)


@every_case
def test_every_limit_that_is_near_exceeded_undetermined_or_cannot_be_met_is_said(found: Assessment) -> None:
    said = paragraphs(found)
    shown = {verdict: number for number, finding in numbered(found) for verdict in finding.verdicts}
    open_ = [v for finding in found.findings for v in finding.verdicts if v.state in OPEN]
    assert {v for v in found.verdicts if v.state in OPEN} <= set(open_)
    for verdict in open_:
        words = said[shown[verdict]]
        state = "EXCEEDED" if verdict.state is State.EXCEEDED else verdict.state.words
        assert verdict.organ in words
        assert verdict.metric in words
        assert re.search(rf"{re.escape(f'{verdict.bound}')} (\| )?{state}", words), words
        assert all(flat(part) in words for part in verdict.note.split("; "))


def test_a_limit_of_a_single_transcription_that_is_near_is_said() -> None:
    # TG-101's liver row for 3 fractions, read once: 700 cc below 17.1 Gy; 700 / 705 is 99.3 %.
    found = made(BETWEEN_ROWS.replace("650 cc", "705 cc"))
    (one,) = [finding for finding in found.findings if finding.rule == "single-transcription"]
    assert (one.severity, one.verdicts[0].state) == (Severity.INFO, State.NEAR)
    text = flat(rt.report.text(found))
    assert "Liver, two: CV17.1Gy 705 cc | TG101 CV17.1Gy >= 700 cc | near (99.3 %)." in text


@every_case
def test_every_limit_that_was_not_evaluated_has_its_organ_metric_course_and_reason(found: Assessment) -> None:
    said = paragraphs(found)
    left = [verdict for verdict in found.verdicts if verdict.state is State.NOT_EVALUABLE]
    if not left:
        assert "NOT EVALUATED" not in said
    for verdict in left:
        course = str(found.case.number(verdict.course))
        own = verdict.missing == (f"{verdict.organ} {verdict.metric}",) and not verdict.measured
        reason = "Value not given" if own else f"missing {', '.join(verdict.missing)}"
        reason = re.sub(rf"(?<![\w-]){re.escape(verdict.organ)}(?![\w-])", "the organ", reason)
        (group,) = [
            part
            for part in re.split(r"(?<=[a-z)])\. (?=[A-Z])", said["NOT EVALUATED"])
            if reason.lower() in part.lower()
            and any(
                entry.split()[0] == verdict.organ
                and verdict.metric in re.split(r"[ ,]+", entry)
                and (len(found.case.courses) == 1 or course in re.findall(r"\d+", entry.rsplit("(", 1)[-1]))
                for entry in re.split(r"[;:] ", part)
            )
        ]
        assert own or all(note in group for note in verdict.note.split("; "))


@every_case
def test_a_limit_for_another_population_is_named(found: Assessment) -> None:
    others = [verdict for verdict in found.verdicts if verdict.state is State.NOT_APPLICABLE]
    for full in (False, True):
        text = flat(rt.report.text(found, full=full))
        assert all(f"({verdict.limit}): {verdict.note}" in text for verdict in others)


@every_case
def test_what_cannot_be_excluded_says_so(found: Assessment) -> None:
    said = paragraphs(found)
    for number, finding in numbered(found):
        if finding.firing is Firing.NOT_EXCLUDED:
            assert "Cannot be excluded." in said[number]


def test_words_that_hold_a_number_back_stay() -> None:
    made_case = flat(rt.report.text(FOUND["between-rows"]))
    assert "may share days" in made_case
    case_2 = flat(rt.report.text(FOUND["gist-case-2-organ-doses"]))
    # 85.5 + 80.0 and, / 1.2, 71.25 + 66.67.
    assert (
        "BED 165.5 (EQD2 137.9) at a/b 10: an upper bound (no time factor for the days between), not compared" in case_2
    )
    assert "no upper bound without Dmax (24.45 is the sum of near-max values, no bound)" in case_2
    assert "SpinalCord, Duodenum, Jejunum_Ileum, Kidney_R, Kidneys: course 3 not counted (no dose given)" in case_2


def test_a_converted_limit_names_its_rows_and_its_alpha_beta() -> None:
    text = flat(rt.report.text(FOUND["gist-case-2-organ-doses"]))
    # From the rows for 3 and 5 fractions at a/b 3; 24.0 / 24.97 is 96.1 %.
    assert "D0.035cc 24.0 Gy: TG101 < 24.97 / 29.20 Gy near (96.1 %); converted from the rows for 3 and 5" in text
    assert "at a/b 3, LQ" in text


def test_sets_stand_side_by_side_the_exceeded_one_first() -> None:
    text = flat(rt.report.text(FOUND["rcc-t8-three-sets"]))
    # 26.4 against 25.3, 30 and 28 Gy.
    assert (
        "D0.035cc 26.4 Gy (cord): HYTEC <= 25.3 Gy EXCEEDED (104.3 %) | TG101 < 30 Gy pass (88.0 %) | "
        "TIMMERMAN2022 < 28 Gy pass (94.3 %). Sets disagree; strictest HYTEC." in text
    )


def test_citations_stand_in_the_full_report() -> None:
    found = FOUND["gist-case-2"]
    short, full = flat(rt.report.text(found)), flat(rt.report.text(found, full=True))
    citation = REGISTRY.references["barney2013"].citation
    assert "barney2013" in short
    assert citation not in short
    assert citation in full
    keys = {key for finding in found.findings for key in finding.sources}
    assert keys <= {reference.key for reference in found.references}
    assert all(f"[{key}]" in full[full.rindex(" SOURCES ") :] for key in keys)


def test_a_limit_passed_by_a_hair_does_not_read_as_the_limit() -> None:
    # D0.03cc 31.99 Gy implies TG-101's duodenum D0.035cc < 32 Gy: 99.97 %, which one decimal would print as 100.0.
    doses = "organ_doses:\n  Duodenum: {one: {D0.03cc: 31.99 Gy}}\n  Esophagus: {one: {D0.03cc: 20 Gy}}\n"
    course = "courses:\n  one: {prescription: {a: {dose: 45 Gy / 5}}, technique: sbrt}\n"
    text = flat(rt.report.text(made(f"{HEAD}\n{course}{doses}limit_sets: [TG101]")))
    assert "limits passed" in text
    assert "Duodenum 99.97 %" in text


@every_case
@pytest.mark.parametrize("width", [60, 80, 100, 120])
def test_no_number_is_parted_from_its_unit_and_no_line_is_too_long(found: Assessment, width: int) -> None:
    lines = rt.report.text(found, width=width).splitlines()
    for line, below in pairwise(lines):
        parted = re.search(r"\d$", line) and re.match(r" +((Gy|cc|mm|d|h|%)(?!\w)|/ \d)", below)
        assert not parted, (line, below)
        header = re.match(r" *course  ", line)  # of a table, whose last column is "only if a/b <="
        assert header or not (re.search(r"([<>]=?|a/b|[Cc]ourse|/)$", line) and re.match(r" +\d", below)), line
    # The courses stand in columns, which are wider than 60 characters where a schedule has several parts.
    assert width == 60 or all(len(line) <= width or len(line.split()) == 1 for line in lines)


def test_how_long_the_short_report_is() -> None:
    lengths = {name: len(rt.report.text(found).splitlines()) for name, found in FOUND.items()}
    # Ten to thirty findings on one to three courses; a page of a screen is 50 to 60 lines.
    assert lengths["rcc-t8-three-sets"] <= 62
    assert lengths["gist-case-2"] <= 105
    assert lengths["gist-case-2-organ-doses"] <= 125
