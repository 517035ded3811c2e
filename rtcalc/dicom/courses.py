"""Which dose of a study is meant by a course, and which structure by a name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from rtcalc.dicom.name_file import IGNORE, checked_mapping
from rtcalc.dicom.names import NameMatch, match_structures
from rtcalc.dicom.pairing import TreatmentSet
from rtcalc.dicom.structures import Structure
from rtcalc.dicom.wording import refuse, shown
from rtcalc.errors import DicomError, UnknownName

if TYPE_CHECKING:
    from rtcalc.dicom.study import Study


@dataclass(frozen=True, slots=True)
class Named:
    """A structure and what its name was taken for."""

    structure: Structure
    match: NameMatch

    @property
    def organ(self) -> str:
        """TG-263 name of the organ, or the name in the file where it was mapped to nothing."""
        return self.match.organ or self.structure.label


def slug(text: str) -> str:
    """Text as an id that a case file can use.

    Examples
    --------
    >>> slug("PARARENAL 1")
    'pararenal-1'
    """
    return re.sub(r"[^A-Za-z0-9_.%+-]+", "-", text.lower()).strip("-_.%+")[:60]


def course_ids(study: Study) -> dict[str, TreatmentSet]:
    """Return the physical doses of a study by the id of their course: the label of the plan, else the dose file.

    Two plans of one label get the name of the dose file behind it. Biological doses are no courses.
    """
    physical = [one for one in study.sets if one.dose.kind == "PHYSICAL"]
    labels = [slug(one.plan.label) if one.plan is not None else "" for one in physical]
    stems = [slug(PurePath(one.dose.source.name).stem) for one in physical]
    found: dict[str, TreatmentSet] = {}
    for label, stem, one in zip(labels, stems, physical, strict=True):
        name = label if label and labels.count(label) == 1 else "-".join(part for part in (label, stem) if part)
        while not name or name in found:
            name += f"dose-{len(found) + 1}"
        found[name] = one
    return found


Stated = int | Mapping[str, int] | None
"""What you say of courses: one number for all of them, or one by course id."""


def stated_for(study: Study, stated: Stated) -> dict[str, int]:
    """Return what was stated, by course.

    Raises
    ------
    UnknownName
        A name is the id of no course.
    """
    known = course_ids(study)
    if stated is None or isinstance(stated, int):
        return {} if stated is None else dict.fromkeys(known, stated)
    for name in stated:
        if name not in known:
            raise UnknownName("course", shown(name), known)
    return dict(stated)


def find_course(study: Study, wanted: str | None) -> tuple[str, TreatmentSet]:
    """Return the course with this id, plan label or dose file; without one, the only course.

    Raises
    ------
    DicomError
        Several courses and none was chosen, no physical dose at all, or a biological dose was chosen.
    UnknownName
        No course is called that.
    """
    known = course_ids(study)
    for one in study.sets:
        if wanted == one.dose.source.name or (not known and wanted is None):
            one.dose.require_physical()
    if wanted is None:
        if len(known) != 1:
            what = f"{len(known)} courses ({', '.join(known)})" if known else "there is no dose"
            refuse("study", what, "one", "Choose a course." if known else "Add the RT Dose.")
        return next(iter(known.items()))
    if wanted in known:
        return wanted, known[wanted]
    matching = [
        (name, one)
        for name, one in known.items()
        if wanted in (one.dose.source.name, one.plan.label if one.plan is not None else None)
    ]
    if not matching:
        raise UnknownName("course", shown(wanted), known)
    if len(matching) > 1:
        refuse("study", f"{len(matching)} plans are called {shown(wanted)!r}", "one", f"Choose {matching[0][0]} ..")
    return matching[0]


def named_structures(one: TreatmentSet, names: Mapping[str, str] | None) -> tuple[Named, ...]:
    """Return the structures in the frame of a dose with what they were taken for; your own `names` win.

    Raises
    ------
    DicomError
        As `TreatmentSet.structures`.
    UnknownName
        One of your names is no TG-263 name.
    """
    structures = one.structures
    matches = match_structures(structures, checked_mapping(names or {}))
    return tuple(Named(each, matches[each.number]) for each in structures)


def find_structure(one: TreatmentSet, wanted: str | int, names: Mapping[str, str] | None) -> Named:
    """Return a structure: by your own name for it, by its name or number in the file, or by its TG-263 name.

    Raises
    ------
    DicomError
        Several fit, it lies in another frame, or you chose to leave it out.
    UnknownName
        None fits.
    """
    everything = named_structures(one, names)
    mapped = [each for each in everything if each.match.standard == wanted]
    yours = [each for each in mapped if each.match.how == "yours"]
    if yours:
        return _only(yours)
    try:
        structure = one.structure(wanted)
    except UnknownName:
        if not mapped:
            raise
        return _only(mapped)
    found = next(each for each in everything if each.structure is structure)
    if (names or {}).get(structure.name) == IGNORE:
        refuse(structure.label, "you chose to leave it out", "a structure in use", "Change your names.")
    return found


def drawn_first(study: Study, wanted: str | int, names: Mapping[str, str] | None) -> list[str]:
    """Return the courses of a study; where a structure can be read in one of them only, that one comes first.

    A sum lies on the contours of its first course, and a course that was given elsewhere often has none.
    """
    known = course_ids(study)
    usable = [name for name, one in known.items() if _has(one, wanted, names)]
    first = usable[:1] if len(usable) == 1 else []
    return [*first, *(name for name in known if name not in first)]


def _has(one: TreatmentSet, wanted: str | int, names: Mapping[str, str] | None) -> bool:
    try:
        return find_structure(one, wanted, names).structure.kind == "volume"
    except (DicomError, UnknownName):
        return False


def _only(alike: Sequence[Named]) -> Named:
    if len(alike) > 1:
        labels = ", ".join(each.structure.label for each in alike)
        what = f"{len(alike)} structures are read as {shown(alike[0].match.standard)}: {labels}"
        where = "your names" if alike[0].match.how == "yours" else "structures"
        refuse(where, what, "one", "Ask for one of them by its number, or give the others another name, or ignore.")
    return alike[0]


def require_one_each(structures: Iterable[Named]) -> None:
    """Refuse two structures that are read as one organ: which of them is meant is not guessed.

    Raises
    ------
    DicomError
        As said, naming both.
    """
    organs: dict[tuple[str, str], list[Named]] = {}
    for each in structures:
        if each.match.organ is not None and not each.match.is_target and each.structure.kind == "volume":
            organs.setdefault((each.match.organ, each.match.measured_on), []).append(each)
    for alike in organs.values():
        _only(sorted(alike, key=lambda each: each.match.how != "yours"))
