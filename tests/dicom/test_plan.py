"""What a plan says of its fractions, its prescription and itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rtcalc.dicom import Plan, read_dicom
from rtcalc.errors import DicomError
from tests.dicom import builder as b


def read(folder: Path, data: Any) -> Plan:
    return read_dicom(b.write(folder, plan=data) / "plan.dcm").plans[0]


def test_a_good_plan(tmp_path: Path) -> None:
    plan = read(tmp_path, b.plan())
    assert (plan.label, plan.approval, plan.fractions, plan.prescription_gray) == ("PARARENAL", "APPROVED", 5, 45.0)
    assert [(beam.number, beam.radiation, beam.delivery) for beam in plan.beams] == [
        (1, "PHOTON", "TREATMENT"),
        (2, "PHOTON", "TREATMENT"),
        (3, "PHOTON", "SETUP"),
    ]
    assert plan.groups[0].beam_dose_gray == 9.0  # by hand: 4.5 + 4.5
    assert plan.treatment_beams == {1, 2}
    assert plan.notes == ()
    assert not plan.brachy


def test_a_beam_without_a_dose_leaves_the_sum_open(tmp_path: Path) -> None:
    beams = b.items({"ReferencedBeamNumber": 1, "BeamDose": 4.5}, {"ReferencedBeamNumber": 2})
    group = b.items({"FractionGroupNumber": 1, "NumberOfFractionsPlanned": 5, "ReferencedBeamSequence": beams})
    plan = read(tmp_path, b.plan(FractionGroupSequence=group, DoseReferenceSequence=None))
    assert plan.groups[0].beam_dose_gray is None
    assert plan.prescription_gray is None
    assert plan.notes == ()


def test_two_prescriptions_are_no_one_prescription(tmp_path: Path) -> None:
    targets = b.items(
        *(
            {
                "DoseReferenceNumber": number,
                "DoseReferenceStructureType": "VOLUME",
                "DoseReferenceType": "TARGET",
                "ReferencedROINumber": number,
                "TargetPrescriptionDose": gray,
            }
            for number, gray in ((1, 45.0), (2, 50.0))
        )
    )
    plan = read(tmp_path, b.plan(DoseReferenceSequence=targets))
    assert plan.prescription_gray is None
    assert [(one.roi_number, one.prescription_gray) for one in plan.dose_references] == [(1, 45.0), (2, 50.0)]


def test_a_dose_limit_of_an_organ_is_no_prescription(tmp_path: Path) -> None:
    organ = b.items(
        {
            "DoseReferenceNumber": 1,
            "DoseReferenceStructureType": "VOLUME",
            "DoseReferenceType": "ORGAN_AT_RISK",
            "OrganAtRiskMaximumDose": 32.0,
        }
    )
    plan = read(tmp_path, b.plan(DoseReferenceSequence=organ))
    assert plan.prescription_gray is None
    assert plan.dose_references[0].maximum_gray == 32.0


def test_ion_beams_are_read(tmp_path: Path) -> None:
    beams = b.items({"BeamNumber": 1, "RadiationType": "ION", "TreatmentDeliveryType": "TREATMENT"})
    plan = read(tmp_path, b.plan(BeamSequence=None, IonBeamSequence=beams))
    assert [beam.radiation for beam in plan.beams] == ["ION"]
    assert [note.code for note in plan.notes] == ["particles"]


@pytest.mark.parametrize(
    ("tag", "keyword", "vr", "value"),
    [(0x300A0026, "TargetPrescriptionDose", "DS", b"-45 "), (0x300A0012, "DoseReferenceNumber", "IS", b"1.5 ")],
)
def test_numbers_that_cannot_be(tmp_path: Path, tag: int, keyword: str, vr: str, value: bytes) -> None:
    content = {0x300A0012: b"1 ", 0x300A0014: b"SITE", 0x300A0020: b"TARGET", tag: value}
    names = {0x300A0012: "IS", 0x300A0014: "CS", 0x300A0020: "CS", tag: vr}
    item = b"".join(b.raw_element(number, names[number], content[number]) for number in sorted(content))
    sequence = b.raw_element(0x300A0010, "SQ", b"\xfe\xff\x00\xe0" + len(item).to_bytes(4, "little") + item)
    with pytest.raises(DicomError, match=rf"plan\.dcm: DoseReferenceSequence 1: {keyword}"):
        read(tmp_path, b.replaced(b.encoded(b.plan()), 0x300A0010, sequence))


def test_a_beam_number_twice(tmp_path: Path) -> None:
    with pytest.raises(DicomError, match=r"BeamNumber \(300A,00C0\) 1 stands twice"):
        read(tmp_path, b.plan(BeamSequence=b.items({"BeamNumber": 1}, {"BeamNumber": 1})))
