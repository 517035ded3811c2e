"""What a person may add to the effect of a fraction: repair, repopulation, particles.

Small values with their units read and their domain checked. Each knows the words that set its results apart from
those of another model, and what it is cited from. None has a default.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from rtcalc import decimals, units
from rtcalc.errors import DomainError, UnitsError
from rtcalc.models import repopulation
from rtcalc.models.repair import Components
from rtcalc.rates import gray_per_day, hours, per_gray, plain_number
from rtcalc.tissues import RepairHalfTime, TimeFactor, require_usable


@dataclass(frozen=True, slots=True)
class Repair:
    """Repair of sublethal damage with one rate or two; made by `single` or `double`.

    Parameters
    ----------
    components : tuple of (float, float)
        Share and half-time of each rate; the shares add to 1. [h]
    label : str
        As in the basis of a result.
    source : str
        Citation key; empty where somebody typed it.

    Examples
    --------
    >>> Repair.single("1.5 h").components
    ((1.0, 1.5),)
    """

    components: Components
    label: str
    source: str = ""

    @classmethod
    def single(cls, half_time: str, *, source: str = "") -> Repair:
        """Take one half-time; zero is a DomainError.

        Parameters
        ----------
        half_time : str
            "1.5 h" or "30 min". [h]
        source : str
            Citation key.

        Returns
        -------
        Repair

        Examples
        --------
        >>> Repair.single("90 min").label
        'T1/2 1.5 h'
        """
        time = hours(half_time, "repair")
        return cls(((1.0, time),), f"T1/2 {decimals.plain(time)} h", source)

    @classmethod
    def double(cls, fast: str, slow: str, *, fast_share: float, source: str = "") -> Repair:
        """Take two half-times and the share of the fast one.

        Parameters
        ----------
        fast, slow : str
            Half-times, the fast one shorter. [h]
        fast_share : float
            Above 0 and below 1.
        source : str
            Citation key.

        Returns
        -------
        Repair

        Raises
        ------
        UnitsError
            A time without its unit.
        DomainError
            A share outside its range, a time of zero, or the slow half-time first.

        Examples
        --------
        >>> Repair.double("0.19 h", "2.16 h", fast_share=0.5).label
        'T1/2 0.19 h (50 %) and 2.16 h'
        """
        first, second = hours(fast, "fast"), hours(slow, "slow")
        share = plain_number(fast_share, "fast_share")
        if not 0.0 < share < 1.0:
            raise DomainError(f"fast_share: {share!r} is not a share; it is above 0 and below 1")
        if not first < second:
            raise DomainError(f"fast: {fast} is not shorter than slow, {slow}")
        parts = f"{decimals.plain(first)} h ({decimals.plain(100.0 * share)} %) and {decimals.plain(second)} h"
        return cls(((share, first), (1.0 - share, second)), f"T1/2 {parts}", source)


@dataclass(frozen=True, slots=True)
class Repopulation:
    """Loss per day after a kick-off time; made by `of` or `from_doubling`.

    Parameters
    ----------
    per_day : float
        K on the basis `basis`. [Gy/d]
    basis : {"BED", "EQD2"}
    kickoff : float
        T_k in the days of the overall time: elapsed, last fraction minus first. [d]
    source : str
        Citation key.

    Examples
    --------
    >>> k = Repopulation.of("0.69 Gy/d", basis="EQD2", kickoff="19.2 d")  # PEDICINI2015HN: in fractions of 2 Gy
    >>> round(k.as_bed(10.0), 3)  # 0.69 x 1.2
    0.828
    """

    per_day: float
    basis: str
    kickoff: float
    source: str = ""

    @classmethod
    def of(cls, k: str, *, basis: str, kickoff: str, source: str = "") -> Repopulation:
        """Take K with its basis, which must be said: 0.69 Gy/d as EQD2 is 0.83 Gy/d as BED.

        Parameters
        ----------
        k : str
            "0.9 Gy/d". [Gy/d]
        basis : {"BED", "EQD2"}
            What K is.
        kickoff : str
            "28 d"; "0 d" for a loss from the first day on. [d]
        source : str
            Citation key.

        Returns
        -------
        Repopulation

        Raises
        ------
        UnitsError, DomainError
            A value without its unit, K of zero, another basis.

        Examples
        --------
        >>> Repopulation.of("0.69 Gy/d", basis="EQD2", kickoff="19.2 d").label(10.0)
        'K 0.828 Gy/d after 19.2 d'
        """
        if basis not in ("BED", "EQD2"):
            raise DomainError(f"basis: {basis!r} is not BED or EQD2; only a K of known basis is subtracted")
        return cls(gray_per_day(k, "k"), basis, units.read(kickoff, "time", "kickoff") / 24.0, source)

    @classmethod
    def from_doubling(cls, *, alpha: str, doubling: str, kickoff: str, source: str = "") -> Repopulation:
        """Take alpha and the doubling time of the clonogens: K = ln 2 / (alpha T_d), as BED.

        Parameters
        ----------
        alpha : str
            Linear sensitivity, "0.35 /Gy". [1/Gy]
        doubling : str
            Doubling time of the clonogens, above zero. [d]
        kickoff : str
            Overall time before which nothing is lost. [d]
        source : str
            Citation key.

        Returns
        -------
        Repopulation

        Examples
        --------
        >>> Repopulation.from_doubling(alpha="0.35 /Gy", doubling="3 d", kickoff="28 d").label(10.0)
        'K 0.660140172 Gy/d after 28 d'
        """
        days = hours(doubling, "doubling") / 24.0
        k = repopulation.from_doubling(per_gray(alpha, "alpha"), days)
        return cls(k, "BED", units.read(kickoff, "time", "kickoff") / 24.0, source)

    def as_bed(self, ratio: float) -> float:
        """Return K as BED at an alpha/beta. [Gy/d]"""
        return self.per_day if self.basis == "BED" else repopulation.from_eqd2(self.per_day, ratio)

    @property
    def text(self) -> str:
        """K as it was given, with its basis."""
        return f"K {decimals.plain(self.per_day)} Gy/d ({self.basis}) after {decimals.plain(self.kickoff)} d"

    def label(self, ratio: float) -> str:
        """Return the words that go into the basis of a result."""
        return f"K {decimals.plain(self.as_bed(ratio))} Gy/d after {decimals.plain(self.kickoff)} d"


@dataclass(frozen=True, slots=True, init=False)
class Particles:
    """Effectiveness of particles relative to photons.

    Parameters
    ----------
    constant : float, optional
        One weighting for every dose per fraction, 1.1 for protons in most clinics. The schedule is then physical dose.
    rbe_max, rbe_min : float, optional
        Instead of it: the values as the dose per fraction goes to zero and grows without limit.
    source : str
        Citation key of the values.

    Raises
    ------
    DomainError
        Neither or both forms; a value that is not above zero and finite.

    References
    ----------
    [CARABE2007] RBE_max and RBE_min.

    Examples
    --------
    >>> Particles(constant=1.1).label, Particles(rbe_max=3, rbe_min=1.2).label
    ('RBE 1.1', 'RBEmax 3, RBEmin 1.2')
    """

    rbe_max: float
    rbe_min: float
    source: str

    def __init__(
        self,
        *,
        constant: float | None = None,
        rbe_max: float | None = None,
        rbe_min: float | None = None,
        source: str = "",
    ) -> None:
        if (constant is None) == (rbe_max is None) or (rbe_max is None) != (rbe_min is None):
            raise DomainError("particles: give either constant, or rbe_max and rbe_min")
        pair = (constant, constant) if constant is not None else (rbe_max, rbe_min)
        for name, value in zip(("rbe_max", "rbe_min"), pair, strict=True):
            number = plain_number(value, "constant" if constant is not None else name)
            if not number > 0.0:
                raise DomainError(f"{name}: {number!r} is outside the model; it must be above zero")
            object.__setattr__(self, name, number)
        object.__setattr__(self, "source", source)

    @property
    def label(self) -> str:
        """The words that go into the basis of a result."""
        if self.rbe_max == self.rbe_min:
            return f"RBE {decimals.plain(self.rbe_max)}"
        return f"RBEmax {decimals.plain(self.rbe_max)}, RBEmin {decimals.plain(self.rbe_min)}"


RepairLike: TypeAlias = str | Repair | RepairHalfTime
RepopulationLike: TypeAlias = Repopulation | TimeFactor


def repair_of(given: RepairLike) -> Repair:
    """Return repair from text, as it is, or from a tissue's published half-time where it may be used.

    Parameters
    ----------
    given : str, Repair or RepairHalfTime
        "1.5 h". [h]

    Returns
    -------
    Repair

    Raises
    ------
    UnitsError
        Something else.
    DomainError
        A half-time that is listed only, or one of two rates without the other.

    Examples
    --------
    >>> from rtcalc.registry import Registry
    >>> repair_of(Registry().tissues["skin-late"].repair[0]).label  # THAMES1990, abstract
    'T1/2 3 h'
    """
    if isinstance(given, Repair):
        return given
    if isinstance(given, str):
        return Repair.single(given)
    if not isinstance(given, RepairHalfTime):
        raise UnitsError(f"repair: {given!r} is not a half-time; write '1.5 h', or 'complete'")
    require_usable(given, "repair")
    if given.component:
        raise DomainError(
            f"repair: {given.hours:g} h is the {given.component} part of two; give both with "
            "Repair.double(fast, slow, fast_share=...)"
        )
    return Repair(((1.0, given.hours),), f"T1/2 {decimals.plain(given.hours)} h", given.source)


def repopulation_of(given: RepopulationLike) -> Repopulation:
    """Return repopulation as it is, or from a tissue's published time factor where it is complete and may be used.

    Parameters
    ----------
    given : Repopulation or TimeFactor
        [Gy/d]

    Returns
    -------
    Repopulation

    Raises
    ------
    UnitsError
        Something else, which has no basis.
    DomainError
        A time factor that is listed only, is on no stated basis, or has no kick-off time.

    Examples
    --------
    >>> from rtcalc.registry import Registry
    >>> repopulation_of(Registry().tissues["hnscc"].repopulation).label(10.0)  # PEDICINI2015HN, abstract
    'K 0.828 Gy/d after 19.2 d'
    """
    if isinstance(given, Repopulation):
        return given
    if not isinstance(given, TimeFactor):
        raise UnitsError(f"repopulation: {given!r} has no basis; write Repopulation.of('0.9 Gy/d', basis='BED', ...)")
    require_usable(given, "repopulation")
    if given.basis == "not stated":
        raise DomainError(
            f"repopulation: {given.source} does not state whether K {decimals.plain(given.per_day)} Gy/d is BED or "
            "EQD2; only a K of known basis is subtracted"
        )
    if given.kickoff is None:
        raise DomainError(
            f"repopulation: {given.source} states no kick-off time; write Repopulation.of(..., kickoff=...), with "
            "'0 d' for a loss from the first day on"
        )
    return Repopulation(given.per_day, given.basis, given.kickoff, given.source)
