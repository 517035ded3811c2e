"""What is given to `composition.effect`, read and checked: nothing needed is missing, nothing given is without use."""

from __future__ import annotations

from typing import Any

from rtcalc import decimals
from rtcalc.conditions import RepairLike, RepopulationLike, repair_of, repopulation_of
from rtcalc.courses import Course
from rtcalc.doses import DoseLike, basis_gray
from rtcalc.errors import DomainError, UnitsError
from rtcalc.rates import plain_number
from rtcalc.schedules import Schedule
from rtcalc.tissues import AlphaBeta, Tissue

COMPLETE = "complete"
"""What `repair` is called where fractions of one day are taken as fully repaired."""


def schedule_of(treatment: str | Schedule | Course) -> Schedule:
    """Return the schedule of a treatment in any of the accepted forms.

    Parameters
    ----------
    treatment : str, Schedule or Course
        Of a course what was delivered where that is known, else what was planned.

    Returns
    -------
    Schedule

    Raises
    ------
    UnitsError
        Something else, or a dose without its unit.
    DomainError
        A course with several targets, which are named.

    Examples
    --------
    >>> schedule_of("45 Gy / 5").fractions
    5
    """
    if isinstance(treatment, Schedule):
        return treatment
    if isinstance(treatment, str):
        return Schedule.parse(treatment)
    if not isinstance(treatment, Course):
        raise UnitsError(f"{treatment!r} is not a schedule or a course; write '45 Gy / 5'")
    if len(treatment.prescriptions) != 1:
        raise DomainError(
            f"course {treatment.id} treats {', '.join(treatment.targets)}; give the schedule of one of them"
        )
    return treatment.prescriptions[0].given


def ratio_of(tissue: Tissue | None, alpha_beta: DoseLike | None) -> tuple[float, AlphaBeta | None]:
    """Return the alpha/beta to compute with: the one given, else the tissue's.

    Parameters
    ----------
    tissue : Tissue or None
    alpha_beta : str, pint.Quantity, PhysicalDose or None
        In place of the tissue's. [Gy]

    Returns
    -------
    (float, AlphaBeta or None)
        The number, and the entry of the tissue it is from. [Gy]

    Raises
    ------
    DomainError
        Neither, or a tissue without a value that may decide: its values are listed.
    UnitsError, BasisError
        As in `doses.basis_gray`.

    Examples
    --------
    >>> from rtcalc.registry import Registry
    >>> ratio, entry = ratio_of(Registry().tissues["spinal-cord"], None)
    >>> ratio, entry.source
    (2.0, 'convention')
    """
    if alpha_beta is not None:
        return basis_gray(alpha_beta, "alpha_beta"), None
    if tissue is None:
        raise DomainError("alpha_beta: there is no tissue to take it from; give it, as in alpha_beta='10 Gy'")
    chosen = tissue.deciding
    # Rival assumptions about a tumour decide nothing, whatever their order in a file.
    if tissue.kind == "tumour" and len(tissue.alpha_beta) > 1 and all(rival.assumed for rival in tissue.alpha_beta):
        chosen = None
    if chosen is None:
        listed = ", ".join(f"{decimals.plain(rival.gray)} Gy ({_what(rival)})" for rival in tissue.alpha_beta)
        raise DomainError(f"alpha_beta: {tissue.name} has no value that may decide; give one. Listed: {listed}")
    return round(chosen.gray, 6), chosen


def _what(ratio: AlphaBeta) -> str:
    return f"{'assumed, ' if ratio.assumed else ''}{ratio.source}, {ratio.evidence.value}"


def times_of(
    treatment: str | Schedule | Course,
    schedule: Schedule,
    repair: RepairLike | None,
    per_day: int,
    interval_hours: float | None,
    minutes: float | None,
    repopulation: RepopulationLike | None,
    overall_days: int | None,
) -> dict[str, Any]:
    """Return the arguments of `Recipe` on repair and time; what is given must be of use, what is needed given.

    Parameters
    ----------
    treatment : str, Schedule or Course
        Of a course the overall time is that of its dates.
    schedule : Schedule
        Its fractions.
    repair : str, Repair, RepairHalfTime or None
        Half-time, or "complete". [h]
    per_day : int
        Fractions a day.
    interval_hours : float or None
        From start to start of two fractions of a day. [h]
    minutes : float or None
        Duration of one fraction. [min]
    repopulation : Repopulation, TimeFactor or None
    overall_days : int or None
        Day of the last fraction minus day of the first. [d]

    Returns
    -------
    dict
        `repair`, `per_day`, `interval` and `duration` in hours, `repopulation`, `overall` in days.

    Raises
    ------
    UnitsError
        A value that is not a plain number or has no unit.
    DomainError
        A value that would change nothing, one that is missing, or an overall time too short for the fractions.

    Examples
    --------
    >>> schedule = Schedule.parse("68 x 1.2 Gy")
    >>> found = times_of(schedule, schedule, "4 h", 2, 6.0, None, None, None)
    >>> found["repair"].label, found["interval"], found["duration"]
    ('T1/2 4 h', 6.0, 0.0)
    """
    kinetics = None if repair is None or repair == COMPLETE else repair_of(repair)
    several = isinstance(per_day, int) and per_day > 1
    if several and repair is None:
        raise DomainError(f"repair: {per_day} fractions a day need a half-time ('1.5 h'), or 'complete'")
    if several and kinetics and interval_hours is None:
        raise DomainError(f"interval_hours: {per_day} fractions a day need the hours from start to start")
    if interval_hours is not None and not several:
        raise DomainError("interval_hours: there is an interval only between several fractions a day; give per_day")
    if minutes is not None and kinetics is None:
        raise DomainError("minutes: the duration of a fraction matters only with a repair half-time; give repair")
    duration = 0.0 if minutes is None else plain_number(minutes, "minutes") / 60.0
    if minutes is not None and duration <= 0.0:
        raise DomainError(f"minutes: {minutes!r} must be above zero; leave it out for a short fraction")
    return {
        "repair": kinetics,
        "per_day": per_day,
        "interval": 0.0 if interval_hours is None else plain_number(interval_hours, "interval_hours"),
        "duration": duration,
        "repopulation": None if repopulation is None else repopulation_of(repopulation),
        "overall": _overall(treatment, schedule, per_day, overall_days, repopulation is not None),
    }


def _overall(
    treatment: str | Schedule | Course, schedule: Schedule, per_day: int, given: int | None, needed: bool
) -> int | None:
    if given is not None and (isinstance(given, bool) or not isinstance(given, int)):
        raise UnitsError(f"overall_days: {given!r} ({type(given).__name__}) is not a whole number of days")
    if given is not None and not needed:
        raise DomainError("overall_days: it changes nothing without repopulation; leave it out")
    if not needed:
        return None
    days = treatment.fraction_days() if isinstance(treatment, Course) else None
    known = days[-1] - days[0] if days else None
    if given is None and known is None:
        raise DomainError("overall_days: repopulation needs the day of the last fraction minus that of the first")
    if given is not None and known is not None and given != known:
        raise DomainError(f"overall_days: {given} disagrees with the {known} d between the course's treatment days")
    overall = given if given is not None else known
    least = -(-schedule.fractions // max(1, per_day)) - 1 if isinstance(per_day, int) else 0
    if overall is None or overall < least:
        raise DomainError(
            f"overall_days: {overall} is too short; {schedule.fractions} fractions, {per_day} a day, need {least}"
        )
    return overall
