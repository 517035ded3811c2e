"""An organ over several courses: bounds from what is known of each, shared days, recovery columns, voxel sums."""

import numpy as np
import pytest

from rtcalc.courses import Course, Prescription
from rtcalc.cumulative import Part, in_eqd2, same_sessions
from rtcalc.dates import read_when
from rtcalc.doses import EQD2, PhysicalDose
from rtcalc.dvh import Dvh
from rtcalc.effects import bed
from rtcalc.errors import BasisError, DomainError, UnitsError
from rtcalc.findings import State
from rtcalc.history import History, tumour_sum, voxel_sum
from rtcalc.limits import Metric
from rtcalc.organ_courses import OrganCourse, Overlap, overlap_of
from rtcalc.recovery import TypedRecovery, recovery_columns
from rtcalc.schedules import Schedule
from rtcalc.verdicts import eqd2

DMAX, DMEAN, D2CC, D5CC = (Metric.parse(name) for name in ("Dmax", "Dmean", "D2cc", "D5cc"))
APART = (Overlap.different_days("1", "2"),)


def organ(*courses: OrganCourse, ratio: str = "3 Gy", overlaps: tuple[Overlap, ...] = APART) -> History:
    return History.of("Bowel", alpha_beta=ratio, courses=courses, overlaps=overlaps)


def known(course: str, fractions: int, **metrics: str) -> OrganCourse:
    return OrganCourse.by_metrics(course, fractions, metrics)


def limit(gray: float, ratio: str = "3 Gy") -> EQD2:
    return EQD2.from_gray(gray, alpha_beta=ratio)


PRIOR = known("1", 28, Dmax="51.5 Gy", D2cc="50.1 Gy")
LATER = known("2", 5, Dmax="27.5 Gy", D2cc="19.0 Gy")


# --- different days --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("metric", "low", "high", "plain"),
    [
        # by hand at a/b 3: 50.1 (1 + 1.78929/3) / (5/3) = 47.9886; 51.5 -> 49.8446; 19 (1 + 3.8/3) / (5/3) = 25.84;
        # 27.5 -> 46.75. D2cc: 49.8446 + 25.84 = 75.6846 and 47.9886 + 46.75 = 94.74; Dmax: 49.8446 + 46.75.
        (D2CC, 47.9886, 75.6846, 73.8286),
        (DMAX, 49.8446, 96.5946, 96.5946),
    ],
)
def test_bounds_of_courses_on_different_days(metric: Metric, low: float, high: float, plain: float) -> None:
    found = organ(PRIOR, LATER).cumulative(metric)
    assert found.high is not None
    assert found.plain_sum is not None
    assert (found.low.gray, found.high.gray, found.plain_sum.gray) == pytest.approx((low, high, plain), abs=1e-4)
    assert (found.missing, found.assumed) == ((), ())


def test_the_bounds_are_those_of_two_summaries() -> None:
    parts = [
        Part(course="1", gray=50.1, max_gray=51.5, fractions=28),
        Part(course="2", gray=19, max_gray=27.5, fractions=5),
    ]
    other = in_eqd2(D2CC, parts, 3.0)  # the second route
    found = organ(PRIOR, LATER).cumulative(D2CC)
    assert found.high is not None
    assert (found.low.gray, found.high.gray) == pytest.approx((other.low, other.high), rel=1e-12)


def test_without_a_maximum_there_is_no_upper_bound_and_it_is_named() -> None:
    found = organ(known("1", 5, D2cc="12 Gy"), known("2", 4, D2cc="10 Gy"), ratio="2 Gy").cumulative(D2CC)
    # by hand at a/b 2: 12 (1 + 2.4/2) / 2 = 13.2; 10 (1 + 2.5/2) / 2 = 11.25; their sum 24.45 is no bound
    assert (found.low.gray, found.high) == (pytest.approx(13.2), None)
    assert found.plain_sum is not None
    assert found.plain_sum.gray == pytest.approx(24.45)
    assert found.missing == ("Dmax of Bowel in 1", "Dmax of Bowel in 2")


def test_a_maximum_stands_for_a_metric_that_is_not_known() -> None:
    # by hand at a/b 2, 5 fractions: EQD2 of 10 -> 10, 20 -> 30. D2cc of course 2 is unknown, at most its Dmax.
    found = organ(known("1", 5, Dmax="10 Gy", D2cc="10 Gy"), known("2", 5, Dmax="20 Gy"), ratio="2 Gy").cumulative(D2CC)
    assert found.high is not None
    assert (found.low.gray, found.high.gray, found.plain_sum) == (pytest.approx(10), pytest.approx(40), None)


def test_a_course_of_which_nothing_is_known_leaves_the_lower_bound() -> None:
    found = organ(PRIOR, OrganCourse(course="2", fractions=5)).cumulative(D2CC)
    assert (found.low.gray, found.high) == (pytest.approx(47.9886, abs=1e-4), None)
    assert found.missing == ("Dmax of Bowel in 2",)


def test_a_mean_gives_a_lower_bound_only() -> None:
    # by hand at a/b 2.5: 9 (1 + 1.8/2.5) / 1.8 = 8.6; 8 (1 + 2/2.5) / 1.8 = 8.0
    found = organ(known("1", 5, Dmean="9 Gy"), known("2", 4, Dmean="8 Gy"), ratio="2.5 Gy").cumulative(DMEAN)
    assert (found.low.gray, found.high) == (pytest.approx(16.6), None)
    assert found.missing[0] == "a dose-volume curve of Bowel in 1"


def test_three_courses_take_every_other_maximum() -> None:
    # by hand at a/b 2, 5 fractions: D_v 10, 3.75 and 10; Dmax 30, 60 and 15.312; least: 3.75 + 30 + 15.312
    courses = (
        known("1", 5, Dmax="20 Gy", D2cc="10 Gy"),
        known("2", 5, Dmax="30 Gy", D2cc="5 Gy"),
        known("3", 5, Dmax="13.2 Gy", D2cc="10 Gy"),
    )
    apart = tuple(Overlap.different_days(*pair) for pair in (("1", "2"), ("1", "3"), ("2", "3")))
    found = organ(*courses, ratio="2 Gy", overlaps=apart).cumulative(D2CC)
    assert found.high is not None
    assert found.high.gray == pytest.approx(49.062)


def test_the_prescription_stands_in_only_where_that_is_said() -> None:
    prior = OrganCourse.by_prescription("1", Schedule.parse("50.4 Gy / 28"), acknowledged=True)
    found = organ(prior, LATER).cumulative(D2CC)
    # by hand at a/b 3: 50.4 (1 + 1.8/3) / (5/3) = 48.384
    assert found.low.gray == pytest.approx(48.384)
    assert found.assumed == ("1",)
    with pytest.raises(DomainError, match="stands in for the organ's dose only where that is acknowledged"):
        OrganCourse.by_prescription("1", Schedule.parse("50.4 Gy / 28"), acknowledged=False)
    with pytest.raises(DomainError, match="several phases; give each as a course"):
        OrganCourse.by_prescription("1", Schedule.parse("50 Gy / 25 + 16 Gy / 8"), acknowledged=True)


# --- curves ----------------------------------------------------------------------------------------------------------
def curve(course: str, doses: list[float], volumes: list[float], **rest: float) -> Dvh:
    edges = np.repeat(doses, 2)  # two equal edges hold their volume at exactly that dose
    bins = np.zeros(2 * len(doses) - 1)
    bins[::2] = volumes
    return Dvh(organ="Bowel", course=course, edges_gray=edges, volume_cc=bins, **rest)


def by_curve(fractions: int, dvh: Dvh) -> OrganCourse:
    return OrganCourse(course=dvh.course, fractions=fractions, curve=dvh)


def test_curves_give_both_ends_of_a_mean() -> None:
    # by hand at a/b 2.5, 5 fractions: half at 2 Gy, half at 16 Gy: (1.28889 + 20.26667) / 2 = 10.7778, the EQD2 of the
    # mean is only 8.60; with a second course of 8 Gy / 4 everywhere, 8.0
    found = organ(
        by_curve(5, curve("1", [2, 16], [70, 70])), by_curve(4, curve("2", [8], [140])), ratio="2.5 Gy"
    ).cumulative(DMEAN)
    assert found.high is not None
    assert (found.low.gray, found.high.gray) == pytest.approx((18.7778, 18.7778), abs=1e-4)


def test_wide_bins_leave_a_mean_between_their_edges() -> None:
    dvh = Dvh(organ="Bowel", course="1", edges_gray=[0, 10], volume_cc=[100])
    found = organ(by_curve(5, dvh), overlaps=(), ratio="2 Gy").cumulative(DMEAN)
    # by hand at a/b 2, 5 fractions: between 0 and 10 Gy, 10 (1 + 2/2) / 2 = 10; even over the dose it would be
    # (5 + 100/3/10) / 2 = 4.17
    assert found.high is not None
    assert (found.low.gray, found.high.gray) == (0.0, pytest.approx(10))


def test_curves_close_in_on_the_bound_of_a_hot_volume() -> None:
    # 10 cc organ, a/b 3: course 1 (5 fractions) 1 cc at 28 Gy, the rest at 2; course 2 (4 fractions) 1 cc at 24 Gy, the
    # rest at 2. By maxima, D5cc is at most min(48.16 + 1.4, 1.36 + 43.2) = 44.56; but the 5 cc are larger than both hot
    # parts together: 2.5 cc + 2.5 cc are each at 2 Gy, 1.36 + 1.4 = 2.76.
    one, two = curve("1", [2, 28], [9, 1]), curve("2", [2, 24], [9, 1])
    found = organ(by_curve(5, one), by_curve(4, two)).cumulative(D5CC)
    assert found.high is not None
    assert (found.low.gray, found.high.gray) == pytest.approx((1.4, 2.76))
    typed = organ(known("1", 5, Dmax="28 Gy", D5cc="2 Gy"), known("2", 4, Dmax="24 Gy", D5cc="2 Gy")).cumulative(D5CC)
    assert typed.high is not None
    assert typed.high.gray == pytest.approx(44.56)


def test_a_curve_with_volume_outside_the_dose_is_no_upper_bound() -> None:
    part = curve("1", [10], [8], volume_outside_grid_cc=2.0)
    found = organ(by_curve(5, part), known("2", 5, Dmax="5 Gy", D5cc="5 Gy"), ratio="2 Gy").cumulative(D5CC)
    assert (found.low.gray, found.high) == (pytest.approx(10), None)
    mean = organ(by_curve(5, part), overlaps=(), ratio="2 Gy").cumulative(DMEAN)
    # by hand: the mean with 2 of 10 cc at 0 Gy is 8 Gy: 8 (1 + 1.6/2) / 2 = 7.2
    assert (mean.low.gray, mean.high) == (pytest.approx(7.2), None)


def test_a_converted_curve_is_refused() -> None:
    with pytest.raises(BasisError, match="converted already"):
        by_curve(5, curve("1", [10], [8]).relabelled(5, "3 Gy"))


def test_a_volume_larger_than_the_organ_is_refused() -> None:
    with pytest.raises(DomainError, match="the whole organ has 4 cc"):
        organ(by_curve(5, curve("1", [10], [4])), overlaps=()).cumulative(D5CC)


# --- the same days ---------------------------------------------------------------------------------------------------
TEN, FIFTEEN = known("1", 5, Dmax="10 Gy"), known("2", 5, Dmax="15 Gy")


def test_dose_of_the_same_sessions_adds_before_it_is_converted() -> None:
    together = organ(TEN, FIFTEEN, overlaps=(Overlap.same_sessions("1", "2", 5),)).cumulative(DMAX)
    # by hand: 2 + 3 Gy x 5 at a/b 3 is 25 (1 + 5/3) / (5/3) = 40.0; apart 10 + 18 = 28.0
    assert together.high is not None
    assert (together.low.gray, together.high.gray) == pytest.approx((18.0, 40.0))
    apart = organ(TEN, FIFTEEN).cumulative(DMAX)
    assert apart.high is not None
    assert apart.high.gray == pytest.approx(28.0)


def test_cord_in_the_same_sessions() -> None:
    cord = organ(
        known("1", 5, Dmax="9 Gy"),
        known("2", 5, Dmax="11 Gy"),
        ratio="2 Gy",
        overlaps=(Overlap.same_sessions("1", "2", 5),),
    )
    # by hand: 20 Gy / 5 at a/b 2 is 20 (1 + 4/2) / 2 = 30.0; apart 8.55 + 11.55 = 20.1
    assert cord.cumulative(DMAX).high == limit(30.0, "2 Gy")
    parts = [Part(course=c, gray=g, max_gray=g, fractions=5) for c, g in (("1", 9.0), ("2", 11.0))]
    assert eqd2(same_sessions(DMAX, parts).high, 5, 2.0) == pytest.approx(30.0)  # the second route


@pytest.mark.parametrize(
    ("hours", "half_time", "high"),
    [
        (0.0, 1.5, 40.0),  # in one session
        (1.5, 1.5, 34.0),  # by hand: 28 + half of the 12 Gy between
        (6.0, 1.5, 28.75),  # by hand: 28 + 12 / 16
        (1e4, 1.5, 28.0),  # complete repair
    ],
)
def test_hours_apart_leave_some_repair_undone(hours: float, half_time: float, high: float) -> None:
    overlap = Overlap.hours_apart("1", "2", 5, hours=hours, half_time_hours=half_time)
    found = organ(TEN, FIFTEEN, overlaps=(overlap,)).cumulative(DMAX)
    assert found.high is not None
    assert found.high.gray == pytest.approx(high)


def test_brute_force_over_the_fractions_of_shared_days() -> None:
    # Course 1: 10 fractions of 2 Gy, course 2: 4 of 5 Gy, three of them in the sessions of course 1; a/b 3.
    one, two = known("1", 10, Dmax="20 Gy"), known("2", 4, Dmax="20 Gy")
    found = organ(one, two, overlaps=(Overlap.same_sessions("1", "2", 3),)).cumulative(DMAX)
    sessions = [2.0] * 7 + [7.0] * 3 + [5.0]
    assert found.high is not None
    assert found.high.gray == pytest.approx(sum(d * (1 + d / 3) for d in sessions) / (1 + 2 / 3), rel=1e-12)


def test_days_decide_what_is_shared() -> None:
    one = OrganCourse.by_metrics("1", 5, {"Dmax": "10 Gy"}, days=(1, 2, 3, 4, 5))
    two = OrganCourse.by_metrics("2", 5, {"Dmax": "15 Gy"}, days=(4, 5, 6, 7, 8))
    assert overlap_of(one, two).fractions == (2, 2)
    found = organ(one, two, overlaps=()).cumulative(DMAX)
    # by hand: days 4 and 5 have 5 Gy, three 2 Gy, three 3 Gy: 2 * 13.3333 + 3 * 3.3333 + 3 * 6 = 54.6667 / 1.6667
    assert found.high is not None
    assert found.high.gray == pytest.approx(32.8)


@pytest.mark.parametrize(
    ("one", "two", "shared"),
    [
        ({"latest": 100}, {"earliest": 101}, (0, 0)),
        ({"earliest": 200}, {"latest": 150}, (0, 0)),
        ({"latest": 100}, {"earliest": 100}, (0, 4)),
        ({"latest": 100}, {}, (0, 4)),
        ({"days": tuple(range(10))}, {"earliest": 10}, (0, 0)),
        ({"days": tuple(range(10))}, {"days": (0, 0, 1, 1)}, (2, 4)),  # twice a day: two or four pairs
    ],
)
def test_what_dates_say_of_shared_days(one: dict, two: dict, shared: tuple[int, int]) -> None:
    found = overlap_of(OrganCourse(course="1", fractions=10, **one), OrganCourse(course="2", fractions=4, **two))
    assert (found.fractions, found.weight) == (shared, (0.0, 1.0))


def test_unknown_days_carry_both_readings() -> None:
    found = organ(TEN, FIFTEEN, overlaps=()).cumulative(DMAX)
    # by hand: at most all five days are shared, 40.0; the limit of 30 Gy is neither met nor exceeded for certain
    assert found.high is not None
    assert found.high.gray == pytest.approx(40.0)
    assert found.state(limit(30)) is State.UNDETERMINED
    assert organ(TEN, FIFTEEN).cumulative(DMAX).state(limit(30)) is State.PASS


def test_a_course_brings_its_dates() -> None:
    given = Prescription(target="t", planned=Schedule.parse("45 Gy / 5"))
    start = read_when("2026-03-16")
    course = Course(id="1", prescriptions=(given,), start=start, end=read_when("not stated"), pattern="every weekday")
    dated = known("1", 5, Dmax="10 Gy").dated(course)
    assert dated.days is not None
    assert (dated.first, dated.last) == (start.earliest, start.earliest + 4)
    vague = Course(id="1", prescriptions=(given,), start=read_when("2026-03"), end=read_when("2026-04"))
    dated = known("1", 5, Dmax="10 Gy").dated(vague)
    assert (dated.days, dated.first, dated.last) == (None, read_when("2026-03").earliest, read_when("2026-04").latest)


# --- states ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("gray", "op", "state"),
    [
        (97.0, "<=", State.PASS),  # the upper bound, 96.59, meets it
        (96.0, "<=", State.UNDETERMINED),
        (50.0, "<=", State.UNDETERMINED),
        (49.0, "<=", State.EXCEEDED),  # the lower bound, 49.84, does not
    ],
)
def test_bounds_against_a_cumulative_limit(gray: float, op: str, state: State) -> None:
    assert organ(PRIOR, LATER).cumulative(DMAX).state(limit(gray), op) is state  # type: ignore[arg-type]


def test_the_limit_itself_follows_the_operator() -> None:
    exact = organ(known("1", 5, Dmax="10 Gy"), overlaps=(), ratio="2 Gy").cumulative(DMAX)  # EQD2 exactly 10 Gy
    assert exact.state(limit(10, "2 Gy")) is State.PASS
    assert exact.state(limit(10, "2 Gy"), "<") is State.EXCEEDED
    with pytest.raises(DomainError, match="op: '>'"):
        exact.state(limit(10, "2 Gy"), ">")  # type: ignore[arg-type]


def test_a_limit_on_another_alpha_beta_is_refused() -> None:
    with pytest.raises(BasisError, match="different bases"):
        organ(PRIOR, LATER).cumulative(DMAX).state(limit(97, "4 Gy"))


# --- recovery --------------------------------------------------------------------------------------------------------
def dated_cord(interval: int) -> History:
    first = OrganCourse.by_metrics("1", 10, {"Dmax": "30.9 Gy"}, latest=738000)
    second = OrganCourse.by_metrics("2", 5, {"Dmax": "17.91 Gy"}, earliest=738000 + interval)
    return History.of("SpinalCord", alpha_beta="2 Gy", courses=(first, second))


def typed(**other: object) -> TypedRecovery:
    fields = {"organ": "SpinalCord", "fraction": 0.25, "ceiling": 0.5, "at_least_days": 180, "reference": "minutes"}
    return TypedRecovery(**{**fields, **other})  # type: ignore[arg-type]


def columns(history: History, *recoveries: TypedRecovery, contained: bool = False) -> tuple:
    return recovery_columns(
        history, DMAX, limit(60, "2 Gy"), now="2", recoveries=recoveries, limit_contains_recovery=contained
    )


def test_none_comes_first_and_alone_has_a_state() -> None:
    none, other = columns(dated_cord(250), typed())
    # by hand at a/b 2: 30.9 (1 + 3.09/2) / 2 = 39.32025; 17.91 (1 + 3.582/2) / 2 = 24.99341; 75 % of the first
    # are 29.4902
    assert (none.name, none.state) == ("none", State.UNDETERMINED)
    assert none.cumulative.high.gray == pytest.approx(64.31366, abs=1e-5)
    assert other.cumulative.high.gray == pytest.approx(54.48360, abs=1e-5)
    assert other.state is None
    assert other.name == "25 % after 180 d or more (minutes)"


def test_no_recovery_below_its_interval_or_of_an_unknown_one() -> None:
    for history in (dated_cord(179), organ(PRIOR, LATER)):
        mine = typed(organ=history.organ)
        shown = recovery_columns(
            history,
            DMAX,
            EQD2.from_gray(60, alpha_beta=f"{history.ratio} Gy"),
            now="2",
            recoveries=[mine],
            limit_contains_recovery=False,
        )[1]
        assert shown.cumulative is None
        assert shown.reason == "not credited: no course is known to have ended 180 d or more before 2"
    assert columns(dated_cord(180), typed())[1].cumulative is not None


def test_no_recovery_on_a_limit_that_contains_it() -> None:
    shown = columns(dated_cord(250), typed(), contained=True)[1]
    assert (shown.cumulative, shown.reason) == (None, "not credited: the limit contains recovery already")


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"fraction": 0.6}, "fraction: 0.6 is outside 0 to the ceiling of 0.5"),
        ({"fraction": -0.1}, "fraction: -0.1"),
        ({"fraction": float("nan")}, "fraction: nan"),
        ({"ceiling": 1.2}, "ceiling: 1.2 is outside 0 to 1"),
        ({"at_least_days": 0}, "at_least_days: 0"),
        ({"at_least_days": 180.0}, "at_least_days: 180.0"),
        ({"reference": " "}, "needs the reference"),
    ],
)
def test_what_is_no_recovery_is_refused(other: dict[str, object], said: str) -> None:
    with pytest.raises(DomainError, match=said):
        typed(**other)


def test_recovery_belongs_to_its_organ_and_never_to_a_tumour() -> None:
    with pytest.raises(DomainError, match="a recovery of Brainstem cannot be credited to SpinalCord"):
        columns(dated_cord(250), typed(organ="Brainstem"))
    tumour = History.of("SpinalCord", alpha_beta="2 Gy", courses=dated_cord(250).courses, kind="tumour")
    with pytest.raises(DomainError, match=r"cannot be credited to SpinalCord \(tumour\)"):
        columns(tumour, typed())
    with pytest.raises(DomainError, match="now: '3' is not a course"):
        recovery_columns(dated_cord(250), DMAX, limit(60, "2 Gy"), now="3", limit_contains_recovery=False)


def test_a_share_outside_its_range_is_refused() -> None:
    with pytest.raises(DomainError, match=r"kept: .1.: 1\.5"):
        organ(PRIOR, LATER).cumulative(DMAX, {"1": 1.5})
    with pytest.raises(DomainError, match="kept: '9'"):
        organ(PRIOR, LATER).cumulative(DMAX, {"9": 0.5})


# --- sums that are known ---------------------------------------------------------------------------------------------
def test_voxels_are_summed_each_at_its_own_dose_per_fraction() -> None:
    one, two = np.array([[6.0, 60.0]]), np.array([[0.0, 10.0]])
    found = voxel_sum([(one, 3), (two, 5)], "3 Gy")
    # by hand at a/b 3: 6 Gy in 3 stays 6; 60 (1 + 20/3) / (5/3) = 276; 10 Gy in 5 stays 10
    assert found.gray.tolist() == [[pytest.approx(6.0), pytest.approx(286.0)]]
    assert found.basis == ("EQD2", 3.0, "LQ")


def test_same_sessions_are_summed_before_conversion() -> None:
    one, two = np.array([10.0]), np.array([15.0])
    # by hand: 40.0 together, 28.0 apart
    assert voxel_sum([(one, 5), (two, 5)], "3 Gy", same_sessions=True).gray.tolist() == [pytest.approx(40.0)]
    assert voxel_sum([(one, 5), (two, 5)], "3 Gy").gray.tolist() == [pytest.approx(28.0)]
    assert (one.tolist(), two.tolist()) == ([10.0], [15.0])


@pytest.mark.parametrize(
    ("doses", "options", "error", "said"),
    [
        ([], {}, DomainError, "at least one"),
        ([(np.zeros(2), 5), (np.zeros(3), 5)], {}, DomainError, "grids of one shape"),
        ([(np.zeros(2), 5), (np.zeros(2), 4)], {"same_sessions": True}, DomainError, "one number of fractions"),
        ([(np.array([-1.0]), 5)], {}, DomainError, "NaN, infinite or negative"),
        ([(np.array([np.nan]), 5)], {}, DomainError, "NaN, infinite or negative"),
        ([(np.zeros(2), 0)], {}, DomainError, "1 to 200"),
        ([(np.array(["1"]), 5)], {}, UnitsError, "not an array of real numbers"),
    ],
)
def test_what_is_no_sum_of_grids_is_refused(doses: list, options: dict, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        voxel_sum(doses, "3 Gy", **options)


def test_a_tumour_sum_is_an_upper_bound_and_says_so() -> None:
    found = tumour_sum([bed("45 Gy / 5", alpha_beta="10 Gy"), bed("40 Gy / 4", alpha_beta="10 Gy")])
    assert found.bed.gray == pytest.approx(165.5)  # by hand: 85.5 + 80
    assert found.note.startswith("upper bound")
    with pytest.raises(DomainError, match="two BEDs or more"):
        tumour_sum([bed("45 Gy / 5", alpha_beta="10 Gy")])
    with pytest.raises(BasisError):
        tumour_sum([bed("45 Gy / 5", alpha_beta="10 Gy"), bed("40 Gy / 4", alpha_beta="3 Gy")])


# --- refusals --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["V20Gy", "CV17.5Gy", "volume"])
def test_volumes_have_no_sum(name: str) -> None:
    with pytest.raises(DomainError, match="volume"):
        organ(PRIOR, LATER).cumulative(Metric.parse(name))
    with pytest.raises(DomainError, match="is a volume"):
        OrganCourse(course="1", fractions=5, metrics=((Metric.parse(name), 10.0),))


@pytest.mark.parametrize(
    "fields",
    [
        {"fractions": 0},
        {"fractions": True},
        {"fractions": 2.5},
        {"metrics": ((DMAX, -1.0),)},
        {"metrics": ((DMAX, float("nan")),)},
        {"days": (1, 2)},
        {"earliest": 10, "latest": 9},
    ],
)
def test_what_is_no_course_of_an_organ_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(DomainError):
        OrganCourse(**{"course": "1", "fractions": 5, **fields})  # type: ignore[arg-type]


def test_metrics_need_their_unit() -> None:
    with pytest.raises(UnitsError, match=r"has no unit; write 51.5 Gy"):
        known("1", 28, Dmax="51.5")


def test_a_metric_is_one_dose_and_no_grid() -> None:
    with pytest.raises(DomainError, match="one dose is needed, not a grid"):
        OrganCourse.by_metrics("1", 5, {"Dmax": PhysicalDose.from_gray(np.ones(2))})


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Overlap(one="1", other="2", fractions=(3, 2)), "are not an interval"),
        (lambda: Overlap(one="1", other="2", fractions=(-1, 2)), "are not an interval"),
        (lambda: Overlap(one="1", other="2", fractions=(1, 2), weight=(0.0, 1.2)), "within 0 to 1"),
        (lambda: Overlap.hours_apart("1", "2", 5, hours=-1.0, half_time_hours=1.0), "hours -1.0"),
        (lambda: Overlap.hours_apart("1", "2", 5, hours=6.0, half_time_hours=0.0), "half_time_hours 0.0"),
        (lambda: organ(TEN, FIFTEEN, overlaps=(Overlap.different_days("1", "3"),)), "are not two of the courses"),
        (lambda: organ(TEN, FIFTEEN, overlaps=(Overlap.same_sessions("1", "2", 6),)), "they can share 5 at most"),
        (lambda: organ(TEN, TEN), "each once"),
        (lambda: organ(overlaps=()), "one or more courses"),
    ],
)
def test_shared_days_that_cannot_be_are_refused(make, said: str) -> None:
    with pytest.raises(DomainError, match=said):
        make()


@pytest.mark.parametrize("ratio", ["0 Gy", "-3 Gy", "3"])
def test_alpha_beta_is_above_zero_and_has_a_unit(ratio: str) -> None:
    with pytest.raises((DomainError, UnitsError)):
        organ(PRIOR, LATER, ratio=ratio)
