"""A million changed files, in blocks that can be stopped and gone on with: ``make soak``.

What was run is kept in a file beside this one: seed, corpus, versions, outcomes, and every failure.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy
import pydicom

from tests.fuzz.course import SEED, Hang, corpus_hash, run

STATE = Path(__file__).with_name("soak.json")
MOST_FAILURES = 50


def block_of(seed: int, begin: int, end: int) -> dict[str, Any]:
    """Run the cases from begin to end; count the outcomes and keep the failures."""
    outcomes: Counter[str] = Counter()
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(begin, end):
            try:
                outcomes[run(Path(folder), seed, number)] += 1
            except (Exception, Hang) as problem:
                outcomes["failed"] += 1
                failures.append({"case": number, "error": f"{type(problem).__name__}: {str(problem)[:200]}"})
    return {"outcomes": dict(outcomes), "failures": failures}


def loaded(path: Path, seed: int) -> dict[str, Any]:
    """What was run already; nothing where other files or another seed were used."""
    fresh = {"seed": seed, "corpus": corpus_hash(), "done": 0, "seconds": 0.0, "outcomes": {}, "failures": []}
    if not path.exists():
        return fresh
    kept: dict[str, Any] = json.loads(path.read_text())
    return kept if (kept["seed"], kept["corpus"]) == (seed, fresh["corpus"]) else fresh


def _saved(path: Path, state: dict[str, Any]) -> None:
    versions = {"python": platform.python_version(), "numpy": numpy.__version__, "pydicom": pydicom.__version__}
    whole = path.with_suffix(".part")
    whole.write_text(json.dumps({**state, "versions": versions}, indent=1) + "\n")
    os.replace(whole, path)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(arguments: list[str] | None = None) -> int:
    """Run; 1 where anything failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--block", type=int, default=2_000)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="stop after this long")
    parser.add_argument("--state", type=Path, default=STATE)
    parser.add_argument("--case", type=int, help="run this one and show its error")
    chosen = parser.parse_args(arguments)
    if chosen.case is not None:
        with tempfile.TemporaryDirectory() as folder:
            _say(run(Path(folder), chosen.seed, chosen.case))
        return 0
    return _soak(chosen)


def tried_again(state: dict[str, Any]) -> dict[str, Any]:
    """Run what failed before once more: what was mended since moves to its outcome, and stays on record."""
    failures, mended, outcomes = [], [*state.get("mended", [])], Counter(state["outcomes"])
    with tempfile.TemporaryDirectory() as folder:
        for failure in state["failures"]:
            try:
                outcome = run(Path(folder), state["seed"], failure["case"])
            except (Exception, Hang):
                failures.append(failure)
                continue
            outcomes += Counter({outcome: 1})
            outcomes -= Counter({"failed": 1})
            mended.append(failure)
    return {**state, "outcomes": dict(outcomes), "failures": failures, "mended": mended}


def _soak(chosen: argparse.Namespace) -> int:
    state = tried_again(loaded(chosen.state, chosen.seed))
    began = time.monotonic()
    while state["done"] < chosen.cases and time.monotonic() - began < 60.0 * chosen.minutes:
        start = time.monotonic()
        begins = range(state["done"], chosen.cases, chosen.block)[: chosen.workers]
        jobs = [(chosen.seed, begin, min(begin + chosen.block, chosen.cases)) for begin in begins]
        if chosen.workers == 1:
            results = [block_of(*job) for job in jobs]
        else:
            # A new process for each block: what a block leaks would show in it alone.
            with multiprocessing.get_context("spawn").Pool(chosen.workers) as pool:
                results = pool.starmap(block_of, jobs)
        for result in results:
            state["outcomes"] = dict(Counter(state["outcomes"]) + Counter(result["outcomes"]))
            state["failures"] = (state["failures"] + result["failures"])[:MOST_FAILURES]
        state["done"], state["seconds"] = jobs[-1][2], round(state["seconds"] + time.monotonic() - start, 1)
        _saved(chosen.state, state)
        _say(f"{state['done']} of {chosen.cases}: {state['outcomes']}")
    _saved(chosen.state, state)
    for failure in state["failures"]:
        _say(f"case {failure['case']}: {failure['error']}")
    return 1 if state["failures"] else 0


if __name__ == "__main__":
    sys.exit(main())
