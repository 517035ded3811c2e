"""The shape of the files on tissues."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, field_validator

from rtcalc.errors import DomainError
from rtcalc.rates import gray_per_day
from rtcalc.registry.fields import Dose, Entry, Flag, Hours, Id, Ids, SignedDose, Text, listed
from rtcalc.registry.schema import CitedEntry, SchemaVersion
from rtcalc.tissues import AlphaBeta, HighDose, RepairHalfTime, TimeFactor, Tissue

_N = r"(\d+(?:\.\d+)?)"
_SPAN_OF_DAYS = re.compile(rf"{_N} d(?: \({_N} to {_N} d\))?", re.ASCII)
_SPAN_OF_RATES = re.compile(rf"{_N} to {_N} Gy/d", re.ASCII)
Span = tuple[float | None, float | None, float | None]


class AlphaBetaEntry(CitedEntry):
    """One alpha/beta."""

    source: Id
    ratio: Dose = Field(alias="value")
    low: SignedDose | None = None
    high: SignedDose | None = None
    interval: Text | None = None
    endpoint: Text | None = None
    assumed: Flag
    borrowed_from: Id | None = None
    as_printed: Text | None = None
    note: Text | None = None

    def value_(self) -> AlphaBeta:
        """The alpha/beta as a value."""
        borrowed = f"borrowed from {self.borrowed_from}" if self.borrowed_from else ""
        return AlphaBeta(
            **self.cited(),
            gray=self.ratio,
            low=self.low,
            high=self.high,
            interval=self.interval or "",
            endpoint=self.endpoint or "",
            assumed=self.assumed,
            as_printed=self.as_printed or "",
            note="; ".join(part for part in (borrowed, self.note) if part),
        )


def _days(text: str | None) -> Span:
    """Read "19.2 d" or "19.2 d (15.1 to 23.3 d)": the value and the ends of its interval. [d]"""
    if text is None:
        return None, None, None
    found = _SPAN_OF_DAYS.fullmatch(text)
    if not found:
        raise DomainError(f"{text!r} is not a time in days; write '19.2 d' or '19.2 d (15.1 to 23.3 d)'")
    value, low, high = (float(part) if part else None for part in found.groups())
    if low is not None and not low <= (value or 0.0) <= (high or 0.0):
        raise DomainError(f"{text!r}: the value lies outside its own interval")
    return value, low, high


def _rates(text: str | None) -> tuple[float | None, float | None]:
    if text is None:
        return None, None
    found = _SPAN_OF_RATES.fullmatch(text)
    if not found:
        raise DomainError(f"{text!r} is not an interval of K; write '0.52 to 0.86 Gy/d'")
    return float(found[1]), float(found[2])


class HighDoseEntry(CitedEntry):
    """The dose per fraction at which a published fit of the linear-quadratic-linear model becomes straight."""

    source: Id
    threshold: Dose
    sd: Dose | None = None
    note: Text | None = None

    @field_validator("threshold")
    @classmethod
    def _above_zero(cls, gray: float) -> float:
        if not gray > 0.0:
            raise DomainError("a threshold is above 0 Gy")
        return gray

    def value_(self) -> HighDose:
        """The threshold as a value."""
        return HighDose(**self.cited(), threshold=self.threshold, sd=self.sd, note=self.note or "")


class RepopulationEntry(CitedEntry):
    """Repopulation, listed for reference; its dose basis decides where it may be subtracted."""

    k: Annotated[str, Field(pattern=r"^\d+(\.\d+)? Gy/d$")]
    k_basis: Text
    interval: Text | None = None
    kickoff: Text | None = None
    doubling: Text | None = None
    note: Text | None = None

    @field_validator("k")
    @classmethod
    def _rate(cls, text: str) -> str:
        """Read while the line is known; `value_` reads it again."""
        gray_per_day(text, "k")
        return text

    @field_validator("k_basis")
    @classmethod
    def _basis(cls, text: str) -> str:
        if text not in ("BED", "EQD2", "not stated"):
            raise DomainError(f"{text!r}: k_basis is BED, EQD2 or not stated")
        return text

    @field_validator("kickoff", "doubling")
    @classmethod
    def _span(cls, text: str | None) -> str | None:
        _days(text)
        return text

    @field_validator("interval")
    @classmethod
    def _interval(cls, text: str | None) -> str | None:
        _rates(text)
        return text

    def value_(self) -> TimeFactor:
        """The time factor as a value; K stays on the basis it was printed on."""
        low, high = _rates(self.interval)
        kickoff, doubling = _days(self.kickoff), _days(self.doubling)
        return TimeFactor(
            **self.cited(),
            per_day=gray_per_day(self.k, "k"),
            basis=self.k_basis,  # type: ignore[arg-type]  # _basis has looked
            low=low,
            high=high,
            kickoff=kickoff[0],
            kickoff_low=kickoff[1],
            kickoff_high=kickoff[2],
            doubling=doubling[0],
            doubling_low=doubling[1],
            doubling_high=doubling[2],
            note=self.note or "",
        )


class RepairEntry(CitedEntry):
    """A repair half-time, listed for reference."""

    half_time: Hours
    component: Text | None = None
    note: Text | None = None

    @field_validator("half_time")
    @classmethod
    def _above_zero(cls, hours: float) -> float:
        if not hours > 0.0:
            raise DomainError("a half-time is above zero")
        return hours

    def value_(self) -> RepairHalfTime:
        """The half-time as a value."""
        return RepairHalfTime(
            **self.cited(), hours=self.half_time, component=self.component or "", note=self.note or ""
        )


class TissueEntry(Entry):
    """One tissue."""

    id: Id
    name: Text
    kind: Literal["tumour", "late", "early"]
    organs: Ids
    alpha_beta: listed(AlphaBetaEntry)  # type: ignore[valid-type]
    high_dose: HighDoseEntry | None = None
    repopulation: RepopulationEntry | None = None
    repair_half_times: listed(RepairEntry) = ()  # type: ignore[valid-type]
    note: Text | None = None

    def value(self) -> Tissue:
        """The tissue as a value."""
        return Tissue(
            id=self.id,
            name=self.name,
            kind=self.kind,
            alpha_beta=tuple(ratio.value_() for ratio in self.alpha_beta),
            organs=self.organs,
            high_dose=self.high_dose.value_() if self.high_dose else None,
            repair=tuple(half_time.value_() for half_time in self.repair_half_times),
            repopulation=self.repopulation.value_() if self.repopulation else None,
            note=self.note or "",
        )


class TissuesFile(Entry):
    """``tissues/*.yaml``."""

    schema_version: SchemaVersion
    tissues: listed(TissueEntry)  # type: ignore[valid-type]
