"""Organ doses of several courses together, for a case: summed voxel by voxel where their frames are connected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rtcalc.case import Case, OrganSum
from rtcalc.courses import session_groups
from rtcalc.dicom.analysis import CourseAnalysis, Wanted
from rtcalc.dicom.courses import Named
from rtcalc.dicom.registration import Registration
from rtcalc.dicom.summing import SumOnOrgan, grouped, place
from rtcalc.dvh import Dvh
from rtcalc.errors import DicomError, DomainError

if TYPE_CHECKING:
    from rtcalc.registry import Registry

PLACES = 3
"""Decimals of a summed dose in a case. [Gy, cc, %]"""


@dataclass(slots=True)
class CaseSums:
    """What was summed, and why the rest was not; one sentence each."""

    sums: list[OrganSum] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def case_sums(
    case: Case,
    courses: Mapping[str, CourseAnalysis],
    registrations: Sequence[Registration],
    wanted: Mapping[str, tuple[Named, tuple[Wanted, ...]]],
    registry: Registry | None,
) -> CaseSums:
    """Sum the courses of a case that have a dose on its organs.

    Parameters
    ----------
    courses : mapping
        By course of the case.
    wanted : mapping
        By organ: the structure of the first course, and the metrics that are asked.
    registry : Registry or None
        For the alpha/beta of the organs.

    Raises
    ------
    DicomError
        Registrations that contradict each other.
    """
    found, read = CaseSums(), [courses[course.id] for course in case.courses if course.id in courses]
    if len(read) < 2:
        return found
    ids, names = [one.id for one in read], " and ".join(one.id for one in read)
    placed, how = place(read, registrations)
    if not placed:
        found.notes.append(f"Courses {names}: {how}.")
        return found
    counts = [each.fractions for each in read]
    said = [[course.id for course in group if course.id in ids] for group in session_groups(case.courses)]
    groups = grouped(ids, counts, said)
    together = any(len(group) > 1 for group in groups)
    for organ, (one, metrics) in wanted.items():
        tissue = registry.tissue_of(organ) if registry is not None else None
        ratios = [ratio.gray for ratio in tissue.shown] if tissue is not None else []
        if not ratios:
            found.notes.append(f"{organ}: not summed over {names}: no alpha/beta of it is known.")
        if not ratios and not together:
            continue
        try:
            on = SumOnOrgan.of(read, placed, one)
        except DicomError as problem:
            found.notes.append(f"{organ}: not summed over {names}: {problem}.")
            continue
        for ratio in ratios:
            both = on.curves(counts, groups, ratio)
            doses = [each for each in metrics if each[0].is_dose and each[0].at_unit != "%"]
            found.sums += _sums(organ, tuple(ids), ratio, both, doses, how)
        for group in groups:
            if len(group) > 1:
                session = tuple(ids[at] for at in group)
                found.sums += _sums(organ, session, None, on.physical(group), metrics, how)
        if ratios and not any(each.organ == organ for each in found.sums):
            found.notes.append(f"{organ}: not summed over {names}: the doses together do not cover all of it.")
    return found


def _sums(
    organ: str,
    courses: tuple[str, ...],
    ratio: float | None,
    curves: tuple[Dvh, Dvh],
    metrics: Sequence[Wanted],
    how: str,
) -> Iterator[OrganSum]:
    for metric, unit in metrics:
        try:
            (value, its_unit), (within, _) = (curve.value(metric, unit) for curve in curves)
        except DomainError:
            continue  # undefined for this organ: a part without dose, or less volume than asked for
        yield OrganSum(
            organ=organ,
            courses=courses,
            metric=metric,
            alpha_beta=ratio,
            value=round(value, PLACES),
            within=round(within, PLACES),
            unit=its_unit,
            how=how,
        )
