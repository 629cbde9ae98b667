"""Mistakes others made (product.md), those that live on the science floor, each by its name.

On other floors:
- an offline queue keyed by date: here, two scores of one day both count; in a file, tests/exports/test_tidy.py
  (`test_two_scores_of_one_day_are_no_duplicate`); in the store, tests/services/test_log.py (a reading's id is its key:
  `test_the_same_again_is_a_replay`, `test_the_second_session_of_a_day_is_another_one`); the phone's queue,
  tests/browser/test_outbox.py (`test_without_signal_it_is_kept_over_a_kill_and_sent_once`).
- a service worker that cached signed-in pages: headers of every page, tests/web/test_headers.py
  (`test_every_answer_carries_them`).
- report columns fixed so that later years vanished: here, days are numbers and no column ends; in files,
  tests/exports/test_tidy.py (`test_the_real_file_reads_whole_and_writes_back_equal`).
"""

# pyright: reportArgumentType=false, reportAttributeAccessIssue=false, reportCallIssue=false
# (numpy's and statsmodels' stubs know less than the libraries)
import json
import math
import re
from dataclasses import asdict, fields, is_dataclass
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from tests.science.records import NRS, cohort, course, lasting_of, record
from tracker.science import (
    change,
    compare,
    confidence,
    derive,
    durability,
    flags,
    npmle,
    regression_to_mean,
    suppression,
    trend,
    windows,
)
from tracker.science import cohort as summary
from tracker.science.ancova import ancova
from tracker.science.fieller import fieller
from tracker.science.flags import Scores
from tracker.science.noise import Noise
from tracker.science.places import Places
from tracker.science.record import Record
from tracker.science.regression_to_mean import VICKERS
from tracker.science.scales import BASELINE, CHECK_IN, INSTRUMENTS, Instrument
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
    figures, notes = lasting_of(derive.outcomes(cohort(1, 60)))
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


# --- Mistakes of other floors


def test_the_tests_named_above_are_there():
    """A mistake whose test was renamed away would be tested nowhere."""
    root, told = Path(__file__).parents[2], re.findall(r"(tests/[\w/]+\.py)\s*\(([^)]*)\)", __doc__ or "")
    named_ = [(file, test) for file, words in told for test in re.findall(r"`(test_\w+)`", words)]
    assert len(named_) == 6
    for file, test in named_:
        assert f"def {test}(" in (root / file).read_text(encoding="utf-8"), (file, test)


# --- No figure is ever NaN, inf or a silent 0

OF = {  # how many it is of: what must then be null when that is nobody
    "n": ("share", "ci", "mean", "sd", "percent_of_means", "percent_median", "fraction", "expected"),
    "due": ("follow_up_rate",),
    "patients": ("mean", "ci", "share"),
    "courses": ("mean_slope_per_week", "ecdf"),
    "held": ("pair_rate",),
    "followed": ("low", "high"),
}


def wrong(part, where="") -> list[str]:
    """Where a figure is NaN or infinite, or says something of nobody."""
    if isinstance(part, float):
        return [] if math.isfinite(part) else [f"{where} is {part}"]
    if isinstance(part, list | tuple):
        return [fault for k, inner in enumerate(part) for fault in wrong(inner, f"{where}[{k}]")]
    if not isinstance(part, dict):
        return []
    silent = [
        f"{where}.{figure} is {part[figure]} of no {count}"
        for count, of_it in OF.items()
        for figure in of_it
        if figure in part and part.get(count, 1) in (0, [0, 0]) and part[figure] is not None
    ]
    if part.get("with_baseline") == 0 and part["baseline"] != {"mean": None, "sd": None}:
        silent.append(f"{where}.baseline is {part['baseline']} of nobody")
    return silent + [fault for key, inner in part.items() for fault in wrong(inner, f"{where}.{key}")]


@pytest.mark.parametrize(
    ("planted", "fault"),
    [
        ({"a": [1.0, {"b": math.nan}]}, ".a[1].b is nan"),
        ({"a": math.inf}, ".a is inf"),
        ([{"n": 0, "x": 0, "share": 0.0, "ci": None}], "[0].share is 0.0 of no n"),
        (
            {"with_baseline": 0, "baseline": {"mean": 0.0, "sd": None}},
            ".baseline is {'mean': 0.0, 'sd': None} of nobody",
        ),
    ],
)
def test_a_planted_nan_and_a_planted_0_are_found(planted, fault):
    assert wrong(planted) == [fault]
    assert wrong({"n": 3, "x": 0, "share": 0.0}) == []  # nobody of three is a figure


SCALES = (*INSTRUMENTS.values(), Instrument("well", 0, 100, "higher"))


@pytest.mark.parametrize("instrument", SCALES, ids=lambda i: i.code)
@pytest.mark.parametrize("anchor", ["end", "start"])
def test_no_figure_of_any_instrument_is_nan_infinite_or_a_silent_0(instrument, anchor):
    """One of the groups is empty; seen today, before anybody was due, and when everything is."""
    for seed, as_of in ((1, None), (2, 0.0), (3, 200.0), (4, 700_000.0)):
        one = derive.outcomes(cohort(seed, 40, instrument))
        n = np.arange(len(one.t0))
        places = Places(n, n, n * 0, n % 2, n, ("a", "b", "nobody"))
        names = [summary.Named(str(k), "1", None, "none") for k in n]
        moved = as_of if as_of is None else as_of + 1.0
        extras = summary.Extras(names=names)
        found = summary.summary(one, places, moved, anchor, reference="b", extras=extras)
        assert wrong(found) == []
        assert found["groups"]["nobody"]["courses"] == 0
        json.dumps(found, allow_nan=False)


NONE = np.empty(0)
OF_NOBODY = {
    "mean": lambda: asdict(confidence.mean(NONE)),
    "unknown only": lambda: asdict(confidence.mean(column(np.nan, np.nan))),
    "share": lambda: {"n": 0, "ci": confidence.wilson(0, 0)},
    "difference of shares": lambda: {"n": 0, "ci": confidence.newcombe(0, 0, 0, 0)},
    "ancova": lambda: {"n": 0, "mean": ancova(NONE, NONE, NONE.astype(bool))},
    "fieller": lambda: {"n": 0, "ci": fieller(NONE, NONE)},
    "change of a patient": lambda: asdict(change.patient(NONE, NONE)),
    "regression to the mean": lambda: regression_to_mean.figure(VICKERS, regression_to_mean.partial(VICKERS, NONE)),
    "suppressed share": lambda: suppression.share(0, 0),
    "suppressed mean": lambda: suppression.mean(NONE),
    "survival": lambda: {"n": 0, "mean": npmle.survival(npmle.npmle(NONE, NONE), 0)},
    "median": lambda: {"n": 0, "mean": npmle.median(npmle.npmle(NONE, NONE))},
}


@pytest.mark.parametrize("name", OF_NOBODY)
def test_what_is_known_of_nobody_is_none(name):
    found = OF_NOBODY[name]()
    assert wrong(found) == []
    assert [v for k, v in found.items() if isinstance(v, float)] == []
