"""Published statements on BED, recomputed schedule by schedule; kept as published, with what comes out."""

from __future__ import annotations

from dataclasses import dataclass

from rtcalc.decimals import compare
from rtcalc.effects import BreakEven, bed, break_even_alpha_beta
from rtcalc.published import CheckedStatement, Claim, PublishedSchedule
from rtcalc.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """One schedule of a claim.

    Attributes
    ----------
    beds : tuple of (float, float)
        alpha/beta and BED. [Gy]
    holds : tuple of bool
        Whether the claim's comparison is true at each of them.
    """

    schedule: PublishedSchedule
    beds: tuple[tuple[float, float], ...]
    holds: tuple[bool, ...]
    break_even: BreakEven


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditList:
    """One list of schedules that a claim speaks of.

    Attributes
    ----------
    passing : tuple of int
        How many schedules meet it, by alpha/beta.
    needed : float or None
        The claim is true for all of them below this alpha/beta; None: at every alpha/beta. [Gy]
    """

    name: str
    rows: tuple[AuditRow, ...]
    passing: tuple[int, ...]
    needed: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimAudit:
    """A claim and what comes out of it."""

    claim: Claim
    lists: tuple[AuditList, ...]

    @property
    def reproducible(self) -> bool:
        """True where one of the alpha/beta values makes the claim true for every schedule of every list."""
        return any(
            all(part.passing[i] == len(part.rows) for part in self.lists) for i in range(len(self.claim.recomputed_at))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """Every published claim, recomputed, and the other statements that were checked."""

    claims: tuple[ClaimAudit, ...]
    checked: tuple[CheckedStatement, ...]


def audit(registry: Registry) -> Audit:
    """Recompute every published BED claim.

    Returns
    -------
    Audit
        Per claim and list: BED of each schedule at the claim's alpha/beta values, how many meet it, and the
        alpha/beta the claim would need.

    Examples
    --------
    >>> found = audit(Registry()).claims[0]
    >>> [(part.name, part.passing, len(part.rows)) for part in found.lists]
    [('site rules', (0, 1, 6, 6), 7), ('most cases', (0, 0, 3, 3), 12)]
    """
    claims = tuple(_claim(claim, registry) for claim in registry.claims.values())
    return Audit(claims=claims, checked=tuple(registry.checked_statements.values()))


def _claim(claim: Claim, registry: Registry) -> ClaimAudit:
    lists = []
    for name, ids in claim.lists:
        rows = tuple(_row(claim, registry.published[schedule]) for schedule in ids)
        passing = tuple(sum(row.holds[i] for row in rows) for i in range(len(claim.recomputed_at)))
        needed = min((row.break_even.gray for row in rows if row.break_even.gray is not None), default=None)
        lists.append(AuditList(name=name, rows=rows, passing=passing, needed=needed))
    return ClaimAudit(claim=claim, lists=tuple(lists))


def _row(claim: Claim, published: PublishedSchedule) -> AuditRow:
    assert published.schedule is not None, "the registry refuses a claim on a schedule that does not compute"
    schedule = published.schedule
    beds = tuple((ratio, float(bed(schedule, alpha_beta=f"{ratio} Gy").gray)) for ratio in claim.recomputed_at)
    holds = tuple(_holds(claim, gray) for _, gray in beds)
    return AuditRow(
        schedule=published,
        beds=beds,
        holds=holds,
        break_even=break_even_alpha_beta(schedule, bed=f"{claim.bed} Gy"),
    )


def _holds(claim: Claim, gray: float) -> bool:
    side = compare(gray, claim.bed)
    return side > 0 if claim.operator == ">" else side >= 0
