"""What is known of an organ before a new course: the earlier dose, when it was, and what it was measured on."""

from __future__ import annotations

from dataclasses import dataclass

from rtcalc.doses import EQD2
from rtcalc.effects import eqd2
from rtcalc.errors import DomainError
from rtcalc.schedules import Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The earlier dose of an organ.

    Attributes
    ----------
    prior : Schedule
        The maximum of the organ in its fractions. [Gy]
    alpha_beta : str
        As typed. [Gy]
    months : float or None
        To the new course; None: not known. [months]
    measured_on : str
        Structure of the doses.
    """

    organ: str
    prior: Schedule
    alpha_beta: str
    earlier: EQD2
    months: float | None
    measured_on: str

    @classmethod
    def of(cls, organ: str, prior: str, alpha_beta: str, *, months: float | None, measured_on: str) -> Known:
        """Read the typed parts.

        Raises
        ------
        UnitsError, DomainError
            As in `effects.eqd2`; no organ.
        """
        if not organ.strip():
            raise DomainError("--organ: is empty; give a TG-263 name such as SpinalCord")
        schedule = Schedule.parse(prior)
        return cls(
            organ=organ,
            prior=schedule,
            alpha_beta=alpha_beta,
            earlier=eqd2(schedule, alpha_beta=alpha_beta),
            months=months,
            measured_on=measured_on,
        )
