"""Limits that are several conditions in one: they hold only together, and all of them are shown."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rtcalc.errors import DomainError
from rtcalc.evidence import Cited
from rtcalc.limits import Metric

_MONTHS = re.compile(r">= ?(\d{1,3}) months", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompoundLimit(Cited):
    """A published rule on the re-irradiation of one organ: four conditions, all of them met or none counts.

    Attributes
    ----------
    structure : str
        What the metric is measured on, in the words of the source.
    fractions : (int, int)
        First and last fraction number of the new part.
    alpha_beta : float
        Of every EQD2 in the rule. [Gy]
    cumulative : float
        Most EQD2 of all courses together. [Gy]
    new_part : float
        Most EQD2 of the new part. [Gy]
    share : float
        Most that the new part may be of the cumulative dose, above 0 to below 1.
    months : int
        Shortest interval from the earlier course.
    contains_recovery : bool
        The bound was derived without subtracting recovery, which is therefore never subtracted from the doses either.
    """

    id: str
    organ: str
    applies_to: tuple[str, ...]
    structure: str
    metric: Metric
    fractions: tuple[int, int]
    alpha_beta: float
    cumulative: float
    new_part: float
    share: float
    months: int
    contains_recovery: bool
    endpoint: str
    population: str
    note: str = ""
    transcriptions: int | None = None

    def at(self, fractions: int) -> bool:
        """Whether the rule speaks of a new part in this number of fractions."""
        return self.fractions[0] <= fractions <= self.fractions[1]


def read_months(text: str) -> int:
    """Read an interval of a rule.

    Raises
    ------
    DomainError
        Another form.

    Examples
    --------
    >>> read_months(">= 5 months")
    5
    """
    found = _MONTHS.fullmatch(text.strip())
    if not found or int(found[1]) < 1:
        raise DomainError(f"{text!r} is not an interval of a rule; write '>= 5 months'")
    return int(found[1])
