"""What a person types in a form, as the strict text that the library reads.

The library takes a point and a unit and nothing else. People type `1,8`, `1.8 Gy`, full-width digits, a space from a
spreadsheet. What has one meaning is taken; what has two is refused, with both. `assets/fields.js` does the same while
typing, and a test holds the two to the same answers.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Literal

from rtcalc.errors import DomainError

Unit = Literal["Gy", "cGy"]
LONGEST = 40
"""Characters; no dose has more."""
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_MINUS = str.maketrans({"−": "-", "\N{ZERO WIDTH SPACE}": "", "\N{BYTE ORDER MARK}": ""})


def number(text: object, what: str, unit: str | None = None) -> str:
    """The number in a field, written with a point.

    Parameters
    ----------
    text : str
        What was typed.
    what : str
        Name of the field, for the message.
    unit : str, optional
        The unit that may stand behind the number, such as `%`; doses go through `gray`.

    Returns
    -------
    str
        Digits with a point: `1,8` is `1.8`.

    Raises
    ------
    DomainError
        Empty, not a number, or with two meanings.

    Examples
    --------
    >>> number("1,8", "Dose per fraction"), number("１.８", "Dose per fraction"), number("80 %", "Isodose", "%")
    ('1.8', '1.8', '80')
    >>> number("1.234,5", "Total dose")
    Traceback (most recent call last):
    ...
    rtcalc.errors.DomainError: Total dose: "1.234,5" has two meanings; write 1234.5 or 1.2345
    """
    shown = _tidy(text, what)
    if unit is not None and shown.endswith(unit):
        shown = shown.removesuffix(unit).rstrip()
    return _decimal(shown, what)


def gray(text: object, what: str, unit: Unit = "Gy") -> str:
    """The dose in a field, as text in gray for the library.

    Parameters
    ----------
    text : str
        What was typed; a `Gy` or `cGy` behind the number wins over `unit`.
    what : str
        Name of the field, for the message.
    unit : {"Gy", "cGy"}
        The unit that stands at the field.

    Returns
    -------
    str
        Such as `1.8 Gy`.

    Raises
    ------
    DomainError
        Empty, not a number, with two meanings, or another unit.

    Examples
    --------
    >>> gray("1,8", "Dose per fraction"), gray("180 cGy", "Dose per fraction"), gray("180", "Dose per fraction", "cGy")
    ('1.8 Gy', '1.80 Gy', '1.80 Gy')
    """
    shown = _tidy(text, what)
    for known in ("cGy", "Gy"):
        if shown.endswith(known):
            shown, unit = shown.removesuffix(known).rstrip(), known
            break
    digits = _decimal(shown, what)
    return f"{_plain(Decimal(digits).scaleb(-2)) if unit == 'cGy' else digits} Gy"


def whole(text: object, what: str) -> str:
    """The whole number in a field.

    Raises
    ------
    DomainError
        Empty, or not a whole number.

    Examples
    --------
    >>> whole(" 14 ", "Fractions")
    '14'
    >>> whole("2.5", "Fractions")
    Traceback (most recent call last):
    ...
    rtcalc.errors.DomainError: Fractions must be a whole number, not "2.5"
    """
    shown = _tidy(text, what)
    if re.fullmatch(r"[+-]?[0-9]+", shown) is None:
        raise DomainError(f'{what} must be a whole number, not "{shown}"')
    return shown


def _tidy(text: object, what: str) -> str:
    if not isinstance(text, str):
        raise DomainError(f"{what}: text was expected, not {type(text).__name__}")
    if len(text) > LONGEST:
        raise DomainError(f"{what}: {len(text)} characters; a number has at most {LONGEST}")
    shown = " ".join(unicodedata.normalize("NFKC", text.translate(_MINUS)).split())
    if not shown:
        raise DomainError(f"Enter {what[0].lower()}{what[1:]}")
    return shown


def _decimal(shown: str, what: str) -> str:
    if "," in shown and "." in shown and re.fullmatch(r"[+-]?[0-9.,]+", shown) is not None:
        first = min(shown.index(","), shown.index("."))
        last = max(shown.rindex(","), shown.rindex("."))
        joined = re.sub(r"[.,]", "", shown)
        late = len(re.sub(r"[.,]", "", shown[:last]))
        early = len(re.sub(r"[.,]", "", shown[:first]))
        one, other = f"{joined[:late]}.{joined[late:]}", f"{joined[:early]}.{joined[early:]}"
        raise DomainError(f'{what}: "{shown}" has two meanings; write {one} or {other}')
    if re.fullmatch(_NUMBER, shown) is None:
        raise DomainError(f'{what}: "{shown}" is not a number')
    return _plain(Decimal(shown.replace(",", ".")))


def _plain(value: Decimal) -> str:
    """Digits as typed, without an exponent; the library judges size and sign."""
    return f"{value:f}" if abs(value.adjusted()) < LONGEST else f"{value:e}"
