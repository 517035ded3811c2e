"""Continuous irradiation: kernels, and the typed effect of an implant."""

import math

import numpy as np
import pytest

from rtcalc.composition import effect
from rtcalc.continuous import continuous
from rtcalc.decimals import fixed
from rtcalc.doses import BED
from rtcalc.errors import BasisError, DomainError, UnitsError
from rtcalc.models import dose_rate
from rtcalc.models.repair import protraction
from rtcalc.registry import Registry

ONE = ((1.0, 1.0),)


def test_a_constant_rate_is_one_long_fraction() -> None:
    assert dose_rate.decaying(60.0, math.inf, ((1.0, 1.5),)) == pytest.approx(
        protraction(60.0, ((1.0, 1.5),)), rel=1e-14
    )


def test_a_moment_has_no_protraction() -> None:
    assert dose_rate.decaying(1e-9, 10.0, ONE) == pytest.approx(1.0, rel=1e-9)


@pytest.mark.parametrize("half_life", [1.0, 1.0000001, 0.9999999, 2.0, 0.5])
def test_nothing_is_singular_where_repair_meets_decay(half_life: float) -> None:
    # by hand for one half-life of both: (1 - (1 + 2 ln 2) / 4) / 2 / (1/2)^2 = 0.806853; the others lie around it
    found = dose_rate.decaying(1.0, half_life, ONE)
    assert found == pytest.approx((1 - (1 + 2 * math.log(2)) / 4) * 2, rel=2e-7 if abs(half_life - 1) < 0.1 else 0.05)


def test_ages_do_not_overflow() -> None:
    limit = dose_rate.permanent(1.0, ONE)
    assert limit == 0.5  # by hand: one rate for both
    assert dose_rate.decaying(1e6, 1.0, ONE) == pytest.approx(limit, rel=1e-12)
    assert dose_rate.decaying(1e6, 1.0, ((1.0, 1e9),)) == pytest.approx(1.0, rel=1e-6)  # no repair at all


def test_two_rates_of_repair_are_weighed() -> None:
    one, other = (dose_rate.decaying(10.0, 5.0, ((1.0, half_time),)) for half_time in (0.5, 4.0))
    both = dose_rate.decaying(10.0, 5.0, ((0.25, 0.5), (0.75, 4.0)))
    assert both == pytest.approx(0.25 * one + 0.75 * other, rel=1e-13)


def test_a_grid_of_doses() -> None:
    grid = np.array([0.0, 10.0, 20.0], dtype=np.float32)
    # by hand: D (1 + 0.5 D / 10)
    assert dose_rate.bed(grid, 0.5, 10.0).tolist() == [0.0, 15.0, 40.0]
    assert dose_rate.bed(grid, 0.5, 10.0).dtype == np.float32


# --- typed ----------------------------------------------------------------------------------------------------------
def test_a_permanent_implant() -> None:
    found = continuous("145 Gy", None, alpha_beta="3 Gy", half_life="59.4 d", repair="1.5 h")
    # by hand: 145 (1 + 145 x 1.5 / 1427.1 / 3); R0 = 145 ln 2 / 1425.6
    assert (fixed(found.bed.gray, 3), fixed(found.initial_rate, 4)) == ("152.366", "0.0705")
    assert found.bed.basis == ("BED", 3.0, "LQ, T1/2 1.5 h")
    assert found.bed.provenance.citations == ("DALE1985",)
    assert any("upper bound" in note for note in found.notes)


def test_a_removed_source_and_a_constant_rate() -> None:
    constant = continuous("30 Gy", None, alpha_beta="10 Gy", duration="60 h", repair="1.5 h")
    assert fixed(constant.bed.gray, 3) == "36.258"  # by hand: 30 (1 + 3 x 0.06953)
    slow = continuous("30 Gy", None, alpha_beta="10 Gy", duration="60 h", half_life="30 d", repair="1.5 h")
    assert constant.bed.gray < slow.bed.gray < 1.001 * constant.bed.gray
    assert str(constant) == "BED 36.3 Gy (a/b 10, LQ, T1/2 1.5 h); EQD2 (a/b 10, LQ, T1/2 1.5 h) 30.2 Gy"


def test_it_adds_to_external_fractions_with_the_same_repair() -> None:
    outside = effect("25 x 1.8 Gy", None, alpha_beta="10 Gy", repair="1.5 h")
    inside = continuous("30 Gy", None, alpha_beta="10 Gy", duration="60 h", repair="1.5 h")
    # by hand: 45 x 1.18 = 53.1 and 36.258
    assert fixed((outside.bed + inside.bed).gray, 2) == "89.36"
    with pytest.raises(BasisError, match="different bases"):
        outside.lq.bed + inside.bed


def test_a_tissue_brings_its_alpha_beta_and_says_so() -> None:
    tissue = Registry().tissues["generic-tumour"]
    found = continuous("30 Gy", tissue, duration="60 h", repair=tissue.repair[1])
    assert fixed(found.bed.gray, 3) == "36.258"
    assert "alpha/beta 10 Gy of squamous" in found.notes[0]


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({}, DomainError, "duration, half_life: give"),
        ({"duration": "0 h"}, DomainError, "duration: '0 h'"),
        ({"half_life": "0 d"}, DomainError, "half_life: '0 d'"),
        ({"duration": "60"}, UnitsError, "write 60 h"),
        ({"duration": "60 h", "repair": "complete"}, DomainError, "needs a half-time"),
        ({"duration": "60 h", "repair": "0 h"}, DomainError, "repair: '0 h'"),
        ({"duration": "60 h", "alpha_beta": "0 Gy"}, DomainError, "alpha_beta: 0 Gy"),
        ({"duration": "60 h", "alpha_beta": None}, DomainError, "alpha_beta: there is no tissue"),
    ],
)
def test_what_is_refused(given: dict[str, str], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        continuous("30 Gy", None, **{"repair": "1.5 h", "alpha_beta": "10 Gy", **given})


def test_a_biological_dose_is_refused() -> None:
    with pytest.raises(BasisError, match="biological"):
        continuous(BED.from_gray(30, alpha_beta="10 Gy"), None, alpha_beta="10 Gy", duration="1 h", repair="1 h")  # type: ignore[arg-type]
