"""BED and EQD2 voxel by voxel: of one course or a sum, at one alpha/beta or with those of named structures."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from rtcalc.decimals import plain
from rtcalc.dicom.analysis import CourseAnalysis, of_dicom
from rtcalc.dicom.checks import require_distinct
from rtcalc.dicom.dose import DoseGrid
from rtcalc.dicom.dose_pixels import Floats
from rtcalc.dicom.registration import Registration
from rtcalc.dicom.summing import grouped, place
from rtcalc.dicom.voxel_sums import Groups
from rtcalc.dicom.wording import refuse
from rtcalc.dicom.write import effective_dose, encoded, write_new
from rtcalc.doses import DoseLike, basis_gray
from rtcalc.geometry.eqd2_map import Effect, eqd2_map
from rtcalc.geometry.raster import covered
from rtcalc.geometry.voxels import inside

HEAD_FIRST_SUPINE = ((0, 0, 1), (0, 1, 0), (1, 0, 0))


@dataclass(frozen=True, slots=True)
class OwnRatio:
    """A structure with an alpha/beta of its own in a map, and how many voxels got it. [Gy]"""

    structure: str
    alpha_beta: float
    voxels: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EffectMap:
    """BED or EQD2 on a grid.

    Attributes
    ----------
    effect : {"EQD2", "BED"}
    courses : tuple of str
    fractions : tuple of int
        Of each course.
    same_sessions : tuple of tuple of str
        Courses whose doses were added before they were converted.
    alpha_beta : float
        Of every voxel that no structure of `own` claims. [Gy]
    own : tuple of OwnRatio
        In the order they were named: of two structures that share a voxel, the first one named has it.
    overlaps : tuple of (str, str, int)
        Structures with different alpha/beta that share voxels, and how many.
    values : array of float32, (planes, rows, columns)
        Read-only. [Gy]
    dose : DoseGrid
        Where it lies: the physical dose it was made of, for a sum the part of the first one that all doses cover.
    sources : tuple of DoseGrid
        The physical doses.
    note : str
        What connects the frames of a sum; "" for one course.
    """

    effect: Effect
    courses: tuple[str, ...]
    fractions: tuple[int, ...]
    same_sessions: tuple[tuple[str, ...], ...] = ()
    alpha_beta: float
    own: tuple[OwnRatio, ...] = ()
    overlaps: tuple[tuple[str, str, int], ...] = ()
    values: Floats = field(repr=False)
    dose: DoseGrid = field(repr=False)
    sources: tuple[DoseGrid, ...] = field(repr=False)
    note: str = ""

    @classmethod
    def of(
        cls,
        courses: Sequence[CourseAnalysis],
        alpha_beta: DoseLike,
        registrations: Sequence[Registration] = (),
        *,
        effect: Effect = "EQD2",
        by_structure: Mapping[str, DoseLike] | None = None,
        same_sessions: Sequence[Collection[str]] = (),
    ) -> EffectMap:
        """Convert the dose of a course, or add several, each voxel at its own dose per fraction.

        Parameters
        ----------
        courses : sequence of CourseAnalysis
            One, or several to be added on the grid of the first.
        alpha_beta : str, pint.Quantity or PhysicalDose
            Of all voxels that `by_structure` does not claim. [Gy]
        registrations : sequence of Registration, optional
            For courses in different frames of reference.
        effect : {"EQD2", "BED"}
        by_structure : mapping, optional
            alpha/beta by structure of the first course. A voxel belongs to a structure if its centre lies in it; of
            two structures the one named first has it, and the overlap is listed. [Gy]
        same_sessions : sequence of collections of str, optional
            Ids of courses whose doses add before they are converted.

        Raises
        ------
        DicomError
            The number of fractions is not known, a dose is negative, the frames of several courses are not connected,
            a structure is no volume or holds no voxel.
        UnknownName
            No such structure or course.
        UnitsError, BasisError, DomainError
            alpha/beta is a bare number, no physical dose, or not above zero.
        """
        ratio = basis_gray(alpha_beta, "alpha_beta")
        ratios = {name: basis_gray(one, f"alpha_beta of {name}") for name, one in (by_structure or {}).items()}
        for one in courses:
            one.dose.require_physical()
        counts, ids = [one.fractions for one in courses], [one.id for one in courses]
        groups = grouped(ids, counts, same_sessions)
        where, doses, note = _on_one_grid(courses, registrations)
        names = ", ".join(one.dose.source.name for one in courses)
        with of_dicom(names):
            values = _converted(doses, counts, groups, ratio, effect)
            own, overlaps, taken = [], [], np.zeros(values.shape, bool)
            masks = {name: inside(courses[0].contours(courses[0].find(name)), where.grid()) for name in ratios}
            for name, its in ratios.items():
                mine = masks[name] & ~taken
                if not masks[name].any():
                    refuse(name, "no voxel has its centre in it", "a larger structure", "Leave it out of the map.")
                values[mine] = _converted([dose[mine] for dose in doses], counts, groups, its, effect)
                own.append(OwnRatio(name, its, int(mine.sum())))
                taken |= mine
        for at, (name, its) in enumerate(ratios.items()):
            shared = {
                other: int((masks[name] & masks[other]).sum()) for other in list(ratios)[:at] if ratios[other] != its
            }
            overlaps += [(other, name, count) for other, count in shared.items() if count]
        values.flags.writeable = False
        return cls(
            effect=effect,
            courses=tuple(ids),
            fractions=tuple(counts),
            same_sessions=tuple(tuple(ids[at] for at in group) for group in groups if len(group) > 1),
            alpha_beta=ratio,
            own=tuple(own),
            overlaps=tuple(overlaps),
            values=values,
            dose=where,
            sources=tuple(one.dose for one in courses),
            note=note,
        )

    @property
    def comment(self) -> str:
        """What the file says it is.

        Notes
        -----
        ``EQD2Gy(a/b=3.0)`` and the number of fractions, or ``BEDGy(a/b=3.0)``; at most 64 characters. alpha/beta of
        structures are in the description.
        """
        several = f" sum of {len(self.courses)}" if len(self.courses) > 1 else f" n={self.fractions[0]}"
        own = f", own a/b in {len(self.own)} structure{'s' * (len(self.own) > 1)}" if self.own else ""
        return f"{label(self.alpha_beta, self.effect)}{several}{own}"

    @property
    def description(self) -> str:
        """Courses, fractions and alpha/beta of structures, for the file; at most 1024 characters."""
        each = [f"{name} n={count}" for name, count in zip(self.courses, self.fractions, strict=True)]
        lines = [f"{self.effect} by the linear-quadratic model of {', '.join(each)}"]
        lines += [f"{' and '.join(group)} in the same sessions" for group in self.same_sessions]
        lines += [f"{one.structure} a/b={one.alpha_beta!r}" for one in self.own]
        lines += [self.note] if self.note else []
        text = "; ".join(lines)
        return text if len(text) <= 1024 else f"{text[:1021]}..."

    def write(self, path: str | Path) -> str:
        """Write it as an RT Dose.

        Parameters
        ----------
        path : str or Path
            A new file; nothing is replaced.

        Returns
        -------
        str
            SOP Instance UID of the new object.

        Raises
        ------
        DicomError
            There is a file of this name, or none can be written there; nothing has been written.

        Notes
        -----
        DoseType EFFECTIVE, DoseUnits GY, 32 bits. The patient is not named, because the reader does not keep who it
        is; study, frame of reference, plans and source doses are referred to by their UIDs.
        """
        data = effective_dose(self.dose, self.values, self.comment, self.sources)
        data.SeriesDescription, data.DerivationDescription = f"{self.effect}, not a physical dose", self.description
        write_new(Path(path), encoded(data))
        return str(data.SOPInstanceUID)


def label(ratio: float, effect: Effect = "EQD2") -> str:
    """Name a biological dose and its alpha/beta as a dose comment does.

    Examples
    --------
    >>> label(3.0), label(2.55, "BED")
    ('EQD2Gy(a/b=3.0)', 'BEDGy(a/b=2.55)')
    """
    return f"{effect}Gy(a/b={float(ratio)!r})"


def _converted(doses: Sequence[Floats], counts: Sequence[int], groups: Groups, ratio: float, effect: Effect) -> Floats:
    """Return the effect: the doses of a session add before they are converted, the effects of sessions after."""
    total: Floats | None = None
    for group in groups:
        gray = doses[group[0]]
        for at in group[1:]:
            gray = gray + doses[at]
        part = eqd2_map(np.ascontiguousarray(gray), counts[group[0]], ratio, effect=effect)
        total = part if total is None else np.add(total, part, out=total)
    assert total is not None  # there is a course
    return total


def _on_one_grid(
    courses: Sequence[CourseAnalysis], registrations: Sequence[Registration]
) -> tuple[DoseGrid, list[Floats], str]:
    """Return the place of the map, the physical doses there, and what connects their frames."""
    first = courses[0].dose
    if len(courses) == 1:
        return first, [first.values], ""
    require_distinct([one.dose for one in courses], courses[0].chosen.accepted)
    placed, how = place(courses, registrations)
    names = ", ".join(one.dose.source.name for one in courses)
    if not placed:
        refuse(names, how, "one frame of reference or a rigid registration", "A map of their sum cannot be made.")
    whole = courses[0].grid
    with of_dicom(names):
        z, y, x = covered(whole.nodes, placed[1:])
        doses = [dose.at((z, y, x)).astype(np.float32) for dose in placed]
    steps = (z - z[0], y - y[0], x - x[0])
    where = replace(
        first, values=doses[0], origin=(float(x[0]), float(y[0]), float(z[0])), steps=steps, axes=HEAD_FIRST_SUPINE,
        orientation="HFS",
    )  # fmt: skip
    if doses[0].size < first.values.size:
        share = plain(round(100.0 * doses[0].size / first.values.size, 1))
        how += f"; the map is the {share} % of the grid of {first.source.name} that every dose covers"
    return where, doses, how
