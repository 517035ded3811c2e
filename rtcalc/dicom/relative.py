"""Relative doses of a study in gray: only where you say what 100 % is, and written into every output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from rtcalc.dicom import checks
from rtcalc.dicom.wording import refuse, shown
from rtcalc.doses import DoseLike
from rtcalc.errors import UnknownName

if TYPE_CHECKING:
    from rtcalc.dicom.dose import DoseGrid
    from rtcalc.dicom.study import Study

Reference: TypeAlias = "DoseLike | Mapping[str, DoseLike]"
"""The dose of 100 %: of the one relative dose of a study, or by dose file. [Gy]"""


def with_reference(study: Study, reference: Reference) -> Study:
    """Return the study with its relative doses in gray.

    Parameters
    ----------
    study : Study
    reference : str, pint.Quantity or PhysicalDose; or mapping
        As `Reference`.

    Returns
    -------
    Study
        What was stated and assumed is a note of each dose (`DoseGrid.in_gray`); one that is not named stays relative.

    Raises
    ------
    DicomError
        No dose is relative, or several are and one reference is given for all; or as `DoseGrid.in_gray`.
    UnknownName
        A name is the file of no relative dose.
    UnitsError, BasisError, DomainError
        As `DoseGrid.in_gray`.
    """
    relative = [one.source.name for one in study.doses if one.units == "RELATIVE"]
    if not relative:
        refuse("study", "no dose is relative", "one in per cent", "Leave the reference dose out.")
    if isinstance(reference, Mapping):
        given = dict(reference)
    elif len(relative) > 1:
        what = f"{len(relative)} relative doses ({', '.join(relative)}) and one reference"
        refuse("study", what, "the dose of 100 % of each", "State it by dose file: FILE=DOSE.")
    else:
        given = {relative[0]: reference}
    for name in given:
        if name not in relative:
            raise UnknownName("relative dose", shown(name), relative)
    made: dict[int, DoseGrid] = {}

    def taken(dose: DoseGrid) -> DoseGrid:
        """The dose in gray, made once: a dose of the study is that of its set as well."""
        if dose.units != "RELATIVE" or dose.source.name not in given:
            return dose
        if id(dose) not in made:
            made[id(dose)] = dose.in_gray(given[dose.source.name])
        return made[id(dose)]

    sets = []
    for group in study.sets:
        dose = taken(group.dose)
        doubts = checks.dose_against_plan(dose, group.plan, group.accepted) if dose is not group.dose else []
        sets.append(replace(group, dose=dose, notes=(*group.notes, *doubts)))
    doses = tuple(taken(one) for one in study.doses)
    added = [note for dose in made.values() for note in dose.notes]
    added += [note for group in sets for note in group.notes]
    return replace(
        study,
        doses=doses,
        sets=tuple(sets),
        notes=tuple(dict.fromkeys([*study.notes, *added])),
    )
