"""What the papers claim of their schedules, recomputed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rtcalc.audit import audit
from rtcalc.decimals import TOTAL_PLACES, beside, fixed, plain
from rtcalc.registry import Registry
from rtcalc.report.claims import NEEDED_PLACES
from rtcalc_app.display import Display
from rtcalc_app.services.citations import Source, source_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimList:
    """One list of schedules of a claim: heads, rows, and how many meet it."""

    title: str
    needed: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimView:
    """A published claim and what comes out."""

    statement: str
    verdict: str
    reproducible: bool
    lists: tuple[ClaimList, ...]
    note: str
    source: Source
    stated: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditView:
    """The audit as shown: the claims, then the other statements as rows."""

    claims: tuple[ClaimView, ...]
    checked: tuple[tuple[str, str, str, str, str], ...]


def audit_view(registry: Registry, display: Display | None = None) -> AuditView:
    """Every published claim recomputed.

    Examples
    --------
    >>> audit_view(Registry()).claims[0].verdict
    'Not reproducible'
    """
    shown, found = display or Display(), audit(registry)
    claims = []
    for entry in found.claims:
        claim = entry.claim
        heads = (
            "Schedule", "Dose",
            *(f"BED, a/b {shown.mark(plain(ratio))}" for ratio in claim.recomputed_at), "Needs a/b ≤",
        )  # fmt: skip
        lists = []
        for part in entry.lists:
            counts = ", ".join(
                f"{count} of {len(part.rows)} at a/b {shown.mark(plain(ratio))}"
                for ratio, count in zip(claim.recomputed_at, part.passing, strict=True)
            )
            rows = tuple(_claim_row(row, claim.bed, shown) for row in part.rows)
            needed = part.needed
            words = "" if needed is None else (
                f"The claim would need an a/b below {shown.mark(fixed(needed, NEEDED_PLACES, 'down'))} Gy "
                f"for all {len(part.rows)}."
            )  # fmt: skip
            lists.append(ClaimList(title=f"{part.name}: {counts}", needed=words, heads=heads, rows=rows))
        claims.append(
            ClaimView(
                statement=claim.statement,
                verdict="Reproducible" if entry.reproducible else "Not reproducible",
                reproducible=entry.reproducible,
                lists=tuple(lists),
                note=claim.note,
                source=source_of(claim, registry),
                stated=f"alpha/beta {claim.alpha_beta}",
            )
        )
    checked = tuple((row.source, row.place, row.statement, row.check, row.verdict) for row in found.checked)
    return AuditView(claims=tuple(claims), checked=checked)


def _claim_row(row: Any, bound: float, shown: Display) -> tuple[str, ...]:
    beds = (
        f"{shown.mark(beside(gray, bound, TOTAL_PLACES))} {'yes' if holds else 'no'}"
        for (_, gray), holds in zip(row.beds, row.holds, strict=True)
    )
    gray = row.break_even.gray
    last = "any" if gray is None else shown.mark(fixed(gray, NEEDED_PLACES, "down"))
    return row.schedule.id, str(row.schedule.schedule), *beds, last
