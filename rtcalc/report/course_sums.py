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
    from rtcalc.limits import Metric

WIDTH = 120
HEADER = ("structure", "metric", "sum, Gy EQD2", "within 3 mm", "bounds")


@dataclass(frozen=True, slots=True)
class CourseSums:
    """An answer of `rtcalc dvh --sum`: sums on one alpha/beta, at least one."""

    sums: Sequence[CourseSum]

    def text(self) -> str:
        """Lines for the terminal."""
        first = self.sums[0]
        head = f"{' + '.join(first.courses)}: EQD2 (a/b {plain(first.alpha_beta)}), each course with its own fractions"
        for group in first.same_sessions:
            head += f"; {' and '.join(group)} in the same sessions, added before conversion"
        notes = (f"{', '.join(one.organ for one in self.sums if one.note == note)}: {note}" for note in self._notes())
        return "\n".join(map(visible, [head, "", *columns(HEADER, list(self._rows()), WIDTH), "", *notes, ""]))

    def _notes(self) -> list[str]:
        return list(dict.fromkeys(one.note for one in self.sums))

    def _rows(self) -> Iterator[tuple[str, ...]]:
        for one in self.sums:
            if not one.metrics:
                yield one.organ, "-", "-", "-", "a part of it has no dose in a course: no metric is defined"
            for metric, bounds in one.metrics:
                known, within = one.gray(metric)
                yield one.organ, str(metric), _cell(known), _cell(within), _range(bounds)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready data."""
        return {"sums": [_data(one) for one in self.sums]}


def _cell(gray: float | None) -> str:
    return "-" if gray is None else fixed(gray, 1)


def _range(bounds: Bounds | None) -> str:
    if bounds is None:
        return "-"
    return f">= {fixed(bounds.low, 1)}" if bounds.high is None else f"{fixed(bounds.low, 1)} - {fixed(bounds.high, 1)}"


def _data(one: CourseSum) -> dict[str, Any]:
    return {
        "organ": one.organ,
        "courses": list(one.courses),
        "same_sessions": [list(group) for group in one.same_sessions],
        "alpha_beta_gray": one.alpha_beta,
        "model": "LQ",
        "note": one.note,
        "within_complete": one.within_complete,
        "metrics": [_metric_data(one, metric, bounds) for metric, bounds in one.metrics],
    }


def _metric_data(one: CourseSum, metric: Metric, bounds: Bounds | None) -> dict[str, Any]:
    known, within = one.gray(metric)
    return {
        "metric": str(metric),
        "eqd2_gray": known,
        "within_3mm_eqd2_gray": within,
        "low_eqd2_gray": None if bounds is None else bounds.low,
        "high_eqd2_gray": None if bounds is None else bounds.high,
    }
