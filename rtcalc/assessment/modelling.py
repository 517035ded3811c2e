"""The model behind the figures: what plain LQ leaves out, and what the other models would say of these courses.

What-ifs only: the limits of organs are LQ, and a value of another model is never compared with one of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from rtcalc.assessment.context import Context
from rtcalc.composition import effect
from rtcalc.composition_notes import FEW_FRACTIONS, LONG_FROM, NO_PROTRACTION
from rtcalc.courses import Course
from rtcalc.decimals import TOTAL_PLACES, compare, fixed, plain
from rtcalc.errors import DomainError
from rtcalc.evidence import Severity
from rtcalc.findings import Finding, Question
from rtcalc.fraction_models import LQL
from rtcalc.schedules import Schedule
from rtcalc.tissues import Tissue
from rtcalc.validity import REASONABLE, WELL_TESTED

# What an assessment does not compute; said in every one, so that silence is never read as "looked at".
NOT_COMPUTED = (
    "repopulation without a sourced and usable K",
    "repair within a fraction without its duration",
    "recovery between courses (no source at hand)",
    "complication probability without a dose-volume curve",
    "tumour control probability without a target's curve (dvh) and a chosen set (tumour_control: {parameters: ID})",
)
LATE_GRAY = 3.0
"""alpha/beta of the late tissue in the what-if: the usual planning value, a convention. [Gy]"""
THRESHOLD_RATIO = 2.0
"""Threshold of the what-if in units of alpha/beta: a convention without a source for these tissues."""
HALF_TIMES = ("0.5 h", "1.5 h")
"""Repair half-times of the range shown for a fraction of stated duration: a short and a long one, not of a tissue."""


def model_finding(context: Context) -> Finding:
    """What the figures rest on; a caution where a dose per fraction is at or beyond what LQ was well tested for."""
    in_fractions = [course for course in context.case.courses if course.dose_rate is None]
    per_fraction = max((course.largest_per_fraction for course in in_fractions), default=0.0)
    large = compare(per_fraction, WELL_TESTED) >= 0
    lines = [*_large(context, per_fraction), *_protraction(context), *_several_a_day(context), *_time(context)]
    return Finding(
        id=f"model-lq/all/{context.case.id}",
        rule="model-lq",
        question=Question.MODEL,
        severity=Severity.CAUTION if large else Severity.INFO,
        subject="all BED and EQD2",
        title="Plain linear-quadratic model",
        sentence="BED = D (1 + d / (a/b)), EQD2 = BED / (1 + 2 / (a/b)); largest dose per fraction "
        f"{plain(per_fraction)} Gy."
        if in_fractions
        else "No course is given in fractions.",
        lines=tuple(lines),
        sources=("fowler1989", "bentzen2012", *(("BRENNER2008", "ASTRAHAN2008") if large else ())),
    )


def _large(context: Context, per_fraction: float) -> Iterator[str]:
    if compare(per_fraction, WELL_TESTED) < 0:
        return
    yield (
        f"LQ is called well tested to about {WELL_TESTED:g} Gy a fraction and reasonable to about {REASONABLE:g} Gy "
        "[BRENNER2008]."
    )
    what_if = LQL(f"{THRESHOLD_RATIO * LATE_GRAY} Gy")
    said = []
    # LQ-L is of photons, and of fractions.
    for course in (c for c in context.case.courses if c.dose_rate is None and not c.of_particles):
        for prescription in course.prescriptions:
            late = effect(prescription.given, None, alpha_beta=f"{LATE_GRAY} Gy", high_dose=what_if)
            linear, plain_bed = float(late.bed.gray), float(late.lq.bed.gray)
            if compare(linear, plain_bed) != 0:
                said.append(
                    f"{context.label(course)} {fixed(linear, TOTAL_PLACES)} instead of {fixed(plain_bed, TOTAL_PLACES)}"
                )
    if said:
        yield (
            f"What-if (LQ-L, threshold 2 a/b, a convention): BED of late tissue at a/b {LATE_GRAY:g}: "
            f"{'; '.join(said)} Gy; a tumour at a/b 10 differs above {THRESHOLD_RATIO * 10:g} Gy a fraction only. "
            "Limits stay LQ."
        )


def _protraction(context: Context) -> Iterator[str]:
    """The loss within fractions of stated duration, as a range that never relaxes a limit; else that none is taken."""
    silent = [
        course
        for course in context.case.courses
        if course.dose_rate is None
        and course.session_minutes is None
        and compare(course.largest_per_fraction, LONG_FROM) >= 0
    ]
    if silent:
        where = context.suffix(*silent).removeprefix(", ") or "the course"
        yield f"{where.capitalize()}: {NO_PROTRACTION} (session: not stated)."
    for course in context.case.courses:
        if course.session_minutes is None or not course.comparable:
            continue
        for prescription in course.prescriptions:
            said = []
            for ratio in ("10 Gy", f"{LATE_GRAY} Gy"):
                beds = [
                    effect(
                        prescription.given, None, alpha_beta=ratio, repair=half_time, minutes=course.session_minutes
                    ).bed.gray
                    for half_time in HALF_TIMES
                ]
                low, high = sorted(fixed(float(gray), TOTAL_PLACES) for gray in beds)
                said.append(f"BED {low}-{high} Gy at a/b {ratio.removesuffix(' Gy').removesuffix('.0')}")
            yield (
                f"{context.label(course).capitalize()}: fractions of {plain(course.session_minutes)} min with repair "
                f"half-times of {' to '.join(HALF_TIMES)}: {', '.join(said)}; a range, never used to relax a limit."
            )


def _several_a_day(context: Context) -> Iterator[str]:
    """What incomplete repair between the fractions of a day adds, as a range; without hours that none is counted."""
    for course in (course for course in context.case.courses if course.per_day > 1 and course.comparable):
        where = f"{context.label(course).capitalize()}: {course.per_day} fractions a day, repair between them"
        if course.hours_between is None:
            yield f"{where} taken as complete (hours_between: not stated)."
            continue
        for prescription in course.prescriptions:
            try:
                low, high = (_with_repair(prescription.given, course, half_time) for half_time in HALF_TIMES)
            except DomainError as problem:
                yield f"{where} taken as complete: {problem}."
                continue
            yield (
                f"{where} taken as complete; with repair half-times of {' to '.join(HALF_TIMES)}, "
                f"{plain(course.hours_between)} h apart: BED {low}-{high} Gy at a/b {LATE_GRAY:g}."
            )


def _with_repair(schedule: Schedule, course: Course, half_time: str) -> str:
    """BED of late tissue with incomplete repair between the fractions of a day, as printed. [Gy]"""
    found = effect(
        schedule,
        None,
        alpha_beta=f"{LATE_GRAY} Gy",
        repair=half_time,
        per_day=course.per_day,
        interval_hours=course.hours_between,
    )
    return fixed(float(found.bed.gray), TOTAL_PLACES)


def _time(context: Context) -> Iterator[str]:
    """The time factor of a target's tissue, where one may be used and the days are known."""
    for course in (course for course in context.case.courses if course.comparable):
        for tissue in {context.tissue(target).id: context.tissue(target) for target in course.targets}.values():
            line = _time_of(context, course, tissue)
            if line:
                yield line


def _time_of(context: Context, course: Course, tissue: Tissue) -> str:
    where = context.label(course).capitalize()
    if course.fractions <= FEW_FRACTIONS:
        return ""  # no tumour time factor is established for so few fractions; NOT_COMPUTED says that none is used
    factor, days = tissue.repopulation, course.fraction_days()
    if factor is None or factor.standing != "active" or days is None:
        return ""
    try:
        several = course.per_day > 1
        repair = "complete" if several else None  # said beside the number, which is one of the time factor
        overall = days[-1] - days[0]
        found = effect(course, tissue, repair=repair, per_day=course.per_day, repopulation=factor, overall_days=overall)
    except DomainError as problem:
        return f"{where}: time factor of {tissue.name} not computed: {problem}."
    taken = f", repair between the {course.per_day} fractions of a day taken as complete" if several else ""
    return f"{where}: with the time factor of {tissue.name} {found} ({factor.source}){taken}."
