"""What stands in the case and is not looked at: names that nothing knows, and fields that nothing reads yet."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from rtcalc.assessment.context import Context
from rtcalc.assessment.recovered import not_credited
from rtcalc.evidence import Severity
from rtcalc.findings import Finding, Question

# A name near a target may be right and have no limit; only one this close to a known name looks like a slip.
SLIP = 0.8


def known_names(context: Context) -> set[str]:
    """Every organ that a limit set or a tissue knows."""
    registry = context.registry
    known = {name for row in registry.limits() for name in (*row.applies_to, row.organ)}
    return known | {organ for tissue in registry.tissues.values() for organ in tissue.organs}


def known_dosed(context: Context) -> list[str]:
    """Organs with a dose, by a name that is known."""
    known = known_names(context)
    return [organ for organ in dict.fromkeys(dose.organ for dose in context.case.doses()) if organ in known]


def organ_names(context: Context) -> Iterator[Finding]:
    """An organ no set and no tissue knows: a limit would never look at it, so it is said."""
    known = known_names(context)
    dosed = dict.fromkeys(dose.organ for dose in context.case.doses())
    near = dict.fromkeys(n.organ for target in context.case.targets for n in target.near or ())
    for organ in dict.fromkeys([*dosed, *near]):
        nearest = get_close_matches(organ, sorted(known), n=3, cutoff=0.5 if organ in dosed else SLIP)
        if organ in known or not (organ in dosed or nearest):
            continue
        hint = f"; nearest: {', '.join(nearest)}" if nearest else ""
        said = "Its dose was held against no limit" if organ in dosed else "Named near a target, it asked no limit"
        yield Finding(
            id=f"unknown-organ/{organ}/{context.case.id}",
            rule="unknown-organ",
            question=Question.DATA,
            severity=Severity.WARNING,
            subject=organ,
            title=f"No set knows an organ called {organ}",
            sentence=f"{said}{hint}.",
            missing=(f"a TG-263 name for {organ!r}",),
        )


def not_used(context: Context) -> Iterator[Finding]:
    """Fields of the case that were filled in and that no figure here rests on."""
    lines = tuple(_fields(context))
    other = [course for course in context.case.courses if course.radiation != "photon"]
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


def _fields(context: Context) -> Iterator[str]:
    case = context.case
    for course in case.courses:
        if course.radiation != "photon":
            yield (
                f"{context.label(course).capitalize()}: {course.radiation}: every dose is read as that of photons "
                f"(no RBE, no dose rate)."
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
