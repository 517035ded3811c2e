"""The shape of the files on references and limits, and what every knowledge file has in common."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    PlainValidator,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

from rtcalc.errors import DomainError
from rtcalc.evidence import Evidence, Reference
from rtcalc.limit_sets import Inexpressible, LimitSet
from rtcalc.limits import Limit, Metric, read_bound
from rtcalc.registry.fields import (
    Dose,
    Entry,
    Id,
    Ids,
    Percent,
    Text,
    listed,
)
from rtcalc.schedule_text import MOST_FRACTIONS

SchemaVersion = Annotated[Literal[1], BeforeValidator(lambda text: _version(text)), WithJsonSchema({"const": "1"})]


def _version(text: Any) -> int:
    if text != "1":
        raise DomainError(f"schema_version {text!r} is not known to this rtcalc, which reads version 1")
    return 1


class CitedEntry(Entry):
    """The citation fields of an entry; a file's own source stands where an entry names none."""

    source: Id | None = None
    place: Text | None = None
    evidence: Evidence
    hold: Text | None = None

    def cited(self, source: str = "", place: str = "") -> dict[str, Any]:
        """Keyword arguments of `Cited`."""
        return {
            "source": self.source or source,
            "place": self.place or place,
            "evidence": self.evidence,
            "hold": self.hold,
        }


# --- references ----------------------------------------------------------------------------------------------------
class ReferenceEntry(Entry):
    """One source."""

    title: Text | None = None
    citation: Text | None = None
    doi: Text | None = None
    doi_status: Literal["seen", "recall"] | None = None
    locator: Text | None = None
    kind: Text
    read: Text
    note: Text | None = None


class ReferencesFile(Entry):
    """``references.yaml``: every citation key resolves here."""

    schema_version: SchemaVersion
    references: dict[Id, ReferenceEntry]

    def values_(self) -> tuple[Reference, ...]:
        """The references as values."""
        return tuple(
            Reference(key=key, **{k: v for k, v in entry.model_dump().items() if v is not None})
            for key, entry in self.references.items()
        )


# --- limits --------------------------------------------------------------------------------------------------------
def _metric(text: Any) -> Metric:
    if not isinstance(text, str):
        raise DomainError("a metric is text such as D0.035cc")
    return Metric.parse(text)


# A row's id may end in #2: the second row of the same organ, fraction number and metric.
RowId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.%+#-]*$", max_length=80)]
MetricText = Annotated[Any, PlainValidator(_metric), WithJsonSchema({"type": "string"})]


class LimitEntry(CitedEntry):
    """One row of a set."""

    id: RowId
    organ: Id
    applies_to: Ids
    structure: Text
    fractions: Annotated[str, Field(pattern=r"^(\d{1,3}(-\d{1,3})?|conventional)$")]
    metric: MetricText
    limit: Text
    alpha_beta: Dose | None = None
    kind: Literal["optimal", "mandatory", "limit"] = "limit"
    role: Literal["limit", "response_point", "whole_organ", "reirradiation"] = "limit"
    population: Text | None = None
    tissue: Text | None = None
    as_printed: Text | None = None
    published_metric: Text | None = None
    endpoint: Text
    grade: Text | None = None
    risk: Percent | None = None
    superseded: Text | None = None
    subvolume: Text | None = None
    or_share: Annotated[str, Field(pattern=r"^[1-9]/[1-9]$")] | None = None
    note: Text | None = None
    transcriptions: int | None = None

    @field_validator("limit")
    @classmethod
    def _bound(cls, text: str, info: ValidationInfo) -> str:
        """Read with its metric while the line is known; `value` reads it again."""
        if "metric" in info.data:
            read_bound(info.data["metric"], text)
        return text

    @field_validator("or_share")
    @classmethod
    def _part(cls, text: str | None, info: ValidationInfo) -> str | None:
        share = _share(text)
        if share and (share[0] >= share[1] or info.data.get("metric") is None or info.data["metric"].kind != "CV"):
            raise DomainError(f"{text!r}: a part of the organ, such as 1/3, belongs to a volume to be spared (CV)")
        return text

    @field_validator("fractions")
    @classmethod
    def _count(cls, text: str) -> str:
        low, high = _fractions(text) or (1, 1)
        if not 1 <= low <= high <= MOST_FRACTIONS:
            raise DomainError(f"{text!r}: fractions are 1 to {MOST_FRACTIONS}, the smaller number first")
        return text

    def value(self, file: ConstraintsFile) -> Limit:
        """The row as a value."""
        op, number, unit = read_bound(self.metric, self.limit)
        return Limit(
            **self.cited(file.source),
            id=self.id,
            set_id=file.id,
            organ=self.organ,
            applies_to=self.applies_to,
            structure=self.structure,
            fractions=_fractions(self.fractions),
            metric=self.metric,
            op=op,
            value=number,
            unit=unit,
            endpoint=self.endpoint,
            kind=self.kind,
            role=self.role,
            population=self.population,
            alpha_beta=self.alpha_beta,
            grade=self.grade or "",
            risk_percent=self.risk,
            tissue=self.tissue or "",
            as_printed=self.as_printed or "",
            published_metric=self.published_metric or "",
            superseded=self.superseded or "",
            subvolume=self.subvolume or "",
            share=_share(self.or_share),
            note=self.note or "",
            transcriptions=self.transcriptions,
        )


def _fractions(text: str) -> tuple[int, int] | None:
    if text == "conventional":
        return None
    low, _, high = text.partition("-")
    return int(low), int(high or low)


def _share(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    part, _, whole = text.partition("/")
    return int(part), int(whole)


class InexpressibleEntry(CitedEntry):
    """A published limit that no metric expresses; kept so that it is not taken for absent."""

    id: RowId
    as_printed: Text
    why: Text

    def value(self, file: ConstraintsFile) -> Inexpressible:
        """The entry as a value."""
        return Inexpressible(**self.cited(file.source), id=self.id, as_printed=self.as_printed, why=self.why)


class ConstraintsFile(Entry):
    """``constraints/*.yaml``: one published set of limits."""

    schema_version: SchemaVersion
    id: Id
    title: Text
    source: Id
    note: Text
    limits: listed(LimitEntry)  # type: ignore[valid-type]
    inexpressible: listed(InexpressibleEntry) = ()  # type: ignore[valid-type]

    def value(self) -> LimitSet:
        """The set as a value."""
        return LimitSet(
            id=self.id,
            title=self.title,
            source=self.source,
            note=self.note,
            limits=tuple(entry.value(self) for entry in self.limits),
            inexpressible=tuple(entry.value(self) for entry in self.inexpressible),
        )
