"""A source as a person reads it, and how far a statement may be used."""

from __future__ import annotations

from dataclasses import dataclass

from rtcalc.evidence import Cited
from rtcalc.registry import Registry
from rtcalc.report.explanation import cite, standing_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where an entry is from.

    Attributes
    ----------
    key, place : str
        Citation key, and the place in the source.
    citation : str
        The whole reference, with how much of it was read.
    evidence : str
        How often the number was read.
    standing : str
        How far it is used, in words.
    hold : str
        Why it may not be used; empty when nothing holds it.
    """

    key: str
    place: str
    citation: str
    evidence: str
    standing: str
    hold: str


def source_of(entry: Cited, registry: Registry) -> Source:
    """The source of an entry of the registry.

    Examples
    --------
    >>> registry = Registry()
    >>> source_of(registry.published["rcc-bone"], registry).evidence
    'one source'
    """
    reference = registry.references.get(entry.source)
    return Source(
        key=entry.source,
        place=entry.place,
        citation=cite(reference) if reference is not None else entry.source,
        evidence=entry.evidence.value.replace("-", " "),
        standing=standing_words(entry),
        hold=entry.hold or "",
    )
