"""Intervals: between which two days each responder's benefit stopped, and what came first.

Columns are indexed by `at`, the rows of N responders at the end. Days are whole days after t0.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from tracker.science.fold import Partial
from tracker.science.record import Floats, Ints, Outcomes


@dataclass(frozen=True)
class Intervals:
    """U distinct intervals (left, right] in days and how many people have each (U); right = inf while it lasts."""

    left: Floats
    right: Floats
    weight: Floats

    def __add__(self, other: Self) -> "Intervals":
        """Both together."""
        pairs = ((self.left, other.left), (self.right, other.right), (self.weight, other.weight))
        return _tally(*(np.concatenate(pair) for pair in pairs))


@dataclass(frozen=True)
class Fates(Partial):
    """Responders by what came first."""

    lost: int  # a confirmed loss
    unconfirmed: int  # a single last failing score
    censored: int  # nothing yet
    retreated: int
    milestones: int  # surgery, injection or opioid start


def intervals(o: Outcomes, at: Ints, unconfirmed_lost: bool, composite: bool) -> Intervals:
    """When each responder's benefit stopped; re-treatment or a milestone before a confirmed loss dates it to
    (day − 1, day].
    """
    single, loss = np.isfinite(o.unconfirmed[at]), np.isfinite(o.loss_right[at])
    left = np.where(single, o.unconfirmed_left[at], np.nan_to_num(o.last_seen[at]))
    right = np.where(single & unconfirmed_lost, o.unconfirmed[at], np.inf)
    left, right = np.where(loss, o.loss_left[at], left), np.where(loss, o.loss_right[at], right)
    if composite:
        rescued = o.rescued[at]
        first = rescued < right
        left, right = np.where(first, rescued - 1, left), np.where(first, rescued, right)
    return _tally(left, right, np.ones(len(left)))


def fates(o: Outcomes, at: Ints) -> Fates:
    """What came first for each responder at the rows `at`."""
    rescued = o.rescued[at]
    ended = np.isfinite(rescued) & ~(o.loss_right[at] <= rescued)
    again = ended & (rescued == np.floor(o.retreated[at]))
    lost = np.isfinite(o.loss_right[at]) & ~ended
    single = np.isfinite(o.unconfirmed[at]) & ~ended
    return Fates(*(int(column.sum()) for column in (lost, single, ~lost & ~single & ~ended, again, ended & ~again)))


def _tally(left: Floats, right: Floats, weight: Floats) -> Intervals:
    """Equal intervals counted once; whole days, left ≥ −1."""
    code = np.where(np.isinf(right), 0, right + 1)
    span = int(code.max(initial=0)) + 1
    key, place = np.unique(((left + 1) * span + code).astype(np.int64), return_inverse=True)
    from_, to = np.divmod(key, span)
    number = np.bincount(place, weight, len(key)).astype(np.float64)
    return Intervals(from_ - 1.0, np.where(to == 0, np.inf, to - 1.0), number)
