"""DICOM-RT data sets built in code: one good plan, dose and structure set, to be changed by each test."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian, generate_uid

CT = "1.2.840.10008.5.1.4.1.1.2"
PLAN = "1.2.840.10008.5.1.4.1.1.481.5"
DOSE = "1.2.840.10008.5.1.4.1.1.481.2"
STRUCTURES = "1.2.840.10008.5.1.4.1.1.481.3"
REGISTRATION = "1.2.840.10008.5.1.4.1.1.66.1"
IMPLICIT, EXPLICIT = ImplicitVRLittleEndian, ExplicitVRLittleEndian


def uid(*words: object) -> str:
    """A UID that is always the same for the same words."""
    return str(generate_uid(prefix="1.2.826.0.1.3680043.8.498.", entropy_srcs=[str(word) for word in words]))


FRAME, STUDY = uid("frame"), uid("study")
PLAN_UID, DOSE_UID, STRUCTURES_UID = uid("plan"), uid("dose"), uid("structures")


def items(*contents: dict[str, Any]) -> list[Dataset]:
    """Items of a sequence, by keyword."""
    out = []
    for content in contents:
        item = Dataset()
        for keyword, value in content.items():
            setattr(item, keyword, value)
        out.append(item)
    return out


def base(sop_class: str, instance: str, modality: str) -> Dataset:
    data = Dataset()
    data.SOPClassUID, data.SOPInstanceUID, data.Modality = sop_class, instance, modality
    data.SpecificCharacterSet = "ISO_IR 100"
    data.PatientID, data.PatientName, data.PatientBirthDate = "P1", "Test^Person", "19500101"
    data.StudyInstanceUID, data.SeriesInstanceUID = STUDY, uid("series", modality)
    data.FrameOfReferenceUID = FRAME
    return data


def plan(fractions: int | None = 5, prescription: float | None = 45.0, **changes: Any) -> Dataset:
    """One group of two beams of 4.5 Gy per fraction each, 45 Gy / 5, and a setup beam."""
    data = base(PLAN, PLAN_UID, "RTPLAN")
    data.RTPlanLabel, data.RTPlanGeometry, data.ApprovalStatus = "PARARENAL", "PATIENT", "APPROVED"
    data.ReferencedStructureSetSequence = items(
        {"ReferencedSOPClassUID": STRUCTURES, "ReferencedSOPInstanceUID": STRUCTURES_UID}
    )
    target = {"DoseReferenceNumber": 1, "DoseReferenceStructureType": "SITE", "DoseReferenceType": "TARGET"}
    if prescription is not None:
        target["TargetPrescriptionDose"] = prescription
    data.DoseReferenceSequence = items(target)
    group: dict[str, Any] = {"FractionGroupNumber": 1, "NumberOfBeams": 3, "NumberOfBrachyApplicationSetups": 0}
    if fractions is not None:
        group["NumberOfFractionsPlanned"] = fractions
    group["ReferencedBeamSequence"] = items(
        {"ReferencedBeamNumber": 1, "BeamDose": 4.5}, {"ReferencedBeamNumber": 2, "BeamDose": 4.5}
    )
    data.FractionGroupSequence = items(group)
    beam = {"RadiationType": "PHOTON", "BeamType": "STATIC"}
    data.BeamSequence = items(
        {"BeamNumber": 1, "BeamName": "A", "TreatmentDeliveryType": "TREATMENT", **beam},
        {"BeamNumber": 2, "BeamName": "B", "TreatmentDeliveryType": "TREATMENT", **beam},
        {"BeamNumber": 3, "BeamName": "Setup", "TreatmentDeliveryType": "SETUP", **beam},
    )
    return changed(data, changes)


def dose(gray: Any = None, scaling: float = 0.001, bits: int = 32, **changes: Any) -> Dataset:
    """Four planes of five rows of six columns, 3, 2.5 and 2 mm apart, head first supine; voxel [k, r, c] has 100k+10r+c
    hundredths of a gray, plus 40 Gy.
    """
    if gray is None:
        k, r, c = np.indices((4, 5, 6))
        gray = 40.0 + (100 * k + 10 * r + c) / 100.0
    gray = np.asarray(gray, float)
    data = base(DOSE, DOSE_UID, "RTDOSE")
    data.ImagePositionPatient = [-10.0, -20.0, 30.0]
    data.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    data.PixelSpacing = [2.5, 2.0]
    data.NumberOfFrames, data.Rows, data.Columns = gray.shape
    data.FrameIncrementPointer = 0x3004000C
    data.GridFrameOffsetVector = [3.0 * plane for plane in range(gray.shape[0])]
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = bits, bits, bits - 1, 0
    data.DoseUnits, data.DoseType, data.DoseSummationType = "GY", "PHYSICAL", "PLAN"
    data.DoseGridScaling = scaling
    data.ReferencedRTPlanSequence = items({"ReferencedSOPClassUID": PLAN, "ReferencedSOPInstanceUID": PLAN_UID})
    signed = changes.get("PixelRepresentation", 0)
    data.add_new(0x7FE00010, "OW", np.rint(gray / scaling).astype(f"<{'i' if signed else 'u'}{bits // 8}").tobytes())
    return changed(data, changes)


def covering(**changes: Any) -> Dataset:
    """The same 2 Gy higher: 42 to 45.45 Gy, as a plan of 45 Gy has to reach somewhere."""
    k, r, c = np.indices((4, 5, 6))
    return dose(42.0 + (100 * k + 10 * r + c) / 100.0, **changes)


def square(z: float, side: float = 4.0, x: float = -6.0, y: float = -17.0) -> np.ndarray:
    """A square contour that lies within the dose above."""
    return np.array([(x, y, z), (x + side, y, z), (x + side, y + side, z), (x, y + side, z)])


def contour(points: Any, kind: str = "CLOSED_PLANAR", **changes: Any) -> dict[str, Any]:
    points = np.asarray(points, float)
    out: dict[str, Any] = {
        "ContourGeometricType": kind,
        "NumberOfContourPoints": len(points),
        "ContourData": [f"{value:.10g}" for value in points.ravel()],
    }
    out.update(changes)
    return {keyword: value for keyword, value in out.items() if value is not None}


def box() -> list[dict[str, Any]]:
    return [contour(square(z)) for z in (30.0, 33.0, 36.0)]


def structures(
    rois: Sequence[tuple[int, str, Iterable[dict[str, Any]] | None]] | None = None, **changes: Any
) -> Dataset:
    """Structures by number, name and contours; None for one without an item of contours."""
    if rois is None:
        rois = [(1, "PTV", box()), (2, "Duodenum", box())]
    data = base(STRUCTURES, STRUCTURES_UID, "RTSTRUCT")
    data.StructureSetLabel = "SET"
    data.ReferencedFrameOfReferenceSequence = items({"FrameOfReferenceUID": FRAME})
    data.StructureSetROISequence = items(
        *(
            {"ROINumber": number, "ReferencedFrameOfReferenceUID": FRAME, "ROIName": name, "ROIGenerationAlgorithm": ""}
            for number, name, _ in rois
        )
    )
    data.ROIContourSequence = items(
        *(
            {"ReferencedROINumber": number, "ContourSequence": items(*contours)}
            for number, _, contours in rois
            if contours is not None
        )
    )
    data.RTROIObservationsSequence = items(
        *(
            {
                "ObservationNumber": number,
                "ReferencedROINumber": number,
                "RTROIInterpretedType": "PTV" if name.startswith("PTV") else "ORGAN",
                "ROIInterpreter": "",
            }
            for number, name, _ in rois
        )
    )
    return changed(data, changes)


def registration(
    links: Sequence[tuple[str, Sequence[Any]]], frame: str = FRAME, kind: str = "RIGID", **changes: Any
) -> Dataset:
    """What takes each frame to `frame`: (frame, matrices), each matrix of 16 numbers or of four rows."""
    data = base(REGISTRATION, changes.pop("SOPInstanceUID", uid("registration")), "REG")
    data.FrameOfReferenceUID = frame
    data.ContentDate, data.ContentTime = "20260105", "120000"
    found = []
    for other, matrices in links:
        rows = [
            {
                "FrameOfReferenceTransformationMatrixType": kind,
                "FrameOfReferenceTransformationMatrix": [
                    f"{value:.10f}" for value in np.round(np.ravel(matrix), 10) + 0.0
                ],
            }
            for matrix in matrices
        ]
        whole = items({"MatrixSequence": items(*rows), "RegistrationTypeCodeSequence": []})
        found.append({"FrameOfReferenceUID": other, "MatrixRegistrationSequence": whole})
    data.RegistrationSequence = items(*found)
    return changed(data, changes)


def rigid(shift: Sequence[float] = (0.0, 0.0, 0.0), degrees: float = 0.0, axis: str = "z") -> np.ndarray:
    """A turn about an axis of the patient, then a shift."""
    one, other = {"x": (1, 2), "y": (2, 0), "z": (0, 1)}[axis]
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    matrix = np.eye(4)
    matrix[one, one], matrix[one, other], matrix[other, one], matrix[other, other] = cos, -sin, sin, cos
    matrix[:3, 3] = shift
    return matrix


def changed(data: Dataset, changes: dict[str, Any]) -> Dataset:
    """Set or, with None, delete attributes."""
    for keyword, value in changes.items():
        if value is None:
            delattr(data, keyword)
        else:
            setattr(data, keyword, value)
    return data


def encoded(data: Dataset, syntax: Any = EXPLICIT, preamble: bytes = b"\0" * 128) -> bytes:
    """The file's bytes."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = data.SOPClassUID, data.SOPInstanceUID
    meta.TransferSyntaxUID, meta.ImplementationClassUID = syntax, uid("implementation")
    data.file_meta = meta
    data.preamble = preamble
    out = BytesIO()
    dcmwrite(out, data, enforce_file_format=True)
    return out.getvalue()


def write(folder: Path, **files: Dataset | bytes) -> Path:
    """Write data sets as ``<name>.dcm`` into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / f"{name}.dcm").write_bytes(data if isinstance(data, bytes) else encoded(data))
    return folder


def good(folder: Path, **files: Dataset | bytes | None) -> Path:
    """A folder with a good plan, dose and structure set; `files` replaces or, with None, leaves out."""
    contents: dict[str, Any] = {"plan": plan(), "dose": dose(), "structures": structures(), **files}
    return write(folder, **{name: data for name, data in contents.items() if data is not None})


def raw_element(tag: int, vr: str, value: bytes, length: int | None = None) -> bytes:
    """An element in explicit little endian, with a length that need not be true."""
    size = len(value) if length is None else length
    head = (tag >> 16).to_bytes(2, "little") + (tag & 0xFFFF).to_bytes(2, "little") + vr.encode()
    if vr in ("OB", "OW", "SQ", "UN", "UT"):
        return head + b"\0\0" + size.to_bytes(4, "little") + value
    return head + size.to_bytes(2, "little") + value


def replaced(file: bytes, tag: int, element: bytes) -> bytes:
    """A file in explicit little endian with one top-level element of it replaced byte for byte."""
    from rtcalc.dicom.guard import file_meta

    begins = file_meta(file, "test").begins
    key = (tag >> 16).to_bytes(2, "little") + (tag & 0xFFFF).to_bytes(2, "little")
    at = file.index(key, begins)
    vr = file[at + 4 : at + 6].decode()
    if vr in ("OB", "OW", "SQ", "UN", "UT"):
        after = at + 12 + int.from_bytes(file[at + 8 : at + 12], "little")
    else:
        after = at + 8 + int.from_bytes(file[at + 6 : at + 8], "little")
    return file[:at] + element + file[after:]
