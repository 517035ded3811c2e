"""One run of rtcalc over a whole plan, for `peers.py`: read the files, compute every curve, print what it took.

Run with `python benchmarks/run_plan.py CASE numba|arrays`. Imports are not timed (nor are those of the Python peer).
With numba, loading the machine code is not timed either: a curve of one small box and one number come first.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from unittest import mock

import numpy as np
import pydicom.charset  # noqa: F401

import rtcalc.dicom.analysis  # noqa: F401 - both are imported when first used, which is not timed
from rtcalc.dicom import byte_loops
from rtcalc.dicom.study import read_dicom
from rtcalc.geometry import dvh_engine, kernels
from rtcalc.geometry.values import ContourSet, Grid
from rtcalc.limits import Metric

METRICS = ("D95%", "D2%", "Dmean", "volume")
SLICE = 1.5


def used() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def warm() -> None:
    square = [(0, 0), (10, 0), (10, 10), (0, 10)]
    box = ContourSet.from_points("Box", [[(x, y, z) for x, y in square] for z in (0, 3, 6)])
    grid = Grid.regular(np.full((9, 9, 9), 20.0, np.float32), (-4.0, -4.0, -4.0), (2.0, 2.0, 2.0))
    dvh_engine.dvhs({"Box": box}, grid, course="1")
    if loops := byte_loops.ready():
        text, span = loops.bytes_of(b"1"), np.array([[0, 1]])
        loops.items(text, 0, 1, False, np.empty((1, 3, 2), np.int64))
        loops.count(text, span, np.empty(1, np.int64))
        loops.decimals(text, span, np.empty(1))


def plan(case: Path) -> dict[str, object]:
    warm()
    before, start, processor = used(), time.perf_counter(), time.process_time()
    study = read_dicom([case / f"{name}.dcm" for name in ("RS", "RD", "RP")])
    read = time.perf_counter()
    grid = study.course().grid
    sets = {one.name: one.contour_set(SLICE) for one in study.structures}
    found = dvh_engine.dvhs(sets, grid, course="1")
    end, processor = time.perf_counter(), time.process_time() - processor
    values = {
        name: {metric: one.dvh.outside_as_zero().value(Metric.parse(metric))[0] for metric in METRICS}
        for name, one in found.items()
        if isinstance(one, dvh_engine.Computed)
    }
    return {
        "seconds": end - start,
        "reading": read - start,
        "processor": processor,
        "memory": used(),
        "imported": before,
        "values": values,
    }


if __name__ == "__main__":
    if sys.argv[2] == "arrays":
        with mock.patch.object(kernels, "find_spec", return_value=None):
            kernels.compiled()  # keeps its answer
    assert (kernels.compiled() is None) == (sys.argv[2] == "arrays")
    print(json.dumps(plan(Path(sys.argv[1]))))
