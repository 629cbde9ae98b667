"""Public files as they were published, through a mapping: none of their traps yields a wrong figure.

Each figure is counted again from the file itself with pandas, which knows nothing of the tracker.
"""

import math
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.science import public
from tests.storage.universe import NOW, Universe
from tracker.services import import_, outcomes_file, summarise
from tracker.storage import Course, Outcome, Patient

pytestmark = public.here
HEADACHE = public.FOLDER / "vickers2004_headache_wide.csv"
CROSSOVER = public.FOLDER / "amitriptyline_crossover_nrs.csv"
BARE_CR = public.FOLDER / "amitriptyline_crossover_raw_CR_lineends.csv"
TRIAL = """
columns: {patient: id, condition: migraine, group: group, practitioner: acupuncturist}
words:
  condition: {1: migraine, 0: tension_headache}
  group: {1: acupuncture, 0: control}
fixed: {course_end: 91}
instruments: [headache_score:0:140:lower]
day_zero: 2002-01-01
scores:
"""
SCORES = "- {column: %s, instrument: headache_score, kind: %s, day: %s}\n"
DAYS = "- {column: %s, instrument: headache_days, kind: %s, day: %s, only_with: %s}\n"
WHEN = (("1", "baseline", -7), ("2", "check_in", 91), ("5", "check_in", 365))
MAPPED = TRIAL + "".join(SCORES % (f"pk{n}", *at) + DAYS % (f"f{n}", *at, f"pk{n}") for n, *at in WHEN)
NAIVE = MAPPED.replace(", only_with: pk2", "").replace(", only_with: pk5", "")
PERIODS = """
columns: {patient: ID, course: Period, group: Treatment}
words: {group: {A: amitriptyline, P: placebo}}
fixed: {condition: other_msk, instrument: nrs_week}
day_zero: 2014-01-06
scores:
- {column: T1, kind: baseline, day: 0}
- {column: T2, kind: check_in, day: 14}
- {column: T3, kind: check_in, day: 35}
"""


def take(db: Session, universe: Universe, path: Path | bytes, told: str, **more: Any):
    return import_.import_file(db, actor=universe.actors["amy"], path=path, mapping=told.encode(), now=NOW, **more)


def frame(path: Path) -> Any:
    """The file as pandas reads it."""
    return pd.read_csv(path)


def outcomes(db: Session, instrument: str) -> dict[tuple[str, str | None], Any]:
    """Outcome rows by patient and course code."""
    joined = (
        select(Patient.code, Course.code.label("period"), *Outcome.__table__.c)
        .join(Course, (Course.clinic_id == Outcome.clinic_id) & (Course.id == Outcome.course_id))
        .join(Patient, (Patient.clinic_id == Course.clinic_id) & (Patient.id == Course.patient_id))
        .where(Course.import_batch_id.is_not(None), Outcome.instrument == instrument)
    )
    return {(row.code, row.period): row for row in db.execute(joined)}


@pytest.fixture
def trial(db: Session, universe: Universe) -> Any:
    """The headache trial, imported from its wide file."""
    return take(db, universe, HEADACHE, MAPPED)


def test_a_file_of_somebodys_own_is_refused_in_one_line_without_a_mapping(db: Session, universe: Universe):
    for path in (HEADACHE, CROSSOVER, BARE_CR):
        (refusal,) = import_.import_file(db, actor=universe.actors["amy"], path=path, now=NOW).refusals
        assert (refusal.line, refusal.code) == (1, "missing_column")


def test_a_zero_for_a_missing_diary_is_refused_where_the_mapping_does_not_say(db: Session, universe: Universe):
    report = take(db, universe, HEADACHE, NAIVE)
    rows = frame(HEADACHE)
    lines = {(n + 2, f) for f, pk in (("f2", "pk2"), ("f5", "pk5")) for n in rows.index[rows[pk].isna()]}
    assert {(r.line, r.column) for r in report.refusals} == lines
    assert ({r.code for r in report.refusals}, len(lines), report.batch_id) == ({"zero_alone"}, 175, None)


def test_every_figure_of_the_headache_days_is_the_files_own(db: Session, universe: Universe, trial: Any):
    rows = frame(HEADACHE)
    rows.loc[rows.pk2.isna(), "f2"], rows.loc[rows.pk5.isna(), "f5"] = math.nan, math.nan
    assert (trial.patients, trial.refusals) == (401, ())
    assert trial.readings == int(rows[["pk1", "pk2", "pk5", "f1", "f2", "f5"]].notna().sum().sum())
    found = outcomes(db, "headache_days")
    for row in rows.itertuples():
        mine = found[str(row.id), None]
        expected = (row.f1, row.f2, row.f5)
        assert (mine.baseline, mine.after_start_3 or 0, mine.after_start_12 or 0) == pytest.approx(
            tuple(0 if math.isnan(v) else v for v in expected)
        )
        assert (mine.after_start_3 is None, mine.after_start_12 is None) == (math.isnan(row.f2), math.isnan(row.f5))


def test_responders_count_no_missing_diary_as_a_month_without_headache(db: Session, universe: Universe, trial: Any):
    rows = frame(HEADACHE)
    told: dict[str, Any] = {"instrument": "headache_days", "anchor": "start", "group": True}
    summary = summarise.clinic_summary(db, actor=universe.actors["amy"], until=date(2004, 1, 1), now=NOW, **told)
    for name, arm in (("acupuncture", 1), ("control", 0)):
        mine = rows[rows.group == arm]
        for month, f, pk in ((3, "f2", "pk2"), (12, "f5", "pk5")):
            seen = mine[mine[pk].notna()]
            better = int(((seen.f1 - seen[f]) / seen.f1 >= 0.5).sum())
            window = next(w for w in summary["groups"][name]["windows"] if w["month"] == month)
            half = next(one for one in window["responders"] if one["threshold"] == 0.5)
            assert (half["observed"]["x"], half["observed"]["n"]) == (better, len(seen))
            assert half["missing_not_improved"]["n"] == len(mine)


def test_the_wide_and_the_tidy_file_of_one_trial_give_one_summary(db: Session, universe: Universe, trial: Any):
    told: dict[str, Any] = {"anchor": "start"}
    actor = universe.actors["amy"]
    stored = summarise.clinic_summary(db, actor=actor, instrument="headache_score", group=True, now=NOW, **told)
    filed = outcomes_file.outcomes(
        public.FOLDER / "vickers2004_tidy.csv", instrument="headache_score:0:140:lower", group="group", **told
    )
    for name in ("acupuncture", "control"):
        for one, other in zip(stored["groups"][name]["windows"], filed["groups"][name]["windows"], strict=True):
            assert (one["month"], one["n"]) == (other["month"], other["n"])
            assert (one["mean"], one["sd"]) == pytest.approx((other["mean"], other["sd"]))


def test_a_course_that_starts_at_zero_has_scores_and_no_percentage(db: Session, universe: Universe):
    rows = frame(CROSSOVER)
    report = take(db, universe, CROSSOVER, PERIODS)
    assert (report.patients, report.courses, report.readings, report.refusals) == (122, 244, 732, ())
    found = outcomes(db, "nrs_week")
    for row in rows.itertuples():
        mine = found[row.ID, str(row.Period)]
        assert (mine.baseline, mine.last_value, mine.readings) == (row.T1, row.T3, 3)
    assert sum(row.baseline == 0 for row in found.values()) == 20


def test_second_periods_that_start_at_zero_are_counted_apart_and_never_as_responders(db: Session, universe: Universe):
    rows = frame(CROSSOVER).query("Period == 2")
    take(db, universe, rows.to_csv(index=False).encode(), PERIODS)
    told: dict[str, Any] = {"anchor": "start", "until": date(2015, 1, 1), "now": NOW}
    found = summarise.clinic_summary(db, actor=universe.actors["amy"], **told)["groups"]["all"]
    low = rows[rows.T1 < 3]
    judged = rows[rows.T1 >= 3]
    better = int(((judged.T1 - judged.T3) / judged.T1 >= 0.3).sum())
    assert (found["courses"], found["with_baseline"], found["too_low"]) == (122, 122, len(low))
    month = next(w for w in found["windows"] if w["month"] == 1)
    third = next(one for one in month["responders"] if one["threshold"] == 0.3)
    assert (third["observed"]["x"], third["observed"]["n"]) == (better, len(judged))
    assert found["baseline"]["mean"] == pytest.approx(rows.T1.mean())


def test_bare_carriage_returns_end_lines(db: Session, universe: Universe):
    first = take(db, universe, BARE_CR, PERIODS)
    assert (first.rows, first.readings, first.refusals) == (732, 732, ())
    again = take(db, universe, CROSSOVER, PERIODS)
    assert (again.courses, again.readings, again.refusals) == (0, 0, ())
