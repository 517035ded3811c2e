"""What has to be said beside an effect: validity, what was assumed, and what a number must not be used for."""

from __future__ import annotations

import math
from collections.abc import Iterator

from rtcalc import decimals
from rtcalc.decimals import fixed, plain
from rtcalc.fraction_models import LQL, LinearQuadratic
from rtcalc.models import high_dose
from rtcalc.models.repair import rate
from rtcalc.recipe import DAY_HOURS, Recipe
from rtcalc.schedules import Schedule
from rtcalc.tissues import AlphaBeta, Tissue
from rtcalc.validity import largest_fraction, lq_validity

FEW_FRACTIONS = 10
LONG_FROM = 5.0
"""Dose per fraction from which a session may be long enough to matter: the tool's own reading. [Gy]"""
NO_PROTRACTION = "no protraction is applied: the duration of a fraction is not given, and a long one lowers the BED"
WORTH_SAYING = 0.01
"""Share of the damage left overnight that is named."""


def notes(tissue: Tissue | None, chosen: AlphaBeta | None, recipe: Recipe, schedule: Schedule) -> tuple[str, ...]:
    """Return every note on an effect.

    Parameters
    ----------
    tissue : Tissue or None
        What the effect is on.
    chosen : AlphaBeta or None
        The value of the tissue that was taken; None: alpha/beta was given.
    recipe : Recipe
        How it was computed.
    schedule : Schedule
        What was given.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> for note in notes(None, None, Recipe(ratio=3.0), Schedule.parse("60 Gy / 5")):
    ...     print(note[:60])
    12.00 Gy per fraction: the linear-quadratic model is well te
    no protraction is applied: the duration of a fraction is not
    10 or fewer fractions: no tumour time factor established
    """
    return (
        *ratio_notes(tissue, chosen),
        *_large_fractions(tissue, recipe, schedule),
        *_repair(tissue, recipe, schedule),
        *_time(tissue, recipe, schedule),
        *_particles(recipe),
    )


def ratio_notes(tissue: Tissue | None, chosen: AlphaBeta | None) -> Iterator[str]:
    """Say which alpha/beta of a tissue was taken, and its rivals; nothing where it was given.

    Parameters
    ----------
    tissue : Tissue or None
    chosen : AlphaBeta or None
        The entry that was taken; None: alpha/beta was given.

    Yields
    ------
    str
        A sentence. [Gy]

    Examples
    --------
    >>> from rtcalc.registry import Registry
    >>> cord = Registry().tissues["spinal-cord"]
    >>> for note in ratio_notes(cord, cord.deciding):
    ...     print(note)
    alpha/beta 2 Gy of spinal cord from convention, an assumed value: myelopathy
    other values listed for spinal cord: 0.87 Gy
    """
    if tissue is None or chosen is None:
        return
    kind = ", an assumed value" if chosen.assumed else ""
    what = f": {chosen.endpoint}" if chosen.endpoint else ""
    yield f"alpha/beta {plain(chosen.gray)} Gy of {tissue.name} from {chosen.source}{kind}{what}"
    rivals = [other for other in tissue.alpha_beta if other is not chosen]
    if rivals:
        listed = ", ".join(f"{plain(other.gray)}{' (assumed)' if other.assumed else ''}" for other in rivals)
        yield f"other values listed for {tissue.name}: {listed} Gy"


def _large_fractions(tissue: Tissue | None, recipe: Recipe, schedule: Schedule) -> Iterator[str]:
    threshold = recipe.fraction.threshold(recipe.ratio)
    straight = decimals.compare(largest_fraction(schedule), threshold) > 0
    if not straight:
        yield from lq_validity(schedule)
    if isinstance(recipe.fraction, LinearQuadratic):
        return
    name = recipe.fraction.label
    if not straight:
        yield f"below the threshold of {fixed(threshold, 2)} Gy, same as LQ"
    if len(recipe.fraction.sources) == 1:
        yield f"{name} is a what-if: no source is given for its threshold{f' in {tissue.name}' if tissue else ''}"
    yield f"the limits of organs are LQ: a value of {name} is not compared with them"
    if isinstance(recipe.fraction, LQL) and recipe.fraction.gamma_over_alpha is not None:
        smooth = high_dose.lql_slope(threshold, recipe.ratio)
        if decimals.compare(recipe.fraction.gamma_over_alpha, smooth) != 0:
            yield f"gamma/alpha {plain(recipe.fraction.gamma_over_alpha)} makes a kink; {plain(smooth)} would not"
    if straight and recipe.duration and recipe.repair:
        yield f"no source combines {name} with a protracted fraction: G is put on all that is beyond the linear term"


def _repair(tissue: Tissue | None, recipe: Recipe, schedule: Schedule) -> Iterator[str]:
    if recipe.repair is None:
        if recipe.per_day > 1:
            yield f"{recipe.per_day} fractions a day, repair between them taken as complete"
        if decimals.compare(largest_fraction(schedule), LONG_FROM) >= 0:
            yield NO_PROTRACTION
        return
    if recipe.per_day == 1 and not recipe.duration:
        yield "one short fraction a day: the repair half-time changes nothing"
        return
    yield from _overnight(recipe)
    for phase in schedule.phases:
        rest = phase.fractions % recipe.per_day
        if rest:
            yield f"{phase.text}: the last day has {rest} of {recipe.per_day} fractions"
    if recipe.duration:
        organ = f" of {tissue.name}" if tissue and tissue.kind != "tumour" else " of an organ"
        yield (
            f"{plain(60.0 * recipe.duration)} min per fraction lower the BED; look at a range of half-times, and never "
            f"relax a limit{organ} by it"
        )


def _overnight(recipe: Recipe) -> Iterator[str]:
    assert recipe.repair is not None
    night = DAY_HOURS - recipe.last_end
    left = sum(share * math.exp(-rate(half_time) * night) for share, half_time in recipe.repair.components)
    if left < WORTH_SAYING:
        yield "repair overnight is taken as complete"
    else:
        yield (
            f"repair overnight is taken as complete, although {fixed(100.0 * left, 1)} % of the damage would be left "
            f"after {plain(night)} h: the effect is underestimated"
        )


def _time(tissue: Tissue | None, recipe: Recipe, schedule: Schedule) -> Iterator[str]:
    few = schedule.fractions <= FEW_FRACTIONS
    if few and (recipe.repopulation or tissue is None or tissue.kind == "tumour"):
        yield f"{FEW_FRACTIONS} or fewer fractions: no tumour time factor established"
    if recipe.repopulation is None or recipe.overall is None:
        return
    source = recipe.repopulation
    yield f"overall time {recipe.overall} d elapsed (the first fraction is day 0; weekends and gaps count)"
    if source.basis == "EQD2":
        yield (
            f"K {plain(source.per_day)} Gy/d is EQD2; as BED at alpha/beta {plain(recipe.ratio)} Gy it is "
            f"{plain(source.as_bed(recipe.ratio))} Gy/d"
        )
    if recipe.regained:
        yield f"repopulation takes {fixed(recipe.regained, 1)} Gy; the EQD2 stands for a schedule without such a loss"
    else:
        yield f"within the kick-off time of {plain(source.kickoff)} d: nothing is subtracted"
    if tissue is not None and tissue.kind == "late":
        yield f"{tissue.name} is a late-reacting tissue: a time factor must not relax its limits"


def _particles(recipe: Recipe) -> Iterator[str]:
    if recipe.particles:
        yield (
            f"doses are physical, weighted here by {recipe.particles.label}; a dose in Gy(RBE) is weighted already "
            "and belongs in the plain model"
        )
