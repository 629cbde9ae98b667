"""Rates per 1,000 sessions: Garwood's table, scipy, and coverage where some people report more than others."""

import numpy as np
import pytest
from scipy.stats import chi2

from tracker.science import rate
from tracker.science.fold import merged

GARWOOD = [(0, 0.0, 3.689), (1, 0.025, 5.572), (2, 0.242, 7.225), (5, 1.623, 11.668), (10, 4.795, 18.390)]  # 1936


@pytest.mark.parametrize(("x", "low", "high"), GARWOOD)
def test_the_interval_of_a_count_is_garwoods(x, low, high):
    assert rate.interval(x) == pytest.approx((low, high), abs=6e-4)


@pytest.mark.parametrize("x", [1, 7, 40, 400])
def test_the_interval_is_that_of_chi_squared(x):
    assert rate.interval(x) == pytest.approx((chi2.ppf(0.025, 2 * x) / 2, chi2.ppf(0.975, 2 * x + 2) / 2))


def of(events: list[int], sessions: list[int]) -> dict:
    found = rate.partial(np.array(events, np.int64), np.array(sessions, np.int64), np.arange(len(events)))
    return rate.figure(found)


def test_none_in_so_many_sessions_is_not_never():
    told = of([0] * 50, [10] * 50)
    assert (told["x"], told["sessions"], told["per_1000"]) == (0, 500, 0)
    assert told["ci"] == pytest.approx([0, 1000 * 3.689 / 500], abs=1e-3)


def test_fewer_than_ten_people_have_no_rate():
    assert of([1] * 9, [8] * 9)["per_1000"] is None
    assert of([1] * 10, [8] * 10)["per_1000"] == 125
    assert "9 people" in of([1] * 9, [8] * 9)["note"]
    assert of([], [])["note"].startswith("0 people")


def test_people_without_a_session_count_nowhere():
    assert of([3] + [1] * 10, [0] + [8] * 10)["x"] == 10


def test_one_person_with_all_reactions_widens_the_interval():
    even, alone = of([1] * 20, [10] * 20), of([20] + [0] * 19, [10] * 20)
    assert even["per_1000"] == alone["per_1000"]
    assert (even["spread"], alone["spread"]) == (1.0, pytest.approx(20 / 19 * 380 / 20))
    assert alone["ci"][1] - alone["ci"][0] > 2 * (even["ci"][1] - even["ci"][0])


def test_a_person_with_two_courses_is_one_person():
    found = rate.partial(np.array([1, 2, 0]), np.array([5, 5, 10]), np.array([0, 0, 1]))
    assert (found.sums.n, found.x, found.sessions) == (2, 3, 20)


def test_two_pieces_add_up():
    rng = np.random.default_rng(3)
    events, sessions, person = rng.poisson(0.4, 60), rng.integers(1, 12, 60), np.arange(60)
    whole = rate.partial(events, sessions, person)
    one, other = (rate.partial(events[part], sessions[part], person[part]) for part in (slice(25), slice(25, 60)))
    assert rate.figure(merged(one, other)) == rate.figure(whole)


@pytest.mark.parametrize("shape", [0.5, 2.0, 50.0])
def test_ninety_five_of_a_hundred_intervals_hold_the_rate(shape):
    """People differ as a gamma of this shape in how often they report; sessions pooled as independent would fail."""
    rng = np.random.default_rng(11)
    sessions, truth = rng.integers(4, 13, 120), 0.08
    hits = narrow = 0
    for _ in range(400):
        events = rng.poisson(rng.gamma(shape, truth / shape, 120) * sessions)
        found = rate.partial(events, sessions, np.arange(120))
        low, high = rate.figure(found)["ci"]
        hits += low <= 1000 * truth <= high
        bare = rate.interval(found.x)
        narrow += bare[0] <= truth * found.sessions <= bare[1]
    assert hits / 400 >= 0.925
    assert shape > 1 or narrow / 400 < 0.85
