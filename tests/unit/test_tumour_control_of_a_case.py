"""TCP in an assessment: the set that the case chooses, on its own basis, for information; never one by itself.

tcp-cervix-huang [HUANG2012]: alpha 0.16 /Gy, 139 clonogens, a/b 14 Gy, doubling 4.5 d from day 19 on.
"""

from pathlib import Path

import pytest

from rtcalc.assessment import Assessment, assess
from rtcalc.casefile import parse_case
from rtcalc.errors import DomainError, ProtocolError, RtcalcError, UnknownName
from rtcalc.evidence import Severity
from rtcalc.findings import Finding, Question
from rtcalc.registry import Registry

REGISTRY = Registry()
CASE = """
schema_version: 1
id: cervix
disease: not stated
targets:
  TARGET: {site: cervix, region: pelvis, near: not stated, largest: not stated, tissue: rcc}
courses:
  c:
    prescription: {TARGET: {dose: SCHEDULE}}
    technique: vmat
    start: 2026-03-02
    treatment_days: every weekday
    dvh: {CURVE: {file: even.txt, structure: Even, kind: cumulative}}
organ_doses: none reported
"""
CHOICE = "tumour_control: {parameters: tcp-cervix-huang}\n"
NO_CURVE = "    dvh: {t: {file: even.txt, structure: Even, kind: cumulative}}\n"


def run(
    folder: Path, schedule: str, even: float, more: str = CHOICE, old: str = "", new: str = "", target: str = "t"
) -> Assessment:
    """All of 60 cc within 0.01 Gy above `even`: an even dose of `even` + 0.005 Gy."""
    rows = f"Structure,Dose [Gy],Volume [cc]\nEven,0,60\nEven,{even:.2f},60\nEven,{even + 0.01:.2f},0\n"
    (folder / "even.txt").write_text(rows, encoding="utf-8")
    text = CASE.replace("SCHEDULE", schedule).replace("TARGET", target).replace("CURVE", target)
    assert old in text
    return assess(parse_case(text.replace(old, new, 1) + more, folder=folder), REGISTRY)


def found(*args, **kwargs) -> Finding | None:
    return next((one for one in run(*args, **kwargs).findings if one.rule == "tumour-control"), None)


def test_the_chosen_set_on_its_own_basis(tmp_path: Path) -> None:
    # 20.005 Gy in 10: BED 20.005 (1 + 2.0005 / 14) = 22.86357; 139 exp(-0.16 x 22.86357) = 3.58337 cells; 10 fractions
    # from a Monday take 11 d, no regrowth before day 19; exp(-3.58337) = 0.027782.
    finding = found(tmp_path, "20 Gy / 10", 20.0)
    assert finding is not None
    (figure,) = finding.figures
    assert figure.low == figure.high == pytest.approx(0.027782, abs=5e-7)
    assert (figure.text, figure.unit) == ("2.8 %", "1")
    assert figure.basis == "Cervix, local control; EQD2 (a/b 14); HUANG2012"
    assert (finding.severity, finding.question, finding.verdicts) == (Severity.INFO, Question.TARGET, ())
    assert finding.sources == ("HUANG2012",)
    assert "not the chance of this patient" in finding.sentence
    assert "11 d from the first fraction to the last" in finding.details[1]
    # The tissue of the target stands beside the tumour of the set: whether they are one is for the reader.
    assert finding.table is not None
    assert finding.table.rows[0][2:4] == ("renal cell carcinoma", "Cervix")


def test_regrowth_takes_the_days_of_the_course(tmp_path: Path) -> None:
    # 50.005 Gy in 25: BED 50.005 (1 + 2.0002 / 14) = 57.14929; 139 exp(-9.143886) = 0.0148551 cells; 25 fractions from
    # a Monday take 32 d: 13 / 4.5 = 2.8889 doublings, x 7.40700; exp(-0.110032) = 0.895806.
    finding = found(tmp_path, "50 Gy / 25", 50.0)
    assert finding is not None
    assert finding.figures[0].low == pytest.approx(0.895806, abs=5e-7)
    unknown = found(tmp_path, "50 Gy / 25", 50.0, old="    start: 2026-03-02\n")
    assert unknown is not None
    assert (unknown.figures, unknown.severity) == ((), Severity.CAUTION)
    assert "give an exact start and treatment_days of c" in unknown.lines[0]


def test_nothing_is_chosen_by_itself_and_nothing_given_goes_unsaid(tmp_path: Path) -> None:
    without = found(tmp_path, "20 Gy / 10", 20.0, more="")
    assert without is not None
    assert (without.figures, without.sentence) == ((), "Not computed.")
    assert without.missing == ("tumour_control: {parameters: ID} (rtcalc response list)",)
    curveless = found(tmp_path, "20 Gy / 10", 20.0, old=NO_CURVE)
    assert curveless is not None
    assert curveless.missing == ("dvh of a target in a course",)
    neither = run(tmp_path, "20 Gy / 10", 20.0, more="", old=NO_CURVE)
    assert not [one for one in neither.findings if one.rule == "tumour-control"]
    assert any("tumour_control: {parameters: ID}" in line for line in neither.not_computed)


def test_a_set_that_is_listed_only_gives_its_reason(tmp_path: Path) -> None:
    finding = found(tmp_path, "20 Gy / 10", 20.0, more="tumour_control: {parameters: tcp-melanoma-overgaard}\n")
    assert finding is not None
    assert finding.figures == ()
    assert "tcp-melanoma-overgaard is listed only" in finding.lines[0]


def test_doses_of_particles_are_weighted_first_or_not_used(tmp_path: Path) -> None:
    vmat, proton = "technique: vmat\n", "technique: vmat\n    radiation: proton\n"
    weighted = found(tmp_path, "20 Gy / 10", 20.0, old=vmat, new=proton + "    rbe: 1.1\n")
    assert weighted is not None
    # 22.0055 in 10: BED 22.0055 (1 + 2.20055 / 14) = 25.46436; 139 exp(-4.074298) = 2.363577; exp(-..) = 0.09408.
    assert weighted.figures[0].low == pytest.approx(0.09408, abs=5e-6)
    assert "Gy(RBE) of proton (RBE 1.1) in a fit of photons" in weighted.details[1]
    unknown = found(tmp_path, "20 Gy / 10", 20.0, old=vmat, new=proton)
    assert unknown is not None
    assert (unknown.figures, unknown.missing) == ((), ("rbe or doses_are of c (proton)",))


def test_a_course_that_was_not_delivered_as_planned_gives_no_number(tmp_path: Path) -> None:
    finding = found(tmp_path, "20 Gy / 10", 20.0, old="dose: 20 Gy / 10", new="dose: 20 Gy / 10, delivered: 18 Gy / 9")
    assert finding is not None
    assert finding.figures == ()
    assert "not delivered as planned" in finding.lines[0]


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"more": "tumour_control: {parameters: tcp-cervix-huan}\n"}, UnknownName, "tcp-cervix-huang"),
        (
            {"more": "tumour_control: {parameters: lkb-lungs-pneumonitis-semenenko}\n"},
            DomainError,
            "is a set for complications of Lungs",
        ),
        ({"target": "Liver"}, ProtocolError, "Liver is a target and an organ of TG-263"),
        ({"old": "structure: Even", "new": "structure: Even, on: PRV"}, ProtocolError, "on: PRV is said of organs"),
        (
            {
                "old": "courses:\n",
                "new": "  u: {site: s, region: pelvis, near: not stated, largest: not stated, tissue: rcc}\ncourses:\n"
                "  d:\n    prescription: {u: {dose: 8 Gy / 1}}\n    technique: vmat\n    dvh: {t: {file: even.txt}}\n",
            },
            ProtocolError,
            "target t has no prescription in this course",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(
    tmp_path: Path, changes: dict[str, str], error: type[RtcalcError], said: str
) -> None:
    with pytest.raises(error, match=said):
        run(tmp_path, "20 Gy / 10", 20.0, **changes)
