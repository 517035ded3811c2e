"""Where uploads and loaded studies lie: one private folder, bounded, empty again when the last server ends.

No name that a browser sends becomes part of a path. A name on this disk is a token made here or a number.
"""

from __future__ import annotations

import atexit
import getpass
import os
import re
import secrets
import shutil
import stat
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from rtcalc.errors import DicomError, DomainError
from rtcalc_app import locks

MIB = 1 << 20
MOST_BYTES = 1024 * MIB
"""Of one browser, uploads not yet read; also of one file."""
MOST_BYTES_IN_ALL = 4096 * MIB
MOST_FILES = 2_000
"""Of one browser, at the same time."""
KEPT_FREE = 512 * MIB
"""Of the disk, for everybody else."""
UPLOAD_AGE = 3600.0
"""After which an upload that nobody continues is deleted. [s]"""
STUDY_AGE = 12 * 3600.0
"""After which a study that nobody has looked at is deleted. [s]"""
GONE = "This study is no longer on the server; load it again."
_ID = re.compile(r"[A-Za-z0-9_-]{22}")


class TooMuchError(Exception):
    """More than the server takes; the text says what and how much."""


class UnknownUploadError(Exception):
    """No such upload of this browser."""


class OtherOffsetError(Exception):
    """The piece does not begin where the file ends; `offset` is where it does."""

    def __init__(self, offset: int) -> None:
        super().__init__(str(offset))
        self.offset = offset


def new_id() -> str:
    """A name that cannot be guessed."""
    return secrets.token_urlsafe(16)


@dataclass(frozen=True, slots=True)
class Spool:
    """The folder of uploads and studies.

    Attributes
    ----------
    root : Path
        Private to this user (0700).
    """

    root: Path
    _handle: int = field(repr=False)
    _owner: int = field(default_factory=os.getpid, repr=False)

    @classmethod
    def open(cls, base: Path) -> Spool:
        """Make the folder below `base`, or take it into use; what a server that was killed has left is deleted.

        Raises
        ------
        DomainError
            The folder cannot be made, or belongs to somebody else.
        """
        root = base / f"rtcalc-{os.getuid() if hasattr(os, 'getuid') else getpass.getuser()}"
        try:
            root.mkdir(mode=0o700, parents=True, exist_ok=True)
            _require_private(root)
            handle = os.open(root / "in-use", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as problem:
            raise DomainError(f"{root}: {problem.strerror}; choose a folder you may write to (RTCALC_SPOOL)") from None
        spool = cls(root, handle)
        if locks.alone(handle):
            spool.empty()
        locks.together(handle)
        atexit.register(spool.close)
        return spool

    def close(self) -> None:
        """Stop using it; the last process to do so deletes what is in it."""
        if self._owner != os.getpid():  # a fork of the one that opened it
            return
        atexit.unregister(self.close)
        if locks.alone(self._handle):
            self.empty()
        os.close(self._handle)

    def empty(self) -> None:
        """Delete all uploads and studies."""
        for name in ("incoming", "studies"):
            shutil.rmtree(self.root / name, ignore_errors=True)

    def purge(self, now: float | None = None) -> None:
        """Delete uploads and studies that nobody has touched for long."""
        now = time.time() if now is None else now
        for session in _entries(self.root / "incoming"):
            for upload in _entries(session):
                if now - _changed(upload) > UPLOAD_AGE:
                    upload.unlink(missing_ok=True)
        for study in _entries(self.root / "studies"):
            if now - _changed(study) > STUDY_AGE:
                shutil.rmtree(study, ignore_errors=True)

    # --- uploads ----------------------------------------------------------------------------------------------------
    def announce(self, session: str, size: int) -> str:
        """Make room for a file.

        Parameters
        ----------
        session : str
            Secret of the browser.
        size : int
            [bytes]

        Returns
        -------
        str
            Id of the upload.

        Raises
        ------
        TooMuchError
            More than one browser, or all together, may keep here.
        """
        self.purge()
        folder = self._session(session)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        mine = [_size(upload) for upload in _entries(folder)]
        others = sum(_size(one) for one in _entries(self.root / "incoming") for one in _entries(one))
        if len(mine) >= MOST_FILES:
            raise TooMuchError(f"more than {MOST_FILES} files at once; pack them as a zip archive")
        if sum(mine) + size > MOST_BYTES:
            raise TooMuchError(f"more than {MOST_BYTES // MIB} MiB at once; leave the images out")
        if others + size + _used(self.root / "studies") > MOST_BYTES_IN_ALL:
            raise TooMuchError("the server holds as much as it may; try again when others have finished")
        if shutil.disk_usage(self.root).free < size + KEPT_FREE:
            raise TooMuchError("the server's disk is nearly full")
        upload = new_id()
        (folder / f"{upload}.{size}").touch(mode=0o600)
        return upload

    def add(self, session: str, upload: str, offset: int, pieces: Iterable[bytes]) -> int:
        """Append to an upload.

        Parameters
        ----------
        offset : int
            Where the pieces begin; the end of what is here. [bytes]

        Returns
        -------
        int
            Where the next piece begins. [bytes]

        Raises
        ------
        UnknownUploadError
            No such upload of this browser.
        OtherOffsetError
            Another offset: what was sent already, or too far.
        TooMuchError
            More than announced.
        """
        path = self._upload(session, upload)
        size = _size(path)
        with locks.one_at_a_time(path), path.open("r+b") as stream:
            end = stream.seek(0, os.SEEK_END)
            if end != offset:
                raise OtherOffsetError(end)
            for piece in pieces:
                if end + len(piece) > size:
                    raise TooMuchError(f"more data than announced ({size} bytes)")
                stream.write(piece)
                end += len(piece)
        return end

    def drop(self, session: str, upload: str) -> None:
        """Delete an upload; an UnknownUploadError where it is none."""
        self._upload(session, upload).unlink(missing_ok=True)

    def _session(self, session: str) -> Path:
        return self.root / "incoming" / sha256(session.encode()).hexdigest()[:32]

    def _upload(self, session: str, upload: str) -> Path:
        if _ID.fullmatch(upload):
            for path in self._session(session).glob(f"{upload}.*"):
                return path
        raise UnknownUploadError(upload)

    # --- studies ----------------------------------------------------------------------------------------------------
    def new_study(self) -> str:
        """Make the folder of a study."""
        self.purge()
        study = new_id()
        (self.root / "studies" / study / "files").mkdir(mode=0o700, parents=True)
        return study

    def take(self, session: str, uploads: Iterable[str], study: str) -> int:
        """Move complete uploads into a study, numbered in their order.

        Returns
        -------
        int
            How many.

        Raises
        ------
        DicomError
            One of them is unknown or not complete.
        """
        count = 0
        for count, upload in enumerate(uploads, start=1):
            try:
                path = self._upload(session, upload)
            except UnknownUploadError:
                raise DicomError(f"File {count} is not on the server; choose the files again.") from None
            if path.stat().st_size != _size(path):
                raise DicomError(f"File {count} did not arrive as a whole; choose the files again.")
            path.rename(self.study(study) / "files" / f"file-{count}")
        return count

    def study(self, study: object) -> Path:
        """Folder of a study, which counts as looked at.

        Raises
        ------
        DicomError
            There is none.
        """
        if isinstance(study, str) and _ID.fullmatch(study):
            folder = self.root / "studies" / study
            try:
                os.utime(folder)
            except OSError:
                raise DicomError(GONE) from None
            return folder
        raise DicomError(GONE)

    def drop_study(self, study: str) -> None:
        """Delete a study."""
        if _ID.fullmatch(study):
            shutil.rmtree(self.root / "studies" / study, ignore_errors=True)


def _require_private(root: Path) -> None:
    found = root.lstat()
    mine = not hasattr(os, "getuid") or found.st_uid == os.getuid()
    if not stat.S_ISDIR(found.st_mode) or not mine:
        raise DomainError(f"{root}: belongs to somebody else; choose another folder (RTCALC_SPOOL)")
    root.chmod(0o700)


def _entries(folder: Path) -> Iterator[Path]:
    try:
        yield from list(folder.iterdir())
    except OSError:  # not made yet, or deleted by another process meanwhile
        return


def _size(upload: Path) -> int:
    """Announced size of an upload: it is the end of its name. [bytes]"""
    return int(upload.suffix[1:])


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return time.time()  # deleted meanwhile


def _used(folder: Path) -> int:
    """Bytes of all files below a folder."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(parent) / name).stat().st_size
            except OSError:
                continue  # deleted meanwhile
    return total
