"""The one family of errors: what is wrong, where, what was expected, what to do."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class RtcalcError(Exception):
    """Base of every error that rtcalc raises on purpose."""


class UnitsError(RtcalcError, ValueError):
    """No unit, an unreadable unit, or a unit of another kind."""


class BasisError(RtcalcError, TypeError):
    """Two biological bases that may not meet, or a BED where a physical dose is needed."""


class DomainError(RtcalcError, ValueError):
    """A value outside the definition of the model (alpha/beta <= 0, zero fractions)."""


class ProtocolError(RtcalcError, ValueError):
    """A protocol or case file that cannot be used: file, line, field, what was expected.

    Attributes
    ----------
    place : tuple of str or int
        Keys and positions that lead to the value in the file, for a form that marks the field; empty: the whole file.
    """

    def __init__(self, message: str, place: tuple[str | int, ...] = ()) -> None:
        self.place = place
        super().__init__(message)


class DicomError(RtcalcError, ValueError):
    """A DICOM object that cannot be used: file, tag, what was expected, what to do."""


class UnknownName(RtcalcError, LookupError):  # noqa: N818 - the name of the contract
    """A name the registry does not have, with the nearest ones it has.

    Examples
    --------
    >>> raise UnknownName("drug", "sorafinib", ["sorafenib", "sunitinib"])
    Traceback (most recent call last):
    ...
    rtcalc.errors.UnknownName: no drug is called 'sorafinib'; nearest: sorafenib, sunitinib
    """

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        by_lower = {known_name.lower(): known_name for known_name in known}
        self.nearest = [by_lower[low] for low in get_close_matches(name.lower(), by_lower, n=3, cutoff=0.5)]
        hint = f"nearest: {', '.join(self.nearest)}" if self.nearest else "nothing is close to it"
        super().__init__(f"no {kind} is called {name!r}; {hint}")
