"""Field types of the files: text in, checked value out, and what an editor may know of them.

Fields that hold one of our own values are typed `Any` for pydantic, which would otherwise look inside the value's
class; their validator alone decides what they hold.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainValidator, StringConstraints, WithJsonSchema

from rtcalc.errors import DomainError
from rtcalc.schedules import Schedule
from rtcalc.units import Kind, read

NUMBER = r"(\d+(\.\d+)?|\.\d+)"


class Entry(BaseModel):
    """Base of every schema: unknown fields are refused, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


def _quantity(kind: Kind, units: str, signed: bool = False) -> Any:
    def convert(value: Any) -> float:
        if not isinstance(value, str):
            raise DomainError(f"expected text with a unit ({units.replace('|', ', ')}), not a {_name(value)}")
        if signed and value.startswith("-"):
            return -read(value[1:], kind, "value")
        return read(value, kind, "value")

    sign = "-?" if signed else ""
    schema = {"type": "string", "pattern": f"^{sign}{NUMBER} ?({units})$"}
    return Annotated[float, BeforeValidator(convert), WithJsonSchema(schema)]


def _name(value: Any) -> str:
    if isinstance(value, dict):
        return "block of fields"
    return "list" if isinstance(value, list) else type(value).__name__


if TYPE_CHECKING:  # a type checker needs a type where a call makes the field
    Dose: TypeAlias = float
    SignedDose: TypeAlias = float
    Volume: TypeAlias = float
    Length: TypeAlias = float
    Hours: TypeAlias = float
    Percent: TypeAlias = float
else:
    Dose = _quantity("dose", "Gy|cGy|mGy")
    SignedDose = _quantity("dose", "Gy|cGy|mGy", signed=True)
    Volume = _quantity("volume", "cc|cm3|mL")
    Length = _quantity("length", "mm|cm")
    Hours = _quantity("time", "h|d|min")
    Percent = _quantity("percent", "%")


def _ratio(value: Any) -> float:
    if not isinstance(value, str) or not re.fullmatch(NUMBER, value, re.ASCII) or not float(value) > 0.0:
        raise DomainError(f"{value!r}: write a plain number above zero, such as 1.1")
    return float(value)


def _days(value: Any) -> int:
    if not isinstance(value, str) or not (found := re.fullmatch(r"(\d{1,5}) ?d", value, re.ASCII)):
        raise DomainError(f"{value!r} is not a number of days; write '90 d'")
    return int(found[1])


def _flag(value: Any) -> bool:
    if value not in ("true", "false"):
        raise DomainError(f"{value!r}: write true or false")
    return bool(value == "true")


def _schedule(value: Any) -> Schedule:
    if not isinstance(value, str):
        raise DomainError("a schedule is text such as '45 Gy / 5'")
    return Schedule.parse(value)


def _listed(value: Any) -> Any:
    """Tuples of the schema come from lists only; pydantic would take a mapping's keys as well."""
    if not isinstance(value, list):
        raise DomainError(f"expected a list, not {'a ' + _name(value) if value else 'nothing'}")
    return tuple(value)


Days = Annotated[int, BeforeValidator(_days), WithJsonSchema({"type": "string", "pattern": r"^\d{1,5} ?d$"})]
Ratio = Annotated[float, BeforeValidator(_ratio), WithJsonSchema({"type": "string", "pattern": f"^{NUMBER}$"})]
Flag = Annotated[bool, BeforeValidator(_flag), WithJsonSchema({"enum": ["true", "false"]})]
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.%+-]*$", max_length=80)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
ScheduleText = Annotated[
    Any,
    PlainValidator(_schedule),
    WithJsonSchema({"type": "string", "description": "45 Gy / 5, 5 x 9 Gy, 50 Gy / 25 + 16 Gy / 8"}),
]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_listed)]
Ids = Annotated[tuple[Id, ...], BeforeValidator(_listed)]


def listed(item: Any) -> Any:
    """A tuple field of `item` that is read from a list."""
    return Annotated[tuple[item, ...], BeforeValidator(_listed)]
