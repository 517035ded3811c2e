"""Sets of organ limits by id: a built-in set is read when it is asked for, a department's own sets all at once.

A department's files are few and its own work: a slip in one of them must not wait for the case that asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from threading import RLock

from rtcalc.errors import ProtocolError, UnknownName
from rtcalc.limit_sets import LimitSet
from rtcalc.registry import citations
from rtcalc.registry.location import files_of

KIND = "constraints"
# A plain scalar at the left margin; every other way of writing it is left to the strict reader.
_HEAD = re.compile(rb"^(id|title):[ \t]+([^\s#'\"&*!|>%@`{\[][^#\r\n]*?)[ \t]*\r?$", re.MULTILINE)


class LimitSets(Mapping[str, LimitSet]):
    """The sets of a registry: the keys cost a look at each built-in file, a value reads one file.

    Parameters
    ----------
    folders : sequence of Path
        A set of a later folder replaces the one of an earlier folder as a whole.
    reader : callable
        Reads one file strictly.
    replaced : callable
        Is told the id of each set that replaces another.

    Raises
    ------
    UnknownName
        A set that no file has, with the nearest ids; titles are searched as well.
    ProtocolError
        A file that does not follow its schema, when its set is asked for; two files of one folder with one set.

    Examples
    --------
    >>> from rtcalc.registry import Registry
    >>> sets = Registry().sets
    >>> "TG101" in sets, sets.loaded
    (True, ())
    >>> sets["TG101"].title, sets.loaded
    ('AAPM TG-101 Table III', ('TG101',))
    """

    def __init__(
        self, folders: Sequence[Path], reader: Callable[[Path], LimitSet], replaced: Callable[[str], None]
    ) -> None:
        self._folders, self._reader, self._replaced = folders, reader, replaced
        self._loaded: dict[str, LimitSet] = {}
        self._by_path: dict[Path, LimitSet] = {}
        self._lock = RLock()  # two threads that ask for one set must not take it for two sets with the same rows

    @property
    def loaded(self) -> tuple[str, ...]:
        """Ids of the sets that have been read."""
        return tuple(self._loaded)

    @cached_property
    def _files(self) -> Mapping[str, Path]:
        """The file of each set that is in use."""
        found: dict[str, Path] = {}
        for number, folder in enumerate(self._folders):
            here: dict[str, Path] = {}
            for path in files_of(folder, KIND):
                name = self._name(path, own=number > 0)
                if name in here:
                    where = citations.where([path], name)
                    raise ProtocolError(f"{where}: this id stands twice, also in {here[name].name}; rename one set")
                here[name] = path
            for name in here:
                if name in found:
                    self._replaced(name)
            found |= here
        return found

    def _name(self, path: Path, *, own: bool) -> str:
        name = "" if own else _heads(path).get("id", "")
        if not name:
            self._by_path[path] = self._reader(path)
            name = self._by_path[path].id
        return name

    def __getitem__(self, name: str) -> LimitSet:
        if name not in self._loaded:
            with self._lock:
                if name not in self._files:
                    raise self.unknown(name)
                if name not in self._loaded:
                    self._loaded[name] = self._with_own_ids(self._files[name])
        return self._loaded[name]

    def unknown(self, name: str, *, where: str = "") -> UnknownName:
        """The error for a set that no file has."""
        titles = {title: of for of, path in self._files.items() if (title := _heads(path).get("title"))}
        return UnknownName("limit set", name, [*self._files, *titles], titles, where=where)

    def _with_own_ids(self, path: Path) -> LimitSet:
        found = self._by_path.get(path) or self._reader(path)
        seen = {limit.id for other in self._loaded.values() for limit in other.limits}
        for limit in found.limits:
            if limit.id in seen:
                where = citations.where(self._files.values(), limit.id)
                raise ProtocolError(f"{where}: this id stands twice; give every row its own")
            seen.add(limit.id)
        return found

    def __contains__(self, name: object) -> bool:
        return name in self._files

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


def _heads(path: Path) -> dict[str, str]:
    """Plain ``id`` and ``title`` at the top level of a file; empty where they are written in another way."""
    try:
        found = _HEAD.findall(path.read_bytes())
    except OSError:
        return {}  # the strict reader says why
    heads = {key.decode(): value.decode("utf-8", "replace") for key, value in found}
    return heads if len(found) == len(heads) else {}
