"""When a response stopped, told from assessments: a table of cases, and what must never change it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.science.loss import loss_columns
from tracker.science.scales import INSTRUMENTS, Instrument

NRS = INSTRUMENTS["nrs_week"]
NAMES = ("loss_left", "loss_right", "unconfirmed", "unconfirmed_left", "last_seen")
_ = None


def of_one(assessments, baseline: float | None = 10.0, instrument=NRS, end=None):
    """The five columns of one series from (day, value) pairs; None = none."""
    day, value = np.array(assessments, float).reshape(-1, 2).T
    ends = None if end is None else np.array([end], float)
    base = np.array([np.nan if baseline is None else baseline])
    columns = loss_columns(np.zeros(day.size, np.int64), day, value, base, instrument, ends)
    return tuple(None if np.isnan(columns[name][0]) else columns[name][0] for name in NAMES)


@pytest.mark.parametrize(
    ("why", "assessments", "expected"),
    [
        ("no assessment at all", [], (_, _, _, _, _)),
        ("responding throughout", [(7, 3), (91, 4)], (_, _, _, _, 91)),
        ("exactly 30 % still responds", [(7, 7), (91, 7)], (_, _, _, _, 91)),
        ("a score of 0 is a score, and responds", [(7, 0), (91, 0)], (_, _, _, _, 91)),
        ("a failing run of 7 days is a loss", [(7, 3), (30, 8), (37, 8)], (7, 30, _, _, 37)),
        ("of 6 days at the end is not yet", [(7, 3), (30, 8), (36, 8)], (_, _, 30, 7, 36)),
        ("a flare between two successes leaves no trace", [(7, 3), (30, 9), (37, 3)], (_, _, _, _, 37)),
        ("a long run counts, whatever follows", [(7, 3), (30, 9), (40, 9), (47, 0)], (7, 30, _, _, 47)),
        ("a single failing one at the end is unconfirmed", [(7, 3), (91, 8)], (_, _, 91, 7, 91)),
        ("a missed visit widens the interval", [(7, 3), (91, 8), (182, 8)], (7, 91, _, _, 182)),
        ("the first long run counts", [(7, 3), (30, 8), (40, 8), (50, 2), (60, 9), (90, 9)], (7, 30, _, _, 90)),
        ("a flare, then a loss", [(7, 3), (20, 8), (30, 3), (60, 8), (70, 8)], (30, 60, _, _, 70)),
        ("a loss, then one more failing one", [(7, 3), (30, 8), (40, 8), (50, 2), (60, 9)], (7, 30, _, _, 60)),
        ("to the day", [(29, 3), (30, 8), (37, 8)], (29, 30, _, _, 37)),
        ("never responding on or after t0: time runs from t0", [(30, 8), (40, 8)], (0, 30, _, _, 40)),
        ("failing from day 0 on", [(0, 8), (10, 8)], (-1, 0, _, _, 10)),
        ("before t0 nothing counts", [(-3, 9), (7, 3)], (_, _, _, _, 7)),
        ("unanswered is not failing", [(7, 3), (30, np.nan), (40, np.nan)], (_, _, _, _, 7)),
        ("scores of one day are one assessment", [(7, 3), (30, 9), (30, 4), (40, 9), (47, 3)], (_, _, _, _, 47)),
        ("days are whole: 7 days less an hour", [(7, 3), (30.5, 8), (37.4, 8)], (7, 30, _, _, 37)),
    ],
)
def test_loss(why, assessments, expected):
    assert of_one(assessments) == expected, why


@pytest.mark.parametrize(
    ("why", "keywords", "expected"),
    [
        ("no baseline", {"baseline": None}, (_, _, _, _, 37)),
        ("baseline 0", {"baseline": 0}, (_, _, _, _, 37)),
        ("baseline too low to judge", {"baseline": 2.9}, (_, _, _, _, 37)),
        ("did not respond at the end", {"end": 8}, (_, _, _, _, 37)),
        ("end unknown", {"end": np.nan}, (_, _, _, _, 37)),
        ("responded at the end", {"end": 7}, (7, 30, _, _, 37)),
        ("headache days need half", {"instrument": replace(NRS, responder=0.5), "baseline": 8}, (7, 30, _, _, 37)),
        ("half is not reached", {"instrument": replace(NRS, responder=0.5), "baseline": 7}, (0, 7, _, _, 37)),
    ],
)
def test_who_can_lose(why, keywords, expected):
    assert of_one([(7, 4), (30, 8), (37, 8)], **keywords) == expected, why


def test_where_higher_is_better_falling_back_is_failing():
    scale = Instrument("function", 0, 100, better="higher")
    assert of_one([(7, 65), (30, 60), (37, 64)], baseline=50, instrument=scale) == (7, 30, None, None, 37)


def test_many_series_at_once_equal_each_alone():
    random = np.random.default_rng(1)
    count, size = 300, 3000
    series, day = random.integers(0, count, size), random.integers(-10, 400, size).astype(float)
    value, base = random.integers(0, 11, size).astype(float), random.integers(0, 11, count).astype(float)
    base[::20], value[::50] = np.nan, np.nan
    together = loss_columns(series, day, value, base, NRS)
    for s in range(count):
        mine = series == s
        alone = of_one(np.c_[day[mine], value[mine]], baseline=None if np.isnan(base[s]) else base[s])
        assert tuple(None if np.isnan(together[name][s]) else together[name][s] for name in NAMES) == alone


def by_rule(assessments, baseline):
    """The same told slowly, from the words of the rule."""
    left, run = 0.0, []
    for day, value in sorted(assessments):
        if 10 * (baseline - value) >= 3 * baseline:
            left, run = day, []
            continue
        run.append(day)
        if run[-1] - run[0] >= 7:
            return (left if left < run[0] else run[0] - 1, run[0], None, None)
    return (None, None, run[0], left if left < run[0] else run[0] - 1) if run else (None,) * 4


visits = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 10)), max_size=12, unique_by=lambda pair: pair[0])
baselines = st.integers(3, 10)


@given(visits, baselines)
def test_equal_to_the_rule_told_slowly(assessments, baseline):
    assert of_one(assessments, baseline)[:4] == by_rule(assessments, baseline)


@given(visits, baselines, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(assessments, baseline, random):
    shuffled = list(assessments)
    random.shuffle(shuffled)
    assert of_one(shuffled, baseline) == of_one(assessments, baseline)


@given(visits, baselines, st.integers(0, 60))
def test_a_visit_that_was_missed_changes_nothing(assessments, baseline, day):
    assert of_one([*assessments, (day + 0.5, np.nan)], baseline) == of_one(assessments, baseline)


@settings(max_examples=200)
@given(visits, baselines, st.data())
def test_missing_a_visit_never_creates_a_loss_that_no_two_failing_scores_show(assessments, baseline, data):
    """With one assessment gone, a new loss can only come from failing scores that a success stood between."""
    if not assessments:
        return
    gone = data.draw(st.sampled_from(assessments))
    before, after = of_one(assessments, baseline), of_one([a for a in assessments if a != gone], baseline)
    failed = 10 * (baseline - gone[1]) < 3 * baseline
    if failed and before[1] is None:
        assert after[1] is None
    if failed and before[1] is not None and after[1] is not None:
        assert after[1] >= before[1]


@given(visits, baselines, st.integers(1, 500))
def test_shifting_all_days_shifts_the_answer(assessments, baseline, shift):
    one = of_one([(0, 0), *[(d + 1, v) for d, v in assessments]], baseline)
    other = of_one([(shift, 0), *[(d + 1 + shift, v) for d, v in assessments]], baseline)
    assert other == tuple(None if v is None else v + shift for v in one)
