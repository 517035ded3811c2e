"""Response models against published and hand-derived numbers, and against a second route through each formula.

The second routes are slow and plain: sums in a Python loop, the normal distribution integrated by Simpson's rule, a
million patients in place of an integral. They share no code with the library.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest

from rtcalc.dvh import Dvh
from rtcalc.limits import Metric
from rtcalc.models import ntcp, tcp
from rtcalc.models.geud import geud
from rtcalc.registry import Registry
from rtcalc.response import ntcp as risk
from rtcalc.response import tcp as control


@dataclass(frozen=True)
class Row:
    """Doses with their shares of the volume, parameters, the number, and how it was found."""

    doses: tuple[float, ...]
    shares: tuple[float, ...]
    parameters: tuple[float, ...]
    expected: float
    derivation: str
    tolerance: float = 1e-4


def arrays(row: Row) -> tuple[np.ndarray, np.ndarray]:
    return np.array(row.doses), np.array(row.shares)


def label(row: Row) -> str:
    return row.derivation


HALF = (0.5, 0.5)

# --- gEUD: parameter a -----------------------------------------------------------------------------------------------
GEUD = [
    Row((40.0, 0.0), HALF, (1 / 0.87,), 21.8859, "oracle lkb_two_bin: 40 * 0.5^0.87"),
    Row((60.0, 0.0), HALF, (5.0,), 52.233, "oracle niemierko_two_bin: 60 * 0.5^(1/5)", 1e-3),
    Row((20.0, 40.0), HALF, (1.0,), 30.0, "a = 1 is the mean"),
    Row((10.0, 20.0), (0.75, 0.25), (1.0,), 12.5, "mean: 7.5 + 5"),
    Row((20.0, 40.0), HALF, (2.0,), 31.6228, "sqrt((400 + 1600) / 2) = sqrt(1000)"),
    Row((20.0, 40.0), HALF, (-1.0,), 26.6667, "harmonic mean: 2 / (1/20 + 1/40)"),
    Row((20.0, 45.0), HALF, (0.0,), 30.0, "geometric mean: sqrt(900)"),
    Row((10.0, 30.0), (0.5, 0.5), (3.0,), 24.1014, "((1000 + 27000) / 2)^(1/3) = 14000^(1/3)"),
    Row((50.0,), (1.0,), (12.5,), 50.0, "an even dose is its own gEUD"),
    Row((60.0, 50.0), HALF, (200.0,), 59.7924, "60 * 2^(-1/200); 50^200 is 1e-16 of 60^200"),
]


@pytest.mark.parametrize("row", GEUD, ids=label)
def test_geud(row: Row) -> None:
    assert geud(*arrays(row), *row.parameters) == pytest.approx(row.expected, abs=row.tolerance)


# --- LKB: n, m, TD50 -------------------------------------------------------------------------------------------------
LKB = [
    Row((20.09,), (1.0,), (0.87, 0.18, 24.5), 0.15866, "oracle lkb_uniform_points: t = -1"),
    Row((24.5,), (1.0,), (0.87, 0.18, 24.5), 0.5, "oracle lkb_uniform_points: t = 0"),
    Row((28.91,), (1.0,), (0.87, 0.18, 24.5), 0.84134, "oracle lkb_uniform_points: t = 1"),
    Row((40.0, 0.0), HALF, (0.87, 0.18, 24.5), 0.27667, "oracle lkb_two_bin: t = (21.8859 - 24.5) / 4.41", 1e-5),
    Row((42.0,), (1.0,), (0.25, 0.15, 60.0), 0.02275, "t = -18 / 9 = -2; Phi(-2) = 0.02275", 1e-5),
    Row((46.2,), (1.0,), (1.0, 0.18, 30.0), 0.99865, "t = 16.2 / 5.4 = 3; Phi(3) = 0.99865", 1e-5),
    Row((20.0, 10.0), HALF, (1.0, 0.4, 25.0), 0.15866, "mean 15; t = -10 / 10 = -1", 1e-5),
    Row((40.0, 0.0), HALF, (0.5, 0.2, 40 / math.sqrt(2)), 0.5, "gEUD = 40 * 0.5^0.5 = TD50", 1e-9),
    Row((14.667,), (1.0,), (1.0, 0.41, 29.9), 0.1070, "t = (14.667 - 29.9) / 12.259 = -1.2426"),
    Row((0.0,), (1.0,), (1.0, 0.25, 40.0), 3.167e-5, "t = -1 / m = -4; Phi(-4) = 3.167e-5", 1e-8),
]


@pytest.mark.parametrize("row", LKB, ids=label)
def test_lkb(row: Row) -> None:
    n, m, td50 = row.parameters
    assert ntcp.lkb(geud(*arrays(row), 1 / n), td50, m) == pytest.approx(row.expected, abs=row.tolerance)


# --- logistic of the gEUD: a, gamma50, TD50 --------------------------------------------------------------------------
LOGISTIC_OF_GEUD = [
    Row((60.0, 0.0), HALF, (5.0, 3.0, 60.0), 0.15929, "oracle niemierko_two_bin: 1 / (1 + 2^(12/5))", 1e-5),
    Row((60.0,), (1.0,), (5.0, 3.0, 60.0), 0.5, "TD50 itself"),
    Row((30.0,), (1.0,), (1.0, 2.0, 60.0), 0.003891, "1 / (1 + 2^8) = 1 / 257", 1e-6),
    Row((120.0,), (1.0,), (1.0, 2.0, 60.0), 0.996109, "1 / (1 + 2^-8) = 256 / 257", 1e-6),
    Row((20.0, 40.0), HALF, (1.0, 1.0, 60.0), 0.058824, "mean 30; 1 / (1 + 2^4) = 1 / 17", 1e-6),
    Row((20.0, 40.0), HALF, (2.0, 1.0, 10 * math.sqrt(10)), 0.5, "gEUD = sqrt(1000) = TD50", 1e-9),
    Row((0.0,), (1.0,), (1.0, 2.0, 60.0), 0.0, "no dose, no effect", 1e-300),
    Row((50.0, 0.0), HALF, (-5.0, 2.0, 50.0), 0.0, "a target missed by half is not controlled", 1e-300),
    # Schultheiss, points of the paper: 5 % at 59.3 fixes k = ln 19 / ln(69.4 / 59.3) = 18.72, so gamma50 = 4.68
    Row((59.3,), (1.0,), (1.0, 18.72 / 4, 69.4), 0.05, "oracle schultheiss_cord: 5 % at 59.3 Gy", 5e-4),
    Row((50.0,), (1.0,), (1.0, 18.72 / 4, 69.4), 0.00215, "oracle schultheiss_cord: 0.2 % (0.215) at 50 Gy", 1e-5),
    Row((45.0,), (1.0,), (1.0, 18.72 / 4, 69.4), 0.0003, "oracle schultheiss_cord: 0.03 % at 45 Gy", 5e-6),
]


@pytest.mark.parametrize("row", LOGISTIC_OF_GEUD, ids=label)
def test_logistic_of_the_geud(row: Row) -> None:
    a, gamma50, td50 = row.parameters
    found = ntcp.log_logistic(geud(*arrays(row), a), td50, gamma50)
    assert found == pytest.approx(row.expected, abs=row.tolerance)


# --- logistic of a metric: intercept, slope --------------------------------------------------------------------------
QUANTEC = (-3.87, 0.126)
LOGIT = [
    # oracle quantec_lung_mld: the five published points, 5, 10, 20, 30 and 40 %, which the model meets within 2 points
    *(
        Row((mld,), (1.0,), QUANTEC, model / 100, f"oracle quantec_lung_mld: {mld:g} Gy", 6e-4)
        for mld, model in ((7.0, 4.8), (13.0, 9.7), (20.0, 20.6), (24.0, 30.0), (27.0, 38.5))
    ),
    Row((30.0,), (1.0,), (-3.13, 0.0688), 0.2562, "oracle huang_esophagitis: x = -1.066"),
    Row((30.0,), (1.0,), (-1.63, 0.0688), 0.6068, "oracle huang_esophagitis with chemotherapy: x = 0.434"),
    Row((10.0,), (1.0,), (-4.76, 4.76 / 34.4), 0.0330, "oracle appelt_base: 4 g (10 / 34.4 - 1) = -3.3763"),
    Row((20.0,), (1.0,), (-4.76, 4.76 / 34.4), 0.1200, "oracle appelt_base: -1.9926"),
    Row((34.4,), (1.0,), (-4.76, 4.76 / 34.4), 0.5, "oracle appelt_base: D50"),
]


@pytest.mark.parametrize("row", LOGIT, ids=label)
def test_logit(row: Row) -> None:
    intercept, slope = row.parameters
    assert ntcp.logit(intercept + slope * row.doses[0]) == pytest.approx(row.expected, abs=row.tolerance)


def test_the_quantec_points_are_met() -> None:
    for mld, published in ((7, 5), (13, 10), (20, 20), (24, 30), (27, 40)):
        assert 100 * ntcp.logit(-3.87 + 0.126 * mld) == pytest.approx(published, abs=2.0)


def test_both_logistic_forms_are_one_in_the_middle() -> None:
    # by hand: ln(E / D50) and E / D50 - 1 have the same value and slope at D50
    for dose in (33.0, 34.4, 36.0):
        assert ntcp.logistic(dose, 34.4, 1.19) == pytest.approx(ntcp.log_logistic(dose, 34.4, 1.19), abs=2e-3)


# --- relative seriality: D50, gamma, s -------------------------------------------------------------------------------
# p(D) = 2^-exp(e g (1 - D/D50)); by hand with e = 2.718282, ln 2 = 0.693147
SERIALITY = [
    Row((50.0,), (1.0,), (50.0, 2.0, 1.0), 0.5, "p(D50) = 1/2 at even dose, s = 1"),
    Row((50.0,), (1.0,), (50.0, 2.0, 0.1), 0.5, "p(D50) = 1/2 at even dose, any s"),
    Row((50.0, 0.0), HALF, (50.0, 2.0, 1.0), 0.292893, "serial: 1 - sqrt(1/2)", 1e-6),
    Row((50.0, 0.0), HALF, (50.0, 2.0, 0.01), 0.00045, "(1 - (0.006908 * 0.7964)^0.5)^100 = 0.92583^100", 1e-5),
    Row((60.0,), (1.0,), (50.0, 2.0, 0.5), 0.791619, "exp(-1.087313) = 0.337121; exp(-0.337121 * 0.693147)", 1e-5),
    Row((40.0,), (1.0,), (50.0, 1.0, 0.5), 0.303067, "exp(0.543656) = 1.722293; exp(-1.722293 * 0.693147)", 1e-6),
    Row((50.0, 50.0), (0.3, 0.7), (50.0, 2.0, 0.7), 0.5, "two halves of one dose are one whole", 1e-12),
    Row((50.0, 60.0), HALF, (50.0, 2.0, 1.0), 0.677218, "1 - sqrt(0.5 * 0.208367)", 1e-5),
    Row((50.0, 0.0), (0.25, 0.75), (50.0, 2.0, 1.0), 0.159104, "1 - 0.5^0.25", 1e-6),
]


@pytest.mark.parametrize("row", SERIALITY, ids=label)
def test_relative_seriality(row: Row) -> None:
    assert ntcp.relative_seriality(*arrays(row), *row.parameters) == pytest.approx(row.expected, abs=row.tolerance)


# --- Poisson: BED in place of dose, clonogens by part; alpha, doublings ----------------------------------------------
POISSON = [
    Row((84.0,), (3e8,), (0.3, 0.0), 0.99659, "oracle poisson_tcp: S = 3e8 exp(-25.2) = 0.00341", 1e-5),
    Row((100.0,), (1.0,), (0.0, 0.0), 0.36788, "one cell, no effect: exp(-1)", 1e-5),
    Row((10.0,), (math.exp(3),), (0.3, 0.0), 0.36788, "S = exp(3 - 3) = 1", 1e-5),
    Row((10.0,), (math.exp(3) * math.log(2),), (0.3, 0.0), 0.5, "S = ln 2", 1e-9),
    Row((10.0,), (math.exp(3) * math.log(2) / 4,), (0.3, 2.0), 0.5, "two doublings of a quarter of ln 2", 1e-9),
    Row((10.0, 10.0), (0.5 * math.exp(3), 0.5 * math.exp(3)), (0.3, 0.0), 0.36788, "two halves are a whole", 1e-5),
    Row((84.0, 0.0), (3e8, 1.0), (0.3, 0.0), 0.36663, "one cell outside: exp(-1.00341)", 1e-5),
    Row((0.0,), (3e8,), (0.3, 0.0), 0.0, "no dose", 1e-300),
    Row((84.0,), (3e8,), (0.3, 3.0), 0.97309, "three doublings: exp(-0.02728)", 1e-4),
]


@pytest.mark.parametrize("row", POISSON, ids=label)
def test_poisson(row: Row) -> None:
    effect, cells = arrays(row)
    assert tcp.poisson(cells, effect, *row.parameters) == pytest.approx(row.expected, abs=row.tolerance)


# --- from a schedule and a curve to the number -----------------------------------------------------------------------
def even(organ: str, gray: float, cc: float = 100.0) -> Dvh:
    return Dvh.from_parts(organ=organ, course="1", dose_gray=[gray], volume_cc=[cc])


def test_huang_from_the_curve() -> None:
    curve = even("Esophagus", 30.0).relabelled_in(35, 35, "10 Gy")
    fit = Registry().response["logit-esophagus-acute-huang"]
    for chemotherapy, expected in ((False, 0.2562), (True, 0.6068)):
        found = risk(curve, fit, factors={"concurrent chemotherapy": chemotherapy})
        assert found.probability == pytest.approx(expected, abs=1e-4)


def test_the_cord_points_from_the_curve() -> None:
    # SCHULTHEISS2008: 0.03 % at 45 Gy, 0.2 % at 50 Gy, 5 % at 59.3 Gy in fractions of 2 Gy
    fit = Registry().response["even-spinalcord-myelopathy-schultheiss"]
    for gray, published, digits in ((45.0, 0.03, 2), (50.0, 0.2, 1), (59.3, 5.0, 1)):
        curve = even("SpinalCord", 2.0).relabelled(1, "0.87 Gy")  # 2 Gy once is 2 Gy EQD2; scaled by hand below
        scaled = Dvh(
            organ="SpinalCord",
            course="1",
            edges_gray=curve.edges_gray * gray / 2.0,
            volume_cc=curve.volume_cc,
            basis=curve.basis,
        )
        assert round(100 * risk(scaled, fit).probability, digits) == published


def test_the_hytec_cord_limits_have_one_myelopathy_risk() -> None:
    # oracle hytec_cord_isoeffect: 44.64, 44.62, 44.49, 44.56, 44.65 Gy EQD2 at a/b 2, within 0.16 Gy of each other
    limits = {1: 12.4, 2: 17.0, 3: 20.3, 4: 23.0, 5: 25.3}
    found = [even("SpinalCord", gray).relabelled(n, "2 Gy").value(Metric("max"))[0] for n, gray in limits.items()]
    assert [math.floor(gray * 100 + 0.5) / 100 for gray in found] == [44.64, 44.63, 44.49, 44.56, 44.65]
    assert max(found) - min(found) == pytest.approx(0.16, abs=0.005)


def test_the_critical_volume() -> None:
    # oracle critical_volume_check
    liver = Dvh.from_cumulative(organ="Liver", course="1", dose_gray=[0, 17.1, 40], volume=[1500, 750, 50], max_gray=45)
    assert liver.value(Metric.parse("CV17.1Gy"))[0] == pytest.approx(750.0, abs=1e-9)


def test_the_lung_fit_reproduces_the_tolerance_doses_it_was_made_from() -> None:
    # Burman's fit was made from the tolerance doses of Emami: brain, whole organ, 5 % at 45 and 50 % at 60 Gy; cord
    # 5 % at 47 and 50 % at 66.5 Gy (as the parameters themselves say for the second). Within 0.7 Gy.
    for key, organ, td5, td50 in (
        ("lkb-brain-necrosis-burman", "Brain", 45.0, 60.0),
        ("lkb-spinalcord-myelitis-burman", "SpinalCord", 47.0, 66.5),
    ):
        fit = Registry().response[key]
        below, above = (risk(even(organ, td5 + shift), fit, schedule="60 Gy / 30").probability for shift in (-0.7, 0.7))
        assert below < 0.05 < above
        assert risk(even(organ, td50), fit, schedule="60 Gy / 30").probability == pytest.approx(0.5, abs=1e-12)


# --- second routes ---------------------------------------------------------------------------------------------------
RANDOM = np.random.default_rng(20)
DOSES, SHARES = RANDOM.uniform(0.5, 70.0, 400), RANDOM.uniform(0.0, 1.0, 400)


@pytest.mark.parametrize("a", [-12.3, -2.0, -0.3, 0.4, 1.0, 1.149, 3.7, 12.0, 33.333, 90.0])
def test_geud_is_the_plain_sum(a: float) -> None:
    whole = math.fsum(SHARES)
    plain = math.fsum(v / whole * d**a for d, v in zip(DOSES, SHARES, strict=True)) ** (1 / a)
    assert geud(DOSES, SHARES, a) == pytest.approx(plain, rel=1e-9)


def simpson(function, low: float, high: float, steps: int) -> float:  # type: ignore[no-untyped-def]
    width = (high - low) / steps
    inner = math.fsum((4 if i % 2 else 2) * function(low + i * width) for i in range(1, steps))
    return width / 3 * (function(low) + function(high) + inner)


@pytest.mark.parametrize("dose", [2.0, 11.0, 24.5, 31.0])
def test_lkb_is_the_integral_of_the_normal_density(dose: float) -> None:
    t = (dose - 24.5) / (0.18 * 24.5)
    area = simpson(lambda z: math.exp(-z * z / 2) / math.sqrt(2 * math.pi), -12.0, t, 20_000)
    assert ntcp.lkb(dose, 24.5, 0.18) == pytest.approx(area, rel=1e-9, abs=1e-14)


@pytest.mark.parametrize(("gamma", "s"), [(1.28, 1.0), (2.1, 0.18), (0.9, 3.4), (2.4, 0.0061)])
def test_relative_seriality_is_the_plain_product(gamma: float, s: float) -> None:
    from decimal import Decimal, localcontext

    with localcontext() as context:
        context.prec = 60
        whole, d50, product = Decimal(float(SHARES.sum())), Decimal(52), Decimal(1)
        for dose, share in zip(DOSES.tolist(), SHARES.tolist(), strict=True):
            rise = (Decimal(1).exp() * Decimal(gamma) * (1 - Decimal(dose) / d50)).exp()
            p = (-Decimal(2).ln() * rise).exp()
            product *= (1 - p ** Decimal(s)) ** (Decimal(share) / whole)
        plain = float((1 - product) ** (1 / Decimal(s)))
    assert ntcp.relative_seriality(DOSES, SHARES, 52.0, gamma, s) == pytest.approx(plain, rel=1e-9)


@pytest.mark.parametrize("sigma", [0.003, 0.02, 0.06, 0.4])
def test_the_spread_of_alpha_is_the_plain_average(sigma: float) -> None:
    cells, effect = np.array([1e7, 5e6, 2e3]), np.array([80.0, 74.0, 60.0])
    low = max(0.0, 0.3 - 10 * sigma)

    def weight(alpha: float) -> float:
        return math.exp(-0.5 * ((alpha - 0.3) / sigma) ** 2)

    def weighed(alpha: float) -> float:
        left = math.fsum(n * math.exp(-alpha * b) for n, b in zip(cells, effect, strict=True))
        return weight(alpha) * math.exp(-left)

    plain = simpson(weighed, low, 0.3 + 10 * sigma, 40_000) / simpson(weight, low, 0.3 + 10 * sigma, 40_000)
    assert tcp.poisson_spread(cells, effect, 0.3, sigma) == pytest.approx(plain, rel=1e-9)


def test_the_spread_of_alpha_is_a_million_patients() -> None:
    patients = np.random.default_rng(3).normal(0.3, 0.03, 1_000_000)
    cells, effect = np.array([3e8]), np.array([84.0])
    each = np.exp(-3e8 * np.exp(-np.maximum(patients, 0.0) * 84.0))
    # by hand: a standard error of at most 0.5 / 1000; four of them
    assert tcp.poisson_spread(cells, effect, 0.3, 0.03) == pytest.approx(each.mean(), abs=2e-3)


def test_a_fractionated_curve_kills_cell_by_cell() -> None:
    # Simulated fraction by fraction, part by part: survivors after n fractions of d are N exp(-n (a d + b d^2)).
    fit = Registry().response["tcp-nsclc-iii-elsharouni"]
    doses, cc, fractions, days = [66.0, 60.0, 63.0], [50.0, 10.0, 40.0], 33, 44.0
    curve = Dvh.from_parts(organ="PTV", course="1", dose_gray=doses, volume_cc=cc)
    found = control(curve.relabelled(fractions, "15 Gy"), fit, overall_days=days).probability

    def at(alpha: float) -> float:
        left = 0.0
        for gray, volume in zip(doses, cc, strict=True):
            cells = 1e7 * volume
            for _ in range(fractions):
                each = gray / fractions
                cells *= math.exp(-alpha * each - alpha / 15.0 * each * each)
            left += cells * 2.0 ** ((days - 14.0) / 5.0)
        return math.exp(-left)

    def weight(alpha: float) -> float:
        return math.exp(-0.5 * ((alpha - 0.3) / 0.02) ** 2)

    plain = simpson(lambda a: weight(a) * at(a), 0.1, 0.5, 4000) / simpson(weight, 0.1, 0.5, 4000)
    assert found == pytest.approx(plain, rel=1e-9)


def test_every_family_has_eight_rows() -> None:
    assert min(map(len, (GEUD, LKB, LOGISTIC_OF_GEUD, LOGIT, SERIALITY, POISSON))) >= 8
