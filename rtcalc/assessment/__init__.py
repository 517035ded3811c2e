"""The main job: a case in, findings out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from typing import Any

from rtcalc.assessment.complications import complication_findings
from rtcalc.assessment.compound import compound_findings
from rtcalc.assessment.context import Context
from rtcalc.assessment.continuous import dose_rate_findings
from rtcalc.assessment.control import control_findings
from rtcalc.assessment.curves import curve_data, curve_findings
from rtcalc.assessment.data import data_findings
from rtcalc.assessment.drugs import drug_findings
from rtcalc.assessment.earlier import earlier_findings
from rtcalc.assessment.file_notes import file_note_findings
from rtcalc.assessment.modelling import NOT_COMPUTED, model_finding
from rtcalc.assessment.offered import offered_findings
from rtcalc.assessment.organs import organ_findings, verdicts
from rtcalc.assessment.ratios import ratio_findings
from rtcalc.assessment.repeated import OVERLAPPING, REIRRADIATION
from rtcalc.assessment.screen import screen_findings
from rtcalc.assessment.summary import sentence
from rtcalc.assessment.targets import target_findings
from rtcalc.assessment.weighting import weighting_findings
from rtcalc.case import Case, OrganCurve
from rtcalc.courses import Course, Prescription
from rtcalc.dates import When, show_day
from rtcalc.doses import PhysicalDose
from rtcalc.errors import DomainError
from rtcalc.evidence import Reference, Severity
from rtcalc.findings import Finding, Question, State, Verdict
from rtcalc.intended_use import INTENDED_USE
from rtcalc.limits import Metric
from rtcalc.published import ContextNote
from rtcalc.registry import Registry
from rtcalc.schedules import Schedule

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What was found in a case.

    Attributes
    ----------
    case : Case
        As it was read.
    sentence : str
        One sentence for the phone.
    counts : tuple of (State, int)
        All seven states, of the requested limits and those not applicable.
    complete : bool
        Every requested limit reached pass, near or exceeded, at least one was requested, and no organ of several
        courses lacks a dose in one of them.
    findings : tuple of Finding
        Worst first.
    verdicts : tuple of Verdict
        Every requested limit, in the order of courses, organs and sets.
    clear : tuple of str
        Drug rules that were looked at and do not apply.
    not_computed : tuple of str
        What this version does not compute.
    notes : tuple of ContextNote
        What the papers say of the tumours of the case: shown beside it, never a verdict.
    references : tuple of Reference
        What the source keys of the case, its findings and notes stand for.
    version, registry_sha256 : str
        Of the program, and of the knowledge that was used.
    overridden : tuple of str
        What a department's folder replaced.
    folder : str or None
        That folder; None: only what is built in was used.
    schema_version : int
        Of the JSON form.

    Examples
    --------
    >>> from rtcalc.casefile import load_case
    >>> from rtcalc.registry.location import builtin
    >>> found = assess(load_case(builtin() / "cases" / "gist-case-2.yaml"))
    >>> found.complete, str(found.worst()), found.unmet(["TG101:SpinalCord"])[0][:40]
    (False, 'warning', 'TG101:SpinalCord: D0.35cc in pararenal-1')
    """

    case: Case
    sentence: str
    counts: tuple[tuple[State, int], ...]
    complete: bool
    findings: tuple[Finding, ...]
    verdicts: tuple[Verdict, ...]
    clear: tuple[str, ...]
    not_computed: tuple[str, ...]
    notes: tuple[ContextNote, ...]
    references: tuple[Reference, ...]
    version: str
    registry_sha256: str
    overridden: tuple[str, ...]
    folder: str | None
    schema_version: int = SCHEMA_VERSION

    def worst(self) -> Severity:
        """The highest severity of any finding."""
        return max((finding.severity for finding in self.findings), key=lambda severity: severity.rank)

    def unmet(self, required: Sequence[str]) -> tuple[str, ...]:
        """Requirements ``SET:ORGAN`` that were not evaluated, each with the reason.

        Parameters
        ----------
        required : sequence of str
            Such as ``TG101:SpinalCord``. Met where every limit of the set on the organ, in every course that asks
            one, reached pass, near or exceeded; unmet where the case asks none.

        Returns
        -------
        tuple of str

        Raises
        ------
        DomainError
            Not of this form.
        """
        problems = []
        for text in required:
            set_id, colon, organ = text.partition(":")
            if not (set_id and colon and organ):
                raise DomainError(f"--require {text!r}: write SET:ORGAN, such as TG101:SpinalCord")
            found = [v for v in self.verdicts if v.set_id == set_id and v.organ == organ]
            if not found:
                problems.append(f"{text}: no limit was requested")
            problems += [
                f"{text}: {v.metric} in {v.course} {v.state.words}"
                + (f" ({', '.join(v.missing)})" if v.missing else "")
                for v in found
                if not v.state.decided
            ]
        return tuple(problems)

    def to_dict(self) -> dict[str, Any]:
        """The assessment as JSON-ready dicts, lists, text and full floats; units are in the keys or beside them."""
        return {
            "schema_version": self.schema_version,
            "rtcalc": self.version,
            "registry_sha256": self.registry_sha256,
            "department_folder": self.folder,
            "overridden": list(self.overridden),
            "case_sha256": self.case.sha256,
            "intended_use": INTENDED_USE,
            "sentence": self.sentence,
            "counts": {state.value: count for state, count in self.counts},
            "complete": self.complete,
            "findings": [plain_data(finding) for finding in self.findings],
            "verdicts": [plain_data(verdict) for verdict in self.verdicts],
            "clear": list(self.clear),
            "not_computed": list(self.not_computed),
            "context_notes": [plain_data(note) for note in self.notes],
            "case": plain_data(self.case),
        }

    def to_json(self) -> str:
        """`to_dict` as text; the same case and registry give the same bytes."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False, allow_nan=False)


def plain_data(value: Any) -> Any:
    """Turn our values into dicts, lists, text and numbers."""
    if isinstance(value, Schedule):
        return {
            "text": value.text,
            "phases": [{"total_gray": phase.gray, "fractions": phase.fractions} for phase in value.phases],
        }
    if isinstance(value, PhysicalDose):
        return {"kind": "physical", "gray": value.gray}
    if isinstance(value, Metric):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value):
        # What takes no part in equality is no part of the value: where it was read from.
        own = (field.name for field in fields(value) if field.compare)
        return {name: plain_data(getattr(value, name)) for name in own} | _readable(value)
    if isinstance(value, tuple | list):
        return [plain_data(item) for item in value]
    return value


def _readable(value: Any) -> dict[str, Any]:
    """Fields that a reader outside could not read as they are: days as dates, dose points with their unit."""
    if isinstance(value, Prescription):
        return {"metrics": [{"metric": str(metric), "gray": gray} for metric, gray in value.metrics]}
    if isinstance(value, Course):
        return {"days": None if value.days is None else [show_day(day, value.calendar) for day in value.days]}
    if isinstance(value, OrganCurve):
        return {"dvh": curve_data(value)}
    if isinstance(value, When):
        ends = {"earliest": value.earliest, "latest": value.latest}
        shown = {name: None if day is None else show_day(day, value.calendar) for name, day in ends.items()}
        return {"text": str(value), **shown}
    return {}


def assess(case: Case, registry: Registry | None = None) -> Assessment:
    """Hold a case against the registry.

    Parameters
    ----------
    case : Case
    registry : Registry, optional
        Default: the built-in knowledge.

    Returns
    -------
    Assessment

    Raises
    ------
    UnknownName
        A tissue, limit set or citation that the registry does not have.

    Examples
    --------
    >>> from rtcalc.casefile import load_case
    >>> from rtcalc.registry.location import builtin
    >>> found = assess(load_case(builtin() / "cases" / "gist-case-2.yaml"))
    >>> found.complete, found.worst().value
    (False, 'warning')
    """
    from rtcalc import __version__

    registry = registry or Registry()
    context = Context.of(case, registry)
    found = verdicts(context)
    drugs, clear = drug_findings(context)
    earlier = [*earlier_findings(context), *compound_findings(context)]
    findings = [
        *earlier,
        *organ_findings(context, found, earlier),
        *offered_findings(context),
        *screen_findings(context),
        *drugs,
        *target_findings(context),
        model_finding(context),
        *ratio_findings(context),
        *weighting_findings(context),
        *dose_rate_findings(context),
        *curve_findings(context),
        *complication_findings(context),
        *control_findings(context),
        *data_findings(context, found),
        *file_note_findings(context),
    ]
    ordered = tuple(sorted(findings, key=_order))
    counts = tuple((state, sum(v.state is state for v in found)) for state in State)
    notes = _notes(context)
    requested = [v for v in found if v.state is not State.NOT_APPLICABLE]
    return Assessment(
        case=case,
        sentence=sentence(context, found, ordered),
        counts=counts,
        complete=bool(requested) and all(v.state.decided for v in requested) and not _open_earlier_dose(findings),
        findings=ordered,
        verdicts=found,
        clear=clear,
        not_computed=NOT_COMPUTED,
        notes=notes,
        references=_references(context, ordered, notes),
        version=__version__,
        registry_sha256=registry.sha256,
        overridden=registry.overridden,
        folder=str(registry.folders[1]) if len(registry.folders) > 1 else None,
    )


def _notes(context: Context) -> tuple[ContextNote, ...]:
    """Notes on the tumours of the targets; unverified and held ones are left out like every other such entry."""
    treated = {target.tissue for target in context.case.targets}
    notes = context.registry.context_notes.values()
    return tuple(note for note in notes if treated & set(note.about) and note.standing != "listed")


def _references(
    context: Context, findings: tuple[Finding, ...], notes: tuple[ContextNote, ...]
) -> tuple[Reference, ...]:
    """What the keys of the case, the findings and the notes stand for: cases and knowledge cite listed ones only."""
    of_case = context.case.source[:1] if context.case.source else ()
    cited = (*of_case, *(key for one in findings for key in one.sources), *(note.source for note in notes))
    return tuple(context.registry.references[key] for key in dict.fromkeys(cited))


def _open_earlier_dose(findings: list[Finding]) -> bool:
    """Whether an organ of several courses lacks a dose in one: a limit met by one of them settles nothing."""
    return any(finding.rule in (REIRRADIATION, OVERLAPPING) for finding in findings)


def _order(finding: Finding) -> tuple[int, int]:
    questions = [Question.ORGAN, Question.EARLIER_DOSE, Question.DRUG, Question.TARGET, Question.MODEL, Question.DATA]
    return -finding.severity.rank, questions.index(finding.question)
