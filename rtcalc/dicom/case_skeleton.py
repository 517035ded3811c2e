"""A case made from DICOM: what the files say, and what they cannot say, in one message or a file to be filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rtcalc import textfile
from rtcalc.case import Case
from rtcalc.casefile import parse_case
from rtcalc.dicom.analysis import CourseAnalysis
from rtcalc.dicom.case_doses import require_mapped, targets_of, with_dicom
from rtcalc.dicom.courses import Stated, course_ids, require_one_each, stated_for
from rtcalc.errors import DicomError

if TYPE_CHECKING:
    from rtcalc.dicom.study import Study
    from rtcalc.registry import Registry

TARGET = "target"
SAID = {
    "disease": "in your words, such as 'GIST, metastatic'; no file says it",
    "tissue": "of the tumour, an id such as gist: rtcalc tissues list",
    "technique": "cyberknife, sbrt, vmat .. or unknown",
}
"""What no DICOM file says, and what to write for it."""


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A case as far as the files and you have said it.

    Parameters
    ----------
    data : mapping
        The fields of a case file that are known.
    missing : tuple of str
        What has to be added before it is a case, one sentence each.
    """

    data: Mapping[str, Any]
    missing: tuple[str, ...]

    def require(self) -> None:
        """Refuse an incomplete case.

        Raises
        ------
        DicomError
            Everything that is missing, in one message.
        """
        if self.missing:
            raise DicomError(f"no case can be made yet; expected also: {'; '.join(self.missing)}")

    def text(self, dicom: str = ".") -> str:
        """Return the text of a case file: what is missing stands above it, and makes it unreadable until it is added.

        Parameters
        ----------
        dicom : str
            Where the DICOM lies, as seen from the file; "." is the file's own folder.
        """
        head = ["A case made from DICOM. Organ doses, distances and dose points are computed from it when it is read."]
        head += ["Dates, drugs, site and what the plans do not say: docs/case-file.md."]
        head += ["To be added:", *(f"- {one}" for one in self.missing)] if self.missing else []
        data = dict(self.data) if dicom == "." else {**self.data, "dicom": dicom}
        return "".join(f"# {line}\n" for line in head) + textfile.dumps(data)


def case_of(
    study: Study,
    *,
    names: Mapping[str, str] | None = None,
    registry: Registry | None = None,
    fractions_in_file: Stated = None,
    **said: Any,
) -> Case:
    """Make a case of the courses of a study; one target, which all of them treat.

    Parameters
    ----------
    names, registry, fractions_in_file
        As in `with_dicom`.
    **said
        As in `skeleton`.

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
    made = skeleton(study, names=names, fractions_in_file=fractions_in_file, **said)
    made.require()
    case = parse_case(made.text(), "case from DICOM")
    return with_dicom(case, study, names=names, registry=registry, fractions_in_file=fractions_in_file)


def skeleton(
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
    fractions_in_file: Stated = None,
) -> Skeleton:
    """Gather what the files and you say of a case.

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
    names, fractions_in_file
        As in `with_dicom`.

    Raises
    ------
    DicomError
        A dose of a part of a course, of which nobody says how much it holds.
    UnknownName
        `fractions_in_file` names no course.
    """
    held = stated_for(study, fractions_in_file)
    courses = {
        name: CourseAnalysis.of(study, name, names=names, fractions_in_file=held.get(name))
        for name in course_ids(study)
    }
    said = {"disease": disease, "tissue": tissue, "technique": technique}
    missing = [f"{name}= or --{name} ({SAID[name]})" for name, value in said.items() if not value]
    missing += [problem for course in courses.values() for problem in _missing(course)]
    if not courses:
        missing.append("an RT Dose of a course")
    data: dict[str, Any] = {
        "schema_version": "1",
        "id": case_id,
        "disease": disease,
        "targets": {
            TARGET: {
                "site": site,
                "region": region,
                "near": "not stated",
                "largest": "not stated",
                "tissue": tissue,
            }
        },
        "courses": {name: _course(course, technique, status) for name, course in courses.items()},
        "organ_doses": "not stated",
        "limit_sets": list(limit_sets),
    }
    return Skeleton(_stated(data), tuple(dict.fromkeys(missing)))


def _stated(data: dict[str, Any]) -> dict[str, Any]:
    """The fields that have a value; what nobody says is left out, never filled in."""
    deeper = {key: _stated(value) if isinstance(value, dict) else value for key, value in data.items()}
    return {key: value for key, value in deeper.items() if value not in (None, [], {})}


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
        require_one_each(course.structures())
        if not targets_of(course):
            missing.append(f"a target volume in course {course.id}")
    except DicomError as problem:
        missing.append(str(problem))
    return missing


def _course(course: CourseAnalysis, technique: str | None, status: str) -> dict[str, Any]:
    return {
        "prescription": {TARGET: {"dose": _prescribed(course)}},
        "technique": technique,
        "status": status,
        "known_by": "dicom",
    }


def _prescribed(course: CourseAnalysis) -> str | None:
    """Dose and fractions of the plan; None where one of them is not known."""
    plan = course.chosen.plan
    if plan is None or plan.prescription_gray is None:
        return None
    try:
        fractions = course.fractions
    except DicomError:
        return None
    dose = f"{plan.prescription_gray:.6f}".rstrip("0").rstrip(".")
    return f"{dose} Gy / {fractions}"
