"""A metric against a limit: one of seven states, with what was compared and how.

The set's own printed row for the fraction number comes first. Without one, the rows of both neighbouring fraction
numbers are converted by EQD2: met by the stricter is *pass*, above both is *exceeded*, between them *undetermined*.
What one metric implies for another is used before giving up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rtcalc.case import OrganDose
from rtcalc.decimals import beside, compare, plain
from rtcalc.findings import State, Verdict
from rtcalc.limits import Limit, Metric
from rtcalc.models import lq
from rtcalc.tissues import AlphaBeta

NEAR_FROM_PERCENT = 95.0
# Structures that contain the organ itself: what they meet the organ meets; what they exceed says nothing of it.
AROUND = frozenset({"PRV", "canal", "thecal sac"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One limit asked of one organ in one course: a printed row, or two rows to convert between.

    Attributes
    ----------
    below : Limit
        The row for this fraction number, or the row of the next smaller one.
    above : Limit or None
        The row of the next larger fraction number, where the limit has to be converted.
    """

    below: Limit
    above: Limit | None = None


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
    """

    organ: str
    course: str
    fractions: int
    doses: tuple[OrganDose, ...]
    volume_cc: float | None = None
    alpha_beta: AlphaBeta | None = None

    def exactly(self, metric: Metric, unit: str) -> OrganDose | None:
        """The value of this very metric in this unit, where given; measured on the organ itself before a PRV."""
        found = [dose for dose in self.doses if dose.metric == metric and dose.unit == unit]
        return min(found, key=lambda dose: dose.measured_on in AROUND, default=None)


def asked(rows: Sequence[Limit], organ: str, fractions: int) -> tuple[Asked, ...]:
    """Which limits a set asks of an organ at a fraction number.

    Only active rows ask (two sources, not held). Rows of another role (response points, whole organ, re-irradiation)
    never ask.

    Parameters
    ----------
    rows : sequence of Limit
        Of one set.
    organ : str
        TG-263 name.
    fractions : int

    Returns
    -------
    tuple of Asked
        Empty where the set says nothing, or where `fractions` is outside its range.
    """
    usable = [row for row in rows if row.standing == "active" and row.role == "limit" and organ in row.applies_to]
    own = [Asked(below=row) for row in usable if row.at(fractions)]
    if own:
        return tuple(own)
    counts = {row.fractions for row in usable if row.fractions}
    lower = max((last for _, last in counts if last < fractions), default=None)
    upper = min((first for first, _ in counts if first > fractions), default=None)
    if lower is None or upper is None:
        return ()
    pairs = []
    for above in (row for row in usable if row.at(upper)):
        below = next((row for row in usable if row.at(lower) and _same_metric(row, above)), above)
        pairs.append(Asked(below=below, above=above))
    return tuple(pairs)


def _same_metric(one: Limit, other: Limit) -> bool:
    return one.metric == other.metric and (one.op, one.kind, one.alpha_beta) == (
        other.op,
        other.kind,
        other.alpha_beta,
    )


def evaluate(question: Asked, known: Known) -> Verdict:
    """Answer one limit from what is known of the organ.

    Returns
    -------
    Verdict
        Never a number in place of a missing one: `state` says not evaluable and `missing` names what is missing.
    """
    if question.above is not None:
        return _converted(question.below, question.above, known)
    limit = _as_published(question.below, known)
    blank = _blank(limit, known)
    if limit.population is not None:
        return replace(blank, missing=(f"whether the patient is of this population: {limit.population}",))
    if limit.metric.kind == "CV" and known.volume_cc is not None and not _met(limit, known.volume_cc):
        measured = f"{known.organ} volume {plain(known.volume_cc)} cc"
        note = f"the organ ({plain(known.volume_cc)} cc) is smaller than the volume to be spared"
        return replace(blank, state=State.CANNOT_BE_MET, measured=measured, note=note)
    answer = _direct(limit, known, blank) or _by_volume(limit, known, blank) or _implied(limit, known, blank)
    return answer or _unanswered(limit, known, blank)


def _as_published(limit: Limit, known: Known) -> Limit:
    """The row on the metric of its paper, where that one was given: a D0.035cc kept for a Dmax cannot pass for it."""
    dose = known.exactly(Metric("max"), limit.unit)
    if limit.published_metric != "Dmax" or dose is None or dose.measured_on in AROUND:
        return limit
    return replace(limit, metric=Metric("max"), published_metric="")


def _blank(limit: Limit, known: Known) -> Verdict:
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
        room_gray=None if met or not limit.metric.is_dose else dose.value - _physical(limit, known.fractions),
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
    """EQD2 of an organ dose given in equal fractions. [Gy]

    Examples
    --------
    >>> eqd2(26.4, 5, 2.0)
    48.048
    """
    return float(lq.eqdx(lq.bed(gray, fractions, ratio), 2.0, ratio))


def _physical(limit: Limit, fractions: int) -> float:
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
    if limit.alpha_beta is None or not limit.metric.is_dose:
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
    answer = _direct(printed, known, blank)
    if answer is not None:
        notes = (f"in the printed form {limit.as_printed}", answer.note)
        return replace(answer, note="; ".join(filter(None, notes)))
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


# --- another fraction number ---------------------------------------------------------------------------------------
def _converted(below: Limit, above: Limit, known: Known) -> Verdict:
    blank = replace(_blank(above, known), bound=f"{below.bound} .. {above.bound}")
    rows = f"rows for {_count(below)} and {_count(above)} fractions"
    if above.metric.kind not in ("D", "max") or below is above:
        why = "volume and mean-dose limits are carried to another fraction number from a DVH only"
        if below is above:
            why = f"no row with the same metric for both neighbouring fraction numbers ({_count(above)} has one)"
        return replace(blank, bound=above.bound, note=why, missing=(f"a row of {above.set_id} for {known.fractions}",))
    ratio = above.alpha_beta or (known.alpha_beta.gray if known.alpha_beta else None)
    if ratio is None:
        return replace(blank, missing=(f"a two-source alpha/beta of {known.organ} to convert the {rows}",))
    bounds = converted_bounds(below, above, known.fractions, ratio)
    note = f"converted from the {rows} at a/b {plain(ratio)}, LQ"
    # An allowed dose is printed rounded down, so that nothing above the limit prints as within it.
    printed = " / ".join(beside(bound, 0.0, 2, "down") for bound in bounds)
    blank = replace(blank, bound=f"{above.op} {printed} Gy", note=note)
    verdicts = [evaluate(Asked(below=_at(above, bound, known.fractions)), known) for bound in bounds]
    strict, loose = sorted(zip(bounds, verdicts, strict=True), key=lambda pair: pair[0])
    return _between(blank, strict[1], loose[1])


def _at(limit: Limit, gray: float, fractions: int) -> Limit:
    """The row as if printed for this fraction number, as a physical dose; its printed form follows the dose."""
    volume = f"{plain(limit.metric.at)} {limit.metric.at_unit}"
    printed = f"V{beside(gray, 0.0, 2, 'down')}Gy {limit.op} {volume}" if limit.as_printed.startswith("V") else ""
    return replace(limit, value=gray, alpha_beta=None, fractions=(fractions, fractions), as_printed=printed)


def converted_bounds(below: Limit, above: Limit, fractions: int, ratio: float) -> tuple[float, float]:
    """Both neighbouring rows as doses in this fraction number, of equal EQD2. [Gy]

    Never looser than the printed limit of the next larger fraction number, and within that never stricter than that of
    the next smaller one: rows of a set are not isoeffective, and a conversion may not undo their order.

    Parameters
    ----------
    below, above : Limit
        Rows of the next smaller and the next larger fraction number, in physical dose or both in EQD2.
    fractions : int
        The course's.
    ratio : float
        alpha/beta of both sides. [Gy]
    """
    assert below.fractions is not None
    assert above.fractions is not None
    counts = below.fractions[1], above.fractions[0]
    smaller, larger = _physical(below, counts[0]), _physical(above, counts[1])

    def carried(gray: float, count: int) -> float:
        converted = float(lq.total_for(lq.bed(gray, count, ratio), fractions, ratio))
        return min(max(converted, smaller), larger)

    return carried(smaller, counts[0]), carried(larger, counts[1])


def _count(limit: Limit) -> str:
    assert limit.fractions is not None
    first, last = limit.fractions
    return str(first) if first == last else f"{first}-{last}"


def _between(blank: Verdict, strict: Verdict, loose: Verdict) -> Verdict:
    """Met by the stricter: its state; exceeded by both: exceeded; else it depends on the row."""
    if strict.state in (State.PASS, State.NEAR) or not strict.state.decided:
        state = strict.state
    elif loose.state is State.EXCEEDED:
        state = State.EXCEEDED
    elif loose.state.decided:
        state = State.UNDETERMINED
    else:
        state = State.NOT_EVALUABLE
    decided = state is not State.NOT_EVALUABLE
    note = f"{blank.note}; depends on the row" if state is State.UNDETERMINED else blank.note
    if strict.note:
        note = f"{note}; {strict.note}"
    return replace(
        blank,
        state=state,
        percent=strict.percent if decided else None,
        measured=strict.measured,
        how="converted" if decided else "none",
        note=note,
        missing=() if decided else strict.missing or loose.missing,
    )
