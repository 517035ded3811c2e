"""The shape of the files on drugs and drug rules."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from rtcalc.drugs import Drug, HalfLife, Rule, Window
from rtcalc.errors import DomainError
from rtcalc.evidence import Severity
from rtcalc.registry.fields import Days, Entry, Hours, Id, Ids, Length, Text, Texts, listed
from rtcalc.registry.schema import CitedEntry, SchemaVersion


class HalfLifeEntry(CitedEntry):
    """One half-life."""

    source: Id
    of: Text
    low: Hours
    high: Hours
    central: Hours | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _ordered(self) -> HalfLifeEntry:
        middle = self.low if self.central is None else self.central
        if not 0 < self.low <= middle <= self.high:
            raise DomainError("a half-life is above zero, and low, central and high grow")
        return self

    def value(self) -> HalfLife:
        """The half-life as a value."""
        return HalfLife(
            **self.cited(), of=self.of, low_h=self.low, high_h=self.high, central_h=self.central, note=self.note or ""
        )


class DrugEntry(Entry):
    """One drug."""

    name: Text
    drug_class: Text = Field(alias="class")
    aliases: Texts
    targets: Texts
    groups: Ids
    half_lives: listed(HalfLifeEntry)  # type: ignore[valid-type]
    usual_dose: Text | None = None
    note: Text | None = None

    def value(self) -> Drug:
        """The drug as a value."""
        return Drug(
            name=self.name,
            drug_class=self.drug_class,
            aliases=self.aliases,
            targets=self.targets,
            groups=self.groups,
            half_lives=tuple(life.value() for life in self.half_lives),
            usual_dose=self.usual_dose or "",
            note=self.note or "",
        )


class DrugsFile(Entry):
    """``drugs/*.yaml``."""

    schema_version: SchemaVersion
    drugs: listed(DrugEntry)  # type: ignore[valid-type]


class WindowEntry(Entry):
    """When a rule looks."""

    phase: Literal["before", "during", "after"]
    from_days: Days = Field(0, alias="from")
    to_days: Days | None = Field(None, alias="to")

    @model_validator(mode="after")
    def _ordered(self) -> WindowEntry:
        if self.to_days is not None and self.to_days < self.from_days:
            raise DomainError("the window ends before it begins")
        return self

    def value(self) -> Window:
        """The window as a value."""
        return Window(phase=self.phase, from_days=self.from_days, to_days=self.to_days)


class RuleEntry(CitedEntry):
    """One rule on a drug near radiotherapy; `covers` holds other ids under which its statement is listed."""

    id: Id
    covers: Ids = ()
    topic: Text
    agents: Texts
    organs: Ids = ()
    within: Length | None = None
    regions: Texts
    levels: Ids = ()
    open_regions: Texts = ()
    technique: Literal["stereotactic", "fractionated", "any"]
    tissues: Ids = ()
    windows: listed(WindowEntry)  # type: ignore[valid-type]
    severity: Severity
    source_word: Text | None = None
    headline: Text
    effect: Text
    evidence_type: Text
    n: Text
    recommendation: Text
    as_stated: Text
    sources: Annotated[Ids, Field(min_length=1)]
    counters: Ids = ()
    inexpressible: Text | None = None
    note: Text | None = None

    def value(self) -> Rule:
        """The rule as a value."""
        return Rule(
            **self.cited(self.sources[0]),
            id=self.id,
            topic=self.topic,
            agents=self.agents,
            organs=self.organs,
            within_mm=self.within,
            regions=self.regions,
            levels=self.levels,
            open_regions=self.open_regions,
            stereotactic=None if self.technique == "any" else self.technique == "stereotactic",
            tissues=self.tissues,
            windows=tuple(window.value() for window in self.windows),
            severity=self.severity,
            source_word=self.source_word or "",
            headline=self.headline,
            effect=self.effect,
            evidence_type=self.evidence_type,
            n=self.n,
            recommendation=self.recommendation,
            as_stated=self.as_stated,
            sources=self.sources,
            counters=self.counters,
            inexpressible=self.inexpressible or "",
            note=self.note or "",
        )


class InteractionsFile(Entry):
    """``interactions/*.yaml``."""

    schema_version: SchemaVersion
    rules: listed(RuleEntry)  # type: ignore[valid-type]
