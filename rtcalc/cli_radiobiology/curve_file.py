"""A cumulative dose-volume curve from a file of two columns whose header says the units; nothing is guessed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, cast

from rtcalc.errors import ProtocolError
from rtcalc.units import read

if TYPE_CHECKING:
    from rtcalc.dvh import Dvh

MAX_BYTES = 2_000_000
_HEADER = re.compile(r"\s*dose \[(Gy|cGy)\]\s*,\s*cumulative volume \[(cc|%)\]\s*", re.ASCII)
_NUMBER = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?|\.[0-9]+)\s*", re.ASCII)
EXPECTED = "'dose [Gy],cumulative volume [cc]' (Gy or cGy, cc or %)"


def read_curve(path: Path, structure: str, *, organ_volume: str | None = None, largest: str | None = None) -> Dvh:
    """Read a curve.

    Parameters
    ----------
    path : Path
        UTF-8 text: the header, then a rising dose and the volume that gets at least that dose.
    structure : str
        TG-263 name of the organ.
    organ_volume : str, optional
        Whole volume, needed with a curve in per cent. [cc]
    largest : str, optional
        Largest dose, needed where the curve does not end at zero volume. [Gy]

    Returns
    -------
    Dvh
        In physical dose.

    Raises
    ------
    ProtocolError
        A file that cannot be read, another header, or a line that is not two plain numbers.
    UnitsError, DomainError
        As in `Dvh.from_cumulative`.
    """
    from rtcalc.dvh import Dvh
    from rtcalc.histogram import VolumeUnit

    lines = _text(path).splitlines()
    header = _HEADER.fullmatch(lines[0]) if lines else None
    if not header:
        begins = repr(lines[0][:60]) if lines else "nothing"
        raise ProtocolError(f"{path}:1: the header is {begins}; expected {EXPECTED}")
    rows = [_row(path, number, line, header[1]) for number, line in enumerate(lines[1:], 2) if line.strip()]
    return Dvh.from_cumulative(
        organ=structure,
        course=path.name,
        dose_gray=[dose for dose, _ in rows],
        volume=[volume for _, volume in rows],
        unit=cast(VolumeUnit, header[2]),
        organ_volume_cc=None if organ_volume is None else read(organ_volume, "volume", "--organ-volume"),
        max_gray=None if largest is None else read(largest, "dose", "--max"),
    )


def _row(path: Path, number: int, line: str, unit: str) -> tuple[float, float]:
    cells = [_NUMBER.fullmatch(cell) for cell in line.split(",")]
    if len(cells) != 2 or cells[0] is None or cells[1] is None:
        what = "two numbers with a point and a comma between them, such as 12.5,340.2"
        raise ProtocolError(f"{path}:{number}: {line[:60]!r} is not {what}")
    return read(f"{cells[0][1]} {unit}", "dose", "dose"), float(cells[1][1])


def _text(path: Path) -> str:
    try:
        if path.exists() and not path.is_file():  # a device or a pipe may never end
            raise ProtocolError(f"{path}: not a file; give the path of a readable file")
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise ProtocolError(f"{path}: more than {MAX_BYTES} bytes, which is the most that is read")
        return raw.decode("utf-8-sig")
    except OSError as problem:
        raise ProtocolError(f"{path}: {problem.strerror}; give the path of a readable file") from problem
    except UnicodeDecodeError as problem:
        raise ProtocolError(f"{path}: not UTF-8 text (byte {problem.start}); save it as UTF-8") from problem
