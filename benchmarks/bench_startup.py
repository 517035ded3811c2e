"""Start-up of the command line, as ratios to an interpreter with numpy and typer, measured in one run.

Budgets: `rtcalc bed` at most 2.0 x, `rtcalc assess` of a published case at most 5 x.
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RTCALC = str(Path(sys.executable).with_name("rtcalc"))
ROUNDS = 11
COMMANDS = {
    "python -c 'import numpy, typer'": [sys.executable, "-c", "import numpy, typer"],
    "rtcalc bed": [RTCALC, "bed", "45 Gy / 5", "--alpha-beta", "10 Gy"],
    "rtcalc assess": [RTCALC, "assess", str(ROOT / "protocols" / "cases" / "gist-case-2.yaml")],
}


def seconds(command: list[str]) -> float:
    begin = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begin


def main() -> None:
    taken: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for command in COMMANDS.values():
        seconds(command)  # byte code and file cache
    for _ in range(ROUNDS):  # interleaved: whatever else the machine does hits all of them alike
        for name, command in COMMANDS.items():
            taken[name].append(seconds(command))
    medians = {name: statistics.median(values) for name, values in taken.items()}
    base = next(iter(medians.values()))
    for name, value in medians.items():
        print(f"{name:35} {value * 1000:7.0f} ms  {value / base:5.2f} x")


if __name__ == "__main__":
    main()
