"""The effect of one short fraction of photons: the plain model, and the two that straighten at large doses.

Small values with their units read and their domain checked. Each knows its formula through `models`, the words that
set its results apart from those of another model, and what it is cited from. None has a default threshold.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from rtcalc import decimals
from rtcalc.doses import DoseLike, single_gray
from rtcalc.errors import DomainError, UnitsError
from rtcalc.models import high_dose, lq
from rtcalc.models.lq import Gray
from rtcalc.rates import per_gray, plain_number
from rtcalc.tissues import HighDose, require_usable

_SHOULDER_TOLERANCE = 0.01  # published D_q are printed to two digits


class FractionModel(Protocol):
    """What every model of one short fraction of photons answers."""

    @property
    def label(self) -> str:
        """Words that go into the basis of a result."""

    @property
    def sources(self) -> tuple[str, ...]:
        """Citation keys."""

    def bed(self, total: Gray, fractions: int, ratio: float) -> Gray:
        """Return the BED of equal fractions with full repair between them. [Gy]"""

    def threshold(self, ratio: float) -> float:
        """Return the dose per fraction above which it leaves the linear-quadratic model. [Gy]"""


@dataclass(frozen=True, slots=True)
class LinearQuadratic:
    """The plain model: no threshold.

    Parameters
    ----------
    label : str
        "LQ".
    sources : tuple of str
        Citation keys.

    Examples
    --------
    >>> LinearQuadratic().bed(45.0, 5, 10.0), LinearQuadratic().threshold(10.0)
    (85.5, inf)
    """

    label: str = "LQ"
    sources: tuple[str, ...] = ("fowler1989",)

    def bed(self, total: Gray, fractions: int, ratio: float) -> Gray:
        """Return the BED of equal fractions, `models.lq.bed`. [Gy]"""
        return lq.bed(total, fractions, ratio)

    def threshold(self, ratio: float) -> float:
        """Return infinity: it is never left. [Gy]"""
        return math.inf


@dataclass(frozen=True, slots=True, init=False)
class LQL:
    """The linear-quadratic-linear model with its threshold.

    Parameters
    ----------
    threshold : str, pint.Quantity or PhysicalDose
        Dose per fraction at which the curve becomes straight. [Gy]
    gamma_over_alpha : float, optional
        Slope of the straight part relative to the initial one, 1 or more; without it the curve has no kink.
    source : str
        Citation key of the threshold; empty for a what-if.

    Raises
    ------
    UnitsError, BasisError, DomainError
        As in `doses.single_gray`; a slope below 1 or not finite.

    Notes
    -----
    A threshold belongs to a tissue and to a fit; without a source the result is a what-if and says so.

    Attributes
    ----------
    gray : float
        The threshold as a number. [Gy]

    References
    ----------
    [ASTRAHAN2008] the model.

    Examples
    --------
    >>> LQL("6 Gy").label, LQL("6 Gy", gamma_over_alpha=4).label
    ('LQ-L DT 6 Gy', 'LQ-L DT 6 Gy, gamma/alpha 4')
    >>> LQL("6 Gy").bed(45.0, 5, 3.0), LQL("6 Gy").threshold(3.0)  # 5 (6 x 3 + 5 x 3), where LQ has 180
    (165.0, 6.0)
    """

    gray: float
    gamma_over_alpha: float | None
    source: str

    def __init__(self, threshold: DoseLike, *, gamma_over_alpha: float | None = None, source: str = "") -> None:
        if gamma_over_alpha is not None:
            slope = plain_number(gamma_over_alpha, "gamma_over_alpha")
            if slope < 1.0:
                raise DomainError(f"gamma_over_alpha: {slope!r} is outside the model; it is 1 or more")
            gamma_over_alpha = slope
        object.__setattr__(self, "gray", single_gray(threshold, "threshold"))
        object.__setattr__(self, "gamma_over_alpha", gamma_over_alpha)
        object.__setattr__(self, "source", source)

    @property
    def label(self) -> str:
        """The model and its parameters."""
        slope = "" if self.gamma_over_alpha is None else f", gamma/alpha {decimals.plain(self.gamma_over_alpha)}"
        return f"LQ-L DT {decimals.plain(self.gray)} Gy{slope}"

    @property
    def sources(self) -> tuple[str, ...]:
        """Citation keys of the model and of the threshold."""
        return ("ASTRAHAN2008", self.source) if self.source else ("ASTRAHAN2008",)

    def bed(self, total: Gray, fractions: int, ratio: float) -> Gray:
        """Return the BED of equal fractions, `models.high_dose.lql_bed`. [Gy]

        Parameters
        ----------
        total : float or numpy.ndarray
            Physical dose of all fractions together. [Gy]
        fractions : int
            1 to 200.
        ratio : float
            alpha/beta. [Gy]

        Returns
        -------
        float or numpy.ndarray
            [Gy]
        """
        slope = self.gamma_over_alpha
        slope = high_dose.lql_slope(self.gray, ratio) if slope is None else slope
        return high_dose.lql_bed(total, fractions, ratio, self.gray, slope)

    def threshold(self, ratio: float) -> float:
        """Return the threshold, the same at every alpha/beta. [Gy]"""
        return self.gray


@dataclass(frozen=True, slots=True, init=False)
class USC:
    """The universal survival curve.

    Parameters
    ----------
    alpha : str
        Initial slope, "0.33 /Gy". [1/Gy]
    d0 : str, pint.Quantity or PhysicalDose
        Dose that reduces survival to 37 % on the straight part, below 1 / alpha. [Gy]
    dq : str, pint.Quantity or PhysicalDose, optional
        Quasi-threshold dose. It follows from alpha/beta, alpha and d0; one that disagrees by over 1 % is refused. [Gy]
    source : str
        Citation key of the values; empty for a what-if.

    Raises
    ------
    UnitsError, BasisError
        A value without its unit.
    DomainError
        alpha times d0 is 1 or more: a curve without a shoulder.

    Attributes
    ----------
    initial : float
        alpha times d0.
    dq_gray : float or None
        The quasi-threshold dose as a number. [Gy]
    label : str
        As in the basis of a result.

    References
    ----------
    [PARK2008] the curve.

    Examples
    --------
    >>> round(USC("0.33 /Gy", "1.25 Gy", dq="1.8 Gy").threshold(8.6), 2)
    6.12
    """

    initial: float
    dq_gray: float | None
    source: str
    label: str

    def __init__(self, alpha: str, d0: DoseLike, *, dq: DoseLike | None = None, source: str = "") -> None:
        slope, final = per_gray(alpha, "alpha"), single_gray(d0, "d0")
        if not slope * final < 1.0:
            raise DomainError(
                f"alpha x d0: {slope!r} /Gy times {final!r} Gy is {slope * final:.4g}; below 1 is needed, else the "
                "curve has no shoulder"
            )
        object.__setattr__(self, "initial", slope * final)
        object.__setattr__(self, "dq_gray", None if dq is None else single_gray(dq, "dq"))
        object.__setattr__(self, "source", source)
        values = f"alpha {decimals.plain(slope)} /Gy, D0 {decimals.plain(final)} Gy"
        object.__setattr__(self, "label", f"USC {values}")

    @property
    def sources(self) -> tuple[str, ...]:
        """Citation keys of the curve and of the values."""
        return ("PARK2008", self.source) if self.source else ("PARK2008",)

    def bed(self, total: Gray, fractions: int, ratio: float) -> Gray:
        """Return the BED of equal fractions, `models.high_dose.usc_bed`. [Gy]"""
        return high_dose.usc_bed(total, fractions, ratio, self.initial)

    def threshold(self, ratio: float) -> float:
        """Return the transition dose, after a look at a typed D_q. [Gy]

        Parameters
        ----------
        ratio : float
            alpha/beta. [Gy]

        Returns
        -------
        float
            [Gy]

        Raises
        ------
        DomainError
            A typed D_q more than 1 % away from the one that follows from alpha/beta.
        """
        follows = high_dose.usc_shoulder(ratio, self.initial)
        if self.dq_gray is not None and abs(self.dq_gray - follows) > _SHOULDER_TOLERANCE * follows:
            raise DomainError(
                f"dq: {decimals.plain(self.dq_gray)} Gy does not fit alpha/beta {decimals.plain(ratio)} Gy, from which "
                f"{decimals.plain(round(follows, 4))} Gy follows; correct one of them or leave dq out"
            )
        return high_dose.usc_threshold(ratio, self.initial)


HighDoseLike: TypeAlias = LQL | USC | HighDose


def fraction_model(given: HighDoseLike | None) -> FractionModel:
    """Return the model of one fraction: LQ without one; a tissue's published threshold only where it may be used.

    Parameters
    ----------
    given : LQL, USC, HighDose or None
        None: LQ.

    Returns
    -------
    LinearQuadratic, LQL or USC

    Raises
    ------
    UnitsError
        Something else.
    DomainError
        A published threshold that is listed only.

    Examples
    --------
    >>> fraction_model(None).label, fraction_model(LQL("6 Gy")).label
    ('LQ', 'LQ-L DT 6 Gy')
    """
    if given is None:
        return LinearQuadratic()
    if isinstance(given, (LQL, USC)):
        return given
    if not isinstance(given, HighDose):
        raise UnitsError(f"high_dose: {given!r} is not a model; write LQL('6 Gy') or USC('0.33 /Gy', '1.25 Gy')")
    require_usable(given, "high_dose")
    return LQL(f"{decimals.plain(given.threshold)} Gy", source=given.source)
