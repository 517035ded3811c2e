"""The whole form, read: every schedule, both alpha/beta, and the lines of the table."""

from __future__ import annotations

from dataclasses import dataclass

from rtcalc.errors import DomainError
from rtcalc.schedules import Schedule
from rtcalc_app.display import Display
from rtcalc_app.services.calculator.form import Form
from rtcalc_app.services.calculator.reading import Reading, ratio, read
from rtcalc_app.services.calculator.rows import Row, row

SIDES = {"tumour": "Tumour alpha/beta", "late": "Late alpha/beta"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What the form means.

    Attributes
    ----------
    form : Form
    readings : tuple of Reading
        One for each schedule.
    ratios : dict
        alpha/beta by side, `tumour` and `late`; None: not readable. [Gy]
    problems : dict
        What is wrong with an alpha/beta, by side.
    """

    form: Form
    readings: tuple[Reading, ...]
    ratios: dict[str, float | None]
    problems: dict[str, str]

    @classmethod
    def of(cls, form: Form) -> Sheet:
        """Read a form."""
        ratios: dict[str, float | None] = {}
        problems: dict[str, str] = {}
        for side, what in SIDES.items():
            try:
                ratios[side] = ratio(getattr(form, side).ratio, what)
            except DomainError as problem:
                ratios[side], problems[side] = None, str(problem)
        readings = tuple(read(one, form.unit) for one in form.schedules)
        return cls(form=form, readings=readings, ratios=ratios, problems=problems)

    @property
    def selected(self) -> Reading:
        """The schedule that is being edited."""
        return self.readings[self.form.selected]

    @property
    def schedules(self) -> list[tuple[int, Schedule]]:
        """Those that can be read, with their number from 1."""
        return [(number, one.schedule) for number, one in enumerate(self.readings, 1) if one.schedule is not None]

    def rows(self, display: Display) -> list[Row]:
        """The lines of the table; the first schedule is the reference of the others."""
        reference = self.readings[0].schedule
        return [
            row(reading, self.ratios["tumour"], self.ratios["late"], display, reference if number else None)
            for number, reading in enumerate(self.readings)
        ]
