"""TG-263 names and other words for them, taken apart so that spelling, word order and side do not matter."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from rtcalc import textfile
from rtcalc.errors import ProtocolError
from rtcalc.registry.location import builtin

LEFT = frozenset(
    [
        "l",
        "lt",
        "left",
        "li",
        "links",
        "linke",
        "linker",
        "gauche",
        "izq",
        "izquierdo",
        "izquierda",
        "sin",
        "sinister",
        "sinistra",
        "sinistro",
    ]
)
RIGHT = frozenset(
    [
        "r",
        "rt",
        "right",
        "re",
        "rechts",
        "rechte",
        "rechter",
        "droit",
        "droite",
        "der",
        "derecho",
        "derecha",
        "dex",
        "dx",
        "dextra",
        "destro",
    ]
)
BOTH = frozenset(["both", "bilateral", "bilat", "beide", "total"])
_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_Key = TypeVar("_Key", bound=Hashable)
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})


@dataclass(frozen=True, slots=True)
class Reading:
    """A name taken apart.

    Attributes
    ----------
    words : tuple of str
        In small letters, without side and margin.
    side : str
        ``L``, ``R``, ``B`` (both) or "".
    prv : str
        ``PRV`` or ``PRV05`` (margin in mm), or "".
    """

    words: tuple[str, ...]
    side: str = ""
    prv: str = ""

    @property
    def base(self) -> str:
        """The words as one."""
        return "".join(self.words)


def plain(name: str) -> str:
    """A name in plain letters: accents dropped, umlauts as two.

    Examples
    --------
    >>> plain("Speiseröhre"), plain("Œsophage")
    ('Speiseroehre', 'OEsophage')
    """
    spelled = name.translate(_GERMAN).replace("Œ", "OE").replace("œ", "oe")
    return "".join(char for char in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(char))


def split(name: str) -> tuple[str, ...]:
    """Words and numbers of a name, in small letters.

    Examples
    --------
    >>> split("SpinalCord_PRV05"), split("Lt KIDNEY")
    (('spinal', 'cord', 'prv', '05'), ('lt', 'kidney'))
    """
    return tuple(word.lower() for word in _WORD.findall(plain(name)))


def read(name: str) -> Reading:
    """Take a name apart.

    Examples
    --------
    >>> read("Kidney right PRV 5mm")
    Reading(words=('kidney',), side='R', prv='PRV05')
    """
    rest = list(split(name))
    prv = _margin(rest)
    sides = {_side(word) for word in rest} - {""}
    if len(sides) == 1 and any(not _side(word) for word in rest):
        rest = [word for word in rest if not _side(word)]
        return Reading(tuple(rest), sides.pop(), prv)
    return Reading(tuple(rest), "", prv)


def _side(word: str) -> str:
    return "L" if word in LEFT else "R" if word in RIGHT else "B" if word in BOTH else ""


def _margin(words: list[str]) -> str:
    """Take "prv" with its millimetres out of the words."""
    if "prv" not in words:
        return ""
    at = words.index("prv")
    del words[at]
    # The number stands behind the mark or the side, or before it ("5mm PRV"), or the mark stands alone.
    for place in (at, at + 1, at - 1, at - 2):
        if 0 <= place < len(words) and words[place].isdigit() and len(words[place]) <= 2:
            number = int(words.pop(place))
            words[:] = [word for word in words if word != "mm"]
            return f"PRV{number:02d}"
    words[:] = [word for word in words if word not in ("mm", "xx")]
    return "PRV"


@dataclass(frozen=True, slots=True)
class NameTable:
    """Ways to a TG-263 name.

    Attributes
    ----------
    names : frozenset of str
        Primary names.
    exact : dict
        Primary and reverse-order names.
    spelled : dict
        The same without case, blanks and marks.
    worded : dict
        By words and side.
    other : dict
        Other words, by words and side.
    """

    names: frozenset[str]
    exact: dict[str, str]
    spelled: dict[str, str]
    worded: dict[tuple[str, str], str]
    other: dict[tuple[str, str], str]

    def of_side(self, base: str, side: str) -> str:
        """The name of a base ("Kidney") on a side; "" where there is none."""
        if side == "B":
            return next((name for name in (f"{base}s", base) if name in self.names), "")
        name = f"{base}_{side}" if side else base
        return name if name in self.names else ""


@cache
def table() -> NameTable:
    """Load the names once.

    Raises
    ------
    ProtocolError
        A synonym of a name that does not exist, or one word for two structures.
    """
    folder = builtin() / "structures"
    with (folder / "tg263.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    names = [row["primary_name"] for row in rows]
    reverse = {row["reverse_order_name"]: row["primary_name"] for row in rows if row["reverse_order_name"]}
    exact = {**reverse, **{name: name for name in names}}
    found = NameTable(
        names=frozenset(names),
        exact=exact,
        spelled=_unique(("".join(split(name)), target) for name, target in exact.items()),
        worded=_unique((_key(name), name) for name in names if not read(name).prv),
        other={},
    )
    _add_synonyms(found, textfile.load(folder / "synonyms.yaml"))
    return found


def _key(name: str) -> tuple[str, str]:
    reading = read(name)
    return reading.base, reading.side


def _unique(pairs: Iterable[tuple[_Key, str]]) -> dict[_Key, str]:
    """The pairs as a dict, without the keys that lead to two names."""
    out: dict[_Key, str] = {}
    clash: set[_Key] = set()
    for key, name in pairs:
        if out.setdefault(key, name) != name:
            clash.add(key)
    return {key: name for key, name in out.items() if key not in clash}


def _add_synonyms(found: NameTable, document: textfile.Document) -> None:
    from rtcalc.registry.schema_structures import StructuresFile
    from rtcalc.registry.validate import validate

    for name, words in validate(document, StructuresFile).names.items():
        where = document.where(("names", name))
        ways = {side: found.of_side(name, side) for side in ("", "L", "R", "B")}
        if not any(ways.values()):
            raise ProtocolError(f"{where}: no TG-263 name, alone or with _L and _R; expected one of tg263.csv")
        for word in words:
            for side, target in ways.items():
                key = (read(word).base, side or read(word).side)
                if target and found.other.setdefault(key, target) != target:
                    raise ProtocolError(f"{where}: {word!r} stands for {found.other[key]} already")
