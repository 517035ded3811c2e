"""The answer of `rtcalc feasible`: the table of planning backwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rtcalc.decimals import beside, fixed, plain
from rtcalc.inverse import USUAL_FRACTIONS, Feasible, Point, feasible
from rtcalc.organ_shares import OrganShare
from rtcalc.provenance import Provenance
from rtcalc.registry import Registry
from rtcalc.report.calculation import MARK_GRAY, MARK_NOTE
from rtcalc.report.layout import columns
from rtcalc.report.radiobiology.parts import WIDTH, origins, page, remarks

REACHED = {True: "yes", False: "no"}
CONVERTED = (
    "* beside n: no printed row for this number; converted from the neighbouring rows by EQD2, so not a printed limit."
)
ROUNDING = "Needed totals are rounded up, allowed totals down, to 0.01 Gy."


@dataclass(frozen=True, slots=True, kw_only=True)
class FeasibleAnswer:
    """Planning backwards, with what was asked.

    Attributes
    ----------
    alpha_beta : str
        Of the tumour, as typed. [Gy]
    origin : Provenance
        Where the limits are from.
    """

    found: Feasible
    alpha_beta: str
    organs: tuple[OrganShare, ...]
    origin: Provenance

    @property
    def notes(self) -> tuple[str, ...]:
        """Assumptions, rounding, and what the marks mean."""
        marked = (CONVERTED,) if any(point.mark == "converted" for point in self.found.points) else ()
        mark = (MARK_NOTE,) if self.found.target == MARK_GRAY else ()
        return (*marked, ROUNDING, *self.found.notes, *mark)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready data with full floats; the unit is in the key."""
        shares = [
            {"organ": o.organ, "metric": str(o.metric), "share": o.share, "origin": o.origin} for o in self.organs
        ]
        return {
            **self.found.to_dict(),
            "tumour_alpha_beta": self.alpha_beta,
            "organs": shares,
            "notes": list(self.notes),
            "provenance": self.origin.to_dict(),
        }

    def text(self) -> str:
        """The table with its assumptions."""
        shares = ", ".join(f"{o.organ} {o.metric} {plain(100.0 * o.share)} %" for o in self.organs)
        head = [
            f"Tumour BED {plain(self.found.target)} Gy at a/b {self.alpha_beta}",
            f"Of the prescription: {shares}",
            "",
        ]
        names = ("n", "needed, Gy", "allowed, Gy", "per fx, Gy", "tumour BED", "reached", "first operative limit")
        rows = [_row(point, self.found.target) for point in self.found.points]
        best = self.found.best
        verdict = "Best: none with printed rows reaches the target." if best is None else f"Best: {_best(best)}"
        notes = (f"{point.fractions} fractions: {point.note}" for point in self.found.points if point.note)
        table = columns(names, rows, WIDTH)
        return page([*head, *table, "", verdict, *remarks([*notes, *self.notes]), *origins(self.origin)])


def compute(
    target: str,
    alpha_beta: str,
    organs: Sequence[OrganShare],
    registry: Registry,
    sets: Sequence[str],
    fractions: Sequence[int],
) -> FeasibleAnswer:
    """Ask the library; without fraction numbers the usual ones are looked at.

    Raises
    ------
    UnitsError, BasisError, DomainError, UnknownName
        As in `inverse.feasible`.
    """
    found = feasible(
        target=target,
        tumour_alpha_beta=alpha_beta,
        organs=organs,
        registry=registry,
        limit_sets=sets,
        fractions=fractions or USUAL_FRACTIONS,
    )
    sources = tuple(dict.fromkeys(registry.sets[name].source for name in sets))
    origin = Provenance("limits of organs", sources, (("sets", ", ".join(sets)), ("tumour alpha_beta", alpha_beta)))
    return FeasibleAnswer(found=found, alpha_beta=alpha_beta, organs=tuple(organs), origin=origin)


def _row(point: Point, target: float) -> tuple[str, ...]:
    number = f"{point.fractions}{'*' if point.mark == 'converted' else ''}"
    needed = fixed(point.required, 2, "up")
    if point.allowed is None or point.per_fraction is None:
        return number, needed, "undefined", "-", "-", "-", "-"
    looser = point.allowed_by_looser
    allowed = fixed(point.allowed, 2, "down")
    return (
        number,
        needed,
        allowed if looser is None or looser == point.allowed else f"{allowed} to {fixed(looser, 2, 'down')}",
        fixed(point.per_fraction, 2, "down"),
        "-" if point.tumour is None else beside(float(point.tumour.gray), target, 1),
        "depends on the row" if point.reached is None else REACHED[point.reached],
        point.limiting,
    )


def _best(point: Point) -> str:
    assert point.allowed is not None
    assert point.per_fraction is not None
    each = fixed(point.per_fraction, 2, "down")
    return f"{fixed(point.allowed, 2, 'down')} Gy in {point.fractions}, {each} Gy per fraction ({point.limiting})."
