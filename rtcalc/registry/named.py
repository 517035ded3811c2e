"""Entries by their name, found by their other names too; an unknown name is answered with the nearest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from rtcalc.errors import UnknownName

Value = TypeVar("Value")


class Named(Mapping[str, Value]):
    """A mapping that answers an unknown name with the nearest ones, and finds aliases.

    Parameters
    ----------
    kind : str
        What an entry is, for a message.
    entries : mapping
        By name.
    aliases : mapping, optional
        By other names of an entry, as they are printed.

    Examples
    --------
    >>> drugs = Named("drug", {"sorafenib": 1}, {"Nexavar": 1})
    >>> drugs["nexavar"]
    1
    >>> str(drugs.unknown("Nexavr"))
    "no drug is called 'Nexavr'; nearest: Nexavar (sorafenib)"
    """

    def __init__(self, kind: str, entries: Mapping[str, Value], aliases: Mapping[str, Value] | None = None) -> None:
        self._kind, self._entries, self._aliases = kind, entries, aliases or {}
        self._by_letters = {alias.lower(): entry for alias, entry in self._aliases.items()}

    def __getitem__(self, name: str) -> Value:
        found: Value | None = self.get(name)
        if found is None:
            raise self.unknown(name)
        return found

    def get(self, name: str, default: Any = None) -> Any:
        """The entry of this name or alias; `default` where neither is known."""
        return self._entries.get(name) or self._entries.get(name.lower()) or self._by_letters.get(name.lower(), default)

    def unknown(self, name: str, *, where: str = "", remedy: str = "") -> UnknownName:
        """The error for a name that no entry has; other names of an entry are searched and named with it."""
        names = {id(entry): own for own, entry in self._entries.items()}
        behind = {alias: names[id(entry)] for alias, entry in self._aliases.items()}
        return UnknownName(self._kind, name, [*self._entries, *behind], behind, where=where, remedy=remedy)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)
