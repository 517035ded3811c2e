import numpy as np
import pint
import pytest

from rtcalc.decimals import beside, compare, fixed
from rtcalc.doses import BED, EQD2, PhysicalDose
from rtcalc.effects import REACHED_ANYWAY, bed, break_even_alpha_beta, eqd2, eqdx
from rtcalc.errors import BasisError, DomainError, RtcalcError, UnitsError
from rtcalc.schedules import Schedule

UREG = pint.UnitRegistry()


def gray(value: BED | EQD2 | PhysicalDose) -> float:
    assert isinstance(value.gray, float)
    return value.gray


def test_the_published_prescription_of_case_two() -> None:
    # by hand: 45 * 1.9 = 85.5; / 1.2 = 71.25; (45 * 9) / (100 - 45) = 7.3636...
    assert str(bed("45 Gy / 5", alpha_beta="10 Gy")) == "BED 85.5 Gy (a/b 10)"
    assert gray(eqd2("45 Gy / 5", alpha_beta="10 Gy")) == pytest.approx(71.25, rel=1e-12)
    assert break_even_alpha_beta("45 Gy / 5").gray == pytest.approx(7.363636363636, rel=1e-12)


@pytest.mark.parametrize(
    "arguments",
    [
        ("45 Gy / 5",),
        ("5 x 9 Gy",),
        ("45 Gy", 5),
        ("4500 cGy", np.int32(5)),
        (Schedule.parse("45 Gy / 5"),),
        (PhysicalDose.from_gray(45), 5),
        (UREG.Quantity(4500.0, "cGy"), 5),
    ],
    ids=repr,
)
@pytest.mark.parametrize(
    "alpha_beta", ["10 Gy", "1000 cGy", UREG.Quantity(10, "Gy"), PhysicalDose.from_gray(10)], ids=repr
)
def test_every_form_of_input_gives_the_same(arguments: tuple[object, ...], alpha_beta: object) -> None:
    assert bed(*arguments, alpha_beta=alpha_beta) == BED.from_gray(85.5, alpha_beta="10 Gy")  # type: ignore[arg-type]
    assert eqd2(*arguments, alpha_beta=alpha_beta) == EQD2.from_gray(71.25, alpha_beta="10 Gy")  # type: ignore[arg-type]


def test_phases_add_after_each_is_converted() -> None:
    # by hand: 27 * 1.9 + 20 * 2 = 91.3; in one phase of 47 Gy in 5 it would be 47 * 1.94 = 91.18
    assert fixed(gray(bed("3 x 9 Gy + 2 x 10 Gy", alpha_beta="10 Gy")), 2) == "91.30"
    assert fixed(gray(bed("3 x 9 Gy + 2 x 10 Gy", alpha_beta="3 Gy")), 2) == "194.67"  # 27 * 4 + 20 * 13/3


def test_exactly_one_hundred_is_not_below_one_hundred() -> None:
    assert compare(gray(bed("50 Gy / 5", alpha_beta="10 Gy")), 100) == 0  # by hand: 50 * 2
    assert compare(gray(bed("60 Gy / 30", alpha_beta="3 Gy")), 100) == 0  # by hand: 60 * 5/3; floats alone fall short


def test_just_below_one_hundred_is_printed_so() -> None:
    value = gray(bed("28 x 2.1 Gy", alpha_beta="3 Gy"))  # by hand: 58.8 * 1.7 = 99.96
    assert compare(value, 100) == -1
    assert (fixed(value, 1), beside(value, 100, 1)) == ("100.0", "99.96")


def test_two_doses_of_one_fraction_add_before_they_are_converted() -> None:
    # by hand at a/b 3: (2 + 3) Gy x 5 = 25 * (1 + 5/3) / (5/3) = 40; apart 10 * (5/3) / (5/3) + 15 * 2 / (5/3) = 28
    together = eqd2(PhysicalDose.parse("10 Gy") + PhysicalDose.parse("15 Gy"), 5, alpha_beta="3 Gy")
    apart = eqd2("10 Gy", 5, alpha_beta="3 Gy") + eqd2("15 Gy", 5, alpha_beta="3 Gy")
    assert (str(together), str(apart)) == ("EQD2 (a/b 3) 40.0 Gy", "EQD2 (a/b 3) 28.0 Gy")


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_grid_is_converted_voxel_by_voxel(dtype: type) -> None:
    grid = PhysicalDose.from_gray(np.array([[0.0, 6.0], [30.0, 60.0]], dtype=dtype))
    # by hand, 3 fractions at a/b 3: D * (1 + D/9); EQD2 is 3/5 of it
    found = bed(grid, 3, alpha_beta="3 Gy")
    assert found.gray == pytest.approx(np.array([[0.0, 10.0], [130.0, 460.0]]), rel=1e-6)
    assert eqd2(grid, 3, alpha_beta="3 Gy").gray == pytest.approx(np.array([[0.0, 6.0], [78.0, 276.0]]), rel=1e-6)
    assert found.gray.dtype == dtype  # type: ignore[union-attr]
    assert found.provenance.inputs[0][1].startswith("grid 2 x 2, float")


@pytest.mark.parametrize("highest", [np.float32(1e30), np.float64(1e200)])
def test_a_grid_that_overflows_is_refused(highest: np.floating) -> None:
    grid = PhysicalDose.from_gray(np.array([1.0, highest], dtype=type(highest)))
    with pytest.raises(DomainError, match="too large"):
        bed(grid, 5, alpha_beta="3 Gy")
    with pytest.raises(DomainError, match="inf"):
        bed(PhysicalDose.from_gray(1e200), 5, alpha_beta="3 Gy")


def test_a_measured_dose_of_zero_is_a_result_and_a_typed_one_a_slip() -> None:
    assert gray(bed(PhysicalDose.from_gray(0), 5, alpha_beta="3 Gy")) == 0.0
    for arguments in (("0 Gy", 5), ("0 Gy / 5",)):
        with pytest.raises(DomainError, match="above zero"):
            bed(*arguments, alpha_beta="3 Gy")  # type: ignore[arg-type]


@pytest.mark.parametrize("alpha_beta", ["0 Gy", "0.0000001 Gy"])
def test_alpha_beta_of_zero_is_outside_the_model(alpha_beta: str) -> None:
    with pytest.raises(DomainError, match="alpha_beta"):
        bed("45 Gy / 5", alpha_beta=alpha_beta)


@pytest.mark.parametrize(
    "alpha_beta", ["-3 Gy", "inf Gy", "nan Gy", "3", "3 Sv", 3, None, True, UREG.Quantity(3, "1/s")], ids=repr
)
def test_alpha_beta_that_cannot_be_read(alpha_beta: object) -> None:
    with pytest.raises(UnitsError, match=r"^alpha_beta: "):
        bed("45 Gy / 5", alpha_beta=alpha_beta)  # type: ignore[arg-type]


def test_alpha_beta_has_no_default() -> None:
    with pytest.raises(TypeError):
        bed("45 Gy / 5")  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        (("45 Gy",), DomainError, "has no fractions"),
        ((PhysicalDose.from_gray(45),), DomainError, "has no fractions"),
        (("45 Gy / 5", 5), UnitsError, "is a schedule"),
        ((Schedule.parse("45 Gy / 5"), 5), DomainError, "has its own fractions"),
        (("45 Gy", True), DomainError, "not True"),
        (("45 Gy", 5.0), DomainError, "not 5.0"),
        (("45 Gy", "5"), DomainError, "not '5'"),
        (("45 Gy", 0), DomainError, "not 0"),
        (("45 Gy", "9 Gy"), DomainError, "not '9 Gy'"),
        ((None,), UnitsError, "None"),
        ((45.0, 5), UnitsError, "has no unit"),
    ],
)
def test_what_is_no_dose_in_fractions(arguments: tuple[object, ...], error: type[Exception], says: str) -> None:
    for function in (bed, eqd2, lambda *args, alpha_beta: eqdx(*args, alpha_beta=alpha_beta, per_fraction="3 Gy")):
        with pytest.raises(error) as raised:
            function(*arguments, alpha_beta="3 Gy")  # type: ignore[operator]
        assert says in str(raised.value)
    with pytest.raises(RtcalcError):
        break_even_alpha_beta(*arguments)  # type: ignore[arg-type]


def test_eqdx_of_another_reference() -> None:
    # by hand: BED 100 over 1 + 3/3
    assert str(eqdx("60 Gy / 30", alpha_beta="3 Gy", per_fraction="3 Gy")) == "EQD (3 Gy/fx, a/b 3) 50.0 Gy"
    for reference in ("0 Gy", "3", 3, bed("45 Gy / 5", alpha_beta="3 Gy")):
        with pytest.raises(RtcalcError, match="per_fraction"):
            eqdx("60 Gy / 30", alpha_beta="3 Gy", per_fraction=reference)  # type: ignore[arg-type]


class TestBreakEven:
    @pytest.mark.parametrize(
        ("schedule", "printed"),
        [
            ("45 Gy / 5", "7.36 Gy"),  # by hand: 405 / 55 = 7.3636
            ("40 Gy / 4", "6.66 Gy"),  # by hand: 400 / 60 = 6.6666, down: at 6.67 the BED is 99.97
            ("27 Gy / 3 + 20 Gy / 2", "8.35 Gy"),  # by hand: 443 / 53 = 8.3584
            ("50 Gy / 5", "10.00 Gy"),  # by hand: 500 / 50, exactly 10 and not 9.99
            ("60 Gy / 30", "3.00 Gy"),  # by hand: 120 / 40
        ],
    )
    def test_it_is_printed_rounded_down(self, schedule: str, printed: str) -> None:
        assert str(break_even_alpha_beta(schedule)) == printed

    @pytest.mark.parametrize("schedule", ["45 Gy / 5", "40 Gy / 4", "27 Gy / 3 + 20 Gy / 2", "60 Gy / 37"])
    def test_the_schedule_reaches_the_bed_at_the_printed_value_and_not_above_the_exact_one(self, schedule: str) -> None:
        found = break_even_alpha_beta(schedule)
        assert found.gray is not None
        assert compare(gray(bed(schedule, alpha_beta=str(found))), 100) >= 0
        assert compare(gray(bed(schedule, alpha_beta=PhysicalDose.from_gray(found.gray + 1e-4))), 100) == -1

    @pytest.mark.parametrize("schedule", ["100 Gy / 50", "120 Gy / 60", "60 Gy / 30 + 40 Gy / 20"])
    def test_without_a_solution_there_is_a_reason_and_no_number(self, schedule: str) -> None:
        found = break_even_alpha_beta(schedule)
        assert (found.gray, found.reason, str(found)) == (None, REACHED_ANYWAY, REACHED_ANYWAY)

    def test_another_threshold(self) -> None:
        # by hand: (60 * 20) / (180 - 60) = 10
        assert break_even_alpha_beta("60 Gy / 3", bed="180 Gy").gray == pytest.approx(10.0, rel=1e-12)

    @pytest.mark.parametrize("threshold", [100, None, "100", "0 Gy"])
    def test_a_threshold_has_a_unit_and_is_above_zero(self, threshold: object) -> None:
        with pytest.raises(RtcalcError, match=r"^bed: "):
            break_even_alpha_beta("45 Gy / 5", bed=threshold)  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        "threshold",
        [PhysicalDose.parse("100 Gy"), UREG.Quantity(100, "Gy"), bed("50 Gy / 5", alpha_beta="10 Gy")],
        ids=repr,
    )
    def test_a_threshold_is_not_a_value_on_another_basis(self, threshold: object) -> None:
        with pytest.raises(BasisError, match=r"^bed: "):
            break_even_alpha_beta("45 Gy / 5", bed=threshold)  # type: ignore[arg-type]

    def test_a_grid_has_no_single_one(self) -> None:
        with pytest.raises(DomainError, match="not a grid"):
            break_even_alpha_beta(PhysicalDose.from_gray(np.ones(3)), 5)
