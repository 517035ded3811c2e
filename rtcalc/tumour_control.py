"""Tumour control of a dose-volume curve by the Poisson form, with its parameters."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from rtcalc.dvh import Dvh
from rtcalc.errors import DomainError
from rtcalc.models import tcp
from rtcalc.rates import require_above_zero


@dataclass(frozen=True, slots=True, kw_only=True)
class Poisson:
    """Poisson tumour control on a BED, with a spread of alpha between patients and regrowth.

    Attributes
    ----------
    alpha, alpha_sd : float
        Mean and standard deviation of the linear sensitivity; 0: no spread. [1/Gy]
    alpha_beta : float
        [Gy]
    clonogens : float or None
        Cells of the whole target, spread evenly over it.
    clonogens_per_cc : float or None
        Exactly one of the two is given. [1/cc]
    doubling_days, kickoff_days : float or None
        Doubling time of the survivors and the day it begins; both or none. [d]

    Examples
    --------
    >>> target = Dvh.from_parts(organ="PTV", course="1", dose_gray=[70], volume_cc=[60]).relabelled(35, "10 Gy")
    >>> round(Poisson(alpha=0.3, alpha_beta=10, clonogens=3e8).probability(target), 5)
    0.99659
    """

    alpha: float
    alpha_beta: float
    clonogens: float | None = None
    clonogens_per_cc: float | None = None
    alpha_sd: float = 0.0
    doubling_days: float | None = None
    kickoff_days: float | None = None
    name: ClassVar[str] = "Poisson"

    def __post_init__(self) -> None:
        counts = {"clonogens": self.clonogens, "clonogens_per_cc": self.clonogens_per_cc}
        require_above_zero(
            self, alpha=self.alpha, alpha_beta=self.alpha_beta, doubling_days=self.doubling_days, **counts
        )
        if (self.clonogens is None) == (self.clonogens_per_cc is None):
            raise DomainError("Poisson: give either clonogens or clonogens_per_cc")
        if (self.doubling_days is None) != (self.kickoff_days is None):
            raise DomainError("Poisson: doubling_days and kickoff_days go together")
        for name, number in (("alpha_sd", self.alpha_sd), ("kickoff_days", self.kickoff_days or 0.0)):
            if not 0.0 <= number < math.inf:
                raise DomainError(f"Poisson: {name} is {number!r}; it must be a finite number, zero or more")

    def probability(self, dvh: Dvh, overall_days: float | None = None) -> float:
        """Return the probability of control, exp(-cells that survive).

        Parameters
        ----------
        dvh : Dvh
            In EQD2 at this alpha/beta. [Gy]
        overall_days : float, optional
            Overall time; needed where the parameters have regrowth. [d]

        Returns
        -------
        float
            0 to 1.
        """
        dvh.require_all_inside("TCP")
        density = self.clonogens_per_cc or (self.clonogens or 0.0) / dvh.organ_volume_cc
        effect = dvh.centres_gray * (1.0 + 2.0 / self.alpha_beta)  # the BED again
        cells, doublings = density * dvh.volume_cc, self.doublings(overall_days)
        if self.alpha_sd == 0.0:
            return tcp.poisson(cells, effect, self.alpha, doublings)
        return tcp.poisson_spread(cells, effect, self.alpha, self.alpha_sd, doublings)

    def doublings(self, overall_days: float | None) -> float:
        """Return the doublings of the survivors during the course: none before the kick-off day.

        Parameters
        ----------
        overall_days : float or None
            Overall time. [d]

        Returns
        -------
        float

        Raises
        ------
        DomainError
            The parameters have regrowth, and the days are missing or negative.

        Examples
        --------
        >>> Poisson(alpha=0.3, alpha_beta=10, clonogens=3e8, doubling_days=3, kickoff_days=28).doublings(46)  # 18 / 3
        6.0
        """
        if self.doubling_days is None or self.kickoff_days is None:
            return 0.0
        if overall_days is None or isinstance(overall_days, bool) or not 0.0 <= overall_days < math.inf:
            raise DomainError(
                f"overall_days: {overall_days!r}; these parameters have regrowth and need the days, 0 or more"
            )
        return max(0.0, overall_days - self.kickoff_days) / self.doubling_days
