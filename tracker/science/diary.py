"""Diary: days with a headache out of 28, from a diary that is answered day by day.

A block is 28 whole days of which 24 were answered at least. A day without an answer is unknown, never a day without a
headache: a public trial file holds 0 headache days in 75 of 100 rows without a diary (statistics.md 0.8). So a block
with a few gaps counts days per 28 answered ones, and one with more gaps counts nothing. docs/science/diary.md.
"""

from dataclasses import dataclass

import numpy as np

from tracker.science.record import Bools, Floats, Ints
from tracker.science.windows import RECALL_BLOCK

ANSWERED = 24  # of 28 days, the least that speak for a block (statistics.md 1)


@dataclass(frozen=True)
class Blocks:
    """B blocks by (series, day): readings of an instrument that counts days out of 28."""

    series: Ints
    day: Floats  # the block's last day
    value: Floats  # days with, per 28 days
    answered: Ints  # of the 28


def before(series: Ints, day: Floats, with_: Bools, start: Floats) -> Blocks:
    """The block of the 28 days before the first session, for each of S courses that has one.

    M answers in any order: row of the course, day on the axis of `start` (S), whether that day was one with it.
    """
    found = _blocks(series, day, with_, np.floor(start))
    return _only(found, found.day == np.floor(start)[found.series] - 1)


def after(series: Ints, day: Floats, with_: Bools, t0: Floats) -> Blocks:
    """Every block wholly after t0 (S; NaN = no end, no block): days 1 … 28 after it, 29 … 56, and so on."""
    found = _blocks(series, day, with_, np.floor(t0) + 1)
    return _only(found, found.day > t0[found.series])


def _blocks(series: Ints, day: Floats, with_: Bools, first: Floats) -> Blocks:
    """All blocks with enough answers, on either side of each course's day `first`, on which a block begins."""
    known = np.isfinite(first[series])
    series, since = series[known], np.floor(day[known]) - first[series[known]]
    days, place = np.unique(np.stack([series, since]), axis=1, return_inverse=True)  # two answers of a day are one day
    yes = np.zeros(days.shape[1], np.bool_)
    yes[place[with_[known]]] = True
    block = np.stack([days[0], np.floor(days[1] / RECALL_BLOCK)])
    (row, number), at = np.unique(block, axis=1, return_inverse=True)
    answered = np.bincount(at, minlength=len(row))
    value = RECALL_BLOCK * np.bincount(at, yes, len(row)) / np.maximum(answered, 1)
    row = row.astype(np.int64)
    last = first[row] + RECALL_BLOCK * (number + 1) - 1
    return _only(Blocks(row, last, value, answered), answered >= ANSWERED)


def _only(found: Blocks, kept: Bools) -> Blocks:
    """Some of the blocks."""
    return Blocks(*(column[kept] for column in vars(found).values()))
