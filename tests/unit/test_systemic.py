"""Drugs over time, and rules on a drug near a course. Percentages are 100 * 0.5 ** (hours / half-life)."""

from dataclasses import replace
from datetime import date

import pytest

from rtcalc.case import Case
from rtcalc.casefile import parse_case
from rtcalc.chronology import timeline
from rtcalc.drugs import Drug, HalfLife, Rule, Window
from rtcalc.evidence import Evidence, Severity
from rtcalc.findings import Firing
from rtcalc.levels import vertebrae
from rtcalc.registry import Registry
from rtcalc.systemic import DayState, Match, match, percent_left, state_on, washout_days

DATED = "treatment_days: [2026-03-16, 2026-03-18, 2026-03-20, 2026-03-23, 2026-03-25]"
BEFORE, DURING = Window(phase="before", from_days=1, to_days=6), Window(phase="during")
AFTER = Window(phase="after", from_days=0, to_days=90)


def case(
    *periods: str,
    during: str = "{}",
    region: str = "abdomen",
    level: str = "not stated",
    near: str = "not stated",
    dates: str = DATED,
    technique: str = "sbrt",
    dose: str = "37.5 Gy / 5",
    organ_doses: str = "none reported",
) -> Case:
    """One lesion, one course, one drug; `periods` in the words of a case file."""
    taken = ", ".join(f"{{dose: as written, {period}}}" for period in periods)
    return parse_case(
        f"""
schema_version: 1
id: example
disease: any
targets:
  lesion: {{site: a lesion, region: {region}, level: {level}, near: {near}, largest: not stated, tissue: rcc}}
courses:
  c1:
    prescription:
      lesion: {{dose: {dose}}}
    technique: {technique}
    {dates}
drugs:
  - {{drug: sunitinib, periods: [{taken}], during: {during}}}
organ_doses: {organ_doses}
"""
    )


def rule(*windows: Window, **changes) -> Rule:
    """Speaks of everything at any time unless told otherwise."""
    fields = {
        "source": "book",
        "place": "page",
        "evidence": Evidence.ONE_SOURCE,
        "id": "rule",
        "topic": "bowel",
        "agents": ("sunitinib",),
        "organs": (),
        "within_mm": None,
        "regions": ("any",),
        "levels": (),
        "open_regions": (),
        "stereotactic": None,
        "windows": windows or (Window(phase="before", from_days=0), DURING, Window(phase="after", from_days=0)),
        "severity": Severity.WARNING,
        "source_word": "",
        "headline": "h",
        "effect": "e",
        "evidence_type": "t",
        "n": "1",
        "recommendation": "r",
        "as_stated": "s",
        "sources": ("book",),
    }
    return Rule(**fields | changes)


def held(one: Rule, of: Case) -> Match:
    return match(one, of.exposures[0], of.courses[0], of, timeline(of))


def firing(one: Rule, of: Case) -> Firing:
    return held(one, of).firing


def drug(*lives: tuple[float, float], evidence: Evidence = Evidence.ONE_SOURCE, hold: str | None = None) -> Drug:
    half_lives = tuple(
        HalfLife(source="book", place="p", evidence=evidence, hold=hold, of=f"part {i}", low_h=low, high_h=high)
        for i, (low, high) in enumerate(lives)
    )
    return Drug(name="x", drug_class="c", aliases=(), targets=(), groups=(), half_lives=half_lives)


def on_day(of: Case, day: str, with_drug: Drug | None = None) -> DayState:
    return state_on(of.exposures[0], with_drug or drug((24.0, 48.0)), date.fromisoformat(day).toordinal())


# --- how much is left ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("days", "half_life", "percent"),
    [
        (0, 40.0, 100.0),
        (5, 24.0, 3.125),  # five half-lives
        (4, 30.9, 11.6),  # 96 h: 0.5 ** 3.107
        (6, 30.9, 4.0),
        (14, 110.0, 12.0),  # 336 h: 0.5 ** 3.055
    ],
)
def test_what_is_left_halves_with_every_half_life(days: int, half_life: float, percent: float) -> None:
    assert percent_left(days, half_life) == pytest.approx(percent, abs=0.05)


def test_off_is_five_half_lives() -> None:
    assert washout_days(40.0) == pytest.approx(8.3333, abs=1e-4)  # 200 h
    assert washout_days(1200.0) == pytest.approx(250.0)  # an antibody


# --- a day -----------------------------------------------------------------------------------------------------------
def test_a_day_before_between_and_after_the_doses() -> None:
    taken = case("first: 2026-03-10, last: 2026-03-12")
    words = {d: on_day(taken, f"2026-03-{d}").word for d in ("09", "10", "12", "13", "21", "22")}
    # Off five half-lives of 48 h after the last dose: 12 + 10 = 22 March, and not a day earlier.
    assert words == {"09": "off", "10": "on", "12": "on", "13": "washing out", "21": "washing out", "22": "off"}
    assert on_day(taken, "2026-03-09").why == "not yet started"


def test_both_ends_of_a_half_life_are_shown_and_the_longer_decides() -> None:
    state = on_day(case("first: 2026-03-01, last: 2026-03-12"), "2026-03-17")
    # Five days: 120 h is five half-lives of 24 h (3.125 %) and two and a half of 48 h (17.68 %).
    assert state.percent_left == pytest.approx((3.125, 17.6777), abs=1e-4)
    assert state.word == "washing out"


def test_the_longest_half_life_of_drug_and_metabolites_counts() -> None:
    assert drug((40.0, 60.0), (80.0, 110.0), (1.0, 2.0)).washout.high_h == 110.0


def test_one_unverified_half_life_makes_the_longest_unknown() -> None:
    known, unverified = drug((24.0, 48.0)), drug((1.0, 2.0), evidence=Evidence.UNVERIFIED)
    mixed = replace(known, half_lives=(*known.half_lives, *unverified.half_lives))
    taken = case("first: 2026-03-01, last: 2026-03-12")
    for unusable in (mixed, drug(), drug((24.0, 48.0), hold="being checked")):
        state = on_day(taken, "2026-03-17", unusable)
        assert (state.word, state.percent_left) == ("unknown", None)
        assert "treat as on board" in state.why
        assert on_day(taken, "2026-03-12", unusable).word == "on"  # the dose itself needs no half-life


def test_a_drug_that_is_not_in_the_registry_is_unknown_after_the_last_dose() -> None:
    exposure = case("first: 2026-03-01, last: 2026-03-12").exposures[0]
    assert state_on(exposure, None, date(2028, 3, 13).toordinal()).word == "unknown"


@pytest.mark.parametrize(
    ("day", "word"),
    [
        ("2026-01-01", "on"),  # day 1 of the cycle
        ("2026-01-28", "on"),  # day 28
        ("2026-01-29", "washing out"),  # day 29: first day of the pause
        ("2026-02-11", "washing out"),  # day 42: last day of the pause
        ("2026-02-12", "on"),  # day 43: next cycle
        ("2026-03-11", "on"),  # day 28 of the second cycle
        ("2026-03-12", "washing out"),
    ],
)
def test_four_weeks_on_two_weeks_off(day: str, word: str) -> None:
    taken = case("first: 2026-01-01, last: 2026-06-30, cycle: 28 on / 14 off")
    assert on_day(taken, day, drug((80.0, 110.0))).word == word


def test_a_pause_counts_from_the_last_day_on_which_it_was_taken() -> None:
    taken = case("first: 2026-01-01, last: 2026-06-30, cycle: 28 on / 14 off")
    # 11 February is 14 days after 28 January: 12.04 % of a half-life of 110 h.
    assert on_day(taken, "2026-02-11", drug((110.0, 110.0))).percent_left == pytest.approx((12.04, 12.04), abs=0.01)


def test_stopping_in_the_pause_counts_from_the_last_dose_and_not_from_the_stop() -> None:
    taken = case("first: 2026-01-01, last: 2026-02-05, cycle: 28 on / 14 off")
    # Last dose 28 January; 7 February is ten days later: 240 h = five half-lives of 48 h.
    assert on_day(taken, "2026-02-07").word == "off"
    assert on_day(taken, "2026-02-06").word == "washing out"


def test_a_restart_is_on_and_the_hold_before_it_is_washing_out() -> None:
    taken = case("first: 2026-02-01, last: 2026-03-12", "first: 2026-03-24, last: still taken")
    words = [on_day(taken, f"2026-03-{d}").word for d in ("12", "13", "21", "22", "23", "24", "31")]
    assert words == ["on", "washing out", "washing out", "off", "off", "on", "on"]


def test_after_a_restart_the_new_last_dose_counts() -> None:
    taken = case("first: 2026-01-01, last: 2026-01-10", "first: 2026-03-01, last: 2026-03-12")
    assert on_day(taken, "2026-03-13").percent_left == pytest.approx((50.0, 70.7107), abs=1e-4)  # 24 h of 24 and 48


@pytest.mark.parametrize(
    ("period", "day", "word"),
    [
        ("first: not stated, last: not stated", "2026-03-16", "unknown"),
        ("first: 2026-03-01, last: not stated", "2026-03-16", "unknown"),
        ("first: 2026-03-01, last: 2026-03", "2026-03-16", "unknown"),
        ("first: not stated, last: 2026-03-20", "2026-03-16", "unknown"),
        ("first: not stated, last: 2026-03-12", "2026-03-16", "washing out"),  # the last dose is what counts
        ("first: 2026-07, last: still taken", "2026-03-16", "off"),  # certainly not yet
        ("first: 2026-03, last: still taken", "2026-03-16", "unknown"),
        ("first: 60 d after c1, last: still taken", "2026-03-16", "unknown"),
    ],
)
def test_partly_known_dates_never_become_off(period: str, day: str, word: str) -> None:
    assert on_day(case(period), day).word == word


def test_a_drug_without_any_dates_is_unknown_and_not_off() -> None:
    state = on_day(case(during="{c1: 'on'}"), "2026-03-16")
    assert (state.word, state.why) == ("unknown", "dates not stated: treat as on board")


# --- time windows ----------------------------------------------------------------------------------------------------
# The course runs from 16 to 25 March 2026.
@pytest.mark.parametrize(
    ("period", "before", "during", "after"),
    [
        ("first: 2026-01-01, last: 2026-03-09", "clear", "clear", "clear"),  # stopped 7 days before
        ("first: 2026-01-01, last: 2026-03-10", "fires", "clear", "clear"),  # 6 days
        ("first: 2026-01-01, last: 2026-03-15", "fires", "clear", "clear"),  # the day before
        ("first: 2026-01-01, last: 2026-03-16", "fires", "fires", "clear"),  # on the first day
        ("first: 2026-03-16, last: 2026-03-20", "clear", "fires", "clear"),
        ("first: 2026-03-25, last: 2026-03-25", "clear", "fires", "fires"),  # on the last day: 0 d after
        ("first: 2026-03-26, last: still taken", "clear", "clear", "fires"),
        ("first: 2026-06-23, last: still taken", "clear", "clear", "fires"),  # 90 d after
        ("first: 2026-06-24, last: still taken", "clear", "clear", "clear"),  # 91 d after
        ("first: 2026-01-01, last: still taken", "fires", "fires", "fires"),
        ("first: not stated, last: not stated", "cannot_be_excluded", "cannot_be_excluded", "cannot_be_excluded"),
        ("first: 2026-01, last: 2026-03", "cannot_be_excluded", "cannot_be_excluded", "cannot_be_excluded"),
        ("first: 2026-01, last: 2026-02", "clear", "clear", "clear"),
        ("first: 2026-06, last: still taken", "clear", "clear", "cannot_be_excluded"),  # 68-97 d after
        ("first: 2026-04 .. 2026-05, last: still taken", "clear", "clear", "fires"),  # at most 67 d after
        ("first: 2026-08, last: still taken", "clear", "clear", "clear"),
        ("first: {after: c1}, last: still taken", "clear", "cannot_be_excluded", "cannot_be_excluded"),
        ("first: 30 d after end of c1, last: still taken", "clear", "clear", "fires"),
        ("first: 91 d after end of c1, last: still taken", "clear", "clear", "clear"),
        # The anchor is not said: 91 d after the start is 82 d after the end, 91 d after the end is too late.
        ("first: 91 d after c1, last: still taken", "clear", "clear", "cannot_be_excluded"),
    ],
)
def test_windows_against_dates(period: str, before: str, during: str, after: str) -> None:
    taken = case(period)
    assert [firing(rule(w), taken).value for w in (BEFORE, DURING, AFTER)] == [before, during, after]


def test_every_period_of_a_drug_is_looked_at() -> None:
    taken = case("first: 2026-01-01, last: 2026-01-31", "first: 2026-04-01, last: still taken")
    assert [firing(rule(w), taken) for w in (BEFORE, DURING, AFTER)] == [Firing.CLEAR, Firing.CLEAR, Firing.FIRES]


@pytest.mark.parametrize(
    ("said", "expected"), [("on", Firing.FIRES), ("off", Firing.CLEAR), ("unknown", Firing.NOT_EXCLUDED)]
)
def test_what_the_source_says_of_the_course_itself_decides_during(said: str, expected: Firing) -> None:
    taken = case("first: not stated, last: not stated", during=f"{{c1: '{said}'}}")
    assert firing(rule(DURING), taken) is expected


def test_without_periods_nothing_but_during_is_known() -> None:
    taken = case(during="{c1: 'on'}")
    assert firing(rule(DURING), taken) is Firing.FIRES
    assert firing(rule(AFTER), taken) is Firing.NOT_EXCLUDED
    assert held(rule(AFTER), taken).missing == ("first and last day of sunitinib",)


def test_off_during_a_course_does_not_clear_the_time_after_it() -> None:
    taken = case("first: 2026-03-26, last: still taken", during="{c1: 'off'}")
    assert firing(rule(DURING), taken) is Firing.CLEAR
    assert firing(rule(DURING, AFTER), taken) is Firing.FIRES


def test_a_window_without_an_end_never_closes() -> None:
    taken = case("first: 2036-01-01, last: still taken")
    assert firing(rule(Window(phase="after", from_days=0)), taken) is Firing.FIRES


def test_a_window_may_begin_later_than_the_course_ends() -> None:
    late = rule(Window(phase="after", from_days=28, to_days=60))
    # The last fraction is on 25 March: 28 d later is 22 April.
    assert firing(late, case("first: 2026-03-26, last: 2026-04-21")) is Firing.CLEAR
    assert firing(late, case("first: 2026-03-26, last: 2026-04-22")) is Firing.FIRES


def test_the_interval_is_told_with_its_bounds() -> None:
    # A course that ended between 3 January and 5 February 2014, a drug that began between 1 March and 31 July:
    # 1 March - 5 February = 24 d, 31 July - 3 January = 209 d.
    dates = "end: 2014-01-03 .. 2014-02-05"
    taken = case("first: 2014-03-01 .. 2014-07-31, last: not stated", dates=dates)
    found = held(rule(AFTER), taken)
    assert found.firing is Firing.NOT_EXCLUDED
    assert "24-209 d" in found.timing
    assert found.window == AFTER
    assert found.missing == ("first and last day of sunitinib",)


def test_a_negative_interval_does_not_read_like_a_range_of_two_dashes() -> None:
    # Started between 20 March, during the course, and 10 April, 16 days after its end on 25 March.
    found = held(rule(AFTER), case("first: 2026-03-20 .. 2026-04-10, last: still taken"))
    assert "-5 to 16 d" in found.timing


# --- technique -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("technique", "dose", "expected"),
    [
        ("sbrt", "20 Gy / 5", Firing.FIRES),
        ("cyberknife", "20 Gy / 5", Firing.FIRES),
        ("vmat", "37.5 Gy / 5", Firing.FIRES),  # 7.5 Gy a fraction: read as stereotactic
        ("vmat", "25 Gy / 5", Firing.FIRES),  # 5 Gy, the mark itself
        ("vmat", "24.9 Gy / 5", Firing.CLEAR),
        ("3d-crt", "30 Gy / 10", Firing.CLEAR),
        ("unknown", "30 Gy / 10", Firing.NOT_EXCLUDED),
        ("unknown", "37.5 Gy / 5", Firing.FIRES),
    ],
)
def test_rules_on_stereotactic_treatment(technique: str, dose: str, expected: Firing) -> None:
    of = case("first: 2026-01-01, last: still taken", technique=technique, dose=dose, dates="start: 2026-03-16")
    found = held(rule(stereotactic=True), of)
    assert found.firing is expected
    assert found.missing == (("technique of c1",) if expected is Firing.NOT_EXCLUDED else ())
    assert firing(rule(), of) is Firing.FIRES  # a rule on any technique does not ask


@pytest.mark.parametrize(
    ("technique", "dose", "expected"),
    [
        ("3d-crt", "30 Gy / 10", Firing.FIRES),
        ("brachytherapy", "24 Gy / 6", Firing.FIRES),
        ("sbrt", "30 Gy / 10", Firing.CLEAR),
        ("vmat", "25 Gy / 5", Firing.CLEAR),  # 5 Gy a fraction: read as stereotactic
        ("unknown", "30 Gy / 10", Firing.NOT_EXCLUDED),
        ("unknown", "37.5 Gy / 5", Firing.CLEAR),
    ],
)
def test_rules_on_every_other_treatment(technique: str, dose: str, expected: Firing) -> None:
    of = case("first: 2026-01-01, last: still taken", technique=technique, dose=dose, dates="start: 2026-03-16")
    found = held(rule(stereotactic=False), of)
    assert found.firing is expected
    assert found.missing == (("technique of c1",) if expected is Firing.NOT_EXCLUDED else ())


@pytest.mark.parametrize(
    ("tissue", "expected"),
    [("gist", Firing.FIRES), ("rcc", Firing.CLEAR), ("generic-tumour", Firing.NOT_EXCLUDED)],
)
def test_rules_on_one_tumour(tissue: str, expected: Firing) -> None:
    of = case("first: 2026-01-01, last: still taken")
    of = replace(of, targets=(replace(of.targets[0], tissue=tissue),))
    found = held(rule(tissues=("gist",)), of)
    assert found.firing is expected
    assert found.missing == (("tumour treated in c1",) if expected is Firing.NOT_EXCLUDED else ())
    assert firing(rule(), of) is Firing.FIRES  # a rule on any tumour does not ask


def test_one_target_of_the_tumour_is_enough() -> None:
    of = case("first: 2026-01-01, last: still taken")
    second = replace(of.targets[0], id="second", tissue="gist")
    (prescription,) = of.courses[0].prescriptions
    course = replace(of.courses[0], prescriptions=(prescription, replace(prescription, target="second")))
    both = replace(of, targets=(*of.targets, second), courses=(course,))
    assert firing(rule(tissues=("gist",)), both) is Firing.FIRES


def test_a_condition_that_cannot_be_tested_is_not_evaluable_unless_another_one_clears() -> None:
    vague = rule(DURING, inexpressible="only with a large volume of bowel in the field")
    assert firing(vague, case("first: 2026-01-01, last: still taken")) is Firing.NOT_EVALUABLE
    assert firing(vague, case("first: 2026-01-01, last: 2026-01-31")) is Firing.CLEAR


# --- anatomy ---------------------------------------------------------------------------------------------------------
BOWEL = rule(
    regions=("abdomen", "pelvis"),
    organs=("Duodenum", "Jejunum_Ileum"),
    levels=("L1", "L2", "L3", "L4", "acetabulum"),
    open_regions=("spine", "bone", "not stated"),
)
GULLET = rule(
    regions=(), organs=("Esophagus",), within_mm=20.0, levels=("T7", "T8"), open_regions=("thorax", "spine", "bone")
)
ALWAYS = "first: 2026-01-01, last: still taken"


@pytest.mark.parametrize(
    ("region", "level", "expected"),
    [
        ("abdomen", "not stated", Firing.FIRES),
        ("brain", "not stated", Firing.CLEAR),
        ("limb", "not stated", Firing.CLEAR),
        ("bone", "not stated", Firing.NOT_EXCLUDED),
        ("spine", "not stated", Firing.NOT_EXCLUDED),
        ("not stated", "not stated", Firing.NOT_EXCLUDED),
        ("bone", "L4", Firing.FIRES),
        ("spine", "L4", Firing.FIRES),
        ("bone", "acetabulum", Firing.FIRES),
        ("bone", "Acetabulum", Firing.FIRES),
        ("spine", "T8", Firing.CLEAR),
        ("not stated", "T8", Firing.CLEAR),
        ("spine", "L2-L4", Firing.FIRES),  # the published field
        ("spine", "L2-4", Firing.FIRES),
        ("spine", "T12-L1", Firing.FIRES),
        ("spine", "L4/5", Firing.FIRES),
        ("spine", "T7-T9", Firing.CLEAR),
        ("spine", "Th8", Firing.CLEAR),
        ("bone", "left femur", Firing.NOT_EXCLUDED),  # a word clears nothing
        ("spine", "lumbar", Firing.NOT_EXCLUDED),
        ("spine", "L4-L2", Firing.NOT_EXCLUDED),
        ("brain", "left femur", Firing.CLEAR),
    ],
)
def test_region_and_level(region: str, level: str, expected: Firing) -> None:
    assert firing(BOWEL, case(ALWAYS, region=region, level=level)) is expected


@pytest.mark.parametrize("level", ["acetabulum", "Left ilium", "sacrum", "os ischium"])
def test_a_bone_of_the_pelvis_clears_what_lies_above_it_and_nothing_else(level: str) -> None:
    of = case(ALWAYS, region="bone", level=level)
    chest = replace(BOWEL, regions=("thorax",), levels=("T1", "T12"), open_regions=("bone",))
    assert firing(chest, of) is Firing.CLEAR
    # A rule that reaches to L4 or the sacrum may concern any bone of the pelvis.
    for reach in ("L4", "S1", "ilium"):
        assert firing(replace(chest, levels=("T12", reach)), of) is not Firing.CLEAR


def test_one_organ_that_is_far_does_not_clear_a_rule_on_others_that_are_not_named() -> None:
    near = replace(BOWEL, within_mm=20.0)
    far = case(ALWAYS, region="abdomen", near="{stated: {Duodenum: 80 mm}}")
    assert firing(near, far) is Firing.NOT_EXCLUDED
    assert match(near, far.exposures[0], far.courses[0], far, timeline(far)).missing == (
        "dose or distance of Jejunum_Ileum for lesion",
    )
    both = case(ALWAYS, region="abdomen", near="{stated: {Duodenum: 80 mm, Jejunum_Ileum: 90 mm}}")
    assert firing(near, both) is Firing.CLEAR
    # Far from one of them and at a level of none: nothing is left to ask.
    assert firing(near, case(ALWAYS, region="brain", near="{stated: {Duodenum: 80 mm}}")) is Firing.CLEAR


def test_the_dose_of_a_larger_contour_counts_for_what_lies_in_it() -> None:
    # Bowel contains the jejunum and ileum; a dose comes before the level, which alone would clear the rule.
    of = case(ALWAYS, region="spine", level="T8", organ_doses="{Bowel: {c1: {D0.035cc: 12 Gy}}}")
    assert firing(BOWEL, of) is Firing.FIRES


def test_a_drug_still_taken_in_a_cycle_reads_as_taken() -> None:
    of = case("first: 2026-01-05, last: still taken, cycle: 28 on / 14 off")
    found = match(rule(windows=(Window(phase="during"),)), of.exposures[0], of.courses[0], of, timeline(of))
    assert (found.firing, found.timing) == (Firing.FIRES, "taken during the course")


def test_an_unknown_region_is_never_clear_even_where_a_rule_forgot_it() -> None:
    assert firing(replace(BOWEL, open_regions=()), case(ALWAYS, region="not stated")) is Firing.NOT_EXCLUDED


def test_a_rule_without_levels_is_not_cleared_by_one() -> None:
    assert firing(replace(BOWEL, levels=()), case(ALWAYS, region="spine", level="T8")) is Firing.NOT_EXCLUDED


@pytest.mark.parametrize(
    ("near", "expected"),
    [
        ("{stated: {Esophagus: 12 mm}}", Firing.FIRES),
        ("{stated: {Esophagus: 20 mm}}", Firing.FIRES),  # within 20 mm includes 20
        ("{stated: {Esophagus: 2.1 cm}}", Firing.CLEAR),
        ("{stated: {Esophagus: not stated}}", Firing.NOT_EXCLUDED),
        ("{assumed: [Esophagus]}", Firing.NOT_EXCLUDED),
        ("{stated: {SpinalCord: 2 mm}}", Firing.FIRES),  # no word on the oesophagus: the level decides
    ],
)
def test_distance_stands_before_the_level(near: str, expected: Firing) -> None:
    assert firing(GULLET, case(ALWAYS, region="spine", level="T8", near=near)) is expected


def test_distance_within_fires_where_the_region_would_clear() -> None:
    of = case(ALWAYS, region="abdomen", near="{stated: {Esophagus: 12 mm}}")
    assert firing(GULLET, of) is Firing.FIRES
    assert firing(GULLET, case(ALWAYS, region="abdomen")) is Firing.CLEAR


def test_an_organ_named_near_fires_a_rule_that_sets_no_distance() -> None:
    assert firing(BOWEL, case(ALWAYS, region="spine", level="T8", near="{assumed: [Duodenum]}")) is Firing.FIRES


@pytest.mark.parametrize("region", ["brain", "limb", "thorax"])
def test_a_dose_to_an_organ_of_the_rule_fires_whatever_the_region(region: str) -> None:
    of = case(ALWAYS, region=region, organ_doses="{Jejunum_Ileum: {c1: {D5cc: 14 Gy}}}")
    found = held(BOWEL, of)
    assert found.firing is Firing.FIRES
    assert "Jejunum_Ileum D5cc 14 Gy" in found.anatomy


def test_a_dose_stands_before_a_distance() -> None:
    of = case(
        ALWAYS,
        region="spine",
        level="T8",
        near="{stated: {Esophagus: 30 mm}}",
        organ_doses="{Esophagus: {c1: {Dmax: 22 Gy}}}",
    )
    assert firing(GULLET, of) is Firing.FIRES


@pytest.mark.parametrize("metric", ["volume: 120 cc", "CV17.5Gy: 100 cc", "Dmax: 0 Gy", "V20Gy: 0 cc"])
def test_a_volume_or_no_dose_at_all_is_no_dose(metric: str) -> None:
    of = case(ALWAYS, region="brain", organ_doses=f"{{Jejunum_Ileum: {{c1: {{{metric}}}}}}}")
    assert firing(BOWEL, of) is Firing.CLEAR


def test_a_dose_to_another_organ_says_nothing() -> None:
    of = case(ALWAYS, region="brain", organ_doses="{Brainstem: {c1: {Dmax: 20 Gy}}}")
    assert firing(BOWEL, of) is Firing.CLEAR


def test_what_would_settle_the_anatomy_is_named() -> None:
    (missing,) = held(BOWEL, case(ALWAYS, region="bone")).missing
    assert "Duodenum" in missing
    assert held(BOWEL, case(ALWAYS, region="brain")).missing == ()


def test_the_worst_target_of_a_course_speaks_for_it() -> None:
    of = case(ALWAYS, region="brain")
    second = replace(of.targets[0], id="second", region="abdomen")
    course = replace(
        of.courses[0],
        prescriptions=(*of.courses[0].prescriptions, replace(of.courses[0].prescriptions[0], target="second")),
    )
    both = replace(of, targets=(of.targets[0], second), courses=(course,))
    assert firing(BOWEL, both) is Firing.FIRES


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        ("T8", {"T8"}),
        ("C7-T2", {"C7", "T1", "T2"}),
        ("l2 - l4", {"L2", "L3", "L4"}),
        ("L5/S1", {"L5", "S1"}),
        ("D12", {"T12"}),
        ("Th11 to L1", {"T11", "T12", "L1"}),
        ("L6", None),  # there is none
        ("C8", None),
        ("T0", None),
        ("L4-L2", None),  # written the wrong way round: not read, so nothing is cleared
        ("T8, T10", None),
        ("sacrum", None),
        ("", None),
    ],
)
def test_vertebrae_of_a_level(level: str, expected: set[str] | None) -> None:
    assert vertebrae(level) == expected


# --- the shipped rules -----------------------------------------------------------------------------------------------
REGISTRY = Registry()


@pytest.mark.parametrize("name", [name for name, r in REGISTRY.interaction_rules.items() if "any" not in r.regions])
def test_no_shipped_rule_is_silent_where_the_region_is_not_known(name: str) -> None:
    shipped = replace(REGISTRY.interaction_rules[name], tissues=())
    conventional = {"technique": "imrt", "dose": "20 Gy / 5"} if shipped.stereotactic is False else {}
    expected = Firing.NOT_EVALUABLE if shipped.inexpressible else Firing.NOT_EXCLUDED
    assert firing(shipped, case(ALWAYS, region="not stated", **conventional)) is expected


@pytest.mark.parametrize("name", [name for name, r in REGISTRY.interaction_rules.items() if r.topic == "bowel"])
def test_no_shipped_bowel_rule_fires_for_the_brain(name: str) -> None:
    assert firing(REGISTRY.interaction_rules[name], case(ALWAYS, region="brain")) is Firing.CLEAR


@pytest.mark.parametrize("name", REGISTRY.interaction_rules)
def test_levels_of_shipped_rules_are_vertebrae_or_plain_words(name: str) -> None:
    # A rule's level of the form "L2-L4" would match no single vertebra of a case.
    levels = REGISTRY.interaction_rules[name].levels
    assert all(vertebrae(level) == {level} or level.isalpha() for level in levels)
