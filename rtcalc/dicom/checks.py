"""What must agree between the files of a set before anything is computed from them together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import combinations
from typing import NoReturn

import numpy as np

from rtcalc.consistency import MIX_UP
from rtcalc.dicom.dose import DoseGrid
from rtcalc.dicom.plan import Plan
from rtcalc.dicom.source import Source
from rtcalc.dicom.structures import StructureSet
from rtcalc.dicom.wording import Note, refuse, tag
from rtcalc.errors import UnknownName

ACKNOWLEDGEMENTS = {
    "different patients": "the files name different patients",
    "different plan": "the dose refers to another plan, or to none",
    "different frame": "the structures lie in another frame of reference than the dose",
    "dose below prescription": "the highest dose of a course is below its prescription",
    "equal doses": "two courses have the same dose in every voxel",
}
"""What can be accepted by saying so; each acceptance is a note that goes into every output."""
_PERSON = ("patient ID", "patient name", "birth date")
LEAST_PART = 0.98
"""Highest dose over prescription: no isodose that is prescribed is above the maximum; 2 % are for rounding."""
_LOWEST_ISODOSE = 0.5
"""In use: the maximum of one fraction is the prescription of one over 50 to 100 %."""
EQUAL = "equal-doses"
_EQUAL_REMEDY = 'leave one out, or acknowledge "equal doses" if both were given'
SAME_DOSE_GRAY = 0.01
"""Two exports of one dose differ by the rounding of their scalings, and by no more."""


def acknowledged(given: Collection[str]) -> frozenset[str]:
    """Check the words of an acknowledgement.

    Raises
    ------
    UnknownName
        Nothing that can be acknowledged is called that.

    Examples
    --------
    >>> sorted(acknowledged(["different plan"]))
    ['different plan']
    """
    for word in [given] if isinstance(given, str) else given:
        if word not in ACKNOWLEDGEMENTS:
            raise UnknownName("acknowledgement", str(word), ACKNOWLEDGEMENTS)
    return frozenset([given] if isinstance(given, str) else given)


def same_patient(sources: Sequence[Source], accepted: Collection[str]) -> list[Note]:
    """Compare whose the files are, by keyed hashes; nobody is named.

    Raises
    ------
    DicomError
        They differ, and this was not acknowledged.
    """
    notes: list[Note] = []
    for at, what in enumerate(_PERSON):
        by_hash: dict[str, Source] = {}
        for source in sources:
            by_hash.setdefault(source.patient[at], source)
        if "" in by_hash and at == 0:
            notes.append(Note("no-patient-id", by_hash[""].name, "it has no patient ID, so that it cannot be compared"))
        by_hash.pop("", None)
        if len(by_hash) > 1:
            first, second = [f"{source.name} ({key[:6]})" for key, source in by_hash.items()][:2]
            text = f"the {what} differs: {first}, {second}"
            if "different patients" not in accepted:
                remedy = 'Take one patient\'s files, or acknowledge "different patients" if it is one person.'
                refuse("patient", text, "the files of one patient", remedy)
            notes.append(Note("acknowledged-patients", "patient", f"acknowledged by the user: {text}"))
    return notes


def same_study(sources: Sequence[Source]) -> list[Note]:
    """Note files of several studies."""
    by_study: dict[str, Source] = {}
    for source in sources:
        by_study.setdefault(source.study, source)
    if len(by_study) < 2:
        return []
    names = ", ".join(source.name for source in by_study.values())
    return [Note("several-studies", "study", f"the files belong to {len(by_study)} studies (first of each: {names})")]


def frames_agree(dose: DoseGrid, structures: StructureSet, accepted: Collection[str]) -> tuple[str, list[Note]]:
    """Compare the frames of reference of a dose and a structure set.

    Returns
    -------
    (str, list of Note)
        The frame whose structures lie in the dose, and what to note.

    Raises
    ------
    DicomError
        One of them is not stated, or they differ and this was not acknowledged.
    """
    frame, where = dose.source.frame, f"{dose.source.name} and {structures.source.name}"
    if not frame or not structures.frames:
        missing = dose.source.name if not frame else structures.source.name
        remedy = "Whether they share a coordinate system cannot be told; export both again."
        refuse(missing, f"{tag('FrameOfReferenceUID')} is missing", "the frame of reference", remedy)
    if frame in structures.frames:
        others = [one.label for one in structures.structures if one.frame != frame]
        text = f"{len(others)} structures lie in another frame of reference and are not used: {', '.join(others[:5])}"
        return frame, [Note("other-frame", where, text)] if others else []
    if "different frame" not in accepted:
        remedy = 'Read the structures the dose was made on, or acknowledge "different frame" if both lie alike.'
        refuse(where, "the frames of reference differ", f"one {tag('FrameOfReferenceUID')}", remedy)
    if len(structures.frames) > 1:
        refuse(where, "the structures lie in several frames of reference", "one", "Export one structure set.")
    text = "acknowledged by the user: the structures lie in another frame of reference than the dose"
    return structures.frames[0], [Note("acknowledged-frame", where, text)]


def dose_below(dose: DoseGrid, plan: Plan | None) -> str:
    """Say that the highest dose of a whole course is below its prescription; "" where it is not, or is not known."""
    prescribed = plan.prescription_gray if plan is not None else None
    if plan is None or prescribed is None or dose.units != "GY" or not 0 < dose.maximum < LEAST_PART * prescribed:
        return ""
    ratio = prescribed / dose.maximum
    text = f"its highest dose is {dose.maximum:.4g} Gy, and {prescribed:g} Gy are prescribed"
    counts = [group.fractions for group in plan.groups]
    count = counts[0] if len(counts) == 1 and counts[0] is not None else 1
    if count > 1 and _LOWEST_ISODOSE * LEAST_PART <= ratio / count <= 1.0 / LEAST_PART:
        return f"{text}; is it the dose of one fraction of {count}?"
    return f"{text}; is the unit wrong?" if ratio >= MIX_UP else text


def dose_against_plan(dose: DoseGrid, plan: Plan | None, accepted: Collection[str]) -> list[Note]:
    """Note a highest dose that cannot belong to the prescription; a case refuses one that is below it."""
    if dose.summation != "PLAN":
        return []  # a part of the plan; `dose_below` is asked of the whole course
    where, below = dose.source.name, dose_below(dose, plan)
    if below and "dose below prescription" in accepted:
        return [Note("acknowledged-dose", where, f"acknowledged by the user: {below}")]
    if below:
        return [Note("dose-unit" if "the unit" in below else "dose-below-prescription", where, below)]
    prescribed = plan.prescription_gray if plan is not None else None
    if prescribed is None or dose.units != "GY" or dose.maximum < MIX_UP * prescribed:
        return []
    text = f"its highest dose is {dose.maximum:.4g} Gy, and {prescribed:g} Gy are prescribed; is the unit wrong?"
    return [Note("dose-unit", where, text)]


def equal_doses(doses: Sequence[DoseGrid], accepted: Collection[str]) -> list[Note]:
    """Note doses that are the same in every voxel under names of their own."""
    notes = []
    for one, other in combinations(doses, 2):
        if _equal(one, other):
            text = f"its dose is that of {one.source.name} in every voxel"
            if "equal doses" in accepted:
                notes.append(Note("acknowledged-equal-doses", other.source.name, f"acknowledged by the user: {text}"))
            else:
                notes.append(Note(EQUAL, other.source.name, f"{text}; {_EQUAL_REMEDY}"))
    return notes


def _equal(one: DoseGrid, other: DoseGrid) -> bool:
    """Whether two doses are one, exported twice: in the same places, whatever the frame is called."""
    if (one.units, one.kind) != (other.units, other.kind) or abs(one.maximum - other.maximum) > SAME_DOSE_GRAY:
        return False
    return one.same_grid(other) and bool(np.allclose(one.values, other.values, rtol=0.0, atol=SAME_DOSE_GRAY))


def require_distinct(doses: Iterable[DoseGrid], accepted: Collection[str] = ()) -> None:
    """Refuse to take one dose, or one plan, for two courses.

    Parameters
    ----------
    accepted : words
        With "equal doses" two courses may have the same dose in every voxel, if their plans are two.

    Raises
    ------
    DicomError
        Two of the doses are the same object, have the same content, are equal in every voxel, or are of the same part
        of one plan.
    """
    seen: dict[str, DoseGrid] = {}
    given = list(doses)
    for dose in given:
        keys = [dose.source.uid, dose.source.sha256]
        if dose.summation != "BEAM":
            keys += [f"{uid} {dose.fraction_groups}" for uid in dose.plan_uids]
        for key in keys:
            if key and key in seen:
                _counted_twice(dose, f"the same treatment as {seen[key].source.name}", "leave one out")
        seen.update(dict.fromkeys(keys, dose))
    for one, other in () if "equal doses" in accepted else combinations(given, 2):
        if _equal(one, other):
            _counted_twice(other, f"the dose of {one.source.name} in every voxel", _EQUAL_REMEDY)


def _counted_twice(dose: DoseGrid, what: str, remedy: str) -> NoReturn:
    refuse(dose.source.name, what, "two courses of their own", f"It would be counted twice; {remedy}.")
