"""The names nearest to one that nobody knows: same letters, contained words, a slip of the pen; nothing far-fetched."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from itertools import takewhile

ALIKE = 0.75
"""Share of equal letters from which a name may be a slip of another; below it drugs of one class look alike."""
SHORTEST_PART = 4
"""Letters that a part needs to point at a longer name: "TG" would point at everything."""
_WORD = re.compile(r"[a-z]+|\d+")


def squashed(name: str) -> str:
    """A name without case, blanks and marks.

    Examples
    --------
    >>> squashed("TG-101") == squashed("tg 101")
    True
    """
    return "".join(_WORD.findall(name.lower()))


def nearest(name: str, known: Iterable[str], most: int = 3) -> list[str]:
    """The known names that were probably meant, best first; empty where none is like it.

    Examples
    --------
    >>> nearest("sorafinib", ["sunitinib", "sorafenib"]), nearest("left kidney", ["Kidney_L", "Kidney_R"])
    (['sorafenib'], ['Kidney_L'])
    >>> nearest("metformin", ["sorafenib", "imatinib"])
    []
    """
    wanted, words = squashed(name), _WORD.findall(name.lower())
    scored = [(_likeness(wanted, words, other), other) for other in dict.fromkeys(known)]

    def order(pair: tuple[float, str]) -> tuple[float, int, int, str]:
        score, other = pair
        return -score, -_shared_start(wanted, squashed(other)), len(other), other

    ranked = sorted((pair for pair in scored if pair[0] >= ALIKE), key=order)
    best = ranked[0][0] if ranked else 0.0
    # Beside a name that is all but certain, one that is only somewhat alike misleads.
    return [other for score, other in ranked if score >= best - 0.15][:most]


def _likeness(wanted: str, words: list[str], other: str) -> float:
    known = squashed(other)
    if wanted == known:
        return 1.0
    parts = _WORD.findall(other.lower())
    long_enough = min(len(wanted), len(known)) >= SHORTEST_PART
    part = 0.9 if long_enough and (wanted in known or known in wanted) else 0.0
    other_order = _ratio("".join(sorted(words)), "".join(sorted(parts))) if len(words) > 1 else 0.0
    return max(part, other_order, _ratio(wanted, known))


def _shared_start(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _ratio(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE else 0.0
