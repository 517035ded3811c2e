"""Drugs, how they were taken, and the published rules on giving them near radiotherapy: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rtcalc.dates import When
from rtcalc.evidence import Cited, Severity

OnOff = Literal["on", "off", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfLife(Cited):
    """A published elimination half-life of a drug or of an active metabolite. [h]"""

    of: str
    low_h: float
    high_h: float
    central_h: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drug:
    """A drug under its generic name."""

    name: str
    drug_class: str
    aliases: tuple[str, ...]
    targets: tuple[str, ...]
    groups: tuple[str, ...]
    half_lives: tuple[HalfLife, ...]
    usual_dose: str = ""
    note: str = ""

    @property
    def washout(self) -> HalfLife | None:
        """The longest half-life of parent and active metabolites that may be used; None: treat as on board.

        One unverified half-life among them makes the longest unknown, so none is used.
        """
        if not self.half_lives or any(life.standing == "listed" for life in self.half_lives):
            return None
        return max(self.half_lives, key=lambda life: life.high_h)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """One stretch of one drug at one dose; a hold is the gap before the next one.

    Attributes
    ----------
    dose : str
        As written ("37.5 mg/day"): shown, never computed with.
    first, last : When
        First and last day on which it was taken.
    cycle : (int, int) or None
        Days on, days off, counted from `first`; None: every day.
    """

    dose: str
    first: When
    last: When
    cycle: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """How one drug was taken.

    Attributes
    ----------
    during : tuple of (str, str)
        Course id and `on`, `off` or `unknown`, where the source says it outright.
    no_entry : bool
        The case says itself that the registry has no such drug: it reads unknown, never safe.
    """

    drug: str
    periods: tuple[Period, ...]
    during: tuple[tuple[str, OnOff], ...] = ()
    reason: str = ""
    no_entry: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When a rule looks at a drug, relative to one course.

    Attributes
    ----------
    phase : {"before", "during", "after"}
        Before the first fraction, between first and last, after the last.
    from_days, to_days : int
        Days before the first or after the last fraction; `to_days` None: no end. [d]
    """

    phase: Literal["before", "during", "after"]
    from_days: int = 0
    to_days: int | None = None

    def __str__(self) -> str:
        if self.phase == "during":
            return "during the course"
        edge = "before the first" if self.phase == "before" else "after the last"
        span = f"{self.from_days} d or more" if self.to_days is None else f"{self.from_days}-{self.to_days} d"
        return f"{span} {edge} fraction"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Cited):
    """A published statement on a drug near radiotherapy, structured by hand beside the source's own words.

    Attributes
    ----------
    topic : str
        What it is about ("bowel"): rules of one topic on one drug make one finding.
    agents : tuple of str
        Drug names or groups.
    organs : tuple of str
        TG-263 names looked at first: a dose to one of them, then its distance.
    within_mm : float or None
        Distance from organ to target within which the rule speaks. [mm]
    regions, levels, open_regions : tuple of str
        Body regions and levels it speaks of; regions in which it cannot be excluded without a level.
    stereotactic : bool or None
        True: stereotactic technique only; False: every other one; None: any technique.
    tissues : tuple of str
        Ids of the tumours it speaks of, where the statement is about the tumour; empty: any.
    severity : Severity
        The tool's own grading; `source_word` is the source's, where it grades.
    counters : tuple of str
        Rules against which this one is evidence.
    inexpressible : str
        A condition the tool cannot test; the rule is then not evaluable, never "any".
    """

    id: str
    topic: str
    agents: tuple[str, ...]
    organs: tuple[str, ...]
    within_mm: float | None
    regions: tuple[str, ...]
    levels: tuple[str, ...]
    open_regions: tuple[str, ...]
    stereotactic: bool | None
    windows: tuple[Window, ...]
    severity: Severity
    source_word: str
    headline: str
    effect: str
    evidence_type: str
    n: str
    recommendation: str
    as_stated: str
    sources: tuple[str, ...]
    counters: tuple[str, ...] = ()
    tissues: tuple[str, ...] = ()
    inexpressible: str = ""
    note: str = ""

    @property
    def is_evidence_against(self) -> bool:
        """True where the rule does not warn but speaks against another rule's warning."""
        return bool(self.counters)
