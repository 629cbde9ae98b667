"""Moments: how many, sums and sums of products of a few columns, exact, so that they merge without a trace.

A value is read to the nearest 2⁻⁴⁸ of a point (4·10⁻¹⁵) and split into four limbs of 16 bits. Products of limbs and
their sums are whole numbers below 2⁵³, which floats hold exactly: one matrix product makes all of them. Means and
covariances are then ratios of whole numbers, rounded once; equal values have the variance 0, not a little noise. The
exact sum by fixed-point limbs is Kulisch's (Kulisch and Miranker 1986, SIAM Rev 28:1).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from tracker.science.fold import Partial
from tracker.science.record import Floats, Ints

POINT = 48  # bits behind the point
LARGEST = 2.0**15  # values lie below it
SHIFTS = (48, 32, 16, 0)  # of the four limbs
MASK = 0xFFFF
CHUNK = 1 << 18  # rows a matrix product: 2¹⁸ · 2³² < 2⁵³
WEIGHT = 60  # bits behind the point of the weights of `mapped`


@dataclass(frozen=True)
class Moments(Partial):
    """Of k columns over n rows without gaps: column 0 is all ones, columns 1 … k those given."""

    limbs: Ints  # (1 + 4k)²: sums of products of limbs

    @property
    def n(self) -> int:
        """How many rows."""
        return int(self.limbs[0, 0])

    def total(self, column: int = 1) -> float:
        """Sum of a column."""
        return self._exact[0, column] / (1 << POINT)

    def mean(self, column: int = 1) -> float:
        """Mean of a column; ZeroDivisionError for no row."""
        return self._exact[0, column] / (self.n << POINT)

    def covariance(self, one: int = 1, other: int = 1) -> float:
        """Σ (x − x̄)(y − ȳ) / (n − 1); ZeroDivisionError below two rows."""
        sums, n = self._exact, self.n
        return (n * sums[one, other] - sums[0, one] * sums[0, other]) / (n * (n - 1) << 2 * POINT)

    def mapped(self, weights: Floats) -> Floats:
        """r × r: sums of products of r new columns, each a weighted sum of all columns. weights: r × (1 + k)."""
        alike = self._exact.copy()
        alike[0] <<= POINT  # the ones as the others: in units of 2⁻⁴⁸
        alike[:, 0] <<= POINT
        w = np.array([[int(x * 2.0**WEIGHT) for x in row] for row in weights.tolist()], object)
        return ((w @ alike @ w.T) / (1 << 2 * (POINT + WEIGHT))).astype(np.float64)

    @cached_property
    def _exact(self) -> Any:
        """(1 + k)² whole numbers: n, sums in 2⁻⁴⁸, products in 2⁻⁹⁶."""
        columns = (len(self.limbs) - 1) // len(SHIFTS)
        weight = np.zeros((1 + columns, len(self.limbs)), object)
        weight[0, 0] = 1
        for n, shift in enumerate(SHIFTS):
            for column in range(columns):
                weight[1 + column, 1 + n * columns + column] = 1 << shift
        return weight @ self.limbs.astype(object) @ weight.T


def moments(*columns: Floats) -> Moments:
    """Of k columns of one length; a row with a NaN counts nowhere. ValueError for a value of 2¹⁵ or more."""
    table = np.column_stack(columns)
    table = table[np.isfinite(table).all(axis=1)]
    if table.size and np.abs(table).max() >= LARGEST:
        raise ValueError("a value is too large for an exact sum")
    found = np.zeros((1 + len(SHIFTS) * len(columns),) * 2, np.int64)
    for at in range(0, len(table), CHUNK):
        part = _limbs(table[at : at + CHUNK])
        found += (part.T @ part).astype(np.int64)
    return Moments(found)


def _limbs(table: Floats) -> Floats:
    """n × (1 + 4k): ones, then the highest limb of every column, the next … The highest carries the sign."""
    whole = np.rint(table * 2.0**POINT).astype(np.int64)
    rest = [(whole >> shift) & MASK for shift in SHIFTS[1:]]
    return np.column_stack([np.ones(len(table)), whole >> SHIFTS[0], *rest]).astype(np.float64)
