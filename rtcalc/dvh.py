"""The dose-volume curve of one organ in one course, and what is read from it.

A curve is a histogram: dose edges and the volume between each two of them. Inside a bin the volume is taken to be
spread evenly over the dose, so that every metric is interpolated linearly; two equal edges hold a volume at exactly
that dose. A curve knows its basis: physical dose as it comes from a planning system, or doses converted bin by bin at
one alpha/beta. It is never converted twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal, cast

import numpy as np

from rtcalc import decimals, histogram
from rtcalc.basis import LQ, Basis, in_fractions
from rtcalc.curve_basis import PHYSICAL, basis_name
from rtcalc.doses import BED, EQD2, DoseLike, PhysicalDose, basis_gray
from rtcalc.errors import BasisError, DomainError
from rtcalc.histogram import Values, VolumeUnit, checked
from rtcalc.limits import Metric
from rtcalc.models import lq
from rtcalc.provenance import Provenance
from rtcalc.schedule_text import fraction_count


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dvh:
    """The dose-volume histogram of one organ in one course.

    Parameters
    ----------
    organ, course : str
        TG-263 name of the organ, id of the course.
    edges_gray : array of n + 1 numbers
        Edges of the dose bins, not falling, zero or more. [Gy]
    volume_cc : array of n numbers
        Volume in each bin, zero or more, not all of them zero. [cc]
    volume_outside_grid_cc : float
        Volume of the organ without a calculated dose. [cc]
    measured_on : str
        ``organ``, or the structure that stands for it: ``PRV``, ``canal``, ``loop``.
    basis : (str, float or None, str or None)
        Kind, alpha/beta in Gy and model of the doses; set by the conversions.
    notes : tuple of str
        What has to be said of it: contours that cross, gaps, a part without a dose.

    Raises
    ------
    UnitsError
        Something else than an array of plain numbers.
    DomainError
        NaN, an infinite or negative number, falling edges, or no volume at all.

    Examples
    --------
    >>> cord = Dvh(organ="SpinalCord", course="1", edges_gray=[0, 10, 20], volume_cc=[8, 2])
    >>> cord.value(Metric.parse("D1cc"))
    (15.0, 'Gy')
    >>> part = Dvh(organ="SpinalCord", course="1", edges_gray=[0, 10], volume_cc=[8], volume_outside_grid_cc=2)
    >>> part.covered, part.outside_as_zero().value(Metric("mean"))
    (0.8, (4.0, 'Gy'))
    >>> part.outside_as_zero().require_all_inside("Dmean")
    >>> Dvh.from_parts(organ="Lungs", course="1", dose_gray=[40, 0], volume_cc=[1, 1]).value(Metric("mean"))
    (20.0, 'Gy')
    """

    organ: str
    course: str
    edges_gray: Values = field(repr=False)
    volume_cc: Values = field(repr=False)
    volume_outside_grid_cc: float = 0.0
    measured_on: str = "organ"
    basis: Basis = PHYSICAL
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        edges = checked(self.edges_gray, "edges_gray", "Gy")
        volume = checked(self.volume_cc, "volume_cc", "cc")
        outside = checked([self.volume_outside_grid_cc], "volume_outside_grid_cc", "cc")
        if len(edges) != len(volume) + 1:
            raise DomainError(f"{self.organ}: {len(volume)} bins need {len(volume) + 1} edges, not {len(edges)}")
        histogram.require_order(edges, "edges_gray", rising=True)
        if not volume.sum() > 0:
            raise DomainError(f"{self.organ}: volume_cc has no volume at all; a curve needs some above zero")
        object.__setattr__(self, "edges_gray", edges)
        object.__setattr__(self, "volume_cc", volume)
        object.__setattr__(self, "volume_outside_grid_cc", float(outside[0]))

    @classmethod
    def from_cumulative(
        cls,
        *,
        organ: str,
        course: str,
        dose_gray: Any,
        volume: Any,
        unit: VolumeUnit = "cc",
        organ_volume_cc: float | None = None,
        max_gray: float | None = None,
        **rest: Any,
    ) -> Dvh:
        """Take a cumulative curve: the volume that receives at least each dose; the rest as in `Dvh`.

        Parameters
        ----------
        dose_gray : array of numbers
            Rising. [Gy]
        volume : array of numbers
            Not rising; the first one is the whole organ. [cc or %]
        unit : {"cc", "%"}
            Of `volume`.
        organ_volume_cc : float, optional
            Whole volume; needed with "%", because without it no metric in cc has a meaning. [cc]
        max_gray : float, optional
            Largest dose; needed where the curve ends before the volume has fallen to zero. [Gy]
        **rest
            Other fields of `Dvh`.

        Raises
        ------
        UnitsError, DomainError
            As in `Dvh`; a rising volume, a curve that does not begin with the whole organ, or one that ends in the air.

        Examples
        --------
        >>> liver = Dvh.from_cumulative(organ="Liver", course="1", dose_gray=[0, 17.1, 40], volume=[1500, 750, 0])
        >>> liver.value(Metric.parse("CV17.1Gy"))
        (750.0, 'cc')
        """
        edges, bins = histogram.from_cumulative(organ, dose_gray, volume, unit, organ_volume_cc, max_gray)
        return cls(organ=organ, course=course, edges_gray=edges, volume_cc=bins, **rest)

    @classmethod
    def from_parts(cls, *, organ: str, course: str, dose_gray: Any, volume_cc: Any, **rest: Any) -> Dvh:
        """Take parts of the organ at exactly known doses, in any order, such as voxels.

        Parameters
        ----------
        dose_gray : array of numbers
            One for each part of `volume_cc`. [Gy]
        **rest
            Other fields of `Dvh`.

        Raises
        ------
        UnitsError, DomainError
            As in `Dvh`; doses and volumes of different number.
        """
        edges, bins = histogram.from_parts(organ, dose_gray, volume_cc)
        return cls(organ=organ, course=course, edges_gray=edges, volume_cc=bins, **rest)

    @property
    def organ_volume_cc(self) -> float:
        """Whole volume, that without a dose included. [cc]"""
        return float(self.volume_cc.sum()) + self.volume_outside_grid_cc

    @property
    def covered(self) -> float:
        """Part of the organ that has a calculated dose, 0 to 1."""
        return 1.0 - self.volume_outside_grid_cc / self.organ_volume_cc

    @property
    def centres_gray(self) -> Values:
        """Centre of each bin: the dose that sums over the bins use. [Gy]"""
        return (self.edges_gray[1:] + self.edges_gray[:-1]) / 2.0

    def value(self, metric: Metric, unit: VolumeUnit = "cc") -> tuple[float, str]:
        """Read a metric.

        Parameters
        ----------
        metric : Metric
            On the basis of the curve: ``V20Gy`` of an EQD2 curve is the volume of 20 Gy EQD2.
        unit : {"cc", "%"}
            Unit of a V metric.

        Returns
        -------
        (float, str)
            The number and its unit: Gy, cc or %.

        Raises
        ------
        DomainError
            A volume larger than the organ, or an organ that is partly outside the dose grid.

        Notes
        -----
        Dmax is the upper edge of its bin, at most a bin too high; Dmean uses centres; V counts the dose itself, not CV.

        Examples
        --------
        >>> chiasm = Dvh(organ="OpticChiasm", course="1", edges_gray=[0, 10], volume_cc=[0.18])
        >>> chiasm.value(Metric.parse("V5Gy"), "%")
        (50.0, '%')
        >>> chiasm.value(Metric.parse("D0.2cc"))
        Traceback (most recent call last):
        ...
        rtcalc.errors.DomainError: OpticChiasm D0.2cc is undefined: the whole organ has 0.18 cc
        """
        if metric.kind == "volume":
            return self.organ_volume_cc, "cc"
        self.require_all_inside(str(metric))
        if metric.is_dose:
            return self._dose_at(metric), "Gy"
        covered = histogram.volume_from(self.edges_gray, self.volume_cc, metric.at)
        if metric.kind == "CV":
            return self.organ_volume_cc - covered, "cc"
        return (100.0 * covered / self.organ_volume_cc, "%") if unit == "%" else (covered, "cc")

    def dose(self, metric: Metric) -> PhysicalDose | BED | EQD2:
        """Read a dose metric as a value that knows its basis.

        A DomainError as in `value`, or for a volume; a BasisError for a curve in another number of fractions.

        Examples
        --------
        >>> lung = Dvh(organ="Lungs", course="1", edges_gray=[0, 20], volume_cc=[3000])
        >>> print(lung.relabelled(5, "3 Gy").dose(Metric("mean")))
        EQD2 (a/b 3) 14.0 Gy
        """
        if not metric.is_dose:
            raise DomainError(f"{metric} is a volume; value() reads it")
        gray, (kind, ratio, model) = self.value(metric)[0], self.basis
        origin = Provenance(f"{self.organ} {metric} of a dose-volume curve", inputs=(("course", self.course),))
        if self.basis == PHYSICAL:
            return PhysicalDose.from_gray(gray, origin)
        if kind == "BED":
            return BED.from_model(gray, cast(float, ratio), cast(str, model), origin)
        if kind != "EQD2":
            raise BasisError(f"{self.organ}: a {basis_name(self.basis)} has no value of its own")
        return EQD2.from_model(gray, cast(float, ratio), cast(str, model), origin)

    def relabelled(self, fractions: int, alpha_beta: DoseLike, effect: Literal["EQD2", "BED"] = "EQD2") -> Dvh:
        """Return the curve in EQD2 [bentzen2012] or BED, every edge at its own dose per fraction; the volumes stay.

        Parameters
        ----------
        fractions : int
            Number of equal fractions the course was given in, 1 to 200.
        alpha_beta : str, pint.Quantity or PhysicalDose
            [Gy]
        effect : {"EQD2", "BED"}

        Returns
        -------
        Dvh
            On the basis EQD2 (or BED) at this alpha/beta, LQ. [Gy]

        Raises
        ------
        BasisError
            The curve is converted already; a UnitsError or DomainError as in `effects.eqd2`.

        Notes
        -----
        A bin at 6 Gy of 60 Gy in 3 fractions got 2 Gy per fraction and stays 6 Gy; with the 20 Gy per fraction of the
        prescription it would be 27.6 Gy at alpha/beta 3 Gy. Inside a bin the volume is then taken as even over EQD2,
        which no longer is the same as even over dose: bins of 0.1 Gy or less keep that out of sight.

        Examples
        --------
        >>> lung = Dvh(organ="Lungs", course="1", edges_gray=[0, 6, 60], volume_cc=[2000, 100])
        >>> lung.relabelled(3, "3 Gy").edges_gray.round(9).tolist()
        [0.0, 6.0, 276.0]
        """
        ratio = basis_gray(alpha_beta, "alpha_beta")
        share = 1.0 if effect == "BED" else lq.eqdx(1.0, 2.0, ratio)  # EQD2 is in proportion to BED
        return self._converted(fractions, ratio, effect, lambda bed: bed * share)

    def relabelled_in(self, wanted: int, fractions: int, alpha_beta: DoseLike) -> Dvh:
        """Return the curve as the doses of equal effect in the number of fractions that a published fit wants.

        Everything else, and what is refused, as in `relabelled`; the basis is "dose in `wanted` fractions". The
        formula is that of [fowler1989], solved for the dose.

        Parameters
        ----------
        wanted : int
            Number of fractions of the fit, 1 to 200.

        Examples
        --------
        >>> oesophagus = Dvh(organ="Esophagus", course="1", edges_gray=[0, 30], volume_cc=[30])
        >>> oesophagus.relabelled_in(35, 15, "10 Gy").edges_gray.round(2).tolist()
        [0.0, 32.91]
        """
        count, ratio = fraction_count(wanted), basis_gray(alpha_beta, "alpha_beta")
        solved = np.vectorize(lambda effect: lq.total_for(float(effect), count, ratio), otypes=[float])
        return self._converted(fractions, ratio, in_fractions(count), solved)

    def outside_as_zero(self) -> Dvh:
        """Return the curve with the volume outside the dose grid counted as without dose; never done by itself."""
        return replace(
            self,
            edges_gray=np.concatenate(([0.0, 0.0], self.edges_gray)),
            volume_cc=np.concatenate(([self.volume_outside_grid_cc, 0.0], self.volume_cc)),
            volume_outside_grid_cc=0.0,
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Dvh):
            return NotImplemented
        arrays = ("edges_gray", "volume_cc")
        same = all(np.array_equal(getattr(self, name), getattr(other, name)) for name in arrays)
        rest = [name for name in self.__slots__ if name not in arrays]
        return same and all(getattr(self, name) == getattr(other, name) for name in rest)

    __hash__ = None  # type: ignore[assignment]

    def _converted(self, fractions: int, ratio: float, kind: str, of_bed: Callable[[Values], Values]) -> Dvh:
        if self.basis != PHYSICAL:
            raise BasisError(f"{self.organ}: this curve is {basis_name(self.basis)} already; convert the physical one")
        edges = of_bed(lq.bed(self.edges_gray, fraction_count(fractions), ratio))
        return replace(self, edges_gray=edges, basis=(kind, ratio, LQ))

    def require_all_inside(self, what: str) -> None:
        """Refuse to speak of an organ part of which has no calculated dose.

        Parameters
        ----------
        what : str
            What was asked for, for the message.

        Raises
        ------
        DomainError
            Some volume is outside the dose grid.
        """
        if self.volume_outside_grid_cc > 0:
            lost = f"{decimals.plain(self.volume_outside_grid_cc)} of {decimals.plain(self.organ_volume_cc)} cc"
            why = f"{lost} have no calculated dose; where they are known to get none, ask outside_as_zero()"
            raise DomainError(f"{self.organ} {what} is undefined: {why}")

    def _dose_at(self, metric: Metric) -> float:
        if metric.kind == "mean":
            return float(self.volume_cc @ self.centres_gray / self.volume_cc.sum())
        if metric.kind == "max":
            return float(self.edges_gray[1:][self.volume_cc > 0][-1])
        wanted = metric.at * self.organ_volume_cc / 100.0 if metric.at_unit == "%" else metric.at
        if decimals.compare(wanted, self.organ_volume_cc) > 0:
            whole = decimals.plain(self.organ_volume_cc)
            raise DomainError(f"{self.organ} {metric} is undefined: the whole organ has {whole} cc")
        return histogram.hottest(self.edges_gray, self.volume_cc, wanted)
