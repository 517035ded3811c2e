"""What was read, as JSON and raw arrays between two processes: never as objects that run code when they are loaded."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import IO, Any

import numpy as np

from rtcalc.dicom.dose import DoseGrid
from rtcalc.dicom.files import Unused
from rtcalc.dicom.limits import MIB
from rtcalc.dicom.pairing import TreatmentSet
from rtcalc.dicom.plan import Beam, DoseReference, FractionGroup, GroupBeam, Plan
from rtcalc.dicom.registration import Link, Registration
from rtcalc.dicom.slices import ImageSlice
from rtcalc.dicom.source import Source
from rtcalc.dicom.stored_dvh import StoredDvh
from rtcalc.dicom.structures import Structure, StructureSet
from rtcalc.dicom.study import Study
from rtcalc.dicom.wording import Note

MOST_TEXT = 64 * MIB
MOST_ARRAYS = 1024 * MIB
_KINDS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        *(Beam, DoseGrid, DoseReference, FractionGroup, GroupBeam, Link, Note, Plan, Registration),
        *(ImageSlice, Source, StoredDvh, Structure, StructureSet, Study, TreatmentSet, Unused),
    )
}
_DTYPES = ("<f4", "<f8")


def send(study: Study, out: IO[bytes]) -> None:
    """Write a study: length, JSON, arrays one after the other."""
    packer = _Packer()
    root = packer.pack(study)
    send_text({"study": root, "objects": packer.objects, "arrays": packer.shapes}, out)
    for array in packer.arrays:
        out.write(np.ascontiguousarray(array).data)


def send_text(content: dict[str, Any], out: IO[bytes]) -> None:
    """Write JSON behind its length."""
    text = json.dumps(content, allow_nan=False).encode()
    out.write(struct.pack("<Q", len(text)))
    out.write(text)


def receive_text(stream: IO[bytes]) -> dict[str, Any]:
    """Read JSON behind its length.

    Raises
    ------
    EOFError
        The stream ended early.
    ValueError
        Not what the other side should send.
    """
    head = stream.read(8)
    if len(head) < 8:
        raise EOFError
    (size,) = struct.unpack("<Q", head)
    if size > MOST_TEXT:
        raise ValueError(f"{size} bytes of text")
    text = stream.read(size)
    if len(text) < size:
        raise EOFError
    content = json.loads(text)
    if not isinstance(content, dict):
        raise ValueError("no object")
    return content


def receive(content: dict[str, Any], stream: IO[bytes]) -> Study:
    """Build the study that `send` wrote, from its JSON and the arrays that follow.

    Raises
    ------
    EOFError
        The stream ended early.
    ValueError, TypeError, KeyError, IndexError
        Not what the other side should send.
    """
    arrays = _arrays(content["arrays"], stream)
    unpack = _unpacker(arrays, objects := [])
    for entry in content["objects"]:
        (name, values), *rest = entry.items()
        if rest:
            raise ValueError("two names for one object")
        objects.append(_KINDS[name](**{key: unpack(value) for key, value in values.items()}))
    study = unpack(content["study"])
    if not isinstance(study, Study):
        raise TypeError("no study")
    return study


class _Packer:
    """Every value object once, and every array once, however often they are referred to."""

    def __init__(self) -> None:
        self.objects: list[dict[str, Any]] = []
        self.arrays: list[Any] = []
        self.shapes: list[tuple[str, list[int]]] = []
        self._known: dict[int, dict[str, int]] = {}

    def pack(self, value: Any) -> Any:
        if value is None or isinstance(value, str | int | float):
            return value
        if isinstance(value, tuple):
            return [self.pack(part) for part in value]
        if id(value) not in self._known:
            self._known[id(value)] = self._new(value)
        return self._known[id(value)]

    def _new(self, value: Any) -> dict[str, int]:
        if isinstance(value, np.ndarray):
            self.arrays.append(value)
            self.shapes.append((value.dtype.str, list(value.shape)))
            return {"array": len(self.arrays) - 1}
        if not is_dataclass(value) or type(value).__name__ not in _KINDS:
            raise TypeError(f"a {type(value).__name__} cannot be sent")
        content = {one.name: self.pack(getattr(value, one.name)) for one in fields(value)}
        self.objects.append({type(value).__name__: content})
        return {"object": len(self.objects) - 1}


def _arrays(shapes: list[Any], stream: IO[bytes]) -> list[Any]:
    out, total = [], 0
    for dtype, shape in shapes:
        if dtype not in _DTYPES or not all(type(size) is int and 0 <= size < 1 << 31 for size in shape):
            raise ValueError(f"an array of {dtype} and shape {shape}")
        size = int(np.prod(shape, dtype=object)) * np.dtype(dtype).itemsize
        total += size
        if total > MOST_ARRAYS:
            raise ValueError(f"{total} bytes of arrays")
        array = np.empty(shape, dtype)
        if size and _fill(array.reshape(-1).view(np.uint8).data, stream) < size:
            raise EOFError
        array.setflags(write=False)
        out.append(array)
    return out


def _fill(into: memoryview, stream: IO[bytes]) -> int:
    done = 0
    while done < len(into):
        count = stream.readinto(into[done:])  # type: ignore[attr-defined]
        if not count:
            break
        done += count
    return done


def _unpacker(arrays: list[Any], objects: list[Any]) -> Callable[[Any], Any]:
    def unpack(value: Any) -> Any:
        if isinstance(value, list):
            return tuple(unpack(part) for part in value)
        if isinstance(value, dict):
            ((kind, index),) = value.items()
            return {"array": arrays, "object": objects}[kind][index]
        return value

    return unpack
