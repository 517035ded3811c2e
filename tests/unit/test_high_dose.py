"""LQ-L and the universal survival curve: kernels, typed models, refusals."""

import math

import numpy as np
import pytest

from rtcalc.doses import BED, PhysicalDose
from rtcalc.errors import BasisError, DomainError, UnitsError
from rtcalc.evidence import Evidence
from rtcalc.fraction_models import LQL, USC, LinearQuadratic, fraction_model
from rtcalc.models import high_dose, lq
from rtcalc.tissues import HighDose


def test_below_the_threshold_lq_l_is_lq_to_the_last_bit() -> None:
    assert high_dose.lql_bed(45.0, 5, 10.0, 20.0, 5.0) == lq.bed(45.0, 5, 10.0) == 85.5
    assert high_dose.lql_bed(45.0, 5, 3.0, 9.0, 7.0) == 180.0  # at it


def test_above_the_threshold_it_is_straight() -> None:
    # by hand, a/b 3, DT 6: 5 (18 + 5 (d - 6)) at 9, 10, 11 Gy
    beds = [high_dose.lql_bed(5 * d, 5, 3.0, 6.0, 5.0) for d in (9.0, 10.0, 11.0)]
    assert beds == pytest.approx([165.0, 190.0, 215.0], rel=1e-14)


def test_every_voxel_is_on_its_own_side_of_the_threshold() -> None:
    grid = np.array([0.0, 20.0, 30.0, 45.0])
    # by hand, 5 fractions at a/b 3, DT 6: 0; 20 (1 + 4/3); 30 x 3; 165
    assert high_dose.lql_bed(grid, 5, 3.0, 6.0, 5.0) == pytest.approx([0.0, 46.6666667, 90.0, 165.0], rel=1e-9)
    # by hand, a/b 10, a 0.5: DT 5, so 25 Gy in 5; 20 x 1.4 below, (45 - 6.25) / 0.5 above
    assert high_dose.usc_bed(grid, 5, 10.0, 0.5) == pytest.approx([0.0, 28.0, 47.5, 77.5], rel=1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_grids_keep_their_type_and_are_not_written_to(dtype: type) -> None:
    grid = np.array([10.0, 45.0], dtype=dtype)
    grid.flags.writeable = False
    for result in (high_dose.lql_bed(grid, 5, 3.0, 6.0, 5.0), high_dose.usc_bed(grid, 5, 10.0, 0.5)):
        assert result.dtype == dtype
        assert not np.shares_memory(result, grid)
    assert grid.tolist() == [10.0, 45.0]


def test_the_transition_dose_of_the_universal_curve() -> None:
    # by hand, a/b 10, alpha D0 0.5: 10 x 0.5 / 1 = 5; Dq = 5 x 0.5 / 2 = 1.25; 2 x 1.25 / 0.5 = 5 again
    assert high_dose.usc_threshold(10.0, 0.5) == 5.0
    assert high_dose.usc_shoulder(10.0, 0.5) == 1.25
    # lung, as the note of the formula has it: alpha 0.33, D0 1.25, Dq 1.8 belong to a/b 8.6
    assert high_dose.usc_shoulder(8.6, 0.33 * 1.25) == pytest.approx(1.8, abs=0.005)


def test_without_a_model_a_fraction_is_lq() -> None:
    plain = fraction_model(None)
    assert isinstance(plain, LinearQuadratic)
    assert plain.bed(45.0, 5, 3.0) == 180.0
    assert math.isinf(plain.threshold(3.0))


def test_a_typed_threshold_reads_its_unit() -> None:
    assert LQL("600 cGy") == LQL("6 Gy") == LQL(PhysicalDose.from_gray(6.0))
    assert LQL("6 Gy").threshold(3.0) == LQL("6 Gy").threshold(10.0) == 6.0
    assert LQL("6 Gy").bed(45.0, 5, 3.0) == 165.0
    assert LQL("6 Gy", gamma_over_alpha=4).bed(45.0, 5, 3.0) == 150.0  # by hand: 5 (18 + 4 x 3)


def test_sources_name_the_model_and_the_threshold() -> None:
    assert LQL("6 Gy").sources == ("ASTRAHAN2008",)
    assert LQL("11 Gy", source="SANTIAGO2016").sources == ("ASTRAHAN2008", "SANTIAGO2016")
    assert USC("0.33 /Gy", "1.25 Gy").sources == ("PARK2008",)
    assert USC("0.33 /Gy", "1.25 Gy", source="OWN").sources == ("PARK2008", "OWN")


@pytest.mark.parametrize(
    ("threshold", "slope", "error", "words"),
    [
        (6.0, None, UnitsError, "no unit"),
        ("6", None, UnitsError, "write 6 Gy"),
        ("0 Gy", None, DomainError, "threshold: 0 Gy"),
        ("6 Gy", 0.5, DomainError, "gamma_over_alpha: 0.5 .* 1 or more"),
        ("6 Gy", math.inf, DomainError, "gamma_over_alpha: inf is not finite"),
        ("6 Gy", "5", UnitsError, "gamma_over_alpha: '5'"),
        ("6 Gy", True, UnitsError, "gamma_over_alpha: True"),
        (BED.from_gray(6.0, alpha_beta="3 Gy"), None, BasisError, "biological"),
        (PhysicalDose.from_gray(np.array([6.0, 7.0])), None, DomainError, "not a grid"),
    ],
)
def test_a_threshold_that_is_refused(threshold: object, slope: object, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        LQL(threshold, gamma_over_alpha=slope)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("alpha", "d0", "error", "words"),
    [
        ("0.33", "1.25 Gy", UnitsError, "alpha: '0.33' is not one number in /Gy"),
        (0.33, "1.25 Gy", UnitsError, "alpha: 0.33 .* no unit"),
        ("0 /Gy", "1.25 Gy", DomainError, "alpha: '0 /Gy'"),
        ("0.8 /Gy", "1.25 Gy", DomainError, "alpha x d0: .* is 1; below 1 is needed"),
        ("0.33 /Gy", "0 Gy", DomainError, "d0: 0 Gy"),
    ],
)
def test_a_universal_curve_that_is_refused(alpha: object, d0: object, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        USC(alpha, d0)  # type: ignore[arg-type]


def test_a_shoulder_that_does_not_fit_alpha_beta_is_refused() -> None:
    curve = USC("0.33 /Gy", "1.25 Gy", dq="1.8 Gy")
    assert curve.threshold(8.6) == pytest.approx(6.124, abs=0.001)  # by hand: 8.6 x 0.5875 / 0.825
    with pytest.raises(DomainError, match=r"dq: 1\.8 Gy does not fit alpha/beta 10 Gy, from which 2\.0919 Gy follows"):
        curve.threshold(10.0)  # by hand: 10 x 0.5875^2 / 1.65 = 2.0919


CITED = HighDose(source="SANTIAGO2016", place="text", evidence=Evidence.TWO_SOURCES, threshold=11.0, sd=5.2)


def test_a_published_threshold_carries_its_source() -> None:
    model = fraction_model(CITED)
    assert model == LQL("11 Gy", source="SANTIAGO2016")
    assert model.label == "LQ-L DT 11 Gy"


def test_a_held_or_unread_threshold_is_not_used() -> None:
    held = HighDose(source="X", place="", evidence=Evidence.TWO_SOURCES, hold="not seen", threshold=11.0)
    unread = HighDose(source="X", place="", evidence=Evidence.UNVERIFIED, threshold=11.0)
    for value, why in ((held, "not seen"), (unread, "no text that was read")):
        with pytest.raises(DomainError, match=f"high_dose: the value of X is listed only .*{why}"):
            fraction_model(value)


def test_text_is_not_a_model() -> None:
    with pytest.raises(UnitsError, match="high_dose: '6 Gy' is not a model"):
        fraction_model("6 Gy")  # type: ignore[arg-type]
