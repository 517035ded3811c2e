"""What a case file may say of an organ in a course: its typed metrics, and the dose-volume curve of an export."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, GetJsonSchemaHandler, model_validator

from rtcalc.errors import DomainError
from rtcalc.registry.fields import NUMBER, Entry, Percent, Text

Structure = Literal["organ", "cord", "loop", "PRV", "canal", "thecal sac"]


class CurveEntry(Entry):
    """The dose-volume curve of one organ or target, in a text export; what the file leaves open is said beside it."""

    file: Text
    structure: Text | None = None
    on: Structure = "organ"
    reference: Text | None = None
    organ_volume: Text | None = None
    max_dose: Text | None = None
    kind: Literal["cumulative", "differential"] | None = None
    decimal: Literal["point", "comma"] | None = None


_ONE = f"{NUMBER} ?(Gy|cGy|mGy|cc|cm3|mL|%)"
VALUE = f"^((>= |<= )?{_ONE}|>= {_ONE}, <= {_ONE})$"
"""A number, the least or the most that it can be, or both."""


class DosesEntry(Entry):
    """Metrics of one organ in one course, with the structure they were measured on and its part with a dose."""

    metrics: dict[Text, Text]
    on: Structure = "organ"
    origin: Literal["typed", "dvh text", "dicom", "published", "assumed"] = "typed"
    covered: Annotated[Percent, Field(ge=0, le=100)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _flat(cls, value: Any) -> Any:
        """A case file writes metrics beside ``on``: everything that is not a field is a metric."""
        if not isinstance(value, dict):
            return value
        own = {key: value[key] for key in ("on", "origin", "covered") if key in value}
        metrics = {key: text for key, text in value.items() if key not in own}
        if not metrics:
            raise DomainError(
                "an organ needs at least one metric, such as D0.035cc: 12 Gy; leave it out if none is known"
            )
        return own | {"metrics": metrics}

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """The block as it is written, metrics beside ``on``."""
        schema = handler.resolve_ref_schema(handler(core))
        properties = {key: value for key, value in schema["properties"].items() if key != "metrics"}
        written = {"type": "object", "minProperties": 1, "additionalProperties": {"type": "string", "pattern": VALUE}}
        return written | {"description": schema["description"], "properties": properties}
