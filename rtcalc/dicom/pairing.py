"""A dose with the plan it belongs to and the structures it lies on: what a course is computed from."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from rtcalc.dicom import checks
from rtcalc.dicom.beams import whole_doses
from rtcalc.dicom.dose import DoseGrid
from rtcalc.dicom.dose_pixels import scaled
from rtcalc.dicom.plan import MOST_FRACTIONS, Plan
from rtcalc.dicom.structures import Structure, StructureSet
from rtcalc.dicom.wording import Note, refuse, shown, tag
from rtcalc.errors import DicomError

_NO_FRACTIONS = ("MULTI_PLAN", "PLAN_OVERVIEW", "RECORD", "BRACHY", "BRACHY_SESSION", "CONTROL_POINT")
_OF_A_PART = ("BRACHY_SESSION", "CONTROL_POINT")
_OF_A_FRACTION = ("FRACTION", "FRACTION_SESSION", "BEAM_SESSION")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TreatmentSet:
    """One dose, its plan, its structures, and what forbids to compute from them together.

    Attributes
    ----------
    dose : DoseGrid
    plan : Plan or None
    structure_set : StructureSet or None
    frame : str
        Frame of reference whose structures lie in the dose.
    plan_problem, structure_problem : str
        Why plan or structures are missing or must not be used with the dose; "" where they agree.
    accepted : tuple of str
        What the user acknowledged, of `checks.ACKNOWLEDGEMENTS`.
    notes : tuple of Note
    """

    dose: DoseGrid
    plan: Plan | None = None
    structure_set: StructureSet | None = None
    frame: str = field(default="", repr=False)
    plan_problem: str = ""
    structure_problem: str = ""
    accepted: tuple[str, ...] = ()
    notes: tuple[Note, ...] = field(default=(), repr=False)

    @property
    def structures(self) -> tuple[Structure, ...]:
        """The structures that lie in the dose's frame of reference.

        Raises
        ------
        DicomError
            There are none, or they do not belong to the dose.
        """
        if self.structure_problem or self.structure_set is None:
            raise DicomError(self.structure_problem)
        return tuple(one for one in self.structure_set.structures if one.frame == self.frame)

    @property
    def problems(self) -> tuple[Note, ...]:
        """The problems of plan and structures as notes."""
        said = {"plan-problem": self.plan_problem, "structure-problem": self.structure_problem}
        split = {code: text.partition(": ") for code, text in said.items() if text}
        return tuple(Note(code, where, text) for code, (where, _, text) in split.items())

    @property
    def dose_problem(self) -> str:
        """Why a case does not take the dose of the file for that of the plan; "" where it does."""
        return self.dose_problem_of(self.dose) if self.dose.summation == "PLAN" else ""

    def dose_problem_of(self, dose: DoseGrid, accepted: Collection[str] = ()) -> str:
        """Say the same of a dose of the whole course, with more that the user accepted."""
        below = checks.dose_below(dose, self.plan)
        if not below or "dose below prescription" in (*self.accepted, *accepted):
            return ""
        remedy = 'Export the dose of the whole course, or acknowledge "dose below prescription".'
        return f"{dose.source.name}: {below}; expected at least the prescription. {remedy}"

    def structure(self, wanted: str | int) -> Structure:
        """Return one structure, as `StructureSet.find` does, if it lies in the dose's frame of reference.

        Raises
        ------
        DicomError, UnknownName
            As `structures` and `StructureSet.find`; also a structure of another frame.
        """
        usable = self.structures
        assert self.structure_set is not None
        found = self.structure_set.find(wanted)
        if found not in usable:
            remedy = "Choose a structure of the dose's own frame."
            refuse(found.label, "it lies in another frame of reference", "that of the dose", remedy)
        return found

    def fractions(self, stated: int | None = None) -> int:
        """Return the number of equal fractions of the course.

        Parameters
        ----------
        stated : int, optional
            What the user says, where the plan does not.

        Raises
        ------
        DicomError
            Nobody says, plan and user contradict, or fractions have no meaning for this dose: a biological one,
            several plans in it, a brachytherapy, several fraction groups.
        """
        self.dose.require_physical()
        self._require_fractions()
        where = self.dose.source.name
        if stated is not None and not _is_count(stated, MOST_FRACTIONS):
            given = f"{shown(stated)} fractions were stated"
            refuse(where, given, f"a whole number from 1 to {MOST_FRACTIONS}", "Correct it.")
        if self.plan is not None and (stated is None or self.plan_knows):
            planned = self._planned(self.plan)
            if stated not in (None, planned):
                refuse(where, f"{stated} fractions were stated, {planned} are planned", "the same", "Correct one.")
            return planned
        if stated is None:
            raise DicomError(self.plan_problem)
        return stated

    def _require_fractions(self) -> None:
        """Refuse a dose whose voxels have no one dose per fraction."""
        if self.dose.summation in _NO_FRACTIONS:
            refuse(
                self.dose.source.name,
                f"{tag('DoseSummationType')} is {self.dose.summation}",
                "the dose of one plan",
                "The dose per fraction of its voxels is unknown; export each plan's own dose.",
            )

    @property
    def _of_group(self) -> bool:
        """Whether the dose says that it is of one fraction group only."""
        return self.dose.summation != "PLAN" and len(self.dose.fraction_groups) == 1

    def _planned(self, plan: Plan) -> int:
        return plan.group_fractions(self.dose.fraction_groups[0]) if self._of_group else plan.fractions

    @property
    def plan_knows(self) -> bool:
        """Whether the plan has a say: the user supplies a number that is missing, and corrects nothing."""
        if self.plan is None:
            return False
        groups = [one for one in self.plan.groups if not self._of_group or one.number in self.dose.fraction_groups]
        missing = len(groups) == 1 and groups[0].fractions is None
        return bool(self.plan.brachy) or not (missing or (not groups and not self._of_group))

    def course_dose(self, fractions_in_file: int | None = None, stated: int | None = None) -> DoseGrid:
        """Return the physical dose of the whole course; of several plans together it has no `fractions`.

        Parameters
        ----------
        fractions_in_file : int, optional
            Of how many fractions the file holds the dose; needed where it does not hold the whole plan's.
        stated : int, optional
            As in `fractions`.

        Raises
        ------
        DicomError
            An EFFECTIVE dose, a part of a plan, or a dose per fraction of which nobody says how many it holds.
        """
        dose = self.dose
        dose.require_physical()
        dose.grid()
        self._require_all_beams()
        if stated is fractions_in_file is None and dose.summation in _NO_FRACTIONS and dose.summation not in _OF_A_PART:
            return dose
        planned = self.fractions(stated)
        if dose.summation not in _OF_A_FRACTION:
            return dose
        if fractions_in_file is None or not _is_count(fractions_in_file, planned):
            refuse(
                dose.source.name,
                f"{tag('DoseSummationType')} is {dose.summation}",
                f"to be told of how many of the {planned} fractions it holds the dose",
                f"Systems differ: state fractions_in_file=1 for one fraction, {planned} for all of them.",
            )
        factor = planned / fractions_in_file
        text = f"stated by the user: it holds the dose of {fractions_in_file} of {planned} fractions; x {factor:g}"
        note = Note("fractions-in-file", dose.source.name, text)
        return replace(dose, values=scaled(dose.values, factor), notes=(*dose.notes, note))

    def _require_all_beams(self) -> None:
        if self.dose.summation == "BEAM":
            why = "".join(f"; {note.text}" for note in self.dose.notes if note.code == "beams-incomplete")
            refuse(
                self.dose.source.name,
                f"the dose of beams {', '.join(map(str, self.dose.beams)) or 'not stated'} only{why}",
                "the dose of the whole plan",
                "Export the plan dose, or the doses of all its beams.",
            )

    @property
    def isodose_percent(self) -> float | None:
        """Prescribed dose over the highest one of the grid; None where either is not known. [%]"""
        prescribed = self.plan.prescription_gray if self.plan is not None else None
        if prescribed is None or self.dose.units != "GY" or self.dose.summation != "PLAN" or self.dose.maximum <= 0:
            return None
        return 100.0 * prescribed / self.dose.maximum


def _is_count(value: object, most: int) -> bool:
    return type(value) is int and 1 <= value <= most


# --- putting them together ------------------------------------------------------------------------------------------
def treatment_sets(
    plans: Sequence[Plan],
    doses: Sequence[DoseGrid],
    structure_sets: Sequence[StructureSet],
    accepted: Collection[str],
) -> tuple[TreatmentSet, ...]:
    """Put each dose with its plan and its structures; beams of a plan are added first where they are all there."""
    sets = []
    for dose in whole_doses(plans, doses):
        one = _with_plan(TreatmentSet(dose=dose, accepted=tuple(sorted(accepted))), plans, accepted)
        one = _with_structures(one, structure_sets, accepted)
        sets.append(replace(one, notes=(*one.notes, *checks.dose_against_plan(dose, one.plan, accepted))))
    return tuple(sets)


def _with_plan(one: TreatmentSet, plans: Sequence[Plan], accepted: Collection[str]) -> TreatmentSet:
    where, wanted = one.dose.source.name, one.dose.plan_uids
    found = [plan for plan in plans if plan.source.uid in wanted]
    if len(found) == 1 and len(wanted) == 1:
        return replace(one, plan=found[0])
    what = "it refers to no plan" if not wanted else "it refers to a plan that is not among the files"
    if len(wanted) > 1:
        return replace(one, plan_problem=f"{where}: it refers to {len(wanted)} plans; expected one. {_OWN_DOSE}")
    if len(plans) == 1 and "different plan" in accepted:
        text = f"acknowledged by the user: {what}; it was taken with {plans[0].source.name}"
        return replace(one, plan=plans[0], notes=(*one.notes, Note("acknowledged-plan", where, text)))
    remedy = "Add that RT Plan"
    remedy += f', or acknowledge "different plan" to take {plans[0].source.name}.' if len(plans) == 1 else "."
    return replace(one, plan_problem=f"{where}: {what}; expected the RT Plan of this dose. {remedy}")


_OWN_DOSE = "Export each plan's own dose."


def _with_structures(
    one: TreatmentSet, structure_sets: Sequence[StructureSet], accepted: Collection[str]
) -> TreatmentSet:
    where = one.dose.source.name
    uid = one.plan.structure_set_uid if one.plan is not None else ""
    found = [group for group in structure_sets if group.source.uid == uid]
    found = found or [group for group in structure_sets if one.dose.source.frame in group.frames]
    found = found or list(structure_sets)
    if len(found) != 1:
        what = f"{len(found)} structure sets could belong to it" if found else "no structure set is among the files"
        remedy = "Read the dose with the one it was planned on."
        return replace(one, structure_problem=f"{where}: {what}; expected one. {remedy}")
    try:
        frame, notes = checks.frames_agree(one.dose, found[0], accepted)
    except DicomError as problem:
        return replace(one, structure_set=found[0], structure_problem=str(problem))
    if uid and found[0].source.uid != uid:
        text = f"the plan was made on a structure set that is not among the files; {found[0].source.name} is used"
        notes = [*notes, Note("other-structure-set", where, text)]
    return replace(one, structure_set=found[0], frame=frame, notes=(*one.notes, *notes))
