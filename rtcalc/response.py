"""Complication and control probabilities of a dose-volume curve, with parameter sets that say what they were fitted on.

A published set belongs to one organ, one endpoint and one kind of dose. A curve of another organ or on another basis
is refused, and so is a set whose basis nobody stated: the number would look like a risk and be none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from rtcalc import decimals
from rtcalc.basis import LQ
from rtcalc.dvh import PHYSICAL, Dvh, in_fractions
from rtcalc.errors import BasisError, DomainError
from rtcalc.evidence import Cited
from rtcalc.response_forms import Form, MetricLogistic, Poisson
from rtcalc.schedules import Schedule

Fitted = Literal["physical", "EQD2", "fractions", "not stated"]
PERCENT_PLACES = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseBasis:
    """The kind of dose a parameter set was fitted on.

    Attributes
    ----------
    kind : {"physical", "EQD2", "fractions", "not stated"}
        "fractions": dose of equal effect in `fractions` fractions.
    alpha_beta : (float, float) or None
        Smallest and largest alpha/beta of the fit; mostly equal. [Gy]
    per_fraction : (float, float) or None
        Dose per fraction of the fitted physical doses; None: not stated. [Gy]
    fractions : int or None
        Number of fractions of the fit.

    Examples
    --------
    >>> print(DoseBasis(kind="physical", per_fraction=(1.8, 2.0)))
    physical dose, 1.8 to 2 Gy per fraction
    >>> print(DoseBasis(kind="EQD2", alpha_beta=(3.0, 3.0)))
    EQD2 (a/b 3)
    """

    kind: Fitted
    alpha_beta: tuple[float, float] | None = None
    per_fraction: tuple[float, float] | None = None
    fractions: int | None = None

    def __post_init__(self) -> None:
        biological = self.kind in ("EQD2", "fractions")
        if biological != (self.alpha_beta is not None) or (self.kind == "fractions" and self.fractions is None):
            raise DomainError(f"dose basis {self.kind}: EQD2 needs alpha_beta, fractions needs both, others have none")
        for name, pair in (("alpha_beta", self.alpha_beta), ("per_fraction", self.per_fraction)):
            if pair is not None and not 0.0 < pair[0] <= pair[1]:
                raise DomainError(f"dose basis: {name} {pair!r} is not a range above zero, the smaller number first")

    def __str__(self) -> str:
        if self.kind == "not stated":
            return "dose basis not stated"
        if self.kind == "physical":
            parts = [f"{_span(self.per_fraction)} Gy per fraction"] if self.per_fraction else []
            parts += [f"in {self.fractions} fractions"] if self.fractions else []
            return ", ".join(["physical dose", *parts])
        name = "EQD2" if self.kind == "EQD2" else in_fractions(self.fractions or 0)
        return f"{name} (a/b {_span(self.alpha_beta)})"

    def require(self, dvh: Dvh, what: str) -> None:
        """Refuse a curve on another basis.

        Raises
        ------
        BasisError
            With the conversion that is missing.
        """
        kind, ratio, model = dvh.basis
        if self.kind == "physical":
            if dvh.basis != PHYSICAL:
                raise BasisError(f"{what} was fitted on {self}; this curve is {_named(dvh)}, give the physical one")
            return
        wanted = "EQD2" if self.kind == "EQD2" else in_fractions(self.fractions or 0)
        low, high = self.alpha_beta or (0.0, 0.0)
        if kind != wanted or model != LQ or ratio is None or not low <= ratio <= high:
            hint = f"convert the physical curve to {wanted} at alpha/beta {decimals.plain(low)} Gy"
            raise BasisError(f"{what} was fitted on {self}; this curve is {_named(dvh)}; {hint}")


def _span(pair: tuple[float, float] | None) -> str:
    assert pair is not None
    return " to ".join(decimals.plain(number) for number in dict.fromkeys(pair))


def _named(dvh: Dvh) -> str:
    kind, ratio, _ = dvh.basis
    return "physical dose" if ratio is None else f"{kind} (a/b {decimals.plain(ratio)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseParameters(Cited):
    """One published parameter set.

    Attributes
    ----------
    kind : {"ntcp", "tcp"}
    organ : str
        As the source has it; for control the tumour.
    applies_to : tuple of str
        TG-263 names of the structures whose curve may be used; empty for a tumour, whose target has any name.
    form : Form or None
        None: what was published is not a form of this program, see `incomplete`.
    incomplete : str
        What is missing before anything can be computed; empty: nothing.
    printed : tuple of (str, str)
        Numbers of the source that no form here uses.
    """

    id: str
    kind: Literal["ntcp", "tcp"]
    organ: str
    endpoint: str
    dose: DoseBasis
    form: Form | None = None
    applies_to: tuple[str, ...] = ()
    incomplete: str = ""
    printed: tuple[tuple[str, str], ...] = ()
    note: str = ""

    @property
    def why_not(self) -> str:
        """Why this set is listed and not computed with; empty where it is.

        Examples
        --------
        >>> from rtcalc.registry import Registry
        >>> Registry().response["lkb-bladder-urinary-cheung"].why_not
        'dose basis not stated'
        """
        if self.standing == "listed":
            return f"held: {self.hold}" if self.hold else "unverified"
        if self.form is None or self.incomplete:
            return self.incomplete or "no form of this program"
        return str(self.dose) if self.dose.kind == "not stated" else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A probability and what it rests on.

    Attributes
    ----------
    probability : float
        0 to 1.
    notes : tuple of str
        What the reader has to know beside the number.
    """

    probability: float
    parameters: ResponseParameters
    notes: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.parameters.organ}, {self.parameters.endpoint}: {percent(self.probability)}"


def percent(probability: float) -> str:
    """Print a probability in per cent; what is not zero or one never prints as such.

    Examples
    --------
    >>> percent(0.2767), percent(2e-9), percent(0.99999)
    ('27.7 %', '< 0.1 %', '> 99.9 %')
    """
    hundredfold = 100.0 * probability
    if hundredfold < 0.05:
        return "< 0.1 %"
    return "> 99.9 %" if hundredfold >= 99.95 else f"{decimals.fixed(hundredfold, PERCENT_PLACES)} %"


def ntcp(
    dvh: Dvh,
    parameters: ResponseParameters,
    *,
    schedule: Schedule | str | None = None,
    factors: Mapping[str, bool] | None = None,
) -> Response:
    """Complication probability of a dose-volume curve.

    Parameters
    ----------
    dvh : Dvh
        Of an organ the set is for, on the basis it was fitted on.
    parameters : ResponseParameters
        Of kind "ntcp".
    schedule : Schedule or str, optional
        The course; needed with a set fitted on physical dose, whose fractionation must be the course's. [Gy]
    factors : mapping of str to bool, optional
        Present or absent, for every risk factor of the set.

    Returns
    -------
    Response
        The probability and its notes.

    Raises
    ------
    BasisError
        The curve is on another basis than the fit.
    DomainError
        The set is held, incomplete or without a stated basis; another organ; another fractionation; a factor left open;
        part of the organ without a dose.

    Notes
    -----
    A model of a group of patients, without its confidence interval: not the risk of one patient.

    References
    ----------
    Those of the set.

    Examples
    --------
    >>> from rtcalc.registry import Registry
    >>> lung = Dvh.from_parts(organ="Lungs", course="1", dose_gray=[20], volume_cc=[3000]).relabelled(30, "3 Gy")
    >>> found = ntcp(lung, Registry().response["lkb-lungs-pneumonitis-semenenko"])
    >>> print(found, found.notes)
    Lungs, symptomatic pneumonitis (both lungs): 10.7 % ('single transcription',)
    """
    form = _usable(dvh, parameters, "ntcp")
    notes = _notes(dvh, parameters)
    if parameters.dose.kind == "physical":
        notes += _require_fractionation(parameters, schedule)
    if isinstance(form, MetricLogistic):
        return Response(probability=form.probability(dvh, factors), parameters=parameters, notes=notes)
    if factors:
        raise DomainError(f"factors: {parameters.id} has no risk factors; leave {sorted(factors)} out")
    return Response(probability=form.probability(dvh), parameters=parameters, notes=notes)


def tcp(dvh: Dvh, parameters: ResponseParameters, *, overall_days: float | None = None) -> Response:
    """Tumour control probability of a target's dose-volume curve.

    Parameters
    ----------
    dvh : Dvh
        Of the target, in EQD2 at the alpha/beta of the set.
    parameters : ResponseParameters
        Of kind "tcp".
    overall_days : float, optional
        From the first to the last fraction; needed where the set has regrowth. [d]

    Returns
    -------
    Response
        The probability and its notes.

    Raises
    ------
    BasisError, DomainError
        As in `ntcp`.

    Notes
    -----
    As `ntcp`. Parameters fitted in conventional fractions are not known to hold in large ones.

    References
    ----------
    Those of the set.

    Examples
    --------
    >>> from rtcalc.registry import Registry
    >>> lung = Dvh.from_parts(organ="PTV", course="1", dose_gray=[66], volume_cc=[100]).relabelled(33, "10 Gy")
    >>> print(tcp(lung, Registry().response["tcp-nsclc-iii-nahum"], overall_days=44))
    NSCLC stage III, local control: 34.3 %
    """
    form = _usable(dvh, parameters, "tcp")
    if not isinstance(form, Poisson):
        return Response(probability=form.probability(dvh), parameters=parameters, notes=_notes(dvh, parameters))
    chance = form.probability(dvh, overall_days)
    spread = ("alpha below zero is cut off the spread between patients",) if form.alpha_sd else ()
    return Response(probability=chance, parameters=parameters, notes=_notes(dvh, parameters) + spread)


def _usable(dvh: Dvh, parameters: ResponseParameters, kind: str) -> Form:
    if parameters.kind != kind:
        raise DomainError(f"{parameters.id} is a set for {parameters.kind}, not for {kind}")
    if parameters.why_not or parameters.form is None:
        raise DomainError(f"{parameters.id} is listed only: {parameters.why_not}")
    if parameters.applies_to and dvh.organ not in parameters.applies_to:
        known = ", ".join(parameters.applies_to)
        raise DomainError(f"{parameters.id} is for {known}; this curve is of {dvh.organ}")
    parameters.dose.require(dvh, parameters.id)
    return parameters.form


def _notes(dvh: Dvh, parameters: ResponseParameters) -> tuple[str, ...]:
    label = "single transcription" if parameters.standing == "offered" else ""
    where = f"measured on {dvh.measured_on}" if dvh.measured_on != "organ" else ""
    return tuple(note for note in (label, where, parameters.note) if note)


def _require_fractionation(parameters: ResponseParameters, schedule: Schedule | str | None) -> tuple[str, ...]:
    """Refuse a course that is fractionated unlike the fit: 54 Gy in 3 is not 54 Gy in 27."""
    fit = parameters.dose
    if schedule is None:
        raise DomainError(f"schedule: {parameters.id} was fitted on {fit}; give the course, such as '60 Gy / 30'")
    course = Schedule.parse(schedule) if isinstance(schedule, str) else schedule
    if fit.fractions is not None and course.fractions != fit.fractions:
        raise DomainError(f"{parameters.id} was fitted on {fit}; {course.text} has {course.fractions} fractions")
    for each in (phase.gray / phase.fractions for phase in course.phases):
        low, high = fit.per_fraction or (each, each)
        if decimals.compare(each, low) < 0 or decimals.compare(each, high) > 0:
            raise DomainError(
                f"{parameters.id} was fitted on {fit}; {course.text} has {decimals.plain(each)} Gy per fraction"
            )
    stated = fit.per_fraction is not None or fit.fractions is not None
    return () if stated else ("the fractionation of the fitted doses is not stated",)
