"""Re-irradiation under a rule of several conditions: all of them are shown, and they hold only together.

Cumulative is the maximum of the earlier courses plus that of the new one, as the rules are stated; both are taken to
lie in one place, unless the sum of the courses is known. No recovery is subtracted.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rtcalc.basis import LQ
from rtcalc.budget import Allowance, Earlier, allowance, ends_of, none_offered, require_same_basis
from rtcalc.compound_limits import CompoundLimit
from rtcalc.decimals import beside, compare, plain
from rtcalc.doses import EQD2
from rtcalc.errors import DomainError
from rtcalc.findings import State
from rtcalc.history import Cumulative
from rtcalc.schedule_text import fraction_count
from rtcalc.tissues import require_usable


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition of a rule.

    Attributes
    ----------
    name : str
        "cumulative", "interval".
    required, found : str
        What the rule asks, and what there is.
    met : bool or None
        None: cannot be told.

    Examples
    --------
    >>> Condition(name="interval", required="5 months or more", found="not known", met=None).met is None
    True
    """

    name: str
    required: str
    found: str
    met: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompoundVerdict:
    """All conditions of a rule at one new dose.

    Attributes
    ----------
    rule : CompoundLimit
    conditions : tuple of Condition
        All of them, met or not.
    state : State
        *pass* when all are met, *exceeded* when one is not, else *undetermined*, or *not evaluable* without interval.

    Examples
    --------
    30 Gy in 10 at the cord (30.9 Gy at its maximum), 8.2 months ago, and 17.9 Gy in 5 now:

    >>> from rtcalc.effects import eqd2
    >>> from rtcalc.registry import Registry
    >>> rule = Registry().compound_limits["HYTEC.SpinalCord.reirradiation"]
    >>> earlier, new = eqd2("30.9 Gy / 10", alpha_beta="2 Gy"), eqd2("17.9 Gy / 5", alpha_beta="2 Gy")
    >>> verdict = hold(rule, earlier=earlier, new=new, months=8.2, measured_on="thecal sac")
    >>> str(verdict.state), [condition.met for condition in verdict.conditions]
    ('pass', [True, True, True, True, True])
    >>> str(hold(rule, earlier=earlier, new=new, months=None, measured_on="thecal sac").state)
    'not_evaluable'
    """

    rule: CompoundLimit
    conditions: tuple[Condition, ...]

    @property
    def state(self) -> State:
        """The four conditions as one."""
        met = [condition.met for condition in self.conditions]
        if False in met:
            return State.EXCEEDED
        if None not in met:
            return State.PASS
        unknown = [condition.name for condition in self.conditions if condition.met is None]
        return State.NOT_EVALUABLE if {"interval", "structure"} & set(unknown) else State.UNDETERMINED


@dataclass(frozen=True, slots=True, kw_only=True)
class CompoundBudget:
    """The dose left under a rule of several conditions.

    Attributes
    ----------
    rule : CompoundLimit
    largest : EQD2 or None
        The largest new part that meets every condition on dose; None: there is none. [Gy]
    conditions : tuple of Condition
        All of them, at the largest new part.
    allowances : tuple of Allowance
        One for each number of fractions. [Gy]

    Examples
    --------
    >>> from rtcalc.effects import eqd2
    >>> from rtcalc.registry import Registry
    >>> rule = Registry().compound_limits["HYTEC.SpinalCord.reirradiation"]
    >>> earlier = eqd2("30.9 Gy / 10", alpha_beta="2 Gy")
    >>> print(remaining_under(rule, earlier=earlier, months=8.2, measured_on="thecal sac").largest)
    EQD2 (a/b 2) 25.0 Gy
    """

    rule: CompoundLimit
    largest: EQD2 | None
    conditions: tuple[Condition, ...]
    allowances: tuple[Allowance, ...]


def hold(
    rule: CompoundLimit,
    *,
    earlier: Earlier,
    new: EQD2,
    months: float | None,
    measured_on: str,
    together: Cumulative | None = None,
) -> CompoundVerdict:
    """Hold a new dose against a rule of several conditions.

    Parameters
    ----------
    rule : CompoundLimit
    earlier, new : EQD2 or Cumulative, EQD2
        The maxima of the structure of the rule in the earlier courses and in the new one. [Gy]
    months : float or None
        From the last fraction of the earlier course to the first of the new one; None: not known. [months]
    measured_on : str
        The structure the doses were measured on.
    together : Cumulative, optional
        The maximum of all courses, the new one among them, where it is known where their doses lie; without it the
        maximum of the earlier courses and that of the new one are added. [Gy]

    Returns
    -------
    CompoundVerdict

    Raises
    ------
    BasisError
        A dose on another alpha/beta or model than the rule.
    DomainError
        A rule that is listed only, no earlier dose, or a negative interval.

    Examples
    --------
    A month after the first part is too early, whatever the doses:

    >>> from rtcalc.effects import eqd2
    >>> from rtcalc.registry import Registry
    >>> rule = Registry().compound_limits["HYTEC.SpinalCord.reirradiation"]
    >>> part = eqd2("20 Gy / 10", alpha_beta="2 Gy")
    >>> verdict = hold(rule, earlier=part, new=part, months=1, measured_on="thecal sac")
    >>> [(condition.name, condition.required) for condition in verdict.conditions if condition.met is False]
    [('interval', '>= 5 months')]
    """
    require_usable(rule, rule.id)
    ends = _earlier(rule, earlier)
    require_same_basis(new, _on_basis(rule, 1.0), "the new dose")
    total = None if together is None else ends_of(together, _on_basis(rule, 1.0))
    conditions = _conditions(rule, ends, float(new.gray), months, measured_on, total)
    return CompoundVerdict(rule=rule, conditions=conditions)


def remaining_under(
    rule: CompoundLimit,
    *,
    earlier: Earlier,
    months: float | None,
    measured_on: str,
    fractions: Sequence[int] = (1, 2, 3, 4, 5),
) -> CompoundBudget:
    """Find the dose left under a rule of several conditions.

    Parameters
    ----------
    rule, earlier, months, measured_on
        As in `hold`.
    fractions : sequence of int
        Of the new course; outside the range of the rule none is offered.

    Returns
    -------
    CompoundBudget
        Allowances with the condition that binds; none where the interval or the structure does not fit.

    Raises
    ------
    BasisError, DomainError
        As in `hold`.

    References
    ----------
    [HYTEC_CORD] the rule on the spinal cord.

    Examples
    --------
    30 Gy in 10 at the cord (30.9 Gy at its maximum), 8.2 months ago:

    >>> from rtcalc.effects import eqd2
    >>> from rtcalc.registry import Registry
    >>> rule = Registry().compound_limits["HYTEC.SpinalCord.reirradiation"]
    >>> found = remaining_under(
    ...     rule, earlier=eqd2("30.9 Gy / 10", alpha_beta="2 Gy"), months=8.2, measured_on="thecal sac"
    ... )
    >>> print(found.allowances[0], found.allowances[4], sep="; ")
    9.04 Gy in 1 (new part <= 25 Gy EQD2); 17.91 Gy in 5 (new part <= 25 Gy EQD2)
    """
    require_usable(rule, rule.id)
    low, high = _earlier(rule, earlier)
    counts = [fraction_count(count) for count in fractions]
    caps = {f"new part <= {plain(rule.new_part)} Gy EQD2": rule.new_part}
    caps[f"new part <= {plain(100 * rule.share)} % of cumulative"] = low * rule.share / (1.0 - rule.share)
    if high is not None:
        caps[f"cumulative <= {plain(rule.cumulative)} Gy EQD2"] = rule.cumulative - high
    binding, most = min(caps.items(), key=lambda cap: cap[1])
    largest = max(most, 0.0) if high is not None else 0.0
    conditions = _conditions(rule, (low, high), largest, months, measured_on)
    unmet = [one for one in conditions if one.met is not True]
    if unmet or compare(largest, 0.0) <= 0:
        reason = (
            "; ".join(f"{one.name} {one.found}, {one.required} is asked" for one in unmet)
            or f"nothing is left ({binding})"
        )
        return CompoundBudget(rule=rule, largest=None, conditions=conditions, allowances=none_offered(counts, reason))
    offers = []
    for count in counts:
        if rule.at(count):
            offers.append(allowance(count, largest, rule.alpha_beta, binding, "<="))
        else:
            offers += none_offered([count], f"the rule speaks of {rule.fractions[0]} to {rule.fractions[1]} fractions")
    return CompoundBudget(rule=rule, largest=_on_basis(rule, largest), conditions=conditions, allowances=tuple(offers))


def _conditions(
    rule: CompoundLimit,
    earlier: tuple[float, float | None],
    new: float,
    months: float | None,
    measured_on: str,
    together: tuple[float, float | None] | None = None,
) -> tuple[Condition, ...]:
    low, high = together or (earlier[0] + new, None if earlier[1] is None else earlier[1] + new)
    shares = (new / low if low else 0.0, new / high if high else 0.0)
    return (
        _at_most("cumulative", low, high, rule.cumulative, "Gy EQD2"),
        _at_most("new part", new, new, rule.new_part, "Gy EQD2"),
        _at_most("new part of cumulative", 100.0 * shares[1], 100.0 * shares[0], 100.0 * rule.share, "%"),
        _interval(rule, months),
        _structure(rule, measured_on),
    )


def _at_most(name: str, low: float, high: float | None, bound: float, unit: str) -> Condition:
    least, most = beside(low, bound, 1), None if high is None else beside(high, bound, 1)
    shown = f"{least} {unit} or more" if most is None else f"{least} {unit}"
    if most not in (None, least):
        shown = f"{least} to {most} {unit}"
    met = None
    if compare(low, bound) > 0:
        met = False
    elif high is not None and compare(high, bound) <= 0:
        met = True
    return Condition(name=name, required=f"<= {plain(bound)} {unit}", found=shown, met=met)


def _interval(rule: CompoundLimit, months: float | None) -> Condition:
    required = f">= {rule.months} months"
    if months is None:
        return Condition(name="interval", required=required, found="not known", met=None)
    if not 0.0 <= months < math.inf:
        raise DomainError(f"months: {months!r} is not an interval, zero or more")
    return Condition(
        name="interval",
        required=required,
        found=f"{beside(months, rule.months, 1)} months",
        met=compare(months, rule.months) >= 0,
    )


def _structure(rule: CompoundLimit, measured_on: str) -> Condition:
    met = True if measured_on == rule.structure else None  # the maximum of another structure may be lower
    return Condition(name="structure", required=f"{rule.metric} of the {rule.structure}", found=measured_on, met=met)


def _earlier(rule: CompoundLimit, earlier: Earlier) -> tuple[float, float | None]:
    low, high = ends_of(earlier, _on_basis(rule, 1.0))
    if high is not None and compare(high, 0.0) <= 0:
        raise DomainError(f"earlier: {rule.id} is a rule on {rule.population}, and there is no earlier dose")
    return low, high


def _on_basis(rule: CompoundLimit, gray: float) -> EQD2:
    return EQD2.from_gray(gray, alpha_beta=f"{plain(rule.alpha_beta)} Gy", model=LQ)
