"""Dose: planned and held by the week, visits in ninety days, at every edge; counted again in the plainest way."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.science import dose

START = date(2026, 1, 5)
DAY = timedelta(days=1)


def on(*days: int) -> list[date]:
    return [START + day * DAY for day in days]


@pytest.mark.parametrize(
    ("per_week", "planned", "expected"),
    [
        (2, 8, [2, 4, 6, 8, 8]),
        (2, None, [2, 4, 6, 8, 10]),
        (0.5, 3, [1, 1, 2, 2, 3]),
        (1.5, None, [2, 3, 5, 6, 8]),
        (2, 3, [2, 3, 3, 3, 3]),
        (0.1, None, [1, 1, 1, 1, 1]),
        (None, 8, [None] * 5),
    ],
)
def test_what_a_plan_has_by_each_week(per_week, planned, expected):
    assert [dose.planned_by(week, per_week, planned) for week in range(1, 6)] == expected


def test_a_plan_of_decimals_does_not_grow_by_rounding():
    assert dose.planned_by(10, 1.1, None) == 11


def test_the_seventh_day_belongs_to_the_first_week_and_the_eighth_to_the_second():
    first, second = dose.weeks(START, on(0, 6, 7), 2, 8, START + 8 * DAY, None)
    assert (first.held, first.last, first.over) == (2, START + 6 * DAY, True)
    assert (second.held, second.first, second.over) == (1, START + 7 * DAY, False)


def test_a_week_is_over_the_day_after_its_last():
    (on_its_last,) = dose.weeks(START, on(0), 1, 4, START + 6 * DAY, None)
    assert not on_its_last.over
    assert dose.weeks(START, on(0), 1, 4, START + 7 * DAY, None)[0].over


def test_exactly_as_many_as_planned_keep_the_plan():
    told = dose.weeks(START, on(0, 3, 8), 2, 4, START + 14 * DAY, None)
    assert [week.kept for week in told[:2]] == [True, False]
    assert dose.kept(told) == (1, 2)


def test_without_a_plan_nothing_was_kept_or_broken():
    told = dose.weeks(START, on(0), None, None, START + 20 * DAY, None)
    assert [week.planned for week in told] == [None] * 3
    assert dose.kept(told) is None


def test_a_week_without_anything_planned_is_not_judged():
    told = dose.weeks(START, on(0, 7), 1, 2, START + 30 * DAY, None)
    assert [week.planned for week in told] == [1, 1, 0, 0, 0]
    assert dose.kept(told) == (2, 2)


def test_an_ended_course_shows_its_plan_to_the_end_and_no_week_after():
    ended = START + 10 * DAY
    assert len(dose.weeks(START, on(0, 10), 1, 4, START + 200 * DAY, ended)) == 4
    assert len(dose.weeks(START, on(0, 10), 1, None, START + 200 * DAY, ended)) == 2
    assert len(dose.weeks(START, on(0, 40), 1, 4, START + 200 * DAY, ended)) == 6  # treated again later


def test_what_lies_ahead_counts_in_no_week():
    assert [week.held for week in dose.weeks(START, on(0, 5), 1, 4, START + 2 * DAY, None)] == [1]
    assert dose.weeks(START, [], 1, 4, START - DAY, None) == ()


def test_a_slip_in_the_year_makes_no_endless_page():
    assert len(dose.weeks(date(1900, 1, 1), [], 1, None, START, None)) == dose.MOST_WEEKS


def test_ninety_days_include_the_ninetieth_and_not_the_ninety_first():
    assert dose.visits([START], START + 89 * DAY).count == 1
    assert dose.visits([START], START + 90 * DAY).count == 0


def test_exactly_twelve_is_the_limit_and_says_from_when_on_one_more_fits():
    eleven, twelve = dose.visits(on(*range(11)), START + 20 * DAY), dose.visits(on(*range(12)), START + 20 * DAY)
    assert (eleven.full, eleven.again_on) == (False, None)
    assert (twelve.full, twelve.again_on) == (True, START + 90 * DAY)
    assert dose.visits(on(*range(12)), START + 90 * DAY).count == 11


def test_a_thirteenth_waits_for_the_second_to_leave():
    assert dose.visits(on(*range(13)), START + 20 * DAY).again_on == START + 91 * DAY


def test_two_visits_of_a_day_are_two():
    assert dose.visits(on(0, 0), START).count == 2


@given(
    days=st.lists(st.integers(0, 400), max_size=40),
    ago=st.integers(0, 420),
)
def test_the_count_is_that_of_looking_at_every_day(days, ago):
    as_of = START + ago * DAY
    found = dose.visits(on(*days), as_of)
    assert found.count == sum(ago - 89 <= day <= ago for day in days)
    if found.again_on is not None:
        later = [day for day in days if day <= ago]
        free = next(n for n in range(ago + 1, ago + 100) if sum(n - 89 <= day for day in later) < 12)
        assert found.again_on == START + free * DAY


@given(
    days=st.lists(st.integers(0, 200), max_size=40),
    per_week=st.sampled_from([0.25, 0.5, 1, 1.5, 2, 3]),
    planned=st.integers(1, 30),
)
def test_the_weeks_add_up(days, per_week, planned):
    told = dose.weeks(START, on(*days), per_week, planned, START + 200 * DAY, None)
    assert sum(week.held for week in told) == len(days)
    assert sum(week.planned or 0 for week in told) == min(planned, dose.planned_by(len(told), per_week, None) or 0)
