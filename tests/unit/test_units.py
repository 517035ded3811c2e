import subprocess
import sys

import numpy as np
import pint
import pytest

from rtcalc import units
from rtcalc.errors import BasisError, UnitsError


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("45 Gy", "dose", 45.0),
        ("45Gy", "dose", 45.0),
        (" 45.50  Gy ", "dose", 45.5),
        (".5 Gy", "dose", 0.5),
        ("4500 cGy", "dose", 45.0),
        ("35 cGy", "dose", 0.35),  # 35 * 0.01 would be 0.35000000000000003
        ("1.5 mGy", "dose", 0.0015),
        ("0.035 cc", "volume", 0.035),
        ("700 cm3", "volume", 700.0),
        ("2 mL", "volume", 2.0),
        ("12 mm", "length", 12.0),
        ("1.2 cm", "length", 12.0),
        ("40 h", "time", 40.0),
        ("2 d", "time", 48.0),
        ("90 min", "time", 1.5),
        ("80 %", "percent", 80.0),
        ("67.5%", "percent", 67.5),
    ],
)
def test_one_number_and_one_unit_is_read(text: str, kind: units.Kind, value: float) -> None:
    assert units.read(text, kind, "field") == value


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("45", "has no unit; write 45 Gy"),
        ("", "is empty"),
        ("   ", "is empty"),
        ("45,0 Gy", "decimal comma; write 45.0 Gy"),  # pint reads 450 Gy
        ("0,035 Gy", "decimal comma; write 0.035 Gy"),  # three digits after a leading zero cannot be thousands
        ("45,0", "decimal comma; expected"),
        ("1,234 Gy", "ambiguous: decimal comma or thousands; write 1.234 Gy or 1234 Gy"),
        ("1.234,5 Gy", "ambiguous: comma and point"),
        ("1,234.5 Gy", "ambiguous: comma and point"),
        ("1,234,567 Gy", "ambiguous"),
        ("45 gy", "write 45 Gy"),
        ("45 GY", "write 45 Gy"),
        ("45 gray", "write 45 Gy"),
        ("45 cgy", "write 45 cGy"),
        ("45 MGy", "no unit of dose that is known"),  # megagray or milligray: never guessed
        ("45 kGy", "no unit of dose that is known"),
        ("45 Sv", "Sv: an equivalent dose, which is not absorbed dose"),
        ("45 Gy(RBE)", "RBE-weighted dose"),
        ("4500 rad", "write 4500 cGy"),
        ("45 mm", "is a length, and a dose is needed"),
        ("45 Gy / 5", "is a schedule"),
        ("45 Gy 3", "expected a form"),  # pint reads 135 Gy
        ("4 5 Gy", "expected a form"),  # pint reads 20 Gy
        ("9**9**9 Gy", "expected a form"),  # pint does not return
        ("45. Gy", "expected a form"),
        ("45;Gy", "expected a form"),
        ("=cmd()", "not one number and one unit"),
        ("nan Gy", "not a finite number"),
        ("inf Gy", "not a finite number"),
        ("-inf Gy", "not a finite number"),
        ("-2 Gy", "has a sign"),
        ("+2 Gy", "has a sign"),
        ("1e2 Gy", "has an exponent"),
        ("1e999 Gy", "has an exponent"),
        ("4_5 Gy", "has an underscore; write 45 Gy"),
        ("１.８ Gy", "not plain ASCII; write 1.8 Gy"),  # full-width digits
        ("1.8\N{NO-BREAK SPACE}Gy", "not plain ASCII; write 1.8 Gy"),
        ("٤٥ Gy", "not plain ASCII; write 45 Gy"),  # Arabic-Indic digits
        ("45² Gy", "not plain ASCII; expected"),  # must not become 452 Gy
        ("4\N{ZERO WIDTH SPACE}5 Gy", "not plain ASCII; expected"),
        ("45 Gy\n", "not plain ASCII"),
        ("45\tGy", "not plain ASCII"),
        ("\N{GRINNING FACE}", "not plain ASCII"),
        ("45 Gy" + " " * 200, "has 205 characters; at most 200"),
    ],
)
def test_everything_else_is_refused_and_the_message_says_why(text: str, says: str) -> None:
    with pytest.raises(UnitsError) as error:
        units.read(text, "dose", "total")
    assert str(error.value).startswith("total: ")
    assert says in str(error.value)


@pytest.mark.parametrize("value", [0, 45, 45.0, True, None, np.float32(45), [45], b"45 Gy"])
def test_bare_numbers_and_other_types_are_refused(value: object) -> None:
    with pytest.raises(UnitsError, match="has no unit"):
        units.read(value, "dose", "total")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "kind", "says"),
    [
        ("5", "volume", "write 5 cc"),
        ("5 ml", "volume", "write 5 mL"),
        ("5 cm", "volume", "is a length, and a volume is needed"),
        ("3 days", "time", "write 3 d"),
        ("80", "percent", "write 80 %"),
        ("80 percent", "percent", "write 80 %"),
        ("0,35 cc", "volume", "write 0.35 cc"),
    ],
)
def test_the_hint_fits_the_kind(text: str, kind: units.Kind, says: str) -> None:
    with pytest.raises(UnitsError) as error:
        units.read(text, kind, "field")
    assert says in str(error.value)


def test_every_hint_that_says_write_can_be_read() -> None:
    for text in ("45", "45,0 Gy", "45 gy", "4500 rad", "4_5 Gy", "１.８ Gy", "٤٥ Gy", "45 gray"):
        with pytest.raises(UnitsError) as error:
            units.read(text, "dose", "total")
        assert units.read(str(error.value).rpartition("write ")[2], "dose", "total") > 0


@pytest.mark.parametrize(("unit", "gray"), [("Gy", 45.0), ("cGy", 0.45), ("mGy", 0.045)])
@pytest.mark.parametrize("ureg", [pint.UnitRegistry(), units.registry()], ids=["foreign", "own"])
def test_a_quantity_of_any_registry_is_read(ureg: pint.UnitRegistry, unit: str, gray: float) -> None:
    quantity = ureg.Quantity(45.0, unit)
    assert units.is_quantity(quantity)
    assert units.quantity_to_gray(quantity) == pytest.approx(gray, rel=1e-15)
    assert units.quantity_to_gray(ureg.Quantity(np.array([45.0]), unit)) == pytest.approx([gray], rel=1e-15)


def test_an_array_in_gray_is_handed_on_without_a_copy() -> None:
    grid = np.ones((2, 3), dtype=np.float32)
    assert units.quantity_to_gray(units.registry().Quantity(grid, "Gy")) is grid


@pytest.mark.parametrize("unit", ["Sv", "J/kg", "1/s", "Gy**2", "Gy/s", "kGy", "dimensionless", "m**2/s**2"])
def test_a_quantity_that_only_converts_to_gray_is_refused(unit: str) -> None:
    # In pint's own registry Sv, J/kg and m**2/s**2 have the dimension of gray and would convert without a word.
    with pytest.raises(UnitsError, match="not an absorbed dose"):
        units.quantity_to_gray(pint.UnitRegistry().Quantity(45.0, unit))


def test_an_exported_biological_quantity_does_not_come_back_as_dose() -> None:
    quantity = units.registry().Quantity(100.0, units.biological_unit("BED (a/b 10, LQ)"))
    with pytest.raises(BasisError, match="biological dose"):
        units.quantity_to_gray(quantity)


def test_what_is_no_quantity_is_not_taken_for_one() -> None:
    assert not any(units.is_quantity(value) for value in (45.0, "45 Gy", None, np.ones(3)))


def test_the_registry_is_one_and_small() -> None:
    assert units.registry() is units.registry()
    for unit in ("Sv", "joule", "kilogram", "g"):
        assert unit not in units.registry()


def test_the_registry_and_the_reader_know_the_same_units() -> None:
    ureg = units.registry()
    main: dict[units.Kind, str] = {"dose": "Gy", "volume": "cc", "length": "mm", "time": "h"}
    for kind, texts in {
        "dose": ["7 cGy", "7 mGy"],
        "volume": ["7 cm3", "7 mL"],
        "length": ["7 cm"],
        "time": ["7 d", "7 min"],
    }.items():
        for text in texts:
            value, unit = text.split()
            expected = ureg.Quantity(float(value), unit).to(main[kind]).magnitude  # type: ignore[index]
            assert units.read(text, kind, "field") == pytest.approx(expected, rel=1e-14)  # type: ignore[arg-type]


def test_two_bases_have_two_dimensions() -> None:
    ureg = units.registry()
    with pytest.raises(pint.DimensionalityError):
        ureg.Quantity(1.0, units.biological_unit("BED (a/b 3, LQ)")) + ureg.Quantity(
            1.0, units.biological_unit("BED (a/b 10, LQ)")
        )


def run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_reading_and_computing_never_import_pint() -> None:
    code = """
import sys
from rtcalc.effects import bed
from rtcalc.isoeffect import solve_total
bed("45 Gy / 5", alpha_beta="10 Gy"), solve_total(fractions=5, alpha_beta="10 Gy", bed="100 Gy")
print(sorted({"pint", "scipy", "yaml", "pydantic", "rich"} & set(sys.modules)))
"""
    assert run(code) == "[]"


def test_pint_imported_after_this_library_still_leaves_doses_alone() -> None:
    code = """
from rtcalc.effects import bed
import pint
dose = bed("45 Gy / 5", alpha_beta="10 Gy")
try:
    print(pint.UnitRegistry().Quantity(50, "percent") * dose)
except Exception as error:
    print(type(error).__name__)
"""
    assert run(code) == "UnitsError"
