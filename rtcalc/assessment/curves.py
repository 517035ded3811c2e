"""Dose-volume curves of a case: the metrics its limits ask are read from them, and every finding says where from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rtcalc.case import Case, OrganCurve, OrganDose
from rtcalc.decimals import fixed
from rtcalc.dvh import Dvh
from rtcalc.errors import DomainError
from rtcalc.evidence import Severity
from rtcalc.findings import Finding, Question, Table
from rtcalc.limits import Limit, Metric

if TYPE_CHECKING:
    from rtcalc.assessment.context import Context

WHOLE, MAXIMUM, MEAN = Metric("volume"), Metric("max"), Metric("mean")
ALWAYS = ((WHOLE, "cc"), (MAXIMUM, "Gy"), (MEAN, "Gy"))
PLACES = 2


def with_readings(case: Case, rows: Sequence[Limit]) -> Case:
    """Return the case with what these limits ask, read from its curves, among its organ doses.

    Every metric that another course has of the organ is read as well, so that the two can be summed. A typed metric
    gives way: the case file was refused unless both agree to the digits typed.
    """
    if not case.curves:
        return case
    read = [dose for curve in case.curves for dose in _readings(case, rows, curve)]
    known = {_key(dose) for dose in read}
    typed = (dose for dose in case.organ_doses or () if _key(dose) not in known)
    return replace(case, organ_doses=(*typed, *read))


def _readings(case: Case, rows: Sequence[Limit], curve: OrganCurve) -> Iterator[OrganDose]:
    organ, course = curve.place
    typed = [(dose.metric, dose.unit) for dose in case.doses(organ)]
    asked = [(row.metric, row.unit) for row in rows if organ in row.applies_to]
    for metric, unit in dict.fromkeys([*ALWAYS, *typed, *asked]):
        try:
            value, unit = curve.dvh.value(metric, "%" if unit == "%" else "cc")
        except DomainError:
            continue  # larger than the organ: its volume, which is always read, says so wherever the metric is asked
        yield OrganDose(
            organ=organ,
            course=course,
            metric=metric,
            value=value,
            unit=unit,
            measured_on=curve.dvh.measured_on,
            origin="dvh text",
        )


def _key(dose: OrganDose) -> tuple[str, str, Metric, str]:
    return dose.organ, dose.course, dose.metric, dose.unit


def curve_findings(context: Context) -> Iterator[Finding]:
    """What was read: each curve with its file, its volume and its doses, and what its print may hide."""
    curves = (*context.case.curves, *context.case.target_curves)
    if not curves:
        return
    notes = tuple(f"{curve.dvh.organ}, {curve.dvh.course}: {curve.note}." for curve in curves if curve.note)
    yield Finding(
        id=f"curves-read/{'+'.join(dict.fromkeys(curve.dvh.organ for curve in curves))}/{context.case.id}",
        rule="curves-read",
        question=Question.DATA,
        severity=Severity.CAUTION if notes else Severity.INFO,
        subject="dose-volume curves",
        title="Read from dose-volume curves",
        sentence="Metrics of these structures are interpolated between the rows of the exported curve, in "
        f"{_dose_words(context)}.",
        lines=notes,
        table=Table(
            header=("organ", "course", "structure of the export", "volume, cc", "Dmax, Gy", "Dmean, Gy"),
            rows=tuple(_row(curve) for curve in curves),
        ),
        details=tuple(dict.fromkeys(f"{curve.file}: sha256 {curve.sha256}." for curve in curves)),
    )


def _dose_words(context: Context) -> str:
    weighted = any(course.unit != "Gy" for course in context.case.courses)
    return "physical dose, of particles in Gy(RBE)" if weighted else "physical dose"


def _row(curve: OrganCurve) -> tuple[str, ...]:
    on = "" if curve.dvh.measured_on == "organ" else f" ({curve.dvh.measured_on})"
    numbers = (fixed(curve.dvh.value(metric)[0], PLACES) for metric, _ in ALWAYS)
    return f"{curve.dvh.organ}{on}", curve.dvh.course, f"{curve.structure}, {curve.file}", *numbers


def curve_data(curve: OrganCurve) -> dict[str, Any]:
    """A curve as JSON-ready data; its points stay in the export, which `sha256` names."""
    dvh: Dvh = curve.dvh
    return {
        "organ": dvh.organ,
        "course": dvh.course,
        "measured_on": dvh.measured_on,
        "volume_cc": dvh.organ_volume_cc,
        "max_gray": dvh.value(MAXIMUM)[0],
        "mean_gray": dvh.value(MEAN)[0],
    }
