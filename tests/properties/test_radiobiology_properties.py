"""What must hold for every parameter of the models beyond LQ, and a second route to each of their formulas.

The second routes share nothing with the formulas but the picture behind them: damage that can still be repaired decays
exponentially, and two doses interact by what is left of the earlier one when the later one comes.
"""

import math
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtcalc.composition import break_even, effect
from rtcalc.conditions import Particles, Repopulation
from rtcalc.doses import PhysicalDose
from rtcalc.effects import bed, break_even_alpha_beta, eqd2
from rtcalc.fraction_models import LQL, USC
from rtcalc.models import dose_rate, high_dose, lq, particles, repair, repopulation
from rtcalc.recipe import Recipe
from rtcalc.schedules import Schedule

doses = st.integers(1, 12_000).map(lambda whole: whole / 100)
counts = st.integers(1, 60)
ratios = st.integers(50, 2_500).map(lambda whole: whole / 100)
thresholds = st.integers(200, 3_000).map(lambda whole: whole / 100)
initials = st.floats(0.05, 0.95)
half_times = st.floats(0.1, 10.0)
shares = st.floats(0.05, 0.95)
LIMIT = 1e-9


def gray(value: float) -> PhysicalDose:
    return PhysicalDose.from_gray(value)


# --- the second routes ----------------------------------------------------------------------------------------------
@cache
def _nodes(count: int) -> tuple[np.ndarray, np.ndarray]:
    points, weights = np.polynomial.legendre.leggauss(count)
    return (points + 1) / 2, weights / 2


def within(duration: float, mu: float, decay: float = 0.0) -> float:
    """Twice the integral of exp(-decay (t + s)) exp(-mu (t - s)) over 0 < s < t < duration, by panels in t - s."""
    points, weights = _nodes(20)
    # Panels that grow away from zero: the integrand falls fast in t - s and slowly in t + s.
    edges = [0.0, *(duration * np.geomspace(1e-4, 1.0, 25))]
    total = 0.0
    for low, high in pairwise(edges):
        lag = low + (high - low) * points
        for one, weight in zip(lag, weights * (high - low), strict=True):
            later = edges_integral(one, duration, decay)
            total += weight * math.exp(-mu * one) * later
    return 2 * total


def edges_integral(lag: float, duration: float, decay: float) -> float:
    """Integral over t from lag to duration of exp(-decay (2 t - lag))."""
    if decay == 0.0:
        return duration - lag
    return math.exp(-decay * lag) * -math.expm1(-2 * decay * (duration - lag)) / (2 * decay)


def simulated(fractions: int, per_day: int, interval: float, duration: float, half_time: float, steps: int) -> float:
    """Factor on the quadratic term by following the unrepaired damage through every pulse of every day."""
    mu, total = math.log(2) / half_time, 0.0
    pulses = (np.arange(steps) + 0.5) / steps * duration
    for day in range(-(-fractions // per_day)):
        today = min(per_day, fractions - day * per_day)
        moments = np.concatenate([start * interval + pulses for start in range(today)])
        left, before = 0.0, None
        for moment in moments:
            left *= 0.0 if before is None else math.exp(-mu * (moment - before))
            total += (1 / steps) ** 2 + 2 * left / steps  # with itself, and with what is left of the earlier ones
            left, before = left + 1 / steps, moment
    return total / fractions


@given(st.integers(1, 30), st.integers(1, 6), st.floats(0.5, 4.0), half_times)
def test_fractions_of_a_day_by_simulation(fractions: int, per_day: int, interval: float, half_time: float) -> None:
    found = repair.course_factor(fractions, per_day, interval, 0.0, ((1.0, half_time),))
    assert found == pytest.approx(simulated(fractions, per_day, interval, 0.0, half_time, 1), rel=LIMIT)


@given(st.integers(1, 6), st.floats(0.5, 4.0), half_times)
def test_hm_is_its_closed_form(per_day: int, interval: float, half_time: float) -> None:
    theta = 2 ** (-interval / half_time)
    if theta > 0.98:  # there the closed form loses its digits
        return
    closed = 2 / per_day * theta / (1 - theta) * (per_day - (1 - theta**per_day) / (1 - theta))
    assert repair.hm(per_day, interval, ((1.0, half_time),)) == pytest.approx(closed, rel=LIMIT, abs=1e-12)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.01, 5.0), half_times)
def test_protraction_by_integration(duration: float, half_time: float) -> None:
    integral = within(duration, math.log(2) / half_time) / duration**2
    assert repair.protraction(duration, ((1.0, half_time),)) == pytest.approx(integral, rel=LIMIT)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.1, 300.0), st.floats(0.5, 2_000.0), half_times)
def test_a_decaying_source_by_integration(duration: float, half_life: float, half_time: float) -> None:
    decay = math.log(2) / half_life
    dose = -math.expm1(-decay * duration) / decay
    integral = within(duration, math.log(2) / half_time, decay) / dose**2
    assert dose_rate.decaying(duration, half_life, ((1.0, half_time),)) == pytest.approx(integral, rel=LIMIT)


@settings(max_examples=20, deadline=None)
@given(st.floats(1.0, 100.0), half_times, shares)
def test_a_decaying_source_through_its_differential_equation(half_life: float, half_time: float, share: float) -> None:
    from scipy.integrate import solve_ivp

    rates, decay, end = (math.log(2) / half_time, math.log(2) / (3 * half_time)), math.log(2) / half_life, 24.0
    weights = (share, 1 - share)

    def step(at: float, state: np.ndarray) -> list[float]:  # damage left of each kind, pairs, dose
        rate = math.exp(-decay * at)
        left = [rate - mu * amount for mu, amount in zip(rates, state[:2], strict=True)]
        return [*left, 2 * rate * (weights[0] * state[0] + weights[1] * state[1]), rate]

    last = solve_ivp(step, (0, end), [0.0, 0.0, 0.0, 0.0], method="DOP853", rtol=1e-12, atol=1e-13).y[:, -1]
    components = ((share, half_time), (1 - share, 3 * half_time))
    assert dose_rate.decaying(end, half_life, components) == pytest.approx(last[2] / last[3] ** 2, rel=LIMIT)


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 4), st.floats(1.0, 5.0), st.floats(0.05, 1.0), half_times)
def test_long_fractions_of_one_day_by_integration(m: int, interval: float, duration: float, half_time: float) -> None:
    mu = math.log(2) / half_time
    points, weights = _nodes(40)
    times, spread = duration * points, np.outer(weights, weights)
    pairs = m * within(duration, mu) / duration**2
    for first in range(m):
        for second in range(first + 1, m):
            apart = (second - first) * interval + times[None, :] - times[:, None]
            pairs += 2 * float((spread * np.exp(-mu * apart)).sum())
    found = repair.day_factor(m, interval, duration, ((1.0, half_time),))
    assert found == pytest.approx(pairs / m, rel=LIMIT)


def test_long_fractions_by_simulation_in_small_pulses() -> None:
    # Halving the pulses quarters the error of the midpoint rule, so two of them extrapolate to the limit.
    coarse, fine = (simulated(5, 2, 6.0, 0.75, 1.5, steps) for steps in (200, 400))
    limit = fine + (fine - coarse) / 3
    assert repair.course_factor(5, 2, 6.0, 0.75, ((1.0, 1.5),)) == pytest.approx(limit, rel=LIMIT)


@given(doses, counts, ratios, thresholds)
def test_lq_l_by_adding_up_slopes(total: float, count: int, ratio: float, threshold: float) -> None:
    each = total / count
    # The slope is 1 + 2 x / r up to the threshold and constant from there: two trapezia.
    top = min(each, threshold)
    area = (1 + 1 + 2 * top / ratio) / 2 * top + (each - top) * (1 + 2 * threshold / ratio)
    found = high_dose.lql_bed(total, count, ratio, threshold, high_dose.lql_slope(threshold, ratio))
    assert found == pytest.approx(count * area, rel=LIMIT)


@given(doses, counts, ratios, initials)
def test_the_universal_curve_is_lq_l_at_its_own_threshold(
    total: float, count: int, ratio: float, initial: float
) -> None:
    threshold = high_dose.usc_threshold(ratio, initial)
    assert threshold == pytest.approx(2 * high_dose.usc_shoulder(ratio, initial) / (1 - initial), rel=1e-12)
    by_slope = high_dose.lql_bed(total, count, ratio, threshold, 1 / initial)
    assert high_dose.usc_bed(total, count, ratio, initial) == pytest.approx(by_slope, rel=LIMIT)


@given(doses, counts, ratios, st.floats(0.5, 5.0), st.floats(0.5, 5.0))
def test_particles_by_their_alpha_and_beta(
    total: float, count: int, ratio: float, rbe_max: float, rbe_min: float
) -> None:
    alpha = 0.3
    alpha_p, beta_p = alpha * rbe_max, alpha / ratio * rbe_min**2
    log_kill = count * (alpha_p * total / count + beta_p * (total / count) ** 2)
    assert particles.bed(total, count, ratio, rbe_max, rbe_min) == pytest.approx(log_kill / alpha, rel=LIMIT)
    photons = particles.rbe(total / count, ratio, rbe_max, rbe_min) * total
    assert lq.bed(photons, count, ratio) == pytest.approx(log_kill / alpha, rel=LIMIT)


@settings(max_examples=50)
@given(st.floats(0.05, 1.0), st.floats(1.0, 30.0), st.integers(0, 40), st.integers(0, 90))
def test_the_time_factor_by_doubling_the_cells(alpha: float, doubling: float, kickoff: int, overall: int) -> None:
    cells = 1.0
    for day in range(overall):
        cells *= 2 ** (1 / doubling) if day >= kickoff else 1.0
    lost = repopulation.loss(repopulation.from_doubling(alpha, doubling), kickoff, overall)
    assert lost == pytest.approx(math.log(cells) / alpha, rel=LIMIT, abs=1e-12)


# --- limits and order ----------------------------------------------------------------------------------------------
@given(doses, doses, counts, ratios, thresholds)
def test_lq_l_grows_with_dose_and_with_dose_per_fraction(
    one: float, other: float, count: int, ratio: float, threshold: float
) -> None:
    model = {"alpha_beta": gray(ratio), "high_dose": LQL(gray(threshold))}
    low, high = sorted([one, other])
    small, large = (Schedule(total=gray(total), fractions=count) for total in (low, high))
    assert effect(small, None, **model).bed <= effect(large, None, **model).bed
    more = Schedule(total=gray(low), fractions=count + 1)
    assert effect(more, None, **model).bed <= effect(small, None, **model).bed
    # above the threshold of both the dose per fraction still counts, below it too
    assert effect(more, None, **model).bed.gray < effect(small, None, **model).bed.gray * (1 + 1e-12)


@given(doses, counts, ratios, ratios, thresholds, half_times, st.floats(1.0, 240.0))
def test_bed_falls_with_alpha_beta(
    total: float, count: int, one: float, other: float, threshold: float, half_time: float, minutes: float
) -> None:
    schedule = Schedule(total=gray(total), fractions=count)
    low, high = sorted([one, other])
    for given_ in (
        {},
        {"high_dose": LQL(gray(threshold))},
        {"repair": f"{half_time:.6f} h", "minutes": minutes},
        {"repair": f"{half_time:.6f} h", "per_day": 2, "interval_hours": 6},
        {"particles": Particles(rbe_max=1.3, rbe_min=1.05)},
    ):
        late, early = (effect(schedule, None, alpha_beta=gray(ratio), **given_).bed.gray for ratio in (low, high))
        assert late >= early * (1 - 1e-12)


@given(doses, counts, ratios)
def test_lq_l_becomes_lq_as_the_threshold_grows(total: float, count: int, ratio: float) -> None:
    slope = high_dose.lql_slope
    plain = lq.bed(total, count, ratio)
    beds = [high_dose.lql_bed(total, count, ratio, at, slope(at, ratio)) for at in (2.0, 5.0, 20.0, 120.0, 1e6)]
    assert all(low <= high * (1 + 1e-12) for low, high in pairwise(beds))
    assert beds[-2:] == [plain, plain]  # from 120 Gy on no fraction is above it, and then to the last bit


@given(thresholds, ratios)
def test_lq_l_has_neither_a_step_nor_a_kink(threshold: float, ratio: float) -> None:
    slope, step = high_dose.lql_slope(threshold, ratio), 1e-6 * threshold

    def at(per_fraction: float) -> float:
        return high_dose.lql_bed(per_fraction, 1, ratio, threshold, slope)

    below, here, above = at(threshold - step), at(threshold), at(threshold + step)
    assert here == pytest.approx(lq.bed(threshold, 1, ratio), rel=1e-14)
    # by hand: the slopes on both sides differ by step / r, the curvature of the parabola
    assert (above - here) / step - (here - below) / step == pytest.approx(step / ratio, abs=1e-8 * slope)


@given(ratios, initials)
def test_the_universal_curve_has_neither_a_step_nor_a_kink(ratio: float, initial: float) -> None:
    at = high_dose.usc_threshold(ratio, initial)
    assert high_dose.usc_bed(at * (1 + 1e-9), 1, ratio, initial) == pytest.approx(lq.bed(at, 1, ratio), rel=1e-7)
    assert 1 + 2 * at / ratio == pytest.approx(1 / initial, rel=1e-12)  # the slope of the parabola there


@given(st.integers(1, 12), half_times)
def test_hm_vanishes_with_a_long_interval_and_is_full_with_none(per_day: int, half_time: float) -> None:
    components = ((1.0, half_time),)
    values = [repair.hm(per_day, interval, components) for interval in (0.01, 1.0, 6.0, 100.0, 10_000.0)]
    assert values == sorted(values, reverse=True)
    assert values[-1] == pytest.approx(0.0, abs=1e-12)
    # by hand: without any repair m fractions of d are one of m d, so 1 + H_m = m
    assert repair.hm(per_day, 1e-12, components) == pytest.approx(per_day - 1, rel=1e-9)


@given(half_times, shares, st.floats(0.0, 24.0), st.floats(0.0, 24.0))
def test_protraction_lowers_the_effect_and_joins_at_the_series(
    half_time: float, share: float, one: float, other: float
) -> None:
    components = ((share, half_time), (1 - share, 2 * half_time))
    short, long = sorted([one, other])
    assert 0 < repair.protraction(long, components) <= repair.protraction(short, components) * (1 + 1e-12) <= 1 + 2e-12
    at = 1 / math.log(2)  # x = 1, where the series ends and the formula begins
    single = ((1.0, 1.0),)
    ends = (repair.protraction(at * (1 - 1e-13), single), repair.protraction(at * (1 + 1e-13), single))
    assert ends[0] == pytest.approx(ends[1], rel=1e-12)


@given(st.floats(1.0, 5_000.0), half_times, shares)
def test_a_permanent_implant_is_the_limit_of_a_decaying_source(
    half_life: float, half_time: float, share: float
) -> None:
    components = ((share, half_time), (1 - share, half_time / 3))
    limit = dose_rate.permanent(half_life, components)
    assert dose_rate.decaying(60 * half_life, half_life, components) == pytest.approx(limit, rel=1e-12)
    nearer = [abs(dose_rate.decaying(times * half_life, half_life, components) - limit) for times in (1, 4, 16)]
    assert nearer == sorted(nearer, reverse=True)


@given(st.floats(0.01, 500.0), half_times)
def test_a_constant_rate_is_the_limit_of_a_slow_decay(duration: float, half_time: float) -> None:
    components = ((1.0, half_time),)
    constant = repair.protraction(duration, components)
    assert dose_rate.decaying(duration, math.inf, components) == pytest.approx(constant, rel=1e-12)
    assert dose_rate.decaying(duration, 1e9 * duration, components) == pytest.approx(constant, rel=1e-7)


@given(st.floats(0.001, 1_000.0), st.floats(0.001, 1_000.0), st.floats(-1e-9, 1e-9))
def test_repair_as_fast_as_decay_is_no_singularity(duration: float, half_life: float, off: float) -> None:
    meet = dose_rate.decaying(duration, half_life, ((1.0, half_life),))
    near = dose_rate.decaying(duration, half_life, ((1.0, half_life * (1 + off)),))
    assert meet == pytest.approx(near, rel=1e-8)
    assert 0.5 * (1 - 1e-12) <= meet <= 1 + 1e-12  # by hand: 1/2 for ever, 1 for a moment


# --- the composition ------------------------------------------------------------------------------------------------
phases = st.lists(st.tuples(doses, st.integers(1, 50)), min_size=1, max_size=4)  # 200 fractions in all


@given(phases, ratios)
def test_bed_is_the_short_form_of_effect(parts: list[tuple[float, int]], ratio: float) -> None:
    schedule = Schedule.parse(" + ".join(f"{total} Gy / {count}" for total, count in parts))
    found = effect(schedule, None, alpha_beta=gray(ratio))
    assert found.bed.gray == bed(schedule, alpha_beta=gray(ratio)).gray
    assert found.eqd2.gray == eqd2(schedule, alpha_beta=gray(ratio)).gray
    assert found.bed == bed(schedule, alpha_beta=gray(ratio)) == found.lq.bed
    assert found.bed.basis == bed(schedule, alpha_beta=gray(ratio)).basis


@given(phases, ratios, thresholds, half_times)
def test_phases_of_different_days_add_in_every_model(
    parts: list[tuple[float, int]], ratio: float, threshold: float, half_time: float
) -> None:
    texts = [f"{total} Gy / {count}" for total, count in parts]
    given_ = {"high_dose": LQL(gray(threshold)), "repair": f"{half_time:.6f} h", "minutes": 30}
    together = effect(" + ".join(texts), None, alpha_beta=gray(ratio), **given_)
    apart = [effect(text, None, alpha_beta=gray(ratio), **given_) for text in texts]
    assert together.bed.gray == pytest.approx(sum(one.bed.gray for one in apart), rel=1e-12)
    assert together.bed == sum(one.bed for one in apart)
    assert together.eqd2.gray * (1 + 2 / ratio) == pytest.approx(together.bed.gray, rel=1e-12)


@given(
    st.lists(doses, min_size=1, max_size=20),
    counts,
    ratios,
    st.sampled_from(["lq", "lql", "usc", "repair", "particles"]),
    st.sampled_from([np.float32, np.float64]),
)
def test_a_grid_gives_what_its_voxels_give(
    voxels: list[float], count: int, ratio: float, what: str, dtype: type
) -> None:
    from rtcalc.conditions import Repair

    recipe = {
        "lq": Recipe(ratio=ratio),
        "lql": Recipe(ratio=ratio, fraction=LQL("6 Gy")),
        "usc": Recipe(ratio=ratio, fraction=USC("0.33 /Gy", "1.25 Gy")),
        "repair": Recipe(ratio=ratio, repair=Repair.single("1.5 h"), duration=1.0),
        "particles": Recipe(ratio=ratio, particles=Particles(rbe_max=1.3, rbe_min=1.05)),
    }[what]
    grid = np.array(voxels, dtype=dtype)
    kept = grid.copy()
    found = recipe.phase(grid, count)
    single = [recipe.phase(float(voxel), count) for voxel in grid]
    assert found.dtype == dtype
    assert grid.tolist() == kept.tolist()
    # by hand: fewer than ten roundings of 2^-24 in float32, of which a difference may enlarge one; the same operations
    # in float64
    assert found.tolist() == (pytest.approx(single, rel=1e-5) if dtype is np.float32 else single)


@given(doses, counts, ratios, half_times, st.floats(1.0, 480.0))
def test_a_long_fraction_lies_between_the_linear_term_and_lq(
    total: float, count: int, ratio: float, half_time: float, minutes: float
) -> None:
    found = effect(
        Schedule(total=gray(total), fractions=count),
        None,
        alpha_beta=gray(ratio),
        repair=f"{half_time:.6f} h",
        minutes=minutes,
    )
    assert total * (1 - 1e-12) <= found.bed.gray <= found.lq.bed.gray * (1 + 1e-12)


@given(st.integers(11, 40), st.integers(0, 40), st.integers(0, 60))
def test_a_longer_treatment_is_never_better(count: int, kickoff: int, more: int) -> None:
    grown = Repopulation.of("0.9 Gy/d", basis="BED", kickoff=f"{kickoff} d")
    schedule, least = Schedule(per_fraction="4 Gy", fractions=count), count - 1

    def at(overall: int) -> float:
        return effect(schedule, None, alpha_beta="10 Gy", repopulation=grown, overall_days=overall).bed.gray

    if 0.9 * (least + more - kickoff) < 4.0 * count * 1.4:
        assert at(least + more) <= at(least)


def test_one_more_fraction_behind_a_weekend_can_lose() -> None:
    # by hand: 37 x 2.4 - 0.9 x 25 = 66.3 and 38 x 2.4 - 0.9 x 28 = 66.0: 2.4 Gy won, 2.7 Gy lost
    grown = Repopulation.of("0.9 Gy/d", basis="BED", kickoff="28 d")
    friday = effect("37 x 2 Gy", None, alpha_beta="10 Gy", repopulation=grown, overall_days=53)
    monday = effect("38 x 2 Gy", None, alpha_beta="10 Gy", repopulation=grown, overall_days=56)
    assert monday.bed < friday.bed
    assert monday.lq.bed > friday.lq.bed
    assert (friday.bed.gray, monday.bed.gray) == (pytest.approx(66.3, rel=1e-12), pytest.approx(66.0, rel=1e-12))


@given(st.integers(1, 9_999).map(lambda whole: whole / 100), counts)
def test_the_numerical_break_even_of_lq_is_the_algebraic_one(total: float, count: int) -> None:
    schedule = Schedule(total=gray(total), fractions=count)
    algebraic = break_even_alpha_beta(schedule).gray
    assert algebraic is not None
    if 0.001 < algebraic < 10_000:
        assert break_even(schedule).gray == pytest.approx(algebraic, rel=1e-9)


@given(st.integers(500, 9_000).map(lambda whole: whole / 100), st.integers(1, 10), thresholds)
def test_the_break_even_of_lq_l_is_where_its_bed_is_reached(total: float, count: int, threshold: float) -> None:
    schedule, model = Schedule(total=gray(total), fractions=count), LQL(gray(threshold))
    found = break_even(schedule, high_dose=model).gray
    assert found is not None
    assert found <= break_even_alpha_beta(schedule).gray * (1 + 1e-9)
    if found > 0.01:
        reached = effect(schedule, None, alpha_beta=gray(found), high_dose=model).bed.gray
        assert reached == pytest.approx(100.0, rel=1e-6 / found)
