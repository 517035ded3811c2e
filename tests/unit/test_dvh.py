"""The dose-volume curve: what is taken, what is read, and what is converted."""

from __future__ import annotations

import numpy as np
import pytest

from rtcalc.curve_basis import PHYSICAL
from rtcalc.doses import EQD2, PhysicalDose
from rtcalc.dvh import Dvh
from rtcalc.errors import BasisError, DomainError, RtcalcError, UnitsError
from rtcalc.limits import Metric


def dvh(edges, volume, **rest):
    return Dvh(organ="Duodenum", course="1", edges_gray=edges, volume_cc=volume, **rest)


def read(curve, text, unit="cc"):
    return curve.value(Metric.parse(text), unit)[0]


STEPS = dvh([0, 10, 20, 30], [6, 3, 1])  # 10 cc; cumulative 10, 4, 1, 0 cc at 0, 10, 20, 30 Gy


# --- metrics ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("D1cc", 20.0),  # by hand: exactly 1 cc lies above 20 Gy
        ("D0.5cc", 25.0),  # half of the last bin
        ("D2.5cc", 15.0),  # 1 cc of the last and half of the middle bin
        ("D10cc", 0.0),  # the whole organ: its smallest dose
        ("D100%", 0.0),
        ("D10%", 20.0),  # 10 % of 10 cc is 1 cc
        ("D40%", 10.0),
        ("Dmax", 30.0),
        ("Dmean", 10.0),  # (6 * 5 + 3 * 15 + 1 * 25) / 10
        ("V10Gy", 4.0),
        ("V15Gy", 2.5),
        ("V0Gy", 10.0),
        ("V30Gy", 0.0),
        ("V99Gy", 0.0),
        ("CV15Gy", 7.5),
        ("CV99Gy", 10.0),
        ("volume", 10.0),
    ],
)
def test_a_metric_is_interpolated_inside_a_bin(metric, expected):
    assert read(STEPS, metric) == pytest.approx(expected, abs=1e-12)


def test_a_volume_metric_is_given_in_the_unit_that_is_asked():
    assert STEPS.value(Metric.parse("V10Gy")) == (4.0, "cc")
    assert STEPS.value(Metric.parse("V10Gy"), "%") == (40.0, "%")


def test_one_hundred_cc_is_not_one_hundred_per_cent():
    # A peer took D at exactly 100 cc for D100%: by hand, 150 cc from 0 to 15 Gy, the hottest 100 cc begin at 5 Gy.
    curve = dvh([0, 15], [150])
    assert read(curve, "D100cc") == pytest.approx(5.0)
    assert read(curve, "D100%") == 0.0


def test_a_volume_larger_than_the_organ_is_undefined_and_not_zero():
    # A peer gives 0 Gy for D2cc of an organ of 1.2 cc, which then passes every limit.
    small = dvh([0, 60], [1.2])
    with pytest.raises(DomainError, match=r"Duodenum D2cc is undefined: the whole organ has 1\.2 cc"):
        read(small, "D2cc")
    assert read(small, "D1.2cc") == 0.0
    # One step of the float below 0.3 cc is 0.3 cc on the ten digits that are printed.
    assert read(dvh([5, 60], [np.nextafter(0.3, 0.0)]), "D0.3cc") == 5.0


def test_parts_at_exact_doses_are_kept_exactly():
    cold_and_hot = Dvh.from_parts(organ="Lungs", course="1", dose_gray=[40, 0], volume_cc=[3, 1])
    assert {m: read(cold_and_hot, m) for m in ("Dmax", "Dmean", "D3cc", "D3.5cc", "V40Gy", "V40.1Gy", "CV40Gy")} == {
        "Dmax": 40.0,
        "Dmean": 30.0,
        "D3cc": 40.0,
        "D3.5cc": 0.0,
        "V40Gy": 3.0,  # "receives 40 Gy" counts 40 Gy
        "V40.1Gy": 0.0,
        "CV40Gy": 1.0,  # and "receives less" does not
    }


def test_bins_without_volume_say_nothing():
    padded = dvh([0, 5, 10, 20, 30, 40, 90], [0, 0, 3, 1, 0, 0])
    assert (read(padded, "Dmax"), read(padded, "D100%")) == (30.0, 10.0)


def test_voxels_give_what_a_sort_gives():
    # Second route: the hottest v cc of equal voxels is the voxel of that rank.
    doses = np.random.default_rng(7).gamma(2.0, 8.0, 500)
    curve = Dvh.from_parts(organ="Lungs", course="1", dose_gray=doses, volume_cc=np.full(500, 0.01))
    for rank in (1, 10, 250, 499):
        assert read(curve, f"D{rank * 0.01 - 0.005:.3f}cc") == np.sort(doses)[-rank]
    assert read(curve, "Dmean") == pytest.approx(doses.mean(), rel=1e-12)
    assert read(curve, "V20Gy") == pytest.approx((doses >= 20).sum() * 0.01, rel=1e-12)


# --- cumulative curves -----------------------------------------------------------------------------------------------
def cumulative(dose, volume, **rest):
    return Dvh.from_cumulative(organ="Liver", course="1", dose_gray=dose, volume=volume, **rest)


def test_the_critical_volume_of_a_cumulative_curve():
    # oracle critical_volume_check: CV = total - V(d) = 1500 - 750
    liver = cumulative([0, 17.1, 40], [1500, 750, 50], max_gray=45)
    assert read(liver, "CV17.1Gy") == pytest.approx(750.0, abs=1e-9)
    assert read(liver, "V40Gy") == pytest.approx(50.0, abs=1e-9)


def test_a_curve_in_per_cent_and_one_in_cc_are_one_curve():
    per_cent = cumulative([0, 10, 20], [100, 40, 0], unit="%", organ_volume_cc=50)
    assert per_cent == cumulative([0, 10, 20], [50, 20, 0])
    assert read(per_cent, "D20cc") == 10.0


def test_a_cumulative_curve_is_its_differential():
    assert cumulative([0, 10, 20, 30], [10, 4, 1, 0]).volume_cc.tolist() == [6, 3, 1]


def test_a_curve_that_begins_above_zero_has_no_dose_below():
    begun = cumulative([10, 20], [5, 0])
    assert read(begun, "D100%") == 10.0
    assert read(begun, "V5Gy") == 5.0


@pytest.mark.parametrize(
    ("dose", "volume", "rest", "message"),
    [
        ([0, 10], [100, 0], {"unit": "%"}, "needs organ_volume_cc"),
        ([0, 10], [90, 0], {"unit": "%", "organ_volume_cc": 50}, "begins with 90 %, the whole organ has 100 %"),
        ([0, 10], [90, 0], {"organ_volume_cc": 95}, "begins with 90 cc, the whole organ has 95 cc"),
        ([0, 10, 20], [10, 12, 0], {}, "volume may not rise along the curve: 10 then 12 at place 1"),
        ([0, 20, 10], [10, 5, 0], {}, "dose_gray may not fall along the curve: 20 then 10 at place 2"),
        ([0, 10], [10, 2], {}, "ends with 2 cc above 10 Gy; give max_gray"),
        ([0, 10], [10, 2], {"max_gray": 9}, "max_gray 9 Gy is below the end of the curve"),
        ([0, 10], [10, 2], {"max_gray": float("nan")}, "max_gray"),
        ([0, 10, 20], [10, 0], {}, "3 doses and 2 volumes"),
        ([0, 10], [0, 0], {}, "no volume at all"),
    ],
)
def test_a_cumulative_curve_with_a_hole_is_refused(dose, volume, rest, message):
    with pytest.raises(DomainError, match=message):
        cumulative(dose, volume, **rest)


def test_a_volume_has_a_known_unit():
    with pytest.raises(UnitsError, match="in cc or in %, not in 'PERCENT'"):
        cumulative([0, 10], [10, 0], unit="PERCENT")


# --- what is refused -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("edges", "volume", "message"),
    [
        ([0, 10, 5], [1, 1], "edges_gray may not fall along the curve: 10 then 5 at place 2"),
        ([0, 10], [1, 1], "2 bins need 3 edges, not 2"),
        ([0, 10], [-1], "volume_cc: 1 of 1 values are NaN, infinite or negative, at 0"),
        ([-1, 10], [1], "edges_gray: 1 of 2"),
        ([0, float("nan"), 10, 20], [1, 1, 1], "edges_gray: 1 of 4 values are NaN, infinite or negative, at 1"),
        ([0, float("inf")], [1], "edges_gray"),
        ([0, 10], [float("nan")], "volume_cc"),
        ([0, 10, 20], [0, 0], "no volume at all"),
        ([], [], "empty list"),
    ],
)
def test_a_wrong_number_is_refused_with_its_place(edges, volume, message):
    with pytest.raises(DomainError, match=message):
        dvh(edges, volume)


@pytest.mark.parametrize(
    "edges", ["0 10", ["0", "10"], [[0, 10]], [True, False], [0j, 1j], np.ma.array([0.0, 1.0], mask=[0, 1]), None, 10]
)
def test_something_else_than_numbers_is_refused(edges):
    with pytest.raises(UnitsError, match="edges_gray: a plain list of numbers in Gy is needed"):
        dvh(edges, [1])


def test_parts_of_different_number_are_refused():
    with pytest.raises(DomainError, match="2 doses and 1 volumes"):
        Dvh.from_parts(organ="Lungs", course="1", dose_gray=[1, 2], volume_cc=[1])


def test_the_callers_array_and_the_curves_are_apart():
    edges = np.array([0.0, 10.0])
    curve = dvh(edges, [1.0])
    edges[1] = 99.0
    assert read(curve, "Dmax") == 10.0
    with pytest.raises(ValueError, match="read-only"):
        curve.edges_gray[1] = 99.0


# --- a volume without a dose -----------------------------------------------------------------------------------------
PARTLY = dvh([0, 10], [8], volume_outside_grid_cc=2)


@pytest.mark.parametrize("metric", ["Dmax", "Dmean", "D1cc", "D50%", "V5Gy", "CV5Gy"])
def test_an_organ_that_leaves_the_dose_grid_has_no_metric(metric):
    with pytest.raises(DomainError, match=r"is undefined: 2 of 10 cc have no calculated dose"):
        read(PARTLY, metric)


def test_its_volume_is_known_and_zero_dose_can_be_said():
    assert read(PARTLY, "volume") == 10.0
    said = PARTLY.outside_as_zero()
    # by hand: 8 cc from 0 to 10 Gy and 2 cc at 0
    assert [read(said, metric) for metric in ("volume", "Dmean", "D8cc", "D4cc", "V0Gy")] == [10, 4, 0, 5, 10]


def test_outside_volume_is_checked():
    with pytest.raises(DomainError, match="volume_outside_grid_cc"):
        dvh([0, 10], [8], volume_outside_grid_cc=-1)


# --- other bases -----------------------------------------------------------------------------------------------------
def test_every_bin_is_converted_with_its_own_dose_per_fraction():
    # A peer uses the 20 Gy per fraction of 60 Gy / 3 for every bin and makes 27.6 Gy of 6 Gy; 6 Gy in 3 is 2 Gy each.
    converted = dvh([0, 6, 60], [9, 1]).relabelled(3, "3 Gy")
    # by hand: 60 * (1 + 20/3) / (1 + 2/3) = 276
    assert converted.edges_gray.tolist() == pytest.approx([0.0, 6.0, 276.0], rel=1e-14)
    assert converted.volume_cc.tolist() == [9, 1]
    assert converted.basis == ("EQD2", 3.0, "LQ")


def test_one_fraction_is_a_course():
    # A peer refuses n = 1. By hand: 12.4 * (1 + 12.4/2) / 2 = 44.64
    assert dvh([0, 12.4], [1]).relabelled(1, "2 Gy").edges_gray[1] == pytest.approx(44.64, rel=1e-12)


@pytest.mark.parametrize("fractions", [0, -5, 2.5, True, 201])
def test_a_fraction_number_is_a_whole_one(fractions):
    with pytest.raises(RtcalcError):
        STEPS.relabelled(fractions, "3 Gy")


@pytest.mark.parametrize("alpha_beta", ["0 Gy", "-3 Gy", 3, "3"])
def test_an_alpha_beta_has_a_unit_and_is_above_zero(alpha_beta):
    with pytest.raises(RtcalcError):
        STEPS.relabelled(5, alpha_beta)


def test_an_alpha_beta_in_cgy_is_the_same():
    # A peer divides by it as it stands: 5000 cGy in 10 at 300 cGy must be 80 Gy. By hand: 50 * (1 + 5/3) / (5/3) = 80.
    assert dvh([0, 50], [1]).relabelled(10, "300 cGy").edges_gray[1] == pytest.approx(80.0, rel=1e-12)
    assert dvh([0, 50], [1]).relabelled(10, "300 cGy") == dvh([0, 50], [1]).relabelled(10, "3 Gy")


def test_converting_twice_is_refused():
    once = STEPS.relabelled(5, "3 Gy")
    for again in (lambda: once.relabelled(5, "3 Gy"), lambda: once.relabelled_in(35, 5, "3 Gy")):
        with pytest.raises(BasisError, match=r"this curve is EQD2 \(a/b 3\) already; convert the physical one"):
            again()


def test_metrics_follow_the_conversion():
    # A peer keeps the mean of the physical curve. By hand, 10 cc even over 0 to 30 Gy in 5 at a/b 3: the top edge is
    # 30 * 3 / (5/3) = 54 Gy, and with the volume even over EQD2 the mean is 27 Gy.
    whole = dvh([0, 30], [10]).relabelled(5, "3 Gy")
    assert (read(whole, "Dmax"), read(whole, "Dmean")) == pytest.approx((54.0, 27.0))
    # Finer bins go to the true mean: the integral of D (1 + D/15) / (5/3) over 0 to 30 is 9 + 12 = 21 Gy, by hand.
    fine = dvh(np.linspace(0, 30, 3001), np.full(3000, 10 / 3000)).relabelled(5, "3 Gy")
    assert read(fine, "Dmean") == pytest.approx(21.0, abs=1e-5)


def test_a_metric_is_a_dose_of_its_basis():
    eqd2 = dvh([0, 30], [10]).relabelled(5, "3 Gy").dose(Metric("max"))
    assert isinstance(eqd2, EQD2)
    assert (eqd2.alpha_beta, eqd2.model) == (3.0, "LQ")
    physical = STEPS.dose(Metric("max"))
    assert isinstance(physical, PhysicalDose)
    with pytest.raises(BasisError):
        eqd2 + physical
    with pytest.raises(DomainError, match="V20Gy is a volume"):
        STEPS.dose(Metric.parse("V20Gy"))


def test_doses_in_another_number_of_fractions():
    # by hand: 30 Gy in 35 stays; 30 Gy in 15 at a/b 10 has BED 36, and D (1 + D/350) = 36 gives 32.9056 Gy
    curve = dvh([0, 30], [10])
    assert curve.relabelled_in(35, 35, "10 Gy").edges_gray[1] == pytest.approx(30.0, rel=1e-12)
    other = curve.relabelled_in(35, 15, "10 Gy")
    assert other.edges_gray[1] == pytest.approx(175 * ((1 + 4 * 36 / 350) ** 0.5 - 1), rel=1e-12)
    assert other.basis == ("dose in 35 fractions", 10.0, "LQ")
    with pytest.raises(BasisError, match="has no value of its own"):
        other.dose(Metric("max"))


# --- sameness --------------------------------------------------------------------------------------------------------
def test_curves_are_equal_when_everything_is():
    # A peer holds [1, 2] equal to [1].
    same = dvh([0, 10, 20, 30], [6, 3, 1])
    assert same == STEPS
    for other in (
        dvh([0, 10, 20], [6, 3]),
        dvh([0, 10, 20, 31], [6, 3, 1]),
        dvh([0, 10, 20, 30], [6, 3, 1], measured_on="PRV"),
        dvh([0, 10, 20, 30], [6, 3, 1], volume_outside_grid_cc=1),
        STEPS.relabelled(5, "3 Gy"),
        "curve",
    ):
        assert other != STEPS
    assert STEPS.basis == PHYSICAL
    with pytest.raises(TypeError):
        hash(STEPS)
