"""Retention: a record goes when nothing came in for as long as the clinic keeps it, and when an admin says so."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.storage.universe import NOW, TODAY, Universe
from tracker.services import log, retention, setting
from tracker.services.errors import Conflict, Invalid, NotAllowed
from tracker.services.retention import Past
from tracker.storage import AuditEvent, Course, Erasure, Patient, Reading

TEN = 3653  # days in the ten years from 2 March 2026 on


def after(days: int) -> datetime:
    return NOW + timedelta(days=days)


@pytest.fixture(autouse=True)
def ten_years(db: Session, universe: Universe):
    """The clinic keeps records for ten years."""
    amy = universe.actors["amy"]
    setting.change(db, actor=amy, told=replace(setting.settings(db, actor=amy), keep_years=10), now=NOW)


def past(db: Session, universe: Universe, days: int) -> Past:
    return retention.past(db, actor=universe.actors["amy"], now=after(days))


def test_a_record_is_past_its_time_the_day_after_ten_years(db: Session, universe: Universe):
    assert [past(db, universe, days).count for days in (0, TEN, TEN + 1)] == [0, 0, 2]
    assert past(db, universe, TEN).before == TODAY
    assert set(past(db, universe, TEN + 1).ids) == {universe.people["eve"], universe.people["finn"]}


@pytest.mark.parametrize("what", ["reading", "session", "reaction", "milestone", "consent", "co_treatment"])
def test_whatever_came_in_later_keeps_it(db: Session, universe: Universe, what):
    later, at = {"actor": universe.actors["cho"], "now": after(30)}, {"course_id": universe.courses["eve"]}
    on: date = after(30).date()
    if what == "reading":
        log.reading(db, **universe.score(recorded_at=after(30)), **later)
    elif what == "session":
        log.session(db, id=universe.visit("eve", on), held_on=on, **at, **later)
    else:
        told: dict[str, dict[str, Any]] = {
            "reaction": {"occurred_on": TODAY, "code": "bruise"},
            "milestone": {"happened_on": TODAY, "code": "surgery"},
            "consent": {"product": "herbal", "answer": "given", "answered_on": TODAY},
            "co_treatment": {"kind": "medicine", "code": "opioid", "begun_on": TODAY},
        }
        getattr(log, what)(db, id=uuid4(), **told[what], **at, **later)
    assert set(past(db, universe, TEN + 1).ids) == {universe.people["finn"]}
    assert past(db, universe, TEN + 31).count == 2


def test_kept_for_good_nothing_is_past(db: Session, universe: Universe):
    amy = universe.actors["amy"]
    setting.change(db, actor=amy, told=replace(setting.settings(db, actor=amy), keep_years=None), now=NOW)
    assert past(db, universe, 50 * 366) == Past(0, (), None)


def test_a_leap_day_goes_no_day_early():
    assert retention._years_before(date(2028, 2, 29), 10) == date(2018, 2, 28)


def erase(db: Session, universe: Universe, seen: str, **more: Any) -> int:
    told = {"actor": universe.actors["amy"], "sure": True, "now": after(TEN + 1)} | more
    return retention.erase(db, seen=seen, **told)


def test_erasing_takes_what_stood_on_the_page_and_leaves_the_proof(db: Session, universe: Universe):
    log.reading(db, actor=universe.actors["eve"], now=NOW, **universe.score())
    seen = past(db, universe, TEN + 1).version
    assert erase(db, universe, seen) == 2
    left = db.scalars(select(Patient.id)).all()
    assert left == [universe.people["gail"]]
    assert (db.scalar(select(func.count()).select_from(Reading)), db.scalars(select(Course.clinic_id)).all()) == (
        0,
        [universe.clinics["maple"]],
    )
    gone = {universe.people["eve"], universe.people["finn"]}
    assert set(db.scalars(select(Erasure.patient_id))) == gone
    assert set(db.scalars(select(AuditEvent.subject_id).where(AuditEvent.action == "patient.expire"))) == gone
    with pytest.raises(Conflict):
        erase(db, universe, seen)


def test_without_the_tick_or_with_others_on_the_page_nothing_goes(db: Session, universe: Universe):
    seen = past(db, universe, TEN + 1).version
    with pytest.raises(Invalid, match="Tick the box"):
        erase(db, universe, seen, sure=False)
    log.reading(db, actor=universe.actors["eve"], now=after(5), **universe.score())
    with pytest.raises(Conflict, match="changed"):
        erase(db, universe, seen)
    assert db.scalar(select(func.count()).select_from(Patient)) == 3


@pytest.mark.parametrize("who", ["ben", "cho", "eve"])
def test_only_an_admin_erases(db: Session, universe: Universe, who):
    with pytest.raises(NotAllowed):
        erase(db, universe, "", actor=universe.actors[who])
