"""Courses of radiotherapy: a schedule with targets, dose points and dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rtcalc.conditions import Particles
from rtcalc.dates import When
from rtcalc.decimals import compare
from rtcalc.limits import Metric
from rtcalc.schedules import Schedule
from rtcalc.sources_in_place import DoseRate
from rtcalc.treatment_calendar import loose_span, treatment_days
from rtcalc.weekly_pattern import LOOSE, WeeklyPattern

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
Radiation = Literal["photon", "electron", "proton", "carbon", "brachytherapy"]
KnownBy = Literal["dicom", "dvh", "metrics", "prescription"]


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

    Examples
    --------
    >>> DosePoint(name="D98%", schedule=Schedule.parse("42.5 Gy / 5"), basis="typed").schedule.text
    '42.5 Gy / 5'
    """

    name: str
    schedule: Schedule
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prescription:
    """What one target was to get, and got, in one course.

    Attributes
    ----------
    target : str
        Name of the target.
    planned : Schedule
    delivered : Schedule or None
        None: not known, so that `given` is what was planned.
    to : str
        The volume it is prescribed to, "PTV".
    isodose_percent : float or None
        The prescription isodose in per cent of the maximum; None: not stated. [%]
    metrics : tuple of (Metric, float)
        D98%, D95%, D50%, D2%, Dmax of the volume named in `to`. [Gy]

    Examples
    --------
    45 Gy in 5 to the 80 % isodose have a maximum of 45 / 0.8 = 56.25 Gy:

    >>> lesion = Prescription(target="bone", planned=Schedule.parse("45 Gy / 5"), isodose_percent=80.0)
    >>> [(point.name, point.schedule.text) for point in lesion.dose_points()]
    [('Rx', '45 Gy / 5'), ('max', '56.25 Gy / 5')]
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

        Returns
        -------
        tuple of DosePoint
            The prescription first; the maximum of the isodose only where no maximum was typed. [Gy]
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
    id : str
    prescriptions : tuple of Prescription
        One for each target.
    start, end : When
        First and last fraction, as far as known.
    pattern : str
        Words of `weekly_pattern.WeeklyPattern`, or one of `weekly_pattern.LOOSE`, which name no days.
    days : tuple of int or None
        Explicit treatment days, which win over `pattern`; None: not stated. [d]
    calendar : bool
        Whether the days are dates, not days counted from an event of the case.
    technique, status, known_by, radiation : str
        One of the words of their types.
    particles : Particles or None
        Effectiveness of protons or ions; every dose of the course is then physical.
    doses_weighted : bool
        Every dose of the course is Gy(RBE): weighted already, and not to be weighted again.
    dose_rate : DoseRate or None
        Of continuous irradiation, whose doses are of no fractions; None: given in fractions.
    same_sessions_as : tuple of str
        Courses given in the same sessions: their doses add before conversion.
    per_day, hours_between, session_minutes :
        Fractions a day, time from one to the next of a day, time of beam in one; None: not stated. [1/d], [h], [min]
    ptv_margin_mm, prv_margin_mm : float or None
        None: not stated. [mm]
    heterogeneity_corrected : bool or None
        None: not stated.
    note : str

    Examples
    --------
    >>> from rtcalc.dates import read_when, show_day
    >>> lesion = Prescription(target="bone", planned=Schedule.parse("45 Gy / 5"))
    >>> course = Course(id="1", prescriptions=(lesion,), start=read_when("2026-03-12"), end=read_when("not stated"),
    ...     pattern="every weekday")
    >>> [show_day(day, course.calendar)[5:] for day in course.fraction_days()], course.conventional
    (['03-12', '03-13', '03-16', '03-17', '03-18'], False)
    """

    id: str
    prescriptions: tuple[Prescription, ...]
    start: When
    end: When
    pattern: str = NOT_STATED
    days: tuple[int, ...] | None = None
    calendar: bool = True
    technique: Technique = "unknown"
    status: Status = "unknown"
    known_by: KnownBy = "metrics"
    same_sessions_as: tuple[str, ...] = ()
    radiation: Radiation = "photon"
    particles: Particles | None = None
    doses_weighted: bool = False
    dose_rate: DoseRate | None = None
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
    def of_particles(self) -> bool:
        """Whether it was given with protons or ions: its doses in Gy are not those of photons."""
        return self.radiation in ("proton", "carbon")

    @property
    def comparable(self) -> bool:
        """Whether its doses may meet doses and limits of fractions of photons: not of particles, not of a dose rate."""
        return self.dose_rate is None and (self.doses_weighted or not self.of_particles)

    @property
    def unit(self) -> str:
        """The unit of its doses as they stand, ``Gy`` or ``Gy(RBE)``."""
        return "Gy(RBE)" if self.of_particles and self.doses_weighted else "Gy"

    def words(self, schedule: Schedule) -> str:
        """Return a schedule of this course in the unit of its doses; physical doses of particles are called so.

        Parameters
        ----------
        schedule : Schedule
            [Gy]

        Returns
        -------
        str

        Examples
        --------
        >>> from rtcalc.dates import read_when
        >>> given, unknown = Schedule.parse("60 Gy / 30"), read_when("not stated")
        >>> lesion = Prescription(target="lung", planned=given)
        >>> known = Course(id="1", prescriptions=(lesion,), start=unknown, end=unknown, radiation="proton",
        ...     doses_weighted=True)
        >>> known.words(given)
        '60 Gy(RBE) / 30'
        """
        if self.comparable:
            return schedule.text.replace("Gy", self.unit)
        if self.dose_rate is not None:
            return f"{schedule.text.removesuffix(' / 1')} ({self.dose_rate})"
        return f"{schedule.text} ({self.radiation}, {'physical' if self.particles else 'weighting not stated'})"

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
        return self.technique in STEREOTACTIC or (
            self.dose_rate is None and self.largest_per_fraction >= STEREOTACTIC_PER_FRACTION_GY
        )

    def fraction_days(self) -> tuple[int, ...] | None:
        """Day of each fraction, where the case says enough; None otherwise. [d]

        A weekly pattern from an exact calendar start, with the course's fractions a day; no holidays are known here.

        Returns
        -------
        tuple of int or None
            Ordinals of dates, or days of the case. [d]
        """
        if self.days is not None:
            return self.days
        first = self.start.exact
        if self.pattern in LOOSE or first is None or not self.calendar:
            return None
        return treatment_days(first, self.fractions, WeeklyPattern.parse(self.pattern, self.per_day))

    def loose_span(self) -> tuple[int, int] | None:
        """Fewest and most days from the first fraction to the last, by words that name no days; None: unbounded. [d]"""
        return loose_span(self.pattern, -(-self.fractions // self.per_day))


def session_groups(courses: Sequence[Course]) -> list[tuple[Course, ...]]:
    """Courses of shared sessions, two or more together, in the order given.

    Said so, or treated on the very same days. Three plans of one session are one group, not three pairs: a sum of two
    of them would leave out the third.

    Parameters
    ----------
    courses : sequence of Course

    Returns
    -------
    list of tuple of Course
        In the order of their first courses.

    Examples
    --------
    >>> from rtcalc.dates import read_when
    >>> def of_day(name: str, day: str) -> Course:
    ...     lesion = Prescription(target="bone", planned=Schedule.parse("8 Gy / 1"))
    ...     days = (read_when(day).exact,)
    ...     return Course(id=name, prescriptions=(lesion,), start=read_when(day), end=read_when(day), days=days)
    >>> found = session_groups([of_day("a", "2026-03-12"), of_day("b", "2026-03-12"), of_day("c", "2026-04-01")])
    >>> [[course.id for course in group] for group in found]
    [['a', 'b']]
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
