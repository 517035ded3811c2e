"""What a case keeps of the notes of its DICOM: those of the files, of the contours in use, of targets and coverage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rtcalc.coverage import percent_words
from rtcalc.dicom.analysis import CourseAnalysis
from rtcalc.dicom.courses import Named
from rtcalc.dicom.wording import Note
from rtcalc.errors import DicomError, DomainError
from rtcalc.geometry.dvh_engine import Computed
from rtcalc.limits import Metric

Results = Mapping[Named, Computed]
"""Structures of a course, and what was computed of each."""
_STATED = ("acknowledged-", "reference-dose", "fractions-in-file")
_MEDIAN = Metric.parse("D50%")
LEAST_MEDIAN, MOST_MEDIAN = 0.95, 1.5
"""Of a prescription: 95 % of it are asked for in all of a target (ICRU 50), so that half of it is above; and where the
surface of a target is prescribed the 50 % isodose, the lowest in use, its median lies about half-way to the maximum."""


def accepted(notes: Iterable[Note]) -> tuple[str, ...]:
    """Return what the user accepted or stated, which is no note of a file but stands in every output as such."""
    return tuple(dict.fromkeys(str(note) for note in notes if note.code.startswith(_STATED)))


def said(notes: Iterable[Note]) -> tuple[Note, ...]:
    """Return the notes that are none of the user's, each once."""
    return tuple(dict.fromkeys(note for note in notes if not note.code.startswith(_STATED)))


def computed_of(course: CourseAnalysis, structures: Sequence[Named]) -> Results:
    """Compute the structures that can be; why another cannot be is said where its dose is asked for."""
    found = {}
    for one in structures:
        try:
            found[one] = course.computed(one)
        except DicomError:
            continue
    return found


def course_notes(course: CourseAnalysis, organs: Results, targets: Results) -> Iterator[Note]:
    """Yield what is to be said of the dose of a course, of the contours its curves rest on, and of its targets."""
    yield from course.dose.notes
    group = course.chosen.structure_set
    file = "" if group is None else f"{group.source.name}, "
    for one, computed in (*organs.items(), *targets.items()):
        for text in computed.notes:
            yield Note("contours", f"{file}{one.structure.label}", text)
    yield from _target_notes(course, targets)


def _target_notes(course: CourseAnalysis, targets: Results) -> Iterator[Note]:
    """Say where the median dose of a target is far from what is prescribed to it."""
    plan = course.chosen.plan
    if plan is None:
        return
    for one, computed in targets.items():
        own = {ref.prescription_gray for ref in plan.dose_references if ref.roi_number == one.structure.number} - {None}
        # One prescription for several targets need not be that of each.
        prescribed = own.pop() if len(own) == 1 else plan.prescription_gray if len(targets) == 1 else None
        try:
            median = computed.dvh.value(_MEDIAN)[0]
        except DomainError:
            continue  # a part of it has no dose
        if prescribed is not None and not LEAST_MEDIAN <= median / prescribed <= MOST_MEDIAN:
            text = f"its median dose is {median:.4g} Gy, and {prescribed:g} Gy are prescribed"
            yield Note("target-dose", f"{course.dose.source.name}, {one.structure.label}", text)


def partly_covered(results: Mapping[str, Results]) -> Iterator[str]:
    """Say which organs have bounds in place of dose-volume metrics because the dose does not cover all of them."""
    for name, of_course in results.items():
        for one, computed in of_course.items():
            if computed.covered < 1.0:
                part = f"{percent_words(computed.covered)} of it lies in the dose grid"
                yield f"{one.organ}, {name}: {part}; what is read of it are bounds of the dose of the whole."
