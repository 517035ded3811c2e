"""BED and EQD2 of every target at every dose point that is known, for each alpha/beta of its tissue."""

from __future__ import annotations

from dataclasses import dataclass

from rtcalc.assessment.context import Context
from rtcalc.assessment.targets import MARK, MARK_GRAY, Row, rows_of
from rtcalc.decimals import plain
from rtcalc.effects import break_even_alpha_beta
from rtcalc.tissues import AlphaBeta, Tissue
from rtcalc_app.display import Display


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetTable:
    """A table for one tissue; the subtitle says what the numbers assume.

    Attributes
    ----------
    numeric : tuple of int
        Columns that hold numbers.
    """

    heading: str
    subtitle: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...]


def target_tables(context: Context, display: Display) -> tuple[TargetTable, ...]:
    """One table per tissue of the case's targets."""
    tissues = dict.fromkeys(target.tissue for target in context.case.targets)
    return tuple(_table(context, context.registry.tissues[name], display) for name in tissues)


def _table(context: Context, tissue: Tissue, display: Display) -> TargetTable:
    head = ["Course", "Target", "Dose point", "Schedule"]
    for ratio in tissue.alpha_beta:
        shown = f"α/β {display.mark(plain(ratio.gray))} Gy"
        head += [f"BED, {shown} [{display.unit}]", f"EQD2, {shown} [{display.unit}]"]
    head.append(f"BED {MARK} only if α/β ≤ [Gy]")
    ratios = "; ".join(
        f"{plain(r.gray)} Gy {r.endpoint}{' (assumed)' if r.assumed else ''}, {r.evidence.value}, {r.source}"
        for r in tissue.alpha_beta
    )
    return TargetTable(
        heading=tissue.name,
        subtitle=f"LQ, no time factor. α/β: {ratios}. yes / no: BED reaches {MARK}, a mark of early lung cancer at "
        "α/β 10 Gy and elsewhere a convention.",
        header=tuple(head),
        rows=tuple(_row(row, tissue, display) for row in rows_of(context, tissue)),
        numeric=tuple(range(4, len(head))),
    )


def _row(row: Row, tissue: Tissue, display: Display) -> tuple[str, ...]:
    point = "prescription" if row.point.name == "Rx" else row.point.name
    basis = "" if row.point.basis == "prescription" else f" ({row.point.basis})"
    cells = [row.label, row.target, f"{point}{basis}", str(row.point.schedule)]
    for ratio in tissue.alpha_beta:
        cells += [_bed(row, ratio, display), display.gray(float(row.eqd2(ratio).gray))]
    broken = break_even_alpha_beta(row.point.schedule, bed=MARK)
    cells.append("any" if broken.gray is None else display.alpha_beta(broken.gray, "down").removesuffix(" Gy"))
    return tuple(cells)


def _bed(row: Row, ratio: AlphaBeta, display: Display) -> str:
    value = display.beside(float(row.bed(ratio).gray), MARK_GRAY).removesuffix(f" {display.unit}")
    return f"{value} {'yes' if row.reaches(ratio) else 'no'}" if row.flagged else value
