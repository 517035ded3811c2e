"""How far curves are from analytic truth: five solids, slices of 1-3 mm, voxels of 2.5-3 mm, linear and cubic.

Run with `python benchmarks/accuracy.py`, about two minutes. Truth is the slab (what a reader of contours can know) and,
below, the solid itself (which adds how it was sliced). Mean and largest error: % for volumes, Gy for doses.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.geometry.analytic import DOSES, METRICS, cases
from tests.geometry.test_accuracy import GAUSSIAN, LINEAR, errors


def table(solid: bool) -> None:
    print(f"\ntruth = {'solid' if solid else 'slab'}: mean / largest error\n")
    print("| dose | interpolation | " + " | ".join(METRICS) + " |")
    print("|---" * (len(METRICS) + 2) + "|")
    for dose in DOSES:
        for method in ("linear", "cubic"):
            found = [errors(case, method, solid) for case in cases((dose,))]
            cells = []
            for metric in METRICS:
                sizes = [abs(one[metric]) * (100.0 if metric == "volume" else 1.0) for one in found]
                cells.append(f"{sum(sizes) / len(sizes):.4f} / {max(sizes):.4f}")
            print(f"| {dose} | {method} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    for name, bounds in (("linear gradient, linear", LINEAR), ("Gaussian, cubic", GAUSSIAN)):
        print(f"bounds against the slab ({name}): {bounds}")
    table(solid=False)
    table(solid=True)
