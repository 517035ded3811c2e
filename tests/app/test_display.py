"""How numbers are shown, and what typed text becomes."""

from __future__ import annotations

import pytest

from rtcalc.errors import DomainError
from rtcalc_app import fields
from rtcalc_app.display import Display


def test_centigray_is_a_hundredfold_and_only_shown():
    # by hand: 45 (1 + 9/10) = 85.5 Gy = 8550 cGy
    assert Display("cGy").bed(85.5, 10.0) == "8550 cGy₁₀"
    assert Display("cGy").beside(99.96, 100.0) == "9996 cGy"
    assert Display().beside(99.96, 100.0) == "99.96 Gy"


def test_an_allowed_dose_rounds_down():
    assert Display(comma=True).alpha_beta(40 * 10 / 60, "down") == "6,66 Gy"  # by hand: 400/60 = 6.666...


@pytest.mark.parametrize("unit", ["Gy", None, 3, "cGy ", {}])
def test_an_unknown_preference_shows_gray(unit):
    assert Display.of(unit, "point").unit == "Gy"


@pytest.mark.parametrize(
    "text", ["1,8", "1.8", "1.8 Gy", "1.8Gy", "１.８", " 1.8\N{NO-BREAK SPACE}Gy ", "180 cGy", "1.80", "+1.8"]
)
def test_what_has_one_meaning_is_taken(text):
    assert float(fields.gray(text, "Dose per fraction").removesuffix(" Gy")) == 1.8


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Enter dose per fraction"),
        ("   ", "Enter dose per fraction"),
        ("1.234,5", "has two meanings; write 1234.5 or 1.2345"),
        ("1,234.5", "has two meanings; write 1234.5 or 1.2345"),
        ("1,2,3", "is not a number"),
        ("nan", "is not a number"),
        ("inf", "is not a number"),
        ("=cmd()", "is not a number"),
        ("1.8 Sv", "is not a number"),
        ("two", "is not a number"),
        ("1_8", "is not a number"),
        ("9" * 41, "at most 40"),
        (None, "text was expected, not NoneType"),
        (True, "text was expected, not bool"),
    ],
)
def test_what_has_no_meaning_or_two_is_refused(text, said):
    with pytest.raises(DomainError, match=said.replace("(", r"\(")):
        fields.gray(text, "Dose per fraction")
