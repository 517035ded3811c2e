"""Continuous irradiation: a source that stays, one that decays and is taken out again, a constant rate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rtcalc.errors import DomainError
from rtcalc.rates import hours

Kind = Literal["permanent", "decaying", "constant"]
_NEEDS: dict[str, tuple[str, ...]] = {
    "permanent": ("half_life",),
    "decaying": ("half_life", "duration"),
    "constant": ("duration",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseRate:
    """How the dose of a course was given over time.

    Attributes
    ----------
    kind : {"permanent", "decaying", "constant"}
    half_life, duration : str or None
        Of the source, and of the irradiation, as typed; exactly those that the kind has. [h]
    repair : str or None
        Half-time of repair, as typed; None: that of the tissue. [h]

    Raises
    ------
    UnitsError
        A time without its unit.
    DomainError
        A time that the kind needs is missing, one that it does not have is given, or one is zero.

    Examples
    --------
    >>> print(DoseRate(kind="permanent", half_life="59.4 d"))
    permanent implant, half-life 59.4 d
    """

    kind: Kind
    half_life: str | None = None
    duration: str | None = None
    repair: str | None = None

    def __post_init__(self) -> None:
        for name in ("half_life", "duration"):
            given, needed = getattr(self, name), name in _NEEDS[self.kind]
            if needed != (given is not None):
                raise DomainError(
                    f"{name}: a {self.kind} dose rate {'needs it' if needed else 'has none; leave it out'}"
                )
        for name in ("half_life", "duration", "repair"):
            if getattr(self, name) is not None:
                hours(getattr(self, name), name)

    def __str__(self) -> str:
        what = "permanent implant" if self.kind == "permanent" else f"{self.kind} dose rate"
        times = (("half-life", self.half_life), ("over", self.duration))
        return ", ".join([what, *(f"{name} {text}" for name, text in times if text)])
