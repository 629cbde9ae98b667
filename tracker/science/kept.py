"""Kept: how much of the planned dose was held, over courses that have ended. Nothing is planned where no plan was
written down: such courses are counted apart, never as a plan of 0. docs/science/kept.md.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from tracker.science.fold import Partial
from tracker.science.moments import Moments, moments
from tracker.science.record import Floats, Ints
from tracker.science.responders import counted

WEEK = 7.0  # days


@dataclass(frozen=True)
class Kept(Partial):
    """What the figures need of some ended courses."""

    ended: int
    reached: int  # held at least as many as were planned; exactly as many count
    sums: Moments  # planned and held sessions, of those with a planned number
    pace: Moments  # planned and held sessions a week, of those with a planned pace and two sessions or more


def partial(planned: Floats, held: Ints, per_week: Floats, days: Floats) -> Kept:
    """Of E ended courses. planned, per_week: NaN = not planned; days: from the first to the last session of the course.

    The first session opens the first interval, so k sessions over d days are (k − 1) / (d / 7) a week.
    """
    weeks = np.where((days > 0) & (held > 1), days / WEEK, np.nan)
    return Kept(
        len(held),
        int((held >= planned).sum()),
        moments(planned, held.astype(np.float64)),
        moments(per_week, (held - 1) / weeks),
    )


def figure(found: Kept) -> dict[str, Any]:
    """{"ended", "no_plan", "kept": x of n, "sessions", "per_week"}; None where nobody has a plan."""
    return {
        "ended": found.ended,
        "no_plan": found.ended - found.sums.n,
        "kept": counted(found.reached, found.sums.n),
        "sessions": _means(found.sums),
        "per_week": _means(found.pace),
    }


def _means(both: Moments) -> dict[str, Any]:
    """Mean planned and mean held of the same courses."""
    if not both.n:
        return {"planned": None, "held": None, "n": 0}
    return {"planned": both.mean(1), "held": both.mean(2), "n": both.n}
