"""The answer of `rtcalc reaching`: up to which alpha/beta, and how often when it is drawn from its interval."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rtcalc.decimals import beside, compare, plain
from rtcalc.doses import BED, PhysicalDose
from rtcalc.effects import BreakEven, bed, break_even_alpha_beta, threshold_gray
from rtcalc.errors import DomainError
from rtcalc.provenance import Provenance
from rtcalc.report.calculation import MARK_GRAY, MARK_NOTE, MODEL_NOTE
from rtcalc.report.layout import columns
from rtcalc.report.radiobiology.parts import WIDTH, origins, page, remarks, schedule_data
from rtcalc.response import percent
from rtcalc.schedules import Schedule, plausibility
from rtcalc.spread import Spread
from rtcalc.tissues import AlphaBeta
from rtcalc.uncertainty import Chance, probability_exceeding, probability_reaching

TYPED = "typed"
RULE = (
    "How alpha/beta is drawn: a normal distribution on each side of the value through the ends of its interval, or "
    "evenly over a range without a level; only what is above 0.1 Gy is kept and scaled to one."
)
NOT_A_RISK = "A share of draws says how uncertain alpha/beta is, not how likely control or a complication is."


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked; exactly one of `bed` and `limit` is given.

    Attributes
    ----------
    bed : str or None
        To reach. [Gy]
    limit : str or None
        A dose limit with its fraction number, not to exceed.
    """

    schedule: str
    bed: str | None
    limit: str | None
    seed: int
    draws: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One alpha/beta: what it gives, and how often when drawn; without a distribution `reason` says why.

    Attributes
    ----------
    bed : BED or None
        At the value itself; None where a range has no central value, or a limit was asked for. [Gy]
    """

    ratio: AlphaBeta
    bed: BED | None
    chance: Chance | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachingAnswer:
    """The statement that is exact, and each value of alpha/beta."""

    question: Question
    schedule: Schedule
    about: str
    target: float | None
    even: BreakEven | None
    values: tuple[Value, ...]

    @property
    def event(self) -> str:
        """What the share of draws counts."""
        return "reaching" if self.even is not None else "exceeding"

    @property
    def statement(self) -> str:
        """True without any distribution."""
        if self.even is None:
            return next(value.chance.statement for value in self.values if value.chance)
        assert self.target is not None
        name = f"reaches {plain(self.target)} Gy BED"
        return f"{name} only if a/b <= {self.even}" if self.even.gray is not None else f"{name}: {self.even.reason}"

    @property
    def origin(self) -> Provenance:
        """Where the statement comes from."""
        if self.even is not None:
            return self.even.provenance
        given = (("schedule", self.schedule.text), ("limit", self.question.limit or ""))
        return Provenance("LQ, both sides at one alpha/beta", ("WITHERS",), given)

    @property
    def notes(self) -> tuple[str, ...]:
        """What has to be read with it."""
        drawn = (RULE, NOT_A_RISK) if any(value.chance for value in self.values) else ()
        mark = (MARK_NOTE,) if self.target == MARK_GRAY else ()
        return (*plausibility(self.schedule), *drawn, MODEL_NOTE, *mark)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready data with full floats; the unit is in the key."""
        return {
            "schedule": schedule_data(self.schedule),
            "bed_to_reach_gray": self.target,
            "limit": self.question.limit,
            "statement": self.statement,
            "break_even_alpha_beta_gray": None if self.even is None else _even(self.even),
            "about": self.about,
            "event": self.event,
            "seed": self.question.seed,
            "values": [_data(value) for value in self.values],
            "notes": list(self.notes),
            "provenance": self.origin.to_dict(),
        }

    def text(self) -> str:
        """The statement first, then the values."""
        against = f", limit {self.question.limit}" if self.question.limit else ""
        lines = [f"{self.schedule}{against}: {self.statement}", ""]
        middle = ("BED, Gy", "reached") if self.even is not None else ()
        names = ("a/b, Gy", "source", *middle, f"share of draws {self.event} it")
        rows = [self._row(value) for value in self.values]
        return page([*lines, *columns(names, rows, WIDTH), "", *remarks(self.notes), *origins(self.origin)])

    def _row(self, value: Value) -> tuple[str, ...]:
        ratio, chance = value.ratio, value.chance
        stand_in = ratio.source == TYPED and ratio.interval == "range"
        share = value.reason
        if chance is not None:
            share = f"{_share(chance)} of {chance.draws}, seed {self.question.seed}; {chance.spread}"
        assumed = ", assumed" if ratio.assumed else ""
        source = f"{ratio.source}{assumed}"
        return ("range" if stand_in else plain(ratio.gray), source, *self._at_value(value.bed), share)

    def _at_value(self, dose: BED | None) -> tuple[str, ...]:
        if self.target is None:
            return ()
        if dose is None:
            return "-", "-"
        gray = float(dose.gray)
        return beside(gray, self.target, 1), "yes" if compare(gray, self.target) >= 0 else "no"


def compute(question: Question, ratios: Sequence[AlphaBeta], about: str) -> ReachingAnswer:
    """Ask the library.

    Parameters
    ----------
    question : Question
    ratios : sequence of AlphaBeta
        Each is answered for itself; rival values are not averaged.
    about : str
        The tissue, or "typed".

    Raises
    ------
    UnitsError, BasisError, DomainError
        As in `uncertainty`; a limit of the course's own fraction number; a limit and no value with an interval.
    """
    schedule = Schedule.parse(question.schedule)
    values = tuple(_values(question, schedule, ratios))
    if question.limit is not None and not any(value.chance for value in values):
        raise DomainError(f"--limit: no alpha/beta of {about} has an interval that can be drawn: {values[0].reason}")
    even = None if question.bed is None else break_even_alpha_beta(schedule, bed=question.bed)
    target = None if question.bed is None else threshold_gray(question.bed, "--bed")
    return ReachingAnswer(question=question, schedule=schedule, about=about, target=target, even=even, values=values)


def _values(question: Question, schedule: Schedule, ratios: Sequence[AlphaBeta]) -> Iterator[Value]:
    for ratio in ratios:
        central = question.bed is not None and not (ratio.source == TYPED and ratio.interval == "range")
        dose = bed(schedule, alpha_beta=PhysicalDose.from_gray(ratio.gray)) if central else None
        reason = _not_drawn(ratio)
        chance = None if reason else _chance(question, schedule, ratio)
        yield Value(ratio=ratio, bed=dose, chance=chance, reason=reason)


def _not_drawn(ratio: AlphaBeta) -> str:
    """Why a value has no distribution; empty: it has one."""
    try:
        Spread.of(ratio)
    except DomainError as problem:
        return str(problem).removeprefix("alpha_beta: ")
    return ""


def _chance(question: Question, schedule: Schedule, ratio: AlphaBeta) -> Chance:
    if question.bed is not None:
        return probability_reaching(schedule, question.bed, ratio, question.seed, question.draws)
    return probability_exceeding(schedule, question.limit or "", ratio, question.seed, question.draws)


def _share(chance: Chance) -> str:
    """A share that is not all or none never prints as such."""
    return {0.0: "none", 1.0: "all"}.get(chance.probability) or percent(chance.probability)


def _even(found: BreakEven) -> float | dict[str, Any]:
    return found.gray if found.gray is not None else {"gray": None, "reason": found.reason}


def _data(value: Value) -> dict[str, Any]:
    chance, ratio = value.chance, value.ratio
    return {
        "alpha_beta_gray": ratio.gray if value.bed is not None else None,
        "low_gray": ratio.low,
        "high_gray": ratio.high,
        "interval": ratio.interval,
        "source": ratio.source,
        "assumed": ratio.assumed,
        "bed": None if value.bed is None else value.bed.to_dict(),
        "probability": None if chance is None else chance.probability,
        "draws": None if chance is None else chance.draws,
        "drawn": None if chance is None else str(chance.spread),
        "statement": None if chance is None else chance.statement,
        "reason": value.reason,
    }
