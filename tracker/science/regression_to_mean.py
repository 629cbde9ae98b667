"""Regression to the mean: how much people who started as high changed where no such course was given.

A number only from a named cohort with the same instrument, time zero and month; without one the sentence alone. It is
printed beside a change without a comparison group and never subtracted from it. Sources: Vickers 2004, BMJ 328:744;
Barnett 2005, Int J Epidemiol 34:215; docs/science/regression_to_mean.md.
"""

from dataclasses import dataclass

import numpy as np

from tracker.science.fold import Partial
from tracker.science.moments import Moments, moments
from tracker.science.record import Floats
from tracker.science.scales import Better
from tracker.science.threshold import improvement

FEWEST = 50  # rows for a line: below, its slope is too uncertain to be named (ours)
SENTENCE = (
    "People tend to come when their scores are high, and high scores tend to be lower later whatever is done. "
    "There is no comparison group here."
)


@dataclass(frozen=True)
class Untreated:
    """E[F | B] = intercept + slope · B, in scale points, of n people with usual care or none.

    `low` … `high`: the baselines it was seen on. `month` after `anchor` ("start": randomisation or start; "end": t0).
    """

    name: str
    source: str
    instrument: str
    anchor: str
    month: int
    intercept: float
    slope: float
    n: int
    low: float
    high: float
    better: Better = "lower"


# Least squares on the 140 controls with a 12-month diary; the raw data of Trials 7:15 give 0.3948 + 0.8217·B.
VICKERS = Untreated(
    name="usual care in Vickers 2004",
    source="Vickers 2004, BMJ 328:744",
    instrument="headache_score",
    anchor="start",
    month=12,
    intercept=0.39,
    slope=0.82,
    n=140,
    low=6.75,
    high=94.75,
)
COHORTS: tuple[Untreated, ...] = (VICKERS,)


@dataclass(frozen=True)
class Expected(Partial):
    """What the figure needs of some courses' baselines, held against one cohort."""

    outside: int  # baselines the cohort did not have
    change: Moments  # expected improvement at the others, scale points


def line(baseline: Floats, value: Floats) -> tuple[float, float] | None:
    """Intercept and slope of value on baseline by least squares, complete rows only; None below 50 or all alike."""
    both = moments(baseline, value)
    if both.n < FEWEST or both.covariance(1, 1) == 0:
        return None
    slope = both.covariance(1, 2) / both.covariance(1, 1)
    return both.mean(2) - slope * both.mean(1), slope


def fitting(instrument: str, anchor: str, month: int, cohorts: tuple[Untreated, ...] = COHORTS) -> Untreated | None:
    """The cohort with this instrument, time zero and month, if there is one."""
    return next((c for c in cohorts if (c.instrument, c.anchor, c.month) == (instrument, anchor, month)), None)


def expected(cohort: Untreated, baseline: Floats) -> Floats:
    """S: the improvement seen in the cohort at each baseline, positive = better; NaN outside the baselines it had."""
    inside = (baseline >= cohort.low) & (baseline <= cohort.high)
    at = np.where(inside, baseline, np.nan)
    return improvement(at, cohort.intercept + cohort.slope * at, cohort.better)


def partial(cohort: Untreated | None, baseline: Floats) -> Expected:
    """Of S courses; baseline: NaN = unknown, which counts nowhere."""
    known = baseline[np.isfinite(baseline)]
    change = moments(expected(cohort, known) if cohort else np.full(len(known), np.nan))
    return Expected(len(known) - change.n, change)


def figure(cohort: Untreated | None, found: Expected) -> dict:
    """Beside the change of courses with these baselines: {"expected", "n", "cohort", "source", "sentence"}.

    expected: mean over the n baselines the cohort covers; None, with the sentence alone, where there is none.
    """
    n = found.change.n
    if cohort is None or not n:
        return {"expected": None, "n": 0, "cohort": None, "source": None, "sentence": SENTENCE}
    change = found.change.mean()
    sentence = f"{SENTENCE} {_beside(cohort, change, found.outside)}"
    return {"expected": change, "n": n, "cohort": cohort.name, "source": cohort.source, "sentence": sentence}


def _beside(cohort: Untreated, change: float, outside: int) -> str:
    """The number in words, and how many baselines it does not cover."""
    told = f"{abs(change):.1f} points {'better' if change >= 0 else 'worse'}"
    zero = {"start": "the start", "end": "the end of the course"}[cohort.anchor]
    said = f"After {cohort.name} ({cohort.n} people), scores that started as these did were on average {told} "
    said += f"{cohort.month} months after {zero}."
    return said + (f" {outside} baselines lie outside that group's and are not in it." if outside else "")
