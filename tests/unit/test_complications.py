"""NTCP in an assessment: each cited set on its own basis, listed beside the others and never a verdict."""

from __future__ import annotations

from pathlib import Path

import pytest

from rtcalc.assessment import assess
from rtcalc.casefile import parse_case
from rtcalc.evidence import Severity
from rtcalc.findings import Question

CASE = """
schema_version: 1
id: lung
disease: not stated
targets:
  t: {site: lung, region: thorax, near: not stated, largest: not stated, tissue: nsclc}
courses:
  c:
    prescription: {t: {dose: SCHEDULE}}
    technique: vmat
    dvh:
      ORGAN: {file: even.txt, structure: Even, kind: cumulative, on: WHERE}
organ_doses: not stated
"""
# All of 3000 cc between 20.00 and 20.01 Gy: an even dose of 20.005 Gy.
EVEN = "Structure,Dose [Gy],Volume [cc]\nEven,0,3000\nEven,20.00,3000\nEven,20.01,0\n"


def found(folder: Path, organ: str, schedule: str = "60 Gy / 30", on: str = "organ"):
    (folder / "even.txt").write_text(EVEN, encoding="utf-8")
    text = CASE.replace("ORGAN", organ).replace("SCHEDULE", schedule).replace("WHERE", on)
    findings = [
        finding
        for finding in assess(parse_case(text, folder=folder)).findings
        if finding.rule == "complication-probability"
    ]
    return findings[0] if findings else None


def figure(finding, fit: str):
    return next(figure for figure in finding.figures if figure.name.endswith(fit))


def test_a_set_gets_the_curve_on_its_own_basis(tmp_path):
    # Semenenko: TD50 29.9 Gy EQD2 (a/b 3), m 0.41, n 1. 20.005 Gy in 30: EQD2 20.005 (1 + 0.66683 / 3) / (1 + 2 / 3)
    # = 14.671 Gy; t = (14.671 - 29.9) / (0.41 x 29.9) = -1.2423; NTCP = 0.1071.
    estimate = figure(found(tmp_path, "Lungs"), "lkb-lungs-pneumonitis-semenenko")
    assert estimate.low == estimate.high == pytest.approx(0.1071, abs=5e-5)
    assert (estimate.text, estimate.basis) == (
        "10.7 %",
        "symptomatic pneumonitis (both lungs); EQD2 (a/b 3); SEMENENKO2008",
    )


def test_it_is_information_with_its_source_and_no_verdict(tmp_path):
    finding = found(tmp_path, "Lungs")
    assert (finding.severity, finding.question, finding.verdicts) == (Severity.INFO, Question.ORGAN, ())
    assert "SEMENENKO2008" in finding.sources
    assert "not the risk of this patient" in finding.sentence


def test_what_the_case_leaves_open_is_a_range(tmp_path):
    # Huang: logit = -3.13 + 0.0688 x mean dose in 35 fractions (a/b 10) + 1.5 with concurrent chemotherapy.
    # 20.005 Gy in 30 has BED 21.3397 Gy; D (1 + D / 350) = 21.3397 gives D = 175 (sqrt(1 + 4 x 21.3397 / 350) - 1)
    # = 20.177 Gy; logit -1.7418 or -0.2418: 14.91 % or 43.98 %.
    finding = found(tmp_path, "Esophagus")
    estimate = figure(finding, "logit-esophagus-acute-huang")
    assert (estimate.low, estimate.high) == (pytest.approx(0.1491, abs=1e-4), pytest.approx(0.4398, abs=1e-4))
    assert any("what is open: concurrent chemotherapy" in line for line in finding.details)


def test_a_physical_fit_needs_its_own_fractionation(tmp_path):
    burman = "lkb-lung-pneumonitis-burman"
    assert figure(found(tmp_path, "Lungs"), burman)
    large = found(tmp_path, "Lungs", "48 Gy / 4")
    assert not [one for one in large.figures if one.name.endswith(burman)]
    assert any(burman in line and "12 Gy per fraction" in line for line in large.details)


def test_phases_of_different_fractions_give_no_converted_number(tmp_path):
    finding = found(tmp_path, "Lungs", "40 Gy / 20 + 20 Gy / 8")
    assert finding.figures == ()
    assert any("several phases" in line for line in finding.details)


def test_a_curve_of_a_larger_structure_is_not_that_of_the_organ(tmp_path):
    finding = found(tmp_path, "SpinalCord", on="PRV")
    assert finding.figures == ()
    assert any("this curve is of its PRV" in line for line in finding.details)


def test_an_organ_without_a_set_gets_no_finding(tmp_path):
    assert found(tmp_path, "Ureter_L") is None
