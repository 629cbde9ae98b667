"""Baseline: what was scored before the first treatment. No after-score and no later score enters it.

Source: statistics.md 1; worked example in docs/science/windows.md.
"""

import numpy as np

from tracker.science.record import Bools, Floats, Ints, Record
from tracker.science.scales import AFTER, BASELINE, BEFORE

LOOK_BACK = 14  # days before the first session
LOOK_BACK_DAYS = 28  # for an instrument that counts days out of 28
LATE = 1.0  # days: received before the first session or within 24 h of it


def readings(record: Record, first: Ints) -> Bools:
    """M: the readings that make up the baseline. `first` is each course's first session, -1 = none
    (course.Ends.first).
    """
    course = record.series_course[record.reading_series]
    start = np.floor(record.start[course])
    back = LOOK_BACK_DAYS if record.instrument.days else LOOK_BACK
    day = np.floor(record.reading_day)
    untreated = (record.reading_kind == BASELINE) | (
        (record.reading_kind == BEFORE) & ((record.reading_session < 0) | (record.reading_session == first[course]))
    )
    dated = (day >= start - back) & (day <= start)
    return untreated & dated & _not_after_treatment(record, first[course]) & _in_time(record, start)


def means(series: Ints, value: Floats, count: int) -> tuple[Floats, Ints]:
    """Mean and number of the given readings for each of `count` series; NaN where there are none."""
    number = np.bincount(series, minlength=count)
    total = np.bincount(series, weights=value, minlength=count)
    return np.divide(total, number, out=np.full(count, np.nan), where=number > 0), number


def _not_after_treatment(record: Record, first: Ints) -> Bools:
    """M: not dated later than the after-score of the first session at that place."""
    treated = np.full(len(record.series_course), np.inf)
    after = (record.reading_kind == AFTER) & (record.reading_session == first) & (first >= 0)
    np.minimum.at(treated, record.reading_series[after], record.reading_day[after])
    return record.reading_day <= treated[record.reading_series]


def _in_time(record: Record, start: Floats) -> Bools | bool:
    """M: received within 24 h of its moment, or no later than the day after the first session."""
    if len(record.reading_lag) == 0:
        return True
    return (record.reading_lag <= LATE) | (record.reading_day + record.reading_lag <= start + LATE)
