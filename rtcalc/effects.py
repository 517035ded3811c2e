"""What a schedule does in the linear-quadratic model: BED, EQD2 and the alpha/beta at which it reaches a BED.

Doses come in with their units, results go out as values that know their basis. There is no default alpha/beta.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from rtcalc import decimals, units
from rtcalc.basis import LQ, Dose
from rtcalc.doses import BED, EQD2, DoseLike, PhysicalDose, basis_gray, single_gray
from rtcalc.errors import BasisError, DomainError
from rtcalc.models import lq
from rtcalc.provenance import Provenance
from rtcalc.schedule_text import fraction_count
from rtcalc.schedules import Phase, Schedule

if TYPE_CHECKING:
    from rtcalc.units import Gray

Inputs: TypeAlias = tuple[tuple[str, str], ...]

BED_SOURCES = ("fowler1989",)
EQD2_SOURCES = ("bentzen2012",)
REACHED_ANYWAY = "the physical dose already reaches it at every alpha/beta"
EQD2_FRACTION = 2.0
"""Dose per fraction of an EQD2. [Gy]"""


def bed(dose: DoseLike | Schedule, fractions: int | None = None, /, *, alpha_beta: DoseLike) -> BED:
    r"""Biologically effective dose of a schedule, or of a dose in equal fractions.

    .. math:: \mathrm{BED} = \sum_i D_i \left(1 + \frac{d_i}{\alpha/\beta}\right)

    Parameters
    ----------
    dose : str, Schedule, pint.Quantity or PhysicalDose
        A schedule ("45 Gy / 5"), or with `fractions` a total physical dose, one value or a grid. [Gy]
    fractions : int, optional
        1 to 200; only with a dose.
    alpha_beta : str, pint.Quantity or PhysicalDose
        Fractionation sensitivity of the tissue, above zero. [Gy]

    Returns
    -------
    BED
        On the basis (alpha_beta, LQ); a grid converts every voxel at its own dose per fraction. [Gy]

    Raises
    ------
    UnitsError
        A bare number, or text that cannot be read.
    BasisError
        `dose` is already a BED or an EQD2.
    DomainError
        `alpha_beta` or a typed dose is zero, or the fractions are not 1 to 200.

    Notes
    -----
    Full repair between fractions, no time factor. As alpha/beta grows without limit BED approaches D; infinity
    itself is not accepted.

    References
    ----------
    [fowler1989] the formula and the name BED.

    Examples
    --------
    >>> bed("45 Gy / 5", alpha_beta="10 Gy")
    <BED 85.5 Gy (a/b 10 Gy, LQ)>
    >>> print(bed("45 Gy", 5, alpha_beta="3 Gy"))
    BED 180.0 Gy (a/b 3)
    """
    ratio = basis_gray(alpha_beta, "alpha_beta")
    gray, inputs = _bed_gray(dose, fractions, ratio)
    return BED.from_model(gray, ratio, LQ, lq_origin(BED_SOURCES, inputs, ratio))


def eqd2(dose: DoseLike | Schedule, fractions: int | None = None, /, *, alpha_beta: DoseLike) -> EQD2:
    r"""Equivalent total dose in fractions of 2 Gy.

    .. math:: \mathrm{EQD2} = \frac{\mathrm{BED}}{1 + 2\,\mathrm{Gy} / (\alpha/\beta)}

    Parameters
    ----------
    dose, fractions, alpha_beta
        As in `bed`. [Gy]

    Returns
    -------
    EQD2
        On the basis (alpha_beta, LQ). [Gy]

    Raises
    ------
    UnitsError, BasisError, DomainError
        As in `bed`.

    Notes
    -----
    As `bed`. Doses given in one fraction must be added before they are converted, doses of different days after.

    References
    ----------
    [bentzen2012] EQD2.

    Examples
    --------
    >>> print(eqd2("45 Gy / 5", alpha_beta="3 Gy"))
    EQD2 (a/b 3) 108.0 Gy
    """
    return _equivalent(dose, fractions, alpha_beta, EQD2_FRACTION)


def eqdx(
    dose: DoseLike | Schedule, fractions: int | None = None, /, *, alpha_beta: DoseLike, per_fraction: DoseLike
) -> EQD2:
    """Equivalent total dose in fractions of a size of your choice.

    Parameters
    ----------
    dose, fractions, alpha_beta
        As in `bed`. [Gy]
    per_fraction : str, pint.Quantity or PhysicalDose
        Dose per fraction of the equivalent schedule. [Gy]

    Returns
    -------
    EQD2
        With `per_fraction` in its basis: only one of 2 Gy adds to an EQD2. [Gy]

    Raises
    ------
    UnitsError, BasisError, DomainError
        As in `bed`.

    Notes
    -----
    As `bed`; the equivalent schedule need not have a whole number of fractions.

    References
    ----------
    [bentzen2012] EQDX.

    Examples
    --------
    >>> print(eqdx("60 Gy / 30", alpha_beta="3 Gy", per_fraction="3 Gy"))
    EQD (3 Gy/fx, a/b 3) 50.0 Gy
    """
    return _equivalent(dose, fractions, alpha_beta, basis_gray(per_fraction, "per_fraction"))


@dataclass(frozen=True, slots=True)
class BreakEven:
    """The alpha/beta at which a schedule has a given BED, or why there is none.

    Parameters
    ----------
    gray : float or None
        The BED is reached at this alpha/beta and below. [Gy]
    reason : str
        Empty, or why `gray` is None.
    provenance : Provenance
        What produced it.

    Examples
    --------
    >>> print(break_even_alpha_beta("40 Gy / 4"))
    6.66 Gy
    """

    gray: float | None
    reason: str
    provenance: Provenance

    def __str__(self) -> str:
        # Down: at 6.67 Gy, the nearer print of 6.6666, 40 Gy in 4 no longer reaches 100 Gy.
        return (
            self.reason if self.gray is None else f"{decimals.fixed(self.gray, decimals.ALPHA_BETA_PLACES, 'down')} Gy"
        )


def break_even_alpha_beta(
    dose: DoseLike | Schedule, fractions: int | None = None, /, *, bed: str = "100 Gy"
) -> BreakEven:
    """Return the alpha/beta up to which a schedule reaches a BED.

    Parameters
    ----------
    dose, fractions
        As in `bed`; one value, not a grid. [Gy]
    bed : str
        The BED to reach, a threshold without an alpha/beta of its own. [Gy]

    Returns
    -------
    BreakEven
        Without a number where the physical dose alone reaches the BED.

    Raises
    ------
    UnitsError, BasisError, DomainError
        As in `bed`; a BED value is a BasisError, because it belongs to one alpha/beta already, and so is a
        physical dose, because it is no BED.

    Notes
    -----
    LQ without a time factor: sum of D_i d_i over (BED - D) for phases of D_i in fractions of d_i.

    References
    ----------
    [fowler1989] rearranged.

    Examples
    --------
    >>> round(break_even_alpha_beta("27 Gy / 3 + 20 Gy / 2").gray, 3)
    8.358
    """
    phases = _phases(dose, fractions)
    target = threshold_gray(bed, "bed")
    total = sum(phase.gray for phase in phases)
    inputs = (("schedule", _text_of(phases)), ("bed", f"{decimals.plain(target)} Gy"))
    origin = Provenance(LQ, BED_SOURCES, inputs)
    if decimals.compare(total, target) >= 0:
        return BreakEven(None, REACHED_ANYWAY, origin)
    squares = sum(phase.gray * phase.gray / phase.fractions for phase in phases)
    return BreakEven(lq.break_even(squares, total, target), "", origin)


def _equivalent(dose: DoseLike | Schedule, fractions: int | None, alpha_beta: DoseLike, reference: float) -> EQD2:
    ratio = basis_gray(alpha_beta, "alpha_beta")
    gray, inputs = _bed_gray(dose, fractions, ratio)
    origin = lq_origin(EQD2_SOURCES, inputs, ratio)
    return EQD2.from_model(lq.eqdx(gray, reference, ratio), ratio, LQ, origin, reference)


def _bed_gray(dose: DoseLike | Schedule, fractions: int | None, ratio: float) -> tuple[Gray, Inputs]:
    """Return the BED in Gy and what went in; a count with one dose takes no Phase, because studies call it in loops."""
    if fractions is None or isinstance(dose, Schedule):
        phases = _phases(dose, fractions)
        total = 0.0
        for phase in phases:
            total += lq.bed(phase.gray, phase.fractions, ratio)
        return total, (("schedule", dose if isinstance(dose, str) else _text_of(phases)),)
    count = fraction_count(fractions)
    if isinstance(dose, str):
        return lq.bed(single_gray(dose, "dose"), count, ratio), (("dose", dose), ("fractions", str(count)))
    gray = PhysicalDose.of(dose).gray
    if isinstance(gray, float):
        return lq.bed(gray, count, ratio), (("dose", f"{gray!r} Gy"), ("fractions", str(count)))
    what = f"grid {' x '.join(map(str, gray.shape))}, {gray.dtype}"
    return _bed_grid(gray, count, ratio), (("dose", what), ("fractions", str(count)))


def _bed_grid(gray: Gray, count: int, ratio: float) -> Gray:
    # The doses were checked; from finite doses only an overflow can spoil a voxel, and the processor reports that
    # without another pass over the grid.
    try:
        with np.errstate(over="raise", under="ignore"):
            return lq.bed(gray, count, ratio)
    except FloatingPointError:
        raise DomainError("dose: the BED of a voxel is too large for a number; check the unit of the grid") from None


def _phases(dose: DoseLike | Schedule, fractions: int | None) -> tuple[Phase, ...]:
    if isinstance(dose, Schedule):
        if fractions is not None:
            raise DomainError(f"the schedule {dose.text} has its own fractions; leave {fractions!r} out")
        return dose.phases
    if fractions is not None:
        return (Phase(PhysicalDose.of(dose), fractions),)
    if isinstance(dose, str):
        return Schedule.parse(dose).phases
    whole = PhysicalDose.of(dose)
    raise DomainError(f"{whole!r} has no fractions; give their number as the second argument")


def _text_of(phases: tuple[Phase, ...]) -> str:
    return " + ".join(phase.text for phase in phases)


def threshold_gray(text: str, name: str) -> float:
    """Return a biological dose that is given as text, its kind being the name of the argument.

    Parameters
    ----------
    text : str
        Such as "100 Gy", above zero. [Gy]
    name : str
        The argument, "bed" or "eqd2".

    Returns
    -------
    float
        [Gy]

    Raises
    ------
    BasisError
        A dose value: a physical one, or one of another kind, alpha/beta or model.
    UnitsError, DomainError
        As in `doses.single_gray`.

    Examples
    --------
    >>> threshold_gray("100 Gy", "bed")
    100.0
    """
    if isinstance(text, Dose):
        raise BasisError(f"{name}: {text} is on a basis that does not fit here; give text such as '100 Gy'")
    if units.is_quantity(text):  # in gray it is a physical dose: only text may stand for another kind
        raise BasisError(f"{name}: the quantity {text!s} is a physical dose; give text such as '100 Gy'")
    return single_gray(text, name)


def lq_origin(citations: tuple[str, ...], inputs: Inputs, ratio: float) -> Provenance:
    """Return the provenance of a value that the linear-quadratic model gave.

    Parameters
    ----------
    citations : tuple of str
        Citation keys.
    inputs : tuple of (str, str)
        Names and values as given.
    ratio : float
        alpha/beta. [Gy]

    Returns
    -------
    Provenance

    Examples
    --------
    >>> lq_origin(("fowler1989",), (("schedule", "45 Gy / 5"),), 10.0).inputs
    (('schedule', '45 Gy / 5'), ('alpha_beta', '10.0 Gy'))
    """
    return Provenance(LQ, citations, (*inputs, ("alpha_beta", f"{ratio!r} Gy")))
