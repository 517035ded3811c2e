"""What comes into the page: a file of its own, and schedules as pasted text. What cannot be read changes nothing."""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

from rtcalc.decimals import plain
from rtcalc.errors import DomainError, RtcalcError
from rtcalc.schedules import Schedule
from rtcalc_app.fields import LONGEST
from rtcalc_app.services.calculator.export import KIND, SCHEMA_VERSION, digest
from rtcalc_app.services.calculator.form import FIELDS, MOST_SCHEDULES, Form

MOST_CHARACTERS = 200_000
MOST_PASTED = 10_000


def open_document(text: str, name: str = "file") -> Form:
    """The form in a file that `export.document` wrote.

    Parameters
    ----------
    text : str
    name : str
        Of the file, for the message.

    Raises
    ------
    DomainError
        Not such a file, cut off, changed by hand, of a newer version, a key twice, a number that is none: with its
        line or field. Nothing of it is taken then.

    Examples
    --------
    >>> open_document('{"kind": "rtcalc calculator",', "mine.json")
    Traceback (most recent call last):
    ...
    rtcalc.errors.DomainError: mine.json, line 1: the file ends too early or is not JSON; save it again and open that
    """
    name = name[:60]
    if len(text) > MOST_CHARACTERS:
        raise DomainError(f"{name}: {len(text)} characters; a file of the calculator has at most {MOST_CHARACTERS}")
    body = _json(text, name)
    if not isinstance(body, dict) or body.get("kind") != KIND:
        raise DomainError(f"{name}, field kind: this is no file of the calculator (kind {KIND!r} was expected)")
    version = body.get("schema_version")
    if version != SCHEMA_VERSION or type(version) is not int:
        raise DomainError(
            f"{name}, field schema_version: {_short(version)} is not known here, only {SCHEMA_VERSION}; "
            "open it with the version of rtcalc that wrote it"
        )
    found = body.pop("sha256", None)
    try:
        unchanged = found == digest(body)
    except ValueError:  # half a character cannot be hashed
        unchanged = False
    if not unchanged:
        raise DomainError(
            f"{name}, field sha256: the content is not the one that was saved; save it again and open that"
        )
    return _form(body.get("inputs"), name)


def pasted(text: str) -> tuple[list[dict[str, str]], list[str]]:
    r"""The schedules in a text, one a line, and what was left out of it, in words.

    Examples
    --------
    >>> pasted("45 Gy / 5\n5 x 8 Gy\n=cmd()")[0]
    [{'total': '45 Gy', 'fractions': '5', 'each': ''}, {'total': '40 Gy', 'fractions': '5', 'each': ''}]
    """
    if len(text) > MOST_PASTED:
        return [], [f"{len(text)} characters; at most {MOST_PASTED} are read, one schedule a line"]
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    found: list[dict[str, str]] = []
    left: list[str] = []
    for number, line in enumerate(lines, 1):
        if len(found) == MOST_SCHEDULES:
            left.append(f"lines {number} to {len(lines)}: {MOST_SCHEDULES} schedules are the most")
            break
        try:
            schedule = Schedule.parse(line)
            if len(schedule.phases) > 1:
                raise DomainError(f"{schedule.text} has several phases; give each phase as its own line")
            fields = {"total": f"{plain(schedule.phases[0].gray)} Gy", "fractions": str(schedule.fractions), "each": ""}
            found.append(fields)
        except RtcalcError as problem:
            left.append(f"line {number}: {problem}")
    return found, left[: MOST_SCHEDULES + 1]


def _json(text: str, name: str) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        twice = next((key for key in keys if keys.count(key) > 1), None)
        if twice is not None:
            raise DomainError(
                f"{name}, field {_short(twice)}: stands twice in one object; which one counts is not said"
            )
        return dict(pairs)

    def refuse(literal: str) -> NoReturn:
        line = text[: text.index(literal)].count("\n") + 1
        raise DomainError(f"{name}, line {line}: {literal} is not a number of JSON")

    def finite(digits: str) -> float:
        return float(digits) if math.isfinite(float(digits)) else refuse(digits)

    try:
        return json.loads(text, object_pairs_hook=once, parse_constant=refuse, parse_float=finite)
    except json.JSONDecodeError as problem:
        raise DomainError(
            f"{name}, line {problem.lineno}: the file ends too early or is not JSON; save it again and open that"
        ) from None
    except DomainError:
        raise
    except (ValueError, RecursionError):  # a whole number of thousands of digits; lists in lists in lists
        raise DomainError(f"{name}: no file of the calculator has such numbers or such depth") from None


def _form(inputs: Any, name: str) -> Form:
    if not isinstance(inputs, dict):
        raise DomainError(f"{name}, field inputs: missing")
    schedules = inputs.get("schedules")
    if not isinstance(schedules, list) or not 1 <= len(schedules) <= MOST_SCHEDULES:
        raise DomainError(f"{name}, field inputs.schedules: 1 to {MOST_SCHEDULES} schedules were expected")
    for number, one in enumerate(schedules):
        _require_texts(one, (*FIELDS, "isodose"), f"{name}, field inputs.schedules[{number}]")
    for side in ("tumour", "late"):
        _require_texts(inputs.get(side), ("tissue", "ratio"), f"{name}, field inputs.{side}")
    if inputs.get("unit") not in ("Gy", "cGy"):
        raise DomainError(f"{name}, field inputs.unit: Gy or cGy was expected")
    return Form.of(inputs)


def _require_texts(entry: Any, names: tuple[str, ...], where: str) -> None:
    if not isinstance(entry, dict) or set(entry) != set(names):
        raise DomainError(f"{where}: the fields {', '.join(names)} were expected")
    for key in names:
        if not isinstance(entry[key], str) or len(entry[key]) > LONGEST:
            raise DomainError(f"{where}.{key}: text of at most {LONGEST} characters was expected")


def _short(value: object) -> str:
    return re.sub(r"\s+", " ", repr(value))[:40]
