"""Organ doses of several courses together, for a case: summed voxel by voxel where their frames are connected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rtcalc.case import Case, OrganSum
from rtcalc.courses import session_groups
from rtcalc.coverage import certain
from rtcalc.dicom.analysis import CourseAnalysis, Wanted
from rtcalc.dicom.courses import Named
from rtcalc.dicom.registration import Registration
from rtcalc.dicom.summing import NO_FRAME, connected, grouped, place
from rtcalc.dicom.voxel_sums import SumOnOrgan
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
    wanted: Mapping[str, Sequence[tuple[Named, tuple[Wanted, ...]]]],
    registry: Registry | None,
) -> CaseSums:
    """Sum the courses of a case that have a dose on its organs, as many together as are connected.

    Parameters
    ----------
    courses : mapping
        By course of the case.
    wanted : mapping
        By course: its organs and the structures around them, and the metrics that are asked.
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
    sets = connected(read, registrations)
    if len(sets) > 1:
        found.notes.append(f"Courses {' and '.join(one.id for one in read)}: {_apart(sets)}{NO_FRAME}.")
    for one_set in sets:
        if len(one_set) > 1:
            _sum_of(case, one_set, registrations, wanted[one_set[0].id], registry, found)
    return found


def _sum_of(
    case: Case,
    read: Sequence[CourseAnalysis],
    registrations: Sequence[Registration],
    wanted: Sequence[tuple[Named, tuple[Wanted, ...]]],
    registry: Registry | None,
    found: CaseSums,
) -> None:
    """Add the sums of connected courses on the structures of the first of them."""
    ids, names = [one.id for one in read], " and ".join(one.id for one in read)
    placed, how = place(read, registrations)
    counts = [each.fractions for each in read]
    said = [[course.id for course in group if course.id in ids] for group in session_groups(case.courses)]
    groups = grouped(ids, counts, [group for group in said if len(group) > 1])
    together = any(len(group) > 1 for group in groups)
    for one, metrics in wanted:
        organ = one.organ if one.match.measured_on == "organ" else f"{one.organ} ({one.match.measured_on})"
        tissue = registry.tissue_of(one.organ) if registry is not None else None
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
            found.sums += _sums(one, tuple(ids), ratio, both, doses, how)
        for group in groups:
            if len(group) > 1:
                session = tuple(ids[at] for at in group)
                found.sums += _sums(one, session, None, on.physical(group), metrics, how)
        summed = [each for each in found.sums if each.organ == one.organ and set(each.courses) <= set(ids)]
        summed = [each for each in summed if each.measured_on == one.match.measured_on]
        if ratios and any(each.within is None for each in summed):
            least = "the sum is that of the rest, the least that the whole has"
            found.notes.append(f"{organ}: the doses of {names} together do not cover all of it; {least}.")
        elif ratios and not summed:
            found.notes.append(f"{organ}: not summed over {names}: the doses together do not cover enough of it.")


def _apart(sets: Sequence[Sequence[CourseAnalysis]]) -> str:
    """Say which courses are connected where not all are."""
    summed = [" and ".join(one.id for one in one_set) for one_set in sets if len(one_set) > 1]
    return f"{'; '.join(summed)} are summed, the rest has " if summed else ""


def _sums(
    named: Named,
    courses: tuple[str, ...],
    ratio: float | None,
    curves: tuple[Dvh, Dvh],
    metrics: Sequence[Wanted],
    how: str,
) -> Iterator[OrganSum]:
    both, near = curves
    for metric, unit in metrics:
        # Of a part: what the whole has at least, or spares at most.
        sides = ("", "<=" if metric.kind == "CV" else ">=")
        try:
            known = next((one for one in certain(both, metric, unit) if one[0] in sides), None)
            within = None if known is None or known[0] else near.value(metric, unit)[0]
        except DomainError:
            continue  # less volume than asked for
        if known is None:
            continue
        yield OrganSum(
            organ=named.organ,
            courses=courses,
            metric=metric,
            alpha_beta=ratio,
            value=round(known[1], PLACES),
            within=None if within is None else round(within, PLACES),
            unit=known[2],
            how=how,
            measured_on=named.match.measured_on,
        )
