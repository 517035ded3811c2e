"""Overall time, what the tumour regains in it, and what missed treatment days cost."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rtcalc.composition import effect
from rtcalc.conditions import Repopulation, RepopulationLike
from rtcalc.dates import show_day
from rtcalc.decimals import compare, plain
from rtcalc.errors import DomainError, RtcalcError
from rtcalc.gap_outcomes import Outcome
from rtcalc.gaps import FEW_FRACTIONS, compensate
from rtcalc.registry import Registry
from rtcalc.report.radiobiology.gap import CHOICE, SIGN
from rtcalc.schedules import Schedule
from rtcalc.tissues import TimeFactor
from rtcalc.treatment_calendar import TreatmentCalendar, day_number
from rtcalc_app import fields
from rtcalc_app.display import Display
from rtcalc_app.services.calculator.rows import bed_gray
from rtcalc_app.services.calculator.sheet import Sheet
from rtcalc_app.services.calculator.sources import references

OWN, NONE = "own", "none"
PATTERNS = ("every weekday", "every other weekday", "every day", "Mon Wed Fri")
MOST_DAYS = 60
NEEDED = f"choose a tumour time factor; a gap in more than {FEW_FRACTIONS} fractions cannot be weighed without one"
HEADS = ("How", "Last day", "Overall time", "Fractions", "Tumour BED", "Lost", "Recovers?", "Late BED", "Late change")
DASH = "—"
RECOVERS = {True: "yes", False: "no", None: DASH}


@dataclass(frozen=True, slots=True, kw_only=True)
class GapForm:
    """What is typed.

    Attributes
    ----------
    start, holidays, missed : str
        Dates such as 2026-03-16; several with commas between them.
    pattern : str
        One of `PATTERNS`.
    factor : str
        A tissue with a published time factor, `own` for the three fields below, or `none`.
    k, basis, kickoff : str
        Loss per day, whether it is BED or EQD2, and the days before it begins. [Gy/d, d]
    """

    start: str = ""
    pattern: str = PATTERNS[0]
    holidays: str = ""
    missed: str = ""
    factor: str = NONE
    k: str = ""
    basis: str = ""
    kickoff: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GapView:
    """The sentence on top, the ways to give the course, what is wrong by field, notes and sources."""

    summary: str
    rows: tuple[tuple[str, ...], ...]
    problems: dict[str, str]
    notes: tuple[str, ...]
    references: tuple[str, ...]


def factors(registry: Registry) -> list[dict[str, str]]:
    """The time factors to choose from; those that may not be used are named with the reason.

    Examples
    --------
    >>> [one["value"] for one in factors(Registry())][:3]
    ['none', 'own', 'oral-mucosa']
    """
    found = [{"value": NONE, "label": "None"}, {"value": OWN, "label": "Own value"}]
    for tissue in registry.tissues.values():
        if tissue.repopulation is not None:
            label = f"{tissue.name[0].upper()}{tissue.name[1:]}: {_words(tissue.repopulation)}"
            found.append({"value": tissue.id, "label": label})
    return found


def gap(sheet: Sheet, typed: GapForm, registry: Registry, display: Display) -> GapView | None:
    """Answer; None: the selected schedule or an alpha/beta cannot be read, or nothing was typed.

    Examples
    --------
    >>> from rtcalc_app.services.calculator.form import Form, ScheduleForm
    >>> sheet = Sheet.of(Form(schedules=(ScheduleForm(total="60", fractions="30"),)))
    >>> typed = GapForm(start="2026-03-02", factor="own", k="0.9", basis="BED", kickoff="28")
    >>> print(gap(sheet, typed, Registry(), Display()).summary)
    60 Gy / 30: 39 d elapsed (last minus first day), 40 d inclusive (both days counted); last day 2026-04-10
    """
    schedule, tumour, late = sheet.selected.schedule, sheet.ratios["tumour"], sheet.ratios["late"]
    if schedule is None or tumour is None or late is None or not typed.start.strip():
        return None
    problems: dict[str, str] = {}
    calendar = _calendar(typed, problems)
    factor = _factor(typed, registry, problems)
    if calendar is None or problems:
        return GapView(summary="", rows=(), problems=problems, notes=(), references=())
    try:
        calendar.fraction_days(schedule.fractions)  # a missed day on which nothing was planned is named first
        if calendar.missed and factor is None and schedule.fractions > FEW_FRACTIONS:
            raise DomainError(f"repopulation: {NEEDED}")
        if calendar.missed:
            return _missed(schedule, calendar, factor, (tumour, late), registry, display)
        return _as_planned(schedule, calendar, factor, (tumour, late), registry, display)
    except RtcalcError as problem:
        field = str(problem).split(":")[0]
        known = {"repopulation": "factor", "missed": "missed", "start": "start"}
        return GapView(summary="", rows=(), problems={known.get(field, "start"): str(problem)}, notes=(), references=())


def _calendar(typed: GapForm, problems: dict[str, str]) -> TreatmentCalendar | None:
    days: dict[str, list[int]] = {}
    for field in ("start", "holidays", "missed"):
        try:
            days[field] = [day_number(text, field) for text in _items(getattr(typed, field))]
        except RtcalcError as problem:
            problems[field] = str(problem)
    if problems:
        return None
    try:
        if len(days["start"]) != 1:
            raise DomainError("start: one date is needed, such as 2026-03-16")
        return TreatmentCalendar.of(days["start"][0], typed.pattern, holidays=days["holidays"], missed=days["missed"])
    except RtcalcError as problem:
        problems["start"] = str(problem)
        return None


def _items(text: str) -> list[str]:
    found = [part for part in re.split(r"[,;\s]+", text) if part]
    if len(found) > MOST_DAYS:
        raise DomainError(f"{len(found)} days; at most {MOST_DAYS} are read")
    return found


def _factor(typed: GapForm, registry: Registry, problems: dict[str, str]) -> RepopulationLike | None:
    if typed.factor == NONE:
        return None
    if typed.factor != OWN:
        tissue = registry.tissues.get(typed.factor)
        if tissue is None or tissue.repopulation is None:
            problems["factor"] = "Choose a time factor from the list"
            return None
        if tissue.repopulation.kickoff is None and tissue.repopulation.basis != "not stated":
            problems["factor"] = f"{tissue.repopulation.source} states no kick-off time; take Own value and type one"
            return None
        found: RepopulationLike = tissue.repopulation
        return found
    field = "k"
    try:
        k = f"{fields.number(typed.k, 'K', 'Gy/d')} Gy/d"
        field = "kickoff"
        kickoff = f"{fields.number(typed.kickoff, 'Kick-off time', 'd')} d"
        field = "basis"
        if typed.basis not in ("BED", "EQD2"):
            raise DomainError("Say whether K is BED or EQD2")
        field = "k"
        return Repopulation.of(k, basis=typed.basis, kickoff=kickoff)
    except RtcalcError as problem:
        problems[field] = str(problem)
        return None


def _as_planned(
    schedule: Schedule,
    calendar: TreatmentCalendar,
    factor: RepopulationLike | None,
    ratios: tuple[float, float],
    registry: Registry,
    display: Display,
) -> GapView:
    """No missed day: the overall time, and the tumour with and without what it regains."""
    tumour, late = ratios
    days = calendar.fraction_days(schedule.fractions)
    overall = calendar.overall_time(schedule.fractions)
    given = {"repopulation": factor, "overall_days": overall.elapsed_days} if factor is not None else {}
    found = effect(schedule, None, alpha_beta=f"{tumour!r} Gy", **given)  # type: ignore[arg-type]
    notes = [f"Model: {found.model}.", *found.notes]
    if factor is None and schedule.fractions > FEW_FRACTIONS:
        notes.append("No time factor chosen: nothing is subtracted for overall time.")
    row = (
        "as planned",
        show_day(days[-1], True),
        f"{overall.elapsed_days} d",
        schedule.text,
        display.bed(float(found.bed.gray), tumour),
        display.dose(float(found.lq.bed.gray) - float(found.bed.gray)),
        DASH,
        display.bed(bed_gray(schedule, late), late),
        DASH,
    )
    return GapView(
        summary=f"{schedule.text}: {overall}; last day {show_day(days[-1], True)}",
        rows=(row,),
        problems={},
        notes=tuple(notes),
        references=references(found.bed.provenance.citations, registry),
    )


def _missed(
    schedule: Schedule,
    calendar: TreatmentCalendar,
    factor: RepopulationLike | None,
    ratios: tuple[float, float],
    registry: Registry,
    display: Display,
) -> GapView:
    report = compensate(
        schedule,
        calendar,
        tumour_alpha_beta=f"{ratios[0]!r} Gy",
        late_alpha_beta=f"{ratios[1]!r} Gy",
        repopulation=factor,
    )
    outcomes = (report.planned, report.uncompensated, *report.options)
    own = [f"{one.name}: {note}" for one in outcomes for note in one.notes]
    sign = [SIGN] if report.planned.tumour is not None else []
    keys = [key for dose in (report.planned.tumour, report.planned.late) if dose for key in dose.provenance.citations]
    return GapView(
        summary=f"{schedule.text}: {report.uncompensated.overall}; planned: {report.planned.overall}",
        rows=tuple(_row(one, display) for one in outcomes),
        problems={},
        notes=(*sign, *own, *(f"Not possible: {why}" for why in report.not_possible), *report.notes, CHOICE),
        references=references((*keys, "DALE2002"), registry),
    )


def _row(one: Outcome, display: Display) -> tuple[str, ...]:
    return (
        one.name,
        show_day(one.days[-1], True),
        f"{one.overall.elapsed_days} d",
        one.text.partition(" in ")[0],
        DASH if one.tumour is None else display.bed(float(one.tumour.gray), one.tumour.alpha_beta),
        DASH if one.loss is None else _signed(one.loss, display),
        RECOVERS[one.recovers],
        display.bed(float(one.late.gray), one.late.alpha_beta),
        _signed(one.late_change, display),
    )


def _signed(gray: float, display: Display) -> str:
    """A change with its sign, with as many digits as its sign needs."""
    side = compare(gray, 0.0)
    if side == 0:
        return display.dose(0.0)
    return ("+" if side > 0 else "−") + display.beside(abs(gray), 0.0)


def _words(factor: TimeFactor) -> str:
    """K with its basis and kick-off time, the source, and why it cannot be used where it cannot."""
    begin = "kick-off not stated" if factor.kickoff is None else f"after {plain(factor.kickoff)} d"
    use: str = factor.standing
    if factor.basis == "not stated" or factor.kickoff is None or use == "listed":
        use = "listed only"
    return f"K {plain(factor.per_day)} Gy/d ({factor.basis}) {begin} [{factor.source}], {use}"
