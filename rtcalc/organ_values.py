"""What is known of organs in the courses of a case: numbers of their curves, the curves, sums over courses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rtcalc.coverage import Side
from rtcalc.curve_basis import PHYSICAL, basis_name
from rtcalc.dvh import Dvh
from rtcalc.errors import BasisError
from rtcalc.limits import Metric


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganDose:
    """One number of an organ's dose-volume curve in one course, as typed: physical dose or volume.

    Attributes
    ----------
    measured_on : str
        ``organ``, or another structure that stands for it: ``PRV``, ``canal``, ``thecal sac``, ``loop``.
    bound : {"", ">=", "<="}
        The number itself; or the organ has at least, or at most, this much.
    covered : float
        Part of the structure with a calculated dose, 0 to 1. Below 1 all but its volume are bounds.
    """

    organ: str
    course: str
    metric: Metric
    value: float
    unit: str
    measured_on: str = "organ"
    origin: Literal["typed", "dvh text", "dicom", "published", "assumed"] = "typed"
    bound: Side = ""
    covered: float = 1.0

    def __str__(self) -> str:
        on = "" if self.measured_on == "organ" else f" (measured on {self.measured_on})"
        return f"{self.organ} {self.metric} {self.side}{self.value:g} {self.unit}{on}"

    @property
    def side(self) -> str:
        """``>= `` or ``<= `` before the number of a bound, else nothing."""
        return f"{self.bound} " if self.bound else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganCurve:
    """The dose-volume curve of one organ, or of one target, in one course, and the text export it was read from.

    Attributes
    ----------
    dvh : Dvh
        Physical dose, under the name of the organ or the id of the target in the case.
    file, structure : str
        As the case file names the export, and as the export names the organ.
    sha256 : str
        Hash of the export.
    note : str
        What its print may hide; empty: nothing.

    Raises
    ------
    BasisError
        The curve is not of physical dose.
    """

    dvh: Dvh
    file: str
    structure: str
    sha256: str
    note: str = ""

    def __post_init__(self) -> None:
        if self.dvh.basis != PHYSICAL:
            name = basis_name(self.dvh.basis)
            raise BasisError(f"{self.dvh.organ}: this curve is {name}, and limits are asked of the physical one")

    @property
    def of_the_organ(self) -> bool:
        """Whether the organ itself was contoured, and not a structure around it or a loop of it."""
        return self.dvh.measured_on in ("organ", "cord")

    @property
    def place(self) -> tuple[str, str]:
        """Organ and course."""
        return self.dvh.organ, self.dvh.course


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganSum:
    """One number of an organ's dose summed voxel by voxel over courses, by whatever connects their frames of reference.

    Attributes
    ----------
    courses : tuple of str
    alpha_beta : float or None
        The sum is EQD2 at this value; None: physical dose of courses given in the same sessions. [Gy]
    value : float
        In `unit`.
    within : float or None
        The same with the highest dose of each course within 3 mm: a registration may be off. None where a part of the
        organ has no dose in one of the courses: `value` is then the least that the whole has.
    how : str
        What connects the frames, for every output.
    measured_on : str
        As in `OrganDose`.
    """

    organ: str
    courses: tuple[str, ...]
    metric: Metric
    alpha_beta: float | None
    value: float
    within: float | None
    unit: str
    how: str
    measured_on: str = "organ"
