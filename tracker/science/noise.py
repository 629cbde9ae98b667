"""Noise: how far one patient's weekly scores swing around their own course, pooled over patients.

SDw² = Σ d² / Σ 2·(1 − φ^g), d the step from one score to the next and g the weeks between them: the mean square
successive difference (von Neumann 1941, Ann Math Stat 12:153) for scores whose correlation fades as φ^g. Steps, because
a patient who improves has a slow course and small steps: a standard deviation around the mean would call it noise.
docs/science/flags.md.
"""

import math
from dataclasses import dataclass

import numpy as np

from tracker.science.correlation import FEWEST, UNPOOLED, WEEK
from tracker.science.fold import Partial
from tracker.science.moments import Moments, moments
from tracker.science.record import Floats, Ints

WITHIN = 0.1  # of the scale's width: 1 point on 0–10. Two single scores then need 2.8 apart (statistics.md 0.3: 2.6)


@dataclass(frozen=True)
class Noise:
    """sd: standard deviation within a patient, scale points; r: correlation of two scores a week apart, 0 … < 1."""

    sd: float
    r: float


@dataclass(frozen=True)
class Steps(Partial):
    """What the noise needs of some patients: the series with two scores on different days, and the steps in them."""

    series: int
    sums: Moments  # d in scale points (d² of a wide scale would be too large to be a column), 2(1 − φ^g)


def unpooled(span: float) -> Noise:
    """What is taken with fewer than 20 patients at hand; span: the scale's width in its points."""
    return Noise(WITHIN * span, UNPOOLED)


def partial(series: Ints, day: Floats, value: Floats, phi: float) -> Steps:
    """Of M scores sorted by (series, day); φ comes from `trend.likeness` of all, points and days as always."""
    step = (series[1:] == series[:-1]) & (np.diff(day) > 0)
    due = 2 * (1 - np.float64(phi) ** (np.diff(day)[step] / WEEK))
    return Steps(len(np.unique(series[1:][step])), moments(np.diff(value)[step], due))


def noise_of(found: Steps, phi: float, span: float) -> Noise:
    """The noise over all of them; span: the scale's width in its points. `unpooled` with fewer than 20 series."""
    if found.series < FEWEST:
        return unpooled(span)
    squares = float(found.sums.mapped(np.array([[0.0, 1.0, 0.0]]))[0, 0])  # Σ d²
    return Noise(math.sqrt(squares / found.sums.total(2)), phi)
