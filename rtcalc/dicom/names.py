"""From a structure's name to its TG-263 name, with a confidence; below the threshold nothing is mapped.

A name that is too short or too unlike is a suggestion for the user, whose own mapping always wins and can be kept in a
file. A structure of one side never becomes that of the other, a margin (PRV) never its organ, a structure made to steer
the optimiser never anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache

from rtcalc.dicom.name_file import IGNORE, TARGET
from rtcalc.dicom.name_table import NameTable, Reading, read, split, table
from rtcalc.dicom.structures import TARGET_TYPES, Structure
from rtcalc.registry.structures import organ_and_margin

THRESHOLD = 0.85
_EXACT, _SPELLING, _WORDING, _SYNONYM, _TYPE = 1.0, 0.98, 0.95, 0.92, 0.9
_ALIKE = 0.95
"""A name that is alike gets this much of its similarity: it never beats one that is known."""
_SHORTEST_ALIKE = 6
_AHEAD = 0.05
_TARGET_WORD = re.compile(r"I?GTV|I?CTV|HR-?CTV|ITV|PTV", re.IGNORECASE)
_TARGET = re.compile(f"({_TARGET_WORD.pattern})", re.IGNORECASE)
_HELPERS = frozenset(
    [
        "opt",
        "optim",
        "dummy",
        "ring",
        "rings",
        "help",
        "hilfe",
        "hilfs",
        "hilfsstruktur",
        "avoid",
        "avoidance",
        "tune",
        "tuning",
        "temp",
        "tmp",
        "test",
        "couch",
        "table",
        "artifact",
        "artefact",
        "shell",
        "nt",
        "expand",
        "buildup",
        "hotspot",
        "coldspot",
        "old",
        "copy",
    ]
)
_MINUS = re.compile(r"minus|without|ohne|[^\s_]\s*-\s*[^\s_]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NameMatch:
    """What a structure's name was taken for.

    Attributes
    ----------
    name : str
        As it is in the file.
    standard : str or None
        TG-263 name; None where nothing was mapped.
    confidence : float
        0 to 1; what is mapped has `THRESHOLD` or more.
    how : str
        ``yours``, ``exact``, ``spelling``, ``wording``, ``synonym``, ``alike``, ``type``, ``target``, ``helper`` or
        ``unknown``.
    organ : str or None
        `standard` without its margin: the organ whose limits it may stand for.
    measured_on : str
        ``organ`` or ``PRV``.
    is_target : bool
    candidates : tuple of (str, float)
        Nearest names, for the user to choose from.
    why : str
        What speaks against a mapping, for a person.
    """

    name: str
    standard: str | None = None
    confidence: float = 0.0
    how: str = "unknown"
    organ: str | None = None
    measured_on: str = "organ"
    is_target: bool = False
    candidates: tuple[tuple[str, float], ...] = ()
    why: str = ""


def match_name(name: str, interpreted_type: str = "", yours: Mapping[str, str] | None = None) -> NameMatch:
    """Map one name.

    Parameters
    ----------
    interpreted_type : str
        What it is to the planning system: a target type or EXTERNAL decides where the name does not.
    yours : mapping, optional
        Your own names, as `load_mapping` reads them; they win.

    Returns
    -------
    NameMatch

    Examples
    --------
    >>> match_name("left kidney").standard, match_name("Rueckenmark PRV 5mm").standard
    ('Kidney_L', 'SpinalCord_PRV05')
    >>> match_name("kidney").candidates[:2]
    (('Kidney_L', 0.92), ('Kidney_R', 0.92))
    """
    if yours and name in yours:
        return _yours(name, yours[name])
    by_name = _known_as(name)
    if interpreted_type in TARGET_TYPES and not by_name.is_target:
        return _called_target(by_name, interpreted_type)
    if interpreted_type == "EXTERNAL" and by_name.standard is None:
        return replace(by_name, standard="External", organ="External", confidence=_TYPE, how="type")
    return by_name


def match_structures(structures: Iterable[Structure], yours: Mapping[str, str] | None = None) -> dict[int, NameMatch]:
    """Map the structures of a set, by ROI number; of several that would get one name only a better one gets it."""
    found = {one.number: match_name(one.name, one.interpreted_type, yours) for one in structures}
    claims: dict[str, list[int]] = {}
    for number, match in found.items():
        if match.standard is not None and match.how != "yours":
            claims.setdefault(match.standard, []).append(number)
    for standard, numbers in claims.items():
        best = max(found[number].confidence for number in numbers)
        first = [number for number in numbers if found[number].confidence == best]
        for number in numbers:
            if len(numbers) > 1 and [number] != first:
                found[number] = _rival(found[number], standard)
    return found


def _rival(match: NameMatch, standard: str) -> NameMatch:
    why = f"several structures would be {standard}; choose one"
    near = ((standard, match.confidence),)
    return NameMatch(match.name, is_target=match.is_target, candidates=near, why=why)


def _yours(name: str, wanted: str) -> NameMatch:
    if wanted == IGNORE:
        return NameMatch(name, confidence=1.0, how="yours", why="you chose to leave it out")
    if wanted == TARGET:
        return NameMatch(name, confidence=1.0, how="yours", is_target=True)
    organ, prv = organ_and_margin(wanted)
    on = "PRV" if prv else "organ"
    return NameMatch(name, wanted, 1.0, "yours", organ, on, is_target=bool(_TARGET.match(wanted)))


@lru_cache(maxsize=4096)
def _known_as(name: str) -> NameMatch:
    """What a name says by itself; the names of a study are asked again and again."""
    return _by_name(name, table())


def _by_name(name: str, names: NameTable) -> NameMatch:
    if (target := _target(name)) is not None:
        return target
    reading = read(name)
    if name.startswith(("~", "^")) or re.match(r"[zx](?=[A-Z_])|zz", name) or _HELPERS & set(reading.words):
        return NameMatch(name, how="helper", why="it steers the optimiser or the image, and is no organ")
    if name in names.exact and not reading.prv:
        return _mapped(name, names.exact[name], _EXACT, "exact", reading)
    if _mixed(name, names):
        return NameMatch(name, why="it names an organ together with a target; say what it is")
    for ways, confidence, how in (
        (names.spelled.get("".join(split(name))) if not reading.prv else None, _SPELLING, "spelling"),
        (names.worded.get((reading.base, reading.side)), _WORDING, "wording"),
        (names.other.get((reading.base, reading.side)), _SYNONYM, "synonym"),
    ):
        if ways:
            return _mapped(name, ways, confidence, how, reading)
    return _alike(name, reading, names)


def _mixed(name: str, names: NameTable) -> bool:
    """An organ and a target in one name: a difference of the two where it is a known one, else anything."""
    if not _TARGET_WORD.search(name):
        return False
    known = names.spelled.get("".join(split(name))) or names.other.get((read(name).base, ""))
    return not (known and "-" in known and _MINUS.search(name))


def _mapped(name: str, standard: str, confidence: float, how: str, reading: Reading) -> NameMatch:
    full = f"{standard}_{reading.prv}" if reading.prv else standard
    return NameMatch(name, full, confidence, how, standard, "PRV" if reading.prv else "organ")


def _target(name: str) -> NameMatch | None:
    """A name that begins with GTV, CTV, ITV or PTV; parts of a target and rings around it are helpers."""
    found = _TARGET.match(name.strip())
    if not found:
        return None
    rest = name.strip()[found.end() :]
    if _HELPERS & set(split(rest)) or re.search(r"minus|ohne|[-+]\s*[A-Za-z]|\+\s*\d|opt", rest, re.IGNORECASE):
        return NameMatch(name, how="helper", why="a part of a target, or a margin around one")
    kind = found[1].upper().replace("-", "")
    standard = kind if kind in table().names else None
    return NameMatch(name, standard, _EXACT if name == kind else _SPELLING, "target", standard, is_target=True)


def _called_target(match: NameMatch, kind: str) -> NameMatch:
    if match.standard is None:
        return replace(match, confidence=_TYPE, how="type", is_target=True)
    why = f"its name says {match.standard}, and the planning system calls it {kind}"
    return NameMatch(match.name, candidates=((match.standard, 0.5), (kind, 0.5)), why=why)


def _alike(name: str, reading: Reading, names: NameTable) -> NameMatch:
    """The nearest known names; mapped only if one of them is near and the next one is not."""
    scores: dict[str, float] = {}
    # It keeps what it has worked out of its second text, so the many known names go first.
    matcher = SequenceMatcher(None, "", reading.base, autojunk=False)
    numbers = [word for word in reading.words if word.isdigit()]
    for known in (names.worded, names.other):
        for (base, side), standard in known.items():
            if base == reading.base:  # the right words on another side, or without one
                score = _SYNONYM
            elif side != reading.side or [*re.findall(r"\d+", base)] != numbers:
                continue
            else:
                score = _ALIKE * _similarity(matcher, base)
            scores[standard] = max(score, scores.get(standard, 0.0))
    ranked = sorted(((round(score, 2), standard) for standard, score in scores.items() if score >= 0.6), reverse=True)
    ranked.sort(key=lambda pair: (-pair[0], pair[1]))
    near = tuple((standard, score) for score, standard in ranked[:3])
    if not near or len(reading.base) < _SHORTEST_ALIKE:
        return NameMatch(name, candidates=near, why="no known name is near enough")
    (first, best), *others = near
    if _same_words(reading, names) or best < THRESHOLD or (others and best - others[0][1] < _AHEAD):
        return NameMatch(name, candidates=near, why="its side is not clear" if _same_words(reading, names) else "")
    return replace(_mapped(name, first, best, "alike", reading), candidates=near)


def _same_words(reading: Reading, names: NameTable) -> bool:
    return any(base == reading.base for known in (names.worded, names.other) for base, _ in known)


def _similarity(matcher: SequenceMatcher[str], known: str) -> float:
    matcher.set_seq1(known)
    near = matcher.real_quick_ratio() > 0.6 and matcher.quick_ratio() > 0.6
    return matcher.ratio() if near else 0.0
