"""The one family of errors: what is wrong, where, what was expected, what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rtcalc.nearest import nearest

FEW = 5
"""So many names are listed where none of them is similar: the courses of a case, not the drugs of the registry."""


class RtcalcError(Exception):
    """Base of every error that rtcalc raises on purpose.

    Attributes
    ----------
    place : tuple of str or int
        Keys and positions that lead to the value in a protocol or case file, for a form that marks the field; empty:
        no single value of a file.
    """

    place: tuple[str | int, ...] = ()


class UnitsError(RtcalcError, ValueError):
    """No unit, an unreadable unit, or a unit of another kind."""


class BasisError(RtcalcError, TypeError):
    """Two biological bases that may not meet, or a BED where a physical dose is needed."""


class DomainError(RtcalcError, ValueError):
    """A value outside the definition of the model (alpha/beta <= 0, zero fractions)."""


class ProtocolError(RtcalcError, ValueError):
    """A protocol or case file that cannot be used: file, line, field, what was expected."""

    def __init__(self, message: str, place: tuple[str | int, ...] = ()) -> None:
        self.place = place
        super().__init__(message)


class DicomError(RtcalcError, ValueError):
    """A DICOM object that cannot be used: file, tag, what was expected, what to do."""


class UnknownName(RtcalcError, LookupError):  # noqa: N818 - the name of the contract
    """A name the registry does not have, with the nearest ones it has.

    Parameters
    ----------
    kind : str
        What was looked for.
    name : str
        As it was written.
    known : iterable of str
        All names it could have been, the other names of an entry among them.
    entries : mapping, optional
        The entry behind another name: it is printed with the name that was found.
    where : str
        File, line and field, where the name was read from a file.
    remedy : str
        What to do where none of them is meant.

    Examples
    --------
    >>> raise UnknownName("drug", "sorafinib", ["sorafenib", "sunitinib"])
    Traceback (most recent call last):
    ...
    rtcalc.errors.UnknownName: no drug is called 'sorafinib'; nearest: sorafenib
    """

    def __init__(
        self,
        kind: str,
        name: str,
        known: Iterable[str],
        entries: Mapping[str, str] | None = None,
        *,
        where: str = "",
        remedy: str = "",
    ) -> None:
        behind = entries or {}
        known = list(known)
        found = nearest(name, known)
        self.nearest = [other for other in found if behind.get(other) not in found]
        shown = [f"{other} ({behind[other]})" if other in behind else other for other in self.nearest]
        hint = f"nearest: {', '.join(shown)}" if shown else "no similar name is known"
        if not shown and 0 < len(known) <= FEW:
            hint = f"known: {', '.join(sorted(known))}"
        said = "; ".join(filter(None, (f"no {kind} is called {name!r}", hint, remedy)))
        super().__init__(f"{where}: {said}" if where else said)
