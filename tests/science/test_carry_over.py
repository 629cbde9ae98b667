"""Carry-over between consecutive sessions: which steps count, the ratio and its interval, and the refusals."""

import doctest
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from tests.science.records import NRS, cohort, record
from tracker.science import carry_over, derive, pairs
from tracker.science.course import ends
from tracker.science.scales import AFTER, BASELINE, BEFORE, CHECK_IN, Instrument

WEEKLY = [(0, 0.0), (0, 7.0), (0, 14.0)]


def visit(session, day, before, after=None, series=0):
    rows = [(series, day + 0.3, before, BEFORE, session)]
    return rows if after is None else [*rows, (series, day + 0.4, after, AFTER, session)]


def group(patients, seed=0, kept=0.6, relief=2.0, sessions=4):
    """Patients with weekly sessions: relief in each, a share of it kept until the next, noise on every score."""
    rng = np.random.default_rng(seed)
    rows, held = [], []
    for p in range(patients):
        level = 60.0
        for k in range(sessions):
            held.append((p, 7.0 * k))
            drop = relief + rng.normal(0, 1)
            rows += visit(len(held) - 1, 7.0 * k, level, level - drop, series=p)
            level -= kept * drop + rng.normal(0, 0.5)
    scale = Instrument("wide", 0, 100)
    return record(rows, instrument=scale, sessions=held, series=range(patients), start=0.0)


def steps(rec):
    """Every step of the record."""
    t0 = ends(rec.session_course, rec.session_day, rec.closed, rec.planned_gap).t0
    return carry_over.steps(rec, pairs.of(rec), t0)


def found(rec, rows=None, person=None):
    """The figure of some series (None = all), and its words."""
    rows = np.arange(len(rec.series_course)) if rows is None else np.flatnonzero(rows)
    person = np.arange(len(rec.series_course)) if person is None else person
    one, words = carry_over.figures(carry_over.partial(derive.outcomes(rec), rows, person[rows]))
    return SimpleNamespace(**one, words=words)


@pytest.mark.parametrize(
    ("why", "readings", "sessions", "expected"),
    [
        ("two steps", [*visit(0, 0, 8, 5), *visit(1, 7, 7, 5), *visit(2, 14, 6)], WEEKLY, [(1, 3), (1, 2)]),
        ("no after-score, no step", [*visit(0, 0, 8), *visit(1, 7, 7, 5), *visit(2, 14, 6)], WEEKLY, [(1, 2)]),
        ("a silent session is not stepped over", [*visit(0, 0, 8, 5), *visit(2, 14, 6)], WEEKLY, []),
        ("0 is a score", [*visit(0, 0, 8, 0), *visit(1, 7, 0)], WEEKLY, [(8, 8)]),
        ("re-treatment is another story", [*visit(0, 0, 8, 5), *visit(1, 60, 7)], [(0, 0.0), (0, 60.0)], []),
        ("a check-in is no score before", [*visit(0, 0, 8, 5), (0, 7.3, 7, CHECK_IN)], WEEKLY, []),
        ("a baseline is none either", [*visit(0, 0, 8, 5), (0, 7.3, 7, BASELINE)], WEEKLY, []),
        ("after before before", [(0, 0.2, 5, AFTER, 0), (0, 0.3, 8, BEFORE, 0), *visit(1, 7, 7)], WEEKLY, []),
        ("two courses", [*visit(0, 0, 8, 5), *visit(1, 7, 7, 5, series=1)], [(0, 0.0), (1, 7.0)], []),
        ("two places", [*visit(0, 0, 8, 5), *visit(1, 7, 7, 5, series=1)], WEEKLY, []),
        ("last session, next place", [*visit(2, 14, 8, 5), *visit(0, 0, 7, 5, series=1)], WEEKLY, []),
        ("nothing at all", [], [], []),
    ],
)
def test_which_steps_count(why, readings, sessions, expected):
    series = (0, 1) if why == "two courses" else (0, 0)
    made = steps(record(readings, sessions=sessions, series=series))
    assert list(zip(made.kept.tolist(), made.eased.tolist(), strict=True)) == expected


def test_where_higher_is_better_rising_is_kept():
    rows = [*visit(0, 0, 40, 60), *visit(1, 7, 50)]
    made = steps(record(rows, sessions=WEEKLY, instrument=Instrument("well", 0, 100, "higher")))
    assert (made.kept.tolist(), made.eased.tolist()) == ([10], [20])


@pytest.mark.parametrize("seed", range(4))
def test_the_steps_equal_a_recount_session_by_session(seed):
    whole = cohort(seed)
    t0 = ends(whole.session_course, whole.session_day, whole.closed, whole.planned_gap).t0
    expected = []
    for s, c in enumerate(whole.series_course):
        at = [k for k in range(len(whole.session_day)) if whole.session_course[k] == c]

        def first(kind, session, s=s):
            mine = (whole.reading_series == s) & (whole.reading_kind == kind) & (whole.reading_session == session)
            rows = np.flatnonzero(mine)
            return (whole.reading_day[rows[0]], whole.reading_value[rows[0]]) if len(rows) else None

        for one, other in pairwise(at):
            pre, post, following = first(BEFORE, one), first(AFTER, one), first(BEFORE, other)
            if pre and post and following and post[0] >= pre[0] and whole.session_day[other] <= t0[c]:
                expected.append((s, pre[1] - following[1], pre[1] - post[1]))
    made = steps(whole)
    assert list(zip(made.series.tolist(), made.kept.tolist(), made.eased.tolist(), strict=True)) == expected
    assert expected


def test_the_share_is_the_ratio_of_sums_and_its_interval_holds_the_truth():
    held = 0
    for seed in range(200):
        one = found(group(25, seed))
        assert one.ci is not None
        held += one.ci[0] <= 0.6 <= one.ci[1]
    assert 180 <= held <= 199  # 95 % of 200, give or take three standard errors


def test_the_ends_of_the_interval_are_where_a_t_test_over_patients_turns():
    made = steps(group(12))
    kept, eased = (np.bincount(made.series, column) for column in (made.kept, made.eased))
    one = found(group(12))
    assert one.share == pytest.approx(kept.sum() / eased.sum())
    assert one.ci is not None
    for end in one.ci:
        assert stats.ttest_1samp(kept - end * eased, 0)[1] == pytest.approx(0.05)


def test_two_places_of_one_patient_are_one_patient():
    rec = group(20)
    one = found(rec, person=np.arange(20) // 2)
    assert (one.patients, one.steps) == (10, 60)
    assert one.share == pytest.approx(found(rec).share)


def test_rows_choose_the_group():
    rec = group(30)
    rows = np.arange(30) < 12
    assert found(rec, rows).patients == 12
    assert found(rec, rows).share != found(rec).share


def test_below_ten_patients_there_are_words_and_no_figure():
    one = found(group(9))
    assert (one.share, one.ci, one.patients) == (None, None, 9)
    assert "9 patients" in one.words
    assert "10 are needed" in one.words


@pytest.mark.parametrize("relief", [0.0, 0.2, -2.0])
def test_without_a_clear_relief_there_is_nothing_to_be_a_share_of(relief):
    one = found(group(15, relief=relief))
    assert (one.share, one.ci) == (None, None)
    assert "not clearly above none" in one.words


def test_a_change_alike_in_everybody_is_no_division_by_zero():
    rec = group(12)
    flat = replace(rec, reading_value=np.full(len(rec.reading_value), 5.0))
    assert found(flat).share is None


def test_its_sentence_says_that_it_includes_the_natural_course():
    one = found(group(12))
    assert one.share is not None
    assert f"{100 * one.share:.0f} %" in one.words
    assert "includes the natural course" in one.words


def test_sessions_of_a_record_without_readings_make_no_step():
    assert found(record([], sessions=WEEKLY, instrument=NRS)).words.startswith("Carry-over cannot be estimated: 0")


def test_the_worked_example_runs():
    page = Path(__file__).parents[2] / "docs/science/carry_over.md"
    found = doctest.testfile(str(page), module_relative=False)
    assert found.attempted > 3
    assert found.failed == 0
