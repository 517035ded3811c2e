"""Continuous irradiation in `assess`: BED and EQD2 of the target, and no limit, mark or sum of fractions."""

import pytest

import rtcalc as rt
from rtcalc.assessment import Assessment
from rtcalc.errors import ProtocolError
from rtcalc.findings import Finding, State

REGISTRY = rt.Registry()
IMPLANT = "kind: permanent, half_life: 59.4 d"
ORGANS = "{Rectum: {c: {Dmax: 100 Gy}}}"


def case(rate: str, dose: str = "145 Gy / 1", tissue: str = "prostate", radiation: str = "brachytherapy") -> rt.Case:
    return rt.parse_case(f"""
schema_version: 1
id: implant
disease: any
targets: {{a: {{site: gland, region: pelvis, near: not stated, largest: not stated, tissue: {tissue}}}}}
courses:
  c:
    prescription: {{a: {{dose: {dose}}}}}
    technique: brachytherapy
    radiation: {radiation}
    dose_rate: {{{rate}}}
organ_doses: {ORGANS}
limit_sets: [TG101]
""")


def assess(*args: str) -> Assessment:
    return rt.assess(case(*args), registry=REGISTRY)


def only(found: Assessment, rule: str) -> Finding:
    (finding,) = [finding for finding in found.findings if finding.rule == rule]
    return finding


def bed(finding: Finding, ratio: str) -> float | None:
    return next(one.low for one in finding.figures if one.basis.startswith(f"BED, a/b {ratio} Gy"))


def test_a_permanent_implant() -> None:
    found = only(assess(f"{IMPLANT}, repair: 1.5 h, initial: 0.07 Gy/h"), "dose-rate")
    # G = 1.5 / (1.5 + 59.4 x 24) = 1.5 / 1427.1; a/b 3.1: 145 (1 + 145 G / 3.1) = 152.12871.
    # EQD2 = BED / (1 + 2 / 3.1).
    factor = 1.5 / 1427.1
    expected = 145 * (1 + 145 * factor / 3.1)
    assert expected == pytest.approx(152.12871, abs=5e-6)
    assert bed(found, "3.1") == pytest.approx(expected, rel=1e-9)
    eqd2 = next(one.low for one in found.figures if one.basis.startswith("EQD2, a/b 3.1 Gy"))
    assert eqd2 == pytest.approx(expected / (1 + 2 / 3.1), rel=1e-9)
    assert found.table is not None
    assert found.table.rows[-1] == (
        "1", "a", "145 Gy (permanent implant, half-life 59.4 d)", "T1/2 1.5 h", "3.1", "152.1", "92.5",
    )  # fmt: skip
    assert "repair typed" in found.lines[0]
    assert "upper bound" in found.lines[0]


def test_a_constant_and_a_decaying_rate() -> None:
    # mu = ln 2 / 1.5 h, T = 60 h: x = 27.7259; G = 2 (x - 1 + exp(-x)) / x^2 = 0.06953; at 10 Gy 30 (1 + 3 G) = 36.258.
    found = only(assess("kind: constant, duration: 60 h, repair: 1.5 h", "30 Gy / 1", "generic-tumour"), "dose-rate")
    assert bed(found, "10") == pytest.approx(36.258, abs=5e-4)
    # With a half-life of the source without end it is the constant rate again.
    slow = "kind: decaying, half_life: 100000 d, duration: 60 h, repair: 1.5 h"
    assert bed(only(assess(slow, "30 Gy / 1", "generic-tumour"), "dose-rate"), "10") == pytest.approx(36.258, abs=5e-4)


def test_repair_is_the_tissues_only_where_it_is_of_two_sources() -> None:
    # Of the generic tumour 1.5 h [GECESTRO_LQ] is of two sources and 1.51 h of one; of the prostate 16 min is of one.
    taken = only(assess("kind: constant, duration: 60 h", "30 Gy / 1", "generic-tumour"), "dose-rate")
    assert "repair of GECESTRO_LQ" in taken.lines[0]
    assert "GECESTRO_LQ" in taken.sources
    assert bed(taken, "10") == pytest.approx(36.258, abs=5e-4)
    unknown = only(assess(IMPLANT), "dose-rate")
    assert (unknown.figures, unknown.table) == ((), None)
    assert unknown.missing == (
        "dose_rate.repair of c (half-time of repair; prostate adenocarcinoma has none of two sources)",
    )


def test_nothing_of_fractions_is_held_against_it() -> None:
    found = assess(f"{IMPLANT}, repair: 1.5 h")
    rules = {finding.rule for finding in found.findings}
    # 145 Gy in one fraction would be implausible, far beyond LQ, and above the mark: none of these is said.
    assert not rules & {"bed-100", "plausibility", "limit-over-prescription", "not-used", "particle-dose"}
    assert found.verdicts
    assert {v.state for v in found.verdicts} == {State.NOT_EVALUABLE}
    assert "limits and sums of continuous irradiation (c, permanent implant" in found.verdicts[0].missing[0]
    assert "No course is given in fractions" in only(found, "model-lq").sentence
    assert "(BED: see dose-rate)" in found.sentence
    assert "145 Gy / 1" not in rt.report.text(found)


@pytest.mark.parametrize(
    ("rate", "dose", "radiation", "said"),
    [
        ("kind: permanent", "145 Gy / 1", "brachytherapy", "half_life: a permanent dose rate needs it"),
        (f"{IMPLANT}, duration: 60 h", "145 Gy / 1", "brachytherapy", "duration: a permanent dose rate has none"),
        ("kind: constant, duration: 60", "30 Gy / 1", "brachytherapy", "duration"),
        (f"{IMPLANT}, repair: 0 h", "145 Gy / 1", "brachytherapy", "repair"),
        (IMPLANT, "145 Gy / 5", "brachytherapy", "one continuous irradiation is written as"),
        (IMPLANT, "145 Gy / 1", "photon", "for radiation brachytherapy only"),
        # 145 ln 2 / 1425.6 h = 0.0705 Gy/h
        (f"{IMPLANT}, initial: 0.08 Gy/h", "145 Gy / 1", "brachytherapy", "begins with 0.0705 Gy/h"),
    ],
)
def test_what_contradicts_itself_is_refused(rate: str, dose: str, radiation: str, said: str) -> None:
    with pytest.raises(ProtocolError, match=said):
        case(rate, dose, radiation=radiation)
