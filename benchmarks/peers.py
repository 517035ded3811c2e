"""Whole plan, read and computed: rtcalc with and without numba beside dicompyler-core and plastimatch, taking turns.

    python benchmarks/clinical_case.py CASE
    python benchmarks/peers.py CASE --dicompyler PYTHON --plastimatch PROGRAM --rounds 5 --out benchmarks/peers.json

Each peer runs in an environment of its own (dicompyler-core needs pydicom 2: `pip install dicompyler-core "pydicom<3"`;
plastimatch is in Debian), each run in a process of its own. Medians, wall and processor time, and ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
GOALS = {("dicompyler-core", "numba"): 30, ("plastimatch", "numba"): 20, ("dicompyler-core", "arrays"): 6}
GOALS[("plastimatch", "arrays")] = 4
Run = dict[str, Any]


def of_python(command: list[str]) -> Run:
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return {**json.loads(done.stdout.splitlines()[-1]), "process": time.perf_counter() - start}


def of_plastimatch(program: str, case: str) -> Run:
    with tempfile.TemporaryDirectory() as folder:
        command = [program, "dvh", "--input", case, "--output-csv", f"{folder}/dvh.csv", "--bin-width", "0.02"]
        command += ["--num-bins", "5600", "--normalization", "vox"]
        start = time.perf_counter()
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - start
        assert child.returncode == 0, child.returncode
    processor = usage.ru_utime + usage.ru_stime
    return {"seconds": seconds, "process": seconds, "processor": processor, "memory": usage.ru_maxrss / 1024}


def measured(chosen: argparse.Namespace) -> dict[str, list[Run]]:
    own = [sys.executable, str(HERE / "run_plan.py"), chosen.case]
    sides = {"rtcalc, numba": lambda: of_python([*own, "numba"]), "rtcalc, arrays": lambda: of_python([*own, "arrays"])}
    if chosen.dicompyler:
        command = [chosen.dicompyler, str(HERE / "run_dicompyler.py"), chosen.case]
        sides["dicompyler-core"] = lambda: of_python(command)
    if chosen.plastimatch:
        sides["plastimatch"] = lambda: of_plastimatch(chosen.plastimatch, chosen.case)
    for file in Path(chosen.case).iterdir():
        file.read_bytes()  # so that no run has to wait for the disk
    runs: dict[str, list[Run]] = {name: [] for name in sides}
    for _ in range(chosen.rounds):
        for name, job in sides.items():
            runs[name].append(taken := job())
            print(f"{name:<18} {taken['seconds']:7.2f} s  processor {taken['processor']:6.2f} s", flush=True)
        if chosen.out:
            keep(chosen.out, runs)
    return runs


def keep(path: Path, runs: dict[str, list[Run]]) -> None:
    kept = {name: [{key: run[key] for key in run if key != "values"} for run in taken] for name, taken in runs.items()}
    machine = {"processors": os.cpu_count(), "load": round(os.getloadavg()[0], 1), "python": platform.python_version()}
    path.write_text(json.dumps({"machine": machine, "runs": kept}, indent=1) + "\n")


def table(runs: dict[str, list[Run]]) -> str:
    middle = {
        name: {
            key: statistics.median(run[key] for run in taken) for key in ("seconds", "processor", "process", "memory")
        }
        for name, taken in runs.items()
    }
    lines = [
        "| | wall s: median (min-max, n) | processor s | with start s | peak MB | wall / numba | wall / arrays |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, taken in runs.items():
        wall = [run["seconds"] for run in taken]
        ratios = " | ".join(
            f"{middle[name]['seconds'] / middle[f'rtcalc, {side}']['seconds']:.1f}" for side in ("numba", "arrays")
        )
        one = middle[name]
        lines.append(
            f"| {name} | {one['seconds']:.2f} ({min(wall):.2f}-{max(wall):.2f}, {len(wall)}) | {one['processor']:.2f} "
            f"| {one['process']:.2f} | {one['memory']:.0f} | {ratios} |"
        )
    for (peer, side), goal in GOALS.items():
        if peer in middle:
            ours = middle[f"rtcalc, {side}"]
            ratio, processor = (middle[peer][key] / ours[key] for key in ("seconds", "processor"))
            state = "met" if ratio >= goal else "not met"
            lines.append(f"\n{peer} / {side}: wall {ratio:.1f} x, processor {processor:.1f} x; goal {goal} x: {state}.")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("case")
    parser.add_argument("--dicompyler", help="a Python that has dicompyler-core")
    parser.add_argument("--plastimatch", help="the program")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", type=Path, help="where the figures are kept")
    chosen = parser.parse_args()
    busy = os.getloadavg()[0]
    runs = measured(chosen)
    print(table(runs))
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"highest memory of any run {children:.0f} MB; load {busy:.1f} before, {os.getloadavg()[0]:.1f} after")


if __name__ == "__main__":
    main()
