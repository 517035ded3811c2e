"""From files to curves, organ doses, distances and a case: against the sample's formulas and a plain voxel mask."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rtcalc.assessment import assess
from rtcalc.casefile import load_case
from rtcalc.dicom import Study, read_dicom
from rtcalc.dicom.case_doses import with_dicom
from rtcalc.dicom.courses import course_ids, slug
from rtcalc.errors import BasisError, DicomError, UnknownName
from rtcalc.findings import State
from rtcalc.limits import Metric
from rtcalc.registry import Registry
from tests.dicom import builder

ROOT = Path(__file__).resolve().parents[2] / "sample_dicom"
GIST = ROOT / "gist-pararenal"


@pytest.fixture(scope="module")
def study() -> Study:
    return read_dicom(GIST)


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry()


def patient():
    """The sample's own formulas: solids and doses."""
    sys.path.insert(0, str(ROOT))
    try:
        import patients
    finally:
        sys.path.pop(0)
    return patients.PARARENAL


def brute(roi_name: str, course: int, step: float = 1.0) -> tuple[np.ndarray, float]:
    """Doses of a structure by its formula, at points of a fine raster inside the solid, and the volume of a point.

    A slice of the sample reaches 1.5 mm either way with the outline of its middle, so z is taken of the slice.
    """
    made = patient()
    roi = next(one for one in made.rois if one.name == roi_name)
    slices = np.arange(made.low + 1.5, made.high, 3.0)
    z = (slices[:, None] + np.array([-1.0, 0.0, 1.0])).ravel()
    of_slice = np.repeat(slices, 3)
    x, y = np.arange(-150, 110, step) + step / 3, np.arange(-100, 104, step) + step / 3
    inside = np.zeros((len(z), len(y), len(x)), bool)
    for solid in roi.solids:
        inside |= solid.scaled(x[None, None], y[None, :, None], of_slice[:, None, None]) <= 1.0
    k, j, i = np.nonzero(inside)
    return made.courses[course].dose(x[i], y[j], z[k]), step * step / 1000.0


# --- curves -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("course", "number"), [("pararenal-1", 0), ("pararenal-2", 1)])
@pytest.mark.parametrize("organ", ["Duodenum", "Kidney_R", "Stomach", "Jejunum_Ileum"])
def test_curve_is_that_of_the_formula(study: Study, organ: str, course: str, number: int) -> None:
    """Interpolation on 2.5 mm and polygons for ellipses: volume 1 %, mean 1 %, D5cc 0.15 Gy or 1.5 %."""
    doses, each = brute(organ, number)
    found = study.dvh(organ, course)
    assert (found.organ, found.course) == (organ, course)
    assert found.organ_volume_cc == pytest.approx(len(doses) * each, rel=0.012)
    assert found.value(Metric("mean"))[0] == pytest.approx(doses.mean(), rel=0.01)
    hottest = np.sort(doses)[-round(5.0 / each)]
    assert found.value(Metric.parse("D5cc"))[0] == pytest.approx(hottest, abs=max(0.15, 0.015 * hottest))
    highest = brute(organ, number, 0.5)[0].max()  # points of 1 mm miss the edge that faces the target
    assert found.value(Metric("max"))[0] == pytest.approx(highest, abs=max(0.1, 0.04 * highest))


def test_eqd2_curve_takes_each_bin_at_its_own_dose_per_fraction(study: Study) -> None:
    """Monotone, so D5cc converts by itself: EQD2 = D (D/n + 3) / 5 at a/b 3."""
    for course, n in (("pararenal-1", 5), ("pararenal-2", 4)):
        gray = study.dvh("Duodenum", course).value(Metric.parse("D5cc"))[0]
        found = study.eqd2_dvh("Duodenum", "3 Gy", course)
        assert found.value(Metric.parse("D5cc"))[0] == pytest.approx(gray * (gray / n + 3) / 5, abs=0.01)
        with pytest.raises(BasisError):
            found.relabelled(n, "3 Gy")


def test_organ_doses_carry_their_origin_and_agree_with_the_case_file(study: Study) -> None:
    course = study.course("pararenal-1")
    wanted = [(Metric.parse(name), "cc") for name in ("volume", "Dmax", "D0.035cc", "D5cc", "Dmean", "CV21Gy", "V20Gy")]
    doses = {str(one.metric): one for one in course.organ_doses(course.find("Liver"), wanted)}
    assert {one.origin for one in doses.values()} == {"dicom"}
    assert doses["CV21Gy"].value == pytest.approx(729.0, abs=0.06)  # sample_dicom/gist-pararenal/case.yaml
    assert doses["Dmean"].value == pytest.approx(3.12, abs=0.006)
    # Those below 21 Gy and those from 20 Gy on overlap by what lies between, so together they are more than the whole.
    assert doses["V20Gy"].value + doses["CV21Gy"].value > doses["volume"].value
    assert doses["Dmax"].value > doses["D0.035cc"].value > doses["D5cc"].value > doses["Dmean"].value


def test_what_the_dose_does_not_cover_is_undefined_and_said(study: Study) -> None:
    course = study.course("pararenal-1")
    body = course.find("External")
    # The patient's hottest dose lies inside; what the rest of the patient gets is not known, so these are the least.
    known = {str(one.metric): one.bound for one in course.organ_doses(body)}
    assert known == {"volume": "", "Dmax": ">=", "D0.035cc": ">=", "D5cc": ">=", "Dmean": ">="}
    assert len(course.undefined(body)) == 4
    # Inside the box of dose: 126.25 + 106.25 mm by 197.5 mm of an ellipse of 165 x 108 mm; all of it in z.
    assert 0.75 < course.computed(body).covered < 0.90


def test_distances_and_overlap(study: Study) -> None:
    course = study.course("pararenal-1")
    # A straight tube (x -22, y 8; 13 x 12) and an ellipsoid about (-58, 24, 0; 20, 19, 20): in the plane z = 0 the
    # nearest points of the two ellipses, by sampling both outlines.
    angle = np.linspace(0, 2 * np.pi, 2000)
    tube = np.column_stack((-22 + 13 * np.cos(angle), 8 + 12 * np.sin(angle)))
    target = np.column_stack((-58 + 20 * np.cos(angle), 24 + 19 * np.sin(angle)))
    away = np.sqrt(((tube[:, None] - target[None]) ** 2).sum(axis=2)).min()
    # The polygon lies up to 0.1 mm within its ellipse and no slice lies in z = 0 itself.
    assert course.distance_mm("Duodenum", "PTV") == pytest.approx(away, abs=0.3)
    assert course.distance_mm("Liver", "PTV") == 0.0
    assert course.overlap_cc("GTV", "PTV") == pytest.approx(course.dvh("GTV").organ_volume_cc, rel=1e-9)
    assert course.overlap_cc("Stomach", "PTV") == 0.0


def test_error_bar_of_interpolation_is_beside_the_near_maximum(study: Study) -> None:
    course = study.course("pararenal-1")
    found = {one.metric: one for one in course.near_max(course.find("Duodenum"))}
    assert found["D0.035cc"].gray == pytest.approx(course.dvh("Duodenum").value(Metric.parse("D0.035cc"))[0])
    assert 0.001 < abs(found["D0.035cc"].linear_minus_cubic) < 0.5
    assert course.near_max(course.find("External")) == ()


# --- which course, which structure ------------------------------------------------------------------------------------
def test_courses_are_called_as_their_plans(study: Study) -> None:
    assert list(course_ids(study)) == ["pararenal-1", "pararenal-2"]
    assert study.course("PARARENAL 2").id == study.course("RD.2.dcm").id == "pararenal-2"
    assert slug(" A/B: 3 ") == "a-b-3"
    with pytest.raises(DicomError, match=r"2 courses \(pararenal-1, pararenal-2\)"):
        study.dvh("Duodenum")
    with pytest.raises(UnknownName, match="no course is called 'boost'"):
        study.dvh("Duodenum", "boost")


def test_two_plans_of_one_label_are_told_apart_by_their_dose(tmp_path: Path) -> None:
    other = {"ReferencedSOPClassUID": builder.PLAN, "ReferencedSOPInstanceUID": builder.uid("plan 2")}
    folder = builder.good(
        tmp_path,
        second=builder.plan(SOPInstanceUID=builder.uid("plan 2")),
        again=builder.dose(SOPInstanceUID=builder.uid("dose 2"), ReferencedRTPlanSequence=builder.items(other)),
    )
    assert set(course_ids(read_dicom(folder))) == {"pararenal-again", "pararenal-dose"}


def test_your_own_names_win(study: Study) -> None:
    names = {"Jejunum_Ileum": "Bowel_Small", "Stomach": "ignore"}
    course = study.course("pararenal-1", names=names)
    assert course.find("Bowel_Small").structure.name == "Jejunum_Ileum"
    assert course.dvh("Bowel_Small").organ == "Bowel_Small"
    with pytest.raises(DicomError, match="chose to leave it out"):
        course.dvh("Stomach")
    with pytest.raises(UnknownName):
        study.course("pararenal-1", names={"Stomach": "Bauch"}).dvh("Duodenum")
    two = study.course("pararenal-1", names={"Jejunum_Ileum": "Duodenum"})
    assert two.find("Duodenum").structure.name == "Jejunum_Ileum"


def test_a_structure_is_found_by_its_standard_name(tmp_path: Path) -> None:
    rois = [(1, "PTV", builder.box()), (2, "right kidney", builder.box())]
    read = read_dicom(builder.good(tmp_path, structures=builder.structures(rois)))
    assert read.dvh("Kidney_R").organ == "Kidney_R"
    with pytest.raises(UnknownName):
        read.dvh("Kidney_L")


def test_uniform_dose_gives_the_closed_form(tmp_path: Path) -> None:
    """20 Gy everywhere in 5 fractions: EQD2 at a/b 3 is 20 (4 + 3) / 5 = 28 Gy; the box is 4 x 4 x 9 mm."""
    read = read_dicom(builder.good(tmp_path, dose=builder.dose(np.full((4, 5, 6), 20.0))))
    found = read.eqd2_dvh("Duodenum", "3 Gy")
    assert found.organ_volume_cc == pytest.approx(0.144, rel=1e-6)
    assert found.value(Metric("mean"))[0] == pytest.approx(28.0, abs=0.02)


def test_what_no_plan_says_is_asked_for(tmp_path: Path) -> None:
    read = read_dicom(builder.good(tmp_path, plan=builder.plan(fractions=None)))
    assert read.dvh("Duodenum").organ_volume_cc > 0  # a physical curve needs no fractions
    with pytest.raises(DicomError, match="NumberOfFractionsPlanned"):
        read.eqd2_dvh("Duodenum", "3 Gy")
    assert read.eqd2_dvh("Duodenum", "3 Gy", fractions=5).basis[0] == "EQD2"


def test_a_biological_dose_is_not_read_as_a_course(tmp_path: Path) -> None:
    read = read_dicom(builder.good(tmp_path, dose=builder.dose(DoseType="EFFECTIVE")))
    for course in (None, "dose.dcm"):
        with pytest.raises(DicomError, match="EFFECTIVE"):
            read.dvh("Duodenum", course)


def test_geometry_refusals_are_dicom_errors_with_the_file(tmp_path: Path) -> None:
    far = [builder.contour(builder.square(z, x=900.0)) for z in (30.0, 33.0, 36.0)]
    flat = [builder.contour(builder.square(30.0))]
    rois = [(1, "PTV", builder.box()), (2, "Duodenum", far), (3, "Liver", flat)]
    read = read_dicom(builder.good(tmp_path, structures=builder.structures(rois)))
    with pytest.raises(DicomError, match=r"dose\.dcm, Duodenum #2: .*outside the dose grid"):
        read.dvh("Duodenum")
    with pytest.raises(DicomError, match="thickness is unknown"):
        read.dvh("Liver")
    assert read.course(slice_mm=3.0).dvh("Liver").organ_volume_cc == pytest.approx(0.048, rel=1e-6)  # 4 x 4 x 3 mm


def test_an_organ_without_a_name_gives_no_organ_dose(tmp_path: Path) -> None:
    rois = [(1, "PTV", builder.box()), (2, "Qwertz", builder.box())]
    course = read_dicom(builder.good(tmp_path, structures=builder.structures(rois))).course()
    with pytest.raises(DicomError, match="mapped to no organ"):
        course.organ_doses(course.find("Qwertz"))
    assert course.dvh("Qwertz").organ == "Qwertz #2"


# --- the case ---------------------------------------------------------------------------------------------------------
def test_case_with_its_dicom_gives_the_verdicts_of_the_typed_case(study: Study, registry: Registry) -> None:
    typed = load_case(GIST / "case.yaml")
    read = with_dicom(typed, study, registry=registry)
    assert assess(read, registry).counts == assess(typed, registry).counts
    assert {one.origin for one in read.organ_doses or ()} == {"dicom"}
    near = {one.organ: one for one in read.targets[0].near or ()}
    assert near["Kidney_R"].basis == "dicom"
    assert near["Kidney_R"].distance_mm == pytest.approx(6.0, abs=0.5)  # case.yaml: 6 mm
    assert near["Liver"].distance_mm == 0.0
    assert read.sha256 != typed.sha256
    assert {course.known_by for course in read.courses} == {"dicom"}


def test_case_from_dicom_alone(study: Study, registry: Registry) -> None:
    made = study.case(disease="GIST", tissue="gist", technique="cyberknife", limit_sets=["TG101"], registry=registry)
    assert [str(course.prescriptions[0].planned) for course in made.courses] == ["45 Gy / 5", "40 Gy / 4"]
    # Prescription over the highest voxel: 45 / 56.2 = 80.1 % and 40 / 49.8 = 80.3 % (case.yaml).
    assert [course.prescriptions[0].isodose_percent for course in made.courses] == pytest.approx([80.1, 80.3], abs=0.1)
    assert made.courses[0].prescriptions[0].to == "PTV"
    points = dict(made.courses[0].prescriptions[0].metrics)
    assert points[Metric.parse("D95%")] == pytest.approx(44.1, abs=0.051)  # case.yaml
    typed = {(v.limit, v.course): v.state for v in assess(load_case(GIST / "case.yaml"), registry).verdicts}
    found = {(v.limit, v.course): v.state for v in assess(made, registry).verdicts}
    # DICOM alone does not say on which days the two courses were given: what one of them meets alone stays open.
    assert found.keys() == typed.keys()
    assert all(state in (typed[key], State.UNDETERMINED) for key, state in found.items())
    assert State.UNDETERMINED in found.values()


def test_case_says_everything_that_is_missing_at_once(tmp_path: Path) -> None:
    rois = [(1, "PTV", builder.box()), (2, "Qwertz", builder.box())]
    folder = builder.good(tmp_path, plan=builder.plan(None, None), structures=builder.structures(rois))
    with pytest.raises(DicomError) as raised:
        read_dicom(folder).case(technique="vmat")
    for part in ("disease=", "tissue=", "prescribed dose", "NumberOfFractionsPlanned", "Qwertz #2"):
        assert part in str(raised.value)
    assert "technique=" not in str(raised.value)


def test_a_name_left_out_on_purpose_is_not_missing(tmp_path: Path) -> None:
    rois = [(1, "PTV", builder.box()), (2, "Qwertz", builder.box())]
    read = read_dicom(builder.good(tmp_path, dose=builder.covering(), structures=builder.structures(rois)))
    made = read.case(disease="x", tissue="gist", technique="unknown", names={"Qwertz": "ignore"})
    assert made.organ_doses == ()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"value": 30.0}, "is typed for pararenal-1"),
        ({"metric": Metric.parse("D1cc"), "value": 60.0}, "swapped"),
    ],
)
def test_a_typed_dose_that_contradicts_is_refused(study: Study, changes: dict, expected: str) -> None:
    typed = load_case(GIST / "case.yaml")
    first, *rest = [one for one in typed.organ_doses or () if one.organ == "Duodenum"]
    with pytest.raises(DicomError, match=expected):
        with_dicom(replace(typed, organ_doses=(replace(first, **changes), *rest)), study)


def test_a_typed_dose_that_nothing_computes_is_kept(study: Study) -> None:
    typed = load_case(GIST / "case.yaml")
    ureter = replace(typed.doses("Duodenum")[0], organ="Ureter_R")
    read = with_dicom(replace(typed, organ_doses=(ureter,)), study)
    assert ureter in (read.organ_doses or ())


def test_case_and_dicom_of_different_courses_are_refused(study: Study) -> None:
    typed = load_case(GIST / "case.yaml")
    one, two = typed.courses
    with pytest.raises(DicomError, match="no course of the case is pararenal-2"):
        with_dicom(replace(typed, courses=(one,)), study)
    with pytest.raises(DicomError, match="5 fractions are planned, the case has 4"):
        with_dicom(replace(typed, courses=(replace(one, prescriptions=two.prescriptions), two)), study)
    near = tuple(replace(each, distance_mm=30.0) for each in typed.targets[0].near or ())
    with pytest.raises(DicomError, match="is stated to be 30 mm"):
        with_dicom(replace(typed, targets=(replace(typed.targets[0], near=near),)), study)
