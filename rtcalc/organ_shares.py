"""What an organ gets at one metric as a share of the prescription: the link from a plan to another one."""

from __future__ import annotations

from dataclasses import dataclass

from rtcalc.curve_basis import PHYSICAL
from rtcalc.doses import DoseLike, single_gray
from rtcalc.dvh import Dvh
from rtcalc.errors import BasisError, DomainError
from rtcalc.limits import Metric
from rtcalc.units import read


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganShare:
    """What an organ gets at one metric, as a share of the prescription.

    Attributes
    ----------
    organ : str
        TG-263 name.
    metric : Metric
        On a dose.
    share : float
        Above zero; 0.71 for 71 % of the prescription (not of the maximum).
    origin : str
        ``typed``, or the curve it was read from.

    Examples
    --------
    >>> OrganShare.of("Duodenum", "D0.035cc", "60 %").share
    0.6
    """

    organ: str
    metric: Metric
    share: float
    origin: str = "typed"

    def __post_init__(self) -> None:
        if not self.metric.is_dose:
            raise DomainError(f"{self.organ} {self.metric} is a volume; a share of the prescription belongs to a dose")
        if not 0.0 < self.share <= 2.0:
            raise DomainError(f"{self.organ} {self.metric}: {self.share!r} is outside above 0 to 2 (0 % to 200 %)")

    @classmethod
    def of(cls, organ: str, metric: str, share: str) -> OrganShare:
        """Take a typed share, ``OrganShare.of("Duodenum", "D0.035cc", "71 %")``."""
        return cls(organ=organ, metric=Metric.parse(metric), share=read(share, "percent", "share") / 100.0)

    @classmethod
    def of_curve(cls, curve: Dvh, metric: str, prescription: DoseLike) -> OrganShare:
        """Read the share from the curve of a plan with this prescription.

        Parameters
        ----------
        curve : Dvh
            In physical dose. [Gy]
        metric : str
            "D0.035cc".
        prescription : str, pint.Quantity or PhysicalDose
            Of the plan. [Gy]

        Raises
        ------
        BasisError
            The curve is not in physical dose.

        Examples
        --------
        >>> bowel = Dvh.from_parts(organ="Duodenum", course="1", dose_gray=[27.0], volume_cc=[60])
        >>> OrganShare.of_curve(bowel, "D0.035cc", "45 Gy").share
        0.6
        """
        if curve.basis != PHYSICAL:
            raise BasisError(f"{curve.organ}: the curve is converted already; give the one in physical dose")
        gray = curve.value(Metric.parse(metric))[0]
        share = gray / single_gray(prescription, "prescription")
        return cls(organ=curve.organ, metric=Metric.parse(metric), share=share, origin=f"curve of {curve.course}")
