"""Noise within patients, found again from simulated scores; what is taken when few are at hand."""

# pyright: reportArgumentType=false, reportAttributeAccessIssue=false, reportCallIssue=false
# (numpy's and statsmodels' stubs know less than the libraries)
import numpy as np
import pytest

from tests.science.records import NRS
from tracker.science import correlation, noise, trend
from tracker.science.noise import Noise


def pooled(series, day, value, phi, span):
    """The noise of one piece."""
    return noise.noise_of(noise.partial(series, day, value, phi), phi, span)


def test_noise_is_found_again_beside_an_improvement():
    """Weekly scores with SDw 1.2 and correlation .4 around lines that fall by half a point a week."""
    rng, people, n = np.random.default_rng(6), 2000, 12
    e = rng.normal(size=(people, n))
    for k in range(1, n):
        e[:, k] = 0.4 * e[:, k - 1] + np.sqrt(1 - 0.16) * e[:, k]
    series, day = np.repeat(np.arange(people), n), np.tile(7.0 * np.arange(n), people)
    flat = pooled(series, day, (50 + 1.2 * e).ravel(), 0.4, 10)
    falling = pooled(series, day, (50 + 1.2 * e - 0.5 * np.arange(n)).ravel(), 0.4, 10)
    assert flat.sd == pytest.approx(1.2, abs=0.02)
    assert falling.sd == pytest.approx(1.2, abs=0.1)  # a spread around the mean would say 2.1
    every_second = pooled(series[::2], day[::2], (50 + 1.2 * e).ravel()[::2], 0.4, 10)
    assert every_second.sd == pytest.approx(1.2, abs=0.03)


def test_on_a_wide_scale_steps_have_an_exact_sum():
    """A step of 20,000 points: its square alone would be refused."""
    series, day = np.repeat(np.arange(20), 2), np.tile([0.0, 7.0], 20)
    found = pooled(series, day, np.tile([-10_000.0, 10_000.0], 20), 0.5, 20_000)
    assert found.sd == 20_000


def test_fewer_than_20_patients_take_the_assumed_noise():
    assert noise.unpooled(10) == Noise(1.0, correlation.UNPOOLED)
    series, day = np.repeat(np.arange(19), 2), np.tile([0.0, 7.0], 19)
    assert pooled(series, day, day, 0.3, 100) == Noise(10.0, 0.5)
    one_more = np.append(series, [19, 19]), np.append(day, [0.0, 7.0])
    assert pooled(*one_more, one_more[1], 0.3, 100).r == 0.3
    more = np.append(series, [19, 20, 20]), np.append(day, [0.0, 3.0, 3.0])  # a lone score, two of one moment
    assert pooled(*more, more[1], 0.3, 100) == Noise(10.0, 0.5)


def test_the_noise_of_a_clinic_comes_from_its_trend():
    days, values = [7.0 * np.arange(10)] * 30, list(np.random.default_rng(2).integers(2, 7, (30, 10)).astype(float))
    phi = trend.fit(days, values, NRS).phi
    found = pooled(np.repeat(np.arange(30), 10), np.concatenate(days), np.concatenate(values), phi, NRS.span)
    assert found.r == phi
    assert 1.0 < found.sd < 1.8
