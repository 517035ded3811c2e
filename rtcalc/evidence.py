"""How well a statement is founded: the one scale of every file in ``protocols/``, and what a citation is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Evidence(StrEnum):
    """How often the number was read, in the same words for limits, drugs, rules and tissues."""

    TWO_SOURCES = "two-sources"
    ONE_SOURCE = "one-source"
    UNVERIFIED = "unverified"


class Severity(StrEnum):
    """How much a finding asks of its reader. The grading is the tool's own unless a source's word stands beside it."""

    INFO = "info"
    CAUTION = "caution"
    WARNING = "warning"
    STOP = "stop"

    @property
    def rank(self) -> int:
        """0 for info .. 3 for stop.

        Examples
        --------
        >>> Severity.STOP.rank > Severity.WARNING.rank
        True
        """
        return list(Severity).index(self)


Standing = Literal["active", "offered", "listed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """Where an entry is from and how far it may be used.

    Attributes
    ----------
    source : str
        Key of ``references.yaml``.
    place : str
        Table, section or page of the source.
    evidence : Evidence
    hold : str or None
        Why the entry may not be used although it is listed; None when nothing holds it.
    """

    source: str
    place: str
    evidence: Evidence
    hold: str | None = None

    @property
    def standing(self) -> Standing:
        """`active` drives verdicts, `offered` is shown as a single transcription, `listed` drives nothing.

        Examples
        --------
        >>> Cited(source="TG101", place="Table III", evidence=Evidence.TWO_SOURCES).standing
        'active'
        """
        if self.hold is not None or self.evidence is Evidence.UNVERIFIED:
            return "listed"
        return "active" if self.evidence is Evidence.TWO_SOURCES else "offered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A source, and how much of it was read when its numbers were taken."""

    key: str
    kind: str
    read: str
    title: str = ""
    citation: str = ""
    doi: str = ""
    doi_status: str = ""
    locator: str = ""
    note: str = ""

    def __str__(self) -> str:
        text = self.citation or self.title or self.key
        return f"{text} doi:{self.doi}" if self.doi else text
