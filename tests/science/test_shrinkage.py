"""Shrunken slopes: Paule–Mandel against statsmodels, variances against matrices and simulation, and what they gain."""

# pyright: reportArgumentType=false, reportAttributeAccessIssue=false, reportCallIssue=false
# (numpy's and statsmodels' stubs know less than the libraries)
import doctest
from pathlib import Path

import numpy as np
import pytest
from statsmodels.stats.meta_analysis import combine_effects

from tests.science.records import NRS
from tracker.science import shrinkage, trend
from tracker.science.noise import Noise, noise_of, partial
from tracker.science.scales import Instrument

WIDE = Instrument("wide", -1000, 1000)
PAGE = Path(__file__).parents[2] / "docs" / "science" / "shrinkage.md"


def effects(seed, k, tau):
    """k effects around -.2 whose true values spread by tau, with variances from .002 to .5."""
    rng = np.random.default_rng(seed)
    variance = np.exp(rng.uniform(np.log(0.002), np.log(0.5), k))
    return rng.normal(-0.2, np.sqrt(tau**2 + variance)), variance


def from_statsmodels(effect, variance):
    """Its nearest result: it climbs to the root from the left, and where rounding carries it one step past, gives 0."""
    tried = (
        combine_effects(effect, variance, method_re="iterated", atol=atol, maxiter=500) for atol in (1e-6, 1e-8, 1e-12)
    )
    return max(tried, key=lambda result: result.tau2)


@pytest.mark.parametrize("tau", [0.0, 0.05, 0.3, 2.0])
@pytest.mark.parametrize("k", [2, 5, 20, 300])
@pytest.mark.parametrize("seed", range(5))
def test_mean_and_spread_equal_statsmodels(seed, k, tau):
    effect, variance = effects(seed, k, tau)
    oracle = from_statsmodels(effect, variance)
    m, tau2 = shrinkage.paule_mandel(effect, variance)
    assert tau2 == pytest.approx(oracle.tau2, abs=1e-6)
    assert m == pytest.approx(oracle.mean_effect_re, abs=1e-6)


def test_the_spread_solves_its_equation_or_is_0():
    for seed in range(50):
        effect, variance = effects(seed, 30, 0.1)
        m, tau2 = shrinkage.paule_mandel(effect, variance)
        weighed = ((effect - m) ** 2 / (variance + tau2)).sum()
        assert weighed == pytest.approx(29, abs=1e-8) if tau2 > 0 else weighed <= 29
    assert shrinkage.paule_mandel(np.ones(20), np.full(20, 0.1)) == (pytest.approx(1.0), 0.0)


def by_hand(days, noise):
    """The variance of a least-squares slope, each matrix written out, per week²."""
    x = np.column_stack([np.ones(len(days)), days])
    c = (np.linalg.inv(x.T @ x) @ x.T)[1]
    v = np.array([[noise.r ** (abs(a - b) / 7) for b in days] for a in days])
    return 49 * noise.sd**2 * c @ v @ c


@pytest.mark.parametrize("noise", [Noise(1.0, 0.0), Noise(1.2, 0.3), Noise(0.7, 0.8)])
def test_the_variance_is_the_formula_written_out(noise):
    rng = np.random.default_rng(8)
    days = [np.sort(rng.choice(120, n, replace=False)).astype(float) for n in (5, 9, 9, 17, 4, 9)]
    found = shrinkage.variances(days, noise)
    assert np.isnan(found).tolist() == [False] * 4 + [True, False]  # 4 scores have no line
    known = [d for d in days if len(d) > 4]
    np.testing.assert_allclose(found[np.isfinite(found)], [by_hand(d, noise) for d in known], rtol=1e-9)


def cohort(seed, people, tau=0.2, noise=Noise(1.0, 0.3)):  # noqa: B008
    """True slopes, days and scores of people with 5 to 20 weekly scores."""
    rng, truth, days, values = np.random.default_rng(seed), [], [], []
    for _ in range(people):
        n, slope = rng.integers(5, 21), rng.normal(-0.3, tau)
        e = rng.normal(size=n)
        for k in range(1, n):
            e[k] = noise.r * e[k - 1] + np.sqrt(1 - noise.r**2) * e[k]
        truth.append(slope)
        days.append(7.0 * np.arange(n))
        values.append(slope * np.arange(n) + noise.sd * e)
    return np.array(truth), days, values


def test_the_variance_is_that_of_slopes_from_such_noise():
    noise = Noise(1.0, 0.3)
    truth, days, values = cohort(3, 4000, noise=noise)
    error = trend.fit(days, values, WIDE, noise.r).slope - truth
    assert np.mean(error**2 / shrinkage.variances(days, noise)) == pytest.approx(1, abs=0.06)


def test_shrunken_slopes_are_nearer_the_truth_and_their_intervals_hold_it():
    noise = Noise(1.0, 0.3)
    truth, days, values = cohort(4, 3000, noise=noise)
    slope = trend.fit(days, values, WIDE, noise.r).slope
    found = shrinkage.shrink(slope, shrinkage.variances(days, noise), np.zeros(3000, int))
    raw, drawn = np.mean((slope - truth) ** 2), np.mean((found.slope - truth) ** 2)
    assert drawn < 0.6 * raw
    assert found.tau2[0] == pytest.approx(0.04, abs=0.01)
    assert found.mean[0] == pytest.approx(-0.3, abs=0.02)
    assert np.mean((found.low <= truth) & (truth <= found.high)) == pytest.approx(0.95, abs=0.015)


def test_the_less_a_course_tells_the_nearer_it_comes_to_its_group():
    slope, variance = np.tile([-1.0, 0.0], 10), np.tile([0.02, 0.08], 10)
    found = shrinkage.shrink(slope, variance, np.zeros(20, int))
    w = found.tau2 / (found.tau2 + variance)
    np.testing.assert_allclose(found.weight, w)
    np.testing.assert_allclose(found.slope, found.mean + w * (slope - found.mean))
    error = 1 / (1 / (variance + found.tau2)).sum()
    np.testing.assert_allclose(
        found.high - found.low, 2 * 1.959964 * np.sqrt(w * variance + (1 - w) ** 2 * error), 1e-6
    )
    assert found.weight[0] > found.weight[1] > 0


def test_where_courses_differ_by_noise_alone_all_are_told_the_groups_mean():
    found = shrinkage.shrink(np.tile([-0.1, 0.1], 10), np.full(20, 1.0), np.zeros(20, int))
    assert found.tau2[0] == 0
    np.testing.assert_allclose(found.slope, 0, atol=1e-12)
    np.testing.assert_allclose(found.high, 1.959964 / np.sqrt(20), rtol=1e-6)


def test_each_clinic_and_condition_stands_alone_and_19_courses_are_too_few():
    one, two = effects(1, 40, 0.3), effects(2, 19, 0.3)
    slope, variance = (np.concatenate(pair) for pair in zip(one, two, strict=True))
    found = shrinkage.shrink(slope, variance, np.repeat([0, 2], [40, 19]))
    alone = shrinkage.shrink(*one, np.zeros(40, int))
    np.testing.assert_array_equal(found.slope[:40], alone.slope)
    assert np.isnan(np.stack([found.slope, found.low, found.weight, found.mean, found.tau2])[:, 40:]).all()
    assert found.n[[0, 40]].tolist() == [40, 19]


def test_a_course_without_a_slope_stays_without_and_counts_nowhere():
    slope, variance = effects(3, 30, 0.3)
    gap = np.append(slope, [np.nan, -5.0]), np.append(variance, [0.1, np.nan])
    found = shrinkage.shrink(*gap, np.zeros(32, int))
    assert np.isnan(found.slope[30:]).all()
    assert np.isnan(found.low[30:]).all()
    np.testing.assert_array_equal(found.slope[:30], shrinkage.shrink(slope, variance, np.zeros(30, int)).slope)


def test_equal_scores_do_not_pass_for_certainty():
    """Ten times the same score leaves no residual; its slope is still drawn like any other of those days."""
    days, values = [7.0 * np.arange(10)] * 20, [np.full(10, 5.0), *np.random.default_rng(1).normal(5, 1, (19, 10))]
    found = trend.fit(days, values, NRS, 0.3)
    assert found.high[0] - found.low[0] == pytest.approx(0, abs=1e-9)
    drawn = shrinkage.shrink(found.slope, shrinkage.variances(days, Noise(1.0, 0.3)), np.zeros(20, int))
    assert drawn.weight[0] == drawn.weight[1] < 1
    assert drawn.high[0] - drawn.low[0] > 0.05


def clinic(seed, people=60):
    """Weekly whole scores of a clinic, the trends fitted to them."""
    _, days, values = cohort(seed, people)
    values = [np.clip(np.round(7 + v), 0, 10) for v in values]
    return days, values, trend.fit(days, values, NRS)


def test_the_slopes_of_a_clinic_from_what_a_summary_has_at_hand():
    """Noise, variances and shrinkage one by one, over the courses that have a slope."""
    days, values, trends = clinic(5)
    sloped = np.flatnonzero(np.isfinite(trends.slope)).tolist()
    assert 20 <= len(sloped) < 60  # some lie at the lower end of the scale
    series = np.concatenate([np.full(len(days[k]), k) for k in sloped])
    day, value = (np.concatenate([column[k] for k in sloped]) for column in (days, values))
    noise = noise_of(partial(series, day, value, trends.phi), trends.phi, 10)
    v = shrinkage.variances(days, noise)
    one_by_one = shrinkage.shrink(trends.slope, v, np.zeros(60, int))
    found = shrinkage.of(days, values, NRS, trends, np.zeros(60, int))
    for name in ("slope", "low", "high", "weight", "mean", "tau2", "n"):
        np.testing.assert_array_equal(getattr(found, name), getattr(one_by_one, name), err_msg=name)
    assert np.flatnonzero(np.isfinite(found.slope)).tolist() == sloped
    assert found.slope[sloped].std() < trends.slope[sloped].std()


def test_who_is_at_the_end_of_the_scale_does_not_make_the_others_look_quiet():
    days, values, _ = clinic(5)
    silent = [7.0 * np.arange(10)] * 200, [np.zeros(10)] * 200
    whole, more = [*days, *silent[0]], [*values, *silent[1]]
    trends = trend.fit(whole, more, NRS)
    found = shrinkage.of(whole, more, NRS, trends, np.zeros(260, int))
    alone = shrinkage.of(days, values, NRS, trend.fit(days, values, NRS), np.zeros(60, int))
    np.testing.assert_array_equal(found.weight[:60], alone.weight)
    assert np.isnan(found.slope[60:]).all()


def test_each_clinic_and_condition_is_drawn_to_its_own_mean_with_one_noise():
    days, values, trends = clinic(6, 90)
    group = np.repeat([0, 1, 2], [60, 25, 5])
    found = shrinkage.of(days, values, NRS, trends, group)
    means = {found.mean[g].item() for g in (0, 60)}
    assert len(means) == 2
    assert np.isfinite(list(means)).all()
    assert np.isnan(found.slope[85:]).all()  # five courses are too few


def test_no_course_at_all_is_no_error():
    empty = np.empty(0)
    assert len(shrinkage.shrink(empty, shrinkage.variances([], Noise(1.0, 0.3)), np.empty(0, int)).slope) == 0
    assert len(shrinkage.of([], [], NRS, trend.fit([], [], NRS), np.empty(0, int)).slope) == 0
    few = [empty, np.arange(3.0)]
    assert np.isnan(shrinkage.of(few, few, NRS, trend.fit(few, few, NRS), np.zeros(2, int)).slope).all()


def test_the_worked_examples_of_the_page_run():
    found = doctest.testfile(str(PAGE), module_relative=False)
    assert found.attempted > 3
    assert found.failed == 0
