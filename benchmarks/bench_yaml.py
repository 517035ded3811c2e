"""Reading the knowledge files: the event scan and text-only walk against a plain C loader on the same bytes.

Budget: at most 1.5 x `yaml.load` with CSafeLoader.
"""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import yaml

from rtcalc.textfile import loads

FILES = sorted((Path(__file__).resolve().parents[1] / "protocols").rglob("*.yaml"))
ROUNDS = 9


def timed(read: Callable[[str], object], texts: list[str]) -> float:
    begin = time.perf_counter()
    for text in texts:
        read(text)
    return time.perf_counter() - begin


def main() -> None:
    texts = [path.read_text(encoding="utf-8") for path in FILES]
    plain: list[float] = []
    ours: list[float] = []
    for _ in range(ROUNDS):
        plain.append(timed(lambda text: yaml.load(text, Loader=yaml.CSafeLoader), texts))
        ours.append(timed(loads, texts))
    base, own = statistics.median(plain), statistics.median(ours)
    size = sum(len(text) for text in texts) / 1000
    took = f"CSafeLoader {base * 1000:.0f} ms, rtcalc {own * 1000:.0f} ms, {own / base:.2f} x"
    print(f"{len(FILES)} files, {size:.0f} kB: {took}")


if __name__ == "__main__":
    main()
