"""A study on disk: read in a process of its own, kept without its files and without names of patients."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, is_dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import rtcalc
from rtcalc.casefile import load_case
from rtcalc.dicom import Study, read_dicom, wire
from rtcalc.dicom.checks import ACKNOWLEDGEMENTS, EQUAL
from rtcalc.errors import DicomError, RtcalcError
from rtcalc_app import locks
from rtcalc_app.spool import GONE, Spool

SAMPLES = Path(rtcalc.__file__).resolve().parents[1] / "sample_dicom"
_STATE, _STUDY, _FILES, _LOCK = "state.json", "study.bin", "files", "lock"
_MEMBER = re.compile(r"(member \d+) \(.*?\)(?=[:,;]| and |$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How the reading of a study ended.

    Attributes
    ----------
    id : str
        Of the study; "" where nothing was kept.
    sample : str
        Name of the sample, "" for a study of the user's own.
    accepted : tuple of str
        What the user has acknowledged.
    questions : tuple of str
        What could be acknowledged: the words of `ACKNOWLEDGEMENTS`.
    problem : str
        Why nothing could be read, as the library says it.
    """

    id: str
    sample: str = ""
    accepted: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    problem: str = ""


def samples() -> Mapping[str, str]:
    """Samples by name, with their title; none where rtcalc is installed without its sources."""
    found = sorted(SAMPLES.glob("*/case.yaml"))
    return {path.parent.name: load_case(path).title for path in found}


def sample_folder(name: str) -> Path:
    """The folder of a sample; a DicomError where there is none of this name."""
    if name not in samples():
        raise DicomError("There is no such sample here.")
    return SAMPLES / name


def open_sample(spool: Spool, name: str) -> State:
    """Read a sample."""
    sample_folder(name)
    return _read(spool, State(id=spool.new_study(), sample=name))


def open_uploads(spool: Spool, session: str, uploads: Sequence[str]) -> State:
    """Read what a browser has sent; its files are deleted, unless a question stands that needs them read again.

    Raises
    ------
    DicomError
        An upload is unknown or not complete. What is wrong with the files is the `problem` of the answer.
    """
    if not uploads:
        raise DicomError("No file was sent; choose a folder, a zip archive or files.")
    study = spool.new_study()
    try:
        spool.take(session, uploads, study)
    except DicomError:
        spool.drop_study(study)
        raise
    return _read(spool, State(id=study))


def read_again(spool: Spool, study: str, accepted: Sequence[str]) -> State:
    """Read a study again with something acknowledged; a DicomError where it is gone."""
    before = state(spool, study)
    known = tuple(word for word in ACKNOWLEDGEMENTS if word in (*before.accepted, *accepted))
    return _read(spool, replace(before, accepted=known, questions=(), problem=""))


def state(spool: Spool, study: object) -> State:
    """How the reading of a study ended; a DicomError where it is gone."""
    folder = spool.study(study)
    try:
        data = json.loads((folder / _STATE).read_text(encoding="utf-8"))
    except OSError:
        raise DicomError(GONE) from None
    return State(
        id=data["id"],
        sample=data["sample"],
        accepted=tuple(data["accepted"]),
        questions=tuple(data["questions"]),
        problem=data["problem"],
    )


def load(spool: Spool, study: object) -> Study:
    """A study as it was read; a DicomError where it is gone, or was never readable."""
    path = spool.study(study) / _STUDY
    try:
        return _received(path, path.stat().st_mtime_ns)
    except OSError:
        raise DicomError(state(spool, study).problem or GONE) from None


@lru_cache(maxsize=2)
def _received(path: Path, _changed: int) -> Study:
    with path.open("rb") as stream:
        return wire.receive(wire.receive_text(stream), stream)


def _read(spool: Spool, asked: State) -> State:
    folder = spool.study(asked.id)
    source = sample_folder(asked.sample) if asked.sample else _files(folder / _FILES)
    with locks.one_at_a_time(folder / _LOCK):
        try:
            study = _without_members(read_dicom(source, acknowledge=asked.accepted, isolated=True))
        except RtcalcError as problem:
            text = _MEMBER.sub(r"\1", str(problem))
            done = replace(asked, problem=text, questions=_questions([text]))
        else:
            problems = [
                text for one in study.sets for text in (one.plan_problem, one.structure_problem, one.dose_problem)
            ]
            problems += [note.text for note in study.notes if note.code == EQUAL]
            done = replace(asked, questions=_questions(problems))
            for old in folder.glob("course-*"):  # computed from another reading
                old.unlink()
            with (folder / "study.new").open("wb") as stream:
                wire.send(study, stream)
            (folder / "study.new").replace(folder / _STUDY)
        if not done.questions:
            shutil.rmtree(folder / _FILES, ignore_errors=True)
        if done.problem and not done.questions:
            spool.drop_study(done.id)
            return replace(done, id="")
        (folder / _STATE).write_text(json.dumps(asdict(done)), encoding="utf-8")
    return done


def _files(folder: Path) -> Path:
    """The folder, or the one file in it: an archive is only unpacked when it is given as such."""
    found = list(folder.iterdir()) if folder.is_dir() else []
    if not found:
        raise DicomError("The files of this study were deleted after they had been read; choose them again.")
    return found[0] if len(found) == 1 else folder


def _questions(problems: Sequence[str]) -> tuple[str, ...]:
    """What the problems say could be acknowledged."""
    return tuple(word for word in ACKNOWLEDGEMENTS if any(f'acknowledge "{word}"' in text for text in problems))


# --- names of files may name a patient ------------------------------------------------------------------------------
def _without_members(study: Study) -> Study:
    """The study with the members of an archive called by their number only."""
    sources = [one.source.name for group in (study.plans, study.doses, study.structure_sets) for one in group]
    names = sorted({*sources, *(one.name for one in study.unused)}, key=len, reverse=True)
    short = {name: name[: name.index(" (")] for name in names if ", member " in name and " (" in name}
    renamed: Study = _renamed(study, short, {}) if short else study
    return renamed


def _renamed(value: Any, short: Mapping[str, str], known: dict[int, Any]) -> Any:
    """A value object with other names in its texts; what is referred to twice stays one object."""
    if isinstance(value, str):
        for name, instead in short.items():
            value = value.replace(name, instead)
        return value
    if isinstance(value, tuple):
        return tuple(_renamed(part, short, known) for part in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    if id(value) not in known:
        changed = {one.name: _renamed(getattr(value, one.name), short, known) for one in fields(value)}
        known[id(value)] = replace(value, **changed)
    return known[id(value)]
