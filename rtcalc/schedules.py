"""Schedules: phases of equal fractions, without dates; dates and targets belong to a course."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from rtcalc import decimals
from rtcalc.doses import DoseLike, PhysicalDose, single_gray
from rtcalc.errors import DomainError, UnitsError
from rtcalc.grays import factor as scale_factor
from rtcalc.provenance import Provenance
from rtcalc.schedule_text import MOST_PHASES, PhaseText, fraction_count, read_phases

_TOTAL_BOUND, _TOTAL_BOUND_OF_MANY, _FEW_FRACTIONS = 100.0, 90.0, 10  # Gy, Gy, fractions
_EACH_BOUND, _SINGLE_BOUND, _SMALLEST_EACH = 25.0, 40.0, 0.5  # Gy
_OWN_BOUND = "this tool's own plausibility bound; check dose, unit and fractions"


@dataclass(frozen=True, slots=True)
class Phase:
    """Equal fractions.

    Parameters
    ----------
    total : PhysicalDose
        Dose of all fractions together, above zero; what was typed is never rounded again. [Gy]
    fractions : int
        1 to 200.

    Raises
    ------
    DomainError
        Another number of fractions, or a total of zero.

    Examples
    --------
    >>> Phase(PhysicalDose.parse("60 Gy"), 37).per_fraction.gray * 37 == 60
    True
    """

    total: PhysicalDose
    fractions: int

    def __post_init__(self) -> None:
        if not isinstance(self.total, PhysicalDose):
            raise UnitsError(f"a phase needs a PhysicalDose, not {self.total!r}; write PhysicalDose.parse('45 Gy')")
        single_gray(self.total, "total")
        object.__setattr__(self, "fractions", fraction_count(self.fractions))

    @property
    def gray(self) -> float:
        """The total as a number. [Gy]."""
        return cast(float, self.total.gray)  # one value: __post_init__ has looked

    @property
    def per_fraction(self) -> PhysicalDose:
        """Dose of one fraction."""
        return self.total / self.fractions

    @property
    def text(self) -> str:
        """The phase in canonical form, "45 Gy / 5"."""
        return f"{decimals.plain(self.gray)} Gy / {self.fractions}"


@dataclass(frozen=True, slots=True, init=False)
class Schedule:
    """Phases one after the other.

    Give `total` and `fractions`, or `per_fraction` and `fractions`, or ready `phases`; all by keyword, because a
    total taken for a dose per fraction is wrong by the number of fractions.

    Parameters
    ----------
    total : str, pint.Quantity or PhysicalDose, optional
        Dose of all fractions together. [Gy]
    per_fraction : str, pint.Quantity or PhysicalDose, optional
        Dose of one fraction; with `total` it must agree with it. [Gy]
    fractions : int, optional
        1 to 200.
    phases : tuple of Phase, optional
        1 to 10 phases, instead of the three others.

    Raises
    ------
    UnitsError, BasisError
        A dose without a unit, or not a physical dose.
    DomainError
        Another number of fractions; too few arguments; a total that is not fractions times dose per fraction.

    Examples
    --------
    >>> Schedule(total="45 Gy", fractions=5) == Schedule.parse("5 x 9 Gy")
    True
    >>> Schedule.parse("50 Gy / 25 + 2 x 8 Gy").text
    '50 Gy / 25 + 16 Gy / 2'
    """

    phases: tuple[Phase, ...]

    def __init__(
        self,
        *,
        total: DoseLike | None = None,
        per_fraction: DoseLike | None = None,
        fractions: int | None = None,
        phases: tuple[Phase, ...] | None = None,
    ) -> None:
        if phases is None:
            phases = (_phase(total, per_fraction, fractions),)
        elif not (total is None and per_fraction is None and fractions is None):
            raise DomainError("give either phases, or a dose and the number of fractions, not both")
        if not 1 <= len(phases) <= MOST_PHASES or not all(isinstance(phase, Phase) for phase in phases):
            raise DomainError(f"a schedule has 1 to {MOST_PHASES} phases, each a Phase; got {phases!r}")
        # Every phase has at most 200 fractions, and so has the whole: 100 + 101 is the same slip as 201.
        fraction_count(sum(phase.fractions for phase in phases))
        object.__setattr__(self, "phases", tuple(phases))

    @classmethod
    def parse(cls, text: str) -> Schedule:
        """Read a schedule as text.

        Parameters
        ----------
        text : str
            Such as "45 Gy / 5", "5 x 9 Gy" or "50 Gy / 25 + 16 Gy / 8"; at most 200 characters. [Gy, cGy, mGy]

        Returns
        -------
        Schedule
            The phases in the order of delivery.

        Raises
        ------
        UnitsError
            A dose that cannot be read, with the corrected text where there is only one.
        DomainError
            Anything else outside the grammar.

        Examples
        --------
        >>> Schedule.parse("4500 cGy/5").text
        '45 Gy / 5'
        >>> Schedule.parse("45 Gy")
        Traceback (most recent call last):
        ...
        rtcalc.errors.DomainError: schedule '45 Gy' has no fractions; write 45 Gy / n, with n the number of fractions
        """
        if not isinstance(text, str):
            raise UnitsError(f"a schedule is text such as '45 Gy / 5', not {text!r} ({type(text).__name__})")
        return _parsed(text)

    @property
    def total(self) -> PhysicalDose:
        """Physical dose of all phases."""
        return sum((phase.total for phase in self.phases[1:]), self.phases[0].total)

    @property
    def fractions(self) -> int:
        """Number of fractions of all phases."""
        return sum(phase.fractions for phase in self.phases)

    @property
    def per_fraction(self) -> PhysicalDose:
        """Dose of one fraction. [Gy]

        Raises
        ------
        DomainError
            A schedule of several phases has no single one.

        Examples
        --------
        >>> print(Schedule.parse("45 Gy / 5").per_fraction)
        9.0 Gy
        """
        if len(self.phases) > 1:
            raise DomainError(f"{self.text} has {len(self.phases)} phases; ask each phase for its dose per fraction")
        return self.phases[0].per_fraction

    @property
    def text(self) -> str:
        """The schedule in canonical form, which `parse` reads back."""
        return " + ".join(phase.text for phase in self.phases)

    def scaled(self, factor: float) -> Schedule:
        """Return the same fractions with every dose multiplied, as at another dose point.

        Parameters
        ----------
        factor : float
            A plain number above zero; 1.25 for the maximum of a plan prescribed to the 80 % isodose.

        Returns
        -------
        Schedule
            The doses of this point.

        Raises
        ------
        UnitsError, DomainError
            Not a plain number above zero.

        Examples
        --------
        >>> Schedule.parse("45 Gy / 5").scaled(1.25).text
        '56.25 Gy / 5'
        """
        scale = scale_factor(factor, self.text)
        return Schedule(phases=tuple(Phase(phase.total * scale, phase.fractions) for phase in self.phases))

    def __str__(self) -> str:
        return self.text


def _phase(total: DoseLike | None, per_fraction: DoseLike | None, fractions: int | None) -> Phase:
    if fractions is None or (total is None and per_fraction is None):
        raise DomainError("a schedule needs the fractions, and either their total or the dose per fraction")
    count = fraction_count(fractions)
    if per_fraction is None:
        assert total is not None
        return Phase(PhysicalDose.of(total, "total"), count)
    each = single_gray(per_fraction, "per_fraction")
    if total is None:
        return _from_each(each, count)
    given = single_gray(total, "total")
    _require_agreement(given, each, count)
    return Phase(PhysicalDose.of(total, "total"), count)


def _from_each(each: float, count: int) -> Phase:
    # On ten digits, because 3 * 8.2 is 24.599999999999998 and nobody typed that.
    inputs = (("per_fraction", f"{decimals.plain(each)} Gy"), ("fractions", str(count)))
    origin = Provenance("fractions x dose per fraction", inputs=inputs)
    return Phase(PhysicalDose.from_gray(decimals.significant(each * count), origin), count)


def _require_agreement(total: float, each: float, count: int) -> None:
    product = each * count
    if decimals.compare(total, product) != 0:
        shown = decimals.plain
        raise DomainError(
            f"total {shown(total)} Gy, {count} fractions and {shown(each)} Gy per fraction disagree: {count} x "
            f"{shown(each)} Gy is {shown(product)} Gy, a difference of {shown(abs(product - total))} Gy; drop one"
        )


@lru_cache(maxsize=256)
def _parsed(text: str) -> Schedule:
    # Kept, because a study reads the same few schedules a million times, and a Schedule never changes.
    return Schedule(phases=tuple(_of_text(phase) for phase in read_phases(text)))


def _of_text(phase: PhaseText) -> Phase:
    if phase.total:
        return Phase(PhysicalDose.parse(phase.total, "total"), phase.fractions)
    return _from_each(single_gray(phase.per_fraction, "per_fraction"), phase.fractions)


def plausibility(schedule: Schedule) -> tuple[str, ...]:
    """Return notes on doses that look like a slip of the unit or of the fraction number.

    Parameters
    ----------
    schedule : Schedule
        Any schedule.

    Returns
    -------
    tuple of str
        Empty for what is in ordinary use.

    Notes
    -----
    The bounds are this tool's own and have no clinical source: they lie just beyond schedules in ordinary use
    (34 Gy in 1, 54 in 3, 60 in 5, 81.6 in 68) and are meant to catch cGy typed as Gy. They test the physical
    dose, never EQD2, which is above 150 Gy for the commonest lung schedules at alpha/beta 3 Gy.

    Examples
    --------
    >>> plausibility(Schedule.parse("54 Gy / 3"))
    ()
    >>> for note in plausibility(Schedule.parse("200 Gy / 5")):
    ...     print(note)
    200 Gy in 5 fractions is above 100 Gy in total, this tool's own plausibility bound; check dose, unit and fractions
    40 Gy per fraction is above 25 Gy, this tool's own plausibility bound; check dose, unit and fractions
    """
    total, count = sum(phase.gray for phase in schedule.phases), schedule.fractions
    highest = _TOTAL_BOUND if count <= _FEW_FRACTIONS else _TOTAL_BOUND_OF_MANY
    notes = []
    if decimals.compare(total, highest) > 0:
        what = f"{decimals.plain(total)} Gy in {count} fractions is above {highest:g} Gy in total"
        notes.append(f"{what}, {_OWN_BOUND}")
    for phase in schedule.phases:
        each, largest = phase.gray / phase.fractions, _SINGLE_BOUND if phase.fractions == 1 else _EACH_BOUND
        if decimals.compare(each, largest) > 0:
            notes.append(f"{decimals.plain(each)} Gy per fraction is above {largest:g} Gy, {_OWN_BOUND}")
        if decimals.compare(each, _SMALLEST_EACH) < 0:
            notes.append(f"{decimals.plain(each)} Gy per fraction is below {_SMALLEST_EACH:g} Gy, {_OWN_BOUND}")
    return tuple(notes)
