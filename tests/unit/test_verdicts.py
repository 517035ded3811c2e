"""A metric against a limit. Rows are made up here unless a test names TG-101; per cents are worked in comments."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtcalc.case import OrganDose
from rtcalc.evidence import Evidence
from rtcalc.findings import State, Verdict
from rtcalc.limits import Limit, Metric, read_bound
from rtcalc.registry import Registry
from rtcalc.tissues import AlphaBeta
from rtcalc.verdicts import Asked, Known, asked, converted_bounds, evaluate


def row(metric: str, bound: str, fractions: int | None = 5, **other) -> Limit:
    parsed = Metric.parse(metric)
    op, value, unit = read_bound(parsed, bound)
    fields = {
        "source": "book",
        "place": "table",
        "evidence": Evidence.TWO_SOURCES,
        "id": f"{metric}.{fractions}",
        "set_id": "SET",
        "organ": "Cord",
        "applies_to": ("Cord",),
        "structure": "cord",
        "fractions": None if fractions is None else (fractions, fractions),
        "endpoint": "any",
    }
    return Limit(metric=parsed, op=op, value=value, unit=unit, **fields | other)


def dose(text: str, on: str = "organ") -> OrganDose:
    """``D5cc 14 Gy`` as a typed organ dose."""
    name, value = text.split(" ", 1)
    metric = Metric.parse(name)
    number, unit = metric.read_value(value)
    return OrganDose(organ="Cord", course="c1", metric=metric, value=number, unit=unit, measured_on=on)


def ratio(gray: float) -> AlphaBeta:
    return AlphaBeta(source="book", place="table", evidence=Evidence.TWO_SOURCES, gray=gray)


def known(*doses: str | OrganDose, fractions: int = 5, volume: float | None = None, ab: float | None = None) -> Known:
    return Known(
        organ="Cord",
        course="c1",
        fractions=fractions,
        doses=tuple(dose(d) if isinstance(d, str) else d for d in doses),
        volume_cc=volume,
        alpha_beta=None if ab is None else ratio(ab),
    )


def answer(limit: Limit, *doses: str | OrganDose, **other) -> Verdict:
    return evaluate(Asked(below=limit), known(*doses, **other))


def between(below: Limit, above: Limit, *doses: str | OrganDose, ab: float | None = 2.0, **other) -> Verdict:
    return evaluate(Asked(below=below, above=above), known(*doses, fractions=4, ab=ab, **other))


# --- the metric itself -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("metric", "bound", "value", "state", "percent"),
    [
        ("D0.035cc", "< 30 Gy", "26.4 Gy", State.PASS, 88.0),  # 26.4 / 30
        ("D0.035cc", "< 30 Gy", "28.49 Gy", State.PASS, 94.9667),  # the last value below 95 %
        ("D0.035cc", "< 30 Gy", "28.5 Gy", State.NEAR, 95.0),  # exactly 95 % is near
        ("D0.035cc", "< 30 Gy", "29.99 Gy", State.NEAR, 99.9667),
        ("D0.035cc", "< 30 Gy", "30 Gy", State.EXCEEDED, 100.0),  # "less than 30" is not met by 30
        ("D0.035cc", "<= 30 Gy", "30 Gy", State.NEAR, 100.0),  # "at most 30" is
        ("D0.035cc", "<= 30 Gy", "30.01 Gy", State.EXCEEDED, 100.0333),
        ("D0.035cc", "< 30 Gy", "29.99999999999 Gy", State.EXCEEDED, 100.0),  # ten digits say 30
        ("CV17.5Gy", ">= 200 cc", "200 cc", State.NEAR, 100.0),  # limit / value
        ("CV17.5Gy", ">= 200 cc", "210.5 cc", State.NEAR, 95.0119),
        ("CV17.5Gy", ">= 200 cc", "210.6 cc", State.PASS, 94.9668),
        ("CV17.5Gy", ">= 200 cc", "199.9 cc", State.EXCEEDED, 100.0500),
        ("CV17.5Gy", "> 200 cc", "200 cc", State.EXCEEDED, 100.0),
        ("V20Gy", "<= 10 %", "9.4 %", State.PASS, 94.0),
        ("V20Gy", "< 10 %", "10 %", State.EXCEEDED, 100.0),
        ("Dmean", "<= 8 Gy", "3.9 Gy", State.PASS, 48.75),
    ],
)
def test_a_limit_follows_its_own_operator(metric: str, bound: str, value: str, state: State, percent: float) -> None:
    found = answer(row(metric, bound), f"{metric} {value}")
    assert found.state is state
    assert found.percent == pytest.approx(percent, abs=1e-4)
    assert (found.how, found.missing) == ("own row", ())


def test_nothing_spared_is_exceeded_without_a_per_cent() -> None:
    # 200 / 0 is no number: an infinity would reach a report and is not JSON.
    found = answer(row("CV17.5Gy", ">= 200 cc"), "CV17.5Gy 0 cc")
    assert (found.state, found.percent) == (State.EXCEEDED, None)


def test_an_exceeded_dose_says_by_how_much() -> None:
    assert answer(row("D0.035cc", "<= 25.3 Gy"), "D0.035cc 26.4 Gy").room_gray == pytest.approx(1.1)
    assert answer(row("D0.035cc", "<= 25.3 Gy"), "D0.035cc 25.0 Gy").room_gray is None
    assert answer(row("V20Gy", "< 10 %"), "V20Gy 12 %").room_gray is None  # per cent of volume is no dose


def test_print_and_verdict_agree_next_to_the_limit() -> None:
    assert answer(row("D0.035cc", "< 30 Gy"), "D0.035cc 29.96 Gy").measured == "D0.035cc 29.96 Gy"
    assert answer(row("D0.035cc", "< 30 Gy"), "D0.035cc 26.44 Gy").measured == "D0.035cc 26.4 Gy"


def test_a_limit_in_eqd2_is_compared_in_eqd2() -> None:
    limit = row("D0.035cc", "<= 50 Gy", alpha_beta=2.0)
    found = answer(limit, "D0.035cc 26.4 Gy")
    # by hand, 5 fractions at a/b 2: 26.4 (1 + 5.28/2) / 2 = 48.048; 96.1 % of 50. In physical dose it would be 52.8 %.
    assert (found.state, found.percent) == (State.NEAR, pytest.approx(96.096))
    assert found.measured == "D0.035cc 26.4 Gy = 48.0 Gy EQD2 (a/b 2)"
    assert found.bound == "<= 50 Gy EQD2 (a/b 2)"


def test_what_an_eqd2_limit_asks_for_is_physical_dose() -> None:
    found = answer(row("D0.035cc", "<= 40 Gy", alpha_beta=2.0), "D0.035cc 26.4 Gy")
    # by hand: D (1 + D/10) / 2 = 40 gives D^2 + 10 D - 800 = 0, D = (-10 + sqrt(3300)) / 2 = 23.7228; 26.4 - that.
    assert found.state is State.EXCEEDED
    assert found.room_gray == pytest.approx(2.6772, abs=1e-4)


def test_the_organ_is_looked_at_before_its_prv() -> None:
    limit = row("D0.035cc", "< 30 Gy")
    found = answer(limit, dose("D0.035cc 33 Gy", on="PRV"), dose("D0.035cc 29 Gy"))
    assert (found.state, found.how, found.measured) == (State.NEAR, "own row", "D0.035cc 29.0 Gy")


def test_a_volume_is_read_in_the_unit_of_the_limit() -> None:
    both = (dose("V20Gy 290 cc"), dose("V20Gy 9 %"))
    assert answer(row("V20Gy", "< 10 %"), *both).percent == pytest.approx(90.0)
    assert answer(row("V20Gy", "< 300 cc"), *both).percent == pytest.approx(96.6667, abs=1e-4)


def test_a_volume_in_another_unit_is_not_evaluable_and_says_which_is_needed() -> None:
    found = answer(row("V20Gy", "< 10 %"), "V20Gy 290 cc")
    assert (found.state, found.missing, found.percent) == (State.NOT_EVALUABLE, ("Cord V20Gy in %",), None)


def test_without_a_dose_the_missing_metric_is_named() -> None:
    found = answer(row("D0.035cc", "< 30 Gy"))
    assert (found.state, found.how, found.missing) == (State.NOT_EVALUABLE, "none", ("Cord D0.035cc",))
    assert (found.percent, found.measured) == (None, "")


def test_a_row_for_a_population_is_not_answered_for_everybody() -> None:
    found = answer(row("D0.035cc", "< 30 Gy", population="solitary kidney"), "D0.035cc 10 Gy")
    assert found.state is State.NOT_EVALUABLE
    assert "solitary kidney" in found.missing[0]


# --- structures around the organ -------------------------------------------------------------------------------------
@pytest.mark.parametrize("structure", ["PRV", "canal", "thecal sac"])
def test_a_structure_around_the_organ_clears_it_but_never_near(structure: str) -> None:
    found = answer(row("D0.035cc", "< 30 Gy"), dose("D0.035cc 29.4 Gy", on=structure))
    # 29.4 / 30 = 98 %, which on the organ itself would be near.
    assert (found.state, found.how, found.percent) == (State.PASS, "implied", pytest.approx(98.0))
    assert structure in found.note
    assert found.measured == f"D0.035cc 29.4 Gy ({structure})"


@pytest.mark.parametrize("structure", ["PRV", "canal", "thecal sac"])
def test_a_structure_around_the_organ_condemns_nothing(structure: str) -> None:
    found = answer(row("D0.035cc", "< 30 Gy"), dose("D0.035cc 31 Gy", on=structure))
    assert (found.state, found.percent, found.missing) == (State.NOT_EVALUABLE, None, ("Cord D0.035cc",))
    assert "exceeds it" in found.note


def test_an_exceeded_prv_does_not_hide_what_the_organ_says() -> None:
    limit = row("D0.035cc", "< 30 Gy")
    prv = dose("D0.035cc 31 Gy", on="PRV")
    assert answer(limit, prv, dose("Dmax 29 Gy")).state is State.PASS
    assert answer(limit, prv, dose("D0.1cc 30.5 Gy")).state is State.EXCEEDED


@pytest.mark.parametrize(
    ("metric", "bound", "value"),
    [
        # Around the organ lies tissue of lower dose: a PRV's mean and its per cents may be lower than the organ's, and
        # it always spares more cubic centimetres.
        ("Dmean", "< 8 Gy", "5 Gy"),
        ("V20Gy", "< 10 %", "5 %"),
        ("CV17.5Gy", ">= 200 cc", "260 cc"),
        ("D66.7%", "< 23 Gy", "15 Gy"),
    ],
)
def test_a_mean_a_per_cent_or_a_spared_volume_of_a_prv_clears_nothing(metric: str, bound: str, value: str) -> None:
    found = answer(row(metric, bound), dose(f"{metric} {value}", on="PRV"))
    assert (found.state, found.percent) == (State.NOT_EVALUABLE, None)
    assert "does not say" in found.note


def test_a_volume_in_cc_of_a_prv_clears_the_organ() -> None:
    assert answer(row("V20Gy", "< 10 cc"), dose("V20Gy 8 cc", on="PRV")).state is State.PASS


def test_a_larger_hottest_volume_of_a_prv_condemns_nothing() -> None:
    # PRV D0.1cc 31 Gy: the 0.1 cc may all lie outside the organ.
    assert answer(row("D0.035cc", "< 30 Gy"), dose("D0.1cc 31 Gy", on="PRV")).state is State.NOT_EVALUABLE


def test_a_smaller_hottest_volume_of_a_prv_clears_the_organ() -> None:
    found = answer(row("D0.035cc", "< 30 Gy"), dose("Dmax 29 Gy", on="PRV"))
    assert (found.state, found.how) == (State.PASS, "implied")


# --- what one metric implies for another -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("bound", "given", "state", "percent"),
    [
        ("< 30 Gy", "D0.03cc 29.2 Gy", State.PASS, 97.3333),  # 29.2 / 30: of D0.03cc, so pass and not near
        ("< 30 Gy", "Dmax 29.2 Gy", State.PASS, 97.3333),
        ("< 30 Gy", "D0.1cc 31 Gy", State.EXCEEDED, 103.3333),  # 31 / 30
        ("< 30 Gy", "D0.1cc 30 Gy", State.EXCEEDED, 100.0),  # D0.035cc >= 30 is not < 30
        ("<= 30 Gy", "D0.1cc 30 Gy", State.NOT_EVALUABLE, None),  # D0.035cc may be exactly 30
        ("< 30 Gy", "D0.1cc 25 Gy", State.NOT_EVALUABLE, None),
        ("< 30 Gy", "D0.03cc 31 Gy", State.NOT_EVALUABLE, None),
        ("< 30 Gy", "D0.03cc 30 Gy", State.NOT_EVALUABLE, None),
        ("<= 30 Gy", "D0.03cc 30 Gy", State.PASS, 100.0),
        ("< 30 Gy", "Dmean 31 Gy", State.NOT_EVALUABLE, None),
        ("< 30 Gy", "D2% 12 Gy", State.NOT_EVALUABLE, None),  # 2 % of a volume that is not known
    ],
)
def test_one_hottest_volume_bounds_another(bound: str, given: str, state: State, percent: float | None) -> None:
    found = answer(row("D0.035cc", bound), given)
    assert found.state is state
    assert found.percent == (None if percent is None else pytest.approx(percent, abs=1e-4))
    assert (found.missing == ()) is (percent is not None)


def test_the_per_cent_of_an_implied_state_names_its_metric() -> None:
    passed = answer(row("D0.035cc", "< 30 Gy"), "D0.03cc 29.2 Gy")
    assert "the per cent is that of D0.03cc" in passed.note
    assert passed.measured == "D0.03cc 29.2 Gy"
    assert "at most as high as D0.035cc" in answer(row("D0.035cc", "< 30 Gy"), "D0.1cc 31 Gy").note


def test_the_metric_itself_stands_before_what_others_imply() -> None:
    found = answer(row("D0.035cc", "< 30 Gy"), "Dmax 31 Gy", "D0.035cc 29 Gy", "D0.1cc 28 Gy")
    assert (found.state, found.how, found.measured) == (State.NEAR, "own row", "D0.035cc 29.0 Gy")


def test_an_implied_state_of_an_eqd2_limit_is_in_eqd2() -> None:
    # by hand at a/b 2: 26.4 Gy / 5 is 48.048 Gy: above 44.7, although 26.4 is below it.
    limit = row("D0.035cc", "<= 44.7 Gy", alpha_beta=2.0)
    assert answer(limit, "D0.1cc 26.4 Gy").state is State.EXCEEDED
    assert answer(limit, "D0.03cc 26.4 Gy").state is State.NOT_EVALUABLE


VOXELS = st.lists(st.integers(0, 600).map(lambda tenth: tenth / 10), min_size=12, max_size=12)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(VOXELS, st.integers(1, 12), st.sampled_from(["<", "<="]), st.integers(1, 60), st.sets(st.integers(0, 12)))
def test_an_implied_state_is_never_wrong(
    voxels: list[float], wanted: int, op: str, bound: int, given_at: set[int]
) -> None:
    """An organ of twelve voxels of 1 cc: what the given metrics say of a missing one is true of the organ."""
    hottest = sorted(voxels, reverse=True)

    def metric(count: int) -> str:
        return f"D{count}cc {hottest[count - 1]} Gy" if count else f"Dmax {hottest[0]} Gy"

    found = answer(row(f"D{wanted}cc", f"{op} {bound} Gy"), *(metric(c) for c in sorted(given_at - {wanted})))
    truth = hottest[wanted - 1] < bound or (op == "<=" and hottest[wanted - 1] == bound)
    assert found.state in ({State.PASS} if truth else {State.EXCEEDED}) | {State.NOT_EVALUABLE}


# --- the printed form: a volume above a dose --------------------------------------------------------------------------
V18 = row("D5cc", "< 18 Gy", as_printed="V18Gy < 5 cc")


@pytest.mark.parametrize(
    ("cc", "state", "percent"),
    [
        (4.0, State.PASS, 80.0),  # 4 / 5
        (4.8, State.NEAR, 96.0),  # 4.8 / 5: the printed form itself, so near is said
        (5.0, State.EXCEEDED, 100.0),  # "less than 5 cc"
        (5.5, State.EXCEEDED, 110.0),
    ],
)
def test_a_volume_limit_is_answered_in_its_printed_form(cc: float, state: State, percent: float) -> None:
    found = answer(V18, f"V18Gy {cc} cc")
    assert (found.state, found.percent, found.how) == (state, pytest.approx(percent), "own row")
    assert "V18Gy < 5 cc" in found.note
    assert found.room_gray is None


def test_the_printed_form_on_a_prv_clears_and_never_condemns() -> None:
    assert answer(V18, dose("V18Gy 4.9 cc", on="PRV")).state is State.PASS
    assert answer(V18, dose("V18Gy 6 cc", on="PRV")).state is State.NOT_EVALUABLE


def test_a_per_cent_or_another_dose_does_not_answer_a_limit_in_cc() -> None:
    assert answer(V18, "V18Gy 3 %").state is State.NOT_EVALUABLE
    assert answer(V18, "V18Gy 3 %", volume=100.0).state is State.NOT_EVALUABLE
    assert answer(V18, "V17Gy 3 cc").state is State.NOT_EVALUABLE


def test_a_limit_printed_in_per_cent_is_answered_in_per_cent_only() -> None:
    hilum = row("D66.7%", "< 23 Gy", as_printed="V23Gy < 66.7 %")
    # 60 / 66.7 = 89.96 %
    assert answer(hilum, "V23Gy 60 %").percent == pytest.approx(89.9550, abs=1e-4)
    assert answer(hilum, "V23Gy 70 %").state is State.EXCEEDED
    assert answer(hilum, "V23Gy 60 cc").state is State.NOT_EVALUABLE
    assert answer(hilum, volume=30.0).state is State.NOT_EVALUABLE  # two thirds of 30 cc are still a volume


def test_an_organ_smaller_than_the_volume_meets_it_whatever_its_dose() -> None:
    found = answer(V18, "Dmax 40 Gy", volume=4.2)
    assert (found.state, found.how, found.percent) == (State.PASS, "by volume alone", None)
    assert found.note == "met by volume alone (V18Gy < 5 cc); is the contour complete?"
    assert found.measured == "Cord volume 4.2 cc"


def test_an_organ_of_exactly_the_volume_does_not_meet_it_by_volume() -> None:
    # 5 cc of an organ of 5 cc may all lie above 18 Gy: "less than 5 cc" would be missed.
    assert answer(V18, volume=5.0).state is State.NOT_EVALUABLE


def test_a_physical_volume_does_not_answer_a_limit_in_eqd2() -> None:
    # 18 Gy physical in 5 fractions is 23.76 Gy EQD2 at a/b 3: the volume above it says nothing of that above 18 EQD2.
    limit = row("D5cc", "< 18 Gy", alpha_beta=3.0, as_printed="V18Gy < 5 cc")
    assert answer(limit, "V18Gy 3 cc").state is State.NOT_EVALUABLE


def test_a_limit_printed_as_a_dose_is_not_met_by_volume() -> None:
    # "D5cc < 18 Gy" of an organ of 4.2 cc is undefined; only the printed volume form has an answer.
    assert answer(row("D5cc", "< 18 Gy"), volume=4.2).state is State.NOT_EVALUABLE


# --- critical volumes ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("bound", "volume", "state"),
    [
        (">= 200 cc", 140.0, State.CANNOT_BE_MET),
        (">= 200 cc", 199.9, State.CANNOT_BE_MET),
        (">= 200 cc", 200.0, State.NOT_EVALUABLE),  # could still be met, dose unknown
        ("> 200 cc", 200.0, State.CANNOT_BE_MET),
        (">= 200 cc", None, State.NOT_EVALUABLE),
    ],
)
def test_a_volume_to_spare_larger_than_the_organ_cannot_be_met(bound: str, volume: float | None, state: State) -> None:
    found = answer(row("CV17.5Gy", bound), volume=volume)
    assert (found.state, found.percent) == (state, None)


def test_cannot_be_met_says_so_beside_a_known_spared_volume() -> None:
    found = answer(row("CV17.5Gy", ">= 200 cc"), "CV17.5Gy 130 cc", volume=140.0)
    assert found.state is State.CANNOT_BE_MET
    assert "140 cc" in found.note


def test_a_large_enough_organ_is_answered_by_its_spared_volume() -> None:
    # 200 / 250 = 80 %
    assert answer(row("CV17.5Gy", ">= 200 cc"), "CV17.5Gy 250 cc", volume=300.0).percent == pytest.approx(80.0)


# --- rows kept on another metric than the paper's ---------------------------------------------------------------------
FOR_DMAX = row("D0.035cc", "<= 25.3 Gy", published_metric="Dmax")


def test_a_pass_on_another_metric_than_the_published_is_provisional() -> None:
    for given_dose in ("D0.035cc 24 Gy", "D0.03cc 24 Gy", dose("D0.035cc 24 Gy", on="PRV")):
        found = answer(FOR_DMAX, given_dose)
        assert found.state is State.PASS
        assert "provisional: published as Dmax, which was not given" in found.note


def test_exceeding_a_row_published_for_dmax_is_certain() -> None:
    own = answer(FOR_DMAX, "D0.035cc 26.4 Gy")
    assert (own.state, own.note) == (State.EXCEEDED, "")
    # Dmax is at least D0.03cc, so the published limit is exceeded although D0.035cc is not known.
    smaller = answer(FOR_DMAX, "D0.03cc 26.4 Gy")
    assert smaller.state is State.EXCEEDED
    assert "at most as high as Dmax" in smaller.note


def test_a_given_dmax_answers_a_row_published_for_it() -> None:
    both = answer(FOR_DMAX, "Dmax 26 Gy", "D0.035cc 24 Gy")
    assert (both.state, both.measured) == (State.EXCEEDED, "Dmax 26.0 Gy")
    passed = answer(FOR_DMAX, "Dmax 24 Gy", "D0.035cc 23 Gy")
    # 24 / 25.3 = 94.86 %
    assert (passed.state, passed.note, passed.percent) == (State.PASS, "", pytest.approx(94.8617, abs=1e-4))


def test_the_dmax_of_a_prv_does_not_stand_for_that_of_the_organ() -> None:
    found = answer(FOR_DMAX, dose("Dmax 27 Gy", on="PRV"), dose("D0.035cc 24 Gy"))
    assert found.state is State.PASS
    assert "provisional" in found.note


# --- which rows are asked --------------------------------------------------------------------------------------------
ROWS = (row("D0.035cc", "< 21.9 Gy", 3), row("D0.035cc", "< 30 Gy", 5), row("D0.035cc", "< 14 Gy", 1))


def test_the_own_row_stands_before_any_conversion() -> None:
    assert asked(ROWS, "Cord", 5) == (Asked(below=ROWS[1]),)


def test_between_two_rows_the_nearest_on_both_sides_are_asked() -> None:
    assert asked(ROWS, "Cord", 4) == (Asked(below=ROWS[0], above=ROWS[1]),)
    assert asked(ROWS, "Cord", 2) == (Asked(below=ROWS[2], above=ROWS[0]),)


@pytest.mark.parametrize("fractions", [6, 10, 30])
def test_outside_the_range_of_a_set_nothing_is_asked(fractions: int) -> None:
    assert asked(ROWS, "Cord", fractions) == ()
    assert asked(ROWS[1:2], "Cord", 3) == ()  # below the only row as well


def test_a_row_for_several_fraction_numbers_is_used_at_each_of_them() -> None:
    wide = replace(ROWS[0], fractions=(3, 5))
    assert [asked((wide,), "Cord", n) for n in (2, 3, 5, 6)] == [(), (Asked(below=wide),), (Asked(below=wide),), ()]


def test_the_nearer_end_of_a_wide_row_is_converted() -> None:
    wide, far = replace(ROWS[0], fractions=(1, 3)), row("D0.035cc", "< 30 Gy", 5)
    # by hand as for a row of 3 fractions, a/b 2: see the 4-fraction cord rows of TG-101, 24.8215.
    assert converted_bounds(wide, far, 4, 2.0)[0] == pytest.approx(24.8215, abs=1e-4)


@pytest.mark.parametrize(
    "change",
    [
        {"role": "reirradiation"},
        {"role": "response_point"},
        {"role": "whole_organ"},
        {"hold": "being checked"},
        {"evidence": Evidence.ONE_SOURCE},
        {"evidence": Evidence.UNVERIFIED},
        {"applies_to": ("Liver",)},
        {"fractions": None},
    ],
)
def test_rows_that_may_not_decide_are_not_asked(change: dict) -> None:
    assert asked((replace(ROWS[1], **change),), "Cord", 5) == ()


def test_a_metric_with_one_neighbour_only_is_not_evaluable() -> None:
    lonely = row("D1.2cc", "< 14.5 Gy", 5)
    questions = asked((*ROWS, lonely), "Cord", 4)
    assert [q.above.metric for q in questions] == [Metric.parse("D0.035cc"), Metric.parse("D1.2cc")]
    found = evaluate(questions[1], known("D1.2cc 1 Gy", fractions=4, ab=2.0))
    assert (found.state, found.percent) == (State.NOT_EVALUABLE, None)
    assert "no row with the same metric" in found.note
    assert found.missing == ("a row of SET for 4",)


def test_rows_of_different_kind_or_basis_are_not_paired() -> None:
    for change in ({"kind": "optimal"}, {"alpha_beta": 2.0}, {"op": "<="}):
        (question,) = asked((replace(ROWS[0], **change), ROWS[1]), "Cord", 4)
        assert evaluate(question, known("D0.035cc 1 Gy", fractions=4, ab=2.0)).state is State.NOT_EVALUABLE


# --- another fraction number -----------------------------------------------------------------------------------------
# Cord, 3 fractions 21.9 Gy and 5 fractions 30 Gy, at a/b 2, for 4 fractions:
# BED 21.9 (1 + 7.3/2) = 101.835, D^2/8 + D = 101.835 -> 24.8215; BED 30 (1 + 6/2) = 120, D^2/8 + D = 120 -> 27.2410.
CORD3, CORD5 = ROWS[0], ROWS[1]


@pytest.mark.parametrize(
    ("gray", "state", "percent"),
    [
        ("10 Gy", State.PASS, 40.2876),  # of the stricter, 24.8215
        ("23.58 Gy", State.PASS, 94.9982),
        ("23.6 Gy", State.NEAR, 95.0788),
        ("24.82 Gy", State.NEAR, 99.9939),
        ("24.83 Gy", State.UNDETERMINED, 100.0342),
        ("27.24 Gy", State.UNDETERMINED, 109.7435),
        ("27.25 Gy", State.EXCEEDED, 109.7838),
    ],
)
def test_two_neighbouring_rows_decide_together(gray: str, state: State, percent: float) -> None:
    found = between(CORD3, CORD5, f"D0.035cc {gray}")
    assert (found.state, found.how) == (state, "converted")
    assert found.percent == pytest.approx(percent, abs=1e-3)
    assert ("depends on the row" in found.note) is (state is State.UNDETERMINED)


def test_a_converted_limit_is_printed_rounded_down_with_its_basis() -> None:
    duodenum = row("D0.035cc", "< 22.2 Gy", 3), row("D0.035cc", "< 32 Gy", 5)
    found = between(*duodenum, "D0.035cc 24.977 Gy", ab=3.0)
    # by hand: BED 22.2 (1 + 7.4/3) = 76.96, D^2/12 + D = 76.96 -> 24.9761: 24.98 would print above the limit itself.
    assert found.bound == "< 24.97 / 29.20 Gy"
    assert found.state is State.UNDETERMINED
    assert "converted from the rows for 3 and 5 fractions at a/b 3, LQ" in found.note


def test_without_an_alpha_beta_nothing_is_converted() -> None:
    found = between(CORD3, CORD5, "D0.035cc 10 Gy", ab=None)
    assert (found.state, found.percent, found.how) == (State.NOT_EVALUABLE, None, "none")
    assert "alpha/beta" in found.missing[0]


def test_a_conversion_is_never_looser_than_the_next_row_nor_stricter_than_the_one_before() -> None:
    duodenum = row("D5cc", "< 16.5 Gy", 3), row("D5cc", "< 18 Gy", 5)
    # by hand at a/b 3: 16.5/3 carries to 18.434 Gy in 4, above the 18 Gy allowed in 5; 18/5 carries to 16.610.
    assert converted_bounds(*duodenum, 4, 3.0) == (18.0, pytest.approx(16.6097, abs=1e-4))
    steep = row("D5cc", "< 16 Gy", 3), row("D5cc", "< 17 Gy", 5)
    # 17/5 carries to 15.7 Gy in 4, below the 16 Gy allowed in 3.
    assert converted_bounds(*steep, 4, 3.0) == (17.0, 16.0)


def test_rows_that_fall_with_the_fraction_number_give_the_smaller() -> None:
    falling = row("D5cc", "< 20 Gy", 3), row("D5cc", "< 18 Gy", 5)
    assert converted_bounds(*falling, 4, 3.0) == (18.0, 18.0)


def test_every_converted_row_of_tg101_lies_between_the_printed_ones() -> None:
    count = 0
    rows = Registry().limits(set_id="TG101")
    for organ in sorted({limit.organ for limit in rows}):
        for fractions in (2, 4):
            for question in asked(rows, organ, fractions):
                if question.above is None or question.below is question.above:
                    continue
                low, high = question.below.value, question.above.value
                bounds = converted_bounds(question.below, question.above, fractions, 3.0)
                assert all(low <= bound <= high for bound in bounds)
                count += 1
    # Each of the active near-maximum and volume rows of TG-101 in 1, 3 and 5 fractions gives two; at least forty do.
    assert count >= 40


def test_rows_in_eqd2_are_carried_from_the_dose_they_stand_for() -> None:
    three, five = (row("D0.035cc", "<= 50 Gy", n, alpha_beta=2.0) for n in (3, 5))
    # by hand: EQD2 50 at a/b 2 is BED 100; D^2/8 + D = 100 -> 24.5657 in 4 fractions, from either row.
    assert converted_bounds(three, five, 4, 2.0) == pytest.approx((24.5657, 24.5657), abs=1e-4)
    # The limit's own a/b decides, whatever the organ's is.
    assert between(three, five, "D0.035cc 24.56 Gy", ab=3.0).state is State.NEAR
    assert between(three, five, "D0.035cc 24.58 Gy", ab=None).state is State.EXCEEDED


@pytest.mark.parametrize(("metric", "bound"), [("Dmean", "< 8 Gy"), ("V20Gy", "< 10 %"), ("CV17.5Gy", ">= 200 cc")])
def test_means_and_volumes_are_not_carried_from_a_number(metric: str, bound: str) -> None:
    value = {"Dmean": "1 Gy", "V20Gy": "1 %", "CV17.5Gy": "900 cc"}[metric]
    found = between(row(metric, bound, 3), row(metric, bound, 5), f"{metric} {value}")
    assert (found.state, found.percent) == (State.NOT_EVALUABLE, None)
    assert "from a DVH only" in found.note


def test_an_implied_state_stays_pass_after_conversion() -> None:
    found = between(CORD3, CORD5, "Dmax 24.5 Gy")
    # 24.5 / 24.8215 = 98.7 %, of Dmax: pass, not near.
    assert (found.state, found.how, found.percent) == (State.PASS, "converted", pytest.approx(98.705, abs=1e-3))
    assert "implied" in found.note


def test_an_implied_state_above_the_stricter_row_only_names_what_is_missing() -> None:
    # D0.1cc 26 Gy puts D0.035cc above 24.82; whether it is above 27.24 as well is not known.
    found = between(CORD3, CORD5, "D0.1cc 26 Gy")
    assert (found.state, found.percent, found.missing) == (State.NOT_EVALUABLE, None, ("Cord D0.035cc",))
    assert between(CORD3, CORD5, "D0.1cc 27.3 Gy").state is State.EXCEEDED


def test_a_provisional_pass_stays_provisional_after_conversion() -> None:
    rows = (replace(limit, published_metric="Dmax") for limit in (CORD3, CORD5))
    assert "provisional" in between(*rows, "D0.035cc 10 Gy").note


def test_a_small_organ_meets_a_converted_volume_limit_by_volume() -> None:
    rows = row("D5cc", "< 16.5 Gy", 3, as_printed="V16.5Gy < 5 cc"), replace(V18, id="V18")
    found = between(*rows, volume=4.2, ab=3.0)
    assert (found.state, found.how, found.percent) == (State.PASS, "converted", None)
    # Of the stricter row, 16.6097: rounded down, and never the printed 18 Gy of another fraction number.
    assert "met by volume alone (V16.60Gy < 5 cc)" in found.note


def test_the_printed_volume_of_another_fraction_number_is_not_used() -> None:
    rows = row("D5cc", "< 16.5 Gy", 3, as_printed="V16.5Gy < 5 cc"), replace(V18, value=19.0, as_printed="V19Gy < 5 cc")
    assert between(*rows, "V16.5Gy 4 cc", "V19Gy 4 cc", ab=3.0).state is State.NOT_EVALUABLE


def test_a_population_is_asked_for_before_a_conversion_counts() -> None:
    rows = (replace(limit, population="solitary kidney") for limit in (CORD3, CORD5))
    found = between(*rows, "D0.035cc 10 Gy")
    assert found.state is State.NOT_EVALUABLE
    assert "solitary kidney" in found.missing[0]


# --- a volume to be spared that is also a part of the organ, and a part of an organ -----------------------------------
def test_a_spared_volume_is_the_larger_of_the_number_and_the_part_of_the_organ() -> None:
    lungs = row("CV12.5Gy", ">= 1500 cc", share=(1, 3))
    # A third of 3900 cc is 1300 cc: the number is larger. A third of 6000 cc is 2000 cc.
    small, large = answer(lungs, "CV12.5Gy 1600 cc", volume=3900), answer(lungs, "CV12.5Gy 1600 cc", volume=6000)
    assert (small.state, small.bound) == (State.PASS, ">= 1500 cc")
    assert (large.state, large.bound) == (State.EXCEEDED, ">= 2000 cc")
    assert large.note.startswith("the larger of 1500 cc and 1/3 of the organ (6000 cc)")
    unknown = answer(lungs, "CV12.5Gy 1600 cc")
    assert unknown.state is State.PASS
    assert unknown.note.startswith("provisional: 1/3 of the organ, where that is more, was not looked at")
    assert answer(lungs, "CV12.5Gy 1400 cc").state is State.EXCEEDED  # whatever the volume


def test_the_dose_of_a_whole_organ_does_not_answer_for_a_part_of_it() -> None:
    part = row("D10%", "< 10 Gy", subvolume="the treated level")
    found = answer(part, "D10% 5 Gy", "Dmax 6 Gy")
    assert (found.state, found.missing) == (State.NOT_EVALUABLE, ("Cord D10% of this part: the treated level",))
