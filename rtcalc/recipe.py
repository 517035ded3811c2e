"""How the effect of a schedule is put together: one path through the models, on one value or on a grid.

B = n x effect of one fraction, of which everything beyond the linear term is multiplied by the factor of repair, minus
what repopulation takes back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from rtcalc import decimals
from rtcalc.conditions import Particles, Repair, Repopulation
from rtcalc.errors import DomainError
from rtcalc.fraction_models import FractionModel, LinearQuadratic
from rtcalc.models import particles as particle_model
from rtcalc.models import repair as repair_model
from rtcalc.models import repopulation as repopulation_model
from rtcalc.models.lq import Gray
from rtcalc.schedules import Phase

PLAIN = LinearQuadratic()
DAY_HOURS = 24.0
MOST_PER_DAY = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Everything that shapes an effect apart from the doses.

    Parameters
    ----------
    ratio : float
        alpha/beta. [Gy]
    fraction : FractionModel
        Effect of one short fraction.
    repair : Repair or None
        None: full repair between and within fractions.
    per_day : int
        Fractions a day, 1 to 12.
    interval : float
        From the start of a fraction to the start of the next of the same day. [h]
    duration : float
        Of one fraction; 0 for a short one. [h]
    repopulation : Repopulation or None
        None: no time factor.
    overall : int or None
        Day of the last fraction minus day of the first. [d]
    particles : Particles or None
        None: photons.

    Raises
    ------
    DomainError
        Parts that do not go together, or a time outside its range.

    Examples
    --------
    >>> Recipe(ratio=10.0).phase(45.0, 5), Recipe(ratio=10.0).model
    (85.5, 'LQ')
    >>> slow = Recipe(ratio=3.0, repair=Repair.single("1.5 h"), duration=1.0)
    >>> round(slow.factor(5), 4), slow.sources
    (0.8622, ('fowler1989', 'LEACATCHESIDE1942', 'DALE1985'))
    >>> from rtcalc.schedules import Schedule
    >>> late = Recipe(ratio=10.0, repopulation=Repopulation(0.9, "BED", 28.0), overall=46)
    >>> round(late.regained, 6), round(late.bed(Schedule.parse("70 Gy / 35").phases), 6)  # 84 - 0.9 x 18
    (16.2, 67.8)
    """

    ratio: float
    fraction: FractionModel = PLAIN
    repair: Repair | None = None
    per_day: int = 1
    interval: float = 0.0
    duration: float = 0.0
    repopulation: Repopulation | None = None
    overall: int | None = None
    particles: Particles | None = None

    def __post_init__(self) -> None:
        self._check_day()
        if self.particles and not isinstance(self.fraction, LinearQuadratic):
            raise DomainError(f"high_dose: {self.fraction.label} is a model of photons; leave it out with particles")
        if (self.repopulation is None) != (self.overall is None):
            raise DomainError("repopulation and overall_days belong together; give both or neither")

    def _check_day(self) -> None:
        if isinstance(self.per_day, bool) or not isinstance(self.per_day, int):
            raise DomainError(f"per_day: {self.per_day!r} is not a whole number of fractions")
        if not 1 <= self.per_day <= MOST_PER_DAY:
            raise DomainError(f"per_day: {self.per_day} is outside 1 to {MOST_PER_DAY}")
        if not 0.0 <= self.duration <= DAY_HOURS:
            raise DomainError(f"minutes: {60 * self.duration:g} is outside 0 to {60 * DAY_HOURS:g}")
        if self.repair is None or self.per_day == 1:
            return
        if not self.duration <= self.interval or self.interval <= 0.0:
            raise DomainError(
                f"interval_hours: {self.interval:g} h from start to start is not longer than a fraction takes"
            )
        if self.last_end >= DAY_HOURS:
            raise DomainError(
                f"interval_hours: {self.per_day} fractions {self.interval:g} h apart do not fit into a day of 24 h"
            )

    @property
    def last_end(self) -> float:
        """From the start of the first fraction of a day to the end of its last. [h]"""
        return (self.per_day - 1) * self.interval + self.duration

    @property
    def model(self) -> str:
        """The model of a result: every part with its parameters, but not what belongs to the schedule."""
        parts = [self.fraction.label]
        parts += [part.label for part in (self.repair, self.particles) if part]
        if self.repopulation:
            parts.append(self.repopulation.label(self.ratio))
        return ", ".join(parts)

    @property
    def sources(self) -> tuple[str, ...]:
        """Citation keys of every part, each once."""
        keys = [*self.fraction.sources]
        if self.repair:
            keys += ["THAMES1985"] if self.per_day > 1 else []
            keys += ["LEACATCHESIDE1942", "DALE1985"] if self.duration else []
            keys.append(self.repair.source)
        if self.particles:
            keys += ["CARABE2007", self.particles.source]
        if self.repopulation:
            keys += ["DALE2002", self.repopulation.source]
        return tuple(dict.fromkeys(key for key in keys if key))

    @property
    def plain(self) -> Recipe:
        """The linear-quadratic model alone, at the same alpha/beta."""
        return Recipe(ratio=self.ratio)

    def at(self, ratio: float) -> Recipe:
        """Return the same recipe at another alpha/beta. [Gy]"""
        return replace(self, ratio=ratio)

    def factor(self, fractions: int) -> float:
        """Return the factor of repair on everything beyond the linear term: 1, 1 + Hm or G.

        Parameters
        ----------
        fractions : int
            Of the phase.

        Returns
        -------
        float
            1 with full repair between and within fractions.
        """
        if self.repair is None:
            return 1.0
        return repair_model.course_factor(fractions, self.per_day, self.interval, self.duration, self.repair.components)

    def phase(self, total: Gray, fractions: int) -> Gray:
        """Return the BED of equal fractions without the time factor.

        Parameters
        ----------
        total : float or numpy.ndarray
            Total physical dose, one value or one per voxel. [Gy]
        fractions : int
            1 or more.

        Returns
        -------
        float or numpy.ndarray
            [Gy]
        """
        if self.particles:
            high, low = self.particles.rbe_max, self.particles.rbe_min
            full, linear = particle_model.bed(total, fractions, self.ratio, high, low), high * total
        else:
            full, linear = self.fraction.bed(total, fractions, self.ratio), total
        factor = self.factor(fractions)
        return full if factor == 1.0 else linear + factor * (full - linear)

    @property
    def regained(self) -> float:
        """What repopulation takes back; 0 without it. [Gy]"""
        if self.repopulation is None or self.overall is None:
            return 0.0
        daily = self.repopulation.as_bed(self.ratio)
        return repopulation_model.loss(daily, self.repopulation.kickoff, self.overall)

    def bed(self, phases: Iterable[Phase]) -> float:
        """Return the BED of phases of different days, with the time factor once.

        Parameters
        ----------
        phases : iterable of Phase

        Returns
        -------
        float
            [Gy]

        Raises
        ------
        DomainError
            Repopulation takes more than the treatment gives.
        """
        given = sum(self.phase(phase.gray, phase.fractions) for phase in phases)
        if self.regained > given:
            raise DomainError(
                f"repopulation: {decimals.fixed(self.regained, 1)} Gy regained in {self.overall} d is more than the "
                f"BED of {decimals.fixed(given, 1)} Gy; the model does not hold here"
            )
        return given - self.regained
