"""One value and one limit: on which basis, met or not, in per cent, in words."""

from __future__ import annotations

from rtcalc.case import OrganDose
from rtcalc.coverage import percent_words
from rtcalc.decimals import beside, compare, plain
from rtcalc.limits import Limit
from rtcalc.models import lq
from rtcalc.organ_doses import Known


def on_basis(limit: Limit, dose: OrganDose, known: Known) -> float:
    """Return a value on the limit's own basis: physical dose, or EQD2 at the limit's alpha/beta.

    Parameters
    ----------
    limit : Limit
    dose : OrganDose
        Of the limit's metric. [unit of the limit]
    known : Known
        Whose fraction number it was given in.

    Returns
    -------
    float
        [unit of the limit]

    Examples
    --------
    >>> from rtcalc.registry import Registry
    >>> row = Registry().limits(organ="SpinalCord", fractions=5)[2]  # 70 Gy EQD2 at alpha/beta 2 Gy
    >>> cord = OrganDose(organ="SpinalCord", course="1", metric=row.metric, value=26.4, unit="Gy")
    >>> on_basis(row, cord, Known(organ="SpinalCord", course="1", fractions=5, doses=(cord,)))
    48.048
    """
    if limit.alpha_beta is None or not limit.metric.is_dose:
        return dose.value
    return eqd2(dose.value, known.fractions, limit.alpha_beta)


def eqd2(gray: float, fractions: int, ratio: float) -> float:
    """Return the EQD2 of an organ dose given in equal fractions, D (d + r) / (2 + r).

    Parameters
    ----------
    gray : float
        Physical dose D of all fractions together; d is D / n. [Gy]
    fractions : int
        Their number n, 1 to 200.
    ratio : float
        alpha/beta r. [Gy]

    Returns
    -------
    float
        [Gy]

    References
    ----------
    [bentzen2012] EQD2.

    Examples
    --------
    >>> eqd2(26.4, 5, 2.0)
    48.048
    """
    return float(lq.eqdx(lq.bed(gray, fractions, ratio), 2.0, ratio))


def physical(limit: Limit, fractions: int) -> float:
    """Return a dose limit as physical dose in a number of fractions: itself, or the dose of its EQD2.

    Parameters
    ----------
    limit : Limit
        On a dose.
    fractions : int
        1 to 200.

    Returns
    -------
    float
        [Gy]

    Examples
    --------
    70 Gy EQD2 at alpha/beta 2 Gy: D (1 + D / 10) = 70 x 2, so D = 32.75 Gy in 5 fractions:

    >>> from rtcalc.registry import Registry
    >>> row = Registry().limits(organ="SpinalCord", fractions=5)[2]
    >>> row.bound, round(physical(row, 5), 2)
    ('<= 70 Gy EQD2 (a/b 2)', 32.75)
    """
    if limit.alpha_beta is None:
        return limit.value
    effect = limit.value * (1.0 + 2.0 / limit.alpha_beta)
    return float(lq.total_for(effect, fractions, limit.alpha_beta))


def met(limit: Limit, value: float) -> bool:
    """Return whether a value meets a limit, on the ten digits that are printed.

    Parameters
    ----------
    limit : Limit
    value : float
        On the limit's basis. [unit of the limit]

    Returns
    -------
    bool

    Examples
    --------
    >>> from rtcalc.registry import Registry
    >>> row = Registry().limits(organ="SpinalCord", fractions=5)[0]  # at most 25.3 Gy
    >>> met(row, 25.3), met(row, 25.31)
    (True, False)
    """
    side = compare(value, limit.value)
    return {"<": side < 0, "<=": side <= 0, ">": side > 0, ">=": side >= 0}[limit.op]


def settles(limit: Limit, dose: OrganDose, value: float, *, within: bool) -> bool:
    """Return whether a dose says that a limit is met, or that it is not: of the two a bound can say one at most.

    Parameters
    ----------
    limit : Limit
    dose : OrganDose
        A number, or a bound.
    value : float
        The same on the limit's basis. [unit of the limit]
    within : bool
        What it is to say: that the limit is met.

    Returns
    -------
    bool

    Examples
    --------
    At least 26 Gy may exceed a limit from above, and never meets one:

    >>> from rtcalc.registry import Registry
    >>> row = Registry().limits(organ="SpinalCord", fractions=5)[0]
    >>> cord = OrganDose(organ="SpinalCord", course="1", metric=row.metric, value=26.0, unit="Gy", bound=">=")
    >>> settles(row, cord, 26.0, within=False), settles(row, cord, 20.0, within=True)
    (True, False)
    """
    from_above = limit.op in ("<", "<=")
    able = not dose.bound or within == (from_above != (dose.bound == ">="))
    return able and met(limit, value) is within


def percent_of(limit: Limit, value: float) -> float | None:
    """Return per cent of the limit; limit / value for one that must be reached, so that less is always better.

    Parameters
    ----------
    limit : Limit
    value : float
        On the limit's basis. [unit of the limit]

    Returns
    -------
    float or None
        None: there is nothing to divide by. [%]

    Examples
    --------
    >>> from rtcalc.registry import Registry
    >>> round(percent_of(Registry().limits(organ="SpinalCord", fractions=5)[0], 26.4), 1)  # 26.4 / 25.3
    104.3
    """
    top, bottom = (value, limit.value) if limit.op in ("<", "<=") else (limit.value, value)
    return 100.0 * top / bottom if bottom > 0 else None


def measured(limit: Limit, dose: OrganDose, value: float) -> str:
    """Return a value as words beside its limit: metric, number, unit, what it was measured on, its basis.

    Parameters
    ----------
    limit : Limit
    dose : OrganDose
        As given.
    value : float
        The same on the limit's basis. [unit of the limit]

    Returns
    -------
    str

    Examples
    --------
    >>> from rtcalc.registry import Registry
    >>> row = Registry().limits(organ="SpinalCord", fractions=5)[0]
    >>> measured(row, OrganDose(organ="SpinalCord", course="1", metric=row.metric, value=26.4, unit="Gy"), 26.4)
    'D0.035cc 26.4 Gy'
    """
    on = f" ({dose.measured_on})" if dose.measured_on != "organ" else ""
    on += " (from its curve)" if dose.origin == "dvh text" else ""
    on += f" (of the {percent_words(dose.covered)} with a dose)" if dose.covered < 1.0 and dose.bound else ""
    what = f"{dose.metric} {dose.side}"
    if not limit.metric.is_dose:
        number = beside(value, limit.value, 1) if dose.origin == "dvh text" else plain(value)
        return f"{what}{number} {dose.unit}{on}"
    if limit.alpha_beta is None:
        return f"{what}{beside(value, limit.value, 1)} {dose.unit}{on}"
    basis = f"EQD2 (a/b {plain(limit.alpha_beta)})"
    return f"{what}{plain(dose.value)} Gy{on} = {beside(value, limit.value, 1)} Gy {basis}"
