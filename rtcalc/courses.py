"""Courses of radiotherapy: a schedule with targets, dose points and dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from rtcalc.dates import When
from rtcalc.decimals import compare
from rtcalc.limits import Metric
from rtcalc.schedules import Schedule

NOT_STATED = "not stated"
STEREOTACTIC = frozenset({"cyberknife", "robotic", "sbrt", "srs"})
# Above this dose per fraction a technique that is not named stereotactic is still read as such by drug rules. The
# tool's own cautious reading: a rule must not fall silent because a plan was called "vmat".
STEREOTACTIC_PER_FRACTION_GY = 5.0
# Rows printed for conventional fractionation are fits of 1.8 to 2 Gy a fraction; outside it they are not asked.
CONVENTIONAL_PER_FRACTION_GY = (1.8, 2.0)

Technique = Literal[
    "cyberknife", "robotic", "sbrt", "srs", "vmat", "imrt", "3d-crt", "external beam", "brachytherapy", "unknown"
]
Status = Literal["planned", "in progress", "completed", "stopped", "unknown"]
KnownBy = Literal["dicom", "dvh", "metrics", "prescription"]
Pattern = Literal["every weekday", "every other day", "not stated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DosePoint:
    """One dose of a target for which BED and EQD2 mean something.

    Attributes
    ----------
    name : str
        ``Rx``, ``D98%``, ``max`` ..
    schedule : Schedule
        The course's fractions with the doses at this point.
    basis : str
        Where it comes from ("prescription", "typed", "prescription / 80 % isodose").
    """

    name: str
    schedule: Schedule
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prescription:
    """What one target was to get, and got, in one course.

    Attributes
    ----------
    isodose_percent : float or None
        The prescription isodose in per cent of the maximum; None: not stated. [%]
    metrics : tuple of (Metric, float)
        D98%, D95%, D50%, D2%, Dmax of the volume named in `to`. [Gy]
    """

    target: str
    planned: Schedule
    delivered: Schedule | None = None
    to: str = NOT_STATED
    isodose_percent: float | None = None
    metrics: tuple[tuple[Metric, float], ...] = ()

    @property
    def given(self) -> Schedule:
        """What was delivered where that is known, else what was planned."""
        return self.delivered or self.planned

    def dose_points(self) -> tuple[DosePoint, ...]:
        """The prescription and every other known dose of the target, each with the course's fractions.

        A point other than the prescription gets the same share of the given dose in every phase.
        """
        total = float(self.given.total.gray)
        points = [DosePoint(name="Rx", schedule=self.given, basis="prescription")]
        for metric, gray in self.metrics:
            points.append(DosePoint(name=_point_name(metric), schedule=self.given.scaled(gray / total), basis="typed"))
        if self.isodose_percent is not None and not any(metric.kind == "max" for metric, _ in self.metrics):
            scaled = self.given.scaled(100.0 / self.isodose_percent)
            basis = f"prescription / {self.isodose_percent:g} % isodose"
            points.append(DosePoint(name="max", schedule=scaled, basis=basis))
        return tuple(points)


def _point_name(metric: Metric) -> str:
    return "max" if metric.kind == "max" else str(metric)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Fractions given (or planned) to one or more targets, with what is known of their dates.

    Attributes
    ----------
    days : tuple of int or None
        Explicit treatment days, which win over `pattern`; None: not stated. [d]
    per_day, hours_between, session_minutes :
        Fractions a day, hours from one to the next of a day, minutes of beam in one; None: not stated.
    same_sessions_as : tuple of str
        Courses given in the same sessions: their doses add before conversion.
    """

    id: str
    prescriptions: tuple[Prescription, ...]
    start: When
    end: When
    pattern: Pattern = "not stated"
    days: tuple[int, ...] | None = None
    calendar: bool = True
    technique: Technique = "unknown"
    status: Status = "unknown"
    known_by: KnownBy = "metrics"
    same_sessions_as: tuple[str, ...] = ()
    radiation: Literal["photon", "electron", "proton", "carbon", "brachytherapy"] = "photon"
    per_day: int = 1
    hours_between: float | None = None
    session_minutes: float | None = None
    ptv_margin_mm: float | None = None
    prv_margin_mm: float | None = None
    heterogeneity_corrected: bool | None = None
    note: str = ""

    @property
    def fractions(self) -> int:
        """The number of fractions given; the same for every target of a course."""
        return self.prescriptions[0].given.fractions

    @property
    def targets(self) -> tuple[str, ...]:
        """Ids of the targets it treats."""
        return tuple(prescription.target for prescription in self.prescriptions)

    @property
    def largest_per_fraction(self) -> float:
        """The largest prescribed dose per fraction of any target and phase. [Gy]"""
        return max(float(phase.per_fraction.gray) for p in self.prescriptions for phase in p.given.phases)

    @property
    def conventional(self) -> bool:
        """Whether every fraction of every target is 1.8 to 2 Gy (see `CONVENTIONAL_PER_FRACTION_GY`)."""
        low, high = CONVENTIONAL_PER_FRACTION_GY
        each = [float(phase.per_fraction.gray) for p in self.prescriptions for phase in p.given.phases]
        return all(compare(gray, low) >= 0 and compare(gray, high) <= 0 for gray in each)

    @property
    def stereotactic(self) -> bool:
        """Whether drug rules on stereotactic treatment speak of it (see `STEREOTACTIC_PER_FRACTION_GY`)."""
        return self.technique in STEREOTACTIC or self.largest_per_fraction >= STEREOTACTIC_PER_FRACTION_GY

    def fraction_days(self) -> tuple[int, ...] | None:
        """Day of each fraction, where the case says enough; None otherwise. [d]

        Every weekday from an exact calendar start skips Saturdays and Sundays; no holidays are known here.
        """
        if self.days is not None:
            return self.days
        first = self.start.exact
        if self.pattern != "every weekday" or first is None or not self.calendar:
            return None
        days: list[int] = []
        day = first
        while len(days) < self.fractions:
            if date.fromordinal(day).weekday() < 5:
                days.append(day)
            day += 1
        return tuple(days)


def session_groups(courses: Sequence[Course]) -> list[tuple[Course, ...]]:
    """Courses of shared sessions, two or more together, in the order given.

    Said so, or treated on the very same days. Three plans of one session are one group, not three pairs: a sum of two
    of them would leave out the third.
    """
    groups: list[list[Course]] = []
    for course in courses:
        joined = [group for group in groups if any(_together(course, other) for other in group)]
        groups = [group for group in groups if group not in joined]
        groups.append([*(other for group in joined for other in group), course])
    order = [course.id for course in courses]
    found = [tuple(sorted(group, key=lambda c: order.index(c.id))) for group in groups if len(group) > 1]
    return sorted(found, key=lambda group: order.index(group[0].id))


def _together(one: Course, two: Course) -> bool:
    if two.id in one.same_sessions_as or one.id in two.same_sessions_as:
        return True
    days = one.fraction_days()
    return days is not None and days == two.fraction_days()
