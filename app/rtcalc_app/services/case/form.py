"""The form: which fields of the case text it shows, and what typed values make of the text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, get_args

from rtcalc.caseschema import Region
from rtcalc.courses import Status, Technique
from rtcalc.dates import NOT_STATED
from rtcalc.errors import RtcalcError
from rtcalc.registry import Registry
from rtcalc.textfile import Place, Tree
from rtcalc_app.services.case import edits, typed
from rtcalc_app.services.case.blocks import Block, Field, Form, fields
from rtcalc_app.services.case.text import Reading, tree

WHEN_HINT = "2026-03-16, 2026-03, 60 d after COURSE, after: COURSE, or not stated"


DOSE_POINTS = ("D98", "D95", "D50", "D2", "Dmax")


def form(text: str, registry: Registry, reading: Reading) -> Form:
    """The form that shows case text, with what `reading` refused marked at its field."""
    try:
        data = tree(text)
    except RtcalcError as problem:
        return Form(unreadable=str(problem))
    builder = _Builder(data, registry, reading)
    return Form(
        blocks=tuple(builder.blocks()),
        organs=tuple(sorted({name for row in registry.limits() for name in row.applies_to})),
        courses=tuple(builder.names("courses")),
        elsewhere=tuple(name for name in data if name not in SHOWN),
    )


SHOWN = (
    "schema_version",
    "id",
    "title",
    "disease",
    "patient",
    "targets",
    "courses",
    "drugs",
    "organ_doses",
    "limit_sets",
)


def apply(text: str, registry: Registry, shown: Sequence[tuple[Place, Any]]) -> str:
    """Case text after the form was filled in: what differs from the text is written, the rest stays.

    Parameters
    ----------
    shown : sequence of (place, value)
        The values of the fields that are shown; a place that is no field of the form is passed over.
    """
    data = tree(text)
    known = {field.place: field for field in fields(_Builder(data, registry, Reading()).blocks())}
    changed = False
    for place, value in shown:
        field = known.get(place)
        if field is None or not _is_value(field, value) or _same(field, value):
            continue
        edits.put(data, place, strict(field, value))
        changed = True
    return edits.written(data, text) if changed else text


def strict(field: Field, value: Any) -> Tree | None:
    """What the file holds for the value of a field; None: the field is left out."""
    if field.kind == "many":
        return list(value)
    shown = (value or "").strip()
    return typed.strict(field.place, shown) if shown else field.empty


def _is_value(field: Field, value: Any) -> bool:
    if field.kind == "many":
        return isinstance(value, list) and all(isinstance(part, str) for part in value)
    return value is None or isinstance(value, str)


def _same(field: Field, value: Any) -> bool:
    if field.kind == "many":
        return tuple(value) == tuple(field.value)
    return (value or "").strip() == str(field.value).strip()


class _Builder:
    """Blocks of fields from the tree, whatever of it is there."""

    def __init__(self, data: Tree, registry: Registry, reading: Reading) -> None:
        self.data, self.registry, self.reading = data, registry, reading

    def names(self, block: str) -> list[str]:
        entries = self.data.get(block)
        return list(entries) if isinstance(entries, dict) else []

    def field(self, *place: str | int, label: str, **more: Any) -> Field:
        value = edits.value_at(self.data, place)
        shown = ", ".join(map(str, value)) if isinstance(value, list) else typed.when_words(value)
        return Field(place=place, label=label, value=shown, error=self.refused(place), **more)

    def refused(self, place: Place) -> str:
        """Why the value at a place, or a part of it, is refused; line and field stand at the top of the page."""
        at = self.reading.place
        _, _, why = self.reading.problem.partition(f"{'.'.join(map(str, at))}: ")
        if not at or not place:
            return ""
        if at[: len(place)] == place:
            return why or self.reading.problem
        # Metrics of one organ are judged together: the refusal stands at the organ and begins with the metric.
        name, _, of_metric = why.partition(": ")
        return of_metric if place == (*at, name) else ""

    def choice(self, *place: str | int, label: str, options: Sequence[str], **more: Any) -> Field:
        """A field with the words that the file takes; another word that stands there is shown, and refused."""
        field = self.field(*place, label=label, kind="choice", **more)
        known = [*options, *([field.value] if field.value and field.value not in options else [])]
        return replace(field, options=tuple((name, name) for name in known))

    def blocks(self) -> Iterator[Block]:
        yield Block(
            title="Case",
            fields=(
                self.field("id", label="Id (no name, no number of a patient)", empty=""),
                self.field("disease", label="Disease", empty=""),
                self.field("title", label="Title", wide=True),
            ),
        )
        yield Block(title="Patient", fields=tuple(self.patient()))
        targets = tuple(self.target(name) for name in self.names("targets"))
        yield Block(title="Targets", blocks=targets, acts=(("add target", (), "Add a target"),))
        courses = tuple(self.course(name) for name in self.names("courses"))
        yield Block(title="Courses", blocks=courses, acts=(("add course", (), "Add a course"),))
        entries = self.data.get("drugs")
        drugs = tuple(self.drug(number) for number in range(len(entries) if isinstance(entries, list) else 0))
        yield Block(title="Drugs", blocks=drugs, acts=(("add drug", (), "Add a drug"),))
        yield Block(title="Limit sets", fields=(self.limit_sets(),))
        doses = self.data.get("organ_doses")
        organs = tuple(self.organ(name) for name in doses) if isinstance(doses, dict) else ()
        yield Block(title="Organ doses", blocks=organs)

    def patient(self) -> Iterator[Field]:
        yield self.choice("patient", "sex", label="Sex", options=(NOT_STATED, "female", "male"))
        yield self.choice("patient", "kidneys", label="Kidneys", options=(NOT_STATED, "0", "1", "2"))
        for organ in self.inside("patient", "volumes"):
            yield self.field("patient", "volumes", organ, label=f"{organ}, volume left [cc]", empty=NOT_STATED)
        for what in self.inside("patient", "surgery"):
            yield self.field("patient", "surgery", what, label=f"Date of {what}", hint=WHEN_HINT, empty=NOT_STATED)

    def inside(self, *place: str | int) -> list[str]:
        found = edits.value_at(self.data, place)
        return list(found) if isinstance(found, dict) else []

    def target(self, name: str) -> Block:
        at: Place = ("targets", name)
        tumours = [tissue.id for tissue in self.registry.tissues.values() if tissue.kind != "late"]
        return Block(
            title=name,
            fields=(
                self.field(*at, "site", label="Site", empty="", wide=True),
                self.choice(*at, "region", label="Region", options=get_args(Region)),
                self.field(*at, "level", label="Vertebral level", hint="T8", empty=None),
                self.field(*at, "largest", label="Largest diameter [mm]", empty=NOT_STATED),
                self.choice(*at, "tissue", label="Tissue", options=tumours),
                self.near(*at, "near", "stated", label="Organs near it, stated [mm]"),
                self.near(*at, "near", "assumed", label="Organs near it, assumed [mm]"),
            ),
            acts=(("remove", at, f"Remove {name}"),),
        )

    def near(self, *place: str | int, label: str) -> Field:
        field = self.field(*place, label=label, hint="Esophagus 12 mm, SpinalCord", wide=True)
        return replace(field, value=typed.near_words(edits.value_at(self.data, place)))

    def course(self, name: str) -> Block:
        at: Place = ("courses", name)
        treated = self.inside(*at, "prescription")
        acts: list[tuple[str, Place, str]] = [("remove", at, f"Remove {name}")]
        if len(treated) < len(self.names("targets")):
            acts.insert(0, ("add prescription", at, "Add a target to this course"))
        return Block(
            title=name,
            blocks=tuple(self.prescription((*at, "prescription", target), len(treated) > 1) for target in treated),
            fields=(
                self.field(*at, "start", label="First fraction", hint=WHEN_HINT, empty=NOT_STATED),
                self.field(*at, "end", label="Last fraction", hint=WHEN_HINT),
                self.field(
                    *at,
                    "treatment_days",
                    label="Treatment days",
                    hint="2026-03-16, 2026-03-18, or every weekday",
                    wide=True,
                ),
                self.choice(*at, "technique", label="Technique", options=get_args(Technique)),
                self.choice(*at, "status", label="Status", options=get_args(Status)),
                self.field(*at, "same_sessions_as", label="In the same sessions as", hint="id of another course"),
            ),
            acts=tuple(acts),
        )

    def prescription(self, at: Place, removable: bool) -> Block:
        acts: tuple[tuple[str, Place, str], ...] = (("remove", at, f"Remove {at[-1]} from this course"),)
        return Block(
            title=f"Dose to {at[-1]}",
            fields=(
                self.field(*at, "dose", label="Prescribed [Gy / fractions]", hint="45 Gy / 5 or 5 x 9 Gy", empty=""),
                self.field(*at, "delivered", label="Delivered, if different", hint="3 x 9 Gy + 2 x 10 Gy"),
                self.field(*at, "isodose", label="Prescription isodose [%]", empty=NOT_STATED),
                self.field(*at, "to", label="Prescribed to", hint="PTV", empty=NOT_STATED),
                *(self.field(*at, "target_metrics", name, label=f"{name} [Gy]") for name in self.dose_points(at)),
            ),
            acts=acts if removable else (),
        )

    def dose_points(self, at: Place) -> list[str]:
        """Names of the dose points: those of the file, then the usual ones."""
        given = self.inside(*at, "target_metrics")
        return [*given, *(name for name in DOSE_POINTS if name not in {known.removesuffix("%") for known in given})]

    def drug(self, number: int) -> Block:
        at: Place = ("drugs", number)
        name = self.field(*at, "drug", label="Drug", empty="")
        known = tuple((drug, drug) for drug in sorted(self.registry.drugs))
        during = tuple(
            self.choice(*at, "during", course, label=f"During {course}", options=("on", "off", "unknown"))
            for course in self.names("courses")
        )
        periods = edits.value_at(self.data, (*at, "periods"))
        count = len(periods) if isinstance(periods, list) else 0
        return Block(
            title=str(name.value) or f"Drug {number + 1}",
            fields=(
                replace(name, options=known),
                self.field(*at, "reason", label="Reason of change"),
                *during,
            ),
            blocks=tuple(self.period((*at, "periods", i), i + 1, count > 1) for i in range(count)),
            acts=(("add period", at, "Add a period (a hold is the gap)"), ("remove", at, "Remove this drug")),
        )

    def period(self, at: Place, number: int, removable: bool) -> Block:
        return Block(
            title=f"Period {number}",
            fields=(
                self.field(*at, "dose", label="Dose", hint="50 mg/day", empty=NOT_STATED),
                self.field(*at, "cycle", label="Cycle [d]", hint="28 on / 14 off"),
                self.field(*at, "first", label="First day", hint=WHEN_HINT, empty=NOT_STATED),
                self.field(*at, "last", label="Last day", hint="a date, still taken, or not stated", empty=NOT_STATED),
            ),
            acts=(("remove", at, f"Remove period {number}"),) if removable else (),
        )

    def limit_sets(self) -> Field:
        value = self.data.get("limit_sets")
        chosen = tuple(str(name) for name in value) if isinstance(value, list) else ()
        error = self.refused(("limit_sets",))
        options = tuple((name, name) for name in self.registry.sets)
        return Field(
            place=("limit_sets",), label="Sets that are asked", value=chosen, kind="many", options=options, error=error
        )

    def organ(self, organ: str) -> Block:
        blocks = []
        for course in self.inside("organ_doses", organ):
            at: Place = ("organ_doses", organ, course)
            metrics = [name for name in self.inside(*at) if name not in ("on", "origin", "covered")]
            options = ("organ", "cord", "loop", "PRV", "canal", "thecal sac")
            blocks.append(
                Block(
                    title=course,
                    fields=(
                        *(self.field(*at, m, label=f"{m} [{_unit(m)}]") for m in metrics),
                        self.choice(*at, "on", label="Measured on", options=options),
                    ),
                    acts=(("remove", at, f"Remove {organ} in {course}"),),
                )
            )
        return Block(title=organ, blocks=tuple(blocks))


def _unit(metric: str) -> str:
    if metric.startswith("D"):
        return "Gy"
    return "cc" if metric == "volume" or metric.startswith("CV") else "% or cc, with its unit"
