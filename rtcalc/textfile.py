"""The only door to YAML and JSON files: strict text in, text out.

Every scalar arrives as the text that was typed (``no``, ``1:30``, ``off``, ``1e3`` and dates stay what they are); the
schema that reads the document decides what a text means. A file passes an event scan before any tree is built,
because 50 kB of ``[`` is enough to kill the process inside the C parser, and a few aliases can unfold to megabytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from rtcalc.errors import ProtocolError

MAX_BYTES = 2_000_000
MAX_DEPTH = 20
MAX_VALUE = 2_000
Tree = Any  # str | list[Tree] | dict[str, Tree]; a recursive alias needs Python 3.12
Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A file as nested dicts and lists of text, with the line on which each value stands.

    Attributes
    ----------
    name : str
        What error messages call the file.
    data : Tree
        Dicts, lists and text; no other type.
    lines : Mapping[Place, int]
        Line number (from 1) by path; 0 in JSON, whose reader does not tell.
    """

    name: str
    data: Tree
    lines: Mapping[Place, int]

    def known(self, place: Place) -> Place:
        """The parts of a place that are in the file."""
        known: Place = ()
        for part in place:
            if (*known, part) in self.lines:
                known = (*known, part)
        return known

    def where(self, place: Place, absent: str = "") -> str:
        """Name a place for a person: ``file.yaml:12: courses.spine.start``.

        Parts of `place` that are not in the file (a schema's own names for its branches) are left out; `absent` is the
        name of a field that should be there and is not.
        """
        known = self.known(place)
        line = self.lines.get(known)
        path = ".".join(_printable(str(part)) for part in (*known, *([absent] if absent else [])))
        return f"{_printable(self.name)}{f':{line}' if line else ''}{f': {path}' if path else ''}"


def _printable(text: str) -> str:
    """A name on one line: a key or a file name may hold line ends."""
    return text if text.isprintable() else repr(text)[1:-1]


def load(path: str | Path) -> Document:
    """Read a YAML or JSON file (by its suffix).

    Parameters
    ----------
    path : str or Path
        UTF-8 text, at most 2 MB.

    Returns
    -------
    Document

    Raises
    ------
    ProtocolError
        Unreadable, too large, too deep, with anchors, tags, duplicate keys or more than one document.
    """
    path = Path(path)
    name = _printable(str(path))
    raw = _bytes(path, name)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise ProtocolError(f"{name}: not UTF-8 text (byte {problem.start}); save it as UTF-8") from problem
    return loads(text, name=name)


def _bytes(path: Path, name: str) -> bytes:
    try:
        # A device or a pipe has no size and may never end.
        if path.exists() and not path.is_file():
            _refuse(name, "not a file; give the path of a readable file")
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as problem:  # ValueError: a null byte in the path
        if isinstance(problem, ProtocolError):
            raise
        reason = getattr(problem, "strerror", None) or problem
        raise ProtocolError(f"{name}: {reason}; give the path of a readable file") from problem
    if len(raw) > MAX_BYTES:
        _refuse(name, f"more than {MAX_BYTES} bytes, which is the most that is read; split the file")
    return raw


def loads(text: str, name: str = "text") -> Document:
    r"""Read YAML text, or JSON text when `name` ends in ``.json``.

    Examples
    --------
    >>> loads("during: {pararenal-1: off}\nday: 2013-10").data
    {'during': {'pararenal-1': 'off'}, 'day': '2013-10'}
    """
    if len(text) > MAX_BYTES:
        _refuse(name, f"{len(text)} characters; at most {MAX_BYTES} are read; split the file")
    name = _printable(name)
    if not _encodable(text):
        _refuse(name, "half of a surrogate pair, which is no character; save the file as UTF-8")
    return _json(text, name) if name.lower().endswith(".json") else _yaml(text, name)


def dumps(data: Tree) -> str:
    """Write a tree of text as YAML that `loads` reads back to the same tree.

    Examples
    --------
    >>> print(dumps({"during": {"a": "off"}, "days": ["2026-03-16"]}), end="")
    during:
      a: 'off'
    days:
    - '2026-03-16'
    """
    import yaml

    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=120)


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _short(text: str, where: str) -> str:
    """The text, unless it is longer than any field takes: it would fill the message that quotes it."""
    if len(text) > MAX_VALUE:
        _refuse(where, f"a text of {len(text)} characters; at most {MAX_VALUE} are read")
    return text


def _refuse(where: str, what: str) -> NoReturn:
    raise ProtocolError(f"{where}: {what}")


def _yaml(text: str, name: str) -> Document:
    import yaml

    try:
        _scan(text, name)
        root = yaml.compose(text, Loader=yaml.CBaseLoader)
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        at = getattr(problem, "position", None)  # of a character that YAML does not allow
        line = f":{mark.line + 1}" if mark else f":{text.count(chr(10), 0, at) + 1}" if at is not None else ""
        what = " ".join(str(getattr(problem, "problem", None) or problem).split())
        mend = _mend(text.splitlines()[mark.line : mark.line + 1] if mark else [])
        raise ProtocolError(f"{name}{line}: not readable as YAML: {what}{mend}") from problem
    if root is None:
        _refuse(name, "the file is empty; a mapping of fields was expected")
    lines: dict[Place, int] = {}
    return Document(name, _tree(root, (), lines, name), lines)


# What typing usually runs into: a value that begins with a sign of YAML's own.
_SIGN = re.compile(r"(?:^|[:\-\[{,]\s)\s*(?P<value>[>|%@`][^\n,\]}]*)")
_INNER_COLON = re.compile(r":\s+(?P<value>[^'\"\[{#][^#]*:\s.*)$")


def _mend(lines: list[str]) -> str:
    """How to write the line on which YAML stumbled; empty where no usual slip is seen."""
    line = lines[0].rstrip() if lines else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "; the line begins with a tab: write blanks"
    if found := _SIGN.search(line):
        value = found["value"].strip()
        return f"; YAML reads {value[0]} at the start of a value as its own sign: write the value in quotes, '{value}'"
    if found := _INNER_COLON.search(line):
        return f"; a value with a colon and a blank stands in quotes: '{found['value'].strip()}'"
    return ""


def _scan(text: str, name: str) -> None:
    """Refuse what must not reach the tree builder; uses constant memory and no recursion."""
    import yaml

    depth = documents = 0
    for event in yaml.parse(text, Loader=yaml.CBaseLoader):
        mark = event.start_mark
        here = f"{name}:{mark.line + 1}" if mark else name
        if getattr(event, "anchor", None) is not None:
            _refuse(here, "anchors and aliases (&, *) are not accepted; write the value out, in quotes if it begins so")
        if (tag := getattr(event, "tag", None)) is not None:
            _refuse(
                here,
                f"tags ({_printable(str(tag))[:80]}) are not accepted; write plain text, in quotes if it begins so",
            )
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
        if depth > MAX_DEPTH:
            _refuse(here, f"nested more than {MAX_DEPTH} levels deep")
        if documents > 1:
            _refuse(here, "more than one document; one file holds one document")


def _tree(node: Any, place: Place, lines: dict[Place, int], name: str) -> Tree:
    lines[place] = node.start_mark.line + 1
    if node.id == "scalar":
        return _short(str(node.value), f"{name}:{lines[place]}")
    if node.id == "sequence":
        return [_tree(child, (*place, i), lines, name) for i, child in enumerate(node.value)]
    out: dict[str, Tree] = {}
    for key, child in node.value:
        here = f"{name}:{key.start_mark.line + 1}"
        if key.id != "scalar":
            _refuse(here, "a key must be text")
        _short(key.value, here)
        if key.value in out:
            _refuse(here, f"the key {key.value!r} stands twice (first on line {lines[(*place, key.value)]})")
        out[key.value] = _tree(child, (*place, key.value), lines, name)
        # The key's line, not the value's: an error about a nested block should point at its name.
        lines[(*place, key.value)] = key.start_mark.line + 1
    return out


def _json(text: str, name: str) -> Document:
    def once(pairs: list[tuple[str, Tree]]) -> dict[str, Tree]:
        out: dict[str, Tree] = {}
        for key, value in pairs:
            if _short(key, name) in out:
                _refuse(name, f"the key {key!r} stands twice")
            out[key] = value
        return out

    def no_number(literal: str) -> NoReturn:
        _refuse(name, f"{literal} is not a value; leave the field out or write 'not stated'")

    as_text: Callable[[str], str] = str
    try:
        data = json.loads(
            text, object_pairs_hook=once, parse_float=as_text, parse_int=as_text, parse_constant=no_number
        )
    except json.JSONDecodeError as problem:
        raise ProtocolError(f"{name}:{problem.lineno}: not readable as JSON: {problem.msg}") from problem
    except RecursionError as problem:
        raise ProtocolError(f"{name}: nested more than {MAX_DEPTH} levels deep") from problem
    lines: dict[Place, int] = {}
    return Document(name, _json_text(data, (), lines, name), lines)


def _json_text(value: Any, place: Place, lines: dict[Place, int], name: str) -> Tree:
    if len(place) > MAX_DEPTH:
        _refuse(name, f"nested more than {MAX_DEPTH} levels deep")
    lines[place] = 0
    if isinstance(value, dict):
        return {key: _json_text(child, (*place, key), lines, name) for key, child in value.items()}
    if isinstance(value, list):
        return [_json_text(child, (*place, i), lines, name) for i, child in enumerate(value)]
    path = f"{name}: {'.'.join(_printable(str(part)) for part in place)}"
    if isinstance(value, str):
        # An escape such as \ud800 reaches here although the file itself is sound UTF-8.
        if not _encodable(value):
            _refuse(path, "half of a surrogate pair, which is no character")
        return _short(value, path)
    instead = "leave the field out or write 'not stated'" if value is None else f'write "{json.dumps(value)}"'
    _refuse(path, f"{json.dumps(value)} is not text; {instead}")
