"""Courses given in the same sessions: their dose adds within each fraction, before it is converted."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rtcalc.assessment.context import Context
from rtcalc.chronology import gap_days, start_of
from rtcalc.courses import Course, session_groups
from rtcalc.decimals import significant
from rtcalc.doses import PhysicalDose
from rtcalc.schedules import Phase, Schedule

# The end of a course is often not stated. Slower than this no course in use is given: later starts are other days. The
# tool's own reading.
SLOWEST_DAYS_PER_FRACTION = 7


def same_session_groups(context: Context) -> list[tuple[Course, ...]]:
    """Courses of shared sessions, two or more together, in the order of the case."""
    return session_groups(context.case.courses)


def in_same_sessions(context: Context, one: Course, two: Course) -> bool:
    """Whether two courses were given in the same sessions."""
    return any(one in group and two in group for group in same_session_groups(context))


def may_share_days(context: Context, one: Course, two: Course) -> bool:
    """Whether some fractions of two courses may fall on one day, so that their doses may add before conversion."""
    days, others = one.fraction_days(), two.fraction_days()
    if days is not None and others is not None:
        return bool(set(days) & set(others))
    return not (_follows(context, one, two) or _follows(context, two, one))


def overlap(context: Context, one: Course, two: Course) -> bool:
    """Whether two courses are known to have run at the same time: each began before the other ended."""
    gaps = gap_days(context.line, one, two)[1], gap_days(context.line, two, one)[1]
    return all(gap is not None and gap < 0 for gap in gaps)


def precedes(context: Context, one: Course, two: Course) -> bool:
    """Whether the first of two courses started before the other: by their dates, else by their order in the case."""
    low, high = context.line.between(start_of(one.id), start_of(two.id))
    if low is not None and low > 0:
        return True
    if high is not None and high < 0:
        return False
    return context.case.number(one.id) < context.case.number(two.id)


def _follows(context: Context, earlier: Course, later: Course) -> bool:
    if _said_after(later, earlier):
        return True
    gap = gap_days(context.line, earlier, later)[0]
    starts = context.line.between(start_of(earlier.id), start_of(later.id))[0]
    slowest = SLOWEST_DAYS_PER_FRACTION * earlier.fractions
    return (gap is not None and gap > 0) or (starts is not None and starts >= slowest)


def _said_after(later: Course, earlier: Course) -> bool:
    """Said outright to follow: ``after: COURSE``, or days after it, whichever end of it they count from."""
    start = later.start
    counted = start.relative_to == earlier.id and start.days is not None and start.days[0] > 0
    return counted or start.after == earlier.id


def summed(schedules: Sequence[Schedule]) -> Schedule:
    """Schedules of the same number of fractions added fraction by fraction.

    Examples
    --------
    >>> summed([Schedule.parse("3 x 9 Gy + 2 x 10 Gy"), Schedule.parse("10 Gy / 5")]).text
    '33 Gy / 3 + 24 Gy / 2'
    """
    each = [[phase.gray / phase.fractions for phase in s.phases for _ in range(phase.fractions)] for s in schedules]
    totals = [significant(sum(doses)) for doses in zip(*each, strict=True)]
    runs = [list(run) for _, run in groupby(totals)]
    return Schedule(phases=tuple(Phase(PhysicalDose.from_gray(significant(sum(run))), len(run)) for run in runs))
