"""Enrol: clinics, staff, patients and courses come in; the same again is a replay."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.storage.universe import NOW, TODAY, Universe
from tracker.services import access, enrol
from tracker.services.course import chronicity_of
from tracker.services.errors import Conflict, Invalid, NotAllowed, NotFound
from tracker.storage import AuditEvent, Clinic, Outcome, Patient, Place, User

CLINIC: dict[str, Any] = {
    "slug": "oak",
    "name": "Oak",
    "timezone": "Europe/Berlin",
    "emergency_number": "112",
    "admin_email": "boss@oak.test",
}
BAD_CLINICS = [
    ("slug", "Oak"),
    ("slug", ""),
    ("slug", "-oak"),
    ("slug", "o" * 64),
    ("name", " "),
    ("name", "o\x00k"),
    ("timezone", "Mars/Olympus"),
    ("timezone", "../etc/passwd"),
    ("emergency_number", ""),
    ("admin_email", "nobody"),
]
BAD_PATIENTS = [
    ("code", ""),
    ("code", "a\ud800"),
    ("code", "a\nb"),
    ("code", "x" * 65),
    ("initials", "x" * 17),
    ("birth_year", 1899),
    ("birth_year", 2027),
    ("birth_year", True),
    ("sex", "unknown"),
    ("timezone", "Nowhere"),
    ("language", "xx"),
]
BAD_COURSES = [
    ("condition", "heart"),
    ("onset_on", TODAY + timedelta(days=1)),
    ("chronicity", "long"),
    ("planned_sessions", 0),
    ("planned_sessions", 2.5),
    ("planned_per_week", 0),
    ("planned_per_week", float("nan")),
    ("modality", "magic"),
    ("places", [("knee", "middle")]),
    ("places", [("knee", "left"), ("knee", "left")]),
    ("places", [("k" * 65, "left")]),
    ("places", [(f"p{i}", "none") for i in range(21)]),
]


def create(db: Session, **more: Any):
    told: dict[str, Any] = dict(CLINIC, **more)
    return enrol.create_clinic(db, **told)


def opened(universe: Universe, **more: Any) -> dict[str, Any]:
    return {"id": uuid4(), "patient_id": universe.people["eve"], "condition": "neck", "now": NOW} | more


def test_a_clinic_comes_with_an_admin_who_can_sign_in_once(db: Session):
    clinic, token = create(db)
    signed = access.redeem(db, token=token)
    assert signed.user_id is not None
    assert (signed.kind, signed.clinic_id) == ("staff", clinic.id)
    assert [(m.clinic, m.role) for m in access.memberships(db, signed.user_id)] == [(clinic, "clinic_admin")]


@pytest.mark.parametrize(("name", "value"), BAD_CLINICS)
def test_a_clinic_that_does_not_hold_is_refused(db: Session, name: str, value: str):
    with pytest.raises(Invalid) as refused:
        create(db, **{name: value})
    assert refused.value.errors[0]["pointer"] == f"/{name}"
    assert db.scalar(select(Clinic).where(Clinic.slug == "oak")) is None


def test_all_faults_are_said_at_once(db: Session):
    with pytest.raises(Invalid) as refused:
        create(db, **{"slug": "?", "timezone": "?", "name": ""})
    assert {fault["pointer"] for fault in refused.value.errors} == {"/slug", "/timezone", "/name"}


def test_two_clinics_cannot_share_a_short_name(db: Session):
    with pytest.raises(Conflict):
        create(db, **{"slug": "willow"})


def test_one_person_may_work_at_two_clinics(db: Session, universe: Universe):
    user, _ = enrol.add_staff(
        db, actor=universe.actors["maple"], email=" CHO@willow.test", name="Cho", role="front_desk"
    )
    assert user.id == universe.people["cho"]
    assert {(m.clinic.slug, m.role) for m in access.memberships(db, user.id)} == {
        ("willow", "practitioner"),
        ("maple", "front_desk"),
    }


@pytest.mark.parametrize("who", ["ben", "cho", "eve"])
def test_only_the_admin_adds_staff(db: Session, universe: Universe, who: str):
    with pytest.raises(NotAllowed):
        enrol.add_staff(db, actor=universe.actors[who], email="x@y.zz", name="X", role="practitioner")
    assert db.scalar(select(func.count()).select_from(User).where(User.email == "x@y.zz")) == 0


@pytest.mark.parametrize(("name", "value"), BAD_PATIENTS)
def test_a_patient_that_does_not_hold_is_refused(db: Session, universe: Universe, name: str, value: Any):
    told: dict[str, Any] = {"code": "C-1"} | {name: value}
    with pytest.raises(Invalid) as refused:
        enrol.enrol_patient(db, actor=universe.actors["ben"], now=NOW, **told)
    assert refused.value.errors[0]["pointer"] == f"/{name}"


def test_the_same_patient_again_is_a_replay(db: Session, universe: Universe):
    told: dict[str, Any] = {
        "actor": universe.actors["ben"],
        "id": uuid4(),
        "code": "C-1",
        "birth_year": 1960,
        "now": NOW,
    }
    assert enrol.enrol_patient(db, **told) == enrol.enrol_patient(db, **told)
    with pytest.raises(Conflict):
        enrol.enrol_patient(db, **dict(told, birth_year=1961))


def test_a_code_is_taken_once_in_a_clinic_and_free_in_another(db: Session, universe: Universe):
    with pytest.raises(Conflict, match="code"):
        enrol.enrol_patient(db, actor=universe.actors["ben"], code="C-eve")
    assert enrol.enrol_patient(db, actor=universe.actors["maple"], code="C-eve").code == "C-eve"
    assert db.scalar(select(func.count()).select_from(Patient).where(Patient.code == "C-eve")) == 2


def test_a_patient_without_a_zone_lives_in_the_clinics(db: Session, universe: Universe):
    assert enrol.enrol_patient(db, actor=universe.actors["ben"], code="1").timezone == "Asia/Seoul"
    assert (
        enrol.enrol_patient(db, actor=universe.actors["ben"], code="2", timezone="Asia/Tokyo").timezone == "Asia/Tokyo"
    )


ONSETS = [(0, "acute"), (41, "acute"), (42, "subacute"), (84, "subacute"), (85, "chronic"), (None, None)]


@pytest.mark.parametrize(("days", "word"), ONSETS)
def test_chronicity_follows_from_the_onset(days: int | None, word: str | None):
    assert chronicity_of(None if days is None else TODAY - timedelta(days=days), TODAY) == word


@pytest.mark.parametrize(("name", "value"), BAD_COURSES)
def test_a_course_that_does_not_hold_is_refused(db: Session, universe: Universe, name: str, value: object):
    with pytest.raises(Invalid):
        enrol.open_course(db, actor=universe.actors["cho"], **opened(universe, **{name: value}))


def test_the_same_course_again_is_a_replay(db: Session, universe: Universe):
    told = opened(universe, actor=universe.actors["cho"], onset_on=date(2026, 1, 1), places=[("neck", "none")])
    assert enrol.open_course(db, **told) == enrol.open_course(db, **told)
    later: dict[str, Any] = dict(
        told, now=NOW + timedelta(days=60)
    )  # what followed from the day of the first call does not change
    assert enrol.open_course(db, **later).chronicity == "subacute"
    others: tuple[dict[str, Any], ...] = (
        {"condition": "low_back"},
        {"places": [("neck", "left")]},
        {"chronicity": "chronic"},
    )
    for other in others:
        with pytest.raises(Conflict):
            enrol.open_course(db, **dict(told, **other))


def test_a_course_without_a_place_is_scored_as_a_whole(db: Session, universe: Universe):
    view = enrol.open_course(db, actor=universe.actors["cho"], **opened(universe))
    assert [(p.site, p.side) for p in view.places] == [(None, "none")]
    assert db.scalars(select(Place.site).where(Place.course_id == view.id)).all() == [""]


def test_a_new_course_is_in_the_denominators_at_once(db: Session, universe: Universe):
    view = enrol.open_course(db, actor=universe.actors["cho"], **opened(universe, condition="migraine"))
    rows = db.execute(select(Outcome.instrument, Outcome.readings).where(Outcome.course_id == view.id))
    assert [tuple(row) for row in rows] == [("headache_days", 0)]


def test_a_course_for_a_patient_of_another_clinic_is_not_there(db: Session, universe: Universe):
    with pytest.raises(NotFound):
        enrol.open_course(db, actor=universe.actors["dan"], **opened(universe))


def test_the_id_of_a_foreign_course_is_free_here(db: Session, universe: Universe):
    told = opened(universe, id=universe.courses["eve"], patient_id=universe.people["gail"])
    assert enrol.open_course(db, actor=universe.actors["dan"], **told).patient_id == universe.people["gail"]


def test_a_course_closes_and_the_trail_says_so(db: Session, universe: Universe):
    told = {"actor": universe.actors["cho"], "course_id": universe.courses["eve"], "now": NOW}
    view = enrol.close_course(db, on=TODAY, reason="done", **told)
    assert (view.closed_on, view.closed_reason) == (TODAY, "done")
    enrol.close_course(db, on=TODAY, reason="done", **told)
    acts = db.scalars(select(AuditEvent.detail).where(AuditEvent.action == "course.close")).all()
    assert acts == [{"on": "2026-03-02"}]


def test_a_course_cannot_close_tomorrow_or_before_it_began(db: Session, universe: Universe):
    for on in (TODAY + timedelta(days=1), date(1899, 1, 1)):
        with pytest.raises(Invalid):
            enrol.close_course(
                db, actor=universe.actors["cho"], course_id=universe.courses["eve"], on=on, reason="x", now=NOW
            )


def test_the_front_desk_does_not_close_a_course(db: Session, universe: Universe):
    with pytest.raises(NotAllowed):
        enrol.close_course(db, actor=universe.actors["ben"], course_id=universe.courses["eve"], on=TODAY, reason="x")


def test_every_arrival_is_in_the_trail(db: Session, universe: Universe):
    acts = db.scalars(select(AuditEvent.action).where(AuditEvent.clinic_id == universe.clinics["maple"])).all()
    assert sorted(set(acts)) == ["clinic.create", "course.open", "link.issue", "patient.enrol", "staff.add"]
