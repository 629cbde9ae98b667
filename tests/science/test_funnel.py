"""Funnel: every figure recomputed unit by unit with scipy.stats, coverage by simulation, refusals."""

import doctest
from math import sqrt
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from scipy.stats import mstats

from tracker.science import funnel

PAGE = Path(__file__).parents[2] / "docs" / "science" / "funnel.md"


def courses(seed, units=30, each: tuple[int, int] = (20, 120), between=0.0):
    """Due courses: unit, expected, improved, answered; `between` spreads the units' own log-odds."""
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(units), rng.integers(each[0], each[1], units))
    odds = rng.normal(-0.4, 0.6, len(unit))
    own = rng.normal(0, between, units)[unit] if between else 0.0
    improved = rng.random(len(unit)) < 1 / (1 + np.exp(-(odds + own)))
    answered = improved | (rng.random(len(unit)) < 0.75)
    return unit, 1 / (1 + np.exp(-odds)), improved, answered, units


def units_of(unit, expected, improved, answered, units):
    """Each unit's partial."""
    rows = [unit == k for k in range(units)]
    return {k: funnel.partial(expected[mine], improved[mine], answered[mine]) for k, mine in enumerate(rows)}


def figures(*data):
    """The funnel of one piece."""
    return funnel.figures(units_of(*data))


def by_hand(unit, expected, improved, answered, units):
    """O, E, V, due and answered in a loop over courses."""
    sums = [[0, 0.0, 0.0, 0, 0] for _ in range(units)]
    for u, e, i, a in zip(unit.tolist(), expected.tolist(), improved.tolist(), answered.tolist(), strict=True):
        if e == e:
            sums[u] = [x + y for x, y in zip(sums[u], (i and a, e, e * (1 - e), 1, a), strict=True)]
    return sums


@pytest.mark.parametrize("between", [0.0, 0.8])
@pytest.mark.parametrize("seed", range(3))
def test_every_figure_is_that_of_a_recomputation(seed, between):
    data = courses(seed, between=between, each=(6, 100))
    found, sums = figures(*data), by_hand(*data)
    z = np.array([(o - e) / sqrt(v) for o, e, v, *_ in sums if e >= 5])
    winsorised = np.asarray(mstats.winsorize(z, limits=(0.1, 0.1)))
    phi = (winsorised**2).mean()
    used = len(z) * phi > stats.chi2.ppf(0.95, len(z))
    assert (found["phi"], found["phi_used"]) == (pytest.approx(phi), used)
    for row, (o, e, v, due, seen) in zip(found["units"], sums, strict=True):
        assert (row["observed"], row["due"], row["answered"]) == (o, due, seen)
        assert row["expected"] == pytest.approx(e)
        assert row["hollow"] == (10 * seen < 7 * due)
        check_place(row, (o - e) / sqrt(v), sqrt(v) / e * sqrt(phi if used else 1), sqrt(phi if used else 1))


def check_place(row, z, spread, wider):
    """Limits of O/E from the normal distribution; nothing drawn below 5 expected."""
    if row["expected"] < 5:
        assert not row["plotted"]
        assert {row[k] for k in ("ratio", "precision", "z", "limits_95", "limits_998", "place")} == {None}
        return
    assert row["z"] == pytest.approx(z / wider)
    for name, level in (("limits_95", 0.95), ("limits_998", 0.998)):
        low, high = stats.norm.interval(level, 1, spread)
        assert row[name] == pytest.approx([max(low, 0), high])
    outside = [abs(row["z"]) > stats.norm.ppf(p) for p in (0.975, 0.999)]
    assert row["place"] == ["inside", "outside_95", "outside_998"][sum(outside)]
    assert (row["ratio"] < row["limits_95"][0] or row["ratio"] > row["limits_95"][1]) == outside[0]


def test_overdispersion_is_used_where_units_differ_and_not_where_they_do_not():
    assert all(figures(*courses(s, between=1.0))["phi_used"] for s in range(5))
    used = sum(figures(*courses(s))["phi_used"] for s in range(200))
    assert used <= 10  # winsorised z² are below χ², so fewer than 1 in 20


def test_phi_is_used_only_beyond_the_95_percent_point_of_chi_squared():
    edge = stats.chi2.ppf(0.95, 40) / 40
    for factor, used in ((0.999, False), (1.001, True)):
        z = np.tile([1.0, -1.0], 20) * sqrt(edge * factor)
        assert funnel.overdispersion(z) == (pytest.approx(edge * factor), used)


def test_one_unit_far_out_does_not_widen_the_limits_it_is_judged_by():
    calm = np.linspace(-1.5, 1.5, 40)
    assert funnel.overdispersion(np.append(calm, 40.0))[0] == pytest.approx(
        funnel.overdispersion(np.append(calm, 4.0))[0]
    )


def test_chance_alone_leaves_95_and_99_8_percent_inside():
    places = [row["place"] for s in range(150) for row in figures(*courses(s, each=(60, 200)))["units"]]
    beyond = np.mean([p != "inside" for p in places]), np.mean([p == "outside_998" for p in places])
    assert 0.04 < beyond[0] < 0.06
    assert beyond[1] < 0.005


def test_silence_is_not_improved():
    unit, expected, improved, answered, units = courses(1)
    found = units_of(unit, expected, np.ones_like(improved), answered, units)
    assert [one.observed for one in found.values()] == [one.answered for one in found.values()]


def test_a_course_without_an_expectation_is_on_neither_side():
    unit, expected, improved, answered, units = courses(2)
    expected[:7] = np.nan
    found = figures(unit, expected, improved, answered, units)
    rest = figures(unit[7:], expected[7:], improved[7:], answered[7:], units)
    assert found["units"] == rest["units"]
    assert f"7 of {len(unit)} due courses have no expected value and are not counted." in found["notes"]


@pytest.mark.parametrize(("answered", "hollow"), [(69, True), (70, False)])
def test_a_unit_is_hollow_below_70_percent_of_its_due_courses(answered, hollow):
    unit = np.repeat(np.arange(20), 100)
    seen = np.tile(np.arange(100) < answered, 20)
    found = figures(unit, np.full(2000, 0.5), seen, seen, 20)
    assert {row["hollow"] for row in found["units"]} == {hollow}
    assert any("hollow" in note for note in found["notes"]) == hollow


@pytest.mark.parametrize(("size", "drawn"), [(9, False), (10, True)])
def test_a_unit_with_fewer_than_5_expected_is_not_plotted(size, drawn):
    unit = np.concatenate([np.repeat(np.arange(20), 40), np.full(size, 20)])
    yes = np.arange(len(unit)) % 2 == 0
    row = figures(unit, np.full(len(unit), 0.5), yes, np.ones_like(yes), 21)["units"][20]
    assert (row["plotted"], row["z"] is not None) == (drawn, drawn)


@pytest.mark.parametrize("units", [0, 1, 19])
def test_fewer_than_20_units_that_can_be_plotted_make_no_funnel(units):
    data = courses(3, units)
    more = np.concatenate([data[0], np.arange(units, units + 30)])  # thirty units of one course each
    share, yes, seen = (
        np.concatenate([column, np.full(30, fill)]) for column, fill in zip(data[1:4], (0.5, True, True), strict=True)
    )
    found = figures(more, share, yes, seen, units + 30)
    note = f"No funnel: it needs 20 units with at least 5 expected improved courses; there are {units}."
    assert found == {"units": None, "phi": None, "phi_used": None, "notes": [note]}


def test_a_unit_without_due_courses_has_nulls():
    row = figures(*courses(4, 30)[:4], 31)["units"][30]
    assert (row["due"], row["follow_up_rate"], row["ratio"], row["hollow"]) == (0, None, None, True)


def test_nothing_printed_is_nan_or_infinite():
    for row in figures(*courses(5, each=(0, 60)))["units"]:
        numbers = [v for x in row.values() for v in (x if isinstance(x, list) else [x]) if isinstance(v, float)]
        assert np.isfinite(numbers).all()


def test_the_lower_limit_never_falls_below_nothing():
    assert funnel.limits(0.5, 3.09)[0] == 0.0
    assert funnel.limits(400.0, 3.09) == pytest.approx([1 - 3.09 / 20, 1 + 3.09 / 20])


def test_the_worked_example_runs():
    found = doctest.testfile(str(PAGE), module_relative=False)
    assert (found.attempted > 3, found.failed) == (True, 0)
