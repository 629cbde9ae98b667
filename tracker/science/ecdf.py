"""eCDF: the share of courses that improved by at least so much, for every "so much" from −50 to 100 %.

It shows what one threshold hides. The second curve counts every silent course as the worst. From 20 answered courses
on. Source: Farrar 2006, J Pain Symptom Manage 31:369; docs/science/responders.md.
"""

from dataclasses import dataclass

import numpy as np

from tracker.science import threshold
from tracker.science.fold import Partial
from tracker.science.record import Bools, Floats, Ints
from tracker.science.responders import judgeable
from tracker.science.scales import Instrument

FEWEST = 20
STEPS = tuple(percent / 100 for percent in range(-50, 101, 5))


@dataclass(frozen=True)
class Curve(Partial):
    """Of the due, judgeable courses of one window: how many, how many answered, how many reached each of STEPS."""

    asked: int
    answered: int
    reached: Ints


def partial(baseline: Floats, value: Floats, due: Bools, instrument: Instrument) -> Curve:
    """Of S courses in one window; compared exactly."""
    asked = due & judgeable(baseline, instrument)
    seen = asked & np.isfinite(value)
    base, score = baseline[seen], value[seen]
    reached = [int(threshold.responds(base, score, step, instrument.better).sum()) for step in STEPS]
    return Curve(int(asked.sum()), len(score), np.array(reached, np.int64))


def figures(curve: Curve) -> list[dict] | None:
    """The curve's points: the share of the answered, and of all due ones, that improved by at least each step; None
    with fewer than 20 answered, judgeable courses.
    """
    if curve.answered < FEWEST:
        return None
    return [
        {"improvement": step, "share": x / curve.answered, "missing_as_worst": x / curve.asked}
        for step, x in zip(STEPS, curve.reached.tolist(), strict=True)
    ]
