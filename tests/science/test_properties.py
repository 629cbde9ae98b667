"""What must never matter, and what must turn round, on any record: order, silence, the calendar, the direction.

On records that Hypothesis makes (and shrinks when one fails) and, for whole summaries, on random cohorts by their seed.
The same for single parts: test_loss.py, test_npmle.py, test_durability.py. Partial sums: the folds' own tests.
"""

import json
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.science import ragged
from tests.science.records import NAN, NRS, cohort, lasting_of, record
from tracker.science import confidence, derive, mmrm, threshold
from tracker.science.ancova import ancova
from tracker.science.cohort import Extras, summary
from tracker.science.fieller import fieller
from tracker.science.listed import Named
from tracker.science.mmrm import Contrast
from tracker.science.places import Places
from tracker.science.record import Outcomes, Record
from tracker.science.scales import AFTER, BASELINE, BEFORE, CHECK_IN, Better, Instrument
from tracker.science.slopes import slopes
from tracker.science.survival import kaplan_meier

CALM = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
FEW = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])

score = st.integers(0, 10)
visit = st.tuples(st.sampled_from([0, 7, 8, 30, 60, 91, 92, 100, 182, 190, 273, 364, 455]), score)  # ties are likely
person = st.fixed_dictionaries(
    {
        "sessions": st.lists(st.integers(0, 60), max_size=5, unique=True).map(sorted),
        "base": st.lists(st.tuples(st.integers(-14, -1), score), max_size=3),
        "pairs": st.lists(st.tuples(st.none() | score, st.none() | score), min_size=5, max_size=5),
        "checks": st.lists(visit, max_size=10),
        "closed": st.just(NAN) | st.integers(0, 120),
    }
)
people = st.lists(person, min_size=1, max_size=4)


def rows_of(persons) -> list[tuple]:
    """All readings, person by person."""
    rows, first = [], 0
    for s, one in enumerate(persons):
        start = one["sessions"][0] if one["sessions"] else 0
        rows += [(s, start + day, float(v), BASELINE) for day, v in one["base"]]
        rows += [(s, start + day, float(v), CHECK_IN) for day, v in one["checks"]]
        for k, (day, pair) in enumerate(zip(one["sessions"], one["pairs"], strict=False)):
            times = (BEFORE, day + 0.3), (AFTER, day + 0.4)
            rows += [
                (s, at, float(v), kind, first + k) for (kind, at), v in zip(times, pair, strict=True) if v is not None
            ]
        first += len(one["sessions"])
    return rows


def made(persons, rows=None, shift=0, instrument: Instrument = NRS) -> Record:
    """The record of some people, its readings in the order given (None = person by person), all days moved."""
    rows = rows_of(persons) if rows is None else rows
    return record(
        [(s, day + shift, *rest) for s, day, *rest in rows],
        instrument=instrument,
        sessions=[(c, day + shift) for c, one in enumerate(persons) for day in one["sessions"]],
        start=[(one["sessions"][0] if one["sessions"] else 0.0) + shift for one in persons],
        closed=[one["closed"] + shift for one in persons],
        series=tuple(range(len(persons))),
    )


def columns(found: Outcomes) -> dict:
    """All columns but the instrument."""
    return {f.name: getattr(found, f.name) for f in fields(found) if f.name != "instrument"}


def same(one: Outcomes, other: Outcomes, moved: int = 0):
    """All columns are equal, those on the axis of days moved."""
    theirs = columns(other)
    for name, column in columns(one).items():
        by = moved if name in ("start", "t0", "ended_on") else 0
        for a, b in zip(column, theirs[name], strict=True):
            np.testing.assert_allclose(np.asarray(a, float) + by, np.asarray(b, float), rtol=0, atol=1e-9, err_msg=name)


def groups_of(course, names=("a", "b"), each=None) -> Places:
    """Every course its own patient; groups in turn, or as given for each course."""
    group = np.arange(course.max(initial=0) + 1) % len(names) if each is None else each
    return Places(course, course, course * 0, group[course], np.bincount(course)[course], names)


def printed(found: Outcomes, places: Places, **more) -> dict:
    """The summary without the last bits, which depend on the order of a sum."""
    names = [Named(str(n), "1", "", "none") for n in range(len(found.t0))]
    return rounded(summary(found, places, reference="a", extras=Extras(names=names), **more))


def rounded(part) -> Any:
    """Floats to 7 decimals; a figure of 0 has no sign."""
    if isinstance(part, dict):
        return {key: rounded(inner) for key, inner in part.items()}
    if isinstance(part, list | tuple):
        return [rounded(inner) for inner in part]
    return round(part, 7) + 0.0 if isinstance(part, float) else part


# --- The order of readings, and of people


@CALM
@given(people, st.randoms(use_true_random=False))
def test_the_order_of_readings_changes_no_outcome(persons, random):
    rows = rows_of(persons)
    shuffled = random.sample(rows, len(rows))
    same(derive.outcomes(made(persons, rows)), derive.outcomes(made(persons, shuffled)))


def test_two_scores_of_one_moment_are_their_mean_in_the_week():
    one, other = (derive.outcomes(record([(0, 7, a, CHECK_IN), (0, 7, b, CHECK_IN)])) for a, b in ((2, 8), (8, 2)))
    same(one, other)
    assert one.week_value[0].tolist() == [5]


@CALM
@given(people, st.randoms(use_true_random=False))
def test_the_order_of_people_changes_no_outcome_of_theirs(persons, random):
    at = random.sample(range(len(persons)), len(persons))
    one, other = (columns(derive.outcomes(made(p))) for p in (persons, [persons[k] for k in at]))
    for name, column in one.items():
        for k, place in enumerate(at):
            np.testing.assert_allclose(column[place], other[name][k], rtol=0, atol=1e-9, err_msg=name)


@FEW
@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_the_order_of_people_changes_no_figure_of_the_summary(seed, other):
    found = derive.outcomes(cohort(seed, 24))
    n = len(found.t0)
    places, at = groups_of(np.arange(n)), np.random.default_rng(other).permutation(n)
    moved = {k: tuple(v[i] for i in at) if isinstance(v, tuple) else v[at] for k, v in columns(found).items()}
    one = printed(found, places)
    two = printed(replace(found, **moved), groups_of(np.arange(n), each=(np.arange(n) % 2)[at]))
    assert two["groups"] == one["groups"]
    assert two["comparison"] == one["comparison"]


@CALM
@given(st.integers(0, 10**6), st.integers(0, 499))
def test_the_order_of_rows_changes_no_slope_curve_mean_or_difference(seed, cohort_):
    random = np.random.default_rng(seed)
    n = int(random.integers(2, 80))
    series, day, value = random.integers(0, 5, n), random.integers(0, 60, n).astype(float), random.integers(0, 11, n)
    at = random.permutation(n)
    by = at[np.argsort(series[at], kind="stable")], np.argsort(series, kind="stable")
    one, two = (slopes(series[k], day[k], value[k].astype(float), 5) for k in by)
    np.testing.assert_allclose(one, two, rtol=0, atol=1e-9)
    whole, lost = day.astype(np.int64), value > 4
    one, two = (kaplan_meier(series[k], whole[k], lost[k], 5) for k in (at, np.arange(n)))
    for name in ("at_risk", "lost", "survival", "low", "high"):
        assert np.array_equal(getattr(one, name), getattr(two, name), equal_nan=True)
    base, values, group = ragged.cohort(cohort_)
    at = random.permutation(len(base))
    for a, b in zip(mmrm.contrasts(base, values, group), mmrm.contrasts(base[at], values[at], group[at]), strict=True):
        if isinstance(a, Contrast) and isinstance(b, Contrast):
            assert (a.value, a.se, a.df) == pytest.approx((b.value, b.se, b.df), rel=1e-6, abs=1e-8)
        else:
            assert a == b
    assert confidence.mean(values[:, 0]).mean == pytest.approx(confidence.mean(values[at, 0]).mean, nan_ok=False)


# --- Silence is never an event


EVENTS = ("lost", "unconfirmed", "retreated")


def ended(persons) -> Outcomes:
    """With everybody's end known."""
    return derive.outcomes(made([one | {"closed": 60.0} for one in persons]))


@CALM
@given(people, st.data())
def test_a_failing_visit_left_out_is_no_new_loss_and_none_earlier(persons, data):
    """Left out after the end of the course, so that baseline and end stay; a loss can only come later or not at all."""
    before, rows = ended(persons), rows_of(persons)
    t0, base = before.t0, before.baseline
    bad = [
        k
        for k, (s, day, v, kind, *_) in enumerate(rows)
        if kind == CHECK_IN and day > t0[s] + 14 and not threshold.responds(base[[s]], np.array([v]), 0.3)[0]
        and sum(r[0] == s and r[1] == day for r in rows) == 1
    ]  # fmt: skip
    assume(bad)
    gone = data.draw(st.sets(st.sampled_from(bad), min_size=1))
    after = derive.outcomes(
        made([one | {"closed": 60.0} for one in persons], [r for k, r in enumerate(rows) if k not in gone])
    )
    np.testing.assert_array_equal(after.end, before.end)
    new = np.isfinite(after.loss_right)
    assert not (new & np.isnan(before.loss_right)).any()
    assert (after.loss_right[new] >= before.loss_right[new]).all()
    single = np.isfinite(after.unconfirmed)
    assert (np.isfinite(before.unconfirmed) | np.isfinite(before.loss_right))[single].all()


@CALM
@given(people, st.integers(500, 5000))
def test_windows_that_close_unanswered_make_no_event(persons, later):
    """Every course has ended on both days; the later one only makes more windows due."""
    found = ended(persons)
    one, other = (lasting_of(found, as_of)[0] for as_of in (60.0 + 28, 60.0 + later))
    assert {key: one[key] for key in EVENTS} == {key: other[key] for key in EVENTS}
    assert one["npmle"] == other["npmle"]
    for now, then in zip(one["sustained"], other["sustained"], strict=True):
        assert then["observed"]["n"] >= now["observed"]["n"]


@FEW
@given(st.integers(0, 10**6), st.integers(1, 30))
def test_people_who_never_answer_after_the_course_are_missing_and_nothing_else(seed, silent):
    found = derive.outcomes(cohort(seed, 20))
    n = len(found.t0)
    rows = [(s, -3, 6.0, BASELINE) for s in range(silent)]
    mute = derive.outcomes(record(rows, closed=60.0, series=tuple(range(silent))))
    theirs = columns(mute)
    both = replace(
        found,
        **{
            k: v + theirs[k] if isinstance(v, tuple) else np.concatenate([v, theirs[k]])
            for k, v in columns(found).items()
        },
    )
    alone, joined = (
        summary(o, groups_of(np.arange(m), ("a",)))["groups"]["a"] for o, m in ((found, n), (both, n + silent))
    )
    assert {key: alone["durability"][key] for key in EVENTS} == {key: joined["durability"][key] for key in EVENTS}
    assert rounded(alone["durability"]["survival"]) == rounded(joined["durability"]["survival"])
    assert [w["month"] for w in joined["windows"]] == [0, 1, 3, 6, 9, 12]
    for now in alone["windows"]:
        then = next(w for w in joined["windows"] if w["month"] == now["month"])
        assert (then["n"], then["due"]) == (now["n"], now["due"] + silent)
        for key in ("mean", "sd", "improvement", "percent_of_means", "percent_median", "worse_30"):
            assert rounded(then[key]) == rounded(now[key])
        for few, more in zip(now["responders"], then["responders"], strict=True):
            assert few["observed"] == more["observed"]
            assert more["missing_not_improved"]["x"] == few["missing_not_improved"]["x"]
            assert more["missing_not_improved"]["n"] == few["missing_not_improved"]["n"] + silent


# --- The calendar


@CALM
@given(people, st.integers(-3000, 800_000))
def test_moving_all_dates_changes_no_outcome(persons, shift):
    same(derive.outcomes(made(persons)), derive.outcomes(made(persons, shift=shift)), shift)


@FEW
@given(st.integers(0, 10**6), st.integers(1, 700_000), st.integers(0, 600), st.sampled_from(["end", "start"]))
def test_moving_all_dates_changes_no_figure_of_the_summary(seed, shift, as_of, anchor):
    one = cohort(seed, 20)
    other = replace(
        one,
        **{name: getattr(one, name) + shift for name in ("start", "closed", "session_day", "reading_day")},
    )
    day = 700_000 + as_of  # a date of our days: the summary names it
    one, other = replace_days(one, 700_000), replace_days(other, 700_000)
    places = groups_of(one.series_course)
    first = printed(derive.outcomes(one), places, as_of=day, anchor=anchor)
    second = printed(derive.outcomes(other), places, as_of=day + shift, anchor=anchor)
    assert first.pop("as_of") != second.pop("as_of")
    assert first == second
    json.dumps(first, allow_nan=False)


def replace_days(one: Record, by: int) -> Record:
    """All days moved."""
    return replace(one, **{n: getattr(one, n) + by for n in ("start", "closed", "session_day", "reading_day")})


# --- The direction


LOWER, HIGHER = Instrument("lower", 0, 10), Instrument("higher", 0, 10, better="higher")


tenths = st.integers(0, 100).map(lambda k: k / 10)


@given(st.lists(st.tuples(tenths, tenths), max_size=20))
def test_improvement_turns_its_sign_with_the_direction(pairs):
    base, value = np.array(pairs, float).reshape(-1, 2).T
    lower, higher = (threshold.improvement(base, value, way) for way in ("lower", "higher"))
    np.testing.assert_array_equal(lower, -higher)
    lower, higher = (threshold.percent(base, value, way) for way in ("lower", "higher"))
    np.testing.assert_array_equal(lower, -higher)


@CALM
@given(people)
def test_the_change_in_a_session_turns_its_sign_with_the_direction(persons):
    one, other = (derive.outcomes(made(persons, instrument=way)) for way in (LOWER, HIGHER))
    np.testing.assert_array_equal(one.change, -other.change)
    np.testing.assert_array_equal(one.pairs, other.pairs)


TURNED = {"improving": "worsening", "worsening": "improving"}


def turned(ci):
    """An interval with its sign turned."""
    return None if ci is None else rounded([-ci[1], -ci[0]])


def minus(value):
    """A figure with its sign turned."""
    return None if value is None else rounded(-value)


@FEW
@given(st.integers(0, 10**6))
def test_every_improvement_of_the_summary_turns_its_sign_with_the_direction(seed):
    one = cohort(seed, 30, LOWER)
    places = groups_of(one.series_course)
    lower, higher = (printed(derive.outcomes(replace(one, instrument=way)), places) for way in (LOWER, HIGHER))
    for name in places.groups:
        down, up = lower["groups"][name], higher["groups"][name]
        assert down["baseline"] == up["baseline"]
        for a, b in zip(down["windows"], up["windows"], strict=True):
            assert (a["mean"], a["n"]) == (b["mean"], b["n"])
            assert a["improvement"]["mean"] == minus(b["improvement"]["mean"])
            assert a["improvement"]["ci"] == turned(b["improvement"]["ci"])
            assert a["percent_of_means"] == minus(b["percent_of_means"])
            assert a["percent_median"] == minus(b["percent_median"])
        a, b = down["sessions"]["change"], up["sessions"]["change"]
        assert (a["mean"], a["ci"]) == (minus(b["mean"]), turned(b["ci"]))
        assert down["trend"]["mean_slope_per_week"] == up["trend"]["mean_slope_per_week"]
    for a, b in zip(lower["comparison"]["windows"], higher["comparison"]["windows"], strict=True):
        assert (a["difference"], a["ci"]) == (minus(b["difference"]), turned(b["ci"]))
    for a, b in zip(lower["courses"], higher["courses"], strict=True):
        assert a["slope_per_week"] == b["slope_per_week"]
        assert a["label"] == TURNED.get(b["label"], b["label"])


@FEW
@given(st.integers(0, 499))
def test_a_mirrored_scale_with_its_direction_turned_shows_the_same_differences(seed):
    """Pain 7 of 10 where lower is better, and wellness 3 of 10 where higher is."""
    base, values, group = ragged.cohort(seed)
    ways: tuple[Better, Better] = ("lower", "higher")
    scales = [(base, values), (10 - base, 10 - values)]
    found = [mmrm.contrasts(b, v, group, way) for (b, v), way in zip(scales, ways, strict=True)]
    turned_ = mmrm.contrasts(base, values, group, "higher")
    for a, b, c in zip(*found, turned_, strict=True):
        if isinstance(a, Contrast) and isinstance(b, Contrast) and isinstance(c, Contrast):
            assert (a.value, a.se) == pytest.approx((b.value, b.se), rel=1e-6, abs=1e-8)
            assert (a.value, *a.ci) == pytest.approx((-c.value, -c.ci[1], -c.ci[0]))
        else:
            assert a == b == c
    seen = np.isfinite(values[:, -1])
    one, two = (ancova(b[seen], v[seen, -1], group[seen], way) for (b, v), way in zip(scales, ways, strict=True))
    assert (one is None) == (two is None)
    if one and two:
        assert (one.value, *one.ci) == pytest.approx((two.value, *two.ci), abs=1e-9)
    gained = base[seen] - values[seen, -1], values[seen, 0] - base[seen]
    assert fieller(gained[0], gained[0]) == fieller(-gained[0], -gained[0])
