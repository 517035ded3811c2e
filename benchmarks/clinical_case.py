"""Make a plan of clinical size: 6.0 M voxels, 34 structures, 4,961 contours, 0.7 M points; and a CT for some peers.

Run with `python benchmarks/clinical_case.py FOLDER`. Ellipsoids of body, lungs, cord, targets and organs, some hollow,
some in two islands, cut in slices of 1.5 mm; dose a sum of four hills on 2.5 x 2.5 x 2 mm. Always the same files.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ImplicitVRLittleEndian, generate_uid

CT, PLAN = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.481.5"
DOSE, STRUCTURES = "1.2.840.10008.5.1.4.1.1.481.2", "1.2.840.10008.5.1.4.1.1.481.3"
SLICE, SLICES, PIXEL, PIXELS = 1.5, 200, 0.9765625, 512
LEVELS = -150.0 + SLICE * (np.arange(SLICES) + 0.5)
ORIGIN, STEPS, SHAPE = (-248.7, -249.1, -149.3), (2.5, 2.5, 2.0), (200, 200, 150)
HILLS = (
    (60, 0, 0, 0, 45, 45, 60),
    (25, 60, 30, 20, 60, 40, 70),
    (20, -70, 20, -20, 50, 60, 80),
    (4, 0, 0, 0, 140, 110, 200),
)
Ellipsoid = tuple[tuple[float, float, float], tuple[float, float, float]]


def uid(*words: object) -> str:
    return str(generate_uid(prefix="1.2.826.0.1.3680043.8.498.", entropy_srcs=["rtcalc benchmark", *map(str, words)]))


def ellipsoids() -> dict[str, list[Ellipsoid]]:
    """Structures as ellipsoids (centre, half axes) that combine even-odd."""
    found: dict[str, list[Ellipsoid]] = {
        "BODY": [((0, 0, 0), (210, 140, 400))],
        "PTV": [((0, 0, 0), (45, 40, 75))],
        "CTV": [((0, 0, 0), (38, 33, 70))],
        "GTV": [((5, -3, 4), (25, 20, 60))],
        "PTV_ring": [((0, 0, 0), (60, 55, 85)), ((0, 0, 0), (50, 45, 78))],
        "Lungs": [((-85, 10, 0), (50, 60, 78)), ((85, 10, 0), (50, 60, 78))],
        "Lungs-PTV": [
            *(((-85, 10, 10), (45, 55, 75)), ((85, 10, 10), (45, 55, 75))),
            *(((-85, 15, 10), (15, 15, 40)), ((85, 15, 10), (20, 15, 50))),
        ],
        "Cord": [((0, 75, 0), (6, 5, 400))],
        "CordPRV": [((0, 75, 0), (10, 9, 400))],
    }
    rng = np.random.default_rng(7)
    while (number := len(found)) < 34:
        x, y, z = rng.uniform(-110, 110), rng.uniform(-70, 70), rng.uniform(-60, 60)
        a, b, c = rng.uniform(10, 40), rng.uniform(10, 35), rng.uniform(68, 80)
        if number % 5 == 0:
            found[f"OAR{number}_hollow"] = [((x, y, z), (a, b, c)), ((x, y, z), (0.6 * a, 0.6 * b, 0.7 * c))]
        elif number % 5 == 1:
            found[f"OAR{number}_pair"] = [((x + side, y, z), (0.7 * a, 0.8 * b, c)) for side in (-45, 45)]
        else:
            found[f"OAR{number}"] = [((x, y, z), (a, b, c))]
    return found


def outline(body: Ellipsoid, level: float) -> np.ndarray | None:
    """The polygon of an ellipsoid in a plane, about a point a millimetre, of exactly the area of the ellipse."""
    (x, y, z), (a, b, c) = body
    share = 1.0 - ((level - z) / c) ** 2
    if share <= 0 or min(a, b) * share**0.5 < 1.0:
        return None
    a, b = a * share**0.5, b * share**0.5
    around = np.pi * (3 * (a + b) - ((3 * a + b) * (a + 3 * b)) ** 0.5)
    corners = int(np.clip(around, 24, 600))
    angle = np.arange(corners) * 2.0 * np.pi / corners
    equal = (2.0 * np.pi / corners / np.sin(2.0 * np.pi / corners)) ** 0.5
    return np.column_stack((x + equal * a * np.cos(angle), y + equal * b * np.sin(angle)))


def dose() -> np.ndarray:
    x, y, z = (low + step * np.arange(size) for low, step, size in zip(ORIGIN, STEPS, SHAPE, strict=True))
    total = np.zeros(SHAPE[::-1])
    for height, cx, cy, cz, sx, sy, sz in HILLS:
        parts = (np.exp(-0.5 * ((at - c) / s) ** 2) for at, c, s in ((z, cz, sz), (y, cy, sy), (x, cx, sx)))
        total += height * np.einsum("i,j,k", *parts)
    return total


# --- files -----------------------------------------------------------------------------------------------------------
def base(sop_class: str, modality: str, name: object) -> Dataset:
    data, meta = Dataset(), FileMetaDataset()
    data.SOPClassUID, data.SOPInstanceUID, data.Modality = sop_class, uid(modality, name), modality
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = sop_class, data.SOPInstanceUID
    meta.TransferSyntaxUID, data.file_meta = ImplicitVRLittleEndian, meta
    data.SpecificCharacterSet, data.PatientID, data.PatientName, data.PatientBirthDate = "ISO_IR 100", "B", "Bench", ""
    data.StudyInstanceUID, data.SeriesInstanceUID, data.FrameOfReferenceUID = uid("study"), uid(modality), uid("frame")
    data.StudyDate = data.StudyTime = data.StudyID = data.AccessionNumber = data.PatientSex = ""
    return data


def raster(data: Dataset, shape: tuple[int, ...], spacing: float, bits: int, values: np.ndarray) -> None:
    data.Rows, data.Columns, data.SamplesPerPixel, data.PhotometricInterpretation = *shape[-2:], 1, "MONOCHROME2"
    data.ImageOrientationPatient, data.PixelSpacing = [1, 0, 0, 0, 1, 0], [spacing, spacing]
    data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = bits, bits, bits - 1, 0
    data.add_new(0x7FE00010, "OW", values.tobytes())


def save(folder: Path, name: str, data: Dataset) -> None:
    data.save_as(folder / f"{name}.dcm", enforce_file_format=True)


def item(**values: object) -> Dataset:
    data = Dataset()
    for keyword, value in values.items():
        setattr(data, keyword, value)
    return data


def write_structures(folder: Path, images: list[str]) -> tuple[int, int]:
    data = base(STRUCTURES, "RTSTRUCT", "set")
    data.StructureSetLabel = "BENCH"
    refers = [item(ReferencedSOPClassUID=CT, ReferencedSOPInstanceUID=one) for one in images]
    series = item(SeriesInstanceUID=uid("CT"), ContourImageSequence=refers)
    study = item(
        ReferencedSOPClassUID="1.2.840.10008.3.1.2.3.1",
        ReferencedSOPInstanceUID=data.StudyInstanceUID,
        RTReferencedSeriesSequence=[series],
    )
    data.ReferencedFrameOfReferenceSequence = [
        item(FrameOfReferenceUID=uid("frame"), RTReferencedStudySequence=[study])
    ]
    rois, drawn, seen, count, points = [], [], [], 0, 0
    for number, (name, bodies) in enumerate(ellipsoids().items(), start=1):
        contours = []
        for at, level in enumerate(LEVELS):
            for ring in filter(lambda one: one is not None, (outline(body, level) for body in bodies)):
                text = [part for x, y in ring for part in (f"{x:.4f}", f"{y:.4f}", f"{level:.4f}")]
                image = item(ReferencedSOPClassUID=CT, ReferencedSOPInstanceUID=images[at])
                contours.append(
                    item(
                        ContourImageSequence=[image],
                        ContourGeometricType="CLOSED_PLANAR",
                        NumberOfContourPoints=len(ring),
                        ContourData=text,
                    )
                )
                count, points = count + 1, points + len(ring)
        rois.append(
            item(ROINumber=number, ReferencedFrameOfReferenceUID=uid("frame"), ROIName=name, ROIGenerationAlgorithm="")
        )
        drawn.append(item(ReferencedROINumber=number, ROIDisplayColor=[255, 0, number], ContourSequence=contours))
        seen.append(
            item(ObservationNumber=number, ReferencedROINumber=number, RTROIInterpretedType="", ROIInterpreter="")
        )
    data.StructureSetROISequence, data.ROIContourSequence, data.RTROIObservationsSequence = rois, drawn, seen
    save(folder, "RS", data)
    return count, points


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    images = []
    air = np.zeros((PIXELS, PIXELS), "<u2")
    for at, level in enumerate(LEVELS):
        image = base(CT, "CT", at)
        image.InstanceNumber, image.SliceThickness = at + 1, SLICE
        image.ImagePositionPatient = [-250.0, -250.0, level]
        image.RescaleIntercept, image.RescaleSlope = -1024, 1
        raster(image, air.shape, PIXEL, 16, air)
        save(folder, f"CT.{at:03d}", image)
        images.append(image.SOPInstanceUID)
    count, points = write_structures(folder, images)
    plan = base(PLAN, "RTPLAN", "plan")
    plan.RTPlanLabel, plan.RTPlanGeometry = "BENCH", "PATIENT"
    plan.ReferencedStructureSetSequence = [
        item(ReferencedSOPClassUID=STRUCTURES, ReferencedSOPInstanceUID=uid("RTSTRUCT", "set"))
    ]
    plan.FractionGroupSequence = [
        item(FractionGroupNumber=1, NumberOfFractionsPlanned=30, NumberOfBeams=0, NumberOfBrachyApplicationSetups=0)
    ]
    save(folder, "RP", plan)
    gray = dose()
    scaling = float(f"{gray.max() / (2**32 - 1) * 1.0000001:.9e}")
    data = base(DOSE, "RTDOSE", "dose")
    data.ImagePositionPatient, data.NumberOfFrames, data.FrameIncrementPointer = list(ORIGIN), SHAPE[2], 0x3004000C
    data.GridFrameOffsetVector = [STEPS[2] * plane for plane in range(SHAPE[2])]
    data.DoseUnits, data.DoseType, data.DoseSummationType, data.DoseGridScaling = (
        "GY",
        "PHYSICAL",
        "PLAN",
        f"{scaling:.9e}",
    )
    data.ReferencedRTPlanSequence = [item(ReferencedSOPClassUID=PLAN, ReferencedSOPInstanceUID=uid("RTPLAN", "plan"))]
    raster(data, gray.shape, STEPS[0], 32, np.rint(gray / scaling).astype("<u4"))
    save(folder, "RD", data)
    print(f"{gray.size / 1e6:.1f} M voxels, {len(ellipsoids())} structures, {count} contours, {points} points")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
