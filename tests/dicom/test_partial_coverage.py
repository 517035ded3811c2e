"""An organ that the dose covers in part: what is certain of it reaches the verdict, and nothing else does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rtcalc.assessment import Assessment, assess
from rtcalc.casefile import parse_case
from rtcalc.cli import run
from rtcalc.dicom import Study, read_dicom
from rtcalc.dicom.case_doses import with_dicom
from rtcalc.errors import DicomError
from rtcalc.findings import State
from rtcalc.limits import Metric
from rtcalc.registry import Registry
from tests.dicom import builder as b

CASE = """schema_version: 1
id: part
disease: GIST
targets:
  t: {site: x, region: abdomen, near: not stated, largest: not stated, tissue: gist}
courses:
  pararenal:
    prescription: {t: {dose: 45 Gy / 5}}
    treatment_days: [2026-01-12, 2026-01-14, 2026-01-16, 2026-01-19, 2026-01-21]
    technique: vmat
    status: completed
organ_doses: not stated
limit_sets: [TG101]
"""
TWO = CASE.replace(
    "organ_doses",
    """  second:
    prescription: {t: {dose: 45 Gy / 5}}
    treatment_days: [2026-03-12, 2026-03-13, 2026-03-16, 2026-03-17, 2026-03-18]
    technique: vmat
    status: completed
organ_doses""",
)
ACCEPT = ["dose below prescription"]
"""Uniform doses of a few gray are limits that can be looked up; the plans say more."""


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry()


def tube(first: float, last: float, side: float = 4.0) -> list[dict[str, Any]]:
    """A square tube with a contour every 3 mm; the dose of the builder ends half a voxel beyond z = 39 mm, at 40.5."""
    return [b.contour(b.square(z, side)) for z in np.arange(first, last + 0.1, 3.0)]


def study(at: Path, gray: float, organ: str, contours: list[dict[str, Any]], **files: Any) -> Study:
    drawn = b.structures([(1, "PTV", b.box()), (2, organ, contours)])
    files = {"dose": b.dose(np.full((4, 5, 6), gray)), "structures": drawn, **files}
    return read_dicom(b.good(at, **files), acknowledge=ACCEPT)


def assessed(one: Study, registry: Registry, text: str = CASE) -> Assessment:
    return assess(with_dicom(parse_case(text, "part"), one, registry=registry), registry)


def states(found: Assessment) -> dict[str, State]:
    return {f"{one.metric} {one.bound}": one.state for one in found.verdicts}


def test_a_limit_exceeded_in_the_covered_part_is_exceeded(tmp_path: Path, registry: Registry) -> None:
    """31 Gy in the lower half of a cord of 0.384 cc. TG-101 in 5: D0.035cc < 30, D0.35cc < 23, D1.2cc < 14.5 Gy.

    Of the hottest 0.35 cc 0.192 may have no dose, so that they get 31 Gy or anything less.
    """
    found = assessed(study(tmp_path, 31.0, "SpinalCord", tube(30, 51)), registry)
    by_metric = {one.metric: one for one in found.verdicts}
    near = by_metric["D0.035cc"]
    assert (near.state, near.how) == (State.EXCEEDED, "own row")
    assert near.measured.startswith("D0.035cc >= 31")
    assert "of the 50.0 % with a dose" in near.measured  # slabs from 28.5 to 52.5 mm, the grid to 40.5
    assert near.percent == pytest.approx(100 * 31 / 30, abs=0.1)
    assert (by_metric["D0.35cc"].state, by_metric["D0.35cc"].measured[:13]) == (State.UNDETERMINED, "D0.35cc <= 31")
    assert str(found.worst()) == "stop"
    assert "above TG101 (< 30 Gy)" in found.sentence
    assert not found.complete


def test_a_limit_met_by_the_covered_part_is_open_and_shows_its_number(tmp_path: Path, registry: Registry) -> None:
    found = assessed(study(tmp_path, 20.0, "SpinalCord", tube(30, 51)), registry)
    near = next(one for one in found.verdicts if one.metric == "D0.035cc")
    assert near.state is State.UNDETERMINED
    assert near.measured.startswith("D0.035cc >= 20")
    assert near.percent is None
    assert "50.0 % of it has a calculated dose" in near.note
    passed = {one.metric: one.how for one in found.verdicts if one.state is State.PASS}
    # There are not 1.2 cc of it; and of any 0.35 cc at least 0.158 lie in the grid, with 20 Gy against 23 Gy.
    assert passed == {"D1.2cc": "by volume alone", "D0.35cc": "own row"}


def test_a_limit_is_met_where_the_rest_cannot_matter(tmp_path: Path, registry: Registry) -> None:
    """A duodenum of 16.38 cc, of which 0.8 cc have no dose: TG-101's D5cc < 18 Gy at 10 Gy; D0.035cc stays open."""
    wide = [b.contour([(-40, -40, z), (44, -40, z), (44, 25, z), (-40, 25, z)]) for z in (30.0, 33.0, 36.0)]
    grid = {"ImagePositionPatient": [-40.0, -40.0, 27.0], "PixelSpacing": [5.0, 4.0]}
    dose = b.dose(np.full((6, 14, 21), 10.0), **grid)  # to 42 mm in x, 27.5 mm in y: 2 of 84 mm are outside
    found = assessed(study(tmp_path, 10.0, "Duodenum", wide, dose=dose), registry)
    by_metric = {one.metric: one for one in found.verdicts}
    assert by_metric["D5cc"].state is State.PASS
    assert by_metric["D5cc"].measured.startswith("D5cc <= 10")
    assert by_metric["D0.035cc"].state is State.UNDETERMINED
    assert not found.complete


def test_a_typed_dose_of_the_whole_stands_before_the_bound(tmp_path: Path, registry: Registry) -> None:
    read = study(tmp_path, 20.0, "SpinalCord", tube(30, 51))

    def with_typed(gray: float) -> Assessment:
        typed = f"organ_doses: {{SpinalCord: {{pararenal: {{D0.035cc: {gray} Gy}}}}}}"
        return assessed(read, registry, CASE.replace("organ_doses: not stated", typed))

    assert states(with_typed(25.0))["D0.035cc < 30 Gy"] is State.PASS
    with pytest.raises(DicomError, match=r">= 20 Gy is computed"):
        with_typed(15.0)


def test_a_typed_bound_that_the_computed_dose_contradicts_is_refused(tmp_path: Path, registry: Registry) -> None:
    read = study(tmp_path, 20.0, "SpinalCord", tube(30, 36))  # all of it in the grid: 20 Gy

    def with_typed(words: str) -> Assessment:
        typed = f"organ_doses: {{SpinalCord: {{pararenal: {{D0.035cc: '{words}'}}}}}}"
        return assessed(read, registry, CASE.replace("organ_doses: not stated", typed))

    for fitting in (">= 18 Gy", "<= 25 Gy"):
        assert states(with_typed(fitting))["D0.035cc < 30 Gy"] is State.PASS
    for words in (">= 25 Gy", "<= 15 Gy"):
        with pytest.raises(DicomError, match="20 Gy is computed"):
            with_typed(words)


# --- several courses --------------------------------------------------------------------------------------------------
def two(at: Path, first: float, second: float, **changes: Any) -> Study:
    reference = b.items({"ReferencedSOPClassUID": b.PLAN, "ReferencedSOPInstanceUID": b.uid("plan 2")})
    other = b.dose(
        np.full((4, 5, 6), second), SOPInstanceUID=b.uid("d2"), ReferencedRTPlanSequence=reference, **changes
    )
    plan = b.plan(SOPInstanceUID=b.uid("plan 2"), RTPlanLabel="SECOND", **changes)
    return study(at, first, "SpinalCord", tube(30, 51), dose2=other, plan2=plan)


def test_the_sum_of_the_covered_part_is_the_least_that_the_organ_has(tmp_path: Path, registry: Registry) -> None:
    """20 and 15 Gy in 5 at a/b 2: 20 (4 + 2)/4 + 15 (3 + 2)/4 = 48.75 Gy EQD2, of the part that both cover."""
    read = two(tmp_path, 20.0, 15.0)
    total = read.course_sum("SpinalCord", "2 Gy")
    assert total.gray(Metric("max")) == (None, None)
    bounds = dict(total.bounds)[Metric("max")]
    assert (bounds.low, bounds.high) == (pytest.approx(48.75, abs=0.02), None)
    assert "what the whole has at least" in total.note
    found = assessed(read, registry, TWO)
    (cumulative,) = [one for one in found.findings if one.rule == "cumulative-dose"]
    figures = [one for one in cumulative.figures if "SpinalCord Dmax" in one.name and "a/b 2 " in one.basis]
    assert [(one.low, one.high) for one in figures] == [(pytest.approx(48.75, abs=0.02), None)]
    assert any("the least it can be" in line for line in cumulative.lines)


def test_without_a_common_frame_the_larger_covered_course_is_the_least(tmp_path: Path) -> None:
    """20 (4 + 2)/4 = 30 Gy EQD2 of the first; no upper bound, because a part has no dose."""
    frame = b.uid("frame 2")
    drawn = b.structures([(1, "PTV", b.box()), (2, "SpinalCord", tube(30, 51))], SOPInstanceUID=b.uid("set 2"))
    drawn.FrameOfReferenceUID = frame
    drawn.ReferencedFrameOfReferenceSequence[0].FrameOfReferenceUID = frame
    for roi in drawn.StructureSetROISequence:
        roi.ReferencedFrameOfReferenceUID = frame
    its_set = b.items({"ReferencedSOPClassUID": b.STRUCTURES, "ReferencedSOPInstanceUID": b.uid("set 2")})
    reference = b.items({"ReferencedSOPClassUID": b.PLAN, "ReferencedSOPInstanceUID": b.uid("plan 2")})
    where = {"FrameOfReferenceUID": frame}
    other = b.dose(np.full((4, 5, 6), 15.0), SOPInstanceUID=b.uid("d2"), ReferencedRTPlanSequence=reference, **where)
    plan = b.plan(SOPInstanceUID=b.uid("plan 2"), RTPlanLabel="SECOND", ReferencedStructureSetSequence=its_set, **where)
    read = study(tmp_path, 20.0, "SpinalCord", tube(30, 51), dose2=other, plan2=plan, structures2=drawn)
    bounds = dict(read.course_sum("SpinalCord", "2 Gy").bounds)
    for name in ("Dmax", "D0.035cc"):
        found = bounds[Metric.parse(name)]
        assert (found.low, found.high) == (pytest.approx(30.0, abs=0.02), None)


def test_doses_of_the_same_sessions_exceed_a_limit_in_the_part_that_both_cover(
    tmp_path: Path, registry: Registry
) -> None:
    """20 + 15 Gy in the same 5 fractions: 35 Gy against 30 Gy; each alone meets it."""
    days = TWO.split("second:")[0].split("treatment_days: ")[1].split("\n")[0]
    text = TWO.replace("[2026-03-12, 2026-03-13, 2026-03-16, 2026-03-17, 2026-03-18]", days)
    found = assessed(two(tmp_path, 20.0, 15.0), registry, text)
    assert states(found)["D0.035cc < 30 Gy"] is State.EXCEEDED
    open_one = assessed(two(tmp_path / "b", 14.0, 10.0), registry, text)
    assert states(open_one)["D0.035cc < 30 Gy"] in (State.UNDETERMINED, State.NOT_EVALUABLE)


# --- what is shown ----------------------------------------------------------------------------------------------------
def test_d12_from_99_percent_the_values_are_shown_as_partial(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """45 planes of 3 mm from 27 to 159 mm and a dose to 160.5: 0.2 mm of a cord are outside in the last slab."""
    whole = [b.contour(b.square(z)) for z in np.arange(27.0, 159.1, 3.0)]
    end = [b.contour(b.square(159.2))]
    dose = b.dose(np.full((45, 5, 6), 45.0), ImagePositionPatient=[-10.0, -20.0, 27.0])
    at = b.good(
        tmp_path, dose=dose, structures=b.structures([(1, "PTV", b.box()), (2, "SpinalCord", [*whole[:-1], *end])])
    )
    assert run(["dvh", str(at), "--structure", "SpinalCord"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "99.8 % lies in the dose" in text
    assert "partial: of" in text
    assert "45.00*" in text
    assert "100.0 %" not in text.split("SpinalCord")[1].split("Remarks")[0]
