"""What the uncertainty of an alpha/beta does to a BED, to a converted or cumulative limit, and to an NTCP.

How an alpha/beta is drawn, also from an interval that begins below zero, stands in `spread`.

Both sides of a comparison always get the same draw. A limit at its own fraction number is two physical doses and gets
no probability at all.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rtcalc import decimals
from rtcalc.basis import LQ
from rtcalc.doses import EQD2, PhysicalDose, single_gray
from rtcalc.dvh import Dvh
from rtcalc.effects import break_even_alpha_beta, threshold_gray
from rtcalc.errors import BasisError, DomainError, UnitsError
from rtcalc.limits import Limit
from rtcalc.response import ResponseParameters, ntcp
from rtcalc.schedules import Schedule
from rtcalc.spread import COUNT, Draws, Spread
from rtcalc.spread import draws as draws
from rtcalc.tissues import AlphaBeta

_NOISE = 5e-11  # half of the tenth digit, on which a threshold is tested


def bed_draws(schedule: Schedule | str, ratios: Draws) -> Draws:
    r"""Biologically effective dose of one schedule at many alpha/beta.

    .. math:: B_j = \sum_i D_i + \frac{1}{r_j} \sum_i D_i d_i

    Parameters
    ----------
    schedule : Schedule or str
        Phases on different days. [Gy]
    ratios : numpy.ndarray
        alpha/beta r_j, each above zero. [Gy]

    Returns
    -------
    numpy.ndarray
        One value per draw, each on its own alpha/beta: they may be counted, and never added to a BED. [Gy]

    Raises
    ------
    UnitsError, DomainError
        An unreadable schedule; something else than an array of finite numbers above zero.

    Notes
    -----
    LQ without a time factor. Both sums are made once, so the whole is one division and one addition per draw.

    References
    ----------
    [fowler1989].

    Examples
    --------
    >>> bed_draws("37.5 Gy / 5", np.array([10.0, 4.5, 3.0])).tolist()
    [65.625, 100.0, 131.25]
    """
    total, squares = _line(_schedule(schedule))
    result = squares / _ratios(ratios)
    result += total
    return result


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """How often something is true among the draws, and the exact statement behind it.

    Attributes
    ----------
    probability : float
        0 to 1; exactly 0 or 1 where no alpha/beta changes the answer.
    statement : str
        True without any distribution.
    spread : Spread
        What was drawn from.
    draws : int
        How many.
    """

    probability: float
    statement: str
    spread: Spread
    draws: int

    def __str__(self) -> str:
        return f"{self.statement}: {round(self.probability * self.draws)} of {self.draws} draws, {self.spread}"


def probability_reaching(
    schedule: Schedule | str, bed: str, alpha_beta: AlphaBeta, seed: int = 0, n: int = COUNT
) -> Chance:
    """Return how often a schedule reaches a BED when its alpha/beta is drawn.

    Parameters
    ----------
    schedule : Schedule or str
        [Gy]
    bed : str
        The threshold. [Gy]
    alpha_beta, seed, n
        As in `draws`. [Gy]

    Returns
    -------
    Chance
        With the alpha/beta up to which the threshold is reached, rounded down.

    Raises
    ------
    UnitsError, BasisError, DomainError
        As in `effects.break_even_alpha_beta` and `draws`.

    Notes
    -----
    Not for a sum of courses on a tumour, whose regrowth in between is not in it.

    References
    ----------
    [fowler1989] rearranged.

    Examples
    --------
    >>> rcc = AlphaBeta(source="A", place="B", evidence="one-source", gray=5.0, low=3.0, high=7.0, interval="range")
    >>> found = probability_reaching("37.5 Gy / 5", "100 Gy", rcc)
    >>> found.statement, round(found.probability, 2)
    ('reaches 100 Gy only if a/b <= 4.50 Gy', 0.37)
    """
    target, spread, planned = threshold_gray(bed, "bed"), Spread.of(alpha_beta), _schedule(schedule)
    reached = bed_draws(planned, spread.draws(n, seed)) >= target * (1.0 - _NOISE)
    even = break_even_alpha_beta(planned, bed=bed)
    name = f"reaches {decimals.plain(target)} Gy"
    statement = f"{name} at every alpha/beta" if even.gray is None else f"{name} only if a/b <= {even}"
    return Chance(probability=float(np.mean(reached)), statement=statement, spread=spread, draws=n)


def probability_exceeding(
    given: Schedule | str, limit: Limit | EQD2 | Schedule | str, alpha_beta: AlphaBeta, seed: int = 0, n: int = COUNT
) -> Chance:
    """Return how often an organ dose exceeds a limit of another fraction number, or a cumulative one.

    Parameters
    ----------
    given : Schedule or str
        The organ's dose metric with its fractions; several phases are courses on different days, for metrics that add
        (Dmax from above, Dmean from below). [Gy]
    limit : Limit or EQD2 or Schedule or str
        A dose limit of another fraction number, ``"23 Gy / 3"``, or one in EQD2: a dose in fractions of 2 Gy. [Gy]
    alpha_beta, seed, n
        As in `draws`; the same draw converts both sides. [Gy]

    Returns
    -------
    Chance
        With the alpha/beta at which the answer turns, or the word that it never does.

    Raises
    ------
    DomainError
        The limit is for this very fraction number, is no dose, is not in use, or has no fraction number.
    UnitsError, BasisError
        An unreadable schedule; an EQD2 that is not LQ.

    Notes
    -----
    Both sides are total + squares / r, so the answer turns at most once: at
    r = (S_given - S_limit) / (D_limit - D_given) with S the sum of D d.

    References
    ----------
    [WITHERS] the isoeffect of two fractionations.

    Examples
    --------
    >>> cord = AlphaBeta(source="A", place="B", evidence="one-source", gray=2.0, low=1.0, high=3.0, interval="range")
    >>> found = probability_exceeding("24.5 Gy / 4", "25.3 Gy / 5", cord)
    >>> found.statement
    'exceeded only if a/b < 27.56 Gy'
    """
    course, (bound, squares, inclusive) = _schedule(given), _limit_line(limit, _schedule(given))
    spread = Spread.of(alpha_beta)
    total, own = _line(course)
    ratios = spread.draws(n, seed)
    here, there = total + own / ratios, bound + squares / ratios
    # Equal on ten digits is met, or exceeded where the limit says "less than".
    over = here >= there * (1.0 - _NOISE) if inclusive else here > there * (1.0 + _NOISE)
    return Chance(probability=float(np.mean(over)), statement=where_exceeded(given, limit), spread=spread, draws=n)


def where_exceeded(given: Schedule | str, limit: Limit | EQD2 | Schedule | str) -> str:
    """Return for which alpha/beta an organ dose exceeds a limit; arguments, errors and source as above.

    Examples
    --------
    >>> where_exceeded("24.5 Gy / 4", "25.3 Gy / 5")
    'exceeded only if a/b < 27.56 Gy'
    """
    course = _schedule(given)
    total, own = _line(course)
    bound, squares, inclusive = _limit_line(limit, course)
    return _turning(total - bound, own - squares, inclusive)


def ntcp_draws(
    dvh: Dvh,
    fractions: int,
    parameters: ResponseParameters,
    ratios: Draws,
    factors: Mapping[str, bool] | None = None,
) -> Draws:
    """Complication probability of a physical curve at many alpha/beta.

    Parameters
    ----------
    dvh : Dvh
        Physical dose.
    fractions : int
        Of the course.
    parameters : ResponseParameters
        Fitted on EQD2. Its TD50 is a dose in fractions of 2 Gy, which no alpha/beta changes.
    ratios : numpy.ndarray
        Each above zero; every draw converts the whole curve, so thousands, not millions. [Gy]
    factors
        As in `response.ntcp`.

    Returns
    -------
    numpy.ndarray
        One probability per draw, 0 to 1.

    Raises
    ------
    DomainError
        The set was not fitted on EQD2: a physical fit does not depend on alpha/beta.
    BasisError
        As in `response.ntcp`.

    Notes
    -----
    The spread of TD50, m and n themselves is not in it and is usually the larger one.

    References
    ----------
    Those of the set.

    Examples
    --------
    >>> from rtcalc.registry import Registry
    >>> lung = Dvh.from_parts(organ="Lungs", course="1", dose_gray=[15], volume_cc=[3000])
    >>> fit = Registry().response["lkb-lungs-pneumonitis-semenenko"]
    >>> ntcp_draws(lung, 5, fit, np.array([2.0, 3.0, 4.0])).round(3).tolist()
    [0.182, 0.166, 0.156]
    """
    if parameters.dose.kind != "EQD2" or parameters.dose.alpha_beta is None:
        raise DomainError(
            f"{parameters.id} was fitted on {parameters.dose}, which does not depend on an alpha/beta drawn"
        )
    own = PhysicalDose.from_gray(parameters.dose.alpha_beta[0])
    ntcp(dvh.relabelled(fractions, own), parameters, factors=factors)  # everything that is refused is refused here
    form = parameters.form
    assert form is not None
    curves = (dvh.relabelled(fractions, PhysicalDose.from_gray(float(ratio))) for ratio in _ratios(ratios))
    arguments = (factors,) if factors else ()
    return np.array([form.probability(curve, *arguments) for curve in curves])


def _line(schedule: Schedule) -> tuple[float, float]:
    """Return total and sum of D d: the BED is total + sum / r."""
    total = sum(phase.gray for phase in schedule.phases)
    return total, sum(phase.gray * phase.gray / phase.fractions for phase in schedule.phases)


def _limit_line(limit: Limit | EQD2 | Schedule | str, given: Schedule) -> tuple[float, float, bool]:
    """Return the limit as `_line`, and whether reaching it exactly exceeds it."""
    if isinstance(limit, EQD2):
        if limit.model != LQ:
            raise BasisError(f"limit: {limit} is not LQ; only an LQ limit is compared here")
        gray = single_gray(PhysicalDose.from_gray(limit.gray), "limit")
        return gray, gray * limit.per_fraction, False
    if isinstance(limit, Limit):
        return _row_line(limit, given)
    printed = _schedule(limit)
    if len(printed.phases) == len(given.phases) == 1 and printed.fractions == given.fractions:
        raise _own_number(printed.text, given.fractions)
    return (*_line(printed), False)


def _row_line(limit: Limit, given: Schedule) -> tuple[float, float, bool]:
    if limit.standing == "listed" or limit.role != "limit" or not limit.metric.is_dose or limit.op not in ("<", "<="):
        raise DomainError(f"limit: {limit.id} is not a dose limit in use; it gets no probability")
    if limit.alpha_beta is not None:
        return limit.value, 2.0 * limit.value, limit.op == "<"
    if limit.fractions is None:
        raise DomainError(
            f"limit: {limit.id} is for conventional fractions; without their number it cannot be converted"
        )
    if limit.at(given.fractions) and len(given.phases) == 1:
        raise _own_number(limit.id, given.fractions)
    first, last = limit.fractions
    nearest = min(max(given.fractions, first), last)
    return limit.value, limit.value * limit.value / nearest, limit.op == "<"


def _own_number(limit: str, fractions: int) -> DomainError:
    return DomainError(
        f"limit: {limit} is for {fractions} fractions like the course: both are physical doses, so alpha/beta does not "
        "enter and there is no probability; compare the doses"
    )


def _turning(total: float, squares: float, inclusive: bool) -> str:
    """Say where total + squares / r changes its sign."""
    scale = max(abs(total), abs(squares), 1.0)
    total, squares = (0.0 if abs(part) < _NOISE * scale else part for part in (total, squares))
    if total * squares >= 0.0:
        exceeded = total + squares > 0.0 or (inclusive and total + squares == 0.0)
        return f"{'exceeded' if exceeded else 'met'} at every alpha/beta"
    turn = -squares / total
    # The bound of where a limit is exceeded is rounded so that nothing exceeded lies outside.
    if squares > 0.0:
        return f"exceeded only if a/b < {decimals.fixed(turn, decimals.ALPHA_BETA_PLACES, 'up')} Gy"
    return f"exceeded only if a/b > {decimals.fixed(turn, decimals.ALPHA_BETA_PLACES, 'down')} Gy"


def _schedule(given: Schedule | str) -> Schedule:
    return given if isinstance(given, Schedule) else Schedule.parse(given)


def _ratios(ratios: Draws) -> Draws:
    if not isinstance(ratios, np.ndarray) or ratios.ndim != 1 or ratios.dtype.kind != "f":
        raise UnitsError("ratios: an array of alpha/beta in Gy is needed, as draws() returns it")
    if not ratios.size or not (ratios.min() > 0.0 and ratios.max() < math.inf):
        raise DomainError("ratios: every alpha/beta must be a finite number above zero")
    return ratios
