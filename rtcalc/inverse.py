"""Planning backwards: which numbers of fractions reach a BED in the tumour within the limits of the organs.

Each organ is taken to get a fixed share of the prescription at its metric, whatever the number of fractions; that is an
assumption about the plan and not a property of it. Fraction numbers with a printed row are points; where every reading
has to be converted from neighbouring rows, the point is marked, because rows of a set are not isoeffective and the
region jumps between them. Outside the range of the rows nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from rtcalc.budget import rounded_down
from rtcalc.decimals import compare, fixed, plain, significant
from rtcalc.doses import BED, DoseLike, PhysicalDose, basis_gray
from rtcalc.effects import bed, threshold_gray
from rtcalc.errors import DomainError
from rtcalc.limit_values import physical
from rtcalc.limits import Limit
from rtcalc.models import lq
from rtcalc.organ_shares import OrganShare
from rtcalc.registry import Registry
from rtcalc.schedule_text import fraction_count
from rtcalc.verdicts import Asked, asked, converted_bounds

USUAL_FRACTIONS = (1, 2, 3, 4, 5, 8, 10)
ASSUMPTIONS = (
    "the share of the prescription that an organ gets is assumed not to depend on the number of fractions",
    "LQ without a time factor; limits in force are those of the sets named, and only for the metrics given",
    "best: the highest tumour BED among points with printed rows that reach the target, of equal ones the one with "
    "fewer fractions; a result of these assumptions, not a prescription",
)
Mark = Literal["printed", "converted", "undefined"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One number of fractions.

    Attributes
    ----------
    fractions : int
    mark : {"printed", "converted", "undefined"}
        ``converted``: draw it hollow; ``undefined``: not at all, `note` says why.
    required : float
        Total dose for the target BED, in hundredths of a gray, rounded up. [Gy]
    allowed : float or None
        Largest total dose within every limit, in hundredths of a gray, rounded down. [Gy]
    allowed_by_looser : float or None
        The same by the looser of two converted rows. [Gy]
    limiting : str
        The first operative limit.
    tumour : BED or None
        At `allowed`. [Gy]
    reached : bool or None
        Whether `tumour` reaches the target; None: undefined, or it depends on which row is converted.
    note : str
        Why nothing is drawn, or what the row rests on.

    Examples
    --------
    50 Gy in 5 reach BED 100 at alpha/beta 10 Gy; 53.33 Gy are allowed:

    >>> point = Point(fractions=5, mark="printed", required=50.0, allowed=53.33, reached=True)
    >>> point.to_dict()["required_gray"], point.to_dict()["allowed_gray"]
    (50.0, 53.33)
    """

    fractions: int
    mark: Mark
    required: float
    allowed: float | None = None
    allowed_by_looser: float | None = None
    limiting: str = ""
    tumour: BED | None = None
    reached: bool | None = None
    note: str = ""

    @property
    def per_fraction(self) -> float | None:
        """The allowed dose per fraction. [Gy]"""
        return None if self.allowed is None else self.allowed / self.fractions

    def to_dict(self) -> dict[str, Any]:
        """Return the point for JSON and charts; units are in the keys."""
        return {
            "fractions": self.fractions,
            "mark": self.mark,
            "required_gray": self.required,
            "allowed_gray": self.allowed,
            "allowed_by_looser_gray": self.allowed_by_looser,
            "per_fraction_gray": self.per_fraction,
            "limiting": self.limiting,
            "tumour_bed": None if self.tumour is None else self.tumour.to_dict(),
            "reached": self.reached,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Feasible:
    """The table of an inverse question.

    Attributes
    ----------
    target : float
        BED to reach. [Gy]
    points : tuple of Point
        In the order asked.
    best : Point or None
        None: no point with printed rows reaches the target.
    notes : tuple of str
        The assumptions, for every output.

    Examples
    --------
    >>> share = OrganShare.of("Duodenum", "D0.035cc", "60 %")
    >>> table = feasible(target="100 Gy", tumour_alpha_beta="10 Gy", organs=[share], registry=Registry(),
    ...     limit_sets=["TG101"], fractions=(5,))
    >>> table.best.fractions, table.best.required, len(table.to_dict()["points"])
    (5, 50.0, 1)
    """

    target: float
    points: tuple[Point, ...]
    best: Point | None
    notes: tuple[str, ...] = ASSUMPTIONS

    def to_dict(self) -> dict[str, Any]:
        """Return the table for JSON and charts."""
        return {
            "target_bed_gray": self.target,
            "points": [point.to_dict() for point in self.points],
            "best_fractions": None if self.best is None else self.best.fractions,
            "notes": list(self.notes),
        }


def feasible(
    *,
    target: str,
    tumour_alpha_beta: DoseLike,
    organs: Sequence[OrganShare],
    registry: Registry,
    limit_sets: Sequence[str],
    fractions: Sequence[int] = USUAL_FRACTIONS,
) -> Feasible:
    """Find the fraction numbers that reach a tumour BED within the organ limits.

    Parameters
    ----------
    target : str
        BED to reach, "100 Gy". [Gy]
    tumour_alpha_beta : str, pint.Quantity or PhysicalDose
        [Gy]
    organs : sequence of OrganShare
        One for each metric that is to be held against limits.
    registry : Registry
    limit_sets : sequence of str
        Ids of the sets whose active limits count; optimal ones and those of a population do not.
    fractions : sequence of int

    Returns
    -------
    Feasible

    Raises
    ------
    UnitsError, BasisError
        A value without its unit, or a biological dose where a physical one is needed.
    DomainError
        No organ, one given twice, or a fraction number outside 1 to 200.
    UnknownName
        A limit set that the registry does not have.

    References
    ----------
    [fowler1989] solved for D; the limits by their own sources.

    Examples
    --------
    >>> table = feasible(
    ...     target="100 Gy",
    ...     tumour_alpha_beta="10 Gy",
    ...     organs=[OrganShare.of("Duodenum", "D0.035cc", "60 %")],
    ...     registry=Registry(),
    ...     limit_sets=["TG101"],
    ...     fractions=(1, 3, 4, 5, 8),
    ... )
    >>> for point in table.points:
    ...     print(point.fractions, point.mark, point.required, point.allowed, point.reached)
    1 printed 27.02 20.66 False
    3 printed 41.79 36.99 False
    4 converted 46.34 41.62 None
    5 printed 50.0 53.33 True
    8 undefined 57.98 None None
    """
    if not organs or len({(one.organ, one.metric) for one in organs}) < len(organs):
        raise DomainError("organs: give one share or more, each organ and metric once")
    goal, ratio = threshold_gray(target, "target"), basis_gray(tumour_alpha_beta, "tumour_alpha_beta")
    for name in limit_sets:
        registry.limits(set_id=name)  # an unknown set is named before anything is computed
    points = [_point(fraction_count(n), goal, ratio, organs, registry, limit_sets) for n in fractions]
    return Feasible(target=goal, points=tuple(points), best=_best(points))


def _best(points: Sequence[Point]) -> Point | None:
    reaching = [(p.tumour, p) for p in points if p.mark == "printed" and p.reached and p.tumour is not None]
    best = max((tumour for tumour, _ in reaching), default=None)
    equal = [point for tumour, point in reaching if tumour == best]
    return min(equal, key=lambda point: point.fractions, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bar:
    """One limit of one organ as a total dose of the prescription; two readings where it was converted. [Gy]"""

    name: str
    strict: float
    loose: float
    converted: bool
    note: str


def _point(
    count: int, goal: float, ratio: float, organs: Sequence[OrganShare], registry: Registry, sets: Sequence[str]
) -> Point:
    exact = lq.total_for(goal, count, ratio)
    required = float(fixed(exact, 2, "up"))
    bars: list[_Bar] = []
    notes: list[str] = []
    for organ in organs:
        answers = list(_bars(organ, count, registry, sets))
        found = [bar for bar in answers if isinstance(bar, _Bar)]
        notes += [why for why in answers if isinstance(why, str)]
        printed = [bar for bar in found if not bar.converted]
        if not found:
            why = f"no limit of {organ.organ} {organ.metric} for {count} fractions in {', '.join(sets)}"
            return Point(fractions=count, mark="undefined", required=required, note="; ".join([why, *notes]))
        bars += printed or found
        notes += [bar.note for bar in printed or found if bar.note]
        notes += _stricter_beside(printed, found)
    first = min(bars, key=lambda bar: bar.strict)
    loose = min(bar.loose for bar in bars)
    tumour = _tumour(first.strict, count, ratio)
    looser = _tumour(loose, count, ratio)
    reached = tumour is not None and compare(float(tumour.gray), goal) >= 0
    by_looser = looser is not None and compare(float(looser.gray), goal) >= 0
    converted = any(bar.converted for bar in bars)
    return Point(
        fractions=count,
        mark="converted" if converted else "printed",
        required=required,
        allowed=first.strict,
        allowed_by_looser=loose if converted else None,
        limiting=first.name,
        tumour=tumour,
        reached=True if reached else None if by_looser else False,
        note="; ".join(dict.fromkeys(notes)),
    )


def _tumour(total: float, count: int, ratio: float) -> BED | None:
    if total == 0.0:
        return None
    return bed(PhysicalDose.from_gray(total), count, alpha_beta=PhysicalDose.from_gray(ratio))


def _stricter_beside(printed: list[_Bar], found: list[_Bar]) -> Iterator[str]:
    """A printed row leads; a conversion from another set that would allow less is named beside it."""
    if not printed:
        return
    strictest = min(bar.strict for bar in printed)
    for bar in found:
        if bar.converted and bar.strict < strictest:
            yield f"{bar.name} would allow {fixed(bar.strict, 2, 'down')} Gy only"


def _bars(organ: OrganShare, count: int, registry: Registry, sets: Sequence[str]) -> Iterator[_Bar | str]:
    for name in sets:
        rows = [row for row in registry.limits(set_id=name) if row.population is None and row.kind != "optimal"]
        for question in asked(rows, organ.organ, count):
            if question.below.metric == organ.metric and question.below.op in ("<", "<="):
                yield _bar(organ, question, count, registry)


def _bar(organ: OrganShare, question: Asked, count: int, registry: Registry) -> _Bar | str:
    limit = question.above or question.below
    provisional = f"{limit.set_id}: published as {limit.published_metric}" if limit.published_metric else ""
    name = f"{organ.organ} {organ.metric} {limit.set_id}"
    if question.above is None:
        total = _allowed(physical(limit, count), limit, organ.share)
        return _Bar(name=f"{name} {limit.bound}", strict=total, loose=total, converted=False, note=provisional)
    known = registry.alpha_beta_of(organ.organ)
    ratio = limit.alpha_beta or (known.gray if known else None)
    if ratio is None or question.below is question.above or limit.metric.kind not in ("D", "max"):
        # as in `verdicts`: no row of the same metric on both sides, a mean, or no alpha/beta
        return f"{name}: no row for {count} fractions, and none that can be converted"
    totals = [_allowed(gray, limit, organ.share) for gray in converted_bounds(question.below, limit, count, ratio)]
    note = f"{name} converted at a/b {plain(ratio)}"
    return _Bar(
        name=f"{name} converted",
        strict=min(totals),
        loose=max(totals),
        converted=True,
        note="; ".join(filter(None, (note, provisional))),
    )


def _allowed(gray: float, limit: Limit, share: float) -> float:
    """Largest total dose in hundredths of a gray of which the organ's share meets the limit. [Gy]"""
    op: Literal["<", "<="] = "<" if limit.op == "<" else "<="
    offered = rounded_down(significant(gray / share), op)
    side = compare(share * offered, gray)
    return offered if side < 0 or (side == 0 and op == "<=") else rounded_down(offered, "<")
