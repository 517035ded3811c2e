import copy
import pickle

import numpy as np
import pint
import pytest

from rtcalc.doses import PhysicalDose
from rtcalc.effects import bed
from rtcalc.errors import BasisError, DomainError, RtcalcError, UnitsError
from rtcalc.schedule_text import fraction_count
from rtcalc.schedules import Phase, Schedule, plausibility

WHOLE = "Fractions must be a whole number from 1 to 200"


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("45 Gy / 5", "45 Gy / 5"),
        ("4500 cGy/5", "45 Gy / 5"),
        ("5 x 9 Gy", "45 Gy / 5"),
        ("9 Gy x 5", "45 Gy / 5"),
        ("5 × 9 Gy", "45 Gy / 5"),
        ("9Gyx5", "45 Gy / 5"),
        ("21 Gy / 1", "21 Gy / 1"),
        ("50 Gy / 25 + 16 Gy / 8", "50 Gy / 25 + 16 Gy / 8"),
        ("50.4 Gy/28 + 3 x 5 Gy", "50.4 Gy / 28 + 15 Gy / 3"),
        ("60 Gy / 30 fractions", "60 Gy / 30"),
        ("21 Gy / 1 fraction", "21 Gy / 1"),
        (" 45 Gy / 5 fx ", "45 Gy / 5"),
        ("3 x 8.2 Gy", "24.6 Gy / 3"),  # floats: 24.599999999999998
        (".5 Gy x 6", "3 Gy / 6"),
        ("60 Gy / 37", "60 Gy / 37"),
        ("400 Gy / 200", "400 Gy / 200"),
    ],
)
def test_good_text(text: str, canonical: str) -> None:
    schedule = Schedule.parse(text)
    assert schedule.text == str(schedule) == canonical
    assert Schedule.parse(schedule.text) == schedule


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("45/5", "has no unit; write 45 Gy / 5"),
        ("9 x 5", "has no unit; write 9 x 5 Gy or 9 Gy x 5"),
        ("45", "has no unit"),
        ("45,0/5", "has no unit; expected a form"),
        ("45 Gy", "has no fractions; write 45 Gy / n"),
        ("45 Gy/5 Gy", "one rule per phase"),
        ("45 Gy / 5 / 2", "one rule per phase"),
        ("5 x 45 Gy / 5", "one rule per phase"),
        ("5 / 45 Gy", "the total stands before the slash"),
        ("45,0 Gy / 5", "decimal comma; write 45.0 Gy"),
        ("1.234,5 Gy / 5", "ambiguous"),
        ("45 Gy / 2.5", f"{WHOLE}, not '2.5'"),
        ("45 Gy / 2,5", f"{WHOLE}, not '2,5'"),
        ("45 Gy / 0", f"{WHOLE}, not '0'"),
        ("45 Gy / -5", f"{WHOLE}, not '-5'"),
        ("45 Gy / 05", f"{WHOLE}, not '05'"),
        ("45 Gy / 201", f"{WHOLE}, not 201"),
        ("20 Gy / 100 + 20 Gy / 101", f"{WHOLE}, not 201"),
        ("45 Gy / 1000000000", f"{WHOLE}, not '1000000000'"),
        ("45 Gy / five", f"{WHOLE}, not 'five'"),
        ("45 Gy x", f"{WHOLE}, not ''"),
        ("nan Gy/5", "not a finite number"),
        ("inf Gy/5", "not a finite number"),
        ("1e2 Gy/5", "has an exponent"),
        ("45 Sv/5", "not absorbed dose"),
        ("45 gy/5", "write 45 Gy"),
        ("4_5 Gy/5", "underscore; write 45 Gy"),
        ("٤٥ Gy/5", "not plain ASCII; write 45 Gy"),
        ("-45 Gy / 5", "has a sign"),
        ("0 Gy / 5", "must be above zero"),
        ("5 x 0 Gy", "must be above zero"),
        ("Gy / 5", "not one number and one unit"),
        ("45 Gy 5", "expected a form"),
        ("", "a phase is empty"),
        ("45 Gy / 5 +", "a phase is empty"),
        ("+ 45 Gy / 5", "a phase is empty"),
        ("45 Gy\n/ 5", "control character"),
        ("5 X 9 Gy", "write 5 x 9 Gy"),
        ("5 * 9 Gy", "write 5 x 9 Gy"),
        ("45 Gy in 5 fractions", "write 45 Gy / 5 fractions"),
        ("45 Gy / 5" + " " * 192, "has 201 characters; at most 200"),
        (" + ".join(["2 Gy / 1"] * 11), "has 11 phases; at most 10"),
    ],
)
def test_bad_text_is_refused_and_the_message_says_why(text: str, says: str) -> None:
    with pytest.raises(RtcalcError) as error:
        Schedule.parse(text)
    assert says in str(error.value)


@pytest.mark.parametrize("text", [None, 45, ["45 Gy / 5"], b"45 Gy / 5"])
def test_only_text_is_parsed(text: object) -> None:
    with pytest.raises(UnitsError, match="a schedule is text"):
        Schedule.parse(text)  # type: ignore[arg-type]


def test_the_longest_text_and_the_most_phases_are_read() -> None:
    assert Schedule.parse(" + ".join(["2 Gy / 1"] * 10)).fractions == 10
    assert Schedule.parse("45 Gy / 5" + " " * 191).fractions == 5


@pytest.mark.parametrize("ureg", [pint.UnitRegistry()])
def test_the_ways_to_say_the_same(ureg: pint.UnitRegistry) -> None:
    same = {
        Schedule.parse("45 Gy / 5"),
        Schedule.parse("5 x 9 Gy"),
        Schedule(total="45 Gy", fractions=5),
        Schedule(total=ureg.Quantity(4500, "cGy"), fractions=5),
        Schedule(per_fraction="9 Gy", fractions=5),
        Schedule(per_fraction=PhysicalDose.from_gray(9), fractions=np.int64(5)),  # type: ignore[arg-type]
        Schedule(total="45 Gy", per_fraction="9 Gy", fractions=5),
        Schedule(phases=(Phase(PhysicalDose.parse("45 Gy"), 5),)),
    }
    assert len(same) == 1


def test_total_and_dose_per_fraction_must_agree() -> None:
    with pytest.raises(DomainError) as error:
        Schedule(total="60 Gy", per_fraction="2 Gy", fractions=25)
    # by hand: 25 * 2 = 50; the three values and the difference are all named
    for part in ("60 Gy", "25 fractions", "2 Gy per fraction", "50 Gy", "difference of 10 Gy"):
        assert part in str(error.value)


def test_a_rounded_dose_per_fraction_does_not_replace_the_total() -> None:
    # by hand: 60 / 37 = 1.6216...; 37 x 1.62 Gy is 59.94 Gy
    with pytest.raises(DomainError, match=r"difference of 0\.06 Gy"):
        Schedule(total="60 Gy", per_fraction="1.62 Gy", fractions=37)
    schedule = Schedule.parse("60 Gy / 37")
    assert schedule.total.gray == 60.0
    assert float(schedule.per_fraction.gray) == pytest.approx(1.6216216216, rel=1e-9)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({}, DomainError),
        ({"total": "45 Gy"}, DomainError),
        ({"per_fraction": "9 Gy"}, DomainError),
        ({"fractions": 5}, DomainError),
        ({"total": 45.0, "fractions": 5}, UnitsError),
        ({"total": "45 Gy / 5", "fractions": 5}, UnitsError),
        ({"total": bed("45 Gy / 5", alpha_beta="3 Gy"), "fractions": 5}, BasisError),
        ({"total": "0 Gy", "fractions": 5}, DomainError),
        ({"total": PhysicalDose.from_gray(np.ones(3)), "fractions": 5}, DomainError),
        ({"phases": ()}, DomainError),
        ({"phases": ("45 Gy / 5",)}, DomainError),
        ({"phases": (Phase(PhysicalDose.parse("2 Gy"), 1),) * 11}, DomainError),
        ({"phases": (Phase(PhysicalDose.parse("2 Gy"), 1),), "fractions": 1}, DomainError),
    ],
)
def test_what_is_no_schedule(arguments: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        Schedule(**arguments)  # type: ignore[arg-type]


def test_positions_are_refused_because_a_swap_would_be_fivefold() -> None:
    with pytest.raises(TypeError):
        Schedule("45 Gy", 5)  # type: ignore[misc]


@pytest.mark.parametrize(
    "count", [0, -5, 201, 10**9, 2.5, 5.0, True, False, "5", None, np.float64(5), np.True_, float("nan")]
)
def test_a_fraction_count_is_a_whole_number_from_1_to_200(count: object) -> None:
    with pytest.raises(DomainError, match=WHOLE):
        fraction_count(count)  # type: ignore[arg-type]
    with pytest.raises(DomainError, match=WHOLE):
        Phase(PhysicalDose.parse("45 Gy"), count)  # type: ignore[arg-type]


@pytest.mark.parametrize("count", [1, 200, np.int64(37)])
def test_a_fraction_count_becomes_an_int(count: int) -> None:
    assert type(fraction_count(count)) is int
    assert type(Phase(PhysicalDose.parse("45 Gy"), count).fractions) is int


def test_a_phase_needs_a_dose_value() -> None:
    for total in ("45 Gy", 45.0):
        with pytest.raises(UnitsError, match="a phase needs a PhysicalDose"):
            Phase(total, 5)  # type: ignore[arg-type]


def test_sums_over_phases() -> None:
    schedule = Schedule.parse("50 Gy / 25 + 3 x 5 Gy")
    assert (schedule.total.gray, schedule.fractions) == (65.0, 28)
    with pytest.raises(DomainError, match="ask each phase"):
        _ = schedule.per_fraction
    assert [phase.per_fraction.gray for phase in schedule.phases] == [2.0, 5.0]


def test_scaled_changes_doses_and_keeps_fractions() -> None:
    # by hand: prescribed to the 80 % isodose, the maximum is 1 / 0.8 of it: 45 * 1.25 = 56.25
    scaled = Schedule.parse("45 Gy / 5 + 8 Gy / 1").scaled(1 / 0.8)
    assert scaled.text == "56.25 Gy / 5 + 10 Gy / 1"
    for factor in (0, 0.0):
        with pytest.raises(DomainError, match="above zero"):
            scaled.scaled(factor)
    for factor in (-1, float("nan"), float("inf")):
        with pytest.raises(DomainError):
            scaled.scaled(factor)
    for factor in ("2", True, None):
        with pytest.raises(UnitsError):
            scaled.scaled(factor)  # type: ignore[arg-type]


def test_copies_are_equal() -> None:
    schedule = Schedule.parse("50 Gy / 25 + 3 x 5 Gy")
    assert pickle.loads(pickle.dumps(schedule)) == copy.deepcopy(schedule) == schedule
    with pytest.raises(AttributeError):
        schedule.phases = ()  # type: ignore[misc]


@pytest.mark.parametrize(
    "text",
    ["54 Gy / 3", "60 Gy / 5", "48 Gy / 4", "21 Gy / 1", "34 Gy / 1", "45 Gy / 5", "60 Gy / 30", "81.6 Gy / 68",
     "86.4 Gy / 48", "75 Gy / 3", "70 Gy / 10", "8 Gy / 1", "4 Gy / 2", "50 Gy / 25 + 16 Gy / 8", "0.5 Gy / 1"],
)  # fmt: skip
def test_ordinary_schedules_have_no_note(text: str) -> None:
    assert plausibility(Schedule.parse(text)) == ()


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("200 Gy / 5", ["200 Gy in 5 fractions is above 100 Gy in total", "40 Gy per fraction is above 25 Gy"]),
        ("110 Gy / 10", ["above 100 Gy in total"]),
        ("91 Gy / 45", ["91 Gy in 45 fractions is above 90 Gy in total"]),
        ("60 Gy / 30 + 40 Gy / 20", ["100 Gy in 50 fractions is above 90 Gy in total"]),
        ("45 Gy / 1", ["45 Gy per fraction is above 40 Gy"]),
        ("60 Gy / 2", ["30 Gy per fraction is above 25 Gy"]),
        ("45 cGy / 5", ["0.09 Gy per fraction is below 0.5 Gy"]),
    ],
)
def test_a_likely_slip_gets_a_note_that_says_whose_bound_it_is(text: str, notes: list[str]) -> None:
    found = plausibility(Schedule.parse(text))
    assert len(found) == len(notes)
    for note, part in zip(found, notes, strict=True):
        assert part in note
        assert "this tool's own plausibility bound" in note
