"""Dose-volume curves of a case file: read beside it, held against typed metrics, asked by every limit."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from rtcalc.assessment import assess
from rtcalc.assessment.context import Context
from rtcalc.casefile import load_case, parse_case
from rtcalc.dvh import Dvh
from rtcalc.errors import ProtocolError
from rtcalc.evidence import Evidence
from rtcalc.findings import State
from rtcalc.limits import Limit, Metric
from rtcalc.organ_doses import Known
from rtcalc.registry import Registry
from rtcalc.tissues import AlphaBeta
from rtcalc.verdicts import Asked, evaluate

EXPORT = Path(__file__).parents[2] / "docs" / "examples" / "earlier-course.txt"
CASE = """
schema_version: 1
id: curves
disease: not stated
targets:
  node: {site: pelvic node, region: pelvis, near: {stated: [Bowel_Small]}, largest: not stated, tissue: generic-tumour}
courses:
  first:
    prescription: {node: {dose: 50.4 Gy / 28}}
    start: 2024-01-08
    treatment_days: every weekday
    technique: vmat
    dvh:
      Bowel_Small: CURVE
  second:
    prescription: {node: {dose: 30 Gy / 5}}
    start: 2026-03-02
    treatment_days: every weekday
    technique: sbrt
organ_doses: DOSES
limit_sets: [TG101, QUANTEC]
"""
SECOND = "{Bowel_Small: {second: {Dmax: 27.5 Gy, D2cc: 19.0 Gy}}}"


def written(folder: Path, *, curve: str = "{file: plans/old.txt}", doses: str = SECOND) -> Path:
    (folder / "plans").mkdir()
    shutil.copy(EXPORT, folder / "plans" / "old.txt")
    path = folder / "case.yaml"
    path.write_text(CASE.replace("CURVE", curve).replace("DOSES", doses), encoding="utf-8")
    return path


def test_every_limit_is_read_from_the_curve_and_says_so(tmp_path):
    found = assess(load_case(written(tmp_path)))
    verdict = next(v for v in found.verdicts if v.course == "first" and v.metric == "V15Gy")
    # 300 cc at 0 Gy and 10 cc at 49 Gy in the export: 300 - 290 x 15 / 49 = 211.22 cc, above QUANTEC's 120 cc.
    assert verdict.state is State.EXCEEDED
    assert verdict.measured == "V15Gy 211.2 cc (from its curve)"
    assert verdict.percent == pytest.approx(100 * (300 - 290 * 15 / 49) / 120, abs=1e-9)
    read = next(finding for finding in found.findings if finding.rule == "curves-read")
    assert read.table.rows == (("Bowel_Small", "first", "Bowel_Small, plans/old.txt", "300.00", "51.50", "25.34"),)


def test_a_curve_and_a_typed_course_are_summed_at_the_typed_metrics(tmp_path):
    # clinical requirements P4: 50.4/28 with Dmax 51.5, D2cc 50.1 and 30/5 with Dmax 27.5, D2cc 19.0 at a/b 3.
    found = assess(load_case(written(tmp_path)))
    figures = {figure.name: figure for finding in found.findings for figure in finding.figures}
    bounds = figures["cumulative EQD2 Bowel_Small D2cc"]
    assert (round(bounds.low, 2), round(bounds.high, 2)) == (47.99, 75.68)


def test_a_curve_alone_needs_no_typed_dose(tmp_path):
    found = assess(load_case(written(tmp_path, doses="not stated")))
    assert {verdict.course for verdict in found.verdicts if verdict.state.decided} == {"first"}


def test_a_typed_metric_gives_way_to_the_curve_that_confirms_it(tmp_path):
    # The export prints 2 cc at 50.1 Gy and 0.5 cc at 51.0 Gy: D1cc = 50.1 + 0.9 x 1 / 1.5 = 50.7 Gy.
    case = load_case(written(tmp_path, doses="{Bowel_Small: {first: {D1cc: 51 Gy}}}"))
    doses = Context.of(case, Registry()).case.doses("Bowel_Small", "first")
    [(value, origin)] = [(dose.value, dose.origin) for dose in doses if dose.metric == Metric("D", 1.0, "cc")]
    assert (round(value, 9), origin) == (50.7, "dvh text")


@pytest.mark.parametrize("typed", ["51.0 Gy", "50.6 Gy", "5060 cGy", "50.76 Gy"])
def test_a_typed_metric_that_differs_is_refused_with_both_numbers(tmp_path, typed):
    path = written(tmp_path, doses=f"{{Bowel_Small: {{first: {{D1cc: {typed}}}}}}}")
    with pytest.raises(ProtocolError, match=f"D1cc is typed as {typed}, and the curve of plans/old.txt gives 50.7 Gy"):
        load_case(path)


@pytest.mark.parametrize("typed", ["51 Gy", "50.7 Gy", "50.70 Gy", "5070 cGy"])
def test_a_typed_metric_agrees_to_its_own_digits(tmp_path, typed):
    assert load_case(written(tmp_path, doses=f"{{Bowel_Small: {{first: {{D1cc: {typed}}}}}}}")).curves


def test_an_organ_of_a_course_stands_for_one_structure(tmp_path):
    with pytest.raises(ProtocolError, match=r"the curve is of the organ and the typed doses .* on the PRV"):
        load_case(written(tmp_path, doses="{Bowel_Small: {first: {D1cc: 55 Gy, on: PRV}}}"))


@pytest.mark.parametrize(
    ("curve", "message"),
    [
        ("{file: plans/new.txt}", "No such file"),
        ("{file: /plans/old.txt}", "not relative to the case file"),
        ("{file: 'C:\\plans\\old.txt'}", "not relative to the case file"),
        ("{file: plans/old.txt, structure: Bowel}", "Bowel"),
        ("{file: plans/old.txt, max_dose: 60 Gy}", "leave max_dose out"),
        ("{file: plans/old.txt, volume: 300 cc}", "volume"),
    ],
)
def test_what_is_wrong_with_a_curve_is_said_with_its_place(tmp_path, curve, message):
    with pytest.raises(ProtocolError, match=message) as refused:
        load_case(written(tmp_path, curve=curve))
    assert "courses.first.dvh.Bowel_Small" in str(refused.value) or "case.yaml:1" in str(refused.value)


def test_a_relative_curve_without_a_volume_names_the_field(tmp_path):
    path = written(tmp_path, curve="{file: plans/relative.txt, kind: cumulative}", doses="not stated")
    (tmp_path / "plans" / "relative.txt").write_text(
        "Structure,Dose [Gy],Volume [%]\nBowel_Small,0,100\nBowel_Small,9,0\n"
    )
    with pytest.raises(ProtocolError, match="organ_volume"):
        load_case(path)


def test_none_reported_contradicts_a_curve(tmp_path):
    with pytest.raises(ProtocolError, match="none reported; write not stated"):
        load_case(written(tmp_path, doses="none reported"))


def test_a_case_that_is_no_file_has_no_curves_beside_it(tmp_path):
    text = written(tmp_path).read_text(encoding="utf-8")
    with pytest.raises(ProtocolError, match="was not read from a file"):
        parse_case(text)
    assert parse_case(text, folder=tmp_path).curves


def test_another_export_is_another_case(tmp_path):
    path = written(tmp_path)
    before = load_case(path).sha256
    export = tmp_path / "plans" / "old.txt"
    export.write_text(export.read_text(encoding="utf-8").replace("10.0000", "10.0010"), encoding="utf-8")
    assert load_case(path).sha256 != before


def test_json_names_the_export_and_keeps_its_points_out(tmp_path):
    [curve] = json.loads(assess(load_case(written(tmp_path))).to_json())["case"]["curves"]
    assert (curve["file"], curve["structure"], curve["dvh"]["max_gray"]) == ("plans/old.txt", "Bowel_Small", 51.5)
    assert "edges_gray" not in curve["dvh"]


# --- another fraction number ---------------------------------------------------------------------------------------
def row(fractions: int, gray: float) -> Limit:
    return Limit(
        id=f"S.{fractions}",
        set_id="S",
        organ="Cochlea",
        applies_to=("Cochlea",),
        structure="organ",
        fractions=(fractions, fractions),
        metric=Metric("mean"),
        op="<",
        value=gray,
        unit="Gy",
        endpoint="hearing",
        source="S",
        place="p",
        evidence=Evidence.TWO_SOURCES,
    )


@pytest.mark.parametrize(
    ("gray", "state"),
    [
        # a/b 3, an even dose in 4 fractions between rows of 17.1 Gy / 3 and 25 Gy / 5. 20 Gy / 4 has BED 53.33 Gy:
        # 21.77 Gy in 5 (met), 17.86 Gy in 3 (not met). 19 / 4: BED 49.08, 17.02 in 3 (met). 23 / 4: BED 67.08,
        # 25.11 in 5 (not met).
        (19.0, State.PASS),
        (20.0, State.UNDETERMINED),
        (23.0, State.EXCEEDED),
    ],
)
def test_a_mean_is_carried_to_another_fraction_number_on_its_curve(gray, state):
    curve = Dvh.from_parts(organ="Cochlea", course="c", dose_gray=[gray], volume_cc=[1.0])
    ratio = AlphaBeta(source="S", place="p", evidence=Evidence.TWO_SOURCES, gray=3.0)
    known = Known(organ="Cochlea", course="c", fractions=4, doses=(), volume_cc=1.0, alpha_beta=ratio, curve=curve)
    found = evaluate(Asked(below=row(3, 17.1), above=row(5, 25.0)), known)
    assert (found.state, found.how) == (state, "converted")


@pytest.mark.parametrize(("gray", "state"), [(7.9, State.PASS), (8.1, State.EXCEEDED)])
def test_a_carried_mean_is_kept_between_the_printed_rows(gray, state):
    # Rows of 8 Gy in 3 and in 5 fractions: what meets 8 Gy / 3 as it is meets 4 fractions, and 8 Gy / 5 is the most.
    curve = Dvh.from_parts(organ="Cochlea", course="c", dose_gray=[0.0, 2 * gray], volume_cc=[1.0, 1.0])
    ratio = AlphaBeta(source="S", place="p", evidence=Evidence.TWO_SOURCES, gray=3.0)
    known = Known(organ="Cochlea", course="c", fractions=4, doses=(), volume_cc=2.0, alpha_beta=ratio, curve=curve)
    assert evaluate(Asked(below=row(3, 8.0), above=row(5, 8.0)), known).state is state


# --- sums of courses -----------------------------------------------------------------------------------------------
STEPS = (
    "Structure,Dose [Gy],Volume [cc]\nBowel_Small,0,10\nBowel_Small,{a},10\nBowel_Small,{a}1,4\n"
    "Bowel_Small,{b},4\nBowel_Small,{b}1,0\n"
)


def test_two_curves_bound_the_mean_of_a_sum_from_both_sides(tmp_path):
    # Ten cc: course 1 (28 fractions) 4 cc at 40 Gy and 6 cc at 20, course 2 (5 fractions) 4 cc at 20 Gy and 6 cc at 10.
    # EQD2 at a/b 3: 40 Gy 35.43, 20 Gy 14.86; 20 Gy 28, 10 Gy 10. Their mean is 0.4 x 35.43 + 0.6 x 14.86 + 0.4 x 28 +
    # 0.6 x 10 = 40.29; of the means alone (28 Gy / 28: 22.4, 14 Gy / 5: 16.24) only the lower bound of 38.64 follows.
    path = written(tmp_path, curve="{file: one.txt, kind: cumulative}", doses="not stated")
    (tmp_path / "one.txt").write_text(STEPS.format(a="20.0", b="40.0"), encoding="utf-8")
    (tmp_path / "two.txt").write_text(STEPS.format(a="10.0", b="20.0"), encoding="utf-8")
    text = path.read_text(encoding="utf-8")
    text = text.replace("sbrt\n", "sbrt\n    dvh: {Bowel_Small: {file: two.txt, kind: cumulative}}\n")
    path.write_text(text, encoding="utf-8")
    figures = {figure.name: figure for finding in assess(load_case(path)).findings for figure in finding.figures}
    mean = figures["cumulative EQD2 Bowel_Small Dmean"]
    assert mean.low == pytest.approx(40.29, abs=0.05)
    assert mean.high == pytest.approx(40.29, abs=0.05)
    assert mean.low < mean.high
