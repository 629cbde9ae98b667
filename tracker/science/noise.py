"""Noise: how far one patient's weekly scores swing around their own course, pooled over patients.

SDw² = Σ d² / Σ 2·(1 − φ^g), d the step from one score to the next and g the weeks between them: the mean square
successive difference (von Neumann 1941, Ann Math Stat 12:153) for scores whose correlation fades as φ^g. Steps, because
a patient who improves has a slow course and small steps: a standard deviation around the mean would call it noise.
docs/science/flags.md.
"""

from dataclasses import dataclass

import numpy as np

from tracker.science.correlation import FEWEST, UNPOOLED, WEEK
from tracker.science.record import Floats, Ints

WITHIN = 0.1  # of the scale's width: 1 point on 0–10. Two single scores then need 2.8 apart (statistics.md 0.3: 2.6)


@dataclass(frozen=True)
class Noise:
    """sd: standard deviation within a patient, scale points; r: correlation of two scores a week apart, 0 … < 1."""

    sd: float
    r: float


def unpooled(span: float) -> Noise:
    """What is taken with fewer than 20 patients at hand; span: the scale's width in its points."""
    return Noise(WITHIN * span, UNPOOLED)


def pooled(series: Ints, day: Floats, value: Floats, phi: float, span: float) -> Noise:
    """Noise over all series of M scores sorted by (series, day); φ comes from `trend.fit`, points and days as always.

    Fewer than 20 series with two scores on different days: `unpooled`.
    """
    step = (series[1:] == series[:-1]) & (np.diff(day) > 0)
    if len(np.unique(series[1:][step])) < FEWEST:
        return unpooled(span)
    square = np.diff(value)[step] ** 2
    expected = 2 * (1 - np.float64(phi) ** (np.diff(day)[step] / WEEK))
    return Noise(float(np.sqrt(square.sum() / expected.sum())), phi)
