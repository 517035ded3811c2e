"""What the typed doses cost over the bare formula: ratios of medians, measured in one run, the two sides taking turns.

Run with `python benchmarks/bench_lq.py`; no argument, about a minute.
"""

from __future__ import annotations

import statistics
import time
import tracemalloc
from collections.abc import Callable

import numpy as np

from rtcalc.doses import PhysicalDose
from rtcalc.effects import bed, eqd2

FRACTIONS, RATIO, ALPHA_BETA = 5, 3.0, "3 Gy"
LIMITS = {"scalar": 60.0, "grid": 1.2, "memory": 1.1}


def medians(first: Callable[[], object], second: Callable[[], object], rounds: int, calls: int) -> tuple[float, float]:
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for kept, job in zip(times, (first, second), strict=True):
            start = time.perf_counter()
            for _ in range(calls):
                job()
            kept.append((time.perf_counter() - start) / calls)
    return statistics.median(times[0]), statistics.median(times[1])


CALLS = range(1000)


def bare_float() -> None:
    total, fractions, ratio = 45.0, FRACTIONS, RATIO
    for _ in CALLS:
        total * (1.0 + total / fractions / ratio)


def repeated(function: Callable[..., object], *arguments: object) -> Callable[[], None]:
    def job() -> None:
        for _ in CALLS:
            function(*arguments, alpha_beta=ALPHA_BETA)

    return job


def scalar() -> None:
    dose = PhysicalDose.from_gray(45.0)
    forms = {
        'bed("45 Gy", 5)': repeated(bed, "45 Gy", FRACTIONS),
        'bed("45 Gy / 5")': repeated(bed, "45 Gy / 5"),
        "bed(PhysicalDose, 5)": repeated(bed, dose, FRACTIONS),
        "eqd2(PhysicalDose, 5)": repeated(eqd2, dose, FRACTIONS),
    }
    for name, form in forms.items():
        raw, typed = (seconds / len(CALLS) for seconds in medians(bare_float, form, rounds=101, calls=3))
        report(name, f"{typed * 1e6:.2f} us over {raw * 1e9:.0f} ns", typed / raw, LIMITS["scalar"])


def one_buffer(grid: np.ndarray) -> np.ndarray:
    out = grid * (1.0 / (FRACTIONS * RATIO))
    out += 1.0
    out *= grid
    return out


def first_readings() -> None:
    """Texts that were never seen: more of them than are kept, so that each one is read anew."""
    texts = [f"{20 + i / 100:.2f} Gy / 5" for i in CALLS]

    def job() -> None:
        for text in texts:
            bed(text, alpha_beta=ALPHA_BETA)

    raw, typed = (seconds / len(CALLS) for seconds in medians(bare_float, job, rounds=51, calls=1))
    print(f"{'a schedule never seen':<26} {typed * 1e6:.2f} us over {raw * 1e9:.0f} ns{'':<9} ratio {typed / raw:6.2f}")


def grids() -> None:
    for voxels in (1_000_000, 10_000_000):
        for dtype in (np.float32, np.float64):
            grid = np.random.default_rng(1).uniform(0.0, 70.0, voxels).astype(dtype)
            dose = PhysicalDose.from_gray(grid)
            name = f"{voxels:.0e} {np.dtype(dtype).name}"
            raw, typed = medians(
                lambda grid=grid: one_buffer(grid), lambda dose=dose: bed(dose, FRACTIONS, alpha_beta=ALPHA_BETA), 31, 1
            )
            report(f"bed of {name}", f"{typed * 1e3:.1f} ms over {raw * 1e3:.1f} ms", typed / raw, LIMITS["grid"])
            peak = peak_bytes(lambda dose=dose: bed(dose, FRACTIONS, alpha_beta=ALPHA_BETA))
            report(
                f"peak of {name}",
                f"{peak / 1e6:.0f} MB over {grid.nbytes / 1e6:.0f} MB",
                peak / grid.nbytes,
                LIMITS["memory"],
            )


def peak_bytes(job: Callable[[], object]) -> int:
    tracemalloc.start()
    job()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def report(name: str, measured: str, ratio: float, limit: float) -> None:
    verdict = "within" if ratio <= limit else "ABOVE"
    print(f"{name:<26} {measured:<28} ratio {ratio:6.2f}  {verdict} {limit:g}")


if __name__ == "__main__":
    scalar()
    first_readings()
    grids()
