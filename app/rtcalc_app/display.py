"""How a number of the library is shown: gray or centigray, decimal point or comma. Stored doses are always in gray."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rtcalc.decimals import ALPHA_BETA_PLACES, TOTAL_PLACES, Rounding, beside, fixed, plain

_SUBSCRIPTS = str.maketrans("0123456789.,", "₀₁₂₃₄₅₆₇₈₉.,")


@dataclass(frozen=True, slots=True)
class Display:
    """The preferences of the person who looks.

    Attributes
    ----------
    unit : {"Gy", "cGy"}
    comma : bool
        Decimal comma instead of the point.

    Notes
    -----
    For numbers that stand as numbers. Sentences and sources of the library keep gray and the point, as they are cited.

    Examples
    --------
    >>> Display().dose(85.5), Display(unit="cGy").dose(85.5), Display(comma=True).bed(85.5, 10)
    ('85.5 Gy', '8550 cGy', '85,5 Gy₁₀')
    """

    unit: Literal["Gy", "cGy"] = "Gy"
    comma: bool = False

    @classmethod
    def of(cls, unit: object, decimal: object) -> Display:
        """From the values of the two switches in the header; anything unknown shows gray with a point."""
        return cls("cGy" if unit == "cgy" else "Gy", decimal == "comma")

    def gray(self, gray: float, places: int = TOTAL_PLACES, rounding: Rounding = "half-up") -> str:
        """The digits of a dose without its unit."""
        if self.unit == "cGy":
            return self.mark(fixed(gray * 100.0, max(places - 2, 0), rounding))
        return self.mark(fixed(gray, places, rounding))

    def dose(self, gray: float, places: int = TOTAL_PLACES, rounding: Rounding = "half-up") -> str:
        """A dose with its unit."""
        return f"{self.gray(gray, places, rounding)} {self.unit}"

    def bed(self, gray: float, alpha_beta: float) -> str:
        """A BED with alpha/beta as subscript."""
        return f"{self.dose(gray)}{self.mark(plain(alpha_beta)).translate(_SUBSCRIPTS)}"

    def beside(self, gray: float, bound: float, places: int = TOTAL_PLACES) -> str:
        """A dose that stands next to a bound, with as many digits as the truth needs, and its unit."""
        scale, shown = (100.0, max(places - 2, 0)) if self.unit == "cGy" else (1.0, places)
        return f"{self.mark(beside(gray * scale, bound * scale, shown))} {self.unit}"

    def bed_beside(self, gray: float, alpha_beta: float, bound: float) -> str:
        """A BED that stands next to a bound, with alpha/beta as subscript."""
        return f"{self.beside(gray, bound)}{self.mark(plain(alpha_beta)).translate(_SUBSCRIPTS)}"

    def alpha_beta(self, gray: float, rounding: Rounding = "half-up") -> str:
        """An alpha/beta, always in gray."""
        return f"{self.mark(fixed(gray, ALPHA_BETA_PLACES, rounding))} Gy"

    def mark(self, digits: str) -> str:
        """Digits with the decimal mark of choice."""
        return digits.replace(".", ",") if self.comma else digits
