"""What is known of one organ in one course."""

from __future__ import annotations

from dataclasses import dataclass

from rtcalc.case import OrganDose, Patient
from rtcalc.dvh import Dvh
from rtcalc.limits import Metric
from rtcalc.tissues import AlphaBeta

# Structures that contain the organ itself: what they meet the organ meets; what they exceed says nothing of it.
AROUND = frozenset({"PRV", "canal", "thecal sac"})
NOTHING_STATED = Patient()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of one organ in one course: its metrics, its volume, and how it was irradiated.

    Attributes
    ----------
    organ : str
        TG-263 name.
    course : str
        Id of the course.
    fractions : int
        Of the course.
    doses : tuple of OrganDose
        Its metrics in this course. [Gy, cc or %]
    volume_cc : float or None
        Whole volume, or what is left of it. [cc]
    alpha_beta : AlphaBeta or None
        The organ's two-source value; None: no limit can be converted.
    patient : Patient
        Whose organ it is: rows for a population ask for it.
    curve : Dvh or None
        In physical dose; with it volumes and means are carried to another fraction number.
    outer, inner : tuple of OrganDose
        Doses of structures that contain the organ, or lie in it (`nesting`), in the same course.

    Examples
    --------
    >>> cord = OrganDose(organ="SpinalCord", course="1", metric=Metric.parse("D0.035cc"), value=26.4, unit="Gy")
    >>> known = Known(organ="SpinalCord", course="1", fractions=5, doses=(cord,))
    >>> print(known.exactly(Metric.parse("D0.035cc"), "Gy"), known.exactly(Metric("max"), "Gy"), sep="; ")
    SpinalCord D0.035cc 26.4 Gy; None
    """

    organ: str
    course: str
    fractions: int
    doses: tuple[OrganDose, ...]
    volume_cc: float | None = None
    alpha_beta: AlphaBeta | None = None
    patient: Patient = NOTHING_STATED
    curve: Dvh | None = None
    outer: tuple[OrganDose, ...] = ()
    inner: tuple[OrganDose, ...] = ()

    def bounds(self, metric: Metric, unit: str) -> list[OrganDose]:
        """What is certain of this metric in this unit where its value is not known."""
        return [dose for dose in self.doses if dose.metric == metric and dose.unit == unit and dose.bound]

    def exactly(self, metric: Metric, unit: str) -> OrganDose | None:
        """The value of this very metric in this unit, where given; measured on the organ itself before a PRV.

        Parameters
        ----------
        metric : Metric
        unit : {"Gy", "cc", "%"}

        Returns
        -------
        OrganDose or None
        """
        found = [dose for dose in self.doses if dose.metric == metric and dose.unit == unit and not dose.bound]
        return min(found, key=lambda dose: dose.measured_on in AROUND, default=None)
