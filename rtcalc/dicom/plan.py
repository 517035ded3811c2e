"""RT Plan: fraction groups, prescription, beams, approval, and what forbids to take it as a fractionated course."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from rtcalc.dicom.elements import Elements
from rtcalc.dicom.source import RtFile, Source, character_notes
from rtcalc.dicom.wording import AGAIN, Note, refuse, tag

MOST_FRACTIONS = 200
PRESCRIPTION_TOLERANCE = 0.01
"""Fraction by which the sum of beam doses may differ from the prescription without a note."""
_PARTICLES = ("PROTON", "ION", "NEUTRON")


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupBeam:
    """A beam as one fraction group uses it: number, and dose at the specification point per fraction. [Gy]"""

    number: int
    dose_gray: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FractionGroup:
    """Fractions that are given alike.

    Attributes
    ----------
    number : int
    fractions : int or None
        Planned; None where the plan does not say.
    beams : tuple of GroupBeam
    brachy_setups : int
        Application setups of a brachytherapy.
    """

    number: int
    fractions: int | None
    beams: tuple[GroupBeam, ...] = ()
    brachy_setups: int = 0

    @property
    def beam_dose_gray(self) -> float | None:
        """Sum of the beam doses of one fraction; None where one beam has none. [Gy]"""
        doses = [beam.dose_gray for beam in self.beams]
        return sum(dose for dose in doses if dose is not None) if doses and None not in doses else None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseReference:
    """A dose that the plan prescribes or limits, and where.

    Attributes
    ----------
    kind : str
        TARGET or ORGAN_AT_RISK.
    place : str
        POINT, VOLUME, COORDINATES or SITE.
    roi_number : int or None
        The structure it refers to.
    prescription_gray, maximum_gray : float or None
        [Gy]
    """

    number: int
    kind: str
    place: str
    roi_number: int | None = None
    description: str = ""
    prescription_gray: float | None = None
    maximum_gray: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Beam:
    """A beam: what radiates, and whether it treats or only sets up."""

    number: int
    name: str = ""
    radiation: str = ""
    delivery: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One plan, as it was exported.

    Attributes
    ----------
    source : Source
    label : str
        Safe to show.
    groups : tuple of FractionGroup
    dose_references : tuple of DoseReference
    beams : tuple of Beam
    approval : str
        APPROVED, UNAPPROVED, REJECTED, or "" where it is not stated.
    intent : str
    brachy : str
        Treatment type and technique of a brachytherapy (``HDR, INTERSTITIAL``), else "".
    structure_set_uid : str
        The structure set it was made on; "" where it is not stated.
    notes : tuple of Note
    """

    source: Source
    label: str
    groups: tuple[FractionGroup, ...]
    dose_references: tuple[DoseReference, ...] = ()
    beams: tuple[Beam, ...] = ()
    approval: str = ""
    intent: str = ""
    brachy: str = ""
    structure_set_uid: str = field(default="", repr=False)
    notes: tuple[Note, ...] = ()

    @property
    def fractions(self) -> int:
        """Number of equal fractions of the whole plan.

        Raises
        ------
        DicomError
            A brachytherapy, several fraction groups, or a number that the plan does not state.
        """
        where = self.source.name
        self._require_external()
        if len(self.groups) > 1:
            phases = "; ".join(f"group {one.number}: {one.fractions or 'not stated'}" for one in self.groups)
            refuse(
                where,
                f"{len(self.groups)} fraction groups ({phases} fractions)",
                "one group, or a dose for each",
                "Export one dose per group and read each as a course of its own.",
            )
        return self._stated(self.groups[0] if self.groups else None)

    def group_fractions(self, number: int) -> int:
        """Number of equal fractions of one fraction group.

        Raises
        ------
        DicomError
            A brachytherapy, a group that the plan does not have, or a number that it does not state.
        """
        self._require_external()
        group = next((group for group in self.groups if group.number == number), None)
        if group is None:
            known = ", ".join(str(group.number) for group in self.groups) or "none"
            refuse(self.source.name, f"it has no fraction group {number}", f"one of its groups ({known})", AGAIN)
        return self._stated(group)

    def _require_external(self) -> None:
        if self.brachy:
            refuse(
                self.source.name,
                f"a brachytherapy plan ({self.brachy})",
                "external beams, whose fractions convert with d = D / n",
                "A model of the dose rate is needed; enter its biological dose yourself.",
            )

    def _stated(self, group: FractionGroup | None) -> int:
        if group is None or group.fractions is None:
            refuse(
                self.source.name,
                f"{tag('NumberOfFractionsPlanned')} is missing",
                "a whole number from 1",
                "State the number of fractions yourself; it is never taken as 1.",
            )
        return group.fractions

    @property
    def prescription_gray(self) -> float | None:
        """The one prescribed target dose; None where there is none or where several differ. [Gy]"""
        doses = {one.prescription_gray for one in self.dose_references if one.kind == "TARGET"} - {None}
        return doses.pop() if len(doses) == 1 else None

    @property
    def treatment_beams(self) -> frozenset[int]:
        """Numbers of the beams that the fraction groups use and that do not only set up."""
        setup = {beam.number for beam in self.beams if beam.delivery == "SETUP"}
        return frozenset(beam.number for group in self.groups for beam in group.beams) - setup


def read_plan(file: RtFile) -> Plan:
    """Read an RT Plan.

    Raises
    ------
    DicomError
        A number that is none, or out of bounds, or a group or beam that is there twice.
    """
    top, source = file.elements, file.source
    groups = tuple(_group(item) for item in top.items("FractionGroupSequence"))
    _distinct(source.name, "FractionGroupNumber", [group.number for group in groups])
    plan = Plan(
        source=source,
        label=top.name("RTPlanLabel"),
        groups=groups,
        dose_references=tuple(_reference(item) for item in top.items("DoseReferenceSequence")),
        beams=_beams(top),
        approval=top.name("ApprovalStatus"),
        intent=top.name("PlanIntent"),
        brachy=_brachy(top, groups),
        structure_set_uid=_only_uid(top, "ReferencedStructureSetSequence"),
    )
    _distinct(source.name, "BeamNumber", [beam.number for beam in plan.beams])
    notes = (*file.notes, *_notes(plan), *character_notes(file))
    return replace(plan, notes=notes)


def _group(item: Elements) -> FractionGroup:
    number = item.need_integer("FractionGroupNumber")
    fractions = item.integer("NumberOfFractionsPlanned")
    if fractions is not None and not 0 <= fractions <= MOST_FRACTIONS:
        what = f"{tag('NumberOfFractionsPlanned')} is {fractions}"
        refuse(item.where, what, f"a whole number from 1 to {MOST_FRACTIONS}", AGAIN)
    beams = tuple(
        GroupBeam(number=one.need_integer("ReferencedBeamNumber"), dose_gray=one.number("BeamDose"))
        for one in item.items("ReferencedBeamSequence")
    )
    setups = item.integer("NumberOfBrachyApplicationSetups") or 0
    # Some systems write 0 for "not stated"; nothing is given in no fractions.
    return FractionGroup(number=number, fractions=fractions or None, beams=beams, brachy_setups=setups)


def _reference(item: Elements) -> DoseReference:
    return DoseReference(
        number=item.need_integer("DoseReferenceNumber"),
        kind=item.name("DoseReferenceType"),
        place=item.name("DoseReferenceStructureType"),
        roi_number=item.integer("ReferencedROINumber"),
        description=item.name("DoseReferenceDescription"),
        prescription_gray=_positive(item, "TargetPrescriptionDose"),
        maximum_gray=_positive(item, "OrganAtRiskMaximumDose") or _positive(item, "TargetMaximumDose"),
    )


def _positive(item: Elements, keyword: str) -> float | None:
    value = item.number(keyword)
    if value is not None and value < 0:
        refuse(item.where, f"{tag(keyword)} is {value:g} Gy", "0 Gy or more", AGAIN)
    return value or None


def _beams(top: Elements) -> tuple[Beam, ...]:
    items = [*top.items("BeamSequence"), *top.items("IonBeamSequence")]
    return tuple(
        Beam(
            number=item.need_integer("BeamNumber"),
            name=item.name("BeamName"),
            radiation=item.name("RadiationType"),
            delivery=item.name("TreatmentDeliveryType"),
        )
        for item in items
    )


def _brachy(top: Elements, groups: tuple[FractionGroup, ...]) -> str:
    named = [top.name("BrachyTreatmentType"), top.name("BrachyTreatmentTechnique")]
    if (
        not any(named)
        and not any(group.brachy_setups for group in groups)
        and not top.items("ApplicationSetupSequence")
    ):
        return ""
    return ", ".join(part for part in named if part) or "type not stated"


def _only_uid(top: Elements, sequence: str) -> str:
    items = top.items(sequence)
    return items[0].name("ReferencedSOPInstanceUID") if len(items) == 1 else ""


def _distinct(where: str, keyword: str, numbers: list[int]) -> None:
    twice = sorted({number for number in numbers if numbers.count(number) > 1})
    if twice:
        refuse(where, f"{tag(keyword)} {twice[0]} stands twice", "each number once", AGAIN)


def _notes(plan: Plan) -> list[Note]:
    where, notes = plan.source.name, []
    if plan.approval != "APPROVED":
        state, code = plan.approval or "not stated", "plan-rejected" if plan.approval == "REJECTED" else "not-approved"
        notes.append(Note(code, where, f"the approval of the plan is {state}"))
    particles = sorted({beam.radiation for beam in plan.beams if beam.radiation in _PARTICLES})
    if particles:
        text = f"{', '.join(particles)} beams: the dose may be weighted for biological effect already"
        notes.append(Note("particles", where, text))
    for group in plan.groups:
        notes += _prescription_notes(plan, group)
    if plan.brachy:
        notes.append(Note("brachytherapy", where, f"a brachytherapy ({plan.brachy}); it is not converted by fractions"))
    return notes


def _prescription_notes(plan: Plan, group: FractionGroup) -> list[Note]:
    per_fraction, prescribed = group.beam_dose_gray, plan.prescription_gray
    if per_fraction is None or prescribed is None or group.fractions is None or len(plan.groups) > 1:
        return []
    total = per_fraction * group.fractions
    if abs(total - prescribed) <= PRESCRIPTION_TOLERANCE * prescribed:
        return []
    text = (
        f"the beams give {per_fraction:g} Gy x {group.fractions} = {total:g} Gy at their point, "
        f"and {prescribed:g} Gy are prescribed"
    )
    return [Note("prescription-differs", plan.source.name, text)]
