"""Sums of courses on structures of a DICOM study, as text and as data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rtcalc.decimals import fixed, plain
from rtcalc.report.layout import columns, visible

if TYPE_CHECKING:
    from rtcalc.cumulative import Bounds
    from rtcalc.dicom.summing import CourseSum
    from rtcalc.dvh import Dvh
    from rtcalc.limits import Metric

WIDTH = 120
HEADER = ("structure", "metric", "sum, Gy EQD2", "within 3 mm", "bounds without a common frame")


@dataclass(frozen=True, slots=True)
class CourseSums:
    """An answer of `rtcalc dvh --sum`: sums on one alpha/beta, at least one."""

    sums: Sequence[CourseSum]

    def text(self) -> str:
        """Lines for the terminal."""
        first = self.sums[0]
        head = f"{' + '.join(first.courses)}: EQD2 (a/b {plain(first.alpha_beta)}), each course with its own fractions"
        notes = (f"{', '.join(one.organ for one in self.sums if one.note == note)}: {note}" for note in self._notes())
        return "\n".join(map(visible, [head, "", *columns(HEADER, list(self._rows()), WIDTH), "", *notes, ""]))

    def _notes(self) -> list[str]:
        return list(dict.fromkeys(one.note for one in self.sums))

    def _rows(self) -> Iterator[tuple[str, ...]]:
        for one in self.sums:
            if not one.bounds:
                yield one.organ, "-", "-", "-", "a part of it has no dose in a course: no metric is defined"
            for metric, bounds in one.bounds:
                yield one.organ, str(metric), _cell(one.curve, metric), _cell(one.within, metric), _range(bounds)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready data."""
        return {"sums": [_data(one) for one in self.sums]}


def _cell(curve: Dvh | None, metric: Metric) -> str:
    return "-" if curve is None else fixed(curve.value(metric)[0], 1)


def _range(bounds: Bounds) -> str:
    return f">= {fixed(bounds.low, 1)}" if bounds.high is None else f"{fixed(bounds.low, 1)} - {fixed(bounds.high, 1)}"


def _data(one: CourseSum) -> dict[str, Any]:
    return {
        "organ": one.organ,
        "courses": list(one.courses),
        "alpha_beta_gray": one.alpha_beta,
        "model": "LQ",
        "note": one.note,
        "within_complete": one.within_complete,
        "metrics": [
            {
                "metric": str(metric),
                "eqd2_gray": None if one.curve is None else one.curve.value(metric)[0],
                "within_3mm_eqd2_gray": None if one.within is None else one.within.value(metric)[0],
                "low_eqd2_gray": bounds.low,
                "high_eqd2_gray": bounds.high,
            }
            for metric, bounds in one.bounds
        ],
    }
