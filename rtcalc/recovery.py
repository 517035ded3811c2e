"""Recovery between courses: a column beside the one without it, never the one that decides.

No recovery value ships with this tool. A user may type one with a reference of the user's own; it is shown beside the
column `none`, which alone is held against the limit. It is never credited to a tumour, below the interval it was
stated for, or against a limit that contains recovery already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rtcalc.decimals import plain
from rtcalc.doses import EQD2
from rtcalc.errors import DomainError
from rtcalc.findings import State
from rtcalc.history import Cumulative, History
from rtcalc.limits import Metric


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedRecovery:
    """A recovery that a user answers for.

    Attributes
    ----------
    organ : str
        TG-263 name.
    fraction : float
        Share of the EQD2 of an earlier course that is taken as recovered, 0 to `ceiling`.
    ceiling : float
        The most that the reference grants at any interval, 0 to 1.
    at_least_days : int
        Shortest interval it was stated for, from the last fraction of the earlier course. [d]
    reference : str
        Where it is from.

    Raises
    ------
    DomainError
        A share above the ceiling or outside 0 to 1, no interval, no reference.

    Examples
    --------
    >>> TypedRecovery(organ="SpinalCord", fraction=0.6, ceiling=0.5, at_least_days=180, reference="minutes 12")
    Traceback (most recent call last):
    ...
    rtcalc.errors.DomainError: fraction: 0.6 is outside 0 to the ceiling of 0.5
    """

    organ: str
    fraction: float
    ceiling: float
    at_least_days: int
    reference: str

    def __post_init__(self) -> None:
        if not 0.0 <= self.ceiling <= 1.0:
            raise DomainError(f"ceiling: {self.ceiling!r} is outside 0 to 1: no more than all of a dose is recovered")
        if not 0.0 <= self.fraction <= self.ceiling:
            raise DomainError(f"fraction: {self.fraction!r} is outside 0 to the ceiling of {self.ceiling!r}")
        if type(self.at_least_days) is not int or self.at_least_days < 1:
            raise DomainError(f"at_least_days: {self.at_least_days!r} is not a whole number of days, 1 or more")
        if not self.reference.strip():
            raise DomainError(f"reference: a recovery of {self.organ} needs the reference it is from")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryColumn:
    """The cumulative dose under one assumption on recovery.

    Attributes
    ----------
    name : str
        ``none``, or the typed recovery in words.
    cumulative : Cumulative or None
        None: not credited, `reason` says why.
    state : State or None
        Against the limit; only the column `none` has one.
    reason : str
        Why the recovery is not credited.

    Examples
    --------
    >>> RecoveryColumn(name="25 % after 180 d or more", cumulative=None, reason="the interval is not known").reason
    'the interval is not known'
    """

    name: str
    cumulative: Cumulative | None
    state: State | None = None
    reason: str = ""


def recovery_columns(
    history: History,
    metric: Metric,
    limit: EQD2,
    *,
    now: str,
    recoveries: Sequence[TypedRecovery] = (),
    limit_contains_recovery: bool,
    op: Literal["<", "<="] = "<=",
) -> tuple[RecoveryColumn, ...]:
    """Hold a cumulative dose against a limit, and show what typed recoveries would make of it.

    Parameters
    ----------
    history : History
    metric : Metric
        D_v, Dmax or Dmean.
    limit : EQD2
        Cumulative limit, on the alpha/beta of the organ. [Gy]
    now : str
        The course that is planned or was given last; recovery is credited to the ones before it.
    recoveries : sequence of TypedRecovery
    limit_contains_recovery : bool
        Whether the limit was derived with recovery in it (the HyTEC re-irradiation rule of the cord was).
    op : {"<", "<="}

    Returns
    -------
    tuple of RecoveryColumn
        `none` first, with the state; then one for each typed recovery, without.

    Raises
    ------
    DomainError
        A recovery for a tumour or for another organ, or an unknown course.
    BasisError
        The limit is on another basis.

    Examples
    --------
    >>> from rtcalc.organ_courses import OrganCourse
    >>> cord = History.of(
    ...     "SpinalCord",
    ...     alpha_beta="2 Gy",
    ...     courses=(
    ...         OrganCourse.by_metrics("1", 10, {"Dmax": "30.9 Gy"}, latest=738000),
    ...         OrganCourse.by_metrics("2", 5, {"Dmax": "17.9 Gy"}, earliest=738250),
    ...     ),
    ... )
    >>> typed = TypedRecovery(
    ...     organ="SpinalCord", fraction=0.25, ceiling=0.5, at_least_days=180, reference="tumour board, minutes 12"
    ... )
    >>> for column in recovery_columns(
    ...     cord,
    ...     Metric.parse("Dmax"),
    ...     EQD2.from_gray(60, alpha_beta="2 Gy"),
    ...     now="2",
    ...     recoveries=[typed],
    ...     limit_contains_recovery=False,
    ... ):
    ...     print(column.name, column.cumulative.high, column.state)
    none EQD2 (a/b 2) 64.3 Gy undetermined
    25 % after 180 d or more (tumour board, minutes 12) EQD2 (a/b 2) 54.5 Gy None
    """
    if now not in {course.course for course in history.courses}:
        raise DomainError(f"now: {now!r} is not a course of {history.organ}")
    bare = history.cumulative(metric)
    columns = [RecoveryColumn(name="none", cumulative=bare, state=bare.state(limit, op))]
    for typed in recoveries:
        if history.kind == "tumour" or typed.organ != history.organ:
            raise DomainError(f"a recovery of {typed.organ} cannot be credited to {history.organ} ({history.kind})")
        columns.append(_column(history, metric, now, typed, limit_contains_recovery))
    return tuple(columns)


def _column(history: History, metric: Metric, now: str, typed: TypedRecovery, contained: bool) -> RecoveryColumn:
    name = f"{plain(100.0 * typed.fraction)} % after {typed.at_least_days} d or more ({typed.reference})"
    if contained:
        return RecoveryColumn(name=name, cumulative=None, reason="not credited: the limit contains recovery already")
    kept = {earlier: 1.0 - typed.fraction for earlier in _long_ago(history, now, typed.at_least_days)}
    if not kept:
        reason = f"not credited: no course is known to have ended {typed.at_least_days} d or more before {now}"
        return RecoveryColumn(name=name, cumulative=None, reason=reason)
    return RecoveryColumn(name=name, cumulative=history.cumulative(metric, kept))


def _long_ago(history: History, now: str, days: int) -> list[str]:
    """Courses that ended at least so many days before the first fraction of `now`, at the shortest they can be."""
    first = next(course.first for course in history.courses if course.course == now)
    ends = [(course.course, course.last) for course in history.courses if course.course != now]
    return [name for name, last in ends if first is not None and last is not None and first - last >= days]
