"""The shape of the files on complication and control probabilities."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from rtcalc.dose_basis import DoseBasis
from rtcalc.errors import DomainError
from rtcalc.registry.fields import Dose, Entry, Id, Ids, Percent, Text, listed
from rtcalc.registry.schema import CitedEntry, MetricText, SchemaVersion
from rtcalc.response import ResponseParameters
from rtcalc.response_forms import (
    EvenLogLogistic,
    Form,
    Lkb,
    MetricLogistic,
    RelativeSeriality,
    UniformLogistic,
)
from rtcalc.tumour_control import Poisson

_NUMBER = r"-?\d{1,12}(\.\d{1,12})?(e\d{1,2})?"


def _number(unit: str, example: str) -> Any:
    """A number that is no dose, volume or time: with its unit, or bare where it has none."""
    pattern = _NUMBER + (f" ?{unit}" if unit else "")

    def convert(value: Any) -> float:
        if not isinstance(value, str) or not re.fullmatch(pattern, value, re.ASCII):
            raise DomainError(f"{value!r} is not a number of this kind; write it as in {example}")
        return float(value.removesuffix(unit))

    return Annotated[float, BeforeValidator(convert), WithJsonSchema({"type": "string", "pattern": f"^{pattern}$"})]


if TYPE_CHECKING:  # a type checker needs a type where a call makes the field
    Number: TypeAlias = float
    PerGray: TypeAlias = float
    PerCc: TypeAlias = float
    DecimalDays: TypeAlias = float
    Pair: TypeAlias = tuple[float, ...]
else:
    Number = _number("", "0.18")
    PerGray = _number("/Gy", "0.3 /Gy")
    PerCc = _number("/cc", "1e7 /cc")
    DecimalDays = _number("d", "20.9 d")
    Pair = Annotated[listed(Dose), Field(min_length=1, max_length=2)]


class BasisEntry(Entry):
    """What kind of dose the set was fitted on; a pair of doses is a range, a single one is both of its ends."""

    basis: Literal["physical", "EQD2", "fractions", "not stated"]
    alpha_beta: Pair | None = None
    per_fraction: Pair | None = None
    fractions: int | None = None

    def value(self) -> DoseBasis:
        """The basis as a value."""
        ranges = {
            name: (pair[0], pair[-1]) if (pair := getattr(self, name)) else None
            for name in ("alpha_beta", "per_fraction")
        }
        return DoseBasis(kind=self.basis, fractions=self.fractions, **ranges)


class LkbEntry(Entry):
    """Lyman-Kutcher-Burman."""

    n: Number
    m: Number
    td50: Dose

    def value(self, _: DoseBasis) -> Form:
        """The form."""
        return Lkb(td50=self.td50, m=self.m, n=self.n)


class UniformLogisticEntry(Entry):
    """Niemierko's logistic of the gEUD."""

    a: Number
    gamma50: Number
    td50: Dose

    def value(self, _: DoseBasis) -> Form:
        """The form."""
        return UniformLogistic(td50=self.td50, gamma50=self.gamma50, a=self.a)


class RelativeSerialityEntry(Entry):
    """Relative seriality."""

    d50: Dose
    gamma: Number
    s: Number

    def value(self, _: DoseBasis) -> Form:
        """The form."""
        return RelativeSeriality(d50=self.d50, gamma=self.gamma, s=self.s)


class LogitEntry(Entry):
    """Logistic of a metric with printed coefficients."""

    metric: MetricText
    intercept: Number
    slope: PerGray
    adds: dict[Text, Number] = {}

    def value(self, _: DoseBasis) -> Form:
        """The form."""
        return MetricLogistic(self.intercept, self.slope, self.metric, tuple(self.adds.items()))


class LogisticEntry(Entry):
    """Logistic of a metric with a D50 and its slope."""

    metric: MetricText
    d50: Dose
    gamma50: Number
    odds_ratios: dict[Text, Number] = {}

    def value(self, _: DoseBasis) -> Form:
        """The form."""
        return MetricLogistic.from_d50(self.d50, self.gamma50, self.metric, tuple(self.odds_ratios.items()))


class EvenLogLogisticEntry(Entry):
    """Log-logistic of an even dose, through D50 and a second point."""

    d50: Dose
    at: Dose
    probability: Percent

    def value(self, _: DoseBasis) -> Form:
        """The form."""
        return EvenLogLogistic.through(self.d50, self.at, self.probability / 100.0)


class PoissonEntry(Entry):
    """Poisson control; its alpha/beta is that of the dose basis."""

    alpha: PerGray
    alpha_sd: PerGray | None = None
    clonogens: Number | None = None
    density: PerCc | None = None
    doubling: DecimalDays | None = None
    kickoff: DecimalDays | None = None

    def value(self, dose: DoseBasis) -> Form:
        """The form."""
        if dose.kind != "EQD2" or dose.alpha_beta is None or dose.alpha_beta[0] != dose.alpha_beta[1]:
            raise DomainError("poisson: the dose basis must be EQD2 at one alpha/beta")
        return Poisson(
            alpha=self.alpha,
            alpha_beta=dose.alpha_beta[0],
            clonogens=self.clonogens,
            clonogens_per_cc=self.density,
            alpha_sd=self.alpha_sd or 0.0,
            doubling_days=self.doubling,
            kickoff_days=self.kickoff,
        )


FORMS = ("lkb", "uniform_logistic", "relative_seriality", "logit", "logistic", "even_log_logistic", "poisson")


class SetEntry(CitedEntry):
    """One parameter set: one block of a form, or none and the reason."""

    id: Id
    organ: Text
    applies_to: Ids = ()
    endpoint: Text
    dose: BasisEntry
    lkb: LkbEntry | None = None
    uniform_logistic: UniformLogisticEntry | None = None
    relative_seriality: RelativeSerialityEntry | None = None
    logit: LogitEntry | None = None
    logistic: LogisticEntry | None = None
    even_log_logistic: EvenLogLogisticEntry | None = None
    poisson: PoissonEntry | None = None
    incomplete: Text | None = None
    printed: dict[Text, Text] = {}
    note: Text | None = None

    @model_validator(mode="after")
    def _usable(self) -> SetEntry:
        if len(self._blocks()) + (self.incomplete is not None) != 1:
            raise DomainError(f"{self.id}: give exactly one of {', '.join(FORMS)}, or incomplete and why")
        self._form(self.dose.value())  # while the line is known; `value` does it again
        return self

    def _blocks(self) -> list[Any]:
        return [block for name in FORMS if (block := getattr(self, name)) is not None]

    def _form(self, dose: DoseBasis) -> Form | None:
        blocks = self._blocks()
        return blocks[0].value(dose) if blocks else None

    def value(self, file: ResponseFile) -> ResponseParameters:
        """The set as a value."""
        dose = self.dose.value()
        return ResponseParameters(
            **self.cited(),
            id=self.id,
            kind=file.kind,
            organ=self.organ,
            applies_to=self.applies_to,
            endpoint=self.endpoint,
            dose=dose,
            form=self._form(dose),
            incomplete=self.incomplete or "",
            printed=tuple(self.printed.items()),
            note=self.note or "",
        )


class ResponseFile(Entry):
    """``response/*.yaml``: parameter sets of one kind."""

    schema_version: SchemaVersion
    kind: Literal["ntcp", "tcp"]
    sets: listed(SetEntry)  # type: ignore[valid-type]

    @model_validator(mode="after")
    def _structures(self) -> ResponseFile:
        if self.kind == "ntcp" and (nameless := [entry.id for entry in self.sets if not entry.applies_to]):
            raise DomainError(f"{nameless[0]}: applies_to names the structures the set is for")
        return self

    def values_(self) -> tuple[ResponseParameters, ...]:
        """The sets as values."""
        return tuple(entry.value(self) for entry in self.sets)
