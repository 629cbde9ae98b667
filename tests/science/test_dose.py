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


def counted(**more):
    """(planned, held) of each week."""
    told = {"held": on(0), "as_of": START + 20 * DAY, **more}
    return [(w.planned, w.held) for w in dose.weeks(START, told.pop("as_of"), **told)]


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"held": on(0, 6, 7, 13), "as_of": START + 13 * DAY}, [(None, 2), (None, 2)]),
        ({"held": on(0, 20)}, [(None, 1), (None, 0), (None, 1)]),
        ({"per_week": 1, "total": 3}, [(1, 1), (1, 0), (1, 0)]),
        ({"per_week": 1, "total": 3, "as_of": START + 13 * DAY}, [(1, 1), (1, 0)]),
        ({"per_week": 2, "total": 3}, [(2, 1), (1, 0), (0, 0)]),
        ({"per_week": 0.5, "total": 2, "as_of": START + 27 * DAY}, [(1, 1), (0, 0), (1, 0), (0, 0)]),
        ({"per_week": 1, "ended": START + 7 * DAY, "held": on(0, 7, 90)}, [(1, 1), (1, 1)]),
        ({"held": [], "as_of": START}, [(None, 0)]),
        ({"held": [], "as_of": START - 30 * DAY, "per_week": 1, "total": 2}, [(1, 0)]),
        ({"per_week": 3, "total": 2, "held": on(0, 1, 8)}, [(2, 2), (0, 1), (0, 0)]),
        ({"total": 8}, [(None, 1), (None, 0), (None, 0)]),
    ],
)
def test_each_week_says_what_was_planned_and_held(told, found):
    assert counted(**told) == found


def test_the_seventh_day_belongs_to_the_first_week_and_the_eighth_to_the_second():
    first, second = dose.weeks(START, START + 8 * DAY, held=on(0, 6, 7), per_week=2, total=8)
    assert (first.held, first.last, first.over) == (2, START + 6 * DAY, True)
    assert (second.held, second.first, second.over) == (1, START + 7 * DAY, False)


def test_a_week_is_over_the_day_after_its_last():
    assert [w.over for w in dose.weeks(START, START + 6 * DAY, held=on(0))] == [False]
    assert [w.over for w in dose.weeks(START, START + 7 * DAY, held=on(0))] == [True, False]


def test_exactly_as_many_as_planned_keep_the_plan():
    told = dose.weeks(START, START + 14 * DAY, held=on(0, 3, 8), per_week=2, total=4)
    assert [week.kept for week in told[:2]] == [True, False]
    assert dose.kept(told) == (1, 2)


def test_without_a_plan_nothing_was_kept_or_broken():
    told = dose.weeks(START, START + 20 * DAY, held=on(0))
    assert [week.planned for week in told] == [None] * 3
    assert dose.kept(told) is None


def test_a_week_without_anything_planned_is_not_judged():
    told = dose.weeks(START, START + 30 * DAY, held=on(0, 7), per_week=1, total=2)
    assert [week.planned for week in told] == [1, 1, 0, 0, 0]
    assert dose.kept(told) == (2, 2)


def test_an_ended_course_shows_its_plan_to_the_end_and_no_week_after():
    plan = {"per_week": 1, "ended": START + 10 * DAY}
    later = START + 200 * DAY
    assert len(dose.weeks(START, later, held=on(0, 10), total=4, **plan)) == 4
    assert len(dose.weeks(START, later, held=on(0, 10), **plan)) == 2
    assert len(dose.weeks(START, START + 15 * DAY, held=on(0, 10), total=4, **plan)) == 3  # never beyond today


def test_treatment_after_the_end_is_in_no_week():
    told = dose.weeks(START, START + 200 * DAY, held=on(0, 10, 12, 40), per_week=1, total=4, ended=START + 10 * DAY)
    assert [week.held for week in told] == [1, 1, 0, 0]


def test_booked_and_cancelled_sessions_are_counted_apart():
    told = dose.weeks(START, START + 3 * DAY, held=on(0), cancelled=on(2), booked=on(9, 15))
    assert [(w.held, w.cancelled, w.booked) for w in told] == [(1, 1, 0), (0, 0, 1), (0, 0, 1)]


def test_what_is_not_known_by_the_day_counts_in_no_week():
    assert counted(held=on(0, 5), cancelled=on(6), as_of=START + 2 * DAY) == [(None, 1)]


def test_a_slip_in_the_year_makes_no_endless_page():
    assert len(dose.weeks(date(1900, 1, 1), START, held=[], per_week=1)) == dose.MOST_WEEKS


def test_the_weeks_of_a_plan_add_up_to_its_number():
    for total in range(1, 25):
        for per_week in (0.25, 0.5, 1, 1.5, 2, 3, 7):
            told = dose.weeks(START, START + 700 * DAY, held=[], per_week=per_week, total=total)
            assert sum(week.planned or 0 for week in told) == total


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
    told = dose.weeks(START, START + 200 * DAY, held=on(*days), per_week=per_week, total=planned)
    assert sum(week.held for week in told) == len(days)
    assert sum(week.planned or 0 for week in told) == min(planned, dose.planned_by(len(told), per_week, None) or 0)
