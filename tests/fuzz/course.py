"""One case of the fuzzer: good files, one of them changed, read and computed; what has to hold of the outcome.

Refused means a `DicomError` of one printable line. Accepted means that every number is finite, every curve falls, and
that the same files give the same numbers again. Nothing else may be raised, and no warning may appear.
"""

from __future__ import annotations

import hashlib
import signal
import traceback
import warnings
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from rtcalc.dicom import Study, read_dicom
from rtcalc.dicom.analysis import CourseAnalysis
from rtcalc.dicom.courses import Named, course_ids
from rtcalc.dicom.names import NameMatch
from rtcalc.dicom.pairing import treatment_sets
from rtcalc.dicom.registration import way
from rtcalc.dicom.study import read_object
from rtcalc.errors import DicomError, RtcalcError
from tests.dicom import builder as b
from tests.fuzz.elements import DEFLATED, EXPLICIT, IMPLICIT, Element, file_of, parsed
from tests.fuzz.mutations import damaged, mutated

SEED = 20260701
SECONDS = 5.0
"""Of processor time; no case may take longer: a hang."""
LONGEST_MESSAGE = 1000


def _tree(data: Any) -> list[Element]:
    file = b.encoded(data)
    return parsed(file[file.index(b"\x08\x00\x05\x00CS") :])


def _ring() -> list[dict[str, Any]]:
    return [b.contour(b.square(z, side, -6 - side / 2, -16 - side / 2)) for z in (30.0, 33.0) for side in (6.0, 3.0)]


def _keyhole() -> list[dict[str, Any]]:
    outer, inner = b.square(33.0, 6.0, -8.0, -18.0), b.square(33.0, 2.0, -6.0, -16.0)[::-1]
    return [b.contour(np.concatenate((outer, outer[:1], inner, inner[:1])))]


def _stored() -> list[Any]:
    return b.items(
        {
            "DVHType": "CUMULATIVE",
            "DoseUnits": "GY",
            "DoseType": "PHYSICAL",
            "DVHVolumeUnits": "CM3",
            "DVHDoseScaling": 1.0,
            "DVHNumberOfBins": 3,
            "DVHData": [20.0, 0.2, 20.0, 0.15, 5.0, 0.1],
            "DVHReferencedROISequence": b.items({"ReferencedROINumber": 1, "DVHROIContributionType": "INCLUDED"}),
        }
    )


OTHER = b.uid("frame 2")


def _elsewhere() -> dict[str, bytes]:
    """A second course in another frame of reference: what a registration is there for."""
    plan = b.uid("plan 2")
    reference = b.items({"ReferencedSOPClassUID": b.PLAN, "ReferencedSOPInstanceUID": plan})
    frame = {"FrameOfReferenceUID": OTHER}
    dose = b.dose(SOPInstanceUID=b.uid("dose 2"), ReferencedRTPlanSequence=reference, **frame)
    second = b.plan(4, SOPInstanceUID=plan, RTPlanLabel="SECOND", ReferencedStructureSetSequence=None, **frame)
    return {"plan2": b.encoded(second), "dose2": b.encoded(dose)}


GOOD: dict[str, tuple[list[Element], ...]] = {
    "plan": (_tree(b.plan()), _tree(b.plan(fractions=None))),
    "dose": (
        _tree(b.dose()),
        _tree(b.dose(bits=16, scaling=0.01, PixelRepresentation=1)),
        _tree(b.dose(DVHSequence=_stored())),
    ),
    "structures": (
        _tree(b.structures()),
        _tree(b.structures([(1, "PTV", _ring()), (4, "SpinalCord", _keyhole()), (7, "Iso", None)])),
    ),
    "registration": (
        _tree(b.registration([(OTHER, [b.rigid((2.0, -1.5, 4.0), 10.0)])])),
        _tree(b.registration([(b.FRAME, [np.eye(4)]), (OTHER, [b.rigid((1.0, 0.0, 3.0)), np.eye(4)])])),
    ),
}
CLASSES = {
    "plan": b.PLAN.encode(),
    "dose": b.DOSE.encode(),
    "structures": b.STRUCTURES.encode(),
    "registration": b.REGISTRATION.encode(),
}


def corpus_hash() -> str:
    """Of the files that are changed."""
    files = [file_of(tree, CLASSES[kind], EXPLICIT) for kind, trees in GOOD.items() for tree in trees]
    return hashlib.sha256(b"".join(files)).hexdigest()[:16]


EVERY = 25
"""One case in so many is thorough: read as a folder, and everything computed of its structures."""


@dataclass(frozen=True)
class Case:
    """A good course of which one file was changed."""

    kind: str
    files: dict[str, bytes]
    thorough: bool

    @classmethod
    def of(cls, seed: int, number: int) -> Case:
        """The same case for the same seed and number."""
        rng = Random(f"{seed}:{number}")
        kind = "structures" if number % 2 else rng.choice(("plan", "dose", "dose", "registration"))
        tree, syntax = rng.choice(GOOD[kind]), rng.choice((IMPLICIT, EXPLICIT, DEFLATED))
        if rng.random() < 0.25:
            file = damaged(file_of(tree, CLASSES[kind], syntax), rng)
        else:
            file = file_of(mutated(tree, rng), CLASSES[kind], syntax)
        beside = _elsewhere_files() if kind == "registration" else {}
        return cls(kind, {**_good_files(), **beside, kind: file}, number % EVERY == 0)

    def study(self, folder: Path) -> Study:
        """Read the files: a folder, or the changed file alone, put together with what the others hold."""
        if self.thorough:
            for name, data in self.files.items():
                (folder / f"{name}.dcm").write_bytes(data)
            return read_dicom(folder)
        objects = {**_good_objects(), self.kind: read_object(self.files[self.kind], f"{self.kind}.dcm")}
        plans, doses, structure_sets, registrations = ((objects[kind],) for kind in GOOD)
        sets = treatment_sets(plans, doses, structure_sets, frozenset())
        return Study(plans=plans, doses=doses, structure_sets=structure_sets, sets=sets, registrations=registrations)


@cache
def _good_files() -> dict[str, bytes]:
    return {kind: file_of(trees[0], CLASSES[kind], EXPLICIT) for kind, trees in GOOD.items()}


@cache
def _elsewhere_files() -> dict[str, bytes]:
    return _elsewhere()


@cache
def _good_objects() -> dict[str, Any]:
    return {kind: read_object(data, f"{kind}.dcm") for kind, data in _good_files().items()}


def some_cases(folder: Path, seed: int, numbers: Iterable[int]) -> None:
    """Run cases; of many, some have to be accepted and some refused, or nothing was tried."""
    found = {run(folder, seed, number) for number in numbers}
    assert found >= {"accepted", "refused"}


def run(folder: Path, seed: int, number: int) -> str:
    """Read and compute a case twice; say ``accepted`` (with at least one curve), ``read`` or ``refused``.

    Raises
    ------
    AssertionError, or whatever else a defect raises
        With the case in its notes.
    """
    case = Case.of(seed, number)
    _warm()
    try:
        with warnings.catch_warnings(), _bounded():
            warnings.simplefilter("error")
            return _outcome(case, folder)
    except (Exception, Hang) as problem:
        problem.add_note(f"a changed {case.kind}; again with: python -m tests.fuzz.soak --seed {seed} --case {number}")
        raise


def _outcome(case: Case, folder: Path) -> str:
    study = _or_refused(lambda: case.study(folder))
    if study is None:
        return "refused"
    first = list(_numbers(study, case.thorough))
    again = _or_refused(lambda: case.study(folder))
    assert again is not None, "accepted, then refused"
    second = list(_numbers(again, case.thorough))
    assert [name for name, _ in first] == [name for name, _ in second]
    for (name, one), (_, other) in zip(first, second, strict=True):
        assert np.array_equal(one, other), f"{name} differs when read again"
    return "accepted" if any(name == "curve" for name, _ in first) else "read"


@cache
def _warm() -> None:
    """Compute the good files once, so that no case has to wait for an import or for the compiler."""
    good = Case("plan", _good_files(), thorough=False)
    assert len(list(_numbers(good.study(Path()), thorough=True))) > 10


def _or_refused(job: Callable[[], Any]) -> Any:
    try:
        return job()
    except DicomError as refused:
        kind, message, cause = type(refused), str(refused), refused.__cause__
    assert kind is DicomError
    assert message.isprintable(), repr(message)
    assert 0 < len(message) <= LONGEST_MESSAGE, message
    _require_foreign(cause)
    return None


def _require_foreign(cause: BaseException | None) -> None:
    """A refusal may stand for an error of pydicom, zlib or the system; an error of our own code must not hide in it."""
    if cause is None or isinstance(cause, RtcalcError | zlib.error | OSError):
        return
    files = [frame.filename for frame in traceback.extract_tb(cause.__traceback__)]
    assert any("pydicom" in Path(file).parts for file in files), f"{type(cause).__name__} in {files[-1]}: {cause}"


def _numbers(study: Study, thorough: bool) -> Iterator[tuple[str, Any]]:
    for note in study.notes:
        assert str(note).isprintable(), repr(str(note))
    for dose in study.doses:
        assert np.isfinite(dose.values).all()
        yield "dose", dose.values
        for stored in dose.stored_dvhs:
            if (curve := _or_refused(lambda stored=stored: stored.dvh("PTV", "1", 0.2))) is not None:
                yield "stored curve", _checked(curve)
    yield from _registered(study, thorough)
    for name in course_ids(study):
        course = _or_refused(lambda name=name: study.course(name))
        if course is not None:
            yield from _of_course(course, thorough)


def _registered(study: Study, thorough: bool) -> Iterator[tuple[str, Any]]:
    """Where the registrations put a point, there and back; with a second course also the sum of the two."""
    found = _or_refused(lambda: way(study.registrations, OTHER, b.FRAME))
    if found is None:
        return
    back = way(study.registrations, b.FRAME, OTHER)
    assert back is not None
    there = found.rigid.at(*np.array([[0.0, 100.0], [0.0, -100.0], [30.0, 0.0]]))
    np.testing.assert_allclose(back.rigid.at(*there), [[0.0, 100.0], [0.0, -100.0], [30.0, 0.0]], atol=0.1)
    yield "place", np.asarray(_finite(list(np.ravel(there))))
    if thorough and len(study.doses) > 1 and len(study.structures) > 1:
        number = study.structures[0].number
        names = list(course_ids(study))[:2]  # changed files may name their courses otherwise
        summed = _or_refused(lambda: study.course_sum(number, "3 Gy", names))
        if summed is not None and summed.curve is not None:
            yield "curve", _checked(summed.curve)
            yield "sum within 3 mm", _checked(summed.within)


def _of_course(course: CourseAnalysis, thorough: bool) -> Iterator[tuple[str, Any]]:
    fractions = _or_refused(lambda: course.fractions)
    for one in _or_refused(course.structures if thorough else lambda: _unnamed(course)) or ():
        found = _or_refused(lambda one=one: course.computed(one))
        if found is None:
            continue
        assert 0.0 < found.covered <= 1.0
        assert (found.dvh.edges_gray <= course.dose.maximum * (1 + 1e-6) + 1e-9).all()
        yield "curve", _checked(found.dvh)
        if fractions is not None:
            yield "EQD2 curve", _checked(found.dvh.relabelled(fractions, "3 Gy"))
        if thorough:
            yield from _more(course, one)


def _unnamed(course: CourseAnalysis) -> list[Named]:
    """The structures without their names being looked up, which takes longer than all the rest."""
    return [Named(one, NameMatch(one.name)) for one in course.chosen.structures]


def _more(course: CourseAnalysis, one: Named) -> Iterator[tuple[str, Any]]:
    if (cubic := _or_refused(lambda: course.computed(one, "cubic"))) is not None:
        yield "cubic curve", _checked(cubic.dvh)
    for near in course.near_max(one):
        yield near.metric, _finite([near.gray, near.linear_minus_cubic])
    for metric in course.organ_doses(one) if one.match.organ else ():
        yield str(metric.metric), _finite([metric.value])
    for other in course.structures():
        numbers = f"#{one.structure.number}", f"#{other.structure.number}"
        for name, job in (("distance", course.distance_mm), ("overlap", course.overlap_cc)):
            if (value := _or_refused(lambda job=job, numbers=numbers: job(*numbers))) is not None:
                yield name, _finite([value])


def _finite(values: list[float]) -> Any:
    assert np.isfinite(values).all()
    return np.array(values)


def _checked(curve: Any) -> Any:
    """The numbers of a curve: finite, falling, of the volume it says."""
    edges, volume = np.asarray(curve.edges_gray), np.asarray(curve.volume_cc)
    assert np.isfinite(edges).all()
    assert np.isfinite(volume).all()
    assert (edges >= 0).all()
    assert (volume >= 0).all()
    assert (np.diff(edges) >= 0).all()
    cumulative = volume[::-1].cumsum()[::-1]
    assert (np.diff(cumulative) <= 0).all()
    assert curve.organ_volume_cc > 0
    assert abs(cumulative[0] + curve.volume_outside_grid_cc - curve.organ_volume_cc) <= 1e-9 * curve.organ_volume_cc
    return np.concatenate((edges, volume))


class Hang(BaseException):
    """No error that a reader may catch."""


@contextmanager
def _bounded() -> Iterator[None]:
    """Stop a case that hangs, by its processor time, where the system has such a timer."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(*_: object) -> None:
        raise Hang(f"took longer than {SECONDS:g} s")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        signal.signal(signal.SIGPROF, before)
