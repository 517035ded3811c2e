"""What a study holds, and what in it contradicts: the lines that a person answers before trusting a figure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rtcalc.decimals import fixed, plain
from rtcalc.dicom import Study, TreatmentSet
from rtcalc.dicom.checks import ACKNOWLEDGEMENTS, EQUAL
from rtcalc.dicom.courses import course_ids
from rtcalc.errors import DicomError
from rtcalc_app.display import Display
from rtcalc_app.services.dicom.chosen import Chosen
from rtcalc_app.services.dicom.studies import State


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCourse:
    """One course as texts; `problem` says why nothing can be computed of it."""

    id: str
    plan: str
    prescription: str
    dose: str
    frame: str
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """An inconsistency that is to be answered.

    Attributes
    ----------
    text : str
        What contradicts, as the library says it.
    accept : str
        Word that acknowledges it; "" where nothing can.
    course : str
        Course of which a number is to be stated; "" for none.
    number : str
        Which: ``fractions`` or ``fractions_in_file``.
    """

    text: str
    accept: str = ""
    course: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The whole card."""

    title: str
    counts: str
    courses: tuple[FoundCourse, ...]
    questions: tuple[Question, ...]
    accepted: tuple[str, ...]
    notes: tuple[str, ...]
    unused: tuple[str, ...]


def refused(state: State) -> Found:
    """A study that could not be read until something is acknowledged."""
    questions = tuple(Question(text=state.problem, accept=word) for word in state.questions)
    return Found(
        title="Not read yet", counts="", courses=(), questions=questions, accepted=(), notes=(), unused=()
    )  # fmt: skip


def found(chosen: Chosen, state: State, display: Display) -> Found:
    """What a study holds."""
    study = chosen.study
    questions = list(_questions(chosen, state))
    asked = " ".join(question.text for question in questions)
    structures = len(study.structures)
    counts = ", ".join(
        (
            _count(len(study.plans), "plan"),
            _count(len(study.doses), "dose"),
            _count(len(study.structure_sets), "structure set"),
            _count(structures, "structure"),
            f"{_count(len(study.unused), 'file')} not used" if study.unused else "every file used",
        )
    )
    return Found(
        title=f"Sample {state.sample}" if state.sample else "Your study",
        counts=counts,
        courses=tuple(_course(chosen, name, one, display) for name, one in course_ids(study).items()),
        questions=tuple(questions),
        accepted=tuple(ACKNOWLEDGEMENTS[word] for word in state.accepted),
        notes=tuple(str(note) for note in study.notes if note.text not in asked),
        unused=tuple(_unused(study)),
    )


def _course(chosen: Chosen, name: str, one: TreatmentSet, display: Display) -> FoundCourse:
    plan, problem = one.plan, ""
    try:
        read = chosen.course(name)
        fractions = str(read.fractions)
    except DicomError as refusal:
        fractions, problem = "an unknown number of", str(refusal)
    prescribed = plan.prescription_gray if plan is not None else None
    isodose = one.isodose_percent
    size = " x ".join(str(count) for count in one.dose.values.shape[::-1])
    spacing = one.dose.spacing
    steps = " x ".join(plain(round(step, 3)) for step in spacing[::-1]) + " mm" if spacing else "uneven planes"
    dose = "dose not stated" if prescribed is None else display.dose(prescribed, 1)
    share = "" if isodose is None else f"; {display.mark(fixed(isodose, 1))} % of the highest dose"
    highest = display.dose(one.dose.maximum, 1) if one.dose.units == "GY" else f"{plain(one.dose.maximum)} (relative)"
    return FoundCourse(
        id=name,
        plan=f"{plan.label or 'no label'}, {plan.approval.lower() or 'approval not stated'}" if plan else "no plan",
        prescription=f"{dose} in {fractions} fractions{share}",
        dose=f"{one.dose.kind.lower()}, highest {highest}, {display.mark(size)} voxels of {display.mark(steps)}",
        frame=_frame(one),
        problem=problem,
    )


def _frame(one: TreatmentSet) -> str:
    if one.structure_problem:
        return "the structures do not belong to the dose"
    return "one, of dose and structures" if one.frame == one.dose.source.frame else "two; you acknowledged it"


def _questions(chosen: Chosen, state: State) -> Iterator[Question]:
    seen: set[str] = set()
    for name, one in course_ids(chosen.study).items():
        for text in (one.plan_problem, one.structure_problem, one.dose_problem, _refusal(chosen, name)):
            if text and text not in seen:
                seen.add(text)
                yield _question(text, name, state)
    yield from (_question(str(note), "", state) for note in chosen.study.notes if note.code == EQUAL)
    if not course_ids(chosen.study):
        yield Question(text="There is no physical dose: add the RT Dose of a course.")
    yield from _beside(chosen.study)


def _question(text: str, course: str, state: State) -> Question:
    for word in state.questions:
        if f'acknowledge "{word}"' in text:
            return Question(text=text, accept=word)
    if "fractions_in_file" in text:
        return Question(text=text, course=course, number="fractions_in_file")
    if "NumberOfFractionsPlanned" in text or "RT Plan of this dose" in text:
        return Question(text=text, course=course, number="fractions")
    return Question(text=text)


def _refusal(chosen: Chosen, course: str) -> str:
    try:
        _ = chosen.course(course).fractions
    except DicomError as problem:
        return str(problem)
    return ""


def _beside(study: Study) -> Iterator[Question]:
    """Doses that are no courses: biological ones."""
    for one in study.sets:
        if one.dose.kind != "PHYSICAL":
            yield Question(text=f"{one.dose.source.name}: a biological dose; it is shown nowhere and never converted.")


def _unused(study: Study) -> Iterator[str]:
    kinds: dict[tuple[str, str], list[str]] = {}
    for one in study.unused:
        kinds.setdefault((one.what, one.reason), []).append(one.name)
    for (what, reason), names in kinds.items():
        some = ", ".join(names[:3]) + (" .." if len(names) > 3 else "")
        yield f"{len(names)} x {what}: {reason} ({some})"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
