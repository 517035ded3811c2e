"""What fractions on given days do to a tumour that repopulates and to a late tissue, held against the plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rtcalc.basis import LQ
from rtcalc.conditions import Repair, Repopulation
from rtcalc.decimals import compare, fixed, significant
from rtcalc.doses import BED
from rtcalc.models import lq, repair, repopulation
from rtcalc.provenance import Provenance
from rtcalc.treatment_calendar import OverallTime, overall_time


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One way to give a course.

    Attributes
    ----------
    name : str
        ``as planned``, ``missed fractions at the end``, or the compensation.
    days : tuple of int
        Day of each fraction. [d]
    doses : tuple of float
        Dose of each fraction. [Gy]
    overall : OverallTime
    tumour : BED or None
        None: no time factor is established, so nothing is lost or regained by it. [Gy]
    late : BED
        [Gy]
    loss : float or None
        Tumour BED of the plan minus this one, on ten digits: above zero it is lost. None as `tumour`. [Gy]
    late_change : float
        Late BED minus that of the plan. [Gy]
    notes : tuple of str

    Examples
    --------
    >>> terms = Terms(tumour=10.0, late=3.0, repopulation=None, repair=None, interval=0.0)
    >>> outcome = terms.outcome("as planned", (0, 1, 2, 3, 4), 9.0, None)
    >>> outcome.text
    '5 x 9.00 Gy in 4 d elapsed (last minus first day), 5 d inclusive (both days counted)'
    >>> print(outcome.late, outcome.tumour)
    BED 180.0 Gy (a/b 3) None
    """

    name: str
    days: tuple[int, ...]
    doses: tuple[float, ...]
    overall: OverallTime
    tumour: BED | None
    late: BED
    loss: float | None
    late_change: float
    notes: tuple[str, ...] = ()

    @property
    def recovers(self) -> bool | None:
        """Whether the tumour gets at least what was planned; None: no time factor is established."""
        return None if self.loss is None else self.loss <= 0.0

    @property
    def text(self) -> str:
        """The fractions in the order of delivery; a dose that had to be found is rounded up."""
        counts = Counter(self.doses)
        parts = [f"{counts[dose]} x {fixed(dose, 2, 'up')} Gy" for dose in dict.fromkeys(self.doses)]
        return f"{' + '.join(parts)} in {self.overall}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What turns days and doses into BED.

    Attributes
    ----------
    tumour, late : float
        alpha/beta. [Gy]
    repopulation : Repopulation or None
        None: no time factor is established.
    repair : Repair or None
        Of the late tissue between two fractions of a day; None: complete.
    interval : float
        Between the two fractions of a day. [h]

    Examples
    --------
    >>> k = Repopulation(0.9, "BED", 28.0)
    >>> terms = Terms(tumour=10.0, late=3.0, repopulation=k, repair=None, interval=0.0)
    >>> days, doses = tuple(range(0, 47, 2)), (2.0,) * 24
    >>> print(terms.tumour_bed(days, doses), terms.late_bed(days, doses), sep="; ")  # 57.6 - 0.9 x 18; 48 x 5/3
    BED 41.4 Gy (a/b 10, LQ, K 0.9 Gy/d after 28 d); BED 80.0 Gy (a/b 3)
    >>> round(terms.regained(days), 6), round(terms.left_of(days, doses), 6)
    (16.2, 41.4)
    >>> terms.outcome("as planned", days, 2.0, None).loss
    0.0
    """

    tumour: float
    late: float
    repopulation: Repopulation | None
    repair: Repair | None
    interval: float

    def outcome(
        self,
        name: str,
        days: tuple[int, ...],
        doses: float | Sequence[float],
        planned: Outcome | None,
        notes: tuple[str, ...] = (),
    ) -> Outcome:
        """Give the fractions on these days and hold the effect against that of the plan; None: this is the plan.

        Parameters
        ----------
        name : str
            Of the way to give the course.
        days : tuple of int
            Day of each fraction. [d]
        doses : float or sequence of float
            Dose of every fraction, or of each. [Gy]
        planned : Outcome or None
            The plan; None: this is the plan.
        notes : tuple of str

        Returns
        -------
        Outcome
        """
        each = tuple(doses) if isinstance(doses, Sequence) else (doses,) * len(days)
        tumour, late = self.tumour_bed(days, each), self.late_bed(days, each)
        return Outcome(
            name=name,
            days=days,
            doses=each,
            overall=overall_time(days),
            tumour=tumour,
            late=late,
            loss=None if tumour is None else _difference(planned.tumour if planned else tumour, tumour),
            late_change=_difference(late, planned.late if planned else late),
            notes=notes,
        )

    def tumour_bed(self, days: tuple[int, ...], doses: tuple[float, ...]) -> BED | None:
        """Return the effect on the tumour, repopulation taken off.

        Parameters
        ----------
        days : tuple of int
            Day of each fraction. [d]
        doses : tuple of float
            Dose of each fraction. [Gy]

        Returns
        -------
        BED or None
            None without a time factor. [Gy]
        """
        if self.repopulation is None:
            return None
        gray = self.left_of(days, doses)
        model = f"{LQ}, {self.repopulation.label(self.tumour)}"
        keys = ("fowler1989", "DALE2002", self.repopulation.source)
        return BED.from_model(gray, self.tumour, model, self._origin(model, keys, days))

    def left_of(self, days: tuple[int, ...], doses: tuple[float, ...]) -> float:
        """Return the effect on the tumour minus what it regains; below zero where it outgrows the course. [Gy]"""
        return sum(lq.bed(dose, 1, self.tumour) for dose in doses) - self.regained(days)

    def regained(self, days: tuple[int, ...]) -> float:
        """Return what the tumour regains over these days. [Gy]

        Parameters
        ----------
        days : tuple of int
            Day of each fraction. [d]

        Returns
        -------
        float
            K max(0, T - T_k). [Gy]
        """
        assert self.repopulation is not None
        elapsed = overall_time(days).elapsed_days
        return repopulation.loss(self.repopulation.as_bed(self.tumour), self.repopulation.kickoff, elapsed)

    def late_bed(self, days: tuple[int, ...], doses: tuple[float, ...]) -> BED:
        """Return the effect on the late tissue, with incomplete repair between two fractions of a day.

        Parameters
        ----------
        days : tuple of int
            Day of each fraction. [d]
        doses : tuple of float
            Dose of each fraction. [Gy]

        Returns
        -------
        BED
            [Gy]
        """
        together: Counter[tuple[int, float]] = Counter(zip(days, doses, strict=True))
        gray = 0.0
        for (_, dose), count in together.items():
            quadratic = (lq.bed(dose, 1, self.late) - dose) * self._factor(count)
            gray += count * (dose + quadratic)
        model = LQ if self.repair is None else f"{LQ}, {self.repair.label}"
        keys = ("fowler1989",) if self.repair is None else ("fowler1989", "THAMES1985", self.repair.source)
        return BED.from_model(gray, self.late, model, self._origin(model, keys, days))

    def _factor(self, per_day: int) -> float:
        if self.repair is None:
            return 1.0
        return repair.day_factor(per_day, self.interval, 0.0, self.repair.components)

    def _origin(self, model: str, keys: tuple[str, ...], days: tuple[int, ...]) -> Provenance:
        inputs = (("fractions", str(len(days))), ("overall time", str(overall_time(days))))
        return Provenance(model, tuple(key for key in keys if key), inputs)


def _difference(one: BED | None, other: BED) -> float:
    """One BED minus the other, zero where their ten digits are the same. [Gy]"""
    first, second = float((one or other).gray), float(other.gray)
    return 0.0 if compare(first, second) == 0 else significant(first - second)
