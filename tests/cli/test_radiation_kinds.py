"""Particles, continuous irradiation and the notices beside a BED on the command line; each number with its hand sum."""

from __future__ import annotations

import json
import math

import pytest

from rtcalc.cli import run

LATE = ("--alpha-beta", "3 Gy")
SEED = ("145 Gy", *LATE, "--half-life", "59.4 d")


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(list(arguments)) == 0, capsys.readouterr().err
    return capsys.readouterr().out


def data(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict:
    return json.loads(said(capsys, *arguments, "--json"))


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(list(arguments)) == 2
    return capsys.readouterr().err


# --- particles --------------------------------------------------------------------------------------------------------
def test_one_weighting_is_the_bed_of_the_weighted_dose(capsys):
    # 1.1 x 60 = 66 Gy in 30 at a/b 3: 66 (1 + 2.2 / 3) = 114.4 Gy.
    [found] = data(capsys, "effect", "60 Gy / 30", *LATE, "--rbe", "1.1")["results"]
    assert found["bed"]["gray"] == pytest.approx(114.4, abs=1e-9)
    assert found["model"] == "LQ, RBE 1.1"
    assert any("a dose in Gy(RBE) is weighted already" in note for note in found["notes"])


def test_an_effectiveness_that_falls_with_the_dose(capsys):
    # 36 (3 + 1.2^2 x 3 / 3) = 36 x 4.44 = 159.84 Gy.
    found = data(capsys, "effect", "36 Gy / 12", *LATE, "--rbe-max", "3", "--rbe-min", "1.2")
    assert found["results"][0]["bed"]["gray"] == pytest.approx(159.84, abs=1e-9)
    assert found["lq"]["bed"]["gray"] == pytest.approx(72.0, abs=1e-9)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--rbe-max", "3"), "--rbe, or --rbe-max with --rbe-min"),
        (("--rbe-min", "1.2"), "--rbe, or --rbe-max with --rbe-min"),
        (("--rbe", "1.1", "--rbe-max", "3", "--rbe-min", "1"), "--rbe, or --rbe-max with --rbe-min"),
        (("--rbe", "0"), "must be above zero"),
        (("--rbe", "1.1", "--lql-threshold", "6 Gy"), "is a model of photons"),
    ],
)
def test_half_a_weighting_is_refused(capsys, options, words):
    assert words in refusal(capsys, "effect", "60 Gy / 30", *LATE, *options)


# --- continuous -------------------------------------------------------------------------------------------------------
def test_a_permanent_implant(capsys):
    # G = lambda / (lambda + mu) = 1.5 / (1.5 + 59.4 x 24) = 0.00105108; 145 (1 + 145 G / 3) = 152.366 Gy.
    [found] = data(capsys, "continuous", *SEED, "--half-time", "1.5 h")["results"]
    factor = 1.5 / (1.5 + 59.4 * 24)
    assert found["lea_catcheside_factor"] == pytest.approx(factor, abs=1e-12)
    assert found["bed"]["gray"] == pytest.approx(145 * (1 + 145 * factor / 3), abs=1e-9)
    assert "Initial dose rate 0.0705 Gy/h" in said(capsys, "continuous", *SEED, "--half-time", "1.5 h")


def test_a_constant_rate(capsys):
    # x = mu T = ln 2 x 60 / 1.5 = 27.726; G = 2 (x - 1 + e^-x) / x^2 = 0.06953; 30 (1 + 30 G / 10) = 36.258 Gy.
    x = math.log(2) * 40
    found = data(capsys, "continuous", "30 Gy", "--alpha-beta", "10 Gy", "--duration", "60 h", "--half-time", "1.5 h")
    factor = 2 * (x - 1 + math.exp(-x)) / x**2
    assert found["results"][0]["bed"]["gray"] == pytest.approx(30 * (1 + 3 * factor), abs=1e-9)
    assert (found["half_life"], found["initial_rate_gray_per_hour"]) == ("constant rate", 0.5)


def test_half_times_make_a_range(capsys):
    text = said(capsys, "continuous", *SEED, "--half-time", "0.5 h", "--half-time", "1.5 h")
    assert "LQ, T1/2 0.5 h" in text
    assert "LQ, T1/2 1.5 h" in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (SEED, "--half-time is missing"),
        (("145 Gy", *LATE, "--half-time", "1.5 h"), "give the duration, the half-life of the source, or both"),
        (("145 Gy", "--half-life", "59.4 d", "--half-time", "1.5 h"), "--alpha-beta is missing"),
        ((*SEED, "--tissue", "rcc", "--half-time", "1.5 h"), "give one of the two"),
        ((*SEED, "--half-time", "complete"), "needs a half-time"),
        ((*SEED, "--half-time", "0 h"), "must be above zero"),
    ],
)
def test_nothing_of_it_has_a_default(capsys, arguments, words):
    assert words in refusal(capsys, "continuous", *arguments)


# --- notices ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("schedule", "reach"),
    [("50 Gy / 5", None), ("48 Gy / 4", "within the about 18 Gy"), ("54 Gy / 3", "within"), ("19 Gy / 1", "beyond")],
)
def test_bed_and_effect_say_the_same_of_large_fractions(capsys, schedule, reach):
    notices = [
        [note.removesuffix(".") for note in data(capsys, command, schedule, *LATE)["notes"] if "BRENNER2008" in note]
        for command in ("bed", "effect")
    ]
    assert notices[0] == notices[1]
    assert [reach in note for note in notices[0]] == ([True] if reach else [])


def test_the_row_of_a_tissue_says_what_it_was_measured_on(capsys):
    notes = data(capsys, "effect", "45 Gy / 5", "--tissue", "rcc")["notes"]
    measured = "clonogenic survival at high dose rate, A498 cell line"
    assert f"alpha/beta 2.6 Gy of renal cell carcinoma from NING1997: {measured}" in notes


@pytest.mark.parametrize(("schedule", "told"), [("25 Gy / 5", True), ("24 Gy / 5", False), ("60 Gy / 30", False)])
def test_a_large_fraction_of_unknown_duration_says_that_no_protraction_is_applied(capsys, schedule, told):
    notes = data(capsys, "effect", schedule, *LATE)["notes"]
    assert any(note.startswith("no protraction is applied") for note in notes) is told


def test_bed_gives_the_dose_in_fractions_of_another_size(capsys):
    # 85.5 / (1 + 3 / 10) = 65.77 and 180 / (1 + 3 / 3) = 90.0 Gy in fractions of 3 Gy.
    arguments = ("bed", "45 Gy / 5", "--alpha-beta", "10 Gy", *LATE)
    first, second = (one["eqdx"] for one in data(capsys, *arguments, "--per-fraction", "3 Gy")["results"])
    assert (first["gray"], second["gray"]) == (pytest.approx(85.5 / 1.3, abs=1e-9), pytest.approx(90.0, abs=1e-9))
    assert (first["kind"], first["per_fraction_gray"]) == ("EQDX", 3.0)
    assert "EQD3, Gy" in said(capsys, *arguments, "--per-fraction", "3 Gy")
    assert "eqdx" not in data(capsys, *arguments)["results"][0]
    assert "must be above zero" in refusal(capsys, *arguments, "--per-fraction", "0 Gy")
