"""Contour numbers and dose maps, each against the plain way: ratios measured in one run with the sides taking turns.

Run with `python benchmarks/bench_numbers.py`.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from io import BytesIO

import numpy as np
from pydicom import dcmread
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ImplicitVRLittleEndian

from rtcalc.dicom.decimal_text import decimals
from rtcalc.geometry.eqd2_map import eqd2_map
from rtcalc.geometry.kernels import compiled

CONTOURS, POINTS, VOXELS, ROUNDS = 200, 143, 6_000_000, 15


def turns(sides: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in sides}
    for turn in range(rounds + 1):
        for name, job in sides.items():
            start = time.process_time()
            job()
            if turn:  # the first one compiles and fills caches
                times[name].append(time.process_time() - start)
    return {name: statistics.median(taken) for name, taken in times.items()}


def file_of(texts: list[bytes]) -> bytes:
    data, meta = Dataset(), FileMetaDataset()
    meta.TransferSyntaxUID = ImplicitVRLittleEndian
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = "1.2.840.10008.5.1.4.1.1.481.3", "1.2.3"
    data.file_meta, data.ContourSequence = meta, []
    for text in texts:
        one = Dataset()
        one.ContourData = text.decode().split("\\")
        data.ContourSequence.append(one)
    out = BytesIO()
    data.save_as(out, enforce_file_format=True)
    return out.getvalue()


def numbers() -> None:
    """A structure of 200 contours of 143 points, as large as those of the clinical case."""
    rng = np.random.default_rng(2)
    texts = [
        b"\\".join(f"{value:.4f}".encode() for value in rng.uniform(-250, 250, 3 * POINTS)) for _ in range(CONTOURS)
    ]
    file, raw = file_of(texts), b"\\".join(texts)

    def habit() -> list[list[float]]:
        return [[float(value) for value in one.ContourData] for one in dcmread(BytesIO(file)).ContourSequence]

    def split() -> list[float]:
        return [float(part) for part in raw.split(b"\\")]

    assert np.array_equal(decimals(raw), np.concatenate(habit()))
    assert decimals(raw).tolist() == split()
    seconds = turns({"pydicom": habit, "split": split, "decimals": lambda: decimals(raw)}, ROUNDS)
    count = 3 * POINTS * CONTOURS
    print(f"{count} contour numbers, processor time; decimals {1e9 * seconds['decimals'] / count:.0f} ns each")
    print(f"float() of each pydicom value / decimals   {seconds['pydicom'] / seconds['decimals']:6.1f}   goal 20")
    print(f"float() of each part of the text / decimals {seconds['split'] / seconds['decimals']:5.1f}")


def maps() -> None:
    dose = np.random.default_rng(1).uniform(0.0, 60.0, VOXELS).astype(np.float32)
    out = np.empty_like(dose)
    sides: dict[str, Callable[[], object]] = {
        "copy": lambda: np.copyto(out, dose),
        "arrays": lambda: eqd2_map(dose, 5, 3.0, out, fast=False),
    }
    if compiled():
        sides["numba"] = lambda: eqd2_map(dose, 5, 3.0, out)
    seconds = turns(sides, 2 * ROUNDS)
    for name, goal in (("arrays", 3), ("numba", 2)):
        if name in seconds:
            print(f"EQD2 map of 6 M voxels, {name} / copy {seconds[name] / seconds['copy']:6.2f}   goal {goal} at most")


if __name__ == "__main__":
    numbers()
    maps()
