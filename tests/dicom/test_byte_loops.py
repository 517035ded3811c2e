"""The compiled loops of reading, the same loops as they are written, and reading without them: all read the same."""

from importlib.util import find_spec
from typing import Any

import numpy as np
import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtcalc.dicom import byte_loops, contours
from rtcalc.dicom.decimal_text import decimals, decimals_of, sizes_of
from rtcalc.dicom.limits import ReadLimits
from rtcalc.dicom.study import read_object
from rtcalc.errors import DicomError
from rtcalc.geometry.kernels import compiled
from tests.dicom import builder as b
from tests.fuzz.course import SEED, Case

WAYS = ["plain", "compiled"] if find_spec("numba") else ["plain"]


@pytest.fixture(params=WAYS)
def loops(request: pytest.FixtureRequest) -> Any:
    compiled()  # from here on they are in use
    return byte_loops.plain() if request.param == "plain" else byte_loops.ready()


def outcome(file: bytes, limits: ReadLimits = ReadLimits()) -> list[Any]:  # noqa: B008 - it is frozen
    """All that is read of a structure set, or the words of its refusal."""
    try:
        found: Any = read_object(file, "f", limits)
    except DicomError as refused:
        return [str(refused)]
    arrays = [
        (one.label, one.refused, [ring.tobytes() for ring in one.contours + one.points]) for one in found.structures
    ]
    return [arrays, [str(note) for note in found.notes]]


def both(file: bytes, loops: Any, monkeypatch: pytest.MonkeyPatch, limits: ReadLimits = ReadLimits()) -> list[Any]:  # noqa: B008
    """What is read by the loops, after a look at what is read without."""
    results = []
    monkeypatch.setattr(contours, "LARGE", 0)  # the second thread too
    for ready in (None, loops):
        monkeypatch.setattr(byte_loops, "ready", lambda ready=ready: ready)
        results.append(outcome(file, limits))
    assert results[0] == results[1]
    return results[1]


def drawn(**changes: Any) -> pydicom.Dataset:
    """Structures whose contours name their images and have a number each, as planning systems write them."""
    reference = {"ReferencedSOPClassUID": b.PLAN, "ReferencedSOPInstanceUID": b.uid("image")}
    more = {"ContourImageSequence": b.items(reference), "ContourNumber": 1, **changes}
    return b.structures([(1, "PTV", [{**one, **more} for one in b.box()])])


@pytest.mark.parametrize("syntax", [b.IMPLICIT, b.EXPLICIT], ids=["implicit", "explicit"])
def test_ordinary_contours_are_taken_by_the_loop_alone(
    syntax: object, loops: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = b.encoded(drawn(), syntax)
    assert (
        both(file, loops, monkeypatch)[0][0][1:]
        == both(b.encoded(b.structures(), syntax), loops, monkeypatch)[0][0][1:]
    )
    begin = file.index(b"\x06\x30\x40\x00") + (8 if syntax == b.IMPLICIT else 12)
    found = np.empty((9, 3, 2), np.int64)
    items, elements, _ = loops.items(loops.bytes_of(file), begin, len(file), syntax == b.EXPLICIT, found)
    assert (items, elements) == (len(b.box()), len(b.box()) * 7)  # five, and two of the image
    assert file[found[0, 0, 0] :].startswith(b"CLOSED_PLANAR")
    few = loops.items(loops.bytes_of(file), begin, len(file), syntax == b.EXPLICIT, found[:2])
    assert few[0] == 2


@pytest.mark.parametrize("syntax", [b.IMPLICIT, b.EXPLICIT], ids=["implicit", "explicit"])
@pytest.mark.parametrize("at", [0, 1])
def test_what_is_not_ordinary_is_left_to_the_walk(
    at: int, syntax: object, loops: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A private element, open lengths, a sequence that the standard has not there: read, as without the loops."""
    data = drawn()
    odd = data.ROIContourSequence[0].ContourSequence[at]
    odd.private_block(0x3007, "US", create=True).add_new(1, "LO", "x")
    plain = both(b.encoded(drawn(), syntax), loops, monkeypatch)
    assert both(b.encoded(data, syntax), loops, monkeypatch) == plain
    odd.is_undefined_length_sequence_item = True
    odd["ContourImageSequence"].is_undefined_length = True
    data.ROIContourSequence[0]["ContourSequence"].is_undefined_length = True
    assert both(b.encoded(data, syntax), loops, monkeypatch) == plain
    odd.ContourImageSequence[0].ReferencedFrameNumber = 1
    odd.ContourImageSequence[0].PurposeOfReferenceCodeSequence = b.items({"CodeValue": "1"})
    assert both(b.encoded(data, syntax), loops, monkeypatch) == plain


def test_bounds_are_those_of_the_walk(loops: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    file = b.encoded(drawn(), b.IMPLICIT)
    for limits, words in (
        (ReadLimits(elements=30), "more than 30 elements"),
        (ReadLimits(depth=2), "nested too deeply"),
    ):
        assert words in both(file, loops, monkeypatch, limits)[0]


@pytest.mark.parametrize("length", [2, 3, 4])
def test_odd_lengths_and_what_reaches_beyond_its_item_are_left(length: int, loops: Any) -> None:
    number = b"\x06\x30\x48\x00" + length.to_bytes(4, "little") + b"123"
    item = loops.bytes_of(b"\xfe\xff\x00\xe0" + (8 + min(length, 3)).to_bytes(4, "little") + number)
    assert loops.items(item, 0, len(item), False, np.empty((9, 3, 2), np.int64))[0] == (length == 2)


def test_changed_files_are_read_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six hundred files of the fuzzer, with the loops as they are written: they look at every byte that they take."""
    results = [
        both(Case.of(SEED, number).files["structures"], byte_loops.plain(), monkeypatch) for number in range(1, 1200, 2)
    ]
    assert 50 < sum(len(one) == 1 for one in results) < 550


PART = st.one_of(
    st.floats(-9999, 9999).map(lambda value: f"{value:.4f}"),
    st.from_regex(r"[+-]?[0-9]{0,17}\.?[0-9]{0,9}(e[+-]?[0-9]{1,2})? ?", fullmatch=True),
    st.sampled_from(
        ["95142426273599.37", "43591.010316006538"]
    ),  # one rounding of their digits, and another of the ratio
    st.sampled_from(["-0", "nan", "1_0", "", " ", ".", "-", "5.", ".5", "999999999999999", "1234567.12345678"]),
)


@given(st.lists(st.lists(PART, max_size=6), min_size=1, max_size=6))
def test_numbers_have_the_same_bits(parts: list[list[str]]) -> None:
    texts = ["\\".join(one).encode() + b" " * (len(one) % 3) for one in parts]
    ends = np.cumsum([len(text) for text in texts])
    spans = np.array([(end - len(text), len(text)) for end, text in zip(ends.tolist(), texts, strict=True)])
    data, padding = b"".join(texts), b" \0"
    compiled()
    results = []
    for ready in (lambda: None, byte_loops.plain, byte_loops.ready):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(byte_loops, "ready", ready)
            sizes = sizes_of(data, spans)
            values = decimals_of(data, spans, sizes)
            results.append((sizes.tolist(), None if values is None else values.tobytes()))
    assert results[0] == results[1] == results[2]
    wanted = decimals(b"\\".join(text.strip(padding) for text in texts if text.strip(padding)))
    assert results[0][1] == (None if wanted is None else wanted.tobytes())


def test_numba_is_not_loaded_for_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled.cache_clear()
    assert byte_loops.ready() is None
    compiled()
    assert (byte_loops.ready() is None) == (find_spec("numba") is None)
