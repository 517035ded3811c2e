"""The kind of dose that a published response model was fitted on, and whether a curve is of that kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rtcalc import decimals
from rtcalc.basis import LQ, in_fractions
from rtcalc.curve_basis import PHYSICAL, basis_name
from rtcalc.dvh import Dvh
from rtcalc.errors import BasisError, DomainError

Fitted = Literal["physical", "EQD2", "fractions", "not stated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseBasis:
    """The kind of dose a parameter set was fitted on.

    Attributes
    ----------
    kind : {"physical", "EQD2", "fractions", "not stated"}
        "fractions": dose of equal effect in `fractions` fractions.
    alpha_beta : (float, float) or None
        Smallest and largest alpha/beta of the fit; mostly equal. [Gy]
    per_fraction : (float, float) or None
        Dose per fraction of the fitted physical doses; None: not stated. [Gy]
    fractions : int or None
        Number of fractions of the fit.

    Examples
    --------
    >>> print(DoseBasis(kind="physical", per_fraction=(1.8, 2.0)))
    physical dose, 1.8 to 2 Gy per fraction
    >>> print(DoseBasis(kind="EQD2", alpha_beta=(3.0, 3.0)))
    EQD2 (a/b 3)
    >>> lung = Dvh.from_parts(organ="Lungs", course="1", dose_gray=[20], volume_cc=[3000])
    >>> DoseBasis(kind="physical").require(lung, "the fit")
    """

    kind: Fitted
    alpha_beta: tuple[float, float] | None = None
    per_fraction: tuple[float, float] | None = None
    fractions: int | None = None

    def __post_init__(self) -> None:
        biological = self.kind in ("EQD2", "fractions")
        if biological != (self.alpha_beta is not None) or (self.kind == "fractions" and self.fractions is None):
            raise DomainError(f"dose basis {self.kind}: EQD2 needs alpha_beta, fractions needs both, others have none")
        for name, pair in (("alpha_beta", self.alpha_beta), ("per_fraction", self.per_fraction)):
            if pair is not None and not 0.0 < pair[0] <= pair[1]:
                raise DomainError(f"dose basis: {name} {pair!r} is not a range above zero, the smaller number first")

    def __str__(self) -> str:
        if self.kind == "not stated":
            return "dose basis not stated"
        if self.kind == "physical":
            parts = [f"{_span(self.per_fraction)} Gy per fraction"] if self.per_fraction else []
            parts += [f"in {self.fractions} fractions"] if self.fractions else []
            return ", ".join(["physical dose", *parts])
        name = "EQD2" if self.kind == "EQD2" else in_fractions(self.fractions or 0)
        return f"{name} (a/b {_span(self.alpha_beta)})"

    def require(self, dvh: Dvh, what: str) -> None:
        """Refuse a curve on another basis.

        Parameters
        ----------
        dvh : Dvh
        what : str
            Name of the parameter set, for the message.

        Raises
        ------
        BasisError
            With the conversion that is missing.
        """
        kind, ratio, model = dvh.basis
        if self.kind == "physical":
            if dvh.basis != PHYSICAL:
                raise BasisError(
                    f"{what} was fitted on {self}; this curve is {basis_name(dvh.basis)}, give the physical one"
                )
            return
        wanted = "EQD2" if self.kind == "EQD2" else in_fractions(self.fractions or 0)
        low, high = self.alpha_beta or (0.0, 0.0)
        if kind != wanted or model != LQ or ratio is None or not low <= ratio <= high:
            hint = f"convert the physical curve to {wanted} at alpha/beta {decimals.plain(low)} Gy"
            raise BasisError(f"{what} was fitted on {self}; this curve is {basis_name(dvh.basis)}; {hint}")


def _span(pair: tuple[float, float] | None) -> str:
    assert pair is not None
    return " to ".join(decimals.plain(number) for number in dict.fromkeys(pair))
