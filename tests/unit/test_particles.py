"""Particles: kernels, typed weighting, refusals."""

import math

import numpy as np
import pytest

from rtcalc.composition import effect
from rtcalc.conditions import Particles
from rtcalc.errors import BasisError, DomainError, UnitsError
from rtcalc.fraction_models import LQL
from rtcalc.models import lq, particles
from rtcalc.schedules import Schedule


def test_without_weighting_it_is_lq() -> None:
    assert particles.bed(45.0, 5, 10.0, 1.0, 1.0) == pytest.approx(85.5, rel=1e-14)


def test_a_constant_weighting_is_the_bed_of_the_weighted_dose() -> None:
    # by hand: 60 x 1.1 = 66 in 30: 66 (1 + 2.2/3)
    assert particles.bed(60.0, 30, 3.0, 1.1, 1.1) == pytest.approx(114.4, rel=1e-13)
    assert particles.bed(60.0, 30, 3.0, 1.1, 1.1) == pytest.approx(lq.bed(66.0, 30, 3.0), rel=1e-13)


def test_grids() -> None:
    grid = np.array([0.0, 12.0, 36.0], dtype=np.float32)
    grid.flags.writeable = False
    found = particles.bed(grid, 12, 3.0, 3.0, 1.2)
    # by hand: 12 (3 + 1.44 / 3), 36 (3 + 1.44)
    assert found == pytest.approx([0.0, 41.76, 159.84], rel=1e-6)
    assert found.dtype == np.float32


def test_effectiveness_falls_with_the_dose_per_fraction() -> None:
    values = [particles.rbe(d, 3.0, 3.0, 1.2) for d in (0.0, 0.5, 2.0, 10.0, 1e9)]
    assert values == sorted(values, reverse=True)
    assert (values[0], values[-1]) == (pytest.approx(3.0, rel=1e-12), pytest.approx(1.2, rel=1e-8))


# --- typed ----------------------------------------------------------------------------------------------------------
def test_both_forms() -> None:
    assert Particles(constant=1.1) == Particles(rbe_max=1.1, rbe_min=1.1)
    assert Particles(rbe_max=3, rbe_min=1.2).label == "RBEmax 3, RBEmin 1.2"


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({}, DomainError, "give either constant, or rbe_max and rbe_min"),
        ({"rbe_max": 3.0}, DomainError, "give either"),
        ({"rbe_min": 1.2}, DomainError, "give either"),
        ({"constant": 1.1, "rbe_max": 3.0, "rbe_min": 1.2}, DomainError, "give either"),
        ({"constant": 1.1, "rbe_min": 1.2}, DomainError, "give either"),
        ({"constant": 0.0}, DomainError, "above zero"),
        ({"rbe_max": 3.0, "rbe_min": -1.0}, DomainError, "rbe_min: -1.0"),
        ({"constant": math.nan}, DomainError, "constant: nan is not finite"),
        ({"constant": "1.1"}, UnitsError, "constant: '1.1'"),
    ],
)
def test_what_is_refused(given: dict[str, object], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        Particles(**given)  # type: ignore[arg-type]


def test_an_effect_of_particles_keeps_apart_from_one_of_photons() -> None:
    found = effect("60 Gy / 30", None, alpha_beta="3 Gy", particles=Particles(constant=1.1, source="OWN"))
    assert found.bed.gray == pytest.approx(114.4, rel=1e-13)
    assert found.lq.bed.gray == pytest.approx(100.0, rel=1e-13)
    assert found.model == "LQ, RBE 1.1"
    assert "OWN" in found.bed.provenance.citations
    assert any("Gy(RBE)" in note for note in found.notes)
    with pytest.raises(BasisError, match="different bases"):
        found.bed + found.lq.bed


def test_repair_acts_on_the_quadratic_term_of_particles_alone() -> None:
    found = effect(
        "8 Gy / 1", None, alpha_beta="2 Gy", particles=Particles(rbe_max=2, rbe_min=1.5), repair="1 h", minutes=60
    )
    # by hand: 8 x 2 + 8 x 2.25 x 4 x 0.804021
    assert found.bed.gray == pytest.approx(16 + 72 * 0.8040211, rel=1e-7)


def test_a_high_dose_model_of_photons_is_not_one_of_particles() -> None:
    with pytest.raises(DomainError, match="high_dose: LQ-L DT 6 Gy is a model of photons"):
        effect("45 Gy / 5", None, alpha_beta="3 Gy", high_dose=LQL("6 Gy"), particles=Particles(constant=1.1))


def test_a_weighted_dose_is_not_read_as_a_physical_one() -> None:
    with pytest.raises(UnitsError, match="RBE-weighted"):
        Schedule(total="60 Gy(RBE)", fractions=30)
