"""Courses of protons and ions in `assess`: what their doses are taken for. Every number is worked in the test.

The tissue is renal cell carcinoma, of which the tool shows alpha/beta 2.6, 3, 6.9 and 10 Gy; limits are TG-101's for
the cord in 5 fractions: D0.035cc < 30 Gy, D0.35cc < 23 Gy, D1.2cc < 14.5 Gy.
"""

from pathlib import Path

import pytest

import rtcalc as rt
from rtcalc.assessment import Assessment
from rtcalc.errors import ProtocolError
from rtcalc.evidence import Severity
from rtcalc.findings import Finding, State, Verdict

REGISTRY = rt.Registry()
CORD = "{SpinalCord: {c: {Dmax: 22 Gy, D0.035cc: 21 Gy, D0.35cc: 21 Gy, D1.2cc: 11 Gy}}}"
COURSE = "  c: {{prescription: {{a: {{dose: 30 Gy / 5, isodose: 80 %}}}}, technique: sbrt, radiation: {}}}\n"
NEXT = "  p: {{prescription: {{a: {{dose: 10 Gy / 5}}}}, technique: sbrt, same_sessions_as: [c], radiation: {}}}\n"


def text(courses: str, organ_doses: str = CORD, more: str = "") -> str:
    return f"""
schema_version: 1
id: example
disease: any
targets: {{a: {{site: vertebra T8, region: spine, level: T8, near: not stated, largest: 20 mm, tissue: rcc}}}}
courses:
{courses}
organ_doses: {organ_doses}
limit_sets: [TG101]
{more}
"""


def assess(courses: str, organ_doses: str = CORD, more: str = "") -> Assessment:
    return rt.assess(rt.parse_case(text(courses, organ_doses, more)), registry=REGISTRY)


def only(found: Assessment, rule: str) -> Finding:
    (finding,) = [finding for finding in found.findings if finding.rule == rule]
    return finding


def verdict(found: Assessment, metric: str) -> Verdict:
    (one,) = [v for v in found.verdicts if v.metric == metric]
    return one


def figures(found: Assessment, point: str = "Rx") -> dict[str, float | None]:
    """BED and EQD2 of the target by kind and alpha/beta."""
    shown = [figure for figure in only(found, "bed-100").figures if figure.name.endswith(f", {point}")]
    return {f"{one.name.split()[0]} {one.basis.split('a/b ')[1].split()[0]}": one.low for one in shown[:8]}


def test_a_constant_rbe_multiplies_every_dose_once() -> None:
    found = assess(COURSE.format("proton, rbe: 1.1"))
    # 30 Gy x 1.1 = 33 in 5, 6.6 a fraction: BED 33 (1 + 6.6 / 10) = 54.78; EQD2 54.78 / 1.2 = 45.65.
    shown = figures(found)
    assert shown["BED 10"] == pytest.approx(54.78, abs=1e-9)
    assert shown["EQD2 10"] == pytest.approx(45.65, abs=1e-9)
    # The maximum: 33 / 0.8 = 41.25 in 5, 8.25 a fraction: 41.25 (1 + 8.25 / 3) = 154.6875.
    assert figures(found, "max")["BED 3"] == pytest.approx(154.6875, abs=1e-9)
    target = only(found, "bed-100")
    assert target.table is not None
    assert [row[2] for row in target.table.rows] == ["33 Gy(RBE) / 5", "41.25 Gy(RBE) / 5"]
    assert all("of Gy(RBE)" in figure.basis for figure in target.figures if figure.name.startswith(("BED", "EQD2")))
    assert "33 Gy(RBE) / 5 to vertebra T8" in found.sentence
    # 21 Gy physical are below 23 Gy; 21 x 1.1 = 23.1 Gy(RBE) are 100.43 % of it.
    cord = verdict(found, "D0.35cc")
    assert cord.state is State.EXCEEDED
    assert cord.percent == pytest.approx(100 * 23.1 / 23, abs=1e-9)
    assert "Gy(RBE) of proton (RBE 1.1) against a limit of photons" in cord.note
    assert "RBE 1.1 typed" in only(found, "particle-dose").lines[0]
    typed = rt.report.text(found).split("COURSE", 1)[1].splitlines()[0]
    assert "30 Gy / 5 (proton, physical)" in typed  # the case as it was typed


def test_a_dose_that_is_weighted_already_is_taken_as_it_is() -> None:
    found = assess(COURSE.format("carbon, doses_are: Gy(RBE)"))
    assert figures(found)["BED 10"] == pytest.approx(48.0, abs=1e-9)  # 30 (1 + 6 / 10)
    cord = verdict(found, "D0.35cc")
    assert (cord.state, cord.percent) == (State.PASS, pytest.approx(100 * 21 / 23))
    assert "Gy(RBE) of carbon (Gy(RBE) as stated) against a limit of photons" in cord.note
    assert "taken as they are, nothing is multiplied" in only(found, "particle-dose").lines[0]


def test_without_a_weighting_nothing_of_the_course_is_evaluable_and_the_field_is_named() -> None:
    found = assess(COURSE.format("proton"))
    field = "rbe or doses_are of c (proton)"
    assert {(v.state, v.missing, v.percent) for v in found.verdicts} == {(State.NOT_EVALUABLE, (field,), None)}
    assert len(found.verdicts) == 3
    assert not found.complete
    target = only(found, "bed-100")
    assert (target.table, target.figures, target.missing) == (None, (), (field,))
    assert target.sentence == f"Not evaluable without {field}."
    said = only(found, "particle-dose")
    assert (said.severity, said.missing) == (Severity.WARNING, (field,))
    assert "BED not evaluable" in found.sentence
    # Whatever is said of the case, no number of a photon reading (BED 48.0 at a/b 10) stands in it.
    assert "48.0" not in rt.report.text(found)


def test_a_pair_gives_the_target_and_no_limit() -> None:
    found = assess(COURSE.format("carbon, rbe_max: 3, rbe_min: 1.2"))
    # 30 (3 + 1.44 x 6 / 10) = 115.92; EQD2 / 1.2 = 96.6; at a/b 3: 30 (3 + 1.44 x 2) = 176.4.
    shown = figures(found)
    assert shown["BED 10"] == pytest.approx(115.92, abs=1e-9)
    assert shown["EQD2 10"] == pytest.approx(96.6, abs=1e-9)
    assert shown["BED 3"] == pytest.approx(176.4, abs=1e-9)
    target = only(found, "bed-100")
    # 100 = 90 + 30 x 1.44 x 6 / r at r = 259.2 / 10 = 25.92.
    assert target.table is not None
    assert target.table.rows[0][-1] == "25.92"
    assert target.table.rows[0][2] == "30 Gy physical / 5"
    assert all("RBEmax 3, RBEmin 1.2" in figure.basis for figure in target.figures if figure.name.startswith("BED"))
    assert {v.state for v in found.verdicts} == {State.NOT_EVALUABLE}
    assert "A pair is of one tissue" in only(found, "particle-dose").lines[0]


def test_a_volume_above_a_dose_moves_with_the_dose() -> None:
    lungs = "{Lungs: {c: {V20Gy: 10 %, Dmean: 5 Gy}}}"
    weighted = rt.assessment.context.Context.of(
        rt.parse_case(text(COURSE.format("proton, rbe: 1.1"), lungs)), REGISTRY
    ).case
    assert [str(dose) for dose in weighted.doses()] == ["Lungs V22Gy 10 %", "Lungs Dmean 5.5 Gy"]


def test_a_curve_is_weighted_with_its_course(tmp_path: Path) -> None:
    rows = "\n".join(f"{dose} {volume}" for dose, volume in ((0, 100), (10, 50), (20, 0)))
    (tmp_path / "cord.txt").write_text(f"Structure: SpinalCord\nVolume [cc]: 10\nDose [Gy] Volume [%]\n{rows}\n")
    dvh = "proton, rbe: 1.1, dvh: {SpinalCord: {file: cord.txt}}"
    given = rt.parse_case(text(COURSE.format(dvh), "not stated"), folder=tmp_path)
    table = only(rt.assess(given, registry=REGISTRY), "curves-read").table
    assert table is not None
    # Dmax 20 x 1.1 = 22; Dmean of two even bins (5 + 15) / 2 = 10, x 1.1 = 11.
    assert table.rows[0][-2:] == ("22.00", "11.00")


def test_an_unknown_dose_of_the_same_sessions_keeps_a_met_limit_open() -> None:
    doses = "{SpinalCord: {c: {Dmax: 25 Gy, D0.35cc: 24 Gy, D1.2cc: 11 Gy}, p: {Dmax: 3 Gy}}}"
    found = assess(COURSE.format("photon") + NEXT.format("proton"), doses)
    of_photons = {v.metric: v for v in found.verdicts if v.course == "c"}
    assert of_photons["D0.035cc"].state is State.NOT_EVALUABLE
    assert of_photons["D0.035cc"].missing == ("rbe or doses_are of p (proton)",)
    assert of_photons["D0.35cc"].state is State.EXCEEDED  # 24 > 23 whatever is added
    known = assess(COURSE.format("photon") + NEXT.format("proton, rbe: 1.1"), doses)
    # Dmax 25 + 3.3 = 28.3 < 30: met with the weighted dose.
    assert next(v for v in known.verdicts if v.metric == "D0.035cc").state is State.PASS


@pytest.mark.parametrize("weighting", ["proton", "carbon, rbe_max: 3, rbe_min: 1.2"])
def test_sessions_shared_with_a_dose_that_cannot_be_added_reach_nothing(weighting: str) -> None:
    found = only(assess(COURSE.format("photon") + NEXT.format(weighting)), "bed-100")
    assert found.sentence == f"Not evaluable without rbe or doses_are of p ({weighting.split(',')[0]})."
    assert found.table is not None
    assert not any(cell.endswith((" yes", " no")) for row in found.table.rows for cell in row)
    # Weighted, the doses of a session add: 30 + 11 = 41 Gy in 5 at a/b 10: 41 (1 + 8.2 / 10) = 74.62.
    summed = only(assess(COURSE.format("photon") + NEXT.format("proton, rbe: 1.1")), "bed-100").table
    assert summed is not None
    assert summed.rows[-1][2:] == ("41 Gy(RBE) / 5", "170.3 yes", "153.1 yes", "89.7 no", "74.6 no", "5.69")


def test_a_sum_of_courses_leaves_the_unknown_one_out_aloud() -> None:
    other = NEXT.replace("same_sessions_as: [c], ", "start: 2026-03-02, ").format("proton")
    third = NEXT.replace("  p:", "  q:").replace("same_sessions_as: [c], ", "start: 2025-01-06, ").format("photon")
    dmax = "{SpinalCord: {c: {Dmax: 22 Gy}, p: {Dmax: 3 Gy}, q: {Dmax: 3 Gy}}}"
    found = only(assess(COURSE.format("photon") + other + third, dmax), "cumulative-dose")
    note = "SpinalCord: course 2 not counted (no rbe or doses_are of p (proton)); the upper bounds are without it."
    assert note in found.lines


@pytest.mark.parametrize(
    ("radiation", "said"),
    [
        ("photon, rbe: 1.1", "rbe: for radiation proton or carbon only, and radiation says photon"),
        ("proton, rbe: 1.1, doses_are: Gy(RBE)", "these doses are weighted already; give one"),
        ("proton, rbe: 1.1, rbe_max: 2, rbe_min: 1", "give either rbe, or rbe_max and rbe_min"),
        ("proton, rbe_max: 2", "give either rbe, or rbe_max and rbe_min"),
        ("proton, rbe: 0", "plain number above zero"),
        ("proton, rbe: 110 %", "plain number above zero"),
        ("proton, doses_are: Gy", "Gy(RBE)"),
    ],
)
def test_contradictions_are_refused(radiation: str, said: str) -> None:
    with pytest.raises(ProtocolError, match=said.replace("(", r"\(").replace(")", r"\)")):
        rt.parse_case(text(COURSE.format(radiation)))
