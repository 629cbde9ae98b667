"""Slopes: the least-squares slope of every series at once, and nothing else. For a list, a sort, a mean of slopes.

`trend.fit` says what a slope may be called and how sure it is; this says only what it is, for a million courses in the
time of a few passes over memory. docs/science/trend.md has the formula; bench/science.py the ratio to pandas.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from tracker.science.correlation import WEEK
from tracker.science.record import Bools, Floats, Ints

CHUNK = 65_536  # readings taken together: their columns stay in the processor's second cache


def slopes(series: Ints, day: Floats, value: Floats, count: int) -> Floats:
    """Points per week of each of `count` series, from M readings sorted by series; NaN = fewer than two days.

    b = Σ(t − t̄)(y − ȳ) / Σ(t − t̄)², t counted from the series' first row, so that a date's ordinal costs no digits.
    """
    found = np.full(count, np.nan)
    for starts, lengths, rows in _chunks(series):
        found[series[starts + rows.start]] = _fit(day[rows], value[rows], starts, lengths)
    return found * WEEK


def _chunks(series: Ints) -> Iterator[tuple[Ints, Ints, slice]]:
    """Whole series, about CHUNK readings of them at a time: starts within the chunk, lengths, its rows."""
    if len(series) == 0:
        return
    edges = np.flatnonzero(np.concatenate(([True], series[1:] != series[:-1], [True])))
    cuts = np.unique(np.append(np.searchsorted(edges, np.arange(0, len(series), CHUNK)), len(edges) - 1))
    for one, other in pairwise(cuts):
        mine = edges[one : other + 1]
        yield mine[:-1] - mine[0], np.diff(mine), slice(int(mine[0]), int(mine[-1]))


def _fit(day: Floats, value: Floats, starts: Ints, lengths: Ints) -> Floats:
    """Points per day of the series that start at `starts`; NaN where all days are one."""
    t = day - np.repeat(day[starts], lengths)
    sum_t, sum_y = np.add.reduceat(t, starts), np.add.reduceat(value, starts)
    spread = np.add.reduceat(t * t, starts) - sum_t * sum_t / lengths
    shared = np.add.reduceat(t * value, starts) - sum_t * sum_y / lengths
    return np.divide(shared, spread, out=np.full(len(starts), np.nan), where=_several(t, starts))


def _several(t: Floats, starts: Ints) -> Bools:
    """Whether a series has readings on two moments at least."""
    return np.maximum.reduceat(np.abs(t), starts) > 0
