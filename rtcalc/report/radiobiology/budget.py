"""The answer of `rtcalc budget`: what an organ may still get, under a limit, under a published rule, or both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rtcalc.budget import STEP_PLACES, USUAL_FRACTIONS, Allowance, remaining
from rtcalc.compound_limits import CompoundLimit
from rtcalc.decimals import fixed, plain
from rtcalc.doses import EQD2
from rtcalc.effects import threshold_gray
from rtcalc.errors import DomainError
from rtcalc.provenance import Provenance
from rtcalc.registry import Registry
from rtcalc.reirradiation import CompoundBudget, remaining_under
from rtcalc.report.layout import columns
from rtcalc.report.radiobiology.held import Held, NewCourse, conditions_data, conditions_table, held
from rtcalc.report.radiobiology.known import Known
from rtcalc.report.radiobiology.parts import WIDTH, origins, page, remarks, schedule_data
from rtcalc.schedules import plausibility

NOTES = (
    "Allowed doses are rounded down to 0.01 Gy.",
    "LQ. No recovery is subtracted. The new maximum is taken to lie where the earlier one does.",
    "The earlier dose must be the maximum of this organ; the prescription is it only where the organ got it.",
)
INTERVAL = "Under a plain limit the interval changes nothing: no recovery is credited for it."
BOTH = "Limit and rule are shown apart; a new course has to meet both."


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetAnswer:
    """What is left of an organ, and a new course held against the same limits."""

    known: Known
    limit: EQD2 | None
    allowances: tuple[Allowance, ...]
    rule: CompoundBudget | None
    new: Held | None
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready data with full floats; the unit is in the key."""
        return {
            "organ": self.known.organ,
            "prior": schedule_data(self.known.prior),
            "earlier": self.known.earlier.to_dict(),
            "interval_months": self.known.months,
            "measured_on": self.known.measured_on,
            "limit": None if self.limit is None else self.limit.to_dict(),
            "under_limit": [_allowance(one) for one in self.allowances],
            "rule": None if self.rule is None else _rule_data(self.rule),
            "new_course": None if self.new is None else self.new.to_dict(),
            "notes": list(self.notes),
            "provenance": self.known.earlier.provenance.to_dict(),
        }

    def text(self) -> str:
        """Earlier dose, the allowances, the conditions, the new course."""
        earlier = self.known.earlier
        ratio = plain(earlier.alpha_beta)
        gray = fixed(float(earlier.gray), STEP_PLACES)
        months = "not known" if self.known.months is None else f"{plain(self.known.months)} months"
        lines = [
            f"{self.known.organ}, earlier {self.known.prior}: EQD2 {gray} Gy (a/b {ratio})",
            f"Interval {months}; measured on: {self.known.measured_on}",
            "",
        ]
        if self.limit is not None:
            lines += [f"UNDER THE LIMIT  cumulative <= {plain(float(self.limit.gray))} Gy EQD2 (a/b {ratio})"]
            lines += [*_table(self.allowances), ""]
        if self.rule is not None:
            lines += [
                f"UNDER THE RULE  {self.rule.rule.id} [{self.rule.rule.source}]",
                *_table(self.rule.allowances),
                "",
            ]
            lines += [*conditions_table(self.rule.conditions, supposed=True), ""]
        lines += self.new.lines() if self.new is not None else []
        origin = self._rule_origin()
        return page([*lines, *remarks(self.notes), *origins(earlier.provenance, *origin)])

    def _rule_origin(self) -> Iterator[Provenance]:
        if self.rule is not None:
            rule = self.rule.rule
            yield Provenance(rule.id, (rule.source,), (("place", rule.place), ("note", rule.note)))


def compute(
    known: Known,
    registry: Registry,
    limit: str | None,
    rule: str | None,
    fractions: Sequence[int],
    course: NewCourse | None,
) -> BudgetAnswer:
    """Ask the library.

    Parameters
    ----------
    known : Known
    registry : Registry
    limit : str or None
        Cumulative, on the alpha/beta of the organ. [Gy EQD2]
    rule : str or None
        Id of a published rule of several conditions.
    fractions : sequence of int
        Of the new course; none: the usual ones, or those of the rule.
    course : NewCourse or None
        Held against the same limit and rule.

    Raises
    ------
    UnitsError, BasisError, DomainError, UnknownName
        As in `budget.remaining` and `reirradiation.remaining_under`; neither limit nor rule; a rule of another organ.
    """
    if limit is None and rule is None:
        raise DomainError('--limit "50 Gy" (cumulative EQD2) or --rule ID is needed; there is no default')
    bound = None if limit is None else EQD2.from_gray(threshold_gray(limit, "--limit"), alpha_beta=known.alpha_beta)
    compound = None if rule is None else _rule_of(known.organ, registry.compound_limits[rule])
    found = None if compound is None else _under(compound, known, fractions)
    others = [] if rule else [other.id for other in registry.compound_limits.values() if _is_for(known.organ, other)]
    hints = (f"A published rule of several conditions exists for {known.organ}: --rule {name}" for name in others)
    interval = (INTERVAL,) if bound is not None and known.months is not None else ()
    both = (BOTH,) if bound is not None and compound is not None else ()
    new = None if course is None else held(course, known, bound, compound)
    return BudgetAnswer(
        known=known,
        limit=bound,
        allowances=() if bound is None else remaining(known.earlier, bound, fractions or USUAL_FRACTIONS),
        rule=found,
        new=new,
        notes=(*plausibility(known.prior), *both, *interval, *hints, *(new.notes if new else ()), *NOTES),
    )


def _under(rule: CompoundLimit, known: Known, fractions: Sequence[int]) -> CompoundBudget:
    wanted = fractions or range(rule.fractions[0], rule.fractions[1] + 1)
    return remaining_under(
        rule, earlier=known.earlier, months=known.months, measured_on=known.measured_on, fractions=tuple(wanted)
    )


def _rule_of(organ: str, rule: CompoundLimit) -> CompoundLimit:
    if not _is_for(organ, rule):
        raise DomainError(f"--rule: {rule.id} is a rule on {rule.organ}, not on {organ}")
    return rule


def _is_for(organ: str, rule: CompoundLimit) -> bool:
    return organ == rule.organ or organ in rule.applies_to


def _table(allowances: Sequence[Allowance]) -> Iterator[str]:
    rows = [
        (str(one.fractions), "none" if one.offered is None else fixed(one.offered, STEP_PLACES, "down"), _why(one))
        for one in allowances
    ]
    return columns(("n", "allowed, Gy", "binding"), rows, WIDTH)


def _why(one: Allowance) -> str:
    return one.reason or one.binding


def _allowance(one: Allowance) -> dict[str, Any]:
    return {
        "fractions": one.fractions,
        "exact_gray": one.gray,
        "allowed_gray": one.offered,
        "binding": one.binding,
        "reason": one.reason,
    }


def _rule_data(found: CompoundBudget) -> dict[str, Any]:
    return {
        "id": found.rule.id,
        "source": found.rule.source,
        "largest_new_part": None if found.largest is None else found.largest.to_dict(),
        "conditions": conditions_data(found.conditions, supposed=True),
        "allowances": [_allowance(one) for one in found.allowances],
    }
