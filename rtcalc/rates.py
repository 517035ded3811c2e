"""Numbers that a person types beside doses: rates, times above zero, bare numbers; as strict as `units`.

Rates are "0.9 Gy/d" of repopulation and "0.35 /Gy" of a radiosensitivity; a bare number has its unit in the name of
its argument.
"""

from __future__ import annotations

import math
import re

from rtcalc.errors import DomainError, UnitsError
from rtcalc.units import LONGEST_TEXT, read

_NUMBER = r" *([0-9]+(?:\.[0-9]+)?|\.[0-9]+) *"


def gray_per_day(text: str, name: str) -> float:
    """Read a dose per day.

    Parameters
    ----------
    text : str
        One ASCII number above zero and the unit, "0.9 Gy/d".
    name : str
        The field, for the message.

    Returns
    -------
    float
        [Gy/d]

    Raises
    ------
    UnitsError
        Anything else.
    DomainError
        Zero, or too large for a number.

    Examples
    --------
    >>> gray_per_day("0.69 Gy/d", "k")
    0.69
    """
    return _rate(text, "Gy/d", name, "0.9 Gy/d")


def gray_per_hour(text: str, name: str) -> float:
    """Read an initial dose rate of a source.

    Parameters
    ----------
    text : str
        "0.07 Gy/h". [Gy/h]
    name : str
        What it is, for the message.

    Returns
    -------
    float
        [Gy/h]

    Raises
    ------
    UnitsError
        Not text, or another form or unit.
    DomainError
        Zero.

    Examples
    --------
    >>> gray_per_hour("0.07 Gy/h", "initial")
    0.07
    """
    return _rate(text, "Gy/h", name, "0.07 Gy/h")


def per_gray(text: str, name: str) -> float:
    """Read a radiosensitivity alpha.

    Parameters
    ----------
    text : str
        One ASCII number above zero and the unit, "0.35 /Gy".
    name : str
        The field, for the message.

    Returns
    -------
    float
        [1/Gy]

    Raises
    ------
    UnitsError, DomainError
        As in `gray_per_day`.

    Examples
    --------
    >>> per_gray("0.35 /Gy", "alpha")
    0.35
    """
    return _rate(text, "/Gy", name, "0.35 /Gy")


def hours(text: str, name: str) -> float:
    """Read a time above zero.

    Parameters
    ----------
    text : str
        "1.5 h", "30 min" or "59.4 d".
    name : str
        The field, for the message.

    Returns
    -------
    float
        [h]

    Raises
    ------
    UnitsError
        Not a time.
    DomainError
        Zero, or too large for a number.

    Examples
    --------
    >>> hours("30 min", "half_time")
    0.5
    """
    time = read(text, "time", name)
    if not 0.0 < time < math.inf:
        raise DomainError(f"{name}: {text!r} is outside the model; it must be above zero")
    return time


def plain_number(value: object, name: str) -> float:
    """Return a finite number that needs no unit, or whose unit is in its name.

    Parameters
    ----------
    value : float or int
        A plain number.
    name : str
        The field, for the message.

    Returns
    -------
    float

    Raises
    ------
    UnitsError
        Text, a truth value, anything else.
    DomainError
        Infinite or NaN.

    Examples
    --------
    >>> plain_number(60, "minutes")
    60.0
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise UnitsError(f"{name}: {value!r} ({type(value).__name__}) is not a plain number")
    if not math.isfinite(value):
        raise DomainError(f"{name}: {value!r} is not finite")
    return float(value)


def _rate(text: str, unit: str, name: str, example: str) -> float:
    if not isinstance(text, str):
        raise UnitsError(f"{name}: {text!r} ({type(text).__name__}) has no unit; write text such as '{example}'")
    found = re.fullmatch(_NUMBER + re.escape(unit) + " *", text) if len(text) <= LONGEST_TEXT else None
    if not found:
        raise UnitsError(f"{name}: {text[:40]!r} is not one number in {unit}; write it in the form {example}")
    value = float(found[1])
    if not 0.0 < value < math.inf:
        raise DomainError(f"{name}: {text[:40]!r} is outside the model; a rate is finite and above zero")
    return value


def require_above_zero(owner: object, **numbers: float | None) -> None:
    """Refuse a parameter that is given and is not a finite number above zero.

    Parameters
    ----------
    owner : object
        Whose parameters they are; its class is named in the message.
    **numbers : float or None
        Name and value; None: not given.

    Raises
    ------
    DomainError
        With the first one.

    Examples
    --------
    >>> require_above_zero(object(), td50=24.5, clonogens=None)
    >>> require_above_zero(object(), m=0.0)
    Traceback (most recent call last):
    ...
    rtcalc.errors.DomainError: object: m is 0.0; it must be a finite number above zero
    """
    for name, number in numbers.items():
        if number is not None and not 0.0 < number < math.inf:
            raise DomainError(f"{type(owner).__name__}: {name} is {number!r}; it must be a finite number above zero")
