import pint
import pytest

from rtcalc.decimals import compare, fixed
from rtcalc.doses import PhysicalDose
from rtcalc.effects import bed, eqd2, eqdx
from rtcalc.errors import BasisError, DomainError, UnitsError
from rtcalc.isoeffect import solve_fractions, solve_per_fraction, solve_total

BED10 = bed("50 Gy / 5", alpha_beta="10 Gy")  # by hand: 100
EQD2_10 = eqd2("50 Gy / 5", alpha_beta="10 Gy")  # by hand: 100 / 1.2 = 83.333...


@pytest.mark.parametrize("target", [{"bed": "100 Gy"}, {"bed": BED10}, {"eqd2": EQD2_10}], ids=str)
def test_the_three_solvers_find_the_schedule_back(target: dict[str, object]) -> None:
    found = solve_fractions(per_fraction="10 Gy", alpha_beta="10 Gy", **target)  # type: ignore[arg-type]
    assert found.exact == pytest.approx(5.0, rel=1e-12)
    assert (found.fractions, found.schedule.text) == (5, "50 Gy / 5")
    assert found.bed == BED10
    total = solve_total(fractions=5, alpha_beta="10 Gy", **target)  # type: ignore[arg-type]
    each = solve_per_fraction(fractions=5, alpha_beta="10 Gy", **target)  # type: ignore[arg-type]
    assert (total.gray, each.gray) == pytest.approx((50.0, 10.0), rel=1e-12)


def test_a_whole_number_with_noise_is_not_rounded_up() -> None:
    # by hand: 100 / (2 * 5/3) is exactly 30 fractions; one float step above would ask for 31
    found = solve_fractions(per_fraction="2 Gy", alpha_beta="3 Gy", bed="100 Gy")
    assert found.fractions == 30
    assert compare(found.exact, 30) == 0


def test_the_whole_number_is_the_smallest_that_reaches_the_bed() -> None:
    # by hand: 100 / (9 * 1.9) = 5.848; 6 x 9 Gy give 102.6, 5 x 9 Gy give 85.5
    found = solve_fractions(per_fraction="9 Gy", alpha_beta="10 Gy", bed="100 Gy")
    assert (found.fractions, str(found.bed)) == (6, "BED 102.6 Gy (a/b 10)")


def test_an_allowed_dose_is_printed_rounded_down() -> None:
    # HYTEC_CORD, 25 Gy EQD2 at a/b 2 for the re-irradiation part, in 1 to 5 fractions; 9.05 in one would be 25.001
    allowed = [solve_total(fractions=n, alpha_beta="2 Gy", eqd2="25 Gy").gray for n in range(1, 6)]
    assert [fixed(float(gray), 2, "down") for gray in allowed] == ["9.04", "12.28", "14.57", "16.39", "17.91"]


def test_the_result_says_where_it_is_from() -> None:
    (line,) = solve_total(fractions=5, alpha_beta="10 Gy", bed="100 Gy").provenance.lines()
    assert line == "LQ [fowler1989]: bed 100 Gy, fractions 5, alpha_beta 10.0 Gy"


WRONG_BASIS = [
    {"bed": bed("50 Gy / 5", alpha_beta="3 Gy")},
    {"bed": EQD2_10},
    {"bed": PhysicalDose.parse("100 Gy")},
    {"bed": pint.UnitRegistry().Quantity(100, "Gy")},
    {"eqd2": BED10},
    {"eqd2": eqdx("50 Gy / 5", alpha_beta="10 Gy", per_fraction="3 Gy")},
    {"eqd2": PhysicalDose.parse("50 Gy")},
]


@pytest.mark.parametrize("target", WRONG_BASIS, ids=str)
def test_a_target_on_another_basis_is_refused(target: dict[str, object]) -> None:
    with pytest.raises(BasisError):
        solve_fractions(per_fraction="10 Gy", alpha_beta="10 Gy", **target)  # type: ignore[arg-type]
    for solve in (solve_total, solve_per_fraction):
        with pytest.raises(BasisError):
            solve(fractions=5, alpha_beta="10 Gy", **target)  # type: ignore[operator]


@pytest.mark.parametrize("target", [{}, {"bed": "100 Gy", "eqd2": "50 Gy"}])
def test_exactly_one_effect_is_needed(target: dict[str, str]) -> None:
    with pytest.raises(DomainError, match="either bed or eqd2"):
        solve_total(fractions=5, alpha_beta="10 Gy", **target)  # type: ignore[arg-type]


@pytest.mark.parametrize("effect", [100, 100.0, "100", None.__class__])
def test_a_bare_effect_is_refused(effect: object) -> None:
    with pytest.raises(UnitsError, match="has no unit"):
        solve_total(fractions=5, alpha_beta="10 Gy", bed=effect)  # type: ignore[arg-type]


def test_zero_and_counts_outside_the_model() -> None:
    with pytest.raises(DomainError, match="above zero"):
        solve_total(fractions=5, alpha_beta="10 Gy", bed="0 Gy")
    with pytest.raises(DomainError, match="above zero"):
        solve_fractions(per_fraction="0 Gy", alpha_beta="10 Gy", bed="100 Gy")
    for count in (0, True, 5.0):
        with pytest.raises(DomainError, match="Fractions must be"):
            solve_per_fraction(fractions=count, alpha_beta="10 Gy", bed="100 Gy")  # type: ignore[arg-type]


def test_more_fractions_than_a_schedule_may_have() -> None:
    # by hand: 100 / (0.4 * 1.04) = 240.4
    with pytest.raises(DomainError, match=r"240\.4 fractions of 0\.4 Gy would be needed; at most 200"):
        solve_fractions(per_fraction="0.4 Gy", alpha_beta="10 Gy", bed="100 Gy")
