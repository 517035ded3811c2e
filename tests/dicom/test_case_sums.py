"""Sums of courses in a case made with its DICOM: known where the frames are connected, else bounds and a reason."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rtcalc.assessment import assess
from rtcalc.case import Case
from rtcalc.casefile import load_case, parse_case
from rtcalc.dicom import Study, read_dicom
from rtcalc.dicom.analysis import STANDARD
from rtcalc.dicom.case_doses import wanted_metrics, with_dicom
from rtcalc.errors import DicomError, UnknownName
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
        # 0.1 %: the two contours differ by rounding.
        assert low is not None
        assert low * 0.999 <= figure.low <= (np.inf if high is None else high * 1.001)


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
        ),
        acknowledge=LOW,
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
    folder = b.good(tmp_path, dose=b.covering(), plan=b.plan(fractions=None))
    text = CASE.replace("  second:\n", "CUT").split("CUT")[0] + "organ_doses: not stated\nlimit_sets: [TG101]\n"
    made = with_dicom(parse_case(text, "one"), read_dicom(folder), registry=registry)
    assert made.doses("Duodenum", "pararenal")


# --- structures around an organ, and a third course elsewhere ---------------------------------------------------------
DAYS = "[2026-01-12, 2026-01-14, 2026-01-16, 2026-01-19, 2026-01-21]"
LATER = DAYS.replace("-01-", "-03-")
APART = CASE.replace(DAYS, "FIRST", 1).replace(DAYS, LATER).replace("FIRST", DAYS)
LOW = ["dose below prescription"]
"""Doses of a few gray make sums that can be done by hand; the plans say more."""
THIRD = """  third:
    prescription: {t: {dose: 40 Gy / 4}}
    treatment_days: [2027-01-11, 2027-01-13, 2027-01-15, 2027-01-18]
    technique: vmat
    status: completed
organ_doses: not stated"""


def test_a_contoured_prv_is_summed_beside_its_organ(tmp_path: Path, registry: Registry) -> None:
    """20 and 10 Gy everywhere in 5 fractions each, a/b 2: 20 (4 + 2)/4 + 10 (2 + 2)/4 = 40 Gy in both."""
    plan_uid = b.uid("plan 2")
    reference = b.items({"ReferencedSOPClassUID": b.PLAN, "ReferencedSOPInstanceUID": plan_uid})
    rois = [(1, "PTV", b.box()), (2, "SpinalCord", b.box()), (3, "SpinalCord_PRV05", b.box())]
    study = read_dicom(
        b.good(
            tmp_path,
            dose=b.dose(np.full((4, 5, 6), 20.0)),
            dose2=b.dose(np.full((4, 5, 6), 10.0), SOPInstanceUID=b.uid("dose 2"), ReferencedRTPlanSequence=reference),
            plan2=b.plan(5, SOPInstanceUID=plan_uid, RTPlanLabel="SECOND"),
            structures=b.structures(rois),
        ),
        acknowledge=LOW,
    )
    case = with_dicom(parse_case(APART, "prv"), study, registry=registry)
    ids = ("pararenal", "second")
    for on in ("organ", "PRV"):
        (top,) = [one for one in case.summed("SpinalCord", ids, 2.0, on) if one.metric == DMAX]
        assert top.value == pytest.approx(40.0, abs=0.02)
    rows = {row[0]: row[4] for row in cumulative(case, registry).table.rows if row[1] == "Dmax"}
    assert rows["SpinalCord"].startswith("40.0, 3 mm 40.0")
    assert rows["SpinalCord (PRV)"].startswith("40.0, 3 mm 40.0")


def test_a_course_in_another_frame_is_added_to_the_sum_of_the_others_as_bounds(
    tmp_path: Path, registry: Registry
) -> None:
    """20 and 10 Gy in 5 in one frame: 28 + 10 = 38 Gy at a/b 3. 8 Gy in 4 elsewhere: 8 (2 + 3)/5 = 8; 38 to 46 Gy."""
    frame, set_uid, plans = b.uid("frame 2"), b.uid("set 2"), [b.uid("plan", number) for number in (2, 3)]
    references = [b.items({"ReferencedSOPClassUID": b.PLAN, "ReferencedSOPInstanceUID": one}) for one in plans]
    drawn = b.structures(SOPInstanceUID=set_uid, FrameOfReferenceUID=frame)
    for roi in drawn.StructureSetROISequence:
        roi.ReferencedFrameOfReferenceUID = frame
    drawn.ReferencedFrameOfReferenceSequence[0].FrameOfReferenceUID = frame
    its_set = b.items({"ReferencedSOPClassUID": b.STRUCTURES, "ReferencedSOPInstanceUID": set_uid})
    grid, elsewhere = np.ones((4, 5, 6)), {"FrameOfReferenceUID": frame}
    planned = {"SOPInstanceUID": plans[1], "ReferencedStructureSetSequence": its_set, **elsewhere}
    third = {"SOPInstanceUID": b.uid("dose 3"), "ReferencedRTPlanSequence": references[1], **elsewhere}
    study = read_dicom(
        b.good(
            tmp_path,
            dose=b.dose(20.0 * grid),
            dose2=b.dose(10.0 * grid, SOPInstanceUID=b.uid("dose 2"), ReferencedRTPlanSequence=references[0]),
            plan2=b.plan(5, SOPInstanceUID=plans[0], RTPlanLabel="SECOND"),
            dose3=b.dose(8.0 * grid, **third),
            plan3=b.plan(4, 40.0, RTPlanLabel="THIRD", **planned),
            structures2=drawn,
        ),
        acknowledge=LOW,
    )
    text = APART.replace("organ_doses: not stated", THIRD)
    case = with_dicom(parse_case(text, "three"), study, registry=registry)
    assert {one.courses for one in case.sums} == {("pararenal", "second")}
    assert "pararenal and second are summed, the rest has no common frame of reference" in case.note
    found = cumulative(case, registry)
    (figure,) = [one for one in found.figures if one.name == "cumulative EQD2 Duodenum Dmax" and "a/b 3 " in one.basis]
    assert (figure.low, figure.high) == pytest.approx((38.0, 46.0), abs=0.03)
    assert "courses 1 and 2 summed voxel by voxel" in figure.basis


# --- several targets --------------------------------------------------------------------------------------------------
def test_with_several_targets_the_structure_of_each_is_the_one_called_as_it(tmp_path: Path, registry: Registry) -> None:
    """The box of the organ begins 6 mm right of one target and touches the other."""

    def box(x: float) -> list[dict[str, Any]]:
        return [b.contour(b.square(z, 4.0, x)) for z in (30.0, 33.0, 36.0)]

    rois = [(1, "PTV_one", box(-14.0)), (2, "PTV two", box(-4.0)), (3, "Duodenum", box(-4.0))]
    study = read_dicom(b.good(tmp_path, dose=b.covering(), structures=b.structures(rois)))
    text = CASE.replace("  second:\n", "CUT").split("CUT")[0] + "organ_doses: not stated\nlimit_sets: [TG101]\n"
    target = "  t: {site: x, region: abdomen, near: not stated, largest: not stated, tissue: gist}\n"
    several = text.replace(target, "".join(target.replace("t:", f"{name}:", 1) for name in ("one", "three")))
    several = several.replace("{t: {dose: 45 Gy / 5}}", "{one: {dose: 45 Gy / 5}, three: {dose: 45 Gy / 5}}")
    made = with_dicom(parse_case(several, "several"), study, registry=registry)
    near = {target.id: target.near for target in made.targets}
    assert [(one.organ, one.distance_mm) for one in near["one"] or ()] == [("Duodenum", 6.0)]
    assert not near["three"]
    assert "no target volume is called three or PTV_three, so no distance was measured" in made.note


# --- what is read -----------------------------------------------------------------------------------------------------
def test_an_organ_is_read_for_the_limits_of_structures_inside_and_around_it(registry: Registry) -> None:
    """No set has a row of the thecal sac at any number of fractions; those of the cord inside it are read of it."""
    own = {metric for metric, _ in wanted_metrics("SpinalCord", registry, ["TG101"])}
    assert Metric.parse("D0.35cc") in own  # TG-101 table III, spinal cord: less than 0.35 cc
    assert own <= {metric for metric, _ in wanted_metrics("ThecalSac", registry, ["TG101"])}
    assert own <= {metric for metric, _ in wanted_metrics("SpinalCanal", registry, ["TG101"])}


def test_only_the_requested_sets_are_read(registry: Registry) -> None:
    """TG-101 asks D10cc of the duodenum, Timmerman 2022 does not; a set that is not known is refused by `assess`."""
    ten = (Metric.parse("D10cc"), "cc")
    assert ten in wanted_metrics("Duodenum", registry, ["TG101"])
    others = [name for name in registry.sets if name != "TG101"]
    rows = [limit.metric for name in others for limit in registry.limits(organ="Duodenum", set_id=name)]
    assert (ten in wanted_metrics("Duodenum", registry, others)) == (ten[0] in rows)
    assert wanted_metrics("Duodenum", registry, []) == wanted_metrics("Duodenum", None, ["TG101"]) == STANDARD
    assert wanted_metrics("Duodenum", registry, ["TG101", "no such set"]) == wanted_metrics(
        "Duodenum", registry, ["TG101"]
    )


def test_the_dose_of_one_fraction_is_taken_where_its_number_is_stated(tmp_path: Path, registry: Registry) -> None:
    """9 Gy everywhere, of 1 of 5 fractions: 45 Gy; said in the case. Without the number it is refused."""
    folder = b.good(tmp_path, dose=b.dose(np.full((4, 5, 6), 9.0), DoseSummationType="FRACTION"))
    text = CASE.replace("  second:\n", "CUT").split("CUT")[0] + "organ_doses: not stated\nlimit_sets: [TG101]\n"
    case, study = parse_case(text, "one"), read_dicom(folder)
    with pytest.raises(DicomError, match="of how many of the 5 fractions"):
        with_dicom(case, study, registry=registry)
    made = with_dicom(case, study, registry=registry, fractions_in_file={"pararenal": 1})
    (top,) = [dose.value for dose in made.doses("Duodenum", "pararenal") if dose.metric == DMAX]
    assert top == pytest.approx(45.0, abs=0.001)
    assert any("it holds the dose of 1 of 5 fractions; x 5" in one for one in made.acknowledged)
    with pytest.raises(UnknownName):
        with_dicom(case, study, registry=registry, fractions_in_file={"boost": 1})
    skeleton = study.case(disease="GIST", tissue="gist", technique="vmat", registry=registry, fractions_in_file=1)
    assert any("it holds the dose of 1 of 5 fractions; x 5" in one for one in skeleton.acknowledged)
