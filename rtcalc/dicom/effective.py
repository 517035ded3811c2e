"""Doses that are biological already (DoseType EFFECTIVE): shown on the basis that the file states, and no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, NoReturn

from rtcalc.curve_basis import effective
from rtcalc.dicom.analysis import CourseAnalysis, of_dicom
from rtcalc.dicom.courses import Named, course_ids, slug
from rtcalc.dicom.pairing import TreatmentSet
from rtcalc.dicom.wording import refuse, shown
from rtcalc.errors import UnknownName
from rtcalc.geometry.dvh_engine import Computed
from rtcalc.geometry.interpolation import Method

if TYPE_CHECKING:
    from rtcalc.dicom.study import Study


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EffectiveDose(CourseAnalysis):
    """A biological dose on its structures; its curves have the basis ``EFFECTIVE (comment of the file)``. [Gy]

    It is no course: it has no fractions, nothing converts it, and none of its numbers is an organ dose.
    """

    @property
    def basis(self) -> str:
        """What its numbers are."""
        return effective(self.dose.comment)[0]

    def computed(self, one: Named, method: Method = "linear") -> Computed:
        """Compute the curve of a structure; errors as in `CourseAnalysis.computed`."""
        found = CourseAnalysis.computed(self, one, method)
        return replace(found, dvh=replace(found.dvh, basis=effective(self.dose.comment)))

    def organ_doses(self, one: Named, metrics: Sequence[object] = ()) -> NoReturn:
        """Refuse: what becomes an organ dose is held against limits of physical dose."""
        what = f"{self.basis} of {one.structure.label} is no organ dose"
        refuse(self.dose.source.name, what, "a physical dose", "Limits are asked of the physical dose; read that one.")


def effective_ids(study: Study) -> dict[str, TreatmentSet]:
    """Return the biological doses of a study by the name of their file, in small letters and without its ending.

    None has the id of a course: where the name of its file is one, ``-effective`` stands behind it.
    """
    found: dict[str, TreatmentSet] = {}
    courses = course_ids(study)
    for one in study.sets:
        if one.dose.kind != "PHYSICAL":
            name = slug(PurePath(one.dose.source.name).stem)
            name += "-effective" if name in courses else ""
            while not name or name in found or name in courses:
                name += f"dose-{len(found) + 1}"
            found[name] = one
    return found


def is_effective(study: Study, wanted: str | None) -> bool:
    """Whether a name is that of a biological dose; without one, whether there is no other dose."""
    known = effective_ids(study)
    if wanted is None:
        return 0 < len(known) == len(study.sets)
    return wanted in known or any(wanted == one.dose.source.name for one in known.values())


def effective_dose(
    study: Study,
    wanted: str | None = None,
    *,
    names: Mapping[str, str] | None = None,
    slice_mm: float | None = None,
) -> EffectiveDose:
    """Choose a biological dose to look at.

    Parameters
    ----------
    wanted : str, optional
        Its id or its file; needed where there are several.
    names, slice_mm
        As in `CourseAnalysis.of`.

    Raises
    ------
    DicomError
        None or several of them, a single plane, a relative dose.
    UnknownName
        None is called that.
    """
    known = effective_ids(study)
    found = [(name, one) for name, one in known.items() if wanted in (None, name, one.dose.source.name)]
    if wanted is not None and not found:
        raise UnknownName("biological dose", shown(wanted), known)
    if len(found) != 1:
        what = f"{len(found)} biological doses ({', '.join(known) or 'none'})"
        refuse("study", what, "one", "Choose one." if known else "Add the RT Dose of type EFFECTIVE.")
    name, chosen = found[0]
    with of_dicom(chosen.dose.source.name):
        grid = chosen.dose.grid()
    return EffectiveDose(
        id=name,
        chosen=chosen,
        dose=chosen.dose,
        grid=grid,
        names=dict(names or {}),
        slice_mm=slice_mm,
        images=study.images,
    )
