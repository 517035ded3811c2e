"""The parts of a course as a case file has them: prescription, fraction number, days."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rtcalc.case_organs import half_last_digit
from rtcalc.caseschema import CourseEntry, PrescriptionEntry
from rtcalc.conditions import Particles
from rtcalc.consistency import consistent
from rtcalc.courses import Prescription
from rtcalc.dates import When
from rtcalc.decimals import fixed
from rtcalc.errors import DomainError
from rtcalc.limits import Metric
from rtcalc.models.dose_rate import initial_rate
from rtcalc.rates import gray_per_hour, hours
from rtcalc.sources_in_place import DoseRate


def read_prescription(target: str, entry: PrescriptionEntry) -> Prescription:
    """The prescription of one target, its dose points held against each other."""
    metrics = []
    for name, text in entry.target_metrics.items():
        # D98 of a target is per cent of its volume: the field's own short form.
        metric = Metric.parse(f"{name}%" if name[-1:].isdigit() else name)
        if not metric.is_dose or metric.kind == "mean":
            raise DomainError(f"target_metrics: {name} is no dose point; write D98, D95, D50, D2 or Dmax")
        metrics.append((metric, metric.read_value(text)[0]))
    consistent(target, [(metric, gray, "Gy") for metric, gray in metrics])
    return Prescription(
        target=target,
        planned=entry.dose,
        delivered=entry.delivered,
        to=entry.to,
        isodose_percent=entry.isodose,
        metrics=tuple(metrics),
    )


def read_particles(entry: CourseEntry) -> Particles | None:
    """How much more effective the radiation of a course is than photons; None: not stated, or no particles.

    Raises
    ------
    DomainError
        A weighting of photons, of doses that are weighted already, or in two forms.
    """
    typed = {name: value for name in ("rbe", "rbe_max", "rbe_min") if (value := getattr(entry, name)) is not None}
    named = [*typed, *(["doses_are"] if entry.doses_are else [])]
    if named and entry.radiation not in ("proton", "carbon"):
        raise DomainError(f"{named[0]}: for radiation proton or carbon only, and radiation says {entry.radiation}")
    if not typed:
        return None
    if entry.doses_are:
        raise DomainError(f"{named[0]} and doses_are {entry.doses_are}: these doses are weighted already; give one")
    if set(typed) not in ({"rbe"}, {"rbe_max", "rbe_min"}):
        raise DomainError(f"{', '.join(typed)}: give either rbe, or rbe_max and rbe_min")
    return Particles(constant=entry.rbe, rbe_max=entry.rbe_max, rbe_min=entry.rbe_min)


def read_dose_rate(entry: CourseEntry, prescriptions: Sequence[Prescription]) -> DoseRate | None:
    """The dose rate of a course of continuous irradiation; None: it was given in fractions.

    Raises
    ------
    DomainError, UnitsError
        Another radiation than brachytherapy, several fractions, times that the kind does not have, or an initial dose
        rate that is not that of the prescribed dose.
    """
    given = entry.dose_rate
    if given is None:
        return None
    if entry.radiation != "brachytherapy":
        raise DomainError(f"dose_rate: for radiation brachytherapy only, and radiation says {entry.radiation}")
    if any(one.given.fractions != 1 for one in prescriptions):
        raise DomainError("dose_rate: one continuous irradiation is written as '145 Gy / 1'; write a course for each")
    rate = DoseRate(kind=given.kind, half_life=given.half_life, duration=given.duration, repair=given.repair)
    if given.initial is not None:
        typed = gray_per_hour(given.initial, "initial")
        time = math.inf if rate.duration is None else hours(rate.duration, "duration")
        life = math.inf if rate.half_life is None else hours(rate.half_life, "half_life")
        for one in prescriptions:
            known = initial_rate(float(one.planned.total.gray), time, life)
            if abs(known - typed) > half_last_digit(given.initial) * (1.0 + 1e-9):
                raise DomainError(
                    f"initial: {given.initial} is typed, and {one.planned.total} to {one.target} as {rate} begins with "
                    f"{fixed(known, 4)} Gy/h; correct one of them"
                )
    return rate


def same_fractions(prescriptions: Sequence[Prescription]) -> None:
    """Refuse targets of one course with different fraction numbers."""
    counts = {prescription.given.fractions for prescription in prescriptions}
    if len(counts) > 1:
        raise DomainError(
            f"prescription: targets of one course have the same fractions, here {sorted(counts)}; "
            f"write separate courses"
        )


def count_days(days: tuple[int, ...] | None, prescription: Prescription, status: str) -> None:
    """Refuse treatment days of another number than the fractions."""
    count = prescription.given.fractions
    if days is not None and len(days) != count:
        raise DomainError(
            f"treatment_days: {len(days)} days for {count} fractions; give a day for each fraction"
            + ("" if status != "stopped" else " that was delivered, and 'delivered'")
        )


def end_after_start(start: When, end: When) -> None:
    """Refuse an end that is certainly before the start."""
    if start.earliest is not None and end.latest is not None and end.latest < start.earliest:
        raise DomainError(f"the end ({end}) is before the start ({start})")
