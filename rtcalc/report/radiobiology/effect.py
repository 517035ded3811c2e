"""The answer of `rtcalc effect`: the composed model beside the linear-quadratic one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rtcalc.composition import Effect, effect
from rtcalc.decimals import PER_FRACTION_PLACES, TOTAL_PLACES, compare, fixed, plain
from rtcalc.report.layout import columns
from rtcalc.report.radiobiology.parts import WIDTH, origins, page, remarks, schedule_data
from rtcalc.schedules import Schedule, plausibility
from rtcalc.tissues import Tissue

SAME = "same as LQ"


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectAnswer:
    """One schedule in one model, at each repair half-time."""

    schedule: Schedule
    effects: tuple[Effect, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """Every note of every row, once."""
        every = (note for found in self.effects for note in found.notes)
        return tuple(dict.fromkeys((*plausibility(self.schedule), *every)))

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready data with full floats; the unit is in the key."""
        first = self.effects[0]
        return {
            "schedule": schedule_data(self.schedule),
            "alpha_beta_gray": first.bed.alpha_beta,
            "lq": {"bed": first.lq.bed.to_dict(), "eqd2": first.lq.eqd2.to_dict()},
            "results": [
                {
                    "model": found.model,
                    "bed": found.bed.to_dict(),
                    "eqd2": found.eqd2.to_dict(),
                    "same_as_lq": _same(found),
                    "notes": list(found.notes),
                    "provenance": found.eqd2.provenance.to_dict(),
                }
                for found in self.effects
            ],
            "notes": list(self.notes),
        }

    def text(self) -> str:
        """A few lines for the terminal."""
        phases = self.schedule.phases
        each = ", then ".join(fixed(float(phase.per_fraction.gray), PER_FRACTION_PLACES) for phase in phases)
        head = f"{self.schedule}  ({each} Gy per fraction), a/b {plain(self.effects[0].bed.alpha_beta)} Gy"
        table = columns(("BED, Gy", "EQD2, Gy", "model"), list(self._rows()), WIDTH)
        lq = self.effects[0].lq.bed.provenance
        sources = origins(lq, *(found.eqd2.provenance for found in self.effects))
        return page([head, "", *table, "", *remarks(self.notes), *sources])

    def _rows(self) -> list[tuple[str, str, str]]:
        plain_pair = self.effects[0].lq
        rows = [(_gray(plain_pair.bed.gray), _gray(plain_pair.eqd2.gray), plain_pair.bed.model)]
        for found in self.effects:
            if _same(found):
                # Two equal columns would look like two answers.
                rows += [("", "", f"{found.model}: {SAME}")] if found.model != plain_pair.bed.model else []
            else:
                rows.append((_gray(found.bed.gray), _gray(found.eqd2.gray), found.model))
        return rows


def compute(text: str, tissue: Tissue | None, *, half_times: Sequence[str | None], **given: Any) -> EffectAnswer:
    """Ask the library, once for each repair half-time.

    Parameters
    ----------
    text : str
        The schedule. [Gy]
    tissue : Tissue or None
    half_times : sequence of str or None
        None: repair is full.
    **given
        As in `composition.effect`.

    Raises
    ------
    UnitsError, BasisError, DomainError
        As in `composition.effect`.
    """
    schedule = Schedule.parse(text)
    effects = tuple(effect(schedule, tissue, repair=half_time, **given) for half_time in half_times)
    return EffectAnswer(schedule=schedule, effects=effects)


def _same(found: Effect) -> bool:
    return compare(float(found.bed.gray), float(found.lq.bed.gray)) == 0


def _gray(gray: Any) -> str:
    return fixed(float(gray), TOTAL_PLACES)
