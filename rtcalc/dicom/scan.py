"""Walk over the elements of a data set without building it: depth, lengths and duplicates, before a parser sees them.

The two elements that hold nearly all bytes, PixelData and ROIContourSequence, are located here, so that the parser
never copies them: a dose is scaled from the file's own bytes, and contour numbers are read from the raw text.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt

from rtcalc.dicom import byte_loops
from rtcalc.dicom.guard import LONG_LENGTH
from rtcalc.dicom.limits import ReadLimits
from rtcalc.dicom.wording import AGAIN, Note, refuse

PIXEL_DATA = 0x7FE00010
ROI_CONTOURS = 0x30060039
CONTOURS = 0x30060040
_OF_CONTOUR = (0x30060042, 0x30060046, 0x30060050)  # type, count, data
_AT_ONCE = 256
_ITEM, _ITEM_END, _SEQUENCE_END, _UNDEFINED = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD, 0xFFFFFFFF
_SHORT_LENGTH = frozenset(b"AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split())
_KNOWN_VR = LONG_LENGTH | _SHORT_LENGTH
_IMPLICIT_HEAD = struct.Struct("<HHI").unpack_from
_EXPLICIT_HEAD = struct.Struct("<HH2sH").unpack_from
_LENGTH = struct.Struct("<I").unpack_from
_UNKNOWN_VR = re.compile(rb"[A-Z]{2}")

Span = tuple[int, int]
Branch = dict[int, Any]  # tag -> Span, or a list of branches for a sequence, or Contours for a Contour Sequence
Contours = npt.NDArray[np.int64]
"""(items, 3, 2): begin and length of type, count and data of each contour; zeros for what it has not. [bytes]"""


@dataclass(slots=True)
class Layout:
    """Where things are in a data set.

    Attributes
    ----------
    header : bytes
        The data set without the elements below, for the parser.
    pixels : (int, int), optional
        Begin and length of PixelData. [bytes]
    contours : list of branches
        The items of ROIContourSequence as the spans of their elements.
    """

    header: bytes
    pixels: Span | None = None
    pixel_vr: str = ""
    contours: list[Branch] | None = None
    notes: list[Note] = field(default_factory=list)


def scan(data: bytes, begins: int, explicit: bool, where: str, limits: ReadLimits, last_needed: int) -> Layout:
    """Check the structure of a data set and locate its bulk.

    Parameters
    ----------
    begins : int
        Where the data set begins. [bytes]
    last_needed : int
        Tag after which bytes that are no DICOM are noted; before it they are refused.

    Raises
    ------
    DicomError
        Truncated, nested too deeply, an element twice, a length that cannot be, too many elements.
    """
    return _Walk(data, where, limits).whole(begins, explicit, last_needed)


@lru_cache(4096)
def _representation(number: int) -> str:
    """Value representation of a tag in the standard's dictionary; "" for tags that it does not have."""
    from pydicom.datadict import dictionary_has_tag, dictionary_VR

    return dictionary_VR(number) if dictionary_has_tag(number) else ""


class _Walk:
    def __init__(self, data: bytes, where: str, limits: ReadLimits) -> None:
        self.data, self.where, self.limits = data, where, limits
        self.count = 0

    def whole(self, begins: int, explicit: bool, last_needed: int) -> Layout:
        layout, at, end, seen = Layout(b""), begins, len(self.data), dict[int, Any]()
        kept: list[bytes] = []
        while at < end:
            if self._foreign(at, explicit):
                if not seen or max(seen) < last_needed:
                    self._refuse(f"no DICOM element at byte {at}", "a whole data set", AGAIN)
                layout.notes.append(self._trailing(end - at))
                break
            number, vr, value, length, after = self._element(at, end, explicit, 0, seen)
            seen[number] = value
            if number == PIXEL_DATA:
                layout.pixels, layout.pixel_vr = (after - length, length), vr
            elif number == ROI_CONTOURS and isinstance(value, list):
                layout.contours = value
            elif not vr or vr.encode() in _KNOWN_VR:
                kept.append(self.data[at:after])
            at = after
        layout.header = b"".join(kept)
        return layout

    def _trailing(self, size: int) -> Note:
        return Note("trailing-bytes", self.where, f"{size} bytes after the data set are not DICOM and were not read")

    def _foreign(self, at: int, explicit: bool) -> bool:
        """True where no element can begin: what somebody has appended to the file."""
        if len(self.data) - at < 8:
            return True
        group, element, vr, _ = _EXPLICIT_HEAD(self.data, at)
        if group < 8:
            return True
        if explicit:
            return not _UNKNOWN_VR.fullmatch(vr)
        (length,) = _LENGTH(self.data, at + 4)
        # An announced length beyond the end is a truncated file, unless nobody knows the element.
        return length > len(self.data) - at - 8 and length != _UNDEFINED and not _representation(group << 16 | element)

    # --- elements ---------------------------------------------------------------------------------------------------
    def _element(self, at: int, end: int, explicit: bool, depth: int, seen: Branch) -> tuple[int, str, Any, int, int]:
        self.count += 1
        self._counted()
        number, vr, begins, length = self._head(at, end, explicit)
        if number in seen:
            self._refuse(f"the element {_tag(number)} stands twice", "each element once", AGAIN)
        if depth and vr and vr.encode() not in _KNOWN_VR:
            # How long the header of an unknown representation is, is a convention on which parsers differ.
            self._refuse(f"{_tag(number)} has the unknown value representation {vr}", "one of the standard", AGAIN)
        if vr == "SQ" or length == _UNDEFINED or (not vr and _representation(number) == "SQ"):
            if vr not in ("", "SQ", "UN"):
                self._refuse(f"{_tag(number)} has no length (0xFFFFFFFF)", f"the length of its {vr} value", AGAIN)
            stop = end if length == _UNDEFINED else self._inside(number, begins, length, end)
            # Within a UN of unknown length everything is implicit, whatever the file is.
            walk = self._contours if number == CONTOURS else self._items
            items, after = walk(begins, stop, explicit and vr != "UN", depth + 1, length == _UNDEFINED)
            return number, vr, items, after - begins, after
        after = self._inside(number, begins, length, end)
        return number, vr, (begins, length), length, after

    def _quick(self, at: int, end: int, branch: Branch) -> int:
        """Take an ordinary element at once and return where it ends; 0 where it has to be looked at.

        Nearly all elements of a file lie in the items of contours, and most of those files are implicit.
        """
        if at + 8 > end:
            return 0
        group, element, length = _IMPLICIT_HEAD(self.data, at)
        number = group << 16 | element
        after: int = at + 8 + length
        if after > end or length & 1 or number in branch or _representation(number) == "SQ":
            return 0
        self.count += 1
        branch[number] = (at + 8, length)
        return after

    def _head(self, at: int, end: int, explicit: bool) -> tuple[int, str, int, int]:
        if at + 8 > end:
            self._cut(at, 8, end)
        if not explicit:
            group, element, length = _IMPLICIT_HEAD(self.data, at)
            return group << 16 | element, "", at + 8, length
        group, element, vr, length = _EXPLICIT_HEAD(self.data, at)
        number, begins = group << 16 | element, at + 8
        if vr not in _SHORT_LENGTH:
            if not _UNKNOWN_VR.fullmatch(vr):
                self._refuse(f"{_tag(number)} at byte {at} has no value representation", "two letters", AGAIN)
            if at + 12 > end:
                self._cut(at, 12, end)
            (length,) = _LENGTH(self.data, begins)
            begins += 4
        return number, vr.decode("ascii"), begins, length

    def _inside(self, number: int, begins: int, length: int, end: int) -> int:
        if begins + length > end:
            self._refuse(
                f"{_tag(number)} announces {length} bytes, {max(0, end - begins)} are left",
                "a whole file",
                "Copy or export it again; it is truncated or damaged.",
            )
        if length & 1:
            self._refuse(f"{_tag(number)} has the odd length {length}", "an even number of bytes", AGAIN)
        return begins + length

    # --- items ------------------------------------------------------------------------------------------------------
    def _contours(self, at: int, end: int, explicit: bool, depth: int, open_end: bool) -> tuple[Contours, int]:
        """Take the items of a Contour Sequence: the ordinary ones by the loops, the others one by one."""
        self._deep(depth)
        rows = [np.empty((0, 3, 2), np.int64)]
        loops = byte_loops.ready() if depth < self.limits.depth else None
        while at < end:
            if loops is not None:
                found = np.empty((_AT_ONCE, 3, 2), np.int64)
                items, elements, at = loops.items(loops.bytes_of(self.data), at, end, explicit, found)
                self.count += elements
                self._counted()
                rows.append(found[:items])
                if items == _AT_ONCE or at == end:
                    continue
            item, at = self._next(at, end, explicit, depth, open_end)
            if item is None:
                return np.concatenate(rows), at
            spans = [item.get(number) for number in _OF_CONTOUR]
            rows.append(np.array([[span if isinstance(span, tuple) else (0, 0) for span in spans]]))
        if open_end:
            self._cut(at, 8, end)
        return np.concatenate(rows), at

    def _items(self, at: int, end: int, explicit: bool, depth: int, open_end: bool) -> tuple[list[Branch], int]:
        self._deep(depth)
        items: list[Branch] = []
        while at < end:
            item, at = self._next(at, end, explicit, depth, open_end)
            if item is None:
                return items, at
            items.append(item)
        if open_end:
            self._cut(at, 8, end)
        return items, at

    def _next(self, at: int, end: int, explicit: bool, depth: int, open_end: bool) -> tuple[Branch | None, int]:
        """Take the next item of a sequence; None where the sequence ends instead."""
        if at + 8 > end:
            self._cut(at, 8, end)
        group, element, length = _IMPLICIT_HEAD(self.data, at)
        number = group << 16 | element
        if number == _SEQUENCE_END and open_end:
            return None, at + 8
        if number != _ITEM:
            self._refuse(f"{_tag(number)} at byte {at} is no item of a sequence", "(FFFE,E000)", AGAIN)
        return self._item(at + 8, end, length, explicit, depth)

    def _item(self, at: int, end: int, length: int, explicit: bool, depth: int) -> tuple[Branch, int]:
        branch: Branch = {}
        open_end = length == _UNDEFINED
        stop = end if open_end else at + length
        if stop > end:
            self._cut(at, length, end)
        while at < stop:
            if open_end and self.data[at : at + 4] == b"\xfe\xff\x0d\xe0":
                return branch, at + 8
            if not explicit and (quick := self._quick(at, stop, branch)):
                at = quick
                continue
            number, _, value, _, at = self._element(at, stop, explicit, depth, branch)
            branch[number] = value
        if open_end:
            self._cut(at, 8, end)
        self._counted()
        return branch, at

    def _deep(self, depth: int) -> None:
        if depth > self.limits.depth:
            self._refuse("its sequences are nested too deeply", f"at most {self.limits.depth} levels", AGAIN)

    def _counted(self) -> None:
        if self.count > self.limits.elements:
            self._refuse(f"more than {self.limits.elements} elements", "fewer", "Export fewer structures.")

    # --- refusals ---------------------------------------------------------------------------------------------------
    def _cut(self, at: int, needed: int, end: int) -> NoReturn:
        self._refuse(
            f"{needed} bytes were expected at byte {at}, {max(0, end - at)} are left",
            "a whole file",
            "Copy or export it again; it is truncated or damaged.",
        )

    def _refuse(self, what: str, expected: str, remedy: str) -> NoReturn:
        refuse(self.where, what, expected, remedy)


def _tag(number: int) -> str:
    return f"({number >> 16:04X},{number & 0xFFFF:04X})"
