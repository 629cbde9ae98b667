"""Shrinkage: one course's slope, drawn towards its group's mean as far as its own noise deserves.

θ = m + w·(b − m), w = τ² / (τ² + v). m and τ² come from the courses of the same clinic and condition (Paule and Mandel
1982, J Res Natl Bur Stand 87:377), at the moment of reading: a stored one would change with other people's scores, so
none is stored. v is the slope's variance from its own days and the noise pooled over patients, not from its own few
residuals: a patient with ten equal scores would seem to be without error. docs/science/shrinkage.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tracker.science.confidence import Z
from tracker.science.correlation import FEWEST, WEEK, covariance, line_basis
from tracker.science.noise import Noise, noise_of, partial
from tracker.science.record import Floats, Ints, Ragged
from tracker.science.scales import Instrument
from tracker.science.trend import LINE_N, Trends

ROUNDS = 100  # Newton rounds of Paule–Mandel; five to ten are usual
CLOSE = 1e-12  # where they stop, as a share of the degrees of freedom


@dataclass(frozen=True)
class Shrunken:
    """S series, points per week; NaN = not estimated. `weight` is the part of the own slope, 0 … 1."""

    slope: Floats
    low: Floats  # 95 % interval
    high: Floats
    weight: Floats
    mean: Floats  # m of the series' group
    tau2: Floats  # τ² of the series' group, (points per week)²
    n: Ints  # series in the group that have a slope


def of(
    days: Sequence[Floats], values: Sequence[Floats], instrument: Instrument, trends: Trends, group: Ints
) -> Shrunken:
    """S: the slopes of `trends`, each drawn towards its group. days, values: what the trends were fitted to; group: the
    clinic and condition of each series, numbered from 0.
    """
    return shrink(trends.slope, variances(days, _noise(days, values, instrument, trends)), group)


def _noise(days: Sequence[Floats], values: Sequence[Floats], instrument: Instrument, trends: Trends) -> Noise:
    """Pooled over the series that have a slope: scores that lie at one end of the scale cannot show how far they would
    swing.
    """
    rows = np.flatnonzero(np.isfinite(trends.slope))
    day, value = (Ragged.of(column).only(rows) for column in (days, values))
    steps = partial(np.repeat(rows, trends.n[rows]), day.flat, value.flat, trends.phi)
    return noise_of(steps, trends.phi, instrument.span)


def variances(days: Sequence[Floats], noise: Noise) -> Floats:
    """S: variance of the least-squares slope over each series' days, (points per week)²: SDw² · c'Vc.

    NaN for fewer than 5 scores. Days ascending, not all equal; V as in the trend (`correlation.covariance`).
    """
    lengths = np.fromiter(map(len, days), np.int64, len(days))
    found = np.full(len(days), np.nan)
    for n in np.unique(lengths[lengths >= LINE_N]):
        rows = np.flatnonzero(lengths == n)
        day = np.stack([days[row] for row in rows.tolist()])
        found[rows] = noise.sd**2 * _unit(day, noise.r)
    return found


def _unit(day: Floats, phi: float) -> Floats:
    """k: c'Vc per week² for k x n days, c the slope's row of (X'X)⁻¹X'."""
    spread = ((day - day.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
    line = line_basis(day)[:, :, 1]
    return WEEK**2 * np.einsum("ki,kij,kj->k", line, covariance(day, phi), line) / spread


def paule_mandel(effect: Floats, variance: Floats) -> tuple[float, float]:
    """m and τ² of k ≥ 2 effects with known variances > 0: the τ² at which Σ (y − m)²/(v + τ²) is k − 1, never below 0.

    Newton from 0, as in DerSimonian and Kacker 2007, Contemp Clin Trials 28:105: the sum is convex and falls in τ², so
    every step stays on the left of the root. ArithmeticError if it does not settle.
    """
    tau2, free = 0.0, len(effect) - 1
    for _ in range(ROUNDS):
        w = 1 / (variance + tau2)
        m = float(w @ effect / w.sum())
        excess = float(w @ (effect - m) ** 2) - free
        if excess <= CLOSE * free:
            return m, tau2
        tau2 += excess / float(w**2 @ (effect - m) ** 2)
    raise ArithmeticError("the spread between courses did not settle")


def shrink(slope: Floats, variance: Floats, group: Ints) -> Shrunken:
    """S slopes with their variances, each towards the mean of its group (clinic and condition, numbered from 0).

    NaN slopes or variances stay NaN and count nowhere; a group of fewer than 20 is not estimated.
    """
    known = np.isfinite(slope) & (variance > 0)
    n = np.bincount(group[known], minlength=int(group.max(initial=-1)) + 1)
    m, tau2, error = (np.full(len(n), np.nan) for _ in range(3))
    for g in np.flatnonzero(n >= FEWEST):
        rows = known & (group == g)
        m[g], tau2[g] = paule_mandel(slope[rows], variance[rows])
        error[g] = 1 / (1 / (variance[rows] + tau2[g])).sum()
    return _drawn(np.where(known, slope, np.nan), variance, m[group], tau2[group], error[group], n[group])


def _drawn(slope: Floats, v: Floats, m: Floats, tau2: Floats, error: Floats, n: Ints) -> Shrunken:
    """The shrunken slopes; `error` is the variance of m, whose share 1 − w enters the interval."""
    weight = np.where(np.isnan(slope), np.nan, tau2 / (tau2 + v))
    centre = m + weight * (slope - m)
    half = Z * np.sqrt(weight * v + (1 - weight) ** 2 * error)
    return Shrunken(centre, centre - half, centre + half, weight, m, tau2, n)
