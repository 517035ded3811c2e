"""Schedules of equal effect: the fractions, the total or the dose per fraction that reach a BED or an EQD2.

The linear-quadratic model solved backwards; everything that limits `effects.bed` limits these too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from rtcalc import decimals, effects
from rtcalc.basis import LQ, Dose
from rtcalc.doses import BED, EQD2, DoseLike, PhysicalDose, basis_gray, single_gray
from rtcalc.errors import BasisError, DomainError
from rtcalc.models import lq
from rtcalc.schedule_text import MOST_FRACTIONS, fraction_count
from rtcalc.schedules import Schedule


@dataclass(frozen=True, slots=True)
class FractionSolution:
    """How many fractions of one size reach a BED.

    Parameters
    ----------
    exact : float
        The real number of fractions that gives exactly the BED.
    fractions : int
        The smallest whole number that reaches it.
    schedule : Schedule
        That many fractions.
    bed : BED
        What they give. [Gy]

    Examples
    --------
    >>> found = solve_fractions(per_fraction="9 Gy", alpha_beta="10 Gy", bed="100 Gy")
    >>> round(found.exact, 3), found.fractions, str(found.bed)  # 100 / (9 x 1.9), and 54 x 1.9
    (5.848, 6, 'BED 102.6 Gy (a/b 10)')
    """

    exact: float
    fractions: int
    schedule: Schedule
    bed: BED


def solve_fractions(
    *,
    per_fraction: DoseLike,
    alpha_beta: DoseLike,
    bed: BED | str | None = None,
    eqd2: EQD2 | str | None = None,
) -> FractionSolution:
    """Find the number of fractions of a given size for a BED or an EQD2.

    Parameters
    ----------
    per_fraction : str, pint.Quantity or PhysicalDose
        Dose of one fraction. [Gy]
    alpha_beta : str, pint.Quantity or PhysicalDose
        [Gy]
    bed, eqd2 : BED or EQD2 or str
        The effect to reach, exactly one of the two; a value must be on this alpha/beta in LQ. [Gy]

    Returns
    -------
    FractionSolution
        The exact number and the whole number that is not below it.

    Raises
    ------
    UnitsError
        A bare number.
    BasisError
        The effect is on another basis.
    DomainError
        Both or neither effect given, or more than 200 fractions needed.

    References
    ----------
    [fowler1989] solved for n.

    Examples
    --------
    >>> solve_fractions(per_fraction="9 Gy", alpha_beta="10 Gy", bed="100 Gy").schedule.text
    '54 Gy / 6'
    """
    ratio, each = basis_gray(alpha_beta, "alpha_beta"), single_gray(per_fraction, "per_fraction")
    exact = lq.fractions_for(_target_bed(bed, eqd2, ratio), each, ratio)
    if decimals.compare(exact, MOST_FRACTIONS) > 0:
        needed = decimals.fixed(exact, 1, "up")
        raise DomainError(f"{needed} fractions of {decimals.plain(each)} Gy would be needed; at most {MOST_FRACTIONS}")
    count = math.ceil(decimals.significant(exact))  # 5.000000000000001 fractions are five
    schedule = Schedule(per_fraction=PhysicalDose.from_gray(each), fractions=count)
    return FractionSolution(exact, count, schedule, effects.bed(schedule, alpha_beta=PhysicalDose.from_gray(ratio)))


def solve_total(
    *,
    fractions: int,
    alpha_beta: DoseLike,
    bed: BED | str | None = None,
    eqd2: EQD2 | str | None = None,
) -> PhysicalDose:
    """Find the total dose in a given number of fractions for a BED or an EQD2.

    Parameters
    ----------
    fractions : int
        1 to 200.
    alpha_beta, bed, eqd2
        As in `solve_fractions`. [Gy]

    Returns
    -------
    PhysicalDose
        Exact; a dose that is required is printed rounded up, one that is allowed rounded down. [Gy]

    Raises
    ------
    UnitsError, BasisError, DomainError
        As in `solve_fractions`.

    References
    ----------
    [fowler1989] solved for D.

    Examples
    --------
    >>> print(solve_total(fractions=5, alpha_beta="10 Gy", bed="100 Gy"))
    50.0 Gy
    """
    count, ratio = fraction_count(fractions), basis_gray(alpha_beta, "alpha_beta")
    target = _target_bed(bed, eqd2, ratio)
    inputs = (("bed", f"{decimals.plain(target)} Gy"), ("fractions", str(count)))
    return PhysicalDose.from_gray(
        lq.total_for(target, count, ratio), effects.lq_origin(effects.BED_SOURCES, inputs, ratio)
    )


def solve_per_fraction(
    *,
    fractions: int,
    alpha_beta: DoseLike,
    bed: BED | str | None = None,
    eqd2: EQD2 | str | None = None,
) -> PhysicalDose:
    """Find the dose per fraction of a given number of fractions for a BED or an EQD2.

    Parameters
    ----------
    fractions, alpha_beta, bed, eqd2
        As in `solve_total`. [Gy]

    Returns
    -------
    PhysicalDose
        Exact, as in `solve_total`. [Gy]

    Raises
    ------
    UnitsError, BasisError, DomainError
        As in `solve_fractions`.

    References
    ----------
    [fowler1989] solved for d.

    Examples
    --------
    >>> print(solve_per_fraction(fractions=5, alpha_beta="10 Gy", bed="100 Gy"))
    10.0 Gy
    """
    return solve_total(fractions=fractions, alpha_beta=alpha_beta, bed=bed, eqd2=eqd2) / fraction_count(fractions)


def _target_bed(bed: BED | str | None, eqd2: EQD2 | str | None, ratio: float) -> float:
    if (bed is None) == (eqd2 is None):
        raise DomainError("give either bed or eqd2, the effect to reach")
    if bed is not None:
        return _target(bed, ("BED", ratio, LQ), "bed")
    assert eqd2 is not None
    # BED = EQD2 * (1 + 2 / r) is the BED of that dose in fractions of 2 Gy, of which there need not be a whole number.
    return _target(eqd2, ("EQD2", ratio, LQ), "eqd2") * (1.0 + effects.EQD2_FRACTION / ratio)


def _target(effect: BED | EQD2 | str, basis: tuple[str, float, str], name: str) -> float:
    if not isinstance(effect, Dose):
        return effects.threshold_gray(effect, name)
    if effect.basis != basis:
        kind, ratio, model = basis
        raise BasisError(f"{name}: {effect} is not {kind} at alpha/beta {decimals.plain(ratio)} Gy in {model}")
    return single_gray(PhysicalDose.from_gray(effect.gray), name)
