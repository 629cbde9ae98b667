"""What one record comes to: baseline, windows, pairs, weekly values. Rows stand alone; nothing leaks between them."""

from dataclasses import fields, replace

import numpy as np
import pytest

from tests.science.records import NAN, NRS, cohort, course, record
from tracker.science import baseline, derive, pairs
from tracker.science.course import ends
from tracker.science.record import Outcomes, Record
from tracker.science.scales import AFTER, BASELINE, BEFORE, CHECK_IN, INSTRUMENTS, Instrument
from tracker.science.threshold import worse

DAYS = INSTRUMENTS["headache_days"]


def columns(found: Outcomes):
    return {f.name: getattr(found, f.name) for f in fields(found) if f.name != "instrument"}


def one(whole: Record, s: int) -> Record:
    """The record of one series alone, its course's sessions with it."""
    c = whole.series_course[s]
    held, mine = whole.session_course == c, whole.reading_series == s
    shift = np.flatnonzero(held)[0] if held.any() else 0
    session = whole.reading_session[mine]
    return Record(
        whole.instrument,
        whole.start[[c]],
        whole.closed[[c]],
        whole.planned_gap[[c]],
        whole.session_course[held] * 0,
        whole.session_day[held],
        np.zeros(1, int),
        whole.reading_series[mine] * 0,
        whole.reading_day[mine],
        whole.reading_value[mine],
        whole.reading_kind[mine],
        np.where(session < 0, -1, session - shift),
    )


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("instrument", [NRS, DAYS, Instrument("well", 0, 100, "higher")])
def test_a_row_depends_on_its_own_series_only(seed, instrument):
    whole = cohort(seed, instrument=instrument)
    together = columns(derive.outcomes(whole))
    for s in range(len(whole.series_course)):
        for name, column in columns(derive.outcomes(one(whole, s))).items():
            np.testing.assert_allclose(together[name][s], column[0], rtol=0, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("seed", range(4))
def test_the_baseline_equals_a_recount_reading_by_reading(seed):
    whole = cohort(seed)
    found = derive.outcomes(whole)
    first = {c: k for k, c in reversed(list(enumerate(whole.session_course)))}
    for s, c in enumerate(whole.series_course):
        mine = [k for k in range(len(whole.reading_day)) if whole.reading_series[k] == s]
        treated = [
            whole.reading_day[k]
            for k in mine
            if whole.reading_kind[k] == AFTER and whole.reading_session[k] == first.get(c)
        ]
        used = [
            whole.reading_value[k]
            for k in mine
            if whole.start[c] - 14 <= np.floor(whole.reading_day[k]) <= whole.start[c]
            and whole.reading_day[k] <= min(treated, default=np.inf)
            and (
                whole.reading_kind[k] == BASELINE
                or (whole.reading_kind[k] == BEFORE and whole.reading_session[k] in (-1, first.get(c)))
            )
        ]
        assert found.baseline_n[s] == len(used)
        np.testing.assert_allclose(found.baseline[s], np.mean(used) if used else NAN, atol=1e-12)


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        ([(0, -14, 6, BASELINE), (0, 0, 8, BASELINE)], 7),  # both edges of the 14 days
        ([(0, -15, 6, BASELINE)], NAN),
        ([(0, 1, 6, BASELINE)], NAN),
        ([(0, 0.3, 4, BEFORE, 0)], 4),  # the first session's before-score
        ([(0, 0.3, 4, BEFORE, 0), (0, 0.4, 1, AFTER, 0)], 4),  # never its after-score
        ([(0, 0, 4, BEFORE, 0), (0, 0, 1, AFTER, 0)], 4),  # dates without a time of day
        ([(0, 0.4, 1, AFTER, 0)], NAN),
        ([(0, 0.4, 1, AFTER, 0), (0, 0.6, 5, BASELINE)], NAN),  # written after the treatment
        ([(0, 7.3, 4, BEFORE, 1)], NAN),  # the second session's
        ([(0, -3, 0, BASELINE), (0, -2, 4, BASELINE)], 2),  # 0 is a score
        ([(0, -3, 5, CHECK_IN)], NAN),
    ],
)
def test_what_the_baseline_is_made_of(readings, expected):
    found = derive.outcomes(record(readings, sessions=[(0, 0), (0, 7)]))
    assert found.baseline[0] == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(
    ("day", "lag", "counted"),
    [
        (0.5, 0.9, True),
        (0.5, 1.0, True),  # after exactly 24 hours
        (0.9, 1.2, False),
        (-5, 5.5, True),
        (-5, 6.0, True),  # exactly a day after the first session
        (-5, 8, False),
    ],
)
def test_a_baseline_is_received_within_a_day(day, lag, counted):
    found = derive.outcomes(record([(0, day, 6, BASELINE)], sessions=[(0, 0)], lag=[lag]))
    assert found.baseline_n[0] == counted


def test_a_score_of_the_first_day_is_no_follow_up_of_a_course_of_one_session():
    found = derive.outcomes(record([(0, -3, 6, BASELINE), (0, 0.6, 2, CHECK_IN), (0, 1, 4, CHECK_IN)], closed=0.0))
    assert (found.t0[0], found.end[0], found.last_seen[0]) == (0, 4, 1)


def test_two_sessions_on_the_first_day_only_the_first_is_before_treatment():
    rows = [(0, 0.3, 8, BEFORE, 0), (0, 0.7, 2, BEFORE, 1)]
    assert derive.outcomes(record(rows, sessions=[(0, 0), (0, 0)])).baseline[0] == 8


def test_headache_days_look_back_28_days_and_follow_up_lies_wholly_after_the_anchor():
    rows = [(0, -28, 14, BASELINE), *((0, 91 + d, v, CHECK_IN) for d, v in ((7, 10), (27, 1), (28, 8)))]
    found = derive.outcomes(record(rows, instrument=DAYS, closed=91.0))
    assert (found.baseline[0], found.end[0], found.after_end[0, 0]) == (14, 10, 8)
    assert derive.outcomes(record(rows, closed=91.0)).baseline_n[0] == 0


def test_left_and_right_knee_are_not_merged():
    rows = [(s, d, v, k) for s, v in ((0, 8), (1, 2)) for d, k in ((-3, BASELINE), (95, CHECK_IN))]
    found = derive.outcomes(record(rows, series=(0, 0), closed=91.0))
    assert found.baseline.tolist() == found.end.tolist() == [8, 2]


def test_a_flare_from_zero_to_eight_is_seen():
    """Mistake others made: a score of 0 treated as missing."""
    found = derive.outcomes(record([(0, -3, 0, BASELINE), (0, 95, 8, CHECK_IN)], closed=91.0))
    assert found.baseline[0] == 0
    assert worse(found.baseline, found.end, NRS).tolist() == [True]


def test_slow_drift_counts_against_the_baseline_not_the_visit_before():
    """Mistake others made: only worsening against the previous visit flagged."""
    found = derive.outcomes(course([(91 + 30 * k, 6 + 0.5 * k) for k in range(1, 7)]))
    assert worse(found.baseline, found.after_end[:, 2], NRS).tolist() == [True]


def test_follow_up_reaches_past_91_days_to_a_year():
    """Mistakes others made: follow-up that stopped at 91 days, later columns that vanished."""
    found = derive.outcomes(course([(91 + d, v) for d, v in ((30, 1), (91, 2), (182, 3), (273, 4), (455, 5))]))
    assert found.after_end[0].tolist() == [1, 2, 3, 4, 5]


def test_several_reports_of_one_day_all_count():
    """Mistake others made: the second report of a day overwrote the first."""
    assert derive.outcomes(course([(182.3, 2), (182.8, 6)])).after_end[0, 1] == 4


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ((0.3, 7), (0.4, 4), [3]),
        ((0.4, 7), (0.4, 4), [3]),
        ((0.5, 7), (0.4, 4), []),  # order unclear
        ((0.3, 0), (0.4, 0), [0]),  # 0 and 0 are two scores
    ],
)
def test_a_pair_is_before_then_after_of_one_session(before, after, expected):
    made = record([(0, *before, BEFORE, 0), (0, *after, AFTER, 0)], sessions=[(0, 0)])
    assert pairs.of(made).change.tolist() == expected
    assert derive.outcomes(made).pairs[0] == len(expected)


def test_scores_of_two_sessions_or_two_places_make_no_pair():
    other_session = record([(0, 0.3, 7, BEFORE, 0), (0, 7.3, 4, AFTER, 1)], sessions=[(0, 0), (0, 7)])
    other_place = record([(0, 0.3, 7, BEFORE, 0), (1, 0.4, 4, AFTER, 0)], sessions=[(0, 0)], series=(0, 0))
    assert len(pairs.of(other_session).change) == len(pairs.of(other_place).change) == 0


def test_an_improvement_is_positive_where_higher_is_better_too():
    rows = [(0, 0.3, 3, BEFORE, 0), (0, 0.4, 5, AFTER, 0)]
    assert (
        derive.outcomes(record(rows, instrument=Instrument("well", 0, 10, "higher"), sessions=[(0, 0)])).change[0] == 2
    )


def test_one_value_a_week_from_the_start_to_two_weeks_after_the_end():
    days = [-1, 0, 3, 7, 8, 13.9, 14, 90, 105, 106, 200]
    found = derive.outcomes(course([(d, 5) for d in days]))
    assert found.week_day[0].tolist() == [0, 7, 14, 90, 105]


def test_right_now_scores_follow_the_before_scores_not_the_check_ins():
    rows = [(0, 0.3, 7, BEFORE, 0), (0, 0.4, 2, AFTER, 0), (0, 7.3, 6, BEFORE, 1), (0, 14, 1, CHECK_IN)]
    sessions = [(0, 0), (0, 7)]
    now = derive.outcomes(record(rows, instrument=INSTRUMENTS["nrs_now"], sessions=sessions))
    week = derive.outcomes(record(rows, sessions=sessions))
    assert now.week_value[0].tolist() == [7, 6]
    assert week.week_value[0].tolist() == [7, 6, 1]


def test_an_empty_record_gives_empty_columns():
    empty = record([], series=(0,))
    days, codes = np.empty(0), np.empty(0, np.int64)
    none = Record(NRS, days, days, days, codes, days, codes, codes, days, days, codes, codes)
    assert np.isnan(derive.outcomes(empty).baseline).all()
    assert len(derive.outcomes(none).baseline) == len(derive.outcomes(none).week_day) == 0
    assert (
        len(baseline.readings(none, ends(none.session_course, none.session_day, none.closed, none.planned_gap).first))
        == 0
    )


def test_the_first_milestone_after_the_course_ends_the_composite():
    whole = replace(
        record([], sessions=[(0, 0), (0, 14), (1, 0)], series=(0, 1, 1)),
        milestone_course=np.array([0, 0, 0, 1]),
        milestone_day=np.array([14.0, 60.5, 40.0, 0.0]),
    )
    found = derive.outcomes(whole)
    assert found.milestone[0] == 26
    assert np.isnan(found.milestone[1:]).all()
    assert found.rescued[0] == 26
