"""Intervals against statsmodels and scipy."""

# pyright: reportArgumentType=false, reportAttributeAccessIssue=false, reportCallIssue=false, reportIndexIssue=false
# pyright: reportReturnType=false, reportOperatorIssue=false
# (pandas and scipy stubs know less than the libraries)
import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from tracker.science.confidence import mean, newcombe, wilson


@pytest.mark.parametrize("n", [1, 2, 7, 20, 161, 205])
def test_wilson_equals_statsmodels_for_every_count(n):
    for x in range(n + 1):
        assert wilson(x, n) == pytest.approx(proportion_confint(x, n, method="wilson"), abs=1e-12)


@pytest.mark.parametrize(("a", "b"), [((62, 161), (27, 140)), ((0, 10), (0, 10)), ((5, 5), (0, 9)), ((1, 2), (1, 3))])
def test_newcombe_equals_statsmodels(a, b):
    expected = confint_proportions_2indep(*a, *b, compare="diff", method="newcomb")
    assert newcombe(*a, *b) == pytest.approx(expected, abs=1e-9)


def test_the_interval_of_a_mean_is_students():
    values = np.array([1.0, 4.0, np.nan, 2.5, 9.0])
    known = values[np.isfinite(values)]
    found = mean(values)
    assert found.ci == pytest.approx(stats.t.interval(0.95, 3, known.mean(), stats.sem(known)), abs=1e-12)
    assert (found.n, found.mean, found.sd) == (4, known.mean(), known.std(ddof=1))


def test_a_share_of_nobody_and_of_everybody_ends_exactly_at_0_and_1():
    assert [wilson(n, n)[1] for n in range(1, 200)] == [1.0] * 199  # type: ignore[index]
    assert [wilson(0, n)[0] for n in range(1, 200)] == [0.0] * 199  # type: ignore[index]


def test_nothing_is_none_not_zero():
    assert wilson(0, 0) is None
    assert newcombe(0, 0, 1, 2) is None
    empty, single = mean(np.empty(0)), mean(np.array([0.0]))
    assert (empty.mean, empty.sd, empty.ci) == (None, None, None)
    assert (single.mean, single.sd, single.ci) == (0.0, None, None)
