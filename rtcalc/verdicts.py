"""A metric against a limit: one of seven states, with what was compared and how.

The set's own printed row for the fraction number comes first. Without one, the rows of both neighbouring fraction
numbers are converted by EQD2: met by the stricter is *pass*, above both is *exceeded*, between them *undetermined*.
What one metric implies for another is used before giving up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rtcalc.answers import answer, blank_of, outside
from rtcalc.case import OrganDose
from rtcalc.decimals import beside, plain
from rtcalc.evidence import Standing
from rtcalc.findings import State, Verdict
from rtcalc.limit_values import eqd2, physical
from rtcalc.limits import Limit
from rtcalc.models import lq
from rtcalc.organ_doses import AROUND, Known

__all__ = ["AROUND", "Asked", "Known", "asked", "converted_bounds", "eqd2", "evaluate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One limit asked of one organ in one course: a printed row, or two rows to convert between.

    Attributes
    ----------
    below : Limit
        The row for this fraction number, or the row of the next smaller one.
    above : Limit or None
        The row of the next larger fraction number, where the limit has to be converted.

    Examples
    --------
    >>> from rtcalc.registry import Registry
    >>> row = Registry().limits(organ="SpinalCord", fractions=5)[0]
    >>> Asked(below=row).above is None  # printed for 5 fractions: nothing is converted
    True
    """

    below: Limit
    above: Limit | None = None


def asked(
    rows: Sequence[Limit],
    organ: str,
    fractions: int,
    *,
    conventional: bool = False,
    standing: Standing = "active",
) -> tuple[Asked, ...]:
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
    conventional : bool
        The course is given in conventional fractions, so that rows printed for these ask as well.
    standing : {"active", "offered"}
        Rows read in two sources, which decide; or single transcriptions, which are shown with that label only.

    Returns
    -------
    tuple of Asked
        Empty where the set says nothing, or where `fractions` is outside its range.

    Examples
    --------
    >>> from rtcalc.registry import Registry
    >>> rows = Registry().sets["TG101"].limits
    >>> [str(question.below) for question in asked(rows, "SpinalCord", 5)]
    ['TG101 D0.35cc < 23 Gy', 'TG101 D1.2cc < 14.5 Gy', 'TG101 D0.035cc < 30 Gy']
    """
    usable = [row for row in rows if row.standing == standing and row.role == "limit" and organ in row.applies_to]
    own = [Asked(below=row) for row in usable if row.at(fractions) or (conventional and row.fractions is None)]
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
    # In a compiled set the rows of two papers are no series, even of one organ.
    def speaks_of(limit: Limit) -> tuple[object, ...]:
        return limit.metric, limit.op, limit.kind, limit.alpha_beta, limit.population, limit.source

    return speaks_of(one) == speaks_of(other)


def evaluate(question: Asked, known: Known) -> Verdict:
    """Answer one limit from what is known of the organ.

    Parameters
    ----------
    question : Asked
        The row, or the two rows to convert between.
    known : Known
        What is known of the organ.

    Returns
    -------
    Verdict
        Never a number in place of a missing one: `state` says not evaluable and `missing` names what is missing.

    Examples
    --------
    >>> from rtcalc.case import OrganDose
    >>> from rtcalc.registry import Registry
    >>> question = asked(Registry().sets["TG101"].limits, "SpinalCord", 5)[0]
    >>> cord = OrganDose(organ="SpinalCord", course="1", metric=question.below.metric, value=20.0, unit="Gy")
    >>> verdict = evaluate(question, Known(organ="SpinalCord", course="1", fractions=5, doses=(cord,)))
    >>> verdict.metric, verdict.bound, str(verdict.state)
    ('D0.35cc', '< 23 Gy', 'pass')
    """
    if question.above is not None:
        return _converted(question.below, question.above, known)
    return answer(question.below, known)


# --- another fraction number ---------------------------------------------------------------------------------------
def _converted(below: Limit, above: Limit, known: Known) -> Verdict:
    gated = outside(above, known)
    if gated is not None:
        return gated
    blank = replace(blank_of(above, known), bound=f"{below.bound} .. {above.bound}")
    rows = f"rows for {_count(below)} and {_count(above)} fractions"
    ratio = above.alpha_beta or (known.alpha_beta.gray if known.alpha_beta else None)
    if above.metric.kind in ("V", "mean") and below is not above and known.curve is not None and ratio is not None:
        note = f"converted from the {rows} at a/b {plain(ratio)}, LQ, bin by bin of the curve"
        return _on_curve(below, above, known, ratio, replace(blank, note=note))
    if above.metric.kind not in ("D", "max") or below is above:
        why = "volume and mean-dose limits are carried to another fraction number from a DVH only"
        if below is above:
            why = f"no row with the same metric for both neighbouring fraction numbers ({_count(above)} has one)"
        return replace(blank, bound=above.bound, note=why, missing=(f"a row of {above.set_id} for {known.fractions}",))
    if ratio is None:
        return replace(blank, missing=(f"a two-source alpha/beta of {known.organ} to convert the {rows}",))
    bounds = converted_bounds(below, above, known.fractions, ratio)
    note = f"converted from the {rows} at a/b {plain(ratio)}, LQ"
    # An allowed dose is printed rounded down, so that nothing above the limit prints as within it.
    printed = " / ".join(beside(bound, 0.0, 2, "down") for bound in bounds)
    blank = replace(blank, bound=f"{above.op} {printed} Gy", note=note)
    verdicts = [answer(_at(above, bound, known.fractions), known) for bound in bounds]
    strict, loose = sorted(zip(bounds, verdicts, strict=True), key=lambda pair: pair[0])
    return _between(blank, strict[1], loose[1])


def _on_curve(below: Limit, above: Limit, known: Known, ratio: float, blank: Verdict) -> Verdict:
    """A volume or a mean by both neighbouring rows, on the curve in the fraction number of each.

    Kept between the printed rows, as `converted_bounds` keeps a dose: what misses the row of the next larger number in
    physical dose misses both readings, and what meets the row of the next smaller number meets both.
    """
    curve = known.curve
    assert curve is not None
    assert below.fractions is not None
    assert above.fractions is not None

    def reading(row: Limit, count: int | None) -> Verdict:
        there = curve if count is None else curve.relabelled_in(count, known.fractions, f"{ratio!r} Gy")
        value, unit = there.value(row.metric, "%" if row.unit == "%" else "cc")
        dose = OrganDose(
            organ=known.organ, course=known.course, metric=row.metric, value=value, unit=unit,
            measured_on=curve.measured_on, origin="dvh text",
        )  # fmt: skip
        return answer(row, replace(known, doses=(dose,)))

    def met(verdict: Verdict) -> bool:
        return verdict.state in (State.PASS, State.NEAR)

    printed = reading(below, None), reading(above, None)
    strict, loose = reading(above, above.fractions[0]), reading(below, below.fractions[1])
    if not all(verdict.state.decided for verdict in (*printed, strict, loose)):
        return replace(blank, missing=strict.missing or printed[1].missing)
    both = met(strict) or met(printed[0]), met(loose) and met(printed[1])
    state = State.PASS if all(both) else State.UNDETERMINED if any(both) else State.EXCEEDED
    note = f"{blank.note}; depends on the row" if state is State.UNDETERMINED else blank.note
    return replace(blank, state=state, measured=printed[1].measured, how="converted", note=note, missing=())


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

    Returns
    -------
    (float, float)
        From the row below and from the row above. [Gy]

    Examples
    --------
    18 Gy in 3 are BED 18 x 4 = 72 at alpha/beta 2 Gy, and so is D (1 + D / 8) with D = 20.33 in 4; 23 Gy in 5 likewise:

    >>> from rtcalc.registry import Registry
    >>> question = asked(Registry().sets["TG101"].limits, "SpinalCord", 4)[0]
    >>> low, high = converted_bounds(question.below, question.above, 4, 2.0)
    >>> question.below.bound, question.above.bound, round(low, 2), round(high, 2)
    ('< 18 Gy', '< 23 Gy', 20.33, 20.96)
    """
    assert below.fractions is not None
    assert above.fractions is not None
    counts = below.fractions[1], above.fractions[0]
    smaller, larger = physical(below, counts[0]), physical(above, counts[1])

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
    elif loose.state.decided or loose.state is State.UNDETERMINED:
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
