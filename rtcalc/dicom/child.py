"""The reader in a process of its own: ``python -I -m rtcalc.dicom.child``; request on stdin, answer on stdout."""

from __future__ import annotations

import sys
from typing import Any

from rtcalc.dicom import wire
from rtcalc.dicom.limits import ReadLimits
from rtcalc.dicom.wording import shown
from rtcalc.errors import RtcalcError, UnknownName


def main() -> int:
    """Read one request, bound this process, read the files, answer."""
    request = wire.receive_text(sys.stdin.buffer)
    out = sys.stdout.buffer
    bounded = _bound(request["memory"], request["seconds"])
    try:
        study = _read(request)
    except MemoryError:
        wire.send_text({"error": f"needs more memory than the {request['memory'] >> 20} MiB of the reader"}, out)
    except RecursionError:
        wire.send_text({"error": "its sequences are nested too deeply"}, out)
    except (RtcalcError, UnknownName) as problem:
        wire.send_text({"refused": str(problem)}, out)
    except Exception as problem:  # the parent has to be told, whatever it is
        wire.send_text({"error": f"not readable as DICOM-RT ({shown(type(problem).__name__)})"}, out)
    else:
        wire.send(study, out)
    out.flush()
    return 0 if bounded else 1


def _read(request: dict[str, Any]) -> Any:
    from rtcalc.dicom import source
    from rtcalc.dicom.study import read_dicom

    # The same key, so that the parent can compare patients of several readings.
    source.use_key(bytes.fromhex(request["key"]))
    paths = request["paths"]
    return read_dicom(
        paths[0] if len(paths) == 1 else paths,
        acknowledge=request["acknowledge"],
        limits=ReadLimits(**request["limits"]),
    )


def _bound(memory: int, seconds: int) -> bool:
    """Bound memory and time, and forbid to write files, where the system can (not on Windows)."""
    try:
        import resource
    except ImportError:
        return True
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return True


if __name__ == "__main__":
    sys.exit(main())
