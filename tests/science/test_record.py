"""Ragged columns: held one after the other, and the same as so many arrays."""

import numpy as np
import pytest

from tracker.science.record import Ragged

COLUMNS = ([1.0, 2.0], [], [3.0], [], [4.0, 5.0, 6.0])


@pytest.fixture
def ragged() -> Ragged:
    return Ragged.of([np.array(one) for one in COLUMNS])


def lists(columns) -> list[list[float]]:
    return [one.tolist() for one in columns]


def test_they_are_the_columns_they_were_made_of(ragged: Ragged):
    assert lists(ragged) == [ragged[n].tolist() for n in range(5)] == list(COLUMNS)
    assert (len(ragged), ragged[-1].tolist(), lists(ragged[1:3])) == (5, [4, 5, 6], [[], [3]])
    assert (ragged.flat.tolist(), ragged.length.tolist()) == ([1, 2, 3, 4, 5, 6], [2, 0, 1, 0, 3])
    with pytest.raises(IndexError):
        ragged[5]


def test_some_of_them_stand_in_the_order_asked_for(ragged: Ragged):
    assert lists(ragged.only(np.array([4, 1, 0, 0]))) == [[4, 5, 6], [], [1, 2], [1, 2]]
    assert lists(ragged.only(np.array([], int))) == []


def test_none_at_all():
    empty = Ragged.of([])
    assert (len(empty), empty.flat.tolist(), lists(empty)) == (0, [], [])


def test_what_is_held_so_already_stays(ragged: Ragged):
    assert Ragged.of(ragged) is ragged
