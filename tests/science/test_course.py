"""When a course ended: a table of cases, and a session-by-session recount on random courses."""

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracker.science import course

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a loaded machine is no defect

NAN = math.nan


def ends(days, closed=NAN, gap=NAN):
    found = course.ends(np.zeros(len(days), int), np.array(days, float), np.array([closed]), np.array([gap]))
    return found.t0[0], found.ended_on[0], found.retreated[0]


@pytest.mark.parametrize(
    ("days", "closed", "gap", "expected"),
    [
        ([0, 7, 14], NAN, NAN, (14, 42, NAN)),
        ([0, 7, 35], NAN, NAN, (35, 63, NAN)),  # a gap of exactly 28 days is none
        ([0, 7, 36], NAN, NAN, (7, 35, 29)),
        ([0, 7, 36], NAN, 14, (7, 35, 29)),
        ([0, 7, 36], NAN, 15, (36, 66, NAN)),  # twice the plan
        ([0, 7, 14], 20, NAN, (14, 20, NAN)),
        ([0, 7, 14], 10, NAN, (7, 10, 7)),  # a session after the closing is a re-treatment
        ([0, 7, 14], 60, NAN, (14, 42, NAN)),  # silence came first
        ([10, 17], 5, NAN, (5, 5, 5)),
        ([], 91, NAN, (91, 91, NAN)),
        ([], NAN, NAN, (NAN, NAN, NAN)),
        ([0.4, 28.6], NAN, NAN, (28, 56, NAN)),  # whole days
        ([0, 50, 57], NAN, NAN, (0, 28, 50)),  # the first gap, not the last
    ],
)
def test_the_end_of_a_course(days, closed, gap, expected):
    assert ends(days, closed, gap) == pytest.approx(expected, nan_ok=True)


def slow(days, closed, gap):
    """The same, one session at a time."""
    limit = max(28, 2 * gap) if not math.isnan(gap) else 28
    t0, ended_on, rest = NAN, NAN, list(days)
    while rest and not rest[0] > closed and not (rest[0] - t0 > limit):
        t0 = rest.pop(0)
    ended_on = t0 + limit
    if not closed > ended_on and not math.isnan(closed):
        ended_on = closed
    t0 = closed if math.isnan(t0) else t0
    return t0, ended_on, rest[0] - t0 if rest else NAN


one = st.tuples(
    st.lists(st.integers(0, 200), max_size=12).map(sorted),
    st.one_of(st.just(NAN), st.integers(-5, 220)),
    st.one_of(st.just(NAN), st.integers(1, 40)),
)


@CALM
@given(st.lists(one, min_size=1, max_size=6))
def test_many_courses_at_once_equal_each_alone(courses):
    number = np.array([c for c, (days, _, _) in enumerate(courses) for _ in days], int)
    day = np.array([d for days, _, _ in courses for d in days], float)
    closed, gap = (np.array([c[i] for c in courses], float) for i in (1, 2))
    found = course.ends(number, day, closed, gap)
    expected = np.array([slow(*c) for c in courses], float)
    np.testing.assert_array_equal(np.column_stack([found.t0, found.ended_on, found.retreated]), expected)
    assert found.held.tolist() == [len(days) for days, _, _ in courses]


def test_a_course_has_ended_from_the_day_the_end_is_known():
    assert course.ended(np.array([42.0, 43.0, NAN]), 42).tolist() == [True, False, False]
    assert course.ended(np.array([42.0, 43.0, NAN]), None).tolist() == [True, True, False]
