"""The shape of the files on published schedules, claims and precedents."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import PlainValidator, WithJsonSchema, model_validator

from rtcalc.errors import DomainError
from rtcalc.published import CheckedStatement, Claim, Precedent, Prior, PublishedDrug, PublishedSchedule
from rtcalc.registry.fields import Dose, Entry, Flag, Id, Ids, Text, Texts, listed
from rtcalc.registry.schema import CitedEntry, SchemaVersion
from rtcalc.registry.schema_context import NoteEntry
from rtcalc.schedules import Schedule

Group = Literal["reported", "cited", "site rule", "most cases", "median", "range"]


def _schedule(value: Any) -> Schedule | None:
    if not isinstance(value, str):
        raise DomainError("a schedule is text such as '45 Gy / 5', or 'not stated'")
    return None if value == "not stated" else Schedule.parse(value)


class DrugGiven(Entry):
    """A drug given with a schedule."""

    name: Text
    dose: Text
    timing: Text


class PriorCourse(Entry):
    """The course before."""

    schedule: Id
    interval: Text
    same_lesion: Flag


class ScheduleEntry(CitedEntry):
    """One published schedule."""

    id: Id
    group: Group
    disease: Text
    tissue: Id
    site: Text
    region: Text
    schedule: Annotated[Any, PlainValidator(_schedule), WithJsonSchema({"type": "string"})]
    why_not: Text | None = None
    total: Dose | None = None
    per_fraction: Dose | None = None
    printed: Texts
    technique: Text
    drugs: listed(DrugGiven)  # type: ignore[valid-type]
    line_of_therapy: Text
    prior: PriorCourse | None = None
    outcome: Text
    toxicity: Text
    open_questions: Texts
    cited_as: Id | None = None

    @model_validator(mode="after")
    def _reason(self) -> ScheduleEntry:
        if (self.schedule is None) is (self.why_not is None):
            raise DomainError("why_not goes with schedule 'not stated', and only with it")
        return self

    def value(self, file: SchedulesFile) -> PublishedSchedule:
        """The schedule as a value."""
        return PublishedSchedule(
            **self.cited(file.source),
            id=self.id,
            file=file.id,
            group=self.group,
            disease=self.disease,
            tissue=self.tissue,
            site=self.site,
            region=self.region,
            schedule=self.schedule,
            why_not=self.why_not or "",
            total=self.total,
            per_fraction=self.per_fraction,
            printed=self.printed,
            technique=self.technique,
            drugs=tuple(PublishedDrug(**drug.model_dump()) for drug in self.drugs),
            line_of_therapy=self.line_of_therapy,
            prior=Prior(**self.prior.model_dump()) if self.prior else None,
            outcome=self.outcome,
            toxicity=self.toxicity,
            open_questions=self.open_questions,
            cited_as=self.cited_as or "",
        )


class ClaimList(Entry):
    """The schedules a claim speaks of."""

    name: Text
    schedules: Ids


class ClaimEntry(CitedEntry):
    """A statement about BED."""

    id: Id
    statement: Text
    operator: Literal[">", ">="]
    bed: Dose
    alpha_beta: Text
    recomputed_at: listed(Dose)  # type: ignore[valid-type]
    lists: listed(ClaimList)  # type: ignore[valid-type]
    note: Text | None = None

    def value(self, file: SchedulesFile) -> Claim:
        """The claim as a value."""
        return Claim(
            **self.cited(file.source),
            id=self.id,
            statement=self.statement,
            operator=self.operator,
            bed=self.bed,
            alpha_beta=self.alpha_beta,
            recomputed_at=self.recomputed_at,
            lists=tuple((part.name, part.schedules) for part in self.lists),
            note=self.note or "",
        )


class CheckedEntry(Entry):
    """Another checked statement."""

    id: Id
    statement: Text
    place: Text
    check: Text
    verdict: Text


class SchedulesFile(Entry):
    """``schedules/*.yaml``: what one paper says of schedules."""

    schema_version: SchemaVersion
    id: Id
    source: Id
    title: Text
    schedules: listed(ScheduleEntry)  # type: ignore[valid-type]
    claims: listed(ClaimEntry) = ()  # type: ignore[valid-type]
    checked_statements: listed(CheckedEntry) = ()  # type: ignore[valid-type]

    def checked(self) -> tuple[CheckedStatement, ...]:
        """The other checked statements as values."""
        return tuple(CheckedStatement(source=self.source, **entry.model_dump()) for entry in self.checked_statements)


class PrecedentEntry(CitedEntry):
    """A precedent."""

    source: Id
    id: Id
    schedules: Ids
    patients: int
    sentence: Text

    def value(self) -> Precedent:
        """The precedent as a value."""
        return Precedent(
            **self.cited(), id=self.id, schedules=self.schedules, patients=self.patients, sentence=self.sentence
        )


class ContextFile(Entry):
    """``context/*.yaml``."""

    schema_version: SchemaVersion
    precedents: listed(PrecedentEntry) = ()  # type: ignore[valid-type]
    notes: listed(NoteEntry) = ()  # type: ignore[valid-type]
