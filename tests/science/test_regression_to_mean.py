"""Regression to the mean: the published line, re-derived; a number only beside the cohort it belongs to."""

import csv
import doctest
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from tracker.evidence import words
from tracker.science import regression_to_mean as rtm

PAGE = Path(__file__).parents[2] / "docs" / "science" / "regression_to_mean.md"
TIDY = Path(__file__).parents[2].parent / "shared" / "data" / "vickers2004_tidy.csv"
ASKED = ("headache_score", "start", 12)


def controls():
    """Baseline and 12-month score of the usual-care arm; NaN = no diary."""
    people = {}
    with TIDY.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["group"] == "control":
                people.setdefault(row["patient"], {})[int(row["recorded_at"])] = float(row["value"])
    return np.array([[p[-7], p.get(365, np.nan)] for p in people.values()]).T


def figure(baseline, instrument, anchor, month, cohorts=rtm.COHORTS):
    """The figure of one piece."""
    cohort = rtm.fitting(instrument, anchor, month, cohorts)
    return rtm.figure(cohort, rtm.partial(cohort, baseline))


@pytest.mark.skipif(not TIDY.exists(), reason="../shared/data/vickers2004_tidy.csv is not here")
def test_the_line_of_the_vickers_controls_is_that_of_the_data():
    baseline, value = controls()
    both = np.isfinite(value)
    slope, intercept, *_ = stats.linregress(baseline[both], value[both])
    found = rtm.line(baseline, value)
    assert found == pytest.approx((intercept, slope), abs=1e-10)
    assert found == pytest.approx((rtm.VICKERS.intercept, rtm.VICKERS.slope), abs=0.005)
    assert both.sum() == rtm.VICKERS.n
    assert (baseline[both].min(), baseline[both].max()) == (rtm.VICKERS.low, rtm.VICKERS.high)


@pytest.mark.skipif(not TIDY.exists(), reason="../shared/data/vickers2004_tidy.csv is not here")
def test_in_the_controls_themselves_the_expected_change_is_the_one_they_had():
    baseline, value = controls()
    both = np.isfinite(value)
    found = figure(baseline[both], *ASKED)
    assert found["expected"] == pytest.approx((baseline - value)[both].mean(), abs=0.1)


def test_the_published_line():
    """F = 0.39 + 0.82·B: from 25 to 20.89, 4.11 points better."""
    assert rtm.expected(rtm.VICKERS, np.array([25.0])) == pytest.approx([4.11])


def test_a_fitting_cohort_is_named_with_its_number():
    found = figure(np.array([20.0, 30.0, np.nan]), *ASKED)
    assert found["expected"] == pytest.approx((20 + 30) / 2 * 0.18 - 0.39)
    assert (found["n"], found["source"]) == (2, "Vickers 2004, BMJ 328:744")
    assert found["sentence"].startswith(rtm.SENTENCE)
    assert "usual care in Vickers 2004 (140 people)" in found["sentence"]
    assert "4.1 points better" in found["sentence"]


@pytest.mark.parametrize(
    "asked",
    [
        ("headache_days", "start", 12),
        ("headache_score", "end", 12),  # the same month from another time zero is another moment
        ("headache_score", "start", 9),
        ("nrs_week", "end", 12),
    ],
)
def test_without_a_fitting_cohort_there_is_the_sentence_and_no_number(asked):
    found = figure(np.array([20.0, 30.0]), *asked)
    assert found == {"expected": None, "n": 0, "cohort": None, "source": None, "sentence": rtm.SENTENCE}


@pytest.mark.parametrize("baseline", [[], [np.nan], [0.0, 5.0], [120.0]])
def test_without_a_baseline_that_the_cohort_had_there_is_no_number(baseline):
    assert figure(np.array(baseline, float), *ASKED)["expected"] is None


def test_baselines_outside_the_cohort_are_left_out_and_told():
    found = figure(np.array([20.0, 30.0, 2.0, 120.0]), *ASKED)
    assert (found["n"], found["expected"]) == (2, pytest.approx(4.11))
    assert "2 baselines lie outside" in found["sentence"]
    assert np.isnan(rtm.expected(rtm.VICKERS, np.array([2.0, 120.0]))).all()
    assert np.isfinite(rtm.expected(rtm.VICKERS, np.array([rtm.VICKERS.low, rtm.VICKERS.high]))).all()


def test_low_starters_are_expected_to_get_worse_and_the_words_say_so():
    up = replace(rtm.VICKERS, intercept=5.0)
    found = figure(np.array([10.0]), *ASKED, cohorts=(up,))
    assert found["expected"] == pytest.approx(-3.2)
    assert "3.2 points worse" in found["sentence"]


def test_where_higher_is_better_the_sign_is_turned():
    up = replace(rtm.VICKERS, better="higher")
    assert rtm.expected(up, np.array([25.0])) == pytest.approx([-4.11])


@pytest.mark.parametrize("seed", range(5))
def test_a_line_is_that_of_scipy(seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(20, 8, 80)
    y = 2 + 0.7 * x + rng.normal(0, 5, 80)
    slope, intercept, *_ = stats.linregress(x, y)
    assert rtm.line(np.append(x, np.nan), np.append(y, 3.0)) == pytest.approx((intercept, slope), abs=1e-10)


def test_two_noisy_scores_of_people_who_do_not_change_show_the_expected_change():
    """Selected for a high first score, nothing happens to them, and the line of a cohort tells the fall."""
    rng = np.random.default_rng(9)
    true = rng.normal(5, 1, 200_000)
    first, second = true + rng.normal(0, 1, true.size), true + rng.normal(0, 1, true.size)
    intercept, slope = rtm.line(first, second) or (0.0, 0.0)
    assert (intercept, slope) == (pytest.approx(2.5, abs=0.05), pytest.approx(0.5, abs=0.01))
    high = first > 6
    cohort = replace(rtm.VICKERS, intercept=intercept, slope=slope, low=-99.0, high=99.0)
    fall = (first - second)[high].mean()
    assert fall > 0.5
    assert rtm.expected(cohort, first[high]).mean() == pytest.approx(fall, abs=0.02)


@pytest.mark.parametrize(("x", "y"), [([1.0] * 60, list(range(60))), (list(range(49)), list(range(49))), ([], [])])
def test_too_few_rows_or_equal_baselines_make_no_line(x, y):
    assert rtm.line(np.array(x, float), np.array(y, float)) is None


def test_fifty_rows_make_a_line():
    assert rtm.line(np.arange(50.0), 3 + 2 * np.arange(50.0)) == pytest.approx((3, 2))


def test_no_sentence_says_what_brought_a_change_about():
    said = [rtm.SENTENCE, figure(np.array([20.0, 2.0]), *ASKED)["sentence"]]
    assert [line for text in said for line in words.why(text)] == []


def test_the_worked_example_runs():
    found = doctest.testfile(str(PAGE), module_relative=False)
    assert (found.attempted > 3, found.failed) == (True, 0)
