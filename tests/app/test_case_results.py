"""What the case page shows of an assessment: every number is the library's, nothing is dropped."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from rtcalc.assessment import Assessment
from rtcalc.assessment.context import Context
from rtcalc.evidence import Severity
from rtcalc.findings import Finding, Question, State
from rtcalc.registry import Registry
from rtcalc_app.display import Display
from rtcalc_app.figures import case as figures
from rtcalc_app.services.case import whatif
from rtcalc_app.services.case.results import Results, assessed, export, results
from rtcalc_app.services.case.timeline import timeline_view
from rtcalc_app.services.published_cases import published_case

CASES = Path(__file__).parents[1] / "cases"
REGISTRY = Registry()
TODAY = date(2026, 11, 21)


def text_of(name: str) -> str:
    path = CASES / f"{name}.yaml"
    return path.read_text(encoding="utf-8") if path.exists() else published_case(name)


def found_in(text: str) -> Assessment:
    found, reading = assessed(text, REGISTRY)
    assert found is not None, reading
    return found


def view_of(name: str, display: Display | None = None) -> Results:
    return results(found_in(text_of(name)), REGISTRY, display or Display(), TODAY)


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


# --- findings, counts, targets ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "name", ["gist-case-2", "gist-case-2-organ-doses", "spine-boost", "rcc-t8-three-sets", "rcc-bone"]
)
def test_no_finding_and_no_limit_is_dropped(name):
    found, view = found_in(text_of(name)), view_of(name)
    assert sorted(e.id for g in view.groups for e in g.entries) == sorted(f.id for f in found.findings)
    assert len(view.ladder) == len(found.verdicts)
    assert sum(count for _, count in view.states) == len(found.verdicts)
    assert [word for word, _ in view.states] == [state.value for state in State]
    assert sum(count for _, count in view.severities) == len(found.findings)
    assert {key for key, _ in view.sources} >= {key for f in found.findings for key in f.sources}


def test_a_finding_of_a_kind_that_is_not_known_here_is_shown_all_the_same():
    found = found_in(text_of("rcc-t8"))
    new = Finding(
        id="new/x/y",
        rule="new",
        question=Question.MODEL,
        severity=Severity.STOP,
        subject="x",
        title="New",
        sentence="New.",
    )
    view = results(replace(found, findings=(new, *found.findings)), REGISTRY, Display(), TODAY)
    assert view.groups[0].heading == "Model"
    assert view.groups[0].entries[0].title == "New"


def test_findings_stand_worst_first_within_their_question():
    rank = {severity.value: severity.rank for severity in Severity}
    for group in view_of("gist-case-2-organ-doses").groups:
        ranks = [rank[entry.severity] for entry in group.entries]
        assert ranks == sorted(ranks, reverse=True)


def test_the_published_case_has_its_numbers_and_its_sum_is_no_result():
    view = view_of("gist-case-2")
    table = view.targets[0]
    # by hand, alpha/beta 10: 45 (1 + 9/10) = 85.5, 40 (1 + 10/10) = 80.0, 32 (1 + 6.4/10) = 52.48
    beds = [row[4] for row in table.rows]
    assert (table.header[4], beds) == ("BED, α/β 10 Gy [Gy]", ["85.5 no", "80.0 no", "52.5 no"])
    # EQD2 = BED / (1 + 2/10): 71.25, 66.67, 43.73
    assert [row[5] for row in table.rows] == ["71.3", "66.7", "43.7"]
    target = next(e for g in view.groups for e in g.entries if e.title.startswith("Target: is BED"))
    assert any("165.5" in line and "not compared with 100" in line for line in target.lines)
    assert not view.complete
    assert dict(view.states)["not_evaluable"] == 37


def test_centigray_and_comma_reach_the_numbers():
    table = view_of("gist-case-2", Display("cGy", comma=True)).targets[0]
    assert (table.header[4], table.rows[0][4]) == ("BED, α/β 10 Gy [cGy]", "8550 no")
    assert table.rows[0][-1] == "7,36"  # by hand: 45 * 9 / (100 - 45) = 7.3636, rounded down


def test_cumulative_bounds_are_intervals():
    view = view_of("gist-case-2-organ-doses")
    bounds = {one.label: (one.low, one.high, one.text) for one in view.intervals}
    # clinical requirements P5: duodenum Dmax at a/b 3: 51.04 + 46.25 = 97.29 at most, 51.04 at least
    low, high, text = bounds["Duodenum Dmax, a/b 3 Gy (convention)"]
    assert (round(low, 2), round(high, 2), text) == (51.04, 97.29, "51.0 to 97.3 Gy")
    low, high, text = bounds["SpinalCord D0.035cc, a/b 2 Gy (convention)"]
    assert (round(low, 1), high, text) == (13.2, None, "at least 13.2 Gy; no upper bound")
    chart = figures.intervals(view.intervals, dark=False)
    assert sum(len(trace["x"]) for trace in chart["data"]) == len(view.intervals)


# --- ladder ----------------------------------------------------------------------------------------------------------
def test_the_ladder_keeps_missing_limits_in_their_place():
    view = view_of("gist-case-2-organ-doses")
    found = found_in(text_of("gist-case-2-organ-doses"))
    assert [rung.organ for rung in view.ladder] == [verdict.organ for verdict in found.verdicts]
    near = next(rung for rung in view.ladder if rung.state == "near")
    # clinical requirements P5: course 2, duodenum 24.0 Gy against 24.98 Gy converted: 96.1 % of the stricter row
    assert (near.course, near.organ, near.percent) == ("2", "Duodenum", "96.1 %")
    assert near.bar == pytest.approx(96.09 / 150 * 100, abs=0.01)
    missing = [rung for rung in view.ladder if rung.state == "not_evaluable"]
    assert len(missing) == 23
    assert all(rung.bar is None and rung.percent == "" and rung.missing for rung in missing)


def test_three_sets_disagree_on_the_cord():
    cord = [rung for rung in view_of("rcc-t8-three-sets").ladder if rung.measured.startswith("D0.035cc 26.4")]
    # by hand: 26.4 of 30, 28 and 25.3 Gy
    assert [(rung.set_id, rung.percent, rung.state) for rung in cord] == [
        ("TG101", "88.0 %", "pass"), ("TIMMERMAN2022", "94.3 %", "pass"), ("HYTEC", "104.3 %", "exceeded"),
    ]  # fmt: skip


# --- timeline --------------------------------------------------------------------------------------------------------
def test_exact_dates_are_ticks_and_the_drug_fades():
    view = timeline_view(Context.of(found_in(text_of("rcc-t8")).case, REGISTRY))
    assert view.calendar
    assert [tick.day for tick in view.ticks if not tick.word] == [
        day(f"2026-03-{number}") for number in (16, 18, 20, 23, 25)
    ]
    drug = [bar for bar in view.bars if view.lanes[bar.lane].label == "Pazopanib"]
    washing = [bar for bar in drug if bar.word == "washing out"]
    # clinical requirements 3c: 11.6 % left on 16 March, off from 19 March, on from 24 March
    assert next(bar.strength for bar in washing if bar.first == day("2026-03-16")) == pytest.approx(0.116, abs=5e-4)
    assert max(bar.last for bar in washing) == day("2026-03-18")
    assert min(bar.first for bar in drug if bar.word == "on") == day("2026-03-24")
    assert drug[0].word == "unknown"  # the first day of the first period is not stated
    # consensus: pause at least a week, so 1-6 d before the first fraction
    window = next(bar for bar in view.bars if bar.word == "rule" and "1-6 d before" in bar.text)
    assert (window.first, window.last) == (day("2026-03-10"), day("2026-03-15"))


def test_without_dates_the_days_count_from_the_first_fraction_and_the_rest_is_hatched():
    view = timeline_view(Context.of(found_in(text_of("gist-case-2")).case, REGISTRY))
    assert not view.calendar
    assert [lane.kind for lane in view.lanes].count("course") == 3
    second = [bar for bar in view.bars if view.lanes[bar.lane].label.startswith("Course 2")]
    assert [(bar.word, bar.first, bar.last) for bar in second] == [("unknown", 60, view.last)]
    assert {(tick.word, tick.day) for tick in view.ticks if view.lanes[tick.lane].label.startswith("Imatinib")} == {
        ("off", 0),
        ("off", 60),
    }
    assert "Imatinib (stated: off during course 1, off during course 2)" in [lane.label for lane in view.lanes]
    barney = next(bar for bar in view.bars if "barney" in bar.text and "course 1" in bar.text)
    assert (barney.word, barney.first, barney.last) == ("rule, dates not exact", 0, 90)


@pytest.mark.parametrize("name", ["gist-case-1", "gist-case-2", "rcc-t8", "spine-boost", "rcc-lung-central"])
@pytest.mark.parametrize("dark", [False, True])
def test_every_lane_of_the_picture_is_in_the_words_too(name, dark):
    view = timeline_view(Context.of(found_in(text_of(name)).case, REGISTRY))
    chart = figures.timeline(view, dark)
    assert len(chart["layout"]["annotations"]) == len(view.lanes)
    assert {lane.label for lane in view.lanes} <= {what for what, _ in view.rows}
    drawn = sum(len(trace["x"]) for trace in chart["data"] if trace["type"] == "bar")
    assert drawn == sum(not bar.word.startswith("rule") for bar in view.bars)
    brackets = sum(trace["type"] == "scatter" and trace["mode"] == "lines" for trace in chart["data"])
    assert brackets == sum(bar.word.startswith("rule") for bar in view.bars)
    assert all(view.first <= bar.first <= bar.last <= view.last for bar in view.bars)


def test_markup_in_a_name_is_text_in_the_chart():
    view = timeline_view(Context.of(found_in(text_of("rcc-t8")).case, REGISTRY))
    lanes = tuple(replace(lane, label=f"<b>{lane.label}</b>") for lane in view.lanes)
    bars = tuple(replace(bar, text=f"<a href='x'>{bar.text}</a>") for bar in view.bars)
    shown = str(figures.timeline(replace(view, lanes=lanes, bars=bars), dark=False)).replace("<extra></extra>", "")
    assert "<b>" not in shown
    assert "<a " not in shown
    assert "&lt;b&gt;Pazopanib&lt;/b&gt;" in shown


# --- what if ---------------------------------------------------------------------------------------------------------
def test_another_schedule_shows_only_what_changes():
    shown = whatif.other_schedule(text_of("gist-case-2"), REGISTRY, "pararenal-1/pararenal", "60 Gy / 8")
    assert shown.problem == ""
    changed = {one.what: one for one in shown.findings if one.kind == "changed"}
    # by hand: 60 * 7.5 / (100 - 60) = 11.25
    assert "course 1 only if a/b <= 11.25" in changed["Target: is BED 100 Gy reached?"].after
    assert "course 1 only if a/b <= 7.36" in changed["Target: is BED 100 Gy reached?"].before
    assert all(one.before != one.after for one in (*shown.findings, *shown.limits))
    assert shown.same > 0


def test_organ_doses_follow_the_prescription_and_it_is_said():
    shown = whatif.other_schedule(text_of("rcc-t8"), REGISTRY, "t8/t8", "30 Gy / 5")
    limits = {one.what: one for one in shown.limits}
    # by hand: 26.4 * 30 / 37.5 = 21.12 Gy, of 30 Gy 70.4 %
    assert limits["SpinalCord TG101 D0.035cc, t8"].after == "D0.035cc 21.1 Gy (cord), limit < 30 Gy (70.4 %)"
    assert "times 0.800" in " ".join(shown.assumptions)
    assert "Lungs V20Gy" in " ".join(shown.assumptions)  # a volume above a dose does not follow it


def test_another_number_of_fractions_keeps_the_first_day_and_says_so():
    shown = whatif.other_schedule(text_of("rcc-t8"), REGISTRY, "t8/t8", "37.5 Gy / 8")
    assert shown.assumptions[0] == "The first fraction stays on 2026-03-16; the other treatment days are not stated."
    assert "stay as they are" in shown.assumptions[1]
    course = found_in(shown.text).case.courses[0]
    assert (course.start.exact, course.days) == (day("2026-03-16"), None)


def test_organ_doses_of_several_targets_do_not_follow_one_of_them():
    shown = whatif.other_schedule(text_of("spine-boost"), REGISTRY, "spine/l1", "40 Gy / 5")
    assert "Organ doses of this course are left out" in " ".join(shown.assumptions)
    assert found_in(shown.text).case.doses(course="spine") == ()


def test_a_longer_hold_clears_the_rule_on_timing():
    shown = whatif.longer_hold(text_of("rcc-t8"), REGISTRY, "0:0", "2026-03-08", "")
    # 8 March is 8 days before the first fraction; the rule looks at 1-6 d before it
    assert [one.what for one in shown.findings if one.kind == "removed"] == ["VEGF inhibitor before SBRT: pazopanib"]
    later = whatif.longer_hold(text_of("rcc-t8"), REGISTRY, "0:0", "", "2026-05-25")
    # 24 May is the 60th day after 25 March
    assert "Oesophagus and VEGF inhibitor: pazopanib" in [one.what for one in later.findings if one.kind == "removed"]


def test_a_new_hold_splits_the_last_period():
    shown = whatif.longer_hold(text_of("rcc-t8"), REGISTRY, "0:1", "2026-03-24", "2026-04-10")
    periods = found_in(shown.text).case.exposures[0].periods
    assert [(str(p.first), str(p.last)) for p in periods[1:]] == [
        ("2026-03-24", "2026-03-24"), ("2026-04-10", "still taken"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (lambda text: whatif.other_schedule(text, REGISTRY, "t8/t8", "40"), "has no"),
        (lambda text: whatif.other_schedule(text, REGISTRY, "nowhere", "40 Gy / 8"), "Choose the prescription"),
        (lambda text: whatif.longer_hold(text, REGISTRY, "0:0", "", ""), "Enter the last day"),
        (lambda text: whatif.longer_hold(text, REGISTRY, "0:1", "", "2026-05-01"), "has none after it"),
        (lambda text: whatif.longer_hold(text, REGISTRY, "9:9", "2026-03-01", ""), "Choose the drug"),
        (lambda text: whatif.longer_hold(text, REGISTRY, "²:0", "2026-03-01", ""), "Choose the drug"),
        (lambda text: whatif.longer_hold(text, REGISTRY, "0:0", "2026-03-30", ""), "cannot be assessed"),
        (lambda text: whatif.other_schedule("id: [", REGISTRY, "t8/t8", "40 Gy / 8"), "itself is not assessed"),
    ],
)
def test_a_question_that_cannot_be_asked_says_why(question, said):
    shown = question(text_of("rcc-t8"))
    assert said in shown.problem
    assert (shown.findings, shown.limits, shown.text) == ((), (), "")


# --- note and export -------------------------------------------------------------------------------------------------
def test_the_note_has_version_registry_and_day():
    found, view = found_in(text_of("gist-case-2")), view_of("gist-case-2")
    assert found.registry_sha256[:8] in view.note
    assert view.note.endswith(f"Assessed 2026-11-21 with rtcalc {found.version}.\n")
    assert "85.5" in view.note


def test_the_export_is_the_librarys_own():
    found = found_in(text_of("gist-case-2"))
    assert export(found) == ("gist-case-2-assessment.json", found.to_json() + "\n")
