"""Every requested limit as a rung: what was measured, in per cent of the limit, and its state."""

from __future__ import annotations

from dataclasses import dataclass

from rtcalc.assessment import Assessment
from rtcalc.decimals import fixed
from rtcalc.findings import Verdict
from rtcalc.registry import Registry
from rtcalc_app.display import Display

FULL_SCALE = 150.0
"""Per cent of the limit at the right end of a bar; a longer one is cut there and marked so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One limit of one set on one organ in one course.

    Attributes
    ----------
    bar : float or None
        Length of the bar, in per cent of the scale's width; None: nothing was measured.
    cut : bool
        The value is beyond the scale.
    how : str
        Whether the set's own row for this fraction number answered, or what else did; `note` has the particulars.
    """

    course: str
    organ: str
    set_id: str
    limit: str
    measured: str
    percent: str
    bar: float | None
    cut: bool
    state: str
    how: str
    note: str
    missing: str
    source: str


def rungs(found: Assessment, registry: Registry, display: Display) -> tuple[Rung, ...]:
    """The ladder, in the order of courses, organs and sets; limits without an answer keep their place."""
    sources = {row.id: row.source for name in found.case.limit_sets for row in registry.limits(set_id=name)}
    return tuple(_rung(found, verdict, sources[verdict.limit], display) for verdict in found.verdicts)


def _rung(found: Assessment, verdict: Verdict, source: str, display: Display) -> Rung:
    percent = verdict.percent
    return Rung(
        course=str(found.case.number(verdict.course)),
        organ=verdict.organ,
        set_id=verdict.set_id,
        limit=f"{verdict.metric} {verdict.bound}" + ("" if verdict.kind == "limit" else f" ({verdict.kind})"),
        measured=verdict.measured,
        percent="" if percent is None else display.mark(f"{fixed(percent, 1)} %"),
        bar=None if percent is None else min(percent, FULL_SCALE) / FULL_SCALE * 100.0,
        cut=percent is not None and percent > FULL_SCALE,
        state=verdict.state.value,
        how="" if verdict.how == "none" else verdict.how,
        note=verdict.note,
        missing=", ".join(verdict.missing),
        source=source,
    )
