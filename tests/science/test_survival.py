"""Kaplan–Meier and restricted means against lifelines, R and the bootstrap."""

import shutil
import subprocess

import numpy as np
import pytest
from lifelines import KaplanMeierFitter
from lifelines.utils import restricted_mean_survival_time

from tracker.science.npmle import npmle
from tracker.science.survival import kaplan_meier, restricted_mean, restricted_mean_of_boxes

# survival::aml, acute myelogenous leukaemia: Miller 1997, Survival Analysis. Groups: 0 maintained, 1 not maintained.
AML_DAY = np.array([9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161, 5, 5, 8, 8, 12, 16, 23, 27, 30, 33, 43, 45])
AML_LOST = np.array([1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1], bool)
AML_GROUP = np.repeat([0, 1], [11, 12])
# R 4.2.2, survival 3.5-3: survfit(Surv(time, status) ~ x, data = aml, conf.type = "log-log"); summary(f, rmean = 28).
# (group, day): (at risk, survival, low, high)
AML_R = {
    (0, 9): (11, 0.909090909090909, 0.50808020576992974, 0.986673822667823),
    (0, 13): (10, 0.818181818181818, 0.44742861468218142, 0.951162228582492),
    (0, 23): (7, 0.613636363636363, 0.26575204000128611, 0.835299243250221),
    (0, 48): (2, 0.184090909090909, 0.01173848012318960, 0.525014842726641),
    (1, 5): (12, 0.833333333333333, 0.48171494219537886, 0.955509365728065),
    (1, 23): (6, 0.486111111111111, 0.19187661961872829, 0.729671569779485),
    (1, 43): (2, 0.097222222222222, 0.00574630569586383, 0.348903861110750),
}
AML_R_MEAN = ((23.3750000000, 18.9166666667), (2.04282896513, 2.83595330935))  # within 28: mean, se


def cohorts(groups, size, seed):
    random = np.random.default_rng(seed)
    group = np.repeat(np.arange(groups), size)
    return group, random.integers(0, 400, groups * size), random.random(groups * size) < 0.6


def test_stored_figures_of_r_for_aml():
    curves = kaplan_meier(AML_GROUP, AML_DAY, AML_LOST, 2)
    for (group, day), (at_risk, share, low, high) in AML_R.items():
        assert curves.at_risk[group, day] == at_risk
        found = [column[group, day] for column in (curves.survival, curves.low, curves.high)]
        assert found == pytest.approx([share, low, high], abs=1e-12)
    mean, se = restricted_mean(curves, 28)
    assert mean == pytest.approx(AML_R_MEAN[0], abs=1e-10)
    assert se == pytest.approx(AML_R_MEAN[1], abs=1e-10)


def test_all_groups_at_once_equal_lifelines_one_by_one():
    group, day, lost = cohorts(40, 25, seed=4)
    curves = kaplan_meier(group, day, lost, 40)
    for g in range(40):
        mine = group == g
        oracle = KaplanMeierFitter().fit(day[mine], lost[mine])
        days = np.arange(day[mine].max() + 1)
        assert curves.survival[g, days] == pytest.approx(oracle.survival_function_at_times(days).to_numpy(), abs=1e-12)
        inside = (curves.survival[g, days] > 0) & (curves.survival[g, days] < 1)
        limits = oracle.confidence_interval_survival_function_.to_numpy()
        row = np.searchsorted(oracle.timeline, days, side="right") - 1
        assert curves.low[g, days][inside] == pytest.approx(limits[row, 0][inside], abs=1e-9)
        assert curves.high[g, days][inside] == pytest.approx(limits[row, 1][inside], abs=1e-9)


@pytest.mark.parametrize("days", [84, 182, 364])
def test_restricted_means_equal_lifelines(days):
    group, day, lost = cohorts(20, 60, seed=5)
    mean, se = restricted_mean(kaplan_meier(group, day, lost, 20), days)
    for g in np.flatnonzero(np.isfinite(mean)):
        oracle = KaplanMeierFitter().fit(day[group == g], lost[group == g])
        assert mean[g] == pytest.approx(restricted_mean_survival_time(oracle, t=days), abs=1e-8)
    assert (se[np.isfinite(mean)] > 0).all()


R_SCRIPT = """
suppressPackageStartupMessages(library(survival))
d <- read.csv(file("stdin"))
f <- survfit(Surv(day, lost) ~ group, data = d, conf.type = "log-log")
for (t in c(84, 182, 364)) {
  x <- summary(f, rmean = t)$table
  cat(format(c(x[, "rmean"], x[, "se(rmean)"]), digits = 15), "\\n")
}
s <- summary(f, times = 180, extend = TRUE)
cat(format(c(s$surv, s$lower, s$upper), digits = 15), "\\n")
"""


@pytest.mark.skipif(
    shutil.which("Rscript") is None, reason="Rscript is missing: install r-base-core and r-cran-survival"
)
def test_thirty_cohorts_equal_r():
    group, day, lost = cohorts(30, 50, seed=6)
    day[::50] = 400  # someone is followed to the end in every group
    lines = [f"{g},{d},{int(x)}" for g, d, x in zip(group, day, lost, strict=True)]
    text = "group,day,lost\n" + "\n".join(lines)
    ran = subprocess.run(["Rscript", "-e", R_SCRIPT], input=text, capture_output=True, text=True, check=True)
    *means, curve = [np.array(line.split(), float) for line in ran.stdout.splitlines()]
    curves = kaplan_meier(group, day, lost, 30)
    for days, theirs in zip((84, 182, 364), means, strict=True):
        assert np.concatenate(restricted_mean(curves, days)) == pytest.approx(theirs, rel=1e-9)
    mine = np.concatenate([curves.survival[:, 180], curves.low[:, 180], curves.high[:, 180]])
    assert mine == pytest.approx(curve, abs=1e-9)


def test_a_curve_stops_where_its_group_stops():
    curves = kaplan_meier(np.array([0, 0, 1]), np.array([3, 5, 9]), np.array([True, False, False]), 3)
    assert curves.survival[0, :6].tolist() == [1, 1, 1, 0.5, 0.5, 0.5]
    assert np.isnan(curves.survival[0, 6:]).all()
    assert np.isnan(curves.survival[2]).all()  # nobody in it
    assert np.isnan(curves.low[0, 0])  # nothing lost yet: no interval, not a false one
    assert np.isnan(restricted_mean(curves, 6)[0][[0, 2]]).all()
    assert restricted_mean(curves, 5)[0][:2].tolist() == [4, 5]
    assert np.isnan(restricted_mean(curves, 10)[0]).all()


def test_no_people_no_curve():
    none = np.empty(0, np.int64)
    assert np.isnan(kaplan_meier(none, none, none.astype(bool), 2).survival).all()


def intervals_of(day, lost):
    return np.where(lost, day - 1.0, day), np.where(lost, day, np.inf)


def test_boxes_known_to_the_day_have_the_mean_and_error_of_kaplan_meier():
    """Placed in the middle of its day, each loss comes half a day earlier than Kaplan–Meier's."""
    group, day, lost = cohorts(1, 80, seed=7)
    curves = kaplan_meier(group, day + 1, lost)
    mean, se = (c[0] for c in restricted_mean(curves, 182))
    left, right = intervals_of(day + 1, lost)
    found = restricted_mean_of_boxes(npmle(left, right), left, right, np.ones(80), 182)
    assert found is not None
    assert found[0] == pytest.approx(mean - 0.5 * (1 - curves.survival[0, 182]), abs=1e-7)
    assert found[1] == pytest.approx(se, rel=5e-3)


def visits(random, size):
    """Weekly hazard of .6 %, seen at jittered visits of which a fifth is missed."""
    true = random.exponential(300, size)
    when = np.sort(np.array([14, 30, 91, 182, 273, 364]) + random.integers(-9, 10, (size, 6)), axis=1)
    came = random.random((size, 6)) < 0.8
    left = np.where(came & (when < true[:, None]), when, 0).max(axis=1)
    return left.astype(float), np.where(came & (when >= true[:, None]), when, np.inf).min(axis=1)


def test_the_standard_error_of_boxes_agrees_with_a_patient_bootstrap():
    random = np.random.default_rng(8)
    left, right = visits(random, 150)
    found = restricted_mean_of_boxes(npmle(left, right), left, right, np.ones(150), 182)
    means = []
    for _ in range(300):
        at = random.integers(0, 150, 150)
        again = restricted_mean_of_boxes(npmle(left[at], right[at]), left[at], right[at], np.ones(150), 182)
        means.append(again[0] if again else np.nan)
    assert found is not None
    assert found[1] == pytest.approx(np.std(means), rel=0.15)


def test_the_mean_of_boxes_covers_the_truth():
    """Exponential, mean 300 days: ∫ S to day 182 = 300·(1 − e^(−182/300)) = 136.4."""
    random, truth, hits = np.random.default_rng(9), 300 * (1 - np.exp(-182 / 300)), 0
    for _ in range(200):
        left, right = visits(random, 120)
        found = restricted_mean_of_boxes(npmle(left, right), left, right, np.ones(120), 182)
        assert found is not None
        hits += abs(found[0] - truth) <= 1.96 * found[1]
    assert 180 <= hits <= 198  # 95 % of 200 ± 2.6 standard errors


def test_half_of_a_box_that_ends_after_the_horizon_is_placed_evenly():
    """One box (0, 100], horizon 50: half the mass spread over 0 … 50 (mean 25), half beyond it (50)."""
    left, right = np.zeros(4), np.full(4, 100.0)
    assert restricted_mean_of_boxes(npmle(left, right), left, right, np.ones(4), 50) == pytest.approx(
        (37.5, 0), abs=1e-6
    )


def test_boxes_beyond_follow_up_have_no_mean():
    left, right = np.array([0.0, 40.0]), np.array([30.0, np.inf])
    assert restricted_mean_of_boxes(npmle(left, right), left, right, np.ones(2), 41) is None
    assert restricted_mean_of_boxes(npmle(left, right), left, right, np.ones(2), 40) == pytest.approx(
        (27.5, 8.8388), abs=1e-3
    )
