"""The shape of the files on tissues."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rtcalc.registry.fields import Dose, Entry, Flag, Hours, Id, Ids, SignedDose, Text, listed
from rtcalc.registry.schema import CitedEntry, SchemaVersion
from rtcalc.tissues import AlphaBeta, Tissue


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


class RepopulationEntry(CitedEntry):
    """Repopulation, listed for reference; its dose basis decides where it may be subtracted."""

    k: Annotated[str, Field(pattern=r"^\d+(\.\d+)? Gy/d$")]
    k_basis: Text
    interval: Text | None = None
    kickoff: Text | None = None
    doubling: Text | None = None
    note: Text | None = None


class RepairEntry(CitedEntry):
    """A repair half-time, listed for reference."""

    half_time: Hours
    component: Text | None = None
    note: Text | None = None


class TissueEntry(Entry):
    """One tissue."""

    id: Id
    name: Text
    kind: Literal["tumour", "late", "early"]
    organs: Ids
    alpha_beta: listed(AlphaBetaEntry)  # type: ignore[valid-type]
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
            note=self.note or "",
        )


class TissuesFile(Entry):
    """``tissues/*.yaml``."""

    schema_version: SchemaVersion
    tissues: listed(TissueEntry)  # type: ignore[valid-type]
