"""The words of places, changes and cells on a patient's pages."""

import pytest

from tracker.science.scales import INSTRUMENTS
from tracker.web import reactions, wording


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (("knee_oa", "knee", "left"), "left knee"),
        (("knee_oa", "knee", "both"), "both knees"),
        (("low_back", None, "none"), "lower back"),
        (("low_back", "lower_back", "none"), "lower back"),
        (("migraine", None, "none"), "head"),
        (("other_msk", "jaw", "both"), "jaw (both sides)"),
    ],
)
def test_a_place_reads_after_your(place, words):
    assert wording.body(*place) == words


@pytest.mark.parametrize(
    ("improvement", "instrument", "words"),
    [
        (3, "nrs_week", "3 points lower than at the start"),
        (-1, "nrs_now", "1 point higher than at the start"),
        (0, "nrs_week", "no change from the start"),
        (10, "headache_days", "10 days fewer than at the start"),
        (None, "nrs_week", ""),
    ],
)
def test_a_change_reads_by_its_direction(improvement, instrument, words):
    assert wording.change(improvement, INSTRUMENTS[instrument]) == words


@pytest.mark.parametrize(
    ("value", "part", "words"),
    [
        (7.0, False, "7"),
        (0.0, False, "0"),
        (6.66, False, "6.7"),
        (0.4823, True, "48.2 %"),
        (0.0, True, "0 %"),
        (-0.5, True, "-50 %"),
        (None, True, ""),
        ("x", False, "x"),
    ],
)
def test_a_cell_shows_a_score_or_a_share(value, part, words):
    assert wording.cell(value, part) == words


def test_every_urgent_problem_stands_before_the_others():
    urgent = [problem.urgent for problem in reactions.PROBLEMS]
    assert urgent == sorted(urgent, reverse=True)
    assert reactions.URGENT
