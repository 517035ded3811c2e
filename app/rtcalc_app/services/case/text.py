"""The case as text, which is what is kept: opening, saving, and telling what cannot be read."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache

from rtcalc.case import Case
from rtcalc.casefile import parse_case
from rtcalc.errors import ProtocolError, RtcalcError
from rtcalc.textfile import MAX_BYTES, Place, Tree, dumps, loads
from rtcalc_app.services.published_cases import published_cases

__all__ = ["MAX_BYTES", "Reading", "as_json", "as_yaml", "file_name", "published", "read", "tree"]
_JSON = re.compile(r'\s*\{\s*["}]')


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A case, or why the text is none.

    Attributes
    ----------
    problem : str
        What is wrong and on which line; empty where `case` is there.
    place : tuple of str or int
        Keys and positions that lead to the value in question, where one value is.
    """

    case: Case | None = None
    problem: str = ""
    place: Place = ()


def file_name(text: str) -> str:
    """What messages call the text, and how it is read: JSON where it begins as JSON does, else YAML.

    Examples
    --------
    >>> file_name('{"id": "a"}'), file_name("id: a")
    ('case.json', 'case.yaml')
    """
    return "case.json" if _JSON.match(text) else "case.yaml"


def read(text: str) -> Reading:
    """Read case text; a refusal is a value here, because the text stays as it was typed.

    Examples
    --------
    >>> read("id: [").problem
    'case.yaml:2: not readable as YAML: did not find expected node content'
    """
    try:
        return Reading(case=parse_case(text, file_name(text)))
    except RtcalcError as problem:
        return Reading(problem=str(problem), place=problem.place)


def tree(text: str) -> Tree:
    """The fields of case text, whether or not they make a case.

    Raises
    ------
    ProtocolError
        Neither YAML nor JSON, or no block of fields.
    """
    name = file_name(text)
    data = loads(text, name).data
    if not isinstance(data, dict):
        raise ProtocolError(f"{name}: a mapping of fields was expected")
    return data


def as_yaml(text: str) -> str:
    """Turn the text into that of a YAML file: as it is, comments and all, where it is YAML already."""
    return text if file_name(text) == "case.yaml" else dumps(tree(text))


def as_json(text: str) -> str:
    """Turn the text into that of a JSON file: the same fields; as it is where it is JSON already.

    Examples
    --------
    >>> print(as_json("id: a  # a comment"), end="")
    {
      "id": "a"
    }
    """
    if file_name(text) == "case.json":
        return text
    return json.dumps(tree(text), indent=2, ensure_ascii=False) + "\n"


@cache
def published() -> tuple[tuple[str, str], ...]:
    """Id and title of each published case.

    Examples
    --------
    >>> published()[0]
    ('gist-case-1', 'GIST, external beam to a paracaval metastasis of 13 cm on regorafenib')
    """
    return tuple((name, str(loads(text, name).data["title"])) for name, text in published_cases().items())
