"""From DICOM into the case that is being worked on: courses and organ doses as the text of a case file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rtcalc import textfile
from rtcalc.case import Case, OrganDose
from rtcalc.casefile import parse_case
from rtcalc.coverage import percent_words
from rtcalc.decimals import plain
from rtcalc.dicom.case_doses import with_dicom
from rtcalc.dicom.case_skeleton import case_of
from rtcalc.errors import DicomError
from rtcalc.registry import Registry
from rtcalc_app.services.dicom import studies
from rtcalc_app.services.dicom.chosen import Chosen

CASE = "case"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What no DICOM file says, as typed on the page."""

    disease: object = None
    tissue: object = None
    technique: object = None
    sets: object = None


def into_case(chosen: Chosen, held: object, wanted: Wanted, registry: Registry) -> str:
    """The text of a case with the organ doses of a study.

    Parameters
    ----------
    held : str, optional
        Text of the case that is being worked on. Where its courses are those of the study it is kept and filled in.
    wanted : Wanted
        For a new case.

    Returns
    -------
    str
        A case file, which reads back as it was checked here.

    Raises
    ------
    DicomError
        Names that are still open, numbers that contradict, everything that a new case lacks.
    ProtocolError
        A held text that is no case.
    """
    base = _base(chosen, held)
    if base is None:
        case = _new(chosen, wanted, registry)
        data = _skeleton(case, wanted)
    else:
        case = with_dicom(parse_case(base), chosen.study, names=chosen.names, registry=registry)
        data = textfile.loads(base, CASE).data
        data.pop("dicom", None)  # it has been read
    data["organ_doses"] = _organ_doses(case)
    _distances(data, case)
    if case.acknowledged:
        data.setdefault("acknowledged", {})["other"] = _stated(chosen, data)
    if case.file_notes:
        data["file_notes"] = [{"code": one.code, "where": one.where, "text": one.text} for one in case.file_notes]
    text = textfile.dumps(data)
    parse_case(text)
    return text


def fits(chosen: Chosen, held: object) -> bool:
    """Whether the case that is being worked on has every course of the study, so that it can be filled in."""
    return _base(chosen, held) is not None


def _base(chosen: Chosen, held: object) -> str | None:
    """The held case where it is of these courses; the sample's own case; None: a new one is needed."""
    sample = studies.state(chosen.spool, chosen.id).sample
    texts = [held if isinstance(held, str) else ""]
    if sample:
        texts.append((studies.sample_folder(sample) / "case.yaml").read_text(encoding="utf-8"))
    for text in texts:
        if text and set(chosen.courses) <= {course.id for course in parse_case(text).courses}:
            return text
    return None


def _new(chosen: Chosen, wanted: Wanted, registry: Registry) -> Case:
    def text(value: object) -> str | None:
        return value if isinstance(value, str) and value.strip() else None

    return case_of(
        chosen.study,
        disease=text(wanted.disease),
        tissue=text(wanted.tissue),
        technique=text(wanted.technique),
        limit_sets=[name for name in wanted.sets if name in registry.sets] if isinstance(wanted.sets, list) else (),
        names=chosen.names,
        registry=registry,
    )


def _skeleton(case: Case, wanted: Wanted) -> dict[str, Any]:
    """A new case as its file says it; what the plan and the page did not say is not stated."""
    target = case.targets[0]
    return {
        "schema_version": "1",
        "id": case.id,
        "disease": case.disease,
        "targets": {
            target.id: {
                "site": target.site,
                "region": target.region,
                "near": "not stated",
                "largest": "not stated",
                "tissue": target.tissue,
            }
        },
        "courses": {
            course.id: {
                "prescription": {one.target: _prescription(one) for one in course.prescriptions},
                "technique": course.technique,
                "status": course.status,
                "known_by": "dicom",
            }
            for course in case.courses
        },
        "limit_sets": list(case.limit_sets),
    }


def _prescription(one: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"dose": str(one.planned), "to": one.to}
    if one.isodose_percent is not None:
        found["isodose"] = f"{one.isodose_percent:.2f} %"
    if one.metrics:
        found["target_metrics"] = {str(metric): f"{plain(gray)} Gy" for metric, gray in one.metrics}
    return found


def _organ_doses(case: Case) -> dict[str, dict[str, dict[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = {}
    for dose in case.organ_doses or ():
        block = found.setdefault(dose.organ, {}).setdefault(dose.course, {})
        _same_structure(block, dose)
        said = [block[str(dose.metric)]] if str(dose.metric) in block else []
        block[str(dose.metric)] = ", ".join([*said, f"{dose.side}{plain(dose.value)} {dose.unit}"])
        if dose.covered < 1.0:
            block["covered"] = percent_words(dose.covered)
    return found


def _same_structure(block: dict[str, str], dose: OrganDose) -> None:
    """A block of a case file speaks of one structure; a PRV beside its organ has no place in it."""
    said = block.setdefault("on", dose.measured_on)
    if said != dose.measured_on:
        raise DicomError(
            f"{dose.organ}, {dose.course}: drawn both as {said} and as {dose.measured_on}; a case takes one of them. "
            "Set the other one to ignore in the table of structures."
        )
    if dose.origin != "typed":
        block["origin"] = dose.origin


def _distances(data: dict[str, Any], case: Case) -> None:
    """Measured distances beside those that were stated."""
    for target in case.targets:
        measured = {
            one.organ: f"{plain(one.distance_mm)} mm"
            for one in target.near or ()
            if one.basis == "dicom" and one.distance_mm is not None
        }
        if not measured:
            continue
        entry = data["targets"][target.id]
        near = entry.get("near")
        kept = near if isinstance(near, Mapping) else {}
        others = {
            basis: {organ: text for organ, text in organs.items() if organ not in measured}
            for basis, organs in kept.items()
            if isinstance(organs, Mapping) and basis != "dicom"
        }
        entry["near"] = {**{basis: organs for basis, organs in others.items() if organs}, "dicom": measured}


def _stated(chosen: Chosen, data: dict[str, Any]) -> list[str]:
    """What was accepted before, and what was accepted of the DICOM."""
    before = data.get("acknowledged", {}).get("other", [])
    notes = [str(note) for note in chosen.study.notes if note.code.startswith("acknowledged-")]
    return list(dict.fromkeys([*before, *notes]))
