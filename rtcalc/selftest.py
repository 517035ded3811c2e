"""The oracle table of `oracles`, recomputed on this machine for a QA file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rtcalc import __version__
from rtcalc.decimals import compare
from rtcalc.intended_use import INTENDED_USE
from rtcalc.oracles import ORACLES, Oracle
from rtcalc.report.layout import columns

WIDTH = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One oracle, computed."""

    oracle: Oracle
    computed: float

    @property
    def passed(self) -> bool:
        """Whether the computed number is within the tolerance."""
        return compare(abs(self.computed - self.oracle.expected), self.oracle.tolerance) <= 0


def run() -> list[Row]:
    """Compute every oracle.

    Examples
    --------
    >>> all(row.passed for row in run())
    True
    """
    return [Row(oracle=oracle, computed=oracle.compute()) for oracle in ORACLES]


def to_dict(rows: list[Row]) -> dict[str, Any]:
    """JSON-ready data."""
    return {
        "passed": all(row.passed for row in rows),
        "rows": [
            {
                "id": row.oracle.id,
                "what": row.oracle.what,
                "expected": row.oracle.expected,
                "computed": row.computed,
                "tolerance": row.oracle.tolerance,
                "source": row.oracle.source,
                "passed": row.passed,
            }
            for row in rows
        ],
        "intended_use": INTENDED_USE,
    }


def text(rows: list[Row]) -> str:
    """A table for the QA file."""
    cells = [
        (
            row.oracle.what,
            f"{row.oracle.expected:.10g}",
            f"{row.computed:.10g}",
            f"{row.oracle.tolerance:g}",
            "pass" if row.passed else "FAIL",
            row.oracle.source,
        )
        for row in rows
    ]
    failed = sum(not row.passed for row in rows)
    lines = [f"rtcalc {__version__} selftest", ""]
    lines += columns(("what", "expected", "computed", "tolerance", "result", "source"), cells, WIDTH)
    lines += ["", f"{len(rows) - failed} of {len(rows)} rows pass.", INTENDED_USE]
    return "\n".join(lines) + "\n"
