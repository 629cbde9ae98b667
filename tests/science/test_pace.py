"""Sessions a week: counted one by one, silent weeks too, never beyond what is known."""

from datetime import date, timedelta

import pytest

from tracker.science import pace

FIRST = date(2026, 3, 2)


def day(n: int) -> date:
    """The n-th day of the course, from 0."""
    return FIRST + timedelta(n)


def counted(**more):
    """(planned, held) of each week."""
    told = {"held": [FIRST], **more}
    return [(w.planned, w.held) for w in pace.weeks(FIRST, told.pop("as_of", day(20)), **told)]


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"held": [day(0), day(6), day(7), day(13)], "as_of": day(13)}, [(None, 2), (None, 2)]),
        ({"held": [day(0), day(20)]}, [(None, 1), (None, 0), (None, 1)]),
        ({"per_week": 1, "total": 3}, [(1, 1), (1, 0), (1, 0)]),
        ({"per_week": 1, "total": 3, "as_of": day(13)}, [(1, 1), (1, 0)]),
        ({"per_week": 2, "total": 3}, [(2, 1), (1, 0)]),
        ({"per_week": 0.5, "total": 1, "as_of": day(60)}, [(0.5, 1), (0.5, 0)]),
        ({"per_week": 1, "ended": day(7), "held": [day(0), day(7), day(90)]}, [(1, 1), (1, 1)]),
        ({"held": [], "as_of": day(0)}, [(None, 0)]),
        ({"held": [], "as_of": day(-30), "per_week": 1, "total": 2}, [(1, 0)]),
        ({"per_week": 3, "total": 2, "held": [day(0), day(1), day(8)]}, [(2, 2), (0, 1)]),
    ],
)
def test_each_week_says_what_was_planned_and_held(told, found):
    assert counted(**told) == found


def test_a_course_that_ended_early_still_tells_the_weeks_of_its_plan():
    assert counted(per_week=1, total=4, ended=day(7), held=[day(0), day(7)], as_of=day(400)) == [
        (1, 1),
        (1, 1),
        (1, 0),
        (1, 0),
    ]


def test_a_week_is_over_on_the_day_after_its_last():
    assert [w.over for w in pace.weeks(FIRST, day(7), held=[FIRST])] == [True, False]
    assert [w.over for w in pace.weeks(FIRST, day(6), held=[FIRST])] == [False]


def test_booked_and_cancelled_sessions_are_counted_apart():
    (one, two, three) = pace.weeks(FIRST, day(3), held=[FIRST], cancelled=[day(2)], booked=[day(9), day(15)])
    assert [(w.held, w.cancelled, w.booked) for w in (one, two, three)] == [(1, 1, 0), (0, 0, 1), (0, 0, 1)]


def test_the_weeks_of_a_plan_add_up_to_its_number():
    for total in range(1, 25):
        for per_week in (0.25, 0.5, 1, 1.5, 2, 3, 7):
            assert sum(pace.planned(n, per_week, total) or 0 for n in range(200)) == pytest.approx(total)
