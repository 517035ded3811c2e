"""What every layout is brought to: one structure with its columns, as text, and what the file states of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from rtcalc.dvh_text.cells import Cell, DoseUnit, Kind, VolumeUnit

Row = tuple[int, str, str]  # line, dose, volume


@dataclass(frozen=True, slots=True)
class Stated:
    """A number that a header states, with its unit: Gy, cGy, % or cc."""

    cell: Cell
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One structure of an export.

    Attributes
    ----------
    name : str or None
        As the file has it; None where the layout has no place for it.
    line : int
        Where it begins.
    dose_unit : {"Gy", "cGy", "%"}
    volume_unit : {"cc", "%"}
    per_dose : {"Gy", "cGy"} or None
        The unit of dose that a differential volume is divided by; None for a volume.
    rows : tuple of (int, str, str)
        Line, dose, volume.
    kind : {"cumulative", "differential"} or None
        None where the file does not say.
    volume, reference, maximum, mean : Stated or None
        Of the whole structure; the dose that is 100 %; largest and mean dose.
    problem : str
        Why it cannot be used, where its header says so already.
    """

    name: str | None
    line: int
    dose_unit: DoseUnit
    volume_unit: VolumeUnit
    rows: tuple[Row, ...] = field(repr=False)
    per_dose: DoseUnit | None = None
    kind: Kind | None = None
    volume: Stated | None = None
    reference: Stated | None = None
    maximum: Stated | None = None
    mean: Stated | None = None
    problem: str = ""

    def cells(self) -> Iterator[Cell]:
        """Every cell that has to be a number."""
        for line, dose, volume in self.rows:
            yield line, dose
            yield line, volume
        for stated in (self.volume, self.reference, self.maximum, self.mean):
            if stated is not None:
                yield stated.cell
