"""Clinic summary: outcome rows through science; the same figures as the file they came from."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.storage.universe import NOW, TODAY, Universe
from tracker.services import import_, log, outcomes_file, summarise
from tracker.services.errors import Invalid, NotAllowed
from tracker.storage import AuditEvent, Course, Outcome

VICKERS = Path(__file__).resolve().parents[3] / "shared" / "data" / "vickers2004_tidy.csv"
SCORE = "headache_score:0:140:lower"
DAY = timedelta(days=1)


def summary(db: Session, universe: Universe, who: str = "cho", **more: Any) -> dict[str, Any]:
    return summarise.clinic_summary(db, actor=universe.actors[who], now=NOW, **more)


def put(db: Session, universe: Universe, name: str, ago: int, value: float, **more: Any) -> None:
    told = {"instrument": "nrs_week", "value": value, "recorded_at": NOW - ago * DAY, "received_at": NOW - ago * DAY}
    by = universe.actors["maple" if name == "gail" else "willow"]
    told["entered_by"] = "patient"
    log.reading(db, actor=by, now=NOW, **universe.score(name, **told | more))


def treat(db: Session, universe: Universe, name: str, ago: int) -> None:
    on = TODAY - ago * DAY
    told = {"id": universe.visit(name, on), "course_id": universe.courses[name], "held_on": on, "now": NOW}
    log.session(db, actor=universe.actors["dan" if name == "gail" else "cho"], **told)


def treated(db: Session, universe: Universe) -> None:
    """Eve from 8 to 2, Finn from 6 to 6, Gail elsewhere; all ended long ago."""
    for name, first, last in (("eve", 8, 2), ("finn", 6, 6), ("gail", 9, 0)):
        for ago in (300, 293):
            treat(db, universe, name, ago)
        put(db, universe, name, 301, first, kind="baseline")
        for ago in (286, 263, 200):
            put(db, universe, name, ago, last)


def flat(value: Any, path: str = "") -> dict[str, Any]:
    """Every figure by its path."""
    if isinstance(value, dict):
        return {k: v for name, part in value.items() for k, v in flat(part, f"{path}/{name}").items()}
    if isinstance(value, list):
        return {k: v for i, part in enumerate(value) for k, v in flat(part, f"{path}/{i}").items()}
    return {path: value}


@pytest.mark.skipif(not VICKERS.exists(), reason=f"{VICKERS.name} is not beside the project")
@pytest.mark.parametrize("anchor", ["start", "end"])
def test_an_imported_trial_gives_the_figures_of_its_file(db: Session, universe: Universe, anchor: str):
    actor = universe.actors["amy"]
    report = import_.import_file(db, actor=actor, path=VICKERS, day_zero=date(2002, 1, 1), instrument=SCORE, now=NOW)
    assert (report.patients, report.courses, report.readings, report.refusals) == (401, 401, 1028, ())
    told: dict[str, Any] = {"anchor": anchor, "compare": "control"}
    stored = summary(db, universe, instrument="headache_score", group=True, **told)
    filed = outcomes_file.outcomes(VICKERS, instrument=SCORE, group="group", **told)
    names = ("groups", "comparison", "instrument", "anchor")
    one, other = (flat({n: s[n] for n in names}) for s in (stored, filed))
    figures = {path: value for path, value in other.items() if "/notes" not in path}
    numbers = {path: value for path, value in figures.items() if isinstance(value, float)}
    assert {path: one[path] for path in numbers} == pytest.approx(numbers, rel=1e-9, abs=1e-9)
    assert {p: one[p] for p in figures if p not in numbers} == {p: v for p, v in figures.items() if p not in numbers}
    assert len(numbers) > 150


def test_the_summary_counts_the_clinics_own(db: Session, universe: Universe):
    treated(db, universe)
    group = summary(db, universe)["groups"]["all"]
    assert (group["courses"], group["with_baseline"], group["baseline"]["mean"]) == (2, 2, 7)
    end = next(w for w in group["windows"] if w["month"] == 0)
    assert (end["due"], end["n"], end["mean"]) == (2, 2, 4)
    half = next(r for r in end["responders"] if r["threshold"] == 0.5)
    assert (half["observed"]["x"], half["observed"]["n"]) == (1, 2)
    assert summary(db, universe, "dan")["groups"]["all"]["baseline"]["mean"] == 9


def test_a_silent_patient_stays_in_the_denominator(db: Session, universe: Universe):
    treated(db, universe)
    db.execute(update(Outcome).where(Outcome.course_id == universe.courses["finn"]).values(end=None))
    db.commit()
    end = summary(db, universe)["groups"]["all"]["windows"][0]
    counted = end["responders"][0]["missing_not_improved"]
    assert (end["due"], end["n"], counted["x"], counted["n"]) == (2, 1, 1, 2)


def test_the_summary_reads_outcome_rows_alone(db: Session, universe: Universe):
    treated(db, universe)
    db.execute(update(Outcome).where(Outcome.baseline == 8).values(baseline=10))
    db.commit()
    assert summary(db, universe)["groups"]["all"]["baseline"]["mean"] == 8


def test_windows_that_have_not_closed_are_not_due(db: Session, universe: Universe):
    treated(db, universe)
    due = {w["month"] for w in summary(db, universe)["groups"]["all"]["windows"]}
    early = {w["month"] for w in summary(db, universe, as_of=TODAY - 200 * DAY)["groups"]["all"]["windows"]}
    assert (due, early) == ({0, 1, 3, 6}, {0, 1})


FILTERS = [
    ({"condition": "knee_oa"}, 1),
    ({"condition": "neck"}, 0),
    ({"practitioner": "Cho"}, 1),
    ({"since": TODAY - 299 * DAY}, 0),
    ({"since": TODAY - 300 * DAY, "until": TODAY - 300 * DAY}, 2),
    ({"until": TODAY - 301 * DAY}, 0),
]


@pytest.mark.parametrize(("chosen", "courses"), FILTERS)
def test_filters(db: Session, universe: Universe, chosen: dict, courses: int):
    treated(db, universe)
    db.execute(update(Course).where(Course.id == universe.courses["finn"]).values(practitioner="Cho"))
    db.commit()
    assert summary(db, universe, **chosen)["groups"]["all"]["courses"] == courses


def test_courses_are_grouped_by_their_label(db: Session, universe: Universe):
    treated(db, universe)
    db.execute(update(Course).where(Course.id == universe.courses["finn"]).values(group_label="b"))
    db.commit()
    found = summary(db, universe, group="group", compare="none")
    assert {name: group["courses"] for name, group in found["groups"].items()} == {"b": 1, "none": 1}
    assert found["comparison"]["reference"] == "none"


def test_staff_entered_scores_are_counted_apart(db: Session, universe: Universe):
    treated(db, universe)
    put(db, universe, "eve", 100, 9, entered_by="staff")
    group = summary(db, universe)["groups"]["all"]
    assert (group["staff_entered"], group["windows"][0]["mean"]) == (1, 4)


INSTRUMENTS = [({}, "nrs_week"), ({"condition": "migraine"}, "headache_days"), ({"instrument": "peg"}, "peg")]


@pytest.mark.parametrize(("asked", "code"), INSTRUMENTS)
def test_the_instrument_is_the_one_asked_for_or_the_conditions_own(
    db: Session, universe: Universe, asked: dict, code: str
):
    treated(db, universe)
    assert summary(db, universe, **asked)["instrument"]["code"] == code


def test_without_weekly_scores_the_commonest_instrument_speaks(db: Session, universe: Universe):
    put(db, universe, "eve", 1, 5, instrument="peg", items={"pain": 5, "enjoyment": 5, "activity": 5})
    assert summary(db, universe)["instrument"]["code"] == "peg"


def test_an_empty_clinic_has_a_summary_of_nothing(db: Session, universe: Universe):
    group = summary(db, universe)["groups"]["all"]
    assert (group["with_baseline"], group["baseline"]["mean"]) == (0, None)


BAD = [
    {"anchor": "middle"},
    {"condition": "heart"},
    {"instrument": "mood"},
    {"group": "practitioner"},
    {"compare": "a"},
    {"group": True, "compare": "nobody"},
    {"since": TODAY, "until": TODAY - DAY},
]


@pytest.mark.parametrize("bad", BAD, ids=str)
def test_a_question_that_does_not_hold_is_refused(db: Session, universe: Universe, bad: dict):
    with pytest.raises(Invalid):
        summary(db, universe, **bad)


@pytest.mark.parametrize("who", ["ben", "eve"])
def test_the_summary_is_for_those_who_treat(db: Session, universe: Universe, who: str):
    with pytest.raises(NotAllowed):
        summary(db, universe, who)


def test_a_look_at_the_summary_is_noted(db: Session, universe: Universe):
    summary(db, universe, condition="knee_oa")
    assert db.scalars(select(AuditEvent.detail).where(AuditEvent.action == "summary.look")).all() == [
        {"condition": "knee_oa"}
    ]
