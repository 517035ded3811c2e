"""The numbers of a dose grid: how many, in how many bits, and what they are multiplied by."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from rtcalc.dicom.elements import Elements
from rtcalc.dicom.limits import MIB, ReadLimits
from rtcalc.dicom.source import RtFile
from rtcalc.dicom.wording import AGAIN, refuse, tag

Floats = npt.NDArray[np.float32]
IMPOSSIBLE_GRAY = 1e5


def scaled(stored: Any, factor: float) -> Floats:
    """Multiply into a read-only array of 32-bit numbers."""
    out = np.empty(stored.shape, np.float32)
    np.multiply(stored, factor, out=out, casting="unsafe")
    out.setflags(write=False)
    return out


def shape(top: Elements, limits: ReadLimits) -> tuple[int, int, int]:
    """Return planes, rows and columns, before memory is asked for.

    Raises
    ------
    DicomError
        A number below one, or more voxels than the limit.
    """
    rows = top.need_integer("Rows", "1 or more")
    columns = top.need_integer("Columns", "1 or more")
    # The attribute belongs to images of several frames; a single plane may go without.
    frames = 1 if not top.has("NumberOfFrames") else top.need_integer("NumberOfFrames", "1 or more")
    for keyword, value in (("Rows", rows), ("Columns", columns), ("NumberOfFrames", frames)):
        if value < 1:
            refuse(top.where, f"{tag(keyword)} is {value}", "1 or more", AGAIN)
    voxels = rows * columns * frames
    if voxels > limits.voxels:
        refuse(
            top.where,
            f"{frames} x {rows} x {columns} = {voxels} voxels ({4 * voxels // MIB} MiB)",
            f"at most {limits.voxels} ({4 * limits.voxels // MIB} MiB)",
            "Export the dose on a coarser or smaller grid.",
        )
    return frames, rows, columns


def _scaling(top: Elements) -> float:
    value = top.number("DoseGridScaling")
    if value is None:
        refuse(top.where, f"{tag('DoseGridScaling')} is missing", "a positive number", AGAIN)
    if value <= 0:
        refuse(top.where, f"{tag('DoseGridScaling')} is {value:g}", "a positive number", AGAIN)
    return value


def _pixel_type(top: Elements) -> np.dtype[Any]:
    bits = top.need_integer("BitsAllocated", "16 or 32")
    if bits not in (16, 32):
        refuse(top.where, f"{tag('BitsAllocated')} is {bits}", "16 or 32", AGAIN)
    for keyword, wanted in (("BitsStored", bits), ("HighBit", bits - 1), ("SamplesPerPixel", 1)):
        value = top.integer(keyword)
        if value is not None and value != wanted:
            refuse(top.where, f"{tag(keyword)} is {value}", f"{wanted} with {bits} bits allocated", AGAIN)
    signed = top.need_integer("PixelRepresentation", "0 or 1")
    if signed not in (0, 1):
        refuse(top.where, f"{tag('PixelRepresentation')} is {signed}", "0 or 1", AGAIN)
    return np.dtype(f"<{'i' if signed else 'u'}{bits // 8}")


def values(file: RtFile, shape: tuple[int, int, int]) -> Floats:
    """Scale the stored whole numbers to doses; the file's own bytes are read, not a copy.

    Raises
    ------
    DicomError
        A scaling that is no positive number, pixels that do not fit their description, doses beyond any treatment.
    """
    top = file.elements
    scaling = _scaling(top)
    for keyword in ("FloatPixelData", "DoubleFloatPixelData"):
        if top.has(keyword):
            refuse(top.where, f"{tag(keyword)} is used", "whole numbers in PixelData with DoseGridScaling", AGAIN)
    if file.layout.pixels is None:
        refuse(top.where, f"{tag('PixelData')} is missing", "the dose values", AGAIN)
    if file.layout.pixel_vr not in ("", "OW", "OB"):
        refuse(top.where, f"{tag('PixelData')} is of the representation {file.layout.pixel_vr}", "OW", AGAIN)
    begins, length = file.layout.pixels
    kind = _pixel_type(top)
    count = shape[0] * shape[1] * shape[2]
    needed = count * kind.itemsize
    if length != needed + needed % 2:
        refuse(
            top.where,
            f"{tag('PixelData')} has {length} bytes",
            f"{needed} for {shape[0]} frames of {shape[1]} x {shape[2]} voxels of {8 * kind.itemsize} bits",
            AGAIN,
        )
    stored = np.frombuffer(file.data, kind, count, begins).reshape(shape)
    largest = max(abs(int(stored.max())), abs(int(stored.min()))) * scaling
    if not largest < IMPOSSIBLE_GRAY:
        refuse(top.where, f"the largest dose is {largest:g} Gy", f"less than {IMPOSSIBLE_GRAY:g}", AGAIN)
    return scaled(stored, scaling)
