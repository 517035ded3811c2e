"""One line of the table: what a schedule does to the tumour and to the late tissue, and how it differs from another.

`assets/calculator_rows.js` writes the same texts while somebody types; a test holds the two to the same characters.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from rtcalc.decimals import compare, fixed, plain
from rtcalc.doses import PhysicalDose
from rtcalc.effects import bed, break_even_alpha_beta, eqd2
from rtcalc.schedules import Schedule
from rtcalc_app.display import Display
from rtcalc_app.services.calculator.reading import Reading

MARK_GRAY = 100.0
SHOWN_EACH = 4
"""Decimals of a dose per fraction that does not end. [Gy]"""
DASH = "—"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Texts of one schedule, each with its unit; a dash where there is no result.

    Attributes
    ----------
    schedule, each, maximum : str
        "45 Gy / 5", "9 Gy per fraction", "maximum 56.3 Gy (prescribed to 80 %)".
    tumour_bed, tumour_eqd2, late_bed, late_eqd2 : str
    reached, break_even, at_maximum : str
        Whether the prescription reaches BED 100 Gy, up to which alpha/beta, and the same at the maximum of the plan.
    tumour_difference, late_difference : str
        EQD2 minus that of the reference, in dose and per cent.
    """

    schedule: str = DASH
    each: str = ""
    maximum: str = ""
    tumour_bed: str = DASH
    tumour_eqd2: str = DASH
    reached: str = DASH
    break_even: str = ""
    at_maximum: str = ""
    late_bed: str = DASH
    late_eqd2: str = DASH
    tumour_difference: str = DASH
    late_difference: str = DASH

    def to_dict(self) -> dict[str, str]:
        """The texts by name."""
        return asdict(self)


def row(
    reading: Reading, tumour: float | None, late: float | None, display: Display, reference: Schedule | None = None
) -> Row:
    """The texts of one schedule.

    Parameters
    ----------
    reading : Reading
    tumour, late : float or None
        alpha/beta; None: not readable. [Gy]
    display : Display
    reference : Schedule, optional
        What it is held against; None: there is none, or this is the reference itself.

    Examples
    --------
    >>> from rtcalc_app.services.calculator.form import ScheduleForm
    >>> from rtcalc_app.services.calculator.reading import read
    >>> shown = row(read(ScheduleForm(total="45", fractions="5")), 10.0, 3.0, Display())
    >>> shown.tumour_bed, shown.tumour_eqd2, shown.reached, shown.break_even
    ('85.5 Gy₁₀', '71.3 Gy', 'not reached', 'only if α/β ≤ 7.36 Gy')
    """
    schedule = reading.schedule
    if schedule is None:
        return Row()
    texts = {
        "schedule": f"{digits(schedule.phases[0].gray, display)} {display.unit} / {schedule.fractions}",
        "each": f"{each_text(schedule, display)} per fraction",
        "maximum": _maximum(reading, display),
    }
    if tumour is not None:
        gray = bed_gray(schedule, tumour)
        texts |= {
            "tumour_bed": display.bed_beside(gray, tumour, MARK_GRAY),
            "tumour_eqd2": display.dose(eqd2_gray(schedule, tumour)),
            "reached": reached(gray),
            "break_even": _break_even(schedule, display),
            "at_maximum": _at_maximum(reading, tumour, display),
        }
        if reference is not None:
            texts["tumour_difference"] = difference(schedule, reference, tumour, display)
    if late is not None:
        texts |= {
            "late_bed": display.bed(bed_gray(schedule, late), late),
            "late_eqd2": display.dose(eqd2_gray(schedule, late)),
        }
        if reference is not None:
            texts["late_difference"] = difference(schedule, reference, late, display)
    return Row(**texts)


def bed_gray(schedule: Schedule, ratio: float) -> float:
    """BED of a schedule. [Gy]"""
    return float(bed(schedule, alpha_beta=PhysicalDose.from_gray(ratio)).gray)


def eqd2_gray(schedule: Schedule, ratio: float) -> float:
    """EQD2 of a schedule. [Gy]"""
    return float(eqd2(schedule, alpha_beta=PhysicalDose.from_gray(ratio)).gray)


def reached(gray: float) -> str:
    """Whether a BED is 100 Gy or more, on the digits that are printed.

    Examples
    --------
    >>> reached(99.96), reached(60 * (1 + 2 / 3)), reached(119.5)
    ('not reached', 'reached exactly', 'reached')
    """
    return {-1: "not reached", 0: "reached exactly", 1: "reached"}[compare(gray, MARK_GRAY)]


def difference(schedule: Schedule, reference: Schedule, ratio: float, display: Display) -> str:
    """EQD2 minus that of the reference, with its sign, in dose and in per cent of the reference."""
    own, other = eqd2_gray(schedule, ratio), eqd2_gray(reference, ratio)
    side = compare(own, other)
    if side == 0:
        return "equal"
    sign, apart = ("+" if side > 0 else "−"), abs(own - other)
    return f"{sign}{display.dose(apart)} ({sign}{display.mark(fixed(100.0 * apart / other, 1))} %)"


def each_text(schedule: Schedule, display: Display) -> str:
    """The dose of one fraction: in full where it ends within four decimals of a gray, else with those and a sign."""
    gray = schedule.phases[0].gray / schedule.fractions
    rounded = fixed(gray, SHOWN_EACH)
    if compare(gray, float(rounded)) == 0:
        return f"{digits(gray, display)} {display.unit}"
    return f"≈ {display.dose(gray, SHOWN_EACH)}"


def digits(gray: float, display: Display) -> str:
    """A dose with the digits it has, without its unit."""
    return display.mark(plain(gray * 100.0 if display.unit == "cGy" else gray))


def _maximum(reading: Reading, display: Display) -> str:
    if "isodose" in reading.problems:
        return ""
    if reading.isodose is None:
        return "isodose unknown, maximum unknown"
    if reading.isodose == 100.0 or reading.maximum is None:
        return ""
    at = display.mark(plain(reading.isodose))
    return f"maximum {display.dose(reading.maximum.phases[0].gray)} (prescribed to {at} %)"


def _at_maximum(reading: Reading, ratio: float, display: Display) -> str:
    if reading.maximum is None or reading.isodose == 100.0:
        return ""
    gray = bed_gray(reading.maximum, ratio)
    return f"at maximum {reached(gray)}, {display.bed_beside(gray, ratio, MARK_GRAY)}"


def _break_even(schedule: Schedule, display: Display) -> str:
    found = break_even_alpha_beta(schedule)
    if found.gray is None:
        return "at every α/β"
    return f"only if α/β ≤ {display.alpha_beta(found.gray, 'down')}"
