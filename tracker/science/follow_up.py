"""Follow-up: one window of one group, as the JSON prints it. Only due courses enter; who is missing is always beside
it.

statistics.md 2.3, 2.5; shape in design/domain.md.
"""

from dataclasses import dataclass

import numpy as np

from tracker.science import ecdf, missing, responders, threshold, windows
from tracker.science.confidence import mean_of
from tracker.science.ecdf import Curve
from tracker.science.fold import Partial
from tracker.science.missing import Missing, headline
from tracker.science.moments import Moments, moments
from tracker.science.record import Bools, Floats, Ints, Outcomes
from tracker.science.responders import Responders
from tracker.science.scales import Instrument
from tracker.science.tally import Tally, tally
from tracker.science.windows import Window


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


@dataclass(frozen=True)
class FollowUp(Partial):
    """What one window's figures need of some courses."""

    courses: int
    due: int
    scores: Moments  # of the answered
    gains: Moments  # improvement and baseline of the answered with a baseline
    percents: Tally  # improvement in per cent of the own baseline, of those not too low to judge
    responders: Responders
    curve: Curve
    missing: Missing


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


def partial(seen: Seen, asked: Floats | None, instrument: Instrument) -> FollowUp:
    """Of S courses in one window. asked: their own impression of change (PGIC) there, NaN = none; None = not asked."""
    answered, columns = seen.answered, (seen.baseline, seen.value, seen.due, instrument)
    base, value = seen.baseline[answered], seen.value[answered]
    judged = responders.judgeable(base, instrument)
    return FollowUp(
        courses=len(seen.due),
        due=int(seen.due.sum()),
        scores=moments(value),
        gains=moments(threshold.improvement(base, value, instrument.better), base),
        percents=tally(threshold.percent(base[judged], value[judged], instrument.better)),
        responders=responders.partial(*columns, asked),
        curve=ecdf.partial(*columns),
        missing=missing.partial(*columns),
    )


def entry(found: FollowUp, window: Window, instrument: Instrument) -> dict:
    """The JSON's window."""
    scores = mean_of(found.scores)
    return {
        "month": window.month,
        "due": found.due,
        "n": scores.n,
        "not_yet_due": found.courses - found.due,
        "follow_up_rate": scores.n / found.due if found.due else None,
        "headline": headline(scores.n, found.due),
        "mean": scores.mean,
        "sd": scores.sd,
        "improvement": _improvement(found.gains),
        "percent_of_means": _percent_of_means(found.gains),
        "percent_median": found.percents.median(),
        "responders": responders.figures(found.responders, instrument),
        **responders.yardsticks(found.responders, instrument),
        "missing": missing.figures(found.missing, instrument) if found.due else None,
    }


def _improvement(gains: Moments) -> dict:
    """Mean improvement of those with a baseline and an answer."""
    found = mean_of(gains)
    return {"mean": found.mean, "ci": list(found.ci) if found.ci else None, "n": found.n}


def _percent_of_means(gains: Moments) -> float | None:
    """Improvement of the means in the same patients, in per cent of their mean baseline."""
    if not gains.n or gains.mean(2) <= 0:
        return None
    return 100 * gains.mean(1) / gains.mean(2)
