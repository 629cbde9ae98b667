"""Weekly: at most one value a week of the course, so that a patient who logs daily does not count seven times.

In the course = from its start to the last day of its end-of-course window. Before-scores for an instrument asked
"right now" that has any (check-ins come when the patient likes), else check-ins, baselines and before-scores; never
after-scores.
"""

import numpy as np

from tracker.science.record import Bools, Floats, Record
from tracker.science.scales import AFTER, BEFORE, CHECK_IN
from tracker.science.windows import END

WEEK = 7


def values(record: Record, start: Floats, t0: Floats) -> tuple[tuple[Floats, ...], tuple[Floats, ...]]:
    """Per series: days from start and scores, the first reading of each week. start, t0: S days (t0 NaN = no end
    yet).
    """
    series, day = record.reading_series, record.reading_day - np.floor(start[record.reading_series])
    late = np.floor(record.reading_day) > np.floor(t0[series]) + END.last
    eligible = np.flatnonzero((day >= 0) & ~late & _asked(record))
    week = np.floor(day[eligible] / WEEK)
    new = np.ones(len(eligible), np.bool_)
    new[1:] = (series[eligible][1:] != series[eligible][:-1]) | (week[1:] != week[:-1])
    chosen = eligible[new]
    cuts = np.searchsorted(series[chosen], np.arange(1, len(record.series_course)))
    if len(record.series_course) == 0:
        return (), ()
    return tuple(np.split(day[chosen], cuts)), tuple(np.split(record.reading_value[chosen], cuts))


def _asked(record: Record) -> Bools:
    """M: readings of the kinds that speak of the course."""
    kind = record.reading_kind
    if record.instrument.recall != "now":
        return kind != AFTER
    has_before = np.zeros(len(record.series_course), np.bool_)
    has_before[record.reading_series[kind == BEFORE]] = True
    return (kind != AFTER) & ~((kind == CHECK_IN) & has_before[record.reading_series])
