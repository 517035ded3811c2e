"""Whatever an export leaves open, or says twice and differently, is refused with the line and the remedy."""

import pytest

from rtcalc.dvh_text import read_dvh_text, scan_dvh_text
from rtcalc.errors import RtcalcError, UnknownName

HEAD = "Type : Cumulative Dose Volume Histogram\n"
CORD = "Structure: Cord\nVolume [cm3]: 10.0\nMax Dose [Gy]: 9.0\nMean Dose [Gy]: 4.5\n"
TABLE = "Dose [Gy] Ratio of Total Structure Volume [%]\n0 100\n4.5 50\n9 0\n"
ECLIPSE = HEAD + CORD + TABLE
RAY = "#RoiName:Cord\n#Dose unit:Gy\n0 100\n4 50\n9 0\n"
MONACO = "Patient ID: SECRET~X | Plan Name: P | Dose Units: Gy | Volume Units: %\nCord 0 100\nCord 4 50\nCord 9 0\n"
CSV = "Cord,Dose (Gy),Volume (%)\n,0,100\n,4,50\n,9,0\n"
TWO = "Dose [Gy];Volume [%]\n0;100\n4;50\n9;0\n"


def refusal(text: str, **options: str) -> str:
    with pytest.raises(RtcalcError) as caught:
        read_dvh_text(text, course="1", **options)
    assert isinstance(caught.value, ValueError)
    assert "SECRET" not in str(caught.value)
    return str(caught.value)


def test_the_sound_ones_are_read() -> None:
    """The cases below change one thing each of these."""
    assert list(read_dvh_text(ECLIPSE, course="1")) == ["Cord"]
    for text in (RAY, MONACO, CSV, TWO):
        assert list(read_dvh_text(text, course="1", organ="Cord", organ_volume="10 cc")) == ["Cord"]


@pytest.mark.parametrize(
    ("old", "new", "line", "why"),
    [
        ("Cumulative", "Natural", 1, "neither Cumulative nor Differential"),
        ("Dose [Gy] Ratio", "Relative dose [%] Ratio", 2, "give reference, such as '45 Gy'"),
        ("Dose [Gy] Ratio", "Dose [mGy] Ratio", 6, "the dose is in 'mGy'; expected Gy, cGy or %"),
        ("Dose [Gy] Ratio", "Dose [Gy] Dose [Gy] Ratio", 6, "is not known or stands twice"),
        ("Dose [Gy] Ratio", "Dose [Gy] EQD2 [Gy] Ratio", 6, "the column 'eqd2' is not known"),
        ("Volume [%]", "Volume [mm3]", 6, "the volume is in 'mm3'; expected cm3 or %"),
        ("Ratio of Total Structure Volume [%]", "dVolume / dDose [cm3 / Gy]", 6, "calls its curves cumulative"),
        ("Ratio of Total Structure Volume [%]", "Volumes [%]", 6, "the column 'volumes' is not known"),
        ("Volume [cm3]: 10.0", "Volume [cm3]: 0.0", 2, "not stated or printed as 0; give organ_volume"),
        ("Volume [cm3]: 10.0", "Volume [cm3]: 1e-323", 2, "has no volume at all"),
        ("Volume [cm3]: 10.0", "Volume [cm3]: ten", 3, "the value of this key is not a number"),
        ("Volume [cm3]: 10.0", "Dose Cover.[%]: 98.2", 2, "dose cover (line 3) is not 100 %"),
        ("Max Dose [Gy]", "Max Dose [cGy]", 2, "stated as 0.09 Gy, and the curve ends at 9 Gy; check the units"),
        ("Max Dose [Gy]: 9.0", "Max Dose [Gy]: 900", 2, "stated as 900 Gy, and the curve ends at 9 Gy"),
        ("0 100", "0 99.7", 7, "begins with 99.7 %, the whole organ has 100 %"),
        ("9 0", "5 40\n7 60\n9 0", 10, "the volume rises from the row above"),
        ("9 0", "7 10\n6 5\n9 0", 10, "the dose falls from the row above"),
        ("0 100\n4.5 50\n9 0\n", "0 100\n", 2, "1 rows are no curve"),
        ("0 100\n4.5 50\n9 0\n", "", 2, "0 rows are no curve"),
    ],
)
def test_eclipse(old: str, new: str, line: int, why: str) -> None:
    assert ECLIPSE.count(old) == 1
    said = refusal(ECLIPSE.replace(old, new))
    assert said.startswith(f"text:{line}: ")
    assert why in said


def test_a_mean_dose_of_another_unit_is_found() -> None:
    """The curve's mean is 4.5 Gy; with a fine curve, 450 Gy as cGy or a mean of another plan do not pass."""
    fine = "".join(f"{dose / 10} {100 - dose / 0.9:.4f}\n" for dose in range(91))
    text = ECLIPSE.replace("0 100\n4.5 50\n9 0\n", fine)
    assert read_dvh_text(text, course="1")
    assert "the mean dose is stated as 5.2 Gy, and the curve's is 4.50 Gy" in refusal(
        text.replace("Mean Dose [Gy]: 4.5", "Mean Dose [Gy]: 5.2")
    )


def test_rounding_is_not_a_rise() -> None:
    """One unit of the last printed place, 0.001 %, is print noise; 0.1 % is not."""
    assert read_dvh_text(ECLIPSE.replace("9 0", "5 40.000\n6 40.001\n9 0"), course="1")
    assert "rises" in refusal(ECLIPSE.replace("9 0", "5 40.0\n6 40.1\n9 0"))


def test_a_volume_per_dose_needs_its_unit() -> None:
    text = ECLIPSE.replace("Ratio of Total Structure Volume [%]", "dVolume / dDose [cm3]")
    assert "text:6: a volume per dose without its unit" in refusal(text.replace("Cumulative", "Differential"))


def test_two_structures_of_one_name_are_refused_and_the_others_read() -> None:
    other = CORD.replace("Cord", "Liver") + TABLE
    text = HEAD + (CORD + TABLE) * 2 + other
    assert "Cord: stands more than once, from lines 2 and 10" in refusal(text)
    assert "more than once" in refusal(text, organ="Cord")
    found = scan_dvh_text(text, course="1")
    assert list(found.curves) == ["Liver"]
    assert list(found.refused) == ["Cord"]
    assert list(read_dvh_text(text, course="1", organ="Liver")) == ["Liver"]


def test_names_that_differ_by_case_only() -> None:
    text = HEAD + CORD + TABLE + CORD.replace("Cord", "CORD") + TABLE
    assert list(read_dvh_text(text, course="1")) == ["Cord", "CORD"]
    assert "may be CORD or Cord" in refusal(text, organ="cord")


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(UnknownName, match="no structure is called 'Kord'; nearest: Cord"):
        read_dvh_text(ECLIPSE, course="1", organ="Kord")


@pytest.mark.parametrize(
    ("text", "options", "why"),
    [
        (ECLIPSE, {"organ": "Cord", "organ_volume": "12 cc"}, "the file states 10 cc, organ_volume is 12 cc"),
        (ECLIPSE, {"organ": "Cord", "max_dose": "9.5 Gy"}, "the file states a maximum of 9 Gy; leave max_dose out"),
        (ECLIPSE, {"kind": "differential"}, "the file calls the curve cumulative, and kind is differential"),
        (ECLIPSE, {"kind": "both"}, "write cumulative or differential"),
        (ECLIPSE, {"organ_volume": "10 cc"}, "belong to one structure; name it with organ"),
        (ECLIPSE, {"reference": "0 Gy"}, "must be above zero"),
        (ECLIPSE, {"reference": "45"}, "has no unit; write 45 Gy"),
        ("Prescribed dose [Gy]: 20\n% for dose (%): 100\n" + ECLIPSE, {"reference": "22 Gy"}, "the file takes 20 Gy"),
        (RAY, {"organ": "Cord"}, "give organ_volume"),
        (RAY.replace("#Dose", "#Roi volume fraction outside grid: 3 [%]\n#Dose"), {}, "outside the dose grid (line 2)"),
        (RAY.replace("Gy", "Gy (RBE)"), {}, "the dose is in 'Gy (RBE)'"),
        (RAY + "SECRET PATIENT\n", {"organ": "Cord", "organ_volume": "9 cc"}, "text:6: a cell is not a number"),
        (RAY.replace("9 0", "9 0 1"), {}, "text:5: 3 values where a dose and a volume"),
        (MONACO.replace("Cord 9 0", "Cord 9"), {}, "text:4: not a row"),
        (MONACO + "Cord 12 SECRET\n", {}, "text:5: not a row of structure"),
        (MONACO.split("\n")[0] + "\n", {}, "no row of structure, dose and volume"),
        (MONACO.replace("Units: Gy", "Units: %"), {"organ": "Cord", "organ_volume": "1 cc"}, "give reference"),
        (CSV.replace(",9,0", ",,\n,9,0"), {}, "text:5: column 2 goes on after it ended on line 4"),
        (CSV.replace(",9,0", ",9,0,5"), {}, "text:4: 4 cells under 3 headings"),
        (TWO, {}, "the file does not name its structure; give organ"),
        (TWO.replace("Dose", "EQD2 dose"), {"organ": "Cord"}, "export the curve of the absorbed (physical) dose"),
        (TWO.replace("Volume [%]", "Relative volume [cc]"), {"organ": "Cord"}, "a relative column that is not in %"),
        (TWO.replace("Dose", "Cumulative dose").replace("Vol", "Differential vol"), {"organ": "C"}, "both cumulative"),
        ("Dose [Gy];Volume [cc]\n0;9\n5;3\n9;0\n", {"organ": "Cord"}, "both are possible; give kind"),
        ("Dose [Gy];Cumulative volume [cc]\n0;9\n5;3\n", {"organ": "Cord"}, "text:3: Cord: the curve ends at 5 Gy"),
        ("Dose [Gy];Cumulative volume [cc]\n1;9\n5;0\n", {"organ": "Cord"}, "does not begin at 0 Gy"),
        ("Dose [Gy];Cumulative volume [cc]\n0;0\n5;0\n", {"organ": "Cord"}, "begins with no volume at all"),
        ("Dose [Gy];Differential volume [cc]\n0;0\n5;0\n", {"organ": "Cord"}, "has no volume at all"),
        ("Dose [Gy];Differential volume [cc]\n1;5\n5;4\n", {"organ": "Cord"}, "where the bins lie is not clear"),
        ("Dose [Gy];Differential volume [cc]\n0;5\n5;4\n7;1\n", {"organ": "Cord"}, "not of one width"),
        (
            "Dose [Gy];Differential volume [cc]\n0;5\n5;4\n",
            {"organ": "Cord", "organ_volume": "12 cc"},
            "hold 9 cc, the whole organ has 12 cc",
        ),
        ("Structure;Dose [Gy];Volume [%]\n;0;100\n;5;0\n", {}, "does not name its structure"),
        (f"Structure;Dose [Gy];Volume [%]\n{'x' * 65};0;100\n", {}, "64 printable characters or less"),
    ],
)
def test_what_is_missing_or_contradicts_itself(text: str, options: dict[str, str], why: str) -> None:
    assert why in refusal(text, **options)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("hello\nworld\n", "no layout that is known: Eclipse lacks a line 'Structure: NAME'"),
        ("Structure: Cord\n0 100\n", "Eclipse lacks a heading such as 'Dose [Gy] ... Volume [cm3]'"),
        ("#RoiName:Cord\n0 100\n", "RayStation lacks a line '#Dose unit: Gy'"),
        ("Patient ID: SECRET | Plan Name: P | Dose Units: Gy\n", "Monaco lacks 'Volume Units: cm3' in it"),
        ("Dose;Volume\n0;100\n", "two columns lacks a heading of two columns with their units"),
        ("Structure,Mean dose [Gy],Volume [cc]\nCord,5,10\n", "no layout that is known"),
        ("DoseInfo\nNumberOfDimensions = 2;\nNumberOfPoints = 3;\n", "a list of points as Pinnacle stores it"),
        (ECLIPSE + RAY, "the marks of Eclipse and of RayStation; one file holds one export"),
    ],
)
def test_a_layout_is_recognised_or_refused_with_what_is_missing(text: str, why: str) -> None:
    assert why in refusal(text)
