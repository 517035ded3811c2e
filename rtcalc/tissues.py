"""What is known of a tissue: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rtcalc.errors import DomainError
from rtcalc.evidence import Cited


@dataclass(frozen=True, slots=True, kw_only=True)
class AlphaBeta(Cited):
    """One published alpha/beta. [Gy]

    Attributes
    ----------
    low, high : float or None
        Ends of the published interval, which may be negative where a fit gave that. [Gy]
    assumed : bool
        A convention or a proxy, not a measurement of this tissue.
    """

    gray: float
    low: float | None = None
    high: float | None = None
    interval: str = ""
    endpoint: str = ""
    assumed: bool = False
    as_printed: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HighDose(Cited):
    """A published dose per fraction above which the effect of this tissue grows linearly (LQ-L).

    Attributes
    ----------
    threshold : float
        Where the curve becomes straight. [Gy]
    sd : float or None
        Its standard deviation. [Gy]
    """

    threshold: float
    sd: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairHalfTime(Cited):
    """A published half-time of the repair of sublethal damage.

    Attributes
    ----------
    hours : float
        [h]
    component : str
        Empty for repair with a single rate; "fast" or "slow" for one of two, which says nothing without the other.
    """

    hours: float
    component: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeFactor(Cited):
    """A published loss per day by repopulation.

    Attributes
    ----------
    per_day : float
        K, on the basis named by `basis`. [Gy/d]
    basis : {"BED", "EQD2", "not stated"}
        What K is; only a BED may be subtracted from a BED, an EQD2 is converted first, "not stated" is not used.
    kickoff, kickoff_low, kickoff_high : float or None
        Overall time before which nothing is lost, and the ends of its published interval; None: not stated. [d]
    doubling, doubling_low, doubling_high : float or None
        Doubling time of the clonogens. [d]
    low, high : float or None
        Ends of the published interval of K. [Gy/d]
    """

    per_day: float
    basis: Literal["BED", "EQD2", "not stated"]
    low: float | None = None
    high: float | None = None
    kickoff: float | None = None
    kickoff_low: float | None = None
    kickoff_high: float | None = None
    doubling: float | None = None
    doubling_low: float | None = None
    doubling_high: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tissue:
    """A tumour or a normal tissue with its rival alpha/beta values, the default first.

    Attributes
    ----------
    high_dose, repair, repopulation :
        What is published beside alpha/beta. Nothing of it enters a result unless it is asked for.
    """

    id: str
    name: str
    kind: Literal["tumour", "late", "early"]
    alpha_beta: tuple[AlphaBeta, ...]
    organs: tuple[str, ...] = ()
    high_dose: HighDose | None = None
    repair: tuple[RepairHalfTime, ...] = ()
    repopulation: TimeFactor | None = None
    note: str = ""

    @property
    def deciding(self) -> AlphaBeta | None:
        """The value that may drive a comparison: the first two-source one without a hold; None where there is none."""
        return next((ratio for ratio in self.alpha_beta if ratio.standing == "active"), None)

    @property
    def shown(self) -> tuple[AlphaBeta, ...]:
        """The deciding value, then the others that may stand beside it; none where none decides."""
        decides = self.deciding
        if decides is None:
            return ()
        others = (one for one in self.alpha_beta if one.standing != "listed" and one.gray != decides.gray)
        return (decides, *others)


def require_usable(value: Cited, name: str) -> None:
    """Refuse a published value that is held or was never read.

    Parameters
    ----------
    value : Cited
        What somebody wants to compute with.
    name : str
        The field, for the message.

    Raises
    ------
    DomainError
        It is listed only.
    """
    if value.standing == "listed":
        why = value.hold or "it rests on no text that was read"
        raise DomainError(f"{name}: the value of {value.source} is listed only ({why}); type the value you answer for")
