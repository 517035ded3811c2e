"""The numbers of one structure in Gy, with what is stated or given of it; contradictions are refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn, cast

import numpy as np

from rtcalc import decimals
from rtcalc.dvh_text.cells import Kind, Number, number
from rtcalc.dvh_text.section import Section, Stated
from rtcalc.dvh_text.source import Source
from rtcalc.histogram import Values

FULL_PERCENT_TOLERANCE = 0.05
"""How far from 100 a curve in per cent may begin: print rounding, and no more. [%]"""
VOLUME_TOLERANCE = 1e-3
"""How far a stated volume may be from another one, beside the rounding of both, as a share."""
PERCENT = 100.0
CGY_PER_GY = 100.0


@dataclass(frozen=True, slots=True)
class Given:
    """What the caller states because a file does not: in Gy and cc."""

    reference: float | None = None
    volume: float | None = None
    maximum: float | None = None
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """The numbers of one structure: doses in Gy, volumes in the unit of the file, and the last printed places."""

    section: Section
    source: Source
    doses: Values
    volumes: Values
    dose_steps: Values
    volume_steps: Values
    whole: float | None  # cc
    whole_step: float
    maximum: Number | None  # Gy
    mean: Number | None  # Gy
    reference: float | None  # Gy

    def refuse(self, what: str, row: int | None = None) -> NoReturn:
        """Raise the error of this structure, at a row of it."""
        line = self.section.line if row is None else self.section.rows[row][0]
        self.source.refuse(line, f"{self.section.name or 'the curve'}: {what}")

    @property
    def percent(self) -> bool:
        """Whether the volumes are in per cent."""
        return self.section.volume_unit == "%"

    @property
    def full(self) -> float | None:
        """The whole organ in the unit of the volumes; None where it is not known."""
        return PERCENT if self.percent else self.whole

    @property
    def cc_per_unit(self) -> float:
        """What a volume of the file is in cc."""
        return cast(float, self.whole) / PERCENT if self.percent else 1.0

    def is_full(self, volume: float, step: float) -> bool:
        """Whether a printed volume may be the whole organ."""
        if self.percent:
            return abs(volume - PERCENT) <= FULL_PERCENT_TOLERANCE
        whole = cast(float, self.whole)
        return abs(volume - whole) <= step + self.whole_step + VOLUME_TOLERANCE * whole


def columns_of(source: Source, section: Section, mark: str, given: Given) -> Columns:
    """Read the numbers of one structure; `mark` is the decimal mark of the file.

    Raises
    ------
    ProtocolError
        A cell that is no number, a relative dose without its reference, or a value that is stated and given
        differently.
    """
    percent = _percentgray(source, section, mark, given)
    factor = gray(section.dose_unit, percent)
    doses = [number(source, (line, dose), mark) for line, dose, _ in section.rows]
    volumes = [number(source, (line, volume), mark) for line, _, volume in section.rows]
    whole, whole_step = _whole(source, section, mark, given)
    return Columns(
        section=section,
        source=source,
        doses=np.array([one.value for one in doses]) / factor,
        volumes=np.array([one.value for one in volumes]),
        dose_steps=np.array([one.step for one in doses]) / factor,
        volume_steps=np.array([one.step for one in volumes]),
        whole=whole,
        whole_step=whole_step,
        maximum=_maximum(source, section, mark, given, percent),
        mean=_dose(source, section.mean, mark, percent),
        reference=percent,
    )


def gray(unit: str, percent: float | None) -> float:
    """How many of this unit one Gy is: a division, because 4500 / 100 is exact and 4500 * 0.01 is not."""
    if unit == "%":
        return PERCENT / cast(float, percent)
    return CGY_PER_GY if unit == "cGy" else 1.0


def _percentgray(source: Source, section: Section, mark: str, given: Given) -> float | None:
    """The dose that is 100 %, as stated or given. [Gy]"""
    stated = _dose(source, section.reference, mark, None)
    known = given.reference
    if stated is not None and known is not None and abs(stated.value - known) > stated.step:
        where = f"{decimals.plain(stated.value)} Gy (line {cast(Stated, section.reference).cell[0]})"
        what = f"the file takes {where} as 100 %, and {decimals.plain(known)} Gy is given as reference"
        source.refuse(section.line, f"{what}; give the one that is right for this plan")
    percent = known if known is not None else stated.value if stated is not None else None
    if section.dose_unit == "%" and not percent:
        what = "its doses are relative, and the dose that is 100 % is not stated"
        source.refuse(section.line, f"{section.name or 'the curve'}: {what}; give reference, such as '45 Gy'")
    return percent


def _dose(source: Source, stated: Stated | None, mark: str, percent: float | None) -> Number | None:
    """A stated dose; None where there is none, or where it is relative and 100 % is not known. [Gy]"""
    if stated is None or (stated.unit == "%" and not percent):
        return None
    found, factor = number(source, stated.cell, mark), gray(stated.unit, percent)
    return Number(found.value / factor, found.step / factor)


def _maximum(source: Source, section: Section, mark: str, given: Given, percent: float | None) -> Number | None:
    stated = _dose(source, section.maximum, mark, percent)
    if given.maximum is None:
        return stated
    if stated is not None and abs(stated.value - given.maximum) > stated.step:
        what = f"the file states a maximum of {decimals.plain(stated.value)} Gy; leave max_dose out"
        source.refuse(section.line, f"{section.name or 'the curve'}: {what}")
    return Number(given.maximum, 0.0)


def _whole(source: Source, section: Section, mark: str, given: Given) -> tuple[float | None, float]:
    if section.volume is None:
        return given.volume, 0.0
    stated = number(source, section.volume.cell, mark)
    if given.volume is None:
        return stated.value or None, stated.step  # "0.0" is a small organ in a short print, not a volume
    if abs(stated.value - given.volume) > stated.step + VOLUME_TOLERANCE * given.volume:
        what = f"the file states {decimals.plain(stated.value)} cc, organ_volume is {decimals.plain(given.volume)} cc"
        source.refuse(section.volume.cell[0], f"{section.name or 'the curve'}: {what}; leave organ_volume out")
    return given.volume, 0.0
