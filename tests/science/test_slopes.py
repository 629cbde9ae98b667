"""Slopes of many series at once against scipy, one by one."""

import numpy as np
import pytest
from scipy.stats import linregress

from tracker.science import slopes as module
from tracker.science import trend
from tracker.science.scales import INSTRUMENTS
from tracker.science.slopes import slopes

ORDINAL = 738_000  # a date of our days, as the store counts them


def columns(seed, count=300, most=40):
    """Ragged series with gaps in their numbering, several readings on one day, dates as ordinals."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(0, most, count)
    series = np.repeat(np.arange(count), lengths)
    days = [np.sort(rng.integers(0, 400, n)) + ORDINAL + rng.choice([0.0, 0.25]) for n in lengths]
    return series, np.concatenate(days), rng.integers(0, 11, len(series)).astype(float)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("chunk", [1, 50, module.CHUNK])
def test_every_slope_equals_scipys(seed, chunk, monkeypatch):
    monkeypatch.setattr(module, "CHUNK", chunk)
    series, day, value = columns(seed)
    found = slopes(series, day, value, 300)
    for s in range(300):
        mine = series == s
        if len(np.unique(day[mine])) < 2:
            assert np.isnan(found[s])
        else:
            expected = 7 * np.asarray(linregress(day[mine] - ORDINAL, value[mine]))[0]
            assert found[s] == pytest.approx(expected, rel=0, abs=1e-9)


def test_the_same_slope_as_the_trend_has():
    rng = np.random.default_rng(4)
    days = [7.0 * np.arange(n) + ORDINAL for n in rng.integers(5, 20, 50)]
    values = [rng.integers(2, 9, len(d)).astype(float) for d in days]
    fitted = trend.fit(days, values, INSTRUMENTS["nrs_week"]).slope
    series = np.repeat(np.arange(50), [len(d) for d in days])
    np.testing.assert_allclose(slopes(series, np.concatenate(days), np.concatenate(values), 50), fitted, atol=1e-9)


def test_no_readings_and_one_day_have_no_slope():
    assert np.isnan(slopes(np.empty(0, int), np.empty(0), np.empty(0), 2)).all()
    assert np.isnan(slopes(np.array([1, 1]), np.array([3.3, 3.3]), np.array([1.0, 9.0]), 2)).all()


@pytest.mark.parametrize("day", [[0.0, 1e-3], [ORDINAL, ORDINAL + 1.0], [0.0, 4000.0]])
def test_two_readings_make_an_exact_line(day):
    found = slopes(np.zeros(2, int), np.array(day), np.array([10.0, 4.0]), 1)
    assert found[0] == pytest.approx(-6 * 7 / (day[1] - day[0]))
