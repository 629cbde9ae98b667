"""Derive: everything that follows from one record, in one vectorised pass. A row depends on its own series and nothing
else.

No loop over series: 10⁶ readings take about a second, one course well under a millisecond (bench B5).
"""

import numpy as np

from tracker.science import baseline, carry_over, course, pairs, weekly, windows
from tracker.science.loss import loss_columns
from tracker.science.record import Bools, Floats, Ints, Outcomes, Record
from tracker.science.scales import BEFORE, CHECK_IN


def outcomes(record: Record) -> Outcomes:
    """All columns of Outcomes for S series. Rows of the record must be sorted as its docstring says."""
    count, of_course = len(record.series_course), record.series_course
    ends = course.ends(record.session_course, record.session_day, record.closed, record.planned_gap)
    start, t0 = np.floor(record.start[of_course]), ends.t0[of_course]
    in_base = baseline.readings(record, ends.first)
    base, base_n = baseline.means(record.reading_series[in_base], record.reading_value[in_base], count)
    later = _later(record, start, in_base)
    end, end_before, after_end, after_start = _windows(record, later, start, t0)
    found = pairs.of(record)
    change, paired = baseline.means(found.series, found.change, count)
    stepped = carry_over.steps(record, found, ends.t0)
    in_course, after = weekly.values(record, start, t0)
    return Outcomes(
        instrument=record.instrument,
        start=start,
        t0=t0,
        ended_on=ends.ended_on[of_course],
        retreated=ends.retreated[of_course],
        milestone=_milestone(record, ends.t0)[of_course],
        baseline=base,
        baseline_n=base_n,
        end=end,
        end_before=end_before,
        after_end=after_end,
        after_start=after_start,
        held=ends.held[of_course],
        pairs=paired,
        change=change,
        steps=np.bincount(stepped.series, minlength=count),
        steps_eased=_sums(stepped.series, stepped.eased, count),
        steps_kept=_sums(stepped.series, stepped.kept, count),
        week_day=in_course.day,
        week_value=in_course.value,
        later_day=after.day,
        later_value=after.value,
        **_losses(record, later, t0, base, end),
    )


def _later(record: Record, start: Floats, in_base: Bools) -> Bools:
    """M: scores that may stand in a window: check-ins and before-scores dated after the start, none in the baseline."""
    kind = record.reading_kind
    asked = (kind == CHECK_IN) | (kind == BEFORE)
    return asked & ~in_base & (np.floor(record.reading_day) > start[record.reading_series])


def _windows(record: Record, later: Bools, start: Floats, t0: Floats) -> tuple[Floats, Bools, Floats, Floats]:
    """end, end_before, after_end, after_start."""
    from_end, from_start = _table(record, later, t0), _table(record, later, start)
    before_end, end = from_end[:, 0], from_end[:, 1]
    end_before = np.isnan(end) & np.isfinite(before_end)
    return np.where(end_before, before_end, end), end_before, from_end[:, 2:], from_start[:, 2:]


def _table(record: Record, later: Bools, anchor: Floats) -> Floats:
    """S x 7 window values counted from the anchor."""
    series, offset = record.reading_series[later], _offset(record, later, anchor)
    return windows.values(series, offset, record.reading_value[later], len(anchor))


def _offset(record: Record, later: Bools, anchor: Floats) -> Floats:
    """Whole days after the anchor; NaN for a count of days that stands after the end-of-course window and reaches
    back into the course.
    """
    offset = np.floor(record.reading_day[later]) - anchor[record.reading_series[later]]
    if record.instrument.days:
        offset[windows.reaches_back(offset)] = np.nan
    return offset


def _milestone(record: Record, t0: Floats) -> Floats:
    """C: days from t0 to the first milestone after it."""
    after = record.milestone_day - t0[record.milestone_course]
    first = np.full(len(t0), np.inf)
    np.minimum.at(first, record.milestone_course[after > 0], after[after > 0])
    return np.where(np.isfinite(first), first, np.nan)


def _sums(series: Ints, value: Floats, count: int) -> Floats:
    """Sum of the values of each series, 0 where there are none."""
    return np.bincount(series, value, count).astype(np.float64)


def _losses(record: Record, later: Bools, t0: Floats, base: Floats, end: Floats) -> dict[str, Floats]:
    """The loss columns of Outcomes, judged on the scores after t0."""
    series, offset = record.reading_series[later], _offset(record, later, t0)
    return loss_columns(series, offset, record.reading_value[later], base, record.instrument, end)
