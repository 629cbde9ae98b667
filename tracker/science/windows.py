"""Windows: the stretches of days in which a reading counts for a follow-up month, and when that month is due.

Whole calendar days: a reading on the evening of day 44 belongs to day 44. Source: design "Windows after t0";
docs/science/windows.md.
"""

from dataclasses import dataclass

import numpy as np

from tracker.science.record import Bools, Floats, Ints

NEAR = 7  # readings this many days around the chosen one are averaged with it
RECALL_BLOCK = 28  # days: a count of days out of 28 must lie wholly after the anchor


@dataclass(frozen=True)
class Window:
    """Days first … last after the anchor, both inside; the reading nearest to `target` is chosen."""

    month: int
    first: int
    last: int
    target: int


END = Window(0, 0, 14, 7)
BEFORE_END = Window(0, -7, -1, 7)  # used only where END is empty, and labelled
FOLLOW_UP = (
    Window(1, 15, 44, 30),
    Window(3, 45, 135, 91),
    Window(6, 136, 228, 182),
    Window(9, 229, 319, 273),
    Window(12, 320, 455, 364),
)
MONTHS = tuple(w.month for w in FOLLOW_UP)
ALL = (BEFORE_END, END, *FOLLOW_UP)  # they touch: one pass sorts every reading into its window
_EDGES = np.array([w.first for w in ALL] + [ALL[-1].last + 1])
_TARGETS = np.array([w.target for w in ALL])


def of(month: int) -> Window:
    """The window of a follow-up month; 0 = the end of the course. KeyError for another month."""
    return {0: END, **{w.month: w for w in FOLLOW_UP}}[month]


def around(day: int) -> Window:
    """The window in which a day after the anchor lies. ValueError for a day in none."""
    for window in ALL:
        if window.first <= day <= window.last:
            return window
    raise ValueError(f"day {day} lies in no window")


def values(series: Ints, offset: Floats, value: Floats, count: int) -> Floats:
    """count × 7 window values (columns as ALL) of M readings sorted by (series, offset); NaN = no reading there.

    offset: whole days after the anchor, NaN = no anchor. The chosen reading is the nearest to the target, ties to the
    earlier; the value is the mean of the readings within 7 days of it and inside the window.
    """
    table = np.full(count * len(ALL), np.nan)
    inside = (offset >= _EDGES[0]) & (offset < _EDGES[-1])
    if not inside.any():
        return table.reshape(count, len(ALL))
    day, score = offset[inside], value[inside]
    window = np.searchsorted(_EDGES, day, side="right") - 1
    cell = series[inside] * len(ALL) + window
    starts = np.flatnonzero(np.concatenate(([True], cell[1:] != cell[:-1])))
    table[cell[starts]] = _means(day, score, np.abs(day - _TARGETS[window]), starts)
    return table.reshape(count, len(ALL))


def reaches_back(offset: Floats) -> Bools:
    """M: which counts of days out of 28 stand after the end-of-course window and still reach back to the anchor or
    before it. offset: whole days after the anchor.
    """
    return (offset > END.last) & (offset < RECALL_BLOCK)


def due(anchor: Floats, known_from: Floats, window: Window, as_of: float | None) -> Bools:
    """Whether the window of each course has closed: as_of ≥ anchor + its last day, and the anchor itself was known by
    then.

    as_of None = everything is due that has an anchor (a file of day numbers has no today).
    """
    if as_of is None:
        return np.isfinite(anchor)
    return (np.floor(anchor) + window.last <= as_of) & (known_from <= as_of)


def _means(day: Floats, score: Floats, distance: Floats, starts: Ints) -> Floats:
    """Per run: the mean of the scores within 7 days of the one at the least distance (ties: the earlier)."""
    lengths = np.diff(np.append(starts, len(day)))
    least = np.repeat(np.minimum.reduceat(distance, starts), lengths)
    chosen = np.minimum.reduceat(np.where(distance == least, day, np.inf), starts)
    near = np.abs(day - np.repeat(chosen, lengths)) <= NEAR
    return np.add.reduceat(np.where(near, score, 0.0), starts) / np.add.reduceat(near.astype(np.int64), starts)
