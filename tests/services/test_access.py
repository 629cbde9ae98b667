"""Access: a link works once, a phone stays signed in, roles are looked up each time."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from tests.storage.universe import NOW, Universe
from tracker.services import access
from tracker.services.actor import Actor
from tracker.services.errors import Invalid, NotAllowed, NotFound, Refused
from tracker.storage import AuditEvent, DeviceSession, Membership, Patient, SignInLink, User

DAY = timedelta(days=1)


def invited(db: Session, universe: Universe, name: str = "eve", **more: Any) -> str:
    who = "user_id" if name in ("amy", "ben", "cho", "dan") else "patient_id"
    told: dict[str, Any] = {who: universe.people[name]} | more
    return access.issue_link(db, actor=universe.actors["amy"], now=NOW, **told)


def phone(db: Session, universe: Universe, name: str = "eve") -> str:
    token = access.redeem(db, token=invited(db, universe, name), now=NOW).device_token
    assert token is not None
    return token


def known(db: Session, token: str) -> Actor:
    actor = access.device(db, token=token, now=NOW)
    assert actor is not None
    return actor


def test_the_store_keeps_no_token(db: Session, universe: Universe):
    token = invited(db, universe)
    device = access.redeem(db, token=token, now=NOW).device_token
    kept = [*db.scalars(select(SignInLink.token_hash)), *db.scalars(select(DeviceSession.token_hash))]
    assert len(token) >= 22  # 128 bits in base64
    assert token not in kept
    assert device not in kept


def test_a_patient_gets_a_device_and_staff_none(db: Session, universe: Universe):
    patient = access.redeem(db, token=invited(db, universe), now=NOW)
    staff = access.redeem(db, token=invited(db, universe, "cho"), now=NOW)
    assert (patient.kind, patient.patient_id, staff.kind, staff.user_id) == (
        "patient",
        universe.people["eve"],
        "staff",
        universe.people["cho"],
    )
    assert patient.device_token
    assert staff.device_token is None


def refusal(db: Session, token: str, now=NOW) -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        access.redeem(db, token=token, now=now)
    return refused.value.code, refused.value.message


def test_wrong_used_and_expired_are_refused_alike(db: Session, universe: Universe):
    used = invited(db, universe)
    access.redeem(db, token=used, now=NOW)
    short = invited(db, universe, minutes=10)
    gone = invited(db, universe, "cho")
    db.execute(update(Membership).where(Membership.user_id == universe.people["cho"]).values(ended_at=NOW))
    db.commit()
    said = {refusal(db, "wrong"), refusal(db, used), refusal(db, short, NOW + timedelta(minutes=10)), refusal(db, gone)}
    assert {code for code, _ in said} == {"link_not_usable"}
    assert len(said) == 1


def test_a_link_works_until_its_last_moment(db: Session, universe: Universe):
    token = invited(db, universe, minutes=10)
    assert access.redeem(db, token=token, now=NOW + timedelta(minutes=10) - timedelta(seconds=1))


def test_of_fifty_at_once_one_redeems(db: Session, engine: Engine, universe: Universe):
    token = invited(db, universe)

    def redeem(_: int) -> bool:
        with Session(engine) as mine:
            try:
                return bool(access.redeem(mine, token=token, now=NOW))
            except Refused:
                return False

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(redeem, range(50))) == 1
    assert db.scalar(select(func.count()).select_from(DeviceSession)) == 1


@pytest.mark.parametrize("minutes", [0, -1, 10_081])
def test_a_link_lasts_at_most_seven_days(db: Session, universe: Universe, minutes: int):
    with pytest.raises(Invalid):
        invited(db, universe, minutes=minutes)


def test_a_link_is_for_one_person(db: Session, universe: Universe):
    people: dict[str, Any] = {"patient_id": universe.people["eve"], "user_id": universe.people["cho"]}
    for both in ({}, people):
        with pytest.raises(Invalid):
            access.issue_link(db, actor=universe.actors["amy"], **both)


MAY = [
    ("ben", {"patient_id": "eve"}, None),
    ("cho", {"patient_id": "eve"}, None),
    ("eve", {"patient_id": "eve"}, None),
    ("eve", {"patient_id": "finn"}, NotFound),
    ("cho", {"patient_id": "gail"}, NotFound),
    ("amy", {"user_id": "cho"}, None),
    ("amy", {"user_id": "dan"}, NotFound),
    ("ben", {"user_id": "cho"}, NotAllowed),
    ("eve", {"user_id": "cho"}, NotAllowed),
]


@pytest.mark.parametrize(("who", "whom", "error"), MAY)
def test_who_may_invite_whom(db: Session, universe: Universe, who: str, whom: dict, error: type[Exception] | None):
    told: dict[str, Any] = {name: universe.people[value] for name, value in whom.items()}
    if error is None:
        assert access.issue_link(db, actor=universe.actors[who], **told)
    else:
        with pytest.raises(error):
            access.issue_link(db, actor=universe.actors[who], **told)


def test_a_phone_speaks_for_its_patient(db: Session, universe: Universe):
    actor = access.device(db, token=phone(db, universe), now=NOW)
    assert actor is not None
    assert replace(actor, device_id=None) == universe.actors["eve"]


def test_a_phone_that_is_used_stays_signed_in(db: Session, universe: Universe):
    token, now = phone(db, universe), NOW
    for _ in range(4):
        now += 399 * DAY
        assert access.device(db, token=token, now=now)
    assert access.device(db, token=token, now=now + 400 * DAY) is None


def test_renewal_is_written_once_an_hour(db: Session, universe: Universe):
    token = phone(db, universe)
    for minutes in (1, 59, 60, 61, 119):
        access.device(db, token=token, now=NOW + timedelta(minutes=minutes))
    assert db.scalars(select(DeviceSession.last_used_at)).one() == NOW + timedelta(hours=1)


def test_a_revoked_phone_is_nobody_at_once(db: Session, universe: Universe):
    token = phone(db, universe)
    actor = known(db, token)
    access.revoke_device(db, actor=universe.actors["ben"], device_session_id=UUID(str(actor.device_id)), now=NOW)
    assert access.device(db, token=token, now=NOW) is None


@pytest.mark.parametrize("who", ["finn", "dan"])
def test_nobody_else_revokes_a_phone(db: Session, universe: Universe, who: str):
    token = phone(db, universe)
    actor = known(db, token)
    with pytest.raises(NotFound):
        access.revoke_device(db, actor=universe.actors[who], device_session_id=UUID(str(actor.device_id)))
    assert access.device(db, token=token, now=NOW)


def test_a_patient_who_withdrew_is_signed_out_everywhere(db: Session, universe: Universe):
    token, link = phone(db, universe), invited(db, universe)
    db.execute(update(Patient).where(Patient.id == universe.people["eve"]).values(withdrawn_at=NOW))
    db.commit()
    assert access.device(db, token=token, now=NOW) is None
    assert refusal(db, link)[0] == "link_not_usable"


def test_an_unknown_token_is_nobody(db: Session, universe: Universe):
    assert access.device(db, token="", now=NOW) is None


@pytest.mark.parametrize("what", ["membership", "user"])
def test_staff_who_left_are_nobody_at_once(db: Session, universe: Universe, what: str):
    cho, key = universe.people["cho"], session_key(db, universe)
    gone = {
        "membership": update(Membership).where(Membership.user_id == cho).values(ended_at=NOW),
        "user": update(User).where(User.id == cho).values(active=False),
    }
    db.execute(gone[what])
    db.commit()
    assert access.staff_actor(db, user_id=cho) is None
    assert access.signed_in(db, key=key, clinic_id=universe.clinics["willow"]) is None
    assert access.memberships(db, cho) == ()


def session_key(db: Session, universe: Universe) -> str:
    """What a session cookie of Cho's names."""
    return db.scalars(select(User.fs_uniquifier).where(User.id == universe.people["cho"])).one()


def test_a_sessions_key_opens_the_role_held_at_that_clinic(db: Session, universe: Universe):
    key, clinics = session_key(db, universe), universe.clinics
    assert access.signed_in(db, key=key, clinic_id=clinics["willow"]) == universe.actors["cho"]
    assert access.signed_in(db, key=key, clinic_id=clinics["maple"]) is None


def test_a_key_that_was_changed_opens_nothing(db: Session, universe: Universe):
    key, cho = session_key(db, universe), universe.people["cho"]
    db.execute(update(User).where(User.id == cho).values(fs_uniquifier="another"))
    db.commit()
    assert access.signed_in(db, key=key, clinic_id=universe.clinics["willow"]) is None
    assert access.signed_in(db, key="another", clinic_id=universe.clinics["willow"]) == universe.actors["cho"]


def test_staff_have_no_role_in_other_clinics(db: Session, universe: Universe):
    assert access.staff_actor(db, user_id=universe.people["cho"], clinic_id=universe.clinics["maple"]) is None


def test_links_and_devices_are_in_the_trail(db: Session, universe: Universe):
    token = phone(db, universe)
    actor = known(db, token)
    access.revoke_device(db, actor=actor, device_session_id=UUID(str(actor.device_id)), now=NOW)
    chosen = select(AuditEvent.action, AuditEvent.role).where(AuditEvent.subject.in_(("link", "device")))
    mine = {"link.redeem", "device.revoke"}
    assert {tuple(row) for row in db.execute(chosen) if row.action in mine} == {
        ("link.redeem", "patient"),
        ("device.revoke", "patient"),
    }
