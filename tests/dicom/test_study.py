"""Plans, doses and structures put together; and the same through the reader in a process of its own."""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rtcalc.dicom import Study, isolated, read_dicom, wire
from rtcalc.errors import DicomError
from tests.dicom import builder as b


def leaves(value: Any) -> list[Any]:
    """Every value within a study that is no container."""
    if is_dataclass(value):
        return [leaf for one in fields(value) for leaf in leaves(getattr(value, one.name))]
    if isinstance(value, tuple):
        return [leaf for part in value for leaf in leaves(part)]
    return [value]


def same(left: Study, right: Study) -> bool:
    pairs = zip(leaves(left), leaves(right), strict=True)
    return all(np.array_equal(a, c) if isinstance(a, np.ndarray) else a == c for a, c in pairs)


def test_a_good_folder(tmp_path: Path) -> None:
    study = read_dicom(b.good(tmp_path, dose=b.covering()))
    assert study.notes == ()
    assert study.unused == ()
    (one,) = study.sets
    assert one.plan is study.plans[0]
    assert one.dose is study.doses[0]
    assert one.structure_set is study.structure_sets[0]
    assert one.fractions() == 5
    assert one.course_dose() is one.dose
    assert one.structure("duodenum").number == 2
    assert one.isodose_percent == pytest.approx(100 * 45 / 45.45, abs=1e-4)  # by hand


def test_two_courses_of_one_patient(tmp_path: Path) -> None:
    def other(name: str) -> list[Any]:
        return b.items({"ReferencedSOPClassUID": b.PLAN, "ReferencedSOPInstanceUID": b.uid(name)})

    second_plan = b.plan(fractions=4, prescription=40.0, SOPInstanceUID=b.uid("plan 2"), RTPlanLabel="SECOND")
    second_dose = b.dose(SOPInstanceUID=b.uid("dose 2"), ReferencedRTPlanSequence=other("plan 2"))
    study = read_dicom(b.good(tmp_path, plan2=second_plan, dose2=second_dose))
    assert sorted((one.plan.label, one.fractions()) for one in study.sets if one.plan) == [
        ("PARARENAL", 5),
        ("SECOND", 4),
    ]


def test_a_plan_alone_and_structures_alone_are_read(tmp_path: Path) -> None:
    assert read_dicom(b.good(tmp_path / "a", dose=None, structures=None)).sets == ()
    study = read_dicom(b.good(tmp_path / "b", plan=None, structures=None))
    with pytest.raises(DicomError, match="no structure set is among the files"):
        _ = study.sets[0].structures
    with pytest.raises(DicomError, match="refers to a plan that is not among the files; expected the RT Plan"):
        study.sets[0].fractions()
    assert study.sets[0].fractions(stated=5) == 5
    assert study.sets[0].isodose_percent is None


def test_two_structure_sets_of_one_frame(tmp_path: Path) -> None:
    other = b.structures([(1, "Other", b.box())], SOPInstanceUID=b.uid("other"))
    by_plan = read_dicom(b.good(tmp_path / "a", other=other)).sets[0]
    assert by_plan.structure_set is not None
    assert by_plan.structure_set.source.name == "structures.dcm"
    without_plan = read_dicom(b.good(tmp_path / "b", other=other, plan=None)).sets[0]
    with pytest.raises(DicomError, match="2 structure sets could belong to it"):
        _ = without_plan.structures


def test_another_structure_set_than_the_plans_is_noted(tmp_path: Path) -> None:
    study = read_dicom(b.good(tmp_path, dose=b.covering(), structures=b.structures(SOPInstanceUID=b.uid("newer"))))
    assert len(study.sets[0].structures) == 2
    assert [note.code for note in study.notes] == ["other-structure-set"]


def test_nothing_of_the_patient_leaves(tmp_path: Path) -> None:
    study = read_dicom(b.good(tmp_path))
    texts = [leaf for leaf in leaves(study) if isinstance(leaf, str)]
    assert texts
    assert not any(word in text for text in texts for word in ("Test", "TEST", "Person", "19500101"))
    assert "P1" not in texts
    assert "patient" not in repr(study)
    assert b.FRAME not in repr(study)


def test_the_hash_of_a_patient_is_of_this_process_only(tmp_path: Path) -> None:
    folder = b.good(tmp_path)
    script = f"from rtcalc.dicom import read_dicom; print(read_dicom({str(folder)!r}).plans[0].source.patient[0])"
    there = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.strip()
    assert len(there) == 16
    assert there != read_dicom(folder).plans[0].source.patient[0]


# --- the isolated reader ---------------------------------------------------------------------------------------------
def test_the_isolated_reader_gives_the_same(tmp_path: Path) -> None:
    folder = b.good(tmp_path, note=b.base(b.CT, b.uid("ct"), "CT"))
    here, there = read_dicom(folder), read_dicom(folder, isolated=True)
    assert same(here, there)
    assert there.sets[0].dose is there.doses[0]
    assert there.doses[0].values.flags.writeable is False


@pytest.mark.parametrize("broken", [b"", b"no dicom" * 60, b.encoded(b.dose())[:-100]])
def test_the_isolated_reader_refuses_in_the_same_words(tmp_path: Path, broken: bytes) -> None:
    path = tmp_path / "a.dcm"
    path.write_bytes(broken)
    messages = []
    for apart in (False, True):
        with pytest.raises(DicomError) as refused:
            read_dicom(path, isolated=apart)
        messages.append(str(refused.value))
    assert messages[0] == messages[1]


def test_acknowledgements_reach_the_isolated_reader(tmp_path: Path) -> None:
    folder = b.good(tmp_path, dose=b.dose(PatientID="P2"))
    with pytest.raises(DicomError, match="the patient ID differs"):
        read_dicom(folder, isolated=True)
    assert read_dicom(folder, isolated=True, acknowledge=["different patients"]).doses


def sent(study: Study) -> tuple[dict[str, Any], bytes]:
    out = io.BytesIO()
    wire.send(study, out)
    stream = io.BytesIO(out.getvalue())
    content = wire.receive_text(stream)
    return content, stream.read()


def test_what_is_sent_holds_each_array_once(tmp_path: Path) -> None:
    study = read_dicom(b.good(tmp_path))
    content, arrays = sent(study)
    # by hand: 120 voxels of 4 bytes; 4 + 5 + 6 positions of 8 bytes; 6 contours of 4 x 3 numbers of 8 bytes
    assert len(arrays) == 120 * 4 + 15 * 8 + 6 * 12 * 8
    assert same(study, wire.receive(content, io.BytesIO(arrays)))


def spoiled(change: Callable[[dict[str, Any]], object], tmp_path: Path) -> tuple[dict[str, Any], bytes]:
    content, arrays = sent(read_dicom(b.good(tmp_path)))
    change(content)
    return content, arrays


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content["objects"].insert(0, {"Popen": {"args": "true"}}),
        lambda content: content["objects"][0].update({"Note": {}}),
        lambda content: content["arrays"].__setitem__(0, ["|O", [1]]),
        lambda content: content["arrays"].__setitem__(0, ["<f4", [-1]]),
        lambda content: content["arrays"].__setitem__(0, ["<f8", [1 << 30, 1 << 30]]),
        lambda content: content["arrays"].__setitem__(0, ["<f8", [1000, 1000]]),
        lambda content: content.__setitem__("study", 5),
        lambda content: content.__setitem__("study", {"object": 10_000}),
        lambda content: content.pop("arrays"),
    ],
    ids=["class", "two-names", "objects", "negative", "huge", "short", "no-study", "no-object", "missing"],
)
def test_an_answer_that_is_none_is_refused(tmp_path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    content, arrays = spoiled(change, tmp_path)
    with pytest.raises((ValueError, TypeError, KeyError, IndexError, EOFError)):
        wire.receive(content, io.BytesIO(arrays))


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\x05\0\0",
        struct.pack("<Q", 1 << 40),
        struct.pack("<Q", 5) + b"[]",
        struct.pack("<Q", 2) + b"[]",
        struct.pack("<Q", 4) + b"nope",
        struct.pack("<Q", 2) + b"{}",
    ],
    ids=["nothing", "three-bytes", "endless", "short", "list", "no-json", "empty"],
)
def test_a_child_that_answers_nonsense(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: bytes) -> None:
    script = tmp_path / "child.py"
    script.write_text(f"import sys; sys.stdin.buffer.read(); sys.stdout.buffer.write({answer!r})", encoding="utf-8")
    whole = subprocess.Popen
    monkeypatch.setattr(
        isolated.subprocess, "Popen", lambda command, **rest: whole([sys.executable, str(script)], **rest)
    )
    with pytest.raises(DicomError, match="the reader"):
        read_dicom(b.good(tmp_path / "files"), isolated=True)


def test_the_child_answers_a_request_of_text(tmp_path: Path) -> None:
    # What goes over the pipe is JSON and nothing else.
    request = {"paths": [str(tmp_path)], "acknowledge": [], "limits": {}, "memory": 1 << 30, "seconds": 60, "key": "00"}
    out = io.BytesIO()
    wire.send_text(request, out)
    done = subprocess.run(
        [sys.executable, "-I", "-m", "rtcalc.dicom.child"], input=out.getvalue(), capture_output=True, check=True
    )
    (size,) = struct.unpack_from("<Q", done.stdout)
    assert "no DICOM-RT was found" in json.loads(done.stdout[8 : 8 + size])["refused"]
