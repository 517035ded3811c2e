"""Response of a curve: models at their edges, and what a parameter set refuses."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from rtcalc.dose_basis import DoseBasis
from rtcalc.dvh import Dvh
from rtcalc.errors import BasisError, DomainError, UnknownName
from rtcalc.evidence import Evidence
from rtcalc.limits import Metric
from rtcalc.models import ntcp as models
from rtcalc.models.geud import geud
from rtcalc.models.tcp import poisson, poisson_spread
from rtcalc.registry import Registry
from rtcalc.response import Response, ResponseParameters, ntcp, percent, tcp
from rtcalc.response_forms import (
    EvenLogLogistic,
    Lkb,
    MetricLogistic,
    RelativeSeriality,
    UniformLogistic,
    uniform_gray,
)
from rtcalc.tumour_control import Poisson


@pytest.fixture(scope="module")
def sets():
    return Registry().response


def parts(organ, doses, volumes=None, **rest):
    return Dvh.from_parts(organ=organ, course="1", dose_gray=doses, volume_cc=volumes or [1.0] * len(doses), **rest)


def given(**changes):
    """A set of our own: an LKB on EQD2 at 3 Gy."""
    standard = dict(
        source="OWN",
        place="board",
        evidence=Evidence.TWO_SOURCES,
        id="own",
        kind="ntcp",
        organ="Lungs",
        applies_to=("Lungs",),
        endpoint="pneumonitis",
        dose=DoseBasis(kind="EQD2", alpha_beta=(3.0, 3.0)),
        form=Lkb(td50=30.0, m=0.3, n=1.0),
    )
    return ResponseParameters(**(standard | changes))


LUNG = parts("Lungs", [30]).relabelled(15, "3 Gy")  # 2 Gy per fraction: EQD2 30 Gy


# --- peers' mistakes -------------------------------------------------------------------------------------------------
def test_no_power_of_a_dose_overflows():
    # A peer gets NTCP 1 with every dose below TD50 at n = 0.005, or at n = 0.01 in cGy.
    doses, volume = np.array([50.0, 60.0]), np.array([0.5, 0.5])
    for n in (0.005, 0.01, 1e-4, 1e-6):
        uniform = geud(doses, volume, 1 / n)
        # by hand: (60^a / 2)^(1/a) = 60 * 2^(-n) once 50^a does not count any more
        assert uniform == pytest.approx(60 * 2**-n, rel=1e-9)
        assert models.lkb(uniform, 70.0, 0.1) < 0.08  # by hand: Phi(-10 / 7) = 0.0766
    assert geud(doses * 100, volume, 100.0) == pytest.approx(100 * geud(doses, volume, 100.0), rel=1e-13)


@pytest.mark.parametrize("far_below", [0.0, 1.0, 10.0])
def test_far_below_td50_the_probability_is_nearly_zero(far_below):
    assert 0 <= models.lkb(far_below, 65.0, 0.1) < 1e-15
    assert 0 <= models.log_logistic(far_below, 65.0, 3.0) < 1e-9
    assert 0 <= models.relative_seriality(np.array([far_below]), np.ones(1), 65.0, 3.0, 0.5) < 1e-15


def test_far_above_it_is_nearly_one():
    assert models.lkb(1e6, 65.0, 0.1) == models.log_logistic(1e6, 65.0, 3.0) == models.logistic(1e6, 65.0, 3.0) == 1.0
    assert models.relative_seriality(np.array([1e6]), np.ones(1), 65.0, 3.0, 0.5) == 1.0


def test_a_part_without_dose_is_no_hole_for_a_volume_parameter_that_is_not_whole():
    # A peer gives NA for the bin at zero, another NaN for a = 8.33. By hand: 40 * 0.5^(1/8.33) = 36.806.
    assert geud(np.array([40.0, 0.0]), np.ones(2), 8.33) == pytest.approx(40 * 0.5 ** (1 / 8.33), rel=1e-14)


def test_a_negative_volume_parameter_looks_at_the_coldest_part():
    # A peer refuses a < 0. By hand: (60^-10 + 30^-10) / 2 to the power -1/10 = 30 * 2^(1/10) / (1 + 2^-10)^(1/10)
    doses = np.array([60.0, 30.0])
    expected = 30 * 2**0.1 / (1 + 2**-10) ** 0.1
    assert geud(doses, np.ones(2), -10.0) == pytest.approx(expected, rel=1e-14)
    assert geud(np.array([60.0, 0.0]), np.ones(2), -10.0) == 0.0
    assert geud(np.array([60.0, 0.0]), np.array([1.0, 0.0]), -10.0) == pytest.approx(60.0)  # no volume, no part


def test_the_geometric_mean_stands_between():
    doses = np.array([20.0, 45.0])  # by hand: sqrt(900) = 30
    assert geud(doses, np.ones(2), 0.0) == pytest.approx(30.0, rel=1e-14)
    for a in (1e-12, -1e-12, 1e-300):
        assert geud(doses, np.ones(2), a) == pytest.approx(30.0, rel=1e-11)
    assert geud(np.array([20.0, 0.0]), np.ones(2), 0.0) == 0.0


def test_the_slope_of_the_logistic_is_four_gamma():
    # A peer raises to gamma50 alone. At TD50 dP / d(ln E) is 4 g / 4 = g, by hand.
    step = 1e-6
    rise = models.log_logistic(60 * math.exp(step), 60, 3) - models.log_logistic(60 * math.exp(-step), 60, 3)
    assert rise / (2 * step) == pytest.approx(3.0, rel=1e-9)


def test_a_poisson_control_is_not_upside_down():
    # A peer's TCP is 0 at every clinical dose with 1e9 cells. By hand: 1e9 exp(-0.35 * 72) = 0.0114, TCP 0.9887.
    cells, effect = np.array([1e9]), np.array([72.0])
    assert poisson(cells, effect, 0.35) == pytest.approx(math.exp(-1e9 * math.exp(-25.2)), rel=1e-12)
    assert poisson(cells, effect, 0.35) > 0.98
    assert poisson(cells, np.zeros(1), 0.35) == 0.0


def test_physical_and_converted_curves_give_different_risks(sets):
    # A peer computes the NTCP of a converted curve from the mean of the physical one.
    fit = sets["lkb-lungs-pneumonitis-semenenko"]
    few, many = (ntcp(parts("Lungs", [20]).relabelled(n, "3 Gy"), fit).probability for n in (3, 30))
    assert few > 5 * many


# --- bases -----------------------------------------------------------------------------------------------------------
def test_a_curve_on_another_basis_is_refused():
    fit = given()
    assert ntcp(LUNG, fit).probability == pytest.approx(0.5, abs=1e-12)
    for curve in (
        parts("Lungs", [30]),
        parts("Lungs", [30]).relabelled(15, "4 Gy"),
        parts("Lungs", [30]).relabelled_in(35, 15, "3 Gy"),
    ):
        with pytest.raises(
            BasisError, match=r"own was fitted on EQD2 \(a/b 3\); this curve is .*; convert the physical curve to"
        ):
            ntcp(curve, fit)


def test_a_range_of_alpha_beta_takes_what_lies_in_it():
    fit = given(dose=DoseBasis(kind="EQD2", alpha_beta=(2.5, 3.0)))
    physical = parts("Lungs", [30])
    for inside in ("2.5 Gy", "2.8 Gy", "3 Gy"):
        ntcp(physical.relabelled(15, inside), fit)
    with pytest.raises(BasisError, match=r"EQD2 \(a/b 2\.5 to 3\)"):
        ntcp(physical.relabelled(15, "3.1 Gy"), fit)


def test_a_fit_in_a_number_of_fractions_takes_that_curve_only(sets):
    huang = sets["logit-esophagus-acute-huang"]
    curve, chemo = parts("Esophagus", [30]), {"concurrent chemotherapy": False}
    with pytest.raises(BasisError, match="convert the physical curve to dose in 35 fractions at alpha/beta 10 Gy"):
        ntcp(curve, huang, factors=chemo)
    with pytest.raises(BasisError):
        ntcp(curve.relabelled(35, "10 Gy"), huang, factors=chemo)
    with pytest.raises(BasisError):
        ntcp(curve.relabelled_in(30, 35, "10 Gy"), huang, factors=chemo)
    ntcp(curve.relabelled_in(35, 35, "10 Gy"), huang, factors=chemo)


def test_a_physical_fit_takes_its_own_fractionation_only(sets):
    burman, curve = sets["lkb-lung-pneumonitis-burman"], parts("Lungs", [24.5])
    assert ntcp(curve, burman, schedule="60 Gy / 30").probability == pytest.approx(0.5)
    assert ntcp(curve, burman, schedule="50.4 Gy / 28 + 18 Gy / 9").probability == pytest.approx(0.5)
    with pytest.raises(DomainError, match=r"fitted on physical dose, 1\.8 to 2 Gy per fraction; give the course"):
        ntcp(curve, burman)
    with pytest.raises(DomainError, match="54 Gy / 3 has 18 Gy per fraction"):
        ntcp(curve, burman, schedule="54 Gy / 3")
    with pytest.raises(DomainError, match="has 3 Gy per fraction"):
        ntcp(curve, burman, schedule="40 Gy / 20 + 6 Gy / 2")
    with pytest.raises(BasisError, match="give the physical one"):
        ntcp(curve.relabelled(30, "3 Gy"), burman, schedule="60 Gy / 30")


def test_a_fit_of_five_fractions_takes_five(sets):
    bladder, curve = sets["lkb-bladder-urinary-5fx-cerr-lut"], parts("Bladder", [38.7])
    assert ntcp(curve, bladder, schedule="36.25 Gy / 5").probability == pytest.approx(0.5)
    with pytest.raises(DomainError, match="has 20 fractions"):
        ntcp(curve, bladder, schedule="60 Gy / 20")


def test_an_unstated_fractionation_is_said(sets):
    found = ntcp(parts("Parotid_L", [39.4]), sets["lkb-parotid-flow-dijkema"], schedule="60 Gy / 30")
    assert "the fractionation of the fitted doses is not stated" in found.notes


@pytest.mark.parametrize(
    "wrong",
    [
        dict(kind="EQD2"),
        dict(kind="physical", alpha_beta=(3.0, 3.0)),
        dict(kind="fractions", alpha_beta=(3.0, 3.0)),
        dict(kind="EQD2", alpha_beta=(3.0, 2.5)),
        dict(kind="EQD2", alpha_beta=(0.0, 3.0)),
        dict(kind="physical", per_fraction=(2.0, 1.8)),
    ],
)
def test_a_basis_that_says_too_little_is_refused(wrong):
    with pytest.raises(DomainError, match="dose basis"):
        DoseBasis(**wrong)


# --- what is listed only ---------------------------------------------------------------------------------------------
def test_a_set_that_may_not_be_used_is_refused_with_its_reason():
    unstated, missing = DoseBasis(kind="not stated"), "the slope is not stated"
    for fit, reason in (
        (given(hold="to be checked"), "held: to be checked"),
        (given(evidence=Evidence.UNVERIFIED), "unverified"),
        (given(dose=unstated), "dose basis not stated"),
        (given(form=None, incomplete=missing), missing),
        (given(form=None), "no form of this program"),
    ):
        assert fit.why_not == reason
        with pytest.raises(DomainError, match=f"own is listed only: {reason}"):
            ntcp(LUNG, fit)
    assert given().why_not == ""


def test_every_listed_set_of_the_registry_is_refused(sets):
    listed = [fit for fit in sets.values() if fit.why_not]
    assert len(listed) == 33  # 14 held, 11 without a basis, 8 tumour sets that are incomplete
    for fit in listed:
        with pytest.raises(DomainError, match="is listed only"):
            (ntcp if fit.kind == "ntcp" else tcp)(parts("X", [30]), fit)


def test_every_other_set_of_the_registry_is_computed_on_its_own_basis(sets):
    computed = [fit for fit in sets.values() if not fit.why_not]
    assert len(computed) == 61
    for fit in computed:
        assert 0.0 <= at_its_basis(fit, 30.0).probability <= at_its_basis(fit, 60.0).probability <= 1.0, fit.id


def at_its_basis(fit, gray):
    """The response to an even dose in 2-Gy fractions, or in those of the fit, on the fit's own basis."""
    curve, dose = parts(fit.applies_to[0] if fit.applies_to else "PTV", [gray], [100.0]), fit.dose
    if dose.kind == "EQD2":
        curve = curve.relabelled(round(gray / 2), f"{dose.alpha_beta[0]} Gy")
    elif dose.kind == "fractions":
        curve = curve.relabelled_in(dose.fractions, round(gray / 2), f"{dose.alpha_beta[0]} Gy")
    if fit.kind == "tcp":
        return tcp(curve, fit, overall_days=40)
    each = dose.per_fraction[1] if dose.per_fraction else 2.0
    course = "30 Gy / 5" if dose.fractions == 5 else f"20 x {each:g} Gy"
    factors = {name: False for name, _ in fit.form.factors} if isinstance(fit.form, MetricLogistic) else None
    return ntcp(curve, fit, schedule=course, factors=factors)


def test_an_organ_the_set_is_not_for_is_refused(sets):
    with pytest.raises(DomainError, match="is for Lungs; this curve is of SpinalCord"):
        ntcp(parts("SpinalCord", [30]).relabelled(15, "3 Gy"), sets["lkb-lungs-pneumonitis-semenenko"])


def test_complication_and_control_are_two_things(sets):
    with pytest.raises(DomainError, match="is a set for ntcp, not for tcp"):
        tcp(LUNG, given())
    with pytest.raises(DomainError, match="is a set for tcp, not for ntcp"):
        ntcp(LUNG, sets["tcp-nsclc-iii-nahum"])


def test_an_unknown_set_is_answered_with_the_nearest(sets):
    with pytest.raises(UnknownName, match="no response parameter set is called 'lkb-lung-pneumonitis-burmann'"):
        sets["lkb-lung-pneumonitis-burmann"]


# --- notes -----------------------------------------------------------------------------------------------------------
def test_what_the_reader_has_to_know_stands_beside_the_number(sets):
    curve = parts("Liver", [45.8], measured_on="PRV")
    found = ntcp(curve, sets["lkb-liver-rild-primary-dawson"], schedule="60 Gy / 40")
    assert found.notes == ("single transcription", "measured on PRV", "a second model file has TD50 38.8 Gy")
    assert ntcp(LUNG, given()).notes == ()


@pytest.mark.parametrize(
    ("probability", "text"),
    [
        (0.0, "< 0.1 %"),
        (4.9e-4, "< 0.1 %"),
        (5e-4, "0.1 %"),
        (0.2767, "27.7 %"),
        (0.9994, "99.9 %"),
        (0.9996, "> 99.9 %"),
    ],
)
def test_no_risk_prints_as_none_and_none_as_certain(probability, text):
    assert percent(probability) == text


def test_a_response_prints_what_it_is_of():
    assert str(Response(probability=0.25, parameters=given(), notes=())) == "Lungs, pneumonitis: 25.0 %"


# --- factors of the patient ------------------------------------------------------------------------------------------
def test_every_factor_is_said_to_be_there_or_not(sets):
    huang, curve = sets["logit-esophagus-acute-huang"], parts("Esophagus", [30]).relabelled_in(35, 35, "10 Gy")
    for factors in (None, {}, {"chemo": True}, {"concurrent chemotherapy": True, "age": False}):
        with pytest.raises(DomainError, match="say true or false for each of"):
            ntcp(curve, huang, factors=factors)
    with pytest.raises(DomainError, match="write True or False"):
        ntcp(curve, huang, factors={"concurrent chemotherapy": "yes"})


def test_a_factor_of_a_set_without_factors_is_refused():
    with pytest.raises(DomainError, match="own has no risk factors"):
        ntcp(LUNG, given(), factors={"smoker": True})


def test_odds_ratios_multiply_the_odds(sets):
    appelt = sets["logistic-lungs-gtv-pneumonitis-appelt"]
    curve = parts("Lungs-GTV", [20]).relabelled_in(35, 35, "3 Gy")
    none = {name: False for name, _ in appelt.form.factors}
    base, old = (ntcp(curve, appelt, factors=f).probability for f in (none, none | {"older than 63 years": True}))
    assert (old / (1 - old)) / (base / (1 - base)) == pytest.approx(1.66, rel=1e-12)  # the printed odds ratio


# --- regrowth and spread ---------------------------------------------------------------------------------------------
def test_regrowth_needs_the_days(sets):
    target = parts("PTV", [66], [100.0]).relabelled(33, "10 Gy")
    for days in (None, -1, float("nan"), True):
        with pytest.raises(DomainError, match="overall_days"):
            tcp(target, sets["tcp-nsclc-iii-nahum"], overall_days=days)


def test_nothing_grows_before_the_kick_off():
    form = Poisson(alpha=0.3, alpha_beta=10, clonogens=1e7, doubling_days=4, kickoff_days=21)
    assert [form.doublings(days) for days in (0, 21, 25, 29)] == [0, 0, 1, 2]
    assert Poisson(alpha=0.3, alpha_beta=10, clonogens=1e7).doublings(None) == 0


def test_twice_the_volume_has_twice_the_cells():
    dense = Poisson(alpha=0.3, alpha_beta=10, clonogens_per_cc=1e7)
    counted = Poisson(alpha=0.3, alpha_beta=10, clonogens=1e9)
    small, large = (parts("PTV", [66], [cc]).relabelled(33, "10 Gy") for cc in (100.0, 200.0))
    assert dense.probability(small) == pytest.approx(counted.probability(small), rel=1e-12)
    assert dense.probability(large) == pytest.approx(dense.probability(small) ** 2, rel=1e-12)
    assert counted.probability(large) == counted.probability(small)


def test_the_cut_of_the_spread_is_said(sets):
    target = parts("PTV", [66], [100.0]).relabelled(33, "10 Gy")
    assert (
        "alpha below zero is cut off the spread between patients"
        in tcp(target, sets["tcp-nsclc-iii-nahum"], overall_days=44).notes
    )


def test_the_spread_is_cut_at_zero_and_scaled_to_one():
    # Without any cell every patient is controlled, whatever the cut: the distribution must be whole.
    for sigma in (0.01, 0.3, 3.0):
        assert poisson_spread(np.zeros(1), np.zeros(1), 0.3, sigma) == pytest.approx(1.0, abs=1e-11)


def test_a_control_curve_on_a_negative_a_is_possible():
    fit = given(kind="tcp", form=UniformLogistic(td50=50.0, gamma50=2.0, a=-10.0))
    assert tcp(parts("Lungs", [50]).relabelled(25, "3 Gy"), fit).probability == pytest.approx(0.5)


# --- parameters outside their range ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "make",
    [
        lambda: Lkb(td50=0.0, m=0.1, n=1.0),
        lambda: Lkb(td50=50.0, m=-0.1, n=1.0),
        lambda: Lkb(td50=50.0, m=0.1, n=0.0),
        lambda: Lkb(td50=float("nan"), m=0.1, n=1.0),
        lambda: UniformLogistic(td50=50.0, gamma50=0.0, a=1.0),
        lambda: UniformLogistic(td50=50.0, gamma50=1.0, a=float("inf")),
        lambda: RelativeSeriality(d50=50.0, gamma=1.0, s=0.0),
        lambda: RelativeSeriality(d50=-50.0, gamma=1.0, s=1.0),
        lambda: MetricLogistic(0.0, 0.0, Metric("mean")),
        lambda: MetricLogistic(float("nan"), 0.1, Metric("mean")),
        lambda: MetricLogistic(0.0, 0.1, Metric.parse("V20Gy")),
        lambda: MetricLogistic.from_d50(0.0, 1.0, Metric("mean")),
        lambda: MetricLogistic.from_d50(30.0, 1.0, Metric("mean"), (("old", 0.0),)),
        lambda: EvenLogLogistic.through(69.4, 70.0, 0.05),
        lambda: EvenLogLogistic.through(69.4, 59.3, 0.5),
        lambda: Poisson(alpha=0.0, alpha_beta=10, clonogens=1e7),
        lambda: Poisson(alpha=0.3, alpha_beta=0, clonogens=1e7),
        lambda: Poisson(alpha=0.3, alpha_beta=10),
        lambda: Poisson(alpha=0.3, alpha_beta=10, clonogens=1e7, clonogens_per_cc=1e7),
        lambda: Poisson(alpha=0.3, alpha_beta=10, clonogens=1e7, doubling_days=4),
        lambda: Poisson(alpha=0.3, alpha_beta=10, clonogens=1e7, doubling_days=4, kickoff_days=-1),
        lambda: Poisson(alpha=0.3, alpha_beta=10, clonogens=1e7, alpha_sd=-0.1),
    ],
)
def test_a_parameter_outside_its_range_is_refused_by_name(make):
    with pytest.raises(DomainError):
        make()


@pytest.mark.parametrize("a", [float("nan"), float("inf"), True])
def test_a_volume_parameter_is_a_finite_number(a):
    with pytest.raises(DomainError, match="is not a finite number"):
        uniform_gray(LUNG, a)


def test_a_volume_without_dose_has_no_response():
    partly = Dvh(organ="Lungs", course="1", edges_gray=[0, 30], volume_cc=[10], volume_outside_grid_cc=1)
    curve = partly.relabelled(15, "3 Gy")
    seriality = RelativeSeriality(d50=30, gamma=1, s=1)
    cells = Poisson(alpha=0.3, alpha_beta=3, clonogens=1e7)
    mean = MetricLogistic.from_d50(30, 1, Metric("mean"))
    for form in (Lkb(td50=30, m=0.3, n=1), seriality, cells, mean):
        with pytest.raises(DomainError, match="have no calculated dose"):
            form.probability(curve)


def test_an_uneven_cord_has_no_dose_for_a_fit_of_even_doses(sets):
    fit = sets["even-spinalcord-myelopathy-schultheiss"]
    assert ntcp(parts("SpinalCord", [50, 50]).relabelled(25, "0.87 Gy"), fit).probability < 0.01
    with pytest.raises(DomainError, match="one dose to the whole cross-section"):
        ntcp(parts("SpinalCord", [50, 20]).relabelled(25, "0.87 Gy"), fit)


def test_sets_are_values(sets):
    assert replace(given(), id="other").id == "other"
    assert {fit.id: fit for fit in sets.values()}.keys() == sets.keys()
