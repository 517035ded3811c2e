"""The radiobiology on the command line: every figure worked beside its test, every refusal in one line.

BED is D (1 + d/r), EQD2 is BED / (1 + 2/r), with d the dose per fraction and r alpha/beta.
"""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from rtcalc import cli
from rtcalc.cli import run
from rtcalc.intended_use import INTENDED_USE
from rtcalc.registry import Registry

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
KNOWLEDGE = Registry()
CORD_RULE = "HYTEC.SpinalCord.reirradiation"


@pytest.fixture(autouse=True)
def _read_the_knowledge_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every call of the command line reads the built-in files anew; here they are read once, for time."""
    monkeypatch.delenv("RTCALC_PROTOCOLS", raising=False)
    monkeypatch.setattr(
        "rtcalc.registry.Registry", lambda folder=None: KNOWLEDGE if folder is None else Registry(folder)
    )


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(list(arguments)) == 0, capsys.readouterr().err
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def data(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict:
    return json.loads(said(capsys, *arguments, "--json"))


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one line on standard error; nothing stands on standard output."""
    assert run(list(arguments)) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = captured.err.splitlines()
    assert line.startswith("rtcalc: ")
    return line


def cells(text: str, first: str) -> list[str]:
    """The cells of the one table row that begins like this."""
    (row,) = [line for line in text.splitlines() if line.startswith(first)]
    return re.split(r"  +", row.strip())


# --- effect -----------------------------------------------------------------------------------------------------------
def test_lql_stands_beside_lq(capsys) -> None:
    # docs/models.md: slope 1 + 2 x 6 / 3 = 5; 5 (6 x 3 + 5 x 3) = 165, / (5/3) = 99; LQ 45 x 4 = 180, 108.
    text = said(capsys, "effect", "45 Gy / 5", "--alpha-beta", "3 Gy", "--lql-threshold", "6 Gy")
    assert cells(text, "180.0") == ["180.0", "108.0", "LQ"]
    assert cells(text, "165.0") == ["165.0", "99.0", "LQ-L DT 6 Gy"]
    assert "a what-if: no source is given for its threshold" in text
    assert "[ASTRAHAN2008" in text


@pytest.mark.parametrize(("schedule", "bed"), [("45 Gy / 5", "85.5"), ("40 Gy / 4", "80.0")])
def test_below_the_threshold_there_is_one_row(capsys, schedule, bed) -> None:
    # Clinical requirement 2.6: at a/b 10 with a threshold of 20 Gy both are what they are in LQ.
    arguments = ("effect", schedule, "--alpha-beta", "10 Gy", "--lql-threshold", "20 Gy")
    text = said(capsys, *arguments)
    assert text.count(bed) == 1
    assert "LQ-L DT 20 Gy: same as LQ" in text
    assert "Below the threshold of 20.00 Gy, same as LQ" in text
    (result,) = data(capsys, *arguments)["results"]
    assert result["same_as_lq"] is True


def test_usc_is_asked_for_with_both_values(capsys) -> None:
    # docs/models.md: alpha D0 = 0.5, Dq = 1.25; (45 - 5 x 1.25) / 0.5 = 77.5.
    found = data(
        capsys, "effect", "45 Gy / 5", "--alpha-beta", "10 Gy", "--usc-alpha", "0.4 /Gy", "--usc-d0", "1.25 Gy"
    )
    assert found["results"][0]["bed"]["gray"] == pytest.approx(77.5, abs=1e-9)


def test_a_long_fraction_at_two_half_times(capsys) -> None:
    # Clinical requirement 2.16: 79.9 at 1.5 h, 71.8 at 0.5 h, LQ 85.5.
    arguments = ("effect", "45 Gy / 5", "--alpha-beta", "10 Gy", "--minutes", "60")
    text = said(capsys, *arguments, "--half-time", "0.5 h", "--half-time", "1.5 h")
    assert cells(text, "71.8")[2] == "LQ, T1/2 0.5 h"
    assert cells(text, "79.9")[2] == "LQ, T1/2 1.5 h"
    assert "never relax a limit of an organ by it" in text.replace("\n  ", " ")


def test_twice_a_day_with_incomplete_repair(capsys) -> None:
    # docs/models.md: theta = 2^-1.5 = 0.35355; 81.6 x 1.4 + 81.6 x 0.4 x 0.35355 = 125.7800; LQ 114.24.
    found = data(
        capsys,
        *("effect", "68 x 1.2 Gy", "--alpha-beta", "3 Gy", "--half-time", "4 h", "--per-day", "2"),
        *("--interval", "6 h"),
    )
    assert found["lq"]["bed"]["gray"] == pytest.approx(114.24, abs=1e-9)
    assert found["results"][0]["bed"]["gray"] == pytest.approx(125.78, abs=1e-4)


def test_repopulation_says_how_it_counts(capsys) -> None:
    # 35 x 2 (1 + 0.2) = 84; 46 d elapsed: 84 - 0.9 (46 - 28) = 67.8.
    arguments = ("effect", "70 Gy / 35", "--alpha-beta", "10 Gy", "--overall", "46 d")
    text = said(capsys, *arguments, "--k", "0.9 Gy/d", "--k-basis", "BED", "--kickoff", "28 d")
    assert cells(text, "67.8")[2] == "LQ, K 0.9 Gy/d after 28 d"
    assert "Overall time 46 d elapsed" in text
    # K of HNSCC 0.69 Gy/d is EQD2: 0.69 x 1.2 = 0.828 as BED at a/b 10; 84 - 0.828 (46 - 19.2) = 61.8096.
    found = data(capsys, *arguments, "--time-factor-of", "hnscc")
    assert found["results"][0]["bed"]["gray"] == pytest.approx(61.8096, abs=1e-9)
    assert found["results"][0]["bed"]["model"] == "LQ, K 0.828 Gy/d after 19.2 d"


def test_a_tissue_lends_its_deciding_value_and_names_the_rivals(capsys) -> None:
    text = said(capsys, "effect", "60 Gy / 30", "--tissue", "hnscc")
    assert "a/b 10.5 Gy" in text
    assert "Other values listed for squamous cell carcinoma of the head and neck: 10.6, 8.1 Gy" in text


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), 'there is no default, write --alpha-beta "3 Gy", or --tissue ID'),
        (("--alpha-beta", "0 Gy"), "alpha_beta: 0 Gy is outside the model; it must be above zero"),
        (("--alpha-beta", "-3 Gy"), "'-3 Gy' has a sign"),
        (("--alpha-beta", "3"), "'3' has no unit; write 3 Gy"),
        (("--alpha-beta", "3 Gy", "--tissue", "rcc"), "give one of the two"),
        (("--tissue", "rc"), "no tissue is called 'rc'; nearest: rcc"),
        (("--alpha-beta", "3 Gy", "--lql-threshold", "1.9 Gy"), "below 2 Gy"),
        (("--alpha-beta", "3 Gy", "--lql-threshold", "6 Gy", "--usc-alpha", "0.3 /Gy", "--usc-d0", "1 Gy"), "give one"),
        (("--alpha-beta", "3 Gy", "--usc-alpha", "0.3 /Gy"), "belong together"),
        (("--alpha-beta", "3 Gy", "--usc-alpha", "0.9 /Gy", "--usc-d0", "1.25 Gy"), "below 1 is needed"),
        (("--alpha-beta", "3 Gy", "--half-time", "0 h", "--minutes", "60"), "'0 h' is outside the model"),
        (("--alpha-beta", "3 Gy", "--minutes", "60"), "matters only with a repair half-time"),
        (("--alpha-beta", "3 Gy", "--minutes", "0", "--half-time", "1 h"), "must be above zero"),
        (("--alpha-beta", "3 Gy", "--minutes", "nan", "--half-time", "1 h"), "not finite"),
        (("--alpha-beta", "3 Gy", "--per-day", "2"), "need a half-time ('1.5 h'), or 'complete'"),
        (("--alpha-beta", "3 Gy", "--per-day", "2", "--half-time", "1 h", "--interval", "25 h"), "do not fit"),
        (("--alpha-beta", "3 Gy", "--interval", "6 h"), "only between several fractions a day"),
        (("--alpha-beta", "3 Gy", "--k", "0.9 Gy/d"), "missing: --k-basis, --kickoff"),
        (("--alpha-beta", "3 Gy", "--k", "0.9 Gy/d", "--k-basis", "bed", "--kickoff", "0 d"), "is not BED or EQD2"),
        (("--alpha-beta", "3 Gy", "--k", "0.9 Gy/d", "--k-basis", "BED", "--kickoff", "0 d"), "overall_days"),
        (("--alpha-beta", "3 Gy", "--overall", "4.5 d"), "is not a whole number of days"),
        (("--alpha-beta", "3 Gy", "--time-factor-of", "gist", "--overall", "4 d"), "no time factor of gist is listed"),
        (
            ("--alpha-beta", "3 Gy", "--time-factor-of", "nsclc", "--overall", "60 d"),
            "does not state whether K 1.85 Gy/d is BED or EQD2",
        ),
        (("--alpha-beta", "3 Gy", "--time-factor-of", "hnscc", "--k", "0.9 Gy/d"), "not both"),
    ],
)
def test_effect_refuses(capsys, options, words) -> None:
    assert words in refusal(capsys, "effect", "45 Gy / 5", *options)


def test_repopulation_beyond_the_model_is_refused(capsys) -> None:
    # 45 x 1.9 = 85.5 Gy BED; 0.9 x 200 = 180 Gy would be regained.
    options = ("--alpha-beta", "10 Gy", "--k", "0.9 Gy/d", "--k-basis", "BED", "--kickoff", "0 d", "--overall", "200 d")
    assert "is more than the BED of 85.5 Gy" in refusal(capsys, "effect", "45 Gy / 5", *options)


# --- isoeffect --------------------------------------------------------------------------------------------------------
def test_a_required_dose_rounds_up(capsys) -> None:
    # D + D^2 / 40 = 100: D = 20 (sqrt(11) - 1) = 46.3325, d = 11.5831. To the nearest 0.01 Gy it would fall short.
    arguments = ("isoeffect", "--bed", "100 Gy", "--alpha-beta", "10 Gy", "--fractions", "4")
    assert "46.36 Gy in 4, 11.59 Gy per fraction: BED 100.1 Gy" in said(capsys, *arguments)
    found = data(capsys, *arguments)
    assert found["exact"]["total_gray"] == pytest.approx(46.33249581, abs=1e-7)
    assert found["reached"]["gray"] >= 100.0


def test_a_required_number_of_fractions_rounds_up(capsys) -> None:
    # 100 / (9 x 1.9) = 5.848; six give 54 x 1.9 = 102.6.
    text = said(capsys, "isoeffect", "--bed", "100 Gy", "--alpha-beta", "10 Gy", "--per-fraction", "9 Gy")
    assert "54 Gy in 6, 9.00 Gy per fraction: BED 102.6 Gy" in text
    # EQD2 60 at a/b 10 is BED 72; 72 / (2.5 x 1.25) = 23.04; 24 give 75 / 1.2 = 62.5.
    found = data(capsys, "isoeffect", "--eqd2", "60 Gy", "--alpha-beta", "10 Gy", "--per-fraction", "2.5 Gy")
    assert found["exact"]["fractions"] == pytest.approx(23.04, abs=1e-9)
    assert (found["schedule"]["fractions"], found["reached"]["gray"]) == (24, 62.5)


def test_an_exact_solution_stays_itself(capsys) -> None:
    # 50 x (1 + 10 / 10) = 100.
    text = said(capsys, "isoeffect", "--bed", "100 Gy", "--alpha-beta", "10 Gy", "--fractions", "5")
    assert "50 Gy in 5, 10.00 Gy per fraction: BED 100.0 Gy" in text


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--bed", "100 Gy"), "give one of the two; the other one is solved"),
        (("--bed", "100 Gy", "--fractions", "5", "--per-fraction", "2 Gy"), "give one of the two"),
        (("--fractions", "5"), "--bed and --eqd2"),
        (("--bed", "100 Gy", "--eqd2", "60 Gy", "--fractions", "5"), "--bed and --eqd2"),
        (("--bed", "100 Gy", "--fractions", "0"), "from 1 to 200, not 0"),
        (("--bed", "100 Gy", "--fractions", "2.5"), "Invalid value for '--fractions'"),
        (("--bed", "100", "--fractions", "5"), "has no unit; write 100 Gy"),
        (("--bed", "1000 Gy", "--per-fraction", "1 Gy"), "at most 200"),
    ],
)
def test_isoeffect_refuses(capsys, options, words) -> None:
    assert words in refusal(capsys, "isoeffect", "--alpha-beta", "10 Gy", *options)


# --- gap --------------------------------------------------------------------------------------------------------------
GAP = ("gap", "70 Gy / 35", "--start", "2026-03-02", "--tumour-alpha-beta", "10 Gy", "--late-alpha-beta", "3 Gy")
TYPED_K = ("--k", "0.9 Gy/d", "--k-basis", "BED", "--kickoff", "28 d")


def test_a_gap_and_its_options(capsys) -> None:
    # docs/gaps-and-reirradiation.md: planned 84 - 0.9 (46 - 28) = 67.8; three missed weekdays cost 5 days, 4.5 Gy.
    # Late tissue 70 (1 + 2/3) = 116.7; five extra fractions 80 x 5/3 = 133.3, ending on day 58: 96 - 27 = 69.0.
    missed = ("--missed", "2026-03-17,2026-03-18", "--missed", "2026-03-19")
    text = said(capsys, *GAP, *TYPED_K, *missed)
    assert cells(text, "as planned")[1:8] == ["2026-04-17", "46", "67.8", "0.0", "yes", "116.7", "0.0"]
    assert cells(text, "missed fractions at the end")[1:6] == ["2026-04-22", "51", "63.3", "4.5", "no"]
    assert cells(text, "extra fractions")[2:9] == ["58", "69.0", "-1.2", "yes", "133.3", "16.7", "40 x 2.00"]
    assert "4 leave 0.3 Gy lost" in text
    found = data(capsys, *GAP, *TYPED_K, *missed)
    assert found["uncompensated"]["tumour_loss_gray"] == pytest.approx(4.5, abs=1e-9)
    assert [option["name"] for option in found["options"]][:2] == ["weekend", "twice a day"]
    assert found["planned"]["fraction_days"][0] == "2026-03-02"


def test_incomplete_repair_costs_late_tissue_on_days_with_two(capsys) -> None:
    # Three such days of 2 x 2 Gy: theta = exp(-ln 2 x 6 / 4) = 0.35355; 3 x 4 x (2 / 3) x 0.35355 = 2.828 Gy.
    missed = ("--missed", "2026-03-17,2026-03-18,2026-03-19")
    repair = ("--late-half-time", "4 h", "--interval", "6 h")
    found = data(capsys, *GAP, *TYPED_K, *missed, *repair)
    (twice,) = [option for option in found["options"] if option["name"] == "twice a day"]
    assert twice["late_change_gray"] == pytest.approx(2.8284, abs=1e-4)


def test_few_fractions_have_no_loss_at_all(capsys) -> None:
    # Clinical requirement 2.8: not even 0.0 is printed.
    text = said(
        capsys,
        *("gap", "45 Gy / 5", "--start", "2026-03-02", "--missed", "2026-03-04"),
        *("--tumour-alpha-beta", "10 Gy", "--late-alpha-beta", "3 Gy"),
    )
    assert "10 or fewer fractions: no tumour time factor established" in text
    assert cells(text, "missed fractions at the end")[3:6] == ["-", "-", "-"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((*TYPED_K, "--missed", "2026-02-27"), "no treatment was planned on 2026-02-27 (Fri)"),  # before the start
        ((*TYPED_K, "--missed", "2026-03-02"), "is no treatment day"),
        ((*TYPED_K, "--missed", "2026-13-01"), "2026-13-01"),
        (("--missed", "2026-03-17"), "repopulation: needed for more than 10 fractions"),
        ((*TYPED_K, "--missed", "2026-03-17", "--interval", "6 h"), "belong together"),
        ((*TYPED_K, "--missed", "2026-03-17", "--late-half-time", "0 h", "--interval", "6 h"), "outside the model"),
        ((*TYPED_K, "--missed", "2026-03-17", "--pattern", "every other weekday"), "consecutive days only"),
        (TYPED_K, "--missed"),
    ],
)
def test_gap_refuses(capsys, options, words) -> None:
    assert words in refusal(capsys, *GAP, *options)


# --- budget -----------------------------------------------------------------------------------------------------------
BUDGET = ("budget", "--organ", "SpinalCord", "--prior", "30.9 Gy / 10", "--alpha-beta", "2 Gy")
RULE = ("--rule", CORD_RULE, "--measured-on", "thecal sac")
RECOVERY = {
    "--recovery": "25 %",
    "--recovery-ceiling": "50 %",
    "--recovery-after": "180 d",
    "--recovery-reference": "tumour board, minutes 12",
    "--recovery-in-limit": "no",
}


def recovery(**changed: str) -> list[str]:
    options = RECOVERY | {f"--{name.replace('_', '-')}": text for name, text in changed.items()}
    return [part for pair in options.items() for part in pair]


def test_the_cord_rule_rounds_down(capsys) -> None:
    # Clinical requirement P11: prior 30.9 (1 + 3.09 / 2) / 2 = 39.32; 25 Gy EQD2 is 9.0499, 12.2829, 14.5784, 16.3961
    # and 17.9129 Gy in 1 to 5; all conditions are shown.
    text = said(capsys, *BUDGET, *RULE, "--interval", "8.2 months")
    assert "earlier 30.9 Gy / 10: EQD2 39.32 Gy (a/b 2)" in text
    assert [cells(text, f"{n}  ")[1] for n in range(1, 6)] == ["9.04", "12.28", "14.57", "16.39", "17.91"]
    for name in ("interval  ", "structure"):
        assert "met" in cells(text, name)
    # No new dose was given, so nothing of it was met: the figures are those of the largest one.
    for name in ("cumulative  ", "new part  ", "new part of cumulative"):
        row = cells(text, name)
        assert "met" not in row
        assert row[-1].endswith("with the largest new dose")
    assert "[HYTEC_CORD]" in text


@pytest.mark.parametrize(
    ("options", "name", "met"),
    [
        (("--interval", "4 months"), "interval", False),
        (("--interval", "60 d"), "interval", False),  # completes 1 month wherever it lies
        (("--earlier-end", "2026-01-15", "--new-start", "2026-06-14"), "interval", False),  # one day short of 5
        ((), "interval", None),
    ],
)
def test_nothing_is_offered_before_five_months(capsys, options, name, met) -> None:
    found = data(capsys, *BUDGET, *RULE, *options)["rule"]
    assert [one["allowed_gray"] for one in found["allowances"]] == [None] * 5
    assert len(found["conditions"]) == 5
    assert {one["name"]: one["met"] for one in found["conditions"]}[name] is met
    text = said(capsys, *BUDGET, *RULE, *options)
    assert [cells(text, f"{n}  ")[1] for n in range(1, 6)] == ["none"] * 5


def test_five_calendar_months_are_enough(capsys) -> None:
    found = data(capsys, *BUDGET, *RULE, "--earlier-end", "2026-01-15", "--new-start", "2026-06-15")
    assert found["interval_months"] == 5
    assert found["rule"]["allowances"][0]["allowed_gray"] == 9.04


def test_another_structure_is_not_taken_for_the_thecal_sac(capsys) -> None:
    for options in ((), ("--measured-on", "cord")):
        found = data(capsys, *BUDGET, "--rule", CORD_RULE, "--interval", "8.2 months", *options)
        assert [one["allowed_gray"] for one in found["rule"]["allowances"]] == [None] * 5


def test_a_plain_limit_points_at_the_rule(capsys) -> None:
    # 60 - 39.32025 = 20.67975 EQD2, BED 41.3595 at a/b 2; in one: d = -1 + sqrt(1 + 82.719) = 8.1498, down 8.14.
    text = said(capsys, *BUDGET, "--limit", "60 Gy", "--interval", "8.2 months", "--fractions", "1,2")
    assert cells(text, "1  ") == ["1", "8.14", "cumulative <= 60 Gy EQD2"]
    assert f"A published rule of several conditions exists for SpinalCord: --rule {CORD_RULE}" in text
    assert "Under a plain limit the interval changes nothing: no recovery is credited for it." in text


def test_limit_and_rule_together_are_shown_apart(capsys) -> None:
    text = said(capsys, *BUDGET, *RULE, "--interval", "8.2 months", "--limit", "70 Gy")
    assert "UNDER THE LIMIT  cumulative <= 70 Gy EQD2 (a/b 2)" in text
    assert f"UNDER THE RULE  {CORD_RULE} [HYTEC_CORD]" in text
    assert "a new course has to meet both" in text


def test_recovery_is_a_column_that_decides_nothing(capsys) -> None:
    # 39.32 and 17.9 (1 + 3.58 / 2) / 2 = 24.97: none 39.3 to 64.3, against 60 undetermined; 25 % off: 29.5 to 54.5.
    new = ("--limit", "60 Gy", "--new", "17.9 Gy / 5", "--earlier-end", "2025-01-10", "--new-start", "2025-12-01")
    text = said(capsys, *BUDGET, *new, *recovery())
    assert cells(text, "none  ") == ["none", "39.3 to 64.3", "undetermined"]
    assert cells(text, "25 % after")[1:] == ["29.5 to 54.5", "decides nothing"]
    found = data(capsys, *BUDGET, *new, *recovery(recovery_in_limit="yes"))["new_course"]["under_limit"]
    assert [one["state"] for one in found] == ["undetermined", None]
    assert found[1]["reason"] == "not credited: the limit contains recovery already"


def test_a_new_course_is_held_against_the_rule(capsys) -> None:
    # 18 Gy in 5: 18 (1 + 3.6 / 2) / 2 = 25.2 EQD2, above 25.
    found = data(capsys, *BUDGET, *RULE, "--interval", "8.2 months", "--new", "18 Gy / 5")["new_course"]["under_rule"]
    assert found["state"] == "exceeded"
    assert {one["name"]: one["met"] for one in found["conditions"]}["new part"] is False


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), '--limit "50 Gy" (cumulative EQD2) or --rule ID is needed; there is no default'),
        (("--limit", "60 Gy", "--earlier-end", "2025-12-01", "--new-start", "2025-01-01"), "ends before it starts"),
        (("--limit", "60 Gy", "--earlier-end", "2025-12-01"), "belong together"),
        (("--limit", "60 Gy", "--interval", "5 months", "--earlier-end", "2025-12-01"), "not both"),
        (("--limit", "60 Gy", "--interval", "about 5 months"), "is not one number of months"),
        (("--limit", "60 Gy", "--fractions", "1,2.5"), "'2.5' is not a number of fractions"),
        (("--limit", "60 Gy", "--fractions", "0"), "from 1 to 200, not 0"),
        (("--rule", "HYTEC.SpinalCord.reiradiation"), f"nearest: {CORD_RULE}"),
        (("--limit", "60 Gy", *recovery()), "give the course with --new"),
        (("--limit", "60 Gy", "--new", "12 Gy / 5", "--recovery", "25 %"), "missing: --recovery-ceiling"),
        (("--limit", "60 Gy", "--new", "12 Gy / 5", *recovery(recovery="120 %")), "is outside 0 to the ceiling"),
        (("--limit", "60 Gy", "--new", "12 Gy / 5", *recovery(recovery_ceiling="120 %")), "ceiling: 1.2 is outside"),
        (("--limit", "60 Gy", "--new", "12 Gy / 5", *recovery(recovery_after="0 d")), "1 or more"),
        (("--limit", "60 Gy", "--new", "12 Gy / 5", *recovery(recovery_in_limit="maybe")), "is not yes or no"),
        (("--limit", "60 Gy", "--new", "12 Gy / 5", *recovery()[:-2]), "needs --recovery-in-limit"),
        (("--limit", "60 Gy", "--new", "10 Gy / 5 + 4 Gy / 2"), "has several phases"),
    ],
)
def test_budget_refuses(capsys, options, words) -> None:
    assert words in refusal(capsys, *BUDGET, *options)


def test_a_rule_is_for_its_organ_and_its_alpha_beta(capsys) -> None:
    prior = ("--prior", "30.9 Gy / 10", "--rule", CORD_RULE)
    line = refusal(capsys, "budget", "--organ", "Duodenum", "--alpha-beta", "2 Gy", *prior)
    assert "is a rule on SpinalCord, not on Duodenum" in line
    assert "not on the basis of the limit, EQD2 (a/b 2, LQ); give both" in refusal(
        capsys, "budget", "--organ", "SpinalCord", "--alpha-beta", "3 Gy", *prior
    )


# --- feasible ---------------------------------------------------------------------------------------------------------
FEASIBLE = ("feasible", "--target-bed", "100 Gy", "--alpha-beta", "10 Gy", "--sets", "TG101")
SHARES = ("--organ", "SpinalCord:D0.035cc=60%", "--organ", "Duodenum:D0.035cc=40 %")


def test_the_first_operative_limit_is_named(capsys) -> None:
    # TG-101 cord D0.035cc < 14, 21.9, 30 Gy in 1, 3, 5: over 0.6 it is 23.33, 36.5 and 50, of which the last two are
    # the bound itself and not allowed. 49.99 (1 + 0.9998) = 99.97 Gy BED: 100 is not reached. 100 Gy in 3: 41.79.
    text = said(capsys, *FEASIBLE, *SHARES)
    first = "SpinalCord D0.035cc TG101 < 14 Gy"
    assert cells(text, "1   ") == ["1", "27.02", "23.33", "23.33", "77.8", "no", first]
    assert cells(text, "3   ")[1:3] == ["41.79", "36.49"]
    assert cells(text, "5   ")[2:6] == ["49.99", "9.99", "99.97", "no"]
    assert cells(text, "4*  ")[2] == "41.36 to 45.40"
    assert "* beside n: no printed row for this number" in text
    assert cells(text, "8   ")[2] == "undefined"
    assert "assumed not to depend on the number of fractions" in text


def test_the_best_point_has_a_printed_row(capsys) -> None:
    # Duodenum D0.035cc < 32 Gy in 5 at 60 %: 53.333, down 53.33; its tumour BED is 53.33 (1 + 1.0666) = 110.2.
    found = data(capsys, *FEASIBLE, "--organ", "Duodenum:D0.035cc=60%", "--fractions", "4,5")
    assert found["best_fractions"] == 5
    assert [point["mark"] for point in found["points"]] == ["converted", "printed"]
    assert found["points"][1]["allowed_gray"] == 53.33
    assert found["points"][1]["tumour_bed"]["gray"] == pytest.approx(110.2118, abs=1e-3)
    assert found["provenance"]["citations"] == ["TG101"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--organ", "SpinalCord=60%"), "write SpinalCord:D0.035cc=60%"),
        (("--organ", "SpinalCord:D0.035cc=60"), "has no unit; write 60 %"),
        (("--organ", "SpinalCord:D0.035cc=0 %"), "outside above 0"),
        (("--organ", "SpinalCord:V20Gy=60 %"), "is a volume"),
        (("--organ", "SpinalCord:Dnear=60 %"), "is not a metric"),
        ((*SHARES, *SHARES), "each organ and metric once"),
        ((*SHARES, "--sets", "TG102"), "nearest: TG101"),
        ((), "--organ"),
    ],
)
def test_feasible_refuses(capsys, options, words) -> None:
    assert words in refusal(capsys, *FEASIBLE, *options)


# --- reaching ---------------------------------------------------------------------------------------------------------
def test_the_statement_is_exact_and_rivals_stand_apart(capsys) -> None:
    # 45 x 9 / 55 = 7.3636, down 7.36. BED at 2.6, 3, 6.9 and 10: 200.8, 180.0, 103.7, 85.5.
    text = said(capsys, "reaching", "45 Gy / 5", "--bed", "100 Gy", "--tissue", "rcc")
    assert text.startswith("45 Gy / 5: reaches 100 Gy BED only if a/b <= 7.36 Gy\n")
    rows = [cells(text, f"{ratio}  ") for ratio in ("2.6", "3", "6.9", "10")]
    assert [row[2:4] for row in rows] == [["200.8", "yes"], ["180.0", "yes"], ["103.7", "yes"], ["85.5", "no"]]
    assert all("has no interval with two ends; nothing to draw" in row[4] for row in rows)
    assert "comes from early lung cancer at a/b 10" in text


def test_a_range_is_drawn_with_a_seed(capsys) -> None:
    # 37.5 x 7.5 / 62.5 = 4.5; evenly between 3 and 7 Gy: 1.5 / 4 = 37.5 % of the draws, within 4 standard errors.
    arguments = ("reaching", "37.5 Gy / 5", "--bed", "100 Gy", "--alpha-beta-range", "3 Gy to 7 Gy")
    found = data(capsys, *arguments)
    assert found["break_even_alpha_beta_gray"] == pytest.approx(4.5, abs=1e-12)
    (value,) = found["values"]
    assert value["probability"] == pytest.approx(0.375, abs=4 * (0.375 * 0.625 / 100_000) ** 0.5)
    assert value["alpha_beta_gray"] is None
    assert data(capsys, *arguments) == found
    assert data(capsys, *arguments, "--seed", "1")["values"][0]["probability"] != value["probability"]
    text = said(capsys, *arguments)
    assert "seed 0; evenly between 3 and 7 Gy" in text
    assert "How alpha/beta is drawn" in text


def test_the_share_that_was_cut_is_said(capsys) -> None:
    # docs/response.md: prostate 1.12 Gy, -3.3 to 5.6 Gy: 32.6 % lies below 0.1 Gy and is cut.
    text = said(capsys, "reaching", "37.5 Gy / 5", "--bed", "100 Gy", "--tissue", "prostate")
    assert "32.6 % cut off below 0.1 Gy" in " ".join(text.split())


def test_a_limit_of_another_fraction_number_gets_a_share(capsys) -> None:
    # 24 x 6 = 144, 21.9 x 7.3 = 159.87; (144 - 159.87) / (21.9 - 24) = 7.557, down 7.55; 5 to 10 Gy: 48.9 % above it.
    arguments = ("reaching", "24 Gy / 4", "--limit", "21.9 Gy / 3", "--alpha-beta-range", "5 Gy to 10 Gy")
    found = data(capsys, *arguments)
    assert found["statement"] == "exceeded only if a/b > 7.55 Gy"
    assert found["event"] == "exceeding"
    assert found["values"][0]["probability"] == pytest.approx(0.48857, abs=0.007)
    text = said(capsys, *arguments)
    assert "share of draws exceeding it" in text
    assert "from LQ, both sides at one alpha/beta [WITHERS]: schedule 24 Gy / 4, limit 21.9 Gy / 3" in text


def test_a_limit_of_the_same_fraction_number_gets_none(capsys) -> None:
    # Clinical requirement 2.4: 26.4 in 5 against 25.3 in 5 is exceeded, whatever alpha/beta is.
    line = refusal(capsys, "reaching", "26.4 Gy / 5", "--limit", "25.3 Gy / 5", "--alpha-beta-range", "1 Gy to 3 Gy")
    assert "is for 5 fractions like the course" in line


def test_all_or_none_of_the_draws_is_said_so(capsys) -> None:
    # 24.5 x 6.125 = 150.06, 25.3 x 5.06 = 128.02; turns at 22.04 / 0.8 = 27.55: always exceeded between 1 and 3 Gy.
    text = said(capsys, "reaching", "24.5 Gy / 4", "--limit", "25.3 Gy / 5", "--alpha-beta-range", "1 Gy to 3 Gy")
    assert cells(text, "range")[2].startswith("all of 100000")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--tissue", "rcc"), "--bed and --limit: give one of the two"),
        (("--bed", "100 Gy"), "there is no default"),
        (("--bed", "100 Gy", "--tissue", "rcc", "--alpha-beta-range", "1 Gy to 3 Gy"), "there is no default"),
        (("--bed", "100 Gy", "--tissue", "rcc", "--level", "95 % CI"), "a tissue has its own values"),
        (("--bed", "100 Gy", "--alpha-beta-range", "3 Gy"), "write '3 Gy to 7 Gy'"),
        (("--bed", "100 Gy", "--alpha-beta-range", "0 Gy to 7 Gy"), "must be above zero"),
        (("--bed", "100 Gy", "--alpha-beta-range", "3 Gy to 7 Gy", "--level", "95 % CI"), "belong together"),
        (("--bed", "100 Gy", "--alpha-beta-range", "3 Gy to 7 Gy", "--draws", "0"), "0 draws"),
        (("--bed", "100 Gy", "--alpha-beta-range", "3 Gy to 7 Gy", "--seed", "-1"), "is not a whole number"),
        (("--limit", "25.3 Gy / 4", "--tissue", "rcc"), "no alpha/beta of rcc has an interval"),
    ],
)
def test_reaching_refuses(capsys, options, words) -> None:
    assert words in refusal(capsys, "reaching", "45 Gy / 5", *options)


# --- response ---------------------------------------------------------------------------------------------------------
def curve(folder: Path, dose: str, volume: str = "30", header: str = "dose [Gy],cumulative volume [cc]") -> str:
    """A structure that gets one dose everywhere."""
    path = folder / "curve.csv"
    path.write_text(f"{header}\n0,{volume}\n{dose},{volume}\n{dose},0\n", encoding="utf-8")
    return str(path)


def compute(path: str, name: str, structure: str, schedule: str, *options: str) -> tuple[str, ...]:
    given = ("--dvh", path, "--structure", structure, "--schedule", schedule)
    return ("response", "compute", name, *given, *options)


def test_a_fit_on_eqd2_gets_its_curve_converted(capsys, tmp_path) -> None:
    # docs/response.md: 20 Gy in 30 is 14.67 Gy EQD2 (a/b 3); (14.67 - 29.9) / (0.41 x 29.9) = -1.243; Phi = 10.7 %.
    path = curve(tmp_path, "2000", "3000", "dose [cGy],cumulative volume [cc]")
    arguments = compute(path, "lkb-lungs-pneumonitis-semenenko", "Lungs", "20 Gy / 30")
    text = said(capsys, *arguments)
    assert text.startswith("Lungs, symptomatic pneumonitis (both lungs): complication (NTCP) 10.7 %\n")
    assert "Taken as EQD2 (a/b 3)" in text
    assert "[SEMENENKO2008]" in text
    assert "not the risk of one patient" in text
    found = data(capsys, *arguments)
    assert found["probability"] == pytest.approx(0.107, abs=0.0005)
    assert found["max_physical_gray"] == 20.0


def test_risk_factors_must_all_be_said(capsys, tmp_path) -> None:
    # docs/response.md: mean 30 Gy in 35: x = -3.13 + 0.0688 x 30 = -1.066, 25.6 %; with chemotherapy 60.7 %.
    arguments = compute(curve(tmp_path, "30"), "logit-esophagus-acute-huang", "Esophagus", "70 Gy / 35")
    name = "concurrent chemotherapy"
    assert data(capsys, *arguments, "--factor", f"{name}=no")["probability"] == pytest.approx(0.2562, abs=5e-4)
    assert data(capsys, *arguments, "--factor", f"{name}=yes")["probability"] == pytest.approx(0.6068, abs=5e-4)
    assert "say true or false for each" in refusal(capsys, *arguments)
    assert "NAME=yes or NAME=no" in refusal(capsys, *arguments, "--factor", name)


def test_control_with_regrowth_needs_the_days(capsys, tmp_path) -> None:
    # The doctest of response.tcp: 66 Gy in 33, 44 days, 34.3 %.
    arguments = compute(curve(tmp_path, "66", "100"), "tcp-nsclc-iii-nahum", "PTV", "66 Gy / 33")
    assert "control (TCP) 34.3 %" in said(capsys, *arguments, "--overall", "44 d")
    assert "have regrowth and need the days" in refusal(capsys, *arguments)


def test_a_fit_on_physical_dose_wants_its_fractionation(capsys, tmp_path) -> None:
    # BURMAN1991 cord: TD50 66.5 Gy, m 0.175; (50 - 66.5) / (0.175 x 66.5) = -1.4178; Phi = 7.81 %.
    arguments = ("lkb-spinalcord-myelitis-burman", "SpinalCord")
    found = data(capsys, *compute(curve(tmp_path, "50"), *arguments, "50 Gy / 25"))
    assert found["probability"] == pytest.approx(0.0781, abs=5e-4)
    assert found["dose_basis"] == "physical dose"
    assert "18 Gy per fraction" in refusal(capsys, *compute(curve(tmp_path, "50"), *arguments, "54 Gy / 3"))
    wrong = compute(curve(tmp_path, "50"), *arguments, "50 Gy / 25", "--alpha-beta", "2 Gy")
    assert "leave it out" in refusal(capsys, *wrong)


def test_a_range_of_alpha_beta_has_to_be_settled(capsys, tmp_path) -> None:
    arguments = compute(curve(tmp_path, "20", "3000"), "lkb-lungs-pneumonitis-seppenwoolde", "Lungs", "20 Gy / 30")
    assert "say which one" in refusal(capsys, *arguments)
    assert "EQD2 (a/b 2.5)" in said(capsys, *arguments, "--alpha-beta", "2.5 Gy")
    assert "was fitted on EQD2 (a/b 2.5 to 3)" in refusal(capsys, *arguments, "--alpha-beta", "4 Gy")


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("lkb-lungs-pneumonitis-semenenko", ("--structure", "SpinalCord"), "is for Lungs; this curve is of SpinalCord"),
        ("lkb-rectum-late-tucker", (), "is listed only: held: part of a mixture model"),
        ("lkb-lungs-pneumonitis-semenenk", (), "nearest: lkb-lungs-pneumonitis-semenenko"),
        ("lkb-lungs-pneumonitis-semenenko", ("--schedule", "10 Gy / 5 + 10 Gy / 5"), "has several phases"),
        ("lkb-lungs-pneumonitis-semenenko", ("--factor", "age=yes"), "has no risk factors"),
        ("lkb-lungs-pneumonitis-semenenko", ("--overall", "40 d"), "has no regrowth"),
    ],
)
def test_response_refuses(capsys, tmp_path, name, options, words) -> None:
    arguments = compute(curve(tmp_path, "20", "3000"), name, "Lungs", "20 Gy / 30", *options)
    assert words in refusal(capsys, *arguments)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", ":1: the header is nothing; expected 'dose [Gy],cumulative volume [cc]'"),
        (b"dose,volume\n0,30\n", ":1: the header is 'dose,volume'"),
        (b"dose [Gy],volume [cc]\n0,30\n", "expected 'dose [Gy],cumulative volume [cc]'"),  # may be differential
        (b"dose [Gy],cumulative volume [cc]\n0,30\n12,5,30\n", ":3: '12,5,30' is not two numbers"),
        (b"dose [Gy],cumulative volume [cc]\n0,nan\n", ":2: '0,nan' is not two numbers"),
        (b"dose [Gy],cumulative volume [cc]\n0,30\n10,40\n", "volume may not rise"),
        (b"dose [Gy],cumulative volume [cc]\n0,30\n10,20\n", "give max_gray, the largest dose"),
        (b"dose [Gy],cumulative volume [%]\n0,100\n10,0\n", "a curve in % needs organ_volume_cc"),
        (b"dose [Gy],cumulative volume [cc]\n", "an empty list is not a curve"),
        (b"dose [Gy],cumulative volume [cc]\n0,\xff\n", "not UTF-8 text"),
        (b"dose [Gy],cumulative volume [cc]\n" + b"0,30\n" * 400_001, "more than 2000000 bytes"),
    ],
)
def test_a_curve_that_is_not_one_is_refused(capsys, tmp_path, content, words) -> None:
    path = tmp_path / "curve.csv"
    path.write_bytes(content)
    line = refusal(capsys, *compute(str(path), "lkb-lungs-pneumonitis-semenenko", "Lungs", "20 Gy / 30"))
    assert words in line


def test_a_curve_that_is_not_there_or_no_file_is_refused(capsys, tmp_path) -> None:
    given = ("lkb-lungs-pneumonitis-semenenko", "Lungs", "20 Gy / 30")
    assert "No such file or directory" in refusal(capsys, *compute(str(tmp_path / "none.csv"), *given))
    assert "not a file" in refusal(capsys, *compute(str(tmp_path), *given))


def test_a_curve_in_per_cent_with_its_volume_and_end(capsys, tmp_path) -> None:
    # As above, in per cent and without its last row: 20 Gy everywhere, 10.7 %.
    path = tmp_path / "curve.csv"
    path.write_text("dose [Gy],cumulative volume [%]\n0,100\n20,100\n", encoding="utf-8")
    given = compute(str(path), "lkb-lungs-pneumonitis-semenenko", "Lungs", "20 Gy / 30")
    found = data(capsys, *given, "--organ-volume", "3000 cc", "--max", "20 Gy")
    assert found["probability"] == pytest.approx(0.107, abs=0.0005)
    assert found["structure_volume_cc"] == 3000.0


def test_every_parameter_set_is_listed_and_shown(capsys) -> None:
    items = data(capsys, "response", "list")["items"]
    assert {item["id"] for item in items} == set(KNOWLEDGE.response)
    held = [item for item in items if item["why_not"]]
    text = said(capsys, "response", "list")
    assert text.count("listed only") == len(held) > 0
    assert f"{len(items)} parameter sets." in text
    shown = said(capsys, "response", "show", "lkb-lungs-pneumonitis-semenenko")
    assert "[SEMENENKO2008]" in shown
    assert "nearest: lkb-lungs-pneumonitis-semenenko" in refusal(
        capsys, "response", "show", "lkb-lungs-pneumonitis-semenenkoo"
    )


# --- what every answer carries, and the document ----------------------------------------------------------------------
EXAMPLES = [
    (command, expected)
    for block in re.findall(r"```console\n(.*?)```", DOCUMENT, re.DOTALL)
    for command, expected in re.findall(r"^\$ (rtcalc .*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
]
# The hashes change with every edit of the knowledge or of the case, and no example is about them.
HASHES = re.compile(r"\b(registry|case) {1,2}[0-9a-f]{8}\b")
LAST = re.compile(rf"{re.escape(INTENDED_USE)}\nrtcalc v\S+(  registry [0-9a-f]{{8}})?\n\Z")


def test_the_document_has_an_example_of_every_command(monkeypatch) -> None:
    group = typer.main.get_command(cli.app)
    shown = {shlex.split(command)[1] for command, _ in EXAMPLES}
    elsewhere = set(re.findall(r"^\| `rtcalc ([a-z0-9-]+)[^|]*` \| \[", DOCUMENT, re.MULTILINE))
    assert set(group.list_commands(None)) <= shown | elsewhere
    assert len(EXAMPLES) >= len(shown)


@pytest.mark.parametrize(("command", "expected"), EXAMPLES, ids=[command for command, _ in EXAMPLES])
def test_the_examples_of_the_document_print_what_it_says(capsys, monkeypatch, command, expected) -> None:
    monkeypatch.chdir(ROOT)
    text = said(capsys, *shlex.split(command)[1:])
    if command.endswith("--json"):
        assert json.loads(text)["intended_use"] == INTENDED_USE
        assert text.startswith(expected.removesuffix("...\n"))
        return
    if command.split()[1] not in ("assess", "--version"):
        assert LAST.search(text), "every answer ends with its intended use and version"
    shortened = expected.endswith("...\n")
    printed, expected = (HASHES.sub(r"\1 hash", part) for part in (LAST.sub("", text), expected))
    assert printed.startswith(expected.removesuffix("...\n")) if shortened else printed == expected


def test_json_has_the_schema_version_the_use_and_the_registry(capsys) -> None:
    found = data(capsys, *FEASIBLE, *SHARES)
    assert (found["schema_version"], found["intended_use"]) == (1, INTENDED_USE)
    assert found["registry_sha256"] == KNOWLEDGE.sha256


def test_other_commands_do_not_pay_for_these() -> None:
    """Reading the many options takes longer than a BED; they are built when one of them is asked for."""
    script = (
        "import sys; from rtcalc.cli import run; run(['bed', '45 Gy / 5', '--alpha-beta', '10 Gy']); "
        "sys.exit('rtcalc.cli_radiobiology.dose' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, check=False).returncode == 0


def test_the_help_names_every_command(capsys) -> None:
    assert run(["--help"]) == 0
    text = capsys.readouterr().out
    assert all(re.search(rf"^  {name} ", text, re.MULTILINE) for name in ("effect", "gap", "budget", "response", "bed"))
