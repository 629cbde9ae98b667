"""Follow-up: one window of one group, as the JSON prints it. Only due courses enter; who is missing is always beside
it.

statistics.md 2.3, 2.5; shape in design/domain.md.
"""

from dataclasses import dataclass

import numpy as np

from tracker.science import confidence, responders, threshold, windows
from tracker.science.confidence import Mean
from tracker.science.record import Bools, Floats, Ints, Outcomes
from tracker.science.windows import Window

HEADLINE = 0.7  # of the due answered: below it bounds stand instead of a headline
BOUNDS = 0.5  # below it nothing is a headline


@dataclass(frozen=True)
class Seen:
    """S courses in one window: baseline, value there (NaN = no answer), whether it is due."""

    window: Window
    baseline: Floats
    value: Floats
    due: Bools

    @property
    def answered(self) -> Bools:
        """Due and answered."""
        return self.due & np.isfinite(self.value)


def at(outcomes: Outcomes, rows: Ints, month: int, anchor: str, as_of: float | None) -> Seen:
    """The rows in one window; month 0 is the end of the course."""
    window = windows.of(month)
    return Seen(
        window,
        outcomes.baseline[rows],
        value(outcomes, month, anchor)[rows],
        due(outcomes, month, anchor, as_of)[rows],
    )


def value(outcomes: Outcomes, month: int, anchor: str) -> Floats:
    """S: the value in a window."""
    if month == 0:
        return outcomes.end
    table = outcomes.after_end if anchor == "end" else outcomes.after_start
    return table[:, windows.MONTHS.index(month)]


def due(outcomes: Outcomes, month: int, anchor: str, as_of: float | None) -> Bools:
    """S: whether the window has closed by `as_of`."""
    if anchor == "end":
        return windows.due(outcomes.t0, outcomes.ended_on, windows.of(month), as_of)
    return windows.due(outcomes.start, outcomes.start, windows.of(month), as_of)


def entry(seen: Seen, outcomes: Outcomes, asked: Floats | None = None) -> dict:
    """The JSON's window. asked: the same courses' own impression of change (PGIC) in that window."""
    answered, instrument = seen.answered, outcomes.instrument
    scores = confidence.mean(seen.value[answered])
    count = int(seen.due.sum())
    return {
        "month": seen.window.month,
        "due": count,
        "n": scores.n,
        "not_yet_due": len(seen.due) - count,
        "follow_up_rate": scores.n / count if count else None,
        "headline": headline(scores.n, count),
        "mean": scores.mean,
        "sd": scores.sd,
        "improvement": _improvement(seen, outcomes),
        "percent_of_means": _percent_of_means(seen, outcomes),
        "percent_median": _percent_median(seen, outcomes),
        "worse_30": responders.worse(seen.baseline, seen.value, seen.due, instrument),
        "responders": responders.figures(seen.baseline, seen.value, seen.due, instrument),
        "points": responders.points(seen.baseline, seen.value, seen.due, instrument),
        "pgic": None if asked is None else responders.impression(asked, seen.due),
    }


def headline(n: int, due: int) -> str:
    """What may lead with n of `due` answered: the observed figure, its bounds, or none."""
    if due == 0 or n < BOUNDS * due:
        return "none"
    return "observed" if n >= HEADLINE * due else "bounds"


def _improvement(seen: Seen, outcomes: Outcomes) -> dict:
    """Mean improvement of those with a baseline and an answer."""
    better = threshold.improvement(seen.baseline, seen.value, outcomes.instrument.better)
    found: Mean = confidence.mean(better[seen.due])
    return {"mean": found.mean, "ci": list(found.ci) if found.ci else None, "n": found.n}


def _percent_of_means(seen: Seen, outcomes: Outcomes) -> float | None:
    """Improvement of the means in the same patients, in per cent of their mean baseline."""
    both = seen.answered & np.isfinite(seen.baseline)
    if not both.any() or seen.baseline[both].mean() <= 0:
        return None
    before, after = seen.baseline[both].mean(), seen.value[both].mean()
    return float(threshold.percent(before, after, outcomes.instrument.better))


def _percent_median(seen: Seen, outcomes: Outcomes) -> float | None:
    """Median of the patients' own per cent, those too low to judge left out."""
    judged = seen.answered & responders.judgeable(seen.baseline, outcomes.instrument)
    percents = threshold.percent(seen.baseline[judged], seen.value[judged], outcomes.instrument.better)
    return float(np.median(percents)) if len(percents) else None
