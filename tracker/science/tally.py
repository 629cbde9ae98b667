"""Tally: distinct values and how often each stands there. Merges exactly; a median needs nothing more."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from tracker.science.record import Floats, Ints


@dataclass(frozen=True)
class Tally:
    """V distinct values, ascending, and their numbers."""

    value: Floats
    count: Ints

    def __add__(self, other: Self) -> "Tally":
        """Both together."""
        return tally(np.append(self.value, other.value), np.append(self.count, other.count))

    @property
    def n(self) -> int:
        """How many in all."""
        return int(self.count.sum())

    def median(self) -> float | None:
        """The middle one, or the mean of the two in the middle; None without values."""
        if not self.n:
            return None
        upto = np.cumsum(self.count)
        low, high = np.searchsorted(upto, [(self.n - 1) // 2, self.n // 2], side="right")
        return float((self.value[low] + self.value[high]) / 2)


def tally(values: Floats, count: Ints | None = None) -> Tally:
    """Of N values, each counted so often (None = once); NaN counts nowhere."""
    known = np.isfinite(values)
    value, place = np.unique(values[known], return_inverse=True)
    weights = None if count is None else count[known]
    return Tally(value, np.bincount(place, weights, len(value)).astype(np.int64))
