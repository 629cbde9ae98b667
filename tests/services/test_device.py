"""Device: a phone lists its people, each request names one; a carer's entries are marked; a PIN keeps others out."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.storage.universe import NOW, Universe
from tracker.services import access, log, pin
from tracker.services.actor import Actor
from tracker.services.errors import Conflict, Invalid, Locked, NotAllowed, NotFound
from tracker.storage import AuditEvent, DevicePerson, DeviceSession, Patient, Reading

MINUTE = timedelta(minutes=1)


def join(db: Session, universe: Universe, name: str, token: str | None = None, carer: bool = False, now=NOW) -> str:
    """The phone's token after this patient was put on it."""
    boss = universe.actors["maple" if name == "gail" else "willow"]
    link = access.new_link(
        db, actor=boss, clinic_id=boss.clinic, now=now, patient_id=universe.people[name], carer=carer
    )
    db.commit()
    phone = access.device(db, token=token, person="any", now=now) if token else None
    db.rollback()
    made = access.redeem(db, token=link, phone=phone, now=now).device_token
    assert made is not None
    return made


def on(db: Session, token: str, person: Any = "only", now=NOW) -> Actor:
    found = access.device(db, token=token, person=person, now=now)
    db.rollback()
    assert found is not None
    return found


def both(db: Session, universe: Universe, **more: Any) -> str:
    """Eve's phone with Finn on it too."""
    return join(db, universe, "finn", join(db, universe, "eve"), now=NOW + MINUTE, **more)


def test_a_phone_of_one_needs_no_name(db: Session, universe: Universe):
    token = join(db, universe, "eve")
    assert on(db, token).patient_id == on(db, token, universe.people["eve"]).patient_id == universe.people["eve"]


def test_a_phone_of_two_speaks_for_the_one_named(db: Session, universe: Universe):
    token = both(db, universe)
    for name in ("eve", "finn"):
        assert on(db, token, universe.people[name]).patient_id == universe.people[name]


def test_a_phone_of_two_wants_a_name(db: Session, universe: Universe):
    token = both(db, universe)
    with pytest.raises(Conflict) as refused:
        access.device(db, token=token, now=NOW)
    assert refused.value.code == "which_person"
    assert on(db, token, "any").patient_id == universe.people["eve"]  # whoever came first


@pytest.mark.parametrize("stranger", ["gail", "nobody"])
def test_who_is_not_on_the_phone_is_not_there(db: Session, universe: Universe, stranger: str):
    token = both(db, universe)
    with pytest.raises(NotFound) as refused:
        access.device(db, token=token, person=universe.people.get(stranger) or uuid4(), now=NOW)
    assert refused.value.code == "not_here"


def test_the_second_person_gives_the_phone_a_new_token(db: Session, universe: Universe):
    """Whoever planted the first one is not let in with the second person."""
    first = join(db, universe, "eve")
    second = join(db, universe, "finn", first, now=NOW + MINUTE)
    assert access.device(db, token=first, person="any", now=NOW) is None
    assert len(db.scalars(select(DeviceSession.id)).all()) == 1
    assert [one.initials for one in access.people(db, actor=on(db, second, "any"))] == ["EV", "FI"]


def test_the_same_person_again_is_already_there(db: Session, universe: Universe):
    token = join(db, universe, "eve")
    again = join(db, universe, "eve", token)
    assert on(db, again).device_id
    assert len(db.scalars(select(DevicePerson.patient_id)).all()) == 1


def test_a_phone_serves_one_clinic(db: Session, universe: Universe):
    token = join(db, universe, "eve")
    with pytest.raises(Conflict) as refused:
        join(db, universe, "gail", token)
    assert refused.value.code == "other_clinic"
    assert join(db, universe, "gail")  # and on a phone of her own the same kind of code works


def test_a_code_refused_for_its_clinic_is_not_used_up(db: Session, universe: Universe):
    phone = on(db, join(db, universe, "eve"))
    link = access.issue_link(db, actor=universe.actors["maple"], patient_id=universe.people["gail"], now=NOW)
    with pytest.raises(Conflict):
        access.redeem(db, token=link, phone=phone, now=NOW)
    assert access.redeem(db, token=link, now=NOW).patient_id == universe.people["gail"]


def test_what_a_carer_enters_is_assisted(db: Session, universe: Universe):
    carer = on(db, join(db, universe, "eve", carer=True))
    assert carer.carer
    logged = log.reading(db, actor=carer, now=NOW, **universe.score())
    assert (logged.reading.entered_by, db.scalar(select(Reading.device_id))) == ("assisted", carer.device_id)
    with pytest.raises(Invalid):
        log.reading(db, actor=carer, now=NOW, **universe.score(entered_by="patient"))


def test_a_carer_stands_in_the_trail_as_a_phone_on_the_patients_behalf(db: Session, universe: Universe):
    carer = on(db, join(db, universe, "eve", carer=True))
    log.reading(db, actor=carer, now=NOW, **universe.score())
    chosen = select(AuditEvent).where(AuditEvent.action == "reading.add")
    event = db.scalars(chosen).one()
    assert (event.actor_kind, event.actor_id, event.role) == ("device", carer.device_id, "carer")
    assert event.on_behalf_of == universe.people["eve"]


def test_a_carer_lets_in_only_carers(db: Session, universe: Universe):
    carer = on(db, join(db, universe, "eve", carer=True))
    link = access.issue_link(db, actor=carer, patient_id=universe.people["eve"], now=NOW)
    assert access.redeem(db, token=link, now=NOW).carer


def test_the_other_person_goes_on_after_one_left(db: Session, universe: Universe):
    token = both(db, universe)
    eve = on(db, token, universe.people["eve"])
    access.take_off(db, actor=eve, device_session_id=UUID(str(eve.device_id)), now=NOW)
    assert on(db, token).patient_id == universe.people["finn"]
    with pytest.raises(NotFound):
        access.device(db, token=token, person=universe.people["eve"], now=NOW)


def test_a_phone_with_nobody_left_is_signed_out(db: Session, universe: Universe):
    token = join(db, universe, "eve")
    access.take_off(db, actor=on(db, token), device_session_id=UUID(str(on(db, token).device_id)), now=NOW)
    assert access.device(db, token=token, person="any", now=NOW) is None
    assert db.scalar(select(DeviceSession.revoked_at)) == NOW


def test_who_withdrew_is_off_every_phone_at_once(db: Session, universe: Universe):
    token = both(db, universe)
    db.execute(update(Patient).where(Patient.id == universe.people["eve"]).values(withdrawn_at=NOW))
    db.commit()
    assert on(db, token).patient_id == universe.people["finn"]
    with pytest.raises(NotFound):
        access.device(db, token=token, person=universe.people["eve"], now=NOW)


def test_a_lost_phone_is_signed_out_for_everybody_on_it(db: Session, universe: Universe):
    token = both(db, universe)
    (lost,) = access.phones(db, actor=universe.actors["ben"], patient_id=universe.people["eve"], now=NOW)
    access.revoke_device(db, actor=universe.actors["ben"], device_session_id=lost.id, now=NOW)
    assert access.device(db, token=token, person="any", now=NOW) is None
    assert access.phones(db, actor=universe.actors["ben"], patient_id=universe.people["eve"], now=NOW) == ()


def test_a_patient_takes_themselves_off_another_phone_and_no_one_else(db: Session, universe: Universe):
    shared, own = both(db, universe), join(db, universe, "eve")
    eve = on(db, own)
    phones = access.phones(db, actor=eve, patient_id=universe.people["eve"], now=NOW)
    other = next(one for one in phones if not one.this)
    with pytest.raises(NotFound):
        access.revoke_device(db, actor=eve, device_session_id=other.id, now=NOW)
    access.take_off(db, actor=eve, device_session_id=other.id, now=NOW)
    assert on(db, shared).patient_id == universe.people["finn"]


def test_a_carer_cannot_sign_the_patient_out(db: Session, universe: Universe):
    own, carer = join(db, universe, "eve"), on(db, join(db, universe, "eve", carer=True))
    with pytest.raises(NotFound):
        access.take_off(db, actor=carer, device_session_id=UUID(str(on(db, own).device_id)), now=NOW)


@pytest.mark.parametrize("who", ["finn", "dan", "gail"])
def test_nobody_else_sees_the_phones(db: Session, universe: Universe, who: str):
    join(db, universe, "eve")
    with pytest.raises((NotFound, NotAllowed)):
        access.phones(db, actor=universe.actors[who], patient_id=universe.people["eve"], now=NOW)


def locked(db: Session, universe: Universe) -> str:
    """Eve's phone; her PIN is 2580 and has to be typed."""
    token = join(db, universe, "eve")
    pin.set_pin(db, actor=on(db, token), pin="2580", now=NOW)
    pin.close(db, actor=on(db, token))
    return token


def test_a_pin_is_typed_and_holds_a_quarter_of_an_hour_from_the_last_use(db: Session, universe: Universe):
    token = locked(db, universe)
    assert on(db, token).locked
    pin.open_with_pin(db, actor=on(db, token), pin="2580", now=NOW)
    for minutes in (0, 14, 28, 42):
        assert not on(db, token, now=NOW + minutes * MINUTE).locked, minutes
    assert on(db, token, now=NOW + 57 * MINUTE).locked


def test_five_wrong_pins_and_even_the_right_one_is_refused(db: Session, universe: Universe):
    token = locked(db, universe)
    codes = []
    for typed in ("0000", "1111", "25800", "", "9999", "2580"):
        with pytest.raises(Locked) as refused:
            pin.open_with_pin(db, actor=on(db, token), pin=typed, now=NOW)
        codes.append(refused.value.code)
    assert codes == ["wrong_pin"] * 4 + ["pin_used_up"] * 2
    assert on(db, token).locked


def test_four_wrong_pins_are_forgotten_after_the_right_one(db: Session, universe: Universe):
    token = locked(db, universe)
    for typed in ("1", "2", "3", "4", "2580", "1", "2", "3", "4", "2580"):
        try:
            pin.open_with_pin(db, actor=on(db, token), pin=typed, now=NOW)
        except Locked:
            continue
    assert not on(db, token).locked


def test_a_new_code_from_the_clinic_takes_the_pin_away(db: Session, universe: Universe):
    token = locked(db, universe)
    token = join(db, universe, "eve", token)
    assert not on(db, token).locked
    assert not access.people(db, actor=on(db, token))[0].pin


@pytest.mark.parametrize("bad", ["", "123", "1234567", "12a4", "١٢٣٤", "12 34", "-123"])
def test_a_pin_is_four_to_six_digits(db: Session, universe: Universe, bad: str):
    actor = on(db, join(db, universe, "eve"))
    with pytest.raises(Invalid):
        pin.set_pin(db, actor=actor, pin=bad, now=NOW)


def test_nobody_changes_a_pin_from_behind_it(db: Session, universe: Universe):
    token = locked(db, universe)
    with pytest.raises(Locked):
        pin.set_pin(db, actor=on(db, token), pin=None, now=NOW)


def test_the_store_keeps_no_pin(db: Session, universe: Universe):
    locked(db, universe)
    kept = db.scalars(select(DevicePerson.pin_hash)).one()
    assert kept is not None
    assert "2580" not in kept
