"""One printed row at its own fraction number against what is known of an organ.

The metric itself decides where it was given; else its printed form, the organ's volume, and what other metrics and
structures imply. What none of them settles is not evaluable and says what is missing.
"""

from __future__ import annotations

from dataclasses import replace

from rtcalc.case import OrganDose
from rtcalc.decimals import beside, compare, plain
from rtcalc.findings import State, Verdict
from rtcalc.limits import Limit, Metric
from rtcalc.models import lq
from rtcalc.organ_doses import AROUND, Known
from rtcalc.populations import holds

NEAR_FROM_PERCENT = 95.0


def answer(row: Limit, known: Known) -> Verdict:
    """Hold what is known of an organ against one row, taken as printed for the course's fraction number.

    Parameters
    ----------
    row : Limit
        A row that was printed for the course's fraction number.
    known : Known

    Returns
    -------
    Verdict
        `percent` is that of the metric in `measured`; an implied state is pass or exceeded, never near.

    Examples
    --------
    >>> from rtcalc.registry import Registry
    >>> row = Registry().limits(organ="SpinalCord", fractions=5)[0]
    >>> cord = OrganDose(organ="SpinalCord", course="1", metric=row.metric, value=26.4, unit="Gy")
    >>> found = answer(row, Known(organ="SpinalCord", course="1", fractions=5, doses=(cord,)))
    >>> row.bound, str(found.state), round(found.percent, 1)  # 26.4 / 25.3
    ('<= 25.3 Gy', 'exceeded', 104.3)
    """
    limit = _as_published(row, known)
    gated = outside(limit, known)
    if gated is not None:
        return gated
    blank = blank_of(limit, known)
    if limit.metric.kind == "CV" and known.volume_cc is not None and not _met(limit, known.volume_cc):
        measured = f"{known.organ} volume {plain(known.volume_cc)} cc"
        note = f"the organ ({plain(known.volume_cc)} cc) is smaller than the volume to be spared"
        return replace(blank, state=State.CANNOT_BE_MET, measured=measured, note=note, missing=())
    found = _direct(limit, known, blank) or _by_volume(limit, known, blank) or _implied(limit, known, blank)
    return found or _unanswered(limit, known, blank)


def outside(limit: Limit, known: Known) -> Verdict | None:
    """Return the verdict on a row for a population that the patient is not, or may not be, of.

    Parameters
    ----------
    limit : Limit
    known : Known

    Returns
    -------
    Verdict or None
        None: the row may be answered.

    Examples
    --------
    >>> from rtcalc.registry import Registry
    >>> row = Registry().limits(organ="SpinalCord", fractions=5)[0]
    >>> outside(row, Known(organ="SpinalCord", course="1", fractions=5, doses=())) is None  # it is for everybody
    True
    """
    held = True if limit.population is None else holds(limit.population, known.patient)
    if held:
        return None
    blank = blank_of(limit, known)
    if held is None:
        return replace(blank, missing=(f"whether the patient is of this population: {limit.population}",))
    note = f"for another population: {limit.population}"
    return replace(blank, state=State.NOT_APPLICABLE, note=note, missing=())


def _as_published(limit: Limit, known: Known) -> Limit:
    """The row on the metric of its paper, where that one was given: a D0.035cc kept for a Dmax cannot pass for it."""
    dose = known.exactly(Metric("max"), limit.unit)
    if limit.published_metric != "Dmax" or dose is None or dose.measured_on in AROUND:
        return limit
    return replace(limit, metric=Metric("max"), published_metric="")


def blank_of(limit: Limit, known: Known) -> Verdict:
    """Return the verdict on a row before anything was looked at.

    Parameters
    ----------
    limit : Limit
    known : Known

    Returns
    -------
    Verdict
        Not evaluable, with the row's metric missing.

    Examples
    --------
    >>> from rtcalc.registry import Registry
    >>> row = Registry().limits(organ="SpinalCord", fractions=5)[0]
    >>> blank_of(row, Known(organ="SpinalCord", course="1", fractions=5, doses=())).missing
    ('SpinalCord D0.035cc',)
    """
    return Verdict(
        limit=limit.id,
        set_id=limit.set_id,
        organ=known.organ,
        course=known.course,
        metric=str(limit.metric),
        bound=limit.bound,
        measured="",
        percent=None,
        state=State.NOT_EVALUABLE,
        kind=limit.kind,
        how="none",
        evidence=limit.evidence,
        missing=(f"{known.organ} {limit.metric}",),
    )


# --- the metric itself ---------------------------------------------------------------------------------------------
def _direct(limit: Limit, known: Known, blank: Verdict) -> Verdict | None:
    dose = known.exactly(limit.metric, limit.unit)
    if dose is None:
        return None
    value = _on_basis(limit, dose, known)
    if dose.measured_on in AROUND:
        return _from_around(limit, dose, value, blank)
    met, percent = _met(limit, value), _percent(limit, value)
    near = met and percent is not None and compare(percent, NEAR_FROM_PERCENT) >= 0
    return replace(
        blank,
        state=State.NEAR if near else State.PASS if met else State.EXCEEDED,
        percent=percent,
        measured=_measured(limit, dose, value),
        how="own row",
        note=_provisional(limit, met),
        missing=(),
        room_gray=None if met or not limit.metric.is_dose else dose.value - physical(limit, known.fractions),
    )


def _provisional(limit: Limit, met: bool) -> str:
    if limit.published_metric and met:
        return f"provisional: published as {limit.published_metric}, which was not given"
    return ""


def _from_around(limit: Limit, dose: OrganDose, value: float, blank: Verdict) -> Verdict | None:
    """A PRV or canal that meets the limit clears the organ inside it; one that exceeds it says nothing."""
    if not _bounded_from_around(limit) or not _met(limit, value):
        return None
    notes = (f"implied: the {dose.measured_on} contains the organ", _provisional(limit, met=True))
    return replace(
        blank,
        state=State.PASS,
        measured=_measured(limit, dose, value),
        percent=_percent(limit, value),
        how="implied",
        note="; ".join(filter(None, notes)),
        missing=(),
    )


def _bounded_from_around(limit: Limit) -> bool:
    """Whether the larger structure's value is the higher one: not for a mean, a per cent or a spared volume."""
    absolute = limit.metric.hottest_cc is not None or (limit.metric.kind == "V" and limit.unit == "cc")
    return absolute and limit.op in ("<", "<=")


def _unanswered(limit: Limit, known: Known, blank: Verdict) -> Verdict:
    """Why the metric that was given does not answer: the wrong structure, or the wrong unit."""
    dose = known.exactly(limit.metric, limit.unit)
    if dose is not None:
        value = _on_basis(limit, dose, known)
        why = "meets it" if _met(limit, value) else "exceeds it"
        note = f"{dose} {why}, which does not say that the {limit.organ} inside does"
        return replace(blank, measured=_measured(limit, dose, value), note=note)
    if any(dose.metric == limit.metric for dose in known.doses):
        return replace(blank, missing=(f"{known.organ} {limit.metric} in {limit.unit}",))
    return blank


def _on_basis(limit: Limit, dose: OrganDose, known: Known) -> float:
    """The value on the limit's own basis: physical dose, or EQD2 at the limit's alpha/beta."""
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


def _met(limit: Limit, value: float) -> bool:
    side = compare(value, limit.value)
    return {"<": side < 0, "<=": side <= 0, ">": side > 0, ">=": side >= 0}[limit.op]


def _percent(limit: Limit, value: float) -> float | None:
    """Per cent of the limit; limit / value for a limit that must be reached, so that less is always better."""
    top, bottom = (value, limit.value) if limit.op in ("<", "<=") else (limit.value, value)
    return 100.0 * top / bottom if bottom > 0 else None


def _measured(limit: Limit, dose: OrganDose, value: float) -> str:
    on = f" ({dose.measured_on})" if dose.measured_on != "organ" else ""
    on += " (from its curve)" if dose.origin == "dvh text" else ""
    if not limit.metric.is_dose:
        number = beside(value, limit.value, 1) if dose.origin == "dvh text" else plain(value)
        return f"{dose.metric} {number} {dose.unit}{on}"
    if limit.alpha_beta is None:
        return f"{dose.metric} {beside(value, limit.value, 1)} {dose.unit}{on}"
    basis = f"EQD2 (a/b {plain(limit.alpha_beta)})"
    return f"{dose.metric} {plain(dose.value)} Gy{on} = {beside(value, limit.value, 1)} Gy {basis}"


# --- what follows from other numbers -------------------------------------------------------------------------------
def _by_volume(limit: Limit, known: Known, blank: Verdict) -> Verdict | None:
    """Answer 'less than 5 cc above 18 Gy' in its printed form, or by an organ of 4.2 cc whatever its dose."""
    metric = limit.metric
    if metric.kind != "D" or limit.alpha_beta is not None or not limit.as_printed.startswith("V"):
        return None
    printed = replace(limit, metric=Metric("V", limit.value, "Gy"), value=metric.at, unit=metric.at_unit)
    found = _direct(printed, known, blank)
    if found is not None:
        notes = (f"in the printed form {limit.as_printed}", found.note)
        return replace(found, note="; ".join(filter(None, notes)))
    if metric.at_unit != "cc" or known.volume_cc is None or compare(known.volume_cc, metric.at) >= 0:
        return None
    note = f"met by volume alone ({limit.as_printed}); is the contour complete?"
    measured = f"{known.organ} volume {plain(known.volume_cc)} cc"
    return replace(blank, state=State.PASS, measured=measured, how="by volume alone", note=note, missing=())


def _implied(limit: Limit, known: Known, blank: Verdict) -> Verdict | None:
    """D_u bounds D_v: from above for a larger volume, from below for a smaller one."""
    wanted = limit.metric.hottest_cc
    if wanted is None or limit.op not in ("<", "<="):
        return None
    near = [dose for dose in known.doses if dose.metric.hottest_cc is not None]
    above = [dose for dose in near if dose.metric.hottest_cc <= wanted]  # type: ignore[operator]
    # A PRV's dose bounds the organ's only from above. A row published for Dmax is exceeded by any smaller value too.
    least = 0.0 if limit.published_metric == "Dmax" else wanted
    below = [d for d in near if d.metric.hottest_cc >= least and d.measured_on not in AROUND]  # type: ignore[operator]
    for dose in sorted(above, key=lambda dose: dose.value):
        value = _on_basis(limit, dose, known)
        if _met(limit, value):
            return _implied_verdict(limit, dose, value, State.PASS, blank)
    for dose in sorted(below, key=lambda dose: -dose.value):
        value = _on_basis(limit, dose, known)
        if not _met(limit, value):
            return _implied_verdict(limit, dose, value, State.EXCEEDED, blank)
    return None


def _implied_verdict(limit: Limit, dose: OrganDose, value: float, state: State, blank: Verdict) -> Verdict:
    relation = f"at least as high as {limit.metric}"
    if state is State.EXCEEDED:
        relation = f"at most as high as {limit.published_metric or limit.metric}"
    note = f"implied: {dose.metric} is {relation}; the per cent is that of {dose.metric}"
    notes = (note, _provisional(limit, state is State.PASS))
    return replace(
        blank,
        state=state,
        measured=_measured(limit, dose, value),
        percent=_percent(limit, value),
        how="implied",
        note="; ".join(filter(None, notes)),
        missing=(),
    )
