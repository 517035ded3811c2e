"""RT Structure Set: structures by their ROI number, never by their place in a list."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from rtcalc.dicom.contours import Outline, drawn, levels, outlines
from rtcalc.dicom.decimal_text import Doubles
from rtcalc.dicom.elements import Elements
from rtcalc.dicom.limits import ReadLimits
from rtcalc.dicom.scan import Branch
from rtcalc.dicom.source import RtFile, Source, character_notes
from rtcalc.dicom.wording import AGAIN, Note, refuse, shown, tag
from rtcalc.errors import DomainError, UnknownName
from rtcalc.geometry.values import ContourSet

_REFERENCED_NUMBER = 0x30060084
TARGET_TYPES = ("GTV", "CTV", "PTV", "ITV")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Structure:
    """One structure of a set.

    Attributes
    ----------
    number : int
        ROI number.
    name : str
        As it is written, cut to 64 characters and safe to show; "" where it has none.
    frame : str
        Frame of reference of its contours; "" where it is not stated.
    contours : tuple of (m, 3) arrays
        Closed, axial, the first point not repeated; even-odd where several lie in a plane. [mm]
    points : tuple of (m, 3) arrays
        Single points, and contours of one or two points. [mm]
    xor : bool
        The file states exclusive or; without it nested contours are holes as well.
    interpreted_type : str
        What it is to the planning system: ORGAN, PTV, EXTERNAL ... or "".
    observations : tuple of str
        Labels of its observations.
    algorithm : str
        How it was drawn: MANUAL, SEMIAUTOMATIC, AUTOMATIC or "".
    refused : str
        Why no volume can be made of it, or "".
    notes : tuple of Note
    """

    number: int
    name: str
    frame: str = field(default="", repr=False)
    contours: tuple[Doubles, ...] = field(default=(), repr=False)
    points: tuple[Doubles, ...] = field(default=(), repr=False)
    xor: bool = False
    interpreted_type: str = ""
    observations: tuple[str, ...] = ()
    algorithm: str = ""
    refused: str = ""
    notes: tuple[Note, ...] = field(default=(), repr=False)

    @property
    def label(self) -> str:
        """Name and number, which no two structures of a set share: ``Duodenum #7``."""
        return f"{self.name} #{self.number}" if self.name else f"#{self.number}"

    @property
    def kind(self) -> str:
        """What can be made of it: ``volume``, ``point``, ``empty`` or ``refused``."""
        if self.refused:
            return "refused"
        return "volume" if self.contours else "point" if self.points else "empty"

    @property
    def is_target(self) -> bool:
        """Whether the planning system calls it a target."""
        return self.interpreted_type in TARGET_TYPES

    @property
    def planes(self) -> Doubles:
        """Heights of the planes that hold contours, rising. [mm]"""
        return levels(self.contours)

    def contour_set(self, slice_spacing: float | None = None) -> ContourSet:
        """Return the contours as the geometry takes them.

        Parameters
        ----------
        slice_spacing : float, optional
            Distance of the image slices. [mm]

        Raises
        ------
        DicomError
            It is no volume: refused, empty, or points only.
        """
        if self.kind != "volume":
            what = self.refused or ("it holds points only" if self.points else "it has no contours")
            remedy = (
                "Draw or export it again."
                if self.kind != "point"
                else "Its doses are those of points: course.point_doses, rtcalc dvh."
            )
            refuse(self.label, what, "closed axial contours", remedy)
        try:
            return ContourSet.from_points(self.label, self.contours, slice_spacing)
        except DomainError as problem:
            refuse(self.label, f"no volume ({problem})", "closed axial contours", "Draw it again.")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StructureSet:
    """The structures of one file.

    Attributes
    ----------
    source : Source
    label : str
    structures : tuple of Structure
        By rising ROI number.
    frames : tuple of str
        Frames of reference that its structures use.
    notes : tuple of Note
        Those of the structures included.
    """

    source: Source
    label: str
    structures: tuple[Structure, ...]
    frames: tuple[str, ...] = field(default=(), repr=False)
    notes: tuple[Note, ...] = field(default=(), repr=False)

    def find(self, wanted: str | int) -> Structure:
        """Return a structure by number, by ``#number``, by its label, or by a name that only one has.

        Raises
        ------
        UnknownName
            None is called that.
        DicomError
            Several are: by names that differ at most in case and blanks, or by the number of one and the name of
            another.
        """
        found = self._called(wanted)
        if not found:
            names = [one.name for one in self.structures if one.name]
            raise UnknownName("structure", shown(str(wanted).strip()), names)
        if len(found) > 1:
            given = ", ".join(one.label for one in found)
            ways = " or ".join(repr(self._way(one)) for one in found)
            what = f"several structures are called {shown(str(wanted).strip())!r}: {given}"
            refuse(self.source.name, what, "one", f"Say {ways}.")
        return found[0]

    def _called(self, wanted: str | int) -> list[Structure]:
        """Every structure that the words fit: by its number, its label or its name."""
        if type(wanted) is int:
            return [one for one in self.structures if one.number == wanted]
        text = str(wanted).strip()
        number = text.removeprefix("#")
        counted = int(number) if number.removeprefix("-").isdecimal() and len(number) <= 12 else None
        return [
            one
            for one in self.structures
            if text == one.label or one.number == counted or (one.name and _alike(one.name) == _alike(text))
        ]

    def _way(self, one: Structure) -> str:
        """Words that fit this structure only; its label but where another one is named so."""
        ways = (f"#{one.number}", one.label, str(one.number))
        return next((way for way in ways if self._called(way) == [one]), one.label)


def _alike(name: str) -> str:
    return "".join(name.casefold().split())


def read_structures(file: RtFile, limits: ReadLimits) -> StructureSet:
    """Read an RT Structure Set.

    Raises
    ------
    DicomError
        No structures at all, an ROI number twice, too many structures or points. What is wrong with one structure
        is said in it, and the others are read.
    """
    top, where = file.elements, file.source.name
    rois = top.items("StructureSetROISequence")
    if not rois or file.layout.contours is None:
        missing = "ROIContourSequence" if rois else "StructureSetROISequence"
        refuse(where, f"{tag(missing)} is missing", "the structures", AGAIN)
    if len(rois) > limits.structures:
        refuse(where, f"{len(rois)} structures", f"at most {limits.structures}", "Export fewer.")
    numbers = [roi.need_integer("ROINumber") for roi in rois]
    for number in numbers:
        if numbers.count(number) > 1:
            refuse(where, f"{tag('ROINumber')} {number} stands twice", "each number once", AGAIN)
    notes = list(file.notes)
    drawn_of = _by_number(file, set(numbers), notes)
    seen = _observations(top, set(numbers), notes)
    found = _found(file.data, [drawn_of.get(number, []) for number in numbers], limits)
    structures = [
        _structure(roi, number, file, one, seen) for number, roi, one in zip(numbers, rois, found, strict=True)
    ]
    structures.sort(key=lambda one: one.number)
    _bounded(where, structures, limits)
    structures = _names_noted(structures, where)
    return StructureSet(
        source=file.source,
        label=top.name("StructureSetLabel"),
        structures=tuple(structures),
        frames=tuple(sorted({one.frame for one in structures} - {""})),
        notes=(*notes, *(note for one in structures for note in one.notes), *character_notes(file)),
    )


def _by_number(file: RtFile, numbers: set[int], notes: list[Note]) -> dict[int, list[Branch]]:
    """Items of the ROI Contour Sequence by the number they refer to; a reference to nothing is noted."""
    drawn: dict[int, list[Branch]] = {}
    for item in file.layout.contours or []:
        span = item.get(_REFERENCED_NUMBER)
        raw = file.data[span[0] : sum(span)].strip(b" \0") if isinstance(span, tuple) else b""
        number = int(raw) if raw.isdigit() and len(raw) <= 12 else None
        if number not in numbers:
            given = number if number is not None else shown(raw.decode("ascii", "replace")) or "missing"
            text = f"contours refer to structure {given}, which does not exist; they were not read"
            notes.append(Note("dangling-contours", file.source.name, text))
        else:
            drawn.setdefault(number, []).append(item)
    return drawn


def _observations(top: Elements, numbers: set[int], notes: list[Note]) -> dict[int, list[tuple[str, str]]]:
    seen: dict[int, list[tuple[str, str]]] = {}
    for item in top.items("RTROIObservationsSequence"):
        number = item.integer("ReferencedROINumber")
        if number not in numbers:
            text = f"an observation refers to structure {number}, which does not exist; it was not used"
            notes.append(Note("dangling-observation", top.where, text))
        else:
            label = item.name("ROIObservationLabel")
            seen.setdefault(number, []).append((item.name("RTROIInterpretedType"), label))
    return seen


def _found(data: bytes, items: list[list[Branch]], limits: ReadLimits) -> list[Outline]:
    """Gather the contours of structures, of the items of the ROI Contour Sequence that refer to each."""
    found = outlines(data, [drawn(data, one[0], limits) if len(one) == 1 else None for one in items])
    for at, one in enumerate(items):
        if len(one) > 1:
            found[at] = Outline(refused=f"{len(one)} lists of contours refer to it; expected one")
    return found


def _structure(
    roi: Elements, number: int, file: RtFile, found: Outline, seen: dict[int, list[tuple[str, str]]]
) -> Structure:
    kinds = {kind for kind, _ in seen.get(number, []) if kind}
    one = Structure(
        number=number,
        name=roi.name("ROIName"),
        frame=roi.name("ReferencedFrameOfReferenceUID"),
        contours=tuple(found.rings),
        points=tuple(found.points),
        xor=found.xor,
        interpreted_type=kinds.pop() if len(kinds) == 1 else "",
        observations=tuple(label for _, label in seen.get(number, []) if label),
        algorithm=roi.name("ROIGenerationAlgorithm"),
        refused=found.refused,
    )
    return replace(one, notes=tuple(_notes(one, found, file.source.name)))


def _notes(one: Structure, found: Outline, file: str) -> list[Note]:
    where = f"{file}, {one.label}"
    notes = [Note(code, where, text) for code, text in found.notes]
    if one.refused:
        notes.append(Note("structure-refused", where, f"not used: {one.refused}"))
    elif one.kind == "empty":
        notes.append(Note("structure-empty", where, "it has no contours"))
    elif one.kind == "point":
        notes.append(Note("structure-point", where, "it holds points only: doses of points, no volume"))
    if not one.frame:
        notes.append(Note("no-frame", where, f"{tag('ReferencedFrameOfReferenceUID')} is missing"))
    return notes


def _bounded(where: str, structures: list[Structure], limits: ReadLimits) -> None:
    points = sum(len(ring) for one in structures for ring in one.contours)
    if points > limits.points:
        refuse(where, f"{points} contour points", f"at most {limits.points}", "Export fewer structures.")


def _names_noted(structures: list[Structure], file: str) -> list[Structure]:
    """Note names that several structures share but for case and blanks, and names that are missing."""
    shared: dict[str, list[int]] = {}
    for one in structures:
        shared.setdefault(_alike(one.name), []).append(one.number)
    out = []
    for one in structures:
        others = [number for number in shared[_alike(one.name)] if number != one.number]
        if not one.name:
            note = Note("name-missing", f"{file}, {one.label}", "it has no name; ask for it by its number")
        elif others:
            note = Note("name-shared", f"{file}, {one.label}", f"structure {others[0]} has the same name")
        else:
            out.append(one)
            continue
        out.append(replace(one, notes=(*one.notes, note)))
    return out
