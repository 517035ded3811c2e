"""Dose-volume metrics and the limits set on them: plain values and their one grammar.

A metric is written as in TG-263 and the Mayo convention: ``Dmax``, ``Dmean``, ``D0.035cc``, ``D98%``, ``V20Gy``,
``CV17.5Gy`` (the volume that receives *less* than that dose), and ``volume``; a unit of the result may follow in
brackets (``V20Gy[%]``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from rtcalc.errors import DomainError, UnitsError
from rtcalc.evidence import Cited
from rtcalc.units import Kind, read

MetricKind = Literal["D", "V", "CV", "mean", "max", "volume"]
Operator = Literal["<", "<=", ">", ">="]
Role = Literal["limit", "response_point", "whole_organ", "reirradiation"]

_NUMBER = r"(?:\d+(?:\.\d+)?|\.\d+)"
_METRIC = re.compile(
    rf"(?:D(?P<mean>mean)|D(?P<max>max)|D(?P<cc>{_NUMBER})cc|D(?P<percent>{_NUMBER})%"
    rf"|(?P<v>C?V)(?P<gy>{_NUMBER})Gy|(?P<volume>volume))(?:\[(?P<unit>Gy|cc|%)\])?",
    re.ASCII,
)
_UNITS: dict[str, tuple[str, ...]] = {
    "D": ("Gy",),
    "mean": ("Gy",),
    "max": ("Gy",),
    "V": ("cc", "%"),
    "CV": ("cc",),
    "volume": ("cc",),
}
_KINDS: dict[str, Kind] = {"Gy": "dose", "cc": "volume", "%": "percent"}


@dataclass(frozen=True, slots=True)
class Metric:
    """What is read from a dose-volume curve.

    Attributes
    ----------
    kind : {"D", "V", "CV", "mean", "max", "volume"}
        Dose to a volume, volume of a dose, volume spared of a dose, mean, maximum, the whole volume.
    at : float
        The volume of a D metric [cc or %], the dose of a V or CV metric [Gy]; 0 otherwise.
    at_unit : {"cc", "%", "Gy", ""}
        Unit of `at`.

    Examples
    --------
    >>> metric = Metric.parse("D0.035cc")
    >>> metric.kind, metric.at, metric.hottest_cc
    ('D', 0.035, 0.035)
    """

    kind: MetricKind
    at: float = 0.0
    at_unit: str = ""

    @classmethod
    def parse(cls, text: str) -> Metric:
        """Read a metric's name.

        Parameters
        ----------
        text : str
            In the grammar of this module.

        Returns
        -------
        Metric

        Raises
        ------
        DomainError
            Not a name of the grammar.

        Examples
        --------
        >>> str(Metric.parse("D0.035cc[Gy]")), str(Metric.parse("V20Gy[%]"))
        ('D0.035cc', 'V20Gy')
        """
        found = _METRIC.fullmatch(text.strip())
        if not found:
            raise DomainError(f"{text!r} is not a metric; write Dmax, Dmean, D0.035cc, D98%, V20Gy, CV17.5Gy or volume")
        metric = cls._from(found)
        if found["unit"] and found["unit"] not in _UNITS[metric.kind]:
            allowed = " or ".join(_UNITS[metric.kind])
            raise DomainError(f"{text!r}: {metric} is given in {allowed}, not in {found['unit']}")
        return metric

    @classmethod
    def _from(cls, found: re.Match[str]) -> Metric:
        if found["mean"]:
            return cls("mean")
        if found["max"]:
            return cls("max")
        if found["volume"]:
            return cls("volume")
        if found["gy"]:
            return cls("V" if found["v"] == "V" else "CV", float(found["gy"]), "Gy")
        unit = "cc" if found["cc"] else "%"
        at = float(found["cc"] or found["percent"])
        if at <= 0 or (unit == "%" and at > 100):
            raise DomainError(f"D{at:g}{unit}: the volume must be above 0 and at most the whole organ")
        return cls("D", at, unit)

    def read_value(self, text: str) -> tuple[float, str]:
        """Read a value of this metric: ``"26.4 Gy"``, ``"8.6 %"``, ``"2900 cc"``.

        Parameters
        ----------
        text : str
            A number and its unit. [Gy, cc or %]

        Returns
        -------
        (float, str)
            The number and its unit: Gy, cc or %.

        Raises
        ------
        UnitsError
            No unit, or one that this metric is not given in.

        Examples
        --------
        >>> Metric.parse("V20Gy").read_value("8.6 %")
        (8.6, '%')
        """
        problems = []
        for unit in _UNITS[self.kind]:
            try:
                return read(text, _KINDS[unit], str(self)), unit
            except UnitsError as problem:
                problems.append(str(problem))
        raise UnitsError(problems[0] if len(problems) == 1 else f"{self} is given in cc or %: {problems[0]}")

    @property
    def is_dose(self) -> bool:
        """True where the value of the metric is a dose."""
        return self.kind in ("D", "mean", "max")

    @property
    def hottest_cc(self) -> float | None:
        """The hottest volume a near-maximum metric looks at: 0 for Dmax, None where it is not in cc. [cc]"""
        if self.kind == "max":
            return 0.0
        return self.at if self.kind == "D" and self.at_unit == "cc" else None

    def __str__(self) -> str:
        plain = {"mean": "Dmean", "max": "Dmax", "volume": "volume"}
        return plain.get(self.kind) or f"{self.kind}{self.at:g}{self.at_unit}"


_BOUND = re.compile(r"(<=|>=|<|>)\s*(.+)")


def read_bound(metric: Metric, text: str) -> tuple[Operator, float, str]:
    """Read ``"< 23 Gy"`` as the operator, the number and the unit of a limit on `metric`.

    Parameters
    ----------
    metric : Metric
        What the limit is on; it decides which units are taken.
    text : str
        An operator, a number above zero and a unit. [Gy, cc or %]

    Returns
    -------
    (str, float, str)
        Operator, number, unit.

    Raises
    ------
    DomainError
        Another form, or a limit of zero.
    UnitsError
        As in `Metric.read_value`.

    Examples
    --------
    >>> read_bound(Metric.parse("CV17.5Gy"), ">= 200 cc")
    ('>=', 200.0, 'cc')
    """
    found = _BOUND.fullmatch(text.strip())
    if not found:
        raise DomainError(f"{text!r} is not a limit; write an operator, a number and a unit: '< 23 Gy'")
    value, unit = metric.read_value(found[2])
    if value <= 0:
        raise DomainError(f"{text!r}: a limit is above zero")
    return found[1], value, unit  # type: ignore[return-value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit(Cited):
    """One row of one published set of limits.

    Attributes
    ----------
    id, set_id : str
        "TG101.SpinalCord.5fx.D0.35cc", and "TG101".
    organ : str
    applies_to : tuple of str
        TG-263 names of the organ, and of the structures that the row is asked of.
    structure : str
        The organ in the words of the source.
    fractions : (int, int) or None
        First and last fraction number the row was printed for; None: conventional fractionation.
    metric : Metric
    op : {"<", "<=", ">", ">="}
    value : float
        The bound, in `unit`. [Gy, cc or %]
    unit : {"Gy", "cc", "%"}
    endpoint, grade : str
        The harm it is meant to avoid; "not stated" is a legal value.
    kind : {"optimal", "mandatory", "limit"}
        As the set grades its rows.
    role : {"limit", "response_point", "whole_organ", "reirradiation"}
        Only "limit" is asked of every patient.
    population : str or None
        Whom the row is for; None: everybody.
    alpha_beta : float or None
        None: the bound is a physical dose; a number: it is an EQD2 at this alpha/beta. [Gy]
    risk_percent : float or None
        Risk at the bound where the source states one. [%]
    tissue : str
        "serial" or "parallel", as the set has it.
    as_printed : str
        The form of the paper where it differs (``V18Gy < 5 cc`` stored as ``D5cc < 18 Gy``).
    published_metric : str
        The metric that the source prints where `metric` stands in for it, ``Dmax``; a pass is then provisional.
    superseded : str
        A printed value that was corrected later.
    subvolume : str
        The part of the organ whose dose is meant; the dose of the whole organ answers nothing.
    share : (int, int) or None
        Of a volume to be spared: this part of the organ, (1, 3) for a third, where it is more than `value`.
    note : str
    transcriptions : int or None
        In how many texts the number was read.

    Examples
    --------
    >>> from rtcalc.registry import Registry
    >>> row = Registry().limits(organ="SpinalCord", fractions=5)[0]
    >>> str(row), row.bound, row.standing
    ('HYTEC D0.035cc <= 25.3 Gy', '<= 25.3 Gy', 'active')
    """

    id: str
    set_id: str
    organ: str
    applies_to: tuple[str, ...]
    structure: str
    fractions: tuple[int, int] | None
    metric: Metric
    op: Operator
    value: float
    unit: str
    endpoint: str
    kind: Literal["optimal", "mandatory", "limit"] = "limit"
    role: Role = "limit"
    population: str | None = None
    alpha_beta: float | None = None
    grade: str = ""
    risk_percent: float | None = None
    tissue: str = ""
    as_printed: str = ""
    published_metric: str = ""
    superseded: str = ""
    subvolume: str = ""
    share: tuple[int, int] | None = None
    note: str = ""
    transcriptions: int | None = None

    def at(self, fractions: int) -> bool:
        """Whether the row was printed for this fraction number."""
        return self.fractions is not None and self.fractions[0] <= fractions <= self.fractions[1]

    @property
    def bound(self) -> str:
        """``< 23 Gy`` as printed in the set, with its basis where it is not physical dose."""
        basis = f" EQD2 (a/b {self.alpha_beta:g})" if self.alpha_beta is not None else ""
        share = f" and {self.share[0]}/{self.share[1]} of the organ" if self.share else ""
        return f"{self.op} {self.value:g} {self.unit}{basis}{share}"

    def __str__(self) -> str:
        return f"{self.set_id} {self.metric} {self.bound}"
