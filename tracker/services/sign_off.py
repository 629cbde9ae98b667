"""Sign off: a clinic's admin signs the words of the evidence library that its patients read, or takes that back.

A signature is under one edition of the words: where they have changed since, the record is unsigned again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from tracker.evidence.edition import edition
from tracker.evidence.library import library
from tracker.evidence.records import Record
from tracker.services import audit, clock
from tracker.services.actor import Actor, admit
from tracker.services.errors import Conflict, Invalid, NotFound
from tracker.services.transaction import writing
from tracker.storage import EvidenceSignOff, User

CHANGED = "These words have changed since the page was opened. Read them again, then sign."


@dataclass(frozen=True)
class Signature:
    """Who signed which record when; `stands` = the words are still the ones that were signed."""

    id: UUID
    record_id: str
    by: str
    at: datetime
    stands: bool


def signed(db: Database, *, clinic_id: UUID) -> dict[str, Signature]:
    """A clinic's signatures that were not taken back, by record: the one under today's words, else the latest one."""
    rows = db.execute(
        select(EvidenceSignOff, User.name)
        .join(User, User.id == EvidenceSignOff.signed_by)
        .where(EvidenceSignOff.clinic_id == clinic_id, EvidenceSignOff.withdrawn_at.is_(None))
        .order_by(EvidenceSignOff.signed_at, EvidenceSignOff.id)
    )
    known = {r.id: edition(r) for r in library().rendering}
    found: dict[str, Signature] = {}
    for row, name in rows:
        one = Signature(row.id, row.record_id, name, row.signed_at, known.get(row.record_id) == row.text_hash)
        if one.stands or not (one.record_id in found and found[one.record_id].stands):
            found[one.record_id] = one
    return found


def sign(db: Database, *, actor: Actor, id: UUID, texts: Mapping[str, str], now: datetime | None = None) -> int:
    """Sign these records (record → edition that was read); how many were not signed before.

    The same id again is a replay and signs nothing. Raises Conflict, and signs nothing, where words have changed.
    """
    admit(actor, "clinic_admin")
    now = now or clock.now()
    if not texts:
        raise Invalid("blank", "Choose at least one source.")
    for record_id, read in texts.items():
        if edition(_record(record_id)) != read:
            raise Conflict("changed", CHANGED)
    with writing(db):
        return sum(_sign(db, actor, uuid5(id, record_id), record_id, read, now) for record_id, read in texts.items())


def withdraw(db: Database, *, actor: Actor, id: UUID, now: datetime | None = None) -> None:
    """Take one signature back; taken back already, nothing changes."""
    admit(actor, "clinic_admin")
    now = now or clock.now()
    with writing(db):
        row = db.get(EvidenceSignOff, (actor.clinic, id), with_for_update=True)
        if row is None:
            raise NotFound
        if row.withdrawn_at is not None:
            return
        row.withdrawn_at, row.withdrawn_by = now, actor.id
        _note(db, actor, row, "evidence.withdraw", now)


def _record(record_id: str) -> Record:
    """A record that patients may see."""
    found = library().get(record_id)
    if found is None or not found.renders:
        raise NotFound
    return found


def _sign(db: Database, actor: Actor, id: UUID, record_id: str, read: str, now: datetime) -> int:
    """1 where it was not signed before, nor this id used."""
    mine = select(EvidenceSignOff.id).where(EvidenceSignOff.clinic_id == actor.clinic)
    standing = mine.where(
        EvidenceSignOff.record_id == record_id,
        EvidenceSignOff.text_hash == read,
        EvidenceSignOff.withdrawn_at.is_(None),
    )
    if db.scalar(mine.where(EvidenceSignOff.id == id)) or db.scalar(standing):
        return 0
    row = EvidenceSignOff(
        clinic_id=actor.clinic, id=id, record_id=record_id, text_hash=read, signed_by=actor.id, signed_at=now
    )
    db.add(row)
    db.flush()
    _note(db, actor, row, "evidence.sign", now)
    return 1


def _note(db: Database, actor: Actor, row: EvidenceSignOff, action: str, now: datetime) -> None:
    audit.note(
        db,
        actor=actor,
        now=now,
        action=action,
        subject="evidence",
        subject_id=row.id,
        record=row.record_id,
        text=row.text_hash,
    )
