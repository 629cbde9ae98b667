"""Items told by dates, case by case; one open item per course and reason."""

import numpy as np
import pytest

from tests.science.records import NAN
from tracker.science import worklist
from tracker.science.worklist import Item


@pytest.mark.parametrize(
    ("why", "as_of", "answered", "months"),
    [
        ("thirteen days after the check-in", 104, [], []),
        ("fourteen days", 105, [], [3]),
        ("on the window's last day", 135, [], [3]),
        ("closed", 136, [], []),
        ("answered in the window", 105, [60], []),
        ("answered before it opened", 105, [44], [3]),
        ("an answer that is not there yet", 105, [106], [3]),
        ("an answer of this very day", 105, [105.9], []),
        ("a year", 378, [], [12]),
        ("the first month", 42, [], [1]),
    ],
)
def test_call(why, as_of, answered, months):
    t0, known = np.array([1000.0]), np.array([1028.0])
    day = 1000.0 + np.array(answered, float)
    found = worklist.call(t0, known, np.zeros(len(day), np.int64), day, 1000.0 + as_of)
    assert [m for m, one in zip((1, 3, 6, 9, 12), found[0], strict=True) if one] == months, why


def test_nobody_is_called_before_the_course_has_ended():
    none = np.empty(0, np.int64), np.empty(0)
    t0, known = np.array([0.0, 0.0, NAN]), np.array([105.0, 106.0, NAN])
    assert worklist.call(t0, known, *none, 105.0)[:, 1].tolist() == [True, False, False]


def test_dates_that_have_come():
    assert worklist.reached(np.array([27.0, 28.0, 29.0, NAN]), 28.0).tolist() == [True, True, False, False]


WEEKS = np.array([7.0, 14, 21, 28, 35, 42, 49, 56])


@pytest.mark.parametrize(
    ("why", "found", "items", "expected"),
    [
        ("nothing found", "........", [], None),
        ("the first one opens it", "..xx....", [], 21),
        ("one is open already", "..xx..xx", [Item(21)], None),
        ("resolved, and the same run goes on", "..xxx...", [Item(21, 24)], None),
        ("resolved, and it comes back", "..x.x...", [Item(21, 24)], 35),
        ("what was there when it was resolved is settled", "..x.x...", [Item(21, 40)], None),
        ("found on the day it is resolved", "..x.x...", [Item(21, 35)], None),
        ("28 days on and never ceased", "..xxxxxx", [Item(21, 28)], 56),
        ("27 days on", "..xxxxxx", [Item(21, 29)], None),
        ("an old one resolved, a newer one open", "..x.x.x.", [Item(21, 24), Item(35)], None),
        ("both resolved", "..x.x.x.", [Item(21, 24), Item(35, 36)], 49),
    ],
)
def test_one_open_item_per_course_and_reason(why, found, items, expected):
    assert worklist.opens(WEEKS, np.array([c == "x" for c in found]), items) == expected, why


def test_a_course_without_judged_days_opens_nothing():
    assert worklist.opens(np.empty(0), np.empty(0, np.bool_)) is None
