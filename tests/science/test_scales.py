"""Instruments keep to their own rules; which one speaks for some data is one rule for a file and for a clinic."""

from dataclasses import replace

import pytest

from tracker.science.scales import FURTHEST, INSTRUMENTS, RESPONDER, Instrument, usual

NAN = float("nan")


@pytest.mark.parametrize("scale", INSTRUMENTS.values(), ids=lambda scale: scale.code)
def test_every_limit_of_the_house_has_its_source(scale: Instrument):
    limits = (scale.min_baseline, scale.points, scale.worse_points)
    assert scale.source or (limits == (None, None, None) and scale.responder == RESPONDER)


@pytest.mark.parametrize("scale", INSTRUMENTS.values(), ids=lambda scale: scale.code)
def test_a_count_of_days_is_out_of_28(scale: Instrument):
    assert scale.days == (scale.recall == "28 days") == (scale.maximum == 28)


@pytest.mark.parametrize("kind", ["simple", "combination", "triptan", "opioid", "ergot"])
def test_days_with_one_class_of_medicine_are_counted_as_days_with_any(kind: str):
    one = INSTRUMENTS[f"medicine_days_{kind}"]
    assert replace(one, code="medicine_days", source=None) == INSTRUMENTS["medicine_days"]


@pytest.mark.parametrize(
    ("minimum", "maximum", "rises"),
    [
        (0, 1, True),
        (-FURTHEST, FURTHEST, True),
        (1, 1, False),
        (2, 1, False),
        (0, FURTHEST + 1, False),
        (-FURTHEST - 1, 0, False),
        (NAN, 1, False),
        (0, NAN, False),
    ],
)
def test_a_range_rises_and_does_not_reach_too_far(minimum: float, maximum: float, rises: bool):
    assert Instrument("mood", minimum, maximum).rises is rises


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
