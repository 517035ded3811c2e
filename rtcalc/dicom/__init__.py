"""DICOM-RT in: plans, doses and structures as plain values; neither pydicom nor the patient leaves this package."""

from rtcalc.dicom.dose import DoseGrid
from rtcalc.dicom.limits import ReadLimits
from rtcalc.dicom.pairing import TreatmentSet
from rtcalc.dicom.plan import Plan
from rtcalc.dicom.registration import Registration
from rtcalc.dicom.structures import Structure, StructureSet
from rtcalc.dicom.study import Study, read_dicom
from rtcalc.dicom.wording import Note

__all__ = [
    "DoseGrid",
    "Note",
    "Plan",
    "ReadLimits",
    "Registration",
    "Structure",
    "StructureSet",
    "Study",
    "TreatmentSet",
    "read_dicom",
]
