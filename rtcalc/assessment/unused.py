"""Fields of the case that were filled in and that nothing reads yet."""

from __future__ import annotations

from collections.abc import Iterator

from rtcalc.assessment.context import Context
from rtcalc.assessment.recovered import not_credited
from rtcalc.courses import Course
from rtcalc.evidence import Severity
from rtcalc.findings import Finding, Question


def not_used(context: Context) -> Iterator[Finding]:
    """Fields of the case that were filled in and that no figure here rests on."""
    lines = tuple(_fields(context))
    other = [course for course in context.case.courses if _unread(course)]
    if lines:
        yield Finding(
            id=f"not-used/case/{context.case.id}",
            rule="not-used",
            question=Question.DATA,
            # A dose of another radiation changes every figure; the rest leaves them as they are.
            severity=Severity.WARNING if other else Severity.CAUTION,
            subject="case",
            title="Stated in the case and not used",
            sentence="No figure here takes account of what follows.",
            lines=lines,
        )


def _unread(course: Course) -> bool:
    return course.radiation != "photon" and not course.of_particles and course.dose_rate is None


def _fields(context: Context) -> Iterator[str]:
    case = context.case
    for course in case.courses:
        if _unread(course):
            yield (
                f"{context.label(course).capitalize()}: {course.radiation}: every dose is read as that of photons "
                f"(no dose rate)."
            )
        kept = {
            "PTV margin": course.ptv_margin_mm,
            "PRV margin": course.prv_margin_mm,
            "heterogeneity correction": course.heterogeneity_corrected,
        }
        stated = ", ".join(name for name, value in kept.items() if value is not None)
        if stated:
            yield f"{context.label(course).capitalize()}: {stated}: kept with the case."
    yield from not_credited(context)
    if case.dicom:
        yield f"dicom {case.dicom}: the folder was not read."
    if case.patient.kidneys is not None:
        yield f"Kidneys {case.patient.kidneys}: no row for this population is active."
    if case.patient.tags:
        yield f"Tags: {', '.join(case.patient.tags)}."
