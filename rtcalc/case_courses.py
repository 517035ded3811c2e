"""The parts of a course as a case file has them: prescription, fraction number, days."""

from __future__ import annotations

from collections.abc import Sequence

from rtcalc.caseschema import CourseEntry, PrescriptionEntry
from rtcalc.conditions import Particles
from rtcalc.consistency import consistent
from rtcalc.courses import Prescription
from rtcalc.dates import When
from rtcalc.errors import DomainError
from rtcalc.limits import Metric


def read_prescription(target: str, entry: PrescriptionEntry) -> Prescription:
    """The prescription of one target, its dose points held against each other."""
    metrics = []
    for name, text in entry.target_metrics.items():
        # D98 of a target is per cent of its volume: the field's own short form.
        metric = Metric.parse(f"{name}%" if name[-1:].isdigit() else name)
        if not metric.is_dose or metric.kind == "mean":
            raise DomainError(f"target_metrics: {name} is no dose point; write D98, D95, D50, D2 or Dmax")
        metrics.append((metric, metric.read_value(text)[0]))
    if entry.isodose is not None and not 0 < entry.isodose <= 100:
        raise DomainError(f"isodose {entry.isodose:g} %: must be above 0 and at most 100 %")
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
