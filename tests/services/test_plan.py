"""Plan: set, replayed, refused, who was faster; how it was kept; the counter that a clinic turns on."""

from datetime import timedelta
from typing import Any
from uuid import uuid4, uuid5

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from tests.storage.universe import NOW, TODAY, Universe
from tracker.services import enrol, log, plan
from tracker.services.errors import Conflict, Invalid, NotAllowed, NotFound
from tracker.services.recompute import recompute
from tracker.storage import AuditEvent, Outcome

DAY = timedelta(days=1)


def put(db: Database, universe: Universe, by: str = "cho", name: str = "finn", **more: Any) -> Any:
    told = {"planned_sessions": 10, "planned_per_week": 2, "modalities": ["acupuncture", "cupping"], "now": NOW}
    return plan.plan(db, actor=universe.actors[by], course_id=universe.courses[name], **(told | more))


def kept(db: Database, universe: Universe, now: Any = NOW, name: str = "finn") -> plan.Kept:
    return plan.kept(db, actor=universe.actors["cho"], course_id=universe.courses[name], now=now)


def treat(db: Database, universe: Universe, ago: int, name: str = "finn", course: Any = None, **more: Any) -> None:
    on = TODAY - ago * DAY
    from_course = course or universe.courses[name]
    id = uuid5(from_course, f"{on}/1")
    log.session(db, actor=universe.actors["cho"], id=id, course_id=from_course, held_on=on, now=NOW, **more)


def test_a_plan_is_set_and_the_same_again_leaves_no_second_note(db: Database, universe: Universe):
    made = put(db, universe)
    assert (made.planned_sessions, made.planned_per_week) == (10, 2)
    assert made.planned_modalities == ("acupuncture", "cupping")
    assert put(db, universe, now=NOW + DAY) == made
    noted = db.scalars(select(AuditEvent.action).where(AuditEvent.action == "course.plan")).all()
    assert len(noted) == 1


@pytest.mark.parametrize(
    ("wrong", "pointer", "code"),
    [
        ({"planned_sessions": 0}, "/planned_sessions", "out_of_range"),
        ({"planned_sessions": 2.5}, "/planned_sessions", "not_whole"),
        ({"planned_per_week": 0}, "/planned_per_week", "out_of_range"),
        ({"planned_per_week": 10**400}, "/planned_per_week", "out_of_range"),
        ({"modalities": ["leeches"]}, "/modalities/0", "unknown_word"),
        ({"modalities": ["cupping", "cupping"]}, "/modalities", "twice"),
    ],
)
def test_what_is_no_plan_is_refused(db: Database, universe: Universe, wrong, pointer, code):
    with pytest.raises(Invalid) as refused:
        put(db, universe, **wrong)
    assert [(fault["pointer"], fault["code"]) for fault in refused.value.errors] == [(pointer, code)]


def test_of_two_who_change_a_plan_the_second_is_told(db: Database, universe: Universe):
    seen = put(db, universe).plan_version
    put(db, universe, planned_sessions=12, seen=seen)
    with pytest.raises(Conflict, match="meanwhile"):
        put(db, universe, planned_sessions=6, seen=seen)
    assert put(db, universe, planned_sessions=12, seen=seen).planned_sessions == 12  # a lost answer, sent again


@pytest.mark.parametrize(("by", "error"), [("dan", NotFound), ("ben", NotAllowed), ("finn", NotAllowed)])
def test_nobody_else_plans(db: Database, universe: Universe, by: str, error):
    with pytest.raises(error):
        put(db, universe, by=by)


def test_a_new_plan_moves_the_end_of_the_course_in_the_same_transaction(db: Database, universe: Universe):
    put(db, universe)
    treat(db, universe, 40)
    before = set(db.scalars(select(Outcome.ended_on).where(Outcome.course_id == universe.courses["finn"])))
    put(db, universe, planned_per_week=0.25)
    after = set(db.scalars(select(Outcome.ended_on).where(Outcome.course_id == universe.courses["finn"])))
    assert after != before
    assert recompute(db, check=True) == []


def test_the_weeks_begin_with_the_first_session(db: Database, universe: Universe):
    put(db, universe)
    for ago in (20, 17, 12):
        treat(db, universe, ago)
    found = kept(db, universe)
    assert [(week.held, week.planned) for week in found.weeks] == [(2, 2), (1, 2), (0, 2)]
    assert (found.kept, found.held) == ((1, 2), 3)


def test_a_course_without_a_session_has_no_weeks(db: Database, universe: Universe):
    put(db, universe)
    assert (kept(db, universe).weeks, kept(db, universe).kept) == ((), None)


def test_cancelled_and_planned_sessions_are_no_dose(db: Database, universe: Universe):
    treat(db, universe, 3)
    treat(db, universe, 2, state="cancelled")
    treat(db, universe, -2, state="planned")
    assert kept(db, universe).held == 1


def count(db: Database, universe: Universe, on: bool = True) -> None:
    plan.count_visits(db, actor=universe.actors["amy"], on=on, now=NOW)


def test_visits_are_counted_only_where_the_clinic_turned_it_on(db: Database, universe: Universe):
    treat(db, universe, 1)
    assert kept(db, universe).ninety is None
    count(db, universe)
    ninety, year = kept(db, universe).ninety, kept(db, universe).year
    assert ninety is not None
    assert year is not None
    assert (ninety.count, ninety.limit, year.count, year.limit) == (1, 12, 1, 20)
    count(db, universe, on=False)
    assert kept(db, universe).ninety is None


def test_only_chronic_low_back_pain_is_counted(db: Database, universe: Universe):
    count(db, universe)
    assert kept(db, universe, name="eve").ninety is None
    acute = {"id": uuid4(), "patient_id": universe.people["finn"], "condition": "low_back", "chronicity": "acute"}
    enrol.open_course(db, actor=universe.actors["cho"], now=NOW, **acute)
    asked = {"actor": universe.actors["cho"], "course_id": acute["id"], "now": NOW}
    assert plan.kept(db, **asked).ninety is None


def test_an_earlier_course_counts_and_what_used_no_needle_does_not(db: Database, universe: Universe):
    count(db, universe)
    second = {"id": uuid4(), "patient_id": universe.people["finn"], "condition": "low_back"}
    enrol.open_course(db, actor=universe.actors["cho"], now=NOW, **second)
    treat(db, universe, 5, course=second["id"], modalities=["acupuncture", "cupping"])
    treat(db, universe, 4, modalities=["exercise"])
    treat(db, universe, 3)
    ninety = kept(db, universe).ninety
    assert ninety is not None
    assert ninety.count == 2


def test_the_ninetieth_day_back_counts_and_the_ninety_first_does_not(db: Database, universe: Universe):
    count(db, universe)
    treat(db, universe, 89)
    treat(db, universe, 90)
    ninety = kept(db, universe).ninety
    assert ninety is not None
    assert ninety.count == 1


@pytest.mark.parametrize("by", ["cho", "ben", "finn"])
def test_only_the_admin_turns_it_on(db: Database, universe: Universe, by: str):
    with pytest.raises(NotAllowed):
        plan.count_visits(db, actor=universe.actors[by], on=True)


def test_turning_it_on_twice_leaves_one_note(db: Database, universe: Universe):
    count(db, universe)
    count(db, universe)
    noted = db.scalars(select(AuditEvent.detail).where(AuditEvent.action == "clinic.set")).all()
    assert noted == [{"on": True}]
