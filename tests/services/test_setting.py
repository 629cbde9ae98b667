"""Settings and roles: each change once and in the trail, stale forms are told, the last admin stays."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.storage.universe import NOW, Universe
from tracker.services import access, enrol, role, setting
from tracker.services.errors import Conflict, Invalid, NotAllowed, NotFound
from tracker.services.remind import wish
from tracker.services.remind.seen import seen as reminders
from tracker.services.setting import Settings
from tracker.storage import AuditEvent, Membership, ReminderChoice, SignInLink, User


def now_set(db: Session, universe: Universe) -> Settings:
    return setting.settings(db, actor=universe.actors["amy"])


def change(db: Session, universe: Universe, seen: str | None = None, **told: Any) -> Settings:
    wanted = replace(now_set(db, universe), **told)
    return setting.change(db, actor=universe.actors["amy"], told=wanted, seen=seen, now=NOW)


def details(db: Session, action: str) -> list[dict[str, Any]]:
    return list(db.scalars(select(AuditEvent.detail).where(AuditEvent.action == action)))


# What is set


def test_what_changed_stands_in_the_trail_and_the_same_again_does_not(db: Session, universe: Universe):
    for _ in range(2):
        change(db, universe, emergency_number=" 112 ", languages=("ko", "en"), keep_years=10)
    assert details(db, "clinic.set") == [
        {"set": {"emergency_number": "112", "languages": ["ko", "en"], "keep_years": 10}}
    ]
    assert setting.languages(db, actor=universe.actors["ben"]) == ("ko", "en")


def test_of_two_admins_the_second_is_told(db: Session, universe: Universe):
    seen = now_set(db, universe).version
    change(db, universe, seen=seen, hour=7)
    with pytest.raises(Conflict, match="meanwhile"):
        change(db, universe, seen=seen, hour=8)
    assert now_set(db, universe).hour == 7
    change(db, universe, seen=seen)  # nothing is another: whatever was seen
    assert len(details(db, "clinic.set")) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("name", " "), ("emergency_number", ""), ("emergency_number", "1" * 33)),
        *(("hour", 24), ("quiet_from", -1), ("quiet_until", None)),
        *(("languages", ()), ("languages", ("en", "en")), ("languages", ("xx",))),
        *(("keep_years", 0), ("keep_years", 101)),
    ],
)
def test_what_does_not_fit_changes_nothing(db: Session, universe: Universe, field, value):
    before = now_set(db, universe)
    with pytest.raises(Invalid) as refusal:
        change(db, universe, **{field: value})
    assert (refusal.value.pointer or "").startswith(f"/{field}")
    assert (now_set(db, universe), details(db, "clinic.set")) == (before, [])


@pytest.mark.parametrize("who", ["ben", "cho", "eve"])
def test_only_an_admin_sets(db: Session, universe: Universe, who):
    with pytest.raises(NotAllowed):
        setting.change(db, actor=universe.actors[who], told=now_set(db, universe))


def test_the_clinics_hours_hold_until_a_person_chooses(db: Session, universe: Universe):
    eve, finn = (universe.actors[name] for name in ("eve", "finn"))
    wish.times(db, actor=eve, hour=10, quiet_from=20, quiet_until=7, now=NOW)
    change(db, universe, hour=14, quiet_from=23, quiet_until=6)
    shown = reminders(db, actor=finn, offered=(), now=NOW)
    wish.decline(db, actor=finn, now=NOW)
    kept = {row.patient_id: (row.hour, row.quiet_from, row.quiet_until) for row in db.scalars(select(ReminderChoice))}
    assert (shown.hour, shown.quiet_from, shown.quiet_until) == (14, 23, 6)
    assert kept == {eve.patient_id: (10, 20, 7), finn.patient_id: (14, 23, 6)}


# Roles


def held(db: Session, universe: Universe, name: str) -> str | None:
    row = db.get_one(Membership, (universe.clinics["willow"], universe.people[name]), populate_existing=True)
    return None if row.ended_at else row.role


def alone(db: Session, universe: Universe) -> None:
    """Amy is the only admin: the clinic's first one leaves."""
    boss = db.scalars(select(User.id).where(User.email == "boss@willow.test")).one()
    role.end(db, actor=universe.actors["willow"], user_id=boss, now=NOW)


def test_a_role_changes_once(db: Session, universe: Universe):
    for _ in range(2):
        role.change(db, actor=universe.actors["amy"], user_id=universe.people["ben"], role="practitioner", now=NOW)
    assert held(db, universe, "ben") == "practitioner"
    assert details(db, "staff.role") == [{"was": "front_desk", "given": "practitioner"}]


def test_a_role_that_is_another_by_now_is_told(db: Session, universe: Universe):
    told: dict[str, Any] = {"actor": universe.actors["amy"], "user_id": universe.people["ben"], "now": NOW}
    role.change(db, role="practitioner", seen="front_desk", **told)
    with pytest.raises(Conflict, match="meanwhile"):
        role.change(db, role="clinic_admin", seen="front_desk", **told)
    assert held(db, universe, "ben") == "practitioner"


def test_who_was_removed_opens_nothing_and_is_removed_once(db: Session, universe: Universe):
    amy, ben = universe.actors["amy"], universe.people["ben"]
    link = access.issue_link(db, actor=amy, user_id=ben, now=NOW)
    for _ in range(2):
        role.end(db, actor=amy, user_id=ben, now=NOW)
    assert access.staff_actor(db, user_id=ben, clinic_id=amy.clinic) is None
    with pytest.raises(Exception, match="cannot use this code"):
        access.redeem(db, token=link, now=NOW)
    assert details(db, "staff.end") == [{"was": "front_desk"}]
    with pytest.raises(NotFound):
        role.change(db, actor=amy, user_id=ben, role="practitioner")


WAYS = {
    "change": lambda db, amy: role.change(db, actor=amy, user_id=amy.id, role="practitioner"),
    "end": lambda db, amy: role.end(db, actor=amy, user_id=amy.id),
    "invite": lambda db, amy: enrol.add_staff(db, actor=amy, email="amy@willow.test", name="Amy", role="front_desk"),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_last_admin_stays(db: Session, universe: Universe, way):
    alone(db, universe)
    with pytest.raises(Conflict, match="last admin"):
        WAYS[way](db, universe.actors["amy"])
    assert held(db, universe, "amy") == "clinic_admin"


def test_an_admin_who_cannot_sign_in_is_no_second_one(db: Session, universe: Universe):
    db.scalars(select(User).where(User.email == "boss@willow.test")).one().active = False
    db.commit()
    with pytest.raises(Conflict, match="last admin"):
        role.end(db, actor=universe.actors["amy"], user_id=universe.people["amy"])


def test_with_another_admin_one_may_go(db: Session, universe: Universe):
    role.change(db, actor=universe.actors["amy"], user_id=universe.people["amy"], role="practitioner", now=NOW)
    assert held(db, universe, "amy") == "practitioner"


@pytest.mark.parametrize("who", ["ben", "cho", "eve"])
def test_only_an_admin_changes_roles(db: Session, universe: Universe, who):
    for act in (role.change, role.end):
        more: dict[str, Any] = {"role": "clinic_admin"} if act is role.change else {}
        with pytest.raises(NotAllowed):
            act(db, actor=universe.actors[who], user_id=universe.people["ben"], **more)


def test_a_strangers_role_is_not_there(db: Session, universe: Universe):
    for act in (role.change, role.end):
        more: dict[str, Any] = {"role": "clinic_admin"} if act is role.change else {}
        with pytest.raises(NotFound):
            act(db, actor=universe.actors["amy"], user_id=universe.people["dan"], **more)


def test_an_invitation_that_is_sent_twice_adds_once(db: Session, universe: Universe):
    told: dict[str, Any] = {"email": "new@willow.test", "name": "New", "role": "practitioner", "id": uuid4()}
    before = len(db.scalars(select(SignInLink)).all())
    enrol.add_staff(db, actor=universe.actors["amy"], now=NOW, **told)
    with pytest.raises(Conflict, match="made already"):
        enrol.add_staff(db, actor=universe.actors["amy"], now=NOW, **told)
    with pytest.raises(Conflict, match="made already"):
        access.issue_link(db, actor=universe.actors["amy"], user_id=universe.people["ben"], id=told["id"], now=NOW)
    assert len(db.scalars(select(SignInLink)).all()) == before + 1
    assert len(db.scalars(select(User).where(User.email == told["email"])).all()) == 1
