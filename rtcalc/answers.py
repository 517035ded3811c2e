"""One printed row at its own fraction number against what is known of an organ.

The metric itself decides where it was given; else its printed form, the organ's volume, and what other metrics and
structures imply. What none of them settles is not evaluable and says what is missing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from rtcalc.case import OrganDose, Patient
from rtcalc.decimals import beside, compare, plain
from rtcalc.findings import State, Verdict
from rtcalc.limits import Limit, Metric
from rtcalc.models import lq
from rtcalc.populations import holds
from rtcalc.tissues import AlphaBeta

NEAR_FROM_PERCENT = 95.0
# Structures that contain the organ itself: what they meet the organ meets; what they exceed says nothing of it.
AROUND = frozenset({"PRV", "canal", "thecal sac"})
NOTHING_STATED = Patient()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of one organ in one course: its metrics, its volume, and how it was irradiated.

    Attributes
    ----------
    fractions : int
        Of the course.
    volume_cc : float or None
        Whole volume, or what is left of it. [cc]
    alpha_beta : AlphaBeta or None
        The organ's two-source value; None: no limit can be converted.
    patient : Patient
        Whose organ it is: rows for a population ask for it.
    outer, inner : tuple of OrganDose
        Doses of structures that contain the organ, or lie in it (`nesting`), in the same course.
    """

    organ: str
    course: str
    fractions: int
    doses: tuple[OrganDose, ...]
    volume_cc: float | None = None
    alpha_beta: AlphaBeta | None = None
    patient: Patient = NOTHING_STATED
    outer: tuple[OrganDose, ...] = ()
    inner: tuple[OrganDose, ...] = ()

    def exactly(self, metric: Metric, unit: str) -> OrganDose | None:
        """The value of this very metric in this unit, where given; measured on the organ itself before a PRV."""
        found = [dose for dose in self.doses if dose.metric == metric and dose.unit == unit]
        return min(found, key=lambda dose: dose.measured_on in AROUND, default=None)


def answer(row: Limit, known: Known) -> Verdict:
    """Hold what is known of an organ against one row, taken as printed for the course's fraction number.

    Returns
    -------
    Verdict
        `percent` is that of the metric in `measured`; an implied state is pass or exceeded, never near.
    """
    limit = _with_share(_as_published(row, known), known)
    gated = outside(limit, known)
    if gated is not None:
        return gated
    blank = blank_of(limit, known)
    if limit.subvolume:
        return replace(blank, missing=(f"{known.organ} {limit.metric} of this part: {limit.subvolume}",))
    if limit.metric.kind == "CV" and known.volume_cc is not None and not _met(limit, known.volume_cc):
        measured = f"{known.organ} volume {plain(known.volume_cc)} cc"
        note = f"the organ ({plain(known.volume_cc)} cc) is smaller than the volume to be spared"
        return replace(blank, state=State.CANNOT_BE_MET, measured=measured, note=note, missing=())
    found = _direct(limit, known, blank) or _by_volume(limit, known, blank) or _implied(limit, known, blank)
    found = found or _nested(limit, known, blank) or _unanswered(limit, known, blank)
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
    """The verdict on a row for a population the patient is not, or may not be, of; None: the row may be answered."""
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
    """A verdict on a row before anything was looked at: not evaluable, its metric missing."""
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
    if limit.share and met:
        return f"provisional: {_share_words(limit)}, where that is more, was not looked at: its volume is missing"
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
    """EQD2 of an organ dose given in equal fractions. [Gy]

    Examples
    --------
    >>> eqd2(26.4, 5, 2.0)
    48.048
    """
    return float(lq.eqdx(lq.bed(gray, fractions, ratio), 2.0, ratio))


def physical(limit: Limit, fractions: int) -> float:
    """A dose limit as physical dose in a number of fractions: itself, or the dose of its EQD2. [Gy]"""
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
    if not limit.metric.is_dose:
        return f"{dose.metric} {plain(value)} {dose.unit}{on}"
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


# --- what follows from structures around the organ and inside it ------------------------------------------------------
def _nested(limit: Limit, known: Known, blank: Verdict) -> Verdict | None:
    """Of an absolute volume the larger structure has at least as much: what it keeps below a limit, the smaller does.

    A limit from above is met by the organ where a structure around it meets it, and exceeded where one inside exceeds
    it; for a volume to be spared it is the other way round. Nothing else follows.
    """
    upper = limit.op in ("<", "<=")
    meeting, failing = (known.outer, known.inner) if upper else (known.inner, known.outer)
    for dose in meeting:
        if _bounds(limit, dose, above=upper) and _met(limit, _on_basis(limit, dose, known)):
            return _nested_verdict(limit, dose, known, State.PASS, blank)
    for dose in failing:
        if _bounds(limit, dose, above=not upper) and not _met(limit, _on_basis(limit, dose, known)):
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
    value = _on_basis(limit, dose, known)
    relation = "contains" if dose in known.outer else "lies in"
    notes = (f"implied: {dose.organ} {relation} {known.organ}", _provisional(limit, state is State.PASS))
    return replace(
        blank,
        state=state,
        measured=f"{dose.organ} {_measured(limit, dose, value)}",
        percent=_percent(limit, value),
        how="implied",
        note="; ".join(filter(None, notes)),
        missing=(),
    )
