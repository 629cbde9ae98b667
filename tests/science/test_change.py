"""Change in a session: one value per patient, an interval that knows sessions are alike."""

import numpy as np
import pytest
from scipy import stats

from tests.science.records import NRS, cohort, record
from tracker.science import change, derive, pairs
from tracker.science.scales import AFTER, BEFORE


def visits(changes_per_patient):
    """One course per patient, weekly sessions with the given changes."""
    sessions, readings = [], []
    for s, changes in enumerate(changes_per_patient):
        for k, d in enumerate(changes):
            readings += [(s, 7 * k + 0.3, 9.0, BEFORE, len(sessions)), (s, 7 * k + 0.4, 9.0 - d, AFTER, len(sessions))]
            sessions.append((s, 7 * k))
    return derive.outcomes(record(readings, sessions=sessions, series=tuple(range(len(changes_per_patient)))))


def figures(found, person=None):
    rows = np.arange(len(found.pairs))
    return change.figures(
        change.partial(found, rows, rows if person is None else np.array(person), int(found.held.sum()))
    )


def test_sessions_are_never_pooled_as_independent():
    found = figures(visits([[1] * 50, [4]]))
    assert (found["pairs"], found["change"]["mean"], found["change"]["patients"]) == (51, 2.5, 2)
    assert found["change"]["ci"] is None


def test_the_clinics_interval_is_students_over_patients_from_ten_on():
    values = np.random.default_rng(1).integers(0, 6, 10)
    found = figures(visits([[v] for v in values]))
    assert found["change"]["ci"] == pytest.approx(
        stats.t.interval(0.95, 9, values.mean(), stats.sem(values)), abs=1e-12
    )
    assert figures(visits([[v] for v in values[:9]]))["change"]["ci"] is None


def test_two_courses_of_one_patient_are_one_value():
    found = figures(visits([[1, 1, 1], [5]]), person=[7, 7])
    assert (found["change"]["mean"], found["change"]["patients"]) == (2, 1)


def test_no_sessions_is_no_rate():
    found = figures(visits([[]]))
    assert found == {
        "held": 0,
        "pairs": 0,
        "pair_rate": None,
        "change": {"mean": None, "ci": None, "patients": 0},
    }


@pytest.mark.parametrize("seed", range(3))
def test_pair_rate_and_mean_equal_a_recount(seed):
    made = cohort(seed)
    found, each = derive.outcomes(made), pairs.of(made)
    rows = np.array([0])
    mine = each.change[each.series == 0]
    shown = change.figures(change.partial(found, rows, rows, int(found.held[0])))
    assert shown["pairs"] == len(mine)
    assert shown["change"]["mean"] == (pytest.approx(mine.mean()) if len(mine) else None)


def test_a_patients_interval_without_correlation_is_students_and_wider_with_it():
    day, values = np.arange(0, 42, 7.0), np.array([1, 3, 2, 2, 4, 3.0])
    plain, alike = change.patient(day, values, 0.0), change.patient(day, values, 0.5)
    assert plain.ci == pytest.approx(stats.t.interval(0.95, 5, values.mean(), stats.sem(values)), abs=1e-12)
    assert plain.ci
    assert alike.ci
    assert alike.ci[0] < plain.ci[0]
    assert alike.ci[1] > plain.ci[1]


def test_a_patients_interval_covers_95_in_100_when_sessions_are_alike():
    rng, day = np.random.default_rng(5), np.arange(0, 56, 7.0)
    noise = rng.multivariate_normal(np.zeros(8), 0.5 ** (np.abs(day[:, None] - day) / 7), 3000)
    found = [change.patient(day, row, 0.5).ci or (0, 0) for row in noise]
    assert 0.93 < np.mean([low < 0 < high for low, high in found]) < 0.985


@pytest.mark.parametrize("n", [0, 1, 2])
def test_fewer_than_three_pairs_have_no_interval(n):
    found = change.patient(np.arange(0, 7.0 * n, 7.0), np.ones(n))
    assert (found.mean, found.ci) == (1.0 if n else None, None)
    assert change.patient(np.arange(0, 21.0, 7.0), np.array([1, 2, 3.0])).ci is not None
    assert NRS.better == "lower"
