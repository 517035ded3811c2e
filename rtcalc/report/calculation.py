"""The answer of `rtcalc bed`: BED, EQD2 and break-even of one schedule, as text and as JSON-ready data."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rtcalc.decimals import ALPHA_BETA_PLACES, PER_FRACTION_PLACES, TOTAL_PLACES, beside, compare, fixed, plain
from rtcalc.doses import BED, EQD2
from rtcalc.effects import BreakEven, bed, break_even_alpha_beta, eqd2, eqdx
from rtcalc.intended_use import INTENDED_USE
from rtcalc.report.layout import columns
from rtcalc.schedules import Schedule, plausibility
from rtcalc.validity import lq_validity

MARK_GRAY = 100.0
MARK_NOTE = "The 100 Gy mark comes from early lung cancer at a/b 10; elsewhere it is a convention."
MODEL_NOTE = "LQ, at the dose given; no time factor, complete repair, short fractions."


@dataclass(frozen=True, slots=True, kw_only=True)
class Calculation:
    """One schedule at each alpha/beta; `others` in fractions of another size, where one was asked for."""

    schedule: Schedule
    results: tuple[tuple[BED, EQD2], ...]
    break_even: BreakEven
    notes: tuple[str, ...]
    others: tuple[EQD2, ...] = ()


def calculate(text: str, alpha_betas: Sequence[str], per_fraction: str | None = None) -> Calculation:
    """Ask the library.

    Parameters
    ----------
    text : str
        The schedule. [Gy]
    alpha_betas : sequence of str
        [Gy]
    per_fraction : str, optional
        Size of the fractions of a further equivalent dose. [Gy]

    Raises
    ------
    UnitsError, DomainError
        A schedule, an alpha/beta or a size that cannot be read.
    """
    schedule = Schedule.parse(text)
    sizes = () if per_fraction is None else (per_fraction,)
    others = tuple(eqdx(schedule, alpha_beta=ratio, per_fraction=size) for size in sizes for ratio in alpha_betas)
    results = tuple((bed(schedule, alpha_beta=ratio), eqd2(schedule, alpha_beta=ratio)) for ratio in alpha_betas)
    notes = (*plausibility(schedule), *(f"{notice}." for notice in lq_validity(schedule)), MODEL_NOTE, MARK_NOTE)
    even = break_even_alpha_beta(schedule)
    return Calculation(schedule=schedule, results=results, break_even=even, notes=notes, others=others)


def to_dict(found: Calculation) -> dict[str, Any]:
    """JSON-ready data with full floats; the unit is in the key."""
    return {
        "schedule": {
            "text": found.schedule.text,
            "total_gray": float(found.schedule.total.gray),
            "fractions": found.schedule.fractions,
            "phases": [
                {
                    "total_gray": phase.gray,
                    "fractions": phase.fractions,
                    "per_fraction_gray": float(phase.per_fraction.gray),
                }
                for phase in found.schedule.phases
            ],
        },
        "results": [
            {
                "alpha_beta_gray": biological.alpha_beta,
                "bed": _dose(biological),
                "eqd2": _dose(equivalent),
                "bed_at_least_100_gray": compare(float(biological.gray), MARK_GRAY) >= 0,
                "bed_above_100_gray": compare(float(biological.gray), MARK_GRAY) > 0,
                **_other(found, number),
            }
            for number, (biological, equivalent) in enumerate(found.results)
        ],
        "break_even_alpha_beta_gray": found.break_even.gray
        if found.break_even.gray is not None
        else {"gray": None, "reason": found.break_even.reason},
        "notes": list(found.notes),
        "intended_use": INTENDED_USE,
    }


def _other(found: Calculation, number: int) -> dict[str, Any]:
    if not found.others:
        return {}
    other = found.others[number]
    return {"eqdx": {**_dose(other), "kind": "EQDX", "per_fraction_gray": other.per_fraction}}


def _dose(dose: BED | EQD2) -> dict[str, Any]:
    kind = "BED" if isinstance(dose, BED) else "EQD2"
    return {"kind": kind, "gray": float(dose.gray), "alpha_beta_gray": dose.alpha_beta, "model": dose.model}


def text(found: Calculation) -> str:
    """A few lines for the terminal."""
    each = ", then ".join(fixed(float(phase.per_fraction.gray), PER_FRACTION_PLACES) for phase in found.schedule.phases)
    rows = [
        (
            plain(biological.alpha_beta),
            beside(float(biological.gray), MARK_GRAY, TOTAL_PLACES),
            fixed(float(equivalent.gray), TOTAL_PLACES),
            *(fixed(float(found.others[number].gray), TOTAL_PLACES) for _ in found.others[:1]),
            _mark(float(biological.gray)),
        )
        for number, (biological, equivalent) in enumerate(found.results)
    ]
    sizes = (f"EQD{plain(other.per_fraction)}, Gy" for other in found.others[:1])
    lines = [f"{found.schedule}  ({each} Gy per fraction)", ""]
    lines += columns(("a/b, Gy", "BED, Gy", "EQD2, Gy", *sizes, "BED 100 Gy"), rows, 100)
    notes = (line for note in found.notes for line in textwrap.wrap(note, 120, subsequent_indent="  "))
    lines += ["", _break_even(found.break_even), *notes, INTENDED_USE]
    return "\n".join(lines) + "\n"


def _mark(gray: float) -> str:
    side = compare(gray, MARK_GRAY)
    return "not reached" if side < 0 else "reached" if side > 0 else "reached exactly"


def _break_even(found: BreakEven) -> str:
    if found.gray is None:
        return f"BED 100 Gy: {found.reason}."
    return f"BED reaches 100 Gy only if a/b <= {fixed(found.gray, ALPHA_BETA_PLACES, 'down')} Gy."
