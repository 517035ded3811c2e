"""What must agree between the files of a set before anything is computed from them together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

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
}
"""What can be accepted by saying so; each acceptance is a note that goes into every output."""
_PERSON = ("patient ID", "patient name", "birth date")
_MIX_UP = 50.0


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


def dose_against_plan(dose: DoseGrid, plan: Plan | None) -> list[Note]:
    """Note a highest dose that cannot belong to the prescription."""
    prescribed = plan.prescription_gray if plan is not None else None
    if prescribed is None or dose.units != "GY" or dose.summation != "PLAN" or dose.maximum <= 0:
        return []
    ratio = dose.maximum / prescribed
    if 1 / _MIX_UP < ratio < _MIX_UP:
        return []
    text = f"its highest dose is {dose.maximum:.4g} Gy, and {prescribed:g} Gy are prescribed; is the unit wrong?"
    return [Note("dose-unit", dose.source.name, text)]


def require_distinct(doses: Iterable[DoseGrid]) -> None:
    """Refuse to take one dose, or one plan, for two courses.

    Raises
    ------
    DicomError
        Two of the doses are the same object, have the same content, or are of the same part of one plan.
    """
    seen: dict[str, DoseGrid] = {}
    for dose in doses:
        keys = [dose.source.uid, dose.source.sha256]
        if dose.summation != "BEAM":
            keys += [f"{uid} {dose.fraction_groups}" for uid in dose.plan_uids]
        for key in keys:
            if key and key in seen:
                refuse(
                    dose.source.name,
                    f"the same treatment as {seen[key].source.name}",
                    "two courses of their own",
                    "It would be counted twice; leave one out.",
                )
        seen.update(dict.fromkeys(keys, dose))
