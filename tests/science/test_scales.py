"""Which instrument speaks for some data: one rule for a file and for a clinic."""

import pytest

from tracker.science.scales import usual


@pytest.mark.parametrize(
    ("counts", "own", "chosen"),
    [
        ({"nrs_week": 1, "peg": 9}, "nrs_week", "nrs_week"),
        ({"nrs_week": 0, "peg": 9}, "nrs_week", "peg"),
        ({"peg": 3, "nrs_now": 3}, "nrs_week", "nrs_now"),
        ({"nrs_now": 3, "peg": 3}, "nrs_week", "nrs_now"),
        ({"headache_days": 2, "nrs_week": 40}, "headache_days", "headache_days"),
        ({"peg": 0}, "nrs_week", "peg"),
        ({}, "nrs_week", "nrs_week"),
    ],
)
def test_its_own_where_answered_else_the_most_answered_ties_by_name(counts, own, chosen):
    assert usual(counts, own) == chosen
