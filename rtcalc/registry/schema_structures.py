"""The shape of the file of other words for the names of structures."""

from __future__ import annotations

from pydantic import Field

from rtcalc.registry.fields import Entry, Id, Text, listed
from rtcalc.registry.schema import SchemaVersion


class StructuresFile(Entry):
    """TG-263 names, those of a left and a right structure without their side, and other words for each."""

    schema_version: SchemaVersion
    id: Id
    names: dict[Id, listed(Text)] = Field(min_length=1)  # type: ignore[valid-type]
