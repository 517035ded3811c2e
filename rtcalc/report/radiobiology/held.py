"""A new course after an earlier one, held against a cumulative limit or a rule; recovery as a column beside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from rtcalc.compound_limits import CompoundLimit
from rtcalc.decimals import beside
from rtcalc.doses import EQD2
from rtcalc.effects import eqd2
from rtcalc.errors import DomainError
from rtcalc.history import Cumulative, History
from rtcalc.organ_courses import MAXIMUM, OrganCourse, Overlap
from rtcalc.recovery import RecoveryColumn, TypedRecovery, recovery_columns
from rtcalc.reirradiation import CompoundVerdict, Condition, hold
from rtcalc.report.layout import columns
from rtcalc.report.radiobiology.known import Known
from rtcalc.report.radiobiology.parts import WIDTH, schedule_data
from rtcalc.schedules import Phase, Schedule
from rtcalc.treatment_calendar import day_number
from rtcalc.units import read

NEW = "new"
RECOVERY = ("--recovery", "--recovery-ceiling", "--recovery-after", "--recovery-reference")
MET = {True: "met", False: "NOT met", None: "cannot be told"}
BOUNDS = (
    "Cumulative of two courses without a common frame: at least the larger one, at most their sum. Recovery in a "
    "column decides nothing; `none` does."
)
NOT_UNDER_RULE = "A typed recovery is not credited under a rule of several conditions: it is stated without one."


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCourse:
    """A new course as typed.

    Attributes
    ----------
    earlier_end, start : int or None
        Last day of the earlier course and first of this one; None: not known. [d]
    in_limit : bool or None
        Whether the limit was derived with recovery in it; None: not said.
    """

    schedule: Schedule
    earlier_end: int | None
    start: int | None
    recovery: TypedRecovery | None
    in_limit: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A new course against what limits it."""

    schedule: Schedule
    dose: EQD2
    limit: EQD2 | None
    recovery: tuple[RecoveryColumn, ...]
    verdict: CompoundVerdict | None
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready data with full floats; the unit is in the key."""
        verdict = self.verdict
        return {
            "schedule": schedule_data(self.schedule),
            "eqd2": self.dose.to_dict(),
            "under_limit": [_column_data(column) for column in self.recovery],
            "under_rule": None
            if verdict is None
            else {"state": verdict.state.value, "conditions": conditions_data(verdict.conditions)},
        }

    def lines(self) -> Iterator[str]:
        """The new course in text."""
        yield f"NEW COURSE  {self.schedule}: {self.dose}"
        if self.limit is not None:
            rows = [_row(column, float(self.limit.gray)) for column in self.recovery]
            yield from columns(("recovery", "cumulative, Gy EQD2", "under the limit"), rows, WIDTH)
        if self.verdict is not None:
            yield f"Under the rule: {self.verdict.state.words}"
            yield from conditions_table(self.verdict.conditions)
        yield ""


def recovery_of(organ: str, given: Sequence[str | None], after_days: int | None) -> TypedRecovery | None:
    """Read a typed recovery; None: none was typed.

    Parameters
    ----------
    organ : str
    given : sequence of str or None
        In the order of `RECOVERY`.
    after_days : int or None
        The interval read. [d]

    Raises
    ------
    UnitsError, DomainError
        A part is missing; over 100 %, or over the ceiling; as in `TypedRecovery`.
    """
    share, ceiling, _, reference = given
    missing = [name for name, value in zip(RECOVERY, given, strict=True) if value is None]
    if len(missing) == len(RECOVERY):
        return None
    if share is None or ceiling is None or after_days is None or reference is None:
        raise DomainError(f"{', '.join(RECOVERY)} belong together; missing: {', '.join(missing)}")
    return TypedRecovery(
        organ=organ,
        fraction=read(share, "percent", "--recovery") / 100.0,
        ceiling=read(ceiling, "percent", "--recovery-ceiling") / 100.0,
        at_least_days=after_days,
        reference=reference,
    )


def new_course(
    text: str | None, earlier_end: str | None, start: str | None, recovery: TypedRecovery | None, in_limit: bool | None
) -> NewCourse | None:
    """Read a new course; None: none was typed.

    Raises
    ------
    UnitsError, DomainError
        An unreadable schedule or one of several phases; a recovery without a course, or without what the limit holds.
    """
    if text is None:
        if recovery is not None or in_limit is not None:
            raise DomainError("--recovery is a column beside a new course; give the course with --new")
        return None
    if (recovery is None) != (in_limit is None):
        raise DomainError("--recovery needs --recovery-in-limit yes or no: whether the limit was derived with recovery")
    schedule = Schedule.parse(text)
    if len(schedule.phases) > 1:
        raise DomainError(f"--new: {schedule.text} has several phases; hold one after the other")
    return NewCourse(
        schedule=schedule,
        earlier_end=None if earlier_end is None else day_number(earlier_end, "--earlier-end"),
        start=None if start is None else day_number(start, "--new-start"),
        recovery=recovery,
        in_limit=in_limit,
    )


def held(course: NewCourse, known: Known, limit: EQD2 | None, rule: CompoundLimit | None) -> Held:
    """Ask the library.

    Raises
    ------
    BasisError, DomainError
        As in `recovery.recovery_columns` and `reirradiation.hold`.
    """
    dose = eqd2(course.schedule, alpha_beta=known.alpha_beta)
    verdict = None
    if rule is not None:
        verdict = hold(rule, earlier=known.earlier, new=dose, months=known.months, measured_on=known.measured_on)
    credited = (NOT_UNDER_RULE,) if rule is not None and course.recovery is not None else ()
    bounds = (BOUNDS,) if limit is not None else ()
    return Held(
        schedule=course.schedule,
        dose=dose,
        limit=limit,
        recovery=() if limit is None else _columns(course, known, limit),
        verdict=verdict,
        notes=(*bounds, *credited),
    )


def _columns(course: NewCourse, known: Known, limit: EQD2) -> tuple[RecoveryColumn, ...]:
    courses = [
        *(_course(f"earlier {i}", phase, latest=course.earlier_end) for i, phase in enumerate(known.prior.phases, 1)),
        _course(NEW, course.schedule.phases[0], earliest=course.start),
    ]
    pairs = combinations([one.course for one in courses], 2)
    return recovery_columns(
        History.of(
            known.organ,
            alpha_beta=known.alpha_beta,
            courses=courses,
            overlaps=[Overlap.different_days(one, other) for one, other in pairs],
        ),
        MAXIMUM,
        limit,
        now=NEW,
        recoveries=() if course.recovery is None else (course.recovery,),
        limit_contains_recovery=bool(course.in_limit),
    )


def _course(name: str, phase: Phase, *, earliest: int | None = None, latest: int | None = None) -> OrganCourse:
    maximum = ((MAXIMUM, phase.gray),)
    return OrganCourse(course=name, fractions=phase.fractions, metrics=maximum, earliest=earliest, latest=latest)


def conditions_table(conditions: Sequence[Condition], *, supposed: bool = False) -> Iterator[str]:
    """Every condition of a rule with what was found; `supposed`: with the largest new dose, which nobody gave."""
    rows = [
        (one.name, one.required, "", f"{one.found} with the largest new dose")
        if supposed and _rests_on_new_dose(one)
        else (one.name, one.required, MET[one.met], one.found)
        for one in conditions
    ]
    return columns(("condition", "asked", "", "found"), rows, WIDTH)


def _rests_on_new_dose(condition: Condition) -> bool:
    """Whether a new dose decides it; what fails at the largest one that is left has failed."""
    return condition.met is not False and condition.name not in ("interval", "structure")


def conditions_data(conditions: Sequence[Condition], *, supposed: bool = False) -> list[dict[str, Any]]:
    """Every condition for JSON, as `conditions_table`."""
    return [
        {
            "name": one.name,
            "required": one.required,
            "found": one.found,
            "met": None if supposed and _rests_on_new_dose(one) else one.met,
            "with_the_largest_new_dose": supposed and _rests_on_new_dose(one),
        }
        for one in conditions
    ]


def _row(column: RecoveryColumn, bound: float) -> tuple[str, str, str]:
    if column.cumulative is None:
        return column.name, "-", column.reason
    state = "decides nothing" if column.state is None else column.state.words
    return column.name, _span(column.cumulative, bound), state


def _span(found: Cumulative, bound: float) -> str:
    low = beside(float(found.low.gray), bound, 1)
    return f"{low} or more" if found.high is None else f"{low} to {beside(float(found.high.gray), bound, 1)}"


def _column_data(column: RecoveryColumn) -> dict[str, Any]:
    found = column.cumulative
    return {
        "recovery": column.name,
        "low": None if found is None else found.low.to_dict(),
        "high": None if found is None or found.high is None else found.high.to_dict(),
        "state": None if column.state is None else column.state.value,
        "reason": column.reason,
    }
