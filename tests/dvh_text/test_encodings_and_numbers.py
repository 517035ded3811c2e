"""The same export in every encoding and notation; what has two readings is refused."""

from pathlib import Path

import pytest

from rtcalc.dvh_text import read_dvh_text
from rtcalc.errors import ProtocolError
from rtcalc.limits import Metric

# D50% of a curve that falls evenly to 20 Gy is 10 Gy.
POINT = "Structure: Leber rechts ä\nVolume [cm³]: 1500.5\nDose [Gy] Structure Volume [cm³]\n"
POINT += "0.0 1500.5\n10.0 750.25\n20.0 0.0\n"
COMMA = POINT.replace(".", ",")
NAME = "Leber rechts ä"


def half(file: str | bytes | Path) -> float:
    return read_dvh_text(file, course="1")[NAME].value(Metric.parse("D50%"))[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"])
@pytest.mark.parametrize("text", [POINT, COMMA], ids=["point", "comma"])
def test_encodings(tmp_path: Path, encoding: str, text: str) -> None:
    raw = text.encode(encoding)
    file = tmp_path / "export.txt"
    file.write_bytes(raw)
    assert half(file) == half(raw) == half(str(file)) == 10


@pytest.mark.parametrize("cubic", ["cmÂ³", "cm\ufffd", "cm3", "cm^3", "cc", "ccm"])
def test_a_broken_superscript_is_still_a_cubic_centimetre(cubic: str) -> None:
    assert half(POINT.replace("cm³", cubic)) == 10


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str) -> None:
    assert half(POINT.replace("\n", end)) == 10


def test_scientific_notation_is_a_number() -> None:
    """4.32E-4 cc is left at 19 Gy and nothing at 20 Gy."""
    curve = read_dvh_text(POINT.replace("20.0 0.0", "19 4.32E-4\n20.0 0"), course="1")[NAME]
    assert curve.value(Metric.parse("V19Gy"))[0] == pytest.approx(4.32e-4, rel=1e-12)


def test_centigray_are_exact() -> None:
    """35 cGy is 0.35 Gy to the last bit, not 0.35000000000000003."""
    curve = read_dvh_text(
        "Dose [cGy];Volume [cc]\n0;2\n35;0\n", course="1", organ="Eye_L", organ_volume="2 cc", kind="cumulative"
    )
    assert curve["Eye_L"].edges_gray.tolist() == [0.0, 0.35]


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ("0,0 1500.5", r"comma \(line 4\) and with a point \(line 4\)"),
        ("0 1,500.5", "'1,500.5' is not a number"),
        ("0 nan", "'nan' is not a number"),
        ("0 inf", "'inf' is not a number"),
        ("0 1e999", "'1e999' is not a number"),
        ("0 -1", "'-1' is not a number"),
        ("0 1500.5 7", "3 values under a heading of 2 columns"),
        ("0 ١٥٠٠", "is not a number"),
        ("0 1_500", "'1_500' is not a number"),
    ],
)
def test_what_is_not_a_number_is_refused_with_its_line(rows: str, why: str) -> None:
    with pytest.raises(ProtocolError, match=why) as caught:
        half(POINT.replace("\n0.0 1500.5", f"\n{rows}"))
    assert str(caught.value).startswith("text:4: ")


def test_a_comma_before_three_digits_alone_is_ambiguous() -> None:
    """1,500 is fifteen hundred or one and a half; 0,500 beside it can only be a half."""
    table = "Dose [Gy];Cumulative volume [cc]\n0;1,500\n{};0\n"
    with pytest.raises(ProtocolError, match="text:2: a comma before three digits"):
        read_dvh_text(table.format("10"), course="1", organ="Eye_L")
    curve = read_dvh_text(table.format("10,5"), course="1", organ="Eye_L")["Eye_L"]
    assert curve.organ_volume_cc == 1.5


def test_comma_for_decimals_and_cells_at_once_is_refused() -> None:
    with pytest.raises(ProtocolError, match="4 values under 2 headings; a decimal comma needs"):
        read_dvh_text("Dose [Gy],Volume [cc]\n0,0,35,2\n", course="1", organ="Eye_L")


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "the file is empty"),
        (b"\n\n", "the file is empty"),
        (b"Structure: A\x00\x01\x02 B\n", "not a text file"),
        (b"\xff\xfea", "not readable as text"),
        (b"\x81\xfe\x8d\n", "not readable as text"),
        (b"a" * 100_001, "text:1: a line of more than"),
    ],
)
def test_what_is_not_text_is_refused(raw: bytes, why: str) -> None:
    with pytest.raises(ProtocolError, match=why):
        read_dvh_text(raw, course="1")


def test_a_file_that_is_not_there_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ProtocolError, match="give the path of a readable file"):
        read_dvh_text(tmp_path / "nothing.txt", course="1")
    with pytest.raises(ProtocolError, match="not a file"):
        read_dvh_text(tmp_path, course="1")
    with pytest.raises(ProtocolError, match=r"not a (path|file)"):
        read_dvh_text("a\0b", course="1")


def test_a_file_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rtcalc.dvh_text.source.MAX_BYTES", 10)
    (tmp_path / "large.txt").write_text(POINT, encoding="utf-8")
    with pytest.raises(ProtocolError, match="more than 10 bytes"):
        half(tmp_path / "large.txt")
