"""Folds: a summary made in pieces is the summary made at once, to the last bit, however the patients are parted."""

import pickle
from dataclasses import asdict, fields, replace
from fractions import Fraction
from functools import reduce
from typing import TypeVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.science.records import NRS, cohort
from tracker.science import case_mix, correlation, derive, funnel, noise, regression_to_mean, trend
from tracker.science import cohort as summary
from tracker.science.case_mix import Asked, Cases, Reference
from tracker.science.cohort import Cohort, Extras, Question
from tracker.science.fold import Counted, merged
from tracker.science.moments import LARGEST, moments
from tracker.science.places import Places
from tracker.science.record import Ints, Outcomes
from tracker.science.scales import INSTRUMENTS
from tracker.science.survival import curves, kaplan_meier, leaving
from tracker.science.tally import tally

Columns = TypeVar("Columns", Outcomes, Places)
SLOW = settings(max_examples=15, deadline=None)


def taken(columns: Columns, rows: Ints) -> Columns:
    """Some rows of Outcomes or Places; what is not a column stays."""
    size = len(columns.t0 if isinstance(columns, Outcomes) else columns.course)
    parts = {}
    for field in fields(columns):
        value = getattr(columns, field.name)
        if field.name == "groups" or not hasattr(value, "__len__") or len(value) != size:
            continue
        parts[field.name] = tuple(value[i] for i in rows) if isinstance(value, tuple) else value[rows]
    return replace(columns, **parts)


def people(seed, instrument=NRS, patients=40):
    """A cohort in three groups, of one of which nobody is; patients with one or more courses, courses with one or two
    places.
    """
    courses = 3 * patients // 2
    record = cohort(seed, courses, instrument)
    rng = np.random.default_rng(seed)
    course, patient = record.series_course, rng.integers(0, patients, courses)
    group = rng.integers(-1, 2, patients)[patient]  # a patient's courses stand in one group or none
    readings = np.bincount(record.reading_series, minlength=len(course))
    owned = Places(
        course, patient[course], np.zeros(len(course), np.int64), group[course], readings, ("a", "b", "empty")
    )
    return Cohort(derive.outcomes(record), owned)


def piece(whole, patients):
    """The rows of some patients."""
    rows = np.flatnonzero(np.isin(whole.places.patient, patients))
    return Cohort(taken(whole.outcomes, rows), taken(whole.places, rows)), rows


def pieces(whole, beside, staff, parts):
    """(cohort, extras) of each part of the patients."""
    for patients in parts:
        mine, rows = piece(whole, patients)
        now, impression = (None if one is None else piece(one, patients)[0] for one in beside)
        yield mine, Extras(now, impression, staff=staff[rows])


def folded(parts, question, reference):
    """Two passes: the correlation of all, then everything else."""
    likeness = correlation.NOBODY
    for mine, _ in parts:
        likeness += trend.likeness(mine.outcomes.week_day, mine.outcomes.week_value, question.instrument)
    question = replace(question, phi=likeness.phi)
    groups = {}
    for mine, extras in parts:
        sent = pickle.dumps(summary.partial(mine, question, extras))  # as one machine would send it to another
        groups = merged(groups, pickle.loads(sent))  # our own bytes
    return summary.figures(groups, question, reference)


@SLOW
@given(st.integers(0, 10_000), st.integers(1, 12), st.sampled_from(["end", "start"]), st.sampled_from([None, 300.0]))
def test_pieces_give_the_figures_of_the_whole_to_the_last_bit(seed, count, anchor, as_of):
    at_once, in_pieces = both_ways(seed, 40, count, anchor, as_of)
    assert in_pieces == at_once


def test_so_do_pieces_of_a_cohort_in_which_every_figure_is_there():
    at_once, in_pieces = both_ways(1, 1200, 50, "end", None)
    assert in_pieces == at_once
    group, compared = at_once["groups"]["b"], at_once["comparison"]["windows"]
    assert group["durability"]["survival"][1]["low"] is not None
    assert group["durability"]["rmst"][1]["mean"] is not None
    assert group["durability"]["retained"][1]["n"] > 100
    assert group["windows"][1]["missing"]["tertiles"] is not None
    assert group["ecdf"]
    assert group["trend"]["mean_slope_per_week"] is not None
    assert all(row["difference"] is not None for row in compared if row["month"])
    assert {row["model"] for row in compared} == {"ancova", "mmrm"}


def both_ways(seed, patients, count, anchor, as_of):
    """The figures made at once, and made in so many pieces."""
    whole, now = people(seed, NRS, patients), people(seed, INSTRUMENTS["nrs_now"], patients)
    pgic, rng = people(seed, INSTRUMENTS["pgic"], patients), np.random.default_rng(seed)
    staff = rng.integers(0, 3, len(whole.places.course))
    at_once = summary.summary(
        whole.outcomes, whole.places, as_of, anchor, reference="a", extras=Extras(now, pgic, staff=staff)
    )
    at_once.pop("courses")
    parts = np.array_split(rng.permutation(patients), count)
    question = Question(NRS, 0.0, as_of, anchor, compared=True, now="nrs_now")
    return at_once, folded(list(pieces(whole, (now, pgic), staff, parts)), question, "a")


ASKED = Asked("nrs_week", "end", 12, 0.3)
MIX = Reference(
    conditions=("low_back", "neck"),
    chronicities=("chronic", "acute"),
    sexes=(),
    age=True,
    age_unknown=True,
    version="1",
    provenance="made up",
    asked=ASKED,
    n=900,
    improved=400,
    log_odds=(-0.7, 0.13, -0.4, 0.61, 0.07, 0.11),
    points=(0.1, 0.31, -0.53, 1.07, 0.013, 0.17),
    mean_change=2.3,
)


def kinds(rng, n):
    """A course of each of n patients: its case, its change, whether it improved, its unit."""
    words = [rng.choice(w, n, p=[0.6, 0.3, 0.1]) for w in (("low_back", "neck", "hip"), ("chronic", "acute", ""))]
    age = np.where(rng.random(n) < 0.8, rng.integers(20, 85, n), np.nan)
    change = np.where(rng.random(n) < 0.8, rng.normal(2, 2, n), np.nan)
    return rng.uniform(2, 10, n), words, age, change, rng.random(n) < 0.5, rng.integers(0, 25, n)


def case(found, rows):
    """Some patients' cases."""
    baseline, (condition, chronicity), age, *_ = found
    words = condition[rows].tolist(), chronicity[rows].tolist()
    return Cases(ASKED, baseline[rows], *words, age[rows], [""] * len(rows))


def adjusted(rng, n):
    found = kinds(rng, n)
    *_, change, _, _ = found
    return (
        lambda rows: case_mix.partial(MIX, case(found, rows), change[rows]),
        lambda found: case_mix.figure(MIX, found),
    )


def funnelled(rng, n):
    found = kinds(rng, n)
    *_, change, improved, unit = found

    def partial(rows):
        share, _ = case_mix.expected(MIX, case(found, rows))
        yes, told = improved[rows], np.isfinite(change[rows])
        mine = {f"clinic {k}": unit[rows] == k for k in unit[rows].tolist()}  # in the order in which they come
        return {name: funnel.partial(share[at], yes[at], told[at]) for name, at in mine.items()}

    return partial, funnel.figures


def untreated(rng, n):
    cohort, baseline = regression_to_mean.VICKERS, rng.uniform(0, 105, n)
    return (
        lambda rows: regression_to_mean.partial(cohort, baseline[rows]),
        lambda found: regression_to_mean.figure(cohort, found),
    )


def noisy(rng, n):
    """Up to 30 scores of each patient."""
    series = np.repeat(np.arange(n), rng.integers(1, 30, n))
    day, value = rng.uniform(0, 9, len(series)).cumsum(), rng.uniform(-9000, 9000, len(series))

    def partial(rows):
        mine = np.isin(series, rows)
        return noise.partial(series[mine], day[mine], value[mine], 0.43)

    return partial, lambda found: asdict(noise.noise_of(found, 0.43, 20_000))


@pytest.mark.parametrize(
    ("made", "told"), [(adjusted, "ci"), (funnelled, "units"), (untreated, "expected"), (noisy, "sd")]
)
@SLOW
@given(st.integers(0, 10_000), st.integers(2, 50))
def test_what_is_held_against_something_expected_is_the_same_in_pieces(made, told, seed, count):
    rng, n = np.random.default_rng(seed), 1200
    partial, figure = made(rng, n)
    at_once, parts = figure(partial(np.arange(n))), np.array_split(rng.permutation(n), count)
    assert at_once[told] is not None
    assert figure(reduce(merged, map(partial, parts))) == at_once


def test_a_thousand_clinics_at_once_are_the_sum_of_each():
    """Clinics as groups of one summary, as pieces of one group, and one by one: the same counts and the same sums."""
    record = cohort(3, 3000)
    outcomes, course = derive.outcomes(record), record.series_course
    n, readings = len(course), np.bincount(record.reading_series, minlength=len(record.series_course))
    clinic, none = course % 1000, np.zeros(len(course), np.int64)
    together = Places(course, course, none, none, readings)
    apart = replace(together, group=clinic, groups=tuple(f"clinic {c}" for c in range(1000)))
    question = Question(NRS, trend.likeness(outcomes.week_day, outcomes.week_value, NRS).phi)
    each = summary.partial(Cohort(outcomes, apart), question)
    one = summary.partial(Cohort(outcomes, together), question)
    total = {}
    for group in each.values():
        total = merged(total, {"all": group})
    assert summary.figures(total, question) == summary.figures(one, question)
    rows = np.flatnonzero(clinic == 7)
    alone = summary.partial(Cohort(taken(outcomes, rows), taken(together, rows)), question)
    assert summary.figures(alone, question)["groups"]["all"] == summary.figures(each, question)["groups"]["clinic 7"]
    assert n > 3000


def test_the_correlation_of_more_courses_than_are_looked_at_is_the_same_in_pieces():
    rng = np.random.default_rng(5)
    days = [7.0 * np.arange(n) for n in rng.integers(5, 20, 9000)]
    values = [np.clip(np.rint(5 + rng.normal(0, 1.5, len(day)).cumsum() / 2), 0, 10) for day in days]
    values[::3] = [np.full(len(day), 5.0) for day in days[::3]]  # flat ones tell nothing and take no place
    whole = trend.likeness(days, values, NRS)
    order = rng.permutation(9000)
    parts = correlation.NOBODY
    for rows in np.array_split(order, 37):
        parts += trend.likeness([days[i] for i in rows], [values[i] for i in rows], NRS)
    assert len(whole.digest) == correlation.MOST
    assert (whole.total > 0).sum() > 0.99 * correlation.MOST
    assert parts.phi == whole.phi
    assert np.array_equal(parts.digest, whole.digest)
    every = correlation.Likeness(*_all(days, values))
    assert whole.phi == pytest.approx(every.phi, abs=0.03)


def _all(days, values):
    """Every course looked at: the columns of a Likeness without a limit."""
    found = [trend.likeness(days[at : at + 1000], values[at : at + 1000], NRS) for at in range(0, len(days), 1000)]
    return (np.concatenate([getattr(one, f.name) for one in found]) for f in fields(correlation.Likeness))


numbers = st.lists(st.tuples(st.floats(-1000, 1000), st.floats(-10, 10)), min_size=2, max_size=60)


@settings(max_examples=60, deadline=None)
@given(numbers, st.integers(0, 60))
def test_moments_are_the_exact_ones_of_the_values_as_read(rows, cut):
    x, y = np.array(rows, float).T
    whole = moments(x, y)
    assert np.array_equal((moments(x[:cut], y[:cut]) + moments(x[cut:], y[cut:])).limbs, whole.limbs)
    read = [[Fraction(round(Fraction(v) * 2**48), 2**48) for v in column] for column in (x.tolist(), y.tolist())]
    n, (a, b) = len(rows), (sum(column) for column in read)
    assert whole.mean(1) == float(a / n)
    assert whole.total(2) == float(b)
    product = sum(p * q for p, q in zip(*read, strict=True))
    assert whole.covariance(1, 2) == float((n * product - a * b) / (n * (n - 1)))
    assert whole.covariance(1, 2) == pytest.approx(np.cov(x, y)[0, 1], rel=1e-9, abs=1e-9)


def test_moments_of_new_columns_are_those_of_their_values():
    rng = np.random.default_rng(2)
    table, weights = rng.normal(5, 3, (500, 3)), rng.normal(size=(4, 4))
    made = np.column_stack([np.ones(500), table]) @ weights.T
    assert moments(*table.T).mapped(weights) == pytest.approx(made.T @ made, rel=1e-10)


def test_equal_values_have_no_spread_and_rows_with_a_gap_do_not_count():
    assert moments(np.full(9, 3.3)).covariance() == 0
    found = moments(np.array([1, np.nan, 3.0]), np.array([1, 2, np.nan]))
    assert (found.n, found.mean(2)) == (1, 1.0)
    assert moments(np.empty(0)).n == 0


def test_a_value_without_an_exact_sum_is_refused():
    assert moments(np.array([-LARGEST + 1])).mean() == -LARGEST + 1
    with pytest.raises(ValueError, match="too large"):
        moments(np.array([LARGEST]))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 10) | st.floats(-5, 5), max_size=40), st.integers(0, 40))
def test_the_median_of_merged_tallies_is_the_median(values, cut):
    values = np.array(values, float)
    found = tally(values[:cut]) + tally(values[cut:])
    assert found.n == len(values)
    assert found.median() == (np.median(values) if len(values) else None)


@SLOW
@given(st.integers(0, 10_000), st.integers(0, 200))
def test_at_risk_tables_merge(seed, cut):
    rng = np.random.default_rng(seed)
    group, day, lost = rng.integers(0, 5, 200), rng.integers(0, 90, 200), rng.random(200) < 0.6
    first, rest = slice(cut), slice(cut, None)
    parts = leaving(group[first], day[first], lost[first], 5) + leaving(group[rest], day[rest], lost[rest], 5)
    for one, other in zip(vars(curves(parts)).values(), vars(kaplan_meier(group, day, lost, 5)).values(), strict=True):
        assert np.array_equal(one, other, equal_nan=True)


def test_what_a_piece_does_not_know_adds_nothing():
    assert merged({"a": Counted(1, 2)}, {"a": Counted(2, 3), "b": None}) == {"a": Counted(3, 5), "b": None}
    assert merged((1, None), (2, Counted(1, 1))) == (3, Counted(1, 1))
