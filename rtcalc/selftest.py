"""The oracle table: numbers with a source or a hand calculation, recomputed on this machine for a QA file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rtcalc import __version__
from rtcalc.cumulative import Part, in_eqd2
from rtcalc.decimals import compare
from rtcalc.effects import bed, break_even_alpha_beta, eqd2
from rtcalc.intended_use import INTENDED_USE
from rtcalc.isoeffect import solve_total
from rtcalc.limits import Metric
from rtcalc.report.layout import columns
from rtcalc.systemic import percent_left

WIDTH = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Oracle:
    """One number that is known.

    Attributes
    ----------
    source : str
        Where the expected number is from; `by hand` with its calculation in `what`.
    tolerance : float
        Half a unit of the last digit the source prints.
    """

    what: str
    expected: float
    tolerance: float
    source: str
    compute: Callable[[], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One oracle, computed."""

    oracle: Oracle
    computed: float

    @property
    def passed(self) -> bool:
        """Whether the computed number is within the tolerance."""
        return compare(abs(self.computed - self.oracle.expected), self.oracle.tolerance) <= 0


def _bed(schedule: str, ratio: str) -> Callable[[], float]:
    return lambda: float(bed(schedule, alpha_beta=ratio).gray)


def _eqd2(schedule: str, ratio: str) -> Callable[[], float]:
    return lambda: float(eqd2(schedule, alpha_beta=ratio).gray)


def _break_even(schedule: str) -> float:
    found = break_even_alpha_beta(schedule).gray
    assert found is not None
    return found


def _bowel() -> float:
    parts = [
        Part(course="1", gray=50.1, max_gray=51.5, fractions=28),
        Part(course="2", gray=19.0, max_gray=27.5, fractions=5),
    ]
    high = in_eqd2(Metric.parse("D2cc"), parts, 3.0).high
    assert high is not None
    return high


def _oracle(what: str, expected: float, tolerance: float, source: str, compute: Callable[[], float]) -> Oracle:
    return Oracle(what=what, expected=expected, tolerance=tolerance, source=source, compute=compute)


ORACLES = (
    _oracle("BED 50 Gy / 5, a/b 3", 216.67, 0.005, "ALTOOS2015", _bed("50 Gy / 5", "3 Gy")),
    _oracle("BED 40 Gy / 20, a/b 3", 66.67, 0.005, "ALTOOS2015", _bed("40 Gy / 20", "3 Gy")),
    _oracle("BED 20 Gy / 5, a/b 3", 46.67, 0.005, "ALTOOS2015", _bed("20 Gy / 5", "3 Gy")),
    _oracle("BED 50 Gy / 5, a/b 10", 100.0, 1e-9, "CCO_SBRT", _bed("50 Gy / 5", "10 Gy")),
    _oracle("BED 60 Gy / 8, a/b 10", 105.0, 1e-9, "CCO_SBRT", _bed("60 Gy / 8", "10 Gy")),
    _oracle("EQD2 12.4 Gy / 1, a/b 2 (cord)", 44.64, 0.005, "HYTEC_CORD", _eqd2("12.4 Gy / 1", "2 Gy")),
    _oracle("EQD2 25.3 Gy / 5, a/b 2 (cord)", 44.65, 0.005, "HYTEC_CORD", _eqd2("25.3 Gy / 5", "2 Gy")),
    _oracle("BED 45 Gy / 5, a/b 10: 45 (1 + 9/10)", 85.5, 1e-9, "by hand", _bed("45 Gy / 5", "10 Gy")),
    _oracle("EQD2 45 Gy / 5, a/b 10: 85.5 / 1.2", 71.25, 1e-9, "by hand", _eqd2("45 Gy / 5", "10 Gy")),
    _oracle("BED 40 Gy / 4, a/b 10: 40 (1 + 10/10)", 80.0, 1e-9, "by hand", _bed("40 Gy / 4", "10 Gy")),
    _oracle("BED 35 Gy / 14, a/b 10: 35 (1 + 2.5/10)", 43.75, 1e-9, "by hand", _bed("35 Gy / 14", "10 Gy")),
    _oracle("BED 60 Gy / 30, a/b 3: 60 (1 + 2/3)", 100.0, 1e-9, "by hand", _bed("60 Gy / 30", "3 Gy")),
    _oracle("BED 58.8 Gy / 28, a/b 3: 58.8 (1 + 2.1/3)", 99.96, 1e-9, "by hand", _bed("28 x 2.1 Gy", "3 Gy")),
    _oracle(
        "a/b at BED 100, 45 Gy / 5: 45 x 9 / 55", 405 / 55, 1e-9, "by hand", lambda: _break_even("45 Gy / 5")
    ),
    _oracle(
        "a/b at BED 100, 27/3 + 20/2: (243 + 200) / 53", 443 / 53, 1e-9, "by hand",
        lambda: _break_even("27 Gy / 3 + 20 Gy / 2"),
    ),
    _oracle(
        "dose in 4 fractions, EQD2 of 22.2 Gy / 3, a/b 3", 24.98, 0.005, "by hand: D + D^2/12 = 22.2 (1 + 7.4/3)",
        lambda: float(solve_total(fractions=4, alpha_beta="3 Gy", bed=bed("22.2 Gy / 3", alpha_beta="3 Gy")).gray),
    ),
    _oracle("bowel D2cc, two courses, a/b 3, upper bound", 75.68, 0.005, "by hand: 49.84 + 25.84 Gy EQD2", _bowel),
    _oracle(
        "pazopanib left after 4 d, %: 100 x 0.5^(96/30.9)", 11.6, 0.05, "pk_rpsi_pazopanib",
        lambda: percent_left(4, 30.9),
    ),
    _oracle(
        "sunitinib metabolite left after 2 d, %: 100 x 0.5^(48/110)", 73.9, 0.05, "pk_davis_sunitinib",
        lambda: percent_left(2, 110),
    ),
)  # fmt: skip


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
