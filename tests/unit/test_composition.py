"""The composed effect: which alpha/beta, which parts together, what is said beside the number, what is refused."""

import math
from datetime import date

import pytest

from rtcalc.composition import Effect, break_even, effect, protraction_range
from rtcalc.conditions import Particles, Repair, Repopulation
from rtcalc.courses import Course, Prescription
from rtcalc.dates import When
from rtcalc.decimals import fixed
from rtcalc.doses import BED
from rtcalc.effects import bed, eqd2
from rtcalc.errors import BasisError, DomainError, UnitsError
from rtcalc.evidence import Evidence
from rtcalc.fraction_models import LQL, USC
from rtcalc.recipe import Recipe
from rtcalc.registry import Registry
from rtcalc.schedules import Schedule
from rtcalc.tissues import AlphaBeta, HighDose, Tissue

UK = Repopulation.of("0.9 Gy/d", basis="BED", kickoff="28 d")


@pytest.fixture(scope="module")
def tissues():
    return Registry().tissues


def said(found: Effect, words: str) -> bool:
    return any(words in note for note in found.notes)


def course(*schedules: str, days: tuple[int, ...] | None = None, pattern: str = "not stated") -> Course:
    monday = date(2026, 3, 16).toordinal()
    prescriptions = tuple(
        Prescription(target=f"t{number}", planned=Schedule.parse(text)) for number, text in enumerate(schedules)
    )
    start = When(earliest=monday, latest=monday)
    return Course(id="c1", prescriptions=prescriptions, start=start, end=When(), days=days, pattern=pattern)  # type: ignore[arg-type]


# --- the plain model ------------------------------------------------------------------------------------------------
def test_without_anything_it_is_lq() -> None:
    found = effect("45 Gy / 5", None, alpha_beta="10 Gy")
    assert found.bed == found.lq.bed == bed("45 Gy / 5", alpha_beta="10 Gy")
    assert found.eqd2 == found.lq.eqd2 == eqd2("45 Gy / 5", alpha_beta="10 Gy")
    assert found.model == "LQ"
    assert found.bed.provenance.citations == ("fowler1989",)
    assert found.eqd2.provenance.citations == ("bentzen2012",)
    assert str(found) == "BED 85.5 Gy (a/b 10); EQD2 (a/b 10) 71.3 Gy"


def test_a_schedule_and_a_course_are_treatments_too() -> None:
    expected = effect("45 Gy / 5", None, alpha_beta="10 Gy").bed
    assert effect(Schedule.parse("5 x 9 Gy"), None, alpha_beta="10 Gy").bed == expected
    assert effect(course("45 Gy / 5"), None, alpha_beta="10 Gy").bed == expected


def test_what_was_delivered_counts() -> None:
    given = Schedule.parse("3 x 9 Gy + 2 x 10 Gy")
    told = Prescription(target="t", planned=Schedule.parse("45 Gy / 5"), delivered=given)
    one = Course(id="c", prescriptions=(told,), start=When(), end=When())
    # by hand: 27 x 1.9 + 20 x 2
    assert fixed(effect(one, None, alpha_beta="10 Gy").bed.gray, 2) == "91.30"


def test_a_course_with_two_targets_needs_one_of_them() -> None:
    with pytest.raises(DomainError, match="course c1 treats t0, t1; give the schedule of one"):
        effect(course("40 Gy / 5", "50 Gy / 5"), None, alpha_beta="10 Gy")


@pytest.mark.parametrize("treatment", [45.0, None, BED.from_gray(85.5, alpha_beta="10 Gy")])
def test_anything_else_is_no_treatment(treatment: object) -> None:
    with pytest.raises(UnitsError, match="is not a schedule or a course"):
        effect(treatment, None, alpha_beta="10 Gy")  # type: ignore[arg-type]


# --- alpha/beta -----------------------------------------------------------------------------------------------------
def test_the_first_of_rival_values_is_used_and_the_others_are_named(tissues) -> None:
    found = effect("45 Gy / 5", tissues["rcc"])
    # NING1997: 2.6 Gy; by hand: 45 (1 + 9/2.6)
    assert fixed(found.bed.gray, 2) == "200.77"
    assert said(found, "alpha/beta 2.6 Gy of renal cell carcinoma from NING1997")
    assert said(found, "clonogenic survival at high dose rate, A498 cell line")  # a cell-line value says so
    assert said(found, "other values listed for renal cell carcinoma: 3 (assumed), 6.9, 10 (assumed) Gy")


def test_a_given_value_stands_in_place_of_the_tissues(tissues) -> None:
    found = effect("45 Gy / 5", tissues["rcc"], alpha_beta="10 Gy")
    assert fixed(found.bed.gray, 1) == "85.5"
    assert not said(found, "alpha/beta")


def test_a_tumour_of_which_all_is_assumed_needs_a_value(tissues) -> None:
    with pytest.raises(DomainError, match=r"gastrointestinal stromal tumour has no value .* Listed: 10 Gy \(assumed"):
        effect("45 Gy / 5", tissues["gist"])
    assert fixed(effect("45 Gy / 5", tissues["gist"], alpha_beta="10 Gy").bed.gray, 1) == "85.5"


def test_a_value_of_one_source_does_not_decide(tissues) -> None:
    with pytest.raises(DomainError, match=r"alpha_beta: brain has no value that may decide.*2\.9 Gy \(BENTZEN_JOINER"):
        effect("30 Gy / 5", tissues["brain"])


def test_an_assumed_value_says_so(tissues) -> None:
    found = effect("26.4 Gy / 5", tissues["spinal-cord"])
    assert fixed(found.eqd2.gray, 2) == "48.05"  # by hand: 26.4 (1 + 5.28/2) / 2
    assert said(found, "an assumed value")


def test_without_tissue_and_value_there_is_no_effect() -> None:
    with pytest.raises(DomainError, match="alpha_beta: there is no tissue"):
        effect("45 Gy / 5", None)


def test_alpha_beta_in_cgy_is_alpha_beta() -> None:
    # by hand: 50 (1 + 5/3) / (5/3); a division by 300 without its unit gives 132
    assert fixed(effect("5000 cGy / 10", None, alpha_beta="300 cGy").eqd2.gray, 1) == "80.0"


@pytest.mark.parametrize("text", ["0 Gy", "-3 Gy", "3", "nan Gy"])
def test_an_alpha_beta_that_is_refused(text: str) -> None:
    with pytest.raises((DomainError, UnitsError), match="alpha_beta"):
        effect("45 Gy / 5", None, alpha_beta=text)


# --- large fractions ------------------------------------------------------------------------------------------------
def test_bed_and_eqd2_are_of_one_model() -> None:
    found = effect("45 Gy / 5", None, alpha_beta="3 Gy", high_dose=LQL("6 Gy"))
    assert (fixed(found.bed.gray, 1), fixed(found.eqd2.gray, 1)) == ("165.0", "99.0")
    assert (fixed(found.lq.bed.gray, 1), fixed(found.lq.eqd2.gray, 1)) == ("180.0", "108.0")
    assert found.bed.basis == ("BED", 3.0, "LQ-L DT 6 Gy")
    assert found.eqd2.basis == ("EQD2", 3.0, "LQ-L DT 6 Gy")


def test_a_value_of_lq_l_meets_none_of_lq() -> None:
    found = effect("26.4 Gy / 5", None, alpha_beta="2 Gy", high_dose=LQL("4 Gy"))
    limit = eqd2("25.3 Gy / 5", alpha_beta="2 Gy")
    with pytest.raises(BasisError, match="cannot compare"):
        _ = found.eqd2 <= limit
    with pytest.raises(BasisError, match="cannot add"):
        found.bed + found.lq.bed
    assert said(found, "the limits of organs are LQ")


def test_below_the_threshold_it_is_said_to_be_lq(tissues) -> None:
    found = effect("45 Gy / 5", tissues["gist"], alpha_beta="10 Gy", high_dose=LQL("20 Gy"))
    assert found.bed.gray == found.lq.bed.gray == 85.5
    assert said(found, "below the threshold of 20.00 Gy, same as LQ")
    assert not said(effect("21 Gy / 1", None, alpha_beta="10 Gy", high_dose=LQL("20 Gy")), "same as LQ")


def test_a_threshold_without_a_source_is_a_what_if(tissues) -> None:
    found = effect("45 Gy / 5", tissues["rcc"], high_dose=LQL("6 Gy"))
    assert said(found, "LQ-L DT 6 Gy is a what-if: no source is given for its threshold in renal cell carcinoma")
    cited = HighDose(source="SANTIAGO2016", place="text", evidence=Evidence.TWO_SOURCES, threshold=11.0)
    published = effect("54 Gy / 3", None, alpha_beta="3.9 Gy", high_dose=cited)
    assert not said(published, "what-if")
    assert published.bed.provenance.citations == ("ASTRAHAN2008", "SANTIAGO2016")
    # by hand: 3 (11 (1 + 11/3.9) + (1 + 22/3.9) x 7)
    assert fixed(published.bed.gray, 2) == "265.54"


def test_a_tissues_own_threshold_is_not_taken_by_itself(tissues) -> None:
    lung = tissues["nsclc"]
    own = Tissue(
        id="own",
        name="own",
        kind="tumour",
        alpha_beta=lung.alpha_beta,
        high_dose=HighDose(source="SANTIAGO2016", place="", evidence=Evidence.TWO_SOURCES, threshold=6.0),
    )
    assert effect("54 Gy / 3", own).model == "LQ"
    assert effect("54 Gy / 3", own, high_dose=own.high_dose).model == "LQ-L DT 6 Gy"


def test_a_kink_is_named() -> None:
    found = effect("45 Gy / 5", None, alpha_beta="3 Gy", high_dose=LQL("6 Gy", gamma_over_alpha=4))
    assert said(found, "gamma/alpha 4 makes a kink; 5 would not")
    smooth = effect("45 Gy / 5", None, alpha_beta="3 Gy", high_dose=LQL("6 Gy", gamma_over_alpha=5))
    assert not said(smooth, "kink")


@pytest.mark.parametrize("model", [LQL("1.9 Gy"), USC("0.7 /Gy", "1 Gy")])
def test_a_threshold_below_two_gray_has_no_eqd2(model: LQL | USC) -> None:
    # by hand: alpha D0 0.7 at a/b 3 has DT 3 x 0.3 / 1.4 = 0.64 Gy
    with pytest.raises(DomainError, match=r"threshold: (1\.90|0\.64) Gy is below 2 Gy"):
        effect("45 Gy / 5", None, alpha_beta="3 Gy", high_dose=model)
    assert effect("45 Gy / 5", None, alpha_beta="3 Gy", high_dose=LQL("2 Gy")).eqd2.gray > 0


@pytest.mark.parametrize(
    ("schedule", "words"),
    [("40 Gy / 4", ""), ("50 Gy / 4", "12.50 Gy per fraction: .* within"), ("21 Gy / 1", "21.00 Gy .* beyond")],
)
def test_the_validity_of_lq_is_a_note_and_not_a_threshold(schedule: str, words: str) -> None:
    found = effect(schedule, None, alpha_beta="10 Gy")
    noticed = [note for note in found.notes if "BRENNER2008" in note]
    assert bool(noticed) == bool(words)
    if words:
        head, tail = words.split(" .* ") if " .* " in words else (words, "")
        assert noticed[0].startswith(head.split(":")[0])
        assert tail in noticed[0]
    assert found.bed == found.lq.bed


# --- repair ---------------------------------------------------------------------------------------------------------
def test_a_long_fraction_is_shown_as_a_range() -> None:
    low, high = protraction_range("45 Gy / 5", None, alpha_beta="3 Gy", minutes=60, half_times=("1.5 h", "0.5 h"))
    assert [fixed(end.bed.gray, 1) for end in (low, high)] == ["134.4", "161.4"]
    assert said(low, "never relax a limit of an organ by it")
    with pytest.raises(DomainError, match="a range has two ends"):
        protraction_range("45 Gy / 5", None, alpha_beta="3 Gy", minutes=60, half_times=("1.5 h",))  # type: ignore[arg-type]


def test_a_long_fraction_cannot_relax_a_limit(tissues) -> None:
    found = effect("26.4 Gy / 5", tissues["spinal-cord"], repair="1.5 h", minutes=60)
    limit = eqd2("25.3 Gy / 5", alpha_beta="2 Gy")
    assert found.eqd2.gray < found.lq.eqd2.gray
    with pytest.raises(BasisError, match="cannot compare"):
        _ = found.eqd2 <= limit
    assert said(found, "never relax a limit of spinal cord by it")


def test_repair_is_off_by_default() -> None:
    assert effect("45 Gy / 5", None, alpha_beta="10 Gy").model == "LQ"


def test_two_fractions_a_day() -> None:
    found = effect("68 x 1.2 Gy", None, alpha_beta="3 Gy", repair="4 h", per_day=2, interval_hours=6)
    # by hand: 81.6 (1 + 1.3536 x 0.4); full repair 81.6 x 1.4; 18 h overnight leave 2^-4.5 = 4.4 %
    assert (fixed(found.bed.gray, 2), fixed(found.lq.bed.gray, 2)) == ("125.78", "114.24")
    assert found.model == "LQ, T1/2 4 h"
    assert found.bed.provenance.citations == ("fowler1989", "THAMES1985")
    assert said(found, "4.4 % of the damage would be left after 18 h: the effect is underestimated")


def test_a_short_half_time_leaves_nothing_overnight() -> None:
    found = effect("68 x 1.2 Gy", None, alpha_beta="3 Gy", repair="1.5 h", per_day=2, interval_hours=6)
    assert "repair overnight is taken as complete" in found.notes  # by hand: 2^-12


def test_a_last_day_with_fewer_fractions_is_named() -> None:
    found = effect("5 x 2 Gy", None, alpha_beta="2 Gy", repair="6 h", per_day=2, interval_hours=6)
    assert fixed(found.bed.gray, 1) == "24.0"  # by hand: 10 (1 + (4 x 1.5 + 1) / 5)
    assert said(found, "10 Gy / 5: the last day has 1 of 2 fractions")


def test_complete_repair_must_be_said() -> None:
    found = effect("68 x 1.2 Gy", None, alpha_beta="3 Gy", repair="complete", per_day=2)
    assert found.bed == found.lq.bed
    assert said(found, "2 fractions a day, repair between them taken as complete")


def test_values_with_one_repair_add_whatever_their_times() -> None:
    daily = effect("25 x 2 Gy", None, alpha_beta="3 Gy", repair="4 h")
    twice = effect("20 x 1.2 Gy", None, alpha_beta="3 Gy", repair="4 h", per_day=2, interval_hours=6)
    # by hand: 50 x 5/3 + 24 (1 + 1.353553 x 0.4)
    assert fixed((daily.bed + twice.bed).gray, 3) == "120.327"
    assert said(daily, "the repair half-time changes nothing")


def test_long_fractions_above_a_threshold_are_this_tools_own_combination() -> None:
    found = effect("45 Gy / 5", None, alpha_beta="3 Gy", high_dose=LQL("6 Gy"), repair="1 h", minutes=60)
    # by hand: 45 + 0.8040211 x (165 - 45)
    assert found.bed.gray == pytest.approx(45 + 120 * 0.8040211, rel=1e-8)
    assert said(found, "no source combines LQ-L DT 6 Gy with a protracted fraction")
    assert found.model == "LQ-L DT 6 Gy, T1/2 1 h"


def test_several_fractions_a_day_above_a_threshold_are_refused() -> None:
    given = {"alpha_beta": "3 Gy", "high_dose": LQL("6 Gy"), "repair": "1 h", "per_day": 2, "interval_hours": 6}
    with pytest.raises(DomainError, match=r"per_day: incomplete repair between fractions of 9\.00 Gy"):
        effect("45 Gy / 5", None, **given)
    below = effect("20 x 3 Gy", None, **given)
    # by hand: 60 (1 + (1 + 2^-6) x 1)
    assert below.bed.gray == pytest.approx(60 * (2 + 2**-6), rel=1e-12)


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"per_day": 2}, DomainError, "repair: 2 fractions a day need a half-time"),
        ({"per_day": 2, "repair": "4 h"}, DomainError, "interval_hours: 2 fractions a day need"),
        ({"interval_hours": 6}, DomainError, "interval_hours: there is an interval only between"),
        ({"interval_hours": 0, "per_day": 2, "repair": "4 h"}, DomainError, "interval_hours: 0 h"),
        ({"interval_hours": -6, "per_day": 2, "repair": "4 h"}, DomainError, "interval_hours: -6 h"),
        ({"interval_hours": 12, "per_day": 3, "repair": "4 h"}, DomainError, "do not fit into a day"),
        ({"interval_hours": "6 h", "per_day": 2, "repair": "4 h"}, UnitsError, "interval_hours: '6 h'"),
        ({"interval_hours": 1, "minutes": 90, "per_day": 2, "repair": "4 h"}, DomainError, "not longer than"),
        ({"per_day": 0}, DomainError, "per_day: 0 is outside 1 to 12"),
        ({"per_day": 13, "repair": "complete"}, DomainError, "per_day: 13"),
        ({"per_day": 2.0}, DomainError, "per_day: 2.0 is not a whole number"),
        ({"per_day": True}, DomainError, "per_day: True"),
        ({"minutes": 60}, DomainError, "minutes: the duration of a fraction matters only with"),
        ({"minutes": 60, "repair": "complete"}, DomainError, "minutes: the duration"),
        ({"minutes": 0, "repair": "1 h"}, DomainError, "minutes: 0 must be above zero"),
        ({"minutes": 1500, "repair": "1 h"}, DomainError, "minutes: 1500 is outside"),
        ({"minutes": "60 min", "repair": "1 h"}, UnitsError, "minutes: '60 min'"),
        ({"minutes": math.inf, "repair": "1 h"}, DomainError, "minutes: inf"),
        ({"repair": "0 h", "minutes": 60}, DomainError, "repair: '0 h'"),
        ({"high_dose": "6 Gy"}, UnitsError, "high_dose: '6 Gy'"),
        ({"repopulation": "0.9 Gy/d", "overall_days": 46}, UnitsError, "has no basis"),
    ],
)
def test_parts_that_are_refused(given: dict[str, object], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        effect("68 x 1.2 Gy", None, alpha_beta="3 Gy", **given)  # type: ignore[arg-type]


# --- time -----------------------------------------------------------------------------------------------------------
def test_the_time_factor_is_taken_off_once() -> None:
    found = effect("35 x 2 Gy", None, alpha_beta="10 Gy", repopulation=UK, overall_days=46)
    assert (fixed(found.bed.gray, 1), fixed(found.eqd2.gray, 1)) == ("67.8", "56.5")  # by hand: 84 - 0.9 x 18; / 1.2
    assert found.model == "LQ, K 0.9 Gy/d after 28 d"
    assert said(found, "overall time 46 d elapsed (the first fraction is day 0; weekends and gaps count)")
    assert said(found, "repopulation takes 16.2 Gy")


def test_a_gap_costs_what_its_days_cost() -> None:
    planned, late = (
        effect("35 x 2 Gy", None, alpha_beta="10 Gy", repopulation=UK, overall_days=days) for days in (46, 53)
    )
    assert fixed((planned.bed - late.bed).gray, 1) == "6.3"  # by hand: 0.9 x 7; one basis, so they subtract


def test_the_days_of_a_course_are_its_overall_time() -> None:
    # 35 weekdays from a Monday: seven weeks, of which the last weekend does not count: 46 elapsed
    found = effect(course("70 Gy / 35", pattern="every weekday"), None, alpha_beta="10 Gy", repopulation=UK)
    assert fixed(found.bed.gray, 1) == "67.8"
    stated = effect(course("70 Gy / 35"), None, alpha_beta="10 Gy", repopulation=UK, overall_days=53)
    assert fixed(stated.bed.gray, 1) == "61.5"


def test_thirty_fractions_from_a_monday_take_thirty_nine_days() -> None:
    grown = Repopulation.from_doubling(alpha="0.35 /Gy", doubling="3 d", kickoff="28 d")
    found = effect(course("60 Gy / 30", pattern="every weekday"), None, alpha_beta="10 Gy", repopulation=grown)
    # by hand: 72 - 0.66014 x (39 - 28)
    assert fixed(found.bed.gray, 2) == "64.74"


def test_within_the_kick_off_nothing_is_taken_and_that_is_said() -> None:
    found = effect("20 x 2.75 Gy", None, alpha_beta="10 Gy", repopulation=UK, overall_days=25)
    assert found.bed.gray == found.lq.bed.gray
    assert said(found, "within the kick-off time of 28 d: nothing is subtracted")


@pytest.mark.parametrize(("schedule", "few"), [("45 Gy / 5", True), ("50 Gy / 10", True), ("55 Gy / 20", False)])
def test_few_fractions_have_no_time_factor(tissues, schedule: str, few: bool) -> None:
    words = "no tumour time factor established"
    assert said(effect(schedule, tissues["hnscc"]), words) == few
    assert not said(effect(schedule, tissues["spinal-cord"]), words)


def test_a_late_tissue_is_not_relaxed_by_time(tissues) -> None:
    found = effect("35 x 2 Gy", tissues["spinal-cord"], repopulation=UK, overall_days=46)
    assert said(found, "a time factor must not relax its limits")
    with pytest.raises(BasisError, match="cannot compare"):
        _ = found.eqd2 <= eqd2("50 Gy / 25", alpha_beta="2 Gy")


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"repopulation": UK}, DomainError, "overall_days: repopulation needs the day"),
        ({"overall_days": 46}, DomainError, "overall_days: it changes nothing without repopulation"),
        ({"repopulation": UK, "overall_days": 20}, DomainError, "overall_days: 20 is too short; .* need 34"),
        ({"repopulation": UK, "overall_days": -1}, DomainError, "overall_days: -1 is too short"),
        ({"repopulation": UK, "overall_days": 46.0}, UnitsError, "overall_days: 46.0"),
        ({"repopulation": UK, "overall_days": "46 d"}, UnitsError, "overall_days: '46 d'"),
        ({"repopulation": UK, "overall_days": True}, UnitsError, "overall_days: True"),
        ({"repopulation": UK, "overall_days": 200}, DomainError, "154.8 Gy regained in 200 d is more than"),
    ],
)
def test_a_time_that_is_refused(given: dict[str, object], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        effect("35 x 2 Gy", None, alpha_beta="10 Gy", **given)  # type: ignore[arg-type]


def test_an_overall_time_that_contradicts_the_course_is_refused() -> None:
    with pytest.raises(DomainError, match="overall_days: 53 disagrees with the 46 d"):
        effect(
            course("70 Gy / 35", pattern="every weekday"),
            None,
            alpha_beta="10 Gy",
            repopulation=UK,
            overall_days=53,
        )


def test_two_a_day_may_be_quick() -> None:
    found = effect(
        "36 x 1.5 Gy", None, alpha_beta="10 Gy", repair="complete", per_day=3, repopulation=UK, overall_days=11
    )
    assert fixed(found.bed.gray, 1) == "62.1"  # by hand: 54 x 1.15, within the kick-off


# --- everything together --------------------------------------------------------------------------------------------
def test_every_part_is_in_the_model_and_the_provenance() -> None:
    found = effect(
        "68 x 1.2 Gy",
        None,
        alpha_beta="10 Gy",
        high_dose=LQL("6 Gy", source="OWN"),
        repair=Repair.double("0.5 h", "4 h", fast_share=0.5),
        per_day=2,
        interval_hours=6,
        minutes=10,
        repopulation=Repopulation.of("0.69 Gy/d", basis="EQD2", kickoff="19.2 d", source="PEDICINI2015HN"),
        overall_days=45,
    )
    assert found.model == "LQ-L DT 6 Gy, T1/2 0.5 h (50 %) and 4 h, K 0.828 Gy/d after 19.2 d"
    origin = found.bed.provenance
    assert origin.citations == (
        "ASTRAHAN2008",
        "OWN",
        "THAMES1985",
        "LEACATCHESIDE1942",
        "DALE1985",
        "DALE2002",
        "PEDICINI2015HN",
    )
    assert dict(origin.inputs) == {
        "schedule": "81.6 Gy / 68",
        "alpha_beta": "10.0 Gy",
        "repair": "T1/2 0.5 h (50 %) and 4 h",
        "per_day": "2",
        "interval": "6.0 h",
        "duration": "10 min",
        "repopulation": "K 0.69 Gy/d (EQD2) after 19.2 d",
        "overall": "45 d elapsed",
    }
    assert found.eqd2.provenance.citations == (*origin.citations, "bentzen2012")
    # the parts, each with its own test: 81.6 (1 + f x 0.12) - 0.828 x 25.8
    factor = Recipe(
        ratio=10.0,
        repair=Repair.double("0.5 h", "4 h", fast_share=0.5),
        per_day=2,
        interval=6.0,
        duration=1 / 6,
    ).factor(68)
    assert found.bed.gray == pytest.approx(81.6 * (1 + factor * 0.12) - 0.828 * 25.8, rel=1e-12)


def test_a_recipe_checks_itself() -> None:
    with pytest.raises(DomainError, match="belong together"):
        Recipe(ratio=10.0, repopulation=UK)
    assert Recipe(ratio=10.0, fraction=LQL("6 Gy"), particles=None).plain.model == "LQ"
    assert Recipe(ratio=10.0, particles=Particles(constant=1.1)).at(3.0).ratio == 3.0


# --- break-even -----------------------------------------------------------------------------------------------------
def test_break_even_is_that_of_the_model() -> None:
    assert str(break_even("45 Gy / 5")) == "7.36 Gy"  # by hand: 405 / 55 = 7.3636, rounded down
    assert str(break_even("45 Gy / 5", high_dose=LQL("6 Gy"))) == "6.54 Gy"  # by hand: 360 / 55 = 6.545
    assert str(break_even("40 Gy / 4")) == "6.66 Gy"
    found = break_even("45 Gy / 5", high_dose=LQL("6 Gy", source="OWN"), bed="120 Gy")
    assert str(found) == "4.80 Gy"  # by hand: 360 / 75
    assert (found.provenance.model, found.provenance.citations) == ("LQ-L DT 6 Gy", ("ASTRAHAN2008", "OWN"))


def test_a_break_even_with_a_time_factor() -> None:
    # by hand: 35 x 4 Gy^2 = 140 over 65 + 0.9 x 18 - 70 = 11.2
    found = break_even("35 x 2 Gy", bed="65 Gy", repopulation=UK, overall_days=46)
    assert str(found) == "12.50 Gy"
    assert found.provenance.model == "LQ, K 0.9 Gy/d (BED) after 28 d"


def test_a_break_even_that_does_not_exist_has_its_reason() -> None:
    assert break_even("120 Gy / 60").reason == "reached at every alpha/beta up to 10000 Gy"
    flat = break_even("10 Gy / 5", bed="900 Gy", high_dose=USC("0.4 /Gy", "1.25 Gy"))
    # by hand: however small alpha/beta, B stays below D / (alpha D0) = 20
    assert (flat.gray, flat.reason) == (None, "not reached at any alpha/beta down to 0.001 Gy")


def test_a_break_even_for_a_value_of_one_basis_is_refused() -> None:
    with pytest.raises(BasisError, match="bed:"):
        break_even("45 Gy / 5", bed=BED.from_gray(100, alpha_beta="10 Gy"))  # type: ignore[arg-type]


def test_one_listed_assumption_about_a_tumour_may_decide() -> None:
    alone = AlphaBeta(source="convention", place="", evidence=Evidence.TWO_SOURCES, gray=10.0, assumed=True)
    assert (
        fixed(effect("45 Gy / 5", Tissue(id="t", name="t", kind="tumour", alpha_beta=(alone,))).bed.gray, 1) == "85.5"
    )
