"""Missed treatment days: what they cost the tumour, and what the classical compensations do to it and to late tissue.

    BED = sum of d_i (1 + f_i d_i / r) - K max(0, T - T_k)

with T the elapsed days from the first to the last fraction, f the factor of repair on days with two fractions, and K as
BED. A fraction more is not always a gain: behind a weekend it brings 2.4 Gy and costs 2.7. What is lost is what the
calendar says, not the number of missed days: three of them can end the course five days later.

Nothing here is a default: K and its kick-off time are the user's or a cited tissue's, and a held one is refused.
"""

from __future__ import annotations

from dataclasses import dataclass

from rtcalc.catch_up import AfterGap
from rtcalc.conditions import RepairLike, RepopulationLike, repair_of, repopulation_of
from rtcalc.decimals import compare, fixed, plain
from rtcalc.doses import DoseLike, basis_gray
from rtcalc.errors import DomainError
from rtcalc.gap_outcomes import Outcome, Terms
from rtcalc.models import lq
from rtcalc.rates import plain_number
from rtcalc.schedule_text import MOST_FRACTIONS
from rtcalc.schedules import Schedule
from rtcalc.treatment_calendar import TreatmentCalendar

FEW_FRACTIONS = 10
NO_TIME_FACTOR = f"{FEW_FRACTIONS} or fewer fractions: no tumour time factor established"
COMPLETE_REPAIR = "repair between two fractions of a day taken as complete"
SHOWN_TRIALS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class GapReport:
    """What a gap costs, and what can be done.

    Attributes
    ----------
    planned, uncompensated : Outcome
        The course without the gap, and with the missed fractions given at its end.
    options : tuple of Outcome
        Those that exist for this course; whether they recover the loss is theirs to say.
    not_possible : tuple of str
        The others, with the reason.
    notes : tuple of str

    Examples
    --------
    50 Gy in 5, the third day missed; with 10 or fewer fractions there is no time factor to lose by:

    >>> calendar = TreatmentCalendar.of("2026-03-02", missed=["2026-03-04"])
    >>> report = compensate("50 Gy / 5", calendar, tumour_alpha_beta="10 Gy", late_alpha_beta="3 Gy", repopulation=None)
    >>> report.options, report.notes[0]
    ((), '10 or fewer fractions: no tumour time factor established')
    """

    planned: Outcome
    uncompensated: Outcome
    options: tuple[Outcome, ...]
    not_possible: tuple[str, ...]
    notes: tuple[str, ...]

    def option(self, name: str) -> Outcome:
        """The compensation of this name.

        Parameters
        ----------
        name : str
            "weekend", "twice a day", "six a week", "extra fractions", "larger fractions, planned time" or
        "larger fractions, prolonged".

        Returns
        -------
        Outcome

        Raises
        ------
        DomainError
            It does not exist for this course.

        Examples
        --------
        >>> from rtcalc.conditions import Repopulation
        >>> report = compensate(
        ...     "70 Gy / 35",
        ...     TreatmentCalendar.of("2026-03-02", missed=["2026-04-01"]),
        ...     tumour_alpha_beta="10 Gy",
        ...     late_alpha_beta="3 Gy",
        ...     repopulation=Repopulation.of("0.9 Gy/d", basis="BED", kickoff="28 d"),
        ... )
        >>> print(report.option("extra fractions").late)  # 37 x 2 Gy: 74 (1 + 2/3)
        BED 123.3 Gy (a/b 3)
        """
        for outcome in self.options:
            if outcome.name == name:
                return outcome
        raise DomainError(f"{name!r} is not an option here; there are: {[outcome.name for outcome in self.options]}")


def compensate(
    schedule: Schedule | str,
    calendar: TreatmentCalendar,
    *,
    tumour_alpha_beta: DoseLike,
    late_alpha_beta: DoseLike,
    repopulation: RepopulationLike | None,
    late_repair: RepairLike | None = None,
    interval_hours: float | None = None,
) -> GapReport:
    """Work out what missed treatment days cost and what each compensation does.

    Parameters
    ----------
    schedule : str or Schedule
        One phase. [Gy]
    calendar : TreatmentCalendar
        With the missed days.
    tumour_alpha_beta, late_alpha_beta : str, pint.Quantity or PhysicalDose
        [Gy]
    repopulation : Repopulation, TimeFactor or None
        Of the tumour; None only for a course of 10 or fewer fractions, which has no established time factor.
    late_repair : str, Repair or RepairHalfTime, optional
        Half-time of the late tissue, for days with two fractions; without it repair is taken as complete.
    interval_hours : float, optional
        Between the two fractions of a day; needed with `late_repair`. [h]

    Returns
    -------
    GapReport
        Weekend, twice a day, extra fractions (the smallest number that truly recovers), larger fractions in the planned
        and in the prolonged time, six fractions a week.

    Raises
    ------
    UnitsError
        A value without its unit.
    DomainError
        No missed day, several phases, a pattern with free days in between, no or a held repopulation.

    Notes
    -----
    Days free of charge for a compensation are those after the last missed one. Incomplete repair of the tumour is not
    counted; it would add to its effect on days with two fractions. The choice between the options is clinical.

    References
    ----------
    [DALE2002] the methods; numbers derived.

    Examples
    --------
    70 Gy in 35 from a Monday, the fifth week missed; K 0.9 Gy/d after 28 d as somebody typed it:

    >>> from rtcalc.conditions import Repopulation
    >>> week = [f"2026-03-{day}" for day in range(30, 32)] + ["2026-04-01", "2026-04-02", "2026-04-03"]
    >>> report = compensate(
    ...     "70 Gy / 35",
    ...     TreatmentCalendar.of("2026-03-02", missed=week),
    ...     tumour_alpha_beta="10 Gy",
    ...     late_alpha_beta="3 Gy",
    ...     repopulation=Repopulation.of("0.9 Gy/d", basis="BED", kickoff="28 d"),
    ... )
    >>> round(report.uncompensated.loss, 6)
    6.3
    >>> larger = report.option("larger fractions, prolonged")
    >>> print(round(larger.doses[-1], 3), larger.late)
    2.294 BED 127.4 Gy (a/b 3)
    """
    whole = Schedule.parse(schedule) if isinstance(schedule, str) else schedule
    if len(whole.phases) > 1:
        raise DomainError(f"schedule: {whole.text} has several phases; compensate the phase that has the gap")
    terms = _terms(whole.fractions, tumour_alpha_beta, late_alpha_beta, repopulation, late_repair, interval_hours)
    course = AfterGap.of(calendar, whole.fractions)
    each = whole.phases[0].gray / whole.fractions
    planned = terms.outcome("as planned", calendar.as_planned.fraction_days(whole.fractions), each, None)
    late_end = terms.outcome("missed fractions at the end", course.as_left(), each, planned)
    notes = [f"overall time: {late_end.overall}; planned: {planned.overall}; T is elapsed days"]
    notes += [COMPLETE_REPAIR] if terms.repair is None else []
    if terms.repopulation is None:
        return GapReport(
            planned=planned, uncompensated=late_end, options=(), not_possible=(), notes=(NO_TIME_FACTOR, *notes)
        )
    found = [*_same_fractions(terms, course, each, planned), *_changed(terms, course, each, planned)]
    return GapReport(
        planned=planned,
        uncompensated=late_end,
        options=tuple(one for one in found if isinstance(one, Outcome)),
        not_possible=tuple(one for one in found if isinstance(one, str)),
        notes=tuple(notes),
    )


def _terms(
    fractions: int,
    tumour: DoseLike,
    late: DoseLike,
    regained: RepopulationLike | None,
    late_repair: RepairLike | None,
    interval_hours: float | None,
) -> Terms:
    if regained is None and fractions > FEW_FRACTIONS:
        raise DomainError("repopulation: needed for more than 10 fractions; write Repopulation.of('0.9 Gy/d', ...)")
    if (late_repair is None) != (interval_hours is None):
        raise DomainError("late_repair and interval_hours belong together; give both or neither")
    interval = 0.0 if interval_hours is None else plain_number(interval_hours, "interval_hours")
    if interval_hours is not None and not 0.0 < interval < 24.0:
        raise DomainError(f"interval_hours: {interval_hours!r} is outside a day; it is above 0 and below 24")
    return Terms(
        tumour=basis_gray(tumour, "tumour_alpha_beta"),
        late=basis_gray(late, "late_alpha_beta"),
        repopulation=None if regained is None or fractions <= FEW_FRACTIONS else repopulation_of(regained),
        repair=None if late_repair is None else repair_of(late_repair),
        interval=interval,
    )


# --- the same fractions on other days ------------------------------------------------------------------------------
def _same_fractions(terms: Terms, course: AfterGap, each: float, planned: Outcome) -> list[Outcome | str]:
    days = {
        "weekend": (course.on_weekends(), "the pattern treats on weekends already"),
        "twice a day": (course.twice_a_day(), "the pattern gives several fractions a day already"),
        "six a week": (course.six_a_week(), "the pattern treats on Saturdays already"),
    }
    twice = () if terms.repair else (COMPLETE_REPAIR,)
    return [
        f"{name}: {why}" if found is None else terms.outcome(name, found, each, planned, _notes(name, twice))
        for name, (found, why) in days.items()
    ]


def _notes(name: str, twice: tuple[str, ...]) -> tuple[str, ...]:
    return twice if name == "twice a day" else ()


# --- other fractions -----------------------------------------------------------------------------------------------
def _changed(terms: Terms, course: AfterGap, each: float, planned: Outcome) -> list[Outcome | str]:
    return [
        _extra(terms, course, each, planned),
        _larger("larger fractions, planned time", course.in_planned_time(), terms, course, each, planned),
        _larger("larger fractions, prolonged", course.as_left(), terms, course, each, planned),
    ]


def _extra(terms: Terms, course: AfterGap, each: float, planned: Outcome) -> Outcome | str:
    """Add fractions of the same size until the tumour has what was planned; fewer or more may do worse."""
    assert planned.tumour is not None
    goal = float(planned.tumour.gray)
    trials: list[str] = []
    for extra in range(MOST_FRACTIONS - len(course.given) - course.left + 1):
        days = course.as_left(extra)
        found = terms.left_of(days, (each,) * len(days))
        if compare(found, goal) >= 0:
            tried = f"too few: {'; '.join(trials[-SHOWN_TRIALS:])}" if trials else "nothing is lost"
            return terms.outcome("extra fractions", days, each, planned, (f"{extra} extra; {tried}",))
        trials.append(f"{extra} leave {fixed(goal - found, 1, 'up')} Gy lost")
    return f"extra fractions: no number up to {MOST_FRACTIONS} fractions in all recovers the loss"


def _larger(
    name: str, days: tuple[int, ...], terms: Terms, course: AfterGap, each: float, planned: Outcome
) -> Outcome | str:
    """Make the fractions after the gap just large enough for the planned effect on the tumour."""
    done = len(course.given)
    count = len(days) - done
    if count == 0:
        return f"{name}: no treatment day is left until the planned end"
    assert planned.tumour is not None
    given = done * lq.bed(each, 1, terms.tumour)
    needed = float(planned.tumour.gray) - given + terms.regained(days)
    dose = lq.total_for(needed, count, terms.tumour) / count
    note = f"{count} fractions of {fixed(dose, 2, 'up')} Gy instead of {plain(each)} Gy"
    return terms.outcome(name, days, [each] * done + [dose] * count, planned, (note,))
