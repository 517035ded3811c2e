"""The answer of `rtcalc gap`: what missed days cost, and what each compensation does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rtcalc.dates import show_day
from rtcalc.decimals import beside, fixed, plain
from rtcalc.gap_outcomes import Outcome
from rtcalc.gaps import GapReport, compensate
from rtcalc.provenance import Provenance
from rtcalc.report.layout import columns
from rtcalc.report.radiobiology.parts import WIDTH, origins, page, remarks, schedule_data
from rtcalc.schedules import Schedule
from rtcalc.treatment_calendar import TreatmentCalendar

NOT_ESTABLISHED = "-"
RECOVERS = {True: "yes", False: "no", None: NOT_ESTABLISHED}
CHOICE = "Which option is right is a clinical decision; none is recommended here."
SIGN = "Lost: BED of the plan minus that of the option; below zero the tumour gets more than was planned."


@dataclass(frozen=True, slots=True, kw_only=True)
class GapAnswer:
    """A gap in one schedule."""

    schedule: Schedule
    report: GapReport

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The plan, the gap left alone, and the options."""
        return (self.report.planned, self.report.uncompensated, *self.report.options)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready data with full floats; the unit is in the key."""
        return {
            "schedule": schedule_data(self.schedule),
            "planned": _data(self.report.planned),
            "uncompensated": _data(self.report.uncompensated),
            "options": [_data(outcome) for outcome in self.report.options],
            "not_possible": list(self.report.not_possible),
            "notes": [*self.report.notes, CHOICE],
            "provenance": [origin.to_dict() for origin in self._origins()],
        }

    def text(self) -> str:
        """The table of options, what is not possible, and the notes."""
        tumour, late = self.report.planned.tumour, self.report.planned.late
        first = "" if tumour is None else f"tumour a/b {plain(tumour.alpha_beta)} Gy, "
        head = f"{self.schedule}, {first}late tissue a/b {plain(late.alpha_beta)} Gy; BED in Gy"
        names = ("option", "ends", "T, d", "tumour BED", "lost", "recovers", "late BED", "change", "fractions, Gy")
        lines = [head, "", *columns(names, [_row(outcome) for outcome in self.outcomes], WIDTH), ""]
        lines += [f"Not possible: {why}" for why in self.report.not_possible]
        own = (f"{outcome.name}: {note}" for outcome in self.outcomes for note in outcome.notes)
        signs = () if tumour is None else (SIGN,)
        return page([*lines, *remarks([*signs, *own, *self.report.notes, CHOICE]), *origins(*self._origins())])

    def _origins(self) -> list[Provenance]:
        return [dose.provenance for dose in (self.report.planned.tumour, self.report.planned.late) if dose is not None]


def compute(text: str, calendar: TreatmentCalendar, **given: Any) -> GapAnswer:
    """Ask the library.

    Parameters
    ----------
    text : str
        The schedule. [Gy]
    calendar : TreatmentCalendar
        With the missed days.
    **given
        As in `gaps.compensate`.

    Raises
    ------
    UnitsError, DomainError
        As in `gaps.compensate`.
    """
    schedule = Schedule.parse(text)
    return GapAnswer(schedule=schedule, report=compensate(schedule, calendar, **given))


def _row(outcome: Outcome) -> tuple[str, ...]:
    return (
        outcome.name,
        show_day(outcome.days[-1], True),
        str(outcome.overall.elapsed_days),
        NOT_ESTABLISHED if outcome.tumour is None else fixed(float(outcome.tumour.gray), 1),
        NOT_ESTABLISHED if outcome.loss is None else beside(outcome.loss, 0.0, 1),
        RECOVERS[outcome.recovers],
        fixed(float(outcome.late.gray), 1),
        beside(outcome.late_change, 0.0, 1),
        outcome.text.partition(" in ")[0].replace(" Gy", ""),
    )


def _data(outcome: Outcome) -> dict[str, Any]:
    return {
        "name": outcome.name,
        "fraction_days": [show_day(day, True) for day in outcome.days],
        "fraction_doses_gray": list(outcome.doses),
        "overall_elapsed_days": outcome.overall.elapsed_days,
        "overall_inclusive_days": outcome.overall.inclusive_days,
        "tumour_bed": None if outcome.tumour is None else outcome.tumour.to_dict(),
        "late_bed": outcome.late.to_dict(),
        "tumour_loss_gray": outcome.loss,
        "recovers": outcome.recovers,
        "late_change_gray": outcome.late_change,
        "notes": list(outcome.notes),
    }
