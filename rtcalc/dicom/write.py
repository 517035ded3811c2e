"""A biological dose as an RT Dose: marked as such, with new UIDs, and never written over anything."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rtcalc import __version__
from rtcalc.dicom.dose import DoseGrid
from rtcalc.dicom.dose_pixels import Floats
from rtcalc.dicom.source import RT_DOSE, RT_PLAN
from rtcalc.dicom.wording import refuse, shown

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

FRAME_OFFSETS = 0x3004000C
PIXELS = 0x7FE00010
LARGEST = 2**32 - 1
_SIGNIFICANT = 8


def effective_dose(place: DoseGrid, values: Floats, comment: str, sources: Sequence[DoseGrid]) -> Dataset:
    """Return the data set of a biological dose.

    Parameters
    ----------
    place : DoseGrid
        Its grid is that of `values`.
    values : array, (planes, rows, columns)
        [Gy]
    comment : str
        At most 64 characters.
    sources : sequence of DoseGrid
        The physical doses it was made of.
    """
    from pydicom.dataset import Dataset
    from pydicom.uid import generate_uid

    data, now = Dataset(), datetime.now(UTC)
    data.SpecificCharacterSet = "ISO_IR 192"
    data.SOPClassUID, data.SOPInstanceUID, data.Modality = RT_DOSE, generate_uid(prefix=None), "RTDOSE"
    data.InstanceCreationDate, data.InstanceCreationTime = now.strftime("%Y%m%d"), now.strftime("%H%M%S")
    for keyword in ("PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime", "StudyID"):
        setattr(data, keyword, "")
    data.AccessionNumber = data.ReferringPhysicianName = data.OperatorsName = data.PositionReferenceIndicator = ""
    data.PatientIdentityRemoved, data.DeidentificationMethod = "YES", "the reader keeps no identity"
    data.Manufacturer, data.SoftwareVersions = "rtcalc", f"rtcalc {__version__}"
    data.SeriesNumber, data.InstanceNumber = None, 1
    data.StudyInstanceUID, data.SeriesInstanceUID = place.source.study, generate_uid(prefix=None)
    data.FrameOfReferenceUID = place.source.frame
    data.DoseUnits, data.DoseType, data.DoseComment = "GY", "EFFECTIVE", comment
    data.DoseSummationType = "PLAN" if len(sources) == 1 else "MULTI_PLAN"
    _refer(data, sources)
    _place(data, place)
    _pixels(data, values)
    return data


def _refer(data: Dataset, sources: Sequence[DoseGrid]) -> None:
    plans = dict.fromkeys(uid for one in sources for uid in one.plan_uids)
    data.ReferencedRTPlanSequence = [_item(RT_PLAN, uid) for uid in plans]
    data.SourceInstanceSequence = [_item(RT_DOSE, one.source.uid) for one in sources]


def _item(sop_class: str, uid: str) -> Dataset:
    from pydicom.dataset import Dataset

    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = sop_class, uid
    return item


def _place(data: Dataset, place: DoseGrid) -> None:
    """Position, orientation and offsets, with planes that are stored against the normal as they are."""
    planes, down, along = place.axes
    normal = np.cross(along, down)
    sign = float(np.dot(normal, planes))
    data.ImageOrientationPatient = [*along, *down]
    data.ImagePositionPatient = [_number(value) for value in place.origin]
    data.PixelSpacing = [_number(float(step[1] - step[0])) for step in (place.steps[1], place.steps[2])]
    data.SliceThickness = _number(float(place.steps[0][1]))
    data.GridFrameOffsetVector = [_number(sign * float(step)) for step in place.steps[0]]
    data.FrameIncrementPointer = FRAME_OFFSETS


def _number(value: float) -> str:
    """A number of at most 16 characters, as DICOM has them."""
    from pydicom.valuerep import format_number_as_ds

    return format_number_as_ds(value + 0.0)


def _pixels(data: Dataset, values: Floats) -> None:
    scaling = scaling_of(float(values.max()))
    data.NumberOfFrames, data.Rows, data.Columns = values.shape
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 32, 32, 31, 0
    data.DoseGridScaling = scaling
    whole: Any = np.rint(np.asarray(values, dtype=np.float64) / float(scaling))
    data.add_new(PIXELS, "OW", whole.astype("<u4").tobytes())


def scaling_of(highest: float) -> str:
    """Gray per step for 32 bits, as the text of the file: rounded up, so that the highest voxel fits.

    Examples
    --------
    >>> float(scaling_of(108.0)) * (2**32 - 1) >= 108.0
    True
    """
    if highest <= 0.0:
        return "1E-06"
    wanted = highest / LARGEST
    text = f"{wanted:.{_SIGNIFICANT}E}"
    if float(text) < wanted:
        text = f"{wanted * (1.0 + 10.0**-_SIGNIFICANT):.{_SIGNIFICANT}E}"
    return text


def encoded(data: Dataset) -> bytes:
    """Return the bytes of a file: explicit little endian, an empty preamble."""
    from pydicom.dataset import FileMetaDataset
    from pydicom.filewriter import dcmwrite
    from pydicom.uid import ExplicitVRLittleEndian

    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = data.SOPClassUID, data.SOPInstanceUID
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.file_meta, data.preamble = meta, b"\0" * 128
    out = BytesIO()
    dcmwrite(out, data, enforce_file_format=True)
    return out.getvalue()


def write_new(path: Path, content: bytes) -> None:
    """Write beside and rename, so that a file is whole or absent; never over another one.

    Raises
    ------
    DicomError
        There is a file of this name, or none can be written there.
    """
    name = shown(path, 200)
    if not path.name or path.exists():
        refuse(name, "there is such a file" if path.name else "no file", "a new file", "Choose another name.")
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as problem:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        refuse(name, f"{problem.strerror}; nothing was written", "a folder you may write to", "Choose another place.")
