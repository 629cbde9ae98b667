"""Leave: who stops is signed out and keeps what was entered; who is erased leaves nothing but a trail of empty ids."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, delete, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.storage.universe import NOW, Universe
from tracker.services import access, leave, log, proof, review, share
from tracker.services.actor import Actor
from tracker.services.errors import NotAllowed
from tracker.services.recompute import recompute
from tracker.storage import (
    AuditEvent,
    Base,
    Course,
    DevicePerson,
    Erasure,
    Outcome,
    Patient,
    Reaction,
    Reading,
    ShareLink,
    Standing,
)

CANARY = "CANARY-felt-odd-after-needles"
NAMED = "CANARY-initials"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def eve(db: Session, universe: Universe) -> Actor:
    """Eve on her phone, with scores, a correction and a reaction in her own words."""
    who = joined(db, universe)
    first = universe.score("eve", kind="before", session_id=universe.visit("eve"))
    log.reading(db, actor=who, now=NOW, **first)
    log.reading(db, actor=who, now=NOW, **universe.score("eve", supersedes=first["id"], value=0, reason=CANARY))
    told: dict[str, Any] = {"course_id": universe.courses["eve"], "occurred_on": NOW.date(), "code": "bruise"}
    log.reaction(db, actor=who, id=first["id"], words=CANARY, now=NOW, **told)
    return who


def joined(db: Session, universe: Universe, name: str = "eve") -> Actor:
    token = access.issue_link(db, actor=universe.actors["amy"], patient_id=universe.people[name], now=NOW)
    device = access.redeem(db, token=token, now=NOW).device_token
    found = access.device(db, token=device or "", now=NOW)
    assert found is not None
    return found


def prove(db: Session, universe: Universe, who: Actor) -> None:
    code = proof.code(db, actor=universe.actors["ben"], patient_id=who.patient_id, now=NOW)  # type: ignore[arg-type]
    proof.prove(db, actor=who, typed=code, now=NOW)


def rows(db: Session, universe: Universe, name: str) -> dict[str, int]:
    """Table → how many rows of this person it holds."""
    found = {}
    for table, mine in leave.personal([universe.courses[name]], universe.people[name]):
        found[table.name] = db.scalar(select(func.count()).select_from(table).where(mine)) or 0
    return found


def test_who_stops_is_signed_out_and_keeps_the_entries(db: Session, universe: Universe, eve: Actor):
    prove(db, universe, eve)
    _, token = share.share(db, actor=eve, now=NOW)
    before = db.scalar(select(func.count()).select_from(Reading))
    leave.withdraw(db, actor=eve, now=NOW + MINUTE)
    assert db.get_one(Patient, (eve.clinic, eve.patient_id)).withdrawn_at == NOW + MINUTE
    assert db.scalar(select(func.count()).select_from(Reading)) == before
    assert db.scalars(select(ShareLink.ended_at)).all() == [NOW + MINUTE]
    with pytest.raises(Exception, match="shows nothing"):
        share.opened(db, token=token, now=NOW + MINUTE)


def test_others_on_the_same_phone_stay_signed_in(db: Session, universe: Universe):
    ask = {"actor": universe.actors["amy"], "now": NOW}
    first = access.issue_link(db, patient_id=universe.people["eve"], **ask)
    device = access.redeem(db, token=first, now=NOW).device_token or ""
    eve = access.device(db, token=device, now=NOW)
    assert eve is not None
    db.add(
        DevicePerson(clinic_id=eve.clinic, device_id=eve.device_id, patient_id=universe.people["finn"], added_at=NOW)
    )
    db.commit()
    leave.withdraw(db, actor=eve, now=NOW)
    left = access.device(db, token=device, now=NOW)
    assert left is not None
    assert left.patient_id == universe.people["finn"]


@pytest.mark.parametrize("act", [leave.withdraw, leave.erase, share.share])
def test_a_helper_neither_shares_nor_leaves_for_somebody(db: Session, universe: Universe, eve: Actor, act):
    prove(db, universe, eve)
    with pytest.raises(NotAllowed, match="Only the person"):
        act(db, actor=replace(eve, carer=True), now=NOW)


def test_stopping_twice_keeps_the_first_moment(db: Session, universe: Universe, eve: Actor):
    leave.withdraw(db, actor=eve, now=NOW)
    leave.withdraw(db, actor=eve, now=NOW + MINUTE)
    assert db.get_one(Patient, (eve.clinic, eve.patient_id)).withdrawn_at == NOW


def test_erasing_needs_a_code(db: Session, universe: Universe, eve: Actor):
    before = rows(db, universe, "eve")
    with pytest.raises(NotAllowed):
        leave.erase(db, actor=eve, now=NOW)
    assert rows(db, universe, "eve") == before
    assert db.scalars(select(Erasure)).all() == []


def test_nothing_of_the_person_is_left_and_nothing_of_others_is_gone(db: Session, universe: Universe, eve: Actor):
    joined(db, universe, "finn")
    prove(db, universe, eve)
    others, before = rows(db, universe, "finn"), rows(db, universe, "eve")
    assert {name for name, n in before.items() if n} >= {"patient", "course", "place", "reading", "reaction", "outcome"}
    leave.erase(db, actor=eve, now=NOW)
    assert set(rows(db, universe, "eve").values()) == {0}
    assert rows(db, universe, "finn") == others
    assert recompute(db, check=True) == []


def test_the_trail_says_that_it_was_done_and_holds_none_of_it(db: Session, universe: Universe, eve: Actor):
    prove(db, universe, eve)
    leave.erase(db, actor=eve, now=NOW)
    done = db.scalars(select(AuditEvent).where(AuditEvent.action == "patient.erase")).one()
    assert (done.actor_id, done.subject_id, done.detail) == (eve.patient_id, eve.patient_id, {})
    told = repr(db.execute(select(*AuditEvent.__table__.c)).all())
    assert not [word for word in (CANARY, "C-eve", "EV") if word in told]


@pytest.mark.sqlite
def test_the_words_are_gone_from_the_file_itself(db: Session, universe: Universe, eve: Actor, engine: Engine):
    def held() -> set[str]:
        path = Path(engine.url.database or "")
        files = [file.read_bytes() for file in path.parent.glob(f"{path.name}*")]
        return {word for word in (CANARY, NAMED) if any(word.encode() in told for told in files)}

    db.execute(update(Patient).where(Patient.id == eve.patient_id).values(initials=NAMED))
    db.commit()
    review.roster(db, actor=universe.actors["cho"], now=NOW + timedelta(days=3))  # which keeps what it showed
    shown = db.scalars(select(Standing.shown).where(Standing.course_id == universe.courses["eve"])).all()
    assert [NAMED in (told or "") for told in shown] == [True] * len(shown)
    prove(db, universe, eve)
    assert held() == {CANARY, NAMED}
    leave.erase(db, actor=eve, now=NOW)
    assert held() == set()


def test_the_phone_and_old_links_open_nothing_afterwards(db: Session, universe: Universe):
    token = access.issue_link(db, actor=universe.actors["amy"], patient_id=universe.people["eve"], now=NOW)
    device = access.redeem(db, token=token, now=NOW).device_token or ""
    again = access.issue_link(db, actor=universe.actors["amy"], patient_id=universe.people["eve"], now=NOW)
    eve = access.device(db, token=device, now=NOW)
    assert eve is not None
    prove(db, universe, eve)
    leave.erase(db, actor=eve, now=NOW)
    assert access.device(db, token=device, now=NOW) is None
    with pytest.raises(Exception, match="cannot use this code"):
        access.redeem(db, token=again, now=NOW)


def test_without_an_erasure_the_database_itself_keeps_every_reading(db: Session, universe: Universe, eve: Actor):
    with pytest.raises(IntegrityError, match="append-only"):
        db.execute(delete(Reading))
    db.rollback()


def test_an_erasure_opens_the_door_for_that_person_alone(db: Session, universe: Universe, eve: Actor):
    log.reading(db, actor=universe.actors["finn"], now=NOW, **universe.score("finn"))
    db.execute(insert(Erasure).values(clinic_id=eve.clinic, patient_id=eve.patient_id, asked_at=NOW))
    with pytest.raises(IntegrityError, match="append-only"):
        db.execute(delete(Reading))
    db.rollback()


@pytest.mark.parametrize("statement", ["DELETE FROM erasure", "UPDATE erasure SET asked_at = '2000-01-01'"])
def test_the_record_of_an_erasure_stays(db: Session, universe: Universe, eve: Actor, statement: str):
    prove(db, universe, eve)
    leave.erase(db, actor=eve, now=NOW)
    with pytest.raises(IntegrityError, match="append-only"):
        db.execute(text(statement))
    db.rollback()


def test_an_erasure_changes_no_reading(db: Session, universe: Universe, eve: Actor):
    db.execute(insert(Erasure).values(clinic_id=eve.clinic, patient_id=eve.patient_id, asked_at=NOW))
    with pytest.raises(IntegrityError, match="append-only"):
        db.execute(text("UPDATE reading SET value = 1"))
    db.rollback()


def test_every_table_that_leads_to_a_person_is_emptied():
    """Following foreign keys from any table: what reaches a patient must be among the personal tables."""
    named = {table.name for table, _ in leave.personal([], Patient.id)}  # type: ignore[arg-type]
    tables = Base.metadata.tables
    leads, grown = {"patient"}, True
    while grown:
        more = {t.name for t in tables.values() if {k.column.table.name for k in t.foreign_keys} & leads}
        grown = not more <= leads
        leads |= more
    assert leads - named == set()
    assert {Course.__tablename__, Outcome.__tablename__, Reaction.__tablename__} <= named
