"""The counts on the page about the knowledge are those of the files: by kind, evidence and standing."""

from __future__ import annotations

import os
import re
from pathlib import Path

from rtcalc.registry import Registry
from rtcalc.registry.inspection import take_inventory
from rtcalc.report import inventory

PAGE = Path(__file__).resolve().parents[2] / "docs" / "knowledge.md"
BLOCK = re.compile(r"```counts\n(?P<shown>.*?)```", re.DOTALL)
MODE = os.environ.get("RTCALC_GOLDEN", "")


def test_the_page_shows_the_counts_of_the_files() -> None:
    printed = inventory.text(take_inventory(Registry()))
    # From the table of entries to the meaning of the standings.
    counts = "\n".join(line.removeprefix("  ") for line in printed.split("ENTRIES\n")[1].split("\n\n")[0].splitlines())
    page = PAGE.read_text(encoding="utf-8")
    (found,) = BLOCK.finditer(page)
    if MODE == "write":
        PAGE.write_text(BLOCK.sub(lambda _: f"```counts\n{counts}\n```", page), encoding="utf-8")
        return
    assert found["shown"] == f"{counts}\n", "RTCALC_GOLDEN=write pytest tests/data/test_counts_in_the_document.py"
