"""What must hold for every curve and every parameter, not only for the worked ones."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rtcalc.doses import PhysicalDose
from rtcalc.dvh import Dvh
from rtcalc.effects import eqd2
from rtcalc.limits import Metric
from rtcalc.models import ntcp, tcp
from rtcalc.models.geud import geud
from rtcalc.spread import Spread
from rtcalc.tissues import AlphaBeta
from rtcalc.uncertainty import bed_draws, probability_exceeding

doses = st.floats(0.01, 120.0)
shares = st.floats(0.001, 1.0)
curves = st.lists(st.tuples(doses, shares), min_size=1, max_size=12)
volume_parameters = st.floats(-60.0, 200.0)
ratios = st.integers(50, 2_500).map(lambda whole: whole / 100)
counts = st.integers(1, 40)


def split(curve: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([dose for dose, _ in curve]), np.array([share for _, share in curve])


def histogram(curve: list[tuple[float, float]]) -> Dvh:
    dose, share = split(curve)
    edges = np.concatenate(([0.0], np.cumsum(dose / 20.0)))
    return Dvh(organ="Lungs", course="1", edges_gray=edges, volume_cc=share)


# --- gEUD ------------------------------------------------------------------------------------------------------------
@given(curves, volume_parameters)
def test_a_geud_lies_between_the_coldest_and_the_hottest_part(curve: list[tuple[float, float]], a: float) -> None:
    dose, share = split(curve)
    found = geud(dose, share, a)
    assert dose.min() * (1 - 1e-12) <= found <= dose.max() * (1 + 1e-12)


@given(curves, volume_parameters, st.floats(0.01, 60.0))
def test_a_geud_grows_with_a(curve: list[tuple[float, float]], a: float, more: float) -> None:
    dose, share = split(curve)
    assert geud(dose, share, a) <= geud(dose, share, a + more) * (1 + 1e-9)


@given(curves, volume_parameters, st.floats(0.01, 1e6), st.floats(0.01, 1e6))
def test_a_geud_scales_with_the_dose_and_not_with_the_volume(
    curve: list[tuple[float, float]], a: float, dose_scale: float, volume_scale: float
) -> None:
    dose, share = split(curve)
    scaled = geud(dose * dose_scale, share * volume_scale, a)
    assert math.isclose(scaled, dose_scale * geud(dose, share, a), rel_tol=1e-9)


@given(curves)
def test_a_geud_goes_to_mean_maximum_and_minimum(curve: list[tuple[float, float]]) -> None:
    dose, share = split(curve)
    assert math.isclose(geud(dose, share, 1.0), float(dose @ share / share.sum()), rel_tol=1e-12)
    # by hand: at least the share of the extreme part to the power 1/a
    close = (share.min() / share.sum()) ** 1e-6
    assert dose.max() * close * (1 - 1e-12) <= geud(dose, share, 1e6) <= dose.max() * (1 + 1e-12)
    assert dose.min() * (1 - 1e-12) <= geud(dose, share, -1e6) <= dose.min() / close * (1 + 1e-12)


@given(curves, st.sampled_from([-1.0, 1.0]))
def test_a_geud_has_no_jump_at_zero(curve: list[tuple[float, float]], sign: float) -> None:
    dose, share = split(curve)
    middle = geud(dose, share, 0.0)
    # by hand: to first order ln gEUD moves by a/2 times the variance of ln D, at most ln(12000)^2 / 4 = 22
    for a in (1e-6, 1e-9, 1e-12):
        assert math.isclose(geud(dose, share, sign * a), middle, rel_tol=12 * a + 1e-12)


# --- probabilities ---------------------------------------------------------------------------------------------------
td50s, slopes = st.floats(5.0, 120.0), st.floats(0.2, 8.0)


@given(doses, doses, td50s, slopes)
def test_more_dose_never_means_less_risk(one: float, other: float, td50: float, gamma: float) -> None:
    low, high = sorted([one, other])
    for curve in (ntcp.log_logistic, ntcp.logistic, lambda d, t, g: ntcp.lkb(d, t, 1 / (g * math.sqrt(2 * math.pi)))):
        assert 0.0 <= curve(low, td50, gamma) <= curve(high, td50, gamma) <= 1.0


@given(curves, td50s, slopes, st.floats(0.01, 10.0), st.floats(1.0, 1.5))
def test_more_dose_to_every_part_never_means_less_risk(
    curve: list[tuple[float, float]], d50: float, gamma: float, s: float, factor: float
) -> None:
    dose, share = split(curve)
    low, high = (ntcp.relative_seriality(dose * f, share, d50, gamma, s) for f in (1.0, factor))
    assert 0.0 <= low <= high * (1 + 1e-9) <= 1.0 + 1e-9


@given(doses, td50s, slopes, st.floats(0.01, 10.0))
def test_at_even_dose_the_seriality_does_not_matter(dose: float, d50: float, gamma: float, s: float) -> None:
    whole = ntcp.relative_seriality(np.array([dose]), np.ones(1), d50, gamma, s)
    plain = 2.0 ** -math.exp(min(math.e * gamma * (1 - dose / d50), 700.0))
    # p^s with s of at most 10 is a float down to p of 1e-30; below that the risk counts as none.
    assert math.isclose(whole, plain, rel_tol=1e-9, abs_tol=1e-30)


@given(td50s, slopes)
def test_every_curve_is_one_half_at_its_middle(td50: float, gamma: float) -> None:
    halves = (ntcp.log_logistic(td50, td50, gamma), ntcp.logistic(td50, td50, gamma), ntcp.lkb(td50, td50, 1 / gamma))
    assert halves == pytest.approx((0.5, 0.5, 0.5), abs=1e-12)


@given(st.floats(-800, 800))
def test_a_logit_is_symmetric_and_never_overflows(x: float) -> None:
    assert math.isclose(ntcp.logit(x) + ntcp.logit(-x), 1.0, rel_tol=1e-12)


@given(st.floats(0.05, 0.6), st.floats(1.0, 1e10), st.floats(0.0, 150.0), st.floats(0.0, 50.0))
def test_more_effect_never_means_less_control(alpha: float, cells: float, effect: float, more: float) -> None:
    low, high = (tcp.poisson(np.array([cells]), np.array([e]), alpha) for e in (effect, effect + more))
    assert 0.0 <= low <= high <= 1.0


@settings(deadline=None)  # the first call imports scipy
@given(st.floats(0.1, 0.5), st.floats(1e3, 1e9), st.floats(20.0, 120.0))
def test_without_spread_the_average_is_the_patient(alpha: float, cells: float, effect: float) -> None:
    number, dose = np.array([cells]), np.array([effect])
    narrow = tcp.poisson_spread(number, dose, alpha, 1e-7)
    # by hand: the steepest change of TCP with alpha is BED / e, so 1e-7 moves it by less than 120 / e * 1e-6
    assert math.isclose(narrow, tcp.poisson(number, dose, alpha), abs_tol=5e-5)


@settings(deadline=None)  # the first call imports scipy
@given(st.floats(0.1, 0.5), st.floats(0.005, 0.2), st.floats(0.0, 120.0))
def test_a_spread_gives_a_probability(alpha: float, sigma: float, effect: float) -> None:
    assert 0.0 <= tcp.poisson_spread(np.array([1e7]), np.array([effect]), alpha, sigma) <= 1.0


# --- curves ----------------------------------------------------------------------------------------------------------
@given(curves, st.floats(0.0, 1.0))
def test_a_dose_and_its_volume_undo_each_other(curve: list[tuple[float, float]], part: float) -> None:
    dvh = histogram(curve)
    wanted = max(part, 1e-6) * dvh.organ_volume_cc
    gray = dvh.value(Metric("D", wanted, "cc"))[0]
    assert dvh.value(Metric("V", gray, "Gy"))[0] == pytest.approx(wanted, rel=1e-9, abs=1e-9)


@given(curves, st.floats(0.0, 80.0))
def test_spared_and_irradiated_volume_are_the_organ(curve: list[tuple[float, float]], gray: float) -> None:
    dvh = histogram(curve)
    both = [dvh.value(Metric(kind, gray, "Gy"))[0] for kind in ("V", "CV")]
    assert sum(both) == pytest.approx(dvh.organ_volume_cc, rel=1e-12)


@given(curves, doses, doses)
def test_a_larger_volume_never_has_the_larger_dose(curve: list[tuple[float, float]], one: float, other: float) -> None:
    dvh = histogram(curve)
    small, large = sorted(min(part, 100.0) for part in (one, other))
    assert dvh.value(Metric("D", small, "%"))[0] >= dvh.value(Metric("D", large, "%"))[0]


@given(curves, counts, ratios)
def test_every_edge_is_converted_like_a_single_dose(curve: list[tuple[float, float]], n: int, ratio: float) -> None:
    dvh, alpha_beta = histogram(curve), PhysicalDose.from_gray(ratio)
    converted = dvh.relabelled(n, alpha_beta)
    for physical, biological in zip(dvh.edges_gray[1:], converted.edges_gray[1:], strict=True):
        single = eqd2(PhysicalDose.from_gray(float(physical)), n, alpha_beta=alpha_beta).gray
        assert math.isclose(biological, single, rel_tol=1e-12)


@given(curves, counts, ratios)
def test_two_gray_per_fraction_is_unchanged(curve: list[tuple[float, float]], n: int, ratio: float) -> None:
    curve_at_two = Dvh.from_parts(organ="Lungs", course="1", dose_gray=[2.0 * n], volume_cc=[1.0])
    assert math.isclose(curve_at_two.relabelled(n, PhysicalDose.from_gray(ratio)).edges_gray[0], 2.0 * n, rel_tol=1e-12)


@given(curves, counts, counts, ratios)
def test_the_same_effect_in_other_fractions_is_the_same_eqd2(
    curve: list[tuple[float, float]], n: int, m: int, ratio: float
) -> None:
    dvh, alpha_beta = histogram(curve), PhysicalDose.from_gray(ratio)
    moved = dvh.relabelled_in(m, n, alpha_beta)
    again = Dvh(organ="Lungs", course="1", edges_gray=moved.edges_gray, volume_cc=moved.volume_cc)
    there, here = again.relabelled(m, alpha_beta), dvh.relabelled(n, alpha_beta)
    assert there.edges_gray == pytest.approx(here.edges_gray, rel=1e-9)


# --- draws -----------------------------------------------------------------------------------------------------------
def published(low: float, centre: float, high: float) -> AlphaBeta:
    return AlphaBeta(
        source="OWN", place="p", evidence="one-source", gray=centre, low=low, high=high, interval="95 % CI"
    )


@settings(deadline=None)  # the first call imports scipy
@given(st.floats(-10, 5), st.floats(0.2, 6), st.floats(0.2, 30), st.integers(0, 10))
def test_every_draw_is_an_alpha_beta(low: float, above: float, more: float, seed: int) -> None:
    centre = max(low, 0.0) + above
    found = Spread.of(published(low, centre, centre + more)).draws(200, seed)
    assert found.min() >= 0.1
    assert np.isfinite(found).all()


@settings(deadline=None)  # the first call imports scipy
@given(st.integers(500, 8_000), st.integers(500, 8_000), counts, counts, st.integers(0, 5))
def test_the_statement_agrees_with_every_draw(given_cgy: int, limit_cgy: int, n: int, m: int, seed: int) -> None:
    assume(n != m)
    value = published(0.5, 3.0, 10.0)
    found = probability_exceeding(f"{given_cgy} cGy / {n}", f"{limit_cgy} cGy / {m}", value, seed, 400)
    here, there = (
        bed_draws(f"{cgy} cGy / {k}", Spread.of(value).draws(400, seed)) for cgy, k in ((given_cgy, n), (limit_cgy, m))
    )
    over = here > there * (1 + 1e-9)
    if found.statement.endswith("at every alpha/beta"):
        assert found.probability in (0.0, 1.0)
        assert over.all() == (found.statement == "exceeded at every alpha/beta" and over.any())
    else:
        bound = float(found.statement.split()[-2])
        drawn = Spread.of(value).draws(400, seed)[over]
        side = "<" in found.statement
        assert all(ratio < bound + 1e-9 if side else ratio > bound - 1e-9 for ratio in drawn)
