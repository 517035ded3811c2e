"""One organ in the layout of every system: 35.2 cc, its volume spread evenly from 0 to 20 Gy.

By hand: Dmean 10 Gy, D50% 10 Gy, V5Gy 75 % of 35.2 cc = 26.4 cc, D2cc = 20 Gy - 2 cc / 35.2 cc * 20 Gy = 18.8636 Gy.
"""

from pathlib import Path

import pytest

from rtcalc.dvh_text import read_dvh_text, scan_dvh_text
from rtcalc.limits import Metric

PATIENT = "Nobody, Test"
ECLIPSE = """Patient Name         : Nobody, Test
Patient ID           : 000-TEST
Comment              : DVHs for one plan
Date                 : Friday, 13 March 2026 10:11:12
Type                 : Cumulative Dose Volume Histogram
Description          : The cumulative DVH displays the percentage (relative)
                       or volume (absolute) of structures that receive a dose
                       equal to or greater than a given dose.

Plan: Pancreas
Prescribed dose [Gy]: 20.0
% for dose (%): 100.0

Structure: Kidney_R
Approval Status: Unapproved
Plan: Pancreas
Course: C1
Volume [cm³]: 35.2
Dose Cover.[%]: 100.0
Sampling Cover.[%]: 100.1
Min Dose [Gy]: 0.0
Max Dose [Gy]: 20.0
Mean Dose [Gy]: 10.0
Modal Dose [Gy]: 0.0
STD [Gy]: N/A
Equiv. Sphere Diam. [cm]: 4.1

            Dose [Gy]   Relative dose [%] Ratio of Total Structure Volume [%]
                    0                   0                     100
                    5                  25                      75
                   10                  50                      50
                   15                  75                      25
                   20                 100                       0

"""
RAYSTATION = """#PatientName:Nobody^Test
#PatientId:000-TEST
#Dosename:Plan dose
#RoiName:Kidney_R
#Roi volume fraction outside grid: 0 [%]
#Dose unit:cGy
0\t100
500\t75
1000\t50
2000\t0
#RoiName:Kidney_L
#Roi volume fraction outside grid: 0 [%]
#Dose unit:cGy
0\t100
100\t0
"""
FACTS = "Patient ID: 000-TEST~Nobody | Plan Name: P1 | Resolution: 0.30(cm) | Bin Width: 5(Gy)"
MONACO = f"""{FACTS} | Dose Units: Gy | Volume Units: %

Structure Name      Bin Dose      Bin Volume
Kidney_R                   0             100
Kidney_R                   5              75
Kidney_R                  10              50
Kidney_R                  15              25
Kidney_R                  20               0
PTV 45 Gy                  0             100
PTV 45 Gy                 40              90
PTV 45 Gy                 50               0

2026-03-13-Fri 10:11:12
"""
PRECISION = """Kidney_R(STANDARD),Dose (Gy),Relative Volume (%),SpinalCord(STANDARD),Dose (Gy),Relative Volume (%)
,0,100.0,,0,100
,10,50.0,,2,40
,20,0.0,,4,0
,30,0.0,,,
"""
LONG = "Structure;Dose [cGy];Volume [cm3]\nKidney_R;0;35,2\nKidney_R;1000;17,6\nKidney_R;2000;0\n"
TWO = "# written by hand\n\nDose (Gy)\tCumulative volume (cc)\n0\t35.2\n1e1\t1.76E+1\n2.0E1\t0\n"
EXPORTS = {
    "Eclipse": ECLIPSE,
    "RayStation": RAYSTATION,
    "Monaco": MONACO,
    "Precision CSV": PRECISION,
    "two columns": TWO,
}


def read(text: str | bytes | Path, **options: str):
    return read_dvh_text(text, course="1", organ="Kidney_R", **options)["Kidney_R"]


def value(curve, metric: str) -> float:
    return curve.value(Metric.parse(metric))[0]


def require_the_kidney(curve) -> None:
    assert curve.course == "1"
    assert curve.organ == "Kidney_R"
    assert value(curve, "volume") == pytest.approx(35.2, abs=1e-9)
    assert value(curve, "Dmax") == pytest.approx(20, abs=1e-9)
    assert value(curve, "Dmean") == pytest.approx(10, abs=1e-9)
    assert value(curve, "D50%") == pytest.approx(10, abs=1e-9)
    assert value(curve, "V5Gy") == pytest.approx(26.4, abs=1e-9)
    assert value(curve, "D2cc") == pytest.approx(20 - 2 / 35.2 * 20, abs=1e-9)


@pytest.mark.parametrize("layout", EXPORTS)
def test_every_layout_gives_the_same_curve(layout: str) -> None:
    volume = {} if layout in ("Eclipse", "two columns") else {"organ_volume": "35.2 cc"}
    require_the_kidney(read(EXPORTS[layout], **volume))
    assert scan_dvh_text(EXPORTS[layout], course="1", organ="Kidney_R", **volume).layout == layout


def test_a_table_with_several_structures_needs_only_its_kind() -> None:
    """Falling volumes in cc from 0 Gy may be a histogram just as well: 35.2 + 17.6 cc."""
    require_the_kidney(read(LONG, kind="cumulative"))
    require_the_kidney(read(LONG, organ_volume="35.2 cc"))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: text.replace("[Gy]", "[cGy]"), id="other-unit-in-the-head"),
        pytest.param(lambda text: text.replace("Dose [Gy]   Relative dose [%] ", "Dose [Gy] "), id="columns-gone"),
    ],
)
def test_eclipse_columns_and_head_must_agree(change) -> None:
    # In the first, all of it reads as cGy: the numbers agree with each other and the curve is 100 times lower.
    if "cGy" in change(ECLIPSE):
        assert value(read(change(ECLIPSE)), "Dmax") == pytest.approx(0.2)
    else:
        with pytest.raises(ValueError, match="text:29: 3 values under a heading of 2 columns"):
            read(change(ECLIPSE))


def test_eclipse_in_either_order_of_columns_and_in_cm3() -> None:
    head, table = ECLIPSE.split("            Dose [Gy]")
    rows = "Relative dose [%]  Dose [cGy]  Structure Volume [cm^3]\n0 0 35.20\n50 1000 17.60\n100 2000 0\n"
    assert table.startswith("   Relative")
    require_the_kidney(read(head + rows))


def test_eclipse_relative_dose_takes_the_prescription_the_file_states_or_the_one_given() -> None:
    head = ECLIPSE.split("            Dose [Gy]")[0].replace("Max Dose [Gy]: 20.0", "Max Dose [%]: 100.0")
    head = head.replace("Mean Dose [Gy]: 10.0", "Mean Dose [%]: 50.0")
    text = head + "Relative dose [%] Ratio of Total Structure Volume [%]\n0 100\n50 50\n100 0\n"
    require_the_kidney(read(text))
    unknown = text.replace("Prescribed dose [Gy]: 20.0", "Prescribed dose [Gy]: not defined")
    require_the_kidney(read(unknown, reference="20 Gy"))
    require_the_kidney(read(text.replace("% for dose (%): 100.0", "% for dose (%): 80.0"), reference="20 Gy"))


def test_eclipse_differential_is_a_volume_per_dose() -> None:
    """35.2 cc over 20 Gy is 1.76 cc/Gy, 0.0176 cc/cGy; bins of 5 Gy around 2.5, 7.5, 12.5 and 17.5 Gy."""
    head = ECLIPSE.split("            Dose [Gy]")[0].replace("Cumulative", "Differential")
    require_the_kidney(read(head + "Dose [Gy] dVolume / dDose [cm³ / Gy]\n2.5 1.76\n7.5 1.76\n12.5 1.76\n17.5 1.76\n"))
    per_cgy = "Dose [cGy] dVolume / dDose [cm³ / cGy]\n250 0.0176\n750 0.0176\n1250 0.0176\n1750 0.0176\n"
    require_the_kidney(read(head + per_cgy))
    # 5 % per Gy over 20 Gy is the whole organ; where the first dose is 0, a bin begins at its dose.
    require_the_kidney(read(head + "Dose [Gy] dVolume / dDose [% / Gy]\n0 5\n5 5\n10 5\n15 5\n"))


def test_a_table_is_differential_without_doubt_where_its_sum_is_the_organ() -> None:
    require_the_kidney(read("Dose [Gy];Volume [%]\n2,5;25\n7,5;25\n12,5;25\n17,5;25\n", organ_volume="35.2 cc"))


def test_names_with_blanks_and_numbers_are_whole() -> None:
    found = scan_dvh_text(MONACO, course="1")
    assert set(found.refused) == {"Kidney_R", "PTV 45 Gy"}  # both are in % without a volume
    assert list(read_dvh_text(MONACO, course="1", organ="ptv 45 gy", organ_volume="80 cc")) == ["PTV 45 Gy"]


def test_shorter_curves_end_earlier_in_a_table_of_triples() -> None:
    cord = read_dvh_text(PRECISION, course="1", organ="SpinalCord", organ_volume="9 cc")["SpinalCord"]
    assert value(cord, "Dmax") == 4


def test_what_a_printed_zero_may_hide_is_noted() -> None:
    """0.01 % of 1500 cc is 0.15 cc: up to 0.075 cc prints as 0.00 %, more than the 0.035 cc of a near-maximum dose."""
    text = "Dose [Gy];Volume [%]\n0;100.00\n10;50.00\n20;0.00\n"
    found = scan_dvh_text(text, course="1", organ="Liver", organ_volume="1500 cc")
    assert "up to 0.075 cc may lie above 20 Gy unseen" in found.notes["Liver"]
    assert not scan_dvh_text(text, course="1", organ="Liver", organ_volume="150 cc").notes
    known = scan_dvh_text(text, course="1", organ="Liver", organ_volume="1500 cc", max_dose="21.5 Gy")
    assert not known.notes
    assert value(known.curves["Liver"], "Dmax") == 21.5


def test_the_stated_maximum_ends_the_last_bin() -> None:
    """18.3 Gy is stated, and the curve comes to zero at its next printed dose, 20 Gy."""
    text = ECLIPSE.replace("Max Dose [Gy]: 20.0", "Max Dose [Gy]: 18.3")
    assert value(read(text), "Dmax") == 18.3


def test_a_maximum_given_ends_a_curve_with_volume_left() -> None:
    text = TWO.replace("2.0E1\t0\n", "")
    curve = read(text, max_dose="20 Gy")
    require_the_kidney(curve)


def test_bowel_of_an_earlier_course_reaches_its_eqd2() -> None:
    """50.4 Gy in 28, alpha/beta 3: 50.1 (1 + 50.1/84) / (5/3) = 47.99 Gy, 51.5 Gy becomes 49.84 Gy."""
    rows = "0 300\n49 10\n50.1 2\n51 0.5\n51.5 0\n"
    text = f"Structure: Bowel\nVolume [cm3]: 300.0\nDose [Gy] Structure Volume [cm3]\n{rows}"
    curve = read_dvh_text(text, course="earlier")["Bowel"].relabelled(28, "3 Gy")
    assert value(curve, "D2cc") == pytest.approx(47.99, abs=0.005)
    assert value(curve, "Dmax") == pytest.approx(49.84, abs=0.005)


def test_nothing_of_the_patient_is_kept() -> None:
    for text in EXPORTS.values():
        found = scan_dvh_text(text, course="1", organ="Kidney_R", organ_volume="35.2 cc")
        assert found.curves
        for word in ("Nobody", "000-TEST"):
            assert word not in repr(found)
            assert word not in repr(found.curves["Kidney_R"])
