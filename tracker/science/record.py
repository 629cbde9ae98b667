"""Record: courses, sessions and readings as columns, the one shape in which data reaches the science floor.

Days are decimal days on any common axis (the store uses `date.toordinal`, a file of day numbers uses them as they are);
NaN means unknown. One Record holds ONE instrument. Rows are sorted: sessions by (course, day), readings
by (series, day).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import overload

import numpy as np
from numpy.typing import NDArray

from tracker.science.scales import Instrument

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def no_floats() -> Floats:
    """An empty column."""
    return np.empty(0, np.float64)


def no_ints() -> Ints:
    """An empty column of positions."""
    return np.empty(0, np.int64)


class Ragged(Sequence[Floats]):
    """S columns of different lengths, held one after the other: `flat` (all values), `length` (S)."""

    def __init__(self, flat: Floats, length: Ints):
        self.flat, self.length = flat, length
        self._cuts = np.concatenate([[0], np.cumsum(length)])

    @classmethod
    def of(cls, columns: Sequence[Floats]) -> "Ragged":
        """The same columns; those that are held so already as they are."""
        if isinstance(columns, Ragged):
            return columns
        length = np.fromiter(map(len, columns), np.int64, len(columns))
        return cls(np.concatenate([no_floats(), *columns]), length)

    def only(self, rows: Ints) -> "Ragged":
        """Some of the columns, in the order of the rows."""
        length = self.length[rows]
        behind = np.cumsum(length) - length
        at = np.arange(length.sum()) + np.repeat(self._cuts[rows] - behind, length)
        return Ragged(self.flat[at], length)

    def __len__(self) -> int:
        """S."""
        return len(self.length)

    def __iter__(self) -> Iterator[Floats]:
        """Column after column."""
        return (self.flat[first:last] for first, last in pairwise(self._cuts.tolist()))

    @overload
    def __getitem__(self, row: int) -> Floats: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[Floats]: ...
    def __getitem__(self, row: int | slice) -> Floats | Sequence[Floats]:
        """One column, or some."""
        if isinstance(row, slice):
            return self.only(np.arange(len(self))[row])
        row = range(len(self))[row]
        return self.flat[self._cuts[row] : self._cuts[row + 1]]


@dataclass(frozen=True)
class Record:
    """Columns: C courses, K held sessions, S series (course x site x side), M readings of one instrument."""

    instrument: Instrument
    # C courses
    start: Floats  # day of the first session, or the stated start of the course
    closed: Floats  # day staff closed it, or the course_end of a file; NaN = open
    planned_gap: Floats  # days between planned sessions; NaN = no plan
    # K held sessions
    session_course: Ints
    session_day: Floats
    # S series
    series_course: Ints
    # M readings
    reading_series: Ints
    reading_day: Floats
    reading_value: Floats
    reading_kind: Ints  # position in scales.KINDS
    reading_session: Ints  # position among the sessions, -1 = none
    reading_lag: Floats = field(default_factory=no_floats)  # days from recorded to received; empty = all at once
    # E milestones after which scores no longer tell of the course: surgery, injection, opioid start
    milestone_course: Ints = field(default_factory=no_ints)
    milestone_day: Floats = field(default_factory=no_floats)


@dataclass(frozen=True)
class Outcomes:
    """What is derived, one row per series. The store keeps these columns; none depends on today or on other rows.

    Windows columns are S x 5 (months 1, 3, 6, 9, 12); NaN = no reading there. Days after t0 are `day - t0`.
    """

    instrument: Instrument
    start: Floats  # anchor "start"
    t0: Floats  # anchor "end": the last session held before the course's end, or its stated end; NaN = neither
    ended_on: Floats  # the day from which the end is known (t0 + 28, or the closing); ended = as_of >= ended_on
    retreated: Floats  # days after t0 of the first session after the end; NaN = none
    milestone: Floats  # days after t0 of the first milestone after it; NaN = none
    baseline: Floats
    baseline_n: Ints
    end: Floats  # the value at the end of the course
    end_before: Bools  # taken before t0, because nothing stood in t0 ... t0 + 14
    after_end: Floats  # S x 5, windows counted from t0
    after_start: Floats  # S x 5, windows counted from start
    held: Ints  # sessions held
    pairs: Ints  # sessions with a usable before/after pair
    change: Floats  # mean of before - after over the pairs, signed so that positive = better
    steps: Ints  # from a session with a usable pair to the next one, scored before
    steps_eased: Floats  # sum of before - after over those sessions, signed so that positive = better
    steps_kept: Floats  # sum of before - before the next one
    loss_left: Floats  # days after t0 of the last responding assessment before a confirmed loss; NaN = none
    loss_right: Floats  # days after t0 of the first failing assessment of it
    unconfirmed: Floats  # days after t0 of a single last failing assessment; NaN = none
    unconfirmed_left: Floats  # days after t0 of the last responding assessment before it
    last_seen: Floats  # days after t0 of the last assessment; NaN = none
    week_day: Sequence[Floats]  # per series: at most one in-course value a week, days from start
    week_value: Sequence[Floats]  # the values on those days, in scale points
    later_day: Sequence[Floats]  # per series: at most one value a week later than t0 + 14 days, days from start
    later_value: Sequence[Floats]  # the values on those days

    @property
    def rescued(self) -> Floats:
        """Whole days after t0 on which the composite ends whatever the scores say; NaN = not."""
        return np.floor(np.fmin(self.retreated, self.milestone))
