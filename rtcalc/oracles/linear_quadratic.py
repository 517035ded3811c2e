"""Oracles of the linear-quadratic model: BED, EQD2, isoeffect, break-even, a sum of courses."""

from __future__ import annotations

from collections.abc import Callable

from rtcalc.cumulative import Part, in_eqd2
from rtcalc.effects import bed, break_even_alpha_beta, eqd2, eqdx
from rtcalc.isoeffect import solve_total
from rtcalc.limits import Metric
from rtcalc.models import lq
from rtcalc.oracles.table import exact, printed
from rtcalc.schedules import Schedule


def _bed(schedule: str, ratio: str) -> Callable[[], float]:
    return lambda: float(bed(schedule, alpha_beta=ratio).gray)


def _eqd2(schedule: str, ratio: str) -> Callable[[], float]:
    return lambda: float(eqd2(schedule, alpha_beta=ratio).gray)


def _physical(schedule: str) -> Callable[[], float]:
    return lambda: float(Schedule.parse(schedule).total.gray)


def _cord() -> float:
    """47 Gy in fractions of 1.67 Gy: the printed example has a number of fractions that is not whole."""
    return float(lq.bed(47.0, 47.0 / 1.67, 2.0))  # type: ignore[arg-type]


def _break_even(schedule: str) -> float:
    found = break_even_alpha_beta(schedule).gray
    assert found is not None
    return found


def _bowel() -> float:
    parts = [
        Part(course="1", gray=50.1, max_gray=51.5, fractions=28),
        Part(course="2", gray=19.0, max_gray=27.5, fractions=5),
    ]
    high = in_eqd2(Metric.parse("D2cc"), parts, 3.0).high
    assert high is not None
    return high


# The published limits of the cord; their EQD2, D (1 + d/2) / 2, is by hand and nearly one isoeffect.
CORD = (
    ("12.4 Gy / 1", "44.64"),
    ("17 Gy / 2", "44.625"),
    ("20.3 Gy / 3", "44.49"),
    ("23 Gy / 4", "44.56"),
    ("25.3 Gy / 5", "44.65"),
)

ROWS = (
    # published: the linear-quadratic model
    printed("altoos_50_5_ab3", "BED 50 Gy / 5, a/b 3", "216.67", "ALTOOS2015", _bed("50 Gy / 5", "3 Gy")),
    printed("altoos_40_20_ab3", "BED 40 Gy / 20, a/b 3", "66.67", "ALTOOS2015", _bed("40 Gy / 20", "3 Gy")),
    exact("altoos_30_10_ab3", "BED 30 Gy / 10, a/b 3", 60.0, "ALTOOS2015", _bed("30 Gy / 10", "3 Gy")),
    printed("altoos_20_5_ab3", "BED 20 Gy / 5, a/b 3", "46.67", "ALTOOS2015", _bed("20 Gy / 5", "3 Gy")),
    exact("cco_50_5", "BED 50 Gy / 5, a/b 10", 100.0, "CCO_SBRT", _bed("50 Gy / 5", "10 Gy")),
    exact("cco_60_8", "BED 60 Gy / 8, a/b 10", 105.0, "CCO_SBRT", _bed("60 Gy / 8", "10 Gy")),
    exact("prostate_60_20", "BED 60 Gy / 20, a/b 1.5", 180.0, "DRQTPHAM_AB", _bed("60 Gy / 20", "1.5 Gy")),
    printed("quadshot_3p7x4_ab10", "BED 4 x 3.7 Gy, a/b 10", "20.3", "ANTICA_HANDBOOK", _bed("4 x 3.7 Gy", "10 Gy")),
    printed("adc_3p5x1_ab10", "BED 1 x 3.5 Gy, a/b 10", "4.73", "ANTICA_HANDBOOK", _bed("1 x 3.5 Gy", "10 Gy")),
    printed("adc_3p5x1_ab3", "BED 1 x 3.5 Gy, a/b 3", "7.58", "ANTICA_HANDBOOK", _bed("1 x 3.5 Gy", "3 Gy")),
    exact("ref_2x25_ab10", "physical dose 25 x 2 Gy", 50.0, "ATINUKEINYANG", _physical("25 x 2 Gy")),
    printed("ref_2x25_ab10", "BED 25 x 2 Gy, a/b 10", "60.00", "ATINUKEINYANG", _bed("25 x 2 Gy", "10 Gy")),
    printed("ref_2x25_ab10", "EQD2 25 x 2 Gy, a/b 10", "50.00", "ATINUKEINYANG", _eqd2("25 x 2 Gy", "10 Gy")),
    exact("ref_8x3_ab10", "physical dose 3 x 8 Gy", 24.0, "ATINUKEINYANG", _physical("3 x 8 Gy")),
    printed("ref_8x3_ab10", "BED 3 x 8 Gy, a/b 10", "43.2", "ATINUKEINYANG", _bed("3 x 8 Gy", "10 Gy")),
    printed("ref_8x3_ab10", "EQD2 3 x 8 Gy, a/b 10", "36.0", "ATINUKEINYANG", _eqd2("3 x 8 Gy", "10 Gy")),
    printed("ref_8x3_ab3", "BED 3 x 8 Gy, a/b 3", "88.0", "ATINUKEINYANG", _bed("3 x 8 Gy", "3 Gy")),
    printed("ref_8x3_ab3", "EQD2 3 x 8 Gy, a/b 3", "52.8", "ATINUKEINYANG", _eqd2("3 x 8 Gy", "3 Gy")),
    exact(
        "ref_2x25_8x3_ab3", "physical dose 25 x 2 Gy + 3 x 8 Gy", 74.0, "ATINUKEINYANG",
        _physical("25 x 2 Gy + 3 x 8 Gy"),
    ),
    printed(
        "ref_2x25_8x3_ab3", "BED 25 x 2 Gy + 3 x 8 Gy, a/b 3", "171.33", "ATINUKEINYANG",
        _bed("25 x 2 Gy + 3 x 8 Gy", "3 Gy"),
    ),
    printed(
        "ref_2x25_8x3_ab3", "EQD2 25 x 2 Gy + 3 x 8 Gy, a/b 3", "102.8", "ATINUKEINYANG",
        _eqd2("25 x 2 Gy + 3 x 8 Gy", "3 Gy"),
    ),
    printed("cord_47_at_1p67", "BED 47 Gy at 1.67 Gy, a/b 2", "86.2", "ANTICA_HANDBOOK", _cord),
    printed(
        "cord_47_at_1p67", "EQD2 47 Gy at 1.67 Gy, a/b 2", "43.1", "ANTICA_HANDBOOK",
        lambda: float(lq.eqdx(_cord(), 2.0, 2.0)),
    ),
    *(
        printed("hytec_cord_isoeffect", f"EQD2 {schedule}, a/b 2 (cord)", digits, "by hand, HYTEC_CORD",
                _eqd2(schedule, "2 Gy"))
        for schedule, digits in CORD
    ),
    # by hand: the linear-quadratic model
    exact(
        "withers_isoeffect", "total of 3 Gy fractions, 60 Gy / 30, a/b 3: 60 (3 + 2) / (3 + 3)", 50.0,
        "by hand, WITHERS", lambda: float(eqdx("60 Gy / 30", alpha_beta="3 Gy", per_fraction="3 Gy").gray),
    ),
    exact(
        "cervix_oar_45_25_plus_4x5", "EQD2 25 x 1.8 Gy + 4 x 5 Gy, a/b 3: (72 + 53.333) / (5/3)", 75.2,
        "by hand, GECESTRO_LQ", _eqd2("25 x 1.8 Gy + 4 x 5 Gy", "3 Gy"),
    ),
    exact("", "BED 45 Gy / 5, a/b 10: 45 (1 + 9/10)", 85.5, "by hand", _bed("45 Gy / 5", "10 Gy")),
    exact("", "EQD2 45 Gy / 5, a/b 10: 85.5 / 1.2", 71.25, "by hand", _eqd2("45 Gy / 5", "10 Gy")),
    exact("", "BED 40 Gy / 4, a/b 10: 40 (1 + 10/10)", 80.0, "by hand", _bed("40 Gy / 4", "10 Gy")),
    exact("", "BED 35 Gy / 14, a/b 10: 35 (1 + 2.5/10)", 43.75, "by hand", _bed("35 Gy / 14", "10 Gy")),
    exact("", "BED 60 Gy / 30, a/b 3: 60 (1 + 2/3)", 100.0, "by hand", _bed("60 Gy / 30", "3 Gy")),
    exact("", "BED 58.8 Gy / 28, a/b 3: 58.8 (1 + 2.1/3)", 99.96, "by hand", _bed("28 x 2.1 Gy", "3 Gy")),
    exact("", "a/b at BED 100, 45 Gy / 5: 45 x 9 / 55", 405 / 55, "by hand", lambda: _break_even("45 Gy / 5")),
    exact(
        "", "a/b at BED 100, 27/3 + 20/2: (243 + 200) / 53", 443 / 53, "by hand",
        lambda: _break_even("27 Gy / 3 + 20 Gy / 2"),
    ),
    printed(
        "", "dose in 4 fractions, EQD2 of 22.2 Gy / 3, a/b 3", "24.98", "by hand: D + D^2/12 = 22.2 (1 + 7.4/3)",
        lambda: float(solve_total(fractions=4, alpha_beta="3 Gy", bed=bed("22.2 Gy / 3", alpha_beta="3 Gy")).gray),
    ),
    printed("", "bowel D2cc, two courses, a/b 3, upper bound", "75.68", "by hand: 49.84 + 25.84 Gy EQD2", _bowel),
)  # fmt: skip
