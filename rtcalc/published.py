"""Published schedules, statements that can be recomputed, and notes beside a case: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rtcalc.evidence import Cited
from rtcalc.schedules import Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedDrug:
    """A drug given with a published schedule, in the paper's terms."""

    name: str
    dose: str
    timing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """The course before this one in the same report."""

    schedule: str
    interval: str
    same_lesion: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedSchedule(Cited):
    """A schedule as a paper gives it.

    Attributes
    ----------
    schedule : Schedule or None
        None where the paper does not print enough to compute with; `why_not` says why.
    total, per_fraction : float or None
        What is printed where there is no schedule. [Gy]
    printed : tuple of str
        Which of total, fractions and per fraction the paper prints; the rest is derived.
    """

    id: str
    file: str
    group: str
    disease: str
    tissue: str
    site: str
    region: str
    schedule: Schedule | None
    why_not: str
    total: float | None
    per_fraction: float | None
    printed: tuple[str, ...]
    technique: str
    drugs: tuple[PublishedDrug, ...]
    line_of_therapy: str
    prior: Prior | None
    outcome: str
    toxicity: str
    open_questions: tuple[str, ...]
    cited_as: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(Cited):
    """A published statement about the BED of a list of schedules."""

    id: str
    statement: str
    operator: Literal[">", ">="]
    bed: float
    alpha_beta: str
    recomputed_at: tuple[float, ...]
    lists: tuple[tuple[str, tuple[str, ...]], ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedStatement:
    """Another statement of a paper, checked by arithmetic or against another passage; kept as published."""

    id: str
    source: str
    statement: str
    place: str
    check: str
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Precedent(Cited):
    """A published course of events that a case repeats, and why it proves little."""

    id: str
    schedules: tuple[str, ...]
    patients: int
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextNote(Cited):
    """What a paper says about a tumour or its treatment, shown beside a case and never a verdict.

    Attributes
    ----------
    about : tuple of str
        Ids of the tumours beside whose cases it belongs.
    """

    id: str
    about: tuple[str, ...]
    title: str
    text: str
