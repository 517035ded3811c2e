"""The shape of the files on re-irradiation: published rules of several conditions."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator

from rtcalc.compound_limits import CompoundLimit, read_months
from rtcalc.errors import DomainError
from rtcalc.limits import Metric, read_bound
from rtcalc.registry.fields import Dose, Entry, Flag, Id, Ids, Text, listed
from rtcalc.registry.schema import CitedEntry, MetricText, SchemaVersion
from rtcalc.units import read

_DOSE = Metric("max")


class CompoundLimitEntry(CitedEntry):
    """One rule; `cumulative`, `new_part`, `new_part_of_cumulative` and `interval` hold only together."""

    id: Id
    organ: Id
    applies_to: Ids
    structure: Text
    metric: MetricText
    fractions: Annotated[str, Field(pattern=r"^\d{1,3}-\d{1,3}$")]
    alpha_beta: Dose
    cumulative: Text
    new_part: Text
    new_part_of_cumulative: Text
    interval: Text
    contains_recovery: Flag
    population: Text
    endpoint: Text
    note: Text | None = None
    transcriptions: int | None = None

    @field_validator("cumulative", "new_part")
    @classmethod
    def _dose(cls, text: str) -> str:
        """Read while the line is known; `value` reads it again."""
        _at_most(text)
        return text

    @field_validator("new_part_of_cumulative")
    @classmethod
    def _share(cls, text: str) -> str:
        _share_of(text)
        return text

    @field_validator("interval")
    @classmethod
    def _interval(cls, text: str) -> str:
        read_months(text)
        return text

    @field_validator("fractions")
    @classmethod
    def _count(cls, text: str) -> str:
        first, last = _counts(text)
        if not 1 <= first <= last:
            raise DomainError(f"{text!r}: fractions begin with 1, the smaller number first")
        return text

    @field_validator("alpha_beta")
    @classmethod
    def _above_zero(cls, gray: float) -> float:
        if not gray > 0.0:
            raise DomainError("alpha_beta is above 0 Gy")
        return gray

    def value(self, file: ReirradiationFile) -> CompoundLimit:
        """The rule as a value."""
        return CompoundLimit(
            **self.cited(file.source),
            id=self.id,
            organ=self.organ,
            applies_to=self.applies_to,
            structure=self.structure,
            metric=self.metric,
            fractions=_counts(self.fractions),
            alpha_beta=self.alpha_beta,
            cumulative=_at_most(self.cumulative),
            new_part=_at_most(self.new_part),
            share=_share_of(self.new_part_of_cumulative),
            months=read_months(self.interval),
            contains_recovery=self.contains_recovery,
            endpoint=self.endpoint,
            population=self.population,
            note=self.note or "",
            transcriptions=self.transcriptions,
        )


def _at_most(text: str) -> float:
    op, gray, _ = read_bound(_DOSE, text)
    if op != "<=":
        raise DomainError(f"{text!r}: a rule of several conditions is written with <=")
    return gray


def _share_of(text: str) -> float:
    if not text.startswith("<="):
        raise DomainError(f"{text!r} is not the most that a part may be; write '<= 50 %'")
    share = read(text[2:], "percent", "new_part_of_cumulative") / 100.0
    if not 0.0 < share < 1.0:
        raise DomainError(f"{text!r}: a share is above 0 % and below 100 %")
    return share


def _counts(text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    return int(first), int(last)


class ReirradiationFile(Entry):
    """``reirradiation/*.yaml``: the rules of one source."""

    schema_version: SchemaVersion
    id: Id
    title: Text
    source: Id
    note: Text
    rules: listed(CompoundLimitEntry)  # type: ignore[valid-type]

    def values_(self) -> tuple[CompoundLimit, ...]:
        """The rules as values."""
        return tuple(entry.value(self) for entry in self.rules)
