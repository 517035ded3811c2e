"""Body levels as they are written ("T8", "L2-L4"), read as the vertebrae they name."""

from __future__ import annotations

import re

_PARTS = {"C": "C", "T": "T", "TH": "T", "D": "T", "L": "L", "S": "S"}
_SPINE = tuple(f"{part}{i}" for part, count in (("C", 7), ("T", 12), ("L", 5), ("S", 5)) for i in range(1, count + 1))
_VERTEBRA = r"(\d{1,2})"
_LEVEL = re.compile(
    rf"(C|Th|T|D|L|S){_VERTEBRA}(?:\s*(?:-|/|\.\.|to)\s*(C|Th|T|D|L|S)?{_VERTEBRA})?", re.ASCII | re.IGNORECASE
)


def vertebrae(level: str) -> frozenset[str] | None:
    """Read the vertebrae that a level names.

    Parameters
    ----------
    level : str
        One vertebra, or the first and the last of a span; dorsal ("D8") and "Th8" are thoracic.

    Returns
    -------
    frozenset of str or None
        None: not written as vertebrae, which clears no rule on a level.

    Examples
    --------
    >>> sorted(vertebrae("T12-L2")), sorted(vertebrae("L2-4")), vertebrae("left femur")
    (['L1', 'L2', 'T12'], ['L2', 'L3', 'L4'], None)
    """
    found = _LEVEL.fullmatch(level.strip())
    if not found:
        return None
    part, first, last_part, last = found.groups()
    ends = _name(part, first), _name(last_part or part, last or first)
    if not set(ends) <= set(_SPINE) or _SPINE.index(ends[0]) > _SPINE.index(ends[1]):
        return None
    return frozenset(_SPINE[_SPINE.index(ends[0]) : _SPINE.index(ends[1]) + 1])


def _name(part: str, number: str) -> str:
    return f"{_PARTS[part.upper()]}{int(number)}"
