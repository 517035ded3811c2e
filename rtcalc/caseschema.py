"""The shape of a case file. ``not stated`` is a legal value of every field."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Field,
    GetJsonSchemaHandler,
    PlainValidator,
    Tag,
    WithJsonSchema,
)

from rtcalc.caseschema_organs import CurveEntry, DosesEntry
from rtcalc.courses import KnownBy, Radiation, Status, Technique
from rtcalc.dates import NOT_STATED, When, read_when
from rtcalc.errors import DomainError
from rtcalc.registry.fields import (
    Days,
    Entry,
    Flag,
    Hours,
    Id,
    Ids,
    Length,
    Percent,
    Ratio,
    ScheduleText,
    Text,
    Texts,
    Volume,
    listed,
)
from rtcalc.registry.schema import SchemaVersion
from rtcalc.weekly_pattern import LOOSE, WeeklyPattern

Region = Literal[
    "abdomen", "thorax", "pelvis", "brain", "spine", "head-neck", "limb", "bone", "nodes", "mixed", "not stated"
]


def _none_if_not_stated(value: Any) -> Any:
    return None if value == NOT_STATED else value


class _NotStated:
    """Tells an editor that the field may read ``not stated``: pydantic knows only the None it becomes."""

    @staticmethod
    def __get_pydantic_json_schema__(core: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        branches = [branch for branch in handler(core)["anyOf"] if branch != {"type": "null"}]
        return {"anyOf": [*branches, {"const": NOT_STATED}]}


def stated(field: Any) -> Any:
    """A field that may also read ``not stated``, which becomes None."""
    return Annotated[field | None, BeforeValidator(_none_if_not_stated), _NotStated]


def _when(value: Any) -> When:
    if not isinstance(value, str):
        raise DomainError("a time is text such as 2026-03-16, or a block with after, before and printed")
    return read_when(value)


def _pattern(value: Any) -> str:
    if value in LOOSE:
        return str(value)
    try:
        WeeklyPattern.parse(value if isinstance(value, str) else "")
    except DomainError as problem:
        loose = ", ".join(f"'{words}'" for words in LOOSE)
        raise DomainError(f"{problem}; {loose}; or a list of dates") from problem
    return str(value).strip()


def _isodose(value: float) -> float:
    if not 0 < value <= 100:
        raise DomainError(f"isodose {value:g} %: must be above 0 and at most 100 %")
    return value


PatternText = Annotated[str, PlainValidator(_pattern), WithJsonSchema({"type": "string"})]


def _pattern_or_days(value: Any) -> Any:
    return "days" if isinstance(value, list) else "pattern"


class OrderEntry(Entry):
    """Order alone: after or before a course or a date, in the source's words."""

    after: stated(Text) = None  # type: ignore[valid-type]
    before: stated(Text) = None  # type: ignore[valid-type]
    printed: stated(Text) = None  # type: ignore[valid-type]


WhenText = Annotated[Any, PlainValidator(_when), WithJsonSchema({"type": "string"})]
WhenField = Annotated[
    Annotated[WhenText, Tag("text")] | Annotated[OrderEntry, Tag("order")],
    Discriminator(lambda value: "order" if isinstance(value, dict | OrderEntry) else "text"),
]
NOT_SAID = When()


class SourceEntry(Entry):
    """Where a published case is from."""

    key: Id
    place: Text


def _kidneys(value: Any) -> int | None:
    if value == NOT_STATED:
        return None
    if value not in ("0", "1", "2"):
        raise DomainError(f"{value!r}: the number of kidneys is 0, 1, 2 or not stated")
    return int(value)


class PatientEntry(Entry):
    """Facts that change limits; no identity."""

    sex: stated(Literal["female", "male"]) = None  # type: ignore[valid-type]
    kidneys: Annotated[
        Literal[0, 1, 2] | None, BeforeValidator(_kidneys), WithJsonSchema({"enum": ["0", "1", "2", NOT_STATED]})
    ] = None
    surgery: dict[Text, WhenField] = {}
    volumes: dict[Id, stated(Volume)] = {}  # type: ignore[valid-type]
    tags: Texts = ()


class _ListOrBlock:
    """Tells an editor that a list of organs will do."""

    @staticmethod
    def __get_pydantic_json_schema__(core: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [{"type": "array", "items": {"type": "string"}}, handler(core)]}


def _distances(value: Any) -> Any:
    """A list of organs without distances, or a block of organs with them."""
    return dict.fromkeys(value, NOT_STATED) if isinstance(value, list) else value


if TYPE_CHECKING:
    Distances: TypeAlias = dict[str, float | None]
else:
    Distances = Annotated[dict[Id, stated(Length)], BeforeValidator(_distances), _ListOrBlock]


class NearEntry(Entry):
    """Organs near a target, by who says so."""

    stated: Distances = {}
    assumed: Distances = {}
    dicom: Distances = {}


class TargetEntry(Entry):
    """One lesion."""

    site: Text
    region: Region
    level: stated(Text) = None  # type: ignore[valid-type]
    near: stated(NearEntry)  # type: ignore[valid-type]
    largest: stated(Length)  # type: ignore[valid-type]
    tissue: Id


class PrescriptionEntry(Entry):
    """One target in one course."""

    dose: ScheduleText
    delivered: stated(ScheduleText) = None  # type: ignore[valid-type]
    isodose: stated(Annotated[Percent, AfterValidator(_isodose)]) = None  # type: ignore[valid-type]
    to: Text = NOT_STATED
    target_metrics: dict[Text, Text] = {}


class MarginsEntry(Entry):
    """Margins of the plan."""

    PTV: stated(Length) = None  # type: ignore[valid-type]
    PRV: stated(Length) = None  # type: ignore[valid-type]


def _per_day(value: Any) -> int:
    if value not in ("1", "2", "3"):
        raise DomainError(f"{value!r}: fractions a day are 1, 2 or 3")
    return int(value)


class DoseRateEntry(Entry):
    """Continuous irradiation."""

    kind: Literal["permanent", "decaying", "constant"]
    initial: stated(Text) = None  # type: ignore[valid-type]
    half_life: stated(Text) = None  # type: ignore[valid-type]
    duration: stated(Text) = None  # type: ignore[valid-type]
    repair: stated(Text) = None  # type: ignore[valid-type]


class CourseEntry(Entry):
    """One course."""

    prescription: Annotated[dict[Id, PrescriptionEntry], Field(min_length=1)]
    start: WhenField = NOT_SAID
    end: WhenField = NOT_SAID
    treatment_days: Annotated[
        Annotated[PatternText, Tag("pattern")] | Annotated[listed(WhenText), Field(min_length=1), Tag("days")],  # type: ignore[valid-type]
        Discriminator(_pattern_or_days),
    ] = NOT_STATED
    technique: Technique
    status: Status = "unknown"
    known_by: KnownBy = "metrics"
    same_sessions_as: Ids = ()
    radiation: Radiation = "photon"
    rbe: stated(Ratio) = None  # type: ignore[valid-type]
    rbe_max: stated(Ratio) = None  # type: ignore[valid-type]
    rbe_min: stated(Ratio) = None  # type: ignore[valid-type]
    doses_are: stated(Literal["Gy(RBE)"]) = None  # type: ignore[valid-type]
    dose_rate: stated(DoseRateEntry) = None  # type: ignore[valid-type]
    per_day: Annotated[int, BeforeValidator(_per_day), WithJsonSchema({"enum": ["1", "2", "3"]})] = 1
    hours_between: stated(Hours) = None  # type: ignore[valid-type]
    session: stated(Hours) = None  # type: ignore[valid-type]
    margins: MarginsEntry = MarginsEntry()
    heterogeneity_corrected: stated(Flag) = None  # type: ignore[valid-type]
    dvh: dict[Id, CurveEntry] = {}
    note: Text | None = None


def _cycle(value: Any) -> tuple[int, int] | None:
    if value == NOT_STATED:
        return None
    found = re.fullmatch(r"(\d{1,3}) on / (\d{1,3}) off", str(value), re.ASCII)
    if not found or int(found[1]) == 0:
        raise DomainError(f"{value!r} is not a cycle; write '28 on / 14 off' (days)")
    return int(found[1]), int(found[2])


class PeriodEntry(Entry):
    """One stretch of a drug."""

    dose: Text
    first: WhenField
    last: WhenField
    cycle: Annotated[tuple[int, int] | None, BeforeValidator(_cycle), WithJsonSchema({"type": "string"})] = None


class DrugEntry(Entry):
    """How a drug was taken."""

    drug: Text
    registry_entry: Literal["none"] | None = None
    periods: listed(PeriodEntry)  # type: ignore[valid-type]
    during: dict[Id, Literal["on", "off", "unknown"]] = {}
    reason: Text | None = None


class RecoveryEntry(Entry):
    """A recovery value with the user's own reference."""

    organ: Id
    after_days: Annotated[Days, Field(ge=1)] = Field(alias="after")
    percent: Annotated[Percent, Field(ge=0, le=100)]
    reference: Text


class AcknowledgedEntry(Entry):
    """What the user accepted, knowing it is not measured."""

    prescription_as_organ_dose: dict[Id, Ids] = {}
    other: Texts = ()


class FileNoteEntry(Entry):
    """What a file of the case said of itself; written by the program that read it."""

    code: Id
    where: Text
    text: Text


class TumourControlEntry(Entry):
    """Which published set the control of targets with a curve is computed with."""

    parameters: Id


# An organ without any course would vanish without a word.
CourseDoses = Annotated[dict[Id, DosesEntry], Field(min_length=1)]
NoneReported = Literal["none reported", "not stated"]


class CaseFile(Entry):
    """A whole case file."""

    schema_version: SchemaVersion
    id: Id
    title: Text = ""
    source: SourceEntry | None = None
    note: Text | None = None
    disease: Text
    patient: PatientEntry = PatientEntry()
    targets: Annotated[dict[Id, TargetEntry], Field(min_length=1)]
    courses: Annotated[dict[Id, CourseEntry], Field(min_length=1)]
    drugs: listed(DrugEntry) = ()  # type: ignore[valid-type]
    organ_doses: Annotated[
        Annotated[NoneReported, Tag("text")] | Annotated[dict[Id, CourseDoses], Tag("doses")],
        Discriminator(lambda value: "doses" if isinstance(value, dict) else "text"),
    ]
    limit_sets: Ids = ()
    recovery: listed(RecoveryEntry) = ()  # type: ignore[valid-type]
    acknowledged: AcknowledgedEntry = AcknowledgedEntry()
    tumour_control: stated(TumourControlEntry) = None  # type: ignore[valid-type]
    dicom: Text | None = None
    file_notes: listed(FileNoteEntry) = ()  # type: ignore[valid-type]
