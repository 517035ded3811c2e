"""The effect of continuous irradiation on a tissue: a constant rate, a decaying source, a permanent implant."""

from __future__ import annotations

import math
from dataclasses import dataclass

from rtcalc import decimals
from rtcalc.composition_inputs import COMPLETE, ratio_of
from rtcalc.composition_notes import ratio_notes
from rtcalc.conditions import RepairLike, repair_of
from rtcalc.doses import BED, EQD2, DoseLike, single_gray
from rtcalc.effects import EQD2_FRACTION, EQD2_SOURCES
from rtcalc.errors import DomainError
from rtcalc.fraction_models import LinearQuadratic
from rtcalc.models import dose_rate, lq
from rtcalc.provenance import Provenance
from rtcalc.rates import hours
from rtcalc.recipe import Recipe
from rtcalc.tissues import Tissue


@dataclass(frozen=True, slots=True)
class ContinuousEffect:
    """What continuous irradiation does to a tissue.

    Parameters
    ----------
    bed, eqd2 : BED and EQD2
        On the basis of a fractionated `effect` with the same repair half-time, to which they may be added. [Gy]
    factor : float
        Lea-Catcheside G: 1 for a moment, 0 for an endless time.
    initial_rate : float
        [Gy/h]
    model : str
        The model with its repair.
    notes : tuple of str
        What was assumed.

    Examples
    --------
    >>> implant = continuous("145 Gy", None, alpha_beta="3 Gy", half_life="59.4 d", repair="1.5 h")
    >>> round(implant.factor, 6), round(implant.initial_rate, 4)  # 1.5 / 1427.1; 145 ln 2 / 1425.6 h
    (0.001051, 0.0705)
    """

    bed: BED
    eqd2: EQD2
    factor: float
    initial_rate: float
    model: str
    notes: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.bed}; {self.eqd2}"


def continuous(
    dose: DoseLike,
    tissue: Tissue | None,
    *,
    repair: RepairLike,
    alpha_beta: DoseLike | None = None,
    duration: str | None = None,
    half_life: str | None = None,
) -> ContinuousEffect:
    r"""BED and EQD2 of one continuous irradiation.

    .. math:: \mathrm{BED} = D \left(1 + \frac{G D}{\alpha/\beta}\right)

    Parameters
    ----------
    dose : str, pint.Quantity or PhysicalDose
        Total physical dose; of a permanent implant until the source is gone. [Gy]
    tissue : Tissue or None
        As in `composition.effect`.
    repair : str, Repair or RepairHalfTime
        Half-time of repair, which decides everything here. [h]
    alpha_beta : str, pint.Quantity or PhysicalDose, optional
        In place of the tissue's. [Gy]
    duration : str, optional
        "60 h"; without it the source stays. [h]
    half_life : str, optional
        "59.4 d"; without it the rate is constant. [h]

    Returns
    -------
    ContinuousEffect

    Raises
    ------
    UnitsError, BasisError
        A value without its unit, or a biological dose.
    DomainError
        Neither duration nor half-life; a time of zero; repair called complete; no deciding alpha/beta.

    Notes
    -----
    No repopulation: for a permanent implant in a tumour that regrows the BED is an upper bound.

    References
    ----------
    [DALE1985] constant and decaying rates, permanent implants.

    Examples
    --------
    >>> print(continuous("145 Gy", None, alpha_beta="3 Gy", half_life="59.4 d", repair="1.5 h").bed)
    BED 152.4 Gy (a/b 3, LQ, T1/2 1.5 h)
    >>> print(continuous("30 Gy", None, alpha_beta="10 Gy", duration="60 h", repair="1.5 h"))
    BED 36.3 Gy (a/b 10, LQ, T1/2 1.5 h); EQD2 (a/b 10, LQ, T1/2 1.5 h) 30.2 Gy
    """
    total = single_gray(dose, "dose")
    if repair == COMPLETE:
        raise DomainError("repair: continuous irradiation needs a half-time, as in repair='1.5 h'")
    ratio, chosen = ratio_of(tissue, alpha_beta)
    recipe = Recipe(ratio=ratio, fraction=LinearQuadratic(sources=("DALE1985",)), repair=repair_of(repair))
    time, life = _times(duration, half_life)
    factor = _factor(recipe, time, life)
    given = (("dose", f"{total!r} Gy"), ("alpha_beta", f"{ratio!r} Gy"), ("repair", recipe.model))
    inputs = (*given, ("duration", duration or "permanent"), ("half_life", half_life or "constant rate"))
    gray = dose_rate.bed(total, factor, ratio)
    bed = BED.from_model(gray, ratio, recipe.model, Provenance(recipe.model, recipe.sources, inputs))
    equivalent = Provenance(recipe.model, (*recipe.sources, *EQD2_SOURCES), inputs)
    eqd2 = EQD2.from_model(lq.eqdx(gray, EQD2_FRACTION, ratio), ratio, recipe.model, equivalent)
    rate = dose_rate.initial_rate(total, time, life)
    notes = (*ratio_notes(tissue, chosen), *_notes(rate, time))
    return ContinuousEffect(bed, eqd2, factor, rate, recipe.model, notes)


def _times(duration: str | None, half_life: str | None) -> tuple[float, float]:
    if duration is None and half_life is None:
        raise DomainError("duration, half_life: give the duration, the half-life of the source, or both")
    time = math.inf if duration is None else hours(duration, "duration")
    life = math.inf if half_life is None else hours(half_life, "half_life")
    return time, life


def _factor(recipe: Recipe, time: float, life: float) -> float:
    assert recipe.repair is not None
    if math.isinf(time):
        return dose_rate.permanent(life, recipe.repair.components)
    return dose_rate.decaying(time, life, recipe.repair.components)


def _notes(rate: float, time: float) -> tuple[str, ...]:
    shown = decimals.fixed(rate, 4)
    if math.isinf(time):
        return (f"initial dose rate {shown} Gy/h; no repopulation: in a tumour that regrows an upper bound",)
    return (f"initial dose rate {shown} Gy/h; no repopulation",)
