"""One printed row at its own fraction number against what is known of an organ.

The metric itself decides where it was given; else its printed form, the organ's volume, and what other metrics and
structures imply. What none of them settles is not evaluable and says what is missing.
"""

from __future__ import annotations

from dataclasses import replace

from rtcalc.case import OrganDose
from rtcalc.coverage import percent_words
from rtcalc.decimals import compare, plain
from rtcalc.findings import State, Verdict
from rtcalc.limit_values import measured, met, on_basis, percent_of, physical, settles
from rtcalc.limits import Limit, Metric
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
    limit = _with_share(_as_published(row, known), known)
    gated = outside(limit, known)
    if gated is not None:
        return gated
    blank = blank_of(limit, known)
    if limit.subvolume:
        return replace(blank, missing=(f"{known.organ} {limit.metric} of this part: {limit.subvolume}",))
    if limit.metric.kind == "CV" and known.volume_cc is not None and not met(limit, known.volume_cc):
        volume = f"{known.organ} volume {plain(known.volume_cc)} cc"
        note = f"the organ ({plain(known.volume_cc)} cc) is smaller than the volume to be spared"
        return replace(blank, state=State.CANNOT_BE_MET, measured=volume, note=note, missing=())
    found = _direct(limit, known, blank) or _by_bound(limit, known, blank) or _by_volume(limit, known, blank)
    found = found or _implied(limit, known, blank) or _nested(limit, known, blank)
    found = found or _bounded(limit, known, blank) or _unanswered(limit, known, blank)
    if row.share is not None and limit.share is None:
        larger = f"the larger of {row.value:g} cc and {_share_words(row)} ({known.volume_cc:g} cc)"
        found = replace(found, note="; ".join(filter(None, (larger, found.note))))
    return found


def _with_share(limit: Limit, known: Known) -> Limit:
    """A volume to be spared that is also a part of the organ, as the larger of the two where the volume is known."""
    if limit.share is None or known.volume_cc is None:
        return limit
    part, whole = limit.share
    return replace(limit, value=max(limit.value, known.volume_cc * part / whole), share=None)


def _share_words(limit: Limit) -> str:
    assert limit.share is not None
    return f"{limit.share[0]}/{limit.share[1]} of the organ"


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
    value = on_basis(limit, dose, known)
    if dose.measured_on in AROUND:
        return _from_around(limit, dose, value, blank)
    within, percent = met(limit, value), percent_of(limit, value)
    near = within and percent is not None and compare(percent, NEAR_FROM_PERCENT) >= 0
    return replace(
        blank,
        state=State.NEAR if near else State.PASS if within else State.EXCEEDED,
        percent=percent,
        measured=measured(limit, dose, value),
        how="own row",
        note=_provisional(limit, within),
        missing=(),
        room_gray=None if within or not limit.metric.is_dose else dose.value - physical(limit, known.fractions),
    )


def _provisional(limit: Limit, within: bool) -> str:
    if limit.share and within:
        return f"provisional: {_share_words(limit)}, where that is more, was not looked at: its volume is missing"
    if limit.published_metric and within:
        return f"provisional: published as {limit.published_metric}, which was not given"
    return ""


def _by_bound(limit: Limit, known: Known, blank: Verdict) -> Verdict | None:
    """A metric known from one side, or from both, that the limit lies beyond: a part without a dose changes nothing."""
    for dose in known.bounds(limit.metric, limit.unit):
        value = on_basis(limit, dose, known)
        within, percent = met(limit, value), percent_of(limit, value)
        around = dose.measured_on in AROUND
        if not settles(limit, dose, value, within=within) or (around and not (within and _bounded_from_around(limit))):
            continue
        near = within and percent is not None and compare(percent, NEAR_FROM_PERCENT) >= 0
        note = "known from one side" if dose.covered == 1.0 else "certain, whatever the part without a dose gets"
        return replace(
            blank,
            state=State.NEAR if near else State.PASS if within else State.EXCEEDED,
            percent=percent,
            measured=measured(limit, dose, value),
            how="own row",
            note="; ".join(filter(None, (note, _provisional(limit, within)))),
            missing=(),
        )
    return None


def _bounded(limit: Limit, known: Known, blank: Verdict) -> Verdict | None:
    """What is certain of the metric where that leaves the limit open."""
    doses = [dose for dose in known.bounds(limit.metric, limit.unit) if dose.measured_on not in AROUND]
    if not doses:
        return None
    said = " .. ".join(measured(limit, dose, on_basis(limit, dose, known)) for dose in doses)
    part = percent_words(doses[0].covered)
    why = "known from one side" if doses[0].covered == 1.0 else f"{part} of it has a calculated dose"
    return replace(blank, state=State.UNDETERMINED, measured=said, note=f"{why}: no state is certain", missing=())


def _from_around(limit: Limit, dose: OrganDose, value: float, blank: Verdict) -> Verdict | None:
    """A PRV or canal that meets the limit clears the organ inside it; one that exceeds it says nothing."""
    if not _bounded_from_around(limit) or not met(limit, value):
        return None
    notes = (f"implied: the {dose.measured_on} contains the organ", _provisional(limit, within=True))
    return replace(
        blank,
        state=State.PASS,
        measured=measured(limit, dose, value),
        percent=percent_of(limit, value),
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
        value = on_basis(limit, dose, known)
        why = "meets it" if met(limit, value) else "exceeds it"
        note = f"{dose} {why}, which does not say that the {limit.organ} inside does"
        return replace(blank, measured=measured(limit, dose, value), note=note)
    if any(dose.metric == limit.metric for dose in known.doses):
        return replace(blank, missing=(f"{known.organ} {limit.metric} in {limit.unit}",))
    return blank


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
    volume = f"{known.organ} volume {plain(known.volume_cc)} cc"
    return replace(blank, state=State.PASS, measured=volume, how="by volume alone", note=note, missing=())


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
        value = on_basis(limit, dose, known)
        if settles(limit, dose, value, within=True):
            return _implied_verdict(limit, dose, value, State.PASS, blank)
    for dose in sorted(below, key=lambda dose: -dose.value):
        value = on_basis(limit, dose, known)
        if settles(limit, dose, value, within=False):
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
        measured=measured(limit, dose, value),
        percent=percent_of(limit, value),
        how="implied",
        note="; ".join(filter(None, notes)),
        missing=(),
    )


# --- what follows from structures around the organ and inside it ------------------------------------------------------
def _nested(limit: Limit, known: Known, blank: Verdict) -> Verdict | None:
    """Of an absolute volume the larger structure has at least as much: what it keeps below a limit, the smaller does.

    A limit from above is met where a structure around meets it, and exceeded where one inside exceeds it; for a volume
    to be spared it is the other way round. Nothing else follows.
    """
    upper = limit.op in ("<", "<=")
    meeting, failing = (known.outer, known.inner) if upper else (known.inner, known.outer)
    for dose in meeting:
        if _bounds(limit, dose, above=upper) and settles(limit, dose, on_basis(limit, dose, known), within=True):
            return _nested_verdict(limit, dose, known, State.PASS, blank)
    for dose in failing:
        if _bounds(limit, dose, above=not upper) and settles(limit, dose, on_basis(limit, dose, known), within=False):
            return _nested_verdict(limit, dose, known, State.EXCEEDED, blank)
    return None


def _bounds(limit: Limit, dose: OrganDose, *, above: bool) -> bool:
    """Whether a dose of a nested structure bounds the limit's metric from above, or from below."""
    if not above and dose.measured_on in AROUND:
        return False  # a margin reaches beyond the structure that it is drawn around
    wanted, given = limit.metric.hottest_cc, dose.metric.hottest_cc
    if wanted is not None and given is not None:
        return given <= wanted if above else given >= wanted or limit.published_metric == "Dmax"
    absolute = limit.metric.kind in ("V", "CV") and limit.unit == dose.unit == "cc"
    return absolute and limit.metric == dose.metric


def _nested_verdict(limit: Limit, dose: OrganDose, known: Known, state: State, blank: Verdict) -> Verdict:
    value = on_basis(limit, dose, known)
    relation = "contains" if dose in known.outer else "lies in"
    notes = (f"implied: {dose.organ} {relation} {known.organ}", _provisional(limit, state is State.PASS))
    return replace(
        blank,
        state=state,
        measured=f"{dose.organ} {measured(limit, dose, value)}",
        percent=percent_of(limit, value),
        how="implied",
        note="; ".join(filter(None, notes)),
        missing=(),
    )
