"""Courses of protons or ions: what their doses in Gy are, against limits, alpha/beta and fits that are of photons.

A constant RBE multiplies every dose of the course once, before anything reads the case; what follows is Gy(RBE). A
pair RBEmax, RBEmin depends on dose per fraction and tissue: it gives the BED of the target and no dose that an organ's
limit could be held against. Without any statement nothing of the course is computed: it is never read as photons.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from rtcalc.case import Case, OrganCurve, OrganDose
from rtcalc.courses import Course, Prescription
from rtcalc.decimals import plain, significant
from rtcalc.evidence import Severity
from rtcalc.findings import Finding, Question

if TYPE_CHECKING:
    from rtcalc.assessment.context import Context

OF_PHOTONS = "Limits, alpha/beta and complication sets are of photons: a dose in Gy(RBE) is held against them as equal."
DoseOf = tuple[str, str]
"""An organ or target, and a course."""


def in_photon_dose(case: Case) -> tuple[Case, tuple[DoseOf, ...]]:
    """Return the case with weighted doses, and the doses set aside because they cannot be weighted.

    Parameters
    ----------
    case : Case

    Returns
    -------
    (Case, tuple of (str, str))
        Of courses of particles: every dose in Gy(RBE), or left out. Organ or target, and course, of what was left out.
        [Gy]
    """
    if all(course.comparable for course in case.courses) and not any(course.of_particles for course in case.courses):
        return case, ()
    courses = tuple(_weighted(course) for course in case.courses)
    factors = {course.id: _factor(course) for course in case.courses}
    doses = case.organ_doses
    kept = {course.id for course in courses if course.comparable}
    unweighted = {course.id for course in case.courses if course.comparable}
    given = [(dose.organ, dose.course) for dose in case.doses()]
    given += [curve.place for curve in (*case.curves, *case.target_curves)]

    def in_unit(curves: tuple[OrganCurve, ...]) -> tuple[OrganCurve, ...]:
        return tuple(
            replace(curve, dvh=replace(curve.dvh, edges_gray=curve.dvh.edges_gray * factors[curve.dvh.course]))
            for curve in curves
            if curve.dvh.course in kept
        )

    weighted = replace(
        case,
        courses=courses,
        organ_doses=None
        if doses is None
        else tuple(
            _dose(dose, factors[dose.course]) for dose in doses if dose.course in kept or dose.metric.kind == "volume"
        ),
        curves=in_unit(case.curves),
        target_curves=in_unit(case.target_curves),
        # Added voxel by voxel before any weighting.
        sums=tuple(one for one in case.sums if set(one.courses) <= unweighted),
    )
    return weighted, tuple(dict.fromkeys(place for place in given if place[1] not in kept))


def _factor(course: Course) -> float:
    """What a dose of the course is multiplied by; 1 where it is not known, and the dose then left out."""
    particles = course.particles
    return particles.rbe_max if particles is not None and particles.rbe_max == particles.rbe_min else 1.0


def _weighted(course: Course) -> Course:
    particles = course.particles
    if particles is None or particles.rbe_max != particles.rbe_min:
        return course
    scaled = tuple(_prescription(one, particles.rbe_max) for one in course.prescriptions)
    return replace(course, prescriptions=scaled, doses_weighted=True)


def _prescription(one: Prescription, factor: float) -> Prescription:
    return replace(
        one,
        planned=one.planned.scaled(factor),
        delivered=None if one.delivered is None else one.delivered.scaled(factor),
        metrics=tuple((metric, significant(gray * factor)) for metric, gray in one.metrics),
    )


def _dose(dose: OrganDose, factor: float) -> OrganDose:
    """A dose, or the volume of a dose: V20Gy physical is V22Gy at RBE 1.1."""
    metric = dose.metric
    if metric.is_dose:
        return replace(dose, value=significant(dose.value * factor))
    return replace(dose, metric=replace(metric, at=significant(metric.at * factor)))


def field_to_give(course: Course) -> str:
    """What is needed for the doses of a course to be used: a field of the case, or limits that no set has."""
    if course.dose_rate is not None:
        return f"limits and sums of continuous irradiation ({course.id}, {course.dose_rate})"
    return f"rbe or doses_are of {course.id} ({course.radiation})"


def weighting_words(course: Course) -> str:
    """What was done to the doses of a course of particles, in words for every output that rests on them."""
    if course.particles is None:
        return "Gy(RBE) as stated" if course.doses_weighted else "weighting not stated"
    return course.particles.label


def weighting_findings(context: Context) -> Iterator[Finding]:
    """What the doses of each course of particles were taken for."""
    courses = [course for course in context.case.courses if course.of_particles]
    if not courses:
        return
    unknown = [course for course in courses if not course.comparable]
    yield Finding(
        id=f"particle-dose/{'+'.join(course.id for course in courses)}/{context.case.id}",
        rule="particle-dose",
        question=Question.DATA,
        severity=Severity.WARNING if unknown else Severity.CAUTION,
        subject="courses of particles",
        title=f"Dose of particles{context.suffix(*courses)}",
        sentence=OF_PHOTONS,
        lines=tuple(f"{context.label(course).capitalize()}: {_line(course)}" for course in courses),
        sources=("CARABE2007",) if any(course.particles and not course.comparable for course in courses) else (),
        missing=tuple(field_to_give(course) for course in unknown),
    )


def _line(course: Course) -> str:
    radiation, particles = course.radiation, course.particles
    if particles is not None and course.comparable:
        physical = " + ".join(course.words(p.given) for p in course.prescriptions)
        return (
            f"{radiation}, RBE {plain(particles.rbe_max)} typed: every dose of the course is multiplied by it once, "
            f"before BED, EQD2 and limits, and is Gy(RBE) here ({physical})."
        )
    if course.comparable:
        return f"{radiation}, doses in Gy(RBE) as the case says: taken as they are, nothing is multiplied."
    if particles is not None:
        return (
            f"{radiation}, {particles.label} typed, doses physical: BED of the target is D (RBEmax + RBEmin^2 d / "
            "(a/b)) [CARABE2007]. A pair is of one tissue, so organ limits, curves and sums with other courses are not "
            "evaluable."
        )
    return (
        f"{radiation}, and the case does not say whether its doses are physical or Gy(RBE): no BED, EQD2, limit or sum "
        "of this course is evaluable."
    )
