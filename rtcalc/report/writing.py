"""An answer into a file: whole or absent, and never over what it was read from."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from rtcalc.errors import DomainError


def write_file(path: Path, text: str, inputs: Sequence[Path] = ()) -> None:
    """Write beside and rename, so that a file is whole or absent; an input is never overwritten.

    Parameters
    ----------
    path : Path
        A file of this name is replaced.
    text : str
    inputs : sequence of Path
        Files that this call reads.

    Raises
    ------
    DomainError
        No name of a file, an input, or a place where nothing can be written; nothing has been written.
    """
    if not path.name:
        raise DomainError(f"--json {str(path)!r}: not the name of a file; write --json FILE, or - for standard output")
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        if path.exists() and any(path.samefile(given) for given in inputs):
            raise DomainError(f"{path}: is read by this very call; give another file for the JSON")
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError as problem:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise DomainError(f"{path}: {problem.strerror}; nothing was written") from problem
