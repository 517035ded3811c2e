"""Values that know what they are: physical dose, BED and EQD2.

All three print as "Gy" and may never be mixed. Each value carries its basis (kind, alpha/beta, model), and
only values of one basis may be added, subtracted or compared. Numbers come in with a unit, as text, as a pint
Quantity or through a constructor that names the unit; they go out through `.gray`, `.quantity` or `str()`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from rtcalc import decimals, units
from rtcalc.basis import LQ, Biological, Dose, blank, made, write
from rtcalc.errors import BasisError, DomainError
from rtcalc.grays import checked, computed
from rtcalc.provenance import Provenance

if TYPE_CHECKING:
    import pint

    from rtcalc.units import Gray

DoseLike: TypeAlias = "str | pint.Quantity[Any] | PhysicalDose"
"""What a physical dose may be given as; never a bare number."""

BASIS_DIGITS = 6
"""Decimals of Gy that enter a basis: "35 cGy" and "0.35 Gy" must be one basis whatever the floats say."""
ENTERED = Provenance("entered")


@dataclass(frozen=True, slots=True, init=False, eq=False, repr=False)
class PhysicalDose(Dose):
    """Absorbed dose.

    Examples
    --------
    >>> PhysicalDose.parse("4500 cGy")
    <PhysicalDose 45.0 Gy>
    >>> print(PhysicalDose.from_gray(27) + PhysicalDose.from_gray(20))
    47.0 Gy
    >>> PhysicalDose.of(PhysicalDose.from_cgray(4500)) == PhysicalDose.parse("45 Gy")
    True
    """

    @classmethod
    def from_gray(cls, gray: object, provenance: Provenance = ENTERED) -> PhysicalDose:
        """Take a number or an array that is known to be in Gy.

        Parameters
        ----------
        gray : float, int or numpy.ndarray
            Finite, not negative. An array is not copied: do not write to it afterwards. float32 and float64
            are kept, other real types become float64. [Gy]
        provenance : Provenance
            Where it came from.

        Raises
        ------
        UnitsError
            Text, None, a truth value, a masked array or anything else that is not a plain number.
        DomainError
            A negative, infinite or NaN value; for an array with the first indices.
        """
        return made(cls, checked(gray, "dose"), provenance)

    @classmethod
    def from_cgray(cls, cgray: object, provenance: Provenance = ENTERED) -> PhysicalDose:
        """Take a number or an array that is known to be in cGy; else as `from_gray`."""
        return cls.from_gray(checked(cgray, "dose") / 100.0, provenance)

    @classmethod
    def parse(cls, text: str, name: str = "dose") -> PhysicalDose:
        """Read text such as "45 Gy" or "4500 cGy".

        Parameters
        ----------
        text : str
            A number and its unit. [Gy, cGy, mGy]
        name : str
            The field, for the message.
        """
        gray = units.read(text, "dose", name)
        return made(cls, gray, Provenance("entered", inputs=((name, text.strip()),)))

    @classmethod
    def of(cls, dose: DoseLike, name: str = "dose") -> PhysicalDose:
        """Take a physical dose in any of the accepted forms.

        Parameters
        ----------
        dose : str, pint.Quantity or PhysicalDose
            [Gy, cGy, mGy]
        name : str
            The field, for the message.

        Raises
        ------
        UnitsError
            A bare number, or not an absorbed dose.
        BasisError
            A BED or an EQD2.
        DomainError
            Negative, infinite or NaN.
        """
        if isinstance(dose, PhysicalDose):
            return dose
        if isinstance(dose, Dose):
            raise BasisError(f"{name}: {dose} is a biological dose; a physical dose is needed here")
        if units.is_quantity(dose):
            return cls.from_gray(checked(units.quantity_to_gray(dose, name), name))
        return cls.parse(dose, name)


@dataclass(frozen=True, slots=True, init=False, eq=False, repr=False)
class BED(Biological):
    """Biologically effective dose on one alpha/beta and one model.

    Examples
    --------
    >>> tumour = BED.from_gray(85.5, alpha_beta="10 Gy")
    >>> print(tumour)
    BED 85.5 Gy (a/b 10)
    >>> tumour + BED.from_gray(100, alpha_beta="3 Gy")
    Traceback (most recent call last):
    ...
    rtcalc.errors.BasisError: cannot add BED (a/b 10, LQ) and BED (a/b 3, LQ): they are on different bases
    >>> BED.from_model(85.5, 10.0, "LQ", ENTERED) == tumour
    True
    """

    @classmethod
    def from_gray(cls, gray: object, *, alpha_beta: DoseLike, model: str = LQ, provenance: Provenance = ENTERED) -> BED:
        """Take a number or an array that is known to be a BED in Gy.

        Parameters
        ----------
        gray : float, int or numpy.ndarray
            As in `PhysicalDose.from_gray`. [Gy]
        alpha_beta : str, pint.Quantity or PhysicalDose
            [Gy]
        model : str
            The model it was computed with.
        provenance : Provenance
            Where it came from.

        Raises
        ------
        UnitsError, DomainError
            As in `PhysicalDose.from_gray` and `basis_gray`.
        """
        return made(cls, checked(gray, "BED"), provenance, basis_gray(alpha_beta, "alpha_beta"), model)

    @classmethod
    def from_model(cls, gray: Gray, alpha_beta: float, model: str, provenance: Provenance) -> BED:
        """Wrap what a model computed from checked doses.

        Parameters
        ----------
        gray : float or numpy.ndarray
            Owned by the result from now on. A float is checked; the voxels of an array are not looked at
            again, the model answers for them. [Gy]
        alpha_beta : float
            As `basis_gray` returns it. [Gy]
        model : str
            Name of the model.
        provenance : Provenance
            What produced it.
        """
        value = blank(cls)  # field by field: `made` takes twice the time, and every result comes this way
        write(value, "gray", computed(gray, "BED"))
        write(value, "provenance", provenance)
        write(value, "alpha_beta", alpha_beta)
        write(value, "model", model)
        return value

    def __str__(self) -> str:
        return f"BED {self._body()} Gy ({self._tissue()})"


@dataclass(frozen=True, slots=True, init=False, eq=False, repr=False)
class EQD2(Biological):
    """Equivalent total dose in fractions of 2 Gy, or of another reference size, on one alpha/beta and model.

    Parameters
    ----------
    per_fraction : float
        Dose per fraction of the equivalent schedule; part of the basis. [Gy]

    Examples
    --------
    >>> print(EQD2.from_gray(108, alpha_beta="3 Gy"))
    EQD2 (a/b 3) 108.0 Gy
    >>> print(EQD2.from_gray(95, alpha_beta="3 Gy", per_fraction="3 Gy"))
    EQD (3 Gy/fx, a/b 3) 95.0 Gy
    >>> print(EQD2.from_model(71.25, 10.0, "LQ", ENTERED))
    EQD2 (a/b 10) 71.3 Gy
    """

    per_fraction: float

    @classmethod
    def from_gray(
        cls,
        gray: object,
        *,
        alpha_beta: DoseLike,
        model: str = LQ,
        per_fraction: DoseLike = "2 Gy",
        provenance: Provenance = ENTERED,
    ) -> EQD2:
        """Take a number or an array that is known to be an equivalent dose in Gy.

        Parameters
        ----------
        gray, alpha_beta, model, provenance
            As in `BED.from_gray`.
        per_fraction : str, pint.Quantity or PhysicalDose
            Dose per fraction of the equivalent schedule. [Gy]

        Raises
        ------
        UnitsError, DomainError
            As in `PhysicalDose.from_gray` and `basis_gray`.
        """
        ratio, reference = basis_gray(alpha_beta, "alpha_beta"), basis_gray(per_fraction, "per_fraction")
        return made(cls, checked(gray, "EQD2"), provenance, ratio, model, reference)

    @classmethod
    def from_model(
        cls, gray: Gray, alpha_beta: float, model: str, provenance: Provenance, per_fraction: float = 2.0
    ) -> EQD2:
        """Wrap what a model computed from checked doses, as in `BED.from_model`.

        Parameters
        ----------
        per_fraction : float
            As `basis_gray` returns it. [Gy]
        """
        value = blank(cls)
        write(value, "gray", computed(gray, "EQD2"))
        write(value, "provenance", provenance)
        write(value, "alpha_beta", alpha_beta)
        write(value, "model", model)
        write(value, "per_fraction", per_fraction)
        return value

    def to_dict(self) -> dict[str, Any]:
        """Return a single value with its basis as a dict for JSON; as `Dose.to_dict`."""
        return {**Biological.to_dict(self), "per_fraction_gray": self.per_fraction}

    def __str__(self) -> str:
        return f"{self._headed(self._tissue())} {self._body()} Gy"

    def _kind(self) -> str:
        return "EQD2" if self.per_fraction == 2.0 else f"EQD ({decimals.plain(self.per_fraction)} Gy/fx)"

    def _label(self) -> str:
        return self._headed(f"a/b {decimals.plain(self.alpha_beta)}, {self.model}")

    def _headed(self, tissue: str) -> str:
        kind = self._kind()
        return f"EQD2 ({tissue})" if kind == "EQD2" else f"{kind.removesuffix(')')}, {tissue})"


def single_gray(dose: DoseLike, name: str) -> float:
    """Return one physical dose above zero as a number.

    Parameters
    ----------
    dose : str, pint.Quantity or PhysicalDose
        [Gy]
    name : str
        The field, for the message.

    Returns
    -------
    float
        [Gy]

    Raises
    ------
    UnitsError, BasisError
        As in `PhysicalDose.of`.
    DomainError
        Zero, or a grid.

    Examples
    --------
    >>> single_gray("900 cGy", "per_fraction")
    9.0
    """
    gray = units.read(dose, "dose", name) if isinstance(dose, str) else PhysicalDose.of(dose, name).gray
    if not isinstance(gray, float):
        raise DomainError(f"{name}: one dose is needed, not a grid of {np.shape(gray)} voxels")
    if gray == 0.0:
        raise DomainError(f"{name}: 0 Gy is outside the model; it must be above zero")
    return gray


def basis_gray(dose: DoseLike, name: str) -> float:
    """Return a number that sets a basis apart, such as an alpha/beta, rounded to 1e-6 Gy.

    Parameters
    ----------
    dose : str, pint.Quantity or PhysicalDose
        One value above zero. [Gy]
    name : str
        The field, for the message.

    Returns
    -------
    float
        [Gy]

    Raises
    ------
    UnitsError, BasisError
        As in `PhysicalDose.of`.
    DomainError
        Zero, less than 1e-6 Gy, or a grid.

    Examples
    --------
    >>> basis_gray("35 cGy", "alpha_beta") == basis_gray("0.35 Gy", "alpha_beta")
    True
    """
    if isinstance(dose, str):
        return _basis_of_text(dose, name)
    return _basis_of_gray(single_gray(dose, name), name)


@lru_cache(maxsize=256)
def _basis_of_text(text: str, name: str) -> float:
    # Kept, because a study reads the same few alpha/beta texts a million times. A refusal is never kept.
    return _basis_of_gray(single_gray(text, name), name)


def _basis_of_gray(gray: float, name: str) -> float:
    rounded = round(gray, BASIS_DIGITS)
    if rounded == 0.0:
        raise DomainError(f"{name}: {gray!r} Gy is below 0.000001 Gy; it must be above zero")
    return rounded
