"""What a person types in a field, as the file has it: decimal commas as points, the field's unit behind a bare number.

What has two meanings, or none, is written as it was typed: the library refuses it at its place, and the field says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from rtcalc.dates import NOT_STATED
from rtcalc.textfile import Place, Tree

ORDER = ("after", "before", "printed")
_COMMA = re.compile(r"(?<![\w.,])(\d+),(\d+)(?![\d.,])")
_BARE = re.compile(r"\d+(\.\d+)?", re.ASCII)
_NEAR = re.compile(r"(\S+)\s+(\S.*)")


def strict(place: Place, typed: str) -> Tree:
    """The value that the file holds for text typed at a place.

    Examples
    --------
    >>> strict(("organ_doses", "SpinalCord", "c1", "D0.035cc"), "26,4")
    '26.4 Gy'
    >>> strict(("courses", "c2", "start"), "after: c1; printed: a few months later")
    {'after': 'c1', 'printed': 'a few months later'}
    >>> strict(("courses", "c1", "treatment_days"), "2026-03-16, 2026-03-18")
    ['2026-03-16', '2026-03-18']
    """
    name, parent = str(place[-1]), str(place[-2]) if len(place) > 1 else ""
    if place[0] == "organ_doses":
        return typed if name in ("on", "origin", "covered") else _metric(name, typed)
    return _WRITERS.get(parent, _WRITERS.get(name, _as_typed))(typed)


def pointed(typed: str) -> str:
    """Decimal commas as points, where a comma can mean nothing else.

    Examples
    --------
    >>> pointed("37,5 Gy / 5"), pointed("1.234,5 Gy")
    ('37.5 Gy / 5', '1.234,5 Gy')
    """
    return _COMMA.sub(r"\1.\2", typed)


def with_unit(typed: str, unit: str) -> str:
    """A number with the unit that stands at the field; text that is no bare number stays as it was typed.

    Examples
    --------
    >>> with_unit("26,4", "Gy"), with_unit("2640 cGy", "Gy"), with_unit("not stated", "Gy")
    ('26.4 Gy', '2640 cGy', 'not stated')
    """
    text = pointed(typed).strip()
    return f"{text} {unit}" if _BARE.fullmatch(text) else text


def when_words(value: Tree | None) -> str:
    """A date of the file as one line, which `strict` reads back.

    Examples
    --------
    >>> when_words({"after": "pararenal-2", "printed": "a few months later"})
    'after: pararenal-2; printed: a few months later'
    """
    if isinstance(value, dict):
        return "; ".join(f"{name}: {words}" for name, words in value.items())
    return value if isinstance(value, str) else ""


def near_words(value: Tree | None) -> str:
    """Organs near a target as one line, which `strict` reads back.

    Examples
    --------
    >>> near_words({"Esophagus": "12 mm", "SpinalCord": "not stated"}), near_words(["Liver", "Stomach"])
    ('Esophagus 12 mm, SpinalCord', 'Liver, Stomach')
    """
    if isinstance(value, dict):
        return ", ".join(f"{organ} {far}".removesuffix(f" {NOT_STATED}") for organ, far in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else ""


def _metric(name: str, typed: str) -> str:
    """The value of an organ's metric: a dose in Gy for D metrics, a volume in cc; of V metrics the unit is typed."""
    if name.startswith("D"):
        return with_unit(typed, "Gy")
    return with_unit(typed, "cc") if name == "volume" or name.startswith("CV") else pointed(typed)


def _when(typed: str) -> Tree:
    parts = [part.partition(":") for part in typed.split(";")]
    if all(colon and name.strip() in ORDER for name, colon, _ in parts):
        return {name.strip(): words.strip() for name, _, words in parts}
    return typed


def _days(typed: str) -> Tree:
    days = _names(typed)
    return days if len(days) > 1 or any(letter.isdigit() for letter in typed) else typed


def _names(typed: str) -> list[str]:
    return [part.strip() for part in typed.split(",") if part.strip()]


def _near(typed: str) -> Tree:
    entries = [_NEAR.fullmatch(part) for part in _names(pointed(typed))]
    if not any(entries):
        return _names(typed)
    named = zip(_names(pointed(typed)), entries, strict=True)
    return {(m[1] if m else organ): (with_unit(m[2], "mm") if m else NOT_STATED) for organ, m in named}


def _as_typed(typed: str) -> Tree:
    return typed


def _quantity(unit: str) -> Callable[[str], Tree]:
    return lambda typed: with_unit(typed, unit)


# By the field's name, or by that of the block which it stands in.
_WRITERS: dict[str, Callable[[str], Tree]] = {
    **dict.fromkeys(("start", "end", "first", "last", "surgery"), _when),
    **dict.fromkeys(("dose", "delivered"), pointed),
    "treatment_days": _days,
    "same_sessions_as": _names,
    "near": _near,
    "isodose": _quantity("%"),
    "largest": _quantity("mm"),
    "volumes": _quantity("cc"),
    "target_metrics": _quantity("Gy"),
}
