"""The typed fields of one schedule read as a schedule, with a word at each field that says why not.

`assets/calculator_reading.js` does the same while somebody types; a test holds the two to the same words.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from rtcalc.decimals import compare, fixed, plain
from rtcalc.errors import DomainError
from rtcalc.schedule_text import MOST_FRACTIONS
from rtcalc.schedules import Schedule
from rtcalc_app import fields
from rtcalc_app.fields import Unit
from rtcalc_app.services.calculator.form import FIELDS, ScheduleForm

LEAST_DOSE, MOST_TOTAL, MOST_EACH = 0.001, 10_000.0, 1_000.0
LEAST_ISODOSE = 10.0
LEAST_RATIO, MOST_RATIO, RATIO_DECIMALS = 0.01, 1_000.0, 6
"""What the fields take; far outside of what is plausible, which `rtcalc.schedules.plausibility` says. [Gy, %]"""
UNKNOWN = ("unknown", "?")
NAMES = {"total": "Total dose", "fractions": "Fractions", "each": "Dose per fraction"}


@dataclass(frozen=True, slots=True)
class Offer:
    """A way out: what to put into which fields. [Gy]"""

    words: str
    fields: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the fields mean.

    Attributes
    ----------
    schedule : Schedule or None
        None: a field has a problem.
    derived : str
        The field that follows from the other two; empty where all three were typed and agree.
    isodose : float or None
        Prescription isodose; None: unknown, or not readable. [%]
    problems : dict
        What is wrong, by field.
    offers : tuple of Offer
    """

    schedule: Schedule | None = None
    derived: str = ""
    isodose: float | None = None
    problems: dict[str, str] = field(default_factory=dict)
    offers: tuple[Offer, ...] = ()

    @property
    def maximum(self) -> Schedule | None:
        """The schedule at the maximum of the plan, where the isodose is known."""
        if self.schedule is None or self.isodose is None:
            return None
        return self.schedule.scaled(100.0 / self.isodose)


def read(form: ScheduleForm, unit: Unit = "Gy") -> Reading:
    """Read two of total dose, fractions and dose per fraction, or three that agree.

    Examples
    --------
    >>> read(ScheduleForm(total="45", fractions="5")).schedule.text
    '45 Gy / 5'
    >>> odd = read(ScheduleForm(total="50", each="9"))
    >>> odd.problems["fractions"]
    '50 Gy in fractions of 9 Gy is 5.56 fractions, not a whole number'
    >>> [offer.words for offer in odd.offers]
    ['5 x 9 Gy = 45 Gy', '6 x 9 Gy = 54 Gy', '50 Gy / 6']
    """
    values, problems = _typed(form, unit)
    isodose = _isodose(form.isodose, problems)
    if problems.keys() & set(FIELDS):
        return Reading(isodose=isodose, problems=problems)
    found = _together(values)
    return Reading(
        schedule=found.schedule,
        derived=found.derived,
        isodose=isodose,
        problems={**found.problems, **problems},
        offers=found.offers,
    )


def ratio(text: object, what: str) -> float:
    """The alpha/beta in a field. [Gy]

    Raises
    ------
    DomainError
        Not a number, or outside what the field takes.

    Examples
    --------
    >>> ratio("2,6 Gy", "Tumour alpha/beta")
    2.6
    """
    value = float(fields.gray(text, what).removesuffix(" Gy"))
    if not LEAST_RATIO <= value <= MOST_RATIO:
        raise DomainError(f"{what} must be from {plain(LEAST_RATIO)} Gy to {plain(MOST_RATIO)} Gy")
    if round(value, RATIO_DECIMALS) != value:
        raise DomainError(f"{what} may have at most {RATIO_DECIMALS} decimals")
    return value


def _typed(form: ScheduleForm, unit: Unit) -> tuple[dict[str, float], dict[str, str]]:
    values: dict[str, float] = {}
    problems: dict[str, str] = {}
    readers: dict[str, Callable[[str], float]] = {
        "total": lambda text: _dose(text, "total", MOST_TOTAL, unit),
        "fractions": _count,
        "each": lambda text: _dose(text, "each", MOST_EACH, unit),
    }
    for name, reader in readers.items():
        text = getattr(form, name)
        if not text.strip():
            continue
        try:
            values[name] = reader(text)
        except DomainError as problem:
            problems[name] = str(problem)
    return values, problems


def _dose(text: str, name: str, most: float, unit: Unit) -> float:
    value = float(fields.gray(text, NAMES[name], unit).removesuffix(" Gy"))
    if not LEAST_DOSE <= value <= most:
        raise DomainError(f"{NAMES[name]} must be from {plain(LEAST_DOSE)} Gy to {plain(most)} Gy")
    return value


def _count(text: str) -> float:
    value = int(fields.whole(text, NAMES["fractions"]))
    if not 1 <= value <= MOST_FRACTIONS:
        raise DomainError(f"Fractions must be a whole number from 1 to {MOST_FRACTIONS}")
    return value


def _isodose(text: str, problems: dict[str, str]) -> float | None:
    if text.strip().lower() in UNKNOWN:
        return None
    try:
        value = float(fields.number(text, "Prescription isodose", "%"))
        if not LEAST_ISODOSE <= value <= 100.0:
            raise DomainError(f"Prescription isodose must be from {plain(LEAST_ISODOSE)} % to 100 %, or unknown")
    except DomainError as problem:
        problems["isodose"] = str(problem)
        return None
    return value


def _together(values: dict[str, float]) -> Reading:
    total, count, each = (values.get(name) for name in FIELDS)
    if total is not None and count is not None and each is not None:
        return _three(total, int(count), each)
    if total is not None and count is not None:
        return Reading(schedule=Schedule(total=_text(total), fractions=int(count)), derived="each")
    if count is not None and each is not None:
        made = Schedule(per_fraction=_text(each), fractions=int(count))
        if made.phases[0].gray > MOST_TOTAL:
            return Reading(problems={"each": f"{NAMES['total']} must be at most {plain(MOST_TOTAL)} Gy"})
        return Reading(schedule=made, derived="total")
    if total is not None and each is not None:
        return _whole(total, each)
    return Reading(problems=_missing(values))


def _text(gray: float) -> str:
    return f"{gray!r} Gy"


def _missing(values: dict[str, float]) -> dict[str, str]:
    if "fractions" in values:
        return {"each": "Enter dose per fraction or total dose"}
    if not values:
        return {"total": "Enter two of total dose, fractions and dose per fraction"}
    other = "dose per fraction" if "total" in values else "total dose"
    return {"fractions": f"Enter fractions or {other}"}


def _three(total: float, count: int, each: float) -> Reading:
    product = each * count
    if compare(total, product) == 0:
        return Reading(schedule=Schedule(total=_text(total), per_fraction=_text(each), fractions=count))
    said = (
        f"{count} fractions of {plain(each)} Gy are {plain(product)} Gy, not {plain(total)} Gy: "
        f"{plain(abs(product - total))} Gy apart; drop one"
    )
    drops = tuple(Offer(f"drop {NAMES[name].lower()}", {name: ""}) for name in FIELDS)
    return Reading(problems={"total": said}, offers=drops)


def _whole(total: float, each: float) -> Reading:
    exact = total / each
    count = math.floor(exact + 0.5)
    if 1 <= count <= MOST_FRACTIONS and compare(total, each * count) == 0:
        return Reading(schedule=Schedule(total=_text(total), fractions=count), derived="fractions")
    if exact > MOST_FRACTIONS:
        return Reading(problems={"fractions": f"More than {MOST_FRACTIONS} fractions of {plain(each)} Gy"})
    low, high = math.floor(exact), math.floor(exact) + 1
    offers = [
        Offer(f"{n} x {plain(each)} Gy = {plain(each * n)} Gy", {"total": "", "fractions": str(n)})
        for n in (low, high)
        if 1 <= n <= MOST_FRACTIONS
    ]
    if high <= MOST_FRACTIONS:
        offers.append(Offer(f"{plain(total)} Gy / {high}", {"each": "", "fractions": str(high)}))
    said = f"{plain(total)} Gy in fractions of {plain(each)} Gy is {fixed(exact, 2)} fractions, not a whole number"
    return Reading(problems={"fractions": said}, offers=tuple(offers))
