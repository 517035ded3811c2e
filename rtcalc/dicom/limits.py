"""How much is read at most; every bound is checked before memory is asked for."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1 << 20
FARTHEST_MM = 10_000.0
"""No position in a patient is farther from the origin than this. [mm]"""
LARGE = 1 * MIB
"""A file from here on is worth a second thread. [bytes]"""


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """Bounds of one reading.

    Attributes
    ----------
    file_bytes : int
        Of an RT file; images are never read whole. [bytes]
    inflated_bytes : int
        Of a deflated data set. [bytes]
    voxels : int
        Of a dose grid; 4 bytes each once it is read.
    depth : int
        Sequences within sequences.
    elements, points, structures : int
        In a file; contour points also per contour.
    files : int
        In a folder or an archive.
    archive_bytes : int
        Unpacked, all members together. [bytes]
    archive_ratio : int
        Unpacked to packed, of a member above 16 MiB.
    """

    file_bytes: int = 320 * MIB
    inflated_bytes: int = 128 * MIB
    voxels: int = 64 * MIB
    depth: int = 32
    elements: int = 3_000_000
    points: int = 10_000_000
    points_of_contour: int = 200_000
    structures: int = 2_000
    files: int = 50_000
    archive_bytes: int = 2048 * MIB
    archive_ratio: int = 400


DEFAULT = ReadLimits()
