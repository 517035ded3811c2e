"""What the draws cost over the bare numpy expression: ratios of medians, in one run, the two sides taking turns.

Run with `python benchmarks/bench_uncertainty.py`; no argument, a few seconds.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

from rtcalc.evidence import Evidence
from rtcalc.tissues import AlphaBeta
from rtcalc.uncertainty import bed_draws, draws, probability_reaching

DRAWS = 1_000_000
TOTAL, FRACTIONS = 45.0, 5
LIMIT = 3.0
ALPHA_BETA = AlphaBeta(
    source="bench", place="here", evidence=Evidence.ONE_SOURCE, gray=1.12, low=-3.3, high=5.6, interval="95 % CI"
)


def medians(first: Callable[[], object], second: Callable[[], object], rounds: int) -> tuple[float, float]:
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for kept, job in zip(times, (first, second), strict=True):
            start = time.perf_counter()
            job()
            kept.append(time.perf_counter() - start)
    return statistics.median(times[0]), statistics.median(times[1])


def report(name: str, first: float, second: float, limit: float | None = None) -> None:
    ratio = second / first
    verdict = "" if limit is None else f"  {'within' if ratio <= limit else 'ABOVE'} {limit:g}"
    print(f"{name:<34} {second * 1e3:6.1f} ms over {first * 1e3:5.1f} ms   ratio {ratio:5.2f}{verdict}")


if __name__ == "__main__":
    ratios = draws(ALPHA_BETA, DRAWS, seed=1)
    each = TOTAL / FRACTIONS
    bare, typed = medians(lambda: TOTAL * (1.0 + each / ratios), lambda: bed_draws("45 Gy / 5", ratios), rounds=51)
    report("bed_draws of 1e6 draws", bare, typed, LIMIT)
    normal, drawn = medians(
        lambda: np.random.default_rng(1).standard_normal(DRAWS), lambda: draws(ALPHA_BETA, DRAWS, seed=1), rounds=11
    )
    report("draws of 1e6, over normal draws", normal, drawn)
    plain, whole = medians(
        lambda: np.random.default_rng(1).standard_normal(DRAWS),
        lambda: probability_reaching("45 Gy / 5", "100 Gy", ALPHA_BETA, seed=1, n=DRAWS),
        rounds=11,
    )
    report("a whole answer, over normal draws", plain, whole)
