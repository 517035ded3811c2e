"""How a refusal and a note are worded: what is wrong, where, what was expected, what to do."""

from __future__ import annotations

from functools import cache
from typing import NoReturn

from rtcalc.errors import DicomError
from rtcalc.notes import Note as Note

LONGEST_SHOWN = 64


@cache
def tag(keyword: str) -> str:
    """Name an attribute as the standard does.

    Examples
    --------
    >>> tag("DoseGridScaling")
    'DoseGridScaling (3004,000E)'
    """
    from pydicom.datadict import tag_for_keyword

    number = tag_for_keyword(keyword)
    return f"{keyword} ({number >> 16:04X},{number & 0xFFFF:04X})" if number is not None else keyword


def shown(text: object, most: int = LONGEST_SHOWN) -> str:
    r"""A text from a file, made harmless for a terminal and cut: control and direction characters are spelled out.

    Examples
    --------
    >>> shown("PTV\x1b[31m")
    'PTV\\x1b[31m'
    """
    # A 10 kB name must not be spelled out before it is cut.
    whole = str(text)
    if len(whole) <= most and whole.isprintable():
        return whole
    safe = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in whole[: most + 1])
    return safe if len(safe) <= most else f"{safe[: most - 3]}..."


def refuse(where: str, what: str, expected: str, remedy: str) -> NoReturn:
    """Raise the one error of this package in its one shape.

    Raises
    ------
    DicomError
        Always.

    Examples
    --------
    >>> refuse("dose.dcm", "Rows is 0", "1 or more", "Export the dose again.")
    Traceback (most recent call last):
    ...
    rtcalc.errors.DicomError: dose.dcm: Rows is 0; expected 1 or more. Export the dose again.
    """
    raise DicomError(f"{where}: {what}; expected {expected}. {remedy}")


AGAIN = "Export the file again from the planning system."
