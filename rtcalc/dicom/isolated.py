"""Read in a child process with bounded memory and time, for files that somebody else supplied."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Collection, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rtcalc.dicom import source, wire
from rtcalc.dicom.limits import MIB, ReadLimits
from rtcalc.dicom.study import Study
from rtcalc.dicom.wording import shown
from rtcalc.errors import DicomError

MEMORY = 1024 * MIB
CPU_SECONDS = 60
WALL_SECONDS = 120.0


def read_isolated(
    path: str | Path | Iterable[str | Path],
    acknowledge: Collection[str],
    limits: ReadLimits,
    *,
    memory: int = MEMORY,
    cpu_seconds: int = CPU_SECONDS,
    wall_seconds: float = WALL_SECONDS,
) -> Study:
    """Read as `read_dicom`, in a child process.

    Parameters
    ----------
    memory : int
        Address space of the child. [bytes]
    cpu_seconds, wall_seconds : int, float
        After which it is stopped. [s]

    Raises
    ------
    DicomError
        As `read_dicom`; also when the child needs more than it may, or dies.

    Notes
    -----
    On Windows only the wall time is bounded. The child does not see PYTHONPATH: rtcalc has to be installed.
    """
    paths = [path] if isinstance(path, str | Path) else list(path)
    request = {
        "paths": [str(Path(one).absolute()) for one in paths],
        "acknowledge": sorted(acknowledge),
        "limits": asdict(limits),
        "memory": memory,
        "seconds": cpu_seconds,
        "key": source.process_key().hex(),
    }
    where = shown(Path(paths[0]).name or paths[0], 200) if paths else "read_dicom"
    return _ask(request, where, wall_seconds)


def _ask(request: dict[str, Any], where: str, seconds: float) -> Study:
    command = [sys.executable, "-I", "-m", "rtcalc.dicom.child"]
    pipe = subprocess.PIPE
    # Whatever a failing parser prints may hold the patient's data: it goes nowhere.
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as child:  # noqa: S603
        timer = threading.Timer(seconds, child.kill)
        timer.start()
        try:
            return _answer(child, request)
        except (EOFError, OSError) as problem:
            child.kill()
            why = f"took more than {seconds:g} s, or more memory or processor time than it may"
            raise DicomError(f"{where}: the reader stopped: {why}. Read fewer or smaller files.") from problem
        except _Refused as problem:
            raise DicomError(str(problem) if problem.whole else f"{where}: {problem}. Check the file.") from None
        except (ValueError, TypeError, KeyError, IndexError, AttributeError) as problem:
            child.kill()
            kind = type(problem).__name__
            raise DicomError(f"{where}: the reader gave no usable answer ({kind}). Check the files.") from problem
        finally:
            timer.cancel()


class _Refused(Exception):  # noqa: N818 - the child's refusal on its way to a DicomError
    def __init__(self, text: str, whole: bool) -> None:
        super().__init__(text)
        self.whole = whole


def _answer(child: subprocess.Popen[bytes], request: dict[str, Any]) -> Study:
    assert child.stdin is not None
    assert child.stdout is not None
    wire.send_text(request, child.stdin)
    child.stdin.close()
    content = wire.receive_text(child.stdout)
    if "refused" in content:
        raise _Refused(str(content["refused"]), whole=True)
    if "error" in content:
        raise _Refused(str(content["error"]), whole=False)
    return wire.receive(content, child.stdout)
