"""From a path to the files in it, and from bytes to their structure."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtcalc.dicom import files, read_dicom, source
from rtcalc.dicom.decimal_text import decimals
from rtcalc.dicom.guard import file_meta
from rtcalc.dicom.limits import DEFAULT
from rtcalc.dicom.scan import scan
from rtcalc.dicom.source import open_rt
from rtcalc.dicom.study import read_object
from rtcalc.errors import DicomError
from tests.dicom import builder as b


def test_a_folder_an_archive_and_a_list_give_the_same(tmp_path: Path) -> None:
    folder = b.good(tmp_path / "folder")
    packed = tmp_path / "files.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in folder.iterdir():
            archive.write(path, f"deep/{path.name}")
    for study in (read_dicom(folder), read_dicom(packed), read_dicom(list(folder.iterdir())), read_dicom(str(folder))):
        assert study.sets[0].fractions() == 5
        assert len(study.structures) == 2
        assert study.doses[0].maximum == pytest.approx(43.45, abs=1e-5)  # by hand: 40 + (300 + 40 + 5) / 100


def test_files_in_folders_below_are_found_and_named(tmp_path: Path) -> None:
    b.write(tmp_path / "a" / "b", plan=b.plan())
    assert read_dicom(tmp_path).plans[0].source.name == str(Path("a") / "b" / "plan.dcm")


def test_a_folder_may_hold_other_files(tmp_path: Path) -> None:
    b.good(tmp_path)
    (tmp_path / "readme.txt").write_text("hello", encoding="utf-8")
    study = read_dicom(tmp_path)
    assert [(unused.name, unused.what) for unused in study.unused] == [("readme.txt", "not DICOM")]


@pytest.mark.parametrize("said", [0, 300, 10**9])
def test_a_file_is_read_whole_whatever_was_listed_of_it(said: int, tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    path.write_bytes(b.encoded(b.plan()))
    entry = files._Entry("a.dcm", said, lambda: path.open("rb"))
    assert files._content(entry, [], True, DEFAULT, len) == path.read_bytes()
    with pytest.raises(DicomError, match="more than 0 MiB"):
        files._content(entry, [], True, replace(DEFAULT, file_bytes=path.stat().st_size - 1), len)


def test_the_order_of_the_files_does_not_matter(tmp_path: Path) -> None:
    paths = sorted(b.good(tmp_path).iterdir())
    for order in (paths, paths[::-1]):
        assert read_dicom(order).sets[0].fractions() == 5


@pytest.mark.parametrize("syntax", [b.IMPLICIT, b.EXPLICIT], ids=["implicit", "explicit"])
@pytest.mark.parametrize("kind", ["plan", "dose", "structures"])
def test_the_scan_finds_what_pydicom_finds(tmp_path: Path, kind: str, syntax: object) -> None:
    file = b.encoded(getattr(b, kind)(), syntax)
    path = tmp_path / "file.dcm"
    path.write_bytes(file)
    theirs = pydicom.dcmread(path)
    layout = scan(file, file_meta(file, "f").begins, syntax == b.EXPLICIT, "f", DEFAULT, 0)
    if kind == "dose":
        assert layout.pixels is not None
        begins, length = layout.pixels
        assert file[begins : begins + length] == theirs.PixelData
    if kind == "structures":
        assert layout.contours is not None
        for ours, roi in zip(layout.contours, theirs.ROIContourSequence, strict=True):
            for item, contour in zip(ours[0x30060040], roi.ContourSequence, strict=True):
                begins, length = item[2]
                numbers = decimals(file[begins : begins + length])
                assert numbers is not None
                assert numbers.tolist() == [float(value) for value in contour.ContourData]
    ours_file = open_rt(file, "f", DEFAULT)
    for keyword in ("SOPInstanceUID", "Modality", "StudyInstanceUID", "FrameOfReferenceUID"):
        assert ours_file.elements.text(keyword) == str(theirs[keyword].value)


@pytest.mark.parametrize("large", [1, 1 << 40], ids=["hashed meanwhile", "hashed after"])
def test_the_hash_is_that_of_the_whole_file(large: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "LARGE", large)
    for data in (b.plan(), b.dose(), b.structures(), b.registration([(b.uid("other"), [b.rigid()])])):
        file = b.encoded(data)
        assert read_object(file, "f").source.sha256 == sha256(file).hexdigest()


def test_without_room_for_a_thread_a_file_is_read_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(self: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(source, "LARGE", 1)
    monkeypatch.setattr("threading.Thread.start", start)
    file = b.encoded(b.plan())
    assert read_object(file, "f").source.sha256 == sha256(file).hexdigest()


def test_sequences_of_open_length_are_read_alike(tmp_path: Path) -> None:
    data = b.structures()
    for sequence in (data.ROIContourSequence, data.StructureSetROISequence):
        for item in sequence:
            item.is_undefined_length_sequence_item = True
        sequence.is_undefined_length = True
    for element in ("ROIContourSequence", "StructureSetROISequence"):
        data[element].is_undefined_length = True
    study = read_dicom(b.good(tmp_path, structures=data))
    plain = read_dicom(b.good(tmp_path / "plain"))
    assert [one.label for one in study.structures] == [one.label for one in plain.structures]
    for ours, theirs in zip(study.structures, plain.structures, strict=True):
        np.testing.assert_array_equal(ours.contours, theirs.contours)


def test_a_file_whose_class_differs_inside(tmp_path: Path) -> None:
    file = b.encoded(b.plan())
    begins = file_meta(file, "f").begins
    changed = file[:begins] + file[begins:].replace(b"481.5", b"481.2", 1)
    (tmp_path / "a.dcm").write_bytes(changed)
    with pytest.raises(DicomError, match="SOPClassUID differs"):
        read_dicom(tmp_path / "a.dcm")


# --- decimal strings -------------------------------------------------------------------------------------------------
@given(st.lists(st.floats(-9999, 9999).map(lambda value: f"{value:.4f}"), min_size=1, max_size=50))
def test_plain_decimals_are_the_doubles_of_float(texts: list[str]) -> None:
    found = decimals("\\".join(texts).encode())
    assert found is not None
    assert found.tolist() == [float(text) for text in texts]


NUMBER = st.from_regex(r"\A[+-]?([0-9]{1,11}(\.[0-9]{0,10})?|\.[0-9]{1,10})([eE][+-]?[0-9]{1,2})?\Z")


@given(st.lists(st.one_of(NUMBER, NUMBER.map(lambda text: f" {text} ")), min_size=1, max_size=12))
def test_any_decimals_are_the_doubles_of_float(texts: list[str]) -> None:
    found = decimals("\\".join(texts).encode())
    assert found is not None
    assert found.tolist() == [float(text) for text in texts]


@given(st.text("0123456789.-+eE\\ naif_,x", max_size=20))
def test_what_is_no_number_is_none(text: str) -> None:
    found = decimals(text.encode())
    if found is not None and found.size:
        assert found.tolist() == [float(part) for part in text.strip(" ").split("\\")]
        assert np.isfinite(found).all()


@pytest.mark.parametrize(
    "text", ["1\\\\2", "1.2.3", "--1", "1-2", "nan", "inf", "1e999", "1_0", "\u0661", ".", "-", "1 2", "e5"]
)
def test_texts_that_are_no_numbers(text: str) -> None:
    assert decimals(text.encode()) is None


@pytest.mark.parametrize("last", ["x", "1e", "1,5", "nan"])
def test_a_fault_at_the_end_of_many_numbers_is_found(last: str) -> None:
    # A pattern that tries each split of the digits again does not come back from this one.
    assert decimals(("-123456.654321e0\\" * 20_000 + last).encode()) is None


def test_many_numbers_are_read_across_blocks() -> None:
    texts = [f"{value / 7 - 3000:.5f}" for value in range(50_000)]
    found = decimals("\\".join(texts).encode())
    assert found is not None
    assert found.tolist() == [float(text) for text in texts]
