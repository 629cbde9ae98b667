"""Loss: when a response stopped, told from assessments after the course. One pass over all series, no loop.

An assessment responds or fails (threshold.responds, exact). A loss is the first run of failing assessments that spans
≥ 7 days with no success between; it happened in (left, right], from the last responding to the run's first failing one.
A shorter failing run that stands last is unconfirmed; one followed by a success is a flare and leaves no trace. A visit
that was missed is no row: it widens an interval and can never become an event. A score of 0 is a score.
"""

from dataclasses import dataclass

import numpy as np

from tracker.science.record import Bools, Floats, Ints
from tracker.science.scales import Instrument
from tracker.science.threshold import responds, too_low

CONFIRMED = 7  # days a failing run must span: one bad day is noise (statistics.md 0.6 and 2.4)


@dataclass(frozen=True)
class _Runs:
    """R runs of like assessments, by series and day: their series, first and last day, and whether they respond."""

    series: Ints
    first: Floats
    last: Floats
    good: Bools


def loss_columns(
    series: Ints,
    day: Floats,
    value: Floats,
    baseline: Floats,
    instrument: Instrument,
    end: Floats | None = None,
) -> dict[str, Floats]:
    """The five loss columns of Outcomes (S each, whole days after t0) from M assessments in any order.

    series: row of each assessment. day: days after t0, floored to whole days; NaN and days before 0 are left out.
    value: scale points; NaN = not answered. Scores of one day are one assessment, their mean. baseline (S): NaN, 0 and
    too low leave only last_seen. end (S): the value at the end of the course; given, only its responders can lose. Time
    runs from t0, where a responder still responds: with no responding assessment before the run, left is 0 (or the day
    before, for a run that starts on day 0).
    """
    row, days, means = _assessments(series, day, value)
    share, better = instrument.responder, instrument.better
    runs = _runs(row, days, responds(baseline[row], means, share, better))
    judged = np.isfinite(baseline) & ~too_low(baseline, instrument)
    if end is not None:
        judged &= responds(baseline, end, share, better)
    columns = _events(runs, judged)
    columns["last_seen"] = _put(row[::-1], days[::-1], baseline.size)
    return columns


def _assessments(series: Ints, day: Floats, value: Floats) -> tuple[Ints, Floats, Floats]:
    """Series, whole day and mean value of each assessment, sorted by (series, day)."""
    day = np.floor(day)
    kept = (day >= 0) & np.isfinite(value)
    series, day, value = series[kept], day[kept], value[kept]
    if not _sorted(series, day):
        order = np.lexsort((day, series))
        series, day, value = series[order], day[order], value[order]
    at = _starts(series, day)
    count = np.diff(np.append(at, day.size))
    return series[at], day[at], np.add.reduceat(value, at) / count if at.size else value


def _sorted(series: Ints, day: Floats) -> bool:
    """Whether rows stand by (series, day), as those of a Record do: a sort of 10⁶ is most of this module's time."""
    same = series[1:] == series[:-1]
    return bool(np.all((series[1:] > series[:-1]) | (same & (day[1:] >= day[:-1]))))


def _runs(series: Ints, day: Floats, good: Bools) -> _Runs:
    """Neighbouring assessments of one series with the same answer, taken together."""
    at = _starts(series, good)
    stop = np.append(at[1:], day.size) - 1
    return _Runs(series[at], day[at], day[stop[: at.size]], good[at])


def _events(runs: _Runs, judged: Bools) -> dict[str, Floats]:
    """Confirmed and unconfirmed losses (S): the first long failing run, else the last failing run."""
    size, fails = judged.size, ~runs.good & judged[runs.series]
    left = np.where(runs.first > 0, 0.0, runs.first - 1)
    follows = np.flatnonzero(runs.series[1:] == runs.series[:-1]) + 1
    left[follows] = runs.last[follows - 1]
    confirmed = np.flatnonzero(fails & (runs.last - runs.first >= CONFIRMED))
    lost = np.zeros(size, bool)
    lost[runs.series[confirmed]] = True
    is_last = np.append(runs.series[1:] != runs.series[:-1], True)[: runs.series.size]
    open_ = np.flatnonzero(fails & is_last & ~lost[runs.series])
    return {
        "loss_left": _put(runs.series[confirmed], left[confirmed], size),
        "loss_right": _put(runs.series[confirmed], runs.first[confirmed], size),
        "unconfirmed": _put(runs.series[open_], runs.first[open_], size),
        "unconfirmed_left": _put(runs.series[open_], left[open_], size),
    }


def _starts(*columns: Floats | Ints | Bools) -> Ints:
    """Where, in sorted columns of one length, a new combination of values starts."""
    if columns[0].size == 0:
        return np.empty(0, np.int64)
    new = np.any([column[1:] != column[:-1] for column in columns], axis=0)
    return np.flatnonzero(np.append(True, new))


def _put(series: Ints, value: Floats, size: int) -> Floats:
    """One value per series (S), the first given for it; NaN = none."""
    column = np.full(size, np.nan)
    column[series[::-1]] = value[::-1]
    return column
