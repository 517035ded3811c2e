"""The forms of published response models with their parameters: a curve in, a probability out.

Each form checks its own parameters and takes a dose-volume curve whose basis somebody else has checked.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from rtcalc import decimals
from rtcalc.dvh import Dvh
from rtcalc.errors import DomainError
from rtcalc.limits import Metric
from rtcalc.models import ntcp
from rtcalc.models.geud import geud
from rtcalc.rates import require_above_zero
from rtcalc.tumour_control import Poisson


def uniform_gray(dvh: Dvh, a: float) -> float:
    """Generalised equivalent uniform dose of a curve, on the curve's own basis.

    Parameters
    ----------
    dvh : Dvh
        Every bin counts with its centre.
    a : float
        Any finite number: 1 the mean, large the hottest, negative the coldest part, 0 the geometric mean.

    Returns
    -------
    float
        [Gy on the basis of the curve]

    Raises
    ------
    DomainError
        `a` is not finite, or part of the organ has no calculated dose.

    Notes
    -----
    As `models.geud.geud`; a bin as wide as the curve is steep makes the centre a poor stand-in at large `a`.

    References
    ----------
    [NIEMIERKO1999]; [GAY_NIEMIERKO].

    Examples
    --------
    >>> lung = Dvh.from_parts(organ="Lungs", course="1", dose_gray=[40, 0], volume_cc=[1500, 1500])
    >>> round(uniform_gray(lung, 1 / 0.87), 2)
    21.89
    """
    if isinstance(a, bool) or not math.isfinite(a):
        raise DomainError(f"a: {a!r} is not a finite number; 1 is the mean dose, a large a the maximum")
    dvh.require_all_inside("gEUD")
    return geud(dvh.centres_gray, dvh.volume_cc, float(a))


@dataclass(frozen=True, slots=True)
class Lkb:
    """Lyman-Kutcher-Burman: a probit of the gEUD with a = 1 / n, Phi((gEUD - TD50) / (m TD50)).

    Attributes
    ----------
    td50 : float
        Even dose with a probability of one half. [Gy]
    m : float
        Inverse steepness.
    n : float
        Volume effect: small, the hottest part decides; 1, the mean.

    Examples
    --------
    >>> half = Dvh.from_parts(organ="Lung_L", course="1", dose_gray=[40, 0], volume_cc=[1, 1])
    >>> round(Lkb(td50=24.5, m=0.18, n=0.87).probability(half), 4)
    0.2767
    """

    td50: float
    m: float
    n: float
    name: ClassVar[str] = "LKB"

    def __post_init__(self) -> None:
        require_above_zero(self, td50=self.td50, m=self.m, n=self.n)

    def probability(self, dvh: Dvh) -> float:
        """Return the probability of the complication.

        Parameters
        ----------
        dvh : Dvh
            On the basis the parameters were fitted on. [Gy]

        Returns
        -------
        float
            0 to 1.
        """
        return ntcp.lkb(uniform_gray(dvh, 1.0 / self.n), self.td50, self.m)


@dataclass(frozen=True, slots=True)
class UniformLogistic:
    """Niemierko's logistic of the gEUD, 1 / (1 + (TD50 / gEUD)^(4 gamma50)).

    Attributes
    ----------
    td50 : float
        Even dose with a probability of one half. [Gy]
    gamma50 : float
        Relative slope there.
    a : float
        Of the gEUD; negative for control.

    Examples
    --------
    >>> half = Dvh.from_parts(organ="Brain", course="1", dose_gray=[60, 0], volume_cc=[1, 1])
    >>> round(UniformLogistic(td50=60, gamma50=3, a=5).probability(half), 4)
    0.1593
    """

    td50: float
    gamma50: float
    a: float
    name: ClassVar[str] = "logistic of the gEUD"

    def __post_init__(self) -> None:
        require_above_zero(self, td50=self.td50, gamma50=self.gamma50)
        if not math.isfinite(self.a):
            raise DomainError(f"UniformLogistic: a is {self.a!r}; it must be a finite number")

    def probability(self, dvh: Dvh) -> float:
        """Probability of the complication, or of control where a is negative."""
        return ntcp.log_logistic(uniform_gray(dvh, self.a), self.td50, self.gamma50)


@dataclass(frozen=True, slots=True)
class RelativeSeriality:
    """Relative seriality, (1 - prod over bins (1 - P(D)^s)^v)^(1/s) with a Poisson P(D).

    Attributes
    ----------
    d50 : float
        Even dose with a probability of one half. [Gy]
    gamma : float
        Largest relative slope.
    s : float
        1 for a serial organ, towards 0 for a parallel one.

    Examples
    --------
    >>> whole = Dvh.from_parts(organ="Heart", course="1", dose_gray=[52.3], volume_cc=[600])
    >>> RelativeSeriality(d50=52.3, gamma=1.28, s=1.0).probability(whole)
    0.5
    """

    d50: float
    gamma: float
    s: float
    name: ClassVar[str] = "relative seriality"

    def __post_init__(self) -> None:
        require_above_zero(self, d50=self.d50, gamma=self.gamma, s=self.s)

    def probability(self, dvh: Dvh) -> float:
        """Return the probability of the complication, as in `Lkb.probability`."""
        dvh.require_all_inside("relative seriality")
        return ntcp.relative_seriality(dvh.centres_gray, dvh.volume_cc, self.d50, self.gamma, self.s)


@dataclass(frozen=True, slots=True)
class MetricLogistic:
    """Logistic of one dose metric, with factors of the patient that add to the logarithm of the odds.

    Attributes
    ----------
    intercept : float
        Logarithm of the odds without dose and without any factor.
    slope : float
        Per Gy of the metric. [1/Gy]
    metric : Metric
        A dose metric.
    factors : tuple of (str, float)
        Name and what the factor adds: a coefficient, or the logarithm of an odds ratio.

    Examples
    --------
    >>> eso = Dvh.from_parts(organ="Esophagus", course="1", dose_gray=[30], volume_cc=[30])
    >>> huang = MetricLogistic(-3.13, 0.0688, Metric("mean"), (("concurrent chemotherapy", 1.5),))
    >>> round(huang.probability(eso, {"concurrent chemotherapy": True}), 4)
    0.6068
    """

    intercept: float
    slope: float
    metric: Metric
    factors: tuple[tuple[str, float], ...] = ()
    name: ClassVar[str] = "logistic"

    def __post_init__(self) -> None:
        require_above_zero(self, slope=self.slope)
        if not all(math.isfinite(number) for number in (self.intercept, *dict(self.factors).values())):
            raise DomainError("MetricLogistic: every coefficient must be a finite number")
        if not self.metric.is_dose:
            raise DomainError(f"MetricLogistic: {self.metric} is not a dose metric")

    @classmethod
    def from_d50(
        cls, d50: float, gamma50: float, metric: Metric, odds_ratios: tuple[tuple[str, float], ...] = ()
    ) -> MetricLogistic:
        """Take the form with a D50, its slope gamma50 and odds ratios, as it is often published.

        Parameters
        ----------
        d50 : float
            The metric with even odds when no factor is present. [Gy]
        gamma50 : float
            Relative slope there.
        odds_ratios : tuple of (str, float)
            Name and odds ratio of each factor.

        Raises
        ------
        DomainError
            A number that is not finite and above zero.

        Examples
        --------
        >>> round(MetricLogistic.from_d50(45.0, 0.8, Metric("mean")).slope, 4)  # 4 x 0.8 / 45
        0.0711
        """
        for name, number in (("d50", d50), ("gamma50", gamma50), *odds_ratios):
            if not 0.0 < number < math.inf:
                raise DomainError(f"MetricLogistic: {name} is {number!r}; it must be a finite number above zero")
        rise = 4.0 * gamma50
        return cls(-rise, rise / d50, metric, tuple((name, math.log(ratio)) for name, ratio in odds_ratios))

    def probability(self, dvh: Dvh, present: Mapping[str, bool] | None = None) -> float:
        """Return the probability of the complication.

        Parameters
        ----------
        dvh : Dvh
            On the basis the parameters were fitted on. [Gy]
        present : mapping of str to bool, optional
            Every factor, said to be present or absent.

        Returns
        -------
        float
            0 to 1.

        Raises
        ------
        DomainError
            A factor that is not said to be present or absent, or one that is not known here.
        """
        given = present or {}
        named = {name for name, _ in self.factors}
        if set(given) != named:
            what = ", ".join(sorted(named ^ set(given)))
            raise DomainError(f"factors: say true or false for each of {sorted(named)}, and no other; look at: {what}")
        if wrong := [name for name, value in given.items() if not isinstance(value, bool)]:
            raise DomainError(f"factors: {wrong[0]} is {given[wrong[0]]!r}; write True or False")
        added = sum(increment for name, increment in self.factors if given[name])
        return ntcp.logit(self.intercept + self.slope * dvh.value(self.metric)[0] + added)


@dataclass(frozen=True, slots=True)
class EvenLogLogistic:
    """Log-logistic for an organ whose cross-section gets one dose, such as the cord: 1 / (1 + (D50 / D)^(4 gamma50)).

    Attributes
    ----------
    d50 : float
        Dose with a probability of one half. [Gy]
    gamma50 : float
        Relative slope there.

    Examples
    --------
    The published points 0.2 % at 50 Gy and 5 % at 59.3 Gy:

    >>> cord = Dvh.from_parts(organ="SpinalCord", course="1", dose_gray=[50], volume_cc=[20])
    >>> round(100 * EvenLogLogistic.through(69.4, 59.3, 0.05).probability(cord), 1)
    0.2
    """

    d50: float
    gamma50: float
    name: ClassVar[str] = "log-logistic of an even dose"

    def __post_init__(self) -> None:
        require_above_zero(self, d50=self.d50, gamma50=self.gamma50)

    @classmethod
    def through(cls, d50: float, dose: float, probability: float) -> EvenLogLogistic:
        """Take the curve through D50 and a second published point.

        Parameters
        ----------
        d50 : float
            [Gy]
        dose : float
            Of the second point, below D50. [Gy]
        probability : float
            Of the second point, below one half.

        Raises
        ------
        DomainError
            A second point elsewhere.
        """
        if not (0.0 < dose < d50 and 0.0 < probability < 0.5):
            raise DomainError(f"a second point lies below D50 and below one half, not {probability!r} at {dose!r} Gy")
        return cls(d50, math.log(1.0 / probability - 1.0) / math.log(d50 / dose) / 4.0)

    def probability(self, dvh: Dvh) -> float:
        """Return the probability of the complication, as in `Lkb.probability`.

        Raises
        ------
        DomainError
            A curve with more than one dose.
        """
        high, low = (dvh.value(metric)[0] for metric in (Metric("max"), Metric("D", 100.0, "%")))
        if decimals.compare(high, low) != 0:
            ends = f"{decimals.plain(low)} to {decimals.plain(high)} Gy"
            raise DomainError(f"{dvh.organ}: this fit is for one dose to the whole cross-section; the curve has {ends}")
        return ntcp.log_logistic(high, self.d50, self.gamma50)


Form: TypeAlias = Lkb | UniformLogistic | RelativeSeriality | MetricLogistic | EvenLogLogistic | Poisson
