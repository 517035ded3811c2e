"""The answer of `rtcalc isoeffect`: a dose or a number of fractions for an effect; what is required rounds up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rtcalc.decimals import PER_FRACTION_PLACES, beside, fixed, plain
from rtcalc.doses import BED, EQD2
from rtcalc.effects import bed as bed_of
from rtcalc.effects import eqd2 as eqd2_of
from rtcalc.effects import threshold_gray
from rtcalc.isoeffect import solve_fractions, solve_per_fraction, solve_total
from rtcalc.report.calculation import MODEL_NOTE
from rtcalc.report.radiobiology.parts import origins, page, remarks, schedule_data
from rtcalc.schedules import Schedule, plausibility

ROUNDED_UP = "A required dose or number of fractions is rounded up: rounded to the nearest it could fall short."


@dataclass(frozen=True, slots=True, kw_only=True)
class IsoeffectAnswer:
    """The schedule that reaches an effect, as it can be given.

    Attributes
    ----------
    wanted : str
        The effect in words.
    exact : dict
        What was solved, unrounded; the unit is in the key.
    schedule : Schedule
        Rounded up.
    reached : BED or EQD2
        What that schedule gives, on the kind that was asked for.
    target : float
        [Gy]
    """

    wanted: str
    exact: dict[str, float]
    schedule: Schedule
    reached: BED | EQD2
    target: float

    @property
    def notes(self) -> tuple[str, ...]:
        """What has to be read with it."""
        return (*plausibility(self.schedule), ROUNDED_UP, MODEL_NOTE)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready data with full floats; the unit is in the key."""
        return {
            "wanted": self.wanted,
            "exact": self.exact,
            "schedule": schedule_data(self.schedule),
            "reached": self.reached.to_dict(),
            "provenance": self.reached.provenance.to_dict(),
            "notes": list(self.notes),
        }

    def text(self) -> str:
        """A few lines for the terminal."""
        phase = self.schedule.phases[0]
        each = fixed(float(phase.per_fraction.gray), PER_FRACTION_PLACES, "up")
        gives = beside(float(self.reached.gray), self.target, 1)
        solved = ", ".join(_exact(name, value) for name, value in self.exact.items())
        lines = [
            f"{self.wanted} in LQ",
            "",
            f"{plain(phase.gray)} Gy in {phase.fractions}, {each} Gy per fraction: {_kind(self.reached)} {gives} Gy",
            f"Exact: {solved}",
            "",
        ]
        return page([*lines, *remarks(self.notes), *origins(self.reached.provenance)])


def dose(fractions: int, alpha_beta: str, *, bed: str | None, eqd2: str | None) -> IsoeffectAnswer:
    """Ask for the dose in a number of fractions.

    Raises
    ------
    UnitsError, BasisError, DomainError
        As in `isoeffect.solve_total`.
    """
    total = solve_total(fractions=fractions, alpha_beta=alpha_beta, bed=bed, eqd2=eqd2)
    each = solve_per_fraction(fractions=fractions, alpha_beta=alpha_beta, bed=bed, eqd2=eqd2)
    # The dose per fraction is what is set at the machine: it is rounded up, and the total follows from it.
    given = Schedule(per_fraction=f"{fixed(float(each.gray), PER_FRACTION_PLACES, 'up')} Gy", fractions=fractions)
    exact = {"total_gray": float(total.gray), "per_fraction_gray": float(each.gray)}
    return _answer(exact, given, alpha_beta, bed, eqd2)


def number(per_fraction: str, alpha_beta: str, *, bed: str | None, eqd2: str | None) -> IsoeffectAnswer:
    """Ask for the number of fractions of one size.

    Raises
    ------
    UnitsError, BasisError, DomainError
        As in `isoeffect.solve_fractions`.
    """
    found = solve_fractions(per_fraction=per_fraction, alpha_beta=alpha_beta, bed=bed, eqd2=eqd2)
    return _answer({"fractions": found.exact}, found.schedule, alpha_beta, bed, eqd2)


def _answer(
    exact: dict[str, float], given: Schedule, alpha_beta: str, bed: str | None, eqd2: str | None
) -> IsoeffectAnswer:
    reached = bed_of(given, alpha_beta=alpha_beta) if eqd2 is None else eqd2_of(given, alpha_beta=alpha_beta)
    kind, asked = ("BED", bed) if eqd2 is None else ("EQD2", eqd2)
    target = threshold_gray(asked or "", kind.lower())
    return IsoeffectAnswer(
        wanted=f"{kind} {plain(target)} Gy (a/b {plain(reached.alpha_beta)})",
        exact=exact,
        schedule=given,
        reached=reached,
        target=target,
    )


def _exact(name: str, value: float) -> str:
    words = name.removesuffix("_gray").replace("_", " ")
    return f"{words} {plain(value)}{' Gy' if name.endswith('_gray') else ''}"


def _kind(dose: BED | EQD2) -> str:
    return "BED" if isinstance(dose, BED) else "EQD2"
