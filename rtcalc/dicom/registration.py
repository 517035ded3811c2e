"""Spatial Registration: rigid transformations between frames of reference, and the way from one frame to another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from rtcalc.dicom.decimal_text import Doubles
from rtcalc.dicom.elements import Elements
from rtcalc.dicom.limits import FARTHEST_MM
from rtcalc.dicom.source import RtFile, Source, character_notes
from rtcalc.dicom.wording import AGAIN, Note, refuse, shown, tag
from rtcalc.errors import DicomError, DomainError
from rtcalc.geometry.rigid import Rigid

RIGID_ONLY = "Export a rigid registration, or leave this file out."


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Link:
    """What takes the points of a frame of reference to the registered one.

    Attributes
    ----------
    frame : str
        Where the points are from.
    matrix : (4, 4) array
        Rigid, homogeneous. [mm]
    """

    frame: str
    matrix: Doubles = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Registration:
    """One registration object, as it was exported.

    Attributes
    ----------
    source : Source
        Its frame of reference is the registered one, to which every link leads.
    links : tuple of Link
    notes : tuple of Note
    """

    source: Source
    links: tuple[Link, ...] = field(repr=False)
    notes: tuple[Note, ...] = ()


def read_registration(file: RtFile) -> Registration:
    """Read a Spatial Registration.

    Raises
    ------
    DicomError
        A frame of reference that is missing, a matrix that is not rigid (scaled, sheared, mirrored) or not said to be,
        a shift of more than 10 m, a registered frame that is not where it is.

    Notes
    -----
    A matrix takes points of the item's frame to the registered frame, the file's own (PS3.3 C.20.2.1.1). Several
    matrices of one item are taken where the first and the last one may change places, and refused where they may not.
    The standard says that "the item order is significant and corresponds to matrix multiplication order"; which of the
    two ways, it leaves to equation C.20.2-2, and programs read that differently: dicom-go (spatialreg/read_affine.go)
    lets the first item act first, M3 M2 M1; SlicerRT (vtkSlicerDicomSroReader.cxx) multiplies M1 M2 M3, so that the
    last one acts first, and no clinical file was at hand when its authors were asked about it. pydicom reads the items
    and multiplies nothing.
    """
    top, notes = file.elements, list(file.notes)
    if not file.source.frame:
        refuse(top.where, f"{tag('FrameOfReferenceUID')} is missing", "the registered frame of reference", AGAIN)
    items = top.items("RegistrationSequence")
    if not items:
        refuse(top.where, f"{tag('RegistrationSequence')} is missing or empty", "one item or more", AGAIN)
    links = [_link(item, file.source.frame) for item in items]
    kept = tuple(link for link in links if link.frame != file.source.frame)
    if not kept:
        notes.append(Note("registers-nothing", file.source.name, "it connects no other frame of reference to its own"))
    return Registration(source=file.source, links=kept, notes=(*notes, *character_notes(file)))


def _link(item: Elements, registered: str) -> Link:
    frame = item.name("FrameOfReferenceUID")
    if not frame:
        remedy = "Which images it moves cannot be told; export the registration again."
        refuse(item.where, f"{tag('FrameOfReferenceUID')} is missing", "the frame of reference it is from", remedy)
    found = item.items("MatrixRegistrationSequence")
    if len(found) != 1:
        refuse(item.where, f"{tag('MatrixRegistrationSequence')} has {len(found)} items", "one", AGAIN)
    matrices = [_matrix(one) for one in found[0].items("MatrixSequence")]
    if not matrices:
        refuse(found[0].where, f"{tag('MatrixSequence')} is missing or empty", "one matrix or more", AGAIN)
    total = _product(matrices)
    if not total.same_as(_product(matrices[::-1])):
        what = f"{len(matrices)} matrices that lead to another place when they are multiplied from the other end"
        remedy = "Programs differ in which of them acts first; export the registration as one matrix."
        refuse(found[0].where, what, "one matrix, or matrices whose order makes no difference", remedy)
    if frame == registered and not total.is_identity:
        refuse(item.where, "it moves the registered frame of reference itself", "no movement of it", AGAIN)
    return Link(frame=frame, matrix=total.matrix)


def _product(matrices: Sequence[Rigid]) -> Rigid:
    total = matrices[0]
    for one in matrices[1:]:
        total = total @ one
    return total


def _matrix(item: Elements) -> Rigid:
    kind = item.need_text("FrameOfReferenceTransformationMatrixType", "RIGID")
    if kind != "RIGID":
        refuse(item.where, f"{tag('FrameOfReferenceTransformationMatrixType')} is {shown(kind)}", "RIGID", RIGID_ONLY)
    values = item.need_numbers("FrameOfReferenceTransformationMatrix", 16)
    farthest = float(np.abs(values).max())
    if farthest > FARTHEST_MM:
        what = f"{tag('FrameOfReferenceTransformationMatrix')} holds {farthest:g}"
        refuse(item.where, what, f"a shift within {FARTHEST_MM / 1000:g} m", AGAIN)
    try:
        return Rigid(np.reshape(values, (4, 4)))
    except DomainError as problem:
        name = tag("FrameOfReferenceTransformationMatrix")
        raise DicomError(f"{item.where}: {name}: {problem}; expected a rigid one. {RIGID_ONLY}") from problem


# --- from frame to frame ----------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """How points of one frame get to another, and the files that say so."""

    rigid: Rigid
    files: tuple[str, ...]


def way(registrations: Sequence[Registration], begin: str, end: str) -> Way | None:
    """Return what takes points of frame `begin` to frame `end`; None where no registration connects them.

    Raises
    ------
    DicomError
        Registrations that contradict each other by more than 0.1 mm: which one holds is not for the program to say.

    Notes
    -----
    Registrations are taken in both directions, and one after the other where no single one connects the frames. Of
    several ways the shortest one counts, and ways of one length have to agree.
    """
    found = {begin: [Way(Rigid(np.eye(4)), ())]}
    newest = dict(found)
    while newest and end not in found:
        following: dict[str, list[Way]] = {}
        for frame, ways in newest.items():
            for there, step, name in _steps(registrations, frame):
                if there not in found:
                    _add(following.setdefault(there, []), ways, step, name)
        found |= following
        newest = following
    reached = found.get(end, [])
    if len(reached) > 1:
        names = ", ".join(dict.fromkeys(name for one in reached for name in one.files))
        refuse(names, "they register the same frames of reference differently", "one registration", "Leave one out.")
    return reached[0] if reached else None


def _add(known: list[Way], ways: Sequence[Way], step: Rigid, name: str) -> None:
    """Add the ways that go one step on, each place once."""
    for way_there in ways:
        rigid = step @ way_there.rigid
        if not any(rigid.same_as(one.rigid) for one in known):
            known.append(Way(rigid, tuple(dict.fromkeys((*way_there.files, name)))))


def _steps(registrations: Sequence[Registration], frame: str) -> Iterator[tuple[str, Rigid, str]]:
    for one in registrations:
        for link in one.links:
            if link.frame == frame:
                yield one.source.frame, Rigid(link.matrix), one.source.name
            if one.source.frame == frame:
                yield link.frame, Rigid(link.matrix).inverse, one.source.name
