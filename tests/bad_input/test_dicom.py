"""The catalogue of bad DICOM-RT: every alternative is refused in one line, or read with a note that says so."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rtcalc.case import OrganCurve
from rtcalc.dicom import ReadLimits, Study, checks, read_dicom
from rtcalc.dicom.isolated import read_isolated
from rtcalc.dicom.limits import DEFAULT
from rtcalc.dicom.stored_dvh import difference
from rtcalc.errors import BasisError, DicomError, DomainError, RtcalcError, UnitsError, UnknownName
from rtcalc.geometry.dvh_engine import dvh
from rtcalc.limits import Metric
from rtcalc.organ_courses import OrganCourse
from tests.dicom import builder as b

DEFLATED = "1.2.840.10008.1.2.1.99"


def refusal(read: Callable[[], object]) -> str:
    """The message of a refusal: a DicomError of one line, with an expectation."""
    with pytest.raises(DicomError) as refused:
        read()
    message = str(refused.value)
    assert type(refused.value) is DicomError
    assert len(message.splitlines()) == 1
    assert len(message) < 700
    assert message.isprintable()
    return message


def codes(study: Study) -> set[str]:
    return {note.code for note in study.notes}


def one(tmp_path: Path, data: bytes, name: str = "file.dcm") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def of_file(tmp_path: Path, data: bytes) -> str:
    return refusal(lambda: read_dicom(one(tmp_path, data)))


# --- B: files --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"", "the file is empty", id="B1-empty"),
        pytest.param(b"\0" * 131, "131 bytes", id="B1-131-bytes"),
        pytest.param(b"dear colleague, " * 40, "not a DICOM file", id="B1-text"),
        pytest.param(b"%PDF-1.7" + b" " * 300, "a PDF", id="B1-pdf"),
        pytest.param(b"\xff\xd8\xff\xe0" + b"\0" * 300, "a JPEG", id="B1-jpeg"),
    ],
)
def test_files_that_are_no_dicom(tmp_path: Path, content: bytes, words: str) -> None:
    message = of_file(tmp_path, content)
    assert message.startswith("file.dcm: ")
    assert words in message


def test_b2_a_bare_data_set_is_not_guessed(tmp_path: Path) -> None:
    file = b.encoded(b.plan())
    message = of_file(tmp_path, file[file.index(b"\x08\x00\x05\x00CS") :])
    assert "dcmconv" in message


@pytest.mark.parametrize("magic", [b"MZ", b"\x7fELF", b"II*\0"], ids=["B3-mz", "B3-elf", "B3-tiff"])
def test_a_foreign_preamble_is_noted(tmp_path: Path, magic: bytes) -> None:
    study = read_dicom(one(tmp_path, b.encoded(b.plan(), preamble=magic.ljust(128, b"\0"))))
    assert "foreign-preamble" in codes(study)
    assert study.plans[0].fractions == 5


@pytest.mark.parametrize("syntax", [b.IMPLICIT, b.EXPLICIT], ids=["implicit", "explicit"])
@pytest.mark.parametrize(
    ("kind", "keep", "words"),
    [
        pytest.param("dose", 150, "(0002,", id="B4-header"),
        pytest.param("structures", -300, "left", id="B4-sequence"),
        pytest.param("dose", -100, "(7FE0,0010) announces 480 bytes, 380 are left", id="B4-pixels"),
    ],
)
def test_a_truncated_file_names_expected_and_found(
    tmp_path: Path, syntax: Any, kind: str, keep: int, words: str
) -> None:
    # 4 x 5 x 6 voxels of 4 bytes are 480 bytes
    file = b.encoded(getattr(b, kind)(), syntax)[:keep]
    message = of_file(tmp_path, file)
    assert words in message or keep == 150
    assert "truncated" in message


@pytest.mark.parametrize("tail", [b"garbage!" * 9, b"\0" * 64, b"xyz"], ids=["B5-text", "B5-zeros", "B5-three-bytes"])
@pytest.mark.parametrize("syntax", [b.IMPLICIT, b.EXPLICIT], ids=["implicit", "explicit"])
def test_bytes_after_the_data_set_are_noted(tmp_path: Path, tail: bytes, syntax: Any) -> None:
    study = read_dicom(one(tmp_path, b.encoded(b.dose(), syntax) + tail))
    assert "trailing-bytes" in codes(study)
    assert study.doses[0].maximum == pytest.approx(43.45, abs=1e-5)  # by hand: 40 + (300 + 40 + 5) / 100


def test_b5_bytes_before_the_needed_elements_are_refused(tmp_path: Path) -> None:
    file = b.encoded(b.dose())
    at = file.index(b"\x28\x00\x10\x00US")
    assert "no DICOM element" in of_file(tmp_path, file[:at] + b"\x28\x00\x10\x00??" + file[at + 6 :])


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def deflated_file(data_set: bytes) -> bytes:
    meta = b.encoded(b.plan(), DEFLATED)
    begins = 132 + 12 + struct.unpack_from("<I", meta, 132 + 8)[0]
    return meta[:begins] + data_set


def bomb(megabytes: int) -> bytes:
    """A deflate stream of that many megabytes of zeros, made of one megabyte's blocks."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(b"\0" * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * megabytes + packer.flush()


def test_b6_a_deflated_file_is_read(tmp_path: Path) -> None:
    assert read_dicom(one(tmp_path, b.encoded(b.plan(), DEFLATED))).plans[0].fractions == 5


def test_b6_a_deflated_bomb_is_refused(tmp_path: Path) -> None:
    assert "larger than 128 MiB unpacked" in of_file(tmp_path, deflated_file(bomb(200)))


def test_b6_a_bomb_of_three_gigabytes_is_refused_by_the_isolated_reader_with_a_small_parent(tmp_path: Path) -> None:
    path = one(tmp_path, deflated_file(bomb(3000)))
    script = (
        "import sys\n"
        "from rtcalc.dicom import read_dicom\n"
        "from rtcalc.errors import DicomError\n"
        "try:\n"
        "    read_dicom(sys.argv[1], isolated=True)\n"
        "except DicomError as problem:\n"
        "    peak = next(line for line in open('/proc/self/status') if line.startswith('VmHWM')).split()[1]\n"
        "    sys.stdout.write(f'{peak} {problem}')\n"
    )
    # A script without a main guard, as in a notebook.
    done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True)
    kilobytes, message = done.stdout.split(" ", 1)
    assert "larger than 128 MiB unpacked" in message
    assert int(kilobytes) < 200_000


def test_b6_a_damaged_or_short_deflate_stream(tmp_path: Path) -> None:
    packed = deflated(b"\0" * 5000)
    assert "damaged" in of_file(tmp_path, deflated_file(b"\xff\xff\xff\xff" + packed))
    assert "ends early" in of_file(tmp_path, deflated_file(packed[:-4]))


def zipped(tmp_path: Path, members: list[tuple[Any, bytes]], method: int = zipfile.ZIP_DEFLATED) -> Path:
    path = tmp_path / "files.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def test_b7_a_zip_bomb(tmp_path: Path) -> None:
    path = zipped(tmp_path, [("bomb.dcm", b"\0" * (32 << 20))])
    assert "unpacks to far more" in refusal(lambda: read_dicom(path))


def test_b7_an_archive_too_large_in_all(tmp_path: Path) -> None:
    path = zipped(tmp_path, [(f"{at}.bin", os.urandom(2000)) for at in range(3)])
    assert "too large" in refusal(lambda: read_dicom(path, limits=ReadLimits(archive_bytes=5000)))


def test_b7_a_nested_zip_is_not_opened(tmp_path: Path) -> None:
    inner = zipped(tmp_path, [("plan.dcm", b.encoded(b.plan()))]).read_bytes()
    study = read_dicom(zipped(tmp_path, [("inner.zip", inner), ("dose.dcm", b.encoded(b.dose()))]))
    assert not study.plans
    assert [unused.what for unused in study.unused] == ["not DICOM"]
    assert "zip archive" in study.unused[0].reason


def test_b7_too_many_members(tmp_path: Path) -> None:
    path = zipped(tmp_path, [(f"{at}.txt", b"") for at in range(31)])
    assert "31 members" in refusal(lambda: read_dicom(path, limits=ReadLimits(files=30)))


def test_b7_a_wrong_declared_size(tmp_path: Path) -> None:
    path = zipped(tmp_path, [("dose.dcm", b.encoded(b.dose()))])
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x01\x02")
    (size,) = struct.unpack_from("<I", data, at + 24)
    struct.pack_into("<I", data, at + 24, size - 300)
    path.write_bytes(data)
    refusal(lambda: read_dicom(path))


def test_b7_an_encrypted_member(tmp_path: Path) -> None:
    path = zipped(tmp_path, [("dose.dcm", b.encoded(b.dose()))])
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x03\x04") + 6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert "encrypted" in refusal(lambda: read_dicom(path))


def test_b7_a_broken_archive(tmp_path: Path) -> None:
    path = zipped(tmp_path, [("dose.dcm", b.encoded(b.dose()))])
    path.write_bytes(path.read_bytes()[:-30])
    assert "not a readable zip" in refusal(lambda: read_dicom(path))


@pytest.mark.parametrize(
    "name",
    ["../../plan.dcm", "/etc/plan.dcm", "C:\\plan.dcm", "pl\xe4n\x1b[31m.dcm"],
    ids=["B8-parent", "B8-absolute", "B8-drive", "B8-odd-characters"],
)
def test_names_in_an_archive_are_labels_only(tmp_path: Path, name: str) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    before = sorted(tmp_path.rglob("*"))
    path = zipped(inside, [(name, b.encoded(b.plan()))])
    study = read_dicom(path)
    assert study.plans[0].fractions == 5
    assert study.plans[0].source.name.isprintable()
    assert sorted(tmp_path.rglob("*")) == sorted([*before, path])


def test_b8_a_symbolic_link_in_an_archive_is_not_followed(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("plan.dcm")
    link.external_attr = 0o120777 << 16
    target = one(tmp_path, b.encoded(b.plan()), "target.dcm")
    study_path = zipped(tmp_path, [(link, str(target).encode()), ("dose.dcm", b.encoded(b.dose()))])
    study = read_dicom(study_path)
    assert not study.plans
    assert len(study.unused) == 1


def test_b8_a_symbolic_link_in_a_folder_is_not_followed(tmp_path: Path) -> None:
    target = one(tmp_path, b.encoded(b.plan()), "target.dcm")
    folder = b.write(tmp_path / "folder", dose=b.dose())
    (folder / "plan.dcm").symlink_to(target)
    assert not read_dicom(folder).plans


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_b8_two_members_of_one_name_are_both_read(tmp_path: Path) -> None:
    path = zipped(tmp_path, [("a.dcm", b.encoded(b.plan())), ("a.dcm", b.encoded(b.dose()))])
    study = read_dicom(path)
    assert (len(study.plans), len(study.doses)) == (1, 1)


@pytest.mark.parametrize("depth", [40, 300, 5000])
@pytest.mark.parametrize("open_end", [True, False], ids=["undefined", "explicit"])
@pytest.mark.parametrize("row", ["B10"])
def test_sequences_nested_too_deeply(tmp_path: Path, depth: int, open_end: bool, row: str) -> None:
    inner = b""
    if open_end:
        head = b.raw_element(0x300A0070, "SQ", b"", 0xFFFFFFFF) + b"\xfe\xff\x00\xe0\xff\xff\xff\xff"
        inner = head * depth + b"\xfe\xff\x0d\xe0\0\0\0\0\xfe\xff\xdd\xe0\0\0\0\0" * depth
    else:
        for _ in range(depth):
            inner = b.raw_element(0x300A0070, "SQ", b"\xfe\xff\x00\xe0" + struct.pack("<I", len(inner)) + inner)
    file = b.replaced(b.encoded(b.plan()), 0x300A0070, inner)
    assert "nested too deeply" in of_file(tmp_path, file)


@pytest.mark.parametrize(
    ("tag", "vr", "value", "length", "words"),
    [
        pytest.param(0x7FE00010, "OW", b"\0" * 480, 0xFFFFFFFF, "no length", id="B11-undefined-on-ow"),
        pytest.param(0x7FE00010, "OW", b"\0" * 480, 0xFFFFFFF0, "announces 4294967280 bytes", id="B11-negative"),
        pytest.param(0x7FE00010, "OW", b"\0" * 479, None, "odd length", id="B11-odd-pixels"),
        pytest.param(0x3004000E, "DS", b"0.1", None, "odd length", id="B11-odd-text"),
    ],
)
def test_lengths_that_cannot_be(tmp_path: Path, tag: int, vr: str, value: bytes, length: int, words: str) -> None:
    assert words in of_file(tmp_path, b.replaced(b.encoded(b.dose()), tag, b.raw_element(tag, vr, value, length)))


def with_syntax(uid: str) -> bytes:
    """A good dose whose meta header claims another transfer syntax of the same even length."""
    file = b.encoded(b.dose())
    old = b.raw_element(0x00020010, "UI", b"1.2.840.10008.1.2.1\0")
    value = uid.encode() + b"\0" * (len(uid) % 2)
    new = b.raw_element(0x00020010, "UI", value)
    assert file.count(old) == 1
    return file.replace(old, new)


@pytest.mark.parametrize(
    ("uid", "name"),
    [
        pytest.param("1.2.840.10008.1.2.2", "Big Endian", id="B12-big-endian"),
        pytest.param("1.2.840.10008.1.2.5", "RLE", id="B12-rle"),
        pytest.param("1.2.840.10008.1.2.4.70", "JPEG Lossless", id="B12-jpeg"),
        pytest.param("1.2.840.10008.1.2.4.90", "JPEG 2000", id="B12-jpeg-2000"),
        pytest.param("1.2.3.4", "unknown (1.2.3.4)", id="B12-unknown"),
    ],
)
def test_other_transfer_syntaxes_are_named(tmp_path: Path, uid: str, name: str) -> None:
    message = of_file(tmp_path, with_syntax(uid))
    assert name in message
    assert "little endian" in message


@pytest.mark.parametrize("kind", ["plan", "dose", "structures"])
def test_b12_implicit_and_explicit_give_the_same(tmp_path: Path, kind: str) -> None:
    both = [
        read_dicom(one(tmp_path, b.encoded(getattr(b, kind)(), syntax), f"{at}.dcm"))
        for at, syntax in enumerate((b.IMPLICIT, b.EXPLICIT))
    ]
    if kind == "dose":
        np.testing.assert_array_equal(both[0].doses[0].values, both[1].doses[0].values)
    elif kind == "plan":
        assert both[0].plans[0].groups == both[1].plans[0].groups
    else:
        for left, right in zip(both[0].structures, both[1].structures, strict=True):
            assert left.label == right.label
            np.testing.assert_array_equal(left.contours, right.contours)


def test_b13_rows_in_another_representation(tmp_path: Path) -> None:
    rows = b.raw_element(0x00280010, "UL", b"\5\0\0\0")
    message = of_file(tmp_path, b.replaced(b.encoded(b.dose()), 0x00280010, rows))
    assert "Rows (0028,0010) is of the representation UL; expected US" in message


def inserted(file: bytes, element: bytes, before: int) -> bytes:
    key = struct.pack("<HH", before >> 16, before & 0xFFFF)
    at = file.index(key, 132 + 200)
    return file[:at] + element + file[at:]


@pytest.mark.parametrize(
    "element",
    [
        pytest.param(b"\x09\x30\x10\x00LO\x06\x00VENDOR\x09\x30\x01\x10SH\x02\x00ab", id="B14-private"),
        pytest.param(b"\x09\x30\x02\x10ZZ\0\0\x04\0\0\0abcd", id="B14-unknown-vr"),
    ],
)
def test_private_and_unknown_elements_are_ignored(tmp_path: Path, element: bytes) -> None:
    study = read_dicom(one(tmp_path, inserted(b.encoded(b.plan()), element, 0x300A0002)))
    assert study.plans[0].label == "PARARENAL"


@pytest.mark.parametrize("apart", [False, True], ids=["B14-twice-in-a-row", "B14-twice-apart"])
def test_an_element_that_is_there_twice(tmp_path: Path, apart: bool) -> None:
    scaling = b.raw_element(0x3004000E, "DS", b"0.01")
    file = inserted(b.encoded(b.dose()), scaling, 0x7FE00010 if apart else 0x3004000E)
    assert "(3004,000E) stands twice" in of_file(tmp_path, file)


def test_b15_an_unknown_character_set_is_noted(tmp_path: Path) -> None:
    file = b.replaced(b.encoded(b.plan()), 0x00080005, b.raw_element(0x00080005, "CS", b"ISO_IR 999"))
    label = b.raw_element(0x300A0002, "SH", b"PL\xc4N")
    study = read_dicom(one(tmp_path, b.replaced(file, 0x300A0002, label)))
    assert "character-set" in codes(study)
    assert study.plans[0].label == "PL\\xc4N"


def test_b15_a_missing_character_set_is_ascii(tmp_path: Path) -> None:
    file = b.encoded(b.plan(SpecificCharacterSet=None))
    label = b.raw_element(0x300A0002, "SH", b"PL\xc4N")
    study = read_dicom(one(tmp_path, b.replaced(file, 0x300A0002, label)))
    assert study.plans[0].label.isprintable()
    assert study.plans[0].fractions == 5


def test_b15_several_character_sets(tmp_path: Path) -> None:
    rois = [(1, "\u5341\u4e8c\u6307\u8178", b.box())]  # "duodenum" in Japanese
    data = b.structures(rois, SpecificCharacterSet=["", "ISO 2022 IR 87"])
    study = read_dicom(one(tmp_path, b.encoded(data)))
    assert study.structures[0].name == "\u5341\u4e8c\u6307\u8178"


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        pytest.param("Cord\x1b[31m", "Cord\\x1b[31m", id="B15-terminal-escape"),
        pytest.param("Cord\u202eVTP", "Cord\\u202eVTP", id="B15-direction"),
        pytest.param("Cord\nPTV", "Cord\\nPTV", id="B15-line-end"),
    ],
)
def test_control_characters_in_names_are_spelled_out(tmp_path: Path, raw: str, name: str) -> None:
    data = b.structures([(1, "X", b.box())], SpecificCharacterSet="ISO_IR 192")
    value = raw.encode() + b" " * (len(raw.encode()) % 2)
    roi = b.raw_element(0x30060026, "LO", value)
    file = b.encoded(data)
    old = b.raw_element(0x30060026, "LO", b"X ")
    at = file.index(b"\x06\x30\x20\x00SQ")
    # The items of the sequence carry their lengths; in this order they grow by as much as the name does.
    grown, item = len(roi) - len(old), at + 12
    for place in (at + 8, item + 4):
        file = file[:place] + struct.pack("<I", struct.unpack_from("<I", file, place)[0] + grown) + file[place + 4 :]
    study = read_dicom(one(tmp_path, file.replace(old, roi)))
    assert study.structures[0].name == name


def test_b16_images_are_not_read(tmp_path: Path) -> None:
    folder = b.good(tmp_path)
    slices = {f"ct{at}": b.base(b.CT, b.uid("ct", at), "CT") for at in range(30)}
    b.write(folder, **slices)
    # A slice whose pixels were announced and are missing: nobody looks.
    broken = b.encoded(slices["ct0"]) + b.raw_element(0x7FE00010, "OW", b"", 200_000_000)
    (folder / "ct0.dcm").write_bytes(broken)
    seen: list[tuple[str, int, int]] = []
    study = read_dicom(folder, progress=lambda *step: seen.append(step))
    assert {unused.what for unused in study.unused} == {"CT Image Storage"}
    assert len(study.unused) == 30
    assert [done for _, done, _ in seen] == list(range(33))
    assert {of for _, _, of in seen} == {33}


def test_b16_a_reading_is_cancelled_by_its_progress(tmp_path: Path) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_dicom(b.good(tmp_path), progress=stop)


def test_b16_a_file_that_is_too_large(tmp_path: Path) -> None:
    path = one(tmp_path, b.encoded(b.dose()) + b"\0" * (1 << 20))
    assert "more than 1 MiB" in refusal(lambda: read_dicom(path, limits=ReadLimits(file_bytes=1 << 20)))


def test_b17_the_same_file_twice_counts_once(tmp_path: Path) -> None:
    study = read_dicom(b.good(tmp_path, again=b.encoded(b.dose())))
    assert len(study.doses) == 1
    assert "the same file as" in study.unused[0].reason


def test_b17_one_uid_for_two_contents(tmp_path: Path) -> None:
    message = refusal(lambda: read_dicom(b.good(tmp_path, other=b.dose(scaling=0.002))))
    assert "dose.dcm and other.dcm" in message
    assert "SOPInstanceUID (0008,0018)" in message


@pytest.mark.parametrize("what", ["missing", "a null byte", "a directory in a list", "a device"])
@pytest.mark.parametrize("row", ["B18"])
def test_paths_that_cannot_be_read(tmp_path: Path, what: str, row: str) -> None:
    path = {
        "missing": tmp_path / "none.dcm",
        "a null byte": "a\0b",
        "a directory in a list": [tmp_path, tmp_path],
        "a device": "/dev/null",
    }[what]
    refusal(lambda: read_dicom(path))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
@pytest.mark.parametrize("place", ["alone", "listed", "in a folder"])
@pytest.mark.parametrize("row", ["B18"])
def test_a_named_pipe_is_not_waited_for(tmp_path: Path, place: str, row: str) -> None:
    folder = b.good(tmp_path)
    pipe = folder / "pipe.dcm"
    os.mkfifo(pipe)
    path = {"alone": pipe, "listed": [folder / "dose.dcm", pipe], "in a folder": folder}[place]
    with ThreadPoolExecutor(1) as pool:
        if place == "in a folder":
            read = pool.submit(lambda: len(read_dicom(path).doses) == 1)
        else:
            read = pool.submit(lambda: "pipe.dcm: not a regular file" in refusal(lambda: read_dicom(path)))
        try:
            assert read.result(timeout=30.0)
        except TimeoutError:
            os.close(os.open(pipe, os.O_RDWR | os.O_NONBLOCK))  # let the reader go, so that the test can end
            raise


def test_b18_a_file_without_the_right_to_read_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = b.good(tmp_path)

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    assert "dose.dcm: Permission denied" in refusal(lambda: read_dicom(folder))


def test_b18_a_drive_that_fails_in_the_middle_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = one(tmp_path, b.encoded(b.dose(np.zeros((40, 20, 20)))))
    whole = Path.open

    class Failing:
        def __init__(self, stream: Any) -> None:
            self.stream, self.reads = stream, 0

        def __enter__(self) -> Failing:
            return self

        def __exit__(self, *_: object) -> None:
            self.stream.close()

        def seek(self, place: int) -> int:
            return int(self.stream.seek(place))

        def read(self, size: int = -1) -> bytes:
            self.reads += 1
            if self.reads > 1 and size > 4:
                raise OSError(5, "Input/output error")
            return bytes(self.stream.read(size))

    monkeypatch.setattr(Path, "open", lambda self, mode: Failing(whole(self, mode)))
    assert "file.dcm: Input/output error" in refusal(lambda: read_dicom(path))


def test_b18_an_empty_folder_and_an_empty_list(tmp_path: Path) -> None:
    assert "it is empty" in refusal(lambda: read_dicom(tmp_path))
    assert "no files were given" in refusal(lambda: read_dicom([]))


@pytest.mark.parametrize(
    ("sop_class", "name"),
    [
        pytest.param("1.2.840.10008.1.3.10", "Media Storage Directory", id="B19-dicomdir"),
        pytest.param("1.2.840.10008.5.1.4.1.1.481.1", "RT Image", id="B19-rtimage"),
        pytest.param("1.2.840.10008.5.1.4.1.1.481.4", "RT Beams Treatment Record", id="B19-rtrecord"),
        pytest.param("1.2.840.10008.5.1.4.1.1.2", "CT Image", id="B19-ct"),
        pytest.param("1.2.840.10008.5.1.4.1.1.4", "MR Image", id="B19-mr"),
        pytest.param("1.2.840.10008.5.1.4.1.1.128", "Positron Emission", id="B19-pet"),
        pytest.param("1.2.840.10008.5.1.4.1.1.66.4", "Segmentation", id="B19-seg"),
        pytest.param("1.2.840.10008.5.1.4.1.1.481.10", "RT Physician Intent", id="B19-second-generation"),
        pytest.param("1.2.3.4.5", "unknown object", id="B19-unknown"),
    ],
)
def test_other_objects_are_listed(tmp_path: Path, sop_class: str, name: str) -> None:
    study = read_dicom(b.good(tmp_path, other=b.base(sop_class, b.uid("other"), "OT")))
    assert [unused.name for unused in study.unused] == ["other.dcm"]
    assert name in study.unused[0].what
    assert study.unused[0].reason


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "=cmd|' /C calc'!A0", "[red]PTV[/red]", "a'b\"c&d"])
@pytest.mark.parametrize("row", ["B20"])
def test_markup_in_names_is_text(tmp_path: Path, name: str, row: str) -> None:
    # Escaping is the work of each view; here the name stays what it is, and is never taken for an organ.
    study = read_dicom(b.good(tmp_path, structures=b.structures([(1, name, b.box())])))
    assert study.structures[0].name == name
    assert study.sets[0].structure(name).number == 1


# --- C: dose ---------------------------------------------------------------------------------------------------------
def of_dose(tmp_path: Path, **changes: Any) -> str:
    return of_file(tmp_path, b.encoded(b.dose(**changes)))


def scaled(text: bytes) -> bytes:
    return b.replaced(b.encoded(b.dose()), 0x3004000E, b.raw_element(0x3004000E, "DS", text + b" " * (len(text) % 2)))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(b"", "is missing", id="C1-empty"),
        pytest.param(b"NaN", "'NaN'", id="C1-nan"),
        pytest.param(b"inf", "'inf'", id="C1-inf"),
        pytest.param(b"1e400", "'1e400'", id="C1-overflow"),
        pytest.param(b"0", "is 0;", id="C1-zero"),
        pytest.param(b"-1", "is -1;", id="C1-negative"),
        pytest.param(b"abc", "'abc'", id="C1-letters"),
        pytest.param(b"1_0", "'1_0'", id="C1-underscore"),
        pytest.param(b"0.1\\0.2", "has 2 values", id="C1-two"),
        pytest.param(b"1e9", "the largest dose is", id="C1-too-large"),
    ],
)
def test_a_scaling_that_is_no_positive_number(tmp_path: Path, text: bytes, words: str) -> None:
    message = of_file(tmp_path, scaled(text))
    assert words in message
    assert "DoseGridScaling (3004,000E)" in message or "largest" in message


def test_c1_a_missing_scaling(tmp_path: Path) -> None:
    message = of_dose(tmp_path, DoseGridScaling=None)
    expected = "DoseGridScaling (3004,000E) is missing; expected a positive number."
    assert message == f"file.dcm: {expected} Export the file again from the planning system."


def test_c2_a_relative_dose_needs_its_reference(tmp_path: Path) -> None:
    grid = np.full((4, 5, 6), 0.5)
    dose = read_dicom(one(tmp_path, b.encoded(b.dose(grid, DoseUnits="RELATIVE")))).doses[0]
    assert "DoseUnits (3004,0002) is RELATIVE" in refusal(dose.grid)
    assert "--reference" in refusal(dose.grid)
    stated = dose.in_gray("45 Gy")
    assert float(stated.grid().array.max()) == pytest.approx(22.5)  # by hand: 0.5 x 45
    assert [note.code for note in stated.notes] == ["reference-dose"]
    assert "45 Gy" in stated.notes[0].text
    refusal(lambda: dose.in_gray("1000000 Gy"))
    with pytest.raises(DomainError):
        dose.in_gray("0 Gy")
    refusal(lambda: stated.in_gray("45 Gy"))
    with pytest.raises(UnitsError):
        dose.in_gray(45.0)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("highest", "gray"),  # of 45 Gy, by hand
    [
        pytest.param(1.25, 56.25, id="C2-share"),
        pytest.param(5.0, 225.0, id="C2-hot-share"),
        pytest.param(50.0, 22.5, id="C2-half-percent"),
        pytest.param(125.0, 56.25, id="C2-percent"),
        pytest.param(0.4, None, id="C2-too-low"),
        pytest.param(10.0, None, id="C2-between"),
        pytest.param(1000.0, None, id="C2-too-high"),
    ],
)
def test_a_relative_dose_says_what_was_taken_for_full(tmp_path: Path, highest: float, gray: float | None) -> None:
    path = one(tmp_path, b.encoded(b.dose(np.full((4, 5, 6), highest), DoseUnits="RELATIVE")))
    if gray is None:
        assert "neither 1 nor 100 is 100 %" in refusal(lambda: read_dicom(path, reference="45 Gy"))
        return
    study = read_dicom(path, reference="45 Gy")
    assert study.sets[0].dose.grid().array.max() == pytest.approx(gray)
    (note,) = [note for note in study.notes if note.code == "reference-dose"]
    assert f"the value {1 if highest <= 5 else 100} taken for 100 %" in note.text


def test_c2_each_relative_dose_has_its_own_reference(tmp_path: Path) -> None:
    half = np.full((4, 5, 6), 0.5)
    two = b.dose(half, DoseUnits="RELATIVE", SOPInstanceUID=b.uid("two"))
    path = b.good(tmp_path, dose=b.dose(half, DoseUnits="RELATIVE"), two=two)
    assert "2 relative doses (dose.dcm, two.dcm) and one reference" in refusal(
        lambda: read_dicom(path, reference="45 Gy")
    )
    study = read_dicom(path, reference={"two.dcm": "40 Gy"})
    assert {one.dose.source.name: one.dose.units for one in study.sets} == {"dose.dcm": "RELATIVE", "two.dcm": "GY"}
    with pytest.raises(UnknownName, match="relative dose"):
        read_dicom(path, reference={"plan.dcm": "40 Gy"})
    assert "no dose is relative" in refusal(lambda: read_dicom(b.good(tmp_path / "gray"), reference="45 Gy"))


@pytest.mark.parametrize("units", ["CGY", "gy", "Gray", None], ids=["C3-cgy", "C3-small", "C3-word", "C3-missing"])
def test_units_are_never_guessed(tmp_path: Path, units: str | None) -> None:
    text = (units or "").encode()
    element = b.raw_element(0x30040002, "CS", text + b" " * (len(text) % 2))
    assert "DoseUnits (3004,0002)" in of_file(tmp_path, b.replaced(b.encoded(b.dose()), 0x30040002, element))
    if units is None:
        assert "is missing; expected GY or RELATIVE" in of_dose(tmp_path, DoseUnits=None)


def test_c4_an_effective_dose_is_shown_and_not_converted_again(tmp_path: Path) -> None:
    study = read_dicom(b.good(tmp_path, dose=b.dose(DoseType="EFFECTIVE", DoseComment="EQD2Gy(a/b=3.0)")))
    assert "effective-dose" in codes(study)
    assert study.sets[0].dose.comment == "EQD2Gy(a/b=3.0)"
    for asked in (
        study.sets[0].course_dose,
        study.sets[0].fractions,
        lambda: study.dvh("Duodenum"),
        lambda: study.eqd2_dvh("Duodenum", "3 Gy"),
        lambda: study.eqd2_map("3 Gy"),
        lambda: study.course_sum("Duodenum", "3 Gy", ["dose.dcm", "dose.dcm"]),
        lambda: study.effective().eqd2_dvh("Duodenum", "3 Gy"),
        lambda: study.effective().organ_doses(study.effective().find("Duodenum")),
    ):
        assert "EFFECTIVE (EQD2Gy(a/b=3.0))" in refusal(asked)
    curve = study.effective("dose.dcm").dvh("Duodenum")
    assert curve.basis == ("EFFECTIVE (EQD2Gy(a/b=3.0))", None, None)
    assert 40.0 < curve.value(Metric("mean"))[0] < 43.0  # the numbers of the file, 40 to 43 Gy
    for conversion in (
        lambda: curve.relabelled(5, "3 Gy"),
        lambda: curve.relabelled(5, "3 Gy", "BED"),
        lambda: curve.relabelled_in(5, 5, "3 Gy"),
        lambda: curve.dose(Metric("max")),
        lambda: OrganCurve(dvh=curve, file="x", structure="x", sha256=""),
        lambda: OrganCourse(course="1", fractions=5, curve=curve),
    ):
        with pytest.raises(BasisError):
            conversion()


@pytest.mark.parametrize("kind", ["ERROR", "ODD", None], ids=["C5-error", "C5-unknown", "C5-missing"])
def test_other_dose_types_are_refused(tmp_path: Path, kind: str | None) -> None:
    assert "DoseType (3004,0004)" in of_dose(tmp_path, DoseType=kind)


@pytest.mark.parametrize("summation", ["FRACTION", "FRACTION_SESSION"])
@pytest.mark.parametrize("row", ["C6"])
def test_a_dose_of_a_fraction_is_multiplied_only_when_told(tmp_path: Path, summation: str, row: str) -> None:
    grid = np.full((4, 5, 6), 9.0)
    study = read_dicom(b.good(tmp_path, dose=b.dose(grid, DoseSummationType=summation)))
    assert f"is {summation}" in refusal(study.sets[0].course_dose)
    for wrong in (0, 6, True, 2.0, "2"):
        refusal(lambda wrong=wrong: study.sets[0].course_dose(fractions_in_file=wrong))
    one_of_five, all_five = (study.sets[0].course_dose(fractions_in_file=count) for count in (1, 5))
    assert one_of_five.maximum == pytest.approx(45.0)  # by hand: 9 x 5
    assert all_five.maximum == pytest.approx(9.0)
    assert one_of_five.notes[-1].code == "fractions-in-file"


def beam(number: int, gray: float, **changes: Any) -> Any:
    reference = {"ReferencedSOPClassUID": b.PLAN, "ReferencedSOPInstanceUID": b.PLAN_UID}
    used = b.items({"ReferencedBeamNumber": number})
    group = b.items({"ReferencedFractionGroupNumber": 1, "ReferencedBeamSequence": used})
    changes = {
        "SOPInstanceUID": b.uid("beam", number),
        "DoseSummationType": "BEAM",
        "ReferencedRTPlanSequence": b.items({**reference, "ReferencedFractionGroupSequence": group}),
        **changes,
    }
    return b.dose(np.full((4, 5, 6), gray), **changes)


def test_c7_all_beams_of_a_plan_are_added(tmp_path: Path) -> None:
    study = read_dicom(b.good(tmp_path, dose=None, one=beam(1, 20.0), two=beam(2, 22.5)))
    assert len(study.sets) == 1
    assert study.sets[0].course_dose().maximum == pytest.approx(42.5)  # by hand: 20 + 22.5
    assert "beams-added" in codes(study)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        pytest.param({"one": beam(1, 20.0)}, "beam 2 is not among the files", id="C7-missing"),
        pytest.param(
            {"one": beam(1, 20.0), "two": beam(2, 20.0, PixelSpacing=[2.5, 2.5])}, "different grids", id="C7-grid"
        ),
        pytest.param(
            {"one": beam(1, 20.0), "two": beam(2, 20.0), "again": beam(2, 20.0, SOPInstanceUID=b.uid("again"))},
            "each beam of the plan once",
            id="C7-twice",
        ),
        pytest.param(
            {"one": beam(1, 20.0), "two": beam(2, 20.0), "plan": None}, "the plan of these beams", id="C7-no-plan"
        ),
    ],
)
def test_beams_that_do_not_make_the_plan(tmp_path: Path, files: dict[str, Any], words: str) -> None:
    study = read_dicom(b.good(tmp_path, dose=None, **files))
    assert words in refusal(study.sets[0].course_dose)


def test_c8_beams_beside_their_plan_are_left_out(tmp_path: Path) -> None:
    study = read_dicom(b.good(tmp_path, one=beam(1, 20.0), two=beam(2, 22.5)))
    assert len(study.sets) == 1
    assert study.sets[0].course_dose().maximum == pytest.approx(43.45, abs=1e-5)  # that of the plan, not 85.95
    assert "beams-left-out" in codes(study)


@pytest.mark.parametrize(
    "summation", ["MULTI_PLAN", "PLAN_OVERVIEW", "RECORD", "BRACHY", "CONTROL_POINT", "BRACHY_SESSION"]
)
@pytest.mark.parametrize("row", ["C9"])
def test_doses_without_a_dose_per_fraction(tmp_path: Path, summation: str, row: str) -> None:
    study = read_dicom(b.good(tmp_path, dose=b.dose(DoseSummationType=summation)))
    assert summation in refusal(study.sets[0].fractions)
    assert summation in refusal(lambda: study.sets[0].course_dose(stated=5))
    assert summation in refusal(lambda: study.sets[0].course_dose(fractions_in_file=1))
    assert summation in refusal(lambda: study.eqd2_dvh("Duodenum", "3 Gy"))
    assert summation in refusal(lambda: study.eqd2_map("3 Gy"))
    if summation in ("CONTROL_POINT", "BRACHY_SESSION"):  # a part of a treatment
        assert summation in refusal(study.sets[0].course_dose)
    else:
        assert study.sets[0].course_dose().maximum == pytest.approx(study.doses[0].maximum)
        assert "no-fractionation" in codes(study)


def test_c9_an_unknown_summation(tmp_path: Path) -> None:
    assert "DoseSummationType (3004,000A) is ODD" in of_dose(tmp_path, DoseSummationType="ODD")


@pytest.mark.parametrize("frames", [0, 3, 5, -1], ids=["C10-zero", "C10-few", "C10-many", "C10-negative"])
def test_frame_numbers_that_do_not_fit(tmp_path: Path, frames: int) -> None:
    message = of_dose(tmp_path, NumberOfFrames=frames)
    assert "NumberOfFrames" in message or "GridFrameOffsetVector" in message


def test_c10_frames_absent_or_beyond_memory(tmp_path: Path) -> None:
    assert "PixelData (7FE0,0010) has 480 bytes" in of_dose(tmp_path, NumberOfFrames=None)
    assert "voxels" in of_dose(tmp_path, NumberOfFrames=2_000_000_000)


@pytest.mark.parametrize("frames", [1, None], ids=["C10-single", "C10-single-without-number"])
def test_a_single_plane_is_no_volume(tmp_path: Path, frames: int | None) -> None:
    data = b.dose(np.full((1, 5, 6), 2.0), GridFrameOffsetVector=None, NumberOfFrames=frames)
    study = read_dicom(one(tmp_path, b.encoded(data)))
    assert "single-plane" in codes(study)
    assert "a single plane" in refusal(study.doses[0].grid)


@pytest.mark.parametrize(
    "offsets",
    [
        pytest.param([0.0, 3.0, 6.0], id="C11-short"),
        pytest.param([0.0, 3.0, 6.0, 9.0, 12.0], id="C11-long"),
        pytest.param([0.0, 3.0, 3.0, 6.0], id="C11-duplicate"),
        pytest.param([0.0, 3.0, 1.0, 6.0], id="C11-not-monotonic"),
        pytest.param([5.0, 8.0, 11.0, 14.0], id="C11-neither-form"),
        pytest.param(None, id="C11-missing"),
    ],
)
def test_offsets_that_do_not_place_the_planes(tmp_path: Path, offsets: Any) -> None:
    assert "GridFrameOffsetVector (3004,000C)" in of_dose(tmp_path, GridFrameOffsetVector=offsets)


@pytest.mark.parametrize(
    ("offsets", "heights"),
    [
        pytest.param([0.0, 3.0, 6.0, 9.0], [30, 33, 36, 39], id="C11-relative"),
        pytest.param([30.0, 33.0, 36.0, 39.0], [30, 33, 36, 39], id="C11-absolute"),
        pytest.param([0.0, -3.0, -6.0, -9.0], [21, 24, 27, 30], id="C11-decreasing"),
        pytest.param([0.0, 3.0, 8.0, 9.0], [30, 33, 38, 39], id="C11-irregular"),
    ],
)
def test_offsets_that_place_the_planes(tmp_path: Path, offsets: Any, heights: list[float]) -> None:
    study = read_dicom(one(tmp_path, b.encoded(b.dose(GridFrameOffsetVector=offsets))))
    grid = study.doses[0].grid()
    np.testing.assert_allclose(grid.nodes[0], heights)
    # Plane 0 of the file is the one at z 30, wherever it stands among the others.
    first = grid.array[heights.index(30)]
    np.testing.assert_allclose(first[0, 0], 40.0, atol=1e-5)
    assert ("uneven-planes" in codes(study)) == (heights == [30, 33, 38, 39])


@pytest.mark.parametrize(
    "spacing", [[0, 2], [2, -1], [2], None], ids=["C12-zero", "C12-negative", "C12-one", "C12-none"]
)
def test_pixel_spacing_that_is_none(tmp_path: Path, spacing: Any) -> None:
    assert "PixelSpacing (0028,0030)" in of_dose(tmp_path, PixelSpacing=spacing)


def test_c12_a_spacing_that_is_not_a_number(tmp_path: Path) -> None:
    nan = b.raw_element(0x00280030, "DS", b"NaN\\2 ")
    assert "PixelSpacing" in of_file(tmp_path, b.replaced(b.encoded(b.dose()), 0x00280030, nan))


@pytest.mark.parametrize(
    ("cosines", "words"),
    [
        pytest.param([1, 0, 0, 0, 2, 0], "two unit vectors", id="C13-not-unit"),
        pytest.param([1, 0, 0, 1, 0, 0], "two unit vectors", id="C13-not-orthogonal"),
        pytest.param([0.8, 0.6, 0, -0.6, 0.8, 0], "oblique", id="C13-oblique"),
        pytest.param([1, 0, 0, 0, 0, -1], "not axial", id="C13-coronal"),
        pytest.param([1, 0, 0, 0, 1], "has 5 values", id="C13-five"),
        pytest.param(None, "is missing", id="C13-missing"),
    ],
)
def test_orientations_that_are_refused(tmp_path: Path, cosines: Any, words: str) -> None:
    assert words in of_dose(tmp_path, ImageOrientationPatient=cosines)


@pytest.mark.parametrize("bits", [16, 32], ids=["C14-16", "C14-32"])
@pytest.mark.parametrize("signed", [0, 1], ids=["unsigned", "signed"])
def test_bits_and_signs(tmp_path: Path, bits: int, signed: int) -> None:
    grid = np.full((4, 5, 6), 2.0)
    grid[0, 0, 0] = -1.5 if signed else 3.5
    study = read_dicom(one(tmp_path, b.encoded(b.dose(grid, bits=bits, PixelRepresentation=signed))))
    np.testing.assert_allclose(study.doses[0].values, grid, atol=1e-6)
    assert ("negative-dose" in codes(study)) == bool(signed)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"BitsAllocated": 8}, id="C14-8"),
        pytest.param({"BitsStored": 12}, id="C14-stored"),
        pytest.param({"HighBit": 15}, id="C14-high-bit"),
        pytest.param({"PixelRepresentation": 2}, id="C14-representation"),
        pytest.param({"SamplesPerPixel": 3}, id="C14-samples"),
        pytest.param({"Rows": 0}, id="C14-rows"),
        pytest.param({"Columns": 7}, id="C14-columns"),
    ],
)
def test_pixel_descriptions_that_contradict(tmp_path: Path, changes: dict[str, Any]) -> None:
    of_dose(tmp_path, **changes)


def test_c15_a_rescale_is_ignored_with_a_note(tmp_path: Path) -> None:
    study = read_dicom(one(tmp_path, b.encoded(b.dose(RescaleSlope=2, RescaleIntercept=-1024))))
    assert study.doses[0].maximum == pytest.approx(43.45, abs=1e-5)
    assert "rescale-ignored" in codes(study)


@pytest.mark.parametrize(
    ("gray", "code"),
    [
        pytest.param(0.0, "no-dose", id="C16-zero"),
        pytest.param(301.0, "dose-unit", id="C16-above-300"),
        pytest.param(0.45, "dose-unit", id="C16-a-hundredth"),
    ],
)
def test_doses_that_look_like_a_mistake(tmp_path: Path, gray: float, code: str) -> None:
    study = read_dicom(b.good(tmp_path, dose=b.dose(np.full((4, 5, 6), gray))))
    assert code in codes(study)


def test_c16_a_hundred_times_a_small_prescription(tmp_path: Path) -> None:
    data = {"plan": b.plan(prescription=2.0), "dose": b.dose(np.full((4, 5, 6), 200.0))}
    assert "dose-unit" in codes(read_dicom(b.good(tmp_path, **data)))


@pytest.mark.parametrize(
    ("keyword", "tag"),
    [
        pytest.param("FloatPixelData", 0x7FE00008, id="C17-float"),
        pytest.param("DoubleFloatPixelData", 0x7FE00009, id="C17-double"),
    ],
)
def test_float_pixels_are_refused(tmp_path: Path, keyword: str, tag: int) -> None:
    element = b.raw_element(tag, "OB", b"\0" * 480)
    element = element.replace(b"OB", b"OF" if keyword.startswith("F") else b"OD", 1)
    file = b.encoded(b.dose())
    at = file.index(b"\xe0\x7f\x10\x00OW")
    assert keyword in of_file(tmp_path, file[:at] + element + file[at:])
    assert "PixelData (7FE0,0010) is missing" in of_dose(tmp_path, PixelData=None)


def stored(**changes: Any) -> Any:
    item = {
        "DVHReferencedROISequence": b.items({"ReferencedROINumber": 2, "DVHROIContributionType": "INCLUDED"}),
        "DVHType": "CUMULATIVE",
        "DoseUnits": "GY",
        "DoseType": "PHYSICAL",
        "DVHDoseScaling": "0.5",
        "DVHVolumeUnits": "CM3",
        "DVHNumberOfBins": 3,
        "DVHData": [20, 8, 20, 8, 20, 4],
    }
    return b.dose(DVHSequence=b.items({**item, **changes}))


def test_c18_a_stored_curve_is_compared_with_the_computed_one(tmp_path: Path) -> None:
    study = read_dicom(b.good(tmp_path, dose=stored()))
    curve = study.doses[0].stored_dvhs[0]
    assert curve.roi_numbers == (2,)
    # by hand: bins of 20 x 0.5 = 10 Gy; 8 cc at 0 and at 10 Gy, 4 cc at 20 Gy, which end at 30 Gy
    there = curve.dvh("Duodenum", "1")
    assert there.edges_gray.tolist() == [0.0, 10.0, 20.0, 30.0]
    assert there.volume_cc.tolist() == [0.0, 4.0, 4.0]
    contours, grid = study.sets[0].structure(2).contour_set(3.0), study.doses[0].grid()
    computed = dvh(contours, grid, organ="Duodenum", course="1").dvh
    found = difference(there, computed)
    # by hand: 8 cc stored; drawn are three slabs of 4 x 4 x 3 mm = 0.144 cc
    assert found.volume_cc == pytest.approx(8 - 0.144, abs=1e-6)
    # by hand: the stored mean is 15 and 25 Gy in equal parts; the computed one lies between 40 and 43.45 Gy
    assert -23.45 < found.mean_gray < -20.0
    assert found.largest_percent == pytest.approx(100.0)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"DoseUnits": "RELATIVE"}, id="C18-relative"),
        pytest.param({"DVHType": "NATURAL"}, id="C18-natural"),
        pytest.param({"DVHVolumeUnits": "PER_U"}, id="C18-per-u"),
        pytest.param({"DVHVolumeUnits": "PERCENT"}, id="C18-percent-without-a-volume"),
        pytest.param({"DVHData": [20, 4, 20, 8, 20, 8]}, id="C18-rising"),
    ],
)
def test_stored_curves_that_cannot_be_used(tmp_path: Path, changes: dict[str, Any]) -> None:
    curve = read_dicom(one(tmp_path, b.encoded(stored(**changes)))).doses[0].stored_dvhs[0]
    refusal(lambda: curve.dvh("Duodenum", "1"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"DVHNumberOfBins": 4}, "DVHData (3004,0058) has 6 values for 4 bins", id="C18-bins"),
        pytest.param({"DVHData": [20, 8, 20]}, "DVHData (3004,0058) has 3 values for 3 bins", id="C18-odd"),
        pytest.param({"DVHData": [-1, 8, 1, 1, 1, 1]}, "a negative width", id="C18-negative"),
        pytest.param({"DVHDoseScaling": "-1"}, "a negative width", id="C18-scaling"),
        pytest.param({"DVHData": None}, "DVHData (3004,0058) has 0 values", id="C18-missing"),
        pytest.param(
            {"DVHReferencedROISequence": b.items({"DVHROIContributionType": "INCLUDED"})},
            "ReferencedROINumber (3006,0084) is missing",
            id="C18-no-structure",
        ),
    ],
)
def test_a_damaged_stored_curve_is_kept_with_its_reason(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    """The dose does not depend on what was stored beside it."""
    study = read_dicom(b.good(tmp_path, dose=stored(**changes)))
    assert study.dvh("Duodenum").value(Metric("mean"))[0] > 40.0
    (curve,) = study.doses[0].stored_dvhs
    assert words in curve.problem
    assert words in refusal(lambda: curve.dvh("Duodenum", "1"))
    (note,) = [note for note in study.notes if note.code == "stored-dvh"]
    assert words in note.text


@pytest.mark.parametrize("comment", ["RBE weighted", "Gy(RBE)", "dose in CGE", "proton plan"])
@pytest.mark.parametrize("row", ["C19"])
def test_a_comment_on_biological_weighting_is_noted(tmp_path: Path, comment: str, row: str) -> None:
    assert "weighted-dose" in codes(read_dicom(one(tmp_path, b.encoded(b.dose(DoseComment=comment)))))


def test_c19_heterogeneity_and_particles_are_kept(tmp_path: Path) -> None:
    beams = b.items({"BeamNumber": 1, "RadiationType": "PROTON"})
    files = {"dose": b.dose(TissueHeterogeneityCorrection="WATER"), "plan": b.plan(BeamSequence=beams)}
    study = read_dicom(b.good(tmp_path, **files))
    assert study.doses[0].heterogeneity == "WATER"
    assert "particles" in codes(study)


def test_c20_a_grid_too_large_is_refused_before_memory_is_asked_for(tmp_path: Path) -> None:
    message = of_dose(tmp_path, Rows=500, Columns=500, NumberOfFrames=500)
    assert "125000000 voxels (476 MiB)" in message
    assert "256 MiB" in message


# --- D: structures ---------------------------------------------------------------------------------------------------
def with_rois(tmp_path: Path, *rois: Any, **changes: Any) -> Study:
    return read_dicom(b.good(tmp_path, structures=b.structures(rois, **changes)))


def volume_cc(study: Study, wanted: str | int) -> float:
    contours = study.sets[0].structure(wanted).contour_set(3.0)
    return dvh(contours, study.doses[0].grid(), organ="Organ", course="1").dvh.organ_volume_cc


@pytest.mark.parametrize("contours", [None, []], ids=["D1-no-item", "D1-no-contours"])
def test_an_empty_structure_shifts_no_name(tmp_path: Path, contours: Any) -> None:
    study = with_rois(tmp_path, (4, "Liver", contours), (7, "Duodenum", b.box()))
    empty, drawn = study.structures
    assert (empty.label, empty.kind) == ("Liver #4", "empty")
    assert (drawn.label, drawn.kind, len(drawn.contours)) == ("Duodenum #7", "volume", 3)
    assert "no contours" in refusal(empty.contour_set)


def test_d1_contours_are_found_by_number_not_by_place(tmp_path: Path) -> None:
    data = b.structures([(1, "A", b.box()), (2, "B", [b.contour(b.square(30.0, side=2.0))])])
    data.ROIContourSequence = [data.ROIContourSequence[1], data.ROIContourSequence[0]]
    study = read_dicom(b.good(tmp_path, structures=data))
    assert [len(found.contours) for found in study.structures] == [3, 1]


@pytest.mark.parametrize(
    ("points", "kind"),
    [
        pytest.param([(0, 0, 30)], "POINT", id="D2-point-type"),
        pytest.param([(0, 0, 30)], "CLOSED_PLANAR", id="D2-one"),
        pytest.param([(0, 0, 30), (1, 0, 30)], "CLOSED_PLANAR", id="D2-two"),
        pytest.param([(0, 0, 30), (1, 0, 30), (0, 0, 30)], "CLOSED_PLANAR", id="D2-two-closed"),
    ],
)
def test_points_are_no_volume(tmp_path: Path, points: Any, kind: str) -> None:
    study = with_rois(tmp_path, (1, "Marker", [b.contour(points, kind)]))
    assert study.structures[0].kind == "point"
    assert "structure-point" in codes(study)
    assert "points only" in refusal(study.structures[0].contour_set)
    np.testing.assert_array_equal(study.structures[0].points[0][0], [0, 0, 30])


def raw_contour(text: bytes, count: bytes = b"4 ", kind: bytes = b"CLOSED_PLANAR ") -> bytes:
    """A structure set whose first contour holds this text."""
    text += b" " * (len(text) % 2)
    return (
        b.raw_element(0x30060042, "CS", kind)
        + b.raw_element(0x30060046, "IS", count)
        + b.raw_element(0x30060050, "DS", text)
    )


def with_raw_contour(tmp_path: Path, content: bytes) -> Study:
    def sequence(tag: int, item: bytes) -> bytes:
        return b.raw_element(tag, "SQ", b"\xfe\xff\x00\xe0" + struct.pack("<I", len(item)) + item)

    good = sequence(0x30060040, raw_contour(b"-6\\-17\\30\\-2\\-17\\30\\-2\\-13\\30\\-6\\-13\\30"))
    rois = b"".join(
        sequence(0x30060039, drawn + b.raw_element(0x30060084, "IS", number))[12:]
        for drawn, number in ((sequence(0x30060040, content), b"1 "), (good, b"2 "))
    )
    file = b.replaced(b.encoded(b.structures()), 0x30060039, b.raw_element(0x30060039, "SQ", rois))
    return read_dicom(b.good(tmp_path, structures=file))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(raw_contour(b"0\\0\\30\\1\\0\\30\\1\\1"), "has 8 values", id="D3-not-three"),
        pytest.param(raw_contour(b"0\\0\\30\\1\\0\\30\\1\\1\\30"), "is 4, and there are 3", id="D3-count"),
        pytest.param(raw_contour(b"0\\0\\30\\1\\0\\30\\1\\1\\30", b"x "), "is x, and", id="D3-count-letters"),
        pytest.param(raw_contour(b"0\\0\\30\\nan\\0\\30\\1\\1\\30", b"3 "), "no position", id="D3-nan"),
        pytest.param(raw_contour(b"0\\0\\30\\inf\\0\\30\\1\\1\\30", b"3 "), "no position", id="D3-inf"),
        pytest.param(raw_contour(b"0\\0\\30\\1e12\\0\\30\\1\\1\\30", b"3 "), "no position", id="D3-1e12"),
        pytest.param(raw_contour(b"0\\0\\30\\\\0\\30\\1\\1\\30", b"3 "), "no position", id="D3-empty"),
        pytest.param(raw_contour(b"0\\0\\30\\1,5\\0\\30\\1\\1\\30", b"3 "), "no position", id="D3-comma"),
        pytest.param(raw_contour(b"0\\0\\30\\1\\0\\30", b"2 ", b"OPEN_PLANAR "), "OPEN_PLANAR", id="D4-open"),
        pytest.param(raw_contour(b"0\\0\\30\\1\\0\\30", b"2 ", b"OPEN_NONPLANAR"), "OPEN_NONPLANAR", id="D4-nonplanar"),
        pytest.param(raw_contour(b"0\\0\\30\\1\\0\\30", b"2 ", b""), "is missing", id="D4-missing"),
        pytest.param(raw_contour(b"0\\0\\30\\1\\0\\30.5\\1\\1\\30", b"3 "), "leaves its axial plane", id="D5-tilted"),
    ],
)
def test_one_bad_structure_leaves_the_others(tmp_path: Path, content: bytes, words: str) -> None:
    study = with_raw_contour(tmp_path, content)
    bad, good = study.structures
    assert words in bad.refused
    assert "structure-refused" in codes(study)
    assert words in refusal(bad.contour_set)
    assert (good.kind, len(good.contours)) == ("volume", 1)


def test_d4_exclusive_or(tmp_path: Path) -> None:
    kind = "CLOSEDPLANAR_XOR"
    study = with_rois(
        tmp_path,
        (1, "Ring", [b.contour(b.square(z, side), kind) for z in (33.0, 36.0) for side in (4.0, 2.0)]),
    )
    assert study.structures[0].xor
    assert volume_cc(study, 1) == pytest.approx((16 - 4) * 6 / 1000, rel=1e-6)  # by hand: two slabs of 3 mm


def test_d6_a_bow_tie_is_even_odd_and_noted(tmp_path: Path) -> None:
    tie = [(-6, -17, 33), (-2, -13, 33), (-2, -17, 33), (-6, -13, 33)]
    study = with_rois(tmp_path, (1, "Tie", [b.contour(tie)]))
    found = dvh(study.sets[0].structure(1).contour_set(3.0), study.doses[0].grid(), organ="Organ", course="1")
    # by hand: two triangles of base 4 and height 2, 4 mm2 each, 3 mm thick
    assert found.dvh.organ_volume_cc == pytest.approx(8 * 3 / 1000, rel=1e-6)
    assert any("cross" in note for note in found.notes)


def test_d7_a_keyhole_is_a_hole(tmp_path: Path) -> None:
    outer, inner = b.square(33.0, 4.0), b.square(33.0, 2.0, -5.0, -16.0)
    keyhole = [*outer, outer[0], inner[0], *inner[::-1]]
    study = with_rois(tmp_path, (1, "Key", [b.contour(keyhole)]))
    assert volume_cc(study, 1) == pytest.approx((16 - 4) * 3 / 1000, rel=1e-6)


def test_d8_nested_rings_are_holes(tmp_path: Path) -> None:
    rings = [b.contour(b.square(33.0, 4.0)), b.contour(b.square(33.0, 2.0, -5.0, -16.0))]
    assert volume_cc(with_rois(tmp_path, (1, "Ring", rings)), 1) == pytest.approx(12 * 3 / 1000, rel=1e-6)


@pytest.mark.parametrize("turned", [False, True], ids=["D8-same", "D8-turned"])
def test_a_repeated_ring_counts_once(tmp_path: Path, turned: bool) -> None:
    ring = b.square(33.0)
    again = np.roll(ring[::-1], 2, axis=0) if turned else ring
    study = with_rois(tmp_path, (1, "Twice", [b.contour(ring), b.contour(again)]))
    assert "repeated-contour" in codes(study)
    assert volume_cc(study, 1) == pytest.approx(16 * 3 / 1000, rel=1e-6)


@pytest.mark.parametrize("x", [-8.0, -7.0], ids=["D9-on-centres", "D9-on-edges"])
def test_contours_on_voxel_centres_and_edges(tmp_path: Path, x: float) -> None:
    # Columns have their centres at -10, -8, -6 ... and their edges between them.
    study = with_rois(tmp_path, (1, "Box", [b.contour(b.square(z, 4.0, x)) for z in (33.0, 36.0)]))
    assert volume_cc(study, 1) == pytest.approx(16 * 6 / 1000, rel=1e-6)


def test_d10_a_structure_smaller_than_a_voxel(tmp_path: Path) -> None:
    study = with_rois(tmp_path, (1, "Tiny", [b.contour(b.square(33.0, 0.5))]))
    contours = study.sets[0].structure(1).contour_set(3.0)
    found = dvh(contours, study.doses[0].grid(), organ="Organ", course="1").dvh
    assert found.organ_volume_cc == pytest.approx(0.25 * 3 / 1000, rel=1e-6)
    from rtcalc.limits import Metric

    with pytest.raises(RtcalcError, match="undefined"):
        found.value(Metric.parse("D0.03cc"))


@pytest.mark.parametrize(
    ("heights", "code"),
    [
        pytest.param([30.0, 33.0, 36.0, 45.0], "gap", id="D11-gap"),
        pytest.param([33.0], "single-plane", id="D11-single"),
        pytest.param([30.0, 33.0, 36.0, 39.0], "", id="D11-even"),
    ],
)
def test_gaps_and_single_planes_are_noted(tmp_path: Path, heights: list[float], code: str) -> None:
    study = with_rois(tmp_path, (1, "Organ", [b.contour(b.square(z)) for z in heights]))
    assert {"gap", "single-plane"} & codes(study) == ({code} if code else set())


def test_d12_a_structure_partly_and_wholly_outside_the_grid(tmp_path: Path) -> None:
    partly, outside = b.square(33.0, 8.0, -15.0), b.square(33.0, 4.0, 300.0)
    study = with_rois(tmp_path, (1, "Partly", [b.contour(partly)]), (2, "Outside", [b.contour(outside)]))
    grid = study.doses[0].grid()
    found = dvh(study.sets[0].structure(1).contour_set(3.0), grid, organ="Organ", course="1")
    # by hand: the first column reaches to -11, and x runs from -15 to -7: half of it
    assert found.covered == pytest.approx(0.5, abs=1e-9)
    with pytest.raises(RtcalcError, match="outside"):
        dvh(study.sets[0].structure(2).contour_set(3.0), grid, organ="Organ", course="1")


@pytest.mark.parametrize("other", ["Duodenum", "DUODENUM", "duo denum"], ids=["D13-same", "D13-case", "D13-blank"])
def test_a_shared_name_is_asked_for_by_number(tmp_path: Path, other: str) -> None:
    study = with_rois(tmp_path, (1, "Duodenum", b.box()), (2, other, b.box()))
    assert "name-shared" in codes(study)
    group = study.structure_sets[0]
    assert "Duodenum #1" in refusal(lambda: group.find("duodenum"))
    assert group.find(2).number == group.find("#2").number == group.find(f"{other} #2").number == 2


def test_d13_no_name_and_a_long_one(tmp_path: Path) -> None:
    data = b.structures([(1, "", b.box()), (2, "x" * 64, b.box())])
    study = read_dicom(b.good(tmp_path, structures=data))
    assert study.structures[0].label == "#1"
    assert "name-missing" in codes(study)
    from rtcalc.dicom.wording import shown

    assert len(shown("y" * 10_000)) == 64
    with pytest.raises(UnknownName):
        study.structure_sets[0].find("")


@pytest.mark.filterwarnings("ignore:The value length")
def test_d13_a_name_of_ten_thousand_characters_is_cut(tmp_path: Path) -> None:
    study = read_dicom(b.good(tmp_path, structures=b.structures([(1, "y" * 10_000, b.box())])))
    assert study.structures[0].name == "y" * 61 + "..."
    assert study.sets[0].structure(1).kind == "volume"


@pytest.mark.parametrize("wanted", ["", "Spleen", "99", True])
@pytest.mark.parametrize("row", ["D13"])
def test_a_structure_that_does_not_exist(tmp_path: Path, wanted: Any, row: str) -> None:
    with pytest.raises(UnknownName):
        read_dicom(b.good(tmp_path)).structure_sets[0].find(wanted)


def test_d14_a_number_twice(tmp_path: Path) -> None:
    message = refusal(lambda: with_rois(tmp_path, (1, "A", b.box()), (1, "B", None)))
    assert "ROINumber (3006,0022) 1 stands twice" in message


def test_d14_contours_and_observations_of_nothing(tmp_path: Path) -> None:
    data = b.structures([(1, "A", b.box()), (2, "B", b.box())])
    data.StructureSetROISequence = data.StructureSetROISequence[:1]
    study = read_dicom(b.good(tmp_path, structures=data))
    assert [found.number for found in study.structures] == [1]
    assert {"dangling-contours", "dangling-observation"} <= codes(study)


def test_d14_two_lists_of_contours_for_one_structure(tmp_path: Path) -> None:
    data = b.structures([(1, "A", b.box()), (2, "B", b.box())])
    data.ROIContourSequence[1].ReferencedROINumber = 1
    study = read_dicom(b.good(tmp_path, structures=data))
    assert [found.kind for found in study.structures] == ["refused", "empty"]


def framed(*frames: str | None) -> Any:
    data = b.structures([(at, f"S{at}", b.box()) for at in range(1, len(frames) + 1)])
    for roi, frame in zip(data.StructureSetROISequence, frames, strict=True):
        if frame is None:
            del roi.ReferencedFrameOfReferenceUID
        else:
            roi.ReferencedFrameOfReferenceUID = frame
    return data


def test_d15_structures_of_another_frame_need_an_acknowledgement(tmp_path: Path) -> None:
    folder = b.good(tmp_path, structures=framed("1.2.3"))
    study = read_dicom(folder)
    assert "the frames of reference differ" in refusal(lambda: study.sets[0].structures)
    accepted = read_dicom(folder, acknowledge=["different frame"])
    assert [found.number for found in accepted.sets[0].structures] == [1]
    assert "acknowledged-frame" in codes(accepted)


@pytest.mark.parametrize("missing", ["structures", "dose"], ids=["D15-structures", "D15-dose"])
def test_a_missing_frame_cannot_be_acknowledged(tmp_path: Path, missing: str) -> None:
    files = {"structures": framed(None)} if missing == "structures" else {"dose": b.dose(FrameOfReferenceUID=None)}
    study = read_dicom(b.good(tmp_path, **files), acknowledge=["different frame"])
    assert "FrameOfReferenceUID" in refusal(lambda: study.sets[0].structures)
    assert "no-frame" in codes(study)


def test_d16_only_structures_of_the_doses_frame_are_used(tmp_path: Path) -> None:
    study = read_dicom(b.good(tmp_path, structures=framed(b.FRAME, "1.2.3")))
    assert [found.number for found in study.sets[0].structures] == [1]
    assert "other-frame" in codes(study)
    assert "another frame" in refusal(lambda: study.sets[0].structure(2))


def test_d17_limits_of_points_and_structures(tmp_path: Path) -> None:
    folder = b.good(tmp_path)
    assert "2 structures" in refusal(lambda: read_dicom(folder, limits=ReadLimits(structures=1)))
    assert "24 contour points" in refusal(lambda: read_dicom(folder, limits=ReadLimits(points=20)))
    assert "elements" in refusal(lambda: read_dicom(folder, limits=ReadLimits(elements=30)))
    study = read_dicom(folder, limits=ReadLimits(points_of_contour=3))
    assert "has 4 points; at most 3" in study.structures[0].refused


def test_d17_a_million_points_in_a_contour(tmp_path: Path) -> None:
    text = b"\\".join([b"1\\2\\30"] * 1_000_000)
    long = raw_contour(b"")[:-8] + b"\x06\x30\x50\x00UN\0\0" + struct.pack("<I", len(text)) + text + b""
    if len(text) % 2:
        long = raw_contour(b"")[:-8] + b"\x06\x30\x50\x00UN\0\0" + struct.pack("<I", len(text) + 1) + text + b" "
    study = with_raw_contour(tmp_path, long)
    assert "has 1000000 points; at most 200000" in study.structures[0].refused


def test_d17_five_hundred_structures(tmp_path: Path) -> None:
    study = with_rois(tmp_path, *[(at, f"S{at}", [b.contour(b.square(33.0))]) for at in range(1, 501)])
    assert len(study.structures) == 500
    assert all(found.kind == "volume" for found in study.structures)


@pytest.mark.parametrize("change", ["reversed", "closed"], ids=["D18-direction", "D18-first-point-repeated"])
def test_direction_and_closing_point_do_not_matter(tmp_path: Path, change: str) -> None:
    ring = b.square(33.0)
    other = ring[::-1] if change == "reversed" else np.vstack([ring, ring[:1]])
    study = with_rois(tmp_path, (1, "A", [b.contour(ring)]), (2, "B", [b.contour(other)]))
    assert volume_cc(study, 1) == pytest.approx(volume_cc(study, 2), rel=1e-12)
    assert len(study.structures[1].contours[0]) == 4


# --- E: plans and sets -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("fractions", [None, 0, ""], ids=["E1-missing", "E1-zero", "E1-blank"])
def test_missing_fractions_are_asked_for(tmp_path: Path, fractions: Any) -> None:
    study = read_dicom(b.good(tmp_path, plan=b.plan(fractions=fractions)))
    message = refusal(study.sets[0].fractions)
    assert "NumberOfFractionsPlanned (300A,0078) is missing" in message
    assert "never taken as 1" in message
    assert study.sets[0].fractions(stated=5) == 5
    for wrong in (0, 201, True, 5.0, "5"):
        refusal(lambda wrong=wrong: study.sets[0].fractions(stated=wrong))


@pytest.mark.parametrize("fractions", [-1, 201], ids=["E1-negative", "E1-too-many"])
def test_fractions_out_of_bounds(tmp_path: Path, fractions: int) -> None:
    assert "1 to 200" in of_file(tmp_path, b.encoded(b.plan(fractions=fractions)))


def test_e1_a_statement_that_contradicts_the_plan(tmp_path: Path) -> None:
    study = read_dicom(b.good(tmp_path))
    assert "4 fractions were stated, 5 are planned" in refusal(lambda: study.sets[0].fractions(stated=4))


def test_e2_several_fraction_groups(tmp_path: Path) -> None:
    groups = b.items(
        {"FractionGroupNumber": 1, "NumberOfFractionsPlanned": 25},
        {"FractionGroupNumber": 2, "NumberOfFractionsPlanned": 8},
    )
    study = read_dicom(b.good(tmp_path, plan=b.plan(FractionGroupSequence=groups)))
    for ask in (study.sets[0].fractions, lambda: study.sets[0].fractions(stated=33)):
        message = refusal(ask)
        assert "2 fraction groups (group 1: 25; group 2: 8 fractions)" in message


def test_e2_a_dose_of_one_group_has_the_fractions_of_that_group(tmp_path: Path) -> None:
    groups = b.items(
        {"FractionGroupNumber": 1, "NumberOfFractionsPlanned": 25},
        {"FractionGroupNumber": 2, "NumberOfFractionsPlanned": 8},
        {"FractionGroupNumber": 3},
    )

    def of_group(number: int) -> Any:
        reference = {"ReferencedSOPClassUID": b.PLAN, "ReferencedSOPInstanceUID": b.PLAN_UID}
        part = b.items({"ReferencedFractionGroupNumber": number})
        plan = b.items({**reference, "ReferencedFractionGroupSequence": part})
        return b.dose(
            np.full((4, 5, 6), 2.0 * number),
            SOPInstanceUID=b.uid("group", number),
            DoseSummationType="FRACTION",
            ReferencedRTPlanSequence=plan,
        )

    files = {f"dose{number}": of_group(number) for number in (1, 2, 3, 4)}
    study = read_dicom(b.good(tmp_path, dose=None, plan=b.plan(FractionGroupSequence=groups), **files))
    first, other, unstated, unknown = study.sets
    assert (first.fractions(), other.fractions()) == (25, 8)
    assert first.course_dose(fractions_in_file=1).maximum == pytest.approx(50.0)  # by hand: 2 Gy x 25
    assert other.course_dose(fractions_in_file=8).maximum == pytest.approx(4.0)
    assert "is missing" in refusal(unstated.fractions)
    assert unstated.fractions(stated=10) == 10
    assert "no fraction group 4" in refusal(lambda: unknown.fractions(stated=10))
    assert "no fraction group 4" in refusal(unknown.fractions)
    checks.require_distinct([first.dose, other.dose])


def test_e2_a_group_twice(tmp_path: Path) -> None:
    groups = b.items({"FractionGroupNumber": 1}, {"FractionGroupNumber": 1})
    assert "stands twice" in of_file(tmp_path, b.encoded(b.plan(FractionGroupSequence=groups)))


@pytest.mark.parametrize(("prescription", "noted"), [(45.0, False), (45.4, False), (40.0, True)])
@pytest.mark.parametrize("row", ["E3"])
def test_a_prescription_that_the_beams_do_not_give(tmp_path: Path, prescription: float, noted: bool, row: str) -> None:
    # by hand: the beams give 2 x 4.5 Gy x 5 = 45 Gy
    study = read_dicom(b.good(tmp_path, plan=b.plan(prescription=prescription)))
    texts = [note.text for note in study.notes if note.code == "prescription-differs"]
    assert bool(texts) == noted
    assert all("9 Gy x 5 = 45 Gy" in text and "40 Gy" in text for text in texts)


@pytest.mark.parametrize("kind", ["HDR", "LDR", "PDR"])
@pytest.mark.parametrize("row", ["E4"])
def test_a_brachytherapy_has_no_fractions_to_convert(tmp_path: Path, kind: str, row: str) -> None:
    plan = b.plan(BrachyTreatmentType=kind, BrachyTreatmentTechnique="INTERSTITIAL")
    study = read_dicom(b.good(tmp_path, plan=plan))
    assert f"brachytherapy plan ({kind}, INTERSTITIAL)" in refusal(study.sets[0].fractions)
    refusal(lambda: study.sets[0].fractions(stated=5))
    assert "brachytherapy" in codes(study)


def test_e4_a_brachytherapy_is_recognised_by_its_setups(tmp_path: Path) -> None:
    group = b.items({"FractionGroupNumber": 1, "NumberOfFractionsPlanned": 3, "NumberOfBrachyApplicationSetups": 2})
    study = read_dicom(b.good(tmp_path, plan=b.plan(FractionGroupSequence=group)))
    assert "brachytherapy" in refusal(study.sets[0].fractions)


@pytest.mark.parametrize("reference", ["other", "none"], ids=["E5-other-plan", "E5-no-reference"])
def test_a_dose_of_another_plan_needs_an_acknowledgement(tmp_path: Path, reference: str) -> None:
    other = b.items({"ReferencedSOPClassUID": b.PLAN, "ReferencedSOPInstanceUID": "1.2.3"})
    folder = b.good(tmp_path, dose=b.dose(ReferencedRTPlanSequence=other if reference == "other" else None))
    study = read_dicom(folder)
    assert study.sets[0].plan is None
    assert "plan" in refusal(study.sets[0].fractions)
    accepted = read_dicom(folder, acknowledge="different plan")
    assert accepted.sets[0].fractions() == 5
    assert "acknowledged-plan" in codes(accepted)


def test_e5_a_dose_of_several_plans(tmp_path: Path) -> None:
    both = b.items(*({"ReferencedSOPInstanceUID": uid} for uid in (b.PLAN_UID, "1.2.3")))
    study = read_dicom(b.good(tmp_path, dose=b.dose(ReferencedRTPlanSequence=both)), acknowledge=["different plan"])
    assert "2 plans" in refusal(study.sets[0].fractions)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        pytest.param({"PatientID": "P2"}, "patient ID", id="E6-id"),
        pytest.param({"PatientName": "Other^Person"}, "patient name", id="E6-name"),
        pytest.param({"PatientBirthDate": "19500102"}, "birth date", id="E6-birth-date"),
    ],
)
def test_files_of_two_patients(tmp_path: Path, changes: dict[str, Any], what: str) -> None:
    folder = b.good(tmp_path, dose=b.dose(**changes))
    message = refusal(lambda: read_dicom(folder))
    assert f"the {what} differs" in message
    assert "dose.dcm (" in message
    assert "plan.dcm (" in message
    assert not any(value in message for value in ("P1", "P2", "Person", "PERSON", "1950"))
    accepted = read_dicom(folder, acknowledge=["different patients"])
    assert "acknowledged-patients" in codes(accepted)


@pytest.mark.parametrize("name", ["TEST^PERSON", "Test^Person^^^", "test person"])
@pytest.mark.parametrize("row", ["E6"])
def test_one_patient_written_differently(tmp_path: Path, name: str, row: str) -> None:
    assert read_dicom(b.good(tmp_path, dose=b.dose(PatientName=name))).doses


def test_e6_an_acknowledgement_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="different patients"):
        read_dicom(b.good(tmp_path), acknowledge=["diferent patient"])


def test_e6_a_missing_patient_id_is_noted(tmp_path: Path) -> None:
    assert "no-patient-id" in codes(read_dicom(b.good(tmp_path, dose=b.dose(PatientID=""))))


def test_e7_two_studies_are_noted(tmp_path: Path) -> None:
    study = read_dicom(b.good(tmp_path, dose=b.dose(StudyInstanceUID="1.2.3")))
    assert "several-studies" in codes(study)


@pytest.mark.parametrize("status", ["UNAPPROVED", "REJECTED", None], ids=["E8-unapproved", "E8-rejected", "E8-missing"])
def test_a_plan_that_is_not_approved(tmp_path: Path, status: str | None) -> None:
    study = read_dicom(b.good(tmp_path, plan=b.plan(ApprovalStatus=status)))
    code = "plan-rejected" if status == "REJECTED" else "not-approved"
    texts = [note.text for note in study.notes if note.code == code]
    assert texts == [f"the approval of the plan is {status or 'not stated'}"]


def second(**changes: Any) -> Any:
    return b.dose(np.full((4, 5, 6), 20.0), SOPInstanceUID=b.uid("second"), **changes)


def test_e9_courses_without_a_common_frame_are_not_summed(tmp_path: Path) -> None:
    """Bounds are tested in tests/dicom/test_summing.py; here the other course has no structures either."""
    study = read_dicom(b.good(tmp_path, second=second(FrameOfReferenceUID="1.2.3", ReferencedRTPlanSequence=None)))
    message = refusal(lambda: study.course_sum("Duodenum", "3 Gy", fractions={"second": 4}))
    assert "the frames of reference differ" in message


def test_e10_one_plan_is_not_two_courses(tmp_path: Path) -> None:
    study = read_dicom(b.good(tmp_path, second=second()))
    assert "counted twice" in refusal(lambda: checks.require_distinct(study.doses))
    again = read_dicom(b.good(tmp_path / "again"))
    assert "counted twice" in refusal(lambda: checks.require_distinct([study.doses[0], again.doses[0]]))
    checks.require_distinct(study.doses[:1])


# --- the isolated reader ---------------------------------------------------------------------------------------------
def test_the_isolated_reader_is_stopped_when_it_needs_too_much(tmp_path: Path) -> None:
    folder = b.good(tmp_path)
    little = refusal(lambda: read_isolated(folder, [], DEFAULT, memory=60 << 20))
    assert "more memory" in little or "MiB" in little
    assert "stopped" in refusal(lambda: read_isolated(folder, [], DEFAULT, wall_seconds=0.01))
