"""The answer of `rtcalc response compute`: one published parameter set with one dose-volume curve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rtcalc.decimals import plain
from rtcalc.dvh import Dvh
from rtcalc.errors import DomainError
from rtcalc.limits import Metric
from rtcalc.provenance import Provenance
from rtcalc.report.radiobiology.parts import origins, page, remarks, schedule_data
from rtcalc.response import Response, ResponseParameters, ntcp, percent, tcp
from rtcalc.schedules import Schedule, plausibility

KINDS = {"ntcp": "complication (NTCP)", "tcp": "control (TCP)"}
GROUP = (
    "A model of a group of patients, without its confidence interval: not the risk of one patient. Drives no verdict."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseAnswer:
    """A probability with the set and the curve it rests on.

    Attributes
    ----------
    curve : Dvh
        In physical dose, as read.
    basis : str
        Of the doses that went into the model.
    """

    found: Response
    schedule: Schedule
    curve: Dvh
    basis: str

    @property
    def notes(self) -> tuple[str, ...]:
        """What has to be read with it."""
        return (*plausibility(self.schedule), *self.found.notes, GROUP)

    @property
    def origin(self) -> Provenance:
        """The set, its source, and what went in."""
        fit = self.found.parameters
        given = (("place", fit.place), ("fitted on", str(fit.dose)), ("form", str(fit.form)))
        inputs = (("schedule", self.schedule.text), ("curve", self.curve.course), ("taken as", self.basis))
        return Provenance(fit.id, (fit.source,), (*given, *inputs))

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready data with full floats; the unit is in the key."""
        fit = self.found.parameters
        return {
            "parameters": fit.id,
            "kind": fit.kind,
            "organ": fit.organ,
            "endpoint": fit.endpoint,
            "standing": fit.standing,
            "structure": self.curve.organ,
            "structure_volume_cc": self.curve.organ_volume_cc,
            "mean_physical_gray": self.curve.value(MEAN)[0],
            "max_physical_gray": self.curve.value(MAXIMUM)[0],
            "schedule": schedule_data(self.schedule),
            "dose_basis": self.basis,
            "probability": self.found.probability,
            "notes": list(self.notes),
            "provenance": self.origin.to_dict(),
        }

    def text(self) -> str:
        """A few lines for the terminal."""
        fit, curve = self.found.parameters, self.curve
        doses = ", ".join(f"{metric} {plain(curve.value(metric)[0])} Gy" for metric in (MEAN, MAXIMUM))
        lines = [
            f"{fit.organ}, {fit.endpoint}: {KINDS[fit.kind]} {percent(self.found.probability)}",
            "",
            f"Curve of {curve.organ}, {plain(curve.organ_volume_cc)} cc, {doses} (physical), {self.schedule}",
            f"Taken as {self.basis}; the set was fitted on {fit.dose}",
        ]
        return page([*lines, *remarks(self.notes), *origins(self.origin)])


MEAN, MAXIMUM = Metric("mean"), Metric("max")


def compute(
    fit: ResponseParameters,
    curve: Dvh,
    schedule: str,
    *,
    alpha_beta: str | None,
    factors: Mapping[str, bool],
    overall_days: int | None,
) -> ResponseAnswer:
    """Ask the library, with the curve on the basis the set was fitted on.

    Parameters
    ----------
    fit : ResponseParameters
    curve : Dvh
        Physical dose.
    schedule : str
        The course. [Gy]
    alpha_beta : str or None
        Only for a set that leaves a range of them. [Gy]
    factors : mapping of str to bool
    overall_days : int or None
        Only for a set with regrowth. [d]

    Raises
    ------
    UnitsError, BasisError, DomainError
        As in `response.ntcp` and `tcp`; a course of several phases where the curve has to be converted.
    """
    course = Schedule.parse(schedule)
    if fit.why_not:
        raise DomainError(f"{fit.id} is listed only: {fit.why_not}")
    converted = _on_basis(fit, curve, course, alpha_beta)
    if fit.kind == "tcp":
        if factors:
            raise DomainError(f"--factor: {fit.id} has no risk factors; leave {sorted(factors)} out")
        found = tcp(converted, fit, overall_days=overall_days)
    else:
        if overall_days is not None:
            raise DomainError(f"--overall: {fit.id} has no regrowth; leave it out")
        found = ntcp(converted, fit, schedule=course, factors=factors or None)
    kind, ratio, _ = converted.basis
    basis = f"{kind} dose" if ratio is None else f"{kind} (a/b {plain(ratio)})"
    return ResponseAnswer(found=found, schedule=course, curve=curve, basis=basis)


def _on_basis(fit: ResponseParameters, curve: Dvh, course: Schedule, typed: str | None) -> Dvh:
    if fit.dose.alpha_beta is None:
        if typed is not None:
            raise DomainError(f"--alpha-beta: {fit.id} was fitted on {fit.dose}; leave it out")
        return curve
    if len(course.phases) > 1:
        raise DomainError(
            f"--schedule: {course.text} has several phases; a curve is converted with one dose per fraction"
        )
    low, high = fit.dose.alpha_beta
    if low != high and typed is None:
        raise DomainError(f"--alpha-beta: {fit.id} was fitted on {fit.dose}; say which one")
    ratio = typed or f"{plain(low)} Gy"
    if fit.dose.kind == "EQD2":
        return curve.relabelled(course.fractions, ratio)
    assert fit.dose.fractions is not None
    return curve.relabelled_in(fit.dose.fractions, course.fractions, ratio)
