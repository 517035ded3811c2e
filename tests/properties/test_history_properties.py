"""What must hold for every pair of courses: simulated voxels lie within the bounds, and budgets undo themselves."""

import math
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtcalc.budget import remaining
from rtcalc.doses import EQD2, PhysicalDose
from rtcalc.dvh import Dvh
from rtcalc.effects import eqd2
from rtcalc.findings import State
from rtcalc.history import Cumulative, History, voxel_sum
from rtcalc.limits import Metric
from rtcalc.organ_courses import OrganCourse, Overlap, overlap_of

TRIALS, VOXELS = 10_000, 12
SEED = 20260316
DMAX, DMEAN = Metric("max"), Metric("mean")


@dataclass(frozen=True)
class Trials:
    """Organs of twelve voxels of 1 cc in two courses, the hot parts anywhere; all trials at once."""

    one: np.ndarray
    two: np.ndarray
    n1: np.ndarray
    n2: np.ndarray
    shared: np.ndarray
    ratio: np.ndarray
    volume: np.ndarray
    truth: np.ndarray


@pytest.fixture(scope="module")
def trials() -> Trials:
    rng = np.random.default_rng(SEED)
    n1, n2 = rng.integers(1, 31, TRIALS), rng.integers(1, 11, TRIALS)
    shared = rng.integers(0, np.minimum(n1, n2) + 1) * rng.integers(0, 2, TRIALS)
    ratio = np.round(rng.uniform(1.0, 12.0, TRIALS), 3)
    hot = rng.random((2, TRIALS, VOXELS)) < 0.4
    doses = np.where(hot, rng.uniform(15, 40, hot.shape), rng.uniform(0, 4, hot.shape))
    one, two = doses
    # by brute force over the sessions: shared ones have both doses at once, the others one each
    d1, d2 = one / n1[:, None], two / n2[:, None]
    s, r = shared[:, None], ratio[:, None]
    effect = s * (d1 + d2) * (1 + (d1 + d2) / r)
    effect += (n1[:, None] - s) * d1 * (1 + d1 / r) + (n2[:, None] - s) * d2 * (1 + d2 / r)
    volume = rng.integers(1, VOXELS + 1, TRIALS)
    return Trials(one, two, n1, n2, shared, ratio, volume, effect / (1 + 2 / r))


def hottest(doses: np.ndarray, volume: np.ndarray) -> np.ndarray:
    return np.take_along_axis(-np.sort(-doses, axis=1), volume[:, None] - 1, axis=1)[:, 0]


def test_the_truth_lies_within_the_bounds_in_ten_thousand_trials(trials: Trials) -> None:
    top1, top2 = trials.one.max(axis=1), trials.two.max(axis=1)
    at1, at2 = hottest(trials.one, trials.volume), hottest(trials.two, trials.volume)
    mean1, mean2 = trials.one.mean(axis=1), trials.two.mean(axis=1)
    truth = hottest(trials.truth, trials.volume), trials.truth.max(axis=1), trials.truth.mean(axis=1)
    both_known, slack = 0, 1e-9
    for i in range(TRIALS):
        metric = Metric("D", float(trials.volume[i]), "cc")
        known = bool(i % 3)  # every third time it is not known which days are shared
        both_known += known
        courses = [
            OrganCourse(course=name, fractions=int(n[i]), metrics=((metric, at[i]), (DMAX, top[i]), (DMEAN, mean[i])))
            for name, n, at, top, mean in (("1", trials.n1, at1, top1, mean1), ("2", trials.n2, at2, top2, mean2))
        ]
        said = (Overlap.same_sessions("1", "2", int(trials.shared[i])),) if known else ()
        history = History(organ="x", ratio=float(trials.ratio[i]), courses=tuple(courses), overlaps=said)
        for wanted, true in zip((metric, DMAX, DMEAN), (one[i] for one in truth), strict=True):
            found = history.cumulative(wanted)
            assert found.low.gray <= true * (1 + slack)
            assert found.high is None or true <= found.high.gray * (1 + slack)
            assert (found.high is None) == (wanted is DMEAN)
    assert TRIALS / 2 < both_known < TRIALS


def test_states_never_contradict_the_truth(trials: Trials) -> None:
    seen = set()
    for i in range(0, TRIALS, 20):
        ratio = float(trials.ratio[i])
        courses = tuple(
            OrganCourse(course=name, fractions=int(n[i]), metrics=((DMAX, float(doses[i].max())),))
            for name, n, doses in (("1", trials.n1, trials.one), ("2", trials.n2, trials.two))
        )
        found = History(organ="x", ratio=ratio, courses=courses).cumulative(DMAX)
        limit = EQD2.from_gray(60.0, alpha_beta=PhysicalDose.from_gray(ratio))
        state, true = found.state(limit), trials.truth[i].max()
        seen.add(state)
        assert state is not State.PASS or true <= 60 * (1 + 1e-9)
        assert state is not State.EXCEEDED or true > 60 * (1 - 1e-9)
    assert seen == {State.PASS, State.EXCEEDED, State.UNDETERMINED}


def test_curves_bound_the_truth_and_are_never_wider_than_summaries(trials: Trials) -> None:
    closer = 0
    for i in np.flatnonzero(trials.shared == 0)[:400]:
        ratio, metric = float(trials.ratio[i]), Metric("D", float(trials.volume[i]), "cc")
        by_curves, by_metrics = [], []
        for name, n, doses in (("1", trials.n1[i], trials.one[i]), ("2", trials.n2[i], trials.two[i])):
            cold = np.sort(doses)
            bins = np.zeros(2 * VOXELS - 1)
            bins[::2] = 1.0
            curve = Dvh(organ="x", course=name, edges_gray=np.repeat(cold, 2), volume_cc=bins)
            by_curves.append(OrganCourse(course=name, fractions=int(n), curve=curve))
            values = ((metric, float(cold[-int(metric.at)])), (DMAX, float(cold[-1])))
            by_metrics.append(OrganCourse(course=name, fractions=int(n), metrics=values))
        apart = (Overlap.different_days("1", "2"),)

        def found(courses: list[OrganCourse], wanted: Metric, ratio=ratio, apart=apart) -> Cumulative:
            return History(organ="x", ratio=ratio, courses=tuple(courses), overlaps=apart).cumulative(wanted)

        tight, wide = found(by_curves, metric), found(by_metrics, metric)
        true = np.sort(trials.truth[i])[-int(metric.at)]
        assert tight.high is not None
        assert wide.high is not None
        assert true <= tight.high.gray * (1 + 1e-9)
        assert tight.high.gray <= wide.high.gray * (1 + 1e-9)
        assert tight.low.gray == pytest.approx(wide.low.gray)
        closer += tight.high.gray < wide.high.gray * (1 - 1e-6)
        mean = found(by_curves, DMEAN)
        assert mean.high is not None
        assert (mean.low.gray, mean.high.gray) == pytest.approx((trials.truth[i].mean(),) * 2, rel=1e-9)
    assert closer > 20


def test_voxels_are_summed_as_the_sessions_say(trials: Trials) -> None:
    for i in np.flatnonzero(trials.shared == 0)[:200]:
        courses = [(trials.one[i], int(trials.n1[i])), (trials.two[i], int(trials.n2[i]))]
        found = voxel_sum(courses, PhysicalDose.from_gray(float(trials.ratio[i])))
        np.testing.assert_allclose(found.gray, trials.truth[i], rtol=1e-9)
    every = np.flatnonzero((trials.shared == trials.n1) & (trials.n1 == trials.n2))
    assert every.size > 10
    for i in every:
        courses = [(trials.one[i], int(trials.n1[i])), (trials.two[i], int(trials.n2[i]))]
        found = voxel_sum(courses, PhysicalDose.from_gray(float(trials.ratio[i])), same_sessions=True)
        np.testing.assert_allclose(found.gray, trials.truth[i], rtol=1e-9)


doses = st.integers(1, 6_000).map(lambda whole: whole / 100)
counts = st.integers(1, 40)
ratios = st.integers(100, 2_000).map(lambda whole: whole / 100)


def pair(one: float, other: float, n1: int, n2: int, ratio: float, *overlaps: Overlap) -> Cumulative:
    courses = (
        OrganCourse(course="1", fractions=n1, metrics=((DMAX, one),)),
        OrganCourse(course="2", fractions=n2, metrics=((DMAX, other),)),
    )
    return History(organ="x", ratio=ratio, courses=courses, overlaps=overlaps).cumulative(DMAX)


@settings(deadline=None)
@given(doses, doses, counts, counts, ratios, st.floats(0.0, 48.0), st.floats(0.1, 10.0))
def test_more_hours_apart_never_add_effect(
    one: float, other: float, n1: int, n2: int, ratio: float, hours: float, half_time: float
) -> None:
    shared = min(n1, n2)

    def high(overlap: Overlap) -> float:
        found = pair(one, other, n1, n2, ratio, overlap).high
        assert found is not None
        return float(found.gray)

    together = high(Overlap.same_sessions("1", "2", shared))
    near = high(Overlap.hours_apart("1", "2", shared, hours=hours, half_time_hours=half_time))
    far = high(Overlap.hours_apart("1", "2", shared, hours=hours + 1.0, half_time_hours=half_time))
    apart = high(Overlap.different_days("1", "2"))
    assert together * (1 + 1e-12) >= near >= far * (1 - 1e-12)
    assert far >= apart * (1 - 1e-12)


@settings(deadline=None)
@given(doses, doses, counts, counts, ratios, st.floats(0.0, 1.0))
def test_what_is_kept_scales_one_course_only(
    one: float, other: float, n1: int, n2: int, ratio: float, share: float
) -> None:
    courses = (
        OrganCourse(course="1", fractions=n1, metrics=((DMAX, one),)),
        OrganCourse(course="2", fractions=n2, metrics=((DMAX, other),)),
    )
    history = History(organ="x", ratio=ratio, courses=courses, overlaps=(Overlap.different_days("1", "2"),))
    found = history.cumulative(DMAX, {"1": share}).high
    each = [
        float(eqd2(PhysicalDose.from_gray(gray), n, alpha_beta=PhysicalDose.from_gray(ratio)).gray)
        for gray, n in ((one, n1), (other, n2))
    ]
    assert found is not None
    assert math.isclose(float(found.gray), share * each[0] + each[1], rel_tol=1e-12)


@settings(deadline=None)
@given(doses, counts, ratios, doses)
def test_a_budget_fills_the_limit_and_not_more(earlier: float, count: int, ratio: float, left: float) -> None:
    basis = PhysicalDose.from_gray(ratio)
    before = EQD2.from_gray(earlier, alpha_beta=basis)
    limit = EQD2.from_gray(earlier + left, alpha_beta=basis)
    (found,) = remaining(before, limit, (count,))
    if found.gray is None or found.offered is None:
        assert left < 0.05  # at most a hundredth of a gray more
        return
    filled = before + eqd2(PhysicalDose.from_gray(found.gray), count, alpha_beta=basis)
    assert math.isclose(float(filled.gray), earlier + left, rel_tol=1e-9)
    assert before + eqd2(PhysicalDose.from_gray(found.offered), count, alpha_beta=basis) <= limit
    assert found.gray - found.offered < 0.01 + 1e-9


@settings(deadline=None)
@given(st.sets(st.integers(0, 60), min_size=1, max_size=30), st.sets(st.integers(0, 60), min_size=1, max_size=30))
def test_known_days_are_counted_and_unknown_ones_bound_them(one: set[int], other: set[int]) -> None:
    first = OrganCourse(course="1", fractions=len(one), days=tuple(sorted(one)))
    second = OrganCourse(course="2", fractions=len(other), days=tuple(sorted(other)))
    count = len(one & other)
    assert overlap_of(first, second).fractions == (count, count)
    vague = OrganCourse(course="2", fractions=len(other), earliest=min(other), latest=max(other))
    low, high = overlap_of(first, vague).fractions
    assert low <= count <= high
