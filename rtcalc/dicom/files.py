"""From a path, an archive or a list of files to the RT files in it; images and everything else are listed, not read."""

from __future__ import annotations

import errno
import os
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from rtcalc.dicom.guard import HEAD_BYTES, file_meta, uid_name
from rtcalc.dicom.limits import MIB, ReadLimits
from rtcalc.dicom.source import CT_IMAGE, DEFORMABLE, REGISTRATION, RT_DOSE, RT_PLAN, RT_STRUCTURES
from rtcalc.dicom.wording import refuse, shown
from rtcalc.errors import DicomError

Progress = Callable[[str, int, int], None]
"""Told the file, how many are done and how many there are; it stops the reading by raising."""
USED = (RT_PLAN, RT_DOSE, RT_STRUCTURES, REGISTRATION)
DEFORMABLE_UNUSED = "How it moves dose and tissue cannot be checked here; courses are summed by a rigid registration."
_ENCRYPTED = 0x1
_PLAIN_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@dataclass(frozen=True, slots=True)
class Unused:
    """A file that was not used, what it is, and why not."""

    name: str
    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    size: int
    open: Callable[[], AbstractContextManager[IO[bytes]]]


def rt_files(
    path: str | Path | Iterable[str | Path],
    limits: ReadLimits,
    unused: list[Unused],
    progress: Progress | None = None,
    image: Callable[[bytes], object] = len,
) -> Iterator[tuple[str, bytes]]:
    """Find and load the RT files, one at a time.

    Parameters
    ----------
    path : path, or several
        A folder (with those below it), a zip archive, a file, or a list of files.
    unused : list
        Gets what is not used, with the reason.
    progress : callable, optional
        As `Progress`.
    image : callable, optional
        Called with the first bytes of each CT image, of which nothing else is read.

    Yields
    ------
    (str, bytes)
        Name and whole content.

    Raises
    ------
    DicomError
        Nothing there, unreadable, too many or too large, an archive that is not what it says.
    """
    with ExitStack() as stack:
        single, entries = _entries(path, limits, stack)
        used = 0
        for done, entry in enumerate(entries):
            if progress is not None:
                progress(entry.name, done, len(entries))
            data = _content(entry, unused, single, limits, image)
            if data is None:
                continue
            used += len(data)
            if used > limits.archive_bytes:
                refuse(entry.name, "too many RT files at once", f"{limits.archive_bytes // MIB} MiB", "Read fewer.")
            yield entry.name, data


def _content(
    entry: _Entry, unused: list[Unused], single: bool, limits: ReadLimits, image: Callable[[bytes], object]
) -> bytes | None:
    try:
        with entry.open() as stream:
            return _load(stream, entry, unused, single, limits, image)
    except (OSError, RuntimeError, NotImplementedError, EOFError, zlib.error, zipfile.BadZipFile) as problem:
        raise _unreadable(entry.name, problem, "a readable file. Check the file and its drive.") from problem


def _unreadable(where: str, problem: Exception, expected: str) -> Exception:
    """What to raise for a problem of the system; too little memory is none of the file."""
    if getattr(problem, "errno", None) == errno.ENOMEM:
        return MemoryError()
    reason = getattr(problem, "strerror", None) or shown(problem, 120)
    return DicomError(f"{where}: {reason}; expected {expected}")


def _load(
    stream: IO[bytes],
    entry: _Entry,
    unused: list[Unused],
    single: bool,
    limits: ReadLimits,
    image: Callable[[bytes], object],
) -> bytes | None:
    """The whole file if it is used; otherwise why not is listed, or refused where it is the only one."""
    head = stream.read(HEAD_BYTES)
    try:
        sop_class = file_meta(head, entry.name).sop_class
    except DicomError as problem:
        if single or head[128:132] == b"DICM":
            raise
        unused.append(Unused(entry.name, "not DICOM", str(problem).removeprefix(f"{entry.name}: ")))
        return None
    if sop_class == DEFORMABLE and single:
        refuse(entry.name, "a deformable registration", "a rigid one (Spatial Registration)", DEFORMABLE_UNUSED)
    if sop_class == CT_IMAGE:
        image(head)
    if sop_class not in USED:
        what, reason = _why_not(sop_class)
        unused.append(Unused(entry.name, what, reason))
        return None
    stream.seek(0)  # and again from the start: to join head and rest would hold the file twice
    # Room for a whole limit would be asked of the system, and cut to size: that takes longer than to read.
    data = stream.read(min(entry.size, limits.file_bytes) + 1)
    if len(data) > entry.size:  # it has grown since it was listed
        data += stream.read(limits.file_bytes + 1 - len(data))
    if len(data) > limits.file_bytes:
        refuse(entry.name, f"more than {limits.file_bytes // MIB} MiB", "a smaller file", "Export a coarser grid.")
    return data


def _why_not(sop_class: str) -> tuple[str, str]:
    name = uid_name(sop_class) or f"unknown object ({shown(sop_class)})"
    if sop_class == DEFORMABLE:
        return name, DEFORMABLE_UNUSED
    if sop_class == CT_IMAGE:
        return name, "of a CT image only the place of its slice is read"
    if "Image" in name:
        return name, "images are not needed for doses"
    if name.startswith("RT ") or "Radiation" in name or sop_class.startswith("1.2.840.10008.5.1.4.1.1.481."):
        return name, "only RT Plan, RT Dose, RT Structure Set and Spatial Registration are used"
    return name, "no RT object"


# --- where the files are --------------------------------------------------------------------------------------------
def _entries(
    path: str | Path | Iterable[str | Path], limits: ReadLimits, stack: ExitStack
) -> tuple[bool, list[_Entry]]:
    paths = [Path(path)] if isinstance(path, str | Path) else [Path(one) for one in path]
    if not paths:
        refuse("read_dicom", "no files were given", "a folder, an archive or files", "Give at least one.")
    if len(paths) == 1 and _is_folder(paths[0]):
        return False, _below(paths[0], limits)
    if len(paths) == 1 and _begins_like_zip(paths[0]):
        return False, _archive(paths[0], limits, stack)
    return len(paths) == 1, [_on_disk(one, one.name) for one in paths]


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _on_disk(path: Path, name: str) -> _Entry:
    where = shown(name, 200)
    try:
        if path.exists() and not path.is_file():
            refuse(where, "not a regular file", "a file", "Give the path of a file.")
        size = path.stat().st_size
    except (OSError, ValueError) as problem:
        if isinstance(problem, DicomError):
            raise
        raise _unreadable(where, problem, "a readable file. Check the path.") from problem
    return _Entry(where, size, lambda: path.open("rb"))


def _below(folder: Path, limits: ReadLimits) -> list[_Entry]:
    """Files of a folder and those below it, in order of their names; links out of it are not followed."""
    found: list[_Entry] = []
    for parent, folders, names in os.walk(folder, onerror=_raise, followlinks=False):
        folders.sort()
        for name in sorted(names):
            path = Path(parent) / name
            if path.is_symlink() or not path.is_file():
                continue
            found.append(_on_disk(path, str(path.relative_to(folder))))
            if len(found) > limits.files:
                refuse(str(folder), f"more than {limits.files} files", "one patient's files", "Give a smaller folder.")
    return found


def _raise(problem: OSError) -> None:
    where = shown(problem.filename or "folder", 200)
    raise _unreadable(where, problem, "a readable folder. Check its rights.") from problem


def _begins_like_zip(path: Path) -> bool:
    try:
        if not path.is_file():  # a pipe would be waited for without end
            return False
        with path.open("rb") as stream:
            return stream.read(4) in (b"PK\x03\x04", b"PK\x05\x06")
    except (OSError, ValueError):
        return False


# --- archives -------------------------------------------------------------------------------------------------------
def _archive(path: Path, limits: ReadLimits, stack: ExitStack) -> list[_Entry]:
    """Members of a zip archive; their names only label them, nothing is written anywhere."""
    where = shown(path.name, 200)
    try:
        archive = stack.enter_context(zipfile.ZipFile(path))
        members = [member for member in archive.infolist() if not member.is_dir()]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as problem:
        raise DicomError(f"{where}: not a readable zip archive ({shown(problem)}); pack the files again") from problem
    if len(members) > limits.files:
        refuse(where, f"{len(members)} members", f"at most {limits.files}", "Pack one patient's files.")
    if sum(member.file_size for member in members) > limits.archive_bytes:
        refuse(where, "its members are too large", f"{limits.archive_bytes // MIB} MiB unpacked", "Pack fewer files.")
    return list(_members(archive, members, where, limits))


def _members(
    archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], where: str, limits: ReadLimits
) -> Iterator[_Entry]:
    for at, member in enumerate(members, start=1):
        name = f"{where}, member {at} ({shown(member.filename, 120)})"
        if member.flag_bits & _ENCRYPTED:
            refuse(name, "it is encrypted", "a plain archive", "Unpack it and give the folder.")
        if member.compress_type not in _PLAIN_METHODS:
            refuse(name, f"compression method {member.compress_type}", "stored or deflated", "Pack it as a plain zip.")
        large = member.file_size > 16 * MIB
        if large and member.file_size > limits.archive_ratio * max(member.compress_size, 1):
            refuse(name, "it unpacks to far more than it holds", f"at most {limits.archive_ratio} times", "Unpack it.")
        yield _Entry(name, member.file_size, _opener(archive, member))


def _opener(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Callable[[], AbstractContextManager[IO[bytes]]]:
    return lambda: archive.open(member)
