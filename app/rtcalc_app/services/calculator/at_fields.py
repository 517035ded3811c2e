"""What stands at the fields: whether a value was typed or follows, and where an alpha/beta is from.

`assets/calculator.js` writes the same while somebody types; a test in the browser compares the first screen.
"""

from __future__ import annotations

from dataclasses import dataclass

from rtcalc.registry import Registry
from rtcalc_app.display import Display
from rtcalc_app.services.calculator.form import FIELDS, ScheduleForm, TissueForm
from rtcalc_app.services.calculator.reading import Reading
from rtcalc_app.services.calculator.rows import digits, each_text
from rtcalc_app.services.calculator.tissues import presets


def derived(reading: Reading, display: Display) -> str:
    """The value of the field that follows from the others, without its unit; empty where none does."""
    schedule = reading.schedule
    if schedule is None or not reading.derived:
        return ""
    if reading.derived == "fractions":
        return str(schedule.fractions)
    if reading.derived == "total":
        return digits(schedule.phases[0].gray, display)
    return each_text(schedule, display).replace(f" {display.unit}", "")


def described(form: ScheduleForm, reading: Reading, display: Display) -> dict[str, str]:
    """The line under each of the three fields.

    Examples
    --------
    >>> from rtcalc_app.services.calculator.reading import read
    >>> form = ScheduleForm(total="45", fractions="5")
    >>> described(form, read(form), Display())
    {'total': 'typed', 'fractions': 'typed', 'each': 'derived: 9 Gy'}
    """
    words = {name: "typed" if getattr(form, name).strip() else "" for name in FIELDS}
    if reading.derived:
        unit = "" if reading.derived == "fractions" else f" {display.unit}"
        words[reading.derived] = f"derived: {derived(reading, display)}{unit}"
    return words


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where the alpha/beta in a field is from.

    Attributes
    ----------
    words : str
        The published value in words; empty: a value of one's own.
    preset : str
        Digits of the published value where another one stands in the field; else empty. [Gy]
    others : tuple of (str, str)
        Digits and words of what else is published, where the value in the field is. [Gy]
    """

    words: str = ""
    preset: str = ""
    others: tuple[tuple[str, str], ...] = ()


def origin(form: TissueForm, ratio: float | None, registry: Registry) -> Origin:
    """What is said below a tissue.

    Examples
    --------
    >>> origin(TissueForm(tissue="prostate", ratio="2"), 2.0, Registry()).preset
    '1.4'
    """
    tissue = registry.tissues.get(form.tissue)
    if tissue is None:
        return Origin()
    known = presets(tissue)
    here = next((one for one in known if one.gray == ratio), None)
    if here is None:
        return Origin(words=known[0].words, preset=known[0].digits)
    return Origin(words=here.words, others=tuple((one.digits, one.words) for one in known if one is not here))
