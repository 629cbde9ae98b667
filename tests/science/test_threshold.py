"""A limit reached exactly counts: every comparison is checked against rational arithmetic."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.science.scales import INSTRUMENTS, Instrument
from tracker.science.threshold import gains, improvement, percent, responds, too_low, worse

NRS = INSTRUMENTS["nrs_week"]
DIARY = Instrument("headache_score", 0, 140)


def column(*values):
    return np.array([np.nan if v is None else v for v in values], float)


def mean(values):
    return column(float(np.mean(values)))


@pytest.mark.parametrize(
    ("baseline", "value", "share", "better", "expected"),
    [
        (10, 7, 0.3, "lower", True),
        (10, 7.1, 0.3, "lower", False),
        (5.6, 3.92, 0.3, "lower", True),
        (25.6, 17.92, 0.3, "lower", True),
        (25.6, 17.93, 0.3, "lower", False),
        (10, 5, 0.5, "lower", True),
        (8, 0, 0.3, "lower", True),
        (0, 0, 0.3, "lower", False),
        (10, 13, 0.3, "higher", True),
        (10, 12.9, 0.3, "higher", False),
        (10, 7, 0.3, "higher", False),
        (5, 6, -0.2, "lower", True),
        (5, 5, 0, "lower", True),
        (None, 3, 0.3, "lower", False),
        (10, None, 0.3, "lower", False),
    ],
)
def test_an_improvement_of_exactly_the_share_responds(baseline, value, share, better, expected):
    assert responds(column(baseline), column(value), share, better).tolist() == [expected]


@pytest.mark.parametrize("share", [0.3, 0.5, -0.2])
def test_every_pair_of_tenths_on_a_scale_to_140_agrees_with_whole_numbers(share):
    tenths = np.arange(0, 1401)
    part = Fraction(str(share))
    baseline, value = np.meshgrid(tenths, tenths)
    exact = (part.denominator * (baseline - value) >= part.numerator * baseline) & (baseline > 0)
    assert np.array_equal(responds(baseline / 10, value / 10, share), exact)


scores = st.lists(st.integers(0, 1400), min_size=1, max_size=28)


@given(scores, scores, st.sampled_from([0.3, 0.5]))
def test_means_of_readings_agree_with_rational_arithmetic(before, after, share):
    baseline, value = Fraction(sum(before), 10 * len(before)), Fraction(sum(after), 10 * len(after))
    exact = baseline > 0 and baseline - value >= Fraction(str(share)) * baseline
    floats = mean(np.array(before) / 10), mean(np.array(after) / 10)
    assert responds(*floats, share).tolist() == [exact]


@given(st.lists(st.integers(1, 10), min_size=1, max_size=28), st.integers(1, 4))
def test_a_mean_of_exactly_seven_tenths_of_a_mean_responds(before, copies):
    """The case rounding each mean to some decimals gets wrong: 20/3 → 14/3."""
    after = [7 * b / 10 for b in before] * copies
    assert responds(mean(before), mean(after), 0.3).all()
    assert not responds(mean(before), mean([*after[:-1], after[-1] + 0.01]), 0.3).any()


@pytest.mark.parametrize(
    ("instrument", "baseline", "value", "expected"),
    [
        (NRS, 4, 6, True),  # 2 points and 50 %
        (NRS, 4, 5.9, False),  # 48 %, but below 2 points
        (NRS, 8, 10, False),  # 2 points, but 25 %
        (NRS, 0, 8, True),  # a flare from 0 is worse
        (NRS, 0, 0, False),
        (NRS, None, 8, False),
        (NRS, 4, None, False),
        (DIARY, 10, 13, True),  # no least number of points
        (DIARY, 10, 12.9, False),
        (DIARY, 0, 0, False),
        (DIARY, 0, 0.1, True),
        (replace(DIARY, better="higher"), 10, 7, True),
        (replace(DIARY, better="higher"), 10, 13, False),
    ],
)
def test_worse_needs_thirty_percent_and_the_points_the_instrument_asks(instrument, baseline, value, expected):
    assert worse(column(baseline), column(value), instrument).tolist() == [expected]


@pytest.mark.parametrize(
    ("instrument", "baseline", "expected"),
    [
        (NRS, 3, False),
        (NRS, 2.9, True),
        (NRS, 0, True),
        (NRS, None, False),
        (DIARY, 0.1, False),
        (DIARY, 0, True),
    ],
)
def test_a_baseline_below_the_least_or_of_zero_is_too_low_to_judge(instrument, baseline, expected):
    assert too_low(column(baseline), instrument).tolist() == [expected]


def test_a_mean_baseline_of_exactly_three_is_not_too_low():
    assert not too_low(mean([2.9, 3.1, 3.0]), NRS).any()


def test_points_reached_exactly_count():
    assert gains(column(5.6, 5.6, None), column(3.6, 3.7, 1), 2).tolist() == [True, False, False]
    assert gains(column(3), column(5), 2, "higher").all()


def test_percent_of_a_zero_baseline_is_not_defined():
    assert np.isnan(percent(column(0, None, 5), column(3, 3, None))).all()
    assert percent(column(10, 10), column(7, 13)).tolist() == [30, -30]
    assert percent(column(10), column(13), "higher").tolist() == [30]


def test_improvement_is_positive_when_better():
    assert improvement(column(7), column(4)).tolist() == [3]
    assert improvement(column(7), column(4), "higher").tolist() == [-3]
