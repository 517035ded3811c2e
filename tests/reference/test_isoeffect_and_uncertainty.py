"""Isoeffect, break-even and the uncertainty of alpha/beta: worked by hand, the arithmetic beside each number.

The formulas are D (1 + d / r) = BED solved for n, D, d or r [fowler1989]. The probability that a dose reaches a BED is
the share of the distribution of r that lies below the break-even, which for an even range is a quotient of lengths.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from rtcalc.decimals import fixed
from rtcalc.effects import break_even_alpha_beta, eqdx
from rtcalc.evidence import Evidence
from rtcalc.isoeffect import solve_fractions, solve_per_fraction, solve_total
from rtcalc.tissues import AlphaBeta
from rtcalc.uncertainty import bed_draws, probability_exceeding, probability_reaching

Number = Callable[[], object]


def met(found: object, printed: str) -> bool:
    assert isinstance(found, float)
    return fixed(found, len(printed.partition(".")[2])) == printed


ISOEFFECT: list[tuple[str, str, Number]] = [
    (
        "n: 100 / (9 x 1.9)",
        "5.847953",
        lambda: solve_fractions(per_fraction="9 Gy", alpha_beta="10 Gy", bed="100 Gy").exact,
    ),
    (
        "n: 72 / (3 x 1.3)",
        "18.461538",
        lambda: solve_fractions(per_fraction="3 Gy", alpha_beta="10 Gy", bed="72 Gy").exact,
    ),
    (
        "n: 60 Gy EQD2 in 2 Gy",
        "30.000000",
        lambda: solve_fractions(per_fraction="2 Gy", alpha_beta="3 Gy", eqd2="60 Gy").exact,
    ),
    ("D: 25 (sqrt(1 + 8) - 1)", "50.000000", lambda: solve_total(fractions=5, alpha_beta="10 Gy", bed="100 Gy").gray),
    ("D: sqrt(101) - 1", "9.049876", lambda: solve_total(fractions=1, alpha_beta="2 Gy", bed="50 Gy").gray),
    (
        "D: BED 100, (sqrt(81 + 3600) - 9) / 2",
        "25.835623",
        lambda: solve_total(fractions=3, alpha_beta="3 Gy", eqd2="60 Gy").gray,
    ),
    ("d: 50 / 5", "10.000000", lambda: solve_per_fraction(fractions=5, alpha_beta="10 Gy", bed="100 Gy").gray),
    ("EQD in 3 Gy: 85.5 / 1.3", "65.769231", lambda: eqdx("45 Gy / 5", alpha_beta="10 Gy", per_fraction="3 Gy").gray),
    ("EQD in 3 Gy: 60 x 5 / 6", "50.000000", lambda: eqdx("60 Gy / 30", alpha_beta="3 Gy", per_fraction="3 Gy").gray),
]
BREAK_EVEN = [
    ("45 x 9 / 55", "45 Gy / 5", "100 Gy", "7.363636"),
    ("40 x 10 / 60", "40 Gy / 4", "100 Gy", "6.666667"),
    ("37.5 x 7.5 / 62.5", "37.5 Gy / 5", "100 Gy", "4.500000"),
    ("54 x 18 / 46", "54 Gy / 3", "100 Gy", "21.130435"),
    ("60 x 2 / 40", "60 Gy / 30", "100 Gy", "3.000000"),
    ("(243 + 200) / 53", "27 Gy / 3 + 20 Gy / 2", "100 Gy", "8.358491"),
    ("45 x 9 / 135", "45 Gy / 5", "180 Gy", "3.000000"),
    ("35 x 2.5 / 8.75", "35 Gy / 14", "43.75 Gy", "10.000000"),
]


@pytest.mark.parametrize(("derivation", "printed", "number"), ISOEFFECT)
def test_isoeffect(derivation: str, printed: str, number: Number) -> None:
    assert met(number(), printed), derivation


@pytest.mark.parametrize(("derivation", "schedule", "target", "printed"), BREAK_EVEN)
def test_break_even(derivation: str, schedule: str, target: str, printed: str) -> None:
    assert met(break_even_alpha_beta(schedule, bed=target).gray, printed), derivation


def between(low: float, high: float, centre: float, interval: str = "range") -> AlphaBeta:
    return AlphaBeta(
        source="typed", place="", evidence=Evidence.ONE_SOURCE, gray=centre, low=low, high=high, interval=interval
    )


DRAWS = 1_000_000
NOISE = 4 * 0.5 / math.sqrt(DRAWS)  # four standard errors of a share
REACHING = [
    ("break-even 4.5: (4.5 - 3) / 4", "37.5 Gy / 5", between(3, 7, 5), 0.375),
    ("(4.5 - 4) / 1", "37.5 Gy / 5", between(4, 5, 4.5), 0.5),
    ("all above 4.5", "37.5 Gy / 5", between(5, 9, 7), 0.0),
    ("all below 4.5", "37.5 Gy / 5", between(1, 4, 3), 1.0),
    ("break-even 6.6667: 1.6667 / 5", "40 Gy / 4", between(5, 10, 7), 0.333333),
    ("break-even 7.3636: 4.3636 / 7", "45 Gy / 5", between(3, 10, 5), 0.623377),
    ("sd 2 / 1.959964; Phi(-0.5 / 1.020427)", "37.5 Gy / 5", between(3, 7, 5, "95 % CI"), 0.312071),
    ("in the middle of a normal distribution", "37.5 Gy / 5", between(2.5, 6.5, 4.5, "95 % CI"), 0.5),
]
EXCEEDING = [
    # 24.5 + 150.0625 / r against 25.3 + 128.018 / r: equal at 22.0445 / 0.8 = 27.5556
    ("all below 27.56", "24.5 Gy / 4", between(1, 3, 2), 1.0),
    ("(27.5556 - 20) / 20", "24.5 Gy / 4", between(20, 40, 30), 0.377781),
]


@pytest.mark.parametrize(("derivation", "schedule", "ratio", "share"), REACHING)
def test_chance_of_reaching_bed_100(derivation: str, schedule: str, ratio: AlphaBeta, share: float) -> None:
    found = probability_reaching(schedule, "100 Gy", ratio, n=DRAWS).probability
    assert found == pytest.approx(share, abs=NOISE if 0 < share < 1 else 0), derivation


@pytest.mark.parametrize(("derivation", "given", "ratio", "share"), EXCEEDING)
def test_chance_of_exceeding_a_converted_limit(derivation: str, given: str, ratio: AlphaBeta, share: float) -> None:
    found = probability_exceeding(given, "25.3 Gy / 5", ratio, n=DRAWS).probability
    assert found == pytest.approx(share, abs=NOISE if 0 < share < 1 else 0), derivation


def test_bed_at_given_values_of_alpha_beta() -> None:
    # by hand: 37.5 (1 + 7.5 / r)
    assert bed_draws("37.5 Gy / 5", np.array([10.0, 4.5, 3.0])).tolist() == pytest.approx([65.625, 100.0, 131.25])


def test_every_family_has_eight_rows() -> None:
    assert min(len(ISOEFFECT), len(BREAK_EVEN), len(REACHING)) >= 8
