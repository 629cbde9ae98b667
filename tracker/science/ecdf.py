"""eCDF: the share of courses that improved by at least so much, for every "so much" from −50 to 100 %.

It shows what one threshold hides. The second curve counts every silent course as the worst. From 20 answered courses
on. Source: Farrar 2006, J Pain Symptom Manage 31:369; docs/science/responders.md.
"""

import numpy as np

from tracker.science import threshold
from tracker.science.record import Bools, Floats
from tracker.science.responders import judgeable
from tracker.science.scales import Instrument

FEWEST = 20
STEPS = tuple(percent / 100 for percent in range(-50, 101, 5))


def figures(baseline: Floats, value: Floats, due: Bools, instrument: Instrument) -> list[dict] | None:
    """The curve's points for S courses in one window; None with fewer than 20 answered, judgeable courses."""
    asked = due & judgeable(baseline, instrument)
    seen = asked & np.isfinite(value)
    if seen.sum() < FEWEST:
        return None
    return [_point(step, baseline[seen], value[seen], int(asked.sum()), instrument) for step in STEPS]


def _point(step: float, baseline: Floats, value: Floats, asked: int, instrument: Instrument) -> dict:
    """The share of the answered, and of all due ones, that improved by at least `step`; compared exactly."""
    x = int(threshold.responds(baseline, value, step, instrument.better).sum())
    return {"improvement": step, "share": x / len(value), "missing_as_worst": x / asked}
