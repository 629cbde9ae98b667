"""The loss that noise alone makes: found again in people whose true level never moves after the course."""

# pyright: reportArgumentType=false, reportAttributeAccessIssue=false, reportCallIssue=false
# (numpy's and scipy's stubs know less than the libraries)
import sys

import numpy as np
import pytest
from scipy import integrate, stats

from tests.science.records import NRS, cohort, record
from tests.science.test_simulations import answered, swings
from tracker.science import derive, noise, noise_loss
from tracker.science.cohort import summary
from tracker.science.moments import moments
from tracker.science.noise import Noise
from tracker.science.noise_loss import NoiseLoss, expected
from tracker.science.places import Places
from tracker.science.record import Record
from tracker.science.scales import BASELINE, CHECK_IN, INSTRUMENTS, Instrument

WEEKS = 12  # of the course
PLAN = (28, 91, 182, 273, 364)


def still(rng, people, sd, phi) -> Record:
    """People who improve in a course of 12 weeks and stay exactly where they are: weekly values in it, a baseline, and
    the check-ins of the plan; one that fails is asked again a week later.
    """
    later = [WEEKS + k for day in PLAN for k in (day // 7, day // 7 + 1)]
    weeks = np.array([*range(WEEKS + 1), *later])
    base, level = np.rint(rng.uniform(6, 9, people)), rng.normal(4.5, 1.5, people)
    course = np.minimum(weeks / WEEKS, 1)
    value = base[:, None] + (level - base)[:, None] * course + swings(rng, people, weeks[-1] + 1, sd, phi)[:, weeks]
    value = answered(value)
    fails = 10 * (base[:, None] - value) < 3 * base[:, None]
    asked = np.ones(value.shape, bool)
    asked[:, WEEKS + 2 :: 2] = fails[:, WEEKS + 1 : -1 : 2]
    who, at = np.nonzero(asked)
    rows = [(p, -3.0, b, BASELINE) for p, b in enumerate(base.tolist())]
    rows += [(p, 7.0 * weeks[k], value[p, k], CHECK_IN) for p, k in zip(who.tolist(), at.tolist(), strict=True)]
    return record(rows, closed=7.0 * WEEKS, series=tuple(range(people)))


def durability_of(r: Record) -> tuple[dict, list[str]]:
    """As the summary prints it, and its notes."""
    n = np.arange(len(r.start))
    group = summary(derive.outcomes(r), Places(n, n, n * 0, n * 0, n))["groups"]["all"]
    return group["durability"], group["notes"]


@pytest.mark.parametrize(("sd", "phi"), [(0.7, 0.3), (1.0, 0.3), (1.0, 0.6), (1.4, 0.3)])
def test_people_who_stay_where_they_are_lose_what_noise_alone_takes(sd, phi):
    """S(t) falls in them, though nobody changes, and the share printed beside it says by how much."""
    found, notes = durability_of(still(np.random.default_rng(41), 4000, sd, phi))
    assert found["survival"][-1]["noise_alone"] > 0.1
    for row in found["survival"]:
        gone = 1 - (row["low"] + row["high"]) / 2
        sys.stdout.write(f"SDw {sd}, φ {phi}, day {row['day']}: {row['noise_alone']:.3f} expected, {gone:.3f} seen\n")
        assert row["noise_alone"] == pytest.approx(gone, abs=0.03)
    assert any("though nothing had changed" in note for note in notes)


def test_where_higher_is_better_the_margin_is_the_rise_over_the_share():
    rows = [(0, -3, 4, BASELINE), (0, 95, 7, CHECK_IN)]
    found = derive.outcomes(record(rows, instrument=Instrument("well", 0, 10, "higher"), closed=91.0))
    told = noise_loss.partial(found, np.arange(1), np.arange(0), 0.5)
    assert told.margins.mean() == pytest.approx(7 - 4 - 1.2)


@pytest.mark.parametrize("visits", [1, 2, 5])
@pytest.mark.parametrize(("mean", "sd", "swing"), [(1.0, 2.0, Noise(1.0, 0.5)), (-0.5, 1.5, Noise(1.2, 0.3))])
def test_the_share_is_the_integral_done_by_another_program(mean, sd, swing, visits):
    margins = moments(stats.norm.ppf((np.arange(400) + 0.5) / 400, mean, sd))
    between = np.sqrt(margins.covariance() - swing.sd**2)
    both = stats.multivariate_normal([0, 0], [[1, swing.r], [swing.r, 1]])

    def kept(true, power):
        u = true / swing.sd
        return stats.norm.pdf(true, margins.mean(), between) * stats.norm.cdf(u) * (1 - both.cdf([-u, -u])) ** power

    ends = margins.mean() - 7 * between, margins.mean() + 7 * between
    some, all_ = (integrate.quad(kept, *ends, args=(power,), limit=200)[0] for power in (visits, 0))
    assert expected(margins, swing, visits) == pytest.approx(1 - some / all_, abs=1e-5)


def test_no_check_in_loses_nobody_and_each_further_one_more():
    margins = moments(np.linspace(-2, 4, 50))
    told = [expected(margins, Noise(1.0, 0.5), visits) for visits in range(6)]
    assert told[0] == pytest.approx(0, abs=1e-12)
    assert (np.diff(told) > 0).all()


def test_margins_no_wider_than_noise_are_all_noise():
    """Then every true margin is the mean: with one of 0, a fair coin; twice tails at r = 0 is a quarter."""
    margins = moments(np.tile([-0.1, 0.1], 20))
    assert expected(margins, Noise(1.0, 0.0), 1) == pytest.approx(0.25)


@pytest.mark.parametrize(("people", "series", "known"), [(20, 20, True), (19, 20, False), (20, 19, False)])
def test_below_twenty_courses_or_without_a_measured_noise_there_is_no_figure(people, series, known):
    steps = noise.partial(np.repeat(np.arange(series), 2), np.tile([0.0, 7], series), np.tile([4.0, 6], series), 0.5)
    found = NoiseLoss(moments(np.linspace(-1, 3, people)), steps)
    rows, said = noise_loss.beside([{"day": 182, "low": 0.5}, {"day": 364, "low": None}], found, 0.5, NRS)
    assert (rows[0]["noise_alone"] is not None) == bool(said) == known
    assert rows[1]["noise_alone"] is None
    days = noise_loss.beside(rows, found, 0.5, INSTRUMENTS["headache_days"])
    assert (days[0][0]["noise_alone"], days[1]) == (None, [])


def test_who_is_too_low_to_judge_or_has_no_end_is_not_in_the_margins():
    rows = [
        (0, -3, 2, BASELINE),
        (0, 95, 1, CHECK_IN),
        (1, -3, 6, BASELINE),
        (2, -3, 6, BASELINE),
        (2, 95, 4, CHECK_IN),
    ]
    found = derive.outcomes(record(rows, closed=91.0, series=(0, 1, 2)))
    told = noise_loss.partial(found, np.arange(3), np.arange(0), 0.5)
    assert (told.margins.n, told.margins.mean()) == (1, pytest.approx(6 - 4 - 1.8))


def test_a_random_cohort_has_its_share_wherever_it_has_a_survival():
    found, _ = durability_of(cohort(3, 300))
    assert any(row["low"] is not None for row in found["survival"])
    assert all((row["noise_alone"] is None) == (row["low"] is None) for row in found["survival"])
