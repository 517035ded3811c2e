"""Targets under continuous irradiation: BED and EQD2 by the dose rate and a half-time of repair that has a source.

Marks, limits of organs and sums of courses are of fractions, so nothing of such a course is held against one of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from rtcalc.assessment.context import Context
from rtcalc.conditions import RepairLike
from rtcalc.continuous import ContinuousEffect, continuous
from rtcalc.courses import Course, Prescription
from rtcalc.decimals import TOTAL_PLACES, fixed, plain
from rtcalc.evidence import Severity
from rtcalc.findings import Figure, Finding, Question, Table
from rtcalc.tissues import AlphaBeta, Tissue

HEADER = ("course", "target", "dose", "repair", "a/b", "BED", "EQD2")
NOT_OF_FRACTIONS = (
    "BED and EQD2 of continuous irradiation; no repopulation. Marks, organ limits and sums of courses are of fractions "
    "and are not held against it."
)


def dose_rate_findings(context: Context) -> Iterator[Finding]:
    """One finding for each course that was given at a dose rate."""
    for course in context.case.courses:
        if course.dose_rate is not None:
            yield _finding(context, course)


def _finding(context: Context, course: Course) -> Finding:
    rows: list[tuple[str, ...]] = []
    figures: list[Figure] = []
    lines: list[str] = []
    missing: list[str] = []
    sources: list[str] = []
    for prescription in course.prescriptions:
        tissue = context.tissue(prescription.target)
        repair, source = _repair(course, tissue)
        if repair is None:
            missing.append(f"dose_rate.repair of {course.id} ({source})")
            continue
        sources += [source] if source else []
        for ratio in tissue.alpha_beta:
            found = _effect(course, prescription, ratio, repair)
            rows.append(_row(context, course, prescription, ratio, found))
            figures += _figures(course, prescription, found)
        lines.append(f"{prescription.target}: {'; '.join(found.notes)}; repair {_origin(source)}.")
    return Finding(
        id=f"dose-rate/targets/{course.id}",
        rule="dose-rate",
        question=Question.TARGET,
        severity=Severity.CAUTION,
        subject=course.id,
        title=f"Continuous irradiation{context.suffix(course)}",
        sentence=NOT_OF_FRACTIONS if rows else "Not evaluable without the half-time of repair, which decides it.",
        lines=tuple(dict.fromkeys(lines)),
        table=Table(header=HEADER, rows=tuple(rows)) if rows else None,
        figures=tuple(figures),
        sources=("DALE1985", *dict.fromkeys(sources)) if rows else (),
        missing=tuple(missing),
    )


def _repair(course: Course, tissue: Tissue) -> tuple[RepairLike | None, str]:
    """The half-time that was typed, or the only one of two sources that the tissue has; else why there is none."""
    assert course.dose_rate is not None
    if course.dose_rate.repair is not None:
        return course.dose_rate.repair, ""
    usable = [one for one in tissue.repair if one.standing == "active"]
    if len(usable) == 1 and not usable[0].component:
        return usable[0], usable[0].source
    why = "none of two sources" if not usable else f"{len(usable)}, of different sources or rates"
    return None, f"half-time of repair; {tissue.name} has {why}"


def _origin(source: str) -> str:
    return f"of {source}" if source else "typed"


def _effect(course: Course, prescription: Prescription, ratio: AlphaBeta, repair: RepairLike) -> ContinuousEffect:
    rate = course.dose_rate
    assert rate is not None
    return continuous(
        prescription.given.total,
        None,
        alpha_beta=f"{ratio.gray} Gy",
        repair=repair,
        duration=rate.duration,
        half_life=rate.half_life,
    )


def _row(
    context: Context, course: Course, prescription: Prescription, ratio: AlphaBeta, found: ContinuousEffect
) -> tuple[str, ...]:
    values = (fixed(float(dose.gray), TOTAL_PLACES) for dose in (found.bed, found.eqd2))
    number, dose = str(context.case.number(course.id)), course.words(prescription.given)
    return number, prescription.target, dose, found.model.removeprefix("LQ, "), plain(ratio.gray), *values


def _figures(course: Course, prescription: Prescription, found: ContinuousEffect) -> Iterator[Figure]:
    for name, dose in (("BED", found.bed), ("EQD2", found.eqd2)):
        gray = float(dose.gray)
        yield Figure(
            name=f"{name} {prescription.target}, {course.id}",
            low=gray,
            high=gray,
            unit="Gy",
            basis=f"{name}, a/b {plain(dose.basis[1] or 0.0)} Gy, {found.model}, {course.dose_rate}",
            text=str(dose),
        )
