"""Bands of the survival boxes: the same seed the same band, a brute-force redrawing, coverage, and the refusals."""

import doctest
import json
from pathlib import Path

import numpy as np
import pytest

from tests.science.records import NRS
from tracker.science import bands, lasting
from tracker.science.intervals import Intervals
from tracker.science.npmle import npmle, survival
from tracker.science.record import Outcomes

INF = np.inf
PLAN = (91, 182, 273, 364)


def responders(left, right, seen=None, unconfirmed=None) -> Outcomes:
    """Responders whose confirmed losses lie in (left, right], right = inf while it lasts; seen: the last assessment."""
    left, right = np.array(left, float), np.array(right, float)
    size = left.size
    nan, lost = np.full(size, np.nan), np.isfinite(right)
    single = nan if unconfirmed is None else np.array(unconfirmed, float)
    return Outcomes(
        instrument=NRS, start=nan, t0=np.zeros(size), ended_on=np.full(size, 28.0), retreated=nan, milestone=nan,
        baseline=np.full(size, 8.0), baseline_n=np.ones(size, int), end=np.full(size, 2.0),
        end_before=np.zeros(size, bool), after_end=np.full((size, 5), np.nan), after_start=np.full((size, 5), np.nan),
        held=np.ones(size, int), pairs=np.zeros(size, int), change=nan,
        steps=np.zeros(size, int), steps_eased=np.zeros(size), steps_kept=np.zeros(size),
        loss_left=np.where(lost, left, np.nan), loss_right=np.where(lost, right, np.nan),
        unconfirmed=single, unconfirmed_left=np.where(np.isfinite(single), left, np.nan),
        last_seen=left if seen is None else np.broadcast_to(np.array(seen, float), size).copy(),
        week_day=(), week_value=(), later_day=(), later_value=(),
    )  # fmt: skip


def planned(size, seed=0, plan=PLAN, rate=1 / 400):
    """Losses at an exponential time seen at the plan's visits, each of which is missed now and then."""
    rng = np.random.default_rng(seed)
    left, right = np.zeros(size), np.full(size, INF)
    for k, time in enumerate(rng.exponential(1 / rate, size)):
        visits = [d for d in plan if rng.random() < 0.85]
        left[k] = max([0, *(d for d in visits if d < time)])
        right[k] = min([INF, *(d for d in visits if d >= time)])
    return left, right


def tallied(left, right):
    pairs, weight = np.unique(np.column_stack([left, right]), axis=0, return_counts=True)
    return Intervals(pairs[:, 0], pairs[:, 1], weight.astype(float))


def row(found, day):
    return next(r for r in found["days"] if r["day"] == day)


def test_the_same_seed_makes_the_same_band_and_another_seed_another():
    outcomes, at = responders(*planned(60), seen=364), np.arange(60)
    one = bands.figures(lasting.partial(outcomes, at), seed=7, draws=50)
    assert one == bands.figures(lasting.partial(outcomes, at), seed=7, draws=50)
    assert one[0]["days"] != bands.figures(lasting.partial(outcomes, at), seed=8, draws=50)[0]["days"]
    assert (one[0]["seed"], one[0]["draws"]) == (7, 50)


def test_the_band_holds_the_estimate():
    outcomes, at = responders(*planned(80), seen=364), np.arange(80)
    found, notes = bands.figures(lasting.partial(outcomes, at), seed=1, draws=100)
    estimate = lasting.figures(lasting.partial(outcomes, at))[0]["survival"]
    for mine, theirs in zip(found["days"], estimate, strict=True):
        assert mine["low"] <= theirs["low"] <= theirs["high"] <= mine["high"]
        assert 0 <= mine["low"] < mine["high"] <= 1
    assert notes == ["Bands: 95 % of 100 redrawings of the same number of patients fall inside."]


def test_drawing_weights_is_drawing_people():
    """The same people drawn, counted or written out one by one, make the same survival."""
    spans = tallied(*planned(60))
    drawn = bands.resampled(spans, PLAN, np.random.default_rng(3), 20)
    weights = np.random.default_rng(3).multinomial(60, spans.weight / 60, 20)
    for weight, found in zip(weights, drawn, strict=True):
        people = np.repeat(np.arange(len(weight)), weight)
        estimate = npmle(spans.left[people], spans.right[people])
        for day, ends in zip(PLAN, found, strict=True):
            expected = survival(estimate, day)
            np.testing.assert_allclose(ends, expected if expected else np.nan, atol=1e-9)


def test_a_brute_force_redrawing_of_people_gives_the_same_band():
    left, right = planned(60)
    rng, drawn = np.random.default_rng(5), []
    for _ in range(800):
        who = rng.integers(0, 60, 60)
        estimate = npmle(left[who], right[who])
        drawn.append([survival(estimate, day) or (np.nan, np.nan) for day in PLAN[:3]])
    low, high = (
        np.nanpercentile(np.array(drawn)[:, :, 0], 2.5, axis=0),
        np.nanpercentile(np.array(drawn)[:, :, 1], 97.5, axis=0),
    )
    found = bands.band(tallied(left, right), PLAN[:3], np.random.default_rng(6), 800)
    np.testing.assert_allclose([f["low"] for f in found], low, atol=0.03)
    np.testing.assert_allclose([f["high"] for f in found], high, atol=0.03)


def test_the_band_covers_the_truth_about_as_often_as_it_says():
    """Visits on the plan only, every 91 days: the true survival at day 182 is exp(−182/400)."""
    truth, covered = np.exp(-182 / 400), 0
    for seed in range(60):
        (one,) = bands.band(tallied(*planned(60, seed)), (182,), np.random.default_rng(seed), 40)
        covered += one["low"] <= truth <= one["high"]
    assert covered >= 50  # 95 % of 60, less three standard errors and a percentile interval's known shortfall


def test_where_nothing_is_unconfirmed_both_readings_have_one_band():
    found, _ = bands.figures(lasting.partial(responders(*planned(60), seen=364), np.arange(60)), seed=1, draws=30)
    assert all(r["if_unconfirmed_lost"] == {"low": r["low"], "high": r["high"]} for r in found["days"])


def test_unconfirmed_losses_counted_as_losses_lie_lower():
    left, right = [364.0] * 30 + [91.0] * 10, [INF] * 40
    outcomes = responders(left, right, seen=364, unconfirmed=[np.nan] * 30 + [182.0] * 10)
    found, _ = bands.figures(lasting.partial(outcomes, np.arange(40)), seed=2, draws=60)
    at = row(found, 182)
    assert at["if_unconfirmed_lost"]["low"] < at["low"] == 1.0


@pytest.mark.parametrize("late", [19, 20])
def test_the_least_number_of_responders_is_that_of_durability(late):
    outcomes = responders([364.0] * late + [30.0] * 20, [INF] * (late + 20), seen=[364] * late + [30] * 20)
    found, notes = bands.figures(lasting.partial(outcomes, np.arange(late + 20)), seed=0, draws=20)
    assert (row(found, 91)["low"] is None) == (late < 20)
    assert ("fewer than 20" in notes[0]) == (late < 20)


def test_inside_a_box_the_band_holds_the_whole_box():
    """Half lost between days 91 and 182: on day 120 anything from all of them to half may still respond."""
    spans = Intervals(np.array([364.0, 91.0]), np.array([INF, 182.0]), np.array([25.0, 25.0]))
    inside, after = bands.band(spans, (120, 182), np.random.default_rng(0), 100)
    assert inside["high"] == 1.0
    assert inside["low"] == after["low"] < 0.5 < after["high"] < 1.0


@pytest.mark.parametrize("followed", [9, 10])
def test_ten_followed_are_enough(followed):
    seen = [364] * followed + [200] * 20
    outcomes = responders(seen, [INF] * len(seen), seen=seen)
    found, _ = bands.figures(lasting.partial(outcomes, np.arange(len(seen))), seed=0, draws=20)
    assert (row(found, 273)["low"] is None) == (followed < 10)


def test_below_ten_followed_and_beyond_follow_up_there_is_no_band():
    outcomes = responders([364.0] * 9 + [200.0] * 21, [INF] * 30, seen=[364] * 9 + [200] * 21)
    found, notes = bands.figures(lasting.partial(outcomes, np.arange(30)), seed=0, draws=40)
    assert [row(found, d)["low"] is None for d in PLAN] == [False, False, True, True]
    assert notes[0] == "Fewer than 10 still followed, so no band: day 273 (9), day 364 (9)."
    found, notes = bands.figures(
        lasting.partial(responders([0.0] * 30, [91.0] * 30, seen=364), np.arange(30)), seed=0, draws=40
    )
    assert row(found, 182) == {"day": 182, "low": None, "high": None, "followed": 30,
                               "if_unconfirmed_lost": {"low": None, "high": None}}  # fmt: skip
    assert "day 182, 273, 364" in notes[0]


def test_a_day_that_many_draws_do_not_reach_has_no_band():
    spans = Intervals(np.array([100.0, 300.0]), np.array([INF, INF]), np.array([28.0, 2.0]))
    assert bands.band(spans, (91, 273), np.random.default_rng(0), 100) == [{"low": 1.0, "high": 1.0}, bands.NOTHING]


@pytest.mark.parametrize(("reached", "known"), [(95, True), (94, False)])
def test_a_day_needs_95_of_100_draws(reached, known):
    drawn = np.full((100, 2), np.nan)
    drawn[:reached] = 0.5
    assert bands._ends(drawn) == ({"low": 0.5, "high": 0.5} if known else bands.NOTHING)


def test_nobody_is_no_error_and_no_figure_is_not_a_number():
    found, notes = bands.figures(lasting.partial(responders([], []), np.arange(0)), seed=0)
    assert json.dumps(found, allow_nan=False)
    assert found["draws"] == 0
    assert "0 responders" in notes[0]


def test_the_worked_example_runs():
    page = Path(__file__).parents[2] / "docs/science/bands.md"
    found = doctest.testfile(str(page), module_relative=False)
    assert found.attempted > 3
    assert found.failed == 0
