"""The DICOM page without a browser: services, view models, figures and callbacks as plain calls."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rtcalc.assessment import assess
from rtcalc.casefile import parse_case
from rtcalc.dicom import read_dicom
from rtcalc.errors import DicomError, DomainError, ProtocolError, UnitsError, UnknownName
from rtcalc.limits import Metric
from rtcalc.registry import Registry
from rtcalc_app.display import Display
from rtcalc_app.figures import dicom as figures
from rtcalc_app.pages.dicom import downloads, opening
from rtcalc_app.services.dicom import curves, handover, measured, slices, structures, studies, sums
from rtcalc_app.services.dicom.chosen import Chosen
from rtcalc_app.services.dicom.found import found, refused
from rtcalc_app.spool import Spool
from rtcalc_app.views import dicom as view
from tests.dicom import builder as b

GY = Display()


@pytest.fixture(scope="module", autouse=True)
def asked() -> Iterator[list[dict[str, Any]]]:
    """Reads in this process, which is quicker, and keeps how it was asked to read; the browser tests read apart."""
    heard: list[dict[str, Any]] = []

    def read(path: Any, **options: Any) -> Any:
        heard.append(options)
        return read_dicom(path, **{**options, "isolated": False})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(studies, "read_dicom", read)
        yield heard


@pytest.fixture(scope="module")
def spool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spool]:
    opened = Spool.open(tmp_path_factory.mktemp("spool"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry()


@pytest.fixture(scope="module")
def gist(spool: Spool) -> Chosen:
    return Chosen.of(spool, studies.open_sample(spool, "gist-pararenal").id)


@pytest.fixture(scope="module")
def chart(gist: Chosen, registry: Registry) -> curves.Chart:
    return curves.dvh_chart(gist, "pararenal-1", ["TG101"], registry, GY)


def sent(spool: Spool, *contents: bytes) -> studies.State:
    """A study of files as a browser sends them."""
    ids = []
    for content in contents:
        upload = spool.announce("me", len(content))
        spool.add("me", upload, 0, [content])
        ids.append(upload)
    return studies.open_uploads(spool, "me", ids)


def files(**changes: Any) -> list[bytes]:
    contents: dict[str, Any] = {"plan": b.plan(), "dose": b.covering(), "structures": b.structures(), **changes}
    return [b.encoded(data) for data in contents.values() if data is not None]


def packed(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def text_of(component: Any) -> str:
    """Every text in a component."""
    if component is None or isinstance(component, bool):
        return ""
    if isinstance(component, str | int | float):
        return str(component)
    if isinstance(component, list | tuple):
        return " ".join(text_of(part) for part in component)
    return text_of(getattr(component, "children", None))


def test_files_are_read_in_a_process_of_their_own(spool: Spool, asked: list[dict[str, Any]]) -> None:
    sent(spool, *files())
    assert asked
    assert all(options["isolated"] is True for options in asked)


# --- what was found ---------------------------------------------------------------------------------------------------
def test_what_was_found_in_a_sample(gist: Chosen) -> None:
    card = found(gist, studies.state(gist.spool, gist.id), GY)
    assert card.counts.startswith("2 plans, 2 doses, ")
    first = card.courses[0]
    assert first.plan == "PARARENAL 1, approved"
    # 45 / 56.175 = 80.1 %: the highest voxel of the sample is 56.175 Gy.
    assert first.prescription == "45.0 Gy in 5 fractions; 80.1 % of the highest dose"
    assert "2.5 x 2.5 x 2.5 mm" in first.dose
    assert card.questions == ()
    assert card.courses[1].prescription.startswith("40.0 Gy in 4 fractions")


def test_display_changes_numbers_and_not_what_they_mean(gist: Chosen) -> None:
    card = found(gist, studies.state(gist.spool, gist.id), Display(unit="cGy", comma=True))
    assert card.courses[0].prescription == "4500 cGy in 5 fractions; 80,1 % of the highest dose"


def test_files_are_deleted_when_they_were_read(spool: Spool) -> None:
    done = sent(spool, *files())
    assert done.problem == ""
    assert not (spool.study(done.id) / "files").exists()


def test_nothing_on_disk_names_the_patient_or_a_file(spool: Spool) -> None:
    names = {"PatientName": "SECRET^PERSON", "PatientID": "SECRET-ID", "PatientBirthDate": "19010203"}
    plan, dose, structure_set = files(plan=b.plan(**names), dose=b.covering(**names), structures=b.structures(**names))
    archive = packed(**{"SECRET^PERSON/plan.dcm": plan, "a/SECRET.dose": dose, "s": structure_set, "SECRET.txt": b"x"})
    done = sent(spool, archive)
    chosen = Chosen.of(spool, done.id)
    chosen.measured(chosen.course(None))
    card = found(chosen, done, GY)
    everything = b"".join(path.read_bytes() for path in spool.study(done.id).rglob("*") if path.is_file())
    for secret in ("SECRET", "PERSON", "19010203"):
        assert secret.encode() not in everything
        assert secret not in text_of(view.found_card(card))
    assert chosen.study.doses[0].source.name == "file-1, member 2"
    assert chosen.study.sets[0].dose is chosen.study.doses[0]  # what is referred to twice is still one object


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"%PDF-1.7 not DICOM at all", "not a DICOM file"),
        (b"", None),
        (packed(readme=b"no DICOM"), "no DICOM-RT was found"),
        (b"PK\x03\x04 broken", "not a readable zip archive"),
        (packed(bomb=b"\0" * (64 << 20)), "it unpacks to far more than it holds"),
        (b.encoded(b.dose(DoseUnits="CGY")), "DoseUnits"),
        (b.encoded(b.dose())[:-100], "expected"),
    ],
    ids=["pdf", "nothing", "zip without DICOM", "broken zip", "bomb", "cGy", "truncated"],
)
def test_what_cannot_be_read_is_refused_with_the_sentence_of_the_library(
    spool: Spool, content: bytes, says: str | None
) -> None:
    if says is None:
        with pytest.raises(DicomError, match="No file was sent"):
            studies.open_uploads(spool, "me", [])
        return
    before = set((spool.root / "studies").iterdir())
    done = sent(spool, content)
    assert says in done.problem
    assert done.id == ""
    assert set((spool.root / "studies").iterdir()) == before


# --- inconsistencies that are answered --------------------------------------------------------------------------------
def test_files_of_two_patients_are_a_question_until_it_is_answered(spool: Spool) -> None:
    done = sent(spool, *files(dose=b.covering(PatientID="P2")))
    assert done.questions == ("different patients",)
    assert "P2" not in done.problem
    with pytest.raises(DicomError, match="the patient ID differs"):
        Chosen.of(spool, done.id)
    (question,) = refused(done).questions
    assert question.accept == "different patients"
    again = studies.read_again(spool, done.id, ["different patients"])
    assert again.problem == ""
    assert again.accepted == ("different patients",)
    chosen = Chosen.of(spool, done.id)
    assert any("acknowledged by the user" in note for note in found(chosen, again, GY).notes)
    assert not (spool.study(done.id) / "files").exists()


def test_another_frame_is_a_question_and_its_acceptance_is_said_everywhere(spool: Spool) -> None:
    done = sent(spool, *files(dose=b.covering(FrameOfReferenceUID=b.uid("other frame"))))
    chosen = Chosen.of(spool, done.id)
    (question,) = found(chosen, done, GY).questions
    assert (question.accept, "frames of reference differ" in question.text) == ("different frame", True)
    with pytest.raises(DicomError, match="frames of reference differ"):
        structures.structure_table(chosen, None, GY)
    again = studies.read_again(spool, done.id, ["different frame"])
    card = found(Chosen.of(spool, done.id), again, GY)
    assert card.questions == ()
    assert card.courses[0].frame == "two; you acknowledged it"


def test_a_dose_below_its_prescription_is_a_question_before_it_is_a_case(spool: Spool, registry: Registry) -> None:
    done = sent(spool, *files(dose=b.dose()))  # 43.45 Gy at most, 45 Gy prescribed
    chosen = Chosen.of(spool, done.id)
    (question,) = found(chosen, done, GY).questions
    assert question.accept == "dose below prescription"
    assert "its highest dose is 43.45 Gy, and 45 Gy are prescribed" in question.text
    wanted = handover.Wanted(disease="GIST", tissue="gist", technique="sbrt", sets=["TG101"])
    with pytest.raises(DicomError, match="and 45 Gy are prescribed"):
        handover.into_case(chosen, None, wanted, registry)
    again = studies.read_again(spool, done.id, ["dose below prescription"])
    accepted = Chosen.of(spool, done.id)
    assert found(accepted, again, GY).questions == ()
    assert "43.45 Gy, and 45 Gy are prescribed" in handover.into_case(accepted, None, wanted, registry)


def test_one_dose_twice_is_a_question(spool: Spool) -> None:
    reference = b.items({"ReferencedSOPClassUID": b.PLAN, "ReferencedSOPInstanceUID": b.uid("plan 2")})
    other = b.covering(SOPInstanceUID=b.uid("d2"), ReferencedRTPlanSequence=reference)
    plan = b.plan(SOPInstanceUID=b.uid("plan 2"), RTPlanLabel="SECOND")
    done = sent(spool, *files(plan2=plan, dose2=other))
    assert done.questions == ("equal doses",)
    (question,) = found(Chosen.of(spool, done.id), done, GY).questions
    assert question.accept == "equal doses"
    again = studies.read_again(spool, done.id, ["equal doses"])
    assert found(Chosen.of(spool, done.id), again, GY).questions == ()


def test_an_unknown_number_of_fractions_is_stated_and_never_taken_as_one(spool: Spool, registry: Registry) -> None:
    done = sent(spool, *files(plan=b.plan(fractions=None)))
    chosen = Chosen.of(spool, done.id)
    (question,) = found(chosen, done, GY).questions
    assert (question.course, question.number) == ("pararenal", "fractions")
    assert "an unknown number of fractions" in found(chosen, done, GY).courses[0].prescription
    with pytest.raises(DicomError, match="never taken as 1"):
        curves.dvh_chart(chosen, None, [], registry, GY, biological=True)
    shown = curves.dvh_chart(chosen, None, [], registry, GY)  # the physical curve needs no fractions
    assert "No limit is asked until the number of fractions is known." in shown.left_out
    stated = opening.with_fractions(spool, done.id, None, "pararenal", "5", "")
    assert stated == {"pararenal": {"fractions": 5}}
    known = Chosen.of(spool, done.id, None, stated)
    assert found(known, done, GY).courses[0].prescription.startswith("45.0 Gy in 5 fractions")
    for wrong in ("2.5", "0", "x", "1000"):
        with pytest.raises((DomainError, DicomError)):
            opening.with_fractions(spool, done.id, None, "pararenal", wrong, "")


@pytest.mark.parametrize("names", [[], "x", {"PTV": 3}, 7])
def test_damaged_stores_are_refused(gist: Chosen, names: Any) -> None:
    with pytest.raises(DicomError, match="reload the page"):
        Chosen.of(gist.spool, gist.id, names)
    with pytest.raises(DicomError, match="reload the page"):
        Chosen.of(gist.spool, gist.id, None, {"pararenal-1": {"fractions": "5"}} if isinstance(names, dict) else names)


# --- structures and names ---------------------------------------------------------------------------------------------
def test_the_table_of_structures(gist: Chosen) -> None:
    table = structures.structure_table(gist, "pararenal-1", GY)
    rows = {row.name: row for row in table.rows}
    duodenum = rows["Duodenum #6"]
    # sample_dicom/gist-pararenal/case.yaml: 22.65 Gy, and 7 mm from the PTV.
    assert (duodenum.read_as, duodenum.how, duodenum.near_max) == ("Duodenum", "exact (1.00)", "22.65 Gy")
    assert duodenum.distance == "6.9 mm"
    assert duodenum.interpolation == "0.04 Gy"
    assert rows["External #1"].covered == "82.5 %"
    assert rows["PTV #3"].distance == "—"
    assert table.targets == ("PTV",)
    assert table.unsettled == 0


def test_a_course_is_measured_once(gist: Chosen, chart: curves.Chart, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: Any) -> Any:
        raise AssertionError("computed again")

    monkeypatch.setattr(measured, "_measure", never)
    monkeypatch.setattr("rtcalc.dicom.analysis.CourseAnalysis.computed", never)
    monkeypatch.setattr("rtcalc.dicom.analysis.CourseAnalysis.distance_mm", never)
    again = Chosen.of(gist.spool, gist.id, {"Stomach": "ignore"})  # other names: the same curves
    rows = {row.name: row for row in structures.structure_table(again, "pararenal-1", GY).rows}
    assert rows["Stomach #10"].how == "your name"
    assert rows["Stomach #10"].distance == "—"


def test_names_are_yours_and_come_back_from_a_file(gist: Chosen, registry: Registry) -> None:
    names = structures.renamed({}, "Jejunum_Ileum", "Bowel_Small", gist)
    assert names == {"Jejunum_Ileum": "Bowel_Small"}
    named = Chosen.of(gist.spool, gist.id, names)
    rows = {row.name: row.read_as for row in structures.structure_table(named, None, GY).rows}
    assert rows["Jejunum_Ileum #7"] == "Bowel_Small"
    from rtcalc.dicom.name_file import mapping_text

    assert opening.names_read({"text": mapping_text(names)}) == names
    assert structures.renamed(names, "Jejunum_Ileum", None, named) == {}
    with pytest.raises(UnknownName, match="structure of TG-263"):
        structures.renamed({}, "Liver", "Lever", gist)
    with pytest.raises(DicomError, match="Choose a structure"):
        structures.renamed({}, "nothing", "Liver", gist)
    for broken in (None, {"text": ""}, {"text": "names: ["}, {"text": 3}, "x"):
        with pytest.raises(ProtocolError):
            opening.names_read(broken)


def test_markup_in_a_name_is_text(spool: Spool, registry: Registry) -> None:
    name = '<img src=x onerror=alert(1)><a href="javascript:x">Duodenum</a>'
    rois = [(1, "PTV", b.box()), (2, name, b.box())]
    done = sent(spool, *files(structures=b.structures(rois)))
    chosen = Chosen.of(spool, done.id, {name: "Duodenum"})
    table = view.structures_table(structures.structure_table(chosen, None, GY))
    assert name in text_of(table)
    shown = curves.dvh_chart(chosen, None, [], registry, GY)
    figure = figures.dvh_figure(shown, dark=False, display=GY)
    index = slices.hottest_plane(chosen, None, 2)
    plane = figures.slice_figure(slices.dose_slice(chosen, None, 2, index, GY), dark=False, display=GY)
    for trace in (*figure["data"], *plane["data"]):
        for key in ("name", "hovertemplate"):
            assert not re.search(r"<(?!br>|extra>|/extra>)", str(trace.get(key, ""))), trace


# --- dose and volume --------------------------------------------------------------------------------------------------
def test_the_lines_are_the_curves(gist: Chosen, chart: curves.Chart) -> None:
    line = next(line for line in chart.lines if line.name == "Duodenum")
    dvh = gist.course("pararenal-1").dvh("Duodenum")
    # At D5cc the curve is at 5 cc of 29.23 cc = 17.1 %.
    gray = dvh.value(Metric.parse("D5cc"))[0]
    at = np.interp(gray, line.gray, line.percent)
    assert at == pytest.approx(100 * 5 / dvh.organ_volume_cc, abs=0.15)
    assert line.percent[0] == 100.0
    assert line.percent[-1] == 0.0
    assert line.gray[-1] == pytest.approx(24.39, abs=0.01)  # Dmax of sample_dicom/gist-pararenal/case.yaml


def test_the_chart_shows_the_targets_and_the_five_organs_nearest_to_their_limits(chart: curves.Chart) -> None:
    assert [line.name for line in chart.lines if line.is_target] == ["PTV", "GTV"]
    assert [line.name for line in chart.lines if not line.is_target] == [
        "Liver", "Duodenum", "Jejunum_Ileum", "SpinalCord", "Stomach",
    ]  # fmt: skip
    # TG-101 Table III: 700 cc of the liver below 21 Gy; 729.0 cc are (case.yaml): 700 / 729.02 = 96.0 %.
    first = chart.limits[0].row(GY)
    assert first[:5] == ("Liver", "TG101 CV21Gy >= 700 cc", "CV21Gy 729.023 cc", "96.0 %", "near")
    assert first[6] == "TG101, Table III"
    assert "Liver, TG101 CV21Gy >= 700 cc, 96.0 % (near)" in chart.summary


def test_marks_lie_where_the_limits_are(chart: curves.Chart) -> None:
    marks = {(mark.organ, mark.text): mark for each in chart.limits for mark in each.marks}
    dose = marks["Duodenum", "TG101 D5cc < 18 Gy"]
    assert (dose.form, dose.gray) == ("point", 18.0)
    assert dose.percent == pytest.approx(100 * 5 / 29.2292, abs=1e-3)  # volume as in the table
    volume = marks["Liver", "TG101 CV21Gy >= 700 cc"]
    assert (volume.form, volume.gray) == ("step", 21.0)
    assert volume.percent == pytest.approx(100 * (735.882 - 700) / 735.882, abs=1e-3)


def test_in_eqd2_curves_and_marks_stand_at_the_alpha_beta_of_each_organ(gist: Chosen, registry: Registry) -> None:
    physical = curves.dvh_chart(gist, "pararenal-1", ["TG101"], registry, GY)
    shown = curves.dvh_chart(gist, "pararenal-1", ["TG101"], registry, GY, biological=True)
    marks = {(mark.organ, mark.text): mark for each in shown.limits for mark in each.marks}
    # 18 Gy in 5 fractions at 3 Gy: 18 x (3.6 + 3) / 5 = 23.76 Gy
    assert marks["Duodenum", "TG101 D5cc < 18 Gy"].gray == pytest.approx(23.76)
    line = next(line for line in shown.lines if line.name == "Duodenum")
    highest = max(next(line for line in physical.lines if line.name == "Duodenum").gray)
    assert line.gray[-1] == pytest.approx(highest * (highest / 5 + 3) / 5, abs=0.01)
    assert line.basis == "a/b 3 Gy (convention)"
    # Verdicts do not move: a limit is held against the dose it was printed for.
    assert [one.verdict for one in shown.limits if one.verdict.organ in shown.shown] == [
        one.verdict for one in physical.limits if one.verdict.organ in shown.shown
    ]


def test_no_alpha_beta_is_assumed(gist: Chosen, registry: Registry) -> None:
    shown = curves.dvh_chart(gist, "pararenal-1", ["TG101"], registry, GY, biological=True)
    assert not any(line.is_target for line in shown.lines)
    assert "PTV: no EQD2 until its tumour is chosen; no alpha/beta is assumed." in shown.left_out
    assert any(text.startswith("Stomach: no EQD2, because no alpha/beta") for text in shown.left_out)
    chosen = curves.dvh_chart(gist, "pararenal-1", ["TG101"], registry, GY, biological=True, tumour="gist")
    assert [line.basis for line in chosen.lines if line.is_target] == ["a/b 10 Gy (gist, convention)"] * 2


def test_a_structure_that_was_read_as_no_organ_is_named_beside_the_chart(spool: Spool, registry: Registry) -> None:
    done = sent(spool, *files(structures=b.structures([(1, "PTV", b.box()), (2, "Something", b.box())])))
    chosen = Chosen.of(spool, done.id)
    shown = curves.dvh_chart(chosen, None, [], registry, GY)
    assert "Not in the chart, because they were read as no organ: Something." in shown.left_out
    table = structures.structure_table(chosen, None, GY)
    assert table.unsettled == 1
    assert "to be named" in text_of(view.structures_table(table))


def test_limits_of_the_lung_sample_are_exceeded(spool: Spool, registry: Registry) -> None:
    lung = Chosen.of(spool, studies.open_sample(spool, "lung-central").id)
    shown = curves.dvh_chart(lung, None, ["TG101"], registry, GY)
    # TG-101: 40 Gy to 0.035 cc of the bronchus; 52.45 Gy: 131.1 %
    assert shown.limits[0].row(GY)[:5] == (
        "Bronchus_Main", "TG101 D0.035cc < 40 Gy", "D0.035cc 52.5 Gy", "131.1 %", "exceeded",
    )  # fmt: skip


def test_unknown_sets_and_tumours_are_refused(gist: Chosen, registry: Registry) -> None:
    with pytest.raises(UnknownName, match="limit set"):
        curves.dvh_chart(gist, None, ["TG102"], registry, GY)
    with pytest.raises(UnknownName, match="tissue"):
        curves.dvh_chart(gist, None, [], registry, GY, tumour="nothing")


def test_bounds_of_an_organ_go_into_the_case_as_bounds(spool: Spool, registry: Registry) -> None:
    beyond = [b.contour(b.square(z)) for z in (36.0, 39.0, 42.0, 45.0)]
    done = sent(spool, *files(structures=b.structures([(1, "PTV", b.box()), (2, "Duodenum", beyond)])))
    wanted = handover.Wanted(disease="GIST", tissue="gist", technique="sbrt", sets=["TG101"])
    case = parse_case(handover.into_case(Chosen.of(spool, done.id), None, wanted, registry))
    assert {one.bound for one in case.bounds("Duodenum")} == {">="}
    assert {one.covered for one in case.bounds("Duodenum")} == {0.5}
    assert [str(one.metric) for one in case.doses("Duodenum")] == ["volume"]
    near = next(one for one in assess(case, registry).verdicts if one.metric == "D0.035cc")
    assert (near.state.value, "of the 50.0 % with a dose" in near.measured) == ("exceeded", True)


def test_an_organ_that_the_dose_does_not_cover_is_held_by_its_bounds(spool: Spool, registry: Registry) -> None:
    beyond = [b.contour(b.square(z)) for z in (36.0, 39.0, 42.0, 45.0)]  # the dose ends at 40.5 mm
    done = sent(spool, *files(structures=b.structures([(1, "PTV", b.box()), (2, "Duodenum", beyond)])))
    shown = curves.dvh_chart(Chosen.of(spool, done.id), None, ["TG101"], registry, GY)
    # slabs of 3 mm from 34.5 to 46.5 mm, 6 of 12 mm in the dose
    assert "Duodenum: 50.0 % of it lies in the dose grid; what is read of it are bounds." in shown.left_out
    # 0.192 cc: less than the 5 cc and 10 cc that limits speak of, whatever their dose. The 0.096 cc in the dose have
    # more than 42 Gy: above the 32 Gy of TG-101 to 0.035 cc, whatever the rest gets.
    found = {one.verdict.metric: (one.verdict.how, str(one.verdict.state)) for one in shown.limits}
    assert found == {
        "D0.035cc": ("own row", "exceeded"),
        "D5cc": ("by volume alone", "pass"),
        "D10cc": ("by volume alone", "pass"),
    }
    assert next(line for line in shown.lines if line.name == "Duodenum").percent[0] == pytest.approx(50.0)


def test_the_figure_says_what_it_shows(gist: Chosen, chart: curves.Chart, registry: Registry) -> None:
    physical = figures.dvh_figure(chart, dark=False, display=GY)["layout"]["xaxis"]
    shown = curves.dvh_chart(gist, "pararenal-1", ["TG101"], registry, GY, biological=True)
    biological = figures.dvh_figure(shown, dark=False, display=Display(unit="cGy"))["layout"]["xaxis"]
    assert physical["title"]["text"] == "Physical dose [Gy]"
    assert biological["title"]["text"] == "EQD2 [cGy], each structure at its own a/b"
    assert physical["color"] != biological["color"]


def test_centigray_are_a_hundred_times_gray_in_the_chart(chart: curves.Chart) -> None:
    gray = figures.dvh_figure(chart, dark=False, display=GY)["data"]
    centi = figures.dvh_figure(chart, dark=False, display=Display(unit="cGy"))["data"]
    for one, other in zip(gray, centi, strict=True):
        assert other["x"][-1] == pytest.approx(100 * one["x"][-1])


# --- one plane --------------------------------------------------------------------------------------------------------
def test_the_plane_of_the_highest_dose_is_shown_first(gist: Chosen) -> None:
    index = slices.hottest_plane(gist, "pararenal-1", 6)
    one = slices.dose_slice(gist, "pararenal-1", 6, index, GY)
    assert one.spot is not None
    assert one.spot.gray == pytest.approx(24.39, abs=0.2)  # Dmax of the duodenum in case.yaml
    assert abs(one.z - one.spot.z) <= 1.25
    assert "Duodenum" in {outline.name for outline in one.outlines}
    other = slices.dose_slice(gist, "pararenal-1", 6, 0, GY)
    assert other.spot is None
    assert f"plane 1 of {other.planes}" in other.summary


def test_isodoses_are_in_per_cent_and_dose(gist: Chosen) -> None:
    one = slices.dose_slice(gist, "pararenal-1", 6, slices.hottest_plane(gist, "pararenal-1", 6), GY)
    bar = figures.slice_figure(one, dark=True, display=GY)["data"][0]["colorbar"]
    assert bar["title"]["text"] == "isodoses, % of prescription and Gy"
    assert "100 %<br>45.0" in bar["ticktext"]


def test_without_a_prescription_per_cent_are_of_the_highest_dose(spool: Spool) -> None:
    done = sent(spool, *files(plan=b.plan(prescription=None)))
    one = slices.dose_slice(Chosen.of(spool, done.id), None, 2, 0, GY)
    assert (one.of_what, one.whole) == ("highest dose", pytest.approx(45.45))


@pytest.mark.parametrize("index", [-1, 50, None, "1", 1.0, True])
def test_a_plane_that_is_none_is_refused(gist: Chosen, index: Any) -> None:
    with pytest.raises(DicomError, match="There is no such plane; the dose has 50"):
        slices.dose_slice(gist, None, 6, index, GY)


def test_a_study_that_is_removed_meanwhile_is_gone(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = Chosen.of(spool, sent(spool, *files()).id)
    folder = spool.study(chosen.id)
    spool.drop_study(chosen.id)
    monkeypatch.setattr(Spool, "study", lambda *_: folder)
    with pytest.raises(DicomError, match="load it again"):
        chosen.measured(chosen.course(None))


# --- the sum of courses -----------------------------------------------------------------------------------------------
def test_the_sum_is_that_of_the_library(gist: Chosen, registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sums.usual_ratio(gist, "Duodenum", registry) == "3"
    total = sums.course_sum(gist, "Duodenum", "3", GY)
    known = gist.study.course_sum("Duodenum", "3 Gy")
    assert known.curve is not None
    near = GY.dose(known.curve.value(Metric.parse("D0.035cc"))[0])
    row = next(row for row in total.rows if row[0] == "D0.035cc")
    assert row[1] == near
    assert [line.name for line in total.lines] == ["pararenal-1", "pararenal-2", "sum", "sum, highest within 3 mm"]
    monkeypatch.setattr("rtcalc.dicom.study.Study.course_sum", None)
    assert sums.course_sum(gist, "Duodenum", "3", GY) == total  # kept beside the study


@pytest.mark.parametrize("ratio", ["", "0", "-3", "x", None, "1.234,5"])
def test_a_sum_needs_an_alpha_beta(gist: Chosen, ratio: Any) -> None:
    with pytest.raises((DomainError, UnitsError)):
        sums.course_sum(gist, "Duodenum", ratio, GY)


def test_a_sum_takes_the_number_of_fractions_that_was_stated_and_refuses_one_that_contradicts(gist: Chosen) -> None:
    def stated(fractions: int) -> Chosen:
        return Chosen.of(gist.spool, gist.id, None, {"pararenal-1": {"fractions": fractions}})

    assert sums.course_sum(stated(5), "Duodenum", "3", GY) == sums.course_sum(gist, "Duodenum", "3", GY)
    with pytest.raises(DicomError, match="5"):
        sums.course_sum(stated(7), "Duodenum", "3", GY)


def test_one_course_has_no_sum(spool: Spool) -> None:
    done = sent(spool, *files())
    with pytest.raises(DicomError, match="one course only"):
        sums.course_sum(Chosen.of(spool, done.id), "Duodenum", "3", GY)


# --- into the case ----------------------------------------------------------------------------------------------------
def test_the_case_of_a_sample_gets_its_organ_doses(gist: Chosen, registry: Registry) -> None:
    case = parse_case(handover.into_case(gist, None, handover.Wanted(), registry))
    doses = {(d.organ, d.course, str(d.metric)): (d.value, d.origin) for d in case.organ_doses or ()}
    assert doses["Duodenum", "pararenal-1", "D0.035cc"] == (22.646, "dicom")  # 22.65 Gy in case.yaml
    assert doses["Kidney_L", "pararenal-2", "Dmean"] == (0.65, "dicom")
    near = {one.organ: (one.distance_mm, one.basis) for one in case.targets[0].near or ()}
    assert near["Duodenum"] == (6.9, "dicom")
    assert case.exposures[0].drug == "imatinib"  # what the case knew is kept
    again = handover.into_case(
        gist, handover.into_case(gist, None, handover.Wanted(), registry), handover.Wanted(), registry
    )
    assert parse_case(again).organ_doses == case.organ_doses


def test_a_typed_dose_that_contradicts_is_refused(gist: Chosen, registry: Registry) -> None:
    text = (studies.sample_folder("gist-pararenal") / "case.yaml").read_text(encoding="utf-8")
    wrong = text.replace("D0.035cc: 22.65 Gy", "D0.035cc: 20.65 Gy")
    with pytest.raises(DicomError, match=r"is typed for pararenal-1, 22\.65 Gy is computed"):
        handover.into_case(gist, wrong, handover.Wanted(), registry)


def test_a_new_case_lists_everything_that_is_missing(spool: Spool, registry: Registry) -> None:
    chosen = Chosen.of(spool, sent(spool, *files()).id)
    with pytest.raises(DicomError, match=r"disease= .*; tissue= .*; technique= "):
        handover.into_case(chosen, None, handover.Wanted(), registry)
    wanted = handover.Wanted(disease="GIST", tissue="gist", technique="sbrt", sets=["TG101", "none", 3])
    case = parse_case(handover.into_case(chosen, None, wanted, registry))
    assert [course.id for course in case.courses] == ["pararenal"]
    assert str(case.courses[0].prescriptions[0].planned) == "45 Gy / 5"
    assert case.limit_sets == ("TG101",)
    assert {dose.organ for dose in case.organ_doses or ()} == {"Duodenum"}


def test_a_held_case_of_other_courses_is_not_touched(spool: Spool, gist: Chosen, registry: Registry) -> None:
    chosen = Chosen.of(spool, sent(spool, *files()).id)
    other = (studies.sample_folder("lung-central") / "case.yaml").read_text(encoding="utf-8")
    assert not handover.fits(chosen, other)
    assert handover.fits(gist, None)


# --- callbacks and routes as plain calls ------------------------------------------------------------------------------
def triggered(value: Any = 1) -> list[dict[str, Any]]:
    return [{"prop_id": "x", "value": value}]


def test_opening_a_sample_forgets_the_study_before(spool: Spool) -> None:
    sample = {"type": "dicom-sample", "name": "rcc-bone-t8"}
    study, names, stated, message = opening.opened(spool, sample, triggered(), None, None, (None, None), "me")
    assert (names, stated, message) == (None, None, None)
    other = opening.opened(spool, sample, triggered(), None, study, ({"a": "b"}, {}), "me")[0]
    with pytest.raises(DicomError):
        spool.study(study)
    assert opening.opened(spool, "dicom-forget", triggered(), None, other, (None, None), "me")[0] is None
    with pytest.raises(DicomError):
        spool.study(other)


@pytest.mark.parametrize("sent_", [None, {}, {"ids": None}, {"ids": ["x"]}, {"ids": [3]}, [], "x"])
def test_an_upload_that_is_none_says_so(spool: Spool, sent_: Any) -> None:
    message = opening.opened(spool, "dicom-sent", triggered(), sent_, None, (None, None), "me")[3]
    assert "choose" in text_of(message)


def test_buttons_that_were_only_drawn_open_nothing(spool: Spool) -> None:
    from dash import no_update

    sample = {"type": "dicom-sample", "name": "rcc-bone-t8"}
    assert opening.opened(spool, sample, triggered(None), None, None, (None, None), "me") == (no_update,) * 4


def test_a_study_that_is_gone_says_so(spool: Spool) -> None:
    shown = opening.what_was_found(spool, "A" * 22, None, GY, None)
    assert "load it again" in text_of(shown[0])
    assert opening.what_was_found(spool, None, None, GY, None)[1:3] == (True, True)


def test_the_eqd2_map_is_an_effective_dose(gist: Chosen, tmp_path: Path) -> None:
    name, content = downloads.map_of(gist.spool, {"study": gist.id, "course": "pararenal-1", "alpha_beta": "3"})
    assert name == "eqd2-pararenal-1-ab3.dcm"
    (tmp_path / "map.dcm").write_bytes(content)
    dose = read_dicom(tmp_path / "map.dcm").doses[0]
    assert (dose.kind, dose.comment) == ("EFFECTIVE", "EQD2Gy(a/b=3.0) n=5")
    # highest voxel 56.175 Gy in 5: 56.175 x (11.235 + 3) / 5 = 159.93
    assert dose.maximum == pytest.approx(56.175 * (56.175 / 5 + 3) / 5, abs=1e-3)
    assert not list(gist.spool.study(gist.id).glob("map-*"))
    with pytest.raises(DomainError, match="Enter alpha/beta"):
        downloads.map_of(gist.spool, {"study": gist.id, "course": "pararenal-1", "alpha_beta": ""})
    with pytest.raises(DicomError, match="load it again"):
        downloads.map_of(gist.spool, {})


def test_without_samples_the_page_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, registry: Registry) -> None:
    from rtcalc_app.context import Context
    from rtcalc_app.pages import dicom
    from rtcalc_app.settings import Settings

    context = Context(registry, Settings())
    assert "rcc-bone-t8" in text_of(dicom.layout(context))
    monkeypatch.setattr(studies, "SAMPLES", tmp_path)
    assert "they come with the source code" in text_of(dicom.layout(context))
