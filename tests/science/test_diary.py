"""Days out of 28 from a daily diary: at least 24 answered, wholly on one side of the course."""

import doctest
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.science import public
from tests.science.records import record
from tracker.science import derive, diary, durability
from tracker.science.scales import BASELINE, CHECK_IN, INSTRUMENTS

HEADACHE_DAYS = INSTRUMENTS["headache_days"]
PAGE = Path(__file__).parents[2] / "docs" / "science" / "diary.md"

evening = st.tuples(st.integers(0, 2), st.integers(-60, 90), st.booleans())
many = st.lists(evening, max_size=400)
starts = st.lists(st.integers(-5, 40), min_size=3, max_size=3)


def columns(evenings):
    """series, day, with a headache."""
    rows = [(s, float(day), ache) for s, day, ache in evenings]
    series, day, ache = zip(*rows, strict=True) if rows else ((), (), ())
    return np.array(series, np.int64), np.array(day, float), np.array(ache, bool)


def counted(evenings, series, first, last):
    """(value, answered) of the days first … last, day by day; None with fewer than 24 answered."""
    told = {day: any(a for s, d, a in evenings if (s, d) == (series, day)) for s, day, _ in evenings if s == series}
    mine = [ache for day, ache in told.items() if first <= day <= last]
    return (28 * sum(mine) / len(mine), len(mine)) if len(mine) >= 24 else None


def slowly(evenings, edges):
    """Blocks as (series, last day, value, answered)."""
    found = ((s, last, counted(evenings, s, last - 27, last)) for s, last in edges)
    return [(s, last, *told) for s, last, told in found if told]


def rows(found):
    """The same of what was found."""
    return list(zip(*(column.tolist() for column in vars(found).values()), strict=True))


@settings(deadline=None, max_examples=40)
@given(many, st.sets(st.integers(-60, 90), max_size=8), starts)
def test_every_block_equals_a_count_day_by_day(evenings, silent, start):
    """A daily diary of three people with a few silent days, and more answers on top."""
    daily = [(s, day, (7 * day + s) % 3 == 0) for s in range(3) for day in range(-60, 91) if day not in silent]
    told, first = columns(evenings + daily), np.array(start, float)
    assert rows(diary.before(*told, first)) == slowly(evenings + daily, [(s, first[s] - 1) for s in range(3)])
    edges = [(s, first[s] + 28 * k) for s in range(3) for k in range(1, 6)]
    assert rows(diary.after(*told, first)) == slowly(evenings + daily, edges)


@pytest.mark.parametrize(("answered", "value"), [(28, [14.0]), (24, [14.0]), (23, [])])
def test_a_block_needs_24_answered_days(answered, value):
    told = columns([(0, day, day % 2 == 0) for day in range(answered)])
    assert diary.before(*told, np.array([28.0])).value.tolist() == pytest.approx(value)


def test_an_unanswered_day_is_not_a_day_without_a_headache():
    """Six of 24 answered days are 7 of 28; with the gaps taken for 0 they would be 6."""
    told = columns([(0, day, day < 6) for day in range(24)])
    assert diary.before(*told, np.array([28.0])).value.tolist() == [7.0]
    nobody = columns([])
    assert diary.before(*nobody, np.array([28.0])).value.size == diary.after(*nobody, np.array([28.0])).value.size == 0


def test_no_block_reaches_over_the_first_session_or_the_last_one():
    told = columns([(0, day, day >= 28) for day in range(100)])
    assert diary.before(*told, np.array([28.0])).value.tolist() == [0.0]
    assert rows(diary.after(*told, np.array([27.0])))[0] == (0, 55.0, 28.0, 28)
    assert rows(diary.after(*told, np.array([np.nan]))) == []


def test_two_answers_of_a_day_are_one_day_with_a_headache_if_either_says_so():
    told = columns([*((0, day, False) for day in range(24)), (0, 3, True), (0, 3, False)])
    assert rows(diary.before(*told, np.array([28.0]))) == [(0, 27.0, pytest.approx(28 / 24), 24)]


def test_blocks_are_the_readings_of_a_headache_course():
    """14 headache days of 28 before, 7 of 28 at the end and after it: half as many, a response exactly at its limit."""
    told = columns([(0, day, day % (2 if day < 28 else 4) == 0) for day in range(430)])
    start, t0 = np.array([28.0]), np.array([59.0])
    checks = diary.before(*told, t0 + 1), diary.after(*told, t0)
    readings = [(0, day, value, BASELINE) for _, day, value, _ in rows(diary.before(*told, start))]
    readings += [(0, day, value, CHECK_IN) for blocks in checks for _, day, value, _ in rows(blocks)]
    sessions = [(0, 28.0), (0, 45.0), (0, 59.0)]
    found = derive.outcomes(record(readings, instrument=HEADACHE_DAYS, sessions=sessions, start=28.0))
    assert (found.baseline.tolist(), found.baseline_n.tolist(), found.end.tolist()) == ([14], [1], [7])
    assert found.after_end[0].tolist() == [7] * 5
    assert durability.responders(found).tolist() == [True]
    assert found.last_seen.tolist() == [364]


@public.here
def test_the_blocks_of_a_public_diary_are_those_of_pandas():
    told = public.diary()
    series, who = np.unique(told.id.to_numpy(), return_inverse=True)
    start = np.zeros(len(series))
    found = diary.after(who, told.day.to_numpy(float), told.ache.to_numpy() == 1, start)
    table = told.assign(row=who, block=(told.day - 1) // 28).query("day >= 1").groupby(["row", "block"]).ache
    whole = table.agg(["size", "sum"]).query("size >= 24").reset_index()
    assert len(whole) > 40
    assert found.series.tolist() == whole["row"].tolist()
    assert found.day.tolist() == (28 * (whole["block"] + 1)).tolist()
    assert found.value == pytest.approx((28 * whole["sum"] / whole["size"]).to_numpy())
    assert (found.answered < 28).any()


def test_the_worked_example_runs():
    found = doctest.testfile(str(PAGE), module_relative=False)
    assert found.attempted > 3
    assert found.failed == 0
