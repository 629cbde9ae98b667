"""Worklist: which items a course puts on the work list: those told by dates, and one open item per course and reason.

`as_of` is an argument; days are whole days on the record's axis, NaN = none. What is *judged* (worsened, top, sudden
rise) comes from `flags`; reactions are entered, not computed. Source: statistics.md 2.8; docs/science/flags.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tracker.science.record import Bools, Floats, Ints
from tracker.science.windows import FOLLOW_UP

REASONS = ("worsened", "top", "sudden", "call", "ended", "review_due", "reaction")
ASKED = (28, 91, 182, 273, 364)  # days after t0 of the check-in of each follow-up month (product.md P3: 4 … 52 weeks)
SILENT = 14  # days a check-in of the follow-up stays unanswered before somebody calls
AGAIN = 28  # days after which what was resolved and never ceased is asked again: the silence that ends a course
REVIEW = 28  # days from the start to the first review, and from each to the next: the question's own month
LOOK_BACK = 28  # days: what was found longer ago and never opened (before an upgrade, in a file) is history


@dataclass(frozen=True)
class Item:
    """One item of one course and reason: the day it opened and the day it was resolved (None = open)."""

    opened: float
    resolved: float | None = None


def call(t0: Floats, ended_on: Floats, series: Ints, day: Floats, as_of: float) -> Bools:
    """S x 5 (months 1 … 12): to be called on `as_of`: the month's check-in is 14 days old, nothing was answered in its
    window, and the window has not closed.

    t0, ended_on: S days. series, day: effective scores of the instrument in any order; later ones are not seen.
    """
    after = as_of - t0[:, None]
    asked, last = np.array(ASKED), np.array([w.last for w in FOLLOW_UP])
    open_ = (after >= asked + SILENT) & (after <= last) & (ended_on <= as_of)[:, None]
    return open_ & ~_answered(t0, series[day < as_of + 1], day[day < as_of + 1])


def _answered(t0: Floats, series: Ints, day: Floats) -> Bools:
    """S x 5: a score stands in the window."""
    answered = np.zeros((len(t0), len(FOLLOW_UP)), np.bool_)
    offset = np.floor(day) - t0[series]
    for column, window in enumerate(FOLLOW_UP):
        answered[series[(offset >= window.first) & (offset <= window.last)], column] = True
    return answered


def reached(date: Floats, as_of: float) -> Bools:
    """Whether a date has come: *ended* from the day the end is known, *review due* from its day; NaN never."""
    return date <= as_of


def review_due(start: float, items: Sequence[Item] = ()) -> float:
    """The day of the next planned review of ONE running course; NaN = none, since one is open."""
    if any(item.resolved is None for item in items):
        return np.nan
    return max([start, *(item.resolved for item in items if item.resolved is not None)]) + REVIEW


def opens(day: Floats, found: Bools, items: Sequence[Item] = ()) -> float | None:
    """The day on which ONE course opens a new item for ONE reason, given its items so far; None = it does not.

    day: the days judged, ascending (for a score that arrives late: the day it was received); found: the judgement.
    While one is open there is no second. Once it is resolved, days judged until then are settled; so is the rest of an
    unbroken run of findings that began before, for 28 days.
    """
    if any(item.resolved is None for item in items):
        return None
    settled = max((item.resolved for item in items if item.resolved is not None), default=-np.inf)
    fresh = found & ((_began(day, found) > settled) | (day >= settled + AGAIN))
    return float(day[fresh][0]) if fresh.any() else None


def _began(day: Floats, found: Bools) -> Floats:
    """The day on which the run of findings that holds each judged day began."""
    new = found & ~np.append(False, found[:-1])
    began = np.maximum.accumulate(np.where(new, np.arange(len(day)), 0))
    return day[began]
