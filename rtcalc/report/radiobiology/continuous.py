"""The answer of `rtcalc continuous`: one continuous irradiation at each repair half-time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rtcalc.continuous import ContinuousEffect, continuous
from rtcalc.decimals import TOTAL_PLACES, fixed, plain
from rtcalc.report.layout import columns
from rtcalc.report.radiobiology.parts import WIDTH, origins, page, remarks
from rtcalc.tissues import Tissue
from rtcalc.units import read

FACTOR_PLACES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ContinuousAnswer:
    """One irradiation, at each repair half-time."""

    gray: float
    duration: str | None
    half_life: str | None
    effects: tuple[ContinuousEffect, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """Every note of every row, once."""
        return tuple(dict.fromkeys(note for found in self.effects for note in found.notes))

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready data with full floats; the unit is in the key."""
        return {
            "total_gray": self.gray,
            "duration": self.duration or "permanent",
            "half_life": self.half_life or "constant rate",
            "initial_rate_gray_per_hour": self.effects[0].initial_rate,
            "alpha_beta_gray": self.effects[0].bed.alpha_beta,
            "results": [
                {
                    "model": found.model,
                    "lea_catcheside_factor": found.factor,
                    "bed": found.bed.to_dict(),
                    "eqd2": found.eqd2.to_dict(),
                    "provenance": found.eqd2.provenance.to_dict(),
                }
                for found in self.effects
            ],
            "notes": list(self.notes),
        }

    def text(self) -> str:
        """A few lines for the terminal."""
        time = "until the source is gone" if self.duration is None else f"in {self.duration}"
        source = "constant rate" if self.half_life is None else f"source half-life {self.half_life}"
        head = f"{plain(self.gray)} Gy {time}, {source}, a/b {plain(self.effects[0].bed.alpha_beta)} Gy"
        rows = [
            (_gray(found.bed.gray), _gray(found.eqd2.gray), fixed(found.factor, FACTOR_PLACES), found.model)
            for found in self.effects
        ]
        table = columns(("BED, Gy", "EQD2, Gy", "G", "model"), rows, WIDTH)
        sources = origins(*(found.eqd2.provenance for found in self.effects))
        return page([head, "", *table, "", *remarks(self.notes), *sources])


def compute(
    dose: str,
    tissue: Tissue | None,
    *,
    half_times: Sequence[str],
    alpha_beta: str | None,
    duration: str | None,
    half_life: str | None,
) -> ContinuousAnswer:
    """Ask the library, once for each repair half-time.

    Parameters
    ----------
    dose : str
        [Gy]
    tissue, alpha_beta, duration, half_life
        As in `continuous.continuous`.
    half_times : sequence of str
        At least one. [h]

    Raises
    ------
    UnitsError, BasisError, DomainError
        As in `continuous.continuous`.
    """
    effects = tuple(
        continuous(dose, tissue, repair=half_time, alpha_beta=alpha_beta, duration=duration, half_life=half_life)
        for half_time in half_times
    )
    return ContinuousAnswer(gray=read(dose, "dose", "dose"), duration=duration, half_life=half_life, effects=effects)


def _gray(gray: Any) -> str:
    return fixed(float(gray), TOTAL_PLACES)
