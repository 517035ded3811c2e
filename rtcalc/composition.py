"""The effect of a schedule or a course on a tissue: one path for every model of a fraction, of repair and of time.

`effects.bed` is the linear-quadratic short form of this. Nothing beyond that model is applied unless it is asked for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from rtcalc import decimals
from rtcalc.basis import LQ
from rtcalc.composition_inputs import COMPLETE, ratio_of, schedule_of, times_of
from rtcalc.composition_notes import notes
from rtcalc.conditions import Particles, RepairLike, RepopulationLike
from rtcalc.courses import Course
from rtcalc.doses import BED, EQD2, DoseLike
from rtcalc.effects import BED_SOURCES, EQD2_FRACTION, EQD2_SOURCES, BreakEven, threshold_gray
from rtcalc.errors import DomainError
from rtcalc.fraction_models import HighDoseLike, fraction_model
from rtcalc.models import lq
from rtcalc.provenance import Provenance
from rtcalc.recipe import Recipe
from rtcalc.schedules import Schedule
from rtcalc.tissues import Tissue

SMALLEST_RATIO, LARGEST_RATIO = 1e-3, 1e4
"""Where a break-even is looked for. [Gy]"""


@dataclass(frozen=True, slots=True)
class Pair:
    """BED and EQD2 of one model.

    Parameters
    ----------
    bed, eqd2 : BED and EQD2
        On one alpha/beta. [Gy]

    Examples
    --------
    >>> effect("45 Gy / 5", None, alpha_beta="10 Gy").lq
    Pair(bed=<BED 85.5 Gy (a/b 10 Gy, LQ)>, eqd2=<EQD2 71.3 Gy (a/b 10 Gy, LQ)>)
    """

    bed: BED
    eqd2: EQD2


@dataclass(frozen=True, slots=True)
class Effect:
    """What a schedule does to a tissue.

    Parameters
    ----------
    bed, eqd2 : BED and EQD2
        In the model asked for, both in the same one. [Gy]
    lq : Pair
        The plain linear-quadratic pair at the same alpha/beta. [Gy]
    model : str
        Every part with its parameters; the model in the basis of `bed` and `eqd2`.
    notes : tuple of str
        Validity, assumptions, and what the numbers must not be used for.

    Examples
    --------
    >>> found = effect("45 Gy / 5", None, alpha_beta="3 Gy", repair="1.5 h", minutes=60)
    >>> print(found.bed, found.lq.bed, sep="; ")
    BED 161.4 Gy (a/b 3, LQ, T1/2 1.5 h); BED 180.0 Gy (a/b 3)
    """

    bed: BED
    eqd2: EQD2
    lq: Pair
    model: str
    notes: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.bed}; {self.eqd2}"


def effect(
    treatment: str | Schedule | Course,
    tissue: Tissue | None,
    *,
    alpha_beta: DoseLike | None = None,
    high_dose: HighDoseLike | None = None,
    repair: RepairLike | None = None,
    per_day: int = 1,
    interval_hours: float | None = None,
    minutes: float | None = None,
    repopulation: RepopulationLike | None = None,
    overall_days: int | None = None,
    particles: Particles | None = None,
) -> Effect:
    r"""BED and EQD2 of a schedule or a course on a tissue.

    .. math:: \mathrm{BED} = \sum_i \left[ L_i + f_i \left(E_i - L_i\right) \right] - K \max(0, T - T_k)

    Parameters
    ----------
    treatment : str, Schedule or Course
        A course must have one target; else give the schedule of one of them. [Gy]
    tissue : Tissue or None
        Its deciding alpha/beta is used where `alpha_beta` is not given; None needs `alpha_beta`.
    alpha_beta : str, pint.Quantity or PhysicalDose, optional
        In place of the tissue's. [Gy]
    high_dose : LQL, USC or HighDose, optional
        Model of a large fraction, E; without it the linear-quadratic one. `tissue.high_dose` is not taken by itself.
    repair : str, Repair or RepairHalfTime, optional
        "1.5 h", two rates, or "complete"; sets f together with the three times below. Without it repair is full.
    per_day : int
        Fractions a day; above 1 `repair` must be given, if only as "complete".
    interval_hours : float, optional
        From the start of a fraction to the start of the next of the same day. [h]
    minutes : float, optional
        Duration of a fraction. [min]
    repopulation : Repopulation or TimeFactor, optional
        K with its basis and kick-off time.
    overall_days : int, optional
        T: day of the last fraction minus day of the first, in real days; a course with known days has its own. [d]
    particles : Particles, optional
        Weighting of a physical dose of particles; L is then RBE_max D, else D.

    Returns
    -------
    Effect
        The basis names the model, so that a value of another model is neither added to nor compared with it.

    Raises
    ------
    UnitsError, BasisError
        A value without its unit, or a biological dose.
    DomainError
        The tissue has no deciding alpha/beta; a value outside its model; parts that do not go together; a threshold
        below 2 Gy, for which EQD2 is not defined; several fractions a day above the threshold of a high-dose model.

    Notes
    -----
    Each fraction is converted at its own dose, the phases add, and the time factor is taken off once. EQD2 is
    BED / (1 + 2 / r): the schedule of 2 Gy a day, short fractions, full repair overnight, without loss of time.

    References
    ----------
    [fowler1989], [bentzen2012] and what the provenance of the result names.

    Examples
    --------
    >>> from rtcalc.fraction_models import LQL
    >>> late = effect("45 Gy / 5", None, alpha_beta="3 Gy", high_dose=LQL("6 Gy"))
    >>> print(late)
    BED 165.0 Gy (a/b 3, LQ-L DT 6 Gy); EQD2 (a/b 3, LQ-L DT 6 Gy) 99.0 Gy
    >>> print(late.lq.bed)
    BED 180.0 Gy (a/b 3)
    """
    schedule = schedule_of(treatment)
    ratio, chosen = ratio_of(tissue, alpha_beta)
    times = times_of(treatment, schedule, repair, per_day, interval_hours, minutes, repopulation, overall_days)
    recipe = Recipe(ratio=ratio, fraction=fraction_model(high_dose), particles=particles, **times)
    _require_eqd2(recipe)
    _require_known(recipe, schedule)
    inputs = (("schedule", schedule.text), *_inputs(recipe))
    result, plain = _pair(recipe, schedule, inputs), _pair(recipe.plain, schedule, inputs[:1])
    return Effect(result.bed, result.eqd2, plain, recipe.model, notes(tissue, chosen, recipe, schedule))


def protraction_range(
    treatment: str | Schedule | Course,
    tissue: Tissue | None,
    *,
    minutes: float,
    half_times: tuple[RepairLike, RepairLike],
    alpha_beta: DoseLike | None = None,
) -> tuple[Effect, Effect]:
    """Return the effect of long fractions at two repair half-times, the lower one first.

    Parameters
    ----------
    treatment, tissue, minutes, alpha_beta
        As in `effect`. [Gy, min]
    half_times : tuple of two of str, Repair or RepairHalfTime
        The ends of what is thought possible; there is no default, because hardly any is known. [h]

    Returns
    -------
    tuple of Effect
        Both below their own `lq`; for information, never to relax the limit of an organ.

    Raises
    ------
    UnitsError, BasisError, DomainError
        As in `effect`.

    Examples
    --------
    >>> low, high = protraction_range("45 Gy / 5", None, minutes=60, half_times=("0.5 h", "1.5 h"), alpha_beta="10 Gy")
    >>> print(low.bed, "to", high.bed)
    BED 71.8 Gy (a/b 10, LQ, T1/2 0.5 h) to BED 79.9 Gy (a/b 10, LQ, T1/2 1.5 h)
    """
    if len(half_times) != 2:
        raise DomainError(f"half_times: {half_times!r} are not two; a range has two ends")
    ends = [effect(treatment, tissue, alpha_beta=alpha_beta, repair=end, minutes=minutes) for end in half_times]
    low, high = sorted(ends, key=lambda end: float(end.bed.gray))
    return low, high


def break_even(
    treatment: str | Schedule | Course,
    *,
    bed: str = "100 Gy",
    high_dose: HighDoseLike | None = None,
    repopulation: RepopulationLike | None = None,
    overall_days: int | None = None,
    particles: Particles | None = None,
) -> BreakEven:
    """Return the alpha/beta up to which a schedule reaches a BED in a model, found numerically.

    Parameters
    ----------
    treatment, high_dose, repopulation, overall_days, particles
        As in `effect`; the threshold and K stay what they are at every alpha/beta. [Gy, d]
    bed : str
        The BED to reach. [Gy]

    Returns
    -------
    BreakEven
        Without a number where the BED is reached at 10,000 Gy, or not even at 0.001 Gy.

    Raises
    ------
    UnitsError, BasisError, DomainError
        As in `effect`.

    References
    ----------
    [ASTRAHAN2008], [PARK2008] the models; the root by bisection and secants.

    Examples
    --------
    >>> from rtcalc.fraction_models import LQL
    >>> print(break_even("45 Gy / 5"), "in LQ,", break_even("45 Gy / 5", high_dose=LQL("6 Gy")), "in LQ-L")
    7.36 Gy in LQ, 6.54 Gy in LQ-L
    """
    from scipy.optimize import brentq

    schedule, target = schedule_of(treatment), threshold_gray(bed, "bed")
    times = times_of(treatment, schedule, None, 1, None, None, repopulation, overall_days)
    recipe = Recipe(ratio=LARGEST_RATIO, fraction=fraction_model(high_dose), particles=particles, **times)
    inputs = (("schedule", schedule.text), ("bed", f"{decimals.plain(target)} Gy"), *_inputs(recipe)[1:])
    parts = [recipe.fraction.label, *([particles.label] if particles else [])]
    model = ", ".join([*parts, *([recipe.repopulation.text] if recipe.repopulation else [])])
    origin = Provenance(model, recipe.sources, inputs)

    def short_of(log_ratio: float) -> float:
        # The loss is added to the target: a BED below zero at a large alpha/beta is no error here.
        other = recipe.at(math.exp(log_ratio))
        given = sum(other.phase(phase.gray, phase.fractions) for phase in schedule.phases)
        return float(given - other.regained - target)

    low, high = math.log(SMALLEST_RATIO), math.log(LARGEST_RATIO)
    if short_of(high) >= 0.0:
        return BreakEven(None, f"reached at every alpha/beta up to {LARGEST_RATIO:g} Gy", origin)
    if short_of(low) < 0.0:
        return BreakEven(None, f"not reached at any alpha/beta down to {SMALLEST_RATIO:g} Gy", origin)
    return BreakEven(math.exp(brentq(short_of, low, high, xtol=1e-14, rtol=1e-14)), "", origin)


def _require_eqd2(recipe: Recipe) -> None:
    threshold = recipe.fraction.threshold(recipe.ratio)
    if decimals.compare(threshold, EQD2_FRACTION) < 0:
        raise DomainError(
            f"threshold: {decimals.fixed(threshold, 2)} Gy is below {EQD2_FRACTION:g} Gy, where fractions of "
            f"{EQD2_FRACTION:g} Gy leave the linear-quadratic model and EQD2 is not defined"
        )


def _require_known(recipe: Recipe, schedule: Schedule) -> None:
    if recipe.repair is None or recipe.per_day == 1:
        return
    largest = max(phase.gray / phase.fractions for phase in schedule.phases)
    if decimals.compare(largest, recipe.fraction.threshold(recipe.ratio)) > 0:
        raise DomainError(
            f"per_day: incomplete repair between fractions of {decimals.fixed(largest, 2)} Gy, above the threshold of "
            f"{recipe.fraction.label}, has no formula with a source; use the linear-quadratic model"
        )


def _inputs(recipe: Recipe) -> tuple[tuple[str, str], ...]:
    given = [("alpha_beta", f"{recipe.ratio!r} Gy")]
    if recipe.repair:
        given.append(("repair", recipe.repair.label))
    if recipe.per_day > 1:
        given.append(("per_day", str(recipe.per_day)))
        given += [("interval", f"{recipe.interval!r} h")] if recipe.interval else [("repair", COMPLETE)]
    if recipe.duration:
        given.append(("duration", f"{decimals.plain(60.0 * recipe.duration)} min"))
    if recipe.repopulation:
        given += [("repopulation", recipe.repopulation.text), ("overall", f"{recipe.overall} d elapsed")]
    if recipe.particles:
        given.append(("particles", recipe.particles.label))
    return tuple(given)


def _pair(recipe: Recipe, schedule: Schedule, inputs: tuple[tuple[str, str], ...]) -> Pair:
    gray, ratio, model = recipe.bed(schedule.phases), recipe.ratio, recipe.model
    sources = BED_SOURCES if model == LQ else recipe.sources
    equivalent = EQD2_SOURCES if model == LQ else (*sources, *EQD2_SOURCES)
    if len(inputs) == 1:
        inputs = (*inputs, ("alpha_beta", f"{ratio!r} Gy"))
    bed = BED.from_model(gray, ratio, model, Provenance(model, sources, inputs))
    eqd2_gray = lq.eqdx(gray, EQD2_FRACTION, ratio)
    return Pair(bed, EQD2.from_model(eqd2_gray, ratio, model, Provenance(model, equivalent, inputs)))
