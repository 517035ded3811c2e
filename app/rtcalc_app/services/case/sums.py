"""Bounds of cumulative organ doses, as bars from what is certain to what is possible."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rtcalc.findings import Figure
from rtcalc_app.display import Display


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """One sum. `low` and `high` are in the unit shown; `high` None: not bounded above.

    Attributes
    ----------
    label : str
        Organ, metric and alpha/beta.
    basis : str
        Quantity, alpha/beta with source, model, recovery.
    """

    label: str
    low: float
    high: float | None
    unit: str
    text: str
    basis: str


def intervals(figures: Iterable[Figure], display: Display) -> tuple[Interval, ...]:
    """The bounded sums among the figures of a finding."""
    scale = 100.0 if display.unit == "cGy" else 1.0
    return tuple(
        Interval(
            label=f"{figure.name.removeprefix('cumulative EQD2 ')}, {figure.basis.split(', ')[1]}",
            low=figure.low * scale,
            high=None if figure.high is None else figure.high * scale,
            unit=display.unit,
            text=_words(figure.low, figure.high, display),
            basis=figure.basis,
        )
        for figure in figures
        if figure.low is not None and figure.unit == "Gy"
    )


def _words(low: float, high: float | None, display: Display) -> str:
    if high is None:
        return f"at least {display.dose(low)}; no upper bound"
    return f"{display.gray(low)} to {display.dose(high)}"
