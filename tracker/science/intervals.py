"""Intervals: between which two days each responder's benefit stopped, and what came first.

Columns are indexed by `at`, the rows of N responders at the end. Days are whole days after t0.
"""

from typing import NamedTuple

import numpy as np

from tracker.science.record import Floats, Ints, Outcomes


class Intervals(NamedTuple):
    """U distinct intervals (left, right] in days and how many people have each (U); right = inf while it lasts."""

    left: Floats
    right: Floats
    weight: Floats


def intervals(o: Outcomes, at: Ints, unconfirmed_lost: bool, composite: bool) -> Intervals:
    """When each responder's benefit stopped; re-treatment before a confirmed loss dates it to (day − 1, day]."""
    single, loss = np.isfinite(o.unconfirmed[at]), np.isfinite(o.loss_right[at])
    left = np.where(single, o.unconfirmed_left[at], np.nan_to_num(o.last_seen[at]))
    right = np.where(single & unconfirmed_lost, o.unconfirmed[at], np.inf)
    left, right = np.where(loss, o.loss_left[at], left), np.where(loss, o.loss_right[at], right)
    if composite:
        again = np.floor(o.retreated[at])
        first = again < right
        left, right = np.where(first, again - 1, left), np.where(first, again, right)
    return _tally(left, right)


def counts(o: Outcomes, at: Ints) -> tuple[dict[str, int], list[str]]:
    """Responders by what came first: a confirmed loss, re-treatment, a single last failing score, or nothing yet."""
    again = np.isfinite(o.retreated[at]) & ~(o.loss_right[at] <= np.floor(o.retreated[at]))
    lost = np.isfinite(o.loss_right[at]) & ~again
    single = np.isfinite(o.unconfirmed[at]) & ~again
    found = {
        "lost": int(lost.sum()),
        "unconfirmed": int(single.sum()),
        "censored": int((~lost & ~single & ~again).sum()),
        "retreated": int(again.sum()),
    }
    if not again.any():
        return found, []
    return found, [
        f"{again.sum()} of {at.size} responders were treated again before a confirmed loss: the benefit counts as lost "
        "on that day; beside it stand the shares that look past re-treatment."
    ]


def _tally(left: Floats, right: Floats) -> Intervals:
    """Equal intervals counted once; whole days, left ≥ −1."""
    lasts = np.isinf(right)
    code = np.where(lasts, 0, right + 1)
    span = int(code.max(initial=0)) + 1
    key, weight = np.unique(((left + 1) * span + code).astype(np.int64), return_counts=True)
    from_, to = np.divmod(key, span)
    return Intervals(from_ - 1.0, np.where(to == 0, np.inf, to - 1.0), weight.astype(np.float64))
