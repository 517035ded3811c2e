"""What an organ has received over several courses: bounds of the sum, or the sum where voxels are known.

Without a common frame of reference only bounds of the sum exist (as in `cumulative`); with one, `voxel_sum` adds voxel
by voxel. Doses of one fraction add before they are converted: for doses x_i of one place in n_i fractions

    BED = sum of x_i (1 + x_i / (n_i r)) + sum over pairs of 2 s w (x_i / n_i) (x_j / n_j) / r

with s fractions of the pair given on one day and w their incomplete repair: 1 in one session, exp(-ln 2 t / T) t hours
apart at a half-time T, 0 when repair is complete. BED grows with every x_i, so the bounds of the sum of two doses hold
for it as well. Where it is not known whether days are shared, the lower bound takes none and the upper bound as many as
there can be. Recovery is never assumed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType
from typing import Literal

import numpy as np

from rtcalc.basis import LQ
from rtcalc.case import OrganSum
from rtcalc.cumulative import Cumulative as Cumulative
from rtcalc.cumulative import Part, in_eqd2
from rtcalc.doses import EQD2, DoseLike, basis_gray
from rtcalc.effects import EQD2_FRACTION, EQD2_SOURCES, Inputs, lq_origin
from rtcalc.errors import DomainError
from rtcalc.known_sums import known_sums
from rtcalc.limits import Metric
from rtcalc.models import lq
from rtcalc.organ_courses import MAXIMUM, OrganCourse, Overlap, overlap_of
from rtcalc.sums import TumourSum as TumourSum
from rtcalc.sums import tumour_sum as tumour_sum
from rtcalc.sums import voxel_sum as voxel_sum
from rtcalc.verdicts import eqd2

SPLITS = 32  # every split of a volume gives a valid upper bound; more of them only bring it closer
ALL_KEPT: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The courses of one organ.

    Attributes
    ----------
    organ : str
        TG-263 name.
    ratio : float
        alpha/beta of the organ, as `doses.basis_gray` returns it. [Gy]
    courses : tuple of OrganCourse
        In any order.
    overlaps : tuple of Overlap
        What is known of shared days besides the dates of the courses; it stands before them.
    sums : tuple of OrganSum
        Courses that were summed voxel by voxel, as in `Case.sums`; those of another organ, structure or alpha/beta, or
        of courses that are not all here, say nothing. They do not count where days may be shared.
    measured_on : str
        The structure that was measured, as in `OrganDose`.
    kind : {"organ", "tumour"}
        A tumour gets no recovery; its courses are summed by `tumour_sum`.

    Examples
    --------
    50.4 Gy in 28, and months later 30 Gy in 5; D2cc of bowel with both maxima known:

    >>> bowel = History.of(
    ...     "Bowel",
    ...     alpha_beta="3 Gy",
    ...     courses=(
    ...         OrganCourse.by_metrics("1", 28, {"Dmax": "51.5 Gy", "D2cc": "50.1 Gy"}),
    ...         OrganCourse.by_metrics("2", 5, {"Dmax": "27.5 Gy", "D2cc": "19.0 Gy"}),
    ...     ),
    ...     overlaps=(Overlap.different_days("1", "2"),),
    ... )
    >>> found = bowel.cumulative(Metric.parse("D2cc"))
    >>> round(found.low.gray, 2), round(found.high.gray, 2)
    (47.99, 75.68)
    """

    organ: str
    ratio: float
    courses: tuple[OrganCourse, ...]
    overlaps: tuple[Overlap, ...] = ()
    sums: tuple[OrganSum, ...] = ()
    measured_on: str = "organ"
    kind: Literal["organ", "tumour"] = "organ"

    def __post_init__(self) -> None:
        names = [course.course for course in self.courses]
        if not names or len(set(names)) < len(names):
            raise DomainError(f"{self.organ}: give one or more courses, each once; got {names!r}")
        counts = {course.course: course.fractions for course in self.courses}
        for overlap in self.overlaps:
            pair = (overlap.one, overlap.other)
            if overlap.one == overlap.other or not set(pair) <= set(names):
                raise DomainError(f"{self.organ}: shared days of {pair!r}, which are not two of the courses {names!r}")
            if overlap.fractions[1] > min(counts[name] for name in pair):
                most = min(counts[name] for name in pair)
                raise DomainError(f"{pair!r}: {overlap.fractions[1]} shared fractions; they can share {most} at most")

    @classmethod
    def of(
        cls,
        organ: str,
        *,
        alpha_beta: DoseLike,
        courses: Sequence[OrganCourse],
        overlaps: Sequence[Overlap] = (),
        sums: Sequence[OrganSum] = (),
        measured_on: str = "organ",
        kind: Literal["organ", "tumour"] = "organ",
    ) -> History:
        """Make a history; all but `alpha_beta` is as in `History`.

        Parameters
        ----------
        alpha_beta : str, pint.Quantity or PhysicalDose
            Of the organ. [Gy]
        """
        ratio = basis_gray(alpha_beta, "alpha_beta")
        return cls(
            organ=organ,
            ratio=ratio,
            courses=tuple(courses),
            overlaps=tuple(overlaps),
            sums=tuple(sums),
            measured_on=measured_on,
            kind=kind,
        )

    def cumulative(self, metric: Metric, kept: Mapping[str, float] = ALL_KEPT) -> Cumulative:
        """Bound a dose metric of the summed EQD2.

        Parameters
        ----------
        metric : Metric
            D_v, Dmax or Dmean.
        kept : mapping of str to float
            Share of the effect of a course that is left, 0 to 1; all of it where a course is not named. Only for
            columns beside the one without recovery.

        Returns
        -------
        Cumulative
            D_v: at least that of any one course; at most one course's D_v with the maxima of the others, or less where
            curves show it. Dmean: an EQD2 of means is a lower bound of the mean EQD2; from above only by curves.
            Courses that were summed voxel by voxel stand for one: with their sum from below, and from above with the
            highest within 3 mm, or with what their own doses allow where that is less.

        Raises
        ------
        DomainError
            The metric is a volume, or a share is outside 0 to 1.
        """
        if not metric.is_dose:
            raise DomainError(f"{metric} is a volume: volumes of two courses have no sum; give D_v, Dmax or Dmean")
        for name, share in kept.items():
            if not 0.0 <= share <= 1.0 or name not in {course.course for course in self.courses}:
                raise DomainError(f"kept: {name!r}: {share!r} is not a share from 0 to 1 of a course of {self.organ}")
        values = [course.gray(metric) for course in self.courses]
        low, high = self._mean(values, kept) if metric.kind == "mean" else self._hottest(metric, values, kept)
        if not kept:
            low, high = self._closer(metric, values, low, high)
        known = _all_known(values)
        origin = lq_origin(EQD2_SOURCES, self._inputs(metric), self.ratio)

        def made(gray: float) -> EQD2:
            return EQD2.from_model(gray, self.ratio, LQ, origin)

        return Cumulative(
            metric=metric,
            low=made(low),
            high=None if high is None else made(high),
            plain_sum=None if known is None else made(self._plain(known, kept)),
            missing=() if high is not None else self._missing(metric, values),
            assumed=tuple(course.course for course in self.courses if course.known_by == "prescription"),
        )

    # --- one place of the organ -------------------------------------------------------------------------------------
    def _effect(self, doses: Sequence[float], kept: Mapping[str, float], most_shared: bool) -> float:
        """EQD2 of a place with one dose from each course, with the most or the fewest days shared. [Gy]"""
        share = [kept.get(course.course, 1.0) for course in self.courses]
        total = sum(
            part * lq.bed(gray, course.fractions, self.ratio)
            for part, gray, course in zip(share, doses, self.courses, strict=True)
        )
        for i, j in combinations(range(len(doses)), 2):
            each = doses[i] / self.courses[i].fractions * doses[j] / self.courses[j].fractions
            left = max(share[i], share[j]) if most_shared else min(share[i], share[j])
            total += left * 2.0 * self._shared(i, j)[most_shared] * each / self.ratio
        return float(lq.eqdx(total, EQD2_FRACTION, self.ratio))

    def _shared(self, i: int, j: int) -> tuple[float, float]:
        """Fewest and most shared fractions of two courses, each by its weight."""
        pair = {self.courses[i].course, self.courses[j].course}
        said = next((overlap for overlap in self.overlaps if {overlap.one, overlap.other} == pair), None)
        found = said or overlap_of(self.courses[i], self.courses[j])
        return found.fractions[0] * found.weight[0], found.fractions[1] * found.weight[1]

    def _apart(self) -> bool:
        return all(self._shared(i, j)[1] == 0.0 for i, j in combinations(range(len(self.courses)), 2))

    def _plain(self, doses: Sequence[float], kept: Mapping[str, float]) -> float:
        pairs = zip(doses, self.courses, strict=True)
        return sum(kept.get(one.course, 1.0) * eqd2(gray, one.fractions, self.ratio) for gray, one in pairs)

    # --- bounds -----------------------------------------------------------------------------------------------------
    def _hottest(
        self, metric: Metric, values: Sequence[float | None], kept: Mapping[str, float]
    ) -> tuple[float, float | None]:
        """Bounds of D_v or Dmax: the other courses add nothing there, or all they can."""
        count = range(len(self.courses))
        single = [[(values[i] or 0.0) if i == j else 0.0 for j in count] for i in count]
        low = max(self._effect(doses, kept, most_shared=False) for doses in single)
        tops = [course.at_most(MAXIMUM) for course in self.courses]
        here = [course.at_most(metric) for course in self.courses]
        readings = [[here[i] if i == j else tops[j] for j in count] for i in count]
        bounds = [self._effect(doses, kept, most_shared=True) for doses in map(_all_known, readings) if doses]
        bounds += self._by_curves(metric, kept)
        return low, min(bounds, default=None)

    def _by_curves(self, metric: Metric, kept: Mapping[str, float]) -> list[float]:
        """D_v of a sum is at most D_v1 + D_v2 for every v1 + v2 = v; courses are merged one after the other."""
        curves = [course.complete_curve for course in self.courses]
        if metric.kind != "D" or metric.at_unit != "cc" or None in curves or not self._apart():
            return []
        merged: list[float] | None = None
        for course, curve in zip(self.courses, curves, strict=True):
            assert curve is not None
            volumes = [metric.at * k / SPLITS for k in range(SPLITS + 1)]
            doses = [curve.value(Metric("D", v, "cc") if v else MAXIMUM)[0] for v in volumes]
            share = kept.get(course.course, 1.0)
            own = [share * eqd2(gray, course.fractions, self.ratio) for gray in doses]
            merged = own if merged is None else _merged(merged, own)
        return [] if merged is None else [merged[-1]]

    def _mean(self, values: Sequence[float | None], kept: Mapping[str, float]) -> tuple[float, float | None]:
        """Bounds of the mean EQD2: with curves from the two edges of each bin."""
        curves = [course.complete_curve for course in self.courses]
        if None in curves or not self._apart():
            return self._effect([value or 0.0 for value in values], kept, most_shared=False), None
        low = high = 0.0
        for course, curve in zip(self.courses, curves, strict=True):
            assert curve is not None
            edges = lq.eqdx(lq.bed(curve.edges_gray, course.fractions, self.ratio), EQD2_FRACTION, self.ratio)
            share = kept.get(course.course, 1.0)
            low += share * float(np.average(edges[:-1], weights=curve.volume_cc))
            high += share * float(np.average(edges[1:], weights=curve.volume_cc))
        return low, high

    def _closer(
        self, metric: Metric, values: Sequence[float | None], low: float, high: float | None
    ) -> tuple[float, float | None]:
        """Bounds that the courses summed voxel by voxel allow, within those without them."""
        names = [[course.course] for course in self.courses]
        known = known_sums(self.sums, metric, self.organ, self.ratio, names, self.measured_on)
        if not known or not self._apart():
            return low, high
        summed = {name for one in known for name in one.courses}
        others = [
            Part(course=one.course, gray=gray or 0.0, max_gray=one.at_most(MAXIMUM), fractions=one.fractions)
            for one, gray in zip(self.courses, values, strict=True)
            if one.course not in summed
        ]
        found = in_eqd2(metric, others, self.ratio, known)
        unknown = any(gray is None for one, gray in zip(self.courses, values, strict=True) if one.course not in summed)
        highs = [bound for bound in (high, None if unknown else found.high) if bound is not None]
        return max(low, found.low), min(highs, default=None)

    def _missing(self, metric: Metric, values: Sequence[float | None]) -> tuple[str, ...]:
        if metric.kind == "mean":
            absent = [course.course for course in self.courses if course.complete_curve is None]
            return tuple(f"a dose-volume curve of {self.organ} in {name}" for name in absent)
        absent = [course.course for course in self.courses if course.at_most(MAXIMUM) is None]
        return tuple(f"Dmax of {self.organ} in {name}" for name in absent)

    def _inputs(self, metric: Metric) -> Inputs:
        known = [f"{c.course} ({c.fractions} fractions, by {c.known_by})" for c in self.courses]
        return (("organ", self.organ), ("metric", str(metric)), ("courses", ", ".join(known)))


def _merged(one: list[float], other: list[float]) -> list[float]:
    """Smallest sum of two falling curves over every split of each volume."""
    return [min(one[i] + other[k - i] for i in range(k + 1)) for k in range(len(one))]


def _all_known(doses: Sequence[float | None]) -> list[float] | None:
    known = [dose for dose in doses if dose is not None]
    return known if len(known) == len(doses) else None
