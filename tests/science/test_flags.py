"""Flags case by case, and against the rule written as a loop."""

# pyright: reportArgumentType=false, reportAttributeAccessIssue=false, reportCallIssue=false
# (numpy's and statsmodels' stubs know less than the libraries)
import doctest
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.science.records import NAN, NRS
from tracker.science import flags
from tracker.science.flags import Scores
from tracker.science.noise import Noise
from tracker.science.scales import AFTER, BASELINE, BEFORE, CHECK_IN, INSTRUMENTS, Instrument

QUIET, USUAL = Noise(0.5, 0.0), Noise(1.0, 0.3)
WELL = Instrument("well", 0, 10, "higher")
PAGE = Path(__file__).parents[2] / "docs" / "science" / "flags.md"


def scores(values, *, days=None, baseline=NAN, t0=NAN, ended_on=NAN, end=NAN, instrument=NRS):
    """One course with one score a week from day 7 on, unless days are given."""
    days = 7.0 * np.arange(1, len(values) + 1) if days is None else np.array(days, float)
    one = (np.array([x], float) for x in (0.0, baseline, t0, ended_on, end))
    return Scores(instrument, np.zeros(len(values), np.int64), days, np.array(values, float), *one)


def judged(values, noise=QUIET, **more):
    return flags.judge(scores(values, **more), noise)


def last(values, name, noise=QUIET, **more):
    """What the last score is flagged as."""
    return bool(getattr(judged(values, noise, **more), name)[-1])


@pytest.mark.parametrize(
    ("why", "values", "expected"),
    [
        ("two points exactly", [3] * 7 + [5, 5, 5], True),
        ("two points exactly, in decimals", [2.7] * 7 + [4.6, 4.7, 4.8], True),
        ("a tenth less", [3] * 7 + [5, 5, 4.9], False),
        ("from 0, a score like any other", [0] * 7 + [2, 2, 2], True),
        ("zeros among the last pull the mean down", [0] * 7 + [6, 0, 0], True),
        ("nine scores are not enough", [3] * 6 + [9, 9, 9], False),
        ("only the seven before count", [10, 10, 10] + [3] * 7 + [5, 5, 5], True),
        ("a fall is no flag", [8] * 7 + [2, 2, 2], False),
        ("slow drift of .4 a week", [0.4 * k for k in range(10)], True),
        ("slower drift is the trend's to tell", [0.39 * k for k in range(10)], False),
    ],
)
def test_worsened(why, values, expected):
    assert last(values, "worsened") == expected, why


def test_noise_raises_the_limit_to_the_detectable_change():
    """SDw 1.4, r .3: 2.58 points, so 2.5 is not told from noise and 2.6 is."""
    assert flags.mdc(Noise(1.4, 0.3)) == pytest.approx(
        1.96 * 1.4 * (1 / 3 + 1 / 7) ** 0.5 * (1.3 / 0.7) ** 0.5, rel=1e-4
    )
    assert flags.mdc(USUAL) == pytest.approx(1.843, abs=1e-3)  # below 2 points: the 2 points lead
    assert not last([3] * 7 + [5.5] * 3, "worsened", Noise(1.4, 0.3))
    assert last([3] * 7 + [5.6] * 3, "worsened", Noise(1.4, 0.3))


AFTER_END = {"t0": 20.0, "ended_on": 48.0, "end": 2.0, "days": [28, 36, 50, 78]}


@pytest.mark.parametrize(
    ("why", "values", "more", "expected"),
    [
        ("two points above the end value exactly", [9, 4, 4, 4], {}, True),
        ("less", [9, 4, 4, 3.9], {}, False),
        ("an end value of 0 is a value", [9, 2, 2, 2], {"end": 0.0}, True),
        ("two scores are not three", [9, 9], {"days": [50, 78]}, False),
        ("without an end value there is nothing to hold it to", [9, 9, 9, 9], {"end": NAN}, False),
        ("one of the three still belongs to the end of the course", [9, 9, 9, 9], {"days": [28, 34, 50, 78]}, False),
        ("before the end is known it is still the course", [9, 9, 9, 9], {"ended_on": 79.0}, False),
        ("on the day it is known", [9, 9, 9, 9], {"ended_on": 78.0}, True),
    ],
)
def test_after_the_course_the_end_value_is_what_counts(why, values, more, expected):
    assert last(values, "worsened", **AFTER_END | more) == expected, why


def test_after_the_course_one_end_score_makes_the_detectable_change_larger():
    assert flags.mdc(USUAL, 3, 1) == pytest.approx(3.084, abs=1e-3)
    assert not last([9, 5, 5, 5], "worsened", USUAL, **AFTER_END)
    assert last([9, 5.1, 5.1, 5.1], "worsened", USUAL, **AFTER_END)


@pytest.mark.parametrize(
    ("why", "values", "baseline", "expected"),
    [
        ("nine twice from a usual 7.5 exactly", [7, 8, 9, 9], NAN, True),
        ("nine and ten", [5, 10, 9], NAN, True),
        ("once is not enough", [5, 5, 9], NAN, False),
        ("not in a row", [5, 9, 8, 9], NAN, False),
        ("8.9 is not 9", [5, 9, 8.9], NAN, False),
        ("always that high", [8, 8, 9, 9], NAN, False),
        ("all earlier ones count, not the last few", [0, 0, 0, 8, 9, 9], NAN, True),
        ("none earlier: the baseline", [9, 9], 7, True),
        ("none earlier: a high baseline", [9, 9], 8, False),
        ("none earlier and no baseline: nothing to hold it to", [9, 9], NAN, False),
        ("a baseline of 0", [9, 9], 0, True),
    ],
)
def test_top(why, values, baseline, expected):
    assert last(values, "top", baseline=baseline) == expected, why


@pytest.mark.parametrize(
    ("why", "values", "baseline", "expected"),
    [
        ("0 to 8", [0, 8], NAN, True),
        ("0 to 8 from the baseline", [8], 0, True),
        ("four points exactly", [3, 3, 3, 7], NAN, True),
        ("four points exactly above a mean of thirds", [3, 3, 4, 22 / 3], NAN, True),
        ("less", [3, 3, 3, 6.9], NAN, False),
        ("only the three before count", [9, 9, 0, 0, 0, 4], NAN, True),
        ("two before", [2, 4, 7], NAN, True),
        ("the baseline no longer counts", [6, 9], 0, False),
        ("nothing before", [9], NAN, False),
    ],
)
def test_sudden_rise(why, values, baseline, expected):
    assert last(values, "sudden", baseline=baseline) == expected, why


@given(
    st.lists(st.integers(0, 10), max_size=6),
    st.one_of(st.just(NAN), st.integers(0, 10).map(float)),
    st.sampled_from([NRS, WELL]),
)
def test_the_limit_told_in_advance_is_the_one_that_is_judged_by(earlier, baseline, scale):
    limit = flags.rises_from(np.array(earlier, float), baseline, scale)
    reached = [n for n in range(11) if last([*earlier, n], "sudden", baseline=baseline, instrument=scale)]
    if np.isnan(limit):
        assert reached == []
    else:
        beyond = [n for n in range(11) if (n - limit if scale.better == "lower" else limit - n) >= -1e-9]
        assert reached == beyond != []


def test_where_higher_is_better_a_fall_is_flagged():
    assert last([7] * 7 + [5] * 3, "worsened", instrument=WELL)
    assert last([5, 1, 1], "top", instrument=WELL)
    assert last([8, 0], "sudden", instrument=WELL)
    assert not last([0, 8], "sudden", instrument=WELL)


def test_the_limits_go_with_the_width_of_the_scale():
    vas = Instrument("vas", 0, 100)
    assert last([30] * 7 + [50] * 3, "worsened", instrument=vas)
    assert not last([30] * 7 + [49.9] * 3, "worsened", instrument=vas)
    assert last([10, 50], "sudden", instrument=vas)
    assert last([75, 90, 90], "top", instrument=vas)


@pytest.mark.parametrize("code", ["headache_days", "medicine_days", "pgic"])
def test_a_question_that_looks_back_further_is_never_judged_weekly(code):
    values = [7] * 7 + [1] * 3 + [7, 1]
    found = judged(values, instrument=INSTRUMENTS[code], baseline=1)
    assert not (found.weekly | found.worsened | found.top | found.sudden).any()


def test_after_scores_and_scores_of_the_first_day_are_never_looked_at():
    kind, day = np.array([BASELINE, BEFORE, AFTER, CHECK_IN, CHECK_IN, BEFORE]), np.array([-3, 5, 5, 0.9, 1, 8.0])
    assert flags.asked(kind, day, np.zeros(6)).tolist() == [False, True, False, False, True, True]


def test_worsening_is_judged_once_a_week_and_a_sudden_rise_at_once():
    days = [*range(7, 14), 14, 15, 16, 17]
    found = judged([3] * 7 + [9, 9, 9, 9], days=days)
    assert found.weekly.tolist() == [True] + [False] * 6 + [True] + [False] * 3
    assert not found.worsened.any()  # on day 14 the last three are 3, 3, 9: exactly 2 points, but only five before
    assert found.sudden.tolist() == [False] * 7 + [True, True, False, False]  # day 15: 4 above the mean of 3, 3, 9


def test_two_high_scores_in_the_middle_of_a_week_wait_for_its_next():
    found = judged([5, 5, 9, 9, 9], days=[7, 14, 15, 16, 21])
    assert found.top.tolist() == [False, False, False, False, True]


def test_each_course_has_its_own_weeks():
    none = np.full(2, np.nan)
    both = Scores(
        NRS, np.array([0, 1, 1]), np.array([8.0, 9.0, 10.0]), np.full(3, 5.0), np.zeros(2), none, none, none, none
    )
    assert flags.judge(both, QUIET).weekly.tolist() == [True, True, False]


def test_a_judgement_stays_when_later_scores_arrive():
    rng = np.random.default_rng(5)
    values, days = rng.integers(0, 11, 60), np.sort(rng.uniform(1, 200, 60))
    whole = judged(values, days=days, t0=90.0, ended_on=118.0, end=3.0, baseline=5)
    for n in range(1, 60):
        part = judged(values[:n], days=days[:n], t0=90.0, ended_on=118.0, end=3.0, baseline=5)
        for name in ("weekly", "worsened", "top", "sudden"):
            np.testing.assert_array_equal(getattr(whole, name)[:n], getattr(part, name))


def by_hand(values, baseline):
    """The in-course rules, score by score, in the words of statistics.md."""
    for i, now in enumerate(values):
        before = values[max(0, i - 3) : i] or [baseline]
        earlier = values[: i - 1] or [baseline] if i else [baseline]
        yield (
            i >= 9 and np.mean(values[i - 2 : i + 1]) - np.mean(values[i - 9 : i - 2]) >= 2 - 1e-9,
            i >= 1 and min(now, values[i - 1]) >= 9 and np.mean(earlier) <= 7.5 + 1e-9,
            now - np.mean(before) >= 4 - 1e-9,
        )


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10), st.lists(st.integers(0, 10), max_size=25)), min_size=1, max_size=6))
def test_many_courses_at_once_are_each_judged_as_if_alone(people):
    values = [v for _, v in people]
    lengths, none = [len(v) for v in values], np.full(len(people), np.nan)
    found = flags.judge(
        Scores(
            NRS,
            np.repeat(np.arange(len(people)), lengths),
            np.concatenate([7.0 * np.arange(1, n + 1) for n in lengths]),
            np.concatenate(values).astype(float),
            np.zeros(len(people)),
            np.array([float(b) for b, _ in people]),
            none,
            none,
            none,
        ),
        QUIET,
    )
    told = np.column_stack([found.worsened, found.top, found.sudden])
    assert told.tolist() == [[bool(x) for x in row] for b, v in people for row in by_hand(v, b)]


def test_without_scores_there_are_no_flags():
    none = flags.judge(replace(scores([]), series=np.empty(0, np.int64)), QUIET)
    assert len(none.weekly) == len(none.sudden) == 0


def test_the_worked_examples_of_the_page_run():
    found = doctest.testfile(str(PAGE), module_relative=False)
    assert found.attempted > 3
    assert found.failed == 0
