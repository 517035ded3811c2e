"""Write the invented patients as DICOM-RT with their case files: `python sample_dicom/make_samples.py [FOLDER]`.

The same bytes every time: names, UIDs and dates follow from the case alone. CT, RT Structure Set, RT Plan and RT Dose
are as small as they can be and still be read by anything that reads DICOM; they are not for dose calculation.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))  # run as a script or loaded by a test, from anywhere
from case_text import Planned, case_text
from patients import PATIENTS, Course, Frame, Patient, Roi
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

CT = "1.2.840.10008.5.1.4.1.1.2"
PLAN = "1.2.840.10008.5.1.4.1.1.481.5"
DOSE = "1.2.840.10008.5.1.4.1.1.481.2"
STRUCTURES = "1.2.840.10008.5.1.4.1.1.481.3"
REGISTRATION = "1.2.840.10008.5.1.4.1.1.66.1"
STUDY_CLASS = "1.2.840.10008.3.1.2.3.1"

SLICE = 3.0
CT_PIXEL, CT_SIZE = 4.0, 96
DOSE_STEP = 2.5
SCALING = 0.001
TARGETS = ("GTV", "PTV")


def uid(*words: object) -> str:
    """A UID that is always the same for the same words."""
    return str(generate_uid(prefix="1.2.826.0.1.3680043.8.498.", entropy_srcs=["sample", *map(str, words)]))


def heights(patient: Patient, frame: Frame | None = None) -> np.ndarray:
    """Return z of the slices."""
    return np.arange(patient.low + SLICE / 2.0, patient.high, SLICE) + (frame.shift[2] if frame else 0.0)


def contours(patient: Patient, roi: Roi, frame: Frame | None = None) -> list[np.ndarray]:
    """Closed contours of a structure as (x, y, z) in a frame of reference, holes as inner contours."""
    found = []
    for z in heights(patient):
        for solid in (*roi.solids, *roi.holes):
            loop = solid.loop(float(z))
            if loop is not None:
                found.append(np.column_stack((loop, np.full(len(loop), z))))
    if frame is None:
        return found
    matrix = frame.matrix()
    return [np.round(points @ matrix[:3, :3].T + matrix[:3, 3], 2) for points in found]


def in_patient(
    frame: Frame | None, x: np.ndarray, y: np.ndarray, z: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return where points of a frame of reference lie in the patient's first one."""
    if frame is None:
        return x, y, z
    matrix = np.linalg.inv(frame.matrix())
    found = [row[0] * x + row[1] * y + row[2] * z + row[3] for row in matrix[:3]]
    return found[0], found[1], found[2]


def structures(patient: Patient) -> list[Roi]:
    """Return all structures, the body first."""
    return [Roi("External", "EXTERNAL", (patient.body,)), *patient.rois]


def dose_axes(patient: Patient, frame: Frame | None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """z, y and x of the voxel centres; not aligned with the slices."""
    x0, x1, y0, y1 = patient.dose_box
    ranges = ((patient.low - 2.0, patient.high + 3.0), (y0, y1), (x0, x1))
    moved = frame.shift[::-1] if frame else (0.0, 0.0, 0.0)
    z, y, x = (np.arange(low, high, DOSE_STEP) + by for (low, high), by in zip(ranges, moved, strict=True))
    return z, y, x


def dose_integers(patient: Patient, course: Course) -> np.ndarray:
    """Return the dose as it is stored, without dose outside the body."""
    z, y, x = dose_axes(patient, course.frame)
    at = in_patient(course.frame, x[None, None, :], y[None, :, None], z[:, None, None])
    gray = course.dose(*at)
    inside = patient.body.scaled(at[0], at[1], np.zeros((1, 1, 1))) <= 1.0
    return np.rint(np.where(inside, gray, 0.0) / SCALING).astype("<u2")


# --- data sets --------------------------------------------------------------------------------------------------------
def dataset(patient: Patient, sop_class: str, modality: str, *name: object, frame: Frame | None = None) -> Dataset:
    """Return what all objects of a patient have in common."""
    data = Dataset()
    data.SpecificCharacterSet = "ISO_IR 100"
    data.SOPClassUID, data.SOPInstanceUID, data.Modality = sop_class, uid(patient.folder, modality, *name), modality
    data.PatientName, data.PatientID = f"Sample^{patient.folder}", f"SAMPLE-{patient.folder}"
    data.PatientBirthDate, data.PatientSex = "", "O"
    data.StudyInstanceUID, data.StudyID = uid(patient.folder, "study"), "1"
    data.SeriesInstanceUID, data.SeriesNumber = uid(patient.folder, modality, "series", *name[:1]), 1
    data.StudyDate, data.StudyTime, data.AccessionNumber, data.ReferringPhysicianName = "20260105", "120000", "", ""
    data.FrameOfReferenceUID, data.PositionReferenceIndicator = frame_uid(patient, frame), ""
    data.Manufacturer, data.InstanceNumber = "rtcalc samples", 1
    return data


def frame_uid(patient: Patient, frame: Frame | None) -> str:
    """Return the UID of a frame of reference."""
    return uid(patient.folder, "frame", *([frame] if frame else []))


def of_frame(frame: Frame | None) -> list[str]:
    """Return what tells objects of another frame from those of the first."""
    return ["second"] if frame else []


def items(*contents: dict[str, Any]) -> list[Dataset]:
    """Return the items of a sequence, by keyword."""
    found = []
    for content in contents:
        item = Dataset()
        for keyword, value in content.items():
            setattr(item, keyword, value)
        found.append(item)
    return found


def ct_slice(patient: Patient, frame: Frame | None, number: int, z: float) -> Dataset:
    """Return a slice with a few tissues painted one over the other."""
    data = dataset(patient, CT, "CT", *of_frame(frame), "ct", number, frame=frame)
    data.ImageType, data.InstanceNumber, data.PatientPosition = ["ORIGINAL", "PRIMARY", "AXIAL"], number + 1, "HFS"
    first = -CT_PIXEL * (CT_SIZE - 1) / 2.0
    data.ImagePositionPatient, data.ImageOrientationPatient = [first, first, float(z)], [1, 0, 0, 0, 1, 0]
    data.PixelSpacing, data.SliceThickness, data.KVP = [CT_PIXEL, CT_PIXEL], SLICE, 120
    pixels(data, CT_SIZE, CT_SIZE)
    data.PixelRepresentation, data.RescaleIntercept, data.RescaleSlope, data.AcquisitionNumber = 1, 0, 1, 1
    along = first + CT_PIXEL * np.arange(CT_SIZE)
    x, y, at = in_patient(frame, along[None, :], along[:, None], np.full((1, 1), z))
    image = np.full((CT_SIZE, CT_SIZE), -1000, dtype="<i2")
    layers = [((patient.body,), 20), (patient.air, -750), (patient.bone, 350)]
    for solids, value in [*layers, *(((roi.solids), 40) for roi in patient.rois if roi.kind == "GTV")]:
        for solid in solids:
            image[np.broadcast_to(solid.scaled(x, y, at) <= 1.0, image.shape)] = value
    data.add_new(0x7FE00010, "OW", image.tobytes())
    return data


def pixels(data: Dataset, rows: int, columns: int) -> None:
    """Describe 16-bit pixels."""
    data.SamplesPerPixel, data.PhotometricInterpretation, data.Rows, data.Columns = 1, "MONOCHROME2", rows, columns
    data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 16, 15, 0


def structure_set(patient: Patient, reference: Frame | None, slices: Sequence[Dataset]) -> Dataset:
    """Return all structures, drawn on the slices."""
    data = dataset(patient, STRUCTURES, "RTSTRUCT", *of_frame(reference), frame=reference)
    data.StructureSetLabel, data.StructureSetDate, data.StructureSetTime = "SAMPLE", "20260105", "120000"
    images = items(*({"ReferencedSOPClassUID": CT, "ReferencedSOPInstanceUID": one.SOPInstanceUID} for one in slices))
    series = {"SeriesInstanceUID": slices[0].SeriesInstanceUID, "ContourImageSequence": images}
    study = {
        "ReferencedSOPClassUID": STUDY_CLASS,
        "ReferencedSOPInstanceUID": data.StudyInstanceUID,
        "RTReferencedSeriesSequence": items(series),
    }
    frame = data.FrameOfReferenceUID
    data.ReferencedFrameOfReferenceSequence = items(
        {"FrameOfReferenceUID": frame, "RTReferencedStudySequence": items(study)}
    )
    numbered = list(enumerate(structures(patient), start=1))
    data.StructureSetROISequence = items(
        *(
            {"ROINumber": n, "ReferencedFrameOfReferenceUID": frame, "ROIName": roi.name, "ROIGenerationAlgorithm": ""}
            for n, roi in numbered
        )
    )
    at_height = {f"{float(one.ImagePositionPatient[2]):.2f}": one.SOPInstanceUID for one in slices}
    data.ROIContourSequence = items(
        *(
            {"ReferencedROINumber": n, "ContourSequence": drawn(contours(patient, roi, reference), at_height)}
            for n, roi in numbered
        )
    )
    data.RTROIObservationsSequence = items(
        *(
            {"ObservationNumber": n, "ReferencedROINumber": n, "RTROIInterpretedType": roi.kind, "ROIInterpreter": ""}
            for n, roi in numbered
        )
    )
    return data


def drawn(loops: Sequence[np.ndarray], at_height: dict[str, str]) -> list[Dataset]:
    """Return the contour items of a structure, each with its slice."""
    return items(
        *(
            {
                "ContourImageSequence": items(
                    {"ReferencedSOPClassUID": CT, "ReferencedSOPInstanceUID": at_height[f"{points[0, 2]:.2f}"]}
                ),
                "ContourGeometricType": "CLOSED_PLANAR",
                "NumberOfContourPoints": len(points),
                "ContourData": [f"{value:.2f}" for value in points.ravel()],
            }
            for points in loops
        )
    )


def rt_plan(patient: Patient, course: Course, structure_uid: str) -> Dataset:
    """Return a plan of one fraction group and one beam."""
    data = dataset(patient, PLAN, "RTPLAN", course.id, frame=course.frame)
    data.RTPlanLabel, data.RTPlanGeometry, data.ApprovalStatus = course.label, "PATIENT", "APPROVED"
    data.RTPlanDate, data.RTPlanTime, data.PlanIntent = course.days[0].replace("-", ""), "120000", "CURATIVE"
    data.ReviewDate, data.ReviewTime, data.ReviewerName = data.RTPlanDate, "120000", "Sample"
    data.ReferencedStructureSetSequence = items(
        {"ReferencedSOPClassUID": STRUCTURES, "ReferencedSOPInstanceUID": structure_uid}
    )
    target = next(n for n, roi in enumerate(structures(patient), start=1) if roi.kind == "PTV")
    reference = {"DoseReferenceNumber": 1, "DoseReferenceStructureType": "VOLUME", "DoseReferenceType": "TARGET"}
    reference |= {"ReferencedROINumber": target, "TargetPrescriptionDose": course.prescription}
    data.DoseReferenceSequence = items(reference)
    beam = {"BeamNumber": 1, "BeamName": "ALL", "BeamType": "STATIC", "RadiationType": "PHOTON"}
    data.BeamSequence = items({**beam, "TreatmentDeliveryType": "TREATMENT"})
    group = {"FractionGroupNumber": 1, "NumberOfFractionsPlanned": course.fractions, "NumberOfBeams": 1}
    used = {"ReferencedBeamNumber": 1, "BeamDose": course.prescription / course.fractions}
    group |= {"NumberOfBrachyApplicationSetups": 0, "ReferencedBeamSequence": items(used)}
    data.FractionGroupSequence = items(group)
    return data


def rt_dose(patient: Patient, course: Course, plan_uid: str) -> Dataset:
    """Return the physical dose of a whole plan."""
    data = dataset(patient, DOSE, "RTDOSE", course.id, frame=course.frame)
    z, y, x = dose_axes(patient, course.frame)
    values = dose_integers(patient, course)
    data.ImagePositionPatient, data.ImageOrientationPatient = (
        [float(x[0]), float(y[0]), float(z[0])],
        [1, 0, 0, 0, 1, 0],
    )
    data.PixelSpacing, data.SliceThickness = [DOSE_STEP, DOSE_STEP], DOSE_STEP
    pixels(data, len(y), len(x))
    data.NumberOfFrames, data.FrameIncrementPointer = len(z), 0x3004000C
    data.GridFrameOffsetVector = [float(at - z[0]) for at in z]
    data.DoseUnits, data.DoseType, data.DoseSummationType, data.DoseGridScaling = "GY", "PHYSICAL", "PLAN", SCALING
    data.ReferencedRTPlanSequence = items({"ReferencedSOPClassUID": PLAN, "ReferencedSOPInstanceUID": plan_uid})
    data.add_new(0x7FE00010, "OW", values.tobytes())
    return data


def registration(patient: Patient, frame: Frame) -> Dataset:
    """Return what takes points of another frame of reference to the first one, rigidly."""
    data = dataset(patient, REGISTRATION, "REG")
    data.ContentDate, data.ContentTime, data.ContentLabel = "20260301", "120000", "SAMPLE"
    data.ContentDescription, data.ContentCreatorName = "known, because the patient is invented", ""

    def item(of: Frame | None, matrix: np.ndarray) -> dict[str, Any]:
        written = [f"{value:.10f}" for value in matrix.ravel() + 0.0]
        kind = {"FrameOfReferenceTransformationMatrixType": "RIGID", "FrameOfReferenceTransformationMatrix": written}
        whole = {"RegistrationTypeCodeSequence": [], "MatrixSequence": items(kind)}
        return {"FrameOfReferenceUID": frame_uid(patient, of), "MatrixRegistrationSequence": items(whole)}

    data.RegistrationSequence = items(item(None, np.eye(4)), item(frame, np.linalg.inv(frame.matrix())))
    return data


def save(data: Dataset, path: Path) -> None:
    """Write a file that depends on its data set alone."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = data.SOPClassUID, data.SOPInstanceUID
    meta.TransferSyntaxUID, meta.ImplementationClassUID = ExplicitVRLittleEndian, uid("implementation")
    meta.ImplementationVersionName = "RTCALC_SAMPLES"
    data.file_meta, data.preamble = meta, b"\0" * 128
    data.save_as(path, enforce_file_format=True)


def make(patient: Patient, folder: Path) -> None:
    """Write one patient into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    sets = {}
    for frame in dict.fromkeys(course.frame for course in patient.courses):
        second = ".2" if frame else ""
        at = heights(patient, frame)
        slices = [ct_slice(patient, frame, number, float(z)) for number, z in enumerate(at)]
        assert all(before.SOPInstanceUID != after.SOPInstanceUID for before, after in pairwise(slices))
        for number, data in enumerate(slices):
            save(data, folder / f"CT{second}.{number:03d}.dcm")
        sets[frame] = structure_set(patient, frame, slices)
        save(sets[frame], folder / f"RS{second}.dcm")
        if frame is not None:
            save(registration(patient, frame), folder / "RE.dcm")
    for number, course in enumerate(patient.courses, start=1):
        plan = rt_plan(patient, course, sets[course.frame].SOPInstanceUID)
        save(plan, folder / f"RP.{number}.dcm")
        save(rt_dose(patient, course, plan.SOPInstanceUID), folder / f"RD.{number}.dcm")
    made = {course.id: planned(patient, course) for course in patient.courses}
    (folder / "case.yaml").write_text(case_text(patient, made, SLICE), encoding="utf-8", newline="\n")


def planned(patient: Patient, course: Course) -> Planned:
    """Return the contours and the dose of a course as they are written."""
    drawn_contours = {roi.name: contours(patient, roi, course.frame) for roi in patient.rois}
    return Planned(drawn_contours, dose_integers(patient, course) * SCALING, dose_axes(patient, course.frame))


if __name__ == "__main__":
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    for each in PATIENTS:
        make(each, root / each.folder)
