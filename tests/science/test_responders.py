"""Responders three ways, the other yardsticks, and the curve of all thresholds."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.science.records import NAN, NRS
from tracker.science import ecdf, responders
from tracker.science.fold import Counted
from tracker.science.record import Bools, Floats
from tracker.science.scales import INSTRUMENTS, PRIMARY, Instrument

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a loaded machine is no defect

DIARY = Instrument("headache_score", 0, 140)


def columns(pairs) -> tuple[Floats, Floats, Bools]:
    base, value, due = np.array(pairs, float).reshape(-1, 3).T
    return base, value, due.astype(bool)


def counts(pairs, instrument=NRS, at=0):
    found = responders.figures(responders.partial(*columns(pairs), instrument), instrument)[at]
    return tuple((found[k]["x"], found[k]["n"]) for k in ("observed", "missing_not_improved", "best_case"))


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        ((10, 7, True), ((1, 1), (1, 1), (1, 1))),  # exactly 30 % counts
        ((10, 8, True), ((0, 1), (0, 1), (0, 1))),
        ((10, NAN, True), ((0, 0), (0, 1), (1, 1))),  # silent
        ((10, 0, False), ((0, 0), (0, 0), (0, 0))),  # not yet due, even if already answered
        ((10, 0, True), ((1, 1), (1, 1), (1, 1))),  # 0 is a score, not silence
        ((2, 0, True), ((0, 0), (0, 0), (0, 0))),  # too low to judge
        ((3, 2, True), ((1, 1), (1, 1), (1, 1))),
        ((NAN, 3, True), ((0, 0), (0, 0), (0, 0))),  # no baseline
    ],
)
def test_who_enters_which_denominator(pair, expected):
    assert counts([pair]) == expected


@pytest.mark.parametrize(
    ("condition", "own", "primary"),
    [("low_back", None, 0.3), ("headache", None, 0.5), ("migraine", None, 0.5), ("neck", 0.4, 0.4)],
)
def test_one_yardstick_is_primary_and_the_others_are_exploratory(condition, own, primary):
    scale = INSTRUMENTS[PRIMARY[condition]]
    scale = scale if own is None else replace(scale, responder=own)
    found = responders.partial(np.array([8.0]), np.array([4.0]), np.ones(1, bool), scale)
    told = {row["threshold"]: row["primary"] for row in responders.figures(found, scale)}
    assert {0.3, 0.5} <= set(told)
    assert [share for share, first in told.items() if first] == [primary]


def test_a_baseline_of_zero_has_no_percentage_on_any_scale():
    assert counts([(0, 5, True)], DIARY) == ((0, 0), (0, 0), (0, 0))
    assert counts([(0.5, 0.3, True)], DIARY) == ((1, 1), (1, 1), (1, 1))


rows = st.tuples(st.sampled_from([NAN, *range(11)]), st.sampled_from([NAN, *range(11)]), st.booleans())


@CALM
@given(st.lists(rows, max_size=40), st.integers(0, 1))
def test_the_bounds_hold_every_way_the_silent_could_have_answered(pairs, at):
    (x, n), (low, m), (high, _) = counts(pairs, at=at)
    share = 10 * responders.shares(NRS)[at]
    judged = [(b, v) for b, v, due in pairs if due and b >= 3]
    known = [(b, v) for b, v in judged if not np.isnan(v)]
    assert (n, m) == (len(known), len(judged))
    assert x == low == sum(10 * (b - v) >= share * b for b, v in known)
    assert high == low + len(judged) - len(known)


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        ((5, 7, True), (1, 1)),  # 40 % and 2 points
        ((4, 5.5, True), (0, 1)),  # 37 %, under 2 points
        ((10, 10, True), (0, 1)),
        ((0, 8, True), (1, 1)),  # from nothing to much: too low to judge for a response, not for harm
        ((0, 0, True), (0, 1)),
        ((2, 4, True), (1, 1)),
        ((5, NAN, True), (0, 0)),
    ],
)
def test_worse_needs_30_percent_and_two_points(pair, expected):
    assert responders.partial(*columns([pair]), NRS).worse == Counted(*expected)


def yardsticks(pair, instrument, asked=None):
    base, value, due = pair
    known = None if asked is None else np.array(asked)
    return responders.yardsticks(responders.partial(base, value, due, instrument, known), instrument)


def test_points_and_impression_are_none_where_they_do_not_apply():
    pair = columns([(6, 4, True), (6, 5, True), (2, 0, True)])
    assert yardsticks(pair, DIARY)["points"] is None
    assert yardsticks(pair, NRS)["points"] == {"points": 2, **responders.counted(1, 2)}
    assert yardsticks(pair, NRS)["pgic"] is None
    assert yardsticks(pair, NRS, [NAN] * 3)["pgic"] is None
    four = columns([(6, 4, True)] * 3 + [(6, 4, False)])
    assert yardsticks(four, NRS, [5.0, 6.0, 7.0, 7.0])["pgic"] == responders.counted(2, 3)
    assert INSTRUMENTS["pgic"].better == "higher"


def test_the_curve_is_null_below_20_answers():
    pairs = [(10, 5, True)] * 19 + [(10, NAN, True)] * 5
    assert ecdf.figures(ecdf.partial(*columns(pairs), NRS)) is None
    assert ecdf.figures(ecdf.partial(*columns([*pairs, (10, 5, True)]), NRS)) is not None


@pytest.mark.parametrize("seed", range(3))
def test_the_curve_is_the_share_at_least_so_much_better(seed):
    rng = np.random.default_rng(seed)
    base, value = rng.integers(1, 11, 80).astype(float), rng.integers(0, 11, 80).astype(float)
    value[rng.random(80) < 0.2] = NAN
    points = ecdf.figures(ecdf.partial(base, value, np.ones(80, bool), NRS)) or []
    judged = base >= 3
    known = judged & np.isfinite(value)
    assert [p["improvement"] for p in points] == [k / 100 for k in range(-50, 101, 5)]
    for point in points:
        k = round(100 * point["improvement"])
        x = sum(100 * (b - v) >= k * b for b, v in zip(base[known], value[known], strict=True))
        assert point["share"] == pytest.approx(x / known.sum(), abs=1e-12)
        assert point["missing_as_worst"] == pytest.approx(x / judged.sum(), abs=1e-12)
    assert [p["share"] for p in points] == sorted((p["share"] for p in points), reverse=True)
