"""Slopes against scipy, their intervals against matrices written out, labels case by case, errors by simulation."""

# pyright: reportArgumentType=false, reportAttributeAccessIssue=false, reportCallIssue=false, reportIndexIssue=false
# pyright: reportReturnType=false, reportOperatorIssue=false
# (pandas and scipy stubs know less than the libraries)
import numpy as np
import pytest
from scipy import stats

from tests.science.records import NRS, cohort
from tracker.science import correlation, derive, trend
from tracker.science.scales import Instrument
from tracker.science.trend import LABELS

VAS = Instrument("vas", 0, 100)


def label(days, values, instrument=NRS, phi=0.3):
    return LABELS[fit(days, values, instrument, phi).label[0]]


def fit(days, values, instrument=NRS, phi=0.3):
    return trend.fit([np.array(days, float)], [np.array(values, float)], instrument, phi)


@pytest.mark.parametrize("score", [0.1, 2, 3, 10 / 3, 7])
@pytest.mark.parametrize("first", [0.0, 0.3, 15.7])
def test_scores_that_never_change_show_no_clear_change(score, first):
    """Slope and interval are then 0 but for rounding, which must not decide the label."""
    for n in range(8, 40):
        assert label(first + 7 * np.arange(n), np.full(n, score)) == "no_clear_change"


def alike(rng, people, n, phi):
    """`people` flat patients with n weekly scores whose neighbours correlate by φ."""
    noise = rng.normal(size=(people, n))
    for k in range(1, n):
        noise[:, k] = phi * noise[:, k - 1] + np.sqrt(1 - phi**2) * noise[:, k]
    return [7.0 * np.arange(n)] * people, list(50 + 10 * noise)


@pytest.mark.parametrize("seed", range(5))
def test_slopes_equal_scipy(seed):
    found = derive.outcomes(cohort(seed, 60))
    trends = trend.fit(found.week_day, found.week_value, NRS)
    for days, values, slope in zip(found.week_day, found.week_value, trends.slope, strict=True):
        if not np.isnan(slope):
            assert slope == pytest.approx(7 * stats.linregress(days, values).slope, abs=1e-9)
    assert np.isfinite(trends.slope).any()


def by_hand(days, values, phi):
    """Slope per week and its interval, each matrix of the formula written out."""
    x = np.column_stack([np.ones(len(days)), days])
    solve = np.linalg.inv(x.T @ x) @ x.T
    m = np.eye(len(days)) - x @ solve
    v = np.array([[phi ** (abs(a - b) / 7) for b in days] for a in days])
    rest, c = m @ values, solve[1]
    s2 = rest @ rest / (len(days) - 2)
    error = np.sqrt(s2 * (c @ v @ c) * (len(days) - 2) / np.trace(m @ v))
    df = np.trace(m @ v) ** 2 / np.trace(m @ v @ m @ v)
    half = stats.t.ppf(0.975, df) * error
    return 7 * np.array([c @ values, c @ values - half, c @ values + half])


@pytest.mark.parametrize("phi", [0.0, 0.3, 0.5, 0.8])
def test_the_interval_is_the_formula_written_out(phi):
    rng = np.random.default_rng(4)
    days, values = np.sort(rng.choice(90, 11, replace=False)).astype(float), rng.integers(0, 11, 11).astype(float)
    found = fit(days, values, phi=phi)
    np.testing.assert_allclose([found.slope[0], found.low[0], found.high[0]], by_hand(days, values, phi), atol=1e-9)


def test_without_correlation_the_interval_is_the_text_books():
    days, values = 7.0 * np.arange(9), np.array([8, 7, 8, 6, 6, 5, 6, 4, 3.0])
    found, book = fit(days, values, phi=0.0), stats.linregress(days, values)
    half = stats.t.ppf(0.975, 7) * book.stderr
    assert (found.low[0], found.high[0]) == pytest.approx((7 * (book.slope - half), 7 * (book.slope + half)), abs=1e-9)


WEEKS = [7 * k for k in range(10)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([9, 8, 8, 7, 6, 6, 5, 4, 4, 3], "improving"),
        ([3, 4, 4, 5, 6, 6, 7, 8, 8, 9], "worsening"),
        ([5, 5, 6, 5, 5, 6, 5, 5, 5, 5], "no_clear_change"),
        ([5] * 10, "no_clear_change"),
        ([9, 2, 8, 3, 9, 1, 7, 2, 8, 1], "uncertain"),
        ([0, 0, 0, 0, 0, 0, 3, 2, 1, 4], "at_the_end_of_the_scale"),
        ([10, 10, 10, 10, 10, 10, 3, 2, 1, 4], "at_the_end_of_the_scale"),
        ([0, 0, 0, 0, 0, 3, 3, 2, 1, 4], "worsening"),  # exactly half is not more than half
    ],
)
def test_what_a_trend_is_called(values, expected):
    assert label(WEEKS, values) == expected


def test_a_clear_line_of_less_than_a_point_is_not_called_improving():
    assert label(WEEKS, 5 - 0.1 * np.arange(10) - 0.001 * np.arange(10) ** 2) == "uncertain"
    assert label(WEEKS, 5 - 1 / 9 * np.arange(10)) == "improving"  # one point exactly


def test_where_higher_is_better_a_rise_is_an_improvement():
    assert label(WEEKS, [3, 4, 4, 5, 6, 6, 7, 8, 8, 9], Instrument("well", 0, 10, "higher")) == "improving"


@pytest.mark.parametrize(
    ("days", "line", "judged"),
    [
        ([7 * k for k in range(4)], False, False),
        ([0, 5, 10, 15, 20], False, False),  # 5 values over 20 days
        ([0, 5, 10, 15, 21], True, False),
        ([7 * k for k in range(7)], True, False),  # 7 of 8
        ([4 * k for k in range(8)], True, True),  # 8 over exactly 28 days
        ([3.9 * k for k in range(8)], True, False),
    ],
)
def test_a_line_and_a_label_need_enough_readings(days, line, judged):
    found = fit(days, 8 - np.arange(len(days)))
    assert np.isfinite(found.slope[0]) == line
    assert np.isfinite(found.low[0]) == judged
    assert (LABELS[found.label[0]] != "not_enough") == judged


def test_a_line_never_leaves_the_scale():
    found = fit(WEEKS, [9, 9, 7, 6, 4, 3, 2, 1, 0, 0])
    assert found.last[0] == 0
    assert fit(WEEKS, [1, 1, 3, 4, 6, 7, 8, 9, 10, 10]).last[0] == 10


@pytest.mark.parametrize("phi", [0.0, 0.3, 0.6, 0.8])
def test_the_pooled_correlation_is_found_again(phi):
    """Its standard error here is .01 to .02: twelve weeks of 2000 patients."""
    days, values = alike(np.random.default_rng(7), 2000, 12, phi)
    assert trend.fit(days, values, VAS).phi == pytest.approx(phi, abs=0.05)


def test_fewer_than_20_courses_take_one_half():
    days, values = alike(np.random.default_rng(7), 19, 8, 0.0)
    assert trend.fit(days, values, VAS).phi == correlation.UNPOOLED == 0.5
    days, values = alike(np.random.default_rng(7), 20, 8, 0.0)
    assert trend.fit(days, values, VAS).phi != 0.5


@pytest.mark.parametrize(("n", "phi"), [(8, 0.0), (8, 0.5), (8, 0.8), (20, 0.8)])
def test_flat_patients_are_rarely_called_anything(n, phi):
    """Plain least squares cried "trend" in 40 % of flat patients at .8, a per-patient correction in 8 to 20 %."""
    days, values = alike(np.random.default_rng(11), 4000, n, phi)
    found = trend.fit(days, values, VAS)
    wrong = np.mean((found.low > 0) | (found.high < 0))
    assert 0.015 < wrong < 0.08


def test_theil_sen_would_not_have_seen_it():
    """statistics.md 0.1: integers tie; the least-squares slope still moves."""
    values = [4, 4, 4, 3, 4, 4, 3, 4, 3, 4, 3, 3]
    days = [7 * k for k in range(12)]
    assert stats.theilslopes(values, days)[0] == 0
    assert fit(days, values).slope[0] < -0.03


def test_one_patient_is_the_same_alone_and_among_many():
    days, values = alike(np.random.default_rng(3), 40, 9, 0.4)
    many = trend.fit(days, values, VAS)
    for k in range(40):
        alone = trend.fit([days[k]], [values[k]], VAS, many.phi)
        assert (alone.slope[0], alone.low[0]) == pytest.approx((many.slope[k], many.low[k]), abs=1e-12)


def test_no_series_at_all_is_no_error():
    found = trend.fit([], [], NRS)
    assert trend.figures(trend.partial(found, np.empty(0, int))) == {
        "courses": 0,
        "mean_slope_per_week": None,
        "labels": dict.fromkeys(LABELS, 0),
    }
