"""Course: when a course of care ended. One pure function of its sessions, its closing and its plan; nothing reads a
clock.

Source: design "A course, its sessions, its end"; worked example in docs/science/windows.md.
"""

from dataclasses import dataclass

import numpy as np

from tracker.science.record import Bools, Floats, Ints

SILENT = 28.0  # days without a session after which a course has ended
PLANS = 2.0  # or so many planned intervals, if that is longer


@dataclass(frozen=True)
class Ends:
    """C courses. t0 and ended_on are whole days on the record's axis, NaN = no session and no closing."""

    t0: Floats  # the last session before the end, or the closing of a course without sessions
    ended_on: Floats  # the first day on which the end is known
    retreated: Floats  # days after t0 of the first session after the end; NaN = none
    held: Ints  # sessions in all
    first: Ints  # position of the first session; -1 = none


def ends(session_course: Ints, session_day: Floats, closed: Floats, planned_gap: Floats) -> Ends:
    """The end of C courses from K sessions sorted by (course, day); `closed` and `planned_gap` are C days, NaN =
    none.
    """
    day, closed = np.floor(session_day), np.floor(closed)
    held = np.bincount(session_course, minlength=len(closed))
    first = np.cumsum(held) - held
    limit = np.fmax(SILENT, PLANS * planned_gap)
    within = np.bincount(session_course[_within(session_course, day, first, limit, closed)], minlength=len(closed))
    last = _at(day, first + within - 1, within > 0)
    t0 = np.where(within > 0, last, closed)
    return Ends(
        t0=t0,
        ended_on=np.fmin(closed, last + limit),
        retreated=_at(day, first + within, within < held) - t0,
        held=held,
        first=np.where(held > 0, first, -1),
    )


def ended(ended_on: Floats, as_of: float | None) -> Bools:
    """Whether each course has ended as seen on the day `as_of`; None = on a day after everything."""
    return np.isfinite(ended_on) if as_of is None else ended_on <= as_of


def _within(course: Ints, day: Floats, first: Ints, limit: Floats, closed: Floats) -> Bools:
    """K: held before the first gap longer than the limit, and not after the closing."""
    breaks = np.zeros(len(course), np.int64)
    breaks[1:] = (course[1:] == course[:-1]) & (np.diff(day) > limit[course[1:]])
    breaks = np.cumsum(breaks)
    return (breaks == breaks[first[course]]) & ~(day > closed[course])


def _at(day: Floats, position: Ints, known: Bools) -> Floats:
    """The day at each position, NaN where not known."""
    found = np.full(len(position), np.nan)
    found[known] = day[position[known]]
    return found
