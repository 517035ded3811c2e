"""Locks that the processes of one server share, and that the system releases when a process dies."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

fcntl: ModuleType | None
try:
    import fcntl
except ImportError:  # Windows has no such locks; one process serves there, and age alone decides what is left over
    fcntl = None


def alone(handle: int) -> bool:
    """Take a lock for this process only; False where another process holds it."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def together(handle: int) -> None:
    """Share a lock with other processes: while one holds it, none is alone."""
    if fcntl is not None:
        fcntl.flock(handle, fcntl.LOCK_SH)


@contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Let one of several threads and processes in; the others wait."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if fcntl is not None:
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
