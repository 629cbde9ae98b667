"""Proof: a code from the desk opens sharing and erasing for a quarter of an hour, on the phone it was typed on."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.storage.universe import NOW, Universe
from tracker.services import proof
from tracker.services.actor import Actor
from tracker.services.errors import Invalid, NotAllowed, NotFound, Refused
from tracker.services.remind import post, send
from tracker.services.remind.post import Post
from tracker.storage import AuditEvent, Message, Patient, Proof, ReminderChoice

MINUTE = timedelta(minutes=1)


@pytest.fixture
def eve(universe: Universe) -> Actor:
    return replace(universe.actors["eve"], device_id=uuid4())


def shown(db: Session, universe: Universe, name: str = "eve", now=NOW) -> str:
    return proof.code(db, actor=universe.actors["ben"], patient_id=universe.people[name], now=now)


@pytest.mark.parametrize("typed", [str, str.lower, lambda c: c.replace("-", " "), lambda c: f" {c}\n"])
def test_a_code_opens_however_it_is_typed(db: Session, universe: Universe, eve: Actor, typed):
    until = proof.prove(db, actor=eve, typed=typed(shown(db, universe)), now=NOW)
    assert until == proof.until(db, actor=eve, now=NOW) == NOW + 15 * MINUTE


def test_letters_that_are_misread_are_taken_for_what_they_look_like():
    assert proof.plain("o0-iIlL") == "001111"


def test_the_store_keeps_no_code(db: Session, universe: Universe):
    code = shown(db, universe).replace("-", "")
    assert code not in repr(db.execute(select(*Proof.__table__.c)).all())


def test_it_closes_after_a_quarter_of_an_hour_and_on_other_phones_never_opened(
    db: Session, universe: Universe, eve: Actor
):
    proof.prove(db, actor=eve, typed=shown(db, universe), now=NOW)
    assert proof.until(db, actor=eve, now=NOW + 15 * MINUTE) is None
    for other in (replace(eve, device_id=uuid4()), replace(eve, device_id=None)):
        assert proof.until(db, actor=other, now=NOW) is None


def wrong(db: Session, who: Actor, typed: str, now=NOW) -> None:
    with pytest.raises(Invalid) as refused:
        proof.prove(db, actor=who, typed=typed, now=now)
    assert (refused.value.code, refused.value.message) == ("code_not_usable", proof.WRONG)


def test_used_old_foreign_wrong_and_blank_codes_are_refused_alike(db: Session, universe: Universe, eve: Actor):
    wrong(db, eve, "0000-0000")
    code = shown(db, universe)
    wrong(db, eve, "")
    wrong(db, eve, code, now=NOW + 15 * MINUTE)
    wrong(db, universe.actors["finn"], code)
    proof.prove(db, actor=eve, typed=code, now=NOW)
    wrong(db, eve, code)


def test_a_new_code_ends_the_one_before(db: Session, universe: Universe, eve: Actor):
    first, second = shown(db, universe), shown(db, universe)
    wrong(db, eve, first)
    proof.prove(db, actor=eve, typed=second, now=NOW)


def test_after_five_wrong_tries_the_right_code_is_dead_too(db: Session, universe: Universe, eve: Actor):
    code = shown(db, universe)
    for _ in range(proof.TRIES):
        wrong(db, eve, "ZZZZ-ZZZZ")
    wrong(db, eve, code)
    proof.prove(db, actor=eve, typed=shown(db, universe), now=NOW)


@pytest.mark.parametrize("name", ["eve", "finn"])
def test_patients_make_no_code_for_themselves(db: Session, universe: Universe, name: str):
    with pytest.raises(NotAllowed):
        proof.code(db, actor=universe.actors[name], patient_id=universe.people["eve"])


def test_no_code_for_strangers_and_for_those_who_left(db: Session, universe: Universe):
    asked = [("dan", universe.people["eve"]), ("ben", UUID(int=7)), ("ben", universe.people["finn"])]
    db.get_one(Patient, (universe.clinics["willow"], universe.people["finn"])).withdrawn_at = NOW
    db.commit()
    for name, id in asked:
        with pytest.raises(NotFound):
            proof.code(db, actor=universe.actors[name], patient_id=id, now=NOW)


def test_both_steps_stand_in_the_trail(db: Session, universe: Universe, eve: Actor):
    proof.prove(db, actor=eve, typed=shown(db, universe), now=NOW)
    chosen = select(AuditEvent.action, AuditEvent.actor_id, AuditEvent.on_behalf_of)
    found = db.execute(chosen.where(AuditEvent.action.like("proof.%")).order_by(AuditEvent.action)).all()
    assert found == [("proof.show", universe.people["ben"], eve.patient_id), ("proof.use", eve.patient_id, None)]


# By mail


@pytest.fixture
def mailed(db: Session, eve: Actor) -> Actor:
    """Eve, who confirmed a mail address last month."""
    at = NOW - timedelta(days=30)
    db.add(
        ReminderChoice(
            clinic_id=eve.clinic, patient_id=eve.patient_id, since=at, mail_address="e@eve.test", mail_confirmed_at=at
        )
    )
    db.commit()
    return eve


def delivered(db: Session, monkeypatch: pytest.MonkeyPatch, now=NOW) -> list[str]:
    """The texts of all mails that leave now."""
    texts: list[str] = []

    def take(_by, letter):
        texts.append(letter.text)
        return post.Outcome("sent")

    monkeypatch.setattr(post, "mail", take)
    send.drain(db, by=Post(public_url="https://t.test", smtp_url="smtp://localhost", mail_from="a@t.test"), now=now)
    return texts


def test_a_mailed_code_opens_as_one_from_the_desk(db: Session, mailed: Actor, monkeypatch: pytest.MonkeyPatch):
    proof.mail(db, actor=mailed, now=NOW)
    assert db.scalars(select(Proof)).all() == []  # made when the mail leaves
    (text,) = delivered(db, monkeypatch)
    code = text.split("Your code is ")[1][:9]
    assert proof.prove(db, actor=mailed, typed=code, now=NOW) == NOW + 15 * MINUTE
    assert delivered(db, monkeypatch) == []


def test_no_code_goes_to_an_address_that_was_confirmed_lately_or_not_at_all(db: Session, eve: Actor, mailed: Actor):
    choice = db.get_one(ReminderChoice, (eve.clinic, eve.patient_id))
    for confirmed in (None, NOW, NOW - proof.SETTLED + MINUTE):
        choice.mail_confirmed_at = confirmed
        db.commit()
        assert not proof.mailable(db, actor=eve, now=NOW)
        with pytest.raises(Refused, match="no mail address"):
            proof.mail(db, actor=eve, now=NOW)
    assert db.scalars(select(Message)).all() == []


def test_a_helper_is_mailed_no_code(db: Session, mailed: Actor):
    assert not proof.mailable(db, actor=replace(mailed, carer=True), now=NOW)
    with pytest.raises(Refused):
        proof.mail(db, actor=replace(mailed, carer=True), now=NOW)


def test_five_mails_a_day_are_enough(db: Session, mailed: Actor):
    for _ in range(proof.MAILS_A_DAY):
        proof.mail(db, actor=mailed, now=NOW)
    with pytest.raises(Refused, match="too often"):
        proof.mail(db, actor=mailed, now=NOW)
    proof.mail(db, actor=mailed, now=NOW + timedelta(days=2))


def test_a_mail_that_leaves_too_late_holds_no_code(db: Session, mailed: Actor, monkeypatch: pytest.MonkeyPatch):
    proof.mail(db, actor=mailed, now=NOW)
    assert delivered(db, monkeypatch, NOW + 15 * MINUTE) == []
    assert db.scalars(select(Proof)).all() == []
