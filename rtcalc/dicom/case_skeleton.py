"""A case made from DICOM: what the files say, and an error that lists what they cannot say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rtcalc import textfile
from rtcalc.case import Case
from rtcalc.casefile import parse_case
from rtcalc.dicom.analysis import CourseAnalysis
from rtcalc.dicom.case_doses import require_mapped, targets_of, with_dicom
from rtcalc.dicom.courses import Stated, course_ids, stated_for
from rtcalc.errors import DicomError

if TYPE_CHECKING:
    from rtcalc.dicom.study import Study
    from rtcalc.registry import Registry

TARGET = "target"


def case_of(
    study: Study,
    *,
    disease: str | None = None,
    tissue: str | None = None,
    technique: str | None = None,
    site: str = "not stated",
    region: str = "not stated",
    status: str = "unknown",
    case_id: str = "dicom",
    limit_sets: Sequence[str] = (),
    names: Mapping[str, str] | None = None,
    registry: Registry | None = None,
    fractions_in_file: Stated = None,
) -> Case:
    """Make a case of the courses of a study; one target, which all of them treat.

    Parameters
    ----------
    disease : str
        In your words; DICOM does not say.
    tissue : str
        Id of the tumour's tissue in the registry, such as ``gist``.
    technique : str
        As in a case file; "unknown" has to be said as well.
    site, region, status : str
        As in a case file.
    limit_sets : sequence of str
        Sets of limits to be asked, such as ``TG101``.
    names, registry, fractions_in_file
        As in `with_dicom`.

    Returns
    -------
    Case
        Without dates and drugs: a case file beside the DICOM says more.

    Raises
    ------
    DicomError
        Everything that is missing, in one message.
    ProtocolError
        A word that a case file does not know.
    UnknownName
        `fractions_in_file` names no course.
    """
    held = stated_for(study, fractions_in_file)
    courses = {
        name: CourseAnalysis.of(study, name, names=names, fractions_in_file=held.get(name))
        for name in course_ids(study)
    }
    said = {"disease": disease, "tissue": tissue, "technique": technique}
    missing = [f"{name}= (no file says it)" for name, value in said.items() if not value]
    missing += [problem for course in courses.values() for problem in _missing(course)]
    if not courses:
        missing.append("an RT Dose of a course")
    if missing:
        raise DicomError(f"no case can be made yet; expected also: {'; '.join(dict.fromkeys(missing))}")
    data: dict[str, Any] = {
        "schema_version": "1",
        "id": case_id,
        "disease": str(disease),
        "targets": {
            TARGET: {
                "site": site,
                "region": region,
                "near": "not stated",
                "largest": "not stated",
                "tissue": str(tissue),
            }
        },
        "courses": {name: _course(course, str(technique), status) for name, course in courses.items()},
        "organ_doses": "not stated",
        "limit_sets": list(limit_sets),
    }
    text = textfile.dumps({key: value for key, value in data.items() if value != []})
    case = parse_case(text, "case from DICOM")
    return with_dicom(case, study, names=names, registry=registry, fractions_in_file=fractions_in_file)


def _missing(course: CourseAnalysis) -> list[str]:
    """What this course lacks, each with its own refusal."""
    missing = []
    plan = course.chosen.plan
    if plan is None or plan.prescription_gray is None:
        missing.append(f"one prescribed dose of course {course.id} (its plan states none, or several)")
    try:
        _ = course.fractions
    except DicomError as problem:
        missing.append(str(problem))
    try:
        require_mapped(course.structures())
        if not targets_of(course):
            missing.append(f"a target volume in course {course.id}")
    except DicomError as problem:
        missing.append(str(problem))
    return missing


def _course(course: CourseAnalysis, technique: str, status: str) -> dict[str, Any]:
    plan = course.chosen.plan
    assert plan is not None  # `_missing` has asked
    dose = f"{plan.prescription_gray:.6f}".rstrip("0").rstrip(".")
    return {
        "prescription": {TARGET: {"dose": f"{dose} Gy / {course.fractions}"}},
        "technique": technique,
        "status": status,
        "known_by": "dicom",
    }
