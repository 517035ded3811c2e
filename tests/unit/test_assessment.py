"""A case held against the registry: severities, counts, sums of sessions and of courses, and what is said of the data.

Limits are TG-101's, or rows of a made-up set written here; sums are worked in comments.
"""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import rtcalc as rt
from rtcalc.assessment import Assessment
from rtcalc.assessment.rules import RULES
from rtcalc.errors import DomainError, UnknownName
from rtcalc.evidence import Severity
from rtcalc.findings import Finding, Firing, Question, State, Verdict

ROOT = Path(__file__).resolve().parents[2]
CASES = sorted([*(ROOT / "protocols" / "cases").glob("*.yaml"), *(ROOT / "tests" / "cases").glob("*.yaml")])
REGISTRY = rt.Registry()
AGAIN = rt.Registry()
EVERY_DAY = "[2026-03-16, 2026-03-17, 2026-03-18, 2026-03-19, 2026-03-20]"


def case(
    courses: str,
    organ_doses: str = "none reported",
    sets: str = "[TG101]",
    near: str = "not stated",
    more: str = "",
) -> rt.Case:
    """Two spine lesions; `courses` are lines of the file."""
    return rt.parse_case(
        f"""
schema_version: 1
id: example
disease: any
targets:
  a: {{site: vertebra T8, region: spine, level: T8, near: {near}, largest: 20 mm, tissue: rcc}}
  b: {{site: vertebra T9, region: spine, level: T9, near: {near}, largest: 20 mm, tissue: rcc}}
courses:
{courses}
organ_doses: {organ_doses}
limit_sets: {sets}
{more}
"""
    )


def course(
    name: str = "c", target: str = "a", dose: str = "30 Gy / 5", more: str = "isodose: 80 %", **fields: str
) -> str:
    other = "".join(f", {field}: {value}" for field, value in fields.items())
    return f"  {name}: {{prescription: {{{target}: {{dose: {dose}, {more}}}}}, technique: sbrt{other}}}\n"


def of_rule(found: Assessment, rule: str) -> list[Finding]:
    return [finding for finding in found.findings if finding.rule == rule]


def assess(given: rt.Case) -> Assessment:
    """Against the built-in knowledge, read once."""
    return rt.assess(given, registry=REGISTRY)


def only(found: Assessment, rule: str) -> Finding:
    (finding,) = of_rule(found, rule)
    return finding


def verdict(found: Assessment, metric: str, set_id: str = "TG101", organ: str = "SpinalCord") -> Verdict:
    (one,) = [v for v in found.verdicts if (v.set_id, v.organ, v.metric) == (set_id, organ, metric)]
    return one


def prose(finding: Finding) -> str:
    return " ".join([finding.title, finding.sentence, *finding.lines, *finding.details])


# --- the contract of the library --------------------------------------------------------------------------------------
def test_the_public_names_and_the_call() -> None:
    for name in rt.__all__:
        assert getattr(rt, name) is not None
    found = rt.assess(rt.load_case(CASES[0]), registry=rt.Registry())
    assert isinstance(found, rt.Assessment)
    assert found.to_dict()["case"]["id"] == found.case.id
    assert rt.report.text(found).startswith("rtcalc assess")
    assert "assess" in dir(rt)
    with pytest.raises(AttributeError, match="no attribute 'treat'"):
        rt.treat  # noqa: B018
    with pytest.raises(AttributeError, match="no attribute 'video'"):
        rt.report.video  # noqa: B018


def test_the_short_forms() -> None:
    assert repr(rt.bed("45 Gy / 5", alpha_beta="10 Gy")) == "<BED 85.5 Gy (a/b 10 Gy, LQ)>"
    assert rt.bed("45 Gy", 5, alpha_beta="10 Gy") == rt.bed("45 Gy / 5", alpha_beta="10 Gy")
    assert str(rt.eqd2("45 Gy / 5", alpha_beta="3 Gy")) == "EQD2 (a/b 3) 108.0 Gy"  # 45 (4) / (5/3)
    assert rt.Schedule(per_fraction="9 Gy", fractions=5) == rt.Schedule.parse("45 Gy / 5")


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_example_case(path: Path) -> None:
    found = rt.assess(rt.load_case(path), registry=REGISTRY)
    ids = [finding.id for finding in found.findings]
    assert len(ids) == len(set(ids))
    ranks = [finding.severity.rank for finding in found.findings]
    assert ranks == sorted(ranks, reverse=True)
    assert found.worst() is found.findings[0].severity
    assert sum(count for _, count in found.counts) == len(found.verdicts)
    assert [state for state, _ in found.counts] == list(State)
    for finding in found.findings:
        head = finding.id.split("/")[0]
        assert finding.rule == head
        assert head in RULES or head in REGISTRY.interaction_rules or head in REGISTRY.compound_limits
        assert all(key in REGISTRY.references for key in finding.sources)
        assert all(statement.source in REGISTRY.references for statement in (*finding.supports, *finding.against))
        assert finding.title
        assert finding.sentence
    for one in found.verdicts:
        assert one.missing or one.state is not State.NOT_EVALUABLE


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_json_is_the_same_bytes_twice_and_holds_no_nan(path: Path) -> None:
    first = rt.assess(rt.load_case(path), registry=AGAIN).to_json()
    assert first == rt.assess(rt.load_case(path), registry=REGISTRY).to_json()
    json.loads(first, parse_constant=lambda literal: pytest.fail(literal))
    assert "Infinity" not in first


UNITS = ("gray", "_gray", "_mm", "_cc", "percent", "_percent", "_d", "_h")


def unitless(data: object, key: str = "") -> Iterator[str]:
    """Keys of floats that have no unit, neither in the key nor in a field beside it."""
    if isinstance(data, dict):
        for name, value in data.items():
            if isinstance(value, float) and "unit" not in data and not name.endswith(UNITS):
                yield name
            yield from unitless(value, name)
    elif isinstance(data, list):
        for value in data:
            if isinstance(value, float) and not key.endswith(UNITS):
                yield key
            yield from unitless(value, key)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_number_in_json_has_its_unit(path: Path) -> None:
    assert sorted(set(unitless(rt.assess(rt.load_case(path), registry=REGISTRY).to_dict()))) == []


def test_days_in_json_are_dates() -> None:
    days = assess(rt.load_case(ROOT / "tests" / "cases" / "rcc-t8.yaml")).to_dict()["case"]["courses"][0]["days"]
    assert days == ["2026-03-16", "2026-03-18", "2026-03-20", "2026-03-23", "2026-03-25"]


# --- complete, counts, unmet ------------------------------------------------------------------------------------------
def test_complete_needs_every_requested_limit_and_at_least_one() -> None:
    doses = "{SpinalCord: {c: {D0.035cc: 20 Gy, D0.35cc: 15 Gy, D1.2cc: 10 Gy}}}"
    assert assess(case(course(), doses)).complete
    assert not assess(case(course(), doses, sets="[]")).complete
    # TG-101 asks D0.035cc, D0.35cc and D1.2cc of the cord; a mean answers none of them.
    part = assess(case(course(), "{SpinalCord: {c: {Dmean: 5 Gy}}}"))
    assert not part.complete
    assert dict(part.counts)[State.NOT_EVALUABLE] == 3
    assert part.unmet(["TG101:SpinalCord"]) == (
        "TG101:SpinalCord: D0.35cc in c not evaluable (SpinalCord D0.35cc)",
        "TG101:SpinalCord: D1.2cc in c not evaluable (SpinalCord D1.2cc)",
        "TG101:SpinalCord: D0.035cc in c not evaluable (SpinalCord D0.035cc)",
    )
    with pytest.raises(DomainError, match="write SET:ORGAN"):
        part.unmet(["SpinalCord"])


def test_an_exceeded_limit_is_evaluated() -> None:
    found = assess(case(course(), "{SpinalCord: {c: {D0.035cc: 31 Gy, D0.35cc: 15 Gy, D1.2cc: 10 Gy}}}"))
    assert found.complete
    assert found.unmet(["TG101:SpinalCord"]) == ()
    assert found.worst() is Severity.STOP


# --- severity of a limit ----------------------------------------------------------------------------------------------
OWN = """
schema_version: 1
id: OWN
title: a second set
source: TG101
note: rows made up for this test
limits:
"""


def with_own(tmp_path: Path, *rows: str) -> rt.Registry:
    """The built-in knowledge with a second set OWN of cord rows: ``metric, fractions, limit`` and more fields."""
    (tmp_path / "constraints").mkdir(exist_ok=True)
    cord = "organ: SpinalCord, applies_to: [SpinalCord], structure: cord, endpoint: any, place: here"
    lines = [f"  - {{id: OWN.{i}, {cord}, {row}}}" for i, row in enumerate(rows)]
    (tmp_path / "constraints" / "own.yaml").write_text(OWN + "\n".join(lines), encoding="utf-8")
    return rt.Registry(tmp_path)


NEAR_MAX = "metric: D0.035cc, fractions: 5, evidence: two-sources"
FULL = "{{SpinalCord: {{c: {{D0.035cc: {} Gy, D0.35cc: {} Gy, D1.2cc: 10 Gy}}}}}}"


def cord(registry: rt.Registry, near_max: float, less: float = 15.0, dose: str = "30 Gy / 5") -> Assessment:
    return rt.assess(case(course(dose=dose), FULL.format(near_max, less), sets="[TG101, OWN]"), registry=registry)


def near_max_finding(found: Assessment) -> Finding:
    (one,) = [f for f in found.findings if f.id == "organ-limit/SpinalCord-near-max/c"]
    return one


def test_a_limit_that_every_set_finds_exceeded_is_a_stop(tmp_path: Path) -> None:
    # 31 of 30 (103.3 %) and of 25 (124 %).
    one = near_max_finding(cord(with_own(tmp_path, f"{NEAR_MAX}, limit: < 25 Gy"), 31))
    assert one.severity is Severity.STOP
    assert "OWN D0.035cc < 25 Gy exceeded (124.0 %)" in one.sentence
    assert "disagree" not in one.sentence
    assert {str(change) for change in one.would_change} == {
        "SpinalCord D0.035cc < 30 Gy: TG101 met (1.00 Gy less)",
        "SpinalCord D0.035cc < 25 Gy: OWN met (6.00 Gy less)",
    }


def test_sets_that_disagree_are_a_warning_with_the_strictest_named(tmp_path: Path) -> None:
    # 26.4 of 30 is 88 %, of 25 it is 105.6 %.
    found = cord(with_own(tmp_path, f"{NEAR_MAX}, limit: < 25 Gy"), 26.4)
    one = near_max_finding(found)
    assert one.severity is Severity.WARNING
    assert one.sentence == (
        "SpinalCord D0.035cc 26.4 Gy: OWN D0.035cc < 25 Gy exceeded (105.6 %). Sets disagree; strictest OWN."
    )
    assert [(v.set_id, v.state) for v in one.verdicts] == [("TG101", State.PASS), ("OWN", State.EXCEEDED)]
    assert any("| TG101 D0.035cc < 30 Gy | pass (88.0 %)" in line for line in one.lines)
    assert "SpinalCord D0.035cc 26.4 Gy: above OWN (< 25 Gy)" in found.sentence


def test_another_metric_of_another_set_is_no_disagreement(tmp_path: Path) -> None:
    # TG-101: D0.35cc < 23 Gy, 24 Gy given; the other set passes D1.2cc, which says nothing of it.
    registry = with_own(tmp_path, "metric: D1.2cc, fractions: 5, evidence: two-sources, limit: < 20 Gy")
    (one,) = [f for f in cord(registry, 26, 24).findings if f.id == "organ-limit/SpinalCord-other/c"]
    assert one.severity is Severity.STOP
    assert "disagree" not in one.sentence


def test_an_optimal_row_is_a_caution(tmp_path: Path) -> None:
    one = near_max_finding(cord(with_own(tmp_path, f"{NEAR_MAX}, limit: < 25 Gy, kind: optimal"), 26.4))
    assert one.severity is Severity.CAUTION


def test_a_single_transcription_never_drives_a_verdict(tmp_path: Path) -> None:
    row = NEAR_MAX.replace("two-sources", "one-source")
    found = cord(with_own(tmp_path, f"{row}, limit: < 25 Gy"), 26.4)
    assert all(v.set_id == "TG101" for v in found.verdicts)
    assert near_max_finding(found).severity is Severity.INFO


def test_a_converted_limit_is_a_warning_and_never_a_stop() -> None:
    # Four fractions at a/b 2: 24.82 from 3, 27.24 from 5; 30 Gy is above both.
    found = assess(case(course(dose="24 Gy / 4"), "{SpinalCord: {c: {D0.035cc: 30 Gy}}}"))
    assert verdict(found, "D0.035cc").how == "converted"
    assert verdict(found, "D0.035cc").state is State.EXCEEDED
    assert near_max_finding(found).severity is Severity.WARNING
    assert found.worst() is Severity.WARNING


def test_between_two_converted_rows_is_a_caution() -> None:
    found = assess(case(course(dose="24 Gy / 4"), "{SpinalCord: {c: {D0.035cc: 26 Gy}}}"))
    assert verdict(found, "D0.035cc").state is State.UNDETERMINED
    assert near_max_finding(found).severity is Severity.CAUTION
    assert not found.complete


def test_a_limit_larger_than_the_organ_is_a_warning() -> None:
    # TG-101: >= 200 cc of renal cortex below 17.5 Gy; the cortex has 140 cc.
    found = assess(case(course(), "{Kidney_Cortex: {c: {volume: 140 cc, CV17.5Gy: 128 cc}}}"))
    one = only(found, "organ-limit")
    assert (one.severity, one.verdicts[0].state) == (Severity.WARNING, State.CANNOT_BE_MET)
    assert one.sentence == "Kidney_Cortex volume 140 cc: TG101 CV17.5Gy >= 200 cc cannot be met."
    assert not found.complete


def test_a_pass_by_volume_alone_is_named_so_and_a_dose_of_zero_is_not() -> None:
    # TG-101: less than 5 cc of duodenum above 18 Gy, less than 10 cc above 12.5 Gy; the part contoured has 4.2 cc.
    found = assess(case(course(), "{Duodenum: {c: {volume: 4.2 cc, D0.035cc: 0 Gy}}}"))
    near, other = of_rule(found, "organ-limit")[::-1]
    assert "D0.035cc 0.0 Gy (TG101 D0.035cc < 32 Gy, 0.0 %)" in prose(near) + prose(other)
    assert all(v.state is State.PASS for v in found.verdicts)
    states = {v.metric: v.how for v in found.verdicts}
    assert states["D0.035cc"] == "own row"
    by_volume = assess(case(course(), "{Duodenum: {c: {volume: 4.2 cc}}}"))
    assert "Duodenum volume 4.2 cc (TG101 D5cc < 18 Gy, by volume alone)" in prose(only(by_volume, "organ-limit"))


# --- courses of the same sessions -------------------------------------------------------------------------------------
def together(one: str, two: str, said: str = ", same_sessions_as: [one]") -> rt.Case:
    courses = course("one") + course("two", "b").replace("technique: sbrt", f"technique: sbrt{said}")
    return case(courses, f"{{SpinalCord: {{one: {{{one}}}, two: {{{two}}}}}}}")


def test_two_plans_of_one_session_are_held_against_the_limit_together() -> None:
    # Each plan alone passes 30 Gy. Together D0.035cc is 18 to min(20 + 16, 18 + 18) = 36: open.
    found = assess(together("Dmax: 20 Gy, D0.035cc: 18 Gy", "Dmax: 18 Gy, D0.035cc: 16 Gy"))
    one = verdict(found, "D0.035cc")
    assert (one.state, one.percent) == (State.UNDETERMINED, None)
    assert one.measured == "D0.035cc 18.0 Gy .. D0.035cc 36.0 Gy"
    assert "courses 1 and 2 together" in one.note
    assert not found.complete
    assert "pass" not in {v.state for v in found.verdicts}


def test_the_upper_end_of_a_sum_that_passes_is_a_pass() -> None:
    # min(12 + 9, 11 + 10) = 21 of 30 Gy.
    found = assess(together("Dmax: 12 Gy, D0.035cc: 11 Gy", "Dmax: 10 Gy, D0.035cc: 9 Gy"))
    assert verdict(found, "D0.035cc").state is State.PASS
    assert verdict(found, "D0.035cc").percent == pytest.approx(70.0)
    assert near_max_title(found) == "SpinalCord near-max, courses 1 and 2"
    assert of_rule(found, "no-limit-requested") == []


def near_max_title(found: Assessment) -> str:
    (one,) = [f for f in found.findings if f.id == "organ-limit/SpinalCord-near-max/one"]
    return one.title


def test_one_plan_above_the_limit_is_enough() -> None:
    found = assess(together("Dmax: 32 Gy, D0.035cc: 31 Gy", "Dmax: 3 Gy, D0.035cc: 2 Gy"))
    assert verdict(found, "D0.035cc").state is State.EXCEEDED
    assert found.worst() is Severity.STOP


def test_without_maxima_a_sum_cannot_be_judged() -> None:
    found = assess(together("D0.035cc: 11 Gy", "D0.035cc: 9 Gy"))
    one = verdict(found, "D0.035cc")
    assert one.state is State.NOT_EVALUABLE
    assert one.missing == ("Dmax of SpinalCord in each of these courses, or their plan sum",)


def test_a_prv_bounds_a_sum_from_above_only() -> None:
    passes = assess(together("Dmax: 12 Gy, on: PRV", "Dmax: 10 Gy, on: PRV"))
    assert verdict(passes, "D0.035cc").state is State.PASS  # 22 Gy in the PRV
    above = assess(together("Dmax: 33 Gy, D0.035cc: 32 Gy, on: PRV", "Dmax: 10 Gy, on: PRV"))
    assert verdict(above, "D0.035cc").state is State.NOT_EVALUABLE


def test_the_same_days_are_the_same_sessions_without_being_said() -> None:
    courses = "".join(course(name, target, treatment_days=EVERY_DAY) for name, target in (("one", "a"), ("two", "b")))
    doses = "{SpinalCord: {one: {Dmax: 9 Gy}, two: {Dmax: 11 Gy}}}"
    found = assess(case(courses, doses))
    # 20 / 5 at a/b 2: 20 (1 + 2) / 2 = 30.0, not 8.55 + 11.55.
    table = only(found, "same-sessions").table
    assert table is not None
    assert table.rows == (("SpinalCord", "Dmax", "11.0-20.0 / 5", "11.6-30.0 (a/b 2)"),)  # 11 (1 + 1.1) / 2 = 11.55


def test_three_plans_of_one_session_are_one_sum() -> None:
    courses = course("one") + "".join(
        course(name, "b").replace("technique: sbrt", "technique: sbrt, same_sessions_as: [one]")
        for name in ("two", "three")
    )
    each = "{Dmax: 9 Gy, D0.035cc: 8.5 Gy}"
    found = assess(case(courses, f"{{SpinalCord: {{one: {each}, two: {each}, three: {each}}}}}"))
    # 8.5 + 9 + 9 = 26.5 of 30 Gy; two plans alone would be 17.5.
    assert verdict(found, "D0.035cc").percent == pytest.approx(100 * 26.5 / 30)
    assert only(found, "same-sessions").id == "same-sessions/organs/one+two+three"


def test_fractions_that_differ_within_the_course_add_one_by_one() -> None:
    courses = course("one", dose="45 Gy / 5", more="delivered: 3 x 9 Gy + 2 x 10 Gy") + course(
        "two", dose="10 Gy / 5"
    ).replace("technique: sbrt", "technique: sbrt, same_sessions_as: [one]")
    table = only(assess(case(courses)), "bed-100").table
    assert table is not None
    # 3 x 11 + 2 x 12: 33 (1 + 11/10) + 24 (1 + 12/10) = 122.1 at a/b 10.
    row = table.rows[-1]
    assert row[table.header.index("schedule")] == "33 Gy / 3 + 24 Gy / 2"
    assert row[table.header.index("BED a/b 10")] == "122.1 yes"


# --- courses on different days ----------------------------------------------------------------------------------------
def days(*numbers: int) -> str:
    return "[" + ", ".join(f"2026-03-{number:02d}" for number in numbers) + "]"


BOWEL = "{Jejunum_Ileum: {one: {Dmax: 51.5 Gy, D2cc: 50.1 Gy}, two: {Dmax: 27.5 Gy, D2cc: 19 Gy}}}"  # a/b 3


def cumulative(found: Assessment) -> dict[tuple[str, str], tuple[str, ...]]:
    table = only(found, "cumulative-dose").table
    assert table is not None
    return {(row[0], row[1]): row[2:] for row in table.rows}


def test_an_earlier_course_by_its_summary() -> None:
    courses = course("one", dose="50.4 Gy / 28", start="2019") + course("two", start="2026-03-16")
    # 50.1 (1 + 1.789/3) / (5/3) = 47.99; 19 (1 + 3.8/3) / (5/3) = 25.84; upper 49.84 + 25.84 = 75.68.
    rows = cumulative(assess(case(courses, BOWEL)))
    assert rows["Jejunum_Ileum", "D2cc"] == ("3", "47.99 | 25.84", "48.0-75.7")
    assert rows["Jejunum_Ileum", "Dmax"] == ("3", "49.84 | 46.75", "49.8-96.6")


def test_an_earlier_course_beside_courses_of_one_session_is_not_forgotten() -> None:
    courses = (
        course("one", dose="50.4 Gy / 28", start="2019")
        + course("two", start="2026-03-16")
        + course("three", "b", start="2026-03-16").replace(
            "technique: sbrt", "technique: sbrt, same_sessions_as: [two]"
        )
    )
    rows = cumulative(assess(case(courses, BOWEL)))
    assert rows["Jejunum_Ileum", "D2cc"] == ("3", "47.99 | 25.84", "48.0-75.7")
    both = BOWEL.replace("19 Gy}", "19 Gy}, three: {Dmax: 2.5 Gy, D2cc: 1 Gy}")
    # Dmax of the session 27.5 .. 30 Gy: EQD2 46.75 .. 54.0; D2cc 19 .. min(27.5 + 1, 19 + 2.5) = 21.5: 25.84 .. 31.39.
    rows = cumulative(assess(case(courses, both)))
    assert rows["Jejunum_Ileum", "Dmax"] == ("3", "49.84 | 46.75-54.00", "49.8-103.8")
    # min(49.84 + 31.39, 47.99 + 54.0) = 81.23.
    assert rows["Jejunum_Ileum", "D2cc"] == ("3", "47.99 | 25.84-31.39", "48.0-81.2")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({}, {}),  # nothing is known of the dates
        (
            {"treatment_days": days(16, 17, 18, 19, 20)},
            {"treatment_days": days(20, 23, 24, 25, 26)},
        ),  # 20 March is shared
        ({"start": "2026-03-16"}, {"start": "2026-03-18"}),  # five fractions may take longer than two days
    ],
)
def test_courses_that_may_share_days_have_no_upper_bound(first: dict[str, str], second: dict[str, str]) -> None:
    # On one day the doses add before conversion: 2 x 9 Gy + 11 Gy / 5 at a/b 2 is 30.0, above 8.55 + 11.55.
    doses = "{SpinalCord: {one: {Dmax: 9 Gy}, two: {Dmax: 11 Gy}}}"
    found = assess(case(course("one", **first) + course("two", "b", **second), doses))
    assert cumulative(found)["SpinalCord", "Dmax"][2].startswith(">= 11.6")  # 11 (1 + 1.1) / 2 = 11.55
    assert "may share days" in prose(only(found, "cumulative-dose"))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"treatment_days": days(16, 17, 18, 19, 20)}, {"treatment_days": days(23, 24, 25, 26, 27)}),
        ({}, {"start": "60 d after one"}),
        ({}, {"start": "{after: one}"}),
        ({"start": "2026-01-05"}, {"start": "2026-02-09"}),  # 35 days: five fractions, one a week at the slowest
        ({"end": "2026-03-20"}, {"start": "2026-03-23"}),
    ],
)
def test_courses_on_different_days_have_one(first: dict[str, str], second: dict[str, str]) -> None:
    doses = "{SpinalCord: {one: {Dmax: 9 Gy}, two: {Dmax: 11 Gy}}}"
    found = assess(case(course("one", **first) + course("two", "b", **second), doses))
    assert cumulative(found)["SpinalCord", "Dmax"][2].startswith("11.6-20.1")  # 8.55 + 11.55
    assert "share days" not in prose(only(found, "cumulative-dose"))


def test_a_prescription_stands_for_an_organ_only_where_it_was_accepted() -> None:
    courses = course("one", dose="50.4 Gy / 28", start="2019") + course("two", start="2026-03-16")
    doses = "{Jejunum_Ileum: {two: {Dmax: 27.5 Gy, D2cc: 19 Gy}}}"
    assert of_rule(assess(case(courses, doses)), "cumulative-dose") == []
    assert "Jejunum_Ileum" in only(assess(case(courses, doses)), "reirradiation-without-dose").sentence
    accepted = "acknowledged: {prescription_as_organ_dose: {Jejunum_Ileum: [one]}}"
    found = assess(case(courses, doses, more=accepted))
    # 50.4 (1 + 1.8/3) / (5/3) = 48.38.
    assert cumulative(found)["Jejunum_Ileum", "D2cc"][1] == "48.38 assumed | 25.84"
    assert of_rule(found, "reirradiation-without-dose") == []
    said = only(found, "acknowledged")
    assert (said.severity, said.sentence) == (
        Severity.CAUTION,
        "prescription as organ dose: Jejunum_Ileum, one.",
    )
    assert "prescription as organ dose: Jejunum_Ileum, one" in rt.report.text(found)
    assert found.to_dict()["case"]["acknowledged"] == ["prescription as organ dose: Jejunum_Ileum, one"]


def test_an_organ_without_an_alpha_beta_is_named_and_not_summed() -> None:
    courses = course("one") + course("two", start="60 d after one")
    found = assess(case(courses, "{GreatVes: {one: {Dmax: 20 Gy}, two: {Dmax: 21 Gy}}}"))
    if REGISTRY.alpha_beta_of("GreatVes") is None:
        assert "GreatVes Dmax: no two-source alpha/beta" in prose(only(found, "cumulative-dose"))
    else:
        assert ("GreatVes", "Dmax") in cumulative(found)


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ("not stated", "60 d after end of one", "after 60 d"),
        ("not stated", "60 .. 90 d after one", "after 60-90 d"),
        ("not stated", "{after: one, printed: a few months later}", "after 0 d or more"),
        ("2019", "2026-03-16", "2267-2631 d after the start of the first"),  # 31 December and 1 January 2019
        ("not stated", "not stated", "after an unknown time"),
    ],
)
def test_the_interval_is_said_as_far_as_it_is_known(first: str, second: str, words: str) -> None:
    found = assess(case(course("one", start=first) + course("two", start=second)))
    assert only(found, "reirradiation-without-dose").title == f"Re-irradiation {words} without organ doses"
    # 30 (1 + 6/10) at a/b 10, the largest of the tissue.
    assert found.sentence.startswith(f"Re-irradiation of one lesion {words} (BED 48.0, then 48.0 Gy at a/b 10).")


def test_the_summary_counts_each_course_on_its_own() -> None:
    doses = "{SpinalCord: {one: {D0.035cc: 20 Gy, D0.35cc: 15 Gy, D1.2cc: 10 Gy}, two: {D0.035cc: 12 Gy}}}"
    found = assess(case(course("one") + course("two", "b", start="60 d after one"), doses))
    assert "All 6 requested organ limits are met, each course on its own." in found.sentence
    single = assess(case(course("one"), doses.replace(", two: {D0.035cc: 12 Gy}", "")))
    assert "All 3 requested organ limits are met." in single.sentence


def test_the_sum_of_one_lesion_counts_shared_sessions_once() -> None:
    courses = (
        course("one", dose="10 Gy / 5")
        + course("two", dose="15 Gy / 5").replace("technique: sbrt", "technique: sbrt, same_sessions_as: [one]")
        + course("three", dose="30 Gy / 5", start="90 d after one")
    )
    lines = only(assess(case(courses)), "bed-100").lines
    # 25 (1.5) + 30 (1.6) = 85.5 at a/b 10.
    assert any(line.startswith("Courses 1+2+3 together: BED 85.5") for line in lines)


# --- where an organ must not be ---------------------------------------------------------------------------------------
def test_the_screen_is_in_per_cent_of_the_largest_prescription() -> None:
    boost = "  c: {prescription: {a: {dose: 40 Gy / 5, isodose: 80 %}, b: {dose: 50 Gy / 5}}, technique: sbrt}\n"
    found = assess(case(boost, near="{stated: [SpinalCord]}"))
    # 30 of 50 Gy; the isodose of the other prescription is not this one's.
    assert only(found, "limit-over-prescription").lines == ("The course (50 Gy / 5): SpinalCord 60.0 %.",)


def test_an_organ_that_only_the_maximum_would_exceed_is_not_cleared() -> None:
    near = "{stated: [GreatVes, SpinalCord]}"
    plain = assess(case(course(dose="45 Gy / 5", more="isodose: not stated"), near=near))
    # TG-101: great vessels 53 Gy, above the prescription of 45 Gy; the 80 % isodose has its maximum at 56.25 Gy.
    assert "within the limit at full prescription dose: GreatVes" in only(plain, "limit-over-prescription").lines[0]
    known = assess(case(course(dose="45 Gy / 5"), near=near))
    line = only(known, "limit-over-prescription").lines[0]
    assert "SpinalCord 66.7 % (the 53 % isodose of the plan)" in line  # 30 / 45, 0.8 of it
    assert "GreatVes 117.8 % (the 94 % isodose of the plan)" in line  # 53 / 45
    assert "within the limit" not in line


def test_a_limit_met_by_one_course_points_to_what_is_said_of_the_others() -> None:
    # HyTEC's 25.3 Gy in 5 fractions is for a cord that was not treated before.
    courses = course("one", treatment_days="[2025-01-06, 2025-01-07, 2025-01-08, 2025-01-09, 2025-01-10]")
    courses += course("two", treatment_days=days(16, 17, 18, 19, 20))
    doses = "{SpinalCord: {one: {Dmax: 20 Gy}, two: {Dmax: 20 Gy}}}"
    found = assess(case(courses, doses, sets="[HYTEC]"))
    rows = [v for v in found.verdicts if v.metric == "Dmax" and v.bound == "<= 25.3 Gy"]
    assert [(v.state, v.note) for v in rows] == [(State.PASS, "by this course alone")] * 2
    second = next(f for f in of_rule(found, "organ-limit") if f.id.endswith("/two"))
    assert second.sentence.startswith("Pass by this course alone: Dmax 20.0 Gy")
    (pointer,) = (line for line in second.lines if "take no account" in line)
    assert pointer == (
        "By this course alone: SpinalCord is in course 1 too, of which these limits take no account; see "
        "cumulative-dose, HYTEC.SpinalCord.reirradiation."
    )
    single = assess(case(course("one"), "{SpinalCord: {one: {Dmax: 20 Gy}}}", sets="[HYTEC]"))
    assert only(single, "organ-limit").sentence.startswith("Pass: ")


# --- drugs ------------------------------------------------------------------------------------------------------------
def drugs(*entries: str) -> str:
    return "drugs:\n" + "\n".join(f"  - {entry}" for entry in entries)


def test_a_drug_the_case_says_has_no_entry_is_unknown_and_a_warning() -> None:
    found = assess(case(course(), more=drugs("{drug: metformin, registry_entry: none, periods: []}")))
    one = only(found, "unknown-drug")
    assert (one.severity, one.question) == (Severity.WARNING, Question.DRUG)
    assert "unknown, not nothing; treat as on board" in one.sentence
    assert found.clear == ()


def test_a_course_the_rule_is_less_sure_of_stays_in_the_finding() -> None:
    courses = course("one", treatment_days=days(16, 17, 18, 19, 20)) + course("two", "b", start="not stated")
    # Last dose on 14 March: two days before course 1, unknown for course 2.
    found = assess(
        case(courses, more=drugs("{drug: pazopanib, periods: [{dose: x, first: 2026-01-01, last: 2026-03-14}]}"))
    )
    one = only(found, "vegf-sbrt-oligocare")
    assert one.firing is Firing.FIRES
    assert one.id == "vegf-sbrt-oligocare/pazopanib/one+two"
    assert one.title.endswith("courses 1 and 2")
    assert one.lines[0].startswith("Course 1: any site; last dose 2 d before the first fraction")
    assert one.lines[1].startswith("Course 2: cannot be excluded: any site;")


def test_a_rule_that_does_not_apply_is_listed_as_looked_at() -> None:
    courses = course("one", treatment_days=days(16, 17, 18, 19, 20))
    found = assess(
        case(courses, more=drugs("{drug: pazopanib, periods: [{dose: x, first: 2025-01-01, last: 2025-02-01}]}"))
    )
    assert "vegf-sbrt-oligocare/pazopanib/one" in found.clear
    assert of_rule(found, "vegf-sbrt-oligocare") == []


def test_a_drug_under_two_names_is_refused() -> None:
    twice = drugs(*(f"{{drug: {name}, periods: []}}" for name in ("Votrient", "pazopanib")))
    with pytest.raises(DomainError, match="'Votrient' and 'pazopanib' are both pazopanib"):
        assess(case(course(), more=twice))


def test_notes_from_papers_stand_beside_the_case_and_change_no_verdict() -> None:
    found = assess(case(course()))
    assert found.notes
    assert all("rcc" in note.about for note in found.notes)
    data = found.to_dict()["context_notes"]
    assert [note["id"] for note in data] == [note.id for note in found.notes]
    assert {"id", "title", "text", "source", "place", "evidence"} <= set(data[0])
    # Beside the findings, not among them.
    assert not {note.id for note in found.notes} & {part for f in found.findings for part in f.id.split("/")}
    short, full = rt.report.text(found), rt.report.text(found, full=True)
    assert f"{len(found.notes)} notes from papers on rcc, no verdict on this case" in " ".join(short.split())
    assert all(f"[{note.source}, {note.place}]" in " ".join(full.split()) for note in found.notes)


# --- the case as data -------------------------------------------------------------------------------------------------
def test_an_unlikely_dose_is_one_warning() -> None:
    # 200 Gy in 5: above 100 Gy in total and above 25 Gy a fraction, both in one finding.
    one = only(assess(case(course(dose="200 Gy / 5"))), "plausibility")
    assert one.severity is Severity.WARNING
    assert "200 Gy in 5 fractions is above 100 Gy in total" in one.sentence
    assert "40 Gy per fraction is above 25 Gy" in one.sentence


@pytest.mark.parametrize("dose", ["54 Gy / 3", "60 Gy / 5", "48 Gy / 4", "21 Gy / 1", "34 Gy / 1"])
def test_ordinary_doses_are_not_unlikely(dose: str) -> None:
    assert of_rule(assess(case(course(dose=dose))), "plausibility") == []


def test_an_organ_dose_no_row_asks_for_is_said() -> None:
    doses = "{Spleen: {c: {Dmean: 3 Gy}}, Kidney_R: {c: {Dmean: 3 Gy}}, SpinalCord: {c: {D0.035cc: 20 Gy}}}"
    one = only(assess(case(course(), doses)), "no-limit-for-organ")
    assert one.severity is Severity.WARNING
    assert "Spleen, Kidney_R" in one.sentence
    # TG-101 Table III, renal cortex, 5 fractions: at least 200 cc below 17.5 Gy.
    (hint,) = one.lines
    assert hint == (
        "Kidney_R: the limit of Kidney_Cortex may be meant (TG101 CV17.5Gy >= 200 cc); give the dose of that structure."
    )


def test_an_organ_near_a_target_that_no_row_asks_is_said() -> None:
    doses = "{SpinalCord: {c: {D0.035cc: 20 Gy}}}"
    strange = only(assess(case(course(), doses, near="{stated: [A_Celiac]}")), "organ-not-asked")
    assert (strange.severity, strange.lines) == (Severity.INFO, ())
    # TG-101 has great vessels for 1, 3 and 5 fractions only.
    vessels = only(assess(case(course(dose="42 Gy / 14"), doses, near="{stated: [GreatVes]}")), "organ-not-asked")
    assert (vessels.severity, vessels.lines) == (
        Severity.CAUTION,
        ("GreatVes: TG101 has rows for 1, 3, 5 fractions, this course has 14.",),
    )
    assert of_rule(assess(case(course(), doses, near="{stated: [GreatVes]}")), "organ-not-asked") == []


# TG-101 Table III, 5 fractions: cord 0.035 cc < 30 Gy, bladder wall 0.035 cc < 38 Gy, lungs >= 1500 cc below 12.5 Gy,
# liver >= 700 cc below 21 Gy, small bowel 0.035 cc < 35 Gy, colon 0.035 cc < 38 Gy.
# Timmerman 2022: liver without the GTV >= 700 cc below 21.5 Gy.
@pytest.mark.parametrize(
    ("doses", "sets", "organ", "metric", "state"),
    [
        # The canal contains the cord: what it meets, the cord meets; what it exceeds says nothing.
        ("{SpinalCanal: {c: {Dmax: 29 Gy}}}", "TG101", "SpinalCord", "D0.035cc", State.PASS),
        ("{SpinalCanal: {c: {D0.035cc: 29 Gy}}}", "TG101", "SpinalCord", "D0.035cc", State.PASS),
        ("{SpinalCanal: {c: {D0.035cc: 31 Gy}}}", "TG101", "SpinalCord", "D0.035cc", State.NOT_EVALUABLE),
        ("{SpinalCanal: {c: {D0.1cc: 29 Gy}}}", "TG101", "SpinalCord", "D0.035cc", State.NOT_EVALUABLE),
        ("{SpinalCanal: {c: {Dmean: 5 Gy}}}", "TG101", "SpinalCord", "D0.035cc", State.NOT_EVALUABLE),
        ("{ThecalSac: {c: {D0.035cc: 29 Gy}}}", "TG101", "SpinalCord", "D0.035cc", State.PASS),
        ("{Bladder: {c: {D0.035cc: 37 Gy}}}", "TG101", "Bladder_Wall", "D0.035cc", State.PASS),
        ("{Bladder: {c: {D0.035cc: 39 Gy}}}", "TG101", "Bladder_Wall", "D0.035cc", State.NOT_EVALUABLE),
        # A volume to be spared is at least as large in the larger structure.
        ("{Lungs-GTV: {c: {CV12.5Gy: 1600 cc}}}", "TG101", "Lungs", "CV12.5Gy", State.PASS),
        ("{Lungs-GTV: {c: {CV12.5Gy: 1400 cc}}}", "TG101", "Lungs", "CV12.5Gy", State.NOT_EVALUABLE),
        ("{Lung_R: {c: {CV12.5Gy: 1510 cc}}}", "TG101", "Lungs", "CV12.5Gy", State.PASS),
        ("{Liver-GTV: {c: {CV21Gy: 750 cc}}}", "TG101", "Liver", "CV21Gy", State.PASS),
        ("{Liver: {c: {CV21.5Gy: 650 cc}}}", "TIMMERMAN2022", "Liver-GTV", "CV21.5Gy", State.EXCEEDED),
        ("{Liver: {c: {CV21.5Gy: 750 cc}}}", "TIMMERMAN2022", "Liver-GTV", "CV21.5Gy", State.NOT_EVALUABLE),
        ("{Kidneys: {c: {CV17.5Gy: 190 cc}}}", "TG101", "Kidney_Cortex", "CV17.5Gy", State.EXCEEDED),
        ("{Kidneys: {c: {CV17.5Gy: 290 cc}}}", "TG101", "Kidney_Cortex", "CV17.5Gy", State.NOT_EVALUABLE),
        ("{Bowel: {c: {D0.035cc: 30 Gy}}}", "TG101", "Bowel_Small", "D0.035cc", State.PASS),
        ("{Bowel: {c: {D0.035cc: 30 Gy}}}", "TG101", "Colon", "D0.035cc", State.PASS),
        ("{Bowel: {c: {D0.035cc: 36 Gy}}}", "TG101", "Bowel_Small", "D0.035cc", State.NOT_EVALUABLE),
        ("{Bowel_Large: {c: {D0.035cc: 37 Gy}}}", "TG101", "Colon", "D0.035cc", State.PASS),
    ],
)
def test_what_a_structure_says_of_one_inside_or_around_it(
    doses: str, sets: str, organ: str, metric: str, state: State
) -> None:
    one = verdict(assess(case(course(), doses, sets=f"[{sets}]")), metric, sets, organ)
    assert (one.state, one.percent is None) == (state, state is State.NOT_EVALUABLE)


@pytest.mark.parametrize(
    ("doses", "state"),
    [
        # UK SABR 2022, 8 fractions: canal 0.035 cc < 32 Gy. A cord above it is in a canal above it; no more follows.
        ("{SpinalCord: {c: {D0.035cc: 33 Gy}}}", State.EXCEEDED),
        ("{SpinalCord: {c: {D0.035cc: 31 Gy}}}", State.NOT_EVALUABLE),
        ("{SpinalCord: {c: {D0.035cc: 33 Gy, on: PRV}}}", State.NOT_EVALUABLE),
        ("{SpinalCanal: {c: {D0.035cc: 31 Gy}}}", State.NEAR),  # 96.9 %
        ("{SpinalCord: {c: {D0.035cc: 33 Gy, on: canal}}}", State.EXCEEDED),  # a dose of the canal itself
        ("{SpinalCord: {c: {D0.035cc: 30 Gy, on: canal}}}", State.PASS),  # 93.8 %
    ],
)
def test_a_limit_of_the_canal_and_the_dose_of_the_cord(doses: str, state: State) -> None:
    found = assess(case(course(dose="40 Gy / 8"), doses, sets="[UKSABR2022]"))
    assert verdict(found, "D0.035cc", "UKSABR2022", "SpinalCanal").state is state


def test_a_canal_of_two_plans_of_one_session_does_not_clear_the_cord_of_their_sum() -> None:
    # 16 + 16 Gy in the same 5 sessions: each canal is below 30 Gy, the cord may have up to 32 Gy.
    courses = course("one") + course("two", "b", same_sessions_as="[one]")
    doses = "{SpinalCanal: {one: {Dmax: 16 Gy}, two: {Dmax: 16 Gy}}}"
    found = assess(case(courses, doses))
    assert {v.state for v in found.verdicts if v.organ == "SpinalCord"} == {State.NOT_EVALUABLE}
    # On days that may be the same, met alone is not met.
    apart = assess(case(course("one") + course("two", "b"), doses))
    assert {v.state for v in apart.verdicts if v.metric == "D0.035cc"} == {State.UNDETERMINED}


def test_where_no_limit_was_asked_the_reason_is_given() -> None:
    assert only(assess(case(course(), sets="[]")), "no-limit-set").sentence == "No organ limit was looked at."
    named = only(assess(case(course(dose="50 Gy / 25"), near="{stated: [SpinalCord]}")), "no-limit-requested")
    assert "no active row for 25 fractions, nor rows on both sides, for SpinalCord" in named.sentence
    assert "names no organ near its target" in only(assess(case(course())), "no-limit-requested").sentence


def test_a_stopped_course_without_its_delivered_dose() -> None:
    one = only(assess(case(course(status="stopped"))), "stopped-without-delivered")
    assert one.severity is Severity.WARNING
    assert one.missing == ("delivered schedule of c",)
    given = assess(case(course(more="delivered: 3 x 6 Gy", status="stopped")))
    assert of_rule(given, "stopped-without-delivered") == []


def test_an_unknown_isodose_speaks_of_the_maximum_only() -> None:
    one = only(assess(case(course(more="target_metrics: {D98: 28 Gy}"))), "isodose-not-stated")
    assert one.severity is Severity.CAUTION
    assert "at the dose points that were given" in one.sentence
    assert of_rule(assess(case(course(more="target_metrics: {Dmax: 37 Gy}"))), "isodose-not-stated") == []


def test_what_is_typed_and_not_used_is_said() -> None:
    recovery = "recovery: [{organ: SpinalCord, after: 180 d, percent: 25 %, reference: own reading}]\n"
    one = only(assess(case(course(), more=f"{recovery}patient: {{kidneys: 1, tags: [diabetes]}}")), "not-used")
    assert one.severity is Severity.CAUTION
    assert one.lines == (
        "Recovery of SpinalCord, 25 % after 180 d or more: typed by the user [own reading]: no sum of courses on this "
        "organ, so nothing to credit it to.",
        "Kidneys 1: no row for this population is active.",
        "Tags: diabetes.",
    )
    electron = only(assess(case(course(radiation="electron"))), "not-used")
    assert electron.severity is Severity.WARNING
    assert "electron: every dose is read as that of photons" in electron.lines[0]
    assert of_rule(assess(case(course())), "not-used") == []


@pytest.mark.parametrize(
    ("target", "more", "kind"),
    [("rccc", "", "tissue"), ("rcc", "source: {key: nobody2020, place: text}", "reference")],
)
def test_names_the_registry_does_not_have(target: str, more: str, kind: str) -> None:
    text = f"""
schema_version: 1
id: x
disease: any
targets: {{a: {{site: s, region: thorax, near: not stated, largest: not stated, tissue: {target}}}}}
courses: {{c: {{prescription: {{a: {{dose: 30 Gy / 5}}}}, technique: sbrt}}}}
organ_doses: none reported
{more}
"""
    with pytest.raises(UnknownName, match=f"no {kind}"):
        assess(rt.parse_case(text))


def test_a_precedent_is_found_however_its_schedules_are_written() -> None:
    two = course("one", dose="5 x 9 Gy") + course("two", dose="4 x 10 Gy", start="60 d after one")
    text = (ROOT / "protocols" / "cases" / "gist-case-2.yaml").read_text(encoding="utf-8")
    assert of_rule(assess(case(two)), "precedent") != []
    other = rt.parse_case(text.replace("dose: 40 Gy / 4", "dose: 32 Gy / 4"))
    assert of_rule(assess(other), "precedent") == []


# --- a department's folder --------------------------------------------------------------------------------------------
def test_a_departments_folder_replaces_entries_and_is_named(tmp_path: Path) -> None:
    registry = with_own(tmp_path, f"{NEAR_MAX}, limit: < 25 Gy")
    text = (tmp_path / "constraints" / "own.yaml").read_text(encoding="utf-8").replace("id: OWN\n", "id: TG101\n")
    (tmp_path / "constraints" / "own.yaml").write_text(text, encoding="utf-8")
    registry = rt.Registry(tmp_path)
    found = rt.assess(case(course(), FULL.format(26.4, 15)), registry=registry)
    assert [v.state for v in found.verdicts] == [State.EXCEEDED]
    assert found.overridden == ("constraints: TG101",)
    assert found.folder == str(tmp_path)
    assert rt.report.text(found).splitlines()[0] == (
        f"department folder in use: {tmp_path}; it replaces constraints: TG101"
    )
    data = found.to_dict()
    assert (data["department_folder"], data["overridden"]) == (str(tmp_path), ["constraints: TG101"])
    assert assess(case(course())).folder is None


# --- what is never said -----------------------------------------------------------------------------------------------
VERDICT_WORDS = re.compile(r"\b(safe|safely|recommended|recommend|recommends|harmless)\b", re.IGNORECASE)


def test_no_sentence_of_the_tool_clears_or_advises() -> None:
    for path in [*(ROOT / "rtcalc" / "assessment").glob("*.py"), *(ROOT / "rtcalc" / "report").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not VERDICT_WORDS.search(node.value), f"{path.name}:{node.lineno}: {node.value}"


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_no_report_says_so_in_its_own_words(path: Path) -> None:
    found = rt.assess(rt.load_case(path), registry=REGISTRY)
    for finding in found.findings:
        if finding.question is Question.DRUG:
            continue  # quotes its sources; its own words are read in the source above
        own = [finding.title, finding.sentence, *finding.lines]
        assert not any(VERDICT_WORDS.search(line) for line in own)
    assert not VERDICT_WORDS.search(found.sentence)


# --- what must not be misread -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("gray", "state", "printed"),
    [
        # TG-101, cord D0.035cc < 30 Gy in 5: 30.006 / 30 = 100.02 %, 29.99 / 30 = 99.967 %, 28.498 / 30 = 94.993 %.
        ("30.006 Gy", "EXCEEDED", "(100.02 %)"),
        ("29.99 Gy", "near", "(99.97 %)"),
        ("28.498 Gy", "pass", "(94.99 %)"),
        ("28.5 Gy", "near", "(95.0 %)"),
    ],
)
def test_a_percentage_never_reads_as_another_state(gray, state, printed) -> None:
    found = assess(case(course(), f"{{SpinalCord: {{c: {{D0.035cc: {gray}}}}}}}"))
    one = next(f for f in found.findings if f.rule == "organ-limit")
    said = " ".join((*one.lines, *one.details))
    assert f"| {state} {printed}" in said


OVERLAP = course("one", start="2026-03-02", treatment_days="every weekday") + course(
    "two", start="2026-03-05", treatment_days="every weekday"
)


def test_overlapping_courses_on_one_lesion_are_no_reirradiation() -> None:
    # Monday to Friday, and Thursday to the next Wednesday: both run on 5 and 6 March.
    found = assess(case(OVERLAP, near="{stated: [SpinalCord]}"))
    assert only(found, "overlapping-without-dose").title == "Overlapping courses on one lesion without organ doses"
    assert of_rule(found, "reirradiation-without-dose") == []
    assert "irradiation" not in found.sentence
    assert found.sentence.startswith("Overlapping courses on one lesion")
    assert not found.complete


def test_a_rule_on_reirradiation_is_not_asked_of_overlapping_courses() -> None:
    doses = "{SpinalCord: {one: {Dmax: 10 Gy}, two: {Dmax: 10 Gy}}}"
    assert not [f for f in assess(case(OVERLAP, doses)).findings if "re-irradiation" in f.title]
    after = OVERLAP.replace("2026-03-05", "2026-09-07")
    assert [f for f in assess(case(after, doses)).findings if "re-irradiation" in f.title]


def test_organ_doses_of_a_stopped_course_are_said_to_be_those_delivered() -> None:
    doses = "{SpinalCord: {c: {D0.035cc: 15 Gy}}}"
    one = only(assess(case(course(more="delivered: 18 Gy / 3", status="stopped"), doses)), "organ-doses-as-delivered")
    assert one.sentence.startswith("3 of 5 fractions were given")
    assert "held against limits at 3" in one.sentence
    assert of_rule(assess(case(course(), doses)), "organ-doses-as-delivered") == []
