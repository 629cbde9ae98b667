"""Listed: the summary's courses one by one, each with its slope, and that slope drawn towards the others'."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from tracker.science import shrinkage
from tracker.science.record import Ints, Outcomes
from tracker.science.trend import LABELS, Trends


class Named(NamedTuple):
    """What a series is called in the list of courses."""

    patient: str
    course: str
    site: str | None
    side: str


def courses(outcomes: Outcomes, trends: Trends, condition: Ints, names: Sequence[Named]) -> list[dict[str, Any]]:
    """One entry per series that has a name. condition: S, whose courses a slope is drawn towards."""
    if not names:
        return []
    drawn = shrinkage.of(outcomes.week_day, outcomes.week_value, outcomes.instrument, trends, condition)
    return [
        {
            **name._asdict(),
            "slope_per_week": _known(trends.slope[row]),
            "slope_ci": _interval(trends.low[row], trends.high[row]),
            "slope_shrunken": _known(drawn.slope[row]),
            "slope_shrunken_ci": _interval(drawn.low[row], drawn.high[row]),
            "label": LABELS[trends.label[row]],
            "baseline": _known(outcomes.baseline[row]),
        }
        for row, name in enumerate(names)
    ]


def _interval(low: float, high: float) -> list[float] | None:
    """None where there is none."""
    return None if np.isnan(low) else [float(low), float(high)]


def _known(value: float) -> float | None:
    """None for NaN."""
    return None if np.isnan(value) else float(value)
