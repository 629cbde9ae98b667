"""The dose: planned and held, exactly as many count, and no plan is no plan of 0."""

import numpy as np
import pytest

from tracker.science import kept
from tracker.science.fold import merged

NAN = np.nan


def of(planned, held, per_week=None, days=None) -> dict:
    size = len(held)
    columns = (planned, per_week or [NAN] * size, days or [NAN] * size)
    plan, pace, span = (np.array(column, np.float64) for column in columns)
    return kept.figure(kept.partial(plan, np.array(held, np.int64), pace, span))


def test_exactly_as_many_as_planned_count():
    told = of([8, 8, 8, NAN], [8, 7, 12, 3])
    assert (told["ended"], told["no_plan"], told["kept"]["x"], told["kept"]["n"]) == (4, 1, 2, 3)
    assert told["sessions"] == {"planned": 8, "held": 9, "n": 3}


def test_without_a_plan_nothing_is_held_against_it():
    told = of([NAN, NAN], [5, 6])
    assert told["kept"] == {"x": 0, "n": 0, "share": None, "ci": None}
    assert told["sessions"] == {"planned": None, "held": None, "n": 0}


def test_eight_sessions_over_seven_weeks_are_one_a_week():
    told = of([8], [8], [2], [49])
    assert told["per_week"] == {"planned": 2, "held": 1, "n": 1}


@pytest.mark.parametrize(("held", "days"), [(1, 0), (1, 30), (4, 0), (4, NAN)])
def test_one_session_or_no_time_between_has_no_pace(held, days):
    assert of([8], [held], [2], [days])["per_week"]["n"] == 0


def test_two_pieces_add_up():
    whole, one, other = ([8, 6, NAN], [8, 7, 2]), ([8], [8]), ([6, NAN], [7, 2])
    pieces = [
        kept.partial(np.array(p, float), np.array(h), np.full(len(h), NAN), np.full(len(h), NAN))
        for p, h in (one, other)
    ]
    assert kept.figure(merged(*pieces)) == of(*whole)
