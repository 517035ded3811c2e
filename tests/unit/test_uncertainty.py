"""Draws of an alpha/beta, and what they may and may not be asked."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rtcalc.doses import BED, EQD2
from rtcalc.dvh import Dvh
from rtcalc.errors import BasisError, DomainError, UnitsError
from rtcalc.evidence import Evidence
from rtcalc.limits import Limit, Metric
from rtcalc.registry import Registry
from rtcalc.spread import Spread
from rtcalc.tissues import AlphaBeta
from rtcalc.uncertainty import bed_draws, draws, ntcp_draws, probability_exceeding, probability_reaching


def ratio(gray, low=None, high=None, interval="95 % CI", **rest):
    standard = dict(source="OWN", place="p", evidence=Evidence.TWO_SOURCES)
    return AlphaBeta(gray=gray, low=low, high=high, interval=interval, **(standard | rest))


PROSTATE = ratio(1.12, -3.3, 5.6)  # BENTZENRITTER2005, 95 % CI
EVEN = ratio(3.0, 2.0, 6.0, "range")


def normal(z):
    return 0.5 * math.erfc(-z / math.sqrt(2))


# --- the rule --------------------------------------------------------------------------------------------------------
def test_value_and_both_ends_are_met():
    # HNSCC 10.5 Gy (6.5 to 29), far above the floor: half of the draws below 10.5, 2.5 % beyond each end.
    found = draws(ratio(10.5, 6.5, 29.0), 200_000, seed=3)
    for bound, share in ((10.5, 0.5), (6.5, 0.025), (29.0, 0.975)):
        # by hand: the standard error of a share is at most 0.5 / sqrt(200000) = 0.0011; four of them
        assert np.mean(found <= bound) == pytest.approx(share, abs=0.0045)


def test_a_level_of_68_per_cent_is_narrower():
    # NSCLC 3.9 Gy (2.2 to 9), 68 %: 16 % above 9 Gy. By hand, z of 68 % is 0.99446, so sd below is 1.7095; cut off is
    # Phi((0.1 - 3.9) / 1.7095) = Phi(-2.2229) = 0.01311, and of the rest (0.16 / 0.98689) lies above 9 Gy.
    found = draws(ratio(3.9, 2.2, 9.0, "68 % CI"), 200_000, seed=4)
    assert np.mean(found > 9.0) == pytest.approx(0.16 / 0.98689, abs=0.0045)


def test_an_interval_below_zero_is_cut_and_scaled():
    spread = Spread.of(PROSTATE)
    # by hand: sd below is 4.42 / 1.959964 = 2.25514; cut = Phi((0.1 - 1.12) / 2.25514) = Phi(-0.45230)
    assert spread.cut == pytest.approx(normal(-1.02 / (4.42 / 1.959963985)), abs=1e-9)
    assert round(spread.cut, 3) == 0.326
    found = spread.draws(200_000, 5)
    assert found.min() >= 0.1
    # by hand: below 1.12 Gy lies (0.5 - cut) / (1 - cut) of what is kept
    assert np.mean(found < 1.12) == pytest.approx((0.5 - spread.cut) / (1 - spread.cut), abs=0.0045)


@pytest.mark.parametrize("gray", [0.6, 3.0, 40.0])
def test_draws_follow_the_distribution_that_is_stated(gray):
    # Second route: a plain rejection sampler of the same words, half normal on each side, kept above 0.1 Gy.
    chance = np.random.default_rng(11)
    z = chance.standard_normal(400_000)
    plain = 0.6 + np.where(z < 0, 1.7, 1.9) / 1.959963985 * z  # melanoma 0.6 Gy, -1.1 to 2.5
    plain = plain[plain > 0.1]
    found = draws(ratio(0.6, -1.1, 2.5), 400_000, seed=12)
    assert np.mean(found <= gray) == pytest.approx(np.mean(plain <= gray), abs=0.005)


def test_a_range_is_even():
    found = draws(EVEN, 200_000, seed=6)
    assert (found.min(), found.max()) == pytest.approx((2.0, 6.0), abs=1e-3)
    assert np.mean(found <= 3.0) == pytest.approx(0.25, abs=0.004)


def test_a_range_below_the_floor_is_cut_too():
    spread = Spread.of(ratio(1.0, 0.0, 2.0, "range"))
    assert spread.cut == pytest.approx(0.05)  # by hand: 0.1 of 2
    assert spread.draws(10_000, 1).min() >= 0.1


def test_a_value_below_the_floor_keeps_its_upper_side():
    spread = Spread.of(ratio(0.05, -1.0, 2.0))
    assert spread.cut == pytest.approx(normal(0.05 / (1.95 / 1.959963985)), abs=1e-9)
    assert spread.draws(10_000, 1).min() >= 0.1


def test_the_rule_is_printed():
    assert str(Spread.of(PROSTATE)) == (
        "normal on each side of 1.12 Gy through -3.3 and 5.6 Gy (95 % CI), 32.6 % cut off below 0.1 Gy"
    )
    assert str(Spread.of(EVEN)) == "evenly between 2 and 6 Gy"


def test_a_seed_repeats_and_another_differs():
    assert np.array_equal(draws(PROSTATE, 1000, seed=1), draws(PROSTATE, 1000, seed=1))
    assert not np.array_equal(draws(PROSTATE, 1000, seed=1), draws(PROSTATE, 1000, seed=2))


def test_every_published_interval_of_the_registry_can_be_drawn():
    every = [value for tissue in Registry().tissues.values() for value in tissue.alpha_beta]
    drawn = [value for value in every if value.low is not None and value.standing != "listed"]
    assert len(drawn) >= 25
    assert any(value.low < 0 for value in drawn)
    for value in drawn:
        found = draws(value, 1000, seed=1)
        assert 0.1 <= found.min() <= found.max() < 200


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (ratio(3.0), "no interval with two ends"),
        (ratio(3.0, 1.0), "no interval with two ends"),
        (ratio(3.0, 4.0, 5.0), "is not an interval around 3.0 Gy"),
        (ratio(3.0, 1.0, 2.0), "is not an interval around 3.0 Gy"),
        (ratio(0.05, -1.0, 0.08), "is not an interval around 0.05 Gy above 0.1 Gy"),
        (ratio(3.0, 1.0, 5.0, "about"), "interval 'about' is not 'range' or such as '95 % CI'"),
        (ratio(3.0, 1.0, 3.0), "is not 'range' or such as"),
        (ratio(3.1, -0.2, 8.5, hold="not read"), r"3\.1 Gy is listed only \(not read\)"),
        (ratio(3.1, -0.2, 8.5, evidence=Evidence.UNVERIFIED), "listed only"),
    ],
)
def test_what_cannot_be_drawn_is_refused(value, message):
    with pytest.raises(DomainError, match=message):
        draws(value, 10, seed=1)


@pytest.mark.parametrize("n", [0, -1, 2.5, True, 10_000_001])
def test_a_number_of_draws_is_a_whole_one(n):
    with pytest.raises(DomainError, match="draws; a whole number"):
        draws(EVEN, n, seed=1)


@pytest.mark.parametrize("seed", [-1, 1.5, None, True])
def test_a_seed_is_a_whole_number(seed):
    with pytest.raises(DomainError, match="seed"):
        draws(EVEN, 10, seed=seed)


# --- BED -------------------------------------------------------------------------------------------------------------
def test_bed_at_every_draw():
    # by hand: 45 * (1 + 9 / r) at 10, 3 and 9 Gy; two phases 27 (1 + 9/3) + 20 (1 + 10/3)
    assert bed_draws("45 Gy / 5", np.array([10.0, 3.0, 9.0])).tolist() == pytest.approx([85.5, 180.0, 90.0])
    assert bed_draws("27 Gy / 3 + 20 Gy / 2", np.array([3.0])).tolist() == pytest.approx([108 + 260 / 3])


@pytest.mark.parametrize("wrong", [[3.0], 3.0, np.array(3.0), np.array([[3.0]]), np.array([3]), np.array(["3"])])
def test_draws_are_an_array(wrong):
    with pytest.raises(UnitsError, match="ratios"):
        bed_draws("45 Gy / 5", wrong)


@pytest.mark.parametrize("wrong", [[], [0.0], [-1.0, 3.0], [np.nan], [np.inf]])
def test_every_draw_is_above_zero(wrong):
    with pytest.raises(DomainError, match="every alpha/beta must be a finite number above zero"):
        bed_draws("45 Gy / 5", np.array(wrong, dtype=float))


# --- thresholds ------------------------------------------------------------------------------------------------------
def test_the_share_that_reaches_is_that_of_the_break_even():
    # 37.5 / 5 reaches 100 Gy up to 4.50 Gy: (4.5 - 2) / 4 of an even 2 to 6 Gy
    found = probability_reaching("37.5 Gy / 5", "100 Gy", EVEN, seed=1)
    assert found.statement == "reaches 100 Gy only if a/b <= 4.50 Gy"
    assert found.probability == pytest.approx(0.625, abs=0.0065)
    assert (found.draws, found.spread) == (100_000, Spread.of(EVEN))


@pytest.mark.parametrize(
    ("schedule", "statement"),
    [
        ("40 Gy / 4", "reaches 100 Gy only if a/b <= 6.66 Gy"),  # 6.67 would print 99.97 Gy as reached
        ("45 Gy / 5", "reaches 100 Gy only if a/b <= 7.36 Gy"),
        ("27 Gy / 3 + 20 Gy / 2", "reaches 100 Gy only if a/b <= 8.35 Gy"),
        ("100 Gy / 50", "reaches 100 Gy at every alpha/beta"),
    ],
)
def test_the_statement_is_rounded_to_the_safe_side(schedule, statement):
    assert probability_reaching(schedule, "100 Gy", EVEN, seed=1, n=10).statement == statement


def test_a_schedule_that_always_reaches_has_probability_one():
    assert probability_reaching("100 Gy / 50", "100 Gy", EVEN, seed=1).probability == 1.0
    assert probability_reaching("8 Gy / 1", "100 Gy", EVEN, seed=1).probability == 0.0


def test_exactly_one_hundred_is_reached():
    # 60 / 30 at exactly 3 Gy is 99.99999999999999 in floats
    narrow = ratio(3.0, np.nextafter(3.0, 0), 3.0, "range")
    assert probability_reaching("60 Gy / 30", "100 Gy", narrow, seed=1, n=100).probability == 1.0


def test_a_threshold_is_text():
    with pytest.raises(BasisError):
        probability_reaching("45 Gy / 5", BED.from_gray(100, alpha_beta="10 Gy"), EVEN, seed=1)


def test_a_chance_prints_what_it_rests_on():
    found = probability_reaching("37.5 Gy / 5", "100 Gy", EVEN, seed=1, n=1000)
    share = round(found.probability * 1000)
    assert str(found) == f"reaches 100 Gy only if a/b <= 4.50 Gy: {share} of 1000 draws, evenly between 2 and 6 Gy"


# --- limits ----------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def rows():
    found = Registry().limits(organ="SpinalCord", set_id="TG101")
    return {limit.fractions[0]: limit for limit in found if str(limit.metric) == "D0.035cc"}


def test_a_limit_at_its_own_fraction_number_has_no_probability(rows):
    # 26.4 / 5 against 25.3 / 5 is exceeded, whatever the alpha/beta: a peer-like "83 % of draws" must not exist.
    for limit in ("25.3 Gy / 5", rows[5]):
        with pytest.raises(DomainError, match="alpha/beta does not enter and there is no probability"):
            probability_exceeding("26.4 Gy / 5", limit, EVEN, seed=1)


def test_a_limit_for_several_fraction_numbers_has_none_at_each_of_them():
    limit = own(fractions=(4, 6))
    for n in (4, 5, 6):
        with pytest.raises(DomainError, match="there is no probability"):
            probability_exceeding(f"20 Gy / {n}", limit, EVEN, seed=1)
    probability_exceeding("20 Gy / 8", limit, EVEN, seed=1)


def own(**changes):
    standard = dict(
        source="OWN",
        place="p",
        evidence=Evidence.TWO_SOURCES,
        id="OWN.row",
        set_id="OWN",
        organ="SpinalCord",
        applies_to=("SpinalCord",),
        structure="cord",
        fractions=(5, 5),
        metric=Metric("max"),
        op="<",
        value=30.0,
        unit="Gy",
        endpoint="myelopathy",
    )
    return Limit(**(standard | changes))


def test_a_converted_limit_turns_where_both_sides_are_equal(rows):
    # Cord 24 Gy / 4 against TG-101's 21.9 Gy / 3. By hand: 24 + 144/r > 21.9 + 159.87/r  <=>  r > 15.87/2.1 = 7.557
    found = probability_exceeding("24 Gy / 4", rows[3], ratio(8.0, 6.0, 10.0, "range"), seed=1)
    assert found.statement == "exceeded only if a/b > 7.55 Gy"
    assert found.probability == pytest.approx((10 - 15.87 / 2.1) / 4, abs=0.0065)
    assert probability_exceeding("24 Gy / 4", rows[3], EVEN, seed=1).probability == 0.0


def test_both_sides_get_the_same_draw():
    # Two equal doses on both sides, written apart: with draws of their own half of them would differ.
    found = probability_exceeding("20 Gy / 10", EQD2.from_gray(20, alpha_beta="3 Gy"), EVEN, seed=1)
    assert (found.probability, found.statement) == (0.0, "met at every alpha/beta")


def test_less_than_is_exceeded_by_the_limit_itself():
    cumulative = own(fractions=None, alpha_beta=2.0, value=20.0)
    assert probability_exceeding("20 Gy / 10", cumulative, EVEN, seed=1).probability == 1.0
    found = probability_exceeding("20 Gy / 10", own(fractions=None, alpha_beta=2.0, value=20.0, op="<="), EVEN, seed=1)
    assert (found.probability, found.statement) == (0.0, "met at every alpha/beta")
    assert probability_exceeding("20 Gy / 10", cumulative, EVEN, seed=1).statement == "exceeded at every alpha/beta"


def test_a_cumulative_limit_is_a_dose_in_two_gray_fractions():
    # 24/5 + 20/4 against 70 Gy EQD2. By hand: squares 24 * 4.8 + 20 * 5 = 215.2; 44 + 215.2/r > 70 + 140/r  <=>
    # r < 75.2 / 26 = 2.8923
    found = probability_exceeding("24 Gy / 5 + 20 Gy / 4", EQD2.from_gray(70, alpha_beta="2 Gy"), EVEN, seed=1)
    assert found.statement == "exceeded only if a/b < 2.90 Gy"
    assert found.probability == pytest.approx((75.2 / 26 - 2) / 4, abs=0.0065)


def test_an_eqd_of_another_fraction_size_is_its_own():
    # 50 Gy in 2.5-Gy fractions is 20 fractions: the same comparison as "50 Gy / 20"
    other = EQD2.from_gray(50, alpha_beta="3 Gy", per_fraction="2.5 Gy")
    one, two = (probability_exceeding("40 Gy / 8", limit, EVEN, seed=1, n=1000) for limit in (other, "50 Gy / 20"))
    assert (one.probability, one.statement) == (two.probability, two.statement)


def test_the_registry_row_and_its_numbers_agree(rows):
    by_row, by_text = (
        probability_exceeding("24 Gy / 4", limit, EVEN, seed=1, n=1000) for limit in (rows[3], "21.9 Gy / 3")
    )
    assert (by_row.probability, by_row.statement) == (by_text.probability, by_text.statement)


@pytest.mark.parametrize(
    ("limit", "message"),
    [
        (own(hold="not read"), "is not a dose limit in use"),
        (own(role="response_point"), "is not a dose limit in use"),
        (own(metric=Metric.parse("V20Gy"), unit="cc"), "is not a dose limit in use"),
        (own(op=">="), "is not a dose limit in use"),
        (own(fractions=None), "for conventional fractions; without their number"),
    ],
)
def test_a_limit_that_cannot_be_converted_is_refused(limit, message):
    with pytest.raises(DomainError, match=message):
        probability_exceeding("20 Gy / 8", limit, EVEN, seed=1)


def test_another_model_is_refused():
    with pytest.raises(BasisError, match="is not LQ"):
        probability_exceeding("20 Gy / 4", EQD2.from_gray(50, alpha_beta="2 Gy", model="LQ-L DT 6 Gy"), EVEN, seed=1)


# --- NTCP ------------------------------------------------------------------------------------------------------------
LUNG = Dvh.from_parts(organ="Lungs", course="1", dose_gray=[15], volume_cc=[3000])


def test_a_risk_at_every_draw():
    fit = Registry().response["lkb-lungs-pneumonitis-semenenko"]
    # by hand, 3 Gy per fraction: EQD2 18.75, 18, 17.5 Gy at 2, 3, 4 Gy; t = (E - 29.9) / 12.259
    expected = [normal((eqd2 - 29.9) / 12.259) for eqd2 in (18.75, 18.0, 17.5)]
    assert ntcp_draws(LUNG, 5, fit, np.array([2.0, 3.0, 4.0])).tolist() == pytest.approx(expected, abs=1e-9)


def test_at_two_gray_per_fraction_the_risk_does_not_depend_on_the_draw():
    whole = Dvh.from_parts(organ="Lungs", course="1", dose_gray=[20], volume_cc=[3000])
    found = ntcp_draws(whole, 10, Registry().response["lkb-lungs-pneumonitis-semenenko"], draws(EVEN, 50, seed=1))
    assert np.ptp(found) < 1e-12


def test_factors_reach_the_risk():
    fit = Registry().response["logit-esophagus-acute-jackson"]
    eso = Dvh.from_parts(organ="Esophagus", course="1", dose_gray=[40], volume_cc=[30])
    # by hand: EQD2 at 10 Gy of 40 in 20 is 40 Gy; x = -4.53 + 3.528 = -1.002
    assert ntcp_draws(eso, 20, fit, np.array([10.0]))[0] == pytest.approx(1 / (1 + math.exp(1.002)), abs=1e-9)
    with pytest.raises(DomainError, match="say true or false"):
        ntcp_draws(eso, 20, fit, np.array([10.0]), {"age": True})


@pytest.mark.parametrize("key", ["lkb-lung-pneumonitis-burman", "logit-esophagus-acute-huang"])
def test_a_fit_on_another_dose_does_not_depend_on_the_draw(key):
    with pytest.raises(DomainError, match="does not depend on an alpha/beta drawn"):
        ntcp_draws(LUNG, 5, Registry().response[key], np.array([3.0]))


def test_what_ntcp_refuses_is_refused_here():
    fit = Registry().response["lkb-lungs-pneumonitis-semenenko"]
    with pytest.raises(BasisError):
        ntcp_draws(LUNG.relabelled(5, "3 Gy"), 5, fit, np.array([3.0]))
    with pytest.raises(DomainError, match="is a set for tcp"):
        ntcp_draws(LUNG, 5, Registry().response["tcp-nsclc-iii-nahum"], np.array([3.0]))


def test_a_share_that_was_cut_never_prints_as_none():
    # 1.0 Gy, 0.7 to 1.3 (95 % CI): 0.1 Gy lies 0.9 / (0.3 / 1.96) = 5.88 standard deviations below: 2e-9.
    narrow = AlphaBeta(source="A", place="B", evidence="one-source", gray=1.0, low=0.7, high=1.3, interval="95 % CI")
    assert Spread.of(narrow).cut > 0
    assert str(Spread.of(narrow)).endswith("less than 0.1 % cut off below 0.1 Gy")
