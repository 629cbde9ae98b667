"""Mistakes others made (product.md), those that live on the science floor, each by its name.

On other floors:
- an offline queue keyed by date: here, two scores of one day both count; in a file, tests/exports/test_tidy.py
  (`test_two_scores_of_one_day_are_no_duplicate`); in the store, tests/services/test_log.py (a reading's id is its key:
  `test_the_same_again_is_a_replay`, `test_the_second_session_of_a_day_is_another_one`); the phone's queue,
  tests/browser/test_screens.py (`test_an_answer_without_signal_stays_and_goes_out_later_under_the_same_id`).
- a service worker that cached signed-in pages: headers of every page, tests/web/test_headers.py
  (`test_every_answer_carries_them`).
- report columns fixed so that later years vanished: here, days are numbers and no column ends; in files,
  tests/exports/test_tidy.py (`test_the_real_file_reads_whole_and_writes_back_equal`).
"""

# pyright: reportArgumentType=false, reportAttributeAccessIssue=false, reportCallIssue=false
# (numpy's and statsmodels' stubs know less than the libraries)
import json
from dataclasses import fields, is_dataclass

import numpy as np
import pytest
from scipy import stats

from tests.science.records import NRS, cohort, course, record
from tracker.science import cohort as summary
from tracker.science import compare, confidence, derive, durability, flags, npmle, trend, windows
from tracker.science.flags import Scores
from tracker.science.noise import Noise
from tracker.science.record import Record
from tracker.science.scales import BASELINE, CHECK_IN
from tracker.science.threshold import gains, responds, too_low, worse

USUAL = Noise(1.0, 0.3)


def column(*values):
    return np.array(values, float)


def flagged(r: Record):
    """The flags of a record, read with what is derived from it, as the work list reads them."""
    found = derive.outcomes(r)
    kept = flags.asked(r.reading_kind, r.reading_day, found.start[r.reading_series])
    at = found.start, found.baseline, found.t0, found.ended_on, found.end
    rows = r.reading_series[kept], r.reading_day[kept], r.reading_value[kept]
    return rows[0], flags.judge(Scores(r.instrument, *rows, *at), USUAL)


def weekly(values, series=0):
    """Check-ins once a week from day 7 on."""
    return [(series, 7.0 * k, float(v), CHECK_IN) for k, v in enumerate(values, 1)]


# --- A score of 0 treated as missing, so a flare 0 → 8 was never flagged


@pytest.mark.parametrize(
    "readings",
    [
        [(0, -3, 0, BASELINE), *weekly([8])],
        [(0, -3, 6, BASELINE), *weekly([0, 8])],
        [(0, -3, 0, BASELINE), *weekly([0, 0, 0, 8])],
    ],
)
def test_a_flare_from_zero_to_eight_is_flagged_at_once(readings):
    assert flagged(record(readings))[1].sudden[-1]


def test_a_score_of_0_is_a_baseline_a_window_a_mean_and_a_response():
    found = derive.outcomes(record([(0, -3, 0, BASELINE), (0, 95, 0, CHECK_IN), (0, 182, 0, CHECK_IN)], closed=91.0))
    assert (found.baseline[0], found.end[0], found.after_end[0, 1]) == (0, 0, 0)
    assert found.last_seen[0] == 91
    assert responds(column(6), column(0), 0.5).all()
    assert confidence.mean(column(0, 0, 4, np.nan)).n == 3
    assert confidence.mean(column(0, 0, 0)).mean == 0.0


def test_a_baseline_of_0_has_no_percent_but_can_get_worse():
    assert too_low(column(0), NRS).all()
    assert worse(column(0), column(8), NRS).all()


# --- A change exactly equal to the threshold missed by a strict comparison


@pytest.mark.parametrize(
    ("baseline", "value", "share"), [(10, 7, 0.3), (5, 3.5, 0.3), (20 / 3, 14 / 3, 0.3), (9, 4.5, 0.5)]
)
def test_a_response_exactly_at_its_share_counts(baseline, value, share):
    assert responds(column(baseline), column(value), share).all()


def test_points_worsening_and_flags_exactly_at_their_limit_count():
    assert gains(column(5.1), column(3.1), 2).all()
    assert worse(column(5), column(7), NRS).all()
    found = flagged(record([(0, -3, 3, BASELINE), *weekly([3] * 7 + [5] * 3)]))[1]
    assert found.worsened[-1]
    assert flagged(record(weekly([3, 7])))[1].sudden[-1]
    assert flagged(record(weekly([7, 8, 9, 9])))[1].top[-1]


def test_a_line_of_exactly_one_point_and_a_failing_run_of_exactly_a_week_count():
    line = trend.fit([7.0 * np.arange(10)], [5 - np.arange(10) / 9], NRS, 0.3)
    assert trend.LABELS[line.label[0]] == "improving"
    found = derive.outcomes(course([(98, 2), (121, 6), (128, 6)]))
    assert (found.loss_left[0], found.loss_right[0]) == (7, 30)


# --- Only worsening against the previous visit flagged, so slow drift never counts


def test_slow_drift_is_flagged_though_no_step_is_more_than_half_a_point():
    values = [3 + 0.5 * k for k in range(10)]
    assert flagged(record([(0, -3, 3, BASELINE), *weekly(values)]))[1].worsened[-1]
    assert np.diff(values).max() == 0.5


def test_slow_drift_after_the_course_is_held_to_its_end():
    drift = [(98, 2), *((91 + d, 2 + 0.05 * (d - 7)) for d in (28, 56, 91, 120, 150))]
    found = flagged(course(drift))[1]
    assert found.worsened.tolist() == [False, False, False, False, True, True]
    assert max(v for _, v in drift) - drift[-2][1] == 1.5  # no step is large


def test_drift_too_slow_for_a_flag_is_the_trends_to_tell():
    values = 3 + 0.25 * np.arange(20)
    assert not flagged(record(weekly(values)))[1].worsened.any()
    assert trend.LABELS[trend.fit([7.0 * np.arange(20)], [values], NRS, 0.3).label[0]] == "worsening"


def test_a_responder_who_slides_back_is_lost_against_the_baseline():
    found = derive.outcomes(course([(98, 2), *((91 + 30 * k, 2 + 0.5 * k) for k in range(1, 9))]))
    assert found.loss_right[0] == 150  # 4.5 of a baseline of 6: the first of the run below 30 %


# --- Left and right knee merged


def test_left_and_right_knee_are_judged_apart():
    left = [(0, -3, 6, BASELINE), *weekly([3] * 7 + [8] * 3, 0)]
    right = [(1, -3, 6, BASELINE), *weekly([6] * 7 + [1] * 3, 1)]
    both = record([*left, *right], series=(0, 0), closed=70.0)
    series, found = flagged(both)
    assert set(series[found.worsened | found.sudden]) == {0}
    outcomes = derive.outcomes(both)
    assert outcomes.baseline.tolist() == [6, 6]
    assert outcomes.end.tolist() == [8, 1]  # merged they would say 4.5: nothing happened
    assert durability.responders(outcomes).tolist() == [False, True]


# --- The second report of a day overwrote the first


def test_two_reports_of_one_day_both_count():
    found = derive.outcomes(course([(91 + 182.3, 2), (91 + 182.8, 6)]))
    assert found.after_end[0, 2] == 4
    assert flagged(record([*weekly([2]), (0, 7.5, 6, CHECK_IN)]))[1].sudden.tolist() == [False, True]


# --- A "p-value" that was a density


@pytest.mark.parametrize("df", [1, 4.3, 20, 1000])
def test_a_quantile_is_where_the_tail_holds_its_share(df):
    assert stats.t.sf(confidence.t_quantile(df), df) == pytest.approx(0.025, rel=1e-9)
    assert stats.norm.sf(confidence.Z) == pytest.approx(0.025, rel=1e-9)


def test_no_p_value_is_told_anywhere_on_this_floor():
    told = [f.name for module in (compare, confidence, trend, flags, summary) for f in named(module)]
    assert told
    assert not {"p", "p_value", "pvalue", "significant"} & set(told)
    figures, notes = durability.figures(derive.outcomes(cohort(1, 60)))
    assert '"p"' not in json.dumps([figures, notes])


def named(module):
    """Fields of the dataclasses of a module."""
    return [
        f for thing in vars(module).values() if is_dataclass(thing) and isinstance(thing, type) for f in fields(thing)
    ]


# --- Follow-up that stopped at 91 days


def test_follow_up_reaches_a_year():
    assert windows.MONTHS == (1, 3, 6, 9, 12)
    found = derive.outcomes(course([(91 + d, v) for d, v in ((7, 0), (30, 1), (91, 2), (182, 3), (273, 4), (455, 5))]))
    assert found.after_end[0].tolist() == [1, 2, 3, 4, 5]
    assert found.loss_right[0] != 91


def test_a_loss_after_day_91_is_a_loss():
    found = derive.outcomes(course([(98, 2), (182, 2), (391, 6), (400, 6)]))
    assert (found.loss_left[0], found.loss_right[0]) == (91, 300)


# --- Report columns fixed so that later years vanished


def test_years_later_still_count():
    later = derive.outcomes(course([(98, 2), (91 + 1000, 2), (91 + 2000, 6), (91 + 2010, 6)]))
    assert (later.loss_left[0], later.loss_right[0], later.last_seen[0]) == (1000, 2000, 2010)
    estimate = npmle.npmle(np.array([1000.0, 2010.0]), np.array([2000.0, np.inf]))
    assert npmle.survival(estimate, 2005) == (0.5, 0.5)
    years = [(98, 2), *((91 + 60 * k, 2) for k in range(1, 30)), (91 + 1800, 9)]
    assert flagged(course(years))[1].sudden[-1]
