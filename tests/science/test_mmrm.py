"""MMRM: R's nlme::gls on stored and new cohorts, ANCOVA where nobody is silent, the likelihood by hand, refusals."""

import json
import math
from functools import cache

import numpy as np
import pytest
from scipy import stats

from tests.science import gls
from tracker.science import likelihood, mmrm, reml, visits
from tracker.science.ancova import ancova
from tracker.science.mmrm import Contrast
from tracker.science.scales import Better

STORED = json.loads(gls.STORED.read_text())
here = pytest.mark.skipif(not gls.VICKERS.exists(), reason="public data not in ../shared/data")


def columns(cohort):
    """Baseline, n × V values, group."""
    return (
        np.array(cohort["baseline"], float),
        np.array(cohort["values"], float),
        np.array(cohort["in_group"], bool),
    )


def people(seed, n=60, times=3, silent=0.0):
    """A cohort as columns."""
    return columns(gls.invented(seed, n, times, silent))


def figures(base, values, group, better: Better = "lower") -> list[Contrast]:
    """The contrasts, all of which must be there."""
    found = mmrm.contrasts(base, values, group, better)
    assert all(isinstance(contrast, Contrast) for contrast in found)
    return [contrast for contrast in found if isinstance(contrast, Contrast)]


def agree(found, theirs):
    """Estimate and SE to 1e-6; df to 1e-4, R's being second differences of a likelihood."""
    for mine, book in zip(found, theirs, strict=True):
        assert (mine.value, mine.se) == pytest.approx((-book["effect"], book["se"]), rel=1e-6)
        assert mine.df == pytest.approx(book["df"], rel=1e-4)


@pytest.mark.parametrize("name", gls.COHORTS)
def test_the_stored_figures_of_r_are_met(name):
    stored = STORED["cohorts"][name]
    agree(figures(*columns(stored)), stored["figures"])


@here
def test_vickers_as_r_has_it():
    found, stored = figures(*columns(gls.vickers())), STORED["vickers"]["figures"]
    agree(found, stored)
    assert [(round(c.value, 4), round(c.se, 4), round(c.df, 1)) for c in found] == [
        (4.1569, 1.2291, 324.4),
        (4.7003, 1.2535, 297.4),
    ]


@here
def test_with_the_degrees_of_freedom_of_gls_vickers_12_months_are_2_24_to_7_16():
    last, book = figures(*columns(gls.vickers()))[-1], STORED["vickers"]["figures"][-1]
    half = float(stats.t.ppf(0.975, book["residual_df"])) * last.se
    assert (round(last.value - half, 2), round(last.value + half, 2)) == (2.24, 7.16)


def test_the_stored_figures_say_where_they_come_from():
    told = STORED["provenance"]
    assert told["code"] == gls.SCRIPT
    assert [word.split()[0] for word in told["versions"]] == ["R", "nlme"]


def test_new_cohorts_agree_with_r():
    if why := gls.missing():
        pytest.skip(why)
    cohorts = {f"new{n}": gls.invented(100 + n, 70, visits, 0.2) for n, visits in enumerate((2, 3))}
    _, theirs = gls.ask(cohorts)
    for name, cohort in cohorts.items():
        agree(figures(*columns(cohort)), theirs[name])


@pytest.mark.parametrize("times", [1, 2, 5])
@pytest.mark.parametrize("better", ["lower", "higher"])
def test_where_nobody_is_silent_it_is_the_ancova_of_every_visit(times, better):
    """Seemingly unrelated regressions on one design are least squares, and Satterthwaite's df are n − 3 exactly."""
    base, values, group = people(7, times=times)
    for visit, found in enumerate(figures(base, values, group, better=better)):
        one = ancova(base, values[:, visit], group, better)
        assert one
        assert (found.value, *found.ci) == pytest.approx((one.value, *one.ci), rel=1e-8)
        assert found.df == pytest.approx(len(base) - 3, rel=1e-6)


def test_one_visit_is_the_ancova_of_those_who_answered():
    base, values, group = people(8, times=1)
    values[::4] = np.nan
    (found,), seen = figures(base, values, group), np.isfinite(values[:, 0])
    one = ancova(base[seen], values[seen, 0], group[seen])
    assert one
    assert (found.value, *found.ci) == pytest.approx((one.value, *one.ci), rel=1e-8)


def dense(design, values, covariance):
    """−2·restricted log-likelihood as the books write it: one matrix for all answers, residual contrasts by QR."""
    seen = np.isfinite(values).ravel()
    everyone = np.kron(np.eye(len(values)), covariance)[np.ix_(seen, seen)]
    x = np.vstack([np.kron(np.eye(values.shape[1]), row) for row in design])[seen]
    free = np.linalg.qr(x, mode="complete")[0][:, x.shape[1] :]
    contrasts, spread = free.T @ values.ravel()[seen], free.T @ everyone @ free
    constant = np.linalg.slogdet(x.T @ x)[1]
    return np.linalg.slogdet(spread)[1] + contrasts @ np.linalg.solve(spread, contrasts) + constant


@cache
def likely():
    """The design as sums, and its rows and values written out."""
    base, values, group = people(9, n=30, silent=0.2)
    mine, other = (visits.partial(base[side], values[side]) for side in (group, ~group))
    made = visits.scaled(visits.blocks(mine, other, range(3)), range(3))
    return made, np.column_stack([np.ones(30), (base - made.centre) / made.spread, group]), values


def unexplained():
    """The sums of the values as they are."""
    return likelihood.sums_of(likely()[0], np.zeros((3, 3)))


def thetas(count=5):
    return np.random.default_rng(4).normal(scale=0.4, size=(count, 6))


def test_the_likelihood_is_that_of_residual_contrasts():
    (_, design, values), sums = likely(), unexplained()
    for theta in thetas():
        lower = likelihood.lower_of(theta, 3)
        assert likelihood.evaluate(sums, theta).objective == pytest.approx(dense(design, values, lower @ lower.T))
        assert likelihood.theta_of(lower @ lower.T) == pytest.approx(theta)


def test_the_gradient_is_the_slope_of_the_likelihood():
    sums = unexplained()
    for theta in thetas():
        slopes = [
            (likelihood.evaluate(sums, theta + h).objective - likelihood.evaluate(sums, theta - h).objective) / 2e-5
            for h in 1e-5 * np.eye(6)
        ]
        assert likelihood.evaluate(sums, theta).gradient == pytest.approx(slopes, rel=1e-5, abs=1e-5)


def test_no_covariance_nearby_is_likelier():
    made, design, values = likely()
    found = reml.fit(made)
    least, rng = dense(design, values, found.covariance), np.random.default_rng(5)
    for _ in range(50):
        push = rng.normal(scale=0.02, size=(3, 3))
        moved = (np.eye(3) + push) @ found.covariance @ (np.eye(3) + push).T
        assert dense(design, values, moved) > least - 1e-9


def test_who_fell_silent_after_a_bad_visit_still_counts():
    """In the group only the badly off stay; complete rows lie about the group, MMRM does not."""
    rng, n = np.random.default_rng(6), 4000
    base, group, person = rng.uniform(3, 10, n), np.arange(n) % 2 == 0, rng.normal(size=n)
    values = base[:, None] + 2 * person[:, None] + 0.5 * rng.normal(size=(n, 2)) - 1.0 * group[:, None]
    values[group & (values[:, 0] - base < -1), 1] = np.nan
    seen = np.isfinite(values[:, 1])
    alone = ancova(base[seen], values[seen, 1], group[seen])
    assert alone
    assert alone.ci[1] < 0.5
    assert figures(base, values, group)[1].value == pytest.approx(1, abs=0.15)


def trial(seed):
    """26 patients without a true difference, one answer in ten missing."""
    rng, n = np.random.default_rng(seed), 26
    base, group, person = rng.uniform(3, 10, n), np.arange(n) % 2 == 0, rng.normal(size=n)
    values = 0.7 * base[:, None] + 1.2 * person[:, None] + rng.normal(size=(n, 3))
    values[rng.random(values.shape) < 0.1] = np.nan
    return base, values, group


def test_ninety_five_of_a_hundred_intervals_hold_the_truth():
    """The first 300 of the 8000 in docs/science/compare.md."""
    told = [mmrm.contrasts(*trial(seed)) for seed in range(10000, 10300)]
    whole = [found for found in told if not any(isinstance(contrast, str) for contrast in found)]
    holds = [c.ci[0] < 0 < c.ci[1] for found in whole for c in found if isinstance(c, Contrast)]
    assert len(whole) > 230
    assert np.mean(holds) == pytest.approx(0.947, abs=0.03)


def test_units_and_zero_of_the_scale_do_not_matter():
    base, values, group = people(10, silent=0.2)
    for mine, moved in zip(figures(base, values, group), figures(base + 1e3, 1e2 * values - 1e4, group), strict=True):
        assert (moved.value, moved.se) == pytest.approx((1e2 * mine.value, 1e2 * mine.se), rel=1e-6)
        assert moved.df == pytest.approx(mine.df, rel=1e-4)


def test_ten_answers_in_each_group_are_enough_and_nine_are_not():
    base, values, group = people(11)
    values[np.flatnonzero(group)[10:], 1] = np.nan
    assert isinstance(mmrm.contrasts(base, values, group)[1], Contrast)
    values[np.flatnonzero(group)[9:], 1] = np.nan
    first, second, third = mmrm.contrasts(base, values, group)
    assert second == "few"
    two = figures(base, values[:, [0, 2]], group)
    assert [first, third] == two


def test_six_visits_are_the_last_five():
    base, values, group = people(12, n=90, times=6, silent=0.1)
    told = mmrm.contrasts(base, values, group)
    assert told[0] == "early"
    assert told[1:] == figures(base, values[:, 1:], group)


def apart():
    """Two visits that nobody answered both of."""
    base, values, _ = people(13, times=2)
    values[::2, 0], values[1::2, 1] = np.nan, np.nan
    return base, values, np.arange(len(base)) % 4 < 2


def worked(change):
    base, values, group = people(14, times=2)
    return change(base, values, group)


REFUSED = {
    "nobody": lambda b, v, g: (b, v * np.nan, g),
    "one group": lambda b, v, g: (b, v, g | True),
    "baselines alike": lambda b, v, g: (b * 0 + 5, v, g),
    "baseline tells the group": lambda b, v, g: (g * 1.0, v, g),
    "scores alike": lambda b, v, g: (b, v * 0 + 3, g),
    "scores told by the baseline": lambda b, v, g: (b, np.column_stack([b / 2, b / 3]), g),
    "the same score twice": lambda b, v, g: (b, v[:, [0, 0]], g),
    "one score tells the other": lambda b, v, g: (b, np.column_stack([v[:, 0], 3 - 2 * v[:, 0]]), g),
    "visits nobody shares": lambda b, v, g: apart(),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_answers_do_not_determine_is_refused_in_a_word(name):
    assert set(mmrm.contrasts(*worked(REFUSED[name]))) <= {"few", "singular", "unsettled"}


@pytest.mark.parametrize("seed", range(25))
def test_whole_scores_with_many_ties_give_figures_or_a_refusal(seed):
    rng = np.random.default_rng(seed)
    n, times = rng.integers(20, 60), rng.integers(1, 7)
    values = np.where(rng.random((n, times)) < 0.5, 0.0, rng.integers(0, 11, (n, times)))
    values[rng.random(values.shape) < rng.uniform(0, 0.5)] = np.nan
    for told in mmrm.contrasts(rng.integers(0, 11, n).astype(float), values, rng.random(n) < 0.5):
        if isinstance(told, Contrast):
            assert all(map(math.isfinite, (told.value, told.se, told.df, *told.ci)))
            assert told.se > 0
            assert told.df >= 1
