"""When the weekly question comes: each week in the course, at 1, 2, 4, 8, 13, 26, 39 and 52 weeks after it."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from tracker.science.progress import Lasted, Point, Progress
from tracker.science.scales import INSTRUMENTS
from tracker.web import phone, reactions, wording

TODAY = date(2026, 6, 1)
BLANK = Progress(
    instrument=INSTRUMENTS["nrs_week"],
    condition="knee_oa",
    site="knee",
    side="left",
    as_of=TODAY,
    scores=(),
    now=(),
    pairs=(),
    planned_sessions=None,
    baseline=None,
    baseline_n=0,
    threshold=None,
    trend=None,
    trend_after=None,
    started=TODAY,
    ended=None,
    end_value=None,
    windows=(),
    lasted=Lasted("not_ended", None, None, 0.3),
)


def after(answered: int | None, ended: int | None) -> int | None:
    """Days from today until the question, the last answer and the end so many days ago."""
    ago = lambda days: TODAY - timedelta(days=days)  # noqa: E731
    scores = () if answered is None else (Point(datetime.combine(ago(answered), datetime.min.time()), 5, "check_in"),)
    p = replace(BLANK, scores=scores, ended=None if ended is None else ago(ended))
    due = phone.next_weekly(p, TODAY)
    return None if due is None else (due - TODAY).days


@pytest.mark.parametrize(
    ("answered", "ended", "days"),
    [
        (None, None, 0),  # never asked: today
        (0, None, 7),
        (7, None, 0),
        (30, None, -23),  # long due
        (3, 3, 4),  # one week after the end
        (None, 3, 4),
        (0, 6, 8),  # the answer of day 6 serves week 1
        (0, 49, 7),  # week 8 is next
        (0, 364, None),  # a year is over
        (100, 400, -36),  # the last question was missed
    ],
)
def test_the_weekly_question_comes_in_time(answered, ended, days):
    assert after(answered, ended) == days


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (("knee_oa", "knee", "left"), "left knee"),
        (("knee_oa", "knee", "both"), "knees"),
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
