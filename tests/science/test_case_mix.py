"""Case mix: coefficients against statsmodels, refusals, and what an adjusted change holds equal."""

import doctest
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from tracker.science import case_mix
from tracker.science.case_mix import Asked, Cases, Reference

PAGE = Path(__file__).parents[2] / "docs" / "science" / "case_mix.md"
ASKED = Asked("nrs_week", "end", 12, 0.3)
NAMED = {"version": "1", "provenance": "made up for a test"}


def people(seed, n=900, ages=1.0, sexes=True):
    """Due courses with outcomes that depend on all of the case mix."""
    rng = np.random.default_rng(seed)
    baseline = rng.integers(3, 11, n).astype(float)
    condition = rng.choice(["low_back", "neck", "knee_oa"], n, p=[0.5, 0.3, 0.2])
    chronicity = rng.choice(["chronic", "acute", ""], n, p=[0.6, 0.3, 0.1])
    age = np.where(rng.random(n) < ages, rng.integers(20, 85, n), np.nan)
    sex = rng.choice(["female", "male", ""], n, p=[0.5, 0.4, 0.1]) if sexes else np.full(n, "")
    change = 0.3 * baseline + (chronicity == "acute") - 0.5 * (condition == "neck") + rng.normal(0, 2, n)
    change = np.where(rng.random(n) < 0.8, change, np.nan)
    cases = Cases(ASKED, baseline, condition.tolist(), chronicity.tolist(), age, sex.tolist())
    return cases, np.nan_to_num(change, nan=-1.0) >= 0.3 * baseline, change


def fitted(*data) -> Reference:
    found, said = case_mix.fit(*data, **NAMED)
    assert found, said
    return found


def adjusted(reference, cases, change):
    """The adjusted change of one piece."""
    return case_mix.figure(reference, case_mix.partial(reference, cases, change))


def book(cases, reference):
    """The design by another road: pandas."""
    frame = pd.DataFrame({"baseline": cases.baseline})
    pairs = [(cases.condition, reference.conditions), (cases.chronicity, reference.chronicities)]
    for given, levels in [*pairs, (cases.sex, reference.sexes)]:
        dummies = pd.get_dummies(pd.Categorical(given, categories=list(levels)), dtype=float).iloc[:, 1:]
        frame = pd.concat([frame, dummies.add_prefix(f"{len(frame.columns)}:")], axis=1)
    if reference.age:
        frame["age"] = ((pd.Series(cases.age) - 50) / 10).fillna(0)
        frame = frame.assign(unknown=np.isnan(cases.age).astype(float)) if reference.age_unknown else frame
    return np.asarray(sm.add_constant(frame), float)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("ages", "sexes"), [(1.0, True), (0.8, True), (0.0, False)])
def test_coefficients_are_those_of_statsmodels(seed, ages, sexes):
    cases, improved, change = people(seed, ages=ages, sexes=sexes)
    found = fitted(cases, improved, change)
    design = book(cases, found)
    logit = sm.Logit(improved.astype(float), design).fit(disp=0, tol=1e-14)
    glm = sm.GLM(improved.astype(float), design, family=sm.families.Binomial()).fit(tol=1e-14)
    assert found.log_odds == pytest.approx(logit.params, abs=1e-8)
    assert found.log_odds == pytest.approx(glm.params, abs=1e-8)
    assert case_mix.expected(found, cases)[0] == pytest.approx(logit.predict(design), abs=1e-8)
    seen = np.isfinite(change)
    assert found.points == pytest.approx(sm.OLS(change[seen], design[seen]).fit().params, abs=1e-8)


def test_in_the_reference_itself_as_many_are_expected_as_improved():
    cases, improved, change = people(4)
    found = fitted(cases, improved, change)
    assert case_mix.expected(found, cases)[0].sum() == pytest.approx(improved.sum(), abs=1e-8)
    mine = adjusted(found, cases, change)
    assert mine["adjusted"] == pytest.approx(mine["observed"])
    assert (mine["n"], mine["reference"]) == (np.isfinite(change).sum(), "1")


def test_units_that_differ_in_case_mix_alone_have_one_adjusted_change():
    """Acute courses change by 1 point more: crude means differ, adjusted ones do not."""
    cases, improved, change = people(5, 4000)
    found = fitted(cases, improved, change)
    figures = []
    for kind in ("acute", "chronic"):
        rows = np.flatnonzero(np.asarray(cases.chronicity) == kind)
        figures.append(adjusted(found, some(cases, rows), change[rows]))
    crude = figures[0]["observed"] - figures[1]["observed"]
    assert crude > 0.8
    assert figures[0]["adjusted"] == pytest.approx(figures[1]["adjusted"], abs=1e-8)


def test_the_adjusted_change_and_its_interval_by_hand():
    cases, improved, change = people(6)
    found = fitted(cases, improved, change)
    rows = np.arange(40)
    mine, seen = adjusted(found, some(cases, rows), change[rows]), np.isfinite(change[:40])
    off = (change[:40] - book(cases, found)[:40] @ np.array(found.points))[seen]
    low, high = sm.stats.DescrStatsW(off).tconfint_mean()
    mean = np.nanmean(change)
    assert (mine["adjusted"], *mine["ci"]) == pytest.approx((mean + off.mean(), mean + low, mean + high))


def some(cases, rows):
    words = {k: [getattr(cases, k)[r] for r in rows] for k in ("condition", "chronicity", "sex")}
    return replace(cases, baseline=cases.baseline[rows], age=cases.age[rows], **words)


def one(**more):
    """A single course that the reference of people() covers, but for what is said."""
    given = {"baseline": [6.0], "condition": ["neck"], "chronicity": ["acute"], "age": [40.0], "sex": ["male"]} | more
    return Cases(
        given.get("asked", ASKED),
        np.array(given["baseline"]),
        given["condition"],
        given["chronicity"],
        np.array(given["age"]),
        given["sex"],
    )


@pytest.mark.parametrize(
    "more", [{"baseline": [np.nan]}, {"condition": ["migraine"]}, {"chronicity": ["subacute"]}, {"age": [np.nan]}]
)
def test_a_course_of_a_kind_the_reference_does_not_know_has_no_expectation(more):
    found = fitted(*people(7))
    share, said = case_mix.expected(found, one(**more))
    assert np.isnan(share).all()
    assert said == [case_mix.UNCOVERED.format(n=1, all=1)]
    mine = adjusted(found, one(**more), np.array([2.0]))
    assert (mine["adjusted"], mine["n"], mine["notes"]) == (None, 0, [case_mix.NO_CHANGE])


def test_one_covered_course_has_an_adjusted_change_without_an_interval():
    mine = adjusted(fitted(*people(7)), one(), np.array([2.0]))
    assert (mine["n"], mine["ci"], mine["notes"]) == (1, None, [])
    assert mine["adjusted"] is not None


def test_unknown_age_and_sex_are_kinds_of_their_own_where_the_reference_saw_them():
    found = fitted(*people(7, ages=0.8))
    share, said = case_mix.expected(found, one(age=[np.nan], sex=[""]))
    assert (np.isfinite(share).all(), said) == (True, [])


def test_age_and_sex_that_the_reference_was_not_given_change_nothing():
    found = fitted(*people(7, ages=0.0, sexes=False))
    old, young = (case_mix.expected(found, one(age=[a], sex=[s]))[0] for a, s in ((80.0, "male"), (30.0, "female")))
    assert (old == young).all()


@pytest.mark.parametrize("asked", [replace(ASKED, month=6), replace(ASKED, anchor="start"), replace(ASKED, share=0.5)])
def test_another_outcome_is_refused(asked):
    found = fitted(*people(8))
    share, said = case_mix.expected(found, one(asked=asked))
    assert np.isnan(share).all()
    assert said == [case_mix.OTHER.format(theirs="nrs_week, 30%, month 12 after the end")]
    mine = adjusted(found, one(asked=asked), np.array([2.0]))
    assert (mine["adjusted"], mine["notes"]) == (None, said)


def test_too_few_events_make_no_reference():
    found, said = case_mix.fit(*people(9, 60), **NAMED)
    assert found is None
    assert said[0].startswith("Too few courses for a reference")


@pytest.mark.parametrize(("events", "enough"), [(9, False), (10, True)])
def test_ten_of_the_rarer_outcome_for_each_term_are_enough(events, enough):
    """One condition and a baseline: one term."""
    n, nothing = 60, [""] * 60
    cases = Cases(ASKED, np.tile([4.0, 6, 8], 20), ["neck"] * n, nothing, np.full(n, np.nan), nothing)
    found, _ = case_mix.fit(cases, np.arange(n) < events, np.full(n, 2.0), **NAMED)
    assert (found is not None) == enough


@pytest.mark.parametrize("beyond", [(0.0, 0.0), (1.0, 1.0)])
def test_outcomes_that_a_term_separates_make_no_reference(beyond):
    """Whole (by baseline) and in one kind of course alone."""
    cases, improved, change = people(10)
    apart = cases.baseline > 6 if beyond[0] else improved & (np.asarray(cases.condition) != "neck")
    assert case_mix.fit(cases, apart, change, **NAMED) == (None, [case_mix.SEPARATED])


def test_terms_that_tell_the_same_make_no_reference():
    cases, improved, change = people(11)
    same = replace(cases, chronicity=[{"low_back": "chronic"}.get(c, c) for c in cases.condition])
    assert case_mix.fit(same, improved, change, **NAMED) == (None, [case_mix.ALIKE])


def test_without_answers_there_are_expectations_and_no_line():
    cases, improved, change = people(12)
    found, said = case_mix.fit(cases, improved, np.full_like(change, np.nan), **NAMED)
    assert found
    assert said == [case_mix.NO_LINE]
    mine = adjusted(found, cases, change)
    assert (mine["adjusted"], mine["notes"]) == (None, [case_mix.NO_LINE])


def test_a_reference_read_back_from_plain_values_expects_the_same():
    cases, improved, change = people(13)
    found = fitted(cases, improved, change)
    stored = asdict(found)
    again = Reference(**{**stored, "asked": Asked(**stored["asked"])})
    assert (case_mix.expected(again, cases)[0] == case_mix.expected(found, cases)[0]).all()


def test_rows_and_their_order_do_not_matter():
    cases, improved, change = people(14)
    turned = np.arange(len(improved))[::-1]
    again = fitted(some(cases, turned), improved[turned], change[turned])
    assert again.log_odds == pytest.approx(fitted(cases, improved, change).log_odds, abs=1e-9)


def test_extreme_log_odds_neither_overflow_nor_leave_0_to_1():
    share = case_mix._probability(np.array([-1e6, -40.0, 0.0, 40.0, 1e6]))
    assert (share[0], share[2], share[4]) == (0.0, 0.5, 1.0)
    assert ((share >= 0) & (share <= 1)).all()


def test_the_worked_example_runs():
    found = doctest.testfile(str(PAGE), module_relative=False)
    assert (found.attempted > 3, found.failed) == (True, 0)
