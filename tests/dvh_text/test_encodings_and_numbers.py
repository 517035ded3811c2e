"""The same export in every encoding and notation; what has two readings is refused."""

from pathlib import Path

import pytest

from rtcalc.dvh_text import read_dvh_text, scan_dvh_text
from rtcalc.errors import DomainError, ProtocolError
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


@pytest.mark.parametrize("mark", ["point", "comma"])
def test_a_mark_before_three_digits_alone_is_ambiguous(mark: str) -> None:
    """1.000 is a thousand or one; 0.500 beside it can only be a half, and 1.0000 is no thousand."""
    sign = {"point": ".", "comma": ","}[mark]
    table = f"Dose [cGy];Cumulative volume [cc]\n0;43\n1{sign}000;4\n2{sign}000;{{}}\n"
    with pytest.raises(ProtocolError, match=f"text:4: a {mark} before three digits.*; give decimal"):
        read_dvh_text(table.format("0"), course="1", organ="Eye_L")
    with pytest.raises(ProtocolError, match="give decimal"):  # no mark in it, so it says nothing of the mark
        read_dvh_text(table.format("0E1"), course="1", organ="Eye_L")
    for certain in (f"0{sign}000", f"0{sign}0", f"0{sign}0000"):
        curve = read_dvh_text(table.format(certain), course="1", organ="Eye_L")["Eye_L"]
        assert curve.value(Metric.parse("Dmax"))[0] == 0.02
    stated = read_dvh_text(table.format("0"), course="1", organ="Eye_L", decimal=mark)["Eye_L"]  # type: ignore[arg-type]
    assert stated.value(Metric.parse("Dmax"))[0] == 0.02


def test_decimal_is_a_word_and_the_one_of_the_file() -> None:
    table = "Dose [Gy];Cumulative volume [cc]\n0;4.3\n20;0\n"
    with pytest.raises(ProtocolError, match=r"text:2: '4\.3' is not a number"):
        read_dvh_text(table, course="1", organ="Eye_L", decimal="comma")
    with pytest.raises(DomainError, match=r"decimal '\.': write point or comma"):
        read_dvh_text(table, course="1", organ="Eye_L", decimal=".")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("top", "reference", "words"),
    [
        pytest.param(4500, None, "the highest dose is 4500 Gy; is the unit wrong (cGy)?", id="C16-centigray"),
        pytest.param(301, None, "the highest dose is 301 Gy; is the unit wrong (cGy)?", id="C16-above-300"),
        pytest.param(0.45, "45 Gy", "is 0.45 Gy, and 45 Gy are prescribed; is the unit wrong?", id="C16-a-hundredth"),
        pytest.param(299, "45 Gy", "", id="C16-none"),
        pytest.param(0.45, None, "", id="C16-no-prescription"),
    ],
)
def test_a_largest_dose_that_looks_like_a_wrong_unit_is_noted(top: float, reference: str | None, words: str) -> None:
    """The rule of RT Dose: above 300 Gy, or 50 times the prescription or a 50th of it."""
    table = f"Dose [Gy];Cumulative volume [cc]\n0;2.00000\n{top};0.00000\n"
    found = scan_dvh_text(table, course="1", organ="Eye_L", reference=reference)
    assert words in found.notes.get("Eye_L", "")
    assert bool(found.notes) == bool(words)
