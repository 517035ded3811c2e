"""Every citation of a knowledge file resolves, and every name that another file must know has a place to point at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from rtcalc.errors import ProtocolError, UnknownName
from rtcalc.textfile import Document, Place, Tree, load

CITING = ("source", "sources", "cited_as")
NAMING = ("id", "name", "key")


def check(document: Document, references: Iterable[str]) -> None:
    """Refuse a citation key that `references` does not have.

    Raises
    ------
    ProtocolError
        With the line of the citation and the nearest keys.
    """
    known = frozenset(references)
    for place, key in _cited(document.data, ()):
        if key not in known:
            raise ProtocolError(f"{document.where(place)}: {UnknownName('reference', key, known)}")


def _cited(data: Tree, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(data, list):
        for number, child in enumerate(data):
            yield from _cited(child, (*place, number))
    elif isinstance(data, dict):
        for field, child in data.items():
            if field in CITING:
                keys = child if isinstance(child, list) else [child]
                yield from (((*place, field), str(key)) for key in keys)
            else:
                yield from _cited(child, (*place, field))


def where(paths: Iterable[Path], name: str) -> str:
    """Place of the last entry called `name`: what a message about it begins with. Reads the files again."""
    found = name
    for path in paths:
        document = load(path)
        for place in document.lines:
            if place and place[-1] in NAMING and _at(document.data, place) == name:
                found = document.where(place)
    return found


def unknown(place: str, kind: str, name: str, known: Iterable[str]) -> ProtocolError:
    """The error for a name that another entry should have."""
    return ProtocolError(f"{place}: {UnknownName(kind, name, known)}")


def _at(data: Tree, place: Place) -> Tree:
    for part in place:
        data = data[part]
    return data
