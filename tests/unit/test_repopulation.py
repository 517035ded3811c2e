"""The time factor: kernels, typed K with its basis, and the files' values."""

import pytest

from rtcalc.conditions import Repopulation, repopulation_of
from rtcalc.errors import DomainError, ProtocolError, UnitsError
from rtcalc.evidence import Evidence
from rtcalc.models import repopulation
from rtcalc.rates import gray_per_day, hours, per_gray, plain_number
from rtcalc.registry import Registry
from rtcalc.registry.schema_tissues import HighDoseEntry, RepairEntry, RepopulationEntry
from rtcalc.tissues import TimeFactor


def test_nothing_is_lost_before_the_kick_off() -> None:
    assert repopulation.loss(0.9, 28, 11) == repopulation.loss(0.9, 28, 28) == 0.0
    assert repopulation.loss(0.9, 28, 29) == pytest.approx(0.9, rel=1e-14)


def test_weekends_count() -> None:
    # by hand: three missed weekdays that cost five days of the calendar: 5 x 0.9, not 3 x 0.9
    assert repopulation.loss(0.9, 28, 51) - repopulation.loss(0.9, 28, 46) == pytest.approx(4.5, rel=1e-12)


def test_five_days_of_gap_by_doubling_time() -> None:
    # by hand: 5 ln 2 / (0.35 x 3) = 3.3; the mistake of multiplying by alpha/beta instead gives 5/3 ln 2 x 10 = 11.55
    found = 5 * repopulation.from_doubling(0.35, 3.0)
    assert found == pytest.approx(3.3007, abs=1e-4)
    assert abs(found - 11.55) > 8


def test_an_eqd2_per_day_is_converted() -> None:
    assert repopulation.from_eqd2(0.69, 10.0) == pytest.approx(0.828, rel=1e-14)  # by hand: 0.69 x 1.2


# --- typed ----------------------------------------------------------------------------------------------------------
def test_k_is_taken_with_its_basis() -> None:
    bed, eqd2 = (Repopulation.of("0.69 Gy/d", basis=basis, kickoff="19.2 d") for basis in ("BED", "EQD2"))
    assert bed.as_bed(10.0) == 0.69
    assert eqd2.as_bed(10.0) == pytest.approx(0.828, rel=1e-14)
    assert bed.label(10.0) == "K 0.69 Gy/d after 19.2 d"
    assert eqd2.text == "K 0.69 Gy/d (EQD2) after 19.2 d"


def test_a_doubling_time_gives_a_bed() -> None:
    grown = Repopulation.from_doubling(alpha="0.24 /Gy", doubling="3.5 d", kickoff="19.2 d", source="PEDICINI2015HN")
    assert grown.basis == "BED"
    assert grown.as_bed(3.0) == pytest.approx(0.825, abs=0.001)  # by hand: 0.6931 / 0.84; PEDICINI2015HN has 0.83
    assert repopulation_of(grown) is grown


@pytest.mark.parametrize(
    ("k", "basis", "kickoff", "error", "words"),
    [
        (0.9, "BED", "28 d", UnitsError, "k: 0.9 .* no unit"),
        ("0.9 Gy", "BED", "28 d", UnitsError, "k: '0.9 Gy' is not one number in Gy/d"),
        ("0,9 Gy/d", "BED", "28 d", UnitsError, "k: '0,9 Gy/d'"),
        ("-0.9 Gy/d", "BED", "28 d", UnitsError, "k: '-0.9 Gy/d'"),
        ("0 Gy/d", "BED", "28 d", DomainError, "k: '0 Gy/d' .* above zero"),
        ("9" * 400, "BED", "28 d", UnitsError, "k: '999"),
        ("9" * 190 + "9" * 200 + " Gy/d", "BED", "28 d", UnitsError, "k: '999"),
        ("0.9 Gy/d", "not stated", "28 d", DomainError, "basis: 'not stated'"),
        ("0.9 Gy/d", "BED", "28", UnitsError, "kickoff: '28'"),
    ],
)
def test_a_time_factor_that_is_refused(k: object, basis: str, kickoff: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        Repopulation.of(k, basis=basis, kickoff=kickoff)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("alpha", "doubling", "error", "words"),
    [
        ("0.35", "3 d", UnitsError, "alpha: '0.35' is not one number in /Gy"),
        ("0.35 Gy", "3 d", UnitsError, "alpha: '0.35 Gy'"),
        ("0 /Gy", "3 d", DomainError, "alpha: '0 /Gy'"),
        ("0.35 /Gy", "0 d", DomainError, "doubling: '0 d'"),
        ("0.35 /Gy", 3, UnitsError, "doubling: 3"),
    ],
)
def test_a_doubling_that_is_refused(alpha: str, doubling: object, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        Repopulation.from_doubling(alpha=alpha, doubling=doubling, kickoff="28 d")  # type: ignore[arg-type]


def test_small_numbers_are_read_strictly() -> None:
    assert (gray_per_day(".5 Gy/d", "k"), per_gray("0.35/Gy", "alpha"), hours("2 d", "t")) == (0.5, 0.35, 48.0)
    assert plain_number(60, "minutes") == 60.0
    with pytest.raises(UnitsError, match="minutes: '60'"):
        plain_number("60", "minutes")
    with pytest.raises(DomainError, match="minutes: nan is not finite"):
        plain_number(float("nan"), "minutes")


# --- the files ------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def tissues():
    return Registry().tissues


def test_the_files_become_values(tissues) -> None:
    # PEDICINI2015HN, abstract
    found = tissues["hnscc"].repopulation
    assert (found.per_day, found.basis, found.low, found.high) == (0.69, "EQD2", 0.52, 0.86)
    assert (found.kickoff, found.kickoff_low, found.kickoff_high) == (19.2, 15.1, 23.3)
    assert (found.doubling, found.doubling_low, found.doubling_high) == (3.5, 3.1, 3.9)
    assert found.standing == "active"
    assert repopulation_of(found).as_bed(10.0) == pytest.approx(0.828, rel=1e-14)


def test_a_tissue_without_them_has_none(tissues) -> None:
    assert (tissues["rcc"].high_dose, tissues["rcc"].repair, tissues["rcc"].repopulation) == (None, (), None)


@pytest.mark.parametrize("name", ["hnscc", "glioblastoma"])
def test_a_time_factor_with_basis_and_kick_off_may_be_used(tissues, name: str) -> None:
    assert repopulation_of(tissues[name].repopulation).basis == "EQD2"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("breast", "QI2011 states no kick-off time"),
        ("nsclc", "SEMENENKO2007 does not state whether K 1.85 Gy/d is BED or EQD2"),
        ("rectal-cancer", "SUWINSKI2007 does not state"),
        ("oral-mucosa", "THAMES1990 does not state"),
        ("oesophageal-cancer", "GEH2006 is listed only"),
    ],
)
def test_a_time_factor_without_them_is_refused(tissues, name: str, words: str) -> None:
    with pytest.raises(DomainError, match=words):
        repopulation_of(tissues[name].repopulation)


def test_no_time_factor_of_the_files_is_left_out_above(tissues) -> None:
    stated = {name for name, tissue in tissues.items() if tissue.repopulation}
    seen = {"hnscc", "glioblastoma", "breast", "nsclc", "rectal-cancer", "oral-mucosa", "oesophageal-cancer"}
    assert stated == seen


def test_a_held_time_factor_is_not_used(tissues) -> None:
    with pytest.raises(DomainError, match=r"GEH2006 is listed only \(no text with this value was seen\)"):
        repopulation_of(tissues["oesophageal-cancer"].repopulation)


def test_what_is_not_a_time_factor_is_refused() -> None:
    with pytest.raises(UnitsError, match=r"repopulation: '0\.9 Gy/d' has no basis"):
        repopulation_of("0.9 Gy/d")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("k_basis", "bed", "k_basis is BED, EQD2 or not stated"),
        ("k", "0 Gy/d", "above zero"),
        ("kickoff", "four weeks", "'four weeks' is not a time in days"),
        ("kickoff", "19.2 d (20 to 23 d)", "outside its own interval"),
        ("doubling", "84 h", "'84 h' is not a time in days"),
        ("interval", "0.5-0.8", "not an interval of K"),
    ],
)
def test_a_file_entry_that_is_refused(field: str, text: str, words: str) -> None:
    entry = {"k": "0.9 Gy/d", "k_basis": "BED", "source": "X", "evidence": "one-source", field: text}
    with pytest.raises(ValueError, match=words):
        RepopulationEntry(**entry)


def test_a_half_time_and_a_threshold_of_zero_are_refused() -> None:
    with pytest.raises(ValueError, match="a half-time is above zero"):
        RepairEntry(half_time="0 h", source="X", evidence="one-source")
    with pytest.raises(ValueError, match="a threshold is above 0 Gy"):
        HighDoseEntry(threshold="0 Gy", source="X", evidence="one-source")


def test_a_department_file_may_have_a_threshold(tmp_path) -> None:
    (tmp_path / "tissues").mkdir()
    own = """schema_version: 1
tissues:
  - id: own-lung
    name: lung cancer of the department
    kind: tumour
    organs: []
    alpha_beta:
      - {value: 3.9 Gy, assumed: false, source: SANTIAGO2016, place: text, evidence: two-sources}
    high_dose: {threshold: 11 Gy, sd: 5.2 Gy, source: SANTIAGO2016, place: text, evidence: two-sources}
    repair_half_times:
      - {half_time: 30 min, source: SANTIAGO2016, place: text, evidence: one-source}
"""
    path = tmp_path / "tissues" / "own.yaml"
    path.write_text(own, encoding="utf-8")
    found = Registry(tmp_path).tissues["own-lung"]
    assert (found.high_dose.threshold, found.high_dose.sd, found.repair[0].hours) == (11.0, 5.2, 0.5)
    path.write_text(own.replace("30 min", "0 min"), encoding="utf-8")
    with pytest.raises(ProtocolError, match=r"own\.yaml:11.*a half-time is above zero"):
        Registry(tmp_path).tissues["own-lung"]


def test_a_time_factor_of_one_source_may_be_asked_for() -> None:
    factor = TimeFactor(source="X", place="", evidence=Evidence.ONE_SOURCE, per_day=0.5, basis="BED", kickoff=21.0)
    assert repopulation_of(factor) == Repopulation(0.5, "BED", 21.0, "X")
