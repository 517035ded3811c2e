import copy
import dataclasses
import operator
import pickle
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pint
import pytest

from rtcalc import units
from rtcalc.basis import Dose
from rtcalc.doses import BED, EQD2, PhysicalDose, basis_gray, single_gray
from rtcalc.effects import bed, eqd2, eqdx
from rtcalc.errors import BasisError, DomainError, UnitsError

PHYSICAL = PhysicalDose.parse("45 Gy")
BED3 = bed("45 Gy / 5", alpha_beta="3 Gy")  # by hand: 45 * 4 = 180
BED10 = bed("45 Gy / 5", alpha_beta="10 Gy")  # by hand: 45 * 1.9 = 85.5
EQD2_3 = eqd2("45 Gy / 5", alpha_beta="3 Gy")  # by hand: 180 / (5/3) = 108
EQD2_10 = eqd2("45 Gy / 5", alpha_beta="10 Gy")
EQD3_3 = eqdx("45 Gy / 5", alpha_beta="3 Gy", per_fraction="3 Gy")  # by hand: 180 / 2 = 90
LQL = BED.from_gray(165, alpha_beta="3 Gy", model="LQ-L")
GRID = PhysicalDose.from_gray(np.array([[0.0, 45.0]]))
FOREIGN = pint.UnitRegistry()

MIXED = [
    pytest.param(PHYSICAL, BED3, id="physical and BED"),
    pytest.param(BED3, EQD2_3, id="BED and EQD2"),
    pytest.param(PHYSICAL, EQD2_3, id="physical and EQD2"),
    pytest.param(BED3, BED10, id="BED of two alpha/beta"),
    pytest.param(EQD2_3, EQD2_10, id="EQD2 of two alpha/beta"),
    pytest.param(EQD2_3, EQD3_3, id="EQD2 and an equivalent at 3 Gy per fraction"),
    pytest.param(BED3, LQL, id="BED of two models"),
]


class TestWhatIsRefused:
    @pytest.mark.parametrize(("left", "right"), MIXED)
    def test_adding_two_bases(self, left: Dose, right: Dose) -> None:
        for first, second in ((left, right), (right, left)):
            with pytest.raises(BasisError, match="cannot add"):
                first + second
            with pytest.raises(BasisError, match="cannot add"):
                sum([first, second])

    @pytest.mark.parametrize(("left", "right"), MIXED)
    def test_subtracting_two_bases(self, left: Dose, right: Dose) -> None:
        with pytest.raises(BasisError, match="cannot subtract"):
            left - right

    @pytest.mark.parametrize(("left", "right"), MIXED)
    def test_comparing_two_bases(self, left: Dose, right: Dose) -> None:
        for compared in (lambda: left < right, lambda: left <= right, lambda: left > right, lambda: left >= right):
            with pytest.raises(BasisError, match="cannot compare"):
                compared()
        assert left != right

    def test_a_bed_compared_with_a_physical_limit(self) -> None:
        with pytest.raises(BasisError, match=r"BED \(a/b 10, LQ\) and physical dose"):
            operator.lt(BED10, PhysicalDose.parse("100 Gy"))

    @pytest.mark.parametrize("value", [BED3, EQD2_3, BED3.quantity, EQD2_3.quantity], ids=repr)
    def test_a_bed_fed_into_bed_again(self, value: object) -> None:
        for function in (bed, eqd2):
            with pytest.raises(BasisError, match="biological dose"):
                function(value, 5, alpha_beta="3 Gy")  # type: ignore[operator]
        with pytest.raises(BasisError, match="alpha_beta"):
            bed("45 Gy", 5, alpha_beta=value)  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        "value",
        [45.0, 45, 0, True, None, "45", Decimal(45), np.float32(45), np.float64(45), np.ones(3), Fraction(45)],
        ids=repr,
    )
    def test_bare_numbers(self, value: object) -> None:
        with pytest.raises(UnitsError, match="has no unit"):
            bed(value, 5, alpha_beta="3 Gy")  # type: ignore[arg-type]
        with pytest.raises(UnitsError, match="has no unit"):
            bed("45 Gy", 5, alpha_beta=value)  # type: ignore[arg-type]
        with pytest.raises(UnitsError, match="has no unit"):
            PhysicalDose.of(value)  # type: ignore[arg-type]

    @pytest.mark.parametrize("unit", ["Sv", "J/kg", "1/s"])
    @pytest.mark.parametrize("ureg", [FOREIGN, pint.UnitRegistry(cache_folder=None)], ids=["foreign", "another"])
    def test_dose_in_sievert_also_from_a_foreign_registry(self, ureg: pint.UnitRegistry, unit: str) -> None:
        with pytest.raises(UnitsError, match="not an absorbed dose"):
            bed(ureg.Quantity(45.0, unit), 5, alpha_beta="3 Gy")
        with pytest.raises(UnitsError, match="Sv"):
            bed("45 Sv", 5, alpha_beta="3 Gy")

    @pytest.mark.parametrize("other", [BED3, 1, np.ones(3)], ids=repr)
    def test_numpy_functions(self, other: object) -> None:
        for reduction in (np.sum, np.mean):
            with pytest.raises(TypeError):
                reduction(BED3)
        for function in (np.add, np.multiply, np.subtract, np.greater):
            with pytest.raises(TypeError, match="does not support ufuncs"):
                function(BED3, other)
            with pytest.raises(TypeError, match="does not support ufuncs"):
                function(other, BED3)

    def test_concatenating(self) -> None:
        grid = PhysicalDose.from_gray(np.ones(3))
        with pytest.raises(UnitsError, match=r"take \.gray"):
            np.concatenate([grid, bed(grid, 5, alpha_beta="3 Gy")])  # type: ignore[list-item]

    @pytest.mark.parametrize("convert", [np.asarray, np.array, np.median, lambda value: np.array([value, value])])
    def test_becoming_an_array_by_itself(self, convert: object) -> None:
        with pytest.raises(UnitsError, match=r"take \.gray"):
            convert(BED3)  # type: ignore[operator]

    def test_becoming_a_float_by_itself(self) -> None:
        with pytest.raises(TypeError):
            float(BED3)  # type: ignore[arg-type]
        with pytest.raises(TypeError):
            format(BED3, ".1f")

    def test_a_percent_quantity_times_a_bed(self) -> None:
        for ureg in (FOREIGN, units.registry()):
            percent = ureg.Quantity(50.0, "percent")
            with pytest.raises(UnitsError, match="scaled by a plain number"):
                percent * BED10
            with pytest.raises(UnitsError, match="scaled by a plain number"):
                BED10 * percent
            with pytest.raises(UnitsError):
                percent + BED10
            with pytest.raises(UnitsError):
                operator.lt(ureg.Quantity(45.0, "Gy"), PHYSICAL)

    @pytest.mark.parametrize("number", [1, 0, 45.0, np.float64(3), np.ones(3), "45 Gy", None], ids=repr)
    def test_adding_and_comparing_with_what_has_no_basis(self, number: object) -> None:
        for mistake in (
            lambda: BED3 + number,
            lambda: BED3 - number,
            lambda: number - BED3,
            lambda: operator.lt(BED3, number),
            lambda: operator.lt(number, BED3),
            lambda: operator.ge(BED3, number),
        ):
            with pytest.raises(UnitsError, match="doses of one basis"):
                mistake()

    @pytest.mark.parametrize("number", [1, 0.0, False, np.float64(0), np.ones(3)], ids=repr)
    def test_adding_from_the_left_with_anything_but_the_zero_of_sum(self, number: object) -> None:
        with pytest.raises(UnitsError, match="doses of one basis"):
            number + BED3  # type: ignore[operator]

    @pytest.mark.parametrize("scale", [True, np.True_, "2", None, np.ones(3), PHYSICAL, BED3, 1j, Decimal(2)], ids=repr)
    def test_scaling_by_anything_but_a_plain_number(self, scale: object) -> None:
        for mistake in (lambda: BED3 * scale, lambda: scale * BED3, lambda: BED3 / scale):
            with pytest.raises(UnitsError, match="scaled by a plain number"):
                mistake()

    @pytest.mark.parametrize("scale", [-1, -0.5, float("nan"), float("inf")])
    def test_scaling_out_of_the_range_of_doses(self, scale: float) -> None:
        with pytest.raises(DomainError, match="scaled by a finite number"):
            BED3 * scale
        with pytest.raises(DomainError, match="scaled by a finite number"):
            BED3 / scale

    def test_dividing_by_zero(self) -> None:
        with pytest.raises(DomainError, match="divided by zero"):
            BED3 / 0

    def test_a_negative_difference(self) -> None:
        with pytest.raises(DomainError, match="-1"):
            PHYSICAL - PhysicalDose.parse("46 Gy")

    @pytest.mark.parametrize("cls", [PhysicalDose, BED, EQD2, Dose])
    def test_the_bare_constructor(self, cls: type[Dose]) -> None:
        for arguments in ((), (45.0,), ("45 Gy",)):
            with pytest.raises(UnitsError, match="does not say its unit"):
                cls(*arguments)

    def test_changing_a_value(self) -> None:
        with pytest.raises(dataclasses.FrozenInstanceError):
            BED3.gray = 1.0  # type: ignore[misc]
        with pytest.raises(UnitsError):
            dataclasses.replace(BED3, gray=1.0)
        assert not hasattr(BED3, "__dict__")


class TestConstructors:
    @pytest.mark.parametrize(
        "number",
        [45, 45.0, np.float32(45), np.float64(45), np.int16(45), np.array(45.0)],
        ids=lambda value: type(value).__name__,
    )
    def test_from_gray_takes_plain_numbers_and_keeps_a_python_float(self, number: object) -> None:
        dose = PhysicalDose.from_gray(number)
        assert type(dose.gray) is float
        assert dose == PHYSICAL

    @pytest.mark.parametrize(
        "value",
        [True, np.True_, None, "45 Gy", Decimal(45), [45.0], 45j, np.array([True]), np.array(["45"]), np.array([45j]),
         np.array([45.0], dtype=object), np.ma.masked_array([1.0, 2.0], mask=[True, False]),
         FOREIGN.Quantity(45.0, "Gy"), PHYSICAL],
        ids=repr,
    )  # fmt: skip
    def test_from_gray_takes_nothing_else(self, value: object) -> None:
        for make in (PhysicalDose.from_gray, PhysicalDose.from_cgray):
            with pytest.raises(UnitsError):
                make(value)
        with pytest.raises(UnitsError):
            BED.from_gray(value, alpha_beta="3 Gy")
        with pytest.raises(UnitsError):
            EQD2.from_gray(value, alpha_beta="3 Gy")

    @pytest.mark.parametrize("number", [-1.0, float("nan"), float("inf"), np.float32("nan"), -1])
    def test_a_dose_is_finite_and_not_negative(self, number: float) -> None:
        with pytest.raises(DomainError, match="not a dose"):
            PhysicalDose.from_gray(number)
        with pytest.raises(DomainError, match="not a dose"):
            PhysicalDose.of(FOREIGN.Quantity(number, "Gy"))
        with pytest.raises(DomainError, match="not a dose"):
            BED.from_model(float(number), 3.0, "LQ", BED3.provenance)

    def test_from_cgray(self) -> None:
        assert PhysicalDose.from_cgray(35).gray == 0.35
        assert PhysicalDose.from_cgray(np.array([4500, 35])).gray.tolist() == [45.0, 0.35]  # type: ignore[union-attr]

    @pytest.mark.parametrize("ureg", [FOREIGN, units.registry()], ids=["foreign", "own"])
    def test_of_takes_text_quantity_and_dose(self, ureg: pint.UnitRegistry) -> None:
        forms = ("45 Gy", "4500 cGy", ureg.Quantity(45, "Gy"), ureg.Quantity(4500.0, "cGy"), PHYSICAL)
        assert {PhysicalDose.of(form) for form in forms} == {PHYSICAL}

    def test_the_field_is_named_in_the_message(self) -> None:
        for value in (45, BED3, FOREIGN.Quantity(1.0, "Sv")):
            with pytest.raises((UnitsError, BasisError), match=r"^limit: "):
                PhysicalDose.of(value, "limit")  # type: ignore[arg-type]

    def test_alpha_beta_is_rounded_before_it_becomes_a_basis(self) -> None:
        assert basis_gray(FOREIGN.Quantity(35, "cGy"), "alpha_beta") == basis_gray("0.35 Gy", "alpha_beta") == 0.35
        third = PhysicalDose.from_gray(1 / 3)
        assert BED.from_gray(1, alpha_beta=third) + BED.from_gray(1, alpha_beta="0.333333 Gy") == BED.from_gray(
            2, alpha_beta=third
        )

    @pytest.mark.parametrize("text", ["0 Gy", "0.0000001 Gy"])
    def test_alpha_beta_is_above_zero(self, text: str) -> None:
        with pytest.raises(DomainError, match="above zero"):
            basis_gray(text, "alpha_beta")

    def test_alpha_beta_is_one_value(self) -> None:
        grid = PhysicalDose.from_gray(np.array([3.0, 10.0]))
        for function in (basis_gray, single_gray):
            with pytest.raises(DomainError, match="not a grid"):
                function(grid, "alpha_beta")

    @pytest.mark.parametrize("value", [float("nan"), float("inf"), -3.0, 0.0])
    def test_alpha_beta_of_a_quantity_outside_the_model(self, value: float) -> None:
        with pytest.raises(DomainError, match="alpha_beta"):
            basis_gray(FOREIGN.Quantity(value, "Gy"), "alpha_beta")


class TestGrids:
    def test_bad_voxels_are_listed_by_index(self) -> None:
        grid = np.ones((2, 4))
        grid[0, 1], grid[1, 2], grid[1, 3] = np.nan, -1.0, np.inf
        with pytest.raises(DomainError, match=r"3 of 8 values .* at \(0, 1\), \(1, 2\), \(1, 3\)$"):
            PhysicalDose.from_gray(grid)
        with pytest.raises(DomainError, match=r"8 of 8 values .* \(1, 0\), \.\.\.$"):
            PhysicalDose.from_gray(np.full((2, 4), np.nan))

    def test_an_empty_array_is_no_dose(self) -> None:
        with pytest.raises(DomainError, match="without voxels"):
            PhysicalDose.from_gray(np.ones((0, 3)))

    @pytest.mark.parametrize(
        ("dtype", "kept"), [("f4", "f4"), ("f8", "f8"), (">f4", "f8"), ("f2", "f8"), ("i2", "f8"), ("u4", "f8")]
    )
    def test_which_types_are_kept(self, dtype: str, kept: str) -> None:
        assert PhysicalDose.from_gray(np.ones(3, dtype=dtype)).gray.dtype == np.dtype(kept)  # type: ignore[union-attr]

    def test_the_grid_is_a_read_only_view_and_the_callers_array_stays_writeable(self) -> None:
        grid = np.ones((3, 4), dtype=np.float32)
        dose = PhysicalDose.from_gray(grid)
        assert np.shares_memory(dose.gray, grid)
        for value in (dose, bed(dose, 5, alpha_beta="3 Gy"), eqd2(dose, 5, alpha_beta="3 Gy"), dose + dose):
            with pytest.raises(ValueError, match="read-only"):
                value.gray[0, 0] = 2.0  # type: ignore[index]
        grid[0, 0] = 1.5

    @pytest.mark.parametrize("copied", [copy.deepcopy, copy.copy, lambda value: pickle.loads(pickle.dumps(value))])
    def test_copies_are_equal_and_still_read_only(self, copied: object) -> None:
        grid = bed(PhysicalDose.from_gray(np.ones((3, 4), dtype=np.float32)), 5, alpha_beta="3 Gy")
        for value in (grid, PHYSICAL, BED3, EQD2_3, EQD3_3):
            twin = copied(value)  # type: ignore[operator]
            assert twin == value
            assert (twin.basis, twin.provenance, type(twin)) == (value.basis, value.provenance, type(value))
        assert not copied(grid).gray.flags.writeable  # type: ignore[operator]

    def test_grids_of_two_shapes_do_not_broadcast(self) -> None:
        row, column = PhysicalDose.from_gray(np.ones((1, 3))), PhysicalDose.from_gray(np.ones((3, 1)))
        with pytest.raises(DomainError, match="cannot add grids"):
            row + column

    def test_arithmetic_voxel_by_voxel(self) -> None:
        grid = PhysicalDose.from_gray(np.array([1.0, 2.0], dtype=np.float32))
        assert (grid + grid).gray.tolist() == [2.0, 4.0]  # type: ignore[union-attr]
        assert (grid + PhysicalDose.from_gray(1)).gray.tolist() == [2.0, 3.0]  # type: ignore[union-attr]
        assert (grid * np.float64(2)).gray.dtype == np.float32  # type: ignore[union-attr]
        assert (grid / 2 - grid / 4).gray.tolist() == [0.25, 0.5]  # type: ignore[union-attr]
        with pytest.raises(DomainError, match=r"negative, at \(0,\)$"):
            grid - PhysicalDose.from_gray(1.5)  # by hand: 1.0 - 1.5 and 2.0 - 1.5

    def test_overflow_is_an_error_and_not_an_infinite_dose(self) -> None:
        grid = PhysicalDose.from_gray(np.array([1e300]))
        for mistake in (lambda: grid * 1e300, lambda: grid / 1e-300):
            with pytest.raises(DomainError, match="infinite"):
                mistake()
        with pytest.raises(DomainError, match="inf"):
            PhysicalDose.from_gray(1e300) * 1e300

    def test_statistics_keep_the_kind(self) -> None:
        grid = bed(PhysicalDose.from_gray(np.array([0.0, 15.0, 30.0, 45.0])), 5, alpha_beta="3 Gy")
        # by hand: D * (1 + D/15): 0, 30, 90, 180; mean 75; the 50th percentile halfway between 30 and 90
        found = [grid.min(), grid.max(), grid.mean(), grid.percentile(50), grid.percentile(100)]
        assert [value.gray for value in found] == pytest.approx([0.0, 180.0, 75.0, 60.0, 180.0])
        assert {value.basis for value in found} == {("BED", 3.0, "LQ")}
        assert all(type(value.gray) is float for value in found)
        assert BED3.mean() == BED3.max() == BED3.percentile(2) == BED3

    def test_the_mean_of_a_float32_grid_is_summed_in_double_precision(self) -> None:
        # by hand: the mean is 0.1 as a float32, 0.10000000149; summed in single precision a million voxels lose digits
        grid = PhysicalDose.from_gray(np.full(1_000_003, 0.1, dtype=np.float32))
        assert grid.mean().gray == pytest.approx(float(np.float32(0.1)), rel=1e-12)

    @pytest.mark.parametrize("percent", [-1, 101, float("nan"), True])
    def test_a_percentile_is_from_0_to_100(self, percent: float) -> None:
        with pytest.raises(DomainError, match="0 to 100"):
            PHYSICAL.percentile(percent)

    def test_a_grid_is_not_compared_hashed_or_written_as_one_value(self) -> None:
        grid = PhysicalDose.from_gray(np.ones(3))
        for mistake in (
            lambda: operator.lt(grid, PHYSICAL),
            lambda: operator.lt(PHYSICAL, grid),
            lambda: hash(grid),
            grid.to_dict,
        ):
            with pytest.raises(DomainError, match="is a grid"):
                mistake()


class TestValues:
    def test_equality_and_hash_use_the_ten_digits(self) -> None:
        noisy = BED.from_gray(60 * (1 + 2 / 3), alpha_beta="3 Gy")  # by hand 100; the float is 99.99999999999999
        exact = BED.from_gray(100, alpha_beta="3 Gy")
        assert noisy == exact
        assert len({noisy, exact}) == 1
        assert noisy >= exact
        assert noisy <= exact
        assert not noisy < exact
        assert not noisy > exact

    def test_order(self) -> None:
        assert BED3 < BED3 * 1.001
        assert BED3 * 1.001 > BED3
        assert sorted([BED3 * 2, BED3]) == [BED3, BED3 * 2]

    def test_equality_never_raises(self) -> None:
        others = (
            45.0,
            "45 Gy",
            None,
            np.ones(3),
            FOREIGN.Quantity(45.0, "Gy"),
            BED3,
            PhysicalDose.from_gray(np.ones(3)),
        )
        assert not any(operator.eq(PHYSICAL, other) for other in others)
        grid = PhysicalDose.from_gray(np.ones(3))
        assert grid == PhysicalDose.from_gray(np.ones(3))
        assert grid != PhysicalDose.from_gray(np.array([1.0, 1.0, 2.0]))

    def test_sum_and_scaling(self) -> None:
        assert sum([BED3, BED3, BED3]) == 3 * BED3 == BED3 * 3 == BED3 * 6 / 2
        assert np.float64(2) * BED3 == BED3 + BED3
        assert BED3 * 0 == BED3 - BED3

    def test_a_difference_of_equals_is_zero_and_not_noise(self) -> None:
        exact, noisy = BED.from_gray(100, alpha_beta="3 Gy"), BED.from_gray(60 * (1 + 2 / 3), alpha_beta="3 Gy")
        assert noisy.gray != exact.gray
        assert (noisy - exact).gray == (exact - noisy).gray == 0.0

    def test_basis(self) -> None:
        assert PHYSICAL.basis == ("physical", None, None)
        assert BED3.basis == ("BED", 3.0, "LQ")
        assert EQD2_3.basis == ("EQD2", 3.0, "LQ")
        assert EQD3_3.basis == ("EQD (3 Gy/fx)", 3.0, "LQ")
        assert eqdx("45 Gy / 5", alpha_beta="3 Gy", per_fraction="2 Gy") == EQD2_3

    @pytest.mark.parametrize(
        ("value", "text", "representation"),
        [
            (PHYSICAL, "45.0 Gy", "<PhysicalDose 45.0 Gy>"),
            (BED10, "BED 85.5 Gy (a/b 10)", "<BED 85.5 Gy (a/b 10 Gy, LQ)>"),
            (EQD2_3, "EQD2 (a/b 3) 108.0 Gy", "<EQD2 108.0 Gy (a/b 3 Gy, LQ)>"),
            (EQD3_3, "EQD (3 Gy/fx, a/b 3) 90.0 Gy", "<EQD (3 Gy/fx) 90.0 Gy (a/b 3 Gy, LQ)>"),
            (BED.from_gray(1, alpha_beta="6.92 Gy"), "BED 1.0 Gy (a/b 6.92)", "<BED 1.0 Gy (a/b 6.92 Gy, LQ)>"),
            (LQL, "BED 165.0 Gy (a/b 3, LQ-L)", "<BED 165.0 Gy (a/b 3 Gy, LQ-L)>"),
            (GRID, "grid 1 x 2, 0.0 to 45.0 Gy", "<PhysicalDose grid 1 x 2, 0.0 to 45.0 Gy>"),
            (bed(GRID, 5, alpha_beta="3 Gy"), "BED grid 1 x 2, 0.0 to 180.0 Gy (a/b 3)", None),
            (eqd2(GRID, 5, alpha_beta="3 Gy"), "EQD2 (a/b 3) grid 1 x 2, 0.0 to 108.0 Gy", None),
        ],
        ids=str,
    )
    def test_print(self, value: Dose, text: str, representation: str | None) -> None:
        assert str(value) == text
        assert representation is None or repr(value) == representation

    def test_to_dict(self) -> None:
        assert PHYSICAL.to_dict() == {"kind": "physical", "gray": 45.0}
        assert BED10.to_dict() == {"kind": "BED", "gray": 85.5, "alpha_beta_gray": 10.0, "model": "LQ"}
        exact = EQD2.from_gray(108, alpha_beta="3 Gy")
        tissue = {"alpha_beta_gray": 3.0, "model": "LQ"}
        assert exact.to_dict() == {"kind": "EQD2", "gray": 108.0, **tissue, "per_fraction_gray": 2.0}

    def test_quantities_leave_in_units_that_do_not_mix(self) -> None:
        assert PHYSICAL.quantity.to("cGy").magnitude == pytest.approx(4500.0)
        assert BED3.quantity.magnitude == BED3.gray
        values = (PHYSICAL, BED3, BED10, EQD2_3, EQD2_10, EQD3_3)
        for left in values:
            for right in values:
                if left is not right:
                    with pytest.raises(pint.DimensionalityError):
                        left.quantity + right.quantity
        assert (BED3.quantity + BED3.quantity).magnitude == pytest.approx(360.0)
