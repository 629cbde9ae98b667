"""Correlation: how alike days are. φ = the correlation of two scores of one patient a week apart, beyond the trend.

Pooled over patients, because one patient's 8 scores cannot tell it: a per-patient correction still cried "trend" in
8–20 % of flat patients (statistics.md 0.2). Moment estimate, corrected for the bias that a fitted line leaves in its
residuals: the φ at which the expected lag-1 sum of the residuals e = Me, tr₁(MVM), is the one found.
docs/science/trend.md.
"""

from dataclasses import dataclass

import numpy as np

from tracker.science.record import Floats

WEEK = 7.0  # days
UNPOOLED = 0.5  # taken when fewer than FEWEST courses are at hand
FEWEST = 20
MOST = 2000  # courses looked at, evenly spread over those at hand: φ is then known to about .01
GRID = np.linspace(0.0, 0.95, 20)


@dataclass(frozen=True)
class Stack:
    """k series of the same length n: days and scores, k x n; `row` says which series each is."""

    row: np.ndarray
    day: Floats
    value: Floats


def covariance(day: Floats, phi: float) -> Floats:
    """V, k x n x n: φ to the number of weeks between two scores; φ = 0 is the unit matrix."""
    weeks = np.abs(day[:, :, None] - day[:, None, :]) / WEEK
    return np.float64(phi) ** weeks


def line_basis(day: Floats) -> Floats:
    """An orthonormal basis of the straight lines over each row of days, k x n x 2. The days of a row must not all be
    one.
    """
    centred = day - day.mean(axis=1, keepdims=True)
    slope = centred / np.sqrt((centred**2).sum(axis=1, keepdims=True))
    return np.stack([np.full_like(day, day.shape[1] ** -0.5), slope], axis=2)


def pooled(stacks: list[Stack]) -> float:
    """φ over all series of the stacks, 0 … .95; .5 when fewer than 20 of them vary around their line."""
    stacks = _spread(stacks)
    parts = [_lag_sums(stack) for stack in stacks]
    if sum(int((total > 0).sum()) for _, total, _ in parts) < FEWEST:
        return UNPOOLED
    found = sum(lag.sum() for lag, _, _ in parts) / sum(total.sum() for _, total, _ in parts)
    expected = sum((total[:, None] * ratio).sum(axis=0) for _, total, ratio in parts) / sum(
        t.sum() for _, t, _ in parts
    )
    return float(np.interp(found, np.maximum.accumulate(expected), GRID))


def _spread(stacks: list[Stack]) -> list[Stack]:
    """At most MOST series, every so-many-th of each length."""
    step = -(-sum(len(s.row) for s in stacks) // MOST) or 1
    return [Stack(s.row[::step], s.day[::step], s.value[::step]) for s in stacks]


def _lag_sums(stack: Stack) -> tuple[Floats, Floats, Floats]:
    """k: Σ e_j e_j+1 and Σ e_j² of the residuals; k x GRID: the expected ratio of the two at each φ."""
    basis = line_basis(stack.day)
    outside = np.eye(stack.day.shape[1]) - basis @ basis.transpose(0, 2, 1)
    rest = np.einsum("kij,kj->ki", outside, stack.value)
    rest[np.abs(rest) < 1e-9] = 0.0  # a perfect line has no residuals, only rounding
    ratio = np.stack([_expected(outside, covariance(stack.day, phi)) for phi in GRID], axis=1)
    return (rest[:, 1:] * rest[:, :-1]).sum(axis=1), (rest**2).sum(axis=1), ratio


def _expected(outside: Floats, v: Floats) -> Floats:
    """k: tr₁(MVM) / tr(MVM), tr₁ the sum along the first off-diagonal."""
    spread = outside @ v @ outside
    return np.trace(spread, 1, 1, 2) / np.trace(spread, 0, 1, 2)
