"""The references behind an answer, in full."""

from __future__ import annotations

from collections.abc import Iterable

from rtcalc.registry import Registry
from rtcalc.report.explanation import cite


def references(keys: Iterable[str], registry: Registry) -> tuple[str, ...]:
    """Every source once, in the order of the keys; a key without an entry, as of a typed value, has none to show.

    Examples
    --------
    >>> [text[:12] for text in references(["fowler1989", "fowler1989", ""], Registry())]
    ['[fowler1989]']
    """
    return tuple(cite(registry.references[key]) for key in dict.fromkeys(keys) if key in registry.references)
