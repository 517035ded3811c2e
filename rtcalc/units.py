"""The only door to pint: text and quantities in, plain numbers out.

What a person types never reaches pint's evaluator, which reads "45,0 Gy" as 450 Gy and "45 Gy 3" as 135 Gy. A
strict pattern reads it: one finite ASCII number, one unit. And pint itself is imported only by who wants a
Quantity back; to recognise one, asking whether pint was ever imported is enough.
"""

from __future__ import annotations

import re
import sys
import threading
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from rtcalc.errors import BasisError, UnitsError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pint
    from typing_extensions import TypeIs

    Gray: TypeAlias = float | npt.NDArray[np.floating[Any]]

Kind = Literal["dose", "volume", "length", "time", "percent"]

LONGEST_TEXT = 200
"""Characters of one text field; longer text is refused before it is looked at."""

# The decimal point is moved in the text, not by a factor: 35 * 0.01 is 0.35000000000000003, "35e-2" is 0.35.
_READERS: dict[Kind, dict[str, Callable[[str], float]]] = {
    "dose": {
        "Gy": float,
        "cGy": lambda digits: float(digits + "e-2"),
        "mGy": lambda digits: float(digits + "e-3"),
    },
    "volume": {"cc": float, "cm3": float, "mL": float},
    "length": {"mm": float, "cm": lambda digits: float(digits + "e1")},
    "time": {"h": float, "d": lambda digits: float(digits) * 24, "min": lambda digits: float(digits) / 60},
    "percent": {"%": float},
}
_VALUE = re.compile(r" *([0-9]+(?:\.[0-9]+)?|\.[0-9]+) *([A-Za-z%][A-Za-z0-9]*) *")
_BARE = re.compile(r" *([0-9]+(?:\.[0-9]+)?|\.[0-9]+) *")


def read(text: str, kind: Kind, name: str) -> float:
    """Read one number with its unit.

    Parameters
    ----------
    text : str
        One ASCII number and one unit, such as "45 Gy", "0.35 cc", "12 mm", "40 h", "80 %".
    kind : {"dose", "volume", "length", "time", "percent"}
        What is expected.
    name : str
        The field, for the message.

    Returns
    -------
    float
        [Gy, cc, mm, h or %, by kind]

    Raises
    ------
    UnitsError
        Anything else; the message has the corrected text wherever there is only one possible reading.

    Examples
    --------
    >>> read("35 cGy", "dose", "alpha_beta"), read("0.35 cc", "volume", "at"), read("2 d", "time", "gap")
    (0.35, 0.35, 48.0)
    >>> read("45,0 Gy", "dose", "dose")
    Traceback (most recent call last):
    ...
    rtcalc.errors.UnitsError: dose: '45,0 Gy' has a decimal comma; write 45.0 Gy
    """
    if isinstance(text, str) and len(text) <= LONGEST_TEXT:
        value = _value(text, kind)
        if value is not None:
            return value
    raise UnitsError(f"{name}: {_why_not(text, kind)}")


@lru_cache(maxsize=1024)
def _value(text: str, kind: Kind) -> float | None:
    # Kept, because a study reads the same few texts a million times.
    match = _VALUE.fullmatch(text)
    reader = _READERS[kind].get(match[2]) if match else None
    return reader(match[1]) if match and reader else None


_EXAMPLES: dict[Kind, str] = {
    "dose": "45 Gy",
    "volume": "0.35 cc",
    "length": "12 mm",
    "time": "40 h",
    "percent": "80 %",
}
_MAIN_UNIT: dict[Kind, str] = {"dose": "Gy", "volume": "cc", "length": "mm", "time": "h", "percent": "%"}
_SPELLINGS = {
    **{word: "Gy" for word in ("gy", "gray", "grays")},
    **{word: "cGy" for word in ("cgy", "centigray")},
    **{word: "mGy" for word in ("mgy", "milligray")},
    **{word: "cm3" for word in ("cm3", "cm^3")},
    **{word: "h" for word in ("h", "hr", "hour", "hours")},
    **{word: "d" for word in ("d", "day", "days")},
    **{word: "min" for word in ("min", "minute", "minutes")},
    **{word: "%" for word in ("percent", "pct")},
    **{"cc": "cc", "ccm": "cc", "ml": "mL", "mm": "mm", "cm": "cm"},
}
_NOT_ABSORBED = {
    **{unit: "an equivalent dose" for unit in ("Sv", "mSv", "rem")},
    **{unit: "an RBE-weighted dose" for unit in ("Gy(RBE)", "GyE", "CGE")},
}


def _why_not(text: object, kind: Kind) -> str:
    example = _EXAMPLES[kind]
    if not isinstance(text, str):
        return f"{text!r} ({type(text).__name__}) has no unit; write text such as '{example}'"
    if len(text) > LONGEST_TEXT:
        return f"{text[:40]!r}... has {len(text)} characters; at most {LONGEST_TEXT} are read"
    if not text.strip():
        return f"is empty; expected a form such as {example}"
    for finding in (_why_characters, _why_number, _why_unit):
        reason = finding(text, kind)
        if reason:
            return f"{text!r} {reason}"
    return f"{text!r} is not one number and one unit; expected a form such as {example}"


def _why_characters(text: str, kind: Kind) -> str:
    if text.isascii() and text.isprintable():
        return ""
    # Full-width digits and no-break spaces have one reading; a raised or lowered digit does not: 45\u00b2 is not 452.
    if any(unicodedata.decomposition(sign).startswith(("<super>", "<sub>", "<fraction>")) for sign in text):
        return f"has characters that are not plain ASCII; expected a form such as {_EXAMPLES[kind]}"
    looks = unicodedata.normalize("NFKC", text)
    looks = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in looks)
    return f"has characters that are not plain ASCII{_write(' '.join(looks.split()), kind)}"


def _why_number(text: str, kind: Kind) -> str:
    text = text.strip()
    if _BARE.fullmatch(text):
        return f"has no unit{_write(f'{text} {_MAIN_UNIT[kind]}', kind)}"
    if re.match(r"[+-]?(nan|inf)", text, re.IGNORECASE):
        return f"is not a finite number; expected a form such as {_EXAMPLES[kind]}"
    if text[0] in "+-":
        return "has a sign; write the number without one, it cannot be negative"
    if re.match(r"[0-9.]+[eE][+-]?[0-9]", text):
        return f"has an exponent; write the number out, in a form such as {_EXAMPLES[kind]}"
    if re.search(r"y *[/x+] *[0-9]", text):
        return "is a schedule; one number and one unit is needed here"
    if "_" in text:
        return f"has an underscore{_write(text.replace('_', ''), kind)}"
    return _why_comma(text, kind) if "," in text else ""


def _why_comma(text: str, kind: Kind) -> str:
    if "." in text or text.count(",") > 1:
        return "is ambiguous: comma and point, or several commas; write one point and nothing else in the number"
    if re.match(r"[1-9][0-9]{0,2},[0-9]{3}(?![0-9])", text):  # "1,234"; but "0,035" can only be a decimal
        either = " or ".join(part for part in (text.replace(",", "."), text.replace(",", "")) if _reads(part, kind))
        return f"is ambiguous: decimal comma or thousands{f'; write {either}' if either else ''}"
    return f"has a decimal comma{_write(text.replace(',', '.'), kind)}"


def _why_unit(text: str, kind: Kind) -> str:
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?|\.[0-9]+) *(.+)", text.strip())
    if not match:
        return ""
    number, unit = match[1], match[2]
    accepted = ", ".join(_READERS[kind])
    if kind == "dose" and unit in _NOT_ABSORBED:
        return f"is in {unit}: {_NOT_ABSORBED[unit]}, which is not absorbed dose; write {accepted}"
    if unit in ("rad", "rads"):
        return f"is in rad{_write(f'{number} cGy', kind)}"
    for other, readers in _READERS.items():
        if other != kind and unit in readers:
            return f"is a {other}, and a {kind} is needed; expected a form such as {_EXAMPLES[kind]}"
    # A capital M is mega: 45 MGy and 45 mGy differ by a thousand million, so it is never guessed.
    meant = "" if unit.startswith("M") else _SPELLINGS.get(unit.lower(), "")
    if meant in _READERS[kind]:
        return f"has the unit {unit!r}{_write(f'{number} {meant}', kind)}"
    return f"has no unit of {kind} that is known ({accepted}); expected a form such as {_EXAMPLES[kind]}"


def _reads(text: str, kind: Kind) -> bool:
    return _value(text, kind) is not None


def _write(text: str, kind: Kind) -> str:
    return f"; write {text}" if _reads(text, kind) else f"; expected a form such as {_EXAMPLES[kind]}"


_DOSE_UNITS = {"gray": 1.0, "centigray": 100.0, "milligray": 1000.0}  # units in one Gy
_DEFINITIONS = (
    "centi- = 1e-2 = c-",
    "milli- = 1e-3 = m-",
    "gray = [absorbed_dose] = Gy",
    "hour = [time] = h",
    "day = 24 * hour = d",
    "minute = hour / 60 = min",
    "meter = [length] = m",
    "cubic_centimeter = [volume] = cc = cm3 = mL",
    "percent = [percent] = %",
)
BIOLOGICAL = "gray_"
"""How the name of a biological unit of `registry()` begins."""

_lock = threading.RLock()
_registry: pint.UnitRegistry[Any] | None = None


def registry() -> pint.UnitRegistry[Any]:
    """Return the one pint registry of this library, made when first asked for.

    Returns
    -------
    pint.UnitRegistry
        A registry of the few units above and no others: no Sv, no J/kg, nothing that could stand in for gray.

    Examples
    --------
    >>> print(registry().Quantity(4500, "cGy").to("Gy"))
    45.0 gray
    """
    global _registry
    with _lock:
        if _registry is None:
            import pint

            made: pint.UnitRegistry[Any] = pint.UnitRegistry(None)
            for definition in _DEFINITIONS:
                made.define(definition)
            _registry = made
        return _registry


def biological_unit(basis: str) -> pint.Unit:
    """Return the unit of one biological basis, of a dimension that no other basis shares.

    Parameters
    ----------
    basis : str
        What sets the basis apart, such as "BED (a/b 10, LQ)".

    Returns
    -------
    pint.Unit
        Exported BEDs of two alpha/beta values cannot be added by pint either.

    Examples
    --------
    >>> print(biological_unit("BED (a/b 2.6, LQ)"))
    gray_BED_ab_2p6_LQ
    """
    tag = re.sub(r"[^A-Za-z0-9]+", "_", basis.replace("a/b", "ab").replace(".", "p")).strip("_")
    ureg = registry()
    with _lock:
        if BIOLOGICAL + tag not in ureg:
            ureg.define(f"{BIOLOGICAL}{tag} = [{tag}]")
        return ureg.Unit(BIOLOGICAL + tag)


def is_quantity(value: object) -> TypeIs[pint.Quantity[Any]]:
    """Tell whether a value is a pint Quantity of any registry, without importing pint.

    Parameters
    ----------
    value : object
        Anything.

    Returns
    -------
    bool
        False as long as nobody has imported pint: then nobody can have made a Quantity.
    """
    # getattr: another thread may be half-way through importing pint.
    quantity = getattr(sys.modules.get("pint"), "Quantity", None)
    return quantity is not None and isinstance(value, quantity)


def quantity_to_gray(quantity: pint.Quantity[Any], name: str = "dose") -> Any:
    """Return the magnitude of a Quantity of absorbed dose in Gy.

    Parameters
    ----------
    quantity : pint.Quantity
        In Gy, cGy or mGy, of any registry. [Gy, cGy, mGy]
    name : str
        The field, for the message.

    Returns
    -------
    float or numpy.ndarray
        An array in Gy is handed on as it is, in another unit it is a new one. [Gy]

    Raises
    ------
    UnitsError
        Another unit. The *name* of the unit decides: in pint's own registry Sv and J/kg convert to Gy.
    BasisError
        A BED or an EQD2 that was exported as a Quantity.
    """
    units = list(quantity.unit_items())
    unit, power = units[0] if len(units) == 1 else ("", 0)
    if power == 1 and unit in _DOSE_UNITS:
        magnitude = quantity.magnitude
        return magnitude if unit == "gray" else magnitude / _DOSE_UNITS[unit]
    if unit.startswith(BIOLOGICAL):
        raise BasisError(f"{name}: a quantity in {unit} is a biological dose; a physical dose is needed here")
    raise UnitsError(f"{name}: a quantity in {quantity.units!s} is not an absorbed dose in Gy, cGy or mGy")


def keep_from_pint(*types: type) -> bool:
    """Tell pint, where it is imported, to leave arithmetic with these types to them.

    pint would otherwise wrap a dose into a Quantity: 50 percent times a BED became "BED percent".

    Parameters
    ----------
    *types : type
        Types whose own operators must decide.

    Returns
    -------
    bool
        Whether pint is there and has been told.
    """
    compat = sys.modules.get("pint.compat")
    if compat is None:
        return False
    compat.upcast_type_map.update({f"{one.__module__}.{one.__qualname__}": one for one in types})
    return True
