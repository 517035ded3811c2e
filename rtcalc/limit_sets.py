"""A published set of limits as a whole, with what of it could not become a row."""

from __future__ import annotations

from dataclasses import dataclass, field

from rtcalc.evidence import Cited
from rtcalc.limits import Limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Inexpressible(Cited):
    """A published limit on something that no metric of the grammar is equal to: listed, never evaluated.

    Attributes
    ----------
    id : str
    as_printed : str
        The limit in the words of the source.
    why : str
        What no metric of the grammar can say.

    Examples
    --------
    >>> from rtcalc.evidence import Evidence
    >>> print(Inexpressible(id="1", as_printed="< 50 % of the circumference", why="no metric counts a circumference",
    ...     source="A", place="B", evidence=Evidence.ONE_SOURCE))
    < 50 % of the circumference (no metric counts a circumference)
    """

    id: str
    as_printed: str
    why: str

    def __str__(self) -> str:
        return f"{self.as_printed} ({self.why})"


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitSet:
    """One published set: who it is from, its rows in the order of the source, and what could not become a row.

    Attributes
    ----------
    id : str
        "TG101".
    title : str
    source : str
        Key of ``references.yaml``.
    note : str
    limits : tuple of Limit
        In the order of the source.
    inexpressible : tuple of Inexpressible

    Examples
    --------
    >>> from rtcalc.registry import Registry
    >>> tg101 = Registry().sets["TG101"]
    >>> tg101.source, str(tg101.limits[0])
    ('TG101', 'TG101 D0.2cc < 8 Gy')
    """

    id: str
    title: str
    source: str
    note: str
    limits: tuple[Limit, ...] = field(repr=False)
    inexpressible: tuple[Inexpressible, ...] = ()
