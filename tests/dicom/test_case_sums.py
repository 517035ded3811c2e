"""Sums of courses in a case made with its DICOM: known where the frames are connected, else bounds and a reason."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rtcalc.assessment import assess
from rtcalc.case import Case
from rtcalc.casefile import load_case, parse_case
from rtcalc.dicom import Study, read_dicom
from rtcalc.dicom.case_doses import with_dicom
from rtcalc.findings import State
from rtcalc.limits import Metric
from rtcalc.registry import Registry
from tests.dicom import builder as b

GIST = Path(__file__).resolve().parents[2] / "sample_dicom" / "gist-pararenal"
DMAX = Metric("max")


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry()


@pytest.fixture(scope="module")
def study() -> Study:
    return read_dicom(GIST)


@pytest.fixture(scope="module")
def read(study: Study, registry: Registry) -> Case:
    return with_dicom(load_case(GIST / "case.yaml"), study, registry=registry)


def cumulative(case: Case, registry: Registry) -> Any:
    (found,) = [one for one in assess(case, registry).findings if one.rule == "cumulative-dose"]
    return found


def test_the_sample_is_summed_through_its_registration(study: Study, read: Case, registry: Registry) -> None:
    """The values are those of `course_sum`, which tests/dicom/test_summing.py holds against the formulas."""
    alone = study.course_sum("Duodenum", "3 Gy", ["pararenal-1", "pararenal-2"])
    sums = {one.metric: one for one in read.summed("Duodenum", ("pararenal-1", "pararenal-2"), 3.0)}
    assert (sums[DMAX].value, sums[DMAX].within) == pytest.approx(alone.gray(DMAX), abs=0.0006)
    assert Metric.parse("D10cc") in sums  # TG-101 asks for it
    found = cumulative(read, registry)
    figure = next(one for one in found.figures if one.name == "cumulative EQD2 Duodenum Dmax")
    assert (figure.low, figure.high) == (sums[DMAX].value, sums[DMAX].within)
    assert "registered rigidly by RE.dcm" in figure.basis
    assert "voxel by voxel" in found.sentence


def test_without_the_registration_there_are_bounds_and_it_is_said(read: Case, registry: Registry) -> None:
    files = [path for path in GIST.glob("R*.dcm") if path.name != "RE.dcm"]
    apart = with_dicom(load_case(GIST / "case.yaml"), read_dicom(files), registry=registry)
    assert apart.sums == ()
    assert "Courses pararenal-1 and pararenal-2: no common frame of reference and no registration" in apart.note
    found = cumulative(apart, registry)
    assert "bounds" in found.sentence
    bounds = {(one.name, one.basis.split(" Gy ")[0]): one for one in found.figures}
    for figure in cumulative(read, registry).figures:
        known = bounds[figure.name, figure.basis.split(" Gy ")[0]]
        low, high = known.low, known.high
        # 1 %: the two contours differ by rounding, and EQD2 is taken as linear between the nodes of the raster.
        assert low is not None
        assert low * 0.99 <= figure.low <= (np.inf if high is None else high * 1.01)


def test_a_sum_is_of_these_courses_only(read: Case) -> None:
    assert read.summed("Duodenum", ("pararenal-1",), 3.0) == ()
    assert read.summed("Duodenum", ("pararenal-2", "pararenal-1"), 3.0) != ()
    assert read.summed("Duodenum", ("pararenal-1", "pararenal-2"), 3.5) == ()


def test_without_a_registry_nothing_is_summed_and_it_is_said(study: Study) -> None:
    made = with_dicom(load_case(GIST / "case.yaml"), study)
    assert made.sums == ()
    assert "Duodenum: not summed over pararenal-1 and pararenal-2: no alpha/beta of it is known" in made.note


# --- the same sessions ------------------------------------------------------------------------------------------------
CASE = """
schema_version: 1
id: two-plans
disease: GIST
targets:
  t: {site: x, region: abdomen, near: not stated, largest: not stated, tissue: gist}
courses:
  pararenal:
    prescription: {t: {dose: 45 Gy / 5}}
    treatment_days: [2026-01-12, 2026-01-14, 2026-01-16, 2026-01-19, 2026-01-21]
    technique: vmat
    status: completed
  second:
    prescription: {t: {dose: 45 Gy / 5}}
    treatment_days: [2026-01-12, 2026-01-14, 2026-01-16, 2026-01-19, 2026-01-21]
    technique: vmat
    status: completed
organ_doses: not stated
limit_sets: [TG101]
"""


def two_plans(folder: Path) -> Study:
    """One plan falls along x from 20 to 2 Gy, over 30 mm; the other rises as it falls: together 22 Gy everywhere."""
    x = -10.0 + 2.0 * np.arange(36)
    falls = np.interp(x, [5.0, 35.0], [20.0, 2.0])
    long = [b.contour([(-4, -16, z), (50, -16, z), (50, -6, z), (-4, -6, z)]) for z in (36.0, 39.0, 42.0)]
    plan_uid = b.uid("plan 2")
    reference = b.items({"ReferencedSOPClassUID": b.PLAN, "ReferencedSOPInstanceUID": plan_uid})
    other = {"SOPInstanceUID": b.uid("dose 2"), "ReferencedRTPlanSequence": reference}
    return read_dicom(
        b.good(
            folder,
            dose=b.dose(np.broadcast_to(falls, (8, 9, 36))),
            dose2=b.dose(np.broadcast_to(22.0 - falls, (8, 9, 36)), **other),
            plan2=b.plan(5, SOPInstanceUID=plan_uid, RTPlanLabel="SECOND"),
            structures=b.structures([(1, "PTV", b.box()), (2, "Duodenum", long)]),
        )
    )


def test_doses_of_the_same_sessions_are_held_against_the_limit_as_their_sum(tmp_path: Path, registry: Registry) -> None:
    """20 + 20 Gy would exceed TG-101's D0.035cc < 32 Gy in 5; the sum is 22 Gy everywhere.

    Within 3 mm, up to a raster step of 1 mm more, each slope of 0.6 Gy/mm adds at most 2.4 Gy: 26.8 Gy, still below.
    """
    case = with_dicom(parse_case(CASE, "two-plans"), two_plans(tmp_path), registry=registry)
    (top,) = [one for one in case.summed("Duodenum", ("pararenal", "second"), None) if one.metric == DMAX]
    assert top.value == pytest.approx(22.0, abs=0.02)
    assert 22.0 + 2 * 3 * 0.6 <= top.within <= 22.0 + 2 * 4 * 0.6
    states = {v.limit: v.state for v in assess(case, registry).verdicts if v.organ == "Duodenum"}
    assert states["TG101.Duodenum.5fx.D0.035cc"] is State.PASS
    # EQD2 of the sum, 22 (22/5 + 3)/5 at a/b 3, and not that of two courses on their own days.
    (eqd2,) = [one for one in case.summed("Duodenum", ("pararenal", "second"), 3.0) if one.metric == DMAX]
    assert eqd2.value == pytest.approx(22.0 * (22.0 / 5 + 3.0) / 5.0, abs=0.03)
    typed = assess(parse_case(CASE.replace("organ_doses: not stated", TYPED), "typed"), registry)
    states = {v.limit: v.state for v in typed.verdicts if v.organ == "Duodenum"}
    assert states["TG101.Duodenum.5fx.D0.035cc"] is State.UNDETERMINED


TYPED = """organ_doses:
  Duodenum:
    pararenal: {Dmax: 20 Gy, D0.035cc: 20 Gy}
    second: {Dmax: 20 Gy, D0.035cc: 20 Gy}"""


def test_the_case_says_the_fractions_that_the_plan_does_not(tmp_path: Path, registry: Registry) -> None:
    folder = b.good(tmp_path, plan=b.plan(fractions=None))
    text = CASE.replace("  second:\n", "CUT").split("CUT")[0] + "organ_doses: not stated\nlimit_sets: [TG101]\n"
    made = with_dicom(parse_case(text, "one"), read_dicom(folder), registry=registry)
    assert made.doses("Duodenum", "pararenal")


# --- several targets --------------------------------------------------------------------------------------------------
def test_with_several_targets_the_structure_of_each_is_the_one_called_as_it(tmp_path: Path, registry: Registry) -> None:
    """The box of the organ begins 6 mm right of one target and touches the other."""

    def box(x: float) -> list[dict[str, Any]]:
        return [b.contour(b.square(z, 4.0, x)) for z in (30.0, 33.0, 36.0)]

    rois = [(1, "PTV_one", box(-14.0)), (2, "PTV two", box(-4.0)), (3, "Duodenum", box(-4.0))]
    study = read_dicom(b.good(tmp_path, structures=b.structures(rois)))
    text = CASE.replace("  second:\n", "CUT").split("CUT")[0] + "organ_doses: not stated\nlimit_sets: [TG101]\n"
    target = "  t: {site: x, region: abdomen, near: not stated, largest: not stated, tissue: gist}\n"
    several = text.replace(target, "".join(target.replace("t:", f"{name}:", 1) for name in ("one", "three")))
    several = several.replace("{t: {dose: 45 Gy / 5}}", "{one: {dose: 45 Gy / 5}, three: {dose: 45 Gy / 5}}")
    made = with_dicom(parse_case(several, "several"), study, registry=registry)
    near = {target.id: target.near for target in made.targets}
    assert [(one.organ, one.distance_mm) for one in near["one"] or ()] == [("Duodenum", 6.0)]
    assert not near["three"]
    assert "no target volume is called three or PTV_three, so no distance was measured" in made.note
