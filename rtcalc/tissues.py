"""What is known of a tissue: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

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
class Tissue:
    """A tumour or a normal tissue with its rival alpha/beta values, the default first."""

    id: str
    name: str
    kind: Literal["tumour", "late", "early"]
    alpha_beta: tuple[AlphaBeta, ...]
    organs: tuple[str, ...] = ()
    note: str = ""

    @property
    def deciding(self) -> AlphaBeta | None:
        """The value that may drive a comparison: the first two-source one without a hold; None where there is none."""
        return next((ratio for ratio in self.alpha_beta if ratio.standing == "active"), None)
