"""The first look at bytes that claim to be DICOM, before any parser sees them: magic, file meta, transfer syntax."""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass
from typing import NoReturn

from rtcalc.dicom.limits import ReadLimits
from rtcalc.dicom.wording import AGAIN, Note, refuse, shown
from rtcalc.errors import DicomError

IMPLICIT = "1.2.840.10008.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"
DEFLATED = "1.2.840.10008.1.2.1.99"
LONG_LENGTH = frozenset({b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"})
HEAD_BYTES = 16_384
_UID = re.compile(r"[0-9.]{1,64}", re.ASCII)
_PROGRAMS = {b"MZ": "a Windows program", b"\x7fELF": "a Linux program", b"II*": "a TIFF image", b"MM": "a TIFF image"}
_MAGIC = {b"%PDF": "a PDF", b"\xff\xd8\xff": "a JPEG image", b"PK\x03\x04": "a zip archive", b"\x89PNG": "a PNG image"}


@dataclass(frozen=True, slots=True)
class FileMeta:
    """What the file meta information says, and where the data set begins."""

    begins: int
    syntax: str
    sop_class: str
    sop_instance: str
    notes: tuple[Note, ...] = ()


def file_meta(data: bytes, where: str) -> FileMeta:
    """Read the preamble and group 0002 of a file, or of its first bytes.

    Raises
    ------
    DicomError
        Not a DICOM file, a damaged meta header, or one without transfer syntax or SOP class.
    """
    if data[128:132] != b"DICM":
        refuse(where, _what_it_is(data), "a DICOM file ('DICM' at byte 128)", _without_preamble(data))
    values: dict[int, bytes] = {}
    at = 132
    while data[at : at + 2] == b"\x02\x00":
        number, value, at = _meta_element(data, at, where)
        values[number] = value
    text = {number: value.rstrip(b"\0 ").decode("ascii", "replace") for number, value in values.items()}
    for number, keyword in ((0x10, "TransferSyntaxUID"), (0x02, "MediaStorageSOPClassUID")):
        if not text.get(number):
            refuse(where, f"{keyword} (0002,{number:04X}) is missing", "a UID in the file meta information", AGAIN)
    return FileMeta(at, text[0x10], text[0x02], text.get(0x03, ""), _preamble_notes(data, where))


def _meta_element(data: bytes, at: int, where: str) -> tuple[int, bytes, int]:
    try:
        _, number, vr, length = struct.unpack_from("<HH2sH", data, at)
        begins = at + 8
        if vr in LONG_LENGTH:
            (length,) = struct.unpack_from("<I", data, begins)
            begins += 4
    except struct.error:
        length, begins, number = 1, len(data), 0
    if begins + length > len(data):
        refuse(
            where,
            f"the file meta information ends at byte {len(data)}, {begins + length} were announced",
            "a whole file",
            "Copy the file again; it is truncated.",
        )
    return number, data[begins : begins + length], begins + length


def _what_it_is(data: bytes) -> str:
    if not data:
        return "the file is empty"
    for magic, name in _MAGIC.items():
        if data.startswith(magic):
            return f"this is {name}, not a DICOM file"
    return f"not a DICOM file ({len(data)} bytes without the mark)" if len(data) < 132 else "not a DICOM file"


def _without_preamble(data: bytes) -> str:
    # A bare data set begins with group 0008 (or 0002 without a preamble); a reader can only guess its encoding.
    if data[:2] in (b"\x08\x00", b"\x02\x00"):
        return "It may be a bare data set without file meta information: convert it with dcmconv (+F) and read that."
    return "Give the files that the planning system exported."


def _preamble_notes(data: bytes, where: str) -> tuple[Note, ...]:
    for magic, name in _PROGRAMS.items():
        if data.startswith(magic):
            text = f"the preamble begins like {name}; only the DICOM part is read, and nothing of it is written again"
            return (Note("foreign-preamble", where, text),)
    return ()


def data_set(data: bytes, meta: FileMeta, where: str, limits: ReadLimits) -> tuple[bytes, int, bool]:
    """Return the bytes that hold the data set, where it begins in them, and whether its VRs are explicit.

    Raises
    ------
    DicomError
        Another encoding than little endian (implicit, explicit, deflated), or a deflated one that grows too large.
    """
    if meta.syntax in (IMPLICIT, EXPLICIT):
        return data, meta.begins, meta.syntax == EXPLICIT
    if meta.syntax == DEFLATED:
        return inflated(memoryview(data)[meta.begins :], limits.inflated_bytes, where), 0, True
    refuse(
        where,
        f"the transfer syntax is {syntax_name(meta.syntax)}",
        "implicit or explicit little endian",
        "Export without compression, or convert the file (dcmconv +te, dcmdjpeg).",
    )


def syntax_name(uid: str) -> str:
    """Name of a transfer syntax with its UID.

    Examples
    --------
    >>> syntax_name("1.2.840.10008.1.2.5")
    'RLE Lossless (1.2.840.10008.1.2.5)'
    """
    name = uid_name(uid)
    return f"{name or 'unknown'} ({shown(uid)})"


def uid_name(uid: str) -> str:
    """Name of a UID of the standard; "" for any other."""
    from pydicom.uid import UID

    if not _UID.fullmatch(uid):
        return ""
    name = UID(uid, validation_mode=0).name  # 0: no Python warning about what only looks like a UID
    return "" if name == uid else name


def inflated(packed: memoryview, most: int, where: str) -> bytes:
    """Unpack a raw deflate stream piece by piece, at most `most` bytes of it.

    Raises
    ------
    DicomError
        Larger than that, damaged, or cut short.
    """
    unpacker = zlib.decompressobj(-15)
    pieces: list[bytes] = []
    size = 0
    waiting: bytes | memoryview = packed
    try:
        while waiting and not unpacker.eof:
            piece = unpacker.decompress(waiting, 1 << 20)
            waiting = unpacker.unconsumed_tail
            pieces.append(piece)
            size += len(piece)
            if size > most:
                _too_large(where, most)
            if not piece:
                break
    except zlib.error as problem:
        raise DicomError(f"{where}: the deflated data set is damaged ({problem}); copy the file again") from problem
    if not unpacker.eof:
        refuse(where, f"the deflated data set ends early, after {size} bytes", "a whole file", AGAIN)
    return b"".join(pieces)


def _too_large(where: str, most: int) -> NoReturn:
    refuse(
        where,
        f"the deflated data set is larger than {most >> 20} MiB unpacked",
        f"at most {most >> 20} MiB",
        "Export without compression.",
    )
