"""Correlation: how alike days are. φ = the correlation of two scores of one patient a week apart, beyond the trend.

Pooled over patients, because one patient's 8 scores cannot tell it: a per-patient correction still cried "trend" in
8–20 % of flat patients (statistics.md 0.2). Moment estimate, corrected for the bias that a fitted line leaves in its
residuals: the φ at which the expected lag-1 sum of the residuals e = Me, tr₁(MVM), is the one found.
docs/science/trend.md.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tracker.science.record import Floats

WEEK = 7.0  # days
UNPOOLED = 0.5  # taken when fewer than FEWEST courses are at hand
FEWEST = 20
MOST = 2000  # courses looked at, of those at hand: φ is then known to about .01
GRID = np.linspace(0.0, 0.95, 20)
GOLDEN = np.uint64(0x9E3779B97F4A7C15)  # 2⁶⁴ over the golden ratio: SplitMix64's step


@dataclass(frozen=True)
class Stack:
    """k series of the same length n: days and scores, k x n; `row` says which series each is."""

    row: np.ndarray
    day: Floats
    value: Floats


@dataclass(frozen=True)
class Likeness:
    """What φ needs of some series: a row for each of at most MOST of them. Equal digests are equal series."""

    digest: NDArray[np.uint64]
    lag: Floats  # Σ e_j e_j+1 of the residuals
    total: Floats  # Σ e_j²
    expected: Floats  # x GRID: the lag sum to be expected at each φ

    def __add__(self, other: Self) -> "Likeness":
        """Both together."""
        columns = [np.concatenate(pair) for pair in zip(vars(self).values(), vars(other).values(), strict=True)]
        order = np.argsort(columns[0], kind="stable")[:MOST]
        return Likeness(*(column[order] for column in columns))

    @property
    def phi(self) -> float:
        """φ, 0 … .95; .5 when fewer than 20 series vary around their line."""
        if (self.total > 0).sum() < FEWEST:
            return UNPOOLED
        total = self.total.sum()
        expected = self.expected.sum(axis=0) / total
        return float(np.interp(self.lag.sum() / total, np.maximum.accumulate(expected), GRID))


NOBODY = Likeness(np.empty(0, np.uint64), np.empty(0), np.empty(0), np.empty((0, len(GRID))))


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


def partial(stacks: list[Stack]) -> Likeness:
    """Of all series of the stacks that vary: the MOST with the lowest digests, so that the choice is the same however
    the series are parted. Days of a row must not all be one.
    """
    stacks = [_varying(stack) for stack in stacks]
    digests = [_digest(stack) for stack in stacks]
    limit = _lowest(np.concatenate([NOBODY.digest, *digests]))
    found = NOBODY
    for stack, digest in zip(stacks, digests, strict=True):
        kept = digest <= limit
        if kept.any():
            found += Likeness(digest[kept], *_lag_sums(Stack(*(column[kept] for column in vars(stack).values()))))
    return found


def _varying(stack: Stack) -> Stack:
    """The series whose scores are not all the same: those tell nothing, and are often told alike."""
    varies = np.ptp(stack.value, axis=1) > 0
    return Stack(stack.row[varies], stack.day[varies], stack.value[varies])


def _lowest(digests: NDArray[np.uint64]) -> int:
    """The greatest of the MOST lowest."""
    return int(np.partition(digests, MOST - 1)[MOST - 1] if len(digests) > MOST else digests.max(initial=0))


def _digest(stack: Stack) -> NDArray[np.uint64]:
    """k: a number drawn from each series' own days and scores, as if at random (the mixing step of SplitMix64: Steele
    2014, OOPSLA, 453).
    """
    days = stack.day - stack.day[:, :1]
    found = np.zeros(len(days), np.uint64)
    for column in np.hstack([days, stack.value]).T:
        found = _mixed(found + GOLDEN + (column + 0.0).view(np.uint64))  # + 0.0: a negative zero is a zero
    return found


def _mixed(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """64 bits stirred; products wrap around."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def _lag_sums(stack: Stack) -> tuple[Floats, Floats, Floats]:
    """k: Σ e_j e_j+1 and Σ e_j² of the residuals; k x GRID: the first as expected from the second at each φ."""
    basis = line_basis(stack.day)
    outside = np.eye(stack.day.shape[1]) - basis @ basis.transpose(0, 2, 1)
    rest = np.einsum("kij,kj->ki", outside, stack.value)
    rest[np.abs(rest) < 1e-9] = 0.0  # a perfect line has no residuals, only rounding
    ratio = np.stack([_expected(outside, covariance(stack.day, phi)) for phi in GRID], axis=1)
    total = (rest**2).sum(axis=1)
    return (rest[:, 1:] * rest[:, :-1]).sum(axis=1), total, total[:, None] * ratio


def _expected(outside: Floats, v: Floats) -> Floats:
    """k: tr₁(MVM) / tr(MVM), tr₁ the sum along the first off-diagonal."""
    spread = outside @ v @ outside
    return np.trace(spread, 1, 1, 2) / np.trace(spread, 0, 1, 2)
