"""What every dose does and refuses: a value may meet another one only on the same basis."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self, TypeAlias, TypeVar

import numpy as np

from rtcalc import decimals, units
from rtcalc.errors import BasisError, DomainError, UnitsError
from rtcalc.grays import checked, factor, read_only
from rtcalc.provenance import SUM, Provenance

if TYPE_CHECKING:
    import pint

    from rtcalc.units import Gray

Basis: TypeAlias = tuple[str, float | None, str | None]
"""Kind, alpha/beta in Gy, model."""

LQ = "LQ"
"""The model that a print leaves unsaid."""


def in_fractions(fractions: int) -> str:
    """Name the kind of a dose converted into this number of fractions, as some published fits use it.

    Parameters
    ----------
    fractions : int
        1 to 200.

    Returns
    -------
    str

    Examples
    --------
    >>> in_fractions(35)
    'dose in 35 fractions'
    """
    return f"dose in {fractions} fractions"


@dataclass(frozen=True, slots=True, init=False, eq=False, repr=False)
class Dose:
    """What the three kinds have in common; not made directly.

    Parameters
    ----------
    gray : float or numpy.ndarray
        The value, or one value per voxel as a read-only view. [Gy]
    provenance : Provenance
        What produced it.
    """

    gray: Gray
    provenance: Provenance

    __array_ufunc__: ClassVar[None] = None  # numpy leaves + - * / to the operators below

    def __init__(self, *args: object, **kwargs: object) -> None:
        name = type(self).__name__
        raise UnitsError(f"{name}(...) does not say its unit; write {name}.from_gray(...) or text such as '45 Gy'")

    @property
    def basis(self) -> Basis:
        """What this value may be added to and compared with: (kind, alpha/beta in Gy, model)."""
        return ("physical", None, None)

    @property
    def quantity(self) -> pint.Quantity[Any]:
        """The value for pint; every biological basis has a dimension of its own."""
        unit = units.registry().Unit("gray") if self.basis[1] is None else units.biological_unit(self._label())
        return units.registry().Quantity(self.gray, unit)

    def to_dict(self) -> dict[str, Any]:
        """Return a single value with its basis as a dict for JSON; `gray` is unrounded, the key is the unit.

        Raises
        ------
        DomainError
            The value is a grid.
        """
        return {"kind": self.basis[0], "gray": self._single("written as JSON")}

    def mean(self) -> Self:
        """Return the arithmetic mean over the voxels, each counted once; the same kind."""
        return self._like(np.mean(self.gray, dtype=np.float64), "mean")

    def max(self) -> Self:
        """Return the largest value; the same kind."""
        return self._like(np.max(self.gray), "max")

    def min(self) -> Self:
        """Return the smallest value; the same kind."""
        return self._like(np.min(self.gray), "min")

    def percentile(self, percent: float) -> Self:
        """Return a percentile over the voxels, linear between neighbours; the same kind.

        Parameters
        ----------
        percent : float
            Per cent of the voxels at or below the result, 0 to 100: D2% of a structure is its 98th. [%]

        Returns
        -------
        PhysicalDose, BED or EQD2
            [Gy]

        Raises
        ------
        DomainError
            `percent` is not from 0 to 100.
        """
        if isinstance(percent, bool) or not 0 <= percent <= 100:
            raise DomainError(f"a percentile is a number from 0 to 100, not {percent!r}")
        return self._like(np.percentile(self.gray, percent), f"percentile {decimals.plain(percent)}")

    def __add__(self, other: Self) -> Self:
        self._require_same(other, "add")
        terms = self.provenance.terms() + other.provenance.terms()
        with np.errstate(over="ignore"):  # an infinite sum is refused by the check of the result
            return self._like(self.gray + other.gray, SUM, terms)

    def __radd__(self, other: object) -> Self:
        if type(other) is int and other == 0:  # where sum() starts
            return self
        raise self._unlike(other, "add")

    def __sub__(self, other: Self) -> Self:
        self._require_same(other, "subtract")
        difference = 0.0 if self == other and isinstance(self.gray, float) else self.gray - other.gray
        return self._like(difference, "difference", (self.provenance, other.provenance))

    def __rsub__(self, other: object) -> NoReturn:
        raise self._unlike(other, "subtract")

    def __mul__(self, scale: float) -> Self:
        with np.errstate(over="ignore"):
            return self._like(self.gray * factor(scale, self), f"times {scale!s}")

    __rmul__ = __mul__

    def __truediv__(self, divisor: float) -> Self:
        if factor(divisor, self) == 0:
            raise DomainError(f"{self!r} cannot be divided by zero")
        with np.errstate(over="ignore"):
            return self._like(self.gray / factor(divisor, self), f"divided by {divisor!s}")

    def __lt__(self, other: Self) -> bool:
        return self._order(other) < 0

    def __le__(self, other: Self) -> bool:
        return self._order(other) <= 0

    def __gt__(self, other: Self) -> bool:
        return self._order(other) > 0

    def __ge__(self, other: Self) -> bool:
        return self._order(other) >= 0

    def __eq__(self, other: object) -> bool:
        # Another basis is another value, not an error: dicts and sets ask too.
        if not isinstance(other, Dose) or self.basis != other.basis:
            return False
        if isinstance(self.gray, float) and isinstance(other.gray, float):
            return decimals.compare(self.gray, other.gray) == 0
        return np.array_equal(self.gray, other.gray)

    def __hash__(self) -> int:
        return hash((self.basis, decimals.significant(self._single("hashed"))))

    def __array__(self, dtype: object = None, copy: object = None) -> NoReturn:
        raise UnitsError(f"{self!r} does not turn into bare numbers by itself; take .gray where that is meant")

    def __reduce__(self) -> tuple[Callable[..., Dose], tuple[Any, ...]]:
        return _rebuilt, (type(self), *(getattr(self, field) for field in self.__match_args__))

    def __str__(self) -> str:
        return f"{self._body()} Gy"

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._body()} Gy>"

    def _label(self) -> str:
        return "physical dose"

    def _body(self) -> str:
        if isinstance(self.gray, float):
            return decimals.fixed(self.gray, decimals.TOTAL_PLACES)
        ends = (decimals.fixed(end, decimals.TOTAL_PLACES) for end in (self.gray.min(), self.gray.max()))
        return f"grid {' x '.join(map(str, self.gray.shape))}, {' to '.join(ends)}"

    def _single(self, wanted: str) -> float:
        if isinstance(self.gray, float):
            return self.gray
        raise DomainError(f"{self!r} is a grid and cannot be {wanted}; take .max(), .mean() or .gray first")

    def _like(self, gray: object, how: str, parents: tuple[Provenance, ...] = ()) -> Self:
        """Return a value of the same basis, checked."""
        origin = Provenance(how, parents=parents or (self.provenance,))
        names: tuple[str, ...] = self.__match_args__
        rest = (getattr(self, name) for name in names[2:])
        return made(type(self), checked(gray, self._label()), origin, *rest)

    def _order(self, other: Dose) -> int:
        self._require_same(other, "compare")
        return decimals.compare(self._single("compared"), other._single("compared"))

    def _require_same(self, other: object, verb: str) -> None:
        if not isinstance(other, Dose) or self.basis != other.basis:
            raise self._unlike(other, verb)
        shapes = np.shape(self.gray), np.shape(other.gray)
        if () not in shapes and shapes[0] != shapes[1]:  # broadcasting two grids would invent voxels
            raise DomainError(f"cannot {verb} grids of {shapes[0]} and {shapes[1]} voxels")

    def _unlike(self, other: object, verb: str) -> UnitsError | BasisError:
        if isinstance(other, Dose):
            return BasisError(f"cannot {verb} {self._label()} and {other._label()}: they are on different bases")
        return UnitsError(f"cannot {verb} {self!r} and {other!r}: give both as doses of one basis")


@dataclass(frozen=True, slots=True, init=False, eq=False, repr=False)
class Biological(Dose):
    """What BED and EQD2 have in common; not made directly.

    Parameters
    ----------
    alpha_beta : float
        Rounded to 1e-6 Gy. [Gy]
    model : str
        "LQ", or another model; its values do not mix with those of "LQ".
    """

    alpha_beta: float
    model: str

    @property
    def basis(self) -> Basis:
        """What this value may be added to: (kind, alpha/beta in Gy, model)."""
        return (self._kind(), self.alpha_beta, self.model)

    def to_dict(self) -> dict[str, Any]:
        """Return a single value with its basis as a dict for JSON; as `Dose.to_dict`."""
        return {**Dose.to_dict(self), "alpha_beta_gray": self.alpha_beta, "model": self.model}

    def __repr__(self) -> str:
        return f"<{self._kind()} {self._body()} Gy (a/b {decimals.plain(self.alpha_beta)} Gy, {self.model})>"

    def _kind(self) -> str:
        return type(self).__name__

    def _label(self) -> str:
        return f"{self._kind()} (a/b {decimals.plain(self.alpha_beta)}, {self.model})"

    def _tissue(self) -> str:
        other_model = "" if self.model == LQ else f", {self.model}"
        return f"a/b {decimals.plain(self.alpha_beta)}{other_model}"


D = TypeVar("D", bound=Dose)

_told_pint: set[type] = set()


def blank(cls: type[D]) -> D:
    """Return a value without fields, which the caller must fill; the only way past the closed constructor.

    Parameters
    ----------
    cls : type
        PhysicalDose, BED or EQD2.

    Returns
    -------
    PhysicalDose, BED or EQD2
        Unusable until every field is written with `write`.

    Examples
    --------
    >>> from rtcalc.doses import PhysicalDose
    >>> type(blank(PhysicalDose)).__name__
    'PhysicalDose'
    """
    if cls not in _told_pint and units.keep_from_pint(cls):  # here, because pint may be imported after this module
        _told_pint.add(cls)
    return object.__new__(cls)


write = object.__setattr__
"""Fill a field of a `blank` value; from then on the value is frozen."""


def made(cls: type[D], *fields: object) -> D:
    """Make a value from all its fields in their order, each checked by the caller.

    Parameters
    ----------
    cls : type
        PhysicalDose, BED or EQD2.
    *fields : object
        Gray, provenance, and what else the kind has.

    Returns
    -------
    PhysicalDose, BED or EQD2
        [Gy]

    Examples
    --------
    >>> from rtcalc.doses import PhysicalDose
    >>> print(made(PhysicalDose, 45.0, Provenance("entered")))
    45.0 Gy
    """
    value = blank(cls)
    for name, field in zip(cls.__match_args__, fields, strict=True):
        write(value, name, field)
    return value


def _rebuilt(cls: type[D], gray: Gray, *fields: object) -> D:
    # A pickled or copied array comes back writeable.
    return made(cls, read_only(gray) if isinstance(gray, np.ndarray) else gray, *fields)
