"""Body levels as they are written: vertebrae ("T8", "L2-L4"), and the bones of the pelvis ("left acetabulum")."""

from __future__ import annotations

import re

_PARTS = {"C": "C", "T": "T", "TH": "T", "D": "T", "L": "L", "S": "S"}
_SPINE = tuple(f"{part}{i}" for part, count in (("C", 7), ("T", 12), ("L", 5), ("S", 5)) for i in range(1, count + 1))
_VERTEBRA = r"(\d{1,2})"
_LEVEL = re.compile(
    rf"(C|Th|T|D|L|S){_VERTEBRA}(?:\s*(?:-|/|\.\.|to)\s*(C|Th|T|D|L|S)?{_VERTEBRA})?", re.ASCII | re.IGNORECASE
)

_PELVIC_BONES = frozenset({"acetabulum", "sacrum", "ilium", "ischium", "pubis", "coccyx"})
_SIDE_WORDS = frozenset(
    {"left", "right", "both", "bilateral", "anterior", "posterior", "os", "bone", "wing", "of", "the"}
)
# What lies beside the bones of the pelvis, down from the level at which the iliac crests begin.
PELVIC_LEVELS = _PELVIC_BONES | {"L4", "L5", "S1", "S2", "S3", "S4", "S5"}


def pelvic_bone(level: str) -> str | None:
    """The bone of the pelvis that a level names and nothing else; None where it names another place, or more.

    Parameters
    ----------
    level : str
        As the case has it.

    Returns
    -------
    str or None

    Examples
    --------
    >>> pelvic_bone("Left acetabulum"), pelvic_bone("L5"), pelvic_bone("ilium and femur")
    ('acetabulum', None, None)
    """
    words = [word for word in re.findall(r"[a-z]+|\S", level.lower()) if word not in _SIDE_WORDS]
    return words[0] if len(words) == 1 and words[0] in _PELVIC_BONES else None


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
