"""Oracles of the models beyond the linear-quadratic one: time, large fractions, repair, dose rate, particles, drugs."""

from __future__ import annotations

from rtcalc.composition import Effect, effect
from rtcalc.conditions import Particles, Repopulation
from rtcalc.continuous import ContinuousEffect, continuous
from rtcalc.fraction_models import LQL, USC
from rtcalc.gap_outcomes import Outcome
from rtcalc.gaps import compensate
from rtcalc.models import repair
from rtcalc.oracles.table import exact, printed
from rtcalc.systemic import percent_left
from rtcalc.treatment_calendar import TreatmentCalendar


def _high(schedule: str, ratio: str, model: LQL | USC) -> Effect:
    return effect(schedule, None, alpha_beta=ratio, high_dose=model)


def _large(schedule: str, ratio: str) -> float:
    return float(effect(schedule, None, alpha_beta=ratio).bed.gray)


def _uk() -> Repopulation:
    return Repopulation.of("0.9 Gy/d", basis="BED", kickoff="28 d")


def _late(days: int) -> float:
    found = effect("70 Gy / 35", None, alpha_beta="10 Gy", repopulation=_uk(), overall_days=days)
    return float(found.bed.gray)


def _gap(option: str) -> Outcome:
    """70 Gy in 35 from a Monday with the fifth week missed: as planned, without compensation, or with one."""
    week = ["2026-03-30", "2026-03-31", "2026-04-01", "2026-04-02", "2026-04-03"]
    report = compensate(
        "70 Gy / 35",
        TreatmentCalendar.of("2026-03-02", missed=week),
        tumour_alpha_beta="10 Gy",
        late_alpha_beta="3 Gy",
        repopulation=_uk(),
    )
    return {"planned": report.planned, "none": report.uncompensated}.get(option) or report.option(option)


def _loss() -> float:
    loss = _gap("none").loss
    assert loss is not None
    return loss


def _twice_daily() -> Effect:
    return effect("68 x 1.2 Gy", None, alpha_beta="3 Gy", repair="4 h", per_day=2, interval_hours=6)


def _implant() -> ContinuousEffect:
    return continuous("145 Gy", None, alpha_beta="3 Gy", half_life="59.4 d", repair="1.5 h")


def _low_rate() -> ContinuousEffect:
    return continuous("30 Gy", None, alpha_beta="10 Gy", duration="60 h", repair="1.5 h")


ROWS = (
    # by hand: time; K 0.9 Gy/d after 28 d is typed, not read in a source
    exact(
        "gap_70_35_one_week", "BED 70 Gy / 35 in 46 d, K 0.9 after 28 d, a/b 10: 84 - 0.9 x 18", 67.8,
        "by hand, DALE2002", lambda: _late(46),
    ),
    exact(
        "gap_70_35_one_week", "BED 70 Gy / 35 in 53 d, K 0.9 after 28 d, a/b 10: 84 - 0.9 x 25", 61.5,
        "by hand, DALE2002", lambda: _late(53),
    ),
    exact("gap_70_35_one_week", "lost by a week's gap, Gy: 0.9 x 7", 6.3, "by hand, DALE2002", _loss),
    printed(
        "gap_compensate_dose_per_fraction", "fraction that makes up for it, Gy: 15 d (1 + d/10) = 67.8 - 48 + 22.5",
        "2.294", "by hand, DALE2002", lambda: _gap("larger fractions, prolonged").doses[-1],
    ),
    printed(
        "gap_compensate_dose_per_fraction", "its late BED, a/b 3: 40 x 5/3 + 34.4075 (1 + 2.293833/3)", "127.38",
        "by hand, DALE2002", lambda: float(_gap("larger fractions, prolonged").late.gray),
    ),
    printed(
        "gap_compensate_dose_per_fraction", "late BED as planned, a/b 3: 70 x 5/3", "116.67", "by hand, DALE2002",
        lambda: float(_gap("planned").late.gray),
    ),
    # by hand: large fractions
    exact(
        "lql_3x18_ab3_dt6", "LQ-L BED 54 Gy / 3, a/b 3, DT 6: 3 (6 x 3 + 5 x 12)", 234.0, "by hand, ASTRAHAN2008",
        lambda: float(_high("54 Gy / 3", "3 Gy", LQL("6 Gy", gamma_over_alpha=5)).bed.gray),
    ),
    exact("lql_3x18_ab3_dt6", "the same by LQ: 54 (1 + 18/3)", 378.0, "by hand", lambda: _large("54 Gy / 3", "3 Gy")),
    exact(
        "lql_1x25_ab10_dt20", "LQ-L BED 25 Gy / 1, a/b 10, DT 20: 20 x 3 + 5 x 5", 85.0, "by hand, ASTRAHAN2008",
        lambda: float(_high("25 Gy / 1", "10 Gy", LQL("20 Gy", gamma_over_alpha=5)).bed.gray),
    ),
    exact(
        "lql_1x25_ab10_dt20", "the same by LQ: 25 (1 + 25/10)", 87.5, "by hand", lambda: _large("25 Gy / 1", "10 Gy")
    ),
    exact(
        "", "USC BED 45 Gy / 5, a/b 10, alpha 0.4, D0 1.25: (45 - 5 x 1.25) / 0.5", 77.5, "by hand, PARK2008",
        lambda: float(_high("45 Gy / 5", "10 Gy", USC("0.4 /Gy", "1.25 Gy")).bed.gray),
    ),
    # by hand: repair and dose rate
    printed(
        "bid_incomplete_repair", "left after 6 h, half-time 4 h: 2^-1.5", "0.3536", "by hand, THAMES1985",
        lambda: repair.hm(2, 6.0, ((1.0, 4.0),)),
    ),
    printed(
        "bid_incomplete_repair", "BED 68 x 1.2 Gy twice a day, a/b 3: 81.6 (1 + 1.35355 x 0.4)", "125.78",
        "by hand, THAMES1985", lambda: float(_twice_daily().bed.gray),
    ),
    exact(
        "bid_incomplete_repair", "the same with full repair: 81.6 x 1.4", 114.24, "by hand",
        lambda: float(_twice_daily().lq.bed.gray),
    ),
    printed(
        "", "BED 45 Gy / 5 of 60 min, half-time 1.5 h, a/b 3: 45 (1 + 3 x 0.8622)", "161.4", "by hand, DALE1985",
        lambda: float(effect("45 Gy / 5", None, alpha_beta="3 Gy", repair="1.5 h", minutes=60).bed.gray),
    ),
    printed(
        "perm_implant_i125", "initial rate of 145 Gy, 59.4 d, Gy/h: 145 ln 2 / 1425.6", "0.0705", "by hand, DALE1985",
        lambda: _implant().initial_rate,
    ),
    printed(
        "perm_implant_i125", "its BED, half-time 1.5 h, a/b 3: 145 (1 + 145 G / 3), G = 1.5 / 1427.1", "152.366",
        "by hand, DALE1985",
        lambda: float(_implant().bed.gray),
    ),
    printed(
        "ldr_full_dale", "G of 60 h, half-time 1.5 h: x = 27.73, 2/x (1 - 1/x)", "0.06953", "by hand, DALE1985",
        lambda: _low_rate().factor,
    ),
    printed(
        "ldr_full_dale", "BED 30 Gy in 60 h, a/b 10: 30 (1 + 3 G)", "36.258", "by hand, DALE1985",
        lambda: float(_low_rate().bed.gray),
    ),
    # by hand: particles
    exact(
        "", "BED 36 Gy / 12, RBEmax 3, RBEmin 1.2, a/b 3: 36 (3 + 1.44)", 159.84, "by hand, CARABE2007",
        lambda: float(
            effect("36 Gy / 12", None, alpha_beta="3 Gy", particles=Particles(rbe_max=3, rbe_min=1.2)).bed.gray
        ),
    ),
    # drugs
    printed(
        "", "pazopanib left after 4 d, %: 100 x 0.5^(96/30.9)", "11.6", "pk_rpsi_pazopanib",
        lambda: percent_left(4, 30.9),
    ),
    printed(
        "", "sunitinib metabolite left after 2 d, %: 100 x 0.5^(48/110)", "73.9", "pk_davis_sunitinib",
        lambda: percent_left(2, 110),
    ),
)  # fmt: skip
