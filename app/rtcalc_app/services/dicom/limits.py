"""The limits of published sets held against the curves of a course, and where they lie in a dose-volume chart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rtcalc.courses import CONVENTIONAL_PER_FRACTION_GY
from rtcalc.decimals import compare, fixed
from rtcalc.dicom.analysis import CourseAnalysis, read_metrics
from rtcalc.dicom.case_doses import PLACES, wanted_metrics
from rtcalc.dicom.courses import Named
from rtcalc.dvh import Dvh
from rtcalc.errors import DicomError
from rtcalc.findings import Verdict
from rtcalc.limit_values import physical
from rtcalc.limits import Limit
from rtcalc.organ_doses import AROUND, Known
from rtcalc.registry import Registry
from rtcalc.verdicts import Asked, asked, converted_bounds, eqd2, evaluate
from rtcalc_app.display import Display


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Where a limit lies in the chart.

    Attributes
    ----------
    form : {"point", "step"}
        A point for a dose at a volume, a step for a volume above a dose.
    gray, percent : float
        [Gy, % of the organ]
    text : str
        The limit, for a person.
    """

    form: Literal["point", "step"]
    organ: str
    gray: float
    percent: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One limit on one organ.

    Attributes
    ----------
    verdict : Verdict
    source : str
        Key and place of the printed row.
    marks : tuple of Mark
        Empty where a chart of dose against volume has no place for it.
    """

    verdict: Verdict
    source: str
    marks: tuple[Mark, ...]

    def row(self, display: Display) -> tuple[str, str, str, str, str, str, str]:
        """Organ, limit, measured, per cent, state, note and source as texts."""
        one = self.verdict
        percent = "—" if one.percent is None else f"{display.mark(fixed(one.percent, 1))} %"
        note = "; ".join([*filter(None, [one.note]), *(f"missing: {what}" for what in one.missing)])
        limit = f"{one.set_id} {one.metric} {one.bound}"
        return one.organ, limit, one.measured or "—", percent, str(one.state.value), note, self.source


def conventional(course: CourseAnalysis) -> bool:
    """Whether rows for conventional fractionation ask: 1.8 to 2 Gy a fraction as the plan prescribes."""
    plan = course.chosen.plan
    prescribed = plan.prescription_gray if plan is not None else None
    if prescribed is None:
        return False
    low, high = CONVENTIONAL_PER_FRACTION_GY
    each = prescribed / course.fractions
    return compare(each, low) >= 0 and compare(each, high) <= 0


def sets_that_ask(course: CourseAnalysis, registry: Registry) -> tuple[str, ...]:
    """Sets with a row for an organ of this course at its fraction number; empty where the number is not known."""
    try:
        count = course.fractions
    except DicomError:
        return ()
    organs = {one.match.organ for one in course.structures()} - {None}
    usual = conventional(course)
    return tuple(
        name
        for name, known in registry.sets.items()
        if any(asked(known.limits, str(organ), count, conventional=usual) for organ in organs)
    )


def held(
    course: CourseAnalysis, one: Named, curve: Dvh, sets: Sequence[str], registry: Registry, ratio: float | None
) -> tuple[Held, ...]:
    """Every limit of the sets on one organ, worst first.

    Parameters
    ----------
    curve : Dvh
        Physical dose. [Gy]
    sets : sequence of str
        Sets to be asked.
    ratio : float, optional
        alpha/beta of the chart, if it shows EQD2. [Gy]
    """
    organ = one.match.organ
    if organ is None or one.match.is_target:
        return ()
    count, wanted = course.fractions, wanted_metrics(organ, registry, sets)
    known = Known(
        organ=organ,
        course=course.id,
        fractions=count,
        doses=tuple(replace(dose, value=round(dose.value, PLACES)) for dose in read_metrics(curve, one, wanted)),
        volume_cc=curve.organ_volume_cc if one.match.measured_on not in AROUND else None,
        alpha_beta=registry.alpha_beta_of(organ),
    )
    usual = conventional(course)
    questions = [
        question for name in sets for question in asked(registry.sets[name].limits, organ, count, conventional=usual)
    ]
    found = [
        Held(
            verdict=evaluate(question, known),
            source=_source(question),
            marks=tuple(_marks(question, known, curve.organ_volume_cc, ratio)),
        )
        for question in questions
    ]
    return tuple(sorted(found, key=lambda each: -(each.verdict.percent or 0.0)))


def worst_percent(limits: Sequence[Held]) -> float | None:
    """How near an organ is to the limit it is nearest to; None where none could be answered. [%]"""
    return max((one.verdict.percent for one in limits if one.verdict.percent is not None), default=None)


def _source(question: Asked) -> str:
    rows = [question.below] if question.above in (None, question.below) else [question.below, question.above]
    return "; ".join(dict.fromkeys(f"{row.source}, {row.place}" for row in rows if row is not None))


def _marks(question: Asked, known: Known, volume_cc: float, ratio: float | None) -> Iterator[Mark]:
    if question.above is None:
        yield from _mark(question.below, _gray(question.below, known.fractions), known, volume_cc, ratio)
        return
    own = question.above.alpha_beta or (known.alpha_beta.gray if known.alpha_beta else None)
    if own is None or question.below is question.above or not question.above.metric.is_dose:
        return
    for gray in converted_bounds(question.below, question.above, known.fractions, own):
        yield from _mark(question.above, gray, known, volume_cc, ratio)


def _gray(limit: Limit, fractions: int) -> float:
    """The dose that a limit speaks of, as physical dose. [Gy]"""
    return physical(limit, fractions) if limit.metric.is_dose else limit.metric.at


def _mark(limit: Limit, gray: float, known: Known, volume_cc: float, ratio: float | None) -> Iterator[Mark]:
    metric = limit.metric
    if metric.kind in ("mean", "volume") or (limit.alpha_beta is not None and not metric.is_dose):
        return  # a mean is no point of the curve; a volume above an EQD2 is none of the physical one
    shown = gray if ratio is None else eqd2(gray, known.fractions, ratio)
    if metric.is_dose:
        at = 0.0 if metric.kind == "max" else metric.at
        percent = at if metric.at_unit == "%" else 100.0 * at / volume_cc
        form: Literal["point", "step"] = "point"
    else:
        percent = limit.value if limit.unit == "%" else 100.0 * limit.value / volume_cc
        percent = 100.0 - percent if metric.kind == "CV" else percent
        form = "step"
    if 0.0 <= percent <= 100.0:
        text = f"{limit.set_id} {metric} {limit.bound}"
        yield Mark(form=form, organ=known.organ, gray=shown, percent=percent, text=text)
