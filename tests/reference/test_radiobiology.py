"""Worked numbers of the models beyond LQ, each with its source and its derivation.

The worked tables of the papers that stand behind the formulas could not be read. A row is therefore "published" where
somebody printed the number, and else "by hand", with the arithmetic beside it. A printed number is met when this
library prints the same digits.
"""

import doctest
import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from rtcalc.composition import Effect, break_even, effect
from rtcalc.conditions import Particles, Repair, Repopulation
from rtcalc.decimals import fixed
from rtcalc.fraction_models import LQL, USC
from rtcalc.models import dose_rate, particles, repair, repopulation
from rtcalc.registry import Registry


@dataclass(frozen=True)
class Row:
    source: str
    derivation: str
    schedule: str
    alpha_beta: str
    given: dict[str, Any] = field(default_factory=dict)
    bed: str = ""
    eqd2: str = ""
    lq: str = ""

    @property
    def effect(self) -> Effect:
        return effect(self.schedule, None, alpha_beta=self.alpha_beta, **self.given)


def lql(gray: str, slope: float | None = None) -> dict[str, Any]:
    return {"high_dose": LQL(gray, gamma_over_alpha=slope)}


def usc(alpha: str, d0: str) -> dict[str, Any]:
    return {"high_dose": USC(alpha, d0)}


def bid(half_time: str, hours: float, per_day: int = 2) -> dict[str, Any]:
    return {"repair": half_time, "interval_hours": hours, "per_day": per_day}


def hour(half_time: str) -> dict[str, Any]:
    return {"repair": half_time, "minutes": 60}


def time(k: str, kickoff: str, overall: int, basis: str = "BED") -> dict[str, Any]:
    return {"repopulation": Repopulation.of(k, basis=basis, kickoff=kickoff), "overall_days": overall}


def ions(rbe_max: float, rbe_min: float) -> dict[str, Any]:
    return {"particles": Particles(rbe_max=rbe_max, rbe_min=rbe_min)}


def protons(constant: float) -> dict[str, Any]:
    return {"particles": Particles(constant=constant)}


LQ_L = [
    Row("by hand", "3 (6 x 3 + 5 x 12)", "54 Gy / 3", "3 Gy", lql("6 Gy", 5), "234.0", lq="378.0"),
    Row("by hand", "20 x 3 + 5 x 5", "25 Gy / 1", "10 Gy", lql("20 Gy", 5), "85.0", lq="87.5"),
    Row("by hand", "5 (6 x 3 + 5 x 3); EQD2 / (5/3)", "45 Gy / 5", "3 Gy", lql("6 Gy"), "165.0", "99.0", "180.0"),
    Row("by hand", "4 (6 x 3 + 5 x 4)", "40 Gy / 4", "3 Gy", lql("6 Gy"), "152.0", "91.2", "173.3"),
    Row("by hand", "6 x 3 + 5 x 15", "21 Gy / 1", "3 Gy", lql("6 Gy"), "93.0", "55.8", "168.0"),
    Row("by hand", "5 (4 x 3 + 5 x 1.28); / 2", "26.4 Gy / 5", "2 Gy", lql("4 Gy"), "92.0", "46.00", "96.096"),
    Row("by hand", "below: 45 x 1.9", "45 Gy / 5", "10 Gy", lql("20 Gy"), "85.5", "71.25", "85.5"),
    Row("by hand", "below: 40 x 2", "40 Gy / 4", "10 Gy", lql("20 Gy"), "80.0", "66.67", "80.0"),
    Row("by hand", "below: 45 (1 + 9/3.9)", "45 Gy / 5", "3.9 Gy", lql("11 Gy"), "148.85", lq="148.85"),
    Row("by hand", "below: 40 (1 + 10/3.9)", "40 Gy / 4", "3.9 Gy", lql("11 Gy"), "142.56", lq="142.56"),
    Row("by hand", "a kink: 5 (6 x 3 + 4 x 3)", "45 Gy / 5", "3 Gy", lql("6 Gy", 4), "150.0", "90.0"),
    Row("by hand", "phases: 50 x 5/3 + 33", "50 Gy / 25 + 1 x 9 Gy", "3 Gy", lql("6 Gy"), "116.333"),
]
# alpha D0 = 0.5 at a/b 10: DT = 10 x 0.5 / 1 = 5, Dq = 1.25. alpha D0 = 0.25 at a/b 2: DT = 3, Dq = 1.125.
UNIVERSAL = [
    Row("by hand", "(45 - 5 x 1.25) / 0.5", "45 Gy / 5", "10 Gy", usc("0.4 /Gy", "1.25 Gy"), "77.5", "64.583", "85.5"),
    Row("by hand", "(40 - 4 x 1.25) / 0.5", "40 Gy / 4", "10 Gy", usc("0.4 /Gy", "1.25 Gy"), "70.0", lq="80.0"),
    Row("by hand", "(20 - 1.25) / 0.5", "20 Gy / 1", "10 Gy", usc("0.4 /Gy", "1.25 Gy"), "37.5", lq="60.0"),
    Row("by hand", "at DT both: 25 x 1.5 = 18.75 / 0.5", "25 Gy / 5", "10 Gy", usc("0.4 /Gy", "1.25 Gy"), "37.5"),
    Row("by hand", "below: 30 x 1.3", "30 Gy / 10", "10 Gy", usc("0.4 /Gy", "1.25 Gy"), "39.0", "32.5", "39.0"),
    Row("by hand", "(30 - 5 x 1.125) / 0.25; / 2", "30 Gy / 5", "2 Gy", usc("0.2 /Gy", "1.25 Gy"), "97.5", "48.75"),
    Row("by hand", "(16 - 1.125) / 0.25", "16 Gy / 1", "2 Gy", usc("0.2 /Gy", "1.25 Gy"), "59.5", lq="144.0"),
    Row("by hand", "(54 - 3 x 1.125) / 0.25", "54 Gy / 3", "2 Gy", usc("0.2 /Gy", "1.25 Gy"), "202.5", lq="540.0"),
    Row("by hand", "(60 - 3 x 1.79896) / 0.4125", "60 Gy / 3", "8.6 Gy", usc("0.33 /Gy", "1.25 Gy"), "132.37"),
]
# theta = 0.5 where the interval is one half-time, 0.25 where it is two
REPAIR = [
    Row("by hand", "81.6 (1 + 1.35355 x 0.4)", "68 x 1.2 Gy", "3 Gy", bid("4 h", 6), "125.78", lq="114.24"),
    Row("by hand", "theta 0.5: 69 (1 + 1.5 x 1.15/3)", "60 x 1.15 Gy", "3 Gy", bid("6 h", 6), "108.675"),
    Row("by hand", "theta 0.25: 60 (1 + 1.25 x 0.4)", "50 x 1.2 Gy", "3 Gy", bid("3 h", 6), "90.0", "54.0"),
    Row("by hand", "m 3: 54 (1 + 11/6 x 0.5)", "36 x 1.5 Gy", "3 Gy", bid("4 h", 4, 3), "103.5"),
    Row("by hand", "2 days of 1.5, one of 1: 10 (1 + 1.4)", "5 x 2 Gy", "2 Gy", bid("6 h", 6), "24.0", "12.0"),
    Row("by hand", "x 0.4621, G 0.8622: 45 (1 + 0.9 G)", "45 Gy / 5", "10 Gy", hour("1.5 h"), "79.9", lq="85.5"),
    Row("by hand", "x 1.3863, G 0.6622: 45 (1 + 0.9 G)", "45 Gy / 5", "10 Gy", hour("0.5 h"), "71.8"),
    Row("by hand", "x 0.4621, G 0.8622: 45 (1 + 3 G)", "45 Gy / 5", "3 Gy", hour("1.5 h"), "161.4", lq="180.0"),
    Row("by hand", "x 1.3863, G 0.6622: 45 (1 + 3 G)", "45 Gy / 5", "3 Gy", hour("0.5 h"), "134.4"),
    Row("by hand", "x = ln 2: 45 (1 + 3 x 0.804021)", "45 Gy / 5", "3 Gy", hour("1 h"), "153.543"),
]
TIME = [
    Row("by hand", "70 x 1.2 - 0.9 x 18", "35 x 2 Gy", "10 Gy", time("0.9 Gy/d", "28 d", 46), "67.8", "56.5", "84.0"),
    Row("by hand", "70 x 1.2 - 0.9 x 25", "35 x 2 Gy", "10 Gy", time("0.9 Gy/d", "28 d", 53), "61.5"),
    Row("by hand", "88.8 - 0.9 x 25", "37 x 2 Gy", "10 Gy", time("0.9 Gy/d", "28 d", 53), "66.30"),
    Row("by hand", "91.2 - 0.9 x 28", "38 x 2 Gy", "10 Gy", time("0.9 Gy/d", "28 d", 56), "66.00"),
    Row(
        "by hand",
        "48 + 34.41 x 1.2294 - 0.9 x 25",
        "20 x 2 Gy + 15 x 2.294 Gy",
        "10 Gy",
        time("0.9 Gy/d", "28 d", 53),
        "67.8",
    ),
    Row("by hand", "its late effect: 66.667 + 34.41 x 1.76467", "20 x 2 Gy + 15 x 2.294 Gy", "3 Gy", {}, "127.39"),
    Row("by hand", "84 - 0.828 x 26.8", "35 x 2 Gy", "10 Gy", time("0.69 Gy/d", "19.2 d", 46, "EQD2"), "61.8096"),
    Row("by hand", "within: 75 x 1.25", "30 x 2.5 Gy", "10 Gy", time("0.9 Gy/d", "45 d", 39), "93.75"),
    Row("by hand", "no kick-off: 50 x 1.2 - 0.6 x 32", "25 x 2 Gy", "10 Gy", time("0.6 Gy/d", "0 d", 32), "40.8"),
]
PARTICLES = [
    Row("by hand", "66 (1 + 2.2/3)", "60 Gy / 30", "3 Gy", protons(1.1), "114.4", "68.64", "100.0"),
    Row("by hand", "72.6 (1 + 2.2/10)", "66 Gy / 33", "10 Gy", protons(1.1), "88.572", "73.81"),
    Row("by hand", "no weighting: 45 x 1.9", "45 Gy / 5", "10 Gy", protons(1), "85.5"),
    Row("by hand", "36 (3 + 1.44)", "36 Gy / 12", "3 Gy", ions(3, 1.2), "159.84"),
    Row("by hand", "50 (1.5 + 1.21)", "50 Gy / 5", "10 Gy", ions(1.5, 1.1), "135.5"),
    Row("by hand", "45 (1.2 + 3)", "45 Gy / 5", "3 Gy", ions(1.2, 1), "189.0"),
    Row("by hand", "8 (2 + 2.25 x 4)", "8 Gy / 1", "2 Gy", ions(2, 1.5), "88.0", "44.0"),
    Row("by hand", "40 (2.5 + 2)", "40 Gy / 10", "2 Gy", ions(2.5, 1), "180.0", "90.0"),
]


@pytest.mark.parametrize(
    "row",
    [*LQ_L, *UNIVERSAL, *REPAIR, *TIME, *PARTICLES],
    ids=lambda row: f"{row.schedule} at {row.alpha_beta}: {row.derivation}",
)
def test_the_printed_digits_are_met(row: Row) -> None:
    found = {"bed": row.effect.bed, "eqd2": row.effect.eqd2, "lq": row.effect.lq.bed}
    printed = {kind: text for kind in found if (text := getattr(row, kind))}
    assert printed
    assert {kind: digits(found[kind].gray, text) for kind, text in printed.items()} == printed


def test_every_family_has_eight_rows() -> None:
    assert min(map(len, (LQ_L, UNIVERSAL, REPAIR, TIME, PARTICLES))) >= 8


def digits(value: float, printed: str) -> str:
    return fixed(value, len(printed.partition(".")[2]))


ONE = ((1.0, 1.0),)
TWO = ((0.5, 1.0), (0.5, 0.5))


@pytest.mark.parametrize(
    ("per_day", "interval", "components", "printed"),
    [
        (2, 6.0, ((1.0, 4.0),), "0.3536"),  # 2^-1.5
        (2, 1.0, ONE, "0.5"),  # theta
        (2, 2.0, ONE, "0.25"),  # theta^2
        (3, 1.0, ONE, "0.8333"),  # 2/3 (2 x 0.5 + 0.25)
        (3, 2.0, ONE, "0.3750"),  # 2/3 (2 x 0.25 + 0.0625)
        (4, 1.0, ONE, "1.0625"),  # 2/4 (3 x 0.5 + 2 x 0.25 + 0.125)
        (2, 1.0, TWO, "0.3750"),  # half of 0.5, half of 0.25
        (3, 1.0, TWO, "0.6042"),  # half of 0.83333, half of 0.375
        (1, 6.0, ONE, "0.0000"),  # no partner
    ],
)
def test_incomplete_repair_factor(per_day: int, interval: float, components: Any, printed: str) -> None:
    assert digits(repair.hm(per_day, interval, components), printed) == printed


@pytest.mark.parametrize(
    ("duration", "components", "printed"),
    [
        (1 / math.log(2), ONE, "0.735759"),  # x = 1: 2 / e
        (2 / math.log(2), ONE, "0.567668"),  # x = 2: 1 - (1 - e^-2) / 2
        (1.0, ONE, "0.804021"),  # x = ln 2: 2/ln 2 (1 - 0.5/ln 2)
        (2.0, ONE, "0.662182"),  # x = 2 ln 2: 1/ln 2 (1 - 0.75 / (2 ln 2))
        (1.0, TWO, "0.733101"),  # the mean of the two above
        (10 / math.log(2), ONE, "0.180001"),  # x = 10: 0.2 (1 - 0.1 (1 - e^-10))
        (1e-6 / math.log(2), ONE, "0.9999996667"),  # x = 1e-6: 1 - x/3
        (0.0, ONE, "1.000000"),  # a short fraction
    ],
)
def test_protraction_factor(duration: float, components: Any, printed: str) -> None:
    assert digits(repair.protraction(duration, components), printed) == printed


# T_s and T_half enter the limit of a permanent implant as T_half / (T_half + T_s).
DOSE_RATE = [
    # 30 Gy in 60 h, T_half 1.5 h: x = 40 ln 2, G = 2/x (1 - 1/x) = 0.069532; 30 (1 + 3 G)
    (dose_rate.decaying(60, math.inf, ((1.0, 1.5),)), "0.06953", 30.0, 10.0, "36.258"),
    # iodine 125, 59.4 d: 1.5 / 1427.1; 145 (1 + 145 G / 3)
    (dose_rate.permanent(59.4 * 24, ((1.0, 1.5),)), "0.001051", 145.0, 3.0, "152.366"),
    # the same at alpha/beta 10: 145 (1 + 14.5 G)
    (dose_rate.permanent(59.4 * 24, ((1.0, 1.5),)), "0.001051", 145.0, 10.0, "147.210"),
    # a half-life of 17 d: 1.5 / 409.5; 125 (1 + 125 G / 3)
    (dose_rate.permanent(408.0, ((1.0, 1.5),)), "0.003663", 125.0, 3.0, "144.078"),
    # two rates: half of 1.5 / 409.5 and half of 0.5 / 408.5; 125 (1 + 125 G / 3)
    (dose_rate.permanent(408.0, ((0.5, 1.5), (0.5, 0.5))), "0.002443", 125.0, 3.0, "137.727"),
    # repair as fast as decay, for ever: 1/2; 10 (1 + 5/10)
    (dose_rate.permanent(1.0, ONE), "0.500000", 10.0, 10.0, "15.000"),
    # the same for one half-life: y = 2 ln 2, (1 - (1 + y)/4) / 2 / 0.25 = 0.806853
    (dose_rate.decaying(1.0, 1.0, ONE), "0.806853", 10.0, 10.0, "18.069"),
    # a constant rate for one half-time: 0.804021; 20 (1 + 2 G)
    (dose_rate.decaying(1.0, math.inf, ONE), "0.804021", 20.0, 10.0, "52.161"),
    # RTNOTES, 40 Gy at 0.55 Gy/h, mu 0.46 /h: x = 33.4545, G = 2/x (1 - 1/x); 40 (1 + 4 G)
    (dose_rate.decaying(40 / 0.55, math.inf, ((1.0, math.log(2) / 0.46),)), "0.057996", 40.0, 10.0, "49.279"),
]


@pytest.mark.parametrize(("factor", "printed", "total", "ratio", "bed"), DOSE_RATE)
def test_continuous_irradiation(factor: float, printed: str, total: float, ratio: float, bed: str) -> None:
    assert digits(factor, printed) == printed
    assert digits(dose_rate.bed(total, factor, ratio), bed) == bed


def test_the_printed_low_dose_rate_example_neglects_the_ends() -> None:
    # RTNOTES, published: 40 Gy at 0.55 Gy/h, mu 0.46 /h, a/b 10 is 49.6, with 2 R / mu in place of G D. That leaves out
    # the factor 1 - 1/x of a finite time, which is worth 0.3 Gy.
    printed = 40 * (1 + 2 * 0.55 / (0.46 * 10))
    assert fixed(printed, 1) == "49.6"
    x = 0.46 * 40 / 0.55
    exact = dose_rate.bed(40.0, dose_rate.decaying(40 / 0.55, math.inf, ((1.0, math.log(2) / 0.46),)), 10.0)
    assert exact == pytest.approx(40 + (printed - 40) * (1 - 1 / x), rel=1e-12)  # e^-x is 3e-15


def test_initial_dose_rates() -> None:
    assert fixed(dose_rate.initial_rate(145.0, math.inf, 59.4 * 24), 4) == "0.0705"  # 145 ln 2 / 1425.6
    assert dose_rate.initial_rate(30.0, 60.0, math.inf) == 0.5  # 30 / 60
    assert dose_rate.initial_rate(10.0, 1.0, 1.0) == pytest.approx(20 * math.log(2), rel=1e-14)  # 10 ln 2 / (1 - 1/2)


@pytest.mark.parametrize(
    ("k", "printed"),
    [
        (repopulation.from_eqd2(0.69, 10.0), "0.828"),  # 0.69 x 1.2
        (repopulation.from_eqd2(0.69, 10.6), "0.820"),  # 0.69 (1 + 2/10.6), at the alpha/beta of its own source
        (repopulation.from_doubling(0.24, 3.5), "0.83"),  # PEDICINI2015HN: 0.6931 / 0.84
        (repopulation.from_doubling(0.12, 15.4), "0.38"),  # PEDICINI2014GBM: 0.6931 / 1.848
        (repopulation.from_doubling(0.08, 14.4), "0.6"),  # QI2011: 0.6931 / 1.152
        (repopulation.from_doubling(0.35, 3.0) * 5, "3.3"),  # five days; with the ratio for alpha it would be 11.55
        (repopulation.loss(repopulation.from_doubling(0.35, 3.0), 28, 40), "7.9"),  # 0.66014 x 12
        (repopulation.loss(repopulation.from_doubling(0.35, 3.0), 28, 30), "1.3"),  # 0.66014 x 2
        (repopulation.loss(0.9, 28, 28), "0.0"),  # at the kick-off nothing yet
    ],
)
def test_daily_loss(k: float, printed: str) -> None:
    assert digits(k, printed) == printed


@pytest.mark.parametrize(
    ("per_fraction", "ratio", "rbe_max", "rbe_min", "printed"),
    [
        (3.0, 3.0, 3.0, 1.2, "1.6656"),  # effect 13.32 a fraction: q = (-3 + sqrt(9 + 12 x 13.32)) / 2 = 4.9969
        (2.0, 3.0, 1.1, 1.1, "1.1000"),  # a constant weighting stays what it is
        (0.0, 3.0, 3.0, 1.2, "3.0000"),  # RBE_max
        (1e9, 3.0, 3.0, 1.2, "1.2000"),  # RBE_min
        (4.0, 2.0, 2.5, 1.0, "1.2707"),  # effect 18: q = (-2 + sqrt(4 + 8 x 18)) / 2 = 5.08276; 5.08276 / 4 = 1.27069
    ],
)
def test_effectiveness_at_a_dose(
    per_fraction: float, ratio: float, rbe_max: float, rbe_min: float, printed: str
) -> None:
    assert digits(particles.rbe(per_fraction, ratio, rbe_max, rbe_min), printed) == printed


def test_larger_fractions_after_a_gap() -> None:
    # 20 x 2 Gy given, a week lost, 15 fractions left until day 53, a/b 10, K 0.9 from day 28, planned 67.8:
    # by hand 15 d (1 + d/10) = 67.8 - 48 + 22.5, so d^2 + 10 d = 28.2
    each = math.sqrt(25 + 28.2) - 5
    assert digits(each, "2.294") == "2.294"
    course = f"20 x 2 Gy + 15 x {each:.9f} Gy"
    grown = time("0.9 Gy/d", "28 d", 53)
    assert digits(effect(course, None, alpha_beta="10 Gy", **grown).bed.gray, "67.8000") == "67.8000"
    # its late effect, against 70 x 5/3 as planned
    assert digits(effect(course, None, alpha_beta="3 Gy").bed.gray, "127.38") == "127.38"
    assert digits(effect("35 x 2 Gy", None, alpha_beta="3 Gy").bed.gray, "116.67") == "116.67"


def test_break_even_in_lq_l() -> None:
    # by hand: 45 + 5 (36 + 2 x 6 x 3) / r = 100, r = 360 / 55 = 6.54545
    assert break_even("45 Gy / 5", high_dose=LQL("6 Gy")).gray == pytest.approx(360 / 55, rel=1e-10)
    # by hand, with a time factor 100 becomes 100 + 0.9 x 18: 60 x 3 / (116.2 - 60) at 20 x 3 Gy
    late = Repopulation.of("0.9 Gy/d", basis="BED", kickoff="28 d")
    assert break_even("20 x 3 Gy", repopulation=late, overall_days=46).gray == pytest.approx(180 / 56.2, rel=1e-10)


def test_the_time_factor_of_head_and_neck_is_converted() -> None:
    # PEDICINI2015HN prints 0.69 Gy/d in 2-Gy fractions from day 19.2; at a/b 10 that is 0.828 Gy/d as BED.
    tissue = Registry().tissues["hnscc"]
    found = effect("35 x 2 Gy", tissue, alpha_beta="10 Gy", repopulation=tissue.repopulation, overall_days=46)
    assert fixed(found.bed.gray, 4) == "61.8096"  # by hand: 84 - 0.828 x 26.8
    assert found.model == "LQ, K 0.828 Gy/d after 19.2 d"
    assert any("0.69 Gy/d is EQD2" in note for note in found.notes)


def test_two_rates_of_repair_in_a_protracted_fraction() -> None:
    # by hand: shares of one half at 1 h and 0.5 h, 60 min: G = 0.733101; 45 (1 + 0.9 G)
    both = Repair.double("0.5 h", "1 h", fast_share=0.5)
    found = effect("45 Gy / 5", None, alpha_beta="10 Gy", repair=both, minutes=60)
    assert fixed(found.bed.gray, 3) == "74.691"


PAGE = Path(__file__).resolve().parents[2] / "docs" / "models.md"
ARITHMETIC = re.compile(r"(?<![\w.])(?=[0-9(s])((?:sqrt|[0-9.()\[\] \n+x/-])+)= \*\*([0-9.]+)\*\*")


def computed(text: str) -> float:
    """The arithmetic of the page: "x" multiplies, and so does a bracket behind a number."""
    written = re.sub(r"([0-9)]) +\(", r"\1 * (", " ".join(text.split()).replace("x", "*"))
    assert not re.search(r"[^0-9.()*/+\- ]", written.replace("sqrt", "")), written
    return float(eval(written, {"__builtins__": {}, "sqrt": math.sqrt}))


def test_the_page_on_the_models_computes_what_it_says() -> None:
    result = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert result.failed == 0
    assert result.attempted >= 30


def test_every_number_in_bold_on_the_page_is_what_its_arithmetic_gives() -> None:
    text = PAGE.read_text(encoding="utf-8")
    found = ARITHMETIC.findall(text)
    assert len(found) == len(re.findall(r"\*\*[0-9.]+\*\*", text)) >= 25
    assert {left.strip(): digits(computed(left), right) for left, right in found} == {
        left.strip(): right for left, right in found
    }
