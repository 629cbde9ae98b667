"""Who is missing, what may lead, and the delta: against a simulation, a search by halving, and by hand."""

import doctest
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import ArrayLike
from scipy.stats import t as student

from tracker.science import missing
from tracker.science.scales import INSTRUMENTS, Instrument

NRS = INSTRUMENTS["nrs_week"]
NAN = float("nan")


def seen(baseline, value, due: ArrayLike = True, instrument=NRS):
    baseline, value = np.array(baseline, float), np.array(value, float)
    return missing.partial(baseline, value, np.broadcast_to(np.asarray(due), len(baseline)).copy(), instrument)


def clinic(answered=80, silent=20, improved=2.0, seed=0, instrument=NRS):
    """Baselines 4 … 9; the answered improve by about `improved`."""
    rng = np.random.default_rng(seed)
    baseline = rng.integers(4, 10, answered + silent).astype(float)
    value = np.clip(baseline - improved + rng.normal(0, 1.5, len(baseline)), 0, 10)
    value[answered:] = NAN
    return seen(baseline, value, instrument=instrument)


def lower_limit(delta, mean, sd, answered, due):
    """The lower 95 % limit of everybody's mean if the missing improve by delta less."""
    f = (due - answered) / due
    error = np.sqrt(sd**2 / answered + delta**2 * f * (1 - f) / due)
    return mean - f * delta - student.ppf(0.975, answered - 1) * error


def test_the_three_thirds_of_thirty_different_baselines():
    rows, notes = missing.tertiles(seen(range(30), [NAN] * 10 + [1.0] * 5 + [NAN] * 5 + [1.0] * 10))
    assert rows is not None
    assert [(r["tertile"], r["from"], r["to"], r["due"], r["answered"]["x"]) for r in rows] == [
        ("low", 0, 9, 10, 0),
        ("middle", 10, 19, 10, 5),
        ("high", 20, 29, 10, 10),
    ]
    assert rows[1]["answered"]["ci"] == pytest.approx([0.2366, 0.7634], abs=1e-4)  # Wilson 5/10
    assert notes == []


def test_equal_baselines_are_never_parted():
    rows, notes = missing.tertiles(seen([5] * 25 + [6] * 10, [1] * 35))
    assert rows is not None
    assert [r["due"] for r in rows] == [0, 25, 10]
    assert rows[0] == {"tertile": "low", "from": None, "to": None, "due": 0,
                       "answered": {"x": 0, "n": 0, "share": None, "ci": None}}  # fmt: skip
    assert "no course is in the low tertile" in notes[0]


def test_the_due_alone_are_split_and_those_without_a_baseline_are_counted_in_words():
    rows, notes = missing.tertiles(seen([*range(40), NAN, NAN], [1] * 42, due=[True] * 30 + [False] * 10 + [True] * 2))
    assert rows is not None
    assert sum(r["due"] for r in rows) == 30
    assert notes == ["2 due courses have no baseline: they are in no tertile."]


def test_below_thirty_nobody_is_split():
    rows, notes = missing.tertiles(seen(range(29), [1] * 29))
    assert rows is None
    assert "29 due courses" in notes[0]


@pytest.mark.parametrize(
    ("answered", "silent", "headline"), [(70, 30, "observed"), (69, 31, "bounds"), (50, 50, "bounds"), (49, 51, "none")]
)
def test_the_follow_up_rules_are_the_windows_own(answered, silent, headline):
    made = clinic(answered, silent)
    found = missing.figures(made, NRS)
    assert (made.answered, made.due) == (answered, answered + silent)
    assert missing.headline(made.answered, made.due) == headline
    assert (found["delta"]["value"] is None) == (headline == "none")


@given(
    st.floats(0.5, 5), st.floats(0.1, 4), st.integers(10, 300), st.integers(1, 300)
)  # fmt: skip
def test_the_delta_is_where_the_interval_first_touches_zero(mean, sd, answered, silent):
    due = answered + silent
    if lower_limit(0, mean, sd, answered, due) <= 1e-3:
        return
    found = missing.tipping_point(mean, sd, answered, due)
    assert lower_limit(found, mean, sd, answered, due) == pytest.approx(0, abs=1e-8 * max(1, found))
    assert all(lower_limit(found * part, mean, sd, answered, due) > 0 for part in (0, 0.5, 0.9, 0.999))


@pytest.mark.parametrize("delta", [1.0, 4.0])
def test_the_error_of_the_mean_of_all_is_the_one_seen_in_simulation(delta):
    """Who is missing is drawn too; the missing improve by delta less."""
    rng = np.random.default_rng(1)
    silent = rng.random((4000, 100)) < 0.25
    scores = rng.normal(2, 1.5, silent.shape)
    answered = np.where(silent, NAN, scores)
    share = silent.mean(axis=1)
    estimate = np.nanmean(answered, axis=1) - share * delta
    f = share.mean()
    expected = np.sqrt(1.5**2 / (100 * (1 - f)) + delta**2 * f * (1 - f) / 100)
    assert estimate.std() == pytest.approx(expected, rel=0.05)


def test_the_delta_of_a_clinic_in_words():
    found = missing.delta(clinic(), NRS)
    assert found.value is not None
    assert found.missing_mean is not None
    assert found.value > 2
    assert found.missing_mean < 0
    assert f"{found.value:.1f} points less" in found.words
    assert f"−{abs(found.missing_mean):.1f}" in found.words


def test_few_missing_cannot_change_a_large_improvement():
    found = missing.delta(clinic(98, 2, improved=4.0), NRS)
    assert found.possible is False
    assert "no scores on this scale" in found.words


def test_ten_answered_are_enough_for_a_delta():
    assert missing.delta(clinic(10, 3, improved=3.0), NRS).value is not None


@pytest.mark.parametrize(("mean", "possible"), [(-2.0, True), (-2.1, False), (8.0, True), (8.1, False)])
def test_the_missing_can_reach_the_ends_of_the_scale_and_no_further(mean, possible):
    assert missing._possible(mean, 8.0, NRS) is possible


def test_a_worsening_has_a_delta_of_the_other_sign():
    better = missing.delta(clinic(), NRS)
    higher = replace(NRS, better="higher")
    turned = missing.delta(clinic(instrument=higher), higher)
    assert better.value is not None
    assert turned.value == pytest.approx(-better.value)
    assert "points more" in turned.words


@pytest.mark.parametrize(
    ("why", "given", "words"),
    [
        ("few", clinic(9, 1), "9 courses with a baseline answered, 10 are needed"),
        ("silent", clinic(40, 60), "fewer than half"),
        ("flat", clinic(improved=0.0), "holds 0"),
        ("everybody", clinic(100, 0), "Nobody with a baseline is missing"),
        ("nobody changes", seen([8] * 20, [8] * 15 + [NAN] * 5), "holds 0"),
        ("nobody", seen([], []), "0 courses"),
        ("no baseline", seen([NAN] * 20, [3] * 20), "0 courses"),
        ("not due", seen([8] * 20, [3] * 20, due=False), "0 courses"),
    ],
)
def test_without_a_conclusion_there_is_no_delta(why, given, words):
    found = missing.delta(given, NRS)
    assert (found.value, found.missing_mean, found.possible) == (None, None, None)
    assert words in found.words


def test_scores_all_alike_are_no_division_by_zero():
    found = missing.delta(seen([8] * 20, [6] * 15 + [NAN] * 5), NRS)
    assert found.value == pytest.approx(missing.tipping_point(2.0, 0.0, 15, 20))


@pytest.mark.parametrize("given", [clinic(), clinic(5, 0), seen([], []), seen([0] * 40, [0] * 40)])
def test_no_figure_is_ever_not_a_number(given):
    json.dumps(missing.figures(given, Instrument("plain", 0, 10)), allow_nan=False)


def test_the_worked_example_runs():
    page = Path(__file__).parents[2] / "docs/science/missing.md"
    found = doctest.testfile(str(page), module_relative=False)
    assert found.attempted > 3
    assert found.failed == 0
