"""Windows and maturity, against a slow reading-by-reading recount and by hand at every edge."""

# pyright: reportArgumentType=false, reportAttributeAccessIssue=false, reportCallIssue=false, reportIndexIssue=false
# pyright: reportReturnType=false, reportOperatorIssue=false
# (pandas and scipy stubs know less than the libraries)
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.science.records import course
from tracker.science import derive, windows

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a loaded machine is no defect

NAN = math.nan


def slow(pairs, window):
    """The window's value of (offset, value) pairs: pandas, one window at a time."""
    frame = pd.DataFrame(pairs, columns=["day", "value"])
    frame = frame[frame.day.between(window.first, window.last)].sort_values("day", kind="stable")
    if frame.empty:
        return NAN
    chosen = frame.day.iloc[(frame.day - window.target).abs().argmin()]
    return frame.value[(frame.day - chosen).abs() <= 7].mean()


offsets = st.lists(st.tuples(st.integers(-20, 480), st.integers(0, 10)), max_size=40)


@CALM
@given(st.lists(offsets, min_size=1, max_size=6))
def test_every_window_equals_the_slow_recount(people):
    rows = [(s, float(day), float(v)) for s, pairs in enumerate(people) for day, v in sorted(pairs)]
    series, day, value = (np.array([r[i] for r in rows]) for i in range(3)) if rows else (np.empty(0),) * 3
    table = windows.values(series.astype(int), day, value, len(people))
    expected = [[slow(pairs, window) for window in windows.ALL] for pairs in people]
    np.testing.assert_allclose(table, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("window", "first", "last"),
    [(0, 0, 14), (1, 15, 44), (3, 45, 135), (6, 136, 228), (9, 229, 319), (12, 320, 455)],
)
def test_both_edges_of_a_window_are_inside(window, first, last):
    w = windows.of(window)
    assert (w.first, w.last) == (first, last)
    for day, inside in ((first - 1, False), (first, True), (last, True), (last + 1, False)):
        table = windows.values(np.array([0]), np.array([float(day)]), np.array([5.0]), 1)
        assert np.isfinite(table[0, windows.ALL.index(w)]) == inside


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([(80, 2), (102, 8)], 2),  # 11 days on both sides of day 91: the earlier
        ([(85, 2), (92, 4), (97, 6)], 4),  # the mean within 7 days of day 92
        ([(84, 2), (92, 4), (100, 6)], 4),  # 8 days away: not in the mean
        ([(44, 9), (50, 3)], 3),  # day 44 is within 7 days, but in another window
        ([(91, 0)], 0),  # a score of 0 is a score
    ],
)
def test_the_nearest_reading_is_chosen_and_its_week_averaged(pairs, expected):
    found = derive.outcomes(course([(91 + d, v) for d, v in pairs]))
    assert found.after_end[0, 1] == expected


def test_an_evening_belongs_to_its_day():
    assert derive.outcomes(course([(91 + 44.9, 3)])).after_end[0].tolist()[:2] == [3, pytest.approx(NAN, nan_ok=True)]


def test_the_end_of_the_course_is_read_after_it_and_only_else_before_it():
    after = derive.outcomes(course([(88, 1), (95, 3), (99, 5)]))
    before = derive.outcomes(course([(85, 1), (90, 3)]))
    nothing = derive.outcomes(course([(83, 1), (106, 3)]))
    assert (after.end[0], after.end_before[0]) == (4, False)
    assert (before.end[0], before.end_before[0]) == (2, True)
    assert np.isnan(nothing.end[0])
    assert not nothing.end_before[0]


@pytest.mark.parametrize(("as_of", "due"), [(545, False), (546, True), (None, True)])
def test_a_course_is_due_once_the_window_has_closed(as_of, due):
    assert windows.due(np.array([91.0]), np.array([91.0]), windows.of(12), as_of).tolist() == [due]


def test_a_window_whose_anchor_was_not_known_yet_is_not_due():
    t0, known = np.array([91.0]), np.array([119.0])
    assert not windows.due(t0, known, windows.of(0), 110)[0]
    assert windows.due(t0, known, windows.of(0), 119)[0]


def test_a_course_without_an_end_is_never_due():
    unknown = np.array([NAN])
    assert not windows.due(unknown, unknown, windows.of(1), None)[0]
    assert not windows.due(unknown, unknown, windows.of(1), 10_000)[0]
