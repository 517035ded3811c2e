"""A case and the DICOM that belongs to it: measured organ doses and distances go in, contradictions are refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

from rtcalc.case import Case, Near, OrganDose, Target
from rtcalc.consistency import consistent
from rtcalc.courses import Course, Prescription
from rtcalc.dicom.analysis import STANDARD, CourseAnalysis, Wanted, read_metrics
from rtcalc.dicom.case_notes import Results, accepted, computed_of, course_notes, partly_covered, said
from rtcalc.dicom.case_sums import case_sums
from rtcalc.dicom.checks import require_distinct
from rtcalc.dicom.courses import Named, Stated, course_ids, require_one_each, slug, stated_for
from rtcalc.dicom.pairing import TreatmentSet
from rtcalc.dicom.plan import PRESCRIPTION_TOLERANCE
from rtcalc.dicom.wording import refuse
from rtcalc.errors import DicomError, DomainError
from rtcalc.limits import Metric
from rtcalc.nesting import around, within

if TYPE_CHECKING:
    from rtcalc.dicom.study import Study
    from rtcalc.registry import Registry

SAME_GRAY, SAME_PART, SAME_MM = 0.1, 0.02, 2.0
"""A typed number and the computed one agree within 0.1 Gy (cc, %) or 2 %, distances within 2 mm."""
PLACES = 3
"""Decimals of an organ dose in a case. [Gy, cc, %]"""
Place = tuple[str, str, str, Metric, str]
"""Organ, course, structure, metric and unit."""
TARGET_POINTS = tuple(Metric.parse(name) for name in ("D98%", "D95%", "D50%", "D2%", "Dmax"))
BODY = "External"


def with_dicom(
    case: Case,
    study: Study,
    *,
    names: Mapping[str, str] | None = None,
    registry: Registry | None = None,
    fractions_in_file: Stated = None,
) -> Case:
    """Return the case with organ doses, distances and dose points computed from its DICOM.

    Parameters
    ----------
    case : Case
        Its courses have the ids that the study's have: the label of the plan in small letters.
    names : mapping, optional
        Your own names for structures.
    registry : Registry, optional
        With it every metric is read that a limit set of the case asks for.
    fractions_in_file : int or mapping, optional
        Of how many fractions a FRACTION dose is, for all courses or by course; noted in the case.

    Raises
    ------
    DicomError
        A dose that is no course of the case; another number of fractions or prescription; a dose that is all below the
        prescription, or that of another course in every voxel, unless `acknowledged` in the case or when it was read;
        a structure that could not be mapped; a typed number that contradicts the computed one.
    UnknownName
        `fractions_in_file` names no course.
    """
    sets = course_ids(study)
    _require_known(case, sets)
    chosen, held = {}, stated_for(study, fractions_in_file)
    for name, group in sets.items():
        stated = None if group.plan_knows else case.course(name).fractions
        chosen[name] = CourseAnalysis.of(study, name, names=names, fractions=stated, fractions_in_file=held.get(name))
    for name, course in chosen.items():
        _require_same(case, name, course)
        require_mapped(course.structures())
        require_one_each(course.structures())
    words = {*case.acknowledged, *(word for group in sets.values() for word in group.accepted)}
    require_distinct([course.dose for course in chosen.values()], words)
    results = {name: {one: course.computed(one) for one in _organs(course)} for name, course in chosen.items()}
    doses = [dose for of_course in results.values() for dose in _doses(case, of_course, registry)]
    wanted = {name: _to_sum(course, case, registry) for name, course in chosen.items()}
    added = case_sums(case, chosen, study.registrations, wanted, registry)
    sources = [one.source for group in (study.plans, study.doses, study.structure_sets) for one in group]
    files = "".join(sorted(source.sha256 for source in sources))
    notes = list(study.notes)
    for name, course in chosen.items():
        notes += course_notes(course, results[name], computed_of(course, targets_of(course)))
    unclear = _unclear_targets(case, chosen)
    return replace(
        case,
        organ_doses=_merged(case.organ_doses or (), doses),
        sums=tuple(added.sums),
        targets=tuple(_with_distances(case, target, chosen) for target in case.targets),
        courses=tuple(_with_points(course, chosen.get(course.id)) for course in case.courses),
        acknowledged=tuple(dict.fromkeys([*case.acknowledged, *accepted(notes)])),
        file_notes=said([*case.file_notes, *notes]),
        note=" ".join(filter(None, (case.note, *partly_covered(results), *unclear, *added.notes))),
        dicom=None,  # it has been read; the assessment names a folder that was not
        sha256=sha256(f"{case.sha256} {files}".encode()).hexdigest(),
    )


def require_mapped(structures: Iterable[Named]) -> None:
    """Refuse structures that might be an organ and were mapped to nothing; each is to be named or left out.

    Raises
    ------
    DicomError
        There are some; all of them are listed with the nearest names.
    """
    unclear = []
    for one in structures:
        match = one.match
        if match.organ is None and not match.is_target and match.how in ("unknown", "alike") and _drawn(one):
            near = ", ".join(f"{name} {share:g}" for name, share in match.candidates)
            unclear.append(f"{one.structure.label} ({near or 'nothing near'})")
    if unclear:
        refuse(
            "structures",
            f"{len(unclear)} names are below the threshold of mapping: {'; '.join(unclear)}",
            "a TG-263 name for each, 'target' or 'ignore'",
            "State them in a file of your own names (names: {name in the file: TG-263 name}).",
        )


def targets_of(course: CourseAnalysis) -> tuple[Named, ...]:
    """Return the volumes that the course treats: those the plan prescribes to, else the planning targets."""
    drawn = [one for one in course.structures() if one.match.is_target and _drawn(one)]
    plan = course.chosen.plan
    references = plan.dose_references if plan is not None else ()
    numbers = {one.roi_number for one in references if one.kind == "TARGET"}
    prescribed = [one for one in drawn if one.structure.number in numbers]
    planning = [one for one in drawn if one.match.standard == "PTV" or one.structure.interpreted_type == "PTV"]
    return tuple(prescribed or planning)


def points_of(course: CourseAnalysis, target: Named) -> tuple[tuple[Metric, float], ...]:
    """Return D98%, D95%, D50%, D2% and Dmax of a target; empty where part of it has no dose. [Gy]"""
    curve = course.computed(target).dvh
    try:
        return tuple((metric, round(curve.value(metric)[0], PLACES)) for metric in TARGET_POINTS)
    except DomainError:
        return ()


def distances(course: CourseAnalysis, targets: Sequence[Named] | None = None) -> dict[str, float]:
    """Return how near each organ comes to a target, the nearest of several; by default all of the course. [mm]"""
    numbers = [one.structure.number for one in (targets_of(course) if targets is None else targets)]
    return {
        organ.organ: min(course.distance_mm(organ.structure.number, target) for target in numbers)
        for organ in _organs(course)
        if numbers and organ.match.measured_on == "organ"
    }


def wanted_metrics(organ: str, registry: Registry | None, sets: Sequence[str]) -> tuple[Wanted, ...]:
    """Return what is read of an organ: the standard metrics, and those of the limits of these sets in physical dose.

    A limit of a structure inside or around it is read as well: the assessment answers it from this organ's dose.
    """
    if registry is None:
        return STANDARD
    known = [name for name in sets if name in registry.sets]  # `assess` names the others
    asked = [
        (limit.metric, "%" if limit.unit == "%" else "cc")
        for structure in (organ, *within(organ), *around(organ))
        for name in known
        for limit in registry.limits(organ=structure, set_id=name)
        if limit.alpha_beta is None or limit.metric.is_dose
    ]
    return tuple(dict.fromkeys([*STANDARD, *asked]))  # type: ignore[list-item]


# --- agreement ------------------------------------------------------------------------------------------------------
def _require_known(case: Case, sets: Mapping[str, TreatmentSet]) -> None:
    known = [course.id for course in case.courses]
    strange = [f"{name} ({one.dose.source.name})" for name, one in sets.items() if name not in known]
    if strange or not sets:
        what = f"no course of the case is {', '.join(strange)}" if strange else "there is no physical dose"
        remedy = f"Its courses are {', '.join(known)}; give them the names of the plans, or take the file out."
        refuse(case.id, what, "a course of the case for each dose", remedy)


def _require_same(case: Case, name: str, read: CourseAnalysis) -> None:
    course, where = case.course(name), f"{read.dose.source.name}, course {name}"
    if read.fractions != course.fractions:
        what = f"{read.fractions} fractions are planned, the case has {course.fractions}"
        refuse(where, what, "the same", "Correct the case, or read the plan that belongs to it.")
    plan = read.chosen.plan
    planned = plan.prescription_gray if plan is not None else None
    stated = [float(one.planned.total.gray) for one in course.prescriptions]
    if planned is not None and all(abs(planned - gray) > PRESCRIPTION_TOLERANCE * planned for gray in stated):
        what = f"{planned:g} Gy are prescribed, the case has {', '.join(f'{gray:g}' for gray in stated)} Gy"
        refuse(where, what, "the same", "Correct the case, or read the plan that belongs to it.")
    if problem := read.chosen.dose_problem_of(read.dose, case.acknowledged):
        raise DicomError(problem)


def _merged(typed: Sequence[OrganDose], computed: Sequence[OrganDose]) -> tuple[OrganDose, ...]:
    """Computed doses, and typed ones that nothing computed stands for; both have to agree where both exist."""
    known: dict[Place, list[OrganDose]] = {}
    for one in computed:
        known.setdefault(_place(one), []).append(one)
    kept = []
    for dose in typed:
        found = known.get(_place(dose), [])
        for one in found:
            if _apart(dose, one) > max(SAME_GRAY, SAME_PART * one.value):
                what = f"{dose} is typed for {dose.course}, {one.side}{one.value:.4g} {one.unit} is computed"
                refuse("organ_doses", what, "the same within 2 %", "Correct the typed number or leave it out.")
        if not found or (not dose.bound and all(one.bound for one in found)):
            kept.append(dose)  # it stands for the whole organ, and nothing computed does
    merged = (*computed, *kept)
    _require_consistent([dose for dose in merged if not dose.bound])
    return merged


def _apart(typed: OrganDose, computed: OrganDose) -> float:
    """How far two numbers are from agreeing; a bound agrees with all on its side, and with another bound."""
    off = computed.value - typed.value
    if typed.bound and computed.bound:
        return 0.0
    if computed.bound:
        return off if computed.bound == ">=" else -off
    return {"": abs(off), ">=": -off, "<=": off}[typed.bound]


def _place(dose: OrganDose) -> Place:
    return dose.organ, dose.course, dose.measured_on, dose.metric, dose.unit


def _require_consistent(doses: Sequence[OrganDose]) -> None:
    for key in dict.fromkeys((dose.organ, dose.course, dose.measured_on) for dose in doses):
        readings = [(d.metric, d.value, d.unit) for d in doses if (d.organ, d.course, d.measured_on) == key]
        try:
            consistent(f"{key[0]}, {key[1]}", readings)
        except DomainError as problem:
            raise DicomError(f"{problem} (typed and computed numbers of one structure)") from problem


# --- what is filled in ------------------------------------------------------------------------------------------------
def _drawn(one: Named) -> bool:
    return one.structure.kind in ("volume", "refused")


def _organs(course: CourseAnalysis) -> Iterator[Named]:
    for one in course.structures():
        if one.match.organ not in (None, BODY) and not one.match.is_target and _drawn(one):
            yield one


def _doses(case: Case, results: Results, registry: Registry | None) -> Iterator[OrganDose]:
    """Organ doses to the places that mean something: a hundredth of what contours and grid leave open."""
    for one, computed in results.items():
        for dose in read_metrics(computed.dvh, one, wanted_metrics(one.organ, registry, case.limit_sets)):
            yield replace(dose, value=round(dose.value, PLACES))


def _to_sum(
    course: CourseAnalysis, case: Case, registry: Registry | None
) -> tuple[tuple[Named, tuple[Wanted, ...]], ...]:
    """Return the organs of a course, and the structures around them, each with what is asked of it."""
    return tuple((one, wanted_metrics(one.organ, registry, case.limit_sets)) for one in _organs(course))


def _is_called(structure: str, target: str) -> bool:
    """Whether a structure is called as a target of the case, with or without PTV before it."""
    return slug(structure).replace("_", "-").removeprefix("ptv-") == slug(target).replace("_", "-")


def _drawn_for(case: Case, target: Target, read: CourseAnalysis) -> tuple[Named, ...]:
    """Return the structures of a course that are this target: all where it is the only one treated, else by name."""
    treated, found = case.course(read.id).targets, targets_of(read)
    if target.id not in treated:
        return ()
    return found if len(treated) == 1 else tuple(one for one in found if _is_called(one.structure.name, target.id))


def _unclear_targets(case: Case, chosen: Mapping[str, CourseAnalysis]) -> Iterator[str]:
    for target in case.targets:
        for read in chosen.values():
            if target.id in case.course(read.id).targets and not _drawn_for(case, target, read):
                yield (
                    f"Target {target.id}, {read.id}: no target volume is called {target.id} or PTV_{target.id}, so no "
                    "distance was measured."
                )


def _with_distances(case: Case, target: Target, chosen: Mapping[str, CourseAnalysis]) -> Target:
    """Distances measured in the courses that treat this target."""
    measured: dict[str, float] = {}
    for course in chosen.values():
        for organ, away in distances(course, _drawn_for(case, target, course)).items():
            found_mm = round(away, 1)
            measured[organ] = min(found_mm, measured.get(organ, found_mm))
    for near in target.near or ():
        found = measured.get(near.organ)
        if near.basis == "stated" and None not in (near.distance_mm, found):
            assert near.distance_mm is not None
            assert found is not None
            if abs(near.distance_mm - found) > SAME_MM:
                what = f"{near.organ} is stated to be {near.distance_mm:g} mm from the target, {found:.1f} mm measured"
                refuse(f"target {target.id}", what, f"the same within {SAME_MM:g} mm", "Correct it or leave it out.")
    kept = tuple(near for near in target.near or () if near.organ not in measured)
    found_near = tuple(Near(organ=organ, distance_mm=away, basis="dicom") for organ, away in measured.items())
    return replace(target, near=(*found_near, *kept))


def _with_points(course: Course, read: CourseAnalysis | None) -> Course:
    """Dose points and isodose of the one target of a course, where the case does not have them."""
    if read is None:
        return course
    found = targets_of(read)
    if len(course.prescriptions) != 1 or len(found) != 1:
        return replace(course, known_by="dicom")
    return replace(course, known_by="dicom", prescriptions=(_completed(course.prescriptions[0], read, found[0]),))


def _completed(one: Prescription, read: CourseAnalysis, target: Named) -> Prescription:
    named = target.match.standard or target.structure.name
    isodose = read.chosen.isodose_percent
    return replace(
        one,
        metrics=one.metrics or points_of(read, target),
        to=named if one.to == "not stated" else one.to,
        isodose_percent=isodose
        if one.isodose_percent is None and isodose and isodose <= 100.0
        else one.isodose_percent,
    )
