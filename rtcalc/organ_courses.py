"""What is known of one organ in one course, and which of its fractions share a day with those of another course.

A course may be known by a dose-volume curve, by a few metrics, or by its prescription alone where the user accepts
that it stands in for the organ's dose.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from rtcalc.courses import Course, KnownBy
from rtcalc.curve_basis import PHYSICAL
from rtcalc.doses import DoseLike, PhysicalDose
from rtcalc.dvh import Dvh
from rtcalc.errors import BasisError, DomainError
from rtcalc.grays import checked
from rtcalc.limits import Metric
from rtcalc.schedule_text import fraction_count
from rtcalc.schedules import Schedule

MAXIMUM = Metric("max")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganCourse:
    """What is known of one organ in one course.

    Attributes
    ----------
    course : str
        Id of the course.
    fractions : int
        1 to 200.
    metrics : tuple of (Metric, float)
        Dose metrics. [Gy]
    curve : Dvh or None
        In physical dose. A metric that was typed stands before the one of the curve.
    stands_in : float or None
        The prescription, where the user accepts it as the organ's dose. [Gy]
    days : tuple of int or None
        Day of each fraction; None: not known.
    earliest, latest : int or None
        The first fraction is not before, the last not after these days; None: not known.

    Examples
    --------
    >>> bowel = OrganCourse.by_metrics("1", 28, {"Dmax": "51.5 Gy", "D2cc": "50.1 Gy"})
    >>> bowel.known_by, bowel.complete_curve, bowel.gray(Metric.parse("D2cc"))
    ('metrics', None, 50.1)
    >>> bowel.gray(Metric.parse("D5cc")) is None, bowel.at_most(Metric.parse("D5cc"))  # not above the maximum
    (True, 51.5)
    >>> OrganCourse.by_prescription("2", Schedule.parse("30 Gy / 5"), acknowledged=True).gray(Metric("max"))
    30.0
    """

    course: str
    fractions: int
    metrics: tuple[tuple[Metric, float], ...] = ()
    curve: Dvh | None = None
    stands_in: float | None = None
    days: tuple[int, ...] | None = None
    earliest: int | None = None
    latest: int | None = None

    def __post_init__(self) -> None:
        fraction_count(self.fractions)
        for metric, gray in self.metrics:
            if not metric.is_dose:
                raise DomainError(f"{self.course}: {metric} is a volume; only doses of two courses have a sum")
            checked(gray, f"{self.course} {metric}")
        if self.curve is not None and self.curve.basis != PHYSICAL:
            raise BasisError(f"{self.course}: the curve is converted already; give the one in physical dose")
        if self.days is not None and len(self.days) != self.fractions:
            raise DomainError(f"{self.course}: {len(self.days)} treatment days for {self.fractions} fractions")
        if self.earliest is not None and self.latest is not None and self.latest < self.earliest:
            raise DomainError(f"{self.course}: the end is before the start")

    @classmethod
    def by_metrics(cls, course: str, fractions: int, metrics: Mapping[str, DoseLike], **dates: Any) -> OrganCourse:
        """Make one from typed metrics; `course`, `fractions` and the dates are as in `OrganCourse`.

        Parameters
        ----------
        metrics : mapping of str to str, pint.Quantity or PhysicalDose
            ``{"Dmax": "51.5 Gy", "D2cc": "50.1 Gy"}``. [Gy]
        **dates
            `days`, `earliest`, `latest`.
        """
        read = tuple((Metric.parse(name), _gray(dose, name)) for name, dose in metrics.items())
        return cls(course=course, fractions=fractions, metrics=read, **dates)

    @classmethod
    def by_prescription(cls, course: str, schedule: Schedule, *, acknowledged: bool, **dates: Any) -> OrganCourse:
        """Make one from the prescription alone.

        Parameters
        ----------
        schedule : Schedule
            One phase.
        acknowledged : bool
            True: the user accepts the prescription as the organ's dose.
        **dates
            `days`, `earliest`, `latest`.

        Raises
        ------
        DomainError
            Not acknowledged, or a schedule of several phases (each is a course of its own here).
        """
        if acknowledged is not True:
            reason = "it stands in for the organ's dose only where that is acknowledged"
            raise DomainError(f"{course}: only the prescription is known; {reason}")
        if len(schedule.phases) > 1:
            raise DomainError(f"{course}: {schedule.text} has several phases; give each as a course of its own")
        return cls(course=course, fractions=schedule.fractions, stands_in=schedule.phases[0].gray, **dates)

    def dated(self, course: Course) -> OrganCourse:
        """Return the same with the dates of a `Course`, as far as they are on a calendar.

        Parameters
        ----------
        course : Course
            The course with its dates.

        Returns
        -------
        OrganCourse

        Examples
        --------
        >>> from rtcalc.courses import Prescription
        >>> from rtcalc.dates import read_when
        >>> lesion = Prescription(target="bone", planned=Schedule.parse("30 Gy / 5"))
        >>> course = Course(id="1", prescriptions=(lesion,), start=read_when("2026-03-12"), end=read_when("not stated"),
        ...     pattern="every weekday")
        >>> bowel = OrganCourse.by_metrics("1", 5, {"Dmax": "27.5 Gy"}).dated(course)
        >>> bowel.days[-1] - bowel.days[0]  # Thursday to Wednesday
        6
        """
        days = course.fraction_days() if course.calendar else None
        first = course.start.earliest if course.start.calendar else None
        last = course.end.latest if course.end.calendar else None
        return replace(self, days=days, earliest=first, latest=last)

    @property
    def first(self) -> int | None:
        """The earliest day its first fraction can be on."""
        return min(self.days) if self.days else self.earliest

    @property
    def last(self) -> int | None:
        """The latest day its last fraction can be on."""
        return max(self.days) if self.days else self.latest

    @property
    def known_by(self) -> KnownBy | Literal["nothing"]:
        """The best of what is known: a curve, metrics, the prescription, or nothing."""
        if self.curve is not None:
            return "dvh"
        if self.metrics:
            return "metrics"
        return "nothing" if self.stands_in is None else "prescription"

    @property
    def complete_curve(self) -> Dvh | None:
        """The curve, where all of the organ has a calculated dose: only then is it a bound from above."""
        curve = self.curve
        return curve if curve is not None and curve.volume_outside_grid_cc == 0.0 else None

    def gray(self, metric: Metric) -> float | None:
        """Return a dose metric, volume without a calculated dose counted as not irradiated.

        Parameters
        ----------
        metric : Metric
            On a dose.

        Returns
        -------
        float or None
            None: not known. [Gy]
        """
        typed = dict(self.metrics).get(metric)
        if typed is not None:
            return typed
        if self.curve is None:
            return self.stands_in
        return (self.complete_curve or self.curve.outside_as_zero()).value(metric)[0]

    def at_most(self, metric: Metric) -> float | None:
        """Return a dose that D_v or Dmax does not exceed.

        Parameters
        ----------
        metric : Metric
            On a dose.

        Returns
        -------
        float or None
            None: there is none. [Gy]
        """
        typed = dict(self.metrics)
        curve = self.complete_curve
        if metric in typed:
            return typed[metric]
        if curve is not None:
            return curve.value(metric)[0]
        return typed.get(MAXIMUM, self.stands_in)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Fractions of two courses on the same days.

    Attributes
    ----------
    one, other : str
        Ids of the two courses.
    fractions : (int, int)
        Fewest and most pairs of fractions that share a day.
    weight : (float, float)
        Incomplete repair between the two fractions of a day, least and most: 1 in one session, 0 complete repair.

    Examples
    --------
    Two fractions 6 h apart, half-time 4 h: 2^-1.5 of the damage of the first is left.

    >>> round(Overlap.hours_apart("1", "2", 5, hours=6.0, half_time_hours=4.0).weight[0], 4)
    0.3536
    >>> Overlap.same_sessions("1", "2", 5).weight, Overlap.different_days("1", "2").fractions
    ((1.0, 1.0), (0, 0))
    """

    one: str
    other: str
    fractions: tuple[int, int]
    weight: tuple[float, float] = (1.0, 1.0)

    def __post_init__(self) -> None:
        if not 0 <= self.fractions[0] <= self.fractions[1]:
            raise DomainError(f"{self.one} and {self.other}: shared fractions {self.fractions!r} are not an interval")
        if not 0.0 <= self.weight[0] <= self.weight[1] <= 1.0:
            raise DomainError(f"{self.one} and {self.other}: weight {self.weight!r} is not an interval within 0 to 1")

    @classmethod
    def same_sessions(cls, one: str, other: str, fractions: int) -> Overlap:
        """Say that `fractions` of two courses are given in the same sessions: their doses add before conversion."""
        return cls(one=one, other=other, fractions=(fractions, fractions))

    @classmethod
    def different_days(cls, one: str, other: str) -> Overlap:
        """Say that two courses share no day."""
        return cls(one=one, other=other, fractions=(0, 0))

    @classmethod
    def hours_apart(cls, one: str, other: str, fractions: int, *, hours: float, half_time_hours: float) -> Overlap:
        """Say that `fractions` of two courses are given on the same days, some hours apart.

        Parameters
        ----------
        one, other : str
            Ids of the two courses.
        fractions : int
            Pairs of fractions that share a day.
        hours : float
            Between the two fractions of a day, zero or more. [h]
        half_time_hours : float
            Of the organ's repair, above zero, with one exponential. [h]

        Raises
        ------
        DomainError
            A value outside its range.

        References
        ----------
        [THAMES1985] incomplete repair between two fractions.
        """
        if not 0.0 <= hours < math.inf or not 0.0 < half_time_hours < math.inf:
            raise DomainError(f"hours {hours!r} must be zero or more, half_time_hours {half_time_hours!r} above zero")
        left = math.exp(-math.log(2.0) * hours / half_time_hours)
        return cls(one=one, other=other, fractions=(fractions, fractions), weight=(left, left))


def overlap_of(one: OrganCourse, other: OrganCourse) -> Overlap:
    """Return what the dates of two courses say of shared days.

    Parameters
    ----------
    one, other : OrganCourse

    Returns
    -------
    Overlap
        None shared where one ends before the other begins; counted where both have their days; else from none to all.
        How far apart the fractions of a day are is not known from dates: the weight is from 0 to 1.

    Examples
    --------
    >>> prior = OrganCourse(course="1", fractions=28, latest=738000)
    >>> overlap_of(prior, OrganCourse(course="2", fractions=5, earliest=738240)).fractions
    (0, 0)
    >>> overlap_of(prior, OrganCourse(course="2", fractions=5)).fractions
    (0, 5)
    """
    if one.days is not None and other.days is not None:
        first, second = Counter(one.days), Counter(other.days)
        shared = [(first[day], second[day]) for day in first.keys() & second.keys()]
        fewest, most = sum(min(pair) for pair in shared), sum(here * there for here, there in shared)
    elif _before(one, other) or _before(other, one):
        fewest = most = 0
    else:
        fewest, most = 0, min(one.fractions, other.fractions)
    return Overlap(one=one.course, other=other.course, fractions=(fewest, most), weight=(0.0, 1.0))


def _before(one: OrganCourse, other: OrganCourse) -> bool:
    return one.last is not None and other.first is not None and one.last < other.first


def _gray(dose: DoseLike, name: str) -> float:
    gray = PhysicalDose.of(dose, name).gray
    if not isinstance(gray, float):
        raise DomainError(f"{name}: one dose is needed, not a grid")
    return gray
