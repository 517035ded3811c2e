"""The dose-volume curves that a planning system stored beside a dose, and how they differ from computed ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from rtcalc.dicom.decimal_text import Doubles
from rtcalc.dicom.elements import Elements
from rtcalc.dicom.wording import AGAIN, refuse, shown, tag
from rtcalc.dvh import Dvh
from rtcalc.errors import DicomError, DomainError, RtcalcError
from rtcalc.histogram import Values
from rtcalc.limits import Metric


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StoredDvh:
    """One curve of a DVH Sequence, as it was stored.

    Attributes
    ----------
    where : str
        File and item.
    roi_numbers : tuple of int
        The structures it includes; one, or it cannot be assigned.
    excluded : tuple of int
        Structures that were cut out of them.
    kind : str
        CUMULATIVE, DIFFERENTIAL or NATURAL.
    dose_units, volume_units : str
        GY or RELATIVE; CM3 or PERCENT.
    bin_widths, volumes : array
        Scaled; in those units.
    structure_set_uid : str
        The structure set that the numbers of structures are from; "" where it is not stated.
    problem : str
        Why its data could not be read; "" where they could.
    """

    where: str
    roi_numbers: tuple[int, ...]
    kind: str
    dose_units: str
    volume_units: str
    bin_widths: Doubles = field(repr=False)
    volumes: Doubles = field(repr=False)
    excluded: tuple[int, ...] = ()
    structure_set_uid: str = field(default="", repr=False)
    problem: str = ""

    def dvh(self, organ: str, course: str, organ_volume_cc: float | None = None) -> Dvh:
        """Return the curve as the value that all curves become.

        Parameters
        ----------
        organ_volume_cc : float, optional
            Needed where volumes are in percent. [cc]

        Raises
        ------
        DicomError
            Data that could not be read, a relative dose, another kind of curve, or one that is no curve.
        """
        if self.problem:
            raise DicomError(self.problem)
        if self.dose_units != "GY":
            refuse(self.where, f"{tag('DoseUnits')} is {shown(self.dose_units)}", "GY", "Compute the curve instead.")
        if self.volume_units not in ("CM3", "PERCENT"):
            given = f"{tag('DVHVolumeUnits')} is {shown(self.volume_units)}"
            refuse(self.where, given, "CM3 or PERCENT", "Compute the curve instead.")
        if self.kind not in ("CUMULATIVE", "DIFFERENTIAL"):
            refuse(self.where, f"{tag('DVHType')} is {shown(self.kind)}", "CUMULATIVE or DIFFERENTIAL", AGAIN)
        try:
            return self._curve(organ, course, organ_volume_cc)
        except RtcalcError as problem:
            raise DicomError(f"{self.where}: the stored curve is unusable: {problem}") from problem

    def _curve(self, organ: str, course: str, whole: float | None) -> Dvh:
        edges = np.concatenate(([0.0], np.cumsum(self.bin_widths)))
        percent = self.volume_units == "PERCENT"
        if self.kind == "DIFFERENTIAL":
            if percent and whole is None:
                raise DicomError("its volumes are in percent, and the volume of the organ is not known")
            factor = (whole or 0.0) / 100.0 if percent else 1.0
            return Dvh(organ=organ, course=course, edges_gray=edges, volume_cc=self.volumes * factor)
        # Value i is the volume that gets at least the dose where bin i begins.
        return Dvh.from_cumulative(
            organ=organ,
            course=course,
            dose_gray=edges[:-1],
            volume=self.volumes,
            unit="%" if percent else "cc",
            organ_volume_cc=whole,
            max_gray=float(edges[-1]),
        )


@dataclass(frozen=True, slots=True)
class DvhDifference:
    """How far a stored curve is from a computed one: stored minus computed.

    Attributes
    ----------
    volume_cc : float
        [cc]
    mean_gray, maximum_gray : float
        [Gy]
    largest_percent : float
        Largest distance of the two cumulative curves at one dose, without sign. [% of the volume]
    """

    volume_cc: float
    mean_gray: float
    maximum_gray: float
    largest_percent: float


def difference(stored: Dvh, computed: Dvh) -> DvhDifference:
    """Compare a stored curve with a computed one; both are shown, neither is corrected by the other.

    Examples
    --------
    >>> a = Dvh(organ="Liver", course="1", edges_gray=[0, 10], volume_cc=[100])
    >>> b = Dvh(organ="Liver", course="1", edges_gray=[0, 20], volume_cc=[100])
    >>> difference(a, b)
    DvhDifference(volume_cc=0.0, mean_gray=-5.0, maximum_gray=-10.0, largest_percent=50.0)
    """
    doses = np.union1d(stored.edges_gray, computed.edges_gray)
    curves = [100.0 * _at_least(one, doses) / one.volume_cc.sum() for one in (stored, computed)]
    mean, most = (stored.value(Metric(kind))[0] - computed.value(Metric(kind))[0] for kind in ("mean", "max"))
    return DvhDifference(
        volume_cc=stored.organ_volume_cc - computed.organ_volume_cc,
        mean_gray=mean,
        maximum_gray=most,
        largest_percent=float(np.abs(curves[0] - curves[1]).max()),
    )


@dataclass(frozen=True, slots=True)
class StoredBeside:
    """A stored curve of a structure beside the computed one: how far it is off, or why they cannot be compared."""

    where: str
    difference: DvhDifference | None
    reason: str = ""


def beside(stored: Sequence[StoredDvh], number: int, structure_set_uid: str, computed: Dvh) -> tuple[StoredBeside, ...]:
    """Compare the stored curves of one structure with the computed one.

    Parameters
    ----------
    stored : sequence of StoredDvh
        Of the dose that the curve was computed from, as it is in the file.
    number : int
        Of the structure, in the structure set `structure_set_uid`.
    """
    found = []
    for one in stored:
        if number not in one.roi_numbers:
            continue
        if one.structure_set_uid not in ("", structure_set_uid):
            found.append(StoredBeside(one.where, None, "it is of another structure set"))
        elif len(one.roi_numbers) > 1 or one.excluded:
            found.append(StoredBeside(one.where, None, "it is of several structures together"))
        else:
            found.append(_compared(one, computed))
    return tuple(found)


def _compared(one: StoredDvh, computed: Dvh) -> StoredBeside:
    try:
        whole = computed.organ_volume_cc if one.volume_units == "PERCENT" else None
        curve = one.dvh(computed.organ, computed.course, whole)
        return StoredBeside(one.where, difference(curve, computed))
    except (DicomError, DomainError) as problem:
        return StoredBeside(one.where, None, str(problem))


def _at_least(curve: Dvh, doses: Values) -> Values:
    above = np.concatenate((np.cumsum(curve.volume_cc[::-1])[::-1], [0.0]))
    left: Values = np.interp(doses, curve.edges_gray, above, left=above[0], right=0.0)
    return left


def read_stored(top: Elements) -> tuple[StoredDvh, ...]:
    """Read the DVH Sequence of an RT Dose; what is wrong with one curve is said in it, and the dose stays usable."""
    sets = [one.name("ReferencedSOPInstanceUID") for one in top.items("ReferencedStructureSetSequence")]
    return tuple(_stored(item, sets[0] if len(sets) == 1 else "") for item in top.items("DVHSequence"))


def _stored(item: Elements, structure_set: str) -> StoredDvh:
    included: list[int] = []
    excluded: list[int] = []
    curve, kinds, problem = np.empty(0), ("", "", ""), ""
    try:
        for one in item.items("DVHReferencedROISequence"):
            number = one.need_integer("ReferencedROINumber")
            (excluded if one.text("DVHROIContributionType") == "EXCLUDED" else included).append(number)
        kinds = (item.name("DVHType"), item.name("DoseUnits"), item.name("DVHVolumeUnits"))
        curve = _pairs(item)
    except DicomError as refusal:
        problem = str(refusal)
    return StoredDvh(
        where=item.where,
        roi_numbers=tuple(included),
        excluded=tuple(excluded),
        kind=kinds[0],
        dose_units=kinds[1],
        volume_units=kinds[2],
        bin_widths=curve[::2],
        volumes=curve[1::2],
        structure_set_uid=structure_set,
        problem=problem,
    )


def _pairs(item: Elements) -> Doubles:
    """Width and volume of each bin, one after the other; the widths scaled."""
    data, bins = item.numbers("DVHData"), item.integer("DVHNumberOfBins")
    if data is None or data.size % 2 or (bins is not None and 2 * bins != data.size):
        size = 0 if data is None else data.size
        refuse(item.where, f"{tag('DVHData')} has {size} values for {bins} bins", "two values for each bin", AGAIN)
    scaling = item.number("DVHDoseScaling")
    factor = 1.0 if scaling is None else scaling
    if factor <= 0 or (data[::2] < 0).any():
        refuse(item.where, "a bin of the stored curve has a negative width", "0 or more", AGAIN)
    scaled: Doubles = np.array(data)
    scaled[::2] *= factor
    return scaled
