"""A document through a schema: the value, or one line that names file, line, field and what was expected."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from rtcalc.errors import ProtocolError, RtcalcError
from rtcalc.textfile import Document

Model = TypeVar("Model", bound=BaseModel)


def validate(document: Document, schema: type[Model]) -> Model:
    """Check a document against a schema.

    Raises
    ------
    ProtocolError
        With the place of the first problem and the number of further ones.
    """
    if not isinstance(document.data, dict):
        raise ProtocolError(f"{document.where(())}: a mapping of fields was expected, not {_kind(document.data)}")
    try:
        return schema.model_validate(document.data)
    except ValidationError as problem:
        raise _refusal(document, schema, problem) from None
    except RtcalcError as problem:
        raise ProtocolError(f"{document.name}: {problem}") from problem


def _refusal(document: Document, schema: type[BaseModel], problem: ValidationError) -> ProtocolError:
    errors = problem.errors(include_url=False, include_input=True)
    # A misspelt field is also a missing one; the misspelling is what its writer can see.
    first = next((error for error in errors if error["type"] == "extra_forbidden"), errors[0])
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    absent = str(first["loc"][-1]) if first["type"] == "missing" else ""
    said = f"{document.where(first['loc'], absent)}: {_message(schema, first)}{_meant(first, errors)}{more}"
    return ProtocolError(said, (*document.known(first["loc"]), *filter(None, [absent])))


def _meant(unknown: Any, errors: list[Any]) -> str:
    """The missing field beside an unknown one that it was probably meant to be."""
    if unknown["type"] != "extra_forbidden":
        return ""
    beside = [e for e in errors if e["type"] == "missing" and e["loc"][:-1] == unknown["loc"][:-1]]
    close = get_close_matches(str(unknown["loc"][-1]), [str(error["loc"][-1]) for error in beside], n=1)
    return f"; probably {close[0]!r}, which is missing" if close else ""


def _message(schema: type[BaseModel], error: Any) -> str:
    kind, given = error["type"], error.get("input")
    if kind == "extra_forbidden":
        known = ", ".join(_field_names(schema, error["loc"]))
        return f"unknown field; known here: {known}" if known else "unknown field; check its spelling"
    if kind == "missing":
        return "this field is missing; write it, or 'not stated' where that is allowed"
    if kind in ("literal_error", "enum"):
        return f"{_shown(given)} is not one of {error['ctx']['expected']}"
    if kind in _EXPECTED:
        return f"{_EXPECTED[kind]}, not {_shown(given)}"
    if kind == "string_pattern_mismatch":
        return f"{given!r} has another form than this field takes ({error['ctx']['pattern']})"
    message = str(error["msg"]).removeprefix("Value error, ")
    return message[0].lower() + message[1:] if kind != "value_error" else message


_EXPECTED = {
    "string_type": "expected text",
    "dict_type": "expected a block of fields",
    "model_type": "expected a block of fields",
    "model_attributes_type": "expected a block of fields",
    "int_parsing": "expected a whole number",
    "too_short": "expected at least one entry",
}


def _shown(given: Any) -> str:
    """A value for a message: text as it was typed, anything larger by its kind."""
    return repr(given) if isinstance(given, str) else _kind(given)


def _field_names(schema: type[BaseModel], place: tuple[Any, ...]) -> list[str]:
    """Names of the fields at the top level; deeper, the place itself says where to look."""
    if len(place) != 1:
        return []
    return [field.alias or name for name, field in schema.model_fields.items()]


def _kind(data: Any) -> str:
    if isinstance(data, dict):
        return "a block of fields"
    return "a list" if isinstance(data, list) else "text"
