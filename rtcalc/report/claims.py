"""The answer of `rtcalc audit`, as text and as JSON-ready data."""

from __future__ import annotations

import textwrap
from typing import Any

from rtcalc.audit import Audit, AuditList, AuditRow, ClaimAudit
from rtcalc.decimals import TOTAL_PLACES, beside, fixed, plain
from rtcalc.intended_use import INTENDED_USE
from rtcalc.report.layout import columns, visible

WIDTH = 120
# Three decimals: the values at which the claims would become true lie between two-decimal neighbours.
NEEDED_PLACES = 3


def to_dict(found: Audit) -> dict[str, Any]:
    """JSON-ready data with full floats; the unit is in the key."""
    return {
        "claims": [_claim(entry) for entry in found.claims],
        "checked_statements": [
            {
                "id": entry.id,
                "source": entry.source,
                "place": entry.place,
                "statement": entry.statement,
                "check": entry.check,
                "verdict": entry.verdict,
            }
            for entry in found.checked
        ],
        "intended_use": INTENDED_USE,
    }


def _claim(found: ClaimAudit) -> dict[str, Any]:
    claim = found.claim
    return {
        "id": claim.id,
        "source": claim.source,
        "place": claim.place,
        "statement": claim.statement,
        "operator": claim.operator,
        "bed_gray": claim.bed,
        "alpha_beta_stated": claim.alpha_beta,
        "reproducible": found.reproducible,
        "lists": [_list(part, claim.recomputed_at) for part in found.lists],
        "note": claim.note,
    }


def _list(part: AuditList, ratios: tuple[float, ...]) -> dict[str, Any]:
    return {
        "name": part.name,
        "count": len(part.rows),
        "passing": [{"alpha_beta_gray": r, "schedules": n} for r, n in zip(ratios, part.passing, strict=True)],
        "claim_needs_alpha_beta_below_gray": part.needed,
        "schedules": [_row(row) for row in part.rows],
    }


def _row(row: AuditRow) -> dict[str, Any]:
    return {
        "id": row.schedule.id,
        "schedule": str(row.schedule.schedule),
        "bed": [
            {"alpha_beta_gray": ratio, "gray": gray, "claim_holds": holds}
            for (ratio, gray), holds in zip(row.beds, row.holds, strict=True)
        ],
        "break_even_alpha_beta_gray": row.break_even.gray
        if row.break_even.gray is not None
        else {"gray": None, "reason": row.break_even.reason},
    }


def text(found: Audit) -> str:
    """Claims schedule by schedule, then the other checked statements."""
    lines: list[str] = []
    for entry in found.claims:
        lines += _claim_text(entry)
    lines.append(f"OTHER STATEMENTS CHECKED  ({len(found.checked)})")
    for checked in found.checked:
        words = f"{checked.source}, {checked.place}: {checked.statement}. {checked.check}. Verdict: {checked.verdict}."
        lines += textwrap.wrap(words, WIDTH, initial_indent="  ", subsequent_indent="    ")
    lines += ["", INTENDED_USE]
    return "\n".join(visible(line).rstrip() for line in lines) + "\n"


def _claim_text(found: ClaimAudit) -> list[str]:
    claim = found.claim
    verdict = "reproducible" if found.reproducible else "NOT REPRODUCIBLE"
    place = f"{claim.source}, {claim.place}; alpha/beta {claim.alpha_beta}"
    head = f"CLAIM  {claim.id}: {claim.statement} ({place}). {verdict}."
    lines = [*textwrap.wrap(head, WIDTH, subsequent_indent="       "), ""]
    for part in found.lists:
        passing = ", ".join(
            f"{count} of {len(part.rows)} at a/b {plain(ratio)}"
            for ratio, count in zip(claim.recomputed_at, part.passing, strict=True)
        )
        lines.append(f"  {part.name}: {passing}")
        if part.needed is not None:
            below = fixed(part.needed, NEEDED_PLACES, "down")
            lines.append(f"  The claim would need a/b < {below} for all {len(part.rows)}.")
        header = ("schedule", "dose", *(f"a/b {plain(ratio)}" for ratio in claim.recomputed_at), "break-even a/b")
        lines += (f"  {line}" for line in columns(header, [_cells(row, claim.bed) for row in part.rows], WIDTH - 2))
        lines.append("")
    if claim.note:
        lines += [*textwrap.wrap(claim.note, WIDTH, initial_indent="  ", subsequent_indent="  "), ""]
    return lines


def _cells(row: AuditRow, bound: float) -> tuple[str, ...]:
    beds = (
        f"{beside(gray, bound, TOTAL_PLACES)} {'yes' if holds else 'no'}"
        for (_, gray), holds in zip(row.beds, row.holds, strict=True)
    )
    gray = row.break_even.gray
    last = "any" if gray is None else fixed(gray, NEEDED_PLACES, "down")
    return row.schedule.id, str(row.schedule.schedule), *beds, last
