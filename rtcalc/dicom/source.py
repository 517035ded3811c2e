"""One RT file: what every kind has in common, and whose it is, without saying who that is."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from hashlib import blake2b, sha256
from typing import Any, TypeVar

from rtcalc.dicom.elements import Elements, parse
from rtcalc.dicom.guard import FileMeta, data_set, file_meta
from rtcalc.dicom.limits import LARGE, ReadLimits
from rtcalc.dicom.scan import Layout, scan
from rtcalc.dicom.wording import AGAIN, Note, refuse, shown

RT_PLAN = "1.2.840.10008.5.1.4.1.1.481.5"
RT_DOSE = "1.2.840.10008.5.1.4.1.1.481.2"
RT_STRUCTURES = "1.2.840.10008.5.1.4.1.1.481.3"
REGISTRATION = "1.2.840.10008.5.1.4.1.1.66.1"
CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2"
DEFORMABLE = "1.2.840.10008.5.1.4.1.1.66.3"
# The tag after which a file of this kind can do without the rest.
_LAST_NEEDED = {RT_PLAN: 0x300A0070, RT_DOSE: 0x7FE00010, RT_STRUCTURES: 0x30060039, REGISTRATION: 0x00700308}
_PERSON = ("PatientID", "PatientName", "PatientBirthDate")
_Read = TypeVar("_Read", bound=Any)
_key = [secrets.token_bytes(16)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a value was read from.

    Attributes
    ----------
    name : str
        File, as given or below the folder or archive that was given.
    uid : str
        SOP instance.
    study, frame : str
        Study and frame of reference; "" where the file has none.
    sha256 : str
        Of the whole file.
    patient : (str, str, str)
        Keyed hashes of patient ID, name and birth date; "" where the file has none. The key lives as long as the
        process, so that they compare files and cannot be looked up.
    """

    name: str
    uid: str = field(repr=False)
    study: str = field(repr=False, default="")
    frame: str = field(repr=False, default="")
    sha256: str = field(repr=False, default="")
    patient: tuple[str, str, str] = field(repr=False, default=("", "", ""))

    def __str__(self) -> str:
        return self.name


@dataclass(slots=True)
class RtFile:
    """An RT file that has passed the structural checks, ready for the reader of its kind."""

    source: Source
    kind: str
    data: bytes
    layout: Layout
    elements: Elements
    notes: list[Note]


def open_rt(data: bytes, name: str, limits: ReadLimits) -> RtFile:
    """Check a file's structure and read what all kinds share; its source has no hash yet (see `identified`).

    Parameters
    ----------
    data : bytes
        The whole file.
    name : str
        What messages call it.

    Raises
    ------
    DicomError
        As the guard and the scan; also another SOP class inside than in the file meta information.
    """
    where = shown(name, 200)
    meta = file_meta(data, where)
    body, begins, explicit = data_set(data, meta, where, limits)
    layout = scan(body, begins, explicit, where, limits, _LAST_NEEDED.get(meta.sop_class, 0))
    elements = parse(layout.header, explicit, where)
    uid = _checked_uid(elements, meta, where)
    source = Source(
        name=where,
        uid=uid,
        study=elements.name("StudyInstanceUID"),
        frame=elements.name("FrameOfReferenceUID"),
        patient=_patient(elements, _key[0]),
    )
    notes = [*meta.notes, *layout.notes]
    return RtFile(source, meta.sop_class, body, layout, elements, notes)


def identified(data: bytes, read: Callable[[], _Read]) -> _Read:
    """Read a file and put its SHA-256 into the source of what was read; a large one is hashed meanwhile."""

    def digest() -> str:
        return sha256(data).hexdigest()

    with ThreadPoolExecutor(1) as pool:
        try:
            waited_for = pool.submit(digest).result if len(data) >= LARGE else digest
        except RuntimeError:  # a reader with little memory may have no room for another thread
            waited_for = digest
        found = read()
        return replace(found, source=replace(found.source, sha256=waited_for()))


def character_notes(file: RtFile) -> list[Note]:
    """Notes on text that could not be read; known only after the values were asked for."""
    return [Note("character-set", file.source.name, text) for text in dict.fromkeys(file.elements.undecodable)]


def _checked_uid(elements: Elements, meta: FileMeta, where: str) -> str:
    for keyword, announced in (("SOPClassUID", meta.sop_class), ("SOPInstanceUID", meta.sop_instance)):
        value = elements.need_text(keyword, "a UID")
        if announced and value != announced:
            refuse(where, f"{keyword} differs from that in the file meta information", "the same UID", AGAIN)
    return elements.name("SOPInstanceUID")


def _patient(elements: Elements, key: bytes) -> tuple[str, str, str]:
    number, name, birth = (_hash(_plain(elements.text(keyword)), key) for keyword in _PERSON)
    return number, name, birth


def _plain(text: str) -> str:
    """A name as it compares: one alphabet, without case, empty components and doubled blanks."""
    first = unicodedata.normalize("NFC", text).split("=")[0]
    return " ".join(first.replace("^", " ").upper().split())


def _hash(text: str, key: bytes) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), key=key, digest_size=8).hexdigest() if text else ""


def process_key() -> bytes:
    """The key of this process's patient hashes, to hand to a reader in another process."""
    return _key[0]


def use_key(key: bytes) -> None:
    """Hash with the key of the process that asked."""
    _key[0] = key
