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
    gray : float
        The published value. [Gy]
    low, high : float or None
        Ends of the published interval, which may be negative where a fit gave that. [Gy]
    interval : str
        What the ends are: ``95 % CI``, ``range``; empty without an interval.
    endpoint : str
        What it was fitted on.
    assumed : bool
        A convention or a proxy, not a measurement of this tissue.
    as_printed : str
        The value in the words of the source.
    note : str

    Examples
    --------
    >>> from rtcalc.registry import Registry
    >>> cord = Registry().tissues["spinal-cord"].alpha_beta[0]
    >>> cord.gray, cord.source, cord.standing
    (2.0, 'convention', 'active')
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
    note : str

    Examples
    --------
    >>> from rtcalc.evidence import Evidence
    >>> HighDose(source="A", place="B", evidence=Evidence.ONE_SOURCE, threshold=6.0).threshold
    6.0
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
    note : str

    Examples
    --------
    >>> from rtcalc.registry import Registry
    >>> for half_time in Registry().tissues["cns"].repair:  # both of MILLAR2015, rat spinal cord
    ...     print(half_time.hours, half_time.component)
    0.19 fast
    2.16 slow
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
    low, high : float or None
        Ends of the published interval of K. [Gy/d]
    kickoff, kickoff_low, kickoff_high : float or None
        Overall time before which nothing is lost, and the ends of its published interval; None: not stated. [d]
    doubling, doubling_low, doubling_high : float or None
        Doubling time of the clonogens. [d]
    note : str

    Examples
    --------
    >>> from rtcalc.registry import Registry
    >>> k = Registry().tissues["hnscc"].repopulation  # PEDICINI2015HN, abstract
    >>> k.per_day, k.basis, k.kickoff
    (0.69, 'EQD2', 19.2)
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
    id : str
        Its key in the registry.
    name : str
    kind : {"tumour", "late", "early"}
    alpha_beta : tuple of AlphaBeta
        The default first. [Gy]
    organs : tuple of str
        TG-263 names of the structures it stands for.
    high_dose, repair, repopulation :
        What is published beside alpha/beta. Nothing of it enters a result unless it is asked for.
    note : str

    Examples
    --------
    >>> from rtcalc.registry import Registry
    >>> cord = Registry().tissues["spinal-cord"]
    >>> [ratio.gray for ratio in cord.alpha_beta], cord.deciding.gray, len(cord.shown)
    ([2.0, 0.87], 2.0, 2)
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

    Examples
    --------
    >>> from rtcalc.evidence import Evidence
    >>> half_time = RepairHalfTime(source="A", place="B", evidence=Evidence.ONE_SOURCE, hold="one rat", hours=2.0)
    >>> require_usable(half_time, "repair")
    Traceback (most recent call last):
    ...
    rtcalc.errors.DomainError: repair: the value of A is listed only (one rat); type the value you answer for
    """
    if value.standing == "listed":
        why = value.hold or "it rests on no text that was read"
        raise DomainError(f"{name}: the value of {value.source} is listed only ({why}); type the value you answer for")
