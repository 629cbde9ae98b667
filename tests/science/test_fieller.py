"""Fieller's set against an independent formula, a worked example and simulation."""

import numpy as np
import pytest
from scipy import optimize, stats

from tracker.science.fieller import fieller

THEN = np.array([3.0, 4, 2, 5, 3, 4, 1, 3, 4, 2])
NOW = np.array([2.0, 4, 1, 4, 3, 2, 1, 2, 4, 1])


def test_worked_example():
    """Step by step in docs/science/durability.md: (6.7804 ∓ √(6.7804² − 8.8765·4.9412)) / 8.8765."""
    assert fieller(NOW, THEN) == pytest.approx((0.6001, 0.9276), abs=5e-5)


def edges(numerator, denominator):
    """The ratios at which a paired t test of numerator − r·denominator has P = .05, found by search."""

    def excess(r):
        return float(np.asarray(stats.ttest_1samp(numerator - r * denominator, 0))[1]) - 0.05

    ratio = numerator.mean() / denominator.mean()
    return optimize.brentq(excess, ratio - 50, ratio, xtol=1e-12), optimize.brentq(
        excess, ratio, ratio + 50, xtol=1e-12
    )


@pytest.mark.parametrize("seed", range(20))
def test_the_ends_are_where_a_paired_t_test_turns(seed):
    random = np.random.default_rng(seed)
    then = random.normal(3, 1.5, 40)
    now = 0.7 * then + random.normal(0, 1.5, 40)
    assert fieller(now, then) == pytest.approx(edges(now, then), abs=1e-8)


def test_simulated_sets_hold_the_true_ratio_95_times_in_100():
    random, hits = np.random.default_rng(1), 0
    for _ in range(2000):
        then = random.normal(2, 2, 30)
        found = fieller(0.6 * then + random.normal(0, 2, 30), then)
        hits += found is not None and found[0] <= 0.6 <= found[1]
    assert 1870 <= hits <= 1930  # 1900 ± 3 standard errors


@pytest.mark.parametrize(
    "then",
    [
        [-1.0, 1, -2, 2.5],  # a mean whose interval holds 0
        [0.0, 0, 0, 0],
        [1.0],
        [],
    ],
)
def test_a_denominator_that_may_be_zero_has_no_ratio(then):
    assert fieller(np.ones(len(then)), np.array(then)) is None


def test_a_constant_denominator_gives_the_t_interval_of_the_numerator():
    now = np.array([1.0, 2, 3, 4])
    half = stats.t.ppf(0.975, 3) * now.std(ddof=1) / 2
    assert fieller(now, np.full(4, 5.0)) == pytest.approx(((2.5 - half) / 5, (2.5 + half) / 5))


def test_the_same_values_over_themselves_are_exactly_one():
    assert fieller(THEN, THEN) == pytest.approx((1, 1), abs=1e-6)
