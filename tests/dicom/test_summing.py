"""The sum of courses: against sums worked by hand, the sample's formulas point by point, and the bounds."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rtcalc.dicom import Study, read_dicom
from rtcalc.errors import BasisError, DicomError
from rtcalc.geometry.raster import MOST_NODES, Placed, highest_near, raster
from rtcalc.limits import Metric
from tests.dicom import builder

ROOT = Path(__file__).resolve().parents[2] / "sample_dicom"


@pytest.fixture(scope="module")
def study() -> Study:
    return read_dicom(ROOT / "gist-pararenal")


def two(
    folder: Path, first: Any = 20.0, second: Any = 10.0, fractions: int = 4, shape=(4, 5, 6), **changes: Any
) -> Study:
    """A uniform (or given) dose in 5 fractions, and another plan's in `fractions`."""
    plan_uid = builder.uid("plan 2")
    reference = builder.items({"ReferencedSOPClassUID": builder.PLAN, "ReferencedSOPInstanceUID": plan_uid})
    other = {"SOPInstanceUID": builder.uid("dose 2"), "ReferencedRTPlanSequence": reference, **changes}
    return read_dicom(
        builder.good(
            folder,
            dose=builder.dose(np.broadcast_to(first, (4, 5, 6))),
            plan2=builder.plan(fractions, 40.0, SOPInstanceUID=plan_uid, RTPlanLabel="SECOND"),
            dose2=builder.dose(np.broadcast_to(second, shape), **other),
        )
    )


def read(curve, name: str) -> float:
    return curve.value(Metric.parse(name))[0]


def test_each_course_has_its_own_number_of_fractions(tmp_path: Path) -> None:
    """At a/b 3: 20 (20/5 + 3) / 5 = 28, and 10 (10/4 + 3) / 5 = 11; together 39 Gy EQD2."""
    found = two(tmp_path).course_sum("Duodenum", "3 Gy")
    assert found.courses == ("pararenal", "second")
    assert found.curve is not None
    assert found.within is not None
    assert found.curve.basis == ("EQD2", 3.0, "LQ")
    for curve in (found.curve, found.within):
        assert read(curve, "Dmean") == pytest.approx(39.0, abs=0.02)
        assert read(curve, "Dmax") == pytest.approx(39.0, abs=0.02)
    assert found.curve.organ_volume_cc == pytest.approx(0.144, rel=1e-6)  # 4 x 4 x 9 mm
    with pytest.raises(BasisError):
        found.curve.relabelled(5, "3 Gy")
    bounds = dict(found.bounds)[Metric("max")]
    assert (bounds.low, bounds.high) == pytest.approx((28.0, 39.0), abs=0.02)


def test_doses_of_the_same_sessions_add_before_they_are_converted(tmp_path: Path) -> None:
    """(2 + 3) Gy x 5 at a/b 3 is 25 (5 + 3) / 5 = 40 Gy, and not 10 + 18 = 28 Gy."""
    made = two(tmp_path, 10.0, 15.0, fractions=5)
    together = made.course_sum("Duodenum", "3 Gy", same_sessions=[("pararenal", "second")])
    apart = made.course_sum("Duodenum", "3 Gy")
    assert together.curve is not None
    assert apart.curve is not None
    assert read(together.curve, "Dmean") == pytest.approx(40.0, abs=0.02)
    assert read(apart.curve, "Dmean") == pytest.approx(28.0, abs=0.02)
    assert dict(together.bounds)[Metric("max")].high == pytest.approx(40.0, abs=0.02)
    with pytest.raises(DicomError, match="same sessions"):
        two(tmp_path / "other", fractions=4).course_sum("Duodenum", "3 Gy", same_sessions=[("pararenal", "second")])


def test_another_raster_is_interpolated_before_it_is_converted(tmp_path: Path) -> None:
    """The second dose falls along x by 1 Gy/mm on a raster of 2.3 mm that starts elsewhere.

    The box reaches from x = -6 to -2 mm, where it is D = 16 - x, so 22 to 18 Gy. By hand: the mean of D is 20, of D^2
    400 + 16/12; BED is D + D^2/(4 x 3), and EQD2 three fifths of it.
    """
    gray = (16.0 + 13.0 - 2.3 * np.arange(12))[None, None, :] * np.ones((6, 8, 1))
    made = two(
        tmp_path,
        20.0,
        gray,
        shape=(6, 8, 12),
        ImagePositionPatient=[-13.0, -22.0, 27.0],
        PixelSpacing=[2.3, 2.3],
        GridFrameOffsetVector=[3.0 * plane for plane in range(6)],
    )
    found = made.course_sum("Duodenum", "3 Gy")
    assert found.curve is not None
    assert read(found.curve, "Dmean") == pytest.approx(28.0 + 0.6 * (20 + (400 + 16 / 12) / 12), abs=0.03)
    assert read(found.curve, "Dmax") == pytest.approx(28.0 + 0.6 * (22 + 22**2 / 12), abs=0.1)
    assert found.within is not None
    # 3 mm farther the second course has 25 Gy; the raster of 2/3 mm may reach two steps farther.
    low, high = (28.0 + 0.6 * (gray + gray**2 / 12) for gray in (25.0, 26.4))
    assert low <= read(found.within, "Dmax") <= high
    assert not found.within_complete  # the first dose ends where the box does, at z = 28.5 mm
    assert "a dose ends less than 3 mm beyond" in found.note


@pytest.mark.parametrize("seed", range(5))
def test_a_sum_is_never_above_the_sum_of_the_maxima(tmp_path: Path, seed: int) -> None:
    """Doses at random, on two rasters of which no node is shared, and a contour at random.

    At every place EQD2 is at most that of each course's maximum, so their sum is as well; clinical_requirements 2.1.
    """
    rng = np.random.default_rng(seed)
    turn = np.linspace(0.0, 2.0 * np.pi, 9, endpoint=False)
    radius = rng.uniform(1.5, 3.5, (3, 9))
    loops = [
        builder.contour(np.stack([-5.0 + r * np.cos(turn), -15.0 + r * np.sin(turn), np.full(9, z)], axis=1))
        for r, z in zip(radius, (31.5, 34.5, 36.5), strict=True)
    ]
    other = {
        "ImagePositionPatient": [-13.3, -22.2, 27.1],
        "PixelSpacing": [2.3, 2.7],
        "GridFrameOffsetVector": [2.6 * plane for plane in range(6)],
    }
    two(tmp_path, rng.uniform(0.0, 40.0, (4, 5, 6)), rng.uniform(0.0, 40.0, (6, 8, 8)), shape=(6, 8, 8), **other)
    builder.write(tmp_path, structures=builder.structures([(2, "Duodenum", loops)]))
    found = read_dicom(tmp_path).course_sum("Duodenum", "3 Gy")
    assert found.curve is not None
    bounds = dict(found.bounds)[Metric("max")]
    assert bounds.high is not None
    assert bounds.low * 0.98 <= read(found.curve, "Dmax") <= bounds.high * (1 + 1e-12)
    near = dict(found.bounds)[Metric.parse("D0.035cc")]
    assert near.low * 0.98 <= read(found.curve, "D0.035cc") <= near.high


def points(roi_name: str) -> np.ndarray:
    """EQD2 of both courses of the sample at fine points in a structure, from its formulas alone."""
    sys.path.insert(0, str(ROOT))
    try:
        import patients
    finally:
        sys.path.pop(0)
    made = patients.PARARENAL
    solids = next(one for one in made.rois if one.name == roi_name).solids
    slices = np.arange(made.low + 1.5, made.high, 3.0)
    z, at = (slices[:, None] + np.array([-1.0, 0.0, 1.0])).ravel(), np.repeat(slices, 3)
    x, y = np.arange(-100, 100, 1.0) + 0.3, np.arange(-100, 100, 1.0) + 0.3
    inside = np.zeros((len(z), len(y), len(x)), bool)
    for solid in solids:
        inside |= solid.scaled(x[None, None], y[None, :, None], at[:, None, None]) <= 1.0
    k, j, i = np.nonzero(inside)
    total = np.zeros(len(i))
    for course in made.courses:
        gray = course.dose(x[i], y[j], z[k])
        total += gray * (gray / course.fractions + 3.0) / 5.0
    return total


@pytest.mark.parametrize("organ", ["Duodenum", "Kidney_R", "SpinalCord", "Jejunum_Ileum"])
def test_the_sample_is_summed_as_its_formulas(study: Study, organ: str) -> None:
    """Points of 1 mm3: mean within 2 %, D5cc within 2 % or 0.1 Gy, the hottest 35 of them within 3 %."""
    truth, found = points(organ), study.course_sum(organ, "3 Gy")
    assert found.curve is not None
    assert read(found.curve, "Dmean") == pytest.approx(truth.mean(), rel=0.02)
    hottest = np.sort(truth)[-5000]
    assert read(found.curve, "D5cc") == pytest.approx(hottest, rel=0.02, abs=0.1)
    assert read(found.curve, "D0.035cc") == pytest.approx(np.sort(truth)[-35], rel=0.03)


@pytest.mark.parametrize("organ", ["Duodenum", "SpinalCord", "PTV", "Kidney_L"])
def test_the_sum_lies_between_its_bounds_and_below_the_sum_within_3_mm(study: Study, organ: str) -> None:
    found = study.course_sum(organ, "3 Gy", ["pararenal-1", "pararenal-2"])
    assert found.curve is not None
    assert found.within is not None
    assert len(found.bounds) == 4
    assert found.within_complete == (organ != "SpinalCord")  # from end to end of the slices, 1.75 mm before the dose's
    for metric, bounds in found.bounds:
        value = found.curve.value(metric)[0]
        # 0.002 %: the second course's bounds are of its own contours, which differ by the rounding of the file.
        assert bounds.low * 0.99998 <= value <= (np.inf if bounds.high is None else bounds.high * 1.00002)
        assert found.within.value(metric)[0] >= value


def test_highest_near_is_that_of_every_point_within_the_radius() -> None:
    """Against each pair of nodes: steps of 1, 1 and 0.8 mm, so that a step more is 4 mm."""
    rng = np.random.default_rng(5)
    dose = rng.random((5, 9, 12))
    nodes = (np.arange(5) * 1.0, np.arange(9) * 1.0, np.arange(12) * 0.8)
    place = np.stack(np.meshgrid(*nodes, indexing="ij"), axis=-1).reshape(-1, 3)
    near = ((place[:, None] - place[None]) ** 2).sum(axis=2) <= 4.0**2 + 1e-9
    expected = np.where(near, dose.ravel()[None], 0.0).max(axis=1).reshape(dose.shape)
    np.testing.assert_array_equal(highest_near(dose, nodes), expected)


def test_e9_without_a_common_frame_there_are_bounds_only(tmp_path: Path) -> None:
    frame = builder.uid("frame 2")
    drawn = builder.structures(SOPInstanceUID=builder.uid("set 2"), FrameOfReferenceUID=frame)
    for roi in drawn.StructureSetROISequence:
        roi.ReferencedFrameOfReferenceUID = frame
    drawn.ReferencedFrameOfReferenceSequence[0].FrameOfReferenceUID = frame
    two(tmp_path, FrameOfReferenceUID=frame)
    set_uid = builder.items(
        {"ReferencedSOPClassUID": builder.STRUCTURES, "ReferencedSOPInstanceUID": drawn.SOPInstanceUID}
    )
    second = builder.plan(
        4, 40.0, SOPInstanceUID=builder.uid("plan 2"), RTPlanLabel="SECOND", ReferencedStructureSetSequence=set_uid
    )
    builder.write(tmp_path, plan2=second, structures2=drawn)
    found = read_dicom(tmp_path).course_sum("Duodenum", "3 Gy")
    assert (found.curve, found.within) == (None, None)
    assert "not spatially summed: only bounds" in found.note
    bounds = dict(found.bounds)[Metric.parse("D0.035cc")]
    assert (bounds.low, bounds.high) == pytest.approx((28.0, 39.0), abs=0.02)


def test_what_cannot_be_summed_is_refused(tmp_path: Path, study: Study) -> None:
    with pytest.raises(DicomError, match="two or more"):
        study.course_sum("Duodenum", "3 Gy", ["pararenal-1"])
    with pytest.raises(DicomError, match="counted twice"):
        study.course_sum("Duodenum", "3 Gy", ["pararenal-1", "pararenal-1"])
    far = two(tmp_path, ImagePositionPatient=[500.0, -20.0, 30.0])
    with pytest.raises(DicomError, match="no common volume around it"):
        far.course_sum("Duodenum", "3 Gy")


def test_a_large_structure_gets_a_coarser_raster(study: Study) -> None:
    course, other = study.course("pararenal-1"), study.course("pararenal-2")
    contours = course.contours(course.find("SpinalCord"))
    steps = []
    for most in (MOST_NODES, 100_000, 100):
        nodes = raster(contours, [Placed(course.grid), Placed(other.grid)], most)
        steps.append(float(np.diff(nodes[2])[0]))
    assert steps == pytest.approx([0.5, 2.5 / 3, 2.5])
