"""Weekly: at most one value a week, so that a patient who logs daily does not count seven times.

In the course = from its start to the last day of its end-of-course window; after it = every later day, whatever
treatment follows. The weeks of both are counted from the start. Before-scores for an instrument asked "right now" that
has any (check-ins come when the patient likes), else check-ins, baselines and before-scores; never after-scores.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from tracker.science.record import Bools, Floats, Ints, Record
from tracker.science.scales import AFTER, BEFORE, CHECK_IN
from tracker.science.windows import END, reaches_back

WEEK = 7


class Weeks(NamedTuple):
    """S series, each with the first reading of each week; readings of one moment are one, their mean."""

    day: tuple[Floats, ...]  # days from start
    value: tuple[Floats, ...]


def values(record: Record, start: Floats, t0: Floats) -> tuple[Weeks, Weeks]:
    """In the course, and after it. start, t0: S days (t0 NaN = no end yet: nothing is after it)."""
    series, day = record.reading_series, record.reading_day - np.floor(start)[record.reading_series]
    offset = np.floor(record.reading_day) - np.floor(t0)[series]
    asked = (day >= 0) & _asked(record)
    if record.instrument.days:
        asked &= ~reaches_back(offset)
    eligible = np.flatnonzero(asked)
    part = (2 * series + (offset > END.last))[eligible]  # each series in the course, then after it
    day, value = day[eligible], record.reading_value[eligible]
    moments = _starts(part, day)
    part, day, value = part[moments], day[moments], _means(value, moments)
    first = _starts(part, np.floor(day / WEEK))
    cuts = np.searchsorted(part[first], np.arange(2 * len(start) + 1)).tolist()
    days, scores = _pieces(day[first], cuts), _pieces(value[first], cuts)
    return Weeks(days[::2], scores[::2]), Weeks(days[1::2], scores[1::2])


def _starts(part: Ints, day: Floats) -> Ints:
    """Where a new part or a new day starts."""
    new = np.ones(len(part), np.bool_)
    new[1:] = (part[1:] != part[:-1]) | (day[1:] != day[:-1])
    return np.flatnonzero(new)


def _means(value: Floats, starts: Ints) -> Floats:
    """The mean from each start to the next: scores of one moment have no order."""
    if len(starts) == len(value):
        return value
    return np.add.reduceat(value, starts) / np.diff(np.append(starts, len(value)))


def _pieces(column: Floats, cuts: list[int]) -> tuple[Floats, ...]:
    """The column between each cut and the next; `np.split` takes longer over many short pieces."""
    return tuple([column[first:last] for first, last in pairwise(cuts)])


def _asked(record: Record) -> Bools:
    """M: readings of the kinds that speak of the course."""
    kind = record.reading_kind
    if record.instrument.recall != "now":
        return kind != AFTER
    has_before = np.zeros(len(record.series_course), np.bool_)
    has_before[record.reading_series[kind == BEFORE]] = True
    return (kind != AFTER) & ~((kind == CHECK_IN) & has_before[record.reading_series])
