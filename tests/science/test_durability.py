"""The durability object of a group, its notes, and one person's dated statement."""

import csv
import doctest
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.science.records import lasting_of
from tracker.science import durability
from tracker.science.fieller import fieller
from tracker.science.loss import loss_columns
from tracker.science.record import Outcomes
from tracker.science.scales import INSTRUMENTS, Instrument

NRS = INSTRUMENTS["nrs_week"]
VICKERS = Path(__file__).parents[2].parent / "shared" / "data" / "vickers2004_tidy.csv"
MONTH = {month: column for column, month in enumerate((1, 3, 6, 9, 12))}
SCALARS = {
    "t0": 0.0,
    "ended_on": 28.0,
    "retreated": np.nan,
    "milestone": np.nan,
    "baseline": 8.0,
    "end": 2.0,
    "last_seen": np.nan,
}


def cohort(*courses, instrument=NRS):
    """Outcomes from dicts of columns; `seen` {day: score} makes the loss columns, `after` {month: score} the months."""
    size = len(courses)
    nan = np.full(size, np.nan)

    def column(name):
        return np.array([course.get(name, SCALARS.get(name, np.nan)) for course in courses], float)

    after = np.full((size, 5), np.nan)
    for row, course in enumerate(courses):
        for month, score in course.get("after", {}).items():
            after[row, MONTH[month]] = score
    rows = [(row, day, score) for row, course in enumerate(courses) for day, score in course.get("seen", {}).items()]
    series, day, score = np.array(rows, float).reshape(-1, 3).T
    base, end = column("baseline"), column("end")
    return Outcomes(
        **{name: column(name) for name in ("t0", "ended_on", "retreated", "milestone")},
        **loss_columns(series.astype(int), day, score, base, instrument, end),
        instrument=instrument, start=nan, baseline=base, baseline_n=np.ones(size, int), end=end,
        end_before=np.zeros(size, bool), after_end=after, after_start=nan, held=np.ones(size, int),
        pairs=np.zeros(size, int), change=nan,
        steps=np.zeros(size, int), steps_eased=np.zeros(size), steps_kept=np.zeros(size), week_day=(), week_value=(),
        later_day=(), later_value=(),
    )  # fmt: skip


STAYS = {"seen": {7: 2, 91: 2, 182: 2, 273: 2, 364: 2}, "after": {1: 2, 3: 2, 6: 2, 9: 2, 12: 2}}
LOST = {"seen": {7: 2, 91: 2, 182: 8, 273: 8, 364: 8}, "after": {1: 2, 3: 2, 6: 8, 9: 8, 12: 8}}
SINGLE = {"seen": {7: 2, 91: 2, 182: 8}, "after": {1: 2, 3: 2, 6: 8}}


def at(figures, day, key="survival"):
    return next(row for row in figures[key] if row["day"] == day)


def month(figures, number, key="sustained"):
    return next(row for row in figures[key] if row["month"] == number)


def test_every_ended_course_is_counted_once():
    outcomes = cohort(
        STAYS,
        LOST,
        SINGLE,
        STAYS | {"retreated": 100.0},
        {"end": 6.0},  # 25 %: never
        {"end": 5.6},  # exactly 30 %: a responder without a later score
        {"end": np.nan},
        {"baseline": np.nan},
        {"baseline": 2.0, "end": 0.0},
        {"t0": np.nan},
    )
    figures, notes = lasting_of(outcomes)
    counted = {k: v for k, v in figures.items() if isinstance(v, int)}
    assert counted == {
        "ended": 9,
        "responders_at_end": 5,
        "never_responded": 1,
        "no_end_reading": 1,
        "lost": 1,
        "unconfirmed": 1,
        "censored": 2,
        "retreated": 1,
        "milestones": 0,
    }
    assert "1 of 9 ended courses have no baseline and 1 of 9 ended courses started too low to judge" in notes[0]


def test_headache_days_need_half():
    instrument = INSTRUMENTS["headache_days"]
    outcomes = cohort({"baseline": 10.0, "end": 5.0}, {"baseline": 10.0, "end": 5.1}, instrument=instrument)
    assert lasting_of(outcomes)[0]["responders_at_end"] == 1


def test_a_course_enters_only_once_its_end_is_known():
    outcomes = cohort(STAYS, STAYS | {"t0": 100.0, "ended_on": 128.0})
    assert [lasting_of(outcomes, day)[0]["ended"] for day in (27, 28, 127, 128)] == [0, 1, 1, 2]
    assert lasting_of(outcomes, 0)[1][0].startswith("No course has ended yet")


@pytest.mark.parametrize("rows", [np.array([True, False, True]), np.array([0, 2])])
def test_a_group_is_its_rows(rows):
    outcomes = cohort(STAYS, LOST, SINGLE)
    figures = lasting_of(outcomes, rows=rows)[0]
    assert (figures["ended"], figures["lost"], figures["unconfirmed"]) == (2, 0, 1)


def test_survival_shows_both_readings_of_a_single_last_failing_score():
    figures, notes = lasting_of(cohort(*[STAYS] * 20, *[LOST] * 10, *[SINGLE] * 10))
    assert at(figures, 182) == {
        "day": 182,
        "low": pytest.approx(20 / 30),  # the ten seen once are censored at day 91
        "high": pytest.approx(20 / 30),
        "followed": 40,
        "if_unconfirmed_lost": {"low": pytest.approx(0.5), "high": pytest.approx(0.5)},
    }
    assert at(figures, 91)["low"] == 1
    assert figures["npmle"] == [
        {"left": 91, "right": 182, "mass": pytest.approx(1 / 3)},
        {"left": 364, "right": None, "mass": pytest.approx(2 / 3)},
    ]
    assert figures["npmle_if_unconfirmed_lost"][0]["mass"] == pytest.approx(1 / 2)
    assert any("day 182, 273, 364 the share still responding changes by more than 10 points" in n for n in notes)


def test_ten_points_apart_exactly_keep_the_headline():
    notes = lasting_of(cohort(*[STAYS] * 18, *[SINGLE] * 2))[1]
    assert not any("no headline" in note for note in notes)
    notes = lasting_of(cohort(*[STAYS] * 26, *[SINGLE] * 3))[1]
    assert any("no headline" in note for note in notes)


def test_surgery_injection_or_opioid_start_is_a_loss_on_that_day_unless_treatment_came_first():
    operated = STAYS | {"milestone": 120.0}
    figures, notes = lasting_of(cohort(*[STAYS] * 20, *[operated] * 19, operated | {"retreated": 100.0}))
    assert (figures["milestones"], figures["retreated"], figures["lost"], figures["censored"]) == (19, 1, 0, 20)
    assert [box["left"] for box in figures["npmle"]] == [99, 119, 364]
    assert any(note.startswith("19 of 40 responders had surgery, an injection or a first opioid") for note in notes)
    assert figures["survival_treatment_policy"][1]["low"] == 1
    assert month(figures, 6)["observed"]["x"] == 20
    lost_before = lasting_of(cohort(LOST | {"milestone": 190.0}))[0]
    assert (lost_before["milestones"], lost_before["lost"]) == (0, 1)


def test_treatment_after_the_end_is_a_loss_on_that_day_and_is_looked_past_beside_it():
    figures, notes = lasting_of(cohort(*[STAYS] * 20, *[STAYS | {"retreated": 120.4}] * 20))
    assert figures["retreated"] == 20
    assert figures["npmle"][0] == {"left": 119, "right": 120, "mass": pytest.approx(0.5)}
    assert at(figures, 182)["high"] == pytest.approx(0.5)
    assert at(figures, 182, "survival_treatment_policy")["low"] == 1
    assert any(note.startswith("20 of 40 responders were treated again before a confirmed loss") for note in notes)


@pytest.mark.parametrize(("day", "kind"), [(181.0, "retreated"), (182.0, "lost"), (300.0, "lost")])
def test_the_earlier_of_loss_and_re_treatment_counts(day, kind):
    figures = lasting_of(cohort(LOST | {"retreated": day}))[0]
    assert (figures["lost"], figures["retreated"]) == ((1, 0) if kind == "lost" else (0, 1))


def test_on_the_day_of_a_confirmed_loss_re_treatment_dates_nothing():
    """The loss is known to lie between two assessments; treatment on the second one's day does not move it."""
    figures = lasting_of(cohort(*[STAYS] * 20, *[LOST | {"retreated": 182.0}] * 20))[0]
    assert figures["npmle"][0] == {"left": 91, "right": 182, "mass": pytest.approx(0.5)}


def test_below_the_least_number_there_is_no_survival_figure():
    figures, notes = lasting_of(cohort(*[STAYS] * 19, {"seen": {60: 2}}))
    assert figures["npmle"] is figures["npmle_if_unconfirmed_lost"] is figures["kaplan_meier"] is None
    assert at(figures, 91)["low"] is at(figures, 91)["if_unconfirmed_lost"]["high"] is None
    assert all(row["mean"] is None for row in figures["rmst"])
    assert (
        "19 responders have a score later than 60 days after the course, fewer than 20: no survival figures." in notes
    )
    assert lasting_of(cohort(*[STAYS] * 19, {"seen": {61: 2}}))[0]["npmle"] is not None


def test_a_day_that_fewer_than_ten_reach_has_no_figure():
    figures, notes = lasting_of(cohort(*[STAYS] * 9, *[{"seen": {273: 2}}] * 11))
    assert (at(figures, 273)["followed"], at(figures, 273)["low"]) == (20, 1)
    assert (at(figures, 364)["followed"], at(figures, 364)["low"]) == (9, None)
    assert [row["mean"] for row in figures["rmst"]] == [84, 182, None]
    assert "Fewer than 10 still followed, so no figure: day 364 (9)." in notes
    figures, _ = lasting_of(cohort(*[STAYS] * 10, *[{"seen": {273: 2}}] * 11))
    assert (at(figures, 364)["followed"], at(figures, 364)["low"]) == (10, 1)


def test_nobody_left_to_lose_is_no_figure_and_is_said():
    figures, notes = lasting_of(cohort(*[LOST] * 20))
    assert at(figures, 182)["high"] == 0
    assert at(figures, 273)["low"] is None
    assert "The last day that tells is 182: no figure for day 273, 364." in notes
    assert "Median time to loss: after day 91, by day 182." in notes


@pytest.mark.parametrize(("failing", "headline"), [(3, True), (4, False)])
def test_restricted_means_a_tenth_of_the_days_apart_exactly_keep_the_headline(failing, headline):
    """Some of 30 fail once, on the last day of the course: censored they tell nothing, lost they lose everything."""
    figures, notes = lasting_of(cohort(*[STAYS] * (30 - failing), *[{"seen": {0: 8}}] * failing))
    row = figures["rmst"][0]
    assert (row["mean"], row["if_unconfirmed_lost"]["mean"]) == pytest.approx((84, 84 * (1 - failing / 30)))
    assert headline == (not any("the mean days still responding" in note for note in notes))


def test_restricted_means_place_losses_in_the_middle_of_their_interval():
    figures = lasting_of(cohort(*[STAYS] * 20, *[LOST] * 20))[0]
    mean = figures["rmst"][1]
    assert (mean["days"], mean["method"]) == (182, "mid_interval")
    assert mean["mean"] == pytest.approx(0.5 * 182 + 0.5 * (91 + 182) / 2)


WEEKLY = dict.fromkeys(range(7, 365, 7), 2)


def test_kaplan_meier_only_when_every_loss_is_dated_to_the_week():
    early = {"seen": {**dict.fromkeys(range(7, 84, 7), 2), 84: 8, 91: 8}}
    figures = lasting_of(cohort(*[{"seen": WEEKLY}] * 15, *[early] * 5))[0]
    assert figures["kaplan_meier"]["day"] == [0, 84]
    assert figures["kaplan_meier"]["survival"] == pytest.approx([1, 0.75])
    assert figures["kaplan_meier"]["low"][0] is None
    assert figures["kaplan_meier"]["at_risk"] == [20, 20]
    assert figures["rmst"][1]["method"] == "kaplan_meier"
    assert figures["rmst"][1]["mean"] == pytest.approx(0.75 * 182 + 0.25 * 84)
    figures, notes = lasting_of(cohort(*[{"seen": WEEKLY}] * 15, *[early] * 4, LOST))
    assert figures["kaplan_meier"] is None
    assert any(note.startswith("No Kaplan–Meier curve") for note in notes)


@pytest.mark.parametrize(
    ("course", "counted"),
    [
        (STAYS, "sustained"),
        (LOST, "not"),
        (STAYS | {"retreated": 182.0}, "not"),  # on the month's day
        (STAYS | {"retreated": 183.0}, "sustained"),  # after it
        (STAYS | {"seen": {30: 8, 40: 8, 182: 2}}, "not"),  # lost before, responding again
        (STAYS | {"after": {1: 2, 6: 2}}, "unknown"),
        (STAYS | {"after": {1: 8, 3: 2, 6: 2}}, "sustained"),  # one bad month without a loss
        (STAYS | {"after": {1: 2, 3: 2}}, "missing"),
        (STAYS | {"after": {1: 2, 6: 8}}, "elsewhere"),  # fails there, course between unknown
        (LOST | {"after": {}}, "lost silently"),
        (SINGLE, "single"),
        (SINGLE | {"seen": {7: 2, 91: 2, 136: 8}}, "single"),  # on the first and on the last day of the window
        (SINGLE | {"seen": {7: 2, 91: 2, 228: 8}}, "single"),
    ],
)
def test_sustained_at_month_six(course, counted):
    row = month(lasting_of(cohort(course))[0], 6)
    table = {  # observed, censoring single failing scores, missing = lost, best case, unknown
        "sustained": ((1, 1), (1, 1), (1, 1), (1, 1), 0),
        "not": ((0, 1), (0, 1), (0, 1), (0, 1), 0),
        "single": ((0, 1), (0, 0), (0, 1), (0, 1), 0),
        "unknown": ((0, 0), (0, 0), (0, 1), (1, 1), 1),
        "missing": ((0, 0), (0, 0), (0, 1), (1, 1), 0),
        "elsewhere": ((0, 0), (0, 0), (0, 1), (0, 1), 0),
        "lost silently": ((0, 0), (0, 0), (0, 1), (0, 1), 0),
    }
    keys = ("observed", "if_unconfirmed_censored", "missing_lost", "best_case")
    assert (*[(row[k]["x"], row[k]["n"]) for k in keys], row["course_between_unknown"]) == table[counted]


def test_only_courses_whose_window_has_closed_are_due():
    outcomes = cohort(STAYS, STAYS | {"t0": 50.0, "ended_on": 78.0})
    due = {day: [row["due"] for row in lasting_of(outcomes, day)[0]["sustained"]] for day in (43, 44, 228, 278)}
    assert due == {43: [0, 0, 0, 0, 0], 44: [1, 0, 0, 0, 0], 228: [2, 2, 1, 0, 0], 278: [2, 2, 2, 0, 0]}
    figures, notes = lasting_of(outcomes, 228)
    assert figures["responders_at_end"] == 2
    assert "Month 6: 1 not yet due." in notes


def test_retained_is_over_all_courses_never_responders_only():
    courses = [{"end": 8.0 - i % 6, "after": {6: 8.0 - (i % 5)}} for i in range(30)]
    row = month(lasting_of(cohort(*courses))[0], 6, "retained")
    then, now = np.array([i % 6 for i in range(30)], float), np.array([i % 5 for i in range(30)], float)
    assert row["n"] == 30
    assert row["fraction"] == pytest.approx(now.mean() / then.mean())
    assert tuple(row["ci"]) == fieller(now, then)
    few = [month(lasting_of(cohort(*courses[-n:]))[0], 6, "retained") for n in (9, 10)]
    assert [(one["n"], one["fraction"] is not None) for one in few] == [(9, False), (10, True)]


def test_retained_without_improvement_or_people_is_null_and_says_why():
    flat = [{"end": 8.0 + (-1) ** i, "after": {6: 7.0}} for i in range(20)]
    figures, notes = lasting_of(cohort(*flat))
    assert month(figures, 6, "retained") == {"month": 6, "fraction": None, "ci": None, "n": 20}
    assert any(
        "at month 6: the mean improvement at the end of the course is not clearly above none" in n for n in notes
    )
    assert any("below 10 courses: month 1 (0), 3 (0), 9 (0), 12 (0)" in n for n in notes)
    worse = [{"end": 9.0 + i % 2, "after": {6: 7.0}} for i in range(20)]
    assert month(lasting_of(cohort(*worse))[0], 6, "retained")["fraction"] is None


@pytest.mark.parametrize("courses", [[], [{"t0": np.nan}], [STAYS], [LOST] * 25, [SINGLE] * 25, [STAYS] * 30])
def test_figures_are_plain_json_without_nan(courses):
    figures, notes = lasting_of(cohort(*courses))
    assert json.loads(json.dumps(figures, allow_nan=False)) == figures
    assert all(isinstance(note, str) and note.endswith(".") for note in notes)


KEYS = (
    "ended responders_at_end never_responded no_end_reading lost unconfirmed censored retreated npmle survival "
    "sustained kaplan_meier rmst retained"
)


def test_the_object_has_the_contract_keys():
    figures = lasting_of(cohort(STAYS))[0]
    assert set(KEYS.split()) <= set(figures)
    assert [row["day"] for row in figures["survival"]] == [91, 182, 273, 364]
    assert [row["month"] for row in figures["sustained"]] == [1, 3, 6, 9, 12]
    assert [row["days"] for row in figures["rmst"]] == [84, 182, 364]


def rounded(value):
    """Without the last bits, which depend on the order of a sum."""
    if isinstance(value, dict):
        return {key: rounded(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(part) for part in value]
    return round(value, 9) if isinstance(value, float) else value


courses = st.lists(st.sampled_from([STAYS, LOST, SINGLE, STAYS | {"retreated": 150.0}]), min_size=1, max_size=40)


@settings(max_examples=25, deadline=None)
@given(courses, st.integers(1, 1000), st.randoms(use_true_random=False))
def test_the_calendar_and_the_order_of_courses_do_not_matter(chosen, shift, random):
    one = cohort(*chosen)
    shuffled = list(chosen)
    random.shuffle(shuffled)
    other = cohort(*[c | {"t0": float(shift), "ended_on": 28.0 + shift} for c in shuffled])
    assert rounded(lasting_of(one, 500)) == rounded(lasting_of(other, 500 + shift))


@settings(max_examples=25, deadline=None)
@given(courses)
def test_counting_unconfirmed_as_lost_never_raises_survival(chosen):
    figures = lasting_of(cohort(*chosen))[0]
    for row in figures["survival"]:
        lost = row["if_unconfirmed_lost"]
        if row["low"] is not None and lost["low"] is not None:
            assert lost["low"] <= row["low"] + 1e-9
            assert lost["high"] <= row["high"] + 1e-9


@pytest.mark.parametrize(
    ("course", "as_of", "state", "day"),
    [
        (STAYS, None, "responding", 364),
        (LOST, None, "lost", 182),
        (SINGLE, None, "unconfirmed", 182),
        (STAYS | {"seen": {}}, None, "responding", 0),
        ({"end": 6.0}, None, "never", None),
        ({"end": np.nan}, None, "no_end_reading", None),
        ({"baseline": np.nan}, None, "no_baseline", None),
        ({"baseline": 2.0}, None, "too_low", None),
        ({"t0": np.nan}, None, "not_ended", None),
        (STAYS, 27.0, "not_ended", None),
    ],
)
def test_one_person_gets_a_dated_statement(course, as_of, state, day):
    start = date(2024, 12, 23).toordinal()
    outcomes = cohort({"t0": 0.0} | course)
    moved = replace(outcomes, t0=outcomes.t0 + start, ended_on=outcomes.ended_on + start)
    found = durability.lasted(moved, 0, None if as_of is None else as_of + start)
    assert (found.state, found.day, found.share) == (state, day, 0.3)
    assert found.on == (None if day is None else date.fromordinal(start + day))


def vickers(group):
    """Outcomes of one arm: day numbers, the course ends on day 91, the reading on day 365 is day 274 after it."""
    people = {}
    with VICKERS.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["group"] == group:
                people.setdefault(row["patient"], {})[int(row["recorded_at"])] = float(row["value"])
    return cohort(
        *[
            {
                "t0": 91.0,
                "ended_on": 91.0,
                "baseline": scores[-7],
                "end": scores.get(91, np.nan),
                "seen": {day - 91: scores[day] for day in (91, 365) if day in scores},
                "after": {9: scores.get(365, np.nan)},
            }
            for scores in people.values()
        ],
        instrument=Instrument("headache_score", 0, 140),
    )


@pytest.mark.skipif(not VICKERS.exists(), reason="../shared/data/vickers2004_tidy.csv is not here")
@pytest.mark.parametrize(
    ("group", "ended", "good", "never", "silent"), [("acupuncture", 205, 78, 95, 32), ("control", 196, 43, 110, 43)]
)
def test_vickers_2004(group, ended, good, never, silent):
    """78, 95 and 32 of 205 as in the sample of the contract; one follow-up reading can only ever be unconfirmed."""
    outcomes = vickers(group)
    figures, notes = lasting_of(outcomes)
    assert (figures["ended"], figures["responders_at_end"]) == (ended, good)
    assert (figures["never_responded"], figures["no_end_reading"]) == (never, silent)
    at_end = 10 * (outcomes.baseline - outcomes.end) >= 3 * outcomes.baseline
    later = outcomes.after_end[:, 3]
    failed = at_end & (10 * (outcomes.baseline - later) < 3 * outcomes.baseline)
    seen = at_end & np.isfinite(later)
    assert (figures["lost"], figures["unconfirmed"]) == (0, failed.sum())
    share = 1 - failed.sum() / seen.sum()
    row = at(figures, 273)
    assert (row["low"], row["high"], row["followed"]) == (1, 1, seen.sum())
    assert row["if_unconfirmed_lost"] == {"low": pytest.approx(share), "high": pytest.approx(1)}
    assert at(figures, 364)["low"] is None
    assert any("no headline" in note for note in notes)
    assert month(figures, 9)["course_between_unknown"] == (seen & ~failed).sum()
    both = np.isfinite(outcomes.end) & np.isfinite(later)
    then, now = (outcomes.baseline - outcomes.end)[both], (outcomes.baseline - later)[both]
    assert month(figures, 9, "retained")["n"] == both.sum()
    assert month(figures, 9, "retained")["fraction"] == pytest.approx(now.mean() / then.mean())


def test_the_examples_of_the_page_run():
    page = Path(__file__).parents[2] / "docs" / "science" / "durability.md"
    failed, tried = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert failed == 0
    assert tried > 20
