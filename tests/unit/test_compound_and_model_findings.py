"""The cord's re-irradiation rule, what-ifs, conventional rows and drugs without a usable rule, in `assess`."""

from pathlib import Path

import pytest

from rtcalc.assessment import Assessment, assess
from rtcalc.casefile import load_case, parse_case
from rtcalc.errors import ProtocolError
from rtcalc.evidence import Severity
from rtcalc.findings import Finding, State
from rtcalc.registry import Registry

ROOT = Path(__file__).resolve().parents[2]
REGISTRY = Registry()


def case(courses: str, doses: str = "none reported", **other: str) -> Assessment:
    text = f"""
schema_version: 1
id: example
disease: any
targets:
  t:
    site: spine
    region: spine
    level: T8
    near: {{stated: [SpinalCord]}}
    largest: not stated
    tissue: {other.get("tissue", "rcc")}
courses:
{courses}
drugs: {other.get("drugs", "[]")}
organ_doses: {doses}
limit_sets: [{other.get("sets", "")}]
"""
    return assess(parse_case(text), REGISTRY)


def finding(found: Assessment, rule: str) -> Finding:
    (one,) = [entry for entry in found.findings if entry.rule == rule]
    return one


def pair(start: str, second: str = "20 Gy / 5") -> str:
    return f"""
  one:
    prescription: {{t: {{dose: 30 Gy / 10}}}}
    start: 2025-01-06
    end: 2025-01-17
    technique: 3d-crt
    status: completed
  two: {{prescription: {{t: {{dose: {second}}}}}, start: {start}, technique: sbrt, status: planned}}
"""


CORD = "HYTEC.SpinalCord.reirradiation"


def states(found: Assessment) -> dict[str, str]:
    table = finding(found, CORD).table
    assert table is not None
    return {name: state for name, _, _, state in table.rows}


def test_a_maximum_of_which_only_the_least_is_known_can_break_a_condition_and_meets_none() -> None:
    # EQD2 at a/b 2: 30 Gy / 5: 30 (6 + 2) / 4 = 60 > 25, the most of a new part; the share of it stays open.
    doses = "{{SpinalCord: {{one: {{Dmax: 30.9 Gy, on: thecal sac}}, two: {{Dmax: '>= {} Gy', on: thecal sac}}}}}}"
    found = states(case(pair("2025-09-22", "30 Gy / 5"), doses.format("30")))
    assert found["new part"] == "NOT MET"
    assert found["new part of cumulative"] == "not known"
    low = states(case(pair("2025-09-22", "30 Gy / 5"), doses.format("10")))
    assert {low[name] for name in ("cumulative", "new part", "new part of cumulative")} == {"not known"}
    # 60 Gy EQD2 to the canal, which contains the sac, say nothing of the sac.
    around = "{SpinalCord: {two: {Dmax: 30 Gy, on: canal}}}"
    assert states(case(pair("2025-09-22", "30 Gy / 5"), around))["new part"] == "not known"


def test_all_conditions_of_the_cord_rule_are_shown_and_met() -> None:
    # By hand, EQD2 at a/b 2: 30.9 Gy / 10: 30.9 (1 + 3.09/2) / 2 = 39.32; 15 Gy / 5: 15 (1 + 3/2) / 2 = 18.75;
    # cumulative 58.07 <= 70, part 18.75 <= 25, share 32.3 % <= 50 %; 17 Jan to 22 Sep: 8 months.
    found = case(
        pair("2025-09-22", "20 Gy / 5"),
        "{SpinalCord: {one: {Dmax: 30.9 Gy, on: thecal sac}, two: {Dmax: 15 Gy, on: thecal sac}}}",
    )
    assert set(states(found).values()) == {"met"}
    one = finding(found, CORD)
    assert one.severity is Severity.INFO
    assert {row[2] for row in one.table.rows} >= {"58.1 Gy EQD2", "18.8 Gy EQD2", "32.3 %", "8 months"}


def test_a_dose_measured_on_the_cord_does_not_pass_the_rule_on_the_thecal_sac() -> None:
    found = case(pair("2025-09-22"), "{SpinalCord: {one: {Dmax: 30.9 Gy, on: cord}, two: {Dmax: 15 Gy, on: cord}}}")
    assert states(found)["structure"] == "not known"
    assert finding(found, CORD).severity is Severity.CAUTION


@pytest.mark.parametrize(
    ("start", "state"),
    [
        ("2025-06-16", "NOT MET"),  # one day short of 5 months after 17 January
        ("2025-06-17", "met"),
        ("60 d after end of one", "NOT MET"),  # 60 d are at most 2 months
        ("155 d after end of one", "met"),  # 5 x 31 d: 5 months wherever they lie
        ("145 d after end of one", "not known"),  # 4 or 5 months
        ("not stated", "not known"),
    ],
)
def test_the_interval_is_told_as_far_as_the_dates_go(start: str, state: str) -> None:
    courses = pair(start)
    if "after" in start or start == "not stated":
        courses = courses.replace("start: 2025-01-06\n    end: 2025-01-17", "start: not stated")
    assert states(case(courses))["interval"] == state


def test_a_first_course_is_not_held_against_the_re_irradiation_rule() -> None:
    found = case(
        "\n  one: {prescription: {t: {dose: 20 Gy / 5}}, start: 2025-01-06, technique: sbrt, status: planned}\n"
    )
    assert not [entry for entry in found.findings if entry.rule == CORD]


def test_the_rule_speaks_of_one_to_five_new_fractions_only() -> None:
    assert not [entry for entry in case(pair("2025-09-22", "30 Gy / 10")).findings if entry.rule == CORD]


def test_the_what_if_of_large_fractions_in_the_published_case() -> None:
    found = assess(load_case(ROOT / "protocols" / "cases" / "gist-case-2.yaml"), REGISTRY)
    (line,) = [line for line in finding(found, "model-lq").lines if line.startswith("What-if")]
    # By hand, threshold 6, a/b 3: per fraction 6 (1 + 2) + 5 (d - 6): 9 Gy: 33 x 5 = 165; 10 Gy: 38 x 4 = 152.
    assert "course 1 165.0 instead of 180.0" in line
    assert "course 2 152.0 instead of 173.3" in line
    assert finding(found, "model-lq").severity is Severity.CAUTION


def test_small_fractions_have_no_what_if() -> None:
    found = case(
        "\n  one: {prescription: {t: {dose: 30 Gy / 10}}, start: 2025-01-06, technique: 3d-crt, status: planned}\n"
    )
    assert finding(found, "model-lq").lines == ()
    assert finding(found, "model-lq").severity is Severity.INFO


def test_an_hour_per_fraction_is_shown_as_a_range() -> None:
    found = case(
        "\n  one: {prescription: {t: {dose: 45 Gy / 5}}, start: 2025-01-06, session: 60 min, technique: cyberknife, "
        "status: planned}\n"
    )
    (line,) = [line for line in finding(found, "model-lq").lines if "60 min" in line]
    # G of 1 h: T1/2 1.5 h: 0.8616, 0.5 h: 0.6617 (two terms of the closed form); 45 (1 + G 9/10), 45 (1 + G 9/3).
    assert "BED 71.8-79.9 Gy at a/b 10" in line
    assert "BED 134.4-161.4 Gy at a/b 3" in line


def test_the_time_factor_of_a_tissue_is_shown_beside_the_plain_figure() -> None:
    days = "every weekday"
    found = case(
        f"\n  one: {{prescription: {{t: {{dose: 70 Gy / 35}}}}, start: 2026-03-02, treatment_days: {days}, "
        "technique: vmat, "
        "status: completed}\n",
        tissue="hnscc",
    )
    (line,) = [line for line in finding(found, "model-lq").lines if "time factor" in line]
    # The source's K is an EQD2 of 0.69 Gy/d at a/b 10.6: 0.8202 in BED; 35 weekdays span 46 days.
    assert "head and neck" in line
    assert "BED" in line


CONVENTIONAL = (
    "\n  one: {prescription: {t: {dose: 50 Gy / 25}}, start: 2025-01-06, technique: 3d-crt, status: completed}\n"
)


def test_rows_for_conventional_fractions_ask_at_two_gray() -> None:
    found = case(CONVENTIONAL, "{SpinalCord: {one: {Dmax: 55 Gy, on: cord}}}", sets="QUANTEC")
    asked = {verdict.limit: verdict for verdict in found.verdicts}
    assert asked, "QUANTEC is a set for conventional fractions"
    assert all("conv" in name for name in asked)
    assert State.EXCEEDED in {verdict.state for verdict in asked.values()}  # 50 Gy is its strictest maximum


@pytest.mark.parametrize("dose", ["50 Gy / 20", "30 Gy / 10", "54 Gy / 45"])
def test_rows_for_conventional_fractions_do_not_ask_of_others(dose: str) -> None:
    found = case(CONVENTIONAL.replace("50 Gy / 25", dose), "{SpinalCord: {one: {Dmax: 30 Gy}}}", sets="QUANTEC")
    assert not [verdict for verdict in found.verdicts if "conv" in verdict.limit]


def test_a_drug_without_a_usable_rule_is_said_to_be_unknown() -> None:
    drugs = "[{drug: sotorasib, periods: [{dose: 960 mg/day, first: 2025-01-01, last: still taken}]}]"
    one = finding(case(CONVENTIONAL, drugs=drugs), "no-drug-rule")
    assert one.severity is Severity.CAUTION
    assert "unknown" in one.sentence


@pytest.mark.parametrize("field", ["per_day: 4", "per_day: two", "session: 60", "hours_between: 6 Gy"])
def test_times_of_a_session_are_read_strictly(field: str) -> None:
    with pytest.raises(ProtocolError):
        case(CONVENTIONAL.replace("technique", f"{field}, technique"))


SHARED = """
  c1: {prescription: {t: {dose: 30 Gy / 5}}, start: 2025-01-06, technique: sbrt, status: completed}
  c2: {prescription: {t: {dose: 30 Gy / 5}}, start: not stated, technique: sbrt, status: completed}
"""


def test_courses_that_may_share_their_days_are_not_judged_apart() -> None:
    # 15 Gy each is within 25.3 Gy; on the same days they are up to 30 Gy in 5, which is not.
    found = case(SHARED, "{SpinalCord: {c1: {Dmax: 15 Gy, on: cord}, c2: {Dmax: 15 Gy, on: cord}}}", sets="HYTEC")
    assert {verdict.state for verdict in found.verdicts} == {State.UNDETERMINED}
    assert not found.complete
    small = case(SHARED, "{SpinalCord: {c1: {Dmax: 12 Gy, on: cord}, c2: {Dmax: 12 Gy, on: cord}}}", sets="HYTEC")
    assert {verdict.state for verdict in small.verdicts} == {State.PASS}  # 24 Gy together is within 25.3 as well


def test_an_earlier_course_without_a_dose_leaves_the_case_incomplete() -> None:
    found = case(pair("2025-09-22"), "{SpinalCord: {two: {Dmax: 20 Gy, on: cord}}}", sets="HYTEC")
    assert {verdict.state for verdict in found.verdicts} == {State.PASS}
    assert not found.complete


def test_dates_and_not_their_order_in_the_file_decide_which_course_is_new() -> None:
    days = {
        "c1": "[2026-01-05, 2026-01-07, 2026-01-09, 2026-01-12, 2026-01-14]",
        "c2": "[2025-01-06, 2025-01-08, 2025-01-10, 2025-01-13, 2025-01-15]",
    }
    courses = "\n" + "\n".join(
        f"  {name}: {{prescription: {{t: {{dose: 30 Gy / 5}}}}, treatment_days: {of}, technique: sbrt}}"
        for name, of in days.items()
    )
    doses = "{SpinalCord: {c1: {Dmax: 22 Gy, on: thecal sac}, c2: {Dmax: 12 Gy, on: thecal sac}}}"
    found = case(courses, doses)
    # By hand, EQD2 at a/b 2: 22 (1 + 4.4/2) / 2 = 35.2; 12 (1 + 2.4/2) / 2 = 13.2; 35.2 / 48.4 = 72.7 %.
    assert states(found) == {
        "cumulative": "met",
        "new part": "NOT MET",
        "new part of cumulative": "NOT MET",
        "interval": "met",
        "structure": "met",
    }


def test_single_transcriptions_are_shown_and_decide_nothing() -> None:
    course = "\n  one: {prescription: {t: {dose: 27 Gy / 3}}, start: 2025-01-06, technique: sbrt, status: planned}\n"
    found = case(course, "{Liver: {one: {CV17.1Gy: 650 cc}}}", sets="TG101")
    one = finding(found, "single-transcription")
    (verdict,) = one.verdicts
    # TG-101 asks 700 cc below 17.1 Gy in 3 fractions; the row was read once only.
    assert (verdict.limit, verdict.state) == ("TG101.Liver.3fx.CV17.1Gy", State.EXCEEDED)
    assert one.severity is Severity.CAUTION
    assert verdict not in found.verdicts


def test_what_was_given_is_not_offered_to_be_changed() -> None:
    given = case(CONVENTIONAL)
    planned = case(CONVENTIONAL.replace("completed", "planned"))
    assert not finding(given, "bed-100").would_change
    assert "organs not considered" in finding(planned, "bed-100").would_change[0].then


def test_the_time_factor_of_two_fractions_a_day_takes_their_own_days() -> None:
    found = case(
        "\n  one: {prescription: {t: {dose: 68 x 1.2 Gy}}, start: 2026-03-02, treatment_days: every weekday, "
        "per_day: 2, technique: vmat, status: completed}\n",
        tissue="hnscc",
    )
    (line,) = [line for line in finding(found, "model-lq").lines if "time factor" in line]
    # 34 weekdays from a Monday span 45 days. a/b 10.5: 81.6 (1 + 1.2 / 10.5) = 90.926 Gy; K 0.69 (1 + 2 / 10.5) =
    # 0.82143 Gy/d over 45 - 19.2 = 25.8 d takes 21.193 Gy: BED 69.7 Gy.
    assert "BED 69.7 Gy" in line
    assert "2 fractions of a day taken as complete" in line


TWICE = (
    "\n  one: {{prescription: {{t: {{dose: 68 x 1.2 Gy}}}}, start: 2026-03-02, technique: vmat, per_day: 2, "
    "status: planned{more}}}\n"
)


def test_incomplete_repair_between_the_fractions_of_a_day_is_a_range() -> None:
    # 81.6 Gy, 1.2 Gy, a/b 3: 114.24 with full repair; h = 2^(-6/T): T 0.5 h: 0.00024, T 1.5 h: 0.0625, each adding
    # 81.6 x 0.4 h: 114.248 and 116.28 Gy.
    (line,) = [x for x in finding(case(TWICE.format(more=", hours_between: 6 h")), "model-lq").lines if "a day" in x]
    assert "BED 114.2-116.3 Gy at a/b 3" in line


def test_without_the_hours_between_full_repair_is_said() -> None:
    (line,) = [x for x in finding(case(TWICE.format(more="")), "model-lq").lines if "a day" in x]
    assert "2 fractions a day, repair between them taken as complete (hours_between: not stated)" in line


def test_what_does_not_fit_into_a_day_gives_no_range() -> None:
    (line,) = [x for x in finding(case(TWICE.format(more=", hours_between: 30 h")), "model-lq").lines if "a day" in x]
    assert "taken as complete: interval_hours" in line


def test_margins_are_said_to_change_nothing() -> None:
    found = case(TWICE.format(more=", margins: {PTV: 5 mm}, heterogeneity_corrected: true"))
    assert "The course: PTV margin, heterogeneity correction: kept with the case." in finding(found, "not-used").lines
