"""What an assessment says: figures, verdicts on limits, and findings. Plain values, no computing, no layout."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from rtcalc.evidence import Evidence, Severity


class State(StrEnum):
    """How a limit ended. An assessment counts all seven."""

    PASS = "pass"  # noqa: S105 - a state, not a password
    NEAR = "near"
    EXCEEDED = "exceeded"
    NOT_EVALUABLE = "not_evaluable"
    UNDETERMINED = "undetermined"
    CANNOT_BE_MET = "cannot_be_met"
    NOT_APPLICABLE = "not_applicable"

    @property
    def words(self) -> str:
        """The state as a person reads it.

        Examples
        --------
        >>> State.CANNOT_BE_MET.words
        'cannot be met'
        """
        return self.value.replace("_", " ")

    @property
    def decided(self) -> bool:
        """True for pass, near and exceeded: the limit got an answer."""
        return self in (State.PASS, State.NEAR, State.EXCEEDED)


class Firing(StrEnum):
    """How a drug rule ended."""

    FIRES = "fires"
    NOT_EXCLUDED = "cannot_be_excluded"
    CLEAR = "clear"
    NOT_EVALUABLE = "not_evaluable"


class Question(StrEnum):
    """What a finding is about; findings are grouped by it."""

    TARGET = "target"
    ORGAN = "organ"
    EARLIER_DOSE = "earlier dose"
    DRUG = "drug"
    MODEL = "model"
    DATA = "data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number or an interval with its unit and basis.

    Attributes
    ----------
    low, high : float or None
        Equal: one number; a missing end: not bounded on that side.
    text : str
        As printed: rounded by the one formatter, with its unit.
    undefined : str
        The reason, where there is no number.
    """

    name: str
    low: float | None
    high: float | None
    unit: str
    basis: str
    text: str
    undefined: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One limit on one organ in one course.

    Attributes
    ----------
    measured : str
        What was compared ("SpinalCord D0.035cc 26.4 Gy").
    percent : float or None
        Of the limit; of the known metric where the state is implied; None where there is nothing to compare. [%]
    """

    limit: str
    set_id: str
    organ: str
    course: str
    metric: str
    bound: str
    measured: str
    percent: float | None
    state: State
    kind: str
    how: Literal["own row", "converted", "implied", "by volume alone", "none"]
    evidence: Evidence
    note: str = ""
    missing: tuple[str, ...] = ()
    room_gray: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One line of evidence for or against."""

    text: str
    source: str
    evidence: Evidence
    kind: str
    n: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What would change a finding, computed: the fact, the value it would need, and what then."""

    fact: str
    to: str
    then: str

    def __str__(self) -> str:
        return f"{self.fact} {self.to}: {self.then}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One answer to one question.

    Attributes
    ----------
    id : str
        Stable: ``<rule>/<subject>/<course>``.
    sentence : str
        What a colleague would say, with its numbers.
    lines, details : tuple of str
        Further lines of every report, and of the full one; each complete in itself.
    table, detail_table : Table or None
        Likewise.
    missing : tuple of str
        What was needed and is not in the case.
    """

    id: str
    rule: str
    question: Question
    severity: Severity
    subject: str
    title: str
    sentence: str
    lines: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    table: Table | None = None
    detail_table: Table | None = None
    figures: tuple[Figure, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    firing: Firing | None = None
    supports: tuple[Statement, ...] = ()
    against: tuple[Statement, ...] = ()
    sources: tuple[str, ...] = ()
    evidence: Evidence | None = None
    missing: tuple[str, ...] = ()
    would_change: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of text under a header, for any surface to lay out."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
