"""The one grammar of a schedule that is read everywhere, and what is wrong with a text outside it.

    schedule  = phase , { "+" , phase } ;         in the order of delivery, at most 10 phases and 200 characters
    phase     = ( total , "/" , count | count , times , dose | dose , times , count ) , [ "fx" | "fractions" ] ;
    dose      = number , ( "Gy" | "cGy" | "mGy" ) ;

`/` is always the total over the fractions and `x` always the count times the dose of one fraction, whichever
stands first: the dose has a unit exactly once a phase and the count never has one, so no text has two readings.
"""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rtcalc import units
from rtcalc.errors import DomainError, UnitsError

if TYPE_CHECKING:
    from typing import SupportsIndex

MOST_FRACTIONS = 200
MOST_PHASES = 10

_DOSE = r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+) *(?:Gy|cGy|mGy)"
_COUNT = r"[1-9][0-9]{0,2}"
_PHASE = re.compile(
    rf" *(?:(?P<total>{_DOSE}) */ *(?P<over>{_COUNT})"
    rf"|(?P<count>{_COUNT}) *[x×] *(?P<each>{_DOSE})"
    rf"|(?P<dose>{_DOSE}) *[x×] *(?P<times>{_COUNT}))"
    r" *(?:fx|fractions|fraction)? *"
)
_FORMS = "a form such as 45 Gy / 5 or 5 x 9 Gy"
_WHOLE = f"Fractions must be a whole number from 1 to {MOST_FRACTIONS}"


@dataclass(frozen=True, slots=True)
class PhaseText:
    """One phase as it was written: exactly one of the two doses is there.

    Parameters
    ----------
    total, per_fraction : str
        A dose with its unit, or empty.
    fractions : int
        1 to 200.

    Examples
    --------
    >>> PhaseText(total="45 Gy", per_fraction="", fractions=5).fractions
    5
    """

    total: str
    per_fraction: str
    fractions: int


def read_phases(text: str) -> tuple[PhaseText, ...]:
    """Take a text apart into phases.

    Parameters
    ----------
    text : str
        A schedule in the grammar above. [Gy, cGy, mGy]

    Returns
    -------
    tuple of PhaseText
        In the order of delivery.

    Raises
    ------
    UnitsError
        A dose that cannot be read, with the corrected text where there is only one.
    DomainError
        Anything else outside the grammar.

    Examples
    --------
    >>> read_phases("5 x 9 Gy")
    (PhaseText(total='', per_fraction='9 Gy', fractions=5),)
    """
    if len(text) > units.LONGEST_TEXT:
        raise DomainError(
            f"schedule {text[:40]!r}... has {len(text)} characters; at most {units.LONGEST_TEXT} are read"
        )
    parts = text.split("+")
    if len(parts) > MOST_PHASES:
        raise DomainError(f"schedule {text!r} has {len(parts)} phases; at most {MOST_PHASES} are read")
    return tuple(_read_phase(part) for part in parts)


def fraction_count(count: SupportsIndex) -> int:
    """Return a number of fractions as an int from 1 to 200.

    Parameters
    ----------
    count : int
        The one bare number that is taken; an integer of numpy too.

    Returns
    -------
    int
        The same number.

    Raises
    ------
    DomainError
        A truth value, a float, text, or a number outside 1 to 200.

    Examples
    --------
    >>> fraction_count(5)
    5
    >>> fraction_count(0)
    Traceback (most recent call last):
    ...
    rtcalc.errors.DomainError: Fractions must be a whole number from 1 to 200, not 0
    """
    try:
        number = 0 if isinstance(count, bool) else operator.index(count)
    except TypeError:
        number = 0
    if not 1 <= number <= MOST_FRACTIONS:
        raise DomainError(f"{_WHOLE}, not {count!r}")
    return number


def _read_phase(text: str) -> PhaseText:
    match = _PHASE.fullmatch(text)
    if match is None:
        raise _unreadable(text)
    count = fraction_count(int(match["over"] or match["count"] or match["times"]))
    return PhaseText(match["total"] or "", match["each"] or match["dose"] or "", count)


def _unreadable(text: str) -> DomainError | UnitsError:
    """Return the error for a phase outside the grammar; what is named first is what is wrong first."""
    where = f"schedule {text.strip()!r}"
    if not text.strip():
        return DomainError(f"schedule: a phase is empty; expected {_FORMS}")
    if not text.isprintable():
        return DomainError(f"{where} has a line break, a tab or another control character; expected {_FORMS}")
    meant = re.sub(r"[X*]", "x", text.strip().replace(" in ", " / "))
    if _PHASE.fullmatch(meant):
        return DomainError(f"{where} is not in the form that is read; write {meant}")
    parts = [part.strip() for part in re.split(r"[/x×]", re.sub(r" *(?:fx|fractions?) *$", "", text))]
    counts = [part for part in parts if re.fullmatch(r"[+-]?[0-9_.,]*|(?!c?m?Gy)[A-Za-z]+", part)]
    doses = [part for part in parts if part not in counts]
    if len(parts) > 2 or len(doses) > 1:
        return DomainError(f"{where}: one rule per phase; expected {_FORMS}")
    return _unreadable_parts(where, doses, counts)


def _unreadable_parts(where: str, doses: list[str], counts: list[str]) -> DomainError | UnitsError:
    if not doses:
        return UnitsError(f"{where} has no unit; {_with_unit(where, counts)}")
    try:
        units.read(doses[0], "dose", where)
    except UnitsError as error:
        return error
    if not counts:
        return DomainError(f"{where} has no fractions; write {doses[0]} / n, with n the number of fractions")
    if not re.fullmatch(_COUNT, counts[0]):
        return DomainError(f"{where}: {_WHOLE}, not {counts[0]!r}")
    return DomainError(f"{where}: the total stands before the slash and the count behind it; expected {_FORMS}")


def _with_unit(where: str, numbers: list[str]) -> str:
    if not all(re.fullmatch(r"[0-9]+(\.[0-9]+)?", number) for number in numbers):
        return f"expected {_FORMS}"
    if len(numbers) == 1:
        return f"write {numbers[0]} Gy / n, with n the number of fractions"
    first, second = numbers
    return f"write {first} Gy / {second}" if "/" in where else f"write {first} x {second} Gy or {first} Gy x {second}"
